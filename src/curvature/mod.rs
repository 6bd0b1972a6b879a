//! The Hessian at a point: what its eigenvalues say, and what they do not.
//!
//! [`Definiteness`] describes the Hessian at any point. [`Kind`] describes a critical point, where ∇L = 0. At (1, 0)
//! the default landscape w1³ − w2² is indefinite, but no saddle: its gradient is (3, 0).

use crate::formula::Jet;
use crate::number::{Eigenpairs, Vector, eigenpairs};
use serde::{Deserialize, Serialize};

/// An eigenvalue counts as zero when its magnitude is at most this times the Hessian's larger eigenvalue magnitude.
pub const ZERO_TOLERANCE: f64 = 1e-9;

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

/// What the Hessian says at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curvature {
    /// Eigenvalues ascending with unit eigenvectors.
    pub eigen: Eigenpairs,
    /// The signs of the eigenvalues.
    pub definiteness: Definiteness,
    /// 2/λmax, the largest stable learning rate of gradient descent on the local quadratic model; `None` when
    /// λmax ≤ 0.
    pub speed_limit: Option<f64>,
}

impl Curvature {
    /// What the Hessian says; `None` where it is undefined.
    pub fn of(jet: &Jet) -> Option<Curvature> {
        let eigen = eigenpairs(&jet.hessian)?;
        let definiteness = definiteness(&eigen);
        let largest = eigen.values[1];
        let speed_limit = (largest > 0.0).then(|| 2.0 / largest).filter(|limit| limit.is_finite());
        Some(Curvature { eigen, definiteness, speed_limit })
    }
}

/// The signs of the eigenvalues, zero judged by [`ZERO_TOLERANCE`].
pub fn definiteness(eigen: &Eigenpairs) -> Definiteness {
    let zero = ZERO_TOLERANCE * eigen.values[0].abs().max(eigen.values[1].abs());
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
}
