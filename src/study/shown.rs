//! Numbers as tables and read-outs show them: a number without a known digit is shown as 0, and a number that is proved
//! not to be 0 is never shown as 0.
//!
//! At a minimum where L = 0 the computed value is 1.578e−30 or so, and at a saddle an eigenvalue that is 0 is −2.6e−18.
//! The enclosure of such a rounding error contains 0 and is small compared with the numbers around it.

use crate::critical::{CriticalCurve, CriticalPoint, Evidence, enclosed_jet};
use crate::curvature::{Definiteness, Kind, proved_definiteness};
use crate::formula::JetOf;
use crate::landscape::{Jet, Loss, View};
use crate::number::display::{clean, within_bounds};
use crate::number::{Constant, Decimal, Interval, Matrix, Vector, eigenpairs};

/// L, ∇L, H and its eigenvalues at a point, with 0 for rounding errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    /// L.
    pub value: f64,
    /// ∇L.
    pub gradient: Vector,
    /// H.
    pub hessian: Matrix,
    /// λ1 ≤ λ2; NaN where H is undefined.
    pub eigenvalues: [f64; 2],
}

/// For more examples no enclosure is computed; for 2,000 it takes some milliseconds.
const MOST_ENCLOSED: usize = 2_000;
/// A formula with more operations is enclosed by 64-bit numbers only, because a table has many rows: with many digits a point takes
/// some hundredths of a second.
const MOST_OPERATIONS: usize = 8_000;

impl Shown {
    /// The numbers at w, in a table with other values of L of the size `beside`.
    pub fn at(loss: &Loss, w: Vector, beside: f64) -> Shown {
        let jet = loss.jet(w);
        let is_long = loss.examples() == 0 && loss.operations() > MOST_OPERATIONS;
        let roughly = || Some(loss.enclosures()?.jet_of(Decimal::coordinates(w)));
        let enclosed = if loss.examples() > MOST_ENCLOSED {
            None
        } else if is_long {
            roughly()
        } else {
            enclosed_jet(loss, w)
        };
        match enclosed {
            Some(enclosed) => Shown::enclosed(w, &jet, &enclosed, beside),
            None => Shown { value: clean(jet.value, beside), ..Shown::computed(&jet) },
        }
    }

    /// The computed numbers, if no enclosure is known; a number below the rounding error of a neighbour is 0.
    pub fn computed(jet: &Jet) -> Shown {
        let [across, strength] = [jet.gradient.amax(), jet.hessian.amax()];
        let eigenvalues = eigenvalues(jet);
        let largest = eigenvalues[0].abs().max(eigenvalues[1].abs());
        Shown {
            value: jet.value,
            gradient: jet.gradient.map(|component| clean(component, across)),
            hessian: jet.hessian.map(|entry| clean(entry, strength)),
            eigenvalues: eigenvalues.map(|value| clean(value, largest)),
        }
    }

    /// The numbers at w with their enclosures there. A change of w by its own size changes ∇L by about |H||w| and L by
    /// about
    /// |H||w|² or |∇L||w|: compared with these, a small enclosure counts as that of a zero.
    pub fn enclosed(w: Vector, jet: &Jet, enclosed: &JetOf<Constant>, beside: f64) -> Shown {
        let reach = w.amax().max(1.0);
        let strength = finite(jet.hessian.iter());
        let slope = finite(jet.gradient.iter());
        let shown = |value: f64, bounds: Interval, scale: f64| match bounds.is_empty() || bounds.partial {
            true => value,
            false => within_bounds(value, [bounds.lo, bounds.hi], scale),
        };
        let value_scale = (strength * reach * reach).max(slope * reach).max(beside);
        let gradient = [0, 1]
            .map(|index| shown(jet.gradient[index], enclosed.gradient[index].enclosure, (strength * reach).max(slope)));
        let entry = |index: usize, value: f64| shown(value, enclosed.hessian[index].enclosure, strength);
        let across = entry(1, jet.hessian[(0, 1)]);
        Shown {
            value: shown(jet.value, enclosed.value.enclosure, value_scale),
            gradient: gradient.into(),
            hessian: Matrix::new(entry(0, jet.hessian[(0, 0)]), across, across, entry(2, jet.hessian[(1, 1)])),
            eigenvalues: enclosed_eigenvalues(jet, &enclosed.hessian, strength),
        }
    }
}

