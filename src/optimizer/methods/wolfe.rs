//! Gradient descent with a line search for the strong Wolfe conditions: w ← w − t∇L(w).

use crate::optimizer::line_search::{Ray, Wolfe, strong_wolfe};
use crate::optimizer::settings::{CURVATURE_CONDITION, LEARNING_RATE, SUFFICIENT_DECREASE};
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, Run, Setting, StepContext, StepFailure, StepRule, Values, Weights,
};

/// The optimizer as it is offered.
pub struct StrongWolfe;

impl Optimizer for StrongWolfe {
    fn info(&self) -> &'static OptimizerInfo {
        const CURVATURE: Setting = Setting { default: 0.1, ..CURVATURE_CONDITION };
        const FIRST_TRIAL: Setting = Setting {
            title: "first trial",
            default: 1.0,
            tooltip: "The factor η on the gradient with which the line search begins; it is doubled while the slope stays too \
                      steep, and shortened where L does not fall enough.",
            ..LEARNING_RATE
        };
        &OptimizerInfo {
            name: "gradient-descent-wolfe",
            title: "Gradient descent, Wolfe",
            family: Family::LineSearch,
            rule: "w ← w + tp, p = −∇L(w), with L(w + tp) ≤ L(w) + c₁t∇L(w)ᵀp\nand |∇L(w + tp)ᵀp| ≤ c₂|∇L(w)ᵀp|",
            summary: "Steepest descent that goes nearly to the lowest point along the gradient: with a small c₂ each \
                      step is nearly at a right angle to the last, and a ravine is crossed in a zigzag.",
            source: "P. Wolfe, Convergence conditions for ascent methods, 1969; J. Nocedal and S. J. Wright, Numerical \
                     Optimization, 2nd ed., 2006, algorithms 3.5 and 3.6",
            settings: &[FIRST_TRIAL, SUFFICIENT_DECREASE, CURVATURE],
        }
    }

    fn suits(&self, run: &Run, _examples: usize) -> Result<(), String> {
        Wolfe::check(run)
    }

    begins_at_any_length!(|values, _seed, _examples, _zero| Rule::new(values));
}

struct Rule {
    first: f64,
    conditions: Wolfe,
}

impl Rule {
    fn new(values: Values<'_>) -> Rule {
        Rule { first: values("learning_rate"), conditions: Wolfe::of(values) }
    }
}

impl<V: Weights> StepRule<V> for Rule {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let gradient = context.gradient();
        context.observe(|| Observation::Gradient(gradient.clone()));
        let first = context.scheduled(self.first);
        match Ray::downhill(context, gradient.negated(), &gradient) {
            Some(ray) => Ok(strong_wolfe(context, &ray, first, self.conditions)?.0),
            None => Ok(context.w.clone()),
        }
    }

    fn has_memory(&self) -> bool {
        false
    }
}
