//! Boxes with a pole: ∂L is a quotient there, and where L is defined it vanishes only with its numerator. For 1/w1 +
//! w1·w2 the numerator of ∂₁L is w1²·w2 − 1, which is not 0 beside the pole.

use super::krawczyk::Cell;
use crate::critical::normal_form::normal_form;
use crate::formula::normal::Atoms;
use crate::landscape::{Enclosures, Loss};
use std::collections::BTreeMap;

/// The numerators of ∂₁L and ∂₂L.
#[derive(Clone, Debug)]
pub(super) struct Numerators([Enclosures; 2]);

impl Numerators {
    /// The numerators of a loss with poles; `None` for any other, and for a mean over many examples.
    pub(super) fn of(loss: &Loss) -> Option<Numerators> {
        let mut atoms = Atoms::default();
        let whole = normal_form(&mut atoms, loss)?;
        let mut has_poles = false;
        let mut enclosures = Vec::new();
        for axis in 0..2 {
            let slope = atoms.derivative(&whole, axis)?;
            let quotient = atoms.quotient(&slope)?;
            has_poles |= !quotient.denominators.is_empty();
            let numerator = Loss::new(&atoms.text(&quotient.numerator)?, &BTreeMap::new()).ok()?;
            enclosures.push(numerator.enclosures()?.clone());
        }
        if has_poles { enclosures.try_into().ok().map(Numerators) } else { None }
    }

    /// Whether no point of the box at which L is differentiable is critical.
    pub(super) fn exclude(&self, cell: &Cell) -> bool {
        self.0.iter().any(|numerator| {
            let value = numerator.value(*cell);
            value.is_empty() || value.lo > 0.0 || value.hi < 0.0
        })
    }
}
