//! f(w1) + h(w2) and f(w1)·h(w2), decided by the zeros of f, h and their derivatives.
//!
//! The critical points of a sum are the pairs of zeros of f′ and h′. Those of a product are the pairs of zeros of f and
//! h, the pairs of zeros of f′ and h′, and the whole line w1 = a through a common zero a of f and f′. Near this line L
//! has the sign of h·(w1 − a)ᴹ, so if M is even, the line is split at the zeros of h.

use super::composite::Found;
use super::structure::{Separable, Stripped, separable, stripped};
use super::zeros::{BITS, Function, Zero};
use crate::critical::spectrum::precisely;
use crate::critical::{CriticalCurve, CriticalPoint, Evidence, Extremum, polynomial};
use crate::curvature::Kind;
use crate::formula::normal::{Atom, Atoms, Factor, Sum};
use crate::formula::series::{Intervals, series};
use crate::landscape::{Loss, View};
use crate::number::{Digits, Interval, Unary, Vector};
use num_rational::BigRational;
use num_traits::One;

/// How many points a line is drawn with.
const POINTS_PER_LINE: usize = 201;

/// In how many pieces a side of the view is examined for poles.
const PIECES: usize = 64;

/// More points than these are left to the search, which a budget ends.
const MOST_POINTS: usize = 20_000;

/// What a function of one weight does at a zero of its derivative.
struct Turn {
    zero: Zero,
    /// The sign of the function there, if it is needed.
    value: i32,
}

/// All critical points of a sum or a product in the view; `None` if the loss is neither, or if something stays
/// undecided.
pub(super) fn decide(
    atoms: &mut Atoms,
    whole: &Sum,
    loss: &Loss,
    view: &View,
    cancel: &dyn Fn() -> bool,
) -> Option<Found> {
    let Stripped { rest, sign, is_inside } = stripped(atoms, whole);
    let rest = with_single_exponentials(atoms, &rest)?;
    let parts = separable(atoms, &rest)?;
    if is_inside {
        // The stripped functions may be undefined somewhere.
        let all = [view.w1, view.w2].map(|[low, high]| Interval::new(low.next_down(), high.next_up()));
        let value = loss.enclosures()?.value(all);
        if value.partial || value.is_empty() {
            return None;
        }
    }
    let case = Case { atoms, loss, view, cancel, sign };
    match parts {
        Separable::Sum([f, h]) => case.sum(&f, &h),
        Separable::Product([f, h]) => case.product(&f, &h),
    }
}

/// A sum in which exp(a(w1) + b(w2)) is exp(a(w1))·exp(b(w2)); `None` where it becomes too large.
fn with_single_exponentials(atoms: &mut Atoms, sum: &Sum) -> Option<Sum> {
    let mut result = Sum::default();
    for (monomial, coefficient) in &sum.terms {
        let mut term = Sum::number(coefficient.clone());
        for (factor, n) in monomial {
            let base = match parts_of_exponent(atoms, *factor) {
                Some(parts) => {
                    let [first, second] = parts.map(|part| atoms.sum_of(Atom::Function(Unary::Exp, part)));
                    first?.times(&second?)?
                }
                None => Sum::factor(*factor),
            };
            for _ in 0..*n {
                term = term.times(&base)?;
            }
        }
        result = result.plus(&BigRational::one(), &term)?;
    }
    Some(result)
}

/// a and b, if a factor is exp(a + b), a is a function of w1, and b is one of w2.
fn parts_of_exponent(atoms: &Atoms, factor: Factor) -> Option<[Sum; 2]> {
    let Factor::Atom(place) = factor else { return None };
    let Atom::Function(Unary::Exp, exponent) = atoms.get(place) else { return None };
    if atoms.depends(exponent) != 3 {
        return None;
    }
    let mut parts = [Sum::default(), Sum::default()];
    for (monomial, coefficient) in &exponent.terms {
        let bits = monomial.iter().fold(0, |bits, (factor, _)| bits | atoms.depends_by(*factor));
        let part = parts.get_mut(usize::from(bits.saturating_sub(1)))?;
        part.add_term(monomial.clone(), coefficient.clone());
    }
    Some(parts)
}

struct Case<'a> {
    atoms: &'a Atoms,
    loss: &'a Loss,
    view: &'a View,
    cancel: &'a dyn Fn() -> bool,
    /// The sign of φ′ of what was taken away.
    sign: i32,
}

