//! Intervals with any number of binary digits, rounded outward.
//!
//! 64-bit intervals place a point only as well as rounding allows: at a minimum of condition number 10¹² the fourth
//! decimal may already be uncertain. These intervals have hundreds of digits and exponents of 32 bits, so that
//! cancellation, overflow and underflow do no harm. The crate astro-float does the arithmetic. It documents its results
//! as correctly rounded; elementary functions are computed with [`GUARD`] digits more than are kept, and widened by the
//! last digit that is kept, so that even a large error in the guard digits does no harm. For usual arguments the common
//! functions come from [`FixedPoint`], and otherwise from the crate.

mod fixed;

use super::decimal::Rational;
use super::{Interval, Unary};
use astro_float::{BigFloat, Consts, RoundingMode, WORD_BIT_SIZE};
use fixed::FixedPoint;
use num_bigint::BigInt;
use std::sync::{Arc, Mutex, PoisonError};

/// With how many more digits than are kept an elementary function is computed.
const GUARD: usize = 64;
/// Larger arguments of the exponential leave the range of exponents.
const LARGEST_EXPONENT: f64 = 1e8;

/// A closed interval of real numbers.
#[derive(Clone, Debug)]
pub struct Precise {
    low: BigFloat,
    high: BigFloat,
}

/// Arithmetic with a number of binary digits.
pub struct Digits {
    bits: usize,
    constants: Consts,
    /// Taken on first use.
    shared: Option<Arc<Shared>>,
}

/// What all arithmetic with the same number of digits has in common. The crate computes π and ln 2 by series, which takes longer
/// than to evaluate a formula.
struct Shared {
    pi: BigFloat,
    fixed: FixedPoint,
}

/// The numbers of digits that have been used, with what they have in common.
static SHARED: Mutex<Vec<(usize, Arc<Shared>)>> = Mutex::new(Vec::new());
/// For more of them nothing is kept.
const MOST_SHARED: usize = 32;

impl Shared {
    fn of(bits: usize, constants: &mut Consts) -> Arc<Shared> {
        let known = || SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, shared)) = known().iter().find(|(known, _)| *known == bits) {
            return Arc::clone(shared);
        }
        let pi = constants.pi(bits + GUARD, RoundingMode::ToEven);
        let shared = Arc::new(Shared { pi, fixed: FixedPoint::new(bits, constants) });
        let mut known = known();
        if known.len() < MOST_SHARED && known.iter().all(|(known, _)| *known != bits) {
            known.push((bits, Arc::clone(&shared)));
        }
        shared
    }
}

impl std::fmt::Debug for Digits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Digits({})", self.bits)
    }
}

const DOWN: RoundingMode = RoundingMode::Down;
const UP: RoundingMode = RoundingMode::Up;
const ROUND: RoundingMode = RoundingMode::ToEven;
/// Below 2 to this power, hyperbolic functions cannot be taken from the exponential.
const LEAST_HYPERBOLIC: i32 = -16;

fn less(a: &BigFloat, b: &BigFloat) -> bool {
    a.cmp(b).is_some_and(|order| order < 0)
}

fn least(a: BigFloat, b: BigFloat) -> BigFloat {
    if less(&b, &a) { b } else { a }
}

fn greatest(a: BigFloat, b: BigFloat) -> BigFloat {
    if less(&a, &b) { b } else { a }
}

impl Precise {
    /// The sign of all its numbers: −1, 0 or 1; `None` where they differ.
    pub fn sign(&self) -> Option<i32> {
        match () {
            () if self.low.is_zero() && self.high.is_zero() => Some(0),
            () if !self.low.is_zero() && self.low.is_positive() => Some(1),
            () if !self.high.is_zero() && self.high.is_negative() => Some(-1),
            () => None,
        }
    }

    /// Whether the other interval lies in the interior of this one.
    pub fn holds_inside(&self, other: &Precise) -> bool {
        less(&self.low, &other.low) && less(&other.high, &self.high)
    }

    /// The interval as f64, rounded outward; an end beyond the largest f64 is infinite.
    pub fn to_interval(&self) -> Interval {
        Interval::new(-rounded_up(&self.low.neg()), rounded_up(&self.high))
    }

