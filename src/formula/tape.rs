//! A formula ready to be evaluated: L, ∇L and H at points, on grids, over any kind of number, with or without data.

use super::block::{Blocks, Order, Planes, Ranges, Sampler, resize};
use super::code::Code;
use super::examples::{Covariance, Examples};
use super::graph::{Graph, Id};
use super::instructions::Instructions;
use crate::number::lanes::InstructionSet;
use crate::number::{Decimal, Decimals, Matrix, Number, Vector};
use std::ops::Range;
use std::sync::Arc;

/// L, ∇L and H of a formula with its parameters bound. With columns of data all of them are the mean over the examples.
#[derive(Clone, Debug)]
pub struct Tape {
    instructions: Instructions,
    /// The examples of the mean, if the formula names columns.
    examples: Option<Arc<Examples>>,
    /// The instructions for single points; see [`Code::new`] for when they are `None`.
    code: Option<Code>,
}

/// Value, gradient and Hessian of L, over any kind of number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JetOf<N> {
    /// L.
    pub value: N,
    /// ∂L/∂w1, ∂L/∂w2.
    pub gradient: [N; 2],
    /// ∂²L/∂w1², ∂²L/∂w1∂w2, ∂²L/∂w2².
    pub hessian: [N; 3],
}

/// Value, gradient and Hessian of L at a point, exact up to rounding: from derivatives of the formula.
///
/// Where L is undefined all entries are NaN. At a kink of abs, min, max or relu the gradient is the mean of both
/// sides' and the Hessian is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jet {
    /// L(w).
    pub value: f64,
    /// ∇L(w).
    pub gradient: Vector,
    /// H(w), symmetric to the last bit.
    pub hessian: Matrix,
}

impl Tape {
    /// The tape of six nodes (L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂) of a graph without parameters, over the examples of the
    /// columns.
    pub(super) fn new(graph: &Graph, outputs: [Id; 6], columns: &[Decimals]) -> Tape {
        let instructions = Instructions::new(graph, outputs, columns.len());
        let (examples, code) = match columns {
            [] => (None, Code::new(&instructions)),
            _ => (Some(Arc::new(Examples::new(&instructions, columns))), None),
        };
        Tape { instructions, examples, code }
    }

    #[cfg(test)]
    pub(super) fn instructions(&self) -> &Instructions {
        &self.instructions
    }

    /// The number of operations for value, gradient and Hessian.
    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    /// Whether the tape computes nothing: L is a constant or a weight.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A bound of the degree of L as a polynomial in w1 and w2; `None` where L is not written as one.
    ///
    /// The bound is that of the operations as they stand: terms that cancel count. A loss that has a degree is defined
    /// everywhere, and the mean over examples has the degree of one example.
    pub fn degree(&self) -> Option<u32> {
        self.instructions.degree()
    }

    fn outputs<N: Number, const K: usize>(&self, w: [N; 2]) -> [N; K] {
        match &self.examples {
            Some(examples) => examples.means(&self.instructions, w),
            None => self.instructions.outputs_at(w),
        }
    }

    /// L at w over any kind of number.
    pub fn value<N: Number>(&self, w: [N; 2]) -> N {
        let [value] = self.outputs(w);
        value
    }

    /// ∇L at w over any kind of number. Where L is undefined, the result is meaningless.
    pub fn gradient_of<N: Number>(&self, w: [N; 2]) -> [N; 2] {
        let [_, along_1, along_2] = self.outputs(w);
        [along_1, along_2]
    }

    /// L, ∇L and H at w over any kind of number. Where L is undefined, the derivatives are meaningless.
    pub fn jet_of<N: Number>(&self, w: [N; 2]) -> JetOf<N> {
        JetOf::from(self.outputs(w))
    }

    /// Like [`Tape::jet_of`]. If `enough` is true of L and ∇L, it returns `None` and does not compute H.
    pub fn jet_unless<N: Number>(&self, w: [N; 2], enough: impl Fn(N, [N; 2]) -> bool) -> Option<JetOf<N>> {
        if self.examples.is_some() {
            let [value, d1, d2] = self.outputs(w);
            return if enough(value, [d1, d2]) { None } else { Some(self.jet_of(w)) };
        }
        self.instructions.outputs_unless(w, enough).map(JetOf::from)
    }

    /// The first K outputs at a point, with the bits of [`Tape::outputs`], but faster.
    #[inline(always)]
    fn outputs_at<const K: usize>(&self, w: Vector, by_code: impl FnOnce(&Code) -> [f64; K]) -> [f64; K] {
        match (&self.examples, self.code_for_one()) {
            (Some(examples), _) => examples.means_at(&self.instructions, [w.x, w.y]),
            (None, Some(code)) => by_code(code),
            (None, None) => self.instructions.outputs_at([w.x, w.y]),
        }
    }

    /// L at a point, with the bits of [`Tape::value`], but faster.
    pub fn value_at(&self, w: Vector) -> f64 {
        let [value] = self.outputs_at(w, |code| [code.value(w, &mut code.slots())]);
        value
    }

    /// L and ∇L at a point, with the bits of [`Tape::jet`]; all NaN where L is undefined.
    pub fn value_and_gradient(&self, w: Vector) -> (f64, Vector) {
        slope_of(self.outputs_at(w, |code| code.value_and_gradient(w, &mut code.slots())))
    }

    /// L, ∇L and H at a point; all NaN where L is undefined.
    pub fn jet(&self, w: Vector) -> Jet {
        jet_of(self.outputs_at(w, |code| code.jet(w, &mut code.slots())))
    }

