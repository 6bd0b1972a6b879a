//! Gradient descent: w ← w − η∇L(w).

use crate::optimizer::settings::LEARNING_RATE;
use crate::optimizer::{Dynamics, Family, Optimizer, Setting, StepFormula, Steps, Values};

/// The optimizer as it is offered.
pub struct GradientDescent;

impl Optimizer for GradientDescent {
    fn name(&self) -> &'static str {
        "gradient-descent"
    }

    fn title(&self) -> &'static str {
        "Gradient descent"
    }

    fn family(&self) -> Family {
        Family::FirstOrder
    }

    fn rule(&self) -> &'static str {
        "w ← w − η∇L(w)"
    }

    fn summary(&self) -> &'static str {
        "Steps downhill against the gradient; along an eigenvector of λ the distance is multiplied by 1 − ηλ a \
         step, so at a minimum it is stable while η < 2/λmax."
    }

    fn source(&self) -> &'static str {
        "A. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847"
    }

    fn settings(&self) -> &'static [Setting] {
        &[LEARNING_RATE]
    }

    fn takes_the_landscapes_rate(&self) -> bool {
        true
    }

    fn dynamics(&self, _values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::Gradient)
    }

    fn begin(&self, values: Values<'_>, _seed: u64, _examples: usize) -> Steps {
        Steps::Formula(StepFormula::Gradient { rate: values("learning_rate") })
    }
}
