//! Symbolic derivatives, built on the same graph as the formula, so that sub-expressions are shared.

use super::graph::{Graph, Id, Node};
use crate::number::{Binary, Unary};

/// ∂/∂w1 and ∂/∂w2 of a node.
pub fn gradient(graph: &mut Graph, root: Id) -> [Id; 2] {
    [derivative(graph, root, 0), derivative(graph, root, 1)]
}

/// The derivative of `root` with respect to one weight.
pub fn derivative(graph: &mut Graph, root: Id, weight: usize) -> Id {
    let zero = graph.number(0.0);
    let order = graph.reachable(&[root]);
    let mut derivatives = vec![zero; root.0 as usize + 1];
    for id in order {
        let of = |operand: Id| derivatives[operand.0 as usize];
        derivatives[id.0 as usize] = match graph.node(id) {
            Node::Constant(_) | Node::Parameter(_) | Node::Column(_) => zero,
            Node::Weight(index) => graph.number(if index == weight { 1.0 } else { 0.0 }),
            Node::Power(a, n) => {
                let inner = of(a);
                if graph.is(inner, 0.0) {
                    zero
                } else {
                    let exponent = graph.number(f64::from(n));
                    let power = graph.power(a, n - 1);
                    graph.product(&[exponent, power, inner])
                }
            }
            Node::Unary(op, a) => {
                let inner = of(a);
                if graph.is(inner, 0.0) {
                    zero
                } else {
                    let outer = outer_derivative(graph, op, a, id);
                    graph.product(&[outer, inner])
                }
            }
            Node::Binary(op, a, b) => binary_derivative(graph, op, [a, b], of, id),
        };
    }
    derivatives[root.0 as usize]
}

/// The derivative of op at a, where `value` is the node op(a).
fn outer_derivative(graph: &mut Graph, op: Unary, a: Id, value: Id) -> Id {
    let one = graph.number(1.0);
    match op {
        Unary::Neg => graph.number(-1.0),
        Unary::Abs => graph.unary(Unary::Sign, a),
        Unary::Sign => {
            let kink = graph.unary(Unary::Kink, a);
            let two = graph.number(2.0);
            graph.product(&[two, kink])
        }
        Unary::Step | Unary::Kink => graph.unary(Unary::Kink, a),
        Unary::Sqrt => ratio(graph, &[], &[2.0], &[value]),
        Unary::Cbrt => {
            let square = graph.power(value, 2);
            ratio(graph, &[], &[3.0], &[square])
        }
        Unary::Exp => value,
        Unary::Ln => ratio(graph, &[], &[], &[a]),
        Unary::Log2 | Unary::Log10 => {
            let base = graph.number(if op == Unary::Log2 { 2.0 } else { 10.0 });
            let logarithm = graph.unary(Unary::Ln, base);
            ratio(graph, &[], &[], &[a, logarithm])
        }
        Unary::Sin => graph.unary(Unary::Cos, a),
        Unary::Cos => {
            let sine = graph.unary(Unary::Sin, a);
            graph.unary(Unary::Neg, sine)
        }
        Unary::Tan => {
            let square = graph.power(value, 2);
            graph.sum(&[(1.0, one), (1.0, square)])
        }
        Unary::Asin | Unary::Acos => {
            let square = graph.power(a, 2);
            let inside = graph.sum(&[(1.0, one), (-1.0, square)]);
            let root = graph.unary(Unary::Sqrt, inside);
            let sign = if op == Unary::Asin { 1.0 } else { -1.0 };
            ratio(graph, &[sign], &[], &[root])
        }
        Unary::Atan => {
            let square = graph.power(a, 2);
            let below = graph.sum(&[(1.0, one), (1.0, square)]);
            ratio(graph, &[], &[], &[below])
        }
        Unary::Sinh => graph.unary(Unary::Cosh, a),
        Unary::Cosh => graph.unary(Unary::Sinh, a),
        // Not 1 − tanh², which loses every digit where tanh is near 1.
        Unary::Tanh => graph.unary(Unary::SechSquared, a),
        Unary::SechSquared => {
            let (factor, tanh) = (graph.number(-2.0), graph.unary(Unary::Tanh, a));
            graph.product(&[factor, tanh, value])
        }
        Unary::Sigmoid => {
            // σ(−x) and not 1 − σ(x), which loses every digit where σ is near 1.
            let negative = graph.unary(Unary::Neg, a);
            let complement = graph.unary(Unary::Sigmoid, negative);
            graph.product(&[value, complement])
        }
        Unary::Softplus => graph.unary(Unary::Sigmoid, a),
        Unary::Relu => graph.unary(Unary::Step, a),
        // The derivative is 0 except at the jumps, where it does not exist.
        Unary::Floor => {
            let distance = graph.sum(&[(1.0, a), (-1.0, value)]);
            graph.unary(Unary::Kink, distance)
        }
        Unary::Ceil => {
            let distance = graph.sum(&[(1.0, value), (-1.0, a)]);
            graph.unary(Unary::Kink, distance)
        }
    }
}

/// numbers·…/(numbers·…·nodes·…).
fn ratio(graph: &mut Graph, above: &[f64], below: &[f64], nodes: &[Id]) -> Id {
    let mut factors = Vec::new();
    for &number in above {
        factors.push(graph.number(number));
    }
    for &number in below {
        let number = graph.number(number);
        factors.push(graph.power(number, -1));
    }
    for &node in nodes {
        factors.push(graph.power(node, -1));
    }
    graph.product(&factors)
}

