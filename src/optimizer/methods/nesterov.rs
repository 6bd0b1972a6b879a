//! Nesterov's momentum: v ← βv + ∇L(w), w ← w − η(∇L(w) + βv), from v = 0.
//!
//! Here w is the point at which the gradient is taken, ahead of the ball: the change of variables that makes
//! Nesterov's scheme a rule with one gradient a step at the present point (I. Sutskever et al., On the importance of
//! initialization and momentum in deep learning, 2013, §2; in this form PyTorch's SGD with `nesterov=True`).

use crate::optimizer::settings::{LEARNING_RATE, MOMENTUM};
use crate::optimizer::{
    Dynamics, Family, Observation, Optimizer, OptimizerInfo, StepContext, StepFailure, StepRule, Values, Weights,
};

/// The optimizer as it is offered.
pub struct Nesterov;

impl Optimizer for Nesterov {
    fn info(&self) -> &'static OptimizerInfo {
        &OptimizerInfo {
            name: "nesterov",
            title: "Nesterov",
            family: Family::FirstOrder,
            rule: "v ← βv + ∇L(w)\nw ← w − η(∇L(w) + βv)",
            summary: "Momentum that takes the gradient where the ball is about to be, which damps its swings; along an \
                      eigenvector of λ > 0 it is stable while η < (2 + 2β)/((1 + 2β)λ).",
            source: "Y. Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²), \
                     1983; I. Sutskever et al., On the importance of initialization and momentum in deep learning, \
                     2013; in the form of PyTorch's SGD",
            settings: &[LEARNING_RATE, MOMENTUM],
        }
    }

    fn takes_the_landscapes_rate(&self) -> bool {
        true
    }

    fn dynamics(&self, values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::Nesterov { momentum: values("momentum") })
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
        let ahead = gradient.combined(&self.velocity, |gradient, velocity| gradient + momentum * velocity);
        context.observe(|| Observation::Gradient(gradient));
        context.observe(|| Observation::Velocity(ahead.clone()));
        let rate = context.scheduled(self.learning_rate);
        Ok(context.w.combined(&ahead, |w, ahead| w - rate * ahead))
    }
}
