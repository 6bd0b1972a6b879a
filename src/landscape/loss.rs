//! A loss that can be evaluated: a formula with its parameters bound.

use super::View;
use crate::dataset::Dataset;
use crate::formula::taylor::{Arithmetic, Series, Taylor};
use crate::formula::{Evaluator, Formula, FormulaError, Jet, Planes, Tape};
use crate::number::{Decimal, Decimals, Matrix, Vector};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a landscape cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LandscapeError {
    /// The formula does not parse.
    #[error(transparent)]
    Formula(#[from] FormulaError),
    /// A parameter of the formula has no finite value.
    #[error("parameter {0} needs a finite value")]
    Parameter(String),
    /// The formula names no column of the data, so that it has no mean over them.
    #[error("the formula names no column of the data, which have {0}")]
    NoColumn(String),
}

/// A loss L(w1, w2), ready to be evaluated: a formula, or the mean of a formula over the examples of a dataset. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct Loss {
    formula: Arc<Formula>,
    parameters: Arc<[Decimal]>,
    tape: Arc<Tape>,
    data: Option<Dataset>,
}

impl Loss {
    /// The value that a parameter has until somebody sets it.
    pub const DEFAULT_PARAMETER: f64 = 1.0;

    /// Compiles a formula with its parameters; those that are not given are [`Loss::DEFAULT_PARAMETER`].
    ///
    /// # Errors
    /// When the formula does not parse or a parameter is not finite.
    pub fn new(formula: &str, parameters: &BTreeMap<String, Decimal>) -> Result<Loss, LandscapeError> {
        Loss::bind(Arc::new(Formula::parse(formula)?), parameters)
    }

    /// The mean of a formula over the examples of a dataset, whose columns it names beside w1 and w2.
    ///
    /// # Errors
    /// As [`Loss::new`], and when the formula names no column of the data.
    pub fn with_data(
        formula: &str,
        parameters: &BTreeMap<String, Decimal>,
        data: &Dataset,
    ) -> Result<Loss, LandscapeError> {
        let formula = Formula::parse_with(formula, data.names())?;
        if formula.columns().is_empty() {
            return Err(LandscapeError::NoColumn(data.names().join(", ")));
        }
        let columns: Vec<Decimals> = formula.columns().iter().filter_map(|name| data.column(name)).cloned().collect();
        let loss = Loss::bind(Arc::new(formula), parameters)?;
        let tape = Arc::new(loss.formula.tape_over(&loss.parameters, &columns));
        Ok(Loss { tape, data: Some(data.clone()), ..loss })
    }

    /// [`Loss::with_data`], or [`Loss::new`] where there are no data.
    ///
    /// # Errors
    /// As these.
    pub fn over(
        formula: &str,
        parameters: &BTreeMap<String, Decimal>,
        data: Option<&Dataset>,
    ) -> Result<Loss, LandscapeError> {
        match data {
            Some(data) => Loss::with_data(formula, parameters, data),
            None => Loss::new(formula, parameters),
        }
    }

    /// What is to be said of the data, though the loss can do with them, a sentence each: columns that the formula does
    /// not name, columns that are the same in all examples, and that there is one example only.
    pub fn notes(&self) -> Vec<String> {
        let Some(data) = &self.data else { return Vec::new() };
        let used = self.formula.columns();
        let unused: Vec<&str> = data.names().iter().filter(|name| !used.contains(name)).map(String::as_str).collect();
        let mut notes = Vec::new();
        match unused.as_slice() {
            [] => {}
            [one] => notes.push(format!("the formula does not use the data's column {one}")),
            many => notes.push(format!("the formula does not use the data's columns {}", many.join(", "))),
        }
        if data.rows() == 1 {
            notes.push("the data have one example only".to_owned());
            return notes;
        }
        for name in used {
            if let Some([first, rest @ ..]) = data.column(name).map(|values| &values[..])
                && rest.iter().all(|value| value == first)
            {
                notes.push(format!("the data's column {name} is {first} in every example"));
            }
        }
        notes
    }

    /// The dataset that the loss is a mean over.
    pub fn data(&self) -> Option<&Dataset> {
        self.data.as_ref()
    }

    /// How many examples the loss is a mean over; 0 for one without data.
    pub fn examples(&self) -> usize {
        self.tape.examples().map_or(0, |examples| examples.count())
    }

