//! Interval arithmetic, rounded outward: the result of an operation encloses every value that it takes on the
//! arguments (Moore, Kearfott & Cloud, Introduction to Interval Analysis, 2009).
//!
//! The four operations and √ are correctly rounded by IEEE 754, so one step outward encloses them; the elementary
//! functions of the crate libm, and powers, are widened by [`LIBM_ULPS`]. An interval remembers whether an operator may
//! have been applied outside its domain on the way ([`Interval::partial`]): an enclosure of values says nothing about
//! points where the function is undefined.

use super::{Constant, Number, SMALL_EXPONENTS};

/// How far the crate libm's elementary functions may be off, in units in the last place. The largest error seen in
/// 80,000 comparisons a function with Arb was 1.97 (tanh).
const LIBM_ULPS: u32 = 4;

/// A closed interval [lo, hi], possibly unbounded; NaN bounds stand for the empty set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower bound.
    pub lo: f64,
    /// Upper bound.
    pub hi: f64,
    /// Whether some argument may lie outside an operator's domain.
    pub partial: bool,
}

impl Interval {
    /// All real numbers.
    pub const ENTIRE: Interval = Interval { lo: f64::NEG_INFINITY, hi: f64::INFINITY, partial: false };
    /// No number: the value of a function outside its domain.
    pub const EMPTY: Interval = Interval { lo: f64::NAN, hi: f64::NAN, partial: true };

    /// [lo, hi]; everything, and partial, when a bound is NaN.
    pub fn new(lo: f64, hi: f64) -> Interval {
        if lo <= hi { Interval { lo, hi, partial: false } } else { Interval { partial: true, ..Interval::ENTIRE } }
    }

    /// The interval that holds one number; for ±∞ all numbers beyond the largest f64.
    pub fn point(value: f64) -> Interval {
        if value == f64::INFINITY {
            Interval { lo: f64::MAX, hi: value, partial: true }
        } else if value == f64::NEG_INFINITY {
            Interval { lo: value, hi: f64::MIN, partial: true }
        } else if value.is_nan() {
            Interval::EMPTY
        } else {
            Interval { lo: value, hi: value, partial: false }
        }
    }

    /// Whether it holds no number.
    pub fn is_empty(self) -> bool {
        self.lo.is_nan()
    }

    /// Whether it holds the number.
    pub fn contains(self, value: f64) -> bool {
        self.lo <= value && value <= self.hi
    }

    /// The midpoint of the bounds; finite for every interval that is not empty.
    pub fn middle(self) -> f64 {
        match (self.lo.is_finite(), self.hi.is_finite()) {
            (true, true) => 0.5 * self.lo + 0.5 * self.hi,
            (true, false) => f64::MAX,
            (false, true) => f64::MIN,
            _ => 0.0,
        }
    }

    /// hi − lo, rounded up.
    pub fn width(self) -> f64 {
        (self.hi - self.lo).next_up()
    }

    /// The numbers in both; empty when there are none.
    pub fn intersect(self, other: Interval) -> Interval {
        let (lo, hi) = (self.lo.max(other.lo), self.hi.min(other.hi));
        let partial = self.partial || other.partial;
        if !self.is_empty() && !other.is_empty() && lo <= hi { Interval { lo, hi, partial } } else { Interval::EMPTY }
    }

    /// The least interval that holds both.
    pub fn hull(self, other: Interval) -> Interval {
        if self.is_empty() {
            return Interval { partial: true, ..other };
        }
        if other.is_empty() {
            return Interval { partial: true, ..self };
        }
        Interval { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi), partial: self.partial || other.partial }
    }

    /// Marks the interval as partial when `condition` holds.
    fn partial_if(self, condition: bool) -> Interval {
        Interval { partial: self.partial || condition, ..self }
    }

    /// Monotone increasing function, widened, held within `[floor, ceiling]`.
    fn increasing(self, f: impl Fn(f64) -> f64, floor: f64, ceiling: f64) -> Interval {
        if self.is_empty() {
            return self;
        }
        // A value 0 at 0, or at 1 for a logarithm, is exact.
        let bound = |x: f64, step: fn(f64, u32) -> f64| match f(x) {
            0.0 if x == 0.0 || x == 1.0 => 0.0,
            value => step(value, LIBM_ULPS),
        };
        let (lo, hi) = (bound(self.lo, down).max(floor), bound(self.hi, up).min(ceiling));
        Interval { lo, hi, partial: self.partial }
    }

    /// The part inside [lo, hi]; partial when something was cut off.
    fn restrict(self, lo: f64, hi: f64) -> Interval {
        let cut = !(self.lo >= lo && self.hi <= hi);
        self.intersect(Interval { lo, hi, partial: false }).partial_if(cut)
    }

    /// A logarithm, which has no value at 0.
    fn logarithm(self, f: fn(f64) -> f64) -> Interval {
        if self.hi <= 0.0 {
            return Interval::EMPTY;
        }
        let positive = self.restrict(0.0, f64::INFINITY).partial_if(self.contains(0.0));
        positive.increasing(f, f64::NEG_INFINITY, f64::INFINITY)
    }
}

