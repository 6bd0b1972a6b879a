//! The curves of degenerate points. They begin at the extrema of L along a small circle.
//!
//! If L is about rᵏf(θ) near the point, curves leave it along the extrema of f: downwards along its minima and upwards
//! along its maxima. There is a single curve in a sector only if f has one extremum in it. So curves are drawn if the
//! extrema around the circle alternate in the sign of L − L(point), one for each sector. The sign is that of ∂L/∂r.
//!
//! If one eigenvalue is not zero, its two curves begin as those of a simple saddle. The other two begin farther out.
//! Nearer to the point, neighbouring curves converge to them so fast that the equation is stiff for an explicit method;
//! for the same reason their beginning need not be exact.

use super::Sense;
use super::start::{Start, start};
use crate::landscape::Evaluator;
use crate::number::{Eigenpairs, Vector};
use std::f64::consts::TAU;

/// How many directions are evaluated. Extrema nearer to each other than 2π/720 may be overlooked.
const DIRECTIONS: usize = 720;
/// The radii of the circles that have to agree, as shares of the view's smaller side, the largest first: for H = 0, and
/// for one eigenvalue that is not zero.
const RADII: [f64; 3] = [2e-3, 5e-4, 1.25e-4];
const WIDE_RADII: [f64; 3] = [4e-2, 2e-2, 1e-2];
/// The first point of a curve along the eigenvector of such an eigenvalue.
const FIRST: f64 = 1e-4;

/// An extremum of L along a circle.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ray {
    angle: f64,
    /// Whether L grows outward.
    above: bool,
}

/// The first points of the curves, each with its sense; or the reason why there are none, as a sentence.
pub(super) fn starts(
    evaluator: &mut Evaluator,
    centre: Vector,
    eigen: &Eigenpairs,
    side: f64,
) -> Result<Vec<(Sense, Start)>, String> {
    let strong = strong_direction(evaluator, centre, eigen, side);
    let radii = if strong.is_some() { WIDE_RADII } else { RADII };
    let mut rays = Vec::new();
    let mut count = None;
    for share in radii {
        rays = rays_at(evaluator, centre, share * side)
            .ok_or("L is undefined around the point, so that no curve is drawn.")?;
        let signs: Vec<bool> = rays.iter().map(|ray| ray.above).collect();
        if *count.get_or_insert(signs.len()) != signs.len() {
            return Err("The directions of steepest change differ from circle to circle around the point, so that no \
                        curve is drawn."
                .to_owned());
        }
        let alternates = signs.iter().zip(signs.iter().cycle().skip(1)).all(|(first, next)| first != next);
        if signs.len() < 4 || !alternates {
            return Err(reason(&signs));
        }
    }
    let radius = radii[radii.len() - 1] * side;
    let begin = |ray: &Ray| {
        let along = direction(ray.angle);
        let sense = if ray.above { Sense::Up } else { Sense::Down };
        let start = match strong {
            Some(strong) if along.dot(&strong).abs() > 0.7 => {
                start(evaluator, centre, along.dot(&strong).signum() * strong, FIRST * side)
            }
            // The curve bends away from its ray by the square of the radius.
            _ => Start { saddle: centre, w: centre + radius * along, length: radius, error: radius * radius / side },
        };
        (sense, start)
    };
    Ok(rays.iter().map(begin).collect())
}

/// The eigenvector of the larger eigenvalue, if that is not negligible relative to the Hessians around the point.
fn strong_direction(evaluator: &mut Evaluator, centre: Vector, eigen: &Eigenpairs, side: f64) -> Option<Vector> {
    let around = [Vector::x(), Vector::y()].map(|axis| evaluator.jet(centre + 0.05 * side * axis).hessian.norm());
    let strong = usize::from(eigen.values[1].abs() > eigen.values[0].abs());
    (eigen.values[strong].abs() > 1e-6 * around[0].max(around[1])).then_some(eigen.vectors[strong])
}

/// Why no curves are drawn, from the signs of L − L(point) at the extrema around the circle.
fn reason(signs: &[bool]) -> String {
    let below = signs.iter().filter(|above| !**above).count();
    match (below, signs.len() - below) {
        (0, _) => "L is greater all around the point: no curve leads down from it.".to_owned(),
        (_, 0) => "L is less all around the point: no curve leads up from it.".to_owned(),
        _ => "Around the point a sector has more than one direction in which L changes most, so infinitely many \
              curves run into the point, and none is drawn."
            .to_owned(),
    }
}

fn direction(angle: f64) -> Vector {
    Vector::new(libm::cos(angle), libm::sin(angle))
}

/// The extrema of L along a circle by angle; `None` where ∇L is undefined on it.
fn rays_at(evaluator: &mut Evaluator, centre: Vector, radius: f64) -> Option<Vec<Ray>> {
    let mut tangential = |angle: f64| {
        let outward = direction(angle);
        evaluator.value_and_gradient(centre + radius * outward).1.dot(&Vector::new(-outward.y, outward.x))
    };
    // Offset, so that no axis of symmetry is hit exactly.
    let angle = |k: usize| TAU * (k as f64 + 0.31) / DIRECTIONS as f64;
    let slopes: Vec<f64> = (0..DIRECTIONS).map(|k| tangential(angle(k))).collect();
    if slopes.iter().any(|slope| !slope.is_finite()) {
        return None;
    }
    let mut angles = Vec::new();
    for k in 0..DIRECTIONS {
        let (before, after) = (slopes[k], slopes[(k + 1) % DIRECTIONS]);
        if (before > 0.0) != (after > 0.0) {
            angles.push(zero(&mut tangential, angle(k), angle(k + 1), before > 0.0));
        }
    }
    let above = |angle: f64| {
        let outward = direction(angle);
        (angle, evaluator.value_and_gradient(centre + radius * outward).1.dot(&outward) > 0.0)
    };
    Some(angles.into_iter().map(above).map(|(angle, above)| Ray { angle, above }).collect())
}

/// The angle at which the sign changes, by bisection.
fn zero(function: &mut dyn FnMut(f64) -> f64, mut low: f64, mut high: f64, positive_at_low: bool) -> f64 {
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if (function(middle) > 0.0) == positive_at_low {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}
