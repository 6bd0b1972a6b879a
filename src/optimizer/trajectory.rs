//! Trajectories: a run step by step, and why it ended.

use super::{Run, StepFailure};
use crate::curvature::{Definiteness, definiteness};
use crate::landscape::{Jet, Loss};
use crate::number::{Vector, eigenpairs};
use serde::Serialize;

/// A run has diverged when |w| exceeds this times the larger of 1 and |start|.
pub const USEFUL_RANGE: f64 = 1e12;

/// One recorded point of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Where the run is.
    pub w: Vector,
    /// L there.
    pub loss: f64,
    /// ‖∇L‖ there.
    pub gradient_norm: f64,
    /// λ1 ≤ λ2 of the Hessian there; NaN where it is undefined.
    pub eigenvalues: [f64; 2],
}

/// Why a run ended. The list is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The gradient is small (and the Hessian positive definite, where that was asked for).
    Converged,
    /// The allowed number of steps is used up.
    StepLimit,
    /// The run left the [`USEFUL_RANGE`], or L or ∇L overflowed; the last recorded step is where.
    Diverged,
    /// Newton's step does not exist: H is singular at the last recorded step.
    SingularHessian,
    /// L or a derivative that the rule needs is undefined at the last recorded step.
    Undefined,
}

impl StopReason {
    /// The word of the JSON: `step_limit`.
    pub fn word(self) -> &'static str {
        match self {
            StopReason::Converged => "converged",
            StopReason::StepLimit => "step_limit",
            StopReason::Diverged => "diverged",
            StopReason::SingularHessian => "singular_hessian",
            StopReason::Undefined => "undefined",
        }
    }
}

/// Where a run went: step 0 is the start.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// The recorded points, at least one.
    pub steps: Vec<Step>,
    /// Why it ended.
    pub stop: StopReason,
}

impl Trajectory {
    /// The number of steps made.
    pub fn len(&self) -> usize {
        self.steps.len().saturating_sub(1)
    }

    /// Whether no step was made.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The last recorded point.
    pub fn end(&self) -> &Step {
        self.steps.last().unwrap_or_else(|| unreachable!("a trajectory has its start"))
    }
}

/// Runs an optimizer from `start`. Equal arguments give equal bits.
///
/// At each point, in this order: a run that overflowed or left the [`USEFUL_RANGE`] has diverged; one where L or ∇L is
/// undefined ends; one that fulfils its criteria has converged; one that has made its steps ends. A rule without
/// memory that does not move would repeat its last point until the step limit, and is recorded so.
///
/// # Errors
/// A sentence, when [`Run::check`] has one or the start is not finite.
pub fn trace(loss: &Loss, start: Vector, run: &Run) -> Result<Trajectory, String> {
    let optimizer = run.check()?;
    if !is_finite(start) {
        return Err("a run needs a start of two finite numbers".to_owned());
    }
    let mut rule = optimizer.begin(&|key| run.setting(key).unwrap_or(f64::NAN), run.seed);
    let range = USEFUL_RANGE * length(start).max(1.0);
    // Most runs end early or have a few hundred steps: a long limit must not cost its memory in advance.
    let mut steps = Vec::with_capacity(run.steps.min(4096) + 1);
    let mut w = start;
    let mut jet = loss.jet(w);
    steps.push(record(w, &jet));
    if !is_usable(&jet) {
        return Ok(Trajectory { steps, stop: StopReason::Undefined });
    }
    let stop = loop {
        if rule.rests_at_zero_gradient() && has_converged(&jet, run) {
            break StopReason::Converged;
        }
        if steps.len() > run.steps {
            break StopReason::StepLimit;
        }
        let next = match rule.step(w, &jet, loss) {
            Ok(next) => next,
            Err(StepFailure::SingularHessian) => break StopReason::SingularHessian,
            Err(StepFailure::Undefined) => break StopReason::Undefined,
        };
        if next == w && !rule.has_memory() {
            steps.resize(run.steps + 1, record(w, &jet));
            break StopReason::StepLimit;
        }
        if !is_finite(next) {
            break StopReason::Diverged;
        }
        let next_jet = loss.jet(next);
        steps.push(record(next, &next_jet));
        if length(next) > range {
            break StopReason::Diverged;
        }
        if !is_usable(&next_jet) {
            break if overflows_between(loss, w, next) { StopReason::Diverged } else { StopReason::Undefined };
        }
        (w, jet) = (next, next_jet);
    };
    Ok(Trajectory { steps, stop })
}

fn record(w: Vector, jet: &Jet) -> Step {
    Step {
        w,
        loss: jet.value,
        gradient_norm: length(jet.gradient),
        eigenvalues: eigenpairs(&jet.hessian).map_or([f64::NAN; 2], |eigen| eigen.values),
    }
}

fn has_converged(jet: &Jet, run: &Run) -> bool {
    let positive_definite =
        || eigenpairs(&jet.hessian).is_some_and(|eigen| definiteness(&eigen) == Definiteness::PositiveDefinite);
    length(jet.gradient) <= run.gradient_tolerance && (!run.require_positive_definite || positive_definite())
}

/// The Euclidean norm, also where the squares of the components would overflow or underflow.
fn length(v: Vector) -> f64 {
    if (1e-140..1e140).contains(&v.amax()) { v.norm() } else { libm::hypot(v.x, v.y) }
}

fn is_finite(w: Vector) -> bool {
    w.x.is_finite() && w.y.is_finite()
}

fn is_usable(jet: &Jet) -> bool {
    jet.value.is_finite() && is_finite(jet.gradient)
}

/// Whether L or ∇L, usable at `inside` and not at `outside`, grows beyond all bounds on the way from one to the other,
/// or else the way leaves the domain of L. Overflow often shows as NaN (∞ − ∞), like a logarithm of a negative number;
/// but towards an overflow values pass 1e150, while at 1e-18 of the way before the border of a domain a logarithm, a
/// root or a pole has not.
fn overflows_between(loss: &Loss, inside: Vector, outside: Vector) -> bool {
    let (mut usable, mut unusable) = (0.0, 1.0);
    let mut last = loss.jet(inside);
    for _ in 0..60 {
        let middle = 0.5 * (usable + unusable);
        let jet = loss.jet(inside + middle * (outside - inside));
        if is_usable(&jet) {
            (usable, last) = (middle, jet);
        } else {
            unusable = middle;
        }
    }
    last.value.abs().max(last.gradient.amax()) > 1e150
}
