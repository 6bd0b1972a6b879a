//! Heavy-ball momentum: v ← βv + ∇L(w), w ← w − ηv, from v = 0.

use crate::optimizer::settings::{LEARNING_RATE, MOMENTUM};
use crate::optimizer::{
    Dynamics, Family, Observation, Optimizer, OptimizerInfo, StepContext, StepFailure, StepRule, Values, Weights,
};

/// The optimizer as it is offered.
pub struct Momentum;

impl Optimizer for Momentum {
    fn info(&self) -> &'static OptimizerInfo {
        &OptimizerInfo {
            name: "momentum",
            title: "Momentum",
            family: Family::FirstOrder,
            rule: "v ← βv + ∇L(w)\nw ← w − ηv",
            summary: "A heavy ball with friction: it gains speed along a ravine, overshoots and swings back; along an \
                      eigenvector of λ > 0 it is stable while η < (2 + 2β)/λ.",
            source: "B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964; in the form \
                     of PyTorch's SGD with momentum",
            settings: &[LEARNING_RATE, MOMENTUM],
        }
    }

    fn takes_the_landscapes_rate(&self) -> bool {
        true
    }

    fn dynamics(&self, values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::HeavyBall { momentum: values("momentum") })
    }

    begins_at_any_length!(|values, _seed, _examples, zero| Rule::new(values, zero));
}

struct Rule<V> {
    learning_rate: f64,
    momentum: f64,
    velocity: V,
}

impl<V> Rule<V> {
    fn new(values: Values<'_>, zero: V) -> Rule<V> {
        Rule { learning_rate: values("learning_rate"), momentum: values("momentum"), velocity: zero }
    }
}

impl<V: Weights> StepRule<V> for Rule<V> {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let gradient = context.gradient();
        let momentum = self.momentum;
        self.velocity = self.velocity.combined(&gradient, |velocity, gradient| momentum * velocity + gradient);
        context.observe(|| Observation::Gradient(gradient));
        context.observe(|| Observation::Velocity(self.velocity.clone()));
        let rate = context.scheduled(self.learning_rate);
        Ok(context.w.combined(&self.velocity, |w, velocity| w - rate * velocity))
    }
}
