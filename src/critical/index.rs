//! The Poincaré–Hopf index of ∇L: how often the gradient turns along a closed path. It is the sum over the critical
//! points inside: +1 for extrema, −1 for saddles, −2 for the monkey saddle, 0 for a fold.
//!
//! The path is sampled, so the answer is not a proof. If the gradient turns by more than a right angle between two
//! samples, the gap is halved; if repeated halving does not help, there is no answer.

use super::plane::FLAT;
use super::plane::Plane;
use crate::number::Vector;
use std::f64::consts::{FRAC_PI_2, TAU};

/// How often a gap is halved: around a minimum of condition number κ the gradient turns by half a turn within 1/κ.
const DEPTH: u32 = 40;

/// The winding number of ∇L (in z) along a path of straight pieces through the corners, closed from the last to the
/// first; `None` where ∇L vanishes or is undefined on the way, or turns faster than the sampling can follow.
pub(super) fn winding(plane: &Plane, corners: &[Vector]) -> Option<i32> {
    let gradients: Vec<Vector> = corners.iter().map(|&z| direction(plane, z)).collect::<Option<_>>()?;
    let mut turn = 0.0;
    for place in 0..corners.len() {
        let next = (place + 1) % corners.len();
        turn += turn_between(plane, (corners[place], gradients[place]), (corners[next], gradients[next]), DEPTH)?;
    }
    let index = (turn / TAU).round();
    // A closed path turns by a whole number of turns.
    ((turn - index * TAU).abs() < 1e-6).then_some(index as i32)
}

/// The winding number along the border of the view.
pub(super) fn border(plane: &Plane) -> Option<i32> {
    const SAMPLES: usize = 64;
    let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)].map(|(x, y)| Vector::new(x, y));
    let side = |side: &[Vector]| {
        let (from, to) = (side[0], side[1]);
        (0..SAMPLES).map(move |k| from + (to - from) * (k as f64 / SAMPLES as f64)).collect::<Vec<Vector>>()
    };
    winding(plane, &corners.windows(2).flat_map(side).collect::<Vec<Vector>>())
}

/// The winding number along a circle.
pub(super) fn circle(plane: &Plane, centre: Vector, radius: f64) -> Option<i32> {
    winding(plane, &around(centre, radius, 16))
}

/// Points on a circle, evenly spaced and none on an axis.
pub(super) fn around(centre: Vector, radius: f64, count: usize) -> Vec<Vector> {
    (0..count)
        .map(|k| {
            let angle = TAU * (k as f64 + 0.31) / count as f64;
            centre + radius * Vector::new(libm::cos(angle), libm::sin(angle))
        })
        .collect()
}

fn direction(plane: &Plane, z: Vector) -> Option<Vector> {
    let local = plane.at(z)?;
    let size = local.gradient.amax();
    (size > FLAT).then(|| local.gradient / size)
}

fn turn_between(plane: &Plane, a: (Vector, Vector), b: (Vector, Vector), depth: u32) -> Option<f64> {
    let turn = libm::atan2(a.1.x * b.1.y - a.1.y * b.1.x, a.1.dot(&b.1));
    if turn.abs() < FRAC_PI_2 {
        return Some(turn);
    }
    if depth == 0 {
        return None;
    }
    let z = 0.5 * (a.0 + b.0);
    let middle = (z, direction(plane, z)?);
    Some(turn_between(plane, a, middle, depth - 1)? + turn_between(plane, middle, b, depth - 1)?)
}

/// The winding numbers of the cells of a square grid with a corner at `corner(i, j)` for i, j from 0 to `cells`: (i, j,
/// winding number) for the cells where it could be determined. Neighbours share the turns along their common edge.
pub(super) fn windings(
    plane: &Plane,
    cells: usize,
    corner: &dyn Fn(usize, usize) -> Vector,
) -> Vec<(usize, usize, i32)> {
    let side = cells + 1;
    let nodes: Vec<Option<(Vector, Vector)>> = (0..side * side)
        .map(|k| {
            let z = corner(k % side, k / side);
            Some((z, direction(plane, z)?))
        })
        .collect();
    let turn = |from: usize, to: usize| turn_between(plane, nodes[from]?, nodes[to]?, DEPTH);
    let rightwards: Vec<Option<f64>> =
        (0..side * side).map(|k| if k % side < cells { turn(k, k + 1) } else { None }).collect();
    let upwards: Vec<Option<f64>> =
        (0..side * side).map(|k| if k / side < cells { turn(k, k + side) } else { None }).collect();
    let mut found = Vec::new();
    for j in 0..cells {
        for i in 0..cells {
            let k = j * side + i;
            let around = || Some(rightwards[k]? + upwards[k + 1]? - rightwards[k + side]? - upwards[k]?);
            if let Some(turn) = around() {
                found.push((i, j, (turn / TAU).round() as i32));
            }
        }
    }
    found
}
