//! The visible rectangle of the weight plane.

use crate::number::Vector;
use serde::{Deserialize, Serialize};

/// A closed rectangle [w1 minimum, w1 maximum] × [w2 minimum, w2 maximum], finite and of positive size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 4]", into = "[f64; 4]")]
pub struct View {
    /// Minimum and maximum of w1.
    pub w1: [f64; 2],
    /// Minimum and maximum of w2.
    pub w2: [f64; 2],
}

/// The reason why four numbers are not a view.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum ViewError {
    /// A bound is NaN, infinite or beyond ±1e300.
    #[error(
        "a view needs four finite numbers of magnitude up to 1e300: w1 minimum, w1 maximum, w2 minimum, w2 maximum"
    )]
    NotFinite,
    /// A minimum is not below its maximum, or so close to it that f64 cannot distinguish the pixels between them.
    #[error(
        "the view's {0} range is empty or too narrow for 64-bit numbers: its minimum must lie clearly below its maximum"
    )]
    Empty(&'static str),
}

impl View {
    /// The view [a, b] × [c, d].
    ///
    /// # Errors
    /// Returns an error if a bound is not finite, or a range is empty or too narrow to be resolved.
    pub fn new(a: f64, b: f64, c: f64, d: f64) -> Result<View, ViewError> {
        if [a, b, c, d].iter().any(|x| !x.is_finite() || x.abs() > 1e300) {
            return Err(ViewError::NotFinite);
        }
        for (low, high, name) in [(a, b, "w1"), (c, d, "w2")] {
            // 2^-40 of the magnitude leaves 4,096 distinct numbers or more across the view.
            if high - low <= low.abs().max(high.abs()) * 2f64.powi(-40) {
                return Err(ViewError::Empty(name));
            }
        }
        Ok(View { w1: [a, b], w2: [c, d] })
    }

    /// Width in w1.
    pub fn width(&self) -> f64 {
        self.w1[1] - self.w1[0]
    }

    /// Height in w2.
    pub fn height(&self) -> f64 {
        self.w2[1] - self.w2[0]
    }

    /// The centre of the rectangle.
    pub fn centre(&self) -> Vector {
        Vector::new(0.5 * (self.w1[0] + self.w1[1]), 0.5 * (self.w2[0] + self.w2[1]))
    }

    /// Whether the closed rectangle holds the point.
    pub fn contains(&self, w: Vector) -> bool {
        self.w1[0] <= w.x && w.x <= self.w1[1] && self.w2[0] <= w.y && w.y <= self.w2[1]
    }
}

impl TryFrom<[f64; 4]> for View {
    type Error = ViewError;
    fn try_from([a, b, c, d]: [f64; 4]) -> Result<View, ViewError> {
        View::new(a, b, c, d)
    }
}

impl From<View> for [f64; 4] {
    fn from(view: View) -> [f64; 4] {
        [view.w1[0], view.w1[1], view.w2[0], view.w2[1]]
    }
}
