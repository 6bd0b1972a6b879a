//! Numbers a + b·π with rational a and b, and numbers with no known value. They are enough to recognise zeros exactly.
//!
//! An interval can show that a number is not 0, but never that it is. Where ∇L vanishes at a rational number or at a
//! rational multiple of π, this arithmetic often proves it: 0 times anything is 0, sin 2π is 0, eˣ is 1 at 0.

use super::Unary;
use super::decimal::Rational;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// A number.
#[derive(Clone, Debug, PartialEq)]
pub enum ClosedForm {
    /// rational + multiple·π.
    Known {
        /// The rational part.
        rational: BigRational,
        /// The multiple of π.
        multiple: BigRational,
    },
    /// A finite real number of which nothing else is known.
    Unknown,
}

/// A result whose numerator or denominator has more bits than this becomes [`ClosedForm::Unknown`].
const MAX_BITS: u64 = 20_000;

impl ClosedForm {
    /// A fraction.
    pub fn fraction((n, d): &Rational) -> ClosedForm {
        ClosedForm::of(BigRational::new(n.clone(), d.clone()))
    }

    /// An integer.
    pub fn integer(n: i64) -> ClosedForm {
        ClosedForm::of(BigRational::from_integer(BigInt::from(n)))
    }

    /// n/d·π.
    pub fn multiple_of_pi(n: i64, d: i64) -> ClosedForm {
        let multiple = BigRational::new(BigInt::from(n), BigInt::from(d));
        ClosedForm::Known { rational: BigRational::zero(), multiple }
    }

    fn of(rational: BigRational) -> ClosedForm {
        ClosedForm::known(rational, BigRational::zero())
    }

    fn known(rational: BigRational, multiple: BigRational) -> ClosedForm {
        let is_short = |x: &BigRational| x.numer().bits().max(x.denom().bits()) <= MAX_BITS;
        if is_short(&rational) && is_short(&multiple) {
            ClosedForm::Known { rational, multiple }
        } else {
            ClosedForm::Unknown
        }
    }

    /// The number, where it is rational.
    pub fn as_rational(&self) -> Option<&BigRational> {
        match self {
            ClosedForm::Known { rational, multiple } if multiple.is_zero() => Some(rational),
            _ => None,
        }
    }

    /// The number over π, where that is rational.
    fn over_pi(&self) -> Option<&BigRational> {
        match self {
            ClosedForm::Known { rational, multiple } if rational.is_zero() => Some(multiple),
            _ => None,
        }
    }

    /// Whether it is known to be 0.
    pub fn is_zero(&self) -> bool {
        self.as_rational().is_some_and(Zero::is_zero)
    }

    /// −x.
    pub fn neg(&self) -> ClosedForm {
        match self {
            ClosedForm::Known { rational, multiple } => ClosedForm::known(-rational, -multiple),
            ClosedForm::Unknown => ClosedForm::Unknown,
        }
    }

    /// x + y.
    pub fn add(&self, other: &ClosedForm) -> ClosedForm {
        match (self, other) {
            (ClosedForm::Known { rational: a, multiple: b }, ClosedForm::Known { rational: c, multiple: d }) => {
                ClosedForm::known(a + c, b + d)
            }
            _ => ClosedForm::Unknown,
        }
    }

    /// x·y.
    pub fn mul(&self, other: &ClosedForm) -> ClosedForm {
        if self.is_zero() || other.is_zero() {
            return ClosedForm::integer(0);
        }
        let scaled = |factor: &BigRational, x: &ClosedForm| match x {
            ClosedForm::Known { rational, multiple } => ClosedForm::known(rational * factor, multiple * factor),
            ClosedForm::Unknown => ClosedForm::Unknown,
        };
        match (self.as_rational(), other.as_rational()) {
            (Some(factor), _) => scaled(factor, other),
            (_, Some(factor)) => scaled(factor, self),
            _ => ClosedForm::Unknown,
        }
    }

    /// x/y for a y that is not 0.
    pub fn div(&self, other: &ClosedForm) -> ClosedForm {
        if self.is_zero() {
            return ClosedForm::integer(0);
        }
        if let (Some(a), Some(b)) = (self.over_pi(), other.over_pi())
            && !b.is_zero()
        {
            return ClosedForm::of(a / b);
        }
        match other.as_rational() {
            Some(divisor) if !divisor.is_zero() => self.mul(&ClosedForm::of(divisor.recip())),
            _ => ClosedForm::Unknown,
        }
    }

    /// xⁿ.
    pub fn power(&self, n: i64) -> ClosedForm {
        let Some(base) = self.as_rational() else {
            return if n == 0 { ClosedForm::integer(1) } else { ClosedForm::Unknown };
        };
        if base.is_zero() {
            return match n {
                0 => ClosedForm::integer(1),
                n if n > 0 => ClosedForm::integer(0),
                _ => ClosedForm::Unknown,
            };
        }
        let bits = base.numer().bits().max(base.denom().bits());
        let is_unit = base.numer().is_one() && base.denom().is_one();
        if !is_unit && bits.saturating_mul(n.unsigned_abs()) > MAX_BITS {
            return ClosedForm::Unknown;
        }
        if is_unit { self.clone() } else { ClosedForm::of(base.pow(n as i32)) }
    }

