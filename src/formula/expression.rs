//! A formula as written: a tree, kept as a list in which operands come before the operations that use them, so that
//! no pass over it recurses and no depth can exhaust the stack.

use crate::number::decimal::{Rational, binary, rational};
use crate::number::{Binary, Constant, Unary};

/// The place of a node in [`Expression::nodes`].
pub type NodeIndex = usize;

/// A node of the tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A number.
    Number(Literal),
    /// w1 (0) or w2 (1).
    Weight(usize),
    /// A parameter, by its index.
    Parameter(usize),
    /// The value that an example has in a column of the data, by the column's index in [`Expression::columns`].
    Column(usize),
    /// A function of one argument.
    Unary(Unary, NodeIndex),
    /// An operation of two arguments.
    Binary(Binary, NodeIndex, NodeIndex),
}

/// A number as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// Its text: `0.1`, `π`, `e`.
    pub text: String,
    /// Its value.
    pub constant: Constant,
}

impl Literal {
    /// A number that is exactly an f64, shown in its shortest form.
    pub fn of(value: f64) -> Literal {
        Literal { text: shortest(value), constant: Constant::exact(value) }
    }

    /// The number as a fraction; `None` for π, e, and results that were rounded.
    pub fn rational(&self) -> Option<Rational> {
        if let Some(value) = self.constant.as_exact() {
            return binary(value);
        }
        let (n, d) = rational(&self.text)?;
        // The text of a computed number may be rounded. It is accepted only if the constant's enclosure contains it.
        let (low, high) = (binary(self.constant.enclosure.lo)?, binary(self.constant.enclosure.hi)?);
        (&low.0 * &d <= &n * &low.1 && &n * &high.1 <= &high.0 * &d).then_some((n, d))
    }
}

/// The shortest decimal that reads back to within 1 in 10¹² of the value: 25.200000000000003 is shown as 25.2.
pub fn shortest(value: f64) -> String {
    let rounded: f64 = format!("{value:.12e}").parse().unwrap_or(value);
    let magnitude = rounded.abs();
    if magnitude != 0.0 && !(1e-5..1e12).contains(&magnitude) { format!("{rounded:e}") } else { format!("{rounded}") }
}

/// A formula as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// The nodes, operands first.
    pub nodes: Vec<Node>,
    /// The names of the parameters, in the order of their first appearance.
    pub parameters: Vec<String>,
    /// The names of the columns of the data that it uses, in the order of their first appearance.
    pub columns: Vec<String>,
}

impl Expression {
    /// The place of the whole.
    pub fn root(&self) -> NodeIndex {
        self.nodes.len().saturating_sub(1)
    }
}

/// Whether a node is the constant e.
pub(super) fn is_e(expression: &Expression, place: NodeIndex) -> bool {
    matches!(expression.nodes.get(place), Some(Node::Number(literal)) if literal.text == "e")
}
