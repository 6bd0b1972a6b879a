//! Zeros of c·pⁿ + k and of its derivative, from those of p and p′: a zero of pⁿ that has no closed form, such as ln 2
//! for (eᵗ − 2)³, is a simple zero of p.

use super::zeros::{BITS, Function, Zero};
use crate::formula::normal::{Atom, Atoms, Factor, Sum};
use crate::number::{Digits, Interval};
use num_traits::Signed;

/// c·pⁿ + k with n ≥ 2.
struct Power {
    base: Sum,
    exponent: usize,
    /// The sign of c.
    sign: i32,
    /// Whether k = 0.
    is_pure: bool,
}

fn power_of(atoms: &Atoms, sum: &Sum) -> Option<Power> {
    let mut terms = sum.terms.iter().filter(|(monomial, _)| !monomial.is_empty());
    let (Some((monomial, coefficient)), None) = (terms.next(), terms.next()) else { return None };
    let [(Factor::Atom(place), times)] = monomial[..] else { return None };
    let (base, exponent) = match (atoms.get(place), times) {
        (Atom::Power(base, n), 1) if *n >= 2 => (base.clone(), usize::try_from(*n).ok()?),
        (_, times) if times >= 2 => (Sum::factor(Factor::Atom(place)), times as usize),
        _ => return None,
    };
    let sign = if coefficient.is_negative() { -1 } else { 1 };
    Some(Power { base, exponent, sign, is_pure: sum.terms.len() == 1 })
}

/// All zeros of a function that is a power, or of its derivative; `None` if it is not a power, or if p or p′ stay
/// undecided.
pub(super) fn zeros(function: &Function<'_>, range: Interval, cancel: &dyn Fn() -> bool) -> Option<Vec<Zero>> {
    let Power { base, exponent, sign, is_pure } = power_of(function.atoms, function.sum)?;
    let of_base = |derivative: usize| Function::new(function.atoms, &base, derivative).zeros(range, cancel);
    let power_of_sign = |s: i32, n: usize| if n.is_multiple_of(2) { 1 } else { s };
    let roots = of_base(0)?;
    // pⁿ has the leading coefficient of p to the power n.
    let mut found: Vec<Zero> = roots
        .iter()
        .map(|root| Zero {
            order: exponent * root.order - function.derivative,
            sign: sign * power_of_sign(root.sign, exponent),
            ..root.clone()
        })
        .collect();
    match function.derivative {
        0 if is_pure => return Some(found),
        0 => return None,
        _ => {}
    }
    let mut digits = Digits::new(BITS)?;
    for turn in of_base(1)? {
        let is_root = |root: &Zero| root.order > 1 && root.touches(&turn);
        if roots.iter().any(is_root) {
            continue;
        }
        let value = Function::new(function.atoms, &base, 0);
        let value = value.series(&mut digits, &turn.place, 0)?[0].sign().filter(|sign| *sign != 0)?;
        found.push(Zero { sign: sign * power_of_sign(value, exponent - 1) * turn.sign, ..turn });
    }
    found.sort_by(|a, b| a.interval().lo.total_cmp(&b.interval().lo));
    let are_apart = found.windows(2).all(|pair| !pair[0].touches(&pair[1]));
    are_apart.then_some(found)
}
