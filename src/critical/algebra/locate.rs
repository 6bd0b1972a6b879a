//! A zero as a point of the plane: coordinates to any precision, and exact signs of polynomials there.

use super::bivariate::Bivariate;
use super::fibre::Fibre;
use super::fixed::Fixed;
use super::roots::Root;
use super::solve::Group;
use super::univariate::{Polynomial, combination, gcd, product, pseudo_remainder};
use super::{Cancelled, check};
use num_bigint::BigInt;
use num_traits::{One, Zero};
use std::cmp::Ordering;

/// A real zero: a root of its group.
pub(super) struct Place<'a> {
    pub s: i64,
    pub group: &'a Group,
    pub root: Root,
    pub cancel: &'a dyn Fn() -> bool,
}

/// A point in a box.
pub(super) struct Located {
    pub x: [Fixed; 2],
    /// The binary digits after the point.
    pub p: u64,
}

/// The precision from which on it is asked whether something is zero.
const DOUBT: u64 = 192;

impl Place<'_> {
    /// The point to an absolute precision of about 2⁻ᵖ; none while p is too small to tell the denominator from 0.
    fn attempt(&mut self, p: u64) -> Option<[Fixed; 2]> {
        self.root.refine(&self.group.roots_of, -(p as i64));
        let u = Fixed::root(&self.root, p);
        let numerator = Fixed::polynomial(&self.group.numerator, &u, p);
        let denominator = Fixed::polynomial(&self.group.denominator, &u, p);
        let y = numerator.div(&denominator, p)?;
        Some([u.add(&y.scaled(&BigInt::from(-self.s))), y])
    }

    /// The numerator of a coordinate; the denominator is the group's.
    fn coordinate(&self, axis: usize) -> Polynomial {
        if axis == 1 {
            return self.group.numerator.clone();
        }
        let shifted = product(&[BigInt::zero(), BigInt::one()], &self.group.denominator);
        combination(&BigInt::one(), &shifted, &BigInt::from(-self.s), &self.group.numerator)
    }

    /// Whether a polynomial in u vanishes at the root.
    pub fn vanishes(&self, a: &[BigInt]) -> bool {
        let (rest, _) = pseudo_remainder(a, &self.group.roots_of);
        rest.is_empty() || self.root.is_root_of(&gcd(&rest, &self.group.roots_of))
    }

    /// The coordinates, each exactly 0 or to a relative precision of 2⁻ᵇⁱᵗˢ.
    pub fn locate(&mut self, bits: u64) -> Result<Located, Cancelled> {
        let mut zero = [false; 2];
        let mut p = 96;
        loop {
            check(self.cancel)?;
            if let Some(mut x) = self.attempt(p) {
                for axis in 0..2 {
                    if p >= DOUBT && x[axis].sign().is_none() && !zero[axis] {
                        zero[axis] = self.vanishes(&self.coordinate(axis));
                    }
                    if zero[axis] {
                        x[axis] = Fixed::integer(&BigInt::zero(), p);
                    }
                }
                if x.iter().all(|c| c.is_narrow(bits)) {
                    return Ok(Located { x, p });
                }
            }
            p *= 2;
        }
    }

    /// How a coordinate lies to the fraction n/d, d > 0.
    pub fn compare(&mut self, axis: usize, (n, d): (&BigInt, &BigInt)) -> Result<Ordering, Cancelled> {
        let mut p = 96;
        let mut asked = false;
        loop {
            check(self.cancel)?;
            if let Some(x) = self.attempt(p) {
                let side = x[axis].scaled(d).add(&Fixed::integer(&-n, p));
                match side.sign() {
                    Some(sign) => return Ok(sign.cmp(&0)),
                    None if p >= DOUBT && !asked => {
                        asked = true;
                        if self.vanishes(&combination(d, &self.coordinate(axis), &-n, &self.group.denominator)) {
                            return Ok(Ordering::Equal);
                        }
                    }
                    None => {}
                }
            }
            p *= 2;
        }
    }

    /// A polynomial's value at the point over a positive integer, as the nearest f64 or a neighbour of it; exactly 0
    /// where it vanishes.
    pub fn number(&mut self, a: &Bivariate, denominator: &BigInt) -> Result<f64, Cancelled> {
        if self.sign(a)? == 0 {
            return Ok(0.0);
        }
        let mut p = 96 + denominator.bits();
        loop {
            check(self.cancel)?;
            if let Some(x) = self.attempt(p) {
                let value = value(a, &x, p);
                if value.is_narrow(64)
                    && let Some(quotient) = value.div(&Fixed::integer(denominator, p), p)
                    && quotient.is_narrow(60)
                {
                    return Ok(quotient.middle(p));
                }
            }
            p *= 2;
        }
    }

    /// The exact sign of a polynomial at the point.
    pub fn sign(&mut self, a: &Bivariate) -> Result<i32, Cancelled> {
        let mut p = 96;
        let mut asked = false;
        loop {
            check(self.cancel)?;
            if let Some(x) = self.attempt(p) {
                match value(a, &x, p).sign() {
                    Some(sign) => return Ok(sign),
                    None if p >= DOUBT && !asked => {
                        asked = true;
                        let vanishing = Fibre::new(self.group).taylor_coefficient(&a.sheared(self.s), 0);
                        if self.vanishes(&vanishing) {
                            return Ok(0);
                        }
                    }
                    None => {}
                }
            }
            p *= 2;
        }
    }
}

/// a at a point in a box.
pub(super) fn value(a: &Bivariate, x: &[Fixed; 2], p: u64) -> Fixed {
    let powers = |axis: usize, top: u32| {
        let mut powers = vec![Fixed::integer(&BigInt::one(), p)];
        for i in 0..top as usize {
            let next = powers[i].mul(&x[axis], p);
            powers.push(next);
        }
        powers
    };
    let top = |axis: usize| a.terms.keys().map(|k| if axis == 0 { k.0 } else { k.1 }).max().unwrap_or(0);
    let (first, second) = (powers(0, top(0)), powers(1, top(1)));
    a.terms.iter().fold(Fixed::integer(&BigInt::zero(), p), |sum, ((i, j), c)| {
        sum.add(&first[*i as usize].mul(&second[*j as usize], p).scaled(c))
    })
}
