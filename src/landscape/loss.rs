//! A loss that can be evaluated: a formula with its parameters bound.

use super::{View, formula_over, no_mean};
use crate::dataset::{Dataset, listed};
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
    /// Every example lacks a value in one of the columns that the formula names.
    #[error("no example has a value in each of the columns {0}")]
    NoCompleteExample(String),
}

/// A loss L(w1, w2), ready to be evaluated: a formula, or the mean of a formula over the examples of a dataset. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct Loss {
    formula: Arc<Formula>,
    parameters: Arc<[Decimal]>,
    tape: Arc<Tape>,
    data: Option<Dataset>,
    /// The parameters that were given no value.
    unset: Arc<[String]>,
}

impl Loss {
    /// The value that a parameter has until somebody sets it.
    pub const DEFAULT_PARAMETER: f64 = 1.0;

    /// Compiles a formula with its parameters; those that are not given are [`Loss::DEFAULT_PARAMETER`].
    ///
    /// # Errors
    /// When the formula does not parse or a parameter is not finite.
    pub fn new(formula: &str, parameters: &BTreeMap<String, Decimal>) -> Result<Loss, LandscapeError> {
        Loss::bind(Arc::new(formula_over(formula, None, parameters)?), parameters)
    }

    /// The mean of a formula over the examples of a dataset, whose columns it names beside w1 and w2. Examples that miss
    /// a value in one of these are left out.
    ///
    /// # Errors
    /// As [`Loss::new`] and [`formula_over`], when the formula names no column of the data, and when every example
    /// misses a value in a column that it names.
    pub fn with_data(
        formula: &str,
        parameters: &BTreeMap<String, Decimal>,
        data: &Dataset,
    ) -> Result<Loss, LandscapeError> {
        let formula = formula_over(formula, Some(data), parameters)?;
        if let Some(error) = no_mean(&formula, data) {
            return Err(error);
        }
        let used = formula.columns().iter().filter_map(|name| data.column(name));
        let complete = data.completeness(formula.columns());
        let columns: Vec<Decimals> = match &complete {
            None => used.cloned().collect(),
            Some(complete) => used.map(|column| those_of(column, complete)).collect(),
        };
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

    /// What is to be said of the formula as it was read, a sentence each: weights that it does not contain, and names that
    /// were taken for parameters and were given no value.
    pub fn notes_of_formula(&self) -> Vec<String> {
        let mut notes = self.formula.notes();
        let default = Loss::DEFAULT_PARAMETER;
        match &self.unset[..] {
            [] => {}
            [name] => notes
                .push(format!("the name {name} is taken for a parameter, and is {default} until it is given a value")),
            names => notes.push(format!(
                "the names {} are taken for parameters, and are {default} until they are given values",
                listed(names.iter())
            )),
        }
        notes
    }

    /// What is to be said of the formula and the data, though the loss can do with them, a sentence each: [`Loss::notes_of_formula`], how the file was read, examples
    /// that are left out, columns that the formula does not name, columns that are the same in all examples, and that
    /// there is one example only.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.notes_of_formula();
        let Some(data) = &self.data else { return notes };
        let used = self.formula.columns();
        notes.extend(data.notes().iter().cloned());
        notes.extend(self.note_of_incomplete(data));
        let unused: Vec<&String> = data.names().iter().filter(|name| !used.contains(name)).collect();
        match unused.as_slice() {
            [] => {}
            [one] => notes.push(format!("the formula does not use the data's column {one}")),
            many => notes.push(format!("the formula does not use the data's columns {}", listed(many.iter()))),
        }
        if self.examples() == 1 {
            notes.push("the data have one example only".to_owned());
            return notes;
        }
        let complete = self.completeness();
        let is_complete = |row: usize| complete.as_ref().is_none_or(|complete| complete[row]);
        for name in used {
            let values = data.column(name).map_or(&[][..], |values| &values[..]);
            let mut values = values.iter().enumerate().filter(|(row, _)| is_complete(*row)).map(|(_, value)| value);
            if let Some(first) = values.next()
                && values.all(|value| value == first)
            {
                notes.push(format!("the data's column {name} is {first} in every example"));
            }
        }
        notes
    }

    /// How many examples of the data are left out, and why.
    fn note_of_incomplete(&self, data: &Dataset) -> Option<String> {
        let complete = self.completeness()?;
        let rows: Vec<usize> = (0..data.rows()).filter(|row| !complete[*row]).collect();
        let left_out = rows.len();
        let lines: Vec<String> =
            rows.iter().filter_map(|row| data.line_of_incomplete(*row)).map(|line| line.to_string()).collect();
        let is_lacking =
            |name: &&String| data.column(name).is_some_and(|column| rows.iter().any(|row| column[*row].is_nan()));
        let columns: Vec<&String> = self.formula.columns().iter().filter(is_lacking).collect();
        let where_ = match lines.as_slice() {
            [] => String::new(),
            [line] => format!(" (line {line})"),
            lines => format!(" (lines {})", listed(lines.iter())),
        };
        let are = if left_out == 1 { "is" } else { "are" };
        Some(format!(
            "{left_out} of {} examples {are} left out, because a value is missing in {}{where_}",
            data.rows(),
            listed(columns.iter())
        ))
    }

    /// For each row of the data whether it has a value in every column that the formula names; `None` where all have.
    pub fn completeness(&self) -> Option<Vec<bool>> {
        self.data.as_ref()?.completeness(self.formula.columns())
    }

    /// The dataset that the loss is a mean over, with the examples that are left out.
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
        let unset = formula.parameters().iter().filter(|name| !parameters.contains_key(*name)).cloned().collect();
        let tape = Arc::new(formula.tape(&values));
        Ok(Loss { formula, parameters: values.into(), tape, data: None, unset })
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
    pub fn value_and_gradient(&self, w: Vector) -> (f64, Vector) {
        self.tape.value_and_gradient(w)
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

/// The numbers of a column in the rows that are complete.
fn those_of(column: &Decimals, complete: &[bool]) -> Decimals {
    column.decimals().zip(complete).filter(|(_, complete)| **complete).map(|(number, _)| number).collect()
}

/// `count` equally spaced numbers, both ends exact.
pub fn nodes([low, high]: [f64; 2], count: usize) -> Vec<f64> {
    let last = count.saturating_sub(1).max(1) as f64;
    (0..count)
        .map(|i| if i + 1 == count && count > 1 { high } else { low + (high - low) * (i as f64 / last) })
        .collect()
}
