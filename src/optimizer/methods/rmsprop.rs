//! RMSProp: s ← β₂s + (1 − β₂)∇L(w)², w ← w − η∇L(w)/(√s + ε), component by component, from s = 0.

use crate::number::Vector;
use crate::optimizer::settings::{BETA2, EPSILON, SCALED_LEARNING_RATE};
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, Setting, StepContext, StepFailure, StepRule, Steps, Values,
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
            summary: "AdaGrad that forgets: each component of the gradient is divided by the root of a running mean of \
                      its square, so the steps hardly depend on its size: the first is η/√(1 − β₂) long in each \
                      weight, and on a constant slope they fall to η.",
            source: "T. Tieleman and G. Hinton, Neural Networks for Machine Learning, lecture 6.5, 2012; with the \
                     defaults of PyTorch, whose α is β₂ here",
            settings: &SETTINGS,
        }
    }

    fn begin(&self, values: Values<'_>, _seed: u64, _examples: usize) -> Steps {
        Steps::by(Rule {
            learning_rate: values("learning_rate"),
            decay: values("beta2"),
            epsilon: values("epsilon"),
            mean_square: Vector::zeros(),
        })
    }
}

struct Rule {
    learning_rate: f64,
    decay: f64,
    epsilon: f64,
    mean_square: Vector,
}

impl StepRule for Rule {
    fn step(&mut self, context: &mut StepContext<'_>) -> Result<Vector, StepFailure> {
        let gradient = context.gradient();
        self.mean_square = self.decay * self.mean_square + (1.0 - self.decay) * gradient.component_mul(&gradient);
        let scaled = gradient.zip_map(&self.mean_square, |g, s| g / (s.sqrt() + self.epsilon));
        context.observe(Observation::Gradient(gradient));
        context.observe(Observation::ScaledGradient(scaled));
        Ok(context.w - context.scheduled(self.learning_rate) * scaled)
    }
}
