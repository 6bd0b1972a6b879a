//! L = g(u) with a polynomial u: ∇L = g′(u)·∇u vanishes where u is critical, and on the level u = c for each zero c of
//! g′.
//!
//! Near a zero c of order m with g⁽ᵐ⁺¹⁾(c) of sign s, L has the critical points, kinds and curves of the polynomial
//! s·(u − c)ᵐ⁺¹, for g(t) − g(c) has the sign of s·(t − c)ᵐ⁺¹; of m only the parity matters. So exact algebra places
//! the level and determines its isolated points. At critical points off the levels the Hessian of L is g′(u) times that
//! of u.

use super::structure::{Composite, Stripped, stripped};
use super::zeros::{BITS, Function, Zero, exactly};
use super::{definedness, hull_of, whole_polynomial};
use crate::critical::algebra::{Bivariate, Exact, ExactPoint, decide_polynomial};
use crate::critical::{CriticalCurve, CriticalPoint, polynomial};
use crate::formula::normal::{Atoms, Factor, Sum};
use crate::formula::series::series;
use crate::landscape::View;
use crate::number::decimal::Rational;
use crate::number::{ClosedForm, Decimal, Digits, Interval, Number};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;

/// The most levels that are drawn.
const MAX_LEVELS: usize = 400;
/// A level that is not a fraction is placed to this many binary digits …
pub(super) const LEVEL_BITS: usize = 110;
/// … and must be farther than this from every value at which the shape of the level changes.
const LEAST_GAP: f64 = 1e-25;

/// The found points and curves.
pub(super) type Found = (Vec<CriticalPoint>, Vec<CriticalCurve>);

/// A level u = c on which L is critical.
pub(super) struct Level {
    pub zero: Zero,
    /// The sign of g⁽ᵐ⁺¹⁾ there.
    pub sign: i32,
    /// The level as a fraction, and whether that is exact.
    pub fraction: Rational,
    pub is_exact: bool,
    /// Whether L has a value there.
    pub is_defined: bool,
}

/// All critical points of g(u) in the view; `None` where something stays undecided.
pub(super) fn decide(atoms: &Atoms, composite: &Composite, view: &View, cancel: &dyn Fn() -> bool) -> Option<Found> {
    let range = hull_of(&composite.inner, view)?;
    let shape = stripped(atoms, &composite.outer);
    let levels = levels(atoms, &composite.outer, &shape, range, cancel)?;
    let exact = decide_polynomial(&whole_polynomial(&composite.inner), &BigInt::one(), view, cancel).ok()?;
    if exact.everywhere || !exact.finite {
        return None;
    }
    on_levels_and_off(atoms, composite, &levels, &exact, view, cancel)
}

/// The critical points of g(u) on these levels, and those of u in view off them; `exact` has the critical points of u.
/// `None` where something stays undecided.
pub(super) fn on_levels_and_off(
    atoms: &Atoms,
    composite: &Composite,
    levels: &[Level],
    exact: &Exact,
    view: &View,
    cancel: &dyn Fn() -> bool,
) -> Option<Found> {
    let u = whole_polynomial(&composite.inner);
    let one = BigInt::one();
    let mut off_level: Vec<ExactPoint> = exact.points.iter().filter(|point| point.in_view).cloned().collect();
    let mut found = Found::default();
    for level in levels {
        if !level.is_exact && !is_clear(level, exact, &composite.inner, view, cancel) {
            return None;
        }
        let (n, d) = &level.fraction;
        let even = level.zero.order % 2 == 0;
        let surface = power_of_level(&u, n, d, if even { 3 } else { 2 }, level.sign);
        let mut near = decide_polynomial(&surface, &one, view, cancel).ok()?;
        if near.everywhere {
            return None;
        }
        off_level = remaining(off_level, &near)?;
        if level.is_defined {
            found.1.extend(polynomial::curves(&near));
            near.points.retain(|point| point.in_view && point.multiplicity.is_none());
            let value = value_at(atoms, &composite.outer, &level.zero)?;
            near.points.iter_mut().for_each(|point| point.value = value);
            found.0.extend(polynomial::points(&near));
        }
    }
    let mut rest = Vec::new();
    for mut point in off_level {
        if let Some((value, slope, sign)) = outer_at(atoms, &composite.outer, &point)? {
            point.become_composed(value, slope, sign);
            rest.push(point);
        }
    }
    found.0.extend(polynomial::points(&Exact { points: rest, ..exact.clone() }));
    Some(found)
}

