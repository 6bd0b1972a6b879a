//! Zeros of functions with poles or exponential factors: those of their numerators. The derivative of w + 1/w is (w² −
//! 1)/w², and that of w·exp(w) is (w + 1)·exp(w), so exact algebra finds both zeros.
//!
//! A numerator may also vanish where the function is undefined. Those zeros are left out.

use super::definedness;
use super::factors::{Factored, product_of, sign_at, sorted_apart, to_power};
use super::zeros::{BITS, Function, Zero};
use crate::formula::normal::{Atoms, Sum};
use crate::number::{Digits, Interval};

/// All zeros in an interval; `None` if the function has no poles and no exponential factors, or if something stays
/// undecided.
pub(super) fn zeros(function: &Function<'_>, range: Interval, cancel: &dyn Fn() -> bool) -> Option<Vec<Zero>> {
    if !function.products.is_empty() {
        return None;
    }
    let mut atoms = function.atoms.clone();
    let axis = match atoms.depends(function.sum) {
        1 => 0,
        2 => 1,
        _ => return None,
    };
    let whole = match function.derivative {
        0 => function.sum.clone(),
        _ => atoms.derivative(function.sum, axis)?,
    };
    let quotient = atoms.quotient(&whole)?;
    if !quotient.is_reduced || quotient.numerator.terms.is_empty() {
        return None;
    }
    let product = product_of(&atoms, &quotient.numerator)?;
    let mut digits = Digits::new(BITS)?;
    let mut found = Vec::new();
    for (place, zero) in of_all_factors(&atoms, &product, range, cancel)? {
        if !definedness(&atoms, function.sum, zero.closed.as_ref(), &zero.place)? {
            continue;
        }
        let mut sign = zero.sign;
        if place < product.powers.len() {
            sign *= sign_at(&atoms, &product.rest, &zero, &mut digits)?;
        }
        for (other, (factor, n)) in product.powers.iter().enumerate() {
            if other != place {
                sign *= to_power(sign_at(&atoms, factor, &zero, &mut digits)?, *n);
            }
        }
        for (below, n) in &quotient.denominators {
            sign *= to_power(sign_at(&atoms, below, &zero, &mut digits)?, *n);
        }
        found.push(Zero { sign, ..zero });
    }
    sorted_apart(found)
}

/// The zeros of the factors' powers, each with the place of its factor. The rest comes after the powers.
fn of_all_factors(
    atoms: &Atoms,
    product: &Factored,
    range: Interval,
    cancel: &dyn Fn() -> bool,
) -> Option<Vec<(usize, Zero)>> {
    let rest: (Sum, u32) = (product.rest.clone(), 1);
    let mut found = Vec::new();
    for (place, (factor, n)) in product.powers.iter().chain([&rest]).enumerate() {
        if atoms.depends(factor) == 0 {
            continue;
        }
        for zero in Function::new(atoms, factor, 0).zeros(range, cancel)? {
            let (order, sign) = (zero.order * *n as usize, to_power(zero.sign, *n));
            found.push((place, Zero { order, sign, ..zero }));
        }
    }
    Some(found)
}
