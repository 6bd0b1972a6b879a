//! Interval arithmetic on fixed-point numbers of any length: the last step from an isolated root to coordinates.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// The interval [low·2⁻ᵖ, high·2⁻ᵖ]; the caller keeps p.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fixed {
    pub low: BigInt,
    pub high: BigInt,
}

impl Fixed {
    /// An integer.
    pub fn integer(n: &BigInt, p: u64) -> Fixed {
        Fixed { low: n << p, high: n << p }
    }

    /// a + b.
    pub fn add(&self, other: &Fixed) -> Fixed {
        Fixed { low: &self.low + &other.low, high: &self.high + &other.high }
    }

    /// n·a.
    pub fn scaled(&self, n: &BigInt) -> Fixed {
        let (a, b) = (&self.low * n, &self.high * n);
        if n.is_negative() { Fixed { low: b, high: a } } else { Fixed { low: a, high: b } }
    }

    /// a·b.
    pub fn mul(&self, other: &Fixed, p: u64) -> Fixed {
        let products =
            [&self.low * &other.low, &self.low * &other.high, &self.high * &other.low, &self.high * &other.high];
        let [a, b, c, d] = &products;
        Fixed { low: a.min(b).min(c).min(d) >> p, high: -(-a.max(b).max(c).max(d) >> p) }
    }

    /// a/b; none when b may be 0.
    pub fn div(&self, other: &Fixed, p: u64) -> Option<Fixed> {
        if other.sign() == Some(0) || other.sign().is_none() {
            return None;
        }
        let (mut low, mut high): (Option<BigInt>, Option<BigInt>) = (None, None);
        for a in [&self.low, &self.high] {
            for b in [&other.low, &other.high] {
                let quotient = (a << p).div_floor(b);
                let above: BigInt = &quotient + 1;
                low = Some(low.map_or(quotient.clone(), |l| l.min(quotient)));
                high = Some(high.map_or(above.clone(), |h| h.max(above)));
            }
        }
        Some(Fixed { low: low?, high: high? })
    }

    /// The sign of all numbers of the interval, if they have the same.
    pub fn sign(&self) -> Option<i32> {
        match () {
            () if self.low.is_positive() => Some(1),
            () if self.high.is_negative() => Some(-1),
            () if self.low.is_zero() && self.high.is_zero() => Some(0),
            () => None,
        }
    }

    /// The same interval with `digits` fewer binary digits.
    pub fn rounded(&self, digits: u64) -> Fixed {
        Fixed { low: &self.low >> digits, high: -(-&self.high >> digits) }
    }

    /// a(x) for integer coefficients.
    pub fn polynomial(a: &[BigInt], x: &Fixed, p: u64) -> Fixed {
        let mut sum = Fixed { low: BigInt::zero(), high: BigInt::zero() };
        for c in a.iter().rev() {
            sum = sum.mul(x, p).add(&Fixed::integer(c, p));
        }
        sum
    }

    /// Whether the width is at most 2^−bits of the magnitude.
    pub fn is_narrow(&self, bits: u64) -> bool {
        self.sign().is_some() && (&self.high - &self.low) << bits <= self.low.abs().min(self.high.abs())
    }

    /// The f64 nearest to the middle.
    pub fn middle(&self, p: u64) -> f64 {
        let sum = &self.low + &self.high;
        // 64 leading bits and a mark for the rest are enough to round correctly.
        let spare = sum.bits().saturating_sub(65);
        let mut head: BigInt = sum.magnitude().clone().into();
        let rest = !(&head & ((BigInt::one() << spare) - 1u32)).is_zero();
        head >>= spare;
        if rest {
            head |= BigInt::one();
        }
        let head = head.to_u128().unwrap_or(0) as f64;
        let exponent = spare as i64 - p as i64 - 1;
        let size = libm::ldexp(head, exponent.clamp(-4000, 4000) as i32);
        if sum.is_negative() { -size } else { size }
    }
}
