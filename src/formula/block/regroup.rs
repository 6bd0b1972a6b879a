//! Regrouping: on a grid, sums and products are cheaper if the terms that depend on one weight alone are gathered
//! first.
//!
//! A sum is split into what depends on neither weight, on w1, on w2 and on both; each part is added up by itself, the
//! parts of one weight only once for each column or row. Products are split likewise; dividing by a term of one weight
//! becomes multiplying with its reciprocal. And exp(a(w1) + b(w2)) becomes exp(a)·exp(b). Rastrigin's function then
//! takes one addition for each point, and a sum of Gaussians takes no exponential at grid points.
//!
//! The operations are the same in a different order, so only the rounding differs. This holds while all numbers stay in
//! a safe range; the constants, tables and values are tested for that.

use super::program::{BOTH, FIRST, Id, NEITHER, Node, Program, SECOND};
use super::ranges::{Ranges, SAFE};
use super::reciprocals::with_shared_reciprocals;
use crate::formula::instructions::{Instructions, Operation, Slot};
use crate::number::{Binary, Unary};

/// A program in which sums and products are regrouped, and the conditions under which it may be used.
pub struct Regrouped {
    pub program: Program,
    /// Exponentials of parts of a sum. Condition: they are finite and normal.
    pub exponentials: Vec<Id>,
    /// Products of terms of one weight, with their factors. Condition: a product is zero only where a factor is.
    pub products: Vec<[Id; 3]>,
    /// Whether all constants that were multiplied out are in the safe range.
    pub has_safe_constants: bool,
}

/// The most terms or factors that are gathered from one sum or product.
const MOST: usize = 64;

impl Regrouped {
    /// Whether a table has only values that may be regrouped: 0, values in the safe range, and undefined or infinite
    /// values, which stay undefined or infinite in any order.
    pub fn is_safe_table(values: &[f64]) -> bool {
        values.iter().all(|value| *value == 0.0 || !value.is_finite() || SAFE.contains(&value.abs()))
    }

    /// Whether an exponential of a part of a sum may be a factor of its own.
    pub fn is_safe_exponential(values: &[f64]) -> bool {
        values.iter().all(|value| value.is_normal())
    }

    /// Whether a product vanishes only where a factor does.
    pub fn is_safe_product(product: &[f64], left: &[f64], right: &[f64]) -> bool {
        product.iter().zip(left.iter().zip(right)).all(|(product, (a, b))| *product != 0.0 || *a == 0.0 || *b == 0.0)
    }

    pub fn new(tape: &Instructions, outputs: &[Slot]) -> Regrouped {
        Regrouper::new(tape, outputs).run(outputs)
    }

    /// The same program with [`with_shared_reciprocals`].
    pub fn with_shared_reciprocals(self, ranges: &Ranges) -> Regrouped {
        let Regrouped { program, exponentials, products, has_safe_constants } = self;
        let (program, places) = with_shared_reciprocals(program, ranges);
        let place = |id: Id| places[id.index()];
        Regrouped {
            program,
            exponentials: exponentials.into_iter().map(place).collect(),
            products: products.into_iter().map(|ids| ids.map(place)).collect(),
            has_safe_constants,
        }
    }
}

/// A node, or its negative.
#[derive(Clone, Copy)]
struct Signed {
    id: Id,
    negative: bool,
}

/// How the value of a slot is computed.
enum Shape {
    /// Unchanged from the tape.
    Plain(Operation),
    /// Multiples of slots, and a constant.
    Sum { terms: Vec<(f64, Slot)>, constant: f64 },
    /// Factors and divisors, and a coefficient.
    Product { above: Vec<Factor>, below: Vec<Factor>, coefficient: f64 },
}

enum Factor {
    Slot(Slot),
    /// exp of a sum, whose parts depend on one weight each.
    Exponential {
        terms: Vec<(f64, Slot)>,
        constant: f64,
    },
}

struct Regrouper<'a> {
    tape: &'a Instructions,
    operations: Vec<Option<Operation>>,
    constants: Vec<Option<f64>>,
    uses: Vec<u32>,
    /// Whether a slot is a sum of multiples of terms that depend on one weight each.
    separable: Vec<bool>,
    places: Vec<Signed>,
    regrouped: Regrouped,
}