    /// The instructions for single points; `None` for a mean over examples, or if the tape or an exponent is too long.
    pub(super) fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// Like [`Tape::code`] for one point alone; `None` for a short tape, because clearing all slots takes longer than a
    /// few operations.
    fn code_for_one(&self) -> Option<&Code> {
        const FEW_SLOTS: usize = 32;
        self.code.as_ref().filter(|_| self.instructions.slots() > FEW_SLOTS)
    }

    /// How many examples the mean is over; 0 for a formula without data.
    pub fn examples(&self) -> usize {
        self.examples.as_ref().map_or(0, |examples| examples.count())
    }

    /// The numbers of one example in the formula's columns; `None` where there is no such example.
    pub fn example(&self, row: usize) -> Option<Vec<Decimal>> {
        self.examples.as_ref().filter(|examples| row < examples.count()).map(|examples| examples.row(row))
    }

    /// L at each example, instead of the mean over the examples; empty for a formula without data.
    pub fn example_values(&self, w: Vector) -> Vec<f64> {
        let values = |examples: &Arc<Examples>| examples.values(&self.instructions, [w.x, w.y]);
        self.examples.as_ref().map(values).unwrap_or_default()
    }

    /// Mean value and mean gradient (L, ∂₁, ∂₂) of some of the examples, such as a minibatch; a row may occur twice.
    /// `None` for a formula without data.
    ///
    /// # Panics
    /// Panics if a row is not below [`Tape::examples`].
    pub fn gradient_over(&self, w: Vector, rows: &[u32]) -> Option<[f64; 3]> {
        self.examples.as_ref().map(|examples| examples.gradient_over(&self.instructions, [w.x, w.y], rows))
    }

    /// The covariance of the examples' gradients at a point; `None` for a formula without data.
    pub fn covariance(&self, w: Vector) -> Option<Covariance> {
        self.examples.as_ref().map(|examples| examples.covariance(&self.instructions, [w.x, w.y]))
    }

    /// L on the grid of all (x, y), row by row: `out[row × xs.len() + column]` is L at `(xs[column], ys[row])`.
    ///
    /// Values agree with those of [`Tape::value`] up to the rounding of another order of the same operations.
    pub fn grid(&self, xs: &[f64], ys: &[f64], out: &mut Vec<f64>) {
        resize(out, xs.len() * ys.len());
        if let Some(examples) = &self.examples {
            return examples.grid(xs, ys, std::slice::from_mut(out));
        }
        let (list, set) = (&self.instructions, InstructionSet::fastest());
        let mut sampler = Sampler::new(list, &list.output_slots()[..1], xs, ys, set, Order::Free);
        sampler.sample(0..ys.len(), &mut [out]);
    }

    /// L, ∇L and H on a grid, each in the order of [`Tape::grid`]. Where L is undefined, so are its derivatives.
    pub fn jet_grid(&self, xs: &[f64], ys: &[f64], out: &mut Planes) {
        out.iter_mut().for_each(|plane| resize(plane, xs.len() * ys.len()));
        if let Some(examples) = &self.examples {
            examples.grid(xs, ys, out);
            let [value, derivatives @ ..] = out;
            for (index, _) in value.iter().enumerate().filter(|(_, value)| value.is_nan()) {
                derivatives.iter_mut().for_each(|plane| plane[index] = f64::NAN);
            }
            return;
        }
        let (list, set) = (&self.instructions, InstructionSet::fastest());
        let mut sampler = Sampler::new(list, list.output_slots(), xs, ys, set, Order::Free);
        let [value, d1, d2, d11, d12, d22] = out;
        sampler.sample(0..ys.len(), &mut [value, d1, d2, d11, d12, d22]);
    }

    /// Prepares the evaluation at many points of the given range of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂, numbered from 0; `None`
    /// for a mean over examples, where each lane is an example.
    pub(super) fn blocks(&self, planes: Range<usize>) -> Option<Blocks> {
        self.examples.is_none().then(|| Blocks::new(&self.instructions, planes))
    }

    /// Whether L, its derivatives and all intermediate values are defined and of magnitude below 1e290, wherever |w1|
    /// and |w2| are at most `reach`. The answer comes from intervals; it is false if they cannot decide, and with data.
    pub fn is_bounded_within(&self, reach: f64) -> bool {
        self.examples.is_none() && Ranges::are_bounded_within(&self.instructions, reach)
    }
}

impl<N> From<[N; 6]> for JetOf<N> {
    fn from([value, d1, d2, d11, d12, d22]: [N; 6]) -> JetOf<N> {
        JetOf { value, gradient: [d1, d2], hessian: [d11, d12, d22] }
    }
}

/// L and ∇L of a point, of L, ∂₁ and ∂₂.
#[inline]
pub(super) fn slope_of([value, d1, d2]: [f64; 3]) -> (f64, Vector) {
    if value.is_nan() { (value, Vector::repeat(f64::NAN)) } else { (value, Vector::new(d1, d2)) }
}

/// L, ∇L and H of a point.
#[inline]
pub(super) fn jet_of([value, d1, d2, a, b, d]: [f64; 6]) -> Jet {
    if value.is_nan() {
        return Jet { value, gradient: Vector::repeat(f64::NAN), hessian: Matrix::repeat(f64::NAN) };
    }
    Jet { value, gradient: Vector::new(d1, d2), hessian: Matrix::new(a, b, b, d) }
}
