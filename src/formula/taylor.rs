//! Second-order Taylor arithmetic: L, ∇L and H of a formula as it is written, over kinds of number that a tape does not
//! support.
//!
//! A tape has constants as f64 with enclosures, and derivatives made on the graph. Here every result comes from the
//! text alone: each literal, parameter and example is the decimal that was written, and derivatives follow the chain
//! rule node by node (A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., 2008, ch. 13). It is slow, and
//! serves proofs about single points.

use super::expression::{Expression, Node};
use crate::number::decimal::Rational;
use crate::number::{Binary, ClosedForm, Decimal, Digits, Interval, Precise, Unary};

/// A kind of number with its operations. An operation returns `None` where it is undefined, or may be.
pub trait Arithmetic {
    /// The numbers.
    type Number: Clone;
    /// A fraction.
    fn fraction(&mut self, x: &Rational) -> Self::Number;
    /// A number of which an enclosure is known.
    fn enclosed(&mut self, x: Interval) -> Option<Self::Number>;
    /// π (`true`) or e.
    fn constant(&mut self, is_pi: bool) -> Self::Number;
    /// x + y.
    fn add(&mut self, x: &Self::Number, y: &Self::Number) -> Self::Number;
    /// x·y.
    fn mul(&mut self, x: &Self::Number, y: &Self::Number) -> Self::Number;
    /// x/y.
    fn div(&mut self, x: &Self::Number, y: &Self::Number) -> Option<Self::Number>;
    /// A function of the formula language.
    fn unary(&mut self, op: Unary, x: &Self::Number) -> Option<Self::Number>;
    /// xⁿ.
    fn power(&mut self, x: &Self::Number, n: i64) -> Option<Self::Number>;
    /// The whole number that x is known to be.
    fn whole(&self, x: &Self::Number) -> Option<i64>;
    /// The sign of x, where it is known.
    fn sign(&self, x: &Self::Number) -> Option<i32>;
}

impl Arithmetic for Digits {
    type Number = Precise;

    fn fraction(&mut self, x: &Rational) -> Precise {
        Digits::fraction(self, x)
    }

    fn enclosed(&mut self, x: Interval) -> Option<Precise> {
        self.interval(x)
    }

    fn constant(&mut self, is_pi: bool) -> Precise {
        if is_pi { self.pi() } else { self.e() }
    }

    fn add(&mut self, x: &Precise, y: &Precise) -> Precise {
        Digits::add(self, x, y)
    }

    fn mul(&mut self, x: &Precise, y: &Precise) -> Precise {
        Digits::mul(self, x, y)
    }

    fn div(&mut self, x: &Precise, y: &Precise) -> Option<Precise> {
        Digits::div(self, x, y)
    }

    fn unary(&mut self, op: Unary, x: &Precise) -> Option<Precise> {
        Digits::unary(self, op, x)
    }

    fn power(&mut self, x: &Precise, n: i64) -> Option<Precise> {
        Digits::power(self, x, n)
    }

    fn whole(&self, x: &Precise) -> Option<i64> {
        Digits::whole(self, x)
    }

    fn sign(&self, x: &Precise) -> Option<i32> {
        x.sign()
    }
}

/// The arithmetic of [`ClosedForm`].
pub struct ClosedForms;

impl Arithmetic for ClosedForms {
    type Number = ClosedForm;

    fn fraction(&mut self, x: &Rational) -> ClosedForm {
        ClosedForm::fraction(x)
    }

    fn enclosed(&mut self, _: Interval) -> Option<ClosedForm> {
        Some(ClosedForm::Unknown)
    }

    fn constant(&mut self, is_pi: bool) -> ClosedForm {
        if is_pi { ClosedForm::multiple_of_pi(1, 1) } else { ClosedForm::Unknown }
    }

    fn add(&mut self, x: &ClosedForm, y: &ClosedForm) -> ClosedForm {
        x.add(y)
    }

    fn mul(&mut self, x: &ClosedForm, y: &ClosedForm) -> ClosedForm {
        x.mul(y)
    }

    fn div(&mut self, x: &ClosedForm, y: &ClosedForm) -> Option<ClosedForm> {
        (!y.is_zero()).then(|| x.div(y))
    }

    fn unary(&mut self, op: Unary, x: &ClosedForm) -> Option<ClosedForm> {
        Some(x.unary(op))
    }

