//! The Hessian at a point: what its eigenvalues say, and what they do not.
//!
//! [`Definiteness`] describes the Hessian at any point. [`Kind`] describes a critical point, where ∇L = 0. At (1, 0)
//! the default landscape w1³ − w2² has an indefinite Hessian, but not a saddle: its gradient is (3, 0).
//!
//! Near c the loss is about L(c) + ∇L·d + ½dᵀHd with d = w − c ([`QuadraticModel`]). Its only stationary point is c −
//! H⁻¹∇L, to which Newton's method steps, whatever kind of point it is. On the model, gradient descent multiplies the
//! distance along the eigenvector of λ by 1 − ηλ in each step, so that at a minimum it is stable for η < 2/λmax
//! ([`Curvature::speed_limit`]).

use crate::formula::Jet;
use crate::number::{Constant, Eigenpairs, Vector, eigenpairs};
use serde::{Deserialize, Serialize};

mod quantity;
mod signs;
mod solve;
#[cfg(test)]
mod tests;

pub use quantity::{Quantity, eigenvalues, sign_region, sign_region_of};
pub use signs::proved_definiteness;
pub use solve::{solve, solve_plainly};

/// In drawings of many Hessians, an eigenvalue counts as zero if its magnitude is at most this times that of the larger
/// one. That is about a hundred rounding errors of the entries, which would otherwise speckle every flat valley.
///
/// No statement about a point uses it: statements use [`proved_definiteness`].
pub const ZERO_TOLERANCE: f64 = 1e-13;

/// H counts as singular if the smaller eigenvalue magnitude is at most this times the larger. Not one digit of the step
/// H⁻¹∇L would be correct in 64-bit arithmetic.
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
    /// An eigenvalue is zero or so small that its sign is not known.
    #[serde(rename = "undecided")]
    Undecided,
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
            Definiteness::Undecided => "undecided",
        }
    }

    /// The kind of a critical point with this Hessian; degenerate also if the signs are undecided.
    pub fn kind(self) -> Kind {
        match self {
            Definiteness::PositiveDefinite => Kind::Minimum,
            Definiteness::NegativeDefinite => Kind::Maximum,
            Definiteness::Indefinite => Kind::Saddle,
            Definiteness::PositiveSemidefinite
            | Definiteness::NegativeSemidefinite
            | Definiteness::Zero
            | Definiteness::Undecided => Kind::Degenerate,
        }
    }
}

/// The kind of a critical point.
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

/// The curvature of L at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curvature {
    /// Eigenvalues ascending with unit eigenvectors.
    pub eigen: Eigenpairs,
    /// The signs of the eigenvalues.
    pub definiteness: Definiteness,
    /// 2/λmax. With a larger learning rate, gradient descent on the local quadratic model oscillates with growing
    /// amplitude along the eigenvector of λmax. If H is positive definite, this is the largest stable learning rate;
    /// otherwise no learning rate is stable. `None` if λmax is not known to be positive; without a positive eigenvalue
    /// nothing oscillates.
    pub speed_limit: Option<f64>,
}

impl Curvature {
    /// The curvature from the Hessian as computed, including its rounding errors; `None` if H is undefined.
    pub fn of(jet: &Jet) -> Option<Curvature> {
        let eigen = eigenpairs(&jet.hessian)?;
        let curves_up = eigen.values[1] > ZERO_TOLERANCE * eigen.values[0].abs();
        Some(Curvature::new(eigen, definiteness(&eigen), curves_up))
    }

    /// The curvature with signs that the enclosures of H prove; `None` if H is undefined or an eigenvalue overflows. In
    /// the latter case [`proved_definiteness`] may still have an answer.
    pub fn proved(jet: &Jet, hessian: &[Constant; 3]) -> Option<Curvature> {
        let eigen = eigenpairs(&jet.hessian)?;
        let definiteness = proved_definiteness(hessian)?;
        let curves_up = match definiteness {
            Definiteness::PositiveDefinite | Definiteness::Indefinite | Definiteness::PositiveSemidefinite => true,
            Definiteness::NegativeDefinite | Definiteness::NegativeSemidefinite | Definiteness::Zero => false,
            // λmax is at least each entry of the diagonal.
            Definiteness::Undecided => hessian[0].enclosure.lo > 0.0 || hessian[2].enclosure.lo > 0.0,
        };
        Some(Curvature::new(eigen, definiteness, curves_up))
    }

    fn new(eigen: Eigenpairs, definiteness: Definiteness, curves_up: bool) -> Curvature {
        let speed_limit = curves_up.then(|| 2.0 / eigen.values[1]).filter(|limit| limit.is_finite() && *limit > 0.0);
        Curvature { eigen, definiteness, speed_limit }
    }
}

/// The signs of the eigenvalues of a Hessian as it was computed. Each eigenvalue is accurate to a few units in its own
/// last place ([`eigenpairs`]), so its sign is correct, and only an exact zero counts as zero. Rounding errors in the
/// entries are not considered here; [`proved_definiteness`] considers them.
pub fn definiteness(eigen: &Eigenpairs) -> Definiteness {
    signs::definiteness_of(eigen.values.map(|value| signs::Sign::of([value, value])))
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

    /// The model's only stationary point c − H⁻¹∇L, the target of Newton's step. It is the model's minimum, saddle or
    /// maximum by [`definiteness`]. `None` if H is undefined or singular.
    pub fn stationary_point(&self) -> Option<Vector> {
        let eigen = eigenpairs(&self.jet.hessian)?;
        Some(self.centre + newton_step(&eigen, self.jet.gradient)?)
    }
}
