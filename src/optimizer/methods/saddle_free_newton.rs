//! Saddle-free Newton: w ← w − (|H| + μI)⁻¹∇L(w), where |H| has the eigenvectors of H and the magnitudes of its
//! eigenvalues.

use crate::number::{Eigenpairs, Matrix, Vector, eigenpairs};
use crate::optimizer::{
    Dynamics, Family, Observation, Optimizer, OptimizerInfo, Setting, StepContext, StepFailure, StepRule, Steps, Values,
};

/// The optimizer as it is offered.
pub struct SaddleFreeNewton;

impl Optimizer for SaddleFreeNewton {
    fn info(&self) -> &'static OptimizerInfo {
        const DAMPING: Setting = Setting {
            key: "damping",
            symbol: "μ",
            title: "damping",
            default: 0.0,
            range: [0.0, 1e6],
            tooltip: "Added to the magnitudes of both eigenvalues, so that flat directions are not overshot.",
            ..Setting::PLAIN
        };
        &OptimizerInfo {
            name: "saddle-free-newton",
            title: "Saddle-free Newton",
            family: Family::SecondOrder,
            rule: "w ← w − (|H(w)| + μI)⁻¹∇L(w)\n|H| = |λ₁|v₁v₁ᵀ + |λ₂|v₂v₂ᵀ",
            summary: "Newton's step with the signs of the eigenvalues dropped: with μ = 0 it is as long as Newton's in \
                      each eigen-direction, but leads away from saddles and maxima where Newton's leads to them.",
            source: "Y. Dauphin et al., Identifying and attacking the saddle point problem in high-dimensional \
                     non-convex optimization, 2014, algorithm 1",
            settings: &[DAMPING],
        }
    }

    fn dynamics(&self, values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::SaddleFreeNewton { damping: values("damping") })
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
        let eigen = eigenpairs(&hessian).ok_or(StepFailure::Undefined)?;
        let sizes = eigen.values.map(|value| value.abs() + self.damping);
        let [u, v] = eigen.vectors;
        let step = -u * (u.dot(&gradient) / sizes[0]) - v * (v.dot(&gradient) / sizes[1]);
        // As for H⁻¹, this means an exactly singular matrix or a solution that overflows.
        if !step.iter().all(|x| x.is_finite()) {
            return Err(StepFailure::SingularHessian);
        }
        let goal = context.w + step;
        context.observe(|| Observation::Model { curvature: matrix(&Eigenpairs { values: sizes, ..eigen }), goal });
        Ok(goal)
    }

    fn has_memory(&self) -> bool {
        false
    }
}

/// The matrix Σ λᵢvᵢvᵢᵀ.
fn matrix(eigen: &Eigenpairs) -> Matrix {
    let [u, v] = eigen.vectors;
    eigen.values[0] * u * u.transpose() + eigen.values[1] * v * v.transpose()
}
