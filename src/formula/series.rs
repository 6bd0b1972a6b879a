//! Taylor series of functions of one variable in [normal form](super::normal), to any order, over any arithmetic.
//!
//! Over an interval X the coefficient of order k encloses f⁽ᵏ⁾(x)/k! for every x in X; over closed forms a coefficient
//! is known exactly, or unknown. Functions follow the differential equations that they solve (A. Griewank and A.
//! Walther, Evaluating Derivatives, 2nd ed., 2008, ch. 13.2).

use super::normal::{Atom, Atoms, Factor, Sum};
use super::taylor::Arithmetic;
use crate::number::{Interval, Number, Unary};
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};
use std::collections::BTreeMap;

/// 64-bit intervals as an arithmetic. An operation returns `None` if its result may be undefined or leaves the range.
#[derive(Debug, Default)]
pub struct Intervals {
    fractions: BTreeMap<crate::number::decimal::Rational, Interval>,
}

fn defined(x: Interval) -> Option<Interval> {
    (!x.partial && x.lo.is_finite() && x.hi.is_finite()).then_some(x)
}

/// The fraction enclosed.
fn enclosed(n: &num_bigint::BigInt, d: &num_bigint::BigInt) -> Interval {
    let exact = BigRational::new(n.clone(), d.clone());
    let nearest = exact.to_f64().unwrap_or(f64::NAN);
    let side = |x: f64| BigRational::from_float(x).map(|x| x.cmp(&exact));
    let (mut low, mut high) = (nearest, nearest);
    for _ in 0..64 {
        use std::cmp::Ordering::{Greater, Less};
        match (side(low), side(high)) {
            (Some(Greater), _) => low = low.next_down(),
            (_, Some(Less)) => high = high.next_up(),
            (Some(_), Some(_)) => return Interval::new(low, high),
            _ => break,
        }
    }
    Interval::ENTIRE
}

impl Arithmetic for Intervals {
    type Number = Interval;

    fn fraction(&mut self, x: &crate::number::decimal::Rational) -> Interval {
        if let Some(known) = self.fractions.get(x) {
            return *known;
        }
        let interval = enclosed(&x.0, &x.1);
        self.fractions.insert(x.clone(), interval);
        interval
    }

    fn enclosed(&mut self, x: Interval) -> Option<Interval> {
        defined(x)
    }

    fn constant(&mut self, is_pi: bool) -> Interval {
        let x = if is_pi { std::f64::consts::PI } else { std::f64::consts::E };
        Interval::new(x.next_down(), x.next_up())
    }

    fn add(&mut self, x: &Interval, y: &Interval) -> Interval {
        x.add(*y)
    }

    fn mul(&mut self, x: &Interval, y: &Interval) -> Interval {
        x.mul(*y)
    }

    fn div(&mut self, x: &Interval, y: &Interval) -> Option<Interval> {
        let is_apart = y.lo > 0.0 || y.hi < 0.0;
        if is_apart { defined(x.div(*y)) } else { None }
    }

    fn unary(&mut self, op: Unary, x: &Interval) -> Option<Interval> {
        defined(op.apply(*x))
    }

    fn power(&mut self, x: &Interval, n: i64) -> Option<Interval> {
        defined(x.powi(i32::try_from(n).ok()?))
    }

    fn whole(&self, x: &Interval) -> Option<i64> {
        (x.lo == x.hi && x.lo == x.lo.trunc() && x.lo.abs() < 1e15).then_some(x.lo as i64)
    }

    fn sign(&self, x: &Interval) -> Option<i32> {
        match () {
            () if x.lo > 0.0 => Some(1),
            () if x.hi < 0.0 => Some(-1),
            () if x.lo == 0.0 && x.hi == 0.0 => Some(0),
            () => None,
        }
    }
}

/// 64-bit intervals for a function that is not defined everywhere on a set: a result encloses what the function takes
/// where it is defined.
#[derive(Debug, Default)]
pub struct WhereDefined {
    intervals: Intervals,
    /// Whether the function is defined nowhere on the set.
    pub is_nowhere: bool,
}

impl WhereDefined {
    fn noted(&mut self, x: Interval) -> Option<Interval> {
        self.is_nowhere |= x.is_empty();
        Some(x)
    }
}

impl Arithmetic for WhereDefined {
    type Number = Interval;

    fn fraction(&mut self, x: &crate::number::decimal::Rational) -> Interval {
        self.intervals.fraction(x)
    }

    fn enclosed(&mut self, x: Interval) -> Option<Interval> {
        Some(x)
    }

    fn constant(&mut self, is_pi: bool) -> Interval {
        self.intervals.constant(is_pi)
    }

    fn add(&mut self, x: &Interval, y: &Interval) -> Interval {
        x.add(*y)
    }

