//! A tape for single points: its operations as short instructions over slots that are numbered by one byte.
//!
//! A run of an optimizer evaluates one point after the other, and reading instructions takes more time than the
//! arithmetic. Here an instruction has five bytes, no access to a slot needs a check, and the sine and the cosine of
//! the same angle are computed together. Each value has the bits of the operation on the tape.

use super::instructions::{Instructions, Operation, Slot};
use crate::number::lanes::Pair;
use crate::number::{Binary, Number, Unary, Vector};

/// The slots, as many as a byte can number.
pub(super) type Slots = [f64; 256];

/// An operation on up to three slots `a`, `b` and `c`; the result goes into slot `to`.
#[derive(Clone, Copy, Debug)]
struct Instruction {
    opcode: Opcode,
    a: u8,
    b: u8,
    c: u8,
    to: u8,
}

#[derive(Clone, Copy, Debug)]
enum Opcode {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Hypot,
    Atan2,
    Min,
    Max,
    /// −a.
    Neg,
    Exp,
    /// (a²)².
    Fourth,
    /// a to the power of the 16-bit number whose bytes are `b` and `c`.
    Power,
    /// The sine, and into slot `b` the cosine.
    SinCos,
    /// The hyperbolic tangent, and into slot `b` its derivative.
    TanhAndDerivative,
    /// The function of a with the number `b` in [`Unary::ALL`].
    Function,
    // Two operations, each rounded: what is between them needs no slot.
    /// (a + b) + c.
    AddPlus,
    /// (a + b) − c.
    AddMinus,
    /// c − (a + b).
    AddFrom,
    /// (a + b)·c.
    AddTimes,
    /// (a − b) + c.
    SubPlus,
    /// (a − b) − c.
    SubMinus,
    /// c − (a − b).
    SubFrom,
    /// (a − b)·c.
    SubTimes,
    /// a·b + c.
    MulPlus,
    /// a·b − c.
    MulMinus,
    /// c − a·b.
    MulFrom,
    /// (a·b)·c.
    MulTimes,
}

/// The instructions of a tape without data.
#[derive(Clone, Debug)]
pub(super) struct Code {
    /// For L alone, for L and ∇L, and for L, ∇L and H.
    stages: [Box<[Instruction]>; 3],
    /// The slots of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂.
    outputs: [u8; 6],
    /// The constants, from slot 2 on.
    constants: Box<[f64]>,
}

impl Code {
    /// `None` for a tape with more slots than a byte numbers, or exponents of more than two bytes.
    pub fn new(tape: &Instructions) -> Option<Code> {
        let operations: Vec<(u8, Operation)> = tape
            .numbered()
            .map(|(slot, operation)| Some((u8::try_from(slot).ok()?, operation)))
            .collect::<Option<_>>()?;
        let outputs = tape.output_slots().map(|slot| u8::try_from(slot).ok());
        if outputs.contains(&None) {
            return None;
        }
        let outputs = outputs.map(Option::unwrap_or_default);
        let [value_end, slope_end, end] = tape.ends();
        let [value, slope, jet] = [(value_end, 1), (slope_end, 3), (end, 6)]
            .map(|(end, asked)| Assembler::new(&operations[..end], &outputs[..asked]).run());
        Some(Code { stages: [value?, slope?, jet?], outputs, constants: tape.constants().collect() })
    }

    /// Slots with the constants in their places.
    #[inline]
    pub fn slots(&self) -> Slots {
        let mut slots = [0.0; 256];
        slots[2..].iter_mut().zip(&self.constants).for_each(|(slot, constant)| *slot = *constant);
        slots
    }

    /// L at w.
    #[inline(always)]
    pub fn value(&self, w: Vector, slots: &mut Slots) -> f64 {
        let [value] = self.at(w, 0, slots);
        value
    }

    /// L, ∂₁ and ∂₂ at w.
    #[inline(always)]
    pub fn value_and_gradient(&self, w: Vector, slots: &mut Slots) -> [f64; 3] {
        self.at(w, 1, slots)
    }

    /// L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂ at w.
    #[inline(always)]
    pub fn jet(&self, w: Vector, slots: &mut Slots) -> [f64; 6] {
        self.at(w, 2, slots)
    }

    /// Inlined into the caller, so that results go from slots to registers. Otherwise they would be written one by one
    /// and then read in pairs, which stalls the processor.
    #[inline(always)]
    fn at<const N: usize>(&self, w: Vector, stage: usize, slots: &mut Slots) -> [f64; N] {
        (slots[0], slots[1]) = (w.x, w.y);
        run(&self.stages[stage], slots);
        std::array::from_fn(|index| slots[usize::from(self.outputs[index])])
    }
}

