//! Where a run ended, in terms of critical points.
//!
//! A small gradient alone does not show what a run converged to. Gradient descent stops far from a degenerate point,
//! because the gradient becomes small early; the Hessian where it stops may look like that of a minimum or a saddle,
//! although neither is near. A tail of an exponential has a small gradient everywhere, but no critical point. And a run
//! that leaves a saddle has a small gradient while it is near it. So an ending names a critical point only under two
//! conditions: the point is proved to exist, and the run goes there ([`goes_to`], [`creeps_to`]).

use super::approach::{APPROACH, POLISH, SAME, gradient_falls};
use super::curves::{
    approached_curve, creeps_to_curve, curve_beside, is_at_junction, is_near_another, place_on, stays_on,
};
use crate::critical::{
    Claim, CriticalPoint, CriticalPoints, Evidence, enclosed_jet, is_critical_by, is_nearly_critical, is_regular,
};
use crate::curvature::{Definiteness, Kind, definiteness, newton_step, proved_definiteness};
use crate::landscape::Loss;
use crate::number::{Constant, Decimal, Eigenpairs, Interval, Matrix, Vector, eigenpairs};
use crate::optimizer::{After, Certificate, Dynamics, StopReason, Trajectory};

/// Where a run ended, in terms of critical points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// The run's last point.
    pub w: Vector,
    /// The kind of the proved critical point, or curve of critical points, where the run ended; `None` if none is
    /// known.
    pub kind: Option<Kind>,
    /// The critical point of `kind`: on a curve that is flat across, the nearest point of its polyline. `None` if there
    /// is none, and for other curves, on which the end lies up to rounding.
    pub point: Option<Vector>,
    /// A proved critical point near the end of a converged run, if it is not known that the run goes there.
    pub beside: Option<(Kind, Vector)>,
    /// Whether rounding alone is why the run ended: ∇L is proved not to be small there, or H not to be singular.
    pub is_lost: bool,
}

/// A run has reached a simple point if its distance from it fell to this share along each eigenvector.
const ARRIVED: f64 = 1e-3;
/// A run stays at a point if it goes no farther away than this many times the distance of its end.
const NEARBY: f64 = 100.0;
/// Or no farther than this share of the distance of its start, because with momentum a run may stop while it swings
/// past the point.
const SWING: f64 = 1e-6;
/// This many points at the end of a run that used up its steps must be the same up to rounding.
const RESTING: usize = 16;
/// Over more examples enclosures would take longer than a frame.
const MOST_EXAMPLES: usize = 50;

/// Where a trajectory ended.
///
/// The kind is that of
/// * the simple critical point, proved by a [`Certificate`], if the run ended a thousand times nearer to it than it
///   began and goes to it ([`goes_to`]);
/// * or the degenerate point of the list, certified and isolated, if the run ended ten times nearer to it than it
///   began, ‖∇L‖ only falls further on the way to it, and the run goes to it slowly ([`creeps_to`]);
/// * or the certified curve of critical points at its end, on which the run stays, or to which it goes slowly in the
///   same way.
///
/// A run that diverged or left the domain of L ended at none. A run that used up its steps ended at a point only if it
/// stayed there, up to rounding.
pub fn ends(loss: &Loss, trajectory: &Trajectory, points: &CriticalPoints) -> End {
    let end = known_end(loss, trajectory, points);
    // Enclosures take time, and a drag asks for the ends of all runs in each frame: most have a kind.
    End { is_lost: end.kind.is_none() && is_lost_in_rounding(loss, trajectory), ..end }
}

