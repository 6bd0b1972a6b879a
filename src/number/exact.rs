//! Which operations on constants are exact: 2·0.5 is 1 and not an enclosure of it.

use super::{Binary, Constant};

/// Beyond these magnitudes an error term could itself underflow or overflow.
const SAFE: std::ops::Range<f64> = 1e-150..1e150;

/// The result of an operation on exact constants, when it is exact itself.
///
/// The rounding error of a sum is computed by Knuth's TwoSum, those of products and quotients by a fused
/// multiply-add; each is exact in this range of magnitudes.
pub(super) fn result(op: Binary, a: Constant, b: Constant) -> Option<f64> {
    let (a, b) = (a.as_exact()?, b.as_exact()?);
    let safe = |x: f64| x == 0.0 || SAFE.contains(&x.abs());
    if !safe(a) || !safe(b) {
        return None;
    }
    match op {
        Binary::Add | Binary::Sub => {
            let b = if op == Binary::Sub { -b } else { b };
            let sum = a + b;
            let virtual_b = sum - a;
            let error = (a - (sum - virtual_b)) + (b - virtual_b);
            (error == 0.0).then_some(sum)
        }
        Binary::Mul => {
            let product = a * b;
            (safe(product) && libm::fma(a, b, -product) == 0.0).then_some(product)
        }
        Binary::Div => {
            let quotient = a / b;
            (b != 0.0 && safe(quotient) && libm::fma(quotient, b, -a) == 0.0).then_some(quotient)
        }
        Binary::Min => Some(a.min(b)),
        Binary::Max => Some(a.max(b)),
        Binary::Pow | Binary::Hypot | Binary::Atan2 => None,
    }
}

/// An integer power of an exact constant, when it is exact itself.
pub(super) fn power(a: Constant, exponent: i32) -> Option<f64> {
    let mut power = Constant::exact(1.0);
    if exponent.unsigned_abs() > 64 || a.value.is_nan() {
        return None;
    }
    for _ in 0..exponent.unsigned_abs() {
        power = Constant::exact(result(Binary::Mul, power, a)?);
    }
    if exponent < 0 { result(Binary::Div, Constant::exact(1.0), power) } else { power.as_exact() }
}