fn run(instructions: &[Instruction], slots: &mut Slots) {
    for &Instruction { opcode, a, b, c, to } in instructions {
        // Read where they are needed: most need two.
        let read = |slot: u8| slots[usize::from(slot)];
        slots[usize::from(to)] = match opcode {
            Opcode::Add => read(a) + read(b),
            Opcode::Sub => read(a) - read(b),
            Opcode::Mul => read(a) * read(b),
            Opcode::Div => read(a) / read(b),
            Opcode::Pow => Number::pow(read(a), read(b)),
            Opcode::Hypot => Number::hypot(read(a), read(b)),
            Opcode::Atan2 => Number::atan2(read(a), read(b)),
            Opcode::Min => Number::min(read(a), read(b)),
            Opcode::Max => Number::max(read(a), read(b)),
            Opcode::Neg => -read(a),
            Opcode::Exp => Number::exp(read(a)),
            Opcode::Fourth => {
                let square = read(a) * read(a);
                square * square
            }
            Opcode::Power => Number::powi(read(a), i32::from(i16::from_le_bytes([b, c]))),
            Opcode::SinCos => {
                let [sine, cosine] = Pair::SinCos.at(read(a));
                slots[usize::from(b)] = cosine;
                sine
            }
            Opcode::TanhAndDerivative => {
                let [value, derivative] = Pair::TanhAndDerivative.at(read(a));
                slots[usize::from(b)] = derivative;
                value
            }
            Opcode::Function => Unary::ALL[usize::from(b)].apply(read(a)),
            Opcode::AddPlus => (read(a) + read(b)) + read(c),
            Opcode::AddMinus => (read(a) + read(b)) - read(c),
            Opcode::AddFrom => read(c) - (read(a) + read(b)),
            Opcode::AddTimes => (read(a) + read(b)) * read(c),
            Opcode::SubPlus => (read(a) - read(b)) + read(c),
            Opcode::SubMinus => (read(a) - read(b)) - read(c),
            Opcode::SubFrom => read(c) - (read(a) - read(b)),
            Opcode::SubTimes => (read(a) - read(b)) * read(c),
            Opcode::MulPlus => (read(a) * read(b)) + read(c),
            Opcode::MulMinus => (read(a) * read(b)) - read(c),
            Opcode::MulFrom => read(c) - (read(a) * read(b)),
            Opcode::MulTimes => (read(a) * read(b)) * read(c),
        };
    }
}

/// Turns some operations, each with the slot of its result, into instructions.
struct Assembler<'a> {
    operations: &'a [(u8, Operation)],
    /// The operation that computes a slot.
    origins: [Option<Operation>; 256],
    /// How often a slot is read, or asked for.
    uses: [u32; 256],
    /// Whether a slot is computed along with another.
    is_done: [bool; 256],
}

