//! What a formula in normal form is made of: a function of one polynomial, or a sum or product of functions of one weight
//! each, below functions that are strictly monotone.

use crate::formula::normal::{Atom, Atoms, Factor, Monomial, Sum, common_denominator, product};
use crate::number::Unary;
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use std::collections::BTreeMap;

/// A polynomial in the weights with rational coefficients, by exponents.
pub(super) type Polynomial = BTreeMap<(u32, u32), BigRational>;

/// L = g(u): g as a function of one variable, and the polynomial u without a constant term, with integer coefficients.
#[derive(Clone, Debug)]
pub(super) struct Composite {
    pub outer: Sum,
    pub inner: Polynomial,
}

/// A function below strictly monotone ones: L = φ(rest), φ′ has the sign on all of the domain.
#[derive(Clone, Debug)]
pub(super) struct Stripped {
    pub rest: Sum,
    pub sign: i32,
    /// Whether anything but a factor and a constant was taken away.
    pub is_inside: bool,
}

/// Takes away functions with a slope of one sign on all of their domain, which have the critical points of their argument.
pub(super) fn stripped(atoms: &Atoms, sum: &Sum) -> Stripped {
    let mut result = Stripped { rest: sum.clone(), sign: 1, is_inside: false };
    loop {
        let mut terms = result.rest.terms.iter().filter(|(monomial, _)| !monomial.is_empty());
        let (Some((monomial, coefficient)), None) = (terms.next(), terms.next()) else { return result };
        let [(Factor::Atom(place), 1)] = monomial[..] else { return result };
        let slope = match atoms.get(place) {
            Atom::Function(op, _) => match op {
                Unary::Exp | Unary::Ln | Unary::Log2 | Unary::Log10 | Unary::Tan | Unary::Atan => 1,
                Unary::Tanh | Unary::Sinh | Unary::Sigmoid | Unary::Softplus => 1,
                _ => return result,
            },
            Atom::Power(_, n) if *n < 0 && n % 2 != 0 => -1,
            _ => return result,
        };
        let Some(argument) = atoms.get(place).argument() else { return result };
        let sign = if coefficient.is_negative() { -slope } else { slope };
        result = Stripped { rest: argument.clone(), sign: result.sign * sign, is_inside: true };
    }
}

/// The two factors of each term: what belongs to the weights as polynomials, and the atoms.
fn split(monomial: &Monomial) -> ((u32, u32), Monomial) {
    let mut power = (0, 0);
    let mut atoms = Monomial::new();
    for (factor, n) in monomial {
        match factor {
            Factor::Weight(0) => power.0 += n,
            Factor::Weight(_) => power.1 += n,
            Factor::Atom(_) => atoms.push((*factor, *n)),
        }
    }
    (power, atoms)
}

/// The polynomials that are multiplied by each product of atoms.
fn groups(sum: &Sum) -> BTreeMap<Monomial, Polynomial> {
    let mut groups: BTreeMap<Monomial, Polynomial> = BTreeMap::new();
    for (monomial, coefficient) in &sum.terms {
        let (power, atoms) = split(monomial);
        groups.entry(atoms).or_default().insert(power, coefficient.clone());
    }
    groups
}

fn degree(polynomial: &Polynomial) -> u32 {
    polynomial.keys().map(|(i, j)| i + j).max().unwrap_or(0)
}

/// L as a function of one polynomial; `None` where it is not seen to be that.
pub(super) fn composite(atoms: &mut Atoms, sum: &Sum) -> Option<Composite> {
    let mut parts = Vec::new();
    collect(atoms, sum, &mut vec![false; atoms.len()], &mut parts);
    let least = parts.into_iter().min_by_key(|part| (degree(part), part.len()))?;
    for inner in candidates(least) {
        if let Some(outer) = function_of(atoms, sum, &inner, &mut BTreeMap::new()) {
            return Some(Composite { outer, inner });
        }
    }
    None
}

