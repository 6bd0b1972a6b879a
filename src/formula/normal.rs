//! A normal form of formulas: polynomials with rational coefficients in the weights and in *atoms*, which are functions
//! of such polynomials. Sums are flattened and like terms collected, so that one can see whether a formula is a
//! function of one argument: in w1 + w2 − sin(w1 + w2) both terms are functions of w1 + w2.
//!
//! Equal normal forms are equal functions. Different normal forms may be equal functions, too: sin² + cos² is not
//! recognised as 1.
//!
//! No term that could be undefined somewhere is dropped, so log(w1) − log(w1) has no normal form.

use super::expression::{Expression, Node};
use crate::number::{Binary, ClosedForm, Decimal, Unary};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::collections::BTreeMap;

/// Larger sums are not worked with.
const MAX_TERMS: usize = 96;
/// Nor polynomials of a higher degree.
const MAX_DEGREE: u32 = 24;
/// Nor coefficients with more binary digits.
const MAX_BITS: u64 = 2048;
/// Nor formulas with more atoms.
const MAX_ATOMS: usize = 64;

/// A factor of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Factor {
    /// w1 (0) or w2 (1).
    Weight(usize),
    /// An atom, by its place in the table.
    Atom(usize),
}

/// A product of powers, by ascending factor; each exponent is at least 1.
pub type Monomial = Vec<(Factor, u32)>;

/// A sum of terms: monomials with coefficients that are not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum {
    /// The terms.
    pub terms: BTreeMap<Monomial, BigRational>,
}

/// The kinds of atoms.
#[derive(Clone, Debug, PartialEq)]
pub enum Atom {
    /// π (`true`) or e.
    Constant(bool),
    /// A function of one argument.
    Function(Unary, Sum),
    /// An integer power that is not multiplied out; the exponent is neither 0 nor 1.
    Power(Sum, i64),
    /// A power with a rational exponent that is not an integer.
    Root(Sum, BigRational),
}

/// The atoms of normal forms: equal ones have the same place.
#[derive(Clone, Debug, Default)]
pub struct Atoms {
    table: Vec<Atom>,
}

impl Sum {
    /// A number.
    pub fn number(x: BigRational) -> Sum {
        Sum::term(Monomial::new(), x)
    }

    /// A coefficient times a monomial.
    pub fn term(monomial: Monomial, coefficient: BigRational) -> Sum {
        let mut sum = Sum::default();
        sum.add_term(monomial, coefficient);
        sum
    }

    /// The sum of a single factor.
    pub fn factor(factor: Factor) -> Sum {
        Sum::term(vec![(factor, 1)], BigRational::one())
    }

    /// Adds a term, and collects it with its like.
    pub fn add_term(&mut self, monomial: Monomial, coefficient: BigRational) {
        let entry = self.terms.entry(monomial);
        match entry {
            std::collections::btree_map::Entry::Occupied(mut known) => {
                *known.get_mut() += coefficient;
                if known.get().is_zero() {
                    known.remove();
                }
            }
            std::collections::btree_map::Entry::Vacant(place) if !coefficient.is_zero() => {
                place.insert(coefficient);
            }
            std::collections::btree_map::Entry::Vacant(_) => {}
        }
    }

    /// The number that it is.
    pub fn as_number(&self) -> Option<BigRational> {
        match self.terms.len() {
            0 => Some(BigRational::zero()),
            1 => self.terms.get(&Monomial::new()).cloned(),
            _ => None,
        }
    }

    /// x + c·y.
    pub fn plus(&self, factor: &BigRational, other: &Sum) -> Option<Sum> {
        let mut sum = self.clone();
        for (monomial, coefficient) in &other.terms {
            sum.add_term(monomial.clone(), coefficient * factor);
        }
        sum.checked()
    }

    /// c·x.
    pub fn times_number(&self, factor: &BigRational) -> Sum {
        if factor.is_zero() {
            return Sum::default();
        }
        Sum { terms: self.terms.iter().map(|(monomial, c)| (monomial.clone(), c * factor)).collect() }
    }

    /// x·y, multiplied out; `None` where it is too large.
    pub fn times(&self, other: &Sum) -> Option<Sum> {
        if self.terms.len().saturating_mul(other.terms.len()) > 16 * MAX_TERMS {
            return None;
        }
        let mut sum = Sum::default();
        for (a, c) in &self.terms {
            for (b, d) in &other.terms {
                sum.add_term(product(a, b), c * d);
            }
        }
        sum.checked()
    }

