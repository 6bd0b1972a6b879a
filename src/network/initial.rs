//! Initial weights, by seed.

use super::Architecture;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// How initial weights are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initial {
    /// Weights and biases uniform on ±1/√(inputs of the layer): the default of torch's linear layers.
    #[default]
    FanIn,
    /// Weights uniform on ±√(6/(inputs + outputs)), biases 0 (Glorot & Bengio 2010).
    Glorot,
    /// Weights uniform on ±√(6/inputs), biases 0 (He et al. 2015).
    He,
}

impl Initial {
    /// All of them, with their names.
    pub const ALL: [(Initial, &'static str); 3] =
        [(Initial::FanIn, "fan-in"), (Initial::Glorot, "glorot"), (Initial::He, "he")];

    /// The name on the command line and in files.
    pub fn name(self) -> &'static str {
        Initial::ALL.iter().find(|(initial, _)| *initial == self).map_or("", |(_, name)| name)
    }

    /// The scheme with this name.
    pub fn named(name: &str) -> Option<Initial> {
        Initial::ALL.iter().find(|(_, known)| *known == name).map(|(initial, _)| *initial)
    }
}

/// The initial weights of a network; the same seed draws the same bits on every machine.
pub fn initial_weights(architecture: &Architecture, initial: Initial, seed: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut weights = vec![0.0; architecture.parameters()];
    for layer in architecture.layers() {
        let (inputs, outputs) = (layer.inputs as f64, layer.outputs as f64);
        let (of_weights, of_bias) = match initial {
            Initial::FanIn => (1.0 / inputs.sqrt(), 1.0 / inputs.sqrt()),
            Initial::Glorot => ((6.0 / (inputs + outputs)).sqrt(), 0.0),
            Initial::He => ((6.0 / inputs).sqrt(), 0.0),
        };
        fill(&mut random, &mut weights[layer.weights], of_weights);
        fill(&mut random, &mut weights[layer.bias], of_bias);
    }
    weights
}

fn fill(random: &mut impl Rng, numbers: &mut [f64], bound: f64) {
    numbers.iter_mut().for_each(|number| *number = (2.0 * random.random::<f64>() - 1.0) * bound);
}
