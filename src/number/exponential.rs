//! eˣ over a block of lanes, in plain arithmetic that a compiler vectorises and every machine rounds alike.

/// 1/ln 2.
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// ln 2 in two pieces (Cody & Waite): the first has 32 trailing zero bits, so that n·LN2_HIGH is exact for |n| < 2¹¹.
const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
/// 1.5·2⁵²: adding it rounds to the nearest integer, which then stands in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// eˣ for each lane; infinite above 709.78, and 0 below −745.13 like the libm's.
pub(super) fn exp_lanes(x: &[f64], out: &mut [f64]) {
    for (out, x) in out.iter_mut().zip(x) {
        *out = exp(*x);
    }
}

/// eˣ = 2ⁿ·eʳ with |r| ≤ ½ ln 2, and eʳ by its Taylor polynomial of degree 13 (truncation below 2⁻⁵⁸).
#[inline(always)]
fn exp(x: f64) -> f64 {
    let clamped = x.clamp(-746.0, 710.0);
    let shifted = clamped * LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = (clamped - n * LN2_HIGH) - n * LN2_LOW;
    let mut p = 1.0 / 6_227_020_800.0;
    for coefficient in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
    ] {
        p = p * r + coefficient;
    }
    let e = 1.0 + (r + r * r * p);
    // 2ⁿ in two factors, so that neither leaves the normal range: n is in −1077 ..= 1025.
    let bits = shifted.to_bits() as i32;
    let half = bits >> 1;
    let power = |n: i32| f64::from_bits(((n + 1023) as u64) << 52);
    let result = e * power(half) * power(bits - half);
    if x.is_nan() { x } else { result }
}
