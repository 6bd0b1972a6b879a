//! Many points again and again: what a tape needs for blocks of points, prepared once.

use super::grid;
use super::program::{self, NEITHER, Program};
use super::ranges::Ranges;
use super::section::{Inputs, Lanes, Role, Runs, Section};
use super::{resize, undefine};
use crate::formula::Jet;
use crate::formula::tape::Tape;
use crate::number::Vector;
use crate::number::lanes::{CHUNK, InstructionSet};
use std::ops::Range;

/// Some outputs of a tape over blocks of points, with the bits of single points.
pub(super) struct Blocks {
    set: InstructionSet,
    section: Section,
    chunks: usize,
    scalars: Lanes,
    /// w1 and w2.
    columns: Lanes,
    registers: Lanes,
    results: Lanes,
    /// Whether L is the first output, so that the others are undefined where that is.
    has_value: bool,
}

impl Blocks {
    /// For these of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂, numbered from 0.
    pub fn new(tape: &Tape, planes: Range<usize>) -> Blocks {
        let outputs = &tape.output_slots()[planes.clone()];
        let program = Program::strict(tape, outputs);
        let mut section = Section::new(&program, &program.outputs, |id| match program.nodes[id.index()] {
            program::Node::Weight(_) => Role::Column,
            _ if program.depends[id.index()] == NEITHER => Role::Scalar,
            _ => Role::Computed,
        });
        section.renumber_columns(|id| u32::from(program.nodes[id.index()] != program::Node::Weight(0)));
        let chunks = section.chunks();
        let mut scalars = Lanes::new(section.scalars.len(), CHUNK);
        for (place, id) in section.scalars.iter().enumerate() {
            scalars.fill(place, &[grid::constant(&program, *id)]);
        }
        let columns = Lanes::new(2, chunks * CHUNK);
        let registers = section.registers(chunks);
        let results = Lanes::new(outputs.len(), chunks * CHUNK);
        let (set, has_value) = (InstructionSet::fastest(), planes.start == 0);
        Blocks { set, section, chunks, scalars, columns, registers, results, has_value }
    }

    /// Each output at each point (`w1[k]`, `w2[k]`) into a plane with as much room.
    pub fn run(&mut self, w1: &[f64], w2: &[f64], planes: &mut [&mut [f64]]) {
        assert_eq!(w1.len(), w2.len(), "a point has two weights");
        let Blocks { set, section, chunks, scalars, columns, registers, results, has_value } = self;
        for start in (0..w1.len()).step_by(*chunks * CHUNK) {
            let lanes = start..(start + *chunks * CHUNK).min(w1.len());
            let used = lanes.len().div_ceil(CHUNK);
            columns.fill(0, &w1[lanes.clone()]);
            columns.fill(1, &w2[lanes.clone()]);
            // Whole chunks are written where they are wanted.
            let is_whole = lanes.len() == used * CHUNK;
            let mut block: Vec<&mut [[f64; CHUNK]]> = if is_whole {
                planes.iter_mut().map(|plane| plane[lanes.clone()].as_chunks_mut().0).collect()
            } else {
                results.runs_mut().map(|result| &mut result[..used]).collect()
            };
            section.run(*set, &Inputs { columns: columns.as_runs(), scalars, block: 0..used }, registers, &mut block);
            if *has_value {
                undefine(*set, &mut block);
            }
            if !is_whole {
                for (plane, result) in planes.iter_mut().zip(results.runs()) {
                    plane[lanes.clone()].copy_from_slice(&result[..lanes.len()]);
                }
            }
        }
    }

    /// Each output at each point of so many chunks of `columns`, which are w1 and w2.
    fn run_over(&mut self, columns: Runs<'_>, chunks: usize, planes: &mut [&mut [[f64; CHUNK]]; 6]) {
        let Blocks { set, section, chunks: together, scalars, registers, has_value, .. } = self;
        let outputs = section.outputs;
        for start in (0..chunks).step_by(*together) {
            let block = start..(start + *together).min(chunks);
            let mut parts = planes.each_mut().map(|plane| plane.get_mut(block.clone()).unwrap_or_default());
            let parts = &mut parts[..outputs];
            section.run(*set, &Inputs { columns, scalars, block }, registers, parts);
            if *has_value {
                undefine(*set, parts);
            }
        }
    }
}

/// Fewer points than this are evaluated one by one: for them a block, most of it empty, takes longer.
const FEW: usize = 16;

/// L and its derivatives at many points, again and again: what is prepared for a tape is prepared once.
pub struct PointSampler<'a> {
    tape: &'a Tape,
    planes: Range<usize>,
    /// `None` for a mean over examples, where the lanes are the examples.
    blocks: Option<Blocks>,
}

impl<'a> PointSampler<'a> {
    /// For these of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂, numbered from 0. Where L is undefined, derivatives are NaN if L is among
    /// them, and otherwise mean nothing.
    ///
    /// # Panics
    /// Panics if there are no such.
    pub fn new(tape: &'a Tape, planes: Range<usize>) -> PointSampler<'a> {
        let blocks = tape.examples().is_none().then(|| Blocks::new(tape, planes.clone()));
        PointSampler { tape, planes, blocks }
    }

    /// Like [`PointSampler::sample`], into planes that are given as much room as there are points.
    pub fn fill(&mut self, w1: &[f64], w2: &[f64], planes: &mut [Vec<f64>]) {
        planes.iter_mut().for_each(|plane| resize(plane, w1.len()));
        let mut planes: Vec<&mut [f64]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
        self.sample(w1, w2, &mut planes);
    }

    /// Writes them for each point (`w1[k]`, `w2[k]`), with the bits of [`Tape::jet`].
    ///
    /// # Panics
    /// Panics if a plane is shorter than there are points, or there are not as many w1 as w2.
    pub fn sample(&mut self, w1: &[f64], w2: &[f64], planes: &mut [&mut [f64]]) {
        match &mut self.blocks {
            Some(blocks) if w1.len() >= FEW => blocks.run(w1, w2, planes),
            _ => self.sample_one_by_one(w1, w2, planes),
        }
    }

    /// The same for the first `count` points of whole rows, without copying any: (`w[0][k]`, `w[1][k]`). Behind `count` there is
    /// then anything.
    ///
    /// # Panics
    /// Panics if there are fewer planes than this is for, or `count` is greater than N.
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

impl Tape {
    /// Whether L and all its derivatives are defined, and of magnitudes below 1e290 on the way to them, too, wherever |w1|
    /// and |w2| are at most `reach`. By intervals: where they cannot tell, and with data, it is false.
    pub fn is_bounded_within(&self, reach: f64) -> bool {
        let axis = [-reach, reach];
        self.examples().is_none()
            && Ranges::new(&Program::strict(self, self.output_slots()), [&axis, &axis]).are_bounded()
    }
}
