//! The signs of a symmetric 2 × 2 matrix' eigenvalues, from enclosures of its entries.

use super::Definiteness;
use crate::number::{Constant, Interval, Number};

/// A sign, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Negative,
    Zero,
    Positive,
    Unknown,
}

impl Sign {
    /// That of a number between two bounds.
    pub(super) fn of([lo, hi]: [f64; 2]) -> Sign {
        if lo > 0.0 {
            Sign::Positive
        } else if hi < 0.0 {
            Sign::Negative
        } else if lo == 0.0 && hi == 0.0 {
            Sign::Zero
        } else {
            Sign::Unknown
        }
    }
}

/// The definiteness for the signs of two eigenvalues, in any order.
pub(super) fn definiteness_of(signs: [Sign; 2]) -> Definiteness {
    use Sign::{Negative, Positive, Unknown, Zero};
    match signs {
        [Unknown, _] | [_, Unknown] => Definiteness::Undecided,
        [Positive, Positive] => Definiteness::PositiveDefinite,
        [Negative, Negative] => Definiteness::NegativeDefinite,
        [Positive, Negative] | [Negative, Positive] => Definiteness::Indefinite,
        [Positive, Zero] | [Zero, Positive] => Definiteness::PositiveSemidefinite,
        [Negative, Zero] | [Zero, Negative] => Definiteness::NegativeSemidefinite,
        [Zero, Zero] => Definiteness::Zero,
    }
}

/// The definiteness of ((a, b), (b, d)) that enclosures of a, b and d prove; `None` where an entry has no value.
///
/// The eigenvalues of a diagonal matrix are its entries. Otherwise det = a·d − b² is their product, and if it is
/// positive, a and d have the sign of both (Sylvester's criterion; Horn & Johnson, Matrix Analysis, 2nd ed., §7.2). An
/// eigenvalue counts as zero only if exact arithmetic gives det = 0.
pub fn proved_definiteness(hessian: &[Constant; 3]) -> Option<Definiteness> {
    if hessian.iter().any(|entry| entry.enclosure.is_empty()) {
        return None;
    }
    if hessian.iter().any(|entry| entry.enclosure.partial) {
        return Some(Definiteness::Undecided);
    }
    let sign = |number: Constant| Sign::of([number.enclosure.lo, number.enclosure.hi]);
    let of_diagonal = [sign(hessian[0]), sign(hessian[2])];
    if sign(hessian[1]) == Sign::Zero {
        return Some(definiteness_of(of_diagonal));
    }
    let [a, b, d] = of_moderate_size(hessian);
    let has = |wanted: Sign| of_diagonal.contains(&wanted);
    let of_both = match (has(Sign::Positive), has(Sign::Negative)) {
        (true, false) => Sign::Positive,
        (false, true) => Sign::Negative,
        _ => Sign::Unknown,
    };
    Some(match sign(a.mul(d).sub(b.mul(b))) {
        Sign::Negative => Definiteness::Indefinite,
        Sign::Positive => definiteness_of([of_both; 2]),
        Sign::Zero => definiteness_of([of_both, Sign::Zero]),
        Sign::Unknown if has(Sign::Positive) && has(Sign::Negative) => Definiteness::Indefinite,
        Sign::Unknown => Definiteness::Undecided,
    })
}

