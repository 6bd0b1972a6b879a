//! The possible ends of curves: the known critical points, and proofs that a curve that has come near ends at one.
//!
//! Two proofs are tried. If H is definite over a square around a point, the distance to the point falls along the flow.
//! And if L on the border of a rectangle is beyond its value on the curve, the curve cannot leave the rectangle, and
//! ends at the only critical point in it.

use super::Sense;
use crate::critical::{CriticalPoints, Evidence, Extremum, nearest_on_segment};
use crate::curvature::Kind;
use crate::landscape::{Loss, View};
use crate::number::{Eigenpairs, Interval, Number, Vector};
use crate::optimizer::Certificate;

/// A critical point.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    pub w: Vector,
    pub value: f64,
    pub eigen: Eigenpairs,
    pub kind: Kind,
    /// The kind of extremum, also for a degenerate one.
    pub extremum: Option<Extremum>,
    pub certified: bool,
}

impl Target {
    /// Whether it attracts all curves of a neighbourhood.
    pub fn attracts(&self, sense: Sense) -> bool {
        match sense {
            Sense::Down => self.extremum == Some(Extremum::Minimum),
            Sense::Up => self.extremum == Some(Extremum::Maximum),
        }
    }

    /// A point that a proof has found outside the region of the search.
    pub fn discovered(loss: &Loss, certificate: &Certificate) -> Target {
        let Certificate { w, kind, eigen, .. } = *certificate;
        Target { w, value: loss.value(w), eigen, kind, extremum: extremum_of(kind), certified: true }
    }
}

fn extremum_of(kind: Kind) -> Option<Extremum> {
    match kind {
        Kind::Minimum => Some(Extremum::Minimum),
        Kind::Maximum => Some(Extremum::Maximum),
        Kind::Saddle | Kind::Degenerate => None,
    }
}

/// The critical points of a region.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Targets {
    pub points: Vec<Target>,
    /// The region in which they were searched for.
    pub region: View,
    /// Proved: the region has no other critical point.
    pub complete: bool,
    /// Curves of critical points.
    pub curves: Vec<Vec<Vector>>,
}

impl Targets {
    pub fn new(found: &CriticalPoints, region: View) -> Targets {
        let target = |point: &crate::critical::CriticalPoint| Target {
            w: point.w,
            value: point.value,
            eigen: point.eigen,
            kind: point.kind,
            extremum: extremum_of(point.kind).or(point.contains),
            certified: point.evidence == Evidence::Certified,
        };
        Targets {
            points: found.points.iter().map(target).collect(),
            region,
            complete: found.complete,
            curves: found.curves.iter().map(|curve| curve.polyline.clone()).collect(),
        }
    }

    /// The index of the known point that is nearest, and its distance.
    pub fn nearest(&self, w: Vector) -> Option<(usize, f64)> {
        let distances = self.points.iter().enumerate().map(|(index, target)| (index, (target.w - w).norm_squared()));
        let nearest = distances.min_by(|a, b| a.1.total_cmp(&b.1));
        nearest.map(|(index, squared)| (index, squared.sqrt()))
    }

    /// Whether a critical curve passes within this distance.
    pub fn has_curve_near(&self, w: Vector, distance: f64) -> bool {
        let near = |pair: &[Vector]| (nearest_on_segment(w, [pair[0], pair[1]]) - w).norm() <= distance;
        self.curves.iter().any(|curve| curve.windows(2).any(near))
    }

    /// Whether a curve that has reached w provably ends at the target.
    pub fn captures(&self, loss: &Loss, target: &Target, w: Vector, sense: Sense) -> bool {
        if !(target.certified && target.attracts(sense)) {
            return false;
        }
        let reach = 1.01 * (w - target.w).amax();
        let square = [0, 1].map(|i| Interval::new(target.w[i] - reach, target.w[i] + reach));
        is_definite(loss, &square, sense) || self.is_trapped(loss, target, w, sense)
    }

