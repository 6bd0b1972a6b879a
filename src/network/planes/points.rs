//! Planes through three points of weight space.

use super::{Axes, Place, PlaneKind};
use crate::landscape::View;

/// The ends of three trainings, which differ in their initial weights.
pub struct ThreePoints;

impl PlaneKind for ThreePoints {
    fn name(&self) -> &'static str {
        "points"
    }

    fn title(&self) -> &'static str {
        "plane through three trained networks"
    }

    fn summary(&self) -> &'static str {
        "Through the weights at (0, 0) and those of two more trainings from other initial weights at (1, 0) and (0, \
         1). L rises on the straight line between two ends, but need not rise on a curve that leaves the plane."
    }

    fn is_random(&self) -> bool {
        true
    }

    fn axes(&self, place: &Place<'_>) -> Result<Axes, String> {
        let others = [1, 2].map(|index| {
            let seed = place.trained.plan().seed.wrapping_add(place.seed.wrapping_mul(2)).wrapping_add(index);
            place.trained.again_from(seed)
        });
        let [first, second] = others;
        Ok(Axes::of(through(place.centre, [first?, second?])))
    }

    fn view(&self, _path: &[[f64; 2]]) -> View {
        View { w1: [-0.5, 1.5], w2: [-0.5, 1.5] }
    }
}

/// The directions from a centre to two other points.
pub fn through(centre: &[f64], others: [Vec<f64>; 2]) -> [Vec<f64>; 2] {
    others.map(|mut point| {
        point.iter_mut().zip(centre).for_each(|(w, centre)| *w -= centre);
        point
    })
}