/// The matrix times a positive power of two, if products of its entries could overflow or underflow.
fn of_moderate_size(hessian: &[Constant; 3]) -> [Constant; 3] {
    let size = |entry: &Constant| entry.enclosure.lo.abs().max(entry.enclosure.hi.abs());
    let largest = hessian.iter().map(size).fold(0.0, f64::max);
    if largest == 0.0 || !largest.is_finite() || (1e-70..1e70).contains(&largest) {
        return *hessian;
    }
    // In two halves, because the whole power may overflow.
    let power = |exponent: i32| Interval::point(libm::scalbn(1.0, exponent));
    let exponent = -libm::ilogb(largest);
    let (first, second) = (power(exponent / 2), power(exponent - exponent / 2));
    hessian.map(|Constant { value, enclosure }| Constant { value, enclosure: enclosure.mul(first).mul(second) })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use num_bigint::BigInt;
    use num_traits::{Signed, Zero as _};
    use proptest::prelude::*;

    fn of(entries: [f64; 3]) -> Definiteness {
        proved_definiteness(&entries.map(Constant::exact)).unwrap()
    }

    #[test]
    fn known_matrices() {
        use Definiteness::{
            Indefinite, NegativeDefinite, NegativeSemidefinite, PositiveDefinite, PositiveSemidefinite, Zero,
        };
        for (entries, expected) in [
            ([2.0, 0.0, 2e10], PositiveDefinite),
            ([2.0, 0.0, 2e300], PositiveDefinite),
            ([5e-324, 0.0, f64::MAX], PositiveDefinite),
            ([-2.0, 0.0, 2e10], Indefinite),
            ([2.0, 0.0, 0.0], PositiveSemidefinite),
            ([0.0, 0.0, -2.0], NegativeSemidefinite),
            ([0.0, 0.0, 0.0], Zero),
            ([2.0, 2.0, 2.0], PositiveSemidefinite),
            ([-1.0, 2.0, -4.0], NegativeSemidefinite),
            ([0.0, 1e-300, 0.0], Indefinite),
            ([0.0, 1e-60, 1e60], Indefinite),
            ([2e200, 1e200, 2e200], PositiveDefinite),
            ([-2e-200, 1e-200, -2e-200], NegativeDefinite),
            ([1.0, 1.0, 1.000_000_000_000_000_2], PositiveDefinite),
            ([1.0, 1.0, 0.999_999_999_999_999_9], Indefinite),
        ] {
            assert_eq!(of(entries), expected, "{entries:?}");
        }
    }

    #[test]
    fn what_enclosures_do_not_tell_is_undecided() {
        let tenth = Constant::rounded(0.1);
        let unit = Constant::exact(1.0);
        assert_eq!(proved_definiteness(&[tenth, tenth, tenth]), Some(Definiteness::Undecided));
        assert_eq!(proved_definiteness(&[tenth, Constant::exact(0.0), unit]), Some(Definiteness::PositiveDefinite));
        let around_zero = Constant { value: 0.0, enclosure: Interval::new(-1e-20, 1e-20) };
        assert_eq!(proved_definiteness(&[around_zero, Constant::exact(0.0), unit]), Some(Definiteness::Undecided));
        assert_eq!(proved_definiteness(&[around_zero, unit, unit]), Some(Definiteness::Indefinite));
        let nowhere = Constant { value: f64::NAN, enclosure: Interval::EMPTY };
        assert_eq!(proved_definiteness(&[nowhere, unit, unit]), None);
        let partial = Constant { value: 1.0, enclosure: Interval { partial: true, ..Interval::point(1.0) } };
        assert_eq!(proved_definiteness(&[partial, unit, unit]), Some(Definiteness::Undecided));
    }

    /// m·2ᵉ times 2¹²⁰, as a whole number.
    fn scaled(m: i64, exponent: i32) -> BigInt {
        BigInt::from(m) << (120 + exponent)
    }

    proptest! {
        /// Nearly singular matrices: every answer agrees with the sign of the determinant in integers, and there is an
        /// answer if f64 represents the products.
        #[test]
        fn nearly_singular_matrices(
            p in -(1i64 << 25)..1i64 << 25, q in -(1i64 << 25)..1i64 << 25, off in -3i64..=3, e in -40..40i32, f in -40..40i32,
        ) {
            for (p, q) in [(p, q), (p >> 14, q >> 14)] {
                // ((p², pq), (pq, q²)) is singular; one entry is moved by a few units.
                let entries = [(p * p, 2 * e), (p * q, e + f), (q * q + off, 2 * f)];
                let [a, b, d] = entries.map(|(m, exponent)| scaled(m, exponent));
                let (determinant, trace) = (&a * &d - &b * &b, &a + &d);
                let up = trace.is_positive();
                let expected = if determinant.is_negative() {
                    Definiteness::Indefinite
                } else if determinant.is_positive() {
                    if up { Definiteness::PositiveDefinite } else { Definiteness::NegativeDefinite }
                } else if trace.is_zero() {
                    Definiteness::Zero
                } else if up {
                    Definiteness::PositiveSemidefinite
                } else {
                    Definiteness::NegativeSemidefinite
                };
                let found = of(entries.map(|(m, exponent)| m as f64 * libm::scalbn(1.0, exponent)));
                prop_assert!(found == expected || found == Definiteness::Undecided, "{found:?} for {expected:?}");
                prop_assert!(found == expected || p.abs().max(q.abs()) > 1 << 12, "{found:?} for {expected:?}");
            }
        }
    }
}
