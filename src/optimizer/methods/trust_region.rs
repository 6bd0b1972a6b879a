//! Trust region: the step minimises the quadratic model within a radius in which the model is trusted, and the radius
//! depends on how well the model predicts the loss.
//!
//! The rule is algorithm 4.1 of J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., 2006; after a rejected
//! trial the next one follows within the same step, with a smaller radius. The model's minimiser in the disc is exact:
//! −(H + μI)⁻¹g with the least μ ≥ max(0, −λ₁) for which it lies in the disc (J. J. Moré and D. C. Sorensen, Computing
//! a trust region step, 1983), found by Newton's method for the secular equation.

use crate::number::{Eigenpairs, Vector, eigenpairs};
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, Setting, StepContext, StepFailure, StepRule, Steps, Values,
};

/// The optimizer as it is offered.
pub struct TrustRegion;

impl Optimizer for TrustRegion {
    fn info(&self) -> &'static OptimizerInfo {
        const RADIUS: Setting = Setting {
            key: "radius",
            symbol: "Δ",
            title: "first radius",
            default: 1.0,
            range: [1e-9, 1e9],
            logarithmic: true,
            tooltip: "The radius Δ within which the quadratic model is trusted in the first step.",
            ..Setting::PLAIN
        };
        const LARGEST: Setting = Setting {
            key: "largest_radius",
            symbol: "Δmax",
            title: "largest radius",
            default: 100.0,
            tooltip: "The radius does not grow beyond this.",
            ..RADIUS
        };
        const ACCEPTANCE: Setting = Setting {
            key: "acceptance",
            symbol: "ρ₀",
            title: "acceptance",
            default: 0.1,
            range: [0.0, 0.25],
            tooltip: "A step is taken only if the loss falls by more than this share of what the model promises.",
            ..Setting::PLAIN
        };
        &OptimizerInfo {
            name: "trust-region",
            title: "Trust region",
            family: Family::SecondOrder,
            rule: "w ← w + d, d minimises L + ∇Lᵀd + ½dᵀHd over ‖d‖ ≤ Δ\nρ = decrease of L/decrease of the model; Δ ← \
                   ‖d‖/4 if ρ < ¼, min(2Δ, Δmax) if ρ > ¾ at the border",
            summary: "Newton's step where the model can be trusted, and the best step within the radius elsewhere: it \
                      never goes uphill, and at a saddle it goes along the negative curvature.",
            source: "J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., 2006, algorithm 4.1; J. J. Moré and \
                     D. C. Sorensen, Computing a trust region step, 1983",
            settings: &[RADIUS, LARGEST, ACCEPTANCE],
        }
    }

    fn begin(&self, values: Values<'_>, _seed: u64, _examples: usize) -> Steps {
        let largest = values("largest_radius");
        Steps::by(Rule { radius: values("radius").min(largest), largest, acceptance: values("acceptance") })
    }
}

struct Rule {
    radius: f64,
    largest: f64,
    acceptance: f64,
}

impl StepRule for Rule {
    fn step(&mut self, context: &mut StepContext<'_>) -> Result<Vector, StepFailure> {
        let (gradient, hessian) = (context.gradient(), context.hessian());
        let eigen = eigenpairs(&hessian).ok_or(StepFailure::Undefined)?;
        let value = context.value();
        context.observe(|| Observation::Gradient(gradient));
        loop {
            let (step, at_border) = best_in_disc(&eigen, gradient, self.radius);
            let w = context.w + step;
            if w == context.w {
                // The point is a critical point and not a saddle, or the radius has shrunk to 0.
                return if step == Vector::zeros() { Ok(w) } else { Err(StepFailure::Stalled) };
            }
            let promised = -(gradient.dot(&step) + 0.5 * step.dot(&(hessian * step)));
            let loss = context.value_at(&w);
            // NaN, outside the domain of L, does not count as an improvement.
            let ratio = if loss.is_finite() { (value - loss) / promised } else { f64::NEG_INFINITY };
            // If the predicted decrease is below the rounding errors of L, an equal loss is accepted.
            let accepted = loss <= value && (ratio > self.acceptance || promised <= f64::EPSILON * value.abs());
            context.observe(|| Observation::Radius(self.radius));
            context.observe(|| Observation::Model { curvature: hessian, goal: w });
            context.observe(|| Observation::Trial { w, loss, accepted });
            if ratio > 0.75 && at_border {
                self.radius = (2.0 * self.radius).min(self.largest);
            } else if !accepted || (ratio < 0.25 && promised > f64::EPSILON * value.abs()) {
                self.radius = 0.25 * step.norm();
            }
            if accepted {
                return Ok(w);
            }
        }
    }
}

