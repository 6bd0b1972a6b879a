//! Sections: a program's operations in an order, with registers of lanes, ready to run over block after block.
//!
//! A section computes the nodes that depend on certain weights. What it uses from outside comes as columns (a value for
//! each lane) and as scalars (one value, spread over all lanes once, so that every operand is a run of lanes).

use super::program::{Id, Node, Program, operands};
use crate::number::lanes::{First, InstructionSet, Kernel, Operand, PIECE, Then, apply, copy, piece, sin_cos};
use crate::number::{Binary, Unary};
use std::ops::Range;

/// Where lanes stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// A value for each lane, from outside.
    Column(u32),
    /// One value for all lanes, from outside.
    Scalar(u32),
    /// A register, used for several nodes one after the other.
    Register(u32),
    /// What is asked for.
    Output(u32),
}

struct Instruction {
    kernel: Kernel,
    operands: [Place; 3],
    target: Place,
    /// Where the cosine goes, where the kernel is the sine and both are wanted.
    cosine: Option<Place>,
}

/// The least and greatest number of pieces in a block.
const MOST_PIECES: [usize; 2] = [4, 16];

/// Runs of lanes that are copied at the same time.
const ABREAST: usize = 6;

/// Operations in order.
pub struct Section {
    instructions: Vec<Instruction>,
    /// Outputs that are computed elsewhere: from outside, as another output, or in registers.
    copies: Vec<(Place, u32)>,
    /// The nodes that come from outside as columns.
    pub columns: Vec<Id>,
    /// The nodes that come from outside as scalars.
    pub scalars: Vec<Id>,
    registers: usize,
    outputs: usize,
}

/// What a section does with a node.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is a column from outside.
    Column,
    /// It is a scalar from outside.
    Scalar,
    /// It is computed here.
    Computed,
}

impl Section {
    /// The section that computes `outputs`.
    pub fn new(program: &Program, outputs: &[Id], role: impl Fn(Id) -> Role) -> Section {
        Planner::new(program, outputs, role, false).section()
    }

    /// The same where the outputs are long runs of memory, several at a time: what is computed stays in registers until
    /// a block is complete, and is then written to all of them side by side, a piece to each in turn. Longer stretches
    /// to one after the other take two to three times as long.
    pub fn writing_side_by_side(program: &Program, outputs: &[Id], role: impl Fn(Id) -> Role) -> Section {
        Planner::new(program, outputs, role, outputs.len() > 1).section()
    }

    /// How many pieces of lanes keep everything that a block touches in the first-level cache (32 KiB on most
    /// processors, part of it for the result that streams through). Longer blocks spare calls.
    pub fn pieces(&self) -> usize {
        let runs = self.registers + self.columns.len() + self.outputs;
        (28 * 1024 / (size_of::<[f64; PIECE]>() * runs.max(1))).clamp(MOST_PIECES[0], MOST_PIECES[1])
    }

    /// Registers for blocks of so many pieces.
    pub fn registers(&self, pieces: usize) -> Lanes {
        Lanes::new(self.registers, pieces * PIECE)
    }

    /// A bound of the magnitude of everything that is computed, from bounds of what comes from outside; infinite where
    /// none is known, as for quotients.
    pub fn bound(&self, columns: &[f64], scalars: &[f64]) -> f64 {
        let mut registers = vec![0.0; self.registers];
        let mut outputs = vec![0.0; self.outputs];
        let mut greatest = columns.iter().chain(scalars).fold(0.0, |most: f64, bound| most.max(*bound));
        for Instruction { kernel, operands, target, cosine } in &self.instructions {
            let [a, b, c] = operands.map(|place| match place {
                Place::Column(index) => columns[index as usize],
                Place::Scalar(index) => scalars[index as usize],
                Place::Register(index) => registers[index as usize],
                Place::Output(index) => outputs[index as usize],
            });
            let bound = kernel_bound(*kernel, a, b, c);
            greatest = greatest.max(bound);
            // Of a cosine as of a sine.
            for target in [Some(target), cosine.as_ref()].into_iter().flatten() {
                match target {
                    Place::Register(index) => registers[*index as usize] = bound,
                    Place::Output(index) => outputs[*index as usize] = bound,
                    Place::Column(_) | Place::Scalar(_) => unreachable!("what comes from outside is no target"),
                }
            }
        }
        greatest
    }

