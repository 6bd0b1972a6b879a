//! Adam: the running mean of the gradient, divided by the root of the running mean of its square, both with their bias
//! towards zero removed, component by component.
//!
//! m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², w ← w − η·(m/(1 − β₁ᵏ))/(√(s/(1 − β₂ᵏ)) + ε) in step k = 1, 2, …, from
//! m = s = 0 (D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, 2015, algorithm 1).

use crate::optimizer::settings::{BETA1, BETA2, EPSILON, SCALED_LEARNING_RATE};
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, Setting, StepContext, StepFailure, StepRule, Values, Weights,
};

/// The optimizer as it is offered.
pub struct Adam;

/// Adam's learning rate with the paper's default.
pub(super) const LEARNING_RATE: Setting = Setting { default: 1e-3, ..SCALED_LEARNING_RATE };

impl Optimizer for Adam {
    fn info(&self) -> &'static OptimizerInfo {
        &OptimizerInfo {
            name: "adam",
            title: "Adam",
            family: Family::FirstOrder,
            rule: "m ← β₁m + (1 − β₁)∇L(w), s ← β₂s + (1 − β₂)∇L(w)²\nw ← w − η·m′/(√s′ + ε), m′ = m/(1 − β₁ᵏ), s′ = \
                   s/(1 − β₂ᵏ)",
            summary: "Momentum and a scale for each weight: where the gradient's components are large beside ε, the \
                      first step is η long in each weight, so the path starts along a diagonal.",
            source: "D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, 2015, algorithm 1",
            settings: &[LEARNING_RATE, BETA1, BETA2, EPSILON],
        }
    }

    begins_at_any_length!(|values, _seed, _examples, zero| AdamRule::new(values, 0.0, zero));
}

/// Adam's state; with weight decay it is AdamW's.
pub(super) struct AdamRule<V> {
    learning_rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    weight_decay: f64,
    mean: V,
    mean_square: V,
    /// β₁ᵏ and β₂ᵏ after k steps.
    powers: [f64; 2],
}

impl<V: Weights> AdamRule<V> {
    pub(super) fn new(values: Values<'_>, weight_decay: f64, zero: V) -> AdamRule<V> {
        AdamRule {
            learning_rate: values("learning_rate"),
            beta1: values("beta1"),
            beta2: values("beta2"),
            epsilon: values("epsilon"),
            weight_decay,
            mean: zero.clone(),
            mean_square: zero,
            powers: [1.0; 2],
        }
    }
}

impl<V: Weights> StepRule<V> for AdamRule<V> {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let gradient = context.gradient();
        let (beta1, beta2, epsilon) = (self.beta1, self.beta2, self.epsilon);
        self.mean = self.mean.combined(&gradient, |m, g| beta1 * m + (1.0 - beta1) * g);
        self.mean_square = self.mean_square.combined(&gradient, |s, g| beta2 * s + (1.0 - beta2) * (g * g));
        self.powers = [self.powers[0] * beta1, self.powers[1] * beta2];
        let [bias1, bias2] = self.powers.map(|power| 1.0 - power);
        let scaled = self.mean.combined(&self.mean_square, |m, s| (m / bias1) / ((s / bias2).sqrt() + epsilon));
        context.observe(|| Observation::Gradient(gradient));
        context.observe(|| Observation::Velocity(self.mean.mapped(|m| m / bias1)));
        context.observe(|| Observation::ScaledGradient(scaled.clone()));
        let rate = context.scheduled(self.learning_rate);
        let kept = 1.0 - rate * self.weight_decay;
        Ok(context.w.combined(&scaled, |w, scaled| kept * w - rate * scaled))
    }
}