    /// Whether it is a polynomial in the weights alone.
    pub fn is_polynomial(&self) -> bool {
        self.terms.keys().flatten().all(|(factor, _)| matches!(factor, Factor::Weight(_)))
    }

    fn checked(self) -> Option<Sum> {
        let is_small = |(monomial, c): (&Monomial, &BigRational)| {
            monomial.iter().map(|(_, n)| *n).sum::<u32>() <= MAX_DEGREE
                && c.numer().bits().max(c.denom().bits()) <= MAX_BITS
        };
        (self.terms.len() <= MAX_TERMS && self.terms.iter().all(is_small)).then_some(self)
    }

    fn whole_power(&self, n: u32) -> Option<Sum> {
        if n > MAX_DEGREE {
            return None;
        }
        (0..n).try_fold(Sum::number(BigRational::one()), |power, _| power.times(self))
    }
}

/// The product of two monomials.
pub fn product(a: &Monomial, b: &Monomial) -> Monomial {
    let mut powers: BTreeMap<Factor, u32> = a.iter().copied().collect();
    for (factor, n) in b {
        *powers.entry(*factor).or_default() += n;
    }
    powers.into_iter().collect()
}

impl Atom {
    /// What it is a function of; `None` for a constant.
    pub fn argument(&self) -> Option<&Sum> {
        match self {
            Atom::Constant(_) => None,
            Atom::Function(_, argument) | Atom::Power(argument, _) | Atom::Root(argument, _) => Some(argument),
        }
    }

    /// The same atom with another argument.
    pub fn of(&self, argument: Sum) -> Atom {
        match self {
            Atom::Constant(is_pi) => Atom::Constant(*is_pi),
            Atom::Function(op, _) => Atom::Function(*op, argument),
            Atom::Power(_, n) => Atom::Power(argument, *n),
            Atom::Root(_, exponent) => Atom::Root(argument, exponent.clone()),
        }
    }

    fn is_total(&self) -> bool {
        match self {
            Atom::Constant(_) => true,
            Atom::Function(op, _) => op.is_total(),
            Atom::Power(_, n) => *n > 0,
            Atom::Root(..) => false,
        }
    }
}

impl Atoms {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The atom at a place.
    pub fn get(&self, place: usize) -> &Atom {
        &self.table[place]
    }

    /// The atom as a sum; a number where it is one.
    pub fn sum_of(&mut self, atom: Atom) -> Option<Sum> {
        if let Some(known) = known_value(&atom) {
            return Some(Sum::number(known));
        }
        let place = match self.table.iter().position(|known| *known == atom) {
            Some(place) => place,
            None if self.table.len() < MAX_ATOMS => {
                self.table.push(atom);
                self.table.len() - 1
            }
            None => return None,
        };
        Some(Sum::factor(Factor::Atom(place)))
    }

    /// Which weights a sum depends on: w1 (bit 0) and w2 (bit 1).
    pub fn depends(&self, sum: &Sum) -> u8 {
        sum.terms.keys().flatten().fold(0, |bits, (factor, _)| bits | self.depends_by(*factor))
    }

    /// The weights on which a factor depends.
    pub fn depends_by(&self, factor: Factor) -> u8 {
        match factor {
            Factor::Weight(axis) => 1 << axis,
            Factor::Atom(place) => self.table[place].argument().map_or(0, |argument| self.depends(argument)),
        }
    }

    /// Marks the atoms that occur in a sum, at any depth.
    pub fn reach(&self, sum: &Sum, reached: &mut [bool]) {
        for (factor, _) in sum.terms.keys().flatten() {
            if let Factor::Atom(place) = factor
                && !std::mem::replace(&mut reached[*place], true)
                && let Some(argument) = self.table[*place].argument()
            {
                self.reach(argument, reached);
            }
        }
    }

    /// The normal form of a formula with these values of its parameters and of its columns, for one example; `None` if
    /// a column has no value, a function has cases, an exponent is variable, the form is too large, or a term cancels
    /// that may be undefined.
    pub fn normal(&mut self, expression: &Expression, parameters: &[Decimal], columns: &[Decimal]) -> Option<Sum> {
        self.part(expression, parameters, columns).filter(|sum| self.is_whole(sum))
    }

