//! The plane of a curve of low loss between two trained networks.

use super::{Axes, Place, PlaneKind};
use crate::krylov::{dot, norm};
use crate::landscape::View;
use crate::network::Going;
use crate::network::bend::bend;

/// The ends of two trainings, and the control point of a curve between them.
pub struct Bend;

/// The least height of the control point over the straight line, as a share of the distance between the ends.
const LEAST_HEIGHT: f64 = 1e-6;

impl PlaneKind for Bend {
    fn name(&self) -> &'static str {
        "bend"
    }

    fn title(&self) -> &'static str {
        "plane of a curve between two trained networks"
    }

    fn summary(&self) -> &'static str {
        "Through the weights at (0, 0), those of another training from other initial weights at (1, 0), and a curve between \
         them along which L is low. A search found the curve; a lower one may exist. The unit is the distance of the two \
         ends."
    }

    fn is_random(&self) -> bool {
        true
    }

    fn trainings(&self) -> usize {
        2
    }

    fn has_curve(&self) -> bool {
        true
    }

    fn axes(&self, place: &Place<'_>, going: Going<'_>) -> Result<Axes, String> {
        let seed = place.trained.plan().seed.wrapping_add(place.seed).wrapping_add(1);
        let other = place.trained.again_from(seed, &mut |share| going(0.5 * share))?;
        let control = bend(place.loss, [place.centre, &other], &mut |share| going(0.5 + 0.5 * share))?;
        let across: Vec<f64> = other.iter().zip(place.centre).map(|(w, centre)| w - centre).collect();
        let length = norm(&across);
        if length <= 1e-9 * norm(place.centre) {
            return Err("the two trainings end at the same weights: try another seed".to_owned());
        }
        let offset: Vec<f64> = control.iter().zip(place.centre).map(|(w, centre)| w - centre).collect();
        let along = dot(&offset, &across) / (length * length);
        let mut upward: Vec<f64> = offset.iter().zip(&across).map(|(o, a)| o - along * a).collect();
        let height = norm(&upward) / length;
        if height <= LEAST_HEIGHT {
            return Err("the search found no curve that is lower than the straight line".to_owned());
        }
        upward.iter_mut().for_each(|x| *x /= height);
        Ok(Axes { control: Some([along, height]), ..Axes::of([across, upward]) })
    }

    /// A square around the ends, the curve and the path.
    fn view(&self, points: &[[f64; 2]]) -> View {
        let ends = [[0.0, 0.0], [1.0, 0.0]];
        let side = |axis: usize| {
            let all = ends.iter().chain(points).map(|at| at[axis]);
            all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
        };
        let ((a, b), (c, d)) = (side(0), side(1));
        let half = 0.65 * (b - a).max(d - c);
        let (x, y) = (0.5 * (a + b), 0.5 * (c + d));
        View::new(x - half, x + half, y - half, y + half).unwrap_or(View { w1: [-0.5, 1.5], w2: [-0.5, 1.5] })
    }
}
