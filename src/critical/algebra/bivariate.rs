//! Polynomials in w1 and w2 with integer coefficients.

use super::univariate::{self, Polynomial, content, trimmed};
use super::{Undecided, check};
use crate::formula::expression::{Expression, Node};
use crate::number::{Binary, Decimal, Interval, Number, Unary, Vector};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::collections::BTreeMap;

/// A polynomial in w1 and w2: the coefficient of w1ⁱ·w2ʲ under (i, j), none zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bivariate {
    /// The coefficients.
    pub terms: BTreeMap<(u32, u32), BigInt>,
}

impl Bivariate {
    /// A constant.
    pub fn constant(c: BigInt) -> Bivariate {
        Bivariate::of([((0, 0), c)])
    }

    /// w1 (0) or w2 (1).
    pub fn weight(axis: usize) -> Bivariate {
        Bivariate::of([(if axis == 0 { (1, 0) } else { (0, 1) }, BigInt::one())])
    }

    fn of(terms: impl IntoIterator<Item = ((u32, u32), BigInt)>) -> Bivariate {
        let mut result = Bivariate::default();
        terms.into_iter().for_each(|(power, c)| result.add_term(power, &c));
        result
    }

    fn add_term(&mut self, power: (u32, u32), c: &BigInt) {
        let sum = self.terms.entry(power).or_default();
        *sum += c;
        if sum.is_zero() {
            self.terms.remove(&power);
        }
    }

    /// Whether it is the zero polynomial.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The total degree; 0 for zero too.
    pub fn degree(&self) -> u32 {
        self.terms.keys().map(|(i, j)| i + j).max().unwrap_or(0)
    }

    /// p·a + q·b.
    pub fn combination(p: &BigInt, a: &Bivariate, q: &BigInt, b: &Bivariate) -> Bivariate {
        let scaled = |f: &BigInt, c: &Bivariate| -> Vec<_> { c.terms.iter().map(|(k, c)| (*k, f * c)).collect() };
        Bivariate::of(scaled(p, a).into_iter().chain(scaled(q, b)))
    }

    /// a·b.
    pub fn product(&self, other: &Bivariate) -> Bivariate {
        let mut result = Bivariate::default();
        for ((i, j), a) in &self.terms {
            for ((k, l), b) in &other.terms {
                result.add_term((i + k, j + l), &(a * b));
            }
        }
        result
    }

    /// The partial derivative by w1 (0) or w2 (1).
    pub fn partial(&self, axis: usize) -> Bivariate {
        Bivariate::of(self.terms.iter().filter_map(|((i, j), c)| match axis {
            0 if *i > 0 => Some(((i - 1, *j), c * i)),
            1 if *j > 0 => Some(((*i, j - 1), c * j)),
            _ => None,
        }))
    }

    /// The derivative in direction (−s, 1): by y, where w1 = u − s·y and w2 = y.
    pub fn along(&self, s: i64) -> Bivariate {
        Bivariate::combination(&BigInt::from(-s), &self.partial(0), &BigInt::one(), &self.partial(1))
    }

    /// Divided by its content, with positive leading coefficient.
    pub fn primitive(&self) -> Bivariate {
        let mut content = content(self.terms.values());
        if content.is_zero() {
            return self.clone();
        }
        if self.terms.values().next_back().is_some_and(Signed::is_negative) {
            content = -content;
        }
        Bivariate { terms: self.terms.iter().map(|(k, c)| (*k, c / &content)).collect() }
    }

    /// a/b, if b ≠ 0 divides a over the integers.
    pub fn quotient(&self, divisor: &Bivariate) -> Option<Bivariate> {
        let ((k, l), lead) = divisor.terms.last_key_value()?;
        let mut rest = self.clone();
        let mut quotient = Bivariate::default();
        while let Some(((i, j), c)) = rest.terms.last_key_value() {
            let power = (i.checked_sub(*k)?, j.checked_sub(*l)?);
            let (factor, remainder) = c.div_rem(lead);
            if !remainder.is_zero() {
                return None;
            }
            for ((m, n), d) in &divisor.terms {
                rest.add_term((power.0 + m, power.1 + n), &-(&factor * d));
            }
            quotient.add_term(power, &factor);
        }
        Some(quotient)
    }

