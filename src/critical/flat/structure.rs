//! The structure of a formula in normal form: a function of one polynomial, or a sum or product of functions of one
//! weight each, possibly inside strictly monotone functions.

use crate::formula::normal::{Atom, Atoms, Factor, Monomial, Sum, common_denominator, product};
use crate::number::Unary;
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use std::collections::BTreeMap;

/// A polynomial in the weights with rational coefficients, by exponents.
pub(super) type Polynomial = BTreeMap<(u32, u32), BigRational>;

/// An approximate root that would have more terms is given up.
const MOST_TERMS: usize = 12;

/// L = g(u): g as a function of one variable, and the polynomial u without a constant term, with integer coefficients.
#[derive(Clone, Debug)]
pub(super) struct Composite {
    pub outer: Sum,
    pub inner: Polynomial,
}

/// A function inside strictly monotone ones: L = φ(rest), and φ′ has this sign on the whole domain.
#[derive(Clone, Debug)]
pub(super) struct Stripped {
    pub rest: Sum,
    pub sign: i32,
    /// Whether more than a factor and a constant was stripped.
    pub is_inside: bool,
}

/// Strips functions whose slope has one sign on their whole domain. They have the critical points of their argument.
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

/// The two factors of a term: the powers of the weights, and the atoms.
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
pub(super) fn groups(sum: &Sum) -> BTreeMap<Monomial, Polynomial> {
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

/// L as a function of one polynomial; `None` if none is found.
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

/// Collects all polynomials in the weights that occur in a sum, without their constants.
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

/// Polynomials of which the given one may be a function, the simplest first: approximate roots, and itself.
fn candidates(of: Polynomial) -> Vec<Polynomial> {
    let Some((lead, _)) = of.last_key_value() else { return Vec::new() };
    let most = lead.0.gcd(&lead.1);
    let roots = (2..=most).rev().filter(|k| most.is_multiple_of(*k)).filter_map(|k| approximate_root(&of, k));
    let mut found: Vec<Polynomial> = roots.collect();
    found.push(of);
    found.into_iter().map(|polynomial| whole(&polynomial)).collect()
}

/// The polynomial u, up to a constant, of which c·uᵏ has the leading terms of p (S. S. Abhyankar and T. T. Moh): the
/// next term of u is that of p/c − uᵏ over k times the leading term of u to the power k − 1.
fn approximate_root(p: &Polynomial, k: u32) -> Option<Polynomial> {
    let (lead, c) = p.last_key_value()?;
    let first = (lead.0 / k, lead.1 / k);
    let mut u: Polynomial = [(first, BigRational::one())].into();
    // Each round adds a smaller term.
    for _ in 0..MOST_TERMS {
        let mut rest: Polynomial = p.iter().map(|(power, x)| (*power, x / c)).collect();
        let raised = (1..k).fold(u.clone(), |power, _| times(&power, &u));
        for (power, x) in raised {
            let entry = rest.entry(power).or_default();
            *entry -= x;
            if entry.is_zero() {
                rest.remove(&power);
            }
        }
        let divided = |power: (u32, u32)| {
            Some((power.0.checked_sub((k - 1) * first.0)?, power.1.checked_sub((k - 1) * first.1)?))
        };
        let next = rest.last_key_value().and_then(|(power, x)| Some((divided(*power)?, x.clone())));
        match next {
            Some((power, x)) if power != (0, 0) && power < first => {
                u.insert(power, x / BigRational::from_integer(BigInt::from(k)));
            }
            _ => return Some(u),
        }
    }
    None
}

/// A multiple with integer coefficients without common divisor.
fn whole(polynomial: &Polynomial) -> Polynomial {
    let denominator = BigRational::from_integer(common_denominator(polynomial.values()));
    let scaled: Polynomial = polynomial.iter().map(|(power, c)| (*power, c * &denominator)).collect();
    let common = scaled.values().fold(BigInt::zero(), |common, c| common.gcd(c.numer()));
    let common = BigRational::from_integer(common);
    scaled.into_iter().map(|(power, c)| (power, c / &common)).collect()
}

/// A sum as a function of u, which takes the place of w1; `None` if it is not a function of u.
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

/// A sum as functions of one weight each; `None` if no such form is found.
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

/// The terms of a sum as a product of two: the coefficients of pairs of monomials must form a matrix of rank one. The
/// constant term is free, and is chosen to make it so.
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
    // A row that depends on w1 gives h, and the rest of the matrix follows from it.
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

/// All ways to write L = g(u), where u is an argument of a function, or a base of a power, that depends on both
/// weights: g, with u as the variable w1, and u.
pub(super) fn decompositions(atoms: &mut Atoms, sum: &Sum) -> Vec<(Sum, Sum)> {
    let mut reached = vec![false; atoms.len()];
    atoms.reach(sum, &mut reached);
    let places = (0..atoms.len()).filter(|place| reached[*place]);
    let mut inner: Vec<Sum> = places.filter_map(|place| atoms.get(place).argument().cloned()).collect();
    inner.retain(|argument| atoms.depends(argument) == 3);
    inner.dedup();
    let ways = inner.into_iter().filter_map(|u| Some((rewritten(atoms, sum, &u, &mut BTreeMap::new())?, u)));
    ways.collect()
}

/// Atoms as functions of u, by their places; `None` for an atom that is not a function of u.
type Known = BTreeMap<usize, Option<Sum>>;

/// A sum as a function of u, which takes the place of w1; `None` if it is not found to be one, that is, a sum of
/// products of functions of u, each of which may be multiplied by u itself.
fn rewritten(atoms: &mut Atoms, sum: &Sum, u: &Sum, known: &mut Known) -> Option<Sum> {
    let mut groups: BTreeMap<Monomial, Sum> = BTreeMap::new();
    for (monomial, coefficient) in &sum.terms {
        let (mut functions, mut rest) = (Monomial::new(), Monomial::new());
        for (factor, n) in monomial {
            let is_function = factor_rewritten(atoms, *factor, u, known).is_some();
            if is_function { &mut functions } else { &mut rest }.push((*factor, *n));
        }
        groups.entry(functions).or_default().add_term(rest, coefficient.clone());
    }
    let mut result = Sum::default();
    for (functions, rest) in groups {
        let mut product = multiple_of(atoms, &rest, u)?;
        for (factor, n) in functions {
            let base = factor_rewritten(atoms, factor, u, known)?;
            for _ in 0..n {
                product = product.times(&base)?;
            }
        }
        result = result.plus(&BigRational::one(), &product)?;
    }
    Some(result)
}

/// A sum as a multiple of u plus a constant.
fn multiple_of(atoms: &Atoms, sum: &Sum, u: &Sum) -> Option<Sum> {
    let is_variable = |monomial: &Monomial| monomial.iter().any(|(factor, _)| atoms.depends_by(*factor) != 0);
    let split = |sum: &Sum| {
        let (variable, constant): (BTreeMap<_, _>, BTreeMap<_, _>) =
            sum.terms.clone().into_iter().partition(|(monomial, _)| is_variable(monomial));
        (Sum { terms: variable }, Sum { terms: constant })
    };
    let (variable, constant) = split(sum);
    let Some((first, coefficient)) = variable.terms.first_key_value() else { return Some(constant) };
    let (variable_of_u, constant_of_u) = split(u);
    let ratio = coefficient / variable_of_u.terms.get(first)?;
    if !variable.plus(&-&ratio, &variable_of_u)?.terms.is_empty() {
        return None;
    }
    let shifted = Sum::factor(Factor::Weight(0)).plus(&-BigRational::one(), &constant_of_u)?;
    constant.plus(&ratio, &shifted)
}

fn factor_rewritten(atoms: &mut Atoms, factor: Factor, u: &Sum, known: &mut Known) -> Option<Sum> {
    let Factor::Atom(place) = factor else { return None };
    if let Some(found) = known.get(&place) {
        return found.clone();
    }
    let found = atom_rewritten(atoms, place, u, known);
    known.insert(place, found.clone());
    found
}

fn atom_rewritten(atoms: &mut Atoms, place: usize, u: &Sum, known: &mut Known) -> Option<Sum> {
    let atom = atoms.get(place).clone();
    let Some(argument) = atom.argument() else { return Some(Sum::factor(Factor::Atom(place))) };
    let argument = match argument == u {
        true => Sum::factor(Factor::Weight(0)),
        false => rewritten(atoms, argument, u, known)?,
    };
    match atom {
        Atom::Power(_, n) => atoms.power(&argument, n),
        _ => atoms.sum_of(atom.of(argument)),
    }
}
