//! Sums as products of powers, S = q·F₁^n₁·F₂^n₂…: common factors of all terms are factored out. So a zero of higher
//! order at any number, such as √2 for (t² − 2)³·eᵗ, is a simple zero of a factor.
//!
//! The derivative is F₁^(n₁ − 1)·F₂^(n₂ − 1)…·T with T = Σ nᵢ·q·Fᵢ′·∏ⱼ≠ᵢ Fⱼ + q′·∏ Fⱼ. Its zeros are those of the
//! remaining powers and those of T.

use super::structure::{Polynomial, groups};
use super::whole_polynomial;
use super::zeros::{BITS, Function, Zero};
use crate::critical::algebra::Bivariate;
use crate::formula::normal::{Atom, Atoms, Factor, Monomial, Sum, common_denominator, polynomial};
use crate::number::{Digits, Interval};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;
use std::collections::BTreeMap;

/// A product of powers.
pub(super) struct Factored {
    /// (F, n) for each power Fⁿ.
    pub powers: Vec<(Sum, u32)>,
    /// The remaining sum.
    pub rest: Sum,
}

/// A sum as a product of powers, at least one of which has an exponent of two or more; `None` if no common factor of
/// all terms is found.
pub(super) fn factored(atoms: &Atoms, sum: &Sum) -> Option<Factored> {
    product_of(atoms, sum).filter(|product| product.powers.iter().any(|(_, n)| *n > 1))
}

/// A sum as a product of its common factors and the rest.
pub(super) fn product_of(atoms: &Atoms, sum: &Sum) -> Option<Factored> {
    let (mut powers, rest) = common_atoms(atoms, sum);
    let groups: Vec<(Monomial, Polynomial)> = groups(&rest).into_iter().collect();
    let denominator = BigRational::from_integer(common_denominator(rest.terms.values()));
    let whole: Vec<Bivariate> = groups
        .iter()
        .map(|(_, group)| whole_polynomial(&group.iter().map(|(power, c)| (*power, c * &denominator)).collect()))
        .collect();
    let (first, others) = whole.split_first()?;
    let common = others.iter().try_fold(first.primitive(), |common, other| common.common_divisor(other))?;
    let mut left = Sum::default();
    for ((monomial, _), polynomial) in groups.iter().zip(&whole) {
        for (power, c) in polynomial.quotient(&common)?.terms {
            let factors = weights(power).into_iter().chain(monomial.iter().copied()).collect();
            left.add_term(factors, BigRational::from_integer(c) / &denominator);
        }
    }
    powers.extend(square_free(&common)?);
    Some(Factored { powers, rest: left })
}

/// The powers of functions that are factors of all terms, and the remaining sum.
fn common_atoms(atoms: &Atoms, sum: &Sum) -> (Vec<(Sum, u32)>, Sum) {
    let mut common: Option<BTreeMap<usize, u32>> = None;
    for monomial in sum.terms.keys() {
        let here: BTreeMap<usize, u32> = monomial
            .iter()
            .filter_map(|(factor, n)| match factor {
                Factor::Atom(place) => Some((*place, *n)),
                Factor::Weight(_) => None,
            })
            .collect();
        common = Some(match common {
            None => here,
            Some(known) => known
                .into_iter()
                .filter_map(|(place, n)| here.get(&place).map(|other| (place, n.min(*other))))
                .collect(),
        });
    }
    let mut powers = Vec::new();
    let mut taken = BTreeMap::new();
    for (place, n) in common.unwrap_or_default() {
        match atoms.get(place) {
            Atom::Function(..) => powers.push((Sum::factor(Factor::Atom(place)), n)),
            Atom::Power(base, exponent) if *exponent > 0 => match u32::try_from(*exponent) {
                Ok(exponent) => powers.push((base.clone(), exponent.saturating_mul(n))),
                Err(_) => continue,
            },
            _ => continue,
        }
        taken.insert(Factor::Atom(place), n);
    }
    let mut rest = Sum::default();
    for (monomial, coefficient) in &sum.terms {
        let left = monomial.iter().filter_map(|(factor, n)| {
            let n = n - taken.get(factor).copied().unwrap_or(0);
            (n > 0).then_some((*factor, n))
        });
        rest.add_term(left.collect(), coefficient.clone());
    }
    (powers, rest)
}

