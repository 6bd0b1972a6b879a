//! The kinds of planes through weight space: one file and one line in [`PLANES`] for each.

mod eigen;
mod path;
mod points;
mod random;
mod twin;

pub use points::through;

use super::{NetworkLoss, Plane, Trained};
use crate::krylov::{dot, norm};
use crate::landscape::View;

/// A kind of plane.
pub trait PlaneKind: Sync + Send {
    /// The name in files and on the command line: `path`.
    fn name(&self) -> &'static str;
    /// The name for people: `plane of the path`.
    fn title(&self) -> &'static str;
    /// Its description in a sentence.
    fn summary(&self) -> &'static str;
    /// Whether another seed gives another plane.
    fn is_random(&self) -> bool {
        false
    }
    /// The directions, and the shares of the path's variance along them if they are computed from the path.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if there is no such plane.
    fn axes(&self, place: &Place<'_>) -> Result<Axes, String>;
    /// The view that shows what the plane is for.
    fn view(&self, _path: &[[f64; 2]]) -> View {
        View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] }
    }
}

/// The data from which a plane is computed: its centre, the path and the training.
pub struct Place<'a> {
    /// The trained network.
    pub trained: &'a Trained,
    /// Its loss.
    pub loss: &'a NetworkLoss,
    /// The weights that are the point (0, 0).
    pub centre: &'a [f64],
    /// The seed of what is random.
    pub seed: u64,
}

/// Two directions.
pub struct Axes {
    /// The vector that a unit step along each coordinate adds.
    pub directions: [Vec<f64>; 2],
    /// The shares of the path's variance along them.
    pub explained: Option<[f64; 2]>,
}

impl Axes {
    fn of(directions: [Vec<f64>; 2]) -> Axes {
        Axes { directions, explained: None }
    }
}

/// All kinds.
pub static PLANES: &[&dyn PlaneKind] =
    &[&path::Path, &eigen::TopTwo, &eigen::Ends, &random::Random, &points::ThreePoints, &twin::Twin];

/// The kind with this name.
pub fn plane_kind(name: &str) -> Option<&'static dyn PlaneKind> {
    PLANES.iter().copied().find(|kind| kind.name() == name)
}

/// The plane of a kind.
///
/// # Errors
/// Returns an error, as a sentence, if there is none.
pub fn plane_of(kind: &dyn PlaneKind, place: &Place<'_>) -> Result<(Plane, Option<[f64; 2]>), String> {
    let Axes { directions, explained } = kind.axes(place)?;
    let plane = Plane { centre: place.centre.to_vec(), axes: directions };
    plane.check()?;
    Ok((plane, explained))
}

impl Plane {
    /// Checks that the two directions span a plane.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if they do not.
    pub fn check(&self) -> Result<(), String> {
        let [first, second] = &self.axes;
        let cosine = dot(first, second) / (norm(first) * norm(second));
        if cosine.is_finite() && cosine.abs() <= 1.0 - 1e-12 {
            return Ok(());
        }
        Err("the two directions of the plane are 0 or parallel".to_owned())
    }
}
