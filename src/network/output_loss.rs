//! The losses that compare the outputs of a network with the labels.

use serde::{Deserialize, Serialize};

/// The loss of one example as a function of the network's outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputLoss {
    /// Σ (f − y)² over the outputs, without ½.
    Squared,
    /// softplus(f) − y·f with a label y of 0 or 1: the negative log-likelihood of logistic regression.
    Logistic,
    /// log Σ eᶠ − f of the label's class: the cross-entropy.
    Softmax,
}

impl OutputLoss {
    /// All of them, with their names.
    pub const ALL: [(OutputLoss, &'static str); 3] =
        [(OutputLoss::Squared, "squared"), (OutputLoss::Logistic, "logistic"), (OutputLoss::Softmax, "softmax")];

    /// The name on the command line and in files.
    pub fn name(self) -> &'static str {
        OutputLoss::ALL.iter().find(|(loss, _)| *loss == self).map_or("", |(_, name)| name)
    }

    /// The loss with this name.
    pub fn named(name: &str) -> Option<OutputLoss> {
        OutputLoss::ALL.iter().find(|(_, known)| *known == name).map(|(loss, _)| *loss)
    }
}
