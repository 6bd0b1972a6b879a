//! Degenerate critical points: where ∇L = 0 and the Hessian is singular.
//!
//! Minimising ‖∇L‖ alone places them only to about ε^(1/p), p being the multiplicity, because the gradient is flat
//! there. Functions with a *simple* zero there place them to rounding accuracy:
//!
//! * H ≈ 0 altogether: the three entries of H, by Gauss–Newton.
//! * One vanishing eigenvalue: along the curve on which the gradient's regular component u·∇L is zero, the slope of the
//!   other component φ = v·∇L is the Schur complement s = vᵀHv − (vᵀHu)²/(uᵀHu), exactly. At the point s has a zero of
//!   order p − 1, so its (p − 2)th derivative has a simple zero. That derivative is computed from a polynomial through
//!   nine values.
//!
//! These differences of exact Hessians serve only to locate the point. All statements about it come from values at the
//! point itself.

use super::plane::FLAT;
use super::plane::{Local, Plane};
use crate::number::{Matrix, Vector};

/// The result of examining the end of a run that converged only linearly.
#[derive(Clone, Debug)]
pub(super) enum Degenerate {
    /// A degenerate critical point with one vanishing eigenvalue.
    Point(Vector),
    /// A critical point where the Hessian vanishes altogether.
    NoCurvature(Vector),
    /// Estimates of two simple critical points that are very close to each other.
    Pair([Vector; 2]),
    /// ∇L and the weak eigenvalue vanish all along the null direction: a curve, or a point too flat to be resolved.
    FlatAlong(Vector),
    /// None.
    None,
}

/// Looks for a degenerate critical point near z.
pub(super) fn locate(plane: &Plane, z: Vector) -> Degenerate {
    let Some(here) = plane.at(z) else { return Degenerate::None };
    // The size of the Hessian nearby shows whether both eigenvalues vanish, or only one.
    let around = super::index::around(z, 0.1, 8);
    let nearby = around.iter().filter_map(|&z| plane.at(z)).map(|local| local.eigen.magnitude()).fold(0.0, f64::max);
    if here.eigen.magnitude() < 0.3 * nearby
        && let Some(point) = zero_of_hessian(plane, here, nearby)
    {
        return Degenerate::NoCurvature(point);
    }
    along_null_curve(plane, z)
}

/// Gauss–Newton on H₁₁ = H₁₂ = H₂₂ = 0.
fn zero_of_hessian(plane: &Plane, start: Local, nearby: f64) -> Option<Vector> {
    let mut here = start;
    let mut h = 1e-3;
    for _ in 0..80 {
        if here.eigen.magnitude() <= 1e-14 * nearby {
            break;
        }
        let entries = |m: &Matrix| [m[(0, 0)], m[(0, 1)], m[(1, 1)]];
        let slope = |direction: Vector| {
            let (ahead, behind) = (plane.at(here.z + h * direction)?, plane.at(here.z - h * direction)?);
            Some(entries(&((ahead.hessian - behind.hessian) / (2.0 * h))))
        };
        let (first, second) = (slope(Vector::new(1.0, 0.0))?, slope(Vector::new(0.0, 1.0))?);
        let values = entries(&here.hessian);
        let dot = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let normal =
            Matrix::new(dot(&first, &first), dot(&first, &second), dot(&first, &second), dot(&second, &second));
        let pull = Vector::new(dot(&first, &values), dot(&second, &values));
        let step = normal.try_inverse()? * -pull;
        let length = step.norm();
        if length.is_nan() || length > 0.5 {
            return None;
        }
        let there = plane.at(here.z + step)?;
        if there.eigen.magnitude() > here.eigen.magnitude() || length <= plane.resolution {
            break;
        }
        here = there;
        h = h.min(length).max(1e-3 * h).max(1e3 * plane.resolution);
    }
    let vanishes = here.eigen.magnitude() <= 1e-7 * nearby && here.gradient.norm() <= 1e-12 * nearby;
    vanishes.then_some(here.z)
}

/// The fixed axes of a null curve: u, the regular direction, and v, the null direction.
struct Frame {
    origin: Vector,
    u: Vector,
    v: Vector,
    strength: f64,
}

/// A point of the null curve: φ = v·∇L and its slope s.
#[derive(Clone, Copy)]
struct OnCurve {
    z: Vector,
    phi: f64,
    slope: f64,
    across: f64,
}

