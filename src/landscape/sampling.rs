//! A loss at one point after the other, and at many points at once.

use super::{Jet, LossFunction};
use crate::formula::{self, Planes, PointSampler};
use crate::number::Vector;
use crate::pause::pause;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// Evaluates a loss at one point after the other, with the bits that the loss itself gives for each point.
#[derive(Clone, Debug)]
pub enum Evaluator {
    /// A formula, with memory for intermediate results.
    Formula(formula::Evaluator),
    /// Anything else.
    Function(Arc<dyn LossFunction>),
}

impl Evaluator {
    /// L(w).
    #[inline]
    pub fn value(&mut self, w: Vector) -> f64 {
        match self {
            Evaluator::Formula(formula) => formula.value(w),
            Evaluator::Function(function) => function.value(w),
        }
    }

    /// L(w) and ∇L(w).
    #[inline]
    pub fn value_and_gradient(&mut self, w: Vector) -> (f64, Vector) {
        match self {
            Evaluator::Formula(formula) => formula.value_and_gradient(w),
            Evaluator::Function(function) => function.value_and_gradient(w),
        }
    }

    /// L(w), ∇L(w) and H(w).
    #[inline]
    pub fn jet(&mut self, w: Vector) -> Jet {
        match self {
            Evaluator::Formula(formula) => formula.jet(w),
            Evaluator::Function(function) => function.jet(w),
        }
    }
}

/// Evaluates a loss and its derivatives at many points, with everything prepared once.
pub struct Sampler<'a>(Source<'a>);

enum Source<'a> {
    /// Blocks of lanes.
    Formula(Box<PointSampler<'a>>),
    /// One point after the other.
    Function(&'a dyn LossFunction, Range<usize>),
}

impl<'a> Sampler<'a> {
    pub(super) fn of_formula(sampler: PointSampler<'a>) -> Sampler<'a> {
        Sampler(Source::Formula(Box::new(sampler)))
    }

    pub(super) fn of_function(function: &'a dyn LossFunction, planes: Range<usize>) -> Sampler<'a> {
        Sampler(Source::Function(function, planes))
    }

    /// Like [`Sampler::sample`]; resizes the planes to the number of points.
    pub fn fill(&mut self, w1: &[f64], w2: &[f64], planes: &mut [Vec<f64>]) {
        match &mut self.0 {
            Source::Formula(sampler) => sampler.fill(w1, w2, planes),
            Source::Function(function, wanted) => {
                planes.iter_mut().for_each(|plane| plane.resize(w1.len(), 0.0));
                let mut planes: Vec<&mut [f64]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
                one_by_one(*function, wanted, w1, w2, &mut planes);
            }
        }
    }

    /// Writes the outputs for each point (`w1[k]`, `w2[k]`), with the bits of [`super::Loss::jet`].
    ///
    /// # Panics
    /// Panics if a plane is shorter than there are points, or there are not as many w1 as w2.
    pub fn sample(&mut self, w1: &[f64], w2: &[f64], planes: &mut [&mut [f64]]) {
        match &mut self.0 {
            Source::Formula(sampler) => sampler.sample(w1, w2, planes),
            Source::Function(function, wanted) => one_by_one(*function, wanted, w1, w2, planes),
        }
    }

    /// Like [`Sampler::sample`] for the first `count` points (`w[0][k]`, `w[1][k]`) of whole rows, without copying
    /// them. Results from index `count` on are meaningless.
    ///
    /// # Panics
    /// Panics if there are fewer planes than outputs, or if `count` is greater than N.
    pub fn sample_rows<const N: usize>(&mut self, w: &[[f64; N]; 2], count: usize, planes: &mut [&mut [f64; N]]) {
        match &mut self.0 {
            Source::Formula(sampler) => sampler.sample_rows(w, count, planes),
            Source::Function(function, wanted) => {
                let mut planes: Vec<&mut [f64]> = planes.iter_mut().map(|plane| &mut plane[..]).collect();
                one_by_one(*function, wanted, &w[0][..count], &w[1][..count], &mut planes);
            }
        }
    }
}

fn one_by_one(function: &dyn LossFunction, wanted: &Range<usize>, w1: &[f64], w2: &[f64], planes: &mut [&mut [f64]]) {
    assert_eq!(w1.len(), w2.len(), "a point has two weights");
    for (index, (w1, w2)) in w1.iter().zip(w2).enumerate() {
        pause();
        let outputs = outputs(function, Vector::new(*w1, *w2), wanted.end);
        planes.iter_mut().zip(&outputs[wanted.clone()]).for_each(|(plane, value)| plane[index] = *value);
    }
}

/// The first `count` of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂ at w; the rest is meaningless.
fn outputs(function: &dyn LossFunction, w: Vector, count: usize) -> [f64; 6] {
    let mut outputs = [f64::NAN; 6];
    match count {
        0 | 1 => outputs[0] = function.value(w),
        2 | 3 => {
            let (value, gradient) = function.value_and_gradient(w);
            outputs[..3].copy_from_slice(&[value, gradient.x, gradient.y]);
        }
        _ => {
            let Jet { value, gradient, hessian } = function.jet(w);
            outputs = [value, gradient.x, gradient.y, hessian[(0, 0)], hessian[(0, 1)], hessian[(1, 1)]];
        }
    }
    outputs
}

/// L on the grid of all (x, y), row by row.
pub(super) fn grid(function: &dyn LossFunction, xs: &[f64], ys: &[f64], out: &mut Vec<f64>) {
    out.clear();
    out.resize(xs.len() * ys.len(), 0.0);
    out.par_chunks_mut(xs.len().max(1)).zip(ys).for_each(|(row, y)| {
        row.iter_mut().zip(xs).for_each(|(value, x)| {
            pause();
            *value = function.value(Vector::new(*x, *y));
        });
    });
}

/// L, ∇L and H on the same grid.
pub(super) fn jet_grid(function: &dyn LossFunction, xs: &[f64], ys: &[f64], out: &mut Planes) {
    let at = |x: f64, y: f64| {
        pause();
        outputs(function, Vector::new(x, y), 6)
    };
    let rows: Vec<Vec<[f64; 6]>> = ys.par_iter().map(|y| xs.iter().map(|x| at(*x, *y)).collect()).collect();
    for (index, plane) in out.iter_mut().enumerate() {
        plane.clear();
        plane.extend(rows.iter().flatten().map(|outputs| outputs[index]));
    }
}