impl Case<'_> {
    fn zeros(&self, sum: &Sum, axis: usize, derivative: usize) -> Option<Vec<Zero>> {
        let [low, high] = [self.view.w1, self.view.w2][axis];
        let range = super::widened(Interval::new(low.next_down(), high.next_up()));
        let zeros = Function::new(self.atoms, sum, derivative).zeros(range, self.cancel)?;
        let digits = Digits::new(BITS)?;
        let within = zeros.iter().map(|zero| zero.is_within([low, high], &digits)).collect::<Option<Vec<bool>>>()?;
        Some(zeros.into_iter().zip(within).filter(|(_, within)| *within).map(|(zero, _)| zero).collect())
    }

    fn sum(&self, f: &Sum, h: &Sum) -> Option<Found> {
        let [first, second] = [self.zeros(f, 0, 1)?, self.zeros(h, 1, 1)?];
        if first.len().saturating_mul(second.len()) > MOST_POINTS {
            return None;
        }
        let is_simple = |zero: &Zero| zero.order == 1;
        if let ([a, ..], [b, ..]) = (&first[..], &second[..])
            && first.iter().chain(&second).all(is_simple)
        {
            // Nothing is flat, as one of the points says.
            return Some((vec![self.turning(a, b, [a.sign, b.sign])?], Vec::new()));
        }
        let mut points = Vec::new();
        for a in &first {
            if (self.cancel)() {
                return None;
            }
            for b in &second {
                points.push(self.turning(a, b, [a.sign, b.sign])?);
            }
        }
        Some((points, Vec::new()))
    }

    fn product(&self, f: &Sum, h: &Sum) -> Option<Found> {
        let zeros = [self.zeros(f, 0, 0)?, self.zeros(h, 1, 0)?];
        let turns = [self.turns(f, 0, &zeros[0])?, self.turns(h, 1, &zeros[1])?];
        let pairs = |counts: [usize; 2]| counts[0].saturating_mul(counts[1]);
        if pairs(zeros.each_ref().map(Vec::len)) + pairs(turns.each_ref().map(Vec::len)) > MOST_POINTS {
            return None;
        }
        let mut found = Found::default();
        for a in zeros[0].iter().filter(|zero| zero.order == 1) {
            for b in zeros[1].iter().filter(|zero| zero.order == 1) {
                found.0.push(self.point([a, b], [-1, 1], Some(-1), None)?);
            }
        }
        for a in &turns[0] {
            for b in &turns[1] {
                // |f|·|h| has the critical points of ln|f| + ln|h|; L has the sign of f·h.
                let all = a.value * b.value;
                let signs = [a.zero.sign * a.value * all, b.zero.sign * b.value * all];
                found.0.push(self.turning(&a.zero, &b.zero, signs)?);
            }
        }
        for (axis, other) in [(0, h), (1, f)] {
            for zero in zeros[axis].iter().filter(|zero| zero.order > 1) {
                found.1.extend(self.line(axis, zero, other, &zeros[1 - axis])?);
            }
        }
        Some(found)
    }

    /// The zeros of a function's derivative at which the function itself is not 0, with its sign.
    fn turns(&self, sum: &Sum, axis: usize, zeros: &[Zero]) -> Option<Vec<Turn>> {
        let mut digits = Digits::new(BITS)?;
        let mut turns = Vec::new();
        for zero in self.zeros(sum, axis, 1)? {
            let is_multiple = |other: &Zero| other.order > 1 && other.touches(&zero);
            if zeros.iter().any(is_multiple) {
                continue;
            }
            let value = series(self.atoms, sum, &zero.place, 0, &mut digits)?[0].sign().filter(|sign| *sign != 0)?;
            turns.push(Turn { zero, value });
        }
        Some(turns)
    }

    /// A critical point of a sum of functions of one weight each: both derivatives are zero, and `signs` are the signs
    /// of the first derivatives that are not 0.
    fn turning(&self, a: &Zero, b: &Zero, signs: [i32; 2]) -> Option<CriticalPoint> {
        let signs = signs.map(|sign| self.sign * sign);
        let orders = [a.order, b.order];
        let index: i32 = (0..2).map(|i| if orders[i] % 2 == 1 { signs[i] } else { 0 }).product();
        let extremum = match (index, signs) {
            (1, [1, 1]) => Some(Extremum::Minimum),
            (1, [-1, -1]) => Some(Extremum::Maximum),
            _ => None,
        };
        let mut curvature = [0, 1].map(|i| if orders[i] == 1 { signs[i] } else { 0 });
        curvature.sort();
        self.point([a, b], curvature, Some(index), extremum)
    }

    /// A point with the signs of its eigenvalues, ascending.
    fn point(
        &self,
        zeros: [&Zero; 2],
        signs: [i32; 2],
        index: Option<i32>,
        extremum: Option<Extremum>,
    ) -> Option<CriticalPoint> {
        let mut digits = Digits::new(BITS)?;
        let place = zeros.map(|zero| zero.place.clone());
        let at = self.loss.taylor(&mut digits, 2, &place)?;
        let nought = digits.number(0.0)?;
        let hessian = at.hessian(&nought);
        let mut spectrum = precisely(&digits, [&hessian[0], &hessian[1], &hessian[2]], None)?;
        spectrum.know_signs(signs);
        let kind = match signs {
            [1, 1] => Kind::Minimum,
            [-1, -1] => Kind::Maximum,
            [-1, 1] => Kind::Saddle,
            _ => Kind::Degenerate,
        };
        let is_degenerate = kind == Kind::Degenerate;
        let enclosure = zeros.map(|zero| {
            let x = zero.interval();
            [x.lo, x.hi]
        });
        let w = [0, 1].map(|i| place[i].middle().max(enclosure[i][0]).min(enclosure[i][1]) + 0.0);
        Some(CriticalPoint {
            w: Vector::new(w[0], w[1]),
            value: super::value_of_loss(self.loss, zeros, &at.value)?,
            eigen: spectrum.eigen,
            kind,
            index,
            nature: index.filter(|_| is_degenerate).and_then(|index| polynomial::nature(index, extremum)),
            contains: extremum.filter(|_| is_degenerate),
            evidence: Evidence::Certified,
            enclosure: Some(enclosure),
            eigenvalue_enclosures: Some(spectrum.enclosures),
            beyond: None,
        })
    }

    /// Whether a function of one weight is proved to be defined on a whole side of the view.
    fn is_defined_along(&self, sum: &Sum, side: [f64; 2]) -> bool {
        let function = Function::new(self.atoms, sum, 0);
        let mut intervals = Intervals::default();
        let ends = crate::landscape::nodes(side, PIECES + 1);
        ends.windows(2).all(|pair| function.series(&mut intervals, &Interval::new(pair[0], pair[1]), 0).is_some())
    }

    /// The line through a multiple zero of one factor, as arcs of one kind.
    fn line(&self, axis: usize, zero: &Zero, other: &Sum, crossings: &[Zero]) -> Option<Vec<CriticalCurve>> {
        let side = [self.view.w2, self.view.w1][axis];
        if !self.is_defined_along(other, side) {
            return None;
        }
        let mut ends = vec![side[0]];
        if zero.order.is_multiple_of(2) {
            ends.extend(crossings.iter().map(|zero| zero.place.middle() + 0.0));
        }
        ends.push(side[1]);
        let function = Function::new(self.atoms, other, 0);
        let (mut intervals, mut digits) = (Intervals::default(), Digits::new(BITS)?);
        let mut arcs = Vec::new();
        for pair in ends.windows(2) {
            if pair[0] >= pair[1] {
                continue;
            }
            let kind = if zero.order % 2 == 1 {
                Kind::Degenerate
            } else {
                let middle = 0.5 * pair[0] + 0.5 * pair[1];
                let sign = function.sign_at(middle, &mut intervals, &mut digits).filter(|sign| *sign != 0)?;
                if sign * zero.sign * self.sign > 0 { Kind::Minimum } else { Kind::Maximum }
            };
            let fixed = zero.place.middle() + 0.0;
            let polyline = crate::landscape::nodes([pair[0], pair[1]], POINTS_PER_LINE)
                .into_iter()
                .map(|free| if axis == 0 { Vector::new(fixed, free) } else { Vector::new(free, fixed) })
                .collect();
            arcs.push(CriticalCurve { polyline, kind, evidence: Evidence::Certified });
        }
        Some(arcs)
    }
}