    /// Runs over one block: the pieces of `block` in columns, as many pieces in outputs and, at most, in registers.
    pub fn run(
        &self,
        set: InstructionSet,
        columns: &Lanes,
        scalars: &Lanes,
        registers: &mut Lanes,
        outputs: &mut [&mut [[f64; PIECE]]],
        block: Range<usize>,
    ) {
        let stride = registers.stride;
        let registers = registers.all_mut();
        let reader = Reader { columns, scalars, block: block.clone(), stride };
        for Instruction { kernel, operands: [a, b, c], target, cosine } in &self.instructions {
            if let Some(cosine) = cosine {
                for index in 0..block.len() {
                    let x = *piece(reader.read(*a, registers, &[], outputs), index);
                    for (target, results) in [target, cosine].into_iter().zip(sin_cos(set, &x)) {
                        match *target {
                            Place::Register(target) => registers[target as usize * stride + index] = results,
                            Place::Output(target) => outputs[target as usize][index] = results,
                            Place::Column(_) | Place::Scalar(_) => unreachable!("what comes from outside is no target"),
                        }
                    }
                }
                continue;
            }
            // The target is taken out, so that the operands can be read: it is never one of them.
            match *target {
                Place::Register(target) => {
                    let (before, rest) = registers.split_at_mut(target as usize * stride);
                    let (lanes, after) = rest.split_at_mut(stride);
                    let read = |place: &Place| reader.read(*place, before, after, outputs);
                    apply(set, *kernel, read(a), read(b), read(c), &mut lanes[..block.len()]);
                }
                Place::Output(target) => {
                    let lanes = std::mem::take(&mut outputs[target as usize]);
                    let read = |place: &Place| reader.read(*place, registers, &[], outputs);
                    apply(set, *kernel, read(a), read(b), read(c), lanes);
                    outputs[target as usize] = lanes;
                }
                Place::Column(_) | Place::Scalar(_) => unreachable!("what comes from outside is no target"),
            }
        }
        let is_output = |copy: &&(Place, u32)| matches!(copy.0, Place::Output(_));
        let mut outside = self.copies.iter().filter(|copy| !is_output(copy)).peekable();
        while outside.peek().is_some() {
            let (mut from, mut to): ([Operand<'_>; ABREAST], [&mut [[f64; PIECE]]; ABREAST]) = Default::default();
            let mut targets = [0; ABREAST];
            let mut count = 0;
            for &(source, target) in outside.by_ref().take(ABREAST) {
                from[count] = reader.read(source, registers, &[], &[]);
                to[count] = std::mem::take(&mut outputs[target as usize]);
                targets[count] = target as usize;
                count += 1;
            }
            copy(set, &from[..count], &mut to[..count]);
            targets.into_iter().zip(to).take(count).for_each(|(target, lanes)| outputs[target] = lanes);
        }
        for &(source, target) in self.copies.iter().filter(is_output) {
            let lanes = std::mem::take(&mut outputs[target as usize]);
            copy(set, &[reader.read(source, registers, &[], outputs)], &mut [&mut *lanes]);
            outputs[target as usize] = lanes;
        }
    }
}

/// Where a block's operands stand.
struct Reader<'a> {
    columns: &'a Lanes,
    scalars: &'a Lanes,
    block: Range<usize>,
    /// Pieces from one register to the next.
    stride: usize,
}

impl<'a> Reader<'a> {
    /// An operand, where the registers before and after one that is written are given.
    #[inline(always)]
    fn read<'r>(
        &self,
        place: Place,
        before: &'r [[f64; PIECE]],
        after: &'r [[f64; PIECE]],
        outputs: &'r [&mut [[f64; PIECE]]],
    ) -> Operand<'r>
    where
        'a: 'r,
    {
        match place {
            Place::Column(index) => {
                let begin = index as usize * self.columns.stride + self.block.start;
                &self.columns.all()[begin..][..self.block.len()]
            }
            Place::Scalar(index) => &self.scalars.all()[index as usize..][..1],
            Place::Register(index) => {
                let begin = index as usize * self.stride;
                let (registers, begin) =
                    if begin < before.len() { (before, begin) } else { (after, begin - before.len() - self.stride) };
                &registers[begin..][..self.block.len()]
            }
            Place::Output(index) => outputs[index as usize],
        }
    }
}

/// A bound of the magnitude of what a kernel makes of operands with these bounds, and of what is between its two
/// operations.
fn kernel_bound(kernel: Kernel, a: f64, b: f64, c: f64) -> f64 {
    let bound = match kernel {
        Kernel::Unary(op) => match op {
            Unary::Neg | Unary::Abs | Unary::Relu => a,
            Unary::Sign | Unary::Step | Unary::Sin | Unary::Cos | Unary::Tanh | Unary::Sigmoid => 1.0,
            Unary::Atan => 2.0,
            Unary::Cbrt | Unary::Softplus => a + 1.0,
            Unary::Exp | Unary::Sinh | Unary::Cosh if a < 600.0 => 1e270,
            _ => f64::INFINITY,
        },
        Kernel::Binary(op) => match op {
            Binary::Add | Binary::Sub => a + b,
            Binary::Mul => a * b,
            Binary::Min | Binary::Max => a.max(b),
            Binary::Div | Binary::Pow => f64::INFINITY,
        },
        Kernel::Fused(first, then) => {
            let between = match first {
                First::Add | First::Sub => a + b,
                First::Mul => a * b,
            };
            let after = match then {
                Then::Plus | Then::Minus | Then::From => between + c,
                Then::Times => between * c,
                Then::Squared => between * between,
                Then::SquaredPlus => between * between + c,
            };
            between.max(after)
        }
    };
    // 0·∞: an operand without a bound.
    if bound.is_nan() { f64::INFINITY } else { bound }
}

