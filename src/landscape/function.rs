//! Losses without a formula: anything that has a value, a gradient and a Hessian at each point.

use super::Jet;
use crate::formula::{MathRun, Script};
use crate::number::Vector;
use std::any::Any;
use std::fmt::Debug;

/// A loss over two weights that is given by its values and derivatives alone.
///
/// Nothing can be proved about it, because it has no enclosures. A search finds its critical points, and they are
/// called candidates. Everything else (pictures, runs, basins, ensembles) works as for a formula.
pub trait LossFunction: Debug + Send + Sync {
    /// The text after `L = ` and in titles.
    fn title(&self) -> String;

    /// Value, gradient and Hessian at w; NaN where they are undefined.
    fn jet(&self, w: Vector) -> Jet;

    /// Value and gradient at w, with the bits of [`LossFunction::jet`].
    fn value_and_gradient(&self, w: Vector) -> (f64, Vector) {
        let Jet { value, gradient, .. } = self.jet(w);
        (value, gradient)
    }

    /// L(w), with the bits of [`LossFunction::jet`].
    fn value(&self, w: Vector) -> f64 {
        self.value_and_gradient(w).0
    }

    /// About how many arithmetic operations one jet takes, at least 1.
    fn operations(&self) -> usize;

    /// The function itself, to be cast to its concrete type.
    fn as_any(&self) -> Option<&dyn Any> {
        None
    }

    /// The scope of statements about it, if it is not the loss that a person has in mind: `of this plane, not of the
    /// network`.
    fn scope(&self) -> Option<String> {
        None
    }

    /// Facts at w about the larger loss of which this one is a part. Computing them may take a good part of a second.
    fn beyond(&self, _w: Vector) -> Option<Beyond> {
        None
    }
}

/// Facts about the loss over all weights, at a point of a plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beyond {
    /// How many weights there are.
    pub weights: usize,
    /// ‖∇L‖ over all weights.
    pub gradient_norm: f64,
    /// The norm of the part of the gradient that is orthogonal to the plane.
    pub outside: f64,
    /// How many eigenvalues of the whole Hessian are negative; `None` if the Hessian is too large to compute.
    pub negative: Option<usize>,
    /// The largest eigenvalue of the whole Hessian.
    pub lambda_max: f64,
}

/// A title as mathematics: upright text.
pub(super) fn title_runs(title: String) -> Vec<MathRun> {
    vec![MathRun { text: title, italic: false, script: Script::Normal }]
}