/// All polynomials in the weights that a sum is made of, without constants.
fn collect(atoms: &Atoms, sum: &Sum, seen: &mut [bool], parts: &mut Vec<Polynomial>) {
    for (monomial, mut polynomial) in groups(sum) {
        for (factor, _) in &monomial {
            if let Factor::Atom(place) = factor
                && !std::mem::replace(&mut seen[*place], true)
                && let Some(argument) = atoms.get(*place).argument()
            {
                collect(atoms, argument, seen, parts);
            }
        }
        polynomial.remove(&(0, 0));
        if !polynomial.is_empty() {
            parts.push(polynomial);
        }
    }
}

/// Polynomials of which the given one may be a function, the simplest first: a linear form, a product of powers, itself.
fn candidates(of: Polynomial) -> Vec<Polynomial> {
    let one = BigRational::one();
    let top = degree(&of);
    let coefficient = |power: (u32, u32)| of.get(&power).cloned().unwrap_or_default();
    let mut found: Vec<Polynomial> = Vec::new();
    // c·(w1 + r·w2)ⁿ has the second coefficient n·c·r.
    let lead = coefficient((top, 0));
    if lead.is_zero() {
        found.push([((0, 1), one.clone())].into());
    } else {
        let ratio = coefficient((top - 1, 1)) / (lead * BigRational::from_integer(BigInt::from(top)));
        let mut linear: Polynomial = [((1, 0), one.clone())].into();
        if !ratio.is_zero() {
            linear.insert((0, 1), ratio);
        }
        found.push(linear);
    }
    if let (1, Some((i, j))) = (of.len(), of.keys().next()) {
        let common = i.gcd(j);
        if common > 1 {
            found.push([((i / common, j / common), one)].into());
        }
    }
    found.push(of);
    found.into_iter().map(|polynomial| whole(&polynomial)).collect()
}

/// A multiple with integer coefficients without common divisor.
fn whole(polynomial: &Polynomial) -> Polynomial {
    let denominator = BigRational::from_integer(common_denominator(polynomial.values()));
    let scaled: Polynomial = polynomial.iter().map(|(power, c)| (*power, c * &denominator)).collect();
    let common = scaled.values().fold(BigInt::zero(), |common, c| common.gcd(c.numer()));
    let common = BigRational::from_integer(common);
    scaled.into_iter().map(|(power, c)| (power, c / &common)).collect()
}

/// A sum as a function of u, which takes the place of w1; `None` where it is none.
fn function_of(atoms: &mut Atoms, sum: &Sum, u: &Polynomial, known: &mut BTreeMap<usize, Option<Sum>>) -> Option<Sum> {
    let mut result = Sum::default();
    for (monomial, polynomial) in groups(sum) {
        let mut term = polynomial_of(polynomial, u)?;
        for (factor, n) in monomial {
            let Factor::Atom(place) = factor else { return None };
            let base = match known.get(&place) {
                Some(base) => base.clone(),
                None => {
                    let base = atom_of(atoms, place, u, known);
                    known.insert(place, base.clone());
                    base
                }
            }?;
            for _ in 0..n {
                term = term.times(&base)?;
            }
        }
        result = result.plus(&BigRational::one(), &term)?;
    }
    Some(result)
}

fn atom_of(atoms: &mut Atoms, place: usize, u: &Polynomial, known: &mut BTreeMap<usize, Option<Sum>>) -> Option<Sum> {
    let atom = atoms.get(place).clone();
    let Some(argument) = atom.argument() else { return Some(Sum::factor(Factor::Atom(place))) };
    let argument = function_of(atoms, argument, u, known)?;
    atoms.sum_of(atom.of(argument))
}