    /// Like [`Atoms::normal`], for a part of a sum. Ask [`Atoms::is_whole`] of the whole sum: terms that may be undefined
    /// may have cancelled.
    pub fn part(&mut self, expression: &Expression, parameters: &[Decimal], columns: &[Decimal]) -> Option<Sum> {
        let number = |(n, d)| Sum::number(BigRational::new(n, d));
        let mut values: Vec<Sum> = Vec::with_capacity(expression.nodes.len());
        for node in &expression.nodes {
            let value = match node {
                Node::Number(literal) => match (literal.rational(), literal.text.as_str()) {
                    (Some(fraction), _) => number(fraction),
                    (None, "π") => self.sum_of(Atom::Constant(true))?,
                    (None, "e") => self.sum_of(Atom::Constant(false))?,
                    (None, _) => return None,
                },
                Node::Weight(axis) => Sum::factor(Factor::Weight(*axis)),
                Node::Parameter(index) => number(parameters.get(*index)?.rational()),
                Node::Column(index) => number(columns.get(*index)?.rational()),
                Node::Unary(Unary::Neg, a) => values[*a].times_number(&-BigRational::one()),
                // Functions that jump have no series.
                Node::Unary(Unary::Sign | Unary::Step | Unary::Kink | Unary::Floor | Unary::Ceil, _) => return None,
                Node::Unary(op, a) => self.sum_of(Atom::Function(*op, values[*a].clone()))?,
                Node::Binary(op, a, b) => self.binary(*op, &values[*a], &values[*b])?,
            };
            values.push(value);
        }
        values.pop()
    }

    /// Whether no atom that may be undefined was lost from a sum, because its terms cancelled.
    pub fn is_whole(&self, sum: &Sum) -> bool {
        let mut reached = vec![false; self.table.len()];
        self.reach(sum, &mut reached);
        self.table.iter().zip(&reached).all(|(atom, reached)| *reached || atom.is_total())
    }

    /// A sum as a formula that can be typed; `None` where it has a function without a name.
    pub fn text(&self, sum: &Sum) -> Option<String> {
        let terms: Option<Vec<String>> = sum
            .terms
            .iter()
            .map(|(monomial, coefficient)| {
                let mut text = format!("({}/{})", coefficient.numer(), coefficient.denom());
                for (factor, n) in monomial {
                    text += &format!("*({})^{n}", self.text_of(*factor)?);
                }
                Some(text)
            })
            .collect();
        let text = terms?.join("+");
        Some(if text.is_empty() { "0".to_owned() } else { text })
    }

    fn text_of(&self, factor: Factor) -> Option<String> {
        let place = match factor {
            Factor::Weight(axis) => return Some(format!("w{}", axis + 1)),
            Factor::Atom(place) => place,
        };
        Some(match &self.table[place] {
            Atom::Constant(true) => "π".to_owned(),
            Atom::Constant(false) => "e".to_owned(),
            Atom::Function(op, argument) => format!("{}({})", op.names().first()?, self.text(argument)?),
            Atom::Power(base, n) => format!("({})^({n})", self.text(base)?),
            Atom::Root(base, n) => format!("({})^({}/{})", self.text(base)?, n.numer(), n.denom()),
        })
    }

    /// The sum with cos² replaced by 1 − sin² and cosh² by 1 + sinh², so that cos² + sin² and cosh² − sinh² simplify;
    /// `None` if it becomes too large.
    pub fn without_even_cosines(&self, sum: &Sum) -> Option<Sum> {
        let mut result = sum.clone();
        for place in 0..self.table.len() {
            let Atom::Function(op, argument) = &self.table[place] else { continue };
            let (other, sign) = match op {
                Unary::Cos => (Unary::Sin, -BigRational::one()),
                Unary::Cosh => (Unary::Sinh, BigRational::one()),
                _ => continue,
            };
            let other = Atom::Function(other, argument.clone());
            let Some(other) = self.table.iter().position(|atom| *atom == other) else { continue };
            let mut square = Sum::number(BigRational::one());
            square.add_term(vec![(Factor::Atom(other), 2)], sign);
            let mut replaced = Sum::default();
            for (monomial, coefficient) in &result.terms {
                let count =
                    monomial.iter().find(|(factor, _)| *factor == Factor::Atom(place)).map_or(0, |(_, n)| n / 2);
                let rest = monomial.iter().filter_map(|(factor, n)| match *factor == Factor::Atom(place) {
                    true => (n % 2 == 1).then_some((*factor, 1)),
                    false => Some((*factor, *n)),
                });
                let term = Sum::term(rest.collect(), coefficient.clone()).times(&square.whole_power(count)?)?;
                replaced = replaced.plus(&BigRational::one(), &term)?;
            }
            result = replaced;
        }
        Some(result)
    }

