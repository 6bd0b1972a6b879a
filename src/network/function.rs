//! The function of a network: its outputs at any inputs.

use super::{Examples, MAX_EXAMPLES, NetworkLoss, NetworkPlane, OutputLoss, Recipe, Training};
use crate::optimizer::{Run, Shadow};

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

/// The weights of a run in all weights at one of its steps. The run is recomputed up to there.
///
/// # Errors
/// Returns an error, as a sentence, if the run cannot be made.
pub fn weights_of_run(plane: &NetworkPlane, shadow: &Shadow, run: &Run, step: usize) -> Result<Vec<f64>, String> {
    let recipe = Recipe { run: run.clone(), batch_size: None };
    let mut training = Training::new(&plane.trained().loss, recipe, shadow.start.clone())?;
    while training.steps() < step && training.step().is_ok() {}
    Ok(training.weights().to_vec())
}