impl Frame {
    /// The point of u·∇L = 0 at a distance t along v, found by Newton's method along u, started at `across`.
    fn at(&self, plane: &Plane, t: f64, across: f64) -> Option<OnCurve> {
        let mut r = across;
        for _ in 0..12 {
            let z = self.origin + t * self.v + r * self.u;
            let local = plane.at(z)?;
            let [uu, uv, vv] =
                [(self.u, self.u), (self.u, self.v), (self.v, self.v)].map(|(a, b)| a.dot(&(local.hessian * b)));
            if uu.abs() < 0.05 * self.strength.abs() {
                return None;
            }
            let step = -self.u.dot(&local.gradient) / uu;
            if step.abs() <= 4.0 * plane.resolution {
                return Some(OnCurve { z, phi: self.v.dot(&local.gradient), slope: vv - uv * uv / uu, across: r });
            }
            r += step;
            if (r - across).abs() > 0.2 {
                return None;
            }
        }
        None
    }
}

fn along_null_curve(plane: &Plane, start: Vector) -> Degenerate {
    let mut z = start;
    let mut pair = Degenerate::None;
    for reach in [0.05, 0.0125, 3e-3, 8e-4, 2e-4, 5e-5, 1e-5] {
        let Some(here) = plane.at(z) else { break };
        let [(strength, u), (_, v)] = here.strong_and_weak();
        if strength == 0.0 {
            break;
        }
        let frame = Frame { origin: z, u, v, strength };
        let Some(samples) = sample(plane, &frame, reach) else { continue };
        let flat = |sample: &OnCurve| {
            sample.slope.abs() <= 1e-9 * strength.abs() && sample.phi.abs() <= 1e-11 * strength.abs()
        };
        if samples.iter().all(flat) {
            return Degenerate::FlatAlong(samples[NODES / 2].z);
        }
        let mut moved = false;
        let mut derivative = polynomial(&samples.map(|sample| sample.slope));
        for order in 1..=5 {
            if let Some(x) = simple_root(&derivative) {
                let Some(found) = frame.at(plane, x * reach, samples[NODES / 2].across) else { break };
                let tolerance = 1e-15 * strength.abs() + noise(plane, &frame, found.z);
                if found.phi.abs() <= tolerance && found.slope.abs() <= 1e-9 * strength.abs() {
                    return Degenerate::Point(found.z);
                }
                if order == 1 {
                    // A fold whose gradient does not vanish: φ ≈ φ₀ + s'·t²/2 has two zeros or none.
                    let steepness = eval(&differentiate(&derivative), x) / reach;
                    let square = -2.0 * found.phi / steepness;
                    if square > 0.0 && square.sqrt() < 0.5 * reach {
                        let t = square.sqrt();
                        pair = Degenerate::Pair([found.z - t * v, found.z + t * v]);
                    } else {
                        pair = Degenerate::None;
                    }
                }
                if !moved {
                    (z, moved) = (found.z, true);
                }
                break;
            }
            derivative = differentiate(&derivative);
        }
        if !moved {
            z = samples[NODES / 2].z;
        }
    }
    pair
}

/// The middle of the interval around z on which φ is too small to locate its zero. For functions as flat as w1²⁰ there
/// is no better estimate.
pub(super) fn middle_of_flat(plane: &Plane, z: Vector) -> Option<Vector> {
    let [(strength, u), (_, v)] = plane.at(z)?.strong_and_weak();
    let frame = Frame { origin: z, u, v, strength };
    let ends = [-1.0, 1.0].map(|direction| {
        let mut across = 0.0;
        (1..=200).map(|k| 5e-3 * direction * f64::from(k)).find(|&t| {
            let found = frame.at(plane, t, across);
            across = found.map_or(across, |found| found.across);
            found.is_none_or(|found| found.phi.abs() > 1e-9 * strength.abs())
        })
    });
    let [Some(low), Some(high)] = ends else { return None };
    frame.at(plane, 0.5 * (low + high), 0.0).map(|found| found.z)
}

