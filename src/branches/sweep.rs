//! The range of the parameter, divided into spans over which the critical points are proved to continue, and brackets
//! between them.

use super::family::{Audit, Family, SimplePoint};
use super::span::is_proved;
use crate::curvature::Kind;
use serde::Serialize;

/// How many critical points of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Minima.
    pub minimum: usize,
    /// Saddles.
    pub saddle: usize,
    /// Maxima.
    pub maximum: usize,
}

impl Audit {
    /// How many there are of each kind.
    pub fn counts(&self) -> Counts {
        let count = |kind: Kind| self.points.iter().filter(|place| place.kind == kind).count();
        Counts { minimum: count(Kind::Minimum), saddle: count(Kind::Saddle), maximum: count(Kind::Maximum) }
    }
}

/// The result for the span between two successive audits.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Between {
    /// Proved: point `pairs[k].0` of the left audit continues to point `pairs[k].1` of the right one, and there are no
    /// others.
    Proved(Vec<(usize, usize)>),
    /// The points correspond to each other, but that is not proved.
    Followed(Vec<(usize, usize)>),
    /// The points do not correspond, so there is an event.
    Event,
}

/// The audits, ascending by value, and the result for the span between each and the next.
#[derive(Clone, Debug)]
pub(super) struct Sweep {
    pub audits: Vec<Audit>,
    pub between: Vec<Between>,
}

/// Spans to begin with.
const SPANS: usize = 16;
/// How far a value is moved if its audit fails, as a share of the span: irrational, so that no event is hit twice.
const SHIFT: f64 = 0.061_803_4;
/// The narrowest span, as a share of the range.
pub(super) const NARROWEST: f64 = 1e-6;

/// The narrowest span of an outline, as a share of the range.
const OUTLINED: f64 = 1.0 / 512.0;

/// How often spans are divided whose points only correspond. Near a value at which a whole curve is critical no span is
/// proved, however narrow.
const MOST_DIVISIONS: usize = 600;

/// Audits as many values as the proof needs; `None` if `cancel` returned true.
pub(super) fn sweep(family: &Family, cancel: &(dyn Fn() -> bool + Sync)) -> Option<Sweep> {
    swept(family, NARROWEST, &|found| matches!(found, Between::Proved(_)), &between, cancel)
}

/// Audits a few values, without a proof for the spans between them.
pub(super) fn outline(family: &Family, cancel: &(dyn Fn() -> bool + Sync)) -> Option<Sweep> {
    let followed = |family: &Family, left: &Audit, right: &Audit| {
        let is_followed = left.complete && right.complete && left.points.len() == right.points.len();
        let found = if is_followed { pairs(family, left, right) } else { None };
        found.map_or(Between::Event, Between::Followed)
    };
    swept(family, OUTLINED, &|found| *found != Between::Event, &followed, cancel)
}

/// Divides the range into spans until each is good enough or as narrow as allowed.
fn swept(
    family: &Family,
    narrowest: f64,
    is_enough: &dyn Fn(&Between) -> bool,
    between: &dyn Fn(&Family, &Audit, &Audit) -> Between,
    cancel: &(dyn Fn() -> bool + Sync),
) -> Option<Sweep> {
    let value = |k: usize| family.range[0] + family.width() * k as f64 / SPANS as f64;
    let shift = SHIFT * family.width() / SPANS as f64;
    let first = audit(family, family.range[0], 1e-3 * shift);
    let mut done = Sweep { audits: vec![first], between: Vec::new() };
    // The right ends of the remaining spans, the nearest last.
    let mut waiting: Vec<Audit> = (1..SPANS).rev().map(|k| audit(family, value(k), shift)).collect();
    waiting.insert(0, audit(family, family.range[1], -1e-3 * shift));
    let mut divisions = 0;
    while let Some(right) = waiting.pop() {
        if cancel() {
            return None;
        }
        let Some(left) = done.audits.last() else { break };
        let found = between(family, left, &right);
        let width = right.value - left.value;
        // Where critical points are not isolated at both ends, they are not in between, as a rule.
        let is_hopeless = !left.complete && !right.complete;
        let is_followed = matches!(found, Between::Followed(_));
        let is_given_up = is_hopeless || (is_followed && divisions >= MOST_DIVISIONS);
        if is_enough(&found) || is_given_up || width <= narrowest * family.width() {
            done.audits.push(right);
            done.between.push(found);
            continue;
        }
        divisions += usize::from(is_followed);
        let middle = audit(family, left.value + 0.5 * width, SHIFT * width);
        waiting.push(right);
        waiting.push(middle);
    }
    Some(done)
}

/// The audit at a value, or at a distance of `shift` from it if a point is degenerate or on the border at the value.
fn audit(family: &Family, value: f64, shift: f64) -> Audit {
    let found = family.audit(value);
    if found.complete {
        return found;
    }
    let beside = family.audit(value + shift);
    if beside.complete { beside } else { found }
}

fn between(family: &Family, left: &Audit, right: &Audit) -> Between {
    if !(left.complete && right.complete) || left.points.len() != right.points.len() {
        return Between::Event;
    }
    let Some(pairs) = pairs(family, left, right) else { return Between::Event };
    let losses = family.over([left.value, right.value]);
    let places: Vec<(SimplePoint, SimplePoint)> =
        pairs.iter().map(|&(a, b)| (left.points[a], right.points[b])).collect();
    match is_proved(&losses, &family.view, &places) {
        true => Between::Proved(pairs),
        false => Between::Followed(pairs),
    }
}

/// Each point of the left audit with the point of the right one to which Newton's method leads; `None` unless this is
/// one to one and preserves the kinds.
fn pairs(family: &Family, left: &Audit, right: &Audit) -> Option<Vec<(usize, usize)>> {
    let same = 1e-7 * family.view.width().max(family.view.height());
    let mut taken = vec![false; right.points.len()];
    let mut found = Vec::with_capacity(left.points.len());
    let loss = family.at(right.value).ok()?;
    for (a, place) in left.points.iter().enumerate() {
        let w = family.follow_on(&loss, place.w)?;
        let distances = right.points.iter().enumerate().map(|(b, other)| (b, (other.w - w).amax()));
        let (b, distance) = distances.min_by(|a, b| a.1.total_cmp(&b.1))?;
        if distance > same || right.points[b].kind != place.kind || std::mem::replace(&mut taken[b], true) {
            return None;
        }
        found.push((a, b));
    }
    Some(found)
}
