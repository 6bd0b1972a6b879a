//! How steps are made: by a formula of the point alone, or by a rule of its own.

use super::{Here, Look, StepFailure, StepRule};
use crate::curvature::solve;
use crate::number::{Matrix, Vector};

/// The steps of a run.
pub enum Steps {
    /// By a formula, by which also many runs are followed at once.
    Formula(StepFormula),
    /// By a rule with more to it.
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
    fn step(&mut self, here: &mut Here<'_>) -> Result<Vector, StepFailure> {
        match self {
            Steps::Formula(formula) => formula.step(here),
            Steps::Rule(rule) => rule.step(here),
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

impl StepFormula {
    #[inline(always)]
    fn step(self, here: &mut Here<'_>) -> Result<Vector, StepFailure> {
        let gradient = here.gradient();
        match self {
            StepFormula::Gradient { rate } => {
                here.look(Look::Gradient(gradient));
                Ok(here.w - here.scheduled(rate) * gradient)
            }
            StepFormula::Newton { share } => {
                let hessian = here.hessian();
                let step = -inverse_times(&hessian, gradient)?;
                here.look(Look::Model { curvature: hessian, goal: here.w + step });
                Ok(here.w + share * step)
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