    /// The f64 in its middle, up to rounding; infinite beyond the largest f64.
    pub fn middle(&self) -> f64 {
        let bits = self.low.mantissa_max_bit_len().unwrap_or(64).max(64) + 64;
        nearest(&shifted(self.low.add(&self.high, bits, RoundingMode::ToEven), -1))
    }
}

impl Precise {
    /// The least e with |x| ≤ 2ᵉ for all its numbers; `None` for 0.
    pub fn exponent(&self) -> Option<i32> {
        let of = |x: &BigFloat| x.exponent().filter(|_| !x.is_zero());
        of(&self.low).max(of(&self.high))
    }

    /// A fraction n/2ᵖ in its middle, with `bits` binary digits.
    pub fn to_fraction(&self, bits: usize, digits: &Digits) -> Option<Rational> {
        // Each pass takes the digits of one f64.
        let (mut rest, mut sum) = (digits.centre(self), (BigInt::from(0), BigInt::from(1)));
        for _ in 0..bits.div_ceil(50) {
            let (n, d) = super::decimal::binary(rest.middle())?;
            rest = digits.sub(&rest, &digits.fraction(&(n.clone(), d.clone())));
            sum = (&sum.0 * &d + &n * &sum.1, sum.1 * d);
        }
        let common = num_integer::Integer::gcd(&sum.0, &sum.1);
        Some((sum.0 / &common, sum.1 / common))
    }

    /// The f64 in the middle of x·2ᵏ.
    pub fn scaled_middle(&self, k: i32) -> f64 {
        Precise { low: shifted(self.low.clone(), k), high: shifted(self.high.clone(), k) }.middle()
    }
}

/// x·2ᵏ, exactly.
fn shifted(mut x: BigFloat, k: i32) -> BigFloat {
    if let Some(exponent) = x.exponent()
        && !x.is_zero()
    {
        x.set_exponent(exponent.saturating_add(k));
    }
    x
}

/// The magnitude as a 64-bit mantissa m and an exponent e, value ≥ m·2ᵉ, and whether more follows; `None` for 0.
#[allow(clippy::unnecessary_cast, reason = "a word of the crate has 32 bits on 32-bit machines")]
fn head(x: &BigFloat) -> Option<(u64, i64, bool)> {
    let (words, _, _, exponent, _) = x.as_raw_parts()?;
    if x.is_zero() {
        return None;
    }
    let mut mantissa: u64 = 0;
    let mut filled = 0;
    let mut rest = false;
    for &word in words.iter().rev() {
        if filled < 64 {
            mantissa |= (word as u64) << (64 - filled - WORD_BIT_SIZE);
            filled += WORD_BIT_SIZE;
        } else {
            rest = rest || word != 0;
        }
    }
    Some((mantissa, i64::from(exponent) - 64, rest))
}

fn scaled(mantissa: u64, exponent: i64) -> f64 {
    libm::ldexp(mantissa as f64, exponent.clamp(-5000, 5000) as i32)
}

/// The f64 nearest to x, or a neighbour of it.
fn nearest(x: &BigFloat) -> f64 {
    if x.is_inf() {
        return if x.is_positive() { f64::INFINITY } else { f64::NEG_INFINITY };
    }
    let Some((mantissa, exponent, rest)) = head(x) else { return 0.0 };
    let magnitude = scaled(mantissa | u64::from(rest), exponent);
    if x.is_negative() { -magnitude } else { magnitude }
}

/// A number above x, at most two units of f64.
fn rounded_up(x: &BigFloat) -> f64 {
    if x.is_inf() || x.is_nan() {
        return if x.is_negative() { f64::MIN } else { f64::INFINITY };
    }
    let Some((mantissa, exponent, rest)) = head(x) else { return 0.0 };
    let kept = mantissa & !0x7ff;
    let truncated = scaled(kept, exponent);
    let is_exact = kept == mantissa && !rest && truncated >= f64::MIN_POSITIVE && truncated.is_finite();
    match (x.is_negative(), is_exact) {
        (true, true) => -truncated,
        (false, true) => truncated,
        (true, false) if truncated == f64::INFINITY => f64::MIN,
        // Below the normal numbers the truncated number itself was rounded to the nearest.
        (true, false) => -truncated.next_down().max(0.0),
        (false, false) => truncated.next_up(),
    }
}

impl Digits {
    /// Arithmetic with so many binary digits; `None` where the system has no memory for the constants.
    pub fn new(bits: usize) -> Option<Digits> {
        Some(Digits { bits, constants: Consts::new().ok()?, shared: None })
    }

