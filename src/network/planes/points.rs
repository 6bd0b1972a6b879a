//! Planes through three points of weight space.

use super::{Axes, Place, PlaneKind};
use crate::landscape::View;
use crate::network::Going;

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

    fn trainings(&self) -> usize {
        2
    }

    fn axes(&self, place: &Place<'_>, going: Going<'_>) -> Result<Axes, String> {
        let mut other = |index: u64| {
            let seed = place.trained.plan().seed.wrapping_add(place.seed.wrapping_mul(2)).wrapping_add(index);
            place.trained.again_from(seed, &mut |share| going(0.5 * ((index - 1) as f64 + share)))
        };
        let others = [other(1)?, other(2)?];
        Ok(Axes::of(through(place.centre, others)))
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