/// Runs of lanes of equal length, in whole pieces, that begin at the begin of a line of the cache: a vector that
/// straddles two costs twice.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    numbers: Vec<f64>,
    start: usize,
    /// Pieces from the begin of one run to that of the next.
    stride: usize,
    runs: usize,
}

impl Lanes {
    /// Numbers in a line of the cache.
    const LINE: usize = 8;

    /// Runs of zeros in at least so many lanes.
    pub fn new(runs: usize, lanes: usize) -> Lanes {
        let stride = lanes.div_ceil(PIECE);
        let numbers = vec![0.0; runs * stride * PIECE + Lanes::LINE];
        let misplaced = numbers.as_ptr().addr() / size_of::<f64>() % Lanes::LINE;
        Lanes { numbers, start: (Lanes::LINE - misplaced) % Lanes::LINE, stride, runs }
    }

    /// Fills a run with numbers, the last one again in the rest of the last piece.
    pub fn fill(&mut self, run: usize, values: &[f64]) {
        let (numbers, rest) = self.run_mut(run).as_flattened_mut().split_at_mut(values.len());
        numbers.copy_from_slice(values);
        rest.fill(values.last().copied().unwrap_or(0.0));
    }

    #[inline]
    fn all(&self) -> &[[f64; PIECE]] {
        self.numbers[self.start..][..self.runs * self.stride * PIECE].as_chunks().0
    }

    #[inline]
    fn all_mut(&mut self) -> &mut [[f64; PIECE]] {
        self.numbers[self.start..][..self.runs * self.stride * PIECE].as_chunks_mut().0
    }

    /// One run.
    #[inline]
    pub fn run(&self, run: usize) -> &[[f64; PIECE]] {
        &self.all()[run * self.stride..][..self.stride]
    }

    /// One run.
    #[inline]
    pub fn run_mut(&mut self, run: usize) -> &mut [[f64; PIECE]] {
        let stride = self.stride;
        &mut self.all_mut()[run * stride..][..stride]
    }

    /// All runs.
    pub fn runs(&self) -> impl Iterator<Item = &[f64]> {
        self.all().chunks(self.stride.max(1)).map(|pieces| pieces.as_flattened())
    }

    /// All runs.
    pub fn runs_mut(&mut self) -> impl Iterator<Item = &mut [[f64; PIECE]]> {
        let stride = self.stride.max(1);
        self.all_mut().chunks_mut(stride)
    }

    /// Keeps the first runs only.
    pub fn truncate(&mut self, runs: usize) {
        self.runs = self.runs.min(runs);
    }
}

/// No instruction computes it.
const NOWHERE: u32 = u32::MAX;

struct Planner<'a, F> {
    program: &'a Program,
    outputs: &'a [Id],
    role: F,
    /// Whether outputs are registers first.
    is_staged: bool,
    /// How often a node is an operand, plus once for an output.
    uses: Vec<u32>,
    /// The node that a node's only user computes along with itself.
    absorbed: Vec<bool>,
}

