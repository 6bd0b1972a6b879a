//! The network that the arguments name, at the weights that they name.

use super::super::Failure;
use super::args::{AtStep, NetworkArguments, TrainingArguments, names};
use crate::dataset::{self, Dataset};
use crate::network::catalogue::{NetworkEntry, networks};
use crate::network::{
    Activation, Architecture, Checkpoint, Examples, HeldOut, Initial, NetworkLoss, OutputLoss, Recipe, Training,
    fitting_weights, initial_weights, path_of, read_weights,
};
use crate::network::{network_over, rows_of};
use crate::optimizer::{Run, find};
use std::path::Path;

/// A network with its starting weights.
pub struct NetworkSubject {
    /// The catalogue's entry, if it has that name.
    pub entry: Option<&'static NetworkEntry>,
    /// The loss.
    pub loss: NetworkLoss,
    /// The loss over the examples that are held out.
    pub held_out: Option<NetworkLoss>,
    /// The weights in the file, or drawn by the seed.
    pub start: Vec<f64>,
    /// Whether they are from a file.
    pub is_from_file: bool,
}

/// The hidden layers of a network that nobody has said anything about.
const USUAL_HIDDEN: [usize; 2] = [16, 16];

impl NetworkSubject {
    /// The network of the arguments.
    pub fn of(arguments: &NetworkArguments) -> Result<NetworkSubject, Failure> {
        let entry = arguments.name.as_deref().and_then(|name| networks().iter().find(|entry| entry.name == name));
        let file = arguments.weights.as_deref().map(weights_of).transpose()?;
        let sizes = arguments.sizes.clone().or_else(|| file.as_ref().and_then(|file| file.sizes.clone()));
        let mut loss = match (entry, &sizes) {
            (Some(entry), None) => of_entry(entry, arguments)?,
            _ => of_table(&table(arguments, entry)?, sizes, arguments)?,
        };
        let decay = arguments.weight_decay.or_else(|| entry.map(|entry| entry.weight_decay)).unwrap_or(0.0);
        if !decay.is_finite() || decay < 0.0 {
            return Err(Failure::Usage(format!("the weight decay is 0 or more, not {decay}")));
        }
        loss.weight_decay = decay;
        let mut held_out = None;
        if let Some(share) = arguments.held_out {
            let asked = HeldOut { share, seed: arguments.held_out_seed };
            let (kept, held) = asked.losses(&loss).map_err(Failure::Usage)?;
            (loss, held_out) = (kept, Some(held));
        }
        let is_from_file = file.is_some();
        let start = match file {
            Some(file) => {
                fitting_weights(file, &loss.architecture).map_err(|error| Failure::Failed(error.to_string()))?
            }
            None => initial_weights(
                &loss.architecture,
                Initial::named(&arguments.initial).unwrap_or_default(),
                arguments.seed,
            ),
        };
        Ok(NetworkSubject { entry, loss, held_out, start, is_from_file })
    }

    /// How it is trained, for so many steps.
    pub fn recipe(&self, arguments: &TrainingArguments, seed: u64, steps: usize) -> Result<Recipe, Failure> {
        if arguments.batch_size == Some(0) {
            return Err(Failure::Usage("a minibatch has one example at least".to_owned()));
        }
        let optimizer = find(&arguments.optimizer)
            .ok_or_else(|| Failure::Usage(format!("there is no optimizer '{}'", arguments.optimizer)))?;
        let mut run = Run { seed, steps, schedule: arguments.schedule, ..Run::new(optimizer.name()) };
        let usual = self.entry.map_or(0.1, |entry| entry.learning_rate);
        let suggested = optimizer.takes_the_landscapes_rate().then_some(usual);
        let rate = arguments.learning_rate.or(suggested).map(|rate| ("learning_rate".to_owned(), rate));
        for (key, value) in rate.iter().chain(&arguments.settings) {
            run.set(key, *value).map_err(Failure::Usage)?;
        }
        Ok(Recipe { run, batch_size: arguments.batch_size })
    }