/// The value of L on a curve that is proved to consist of minima, as a table shows it. L is constant on it, but its vertices are
/// rounded, so that L is a little larger there. With the least value of L in a small square around a vertex the value is
/// enclosed. `None` for any other curve.
pub fn value_on_curve(loss: &Loss, view: &View, curve: &CriticalCurve) -> Option<f64> {
    /// Half the side of the square, as a share of the view's.
    const AROUND: f64 = 1e-9;
    /// As many vertices are looked at.
    const VERTICES: usize = 8;
    if curve.kind != Kind::Minimum || curve.evidence != Evidence::Certified || loss.examples() > MOST_ENCLOSED {
        return None;
    }
    let stride = curve.polyline.len().div_ceil(VERTICES).max(1);
    let vertices = curve.polyline.iter().step_by(stride).filter(|w| view.contains(**w));
    let values = vertices.map(|w| (loss.value(*w), *w)).filter(|(value, _)| value.is_finite());
    let (value, w) = values.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let shown = Shown::at(loss, w, 0.0).value;
    let Some(enclosures) = loss.enclosures().filter(|_| shown != 0.0) else { return Some(shown) };
    let side = |x: f64, length: f64| Interval::new(x - AROUND * length, x + AROUND * length);
    let around = enclosures.value([side(w.x, view.width()), side(w.y, view.height())]);
    let jet = loss.jet(w);
    let reach = w.amax().max(1.0);
    let is_known = !around.is_empty() && !around.partial && around.lo <= value;
    let scale = finite(jet.hessian.iter()) * reach * reach;
    Some(if is_known { within_bounds(shown, [around.lo, value.max(shown)], scale) } else { shown })
}

/// A critical point as a table shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShownPoint {
    /// Its place.
    pub w: Vector,
    /// L there.
    pub value: f64,
    /// λ1 ≤ λ2.
    pub eigenvalues: [f64; 2],
}

impl ShownPoint {
    /// So many points are shown at once at most: by the table, and in the description of the picture.
    pub const AT_ONCE: usize = 40;

    /// A point of a view, in a table with other values of L of the size `beside`.
    pub fn of(loss: &Loss, view: &View, point: &CriticalPoint, beside: f64) -> ShownPoint {
        let values = point.eigen.values;
        let largest = values[0].abs().max(values[1].abs());
        let bounded = |value: f64, bounds: Option<[f64; 2]>, scale: f64| match bounds {
            Some(bounds) => within_bounds(value, bounds, scale),
            None => clean(value, scale),
        };
        let sides = [view.width(), view.height()];
        let coordinate = |axis: usize| bounded(point.w[axis], point.enclosure.map(|sides| sides[axis]), sides[axis]);
        let eigenvalue =
            |index: usize| bounded(values[index], point.eigenvalue_enclosures.map(|both| both[index]), largest);
        ShownPoint {
            w: Vector::new(coordinate(0), coordinate(1)),
            value: Shown::at(loss, point.w, beside.max(largest)).value,
            eigenvalues: [eigenvalue(0), eigenvalue(1)],
        }
    }

    /// The size of the values of L in a table.
    pub fn size(points: &[CriticalPoint]) -> f64 {
        finite(points.iter().map(|point| &point.value))
    }

    /// All points of a table; the values of the other points set the scale for each.
    pub fn all(loss: &Loss, view: &View, points: &[CriticalPoint]) -> Vec<ShownPoint> {
        let size = ShownPoint::size(points);
        points.iter().map(|point| ShownPoint::of(loss, view, point, size)).collect()
    }
}

/// The size of the largest finite number.
fn finite<'a>(numbers: impl Iterator<Item = &'a f64>) -> f64 {
    numbers.filter(|number| number.is_finite()).fold(0.0, |largest: f64, number| largest.max(number.abs()))
}