/// The same, without a look at what rounding has done.
fn known_end(loss: &Loss, trajectory: &Trajectory, points: &CriticalPoints) -> End {
    let w = trajectory.end().w;
    let nowhere = End { w, kind: None, point: None, beside: None, is_lost: false };
    let Some(start) = trajectory.steps.first().map(|step| step.w) else { return nowhere };
    // The critical points of a plane say nothing about a run in all weights of a network.
    if trajectory.shadow.is_some() || !is_settled(trajectory) {
        return nowhere;
    }
    let at = |kind: Kind, point: Option<Vector>| End { w, kind: Some(kind), point, beside: None, is_lost: false };
    if points.everywhere {
        return at(Kind::Degenerate, Some(w));
    }
    let simple = Certificate::near(loss, w).filter(|point| point.is_alone_up_to(loss, w));
    if let Some(point) = simple {
        let approach = approach(&point.eigen, start - point.w, w - point.w);
        let rounding = 4.0 * point.radius.amax() + SAME * 1e-3 * point.w.amax();
        let is_there = (w - point.w).amax() <= rounding.max(SAME * (start - point.w).amax());
        let has_arrived = is_there || (trajectory.stop == StopReason::Converged && approach <= ARRIVED);
        if has_arrived && goes_to(loss, trajectory, &point) {
            return at(point.kind, Some(point.w));
        }
        if approach <= APPROACH || (w - point.w).norm() <= SWING * (start - point.w).norm() {
            return End { beside: Some((point.kind, point.w)), ..nowhere };
        }
        return nowhere;
    }
    if let Some(point) = listed(loss, trajectory, points) {
        return at(point.kind, Some(point.w));
    }
    let beside = curve_beside(loss, &points.curves, w)
        .filter(|curve| stays_on(loss, trajectory, curve) && !is_at_junction(points, curve, w));
    match beside.or_else(|| creeps_to_curve(loss, trajectory, points)) {
        Some(curve) => match place_on(loss, curve, w) {
            // Near a crossing of curves it is not known to which of them the run goes.
            Some(place) if is_near_another(points, curve, w) => End { beside: Some((curve.kind, place)), ..nowhere },
            place => at(curve.kind, place),
        },
        None if trajectory.stop == StopReason::Converged && is_proved_degenerate(loss, w) => {
            at(Kind::Degenerate, Some(w))
        }
        None => End { beside: approached_curve(points, start, w).or_else(|| nearby(points, w)), ..nowhere },
    }
}

/// Whether enclosures refute what 64-bit numbers say where the run ended: that ‖∇L‖ is below its tolerance, or that H is singular.
fn is_lost_in_rounding(loss: &Loss, trajectory: &Trajectory) -> bool {
    let is_asked = matches!(trajectory.stop, StopReason::Converged | StopReason::SingularHessian);
    if !is_asked || trajectory.shadow.is_some() || loss.examples() > MOST_EXAMPLES {
        return false;
    }
    let w = trajectory.end().w;
    if trajectory.stop == StopReason::SingularHessian {
        return is_regular(loss, w);
    }
    let tolerance = trajectory.run.as_ref().map_or(0.0, |run| run.gradient_tolerance);
    if tolerance <= 0.0 {
        return false;
    }
    // 64-bit intervals nearly always decide, and a drag asks in each frame.
    let roughly = loss.enclosures().map(|enclosures| enclosures.gradient_of(Decimal::coordinates(w)));
    let answer = roughly.and_then(|gradient| exceeds(&gradient, tolerance));
    answer.unwrap_or_else(|| enclosed_jet(loss, w).is_some_and(|jet| exceeds(&jet.gradient, tolerance) == Some(true)))
}

/// Whether the magnitude of a component is above the tolerance; `None` if the enclosures do not decide.
fn exceeds(gradient: &[Constant; 2], tolerance: f64) -> Option<bool> {
    let enclosures = gradient.map(|component| component.enclosure);
    if enclosures.iter().any(|component| component.lo > tolerance || component.hi < -tolerance) {
        return Some(true);
    }
    let is_within =
        |component: &Interval| !component.partial && -tolerance <= component.lo && component.hi <= tolerance;
    enclosures.iter().all(is_within).then_some(false)
}

/// Whether ∇L = 0 and an eigenvalue of H is 0 at w, both proved.
fn is_proved_degenerate(loss: &Loss, w: Vector) -> bool {
    if loss.examples() > MOST_EXAMPLES {
        return false;
    }
    let Some(jet) = enclosed_jet(loss, w) else { return false };
    let is_singular = matches!(
        proved_definiteness(&jet.hessian),
        Some(Definiteness::PositiveSemidefinite | Definiteness::NegativeSemidefinite | Definiteness::Zero)
    );
    is_singular && is_critical_by(&jet, loss, w) == Claim::Proved
}

