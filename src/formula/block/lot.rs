//! Lots: one formula over many examples at once.
//!
//! For one w, a lane is an example: what depends on the examples alone is computed when the lot is made, what depends on
//! the weights alone once a w. On a grid a lane is a point, and the examples come one after the other: so few examples
//! do not leave lanes empty.

use super::super::tape::{Slot, Tape};
use super::program::{EXAMPLE, Id, Node, Program};
use super::section::{Lanes, Role, Section};
use crate::number::lanes::InstructionSet;
use rayon::prelude::*;
use std::sync::Arc;

/// Some outputs of a tape over all examples.
pub struct Lot {
    program: Program,
    count: usize,
    set: InstructionSet,
    /// A lane is an example.
    section: Section,
    /// Examples in a block.
    lanes: usize,
    /// For each block the lanes of [`Section::columns`].
    fixed: Vec<Vec<Lanes>>,
    /// What depends on the weights alone, operands first, as far as the section needs it.
    shared: Vec<Id>,
    /// What a grid's points need of each example: [`Section::scalars`] of `points`, and their values by example.
    points: Section,
    each: Vec<Each>,
    /// What a grid's points need of the weights alone, for the columns of `points`.
    before: Option<Section>,
}

/// Where a scalar of a grid's section comes from.
enum Each {
    Constant(f64),
    /// Its values by example.
    Example(Vec<f64>),
}

impl Lot {
    /// `outputs` of the tape over the examples of its columns.
    pub fn new(tape: &Tape, outputs: &[Slot], columns: &[Arc<[f64]>]) -> Lot {
        let set = InstructionSet::fastest();
        let program = Program::strict(tape, outputs);
        let count = columns[0].len();
        let depends = |id: Id| program.depends[id.index()];
        let section = Section::new(&program, &program.outputs, |id| match depends(id) {
            EXAMPLE => Role::Column,
            bits if bits & EXAMPLE == 0 => Role::Scalar,
            _ => Role::Computed,
        });
        // A block of examples is whole blocks of the sum, whatever its lanes.
        let lanes = section.lanes();
        let fixed_of = |id: Id| values_by_example(&program, id, columns, count);
        let by_node: Vec<Vec<f64>> = section.columns.iter().map(|&id| fixed_of(id)).collect();
        let fixed = (0..count)
            .step_by(lanes)
            .map(|start| {
                by_node.iter().map(|values| Lanes::copied(&values[start..(start + lanes).min(count)])).collect()
            })
            .collect();
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
        Lot { program, count, set, section, lanes, fixed, shared, points, each, before }
    }

    /// Computes the outputs at w, and calls `with` for each block of lanes. `rows` are examples to be taken in this
    /// order; without it all are.
    pub fn run(&self, w: [f64; 2], rows: Option<&[u32]>, with: &mut dyn FnMut(&[&mut [f64]])) {
        let count = rows.map_or(self.count, <[u32]>::len);
        let lanes = self.lanes.min(count);
        let values = self.of_weights(w);
        let scalars: Vec<Lanes> =
            self.section.scalars.iter().map(|id| Lanes::filled(values[id.index()], lanes)).collect();
        let mut registers = self.section.registers(lanes);
        let mut planes = vec![vec![0.0; lanes]; self.program.outputs.len()];
        let mut gathered: Vec<Lanes> = match rows {
            Some(_) => vec![Lanes::filled(0.0, lanes); self.section.columns.len()],
            None => Vec::new(),
        };
        for (block, start) in (0..count).step_by(self.lanes).enumerate() {
            let width = self.lanes.min(count - start);
            if let Some(rows) = rows {
                for (column, lanes) in gathered.iter_mut().enumerate() {
                    for (lane, &row) in lanes.as_mut_slice().iter_mut().zip(&rows[start..start + width]) {
                        let row = row as usize;
                        *lane = self.fixed[row / self.lanes][column].as_slice()[row % self.lanes];
                    }
                }
            }
            let columns = if rows.is_some() { &gathered } else { &self.fixed[block] };
            let mut outputs: Vec<&mut [f64]> = planes.iter_mut().map(|plane| &mut plane[..width]).collect();
            self.section.run(self.set, columns, &scalars, &mut registers, &mut outputs, 0..width);
            with(&outputs);
        }
    }

    /// The values of what depends on the weights alone, each at the place of its node.
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

