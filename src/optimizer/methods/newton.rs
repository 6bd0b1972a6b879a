//! Newton's method: w ← w − H⁻¹∇L(w), pure.

use crate::optimizer::{Dynamics, Family, Optimizer, OptimizerInfo, StepFormula, Steps, Values};

/// The optimizer as it is offered.
pub struct Newton;

impl Optimizer for Newton {
    fn info(&self) -> &'static OptimizerInfo {
        &OptimizerInfo {
            name: "newton",
            title: "Newton",
            family: Family::SecondOrder,
            rule: "w ← w − H(w)⁻¹∇L(w)",
            summary: "Jumps to the stationary point of the local quadratic model, be it a minimum, a maximum or a \
                      saddle: it looks for ∇L = 0, not for a low loss.",
            source: "J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., 2006, §3.3",
            settings: &[],
        }
    }

    fn dynamics(&self, _values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::NewtonShare { share: 1.0 })
    }

    fn begin(&self, _values: Values<'_>, _seed: u64, _examples: usize) -> Steps {
        Steps::Formula(StepFormula::Newton { share: 1.0 })
    }
}
