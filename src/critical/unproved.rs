//! The critical points of a loss without enclosures: what a search from many starts finds, called candidates.

use super::multistart::MultiStart;
use super::plane::Plane;
use super::{Audit, CriticalPoints, index};
use crate::curvature::Kind;
use crate::landscape::{Loss, View};

/// A search that proves nothing.
#[derive(Clone, Debug)]
pub(super) struct UnprovedSearch {
    loss: Loss,
    view: View,
    starts: MultiStart,
    is_done: bool,
}

impl UnprovedSearch {
    pub(super) fn new(loss: &Loss, view: &View) -> UnprovedSearch {
        UnprovedSearch { loss: loss.clone(), view: *view, starts: MultiStart::new(loss, view), is_done: false }
    }

    /// Works on for about `runs` Newton runs; returns true when nothing is left to do or the work was cancelled.
    pub(super) fn refine_unless(&mut self, runs: usize, cancel: &dyn Fn() -> bool) -> bool {
        for _ in 0..runs {
            if self.is_done || cancel() {
                return self.is_done;
            }
            self.is_done = self.starts.refine(1);
        }
        self.is_done
    }

    pub(super) fn progress(&self) -> f64 {
        self.starts.progress()
    }

    /// What is known so far. An index, a nature and the kind of a curve are claims, which a search cannot make.
    pub(super) fn answer(&self) -> CriticalPoints {
        let mut answer = CriticalPoints { scope: self.loss.scope(), ..self.starts.answer() };
        for point in &mut answer.points {
            (point.index, point.nature, point.contains) = (None, None, None);
        }
        answer.curves.iter_mut().for_each(|curve| curve.kind = Kind::Degenerate);
        let turns = self.is_done.then(|| index::border(&Plane::new(&self.loss, &self.view))).flatten();
        answer.audit = turns.map(|turns| Audit { turns, proved: false, index_sum: None });
        answer
    }
}
