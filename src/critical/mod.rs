//! The critical points of a view: where ∇L = 0, and what the Hessian says there.
//!
//! A point is a [`Evidence::Candidate`] when a search converged to it, and [`Evidence::Certified`] when its existence
//! and uniqueness in a box are proved. The search is [`Search`]: it is refined in slices, so that progress,
//! cancelling and time limits follow from one small interface.

mod chase;
mod curve;
mod degenerate;
mod found;
mod index;
mod plane;
mod search;
mod stationary;
#[cfg(test)]
mod tests;

pub use search::Search;
pub use stationary::is_critical;

use crate::curvature::Kind;
use crate::landscape::{Loss, View};
use crate::number::{Eigenpairs, Vector};
use serde::Serialize;

/// How sure we are of a critical point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Proved to exist, and to be the only critical point in a box around it.
    Certified,
    /// A search converged to it.
    Candidate,
}

/// A point where the gradient vanishes.
#[derive(Clone, Debug, PartialEq)]
pub struct CriticalPoint {
    /// Where it is.
    pub w: Vector,
    /// L there.
    pub value: f64,
    /// The Hessian's eigenpairs there.
    pub eigen: Eigenpairs,
    /// What it is; with a zero eigenvalue always [`Kind::Degenerate`].
    pub kind: Kind,
    /// The Poincaré–Hopf index of ∇L: +1 at extrema, −1 at saddles; `None` where it was not determined.
    pub index: Option<i32>,
    /// What a degenerate point looks like ("minimum-like", "monkey", …); `None` where it was not determined.
    pub nature: Option<String>,
    /// How sure we are of it.
    pub evidence: Evidence,
}

/// A curve on which every point is critical.
#[derive(Clone, Debug, PartialEq)]
pub struct CriticalCurve {
    /// Points along it.
    pub polyline: Vec<Vector>,
    /// What its points are across the curve.
    pub kind: Kind,
    /// Whether that is proved.
    pub evidence: Evidence,
}

/// All that is known of the critical points of a view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CriticalPoints {
    /// The points found, minima first, then saddles, maxima and degenerate points, each by ascending value.
    pub points: Vec<CriticalPoint>,
    /// Curves of critical points.
    pub curves: Vec<CriticalCurve>,
    /// Proved: the critical set in view is finite and `points` is all of it.
    pub complete: bool,
    /// Proved: `points` and `curves` together are everything.
    pub accounted: bool,
    /// Regions that stayed undecided.
    pub unresolved: Vec<View>,
    /// What found or proved it, in words.
    pub method: String,
}

impl CriticalPoints {
    /// The claim, as the badge says it: "9 critical points, found by search, not proved complete".
    pub fn claim(&self) -> String {
        let curves = match self.curves.len() {
            0 => String::new(),
            1 => " and 1 curve".to_owned(),
            n => format!(" and {n} curves"),
        };
        let found = match self.points.len() {
            0 if curves.is_empty() => "no critical point found by search".to_owned(),
            0 => format!("no isolated critical point{curves}, found by search"),
            1 => format!("1 critical point{curves}, found by search"),
            n => format!("{n} critical points{curves}, found by search"),
        };
        let undecided = if self.unresolved.is_empty() { "" } else { "; flat parts undecided" };
        format!("{found}, not proved complete{undecided}")
    }
}

/// The whole search in one call.
pub fn search(loss: &Loss, view: &View) -> CriticalPoints {
    let mut search = Search::new(loss, view);
    while !search.refine(usize::MAX) {}
    search.answer()
}