    /// Whether L on the border of a square around the target is beyond its value at w, and no other critical point is
    /// inside.
    fn is_trapped(&self, loss: &Loss, target: &Target, w: Vector, sense: Sense) -> bool {
        /// Pieces of an edge.
        const PIECES: usize = 16;
        let reach = 2.0 * (w - target.w).amax();
        let inside = |v: Vector| (v - target.w).amax() <= reach;
        let [low, high] = [target.w - Vector::repeat(reach), target.w + Vector::repeat(reach)];
        let others = self.points.iter().filter(|other| other.w != target.w && inside(other.w)).count();
        if !(self.complete && others == 0 && self.region.contains(low) && self.region.contains(high)) {
            return false;
        }
        let Some(enclosures) = loss.enclosures() else { return false };
        let here = enclosures.value([Interval::point(w.x), Interval::point(w.y)]);
        let is_beyond = |cell: [Interval; 2]| {
            let value: Interval = enclosures.value(cell);
            !value.partial
                && match sense {
                    Sense::Down => value.lo > here.hi,
                    Sense::Up => value.hi < here.lo,
                }
        };
        let piece = |axis: usize, k: usize| {
            let at = |k: usize| low[axis] + 2.0 * reach * (k as f64 / PIECES as f64);
            Interval::new(at(k).next_down(), at(k + 1).next_up())
        };
        (0..PIECES).all(|k| {
            [low, high].iter().all(|side| {
                is_beyond([piece(0, k), Interval::point(side.y)]) && is_beyond([Interval::point(side.x), piece(1, k)])
            })
        })
    }
}

/// Whether all Hessians over the square are definite: positive for a curve of descent, negative for a curve of ascent.
fn is_definite(loss: &Loss, square: &[Interval; 2], sense: Sense) -> bool {
    let Some(jet) = loss.enclosures().map(|enclosures| enclosures.jet_of(*square)) else { return false };
    let [a, b, d] = jet.hessian;
    let whole = [jet.value].into_iter().chain(jet.gradient).chain(jet.hessian);
    if !whole.into_iter().all(|x| !x.partial && x.lo.is_finite() && x.hi.is_finite()) {
        return false;
    }
    let has_sign = match sense {
        Sense::Down => a.lo > 0.0,
        Sense::Up => a.hi < 0.0,
    };
    has_sign && a.mul(d).sub(b.powi(2)).lo > 0.0
}

/// The length of the flow from `offset` to the extremum of a quadratic with these eigenpairs: x = x₀u, y = y₀u^κ for u
/// from 1 to 0, where κ is the ratio of the eigenvalues.
pub(super) fn remaining_length(eigen: &Eigenpairs, offset: Vector) -> f64 {
    /// Intervals of Simpson's rule.
    const COUNT: usize = 256;
    let [first, second] = eigen.values.map(f64::abs);
    let [weak, strong] = if first <= second { [0, 1] } else { [1, 0] };
    let ratio = eigen.values[strong].abs() / eigen.values[weak].abs();
    let (x, y) = (offset.dot(&eigen.vectors[weak]), offset.dot(&eigen.vectors[strong]));
    if !ratio.is_finite() {
        return offset.norm();
    }
    let speed = |u: f64| {
        let across = if u == 0.0 && ratio > 1.0 { 0.0 } else { ratio * y * libm::pow(u, ratio - 1.0) };
        libm::hypot(x, across)
    };
    let weight = |k: usize| {
        if k == 0 || k == COUNT {
            1.0
        } else if k % 2 == 1 {
            4.0
        } else {
            2.0
        }
    };
    let sum: f64 = (0..=COUNT).map(|k| weight(k) * speed(k as f64 / COUNT as f64)).sum();
    // The length is at most the sum of both coordinates. This bounds the error of the quadrature for a large ratio.
    // Rounding may put the bound below ‖offset‖.
    (sum / (3.0 * COUNT as f64)).min(x.abs() + y.abs()).max(offset.norm())
}
