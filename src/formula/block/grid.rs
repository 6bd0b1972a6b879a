//! Grids: tables for nodes of one weight, by column or by row, and blocks of points for nodes of both weights.

use super::program::{BOTH, FIRST, Id, NEITHER, Node, Program, SECOND};
use super::ranges::{Ranges, SAFE};
use super::regroup::{Regrouped, is_safe_constant};
use super::section::{Inputs, Lanes, Role, Section};
use super::undefine;
use crate::formula::instructions::{Instructions, Slot};
use crate::number::lanes::{CHUNK, InstructionSet};
use crate::pause::pause;
use std::ops::Range;

/// In which order operations may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// That of the formula.
    Strict,
    /// Any, where only the rounding differs.
    Free,
}

/// A tape ready to be sampled on a grid.
pub struct Sampler<'a> {
    tape: &'a Instructions,
    outputs: &'a [Slot],
    axes: [&'a [f64]; 2],
    set: InstructionSet,
    order: Order,
    compiled: Compiled,
    /// For blocks that the free order cannot compute; made on first use.
    strict: Option<Compiled>,
    /// Whether `strict` has the values of the current row.
    strict_has_row: bool,
}

impl<'a> Sampler<'a> {
    /// Samples `outputs` at all (x, y).
    pub fn new(
        tape: &'a Instructions,
        outputs: &'a [Slot],
        xs: &'a [f64],
        ys: &'a [f64],
        set: InstructionSet,
        order: Order,
    ) -> Sampler<'a> {
        let free = match order {
            Order::Free => Compiled::free(tape, outputs, [xs, ys], set),
            Order::Strict => None,
        };
        let order = if free.is_some() { Order::Free } else { Order::Strict };
        let compiled = free.unwrap_or_else(|| Compiled::strict(tape, outputs, [xs, ys], set));
        let axes = [xs, ys];
        Sampler { tape, outputs, axes, set, order, compiled, strict: None, strict_has_row: false }
    }

    /// The order in which most is done.
    #[cfg(test)]
    pub fn order(&self) -> Order {
        self.order
    }

    /// Computes some rows; each plane has the values of one output, in as many rows.
    pub fn sample(&mut self, rows: Range<usize>, planes: &mut [&mut [f64]]) {
        let width = self.axes[0].len();
        let whole = width / CHUNK;
        // The rest of a row is computed as a chunk of its own.
        let mut ends = Lanes::new(planes.len(), CHUNK);
        for (index, row) in rows.enumerate() {
            pause();
            self.compiled.begin_row(row);
            self.strict_has_row = false;
            for start in (0..whole).step_by(self.compiled.chunks) {
                let block = start..(start + self.compiled.chunks).min(whole);
                let lanes = index * width + block.start * CHUNK..index * width + block.end * CHUNK;
                let planes = planes.iter_mut().map(|plane| plane[lanes.clone()].as_chunks_mut().0);
                self.block(planes, block, row);
            }
            if whole * CHUNK < width {
                self.block(ends.runs_mut(), whole..whole + 1, row);
                for (plane, end) in planes.iter_mut().zip(ends.runs()) {
                    let rest = &mut plane[index * width + whole * CHUNK..(index + 1) * width];
                    rest.copy_from_slice(&end[..rest.len()]);
                }
            }
        }
    }

    fn block<'b>(&mut self, planes: impl Iterator<Item = &'b mut [[f64; CHUNK]]>, block: Range<usize>, row: usize) {
        // There are at most six planes. An array is used because allocating a vector would take longer than some
        // blocks.
        let mut all: [&mut [[f64; CHUNK]]; 6] = Default::default();
        let count = all.iter_mut().zip(planes).map(|(place, plane)| *place = plane).count();
        let planes = &mut all[..count];
        let Compiled { section, columns, scalars, registers, is_bounded, .. } = &mut self.compiled;
        let inputs = Inputs { columns: columns.as_runs(), scalars, block: block.clone() };
        section.compute(self.set, &inputs, registers, planes);
        if *is_bounded || section.are_within(self.set, &inputs, registers, planes, *SAFE.end()) {
            section.deliver(self.set, &inputs, registers, planes);
            return;
        }
        if self.order == Order::Free {
            let strict =
                self.strict.get_or_insert_with(|| Compiled::strict(self.tape, self.outputs, self.axes, self.set));
            if !self.strict_has_row {
                strict.begin_row(row);
                self.strict_has_row = true;
            }
            for start in block.clone().step_by(strict.chunks) {
                let part = start..(start + strict.chunks).min(block.end);
                let within = part.start - block.start..part.end - block.start;
                let mut chunks: [&mut [[f64; CHUNK]]; 6] = Default::default();
                for (place, plane) in chunks.iter_mut().zip(planes.iter_mut()) {
                    *place = &mut plane[within.clone()];
                }
                let Compiled { section, columns, scalars, registers, .. } = &mut *strict;
                let inputs = Inputs { columns: columns.as_runs(), scalars, block: part };
                section.run(self.set, &inputs, registers, &mut chunks[..count]);
            }
        } else {
            section.deliver(self.set, &inputs, registers, planes);
        }
        undefine(self.set, planes);
    }
}

/// The value of a node that depends on neither weight.
pub fn constant(program: &Program, id: Id) -> f64 {
    match program.nodes[id.index()] {
        Node::Constant(value) => value,
        _ => unreachable!("operations on constants are folded"),
    }
}

/// A section with its tables on one grid.
struct Compiled {
    section: Section,
    chunks: usize,
    columns: Lanes,
    /// The value of each scalar in every row, for those that have one.
    rows: Lanes,
    /// The place of each of these among the scalars.
    places: Vec<usize>,
    scalars: Lanes,
    registers: Lanes,
    /// Whether all intermediate values are known to stay in the range in which every order gives the same value up to
    /// rounding.
    is_bounded: bool,
}

