//! Newton's direction with backtracking: w ← w + tp, p = −H⁻¹∇L, or p = −∇L if H⁻¹∇L does not lead downhill.

use crate::number::Vector;
use crate::optimizer::line_search::{Ray, backtrack};
use crate::optimizer::settings::SUFFICIENT_DECREASE;
use crate::optimizer::steps::inverse_times;
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, StepContext, StepFailure, StepRule, Steps, Values,
};

/// The optimizer as it is offered.
pub struct NewtonLineSearch;

impl Optimizer for NewtonLineSearch {
    fn info(&self) -> &'static OptimizerInfo {
        &OptimizerInfo {
            name: "newton-line-search",
            title: "Newton, line search",
            family: Family::SecondOrder,
            rule: "p = −H(w)⁻¹∇L(w), or −∇L(w) where ∇Lᵀp ≥ 0 or H is singular\nw ← w + tp, t the first of 1, ½, ¼, … \
                   with L(w + tp) ≤ L(w) + c₁t∇Lᵀp",
            summary: "Newton's method that goes downhill only: where its direction leads up, as near a maximum, it \
                      takes the gradient's, and it halves the step until the loss falls enough.",
            source: "J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., 2006, §3.1 and §3.3",
            settings: &[SUFFICIENT_DECREASE],
        }
    }

    fn begin(&self, values: Values<'_>, _seed: u64, _examples: usize) -> Steps {
        Steps::by(Rule { sufficient_decrease: values("c1") })
    }
}

struct Rule {
    sufficient_decrease: f64,
}

impl StepRule for Rule {
    fn step(&mut self, context: &mut StepContext<'_>) -> Result<Vector, StepFailure> {
        let (gradient, hessian) = (context.gradient(), context.hessian());
        context.observe(|| Observation::Gradient(gradient));
        let newton = match inverse_times(&hessian, gradient) {
            Ok(step) => Some(-step),
            Err(StepFailure::SingularHessian) => None,
            Err(failure) => return Err(failure),
        };
        if let Some(step) = newton {
            let goal = context.w + step;
            context.observe(|| Observation::Model { curvature: hessian, goal });
        }
        let ray = newton.and_then(|step| Ray::downhill(context, step, &gradient));
        match ray.or_else(|| Ray::downhill(context, -gradient, &gradient)) {
            Some(ray) => backtrack(context, &ray, 1.0, self.sufficient_decrease),
            None => Ok(context.w),
        }
    }

    fn has_memory(&self) -> bool {
        false
    }
}
