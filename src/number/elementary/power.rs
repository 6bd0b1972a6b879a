//! Roots and powers.

use super::super::larger;
use super::exponential::exp_of_rest;
use super::logarithm::split;
use super::{
    Atan, Elementary, ROUNDER, at, head, magnitude, polynomial, power_of_two, power_of_two_in_bits, with_sign_of,
};

/// ∛x: from 2^(3q + r)·m with 1 ≤ m < 2 a first value by a polynomial in m, good to 2.5e-7, and one step of Halley's
/// method, which cubes that error.
pub enum Cbrt {}

impl Elementary for Cbrt {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        (f64::MIN_POSITIVE..f64::INFINITY).contains(&magnitude(x))
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        let bits = magnitude(x).to_bits();
        let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
        let exponent = f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
        let third = ((exponent - 1.0) * (1.0 / 3.0) + ROUNDER) - ROUNDER;
        let rest = exponent - 3.0 * third;
        let scale = if rest > 0.5 { 1.259_921_049_894_873_2 } else { 1.0 };
        let scale = if rest > 1.5 { 1.587_401_051_968_199_5 } else { scale };
        let first = polynomial(
            m,
            [
                0.448_642_630_804_157_45,
                0.943_733_811_755_257_5,
                -0.655_068_561_722_188,
                0.375_147_530_142_035_6,
                -0.139_248_531_710_316_18,
                0.029_496_704_251_914_946,
                -0.002_703_333_870_412_061,
            ],
        );
        // With 26 bits its square is exact.
        let t = head(scale * first);
        let quotient = m * power_of_two(rest) / (t * t);
        let root = t + t * ((quotient - t) / ((t + t) + quotient));
        with_sign_of(root * power_of_two(third), x)
    }

    fn special(x: f64) -> f64 {
        libm::cbrt(x)
    }
}

/// Whether [`power_of_normal`] applies: the base is normal, and negative only with an integer exponent; and no
/// intermediate result overflows or underflows.
#[inline(always)]
fn is_plain(a: f64, b: f64) -> bool {
    let is_integer = (b + ROUNDER) - ROUNDER == b;
    (f64::MIN_POSITIVE..f64::INFINITY).contains(&magnitude(a)) & (magnitude(b) < 1e15) & ((a > 0.0) | is_integer)
}

/// aᵇ where that is plain: |a|ᵇ, negative for a negative base with an odd exponent.
#[inline(always)]
fn power_of_normal(a: f64, b: f64) -> (f64, bool) {
    let (power, in_range) = power_of_positive(magnitude(a), b);
    // The last bit of the sum is that of the integer b.
    let is_odd = (b + ROUNDER).to_bits() & 1;
    (f64::from_bits(power.to_bits() ^ (((a.to_bits() >> 63) & is_odd) << 63)), in_range)
}

