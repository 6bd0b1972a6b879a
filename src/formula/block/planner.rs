//! Planning of sections.

use super::program::{Id, Node, Program, operands};
use super::section::{Instruction, Location, Role, Section};
use crate::number::Binary;
use crate::number::lanes::{First, Kernel, Pair, Then};

/// No instruction computes it.
const NOWHERE: u32 = u32::MAX;

/// Plans a section: which operations are fused, in which order they run, and where each result is stored.
pub(super) struct Planner<'a, F> {
    program: &'a Program,
    outputs: &'a [Id],
    role: F,
    /// Whether outputs are registers first.
    is_staged: bool,
    /// How often a node is an operand, plus once for an output.
    uses: Vec<u32>,
    /// Whether a node's only user computes it along with itself.
    absorbed: Vec<bool>,
}

impl Section {
    /// The section that computes `outputs`.
    pub fn new(program: &Program, outputs: &[Id], role: impl Fn(Id) -> Role) -> Section {
        Planner::new(program, outputs, role, false).section()
    }

    /// Like [`Section::new`], for several outputs that are long runs of memory. Results stay in registers until a block
    /// is complete, and are then written to all outputs side by side, one chunk to each in turn. Writing longer
    /// stretches to one output after the other takes two to three times as long.
    pub fn writing_side_by_side(program: &Program, outputs: &[Id], role: impl Fn(Id) -> Role) -> Section {
        Planner::new(program, outputs, role, outputs.len() > 1).section()
    }
}

