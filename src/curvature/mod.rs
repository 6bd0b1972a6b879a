//! The Hessian at a point: what its eigenvalues say, and what they do not.
//!
//! [`Definiteness`] describes the Hessian at any point. [`Kind`] describes a critical point, where ∇L = 0. At (1, 0)
//! the default landscape w1³ − w2² is indefinite, but no saddle: its gradient is (3, 0).
//!
//! Near c the loss is about L(c) + ∇L·d + ½dᵀHd with d = w − c ([`QuadraticModel`]). Its only stationary point is
//! c − H⁻¹∇L, where Newton's method goes, whatever that point is. On it gradient descent multiplies the distance along
//! the eigenvector of λ by 1 − ηλ in each step, so that it is stable for η < 2/λmax ([`Curvature::speed_limit`]).

use crate::formula::Jet;
use crate::number::{Eigenpairs, Vector, eigenpairs};
use serde::{Deserialize, Serialize};

mod quantity;
mod solve;
#[cfg(test)]
mod tests;

pub use quantity::{Quantity, eigenvalues, sign_region, sign_region_of};
pub use solve::solve;

/// An eigenvalue counts as zero when its magnitude is at most this times the Hessian's larger eigenvalue magnitude.
///
/// Second derivatives come with a relative error of about 1e-15, a point found by Newton's method with one of about
/// 1e-16 of its coordinates; 1e-9 leaves room for cancellation in the formula itself and still tells a ravine of
/// condition number 10⁸ from a flat valley.
pub const ZERO_TOLERANCE: f64 = 1e-9;

/// H has no useful inverse when its smaller eigenvalue magnitude is at most this times the larger: of the step
/// H⁻¹∇L not one digit would be right in 64-bit arithmetic.
pub const SINGULAR_TOLERANCE: f64 = 1e-15;

/// The signs of the Hessian's eigenvalues at any point, critical or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Definiteness {
    /// 0 < λ1 ≤ λ2.
    #[serde(rename = "positive definite")]
    PositiveDefinite,
    /// λ1 ≤ λ2 < 0.
    #[serde(rename = "negative definite")]
    NegativeDefinite,
    /// λ1 < 0 < λ2.
    #[serde(rename = "indefinite")]
    Indefinite,
    /// λ1 = 0 < λ2.
    #[serde(rename = "positive semidefinite")]
    PositiveSemidefinite,
    /// λ1 < 0 = λ2.
    #[serde(rename = "negative semidefinite")]
    NegativeSemidefinite,
    /// λ1 = λ2 = 0.
    #[serde(rename = "zero")]
    Zero,
}

impl Definiteness {
    /// The words of the JSON, the window and the pictures: `positive definite`.
    pub fn words(self) -> &'static str {
        match self {
            Definiteness::PositiveDefinite => "positive definite",
            Definiteness::NegativeDefinite => "negative definite",
            Definiteness::Indefinite => "indefinite",
            Definiteness::PositiveSemidefinite => "positive semidefinite",
            Definiteness::NegativeSemidefinite => "negative semidefinite",
            Definiteness::Zero => "zero",
        }
    }

    /// What a critical point with this Hessian is.
    pub fn kind(self) -> Kind {
        match self {
            Definiteness::PositiveDefinite => Kind::Minimum,
            Definiteness::NegativeDefinite => Kind::Maximum,
            Definiteness::Indefinite => Kind::Saddle,
            Definiteness::PositiveSemidefinite | Definiteness::NegativeSemidefinite | Definiteness::Zero => {
                Kind::Degenerate
            }
        }
    }
}

/// What a critical point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Both eigenvalues positive.
    Minimum,
    /// Both eigenvalues negative.
    Maximum,
    /// One of each sign.
    Saddle,
    /// An eigenvalue is zero: the Hessian does not decide.
    Degenerate,
}

impl Kind {
    /// The word of the JSON, the window and the pictures: `minimum`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Minimum => "minimum",
            Kind::Maximum => "maximum",
            Kind::Saddle => "saddle",
            Kind::Degenerate => "degenerate",
        }
    }
}

