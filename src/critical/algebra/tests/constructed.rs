//! Losses whose critical points are known by construction: P(x) + Q(y) with chosen roots of P′ and Q′, moved by
//! changes of variables, which keep points, multiplicities and the Hessian's signs.

use super::*;
use proptest::prelude::*;

/// The roots of a derivative: (root, multiplicity), and a number of factors x² + c without real roots.
#[derive(Clone, Debug)]
struct Roots {
    real: Vec<(i64, usize)>,
    complex: Vec<i64>,
    sign: i64,
}

fn roots(most: usize, multiplicity: usize) -> impl Strategy<Value = Roots> {
    let real = prop::collection::btree_map(-3i64..=3, 1..=multiplicity, 0..=most);
    (real, prop::collection::btree_set(1i64..4, 0..2), prop::bool::ANY).prop_map(|(real, complex, sign)| Roots {
        real: real.into_iter().collect(),
        complex: complex.into_iter().collect(),
        sign: if sign { 1 } else { -1 },
    })
}

impl Roots {
    /// The text of ∫ sign·∏ (x − a)ᵐ·∏ (x² + c) over x = `variable`.
    fn integral(&self, variable: &str) -> String {
        let mut slope = vec![self.sign];
        let mut multiply = |factor: &[i64]| {
            let mut product = vec![0; slope.len() + factor.len() - 1];
            for (i, a) in slope.iter().enumerate() {
                for (j, b) in factor.iter().enumerate() {
                    product[i + j] += a * b;
                }
            }
            slope = product;
        };
        for (root, multiplicity) in &self.real {
            (0..*multiplicity).for_each(|_| multiply(&[-root, 1]));
        }
        self.complex.iter().for_each(|c| multiply(&[*c, 0, 1]));
        let terms = slope.iter().enumerate().map(|(i, c)| format!("({c})/{}*({variable})^{}", i + 1, i + 1));
        terms.collect::<Vec<_>>().join("+")
    }

    /// The sign of the second derivative at a real root: 0 for a multiple one.
    fn curvature(&self, root: i64, multiplicity: usize) -> i32 {
        if multiplicity > 1 {
            return 0;
        }
        let others = self.real.iter().filter(|(other, m)| *other > root && m % 2 == 1).count();
        if others % 2 == 0 { self.sign as i32 } else { -self.sign as i32 }
    }

    fn distinct(&self) -> usize {
        self.real.len() + 2 * self.complex.len()
    }
}

/// What is expected at a point: coordinates as fractions over a common denominator.
type Expected = (i64, i64, usize, [i32; 2]);

/// Every pair of roots gives a point; `map` gives its coordinates times `denominator`.
fn expected(p: &Roots, q: &Roots, map: impl Fn(i64, i64) -> (i64, i64)) -> Vec<Expected> {
    let mut points = Vec::new();
    for (a, m) in &p.real {
        for (b, n) in &q.real {
            let (x, y) = map(*a, *b);
            let mut signs = [p.curvature(*a, *m), q.curvature(*b, *n)];
            signs.sort();
            points.push((x, y, m * n, signs));
        }
    }
    points
}

