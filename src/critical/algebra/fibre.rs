//! Polynomials in w1 and w2 at points that are given by the root of a polynomial in one variable.
//!
//! At the roots u of a group, w2 = numerator/denominator and w1 = u − s·w2 are elements of the ring ℚ[u]/(aₖ). In this
//! ring one can decide whether a polynomial vanishes, and whether a fibre, the common zeros with the same u, is a
//! single point.

use super::group::Group;
use super::prime::{Prime, Residues, primes};
use super::resultant::Pair;
use super::univariate::{Polynomial, combination, content, gcd, product, pseudo_remainder, quotient};
use super::{Cancelled, check};
use num_bigint::BigInt;
use num_traits::{One, Zero};

/// An element of ℚ[u]/(m): a polynomial of lower degree over an integer.
#[derive(Clone, Debug)]
struct Element {
    numerator: Polynomial,
    denominator: BigInt,
}

impl Element {
    fn reduced(numerator: &[BigInt], denominator: BigInt, m: &[BigInt]) -> Element {
        let (mut numerator, multiplier) = pseudo_remainder(numerator, m);
        let mut denominator = denominator * multiplier;
        let common = content(numerator.iter().chain([&denominator]));
        if !common.is_zero() && !common.is_one() {
            numerator.iter_mut().for_each(|c| *c /= &common);
            denominator /= common;
        }
        Element { numerator, denominator }
    }

    fn mul(&self, other: &Element, m: &[BigInt]) -> Element {
        Element::reduced(&product(&self.numerator, &other.numerator), &self.denominator * &other.denominator, m)
    }

    fn add(&self, other: &Element, m: &[BigInt]) -> Element {
        let sum = combination(&other.denominator, &self.numerator, &self.denominator, &other.numerator);
        Element::reduced(&sum, &self.denominator * &other.denominator, m)
    }
}

/// The points of a group, with the arithmetic to decide questions about them.
pub(super) struct Fibre<'a> {
    group: &'a Group,
}

