//! Runs that end on curves of critical points, or converge slowly to one across a flat region.

use super::approach::{APPROACH, POLISH, gradient_falls};
use crate::critical::{CriticalCurve, CriticalPoints, Evidence, nearest_on_segment};
use crate::curvature::Kind;
use crate::landscape::Loss;
use crate::number::{Vector, eigenpairs};
use crate::optimizer::{After, StopReason, Trajectory};

/// The certified curve on which a point lies: the nearest one, unless a curve of another kind is about as near.
pub(crate) fn curve_beside<'a>(loss: &Loss, curves: &'a [CriticalCurve], w: Vector) -> Option<&'a CriticalCurve> {
    let certified = curves.iter().filter(|curve| curve.evidence == Evidence::Certified);
    let mut beside: Vec<(f64, &CriticalCurve)> = certified
        .filter(|curve| is_beside(loss, curve, w))
        .map(|curve| ((nearest_on(curve, w) - w).norm(), curve))
        .collect();
    beside.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (distance, nearest) = *beside.first()?;
    let is_rival = |(other, curve): &(f64, &CriticalCurve)| curve.kind != nearest.kind && *other <= 2.0 * distance;
    (!beside.iter().any(is_rival)).then_some(nearest)
}

/// The certified curve to which a converged run goes slowly across a flat region. It must meet four conditions: the run
/// ended ten times nearer to it than it began; ‖∇L‖ only falls on the way to the nearest point of the curve; the list
/// has all critical points, and only curves of the same kind are as near; and in a further computation of up to 200
/// steps the run comes nearer.
pub(super) fn creeps_to_curve<'a>(
    loss: &Loss,
    trajectory: &Trajectory,
    points: &'a CriticalPoints,
) -> Option<&'a CriticalCurve> {
    let (start, w) = (trajectory.steps[0].w, trajectory.end().w);
    let distance = |curve: &CriticalCurve, w: Vector| (nearest_on(curve, w) - w).norm();
    let further = trajectory.further.as_ref().filter(|further| further.after != After::Leaves)?;
    if trajectory.stop != StopReason::Converged || !points.accounted {
        return None;
    }
    let certified = points.curves.iter().filter(|curve| curve.evidence == Evidence::Certified);
    let curve = certified.min_by(|a, b| distance(a, w).total_cmp(&distance(b, w)))?;
    let (here, place) = (distance(curve, w), nearest_on(curve, w));
    let is_rival = |other: &&CriticalCurve| other.kind != curve.kind && distance(other, place) <= 2.0 * here;
    let is_alone = !points.curves.iter().any(|other| is_rival(&other))
        && !points.points.iter().any(|point| (point.w - place).norm() <= 2.0 * here);
    let last = further.points.last();
    let comes_nearer = last.is_none_or(|last| distance(curve, *last) < here);
    let is_nearer = here <= APPROACH * distance(curve, start);
    (is_alone && is_nearer && comes_nearer && gradient_falls(loss, w, place)).then_some(curve)
}

/// The nearest certified curve, if the run came ten times nearer to it than it began, and the point of it that is
/// nearest to the run's end.
pub(super) fn approached_curve(points: &CriticalPoints, start: Vector, w: Vector) -> Option<(Kind, Vector)> {
    let certified = points.curves.iter().filter(|curve| curve.evidence == Evidence::Certified);
    let distance = |curve: &CriticalCurve, w: Vector| (nearest_on(curve, w) - w).norm();
    let curve = certified.min_by(|a, b| distance(a, w).total_cmp(&distance(b, w)))?;
    (distance(curve, w) <= APPROACH * distance(curve, start)).then(|| (curve.kind, nearest_on(curve, w)))
}

/// Whether another curve is about as near to w as this one.
pub(super) fn is_near_another(points: &CriticalPoints, curve: &CriticalCurve, w: Vector) -> bool {
    let distance = |curve: &CriticalCurve| (nearest_on(curve, w) - w).norm();
    let near = 4.0 * distance(curve);
    points.curves.iter().any(|other| !std::ptr::eq(other, curve) && distance(other) <= near)
}

/// Whether w is at an end of a curve in which another one ends: there it is not known that L does the same as along them.
pub(super) fn is_at_junction(points: &CriticalPoints, curve: &CriticalCurve, w: Vector) -> bool {
    let size = curve.polyline.iter().map(|vertex| (vertex - w).norm()).fold(0.0, f64::max);
    let near = |vertex: &&Vector| (*vertex - w).norm() <= 1e-6 * size;
    let ends = points.curves.iter().flat_map(|curve| [curve.polyline.first(), curve.polyline.last()]).flatten();
    let is_closed = curve.polyline.first() == curve.polyline.last();
    let own = [curve.polyline.first(), curve.polyline.last()].into_iter().flatten().any(|vertex| near(&vertex));
    own && !is_closed && ends.filter(near).count() > 1
}

/// The point of a curve's drawing that is nearest to w.
fn nearest_on(curve: &CriticalCurve, w: Vector) -> Vector {
    let on_piece = |pair: &[Vector]| nearest_on_segment(w, [pair[0], pair[1]]);
    let nearer = |a: &Vector, b: &Vector| (a - w).norm().total_cmp(&(b - w).norm());
    curve.polyline.windows(2).map(on_piece).min_by(nearer).unwrap_or(w)
}

/// The point of a curve at which a nearby run ends. `None` if Newton's step across the curve is negligible relative to
/// the size of the point; at a zero of L of order m + 1 this step is at least 1/(m + 1) of the distance.
pub(super) fn place_on(loss: &Loss, curve: &CriticalCurve, w: Vector) -> Option<Vector> {
    let jet = loss.jet(w);
    let strong = eigenpairs(&jet.hessian)?.magnitude();
    let is_there = jet.gradient.norm() <= POLISH * 0.1 * strong * w.amax();
    (!is_there).then(|| nearest_on(curve, w))
}

/// Whether the run ended on a certified curve of critical points and stays there in its further steps.
pub(super) fn stays_on(loss: &Loss, trajectory: &Trajectory, curve: &CriticalCurve) -> bool {
    let w = trajectory.end().w;
    if trajectory.stop != StopReason::Converged || curve.evidence != Evidence::Certified || !is_beside(loss, curve, w) {
        return false;
    }
    let Some(further) = trajectory.further.as_ref().filter(|further| further.after != After::Leaves) else {
        return false;
    };
    let last = further.points.last().copied().unwrap_or(w);
    let [before, after] = [w, last].map(|w| loss.value_and_gradient(w).1.norm());
    let rounding = 16.0 * f64::EPSILON * loss.jet(w).hessian.amax() * w.amax();
    is_beside(loss, curve, last) && after <= before.max(rounding)
}

/// Whether the end of a converged run lies on a curve of critical points: within the length of the nearest segment of
/// its polyline, and with a Hessian that is weak in one direction.
pub(crate) fn is_beside(loss: &Loss, curve: &CriticalCurve, w: Vector) -> bool {
    let near = curve.polyline.windows(2).any(|pair| {
        let (along, to_end) = (pair[1] - pair[0], w - pair[0]);
        let squared = along.norm_squared();
        let share = if squared > 0.0 { (to_end.dot(&along) / squared).clamp(0.0, 1.0) } else { 0.0 };
        (to_end - share * along).norm_squared() <= squared
    });
    let is_weak = || {
        eigenpairs(&loss.jet(w).hessian).is_some_and(|eigen| {
            let [low, high] = eigen.values.map(f64::abs);
            low.min(high) <= 1e-3 * low.max(high)
        })
    };
    near && is_weak()
}
