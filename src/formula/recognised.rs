//! Forms that overflow or lose digits in between although the result fits an f64, and functions to compute them
//! instead.
//!
//! √(u² + v²) overflows where a square does, although the root need not, so it is computed as a hypotenuse. √u² is |u|.
//! ln(1 + eᵘ) is softplus, and 1/(1 + eᵘ) and eᵘ/(1 + eᵘ) are sigmoids. The values are the same real numbers. A formula
//! is shown as it was typed; only the computation changes.

use super::graph::{Graph, Id, Node};
use crate::number::{Binary, Constant, Number, Unary};

/// op(a), by a function that loses less where the form is known.
pub fn unary(graph: &mut Graph, op: Unary, a: Id) -> Id {
    let known = match op {
        Unary::Sqrt => root_of_squares(graph, a),
        Unary::Ln => one_plus_exponential(graph, a).map(|exponent| graph.unary(Unary::Softplus, exponent)),
        _ => None,
    };
    known.unwrap_or_else(|| graph.unary(op, a))
}

/// op(a, b), by a function that loses less where the form is known.
pub fn binary(graph: &mut Graph, op: Binary, a: Id, b: Id) -> Id {
    let known = match op {
        Binary::Pow if graph.is(b, 0.5) => root_of_squares(graph, a),
        Binary::Pow if graph.is(b, -0.5) => root_of_squares(graph, a).map(|root| graph.power(root, -1)),
        Binary::Div => sigmoid(graph, a, b),
        _ => None,
    };
    known.unwrap_or_else(|| graph.binary(op, a, b))
}

/// √a where a is an even power, or the sum of two, each with a constant factor or without, or of one and a constant.
///
/// Sums of three squares are left alone: nested hypotenuses have no derivative where two of the squares vanish, but the
/// root of three squares may have one.
fn root_of_squares(graph: &mut Graph, a: Id) -> Option<Id> {
    match graph.node(a) {
        Node::Power(base, n) if n > 0 && n % 4 == 0 => Some(graph.power(base, n / 2)),
        Node::Power(..) => {
            let root = root(graph, a)?;
            Some(graph.unary(Unary::Abs, root))
        }
        Node::Binary(Binary::Add, p, q) => {
            let (p, q) = (root(graph, p)?, root(graph, q)?);
            Some(graph.binary(Binary::Hypot, p, q))
        }
        _ => None,
    }
}

/// A node whose square this one is.
fn root(graph: &mut Graph, id: Id) -> Option<Id> {
    match graph.node(id) {
        Node::Power(base, n) if n > 0 && n % 2 == 0 => Some(graph.power(base, n / 2)),
        Node::Constant(c) if c.enclosure.lo >= 0.0 => Some(graph.constant(root_of_constant(c))),
        Node::Binary(op @ (Binary::Mul | Binary::Div), a, b) => {
            let (a, b) = (root(graph, a)?, root(graph, b)?);
            Some(graph.binary(op, a, b))
        }
        _ => None,
    }
}

fn root_of_constant(c: Constant) -> Constant {
    let root = Constant::exact(c.value.sqrt());
    // The square of an exact number is exact where it can be.
    if root.mul(root) == c { root } else { c.sqrt() }
}

/// u, where the node is 1 + eᵘ.
fn one_plus_exponential(graph: &Graph, id: Id) -> Option<Id> {
    let Node::Binary(Binary::Add, a, b) = graph.node(id) else { return None };
    let exponential = if graph.is(a, 1.0) { b } else { Some(a).filter(|_| graph.is(b, 1.0))? };
    exponent(graph, exponential)
}

fn exponent(graph: &Graph, id: Id) -> Option<Id> {
    match graph.node(id) {
        Node::Unary(Unary::Exp, exponent) => Some(exponent),
        _ => None,
    }
}

/// c/(1 + eᵘ) = c·σ(−u) for a constant c, and eᵘ/(1 + eᵘ) = σ(u).
fn sigmoid(graph: &mut Graph, above: Id, below: Id) -> Option<Id> {
    let u = one_plus_exponential(graph, below)?;
    if exponent(graph, above) == Some(u) {
        return Some(graph.unary(Unary::Sigmoid, u));
    }
    graph.as_constant(above)?;
    let negative = graph.unary(Unary::Neg, u);
    let sigmoid = graph.unary(Unary::Sigmoid, negative);
    Some(graph.binary(Binary::Mul, above, sigmoid))
}
