//! A loss evaluated over numbers with error bounds, on which proofs rest.

use crate::formula::{Formula, JetOf, Tape};
use crate::number::{Constant, Number};
use std::sync::Arc;

/// L, ∇L and H over any kind of number: intervals, decimals with their errors, numbers with one-sided derivatives.
///
/// Only a loss that is made from a formula has enclosures. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Enclosures {
    tape: Arc<Tape>,
}

impl Enclosures {
    pub(super) fn new(tape: Arc<Tape>) -> Enclosures {
        Enclosures { tape }
    }

    /// The losses of a formula for all parameters within these enclosures, in the formula's order.
    pub fn of_parameters(formula: &Formula, parameters: &[Constant]) -> Enclosures {
        Enclosures::new(Arc::new(formula.tape_enclosing(parameters)))
    }

    /// L.
    pub fn value<N: Number>(&self, w: [N; 2]) -> N {
        self.tape.value(w)
    }

    /// ∇L. Where L is undefined, it means nothing.
    pub fn gradient_of<N: Number>(&self, w: [N; 2]) -> [N; 2] {
        self.tape.gradient_of(w)
    }

    /// L, ∇L and H. Where L is undefined, the derivatives are meaningless.
    pub fn jet_of<N: Number>(&self, w: [N; 2]) -> JetOf<N> {
        self.tape.jet_of(w)
    }

    /// Like [`Enclosures::jet_of`]. If `enough` is true of L and ∇L, it returns `None` and does not compute H.
    pub fn jet_unless<N: Number>(&self, w: [N; 2], enough: impl Fn(N, [N; 2]) -> bool) -> Option<JetOf<N>> {
        self.tape.jet_unless(w, enough)
    }

    /// Whether L and all its derivatives are defined and of magnitudes below 1e290 wherever |w1| and |w2| are at most
    /// `reach`. False if intervals cannot decide, and for a loss over data.
    pub fn is_bounded_within(&self, reach: f64) -> bool {
        self.tape.is_bounded_within(reach)
    }
}