impl<'a> Regrouper<'a> {
    fn new(tape: &'a Instructions, outputs: &[Slot]) -> Regrouper<'a> {
        let mut regrouped = Regrouped {
            program: Program::default(),
            exponentials: Vec::new(),
            products: Vec::new(),
            has_safe_constants: true,
        };
        let leaves = regrouped.program.leaves(tape);
        let count = tape.slots();
        let mut operations = vec![None; leaves.len()];
        operations.extend(tape.numbered().map(|(_, operation)| Some(operation)));
        let mut constants = vec![None; count];
        for (k, value) in tape.constants().enumerate() {
            constants[2 + k] = Some(value);
        }
        let mut uses = vec![0; count];
        for &output in outputs {
            uses[output as usize] += 1;
        }
        for (slot, operation) in tape.numbered().collect::<Vec<_>>().into_iter().rev() {
            if uses[slot] > 0 {
                for operand in operation.operands() {
                    uses[operand as usize] += 1;
                }
            }
        }
        let mut places: Vec<Signed> = leaves.iter().map(|&id| Signed { id, negative: false }).collect();
        places.resize(count, Signed { id: leaves[0], negative: false });
        let mut regrouper =
            Regrouper { tape, operations, constants, uses, separable: vec![false; count], places, regrouped };
        for slot in 0..count {
            regrouper.separable[slot] = regrouper.is_separable(slot);
        }
        regrouper
    }

    fn depends(&self, slot: Slot) -> u8 {
        self.tape.depends_of(slot)
    }

    fn constant(&self, slot: Slot) -> Option<f64> {
        self.constants[slot as usize].filter(|value| SAFE.contains(&value.abs()))
    }

    /// The constant factor of an operation that multiplies or divides by a constant, and its other operand.
    fn multiple(&self, operation: Operation) -> Option<(f64, Slot)> {
        match operation {
            Operation::Unary(Unary::Neg, a) => Some((-1.0, a)),
            Operation::Binary(Binary::Mul, a, b) => {
                self.constant(a).map(|c| (c, b)).or_else(|| self.constant(b).map(|c| (c, a)))
            }
            Operation::Binary(Binary::Div, a, b) => self.constant(b).map(|c| (1.0 / c, a)),
            _ => None,
        }
    }

    fn is_separable(&self, slot: usize) -> bool {
        if self.depends(slot as Slot) != BOTH {
            return true;
        }
        let Some(operation) = self.operations[slot] else { return false };
        match operation {
            Operation::Binary(Binary::Add | Binary::Sub, a, b) => {
                self.separable[a as usize] && self.separable[b as usize]
            }
            _ => self.multiple(operation).is_some_and(|(_, a)| self.separable[a as usize]),
        }
    }

    /// The terms of a sum, found through nested sums and through multiples of separable sums. A sum that is used
    /// elsewhere, too, is one term, unless `all` is set.
    fn terms(&self, root: Slot, all: bool) -> (Vec<(f64, Slot)>, f64) {
        let (mut terms, mut constant) = (Vec::new(), 0.0);
        let mut open = vec![(1.0, root)];
        while let Some((factor, slot)) = open.pop() {
            let is_inside = self.depends(slot) == BOTH && (slot == root || all || self.uses[slot as usize] == 1);
            let room = terms.len() + open.len() < MOST;
            match self.operations[slot as usize] {
                None if self.constant(slot).is_some() => constant += factor * self.constant(slot).unwrap_or(0.0),
                Some(Operation::Binary(Binary::Add, a, b)) if is_inside && room => {
                    open.extend([(factor, b), (factor, a)]);
                }
                Some(Operation::Binary(Binary::Sub, a, b)) if is_inside && room => {
                    open.extend([(-factor, b), (factor, a)]);
                }
                Some(operation) if is_inside && room => match self.multiple(operation) {
                    Some((multiple, a)) if multiple == -1.0 || self.separable[a as usize] => {
                        open.push((factor * multiple, a));
                    }
                    _ => terms.push((factor, slot)),
                },
                _ => terms.push((factor, slot)),
            }
        }
        (terms, constant)
    }

    /// The terms of the exponent, where exp of them can be split.
    fn exponent(&self, slot: Slot) -> Option<(Vec<(f64, Slot)>, f64)> {
        let Some(Operation::Unary(Unary::Exp, inside)) = self.operations[slot as usize] else { return None };
        if self.depends(inside) != BOTH || !self.separable[inside as usize] {
            return None;
        }
        let (terms, constant) = self.terms(inside, true);
        terms.iter().all(|(_, slot)| self.depends(*slot) != BOTH).then_some((terms, constant))
    }

    fn shape(&self, slot: Slot) -> Shape {
        let Some(operation) = self.operations[slot as usize] else {
            unreachable!("weights and constants have no operation")
        };
        if self.depends(slot) != BOTH {
            return Shape::Plain(operation);
        }
        let is_sum = matches!(operation, Operation::Binary(Binary::Add | Binary::Sub, ..))
            || self.separable[slot as usize]
            || matches!(operation, Operation::Unary(Unary::Neg, _));
        if is_sum {
            let (terms, constant) = self.terms(slot, false);
            // A multiple of a sum that is used elsewhere, too, has only itself as a term.
            if !matches!(terms[..], [(_, only)] if only == slot) {
                return Shape::Sum { terms, constant };
            }
        }
        match operation {
            Operation::Binary(Binary::Mul | Binary::Div, ..) => self.product(slot),
            Operation::Unary(Unary::Exp, _) if self.exponent(slot).is_some() => self.product(slot),
            _ => Shape::Plain(operation),
        }
    }

    fn product(&self, root: Slot) -> Shape {
        let (mut above, mut below, mut coefficient) = (Vec::new(), Vec::new(), 1.0);
        let mut open = vec![(root, false)];
        while let Some((slot, divides)) = open.pop() {
            let is_inside = self.depends(slot) == BOTH && (slot == root || self.uses[slot as usize] == 1);
            let room = above.len() + below.len() + open.len() < MOST;
            match self.operations[slot as usize] {
                None if self.constant(slot).is_some() && !divides => {
                    // If the coefficient leaves the safe range, it stays outside.
                    coefficient *= self.constant(slot).unwrap_or(1.0);
                    if !SAFE.contains(&f64::abs(coefficient)) {
                        coefficient = f64::INFINITY;
                    }
                }
                Some(Operation::Binary(Binary::Mul, a, b)) if is_inside && room && !divides && a != b => {
                    open.extend([(b, false), (a, false)]);
                }
                Some(Operation::Binary(Binary::Div, a, b)) if is_inside && room && !divides => {
                    open.extend([(b, true), (a, false)]);
                }
                Some(Operation::Unary(Unary::Neg, a)) if is_inside && room && !divides => {
                    coefficient = -coefficient;
                    open.push((a, false));
                }
                _ => {
                    let factor = match self.exponent(slot) {
                        Some((terms, constant)) => Factor::Exponential { terms, constant },
                        None => Factor::Slot(slot),
                    };
                    if divides { below.push(factor) } else { above.push(factor) }
                }
            }
        }
        Shape::Product { above, below, coefficient }
    }

    fn run(mut self, outputs: &[Slot]) -> Regrouped {
        let first = self.tape.slots() - self.tape.numbered().count();
        let mut needed = vec![false; self.tape.slots()];
        for &output in outputs {
            needed[output as usize] = true;
        }
        for slot in (first..needed.len()).rev() {
            if needed[slot] {
                self.mark_operands(slot as Slot, &mut needed);
            }
        }
        for slot in (first..self.tape.slots()).filter(|slot| needed[*slot]) {
            self.places[slot] = match self.shape(slot as Slot) {
                Shape::Plain(operation) => self.plain(operation),
                Shape::Sum { terms, constant } => self.sum(&terms, constant),
                Shape::Product { above, below, coefficient } => self.grouped(&above, &below, coefficient),
            };
        }
        self.regrouped.program.outputs = outputs.iter().map(|&slot| self.unsigned(slot)).collect();
        self.regrouped
    }

    fn mark_operands(&self, slot: Slot, needed: &mut [bool]) {
        match self.shape(slot) {
            Shape::Plain(operation) => operation.operands().for_each(|operand| needed[operand as usize] = true),
            Shape::Sum { terms, .. } => terms.iter().for_each(|(_, slot)| needed[*slot as usize] = true),
            Shape::Product { above, below, .. } => {
                for factor in above.iter().chain(&below) {
                    match factor {
                        Factor::Slot(slot) => needed[*slot as usize] = true,
                        Factor::Exponential { terms, .. } => {
                            terms.iter().for_each(|(_, slot)| needed[*slot as usize] = true);
                        }
                    }
                }
            }
        }
    }

    /// The node of a slot, its sign carried out.
    fn unsigned(&mut self, slot: Slot) -> Id {
        let Signed { id, negative } = self.places[slot as usize];
        if negative { self.regrouped.program.unary(Unary::Neg, id) } else { id }
    }

    fn plain(&mut self, operation: Operation) -> Signed {
        match operation {
            // An odd power keeps the sign of its base, and an even power drops it.
            Operation::Power(a, n) if n != 0 => {
                let Signed { id, negative } = self.places[a as usize];
                Signed { id: self.regrouped.program.power(id, n), negative: negative && n % 2 != 0 }
            }
            Operation::Unary(Unary::Neg, a) => {
                let Signed { id, negative } = self.places[a as usize];
                Signed { id, negative: !negative }
            }
            Operation::Binary(Binary::Mul, a, b) if a == b => {
                let id = self.places[a as usize].id;
                Signed { id: self.regrouped.program.binary(Binary::Mul, id, id), negative: false }
            }
            _ => {
                let operands: Vec<(Slot, Id)> = operation.operands().map(|slot| (slot, self.unsigned(slot))).collect();
                let of = |slot: Slot| operands.iter().find(|(known, _)| *known == slot).map_or(Id(0), |(_, id)| *id);
                Signed { id: self.regrouped.program.operation(operation, of), negative: false }
            }
        }
    }

    fn added(&mut self, a: Option<Signed>, b: Signed) -> Signed {
        let Some(a) = a else { return b };
        let program = &mut self.regrouped.program;
        match (a.negative, b.negative) {
            (false, true) => Signed { id: program.binary(Binary::Sub, a.id, b.id), negative: false },
            (true, false) => Signed { id: program.binary(Binary::Sub, b.id, a.id), negative: false },
            (_, negative) => Signed { id: program.binary(Binary::Add, a.id, b.id), negative },
        }
    }

    fn constant_node(&mut self, value: f64) -> Signed {
        Signed { id: self.regrouped.program.constant(value.abs()), negative: value < 0.0 }
    }

    /// The sum of multiples of slots that satisfy a condition.
    fn part(&mut self, terms: &[(f64, Slot)], mut sum: Option<Signed>, wanted: impl Fn(u8) -> bool) -> Option<Signed> {
        for &(factor, slot) in terms {
            if !wanted(self.depends(slot)) {
                continue;
            }
            let Signed { mut id, negative } = self.places[slot as usize];
            if factor.abs() != 1.0 {
                let magnitude = self.regrouped.program.constant(factor.abs());
                id = self.regrouped.program.binary(Binary::Mul, magnitude, id);
            }
            sum = Some(self.added(sum, Signed { id, negative: negative != (factor < 0.0) }));
        }
        sum
    }

    fn sum(&mut self, terms: &[(f64, Slot)], constant: f64) -> Signed {
        let start = (constant != 0.0).then(|| self.constant_node(constant));
        let has = |kind: u8| terms.iter().any(|(_, slot)| self.depends(*slot) == kind);
        // The constant is added to the part that is computed once for each row, or else once for each column.
        let with_second = has(SECOND) || !has(FIRST);
        let second = self.part(terms, start.filter(|_| with_second), |depends| depends == SECOND || depends == NEITHER);
        let first = self.part(terms, start.filter(|_| !with_second), |depends| depends == FIRST);
        let both: Vec<(f64, Slot)> = terms.iter().copied().filter(|(_, slot)| self.depends(*slot) == BOTH).collect();
        let mut sum = None;
        for (k, term) in both.iter().enumerate() {
            sum = self.part(&[*term], sum, |_| true);
            // Added after the first term, so that a product and the addition of a table can be fused.
            if k == 0 {
                sum = first.map_or(sum, |first| Some(self.added(sum, first)));
            }
        }
        let sum = if both.is_empty() { first } else { sum };
        match (sum, second) {
            (sum, Some(second)) => self.added(sum, second),
            (Some(sum), None) => sum,
            (None, None) => self.constant_node(constant),
        }
    }

    fn grouped(&mut self, above: &[Factor], below: &[Factor], coefficient: f64) -> Signed {
        self.regrouped.has_safe_constants &= SAFE.contains(&coefficient.abs());
        let mut negative = coefficient < 0.0;
        let above = self.factors(above, &mut negative);
        let below = self.factors(below, &mut negative);
        let of = |kind: u8, list: &[Id], program: &Program| -> Vec<Id> {
            let is = |id: &Id| match program.depends[id.index()] {
                NEITHER => kind == SECOND,
                depends => depends == kind,
            };
            list.iter().copied().filter(is).collect()
        };
        let program = &self.regrouped.program;
        let [mut first, mut second, mut both] =
            [FIRST, SECOND, BOTH].map(|kind| (of(kind, &above, program), of(kind, &below, program)));
        if coefficient.abs() != 1.0 {
            let magnitude = self.regrouped.program.constant(coefficient.abs());
            let is_empty = |part: &(Vec<Id>, Vec<Id>)| part.0.is_empty() && part.1.is_empty();
            let home = if !is_empty(&second) {
                &mut second
            } else if !is_empty(&first) {
                &mut first
            } else {
                &mut both
            };
            home.0.insert(0, magnitude);
        }
        let first = self.quotient(&first, true);
        let second = self.quotient(&second, true);
        // If factors of both weights only divide, they divide the table, or else the value of the row.
        let is_divisor = both.0.is_empty() && !both.1.is_empty();
        let (both, first, second) = match (is_divisor, first, second) {
            (true, Some(table), second) => (self.quotient(&(vec![table], both.1), false), None, second),
            (true, None, Some(value)) => (self.quotient(&(vec![value], both.1), false), None, None),
            (_, first, second) => (self.quotient(&both, false), first, second),
        };
        let mut result = both;
        for part in [first, second].into_iter().flatten() {
            result = Some(result.map_or(part, |result| self.regrouped.program.binary(Binary::Mul, result, part)));
        }
        let id = result.unwrap_or_else(|| self.regrouped.program.constant(1.0));
        Signed { id, negative }
    }

    /// Factors as nodes. An exponential of a sum becomes two factors, and signs are moved to `negative`.
    fn factors(&mut self, factors: &[Factor], negative: &mut bool) -> Vec<Id> {
        let mut nodes = Vec::new();
        for factor in factors {
            match factor {
                Factor::Slot(slot) => {
                    let signed = self.places[*slot as usize];
                    *negative ^= signed.negative;
                    nodes.push(signed.id);
                }
                Factor::Exponential { terms, constant } => {
                    let start = (*constant != 0.0).then(|| self.constant_node(*constant));
                    let first = self.part(terms, None, |depends| depends == FIRST);
                    let second = self.part(terms, start, |depends| depends != FIRST);
                    for exponent in [first, second].into_iter().flatten() {
                        let program = &mut self.regrouped.program;
                        let inside =
                            if exponent.negative { program.unary(Unary::Neg, exponent.id) } else { exponent.id };
                        let exponential = program.unary(Unary::Exp, inside);
                        self.regrouped.exponentials.push(exponential);
                        nodes.push(exponential);
                    }
                }
            }
        }
        nodes
    }

    /// The product of the first list over that of the second; `None` when both are empty.
    fn quotient(&mut self, (above, below): &(Vec<Id>, Vec<Id>), checked: bool) -> Option<Id> {
        let above = self.chain(above, checked);
        let below = self.chain(below, checked);
        let program = &mut self.regrouped.program;
        match (above, below) {
            (above, None) => above,
            (Some(above), Some(below)) => {
                let quotient = program.binary(Binary::Div, above, below);
                if checked {
                    self.regrouped.products.push([quotient, above, above]);
                }
                Some(quotient)
            }
            (None, Some(below)) => {
                let one = program.constant(1.0);
                Some(program.binary(Binary::Div, one, below))
            }
        }
    }

    fn chain(&mut self, factors: &[Id], checked: bool) -> Option<Id> {
        let mut product: Option<Id> = None;
        for &factor in factors {
            product = Some(match product {
                None => factor,
                Some(left) => {
                    let id = self.regrouped.program.binary(Binary::Mul, left, factor);
                    if checked {
                        self.regrouped.products.push([id, left, factor]);
                    }
                    id
                }
            });
        }
        product
    }
}

/// Whether a node is a constant that may be combined with others in products and sums.
pub fn is_safe_constant(node: Node) -> bool {
    match node {
        Node::Constant(value) => Regrouped::is_safe_table(&[value]),
        _ => true,
    }
}
