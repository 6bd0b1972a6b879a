//! AdaGrad: s ← s + ∇L(w)², w ← w − η∇L(w)/(√s + ε), component by component, from s = 0.

use crate::optimizer::settings::{EPSILON, SCALED_LEARNING_RATE};
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, Setting, StepContext, StepFailure, StepRule, Values, Weights,
};

/// The optimizer as it is offered.
pub struct AdaGrad;

impl Optimizer for AdaGrad {
    fn info(&self) -> &'static OptimizerInfo {
        const TOOLTIP: &str = "The factor η on the scaled gradient, whose components are at most 1 in magnitude: no step is \
                               longer than η in a weight.";
        const SETTINGS: [Setting; 2] = [
            Setting { default: 0.01, tooltip: TOOLTIP, ..SCALED_LEARNING_RATE },
            Setting { default: 1e-10, ..EPSILON },
        ];
        &OptimizerInfo {
            name: "adagrad",
            title: "AdaGrad",
            family: Family::FirstOrder,
            rule: "s ← s + ∇L(w)²\nw ← w − η∇L(w)/(√s + ε)",
            summary: "Divides each component of the gradient by the root of the sum of its squares so far: steep and \
                      flat weights move alike, and on a constant slope step k is η/√k long in each weight.",
            source: "J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods for online learning and stochastic \
                     optimization, 2011; with the defaults of PyTorch",
            settings: &SETTINGS,
        }
    }

    begins_at_any_length!(|values, _seed, _examples, zero| Rule::new(values, zero));
}

struct Rule<V> {
    learning_rate: f64,
    epsilon: f64,
    sum: V,
}

impl<V> Rule<V> {
    fn new(values: Values<'_>, zero: V) -> Rule<V> {
        Rule { learning_rate: values("learning_rate"), epsilon: values("epsilon"), sum: zero }
    }
}

impl<V: Weights> StepRule<V> for Rule<V> {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let gradient = context.gradient();
        let epsilon = self.epsilon;
        self.sum = self.sum.combined(&gradient, |sum, g| sum + g * g);
        let scaled = gradient.combined(&self.sum, |g, sum| g / (sum.sqrt() + epsilon));
        context.observe(|| Observation::Gradient(gradient));
        context.observe(|| Observation::ScaledGradient(scaled.clone()));
        let rate = context.scheduled(self.learning_rate);
        Ok(context.w.combined(&scaled, |w, scaled| w - rate * scaled))
    }
}
