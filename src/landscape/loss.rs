//! A loss that can be evaluated: a formula with its parameters bound, or any function of two weights.

use super::kept::Kept;
use super::{
    Beyond, Enclosures, Evaluator, LandscapeError, LossFunction, Sampler, View, formula_over, function, no_mean,
    sampling,
};
use crate::dataset::Dataset;
use crate::formula::taylor::{Arithmetic, Series, Taylor};
use crate::formula::{self, Formula, Jet, JetOf, MathRun, Planes, PointSampler, Tape};
use crate::number::{Constant, Decimal, Decimals, Matrix, Vector};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A loss L(w1, w2), ready to be evaluated. Cheap to clone, shared between threads.
///
/// It is a formula, the mean of a formula over the examples of a dataset, or a [`LossFunction`]; only this type knows
/// which. It gives values and jets at a point, an [`Evaluator`] for one point after the other, a [`Sampler`] for many
/// points, a grid, and [`Enclosures`], which only a formula has.
#[derive(Clone, Debug)]
pub struct Loss(Source);

#[derive(Clone, Debug)]
enum Source {
    Formula(Arc<FormulaLoss>),
    Function(Arc<dyn LossFunction>),
}

/// A formula with its parameters bound, and the examples of the mean.
#[derive(Debug)]
struct FormulaLoss {
    formula: Arc<Formula>,
    parameters: Vec<Decimal>,
    tape: Arc<Tape>,
    enclosures: Enclosures,
    data: Option<Dataset>,
    /// The parameters that were given no value.
    unset: Vec<String>,
    /// Enclosures with many digits.
    kept: Kept<Option<JetOf<Constant>>>,
}

impl Loss {
    /// The value of a parameter that was not set.
    pub const DEFAULT_PARAMETER: f64 = 1.0;

    /// Compiles a formula with its parameters; a parameter that is not given is [`Loss::DEFAULT_PARAMETER`].
    ///
    /// # Errors
    /// Returns an error if the formula does not parse or a parameter is not finite.
    pub fn new(formula: &str, parameters: &BTreeMap<String, Decimal>) -> Result<Loss, LandscapeError> {
        Loss::bind(Arc::new(formula_over(formula, None, parameters)?), parameters)
    }

