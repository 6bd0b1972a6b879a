//! Flat places: curves of critical points and degenerate points of losses that are not polynomials, but have a
//! structure that allows a decision.
//!
//! A loss in [normal form](crate::formula::normal) may be constant, a function g(u) of one polynomial (`composite`), or
//! a sum or product of functions of one weight each (`separable`). The problem is then to find the zeros of functions
//! of one variable and their orders (`zeros`, `powers`). The loss may also be a function g(u) of any smooth u, whose
//! levels intervals then trace (`level`, `trace`). Either everything in view is decided, or the result is `None` and
//! the search goes on. A function of the distance from a point is decided apart from that point, where it may have a
//! kink (`radial`).
//!
//! Losses that have only points with a regular Hessian in view are left to the proof by intervals.

mod composite;
mod factors;
mod level;
mod numerator;
mod powers;
mod radial;
#[cfg(test)]
mod radial_tests;
mod separable;
mod structure;
mod tangents;
#[cfg(test)]
mod pole_tests;
#[cfg(test)]
mod tests;
mod trace;
mod zeros;

use super::algebra::Bivariate;
use super::certified::region;
use super::normal_form::normal_form;
use super::proof::Reason;
use super::{CriticalPoints, Evidence, Region};
use crate::curvature::Kind;
use crate::formula::normal::{Atom, Atoms, Sum};
use crate::formula::series::{Intervals, series};
use crate::formula::taylor::{Arithmetic, ClosedForms};
use crate::landscape::{Loss, View};
use crate::number::{ClosedForm, Decimal, Digits, Interval, Number, Precise, Unary};
use crate::pause::pause;
use num_rational::BigRational;
use std::cell::Cell;
use structure::Polynomial;
use zeros::Zero;

/// How often the work may ask whether to go on.
const MAX_QUESTIONS: usize = 60_000;

/// Everything in view is critical.
pub(super) fn everywhere() -> CriticalPoints {
    CriticalPoints {
        everywhere: true,
        accounted: true,
        exhaustive: true,
        method: "the loss is constant".to_owned(),
        ..CriticalPoints::default()
    }
}

/// The critical points of a loss whose structure decides them; `None` if the loss has no such structure, if something
/// stays undecided, or if nothing in view is flat. `limit` is how often `cancel` may be called.
pub(super) fn decide(loss: &Loss, view: &View, limit: usize, cancel: &dyn Fn() -> bool) -> Option<CriticalPoints> {
    let questions = Cell::new(0);
    let stop = || {
        pause();
        questions.set(questions.get() + 1);
        questions.get() > MAX_QUESTIONS.min(limit) || cancel()
    };
    let mut atoms = Atoms::default();
    let whole = normal_form(&mut atoms, loss)?;
    let simplest = atoms.without_even_cosines(&whole).filter(|simplest| simplest.terms.len() < whole.terms.len());
    let whole = simplest.unwrap_or(whole);
    if atoms.depends(&whole) == 0 {
        let all = [view.w1, view.w2].map(|[low, high]| Interval::new(low, high));
        let value = loss.enclosures()?.value(all);
        return (!value.partial && !value.is_empty()).then(everywhere);
    }
    let mut around_an_apex = None;
    let found = match structure::composite(&mut atoms, &whole) {
        Some(composite) => composite::decide(&atoms, &composite, view, &stop).or_else(|| {
            around_an_apex = radial::decide(&mut atoms, &composite, view, &stop);
            None
        }),
        None => separable::decide(&mut atoms, &whole, loss, view, &stop),
    };
    if let Some((found, kink)) = around_an_apex {
        return Some(answer(found, view, kink));
    }
    let (points, curves) = found.or_else(|| level::decide(&mut atoms, &whole, loss, view, &stop))?;
    let is_flat = points.is_empty() || points.iter().any(|point| point.kind == Kind::Degenerate);
    if curves.is_empty() && !is_flat {
        return None;
    }
    Some(answer((points, curves), view, None))
}

/// What was found as an answer: all that is in view, but for the kink.
fn answer((points, curves): composite::Found, view: &View, kink: Option<radial::Kink>) -> CriticalPoints {
    debug_assert!(points.iter().all(|point| point.evidence == Evidence::Certified));
    let unresolved: Vec<Region> = kink.iter().map(|cell| region(view, cell, Reason::NotSmooth)).collect();
    CriticalPoints {
        complete: curves.is_empty() && kink.is_none(),
        accounted: kink.is_none(),
        exhaustive: true,
        points,
        curves,
        unresolved,
        method: "the zeros of functions of one variable, by exact Taylor arithmetic and intervals".to_owned(),
        ..CriticalPoints::default()
    }
}

