//! Logarithms: x = 2ᵏ·(1 + f) with √½ ≤ 1 + f < √2, and ln(1 + f) = 2 artanh s for s = f/(2 + f).

use super::{Elementary, LN2_HIGH, LN2_LOW, head, polynomial};

const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;
const ONE_BITS: u64 = 0x3ff0_0000_0000_0000;
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;

/// k and 1 + f of a positive normal number.
#[inline(always)]
pub(super) fn split(x: f64) -> (f64, f64) {
    let shifted = x.to_bits().wrapping_add(ONE_BITS - SQRT_HALF_BITS);
    // 2⁵² + an integer below 2⁵² has that integer in its last bits.
    let k = f64::from_bits((shifted >> 52) | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    (k, f64::from_bits((shifted & MANTISSA).wrapping_add(SQRT_HALF_BITS)))
}

/// (½f², s·(½f² + r)) with ln(1 + f) = f − ½f² + s·(½f² + r), where r = 2(artanh s − s)/s.
#[inline(always)]
fn terms(f: f64) -> (f64, f64) {
    let s = f / (2.0 + f);
    let z = s * s;
    let p = polynomial(
        z,
        [
            0.666_666_666_666_667,
            0.399_999_999_998_994_44,
            0.285_714_286_260_032_7,
            0.222_222_111_302_598_78,
            0.181_828_894_556_749_47,
            0.153_317_106_182_107_73,
            0.146_165_854_248_886_23,
        ],
    );
    let half_square = 0.5 * f * f;
    (half_square, s * (half_square + z * p))
}

/// k ln 2 + ln(1 + f) + `correction`, the small terms first.
#[inline(always)]
fn assembled(k: f64, f: f64, correction: f64) -> f64 {
    let (half_square, rest) = terms(f);
    k * LN2_HIGH - ((half_square - (rest + (k * LN2_LOW + correction))) - f)
}

/// ln(1 + t) for 0 ≤ t ≤ 1.
#[inline(always)]
pub(super) fn ln_1p_of_unit(t: f64) -> f64 {
    let sum = 1.0 + t;
    let halved = sum > std::f64::consts::SQRT_2;
    // The rounding error of the sum, relative to the sum.
    let lost = (t - (sum - 1.0)) / sum;
    // Selected before the work: selected after it, the work would be done twice.
    let k = if halved { 1.0 } else { 0.0 };
    let f = if halved { 0.5 * sum - 1.0 } else { t };
    let correction = if halved { lost } else { 0.0 };
    assembled(k, f, correction)
}

/// The logarithm where it is not that of a positive finite number.
#[inline(always)]
fn with_edges(x: f64, logarithm: f64) -> f64 {
    let beyond = if x == 0.0 { f64::NEG_INFINITY } else { f64::NAN };
    let inside = if x < f64::INFINITY { logarithm } else { x };
    if x > 0.0 { inside } else { beyond }
}

#[inline(always)]
fn is_not_subnormal(x: f64) -> bool {
    // Not `&&`, which would be a branch in a loop over lanes.
    !((x > 0.0) & (x < f64::MIN_POSITIVE))
}

/// ln x.
pub enum Ln {}

impl Elementary for Ln {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        is_not_subnormal(x)
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        let (k, m) = split(x);
        with_edges(x, assembled(k, m - 1.0, 0.0))
    }

    fn special(x: f64) -> f64 {
        libm::log(x)
    }
}

/// ln(1 + f) as a number of 26 bits and a small rest.
#[inline(always)]
fn in_two_pieces(f: f64) -> (f64, f64) {
    let (half_square, rest) = terms(f);
    let high = head(f - half_square);
    (high, ((f - high) - half_square) + rest)
}

/// log₂ x, exact for powers of two.
pub enum Log2 {}

impl Elementary for Log2 {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        is_not_subnormal(x)
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        /// 1/ln 2 in two parts, the first of 26 bits.
        const HIGH: f64 = f64::from_bits(0x3ff7_1547_6000_0000);
        const LOW: f64 = f64::from_bits(0x3e54_ae0b_f85d_df44);
        let (k, m) = split(x);
        let (high, low) = in_two_pieces(m - 1.0);
        let fraction = high * HIGH;
        let sum = k + fraction;
        let lost = (k - sum) + fraction;
        with_edges(x, sum + (((low + high) * LOW + low * HIGH) + lost))
    }

    fn special(x: f64) -> f64 {
        libm::log2(x)
    }
}

/// log₁₀ x.
pub enum Log10 {}

impl Elementary for Log10 {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        is_not_subnormal(x)
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        /// 1/ln 10 and log₁₀ 2 in two parts each, the first of 26 bits.
        const HIGH: f64 = f64::from_bits(0x3fdb_cb7b_1000_0000);
        const LOW: f64 = f64::from_bits(0x3e34_9b94_38ca_9aae);
        const TWO_HIGH: f64 = f64::from_bits(0x3fd3_4413_5000_0000);
        const TWO_LOW: f64 = f64::from_bits(0x3e03_ef3f_de62_3e25);
        let (k, m) = split(x);
        let (high, low) = in_two_pieces(m - 1.0);
        let fraction = high * HIGH;
        let whole = k * TWO_HIGH;
        let sum = whole + fraction;
        let lost = (whole - sum) + fraction;
        with_edges(x, sum + ((k * TWO_LOW + ((low + high) * LOW + low * HIGH)) + lost))
    }

    fn special(x: f64) -> f64 {
        libm::log10(x)
    }
}