/// The certified point of the list that is nearest to w, where that is near beside the sizes of both.
fn nearby(points: &CriticalPoints, w: Vector) -> Option<(Kind, Vector)> {
    const NEAR: f64 = 0.01;
    let distance = |point: &&CriticalPoint| (point.w - w).norm();
    let certified = points.points.iter().filter(|point| point.evidence == Evidence::Certified);
    let nearest = certified.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    (distance(&nearest) <= NEAR * w.norm().max(1.0)).then_some((nearest.kind, nearest.w))
}

/// Whether the run has ended for good: it converged, cannot go on, or has stood in one place at the end of its steps.
fn is_settled(trajectory: &Trajectory) -> bool {
    match trajectory.stop {
        StopReason::Converged | StopReason::SingularHessian | StopReason::Stalled => true,
        StopReason::Diverged | StopReason::Undefined => false,
        StopReason::StepLimit => {
            let steps = &trajectory.steps;
            let last = &steps[steps.len().saturating_sub(RESTING)..];
            let w = trajectory.end().w;
            let scale = (steps[0].w - w).amax().max(w.amax());
            trajectory.stays() || (last.len() > 1 && last.iter().all(|step| (step.w - w).amax() <= SAME * scale))
        }
    }
}

/// The largest ratio, over the eigenvectors, of the distance of the end to that of the start. Distances below the
/// rounding error of the whole way count as 0.
fn approach(eigen: &Eigenpairs, from_start: Vector, from_end: Vector) -> f64 {
    let floor = SAME * from_start.amax();
    let along = |vector: &Vector| {
        let [before, after] = [from_start, from_end].map(|distance| vector.dot(&distance).abs());
        if after <= floor { 0.0 } else { after / before }
    };
    eigen.vectors.iter().map(along).fold(0.0, f64::max)
}

/// The prediction of theory for the run's steps near a critical point with these eigenpairs: for each eigenvector,
/// whether the distance along it decays. If theory has no factors for the rule, this only uses that no rule converges
/// along a direction in which L falls.
fn attracts(trajectory: &Trajectory, eigen: &Eigenpairs, hessian: &Matrix) -> [bool; 2] {
    let run = trajectory.run.as_ref();
    let rate = run.and_then(|run| run.setting("learning_rate")).unwrap_or(f64::NAN);
    match run.and_then(|run| run.dynamics()) {
        // Its modes are not along the eigenvectors, so the answer is the same for both: whether both modes decay.
        Some(Dynamics::WeightRates { rates }) => {
            let all = crate::optimizer::weight_modes(hessian, rates).iter().all(|mode| mode.is_stable());
            [all; 2]
        }
        Some(dynamics) => eigen.values.map(|lambda| dynamics.mode(rate, lambda).is_some_and(|mode| mode.is_stable())),
        None => eigen.values.map(|lambda| lambda > 0.0),
    }
}

/// Whether the run, which ended in the box in which the point is the only one, goes to it.
///
/// It does in two cases. By a theorem, if gradient descent shortens every distance on the disc around the point
/// ([`Certificate::draws_gradient_descent`]). Or by a further computation: the rule goes on for up to 200 more steps
/// without its stopping criterion, and stays within a hundred times the distance of its end, or within a millionth of
/// the distance of its start, in a box in which the point is the only one. Along an eigenvector along which theory
/// predicts that the rule leaves the point, the run must not move at all.
fn goes_to(loss: &Loss, trajectory: &Trajectory, point: &Certificate) -> bool {
    let run = trajectory.run.as_ref();
    let rate = || run.and_then(|run| run.setting("learning_rate"));
    if run.and_then(|run| run.dynamics()) == Some(Dynamics::Gradient)
        && rate().is_some_and(|rate| point.draws_gradient_descent(loss, trajectory.end().w, rate))
    {
        return true;
    }
    let attracts = attracts(trajectory, &point.eigen, &loss.jet(point.w).hessian);
    let rounding = 4.0 * point.radius.amax();
    let further = trajectory.further.iter().flat_map(|further| &further.points);
    let farthest = further.max_by(|a, b| (*a - point.w).norm().total_cmp(&(*b - point.w).norm()));
    let [from_start, from_end] = [trajectory.steps[0].w, trajectory.end().w].map(|w| (w - point.w).norm());
    let reach = (NEARBY * from_end).max(SWING * from_start);
    stays_near(trajectory, (point.w, &point.eigen), attracts, reach, rounding)
        && farthest.is_none_or(|w| point.is_alone_up_to(loss, *w))
}

