//! Bounds of a program's values on a grid, known before any value is computed: an interval for each node.

use super::program::{Id, Node, Program};
use crate::formula::instructions::Instructions;
use crate::number::{Binary, Interval, Number};

/// Magnitudes in this range can be multiplied and divided a few times without overflow and without loss of digits.
pub const SAFE: std::ops::RangeInclusive<f64> = 1e-290..=1e290;

/// An enclosure of the values of each node on a grid.
pub struct Ranges {
    nodes: Vec<Interval>,
    are_bounded: bool,
}

impl Ranges {
    /// The ranges of a program without data if w1 and w2 take the values of these axes.
    pub fn new(program: &Program, axes: [&[f64]; 2]) -> Ranges {
        let axes = axes.map(|axis| match axis {
            // The axis is usually sorted. Then it has no NaN, and its ends enclose all values.
            [first, .., last] if axis.is_sorted() => Some(Interval::point(*first).hull(Interval::point(*last))),
            _ => axis.iter().map(|w| Interval::point(*w)).reduce(Interval::hull),
        });
        let mut nodes: Vec<Interval> = Vec::with_capacity(program.nodes.len());
        for node in &program.nodes {
            let of = |id: Id| nodes[id.index()];
            nodes.push(match *node {
                Node::Constant(value) => Interval::point(value),
                Node::Weight(index) => axes[index].unwrap_or(Interval::EMPTY),
                Node::Column(_) => Interval::EMPTY,
                Node::Unary(op, a) => op.apply(of(a)),
                Node::Binary(Binary::Mul, a, b) if a == b => of(a).powi(2),
                Node::Binary(op, a, b) => op.apply(of(a), of(b)),
            });
        }
        let limit = *SAFE.end();
        let is_bounded = |range: &Interval| !range.partial && range.lo >= -limit && range.hi <= limit;
        let are_bounded = nodes.iter().zip(program.used()).all(|(range, is_used)| !is_used || is_bounded(range));
        Ranges { nodes, are_bounded }
    }

    /// Whether all outputs and intermediate values of some instructions are defined and of magnitude below 1e290,
    /// wherever |w1| and |w2| are at most `reach`.
    pub fn are_bounded_within(list: &Instructions, reach: f64) -> bool {
        let axis = [-reach, reach];
        Ranges::new(&Program::strict(list, list.output_slots()), [&axis, &axis]).are_bounded()
    }

    /// Whether all values are defined and in the range in which only the rounding depends on the order of operations.
    pub fn are_bounded(&self) -> bool {
        self.are_bounded
    }

    /// Whether dividing by the values can be replaced by multiplying with their reciprocals, a few times in a row.
    pub fn are_invertible(&self, id: Id) -> bool {
        const LEAST: f64 = 1e-90;
        const MOST: f64 = 1e90;
        let Interval { lo, hi, partial } = self.nodes[id.index()];
        !partial && ((lo >= LEAST && hi <= MOST) || (hi <= -LEAST && lo >= -MOST))
    }
}
