//! The tape: a straight list of instructions that computes L, ∇L and H in this order, over any kind of number.

use super::graph::{Graph, Id, Node, operands};
use crate::number::{Binary, Constant, Lanes, Matrix, Number, Unary, Vector};
use std::ops::Range;

/// Where a value stands while a tape runs.
type Slot = u32;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operation {
    Unary(Unary, Slot),
    Power(Slot, i32),
    Binary(Binary, Slot, Slot),
}

/// L, ∇L and H of a formula with its parameters bound.
///
/// Slots 0 and 1 are w1 and w2, then come the constants, then one slot an instruction.
#[derive(Clone, Debug)]
pub struct Tape {
    constants: Vec<Constant>,
    operations: Vec<Operation>,
    /// Slots of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂.
    outputs: [Slot; 6],
    /// How many operations L alone takes.
    value_end: usize,
    /// How many operations L and ∇L take.
    gradient_end: usize,
    /// For each slot whether it depends on w1 (bit 0) and on w2 (bit 1).
    depends: Vec<u8>,
}

/// Value, gradient and Hessian of L, over any kind of number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JetOf<N> {
    /// L.
    pub value: N,
    /// ∂L/∂w1, ∂L/∂w2.
    pub gradient: [N; 2],
    /// ∂²L/∂w1², ∂²L/∂w1∂w2, ∂²L/∂w2².
    pub hessian: [N; 3],
}

/// Value, gradient and Hessian of L at a point, exact up to rounding: from derivatives of the formula.
///
/// Where L is undefined all entries are NaN. At a kink of abs, min, max or relu the gradient is the mean of both
/// sides' and the Hessian is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jet {
    /// L(w).
    pub value: f64,
    /// ∇L(w).
    pub gradient: Vector,
    /// H(w), symmetric to the last bit.
    pub hessian: Matrix,
}

impl Tape {
    /// The tape of six nodes (L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂) of a graph without parameters.
    pub(super) fn new(graph: &Graph, outputs: [Id; 6]) -> Tape {
        let mut slots = vec![Slot::MAX; graph.len()];
        let mut tape = Tape {
            constants: Vec::new(),
            operations: Vec::new(),
            outputs: [0; 6],
            value_end: 0,
            gradient_end: 0,
            depends: vec![1, 2],
        };
        let all = graph.reachable(&outputs);
        for &id in &all {
            match graph.node(id) {
                Node::Constant(constant) => {
                    slots[id.0 as usize] = 2 + tape.constants.len() as Slot;
                    tape.constants.push(constant);
                    tape.depends.push(0);
                }
                Node::Weight(index) => slots[id.0 as usize] = index as Slot,
                _ => {}
            }
        }
        // What L needs comes first, then what ∇L needs, so that the value alone and the gradient are prefixes.
        for stage in [&outputs[..1], &outputs[..3], &outputs[..]] {
            for id in graph.reachable(stage) {
                if slots[id.0 as usize] != Slot::MAX {
                    continue;
                }
                let slot = |id: Id| slots[id.0 as usize];
                let operation = match graph.node(id) {
                    Node::Unary(op, a) => Operation::Unary(op, slot(a)),
                    Node::Power(a, n) => Operation::Power(slot(a), n),
                    Node::Binary(op, a, b) => Operation::Binary(op, slot(a), slot(b)),
                    // A parameter that was not bound has no value.
                    Node::Constant(_) | Node::Weight(_) | Node::Parameter(_) => continue,
                };
                let depends = operands(graph.node(id)).fold(0, |bits, a| bits | tape.depends[slot(a) as usize]);
                slots[id.0 as usize] = tape.first_slot() + tape.operations.len() as Slot;
                tape.operations.push(operation);
                tape.depends.push(depends);
            }
            match stage.len() {
                1 => tape.value_end = tape.operations.len(),
                3 => tape.gradient_end = tape.operations.len(),
                _ => {}
            }
        }
        tape.outputs = outputs.map(|id| slots[id.0 as usize]);
        tape
    }

