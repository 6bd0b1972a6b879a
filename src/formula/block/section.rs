//! Sections: some operations of a program in a fixed order, with registers of lanes, ready to run over many blocks.
//!
//! A section computes the nodes that depend on certain weights. Its inputs are columns (a value for each lane) and
//! scalars (one value, copied to all lanes once, so that every operand is a run of lanes).

use super::program::Id;
use crate::number::lanes::{
    CHUNK, InstructionSet, Kernel, NONE, Operand, Pair, apply, apply_pair, are_within, chunk, copy,
};
use std::ops::Range;

/// The location of lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Location {
    /// A value for each lane, from outside.
    Column(u32),
    /// One value for all lanes, from outside.
    Scalar(u32),
    /// A register, used for several nodes one after the other.
    Register(u32),
    /// An output.
    Output(u32),
}

pub(super) struct Instruction {
    pub kernel: Kernel,
    pub operands: [Option<Location>; 4],
    pub target: Location,
    /// If both functions of a pair are needed: the pair, and where the second result is stored.
    pub pair: Option<(Pair, Location)>,
}

/// The least and greatest number of chunks in a block.
const MOST_PIECES: [usize; 2] = [6, 16];

/// Runs of lanes that are copied at the same time.
const ABREAST: usize = 6;

/// Operations in order.
pub struct Section {
    pub(super) instructions: Vec<Instruction>,
    /// Outputs to be copied from elsewhere: from an input, from another output, or from a register.
    pub(super) copies: Vec<(Location, u32)>,
    /// The location of each distinct result before it is copied.
    pub(super) results: Vec<Location>,
    /// The nodes that come from outside as columns.
    pub columns: Vec<Id>,
    /// The nodes that come from outside as scalars.
    pub scalars: Vec<Id>,
    pub(super) registers: usize,
    pub(super) outputs: usize,
}

