//! The projection of the common zeros of two polynomials along a direction.
//!
//! With w1 = u − s·y and w2 = y, the resultant by y of f and g is c·∏ (u − uᵢ)^mᵢ over their common zeros, where
//! uᵢ = w1ᵢ + s·w2ᵢ and mᵢ is the local multiplicity, provided that f and g have constant leading coefficients in y
//! (Cox, Little and O'Shea, Using Algebraic Geometry, ch. 3 §5 and ch. 4). Let s vary: the derivative by s of
//! log ∏ (u − w1ᵢ − s·w2ᵢ)^mᵢ is −Σ mᵢ·w2ᵢ/(u − uᵢ), that by u is Σ mᵢ/(u − uᵢ), so that their quotient at u = uᵢ is
//! −w2ᵢ: Rouillier's rational univariate representation (AAECC 9, 1999) without a Gröbner basis.
//!
//! Both are determinants of Bézout's matrix over the dual numbers ℤ[ε]/ε², ε = the change of s. They are computed
//! modulo primes at many u, interpolated, and lifted to the integers; the number of primes follows from a bound.

use super::bivariate::Bivariate;
use super::prime::{Prime, Remainders, Residues, primes};
use super::univariate::{self, Polynomial};
use super::{Cancelled, check};
use num_bigint::BigUint;

/// The resultant R(u) and its derivative by s.
#[derive(Clone, Debug)]
pub(super) struct Projection {
    pub resultant: Polynomial,
    pub slope: Polynomial,
}

/// Two polynomials in coordinates u and y, ready for their resultant by y.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// Coefficients of y⁰, y¹, … and of their change with s.
    f: [Vec<Polynomial>; 2],
    g: [Vec<Polynomial>; 2],
    /// A bound on the resultant's degree in u (Bézout).
    degree: usize,
}

impl Pair {
    /// f and g along the direction s; `None` if a leading coefficient in y is not constant.
    pub fn new(f: &Bivariate, g: &Bivariate, s: i64) -> Option<Pair> {
        let sides = [f, g].map(|a| {
            let sheared = a.sheared(s);
            let slope = Bivariate::weight(1).product(&a.partial(0)).sheared(s);
            let negated = slope.into_iter().map(|c| c.into_iter().map(|c| -c).collect()).collect();
            (a.degree() as usize + 1 == sheared.len()).then_some([sheared, negated])
        });
        let [Some(f_side), Some(g_side)] = sides else { return None };
        Some(Pair { f: f_side, g: g_side, degree: (f.degree() * g.degree()) as usize })
    }

    /// The coefficients of f or g in y.
    pub fn side(&self, index: usize) -> &[Polynomial] {
        if index == 0 { &self.f[0] } else { &self.g[0] }
    }

    /// The projection modulo a prime; `None` if the resultant vanishes modulo it.
    pub fn modulo(&self, prime: &Prime) -> Option<(Residues, Residues)> {
        let residues = |side: &[Vec<Polynomial>; 2]| {
            [0, 1].map(|i| side[i].iter().map(|c| prime.polynomial(c)).collect::<Vec<Residues>>())
        };
        let (f, g) = (residues(&self.f), residues(&self.g));
        let size = self.f[0].len().max(self.g[0].len()) - 1;
        let (mut points, mut values, mut slopes) = (Vec::new(), Vec::new(), Vec::new());
        // The resultant may vanish at up to `degree` places, which are left out.
        for u in 1..=2 * self.degree as u64 + 1 {
            if points.len() > self.degree || (points.is_empty() && u > self.degree as u64 + 1) {
                break;
            }
            let node = u;
            let u = prime.small(u);
            let at = |side: &[Vec<Residues>; 2]| -> Vec<(u64, u64)> {
                (0..=size)
                    .map(|j| {
                        let part = |i: usize| side[i].get(j).map_or(0, |c| prime.at(c, u));
                        (part(0), part(1))
                    })
                    .collect()
            };
            if let Some((value, slope)) = bezout_determinant(prime, &at(&f), &at(&g)) {
                points.push(node);
                values.push(value);
                slopes.push(slope);
            }
        }
        if points.len() <= self.degree {
            return None;
        }
        Some((prime.interpolate(&points, &values), prime.interpolate(&points, &slopes)))
    }

