//! The answer of exact algebra for a polynomial, or for a monotone function of one, as critical points.

use super::algebra::{Across, Bivariate, Exact, ExactPoint, MAX_DEGREE, Undecided, decide, decide_polynomial};
use super::{CriticalCurve, CriticalPoint, Evidence, Extremum};
use crate::curvature::Kind;
use crate::formula::expression::{Expression, Node};
use crate::formula::taylor::Series;
use crate::landscape::{Loss, View};
use crate::number::{Decimal, Digits, Interval, Unary};
use crate::pause::pause;
use std::cell::Cell as Counter;

/// How often the algebra may call `cancel`; for Goldstein–Price, of degree 8, it calls it some hundred times. Work is
/// counted and not timed, so that every machine decides the same polynomials.
const MAX_QUESTIONS: usize = 20_000;

/// Losses over more examples are not decided by algebra: adding the polynomials of a thousand takes some ten
/// milliseconds.
const MAX_EXAMPLES: usize = 1_000;

/// Decides the critical points of the loss exactly. It stops if `cancel` returns true, or after calling it `limit`
/// times.
///
/// # Errors
/// Returns an error if the loss is neither a polynomial nor a monotone function of one, if it is too large, or if the
/// work was cancelled.
pub(super) fn exactly(loss: &Loss, view: &View, limit: usize, cancel: &dyn Fn() -> bool) -> Result<Exact, Undecided> {
    let questions = Counter::new(0);
    let stop = || {
        pause();
        questions.set(questions.get() + 1);
        questions.get() > MAX_QUESTIONS.min(limit) || cancel()
    };
    let expression = loss.formula().ok_or(Undecided::NotPolynomial)?.expression();
    if loss.examples() == 0 {
        return match decide(expression, loss.parameters(), view, &stop) {
            Err(Undecided::NotPolynomial) => composed(loss, view, &stop),
            decided => decided,
        };
    }
    if loss.examples() > MAX_EXAMPLES {
        return Err(Undecided::TooLarge);
    }
    let rows: Vec<Vec<Decimal>> = (0..loss.examples()).filter_map(|row| loss.example(row)).collect();
    let (mean, denominator) = Bivariate::mean(expression, loss.parameters(), &rows, MAX_DEGREE, &stop)?;
    decide_polynomial(&mean, &denominator, view, &stop)
}

/// L = φ(p) with a polynomial p, where φ′ has one sign on all values of p in view: L is critical where p is, and its
/// Hessian there is φ′(p) times that of p.
fn composed(loss: &Loss, view: &View, cancel: &dyn Fn() -> bool) -> Result<Exact, Undecided> {
    let expression = loss.formula().ok_or(Undecided::NotPolynomial)?.expression();
    let inner = innermost_argument(expression).ok_or(Undecided::NotPolynomial)?;
    let polynomial = Expression { nodes: expression.nodes[..=inner].to_vec(), ..expression.clone() };
    let mut outer = expression.clone();
    outer.nodes[inner] = Node::Weight(0);
    let mut exact = decide(&polynomial, loss.parameters(), view, cancel)?;
    let function = Outer { loss, expression: &outer };
    let values = range(loss, &polynomial, view).ok_or(Undecided::NotPolynomial)?;
    let (_, slope) = function.at(values).ok_or(Undecided::NotPolynomial)?;
    let sign = if slope.lo > 0.0 {
        1
    } else if slope.hi < 0.0 {
        -1
    } else {
        return Err(Undecided::NotPolynomial);
    };
    for point in exact.points.iter_mut().filter(|point| point.in_view) {
        let value = Interval::new(point.value.next_down(), point.value.next_up());
        // A value of exactly 0 is known to be that.
        let value = if point.value == 0.0 { Interval::point(0.0) } else { value };
        let (value, slope) = function.at(value).ok_or(Undecided::NotPolynomial)?;
        point.become_composed(value + 0.0, slope, sign);
    }
    for arc in exact.curves.iter_mut().flat_map(|curve| &mut curve.arcs).filter(|_| sign < 0) {
        arc.across = arc.across.mirrored();
    }
    Ok(exact)
}

