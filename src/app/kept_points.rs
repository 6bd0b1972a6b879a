//! A critical point that is kept until the search answers.

use crate::critical::{CriticalPoint, Evidence};
use crate::curvature::{Curvature, Definiteness, Kind, sign_region_of};
use crate::landscape::Loss;

/// Moves a critical point of a former landscape to the one of this landscape near it; false when there is none.
pub(super) fn follow_point(loss: &Loss, point: &mut CriticalPoint, reach: f64) -> bool {
    let origin = point.w;
    let mut w = point.w;
    for _ in 0..8 {
        let jet = loss.jet(w);
        let Some(inverse) = jet.hessian.try_inverse() else {
            return false;
        };
        let step = inverse * jet.gradient;
        w -= step;
        if !(w - origin).norm().is_finite() || (w - origin).norm() > reach {
            return false;
        }
        if step.norm() <= 1e-10 * reach {
            let jet = loss.jet(w);
            let Some(curvature) = Curvature::of(&jet) else {
                return false;
            };
            point.kind = match sign_region_of(curvature.eigen.values) {
                Some(Definiteness::PositiveDefinite) => Kind::Minimum,
                Some(Definiteness::NegativeDefinite) => Kind::Maximum,
                Some(Definiteness::Indefinite) => Kind::Saddle,
                _ => return false,
            };
            point.w = w;
            point.value = jet.value;
            point.eigen = curvature.eigen;
            point.evidence = Evidence::Candidate;
            point.nature = None;
            point.contains = None;
            (point.index, point.enclosure, point.eigenvalue_enclosures) = (None, None, None);
            return true;
        }
    }
    false
}
