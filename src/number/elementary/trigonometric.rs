//! Sine, cosine and tangent: x = n·π/2 + r with |r| ≤ π/4.

use super::{Elementary, ROUNDER, magnitude, polynomial};

/// π/2 in three parts (Cody & Waite): the first two have 37 bits, so that their products with n are exact for |n| <
/// 2¹⁶.
const HALF_PI_PIECES: [f64; 3] = [
    f64::from_bits(0x3ff9_21fb_5444_0000),
    f64::from_bits(0x3d86_8c23_4c4c_0000),
    f64::from_bits(0x3b29_8a2e_0370_7345),
];

/// For larger angles n·π/2 has more bits than the three parts hold exactly.
const LARGEST: f64 = 1e5;

/// An angle minus a multiple of π/2.
struct Reduced {
    /// The multiple, in the last bits.
    quadrant: u64,
    /// The remainder, rounded.
    r: f64,
    /// The rounding error of r.
    rest: f64,
    /// r².
    square: f64,
}

#[inline(always)]
fn reduced(x: f64) -> Reduced {
    let shifted = x * std::f64::consts::FRAC_2_PI + ROUNDER;
    let n = shifted - ROUNDER;
    let [first, second, third] = HALF_PI_PIECES;
    // The first difference is exact, and what the second loses is put into the third.
    let a = x - n * first;
    let b = a - n * second;
    let low = n * third - ((a - b) - n * second);
    let r = b - low;
    let rest = (b - r) - low;
    Reduced { quadrant: shifted.to_bits(), r, rest, square: square(r) }
}

/// r², or 0 if r² is too small to change any result. Arithmetic with subnormal products is many times slower, and a run
/// that comes to rest at 0 would have many of them.
#[inline(always)]
fn square(r: f64) -> f64 {
    if magnitude(r) < 1e-60 { 0.0 } else { r * r }
}

/// (sin r − r)/r for z = r² and |r| ≤ π/4.
#[inline(always)]
fn sine_beyond_r(z: f64) -> f64 {
    z * polynomial(
        z,
        [
            -0.166_666_666_666_666_66,
            0.008_333_333_333_330_918,
            -0.000_198_412_698_367_124_95,
            2.755_731_607_868_067e-6,
            -2.505_112_687_608_533_8e-8,
            1.591_777_175_934_191_7e-10,
        ],
    )
}

/// cos r − (1 − r²/2) for z = r² and |r| ≤ π/4.
#[inline(always)]
fn cosine_beyond_square(z: f64) -> f64 {
    z * z
        * polynomial(
            z,
            [
                0.041_666_666_666_666_664,
                -0.001_388_888_888_888_737_8,
                2.480_158_729_873_686_3e-5,
                -2.755_731_725_679_604e-7,
                2.087_614_315_990_944e-9,
                -1.138_240_875_415_325_4e-11,
            ],
        )
}

impl Reduced {
    /// sin r.
    #[inline(always)]
    fn sine(&self) -> f64 {
        self.r + self.r * sine_beyond_r(self.square)
    }

    /// cos r.
    #[inline(always)]
    fn cosine(&self) -> f64 {
        (1.0 - 0.5 * self.square) + cosine_beyond_square(self.square)
    }

    /// sin(r + rest) and cos(r + rest), accurate enough for their quotient.
    #[inline(always)]
    fn both_with_rest(&self) -> [f64; 2] {
        let &Reduced { r, rest, square: z, .. } = self;
        let half = 0.5 * z;
        let near = 1.0 - half;
        // The rounding error of the difference is added with the small terms.
        let cosine = near + (((1.0 - near) - half) + (cosine_beyond_square(z) - r * rest));
        [r + (r * sine_beyond_r(z) + rest * near), cosine]
    }
}

#[inline(always)]
fn negated_if(x: f64, bit: u64) -> f64 {
    f64::from_bits(x.to_bits() ^ (bit << 63))
}

#[inline(always)]
fn chosen(odd: u64, if_odd: f64, if_even: f64) -> f64 {
    // All ones or all zeros: a selection by bits is vectorised everywhere.
    let mask = 0u64.wrapping_sub(odd & 1);
    f64::from_bits((if_odd.to_bits() & mask) | (if_even.to_bits() & !mask))
}

#[inline(always)]
fn is_plain(x: f64) -> bool {
    magnitude(x) < LARGEST
}

/// The sine of an angle from the sine and cosine of its remainder.
#[inline(always)]
fn sine_of(quadrant: u64, sine: f64, cosine: f64) -> f64 {
    negated_if(chosen(quadrant, cosine, sine), quadrant >> 1)
}

/// The cosine, from the same.
#[inline(always)]
fn cosine_of(quadrant: u64, sine: f64, cosine: f64) -> f64 {
    negated_if(chosen(quadrant, sine, cosine), quadrant.wrapping_add(1) >> 1)
}

#[inline(always)]
fn both_of(x: f64) -> [f64; 2] {
    let at = reduced(x);
    let (sine, cosine) = (at.sine(), at.cosine());
    [sine_of(at.quadrant, sine, cosine), cosine_of(at.quadrant, sine, cosine)]
}

/// sin x and cos x, with the bits of [`Sin`] and [`Cos`], for little more than one of them.
#[inline]
pub fn sin_cos(x: f64) -> [f64; 2] {
    if is_plain(x) { both_of(x) } else { [Sin::special(x), Cos::special(x)] }
}

/// The same on each lane.
#[inline(always)]
pub fn sin_cos_lanes<const N: usize>(x: &[f64; N], sines: &mut [f64; N], cosines: &mut [f64; N]) {
    let mut special = 0;
    for lane in 0..N {
        [sines[lane], cosines[lane]] = both_of(x[lane]);
        special |= u64::from(!is_plain(x[lane]));
    }
    if special != 0 {
        for lane in (0..N).filter(|lane| !is_plain(x[*lane])) {
            (sines[lane], cosines[lane]) = (Sin::special(x[lane]), Cos::special(x[lane]));
        }
    }
}

/// sin x.
pub enum Sin {}

impl Elementary for Sin {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        is_plain(x)
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        both_of(x)[0]
    }

    fn special(x: f64) -> f64 {
        libm::sin(x)
    }
}

/// cos x.
pub enum Cos {}

impl Elementary for Cos {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        is_plain(x)
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        both_of(x)[1]
    }

    fn special(x: f64) -> f64 {
        libm::cos(x)
    }
}

/// tan x.
pub enum Tan {}

impl Elementary for Tan {
    #[inline(always)]
    fn is_plain(x: f64) -> bool {
        is_plain(x)
    }

    #[inline(always)]
    fn plain(x: f64) -> f64 {
        let at = reduced(x);
        let [sine, cosine] = at.both_with_rest();
        let above = chosen(at.quadrant, cosine, sine);
        let below = chosen(at.quadrant, sine, cosine);
        negated_if(above / below, at.quadrant & 1)
    }

    fn special(x: f64) -> f64 {
        libm::tan(x)
    }
}
