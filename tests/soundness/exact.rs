//! Rational numbers of any size, and ranges of them. All that the truths of the suite are computed with.

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A fraction in lowest terms with a positive denominator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rational {
    numerator: BigInt,
    denominator: BigInt,
}

impl Rational {
    pub fn new(numerator: BigInt, denominator: BigInt) -> Rational {
        assert!(!denominator.is_zero(), "a fraction over zero");
        let common = numerator.gcd(&denominator);
        let common = if denominator.is_negative() { -common } else { common };
        Rational { numerator: numerator / &common, denominator: denominator / common }
    }

    pub fn int(value: i64) -> Rational {
        Rational { numerator: value.into(), denominator: BigInt::one() }
    }

    pub fn ratio(numerator: i64, denominator: i64) -> Rational {
        Rational::new(numerator.into(), denominator.into())
    }

    pub fn zero() -> Rational {
        Rational::int(0)
    }

    /// 10ᵏ.
    pub fn ten_to(power: i32) -> Rational {
        let size = BigInt::from(10).pow(power.unsigned_abs());
        if power < 0 { Rational::new(BigInt::one(), size) } else { Rational::new(size, BigInt::one()) }
    }

    /// The decimal of a text such as `-12.5e-3`.
    pub fn decimal(text: &str) -> Rational {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: BigInt = format!("{whole}{fraction}").parse().expect("digits");
        let exponent: i32 = exponent.parse().expect("an exponent");
        &Rational::new(digits, BigInt::one()) * &Rational::ten_to(exponent - fraction.len() as i32)
    }

    /// The shortest decimal that reads back to a finite f64: what a number without a text stands for.
    pub fn shortest(value: f64) -> Rational {
        Rational::decimal(&format!("{value:e}"))
    }

    /// The value of a finite f64 in binary.
    pub fn binary(value: f64) -> Rational {
        let bits = value.to_bits();
        let exponent = ((bits >> 52) & 0x7ff) as i32;
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, power) = if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) };
        let mantissa = BigInt::from(mantissa) * if value < 0.0 { -1 } else { 1 };
        let size = BigInt::one() << power.unsigned_abs();
        if power < 0 { Rational::new(mantissa, size) } else { Rational::new(mantissa * size, BigInt::one()) }
    }

    pub fn is_zero(&self) -> bool {
        self.numerator.is_zero()
    }

    pub fn signum(&self) -> i32 {
        match self.numerator.sign() {
            Sign::Minus => -1,
            Sign::NoSign => 0,
            Sign::Plus => 1,
        }
    }

    pub fn abs(&self) -> Rational {
        Rational { numerator: self.numerator.abs(), denominator: self.denominator.clone() }
    }

    pub fn pow(&self, power: u32) -> Rational {
        Rational { numerator: self.numerator.pow(power), denominator: self.denominator.pow(power) }
    }

    pub fn recip(&self) -> Rational {
        Rational::new(self.denominator.clone(), self.numerator.clone())
    }

    /// An f64 close to it, within a few units in the last place; ±∞ and 0 beyond the range.
    pub fn to_f64(&self) -> f64 {
        if self.is_zero() {
            return 0.0;
        }
        let shift = 80 - (self.numerator.bits() as i64 - self.denominator.bits() as i64);
        let scaled = if shift >= 0 {
            (&self.numerator << shift as u64) / &self.denominator
        } else {
            &self.numerator / (&self.denominator << (-shift) as u64)
        };
        // 80 bits hold no infinity; the power of two may leave the range.
        let shift = i32::try_from(shift).expect("a moderate exponent");
        libm::scalbn(scaled.to_f64().expect("a finite number"), -shift)
    }

    /// Rounded towards −∞ to a multiple of 2⁻ᵇⁱᵗˢ times its own size.
    pub fn rounded_down(&self, bits: i64) -> Rational {
        if self.is_zero() || (self.numerator.bits() as i64) < bits && (self.denominator.bits() as i64) < bits {
            return self.clone();
        }
        let shift = bits - (self.numerator.bits() as i64 - self.denominator.bits() as i64);
        if shift >= 0 {
            let scale = BigInt::one() << shift as u64;
            Rational::new((&self.numerator * &scale).div_floor(&self.denominator), scale)
        } else {
            let scale = BigInt::one() << (-shift) as u64;
            Rational::new(self.numerator.div_floor(&(&self.denominator * &scale)) * scale, BigInt::one())
        }
    }

    /// The number as a formula has it: a decimal where it is one, else a quotient.
    pub fn text(&self) -> String {
        match self.decimal_text() {
            Some(text) => text,
            None => format!("{}/{}", self.numerator, self.denominator),
        }
    }

    /// The decimal in digits; `None` where it does not end.
    pub fn decimal_text(&self) -> Option<String> {
        let power_of = |prime: u32| {
            let mut rest = self.denominator.clone();
            let mut power = 0u32;
            while (&rest % prime).is_zero() {
                rest /= prime;
                power += 1;
            }
            power
        };
        let places = power_of(2).max(power_of(5));
        let scale = BigInt::from(10).pow(places);
        if !(&scale % &self.denominator).is_zero() {
            return None;
        }
        let digits = (&self.numerator * scale / &self.denominator).abs().to_string();
        let stripped = digits.trim_end_matches('0');
        let zeros = digits.len() - stripped.len();
        if stripped.is_empty() {
            return Some("0".to_owned());
        }
        let sign = if self.numerator.is_negative() { "-" } else { "" };
        let exponent = zeros as i64 - i64::from(places);
        let leading = stripped.len() as i64 + exponent;
        Some(if exponent >= 0 && leading <= 12 {
            format!("{sign}{stripped}{}", "0".repeat(exponent as usize))
        } else if exponent < 0 && leading > 0 {
            let (whole, fraction) = stripped.split_at(leading as usize);
            format!("{sign}{whole}.{fraction}")
        } else if exponent < 0 && leading > -5 {
            format!("{sign}0.{}{stripped}", "0".repeat((-leading) as usize))
        } else {
            let (first, rest) = stripped.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            format!("{sign}{first}{dot}{rest}e{}", leading - 1)
        })
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Rational) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Rational) -> Ordering {
        (&self.numerator * &other.denominator).cmp(&(&other.numerator * &self.denominator))
    }
}