    /// The coefficients of y⁰, y¹, … of a(u − s·y, y), each a polynomial in u. The last has degree 0 for all but
    /// finitely many s.
    pub fn sheared(&self, s: i64) -> Vec<Polynomial> {
        let mut result: Vec<Polynomial> = Vec::new();
        for ((i, j), c) in &self.terms {
            // (u − s·y)ⁱ = Σ binomial(i, k)·(−s)ᵏ·yᵏ·uⁱ⁻ᵏ
            let mut factor = c.clone();
            for k in 0..=*i {
                let (y, u) = ((j + k) as usize, (i - k) as usize);
                if result.len() <= y {
                    result.resize(y + 1, Polynomial::new());
                }
                if result[y].len() <= u {
                    result[y].resize(u + 1, BigInt::zero());
                }
                result[y][u] += &factor;
                factor = factor * -s * (i - k) / (k + 1);
            }
        }
        result = result.into_iter().map(trimmed).collect();
        while result.last().is_some_and(Vec::is_empty) {
            result.pop();
        }
        result
    }

    /// d^degree · a(n/d, w2) or a(w1, n/d): on a line where weight `axis` has the value n/d.
    pub fn on_line(&self, axis: usize, (n, d): (&BigInt, &BigInt)) -> Polynomial {
        let top = self.terms.keys().map(|k| if axis == 0 { k.0 } else { k.1 }).max().unwrap_or(0);
        let mut result = Polynomial::new();
        for ((i, j), c) in &self.terms {
            let (fixed, free) = if axis == 0 { (*i, *j as usize) } else { (*j, *i as usize) };
            if result.len() <= free {
                result.resize(free + 1, BigInt::zero());
            }
            result[free] += c * n.pow(fixed) * d.pow(top - fixed);
        }
        trimmed(result)
    }

    /// An enclosure of its value.
    pub fn at(&self, w: Vector) -> Interval {
        self.over([Interval::point(w.x), Interval::point(w.y)])
    }

    /// An enclosure of its values on a rectangle.
    pub fn over(&self, [x, y]: [Interval; 2]) -> Interval {
        let enclosed = |c: &BigInt| {
            let nearest = c.to_f64().unwrap_or(f64::INFINITY);
            Interval::new(nearest.next_down(), nearest.next_up())
        };
        self.terms.iter().fold(Interval::point(0.0), |sum, ((i, j), c)| {
            sum.add(enclosed(c).mul(x.powi(*i as i32)).mul(y.powi(*j as i32)))
        })
    }

    /// The primitive greatest common divisor as a guess from one large value of w2 (Char, Geddes and Gonnet, GCDHEU,
    /// J. Symbolic Computation 7, 1989). It divides both, but only coprime quotients show that it is the greatest.
    pub fn common_divisor(&self, other: &Bivariate) -> Option<Bivariate> {
        if self.is_zero() || other.is_zero() {
            return Some(if self.is_zero() { other.primitive() } else { self.primitive() });
        }
        let (a, b) = (self.primitive(), other.primitive());
        let size = |c: &Bivariate| c.terms.values().map(Signed::abs).max().unwrap_or_default();
        let one = BigInt::one();
        let mut value: BigInt = size(&a).min(size(&b)) * 2 + 29;
        for _ in 0..8 {
            let (at_a, at_b) = (a.on_line(1, (&value, &one)), b.on_line(1, (&value, &one)));
            let common = univariate::gcd(&at_a, &at_b);
            let joint = content(&at_a).gcd(&content(&at_b));
            let mut guess = Bivariate::default();
            for (i, c) in common.iter().enumerate() {
                let mut digits = c * &joint;
                let mut j = 0;
                while !digits.is_zero() {
                    // symmetric digits in base `value`
                    let (mut next, mut digit) = digits.div_mod_floor(&value);
                    if &digit * 2 > value {
                        digit -= &value;
                        next += 1;
                    }
                    guess.add_term((i as u32, j), &digit);
                    (digits, j) = (next, j + 1);
                }
            }
            let guess = guess.primitive();
            if a.quotient(&guess).is_some() && b.quotient(&guess).is_some() {
                return Some(guess);
            }
            value = value * 73_794 / 27_011;
        }
        None
    }