impl<'a, F: Fn(Id) -> Role> Planner<'a, F> {
    pub fn new(program: &'a Program, outputs: &'a [Id], role: F, is_staged: bool) -> Planner<'a, F> {
        let count = program.nodes.len();
        let (uses, absorbed) = (vec![0; count], vec![false; count]);
        let mut planner = Planner { program, outputs, role, is_staged, uses, absorbed };
        let mut is_output = vec![false; count];
        for output in outputs {
            planner.uses[output.index()] += 1;
            is_output[output.index()] = true;
        }
        for index in (0..count).rev() {
            let id = Id(index as u32);
            if planner.uses[index] > 0 && planner.is_computed(id) {
                for operand in operands(program.nodes[index]) {
                    planner.uses[operand.index()] += 1;
                }
            }
        }
        // From the last node backwards, so that an absorbed node absorbs no other, except squares in a sum.
        for index in (0..count).rev() {
            let id = Id(index as u32);
            if planner.uses[index] == 0 || planner.absorbed[index] || !planner.is_computed(id) {
                continue;
            }
            let Some(inner) = planner.fusible(id).filter(|inner| !is_output[inner.index()]) else { continue };
            planner.absorbed[inner.index()] = true;
            let Node::Binary(Binary::Add, a, b) = program.nodes[index] else { continue };
            let root = |square: Id| planner.root(square).filter(|root| !is_output[root.index()]);
            let Some(first) = root(inner) else { continue };
            let other = if a == inner { b } else { a };
            let is_free = planner.uses[other.index()] == 1 && planner.is_computed(other) && !is_output[other.index()];
            let second = root(other).filter(|_| is_free && a != b);
            planner.absorbed[first.index()] = true;
            if let Some(second) = second {
                planner.absorbed[other.index()] = true;
                planner.absorbed[second.index()] = true;
            }
        }
        planner
    }

    fn is_computed(&self, id: Id) -> bool {
        (self.role)(id) == Role::Computed
    }

    /// The node of which this node is the square, if it may be computed along with the square.
    fn root(&self, id: Id) -> Option<Id> {
        if self.is_square(id) { self.fusible(id) } else { None }
    }

    fn is_square(&self, id: Id) -> bool {
        matches!(self.program.nodes[id.index()], Node::Binary(Binary::Mul, a, b) if a == b)
    }

    /// The operand that this node may compute along with itself.
    fn fusible(&self, id: Id) -> Option<Id> {
        let Node::Binary(Binary::Add | Binary::Sub | Binary::Mul, a, b) = self.program.nodes[id.index()] else {
            return None;
        };
        let allowed = if self.is_square(id) { 2 } else { 1 };
        [a, b].into_iter().find(|&inner| {
            let is_arithmetic =
                matches!(self.program.nodes[inner.index()], Node::Binary(Binary::Add | Binary::Sub | Binary::Mul, ..));
            is_arithmetic && self.uses[inner.index()] == allowed && self.is_computed(inner)
        })
    }

    /// The kernel and the operands of a node, including the nodes that it absorbed.
    fn instruction(&self, id: Id) -> (Kernel, [Option<Id>; 4]) {
        match self.program.nodes[id.index()] {
            Node::Unary(op, a) => (Kernel::Unary(op), [Some(a), None, None, None]),
            Node::Binary(op, a, b) => match [a, b].into_iter().find(|inner| self.absorbed[inner.index()]) {
                Some(inner) => self.fused(op, inner, a, b),
                None => (Kernel::Binary(op), [Some(a), Some(b), None, None]),
            },
            Node::Constant(_) | Node::Weight(_) | Node::Column(_) => {
                unreachable!("constants, weights and columns come from outside")
            }
        }
    }

    fn fused(&self, op: Binary, inner: Id, a: Id, b: Id) -> (Kernel, [Option<Id>; 4]) {
        let other = if a == inner { b } else { a };
        if let Some(root) = self.absorbed_root(inner) {
            let (first, [p, q]) = self.arithmetic(root);
            return match self.absorbed_root(other).filter(|_| self.absorbed[other.index()]) {
                Some(second) => {
                    let (second, [r, s]) = self.arithmetic(second);
                    (Kernel::Fused(first, Then::SquaredPlusSquared(second)), [p, q, r, s].map(Some))
                }
                None => (Kernel::Fused(first, Then::SquaredPlus), [Some(p), Some(q), Some(other), None]),
            };
        }
        let (first, [p, q]) = self.arithmetic(inner);
        let (then, other) = match op {
            _ if a == b => (Then::Squared, None),
            Binary::Add => (Then::Plus, Some(other)),
            Binary::Sub if a == inner => (Then::Minus, Some(b)),
            Binary::Sub => (Then::From, Some(a)),
            _ => (Then::Times, Some(other)),
        };
        (Kernel::Fused(first, then), [Some(p), Some(q), other, None])
    }

    /// The node that an absorbed square has absorbed itself.
    fn absorbed_root(&self, square: Id) -> Option<Id> {
        match self.program.nodes[square.index()] {
            Node::Binary(Binary::Mul, root, again) if root == again && self.absorbed[root.index()] => Some(root),
            _ => None,
        }
    }

    fn arithmetic(&self, id: Id) -> (First, [Id; 2]) {
        match self.program.nodes[id.index()] {
            Node::Binary(Binary::Add, a, b) => (First::Add, [a, b]),
            Node::Binary(Binary::Sub, a, b) => (First::Sub, [a, b]),
            Node::Binary(Binary::Mul, a, b) => (First::Mul, [a, b]),
            _ => unreachable!("only sums, differences and products are absorbed"),
        }
    }

    /// The nodes to compute, operands first: depth first from the outputs, and of two operands first the one that
    /// needs more registers (A. P. Ershov 1958), so that few results wait.
    fn order(&self) -> Vec<Id> {
        let mut need = vec![0u32; self.program.nodes.len()];
        for index in 0..self.program.nodes.len() {
            let id = Id(index as u32);
            if self.uses[index] == 0 || self.absorbed[index] || !self.is_computed(id) {
                continue;
            }
            let (_, operands) = self.instruction(id);
            let mut needs: Vec<u32> = operands.into_iter().flatten().map(|operand| need[operand.index()]).collect();
            needs.sort_unstable_by(|a, b| b.cmp(a));
            need[index] = needs.iter().enumerate().map(|(k, need)| need + k as u32).max().unwrap_or(0).max(1);
        }
        let mut done = vec![false; self.program.nodes.len()];
        let mut order = Vec::new();
        let mut open: Vec<(Id, bool)> = Vec::new();
        for &output in self.outputs {
            open.push((output, false));
            while let Some((id, operands_are_done)) = open.pop() {
                if done[id.index()] || !self.is_computed(id) {
                    continue;
                }
                if operands_are_done {
                    done[id.index()] = true;
                    order.push(id);
                    continue;
                }
                open.push((id, true));
                let mut operands: Vec<Id> = self.instruction(id).1.into_iter().flatten().collect();
                // The last one pushed is the first one computed.
                operands.sort_by_key(|operand| need[operand.index()]);
                open.extend(operands.into_iter().map(|operand| (operand, false)));
            }
        }
        order
    }

    pub fn section(&self) -> Section {
        let order = self.order();
        let count = self.program.nodes.len();
        let mut last_use = vec![0; count];
        for (time, &id) in order.iter().enumerate() {
            for operand in self.instruction(id).1.into_iter().flatten() {
                last_use[operand.index()] = time;
            }
        }
        let mut places: Vec<Option<Location>> = vec![None; count];
        let mut section = Section {
            instructions: Vec::with_capacity(order.len()),
            copies: Vec::new(),
            results: Vec::new(),
            columns: Vec::new(),
            scalars: Vec::new(),
            registers: 0,
            outputs: self.outputs.len(),
        };
        let mut output_of = vec![NOWHERE; count];
        for (index, output) in self.outputs.iter().enumerate() {
            if output_of[output.index()] == NOWHERE {
                output_of[output.index()] = index as u32;
            }
        }
        let mut free: Vec<u32> = Vec::new();
        for (time, &id) in order.iter().enumerate() {
            let (kernel, operands) = self.instruction(id);
            // The other function of a pair is there already.
            if places[id.index()].is_none() {
                let operands =
                    operands.map(|operand| operand.map(|operand| self.place(operand, &mut places, &mut section)));
                let mut target = |id: Id| {
                    let mut new_register = || {
                        section.registers += 1;
                        section.registers as u32 - 1
                    };
                    let target = match output_of[id.index()] {
                        NOWHERE => Location::Register(free.pop().unwrap_or_else(new_register)),
                        _ if self.is_staged => Location::Register(new_register()),
                        output => Location::Output(output),
                    };
                    places[id.index()] = Some(target);
                    target
                };
                section.instructions.push(match self.pair(id, &order[time..]) {
                    Some((pair, [first, second])) => {
                        let (target, second) = (target(first), target(second));
                        Instruction { kernel, operands, target, pair: Some((pair, second)) }
                    }
                    None => Instruction { kernel, operands, target: target(id), pair: None },
                });
            }
            for operand in operands.into_iter().flatten() {
                if let (Some(Location::Register(register)), true) =
                    (places[operand.index()], last_use[operand.index()] == time)
                    && output_of[operand.index()] == NOWHERE
                    && !free.contains(&register)
                {
                    free.push(register);
                }
            }
        }
        for (index, &output) in self.outputs.iter().enumerate() {
            let place = self.place(output, &mut places, &mut section);
            if output_of[output.index()] == index as u32 {
                section.results.push(place);
            }
            if place != Location::Output(index as u32) {
                section.copies.push((place, index as u32));
            }
        }
        section
    }

    /// Both functions of a pair, if this node is one of them and the other is computed later.
    fn pair(&self, id: Id, order: &[Id]) -> Option<(Pair, [Id; 2])> {
        let Node::Unary(function, a) = self.program.nodes[id.index()] else { return None };
        let pair = Pair::with(function)?;
        let [first, second] = pair.functions();
        let other = if function == first { second } else { first };
        let is_other = |other_id: &&Id| self.program.nodes[other_id.index()] == Node::Unary(other, a);
        let &other = order.iter().find(is_other)?;
        Some((pair, if function == first { [id, other] } else { [other, id] }))
    }

    /// Where a node is stored. A node from outside gets its place at its first use.
    fn place(&self, id: Id, places: &mut [Option<Location>], section: &mut Section) -> Location {
        *places[id.index()].get_or_insert_with(|| match (self.role)(id) {
            Role::Column => {
                section.columns.push(id);
                Location::Column(section.columns.len() as u32 - 1)
            }
            Role::Scalar => {
                section.scalars.push(id);
                Location::Scalar(section.scalars.len() as u32 - 1)
            }
            Role::Computed => unreachable!("operands are computed before what uses them"),
        })
    }
}