    fn binary(&mut self, op: Binary, a: &Sum, b: &Sum) -> Option<Sum> {
        let one = BigRational::one();
        match op {
            Binary::Add => a.plus(&one, b),
            Binary::Sub => a.plus(&-one, b),
            Binary::Mul => a.times(b),
            Binary::Div => {
                let reciprocal = self.power(b, -1)?;
                a.times(&reciprocal)
            }
            Binary::Pow => match b.as_number() {
                Some(n) if n.is_integer() => self.power(a, n.numer().to_i64()?),
                Some(exponent) => self.sum_of(Atom::Root(a.clone(), exponent)),
                None => {
                    // cʸ = exp(y·ln c) for a number c > 0, and eʸ.
                    let logarithm = match a.as_number() {
                        Some(base) if base.is_positive() => self.sum_of(Atom::Function(Unary::Ln, a.clone()))?,
                        None if *a == self.sum_of(Atom::Constant(false))? => Sum::number(one),
                        _ => return None,
                    };
                    let exponent = b.times(&logarithm)?;
                    self.sum_of(Atom::Function(Unary::Exp, exponent))
                }
            },
            Binary::Hypot => {
                let squares = a.times(a)?.plus(&one, &b.times(b)?)?;
                self.sum_of(Atom::Function(Unary::Sqrt, squares))
            }
            Binary::Atan2 | Binary::Min | Binary::Max => None,
        }
    }

    /// aⁿ: multiplied out where a is one term or a polynomial in the weights and n is small; `None` where it is
    /// undefined or too large.
    pub fn power(&mut self, a: &Sum, n: i64) -> Option<Sum> {
        if let Some(base) = a.as_number() {
            return match (base.is_zero(), n) {
                (_, 0) => Some(Sum::number(BigRational::one())),
                (true, n) if n < 0 => None,
                _ if base.numer().bits().max(base.denom().bits()).checked_mul(n.unsigned_abs())? > MAX_BITS => None,
                _ => Some(Sum::number(base.pow(i32::try_from(n).ok()?))),
            };
        }
        match n {
            0 => a.is_polynomial().then(|| Sum::number(BigRational::one())),
            1 => Some(a.clone()),
            2.. if n <= i64::from(MAX_DEGREE) && (a.terms.len() == 1 || a.is_polynomial()) => {
                a.whole_power(u32::try_from(n).ok()?)
            }
            _ => self.sum_of(Atom::Power(a.clone(), n)),
        }
    }
}

/// The value of an atom, if exact arithmetic shows that it is a rational number.
fn known_value(atom: &Atom) -> Option<BigRational> {
    let Atom::Function(op, argument) = atom else { return None };
    let x = argument.as_number()?;
    let closed = ClosedForm::fraction(&(x.numer().clone(), x.denom().clone()));
    closed.unary(*op).as_rational().cloned()
}

/// The polynomial in the weights, by exponents; `None` where the sum has atoms.
pub fn polynomial(sum: &Sum) -> Option<BTreeMap<(u32, u32), BigRational>> {
    let mut terms = BTreeMap::new();
    for (monomial, coefficient) in &sum.terms {
        let mut power = (0, 0);
        for (factor, n) in monomial {
            match factor {
                Factor::Weight(0) => power.0 = *n,
                Factor::Weight(_) => power.1 = *n,
                Factor::Atom(_) => return None,
            }
        }
        terms.insert(power, coefficient.clone());
    }
    Some(terms)
}

/// The least positive integer that clears the denominators of the coefficients.
pub fn common_denominator<'a>(coefficients: impl Iterator<Item = &'a BigRational>) -> BigInt {
    coefficients.fold(BigInt::one(), |all, c| num_integer::Integer::lcm(&all, c.denom()))
}
