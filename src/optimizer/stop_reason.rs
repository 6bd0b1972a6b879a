//! The reasons why a run ends.

use serde::Serialize;

/// The reason why a run ended. The list is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The gradient is small (and the Hessian is positive definite, if that was required).
    Converged,
    /// The allowed number of steps is used up.
    StepLimit,
    /// w, L or ∇L overflowed at the last recorded step or in the step after it; or a theorem proves that w grows
    /// without bound, because L is a quadratic, the rule is linear, and the run has a component in a growing mode. A
    /// run that is only far away goes on.
    Diverged,
    /// Newton's step does not exist: H is singular at the last recorded step.
    SingularHessian,
    /// L or a derivative that the rule needs is undefined at the last recorded step.
    Undefined,
    /// The rule found no acceptable step: a line search found no lower loss, or an integration no sufficiently accurate
    /// step.
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
