//! A straight list of instructions that computes L, ∇L and H in this order, over any kind of number.

use super::graph::{Graph, Id, Node, operands};
use crate::number::{Binary, Constant, Number, Unary};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// The place of a value while a tape runs.
pub(super) type Slot = u32;

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operation {
    Unary(Unary, Slot),
    Power(Slot, i32),
    Binary(Binary, Slot, Slot),
}

/// The instructions for L, ∇L and H of a formula with its parameters bound; with columns of data, for one example.
///
/// Slots 0 and 1 are w1 and w2. Then come the constants and the columns of data, and then one slot for each
/// instruction.
#[derive(Clone, Debug)]
pub(super) struct Instructions {
    constants: Vec<Constant>,
    operations: Vec<Operation>,
    /// For each operation, how many consecutive operations from it on have the same operator.
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
}

impl Instructions {
    /// The instructions for six nodes (L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂) of a graph without parameters, over so many columns.
    pub fn new(graph: &Graph, outputs: [Id; 6], columns: usize) -> Instructions {
        let mut slots = vec![Slot::MAX; graph.len()];
        let mut list = Instructions {
            constants: Vec::new(),
            operations: Vec::new(),
            runs: Vec::new(),
            outputs: [0; 6],
            value_end: 0,
            gradient_end: 0,
            depends: vec![1, 2],
            columns,
        };
        let all = graph.reachable(&outputs);
        for &id in &all {
            match graph.node(id) {
                Node::Constant(constant) => {
                    slots[id.0 as usize] = 2 + list.constants.len() as Slot;
                    list.constants.push(constant);
                    list.depends.push(0);
                }
                Node::Weight(index) => slots[id.0 as usize] = index as Slot,
                _ => {}
            }
        }
        let first_column = list.depends.len() as Slot;
        list.depends.resize(list.depends.len() + columns, 4);
        for &id in &all {
            if let Node::Column(index) = graph.node(id) {
                slots[id.0 as usize] = first_column + index as Slot;
            }
        }
        // The operations of L come first, then those of ∇L, so that value and gradient need only a prefix.
        for stage in [&outputs[..1], &outputs[..3], &outputs[..]] {
            for id in scheduled(graph, &graph.reachable(stage), |id| slots[id.0 as usize] != Slot::MAX) {
                let slot = |id: Id| slots[id.0 as usize];
                slots[id.0 as usize] = match graph.node(id) {
                    Node::Unary(op, a) => list.push(Operation::Unary(op, slot(a))),
                    Node::Power(a, n) => list.push(Operation::Power(slot(a), n)),
                    Node::Binary(Binary::Pow, a, b) => match half_powers(graph.node(b)) {
                        Some(halves) => list.push_half_power(slot(a), halves),
                        None => list.push(Operation::Binary(Binary::Pow, slot(a), slot(b))),
                    },
                    Node::Binary(op, a, b) => list.push(Operation::Binary(op, slot(a), slot(b))),
                    // A parameter that was not bound has no value.
                    Node::Constant(_) | Node::Weight(_) | Node::Parameter(_) | Node::Column(_) => continue,
                };
            }
            list.add_runs();
            match stage.len() {
                1 => list.value_end = list.operations.len(),
                3 => list.gradient_end = list.operations.len(),
                _ => {}
            }
        }
        list.outputs = outputs.map(|id| slots[id.0 as usize]);
        list
    }

    /// Adds an operation unless it exists already, and returns the slot of its result.
    fn push(&mut self, operation: Operation) -> Slot {
        // The graph does not have the roots of half powers, so equal ones are looked up here.
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

    /// Adds x to the power `halves`/2, for odd `halves`, by a root and products. This is about thirty times as fast as
    /// the general power, and as accurate except for subnormal results. For x < 0, including −∞, it is undefined.
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

    /// Runs the first `K` outputs' instructions (K is 1, 3 or 6) at w, without data, over any kind of number.
    #[inline(always)]
    pub fn outputs_at<N: Number, const K: usize>(&self, w: [N; 2]) -> [N; K] {
        let end = self.ends()[match K {
            1 => 0,
            3 => 1,
            _ => 2,
        }];
        self.with_slots(w, end, |slots| {
            self.run(slots, 0..end);
            std::array::from_fn(|index| slots[self.outputs[index] as usize])
        })
    }

    /// All six outputs at w, without data. If `enough` is true of L and ∇L, it returns `None` and does not compute H.
    pub fn outputs_unless<N: Number>(&self, w: [N; 2], enough: impl Fn(N, [N; 2]) -> bool) -> Option<[N; 6]> {
        self.with_slots(w, self.operations.len(), |slots| {
            self.run(slots, 0..self.gradient_end);
            let [value, along_1, along_2] = [0, 1, 2].map(|index: usize| slots[self.outputs[index] as usize]);
            if enough(value, [along_1, along_2]) {
                return None;
            }
            self.run(slots, self.gradient_end..self.operations.len());
            Some(self.outputs.map(|slot| slots[slot as usize]))
        })
    }

    /// Slots for the first `end` operations, on the stack where they fit, with w and the constants in their places.
    pub fn with_slots<N: Number, T>(&self, w: [N; 2], end: usize, work: impl FnOnce(&mut [N]) -> T) -> T {
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

    /// Runs some operations, from the beginning of a run to the end of one. It branches on the operator once for each
    /// run, because a branch for each operation would be predicted wrongly too often.
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
    pub fn run_one<N: Number>(&self, slots: &mut [N], index: usize) {
        slots[self.first_slot() as usize + index] = self.operations[index].on_values(slots);
    }

    /// How many operations L alone, L and ∇L, and all six outputs take.
    pub fn ends(&self) -> [usize; 3] {
        [self.value_end, self.gradient_end, self.operations.len()]
    }

    /// How many columns of data it uses.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The slot of the first column.
    pub fn first_column(&self) -> usize {
        2 + self.constants.len()
    }

    /// The slots of L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂.
    pub fn output_slots(&self) -> &[Slot; 6] {
        &self.outputs
    }

    /// The number of slots.
    pub fn slots(&self) -> usize {
        self.depends.len()
    }

    /// The values of the constants, in the order of their slots, from slot 2 on.
    pub fn constants(&self) -> impl Iterator<Item = f64> + '_ {
        self.constants.iter().map(|constant| constant.value)
    }

    /// The operations with their slots.
    pub fn numbered(&self) -> impl Iterator<Item = (usize, Operation)> + '_ {
        let first = self.first_slot() as usize;
        self.operations.iter().enumerate().map(move |(index, operation)| (first + index, *operation))
    }

    /// Whether a slot depends on w1 (bit 0) and on w2 (bit 1).
    pub fn depends_of(&self, slot: Slot) -> u8 {
        self.depends[slot as usize]
    }

    /// For each slot, whether some outputs depend on it.
    pub fn needed(&self, outputs: &[Slot]) -> Vec<bool> {
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

/// Twice the exponent, if a root and a few products can replace the power without loss of accuracy.
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

/// The nodes that do not exist yet, operands first, in an order that groups equal operators as far as possible.
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
    // Takes the operator with the most nodes ready, until none of its nodes is ready.
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

/// `None` for nodes that are not operations: weights, constants, columns and parameters.
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
