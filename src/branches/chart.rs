//! The branches with their events.

use super::events::{Event, EventKind, events};
use super::family::{Audit, Family};
use super::sweep::{Between, Counts, Sweep, outline, sweep};
use crate::curvature::Kind;
use crate::landscape::Loss;
use crate::number::{Vector, eigenpairs};

/// A point of a branch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BranchPoint {
    /// The value of the parameter.
    pub value: f64,
    /// The critical point.
    pub w: Vector,
    /// L there.
    pub loss: f64,
    /// The Hessian's eigenvalues, ascending.
    pub eigenvalues: [f64; 2],
}

/// A critical point as the parameter moves, from one event to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its kind.
    pub kind: Kind,
    /// Its points by ascending value.
    pub points: Vec<BranchPoint>,
}

/// All branches of a range.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branches {
    /// The branches.
    pub branches: Vec<Branch>,
    /// The events by ascending value.
    pub events: Vec<Event>,
    /// The critical points at the range's beginning and at its end.
    pub ends: [Counts; 2],
    /// Proved: for every value outside the brackets around the events, all critical points of the view lie on the
    /// branches; the brackets together are narrower than a ten-thousandth of the range; and every event is decided.
    pub accounted: bool,
    /// Remarks, a sentence each.
    pub notes: Vec<String>,
}

/// The largest distance between neighbouring points of a branch, as a share of the range.
const FINENESS: f64 = 1.0 / 96.0;

/// Follows all critical points of the family's view over its range.
pub fn branches(family: &Family) -> Branches {
    branches_unless(family, &|| false).unwrap_or_default()
}

/// Like [`branches`]; `None` as soon as `cancel` returns true.
pub fn branches_unless(family: &Family, cancel: &(dyn Fn() -> bool + Sync)) -> Option<Branches> {
    let sweep = sweep(family, cancel)?;
    let mut chart = Chart::begun(family, &sweep, 1e-3);
    let (mut events_found, mut bracketed, mut is_proved) = (Vec::new(), 0.0, true);
    let mut k = 0;
    while k < sweep.between.len() {
        let (left, right) = (&sweep.audits[k], &sweep.audits[k + 1]);
        match &sweep.between[k] {
            Between::Proved(pairs) => chart.go_on(left, right, pairs),
            Between::Followed(_) | Between::Event => {
                if cancel() {
                    return None;
                }
                // A bracket consists of all consecutive narrow spans that are not proved.
                let mut last = k;
                while last + 1 < sweep.between.len() && !matches!(sweep.between[last + 1], Between::Proved(_)) {
                    last += 1;
                }
                let right = &sweep.audits[last + 1];
                bracketed += right.value - left.value;
                let found = events(family, left, right);
                is_proved &=
                    left.complete && right.complete && found.iter().all(|event| event.kind != EventKind::Undecided);
                chart.jump(left, right);
                events_found.extend(found);
                k = last;
            }
        }
        k += 1;
    }
    let accounted = is_proved && bracketed <= 1e-4 * family.width();
    let mut notes = ends_notes(family, &sweep);
    if !accounted {
        notes.push(
            "not every part of the range is proved: branches that begin and end between two audits may be missing"
                .to_owned(),
        );
    }
    Some(Branches { branches: chart.whole(), events: events_found, ends: ends(&sweep), accounted, notes })
}

/// A first chart, in a fraction of the time: complete lists at a few values, joined if Newton's method leads from each
/// point to the next. It names no events, and nothing between the values is proved.
pub fn outline_unless(family: &Family, cancel: &(dyn Fn() -> bool + Sync)) -> Option<Branches> {
    let sweep = outline(family, cancel)?;
    // The brackets of an outline are wide.
    let mut chart = Chart::begun(family, &sweep, 0.05);
    for (between, audits) in sweep.between.iter().zip(sweep.audits.windows(2)) {
        match between {
            Between::Proved(pairs) | Between::Followed(pairs) => chart.go_on(&audits[0], &audits[1], pairs),
            Between::Event => chart.jump(&audits[0], &audits[1]),
        }
    }
    Some(Branches { branches: chart.whole(), ends: ends(&sweep), ..Branches::default() })
}

