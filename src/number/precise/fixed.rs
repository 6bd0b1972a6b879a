//! exp, ln, sin, cos and arctan of numbers with hundreds of digits, in fixed point: integers that stand for multiples
//! of 2⁻ᵖ.
//!
//! An argument is reduced by a multiple of ln 2 or π/2 and divided by 2⁸. Taylor's series then takes some twenty terms,
//! and eight squarings undo the division. Each operation truncates less than one unit 2⁻ᵖ, and each squaring at most
//! doubles the error so far, so that the error of a result is below 2²⁰ units; p is the requested number of digits plus
//! [`SPARE`]. A logarithm or arctangent is that of a nearby f64, corrected by a series in the residual of the
//! exponential, or of the sine and cosine, at that f64.
//!
//! If a result is so small that fixed point would lose digits, or if an argument is huge, the functions return `None`.

use astro_float::{BigFloat, Consts, RoundingMode, Sign, WORD_BIT_SIZE, Word};
use num_bigint::{BigInt, BigUint};
use num_traits::{One, Signed, ToPrimitive, Zero};

/// How many more digits than requested p has.
const SPARE: usize = 96;
/// Results below 2 to this power are not computed here.
const LEAST_EXPONENT: i32 = -24;
/// Arguments have at most so many digits before the point.
const MOST_WHOLE: i32 = 48;
/// By how many binary digits a reduced argument is divided.
const HALVINGS: usize = 8;

/// π/2 and ln 2 in fixed point.
#[derive(Clone, Debug)]
pub(super) struct FixedPoint {
    /// Numbers are multiples of 2⁻ᵖ.
    p: usize,
    /// π/2 and ln 2 in multiples of 2 to the power −p − [`MOST_WHOLE`].
    quarter: BigInt,
    ln2: BigInt,
}

impl FixedPoint {
    /// Arithmetic whose results have so many digits.
    pub(super) fn new(bits: usize, constants: &mut Consts) -> FixedPoint {
        let p = bits + SPARE;
        let fine = p + MOST_WHOLE as usize;
        let pi = constants.pi(fine + 64, RoundingMode::ToEven);
        let ln2 = constants.ln_2(fine + 64, RoundingMode::ToEven);
        FixedPoint { p, quarter: truncated(&pi, fine - 1), ln2: truncated(&ln2, fine) }
    }

    /// x as a multiple of 2⁻ᵖ, truncated; `None` where it has too many digits before the point.
    fn argument(&self, x: &BigFloat) -> Option<BigInt> {
        let exponent = x.exponent()?;
        (exponent <= MOST_WHOLE && !x.is_nan() && !x.is_inf()).then(|| truncated(x, self.p))
    }

    /// n units as a number; `None` if it is too small for its digits to be reliable.
    fn number(&self, n: &BigInt) -> Option<BigFloat> {
        let least = self.p as i64 + i64::from(LEAST_EXPONENT);
        (n.bits() as i64 > least).then(|| number(n, self.p))
    }

    fn one(&self) -> BigInt {
        BigInt::one() << self.p
    }

    fn product(&self, a: &BigInt, b: &BigInt) -> BigInt {
        (a * b) >> self.p
    }

    /// x minus a whole multiple of a constant, and that multiple.
    fn reduced(&self, x: &BigInt, constant: &BigInt) -> (BigInt, BigInt) {
        let fine = x << MOST_WHOLE as usize;
        let doubled: BigInt = (&fine << 1usize) + constant;
        let multiple = num_integer::Integer::div_floor(&doubled, &(constant << 1usize));
        ((fine - &multiple * constant) >> MOST_WHOLE as usize, multiple)
    }

    /// eˣ as (m, k): m·2ᵏ.
    fn power(&self, x: &BigInt) -> (BigInt, BigInt) {
        let (rest, multiple) = self.reduced(x, &self.ln2);
        let small: BigInt = rest >> HALVINGS;
        let (mut sum, mut term) = (self.one(), self.one());
        for n in 1u32.. {
            term = self.product(&term, &small) / n;
            if term.is_zero() || term == -BigInt::one() {
                break;
            }
            sum += &term;
        }
        for _ in 0..HALVINGS {
            sum = self.product(&sum, &sum);
        }
        (sum, multiple)
    }

    /// eˣ.
    pub(super) fn exp(&self, x: &BigFloat) -> Option<BigFloat> {
        let (mantissa, exponent) = self.power(&self.argument(x)?);
        Some(super::shifted(number(&mantissa, self.p), exponent.to_i32()?))
    }

