//! Newton by conjugate gradients: (H + δI)p = −∇L is solved by products of H with vectors, until the residual is small
//! enough or a direction of negative curvature is found. The step then goes along p with backtracking.
//!
//! Algorithm 7.1 of J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., 2006: with the residual tolerance
//! min(½, √‖∇L‖)·‖∇L‖, which makes the convergence superlinear.

use crate::optimizer::line_search::{Ray, backtrack};
use crate::optimizer::settings::SUFFICIENT_DECREASE;
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, Setting, StepContext, StepFailure, StepRule, Weights,
};

/// The optimizer as it is offered.
pub struct NewtonCg;

impl Optimizer for NewtonCg {
    fn info(&self) -> &'static OptimizerInfo {
        const DAMPING: Setting = Setting {
            key: "damping",
            symbol: "δ",
            title: "damping",
            default: 0.0,
            range: [0.0, 1e6],
            tooltip: "Added to every eigenvalue of H; conjugate gradients meet no negative curvature where δ > −λmin.",
            ..Setting::PLAIN
        };
        &OptimizerInfo {
            name: "newton-cg",
            title: "Newton-CG",
            family: Family::SecondOrder,
            rule: "(H + δI)p ≈ −∇L(w) by conjugate gradients, up to the first d with dᵀ(H + δI)d ≤ 0\nw ← w + tp, t the first of 1, \
                   ½, ¼, … with L(w + tp) ≤ L(w) + c₁t∇Lᵀp",
            summary: "Newton's method for many weights: it needs products of H with vectors and never H itself, and \
                      where it meets negative curvature it goes downhill instead of to the saddle.",
            source: "R. S. Dembo and T. Steihaug, Truncated-Newton algorithms for large-scale unconstrained \
                     optimization, 1983; J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., 2006, algorithm \
                     7.1",
            settings: &[DAMPING, SUFFICIENT_DECREASE],
        }
    }

    begins_at_any_length!(|values, _seed, _examples, _zero| Rule {
        damping: values("damping"),
        sufficient_decrease: values("c1"),
    });
}

struct Rule {
    damping: f64,
    sufficient_decrease: f64,
}

impl<V: Weights> StepRule<V> for Rule {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let gradient = context.gradient();
        context.observe(|| Observation::Gradient(gradient.clone()));
        let step = truncated_newton(context, &gradient, self.damping)?;
        let is_at_rest = step.is_zero();
        match Ray::downhill(context, step, &gradient) {
            Some(ray) => backtrack(context, &ray, 1.0, self.sufficient_decrease),
            // At a critical point there is no direction.
            None if is_at_rest => Ok(context.w.clone()),
            None => Err(StepFailure::Stalled),
        }
    }

    fn has_memory(&self) -> bool {
        false
    }
}

/// The approximate solution of (H + δI)p = −g by conjugate gradients; −g if the curvature along it is not positive.
fn truncated_newton<V: Weights>(
    context: &mut StepContext<'_, V>,
    gradient: &V,
    damping: f64,
) -> Result<V, StepFailure> {
    let size = gradient.size();
    let tolerance = size * size.sqrt().min(0.5);
    let mut step = gradient.zero();
    let mut residual = gradient.clone();
    let mut direction = gradient.negated();
    // In exact arithmetic as many rounds as there are weights solve the system; rounding errors may require more.
    for round in 0..5 * gradient.count() {
        if residual.size() <= tolerance && round > 0 || residual.is_zero() {
            break;
        }
        let mut product = context.hessian_product(&direction);
        if damping > 0.0 {
            product = product.plus(damping, &direction);
        }
        let curvature = direction.inner(&product);
        if curvature.is_nan() {
            return Err(StepFailure::Undefined);
        }
        if curvature <= 0.0 {
            return Ok(if round == 0 { gradient.negated() } else { step });
        }
        let squared = residual.size_squared();
        let length = squared / curvature;
        step = step.plus(length, &direction);
        residual = residual.plus(length, &product);
        let share = residual.size_squared() / squared;
        direction = residual.combined(&direction, |residual, direction| -residual + share * direction);
    }
    Ok(step)
}