    /// How many binary digits are kept.
    pub fn bits(&self) -> usize {
        self.bits
    }

    fn exactly(&self, x: BigFloat) -> Precise {
        Precise { low: x.clone(), high: x }
    }

    /// An f64; infinite ends are not finite numbers and give `None`.
    pub fn number(&self, x: f64) -> Option<Precise> {
        x.is_finite().then(|| self.exactly(BigFloat::from_f64(x, 64)))
    }

    /// An interval of f64; `None` where an end is infinite.
    pub fn interval(&self, x: Interval) -> Option<Precise> {
        if !x.lo.is_finite() || !x.hi.is_finite() {
            return None;
        }
        Some(Precise { low: BigFloat::from_f64(x.lo, 64), high: BigFloat::from_f64(x.hi, 64) })
    }

    /// An integer.
    pub fn integer(&self, n: &BigInt) -> Precise {
        self.exactly(fixed::number(n, 0))
    }

    /// A fraction.
    pub fn fraction(&self, (n, d): &Rational) -> Precise {
        let (n, d) = (self.integer(n), self.integer(d));
        Precise { low: n.low.div(&d.low, self.bits, DOWN), high: n.low.div(&d.low, self.bits, UP) }
    }

    /// The interval between two multiples of 2⁻ᵖ.
    pub fn fixed(&self, low: &BigInt, high: &BigInt, p: u64) -> Precise {
        let end = |n: &BigInt| shifted(self.integer(n).low, -(p as i32));
        Precise { low: end(low), high: end(high) }
    }

    /// π.
    pub fn pi(&mut self) -> Precise {
        let x = self.shared().pi.clone();
        self.widened(x)
    }

    /// e.
    pub fn e(&mut self) -> Precise {
        let x = self.constants.e(self.bits + GUARD, RoundingMode::ToEven);
        self.widened(x)
    }

    /// x, widened by one unit of the last digit that is kept.
    fn widened(&self, x: BigFloat) -> Precise {
        if x.is_zero() {
            return self.exactly(x);
        }
        let margin = shifted(x.abs(), -(self.bits as i32));
        Precise { low: x.sub(&margin, self.bits, DOWN), high: x.add(&margin, self.bits, UP) }
    }

    /// −x.
    pub fn neg(&self, x: &Precise) -> Precise {
        Precise { low: x.high.neg(), high: x.low.neg() }
    }

    /// x + y.
    pub fn add(&self, x: &Precise, y: &Precise) -> Precise {
        Precise { low: x.low.add(&y.low, self.bits, DOWN), high: x.high.add(&y.high, self.bits, UP) }
    }

    /// x − y.
    pub fn sub(&self, x: &Precise, y: &Precise) -> Precise {
        Precise { low: x.low.sub(&y.high, self.bits, DOWN), high: x.high.sub(&y.low, self.bits, UP) }
    }

    /// x·y.
    pub fn mul(&self, x: &Precise, y: &Precise) -> Precise {
        let p = self.bits;
        let down = |a: &BigFloat, b: &BigFloat| a.mul(b, p, DOWN);
        let up = |a: &BigFloat, b: &BigFloat| a.mul(b, p, UP);
        let is_not_negative = |x: &Precise| x.low.is_zero() || x.low.is_positive();
        let is_not_positive = |x: &Precise| x.high.is_zero() || x.high.is_negative();
        match (is_not_negative(x), is_not_negative(y)) {
            (true, true) => Precise { low: down(&x.low, &y.low), high: up(&x.high, &y.high) },
            (_, false) if is_not_positive(y) => self.neg(&self.mul(x, &self.neg(y))),
            (false, _) if is_not_positive(x) => self.neg(&self.mul(&self.neg(x), y)),
            (true, false) => Precise { low: down(&x.high, &y.low), high: up(&x.high, &y.high) },
            (false, true) => Precise { low: down(&x.low, &y.high), high: up(&x.high, &y.high) },
            (false, false) => Precise {
                low: least(down(&x.low, &y.high), down(&x.high, &y.low)),
                high: greatest(up(&x.low, &y.low), up(&x.high, &y.high)),
            },
        }
    }

    /// x².
    pub fn square(&self, x: &Precise) -> Precise {
        let x = self.abs(x);
        Precise { low: x.low.mul(&x.low, self.bits, DOWN), high: x.high.mul(&x.high, self.bits, UP) }
    }

