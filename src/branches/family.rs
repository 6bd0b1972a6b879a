//! A loss with one parameter that moves.

use crate::critical::{CriticalPoints, search};
use crate::curvature::{Kind, solve};
use crate::formula::Formula;
use crate::landscape::{Enclosures, LandscapeError, Loss, View};
use crate::number::{Constant, Decimal, Interval, Vector};
use std::collections::BTreeMap;
use std::sync::Arc;

/// L(w1, w2; p) in a view.
#[derive(Clone, Debug)]
pub struct Family {
    formula: Arc<Formula>,
    parameters: BTreeMap<String, Decimal>,
    /// The parameter's name, and its place among the formula's.
    name: String,
    place: usize,
    /// The view in which critical points are searched for.
    pub view: View,
    /// The least and the greatest value.
    pub range: [f64; 2],
}

/// The reason why a loss has no branches.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FamilyError {
    /// The formula has no such parameter.
    #[error("the formula has no parameter '{0}'")]
    NoParameter(String),
    /// The range is empty, or its width is not finite.
    #[error("the range of the parameter is empty, or too wide for its numbers")]
    Range,
    /// No formula describes the loss.
    #[error("branches are followed for formulas only")]
    NoFormula,
    /// The loss is a mean over data.
    #[error("branches of a loss over data are not followed")]
    Data,
}

/// The critical points at one value.
#[derive(Clone, Debug)]
pub(super) struct Audit {
    pub value: f64,
    pub points: Vec<SimplePoint>,
    /// Proved: these are all in the view, and all are simple.
    pub complete: bool,
}

/// A simple critical point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SimplePoint {
    pub w: Vector,
    pub kind: Kind,
}

/// The most steps of Newton's method from one value of the parameter to the next.
const MOST_STEPS: usize = 30;

impl Family {
    /// The losses of a formula when one of its parameters moves through a range.
    ///
    /// # Errors
    /// Returns a [`FamilyError`].
    pub fn new(
        loss: &Loss,
        parameters: &BTreeMap<String, Decimal>,
        name: &str,
        range: [f64; 2],
        view: View,
    ) -> Result<Family, FamilyError> {
        if loss.examples() > 0 {
            return Err(FamilyError::Data);
        }
        if !(range[0].is_finite() && (range[1] - range[0]).is_finite() && range[0] < range[1]) {
            return Err(FamilyError::Range);
        }
        let formula = Arc::clone(loss.formula().ok_or(FamilyError::NoFormula)?);
        let place = formula.parameters().iter().position(|known| known == name);
        let place = place.ok_or_else(|| FamilyError::NoParameter(name.to_owned()))?;
        Ok(Family { formula, parameters: parameters.clone(), name: name.to_owned(), place, view, range })
    }

    /// The parameter's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The width of the range.
    pub(super) fn width(&self) -> f64 {
        self.range[1] - self.range[0]
    }

    /// The loss at a value.
    ///
    /// # Errors
    /// Returns an error if the value is not finite.
    pub fn at(&self, value: f64) -> Result<Loss, LandscapeError> {
        let mut parameters = self.parameters.clone();
        parameters.insert(self.name.clone(), value.into());
        Loss::bind(Arc::clone(&self.formula), &parameters)
    }

    /// The losses of all values of a range.
    pub(super) fn over(&self, [low, high]: [f64; 2]) -> Enclosures {
        let constant =
            |name: &String| self.parameters.get(name).cloned().unwrap_or(Loss::DEFAULT_PARAMETER.into()).constant();
        let mut constants: Vec<Constant> = self.formula.parameters().iter().map(constant).collect();
        let enclosure = Interval::new(low.next_down(), high.next_up());
        constants[self.place] = Constant { value: 0.5 * (low + high), enclosure };
        Enclosures::of_parameters(&self.formula, &constants)
    }

    /// The critical points at a value.
    pub(super) fn audit(&self, value: f64) -> Audit {
        let Ok(loss) = self.at(value) else { return Audit { value, points: Vec::new(), complete: false } };
        let CriticalPoints { points, complete, .. } = search(&loss, &self.view);
        let is_simple = points.iter().all(|point| point.kind != Kind::Degenerate);
        let points = points.iter().map(|point| SimplePoint { w: point.w, kind: point.kind }).collect();
        Audit { value, points, complete: complete && is_simple }
    }

    /// The limit of Newton's method from w at a value.
    pub(super) fn follow(&self, w: Vector, value: f64) -> Option<Vector> {
        self.follow_on(&self.at(value).ok()?, w)
    }

    /// Like [`Family::follow`], on the loss at a value, because making the loss takes longer than following a point.
    pub(super) fn follow_on(&self, loss: &Loss, w: Vector) -> Option<Vector> {
        let mut evaluator = loss.evaluator();
        let (mut w, mut last) = (w, f64::INFINITY);
        for round in 0..MOST_STEPS {
            let jet = evaluator.jet(w);
            let step = solve(&jet.hessian, jet.gradient)?;
            let length = step.amax();
            if !length.is_finite() || length > 0.25 * self.view.width().max(self.view.height()) {
                return None;
            }
            w -= step;
            if length == 0.0 || (round > 3 && length >= 0.5 * last) {
                return (length < 1e-9 * self.view.width().max(self.view.height())).then_some(w);
            }
            last = length;
        }
        None
    }
}
