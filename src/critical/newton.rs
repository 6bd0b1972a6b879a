//! One run of the search: Newton's method on ∇L = 0, damped so that it comes to rest at critical points of every kind.

use super::found::Found;
use super::plane::{FLAT, Local, Plane, hessian_change};
use crate::number::Vector;

/// What a run came to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arrival {
    /// ∇L = 0 with an invertible Hessian.
    Simple(Vector),
    /// ∇L is about 0 and H nearly singular, or the run crept as it does towards such points: for others to decide.
    Singular(Vector),
    /// It came into the basin of a point that is known already.
    Known,
    /// It left the view, ran into a minimum of ‖∇L‖ that is no zero, or where L is undefined.
    Lost,
}

/// Steps of Newton's own method before the damped one takes over from the same start.
const PURE: usize = 20;
const DAMPED: usize = 40;
/// The longest step, a share of half the view: beyond it the quadratic model says nothing.
const LONGEST: f64 = 0.25;
/// Below this ratio of the eigenvalues rounding may hide a multiple zero from the steps.
const WEAK: f64 = 1e-4;
/// How far outside the view Newton's own steps may stray and still come back; the damped ones do not jump so far.
const STRAY: f64 = 1.5;
const DAMPED_STRAY: f64 = 1.1;

/// Follows Newton's steps from z, cut to a quarter of half the view; where that leads nowhere, Levenberg–Marquardt steps
/// on ‖∇L‖² from the same start.
///
/// Newton's own steps get through a curved valley, in which ‖∇L‖ must rise before it falls. The damped ones may not let
/// it rise: the damping grows until it falls and fades where Newton's step works (J. Nocedal and S. J. Wright,
/// Numerical Optimization, 2nd ed., §10.3), so that they come to rest where Newton's would be thrown about.
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

/// Recognises the approach to a zero of multiplicity p > 1, where Newton's steps shrink by ρ = (p − 1)/p each instead of
/// quadratically, and jumps over the sum step·ρ/(1 − ρ) of all steps to come.
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

    /// Notes a whole step that led to `here`; the point of the jump, when one is due and makes ‖∇L‖ smaller.
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
/// critical points, if there is one. Newton's method may pass such curves by on its way to a point on them that draws
/// it more, like the crossing of w1²w2² = 0.
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
