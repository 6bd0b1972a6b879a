//! AdamW: Adam with a decay of the weights that is not part of the gradient.

use super::adam::{AdamRule, LEARNING_RATE};
use crate::optimizer::settings::{BETA1, BETA2, EPSILON};
use crate::optimizer::{Family, Optimizer, OptimizerInfo, Setting};

/// The optimizer as it is offered.
pub struct AdamW;

impl Optimizer for AdamW {
    fn info(&self) -> &'static OptimizerInfo {
        const WEIGHT_DECAY: Setting = Setting {
            key: "weight_decay",
            symbol: "ω",
            title: "weight decay",
            default: 0.01,
            range: [0.0, 10.0],
            tooltip: "The rate ω at which weights shrink towards the origin; 0 is Adam.",
            ..Setting::PLAIN
        };
        &OptimizerInfo {
            name: "adamw",
            title: "AdamW",
            family: Family::FirstOrder,
            rule: "m ← β₁m + (1 − β₁)∇L(w), s ← β₂s + (1 − β₂)∇L(w)²\nw ← (1 − ηω)w − η·m′/(√s′ + ε), m′ = m/(1 − \
                   β₁ᵏ), s′ = s/(1 − β₂ᵏ)",
            summary: "Adam that also multiplies the weights by 1 − ηω in each step: with ω > 0 it can rest at no \
                      critical point but the origin.",
            source: "I. Loshchilov and F. Hutter, Decoupled weight decay regularization, 2019, algorithm 2; with the \
                     defaults of PyTorch",
            settings: &[LEARNING_RATE, BETA1, BETA2, EPSILON, WEIGHT_DECAY],
        }
    }

    begins_at_any_length!(|values, _seed, _examples, zero| AdamRule::new(values, values("weight_decay"), zero));
}