    fn mul(&mut self, x: &Interval, y: &Interval) -> Interval {
        x.mul(*y)
    }

    fn div(&mut self, x: &Interval, y: &Interval) -> Option<Interval> {
        let quotient = x.div(*y);
        if y.lo == 0.0 && y.hi == 0.0 { self.noted(quotient) } else { Some(quotient) }
    }

    fn unary(&mut self, op: Unary, x: &Interval) -> Option<Interval> {
        let value = op.apply(*x);
        self.noted(value)
    }

    fn power(&mut self, x: &Interval, n: i64) -> Option<Interval> {
        let power = x.powi(i32::try_from(n).ok()?);
        self.noted(power)
    }

    fn whole(&self, x: &Interval) -> Option<i64> {
        self.intervals.whole(x)
    }

    fn sign(&self, x: &Interval) -> Option<i32> {
        self.intervals.sign(x)
    }
}

/// Coefficients of 1, t, t², …
type Coefficients<A> = Vec<<A as Arithmetic>::Number>;

/// Series of one function after the other around the same place.
struct Expansion<'a, A: Arithmetic> {
    atoms: &'a Atoms,
    numbers: &'a mut A,
    /// The series has the coefficients of t⁰ to tᴺ.
    order: usize,
    at: A::Number,
    known: BTreeMap<usize, Coefficients<A>>,
}

/// The Taylor coefficients of orders 0 to `order` of a function of w1 at a number or over a set of numbers; `None`
/// where it or a derivative is undefined, or may be.
pub fn series<A: Arithmetic>(
    atoms: &Atoms,
    sum: &Sum,
    at: &A::Number,
    order: usize,
    numbers: &mut A,
) -> Option<Vec<A::Number>> {
    Expansion { atoms, numbers, order, at: at.clone(), known: BTreeMap::new() }.sum(sum)
}

