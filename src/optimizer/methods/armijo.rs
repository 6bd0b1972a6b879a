//! Gradient descent with backtracking: w ← w − t∇L(w), t the first of η, η/2, η/4, … that fulfils Armijo's condition.

use crate::optimizer::line_search::{Ray, backtrack};
use crate::optimizer::settings::{LEARNING_RATE, SUFFICIENT_DECREASE};
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, Setting, StepContext, StepFailure, StepRule, Values, Weights,
};

/// The optimizer as it is offered.
pub struct Armijo;

/// The length at which a line search along the gradient begins.
const FIRST_TRIAL: Setting = Setting {
    title: "first trial",
    default: 1.0,
    tooltip: "The factor η on the gradient with which the line search begins; it is shortened until L falls enough.",
    ..LEARNING_RATE
};

impl Optimizer for Armijo {
    fn info(&self) -> &'static OptimizerInfo {
        &OptimizerInfo {
            name: "gradient-descent-armijo",
            title: "Gradient descent, Armijo",
            family: Family::LineSearch,
            rule: "w ← w − t∇L(w), t the first of η, η/2, η/4, … with\nL(w − t∇L) ≤ L(w) − c₁t‖∇L‖²",
            summary: "Gradient descent that halves its step until the loss falls enough: it never goes uphill and \
                      needs no speed limit, at the price of evaluations of L.",
            source: "L. Armijo, Minimization of functions having Lipschitz continuous first partial derivatives, 1966; \
                     J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., 2006, algorithm 3.1",
            settings: &[FIRST_TRIAL, SUFFICIENT_DECREASE],
        }
    }

    begins_at_any_length!(|values, _seed, _examples, _zero| Rule::new(values));
}

struct Rule {
    first: f64,
    sufficient_decrease: f64,
}

impl Rule {
    fn new(values: Values<'_>) -> Rule {
        Rule { first: values("learning_rate"), sufficient_decrease: values("c1") }
    }
}

impl<V: Weights> StepRule<V> for Rule {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let gradient = context.gradient();
        context.observe(|| Observation::Gradient(gradient.clone()));
        let first = context.scheduled(self.first);
        match Ray::downhill(context, gradient.negated(), &gradient) {
            Some(ray) => backtrack(context, &ray, first, self.sufficient_decrease),
            None => Ok(context.w.clone()),
        }
    }

    fn has_memory(&self) -> bool {
        false
    }
}
