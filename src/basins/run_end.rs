//! The end of a run, and the distances that define a cycle.

use crate::number::Vector;
use crate::optimizer::StopReason;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunEndKind {
    Converged,
    Diverged,
    /// It returns to the same points again and again.
    Cycle,
    /// Its next step does not exist, or L is undefined at its point.
    Broken,
    /// It used up its steps, or stays at a point without having converged.
    Unfinished,
}

/// The place and the kind of a run's end.
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

/// Two points count as the same within this distance, relative to their size.
pub(super) const SAME: f64 = 1e-10;
/// A cycle moves away from its points by at least this distance, relative to their size, so that a slow run is not
/// taken for a cycle.
pub(super) const AWAY: f64 = 1e-5;
/// Cycles are looked for from this step on. Most runs have ended by then, and a cycle does not end.
pub(super) const WATCHED: usize = 32;