    fn first_slot(&self) -> Slot {
        2 + self.constants.len() as Slot
    }

    /// The number of operations for value, gradient and Hessian.
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Whether the tape computes nothing: L is a constant or a weight.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// L at w over any kind of number.
    pub fn value<N: Number>(&self, w: [N; 2]) -> N {
        self.with_slots(w, self.value_end, |slots| {
            self.run(slots, 0..self.value_end);
            slots[self.outputs[0] as usize]
        })
    }

    /// ∇L at w over any kind of number. Where L is undefined, it means nothing.
    pub fn gradient_of<N: Number>(&self, w: [N; 2]) -> [N; 2] {
        self.with_slots(w, self.gradient_end, |slots| {
            self.run(slots, 0..self.gradient_end);
            [1, 2].map(|index: usize| slots[self.outputs[index] as usize])
        })
    }

    /// L, ∇L and H at w over any kind of number. Where L is undefined, the derivatives mean nothing.
    pub fn jet_of<N: Number>(&self, w: [N; 2]) -> JetOf<N> {
        self.with_slots(w, self.operations.len(), |slots| {
            self.run(slots, 0..self.operations.len());
            self.jet_in(slots)
        })
    }

    /// Like [`Tape::jet_of`]; `None`, without the work for H, where L and ∇L are enough to know.
    pub fn jet_unless<N: Number>(&self, w: [N; 2], enough: impl Fn(N, [N; 2]) -> bool) -> Option<JetOf<N>> {
        self.with_slots(w, self.operations.len(), |slots| {
            self.run(slots, 0..self.gradient_end);
            let [value, along_1, along_2] = [0, 1, 2].map(|index: usize| slots[self.outputs[index] as usize]);
            if enough(value, [along_1, along_2]) {
                return None;
            }
            self.run(slots, self.gradient_end..self.operations.len());
            Some(self.jet_in(slots))
        })
    }

    fn jet_in<N: Number>(&self, slots: &[N]) -> JetOf<N> {
        let output = |index: usize| slots[self.outputs[index] as usize];
        JetOf { value: output(0), gradient: [output(1), output(2)], hessian: [output(3), output(4), output(5)] }
    }

    /// L, ∇L and H at a point; all NaN where L is undefined.
    pub fn jet(&self, w: Vector) -> Jet {
        let jet = self.jet_of([w.x, w.y]);
        if jet.value.is_nan() {
            let nan = f64::NAN;
            return Jet { value: nan, gradient: Vector::new(nan, nan), hessian: Matrix::from_element(nan) };
        }
        let [a, b, d] = jet.hessian;
        Jet {
            value: jet.value,
            gradient: Vector::new(jet.gradient[0], jet.gradient[1]),
            hessian: Matrix::new(a, b, b, d),
        }
    }

    /// Slots for the first `end` operations, on the stack where they fit, with w and the constants in their places.
    fn with_slots<N: Number, T>(&self, w: [N; 2], end: usize, work: impl FnOnce(&mut [N]) -> T) -> T {
        let count = self.first_slot() as usize + end;
        if count <= 32 {
            work(self.filled(w, &mut [w[0]; 32]))
        } else if count <= 96 {
            work(self.filled(w, &mut [w[0]; 96]))
        } else if count <= 256 {
            work(self.filled(w, &mut [w[0]; 256]))
        } else {
            work(self.filled(w, &mut vec![w[0]; count]))
        }
    }

