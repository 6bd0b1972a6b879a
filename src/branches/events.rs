//! The events in a bracket: folds, pitchforks, exchanges and crossings of the border.
//!
//! Near a fold at p* the two points are w = a ± √(p* − p)·b with analytic a and b, so that the square of their distance
//! is analytic and vanishes at p*; the same holds for the outer points of a pitchfork. If branches only cross, an
//! eigenvalue vanishes. The zero is extrapolated from points that are followed outside the bracket.

use super::extrapolation::neville;
use super::family::{Audit, Family, SimplePoint};
use super::sweep::{Counts, NARROWEST};
use crate::curvature::Kind;
use crate::number::{Vector, eigenpairs};
use serde::Serialize;

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// Two points of different kinds meet and vanish, or appear.
    Fold,
    /// A point changes its kind, and two others meet it and vanish, or appear.
    Pitchfork,
    /// Two points meet and exchange their kinds.
    Transcritical,
    /// A point crosses the border of the view.
    Border,
    /// Something else, or what cannot be told.
    Undecided,
}

/// An event at a value of the parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The kind of the event.
    pub kind: EventKind,
    /// The value of the parameter.
    pub value: f64,
    /// The place: one point, or several at the same value.
    pub w: Vec<Vector>,
    /// The critical points in view just before.
    pub before: Counts,
    /// The counts just after the event.
    pub after: Counts,
    /// Proved: complete lists of critical points on both sides, a hundred-millionth of the range away, differ as the
    /// event says.
    pub certified: bool,
}

/// Points nearer than this share of the view's smaller side may belong to one event.
const TOGETHER: f64 = 0.03;
/// Points nearer than this share of the view's smaller side to a point that changes belong to its event.
const BESIDE_EACH_OTHER: f64 = 0.02;
/// The first step with which points are followed away from a bracket, as a share of the range.
const FIRST_STEP: f64 = 1e-8;
/// For how many steps points are followed, how many of these are fitted, and how often a step is tried.
const STEPS: usize = 14;
const FITTED: usize = 8;
const MOST_TRIES: usize = 80;
/// How much a squared distance may grow in a step, and how much it has to grow in total. A zero that is extrapolated
/// from nearly equal sizes would be dominated by their rounding errors.
const FASTEST: f64 = 9.0;
const GROWTH: f64 = 32.0;
/// Events nearer to each other than this share of the range count as being at the same value.
const SAME: f64 = 1e-7;
/// The distance from an event to the audits on both sides, as a share of the range.
const BESIDE: f64 = 1e-8;

/// Points that change together.
struct Cluster {
    before: Vec<SimplePoint>,
    after: Vec<SimplePoint>,
}

/// The events of a bracket between two audits.
pub(super) fn events(family: &Family, left: &Audit, right: &Audit) -> Vec<Event> {
    let mut found: Vec<(EventKind, f64, Vector)> = Vec::new();
    for cluster in clusters(family, left, right) {
        found.push(event(family, left, right, &cluster));
    }
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut merged: Vec<Event> = Vec::new();
    for (kind, value, w) in found {
        let known = merged.last_mut().filter(|last| last.kind == kind && value - last.value <= SAME * family.width());
        match known {
            Some(last) => last.w.push(w),
            None => merged.push(Event {
                kind,
                value,
                w: vec![w],
                before: left.counts(),
                after: right.counts(),
                certified: false,
            }),
        }
    }
    // Between two events of one bracket the counts are those of an audit halfway.
    for k in 1..merged.len() {
        let counts = family.audit(0.5 * (merged[k - 1].value + merged[k].value)).counts();
        (merged[k - 1].after, merged[k].before) = (counts, counts);
    }
    for event in &mut merged {
        event.certified = event.kind != EventKind::Undecided && is_certified(family, event);
    }
    merged
}

/// Whether complete lists on both sides of the event have the numbers of points that the event implies.
fn is_certified(family: &Family, event: &Event) -> bool {
    let beside = BESIDE * family.width();
    let has = |value: f64, counts: Counts| {
        let audit = family.audit(value);
        audit.complete && audit.counts() == counts
    };
    // An exchange does not change the numbers, and lists do not prove that two branches meet.
    event.kind != EventKind::Transcritical
        && has(event.value - beside, event.before)
        && has(event.value + beside, event.after)
}

