//! Errors in a loss.

use crate::formula::FormulaError;

/// The reason why a landscape is invalid.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LandscapeError {
    /// The formula does not parse.
    #[error(transparent)]
    Formula(#[from] FormulaError),
    /// A parameter of the formula has no finite value.
    #[error("parameter {0} needs a finite value")]
    Parameter(String),
    /// The formula names no column of the data, so there is no mean over the examples.
    #[error("the formula names no column of the data, which have {0}")]
    NoColumn(String),
    /// Every example lacks a value in one of the columns that the formula names.
    #[error("no example has a value in each of the columns {0}")]
    NoCompleteExample(String),
    /// A loss that is not a formula cannot be made; the reason as a sentence.
    #[error("{0}")]
    Function(String),
}