fn weights((i, j): (u32, u32)) -> Monomial {
    [(Factor::Weight(0), i), (Factor::Weight(1), j)].into_iter().filter(|(_, n)| *n > 0).collect()
}

/// A polynomial as powers of square-free factors (R. Musser, J. ACM 22, 1975): p over its common divisor with its
/// derivatives has each factor once.
fn square_free(p: &Bivariate) -> Option<Vec<(Sum, u32)>> {
    let mut repeated = p.common_divisor(&p.partial(0))?.common_divisor(&p.partial(1))?;
    let mut once = p.quotient(&repeated)?;
    let mut powers = Vec::new();
    for n in 1.. {
        if once.degree() == 0 {
            break;
        }
        let again = once.common_divisor(&repeated)?;
        let own = once.quotient(&again)?;
        if own.degree() > 0 {
            let mut factor = Sum::default();
            own.terms.iter().for_each(|(power, c)| factor.add_term(weights(*power), c.clone().into()));
            powers.push((factor, n));
        }
        (repeated, once) = (repeated.quotient(&again)?, again);
    }
    Some(powers)
}

/// L = ±uⁿ with u = ∏ Fᵢ·(±q)^(1/n) for L = q·∏ Fᵢⁿ, up to a constant: u is smooth where ±q is positive.
pub(super) fn roots(atoms: &mut Atoms, sum: &Sum) -> Vec<(Sum, Sum)> {
    let mut variable = sum.clone();
    variable.terms.retain(|monomial, _| monomial.iter().any(|(factor, _)| atoms.depends_by(*factor) != 0));
    let Some(Factored { powers, mut rest }) = factored(atoms, &variable) else { return Vec::new() };
    let Some(n) = powers.iter().map(|(_, n)| *n).max() else { return Vec::new() };
    let mut base = Some(Sum::number(BigRational::one()));
    for (factor, m) in powers {
        // A factor with another power belongs to q.
        match m == n {
            true => base = base.and_then(|base| base.times(&factor)),
            false => match atoms.power(&factor, i64::from(m)).and_then(|power| rest.times(&power)) {
                Some(product) => rest = product,
                None => return Vec::new(),
            },
        }
    }
    let Some(base) = base.filter(|base| atoms.depends(base) != 0) else { return Vec::new() };
    let exponent = BigRational::new(BigInt::one(), n.into());
    let mut ways = Vec::new();
    for sign in [BigRational::one(), -BigRational::one()] {
        let part = atoms.sum_of(Atom::Root(rest.times_number(&sign), exponent.clone()));
        if let Some(inner) = part.and_then(|part| base.times(&part)) {
            ways.push((Sum::term(vec![(Factor::Weight(0), n)], sign), inner));
        }
    }
    ways
}

/// The derivative of a polynomial in one of the weights.
fn differentiated(sum: &Sum) -> Option<Sum> {
    let mut slope = Sum::default();
    for ((i, j), c) in polynomial(sum)? {
        let lower = (i.saturating_sub(1), j.saturating_sub(1));
        slope.add_term(weights(lower), c * BigRational::from_integer((i + j).into()));
    }
    Some(slope)
}

/// All zeros of a function that is a product of powers, or of its derivative; `None` if it is not such a product, or if
/// something stays undecided.
pub(super) fn zeros(function: &Function<'_>, range: Interval, cancel: &dyn Fn() -> bool) -> Option<Vec<Zero>> {
    if !function.products.is_empty() {
        return None;
    }
    let (atoms, sum) = (function.atoms, function.sum);
    if function.derivative == 0 {
        return of_product(atoms, &factored(atoms, sum)?, range, cancel);
    }
    if sum.is_polynomial() {
        return of_product(atoms, &factored(atoms, &differentiated(sum)?)?, range, cancel);
    }
    let product = factored(atoms, sum).or_else(|| {
        // A constant does not matter to the derivative.
        let mut rest = sum.clone();
        rest.terms.retain(|monomial, _| monomial.iter().any(|(factor, _)| atoms.depends_by(*factor) != 0));
        factored(atoms, &rest)
    })?;
    of_derivative(atoms, &product, range, cancel)
}

