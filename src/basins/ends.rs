//! Where a run ended, in terms of critical points.
//!
//! A small gradient alone does not say what a run came to. Gradient descent stops far from a degenerate point, because
//! the gradient is small there long before; the Hessian where it stops is that of a minimum or a saddle, and neither is
//! near. And a tail of an exponential has a small gradient everywhere, and no critical point. So the end is held against
//! the critical points that are known, and a point is named only when the run was clearly on its way to it.

use crate::critical::{CriticalCurve, CriticalPoints, is_nearly_critical};
use crate::curvature::{Kind, definiteness, newton_step};
use crate::landscape::Loss;
use crate::number::{Vector, eigenpairs};
use crate::optimizer::{StopReason, Trajectory};

/// Where a run ended, in terms of critical points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// The run's last point.
    pub w: Vector,
    /// The kind of critical point where it ended; `None` when it ended at none.
    pub kind: Option<Kind>,
}

/// The same point up to rounding, as a share of the run's and the point's size.
pub(super) const SAME: f64 = 1e-9;
/// A run was on its way to a point when it ended this much nearer to it than it began.
pub(super) const APPROACH: f64 = 0.1;
/// How far Newton's method may move the end of a run for what it finds to be called the end.
const POLISH: f64 = 1e-6;

/// Where a trajectory ended.
///
/// The kind is that of
/// * the critical point of the list at which the last point lies, up to rounding, however the run stopped (but where
///   it diverged or L is undefined): with a positive definite Hessian required, Newton's method stays at a saddle until
///   the step limit;
/// * or, for a converged run, the nearest critical point of the list to which it came ten times nearer than it began, and
///   on the way to which ‖∇L‖ only falls further;
/// * or the curve of critical points beside it;
/// * or what the Hessian says at the end, when that is a critical point that the list does not have.
pub fn ends(loss: &Loss, trajectory: &Trajectory, points: &CriticalPoints) -> End {
    End { w: trajectory.end().w, kind: kind_of_end(loss, trajectory, points) }
}

fn kind_of_end(loss: &Loss, trajectory: &Trajectory, points: &CriticalPoints) -> Option<Kind> {
    let end = trajectory.end();
    if matches!(trajectory.stop, StopReason::Diverged | StopReason::Undefined) {
        return None;
    }
    let start = trajectory.steps.first()?.w;
    let nearest = |is_it: &dyn Fn(Vector) -> bool| {
        let distance = |w: Vector| (w - end.w).norm();
        let fitting = points.points.iter().filter(|point| is_it(point.w));
        fitting.min_by(|a, b| distance(a.w).total_cmp(&distance(b.w))).map(|point| point.kind)
    };
    let scale = (start - end.w).amax().max(end.w.amax());
    let here = nearest(&|w| (w - end.w).amax() <= SAME * scale.max(w.amax()));
    if here.is_some() || trajectory.stop != StopReason::Converged {
        return here;
    }
    nearest(&|w| (w - end.w).norm() <= APPROACH * (w - start).norm() && gradient_falls(loss, end.w, w))
        .or_else(|| points.curves.iter().find(|curve| is_beside(loss, curve, end.w)).map(|curve| curve.kind))
        .or_else(|| polished(loss, end.w).map(|(_, kind)| kind))
}

/// Whether ‖∇L‖ is nowhere larger than at `from` on the way to the critical point `to`. The way follows the floor of a
/// curved valley: each sample of the straight line is moved across it.
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

/// Whether the end of a converged run lies on a curve of critical points, of which the polyline is a drawing: within
/// the length of the nearest piece, and with a Hessian that is weak in one direction.
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