/// The innermost sub-expression of which the whole is a function of one variable, inside functions of one argument and
/// operations with constants.
fn innermost_argument(expression: &Expression) -> Option<usize> {
    let mut depends = Vec::with_capacity(expression.nodes.len());
    for node in &expression.nodes {
        depends.push(match node {
            Node::Weight(_) | Node::Column(_) => true,
            Node::Number(_) | Node::Parameter(_) => false,
            Node::Unary(_, a) => depends[*a],
            Node::Binary(_, a, b) => depends[*a] || depends[*b],
        });
    }
    let mut place = expression.root();
    let mut innermost = None;
    loop {
        place = match expression.nodes.get(place)? {
            Node::Unary(Unary::Neg, a) => *a,
            Node::Unary(_, a) => {
                innermost = Some(*a);
                *a
            }
            Node::Binary(_, a, b) => match (depends[*a], depends[*b]) {
                (true, false) => *a,
                (false, true) => *b,
                _ => return innermost,
            },
            _ => return innermost,
        };
    }
}

/// The values of a polynomial on the view, enclosed.
fn range(loss: &Loss, polynomial: &Expression, view: &View) -> Option<Interval> {
    let mut digits = Digits::new(DIGITS)?;
    let side = |[low, high]: [f64; 2]| Interval::new(low.next_down(), high.next_up());
    let w = [digits.interval(side(view.w1))?, digits.interval(side(view.w2))?];
    let mut series = Series { numbers: &mut digits, order: 1 };
    let parameters = series.decimals(loss.parameters().iter().cloned());
    Some(series.of(polynomial, &w, &parameters, &[])?.value.to_interval())
}

/// Binary digits of the outer function.
const DIGITS: usize = 128;

/// A function of one variable, which stands for w1 in an expression.
struct Outer<'a> {
    loss: &'a Loss,
    expression: &'a Expression,
}

impl Outer<'_> {
    /// The midpoint of φ and an enclosure of φ′ over an interval; `None` if one is undefined.
    fn at(&self, x: Interval) -> Option<(f64, Interval)> {
        let mut digits = Digits::new(DIGITS)?;
        let x = digits.interval(x)?;
        let zero = digits.sub(&x, &x);
        let mut series = Series { numbers: &mut digits, order: 1 };
        let parameters = series.decimals(self.loss.parameters().iter().cloned());
        let at = series.of(self.expression, &[x, zero.clone()], &parameters, &[])?;
        let [slope, _] = at.gradient(&zero);
        Some((at.value.middle(), slope.to_interval()))
    }
}

/// The isolated points in view.
pub(super) fn points(exact: &Exact) -> Vec<CriticalPoint> {
    exact.points.iter().filter(|point| point.in_view).map(point_of).collect()
}

fn point_of(point: &ExactPoint) -> CriticalPoint {
    let is_degenerate = point.kind == Kind::Degenerate;
    CriticalPoint {
        w: point.w,
        value: point.value,
        eigen: point.spectrum.eigen,
        kind: point.kind,
        index: point.index,
        nature: point.index.filter(|_| is_degenerate).and_then(|index| nature(index, point.extremum)),
        contains: point.extremum,
        evidence: Evidence::Certified,
        enclosure: Some(point.enclosure),
        eigenvalue_enclosures: Some(point.spectrum.enclosures),
        beyond: None,
    }
}

/// The nature of a degenerate point with this index. An isolated critical point of index 1 − m has m valleys that lead
/// down (E. H. Rothe, A relation between the type numbers of a critical point and the index of the corresponding field
/// of gradient vectors, Mathematische Nachrichten 4, 1950).
pub(super) fn nature(index: i32, extremum: Option<Extremum>) -> Option<String> {
    Some(match (index, extremum) {
        (1, Some(Extremum::Minimum)) => "minimum-like".to_owned(),
        (1, Some(Extremum::Maximum)) => "maximum-like".to_owned(),
        (0, _) => "neither".to_owned(),
        (-1, _) => "saddle-like".to_owned(),
        (-2, _) => "monkey".to_owned(),
        (index, _) if index < -2 => format!("saddle with {} valleys", 1 - index),
        _ => return None,
    })
}

/// The curves in view.
pub(super) fn curves(exact: &Exact) -> Vec<CriticalCurve> {
    let kind = |across: Across| match across {
        Across::Minimum => Kind::Minimum,
        Across::Maximum => Kind::Maximum,
        Across::Crossing => Kind::Degenerate,
    };
    let arcs = exact.curves.iter().flat_map(|curve| &curve.arcs);
    arcs.map(|arc| CriticalCurve {
        polyline: arc.polyline.clone(),
        kind: kind(arc.across),
        evidence: Evidence::Certified,
    })
    .collect()
}
