//! The examples of a network: inputs and labels, a row of numbers for each input and output.

use super::{Architecture, MAX_EXAMPLES, OutputLoss};
use crate::krylov::LANES;
use crate::number::lanes::CHUNK;

/// The reason why the examples do not suit a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExamplesError {
    /// There is none, or there are too many.
    #[error("a network needs 1 to {MAX_EXAMPLES} examples, and there are {0}")]
    Count(usize),
    /// The length of a row is not the number of the network's inputs and labels.
    #[error("the network has {inputs} input{} and {labels} label{}, and the examples have {columns} column{}", plural(*inputs), plural(*labels), plural(*columns))]
    Columns {
        /// Inputs of the network.
        inputs: usize,
        /// Labels that its loss needs.
        labels: usize,
        /// Columns of the examples.
        columns: usize,
    },
    /// A label is not a class.
    #[error("the label {label} of example {example} is no class: {expected}")]
    Label {
        /// The label.
        label: String,
        /// The example, from 1.
        example: usize,
        /// The possible values.
        expected: String,
    },
    /// A number is not finite.
    #[error("example {0} has a number that is not finite")]
    NotFinite(usize),
}

/// Inputs and labels. Each input and each label is a row with a number for each example, padded with zeros.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples {
    count: usize,
    stride: usize,
    inputs: Vec<f64>,
    targets: Vec<f64>,
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

impl Examples {
    /// Examples from rows of inputs and labels together, the labels last: as many as outputs for the squared loss, one
    /// of 0 and 1 for the logistic one, one class counted from 0 for softmax.
    ///
    /// # Errors
    /// Returns an error if there are none or too many, if a row does not fit the network, or if a label is not a class.
    pub fn new(architecture: &Architecture, rows: &[Vec<f64>]) -> Result<Examples, ExamplesError> {
        let count = rows.len();
        if count == 0 || count > MAX_EXAMPLES {
            return Err(ExamplesError::Count(count));
        }
        let (inputs, outputs) = (architecture.inputs(), architecture.outputs());
        let labels = if architecture.loss() == OutputLoss::Softmax { 1 } else { outputs };
        let stride = count.next_multiple_of(LANES);
        let mut examples = Examples {
            count,
            stride,
            inputs: vec![0.0; (inputs * stride).next_multiple_of(CHUNK)],
            targets: vec![0.0; (outputs * stride).next_multiple_of(CHUNK)],
        };
        for (e, row) in rows.iter().enumerate() {
            if row.len() != inputs + labels {
                return Err(ExamplesError::Columns { inputs, labels, columns: row.len() });
            }
            if !row.iter().all(|number| number.is_finite()) {
                return Err(ExamplesError::NotFinite(e + 1));
            }
            (0..inputs).for_each(|input| examples.inputs[input * stride + e] = row[input]);
            let label = &row[inputs..];
            match architecture.loss() {
                OutputLoss::Squared => (0..outputs).for_each(|k| examples.targets[k * stride + e] = label[k]),
                OutputLoss::Logistic => {
                    if !matches!(label[0], 0.0 | 1.0) {
                        return Err(no_class(label[0], e, "0 or 1"));
                    }
                    examples.targets[e] = label[0];
                }
                OutputLoss::Softmax => {
                    if label[0].fract() != 0.0 || !(0.0..outputs as f64).contains(&label[0]) {
                        return Err(no_class(label[0], e, &format!("a whole number from 0 to {}", outputs - 1)));
                    }
                    examples.targets[label[0] as usize * stride + e] = 1.0;
                }
            }
        }
        Ok(examples)
    }

    /// Checks that these can be the examples of a network.
    ///
    /// # Errors
    /// Returns an error if the number of inputs or outputs differs.
    pub fn check(&self, architecture: &Architecture) -> Result<(), ExamplesError> {
        let fits = |units: usize, rows: &[f64]| rows.len() == (units * self.stride).next_multiple_of(CHUNK);
        if fits(architecture.inputs(), &self.inputs) && fits(architecture.outputs(), &self.targets) {
            return Ok(());
        }
        let columns = (self.inputs.len() + self.targets.len()) / self.stride;
        Err(ExamplesError::Columns { inputs: architecture.inputs(), labels: architecture.outputs(), columns })
    }

    /// Some of the examples, in this order; an example may be named more than once.
    pub fn select(&self, rows: &[u32]) -> Examples {
        let stride = rows.len().next_multiple_of(LANES);
        let picked = |from: &[f64]| {
            let units = from.len() / self.stride;
            let mut to = vec![0.0; (units * stride).next_multiple_of(CHUNK)];
            for unit in 0..units {
                for (e, row) in rows.iter().enumerate() {
                    to[unit * stride + e] = from[unit * self.stride + *row as usize];
                }
            }
            to
        };
        Examples { count: rows.len(), stride, inputs: picked(&self.inputs), targets: picked(&self.targets) }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The distance from a row to the next: the count, rounded up to a multiple of the lanes of a vector.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// The inputs, a row for each.
    pub fn inputs(&self) -> &[f64] {
        &self.inputs
    }

    /// The target of each output, a row for each; for softmax 1 in the row of the class and 0 elsewhere.
    pub fn targets(&self) -> &[f64] {
        &self.targets
    }
}

fn no_class(label: f64, example: usize, expected: &str) -> ExamplesError {
    ExamplesError::Label { label: label.to_string(), example: example + 1, expected: expected.to_owned() }
}