/// What the Hessian says at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curvature {
    /// Eigenvalues ascending with unit eigenvectors.
    pub eigen: Eigenpairs,
    /// The signs of the eigenvalues.
    pub definiteness: Definiteness,
    /// 2/λmax, the largest stable learning rate of gradient descent on the local quadratic model; `None` when
    /// λmax is negative or counts as zero: then no learning rate is too large for the model.
    pub speed_limit: Option<f64>,
}

impl Curvature {
    /// What the Hessian says; `None` where it is undefined.
    pub fn of(jet: &Jet) -> Option<Curvature> {
        let eigen = eigenpairs(&jet.hessian)?;
        let definiteness = definiteness(&eigen);
        let curves_up = match definiteness {
            Definiteness::PositiveDefinite | Definiteness::Indefinite | Definiteness::PositiveSemidefinite => true,
            Definiteness::NegativeDefinite | Definiteness::NegativeSemidefinite | Definiteness::Zero => false,
        };
        let speed_limit = curves_up.then(|| 2.0 / eigen.values[1]).filter(|limit| limit.is_finite());
        Some(Curvature { eigen, definiteness, speed_limit })
    }
}

/// The signs of the eigenvalues, zero judged by [`ZERO_TOLERANCE`].
pub fn definiteness(eigen: &Eigenpairs) -> Definiteness {
    definiteness_with(eigen, 0.0)
}

/// The signs of the eigenvalues, where an eigenvalue counts as zero when its magnitude is at most `floor` or at most
/// [`ZERO_TOLERANCE`] times the larger magnitude. The floor says how large an eigenvalue can be where mathematics has
/// a zero, because the point is known only to so many digits: at the bottom of w1⁴ + w2⁴ both are.
pub fn definiteness_with(eigen: &Eigenpairs, floor: f64) -> Definiteness {
    let zero = floor.max(ZERO_TOLERANCE * eigen.magnitude());
    let sign = |value: f64| {
        if value.abs() <= zero {
            0
        } else if value > 0.0 {
            1
        } else {
            -1
        }
    };
    match (sign(eigen.values[0]), sign(eigen.values[1])) {
        (1, _) => Definiteness::PositiveDefinite,
        (_, -1) => Definiteness::NegativeDefinite,
        (-1, 1) => Definiteness::Indefinite,
        (0, 1) => Definiteness::PositiveSemidefinite,
        (-1, _) => Definiteness::NegativeSemidefinite,
        _ => Definiteness::Zero,
    }
}

/// Newton's step −H⁻¹g = −Σ vᵢ(vᵢ·g)/λᵢ; `None` where H is singular by [`SINGULAR_TOLERANCE`].
pub fn newton_step(eigen: &Eigenpairs, gradient: Vector) -> Option<Vector> {
    let [l, m] = eigen.values;
    let [u, v] = eigen.vectors;
    if l.abs().min(m.abs()) <= SINGULAR_TOLERANCE * eigen.magnitude() {
        return None;
    }
    Some(-(u * (u.dot(&gradient) / l) + v * (v.dot(&gradient) / m)))
}

/// The second-order Taylor polynomial L(c) + ∇L(c)·(w − c) + ½(w − c)ᵀH(c)(w − c).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuadraticModel {
    /// The point c of expansion.
    pub centre: Vector,
    /// L, ∇L and H at c.
    pub jet: Jet,
}

impl QuadraticModel {
    /// The model's value at w.
    pub fn value(&self, w: Vector) -> f64 {
        let d = w - self.centre;
        self.jet.value + self.jet.gradient.dot(&d) + 0.5 * d.dot(&(self.jet.hessian * d))
    }

    /// The model's gradient at w: ∇L(c) + H(c)(w − c).
    pub fn gradient(&self, w: Vector) -> Vector {
        self.jet.gradient + self.jet.hessian * (w - self.centre)
    }

    /// The model's only stationary point c − H⁻¹∇L, the goal of Newton's step: its minimum, saddle or maximum by
    /// [`definiteness`]. `None` where H is undefined or singular.
    pub fn stationary_point(&self) -> Option<Vector> {
        let eigen = eigenpairs(&self.jet.hessian)?;
        Some(self.centre + newton_step(&eigen, self.jet.gradient)?)
    }
}
