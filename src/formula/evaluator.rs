//! Evaluation at one point after the other, as on a trajectory. If the tape has short instructions (`code`), their
//! slots are allocated once.

use super::code::{Code, Slots};
use super::tape::{Jet, Tape, jet_of, slope_of};
use crate::number::Vector;
use std::sync::Arc;

/// Evaluates a tape at one point after the other, with the bits that the tape itself gives for each point.
#[derive(Clone, Debug)]
pub struct Evaluator {
    tape: Arc<Tape>,
    /// The slots; `None` before the first point, and for a tape without short instructions.
    slots: Option<Box<Slots>>,
}

impl Evaluator {
    /// An evaluator for this tape. It prepares nothing before the first point.
    pub fn new(tape: Arc<Tape>) -> Evaluator {
        Evaluator { tape, slots: None }
    }

    /// L, as [`Tape::value_at`].
    pub fn value(&mut self, w: Vector) -> f64 {
        match self.tape.code() {
            Some(code) => code.value(w, room(&mut self.slots, code)),
            None => self.tape.value_at(w),
        }
    }

    /// L and ∇L, as [`Tape::value_and_gradient`].
    #[inline(always)]
    pub fn value_and_gradient(&mut self, w: Vector) -> (f64, Vector) {
        match self.tape.code() {
            Some(code) => slope_of(code.value_and_gradient(w, room(&mut self.slots, code))),
            None => {
                let [value, d1, d2] = slope_by_tape(&self.tape, w);
                (value, Vector::new(d1, d2))
            }
        }
    }

    /// L, ∇L and H, as [`Tape::jet`].
    #[inline(always)]
    pub fn jet(&mut self, w: Vector) -> Jet {
        match self.tape.code() {
            Some(code) => jet_of(code.jet(w, room(&mut self.slots, code))),
            None => jet_of(jet_by_tape(&self.tape, w)),
        }
    }
}

// These are separate calls that return plain numbers. So a caller with short instructions keeps its results in
// registers, and its stack frame has no room for a tape.

#[inline(never)]
fn slope_by_tape(tape: &Tape, w: Vector) -> [f64; 3] {
    let (value, gradient) = tape.value_and_gradient(w);
    [value, gradient.x, gradient.y]
}

#[inline(never)]
fn jet_by_tape(tape: &Tape, w: Vector) -> [f64; 6] {
    let Jet { value, gradient, hessian } = tape.jet(w);
    [value, gradient.x, gradient.y, hessian[(0, 0)], hessian[(0, 1)], hessian[(1, 1)]]
}

#[inline]
fn room<'a>(slots: &'a mut Option<Box<Slots>>, code: &Code) -> &'a mut Slots {
    slots.get_or_insert_with(|| new_room(code))
}

/// Once a run: not to be in the way of the steps.
#[cold]
#[inline(never)]
fn new_room(code: &Code) -> Box<Slots> {
    Box::new(code.slots())
}

#[cfg(test)]
mod tests {
    use crate::landscape::catalogue::catalogue;
    use crate::landscape::{Jet, nodes};
    use crate::number::Vector;

    /// Reusing the slots changes nothing: each point has the bits that it has alone, with and without data.
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
                    let (value, gradient) = evaluator.value_and_gradient(w);
                    assert_eq!(bits(Jet { value, gradient, ..alone }), bits(alone), "{} at {w}", entry.name);
                    assert_eq!(bits(Jet { value: evaluator.value(w), ..alone }), bits(alone), "{} at {w}", entry.name);
                }
            }
        }
    }
}
