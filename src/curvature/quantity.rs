//! Quantities that describe the loss and its curvature at a point, for maps.

use super::{Curvature, Definiteness, ZERO_TOLERANCE};
use crate::formula::{Jet, Planes};
use crate::number::{Matrix, difference_of_products, eigenpairs};
use serde::{Deserialize, Serialize};

/// The quantity of a map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// L.
    #[default]
    Loss,
    /// ‖∇L‖.
    GradientNorm,
    /// λmin of the Hessian.
    LambdaMin,
    /// λmax of the Hessian.
    LambdaMax,
    /// The condition number κ = |λ|max/|λ|min; infinite where H is singular, undefined where H = 0.
    ConditionNumber,
    /// The speed limit 2/λmax; undefined where no learning rate is too large.
    SpeedLimit,
    /// det H, whose zeros separate regions of definite and indefinite Hessians.
    Determinant,
}

impl Quantity {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Quantity; 7] = [
        Quantity::Loss,
        Quantity::GradientNorm,
        Quantity::LambdaMin,
        Quantity::LambdaMax,
        Quantity::ConditionNumber,
        Quantity::SpeedLimit,
        Quantity::Determinant,
    ];

    /// The name on the command line and in study files: `gradient-norm`.
    pub fn name(self) -> &'static str {
        match self {
            Quantity::Loss => "loss",
            Quantity::GradientNorm => "gradient-norm",
            Quantity::LambdaMin => "lambda-min",
            Quantity::LambdaMax => "lambda-max",
            Quantity::ConditionNumber => "condition-number",
            Quantity::SpeedLimit => "speed-limit",
            Quantity::Determinant => "determinant",
        }
    }

    /// The quantity in mathematics: `‖∇L‖`.
    pub fn symbol(self) -> &'static str {
        match self {
            Quantity::Loss => "L",
            Quantity::GradientNorm => "‖∇L‖",
            Quantity::LambdaMin => "λmin",
            Quantity::LambdaMax => "λmax",
            Quantity::ConditionNumber => "κ",
            Quantity::SpeedLimit => "2/λmax",
            Quantity::Determinant => "det H",
        }
    }

    /// The quantity in words: `the gradient's norm`.
    pub fn words(self) -> &'static str {
        match self {
            Quantity::Loss => "the loss",
            Quantity::GradientNorm => "the gradient's norm",
            Quantity::LambdaMin => "the Hessian's least eigenvalue",
            Quantity::LambdaMax => "the Hessian's greatest eigenvalue",
            Quantity::ConditionNumber => "the Hessian's condition number |λ|max/|λ|min",
            Quantity::SpeedLimit => "the speed limit of gradient descent",
            Quantity::Determinant => "the Hessian's determinant",
        }
    }

    /// What the map means where the quantity is infinite or undefined although L is defined; `None` if that cannot
    /// happen.
    pub fn without_value(self) -> Option<&'static str> {
        match self {
            Quantity::Loss => None,
            Quantity::ConditionNumber => Some("H = 0, or singular throughout"),
            Quantity::SpeedLimit => Some("λmax ≤ 0: no rate is too large"),
            Quantity::GradientNorm | Quantity::LambdaMin | Quantity::LambdaMax | Quantity::Determinant => {
                Some("infinite or undefined")
            }
        }
    }

    /// Its value; NaN where it is undefined.
    pub fn of(self, jet: &Jet) -> f64 {
        let eigenvalues = || eigenpairs(&jet.hessian).map(|eigen| eigen.values);
        let h = &jet.hessian;
        match self {
            Quantity::Loss => jet.value,
            Quantity::GradientNorm => libm::hypot(jet.gradient.x, jet.gradient.y),
            Quantity::LambdaMin => eigenvalues().map_or(f64::NAN, |[least, _]| least),
            Quantity::LambdaMax => eigenvalues().map_or(f64::NAN, |[_, greatest]| greatest),
            Quantity::ConditionNumber => eigenvalues().map_or(f64::NAN, condition),
            Quantity::SpeedLimit => Curvature::of(jet).and_then(|curvature| curvature.speed_limit).unwrap_or(f64::NAN),
            Quantity::Determinant => difference_of_products(h[(0, 0)], h[(1, 1)], h[(0, 1)], h[(0, 1)]),
        }
    }

    /// Like [`Quantity::of_planes`], as drawn: an infinite condition number has the colour of `greatest`, or of the
    /// greatest finite value if `greatest` is `None`.
    pub fn drawn_on(self, planes: &Planes, greatest: Option<f64>) -> Vec<f64> {
        let mut values = self.of_planes(planes);
        if self == Quantity::ConditionNumber {
            let finite = values.iter().copied().filter(|value| value.is_finite());
            let greatest = greatest.unwrap_or_else(|| finite.fold(f64::NAN, f64::max));
            values.iter_mut().filter(|value| **value == f64::INFINITY).for_each(|value| *value = greatest);
        }
        values
    }

    /// Its value at many points with the given L, ∇L and H; NaN where it is undefined.
    ///
    /// The same as [`Quantity::of`] up to a few units in the last place.
    pub fn of_planes(self, planes: &Planes) -> Vec<f64> {
        let [value, d1, d2, d11, d12, d22] = planes;
        match self {
            Quantity::Loss => value.clone(),
            Quantity::GradientNorm => norms(d1, d2),
            Quantity::LambdaMin => eigenvalues(planes)[0].clone(),
            Quantity::LambdaMax => eigenvalues(planes)[1].clone(),
            Quantity::ConditionNumber => {
                let [least, greatest] = eigenvalues(planes);
                least.iter().zip(&greatest).map(|(&least, &greatest)| condition([least, greatest])).collect()
            }
            Quantity::SpeedLimit => {
                let [least, greatest] = eigenvalues(planes);
                let limit = |(&least, &greatest): (&f64, &f64)| {
                    let limit = 2.0 / greatest;
                    let is_limit = greatest > ZERO_TOLERANCE * least.abs() && limit < f64::INFINITY;
                    if is_limit { limit } else { f64::NAN }
                };
                least.iter().zip(&greatest).map(limit).collect()
            }
            Quantity::Determinant => {
                let entries = d11.iter().zip(d12).zip(d22);
                entries.map(|((&a, &b), &d)| difference_of_products(a, d, b, b)).collect()
            }
        }
    }
}