    /// The resultant over the integers; zero if it vanishes modulo several primes.
    pub fn lift_or_constant(&self, cancel: &dyn Fn() -> bool) -> Result<Polynomial, Cancelled> {
        if primes().take(3).all(|prime| self.modulo(&prime).is_none()) {
            return Ok(Polynomial::new());
        }
        Ok(self.lift(cancel)?.resultant)
    }

    /// The projection over the integers, for f and g that have no common factor.
    pub fn lift(&self, cancel: &dyn Fn() -> bool) -> Result<Projection, Cancelled> {
        // In the norm Σ|coefficient|, which is submultiplicative, the determinant is at most ‖f‖ⁿ·‖g‖ⁿ.
        let norm =
            |side: &[Vec<Polynomial>; 2]| -> BigUint { side.iter().flatten().flatten().map(|c| c.magnitude()).sum() };
        let size = self.f[0].len().max(self.g[0].len()) - 1;
        let bits = (norm(&self.f).bits() + norm(&self.g).bits()) * size as u64 + 2;
        let mut resultant = Remainders::new(self.degree + 1);
        let mut slope = Remainders::new(self.degree + 1);
        for prime in primes() {
            check(cancel)?;
            // The leading coefficients are constants. Modulo a prime at which one vanishes, the whole resultant
            // vanishes.
            if let Some((r, s)) = self.modulo(&prime) {
                resultant.learn(&prime, &r);
                slope.learn(&prime, &s);
                if resultant.bits() > bits {
                    break;
                }
            }
        }
        Ok(Projection {
            resultant: univariate::trimmed(resultant.integers()),
            slope: univariate::trimmed(slope.integers()),
        })
    }
}

/// The determinant over 𝔽ₚ[ε]/ε² of the Bézout matrix of two polynomials in y: the resultant, up to sign, times powers
/// of the leading coefficient of the one of higher degree. `None` if it vanishes at ε = 0.
fn bezout_determinant(prime: &Prime, f: &[(u64, u64)], g: &[(u64, u64)]) -> Option<(u64, u64)> {
    let mul = |a: (u64, u64), b: (u64, u64)| (prime.mul(a.0, b.0), prime.add(prime.mul(a.0, b.1), prime.mul(a.1, b.0)));
    let sub = |a: (u64, u64), b: (u64, u64)| (prime.sub(a.0, b.0), prime.sub(a.1, b.1));
    let add = |a: (u64, u64), b: (u64, u64)| (prime.add(a.0, b.0), prime.add(a.1, b.1));
    let n = f.len() - 1;
    let mut matrix = vec![vec![(0, 0); n]; n];
    for i in 0..n {
        for j in 0..n {
            let entry = sub(mul(f[j + 1], g[i]), mul(f[i], g[j + 1]));
            let before = if i > 0 && j + 1 < n { matrix[i - 1][j + 1] } else { (0, 0) };
            matrix[i][j] = add(entry, before);
        }
    }
    let mut determinant = (prime.small(1), 0);
    for column in 0..n {
        let row = (column..n).find(|row| matrix[*row][column].0 != 0)?;
        if row != column {
            matrix.swap(row, column);
            determinant = sub((0, 0), determinant);
        }
        let pivot = matrix[column][column];
        determinant = mul(determinant, pivot);
        let inverse = prime.inverse(pivot.0);
        let slope = prime.mul(prime.mul(inverse, inverse), prime.sub(0, pivot.1));
        let (above, below) = matrix.split_at_mut(column + 1);
        for row in below.iter_mut().filter(|row| row[column] != (0, 0)) {
            let factor = mul(row[column], (inverse, slope));
            for (entry, from) in row.iter_mut().zip(&above[column]).skip(column) {
                *entry = sub(*entry, mul(factor, *from));
            }
        }
    }
    Some(determinant)
}

/// The number of distinct roots of a polynomial modulo p, as far as they are distinct there.
pub(super) fn distinct_roots(prime: &Prime, a: &Residues) -> usize {
    a.len().saturating_sub(prime.gcd(a, &prime.derivative(a)).len().max(1))
}
