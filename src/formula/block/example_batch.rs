//! Batches: one formula over many examples at once.
//!
//! For one w, each lane is an example. Nodes that depend on the examples alone are computed when the batch is made, and
//! nodes that depend on the weights alone once for each w. On a grid each lane is a point, and the examples follow one
//! after the other, so that a small number of examples leaves no lanes empty.

use super::program::{EXAMPLE, Id, Node, Program};
use super::section::{Inputs, Lanes, Role, Section};
use crate::formula::instructions::{Instructions, Slot};
use crate::number::Decimals;
use crate::number::lanes::{CHUNK, InstructionSet};
use crate::pause::pause;
use rayon::prelude::*;

/// Some outputs of a tape over all examples.
pub struct ExampleBatch {
    program: Program,
    count: usize,
    set: InstructionSet,
    /// A lane is an example.
    section: Section,
    /// [`Section::columns`], a lane for each example.
    fixed: Lanes,
    /// The nodes that the section needs and that depend on the weights alone, operands first.
    shared: Vec<Id>,
    /// For grids: [`Section::scalars`] of `points`, and their values by example.
    points: Section,
    each: Vec<Each>,
    /// For grids: computes the columns of `points` that depend on the weights alone.
    before: Option<Section>,
}

/// The source of a scalar of a grid's section.
enum Each {
    Constant(f64),
    /// Its values by example.
    Example(Vec<f64>),
}

impl ExampleBatch {
    /// Prepares `outputs` of the tape over the examples of its columns.
    pub fn new(tape: &Instructions, outputs: &[Slot], columns: &[Decimals]) -> ExampleBatch {
        let set = InstructionSet::fastest();
        let program = Program::strict(tape, outputs);
        let count = columns[0].len();
        let depends = |id: Id| program.depends[id.index()];
        let section = Section::new(&program, &program.outputs, |id| match depends(id) {
            EXAMPLE => Role::Column,
            bits if bits & EXAMPLE == 0 => Role::Scalar,
            _ => Role::Computed,
        });
        let fixed_of = |id: Id| values_by_example(&program, id, columns, count);
        let mut fixed = Lanes::new(section.columns.len(), count);
        for (place, &id) in section.columns.iter().enumerate() {
            fixed.fill(place, &fixed_of(id));
        }
        let shared = needed(&program, &section.scalars);
        let points = Section::new(&program, &program.outputs, |id| match (program.nodes[id.index()], depends(id)) {
            (Node::Constant(_), _) | (_, EXAMPLE) => Role::Scalar,
            (_, bits) if bits & EXAMPLE == 0 => Role::Column,
            _ => Role::Computed,
        });
        let each = points
            .scalars
            .iter()
            .map(|&id| match program.nodes[id.index()] {
                Node::Constant(value) => Each::Constant(value),
                _ => Each::Example(fixed_of(id)),
            })
            .collect();
        let before = (!points.columns.is_empty()).then(|| {
            Section::new(&program, &points.columns, |id| match program.nodes[id.index()] {
                Node::Weight(_) => Role::Column,
                Node::Constant(_) => Role::Scalar,
                _ => Role::Computed,
            })
        });
        ExampleBatch { program, count, set, section, fixed, shared, points, each, before }
    }

