//! One run of the search: Newton's method on ∇L = 0, damped so that it comes to rest at critical points of every kind.

use super::plane::{Local, Plane};
use crate::curvature::ZERO_TOLERANCE;
use crate::number::Vector;

/// What a run came to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arrival {
    /// ∇L = 0 with an invertible Hessian.
    Simple(Vector),
    /// ∇L is about 0 and H singular, or the run crept as it does towards such points: for others to decide.
    Singular(Vector),
    /// It left the view, ran into a minimum of ‖∇L‖ that is no zero, or where L is undefined.
    Lost,
}

/// A gradient below this is no number but the remains of an underflow: e^{−700} is 1e-304.
pub(super) const UNDERFLOW: f64 = 1e-290;

const ITERATIONS: usize = 60;
/// The longest step, a share of half the view: beyond it the quadratic model says nothing.
const LONGEST: f64 = 0.25;
/// How far outside the view a run may stray and still come back.
const STRAY: f64 = 1.5;

/// Follows Levenberg–Marquardt steps on ‖∇L‖² from z: each must make ‖∇L‖ smaller, the damping grows until it does and
/// fades where Newton's own step works (J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., §10.3).
///
/// Towards a simple zero the steps shrink quadratically. Towards a zero of multiplicity p they shrink by the factor
/// ρ = (p − 1)/p each; once that is seen, the sum step·ρ/(1 − ρ) of all steps to come is jumped at once.
pub(super) fn chase(plane: &Plane, start: Vector) -> Arrival {
    let Some(mut here) = plane.at(start) else { return Arrival::Lost };
    let mut damping = 0.0;
    let mut previous_length = f64::INFINITY;
    let mut previous_ratio = 0.0;
    let mut creeping = 0;
    let mut jumps = 0;
    for _ in 0..ITERATIONS {
        let size = here.gradient.norm();
        if size < UNDERFLOW {
            break;
        }
        let mut step = here.step(damping);
        let length = step.norm();
        if damping == 0.0 && length <= 2.0 * plane.resolution {
            break;
        }
        let clipped = length > LONGEST;
        if clipped {
            step *= LONGEST / length;
        }
        let there = plane.at(here.z + step).filter(|there| there.gradient.norm() < size);
        let Some(there) = there else {
            damping = (damping * 10.0).max(1e-4);
            if damping > 1e6 {
                break;
            }
            continue;
        };
        here = there;
        if here.z.amax() > STRAY {
            return Arrival::Lost;
        }
        if damping > 0.0 || clipped {
            damping = if damping < 1e-6 { 0.0 } else { 0.03 * damping };
            (previous_length, creeping) = (f64::INFINITY, 0);
            continue;
        }
        let ratio = length / previous_length;
        creeping = if (0.4..0.97).contains(&ratio) && (ratio - previous_ratio).abs() < 0.03 { creeping + 1 } else { 0 };
        (previous_length, previous_ratio) = (length, ratio);
        if creeping >= 2 {
            if jumps == 2 {
                return Arrival::Singular(here.z);
            }
            let jump = step * (ratio / (1.0 - ratio));
            let beyond = plane.at(here.z + jump).filter(|there| there.gradient.norm() < 0.5 * here.gradient.norm());
            here = beyond.unwrap_or(here);
            jumps += 1;
            (previous_length, creeping) = (f64::INFINITY, 0);
        }
    }
    judge(plane, &here)
}

fn judge(plane: &Plane, here: &Local) -> Arrival {
    let step = here.step(0.0).norm();
    if here.z.amax() > 1.0 + 1e-6 + 100.0 * plane.resolution || !step.is_finite() {
        return Arrival::Lost;
    }
    let [(strong, _), (weak, _)] = here.strong_and_weak();
    if step > 1e-7_f64.max(100.0 * plane.resolution) {
        return Arrival::Singular(here.z);
    }
    // At a simple zero H hardly changes over the distance that the last step leaves undecided; next to a multiple zero
    // the eigenvalue that vanishes there changes by its own size.
    let radius = 10.0 * step.max(plane.resolution);
    let change = hessian_change(plane, here, radius);
    if weak.abs() > ZERO_TOLERANCE * strong.abs() && weak.abs() > 2.0 * change {
        Arrival::Simple(here.z)
    } else {
        Arrival::Singular(here.z)
    }
}

/// How much the Hessian changes within a distance; infinite where it is undefined.
pub(super) fn hessian_change(plane: &Plane, here: &Local, radius: f64) -> f64 {
    [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)]
        .iter()
        .map(|&(x, y)| {
            plane
                .at(here.z + radius * Vector::new(x, y))
                .map_or(f64::INFINITY, |there| (there.hessian - here.hessian).amax())
        })
        .fold(0.0, f64::max)
}
