//! Damped Newton: w ← w − αH⁻¹∇L(w), with a constant step factor α.

use crate::optimizer::{Dynamics, Family, Optimizer, OptimizerInfo, Setting, StepFormula, Steps, Values};

/// The optimizer as it is offered.
pub struct DampedNewton;

impl Optimizer for DampedNewton {
    fn info(&self) -> &'static OptimizerInfo {
        const DAMPING: Setting = Setting {
            key: "damping",
            symbol: "α",
            title: "step factor",
            default: 0.5,
            range: [0.01, 1.0],
            tooltip: "The share α of Newton's step that is taken; 1 is Newton's method itself.",
            ..Setting::PLAIN
        };
        &OptimizerInfo {
            name: "damped-newton",
            title: "Damped Newton",
            family: Family::SecondOrder,
            rule: "w ← w − αH(w)⁻¹∇L(w)",
            summary: "Newton's method with the step cut to the share α: the distance to a nearby stationary point is \
                      multiplied by 1 − α a step, slower than Newton's but less prone to wild jumps.",
            source: "J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., 2006, §3.3",
            settings: &[DAMPING],
        }
    }

    fn dynamics(&self, values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::NewtonShare { share: values("damping") })
    }

    fn begin(&self, values: Values<'_>, _seed: u64, _examples: usize) -> Steps {
        Steps::Formula(StepFormula::Newton { share: values("damping") })
    }
}
