//! The recipe of a network in a study: everything that determines its weights, but not the weights themselves.

use super::planes::{Place, plane_kind, plane_of};
use super::table::network_over;
use super::trained::Going;
use super::{Activation, Initial, NetworkLoss, NetworkPlane, OutputLoss, PLANES, Recipe, Trained, TrainingPlan};
use crate::dataset::Dataset;
use crate::krylov::norm;
use crate::optimizer::{Run, Schedule, find};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A network, its training, and a plane through its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkRecipe {
    /// Units of the hidden layers.
    pub hidden: Vec<usize>,
    /// The function of the hidden units.
    pub activation: Activation,
    /// The loss of the outputs.
    pub loss: OutputLoss,
    /// The factor of ½‖w‖².
    #[serde(default, skip_serializing_if = "is_zero")]
    pub weight_decay: f64,
    /// How initial weights are drawn.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub initial: Initial,
    /// Their seed.
    #[serde(default)]
    pub seed: u64,
    /// Weights that another program has trained, at which the training begins; without them they are drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<GivenWeights>,
    /// Whether the study's runs stay in the plane; otherwise they move in all weights.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keep_runs_in_plane: bool,
    /// How its reference weights are made.
    pub training: TrainingRecipe,
    /// The plane.
    pub plane: PlaneRecipe,
    /// The examples that are held out of training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_out: Option<HeldOut>,
}

/// Weights in the order of [`super`], as a study holds them. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<f64>", into = "Vec<f64>")]
pub struct GivenWeights(Arc<[f64]>);

impl From<Vec<f64>> for GivenWeights {
    fn from(weights: Vec<f64>) -> GivenWeights {
        GivenWeights(weights.into())
    }
}

impl From<GivenWeights> for Vec<f64> {
    fn from(weights: GivenWeights) -> Vec<f64> {
        weights.0.to_vec()
    }
}

impl GivenWeights {
    /// The numbers.
    pub fn as_slice(&self) -> &[f64] {
        &self.0
    }

    /// Checks that they are weights of a network with so many.
    fn check(&self, expected: usize) -> Result<(), String> {
        if self.0.len() != expected {
            return Err(format!("the network has {expected} weights, and {} are given", self.0.len()));
        }
        match self.0.iter().position(|weight| !weight.is_finite()) {
            Some(place) => Err(format!("weight {} is not finite", place + 1)),
            None => Ok(()),
        }
    }
}

/// The training whose weights the plane goes through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingRecipe {
    /// The name of the optimizer.
    pub optimizer: String,
    /// η; without it the optimizer's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning_rate: Option<f64>,
    /// Examples of a step; without it all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_size: Option<usize>,
    /// Steps.
    pub steps: usize,
    /// How the learning rate falls.
    #[serde(default, skip_serializing_if = "Schedule::is_constant")]
    pub schedule: Schedule,
    /// Other settings of the optimizer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, f64>,
}

/// The plane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaneRecipe {
    /// The name of its kind: one of [`PLANES`].
    pub kind: String,
    /// The step of training at its centre; without it the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<usize>,
    /// The seed of what is random.
    #[serde(default)]
    pub seed: u64,
}

/// Examples that are held out of training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldOut {
    /// Their share of all, above 0 and below 1.
    pub share: f64,
    /// The seed by which they are drawn.
    #[serde(default)]
    pub seed: u64,
}

fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_usual(initial: &Initial) -> bool {
    *initial == Initial::default()
}

