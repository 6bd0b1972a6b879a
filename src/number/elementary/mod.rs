//! Elementary functions of our own: the same arithmetic for one number and for a block of lanes.
//!
//! For all usual arguments each function is straight-line code: additions, multiplications, divisions and selections. A
//! compiler turns these into vector instructions, and IEEE 754 rounds them alike on every machine. No fused
//! multiply-add is used (it rounds once instead of twice, and not every machine has one). So a block of lanes has the
//! bits of single numbers on every machine and with every instruction set. For the few arguments for which
//! straight-line code would be slow (huge angles, logarithms of subnormal numbers) the crate libm computes the value,
//! lane by lane.
//!
//! Results are within 2 units in the last place of the true value, the derivative of tanh within 3,
//! the normal distribution within 6 (`tests.rs` compares millions with the crate libm).
//! Coefficients of polynomials were made for this project: interpolation at Chebyshev nodes in 70 digits, rounded to
//! f64; the error that this adds is below 0.2 units in the last place for each.

mod exponential;
mod inverse;
mod logarithm;
mod normal;
mod power;
#[cfg(test)]
pub mod tests;
mod trigonometric;

pub use exponential::{
    Cosh, Exp, SechSquared, Sigmoid, Sinh, Softplus, Tanh, tanh_and_derivative, tanh_and_derivative_lanes,
};
pub use inverse::{Acos, Asin, Atan};
pub use logarithm::{Ln, Log2, Log10};
pub use normal::normal;
pub use power::{Cbrt, atan2, hypot, pow, pow_lanes};
pub use trigonometric::{Cos, Sin, Tan, sin_cos, sin_cos_lanes};

/// A function of one number.
pub trait Elementary {
    /// Whether [`Elementary::plain`] has the function's value.
    #[inline(always)]
    fn is_plain(_x: f64) -> bool {
        true
    }
    /// The value in straight-line arithmetic; any number where the argument is not plain.
    fn plain(x: f64) -> f64;
    /// Whether [`Elementary::special`], too, is straight-line arithmetic and has the bits of [`Elementary::plain`] on
    /// plain arguments. Lanes of which some are not plain are then all computed by it.
    const HAS_SPECIAL_LANES: bool = false;
    /// The value at an argument that is not plain.
    fn special(x: f64) -> f64 {
        x
    }
}

/// The function at one number.
#[inline]
pub fn at<F: Elementary>(x: f64) -> f64 {
    if F::is_plain(x) { F::plain(x) } else { special::<F>(x) }
}

/// A separate call, so that the caller's stack frame has no room for code that seldom runs.
#[cold]
#[inline(never)]
fn special<F: Elementary>(x: f64) -> f64 {
    F::special(x)
}

/// The function on each lane.
#[inline(always)]
pub fn lanes<F: Elementary>(x: &[f64], out: &mut [f64]) {
    let mut special = 0;
    for (out, &x) in out.iter_mut().zip(x) {
        *out = F::plain(x);
        special |= u64::from(!F::is_plain(x));
    }
    if special == 0 {
        return;
    }
    if F::HAS_SPECIAL_LANES {
        for (out, &x) in out.iter_mut().zip(x) {
            *out = F::special(x);
        }
    } else {
        for (out, &x) in out.iter_mut().zip(x).filter(|(_, x)| !F::is_plain(**x)) {
            *out = F::special(x);
        }
    }
}

/// 1.5·2⁵²: adding it rounds to the nearest integer, which then stands in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// ln 2 in two parts (Cody & Waite): the first has 32 bits, so that its product with an exponent is exact.
const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);

/// π/2, and its rounding error.
const HALF_PI: f64 = std::f64::consts::FRAC_PI_2;
const HALF_PI_LOW: f64 = f64::from_bits(0x3c91_a626_3314_5c07);

/// 2ⁿ for an integer n in −1022 ..= 1023.
#[inline(always)]
fn power_of_two(n: f64) -> f64 {
    power_of_two_in_bits((n + ROUNDER).to_bits())
}

/// The same for an integer in the last bits.
#[inline(always)]
fn power_of_two_in_bits(n: u64) -> f64 {
    f64::from_bits(n.wrapping_add(1023) << 52)
}

/// |x|.
#[inline(always)]
fn magnitude(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & !(1 << 63))
}

/// |x| with the sign of another number.
#[inline(always)]
fn with_sign_of(x: f64, sign: f64) -> f64 {
    f64::from_bits((x.to_bits() & !(1 << 63)) | (sign.to_bits() & (1 << 63)))
}

/// The leading 26 bits: the product of two such numbers is exact (Veltkamp & Dekker).
#[inline(always)]
fn head(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & !0x7ff_ffff)
}

/// c₀ + c₁x + c₂x² + … for at least three coefficients, even and odd powers side by side, so that a single number need
/// not wait for so many operations one after the other.
#[inline(always)]
fn polynomial<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let square = x * x;
    let (mut last, mut before) = (coefficients[N - 1], coefficients[N - 2]);
    for k in (0..N - 2).rev() {
        (last, before) = (before, last * square + coefficients[k]);
    }
    before + x * last
}
