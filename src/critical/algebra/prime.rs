//! Arithmetic modulo a prime below 2⁶², and polynomials in one variable over it.
//!
//! Exact results over the integers are put together from several primes: an operation modulo a prime takes a few
//! machine instructions, and one with fractions of big integers would take thousands.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::Zero;

/// A prime p with what Montgomery's multiplication needs (P. L. Montgomery, Math. Comp. 44, 1985). Residues are kept
/// as a·2⁶⁴ mod p; zero is 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prime {
    /// The prime.
    pub p: u64,
    /// −p⁻¹ modulo 2⁶⁴.
    negated_inverse: u64,
    /// 2¹²⁸ mod p.
    square: u64,
}

/// A polynomial modulo p: residues by ascending power, without leading zeros.
pub(super) type Residues = Vec<u64>;

impl Prime {
    fn new(p: u64) -> Prime {
        let mut inverse = p; // right modulo 8, and each step doubles the bits: p odd
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(p.wrapping_mul(inverse)));
        }
        let power = ((1u128 << 64) % u128::from(p)) as u64;
        let square = (u128::from(power) * u128::from(power) % u128::from(p)) as u64;
        Prime { p, negated_inverse: inverse.wrapping_neg(), square }
    }

    #[inline]
    fn reduce(&self, t: u128) -> u64 {
        let m = (t as u64).wrapping_mul(self.negated_inverse);
        let r = ((t + u128::from(m) * u128::from(self.p)) >> 64) as u64;
        if r >= self.p { r - self.p } else { r }
    }

    /// a·b.
    #[inline]
    pub fn mul(&self, a: u64, b: u64) -> u64 {
        self.reduce(u128::from(a) * u128::from(b))
    }

    /// a + b.
    #[inline]
    pub fn add(&self, a: u64, b: u64) -> u64 {
        let sum = a + b;
        if sum >= self.p { sum - self.p } else { sum }
    }

    /// a − b.
    #[inline]
    pub fn sub(&self, a: u64, b: u64) -> u64 {
        if a >= b { a - b } else { a + self.p - b }
    }

    /// The residue of a machine integer below p.
    #[inline]
    pub fn small(&self, a: u64) -> u64 {
        self.mul(a % self.p, self.square)
    }

    /// The residue of a big integer.
    pub fn of(&self, a: &BigInt) -> u64 {
        let rest = a.magnitude() % self.p;
        let rest = self.small(rest.iter_u64_digits().next().unwrap_or(0));
        if a.sign() == Sign::Minus { self.sub(0, rest) } else { rest }
    }

    /// The integer 0 ≤ a < p of a residue.
    pub fn integer(&self, a: u64) -> u64 {
        self.reduce(u128::from(a))
    }

    /// aⁿ.
    pub fn pow(&self, mut a: u64, mut n: u64) -> u64 {
        let mut result = self.small(1);
        while n > 0 {
            if n & 1 == 1 {
                result = self.mul(result, a);
            }
            a = self.mul(a, a);
            n >>= 1;
        }
        result
    }

    /// 1/a, for a ≠ 0.
    pub fn inverse(&self, a: u64) -> u64 {
        self.pow(a, self.p - 2)
    }

    /// A polynomial with integer coefficients, modulo p.
    pub fn polynomial(&self, a: &[BigInt]) -> Residues {
        trimmed(a.iter().map(|c| self.of(c)).collect())
    }

    /// a(x).
    pub fn at(&self, a: &[u64], x: u64) -> u64 {
        a.iter().rev().fold(0, |sum, c| self.add(self.mul(sum, x), *c))
    }

    /// a·b.
    pub fn product(&self, a: &[u64], b: &[u64]) -> Residues {
        if a.is_empty() || b.is_empty() {
            return Vec::new();
        }
        let mut product = vec![0; a.len() + b.len() - 1];
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                product[i + j] = self.add(product[i + j], self.mul(*x, *y));
            }
        }
        trimmed(product)
    }

    /// a − b.
    pub fn difference(&self, a: &[u64], b: &[u64]) -> Residues {
        let get = |c: &[u64], i: usize| c.get(i).copied().unwrap_or(0);
        trimmed((0..a.len().max(b.len())).map(|i| self.sub(get(a, i), get(b, i))).collect())
    }

    /// c·a.
    pub fn scaled(&self, a: &[u64], c: u64) -> Residues {
        trimmed(a.iter().map(|x| self.mul(*x, c)).collect())
    }

    /// Quotient and remainder of a by b ≠ 0.
    pub fn division(&self, a: &[u64], b: &[u64]) -> (Residues, Residues) {
        let mut rest = a.to_vec();
        let Some(lead) = b.last() else { return (Vec::new(), rest) };
        if a.len() < b.len() {
            return (Vec::new(), rest);
        }
        let inverse = self.inverse(*lead);
        let mut quotient = vec![0; a.len() - b.len() + 1];
        for shift in (0..quotient.len()).rev() {
            let factor = self.mul(rest[shift + b.len() - 1], inverse);
            quotient[shift] = factor;
            if factor != 0 {
                for (i, c) in b.iter().enumerate() {
                    rest[shift + i] = self.sub(rest[shift + i], self.mul(factor, *c));
                }
            }
        }
        rest.truncate(b.len() - 1);
        (trimmed(quotient), trimmed(rest))
    }

    /// a mod b.
    pub fn rest(&self, a: &[u64], b: &[u64]) -> Residues {
        self.division(a, b).1
    }

    /// a with leading coefficient 1; zero stays zero.
    pub fn monic(&self, a: &[u64]) -> Residues {
        a.last().map_or_else(Vec::new, |lead| self.scaled(a, self.inverse(*lead)))
    }

    /// The monic greatest common divisor.
    pub fn gcd(&self, a: &[u64], b: &[u64]) -> Residues {
        let (mut a, mut b) = (a.to_vec(), b.to_vec());
        while !b.is_empty() {
            let rest = self.rest(&a, &b);
            a = std::mem::replace(&mut b, rest);
        }
        self.monic(&a)
    }

    /// The inverse of a modulo m, or else their common divisor, which is not constant.
    pub fn inverse_modulo(&self, a: &[u64], m: &[u64]) -> Result<Residues, Residues> {
        let (mut r0, mut r1) = (m.to_vec(), self.rest(a, m));
        let (mut t0, mut t1) = (Vec::new(), vec![self.small(1)]);
        while !r1.is_empty() {
            let (quotient, rest) = self.division(&r0, &r1);
            r0 = std::mem::replace(&mut r1, rest);
            let t = self.difference(&t0, &self.product(&quotient, &t1));
            t0 = std::mem::replace(&mut t1, t);
        }
        match r0.as_slice() {
            [unit] => Ok(self.rest(&self.scaled(&t0, self.inverse(*unit)), m)),
            _ => Err(self.monic(&r0)),
        }
    }

    /// a′.
    pub fn derivative(&self, a: &[u64]) -> Residues {
        trimmed(a.iter().enumerate().skip(1).map(|(i, c)| self.mul(self.small(i as u64), *c)).collect())
    }

    /// 1/1, 1/2, …, 1/count under those indices, for count < p.
    fn inverses(&self, count: u64) -> Vec<u64> {
        let mut table = vec![0, self.small(1)];
        for k in 2..=count {
            let next = self.mul(self.sub(0, self.small(self.p / k)), table[(self.p % k) as usize]);
            table.push(next);
        }
        table
    }

    /// The polynomial through (xᵢ, yᵢ) for ascending machine integers xᵢ: Newton's divided differences.
    pub fn interpolate(&self, x: &[u64], y: &[u64]) -> Residues {
        let (Some(first), Some(last)) = (x.first(), x.last()) else { return Vec::new() };
        let inverses = self.inverses(last - first);
        let mut differences = y.to_vec();
        for order in 1..x.len() {
            for i in (order..x.len()).rev() {
                let step = inverses[(x[i] - x[i - order]) as usize];
                differences[i] = self.mul(self.sub(differences[i], differences[i - 1]), step);
            }
        }
        let mut result: Residues = Vec::new();
        for (x, c) in x.iter().zip(&differences).rev() {
            // result · (X − x) + c
            let mut next = vec![0; result.len() + 1];
            for (i, r) in result.iter().enumerate() {
                next[i + 1] = self.add(next[i + 1], *r);
                next[i] = self.sub(next[i], self.mul(self.small(*x), *r));
            }
            next[0] = self.add(next[0], *c);
            result = next;
        }
        trimmed(result)
    }

    /// Whether p passes the test of Miller and Rabin for twelve bases, which proves that a number below 2⁶⁴ is prime
    /// (Sorenson and Webster, Math. Comp. 86, 2017).
    fn is_prime(&self) -> bool {
        let one = self.small(1);
        let minus_one = self.sub(0, one);
        let twos = (self.p - 1).trailing_zeros();
        [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37].iter().all(|base| {
            let mut power = self.pow(self.small(*base), (self.p - 1) >> twos);
            if power == one || power == minus_one {
                return true;
            }
            (1..twos).any(|_| {
                power = self.mul(power, power);
                power == minus_one
            })
        })
    }
}

