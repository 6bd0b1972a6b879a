//! What exact algebra says of a polynomial, as critical points.

use super::algebra::{Across, Bivariate, Exact, ExactPoint, MAX_DEGREE, Undecided, decide, decide_polynomial};
use super::proof::krawczyk::Cell;
use super::proof::{extremum, winding};
use super::{CriticalCurve, CriticalPoint, Evidence, index};
use crate::curvature::Kind;
use crate::landscape::{Loss, View};
use crate::number::{Interval, Matrix, Vector, eigenpairs};
use std::cell::Cell as Counter;

/// How often the algebra may ask whether to go on: Goldstein–Price, of degree 8, asks some hundred times. Counted and
/// not timed, so that every machine decides the same polynomials.
const MAX_QUESTIONS: u32 = 20_000;

/// The polynomials of more examples are not added up: the sum of a thousand takes some ten milliseconds.
const MAX_EXAMPLES: usize = 1_000;

/// Decides the critical points of the loss exactly, unless `cancel` says to stop.
///
/// # Errors
/// When the loss is no polynomial, is too large, or the work was cancelled.
pub(super) fn exactly(loss: &Loss, view: &View, cancel: &dyn Fn() -> bool) -> Result<Exact, Undecided> {
    let questions = Counter::new(0);
    let stop = || {
        questions.set(questions.get() + 1);
        questions.get() > MAX_QUESTIONS || cancel()
    };
    let expression = loss.formula().expression();
    let Some(examples) = loss.tape().examples() else {
        return decide(expression, loss.parameters(), view, &stop);
    };
    if examples.count() > MAX_EXAMPLES {
        return Err(Undecided::TooLarge);
    }
    let rows: Vec<Vec<f64>> = (0..examples.count()).map(|row| examples.row(row)).collect();
    let (mean, denominator) = Bivariate::mean(expression, loss.parameters(), &rows, MAX_DEGREE)?;
    decide_polynomial(&mean, &denominator, view, &stop)
}

/// The isolated points in view.
pub(super) fn points(loss: &Loss, view: &View, exact: &Exact) -> Vec<CriticalPoint> {
    exact.points.iter().filter(|point| point.in_view).filter_map(|point| point_of(loss, view, exact, point)).collect()
}

fn point_of(loss: &Loss, view: &View, exact: &Exact, point: &ExactPoint) -> Option<CriticalPoint> {
    let [a, b, d] = point.hessian;
    let mut eigen = eigenpairs(&Matrix::new(a, b, b, d))?;
    for (value, sign) in eigen.values.iter_mut().zip(point.signs) {
        if sign == 0 {
            *value = 0.0;
        }
    }
    // A point that rounds to one outside is on the border.
    let w = Vector::new(point.w.x.clamp(view.w1[0], view.w1[1]), point.w.y.clamp(view.w2[0], view.w2[1]));
    let (mut contains, mut radius) = (None, 0.0);
    let index = match point.kind {
        Kind::Minimum | Kind::Maximum => Some(1),
        Kind::Saddle => Some(-1),
        Kind::Degenerate => {
            let alone = alone_around(view, exact, point);
            contains = alone.iter().find_map(|(_, around)| extremum(loss.tape(), around, [point.w.x, point.w.y]));
            // On a curve of critical points the border cannot be walked, and no index is found.
            let index = |(share, around): &(f64, Cell)| Some((winding::index(loss.tape(), around)?, 0.7 * share));
            alone.iter().find_map(index).map(|(index, size)| {
                radius = size;
                index
            })
        }
    };
    let nature = match (point.kind, index) {
        (Kind::Degenerate, Some(index)) => {
            let circle: Vec<Vector> = index::around(Vector::zeros(), radius, 64)
                .into_iter()
                .map(|z| w + Vector::new(z.x * view.width(), z.y * view.height()))
                .collect();
            index::nature(loss, w, &circle, index)
        }
        _ => None,
    };
    Some(CriticalPoint {
        w,
        value: point.value,
        eigen,
        kind: point.kind,
        index,
        nature,
        contains,
        evidence: Evidence::Certified,
    })
}

/// Rectangles around a point that hold no other, largest first, each with its half size as a share of the view.
fn alone_around(view: &View, exact: &Exact, point: &ExactPoint) -> Vec<(f64, Cell)> {
    let size = [view.width(), view.height()];
    let around = |share: f64| {
        let side = |i: usize| Interval::new(point.bounds[i][0] - share * size[i], point.bounds[i][1] + share * size[i]);
        (share, [0, 1].map(side))
    };
    let holds_one = |(_, around): &(f64, Cell)| {
        exact.points.iter().filter(|other| around[0].contains(other.w.x) && around[1].contains(other.w.y)).count() == 1
    };
    [3e-2, 1e-2, 3e-3, 1e-3, 1e-4, 1e-5].into_iter().map(around).filter(holds_one).collect()
}

/// Curves that were followed numerically, with what algebra proves of them.
pub(super) fn curves(exact: &Exact, followed: Vec<CriticalCurve>) -> Vec<CriticalCurve> {
    let meets: Vec<_> = exact.curves.iter().filter(|curve| curve.in_view).collect();
    let across = |across: Across| match across {
        Across::Minimum => Some(Kind::Minimum),
        Across::Maximum => Some(Kind::Maximum),
        Across::Crossing => Some(Kind::Degenerate),
        Across::Mixed => None,
    };
    let first = meets.first().and_then(|curve| across(curve.across));
    let agreed = first.filter(|kind| meets.iter().all(|curve| across(curve.across) == Some(*kind)));
    let proved = |curve: CriticalCurve| match agreed {
        Some(kind) => CriticalCurve { kind, evidence: Evidence::Certified, ..curve },
        None => curve,
    };
    followed.into_iter().map(proved).collect()
}