    /// |x|.
    pub fn abs(&self, x: &Precise) -> Precise {
        match x.sign() {
            Some(0 | 1) => x.clone(),
            Some(_) => self.neg(x),
            None => Precise { low: BigFloat::from_word(0, 64), high: greatest(x.low.neg(), x.high.clone()) },
        }
    }

    /// x/y; `None` where y may be 0.
    pub fn div(&self, x: &Precise, y: &Precise) -> Option<Precise> {
        if !matches!(y.sign(), Some(1 | -1)) {
            return None;
        }
        let p = self.bits;
        let pairs = [(&x.low, &y.low), (&x.low, &y.high), (&x.high, &y.low), (&x.high, &y.high)];
        let [a, b, c, d] = pairs.map(|(a, b)| a.div(b, p, DOWN));
        let [e, f, g, h] = pairs.map(|(a, b)| a.div(b, p, UP));
        Some(Precise { low: least(least(a, b), least(c, d)), high: greatest(greatest(e, f), greatest(g, h)) })
    }

    /// x·2ᵏ.
    pub fn scaled(&self, x: &Precise, k: i32) -> Precise {
        Precise { low: shifted(x.low.clone(), k), high: shifted(x.high.clone(), k) }
    }

    /// √x; `None` where x may be negative.
    pub fn sqrt(&self, x: &Precise) -> Option<Precise> {
        let not_negative = x.low.is_zero() || x.low.is_positive();
        not_negative.then(|| Precise { low: x.low.sqrt(self.bits, DOWN), high: x.high.sqrt(self.bits, UP) })
    }

    /// The interval from x to y, x ≤ y.
    pub fn hull(&self, x: &Precise, y: &Precise) -> Precise {
        Precise { low: least(x.low.clone(), y.low.clone()), high: greatest(x.high.clone(), y.high.clone()) }
    }

    /// The point in the middle, to the digits that are kept.
    pub fn centre(&self, x: &Precise) -> Precise {
        let sum = x.low.add(&x.high, self.bits, RoundingMode::ToEven);
        self.scaled(&self.exactly(sum), -1)
    }

    /// x with the upper end of `by` added on both sides.
    pub fn inflated(&self, x: &Precise, by: &Precise) -> Precise {
        Precise { low: x.low.sub(&by.high, self.bits, DOWN), high: x.high.add(&by.high, self.bits, UP) }
    }

    /// The upper end as a point.
    pub fn high(&self, x: &Precise) -> Precise {
        self.exactly(x.high.clone())
    }

    /// The lower end as a point.
    pub fn low(&self, x: &Precise) -> Precise {
        self.exactly(x.low.clone())
    }

    fn shared(&mut self) -> &Shared {
        self.shared.get_or_insert_with(|| Shared::of(self.bits, &mut self.constants))
    }

    /// The arithmetic of elementary functions.
    fn fixed_point(&mut self) -> &FixedPoint {
        &self.shared().fixed
    }

    /// How many digits elementary functions are computed with.
    fn guarded(&self) -> usize {
        self.bits + GUARD
    }

    /// An increasing function that is defined on all of x.
    fn increasing(&mut self, x: &Precise, f: impl Fn(&BigFloat, &mut Digits) -> BigFloat) -> Option<Precise> {
        let at = |x: &BigFloat, digits: &mut Digits| {
            let y = f(x, digits);
            (!y.is_nan() && !y.is_inf()).then(|| digits.widened(y))
        };
        let low = at(&x.low, self)?;
        if x.low.cmp(&x.high) == Some(0) {
            return Some(low);
        }
        Some(Precise { low: low.low, high: at(&x.high, self)?.high })
    }

    /// sin and cos of a number with `whole` binary digits before its point.
    fn sine_and_cosine(&mut self, x: &BigFloat, whole: usize) -> Option<[Precise; 2]> {
        let (sine, cosine) = match self.fixed_point().sine_and_cosine(x) {
            Some(found) => found,
            None => {
                // Digits before the point leave fewer after it.
                let p = self.guarded() + whole;
                (x.sin(p, ROUND, &mut self.constants), x.cos(p, ROUND, &mut self.constants))
            }
        };
        let known = |y: BigFloat| (!y.is_nan() && !y.is_inf()).then(|| self.widened(y));
        Some([known(sine)?, known(cosine)?])
    }