    /// sin x and cos x in units.
    fn circle(&self, x: &BigInt) -> (BigInt, BigInt) {
        let (rest, multiple) = self.reduced(x, &self.quarter);
        let small: BigInt = rest >> HALVINGS;
        let (mut sine, mut cosine, mut term) = (BigInt::zero(), self.one(), self.one());
        for n in 1u32.. {
            term = self.product(&term, &small) / n;
            if term.is_zero() || term == -BigInt::one() {
                break;
            }
            match n % 4 {
                1 => sine += &term,
                2 => cosine -= &term,
                3 => sine -= &term,
                _ => cosine += &term,
            }
        }
        // (c + i·s)² = c² − s² + 2i·c·s.
        for _ in 0..HALVINGS {
            let (c, s) = (self.product(&cosine, &cosine), self.product(&sine, &sine));
            sine = self.product(&sine, &cosine) << 1usize;
            cosine = c - s;
        }
        let four: BigInt = 4.into();
        match num_integer::Integer::mod_floor(&multiple, &four).to_u8() {
            Some(0) => (sine, cosine),
            Some(1) => (cosine, -sine),
            Some(2) => (-sine, -cosine),
            _ => (-cosine, sine),
        }
    }

    /// sin x and cos x.
    pub(super) fn sine_and_cosine(&self, x: &BigFloat) -> Option<(BigFloat, BigFloat)> {
        let (sine, cosine) = self.circle(&self.argument(x)?);
        Some((self.number(&sine)?, self.number(&cosine)?))
    }

    /// ln x of a positive number: with y near ln x and d = x·e⁻ʸ − 1 it is y + ln(1 + d).
    pub(super) fn ln(&self, x: &BigFloat) -> Option<BigFloat> {
        let exponent = x.exponent().filter(|_| x.is_positive() && !x.is_zero())?;
        let mantissa = truncated(&super::shifted(x.clone(), -exponent), self.p);
        let near = self.argument(&BigFloat::from_f64(libm::log(super::nearest(&number(&mantissa, self.p))), 64))?;
        let (power, k) = self.power(&-&near);
        // x·e⁻ʸ is about 1, and k is −1, 0 or 1.
        let quotient = self.product(&mantissa, &power);
        let rest = match k.to_i32()? {
            k if k >= 0 => quotient << k as usize,
            k => quotient >> k.unsigned_abs() as usize,
        } - self.one();
        let whole = (&self.ln2 * exponent) >> MOST_WHOLE as usize;
        self.number(&(whole + near + self.series(&rest, 1)?))
    }

    /// arctan x: with y near it and t = (x·cos y − sin y)/(cos y + x·sin y) it is y + arctan t.
    pub(super) fn arctangent(&self, x: &BigFloat) -> Option<BigFloat> {
        let argument = self.argument(x)?;
        let near = self.argument(&BigFloat::from_f64(libm::atan(super::nearest(x)), 64))?;
        let (sine, cosine) = self.circle(&near);
        let above = self.product(&argument, &cosine) - &sine;
        let below = cosine + self.product(&argument, &sine);
        let rest = (above << self.p) / below;
        self.number(&(near + self.series(&rest, 2)?))
    }

    /// t − t²/2 + t³/3 − … (`step` 1), or t − t³/3 + t⁵/5 − … (`step` 2); `None` where t is not small.
    fn series(&self, t: &BigInt, step: u32) -> Option<BigInt> {
        if t.bits() as usize + 30 > self.p {
            return None;
        }
        let factor = if step == 1 { t.clone() } else { self.product(t, t) };
        let (mut power, mut sum) = (t.clone(), BigInt::zero());
        for k in 0u32.. {
            let term = &power / (1 + step * k);
            if term.is_zero() {
                break;
            }
            if k % 2 == 0 {
                sum += term
            } else {
                sum -= term
            };
            power = self.product(&power, &factor);
        }
        Some(sum)
    }
}

/// The integer part of x·2ᵖ.
fn truncated(x: &BigFloat, p: usize) -> BigInt {
    let Some((words, _, sign, exponent, _)) = x.as_raw_parts() else { return BigInt::zero() };
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let mantissa = BigUint::from_bytes_le(&bytes);
    let shift = i64::from(exponent) + p as i64 - (words.len() * WORD_BIT_SIZE) as i64;
    let magnitude = if shift >= 0 { mantissa << shift as u64 } else { mantissa >> shift.unsigned_abs() };
    let signed = BigInt::from(magnitude);
    if sign == Sign::Neg { -signed } else { signed }
}

/// n·2⁻ᵖ, exactly.
pub(super) fn number(n: &BigInt, p: usize) -> BigFloat {
    const BYTES: usize = WORD_BIT_SIZE / 8;
    let bytes = n.magnitude().to_bytes_le();
    let words: Vec<Word> = bytes
        .chunks(BYTES)
        .map(|chunk| {
            let mut word = [0; BYTES];
            word[..chunk.len()].copy_from_slice(chunk);
            Word::from_le_bytes(word)
        })
        .collect();
    let sign = if n.is_negative() { Sign::Neg } else { Sign::Pos };
    let exponent = (words.len() * WORD_BIT_SIZE) as i32;
    super::shifted(BigFloat::from_words(&words, sign, exponent), -(p as i32))
}
