//! When a run counts as on its way to a point.

use crate::landscape::Loss;
use crate::number::{Vector, eigenpairs};

/// Two points are the same up to rounding within this share of the size of the run and the point.
pub(super) const SAME: f64 = 1e-9;
/// A run was on its way to a point if its distance from it fell to this share.
pub(super) const APPROACH: f64 = 0.1;
/// How far Newton's method may move the end of a run, so that the critical point it finds counts as the end.
pub(super) const POLISH: f64 = 1e-6;

/// Whether ‖∇L‖ on the way to the critical point `to` is never larger than at `from`. The way follows the floor of a
/// curved valley: each sample of the straight line is moved across the line onto the floor.
pub(super) fn gradient_falls(loss: &Loss, from: Vector, to: Vector) -> bool {
    let allowed = loss.jet(from).gradient.norm();
    let reach = (to - from).norm();
    [0.25, 0.5, 0.75, 0.95].iter().all(|share| {
        let mut w = from + *share * (to - from);
        for _ in 0..2 {
            let jet = loss.jet(w);
            let Some(eigen) = eigenpairs(&jet.hessian) else { return false };
            let strong = usize::from(eigen.values[1].abs() >= eigen.values[0].abs());
            if eigen.values[1 - strong].abs() > 0.1 * eigen.values[strong].abs() {
                break;
            }
            let across = eigen.vectors[strong];
            let step = across.dot(&jet.gradient) / eigen.values[strong];
            if step.abs() <= 0.1 * reach {
                w -= step * across;
            }
        }
        let jet = loss.jet(w);
        let rounding = 8.0 * f64::EPSILON * jet.hessian.amax() * w.amax();
        jet.gradient.norm() <= allowed + rounding
    })
}