/// An error in a recipe: its field, and a sentence.
pub type RecipeFault = (Vec<&'static str>, String);

impl NetworkRecipe {
    /// The most steps of a training.
    pub const MAX_STEPS: usize = 1_000_000;
    /// The greatest product steps × weights × examples of a training: about a minute or two.
    const MAX_WORK: f64 = 4e11;

    /// The recipe without the fields that do not affect its weights and its plane.
    pub fn as_computed(&self) -> NetworkRecipe {
        NetworkRecipe { keep_runs_in_plane: false, ..self.clone() }
    }

    /// The recipe without its plane: the fields that affect the training.
    pub fn as_trained(&self) -> NetworkRecipe {
        let plane = PlaneRecipe { kind: String::new(), step: None, seed: 0 };
        NetworkRecipe { plane, ..self.as_computed() }
    }

    /// The training's run.
    pub fn run(&self) -> Run {
        let TrainingRecipe { optimizer, learning_rate, steps, schedule, settings, .. } = &self.training;
        let mut run = Run { seed: self.seed, steps: *steps, schedule: *schedule, ..Run::new(optimizer) };
        run.settings.clone_from(settings);
        run.settings.extend(learning_rate.map(|rate| ("learning_rate".to_owned(), rate)));
        run.leave_noise_to_batches();
        run
    }

    /// Checks that the recipe suits these examples.
    ///
    /// # Errors
    /// Returns an error with the field and a sentence if it does not.
    pub fn check(&self, dataset: &Dataset) -> Result<(), RecipeFault> {
        let fault = |path: &[&'static str], message: String| (path.to_vec(), message);
        let (loss, _) = self.losses(dataset).map_err(|message| fault(&[], message))?;
        if !(self.weight_decay >= 0.0 && self.weight_decay.is_finite()) {
            return Err(fault(&["weight_decay"], format!("{} is no number from 0 upwards", self.weight_decay)));
        }
        if let Some(weights) = &self.weights {
            weights.check(loss.parameters()).map_err(|message| fault(&["weights"], message))?;
        }
        let training = &self.training;
        if training.steps > NetworkRecipe::MAX_STEPS {
            let message = format!("at most {} steps are possible, not {}", NetworkRecipe::MAX_STEPS, training.steps);
            return Err(fault(&["training", "steps"], message));
        }
        let work = training.steps as f64 * loss.parameters() as f64 * loss.examples.count() as f64;
        if work > NetworkRecipe::MAX_WORK {
            return Err(fault(
                &["training", "steps"],
                "the training takes too long: choose fewer steps, weights or examples".to_owned(),
            ));
        }
        if training.batch_size == Some(0) {
            return Err(fault(&["training", "batch_size"], "a minibatch has one example at least".to_owned()));
        }
        let recipe = Recipe { run: self.run(), batch_size: training.batch_size };
        let weights = vec![0.0; loss.parameters()];
        super::Training::new(&loss, recipe, weights).map_err(|message| fault(&["training"], message))?;
        let plane = &self.plane;
        if plane_kind(&plane.kind).is_none() {
            let names: Vec<&str> = PLANES.iter().map(|kind| kind.name()).collect();
            let message = format!("there is no plane '{}'; there are {}", plane.kind, names.join(", "));
            return Err(fault(&["plane", "kind"], message));
        }
        if let Some(step) = plane.step.filter(|step| *step > training.steps) {
            let message = format!("{step} is beyond the {} steps of the training", training.steps);
            return Err(fault(&["plane", "step"], message));
        }
        let seeds = [(&["seed"][..], self.seed), (&["plane", "seed"], plane.seed)];
        // TOML's integers are signed.
        match seeds.iter().find(|(_, seed)| i64::try_from(*seed).is_err()) {
            Some((path, seed)) => Err(fault(path, format!("{seed} is more than {}", i64::MAX))),
            None => Ok(()),
        }
    }

    /// The loss over the examples of the training, and over those that are held out.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if there is no such network over these examples.
    pub fn losses(&self, dataset: &Dataset) -> Result<(NetworkLoss, Option<NetworkLoss>), String> {
        let network = network_over(dataset, &self.hidden, self.activation, self.loss)?;
        let whole = NetworkLoss { weight_decay: self.weight_decay, ..network };
        match self.held_out {
            None => Ok((whole, None)),
            Some(held_out) => held_out.losses(&whole).map(|(kept, held_out)| (kept, Some(held_out))),
        }
    }

    /// Trains the network.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if it cannot be trained, or `going` stops it.
    pub fn train(&self, dataset: &Dataset, going: Going<'_>) -> Result<Trained, String> {
        let (loss, held_out) = self.losses(dataset)?;
        let recipe = Recipe { run: self.run(), batch_size: self.training.batch_size };
        let plan = TrainingPlan { initial: self.initial, seed: self.seed, recipe };
        match &self.weights {
            Some(weights) => {
                weights.check(loss.parameters())?;
                Trained::train_from(loss, held_out, plan, weights.as_slice().to_vec(), going)
            }
            None => Trained::train(loss, held_out, plan, going),
        }
    }

    /// The plane through the weights of a training.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if there is no such plane, or `going` stops the work.
    pub fn plane_through(&self, trained: Arc<Trained>, going: Going<'_>) -> Result<NetworkPlane, String> {
        let kind = plane_kind(&self.plane.kind).ok_or_else(|| format!("there is no plane '{}'", self.plane.kind))?;
        let step = self.plane.step.unwrap_or(self.training.steps);
        let centre = trained.weights_at(step)?;
        if !norm(&centre).is_finite() {
            return Err("the weights at the centre of the plane are not finite".to_owned());
        }
        let place = Place { trained: &trained, loss: &trained.loss, centre: &centre, seed: self.plane.seed };
        let found = plane_of(kind, &place, going)?;
        Ok(NetworkPlane::new(trained, kind, step, found))
    }

    /// Whether an optimizer's runs can move in all weights.
    pub fn can_run(run: &Run) -> bool {
        find(&run.optimizer).is_some_and(|optimizer| super::trainers().any(|other| other.name() == optimizer.name()))
    }
}

impl HeldOut {
    /// The loss over the examples of the training, and over those that are held out.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if one of the two sets would be empty.
    pub fn losses(&self, whole: &NetworkLoss) -> Result<(NetworkLoss, NetworkLoss), String> {
        let (kept, held) = self.split(whole.examples.count())?;
        let over = |rows: &[u32]| NetworkLoss { examples: whole.examples.select(rows), ..whole.clone() };
        // The loss over held-out examples has no weight decay, because the decay does not measure the fit.
        Ok((over(&kept), NetworkLoss { weight_decay: 0.0, ..over(&held) }))
    }

    /// The rows of the training, in their order, and those that are held out.
    fn split(&self, count: usize) -> Result<(Vec<u32>, Vec<u32>), String> {
        if !(self.share > 0.0 && self.share < 1.0) {
            return Err(format!("the share of examples that are held out is between 0 and 1, not {}", self.share));
        }
        let held = (self.share * count as f64).round() as usize;
        if held == 0 || held >= count {
            return Err(format!("{} of {count} examples held out leave nothing to compare", held));
        }
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        // Fisher & Yates 1938.
        let mut order: Vec<u32> = (0..count as u32).collect();
        for place in (1..count).rev() {
            order.swap(place, random.random_range(0..=place));
        }
        let mut held_out = order.split_off(count - held);
        order.sort_unstable();
        held_out.sort_unstable();
        Ok((order, held_out))
    }
}
