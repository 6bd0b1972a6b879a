//! Inverse trigonometric functions.

use super::{Elementary, HALF_PI, HALF_PI_LOW, magnitude, polynomial, with_sign_of};

/// arcsin s = s + s·z·p(z) for z = s² ≤ ¼; NaN for a greater |s|. Above ½ it is π/2 − 2 arcsin √((1 − s)/2).
struct Reduced {
    /// Whether |x| > ½, so that s = √((1 − |x|)/2).
    far: bool,
    s: f64,
    /// arcsin s − s.
    rest: f64,
}

#[inline(always)]
fn reduced(x: f64) -> Reduced {
    let a = magnitude(x);
    let far = a > 0.5;
    let z = if far { 0.5 * (1.0 - a) } else { a * a };
    let s = if far { z.sqrt() } else { a };
    let p = polynomial(
        z,
        [
            0.166_666_666_666_666_69,
            0.074_999_999_999_984_25,
            0.044_642_857_146_373_38,
            0.030_381_944_137_085_216,
            0.022_372_173_002_005_596,
            0.017_352_391_265_909_227,
            0.013_971_235_301_124_539,
            0.011_478_952_690_257_387,
            0.010_324_318_288_744_113,
            0.005_450_878_187_720_55,
            0.017_419_357_964_884_856,
            -0.014_881_409_392_818_066,
            0.028_778_442_612_593_04,
        ],
    );
    Reduced { far, s, rest: s * (z * p) }
}

/// arcsin x.
pub enum Asin {}

impl Elementary for Asin {
    #[inline(always)]
    fn plain(x: f64) -> f64 {
        let Reduced { far, s, rest } = reduced(x);
        let complement = HALF_PI - (2.0 * (s + rest) - HALF_PI_LOW);
        with_sign_of(if far { complement } else { s + rest }, x)
    }
}

/// arccos x.
pub enum Acos {}

impl Elementary for Acos {
    #[inline(always)]
    fn plain(x: f64) -> f64 {
        let Reduced { far, s, rest } = reduced(x);
        let twice = 2.0 * (s + rest);
        let signed_rest = with_sign_of(rest, x);
        let near = HALF_PI - (x + (signed_rest - HALF_PI_LOW));
        let beyond = 2.0 * HALF_PI - (twice - 2.0 * HALF_PI_LOW);
        if far { if x > 0.0 { twice } else { beyond } } else { near }
    }
}

/// arctan x: by arctan t for |t| ≤ tan π/8 and t = |x|, (|x| − 1)/(|x| + 1) or −1/|x|.
pub enum Atan {}

impl Elementary for Atan {
    #[inline(always)]
    fn plain(x: f64) -> f64 {
        const TAN_PI_8: f64 = std::f64::consts::SQRT_2 - 1.0;
        const TAN_3_PI_8: f64 = std::f64::consts::SQRT_2 + 1.0;
        let a = magnitude(x);
        let (middle, far) = (a > TAN_PI_8, a > TAN_3_PI_8);
        let above = if middle { a - 1.0 } else { a };
        let below = if middle { a + 1.0 } else { 1.0 };
        let t = if far { -1.0 } else { above } / if far { a } else { below };
        let base = if middle { 0.5 * HALF_PI } else { 0.0 };
        let base = if far { HALF_PI } else { base };
        let base_low = if middle { 0.5 * HALF_PI_LOW } else { 0.0 };
        let base_low = if far { HALF_PI_LOW } else { base_low };
        let z = t * t;
        let p = polynomial(
            z,
            [
                -0.333_333_333_333_333_3,
                0.199_999_999_999_954_8,
                -0.142_857_142_846_578_94,
                0.111_111_110_145_610_13,
                -0.090_909_045_498_846_11,
                0.076_921_825_351_166_48,
                -0.066_645_022_156_714_47,
                0.058_580_687_568_615_106,
                -0.050_850_304_928_109_41,
                0.039_219_552_532_551_29,
                -0.019_162_068_915_902_573,
            ],
        );
        with_sign_of(base + ((t * (z * p) + base_low) + t), x)
    }
}
