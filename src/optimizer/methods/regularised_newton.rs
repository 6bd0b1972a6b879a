//! Regularised Newton: w ← w − (H + μI)⁻¹∇L(w).

use crate::number::{Matrix, Vector};
use crate::optimizer::steps::inverse_times;
use crate::optimizer::{
    Dynamics, Family, Observation, Optimizer, OptimizerInfo, Setting, StepContext, StepFailure, StepRule, Steps, Values,
};

/// The optimizer as it is offered.
pub struct RegularisedNewton;

impl Optimizer for RegularisedNewton {
    fn info(&self) -> &'static OptimizerInfo {
        const DAMPING: Setting = Setting {
            key: "damping",
            symbol: "μ",
            title: "damping",
            default: 1.0,
            range: [0.0, 1e6],
            tooltip: "Added to both eigenvalues of H; along the eigenvector of λ the step is Newton's times λ/(λ + μ).",
            ..Setting::PLAIN
        };
        &OptimizerInfo {
            name: "regularised-newton",
            title: "Regularised Newton",
            family: Family::SecondOrder,
            rule: "w ← w − (H(w) + μI)⁻¹∇L(w)",
            summary: "Between Newton's method (μ = 0) and gradient descent (large μ, with η = 1/μ): where μ > −λ₁ the \
                      step leads downhill, so a saddle with less curvature than μ is left.",
            source: "K. Levenberg, A method for the solution of certain non-linear problems in least squares, 1944; S. \
                     M. Goldfeld, R. E. Quandt and H. F. Trotter, Maximization by quadratic hill-climbing, 1966",
            settings: &[DAMPING],
        }
    }

    fn dynamics(&self, values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::RegularisedNewton { damping: values("damping") })
    }

    fn begin(&self, values: Values<'_>, _seed: u64, _examples: usize) -> Steps {
        Steps::by(Rule { damping: values("damping") })
    }
}

struct Rule {
    damping: f64,
}

impl StepRule for Rule {
    fn step(&mut self, context: &mut StepContext<'_>) -> Result<Vector, StepFailure> {
        let (gradient, hessian) = (context.gradient(), context.hessian());
        let curvature = hessian + self.damping * Matrix::identity();
        let goal = context.w - inverse_times(&curvature, gradient)?;
        context.observe(|| Observation::Model { curvature, goal });
        Ok(goal)
    }

    fn has_memory(&self) -> bool {
        false
    }
}