/// Remarks on ends of the range at which the list of critical points is not complete: the sweep begins or ends a little
/// inside.
fn ends_notes(family: &Family, sweep: &Sweep) -> Vec<String> {
    let looked_at = [sweep.audits.first(), sweep.audits.last()];
    let moved = looked_at.into_iter().zip(family.range).filter(|(audit, end)| audit.is_some_and(|a| a.value != *end));
    moved
        .map(|(_, end)| {
            format!(
                "at {} = {}, an end of the range, critical points are degenerate or not proved: an event may lie there",
                family.name(),
                crate::number::display::short(end)
            )
        })
        .collect()
}

/// The critical points at the beginning and at the end of the range.
fn ends(sweep: &Sweep) -> [Counts; 2] {
    [sweep.audits.first(), sweep.audits.last()].map(|audit| audit.map(Audit::counts).unwrap_or_default())
}

struct Chart<'a> {
    family: &'a Family,
    branches: Vec<Branch>,
    /// For each point of the last audit, the branch on which it lies.
    tips: Vec<usize>,
    /// The farthest that a point may move over a bracket, as a share of the view.
    reach: f64,
}

impl<'a> Chart<'a> {
    /// The chart of the first audit.
    fn begun(family: &'a Family, sweep: &Sweep, reach: f64) -> Chart<'a> {
        let mut chart = Chart { family, branches: Vec::new(), tips: Vec::new(), reach };
        if let Some(audit) = sweep.audits.first() {
            chart.tips = audit.points.iter().map(|place| chart.new_branch(place.kind)).collect();
            chart.add(audit);
        }
        chart
    }

    /// The branches that have points.
    fn whole(mut self) -> Vec<Branch> {
        self.branches.retain(|branch| !branch.points.is_empty());
        self.branches
    }

    fn new_branch(&mut self, kind: Kind) -> usize {
        self.branches.push(Branch { kind, points: Vec::new() });
        self.branches.len() - 1
    }

    /// Adds the audit's points to their branches.
    fn add(&mut self, audit: &Audit) {
        let Ok(loss) = self.family.at(audit.value) else { return };
        for (place, branch) in audit.points.iter().zip(&self.tips) {
            if let Some(point) = point(&loss, audit.value, place.w) {
                self.branches[*branch].points.push(point);
            }
        }
    }

    /// Extends the branches along a proved span, with points in between.
    fn go_on(&mut self, left: &Audit, right: &Audit, pairs: &[(usize, usize)]) {
        let parts = ((right.value - left.value) / (FINENESS * self.family.width())).ceil().max(1.0) as usize;
        let mut places: Vec<Option<Vector>> = pairs.iter().map(|&(a, _)| Some(left.points[a].w)).collect();
        for part in 1..parts {
            let value = left.value + (right.value - left.value) * part as f64 / parts as f64;
            let Ok(loss) = self.family.at(value) else { break };
            for (place, &(a, _)) in places.iter_mut().zip(pairs) {
                *place = place.and_then(|w| self.family.follow_on(&loss, w));
                if let Some(point) = place.and_then(|w| point(&loss, value, w)) {
                    self.branches[self.tips[a]].points.push(point);
                }
            }
        }
        let mut tips = vec![0; right.points.len()];
        for &(a, b) in pairs {
            tips[b] = self.tips[a];
        }
        self.tips = tips;
        self.add(right);
    }

    /// Extends the branches over a bracket: points that keep their kind and hardly move stay on their branch.
    fn jump(&mut self, left: &Audit, right: &Audit) {
        let within = self.reach * self.family.view.width().min(self.family.view.height());
        let mut taken = vec![false; left.points.len()];
        let mut tips = Vec::with_capacity(right.points.len());
        for place in &right.points {
            let near = left.points.iter().enumerate().filter(|(a, other)| !taken[*a] && other.kind == place.kind);
            let nearest = near.map(|(a, other)| (a, (other.w - place.w).norm())).min_by(|x, y| x.1.total_cmp(&y.1));
            tips.push(match nearest.filter(|(_, distance)| *distance <= within) {
                Some((a, _)) => {
                    taken[a] = true;
                    self.tips[a]
                }
                None => self.new_branch(place.kind),
            });
        }
        self.tips = tips;
        self.add(right);
    }
}

fn point(loss: &Loss, value: f64, w: Vector) -> Option<BranchPoint> {
    let jet = loss.jet(w);
    Some(BranchPoint { value, w, loss: jet.value, eigenvalues: eigenpairs(&jet.hessian)?.values })
}
