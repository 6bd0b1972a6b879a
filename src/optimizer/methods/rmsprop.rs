//! RMSProp: s ← β₂s + (1 − β₂)∇L(w)², w ← w − η∇L(w)/(√s + ε), component by component, from s = 0.

use crate::optimizer::settings::{BETA2, EPSILON, SCALED_LEARNING_RATE};
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, Setting, StepContext, StepFailure, StepRule, Values, Weights,
};

/// The optimizer as it is offered.
pub struct RmsProp;

impl Optimizer for RmsProp {
    fn info(&self) -> &'static OptimizerInfo {
        const SETTINGS: [Setting; 3] =
            [Setting { default: 0.01, ..SCALED_LEARNING_RATE }, Setting { default: 0.99, ..BETA2 }, EPSILON];
        &OptimizerInfo {
            name: "rmsprop",
            title: "RMSProp",
            family: Family::FirstOrder,
            rule: "s ← β₂s + (1 − β₂)∇L(w)²\nw ← w − η∇L(w)/(√s + ε)",
            summary: "AdaGrad with a decaying sum: each component of the gradient is divided by the root of a \
            running mean of \
                      its square, so the steps hardly depend on its size: the first is η/√(1 − β₂) long in each \
                      weight, and on a constant slope they fall to η.",
            source: "T. Tieleman and G. Hinton, Neural Networks for Machine Learning, lecture 6.5, 2012; with the \
                     defaults of PyTorch, whose α is β₂ here",
            settings: &SETTINGS,
        }
    }

    begins_at_any_length!(|values, _seed, _examples, zero| Rule::new(values, zero));
}

struct Rule<V> {
    learning_rate: f64,
    decay: f64,
    epsilon: f64,
    mean_square: V,
}

impl<V> Rule<V> {
    fn new(values: Values<'_>, zero: V) -> Rule<V> {
        let [learning_rate, decay, epsilon] = ["learning_rate", "beta2", "epsilon"].map(values);
        Rule { learning_rate, decay, epsilon, mean_square: zero }
    }
}

impl<V: Weights> StepRule<V> for Rule<V> {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let gradient = context.gradient();
        let (decay, epsilon) = (self.decay, self.epsilon);
        self.mean_square = self.mean_square.combined(&gradient, |s, g| decay * s + (1.0 - decay) * (g * g));
        let scaled = gradient.combined(&self.mean_square, |g, s| g / (s.sqrt() + epsilon));
        context.observe(|| Observation::Gradient(gradient));
        context.observe(|| Observation::ScaledGradient(scaled.clone()));
        let rate = context.scheduled(self.learning_rate);
        Ok(context.w.combined(&scaled, |w, scaled| w - rate * scaled))
    }
}
