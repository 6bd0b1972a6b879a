//! The events in a bracket: folds, pitchforks, exchanges and crossings of the border.
//!
//! Near a fold at p* the two points are w = a ± √(p* − p)·b with analytic a and b, so that the square of their distance
//! is analytic and vanishes at p*; the same holds for the outer points of a pitchfork. The zero is extrapolated from
//! points that are followed outside the bracket. Folds and crossings are then placed by Newton's method (`singular.rs`).

use super::extrapolation::neville;
use super::family::{Audit, Family, SimplePoint};
use super::singular::{Singular, centre, fold};
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
        found.extend(event(family, left, right, &cluster));
    }
    if found.is_empty() {
        // A bracket that is not proved may hide anything.
        let places = most_singular(family, left).or_else(|| most_singular(family, right));
        found.push((EventKind::Undecided, 0.5 * (left.value + right.value), places.unwrap_or(family.view.centre())));
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

/// The point whose Hessian is nearest to a singular one.
fn most_singular(family: &Family, audit: &Audit) -> Option<Vector> {
    let loss = family.at(audit.value).ok()?;
    let ratio = |place: &SimplePoint| {
        let [low, high] = eigenpairs(&loss.jet(place.w).hessian).map_or([f64::NAN; 2], |pairs| pairs.values);
        low.abs().min(high.abs()) / low.abs().max(high.abs())
    };
    let least = audit.points.iter().map(|place| (ratio(place), place.w)).min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(least.1)
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
    let mut seeds = [changing(left, &is_old), changing(right, &is_known)].concat();
    if seeds.is_empty() {
        // Where branches cross, Newton's method may lead from each to the other.
        seeds = [close(family, left), close(family, right)].concat();
    }
    let beside = |audit: &Audit| -> Vec<SimplePoint> {
        let near = |place: &&SimplePoint| seeds.iter().any(|w| (w - place.w).norm() <= BESIDE_EACH_OTHER * side);
        audit.points.iter().filter(near).copied().collect()
    };
    (beside(left), beside(right))
}

/// The points that are close to one of another kind.
fn close(family: &Family, audit: &Audit) -> Vec<Vector> {
    let near = BESIDE_EACH_OTHER * family.view.width().min(family.view.height());
    let meets = |place: &SimplePoint| {
        audit.points.iter().any(|other| other.kind != place.kind && (other.w - place.w).norm() <= near)
    };
    audit.points.iter().filter(|place| meets(place)).map(|place| place.w).collect()
}

/// The kind of an event, its value and its place.
type Found = (EventKind, f64, Vector);

/// The events of one group.
fn event(family: &Family, left: &Audit, right: &Audit, cluster: &Cluster) -> Vec<Found> {
    let (before, after) = (&cluster.before[..], &cluster.after[..]);
    let middle = 0.5 * (left.value + right.value);
    let all: Vec<Vector> = before.iter().chain(after).map(|place| place.w).collect();
    let slack = 10.0 * NARROWEST * family.width();
    let is_here = |found: &Found| left.value - slack <= found.1 && found.1 <= right.value + slack;
    let found = match (before, after) {
        ([a, b], []) => fold_of(family, left.value, -1.0, [*a, *b]).into_iter().collect(),
        ([], [a, b]) => fold_of(family, right.value, 1.0, [*a, *b]).into_iter().collect(),
        ([_, _, _], [center]) => {
            pitchfork(family, [left.value, right.value], -1.0, before, center).into_iter().collect()
        }
        ([center], [_, _, _]) => pitchfork(family, [right.value, left.value], 1.0, after, center).into_iter().collect(),
        ([a, b], [c, d]) => exchange(family, [left.value, right.value], [[*a, *b], [*c, *d]]),
        ([one], []) => border(crossing(family, [left.value, right.value], one.w)),
        ([], [one]) => border(crossing(family, [right.value, left.value], one.w)),
        _ => Vec::new(),
    };
    if !found.is_empty() && found.iter().all(is_here) {
        return found;
    }
    vec![(EventKind::Undecided, middle, all.iter().sum::<Vector>() / all.len() as f64)]
}

fn border(found: Option<(f64, Vector)>) -> Vec<Found> {
    found.map(|(value, w)| (EventKind::Border, value, w)).into_iter().collect()
}

/// One saddle and one extremum that meet. They are apart at `value`.
fn fold_of(family: &Family, value: f64, sense: f64, [a, b]: [SimplePoint; 2]) -> Option<Found> {
    if (a.kind == Kind::Saddle) == (b.kind == Kind::Saddle) {
        return None;
    }
    let near = Singular { value, w: 0.5 * (a.w + b.w) };
    let met = meeting(family, value, sense, [a.w, b.w]).map(|(value, w)| Singular { value, w });
    // Newton's method on ∇L = 0 and det H = 0 places a fold exactly.
    let exact = fold(family, met.unwrap_or(near)).filter(|found| is_near(family, found, &near));
    let Singular { value, w } = exact.or(met)?;
    Some((EventKind::Fold, value, w))
}

fn is_near(family: &Family, a: &Singular, b: &Singular) -> bool {
    let side = family.view.width().min(family.view.height());
    (a.w - b.w).norm() <= TOGETHER * side && (a.value - b.value).abs() <= 100.0 * NARROWEST * family.width()
}

/// Three points of which one is left: a fold of two of them beside the third, or two points of one kind on both sides
/// of one of another kind, and on the other side of the event a single point of the first kind. The three are there at
/// the first value.
fn pitchfork(
    family: &Family,
    values: [f64; 2],
    sense: f64,
    three: &[SimplePoint],
    center: &SimplePoint,
) -> Option<Found> {
    for (bystander, pair) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
        let [a, b] = pair.map(|k| three[k]);
        if three[bystander].kind != center.kind || (a.kind == Kind::Saddle) == (b.kind == Kind::Saddle) {
            continue;
        }
        let near = Singular { value: values[0], w: 0.5 * (a.w + b.w) };
        if let Some(found) = fold(family, near).filter(|found| is_near(family, found, &near)) {
            return Some((EventKind::Fold, found.value, found.w));
        }
    }
    let outer: Vec<Vector> = three.iter().filter(|place| place.kind == center.kind).map(|place| place.w).collect();
    let (value, w) = meeting(family, values[0], sense, <[Vector; 2]>::try_from(outer).ok()?)?;
    Some((EventKind::Pitchfork, value, w))
}

/// Two points on each side: branches that cross and exchange their kinds, or that turn back in two folds.
fn exchange(family: &Family, values: [f64; 2], sides: [[SimplePoint; 2]; 2]) -> Vec<Found> {
    if sides.iter().any(|[a, b]| a.kind == b.kind) {
        return Vec::new();
    }
    let between = |k: usize| Singular { value: values[k], w: 0.5 * (sides[k][0].w + sides[k][1].w) };
    let start = Singular { value: 0.5 * (values[0] + values[1]), w: 0.5 * (between(0).w + between(1).w) };
    match centre(family, start).filter(|(found, _)| is_near(family, found, &start)) {
        Some((found, true)) => vec![(EventKind::Transcritical, found.value, found.w)],
        Some((_, false)) => {
            let folds = [0, 1].map(|k| fold(family, between(k)).filter(|found| is_near(family, found, &start)));
            match folds {
                [Some(a), Some(b)] if a.value < b.value => {
                    vec![(EventKind::Fold, a.value, a.w), (EventKind::Fold, b.value, b.w)]
                }
                _ => Vec::new(),
            }
        }
        None => Vec::new(),
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