fn condition(eigenvalues: [f64; 2]) -> f64 {
    let [a, b] = eigenvalues.map(f64::abs);
    a.max(b) / a.min(b)
}

fn norms(d1: &[f64], d2: &[f64]) -> Vec<f64> {
    let norm = |(&x, &y): (&f64, &f64)| {
        let square = x * x + y * y;
        // If squares overflow or underflow, the scaled computation is used.
        if (1e-200..1e200).contains(&square) { square.sqrt() } else { libm::hypot(x, y) }
    };
    d1.iter().zip(d2).map(norm).collect()
}

/// λmin and λmax of H at each of many points; NaN where H is undefined.
///
/// The eigenvalue of larger magnitude is the mean of the diagonal plus the distance from it with the same sign. The
/// other one is the determinant divided by it, so that it keeps its digits near 0.
pub fn eigenvalues(planes: &Planes) -> [Vec<f64>; 2] {
    let [_, _, _, d11, d12, d22] = planes;
    let mut values = [vec![0.0; d11.len()], vec![0.0; d11.len()]];
    let [least, greatest] = &mut values;
    let entries = || d11.iter().zip(d12).zip(d22);
    for (((&a, &b), &d), (least, greatest)) in entries().zip(least.iter_mut().zip(greatest.iter_mut())) {
        let mean = 0.5 * (a + d);
        let half = 0.5 * (a - d);
        let reach = (half * half + b * b).sqrt();
        let larger = if mean < 0.0 { mean - reach } else { mean + reach };
        let smaller = difference_of_products(a, d, b, b) / larger;
        *least = if smaller < larger { smaller } else { larger };
        *greatest = if smaller < larger { larger } else { smaller };
    }
    // The points for which the fast computation fails: H = 0, or squares that overflow or underflow.
    for (((&a, &b), &d), (least, greatest)) in entries().zip(least.iter_mut().zip(greatest.iter_mut())) {
        let size = a.abs().max(b.abs()).max(d.abs());
        if !(1e-100..1e100).contains(&size) || b.is_nan() || a.is_nan() || d.is_nan() {
            let pairs = eigenpairs(&Matrix::new(a, b, b, d));
            [*least, *greatest] = pairs.map_or([f64::NAN; 2], |pairs| pairs.values);
        }
    }
    values
}

/// The region of a curvature map at a point: the signs of the Hessian's eigenvalues, within [`ZERO_TOLERANCE`]; `None`
/// if H is undefined.
pub fn sign_region(jet: &Jet) -> Option<Definiteness> {
    sign_region_of(eigenpairs(&jet.hessian)?.values)
}