    /// The mean of a formula over the examples of a dataset. The formula names columns besides w1 and w2. Examples that
    /// miss a value in one of these columns are left out.
    ///
    /// # Errors
    /// Returns an error as [`Loss::new`] and [`formula_over`] do, if the formula names no column of the data, and if
    /// every example misses a value in a column that the formula names.
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
        let tape = |formula: &Formula, parameters: &[Decimal]| formula.tape_over(parameters, &columns);
        FormulaLoss::bind(Arc::new(formula), parameters, Some(data.clone()), tape)
    }

    /// [`Loss::with_data`], or [`Loss::new`] if there are no data.
    ///
    /// # Errors
    /// Returns an error as these functions do.
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

    /// Gives values to the parameters of a formula that is already parsed: what a slider does.
    ///
    /// # Errors
    /// Returns an error if a parameter is not finite.
    pub fn bind(formula: Arc<Formula>, parameters: &BTreeMap<String, Decimal>) -> Result<Loss, LandscapeError> {
        FormulaLoss::bind(formula, parameters, None, Formula::tape)
    }

    /// A loss that no formula describes.
    pub fn from_function(function: Arc<dyn LossFunction>) -> Loss {
        Loss(Source::Function(function))
    }

    /// The formula, if the loss is made from one.
    fn source(&self) -> Option<&FormulaLoss> {
        match &self.0 {
            Source::Formula(loss) => Some(loss),
            Source::Function(_) => None,
        }
    }

    /// The tape itself, for its own tests.
    #[cfg(test)]
    pub(crate) fn tape(&self) -> Option<&Tape> {
        self.source().map(|loss| &*loss.tape)
    }

    /// The [`LossFunction`] of this type, if the loss is one.
    pub fn function<T: 'static>(&self) -> Option<&T> {
        match &self.0 {
            Source::Formula(_) => None,
            Source::Function(function) => function.as_any()?.downcast_ref(),
        }
    }

    /// The formula as parsed; `None` for a loss without a formula.
    pub fn formula(&self) -> Option<&Arc<Formula>> {
        self.source().map(|loss| &loss.formula)
    }

    /// The text after `L = `, in one line: the formula as it was understood, or a title.
    pub fn to_unicode(&self) -> String {
        match &self.0 {
            Source::Formula(loss) => loss.formula.to_unicode(),
            Source::Function(function) => function.title(),
        }
    }

    /// [`Loss::to_unicode`] as mathematics.
    pub fn to_math(&self) -> Vec<MathRun> {
        match &self.0 {
            Source::Formula(loss) => loss.formula.to_math(),
            Source::Function(function) => function::title_runs(function.title()),
        }
    }

    /// The names of the formula's parameters, in its order.
    pub fn parameter_names(&self) -> &[String] {
        self.source().map_or(&[], |loss| loss.formula.parameters())
    }

    /// The values of the formula's parameters, in its order.
    pub fn parameters(&self) -> &[Decimal] {
        self.source().map_or(&[], |loss| &loss.parameters)
    }

    /// The parameters that were given no value.
    pub(super) fn unset(&self) -> &[String] {
        self.source().map_or(&[], |loss| &loss.unset)
    }

    /// For each row of the data, whether it has a value in every column that the formula names; `None` if all rows
    /// have.
    pub fn completeness(&self) -> Option<Vec<bool>> {
        self.data()?.completeness(self.formula()?.columns())
    }

    /// The dataset of the mean, including the examples that are left out.
    pub fn data(&self) -> Option<&Dataset> {
        self.source()?.data.as_ref()
    }

    /// How many examples the loss is a mean over; 0 for one without data.
    pub fn examples(&self) -> usize {
        self.source().map_or(0, |loss| loss.tape.examples())
    }

    /// The values of an example in the formula's columns; `None` if there is no such example.
    pub fn example(&self, row: usize) -> Option<Vec<Decimal>> {
        self.source()?.tape.example(row)
    }

    /// The mean gradient over some of the examples, such as a minibatch; `None` for a loss without data.
    pub fn minibatch_gradient(&self, w: Vector, rows: &[u32]) -> Option<Vector> {
        let [_, d1, d2] = self.source()?.tape.gradient_over(w, rows)?;
        Some(Vector::new(d1, d2))
    }

    /// The covariance of the gradient of one example drawn at random; the covariance for a minibatch of B drawn with
    /// replacement is this divided by B. `None` for a loss without data.
    pub fn gradient_covariance(&self, w: Vector) -> Option<Matrix> {
        let [a, b, d] = self.source()?.tape.covariance(w)?.entries;
        Some(Matrix::new(a, b, b, d))
    }

    /// The loss over numbers with error bounds, on which proofs rest; `None` for a loss without a formula, about which
    /// nothing can be proved.
    pub fn enclosures(&self) -> Option<&Enclosures> {
        self.source().map(|loss| &loss.enclosures)
    }

    /// Whether L, as the formula is written, is a polynomial of degree at most two.
    pub fn is_quadratic(&self) -> bool {
        self.source().and_then(|loss| loss.tape.degree()).is_some_and(|degree| degree <= 2)
    }

    /// Whether L may jump where it is defined; true if that is not known.
    pub fn may_jump(&self) -> bool {
        self.formula().is_none_or(|formula| formula.may_jump())
    }

    /// The scope of statements about L, if it is not the loss that a person has in mind: `of this plane, not of the
    /// network`.
    pub fn scope(&self) -> Option<String> {
        match &self.0 {
            Source::Formula(_) => None,
            Source::Function(function) => function.scope(),
        }
    }

    /// Facts at w about the larger loss of which L is a part, if it is one. Computing them may take a good part of a
    /// second.
    pub fn beyond(&self, w: Vector) -> Option<Beyond> {
        match &self.0 {
            Source::Formula(_) => None,
            Source::Function(function) => function.beyond(w),
        }
    }

    /// How many times as long a point takes as with a short formula, at least 1: the number of examples, or an
    /// equivalent.
    pub fn slowness(&self) -> usize {
        /// How many operations take about as long as a formula at one example.
        const OF_AN_EXAMPLE: usize = 15;
        match &self.0 {
            Source::Formula(_) => self.examples().max(1),
            Source::Function(function) => (function.operations() / OF_AN_EXAMPLE).max(1),
        }
    }

    /// About how many arithmetic operations value, gradient and Hessian at a point take, at least 1.
    pub fn operations(&self) -> usize {
        match &self.0 {
            Source::Formula(loss) => loss.tape.len().max(1) * self.examples().max(1),
            Source::Function(function) => function.operations().max(1),
        }
    }

    /// L(w); NaN where it is undefined.
    pub fn value(&self, w: Vector) -> f64 {
        match &self.0 {
            Source::Formula(loss) => loss.tape.value_at(w),
            Source::Function(function) => function.value(w),
        }
    }

    /// Value, gradient and Hessian at w.
    pub fn jet(&self, w: Vector) -> Jet {
        match &self.0 {
            Source::Formula(loss) => loss.tape.jet(w),
            Source::Function(function) => function.jet(w),
        }
    }

    /// Value and gradient at w, with the bits of [`Loss::jet`].
    pub fn value_and_gradient(&self, w: Vector) -> (f64, Vector) {
        match &self.0 {
            Source::Formula(loss) => loss.tape.value_and_gradient(w),
            Source::Function(function) => function.value_and_gradient(w),
        }
    }

    /// L at w with its derivatives up to an order (1 or 2), over kinds of number that a tape does not support. `None`
    /// if L or a derivative is or may be undefined, and for a loss without a formula.
    pub fn taylor<A: Arithmetic>(
        &self,
        numbers: &mut A,
        order: usize,
        w: &[A::Number; 2],
    ) -> Option<Taylor<A::Number>> {
        let mut series = Series { numbers, order };
        let FormulaLoss { formula, parameters, tape, .. } = self.source()?;
        let expression = formula.expression();
        let parameters = series.decimals(parameters.iter().cloned());
        if tape.examples() == 0 {
            return series.of(expression, w, &parameters, &[]);
        }
        let mut sum: Option<Taylor<A::Number>> = None;
        for row in 0..tape.examples() {
            let columns = series.decimals(tape.example(row)?);
            let here = series.of(expression, w, &parameters, &columns)?;
            sum = Some(match sum {
                None => here,
                Some(sum) => series.add(&sum, &here),
            });
        }
        series.over(&sum?, tape.examples() as i64)
    }

    /// L, ∇L and H at w with many digits: kept from an earlier call, or else computed by `compute`, which must give the same
    /// answer at any time. A drag asks for them at the same points in each frame, and they take about a millisecond.
    pub fn kept_jet(&self, w: Vector, compute: impl FnOnce() -> Option<JetOf<Constant>>) -> Option<JetOf<Constant>> {
        match self.source() {
            Some(loss) => loss.kept.at(w, compute),
            None => compute(),
        }
    }

    /// The loss at one point after the other.
    pub fn evaluator(&self) -> Evaluator {
        match &self.0 {
            Source::Formula(loss) => Evaluator::Formula(formula::Evaluator::new(Arc::clone(&loss.tape))),
            Source::Function(function) => Evaluator::Function(Arc::clone(function)),
        }
    }

    /// A sampler of the given range of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂, numbered from 0, at many points. Where L is undefined,
    /// derivatives are NaN if the range includes L, and otherwise meaningless.
    ///
    /// # Panics
    /// Panics if the range is not within 0..6.
    pub fn sampler(&self, planes: Range<usize>) -> Sampler<'_> {
        match &self.0 {
            Source::Formula(loss) => Sampler::of_formula(PointSampler::new(&loss.tape, planes)),
            Source::Function(function) => Sampler::of_function(&**function, planes),
        }
    }

    /// L on the grid of all (x, y), row by row: `out[row × xs.len() + column]` is L at `(xs[column], ys[row])`. Values
    /// agree with those of points up to the rounding of another order of the same operations.
    pub fn grid(&self, xs: &[f64], ys: &[f64], out: &mut Vec<f64>) {
        match &self.0 {
            Source::Formula(loss) => loss.tape.grid(xs, ys, out),
            Source::Function(function) => sampling::grid(&**function, xs, ys, out),
        }
    }

    /// L, ∇L and H on the grid of [`Loss::grid`]. Where L is undefined, so are its derivatives.
    pub fn jet_grid(&self, xs: &[f64], ys: &[f64], out: &mut Planes) {
        match &self.0 {
            Source::Formula(loss) => loss.tape.jet_grid(xs, ys, out),
            Source::Function(function) => sampling::jet_grid(&**function, xs, ys, out),
        }
    }

    /// L on a grid that includes the view's border: `columns × rows` values, row by row from the least w2 upwards,
    /// each row from the least w1. NaN where L is undefined.
    pub fn sample(&self, view: &View, columns: usize, rows: usize) -> Vec<f64> {
        let mut values = Vec::new();
        self.grid(&nodes(view.w1, columns), &nodes(view.w2, rows), &mut values);
        values
    }

    /// L, ∇L and H on the grid of [`Loss::sample`]: six planes of `columns × rows` values. NaN where L is undefined.
    pub fn sample_jets(&self, view: &View, columns: usize, rows: usize) -> Planes {
        let mut planes = Planes::default();
        self.jet_grid(&nodes(view.w1, columns), &nodes(view.w2, rows), &mut planes);
        planes
    }
}

impl FormulaLoss {
    fn bind(
        formula: Arc<Formula>,
        parameters: &BTreeMap<String, Decimal>,
        data: Option<Dataset>,
        tape: impl Fn(&Formula, &[Decimal]) -> Tape,
    ) -> Result<Loss, LandscapeError> {
        let mut values = Vec::with_capacity(formula.parameters().len());
        for name in formula.parameters() {
            let value = parameters.get(name).cloned().unwrap_or(Loss::DEFAULT_PARAMETER.into());
            if !value.value().is_finite() {
                return Err(LandscapeError::Parameter(name.clone()));
            }
            values.push(value);
        }
        let unset = formula.parameters().iter().filter(|name| !parameters.contains_key(*name)).cloned().collect();
        let tape = Arc::new(tape(&formula, &values));
        let (enclosures, kept) = (Enclosures::new(Arc::clone(&tape)), Kept::default());
        Ok(Loss(Source::Formula(Arc::new(FormulaLoss {
            formula,
            parameters: values,
            tape,
            enclosures,
            data,
            unset,
            kept,
        }))))
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