    /// The sine or cosine f, with the other one of both as g: |f(m + t) − f(m)| ≤ |g(m)|·|t| + t²/2, since |f′| = |g|
    /// and
    /// |f″| ≤ 1 (Taylor).
    fn wave(&mut self, x: &Precise, is_sine: bool) -> Option<Precise> {
        let centre = self.centre(x);
        let whole = usize::try_from(centre.low.exponent().unwrap_or(0)).unwrap_or(0);
        if whole > 4096 {
            return None;
        }
        let [sine, cosine] = self.sine_and_cosine(&centre.low, whole)?;
        let (y, slope) = if is_sine { (sine, cosine) } else { (cosine, sine) };
        let slope = self.abs(&slope);
        let radius = self.high(&self.abs(&self.sub(x, &centre)));
        let bend = self.scaled(&self.square(&radius), -1);
        let reach = self.add(&self.mul(&slope, &radius), &bend);
        // Far from the centre the slope's bound of 1 is the better one.
        let reach = if less(&radius.high, &reach.high) { radius } else { reach };
        Some(self.inflated(&y, &reach))
    }

    /// A function of the formula language; `None` where x may lie outside its domain, or at a kink, or where the value
    /// leaves the range of exponents.
    pub fn unary(&mut self, op: Unary, x: &Precise) -> Option<Precise> {
        if x.low.is_nan() || x.high.is_nan() || x.low.is_inf() || x.high.is_inf() {
            return None;
        }
        let is_zero = x.sign() == Some(0);
        let one = self.exactly(BigFloat::from_word(1, 64));
        match op {
            Unary::Neg => Some(self.neg(x)),
            Unary::Abs => Some(self.abs(x)),
            Unary::Sign => match x.sign()? {
                1 => Some(one),
                -1 => Some(self.neg(&one)),
                _ => None,
            },
            Unary::Step => match x.sign()? {
                1 => Some(one),
                -1 => Some(self.sub(&one, &one)),
                _ => None,
            },
            Unary::Kink => matches!(x.sign()?, 1 | -1).then(|| self.sub(&one, &one)),
            Unary::Relu => match x.sign()? {
                1 => Some(x.clone()),
                _ => Some(self.sub(&one, &one)),
            },
            // An f64 that is not an integer lies strictly between two, and so does the number.
            Unary::Floor | Unary::Ceil => {
                let Interval { lo, hi, .. } = x.to_interval();
                let down = lo.floor();
                let is_between = down < lo && hi < down + 1.0 && down.abs() < 2.0_f64.powi(52);
                let whole = if op == Unary::Floor { down } else { down + 1.0 };
                if is_between { self.number(whole) } else { None }
            }
            Unary::Sqrt => self.sqrt(x),
            _ if is_zero && matches!(op, Unary::Exp | Unary::Cos | Unary::Cosh | Unary::SechSquared) => Some(one),
            _ if is_zero
                && !matches!(
                    op,
                    Unary::Ln | Unary::Log2 | Unary::Log10 | Unary::Acos | Unary::Sigmoid | Unary::Softplus
                ) =>
            {
                Some(x.clone())
            }
            Unary::Cbrt => self.increasing(x, |x, digits| x.cbrt(digits.guarded(), ROUND)),
            Unary::Exp => self.exp(x),
            Unary::Ln | Unary::Log2 | Unary::Log10 => {
                if x.sign() != Some(1) {
                    return None;
                }
                self.increasing(x, |x, digits| {
                    let p = digits.guarded();
                    match op {
                        Unary::Ln => {
                            digits.fixed_point().ln(x).unwrap_or_else(|| x.ln(p, ROUND, &mut digits.constants))
                        }
                        Unary::Log2 => x.log2(p, ROUND, &mut digits.constants),
                        _ => x.log10(p, ROUND, &mut digits.constants),
                    }
                })
            }
            Unary::Sin => self.wave(x, true),
            Unary::Cos => self.wave(x, false),
            Unary::Tan => {
                let (sine, cosine) = (self.unary(Unary::Sin, x)?, self.unary(Unary::Cos, x)?);
                self.div(&sine, &cosine)
            }
            Unary::Asin | Unary::Acos => {
                let inside = self.sub(&one, &self.square(x));
                if inside.sign() != Some(1) {
                    return None;
                }
                if op == Unary::Asin {
                    return self.increasing(x, |x, digits| x.asin(digits.guarded(), ROUND, &mut digits.constants));
                }
                let mirrored = self.neg(x);
                self.increasing(&mirrored, |x, digits| x.neg().acos(digits.guarded(), ROUND, &mut digits.constants))
            }
            Unary::Atan => self.increasing(x, |x, digits| {
                let p = digits.guarded();
                digits.fixed_point().arctangent(x).unwrap_or_else(|| x.atan(p, ROUND, &mut digits.constants))
            }),
            Unary::Sinh | Unary::Tanh => {
                self.check_exponent(x)?;
                self.increasing(x, |x, digits| digits.hyperbolic(op, x))
            }
            Unary::Cosh => {
                self.check_exponent(x)?;
                let magnitude = self.abs(x);
                self.increasing(&magnitude, |x, digits| digits.hyperbolic(op, x))
            }
            Unary::SechSquared => {
                let cosine = self.unary(Unary::Cosh, x)?;
                self.div(&one, &self.square(&cosine))
            }
            Unary::Sigmoid => {
                let power = self.exp(&self.neg(x))?;
                self.div(&one, &self.add(&one, &power))
            }
            Unary::Softplus => self.softplus(x),
        }
    }