/// A little more than the interval, so that a zero on its border is inside.
fn widened(range: Interval) -> Interval {
    let margin = 1e-6 * (range.hi - range.lo);
    Interval::new(range.lo - margin, range.hi + margin)
}

/// A fraction in 64-bit intervals.
fn enclosed(x: &BigRational) -> Interval {
    Intervals::default().fraction(&(x.numer().clone(), x.denom().clone()))
}

/// A polynomial with integer coefficients.
fn whole_polynomial(polynomial: &Polynomial) -> Bivariate {
    Bivariate { terms: polynomial.iter().map(|(power, c)| (*power, c.to_integer())).collect() }
}

/// Bounds of a polynomial on a view.
fn hull_of(polynomial: &Polynomial, view: &View) -> Option<Interval> {
    let [x, y] = [view.w1, view.w2].map(|[low, high]| {
        let [low, high] = [low, high].map(|end| Decimal::from(end).constant().enclosure);
        Interval::new(low.lo, high.hi)
    });
    let sum = polynomial.iter().fold(Interval::point(0.0), |sum, ((i, j), c)| {
        sum.add(enclosed(c).mul(x.powi(*i as i32)).mul(y.powi(*j as i32)))
    });
    (sum.lo.is_finite() && sum.hi.is_finite()).then_some(sum)
}

/// Whether a function of one variable is defined at a number; `None` if that is not certain.
fn definedness(atoms: &Atoms, sum: &Sum, closed: Option<&ClosedForm>, at: &Precise) -> Option<bool> {
    let mut digits = Digits::new(zeros::BITS)?;
    if series(atoms, sum, at, 1, &mut digits).is_some() {
        return Some(true);
    }
    let mut is_undefined = |place: usize| {
        let atom = atoms.get(place);
        let Some(argument) = atom.argument() else { return false };
        let exact = closed.and_then(|x| series(atoms, argument, x, 0, &mut ClosedForms)).and_then(|c| c[0].sign());
        let sign = exact.or_else(|| series(atoms, argument, at, 0, &mut digits)?[0].sign());
        match (atom, sign) {
            (Atom::Function(Unary::Ln | Unary::Log2 | Unary::Log10, _), Some(sign)) => sign <= 0,
            (Atom::Function(Unary::Sqrt, _) | Atom::Root(..), Some(sign)) => sign < 0,
            (Atom::Power(_, n), Some(sign)) => *n < 0 && sign == 0,
            _ => false,
        }
    };
    let mut reached = vec![false; atoms.len()];
    atoms.reach(sum, &mut reached);
    (0..atoms.len()).any(|place| reached[place] && is_undefined(place)).then_some(false)
}

/// A value whose enclosure contains 0 and is narrower than this is taken for 0.
const NOTHING: f64 = 1e-40;

/// The f64 nearest to an enclosed value; `None` if the enclosure is too wide.
fn nearest(value: &Precise) -> Option<f64> {
    let bounds = value.to_interval();
    if bounds.lo <= 0.0 && bounds.hi >= 0.0 {
        return (bounds.hi - bounds.lo <= NOTHING).then_some(0.0);
    }
    let middle = value.middle();
    (bounds.hi - bounds.lo <= 4.0 * f64::EPSILON * middle.abs()).then_some(middle)
}

/// The value of a function of one variable; exact if it is known in closed form.
fn value_of(
    atoms: &Atoms,
    sum: &Sum,
    closed: Option<&ClosedForm>,
    value: &Precise,
    digits: &mut Digits,
) -> Option<f64> {
    let exact = closed.and_then(|at| series(atoms, sum, at, 0, &mut ClosedForms)).map(|mut c| c.remove(0));
    match exact.and_then(|exact| zeros::exactly(&exact, digits)) {
        Some(exact) => Some(exact.middle() + 0.0),
        None => nearest(value),
    }
}

/// L at a pair of zeros; exact if it is known in closed form.
fn value_of_loss(loss: &Loss, zeros: [&Zero; 2], value: &Precise) -> Option<f64> {
    if let [Some(first), Some(second)] = zeros.map(|zero| zero.closed.clone())
        && let Some(at) = loss.taylor(&mut ClosedForms, 1, &[first, second])
        && let Some(exact) = zeros::exactly(&at.value, &mut Digits::new(zeros::BITS)?)
    {
        return Some(exact.middle() + 0.0);
    }
    nearest(value)
}