impl Compiled {
    fn strict(tape: &Instructions, outputs: &[Slot], axes: [&[f64]; 2], set: InstructionSet) -> Compiled {
        let program = Program::strict(tape, outputs);
        let section = body(&program);
        let [columns, rows] = [(FIRST, axes[0]), (SECOND, axes[1])]
            .map(|(weight, axis)| tables(&program, weight, axis, &asked(&program, &section, weight), set));
        let is_bounded = Ranges::new(&program, axes).are_bounded();
        Compiled::new(&program, section, columns, rows, is_bounded)
    }

    /// The program in free order, if on this grid it differs from the strict order in rounding only.
    fn free(tape: &Instructions, outputs: &[Slot], axes: [&[f64]; 2], set: InstructionSet) -> Option<Compiled> {
        let regrouped = Regrouped::new(tape, outputs);
        let ranges = Ranges::new(&regrouped.program, axes);
        let regrouped = regrouped.with_shared_reciprocals(&ranges);
        let program = &regrouped.program;
        let section = body(program);
        let mut parts = [Lanes::default(), Lanes::default()];
        for (part, (weight, axis)) in parts.iter_mut().zip([(FIRST, axes[0]), (SECOND, axes[1])]) {
            let depends = |id: Id| program.depends[id.index()] == weight;
            let asked = asked(program, &section, weight);
            let exponentials = regrouped.exponentials.iter().copied().filter(|id| depends(*id));
            let products: Vec<[Id; 3]> = regrouped.products.iter().copied().filter(|ids| depends(ids[0])).collect();
            let mut wanted: Vec<Id> = asked.clone();
            wanted.extend(exponentials.clone());
            wanted.extend(products.iter().flatten());
            let all = tables(program, weight, axis, &wanted, set);
            let table = |place: usize| all.run(place).as_flattened();
            let is_safe = (0..asked.len()).all(|place| Regrouped::is_safe_table(table(place)))
                && (asked.len()..).take(exponentials.count()).all(|place| Regrouped::is_safe_exponential(table(place)))
                && (0..products.len()).all(|k| {
                    let place = wanted.len() - 3 * (products.len() - k);
                    Regrouped::is_safe_product(table(place), table(place + 1), table(place + 2))
                });
            if !is_safe {
                return None;
            }
            *part = all;
            part.truncate(asked.len());
        }
        let mut constants = section.scalars.iter().map(|id| program.nodes[id.index()]);
        if !regrouped.has_safe_constants || !constants.all(is_safe_constant) {
            return None;
        }
        let [columns, rows] = parts;
        let is_bounded = Ranges::new(program, axes).are_bounded();
        Some(Compiled::new(program, section, columns, rows, is_bounded))
    }

    fn new(program: &Program, section: Section, columns: Lanes, rows: Lanes, is_bounded: bool) -> Compiled {
        let chunks = section.chunks();
        let mut scalars = Lanes::new(section.scalars.len(), CHUNK);
        let mut places = Vec::new();
        for (place, id) in section.scalars.iter().enumerate() {
            if program.depends[id.index()] == SECOND {
                places.push(place);
            } else {
                scalars.fill(place, &[constant(program, *id)]);
            }
        }
        let registers = section.registers(chunks);
        Compiled { section, chunks, columns, rows, places, scalars, registers, is_bounded }
    }

    fn begin_row(&mut self, row: usize) {
        for (index, place) in self.places.iter().enumerate() {
            self.scalars.run_mut(*place)[0] = [self.rows.run(index).as_flattened()[row]; CHUNK];
        }
    }
}

/// The section that is computed for each point.
fn body(program: &Program) -> Section {
    Section::writing_side_by_side(program, &program.outputs, |id| match program.depends[id.index()] {
        BOTH => Role::Computed,
        FIRST => Role::Column,
        _ => Role::Scalar,
    })
}

/// The nodes of one weight that a section needs, in its order.
fn asked(program: &Program, section: &Section, weight: u8) -> Vec<Id> {
    let from = if weight == FIRST { &section.columns } else { &section.scalars };
    from.iter().copied().filter(|id| program.depends[id.index()] == weight).collect()
}

/// Nodes of one weight at all its values.
fn tables(program: &Program, weight: u8, axis: &[f64], wanted: &[Id], set: InstructionSet) -> Lanes {
    let section = Section::new(program, wanted, |id| match program.nodes[id.index()] {
        Node::Weight(_) => Role::Column,
        _ if program.depends[id.index()] == NEITHER => Role::Scalar,
        _ => Role::Computed,
    });
    debug_assert!(section.columns.iter().all(|id| program.depends[id.index()] == weight));
    let chunks = section.chunks();
    let mut columns = Lanes::new(section.columns.len(), axis.len());
    (0..section.columns.len()).for_each(|column| columns.fill(column, axis));
    let mut scalars = Lanes::new(section.scalars.len(), CHUNK);
    for (place, id) in section.scalars.iter().enumerate() {
        scalars.fill(place, &[constant(program, *id)]);
    }
    let mut registers = section.registers(chunks);
    let mut tables = Lanes::new(wanted.len(), axis.len());
    let all = axis.len().div_ceil(CHUNK);
    for start in (0..all).step_by(chunks) {
        let block = start..(start + chunks).min(all);
        let mut planes: Vec<&mut [[f64; CHUNK]]> = tables.runs_mut().map(|table| &mut table[block.clone()]).collect();
        let inputs = Inputs { columns: columns.as_runs(), scalars: &scalars, block };
        section.run(set, &inputs, &mut registers, &mut planes);
    }
    tables
}
