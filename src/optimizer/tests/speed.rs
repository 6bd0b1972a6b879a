//! Speed limits and factors: formulas against runs, and against the roots of the recurrences by other means.

use super::super::speed::{TickKind, contraction, directions, limit_of, ticks};
use super::*;
use crate::number::Matrix;
use proptest::prelude::*;

fn diagonal(a: f64, d: f64) -> Matrix {
    Matrix::new(a, 0.0, 0.0, d)
}

/// The growth of a two-term recurrence x(k+1) = t·x(k) − d·x(k−1), by running it: the largest of |x| over the last
/// steps, and its root.
fn growth(trace: f64, determinant: f64) -> f64 {
    let (mut before, mut here, mut logarithm) = (0.3, 1.0, 0.0);
    const STEPS: usize = 4000;
    for _ in 0..STEPS {
        (before, here) = (here, trace * here - determinant * before);
        let size = libm::hypot(before, here);
        (before, here) = (before / size, here / size);
        logarithm += libm::log(size);
    }
    libm::exp(logarithm / STEPS as f64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The modulus of a mode is the growth of its recurrence, and it passes 1 at the limit and nowhere before.
    #[test]
    fn moduli_are_the_growth_of_the_recurrence(product in 0.01..5.0f64, momentum in 0.0..0.99f64) {
        let left = 1.0 - product;
        for (dynamics, trace, determinant) in [
            (Dynamics::Gradient, left, 0.0),
            (Dynamics::HeavyBall { momentum }, 1.0 + momentum - product, momentum),
            (Dynamics::Nesterov { momentum }, (1.0 + momentum) * left, momentum * left),
        ] {
            let mode = dynamics.mode(1.0, product).unwrap();
            // A defective or slowly turning pair converges like 1/steps.
            prop_assert!((mode.modulus - growth(trace, determinant)).abs() < 5e-3, "{dynamics:?} at {product}");
            let limit = dynamics.limit().unwrap();
            prop_assert_eq!(mode.is_stable(), product < limit, "{:?} at {}", dynamics, product);
            prop_assert!((dynamics.mode(1.0, limit).unwrap().modulus - 1.0).abs() < 1e-9);
            prop_assert!((dynamics.sharpness_limit(0.01).unwrap() - 100.0 * limit).abs() < 1e-9);
        }
    }

    /// No rate makes the slower direction faster than the best one.
    #[test]
    fn the_best_rate_is_best(least in 0.01..1.0f64, ratio in 1.0..300.0f64, momentum in 0.0..0.98f64) {
        let values = [least, least * ratio];
        for dynamics in [Dynamics::Gradient, Dynamics::HeavyBall { momentum }, Dynamics::Nesterov { momentum }] {
            let rates = dynamics.rates(values);
            let slower = |rate: f64| values.map(|l| dynamics.mode(rate, l).unwrap().modulus).into_iter().fold(0.0, f64::max);
            let limit = rates.limit.unwrap();
            let best = slower(rates.best.unwrap());
            for i in 1..500 {
                let rate = limit * f64::from(i) / 500.0;
                prop_assert!(best <= slower(rate) + 1e-9, "{dynamics:?}: {rate} is better than {:?}", rates.best);
            }
            // The direction of λmax is nowhere faster than at its own rate.
            let own = |rate: f64| dynamics.mode(rate, values[1]).unwrap().modulus;
            for i in 1..500 {
                prop_assert!(own(rates.fastest.unwrap()) <= own(limit * f64::from(i) / 500.0) + 1e-7);
            }
        }
    }

    /// Rates for each weight: the modes are the eigenvalues of I − DH by their trace and determinant; the limit of one
    /// weight is where a mode passes −1; and the rectangle is stable inside, with its corner on the border.
    #[test]
    fn rates_for_each_weight(a in 0.1..10.0f64, d in 0.1..10.0f64, coupling in -0.99..0.99f64, shares in prop::array::uniform2(0.01..1.5f64)) {
        let b = coupling * (a * d).sqrt();
        let hessian = Matrix::new(a, b, b, d);
        let rates = [shares[0] / a, shares[1] / d];
        let modes = weight_modes(&hessian, rates).map(|mode| mode.factor().unwrap());
        let step = Matrix::identity() - Matrix::from_diagonal(&Vector::from(rates)) * hessian;
        prop_assert!((modes[0] + modes[1] - step.trace()).abs() < 1e-12);
        prop_assert!((modes[0] * modes[1] - step.determinant()).abs() < 1e-12);
        for weight in [0, 1] {
            let limit = weight_limit(&hessian, rates, weight).unwrap();
            let with = |rate: f64| {
                let mut rates = rates;
                rates[weight] = rate;
                weight_modes(&hessian, rates).iter().all(|mode| mode.is_stable())
            };
            prop_assert!(with(0.999 * limit) && !with(1.001 * limit));
        }
        let corner = stable_rectangle(&hessian).unwrap();
        let inside = [corner[0] * shares[0] / 1.51, corner[1] * shares[1] / 1.51];
        prop_assert!(weight_modes(&hessian, inside).iter().all(|mode| mode.is_stable()));
        let moduli = weight_modes(&hessian, corner).map(|mode| mode.modulus);
        prop_assert!((moduli[0].max(moduli[1]) - 1.0).abs() < 1e-9);
    }
}

#[test]
fn ticks_are_those_of_the_textbook() {
    let of = |run: &Run, key: &str, hessian: &Matrix| {
        ticks(run, key, hessian).iter().map(|tick| (tick.kind, tick.value)).collect::<Vec<_>>()
    };
    let plain = of(&Run::new("gradient-descent"), "learning_rate", &diagonal(4.0, 100.0));
    assert_eq!(plain, [(TickKind::Fastest, 0.01), (TickKind::Best, 2.0 / 104.0), (TickKind::Limit, 0.02)]);
    let ball = of(&Run::new("momentum"), "learning_rate", &diagonal(1.0, 100.0));
    assert_eq!(ball.last(), Some(&(TickKind::Limit, 0.038)));
    let ahead = of(&Run::new("nesterov"), "learning_rate", &diagonal(1.0, 100.0));
    assert!((ahead.last().unwrap().1 - 3.8 / 280.0).abs() < 1e-15);
    // At a saddle there is a limit for the direction that curves up, and nothing that is best; at a maximum nothing.
    assert_eq!(
        of(&Run::new("sgd"), "learning_rate", &diagonal(-1.0, 2.0)),
        [(TickKind::Fastest, 0.5), (TickKind::Limit, 1.0)]
    );
    assert_eq!(of(&Run::new("gradient-descent"), "learning_rate", &diagonal(-1.0, -2.0)), []);
    // Where H is diagonal the rectangle is the whole stable region.
    let weights = run("coordinate-rates", &[("learning_rate_1", 0.5), ("learning_rate_2", 0.01)]);
    let own = |key: &str| of(&weights, key, &diagonal(2.0, 50.0));
    assert_eq!(own("learning_rate_1"), [(TickKind::Corner, 1.0), (TickKind::Limit, 1.0)]);
    assert_eq!(own("learning_rate_2"), [(TickKind::Corner, 0.04), (TickKind::Limit, 0.04)]);
    // A rule without factors has no ticks, and neither do other settings.
    assert_eq!(of(&Run::new("adam"), "learning_rate", &diagonal(1.0, 2.0)), []);
    assert_eq!(of(&Run::new("newton"), "learning_rate", &diagonal(1.0, 2.0)), []);
    assert_eq!(of(&Run::new("momentum"), "momentum", &diagonal(1.0, 2.0)), []);
    assert_eq!(of(&Run::new("gradient-descent"), "learning_rate", &diagonal(f64::NAN, 2.0)), []);
}

/// A little below a tick the run converges, and a little above it diverges, as the slider says.
#[test]
fn runs_obey_the_limits() {
    let formula = "(3*w1^2 + 2*w1*w2 + 8*w2^2)/2";
    let hessian = loss(formula).jet(Vector::zeros()).hessian;
    for (name, key) in [
        ("gradient-descent", "learning_rate"),
        ("momentum", "learning_rate"),
        ("nesterov", "learning_rate"),
        ("coordinate-rates", "learning_rate_1"),
        ("coordinate-rates", "learning_rate_2"),
    ] {
        let limit = ticks(&Run::new(name), key, &hessian).last().unwrap().value;
        for (factor, stop) in [(0.99, StopReason::Converged), (1.01, StopReason::Diverged)] {
            let run = Run { steps: 200_000, ..run(name, &[(key, factor * limit)]) };
            assert_eq!(traced(formula, [1.0, -0.7], &run).stop, stop, "{name} with {key} at {factor} of the limit");
        }
    }
}

/// On a quadratic the measured factors are the predicted ones.
#[test]
fn measured_contraction_is_the_predicted() {
    let formula = "(3*w1^2 + 2*w1*w2 + 8*w2^2)/2 - w1";
    let loss = loss(formula);
    let hessian = loss.jet(Vector::zeros()).hessian;
    let centre = hessian.try_inverse().unwrap() * Vector::x();
    for (name, settings, tolerance) in [
        ("gradient-descent", &[("learning_rate", 0.05)][..], 1e-3),
        ("gradient-descent", &[("learning_rate", 0.22)], 1e-3),
        ("gradient-flow", &[("learning_rate", 0.1)], 1e-3),
        ("damped-newton", &[("damping", 0.3)], 1e-3),
        ("regularised-newton", &[("damping", 2.0)], 1e-3),
        ("saddle-free-newton", &[("damping", 2.0)], 1e-3),
        ("coordinate-rates", &[("learning_rate_1", 0.2), ("learning_rate_2", 0.04)], 1e-3),
        // Where the distance swings through 0 the slope of its logarithm is rough.
        ("momentum", &[("learning_rate", 0.05), ("momentum", 0.5)], 0.1),
        ("nesterov", &[("learning_rate", 0.05), ("momentum", 0.9)], 0.1),
    ] {
        let run = Run { gradient_tolerance: 0.0, ..run(name, settings) };
        let trajectory = traced(formula, [2.0, 1.0], &run);
        for direction in directions(&run, &trajectory, centre, &hessian).unwrap() {
            let (predicted, measured) = (direction.predicted.unwrap().modulus, direction.measured.unwrap());
            assert!((measured - predicted).abs() < tolerance, "{name}: {measured} of {predicted}");
        }
    }
    // Newton's method leaves nothing to measure, and there is no theory for Adam.
    let newton = traced(formula, [2.0, 1.0], &Run::new("newton"));
    assert_eq!(contraction(&newton, centre, Vector::x()), None);
    let adam = Run::new("adam");
    let found = directions(&adam, &traced(formula, [2.0, 1.0], &adam), centre, &hessian).unwrap();
    assert!(found[0].predicted.is_none() && found[0].measured.is_some());
}

/// At the edge of stability the run ends just below the sharpness limit of its rate.
#[test]
fn sharpness_along_the_path() {
    let run = Run { steps: 20_000, ..run("gradient-descent", &[("learning_rate", 0.1)]) };
    let trajectory = traced("(w1*w2 - 1)^2/2", [5.0, 0.22], &run);
    let sharpness = |index: usize| trajectory.eigenvalues()[index][1];
    assert_eq!(limit_of(&run), Some(20.0));
    assert!(sharpness(0) > 20.0 && sharpness(trajectory.len()) < 20.0);
    assert_eq!(limit_of(&Run::new("adam")), None);
    let ball = super::run("momentum", &[("learning_rate", 0.1), ("momentum", 0.5)]);
    assert_eq!(limit_of(&ball), Some(30.0));
}
