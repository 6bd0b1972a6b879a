//! The plane in which the path of training varies most.

use super::{Axes, Place, PlaneKind};
use crate::krylov::{dot, norm};
use crate::landscape::View;
use crate::network::Going;
use crate::network::{Checkpoint, eigenpairs};
use nalgebra::DMatrix;

/// The first two principal components of the path.
pub struct Path;

impl PlaneKind for Path {
    fn name(&self) -> &'static str {
        "path"
    }

    fn title(&self) -> &'static str {
        "plane of the path"
    }

    fn summary(&self) -> &'static str {
        "Through the weights along the two principal components of the path of training. The path does not lie in it: L drawn \
         under the path is not L on the path."
    }

    fn axes(&self, place: &Place<'_>, _going: Going<'_>) -> Result<Axes, String> {
        if place.trained.path().len() < 3 {
            return Err("a plane of the path needs two steps of training".to_owned());
        }
        let (directions, explained) = principal_components(place.trained.path());
        // Beside a straight path the second component is what rounding has left.
        if explained[1] <= f64::EPSILON * place.trained.path().len() as f64 {
            return Err(
                "the path of the training is a straight line, which lies in no plane of its own: take another plane"
                    .to_owned(),
            );
        }
        Ok(Axes { explained: Some(explained), ..Axes::of(directions) })
    }

    /// The whole path with a margin.
    fn view(&self, path: &[[f64; 2]]) -> View {
        let side = |axis: usize| {
            let range = |(low, high): (f64, f64), at: &[f64; 2]| (low.min(at[axis]), high.max(at[axis]));
            let (low, high) = path.iter().fold((0.0, 0.0), range);
            let margin = 0.15 * (high - low).max(1e-9);
            (low - margin, high + margin)
        };
        let ((a, b), (c, d)) = (side(0), side(1));
        View::new(a, b, c, d).unwrap_or(View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] })
    }
}

/// The two directions in which the path varies most, of length 1, and the shares of its variance along them.
fn principal_components(path: &[Checkpoint]) -> ([Vec<f64>; 2], [f64; 2]) {
    let count = path.len();
    let n = path[0].weights.len();
    let mean: Vec<f64> = (0..n).map(|i| path.iter().map(|at| at.weights[i]).sum::<f64>() / count as f64).collect();
    let offsets: Vec<Vec<f64>> =
        path.iter().map(|at| at.weights.iter().zip(&mean).map(|(w, mean)| w - mean).collect()).collect();
    // The Gram matrix has the same non-zero eigenvalues as the covariance, and a row for each point instead of each
    // weight.
    let gram = DMatrix::from_fn(count, count, |i, j| dot(&offsets[i], &offsets[j]));
    let total = gram.trace();
    let (values, vectors) = eigenpairs(gram);
    let component = |from_last: usize| {
        let column = count - 1 - from_last;
        let mut direction = vec![0.0; n];
        for (row, offset) in offsets.iter().enumerate() {
            let factor = vectors[(row, column)];
            direction.iter_mut().zip(offset).for_each(|(d, o)| *d += factor * o);
        }
        let length = norm(&direction);
        direction.iter_mut().for_each(|d| *d /= length);
        (direction, values[column] / total)
    };
    let ((first, a), (second, b)) = (component(0), component(1));
    ([first, second], [a, b])
}
