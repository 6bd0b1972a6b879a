//! Where the curves of a simple saddle begin.
//!
//! With x along an eigenvector of H and y across it, the curve is y = ax² + O(x³). On it dy/dx = 2ax, so that y =
//! (x/2)·dy/dx, where dy/dx = ∂_yL/∂_xL is the direction of ∇L. This equation for y is solved at a small x, and leaves
//! an error of the order x³, without third derivatives.

use super::Sense;
use crate::landscape::Evaluator;
use crate::number::{Eigenpairs, Matrix, Vector};

/// The first point of a curve.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// The saddle.
    pub saddle: Vector,
    /// The first point beside it.
    pub w: Vector,
    /// The length from the saddle to it.
    pub length: f64,
    /// A bound of its distance from the curve.
    pub error: f64,
}

/// The distance of the first point, as a share of the view's smaller side; smaller if H changes fast.
const FIRST: f64 = 1e-4;
/// H may change by at most this share of the smaller eigenvalue up to the first point.
const CHANGE: f64 = 1e-2;
/// The nearest first point, as a share of the view's smaller side.
const NEAREST: f64 = 1e-7;

/// The two curves of a saddle in a sense.
pub(super) fn starts(
    evaluator: &mut Evaluator,
    saddle: Vector,
    eigen: &Eigenpairs,
    sense: Sense,
    side: f64,
) -> [Start; 2] {
    let axis = match sense {
        Sense::Down => 0,
        Sense::Up => 1,
    };
    let along = eigen.vectors[axis];
    let weak = eigen.values[0].abs().min(eigen.values[1].abs());
    let hessian = evaluator.jet(saddle).hessian;
    [along, -along].map(|along| {
        let mut x = FIRST * side;
        while x > NEAREST * side && change(evaluator, saddle + x * along, &hessian) > CHANGE * weak {
            x *= 0.5;
        }
        start(evaluator, saddle, along, x)
    })
}

/// How much H differs from that of the saddle; NaN if H is undefined, which counts as a large change.
fn change(evaluator: &mut Evaluator, w: Vector, hessian: &Matrix) -> f64 {
    let change = (evaluator.jet(w).hessian - hessian).norm();
    if change.is_nan() { f64::INFINITY } else { change }
}

/// The curve of a saddle along a direction, at the distance x along it.
pub(super) fn start(evaluator: &mut Evaluator, saddle: Vector, along: Vector, x: f64) -> Start {
    let across = Vector::new(-along.y, along.x);
    let mut y = 0.0;
    for _ in 0..3 {
        // The equation y − (x/2)·p/q = 0 by Newton's method, where p and q are the components of ∇L across and along
        // the direction.
        let jet = evaluator.jet(saddle + x * along + y * across);
        let (p, q) = (jet.gradient.dot(&across), jet.gradient.dot(&along));
        let turned = jet.hessian * across;
        let derivative = 1.0 - 0.5 * x * (turned.dot(&across) / q - p * turned.dot(&along) / (q * q));
        let next = y - (y - 0.5 * x * p / q) / derivative;
        // A parabola that is too steep is not a valid solution. The first point then stays on the eigenvector.
        if next.is_nan() || next.abs() >= 0.5 * x {
            break;
        }
        y = next;
    }
    let slope = 2.0 * y / x;
    Start {
        saddle,
        w: saddle + x * along + y * across,
        // The arc of the parabola, to the second order of its slope.
        length: x * (1.0 + slope * slope / 6.0),
        error: y.abs() * (y / x).abs() + 1e-15 * saddle.amax().max(x),
    }
}
