//! The two kinds of steps: by a formula of the point alone, or by a stateful rule.

use super::{Observation, StepContext, StepFailure, StepRule, Weights};
use crate::curvature::solve;
use crate::number::{Matrix, Vector};

/// The steps of a run.
pub enum Steps {
    /// By a formula, which can also be applied to many runs at once.
    Formula(StepFormula),
    /// By a stateful rule.
    Rule(Box<dyn StepRule>),
}

/// A step that depends on w, ∇L and H alone, in closed form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StepFormula {
    /// w − rate·∇L.
    Gradient {
        /// The learning rate, before any schedule.
        rate: f64,
    },
    /// w + share·(−H⁻¹∇L).
    Newton {
        /// The share of Newton's step.
        share: f64,
    },
}

impl Steps {
    /// By a rule.
    pub fn by(rule: impl StepRule + 'static) -> Steps {
        Steps::Rule(Box::new(rule))
    }
}

impl StepRule for Steps {
    #[inline(always)]
    fn step(&mut self, context: &mut StepContext<'_>) -> Result<Vector, StepFailure> {
        match self {
            Steps::Formula(formula) => formula.step(context),
            Steps::Rule(rule) => rule.step(context),
        }
    }

    #[inline(always)]
    fn has_memory(&self) -> bool {
        match self {
            Steps::Formula(_) => false,
            Steps::Rule(rule) => rule.has_memory(),
        }
    }

    #[inline(always)]
    fn rests_at_zero_gradient(&self) -> bool {
        match self {
            Steps::Formula(_) => true,
            Steps::Rule(rule) => rule.rests_at_zero_gradient(),
        }
    }
}

/// w − η·g, with the learning rate of the schedule.
#[inline(always)]
pub(super) fn along_gradient<V: Weights>(context: &mut StepContext<'_, V>, learning_rate: f64, gradient: &V) -> V {
    context.observe(|| Observation::Gradient(gradient.clone()));
    let rate = context.scheduled(learning_rate);
    context.w.combined(gradient, |w, g| w - rate * g)
}

impl StepFormula {
    #[inline(always)]
    fn step(self, context: &mut StepContext<'_>) -> Result<Vector, StepFailure> {
        let gradient = context.gradient();
        match self {
            StepFormula::Gradient { rate } => Ok(along_gradient(context, rate, &gradient)),
            StepFormula::Newton { share } => {
                let hessian = context.hessian();
                let step = -inverse_times(&hessian, gradient)?;
                let goal = context.w + step;
                context.observe(|| Observation::Model { curvature: hessian, goal });
                Ok(context.w + share * step)
            }
        }
    }
}

/// B⁻¹g, or why there is none.
#[inline]
pub(super) fn inverse_times(matrix: &Matrix, gradient: Vector) -> Result<Vector, StepFailure> {
    solve(matrix, gradient).ok_or_else(|| {
        let is_defined = matrix.iter().all(|entry| entry.is_finite());
        if is_defined { StepFailure::SingularHessian } else { StepFailure::Undefined }
    })
}
