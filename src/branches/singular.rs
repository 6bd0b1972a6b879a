//! Points at which a branch is singular: folds, and the centres of exchanges.
//!
//! With the null vector v of H, a fold is a regular solution of ∇L = 0, det H = 0 with v·∂∇L/∂p ≠ 0. Where v·∂∇L/∂p =
//! 0, two branches cross if v·∇L = 0, too. If v·∇L is not 0, it is an imperfect crossing: the branches pass each other,
//! or turn back in two folds (M. Golubitsky and D. G. Schaeffer, Singularities and Groups in Bifurcation Theory I,
//! 1985).

use super::family::Family;
use crate::number::{Vector, eigenpairs};

/// The most steps of Newton's method.
const MOST_STEPS: usize = 40;
/// Differences are taken over these shares of the view's side and of the parameter's range.
const APART: f64 = 1e-5;
/// v·∂∇L/∂p below this share of ‖∂∇L/∂p‖ counts as 0.
const NO_PUSH: f64 = 1e-7;
/// v·∇L below this share of the gradients of the view counts as 0.
const NO_OFFSET: f64 = 1e-15;

/// The quantities that vanish at singular points, at (w1, w2, p).
#[derive(Clone, Copy, Debug)]
struct Local {
    gradient: Vector,
    determinant: f64,
    /// The eigenvectors of the eigenvalues that are nearest to 0 and farthest from it.
    null: Vector,
    stiff: Vector,
    stiffness: f64,
    /// ∂∇L/∂p.
    push: Vector,
}

/// A singular point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Singular {
    pub value: f64,
    pub w: Vector,
}

fn local(family: &Family, w: Vector, value: f64) -> Option<Local> {
    let jet = family.at(value).ok()?.jet(w);
    let apart = APART * family.width();
    let [before, after] = [value - apart, value + apart].map(|value| Some(family.at(value).ok()?.jet(w).gradient));
    let push = (after? - before?) / (2.0 * apart);
    let eigen = eigenpairs(&jet.hessian)?;
    let is_second = eigen.values[1].abs() < eigen.values[0].abs();
    let (near, far) = if is_second { (1, 0) } else { (0, 1) };
    let found = Local {
        gradient: jet.gradient,
        determinant: jet.hessian.determinant(),
        null: eigen.vectors[near],
        stiff: eigen.vectors[far],
        stiffness: eigen.values[far].abs(),
        push,
    };
    (found.determinant.is_finite() && push.norm().is_finite()).then_some(found)
}

/// A zero of three functions of (w1, w2, p), by Newton's method with differences; it stays within a tenth of the view
/// and of the range around its start.
fn solve(family: &Family, start: Singular, functions: &dyn Fn(Vector, f64) -> Option<[f64; 3]>) -> Option<Singular> {
    let scale = [family.view.width(), family.view.height(), family.width()];
    let at = |x: [f64; 3]| functions(Vector::new(x[0], x[1]), x[2]).map(nalgebra::Vector3::from);
    let mut x = [start.w.x, start.w.y, start.value];
    let mut last = f64::INFINITY;
    for round in 0..MOST_STEPS {
        let here = at(x)?;
        let mut columns = nalgebra::Matrix3::zeros();
        for k in 0..3 {
            let (mut low, mut high) = (x, x);
            low[k] -= APART * scale[k];
            high[k] += APART * scale[k];
            columns.set_column(k, &((at(high)? - at(low)?) / (2.0 * APART)));
        }
        let step = columns.lu().solve(&here)?;
        let length = step.amax();
        for k in 0..3 {
            x[k] -= step[k] * scale[k];
        }
        let moved = [x[0] - start.w.x, x[1] - start.w.y, x[2] - start.value];
        if !length.is_finite() || (0..3).any(|k| moved[k].abs() > 0.1 * scale[k]) {
            return None;
        }
        if length == 0.0 || (round > 4 && length >= 0.5 * last) {
            let found = Singular { value: x[2], w: Vector::new(x[0], x[1]) };
            return (length < 1e-9).then_some(found);
        }
        last = length;
    }
    None
}

/// The fold nearest to a start, if Newton's method leads to one at which the parameter pushes across the null vector.
pub(super) fn fold(family: &Family, start: Singular) -> Option<Singular> {
    let found = solve(family, start, &|w, value| {
        let here = local(family, w, value)?;
        Some([here.gradient.x, here.gradient.y, here.determinant / here.stiffness])
    })?;
    let here = local(family, found.w, found.value)?;
    (here.null.dot(&here.push).abs() > NO_PUSH * here.push.norm()).then_some(found)
}

/// Where two branches cross or nearly do: the centre, and whether they meet there exactly, as far as 64-bit numbers
/// tell.
pub(super) fn centre(family: &Family, start: Singular) -> Option<(Singular, bool)> {
    let reference = local(family, start.w, start.value)?;
    // Eigenvectors have no sign of their own.
    let aligned = |v: Vector, like: Vector| if v.dot(&like) < 0.0 { -v } else { v };
    let found = solve(family, start, &|w, value| {
        let here = local(family, w, value)?;
        let (null, stiff) = (aligned(here.null, reference.null), aligned(here.stiff, reference.stiff));
        Some([stiff.dot(&here.gradient), here.determinant / here.stiffness, null.dot(&here.push)])
    })?;
    let here = local(family, found.w, found.value)?;
    let side = family.view.width().max(family.view.height());
    let offset = here.null.dot(&here.gradient).abs();
    Some((found, offset <= NO_OFFSET * here.stiffness * side))
}