    /// The weights at a step of training, and those before, every few steps, where `keeps` says so.
    pub fn at_step(&self, arguments: &AtStep, keeps: bool) -> Result<(Vec<f64>, Vec<Checkpoint>), Failure> {
        let usual = if self.is_from_file { 0 } else { self.entry.map_or(1_000, |entry| entry.steps) };
        let steps = arguments.at_step.unwrap_or(usual);
        check_steps(steps)?;
        let recipe = self.recipe(&arguments.training, arguments.network.seed, steps)?;
        // What cannot be begun was asked for wrongly; what diverges was not.
        Training::new(&self.loss, recipe.clone(), self.start.clone()).map_err(Failure::Usage)?;
        let most = if keeps { MOST_KEPT } else { 1 };
        let path = path_of(&self.loss, &recipe, &self.start, most, &mut |_| true).map_err(Failure::Failed)?;
        let weights = path.last().map_or_else(|| self.start.clone(), |last| last.weights.clone());
        Ok((weights, path))
    }
}

/// Points of a path through weight space that are kept.
const MOST_KEPT: usize = 400;

/// Refuses more steps than anybody waits for.
pub fn check_steps(steps: usize) -> Result<(), Failure> {
    const MOST: usize = 1_000_000;
    if steps > MOST { Err(Failure::Usage(format!("at most {MOST} steps are possible"))) } else { Ok(()) }
}

fn of_entry(entry: &NetworkEntry, arguments: &NetworkArguments) -> Result<NetworkLoss, Failure> {
    let mut entry = entry.clone();
    if let Some(hidden) = &arguments.hidden {
        entry.hidden.clone_from(hidden);
    }
    if let Some(activation) = &arguments.activation {
        entry.activation.clone_from(activation);
    }
    if let Some(loss) = &arguments.loss {
        entry.loss.clone_from(loss);
    }
    entry.network().map_err(Failure::Usage)
}

/// The table of examples.
fn table(arguments: &NetworkArguments, entry: Option<&NetworkEntry>) -> Result<Dataset, Failure> {
    if let Some(path) = &arguments.data {
        return Dataset::read(path)
            .map_err(|error| Failure::Failed(format!("cannot read the data in {}: {error}", path.display())));
    }
    let name = entry.map_or(arguments.name.as_deref().unwrap_or_default(), |entry| entry.data.as_str());
    dataset::find(name).map(|found| found.dataset.clone()).ok_or_else(|| {
        Failure::Usage(format!("there is no network '{name}', and no dataset of this name; networks are {}", names()))
    })
}

fn of_table(table: &Dataset, sizes: Option<Vec<usize>>, arguments: &NetworkArguments) -> Result<NetworkLoss, Failure> {
    let activation = arguments.activation.as_deref().and_then(Activation::named).unwrap_or(Activation::Tanh);
    let loss = arguments.loss.as_deref().and_then(OutputLoss::named).unwrap_or(OutputLoss::Squared);
    let Some(sizes) = sizes else {
        let hidden = arguments.hidden.as_deref().unwrap_or(&USUAL_HIDDEN);
        return network_over(table, hidden, activation, loss).map_err(Failure::Usage);
    };
    let architecture = Architecture::new(sizes, activation, loss).map_err(|error| Failure::Usage(error.to_string()))?;
    let rows = rows_of(table).map_err(Failure::Failed)?;
    let examples = Examples::new(&architecture, &rows).map_err(|error| Failure::Failed(error.to_string()))?;
    NetworkLoss::new(architecture, examples).map_err(|error| Failure::Failed(error.to_string()))
}

/// The longest file of weights.
const MOST_BYTES: u64 = 16 << 20;

/// The weights or the vector in a file.
pub fn weights_of(path: &Path) -> Result<crate::network::FileWeights, Failure> {
    let failed = |error: String| Failure::Failed(format!("cannot read {}: {error}", path.display()));
    let bytes = dataset::read_at_most(path, MOST_BYTES).map_err(|error| failed(dataset::reason(&error)))?;
    read_weights(&bytes).map_err(|error| failed(error.to_string()))
}

/// A vector of as many numbers as the network has weights.
pub fn vector_of(path: &Path, loss: &NetworkLoss) -> Result<Vec<f64>, Failure> {
    let file = weights_of(path)?;
    fitting_weights(file, &loss.architecture)
        .map_err(|error| Failure::Failed(format!("cannot read {}: {error}", path.display())))
}