/// At least `ulps` numbers below, for results that may have been rounded; NaN stays.
///
/// A unit in the last place of x is at most 2⁻⁵²|x|, and the smallest positive number where x is subnormal: three
/// operations in place of walking from number to number. Their own roundings, half a unit each, are covered by one unit
/// more.
#[inline]
fn down(value: f64, ulps: u32) -> f64 {
    if value == f64::INFINITY {
        return f64::MAX;
    }
    value - (f64::from(ulps + 1) * f64::EPSILON * value.abs() + f64::from(ulps) * SMALLEST)
}

/// At least `ulps` numbers above.
#[inline]
fn up(value: f64, ulps: u32) -> f64 {
    -down(-value, ulps)
}

/// A lower bound of every real number that rounds to `value`, at most two f64 below it (S. M. Rump and others,
/// Computing predecessor and successor in rounding to nearest, BIT 49, 2009, theorem 2.2).
#[inline]
fn below(value: f64) -> f64 {
    if value == f64::INFINITY {
        return f64::MAX;
    }
    const UNIT: f64 = 0.5 * f64::EPSILON;
    value - (UNIT * (1.0 + 2.0 * UNIT) * value.abs() + SMALLEST)
}

/// An upper bound of every real number that rounds to `value`.
#[inline]
fn above(value: f64) -> f64 {
    -below(-value)
}

/// The smallest positive number, 2⁻¹⁰⁷⁴.
const SMALLEST: f64 = 5e-324;

