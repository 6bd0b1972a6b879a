//! The common zeros of two polynomials without a common factor: their number and multiplicities, proved.

use super::bivariate::Bivariate;
use super::fibre::Fibre;
use super::group::Group;
use super::prime::primes;
use super::resultant::{Pair, Projection, distinct_roots};
use super::roots::isolate;
use super::univariate::{Polynomial, combination, derivative, product, pseudo_remainder, quotient, square_free_parts};
use super::{Cancelled, Undecided, check};
use num_bigint::BigInt;
use num_traits::{One, Zero};
use std::cell::RefCell;

/// All common zeros.
#[derive(Clone, Debug)]
pub(super) struct Zeros {
    /// u = w1 + s·w2 tells them apart.
    pub s: i64,
    pub groups: Vec<Group>,
}

impl Zeros {
    /// The number of distinct complex zeros.
    pub fn complex(&self) -> usize {
        self.groups.iter().map(|g| g.roots_of.len() - 1).sum()
    }
}

/// Small directions come first, because they keep the numbers short. Larger ones follow for points on an integer
/// lattice.
pub(super) fn directions() -> impl Iterator<Item = i64> {
    [1, -1, 2, -3, 5, 7, -11, 13, 17, -23, 29, 37, -53, 101, 211, -499, 1009].into_iter()
}

/// How many directions are compared before one is chosen.
const COMPARED: usize = 6;

/// The common zeros of f and g; `None` if they have a common factor modulo several primes.
pub(super) fn zeros(f: &Bivariate, g: &Bivariate, cancel: &dyn Fn() -> bool) -> Result<Option<Zeros>, Undecided> {
    let (f, g) = leaner(f, g);
    if f.is_zero() || g.is_zero() {
        let other = if f.is_zero() { g } else { f };
        return Ok((!other.is_zero() && other.degree() == 0).then(|| Zeros { s: 1, groups: Vec::new() }));
    }
    if f.degree() == 0 || g.degree() == 0 {
        return Ok(Some(Zeros { s: 1, groups: Vec::new() }));
    }
    let Some(prime) = primes().next() else { return Err(Undecided::TooLarge) };
    // Chooses the direction with the most distinct zeros modulo a prime, or the first one with only simple zeros.
    let mut pairs: Vec<(usize, i64, Pair)> = Vec::new();
    let mut vanished = 0;
    for s in directions() {
        check(cancel)?;
        let Some(pair) = Pair::new(&f, &g, s) else { continue };
        let Some((resultant, _)) = pair.modulo(&prime) else {
            vanished += 1;
            if vanished == 3 {
                return Ok(None);
            }
            continue;
        };
        let distinct = distinct_roots(&prime, &resultant);
        pairs.push((distinct, s, pair));
        if distinct + 1 >= resultant.len() || pairs.len() == COMPARED {
            break;
        }
    }
    pairs.sort_by_key(|(distinct, ..)| std::cmp::Reverse(*distinct));
    let tried: Vec<i64> = pairs.iter().map(|(_, s, _)| *s).collect();
    let others = directions().filter(|s| !tried.contains(s)).filter_map(|s| Some((0, s, Pair::new(&f, &g, s)?)));
    for (_, s, pair) in pairs.into_iter().chain(others) {
        if pair.modulo(&prime).is_none() {
            continue;
        }
        if let Some(zeros) = zeros_along(&pair, s, cancel)? {
            return Ok(Some(zeros));
        }
    }
    Err(Undecided::TooLarge)
}

/// Two polynomials with the same common zeros, the second of lower degree if their highest terms are proportional.
fn leaner(f: &Bivariate, g: &Bivariate) -> (Bivariate, Bivariate) {
    let unchanged = (f.clone(), g.clone());
    let top = |a: &Bivariate| {
        let degree = a.degree();
        let highest = a.terms.iter().filter(|((i, j), _)| i + j == degree);
        Bivariate { terms: highest.map(|(k, c)| (*k, c.clone())).collect() }
    };
    let (a, b) = (top(f), top(g));
    let (Some(p), Some(q)) = (a.terms.values().next(), b.terms.values().next()) else { return unchanged };
    let minus = -p;
    if f.degree() != g.degree() || !Bivariate::combination(q, &a, &minus, &b).is_zero() {
        return unchanged;
    }
    (unchanged.0, Bivariate::combination(q, f, &minus, g).primitive())
}

/// The common zeros along a direction with non-zero resultant; `None` if the direction does not separate them.
pub(super) fn zeros_along(pair: &Pair, s: i64, cancel: &dyn Fn() -> bool) -> Result<Option<Zeros>, Cancelled> {
    let Projection { resultant, slope } = pair.lift(cancel)?;
    let parts = square_free_parts(&resultant);
    check(cancel)?;
    // ∏ aₖᵏ⁻¹ divides the resultant's derivatives by u and by s.
    let mut repeated: Polynomial = vec![BigInt::one()];
    for (k, part) in &parts {
        for _ in 1..*k {
            repeated = product(&repeated, part);
        }
    }
    let Some(slope) = quotient(&slope, &repeated) else { return Ok(None) };
    let lead = resultant.last().cloned().unwrap_or_default();
    let repeated_lead: BigInt =
        parts.iter().map(|(k, a)| a.last().cloned().unwrap_or_default().pow(*k as u32)).product();
    // The resultant is c·∏ aₖᵏ with the rational c = lead/repeated_lead.
    let mut groups = Vec::new();
    for (k, part) in &parts {
        // R′/∏ aₖᵏ⁻¹ at the roots of aₖ is c·k·aₖ′·∏ of the other aⱼ.
        let mut denominator = derivative(part);
        for (j, other) in &parts {
            if j != k {
                denominator = product(&denominator, other);
            }
        }
        let factor = &lead * k;
        denominator.iter_mut().for_each(|c| *c *= &factor);
        let numerator: Polynomial = slope.iter().map(|c| -c * &repeated_lead).collect();
        let (numerator, denominator) = reduced(&numerator, &denominator, part);
        let mut group = Group {
            multiplicity: *k,
            roots_of: part.clone(),
            numerator,
            denominator,
            roots: Vec::new(),
            vanishing: RefCell::default(),
        };
        if *k > 1 && !Fibre::new(&group).holds_one_point(pair, cancel)? {
            return Ok(None);
        }
        group.roots = isolate(part, cancel)?;
        groups.push(group);
    }
    Ok(Some(Zeros { s, groups }))
}

/// The fraction a/b modulo m, in short numbers.
fn reduced(a: &[BigInt], b: &[BigInt], m: &[BigInt]) -> (Polynomial, Polynomial) {
    let ((a, by_a), (b, by_b)) = (pseudo_remainder(a, m), pseudo_remainder(b, m));
    let zero = BigInt::zero();
    let (mut a, mut b) = (combination(&by_b, &a, &zero, &[]), combination(&by_a, &b, &zero, &[]));
    let joint: Polynomial = a.iter().chain(&b).cloned().collect();
    let content = super::univariate::content(&joint);
    if !content.is_zero() {
        a.iter_mut().chain(&mut b).for_each(|c| *c /= &content);
    }
    (a, b)
}
