//! Optimizers: step rules, and runs that record their points and the reason for their end.
//!
//! An optimizer is one file in `methods/` and one line in [`OPTIMIZERS`]: window, command line and study files find it
//! there. Its [`Steps`] are computed one after the other. They see the loss through [`StepContext`], which counts
//! evaluations and records observations. [`Walk`] decides when the run ends, [`trace`] records the run, and
//! [`observations`] returns the observations of a step.

/// Implements the beginning of an optimizer whose rule works in any dimension: the body makes the rule for any
/// [`Weights`] with the length of `zero`.
macro_rules! begins_at_any_length {
    (|$values:ident, $seed:ident, $examples:ident, $zero:ident| $rule:expr) => {
        fn begin(
            &self,
            $values: $crate::optimizer::Values<'_>,
            $seed: u64,
            $examples: usize,
        ) -> $crate::optimizer::Steps {
            let $zero = $crate::number::Vector::zeros();
            $crate::optimizer::Steps::by($rule)
        }

        fn begin_any(
            &self,
            $values: $crate::optimizer::Values<'_>,
            $seed: u64,
            $examples: usize,
            $zero: Vec<f64>,
        ) -> Option<Box<dyn $crate::optimizer::StepRule<Vec<f64>>>> {
            Some(Box::new($rule))
        }
    };
}

mod certificate;
mod divergence;
mod dynamics;
mod step_context;
mod line_search;
mod methods;
pub mod outlook;
mod random;
mod run;
mod schedule;
mod settings;
pub mod speed;
mod steps;
mod stop_reason;
pub mod stopping_rules;
#[cfg(test)]
pub mod tests;
mod trajectory;
mod walk;
mod weights;

pub use certificate::Certificate;
pub use divergence::Growth;
pub use dynamics::{Dynamics, Mode, Rates, stable_rectangle, weight_limit, weight_modes};
pub use methods::OPTIMIZERS;
pub use random::Normals;
pub use run::{Run, choice, choices};
pub use schedule::Schedule;
pub use settings::Setting;
pub use step_context::{Evaluations, Ledger, Observation, Oracle, StepContext, StepStart};
pub use steps::{StepFormula, Steps};
pub use stop_reason::StopReason;
pub use trajectory::{KeptWeights, Shadow, Step, Trajectory, differ, observations, trace};
pub use walk::{Advance, After, Further, Prepared, Proposal, USEFUL_RANGE, Walk, useful_range};
pub use weights::{DenseMatrix, SquareMatrix, Weights};

use crate::number::Vector;

/// The reason why a step could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepFailure {
    /// The rule needs H⁻¹ and H is singular.
    SingularHessian,
    /// The rule needs a derivative that is undefined here.
    Undefined,
    /// The rule looked for an acceptable step and found none.
    Stalled,
    /// The step leads beyond what numbers can hold.
    Overflow,
}

/// The stateful part of an optimizer: its steps, on a loss over two weights or more.
pub trait StepRule<V: Weights = Vector>: Send {
    /// The next point.
    ///
    /// # Errors
    /// Returns an error if the rule has no step at this point.
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure>;

    /// Whether the step depends on more than the point: on earlier steps or on random numbers. A rule without memory
    /// that does not move once will never move again, so the run can end early.
    fn has_memory(&self) -> bool {
        true
    }

    /// Whether a small gradient means that the run has converged. With noisy steps it may be a coincidence.
    fn rests_at_zero_gradient(&self) -> bool {
        true
    }
}

/// The derivatives that an optimizer needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Gradients alone, with steps of a given size.
    FirstOrder,
    /// Gradients, with step lengths from a line search.
    LineSearch,
    /// Hessians, or what the gradients tell of them.
    SecondOrder,
}

impl Family {
    /// The heading of a list: `First order`.
    pub fn title(self) -> &'static str {
        match self {
            Family::FirstOrder => "First order",
            Family::LineSearch => "With line search",
            Family::SecondOrder => "Second order",
        }
    }
}

