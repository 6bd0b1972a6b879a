//! Newton's method: w ← w − H⁻¹∇L(w), pure.

use super::{Optimizer, Setting, StepFailure, StepRule};
use crate::curvature::newton_step;
use crate::landscape::{Jet, Loss};
use crate::number::{Vector, eigenpairs};

/// The optimizer as it is offered.
pub struct Newton;

impl Optimizer for Newton {
    fn name(&self) -> &'static str {
        "newton"
    }

    fn title(&self) -> &'static str {
        "Newton"
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

    fn begin(&self, _setting: &dyn Fn(&str) -> f64, _seed: u64) -> Box<dyn StepRule> {
        Box::new(NewtonRule { factor: 1.0 })
    }
}

/// w ← w − `factor`·H⁻¹∇L(w).
pub(super) struct NewtonRule {
    pub(super) factor: f64,
}

impl StepRule for NewtonRule {
    fn step(&mut self, w: Vector, jet: &Jet, _loss: &Loss) -> Result<Vector, StepFailure> {
        let eigen = eigenpairs(&jet.hessian).ok_or(StepFailure::Undefined)?;
        let step = newton_step(&eigen, jet.gradient).ok_or(StepFailure::SingularHessian)?;
        Ok(w + self.factor * step)
    }

    fn has_memory(&self) -> bool {
        false
    }
}
