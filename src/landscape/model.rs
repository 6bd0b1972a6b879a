//! The model that a loss fits to its examples: a line, a neuron, a probability.

use super::Loss;
use crate::dataset::Dataset;
use crate::formula::Formula;
use crate::number::{Decimals, Vector};

/// M(w; x) with the loss's parameters and examples.
#[derive(Clone, Debug)]
pub struct Model {
    /// The column that the model should equal.
    pub label: String,
    /// The columns that the model is computed from.
    pub inputs: Vec<String>,
    formula: Formula,
    loss: Loss,
}

impl Loss {
    /// The model that the loss fits to its examples. It is recognised in two kinds of formula: a function of a residual
    /// M − y, and the log-likelihood of logistic regression with labels 0 and 1. `None` for all other formulas, and
    /// without data.
    pub fn model(&self) -> Option<Model> {
        self.data()?;
        let fit = self.formula()?.fit()?;
        Some(Model { label: fit.label, inputs: fit.inputs, formula: fit.model, loss: self.clone() })
    }
}

impl Model {
    /// The model as one line of mathematics in Unicode: `w₁·x + w₂`.
    pub fn to_unicode(&self) -> String {
        self.formula.to_unicode()
    }

    /// M at each example of the data, in their order; NaN where it is undefined, and where a value is missing.
    pub fn predictions(&self, w: Vector) -> Vec<f64> {
        let rows = self.loss.data().map_or(0, Dataset::rows);
        let mut values = self.over(w, rows, |name| self.loss.data().and_then(|data| data.column(name)).cloned());
        if let Some(complete) = self.loss.completeness() {
            let incomplete = values.iter_mut().zip(complete).filter(|(_, complete)| !complete);
            incomplete.for_each(|(value, _)| *value = f64::NAN);
        }
        values
    }

    /// M at these values of its one input; `None` for a model with no input or several, which has no curve.
    pub fn curve(&self, w: Vector, inputs: &[f64]) -> Option<Vec<f64>> {
        let [input] = self.inputs.as_slice() else { return None };
        if inputs.is_empty() {
            return Some(Vec::new());
        }
        let values = Decimals::from(inputs.to_vec());
        Some(self.over(w, inputs.len(), |name| (name == input).then(|| values.clone())))
    }

    /// M for rows of values in its inputs; a column that it does not use may be missing.
    fn over(&self, w: Vector, rows: usize, column: impl Fn(&str) -> Option<Decimals>) -> Vec<f64> {
        let unused = Decimals::from(vec![0.0; rows]);
        let columns = self.formula.columns().iter().map(|name| column(name).unwrap_or_else(|| unused.clone()));
        let tape = self.formula.tape_over(self.loss.parameters(), &columns.collect::<Vec<_>>());
        tape.example_values(w)
    }
}
