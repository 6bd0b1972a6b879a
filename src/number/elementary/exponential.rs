//! eˣ and what is made of it.

use super::logarithm::ln_1p_of_unit;
use super::{
    Elementary, LN2_HIGH, LN2_LOW, ROUNDER, magnitude, polynomial, power_of_two, power_of_two_in_bits, with_sign_of,
};

/// n and r with x = n·ln 2 + r and |r| ≤ ½ ln 2, n as an integer in the last bits.
#[inline(always)]
fn reduced(x: f64) -> (u64, f64) {
    let shifted = x * std::f64::consts::LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    (shifted.to_bits(), (x - n * LN2_HIGH) - n * LN2_LOW)
}

/// Whether eˣ and all intermediate results are normal numbers.
#[inline(always)]
fn is_in_range(x: f64) -> bool {
    magnitude(x) < 708.0
}

/// eˣ for −708 < x < 709.4; any number elsewhere, and for NaN.
///
/// eˣ = 2ⁿ·eʳ with |r| ≤ ½ ln 2, and eʳ = 1 + r + r²·p(r).
#[inline(always)]
fn exp_in_range(x: f64) -> f64 {
    let (n, r) = reduced(x);
    exp_of_rest(r) * power_of_two_in_bits(n)
}

/// eˣ for every x, with the bits of [`exp_in_range`] in its range: infinite above 709.78, correctly scaled to subnormal
/// numbers below −708.4, and 0 below −745.13.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    // Written so that NaN passes.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let (n, r) = reduced(x);
    let n = f64::from_bits(n) - ROUNDER;
    // 2ⁿ in two factors, so that neither leaves the normal range: n is in −1077 ..= 1025.
    let half = (n * 0.5 + ROUNDER) - ROUNDER;
    exp_of_rest(r) * power_of_two(half) * power_of_two(n - half)
}

/// eʳ for |r| ≤ ½ ln 2.
#[inline(always)]
pub(super) fn exp_of_rest(r: f64) -> f64 {
    let p = polynomial(
        r,
        [
            0.5,
            0.166_666_666_666_666_69,
            0.041_666_666_666_624_066,
            0.008_333_333_333_330_056,
            0.001_388_888_891_724_578_7,
            0.000_198_412_698_630_782_8,
            2.480_152_124_613_149_5e-5,
            2.755_726_842_168_261_3e-6,
            2.762_011_213_957_236_7e-7,
            2.510_040_371_657_669e-8,
        ],
    );
    1.0 + (r + r * r * p)
}

/// eˣ.
pub enum Exp {}

impl Elementary for Exp {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        is_in_range(x)
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        exp_in_range(x)
    }

    const HAS_SPECIAL_LANES: bool = true;

    #[inline(always)]
    fn special(x: f64) -> f64 {
        exp(x)
    }
}

/// sinh x.
pub enum Sinh {}

impl Elementary for Sinh {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        magnitude(x) < 709.0
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        let z = x * x;
        let p = polynomial(
            z,
            [
                0.166_666_666_666_666_66,
                0.008_333_333_333_333_299,
                0.000_198_412_698_413_244_71,
                2.755_731_919_125_088_5e-6,
                2.505_211_772_395_32e-8,
                1.605_767_688_273_947_5e-10,
                7.746_278_224_810_715e-13,
            ],
        );
        let e = exp_in_range(magnitude(x));
        if magnitude(x) < 1.0 { x + x * (z * p) } else { with_sign_of(0.5 * e - 0.5 / e, x) }
    }

    fn special(x: f64) -> f64 {
        libm::sinh(x)
    }
}

/// cosh x.
pub enum Cosh {}

impl Elementary for Cosh {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        magnitude(x) < 709.0
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        let e = exp_in_range(magnitude(x));
        0.5 * e + 0.5 / e
    }

    fn special(x: f64) -> f64 {
        libm::cosh(x)
    }
}

/// 1 − tanh |x| = 2t/(1 + t) with t = e^−2|x|, accurate to its last digits; for |x| > 350 the value at 350.
#[inline(always)]
fn short_of_one(x: f64) -> f64 {
    let twice = 2.0 * magnitude(x);
    // Written so that NaN passes.
    short_of_one_by(exp_in_range(if twice > 700.0 { -700.0 } else { -twice }))
}