    fn check_exponent(&self, x: &Precise) -> Option<()> {
        let largest = BigFloat::from_f64(LARGEST_EXPONENT, 64);
        less(&greatest(x.low.neg(), x.high.clone()), &largest).then_some(())
    }

    fn exp(&mut self, x: &Precise) -> Option<Precise> {
        self.check_exponent(x)?;
        self.increasing(x, |x, digits| digits.exponential(x))
    }

    fn exponential(&mut self, x: &BigFloat) -> BigFloat {
        let p = self.guarded();
        self.fixed_point().exp(x).unwrap_or_else(|| x.exp(p, ROUND, &mut self.constants))
    }

    /// sinh, cosh or tanh, from eˣ where that costs few digits.
    fn hyperbolic(&mut self, op: Unary, x: &BigFloat) -> BigFloat {
        let p = self.guarded();
        if x.is_zero() || x.exponent().is_none_or(|exponent| exponent < LEAST_HYPERBOLIC) {
            return match op {
                Unary::Sinh => x.sinh(p, ROUND, &mut self.constants),
                Unary::Cosh => x.cosh(p, ROUND, &mut self.constants),
                _ => x.tanh(p, ROUND, &mut self.constants),
            };
        }
        let one = BigFloat::from_word(1, 64);
        if op == Unary::Tanh {
            let square = self.exponential(&shifted(x.clone(), 1));
            return square.sub(&one, p, ROUND).div(&square.add(&one, p, ROUND), p, ROUND);
        }
        let power = self.exponential(x);
        let reciprocal = one.div(&power, p, ROUND);
        let sum = if op == Unary::Sinh { power.sub(&reciprocal, p, ROUND) } else { power.add(&reciprocal, p, ROUND) };
        shifted(sum, -1)
    }

    /// ln(1 + eˣ), as x + ln(1 + e⁻ˣ) for x > 0; where t is small ln(1 + t) is 2 artanh(t/(2 + t)), which keeps its
    /// digits.
    fn softplus(&mut self, x: &Precise) -> Option<Precise> {
        let is_positive = x.sign() == Some(1);
        let power = if is_positive { self.exp(&self.neg(x))? } else { self.exp(x)? };
        let logarithm = if power.low.exponent().is_some_and(|exponent| exponent > LEAST_HYPERBOLIC) {
            let one = self.exactly(BigFloat::from_word(1, 64));
            let sum = self.add(&one, &power);
            self.unary(Unary::Ln, &sum)?
        } else {
            let two = self.exactly(BigFloat::from_word(2, 64));
            let share = self.div(&power, &self.add(&two, &power))?;
            let half = self.increasing(&share, |x, digits| x.atanh(digits.guarded(), ROUND, &mut digits.constants))?;
            self.scaled(&half, 1)
        };
        Some(if is_positive { self.add(x, &logarithm) } else { logarithm })
    }