/// Whether the further steps of the run stay within `reach` of p, or within rounding, and do not move along the
/// eigenvectors that do not attract the run.
fn stays_near(
    trajectory: &Trajectory,
    (p, eigen): (Vector, &Eigenpairs),
    attracts: [bool; 2],
    reach: f64,
    rounding: f64,
) -> bool {
    let w = trajectory.end().w;
    let distance = (w - p).norm();
    let further = trajectory.further.as_ref();
    let points = further.map_or(&[][..], |further| &further.points);
    if further.is_some_and(|further| further.after == After::Leaves) {
        return false;
    }
    let stands_off = trajectory.stays() && distance > rounding.max(SAME * 1e-3 * p.amax());
    if points.is_empty() && stands_off {
        return false;
    }
    let nearby = |at: &Vector| (at - p).norm() <= reach.max(rounding) * (1.0 + 1e-9);
    // For a run that only used up its steps this is not known.
    let moves = |vector: &Vector| further.is_none() || points.iter().any(|at| vector.dot(&(at - w)) != 0.0);
    let is_left_alone = eigen.vectors.iter().zip(attracts).all(|(vector, attracts)| attracts || !moves(vector));
    points.iter().all(nearby) && is_left_alone
}

/// The certified point of the list at which the run ended: a point on which it stays, or a degenerate point to which it
/// goes slowly.
fn listed<'a>(loss: &Loss, trajectory: &Trajectory, points: &'a CriticalPoints) -> Option<&'a CriticalPoint> {
    let w = trajectory.end().w;
    let distance = |point: &&CriticalPoint| (point.w - w).norm();
    let certified = points.points.iter().filter(|point| point.evidence == Evidence::Certified);
    let nearest = certified.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    let stands_there = (nearest.w - w).amax() <= 4.0 * f64::EPSILON * w.amax() && {
        let attracts = attracts(trajectory, &nearest.eigen, &loss.jet(nearest.w).hessian);
        stays_near(trajectory, (nearest.w, &nearest.eigen), attracts, 0.0, 4.0 * f64::EPSILON * w.amax())
    };
    let is_it = stands_there || (nearest.kind == Kind::Degenerate && creeps_to(loss, trajectory, nearest, points));
    is_it.then_some(nearest)
}

/// Whether a converged run goes slowly to a degenerate point of the list. There are four conditions: the run ended ten
/// times nearer than it began; ‖∇L‖ only falls on the way; the list has all critical points, and no other is as near;
/// and in a further computation of up to 200 steps the run comes nearer without ever moving away, and does not move at
/// all along a strong eigenvector that does not attract it.
fn creeps_to(loss: &Loss, trajectory: &Trajectory, point: &CriticalPoint, points: &CriticalPoints) -> bool {
    let (start, w, p) = (trajectory.steps[0].w, trajectory.end().w, point.w);
    let distance = (w - p).norm();
    let is_near = |other: Vector| (other - p).norm() <= 2.0 * distance;
    let others = points.points.iter().filter(|other| other.w != p).any(|other| is_near(other.w));
    let curves = points.curves.iter().flat_map(|curve| &curve.polyline).any(|w| is_near(*w));
    if trajectory.stop != StopReason::Converged
        || !(points.complete || points.accounted)
        || others
        || curves
        || distance > APPROACH * (p - start).norm()
        || !gradient_falls(loss, w, p)
    {
        return false;
    }
    // Along the direction without curvature the factors are 1, and the further steps alone decide.
    let weak = point.eigen.magnitude() * crate::curvature::ZERO_TOLERANCE;
    let mut attracts = attracts(trajectory, &point.eigen, &loss.jet(p).hessian);
    for (attracts, lambda) in attracts.iter_mut().zip(point.eigen.values) {
        *attracts |= lambda.abs() <= weak;
    }
    let last = trajectory.further.as_ref().and_then(|further| further.points.last());
    let comes_nearer = last.is_none_or(|last| (last - p).norm() < distance);
    comes_nearer && stays_near(trajectory, (p, &point.eigen), attracts, distance, 0.0)
}