/// The levels in a range of u; `None` where a part of it stays undecided.
pub(super) fn levels(
    atoms: &Atoms,
    outer: &Sum,
    shape: &Stripped,
    range: Interval,
    cancel: &dyn Fn() -> bool,
) -> Option<Vec<Level>> {
    // u itself has the slope 1.
    if shape.rest == Sum::factor(Factor::Weight(0)) {
        return Some(Vec::new());
    }
    let slope = Function::new(atoms, &shape.rest, 1);
    let zeros = slope.zeros(super::widened(range), cancel)?;
    let margin = 1e-9 * range.width();
    let digits = Digits::new(BITS)?;
    let mut levels = Vec::new();
    for zero in zeros {
        let at = zero.interval();
        if at.hi < range.lo - margin || at.lo > range.hi + margin {
            continue;
        }
        let rational =
            zero.closed.as_ref().and_then(|x| x.as_rational()).map(|x| (x.numer().clone(), x.denom().clone()));
        let is_exact = rational.is_some();
        let fraction = match rational {
            Some(fraction) => fraction,
            None => zero.place.to_fraction(LEVEL_BITS, &digits)?,
        };
        let is_defined = definedness(atoms, outer, zero.closed.as_ref(), &zero.place)?;
        levels.push(Level { sign: shape.sign * zero.sign, fraction, is_exact, is_defined, zero });
    }
    (levels.len() <= MAX_LEVELS).then_some(levels)
}

/// s·(d·u − n)ᵏ.
fn power_of_level(u: &Bivariate, n: &BigInt, d: &BigInt, k: usize, sign: i32) -> Bivariate {
    let one = Bivariate::constant(BigInt::one());
    let difference = Bivariate::combination(d, u, &-n, &one);
    (0..k).fold(Bivariate::constant(BigInt::from(sign)), |power, _| power.product(&difference))
}

/// The points without those on the curves of the level; `None` if points cannot be separated.
fn remaining(points: Vec<ExactPoint>, near: &Exact) -> Option<Vec<ExactPoint>> {
    let touches = |a: &ExactPoint, b: &ExactPoint| {
        (0..2).all(|i| a.enclosure[i][0] <= b.enclosure[i][1] && b.enclosure[i][0] <= a.enclosure[i][1])
    };
    let mut kept = Vec::new();
    for point in points {
        let same: Vec<&ExactPoint> = near.points.iter().filter(|other| touches(&point, other)).collect();
        match same[..] {
            [] => {}
            // An isolated point of the level is already listed with the level.
            [one] if one.multiplicity.is_none() => {}
            [_] => kept.push(point),
            _ => return None,
        }
    }
    Some(kept)
}

/// L and g′ at a critical point of u off all levels, with the sign of g′; `Some(None)` if L is undefined there, and
/// `None` if it is not certain whether it is.
fn outer_at(atoms: &Atoms, outer: &Sum, point: &ExactPoint) -> Option<Option<(f64, Interval, i32)>> {
    let mut digits = Digits::new(BITS)?;
    let [low, high] = &point.value_bounds;
    let place = digits.hull(&digits.fraction(low), &digits.fraction(high));
    let closed = (low == high).then(|| ClosedForm::fraction(low));
    if !definedness(atoms, outer, closed.as_ref(), &place)? {
        return Some(None);
    }
    let at = series(atoms, outer, &place, 1, &mut digits)?;
    let sign = at[1].sign().filter(|sign| *sign != 0)?;
    let value = super::value_of(atoms, outer, closed.as_ref(), &at[0], &mut digits)?;
    Some(Some((value, at[1].to_interval(), sign)))
}