/// The role of a node in a section.
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
    /// Renumbers the columns. From then on a caller passes them by these numbers, and not by their places in
    /// [`Section::columns`].
    pub fn renumber_columns(&mut self, number: impl Fn(Id) -> u32) {
        let columns = &self.columns;
        let operands = self.instructions.iter_mut().flat_map(|instruction| instruction.operands.iter_mut().flatten());
        let copies = self.copies.iter_mut().map(|(from, _)| from);
        for place in operands.chain(copies).chain(&mut self.results) {
            if let Location::Column(column) = place {
                *column = number(columns[*column as usize]);
            }
        }
    }

    /// How many chunks a block may have so that everything it touches fits in the first-level cache (32 KiB on most
    /// processors, part of it for the results that stream through). Longer blocks need fewer calls.
    pub fn chunks(&self) -> usize {
        let runs = self.registers + self.columns.len() + self.outputs;
        (28 * 1024 / (size_of::<[f64; CHUNK]>() * runs.max(1))).clamp(MOST_PIECES[0], MOST_PIECES[1])
    }

    /// Registers for blocks of so many chunks.
    pub fn registers(&self, chunks: usize) -> Lanes {
        Lanes::new(self.registers, chunks * CHUNK)
    }

    /// Runs over one block: as many chunks in outputs and, at most, in registers, as the block has.
    pub fn run(
        &self,
        set: InstructionSet,
        inputs: &Inputs<'_>,
        registers: &mut Lanes,
        outputs: &mut [&mut [[f64; CHUNK]]],
    ) {
        self.compute(set, inputs, registers, outputs);
        self.deliver(set, inputs, registers, outputs);
    }

    /// The first half of [`Section::run`]: does the operations. Results may then still be in registers or outside.
    pub fn compute(
        &self,
        set: InstructionSet,
        inputs: &Inputs<'_>,
        registers: &mut Lanes,
        outputs: &mut [&mut [[f64; CHUNK]]],
    ) {
        let stride = registers.stride;
        let registers = registers.all_mut();
        let chunks = inputs.block.len();
        let reader = Reader::new(inputs, stride);
        for Instruction { kernel, operands: [a, b, c, d], target, pair } in &self.instructions {
            if let Some((pair, second)) = pair {
                let argument = a.unwrap_or_else(|| unreachable!("a function has an argument"));
                for index in 0..chunks {
                    let x = *chunk(reader.read(argument, registers, &[], outputs), index);
                    apply_pair(set, *pair, &x, both([target, second], index, stride, registers, outputs));
                }
                continue;
            }
            // The target is split off, so that the operands can be borrowed. It is never one of them.
            match *target {
                Location::Register(target) => {
                    let (before, rest) = registers.split_at_mut(target as usize * stride);
                    let (lanes, after) = rest.split_at_mut(stride);
                    let read = |place: &Option<Location>| {
                        place.map_or(NONE, |place| reader.read(place, before, after, outputs))
                    };
                    apply(set, *kernel, read(a), read(b), read(c), read(d), &mut lanes[..chunks]);
                }
                Location::Output(target) => {
                    let lanes = std::mem::take(&mut outputs[target as usize]);
                    let read = |place: &Option<Location>| {
                        place.map_or(NONE, |place| reader.read(place, registers, &[], outputs))
                    };
                    apply(set, *kernel, read(a), read(b), read(c), read(d), lanes);
                    outputs[target as usize] = lanes;
                }
                Location::Column(_) | Location::Scalar(_) => unreachable!("what comes from outside is no target"),
            }
        }
    }

    /// Whether the magnitudes of all results are at most a limit. Call it after [`Section::compute`].
    pub fn are_within(
        &self,
        set: InstructionSet,
        inputs: &Inputs<'_>,
        registers: &Lanes,
        outputs: &[&mut [[f64; CHUNK]]],
        limit: f64,
    ) -> bool {
        let reader = Reader::new(inputs, registers.stride);
        let read = |place: &Location| reader.read(*place, registers.all(), &[], outputs);
        self.results.iter().all(|place| are_within(set, read(place).as_flattened(), limit))
    }

    /// The second half of [`Section::run`]: copies results to the outputs that do not have them yet.
    pub fn deliver(
        &self,
        set: InstructionSet,
        inputs: &Inputs<'_>,
        registers: &Lanes,
        outputs: &mut [&mut [[f64; CHUNK]]],
    ) {
        let reader = Reader::new(inputs, registers.stride);
        let registers = registers.all();
        let is_output = |copy: &&(Location, u32)| matches!(copy.0, Location::Output(_));
        let mut outside = self.copies.iter().filter(|copy| !is_output(copy)).peekable();
        while outside.peek().is_some() {
            let (mut from, mut to): ([Operand<'_>; ABREAST], [&mut [[f64; CHUNK]]; ABREAST]) = Default::default();
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

/// Where the same chunk of two different results goes.
fn both<'a>(
    targets: [&Location; 2],
    index: usize,
    stride: usize,
    registers: &'a mut [[f64; CHUNK]],
    outputs: &'a mut [&mut [[f64; CHUNK]]],
) -> [&'a mut [f64; CHUNK]; 2] {
    let differ = "an instruction's two targets are different";
    match targets.map(|target| *target) {
        [Location::Register(a), Location::Register(b)] => {
            registers.get_disjoint_mut([a, b].map(|run| run as usize * stride + index)).expect(differ)
        }
        [Location::Output(a), Location::Output(b)] => {
            outputs.get_disjoint_mut([a, b].map(|run| run as usize)).expect(differ).map(|lanes| &mut lanes[index])
        }
        [Location::Register(a), Location::Output(b)] => {
            [&mut registers[a as usize * stride + index], &mut outputs[b as usize][index]]
        }
        [Location::Output(a), Location::Register(b)] => {
            [&mut outputs[a as usize][index], &mut registers[b as usize * stride + index]]
        }
        _ => unreachable!("what comes from outside is no target"),
    }
}

/// The inputs of a section, and the chunks of the columns that make up a block.
pub struct Inputs<'a> {
    pub columns: Runs<'a>,
    pub scalars: &'a Lanes,
    pub block: Range<usize>,
}

/// Runs of lanes of equal length, one after the other.
#[derive(Clone, Copy)]
pub struct Runs<'a> {
    pub chunks: &'a [[f64; CHUNK]],
    /// Pieces from the begin of one run to that of the next.
    pub stride: usize,
}

/// The locations of a block's operands.
struct Reader<'a> {
    /// The columns, from the block's first chunk on, and the chunks from one to the next.
    columns: &'a [[f64; CHUNK]],
    column_stride: usize,
    scalars: &'a [[f64; CHUNK]],
    /// The chunks of the block.
    chunks: usize,
    /// Pieces from one register to the next.
    stride: usize,
}

