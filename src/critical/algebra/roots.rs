//! Real roots of a square-free polynomial: isolated in intervals with dyadic ends, and refined as far as required.
//!
//! Isolation bisects and counts by Descartes' rule of signs (Collins and Akritas, Polynomial real root isolation
//! using Descartes' rule of signs, SYMSAC 1976; Basu, Pollack and Roy, Algorithms in Real Algebraic Geometry, ch. 10).
//! Refinement is quadratic interval refinement (J. Abbott, ISSAC 2006 poster; arXiv:1203.1227): secant steps on
//! ever finer grids, each confirmed by exact signs.

use super::fixed::Fixed;
use super::univariate::{Polynomial, derivative, scaled_value, sign};
use super::{Cancelled, check};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};
use std::cmp::Ordering;

/// A real root: exactly m·2ʷ, or the only root in the open interval (m·2ʷ, (m + 1)·2ʷ).
#[derive(Clone, Debug)]
pub(super) struct Root {
    /// The lower end over the width.
    pub m: BigInt,
    /// The width's binary logarithm.
    pub w: i64,
    /// Whether the root is the lower end itself.
    pub exact: bool,
    /// The binary logarithm of the next secant step's grid.
    grid: u32,
}

/// All real roots of a square-free polynomial, ascending.
pub(super) fn isolate(a: &[BigInt], cancel: &dyn Fn() -> bool) -> Result<Vec<Root>, Cancelled> {
    let mut roots = Vec::new();
    if a.len() < 2 {
        return Ok(roots);
    }
    let zero_is_root = a[0].is_zero();
    let a = if zero_is_root { &a[1..] } else { a };
    let mirrored: Polynomial = a.iter().enumerate().map(|(i, c)| if i % 2 == 1 { -c } else { c.clone() }).collect();
    for root in positive_roots(&mirrored, cancel)?.into_iter().rev() {
        // (m, m + 1) becomes (−m − 1, −m), the exact m becomes −m.
        let m = if root.exact { -root.m } else { -root.m - 1 };
        roots.push(Root { m, ..root });
    }
    if zero_is_root {
        roots.push(Root::exactly(BigInt::zero(), 0));
    }
    roots.extend(positive_roots(a, cancel)?);
    Ok(roots)
}

/// A power of two above all positive roots: 2·max |aᵢ/aₙ|^(1/(n−i)) (Fujiwara 1916), rounded up.
fn bound_exponent(a: &[BigInt]) -> i64 {
    let n = a.len() - 1;
    let lead = a[n].bits() as i64 - 1;
    let largest =
        (0..n).filter(|i| !a[*i].is_zero()).map(|i| (a[i].bits() as i64 - lead).div_euclid((n - i) as i64) + 1).max();
    largest.unwrap_or(0) + 1
}

struct Node {
    polynomial: Polynomial,
    m: BigInt,
    w: i64,
}

/// The positive roots of a square-free polynomial without root at 0.
fn positive_roots(a: &[BigInt], cancel: &dyn Fn() -> bool) -> Result<Vec<Root>, Cancelled> {
    let mut roots = Vec::new();
    if a.len() < 2 || variations(a) == 0 {
        return Ok(roots);
    }
    let k = bound_exponent(a);
    let n = a.len() - 1;
    // a(2ᵏ·x), cleared of the powers of two that all coefficients share
    let polynomial = (0..=n)
        .map(|i| if k >= 0 { &a[i] << (k as u64 * i as u64) } else { &a[i] << ((-k) as u64 * (n - i) as u64) })
        .collect();
    let mut stack = vec![Node { polynomial: without_twos(polynomial), m: BigInt::zero(), w: k }];
    while let Some(Node { polynomial, m, w }) = stack.pop() {
        check(cancel)?;
        match unit_variations(&polynomial) {
            0 => continue,
            1 => {
                roots.push(Root { m, w, exact: false, grid: 2 });
                continue;
            }
            _ => {}
        }
        let n = polynomial.len() - 1;
        let left: Polynomial = polynomial.iter().enumerate().map(|(i, c)| c << (n - i)).collect();
        let mut right = left.clone();
        shift_by_one(&mut right);
        let (mut left, mut right) = (left, right);
        let middle: BigInt = &m * 2 + 1;
        if right[0].is_zero() {
            // The midpoint is a root; it is divided out for both halves.
            roots.push(Root::exactly(middle.clone(), w - 1));
            right.remove(0);
            left = without_unit_root(&left);
        }
        stack.push(Node { polynomial: without_twos(right), m: middle, w: w - 1 });
        stack.push(Node { polynomial: without_twos(left), m: m * 2, w: w - 1 });
    }
    roots.sort_by(Root::order);
    Ok(roots)
}

