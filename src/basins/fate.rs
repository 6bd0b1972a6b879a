//! What becomes of a run from one start: followed to its end without being recorded, with an eye on cycles.

use crate::number::Vector;
use crate::optimizer::{Advance, Prepared, StopReason};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Converged,
    Diverged,
    /// It comes back to where it was, again and again.
    Cycle,
    /// Its step does not exist, or L is undefined where it is.
    Broken,
    /// It used up its steps, or stays where it is without having converged.
    Unfinished,
}

/// Where and how a run ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fate {
    pub(super) end: Vector,
    pub(super) how: How,
    pub(super) steps: usize,
}

/// Follows the run from a start. A random run is never in a cycle.
pub(super) fn fate(prepared: &Prepared<'_>, start: Vector, is_random: bool) -> Fate {
    let mut walk = prepared.begin(start);
    let mut watch = Watch::new(start);
    let how = loop {
        match walk.advance() {
            Advance::Moved if !is_random && watch.has_come_round(walk.w, walk.has_memory()) => break How::Cycle,
            Advance::Moved => {}
            Advance::Rests => break How::Unfinished,
            Advance::MovedOut(stop) | Advance::Ended(stop) => {
                break match stop {
                    StopReason::Converged => How::Converged,
                    StopReason::Diverged => How::Diverged,
                    StopReason::SingularHessian | StopReason::Undefined => How::Broken,
                    StopReason::StepLimit | StopReason::Stalled => How::Unfinished,
                };
            }
        }
    };
    Fate { end: walk.w, how, steps: walk.steps }
}

/// A point counts as the same within this, relative to its size.
const SAME: f64 = 1e-10;
/// A cycle leads away from its points by at least this, relative to their size: a run that creeps is in none.
const AWAY: f64 = 1e-5;

/// Recognises a cycle by a point that is kept and compared with all later ones, and replaced after 1, 2, 4, 8, … steps
/// (R. P. Brent, An improved Monte Carlo factorization algorithm, 1980, §2).
struct Watch {
    kept: Vector,
    /// The point after `kept`.
    next: Vector,
    steps: usize,
    limit: usize,
    scale: f64,
    has_been_away: bool,
    has_come_back: bool,
}

impl Watch {
    fn new(start: Vector) -> Watch {
        let scale = start.amax().max(1.0);
        Watch { kept: start, next: start, steps: 0, limit: 1, scale, has_been_away: false, has_come_back: false }
    }

    /// Whether the run, now at w, has been here before. Where the next step depends on more than w, the point after
    /// must be the same, too.
    fn has_come_round(&mut self, w: Vector, has_memory: bool) -> bool {
        self.steps += 1;
        if self.steps == 1 {
            self.next = w;
        }
        let distance = (w - self.kept).amax();
        if self.has_come_back && (w - self.next).amax() <= SAME * self.scale {
            return true;
        }
        self.has_come_back = self.has_been_away && distance <= SAME * self.scale;
        if self.has_come_back && !has_memory {
            return true;
        }
        self.has_been_away |= distance >= AWAY * self.scale;
        if self.steps == self.limit && !self.has_come_back {
            let limit = 2 * self.limit;
            *self = Watch { limit, ..Watch::new(w) };
        }
        false
    }
}
