//! The theory of an optimizer near a critical point, where the loss is nearly quadratic.
//!
//! Along the eigenvector of λ a rule with a constant learning rate η multiplies the distance to the critical point in
//! each step by 1 − ηλ (gradient descent), or by the larger root of a quadratic equation (momentum). The run is stable
//! while the magnitude stays below 1: this is the speed limit, and it depends on the momentum.

use crate::number::{Matrix, difference_of_products};

/// How a rule with constant settings moves on a quadratic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dynamics {
    /// w ← w − η∇L(w): the factor is 1 − ηλ.
    Gradient,
    /// Heavy ball: the factors are the roots of z² − (1 + β − ηλ)z + β (B. T. Polyak, Some methods of speeding up the
    /// convergence of iteration methods, 1964).
    HeavyBall {
        /// β.
        momentum: f64,
    },
    /// Nesterov: the factors are the roots of z² − (1 + β)(1 − ηλ)z + β(1 − ηλ).
    Nesterov {
        /// β.
        momentum: f64,
    },
    /// Gradient flow for the time η: the factor is exp(−ηλ).
    Flow,
    /// A share of Newton's step: the factor is 1 − α along every eigenvector, whatever λ.
    NewtonShare {
        /// α.
        share: f64,
    },
    /// Saddle-free Newton, (|H| + μI)⁻¹∇L: the factor is 1 − λ/(|λ| + μ), so it is above 1 where λ is negative.
    SaddleFreeNewton {
        /// μ.
        damping: f64,
    },
    /// Regularised Newton, (H + μI)⁻¹∇L: the factor is 1 − λ/(λ + μ) = μ/(λ + μ).
    RegularisedNewton {
        /// μ.
        damping: f64,
    },
    /// A learning rate for each weight: the factors are the eigenvalues of I − DH.
    WeightRates {
        /// η₁ and η₂, the diagonal of D.
        rates: [f64; 2],
    },
}

/// What a step does to the distance along one eigenvector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mode {
    /// By how much the distance is multiplied in the long run.
    pub modulus: f64,
    /// The angle of the oscillation in a step: 0 if the run approaches from one side, π if it alternates between both
    /// sides, and between them if it oscillates with momentum.
    pub angle: f64,
}

impl Mode {
    /// The mode of a real factor.
    pub fn real(factor: f64) -> Mode {
        Mode { modulus: factor.abs(), angle: if factor < 0.0 { std::f64::consts::PI } else { 0.0 } }
    }

    /// The factor with its sign, if the mode is real.
    pub fn factor(&self) -> Option<f64> {
        match self.angle {
            0.0 => Some(self.modulus),
            angle if angle == std::f64::consts::PI => Some(-self.modulus),
            _ => None,
        }
    }

    /// Whether the distance dies away.
    pub fn is_stable(&self) -> bool {
        self.modulus < 1.0
    }

    /// The root of z² − tz + d of larger magnitude, t = `trace`, d = `determinant`.
    fn of_quadratic(trace: f64, determinant: f64) -> Mode {
        let discriminant = 0.25 * trace * trace - determinant;
        if discriminant < 0.0 {
            let modulus = determinant.sqrt();
            let angle = libm::acos((0.5 * trace / modulus).clamp(-1.0, 1.0));
            return Mode { modulus, angle };
        }
        // Both terms have one sign, so nothing cancels.
        Mode::real(0.5 * trace + discriminant.sqrt().copysign(trace))
    }
}

/// The important learning rates for a Hessian with the eigenvalues λmin ≤ λmax, each `None` if it does not exist.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// The smallest rate that is best for the direction of λmax alone: 1/λmax for gradient descent.
    pub fastest: Option<f64>,
    /// The rate for which the slower direction is as fast as can be: 2/(λmin + λmax) for gradient descent. Only where
    /// both eigenvalues are positive.
    pub best: Option<f64>,
    /// The speed limit: 2/λmax for gradient descent.
    pub limit: Option<f64>,
}

impl Dynamics {
    /// The effect of a step with the learning rate along the eigenvector of λ; `None` for a rule with a rate for each
    /// weight, whose modes have other directions.
    pub fn mode(&self, rate: f64, lambda: f64) -> Option<Mode> {
        let left = 1.0 - rate * lambda;
        Some(match *self {
            Dynamics::Gradient => Mode::real(left),
            Dynamics::HeavyBall { momentum } => Mode::of_quadratic(momentum + left, momentum),
            Dynamics::Nesterov { momentum } => Mode::of_quadratic((1.0 + momentum) * left, momentum * left),
            Dynamics::Flow => Mode::real(libm::exp(-rate * lambda)),
            Dynamics::NewtonShare { share } => Mode::real(1.0 - share),
            Dynamics::SaddleFreeNewton { damping } => Mode::real(1.0 - lambda / (lambda.abs() + damping)),
            Dynamics::RegularisedNewton { damping } => Mode::real(damping / (lambda + damping)),
            Dynamics::WeightRates { .. } => return None,
        })
    }

    /// The factors of both solutions of the recurrence along the eigenvector of λ, the one of larger magnitude first;
    /// the second is 0 for a rule without memory. `None` if they are not real, and for a rule with a rate for each
    /// weight.
    pub fn factors(&self, rate: f64, lambda: f64) -> Option<[f64; 2]> {
        let first = self.mode(rate, lambda)?.factor()?;
        let left = 1.0 - rate * lambda;
        let product = match *self {
            Dynamics::HeavyBall { momentum } => momentum,
            Dynamics::Nesterov { momentum } => momentum * left,
            _ => 0.0,
        };
        Some([first, if product == 0.0 { 0.0 } else { product / first }])
    }