impl Add for &Rational {
    type Output = Rational;
    fn add(self, other: &Rational) -> Rational {
        let numerator = &self.numerator * &other.denominator + &other.numerator * &self.denominator;
        Rational::new(numerator, &self.denominator * &other.denominator)
    }
}

impl Sub for &Rational {
    type Output = Rational;
    fn sub(self, other: &Rational) -> Rational {
        self + &-other
    }
}

impl Mul for &Rational {
    type Output = Rational;
    fn mul(self, other: &Rational) -> Rational {
        Rational::new(&self.numerator * &other.numerator, &self.denominator * &other.denominator)
    }
}

impl Div for &Rational {
    type Output = Rational;
    fn div(self, other: &Rational) -> Rational {
        self.mul(&other.recip())
    }
}

impl Neg for &Rational {
    type Output = Rational;
    fn neg(self) -> Rational {
        Rational { numerator: -&self.numerator, denominator: self.denominator.clone() }
    }
}

/// A number between two rational ones, often equal: its bounds hold it for certain.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    pub low: Rational,
    pub high: Rational,
}

/// Bounds are kept to so many bits: a hundred digits.
const BITS: i64 = 340;

impl Range {
    pub fn point(value: Rational) -> Range {
        Range { low: value.clone(), high: value }
    }

    pub fn int(value: i64) -> Range {
        Range::point(Rational::int(value))
    }

    pub fn between(low: Rational, high: Rational) -> Range {
        assert!(low <= high, "bounds in order");
        Range { low, high }
    }

    pub fn is_point(&self) -> bool {
        self.low == self.high
    }

    pub fn middle(&self) -> Rational {
        if self.is_point() { self.low.clone() } else { &(&self.low + &self.high) * &Rational::ratio(1, 2) }
    }

    /// The sign, where it is certain.
    pub fn sign(&self) -> Option<i32> {
        (self.low.signum() == self.high.signum()).then(|| self.low.signum())
    }

    /// The bounds rounded outwards, unless they are short or equal.
    fn kept_short(self) -> Range {
        if self.is_point() {
            return self;
        }
        Range { low: self.low.rounded_down(BITS), high: -&(-&self.high).rounded_down(BITS) }
    }

    pub fn pow(&self, power: u32) -> Range {
        if self.is_point() {
            return Range::point(self.low.pow(power));
        }
        let ends = [self.low.pow(power), self.high.pow(power)];
        let holds_zero = self.low.signum() <= 0 && self.high.signum() >= 0;
        let [a, b] = ends;
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        let low = if power.is_multiple_of(2) && holds_zero { Rational::zero() } else { low };
        Range { low, high }.kept_short()
    }

    pub fn recip(&self) -> Range {
        assert!(self.low.signum() * self.high.signum() > 0, "a reciprocal of a range with zero");
        Range { low: self.high.recip(), high: self.low.recip() }.kept_short()
    }

