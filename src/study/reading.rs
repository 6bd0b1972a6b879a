//! What is known of a loss at one point, and how surely: for the command line and the window.

use super::shown::Shown;
use crate::critical::{Claim, Refutation, enclosed_jet, is_critical_by};
use crate::curvature::{Curvature, Definiteness, proved_definiteness};
use crate::landscape::{Jet, Loss};
use crate::number::Vector;

/// What is known at a point.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The point.
    pub w: Vector,
    /// L, ∇L and H as they are computed.
    pub jet: Jet,
    /// Eigenvalues and eigenvectors, and what is proved of their signs; `None` where H is undefined or too large.
    pub curvature: Option<Curvature>,
    /// The same signs, also where an eigenvalue is too large for f64; `None` where H is undefined.
    pub definiteness: Option<Definiteness>,
    /// Whether the point is critical; `None` where that was not asked.
    pub critical: Option<Claim>,
    /// The numbers as they are shown.
    pub shown: Shown,
}

impl Reading {
    /// What is known of the loss at w: what is computed where it has no enclosures.
    pub fn at(loss: &Loss, w: Vector) -> Reading {
        let Some(enclosed) = enclosed_jet(loss, w) else { return Reading::computed(loss, w) };
        let jet = loss.jet(w);
        let hessian = &enclosed.hessian;
        let is_undefined = jet.hessian.iter().any(|entry| entry.is_nan());
        let has_value = !enclosed.value.enclosure.is_empty();
        let is_known = |known: &Definiteness| has_value && (*known != Definiteness::Undecided || !is_undefined);
        let definiteness = proved_definiteness(hessian).filter(is_known);
        let curvature = Curvature::proved(&jet, hessian);
        let critical = Some(is_critical_by(&enclosed, loss, w));
        let mut shown = Shown::enclosed(w, &jet, &enclosed, 0.0);
        if critical == Some(Claim::Refuted(Refutation::Slope)) && shown.gradient == Vector::zeros() {
            // More digits than the enclosure has have told it from 0.
            shown.gradient = jet.gradient;
        }
        Reading { w, jet, curvature, definiteness, critical, shown }
    }

    /// What is computed at w, of which nothing is proved: for places that change with every frame, where proofs over many
    /// examples would take too long.
    pub fn computed(loss: &Loss, w: Vector) -> Reading {
        let jet = loss.jet(w);
        let curvature = Curvature::of(&jet);
        let definiteness = curvature.map(|curvature| curvature.definiteness);
        Reading { w, jet, curvature, definiteness, critical: None, shown: Shown::computed(&jet) }
    }
}
