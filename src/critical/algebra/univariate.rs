//! Polynomials in one variable with integer coefficients: division, greatest common divisor, square-free parts.

use super::prime::{Remainders, primes};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

/// Coefficients by ascending power, without leading zeros; zero is empty.
pub(super) type Polynomial = Vec<BigInt>;

/// Drops leading zeros.
pub(super) fn trimmed(mut a: Polynomial) -> Polynomial {
    while a.last().is_some_and(Zero::is_zero) {
        a.pop();
    }
    a
}

/// The greatest common divisor of the coefficients, ≥ 0.
pub(super) fn content<'a>(a: impl IntoIterator<Item = &'a BigInt>) -> BigInt {
    let mut content = BigInt::zero();
    for c in a {
        content = content.gcd(c);
        if content.is_one() {
            break;
        }
    }
    content
}

/// a divided by its content, with positive leading coefficient.
pub(super) fn primitive(a: &[BigInt]) -> Polynomial {
    let mut content = content(a);
    if content.is_zero() {
        return Vec::new();
    }
    if a.last().is_some_and(Signed::is_negative) {
        content = -content;
    }
    if content.is_one() { a.to_vec() } else { a.iter().map(|c| c / &content).collect() }
}

/// a·b.
pub(super) fn product(a: &[BigInt], b: &[BigInt]) -> Polynomial {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let mut product = vec![BigInt::zero(); a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        if !x.is_zero() {
            for (j, y) in b.iter().enumerate() {
                product[i + j] += x * y;
            }
        }
    }
    product
}

/// p·a + q·b.
pub(super) fn combination(p: &BigInt, a: &[BigInt], q: &BigInt, b: &[BigInt]) -> Polynomial {
    let term = |f: &BigInt, c: &[BigInt], i: usize| c.get(i).map_or_else(BigInt::zero, |c| f * c);
    trimmed((0..a.len().max(b.len())).map(|i| term(p, a, i) + term(q, b, i)).collect())
}

/// a′.
pub(super) fn derivative(a: &[BigInt]) -> Polynomial {
    a.iter().enumerate().skip(1).map(|(i, c)| c * i).collect()
}

/// a/b, if b divides a over the integers.
pub(super) fn quotient(a: &[BigInt], b: &[BigInt]) -> Option<Polynomial> {
    let lead = b.last()?;
    if a.is_empty() {
        return Some(Vec::new());
    }
    if a.len() < b.len() {
        return None;
    }
    let mut rest = a.to_vec();
    let mut quotient = vec![BigInt::zero(); a.len() - b.len() + 1];
    for shift in (0..quotient.len()).rev() {
        let (factor, remainder) = rest[shift + b.len() - 1].div_rem(lead);
        if !remainder.is_zero() {
            return None;
        }
        if !factor.is_zero() {
            for (i, c) in b.iter().enumerate() {
                rest[shift + i] -= &factor * c;
            }
        }
        quotient[shift] = factor;
    }
    rest.iter().all(Zero::is_zero).then_some(quotient)
}

/// The remainder r of a by m ≠ 0 with a whole multiplier c ≠ 0: c·a ≡ r modulo m.
pub(super) fn pseudo_remainder(a: &[BigInt], m: &[BigInt]) -> (Polynomial, BigInt) {
    let mut rest = trimmed(a.to_vec());
    let mut multiplier = BigInt::one();
    let Some(lead) = m.last() else { return (rest, multiplier) };
    while rest.len() >= m.len() {
        let shift = rest.len() - m.len();
        let top = rest[rest.len() - 1].clone();
        let common = top.gcd(lead);
        let (scale, factor) = (lead / &common, top / &common);
        if !scale.is_one() {
            rest.iter_mut().for_each(|c| *c *= &scale);
            multiplier *= &scale;
        }
        for (i, c) in m.iter().enumerate() {
            rest[shift + i] -= &factor * c;
        }
        rest = trimmed(rest);
    }
    (rest, multiplier)
}

/// The primitive greatest common divisor of two polynomials, not both zero.
///
/// It is found modulo primes and proved by division: W. S. Brown, On Euclid's algorithm and the computation of
/// polynomial greatest common divisors, J. ACM 18 (1971).
pub(super) fn gcd(a: &[BigInt], b: &[BigInt]) -> Polynomial {
    let (a, b) = (primitive(a), primitive(b));
    let (Some(lead_a), Some(lead_b)) = (a.last(), b.last()) else {
        return if a.is_empty() { b } else { a };
    };
    let lead = lead_a.gcd(lead_b);
    let mut best: Option<(usize, Remainders)> = None;
    let mut previous = Polynomial::new();
    for prime in primes() {
        let factor = prime.of(&lead);
        if prime.of(lead_a) == 0 || prime.of(lead_b) == 0 {
            continue;
        }
        let common = prime.gcd(&prime.polynomial(&a), &prime.polynomial(&b));
        if common.len() == 1 {
            return vec![BigInt::one()];
        }
        let common = prime.scaled(&common, factor);
        match &mut best {
            Some((length, _)) if *length < common.len() => continue, // an unlucky prime
            Some((length, remainders)) if *length == common.len() => remainders.learn(&prime, &common),
            _ => {
                let mut remainders = Remainders::new(common.len());
                remainders.learn(&prime, &common);
                best = Some((common.len(), remainders));
                previous.clear();
            }
        }
        let Some((_, remainders)) = &best else { continue };
        let candidate = primitive(&remainders.integers());
        if candidate == previous && quotient(&a, &candidate).is_some() && quotient(&b, &candidate).is_some() {
            return candidate;
        }
        previous = candidate;
    }
    vec![BigInt::one()] // never reached: there are more primes than any gcd needs
}

/// The square-free parts (k, aₖ) with a = c·∏ aₖᵏ, without those of degree 0: D. Y. Y. Yun, On square-free
/// decomposition algorithms, SYMSAC 1976.
pub(super) fn square_free_parts(a: &[BigInt]) -> Vec<(usize, Polynomial)> {
    let mut parts = Vec::new();
    if a.len() < 2 {
        return parts;
    }
    let a = primitive(a);
    let slope = derivative(&a);
    let common = gcd(&a, &slope);
    let (Some(mut rest), Some(mut slope)) = (quotient(&a, &common), quotient(&slope, &common)) else { return parts };
    let minus_one = -BigInt::one();
    for k in 1.. {
        slope = combination(&BigInt::one(), &slope, &minus_one, &derivative(&rest));
        if rest.len() < 2 {
            break;
        }
        let part = if slope.is_empty() { primitive(&rest) } else { gcd(&rest, &slope) };
        let (Some(next), Some(next_slope)) = (quotient(&rest, &part), quotient(&slope, &part)) else { break };
        (rest, slope) = (next, next_slope);
        if part.len() > 1 {
            parts.push((k, part));
        }
    }
    parts
}

/// 2^(e·degree) · a(m·2⁻ᵉ).
pub(super) fn scaled_value(a: &[BigInt], m: &BigInt, e: u64) -> BigInt {
    let mut sum = BigInt::zero();
    for (shift, c) in a.iter().rev().enumerate() {
        sum *= m;
        if !c.is_zero() {
            sum += c << (e * shift as u64);
        }
    }
    sum
}

/// −1, 0 or 1.
pub(super) fn sign(a: &BigInt) -> i32 {
    match a.sign() {
        Sign::Minus => -1,
        Sign::NoSign => 0,
        Sign::Plus => 1,
    }
}
