//! A network over a table of examples.

use super::{Activation, Architecture, Examples, NetworkLoss, OutputLoss};
use crate::dataset::Dataset;

/// A network over a table whose last column is the label.
///
/// # Errors
/// Returns an error, as a sentence, if there is no such network, or if a label is not a class.
pub fn network_over(
    dataset: &Dataset,
    hidden: &[usize],
    activation: Activation,
    loss: OutputLoss,
) -> Result<NetworkLoss, String> {
    let rows = rows_of(dataset)?;
    let columns = dataset.columns().len();
    let outputs = match loss {
        OutputLoss::Squared | OutputLoss::Logistic => 1,
        OutputLoss::Softmax => {
            let largest = rows.iter().filter_map(|row| row.last()).fold(0.0, |most: f64, label| most.max(*label));
            // A label that is not a class is refused with its example.
            if (0.0..1e4).contains(&largest) { largest as usize + 1 } else { 2 }
        }
    };
    let sizes = [&[columns.saturating_sub(1)], hidden, &[outputs]].concat();
    let architecture = Architecture::new(sizes, activation, loss).map_err(|error| error.to_string())?;
    let examples = Examples::new(&architecture, &rows).map_err(|error| error.to_string())?;
    NetworkLoss::new(architecture, examples).map_err(|error| error.to_string())
}

/// The rows of a table of numbers.
///
/// # Errors
/// Returns an error, as a sentence, if a column is not a column of numbers, or if a value is missing.
pub fn rows_of(dataset: &Dataset) -> Result<Vec<Vec<f64>>, String> {
    if let Some(other) = dataset.others().first() {
        return Err(format!("the column {} is no column of numbers: {}", other.name, other.trouble));
    }
    let rows: Vec<Vec<f64>> =
        (0..dataset.rows()).map(|row| dataset.columns().iter().map(|column| column[row]).collect()).collect();
    match rows.iter().position(|row| row.iter().any(|value| value.is_nan())) {
        Some(row) => Err(format!("example {} has a missing value", row + 1)),
        None => Ok(rows),
    }
}
