//! Planes of two random directions.

use super::{Axes, Place, PlaneKind};
use crate::network::Going;
use crate::network::filter_normalised;

/// Two random filter-normalised directions.
pub struct Random;

impl PlaneKind for Random {
    fn name(&self) -> &'static str {
        "random"
    }

    fn title(&self) -> &'static str {
        "random plane"
    }

    fn summary(&self) -> &'static str {
        "Through the weights along two random directions, each row of each W as long as that row of the weights. They are not \
         orthogonal, and hardly ever meet a direction of negative curvature."
    }

    fn is_random(&self) -> bool {
        true
    }

    fn axes(&self, place: &Place<'_>, _going: Going<'_>) -> Result<Axes, String> {
        let seed = |index: u64| place.seed.wrapping_mul(2).wrapping_add(index);
        Ok(Axes::of([0, 1].map(|index| filter_normalised(place.loss, place.centre, seed(index)))))
    }
}
