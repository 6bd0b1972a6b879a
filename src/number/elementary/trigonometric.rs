//! Sine, cosine and tangent: x = n·π/2 + r with |r| ≤ π/4.

use super::{Elementary, ROUNDER, magnitude, polynomial};

/// π/2 in four pieces (Cody & Waite): the first three have 33 bits, so that their products with n are exact for
/// |n| < 2²⁰.
const HALF_PI_PIECES: [f64; 4] = [
    f64::from_bits(0x3ff9_21fb_5440_0000),
    f64::from_bits(0x3dd0_b461_1a60_0000),
    f64::from_bits(0x3ba3_198a_2e00_0000),
    f64::from_bits(0x397b_839a_2520_49c1),
];

/// Beyond this the quotient by π/2 has more bits than the pieces leave room for.
const LARGEST: f64 = 1e6;

/// An angle less a multiple of π/2.
struct Reduced {
    /// The multiple, in the last bits.
    quadrant: u64,
    sine: f64,
    cosine: f64,
}

#[inline(always)]
fn reduced(x: f64) -> Reduced {
    let shifted = x * std::f64::consts::FRAC_2_PI + ROUNDER;
    let n = shifted - ROUNDER;
    let [first, second, third, fourth] = HALF_PI_PIECES;
    // Exact; what the next two differences lose is kept.
    let a = x - n * first;
    let b = a - n * second;
    let c = b - n * third;
    let lost = ((a - b) - n * second) + ((b - c) - n * third);
    let low = n * fourth - lost;
    let r = c - low;
    let rest = (c - r) - low;
    Reduced { quadrant: shifted.to_bits(), sine: sine(r, rest), cosine: cosine(r, rest) }
}

/// r², or 0 where that adds nothing to any result: products so small that they are subnormal take many times as long as
/// others, and a run that comes to rest at 0 has many of them.
#[inline(always)]
fn square(r: f64) -> f64 {
    if magnitude(r) < 1e-60 { 0.0 } else { r * r }
}

/// sin(r + rest) for |r| ≤ π/4.
#[inline(always)]
fn sine(r: f64, rest: f64) -> f64 {
    let z = square(r);
    let p = polynomial(
        z,
        [
            -0.166_666_666_666_666_66,
            0.008_333_333_333_330_918,
            -0.000_198_412_698_367_124_95,
            2.755_731_607_868_067e-6,
            -2.505_112_687_608_533_8e-8,
            1.591_777_175_934_191_7e-10,
        ],
    );
    r + (r * (z * p) + rest * (1.0 - 0.5 * z))
}

/// cos(r + rest) for |r| ≤ π/4.
#[inline(always)]
fn cosine(r: f64, rest: f64) -> f64 {
    let z = square(r);
    let p = polynomial(
        z,
        [
            0.041_666_666_666_666_664,
            -0.001_388_888_888_888_737_8,
            2.480_158_729_873_686_3e-5,
            -2.755_731_725_679_604e-7,
            2.087_614_315_990_944e-9,
            -1.138_240_875_415_325_4e-11,
        ],
    );
    let half = 0.5 * z;
    let near = 1.0 - half;
    // What the difference lost is added with the small terms.
    near + (((1.0 - near) - half) + (z * z * p - r * rest))
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

#[inline(always)]
fn sine_of(Reduced { quadrant, sine, cosine }: &Reduced) -> f64 {
    negated_if(chosen(*quadrant, *cosine, *sine), quadrant >> 1)
}

#[inline(always)]
fn cosine_of(Reduced { quadrant, sine, cosine }: &Reduced) -> f64 {
    negated_if(chosen(*quadrant, *sine, *cosine), quadrant.wrapping_add(1) >> 1)
}

/// sin x and cos x, with the bits of [`Sin`] and [`Cos`], for little more than one of them.
#[inline]
pub fn sin_cos(x: f64) -> [f64; 2] {
    if is_plain(x) {
        let at = reduced(x);
        [sine_of(&at), cosine_of(&at)]
    } else {
        [Sin::special(x), Cos::special(x)]
    }
}

/// The same on each lane.
#[inline(always)]
pub fn sin_cos_lanes<const N: usize>(x: &[f64; N]) -> [[f64; N]; 2] {
    let (mut sines, mut cosines) = ([0.0; N], [0.0; N]);
    let mut special = 0;
    for lane in 0..N {
        let at = reduced(x[lane]);
        sines[lane] = sine_of(&at);
        cosines[lane] = cosine_of(&at);
        special |= u64::from(!is_plain(x[lane]));
    }
    if special != 0 {
        for lane in (0..N).filter(|lane| !is_plain(x[*lane])) {
            (sines[lane], cosines[lane]) = (Sin::special(x[lane]), Cos::special(x[lane]));
        }
    }
    [sines, cosines]
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
        sine_of(&reduced(x))
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
        cosine_of(&reduced(x))
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
        let above = chosen(at.quadrant, at.cosine, at.sine);
        let below = chosen(at.quadrant, at.sine, at.cosine);
        negated_if(above / below, at.quadrant & 1)
    }

    fn special(x: f64) -> f64 {
        libm::tan(x)
    }
}
