#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::*;
use crate::number::{Interval, Matrix};
use proptest::prelude::*;

fn jet(gradient: [f64; 2], [a, b, d]: [f64; 3]) -> Jet {
    Jet { value: 0.0, gradient: Vector::new(gradient[0], gradient[1]), hessian: Matrix::new(a, b, b, d) }
}

fn curvature(entries: [f64; 3]) -> Curvature {
    Curvature::of(&jet([0.0, 0.0], entries)).unwrap()
}

#[test]
fn signs_and_speed_limits() {
    for (entries, expected, speed_limit) in [
        ([1.0, 0.0, 4.0], Definiteness::PositiveDefinite, Some(0.5)),
        ([-1.0, 0.0, -4.0], Definiteness::NegativeDefinite, None),
        ([6.0, 0.0, -2.0], Definiteness::Indefinite, Some(1.0 / 3.0)),
        ([0.0, 1.0, 0.0], Definiteness::Indefinite, Some(2.0)),
        ([1.0, 1.0, 1.0], Definiteness::PositiveSemidefinite, Some(1.0)),
        ([0.0, 0.0, -2.0], Definiteness::NegativeSemidefinite, None),
        ([0.0, 0.0, 0.0], Definiteness::Zero, None),
        // Even a very long ravine is not flat: only an exact zero counts as zero.
        ([1e-10, 0.0, 1.0], Definiteness::PositiveDefinite, Some(2.0)),
        ([-1e-10, 0.0, 1.0], Definiteness::Indefinite, Some(2.0)),
        ([2.0, 0.0, 2e300], Definiteness::PositiveDefinite, Some(1e-300)),
        // λmax = 1e-20 beside −1 may be rounding, and 2/λmax would then be nonsense.
        ([1e-20, 0.0, -1.0], Definiteness::Indefinite, None),
    ] {
        let found = curvature(entries);
        assert_eq!(found.definiteness, expected, "{entries:?}");
        assert_eq!(found.speed_limit, speed_limit, "{entries:?}");
        assert_eq!(serde_json::to_value(expected).unwrap(), expected.words());
    }
    for kind in [Kind::Minimum, Kind::Maximum, Kind::Saddle, Kind::Degenerate] {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
    }
}

#[test]
fn an_undefined_hessian_has_no_curvature() {
    assert_eq!(Curvature::of(&jet([0.0, 0.0], [f64::NAN, 0.0, 1.0])), None);
    assert_eq!(Curvature::of(&jet([0.0, 0.0], [f64::INFINITY, 0.0, 1.0])), None);
}

/// A proved curvature has a speed limit if λmax is proved to be positive, however small it is relative to λmin.
#[test]
fn proved_curvature() {
    for (entries, expected, speed_limit) in [
        ([1e-20, 0.0, -1.0], Definiteness::Indefinite, Some(2e20)),
        ([0.0, 0.0, -1.0], Definiteness::NegativeSemidefinite, None),
        ([2.0, 0.0, 2e10], Definiteness::PositiveDefinite, Some(1e-10)),
        ([1.0, 1.0, 1.0], Definiteness::PositiveSemidefinite, Some(1.0)),
    ] {
        let found = Curvature::proved(&jet([0.0, 0.0], entries), &entries.map(Constant::exact)).unwrap();
        assert_eq!((found.definiteness, found.speed_limit), (expected, speed_limit), "{entries:?}");
    }
    // Entries with three known digits: the sum of squares is certain, but not whether one of them is zero.
    let known = [1.0, 1.0, 1.0].map(|value| Constant { value, enclosure: Interval::new(0.999, 1.001) });
    let found = Curvature::proved(&jet([0.0, 0.0], [1.0, 1.0, 1.0]), &known).unwrap();
    assert_eq!((found.definiteness, found.speed_limit), (Definiteness::Undecided, Some(1.0)));
}

#[test]
fn the_models_stationary_point() {
    // L = w1² − w2²: from anywhere the model is L itself and its stationary point the saddle at the origin.
    let model = QuadraticModel { centre: Vector::new(1.5, -0.25), jet: jet([3.0, 0.5], [2.0, 0.0, -2.0]) };
    assert_eq!(model.stationary_point(), Some(Vector::zeros()));
    assert_eq!(model.gradient(Vector::zeros()), Vector::zeros());
    // L(c) = 0 here, so that the model's value at the origin is −(1.5² − 0.25²).
    assert_eq!(model.value(Vector::zeros()), -(1.5 * 1.5 - 0.25 * 0.25));
    // A cylinder has a line of stationary points or none.
    let model = QuadraticModel { centre: Vector::zeros(), jet: jet([1.0, 1.0], [1.0, 1.0, 1.0]) };
    assert_eq!(model.stationary_point(), None);
}

proptest! {
    /// Signs do not depend on the unit of L nor on the direction of the axes.
    #[test]
    fn sign_regions_are_invariant(l in -3..=3i32, m in -3..=3i32, angle in 0.0..7.0f64, exponent in -290..290i32) {
        let scale = libm::pow(10.0, f64::from(exponent));
        let (l, m) = (f64::from(l), f64::from(m));
        let (s, c) = (libm::sin(angle), libm::cos(angle));
        let rotated = [l * c * c + m * s * s, (l - m) * c * s, l * s * s + m * c * c].map(|entry| entry * scale);
        prop_assert_eq!(sign_region(&jet([0.0; 2], rotated)), Some(curvature([l, 0.0, m]).definiteness));
    }

    /// At the stationary point the model's gradient vanishes.
    #[test]
    fn newtons_goal_has_no_gradient(
        g in [-5.0..5.0f64, -5.0..5.0], h in [-5.0..5.0f64, -5.0..5.0, -5.0..5.0], centre in [-3.0..3.0f64, -3.0..3.0],
    ) {
        let model = QuadraticModel { centre: Vector::new(centre[0], centre[1]), jet: jet(g, h) };
        if let Some(goal) = model.stationary_point() {
            let scale = 10.0 * (1.0 + (goal - model.centre).norm());
            prop_assert!(model.gradient(goal).norm() < 1e-14 * scale);
        }
    }
}
