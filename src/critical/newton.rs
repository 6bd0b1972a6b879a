//! One run of the search: Newton's method on ∇L = 0, damped so that it converges to critical points of every kind.

use super::found::Found;
use super::plane::{FLAT, Local, Plane, hessian_change};
use crate::number::Vector;

/// The end of a run of the search.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arrival {
    /// ∇L = 0 with an invertible Hessian.
    Simple(Vector),
    /// ∇L is about 0 and H nearly singular, or the run converged only linearly as it does towards such points. The
    /// caller has to examine the point.
    Singular(Vector),
    /// It entered the basin of a point that is known already.
    Known,
    /// It left the view, converged to a minimum of ‖∇L‖ that is not zero, or reached a point where L is undefined.
    Lost,
}

/// How many undamped Newton steps are made before the damped method begins from the same start.
const PURE: usize = 20;
const DAMPED: usize = 40;
/// The longest step, as a share of half the view. Farther away the quadratic model is not reliable.
const LONGEST: f64 = 0.25;
/// Below this ratio of the eigenvalues rounding may hide a multiple zero from the steps.
const WEAK: f64 = 1e-4;
/// How far outside the view undamped steps may go before the run is given up; damped steps do not go so far.
const STRAY: f64 = 1.5;
const DAMPED_STRAY: f64 = 1.1;

/// Follows undamped Newton steps from z, limited to a quarter of half the view. If they do not converge, it makes
/// Levenberg–Marquardt steps on ‖∇L‖² from the same start.
///
/// Undamped steps get through a curved valley, in which ‖∇L‖ must rise before it falls. Damped steps never let ‖∇L‖
/// rise: the damping grows until it falls, and decreases where Newton's step works (J. Nocedal and S. J. Wright,
/// Numerical Optimization, 2nd ed., §10.3). So they converge where undamped steps would be erratic.
pub(super) fn damped_newton(plane: &Plane, start: Vector, known: &[Found]) -> Arrival {
    let Some(here) = plane.at(start) else { return Arrival::Lost };
    match pure(plane, here, known) {
        Arrival::Lost => damped(plane, here, known),
        arrival => arrival,
    }
}

fn is_known(here: &Local, known: &[Found]) -> bool {
    known.iter().any(|found| (found.z - here.z).norm_squared() < found.basin * found.basin)
}

fn pure(plane: &Plane, start: Local, known: &[Found]) -> Arrival {
    let mut here = start;
    let mut creep = Creep::default();
    for _ in 0..PURE {
        if is_known(&here, known) {
            return Arrival::Known;
        }
        let step = here.step(0.0);
        let length = step.norm();
        if length <= 2.0 * plane.resolution || here.gradient.norm() < FLAT {
            return judge(plane, &here);
        }
        let cut = (LONGEST / length).min(1.0);
        let Some(there) = plane.at(here.z + cut * step) else { return Arrival::Lost };
        here = there;
        if here.z.amax() > STRAY {
            return Arrival::Lost;
        }
        if cut < 1.0 {
            creep.forget();
        } else if let Some(jump) = creep.seen(plane, &here, step) {
            here = jump;
        }
        if creep.jumps > 2 {
            return Arrival::Singular(here.z);
        }
    }
    Arrival::Lost
}

fn damped(plane: &Plane, start: Local, known: &[Found]) -> Arrival {
    let mut here = start;
    let mut damping = 1e-3;
    let mut creep = Creep::default();
    for _ in 0..DAMPED {
        let size = here.gradient.norm();
        if size < FLAT {
            break;
        }
        if is_known(&here, known) {
            return Arrival::Known;
        }
        let step = here.step(damping);
        let length = step.norm();
        if damping == 0.0 && length <= 2.0 * plane.resolution {
            break;
        }
        let cut = (LONGEST / length).min(1.0);
        let Some(there) = plane.at(here.z + cut * step).filter(|there| there.gradient.norm() < size) else {
            damping = (damping * 10.0).max(1e-4);
            if damping > 1e6 {
                break;
            }
            continue;
        };
        here = there;
        if here.z.amax() > DAMPED_STRAY {
            return Arrival::Lost;
        }
        if damping > 0.0 || cut < 1.0 {
            damping = if damping < 1e-6 { 0.0 } else { 0.03 * damping };
            creep.forget();
        } else if let Some(jump) = creep.seen(plane, &here, step) {
            here = jump;
        }
        if creep.jumps > 2 {
            return Arrival::Singular(here.z);
        }
    }
    judge(plane, &here)
}

/// Recognises the approach to a zero of multiplicity p > 1, where Newton's steps shrink by ρ = (p − 1)/p each instead
/// of quadratically, and jumps over the sum step·ρ/(1 − ρ) of all steps to come.
#[derive(Default)]
struct Creep {
    length: f64,
    ratio: f64,
    steady: usize,
    jumps: usize,
}

impl Creep {
    fn forget(&mut self) {
        (self.length, self.ratio, self.steady) = (0.0, 0.0, 0);
    }

    /// Records a full step that led to `here`. Returns the target of a jump, if one is due and makes ‖∇L‖ smaller.
    fn seen(&mut self, plane: &Plane, here: &Local, step: Vector) -> Option<Local> {
        let length = step.norm();
        let ratio = length / self.length;
        let is_steady = (0.4..0.97).contains(&ratio) && (ratio - self.ratio).abs() < 0.03;
        self.steady = if is_steady { self.steady + 1 } else { 0 };
        (self.length, self.ratio) = (length, ratio);
        if self.steady < 2 {
            return None;
        }
        self.jumps += 1;
        self.forget();
        plane
            .at(here.z + step * (ratio / (1.0 - ratio)))
            .filter(|there| there.gradient.norm() < 0.5 * here.gradient.norm())
    }
}

/// Goes from z to the nearest place where ∇L vanishes across the direction of strongest curvature: onto a curve of
/// critical points, if there is one. Newton's method may pass over such curves on its way to a more attractive point,
/// such as the crossing of w1²w2² = 0.
pub(super) fn descend_across(plane: &Plane, start: Vector) -> Option<Vector> {
    let mut here = plane.at(start)?;
    for _ in 0..30 {
        let [(strong, across), (weak, _)] = here.strong_and_weak();
        if strong == 0.0 {
            return None;
        }
        let step = -across * (across.dot(&here.gradient) / strong);
        let length = step.norm();
        if length <= 4.0 * plane.resolution {
            let is_critical = here.gradient.norm() <= 1e-10 * strong.abs() && weak.abs() <= 1e-7 * strong.abs();
            return (is_critical && here.z.amax() <= 1.0).then_some(here.z);
        }
        here = plane.at(here.z + step * (LONGEST / length).min(1.0))?;
        if here.z.amax() > STRAY {
            return None;
        }
    }
    None
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
    if weak.abs() > WEAK * strong.abs() && weak.abs() > 2.0 * change {
        Arrival::Simple(here.z)
    } else {
        Arrival::Singular(here.z)
    }
}