#[inline(always)]
fn short_of_one_by(t: f64) -> f64 {
    (t + t) / (1.0 + t)
}

/// tanh x from `short` = 1 − tanh |x|, or from an odd polynomial where 1 − `short` would cancel.
#[inline(always)]
fn tanh(x: f64, short: f64) -> f64 {
    let z = x * x;
    let p = polynomial(
        z,
        [
            -0.333_333_333_333_333_3,
            0.133_333_333_333_327_11,
            -0.053_968_253_967_431_51,
            0.021_869_488_493_552_625,
            -0.008_863_234_395_177_999,
            0.003_592_110_343_931_255,
            -0.001_455_661_552_276_739_6,
            0.000_588_934_682_591_76,
            -0.000_234_630_675_245_267_33,
            8.510_647_287_642_557e-5,
            -2.059_813_543_577_038_5e-5,
        ],
    );
    // Written so that NaN passes.
    if magnitude(x) >= 0.55 { with_sign_of(1.0 - short, x) } else { x + x * (z * p) }
}

/// 1 − tanh² x = (1 − tanh |x|)·(1 + tanh |x|), from the first factor.
#[inline(always)]
fn sech_squared(short: f64) -> f64 {
    short * (2.0 - short)
}

/// tanh x.
pub enum Tanh {}

impl Elementary for Tanh {
    #[inline(always)]
    fn plain(x: f64) -> f64 {
        tanh(x, short_of_one(x))
    }
}

/// 1/cosh² x, the derivative of tanh, with all its digits where tanh x is nearly 1.
pub enum SechSquared {}

impl Elementary for SechSquared {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        magnitude(x) < 350.0
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        sech_squared(short_of_one(x))
    }

    const HAS_SPECIAL_LANES: bool = true;

    #[inline(always)]
    fn special(x: f64) -> f64 {
        sech_squared(short_of_one_by(exp(-2.0 * magnitude(x))))
    }
}

/// tanh x and 1/cosh² x, with the bits of [`Tanh`] and [`SechSquared`], for little more than one of them.
#[inline]
pub fn tanh_and_derivative(x: f64) -> [f64; 2] {
    let short = short_of_one(x);
    let derivative = if SechSquared::is_plain(x) { sech_squared(short) } else { SechSquared::special(x) };
    [tanh(x, short), derivative]
}

/// The same on each lane.
#[inline(always)]
pub fn tanh_and_derivative_lanes<const N: usize>(x: &[f64; N], values: &mut [f64; N], derivatives: &mut [f64; N]) {
    let mut special = 0;
    for lane in 0..N {
        let short = short_of_one(x[lane]);
        (values[lane], derivatives[lane]) = (tanh(x[lane], short), sech_squared(short));
        special |= u64::from(!SechSquared::is_plain(x[lane]));
    }
    if special != 0 {
        for lane in 0..N {
            derivatives[lane] = SechSquared::special(x[lane]);
        }
    }
}

/// 1/(1 + e⁻ˣ).
pub enum Sigmoid {}

impl Elementary for Sigmoid {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        is_in_range(x)
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        sigmoid(x, exp_in_range(-magnitude(x)))
    }

    const HAS_SPECIAL_LANES: bool = true;

    #[inline(always)]
    fn special(x: f64) -> f64 {
        sigmoid(x, exp(-magnitude(x)))
    }
}

/// The sigmoid of x, from t = e^−|x|.
#[inline(always)]
fn sigmoid(x: f64, t: f64) -> f64 {
    (if x < 0.0 { t } else { 1.0 }) / (1.0 + t)
}

/// ln(1 + eˣ).
pub enum Softplus {}

impl Elementary for Softplus {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        is_in_range(x)
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        softplus(x, exp_in_range(-magnitude(x)))
    }

    const HAS_SPECIAL_LANES: bool = true;

    #[inline(always)]
    fn special(x: f64) -> f64 {
        softplus(x, exp(-magnitude(x)))
    }
}

/// The softplus of x, from t = e^−|x|.
#[inline(always)]
fn softplus(x: f64, t: f64) -> f64 {
    let tail = ln_1p_of_unit(t);
    if x > 0.0 { x + tail } else { tail }
}
