//! What happens in a bracket: folds, pitchforks, exchanges and crossings of the border.
//!
//! Near a fold at p* the two points are w = a ± √(p* − p)·b with analytic a and b, so that the square of their distance is analytic and vanishes
//! at p*; the same holds for the outer points of a pitchfork. Where branches only cross, an eigenvalue vanishes. The zero is extrapolated from
//! points that are followed beside the bracket.

use super::extrapolation::neville;
use super::family::{Audit, Family, Place};
use super::sweep::{Counts, NARROWEST};
use crate::curvature::Kind;
use crate::number::{Vector, eigenpairs};
use serde::Serialize;

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// Two points of different kind meet and vanish, or appear.
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

/// Something that happens at a value of the parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// The value of the parameter.
    pub value: f64,
    /// Where: one point, or several at the same value.
    pub w: Vec<Vector>,
    /// The critical points in view just before.
    pub before: Counts,
    /// The same just after.
    pub after: Counts,
    /// Proved: complete lists of critical points on both sides, a hundred-millionth of the range away, differ by this.
    pub certified: bool,
}

/// Points nearer than this share of the view's smaller side may belong to one event.
const TOGETHER: f64 = 0.03;
/// Points nearer than this share of the view's smaller side to one that changes belong to its event.
const BESIDE_EACH_OTHER: f64 = 0.02;
/// Points that are followed beside a bracket, and how far apart, as a share of the range.
const FOLLOWED: usize = 8;
const APART: [f64; 3] = [1e-4, 1e-5, 1e-6];
/// Events nearer than this share of the range are at one value.
const SAME: f64 = 1e-7;
/// How far from an event its sides are audited, as a share of the range.
const BESIDE: f64 = 1e-8;

/// Points that change together.
struct Cluster {
    before: Vec<Place>,
    after: Vec<Place>,
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
    // Between two events of one bracket the counts are those halfway.
    for k in 1..merged.len() {
        let counts = family.audit(0.5 * (merged[k - 1].value + merged[k].value)).counts();
        (merged[k - 1].after, merged[k].before) = (counts, counts);
    }
    for event in &mut merged {
        event.certified = event.kind != EventKind::Undecided && is_certified(family, event);
    }
    merged
}

/// Whether complete lists on both sides of the event have the numbers that it tells.
fn is_certified(family: &Family, event: &Event) -> bool {
    let beside = BESIDE * family.width();
    let has = |value: f64, counts: Counts| {
        let audit = family.audit(value);
        audit.complete && audit.counts() == counts
    };
    // An exchange changes no number, and that two branches meet is not proved by lists.
    event.kind != EventKind::Transcritical
        && has(event.value - beside, event.before)
        && has(event.value + beside, event.after)
}

/// The points that do not simply live on, in groups.
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

/// The points that do not live on one to one with their kind, and those that stand beside them.
fn unmatched(family: &Family, left: &Audit, right: &Audit) -> (Vec<Place>, Vec<Place>) {
    let side = family.view.width().min(family.view.height());
    let hit = |place: &Place| {
        let w = family.follow(place.w, right.value).filter(|w| (w - place.w).norm() <= BESIDE_EACH_OTHER * side)?;
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
    let beside = |audit: &Audit| -> Vec<Place> {
        let near = |place: &&Place| seeds.iter().any(|w| (w - place.w).norm() <= BESIDE_EACH_OTHER * side);
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
    let outer = |places: &[Place], single: &[Place]| -> Option<[Vector; 2]> {
        // A fold: one saddle and one extremum. A pitchfork: two of a kind about one of another, which the single point of the other side has.
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
    // Another event beside the bracket may leave little room to follow the points.
    let nearest =
        |found: &dyn Fn(f64) -> Option<(f64, Vector)>| APART.iter().find_map(|apart| found(*apart).filter(is_here));
    let found = match (before.len(), after.len()) {
        (2, 0) | (3, 1) => outer(before, after)
            .and_then(|pair| nearest(&|apart| meeting(family, left.value, -apart * family.width(), pair))),
        (0, 2) | (1, 3) => outer(after, before)
            .and_then(|pair| nearest(&|apart| meeting(family, right.value, apart * family.width(), pair))),
        (2, 2) => nearest(&|apart| exchange(family, left.value, -apart * family.width(), before)),
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

/// Where two points meet that are apart at `value`, from which they are followed by steps away from the meeting.
fn meeting(family: &Family, value: f64, step: f64, pair: [Vector; 2]) -> Option<(f64, Vector)> {
    let (mut distances, mut middles) = (Vec::new(), Vec::new());
    let mut pair = pair;
    for k in 0..FOLLOWED {
        let here = value + step * k as f64;
        pair = [family.follow(pair[0], here)?, family.follow(pair[1], here)?];
        let squared = (pair[0] - pair[1]).norm_squared();
        // Both have come to the same point: they cannot be told apart here.
        if squared == 0.0 {
            return None;
        }
        distances.push((squared, here));
        middles.push((here, 0.5 * (pair[0] + pair[1])));
    }
    let found = neville(&distances, 0.0);
    Some((found, place_at(&middles, found))).filter(|(value, _)| value.is_finite())
}

fn place_at(points: &[(f64, Vector)], value: f64) -> Vector {
    let part = |axis: usize| -> f64 { neville(&points.iter().map(|(x, w)| (*x, w[axis])).collect::<Vec<_>>(), value) };
    Vector::new(part(0), part(1))
}

/// Where the smaller eigenvalue of a point vanishes that is followed away from the bracket.
fn exchange(family: &Family, value: f64, step: f64, places: &[Place]) -> Option<(f64, Vector)> {
    let [first, second] = places else { return None };
    if first.kind == second.kind {
        return None;
    }
    let (mut eigenvalues, mut points) = (Vec::new(), Vec::new());
    let mut w = first.w;
    for k in 0..FOLLOWED {
        let here = value + step * k as f64;
        w = family.follow(w, here)?;
        let [low, high] = eigenpairs(&family.at(here).ok()?.jet(w).hessian)?.values;
        eigenvalues.push((if low.abs() < high.abs() { low } else { high }, here));
        points.push((here, w));
    }
    let found = neville(&eigenvalues, 0.0);
    Some((found, place_at(&points, found))).filter(|(value, _)| value.is_finite())
}

/// Where a point that is in the view at the first value and not at the second crosses the border.
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
