//! Gradient descent with a learning rate for each weight: wᵢ ← wᵢ − ηᵢ ∂L/∂wᵢ.
//!
//! The two-weight form of layer-wise learning rates. On a quadratic with Hessian H the error is multiplied by I − DH, D
//! = diag(η₁, η₂), in each step. That is a step of plain gradient descent in the coordinates wᵢ/√ηᵢ.

use crate::number::Vector;
use crate::optimizer::settings::LEARNING_RATE;
use crate::optimizer::{
    Dynamics, Family, Observation, Optimizer, OptimizerInfo, Setting, StepContext, StepFailure, StepRule, Steps, Values,
};

/// The optimizer as it is offered.
pub struct CoordinateRates;

impl Optimizer for CoordinateRates {
    fn info(&self) -> &'static OptimizerInfo {
        const FIRST: Setting = Setting {
            key: "learning_rate_1",
            symbol: "η₁",
            title: "learning rate of w₁",
            tooltip: "The factor η₁ on ∂L/∂w₁ in each step; where H is diagonal and positive it is stable below 2/H₁₁.",
            ..LEARNING_RATE
        };
        const SECOND: Setting = Setting {
            key: "learning_rate_2",
            symbol: "η₂",
            title: "learning rate of w₂",
            tooltip: "The factor η₂ on ∂L/∂w₂ in each step; where H is diagonal and positive it is stable below 2/H₂₂.",
            ..LEARNING_RATE
        };
        &OptimizerInfo {
            name: "coordinate-rates",
            title: "A rate for each weight",
            family: Family::FirstOrder,
            rule: "w₁ ← w₁ − η₁∂L/∂w₁\nw₂ ← w₂ − η₂∂L/∂w₂",
            summary: "Gradient descent with a rate for each weight, the two-weight form of layer-wise rates; where H \
                      is diagonal and positive it is stable in the rectangle η₁ < 2/H₁₁, η₂ < 2/H₂₂.",
            source: "Diagonally scaled gradient descent: D. P. Bertsekas, Nonlinear Programming, 3rd ed., 2016, §1.2.1 \
                     and §1.3.1",
            settings: &[FIRST, SECOND],
        }
    }

    fn dynamics(&self, values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::WeightRates { rates: [values("learning_rate_1"), values("learning_rate_2")] })
    }

    fn begin(&self, values: Values<'_>, _seed: u64, _examples: usize) -> Steps {
        Steps::by(Rule { rates: Vector::new(values("learning_rate_1"), values("learning_rate_2")) })
    }
}

struct Rule {
    rates: Vector,
}

impl StepRule for Rule {
    fn step(&mut self, context: &mut StepContext<'_>) -> Result<Vector, StepFailure> {
        let gradient = context.gradient();
        let step = context.scheduled(1.0) * self.rates.component_mul(&gradient);
        context.observe(|| Observation::Gradient(gradient));
        Ok(context.w - step)
    }

    fn has_memory(&self) -> bool {
        false
    }
}
