//! The curves of degenerate points: rays of a small circle on which L has an extremum along the circle.
//!
//! Where L is about rᵏf(θ), curves leave the point along the extrema of f: along its least values downwards, one curve only where
//! f < 0 has one extremum in the sector, and along its greatest values upwards. So curves are drawn where the extrema around the
//! circle alternate in the sign of L − L(point), one to each sector. The sign is that of ∂L/∂r.

use super::Sense;
use super::start::Start;
use crate::formula::Evaluator;
use crate::number::Vector;
use std::f64::consts::TAU;

/// Directions that are looked at: extrema nearer to each other than 2π/720 may be overlooked.
const DIRECTIONS: usize = 720;
/// The radii of the circles that have to agree, as shares of the view's smaller side, the largest first.
const RADII: [f64; 3] = [2e-3, 5e-4, 1.25e-4];

/// An extremum of L along a circle.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ray {
    angle: f64,
    /// Whether L grows outward.
    above: bool,
}

/// The first points of the curves, each with its sense; or why there are none, as a sentence.
pub(super) fn starts(evaluator: &mut Evaluator, centre: Vector, side: f64) -> Result<Vec<(Sense, Start)>, String> {
    let mut rays = Vec::new();
    let mut count = None;
    for share in RADII {
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
    let radius = RADII[RADII.len() - 1] * side;
    let start = |ray: &Ray| {
        let w = centre + radius * direction(ray.angle);
        let sense = if ray.above { Sense::Up } else { Sense::Down };
        // The curve bends away from its ray by the square of the radius.
        (sense, Start { saddle: centre, w, length: radius, error: radius * radius / side })
    };
    Ok(rays.iter().map(start).collect())
}

/// Why no curves are drawn, from the signs of L − L(point) at the extrema around the circle.
fn reason(signs: &[bool]) -> String {
    let below = signs.iter().filter(|above| !**above).count();
    match (below, signs.len() - below) {
        (0, _) => "L is greater all around the point: no curve leads down from it.".to_owned(),
        (_, 0) => "L is less all around the point: no curve leads up from it.".to_owned(),
        _ => "Around the point a sector has more than one direction in which L changes most, so that no curve is \
              singled out: infinitely many run into the point."
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
        evaluator.slope(centre + radius * outward).1.dot(&Vector::new(-outward.y, outward.x))
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
        (angle, evaluator.slope(centre + radius * outward).1.dot(&outward) > 0.0)
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