    #[inline(always)]
    fn filled<'a, N: Number>(&self, w: [N; 2], slots: &'a mut [N]) -> &'a mut [N] {
        slots[..2].copy_from_slice(&w);
        for (slot, constant) in slots[2..].iter_mut().zip(&self.constants) {
            *slot = N::constant(constant);
        }
        slots
    }

    #[inline(always)]
    fn run<N: Number>(&self, slots: &mut [N], operations: Range<usize>) {
        let first = self.first_slot() as usize + operations.start;
        for (index, operation) in self.operations[operations].iter().enumerate() {
            slots[first + index] = operation.on_values(slots);
        }
    }

    /// L on the grid of all (x, y), row by row: `out[row × xs.len() + column]` is L at
    /// `(xs[column], ys[row])`.
    ///
    /// What depends on w1 alone is computed once a column, what depends on w2 alone once a row; only the rest is
    /// computed for each point, in blocks of lanes. Values are those of [`Tape::value`], except that eˣ may be off by
    /// two units in the last place.
    pub fn grid(&self, xs: &[f64], ys: &[f64], out: &mut Vec<f64>) {
        out.clear();
        out.resize(xs.len() * ys.len(), 0.0);
        if xs.is_empty() || ys.is_empty() {
            return;
        }
        let first = self.first_slot() as usize;
        let plan = GridPlan::new(self);
        let stride = xs.len() + TABLE_PADDING;
        let mut single = vec![0.0; first + self.value_end];
        for (value, constant) in single[2..].iter_mut().zip(&self.constants) {
            *value = constant.value;
        }
        let mut tables = vec![0.0; plan.tables * stride];
        let mut blocks = vec![0.0; plan.blocks * BLOCK];
        tables[..xs.len()].copy_from_slice(xs);
        for (slot, operation) in self.operations_of(0) {
            single[slot] = operation.on_values(&single);
        }
        for (slot, operation) in self.operations_of(1) {
            // A table's operands stand before it.
            let Store::Table(table) = plan.store[slot] else { continue };
            let (before, rest) = tables.split_at_mut(table * stride);
            operation.on_lanes(&mut rest[..xs.len()], |operand| match plan.store[operand as usize] {
                Store::Table(table) => Lanes::Each(&before[table * stride..][..xs.len()]),
                _ => Lanes::All(single[operand as usize]),
            });
        }
        let output = self.outputs[0] as usize;
        for (y, out) in ys.iter().zip(out.chunks_exact_mut(xs.len())) {
            single[1] = *y;
            for (slot, operation) in self.operations_of(2) {
                single[slot] = operation.on_values(&single);
            }
            for (block, out) in out.chunks_mut(BLOCK).enumerate() {
                let (start, width) = (block * BLOCK, out.len());
                for (slot, operation) in self.operations_of(3) {
                    let Store::Block(target) = plan.store[slot] else { continue };
                    // The result's block is never an operand's: an operand is freed only after its last use.
                    let (before, rest) = blocks.split_at_mut(target * BLOCK);
                    let (target_lanes, after) = rest.split_at_mut(BLOCK);
                    operation.on_lanes(&mut target_lanes[..width], |operand| match plan.store[operand as usize] {
                        Store::Table(table) => Lanes::Each(&tables[table * stride + start..][..width]),
                        Store::Block(source) if source < target => Lanes::Each(&before[source * BLOCK..][..width]),
                        Store::Block(source) => Lanes::Each(&after[(source - target - 1) * BLOCK..][..width]),
                        Store::Single => Lanes::All(single[operand as usize]),
                    });
                }
                match plan.store[output] {
                    Store::Table(table) => out.copy_from_slice(&tables[table * stride + start..][..width]),
                    Store::Block(source) => out.copy_from_slice(&blocks[source * BLOCK..][..width]),
                    Store::Single => out.fill(single[output]),
                }
            }
        }
    }

    /// The operations of L that depend on w1 (1), on w2 (2), on both (3) or on neither (0), with their slots.
    fn operations_of(&self, depends: u8) -> impl Iterator<Item = (usize, Operation)> + '_ {
        let first = self.first_slot() as usize;
        let numbered = self.operations[..self.value_end].iter().enumerate();
        numbered.map(move |(index, op)| (first + index, *op)).filter(move |(slot, _)| self.depends[*slot] == depends)
    }
}

