//! BFGS: an estimate B of H⁻¹ that learns from the change of the gradient in each step, and a line search along −B∇L.

use crate::number::{Matrix, Vector};
use crate::optimizer::line_search::{Ray, Wolfe, strong_wolfe};
use crate::optimizer::settings::{CURVATURE_CONDITION, SUFFICIENT_DECREASE};
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, Run, StepContext, StepFailure, StepRule, Steps, Values,
};

/// The optimizer as it is offered.
pub struct Bfgs;

impl Optimizer for Bfgs {
    fn info(&self) -> &'static OptimizerInfo {
        &OptimizerInfo {
            name: "bfgs",
            title: "BFGS",
            family: Family::SecondOrder,
            rule: "w ← w + s, s = −tB∇L(w), t by strong Wolfe conditions\nB ← (I − ρsyᵀ)B(I − ρysᵀ) + ρssᵀ, y = change \
                   of ∇L, ρ = 1/yᵀs\nB = I in the first step, (yᵀs/yᵀy)I in its update",
            summary: "Learns the curvature from gradients alone and ends nearly as fast as Newton's method; its \
                      estimate stays positive definite, so it always goes downhill.",
            source: "C. G. Broyden, R. Fletcher, D. Goldfarb and D. F. Shanno, four papers of 1970; J. Nocedal and S. \
                     J. Wright, Numerical Optimization, 2nd ed., 2006, algorithm 6.1 and eq. 6.20",
            settings: &[SUFFICIENT_DECREASE, CURVATURE_CONDITION],
        }
    }

    fn needs_hessian(&self) -> bool {
        false
    }

    fn suits(&self, run: &Run, _examples: usize) -> Result<(), String> {
        Wolfe::check(run)
    }

    fn begin(&self, values: Values<'_>, _seed: u64, _examples: usize) -> Steps {
        Steps::by(Rule { conditions: Wolfe::of(values), inverse: None })
    }
}

struct Rule {
    conditions: Wolfe,
    /// B, once there has been a step.
    inverse: Option<Matrix>,
}

impl StepRule for Rule {
    fn step(&mut self, context: &mut StepContext<'_>) -> Result<Vector, StepFailure> {
        let gradient = context.gradient();
        context.observe(Observation::Gradient(gradient));
        if gradient == Vector::zeros() {
            return Ok(context.w);
        }
        let inverse = self.inverse.unwrap_or_else(Matrix::identity);
        let step = -inverse * gradient;
        if let Some(curvature) = inverse.try_inverse() {
            context.observe(Observation::Model { curvature, goal: context.w + step });
        }
        let ray = Ray::downhill(context, step, gradient).ok_or(StepFailure::Stalled)?;
        let first = first_trial(self.inverse.is_some(), gradient);
        let (next, gradient_there) = strong_wolfe(context, &ray, first, self.conditions)?;
        self.inverse = updated(self.inverse, next - context.w, gradient_there - gradient);
        Ok(next)
    }
}

/// The length with which a search begins: the whole of a quasi-Newton step, but along a bare gradient no more than a
/// unit of w.
pub(super) fn first_trial(has_learnt: bool, gradient: Vector) -> f64 {
    if has_learnt { 1.0 } else { 1.0 / gradient.norm().max(1.0) }
}

/// B after a step s in which the gradient changed by y (eq. 6.17), at first from the multiple of I that has the size
/// of the curvature along s (eq. 6.20). Where yᵀs is not positive, as in a step that was cut short, nothing is learnt.
fn updated(inverse: Option<Matrix>, s: Vector, y: Vector) -> Option<Matrix> {
    let ys = y.dot(&s);
    if !teaches(s, y) {
        return inverse;
    }
    let before = inverse.unwrap_or_else(|| Matrix::identity() * (ys / y.norm_squared()));
    let rho = 1.0 / ys;
    let left = Matrix::identity() - rho * s * y.transpose();
    let next = left * before * left.transpose() + rho * s * s.transpose();
    // Symmetric to the last bit.
    let off = 0.5 * (next[(0, 1)] + next[(1, 0)]);
    Some(Matrix::new(next[(0, 0)], off, off, next[(1, 1)]))
}

/// Whether the pair says something of the curvature: yᵀs > 0, and beyond rounding.
pub(super) fn teaches(s: Vector, y: Vector) -> bool {
    let ys = y.dot(&s);
    ys > f64::EPSILON * s.norm() * y.norm() && ys.is_normal()
}
