//! The tape: a straight list of instructions that computes L, ∇L and H in this order, over any kind of number.

use super::code::Code;
use super::examples::Examples;
use super::graph::{Graph, Id, Node, operands};
use crate::number::{Binary, Constant, Decimals, Matrix, Number, Unary, Vector};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

/// Where a value stands while a tape runs.
pub(super) type Slot = u32;

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operation {
    Unary(Unary, Slot),
    Power(Slot, i32),
    Binary(Binary, Slot, Slot),
}

/// L, ∇L and H of a formula with its parameters bound.
///
/// Slots 0 and 1 are w1 and w2, then come the constants and the columns of data, then one slot an instruction. With
/// columns the instructions are those for one example, and everything that the tape is asked for is the mean over all.
#[derive(Clone, Debug)]
pub struct Tape {
    constants: Vec<Constant>,
    operations: Vec<Operation>,
    /// For each operation how many from it on are the same operator on other slots.
    runs: Vec<u32>,
    /// Slots of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂.
    outputs: [Slot; 6],
    /// How many operations L alone takes.
    value_end: usize,
    /// How many operations L and ∇L take.
    gradient_end: usize,
    /// For each slot whether it depends on w1 (bit 0), on w2 (bit 1) and on the example (bit 2).
    depends: Vec<u8>,
    /// How many columns of data it uses.
    columns: usize,
    /// What the mean is over, where the formula names columns.
    examples: Option<Arc<Examples>>,
    /// The same for single points; see [`Code::new`] for where there is none.
    code: Option<Code>,
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
    /// The tape of six nodes (L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂) of a graph without parameters, over the examples of the columns.
    pub(super) fn new(graph: &Graph, outputs: [Id; 6], columns: &[Decimals]) -> Tape {
        let mut slots = vec![Slot::MAX; graph.len()];
        let mut tape = Tape {
            constants: Vec::new(),
            operations: Vec::new(),
            runs: Vec::new(),
            outputs: [0; 6],
            value_end: 0,
            gradient_end: 0,
            depends: vec![1, 2],
            columns: columns.len(),
            examples: None,
            code: None,
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
        let first_column = tape.depends.len() as Slot;
        tape.depends.resize(tape.depends.len() + columns.len(), 4);
        for &id in &all {
            if let Node::Column(index) = graph.node(id) {
                slots[id.0 as usize] = first_column + index as Slot;
            }
        }
        // What L needs comes first, then what ∇L needs, so that the value alone and the gradient are prefixes.
        for stage in [&outputs[..1], &outputs[..3], &outputs[..]] {
            for id in scheduled(graph, &graph.reachable(stage), |id| slots[id.0 as usize] != Slot::MAX) {
                let slot = |id: Id| slots[id.0 as usize];
                slots[id.0 as usize] = match graph.node(id) {
                    Node::Unary(op, a) => tape.push(Operation::Unary(op, slot(a))),
                    Node::Power(a, n) => tape.push(Operation::Power(slot(a), n)),
                    Node::Binary(Binary::Pow, a, b) => match half_powers(graph.node(b)) {
                        Some(halves) => tape.push_half_power(slot(a), halves),
                        None => tape.push(Operation::Binary(Binary::Pow, slot(a), slot(b))),
                    },
                    Node::Binary(op, a, b) => tape.push(Operation::Binary(op, slot(a), slot(b))),
                    // A parameter that was not bound has no value.
                    Node::Constant(_) | Node::Weight(_) | Node::Parameter(_) | Node::Column(_) => continue,
                };
            }
            tape.add_runs();
            match stage.len() {
                1 => tape.value_end = tape.operations.len(),
                3 => tape.gradient_end = tape.operations.len(),
                _ => {}
            }
        }
        tape.outputs = outputs.map(|id| slots[id.0 as usize]);
        if columns.is_empty() {
            tape.code = Code::new(&tape);
        } else {
            tape.examples = Some(Arc::new(Examples::new(&tape, columns)));
        }
        tape
    }

    /// Adds an operation, unless it is there, and says where its result is.
    fn push(&mut self, operation: Operation) -> Slot {
        // The graph does not know the roots of half powers, and so they are found again here.
        if matches!(operation, Operation::Unary(Unary::Sqrt, _))
            && let Some(place) = self.operations.iter().position(|known| *known == operation)
        {
            return self.first_slot() + place as Slot;
        }
        let depends = operation.operands().fold(0, |bits, operand| bits | self.depends[operand as usize]);
        self.operations.push(operation);
        self.depends.push(depends);
        self.first_slot() + self.operations.len() as Slot - 1
    }

    /// Adds x to the power of so many halves, an odd number, by a root: some thirty times as many points in the same time as
    /// by the general power, and as exact but for results below the normal numbers. Below 0 it is undefined, −∞ not excepted.
    fn push_half_power(&mut self, x: Slot, halves: i32) -> Slot {
        let mut power = self.push(Operation::Unary(Unary::Sqrt, x));
        let whole = match halves.abs() / 2 {
            0 => None,
            1 => Some(x),
            n => Some(self.push(Operation::Power(x, n))),
        };
        if let Some(whole) = whole {
            power = self.push(Operation::Binary(Binary::Mul, whole, power));
        }
        // √−0 is −0, and so is its product with an even power.
        if halves.abs() != 3 {
            power = self.push(Operation::Unary(Unary::Abs, power));
        }
        if halves < 0 { self.push(Operation::Power(power, -1)) } else { power }
    }

    fn first_slot(&self) -> Slot {
        (2 + self.constants.len() + self.columns) as Slot
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
        if let Some(examples) = &self.examples {
            let [value] = examples.means(self, w);
            return value;
        }
        self.with_slots(w, self.value_end, |slots| {
            self.run(slots, 0..self.value_end);
            slots[self.outputs[0] as usize]
        })
    }

    /// ∇L at w over any kind of number. Where L is undefined, it means nothing.
    pub fn gradient_of<N: Number>(&self, w: [N; 2]) -> [N; 2] {
        if let Some(examples) = &self.examples {
            let [_, along_1, along_2] = examples.means(self, w);
            return [along_1, along_2];
        }
        self.with_slots(w, self.gradient_end, |slots| {
            self.run(slots, 0..self.gradient_end);
            [1, 2].map(|index: usize| slots[self.outputs[index] as usize])
        })
    }

    /// L, ∇L and H at w over any kind of number. Where L is undefined, the derivatives mean nothing.
    pub fn jet_of<N: Number>(&self, w: [N; 2]) -> JetOf<N> {
        if let Some(examples) = &self.examples {
            let [value, d1, d2, d11, d12, d22] = examples.means(self, w);
            return JetOf { value, gradient: [d1, d2], hessian: [d11, d12, d22] };
        }
        self.with_slots(w, self.operations.len(), |slots| {
            self.run(slots, 0..self.operations.len());
            self.jet_in(slots)
        })
    }

    /// Like [`Tape::jet_of`]; `None`, without the work for H, where L and ∇L are enough to know.
    pub fn jet_unless<N: Number>(&self, w: [N; 2], enough: impl Fn(N, [N; 2]) -> bool) -> Option<JetOf<N>> {
        if let Some(examples) = &self.examples {
            let [value, d1, d2] = examples.means(self, w);
            return if enough(value, [d1, d2]) { None } else { Some(self.jet_of(w)) };
        }
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

    /// L at a point, with the bits of [`Tape::value`]: faster.
    pub fn value_at(&self, w: Vector) -> f64 {
        match (&self.examples, self.code_for_one()) {
            (Some(examples), _) => {
                let [value] = examples.means_at(self, [w.x, w.y]);
                value
            }
            (None, Some(code)) => code.value(w, &mut code.slots()),
            (None, None) => self.value([w.x, w.y]),
        }
    }

    /// The tape for single points; `None` for a mean over examples, and where it or an exponent is
    /// too long.
    pub(super) fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// The same for one point alone, where it pays: all its slots have to be cleared, which takes longer than a few
    /// operations.
    fn code_for_one(&self) -> Option<&Code> {
        const FEW_SLOTS: usize = 32;
        self.code.as_ref().filter(|_| self.slots() > FEW_SLOTS)
    }

    /// What the tape is the mean over; `None` for a formula without data.
    pub fn examples(&self) -> Option<&Arc<Examples>> {
        self.examples.as_ref()
    }

    /// L and ∇L at a point, with the bits of [`Tape::jet`]; all NaN where L is undefined.
    pub fn value_and_gradient(&self, w: Vector) -> (f64, Vector) {
        slope_of(match (&self.examples, self.code_for_one()) {
            (Some(examples), _) => examples.means_at(self, [w.x, w.y]),
            (None, Some(code)) => code.value_and_gradient(w, &mut code.slots()),
            (None, None) => self.with_slots([w.x, w.y], self.gradient_end, |slots| {
                self.run(slots, 0..self.gradient_end);
                [0, 1, 2].map(|index: usize| slots[self.outputs[index] as usize])
            }),
        })
    }

    /// L, ∇L and H at a point; all NaN where L is undefined.
    pub fn jet(&self, w: Vector) -> Jet {
        jet_of(match (&self.examples, self.code_for_one()) {
            (Some(examples), _) => examples.means_at(self, [w.x, w.y]),
            (None, Some(code)) => code.jet(w, &mut code.slots()),
            (None, None) => {
                let JetOf { value, gradient: [d1, d2], hessian: [d11, d12, d22] } = self.jet_of([w.x, w.y]);
                [value, d1, d2, d11, d12, d22]
            }
        })
    }

    /// Slots for the first `end` operations, on the stack where they fit, with w and the constants in their places.
    pub(super) fn with_slots<N: Number, T>(&self, w: [N; 2], end: usize, work: impl FnOnce(&mut [N]) -> T) -> T {
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

    /// Counts the runs of the operations that were added since.
    fn add_runs(&mut self) {
        let added = self.runs.len();
        self.runs.resize(self.operations.len(), 1);
        for index in (added..self.operations.len().saturating_sub(1)).rev() {
            if self.operations[index].kind() == self.operations[index + 1].kind() {
                self.runs[index] = self.runs[index + 1] + 1;
            }
        }
    }

    /// Runs some operations, from the begin of a run to the end of one. What an operator is, is asked once a run: a
    /// processor that has to guess each of them guesses wrong too often.
    #[inline(always)]
    fn run<N: Number>(&self, slots: &mut [N], operations: Range<usize>) {
        let first = self.first_slot() as usize;
        let mut index = operations.start;
        while index < operations.end {
            let end = index + self.runs[index] as usize;
            let (run, target) = (&self.operations[index..end], first + index);
            match run[0] {
                Operation::Binary(Binary::Add, ..) => pairs(slots, run, target, N::add),
                Operation::Binary(Binary::Sub, ..) => pairs(slots, run, target, N::sub),
                Operation::Binary(Binary::Mul, ..) => pairs(slots, run, target, N::mul),
                _ => {
                    for (k, operation) in run.iter().enumerate() {
                        slots[target + k] = operation.on_values(slots);
                    }
                }
            }
            index = end;
        }
    }

    /// Runs one operation.
    #[inline(always)]
    pub(super) fn run_one<N: Number>(&self, slots: &mut [N], index: usize) {
        slots[self.first_slot() as usize + index] = self.operations[index].on_values(slots);
    }

    /// How many operations L alone, L and ∇L, and all six outputs take.
    pub(super) fn ends(&self) -> [usize; 3] {
        [self.value_end, self.gradient_end, self.operations.len()]
    }

    /// How many columns of data it uses.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// The slot of the first column.
    pub(super) fn first_column(&self) -> usize {
        2 + self.constants.len()
    }

    /// Where L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂ stand.
    pub(super) fn output_slots(&self) -> &[Slot; 6] {
        &self.outputs
    }

    /// The number of slots.
    pub(super) fn slots(&self) -> usize {
        self.depends.len()
    }

    /// The values of the constants, in the order of their slots, from slot 2 on.
    pub(super) fn constants(&self) -> impl Iterator<Item = f64> + '_ {
        self.constants.iter().map(|constant| constant.value)
    }

    /// The operations with their slots.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, Operation)> + '_ {
        let first = self.first_slot() as usize;
        self.operations.iter().enumerate().map(move |(index, operation)| (first + index, *operation))
    }

    /// Whether a slot depends on w1 (bit 0) and on w2 (bit 1).
    pub(super) fn depends_of(&self, slot: Slot) -> u8 {
        self.depends[slot as usize]
    }

    /// Which slots some outputs depend on.
    pub(super) fn needed(&self, outputs: &[Slot]) -> Vec<bool> {
        let mut needed = vec![false; self.slots()];
        outputs.iter().for_each(|&output| needed[output as usize] = true);
        let first = self.first_slot() as usize;
        for (index, operation) in self.operations.iter().enumerate().rev() {
            if needed[first + index] {
                operation.operands().for_each(|operand| needed[operand as usize] = true);
            }
        }
        needed
    }
}

/// L and ∇L of a point, of L, ∂₁ and ∂₂.
#[inline]
pub(super) fn slope_of([value, d1, d2]: [f64; 3]) -> (f64, Vector) {
    if value.is_nan() { (value, Vector::repeat(f64::NAN)) } else { (value, Vector::new(d1, d2)) }
}

/// L, ∇L and H of a point.
#[inline]
pub(super) fn jet_of([value, d1, d2, a, b, d]: [f64; 6]) -> Jet {
    if value.is_nan() {
        return Jet { value, gradient: Vector::repeat(f64::NAN), hessian: Matrix::repeat(f64::NAN) };
    }
    Jet { value, gradient: Vector::new(d1, d2), hessian: Matrix::new(a, b, b, d) }
}

/// The exponent in halves, for those that a root and a few products replace without being less exact.
fn half_powers(exponent: Node) -> Option<i32> {
    let Node::Constant(c) = exponent else { return None };
    [-5, -3, -1, 3, 5].into_iter().find(|halves| c == Constant::exact(0.5 * f64::from(*halves)))
}

/// A run of one operator of two operands.
#[inline(always)]
fn pairs<N: Number>(slots: &mut [N], run: &[Operation], target: usize, operator: impl Fn(N, N) -> N) {
    for (k, operation) in run.iter().enumerate() {
        if let Operation::Binary(_, a, b) = *operation {
            slots[target + k] = operator(slots[a as usize], slots[b as usize]);
        }
    }
}

/// Nodes that are not there yet, operands first, in an order in which equal operators follow each other as far as may be.
fn scheduled(graph: &Graph, nodes: &[Id], is_there: impl Fn(Id) -> bool) -> Vec<Id> {
    let mut users: Vec<Vec<Id>> = vec![Vec::new(); graph.len()];
    let mut waits_for = vec![0; graph.len()];
    let mut ready: BTreeMap<Kind, VecDeque<Id>> = BTreeMap::new();
    for &id in nodes.iter().filter(|id| !is_there(**id)) {
        let Some(kind) = kind_of(graph.node(id)) else { continue };
        for operand in operands(graph.node(id)) {
            if !is_there(operand) && kind_of(graph.node(operand)).is_some() {
                users[operand.0 as usize].push(id);
                waits_for[id.0 as usize] += 1;
            }
        }
        if waits_for[id.0 as usize] == 0 {
            ready.entry(kind).or_default().push_back(id);
        }
    }
    let mut order = Vec::new();
    // The operator of which most is ready, until nothing more of it is.
    while let Some((&kind, _)) = ready.iter().max_by_key(|(_, waiting)| waiting.len()).filter(|(_, w)| !w.is_empty()) {
        while let Some(id) = ready.get_mut(&kind).and_then(VecDeque::pop_front) {
            order.push(id);
            for &user in &users[id.0 as usize] {
                waits_for[user.0 as usize] -= 1;
                if let (0, Some(kind)) = (waits_for[user.0 as usize], kind_of(graph.node(user))) {
                    ready.entry(kind).or_default().push_back(user);
                }
            }
        }
    }
    order
}

/// An operator, without its operands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Unary(Unary),
    Power(i32),
    Binary(Binary),
}

