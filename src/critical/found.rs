//! Points that a run came to: polished, looked at, and refused when they are none.

use super::chase::{UNDERFLOW, hessian_change};
use super::plane::Plane;
use super::{CriticalPoint, Evidence, index};
use crate::curvature::{Kind, SINGULAR_TOLERANCE, ZERO_TOLERANCE, definiteness, newton_step};
use crate::number::{Vector, eigenpairs};

/// A critical point and how well it is placed.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) z: Vector,
    pub(super) point: CriticalPoint,
    /// Points within this distance in z are the same one.
    pub(super) uncertainty: f64,
}

impl Found {
    /// Whether the Hessian is singular: such a point on a curve of critical points is one of the curve.
    pub(super) fn is_weak(&self) -> bool {
        self.point.kind == Kind::Degenerate
    }
}

/// A critical point with an invertible Hessian near z: placed by full Newton steps, and held against the winding number
/// of ∇L around it, which must be the sign of det H.
pub(super) fn simple_point(plane: &Plane, z: Vector) -> Option<Found> {
    let mut w = plane.world(z);
    let mut best = (f64::INFINITY, w);
    let mut last_step = f64::INFINITY;
    for _ in 0..6 {
        let jet = plane.loss.jet(w);
        let size = jet.gradient.norm();
        if size < best.0 {
            best = (size, w);
        }
        let step = newton_step(&eigenpairs(&jet.hessian)?, jet.gradient)?;
        let length = plane.square(w + step) - plane.square(w);
        last_step = length.norm();
        w += step;
    }
    let w = to_zero(plane, best.1);
    let uncertainty = 10.0 * last_step + 8.0 * plane.resolution;
    if uncertainty.is_nan() || uncertainty > 1e-6_f64.max(1e3 * plane.resolution) {
        return None;
    }
    let w = into_view(plane, w, uncertainty)?;
    let z = plane.square(w);
    let here = plane.at(z)?;
    let sign = if (here.eigen.values[0] > 0.0) == (here.eigen.values[1] > 0.0) { 1 } else { -1 };
    let mut radius = 1e-3;
    while index::circle(plane, z, radius) != Some(sign) {
        radius *= 0.125;
        if radius < 5.0 * uncertainty {
            return None;
        }
    }
    let jet = plane.loss.jet(w);
    let eigen = eigenpairs(&jet.hessian)?;
    let kind = definiteness(&eigen).kind();
    let point = CriticalPoint {
        w,
        value: jet.value,
        eigen,
        kind,
        index: Some(sign),
        nature: (kind == Kind::Degenerate).then(|| nature(plane, w, z, radius, Some(sign))).flatten(),
        evidence: Evidence::Candidate,
    };
    Some(Found { z, point, uncertainty: uncertainty.max(1e-9) })
}

/// A degenerate critical point at z, when ∇L is zero there as far as numbers can tell and not all around it.
pub(super) fn degenerate_point(plane: &Plane, z: Vector) -> Option<Found> {
    let slack = 1e-7_f64.max(100.0 * plane.resolution);
    let w = to_zero(plane, into_view(plane, plane.world(z), slack)?);
    let z = plane.square(w);
    let here = plane.at(z)?;
    let circle = index::around(z, 0.05, 16);
    let nearby: Vec<_> = circle.iter().filter_map(|&z| plane.at(z)).collect();
    let steepest = nearby.iter().map(|local| local.gradient.norm()).fold(0.0, f64::max);
    let strongest = nearby.iter().map(|local| local.eigen.magnitude()).fold(here.eigen.magnitude(), f64::max);
    if steepest < UNDERFLOW || here.gradient.norm() > 1e-11 * strongest {
        return None;
    }
    let jet = plane.loss.jet(w);
    let mut eigen = eigenpairs(&jet.hessian)?;
    // What mathematics has as zero is here as small as the point is well placed, and is written as zero.
    let floor = hessian_change(plane, &here, 1e-7).max(1e-7 * strongest) / strongest;
    let scale = eigen.magnitude().max(jet.hessian.amax());
    let both = here.eigen.magnitude() <= floor * strongest;
    for value in &mut eigen.values {
        if both || value.abs() <= scale * ZERO_TOLERANCE.max(SINGULAR_TOLERANCE) * 10.0 {
            *value = 0.0;
        }
    }
    // The same index on two circles, or none.
    let radius = 0.01;
    let index = index::circle(plane, z, radius).filter(|&wide| index::circle(plane, z, 0.3 * radius) == Some(wide));
    let point = CriticalPoint {
        w,
        value: jet.value,
        eigen,
        kind: Kind::Degenerate,
        index,
        nature: nature(plane, w, z, radius, index),
        evidence: Evidence::Candidate,
    };
    Some(Found { z, point, uncertainty: 1e-3 })
}

fn nature(plane: &Plane, w: Vector, z: Vector, radius: f64, index: Option<i32>) -> Option<String> {
    let circle: Vec<Vector> = index::around(z, radius, 64).into_iter().map(|z| plane.world(z)).collect();
    index::nature(&plane.loss, w, &circle, index)
}

/// The point moved onto the border when it lies outside by no more than it is uncertain; `None` farther outside.
fn into_view(plane: &Plane, w: Vector, slack: f64) -> Option<Vector> {
    let view = &plane.view;
    let clamp = |x: f64, [low, high]: [f64; 2]| {
        let slack = slack * 0.5 * (high - low);
        (low - slack <= x && x <= high + slack).then(|| x.clamp(low, high))
    };
    Some(Vector::new(clamp(w.x, view.w1)?, clamp(w.y, view.w2)?))
}

/// The point with coordinates that are zero but for rounding set to zero, where the gradient does not mind.
fn to_zero(plane: &Plane, w: Vector) -> Vector {
    let mut rounded = w;
    for (coordinate, range) in [(0, plane.view.w1), (1, plane.view.w2)] {
        if rounded[coordinate].abs() < 1e-14 * (range[1] - range[0]) {
            rounded[coordinate] = 0.0;
        }
    }
    let size = |w: Vector| plane.at(plane.square(w)).map(|local| (local.gradient.norm(), local.eigen.magnitude()));
    match (size(rounded), size(w)) {
        (Some((after, strength)), Some((before, _))) if after <= before.max(1e-15 * strength) => rounded,
        _ => w,
    }
}