/// a divided by the largest power of two that divides all coefficients.
fn without_twos(mut a: Polynomial) -> Polynomial {
    let twos = a.iter().filter_map(BigInt::trailing_zeros).min().unwrap_or(0);
    if twos > 0 {
        a.iter_mut().for_each(|c| *c >>= twos);
    }
    a
}

/// a/(x − 1), for a(1) = 0.
fn without_unit_root(a: &[BigInt]) -> Polynomial {
    let mut quotient = vec![BigInt::zero(); a.len() - 1];
    let mut sum = BigInt::zero();
    for i in (1..a.len()).rev() {
        sum += &a[i];
        quotient[i - 1] = sum.clone();
    }
    quotient
}

/// a(x) becomes a(x + 1).
fn shift_by_one(a: &mut [BigInt]) {
    for i in 0..a.len() {
        for j in (i..a.len() - 1).rev() {
            let (low, high) = a.split_at_mut(j + 1);
            low[j] += &high[0];
        }
    }
}

/// The number of sign changes among the coefficients: at least the number of positive roots.
fn variations(a: &[BigInt]) -> usize {
    let signs: Vec<i32> = a.iter().map(sign).filter(|s| *s != 0).collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// Sign changes for the roots in (0, 1): those of (1 + x)ⁿ·a(1/(1 + x)).
fn unit_variations(a: &[BigInt]) -> usize {
    if variations(a) == 0 {
        return 0;
    }
    let mut reversed: Polynomial = a.iter().rev().cloned().collect();
    shift_by_one(&mut reversed);
    variations(&reversed)
}

/// The sign of a just right (side 1) or left (side −1) of m·2ʷ.
fn sign_beside(a: &[BigInt], m: &BigInt, w: i64, side: i32) -> i32 {
    match sign(&value(a, m, w)) {
        0 => side * sign(&value(&derivative(a), m, w)),
        sign => sign,
    }
}

/// A positive multiple of a(m·2ʷ), the same for all m.
fn value(a: &[BigInt], m: &BigInt, w: i64) -> BigInt {
    if w > 0 { scaled_value(a, &(m << w as u64), 0) } else { scaled_value(a, m, w.unsigned_abs()) }
}

impl Root {
    /// The root m·2ʷ.
    pub fn exactly(m: BigInt, w: i64) -> Root {
        Root { m, w, exact: true, grid: 2 }
    }

    /// The interval as a fixed-point number with p digits behind the point, rounded outwards.
    pub fn fixed(&self, p: u64) -> Fixed {
        let shift = self.w + p as i64;
        if shift >= 0 {
            return Fixed { low: &self.m << shift as u64, high: self.upper() << shift as u64 };
        }
        Fixed { low: &self.m >> shift.unsigned_abs(), high: (self.upper() >> shift.unsigned_abs()) + 1 }
    }

    /// The interval's upper end over its width; the lower one for an exact root.
    pub fn upper(&self) -> BigInt {
        if self.exact { self.m.clone() } else { &self.m + 1 }
    }

    /// The order of roots whose intervals do not overlap.
    fn order(&self, other: &Root) -> Ordering {
        let w = self.w.min(other.w);
        let place = |root: &Root| &root.m << (root.w - w) as u64;
        place(self).cmp(&place(other)).then(other.exact.cmp(&self.exact))
    }

    /// The order of the root and the number n/d, d > 0, which must be this root or not a root of a at all.
    pub fn compare(&mut self, a: &[BigInt], n: &BigInt, d: &BigInt) -> Ordering {
        loop {
            // m·2ʷ to n/d
            let side = |m: &BigInt| {
                if self.w >= 0 { ((m << self.w as u64) * d).cmp(n) } else { (m * d).cmp(&(n << self.w.unsigned_abs())) }
            };
            let (low, high) = (side(&self.m), side(&self.upper()));
            if self.exact {
                return low;
            }
            if low != Ordering::Less {
                return Ordering::Greater;
            }
            if high != Ordering::Greater {
                return Ordering::Less;
            }
            if is_root(a, n, d) {
                return Ordering::Equal;
            }
            let w = self.w - 1;
            self.refine(a, w);
        }
    }

    /// Whether the polynomial b, which divides the one whose root this is, vanishes here.
    pub fn is_root_of(&self, b: &[BigInt]) -> bool {
        if b.len() < 2 {
            return b.is_empty();
        }
        if self.exact {
            return value(b, &self.m, self.w).is_zero();
        }
        sign_beside(b, &self.m, self.w, 1) != sign_beside(b, &self.upper(), self.w, -1)
    }

    /// Narrows the interval to a width of 2ʷ or less.
    pub fn refine(&mut self, a: &[BigInt], w: i64) {
        while !self.exact && self.w > w {
            let low = value(a, &self.m, self.w);
            let high = value(a, &self.upper(), self.w);
            if self.grid <= 1 || low.is_zero() || high.is_zero() {
                self.bisect(a);
                self.grid = 2;
                continue;
            }
            let grid = u64::from(self.grid).min((self.w - w).unsigned_abs().max(1));
            // the secant's zero on a grid of 2^grid pieces
            let pieces = BigInt::one() << grid;
            let guess = (&low * &pieces).div_floor(&(&low - &high)).max(BigInt::zero()).min(&pieces - 1);
            let m = (&self.m << grid) + guess;
            let fine = self.w - grid as i64;
            let (left, right) = (value(a, &m, fine), value(a, &(&m + 1), fine));
            if left.is_zero() || right.is_zero() {
                let m = if left.is_zero() { m } else { m + 1 };
                *self = Root::exactly(m, fine);
            } else if left.is_positive() != right.is_positive() {
                *self = Root { m, w: fine, exact: false, grid: self.grid.saturating_mul(2).min(1 << 16) };
            } else {
                self.grid /= 2;
            }
        }
    }

    /// Narrows the interval to 2^−bits of the root's magnitude, or to a width of 2⁻¹¹⁰⁰.
    pub fn refine_relative(&mut self, a: &[BigInt], bits: i64) {
        let mut w = -bits;
        loop {
            self.refine(a, w);
            let magnitude = self.m.bits().max(self.upper().bits()) as i64 + self.w;
            let is_beside_zero = !self.exact && (self.m.is_zero() || self.upper().is_zero());
            if self.exact || (!is_beside_zero && self.w <= magnitude - bits) || self.w <= -1100 {
                return;
            }
            w = if is_beside_zero { 2 * self.w.min(-bits) } else { magnitude - bits - 1 };
        }
    }

    /// The f64 nearest to the middle of the interval.
    pub fn nearest(&self) -> f64 {
        let sum: BigInt = &self.m + self.upper();
        let (shift, p) = if self.w >= 0 { (self.w as u64, 0) } else { (0, self.w.unsigned_abs()) };
        let middle = sum << shift;
        Fixed { low: middle.clone(), high: middle }.middle(p + 1)
    }

    fn bisect(&mut self, a: &[BigInt]) {
        let middle: BigInt = &self.m * 2 + 1;
        self.w -= 1;
        let there = sign(&value(a, &middle, self.w));
        if there == 0 {
            *self = Root::exactly(middle, self.w);
        } else if there == sign_beside(a, &(&middle - 1), self.w, 1) {
            self.m = middle;
        } else {
            self.m = middle - 1;
        }
    }
}

/// Whether a(n/d) = 0, d > 0.
fn is_root(a: &[BigInt], n: &BigInt, d: &BigInt) -> bool {
    let (mut sum, mut power) = (BigInt::zero(), BigInt::one());
    for c in a.iter().rev() {
        sum = sum * n + c * &power;
        power *= d;
    }
    sum.is_zero()
}

/// The number of distinct real roots in the closed interval [low, high] of fractions (numerator, denominator > 0).
pub(super) fn count_between(
    a: &[BigInt],
    low: (&BigInt, &BigInt),
    high: (&BigInt, &BigInt),
    cancel: &dyn Fn() -> bool,
) -> Result<usize, Cancelled> {
    let mut count = 0;
    for mut root in isolate(a, cancel)? {
        if root.compare(a, low.0, low.1) != Ordering::Less && root.compare(a, high.0, high.1) != Ordering::Greater {
            count += 1;
        }
    }
    Ok(count)
}
