//! A zero as a point of the plane: coordinates to any precision, and exact signs of polynomials there.

use super::bivariate::Bivariate;
use super::fibre::Fibre;
use super::fixed::Fixed;
use super::group::Group;
use super::roots::Root;
use super::univariate::Polynomial;
use super::{Cancelled, check};
use crate::number::decimal::binary;
use num_bigint::BigInt;
use num_traits::{One, Zero};
use std::cmp::Ordering;

/// A real zero: a root of its group.
pub(super) struct LocatedRoot<'a> {
    pub s: i64,
    pub group: &'a Group,
    pub root: Root,
    cancel: &'a dyn Fn() -> bool,
    /// Whether a coordinate is exactly 0; `None` before the first test.
    zero: [Option<bool>; 2],
    /// The last enclosure and its precision.
    last: Option<(u64, [Fixed; 2])>,
}

/// A point in a box.
pub(super) struct Located {
    pub x: [Fixed; 2],
    /// The binary digits after the point.
    pub p: u64,
}

/// The least precision to begin with.
const FIRST: u64 = 96;
/// From this precision on it is tested whether a value is exactly zero.
const DOUBT: u64 = 192;

impl<'a> LocatedRoot<'a> {
    /// The zero of a group that belongs to one of its roots.
    pub fn new(s: i64, group: &'a Group, root: &Root, cancel: &'a dyn Fn() -> bool) -> LocatedRoot<'a> {
        LocatedRoot { s, group, root: root.clone(), cancel, zero: [None; 2], last: None }
    }

    /// The point to an absolute precision of about 2⁻ᵖ, or exactly where a coordinate is 0; `None` while p is too small
    /// to separate the denominator from 0.
    fn attempt(&mut self, p: u64) -> Option<[Fixed; 2]> {
        if let Some((last, x)) = &self.last
            && *last == p
        {
            return Some(x.clone());
        }
        self.root.refine(&self.group.roots_of, -(p as i64));
        let u = self.root.fixed(p);
        let numerator = Fixed::polynomial(&self.group.numerator, &u, p);
        let denominator = Fixed::polynomial(&self.group.denominator, &u, p);
        let y = numerator.div(&denominator, p)?;
        let mut x = [u.add(&y.scaled(&BigInt::from(-self.s))), y];
        for (axis, x) in x.iter_mut().enumerate() {
            if p >= DOUBT && x.sign().is_none() {
                let zero = self.zero[axis].unwrap_or_else(|| self.vanishes(&Bivariate::weight(axis)));
                self.zero[axis] = Some(zero);
            }
            if self.zero[axis] == Some(true) {
                *x = Fixed::integer(&BigInt::zero(), p);
            }
        }
        self.last = Some((p, x.clone()));
        Some(x)
    }

    /// Whether a polynomial vanishes at the point, exactly.
    fn vanishes(&self, a: &Bivariate) -> bool {
        let mut known = self.group.vanishing.borrow_mut();
        let index = known.iter().position(|(b, _)| a == b).unwrap_or_else(|| {
            known.push((a.clone(), Fibre::new(self.group).divisor(&a.sheared(self.s), 0)));
            known.len() - 1
        });
        self.root.is_root_of(&known[index].1)
    }

    /// The coordinates, each exactly 0 or to a relative precision of 2⁻ᵇⁱᵗˢ.
    pub fn locate(&mut self, bits: u64) -> Result<Located, Cancelled> {
        let mut p = FIRST;
        loop {
            check(self.cancel)?;
            if let Some(x) = self.attempt(p)
                && x.iter().all(|c| c.is_narrow(bits))
            {
                return Ok(Located { x, p });
            }
            p *= 2;
        }
    }

    /// The coordinates as multiples of 2⁻ᵇⁱᵗˢ, wider by at most a few of them.
    pub fn locate_to(&mut self, bits: u64) -> Result<[Fixed; 2], Cancelled> {
        let mut p = FIRST.max(bits);
        loop {
            check(self.cancel)?;
            if let Some(x) = self.attempt(p)
                && x.iter().all(|c| (&c.high - &c.low) >> (p - bits) <= BigInt::one())
            {
                return Ok(x.map(|c| c.rounded(p - bits)));
            }
            p *= 2;
        }
    }

    /// The order of a coordinate and the fraction n/d, d > 0.
    pub fn compare(&mut self, axis: usize, (n, d): (&BigInt, &BigInt)) -> Result<Ordering, Cancelled> {
        let distance = Bivariate::combination(d, &Bivariate::weight(axis), &-n, &Bivariate::constant(BigInt::one()));
        Ok(self.sign(&distance)?.cmp(&0))
    }

    /// Whether a coordinate is exactly this f64.
    pub fn is_at(&mut self, axis: usize, x: f64) -> Result<bool, Cancelled> {
        let Some((n, d)) = binary(x) else { return Ok(false) };
        Ok(self.compare(axis, (&n, &d))? == Ordering::Equal)
    }

    /// The order of the zero at the point of a polynomial, as a polynomial in y with u held fixed, given by its
    /// coefficients of y⁰, y¹, ….
    pub fn order(&self, sheared: &[Polynomial]) -> usize {
        let fibre = Fibre::new(self.group);
        (0..sheared.len()).find(|order| !self.root.is_root_of(&fibre.divisor(sheared, *order))).unwrap_or(sheared.len())
    }

    /// A polynomial's value at the point over a positive integer, to a relative precision of about 2⁻⁶⁰, with its
    /// binary digits after the point; exactly 0 where it is 0.
    pub fn enclosure(&mut self, a: &Bivariate, denominator: &BigInt) -> Result<(Fixed, u64), Cancelled> {
        let mut p = FIRST + 64 * denominator.bits().div_ceil(64);
        let zero = Fixed { low: BigInt::zero(), high: BigInt::zero() };
        if a.is_zero() {
            return Ok((zero, p));
        }
        let mut asked = false;
        loop {
            check(self.cancel)?;
            if let Some(x) = self.attempt(p) {
                let value = value(a, &x, p);
                if value.sign() == Some(0) {
                    return Ok((zero, p));
                }
                if value.is_narrow(64)
                    && let Some(quotient) = value.div(&Fixed::integer(denominator, p), p)
                    && quotient.is_narrow(60)
                {
                    return Ok((quotient, p));
                }
                if value.sign().is_none() && p >= DOUBT && !asked {
                    asked = true;
                    if self.vanishes(a) {
                        return Ok((zero, p));
                    }
                }
            }
            p *= 2;
        }
    }

    /// The exact sign of a polynomial at the point.
    pub fn sign(&mut self, a: &Bivariate) -> Result<i32, Cancelled> {
        let mut p = FIRST;
        let mut asked = a.is_zero();
        loop {
            check(self.cancel)?;
            if let Some(x) = self.attempt(p) {
                match value(a, &x, p).sign() {
                    Some(sign) => return Ok(sign),
                    None if p >= DOUBT && !asked => {
                        asked = true;
                        if self.vanishes(a) {
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