impl<'a, F: Fn(Id) -> Role> Planner<'a, F> {
    fn new(program: &'a Program, outputs: &'a [Id], role: F, is_staged: bool) -> Planner<'a, F> {
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
        // From the last node on, so that one that is absorbed absorbs none itself, but for a square in a sum.
        for index in (0..count).rev() {
            let id = Id(index as u32);
            if planner.uses[index] == 0 || planner.absorbed[index] || !planner.is_computed(id) {
                continue;
            }
            if let Some(inner) = planner.fusible(id).filter(|inner| !is_output[inner.index()]) {
                planner.absorbed[inner.index()] = true;
                let is_sum = matches!(program.nodes[index], Node::Binary(Binary::Add, ..));
                let root = planner.fusible(inner).filter(|root| !is_output[root.index()]);
                if let (true, true, Some(root)) = (is_sum, planner.is_square(inner), root) {
                    planner.absorbed[root.index()] = true;
                }
            }
        }
        planner
    }

    fn is_computed(&self, id: Id) -> bool {
        (self.role)(id) == Role::Computed
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

    /// The kernel and the operands of a node, with what it absorbed.
    fn instruction(&self, id: Id) -> (Kernel, [Option<Id>; 3]) {
        match self.program.nodes[id.index()] {
            Node::Unary(op, a) => (Kernel::Unary(op), [Some(a), None, None]),
            Node::Binary(op, a, b) => match [a, b].into_iter().find(|inner| self.absorbed[inner.index()]) {
                Some(inner) => self.fused(op, inner, a, b),
                None => (Kernel::Binary(op), [Some(a), Some(b), None]),
            },
            Node::Constant(_) | Node::Weight(_) | Node::Column(_) => {
                unreachable!("constants, weights and columns come from outside")
            }
        }
    }

    fn fused(&self, op: Binary, inner: Id, a: Id, b: Id) -> (Kernel, [Option<Id>; 3]) {
        let other = if a == inner { b } else { a };
        // The square that a sum has absorbed, where that has absorbed its root.
        let root = match self.program.nodes[inner.index()] {
            Node::Binary(_, root, again) if root == again && self.absorbed[root.index()] => Some(root),
            _ => None,
        };
        let Node::Binary(first, p, q) = self.program.nodes[root.unwrap_or(inner).index()] else {
            unreachable!("only operations of two operands are absorbed")
        };
        let first = match first {
            Binary::Add => First::Add,
            Binary::Sub => First::Sub,
            _ => First::Mul,
        };
        let (then, other) = match op {
            _ if root.is_some() => (Then::SquaredPlus, Some(other)),
            _ if a == b => (Then::Squared, None),
            Binary::Add => (Then::Plus, Some(other)),
            Binary::Sub if a == inner => (Then::Minus, Some(b)),
            Binary::Sub => (Then::From, Some(a)),
            _ => (Then::Times, Some(other)),
        };
        (Kernel::Fused(first, then), [Some(p), Some(q), other])
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

    fn section(&self) -> Section {
        let order = self.order();
        let count = self.program.nodes.len();
        let mut last_use = vec![0; count];
        for (time, &id) in order.iter().enumerate() {
            for operand in self.instruction(id).1.into_iter().flatten() {
                last_use[operand.index()] = time;
            }
        }
        let mut places: Vec<Option<Place>> = vec![None; count];
        let mut section = Section {
            instructions: Vec::with_capacity(order.len()),
            copies: Vec::new(),
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
            // The cosine beside a sine, and the other way round, is there already.
            if places[id.index()].is_none() {
                let read =
                    operands.map(|operand| operand.map(|operand| self.place(operand, &mut places, &mut section)));
                let first = read[0].unwrap_or(Place::Register(0));
                let operands = read.map(|place| place.unwrap_or(first));
                let mut target = |id: Id| {
                    let mut new_register = || {
                        section.registers += 1;
                        section.registers as u32 - 1
                    };
                    let target = match output_of[id.index()] {
                        NOWHERE => Place::Register(free.pop().unwrap_or_else(new_register)),
                        _ if self.is_staged => Place::Register(new_register()),
                        output => Place::Output(output),
                    };
                    places[id.index()] = Some(target);
                    target
                };
                section.instructions.push(match self.sine_and_cosine(id, &order[time..]) {
                    Some([sine, cosine]) => {
                        let (target, cosine) = (target(sine), Some(target(cosine)));
                        Instruction { kernel: Kernel::Unary(Unary::Sin), operands, target, cosine }
                    }
                    None => Instruction { kernel, operands, target: target(id), cosine: None },
                });
            }
            for operand in operands.into_iter().flatten() {
                if let (Some(Place::Register(register)), true) =
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
            if place != Place::Output(index as u32) {
                section.copies.push((place, index as u32));
            }
        }
        section
    }

    /// A sine and the cosine of the same, where one of them is this node and the other is computed later.
    fn sine_and_cosine(&self, id: Id, order: &[Id]) -> Option<[Id; 2]> {
        let Node::Unary(function @ (Unary::Sin | Unary::Cos), a) = self.program.nodes[id.index()] else {
            return None;
        };
        let other = if function == Unary::Sin { Unary::Cos } else { Unary::Sin };
        let is_other = |other_id: &&Id| self.program.nodes[other_id.index()] == Node::Unary(other, a);
        let &other = order.iter().find(is_other)?;
        Some(if function == Unary::Sin { [id, other] } else { [other, id] })
    }

    /// Where a node stands; one from outside is given its place when it is first asked for.
    fn place(&self, id: Id, places: &mut [Option<Place>], section: &mut Section) -> Place {
        *places[id.index()].get_or_insert_with(|| match (self.role)(id) {
            Role::Column => {
                section.columns.push(id);
                Place::Column(section.columns.len() as u32 - 1)
            }
            Role::Scalar => {
                section.scalars.push(id);
                Place::Scalar(section.scalars.len() as u32 - 1)
            }
            Role::Computed => unreachable!("operands are computed before what uses them"),
        })
    }
}