/// L on a level.
fn value_at(atoms: &Atoms, outer: &Sum, zero: &Zero) -> Option<f64> {
    let mut digits = Digits::new(BITS)?;
    let place = match &zero.closed {
        Some(closed) => exactly(closed, &mut digits)?,
        None => zero.place.clone(),
    };
    let at = series(atoms, outer, &place, 0, &mut digits)?;
    super::value_of(atoms, outer, zero.closed.as_ref(), &at[0], &mut digits)
}

/// Whether no critical value of u, in the view or on one of its edges, and no value at a corner is near a level that is
/// only known approximately. Then the level has the same shape as that of the nearby fraction.
fn is_clear(
    level: &Level,
    exact: &Exact,
    u: &super::structure::Polynomial,
    view: &View,
    cancel: &dyn Fn() -> bool,
) -> bool {
    let Some(digits) = Digits::new(BITS) else { return false };
    let is_far = |digits: &Digits, low: &Rational, high: &Rational| {
        let value = digits.hull(&digits.fraction(low), &digits.fraction(high));
        let gap = digits.abs(&digits.sub(&value, &level.zero.place)).to_interval();
        gap.lo > LEAST_GAP
    };
    let is_off = |point: &ExactPoint| is_far(&digits, &point.value_bounds[0], &point.value_bounds[1]);
    if !exact.points.iter().all(is_off) {
        return false;
    }
    let fraction = |x: f64| {
        let (n, d) = Decimal::from(x).rational();
        BigRational::new(n, d)
    };
    for x in view.w1.map(fraction) {
        for y in view.w2.map(fraction) {
            let value: BigRational = u
                .iter()
                .map(|((i, j), c)| {
                    c * num_traits::pow(x.clone(), *i as usize) * num_traits::pow(y.clone(), *j as usize)
                })
                .sum();
            let value = (value.numer().clone(), value.denom().clone());
            if !is_far(&digits, &value, &value) {
                return false;
            }
        }
    }
    let at = level.zero.interval();
    let at = Interval::new(at.lo - LEAST_GAP, at.hi + LEAST_GAP);
    let is_linear = u.keys().all(|(i, j)| i + j == 1);
    is_linear || (0..4).all(|edge| is_clear_of_edge(u, view, edge, at, cancel))
}

/// Whether u has no critical value near the level on an edge of the view.
fn is_clear_of_edge(
    u: &super::structure::Polynomial,
    view: &View,
    edge: usize,
    level: Interval,
    cancel: &dyn Fn() -> bool,
) -> bool {
    const MOST: usize = 2_000;
    let (held, free) = (edge / 2, 1 - edge / 2);
    let sides = [view.w1, view.w2];
    let fixed = Decimal::from(sides[held][edge % 2]).constant().enclosure;
    let at = |t: Interval, slope: bool| {
        u.iter().fold(Interval::point(0.0), |sum, ((i, j), c)| {
            let powers = if held == 0 { [*i, *j] } else { [*j, *i] };
            let n = powers[1] as i32;
            let factor = super::enclosed(c).mul(fixed.powi(powers[0] as i32));
            match (slope, n) {
                (true, 0) => sum,
                (true, n) => sum.add(factor.mul(Interval::point(f64::from(n))).mul(t.powi(n - 1))),
                (false, n) => sum.add(factor.mul(t.powi(n))),
            }
        })
    };
    let mut open = vec![Interval::new(sides[free][0].next_down(), sides[free][1].next_up())];
    let mut count = 0;
    while let Some(piece) = open.pop() {
        count += 1;
        if count > MOST || cancel() {
            return false;
        }
        let is_apart = at(piece, false).intersect(level).is_empty();
        let slope = at(piece, true);
        if is_apart || slope.lo > 0.0 || slope.hi < 0.0 {
            continue;
        }
        let middle = piece.middle();
        if middle <= piece.lo || middle >= piece.hi {
            return false;
        }
        open.extend([Interval::new(piece.lo, middle), Interval::new(middle, piece.hi)]);
    }
    true
}
