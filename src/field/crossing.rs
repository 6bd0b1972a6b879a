//! The crossing of an edge of the grid with a level.

use crate::number::Vector;

/// A vertex on the edge between two samples, `from` and `to`, at the fraction t of the way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crossing {
    pub from: Vector,
    pub to: Vector,
    /// L at both ends.
    pub values: [f64; 2],
    pub level: f64,
    pub t: f64,
}

impl Crossing {
    /// The point at the fraction t of the way: exactly an end at 0 and 1.
    pub fn place(&self) -> Vector {
        self.from.zip_map(&self.to, |from, to| between([from, to], self.t))
    }
}

/// The number at the fraction t of the way between two ascending numbers: exactly one of them at 0 and 1.
#[inline(always)]
pub(super) fn between([from, to]: [f64; 2], t: f64) -> f64 {
    // A view may be so large that to − from overflows.
    let half_step = 0.5 * to - 0.5 * from;
    let near_from = from + 2.0 * t * half_step;
    let near_to = to - 2.0 * (1.0 - t) * half_step;
    // A processor cannot predict which half it is, so both are computed and one is selected by its bits.
    let first = 0u64.wrapping_sub(u64::from(t < 0.5));
    f64::from_bits((near_from.to_bits() & first) | (near_to.to_bits() & !first))
}
