//! Grids: tables for the columns, tables for the rows, and blocks of what depends on both weights.

use super::program::{BOTH, FIRST, Id, NEITHER, Node, Program, SECOND};
use super::regroup::{Regrouped, is_safe_constant};
use super::section::{Lanes, Role, Section};
use super::undefine;
use crate::formula::tape::{Slot, Tape};
use crate::number::lanes::InstructionSet;
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
    tape: &'a Tape,
    outputs: &'a [Slot],
    axes: [&'a [f64]; 2],
    set: InstructionSet,
    order: Order,
    compiled: Compiled,
    /// For what the free order cannot do; made when it is needed.
    strict: Option<Compiled>,
}

impl<'a> Sampler<'a> {
    /// Samples `outputs` at all (x, y).
    pub fn new(
        tape: &'a Tape,
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
        Sampler { tape, outputs, axes: [xs, ys], set, order, compiled, strict: None }
    }

    /// The order in which most is done.
    #[cfg(test)]
    pub fn order(&self) -> Order {
        self.order
    }

    /// Computes some rows; each plane has the values of one output, in as many rows.
    pub fn sample(&mut self, rows: Range<usize>, planes: &mut [&mut [f64]]) {
        let width = self.axes[0].len();
        if width == 0 {
            return;
        }
        let lanes = self.compiled.lanes;
        for (index, row) in rows.enumerate() {
            let mut planes: Vec<&mut [f64]> =
                planes.iter_mut().map(|plane| &mut plane[index * width..(index + 1) * width]).collect();
            self.compiled.begin_row(row);
            let mut strict_row = false;
            for start in (0..width).step_by(lanes) {
                let block = start..(start + lanes).min(width);
                self.compiled.run(self.set, &mut planes, block.clone());
                if self.order == Order::Free && !is_safe(&planes, block.clone()) {
                    let strict = self
                        .strict
                        .get_or_insert_with(|| Compiled::strict(self.tape, self.outputs, self.axes, self.set));
                    if !strict_row {
                        strict.begin_row(row);
                        strict_row = true;
                    }
                    for start in block.clone().step_by(strict.lanes) {
                        let part = start..(start + strict.lanes).min(block.end);
                        strict.run(self.set, &mut planes, part);
                    }
                }
                undefine(&mut planes, block);
            }
        }
    }
}

fn is_safe(planes: &[&mut [f64]], block: Range<usize>) -> bool {
    planes.iter().all(|plane| {
        // No early exit, so that the comparison is vectorised.
        plane[block.clone()].iter().fold(true, |safe, value| safe & Regrouped::is_safe_value(*value))
    })
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
    lanes: usize,
    columns: Vec<Lanes>,
    /// For each scalar of the section its value in every row; none for constants.
    rows: Vec<Option<Lanes>>,
    scalars: Vec<Lanes>,
    registers: Vec<Lanes>,
}

impl Compiled {
    fn strict(tape: &Tape, outputs: &[Slot], axes: [&[f64]; 2], set: InstructionSet) -> Compiled {
        let program = Program::strict(tape, outputs);
        let section = body(&program);
        let [columns, rows] = [(FIRST, axes[0]), (SECOND, axes[1])]
            .map(|(weight, axis)| tables(&program, weight, axis, &asked(&program, &section, weight), set));
        Compiled::new(&program, section, columns, rows)
    }

    /// The program in free order, when on this grid only the rounding differs from the strict one.
    fn free(tape: &Tape, outputs: &[Slot], axes: [&[f64]; 2], set: InstructionSet) -> Option<Compiled> {
        let regrouped = Regrouped::new(tape, outputs);
        let program = &regrouped.program;
        let section = body(program);
        let mut parts = [Vec::new(), Vec::new()];
        for (part, (weight, axis)) in parts.iter_mut().zip([(FIRST, axes[0]), (SECOND, axes[1])]) {
            let depends = |id: Id| program.depends[id.index()] == weight;
            let asked = asked(program, &section, weight);
            let exponentials = regrouped.exponentials.iter().copied().filter(|id| depends(*id));
            let products: Vec<[Id; 3]> = regrouped.products.iter().copied().filter(|ids| depends(ids[0])).collect();
            let mut wanted: Vec<Id> = asked.clone();
            wanted.extend(exponentials.clone());
            wanted.extend(products.iter().flatten());
            let all = tables(program, weight, axis, &wanted, set);
            let table = |place: usize| all[place].as_slice();
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
        Some(Compiled::new(program, section, columns, rows))
    }

    fn new(program: &Program, section: Section, columns: Vec<Lanes>, rows: Vec<Lanes>) -> Compiled {
        let lanes = section.lanes();
        let mut rows = rows.into_iter();
        let is_row = |id: &Id| program.depends[id.index()] == SECOND;
        let rows: Vec<Option<Lanes>> =
            section.scalars.iter().map(|id| if is_row(id) { rows.next() } else { None }).collect();
        let scalars = section
            .scalars
            .iter()
            .map(|id| Lanes::filled(if is_row(id) { 0.0 } else { constant(program, *id) }, lanes))
            .collect();
        let registers = section.registers(lanes);
        Compiled { section, lanes, columns, rows, scalars, registers }
    }

    fn begin_row(&mut self, row: usize) {
        for (scalar, values) in self.scalars.iter_mut().zip(&self.rows) {
            if let Some(values) = values {
                scalar.as_mut_slice().fill(values.as_slice()[row]);
            }
        }
    }

    fn run(&mut self, set: InstructionSet, planes: &mut [&mut [f64]], block: Range<usize>) {
        self.section.run(set, &self.columns, &self.scalars, &mut self.registers, planes, block);
    }
}

/// What is computed for each point.
fn body(program: &Program) -> Section {
    Section::new(program, &program.outputs, |id| match program.depends[id.index()] {
        BOTH => Role::Computed,
        FIRST => Role::Column,
        _ => Role::Scalar,
    })
}

/// The nodes of one weight that a section asks for, in its order.
fn asked(program: &Program, section: &Section, weight: u8) -> Vec<Id> {
    let from = if weight == FIRST { &section.columns } else { &section.scalars };
    from.iter().copied().filter(|id| program.depends[id.index()] == weight).collect()
}

/// Nodes of one weight at all its values.
fn tables(program: &Program, weight: u8, axis: &[f64], wanted: &[Id], set: InstructionSet) -> Vec<Lanes> {
    let section = Section::new(program, wanted, |id| match program.nodes[id.index()] {
        Node::Weight(_) => Role::Column,
        _ if program.depends[id.index()] == NEITHER => Role::Scalar,
        _ => Role::Computed,
    });
    debug_assert!(section.columns.iter().all(|id| program.depends[id.index()] == weight));
    let lanes = section.lanes();
    let columns = vec![Lanes::copied(axis); section.columns.len()];
    let scalars: Vec<Lanes> = section.scalars.iter().map(|id| Lanes::filled(constant(program, *id), lanes)).collect();
    let mut registers = section.registers(lanes);
    let mut tables = vec![Lanes::filled(0.0, axis.len()); wanted.len()];
    let mut planes: Vec<&mut [f64]> = tables.iter_mut().map(Lanes::as_mut_slice).collect();
    for start in (0..axis.len()).step_by(lanes) {
        section.run(set, &columns, &scalars, &mut registers, &mut planes, start..(start + lanes).min(axis.len()));
    }
    tables
}
