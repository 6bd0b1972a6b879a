//! The layers of a network and the places of their weights.

use super::{Activation, OutputLoss};
use std::ops::Range;

/// The most weights that a network may have.
pub const MAX_PARAMETERS: usize = 5_000;

/// The most examples that a network's loss may be a mean over.
pub const MAX_EXAMPLES: usize = 10_000;

/// The reason why there is no such network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchitectureError {
    /// There is no layer.
    #[error("a network needs the number of its inputs and of its outputs, such as 2,16,16,1")]
    NoLayer,
    /// A layer has no unit.
    #[error("every layer of a network has at least one unit")]
    EmptyLayer,
    /// There are too many weights: so many, or `usize::MAX` for more than that.
    #[error("the network has {}; at most {MAX_PARAMETERS} are possible", weights(*.0))]
    TooLarge(usize),
    /// A loss for one output has several.
    #[error("the logistic loss needs one output, and the network has {0}")]
    LogisticOutputs(usize),
    /// A loss for classes has one output.
    #[error("the softmax loss needs one output for each class, so at least 2")]
    SoftmaxOutputs,
}

/// A number of weights in words.
fn weights(count: usize) -> String {
    if count == usize::MAX { "too many weights to count".to_owned() } else { format!("{count} weights") }
}

/// A multilayer perceptron: sizes, activation of the hidden layers, loss of the outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    sizes: Vec<usize>,
    activation: Activation,
    loss: OutputLoss,
}

/// The places of a layer's weights in the vector of all weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Units that it reads.
    pub inputs: usize,
    /// Units that it has.
    pub outputs: usize,
    /// W, row by row: `W[output][input]`.
    pub weights: Range<usize>,
    /// b.
    pub bias: Range<usize>,
}

impl Layer {
    /// W and b together.
    pub fn range(&self) -> Range<usize> {
        self.weights.start..self.bias.end
    }
}

impl Architecture {
    /// A network with these sizes: inputs, hidden layers, outputs.
    ///
    /// # Errors
    /// Returns an error if there is no layer, if a layer is empty, if there are more than [`MAX_PARAMETERS`] weights,
    /// or if the number of outputs does not suit the loss.
    pub fn new(sizes: Vec<usize>, activation: Activation, loss: OutputLoss) -> Result<Architecture, ArchitectureError> {
        if sizes.len() < 2 {
            return Err(ArchitectureError::NoLayer);
        }
        if sizes.contains(&0) {
            return Err(ArchitectureError::EmptyLayer);
        }
        let count = |pair: &[usize]| pair[0].saturating_add(1).saturating_mul(pair[1]);
        let parameters = sizes.windows(2).map(count).fold(0, usize::saturating_add);
        if parameters > MAX_PARAMETERS {
            return Err(ArchitectureError::TooLarge(parameters));
        }
        match (loss, sizes[sizes.len() - 1]) {
            (OutputLoss::Logistic, outputs) if outputs != 1 => Err(ArchitectureError::LogisticOutputs(outputs)),
            (OutputLoss::Softmax, 1) => Err(ArchitectureError::SoftmaxOutputs),
            _ => Ok(Architecture { sizes, activation, loss }),
        }
    }

    /// Inputs, hidden layers, outputs.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.sizes[0]
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        self.sizes[self.sizes.len() - 1]
    }

    /// The activation of the hidden layers; the last layer is linear.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// The loss of the outputs.
    pub fn loss(&self) -> OutputLoss {
        self.loss
    }

    /// The number of weights.
    pub fn parameters(&self) -> usize {
        self.sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
    }

    /// The layers, from the inputs to the outputs.
    pub fn layers(&self) -> Vec<Layer> {
        let mut from = 0;
        let layer = |pair: &[usize]| {
            let (inputs, outputs) = (pair[0], pair[1]);
            let weights = from..from + inputs * outputs;
            let bias = weights.end..weights.end + outputs;
            from = bias.end;
            Layer { inputs, outputs, weights, bias }
        };
        self.sizes.windows(2).map(layer).collect()
    }
}
