//! What to compare with: the four formulas compiled in, written as one would write them in Rust, in loops that the
//! compiler vectorises, with a vector sine and exponential of their own. Derivatives are worked out by hand.

use losscape::number::lanes::Work;

/// A formula compiled in.
#[derive(Clone, Copy)]
pub enum Native {
    Cubic,
    Himmelblau,
    Rastrigin,
    Peaks,
}

impl Native {
    /// The reference for a formula of the catalogue.
    pub fn find(name: &str) -> Option<Native> {
        match name {
            "cubic" => Some(Native::Cubic),
            "himmelblau" => Some(Native::Himmelblau),
            "rastrigin" => Some(Native::Rastrigin),
            "peaks" => Some(Native::Peaks),
            _ => None,
        }
    }
}

/// L on a grid.
pub struct Values<'a> {
    pub native: Native,
    pub xs: &'a [f64],
    pub ys: &'a [f64],
    pub out: &'a mut [f64],
}

impl Work for Values<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        match self.native {
            Native::Cubic => self.each(|x, y| x * x * x - y * y),
            Native::Himmelblau => self.each(|x, y| {
                let (a, b) = (x * x + y - 11.0, x + y * y - 7.0);
                a * a + b * b
            }),
            Native::Rastrigin => {
                self.each(|x, y| 20.0 + x * x - 10.0 * cos_turns(x) + y * y - 10.0 * cos_turns(y));
            }
            Native::Peaks => self.each(|x, y| {
                let (c, d, e) = (1.0 - x, y + 1.0, x + 1.0);
                3.0 * c * c * exp(-x * x - d * d)
                    - 10.0 * (x / 5.0 - x * x * x - y * y * y * y * y) * exp(-x * x - y * y)
                    - exp(-e * e - y * y) / 3.0
            }),
        }
    }
}

impl Values<'_> {
    #[inline(always)]
    fn each(self, f: impl Fn(f64, f64) -> f64) {
        for (row, &y) in self.out.chunks_exact_mut(self.xs.len()).zip(self.ys) {
            for (out, &x) in row.iter_mut().zip(self.xs) {
                *out = f(x, y);
            }
        }
    }
}

/// L, ∇L and H on a grid.
pub struct Jets<'a> {
    pub native: Native,
    pub xs: &'a [f64],
    pub ys: &'a [f64],
    pub out: [&'a mut [f64]; 6],
}

impl Work for Jets<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        match self.native {
            Native::Cubic => self.each(|x, y| [x * x * x - y * y, 3.0 * x * x, -2.0 * y, 6.0 * x, 0.0, -2.0]),
            Native::Himmelblau => self.each(|x, y| {
                let (a, b) = (x * x + y - 11.0, x + y * y - 7.0);
                [
                    a * a + b * b,
                    4.0 * x * a + 2.0 * b,
                    2.0 * a + 4.0 * y * b,
                    4.0 * a + 8.0 * x * x + 2.0,
                    4.0 * (x + y),
                    4.0 * b + 8.0 * y * y + 2.0,
                ]
            }),
            Native::Rastrigin => self.each(|x, y| {
                let tau = std::f64::consts::TAU;
                let (sx, cx) = sin_cos_turns(x);
                let (sy, cy) = sin_cos_turns(y);
                [
                    20.0 + x * x - 10.0 * cx + y * y - 10.0 * cy,
                    2.0 * x + 10.0 * tau * sx,
                    2.0 * y + 10.0 * tau * sy,
                    2.0 + 10.0 * tau * tau * cx,
                    0.0,
                    2.0 + 10.0 * tau * tau * cy,
                ]
            }),
            Native::Peaks => self.each_in_two(peaks_exponentials, peaks),
        }
    }
}

impl Jets<'_> {
    #[inline(always)]
    fn each(self, f: impl Fn(f64, f64) -> [f64; 6]) {
        self.each_in_two(|_, _| [0.0; 3], |x, y, _| f(x, y));
    }

    /// Three numbers at each point, and the results from them: one loop for both would not be vectorised.
    #[inline(always)]
    fn each_in_two(self, first: impl Fn(f64, f64) -> [f64; 3], then: impl Fn(f64, f64, [f64; 3]) -> [f64; 6]) {
        /// Points computed together: results of their own are known not to overlap.
        const TOGETHER: usize = 64;
        let width = self.xs.len();
        assert!(width.is_multiple_of(TOGETHER), "the reference is for sizes that are multiples of {TOGETHER}");
        let mut planes = self.out;
        for (row, &y) in self.ys.iter().enumerate() {
            for (piece, xs) in self.xs.as_chunks::<TOGETHER>().0.iter().enumerate() {
                let mut between = [[0.0; TOGETHER]; 3];
                let [q0, q1, q2] = &mut between;
                for k in 0..TOGETHER {
                    let [r0, r1, r2] = first(xs[k], y);
                    q0[k] = r0;
                    q1[k] = r1;
                    q2[k] = r2;
                }
                let mut results = [[0.0; TOGETHER]; 6];
                let [p0, p1, p2, p3, p4, p5] = &mut results;
                for k in 0..TOGETHER {
                    let [r0, r1, r2, r3, r4, r5] = then(xs[k], y, [q0[k], q1[k], q2[k]]);
                    p0[k] = r0;
                    p1[k] = r1;
                    p2[k] = r2;
                    p3[k] = r3;
                    p4[k] = r4;
                    p5[k] = r5;
                }
                for (plane, result) in planes.iter_mut().zip(&results) {
                    plane[row * width + piece * TOGETHER..][..TOGETHER].copy_from_slice(result);
                }
            }
        }
    }
}