impl<'a> Fibre<'a> {
    /// The points of a group.
    pub fn new(group: &'a Group) -> Fibre<'a> {
        Fibre { group }
    }

    /// The divisor of the group's polynomial whose roots are those where ∂ᵢf/∂yⁱ = 0, f given by its coefficients of
    /// y⁰, y¹, …. A computation modulo a prime first tests whether there are any: a unit modulo a prime is a unit over
    /// ℚ.
    pub fn divisor(&self, f: &[Polynomial], order: usize) -> Polynomial {
        if let Some(prime) = primes().next()
            && self.is_unit(&prime, f, order)
        {
            return vec![BigInt::one()];
        }
        let coefficient = self.taylor_coefficient(f, order);
        if coefficient.is_empty() { self.group.roots_of.clone() } else { gcd(&self.group.roots_of, &coefficient) }
    }

    /// Whether ∂ᵢf/∂yⁱ vanishes at no root modulo a prime.
    fn is_unit(&self, prime: &Prime, f: &[Polynomial], order: usize) -> bool {
        let m = prime.polynomial(&self.group.roots_of);
        if m.len() != self.group.roots_of.len() {
            return false;
        }
        let [y, d] = [&self.group.numerator, &self.group.denominator].map(|a| prime.rest(&prime.polynomial(a), &m));
        // Horner's scheme for Σ binomial(j, i)·fⱼ·yʲ⁻ⁱ·dⁿ⁻ʲ
        let (mut sum, mut power) = (Residues::new(), vec![prime.small(1)]);
        for j in (order..f.len()).rev() {
            let binomial = (0..order).fold(BigInt::one(), |b, k| b * (j - k) / (k + 1));
            let c = prime.scaled(&prime.polynomial(&f[j]), prime.of(&binomial));
            sum = prime.rest(&prime.product(&sum, &y), &m);
            sum = self::sum(prime, &sum, &prime.rest(&prime.product(&c, &power), &m));
            power = prime.rest(&prime.product(&power, &d), &m);
        }
        prime.gcd(&sum, &m).len() == 1
    }

    /// A polynomial in u that vanishes at those roots of the group where ∂ᵢf/∂yⁱ = 0, f given by its coefficients
    /// of y⁰, y¹, ….
    pub fn taylor_coefficient(&self, f: &[Polynomial], order: usize) -> Polynomial {
        let m = &self.group.roots_of;
        let one = Element { numerator: vec![BigInt::one()], denominator: BigInt::one() };
        let zero = Element { numerator: Vec::new(), denominator: BigInt::one() };
        if f.len() <= order {
            return Vec::new();
        }
        let n = f.len() - 1 - order;
        let powers = |a: &Polynomial| {
            let a = Element::reduced(a, BigInt::one(), m);
            let mut powers = vec![one.clone()];
            for i in 0..n {
                let next = powers[i].mul(&a, m);
                powers.push(next);
            }
            powers
        };
        let (y, d) = (powers(&self.group.numerator), powers(&self.group.denominator));
        let mut sum = zero;
        // Σ binomial(j, order)·fⱼ·yʲ⁻ᵒ, times the denominator's highest power
        let mut binomial = BigInt::one();
        for j in 0..=n {
            if j > 0 {
                binomial = binomial * (j + order) / j;
            }
            let coefficient = combination(&binomial, &f[j + order], &BigInt::zero(), &[]);
            if coefficient.is_empty() {
                continue;
            }
            let term = Element::reduced(&coefficient, BigInt::one(), m).mul(&y[j], m).mul(&d[n - j], m);
            sum = sum.add(&term, m);
        }
        sum.numerator
    }

    /// Whether each root u of the group carries only one common zero of the pair.
    ///
    /// The order in y of the zero y₀ = numerator/denominator of f is decided over ℚ(u). That f/(y − y₀)ᵃ and g have no
    /// common zero is then proved modulo one prime: if they had one over the complex numbers, their resultant would not
    /// be a unit, neither over the complex numbers nor modulo p.
    pub fn holds_one_point(&self, pair: &Pair, cancel: &dyn Fn() -> bool) -> Result<bool, Cancelled> {
        let (f, g) = (pair.side(0), pair.side(1));
        if !self.taylor_coefficient(f, 0).is_empty() || !self.taylor_coefficient(g, 0).is_empty() {
            return Ok(false);
        }
        // Roots at which f has different orders are separated.
        let mut part = self.group.roots_of.clone();
        for order in 1..f.len() {
            check(cancel)?;
            let coefficient = self.taylor_coefficient(f, order);
            let higher = if coefficient.is_empty() { part.clone() } else { gcd(&part, &coefficient) };
            let Some(here) = quotient(&part, &higher) else { return Ok(false) };
            if here.len() > 1 && !self.is_alone(&here, f, g, order) {
                return Ok(false);
            }
            if higher.len() < 2 {
                return Ok(true);
            }
            part = higher;
        }
        Ok(false)
    }

    /// Whether f/(y − y₀)ᵃ and g have no common zero over the roots of `part`.
    fn is_alone(&self, part: &[BigInt], f: &[Polynomial], g: &[Polynomial], order: usize) -> bool {
        primes().take(3).any(|prime| {
            let m = prime.polynomial(part);
            let lead = |a: &[Polynomial]| a.last().and_then(|c| c.last()).map_or(0, |c| prime.of(c));
            if m.len() != part.len() || lead(f) == 0 || lead(g) == 0 {
                return false;
            }
            let denominator = prime.polynomial(&self.group.denominator);
            let Ok(inverse) = prime.inverse_modulo(&denominator, &m) else { return false };
            let numerator = prime.polynomial(&self.group.numerator);
            let y = prime.rest(&prime.product(&numerator, &inverse), &m);
            let shifted = |a: &[Polynomial]| {
                let mut a: Vec<Residues> = a.iter().map(|c| prime.rest(&prime.polynomial(c), &m)).collect();
                for i in 0..a.len() {
                    for j in (i..a.len() - 1).rev() {
                        let step = prime.rest(&prime.product(&y, &a[j + 1]), &m);
                        a[j] = sum(&prime, &a[j], &step);
                    }
                }
                a
            };
            let f = shifted(f).split_off(order);
            are_coprime(&prime, &m, f, shifted(g))
        })
    }
}

fn sum(prime: &Prime, a: &[u64], b: &[u64]) -> Residues {
    prime.difference(a, &prime.difference(&[], b))
}

/// Whether two polynomials in y over 𝔽ₚ[u]/(m), one of them with a constant leading coefficient, have no common zero
/// over any root of m. Uses Euclid's algorithm. If it would divide by a zero divisor, m is split in two (dynamic
/// evaluation: Della Dora, Dicrescenzo and Duval, EUROCAL 1985).
fn are_coprime(prime: &Prime, m: &[u64], mut f: Vec<Residues>, mut g: Vec<Residues>) -> bool {
    let over = |m: &[u64], a: &[Residues]| a.iter().map(|c| prime.rest(c, m)).collect::<Vec<_>>();
    loop {
        (f, g) = (over(m, &f), over(m, &g));
        while f.last().is_some_and(Vec::is_empty) {
            f.pop();
        }
        while g.last().is_some_and(Vec::is_empty) {
            g.pop();
        }
        if f.len() < g.len() {
            std::mem::swap(&mut f, &mut g);
        }
        let Some(lead) = g.last() else { return f.len() == 1 && prime.inverse_modulo(&f[0], m).is_ok() };
        let inverse = match prime.inverse_modulo(lead, m) {
            Ok(inverse) => inverse,
            Err(divisor) => {
                let other = prime.division(m, &divisor).0;
                return are_coprime(prime, &divisor, f.clone(), g.clone()) && are_coprime(prime, &other, f, g);
            }
        };
        if g.len() == 1 {
            return true;
        }
        while f.len() >= g.len() {
            let top = f.last().cloned().unwrap_or_default();
            let factor = prime.rest(&prime.product(&top, &inverse), m);
            let shift = f.len() - g.len();
            for (i, c) in g.iter().enumerate() {
                let step = prime.rest(&prime.product(&factor, c), m);
                f[shift + i] = prime.difference(&f[shift + i], &step);
            }
            f.pop();
        }
    }
}