/// Whether ‖∇L‖ at z is at most `share` times its values on a circle of `radius` and, at the same distance, along the
/// null curve. On a curve of critical points ∇L is zero somewhere on the circle, and in the tail of an exponential it
/// is smaller on one side.
pub(super) fn stands_alone(plane: &Plane, z: Vector, radius: f64, share: f64) -> bool {
    let Some(here) = plane.at(z) else { return false };
    let [(strength, u), (_, v)] = here.strong_and_weak();
    let frame = Frame { origin: z, u, v, strength };
    let along = [-radius, radius].map(|t| frame.at(plane, t, 0.0).map_or(f64::INFINITY, |found| found.phi.abs()));
    let around = super::index::around(z, radius, 24);
    let least = around
        .iter()
        .map(|&z| plane.at(z).map_or(0.0, |local| local.gradient.norm()))
        .chain(along)
        .fold(f64::INFINITY, f64::min);
    least > FLAT && here.gradient.norm() <= share * least
}

/// The rounding noise of φ around z: the deviation of ∇L at neighbouring points from its linear model.
fn noise(plane: &Plane, frame: &Frame, z: Vector) -> f64 {
    let Some(here) = plane.at(z) else { return 0.0 };
    let h = 3.0 * plane.resolution;
    let mut noise = 0.0_f64;
    for k in [-2.0, -1.0, 1.0, 2.0] {
        for direction in [frame.u, frame.v] {
            if let Some(there) = plane.at(z + k * h * direction) {
                let moved = plane.square(plane.world(there.z)) - plane.square(plane.world(z));
                let departure = there.gradient - here.gradient - here.hessian * moved;
                noise = noise.max(frame.v.dot(&departure).abs());
            }
        }
    }
    8.0 * noise
}

const NODES: usize = 9;

/// Points of the null curve at t = −reach … reach, evenly spaced.
fn sample(plane: &Plane, frame: &Frame, reach: f64) -> Option<[OnCurve; NODES]> {
    let middle = frame.at(plane, 0.0, 0.0)?;
    let mut samples = [middle; NODES];
    for direction in [-1.0, 1.0] {
        let mut across = middle.across;
        for k in 1..=NODES / 2 {
            let t = direction * reach * k as f64 / (NODES / 2) as f64;
            let found = frame.at(plane, t, across)?;
            across = found.across;
            samples[if direction < 0.0 { NODES / 2 - k } else { NODES / 2 + k }] = found;
        }
    }
    Some(samples)
}

/// The coefficients in x ∈ [−1, 1] of the polynomial through nine evenly spaced values (Newton's divided differences).
fn polynomial(values: &[f64; NODES]) -> [f64; NODES] {
    let node = |k: usize| k as f64 / (NODES / 2) as f64 - 1.0;
    let mut differences = *values;
    for order in 1..NODES {
        for k in (order..NODES).rev() {
            differences[k] = (differences[k] - differences[k - 1]) / (node(k) - node(k - order));
        }
    }
    let mut coefficients = [0.0; NODES];
    for k in (0..NODES).rev() {
        // coefficients ← coefficients·(x − node k) + differences[k]
        for power in (0..NODES).rev() {
            let lower = if power > 0 { coefficients[power - 1] } else { 0.0 };
            coefficients[power] = lower - coefficients[power] * node(k);
        }
        coefficients[0] += differences[k];
    }
    coefficients
}

fn differentiate(coefficients: &[f64; NODES]) -> [f64; NODES] {
    let mut derivative = [0.0; NODES];
    for power in 1..NODES {
        derivative[power - 1] = power as f64 * coefficients[power];
    }
    derivative
}

fn eval(coefficients: &[f64; NODES], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// A clearly simple zero in [−1, 1]: one at which the slope is not small relative to the values of the polynomial.
fn simple_root(coefficients: &[f64; NODES]) -> Option<f64> {
    let slope = differentiate(coefficients);
    let mut x = 0.0;
    for _ in 0..30 {
        let step = eval(coefficients, x) / eval(&slope, x);
        x -= step;
        if x.is_nan() || x.abs() > 1.5 {
            return None;
        }
        if step.abs() < 1e-15 {
            break;
        }
    }
    let reached = (-4..=4).map(|k| eval(coefficients, f64::from(k) / 4.0).abs()).fold(0.0, f64::max);
    (x.abs() <= 1.0 && reached > 0.0 && eval(&slope, x).abs() >= 0.3 * reached).then_some(x)
}
