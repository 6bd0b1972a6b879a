//! Training: the steps of a first-order rule on the weights of a network.

use super::{Evaluation, NetworkLoss};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The rule of a training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trainer {
    /// w ← w − η·∇L.
    #[default]
    GradientDescent,
    /// v ← 0.9·v + ∇L, w ← w − η·v (Polyak 1964, as torch has it).
    Momentum,
    /// Adam with β₁ = 0.9, β₂ = 0.999, ε = 1e-8 (Kingma & Ba 2015).
    Adam,
}

impl Trainer {
    /// All of them, with their names.
    pub const ALL: [(Trainer, &'static str); 3] =
        [(Trainer::GradientDescent, "gradient-descent"), (Trainer::Momentum, "momentum"), (Trainer::Adam, "adam")];

    /// The name on the command line and in files.
    pub fn name(self) -> &'static str {
        Trainer::ALL.iter().find(|(trainer, _)| *trainer == self).map_or("", |(_, name)| name)
    }

    /// The rule with this name.
    pub fn named(name: &str) -> Option<Trainer> {
        Trainer::ALL.iter().find(|(_, known)| *known == name).map(|(trainer, _)| *trainer)
    }
}

/// How a network is trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// The rule.
    pub trainer: Trainer,
    /// η.
    pub learning_rate: f64,
    /// Examples of a step, drawn without replacement until all were used; `None` for all of them in every step.
    pub batch_size: Option<usize>,
    /// The seed of the minibatches.
    pub seed: u64,
}

/// A training under way: at a point of weight space, with what the rule remembers.
#[derive(Clone, Debug)]
pub struct Training<'a> {
    recipe: Recipe,
    loss: &'a NetworkLoss,
    evaluation: Evaluation<'a>,
    weights: Vec<f64>,
    gradient: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
    steps: usize,
    random: ChaCha8Rng,
    order: Vec<u32>,
    used: usize,
}

impl<'a> Training<'a> {
    /// A training from these weights.
    ///
    /// # Panics
    /// Panics if there are not as many weights as the network has.
    pub fn new(loss: &'a NetworkLoss, recipe: Recipe, weights: Vec<f64>) -> Training<'a> {
        assert_eq!(weights.len(), loss.parameters(), "one number for each weight");
        let random = ChaCha8Rng::seed_from_u64(recipe.seed);
        let order: Vec<u32> = (0..loss.examples.count() as u32).collect();
        let used = order.len();
        let zeros = vec![0.0; weights.len()];
        Training {
            recipe,
            loss,
            evaluation: loss.evaluation(),
            weights,
            gradient: zeros.clone(),
            first: zeros.clone(),
            second: zeros,
            steps: 0,
            random,
            order,
            used,
        }
    }

    /// The weights.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Steps so far.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// L over all examples and ‖∇L‖ at the present weights. Products of `evaluation` are then those there.
    pub fn look(&mut self) -> (f64, f64) {
        let value = self.evaluation.gradient(&self.weights, &mut self.gradient);
        (value, crate::krylov::norm(&self.gradient))
    }

    /// The evaluation at the weights of the last [`Training::look`].
    pub fn evaluation(&mut self) -> &mut Evaluation<'a> {
        &mut self.evaluation
    }

    /// Goes a step. Returns whether all weights are finite.
    pub fn step(&mut self) -> bool {
        match self.recipe.batch_size.filter(|size| *size < self.loss.examples.count()) {
            None => {
                self.evaluation.gradient(&self.weights, &mut self.gradient);
            }
            Some(size) => self.gradient_of_batch(size),
        }
        self.steps += 1;
        let rate = self.recipe.learning_rate;
        match self.recipe.trainer {
            Trainer::GradientDescent => {
                self.weights.iter_mut().zip(&self.gradient).for_each(|(w, g)| *w -= rate * g);
            }
            Trainer::Momentum => {
                for ((w, v), g) in self.weights.iter_mut().zip(&mut self.first).zip(&self.gradient) {
                    *v = 0.9 * *v + g;
                    *w -= rate * *v;
                }
            }
            Trainer::Adam => self.adam(rate),
        }
        self.weights.iter().all(|w| w.is_finite())
    }

    fn adam(&mut self, rate: f64) {
        const DECAY: [f64; 2] = [0.9, 0.999];
        let step = self.steps as f64;
        let [of_first, of_second] = DECAY.map(|decay| 1.0 - crate::number::Number::pow(decay, step));
        for index in 0..self.weights.len() {
            let g = self.gradient[index];
            let (m, v) = (&mut self.first[index], &mut self.second[index]);
            *m = DECAY[0] * *m + (1.0 - DECAY[0]) * g;
            *v = DECAY[1] * *v + (1.0 - DECAY[1]) * g * g;
            self.weights[index] -= rate * (*m / of_first) / ((*v / of_second).sqrt() + 1e-8);
        }
    }

    /// The gradient over the next minibatch, in `gradient`.
    fn gradient_of_batch(&mut self, size: usize) {
        if self.used + size > self.order.len() {
            // Fisher & Yates 1938.
            for place in (1..self.order.len()).rev() {
                self.order.swap(place, self.random.random_range(0..=place));
            }
            self.used = 0;
        }
        let rows = &self.order[self.used..self.used + size];
        self.used += size;
        let batch = NetworkLoss {
            architecture: self.loss.architecture.clone(),
            examples: self.loss.examples.select(rows),
            weight_decay: self.loss.weight_decay,
        };
        batch.evaluation().gradient(&self.weights, &mut self.gradient);
    }
}
