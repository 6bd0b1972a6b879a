//! Blocks: a tape run over many points at once.
//!
//! Points come in blocks of up to 1024 lanes, and every operation is done for a whole block by the vector instructions
//! of the machine ([`crate::number::lanes`]). On a grid, what depends on w1 alone is computed once a column and what
//! depends on w2 alone once a row; only the rest is computed for each point.
//!
//! [`PointSampler`] has, bit for bit, what [`Tape::value`] and [`Tape::jet`] have. On a grid
//! the operations are regrouped ([`regroup`]), and values agree with those of points to within twice the width of the
//! enclosure that interval arithmetic gives for the point and its neighbours in f64: to what is rounded away anyhow.
//! Undefined and infinite values are those of the strict order. All bits are the same on every machine.

mod grid;
mod example_batch;
mod planner;
mod points;
mod program;
mod ranges;
mod reciprocals;
mod regroup;
mod section;
#[cfg(test)]
mod tests;

pub(super) use example_batch::ExampleBatch;
pub use points::PointSampler;

use super::tape::Tape;
use crate::number::lanes::{CHUNK, InstructionSet, are_within};
use grid::{Order, Sampler};

/// L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂, each for many points.
pub type Planes = [Vec<f64>; 6];

impl Tape {
    /// L on the grid of all (x, y), row by row: `out[row × xs.len() + column]` is L at `(xs[column], ys[row])`.
    ///
    /// Values agree with those of [`Tape::value`] up to the rounding of another order of the same operations.
    pub fn grid(&self, xs: &[f64], ys: &[f64], out: &mut Vec<f64>) {
        resize(out, xs.len() * ys.len());
        if let Some(examples) = self.examples() {
            return examples.grid(xs, ys, std::slice::from_mut(out));
        }
        let mut sampler = Sampler::new(self, &self.output_slots()[..1], xs, ys, InstructionSet::fastest(), Order::Free);
        sampler.sample(0..ys.len(), &mut [out]);
    }

    /// L, ∇L and H on a grid, each in the order of [`Tape::grid`]. Where L is undefined, so are its derivatives.
    pub fn jet_grid(&self, xs: &[f64], ys: &[f64], out: &mut Planes) {
        out.iter_mut().for_each(|plane| resize(plane, xs.len() * ys.len()));
        if let Some(examples) = self.examples() {
            examples.grid(xs, ys, out);
            let [value, derivatives @ ..] = out;
            for (index, _) in value.iter().enumerate().filter(|(_, value)| value.is_nan()) {
                derivatives.iter_mut().for_each(|plane| plane[index] = f64::NAN);
            }
            return;
        }
        let mut sampler = Sampler::new(self, self.output_slots(), xs, ys, InstructionSet::fastest(), Order::Free);
        let [value, d1, d2, d11, d12, d22] = out;
        sampler.sample(0..ys.len(), &mut [value, d1, d2, d11, d12, d22]);
    }
}

/// Makes the derivatives undefined where L is.
fn undefine(set: InstructionSet, planes: &mut [&mut [[f64; CHUNK]]]) {
    let [value, derivatives @ ..] = planes else { return };
    if derivatives.is_empty() || are_within(set, value.as_flattened(), f64::INFINITY) {
        return;
    }
    for (lane, value) in value.as_flattened().iter().enumerate() {
        if value.is_nan() {
            derivatives.iter_mut().for_each(|plane| plane.as_flattened_mut()[lane] = f64::NAN);
        }
    }
}

/// Makes room for values that are all written: what is there is not cleared.
fn resize(out: &mut Vec<f64>, len: usize) {
    if out.len() != len {
        out.clear();
        out.resize(len, 0.0);
    }
}
