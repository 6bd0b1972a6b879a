//! Gradient descent: w ← w − η∇L(w).

use super::{LEARNING_RATE, Optimizer, Setting, StepFailure, StepRule};
use crate::landscape::{Jet, Loss};
use crate::number::Vector;

/// The optimizer as it is offered.
pub struct GradientDescent;

impl Optimizer for GradientDescent {
    fn name(&self) -> &'static str {
        "gradient-descent"
    }

    fn title(&self) -> &'static str {
        "Gradient descent"
    }

    fn rule(&self) -> &'static str {
        "w ← w − η∇L(w)"
    }

    fn summary(&self) -> &'static str {
        "Steps downhill against the gradient; along an eigenvector of λ the distance shrinks by 1 − ηλ a step, \
         so it is stable while η < 2/λmax."
    }

    fn source(&self) -> &'static str {
        "A. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847"
    }

    fn settings(&self) -> &'static [Setting] {
        &[LEARNING_RATE]
    }

    fn begin(&self, setting: &dyn Fn(&str) -> f64, _seed: u64) -> Box<dyn StepRule> {
        Box::new(Rule { learning_rate: setting("learning_rate") })
    }
}

struct Rule {
    learning_rate: f64,
}

impl StepRule for Rule {
    fn step(&mut self, w: Vector, jet: &Jet, _loss: &Loss) -> Result<Vector, StepFailure> {
        Ok(w - self.learning_rate * jet.gradient)
    }

    fn has_memory(&self) -> bool {
        false
    }
}