fn compare(text: &str, p: &Roots, q: &Roots, mut points: Vec<Expected>, denominator: i64) {
    let exact = decided(text, WIDE).unwrap();
    assert!(exact.finite, "{text}");
    assert_eq!(exact.complex[0], p.distinct() * q.distinct(), "{text}");
    points.sort();
    assert_eq!(exact.points.len(), points.len(), "{text}");
    for (x, y, multiplicity, signs) in points {
        let w = Vector::new(x as f64 / denominator as f64, y as f64 / denominator as f64);
        let found = exact.points.iter().find(|p| p.w == w).unwrap_or_else(|| panic!("{text}: {w:?}"));
        assert_eq!(found.multiplicity, Some(multiplicity), "{text}");
        assert_eq!(found.signs, signs, "{text} at {w:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn sums_under_affine_changes(
        p in roots(3, 2), q in roots(3, 3),
        [a, b, c, d] in [-3i64..=3, -3i64..=3, -3i64..=3, -3i64..=3],
        [e, f] in [-4i64..=4, -4i64..=4],
    ) {
        let determinant = a * d - b * c;
        prop_assume!(determinant != 0 && p.distinct() * q.distinct() > 0);
        // x = a·w1 + b·w2 + e, y = c·w1 + d·w2 + f
        let x = format!("({a})*w1+({b})*w2+({e})");
        let y = format!("({c})*w1+({d})*w2+({f})");
        let text = format!("{}+{}", p.integral(&x), q.integral(&y));
        let sign = determinant.signum();
        let points = expected(&p, &q, |x, y| {
            (sign * (d * (x - e) - b * (y - f)), sign * (a * (y - f) - c * (x - e)))
        });
        // An affine change keeps multiplicities and, by Sylvester's law of inertia, signs.
        compare(&text, &p, &q, points, determinant.abs());
    }

    #[test]
    fn sums_under_bent_coordinates(p in roots(2, 2), q in roots(2, 2), [a, b] in [-2i64..=2, -2i64..=2]) {
        prop_assume!(p.distinct() * q.distinct() > 0);
        // x = w1, y = w2 + a·w1² + b·w1
        let y = format!("w2+({a})*w1^2+({b})*w1");
        let text = format!("{}+{}", p.integral("w1"), q.integral(&y));
        let points = expected(&p, &q, |x, y| (x, y - a * x * x - b * x));
        compare(&text, &p, &q, points, 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// (w1² + w2²)³ and anything of degree 5 or less: ∂₁L and ∂₂L meet nowhere at infinity but at w1² + w2² = 0, and
    /// ∇L points outwards on large circles, so that the indices of all points add up to 1 (Poincaré and Hopf).
    #[test]
    fn indices_add_up_to_one(coefficients in prop::collection::vec(-20i64..=20, 20)) {
        let powers = (0..=5).flat_map(|i| (0..=5 - i).map(move |j| (i, j))).filter(|(i, j)| i + j > 0);
        let terms = powers.zip(&coefficients).map(|((i, j), c)| format!("+({c})*w1^{i}*w2^{j}"));
        let text = format!("(w1^2+w2^2)^3{}", terms.collect::<String>());
        let exact = decided(&text, WIDE).unwrap();
        prop_assert!(exact.finite && exact.complex[1] <= 25);
        prop_assume!(exact.points.iter().all(|p| p.multiplicity == Some(1)));
        let index = |p: &ExactPoint| if p.kind == Kind::Saddle { -1 } else { 1 };
        prop_assert_eq!(exact.points.iter().map(index).sum::<i32>(), 1);
        // Each is a zero of the gradient, as interval arithmetic sees it.
        let formula = Formula::parse(&text).unwrap();
        let (loss, _) = Bivariate::from_expression(formula.expression(), &[], 6, &|| false).unwrap();
        for point in &exact.points {
            for axis in 0..2 {
                let slope = loss.partial(axis);
                let values = [[0, 0], [0, 1], [1, 0], [1, 1]].map(|[i, j]| {
                    slope.at(Vector::new(point.enclosure[0][i], point.enclosure[1][j]))
                });
                prop_assert!(values.iter().any(|v| v.lo <= 0.0) && values.iter().any(|v| v.hi >= 0.0));
            }
        }
    }
}

/// A lattice of 25 points of multiplicity 4, which many directions do not separate.
#[test]
fn a_lattice_of_multiple_points() {
    let lattice = Roots { real: (-2..=2).map(|root| (root, 2)).collect(), complex: Vec::new(), sign: 1 };
    let text = format!("{}+{}", lattice.integral("w1"), lattice.integral("w2"));
    compare(&text, &lattice, &lattice, expected(&lattice, &lattice, |x, y| (x, y)), 1);
}

/// Irrational points of multiplicity 4: ∫ ((x² − 2)·(x² − 3))² for both weights.
#[test]
fn irrational_multiple_points() {
    let part = |v: &str| format!("{v}^9/9-10*{v}^7/7+37*{v}^5/5-20*{v}^3+36*{v}");
    let exact = decided(&format!("{}+{}", part("w1"), part("w2")), WIDE).unwrap();
    let coordinates = [-3f64.sqrt(), -2f64.sqrt(), 2f64.sqrt(), 3f64.sqrt()];
    let points: Vec<_> = coordinates.iter().flat_map(|x| coordinates.map(|y| Vector::new(*x, y))).collect();
    assert_eq!(exact.points.iter().map(|p| p.w).collect::<Vec<_>>(), points);
    assert!(exact.points.iter().all(|p| p.multiplicity == Some(4) && p.signs == [0, 0]));
}

/// Scales far apart, by hand.
#[test]
fn widely_different_scales() {
    let exact = decided("(w1^2-1e-30)^2+(w2^2-1e20)^2", WIDE).unwrap();
    assert_eq!(exact.points.len(), 9);
    assert_eq!(exact.points[0].w, Vector::new(-1e-15, -1e10));
    let exact = decided("(w1-1e-8)^2*(w1+1e-8)^2+1e6*(w2-1e3*w1)^2", WIDE).unwrap();
    let points: Vec<_> = exact.points.iter().map(|p| (p.w.x, p.w.y)).collect();
    assert_eq!(points, [(-1e-8, -1e-5), (0.0, 0.0), (1e-8, 1e-5)]);
}