impl<'a> Assembler<'a> {
    fn new(operations: &'a [(u8, Operation)], outputs: &[u8]) -> Assembler<'a> {
        let (mut origins, mut uses) = ([None; 256], [0; 256]);
        for &output in outputs {
            // Counted twice, so that an output is never absorbed.
            uses[usize::from(output)] += 2;
        }
        for &(slot, operation) in operations {
            origins[usize::from(slot)] = Some(operation);
            operation.operands().for_each(|operand| uses[operand as usize % 256] += 1);
        }
        Assembler { operations, origins, uses, is_done: [false; 256] }
    }

    /// The operator of a slot that is the sum, the difference or the product of two.
    fn arithmetic(&self, slot: Slot) -> Option<(Binary, Slot, Slot)> {
        match self.origins[slot as usize % 256]? {
            Operation::Binary(operator @ (Binary::Add | Binary::Sub | Binary::Mul), a, b) => Some((operator, a, b)),
            Operation::Power(a, 2) => Some((Binary::Mul, a, a)),
            _ => None,
        }
    }

    /// The operand that is computed along with a slot: one that nothing else needs.
    fn absorbed(&self, slot: Slot) -> Option<Slot> {
        let (_, a, b) = self.arithmetic(slot)?;
        let is_free = |inner: &Slot| self.uses[*inner as usize % 256] == 1 && self.arithmetic(*inner).is_some();
        if a == b { None } else { [a, b].into_iter().find(is_free) }
    }

    fn run(mut self) -> Option<Box<[Instruction]>> {
        // From the last one backwards, so that an absorbed operation absorbs no other.
        for &(slot, _) in self.operations.iter().rev() {
            if let (false, Some(inner)) = (self.is_done[usize::from(slot)], self.absorbed(slot.into())) {
                self.is_done[inner as usize % 256] = true;
            }
        }
        let mut instructions = Vec::with_capacity(self.operations.len());
        for &(to, operation) in self.operations {
            if !self.is_done[usize::from(to)] {
                instructions.push(self.instruction(to, operation)?);
            }
        }
        Some(instructions.into())
    }

    fn instruction(&mut self, to: u8, operation: Operation) -> Option<Instruction> {
        let byte = |slot: Slot| u8::try_from(slot).ok();
        let of_one = |opcode: Opcode, a: Slot, b: u8| Some(Instruction { opcode, a: byte(a)?, b, c: 0, to });
        if let Some((operator, a, b)) = self.arithmetic(to.into()) {
            let Some(inner) = self.absorbed(to.into()) else {
                return Some(Instruction { opcode: opcode(operator), a: byte(a)?, b: byte(b)?, c: 0, to });
            };
            let (first, p, q) = self.arithmetic(inner)?;
            let (opcode, c) = (fused(first, operator, inner == b), if inner == a { b } else { a });
            return Some(Instruction { opcode, a: byte(p)?, b: byte(q)?, c: byte(c)?, to });
        }
        match operation {
            Operation::Unary(Unary::Neg, a) => of_one(Opcode::Neg, a, 0),
            Operation::Unary(Unary::Exp, a) => of_one(Opcode::Exp, a, 0),
            Operation::Unary(function, a) => {
                let pair = Pair::with(function).and_then(|pair| {
                    let [first, second] = pair.functions().map(|function| self.slot_of(function, a));
                    Some((pair, first?, second?))
                });
                if let Some((pair, first, second)) = pair {
                    (self.is_done[usize::from(first)], self.is_done[usize::from(second)]) = (true, true);
                    let opcode = match pair {
                        Pair::SinCos => Opcode::SinCos,
                        Pair::TanhAndDerivative => Opcode::TanhAndDerivative,
                    };
                    return Some(Instruction { to: first, ..of_one(opcode, a, second)? });
                }
                let number = Unary::ALL.iter().position(|known| *known == function)?;
                of_one(Opcode::Function, a, number as u8)
            }
            Operation::Power(a, 3) => {
                Some(Instruction { opcode: Opcode::MulTimes, a: byte(a)?, b: byte(a)?, c: byte(a)?, to })
            }
            Operation::Power(a, 4) => of_one(Opcode::Fourth, a, 0),
            Operation::Power(a, n) => {
                let [b, c] = i16::try_from(n).ok()?.to_le_bytes();
                Some(Instruction { c, ..of_one(Opcode::Power, a, b)? })
            }
            Operation::Binary(operator, a, b) => {
                Some(Instruction { opcode: opcode(operator), a: byte(a)?, b: byte(b)?, c: 0, to })
            }
        }
    }

    /// The slot with a function of another slot.
    fn slot_of(&self, function: Unary, a: Slot) -> Option<u8> {
        let is_it = |(_, operation): &&(u8, Operation)| *operation == Operation::Unary(function, a);
        self.operations.iter().find(is_it).map(|(slot, _)| *slot)
    }
}

fn opcode(operator: Binary) -> Opcode {
    match operator {
        Binary::Add => Opcode::Add,
        Binary::Sub => Opcode::Sub,
        Binary::Mul => Opcode::Mul,
        Binary::Div => Opcode::Div,
        Binary::Pow => Opcode::Pow,
        Binary::Hypot => Opcode::Hypot,
        Binary::Atan2 => Opcode::Atan2,
        Binary::Min => Opcode::Min,
        Binary::Max => Opcode::Max,
    }
}

/// The instruction that does two operations at once. `is_second` says that the first result is the subtrahend of a
/// difference.
fn fused(first: Binary, then: Binary, is_second: bool) -> Opcode {
    use Opcode::{
        AddFrom, AddMinus, AddPlus, AddTimes, MulFrom, MulMinus, MulPlus, MulTimes, SubFrom, SubMinus, SubPlus,
        SubTimes,
    };
    let [plus, minus, from, times] = match first {
        Binary::Add => [AddPlus, AddMinus, AddFrom, AddTimes],
        Binary::Sub => [SubPlus, SubMinus, SubFrom, SubTimes],
        _ => [MulPlus, MulMinus, MulFrom, MulTimes],
    };
    match then {
        Binary::Add => plus,
        Binary::Sub if is_second => from,
        Binary::Sub => minus,
        _ => times,
    }
}