/// The points that do not simply continue, in groups.
fn clusters(family: &Family, left: &Audit, right: &Audit) -> Vec<Cluster> {
    let side = family.view.width().min(family.view.height());
    let (before, after) = unmatched(family, left, right);
    let mut clusters: Vec<Cluster> = Vec::new();
    let places = before.into_iter().map(|place| (place, true)).chain(after.into_iter().map(|place| (place, false)));
    for (place, is_before) in places {
        let near = |cluster: &Cluster| {
            cluster.before.iter().chain(&cluster.after).any(|other| (other.w - place.w).norm() <= TOGETHER * side)
        };
        // Groups that the new point connects become one.
        let (touching, apart): (Vec<Cluster>, Vec<Cluster>) = clusters.into_iter().partition(near);
        let mut joined = Cluster { before: Vec::new(), after: Vec::new() };
        for cluster in touching {
            joined.before.extend(cluster.before);
            joined.after.extend(cluster.after);
        }
        if is_before {
            joined.before.push(place)
        } else {
            joined.after.push(place)
        }
        clusters = apart;
        clusters.push(joined);
    }
    clusters
}

/// The points that do not continue one to one with the same kind, and those near them.
fn unmatched(family: &Family, left: &Audit, right: &Audit) -> (Vec<SimplePoint>, Vec<SimplePoint>) {
    let side = family.view.width().min(family.view.height());
    let there = family.at(right.value).ok();
    let hit = |place: &SimplePoint| {
        let w =
            family.follow_on(there.as_ref()?, place.w).filter(|w| (w - place.w).norm() <= BESIDE_EACH_OTHER * side)?;
        right.points.iter().position(|other| (other.w - w).norm() <= 1e-8 * side)
    };
    let hits: Vec<Option<usize>> = left.points.iter().map(hit).collect();
    let lives_on = |a: usize| {
        hits[a].is_some_and(|b| {
            right.points[b].kind == left.points[a].kind && hits.iter().filter(|hit| **hit == Some(b)).count() == 1
        })
    };
    let is_old: Vec<bool> = (0..left.points.len()).map(lives_on).collect();
    let is_reached = |b: usize| hits.iter().zip(&is_old).any(|(hit, is_old)| *hit == Some(b) && *is_old);
    let is_known: Vec<bool> = (0..right.points.len()).map(is_reached).collect();
    let changing = |audit: &Audit, is_left: &[bool]| -> Vec<Vector> {
        audit.points.iter().zip(is_left).filter(|(_, lives)| !**lives).map(|(place, _)| place.w).collect()
    };
    let seeds = [changing(left, &is_old), changing(right, &is_known)].concat();
    let beside = |audit: &Audit| -> Vec<SimplePoint> {
        let near = |place: &&SimplePoint| seeds.iter().any(|w| (w - place.w).norm() <= BESIDE_EACH_OTHER * side);
        audit.points.iter().filter(near).copied().collect()
    };
    (beside(left), beside(right))
}

/// The event of one group.
fn event(family: &Family, left: &Audit, right: &Audit, cluster: &Cluster) -> (EventKind, f64, Vector) {
    let (before, after) = (&cluster.before, &cluster.after);
    let middle = 0.5 * (left.value + right.value);
    let all: Vec<Vector> = before.iter().chain(after).map(|place| place.w).collect();
    let undecided = (EventKind::Undecided, middle, all.iter().sum::<Vector>() / all.len() as f64);
    let outer = |places: &[SimplePoint], single: &[SimplePoint]| -> Option<[Vector; 2]> {
        // A fold: one saddle and one extremum. A pitchfork: two points of one kind on both sides of one of another
        // kind; on the other side of the event there is a single point of the first kind.
        match (places, single) {
            ([a, b], []) => ((a.kind == Kind::Saddle) != (b.kind == Kind::Saddle)).then_some([a.w, b.w]),
            ([_, _, _], [center]) => {
                let outer: Vec<Vector> =
                    places.iter().filter(|place| place.kind == center.kind).map(|place| place.w).collect();
                <[Vector; 2]>::try_from(outer).ok()
            }
            _ => None,
        }
    };
    let slack = 10.0 * NARROWEST * family.width();
    let is_here = |found: &(f64, Vector)| left.value - slack <= found.0 && found.0 <= right.value + slack;
    let found = match (before.len(), after.len()) {
        (2, 0) | (3, 1) => outer(before, after).and_then(|pair| meeting(family, left.value, -1.0, pair)),
        (0, 2) | (1, 3) => outer(after, before).and_then(|pair| meeting(family, right.value, 1.0, pair)),
        (2, 2) => exchange(family, left.value, -1.0, before),
        (1, 0) => crossing(family, [left.value, right.value], before[0].w),
        (0, 1) => crossing(family, [right.value, left.value], after[0].w),
        _ => None,
    };
    let kind = match (before.len(), after.len()) {
        (2, 0) | (0, 2) => EventKind::Fold,
        (3, 1) | (1, 3) => EventKind::Pitchfork,
        (2, 2) => EventKind::Transcritical,
        _ => EventKind::Border,
    };
    match found.filter(is_here) {
        Some((value, w)) => (kind, value, w),
        None => undecided,
    }
}