    /// A function of the formula language.
    pub fn unary(&self, op: Unary) -> ClosedForm {
        let known = match op {
            Unary::Neg => Some(self.neg()),
            Unary::Sin => self.over_pi().and_then(sine),
            // cos x = sin(x + π/2)
            Unary::Cos => self.over_pi().and_then(|x| sine(&(x + BigRational::new(1.into(), 2.into())))),
            Unary::Tan => self.over_pi().and_then(tangent),
            _ => self.as_rational().and_then(|x| of_rational(op, x)),
        };
        known.unwrap_or(ClosedForm::Unknown)
    }

    /// The whole number that it is.
    pub fn whole(&self) -> Option<i64> {
        self.as_rational().filter(|x| x.is_integer()).and_then(|x| x.numer().to_i64())
    }

    /// Its sign, where it is rational.
    pub fn sign(&self) -> Option<i32> {
        let x = self.as_rational()?;
        Some(if x.is_zero() {
            0
        } else if x.is_positive() {
            1
        } else {
            -1
        })
    }
}

/// sin(x·π), where it is rational: 0, ±1/2 and ±1 are the only such values (I. Niven, Irrational Numbers, 1956, ch. 3).
fn sine(x: &BigRational) -> Option<ClosedForm> {
    let sixths = x * BigInt::from(6);
    if !sixths.is_integer() {
        return None;
    }
    let place = num_integer::Integer::mod_floor(sixths.numer(), &BigInt::from(12)).to_i64()?;
    let half = ClosedForm::fraction(&(1.into(), 2.into()));
    Some(match place {
        0 | 6 => ClosedForm::integer(0),
        3 => ClosedForm::integer(1),
        9 => ClosedForm::integer(-1),
        1 | 5 => half,
        7 | 11 => half.neg(),
        _ => return None,
    })
}

/// tan(x·π), where x is a multiple of 1/4: 0, ±1, or undefined.
fn tangent(x: &BigRational) -> Option<ClosedForm> {
    let quarters = x * BigInt::from(4);
    if !quarters.is_integer() {
        return None;
    }
    match num_integer::Integer::mod_floor(quarters.numer(), &BigInt::from(4)).to_i64()? {
        0 => Some(ClosedForm::integer(0)),
        1 => Some(ClosedForm::integer(1)),
        3 => Some(ClosedForm::integer(-1)),
        _ => None,
    }
}

fn of_rational(op: Unary, x: &BigRational) -> Option<ClosedForm> {
    let root = |degree: u32| {
        let root_of = |n: &BigInt| {
            let root = num_integer::Roots::nth_root(n, degree);
            (root.pow(degree) == *n).then_some(root)
        };
        Some(ClosedForm::of(BigRational::new(root_of(x.numer())?, root_of(x.denom())?)))
    };
    match op {
        Unary::Abs => Some(ClosedForm::of(x.abs())),
        Unary::Relu => Some(ClosedForm::of(if x.is_negative() { BigRational::zero() } else { x.clone() })),
        Unary::Sign if !x.is_zero() => Some(ClosedForm::of(x.signum())),
        Unary::Step if !x.is_zero() => Some(ClosedForm::integer(i64::from(x.is_positive()))),
        Unary::Kink if !x.is_zero() => Some(ClosedForm::integer(0)),
        Unary::Sqrt if !x.is_negative() => root(2),
        Unary::Cbrt => root(3),
        Unary::Floor => Some(ClosedForm::of(x.floor())),
        Unary::Ceil => Some(ClosedForm::of(x.ceil())),
        Unary::Exp | Unary::Cosh | Unary::SechSquared if x.is_zero() => Some(ClosedForm::integer(1)),
        Unary::Sigmoid if x.is_zero() => Some(ClosedForm::fraction(&(1.into(), 2.into()))),
        Unary::Asin | Unary::Atan | Unary::Sinh | Unary::Tanh if x.is_zero() => Some(ClosedForm::integer(0)),
        Unary::Ln | Unary::Log2 | Unary::Log10 | Unary::Acos if x.is_one() => Some(ClosedForm::integer(0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_that_are_recognised() {
        let pi = |n, d| ClosedForm::multiple_of_pi(n, d);
        assert!(pi(4, 2).unary(Unary::Sin).is_zero());
        assert!(pi(3, 2).unary(Unary::Cos).is_zero());
        assert_eq!(pi(1, 6).unary(Unary::Sin), ClosedForm::fraction(&(1.into(), 2.into())));
        assert_eq!(pi(2, 3).unary(Unary::Cos), ClosedForm::fraction(&((-1).into(), 2.into())));
        assert_eq!(pi(5, 4).unary(Unary::Tan), ClosedForm::integer(1));
        assert_eq!(pi(1, 4).unary(Unary::Sin), ClosedForm::Unknown);
        assert!(ClosedForm::integer(0).mul(&ClosedForm::Unknown).is_zero());
        assert!(ClosedForm::integer(0).unary(Unary::Exp).add(&ClosedForm::integer(-1)).is_zero());
        assert_eq!(pi(3, 1).div(&pi(2, 1)), ClosedForm::fraction(&(3.into(), 2.into())));
        assert_eq!(
            ClosedForm::fraction(&(9.into(), 4.into())).unary(Unary::Sqrt).power(2),
            ClosedForm::fraction(&(9.into(), 4.into()))
        );
        assert_eq!(ClosedForm::integer(2).unary(Unary::Sqrt), ClosedForm::Unknown);
        assert_eq!(ClosedForm::integer(10).power(i64::MAX), ClosedForm::Unknown);
        assert_eq!(ClosedForm::integer(1).power(i64::MAX), ClosedForm::integer(1));
    }
}