fn eigenvalues(jet: &Jet) -> [f64; 2] {
    eigenpairs(&jet.hessian).map_or([f64::NAN; 2], |eigen| eigen.values)
}

/// The eigenvalues; 0 if that is proved, or if the enclosures of the entries do not separate a small one from 0. The
/// error of an eigenvalue is at most the norm of the errors of the entries (H. Weyl, 1912).
fn enclosed_eigenvalues(jet: &Jet, hessian: &[Constant; 3], strength: f64) -> [f64; 2] {
    let values = eigenvalues(jet);
    let smaller = usize::from(values[0].abs() > values[1].abs());
    let without_smaller = std::array::from_fn(|index| if index == smaller { 0.0 } else { values[index] });
    let widths = [0, 1, 1, 2].map(|index: usize| hessian[index].enclosure.width());
    let off = libm::sqrt(widths.iter().map(|width| width * width).sum());
    match proved_definiteness(hessian) {
        Some(Definiteness::PositiveDefinite | Definiteness::NegativeDefinite | Definiteness::Indefinite) => values,
        Some(Definiteness::PositiveSemidefinite | Definiteness::NegativeSemidefinite) => without_smaller,
        Some(Definiteness::Zero) => [0.0; 2],
        Some(Definiteness::Undecided) | None => {
            values.map(|value| within_bounds(value, [value - off, value + off], strength))
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]
    use super::*;
    use crate::critical::search;
    use std::collections::BTreeMap;

    fn loss(formula: &str) -> Loss {
        Loss::new(formula, &BTreeMap::new()).unwrap()
    }

    /// A number is not nothing because it is small.
    #[test]
    fn digits_that_are_known_are_shown() {
        assert_eq!(Shown::at(&loss("w1^2 + w2^2 + 1e-16"), Vector::zeros(), 1e3).value, 1e-16);
        assert_eq!(Shown::at(&loss("w1^2 + w2^2"), Vector::new(1e-20, 0.0), 1.0).gradient, Vector::new(2e-20, 0.0));
        let shown = Shown::at(&loss("5e11*w1^2 + w2^2/2"), Vector::new(0.0, 1e-9), 0.0);
        assert_eq!([shown.hessian[(0, 0)], shown.hessian[(1, 1)]], [1e12, 1.0]);
        assert!((shown.value / 5e-19 - 1.0).abs() < 1e-12 && shown.eigenvalues == [1.0, 1e12], "{shown:?}");
    }

    /// (1 + w1 − w1)² − 1 and similar formulas are 0; their computed values are rounding errors.
    #[test]
    fn rounding_is_shown_as_nothing() {
        let shown = Shown::at(&loss("(0.1 + 0.2 - 0.3)*w1 + w1^2 + w2^2 + 0.7 - 0.4 - 0.3"), Vector::zeros(), 0.0);
        assert_eq!((shown.value, shown.gradient), (0.0, Vector::zeros()));
        // L = 0 at all four minima of Himmelblau's function, three of which are not f64.
        let (loss, view) = (loss("(w1^2+w2-11)^2+(w1+w2^2-7)^2"), View::new(-6.0, 0.0, -6.0, 6.0).unwrap());
        let points = search(&loss, &view).points;
        let minima = |point: &&CriticalPoint| point.kind == crate::curvature::Kind::Minimum;
        let values: Vec<f64> =
            points.iter().filter(minima).map(|point| ShownPoint::of(&loss, &view, point, 0.0).value).collect();
        assert_eq!(values, [0.0, 0.0]);
    }

    /// A minimum of 10⁻¹³ is none of 0.
    #[test]
    fn a_small_value_is_a_value() {
        let (loss, view) = (loss("w1^2 + w2^2 + 1e-13"), View::new(-1.0, 1.0, -1.0, 1.0).unwrap());
        let points = search(&loss, &view).points;
        assert_eq!(ShownPoint::of(&loss, &view, &points[0], 1.0).value, 1e-13);
    }
}