/// The critical point at w, where a few of Newton's steps, which hardly move it, end in rounding, and what the Hessian
/// says of it; `None` when there is none.
pub(super) fn polished(loss: &Loss, w: Vector) -> Option<(Vector, Kind)> {
    let size = w.amax().max(1.0);
    let mut polished = w;
    for _ in 0..6 {
        let jet = loss.jet(polished);
        let eigen = eigenpairs(&jet.hessian)?;
        // A rule of thumb: at a degenerate point the steps do not end in rounding.
        let is_nearly_singular = eigen.values.iter().any(|value| value.abs() <= 1e-9 * eigen.magnitude());
        let kind = if is_nearly_singular { Kind::Degenerate } else { definiteness(&eigen).kind() };
        let step = newton_step(&eigen, jet.gradient);
        let has_arrived = step.is_some_and(|step| step.amax() <= 1e-13 * size);
        if has_arrived || (kind == Kind::Degenerate && is_nearly_critical(polished, &jet)) {
            return Some((polished, kind));
        }
        polished += step?;
        if (polished - w).amax() > POLISH * size {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::critical::search;
    use crate::landscape::View;
    use crate::optimizer::{Run, trace};
    use Kind::{Degenerate, Maximum, Minimum, Saddle};
    use std::collections::BTreeMap;

    /// The stop and the kind of end, with the points of [−2, 2]² known and with none known.
    fn ended(formula: &str, start: [f64; 2], run: &Run) -> (StopReason, [Option<Kind>; 2]) {
        let loss = Loss::new(formula, &BTreeMap::new()).unwrap();
        let points = search(&loss, &View::new(-2.0, 2.0, -2.0, 2.0).unwrap());
        let trajectory = trace(&loss, Vector::from(start), run).unwrap();
        let kind = |points: &CriticalPoints| {
            let end = ends(&loss, &trajectory, points);
            assert_eq!(end.w, trajectory.end().w);
            end.kind
        };
        (trajectory.stop, [kind(&points), kind(&CriticalPoints::default())])
    }

    fn descent(learning_rate: f64, steps: usize) -> Run {
        let mut run = Run { steps, ..Run::new("gradient-descent") };
        run.set("learning_rate", learning_rate).unwrap();
        run
    }

    #[test]
    fn simple_points_need_no_list() {
        let newton = Run::new("newton");
        for (formula, start, run, kind) in [
            ("w1^2 + 2*w2^2", [1.0, 1.0], descent(0.1, 1000), Minimum),
            ("w1^2 + 1000*w2^2", [1.0, 1.0], descent(0.0009, 100_000), Minimum),
            ("w1^2 - w2^2", [1.0, 0.5], newton.clone(), Saddle),
            ("-w1^2 - w2^2", [1.0, 0.5], newton.clone(), Maximum),
            // Exactly on the ridge, gradient descent comes to rest on a saddle.
            ("w1^2 - w2^2", [1.0, 0.0], descent(0.1, 1000), Saddle),
            // The minimum at (5, 5) lies outside the view.
            ("(w1-5)^2 + (w2-5)^2", [1.0, 1.0], descent(0.1, 1000), Minimum),
            // A curved valley.
            ("(1-w1)^2+100*(w2-w1^2)^2", [-1.0, 1.0], descent(0.001, 1_000_000), Minimum),
        ] {
            assert_eq!(ended(formula, start, &run), (StopReason::Converged, [Some(kind); 2]), "{formula}");
        }
    }

    /// Gradient descent stops where 3·w1² = 1e-8, 6e-5 before the fold, where the Hessian is indefinite or positive.
    #[test]
    fn a_degenerate_point_is_recognised_from_afar() {
        for (formula, start) in [
            ("w1^3 - w2^2", [1.0, 0.0]),
            ("w1^3 + w2^2", [1.0, 1.0]),
            ("w1^4 + w2^4", [1.0, 0.5]),
            ("w1^3 - 3*w1*w2^2", [1.0, 0.0]),
            // Along the curved valley w2 = w1² L is w1⁴.
            ("(w2-w1^2)^2 + w1^4", [1.0, 1.0]),
        ] {
            let (stop, [known, unknown]) = ended(formula, start, &descent(0.1, 1_000_000));
            assert_eq!((stop, known), (StopReason::Converged, Some(Degenerate)), "{formula}");
            assert_eq!(unknown, None, "{formula}: where it stops it is no critical point");
        }
        let (stop, [known, _]) = ended("w1^3 - w2^2", [1.0, 1.0], &Run::new("newton"));
        assert_eq!((stop, known), (StopReason::Converged, Some(Degenerate)));
    }

    #[test]
    fn a_small_gradient_is_not_enough() {
        // In the tail, ∇L is 1e-85 and falls away from the minimum at the origin.
        let tail = ended("-exp(-50*(w1^2+w2^2))", [2.0, 0.1], &descent(0.1, 100));
        assert_eq!(tail, (StopReason::Converged, [None; 2]));
        // A bowl so shallow that the run ends where it starts has been nowhere near its minimum.
        let shallow = ended("1e-12*(w1^2+w2^2)", [1.0, 1.0], &descent(0.1, 100));
        assert_eq!(shallow, (StopReason::Converged, [None; 2]));
        // Just past a fold the gradient is as small as the tolerance, and never zero.
        let past = ended("w1^3/3 + 1e-9*w1 + w2^2", [1.0, 0.5], &descent(0.1, 1_000_000));
        assert_eq!(past, (StopReason::Converged, [None; 2]));
    }

    #[test]
    fn other_stops() {
        // Short of the goal the run has not ended anywhere.
        assert_eq!(ended("w1^2 + w2^2", [1.0, 1.0], &descent(0.1, 10)).1, [None; 2]);
        assert_eq!(ended("w1^2 - w2^2", [1.0, 1.0], &descent(0.1, 1000)), (StopReason::Diverged, [None; 2]));
        // Newton's method at the saddle, kept going by the criterion that is not met there.
        let run = Run { require_positive_definite: true, ..Run::new("newton") };
        assert_eq!(ended("w1^2 - w2^2", [1.0, 0.5], &run), (StopReason::StepLimit, [Some(Saddle), None]));
    }

    #[test]
    fn curves_have_the_kind_across_them() {
        for (formula, start) in [("(w1^2+w2^2-1)^2", [1.0, 1.5]), ("(1-w1*w2)^2", [0.3, 1.5])] {
            let (stop, [known, _]) = ended(formula, start, &descent(0.01, 100_000));
            assert_eq!((stop, known), (StopReason::Converged, Some(Minimum)), "{formula}");
        }
    }
}
