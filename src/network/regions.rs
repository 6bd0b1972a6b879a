//! The regions of two inputs that a network tells apart.

use super::{NetworkLoss, OutputLoss, outputs};

/// The class of each cell of a grid over two inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Regions {
    /// The ends of the grid along each input.
    pub ranges: [[f64; 2]; 2],
    /// Cells along each side.
    pub side: usize,
    /// The class of each cell and its confidence, 0 to 1: row by row, from the lowest second input.
    pub cells: Vec<(usize, f64)>,
}

impl Regions {
    /// The regions at some weights; `labels` are those of the examples.
    pub fn new(loss: &NetworkLoss, weights: &[f64], labels: &[f64], ranges: [[f64; 2]; 2], side: usize) -> Regions {
        let at = |k: usize, [low, high]: [f64; 2]| low + (high - low) * (k as f64 + 0.5) / side as f64;
        let inputs: Vec<Vec<f64>> =
            (0..side * side).map(|cell| vec![at(cell % side, ranges[0]), at(cell / side, ranges[1])]).collect();
        let kind = loss.architecture.loss();
        let cells = outputs(loss, weights, &inputs).iter().map(|row| class(row, kind, labels)).collect();
        Regions { ranges, side, cells }
    }
}

/// The class of the outputs, and their confidence, 0 to 1.
fn class(outputs: &[f64], loss: OutputLoss, labels: &[f64]) -> (usize, f64) {
    match loss {
        OutputLoss::Softmax => {
            let best = (0..outputs.len()).max_by(|a, b| outputs[*a].total_cmp(&outputs[*b])).unwrap_or(0);
            let others = outputs.iter().enumerate().filter(|(index, _)| *index != best).map(|(_, output)| *output);
            (best, ((outputs[best] - others.fold(f64::NEG_INFINITY, f64::max)) / 3.0).clamp(0.0, 1.0))
        }
        OutputLoss::Logistic => (usize::from(outputs[0] > 0.0), (outputs[0].abs() / 3.0).min(1.0)),
        OutputLoss::Squared => {
            let middle = middle(labels);
            (usize::from(outputs[0] > middle), ((outputs[0] - middle).abs()).min(1.0))
        }
    }
}

/// The class that a label names: for the squared loss, whether it is above the middle of all labels.
pub fn class_of_label(label: f64, loss: OutputLoss, labels: &[f64]) -> usize {
    match loss {
        OutputLoss::Squared => usize::from(label > middle(labels)),
        _ => label.max(0.0) as usize,
    }
}

/// The midpoint between the least and the greatest label.
fn middle(labels: &[f64]) -> f64 {
    let ends = labels.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
    0.5 * (ends.0 + ends.1)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::network::{Activation, Architecture, Examples};

    /// With the weights (1, −1) and the bias 0 the boundary is the diagonal; without hidden layers.
    #[test]
    fn a_linear_classifier_divides_the_square_along_its_line() {
        let architecture = Architecture::new(vec![2, 1], Activation::Tanh, OutputLoss::Logistic).unwrap();
        let examples = Examples::new(&architecture, &[vec![0.0, 0.0, 1.0]]).unwrap();
        let loss = NetworkLoss::new(architecture, examples).unwrap();
        let regions = Regions::new(&loss, &[1.0, -1.0, 0.0], &[0.0, 1.0], [[-3.0, 3.0], [-3.0, 3.0]], 6);
        for (index, (class, confidence)) in regions.cells.iter().enumerate() {
            let (row, column) = (index / 6, index % 6);
            assert_eq!(*class, usize::from(column > row), "cell {row}, {column}");
            let output = column as f64 - row as f64;
            assert!((confidence - (output.abs() / 3.0).min(1.0)).abs() < 1e-12);
        }
        assert_eq!([-0.9, 0.2].map(|label| class_of_label(label, OutputLoss::Squared, &[-1.0, 1.0])), [0, 1]);
    }
}
