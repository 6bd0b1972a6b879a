//! BFGS: an estimate B of H⁻¹ that is updated by the change of the gradient in each step, and a line search along −B∇L.

use crate::optimizer::line_search::{Ray, Wolfe, strong_wolfe};
use crate::optimizer::settings::{CURVATURE_CONDITION, SUFFICIENT_DECREASE};
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, Run, SquareMatrix, StepContext, StepFailure, StepRule, Values,
    Weights,
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

    begins_at_any_length!(|values, _seed, _examples, _zero| Rule::new(values));
}

struct Rule<V: Weights> {
    conditions: Wolfe,
    /// B, once there has been a step.
    inverse: Option<V::Square>,
}

impl<V: Weights> Rule<V> {
    fn new(values: Values<'_>) -> Rule<V> {
        Rule { conditions: Wolfe::of(values), inverse: None }
    }
}

impl<V: Weights> StepRule<V> for Rule<V> {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let gradient = context.gradient();
        context.observe(|| Observation::Gradient(gradient.clone()));
        if gradient.is_zero() {
            return Ok(context.w.clone());
        }
        let times = |v: &V| self.inverse.as_ref().map_or_else(|| v.clone(), |inverse| product(inverse, v));
        let step = times(&gradient).negated();
        if context.is_watched()
            && let Some(curvature) = V::matrix_of(times).and_then(|inverse| inverse.try_inverse())
        {
            let goal = context.w.plus(1.0, &step);
            context.observe(|| Observation::Model { curvature, goal });
        }
        let ray = Ray::downhill(context, step, &gradient).ok_or(StepFailure::Stalled)?;
        let first = first_trial(self.inverse.is_some(), &gradient);
        let (next, gradient_there) = strong_wolfe(context, &ray, first, self.conditions)?;
        let (s, y) = (next.less(&context.w), gradient_there.less(&gradient));
        if teaches(&s, &y) {
            self.inverse = Some(updated(self.inverse.take(), &s, &y));
        }
        Ok(next)
    }
}

fn product<V: Weights>(matrix: &V::Square, v: &V) -> V {
    v.with(|row| (1..v.count()).fold(matrix.entry(row, 0) * v.get(0), |sum, k| sum + matrix.entry(row, k) * v.get(k)))
}

/// The length with which a search begins: a full quasi-Newton step, but along a plain gradient at most a unit of w.
pub(super) fn first_trial<V: Weights>(has_learnt: bool, gradient: &V) -> f64 {
    if has_learnt { 1.0 } else { 1.0 / gradient.size().max(1.0) }
}

/// B after a step s in which the gradient changed by y (eq. 6.17), starting from the multiple of I with the curvature
/// along s (eq. 6.20). Multiplied out it is B − ρ(s(By)ᵀ + (By)sᵀ) + ρ(1 + ρ·yᵀBy)ssᵀ, with n² operations and symmetric
/// to the last bit.
fn updated<V: Weights>(inverse: Option<V::Square>, s: &V, y: &V) -> V::Square {
    let n = s.count();
    let ys = y.inner(s);
    let first = ys / y.size_squared();
    let mut next = inverse.unwrap_or_else(|| V::Square::from_entries(n, |i, j| if i == j { first } else { 0.0 }));
    let rho = 1.0 / ys;
    let turned = product(&next, y);
    let factor = rho * (1.0 + rho * y.inner(&turned));
    next.change(|i, j, entry| {
        let across = s.get(i) * turned.get(j) + turned.get(i) * s.get(j);
        entry - rho * across + factor * (s.get(i) * s.get(j))
    });
    next
}

/// Whether the pair has information about the curvature: yᵀs > 0, beyond rounding. If yᵀs is not positive, as in a step
/// that was cut short, the estimate is not updated.
pub(super) fn teaches<V: Weights>(s: &V, y: &V) -> bool {
    let ys = y.inner(s);
    ys > f64::EPSILON * s.size() * y.size() && ys.is_normal()
}
