//! The function of a network: its outputs at any inputs.

use super::{Examples, MAX_EXAMPLES, NetworkLoss, OutputLoss};

/// The outputs at rows of inputs, a row for each; empty if there are too many rows or they do not fit.
pub fn outputs(loss: &NetworkLoss, weights: &[f64], inputs: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let architecture = &loss.architecture;
    let labels = if architecture.loss() == OutputLoss::Softmax { 1 } else { architecture.outputs() };
    let mut all = Vec::with_capacity(inputs.len());
    for inputs in inputs.chunks(MAX_EXAMPLES) {
        // Labels play no part in outputs.
        let rows: Vec<Vec<f64>> =
            inputs.iter().map(|row| row.iter().copied().chain(vec![0.0; labels]).collect()).collect();
        let Ok(examples) = Examples::new(architecture, &rows) else { return Vec::new() };
        let asked = NetworkLoss { architecture: architecture.clone(), examples, weight_decay: 0.0 };
        let mut evaluation = asked.evaluation();
        evaluation.value(weights);
        let (found, stride) = (evaluation.outputs(), asked.examples.stride());
        all.extend(
            (0..rows.len()).map(|e| (0..architecture.outputs()).map(|k| found[k * stride + e]).collect::<Vec<f64>>()),
        );
    }
    all
}