    /// Computes the outputs at w, and calls `with` for each block of them. Every block but the last has whole chunks.
    /// `rows` selects examples and their order; `None` takes all.
    pub fn run(&self, w: [f64; 2], rows: Option<&[u32]>, with: &mut dyn FnMut(&[&[f64]])) {
        let count = rows.map_or(self.count, <[u32]>::len);
        let chunks = self.section.chunks().min(count.div_ceil(CHUNK));
        let values = self.of_weights(w);
        let mut scalars = Lanes::new(self.section.scalars.len(), CHUNK);
        for (place, id) in self.section.scalars.iter().enumerate() {
            scalars.fill(place, &[values[id.index()]]);
        }
        let mut registers = self.section.registers(chunks);
        let mut results = Lanes::new(self.program.outputs.len(), chunks * CHUNK);
        let mut gathered = Lanes::new(if rows.is_some() { self.section.columns.len() } else { 0 }, chunks * CHUNK);
        let mut picked = Vec::with_capacity(chunks * CHUNK);
        for start in (0..count).step_by(chunks * CHUNK) {
            let width = (chunks * CHUNK).min(count - start);
            let used = width.div_ceil(CHUNK);
            if let Some(rows) = rows {
                for column in 0..self.section.columns.len() {
                    let values = self.fixed.run(column).as_flattened();
                    picked.clear();
                    picked.extend(rows[start..start + width].iter().map(|&row| values[row as usize]));
                    gathered.fill(column, &picked);
                }
            }
            let (columns, block) = match rows {
                Some(_) => (&gathered, 0..used),
                None => (&self.fixed, start / CHUNK..start / CHUNK + used),
            };
            let mut outputs: Vec<&mut [[f64; CHUNK]]> = results.runs_mut().map(|result| &mut result[..used]).collect();
            let inputs = Inputs { columns: columns.as_runs(), scalars: &scalars, block };
            self.section.run(self.set, &inputs, &mut registers, &mut outputs);
            let outputs: Vec<&[f64]> = outputs.iter().map(|output| &output.as_flattened()[..width]).collect();
            with(&outputs);
        }
    }

    /// The values of the nodes that depend on the weights alone, each at the place of its node.
    fn of_weights(&self, w: [f64; 2]) -> Vec<f64> {
        let mut values = vec![0.0; self.program.nodes.len()];
        for id in &self.shared {
            values[id.index()] = match self.program.nodes[id.index()] {
                Node::Constant(value) => value,
                Node::Weight(index) => w[index],
                Node::Unary(op, a) => op.apply(values[a.index()]),
                Node::Binary(op, a, b) => op.apply(values[a.index()], values[b.index()]),
                Node::Column(_) => f64::NAN,
            };
        }
        values
    }

    /// The means of the outputs on a grid, row by row, on all cores; each plane has room for all of it. They agree with
    /// the values of single points up to the rounding of the sum.
    pub fn grid(&self, xs: &[f64], ys: &[f64], planes: &mut [Vec<f64>]) {
        let width = xs.len();
        if width == 0 {
            return;
        }
        let mut rows: Vec<Vec<&mut [f64]>> = ys.iter().map(|_| Vec::new()).collect();
        for plane in planes {
            rows.iter_mut().zip(plane.chunks_mut(width)).for_each(|(row, part)| row.push(part));
        }
        let chunks = self.points.chunks().min(width.div_ceil(CHUNK));
        rows.par_iter_mut().zip(ys).for_each_init(
            || Scratch::new(self, chunks),
            |scratch, (planes, &y)| {
                for start in (0..width).step_by(chunks * CHUNK) {
                    let end = (start + chunks * CHUNK).min(width);
                    let mut parts: Vec<&mut [f64]> = planes.iter_mut().map(|plane| &mut plane[start..end]).collect();
                    self.points_block(scratch, &xs[start..end], y, &mut parts);
                }
            },
        );
    }

