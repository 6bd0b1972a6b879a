//! Points to which runs of the search converged: polished, checked, and rejected if they are not critical.

use super::degenerate::stands_alone;
use super::plane::Plane;
use super::plane::hessian_change;
use super::{CriticalPoint, index};
use crate::curvature::{Kind, definiteness, newton_step};
use crate::number::{Vector, eigenpairs};

/// A critical point and how well it is placed.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) z: Vector,
    pub(super) point: CriticalPoint,
    /// Points within this distance in z count as the same.
    pub(super) uncertainty: f64,
    /// Runs that come this near would end here, as samples of H suggest; 0 if that is not known.
    pub(super) basin: f64,
}

/// The distance within which H changes by less than a quarter of its weaker eigenvalue, so that Newton's method
/// contracts towards z from everywhere within it (Kantorovich's theorem, with a sampled bound).
fn basin(plane: &Plane, z: Vector) -> f64 {
    let Some(here) = plane.at(z) else { return 0.0 };
    let [_, (weak, _)] = here.strong_and_weak();
    let mut radius = 0.2;
    while radius > 1e-6 {
        if hessian_change(plane, &here, radius) < 0.25 * weak.abs() {
            return radius;
        }
        radius *= 0.5;
    }
    0.0
}

/// A critical point with an invertible Hessian near z: placed by full Newton steps, and checked by the winding number
/// of ∇L around it, which must be the sign of det H.
pub(super) fn simple_point(plane: &Plane, z: Vector) -> Option<Found> {
    let mut w = plane.world(z);
    let mut last_step = f64::INFINITY;
    for round in 0..12 {
        let jet = plane.loss.jet(w);
        let step = newton_step(&eigenpairs(&jet.hessian)?, jet.gradient)?;
        let length = (plane.square(w + step) - plane.square(w)).norm();
        // From here on growing steps are rounding errors. The first steps may grow in a curved valley.
        if round > 3 && length >= 0.5 * last_step {
            last_step = length;
            break;
        }
        last_step = length;
        if length <= 0.25 * plane.resolution {
            break;
        }
        w += step;
    }
    let w = to_zero(plane, w);
    let uncertainty = 10.0 * last_step + 8.0 * plane.resolution;
    if uncertainty.is_nan() || uncertainty > 1e-6_f64.max(1e3 * plane.resolution) {
        return None;
    }
    let w = into_view(plane, w, uncertainty)?;
    let z = plane.square(w);
    let here = plane.at(z)?;
    let sign = if (here.eigen.values[0] > 0.0) == (here.eigen.values[1] > 0.0) { 1 } else { -1 };
    let [_, (weak, _)] = here.strong_and_weak();
    if hessian_change(plane, &here, uncertainty) > 0.5 * weak.abs() {
        return None;
    }
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
    let point = CriticalPoint { index: Some(sign), ..CriticalPoint::candidate(w, jet.value, eigen, kind) };
    Some(Found { z, point, uncertainty: uncertainty.max(1e-9), basin: basin(plane, z) })
}

/// An estimate of the other point of a pair: along the weak eigenvector the gradient is about λt + λ't²/2, which also
/// vanishes at t = −2λ/λ'.
pub(super) fn partner(plane: &Plane, z: Vector) -> Option<Vector> {
    const H: f64 = 1e-3;
    let [_, (weak, along)] = plane.at(z)?.strong_and_weak();
    let curvature = |t: f64| Some(along.dot(&(plane.at(z + t * along)?.hessian * along)));
    let change = (curvature(H)? - curvature(-H)?) / (2.0 * H);
    let t = -2.0 * weak / change;
    (t.abs() < 0.3).then(|| z + t * along).filter(|partner| partner.amax() <= 1.0)
}

/// A degenerate critical point at z, if ∇L is numerically zero there but not all around it.
///
/// `uncertainty` bounds the error of z.
pub(super) fn degenerate_point(plane: &Plane, z: Vector, uncertainty: f64) -> Option<Found> {
    let slack = 1e-7_f64.max(100.0 * plane.resolution);
    let w = to_zero(plane, into_view(plane, plane.world(z), slack)?);
    let z = plane.square(w);
    let here = plane.at(z)?;
    if ![0.003, 0.01, 0.03, 0.1].iter().any(|&radius| stands_alone(plane, z, radius, 1e-3)) {
        return None;
    }
    let nearby = index::around(z, 0.05, 16);
    let strongest = nearby
        .iter()
        .filter_map(|&z| plane.at(z))
        .fold(here.eigen.magnitude(), |strongest, local| strongest.max(local.eigen.magnitude()));
    let jet = plane.loss.jet(w);
    let mut eigen = eigenpairs(&jet.hessian)?;
    // An eigenvalue that is mathematically zero is as small as the error of the point allows, and is set to zero.
    let unresolved = if here.eigen.magnitude() <= 1e-6 * strongest { f64::INFINITY } else { 1e-7 * eigen.magnitude() };
    for value in &mut eigen.values {
        if value.abs() <= unresolved {
            *value = 0.0;
        }
    }
    // The same index on two circles, or none.
    let index = [0.003, 0.01, 0.03, 0.1].iter().find_map(|&radius| {
        let wide = index::circle(plane, z, 2.0 * radius)?;
        (index::circle(plane, z, radius) == Some(wide)).then_some(wide)
    });
    let point = CriticalPoint { index, ..CriticalPoint::candidate(w, jet.value, eigen, Kind::Degenerate) };
    Some(Found { z, point, uncertainty, basin: 0.0 })
}

/// The point, moved onto the border if it is outside by at most its uncertainty; `None` if it is farther outside.
fn into_view(plane: &Plane, w: Vector, slack: f64) -> Option<Vector> {
    let view = &plane.view;
    let clamp = |x: f64, [low, high]: [f64; 2]| {
        let slack = slack * 0.5 * (high - low);
        (low - slack <= x && x <= high + slack).then(|| x.clamp(low, high))
    };
    Some(Vector::new(clamp(w.x, view.w1)?, clamp(w.y, view.w2)?))
}

/// The point with coordinates that are zero up to rounding set to zero, if the gradient allows it.
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
