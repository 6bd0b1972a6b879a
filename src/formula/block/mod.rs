//! Blocks: a tape run over many points at once.
//!
//! Points come in blocks of up to 1024 lanes, and every operation is done for a whole block by the vector instructions
//! of the machine ([`crate::number::lanes`]). On a grid, nodes of w1 alone are computed once for each column and nodes
//! of w2 alone once for each row. Only the rest is computed for each point.
//!
//! [`super::PointSampler`] has the bits of [`super::Tape::value`] and [`super::Tape::jet`]. On a grid the operations
//! are regrouped ([`regroup`]). A value then differs from that of the single point by at most twice the width of the
//! enclosure that interval arithmetic gives for the point and its neighbours in f64, which is of the size of rounding
//! errors. Undefined and infinite values are those of the strict order. All bits are the same on every machine.

mod grid;
mod example_batch;
mod planner;
mod blocks;
mod program;
mod ranges;
mod reciprocals;
mod regroup;
mod section;
#[cfg(test)]
mod tests;

pub(super) use blocks::Blocks;
pub(super) use example_batch::ExampleBatch;
pub(super) use grid::{Order, Sampler};
pub(super) use ranges::Ranges;
pub(super) use section::Runs;

use crate::number::lanes::{CHUNK, InstructionSet, are_within};

/// L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂, each for many points.
pub type Planes = [Vec<f64>; 6];

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

/// Resizes a vector whose values will all be overwritten, without clearing it.
pub(super) fn resize(out: &mut Vec<f64>, len: usize) {
    if out.len() != len {
        out.clear();
        out.resize(len, 0.0);
    }
}