/// The values of an optimizer's settings, by key.
pub type Values<'a> = &'a dyn Fn(&str) -> f64;

/// The description of an optimizer.
#[derive(Debug)]
pub struct OptimizerInfo {
    /// The name on the command line and in study files: `gradient-descent`.
    pub name: &'static str,
    /// The name in the window: `Gradient descent`.
    pub title: &'static str,
    /// The derivatives that it needs.
    pub family: Family,
    /// The update rule in mathematics, a line for each assignment: `w ← w − η∇L(w)`.
    pub rule: &'static str,
    /// One sentence about what it does.
    pub summary: &'static str,
    /// The source of the method.
    pub source: &'static str,
    /// Its settings; if there is a learning rate, it comes first and has the key `learning_rate`.
    pub settings: &'static [Setting],
}

/// An optimizer as a person knows it.
pub trait Optimizer: Sync {
    /// Its description.
    fn info(&self) -> &'static OptimizerInfo;
    /// Whether its steps use the Hessian or its products with vectors. An optimizer that returns false gets neither.
    fn needs_hessian(&self) -> bool {
        self.info().family == Family::SecondOrder
    }
    /// Whether the seed matters.
    fn is_random(&self) -> bool {
        false
    }
    /// Whether its path is a continuous curve that the steps only sample. Such a path is drawn as a thin reference
    /// line.
    fn is_continuous(&self) -> bool {
        false
    }
    /// Whether its learning rate multiplies the gradient itself, so that a rate that suits gradient descent on a
    /// landscape suits it, too.
    fn takes_the_landscapes_rate(&self) -> bool {
        false
    }
    /// Whether a run of this optimizer uses the setting with this key, given its other settings.
    fn uses(&self, _run: &Run, _key: &str) -> bool {
        true
    }
    /// Checks that a run of this optimizer can be made on a loss that is a mean over `examples` examples (0 without
    /// data).
    ///
    /// # Errors
    /// Returns an error, as a sentence, if it cannot.
    fn suits(&self, _run: &Run, _examples: usize) -> Result<(), String> {
        Ok(())
    }
    /// The temperature T of a run of this optimizer whose noise is that of Langevin dynamics, √(2ηT)·ξ with the same η
    /// and T in each step; `None` for every other run.
    fn temperature(&self, _run: &Run) -> Option<f64> {
        None
    }
    /// The setting that gives a run the temperature T, and its value.
    fn setting_of_temperature(&self, _run: &Run, _temperature: f64) -> Option<(&'static str, f64)> {
        None
    }
    /// Its dynamics on a quadratic with constant settings; `None` if theory has no factors for it.
    fn dynamics(&self, _values: Values<'_>) -> Option<Dynamics> {
        None
    }
    /// A new sequence of its steps, on a loss that is a mean over `examples` examples (0 without data). `values` gives
    /// the value of each key in [`OptimizerInfo::settings`].
    fn begin(&self, values: Values<'_>, seed: u64, examples: usize) -> Steps;
    /// Like [`Optimizer::begin`], on a loss over as many weights as `zero` has; `None` for a rule that works for two
    /// weights only.
    fn begin_any(
        &self,
        _values: Values<'_>,
        _seed: u64,
        _examples: usize,
        _zero: Vec<f64>,
    ) -> Option<Box<dyn StepRule<Vec<f64>>>> {
        None
    }
}

impl dyn Optimizer + '_ {
    /// [`OptimizerInfo::name`].
    pub fn name(&self) -> &'static str {
        self.info().name
    }

    /// [`OptimizerInfo::title`].
    pub fn title(&self) -> &'static str {
        self.info().title
    }

    /// [`OptimizerInfo::settings`].
    pub fn settings(&self) -> &'static [Setting] {
        self.info().settings
    }
}

/// The optimizer with this name.
pub fn find(name: &str) -> Option<&'static dyn Optimizer> {
    OPTIMIZERS.iter().copied().find(|optimizer| optimizer.name() == name)
}