/// Like [`sign_region`], from eigenvalues λmin ≤ λmax; `None` if they are undefined.
pub fn sign_region_of([least, greatest]: [f64; 2]) -> Option<Definiteness> {
    let zero = ZERO_TOLERANCE * least.abs().max(greatest.abs());
    let sign = |value: f64| i32::from(value > zero) - i32::from(value < -zero);
    if least.is_nan() || greatest.is_nan() {
        return None;
    }
    Some(match (sign(least), sign(greatest)) {
        (1, _) => Definiteness::PositiveDefinite,
        (_, -1) => Definiteness::NegativeDefinite,
        (0, 1) => Definiteness::PositiveSemidefinite,
        (-1, 0) => Definiteness::NegativeSemidefinite,
        (0, _) => Definiteness::Zero,
        _ => Definiteness::Indefinite,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Matrix, Vector};

    fn jet(a: f64, b: f64, d: f64) -> Jet {
        Jet { value: 7.0, gradient: Vector::new(3.0, -4.0), hessian: Matrix::new(a, b, b, d) }
    }

    /// ((5, 4), (4, −1)) has trace 4 and determinant −21: its eigenvalues are −3 and 7.
    #[test]
    fn quantities_of_a_known_hessian() {
        let values = Quantity::ALL.map(|quantity| quantity.of(&jet(5.0, 4.0, -1.0)));
        let expected = [7.0, 5.0, -3.0, 7.0, 7.0 / 3.0, 2.0 / 7.0, -21.0];
        for (quantity, (value, expected)) in Quantity::ALL.iter().zip(values.into_iter().zip(expected)) {
            assert!((value - expected).abs() < 1e-14, "{}: {value} of {expected}", quantity.symbol());
        }
        assert_eq!(sign_region(&jet(5.0, 4.0, -1.0)), Some(Definiteness::Indefinite));
    }

    /// One name everywhere: a study file writes what the command line takes.
    #[test]
    fn names_are_those_of_study_files() {
        for quantity in Quantity::ALL {
            let written = serde_json::to_value(quantity);
            assert!(written.is_ok_and(|written| written == quantity.name()), "{}", quantity.name());
        }
    }

    #[test]
    fn what_has_no_value_has_none() {
        assert!(Quantity::ConditionNumber.of(&jet(1.0, 0.0, 0.0)).is_infinite());
        assert!(Quantity::SpeedLimit.of(&jet(-1.0, 0.0, -2.0)).is_nan(), "at a maximum no rate is too large");
        let undefined = jet(f64::NAN, 0.0, 1.0);
        assert!(Quantity::LambdaMax.of(&undefined).is_nan() && Quantity::Determinant.of(&undefined).is_nan());
        assert_eq!(sign_region(&undefined), None);
    }

    /// Planes have the values of jets, for ordinary, singular, vanishing, huge and undefined Hessians.
    #[test]
    fn planes_have_the_values_of_jets() {
        let entries = [0.0, -0.0, 1.0, -2.5, 3.0, 1e-9, 4.0, 1e-160, 3e-200, 7e160, -1e300, f64::NAN, f64::INFINITY];
        let mut planes = Planes::default();
        let mut jets = Vec::new();
        for a in entries {
            for b in entries {
                for d in entries {
                    let jet = jet(a, b, d);
                    let values = [7.0, 3.0, -4.0, a, b, d];
                    planes.iter_mut().zip(values).for_each(|(plane, value)| plane.push(value));
                    jets.push(jet);
                }
            }
        }
        for quantity in Quantity::ALL {
            for (jet, value) in jets.iter().zip(quantity.of_planes(&planes)) {
                let expected = quantity.of(jet);
                let same = value == expected || (value.is_nan() && expected.is_nan());
                let close = (value - expected).abs() <= 1e-14 * expected.abs();
                assert!(same || close, "{} of {:?}: {value} of {expected}", quantity.symbol(), jet.hessian);
            }
        }
        let [least, greatest] = eigenvalues(&planes);
        for (jet, values) in jets.iter().zip(least.into_iter().zip(greatest)) {
            assert_eq!(sign_region_of(values.into()), sign_region(jet), "{:?}", jet.hessian);
        }
    }

    /// det H changes its sign between definite and indefinite regions, and only there.
    #[test]
    fn the_determinant_tells_the_regions() {
        for (a, b, d) in [(2.0, 0.5, 1.0), (-2.0, 0.5, -1.0), (2.0, 3.0, 1.0), (1.0, 0.0, -1.0)] {
            let jet = jet(a, b, d);
            let definite =
                matches!(sign_region(&jet), Some(Definiteness::PositiveDefinite | Definiteness::NegativeDefinite));
            assert_eq!(Quantity::Determinant.of(&jet) > 0.0, definite);
        }
    }
}