/// The minimiser of gᵀd + ½dᵀHd over ‖d‖ ≤ radius, and whether it lies on the border.
fn best_in_disc(eigen: &Eigenpairs, gradient: Vector, radius: f64) -> (Vector, bool) {
    let [u, v] = eigen.vectors;
    let [least, greatest] = eigen.values;
    let (a, b) = (u.dot(&gradient), v.dot(&gradient));
    let step = |mu: f64| -> (f64, f64) { (quotient(-a, least + mu), quotient(-b, greatest + mu)) };
    let length = |mu: f64| {
        let (x, y) = step(mu);
        libm::hypot(x, y)
    };
    let compose = |(x, y): (f64, f64)| x * u + y * v;
    if least > 0.0 && length(0.0) <= radius {
        return (compose(step(0.0)), false);
    }
    // Above −λ₁ the length falls with μ, from its limit there to 0.
    let lowest = (-least).max(0.0);
    let (x, y) = step(lowest);
    if libm::hypot(x, y) <= radius {
        // The hard case: g has no component along u, and λ₁ ≤ 0. The best step goes along u to the border; both
        // directions are equally good.
        let along = (radius * radius - y * y).max(0.0).sqrt();
        let towards = if a > 0.0 { -along } else { along };
        return (compose(if least < 0.0 { (towards, y) } else { (x, y) }), least < 0.0);
    }
    // Newton's method for 1/Δ = 1/‖d(μ)‖, which is nearly linear in μ, kept within a bracket.
    let (mut low, mut high) = (lowest, lowest + gradient.norm() / radius);
    let mut mu = if low > 0.0 { low + 0.5 * (high - low) } else { 0.0 };
    for _ in 0..100 {
        let (x, y) = step(mu);
        let size = libm::hypot(x, y);
        if size > radius {
            low = mu;
        } else {
            high = mu;
        }
        if (size - radius).abs() <= 4.0 * f64::EPSILON * radius || high - low <= 2.0 * f64::EPSILON * high {
            break;
        }
        let slope = x * x / (least + mu) + y * y / (greatest + mu);
        let next = mu + (size - radius) / radius * (size * size / slope);
        mu = if low < next && next < high { next } else { 0.5 * (low + high) };
    }
    (compose(step(mu)), true)
}

/// x/y with 0/0 = 0: without gradient and without curvature along a direction there is no step along it.
fn quotient(x: f64, y: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x / y }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::number::Matrix;
    use proptest::prelude::*;

    fn model(hessian: &Matrix, gradient: Vector, d: Vector) -> f64 {
        gradient.dot(&d) + 0.5 * d.dot(&(hessian * d))
    }

    proptest! {
        /// No point of the disc is better, by a search over it.
        #[test]
        fn the_step_is_the_best_of_the_disc(
            entries in prop::array::uniform3(-3.0..3.0f64), gradient in prop::array::uniform2(-2.0..2.0f64),
            radius in 0.01..3.0f64, degenerate in 0..4,
        ) {
            let [a, b, d] = entries;
            // The hard case, a flat direction, and no gradient are as frequent as everything else.
            let (hessian, gradient) = match degenerate {
                0 => (Matrix::new(a, b, b, d), Vector::from(gradient)),
                1 => (Matrix::new(-a.abs(), 0.0, 0.0, d), Vector::new(0.0, gradient[1])),
                2 => (Matrix::new(a, 0.0, 0.0, 0.0), Vector::from(gradient)),
                _ => (Matrix::new(a, b, b, d), Vector::zeros()),
            };
            let (step, _) = best_in_disc(&eigenpairs(&hessian).unwrap(), gradient, radius);
            prop_assert!(step.norm() <= radius * (1.0 + 1e-12), "{step} in {radius}");
            let best = model(&hessian, gradient, step);
            for ring in 0..=20 {
                for turn in 0..200 {
                    let angle = f64::from(turn) * std::f64::consts::PI / 100.0;
                    let size = radius * f64::from(ring) / 20.0;
                    let d = size * Vector::new(libm::cos(angle), libm::sin(angle));
                    prop_assert!(model(&hessian, gradient, d) >= best - 1e-9, "{d} is better than {step}");
                }
            }
        }
    }
}