    /// xⁿ; `None` for a negative exponent where x may be 0.
    pub fn power(&self, x: &Precise, n: i64) -> Option<Precise> {
        let one = self.exactly(BigFloat::from_word(1, 64));
        if n < 0 {
            return self.div(&one, &self.power(x, n.checked_neg()?)?);
        }
        // An even power depends on the magnitude alone.
        if n > 1 && n % 2 == 0 {
            let square = self.square(x);
            return self.power(&square, n / 2);
        }
        if n > 1 && x.sign().is_none() {
            let (low, high) = (self.power(&self.low(x), n)?, self.power(&self.high(x), n)?);
            return Some(self.hull(&low, &high));
        }
        if n > 2 {
            let square = self.square(x);
            return Some(self.mul(x, &self.power(&square, n / 2)?));
        }
        Some(if n == 0 { one } else { x.clone() })
    }

    /// The whole number that x is exactly.
    pub fn whole(&self, x: &Precise) -> Option<i64> {
        let is_point = x.low.cmp(&x.high) == Some(0);
        let value = nearest(&x.low);
        let is_whole = is_point && (x.low.is_zero() || x.low.is_int()) && value.abs() < 1e15;
        is_whole.then_some(value as i64)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::number::{Decimal, Number};
    use proptest::prelude::*;

    fn point(digits: &Digits, x: f64) -> Precise {
        digits.number(x).unwrap()
    }

    /// sin² + cos² = 1 to all digits that are kept, and e^(ln x) = x.
    #[test]
    fn identities_hold_to_the_last_digits() {
        let mut digits = Digits::new(256).unwrap();
        for x in [1e-30, 0.3, 2.0, 100.5] {
            let x = point(&digits, x);
            let (sine, cosine) = (digits.unary(Unary::Sin, &x).unwrap(), digits.unary(Unary::Cos, &x).unwrap());
            let rest = digits.sub(&digits.add(&digits.square(&sine), &digits.square(&cosine)), &point(&digits, 1.0));
            assert!(rest.sign().is_none() && rest.exponent().unwrap() < -250, "{rest:?}");
            let logarithm = digits.unary(Unary::Ln, &x).unwrap();
            let power = digits.unary(Unary::Exp, &logarithm).unwrap();
            let rest = digits.sub(&power, &x);
            assert!(rest.sign().is_none() && rest.exponent().unwrap() < x.exponent().unwrap() - 240, "{rest:?}");
        }
    }

    #[test]
    fn nothing_overflows_or_underflows() {
        let mut digits = Digits::new(128).unwrap();
        let x = point(&digits, 1e300);
        let product = digits.mul(&x, &x);
        assert_eq!(product.to_interval(), Interval::new(f64::MAX, f64::INFINITY));
        let small = digits.div(&point(&digits, 1.0), &product).unwrap();
        assert_eq!((small.sign(), small.to_interval().hi), (Some(1), 5e-324));
        let tail = digits.unary(Unary::Exp, &point(&digits, -125_000.0)).unwrap();
        assert_eq!(tail.sign(), Some(1));
        assert!(digits.unary(Unary::Exp, &x).is_none());
    }

    /// The functions in fixed point are those of the crate to all digits that are kept, on both sides of 0 and for
    /// arguments of many sizes.
    #[test]
    fn fixed_point_agrees_with_the_crate() {
        use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};
        let places = [1e-300, 3e-9, 0.001, 0.3, FRAC_PI_4, 1.0, FRAC_PI_2, 2.5, 31.4, 1e4, 3.3e11];
        for bits in [64, 192, 256, 1536] {
            let mut digits = Digits::new(bits).unwrap();
            let p = digits.guarded();
            let mut constants = Consts::new().unwrap();
            for x in places.iter().flat_map(|x| [*x, -*x]).map(|x| BigFloat::from_f64(x, 64)) {
                let fixed = digits.fixed_point().clone();
                let both = fixed.sine_and_cosine(&x).map_or([None, None], |(sine, cosine)| [Some(sine), Some(cosine)]);
                let [sine, cosine] = both;
                let small = x.exponent().unwrap() < 12;
                let pairs = [
                    (sine, x.sin(p + 64, ROUND, &mut constants)),
                    (cosine, x.cos(p + 64, ROUND, &mut constants)),
                    (fixed.exp(&x).filter(|_| small), if small { x.exp(p, ROUND, &mut constants) } else { x.clone() }),
                    (fixed.ln(&x), x.abs().ln(p, ROUND, &mut constants)),
                    (fixed.arctangent(&x), x.atan(p, ROUND, &mut constants)),
                ];
                for (place, (found, expected)) in pairs.into_iter().enumerate() {
                    let Some(found) = found else { continue };
                    let off = found.sub(&expected, p, ROUND);
                    let is_same =
                        off.is_zero() || off.exponent().unwrap() < expected.exponent().unwrap() - bits as i32 - 32;
                    assert!(is_same, "function {place} at {x:?} with {bits} bits: {found:?}, {expected:?}");
                }
            }
            // Fixed point must apply to the usual arguments of losses.
            let fixed = digits.fixed_point();
            let x = BigFloat::from_f64(0.8, 64);
            assert!(fixed.sine_and_cosine(&x).is_some() && fixed.exp(&x).is_some());
            assert!(fixed.ln(&x).is_some() && fixed.arctangent(&x).is_some());
        }
    }

