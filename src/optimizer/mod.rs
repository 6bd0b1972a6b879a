//! Optimizers: step rules, and runs that record where they lead and why they end.
//!
//! An optimizer is one file here and one line in [`OPTIMIZERS`]: window, command line and study files find it there.
//! Its [`StepRule`] is handed w with L, ∇L and H, and answers with the next w; [`trace`] asks it step by step,
//! records everything and decides when the run ends.

mod damped_newton;
mod gradient_descent;
mod newton;
mod run;
mod sgd;
#[cfg(test)]
mod tests;
mod trajectory;

pub use run::Run;
pub use sgd::Normals;
pub use trajectory::{Step, StopReason, Trajectory, USEFUL_RANGE, trace};

use crate::landscape::{Jet, Loss};
use crate::number::Vector;

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

/// The learning rate, alike for all optimizers that have one.
const LEARNING_RATE: Setting = Setting {
    key: "learning_rate",
    symbol: "η",
    title: "learning rate",
    default: 0.1,
    range: [1e-7, 100.0],
    logarithmic: true,
    tooltip: "The factor η on the gradient in each step; on a quadratic, gradient descent is stable below 2/λmax.",
};

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
    /// The next point after `w`, where `jet` is L, ∇L and H at `w`; L and ∇L are finite there, H need not be.
    ///
    /// # Errors
    /// When the rule has no step to offer there.
    fn step(&mut self, w: Vector, jet: &Jet, loss: &Loss) -> Result<Vector, StepFailure>;

    /// Whether the step depends on more than `w`: on earlier steps or on random numbers. A rule without memory that
    /// does not move will never move again, which ends a run early.
    fn has_memory(&self) -> bool {
        true
    }

    /// Whether a small gradient means that the run has arrived. Where the steps are noisy it is luck.
    fn rests_at_zero_gradient(&self) -> bool {
        true
    }
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
pub static OPTIMIZERS: &[&dyn Optimizer] =
    &[&gradient_descent::GradientDescent, &sgd::Sgd, &newton::Newton, &damped_newton::DampedNewton];

/// The optimizer with this name.
pub fn find(name: &str) -> Option<&'static dyn Optimizer> {
    OPTIMIZERS.iter().copied().find(|optimizer| optimizer.name() == name)
}
