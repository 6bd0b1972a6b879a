//! The critical points of a loss without enclosures: candidates that a search from many starts finds.

use super::multistart::MultiStart;
use super::plane::Plane;
use super::{Audit, CriticalPoints, index};
use crate::curvature::Kind;
use crate::landscape::{Beyond, Loss, View};

/// A search that proves nothing.
#[derive(Clone, Debug)]
pub(super) struct UnprovedSearch {
    loss: Loss,
    view: View,
    starts: MultiStart,
    is_done: bool,
    /// Facts about the points in the larger loss, in their order, as far as they are computed.
    beyond: Vec<Option<Beyond>>,
}

/// For how many points the facts in the larger loss are computed, because that takes long.
const MOST_BEYOND: usize = 40;

impl UnprovedSearch {
    pub(super) fn new(loss: &Loss, view: &View) -> UnprovedSearch {
        let starts = MultiStart::new(loss, view);
        UnprovedSearch { loss: loss.clone(), view: *view, starts, is_done: false, beyond: Vec::new() }
    }

    /// Works on for about `runs` Newton runs; returns true when nothing is left to do or the work was cancelled.
    pub(super) fn refine_unless(&mut self, runs: usize, cancel: &dyn Fn() -> bool) -> bool {
        for _ in 0..runs {
            if self.is_done || cancel() {
                return self.is_done;
            }
            self.is_done = self.starts.refine(1) && self.look_beyond();
        }
        self.is_done
    }

    /// Computes the facts in the larger loss for one more point. Returns true if none is left.
    fn look_beyond(&mut self) -> bool {
        let points = self.starts.answer().points;
        let next = points.get(self.beyond.len()).filter(|_| self.beyond.len() < MOST_BEYOND);
        let known = next.map(|point| self.loss.beyond(point.w));
        // If one point has no facts beyond the plane, none has.
        let goes_on = known.is_some_and(|known| known.is_some());
        self.beyond.extend(known);
        !goes_on
    }

    pub(super) fn progress(&self) -> f64 {
        self.starts.progress()
    }

    /// The answer so far. It has no index, nature or kind of a curve, because these are claims that a search cannot
    /// make.
    pub(super) fn answer(&self) -> CriticalPoints {
        let mut answer = CriticalPoints { scope: self.loss.scope(), ..self.starts.answer() };
        for (index, point) in answer.points.iter_mut().enumerate() {
            point.beyond = self.beyond.get(index).copied().flatten();
            (point.index, point.nature, point.contains) = (None, None, None);
        }
        answer.curves.iter_mut().for_each(|curve| curve.kind = Kind::Degenerate);
        let turns = self.is_done.then(|| index::border(&Plane::new(&self.loss, &self.view))).flatten();
        answer.audit = turns.map(|turns| Audit { turns, proved: false, index_sum: None });
        answer
    }
}
