//! Tests with matrices whose eigenvalues are known.

use super::*;

/// The tridiagonal matrix with −1, 2, −1: its eigenvalues are 2 − 2·cos(kπ/(n + 1)).
fn second_difference(n: usize) -> FromFn<impl FnMut(&[f64], &mut [f64])> {
    FromFn::new(n, move |v: &[f64], product: &mut [f64]| {
        for i in 0..n {
            let before = if i > 0 { v[i - 1] } else { 0.0 };
            let after = if i + 1 < n { v[i + 1] } else { 0.0 };
            product[i] = 2.0 * v[i] - before - after;
        }
    })
}

fn eigenvalue(n: usize, k: usize) -> f64 {
    2.0 - 2.0 * libm::cos(k as f64 * std::f64::consts::PI / (n as f64 + 1.0))
}

fn start(n: usize) -> Vec<f64> {
    (0..n).map(|i| 1.0 + libm::sin(i as f64)).collect()
}

#[test]
fn lanczos_finds_every_eigenvalue_once() {
    let n = 40;
    let mut lanczos = Lanczos::new(second_difference(n), &start(n), true);
    while lanczos.step() {}
    let ritz = lanczos.ritz();
    assert_eq!(ritz.values.len(), n);
    for (k, value) in ritz.values.iter().enumerate() {
        assert!((value - eigenvalue(n, k + 1)).abs() < 1e-13, "{k}: {value}");
    }
    assert!((ritz.weights.iter().sum::<f64>() - 1.0).abs() < 1e-13);
    for (i, a) in lanczos.basis().iter().enumerate() {
        for b in &lanczos.basis()[..i] {
            assert!(dot(a, b).abs() < 1e-14);
        }
    }
}

#[test]
fn residuals_bound_the_distance_to_an_eigenvalue() {
    let n = 60;
    let mut lanczos = Lanczos::new(second_difference(n), &start(n), true);
    for _ in 0..12 {
        assert!(lanczos.step());
    }
    let ritz = lanczos.ritz();
    for (value, residual) in ritz.values.iter().zip(&ritz.residuals) {
        let nearest = (1..=n).map(|k| (eigenvalue(n, k) - value).abs()).fold(f64::INFINITY, f64::min);
        assert!(nearest <= residual + 1e-14, "{value}: {nearest} and {residual}");
    }
}

#[test]
fn ghosts_appear_without_reorthogonalisation() {
    let n = 100;
    let mut spread = FromFn::new(n, move |v: &[f64], product: &mut [f64]| {
        for i in 0..n {
            // One eigenvalue stands far out, so that it is found early and comes back.
            product[i] = if i == 0 { 1e3 } else { i as f64 / n as f64 } * v[i];
        }
    });
    let copies = |reorthogonalises: bool, operator: &mut FromFn<_>| {
        let mut lanczos = Lanczos::new(operator, &start(n), reorthogonalises);
        for _ in 0..60 {
            lanczos.step();
        }
        lanczos.ritz().values.iter().filter(|value| (*value - 1e3).abs() < 1e-6).count()
    };
    assert_eq!(copies(true, &mut spread), 1);
    assert!(copies(false, &mut spread) >= 3);
}

#[test]
fn power_iteration_approaches_the_largest_eigenvalue() {
    let n = 10;
    let last = PowerIteration::new(second_difference(n), &start(n)).take(600).last();
    assert!((last.unwrap_or(0.0) - eigenvalue(n, n)).abs() < 1e-12);
}

#[test]
fn conjugate_gradients_solve_and_meet_negative_curvature() {
    let n = 30;
    let b = start(n);
    let mut cg = ConjugateGradients::new(second_difference(n), &b, 0.0, 1e-12);
    let steps = cg.by_ref().count();
    assert!(steps <= n + 2 && cg.exit() == Some(CgExit::Tolerance));
    let mut product = vec![0.0; n];
    second_difference(n).apply(cg.x(), &mut product);
    assert!(product.iter().zip(&b).all(|(product, b)| (product - b).abs() < 1e-10));
    let mut indefinite = FromFn::new(2, |v: &[f64], product: &mut [f64]| {
        (product[0], product[1]) = (v[0], -v[1]);
    });
    let mut cg = ConjugateGradients::new(&mut indefinite, &[1.0, 2.0], 0.0, 1e-9);
    assert!(cg.next().is_some_and(|step| step.curvature == -0.6));
    assert_eq!((cg.next(), cg.exit()), (None, Some(CgExit::NegativeCurvature)));
    // Damping by more than the least eigenvalue makes it positive definite.
    let mut cg = ConjugateGradients::new(&mut indefinite, &[1.0, 2.0], 2.0, 1e-12);
    while cg.next().is_some() {}
    assert!((cg.x()[0] - 1.0 / 3.0).abs() < 1e-12 && (cg.x()[1] - 2.0).abs() < 1e-12);
}

#[test]
fn the_density_has_the_moments_of_the_matrix() {
    let n = 50;
    let density = spectral_density(&mut second_difference(n), 20, 40, 1);
    assert!((density.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    // The mean eigenvalue is trace/n = 2; with vectors of ±1 the diagonal enters exactly.
    let mean: f64 = density.nodes.iter().zip(&density.weights).map(|(node, weight)| node * weight).sum();
    assert!((mean - 2.0).abs() < 0.1, "{mean}");
}

/// A product that is not finite ends the iteration, and no eigenvalue is made up.
#[test]
fn an_operator_without_finite_products_ends_the_iteration() {
    let nothing = FromFn::new(4, |_: &[f64], product: &mut [f64]| product.fill(f64::NAN));
    let mut lanczos = Lanczos::new(nothing, &[1.0, 2.0, 3.0, 4.0], true);
    assert!(!lanczos.step() && !lanczos.step());
    assert!(lanczos.ritz().values.is_empty() && lanczos.ritz_vector(true).iter().all(|x| x.is_nan()));
}