impl<A: Arithmetic> Expansion<'_, A> {
    fn integer(&mut self, n: i64) -> A::Number {
        self.numbers.fraction(&(n.into(), 1.into()))
    }

    fn rational(&mut self, x: &BigRational) -> A::Number {
        self.numbers.fraction(&(x.numer().clone(), x.denom().clone()))
    }

    fn constant(&mut self, value: A::Number) -> Coefficients<A> {
        let zero = self.integer(0);
        let mut series = vec![zero; self.order + 1];
        series[0] = value;
        series
    }

    fn sum(&mut self, sum: &Sum) -> Option<Coefficients<A>> {
        let zero = self.integer(0);
        let mut result = self.constant(zero);
        for (monomial, coefficient) in &sum.terms {
            let coefficient = self.rational(coefficient);
            let mut term: Option<Coefficients<A>> = None;
            for (factor, n) in monomial {
                let base = match factor {
                    Factor::Weight(_) => self.variable(),
                    Factor::Atom(place) => self.atom(*place)?,
                };
                let power = self.power(&base, i64::from(*n))?;
                term = Some(match term {
                    None => power,
                    Some(term) => self.mul(&term, &power),
                });
            }
            let term = match term {
                None => self.constant(coefficient),
                Some(term) => self.scaled(&term, &coefficient),
            };
            result = self.add(&result, &term);
        }
        Some(result)
    }

    fn variable(&mut self) -> Coefficients<A> {
        let at = self.at.clone();
        let mut series = self.constant(at);
        if self.order > 0 {
            series[1] = self.integer(1);
        }
        series
    }

    fn atom(&mut self, place: usize) -> Option<Coefficients<A>> {
        if let Some(known) = self.known.get(&place) {
            return Some(known.clone());
        }
        let atoms = self.atoms;
        let series = match atoms.get(place) {
            Atom::Constant(is_pi) => {
                let value = self.numbers.constant(*is_pi);
                self.constant(value)
            }
            Atom::Function(op, argument) => {
                let u = self.sum(argument)?;
                self.unary(*op, &u)?
            }
            Atom::Power(base, n) => {
                let u = self.sum(base)?;
                self.power(&u, *n)?
            }
            Atom::Root(base, exponent) => {
                // xᶜ = exp(c·ln x)
                let u = self.sum(base)?;
                let logarithm = self.unary(Unary::Ln, &u)?;
                let exponent = self.rational(exponent);
                let scaled = self.scaled(&logarithm, &exponent);
                self.unary(Unary::Exp, &scaled)?
            }
        };
        self.known.insert(place, series.clone());
        Some(series)
    }

    fn add(&mut self, x: &[A::Number], y: &[A::Number]) -> Coefficients<A> {
        x.iter().zip(y).map(|(a, b)| self.numbers.add(a, b)).collect()
    }

    fn scaled(&mut self, x: &[A::Number], factor: &A::Number) -> Coefficients<A> {
        x.iter().map(|a| self.numbers.mul(a, factor)).collect()
    }

    /// Σ aᵢ·bₖ₋ᵢ over i from `first` to k.
    fn convolution(&mut self, a: &[A::Number], b: &[A::Number], first: usize, k: usize) -> A::Number {
        let mut sum = self.integer(0);
        for i in first..=k {
            let product = self.numbers.mul(&a[i], &b[k - i]);
            sum = self.numbers.add(&sum, &product);
        }
        sum
    }

    fn mul(&mut self, x: &[A::Number], y: &[A::Number]) -> Coefficients<A> {
        (0..x.len().min(y.len())).map(|k| self.convolution(x, y, 0, k)).collect()
    }

    fn reciprocal(&mut self, x: &[A::Number]) -> Option<Coefficients<A>> {
        let one = self.integer(1);
        let first = self.numbers.div(&one, &x[0])?;
        let mut result = vec![first];
        let minus = self.integer(-1);
        for k in 1..x.len() {
            let mut sum = self.integer(0);
            for i in 1..=k {
                let product = self.numbers.mul(&x[i], &result[k - i]);
                sum = self.numbers.add(&sum, &product);
            }
            let share = self.numbers.div(&sum, &x[0])?;
            let next = self.numbers.mul(&share, &minus);
            result.push(next);
        }
        Some(result)
    }

    fn power(&mut self, x: &[A::Number], n: i64) -> Option<Coefficients<A>> {
        if n < 0 {
            let power = self.power(x, n.checked_neg()?)?;
            return self.reciprocal(&power);
        }
        if n == 1 {
            return Some(x.to_vec());
        }
        let one = self.integer(1);
        let mut result = self.constant(one);
        let (mut base, mut left) = (x.to_vec(), n);
        while left > 0 {
            if left % 2 == 1 {
                result = self.mul(&result, &base);
            }
            left /= 2;
            if left > 0 {
                base = self.mul(&base, &base);
            }
        }
        // Computed as a power of the value, so that an even power of an interval around 0 is not negative.
        result[0] = self.numbers.power(&x[0], n)?;
        Some(result)
    }

    /// The series y with y′ = f(y)·u′ and the given first value. `f` maps the first coefficients of y to those of f(y).
    fn integrated(
        &mut self,
        u: &[A::Number],
        value: A::Number,
        mut f: impl FnMut(&mut Self, &[A::Number]) -> Option<Coefficients<A>>,
    ) -> Option<Coefficients<A>> {
        let mut y = vec![value];
        for k in 1..u.len() {
            let slope = f(self, &y)?;
            let mut sum = self.integer(0);
            for j in 1..=k {
                let rate = self.integer(j as i64);
                let product = self.numbers.mul(&u[j], &slope[k - j]);
                let product = self.numbers.mul(&rate, &product);
                sum = self.numbers.add(&sum, &product);
            }
            let share = self.numbers.fraction(&(1.into(), (k as i64).into()));
            let next = self.numbers.mul(&sum, &share);
            y.push(next);
        }
        Some(y)
    }

    /// f and g with f′ = g·u′ and g′ = s·f·u′.
    fn pair(&mut self, u: &[A::Number], values: [A::Number; 2], s: i64) -> [Coefficients<A>; 2] {
        let [mut f, mut g] = values.map(|value| vec![value]);
        for k in 1..u.len() {
            let mut sums = [self.integer(0), self.integer(0)];
            for j in 1..=k {
                let rate = self.integer(j as i64);
                let rate = self.numbers.mul(&u[j], &rate);
                for (sum, other) in sums.iter_mut().zip([&g, &f]) {
                    let product = self.numbers.mul(&rate, &other[k - j]);
                    *sum = self.numbers.add(sum, &product);
                }
            }
            let [first, second] = [1, s].map(|n| self.numbers.fraction(&(n.into(), (k as i64).into())));
            f.push(self.numbers.mul(&sums[0], &first));
            g.push(self.numbers.mul(&sums[1], &second));
        }
        [f, g]
    }

    /// c + s·x².
    fn square_and(&mut self, c: i64, s: i64, x: &[A::Number]) -> Coefficients<A> {
        let square = self.mul(x, x);
        let factor = self.integer(s);
        let mut result = self.scaled(&square, &factor);
        let constant = self.integer(c);
        result[0] = self.numbers.add(&result[0], &constant);
        result
    }

    fn unary(&mut self, op: Unary, u: &[A::Number]) -> Option<Coefficients<A>> {
        if op == Unary::Neg {
            let minus = self.integer(-1);
            return Some(self.scaled(u, &minus));
        }
        let value = self.numbers.unary(op, &u[0])?;
        if self.order == 0 {
            return Some(vec![value]);
        }
        match op {
            Unary::Neg => None,
            Unary::Exp => self.integrated(u, value, |_, y| Some(y.to_vec())),
            Unary::Tan => self.integrated(u, value, |this, y| Some(this.square_and(1, 1, y))),
            Unary::Tanh => self.integrated(u, value, |this, y| Some(this.square_and(1, -1, y))),
            Unary::Sigmoid => self.integrated(u, value, |this, y| {
                let minus = this.integer(-1);
                let square = this.mul(y, y);
                let mirrored = this.scaled(&square, &minus);
                Some(this.add(y, &mirrored))
            }),
            Unary::Sin | Unary::Cos | Unary::Sinh | Unary::Cosh => {
                let is_wave = matches!(op, Unary::Sin | Unary::Cos);
                let names = if is_wave { [Unary::Sin, Unary::Cos] } else { [Unary::Sinh, Unary::Cosh] };
                let values = [self.numbers.unary(names[0], &u[0])?, self.numbers.unary(names[1], &u[0])?];
                let [f, g] = self.pair(u, values, if is_wave { -1 } else { 1 });
                Some(if op == names[0] { f } else { g })
            }
            Unary::SechSquared => {
                let tangent = self.unary(Unary::Tanh, u)?;
                let minus_two = self.integer(-2);
                let slope = self.scaled(&tangent, &minus_two);
                self.integrated(u, value, |this, y| Some(this.mul(&slope[..y.len()], y)))
            }
            Unary::Sqrt => self.integrated(u, value, |this, y| {
                let two = this.integer(2);
                let twice = this.scaled(y, &two);
                this.reciprocal(&twice)
            }),
            Unary::Cbrt => self.integrated(u, value, |this, y| {
                let three_squares = this.square_and(0, 3, y);
                this.reciprocal(&three_squares)
            }),
            Unary::Abs | Unary::Relu | Unary::Sign | Unary::Step | Unary::Kink => self.with_cases(op, u, value),
            _ => {
                let slope = self.derivative_of(op, u)?;
                self.integrated(u, value, |_, _| Some(slope.clone()))
            }
        }
    }

    /// A function with cases, if one case holds on a neighbourhood.
    fn with_cases(&mut self, op: Unary, u: &[A::Number], value: A::Number) -> Option<Coefficients<A>> {
        match (self.numbers.sign(&u[0])?, op) {
            (1, Unary::Abs | Unary::Relu) => Some(u.to_vec()),
            (-1, Unary::Abs) => self.unary(Unary::Neg, u),
            (1 | -1, _) => Some(self.constant(value)),
            _ => None,
        }
    }

    /// f′(u) as a series, for a function whose derivative does not need its own value.
    fn derivative_of(&mut self, op: Unary, u: &[A::Number]) -> Option<Coefficients<A>> {
        let slope = match op {
            Unary::Ln => self.reciprocal(u)?,
            Unary::Log2 | Unary::Log10 => {
                let base = self.integer(if op == Unary::Log2 { 2 } else { 10 });
                let logarithm = self.numbers.unary(Unary::Ln, &base)?;
                let below = self.scaled(u, &logarithm);
                self.reciprocal(&below)?
            }
            Unary::Atan => {
                let below = self.square_and(1, 1, u);
                self.reciprocal(&below)?
            }
            Unary::Asin | Unary::Acos => {
                let inside = self.square_and(1, -1, u);
                let root = self.unary(Unary::Sqrt, &inside)?;
                let slope = self.reciprocal(&root)?;
                let sign = self.integer(if op == Unary::Asin { 1 } else { -1 });
                self.scaled(&slope, &sign)
            }
            Unary::Softplus => self.unary(Unary::Sigmoid, u)?,
            _ => return None,
        };
        Some(slope)
    }
}

/// The fraction of least denominator in a closed interval (Stern and Brocot: by continued fractions).
pub fn simplest(low: &BigRational, high: &BigRational) -> BigRational {
    let zero = BigRational::from_integer(0.into());
    if low.is_positive() {
        return simplest_positive(low, high);
    }
    if high.is_negative() { -simplest_positive(&-high, &-low) } else { zero }
}

fn simplest_positive(low: &BigRational, high: &BigRational) -> BigRational {
    let mut wholes = Vec::new();
    let (mut low, mut high) = (low.clone(), high.clone());
    // The expansion of an f64 ends after less than 1100 · 2 quotients.
    for _ in 0..4096 {
        let floor = low.floor();
        if floor == low || floor < high.floor() {
            wholes.push(low.ceil());
            break;
        }
        let (next_low, next_high) = ((&high - &floor).recip(), (&low - &floor).recip());
        wholes.push(floor);
        (low, high) = (next_low, next_high);
    }
    let mut result = wholes.pop().unwrap_or_default();
    while let Some(whole) = wholes.pop() {
        result = whole + result.recip();
    }
    result
}
