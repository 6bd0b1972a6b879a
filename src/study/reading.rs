//! What is known about a loss at one point, and how certainly, for the command line and the window.

use super::shown::Shown;
use crate::critical::{Claim, Refutation, enclosed_jet, is_critical_by};
use crate::curvature::{Curvature, Definiteness, proved_definiteness};
use crate::formula::JetOf;
use crate::landscape::{Jet, Loss};
use crate::number::display::short;
use crate::number::{Constant, Matrix, Vector};

/// The values at a point.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The point.
    pub w: Vector,
    /// L, ∇L and H as they are computed.
    pub jet: Jet,
    /// Eigenvalues, eigenvectors and proved signs; `None` if H is undefined or too large.
    pub curvature: Option<Curvature>,
    /// The same signs, even if an eigenvalue is too large for f64; `None` if H is undefined.
    pub definiteness: Option<Definiteness>,
    /// Whether the point is critical; `None` if that was not determined.
    pub critical: Option<Claim>,
    /// The numbers as they are shown.
    pub shown: Shown,
    /// A bound of both components of ∇L, if ∇L is proved not to be 0 although it is computed as 0.
    pub gradient_bound: Option<f64>,
}

impl Reading {
    /// What is known about the loss at w: proved if it has enclosures, otherwise only computed.
    pub fn at(loss: &Loss, w: Vector) -> Reading {
        let Some(enclosed) = enclosed_jet(loss, w) else { return Reading::computed(loss, w) };
        let computed = loss.jet(w);
        let has_value = !enclosed.value.enclosure.is_empty();
        let jet = match has_value {
            true => within_enclosures(computed, &enclosed),
            // At a pole the arithmetic of f64 has ±∞, by the sign of 0, and L has no value.
            false => Jet {
                value: f64::NAN,
                gradient: computed.gradient.map(|_| f64::NAN),
                hessian: computed.hessian.map(|_| f64::NAN),
            },
        };
        let hessian = &enclosed.hessian;
        let is_undefined = jet.hessian.iter().any(|entry| entry.is_nan());
        let is_known = |known: &Definiteness| has_value && (*known != Definiteness::Undecided || !is_undefined);
        let definiteness = proved_definiteness(hessian).filter(is_known);
        let curvature = Curvature::proved(&jet, hessian);
        let critical = Some(is_critical_by(&enclosed, loss, w));
        let mut shown = if has_value { Shown::enclosed(w, &jet, &enclosed, 0.0) } else { Shown::computed(&jet) };
        if critical == Some(Claim::Refuted(Refutation::Slope)) && shown.gradient == Vector::zeros() {
            // Arithmetic with more digits than the enclosure has shown that it is not 0.
            shown.gradient = jet.gradient;
        }
        let is_lost = critical == Some(Claim::Refuted(Refutation::Slope)) && shown.gradient == Vector::zeros();
        let gradient_bound = is_lost.then(|| {
            let sizes =
                enclosed.gradient.map(|component| component.enclosure.lo.abs().max(component.enclosure.hi.abs()));
            sizes[0].max(sizes[1])
        });
        Reading { w, jet, curvature, definiteness, critical, shown, gradient_bound }
    }

    /// A bound in words, if ∇L is proved not to be 0 although it is computed as 0.
    pub fn gradient_in_words(&self) -> Option<String> {
        self.gradient_bound.map(|bound| format!("not zero, at most {} in each weight", short(bound)))
    }

    /// The computed values at w without proofs, for points that change with every frame, where proofs over many
    /// examples would take too long.
    pub fn computed(loss: &Loss, w: Vector) -> Reading {
        let jet = loss.jet(w);
        let curvature = Curvature::of(&jet);
        let definiteness = curvature.map(|curvature| curvature.definiteness);
        Reading { w, jet, curvature, definiteness, critical: None, shown: Shown::computed(&jet), gradient_bound: None }
    }
}

