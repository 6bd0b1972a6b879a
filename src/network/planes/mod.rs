//! The kinds of planes through weight space: one file and one line in [`PLANES`] for each.

mod bend;
mod eigen;
mod path;
mod points;
mod random;
mod twin;

pub use points::through;

use super::{Going, NetworkLoss, Plane, Trained};
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
    /// How many trainings it makes, or searches that take as long.
    fn trainings(&self) -> usize {
        0
    }
    /// Whether a curve between two ends is drawn on it.
    fn has_curve(&self) -> bool {
        false
    }
    /// The directions. `going` is called now and then with the progress, and stops the work by returning false.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if there is no such plane, or `going` stops the work.
    fn axes(&self, place: &Place<'_>, going: Going<'_>) -> Result<Axes, String>;
    /// The view that shows what the plane is for; `points` are those of the path, and those of a curve that is drawn.
    fn view(&self, _points: &[[f64; 2]]) -> View {
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
    /// The shares of the path's variance along them, if they are computed from the path.
    pub explained: Option<[f64; 2]>,
    /// The coordinates of the control point of a curve from (0, 0) to (1, 0), if there is one.
    pub control: Option<[f64; 2]>,
}

impl Axes {
    fn of(directions: [Vec<f64>; 2]) -> Axes {
        Axes { directions, explained: None, control: None }
    }
}

/// All kinds.
pub static PLANES: &[&dyn PlaneKind] =
    &[&path::Path, &eigen::TopTwo, &eigen::Ends, &random::Random, &points::ThreePoints, &twin::Twin, &bend::Bend];

/// The kind with this name.
pub fn plane_kind(name: &str) -> Option<&'static dyn PlaneKind> {
    PLANES.iter().copied().find(|kind| kind.name() == name)
}

/// A plane, and what is known of it from its kind.
pub struct FoundPlane {
    /// The plane.
    pub plane: Plane,
    /// The shares of the path's variance along its axes, if it is computed from the path.
    pub explained: Option<[f64; 2]>,
    /// The coordinates of the control point of a curve from (0, 0) to (1, 0), if there is one.
    pub control: Option<[f64; 2]>,
}

/// The plane of a kind. `going` is called now and then with the progress, and stops the work by returning false.
///
/// # Errors
/// Returns an error, as a sentence, if there is none, or `going` stops the work.
pub fn plane_of(kind: &dyn PlaneKind, place: &Place<'_>, going: Going<'_>) -> Result<FoundPlane, String> {
    let Axes { directions, explained, control } = kind.axes(place, going)?;
    let plane = Plane { centre: place.centre.to_vec(), axes: directions };
    plane.check()?;
    Ok(FoundPlane { plane, explained, control })
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
