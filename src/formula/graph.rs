//! The expression graph: every distinct sub-expression once (hash-consing), constants folded.
//!
//! There are two ways to add nodes. The plain constructors ([`Graph::unary`], [`Graph::binary`]) keep the order of
//! operations as written. [`Graph::sum`] and [`Graph::product`] collect like terms and powers; derivatives are built
//! with them, so that they are short to compute and can be read.

use crate::number::{Binary, Constant, Number, Unary};
use std::collections::HashMap;

/// The place of a node in its graph; operands have smaller places than the nodes that use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub u32);

/// A node of the graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Node {
    /// A constant.
    Constant(Constant),
    /// w1 (0) or w2 (1).
    Weight(usize),
    /// A parameter, by its index.
    Parameter(usize),
    /// The value of an example in a column of the data, by the column's index.
    Column(usize),
    /// A function of one argument.
    Unary(Unary, Id),
    /// An integer power; the exponent is neither 0 nor 1.
    Power(Id, i32),
    /// An operation of two arguments.
    Binary(Binary, Id, Id),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Constant(u64, u64, u64),
    Weight(usize),
    Parameter(usize),
    Column(usize),
    Unary(Unary, Id),
    Power(Id, i32),
    Binary(Binary, Id, Id),
}

/// Beyond this many terms or factors an operand is not expanded, so that no formula takes quadratic time.
const MAX_COLLECTED: usize = 24;

/// A hash-consed expression graph.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    known: HashMap<Key, Id>,
    /// Whether a node has a value for all weights (no poles, no borders of a domain).
    total: Vec<bool>,
    /// Whether a node depends on w1 (bit 0) and on w2 (bit 1).
    depends: Vec<u8>,
}