    /// The polynomial of a formula times a positive integer that clears all denominators, and that integer.
    ///
    /// # Errors
    /// Returns an error if the formula, with these values of its parameters, is not a polynomial or has too high a
    /// degree, or if `cancel` returned true.
    pub fn from_expression(
        expression: &Expression,
        parameters: &[Decimal],
        top: u32,
        cancel: &dyn Fn() -> bool,
    ) -> Result<(Bivariate, BigInt), Undecided> {
        let whole = Bivariate::at_example(expression, parameters, &[], top, cancel)?;
        Ok((whole.numerator, whole.denominator))
    }

    /// The mean of the formula over examples: `rows` has the values of the formula's columns in each.
    ///
    /// # Errors
    /// Returns an error as [`Bivariate::from_expression`] does.
    pub fn mean(
        expression: &Expression,
        parameters: &[Decimal],
        rows: &[Vec<Decimal>],
        top: u32,
        cancel: &dyn Fn() -> bool,
    ) -> Result<(Bivariate, BigInt), Undecided> {
        let mut sum = Fraction { numerator: Bivariate::default(), denominator: BigInt::one() };
        for row in rows {
            let example = Bivariate::at_example(expression, parameters, row, top, cancel)?;
            sum = sum.combined(Binary::Add, &example, top, cancel)?;
            if sum.bits() > MAX_BITS {
                return Err(Undecided::TooLarge);
            }
        }
        Ok((sum.numerator, sum.denominator * BigInt::from(rows.len())))
    }

    fn at_example(
        expression: &Expression,
        parameters: &[Decimal],
        row: &[Decimal],
        top: u32,
        cancel: &dyn Fn() -> bool,
    ) -> Result<Fraction, Undecided> {
        let mut values: Vec<Fraction> = Vec::with_capacity(expression.nodes.len());
        for node in &expression.nodes {
            check(cancel)?;
            let value = match node {
                Node::Number(literal) => {
                    let (n, d) = literal.rational().ok_or(Undecided::NotPolynomial)?;
                    Fraction { numerator: Bivariate::constant(n), denominator: d }
                }
                Node::Weight(axis) => Fraction { numerator: Bivariate::weight(*axis), denominator: BigInt::one() },
                Node::Parameter(index) | Node::Column(index) => {
                    let given = if matches!(node, Node::Column(_)) { row } else { parameters };
                    let (n, d) = given.get(*index).ok_or(Undecided::NotPolynomial)?.rational();
                    Fraction { numerator: Bivariate::constant(n), denominator: d }
                }
                Node::Unary(Unary::Neg, a) => values[*a].negated(),
                Node::Unary(..) => return Err(Undecided::NotPolynomial),
                Node::Binary(op, a, b) => values[*a].combined(*op, &values[*b], top, cancel)?,
            };
            if value.numerator.degree() > top || value.bits() > MAX_BITS {
                return Err(Undecided::TooLarge);
            }
            values.push(value);
        }
        values.pop().ok_or(Undecided::NotPolynomial)
    }
}

/// Longer coefficients are not worked with.
const MAX_BITS: u64 = 4096;

/// A polynomial over a positive denominator.
struct Fraction {
    numerator: Bivariate,
    denominator: BigInt,
}