/// Primes below 2⁶², descending.
pub(super) fn primes() -> impl Iterator<Item = Prime> {
    (1u64 << 61..1 << 62).rev().step_by(2).map(Prime::new).filter(Prime::is_prime)
}

/// Drops leading zeros.
pub(super) fn trimmed(mut a: Residues) -> Residues {
    while a.last() == Some(&0) {
        a.pop();
    }
    a
}

/// Integers known modulo a growing product of primes: the Chinese remainder theorem, one prime at a time.
#[derive(Clone, Debug)]
pub(super) struct Remainders {
    modulus: BigUint,
    values: Vec<BigUint>,
}

impl Remainders {
    /// `count` integers of which nothing is known.
    pub fn new(count: usize) -> Remainders {
        Remainders { modulus: BigUint::from(1u32), values: vec![BigUint::zero(); count] }
    }

    /// Adds the residues modulo one more prime; missing ones are 0.
    pub fn learn(&mut self, prime: &Prime, residues: &[u64]) {
        let digit = |n: &BigUint| prime.small((n % prime.p).iter_u64_digits().next().unwrap_or(0));
        let inverse = prime.inverse(digit(&self.modulus));
        for (i, value) in self.values.iter_mut().enumerate() {
            let residue = residues.get(i).copied().unwrap_or(0);
            let step = prime.integer(prime.mul(prime.sub(residue, digit(value)), inverse));
            if step != 0 {
                *value += &self.modulus * step;
            }
        }
        self.modulus *= prime.p;
    }

    /// The number of bits of the product of the primes.
    pub fn bits(&self) -> u64 {
        self.modulus.bits()
    }

    /// The integers of least magnitude with these residues.
    pub fn integers(&self) -> Vec<BigInt> {
        let half = &self.modulus >> 1;
        self.values
            .iter()
            .map(|v| if *v > half { -BigInt::from(&self.modulus - v) } else { BigInt::from(v.clone()) })
            .collect()
    }
}