    fn points_block(&self, scratch: &mut Scratch, xs: &[f64], y: f64, sums: &mut [&mut [f64]]) {
        let used = xs.len().div_ceil(CHUNK);
        let Scratch { weights, constants, before_registers, columns, scalars, registers, results } = scratch;
        if let Some(before) = &self.before {
            for (place, id) in before.columns.iter().enumerate() {
                match self.program.nodes[id.index()] {
                    Node::Weight(0) => weights.fill(place, xs),
                    _ => weights.fill(place, &[y]),
                }
            }
            let mut outputs: Vec<&mut [[f64; CHUNK]]> = columns.runs_mut().map(|column| &mut column[..used]).collect();
            let inputs = Inputs { columns: weights.as_runs(), scalars: constants, block: 0..used };
            before.run(self.set, &inputs, before_registers, &mut outputs);
        }
        sums.iter_mut().for_each(|sum| sum.fill(0.0));
        let mut outputs: Vec<&mut [[f64; CHUNK]]> = results.runs_mut().map(|result| &mut result[..used]).collect();
        for example in 0..self.count {
            if example.is_multiple_of(CHUNK) {
                pause();
            }
            for (place, each) in self.each.iter().enumerate() {
                if let Each::Example(values) = each {
                    scalars.fill(place, &values[example..=example]);
                }
            }
            let inputs = Inputs { columns: columns.as_runs(), scalars, block: 0..used };
            self.points.run(self.set, &inputs, registers, &mut outputs);
            for (sum, output) in sums.iter_mut().zip(&outputs) {
                sum.iter_mut().zip(output.as_flattened()).for_each(|(sum, value)| *sum += value);
            }
        }
        let count = self.count as f64;
        sums.iter_mut().for_each(|sum| sum.iter_mut().for_each(|sum| *sum /= count));
    }
}

/// Room for a block of points.
struct Scratch {
    weights: Lanes,
    constants: Lanes,
    before_registers: Lanes,
    columns: Lanes,
    scalars: Lanes,
    registers: Lanes,
    results: Lanes,
}

impl Scratch {
    fn new(batch: &ExampleBatch, chunks: usize) -> Scratch {
        let lanes = chunks * CHUNK;
        let before = batch.before.as_ref();
        let mut constants = Lanes::new(before.map_or(0, |before| before.scalars.len()), CHUNK);
        for (place, id) in before.iter().flat_map(|before| &before.scalars).enumerate() {
            if let Node::Constant(value) = batch.program.nodes[id.index()] {
                constants.fill(place, &[value]);
            }
        }
        let mut scalars = Lanes::new(batch.each.len(), CHUNK);
        for (place, each) in batch.each.iter().enumerate() {
            if let Each::Constant(value) = each {
                scalars.fill(place, &[*value]);
            }
        }
        Scratch {
            // The second weight is the same in all lanes of a row, but it is stored as a column, too.
            weights: Lanes::new(before.map_or(0, |before| before.columns.len()), lanes),
            constants,
            before_registers: before.map_or_else(Lanes::default, |before| before.registers(chunks)),
            columns: Lanes::new(batch.points.columns.len(), lanes),
            scalars,
            registers: batch.points.registers(chunks),
            results: Lanes::new(batch.program.outputs.len(), lanes),
        }
    }
}

/// The nodes that some nodes depend on, operands first, themselves included.
fn needed(program: &Program, roots: &[Id]) -> Vec<Id> {
    let mut is_needed = vec![false; program.nodes.len()];
    roots.iter().for_each(|root| is_needed[root.index()] = true);
    for index in (0..program.nodes.len()).rev() {
        if is_needed[index] {
            super::program::operands(program.nodes[index]).for_each(|operand| is_needed[operand.index()] = true);
        }
    }
    (0..program.nodes.len()).filter(|&index| is_needed[index]).map(|index| Id(index as u32)).collect()
}

/// The values of a node that depends on the example alone.
fn values_by_example(program: &Program, id: Id, columns: &[Decimals], count: usize) -> Vec<f64> {
    let order = needed(program, &[id]);
    let mut values = vec![0.0; program.nodes.len()];
    let one = |row: usize| {
        for id in &order {
            values[id.index()] = match program.nodes[id.index()] {
                Node::Constant(value) => value,
                Node::Column(index) => columns[index][row],
                Node::Unary(op, a) => op.apply(values[a.index()]),
                Node::Binary(op, a, b) => op.apply(values[a.index()], values[b.index()]),
                Node::Weight(_) => f64::NAN,
            };
        }
        values[id.index()]
    };
    (0..count).map(one).collect()
}