impl Fraction {
    fn negated(&self) -> Fraction {
        let zero = Bivariate::default();
        let numerator = Bivariate::combination(&-BigInt::one(), &self.numerator, &BigInt::zero(), &zero);
        Fraction { numerator, denominator: self.denominator.clone() }
    }

    fn bits(&self) -> u64 {
        self.numerator.terms.values().map(BigInt::bits).max().unwrap_or(0).max(self.denominator.bits())
    }

    /// The value of a constant.
    fn as_constant(&self) -> Option<BigInt> {
        (self.numerator.degree() == 0).then(|| self.numerator.terms.get(&(0, 0)).cloned().unwrap_or_default())
    }

    fn combined(
        &self,
        op: Binary,
        other: &Fraction,
        top: u32,
        cancel: &dyn Fn() -> bool,
    ) -> Result<Fraction, Undecided> {
        let fraction = |numerator, denominator| Ok(Fraction { numerator, denominator }.reduced());
        let (d, e) = (&self.denominator, &other.denominator);
        match op {
            Binary::Add => fraction(Bivariate::combination(e, &self.numerator, d, &other.numerator), d * e),
            Binary::Sub => fraction(Bivariate::combination(e, &self.numerator, &-d, &other.numerator), d * e),
            Binary::Mul => fraction(self.numerator.product(&other.numerator), d * e),
            Binary::Div => {
                let c = other.as_constant().filter(|c| !c.is_zero()).ok_or(Undecided::NotPolynomial)?;
                let factor = if c.is_negative() { -e } else { e.clone() };
                let zero = Bivariate::default();
                fraction(Bivariate::combination(&factor, &self.numerator, &BigInt::zero(), &zero), d * c.abs())
            }
            Binary::Pow => {
                let exponent = other.as_constant().filter(|_| e.is_one()).ok_or(Undecided::NotPolynomial)?;
                // Powers of −1, 0 and 1 stay short for any exponent.
                if let Some(constant) = self.as_constant().filter(|c| self.denominator.is_one() && c.bits() <= 1) {
                    let is_even = exponent.is_even();
                    let value = match () {
                        () if exponent.is_zero() => BigInt::one(),
                        () if constant.is_zero() && exponent.is_negative() => return Err(Undecided::NotPolynomial),
                        () if is_even => constant.abs(),
                        () => constant,
                    };
                    return fraction(Bivariate::constant(value), BigInt::one());
                }
                let size = exponent.abs().to_u32().ok_or(Undecided::TooLarge)?;
                let work = u64::from(size) * u64::from(self.numerator.degree()).max(self.bits() / 64);
                if work > u64::from(top) && (self.numerator.degree() > 0 || work * 64 > MAX_BITS) {
                    return Err(Undecided::TooLarge);
                }
                let one = Fraction { numerator: Bivariate::constant(BigInt::one()), denominator: BigInt::one() };
                let mut power = Fraction { numerator: one.numerator.clone(), denominator: BigInt::one() };
                for _ in 0..size {
                    check(cancel)?;
                    power = power.combined(Binary::Mul, self, top, cancel)?;
                    if power.bits() > MAX_BITS {
                        return Err(Undecided::TooLarge);
                    }
                }
                if exponent.is_negative() { one.combined(Binary::Div, &power, top, cancel) } else { Ok(power) }
            }
            Binary::Hypot | Binary::Atan2 | Binary::Min | Binary::Max => Err(Undecided::NotPolynomial),
        }
    }

    fn reduced(self) -> Fraction {
        let common = self.numerator.terms.values().fold(self.denominator.clone(), |g, c| g.gcd(c));
        if common.is_one() {
            return self;
        }
        let terms = self.numerator.terms.into_iter().map(|(k, c)| (k, c / &common)).collect();
        Fraction { numerator: Bivariate { terms }, denominator: self.denominator / common }
    }
}