/// p as a polynomial in u, by its leading terms: p = c·uᵏ + …, as the leading term of uᵏ is that of u to the power k.
fn polynomial_of(mut p: Polynomial, u: &Polynomial) -> Option<Sum> {
    let mut result = Sum::default();
    let (lead, by) = u.last_key_value()?;
    while let Some((power, coefficient)) = p.last_key_value() {
        let k = power.0.checked_div(lead.0).or_else(|| power.1.checked_div(lead.1))?;
        if *power != (k * lead.0, k * lead.1) {
            return None;
        }
        let factor = coefficient / num_traits::pow(by.clone(), k as usize);
        let mut raised: Polynomial = [((0, 0), factor.clone())].into();
        for _ in 0..k {
            raised = times(&raised, u);
        }
        for (power, c) in raised {
            let entry = p.entry(power).or_default();
            *entry -= c;
            if entry.is_zero() {
                p.remove(&power);
            }
        }
        let monomial = if k == 0 { Monomial::new() } else { vec![(Factor::Weight(0), k)] };
        result.add_term(monomial, factor);
    }
    Some(result)
}

fn times(a: &Polynomial, b: &Polynomial) -> Polynomial {
    let mut result = Polynomial::new();
    for ((i, j), c) in a {
        for ((k, l), d) in b {
            *result.entry((i + k, j + l)).or_default() += c * d;
        }
    }
    result.retain(|_, c| !c.is_zero());
    result
}

/// L = f(w1) + h(w2), or f(w1)·h(w2) + a constant; f and h depend on their weight.
#[derive(Clone, Debug)]
pub(super) enum Separable {
    Sum([Sum; 2]),
    Product([Sum; 2]),
}

/// A sum as functions of one weight each; `None` where it is not seen to be that.
pub(super) fn separable(atoms: &Atoms, sum: &Sum) -> Option<Separable> {
    let mut parts = [Sum::default(), Sum::default()];
    let mut mixed = Sum::default();
    for (monomial, coefficient) in &sum.terms {
        let bits = monomial.iter().fold(0, |bits, (factor, _)| bits | atoms.depends_by(*factor));
        let part = match bits {
            0 | 1 => &mut parts[0],
            2 => &mut parts[1],
            _ => &mut mixed,
        };
        part.add_term(monomial.clone(), coefficient.clone());
    }
    let depends = |part: &Sum| atoms.depends(part) != 0;
    if mixed.terms.is_empty() {
        return (depends(&parts[0]) && depends(&parts[1])).then_some(Separable::Sum(parts));
    }
    rank_one(atoms, sum).filter(|parts| parts.iter().all(depends)).map(Separable::Product)
}

/// The terms of a sum as a product of two: the coefficients of pairs of monomials are a matrix of rank one, but for the
/// constant term, which is chosen so where it has a choice.
fn rank_one(atoms: &Atoms, sum: &Sum) -> Option<[Sum; 2]> {
    let mut rows: BTreeMap<Monomial, BTreeMap<Monomial, BigRational>> = BTreeMap::new();
    for (monomial, coefficient) in &sum.terms {
        let mut sides = [Monomial::new(), Monomial::new()];
        for (factor, n) in monomial {
            match atoms.depends_by(*factor) {
                0 | 1 => sides[0].push((*factor, *n)),
                2 => sides[1].push((*factor, *n)),
                _ => return None,
            }
        }
        let [first, second] = sides;
        rows.entry(first).or_default().insert(second, coefficient.clone());
    }
    let one = Monomial::new();
    // A row that depends on w1 shows h; the rest of the matrix follows from it.
    let (_, pattern) = rows.iter().find(|(row, cells)| **row != one && cells.keys().any(|cell| *cell != one))?;
    let h = Sum { terms: pattern.clone() };
    let (column, pivot) = pattern.iter().find(|(column, _)| **column != one)?;
    let mut f = Sum::default();
    for (row, cells) in &rows {
        if let Some(cell) = cells.get(column) {
            f.add_term(row.clone(), cell / pivot);
        }
    }
    let mut rest = sum.clone();
    for (a, c) in &f.terms {
        for (b, d) in &h.terms {
            rest.add_term(product(a, b), -(c * d));
        }
    }
    rest.as_number().map(|_| [f, h])
}
