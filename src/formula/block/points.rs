//! Many points again and again: what a tape needs for blocks of points, prepared once.

use super::grid;
use super::program::{self, NEITHER, Program};
use super::section::{Inputs, Lanes, Role, Section};
use super::{resize, undefine};
use crate::formula::Jet;
use crate::formula::tape::{Slot, Tape};
use crate::number::Vector;
use crate::number::lanes::{InstructionSet, PIECE};

/// Some outputs of a tape over blocks of points, with the bits of single points.
pub(super) struct Blocks {
    set: InstructionSet,
    program: Program,
    section: Section,
    pieces: usize,
    scalars: Lanes,
    columns: Lanes,
    registers: Lanes,
    results: Lanes,
}

impl Blocks {
    pub fn new(tape: &Tape, outputs: &[Slot]) -> Blocks {
        let program = Program::strict(tape, outputs);
        let section = Section::new(&program, &program.outputs, |id| match program.nodes[id.index()] {
            program::Node::Weight(_) => Role::Column,
            _ if program.depends[id.index()] == NEITHER => Role::Scalar,
            _ => Role::Computed,
        });
        let pieces = section.pieces();
        let mut scalars = Lanes::new(section.scalars.len(), PIECE);
        for (place, id) in section.scalars.iter().enumerate() {
            scalars.fill(place, &[grid::constant(&program, *id)]);
        }
        let columns = Lanes::new(section.columns.len(), pieces * PIECE);
        let registers = section.registers(pieces);
        let results = Lanes::new(outputs.len(), pieces * PIECE);
        Blocks { set: InstructionSet::fastest(), program, section, pieces, scalars, columns, registers, results }
    }

    /// Each output at each point (`w1[k]`, `w2[k]`) into a plane with as much room.
    pub fn run(&mut self, w1: &[f64], w2: &[f64], planes: &mut [&mut [f64]]) {
        assert_eq!(w1.len(), w2.len(), "a point has two weights");
        let Blocks { set, program, section, pieces, scalars, columns, registers, results } = self;
        for start in (0..w1.len()).step_by(*pieces * PIECE) {
            let lanes = start..(start + *pieces * PIECE).min(w1.len());
            let used = lanes.len().div_ceil(PIECE);
            for (column, id) in section.columns.iter().enumerate() {
                let is_first = program.nodes[id.index()] == program::Node::Weight(0);
                columns.fill(column, &(if is_first { w1 } else { w2 })[lanes.clone()]);
            }
            // Whole pieces are written where they are wanted.
            let is_whole = lanes.len() == used * PIECE;
            let mut block: Vec<&mut [[f64; PIECE]]> = if is_whole {
                planes.iter_mut().map(|plane| plane[lanes.clone()].as_chunks_mut().0).collect()
            } else {
                results.runs_mut().map(|result| &mut result[..used]).collect()
            };
            section.run(*set, &Inputs { columns, scalars, block: 0..used }, registers, &mut block);
            undefine(*set, &mut block);
            if !is_whole {
                for (plane, result) in planes.iter_mut().zip(results.runs()) {
                    plane[lanes.clone()].copy_from_slice(&result[..lanes.len()]);
                }
            }
        }
    }
}

/// Fewer points than this are evaluated one by one: for them a block, most of it empty, takes longer.
const FEW: usize = 16;

/// L and its derivatives at many points, again and again: what is prepared for a tape is prepared once.
pub struct PointSampler<'a> {
    tape: &'a Tape,
    planes: usize,
    /// `None` for a mean over examples, where the lanes are the examples.
    blocks: Option<Blocks>,
}

impl<'a> PointSampler<'a> {
    /// For the first `planes` of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂: 1 to 6.
    pub fn new(tape: &'a Tape, planes: usize) -> PointSampler<'a> {
        let blocks = tape.examples().is_none().then(|| Blocks::new(tape, &tape.output_slots()[..planes]));
        PointSampler { tape, planes, blocks }
    }

    /// Like [`PointSampler::sample`], into planes that are given as much room as there are points.
    pub fn fill(&mut self, w1: &[f64], w2: &[f64], planes: &mut [Vec<f64>]) {
        planes.iter_mut().for_each(|plane| resize(plane, w1.len()));
        let mut planes: Vec<&mut [f64]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
        self.sample(w1, w2, &mut planes);
    }

    /// Writes them for each point (`w1[k]`, `w2[k]`), with the bits of [`Tape::jet`]; NaN where L is undefined.
    ///
    /// # Panics
    /// When a plane is shorter than there are points, or there are not as many w1 as w2.
    pub fn sample(&mut self, w1: &[f64], w2: &[f64], planes: &mut [&mut [f64]]) {
        match &mut self.blocks {
            Some(blocks) if w1.len() >= FEW => blocks.run(w1, w2, planes),
            _ => {
                assert_eq!(w1.len(), w2.len(), "a point has two weights");
                for (index, w) in w1.iter().zip(w2).enumerate() {
                    let w = Vector::new(*w.0, *w.1);
                    if self.planes <= 3 {
                        let (value, gradient) = self.tape.slope(w);
                        planes
                            .iter_mut()
                            .zip([value, gradient.x, gradient.y])
                            .for_each(|(plane, value)| plane[index] = value);
                    } else {
                        let Jet { value, gradient, hessian } = self.tape.jet(w);
                        let jet = [value, gradient.x, gradient.y, hessian[(0, 0)], hessian[(0, 1)], hessian[(1, 1)]];
                        planes.iter_mut().zip(jet).for_each(|(plane, value)| plane[index] = value);
                    }
                }
            }
        }
    }
}