/// The numbers of 64-bit arithmetic where they agree with the enclosures, and the middles of narrow enclosures where they do not: a
/// number on the way was too large, or its rounding grew.
fn within_enclosures(jet: Jet, enclosed: &JetOf<Constant>) -> Jet {
    let chosen = |computed: f64, number: &Constant| {
        let (low, high) = (number.enclosure.lo, number.enclosure.hi);
        let is_narrow = high - low <= 8.0 * f64::EPSILON * low.abs().max(high.abs());
        let is_inside = low <= computed && computed <= high;
        let is_known = is_narrow && !number.enclosure.is_empty() && !number.enclosure.partial;
        if is_known && !is_inside { number.value } else { computed }
    };
    let across = chosen(jet.hessian[(0, 1)], &enclosed.hessian[1]);
    Jet {
        value: chosen(jet.value, &enclosed.value),
        gradient: Vector::from([0, 1].map(|axis| chosen(jet.gradient[axis], &enclosed.gradient[axis]))),
        hessian: Matrix::new(
            chosen(jet.hessian[(0, 0)], &enclosed.hessian[0]),
            across,
            across,
            chosen(jet.hessian[(1, 1)], &enclosed.hessian[2]),
        ),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use std::collections::BTreeMap;
    use std::f64::consts::FRAC_1_SQRT_2;

    fn reading(formula: &str, w: [f64; 2]) -> Reading {
        Reading::at(&Loss::new(formula, &BTreeMap::new()).unwrap(), Vector::from(w))
    }

    /// No function has a value at a pole, whichever infinity f64 arithmetic gives there.
    #[test]
    fn nothing_has_a_value_at_a_pole() {
        for formula in
            ["1/w1", "1/w1^2", "-1/w1^2", "w1^(-1)", "log(w1)", "log2(abs(w1))", "exp(-1/w1^2)", "w2/w1", "0/w1"]
        {
            let Reading { jet, shown, critical, curvature, .. } = reading(formula, [0.0, 1.0]);
            assert_eq!(critical, Some(Claim::Refuted(Refutation::Undefined)), "{formula}");
            assert!(jet.value.is_nan() && shown.value.is_nan() && curvature.is_none(), "{formula}: {shown:?}");
            assert!(jet.gradient.iter().chain(shown.gradient.iter()).all(|x| x.is_nan()), "{formula}: {shown:?}");
            assert!(jet.hessian.iter().chain(shown.hessian.iter()).all(|x| x.is_nan()), "{formula}: {shown:?}");
        }
        // A slope may be infinite where L has a value, and a value that overflows 64 bits is still a value.
        assert_eq!(reading("sqrt(w1)+w2^2", [0.0, 1.0]).shown.gradient, Vector::new(f64::INFINITY, 2.0));
        assert_eq!(reading("exp(w1)", [1000.0, 0.0]).shown.value, f64::INFINITY);
    }

    /// What is too large on the way is not too large in the end, and no slope is 0 because something on the way was infinite. The
    /// values are those of forty digits (mpmath).
    #[test]
    fn numbers_that_are_too_large_on_the_way_are_computed_with_many_digits() {
        for (formula, w, value, gradient) in [
            ("sqrt(w1^2+w2^2+1)", [1e200, 1e-200], 1e200, [1.0, 0.0]),
            ("log(w1^2+w2^2)", [1e200, 1e200], 921.7271843781782, [1e-200, 1e-200]),
            ("log(w1^2+1)", [1e200, 0.0], 921.0340371976183, [2e-200, 0.0]),
            ("sqrt(w1^2+w2^2-1)", [1e200, 1e200], 1.414213562373095e200, [FRAC_1_SQRT_2; 2]),
            ("log(sigmoid(w1))", [-800.0, 0.0], -800.0, [1.0, 0.0]),
            ("log(exp(w1)+exp(w2))", [800.0, 800.0], 800.69314718056, [0.5, 0.5]),
            ("log2(1+2^w1)", [2000.0, 0.0], 2000.0, [1.0, 0.0]),
            ("log(cosh(w1))", [800.0, 0.0], 799.30685281944, [1.0, 0.0]),
            ("w1^0.1", [1e-300, 0.0], 1e-30, [1e269, 0.0]),
        ] {
            let Reading { jet, .. } = reading(formula, w);
            let is_near = |found: f64, wanted: f64| (found - wanted).abs() <= 4.0 * f64::EPSILON * wanted.abs();
            assert!(is_near(jet.value, value), "{formula}: {}", jet.value);
            assert!((0..2).all(|axis| is_near(jet.gradient[axis], gradient[axis])), "{formula}: {}", jet.gradient);
        }
    }

    /// The decimal nearest to π/2 is no pole: the slope of the tangent is large there, and no claim is left open.
    #[test]
    fn a_place_beside_a_pole_is_decided() {
        let reading = reading("tan(w1)", [std::f64::consts::FRAC_PI_2, 0.0]);
        assert_eq!(reading.critical, Some(Claim::Refuted(Refutation::Slope)));
        // The decimal 1.5707963267948966 is 1.9232e−17 below π/2.
        assert!((reading.jet.value / 51_998_506_188_720_270.0 - 1.0).abs() < 1e-15, "{}", reading.jet.value);
        assert_ne!(reading.definiteness, Some(Definiteness::Undecided));
    }

    /// ∇L of exp(w1) at −800 is e⁻⁸⁰⁰ ≈ 3.7e−348, which no f64 is.
    #[test]
    fn a_gradient_below_the_smallest_number_is_bounded() {
        let reading = reading("exp(w1)", [-800.0, 0.0]);
        assert_eq!(reading.critical, Some(Claim::Refuted(Refutation::Slope)));
        let bound = reading.gradient_bound.unwrap();
        assert!(bound > 0.0 && bound < 1e-300, "{bound}");
        assert!(reading.gradient_in_words().unwrap().starts_with("not zero"));
        assert_eq!(self::reading("exp(w1)", [0.0, 0.0]).gradient_in_words(), None);
    }
}
