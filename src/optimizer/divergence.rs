//! Runs that provably diverge, recognised before they overflow.
//!
//! Theorem. Let L be a polynomial of degree two at most, so that ∇L(w + d) = ∇L(w) + Hd with a constant H, and let the
//! rule be linear with constant settings. Along an eigenvector v of H with eigenvalue λ, u = v·∇L follows the
//! recurrence of [`Dynamics`], uₖ₊₁ = (r₁ + r₂)uₖ − r₁r₂uₖ₋₁ with r₂ = 0 for a rule without memory. So uₖ₊₁ − r₂uₖ =
//! r₁(uₖ − r₂uₖ₋₁): if r₁ is real, |r₁| > 1 and uₖ ≠ r₂uₖ₋₁, then u grows like |r₁|ᵏ, and with it |w|. With a rate for
//! each weight the same holds for D^½HD^½ and D^½∇L in place of H and ∇L.
//!
//! u has rounding errors, so it must be much larger than the rounding errors of ∇L.

use super::{Dynamics, Run, find};
use crate::landscape::Loss;
use crate::number::{Matrix, Vector, eigenpairs};

/// The growing modes of a run of a linear rule on a quadratic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    dynamics: Dynamics,
    rate: f64,
    hessian: Matrix,
}

/// A factor counts as larger than 1 from here on.
const GROWING: f64 = 1.0 + 1e-12;
/// Rounding errors of ∇L are far below this share of |H|·|w|. A difference below this share does not count.
const SURE: f64 = 1e-9;

impl Growth {
    /// The growing modes of a run to which the theorem applies. `None` if L is not written as a quadratic, the rule is
    /// not linear, its settings are not constant, or its steps are random.
    pub fn of(loss: &Loss, run: &Run) -> Option<Growth> {
        let dynamics = run.dynamics()?;
        if find(&run.optimizer).is_none_or(|optimizer| optimizer.is_random()) {
            return None;
        }
        if !loss.is_quadratic() {
            return None;
        }
        let hessian = loss.jet(Vector::zeros()).hessian;
        Some(Growth { dynamics, rate: run.setting("learning_rate").unwrap_or(f64::NAN), hessian })
    }

    /// Whether the run, at w with the gradient `here` and at the point before it with the gradient `earlier`, has a
    /// component in a growing mode.
    pub fn holds(&self, w: Vector, earlier: Vector, here: Vector) -> bool {
        let (matrix, weights) = match self.dynamics {
            Dynamics::WeightRates { rates } => {
                let roots = Vector::from(rates).map(f64::sqrt);
                (self.hessian.component_mul(&(roots * roots.transpose())), roots)
            }
            _ => (self.hessian, Vector::repeat(1.0)),
        };
        let Some(eigen) = eigenpairs(&matrix) else { return false };
        let rounding = SURE * self.hessian.amax() * weights.amax() * w.amax();
        eigen.values.iter().zip(&eigen.vectors).any(|(lambda, vector)| {
            let factors = match self.dynamics {
                Dynamics::WeightRates { .. } => Some([1.0 - lambda, 0.0]),
                dynamics => dynamics.factors(self.rate, *lambda),
            };
            let Some([first, second]) = factors else { return false };
            let [earlier, here] = [earlier, here].map(|gradient| vector.dot(&gradient.component_mul(&weights)));
            // A rule without memory does not need the gradient at the point before, which may be unknown.
            let rest = if second == 0.0 { 0.0 } else { second * earlier };
            first.abs() > GROWING && here.abs() > rounding && (here - rest).abs() > SURE * (here.abs() + rest.abs())
        })
    }
}