#[inline(always)]
fn peaks_exponentials(x: f64, y: f64) -> [f64; 3] {
    let (d, u) = (y + 1.0, x + 1.0);
    [exp(-x * x - d * d), -10.0 * exp(-x * x - y * y), exp(-u * u - y * y) / -3.0]
}

#[inline(always)]
fn peaks(x: f64, y: f64, [e1, e2, e3]: [f64; 3]) -> [f64; 6] {
    let (c, d, u) = (1.0 - x, y + 1.0, x + 1.0);
    // 3(1 − x)²·exp(−x² − (y + 1)²).
    let (a, ax, axx) = (3.0 * c * c, -6.0 * c, 6.0);
    let slope = ax - 2.0 * x * a;
    let first = [
        a,
        slope,
        -2.0 * d * a,
        axx - 4.0 * x * ax + (4.0 * x * x - 2.0) * a,
        -2.0 * d * slope,
        (4.0 * d * d - 2.0) * a,
    ];
    // −10(x/5 − x³ − y⁵)·exp(−x² − y²).
    let (y2, y3) = (y * y, y * y * y);
    let (p, px, py) = (x / 5.0 - x * x * x - y2 * y3, 0.2 - 3.0 * x * x, -5.0 * y2 * y2);
    let second = [
        p,
        px - 2.0 * x * p,
        py - 2.0 * y * p,
        -6.0 * x - 4.0 * x * px + (4.0 * x * x - 2.0) * p,
        -2.0 * y * px - 2.0 * x * py + 4.0 * x * y * p,
        -20.0 * y3 - 4.0 * y * py + (4.0 * y2 - 2.0) * p,
    ];
    // −exp(−(x + 1)² − y²)/3.
    let third = [1.0, -2.0 * u, -2.0 * y, 4.0 * u * u - 2.0, 4.0 * u * y, 4.0 * y2 - 2.0];
    let [a0, a1, a2, a3, a4, a5] = first;
    let [b0, b1, b2, b3, b4, b5] = second;
    let [c0, c1, c2, c3, c4, c5] = third;
    [
        a0 * e1 + b0 * e2 + c0 * e3,
        a1 * e1 + b1 * e2 + c1 * e3,
        a2 * e1 + b2 * e2 + c2 * e3,
        a3 * e1 + b3 * e2 + c3 * e3,
        a4 * e1 + b4 * e2 + c4 * e3,
        a5 * e1 + b5 * e2 + c5 * e3,
    ]
}

/// 1.5·2⁵²: adding it rounds to the nearest integer, which then stands in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// eˣ for |x| < 708, by its Taylor polynomial on |r| ≤ ½ ln 2.
#[inline(always)]
fn exp(x: f64) -> f64 {
    let shifted = x * std::f64::consts::LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = (x - n * f64::from_bits(0x3fe6_2e42_fee0_0000)) - n * f64::from_bits(0x3dea_39ef_3579_3c76);
    let p = 1.0 / 6_227_020_800.0 * r + 1.0 / 479_001_600.0;
    let p = (p * r + 1.0 / 39_916_800.0) * r + 1.0 / 3_628_800.0;
    let p = (p * r + 1.0 / 362_880.0) * r + 1.0 / 40_320.0;
    let p = (p * r + 1.0 / 5_040.0) * r + 1.0 / 720.0;
    let p = (p * r + 1.0 / 120.0) * r + 1.0 / 24.0;
    let p = (p * r + 1.0 / 6.0) * r + 0.5;
    let p = (p * r + 1.0) * r + 1.0;
    f64::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// sin 2πx and cos 2πx for |x| < 2³⁰, by their Taylor polynomials on |r| ≤ π/4.
#[inline(always)]
fn sin_cos_turns(x: f64) -> (f64, f64) {
    let shifted = 4.0 * x + ROUNDER;
    let r = (x - 0.25 * (shifted - ROUNDER)) * std::f64::consts::TAU;
    let z = r * r;
    let (mut s, mut c) = (-1.0 / 1_307_674_368_000.0, 1.0 / 20_922_789_888_000.0);
    for divisor in [6_227_020_800.0, -39_916_800.0, 362_880.0, -5_040.0, 120.0, -6.0, 1.0] {
        s = s * z + 1.0 / divisor;
    }
    for divisor in [-87_178_291_200.0, 479_001_600.0, -3_628_800.0, 40_320.0, -720.0, 24.0, -2.0, 1.0] {
        c = c * z + 1.0 / divisor;
    }
    let (s, bits) = (s * r, shifted.to_bits());
    let odd = 0u64.wrapping_sub(bits & 1);
    let choose = |a: f64, b: f64| (a.to_bits() & odd) | (b.to_bits() & !odd);
    let sine = f64::from_bits(choose(c, s) ^ ((bits >> 1) << 63));
    let cosine = f64::from_bits(choose(s, c) ^ ((bits.wrapping_add(1) >> 1) << 63));
    (sine, cosine)
}

#[inline(always)]
fn cos_turns(x: f64) -> f64 {
    sin_cos_turns(x).1
}
