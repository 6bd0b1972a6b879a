//! Where and how a run ended, and how far a point must be from another to count for a cycle.

use crate::number::Vector;
use crate::optimizer::StopReason;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunEndKind {
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RunEnd {
    pub(super) end: Vector,
    pub(super) how: RunEndKind,
    pub(super) steps: u32,
}

pub(super) fn how(stop: StopReason) -> RunEndKind {
    match stop {
        StopReason::Converged => RunEndKind::Converged,
        StopReason::Diverged => RunEndKind::Diverged,
        StopReason::SingularHessian | StopReason::Undefined => RunEndKind::Broken,
        StopReason::StepLimit | StopReason::Stalled => RunEndKind::Unfinished,
    }
}

/// A point counts as the same within this, relative to its size.
pub(super) const SAME: f64 = 1e-10;
/// A cycle leads away from its points by at least this, relative to their size: a run that creeps is in none.
pub(super) const AWAY: f64 = 1e-5;
/// A run is watched from this step on: most have ended by then, and a cycle does not end.
pub(super) const WATCHED: usize = 32;
