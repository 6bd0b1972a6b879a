//! Optimizers: step rules, and runs that record where they lead and why they end.
//!
//! An optimizer is one file here and one line in [`OPTIMIZERS`]: window, command line and study files find it there.

use crate::landscape::{Jet, Loss};
use crate::number::Vector;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A number that a person can set on an optimizer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// The key in study files and on the command line (`--set key=value`).
    pub key: &'static str,
    /// The symbol or word in the window: `η`, `σ`.
    pub symbol: &'static str,
    /// The name in words: `learning rate`.
    pub title: &'static str,
    /// The textbook default.
    pub default: f64,
    /// The least and largest value that are accepted.
    pub range: [f64; 2],
    /// Whether a slider for it is logarithmic.
    pub logarithmic: bool,
    /// One sentence of mathematics.
    pub tooltip: &'static str,
}

/// Why a step could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepFailure {
    /// The rule needs H⁻¹ and H is singular.
    SingularHessian,
    /// The rule needs a derivative that is undefined here.
    Undefined,
}

/// The moving part of an optimizer: its state from step to step.
pub trait StepRule {
    /// The next point after `w`, where `jet` is L, ∇L and H at `w`.
    ///
    /// # Errors
    /// When the rule has no step to offer there.
    fn step(&mut self, w: Vector, jet: &Jet, loss: &Loss) -> Result<Vector, StepFailure>;
}

/// An optimizer as a person knows it.
pub trait Optimizer: Sync {
    /// The name on the command line and in study files: `gradient-descent`.
    fn name(&self) -> &'static str;
    /// The name in the window: `Gradient descent`.
    fn title(&self) -> &'static str;
    /// The update rule as one line of mathematics: `w ← w − η∇L(w)`.
    fn rule(&self) -> &'static str;
    /// One sentence on what it does.
    fn summary(&self) -> &'static str;
    /// The source of the method.
    fn source(&self) -> &'static str;
    /// Its settings; a learning rate, where it has one, comes first and has the key `learning_rate`.
    fn settings(&self) -> &'static [Setting];
    /// Whether the seed matters.
    fn is_random(&self) -> bool {
        false
    }
    /// A rule at its beginning. `setting` gives the value of each key in [`Optimizer::settings`].
    fn begin(&self, setting: &dyn Fn(&str) -> f64, seed: u64) -> Box<dyn StepRule>;
}

/// All optimizers, in the order in which they are offered.
pub static OPTIMIZERS: &[&dyn Optimizer] = &[];

/// The optimizer with this name.
pub fn find(name: &str) -> Option<&'static dyn Optimizer> {
    OPTIMIZERS.iter().copied().find(|optimizer| optimizer.name() == name)
}

/// One run that a person asks for: an optimizer with its settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The name of the optimizer.
    pub optimizer: String,
    /// Whether the run is shown.
    #[serde(default = "yes")]
    pub shown: bool,
    /// The index of its colour in the palette of runs.
    #[serde(default)]
    pub colour: usize,
    /// Values of the optimizer's settings; what is absent has its default.
    #[serde(default)]
    pub settings: BTreeMap<String, f64>,
    /// The seed of its random numbers.
    #[serde(default)]
    pub seed: u64,
    /// The largest number of steps.
    #[serde(default = "default_steps")]
    pub steps: usize,
    /// The run has converged when ‖∇L‖ is at most this.
    #[serde(default = "default_gradient_tolerance")]
    pub gradient_tolerance: f64,
    /// Whether, besides a small gradient, the Hessian must be positive definite for the run to stop.
    #[serde(default)]
    pub require_positive_definite: bool,
}

fn yes() -> bool {
    true
}

fn default_steps() -> usize {
    200
}

fn default_gradient_tolerance() -> f64 {
    1e-8
}

impl Run {
    /// The most steps that a run may have.
    pub const MAX_STEPS: usize = 1_000_000;

    /// A run of the optimizer with default settings.
    pub fn new(optimizer: &str) -> Run {
        Run {
            optimizer: optimizer.to_owned(),
            shown: true,
            colour: 0,
            settings: BTreeMap::new(),
            seed: 0,
            steps: default_steps(),
            gradient_tolerance: default_gradient_tolerance(),
            require_positive_definite: false,
        }
    }
}

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
    /// The run left every useful range or overflowed; the last recorded step is where.
    Diverged,
    /// Newton's step does not exist: H is singular.
    SingularHessian,
    /// L or a derivative that the rule needs is undefined.
    Undefined,
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
/// # Errors
/// A sentence, when the run names no optimizer or a setting that it does not have or that is out of range.
pub fn trace(loss: &Loss, start: Vector, run: &Run) -> Result<Trajectory, String> {
    let _ = (loss, start, run);
    unimplemented!()
}