/// The value and place at which two points meet. They are apart at `value`, and are followed from there away from the
/// meeting.
fn meeting(family: &Family, value: f64, sense: f64, pair: [Vector; 2]) -> Option<(f64, Vector)> {
    let step = |[a, b]: [Vector; 2], value: f64| {
        let loss = family.at(value).ok()?;
        Some([family.follow_on(&loss, a)?, family.follow_on(&loss, b)?])
    };
    let squared = |[a, b]: [Vector; 2], _: f64| Some((a - b).norm_squared());
    let trail = receding(family, value, sense, pair, &step, &squared)?;
    zero(trail.iter().map(|(value, size, [a, b])| (*value, *size, 0.5 * (a + b))).collect())
}

/// The value and place at which the smaller eigenvalue of a point vanishes. The point is followed from `value` away
/// from there.
fn exchange(family: &Family, value: f64, sense: f64, places: &[SimplePoint]) -> Option<(f64, Vector)> {
    let [first, second] = places else { return None };
    if first.kind == second.kind {
        return None;
    }
    let step = |w: Vector, value: f64| family.follow(w, value);
    let smaller = |w: Vector, value: f64| {
        let [low, high] = eigenpairs(&family.at(value).ok()?.jet(w).hessian)?.values;
        Some(low.abs().min(high.abs()))
    };
    let trail = receding(family, value, sense, first.w, &step, &smaller)?;
    zero(trail.iter().map(|(value, size, w)| (*value, *size, *w)).collect())
}

/// Values of the parameter, each with a size and a state.
type Trail<S> = Vec<(f64, f64, S)>;

/// Follows a state away from an event at which its size vanishes. The steps double, and are shortened if the size does
/// not grow, or grows so fast that the state may have changed to another one.
fn receding<S: Copy>(
    family: &Family,
    value: f64,
    sense: f64,
    first: S,
    step: &dyn Fn(S, f64) -> Option<S>,
    size: &dyn Fn(S, f64) -> Option<f64>,
) -> Option<Trail<S>> {
    let mut trail = vec![(value, size(first, value)?, first)];
    let mut length = FIRST_STEP * family.width();
    for _ in 0..MOST_TRIES {
        let (here, last, state) = trail[trail.len() - 1];
        let next = here + sense * length;
        let found = step(state, next).and_then(|state| Some((next, size(state, next)?, state)));
        match found.filter(|(_, size, _)| *size > last && *size < FASTEST * last) {
            Some(found) => {
                trail.push(found);
                length *= 2.0;
            }
            None => length *= 0.25,
        }
        if trail.len() >= STEPS && trail[trail.len() - 1].1 >= GROWTH * trail[0].1 {
            break;
        }
    }
    // A state that cannot be followed far enough has no fit.
    let fitted = trail.len().checked_sub(FITTED).filter(|_| trail.len() >= STEPS)?;
    Some(trail.split_off(fitted))
}

/// The parameter at which the size of a trail vanishes: a polynomial in the size, evaluated at 0.
fn zero(trail: Vec<(f64, f64, Vector)>) -> Option<(f64, Vector)> {
    let inverse: Vec<(f64, f64)> = trail.iter().map(|(value, size, _)| (*size, *value)).collect();
    let found = neville(&inverse, 0.0);
    let part = |axis: usize| {
        let points: Vec<(f64, f64)> = trail.iter().map(|(value, _, w)| (*value, w[axis])).collect();
        neville(&points, found)
    };
    Some((found, Vector::new(part(0), part(1)))).filter(|(value, _)| value.is_finite())
}

/// The value and place at which a point crosses the border. It is in the view at the first value and not at the second.
fn crossing(family: &Family, [inside, outside]: [f64; 2], w: Vector) -> Option<(f64, Vector)> {
    let view = &family.view;
    let near = 0.05 * view.width().max(view.height());
    let distance = |w: Vector| {
        [w.x - view.w1[0], view.w1[1] - w.x, w.y - view.w2[0], view.w2[1] - w.y]
            .into_iter()
            .fold(f64::INFINITY, f64::min)
    };
    let there = family.follow(w, outside)?;
    if distance(there) > 0.0 || distance(w) > near || (there - w).norm() > near {
        return None;
    }
    let (mut low, mut high, mut place) = (inside, outside, w);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        let next = family.follow(place, middle)?;
        if distance(next) >= 0.0 {
            (low, place) = (middle, next);
        } else {
            high = middle;
        }
    }
    Some((0.5 * (low + high), place))
}
