//! The normal distribution.

use super::exponential::exp;
use super::{head, magnitude, polynomial};

/// 1/√(2π).
const DENSITY_AT_ZERO: f64 = 0.398_942_280_401_432_7;

/// Φ(x) and φ(x), the distribution function and the density of the normal distribution.
///
/// Φ(−z) = e^(−z²/2)·m(z) for z ≥ 0, where Mills' ratio m varies slowly: (1 + 1.5z)·m(z) is a polynomial in (z − 4)/(z + 4), as
/// Shepherd & Laframboise (Math. Comp. 36, 1981) do it for erfc. For z > 38.6 both are 0.
#[inline(always)]
pub fn normal(x: f64) -> [f64; 2] {
    let z = magnitude(x);
    // Written so that NaN passes.
    let z = if z > 40.0 { 40.0 } else { z };
    // z² = s² + (z − s)(z + s), where s² is exact and the rest is small.
    let s = head(z);
    let rest = 0.5 * ((z - s) * (z + s));
    let of_square = exp(-0.5 * (s * s));
    let bell = of_square - of_square * (rest * (1.0 - rest * (0.5 - rest * (1.0 / 6.0))));
    let p = polynomial(
        (z - 4.0) / (z + 4.0),
        [
            0.660_874_489_113_782_5,
            -0.059_856_355_215_561,
            -0.041_190_175_582_993_41,
            0.078_754_249_749_194_34,
            -0.063_729_158_195_298_51,
            0.031_150_193_960_576_108,
            -0.007_757_348_923_851_983,
            -0.000_747_841_572_887_024_1,
            0.001_135_937_788_948_451_1,
            -0.000_118_867_933_950_422_68,
            -0.000_146_103_929_888_891_47,
            2.955_930_143_265_127_6e-5,
            2.259_200_503_981_330_3e-5,
            -4.733_637_299_368_163_5e-6,
            -4.249_901_110_697_165e-6,
            5.038_830_944_061_448e-7,
            8.747_244_134_372_325e-7,
            2.827_358_633_595_963_7e-8,
            -1.708_200_781_200_926_3e-7,
            -3.540_221_962_994_847_7e-8,
            2.618_821_427_616_89e-8,
            1.009_547_660_443_459_1e-8,
            -2.164_146_895_854_444e-9,
            -1.198_412_990_806_553_3e-9,
        ],
    );
    let below = bell * p / (1.0 + 1.5 * z);
    [if x > 0.0 { 1.0 - below } else { below }, bell * DENSITY_AT_ZERO]
}
