//! A loss that can be evaluated: a formula with its parameters bound.

use super::View;
use crate::formula::{Formula, FormulaError};
use crate::number::{Matrix, Vector};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Value, gradient and Hessian of L at a point, exact up to rounding: from derivatives of the formula.
///
/// Where L is undefined all entries are NaN. At a kink of abs, min, max or relu the gradient is the mean of both
/// sides' and the Hessian is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jet {
    /// L(w).
    pub value: f64,
    /// ∇L(w).
    pub gradient: Vector,
    /// H(w), symmetric to the last bit.
    pub hessian: Matrix,
}

/// Why a landscape cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LandscapeError {
    /// The formula does not parse.
    #[error(transparent)]
    Formula(#[from] FormulaError),
    /// A parameter of the formula has no finite value.
    #[error("parameter {0} needs a finite value")]
    Parameter(String),
}

/// A loss L(w1, w2), ready to be evaluated. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct Loss {
    formula: Arc<Formula>,
}

impl Loss {
    /// The value that a parameter has until somebody sets it.
    pub const DEFAULT_PARAMETER: f64 = 1.0;

    /// Compiles a formula with its parameters; those that are not given are 1.
    ///
    /// # Errors
    /// When the formula does not parse or a parameter is not finite.
    pub fn new(formula: &str, parameters: &BTreeMap<String, f64>) -> Result<Loss, LandscapeError> {
        let _ = parameters;
        Ok(Loss { formula: Arc::new(Formula::parse(formula)?) })
    }

    /// The formula as parsed.
    pub fn formula(&self) -> &Formula {
        &self.formula
    }

    /// L(w); NaN where it is undefined.
    pub fn value(&self, w: Vector) -> f64 {
        let _ = w;
        unimplemented!()
    }

    /// Value, gradient and Hessian at w.
    pub fn jet(&self, w: Vector) -> Jet {
        let _ = w;
        unimplemented!()
    }

    /// L on a grid that includes the view's border: `columns × rows` values, row by row from the least w2 upwards,
    /// each row from the least w1. NaN where L is undefined.
    pub fn sample(&self, view: &View, columns: usize, rows: usize) -> Vec<f64> {
        let _ = (view, columns, rows);
        unimplemented!()
    }
}