impl<'a> Reader<'a> {
    fn new(inputs: &Inputs<'a>, stride: usize) -> Reader<'a> {
        Reader {
            columns: inputs.columns.chunks.get(inputs.block.start..).unwrap_or_default(),
            column_stride: inputs.columns.stride,
            scalars: inputs.scalars.all(),
            chunks: inputs.block.len(),
            stride,
        }
    }

    /// An operand, where the registers before and after one that is written are given.
    #[inline(always)]
    fn read<'r>(
        &self,
        place: Location,
        before: &'r [[f64; CHUNK]],
        after: &'r [[f64; CHUNK]],
        outputs: &'r [&mut [[f64; CHUNK]]],
    ) -> Operand<'r>
    where
        'a: 'r,
    {
        let run = |of: &'r [[f64; CHUNK]], begin: usize| &of[begin..begin + self.chunks];
        match place {
            Location::Column(index) => run(self.columns, index as usize * self.column_stride),
            Location::Scalar(index) => std::slice::from_ref(&self.scalars[index as usize]),
            Location::Register(index) => {
                let begin = index as usize * self.stride;
                match begin.checked_sub(before.len()) {
                    None => run(before, begin),
                    Some(begin) => run(after, begin - self.stride),
                }
            }
            Location::Output(index) => outputs[index as usize],
        }
    }
}

/// Runs of lanes of equal length, in whole chunks. Each run begins at the start of a cache line, because a vector that
/// straddles two lines takes twice as long.
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
        let stride = lanes.div_ceil(CHUNK);
        let numbers = vec![0.0; runs * stride * CHUNK + Lanes::LINE];
        let misplaced = numbers.as_ptr().addr() / size_of::<f64>() % Lanes::LINE;
        Lanes { numbers, start: (Lanes::LINE - misplaced) % Lanes::LINE, stride, runs }
    }

    /// Fills a run with numbers, and repeats the last one to the end of the last chunk.
    pub fn fill(&mut self, run: usize, values: &[f64]) {
        let (numbers, rest) = self.run_mut(run).as_flattened_mut().split_at_mut(values.len());
        numbers.copy_from_slice(values);
        rest.fill(values.last().copied().unwrap_or(0.0));
    }

    /// All runs, to be read.
    pub fn as_runs(&self) -> Runs<'_> {
        Runs { chunks: self.all(), stride: self.stride }
    }

    #[inline]
    fn all(&self) -> &[[f64; CHUNK]] {
        self.numbers[self.start..][..self.runs * self.stride * CHUNK].as_chunks().0
    }

    #[inline]
    fn all_mut(&mut self) -> &mut [[f64; CHUNK]] {
        self.numbers[self.start..][..self.runs * self.stride * CHUNK].as_chunks_mut().0
    }

    /// One run.
    #[inline]
    pub fn run(&self, run: usize) -> &[[f64; CHUNK]] {
        &self.all()[run * self.stride..][..self.stride]
    }

    /// One run.
    #[inline]
    pub fn run_mut(&mut self, run: usize) -> &mut [[f64; CHUNK]] {
        let stride = self.stride;
        &mut self.all_mut()[run * stride..][..stride]
    }

    /// All runs.
    pub fn runs(&self) -> impl Iterator<Item = &[f64]> {
        self.all().chunks(self.stride.max(1)).map(|chunks| chunks.as_flattened())
    }

    /// All runs.
    pub fn runs_mut(&mut self) -> impl Iterator<Item = &mut [[f64; CHUNK]]> {
        let stride = self.stride.max(1);
        self.all_mut().chunks_mut(stride)
    }

    /// Keeps the first runs only.
    pub fn truncate(&mut self, runs: usize) {
        self.runs = self.runs.min(runs);
    }
}