/// The bound of a product: 0·∞ is 0 here, for ∞ stands for "arbitrarily large".
fn times(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

/// The least and the greatest of four numbers, none of them NaN.
#[inline]
fn extremes([a, b, c, d]: [f64; 4]) -> (f64, f64) {
    let least = |a: f64, b: f64| if a < b { a } else { b };
    let greatest = |a: f64, b: f64| if a > b { a } else { b };
    (least(least(a, b), least(c, d)), greatest(greatest(a, b), greatest(c, d)))
}

/// The product of two intervals, moved one step outward; empty, with NaN bounds, if one of them is empty. A bound that
/// is an exact zero stays if it comes from a zero bound of a factor and not from an underflow.
#[inline]
fn product(a: Interval, b: Interval) -> Interval {
    let is = |x: Interval, value: f64| x.lo == value && x.hi == value;
    let partial = a.partial || b.partial;
    if is(a, 1.0) {
        return Interval { partial, ..b };
    }
    if is(b, 1.0) {
        return Interval { partial, ..a };
    }
    let corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
    // Only 0·∞ gives NaN, and then the sum is NaN, too.
    let (lo, hi) = if (corners[0] + corners[1] + corners[2] + corners[3]).is_nan() {
        extremes([times(a.lo, b.lo), times(a.lo, b.hi), times(a.hi, b.lo), times(a.hi, b.hi)])
    } else {
        extremes(corners)
    };
    if lo != 0.0 && hi != 0.0 {
        return Interval { lo: below(lo), hi: above(hi), partial };
    }
    if is(a, 0.0) || is(b, 0.0) {
        return Interval { lo: 0.0, hi: 0.0, partial };
    }
    // A factor that keeps its sign keeps the product's.
    let touches_zero = a.lo == 0.0 || a.hi == 0.0 || b.lo == 0.0 || b.hi == 0.0;
    let same_sign = (a.lo >= 0.0 && b.lo >= 0.0) || (a.hi <= 0.0 && b.hi <= 0.0);
    let opposite = (a.lo >= 0.0 && b.hi <= 0.0) || (a.hi <= 0.0 && b.lo >= 0.0);
    let lo = if same_sign && touches_zero && lo == 0.0 { 0.0 } else { below(lo) };
    let hi = if opposite && touches_zero && hi == 0.0 { 0.0 } else { above(hi) };
    Interval { lo, hi, partial }
}

/// Whether a whole period's extremum of the sine at phase + 2πk may lie in the interval.
fn may_hold_extremum(x: Interval, phase: f64) -> bool {
    use std::f64::consts::TAU;
    // The quotients are good to a relative 1e-15; the margin covers that for arguments up to 1e9.
    let (first, last) = ((x.lo - phase) / TAU, (x.hi - phase) / TAU);
    let margin = 1e-15 * (2.0 + first.abs().max(last.abs())) * 4.0;
    libm::floor(last + margin) >= libm::ceil(first - margin)
}

fn wave(x: Interval, f: impl Fn(f64) -> f64, top: f64, bottom: f64) -> Interval {
    if x.is_empty() {
        return x;
    }
    // sin 0 and cos 0.
    if x.lo == 0.0 && x.hi == 0.0 {
        return Interval { lo: f(0.0), hi: f(0.0), partial: x.partial };
    }
    let full = Interval { lo: -1.0, hi: 1.0, partial: x.partial };
    if !x.lo.is_finite() || !x.hi.is_finite() || x.lo.abs().max(x.hi.abs()) > 1e9 || x.width() >= 6.3 {
        return full;
    }
    let (a, b) = (f(x.lo), f(x.hi));
    let lo = if may_hold_extremum(x, bottom) { -1.0 } else { down(a.min(b), LIBM_ULPS).max(-1.0) };
    let hi = if may_hold_extremum(x, top) { 1.0 } else { up(a.max(b), LIBM_ULPS).min(1.0) };
    Interval { lo, hi, partial: x.partial }
}

impl Number for Interval {
    const ENCLOSES: bool = true;

    fn constant(constant: &Constant) -> Interval {
        constant.enclosure
    }

    fn powi(self, exponent: i32) -> Interval {
        if self.is_empty() {
            return self;
        }
        match exponent {
            0 => Interval { lo: 1.0, hi: 1.0, partial: self.partial },
            1 => self,
            // −`i32::MIN` is not an i32, so the exponent is halved.
            i32::MIN => self.powi(i32::MIN / 2).powi(2),
            n if n < 0 => Interval::point(1.0).div(self.powi(-n)),
            n if n % 2 == 0 => {
                let magnitude = self.abs();
                power_of_positive(magnitude, n)
            }
            n => {
                // Odd powers are increasing.
                let positive = power_of_positive(self.restrict_sign(1.0), n);
                let negative = power_of_positive(self.restrict_sign(-1.0), n).neg();
                let joined = match (positive.is_empty(), negative.is_empty()) {
                    (true, _) => negative,
                    (_, true) => positive,
                    _ => negative.hull(positive),
                };
                Interval { partial: self.partial, ..joined }
            }
        }
    }

    fn neg(self) -> Interval {
        Interval { lo: -self.hi, hi: -self.lo, partial: self.partial }
    }

    fn abs(self) -> Interval {
        if self.lo >= 0.0 || self.is_empty() {
            self
        } else if self.hi <= 0.0 {
            self.neg()
        } else {
            Interval { lo: 0.0, hi: self.hi.max(-self.lo), partial: self.partial }
        }
    }

    fn sign(self) -> Interval {
        if self.is_empty() {
            return self;
        }
        Interval {
            lo: if self.lo > 0.0 {
                1.0
            } else if self.lo == 0.0 {
                0.0
            } else {
                -1.0
            },
            hi: if self.hi < 0.0 {
                -1.0
            } else if self.hi == 0.0 {
                0.0
            } else {
                1.0
            },
            partial: self.partial,
        }
        .widened_at_jump(self, -1.0)
    }

    fn step(self) -> Interval {
        if self.is_empty() {
            return self;
        }
        Interval {
            lo: if self.lo > 0.0 { 1.0 } else { 0.0 },
            hi: if self.hi < 0.0 { 0.0 } else { 1.0 },
            partial: self.partial,
        }
    }

    /// All real numbers if the argument may be 0, where the function jumps and has no derivative.
    fn kink(self) -> Interval {
        if self.is_empty() {
            self
        } else if self.contains(0.0) {
            Interval { partial: true, ..Interval::ENTIRE }
        } else {
            Interval { lo: 0.0, hi: 0.0, partial: self.partial }
        }
    }

    fn floor(self) -> Interval {
        Interval { lo: self.lo.floor(), hi: self.hi.floor(), partial: self.partial }
    }

    fn ceil(self) -> Interval {
        Interval { lo: self.lo.ceil(), hi: self.hi.ceil(), partial: self.partial }
    }

    fn sqrt(self) -> Interval {
        let x = self.restrict(0.0, f64::INFINITY);
        let root = |value: f64, rounded: f64| if value == 0.0 || value == 1.0 { value } else { rounded };
        let (lo, hi) = (libm::sqrt(x.lo), libm::sqrt(x.hi));
        Interval { lo: root(x.lo, below(lo)), hi: root(x.hi, above(hi)), partial: x.partial }
    }

    fn cbrt(self) -> Interval {
        self.increasing(libm::cbrt, f64::NEG_INFINITY, f64::INFINITY)
    }

    fn exp(self) -> Interval {
        if self.lo == 0.0 && self.hi == 0.0 {
            return Interval { lo: 1.0, hi: 1.0, partial: self.partial };
        }
        self.increasing(libm::exp, 0.0, f64::INFINITY)
    }

    fn ln(self) -> Interval {
        self.logarithm(libm::log)
    }

    fn log2(self) -> Interval {
        self.logarithm(libm::log2)
    }

    fn log10(self) -> Interval {
        self.logarithm(libm::log10)
    }

    fn sin(self) -> Interval {
        use std::f64::consts::FRAC_PI_2;
        wave(self, libm::sin, FRAC_PI_2, -FRAC_PI_2)
    }

    fn cos(self) -> Interval {
        use std::f64::consts::PI;
        wave(self, libm::cos, 0.0, PI)
    }

    fn tan(self) -> Interval {
        use std::f64::consts::{FRAC_PI_2, PI};
        if self.is_empty() {
            return self;
        }
        let whole = Interval { partial: true, ..Interval::ENTIRE };
        if !self.lo.is_finite() || !self.hi.is_finite() || self.lo.abs().max(self.hi.abs()) > 1e9 {
            return whole;
        }
        let (first, last) = ((self.lo - FRAC_PI_2) / PI, (self.hi - FRAC_PI_2) / PI);
        let margin = 4e-15 * (2.0 + first.abs().max(last.abs()));
        if libm::floor(last + margin) >= libm::ceil(first - margin) {
            return whole;
        }
        self.increasing(libm::tan, f64::NEG_INFINITY, f64::INFINITY)
    }

    fn asin(self) -> Interval {
        self.restrict(-1.0, 1.0).increasing(libm::asin, f64::NEG_INFINITY, f64::INFINITY)
    }

    fn acos(self) -> Interval {
        let x = self.restrict(-1.0, 1.0).neg();
        x.increasing(|x| libm::acos(-x), 0.0, f64::INFINITY)
    }

    fn atan(self) -> Interval {
        self.increasing(libm::atan, f64::NEG_INFINITY, f64::INFINITY)
    }

    fn sinh(self) -> Interval {
        self.increasing(libm::sinh, f64::NEG_INFINITY, f64::INFINITY)
    }

    fn cosh(self) -> Interval {
        let above = self.abs().increasing(libm::cosh, 1.0, f64::INFINITY);
        if self.lo == 0.0 && self.hi == 0.0 { Interval { hi: 1.0, ..above } } else { above }
    }

    fn tanh(self) -> Interval {
        self.increasing(libm::tanh, -1.0, 1.0)
    }

    fn sech_squared(self) -> Interval {
        // The function decreases with |x| from 1 at 0.
        if self.is_empty() {
            return self;
        }
        let Interval { lo: near, hi: far, partial } = self.abs();
        let lo = if far == 0.0 { 1.0 } else { down(Number::sech_squared(far), LIBM_ULPS).max(0.0) };
        let hi = if near == 0.0 { 1.0 } else { up(Number::sech_squared(near), LIBM_ULPS).min(1.0) };
        Interval { lo, hi, partial }
    }

    fn sigmoid(self) -> Interval {
        if self.lo == 0.0 && self.hi == 0.0 {
            return Interval { lo: 0.5, hi: 0.5, partial: self.partial };
        }
        // The f64 function is two libm calls and a division: four more units cover it.
        let wide = self.increasing(Number::sigmoid, 0.0, 1.0);
        Interval { lo: down(wide.lo, 4).max(0.0), hi: up(wide.hi, 4).min(1.0), partial: wide.partial }
    }

    fn softplus(self) -> Interval {
        let wide = self.increasing(Number::softplus, 0.0, f64::INFINITY);
        Interval { lo: down(wide.lo, 4).max(0.0), hi: up(wide.hi, 4), partial: wide.partial }
    }

    fn relu(self) -> Interval {
        Interval {
            lo: if self.lo < 0.0 { 0.0 } else { self.lo },
            hi: if self.hi < 0.0 { 0.0 } else { self.hi },
            ..self
        }
    }

    /// The sum. It needs no test for empty operands: their NaN bounds make it empty.
    #[inline]
    fn add(self, other: Interval) -> Interval {
        let is_zero = |x: Interval| x.lo == 0.0 && x.hi == 0.0;
        let partial = self.partial || other.partial;
        if is_zero(other) {
            Interval { partial, ..self }
        } else if is_zero(self) {
            Interval { partial, ..other }
        } else {
            Interval { lo: below(self.lo + other.lo), hi: above(self.hi + other.hi), partial }
        }
    }

    #[inline]
    fn sub(self, other: Interval) -> Interval {
        self.add(other.neg())
    }

    #[inline]
    fn mul(self, other: Interval) -> Interval {
        product(self, other)
    }

    fn div(self, other: Interval) -> Interval {
        if self.is_empty() || other.is_empty() || (other.lo == 0.0 && other.hi == 0.0) {
            return Interval::EMPTY;
        }
        if other.contains(0.0) {
            let zero = self.lo == 0.0 && self.hi == 0.0;
            let all = if zero { Interval::point(0.0) } else { Interval::ENTIRE };
            if zero || (self.lo < 0.0 && self.hi > 0.0) || (other.lo < 0.0 && other.hi > 0.0) {
                return Interval { partial: true, ..all };
            }
            // With a zero at one end only, the quotient keeps its sign, and is least where the divisor is largest.
            let least = if self.lo >= 0.0 { self.lo } else { -self.hi };
            let largest = if other.lo >= 0.0 { other.hi } else { -other.lo };
            let bound = below(least / largest).max(0.0);
            let (lo, hi) = match (self.lo >= 0.0) == (other.lo >= 0.0) {
                true => (bound, f64::INFINITY),
                false => (f64::NEG_INFINITY, -bound),
            };
            return Interval { lo, hi, partial: true };
        }
        if other.lo == 1.0 && other.hi == 1.0 {
            return self.partial_if(other.partial);
        }
        let reciprocal = Interval { lo: below(1.0 / other.hi), hi: above(1.0 / other.lo), partial: other.partial };
        let quotients = [self.lo / other.lo, self.lo / other.hi, self.hi / other.lo, self.hi / other.hi];
        if quotients.iter().any(|q| q.is_nan()) {
            return product(self, reciprocal);
        }
        let (lo, hi) = extremes(quotients);
        let zero = self.lo == 0.0 && self.hi == 0.0;
        Interval {
            lo: if zero { 0.0 } else { below(lo) },
            hi: if zero { 0.0 } else { above(hi) },
            partial: self.partial || other.partial,
        }
    }

    fn pow(self, other: Interval) -> Interval {
        if self.is_empty() || other.is_empty() {
            return Interval::EMPTY;
        }
        if other.lo == other.hi && other.lo == libm::trunc(other.lo) && other.lo.abs() <= 1e6 {
            return self.powi(other.lo as i32).partial_if(other.partial);
        }
        // aᵇ = exp(b ln a) for a > 0; 0ᵇ = 0 for b > 0. Negative bases have values only at integer exponents.
        let base = self.restrict(0.0, f64::INFINITY);
        if base.is_empty() {
            let holds_integer = libm::floor(other.hi) >= libm::ceil(other.lo);
            return if holds_integer { Interval { partial: true, ..Interval::ENTIRE } } else { Interval::EMPTY };
        }
        if base.hi == 0.0 {
            return Interval { lo: 0.0, hi: if other.lo > 0.0 { 0.0 } else { f64::INFINITY }, partial: true };
        }
        let zero_base = self.lo <= 0.0;
        let logarithm = Interval { partial: base.partial, ..base.ln() };
        let power = other.mul(logarithm).exp().partial_if(zero_base && (self.lo < 0.0 || other.lo <= 0.0));
        if self.lo < 0.0 && libm::floor(other.hi) >= libm::ceil(other.lo) {
            return Interval { partial: true, ..Interval::ENTIRE };
        }
        if zero_base { power.hull(Interval::point(if other.lo > 0.0 { 0.0 } else { 1.0 })) } else { power }
    }

    fn hypot(self, other: Interval) -> Interval {
        if self.is_empty() || other.is_empty() {
            return Interval::EMPTY;
        }
        let (a, b) = (self.abs(), other.abs());
        let bound = |x: f64, y: f64, step: fn(f64, u32) -> f64| match (x == 0.0, y == 0.0) {
            (true, _) => y,
            (_, true) => x,
            _ => step(Number::hypot(x, y), LIBM_ULPS),
        };
        let (lo, hi) = (bound(a.lo, b.lo, down).max(0.0), bound(a.hi, b.hi, up));
        Interval { lo, hi, partial: self.partial || other.partial }
    }

    /// The angle of (other, self). Over a rectangle its extreme values are at corners.
    fn atan2(self, other: Interval) -> Interval {
        if self.is_empty() || other.is_empty() {
            return Interval::EMPTY;
        }
        let (y, x) = (self, other);
        let partial = y.partial || x.partial;
        if y.contains(0.0) && x.lo <= 0.0 {
            let bound = above(std::f64::consts::PI);
            return Interval { lo: -bound, hi: bound, partial: partial || x.contains(0.0) };
        }
        let corners = [(y.lo, x.lo), (y.lo, x.hi), (y.hi, x.lo), (y.hi, x.hi)].map(|(y, x)| Number::atan2(y, x));
        // At an infinite corner there may be no angle.
        if corners.iter().any(|angle| angle.is_nan()) {
            let bound = above(std::f64::consts::PI);
            return Interval { lo: -bound, hi: bound, partial };
        }
        let (least, greatest) = corners.iter().fold((f64::MAX, f64::MIN), |(l, g), a| (l.min(*a), g.max(*a)));
        let is_exact = y.lo == 0.0 && y.hi == 0.0;
        let [lo, hi] = if is_exact { [0.0; 2] } else { [down(least, LIBM_ULPS), up(greatest, LIBM_ULPS)] };
        Interval { lo, hi, partial }
    }

    fn min(self, other: Interval) -> Interval {
        if self.is_empty() || other.is_empty() {
            return Interval::EMPTY;
        }
        Interval { lo: self.lo.min(other.lo), hi: self.hi.min(other.hi), partial: self.partial || other.partial }
    }

    fn max(self, other: Interval) -> Interval {
        if self.is_empty() || other.is_empty() {
            return Interval::EMPTY;
        }
        Interval { lo: self.lo.max(other.lo), hi: self.hi.max(other.hi), partial: self.partial || other.partial }
    }
}

impl Interval {
    /// The values of one sign, as magnitudes; empty when there are none.
    fn restrict_sign(self, sign: f64) -> Interval {
        let x = if sign < 0.0 { self.neg() } else { self };
        if x.hi < 0.0 { Interval::EMPTY } else { Interval { lo: x.lo.max(0.0), ..x } }
    }

    /// The value of a step function at its jump lies between the values on both sides.
    fn widened_at_jump(self, argument: Interval, below: f64) -> Interval {
        if argument.lo < 0.0 { Interval { lo: below, ..self } } else { self }
    }
}

/// xⁿ of a non-negative interval, n ≥ 2: each multiplication is stepped outward, or the power function's value is.
fn power_of_positive(x: Interval, exponent: i32) -> Interval {
    if x.is_empty() {
        return x;
    }
    if !SMALL_EXPONENTS.contains(&exponent) {
        let power = |value: f64| super::operator::powi(value, exponent);
        let is_exact = |value: f64| value == 0.0 || value == 1.0 || value == f64::INFINITY;
        let lo = if is_exact(x.lo) { x.lo } else { down(power(x.lo), LIBM_ULPS).max(0.0) };
        let hi = if is_exact(x.hi) { x.hi } else { up(power(x.hi), LIBM_ULPS) };
        return Interval { lo, hi, partial: x.partial };
    }
    let bound = |value: f64, step: fn(f64) -> f64| {
        if value == 0.0 || value == 1.0 {
            return value;
        }
        let (mut result, mut square, mut rest) = (1.0, value, exponent.unsigned_abs());
        let mut first = true;
        while rest > 0 {
            if rest & 1 == 1 {
                result = if first { square } else { step(result * square) };
                first = false;
            }
            rest >>= 1;
            if rest > 0 {
                square = step(square * square);
            }
        }
        result
    };
    Interval { lo: bound(x.lo, below).max(0.0), hi: bound(x.hi, above), partial: x.partial }
}
