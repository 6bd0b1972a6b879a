//! Programs: the operations of a tape as a graph. Each node has the weights that it depends on.

use crate::formula::instructions::{Instructions, Operation, Slot};
use crate::number::{Binary, SMALL_EXPONENTS, Unary};
use std::collections::HashMap;

/// The place of a node; operands come before the nodes that use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Id(pub u32);

impl Id {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The operation of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Node {
    Constant(f64),
    /// w1 (0) or w2 (1).
    Weight(usize),
    /// The value of an example in a column.
    Column(usize),
    Unary(Unary, Id),
    Binary(Binary, Id, Id),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Constant(u64),
    Weight(usize),
    Column(usize),
    Unary(Unary, Id),
    Binary(Binary, Id, Id),
}

/// Nothing, w1 alone, w2 alone, both weights: what a node depends on.
pub const NEITHER: u8 = 0;
pub const FIRST: u8 = 1;
pub const SECOND: u8 = 2;
pub const BOTH: u8 = 3;
/// The bit of what depends on the example.
pub const EXAMPLE: u8 = 4;

/// A graph of operations, some of whose nodes are outputs.
#[derive(Default)]
pub struct Program {
    pub nodes: Vec<Node>,
    /// [`NEITHER`], [`FIRST`], [`SECOND`] or [`BOTH`] for each node.
    pub depends: Vec<u8>,
    pub outputs: Vec<Id>,
    known: HashMap<Key, Id>,
}

impl Program {
    /// Every operation of the tape in its order, for the requested outputs: each result has the bits of [`Tape::value`]
    /// and [`Tape::jet_of`].
    pub fn strict(tape: &Instructions, outputs: &[Slot]) -> Program {
        let mut program = Program::default();
        let needed = tape.needed(outputs);
        let mut places = program.leaves(tape);
        for (slot, operation) in tape.numbered() {
            places.push(if needed[slot] { program.operation(operation, |slot| places[slot as usize]) } else { Id(0) });
        }
        program.outputs = outputs.iter().map(|&slot| places[slot as usize]).collect();
        program
    }

    /// The weights, the constants and the columns of a tape, in the order of its slots.
    pub fn leaves(&mut self, tape: &Instructions) -> Vec<Id> {
        let mut places = vec![self.insert(Node::Weight(0)), self.insert(Node::Weight(1))];
        places.extend(tape.constants().map(|value| self.constant(value)));
        places.extend((0..tape.columns()).map(|index| self.insert(Node::Column(index))));
        places
    }

    /// Adds one operation of a tape.
    pub fn operation(&mut self, operation: Operation, of: impl Fn(Slot) -> Id) -> Id {
        match operation {
            Operation::Unary(op, a) => self.unary(op, of(a)),
            Operation::Power(a, n) => self.power(of(a), n),
            Operation::Binary(op, a, b) => self.binary(op, of(a), of(b)),
        }
    }

    pub fn constant(&mut self, value: f64) -> Id {
        self.insert(Node::Constant(value))
    }

    pub fn unary(&mut self, op: Unary, a: Id) -> Id {
        self.insert(Node::Unary(op, a))
    }

    pub fn binary(&mut self, op: Binary, a: Id, b: Id) -> Id {
        self.insert(Node::Binary(op, a, b))
    }

    /// xⁿ, as products if `powi` of f64 uses products, so that the bits are the same.
    pub fn power(&mut self, x: Id, exponent: i32) -> Id {
        match exponent {
            // x⁰ is 1, but NaN if x is NaN, as the power function has it.
            n if n == 0 || !SMALL_EXPONENTS.contains(&n) => {
                let exponent = self.constant(f64::from(n));
                self.binary(Binary::Pow, x, exponent)
            }
            3 => {
                let square = self.binary(Binary::Mul, x, x);
                self.binary(Binary::Mul, square, x)
            }
            _ => {
                let (mut result, mut square, mut rest) = (None, x, exponent.unsigned_abs());
                loop {
                    if rest & 1 == 1 {
                        result = Some(result.map_or(square, |result| self.binary(Binary::Mul, result, square)));
                    }
                    rest >>= 1;
                    if rest == 0 {
                        break;
                    }
                    square = self.binary(Binary::Mul, square, square);
                }
                let power = result.unwrap_or(x);
                if exponent < 0 {
                    let one = self.constant(1.0);
                    self.binary(Binary::Div, one, power)
                } else {
                    power
                }
            }
        }
    }

    /// The node, which may be there already.
    pub fn insert(&mut self, node: Node) -> Id {
        let node = self.folded(node);
        let key = match node {
            Node::Constant(value) => Key::Constant(value.to_bits()),
            Node::Weight(index) => Key::Weight(index),
            Node::Column(index) => Key::Column(index),
            Node::Unary(op, a) => Key::Unary(op, a),
            Node::Binary(op, a, b) => Key::Binary(op, a, b),
        };
        if let Some(&id) = self.known.get(&key) {
            return id;
        }
        let depends = match node {
            Node::Weight(index) => 1 << index,
            Node::Column(_) => EXAMPLE,
            _ => operands(node).fold(NEITHER, |bits, operand| bits | self.depends[operand.index()]),
        };
        let id = Id(self.nodes.len() as u32);
        self.nodes.push(node);
        self.depends.push(depends);
        self.known.insert(key, id);
        id
    }

    /// For each node, whether an output needs it.
    pub fn used(&self) -> Vec<bool> {
        let mut is_used = vec![false; self.nodes.len()];
        self.outputs.iter().for_each(|id| is_used[id.index()] = true);
        for index in (0..self.nodes.len()).rev() {
            if is_used[index] {
                operands(self.nodes[index]).for_each(|id| is_used[id.index()] = true);
            }
        }
        is_used
    }

    /// An operation on constants is done at once.
    fn folded(&self, node: Node) -> Node {
        let value = |id: Id| match self.nodes[id.index()] {
            Node::Constant(value) => Some(value),
            _ => None,
        };
        let folded = match node {
            Node::Unary(op, a) => value(a).map(|a| op.apply(a)),
            Node::Binary(op, a, b) => value(a).and_then(|a| value(b).map(|b| op.apply(a, b))),
            Node::Constant(_) | Node::Weight(_) | Node::Column(_) => None,
        };
        folded.map_or(node, Node::Constant)
    }
}

/// The operands of a node; twice the same for a square.
pub fn operands(node: Node) -> impl Iterator<Item = Id> {
    let (a, b) = match node {
        Node::Constant(_) | Node::Weight(_) | Node::Column(_) => (None, None),
        Node::Unary(_, a) => (Some(a), None),
        Node::Binary(_, a, b) => (Some(a), Some(b)),
    };
    a.into_iter().chain(b)
}