    /// The mean gradient over some of the examples, such as a minibatch; `None` for a loss without data.
    pub fn minibatch_gradient(&self, w: Vector, rows: &[u32]) -> Option<Vector> {
        let [_, d1, d2] = self.tape.examples()?.gradient_over(&self.tape, [w.x, w.y], rows);
        Some(Vector::new(d1, d2))
    }

    /// The covariance of the gradient of one example drawn at random; that of a minibatch of B drawn with replacement is
    /// a B-th of it. `None` for a loss without data.
    pub fn gradient_covariance(&self, w: Vector) -> Option<Matrix> {
        let [a, b, d] = self.tape.examples()?.covariance(&self.tape, [w.x, w.y]).entries;
        Some(Matrix::new(a, b, b, d))
    }

    /// Gives values to the parameters of a formula that is already parsed: what a slider does.
    ///
    /// # Errors
    /// When a parameter is not finite.
    pub fn bind(formula: Arc<Formula>, parameters: &BTreeMap<String, Decimal>) -> Result<Loss, LandscapeError> {
        let mut values = Vec::with_capacity(formula.parameters().len());
        for name in formula.parameters() {
            let value = parameters.get(name).cloned().unwrap_or(Loss::DEFAULT_PARAMETER.into());
            if !value.value().is_finite() {
                return Err(LandscapeError::Parameter(name.clone()));
            }
            values.push(value);
        }
        let tape = Arc::new(formula.tape(&values));
        Ok(Loss { formula, parameters: values.into(), tape, data: None })
    }

    /// The formula as parsed.
    pub fn formula(&self) -> &Arc<Formula> {
        &self.formula
    }

    /// The values of the formula's parameters, in its order.
    pub fn parameters(&self) -> &[Decimal] {
        &self.parameters
    }

    /// The instructions that compute it.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// L(w); NaN where it is undefined.
    pub fn value(&self, w: Vector) -> f64 {
        self.tape.value_at(w)
    }

    /// Value, gradient and Hessian at w.
    pub fn jet(&self, w: Vector) -> Jet {
        self.tape.jet(w)
    }

    /// Value and gradient at w, with the bits of [`Loss::jet`].
    pub fn slope(&self, w: Vector) -> (f64, Vector) {
        self.tape.slope(w)
    }

    /// L at w with its derivatives up to an order (1 or 2), over numbers that no tape knows; `None` where it or a
    /// derivative is undefined, or may be.
    pub fn taylor<A: Arithmetic>(
        &self,
        numbers: &mut A,
        order: usize,
        w: &[A::Number; 2],
    ) -> Option<Taylor<A::Number>> {
        let mut series = Series { numbers, order };
        let expression = self.formula.expression();
        let parameters = series.decimals(self.parameters.iter().cloned());
        let Some(examples) = self.tape.examples() else {
            return series.of(expression, w, &parameters, &[]);
        };
        let mut sum: Option<Taylor<A::Number>> = None;
        for row in 0..examples.count() {
            let columns = series.decimals(examples.row(row));
            let here = series.of(expression, w, &parameters, &columns)?;
            sum = Some(match sum {
                None => here,
                Some(sum) => series.add(&sum, &here),
            });
        }
        series.over(&sum?, examples.count() as i64)
    }

    /// The loss at one point after the other.
    pub fn evaluator(&self) -> Evaluator {
        Evaluator::new(Arc::clone(&self.tape))
    }

    /// L on a grid that includes the view's border: `columns × rows` values, row by row from the least w2 upwards,
    /// each row from the least w1. NaN where L is undefined.
    pub fn sample(&self, view: &View, columns: usize, rows: usize) -> Vec<f64> {
        let mut values = Vec::new();
        self.tape.grid(&nodes(view.w1, columns), &nodes(view.w2, rows), &mut values);
        values
    }

    /// L, ∇L and H on the grid of [`Loss::sample`]: six planes of `columns × rows` values. NaN where L is undefined.
    pub fn sample_jets(&self, view: &View, columns: usize, rows: usize) -> Planes {
        let mut planes = Planes::default();
        self.tape.jet_grid(&nodes(view.w1, columns), &nodes(view.w2, rows), &mut planes);
        planes
    }
}

/// `count` equally spaced numbers, both ends exact.
pub fn nodes([low, high]: [f64; 2], count: usize) -> Vec<f64> {
    let last = count.saturating_sub(1).max(1) as f64;
    (0..count)
        .map(|i| if i + 1 == count && count > 1 { high } else { low + (high - low) * (i as f64 / last) })
        .collect()
}
