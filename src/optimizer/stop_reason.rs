//! Why a run ends.

use serde::Serialize;

/// Why a run ended. The list is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The gradient is small (and the Hessian positive definite, where that was asked for).
    Converged,
    /// The allowed number of steps is used up.
    StepLimit,
    /// w, L or ∇L overflowed by the step after the last recorded one or by that one itself, or a theorem says that w grows
    /// beyond all bounds: where L is a quadratic and the rule linear, with a growing mode of which the run has a part. A
    /// run that is only far away goes on.
    Diverged,
    /// Newton's step does not exist: H is singular at the last recorded step.
    SingularHessian,
    /// L or a derivative that the rule needs is undefined at the last recorded step.
    Undefined,
    /// The rule found no acceptable step: a line search no lower loss, or an integration no step that is exact enough.
    Stalled,
}

impl StopReason {
    /// All of them.
    pub const ALL: [StopReason; 6] = [
        StopReason::Converged,
        StopReason::StepLimit,
        StopReason::Diverged,
        StopReason::SingularHessian,
        StopReason::Undefined,
        StopReason::Stalled,
    ];

    /// The word of the JSON: `step_limit`.
    pub fn word(self) -> &'static str {
        match self {
            StopReason::Converged => "converged",
            StopReason::StepLimit => "step_limit",
            StopReason::Diverged => "diverged",
            StopReason::SingularHessian => "singular_hessian",
            StopReason::Undefined => "undefined",
            StopReason::Stalled => "stalled",
        }
    }
}
