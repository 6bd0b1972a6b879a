//! The network of saddles: the curves of steepest descent and ascent from every saddle, and the order in which saddles
//! join the minima (the merge tree).
//!
//! From a saddle two *unstable* curves w′ = −∇L lead down and two *stable* ones, w′ = +∇L, lead up. Both are followed
//! by arc length, dw/ds = ∓∇L/‖∇L‖, with the Runge–Kutta method of order 8 (`dop853.rs`) and an error of [`TOLERANCE`]
//! for each step. `walk.rs` decides where a curve ends, and states each criterion. The curves themselves are computed
//! numerically and not proved.

mod degenerate;
mod dop853;
mod graph;
mod growth;
mod merge;
mod start;
mod targets;
#[cfg(test)]
mod tests;
mod walk;

pub use graph::{SaddleGraph, saddle_graph, saddle_graph_of};
pub use merge::{Merge, Role};
pub use walk::TOLERANCE;

use crate::curvature::Kind;
use crate::number::Vector;

/// Whether a curve follows −∇L or +∇L.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Along −∇L: an unstable curve of gradient flow.
    Down,
    /// Along +∇L: a stable curve.
    Up,
}

impl Sense {
    /// The factor of ∇L.
    pub fn sign(self) -> f64 {
        match self {
            Sense::Down => -1.0,
            Sense::Up => 1.0,
        }
    }

    /// The kind of point that attracts all nearby curves.
    pub fn attractor(self) -> Kind {
        match self {
            Sense::Down => Kind::Minimum,
            Sense::Up => Kind::Maximum,
        }
    }
}

/// The end of a curve.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// At a critical point that attracts everything around it: a rectangle that the curve has entered provably leads
    /// there.
    Point(Vector),
    /// At a saddle, or at a degenerate point that is not an extremum: the curve cannot be distinguished from one that
    /// runs into it.
    Saddle(Vector),
    /// The curve goes away without end, by the criterion of `walk.rs`.
    Infinity,
    /// The end is not certain; with the reason.
    Unknown(String),
}

impl End {
    /// The critical point where the curve ends.
    pub fn point(&self) -> Option<Vector> {
        match self {
            End::Point(w) | End::Saddle(w) => Some(*w),
            End::Infinity | End::Unknown(_) => None,
        }
    }
}

/// A curve from a saddle to where it ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Points along it, the saddle first.
    pub polyline: Vec<Vector>,
    /// Its end.
    pub end: End,
    /// The length from the saddle to the end; `None` if the curve does not end at a point.
    pub length: Option<f64>,
    /// The first crossing of the border of the view.
    pub leaves_view_at: Option<Vector>,
}

/// A saddle with its curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Saddle {
    /// Its place.
    pub w: Vector,
    /// L there.
    pub value: f64,
    /// [`Kind::Saddle`], or [`Kind::Degenerate`] for a monkey saddle and similar points.
    pub kind: Kind,
    /// Whether it is proved to be there.
    pub certified: bool,
    /// The curves along −∇L.
    pub unstable: Vec<Curve>,
    /// The curves along +∇L.
    pub stable: Vec<Curve>,
    /// Its effect on the components of {L < c} as c rises past its value; `None` if an end of a curve is not certain.
    pub role: Option<Role>,
}

/// A degenerate point whose curves are not drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Undrawn {
    /// Its place.
    pub w: Vector,
    /// L there.
    pub value: f64,
    /// The reason, as a sentence.
    pub reason: String,
}