/// `None` for what is no operation: weights, constants, columns, and parameters, which without a value have none.
fn kind_of(node: Node) -> Option<Kind> {
    match node {
        Node::Unary(op, _) => Some(Kind::Unary(op)),
        Node::Power(_, n) => Some(Kind::Power(n)),
        Node::Binary(op, ..) => Some(Kind::Binary(op)),
        Node::Constant(_) | Node::Weight(_) | Node::Parameter(_) | Node::Column(_) => None,
    }
}

impl Operation {
    fn kind(self) -> Kind {
        match self {
            Operation::Unary(op, _) => Kind::Unary(op),
            Operation::Power(_, n) => Kind::Power(n),
            Operation::Binary(op, ..) => Kind::Binary(op),
        }
    }

    /// The slots that it reads, each once.
    pub(super) fn operands(self) -> impl Iterator<Item = Slot> {
        let (a, b) = match self {
            Operation::Unary(_, a) | Operation::Power(a, _) => (a, None),
            Operation::Binary(_, a, b) => (a, (a != b).then_some(b)),
        };
        std::iter::once(a).chain(b)
    }

    #[inline(always)]
    fn on_values<N: Number>(self, slots: &[N]) -> N {
        match self {
            Operation::Unary(op, a) => op.apply(slots[a as usize]),
            Operation::Power(a, n) => slots[a as usize].powi(n),
            Operation::Binary(op, a, b) => op.apply(slots[a as usize], slots[b as usize]),
        }
    }
}