    /// ηλ at the speed limit: 2 for gradient descent, 2 + 2β for the heavy ball, (2 + 2β)/(1 + 2β) for Nesterov. `None`
    /// if no rate is too large, or if there is no single rate.
    pub fn limit(&self) -> Option<f64> {
        match *self {
            Dynamics::Gradient => Some(2.0),
            Dynamics::HeavyBall { momentum } => Some(2.0 + 2.0 * momentum),
            Dynamics::Nesterov { momentum } => Some((2.0 + 2.0 * momentum) / (1.0 + 2.0 * momentum)),
            Dynamics::Flow
            | Dynamics::NewtonShare { .. }
            | Dynamics::SaddleFreeNewton { .. }
            | Dynamics::RegularisedNewton { .. }
            | Dynamics::WeightRates { .. } => None,
        }
    }

    /// The sharpness λmax from which on a run with this learning rate is not stable: 2/η for gradient descent.
    pub fn sharpness_limit(&self, rate: f64) -> Option<f64> {
        Some(self.limit()? / rate)
    }

    /// The learning rates that matter where the Hessian has these eigenvalues.
    pub fn rates(&self, [least, greatest]: [f64; 2]) -> Rates {
        let Some(limit) = self.limit().filter(|_| greatest > 0.0) else {
            return Rates::default();
        };
        let fastest = match *self {
            // From this rate on the direction oscillates, and its modulus is √β.
            Dynamics::HeavyBall { momentum } => libm::pow(1.0 - momentum.sqrt(), 2.0),
            _ => 1.0,
        };
        let best = match *self {
            _ if least <= 0.0 => None,
            Dynamics::Nesterov { .. } => Some(self.balanced(least, greatest)),
            // Where 1 + β − ηλ has opposite values in both directions; β is 0 without momentum.
            _ => Some(limit / (least + greatest)),
        };
        let is_useful = |rate: &f64| rate.is_finite() && *rate > 0.0;
        Rates {
            fastest: Some(fastest / greatest).filter(is_useful),
            best: best.filter(is_useful),
            limit: Some(limit / greatest).filter(is_useful),
        }
    }

    /// The rate at which both directions are equally slow, by bisection. With a growing rate the direction of λmax
    /// becomes slower between 1/λmax and the limit, and that of λmin faster up to 1/λmin.
    fn balanced(&self, least: f64, greatest: f64) -> f64 {
        let modulus = |rate: f64, lambda: f64| self.mode(rate, lambda).map_or(f64::NAN, |mode| mode.modulus);
        let (mut low, mut high) = (1.0 / greatest, (self.limit().unwrap_or(f64::NAN) / greatest).min(1.0 / least));
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if modulus(middle, greatest) < modulus(middle, least) {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }
}

/// The modes of a rule with a rate for each weight on a quadratic with the Hessian H: the eigenvalues of I − DH.
///
/// They are those of I − D^½HD^½, and so real: a stable run needs the symmetric D^½HD^½ to be positive definite with
/// eigenvalues below 2.
pub fn weight_modes(hessian: &Matrix, rates: [f64; 2]) -> [Mode; 2] {
    let (a, b, d) = (rates[0] * hessian[(0, 0)], hessian[(0, 1)], rates[1] * hessian[(1, 1)]);
    let mean = 0.5 * (a + d);
    let spread = libm::hypot(0.5 * (a - d), b * (rates[0] * rates[1]).sqrt());
    [Mode::real(1.0 - (mean - spread)), Mode::real(1.0 - (mean + spread))]
}

/// The largest stable rate of one weight (0 or 1) while the other keeps its rate; `None` if no rate makes the run
/// stable.
///
/// I − DH has an eigenvalue −1 where 4 − 2(η₁H₁₁ + η₂H₂₂) + η₁η₂ det H = 0, which is linear in each rate.
pub fn weight_limit(hessian: &Matrix, rates: [f64; 2], weight: usize) -> Option<f64> {
    let (own, other) = (hessian[(weight, weight)], hessian[(1 - weight, 1 - weight)]);
    let determinant = determinant(hessian);
    let rate = rates[1 - weight];
    if !(determinant > 0.0 && own > 0.0 && rate * other < 2.0) {
        return None;
    }
    Some((4.0 - 2.0 * rate * other) / (2.0 * own - rate * determinant))
}

/// The largest rectangle 0 < η₁ < a, 0 < η₂ < b in which every pair of rates is stable: a = 2/(H₁₁(1 + ρ)),
/// b = 2/(H₂₂(1 + ρ)) with ρ = |H₁₂|/√(H₁₁H₂₂). `None` where H is not positive definite.
///
/// At its corner D^½HD^½ has equal diagonal entries, and the larger eigenvalue is 2. If H is diagonal, the rectangle is
/// the whole stable region.
pub fn stable_rectangle(hessian: &Matrix) -> Option<[f64; 2]> {
    let diagonal = [hessian[(0, 0)], hessian[(1, 1)]];
    if !(determinant(hessian) > 0.0 && diagonal[0] > 0.0) {
        return None;
    }
    let coupling = hessian[(0, 1)].abs() / (diagonal[0].sqrt() * diagonal[1].sqrt());
    Some(diagonal.map(|entry| 2.0 / (entry * (1.0 + coupling))))
}

fn determinant(hessian: &Matrix) -> f64 {
    difference_of_products(hessian[(0, 0)], hessian[(1, 1)], hessian[(0, 1)], hessian[(0, 1)])
}