    fn power(&mut self, x: &ClosedForm, n: i64) -> Option<ClosedForm> {
        (n >= 0 || !x.is_zero()).then(|| x.power(n))
    }

    fn whole(&self, x: &ClosedForm) -> Option<i64> {
        x.whole()
    }

    fn sign(&self, x: &ClosedForm) -> Option<i32> {
        x.sign()
    }
}

/// L with its derivatives up to an order.
#[derive(Clone, Debug)]
pub struct Taylor<N> {
    /// L.
    pub value: N,
    /// ∂₁, ∂₂ and, for second order, ∂₁₁, ∂₁₂, ∂₂₂; empty if the value does not depend on the weights.
    derivatives: Vec<N>,
}

impl<N: Clone> Taylor<N> {
    /// A number that does not depend on the weights.
    fn fixed(value: N) -> Taylor<N> {
        Taylor { value, derivatives: Vec::new() }
    }

    /// ∂₁ and ∂₂; `zero` where L does not depend on the weights.
    pub fn gradient(&self, zero: &N) -> [N; 2] {
        [0, 1].map(|index| self.derivatives.get(index).unwrap_or(zero).clone())
    }

    /// ∂₁₁, ∂₁₂ and ∂₂₂; `zero` where L does not depend on the weights.
    pub fn hessian(&self, zero: &N) -> [N; 3] {
        [2, 3, 4].map(|index| self.derivatives.get(index).unwrap_or(zero).clone())
    }
}

/// Taylor arithmetic over a kind of number.
pub struct Series<'a, A: Arithmetic> {
    /// The arithmetic of the numbers.
    pub numbers: &'a mut A,
    /// 1: up to ∇L; 2: up to H.
    pub order: usize,
}

/// The two first derivatives that belong to each second derivative.
const SECOND: [(usize, usize); 3] = [(0, 0), (0, 1), (1, 1)];

