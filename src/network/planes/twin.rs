//! The plane through a network and the same network with its hidden units in another order.

use super::points::through;
use super::{Axes, Place, PlaneKind};
use crate::landscape::View;
use crate::network::Going;
use crate::network::Layer;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The weights, their permuted copy, and the initial weights.
pub struct Twin;

impl PlaneKind for Twin {
    fn name(&self) -> &'static str {
        "twin"
    }

    fn title(&self) -> &'static str {
        "plane through a network and its permuted twin"
    }

    fn summary(&self) -> &'static str {
        "Through the weights at (0, 0), the same network with its hidden units in another order at (1, 0), which is the same \
         function with the same spectrum, and the initial weights at (0, 1)."
    }

    fn is_random(&self) -> bool {
        true
    }

    fn axes(&self, place: &Place<'_>, _going: Going<'_>) -> Result<Axes, String> {
        let layers = place.loss.architecture.layers();
        if layers.len() < 2 {
            return Err("a network without hidden layers has no permuted twin".to_owned());
        }
        let twin = permuted(&layers, place.centre, place.seed);
        if twin == place.centre {
            return Err("another order of the hidden units is the same network: try another seed".to_owned());
        }
        Ok(Axes::of(through(place.centre, [twin, place.trained.start().to_vec()])))
    }

    fn view(&self, _path: &[[f64; 2]]) -> View {
        View { w1: [-0.5, 1.5], w2: [-0.5, 1.5] }
    }
}

/// The weights with the units of every hidden layer in another order: the same function.
pub fn permuted(layers: &[Layer], weights: &[f64], seed: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut result = weights.to_vec();
    for pair in layers.windows(2) {
        let [layer, next] = pair else { continue };
        // Fisher & Yates 1938.
        let mut order: Vec<usize> = (0..layer.outputs).collect();
        for place in (1..order.len()).rev() {
            order.swap(place, random.random_range(0..=place));
        }
        let before = result.clone();
        for (to, from) in order.iter().enumerate() {
            for input in 0..layer.inputs {
                result[layer.weights.start + to * layer.inputs + input] =
                    before[layer.weights.start + from * layer.inputs + input];
            }
            result[layer.bias.start + to] = before[layer.bias.start + from];
            for output in 0..next.outputs {
                result[next.weights.start + output * next.inputs + to] =
                    before[next.weights.start + output * next.inputs + from];
            }
        }
    }
    result
}