/// The critical point at w and its kind by the Hessian, if a few Newton steps hardly move w and end in rounding errors;
/// `None` if there is none.
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

    /// Newton's method on (w1·w2)² takes both coordinates of a start on the diagonal to 2/3 of them: it goes to the crossing of
    /// two curves of minima, and to no other point of them. A saddle that a run has left by a hair is near all the same.
    #[test]
    fn a_place_is_named_only_where_the_run_goes() {
        let end = |formula: &str, start: [f64; 2], run: &Run| {
            let loss = Loss::new(formula, &BTreeMap::new()).unwrap();
            let points = search(&loss, &View::new(-2.0, 2.0, -2.0, 2.0).unwrap());
            ends(&loss, &trace(&loss, Vector::from(start), run).unwrap(), &points)
        };
        let crossing = end("(w1*w2)^2", [1.0, 1.0], &Run::new("newton"));
        assert_eq!((crossing.kind, crossing.beside.map(|(kind, _)| kind)), (None, Some(Minimum)));
        let junction = end("w1^2*(w2^2+w1)", [0.0, 0.0], &descent(0.1, 10));
        assert_eq!((junction.kind, junction.point), (Some(Degenerate), Some(Vector::zeros())));
        let meeting = end("w1^2*w2", [0.0, 0.0], &descent(0.1, 10));
        assert_eq!(meeting.kind, Some(Degenerate));
        let near = end("w1^4+w2^4", [0.001, 0.001], &descent(0.1, 10));
        assert_eq!((near.kind, near.beside), (None, Some((Degenerate, Vector::zeros()))));
        // At 1e16 the terms of ∇L cancel to 0 in 64-bit numbers, and H is regular where its entries are all alike.
        let rounded = end("0.1*w1^2+0.6*w1*w2+0.9*w2^2+w1", [1.0, 1.0], &Run::new("newton"));
        let regular = end("(1e9*(w1+w2)-1)^2+(w1-w2)^2", [1.0, 1.0], &Run::new("newton"));
        assert!(rounded.kind.is_none() && regular.kind.is_none() && regular.is_lost, "{rounded:?} {regular:?}");
        let leaving = end("w1^4/4-w1^2/2+w2^2", [1e-12, 1.0], &descent(0.1, 100));
        assert_eq!((leaving.kind, leaving.beside), (None, Some((Saddle, Vector::zeros()))));
    }

    #[test]
    fn other_stops() {
        // Short of the goal the run has not ended anywhere.
        assert_eq!(ended("w1^2 + w2^2", [1.0, 1.0], &descent(0.1, 10)).1, [None; 2]);
        assert_eq!(ended("w1^2 - w2^2", [1.0, 1.0], &descent(0.1, 1000)), (StopReason::Diverged, [None; 2]));
        // Newton's method at the saddle, kept going by the criterion that is not met there.
        let run = Run { require_positive_definite: true, ..Run::new("newton") };
        assert_eq!(ended("w1^2 - w2^2", [1.0, 0.5], &run), (StopReason::StepLimit, [Some(Saddle); 2]));
    }

    #[test]
    fn curves_have_the_kind_across_them() {
        for (formula, start) in [("(w1^2+w2^2-1)^2", [1.0, 1.5]), ("(1-w1*w2)^2", [0.3, 1.5])] {
            let (stop, [known, _]) = ended(formula, start, &descent(0.01, 100_000));
            assert_eq!((stop, known), (StopReason::Converged, Some(Minimum)), "{formula}");
        }
    }
}