    #[test]
    fn hyperbolic_functions_satisfy_their_identity() {
        let mut digits = Digits::new(192).unwrap();
        for x in [-30.0, -1e-3, 1e-7, 0.25, 3.0] {
            let x = point(&digits, x);
            let [sine, cosine, tangent] =
                [Unary::Sinh, Unary::Cosh, Unary::Tanh].map(|op| digits.unary(op, &x).unwrap());
            let one = digits.sub(&digits.square(&cosine), &digits.square(&sine));
            let rest = digits.sub(&one, &point(&digits, 1.0));
            assert!(rest.sign().is_none() && rest.exponent().unwrap() < cosine.exponent().unwrap() * 2 - 185, "{x:?}");
            let rest = digits.sub(&digits.mul(&tangent, &cosine), &sine);
            assert!(rest.sign().is_none() && rest.exponent().unwrap() < sine.exponent().unwrap() - 185, "{x:?}");
        }
    }

    proptest! {
        /// A product holds the products of the ends, and of points inside.
        #[test]
        fn products_enclose(a in -3.0..3.0f64, b in 0.0..3.0f64, c in -3.0..3.0f64, d in 0.0..3.0f64) {
            let digits = Digits::new(128).unwrap();
            let (x, y) = (Interval::new(a, a + b), Interval::new(c, c + d));
            let product = digits.mul(&digits.interval(x).unwrap(), &digits.interval(y).unwrap()).to_interval();
            let expected = x.mul(y);
            prop_assert!((product.lo - expected.lo).abs() < 1e-12 && (product.hi - expected.hi).abs() < 1e-12);
            let inside = x.middle() * y.middle();
            prop_assert!(product.lo <= inside && inside <= product.hi);
        }

        /// Many digits and 64 bits enclose the same number.
        #[test]
        fn enclosures_agree_with_intervals(x in -20.0..20.0f64, width in 0.0..1.0f64, op in 0..Unary::ALL.len()) {
            let op = Unary::ALL[op];
            let mut digits = Digits::new(128).unwrap();
            let argument = Interval::new(x, x + width);
            let wide = digits.interval(argument).unwrap();
            if let Some(found) = digits.unary(op, &wide) {
                let (found, expected) = (found.to_interval(), op.apply(argument));
                prop_assert!(!found.intersect(expected).is_empty(), "{op:?} of {argument:?}");
                // The value at a point inside lies in the enclosure of the whole.
                let inside = op.apply(Interval::point(x + 0.5 * width));
                prop_assert!(!found.intersect(inside).is_empty(), "{op:?} of {argument:?}: {found:?}, {inside:?}");
            }
        }

        /// The enclosure of a fraction holds it, and f64 ends are outside.
        #[test]
        fn fractions_are_enclosed(n in any::<i64>(), d in 1..i64::MAX, exponent in -300..300i32) {
            let digits = Digits::new(128).unwrap();
            let text = format!("{n}e{exponent}");
            let (a, b) = text.parse::<Decimal>().unwrap_or(Decimal::from(1.0)).rational();
            let found = digits.fraction(&(a.clone(), b.clone() * BigInt::from(d))).to_interval();
            prop_assert!(found.lo <= found.hi);
            let product = digits.mul(&digits.fraction(&(a, b)), &digits.fraction(&(1.into(), d.into())));
            prop_assert!(!product.to_interval().intersect(found).is_empty() || found.hi == f64::INFINITY);
        }
    }
}
