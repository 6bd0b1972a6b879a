//! What may be said of the kind of a point that a search found and nothing proves.
//!
//! Near a degenerate point Newton's method ends where ∇L is lost in rounding, and the eigenvalues there have signs that the
//! point does not have: at a distance d from w₁⁴ they are 12·d². So a sign counts only if all of H around the candidate has it,
//! as far as the point may be.

use super::CriticalPoint;
use super::proof::krawczyk::is_smooth;
use super::spectrum;
use crate::curvature::solve;
use crate::landscape::Enclosures;
use crate::number::{Interval, Matrix, Vector};

/// At a zero of order m of ∇L Newton's step is the share 1/m of the way. Zeros up to this order are as near as so many steps.
const MOST_ORDER: f64 = 32.0;

/// Whether H has the signs of the candidate's kind everywhere within [`MOST_ORDER`] Newton steps, each as long as rounding may make
/// it.
pub(super) fn has_sure_signs(loss: &Enclosures, point: &CriticalPoint) -> bool {
    let kind = || {
        let at = loss.jet_of([point.w.x, point.w.y].map(Interval::point));
        if !is_smooth(&at) {
            return None;
        }
        let [a, b, d] = at.hessian.map(|entry| entry.middle());
        let hessian = Matrix::new(a, b, b, d);
        let [first, second] = [Vector::x(), Vector::y()].map(|unit| solve(&hessian, unit));
        let inverse = Matrix::from_columns(&[first?, second?]);
        let slope = Vector::from(at.gradient.map(|component| component.lo.abs().max(component.hi.abs())));
        let reach = MOST_ORDER * (inverse.abs() * slope);
        let side = |axis: usize| {
            let (low, high) = (point.w[axis] - reach[axis], point.w[axis] + reach[axis]);
            Interval::new(low.next_down(), high.next_up())
        };
        let around = loss.jet_of([side(0), side(1)]);
        if is_smooth(&around) { spectrum::in_intervals(around.hessian)?.kind() } else { None }
    };
    kind() == Some(point.kind)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::curvature::{Kind, definiteness};
    use crate::landscape::Loss;
    use crate::number::eigenpairs;
    use std::collections::BTreeMap;

    /// What is said of a candidate at w with the kind that its Hessian has there.
    fn is_sure(formula: &str, w: [f64; 2]) -> bool {
        let loss = Loss::new(formula, &BTreeMap::new()).unwrap();
        let w = Vector::from(w);
        let jet = loss.jet(w);
        let eigen = eigenpairs(&jet.hessian).unwrap();
        let point = CriticalPoint::candidate(w, jet.value, eigen, definiteness(&eigen).kind());
        assert_ne!(point.kind, Kind::Degenerate, "{formula}: the test is about signs that 64-bit numbers have");
        has_sure_signs(loss.enclosures().unwrap(), &point)
    }

    /// The points of these functions are degenerate, and their Hessians have signs beside them.
    #[test]
    fn signs_beside_a_degenerate_point_do_not_count() {
        for d in [1e-2, 1e-4, 1e-6] {
            for (formula, w) in [
                ("w1^4+w2^2", [d, 0.0]),
                ("w1^4-w2^2", [-d, 0.0]),
                ("w1^3+w2^2", [d, 0.0]),
                ("w1^12+w2^2", [10.0 * d, 0.0]),
                ("w1^3-3*w1*w2^2", [d, d]),
                ("(w1+w2)^4+(w1-w2)^2", [d, d]),
                ("sin(w1)^3*exp(w2)+w2^2+1", [d, 0.0]),
                ("tanh((w1-0.5)^3)+cos(w2)", [0.5 - d, 0.0]),
            ] {
                assert!(!is_sure(formula, w), "{formula} at {w:?}");
            }
        }
    }

    /// With a constant beside it, ∇L of w₁⁴ is lost in rounding long before H is.
    #[test]
    fn rounding_counts_as_a_step() {
        assert!(!is_sure("(1+w1)^4-4*w1-6*w1^2-4*w1^3+w2^2", [1e-6, 0.0]));
        assert!(!is_sure("1e3*(w1+w2)-1e3*w2-1e3*w1+w1^3+w2^2", [1e-7, 0.0]));
    }

    #[test]
    fn signs_at_a_simple_point_count() {
        for (formula, w) in [
            ("w1^2+w2^2", [0.0, 0.0]),
            ("w1^2-1e-9*w2^2", [1e-17, 1e-12]),
            ("cos(w1)+cosh(w2)", [1e-12, -1e-12]),
            ("100*(w2-w1^2)^2+(1-w1)^2", [1.0, 1.0]),
            // A neighbour at a distance of 1e-5 makes λ small, not 0.
            ("w1^3/3-5e-6*w1^2+w2^2", [1e-5, 0.0]),
        ] {
            assert!(is_sure(formula, w), "{formula} at {w:?}");
        }
    }
}
