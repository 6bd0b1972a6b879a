//! L = h(r) with the distance r = √s from a point, the *apex*: cones, waves around a point, and their like. Here s is a
//! quadratic function of both weights, 0 at the apex and positive elsewhere.
//!
//! Away from the apex r is smooth, and L is critical on the level s = c² for each zero c > 0 of h′. At the apex
//! L = h(0) + h′(0)·r + ½·h″(0)·s + O(r³). If h′(0) is not 0, L has a kink there. Otherwise the apex is critical, and
//! its Hessian is ½·h″(0) times that of s.

use super::composite::{Found, LEVEL_BITS, Level, levels, on_levels_and_off};
use super::structure::{Composite, Polynomial, stripped};
use super::zeros::{BITS, affine};
use super::{definedness, hull_of, value_of, whole_polynomial};
use crate::critical::Extremum;
use crate::critical::algebra::{Exact, ExactPoint, decide_polynomial};
use crate::critical::polynomial;
use crate::critical::proof::krawczyk::Cell;
use crate::curvature::Kind;
use crate::formula::normal::{Atom, Atoms, Factor, Monomial, Sum};
use crate::formula::series::series;
use crate::formula::taylor::ClosedForms;
use crate::landscape::View;
use crate::number::{ClosedForm, Digits, Interval, Number, Unary};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed};

/// The first Taylor coefficient at the apex that is not 0 is looked for up to this order.
const MOST_ORDER: usize = 12;

/// A box that holds a kink at the apex.
pub(super) type Kink = Cell;

/// All critical points and curves of g(u) in the view, where it has the form h(√s), and the kink at the apex if there
/// is one; `None` if it does not have this form, or if something stays undecided.
pub(super) fn decide(
    atoms: &mut Atoms,
    composite: &Composite,
    view: &View,
    cancel: &dyn Fn() -> bool,
) -> Option<(Found, Option<Kink>)> {
    let square = square_of_distance(atoms, composite)?;
    let h = in_distance(atoms, &composite.outer, &square)?;
    let range = square.of_interval(hull_of(&composite.inner, view)?);
    let range = Interval::new(range.lo.max(0.0).sqrt().next_down().max(0.0), range.hi.max(0.0).sqrt().next_up());
    let shape = stripped(atoms, &h);
    let circles = levels(atoms, &h, &shape, range, cancel)?;
    let circles: Option<Vec<Option<Level>>> = circles.into_iter().map(|level| square.level(level)).collect();
    let circles: Vec<Level> = circles?.into_iter().flatten().collect();
    let mut exact = decide_polynomial(&whole_polynomial(&composite.inner), &BigInt::one(), view, cancel).ok()?;
    let mut apex = exact.points.pop()?;
    let mut found = on_levels_and_off(atoms, composite, &circles, &exact, view, cancel)?;
    if !apex.in_view {
        return Some((found, None));
    }
    match at_apex(atoms, &h)? {
        AtApex::Undefined => Some((found, None)),
        AtApex::Kink => Some((found, Some(apex.enclosure.map(|[low, high]| Interval::new(low, high))))),
        AtApex::Critical { value, coefficient, order } => {
            square.critical_apex(&mut apex, value, coefficient, order);
            found.0.extend(polynomial::points(&Exact { points: vec![apex], ..exact }));
            Some((found, None))
        }
    }
}

/// s = a + b·u.
struct Square {
    a: BigRational,
    b: BigRational,
}

/// The square of the distance among the arguments of roots: 0 at the extremum of u, and positive elsewhere.
fn square_of_distance(atoms: &Atoms, composite: &Composite) -> Option<Square> {
    let least = least_value(&composite.inner)?;
    let mut reached = vec![false; atoms.len()];
    atoms.reach(&composite.outer, &mut reached);
    let candidates = (0..atoms.len()).filter(|place| reached[*place]).filter_map(|place| match atoms.get(place) {
        Atom::Function(Unary::Sqrt, argument) | Atom::Root(argument, _) => affine(argument),
        _ => None,
    });
    let mut squares = candidates.filter(|[a, b]| *a == -b * &least.0 && b.is_positive() == least.1);
    squares.next().map(|[a, b]| Square { a, b })
}

/// The extreme value of a definite quadratic polynomial without a constant, and whether it is the least; `None` for
/// other polynomials.
fn least_value(u: &Polynomial) -> Option<(BigRational, bool)> {
    if u.keys().any(|(i, j)| i + j > 2) {
        return None;
    }
    let coefficient = |i, j| u.get(&(i, j)).cloned().unwrap_or_default();
    let [a, b, c] = [coefficient(2, 0), coefficient(1, 1), coefficient(0, 2)];
    let [d, e] = [coefficient(1, 0), coefficient(0, 1)];
    let four = BigRational::from_integer(4.into());
    let determinant = &four * &a * &c - &b * &b;
    if !determinant.is_positive() {
        return None;
    }
    // The value at the solution of ∇u = 0.
    let value = (&b * &d * &e - &c * &d * &d - &a * &e * &e) / determinant;
    Some((value, a.is_positive()))
}

