//! A tape prepared once for evaluation over many blocks of points.

use super::grid;
use super::program::{self, NEITHER, Program};
use super::section::{Inputs, Lanes, Role, Runs, Section};
use super::undefine;
use crate::formula::instructions::Instructions;
use crate::number::lanes::{CHUNK, InstructionSet};
use std::ops::Range;

/// Some outputs of a tape over blocks of points, with the bits of single points.
pub struct Blocks {
    set: InstructionSet,
    section: Section,
    chunks: usize,
    scalars: Lanes,
    /// w1 and w2.
    columns: Lanes,
    registers: Lanes,
    results: Lanes,
    /// Whether L is the first output, so that the others are undefined where L is.
    has_value: bool,
}

impl Blocks {
    /// Prepares the given range of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂, numbered from 0.
    pub fn new(tape: &Instructions, planes: Range<usize>) -> Blocks {
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

    /// Writes each output at each point (`w1[k]`, `w2[k]`) to a plane of the same length.
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

    /// Writes each output at each point of the first `chunks` chunks of `columns`, which are w1 and w2.
    pub fn run_over(&mut self, columns: Runs<'_>, chunks: usize, planes: &mut [&mut [[f64; CHUNK]]; 6]) {
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