/// aᵇ = 2^(b·log₂a), with log₂a in two parts of 26 and 53 bits, and whether that is in the range of normal numbers.
///
/// The logarithm is that of T. J. Dekker's double-length arithmetic (Numerische Mathematik 18, 1971): with
/// a = 2ᵏ·(1 + f) and s = f/(2 + f), ln(1 + f) = ⅔·s·(3 + s² + 3/5·s⁴ + 3/7·s⁶ + …), where s and the sum each have
/// two parts, so that b·log₂a has an absolute error of a few 2⁻⁵⁵ wherever aᵇ is in range.
#[inline(always)]
fn power_of_positive(a: f64, b: f64) -> (f64, bool) {
    /// 2/(3 ln 2).
    const SCALE: f64 = f64::from_bits(0x3fee_c709_dc3a_03fd);
    const SCALE_HIGH: f64 = f64::from_bits(0x3fee_c709_d800_0000);
    const SCALE_LOW: f64 = f64::from_bits(0x3e40_e80f_f5d2_7f05);
    let (k, m) = split(a);
    let f = m - 1.0;
    let sum = 2.0 + f;
    let reciprocal = 1.0 / sum;
    let s = f * reciprocal;
    let s_high = head(s);
    let sum_high = head(sum);
    let sum_low = f - (sum_high - 2.0);
    let s_low = ((f - s_high * sum_high) - s_high * sum_low) * reciprocal;
    let z = s * s;
    let p = polynomial(
        z,
        [
            0.600_000_000_000_000_4,
            0.428_571_428_570_077_6,
            0.333_333_334_066_535_1,
            0.272_727_123_713_168_15,
            0.230_783_621_946_930_47,
            0.199_289_361_527_900_28,
            0.193_704_265_082_733_75,
        ],
    );
    let square = s_high * s_high;
    let rest = z * z * p + s_low * (s_high + s);
    let series_high = head(3.0 + square + rest);
    let series_low = rest - ((series_high - 3.0) - square);
    let product = s_high * series_high;
    let product_rest = s_low * series_high + series_low * s;
    let high = head(product + product_rest);
    let low = product_rest - (high - product);
    let fraction = SCALE_HIGH * high;
    let fraction_rest = SCALE_LOW * high + low * SCALE;
    let logarithm = head((fraction + fraction_rest) + k);
    let logarithm_rest = fraction_rest - ((logarithm - k) - fraction);
    let b_high = head(b);
    let exponent = b_high * logarithm;
    let exponent_rest = (b - b_high) * logarithm + b * logarithm_rest;
    let shifted = (exponent + exponent_rest) + ROUNDER;
    let n = shifted - ROUNDER;
    let r = ((exponent - n) + exponent_rest) * std::f64::consts::LN_2;
    (exp_of_rest(r) * power_of_two_in_bits(shifted.to_bits()), magnitude(n) < 1020.0)
}

/// aᵇ for arguments to which the straight-line code does not apply.
fn special(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { libm::pow(a, b) }
}

/// aᵇ: for a < 0 only with integer b; 0⁰ = 1; NaN if a or b is NaN.
#[inline]
pub fn pow(a: f64, b: f64) -> f64 {
    if is_plain(a, b)
        && let (power, true) = power_of_normal(a, b)
    {
        return power;
    }
    special(a, b)
}

/// aᵇ on each lane.
#[inline(always)]
pub fn pow_lanes(a: &[f64], b: &[f64], out: &mut [f64]) {
    let mut specials = 0;
    for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
        let (power, in_range) = power_of_normal(a, b);
        let plain = is_plain(a, b) & in_range;
        // NaN marks lanes that are to be computed again; no plain power is NaN.
        *out = if plain { power } else { f64::NAN };
        specials |= u64::from(!plain);
    }
    if specials != 0 {
        for ((out, &a), &b) in out.iter_mut().zip(a).zip(b).filter(|((out, _), _)| out.is_nan()) {
            *out = special(a, b);
        }
    }
}

/// √(a² + b²), within 2 units in the last place wherever that can be represented: where a square could overflow or
/// underflow, both are first multiplied by a power of two.
#[inline(always)]
pub fn hypot(a: f64, b: f64) -> f64 {
    /// 2⁶⁰⁰ and 2⁻⁶⁰⁰.
    const LARGE: f64 = f64::from_bits(1623 << 52);
    const SMALL: f64 = f64::from_bits(423 << 52);
    let largest = larger(magnitude(a), magnitude(b));
    let (is_large, is_small) = (largest > 1e150, largest < 1e-150);
    let scale = if is_large { SMALL } else { 1.0 };
    let scale = if is_small { LARGE } else { scale };
    let back = if is_large { LARGE } else { 1.0 };
    let back = if is_small { SMALL } else { back };
    let (a, b) = (a * scale, b * scale);
    (a * a + b * b).sqrt() * back
}

/// The angle of the point (x, y) in (−π, π], within 3 units in the last place; NaN at the origin.
#[inline]
pub fn atan2(y: f64, x: f64) -> f64 {
    use std::f64::consts::{FRAC_PI_2, PI};
    if magnitude(y) <= magnitude(x) {
        let angle = at::<Atan>(y / x);
        if x > 0.0 {
            angle
        } else if y < 0.0 {
            angle - PI
        } else {
            angle + PI
        }
    } else {
        let angle = at::<Atan>(x / y);
        if y > 0.0 { FRAC_PI_2 - angle } else { -FRAC_PI_2 - angle }
    }
}