impl Operation {
    fn operands(self) -> (Slot, Option<Slot>) {
        match self {
            Operation::Unary(_, a) | Operation::Power(a, _) => (a, None),
            Operation::Binary(_, a, b) => (a, (a != b).then_some(b)),
        }
    }

    #[inline(always)]
    fn on_values<N: Number>(self, slots: &[N]) -> N {
        match self {
            Operation::Unary(op, a) => op.apply(slots[a as usize]),
            Operation::Power(a, n) => slots[a as usize].powi(n),
            Operation::Binary(op, a, b) => op.apply(slots[a as usize], slots[b as usize]),
        }
    }

    fn on_lanes<'a>(self, out: &mut [f64], lanes: impl Fn(Slot) -> Lanes<'a>) {
        match self {
            Operation::Unary(op, a) => match lanes(a) {
                Lanes::Each(x) => op.apply_lanes(x, out),
                Lanes::All(x) => out.fill(op.apply(x)),
            },
            Operation::Power(a, n) => match lanes(a) {
                Lanes::Each(x) => power_lanes(x, n, out),
                Lanes::All(x) => out.fill(Number::powi(x, n)),
            },
            Operation::Binary(op, a, b) => op.apply_lanes(lanes(a), lanes(b), out),
        }
    }
}

/// Lanes computed together: a row of them is 1 KiB, and a few dozen rows stay in the first-level cache.
const BLOCK: usize = 128;

fn power_lanes(x: &[f64], exponent: i32, out: &mut [f64]) {
    // The exponents that formulas have are spelled out, so that each loop is a few multiplications.
    match exponent {
        2 => out.iter_mut().zip(x).for_each(|(out, x)| *out = x * x),
        3 => out.iter_mut().zip(x).for_each(|(out, x)| *out = x * x * x),
        4 => out.iter_mut().zip(x).for_each(|(out, x)| *out = (x * x) * (x * x)),
        n => out.iter_mut().zip(x).for_each(|(out, x)| *out = Number::powi(*x, n)),
    }
}

/// Room between tables, so that the same lanes of several tables do not fall into the same lines of the cache.
const TABLE_PADDING: usize = 24;

/// Where a slot's values stand while a grid is computed.
#[derive(Clone, Copy)]
enum Store {
    /// One value for the row.
    Single,
    /// A value for each column, kept for the whole grid.
    Table(usize),
    /// A value for each lane of the block; several slots share one, one after the other.
    Block(usize),
}

struct GridPlan {
    store: Vec<Store>,
    tables: usize,
    blocks: usize,
}

impl GridPlan {
    fn new(tape: &Tape) -> GridPlan {
        let slots = tape.first_slot() as usize + tape.value_end;
        let mut last_use = vec![0; slots];
        for depends in 0..=3 {
            for (slot, operation) in tape.operations_of(depends) {
                let (a, b) = operation.operands();
                for operand in [Some(a), b].into_iter().flatten() {
                    last_use[operand as usize] = last_use[operand as usize].max(slot);
                }
            }
        }
        last_use[tape.outputs[0] as usize] = usize::MAX;
        let mut plan = GridPlan { store: vec![Store::Single; slots], tables: 1, blocks: 0 };
        plan.store[0] = Store::Table(0);
        for (slot, _) in tape.operations_of(1) {
            plan.store[slot] = Store::Table(plan.tables);
            plan.tables += 1;
        }
        let mut free: Vec<usize> = Vec::new();
        for (slot, operation) in tape.operations_of(3) {
            plan.store[slot] = Store::Block(free.pop().unwrap_or_else(|| {
                plan.blocks += 1;
                plan.blocks - 1
            }));
            let (a, b) = operation.operands();
            for operand in [Some(a), b].into_iter().flatten() {
                if let (Store::Block(block), true) = (plan.store[operand as usize], last_use[operand as usize] == slot)
                {
                    free.push(block);
                }
            }
        }
        plan
    }
}
