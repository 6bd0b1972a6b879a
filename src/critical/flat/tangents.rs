//! Zeros of p(tan(a + b·t)) with a polynomial p, and of its derivative: the poles of the tangent need no treatment,
//! because u = tan takes each value once between two of them, with the slope b·(1 + u²).

use super::zeros::{BITS, Function, Zero, affine, exactly};
use crate::formula::normal::{Atom, Atoms, Factor, Monomial, Sum};
use crate::number::{ClosedForm, Digits, Interval, Unary};
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};

/// The most periods that are examined.
const MOST_PERIODS: i64 = 2_000;

/// p as a function of w1 in place of the tangent, with a and b.
fn polynomial_of_tangent(atoms: &Atoms, sum: &Sum) -> Option<(Sum, [BigRational; 2])> {
    let mut tangent = None;
    let mut polynomial = Sum::default();
    for (monomial, coefficient) in &sum.terms {
        let power = match monomial[..] {
            [] => Monomial::new(),
            [(Factor::Atom(place), n)] if tangent.is_none_or(|known| known == place) => {
                tangent = Some(place);
                vec![(Factor::Weight(0), n)]
            }
            _ => return None,
        };
        polynomial.add_term(power, coefficient.clone());
    }
    match atoms.get(tangent?) {
        Atom::Function(Unary::Tan, argument) => Some((polynomial, affine(argument)?)),
        _ => None,
    }
}

/// All zeros in an interval; `None` if the function is not of this kind, or if something stays undecided.
pub(super) fn zeros(function: &Function<'_>, range: Interval, cancel: &dyn Fn() -> bool) -> Option<Vec<Zero>> {
    if !function.products.is_empty() {
        return None;
    }
    let (polynomial, [a, b]) = polynomial_of_tangent(function.atoms, function.sum)?;
    // All roots of p lie within this bound (A.-L. Cauchy), and those of p′ in their convex hull (Gauss and Lucas).
    let (_, lead) = polynomial.terms.last_key_value()?;
    let largest = polynomial.terms.values().map(|c| (c / lead).abs()).max()?.to_f64()?;
    let bound = 2.0 + 1.01 * largest;
    let roots =
        Function::new(function.atoms, &polynomial, function.derivative).zeros(Interval::new(-bound, bound), cancel)?;
    let mut digits = Digits::new(BITS)?;
    let fraction = |x: &BigRational| ClosedForm::fraction(&(x.numer().clone(), x.denom().clone()));
    let (offset, factor) = (fraction(&a), fraction(&b.recip()));
    let (exact_offset, exact_factor) = (exactly(&offset, &mut digits)?, exactly(&factor, &mut digits)?);
    let at = |t: f64| (a.to_f64().unwrap_or(f64::NAN) + b.to_f64().unwrap_or(f64::NAN) * t) / std::f64::consts::PI;
    let ends = [at(range.lo), at(range.hi)];
    let (first, last) = (ends[0].min(ends[1]) - 1.0, ends[0].max(ends[1]) + 1.0);
    if !(first.is_finite() && last.is_finite() && last - first < MOST_PERIODS as f64 && first.abs() < 1e9) {
        return None;
    }
    let (slope, mut found) = (if b.is_negative() { -1 } else { 1 }, Vec::new());
    for root in &roots {
        let angle = digits.unary(Unary::Atan, &root.place)?;
        let closed = root.closed.as_ref().map(|u| u.unary(Unary::Atan)).filter(|x| !matches!(x, ClosedForm::Unknown));
        for k in first.floor() as i64..=last.ceil() as i64 {
            let turn = ClosedForm::multiple_of_pi(k, 1);
            let turned = exactly(&turn, &mut digits)?;
            let argument = digits.add(&angle, &turned);
            let place = digits.mul(&digits.sub(&argument, &exact_offset), &exact_factor);
            let closed = closed.as_ref().map(|angle| angle.add(&turn).add(&offset.neg()).mul(&factor));
            let zero = Zero {
                place: match closed.as_ref().and_then(|closed| exactly(closed, &mut digits)) {
                    Some(exact) => exact,
                    None => place,
                },
                closed,
                order: root.order,
                // The first derivative in t that is not 0 is that in u times a power of the slope.
                sign: if (root.order + function.derivative).is_multiple_of(2) { root.sign } else { slope * root.sign },
            };
            let here = zero.interval();
            if here.hi >= range.lo && here.lo <= range.hi {
                found.push(zero);
            }
        }
    }
    found.sort_by(|a, b| a.interval().lo.total_cmp(&b.interval().lo));
    let are_apart = found.windows(2).all(|pair| !pair[0].touches(&pair[1]));
    are_apart.then_some(found)
}
