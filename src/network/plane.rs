//! Planes through weight space: L, Dᵀ∇L and DᵀHD at w + a·d₁ + b·d₂.

use super::{Evaluation, Layer, NetworkLoss};
use crate::krylov::{dot, norm};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A plane through weight space: a centre and two directions, which need not be orthogonal.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// The point (0, 0).
    pub centre: Vec<f64>,
    /// The vector that a unit step along each coordinate adds.
    pub axes: [Vec<f64>; 2],
}

/// L and its derivatives by the coordinates at a point of a plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneJet {
    /// L.
    pub value: f64,
    /// Dᵀ∇L.
    pub gradient: [f64; 2],
    /// DᵀHD: the entries 11, 12 and 22.
    pub hessian: [f64; 3],
    /// ‖∇L‖, in and out of the plane.
    pub full_gradient: f64,
}

impl Plane {
    /// The weights at (a, b).
    pub fn at(&self, [a, b]: [f64; 2]) -> Vec<f64> {
        let [first, second] = &self.axes;
        self.centre
            .iter()
            .zip(first)
            .zip(second)
            .map(|((centre, first), second)| centre + a * first + b * second)
            .collect()
    }

    /// L at (a, b).
    pub fn value(&self, evaluation: &mut Evaluation<'_>, at: [f64; 2]) -> f64 {
        evaluation.value(&self.at(at))
    }

    /// L with its derivatives by the coordinates at (a, b), exactly: a gradient and two products.
    pub fn jet(&self, evaluation: &mut Evaluation<'_>, at: [f64; 2]) -> PlaneJet {
        let weights = self.at(at);
        let mut gradient = vec![0.0; weights.len()];
        let value = evaluation.gradient(&weights, &mut gradient);
        let mut product = vec![0.0; weights.len()];
        let [first, second] = &self.axes;
        evaluation.hessian_product(first, &mut product);
        let (d11, d12) = (dot(first, &product), dot(second, &product));
        evaluation.hessian_product(second, &mut product);
        PlaneJet {
            value,
            gradient: [dot(first, &gradient), dot(second, &gradient)],
            hessian: [d11, d12, dot(second, &product)],
            full_gradient: norm(&gradient),
        }
    }

    /// The coordinates of the point of the plane that is nearest to some weights, and its distance.
    pub fn project(&self, weights: &[f64]) -> ([f64; 2], f64) {
        let offset: Vec<f64> = weights.iter().zip(&self.centre).map(|(w, centre)| w - centre).collect();
        let [first, second] = &self.axes;
        let (aa, ab, bb) = (dot(first, first), dot(first, second), dot(second, second));
        let (a, b) = (dot(first, &offset), dot(second, &offset));
        let determinant = aa * bb - ab * ab;
        let at = [(bb * a - ab * b) / determinant, (aa * b - ab * a) / determinant];
        let rest = self.at(at).iter().zip(weights).map(|(point, w)| w - point).collect::<Vec<f64>>();
        (at, norm(&rest))
    }
}

/// A random direction (Li et al., "Visualizing the loss landscape of neural nets", 2018): normal entries, each row of
/// each W scaled to the norm of that row of the weights, and 0 for biases.
pub fn filter_normalised(loss: &NetworkLoss, weights: &[f64], seed: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut direction: Vec<f64> = weights.iter().map(|_| normal(&mut random)).collect();
    normalise_filters(&loss.architecture.layers(), weights, &mut direction);
    direction
}

/// Scales each row of each W of a direction to the norm of that row of the weights, and sets biases to 0.
pub fn normalise_filters(layers: &[Layer], weights: &[f64], direction: &mut [f64]) {
    for layer in layers {
        for row in 0..layer.outputs {
            let from = layer.weights.start + row * layer.inputs;
            let range = from..from + layer.inputs;
            let factor = norm(&weights[range.clone()]) / norm(&direction[range.clone()]);
            direction[range].iter_mut().for_each(|entry| *entry *= factor);
        }
        direction[layer.bias.clone()].fill(0.0);
    }
}

/// A number from the standard normal distribution (Box & Muller 1958).
fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - random.random::<f64>(), random.random());
    (-2.0 * libm::log(u)).sqrt() * libm::cos(2.0 * std::f64::consts::PI * v)
}