impl<A: Arithmetic> Series<'_, A> {
    fn count(&self) -> usize {
        if self.order == 1 { 2 } else { 5 }
    }

    fn integer(&mut self, n: i64) -> A::Number {
        self.numbers.fraction(&(n.into(), 1.into()))
    }

    fn weight(&mut self, value: A::Number, axis: usize) -> Taylor<A::Number> {
        let derivatives = (0..self.count()).map(|index| self.integer(i64::from(index == axis))).collect();
        Taylor { value, derivatives }
    }

    /// x + y.
    pub fn add(&mut self, x: &Taylor<A::Number>, y: &Taylor<A::Number>) -> Taylor<A::Number> {
        let value = self.numbers.add(&x.value, &y.value);
        let derivatives = match (x.derivatives.is_empty(), y.derivatives.is_empty()) {
            (_, true) => x.derivatives.clone(),
            (true, _) => y.derivatives.clone(),
            _ => x.derivatives.iter().zip(&y.derivatives).map(|(a, b)| self.numbers.add(a, b)).collect(),
        };
        Taylor { value, derivatives }
    }

    /// x/n.
    pub fn over(&mut self, x: &Taylor<A::Number>, n: i64) -> Option<Taylor<A::Number>> {
        let share = self.numbers.fraction(&(1.into(), n.into()));
        Some(self.mul(x, &Taylor::fixed(share)))
    }

    fn mul(&mut self, x: &Taylor<A::Number>, y: &Taylor<A::Number>) -> Taylor<A::Number> {
        let value = self.numbers.mul(&x.value, &y.value);
        let scaled = |numbers: &mut A, factor: &A::Number, of: &[A::Number]| -> Vec<A::Number> {
            of.iter().map(|d| numbers.mul(factor, d)).collect()
        };
        if y.derivatives.is_empty() {
            return Taylor { value, derivatives: scaled(self.numbers, &y.value, &x.derivatives) };
        }
        if x.derivatives.is_empty() {
            return Taylor { value, derivatives: scaled(self.numbers, &x.value, &y.derivatives) };
        }
        let mut derivatives = Vec::with_capacity(self.count());
        for index in 0..self.count() {
            let (a, b) =
                (self.numbers.mul(&x.derivatives[index], &y.value), self.numbers.mul(&x.value, &y.derivatives[index]));
            let mut sum = self.numbers.add(&a, &b);
            if let Some((i, j)) = index.checked_sub(2).map(|index| SECOND[index]) {
                for (i, j) in [(i, j), (j, i)] {
                    let cross = self.numbers.mul(&x.derivatives[i], &y.derivatives[j]);
                    sum = self.numbers.add(&sum, &cross);
                }
            }
            derivatives.push(sum);
        }
        Taylor { value, derivatives }
    }

    /// f(x) of f, f′ and f″ at x.
    fn composed(&mut self, x: &Taylor<A::Number>, [f, slope, bend]: [A::Number; 3]) -> Taylor<A::Number> {
        let mut derivatives: Vec<A::Number> = x.derivatives.iter().map(|d| self.numbers.mul(&slope, d)).collect();
        for (d, (i, j)) in derivatives.iter_mut().skip(2).zip(SECOND) {
            let square = self.numbers.mul(&x.derivatives[i], &x.derivatives[j]);
            let bent = self.numbers.mul(&bend, &square);
            *d = self.numbers.add(d, &bent);
        }
        Taylor { value: f, derivatives }
    }

    /// The angle of the point (x, y) away from the half-line on which it jumps.
    fn angle(&mut self, y: &Taylor<A::Number>, x: &Taylor<A::Number>) -> Option<Taylor<A::Number>> {
        let (across, along) = (self.numbers.sign(&y.value), self.numbers.sign(&x.value));
        if along == Some(1) {
            let slope = self.div(y, x)?;
            return self.unary(Unary::Atan, &slope);
        }
        // ±π/2 − arctan(x/y).
        let side = across.filter(|side| *side != 0)?;
        let slope = self.div(x, y)?;
        let turned = self.unary(Unary::Atan, &slope)?;
        let turned = self.negated(&turned);
        let (pi, half) = (self.numbers.constant(true), self.numbers.fraction(&(side.into(), 2.into())));
        let quarter = self.numbers.mul(&pi, &half);
        Some(self.add(&Taylor::fixed(quarter), &turned))
    }

    fn negated(&mut self, x: &Taylor<A::Number>) -> Taylor<A::Number> {
        let minus_one = self.integer(-1);
        self.mul(&Taylor::fixed(minus_one), x)
    }

    fn div(&mut self, x: &Taylor<A::Number>, y: &Taylor<A::Number>) -> Option<Taylor<A::Number>> {
        if y.derivatives.is_empty() {
            let value = self.numbers.div(&x.value, &y.value)?;
            let derivatives =
                x.derivatives.iter().map(|d| self.numbers.div(d, &y.value)).collect::<Option<Vec<A::Number>>>()?;
            return Some(Taylor { value, derivatives });
        }
        let reciprocal = self.whole_power(y, -1)?;
        Some(self.mul(x, &reciprocal))
    }

    fn whole_power(&mut self, x: &Taylor<A::Number>, n: i64) -> Option<Taylor<A::Number>> {
        let value = self.numbers.power(&x.value, n)?;
        if x.derivatives.is_empty() {
            return Some(Taylor::fixed(value));
        }
        let (first, second) = (self.integer(n), self.integer(n.checked_mul(n.checked_sub(1)?)?));
        let slope = match n {
            0 => self.integer(0),
            _ => {
                let power = self.numbers.power(&x.value, n - 1)?;
                self.numbers.mul(&first, &power)
            }
        };
        let bend = match n {
            0 | 1 => self.integer(0),
            _ => {
                let power = self.numbers.power(&x.value, n - 2)?;
                self.numbers.mul(&second, &power)
            }
        };
        Some(self.composed(x, [value, slope, bend]))
    }

    fn pow(&mut self, x: &Taylor<A::Number>, y: &Taylor<A::Number>) -> Option<Taylor<A::Number>> {
        if y.derivatives.is_empty()
            && let Some(n) = self.numbers.whole(&y.value)
        {
            return self.whole_power(x, n);
        }
        // xʸ = exp(y·ln x) for x > 0.
        let logarithm = self.unary(Unary::Ln, x)?;
        let exponent = self.mul(y, &logarithm);
        self.unary(Unary::Exp, &exponent)
    }

    /// f, f′ and f″ of a function.
    fn unary(&mut self, op: Unary, x: &Taylor<A::Number>) -> Option<Taylor<A::Number>> {
        if op == Unary::Neg {
            return Some(self.negated(x));
        }
        let u = x.value.clone();
        let f = self.numbers.unary(op, &u)?;
        if x.derivatives.is_empty() {
            return Some(Taylor::fixed(f));
        }
        let [zero, one] = [0, 1].map(|n| self.integer(n));
        let slopes = match op {
            Unary::Neg => return None,
            // At a kink there is no derivative.
            Unary::Abs | Unary::Relu => match (self.numbers.sign(&u)?, op) {
                (1, _) => [one, zero],
                (-1, Unary::Abs) => [self.integer(-1), zero],
                (-1, _) => [zero.clone(), zero],
                _ => return None,
            },
            // At a jump there is no derivative.
            Unary::Sign | Unary::Step if self.numbers.sign(&u)? == 0 => return None,
            Unary::Floor | Unary::Ceil if self.numbers.whole(&u).is_some() => return None,
            Unary::Sign | Unary::Step | Unary::Kink | Unary::Floor | Unary::Ceil => [zero.clone(), zero],
            Unary::Sqrt => {
                let half = self.numbers.fraction(&(1.into(), 2.into()));
                let slope = self.numbers.div(&half, &f)?;
                let share = self.numbers.div(&slope, &u)?;
                let bend = self.scaled(&share, -1, 2);
                [slope, bend]
            }
            Unary::Cbrt => {
                let share = self.numbers.div(&f, &u)?;
                let slope = self.scaled(&share, 1, 3);
                let share = self.numbers.div(&slope, &u)?;
                let bend = self.scaled(&share, -2, 3);
                [slope, bend]
            }
            Unary::Exp => [f.clone(), f.clone()],
            Unary::Ln | Unary::Log2 | Unary::Log10 => {
                let mut slope = self.numbers.div(&one, &u)?;
                if op != Unary::Ln {
                    let base = self.integer(if op == Unary::Log2 { 2 } else { 10 });
                    let logarithm = self.numbers.unary(Unary::Ln, &base)?;
                    slope = self.numbers.div(&slope, &logarithm)?;
                }
                let share = self.numbers.div(&slope, &u)?;
                [slope, self.scaled(&share, -1, 1)]
            }
            Unary::Sin => [self.numbers.unary(Unary::Cos, &u)?, self.scaled(&f, -1, 1)],
            Unary::Cos => {
                let sine = self.numbers.unary(Unary::Sin, &u)?;
                [self.scaled(&sine, -1, 1), self.scaled(&f, -1, 1)]
            }
            Unary::Tan => {
                let square = self.numbers.mul(&f, &f);
                let slope = self.numbers.add(&one, &square);
                let product = self.numbers.mul(&f, &slope);
                let bend = self.scaled(&product, 2, 1);
                [slope, bend]
            }
            Unary::Asin | Unary::Acos => {
                let inside = self.one_minus_square(&u);
                let root = self.numbers.unary(Unary::Sqrt, &inside)?;
                let slope = self.numbers.div(&one, &root)?;
                let share = self.numbers.div(&slope, &inside)?;
                let bend = self.numbers.mul(&u, &share);
                let sign = if op == Unary::Asin { 1 } else { -1 };
                [self.scaled(&slope, sign, 1), self.scaled(&bend, sign, 1)]
            }
            Unary::Atan => {
                let square = self.numbers.power(&u, 2)?;
                let below = self.numbers.add(&one, &square);
                let slope = self.numbers.div(&one, &below)?;
                let share = self.numbers.power(&slope, 2)?;
                let bend = self.numbers.mul(&u, &share);
                [slope, self.scaled(&bend, -2, 1)]
            }
            Unary::Sinh => [self.numbers.unary(Unary::Cosh, &u)?, f.clone()],
            Unary::Cosh => [self.numbers.unary(Unary::Sinh, &u)?, f.clone()],
            Unary::Tanh => {
                let slope = self.numbers.unary(Unary::SechSquared, &u)?;
                let bend = self.numbers.mul(&f, &slope);
                [slope, self.scaled(&bend, -2, 1)]
            }
            Unary::SechSquared => {
                // s′ = −2·t·s and s″ = s·(4t² − 2s) with t = tanh, s = 1/cosh².
                let tangent = self.numbers.unary(Unary::Tanh, &u)?;
                let product = self.numbers.mul(&tangent, &f);
                let square = self.numbers.mul(&tangent, &tangent);
                let (four, two) = (self.scaled(&square, 4, 1), self.scaled(&f, -2, 1));
                let sum = self.numbers.add(&four, &two);
                let bend = self.numbers.mul(&f, &sum);
                [self.scaled(&product, -2, 1), bend]
            }
            Unary::Sigmoid => {
                let slopes = self.sigmoid_slopes(&u, &f)?;
                [slopes.0, slopes.1]
            }
            Unary::Softplus => {
                let slope = self.numbers.unary(Unary::Sigmoid, &u)?;
                let bend = self.sigmoid_slopes(&u, &slope)?.0;
                [slope, bend]
            }
        };
        let [slope, bend] = slopes;
        Some(self.composed(x, [f, slope, bend]))
    }

    /// σ′ = σ(u)·σ(−u) and σ″ = σ′·(σ(−u) − σ(u)).
    fn sigmoid_slopes(&mut self, u: &A::Number, sigmoid: &A::Number) -> Option<(A::Number, A::Number)> {
        let mirrored = self.scaled(u, -1, 1);
        let complement = self.numbers.unary(Unary::Sigmoid, &mirrored)?;
        let slope = self.numbers.mul(sigmoid, &complement);
        let minus = self.scaled(sigmoid, -1, 1);
        let difference = self.numbers.add(&complement, &minus);
        let bend = self.numbers.mul(&slope, &difference);
        Some((slope, bend))
    }

    fn one_minus_square(&mut self, u: &A::Number) -> A::Number {
        let one = self.integer(1);
        let square = self.numbers.mul(u, u);
        let minus = self.scaled(&square, -1, 1);
        self.numbers.add(&one, &minus)
    }

    fn scaled(&mut self, x: &A::Number, n: i64, d: i64) -> A::Number {
        let factor = self.numbers.fraction(&(n.into(), d.into()));
        self.numbers.mul(&factor, x)
    }

    /// The smaller or larger of two; `None` if it is not known which it is.
    fn extremum(&mut self, x: &Taylor<A::Number>, y: &Taylor<A::Number>, is_max: bool) -> Option<Taylor<A::Number>> {
        let minus = self.scaled(&y.value, -1, 1);
        let difference = self.numbers.add(&x.value, &minus);
        match self.numbers.sign(&difference)? {
            0 => None,
            sign => Some(if (sign > 0) == is_max { x.clone() } else { y.clone() }),
        }
    }

    /// A formula at w, with values for its parameters and columns; `None` where it or a derivative is undefined, or may
    /// be.
    pub fn of(
        &mut self,
        expression: &Expression,
        w: &[A::Number; 2],
        parameters: &[A::Number],
        columns: &[A::Number],
    ) -> Option<Taylor<A::Number>> {
        let mut values: Vec<Taylor<A::Number>> = Vec::with_capacity(expression.nodes.len());
        for node in &expression.nodes {
            let value = match node {
                Node::Number(literal) => Taylor::fixed(match (literal.rational(), literal.text.as_str()) {
                    (Some(fraction), _) => self.numbers.fraction(&fraction),
                    (None, "π") => self.numbers.constant(true),
                    (None, "e") => self.numbers.constant(false),
                    (None, _) => self.numbers.enclosed(literal.constant.enclosure)?,
                }),
                Node::Weight(axis) => self.weight(w[*axis].clone(), *axis),
                Node::Parameter(index) => Taylor::fixed(parameters.get(*index)?.clone()),
                Node::Column(index) => Taylor::fixed(columns.get(*index)?.clone()),
                Node::Unary(op, a) => self.unary(*op, &values[*a])?,
                Node::Binary(op, a, b) => {
                    let (a, b) = (values[*a].clone(), values[*b].clone());
                    match op {
                        Binary::Add => self.add(&a, &b),
                        Binary::Sub => {
                            let b = self.negated(&b);
                            self.add(&a, &b)
                        }
                        Binary::Mul => self.mul(&a, &b),
                        Binary::Div => self.div(&a, &b)?,
                        Binary::Pow => self.pow(&a, &b)?,
                        Binary::Hypot => {
                            let squares = [&a, &b].map(|x| self.whole_power(x, 2));
                            let [Some(first), Some(second)] = squares else { return None };
                            let sum = self.add(&first, &second);
                            self.unary(Unary::Sqrt, &sum)?
                        }
                        Binary::Atan2 => self.angle(&a, &b)?,
                        Binary::Min => self.extremum(&a, &b, false)?,
                        Binary::Max => self.extremum(&a, &b, true)?,
                    }
                }
            };
            values.push(value);
        }
        values.pop()
    }

    /// Decimals as numbers of this kind.
    pub fn decimals(&mut self, decimals: impl IntoIterator<Item = Decimal>) -> Vec<A::Number> {
        decimals.into_iter().map(|number| self.numbers.fraction(&number.rational())).collect()
    }
}
