//! Gradient descent: w ← w − η∇L(w).

use crate::optimizer::settings::LEARNING_RATE;
use crate::optimizer::steps::along_gradient;
use crate::optimizer::{
    Dynamics, Family, Optimizer, OptimizerInfo, StepContext, StepFailure, StepFormula, StepRule, Steps, Values, Weights,
};

/// The optimizer as it is offered.
pub struct GradientDescent;

impl Optimizer for GradientDescent {
    fn info(&self) -> &'static OptimizerInfo {
        &OptimizerInfo {
            name: "gradient-descent",
            title: "Gradient descent",
            family: Family::FirstOrder,
            rule: "w ← w − η∇L(w)",
            summary: "Steps downhill against the gradient; along an eigenvector of λ the distance is multiplied by 1 − \
                      ηλ a step, so at a minimum it is stable while η < 2/λmax.",
            source: "A. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847",
            settings: &[LEARNING_RATE],
        }
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

    fn begin_any(
        &self,
        values: Values<'_>,
        _seed: u64,
        _examples: usize,
        _zero: Vec<f64>,
    ) -> Option<Box<dyn StepRule<Vec<f64>>>> {
        Some(Box::new(Rule { learning_rate: values("learning_rate") }))
    }
}

/// The same steps for any number of weights.
struct Rule {
    learning_rate: f64,
}

impl<V: Weights> StepRule<V> for Rule {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let gradient = context.gradient();
        Ok(along_gradient(context, self.learning_rate, &gradient))
    }

    fn has_memory(&self) -> bool {
        false
    }
}