impl Graph {
    /// The node at a place.
    pub fn node(&self, id: Id) -> Node {
        self.nodes[id.0 as usize]
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The value of a node that is a constant.
    pub fn as_constant(&self, id: Id) -> Option<Constant> {
        match self.node(id) {
            Node::Constant(constant) => Some(constant),
            _ => None,
        }
    }

    /// Whether the node is exactly the constant `value`.
    pub fn is(&self, id: Id, value: f64) -> bool {
        self.as_constant(id).is_some_and(|c| c.value == value && c.enclosure.lo == value && c.enclosure.hi == value)
    }

    fn insert(&mut self, node: Node) -> Id {
        let key = match node {
            Node::Constant(c) => Key::Constant(c.value.to_bits(), c.enclosure.lo.to_bits(), c.enclosure.hi.to_bits()),
            Node::Weight(index) => Key::Weight(index),
            Node::Parameter(index) => Key::Parameter(index),
            Node::Column(index) => Key::Column(index),
            Node::Unary(op, a) => Key::Unary(op, a),
            Node::Power(a, n) => Key::Power(a, n),
            Node::Binary(op, a, b) => Key::Binary(op, a, b),
        };
        if let Some(&id) = self.known.get(&key) {
            return id;
        }
        let total = |id: Id| self.total[id.0 as usize];
        let is_total = match node {
            Node::Constant(c) => c.value.is_finite(),
            Node::Weight(_) | Node::Parameter(_) | Node::Column(_) => true,
            Node::Unary(op, a) => op.is_total() && total(a),
            Node::Power(a, n) => n > 0 && total(a),
            Node::Binary(op, a, b) => op.is_total() && total(a) && total(b),
        };
        let depends = match node {
            Node::Weight(index) => 1 << index,
            _ => operands(node).fold(0, |bits, operand| bits | self.depends[operand.0 as usize]),
        };
        self.depends.push(depends);
        let id = Id(self.nodes.len() as u32);
        self.nodes.push(node);
        self.total.push(is_total);
        self.known.insert(key, id);
        id
    }

    /// A constant; −0 becomes 0.
    pub fn constant(&mut self, constant: Constant) -> Id {
        let value = if constant.value == 0.0 { 0.0 } else { constant.value };
        self.insert(Node::Constant(Constant { value, ..constant }))
    }

    /// A constant that is exactly an f64.
    pub fn number(&mut self, value: f64) -> Id {
        self.constant(Constant::exact(value))
    }

    /// w1 (0) or w2 (1).
    pub fn weight(&mut self, index: usize) -> Id {
        self.insert(Node::Weight(index))
    }

    /// A parameter.
    pub fn parameter(&mut self, index: usize) -> Id {
        self.insert(Node::Parameter(index))
    }

    /// The value of an example in a column.
    pub fn column(&mut self, index: usize) -> Id {
        self.insert(Node::Column(index))
    }

    /// op(a), folded when a is a constant.
    pub fn unary(&mut self, op: Unary, a: Id) -> Id {
        match (op, self.node(a)) {
            (_, Node::Constant(c)) => self.constant(op.apply(c)),
            (Unary::Neg, Node::Unary(Unary::Neg, inner)) => inner,
            _ => self.insert(Node::Unary(op, a)),
        }
    }

    /// aⁿ.
    pub fn power(&mut self, a: Id, exponent: i32) -> Id {
        match (exponent, self.node(a)) {
            (1, _) => a,
            (_, Node::Constant(c)) => self.constant(c.powi(exponent)),
            (0, _) if self.total[a.0 as usize] => self.number(1.0),
            (_, Node::Power(base, inner)) if inner > 0 && exponent > 0 && inner.checked_mul(exponent).is_some() => {
                self.power(base, inner * exponent)
            }
            _ => self.insert(Node::Power(a, exponent)),
        }
    }

    /// op(a, b) in the order as written, with constants folded and 0 and 1 dropped where nothing is lost.
    pub fn binary(&mut self, op: Binary, a: Id, b: Id) -> Id {
        if let (Some(x), Some(y)) = (self.as_constant(a), self.as_constant(b)) {
            return self.constant(op.apply(x, y));
        }
        match op {
            Binary::Add if self.is(a, 0.0) => b,
            Binary::Add | Binary::Sub if self.is(b, 0.0) => a,
            Binary::Sub if self.is(a, 0.0) => self.unary(Unary::Neg, b),
            Binary::Sub if a == b && self.total[a.0 as usize] => self.number(0.0),
            Binary::Mul if self.is(a, 1.0) => b,
            Binary::Mul | Binary::Div if self.is(b, 1.0) => a,
            Binary::Mul if self.is(a, 0.0) && self.total[b.0 as usize] => a,
            Binary::Mul if self.is(b, 0.0) && self.total[a.0 as usize] => b,
            Binary::Mul if self.is(a, -1.0) => self.unary(Unary::Neg, b),
            Binary::Mul if self.is(b, -1.0) => self.unary(Unary::Neg, a),
            Binary::Mul if a == b => self.power(a, 2),
            Binary::Pow => match self.as_constant(b) {
                Some(c)
                    if c == Constant::exact(c.value) && libm::trunc(c.value) == c.value && c.value.abs() <= 1024.0 =>
                {
                    self.power(a, c.value as i32)
                }
                Some(c) if c == Constant::exact(0.5) => self.unary(Unary::Sqrt, a),
                _ => self.insert(Node::Binary(op, a, b)),
            },
            _ => self.insert(Node::Binary(op, a, b)),
        }
    }

    /// The sum of terms, each with a sign; like terms are collected and zeros dropped.
    pub fn sum(&mut self, terms: &[(f64, Id)]) -> Id {
        self.sum_of(terms.iter().rev().map(|(sign, id)| (Constant::exact(*sign), *id)).collect())
    }

    /// The sum of multiples of nodes, the last one first.
    fn sum_of(&mut self, mut open: Vec<(Constant, Id)>) -> Id {
        let mut collected: Vec<(Constant, Id)> = Vec::new();
        let mut constant = Constant::exact(0.0);
        while let Some((factor, id)) = open.pop() {
            let room = collected.len() + open.len() < MAX_COLLECTED;
            match self.node(id) {
                Node::Constant(c) => constant = constant.add(factor.mul(c)),
                Node::Binary(Binary::Add, a, b) if room => open.extend([(factor, b), (factor, a)]),
                Node::Binary(Binary::Sub, a, b) if room => open.extend([(factor.neg(), b), (factor, a)]),
                Node::Unary(Unary::Neg, a) => open.push((factor.neg(), a)),
                _ => {
                    let (coefficient, rest) = self.split_coefficient(id);
                    let coefficient = coefficient.mul(factor);
                    // A multiple of a sum is multiplied out, so that its terms can be collected with others.
                    if rest != id && room && matches!(self.node(rest), Node::Binary(Binary::Add | Binary::Sub, ..)) {
                        open.push((coefficient, rest));
                        continue;
                    }
                    match collected.iter_mut().find(|(_, known)| *known == rest) {
                        Some((known, _)) => *known = known.add(coefficient),
                        None => collected.push((coefficient, rest)),
                    }
                }
            }
        }
        collected.retain(|(coefficient, _)| *coefficient != Constant::exact(0.0));
        if constant != Constant::exact(0.0) {
            let one = self.number(1.0);
            collected.push((constant, one));
        }
        // A positive term first: 1 − w1 and not −w1 + 1.
        if let Some(first) = collected.iter().position(|(coefficient, _)| coefficient.value > 0.0) {
            collected[..=first].rotate_right(1);
        }
        let mut result: Option<Id> = None;
        for (coefficient, rest) in collected {
            let magnitude = if coefficient.value < 0.0 { coefficient.neg() } else { coefficient };
            let scaled = self.scaled(magnitude, rest);
            result = Some(match result {
                None if coefficient.value < 0.0 => self.unary(Unary::Neg, scaled),
                None => scaled,
                Some(sum) if coefficient.value < 0.0 => self.insert(Node::Binary(Binary::Sub, sum, scaled)),
                Some(sum) => self.insert(Node::Binary(Binary::Add, sum, scaled)),
            });
        }
        result.unwrap_or_else(|| self.number(0.0))
    }

    fn scaled(&mut self, coefficient: Constant, rest: Id) -> Id {
        if self.is(rest, 1.0) {
            return self.constant(coefficient);
        }
        if coefficient == Constant::exact(1.0) {
            return rest;
        }
        // c·(n/d) is shown and computed as (c·n)/d.
        if let Node::Binary(Binary::Div, numerator, denominator) = self.node(rest) {
            let numerator = self.scaled(coefficient, numerator);
            return self.insert(Node::Binary(Binary::Div, numerator, denominator));
        }
        let coefficient = self.constant(coefficient);
        self.insert(Node::Binary(Binary::Mul, coefficient, rest))
    }

    /// A term as coefficient times rest.
    fn split_coefficient(&mut self, id: Id) -> (Constant, Id) {
        match self.node(id) {
            Node::Binary(Binary::Mul, a, b) => match (self.as_constant(a), self.as_constant(b)) {
                (Some(c), _) => (c, b),
                (_, Some(c)) => (c, a),
                _ => (Constant::exact(1.0), id),
            },
            Node::Binary(Binary::Div, numerator, denominator) => match self.as_constant(denominator) {
                Some(c) => {
                    let (coefficient, rest) = self.split_coefficient(numerator);
                    (coefficient.div(c), rest)
                }
                None => {
                    let (coefficient, rest) = match self.as_constant(numerator) {
                        Some(c) => (c, self.number(1.0)),
                        None => self.split_coefficient(numerator),
                    };
                    if coefficient == Constant::exact(1.0) {
                        (coefficient, id)
                    } else {
                        (coefficient, self.insert(Node::Binary(Binary::Div, rest, denominator)))
                    }
                }
            },
            Node::Unary(Unary::Neg, a) => {
                let (coefficient, rest) = self.split_coefficient(a);
                (coefficient.neg(), rest)
            }
            _ => (Constant::exact(1.0), id),
        }
    }

    /// The product of factors; coefficients are multiplied out, powers of the same base are added.
    ///
    /// The result may be defined where a factor is not (x⁰ for x/x at 0). There the loss itself is undefined, and
    /// [`super::Tape`], which tests the loss first, never uses its derivatives.
    pub fn product(&mut self, factors: &[Id]) -> Id {
        let mut coefficient = Constant::exact(1.0);
        let mut powers: Vec<(Id, i32)> = Vec::new();
        let mut open: Vec<(Id, i32)> = factors.iter().rev().map(|&id| (id, 1)).collect();
        while let Some((id, exponent)) = open.pop().or_else(|| self.cancelled_share(&mut powers)) {
            let room = powers.len() + open.len() < MAX_COLLECTED;
            match self.node(id) {
                // A product of constants that overflows may be a factor of something small: 1e308·2·w1.
                Node::Constant(c) => match coefficient.mul(c.powi(exponent)) {
                    product if product.value.is_finite() || !c.value.is_finite() => coefficient = product,
                    _ => powers.push((id, exponent)),
                },
                Node::Unary(Unary::Neg, a) => {
                    if exponent % 2 != 0 {
                        coefficient = coefficient.neg();
                    }
                    open.push((a, exponent));
                }
                Node::Binary(Binary::Mul, a, b) if room => open.extend([(b, exponent), (a, exponent)]),
                Node::Binary(Binary::Div, a, b) if room && !self.is_share(a, b) => {
                    open.extend([(b, -exponent), (a, exponent)]);
                }
                Node::Power(a, n) if n.checked_mul(exponent).is_some() => open.push((a, n * exponent)),
                Node::Unary(Unary::Sqrt, a) if exponent % 2 == 0 => open.push((a, exponent / 2)),
                _ => match powers.iter_mut().find(|(known, _)| *known == id) {
                    Some((_, known)) => {
                        *known = known.saturating_add(exponent);
                        // √x·√x = x, wherever √x is defined.
                        if let (Node::Unary(Unary::Sqrt, inside), true) =
                            (self.node(id), *known != 0 && *known % 2 == 0)
                        {
                            let halved = *known / 2;
                            powers.retain(|(known, _)| *known != id);
                            open.push((inside, halved));
                        }
                    }
                    None => powers.push((id, exponent)),
                },
            }
        }
        powers.retain(|(_, exponent)| *exponent != 0);
        if coefficient == Constant::exact(0.0) {
            return self.number(0.0);
        }
        if let ([(only, 1)], true) = (&powers[..], coefficient != Constant::exact(1.0)) {
            let only = *only;
            if matches!(self.node(only), Node::Binary(Binary::Add | Binary::Sub, ..)) {
                return self.sum_of(vec![(coefficient, only)]);
            }
        }
        // Parameters first, then weights, then functions, so that products of few weights come first and are computed
        // once.
        powers.sort_by_key(|(id, _)| (self.rank(*id), *id));
        let numerator = self.monomial(powers.iter().filter(|(_, n)| *n > 0).copied());
        let denominator = self.monomial(powers.iter().filter(|(_, n)| *n < 0).map(|(id, n)| (*id, -n)));
        let negative = coefficient.value < 0.0;
        let magnitude = if negative { coefficient.neg() } else { coefficient };
        let one = self.number(1.0);
        let top = self.scaled(magnitude, numerator.unwrap_or(one));
        let quotient = match denominator {
            Some(denominator) => self.insert(Node::Binary(Binary::Div, top, denominator)),
            None => top,
        };
        if negative { self.unary(Unary::Neg, quotient) } else { quotient }
    }

    /// Whether a/b is a leg over its hypotenuse. [`Graph::product`] keeps such a quotient together, because the product
    /// of its numerator with another factor may overflow where the quotient does not.
    fn is_share(&self, a: Id, b: Id) -> bool {
        matches!(self.node(b), Node::Binary(Binary::Hypot, ..)) && self.as_constant(a).is_none()
    }

    /// If the powers contain (a/h)ᵐ·hᵐ, removes it and returns aᵐ.
    fn cancelled_share(&self, powers: &mut [(Id, i32)]) -> Option<(Id, i32)> {
        for share in 0..powers.len() {
            let (id, exponent) = powers[share];
            let Node::Binary(Binary::Div, a, b) = self.node(id) else { continue };
            let of_same_sign = |(known, n): &(Id, i32)| *known == b && n.signum() == exponent.signum() && *n != 0;
            if !self.is_share(a, b) {
                continue;
            }
            if let Some(whole) = powers.iter().position(of_same_sign) {
                let common = exponent.signum() * exponent.abs().min(powers[whole].1.abs());
                powers[share].1 -= common;
                powers[whole].1 -= common;
                return Some((a, common));
            }
        }
        None
    }

    /// The constant c with x = c·y; `None` if the terms do not show one.
    pub fn constant_ratio(&mut self, x: Id, y: Id) -> Option<Constant> {
        let [(above, of_x), (below, of_y)] = [x, y].map(|id| self.whole_coefficient(id));
        (of_x == of_y).then(|| above.div(below))
    }

    /// A term as a coefficient and a rest without a coefficient.
    fn whole_coefficient(&mut self, id: Id) -> (Constant, Id) {
        let (mut whole, mut rest) = (Constant::exact(1.0), id);
        loop {
            let (coefficient, smaller) = self.split_coefficient(rest);
            if smaller == rest {
                return (whole, rest);
            }
            (whole, rest) = (whole.mul(coefficient), smaller);
        }
    }

    fn rank(&self, id: Id) -> u32 {
        match self.node(id) {
            Node::Constant(_) => 0,
            Node::Parameter(index) => 1 + index as u32,
            Node::Column(index) => 500 + index as u32,
            Node::Weight(index) => 1000 + index as u32,
            _ => 2000 + u32::from(self.depends[id.0 as usize]),
        }
    }

    fn monomial(&mut self, powers: impl Iterator<Item = (Id, i32)>) -> Option<Id> {
        let powers: Vec<(Id, i32)> = powers.collect();
        let mut result: Option<Id> = None;
        for (base, exponent) in powers {
            let factor = self.power(base, exponent);
            result = Some(match result {
                None => factor,
                Some(product) => self.insert(Node::Binary(Binary::Mul, product, factor)),
            });
        }
        result
    }

    /// The places that `roots` depend on, ascending: operands come before the nodes that use them.
    pub fn reachable(&self, roots: &[Id]) -> Vec<Id> {
        let mut needed = vec![false; self.nodes.len()];
        for root in roots {
            needed[root.0 as usize] = true;
        }
        for index in (0..self.nodes.len()).rev() {
            if needed[index] {
                for operand in operands(self.nodes[index]) {
                    needed[operand.0 as usize] = true;
                }
            }
        }
        (0..self.nodes.len()).filter(|&index| needed[index]).map(|index| Id(index as u32)).collect()
    }
}

/// The operands of a node.
pub fn operands(node: Node) -> impl Iterator<Item = Id> {
    let (a, b) = match node {
        Node::Constant(_) | Node::Weight(_) | Node::Parameter(_) | Node::Column(_) => (None, None),
        Node::Unary(_, a) | Node::Power(a, _) => (Some(a), None),
        Node::Binary(_, a, b) => (Some(a), Some(b)),
    };
    a.into_iter().chain(b)
}