    /// √x to a hundred digits.
    pub fn sqrt(&self) -> Range {
        let low = |x: &Rational| {
            if x.is_zero() {
                return Rational::zero();
            }
            let shift = (BITS - (x.numerator.bits() as i64 + x.denominator.bits() as i64) / 2).max(0) as u64 + 8;
            let root = ((&x.numerator * &x.denominator) << (2 * shift)).sqrt();
            Rational::new(root, &x.denominator << shift)
        };
        let [a, b] = [low(&self.low), low(&self.high)];
        if self.is_point() && a.pow(2) == self.low {
            return Range::point(a);
        }
        let above = &b * &(&Rational::int(1) + &Rational::new(BigInt::one(), BigInt::one() << (BITS as u64 - 8)));
        Range { low: a, high: above }.kept_short()
    }

    /// Widened on both sides by a share of its size.
    pub fn widened(&self, share: &Rational) -> Range {
        let size = &self.low.abs().max(self.high.abs()) * share;
        Range { low: &self.low - &size, high: &self.high + &size }
    }

    pub fn hull(&self, other: &Range) -> Range {
        Range { low: self.low.clone().min(other.low.clone()), high: self.high.clone().max(other.high.clone()) }
    }
}

impl Add for &Range {
    type Output = Range;
    fn add(self, other: &Range) -> Range {
        Range { low: &self.low + &other.low, high: &self.high + &other.high }.kept_short()
    }
}

impl Sub for &Range {
    type Output = Range;
    fn sub(self, other: &Range) -> Range {
        self + &-other
    }
}

impl Neg for &Range {
    type Output = Range;
    fn neg(self) -> Range {
        Range { low: -&self.high, high: -&self.low }
    }
}

impl Mul for &Range {
    type Output = Range;
    fn mul(self, other: &Range) -> Range {
        if self.is_point() && other.is_point() {
            return Range::point(&self.low * &other.low);
        }
        let mut ends =
            [&self.low * &other.low, &self.low * &other.high, &self.high * &other.low, &self.high * &other.high];
        ends.sort();
        let [low, _, _, high] = ends;
        Range { low, high }.kept_short()
    }
}

impl Div for &Range {
    type Output = Range;
    fn div(self, other: &Range) -> Range {
        self.mul(&other.recip())
    }
}

/// The eigenvalues, ascending, of [a b; b d].
pub fn eigenvalues([a, b, d]: &[Range; 3]) -> [Range; 2] {
    let half = Range::point(Rational::ratio(1, 2));
    let middle = &half * &(a + d);
    let difference = &half * &(a - d);
    let root = (&difference.pow(2) + &b.pow(2)).sqrt();
    let determinant = &(a * d) - &b.pow(2);
    // The one of the larger magnitude has no cancellation; the other follows from the determinant.
    match middle.sign() {
        Some(1) => {
            let large = &middle + &root;
            [&determinant / &large, large]
        }
        Some(-1) => {
            let large = &middle - &root;
            [large.clone(), &determinant / &large]
        }
        _ => [&middle - &root, &middle + &root],
    }
}

/// Σ xᵏ·c(k) until terms are below 10⁻¹⁰⁰; `next` gives the term after.
fn series(first: Rational, next: impl Fn(&Rational, i64) -> Rational) -> Range {
    let tiny = Rational::ten_to(-100);
    let (mut sum, mut term) = (Rational::zero(), first);
    for k in 1.. {
        if k > 60 && term.abs() < tiny {
            break;
        }
        sum = &sum + &term;
        term = next(&term, k).rounded_down(BITS + 60);
    }
    // Of the rest every term is less than half the one before; rounding adds less than as much again.
    let slack = &tiny * &Rational::int(1000);
    Range { low: &sum - &slack, high: &sum + &slack }.kept_short()
}

/// eˣ of a rational number up to ±30.
pub fn exp(x: &Rational) -> Range {
    assert!(x.abs() <= Rational::int(30), "a moderate exponent");
    let half = &x.abs() * &Rational::ratio(1, 64);
    let small = series(Rational::int(1), |term, k| &(term * &half) * &Rational::ratio(1, k));
    let power = small.pow(64);
    if x.signum() < 0 { power.recip() } else { power }
}

/// sin x of a rational number up to ±30.
pub fn sin(x: &Rational) -> Range {
    let square = -&x.pow(2);
    series(x.clone(), |term, k| &(term * &square) * &Rational::ratio(1, 2 * k * (2 * k + 1)))
}

/// cos x of a rational number up to ±30.
pub fn cos(x: &Rational) -> Range {
    let square = -&x.pow(2);
    series(Rational::int(1), |term, k| &(term * &square) * &Rational::ratio(1, 2 * k * (2 * k - 1)))
}

/// π to a hundred digits.
pub fn pi() -> Range {
    const DIGITS: &str =
        "3.1415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679";
    let low = Rational::decimal(DIGITS);
    let high = &low + &Rational::ten_to(-100);
    Range { low, high }
}
