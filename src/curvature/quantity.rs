//! Numbers that describe the loss and its curvature at a point, for maps of them.

use super::{Curvature, Definiteness};
use crate::formula::Jet;
use crate::number::{difference_of_products, eigenpairs};

/// What a map shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// L.
    Loss,
    /// ‖∇L‖.
    GradientNorm,
    /// λmin of the Hessian.
    LambdaMin,
    /// λmax of the Hessian.
    LambdaMax,
    /// The condition number |λ|max/|λ|min; infinite where H is singular.
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

    /// The quantity in mathematics: `‖∇L‖`.
    pub fn symbol(self) -> &'static str {
        match self {
            Quantity::Loss => "L",
            Quantity::GradientNorm => "‖∇L‖",
            Quantity::LambdaMin => "λmin",
            Quantity::LambdaMax => "λmax",
            Quantity::ConditionNumber => "|λ|max/|λ|min",
            Quantity::SpeedLimit => "2/λmax",
            Quantity::Determinant => "det H",
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
            Quantity::ConditionNumber => eigenvalues().map_or(f64::NAN, |values| {
                let [a, b] = values.map(f64::abs);
                a.max(b) / a.min(b)
            }),
            Quantity::SpeedLimit => Curvature::of(jet).and_then(|curvature| curvature.speed_limit).unwrap_or(f64::NAN),
            Quantity::Determinant => difference_of_products(h[(0, 0)], h[(1, 1)], h[(0, 1)], h[(0, 1)]),
        }
    }
}

/// A region of a curvature map: what the signs of the Hessian's eigenvalues are there; `None` where H is undefined.
pub fn sign_region(jet: &Jet) -> Option<Definiteness> {
    Curvature::of(jet).map(|curvature| curvature.definiteness)
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

    #[test]
    fn what_has_no_value_has_none() {
        assert!(Quantity::ConditionNumber.of(&jet(1.0, 0.0, 0.0)).is_infinite());
        assert!(Quantity::SpeedLimit.of(&jet(-1.0, 0.0, -2.0)).is_nan(), "at a maximum no rate is too large");
        let undefined = jet(f64::NAN, 0.0, 1.0);
        assert!(Quantity::LambdaMax.of(&undefined).is_nan() && Quantity::Determinant.of(&undefined).is_nan());
        assert_eq!(sign_region(&undefined), None);
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