pub(super) fn sorted_apart(mut zeros: Vec<Zero>) -> Option<Vec<Zero>> {
    zeros.sort_by(|a, b| a.interval().lo.total_cmp(&b.interval().lo));
    let are_apart = zeros.windows(2).all(|pair| !pair[0].touches(&pair[1]));
    are_apart.then_some(zeros)
}

/// The sign of a function at a place where it is not 0.
pub(super) fn sign_at(atoms: &Atoms, sum: &Sum, place: &Zero, digits: &mut Digits) -> Option<i32> {
    Function::new(atoms, sum, 0).series(digits, &place.place, 0)?[0].sign().filter(|sign| *sign != 0)
}

pub(super) fn to_power(sign: i32, n: u32) -> i32 {
    if n.is_multiple_of(2) { 1 } else { sign }
}

/// The zeros of the factors as zeros of the product, each with its factor.
fn of_factors(
    atoms: &Atoms,
    product: &Factored,
    range: Interval,
    cancel: &dyn Fn() -> bool,
) -> Option<Vec<(usize, Zero)>> {
    let mut digits = Digits::new(BITS)?;
    let mut found = Vec::new();
    for (place, (factor, n)) in product.powers.iter().enumerate() {
        for zero in Function::new(atoms, factor, 0).zeros(range, cancel)? {
            let mut sign = to_power(zero.sign, *n) * sign_at(atoms, &product.rest, &zero, &mut digits)?;
            for (_, (other, m)) in product.powers.iter().enumerate().filter(|(other, _)| *other != place) {
                sign *= to_power(sign_at(atoms, other, &zero, &mut digits)?, *m);
            }
            found.push((place, Zero { order: zero.order * *n as usize, sign, ..zero }));
        }
    }
    Some(found)
}

fn of_product(atoms: &Atoms, product: &Factored, range: Interval, cancel: &dyn Fn() -> bool) -> Option<Vec<Zero>> {
    let mut found: Vec<Zero> = of_factors(atoms, product, range, cancel)?.into_iter().map(|(_, zero)| zero).collect();
    if product.rest.as_number().is_none() {
        let mut digits = Digits::new(BITS)?;
        for zero in Function::new(atoms, &product.rest, 0).zeros(range, cancel)? {
            let mut sign = zero.sign;
            for (factor, n) in &product.powers {
                sign *= to_power(sign_at(atoms, factor, &zero, &mut digits)?, *n);
            }
            found.push(Zero { sign, ..zero });
        }
    }
    sorted_apart(found)
}

fn of_derivative(atoms: &Atoms, product: &Factored, range: Interval, cancel: &dyn Fn() -> bool) -> Option<Vec<Zero>> {
    let roots = of_factors(atoms, product, range, cancel)?;
    let mut found: Vec<Zero> = Vec::new();
    for (_, root) in roots.iter().filter(|(_, root)| root.order > 1) {
        found.push(Zero { order: root.order - 1, ..root.clone() });
    }
    let mut digits = Digits::new(BITS)?;
    let all_but = |left_out: Option<usize>| {
        let factors = product.powers.iter().enumerate().filter(|(place, _)| Some(*place) != left_out);
        factors.map(|(_, (factor, _))| factor).try_fold(Sum::number(BigRational::one()), |all, one| all.times(one))
    };
    let mut terms = vec![(all_but(None)?, product.rest.clone())];
    for (place, (factor, n)) in product.powers.iter().enumerate() {
        let others = all_but(Some(place))?.times(&product.rest)?;
        terms.push((others.times_number(&BigRational::from_integer((*n).into())), factor.clone()));
    }
    let nothing = Sum::default();
    let remaining = Function { atoms, sum: &nothing, derivative: 0, products: &terms };
    for turn in remaining.zeros(range, cancel)? {
        // At a multiple zero of a factor its derivative vanishes, too. That zero is counted already.
        let is_counted =
            |(place, root): &(usize, Zero)| root.order > product.powers[*place].1 as usize && root.touches(&turn);
        if roots.iter().any(is_counted) {
            continue;
        }
        let mut sign = turn.sign;
        for (factor, n) in product.powers.iter().filter(|(_, n)| *n > 1) {
            sign *= to_power(sign_at(atoms, factor, &turn, &mut digits)?, n - 1);
        }
        found.push(Zero { sign, ..turn });
    }
    sorted_apart(found)
}
