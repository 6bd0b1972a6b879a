//! Points one after the other, as on a trajectory: the room for what is computed is made once.

use super::tape::{Jet, Tape};
use crate::number::Vector;
use std::sync::Arc;

/// A tape at one point after the other. Everything has the bits that the tape itself gives for the point.
#[derive(Clone, Debug)]
pub struct Evaluator {
    tape: Arc<Tape>,
    /// The tape's slots with the constants in their places; none before the first point, and none for a mean over
    /// examples.
    slots: Vec<f64>,
}

impl Evaluator {
    /// For this tape; nothing is prepared before it is asked.
    pub fn new(tape: Arc<Tape>) -> Evaluator {
        Evaluator { tape, slots: Vec::new() }
    }

    /// L, as [`Tape::value_at`].
    pub fn value(&mut self, w: Vector) -> f64 {
        if self.goes_to(w) { self.tape.value_in(&mut self.slots) } else { self.tape.value_at(w) }
    }

    /// L and ∇L, as [`Tape::slope`].
    pub fn slope(&mut self, w: Vector) -> (f64, Vector) {
        if self.goes_to(w) { self.tape.slope_in(&mut self.slots) } else { self.tape.slope(w) }
    }

    /// L, ∇L and H, as [`Tape::jet`].
    pub fn jet(&mut self, w: Vector) -> Jet {
        if self.goes_to(w) { self.tape.jet_at(&mut self.slots) } else { self.tape.jet(w) }
    }

    /// Puts w into its slots, if there are any.
    #[inline]
    fn goes_to(&mut self, w: Vector) -> bool {
        if self.slots.is_empty() {
            self.prepare();
        }
        let has_slots = self.slots.len() >= 2;
        if has_slots {
            self.slots[..2].copy_from_slice(w.as_slice());
        }
        has_slots
    }

    #[cold]
    fn prepare(&mut self) {
        if self.tape.examples().is_none() {
            self.slots = vec![0.0; self.tape.slots()];
            self.slots[2..].iter_mut().zip(self.tape.constants()).for_each(|(slot, constant)| *slot = constant);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::landscape::catalogue::catalogue;
    use crate::landscape::{Jet, nodes};
    use crate::number::Vector;

    /// The room that is used again changes nothing: each point has the bits that it has alone, with data and without.
    #[test]
    fn each_point_is_as_it_is_alone() {
        let bits = |Jet { value, gradient, hessian }: Jet| {
            let numbers = [value].into_iter().chain(gradient.iter().copied()).chain(hessian.iter().copied());
            numbers.map(|number| if number.is_nan() { None } else { Some(number.to_bits()) }).collect::<Vec<_>>()
        };
        for entry in catalogue() {
            let loss = entry.loss().expect("a landscape");
            let mut evaluator = loss.evaluator();
            for w1 in nodes(entry.view.w1, 5) {
                for w2 in nodes(entry.view.w2, 4) {
                    let w = Vector::new(w1, w2);
                    let alone = loss.jet(w);
                    assert_eq!(bits(evaluator.jet(w)), bits(alone), "{} at {w}", entry.name);
                    let (value, gradient) = evaluator.slope(w);
                    assert_eq!(bits(Jet { value, gradient, ..alone }), bits(alone), "{} at {w}", entry.name);
                    assert_eq!(bits(Jet { value: evaluator.value(w), ..alone }), bits(alone), "{} at {w}", entry.name);
                }
            }
        }
    }
}