/// The derivative of x/h, where h = √(p² + q²) and x is a multiple of p or q; `None` elsewhere.
///
/// (p/h)' = (q/h)·((q/h)·p' − (p/h)·q')/h. This form has no square that may overflow, and if p or q is constant, no
/// difference of nearly equal numbers.
fn share_derivative(graph: &mut Graph, x: Id, h: Id, of: &impl Fn(Id) -> Id) -> Option<Id> {
    let Node::Binary(Binary::Hypot, a, b) = graph.node(h) else { return None };
    let multiple = |graph: &mut Graph, part: Id| graph.constant_ratio(x, part);
    let (factor, p, q) = match multiple(graph, a) {
        Some(factor) => (factor, a, b),
        None => (multiple(graph, b)?, b, a),
    };
    if graph.as_constant(p).is_some() {
        return None;
    }
    let factor = graph.constant(factor);
    let [along, across] = [p, q].map(|part| graph.binary(Binary::Div, part, h));
    let reciprocal = graph.power(h, -1);
    let own = graph.product(&[factor, across, across, reciprocal, of(p)]);
    let other = graph.product(&[factor, across, along, reciprocal, of(q)]);
    Some(graph.sum(&[(1.0, own), (-1.0, other)]))
}

fn binary_derivative(graph: &mut Graph, op: Binary, [a, b]: [Id; 2], of: impl Fn(Id) -> Id, value: Id) -> Id {
    let (da, db) = (of(a), of(b));
    let (a_fixed, b_fixed) = (graph.is(da, 0.0), graph.is(db, 0.0));
    if a_fixed && b_fixed {
        return graph.number(0.0);
    }
    match op {
        Binary::Hypot => {
            // a/h and b/h as they are: a square of a or b could overflow.
            let shares = [a, b].map(|part| graph.binary(Binary::Div, part, value));
            let terms = shares.into_iter().zip([da, db]);
            let terms: Vec<(f64, Id)> = terms.map(|(share, change)| (1.0, graph.product(&[share, change]))).collect();
            graph.sum(&terms)
        }
        Binary::Atan2 => {
            // (b·a′ − a·b′)/h² with h = √(a² + b²), as quotients by h: a square could overflow.
            let h = graph.binary(Binary::Hypot, a, b);
            let reciprocal = graph.power(h, -1);
            let [sine, cosine] = [a, b].map(|part| graph.binary(Binary::Div, part, h));
            let own = graph.product(&[cosine, reciprocal, da]);
            let other = graph.product(&[sine, reciprocal, db]);
            // max(|a|, b) is 0 on the half-line on which the angle jumps, and nowhere else.
            let magnitude = graph.unary(Unary::Abs, a);
            let beside_the_jump = graph.binary(Binary::Max, magnitude, b);
            let jump = graph.unary(Unary::Kink, beside_the_jump);
            graph.sum(&[(1.0, own), (-1.0, other), (1.0, jump)])
        }
        Binary::Add => graph.sum(&[(1.0, da), (1.0, db)]),
        Binary::Sub => graph.sum(&[(1.0, da), (-1.0, db)]),
        Binary::Mul => {
            let mut terms = Vec::new();
            if !a_fixed {
                terms.push((1.0, graph.product(&[da, b])));
            }
            if !b_fixed {
                terms.push((1.0, graph.product(&[a, db])));
            }
            graph.sum(&terms)
        }
        Binary::Div => {
            if let Some(change) = share_derivative(graph, a, b, &of) {
                return change;
            }
            let mut terms = Vec::new();
            let reciprocal = graph.power(b, -1);
            if !a_fixed {
                terms.push((1.0, graph.product(&[da, reciprocal])));
            }
            if !b_fixed {
                terms.push((-1.0, graph.product(&[a, db, reciprocal, reciprocal])));
            }
            graph.sum(&terms)
        }
        Binary::Pow => {
            let mut terms = Vec::new();
            if !a_fixed {
                let one = graph.number(1.0);
                let exponent = graph.sum(&[(1.0, b), (-1.0, one)]);
                let power = graph.binary(Binary::Pow, a, exponent);
                terms.push((1.0, graph.product(&[b, power, da])));
            }
            if !b_fixed {
                let logarithm = graph.unary(Unary::Ln, a);
                terms.push((1.0, graph.product(&[value, logarithm, db])));
            }
            graph.sum(&terms)
        }
        Binary::Min | Binary::Max => {
            // max(a, b)′ = step(a − b)·a′ + step(b − a)·b′.
            let (upper, lower) = if op == Binary::Max { (a, b) } else { (b, a) };
            let a_above = graph.sum(&[(1.0, upper), (-1.0, lower)]);
            let b_above = graph.sum(&[(1.0, lower), (-1.0, upper)]);
            let (a_active, b_active) = (graph.unary(Unary::Step, a_above), graph.unary(Unary::Step, b_above));
            let mut terms = Vec::new();
            if !a_fixed {
                terms.push((1.0, graph.product(&[a_active, da])));
            }
            if !b_fixed {
                terms.push((1.0, graph.product(&[b_active, db])));
            }
            graph.sum(&terms)
        }
    }
}
