//! Many points again and again.

use super::block::{Blocks, Runs, resize};
use super::tape::{Jet, Tape};
use crate::number::Vector;
use crate::number::lanes::CHUNK;
use std::ops::Range;

/// Fewer points than this are evaluated one by one, because a block that is mostly empty takes longer.
const FEW: usize = 16;

/// Evaluates L and its derivatives at many points; the tape is prepared once for all of them.
pub struct PointSampler<'a> {
    tape: &'a Tape,
    planes: Range<usize>,
    /// `None` for a mean over examples, where the lanes are the examples.
    blocks: Option<Blocks>,
}

impl<'a> PointSampler<'a> {
    /// A sampler of the given range of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂, numbered from 0. Where L is undefined, derivatives are
    /// NaN if the range includes L, and otherwise meaningless.
    ///
    /// # Panics
    /// Panics if the range is not within 0..6.
    pub fn new(tape: &'a Tape, planes: Range<usize>) -> PointSampler<'a> {
        let blocks = tape.blocks(planes.clone());
        PointSampler { tape, planes, blocks }
    }

    /// Like [`PointSampler::sample`]; resizes the planes to the number of points.
    pub fn fill(&mut self, w1: &[f64], w2: &[f64], planes: &mut [Vec<f64>]) {
        planes.iter_mut().for_each(|plane| resize(plane, w1.len()));
        let mut planes: Vec<&mut [f64]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
        self.sample(w1, w2, &mut planes);
    }

    /// Writes the outputs for each point (`w1[k]`, `w2[k]`), with the bits of [`Tape::jet`].
    ///
    /// # Panics
    /// Panics if a plane is shorter than there are points, or there are not as many w1 as w2.
    pub fn sample(&mut self, w1: &[f64], w2: &[f64], planes: &mut [&mut [f64]]) {
        match &mut self.blocks {
            Some(blocks) if w1.len() >= FEW => blocks.run(w1, w2, planes),
            _ => self.sample_one_by_one(w1, w2, planes),
        }
    }

    /// Like [`PointSampler::sample`] for the first `count` points (`w[0][k]`, `w[1][k]`) of whole rows, without copying
    /// them. Results from index `count` on are arbitrary.
    ///
    /// # Panics
    /// Panics if there are fewer planes than outputs, or if `count` is greater than N.
    pub fn sample_rows<const N: usize>(&mut self, w: &[[f64; N]; 2], count: usize, planes: &mut [&mut [f64; N]]) {
        const { assert!(N.is_multiple_of(CHUNK)) }
        match &mut self.blocks {
            Some(blocks) if count >= FEW => {
                let columns = Runs { chunks: w.as_flattened().as_chunks().0, stride: N / CHUNK };
                let mut into: [&mut [[f64; CHUNK]]; 6] = Default::default();
                into.iter_mut().zip(planes).for_each(|(into, plane)| *into = plane.as_chunks_mut().0);
                blocks.run_over(columns, count.div_ceil(CHUNK), &mut into);
            }
            _ => {
                let mut planes: Vec<&mut [f64]> = planes.iter_mut().map(|plane| &mut plane[..]).collect();
                self.sample_one_by_one(&w[0][..count], &w[1][..count], &mut planes);
            }
        }
    }

    fn sample_one_by_one(&self, w1: &[f64], w2: &[f64], planes: &mut [&mut [f64]]) {
        assert_eq!(w1.len(), w2.len(), "a point has two weights");
        for (index, w) in w1.iter().zip(w2).enumerate() {
            let w = Vector::new(*w.0, *w.1);
            let mut write = |jet: &[f64]| {
                planes.iter_mut().zip(&jet[self.planes.clone()]).for_each(|(plane, value)| plane[index] = *value);
            };
            if self.planes.end == 1 {
                write(&[self.tape.value_at(w)]);
            } else if self.planes.end <= 3 {
                let (value, gradient) = self.tape.value_and_gradient(w);
                write(&[value, gradient.x, gradient.y]);
            } else {
                let Jet { value, gradient, hessian } = self.tape.jet(w);
                write(&[value, gradient.x, gradient.y, hessian[(0, 0)], hessian[(0, 1)], hessian[(1, 1)]]);
            }
        }
    }
}
