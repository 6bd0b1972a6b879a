//! Newton's method: w ← w − H⁻¹∇L(w), pure.

use crate::curvature::solve;
use crate::number::{Matrix, Vector};
use crate::optimizer::{Dynamics, Family, Here, Look, Optimizer, Setting, StepFailure, StepFormula, StepRule, Values};

/// The optimizer as it is offered.
pub struct Newton;

impl Optimizer for Newton {
    fn name(&self) -> &'static str {
        "newton"
    }

    fn title(&self) -> &'static str {
        "Newton"
    }

    fn family(&self) -> Family {
        Family::SecondOrder
    }

    fn rule(&self) -> &'static str {
        "w ← w − H(w)⁻¹∇L(w)"
    }

    fn summary(&self) -> &'static str {
        "Jumps to the stationary point of the local quadratic model, be it a minimum, a maximum or a saddle: \
         it looks for ∇L = 0, not for a low loss."
    }

    fn source(&self) -> &'static str {
        "J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., 2006, §3.3"
    }

    fn settings(&self) -> &'static [Setting] {
        &[]
    }

    fn dynamics(&self, _values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::NewtonShare { share: 1.0 })
    }

    fn step_formula(&self, _values: Values<'_>) -> Option<StepFormula> {
        Some(StepFormula::Newton { share: 1.0 })
    }

    fn begin(&self, _values: Values<'_>, _seed: u64, _examples: usize) -> Box<dyn StepRule> {
        Box::new(NewtonRule { factor: 1.0 })
    }
}

/// w ← w − `factor`·H⁻¹∇L(w).
pub(super) struct NewtonRule {
    pub(super) factor: f64,
}

impl StepRule for NewtonRule {
    fn step(&mut self, here: &mut Here<'_>) -> Result<Vector, StepFailure> {
        let (gradient, hessian) = (here.gradient(), here.hessian());
        let step = -inverse_times(&hessian, gradient)?;
        here.look(Look::Model { curvature: hessian, goal: here.w + step });
        Ok(here.w + self.factor * step)
    }

    fn has_memory(&self) -> bool {
        false
    }
}

/// B⁻¹g, or why there is none.
pub(super) fn inverse_times(matrix: &Matrix, gradient: Vector) -> Result<Vector, StepFailure> {
    let is_defined = matrix.iter().all(|entry| entry.is_finite());
    solve(matrix, gradient).ok_or(if is_defined { StepFailure::SingularHessian } else { StepFailure::Undefined })
}
