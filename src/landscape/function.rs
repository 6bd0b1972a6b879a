//! Losses that no formula describes: anything that has a value, a gradient and a Hessian at each point.

use super::Jet;
use crate::formula::{MathRun, Script};
use crate::number::Vector;
use std::fmt::Debug;

/// A loss over two weights that is given by its values and derivatives alone.
///
/// Nothing can be proved of it, because it has no enclosures: its critical points are found by a search and are called
/// candidates. Everything else (pictures, runs, basins, ensembles) works as for a formula.
pub trait LossFunction: Debug + Send + Sync {
    /// What is written after `L = ` and in titles.
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
}

/// A title as mathematics: upright text.
pub(super) fn title_runs(title: String) -> Vec<MathRun> {
    vec![MathRun { text: title, italic: false, script: Script::Normal }]
}