/// A function of u as a function of r = √s, which takes its place; `None` if it becomes too large.
fn in_distance(atoms: &mut Atoms, sum: &Sum, square: &Square) -> Option<Sum> {
    let r = Sum::factor(Factor::Weight(0));
    let r_squared = Sum::term(vec![(Factor::Weight(0), 2)], BigRational::one());
    let u = r_squared.plus(&-BigRational::one(), &Sum::number(square.a.clone()))?.times_number(&square.b.recip());
    let mut result = Sum::default();
    for (monomial, coefficient) in &sum.terms {
        let mut product = Sum::term(Monomial::new(), coefficient.clone());
        for (factor, n) in monomial {
            let base = match factor {
                Factor::Weight(_) => u.clone(),
                Factor::Atom(place) => match atoms.get(*place).clone() {
                    Atom::Constant(_) => Sum::factor(*factor),
                    Atom::Function(Unary::Sqrt, argument) if square.is(&argument) => r.clone(),
                    Atom::Root(argument, exponent) if square.is(&argument) && *exponent.denom() == 2.into() => {
                        atoms.power(&r, i64::try_from(exponent.numer()).ok()?)?
                    }
                    Atom::Power(argument, n) => {
                        let argument = in_distance(atoms, &argument, square)?;
                        atoms.power(&argument, n)?
                    }
                    Atom::Function(_, argument) | Atom::Root(argument, _) => {
                        let argument = in_distance(atoms, &argument, square)?;
                        let atom = atoms.get(*place).of(argument);
                        atoms.sum_of(atom)?
                    }
                },
            };
            for _ in 0..*n {
                product = product.times(&base)?;
            }
        }
        result = result.plus(&BigRational::one(), &product)?;
    }
    Some(result)
}

/// The behaviour of L = h(r) at the apex.
enum AtApex {
    Undefined,
    Kink,
    /// L has this value, and the next Taylor coefficient of h that is not 0.
    Critical {
        value: f64,
        coefficient: Interval,
        order: usize,
    },
}

/// The behaviour at the apex; `None` where it is not certain.
fn at_apex(atoms: &Atoms, h: &Sum) -> Option<AtApex> {
    let zero = ClosedForm::integer(0);
    let mut digits = Digits::new(BITS)?;
    let place = digits.number(0.0)?;
    if !definedness(atoms, h, Some(&zero), &place)? {
        return Some(AtApex::Undefined);
    }
    let exact = series(atoms, h, &zero, MOST_ORDER, &mut ClosedForms)?;
    let order = (1..=MOST_ORDER).find(|k| !exact[*k].is_zero())?;
    let near = series(atoms, h, &place, order, &mut digits)?;
    near[order].sign().filter(|sign| *sign != 0)?;
    if order == 1 {
        return Some(AtApex::Kink);
    }
    let value = value_of(atoms, h, Some(&zero), &near[0], &mut digits)?;
    Some(AtApex::Critical { value, coefficient: near[order].to_interval(), order })
}

impl Square {
    fn is(&self, argument: &Sum) -> bool {
        affine(argument).is_some_and(|[a, b]| a == self.a && b == self.b)
    }

    /// s on a set of values of u.
    fn of_interval(&self, u: Interval) -> Interval {
        super::enclosed(&self.a).add(super::enclosed(&self.b).mul(u))
    }

    /// The level of u where r is that of a level of h; `Some(None)` at the apex and where r would be negative, `None`
    /// if that is not certain.
    fn level(&self, level: Level) -> Option<Option<Level>> {
        let digits = Digits::new(BITS)?;
        match level.zero.closed.as_ref().and_then(ClosedForm::sign).or_else(|| level.zero.place.sign())? {
            1 => {}
            _ => return Some(None),
        }
        let exact = level.zero.closed.as_ref().and_then(ClosedForm::as_rational);
        let exact = exact.map(|r| (r * r - &self.a) / &self.b);
        let [a, b] = [&self.a, &self.b].map(|x| digits.fraction(&(x.numer().clone(), x.denom().clone())));
        let squared = digits.mul(&level.zero.place, &level.zero.place);
        let place = digits.div(&digits.sub(&squared, &a), &b)?;
        let fraction = match &exact {
            Some(u) => (u.numer().clone(), u.denom().clone()),
            None => place.to_fraction(LEVEL_BITS, &digits)?,
        };
        // If u falls as r rises, L crosses a level of even order in the other direction.
        let is_turned = self.b.is_negative() && level.zero.order.is_multiple_of(2);
        let mut zero = level.zero;
        zero.closed = exact.as_ref().map(|_| ClosedForm::fraction(&fraction));
        zero.place = place;
        let sign = if is_turned { -level.sign } else { level.sign };
        Some(Some(Level { zero, sign, is_exact: exact.is_some(), fraction, ..level }))
    }

    /// The apex as a critical point of L = value + c·rᵏ + …, with the order k > 1 of its first Taylor coefficient c.
    fn critical_apex(&self, apex: &mut ExactPoint, value: f64, c: Interval, order: usize) {
        let sign = if (c.lo > 0.0) == self.b.is_positive() { 1 } else { -1 };
        if order == 2 {
            apex.become_composed(value, c.mul(super::enclosed(&self.b)), sign);
            return;
        }
        apex.become_composed(value, Interval::point(0.0), 1);
        (apex.kind, apex.signs) = (Kind::Degenerate, [0, 0]);
        apex.extremum = Some(if c.lo > 0.0 { Extremum::Minimum } else { Extremum::Maximum });
    }
}