    /// The means of the outputs on a grid, row by row, on all cores; each plane has room for all of it. Up to the
    /// rounding of the sum, they are those of single points.
    pub fn grid(&self, xs: &[f64], ys: &[f64], planes: &mut [Vec<f64>]) {
        let width = xs.len();
        if width == 0 {
            return;
        }
        let mut rows: Vec<Vec<&mut [f64]>> = ys.iter().map(|_| Vec::new()).collect();
        for plane in planes {
            rows.iter_mut().zip(plane.chunks_mut(width)).for_each(|(row, part)| row.push(part));
        }
        let lanes = self.points.lanes().min(width);
        rows.par_iter_mut().zip(ys).for_each_init(
            || Scratch::new(self, lanes),
            |scratch, (planes, &y)| {
                for start in (0..width).step_by(lanes) {
                    let end = (start + lanes).min(width);
                    let mut parts: Vec<&mut [f64]> = planes.iter_mut().map(|plane| &mut plane[start..end]).collect();
                    self.points_block(scratch, &xs[start..end], y, &mut parts);
                }
            },
        );
    }

    fn points_block(&self, scratch: &mut Scratch, xs: &[f64], y: f64, sums: &mut [&mut [f64]]) {
        let width = xs.len();
        if let Some(before) = &self.before {
            for (lanes, id) in scratch.weights.iter_mut().zip(&before.columns) {
                let lanes = &mut lanes.as_mut_slice()[..width];
                match self.program.nodes[id.index()] {
                    Node::Weight(0) => lanes.copy_from_slice(xs),
                    _ => lanes.fill(y),
                }
            }
            let mut outputs: Vec<&mut [f64]> =
                scratch.columns.iter_mut().map(|lanes| &mut lanes.as_mut_slice()[..width]).collect();
            let Scratch { weights, constants, before_registers, .. } = scratch;
            before.run(self.set, weights, constants, before_registers, &mut outputs, 0..width);
        }
        sums.iter_mut().for_each(|sum| sum.fill(0.0));
        for example in 0..self.count {
            for (lanes, each) in scratch.scalars.iter_mut().zip(&self.each) {
                if let Each::Example(values) = each {
                    lanes.as_mut_slice()[..width].fill(values[example]);
                }
            }
            let mut outputs: Vec<&mut [f64]> = scratch.planes.iter_mut().map(|plane| &mut plane[..width]).collect();
            let Scratch { columns, scalars, registers, .. } = scratch;
            self.points.run(self.set, columns, scalars, registers, &mut outputs, 0..width);
            for (sum, plane) in sums.iter_mut().zip(&outputs) {
                sum.iter_mut().zip(plane.iter()).for_each(|(sum, value)| *sum += value);
            }
        }
        let count = self.count as f64;
        sums.iter_mut().for_each(|sum| sum.iter_mut().for_each(|sum| *sum /= count));
    }
}

/// Room for a block of points.
struct Scratch {
    weights: Vec<Lanes>,
    constants: Vec<Lanes>,
    before_registers: Vec<Lanes>,
    columns: Vec<Lanes>,
    scalars: Vec<Lanes>,
    registers: Vec<Lanes>,
    planes: Vec<Vec<f64>>,
}

impl Scratch {
    fn new(lot: &Lot, lanes: usize) -> Scratch {
        let filled = |count: usize| vec![Lanes::filled(0.0, lanes); count];
        let constant = |id: &Id| match lot.program.nodes[id.index()] {
            Node::Constant(value) => Lanes::filled(value, lanes),
            _ => Lanes::filled(0.0, lanes),
        };
        let before = lot.before.as_ref();
        Scratch {
            weights: filled(before.map_or(0, |before| before.columns.len())),
            constants: before.map_or(Vec::new(), |before| before.scalars.iter().map(constant).collect()),
            before_registers: before.map_or(Vec::new(), |before| before.registers(lanes)),
            columns: filled(lot.points.columns.len()),
            scalars: lot
                .each
                .iter()
                .map(|each| Lanes::filled(if let Each::Constant(value) = each { *value } else { 0.0 }, lanes))
                .collect(),
            registers: lot.points.registers(lanes),
            planes: vec![vec![0.0; lanes]; lot.program.outputs.len()],
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
fn values_by_example(program: &Program, id: Id, columns: &[Arc<[f64]>], count: usize) -> Vec<f64> {
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
