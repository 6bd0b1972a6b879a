//! The network that the arguments name, at the weights that they name.

use super::super::Failure;
use super::super::args::Source;
use super::super::link::study_of;
use super::super::note;
use super::args::{AtStep, NetworkArguments, TrainingArguments, names};
use crate::dataset::{self, Dataset};
use crate::network::catalogue::networks;
use crate::network::{
    Activation, Architecture, Checkpoint, Evaluation, Examples, FileWeights, GivenWeights, HeldOut, Initial,
    MOST_WEIGHTS_BYTES, NetworkLoss, NetworkRecipe, OutputLoss, Recipe, Trained, Training, fitting_weights,
    initial_weights, path_of, read_weights,
};
use crate::network::{network_over, rows_of};
use crate::optimizer::{Run, find};
use crate::study::is_link;
use std::path::Path;

/// A network with its starting weights.
pub struct NetworkSubject {
    /// The recipe that the name stands for: of the catalogue, or of a study.
    pub usual: Option<NetworkRecipe>,
    /// Whether the name is that of a study.
    pub is_study: bool,
    /// The loss.
    pub loss: NetworkLoss,
    /// The loss over the examples that are held out.
    pub held_out: Option<NetworkLoss>,
    /// How initial weights are drawn.
    pub initial: Initial,
    /// The seed of the initial weights and of minibatches.
    pub seed: u64,
    /// The weights in the file, or drawn by the seed.
    pub start: Vec<f64>,
    /// The names of the layers in the file of weights, if it says them.
    pub layer_names: Vec<String>,
    /// Whether they are from a file.
    pub is_from_file: bool,
}

/// The hidden layers of a network that nobody has said anything about.
const USUAL_HIDDEN: [usize; 2] = [16, 16];
/// The steps of a training that nobody has said anything about.
const USUAL_STEPS: usize = 1_000;

/// What the name stands for.
struct Named {
    recipe: Option<NetworkRecipe>,
    dataset: Dataset,
    is_study: bool,
}

impl NetworkSubject {
    /// The network of the arguments.
    pub fn of(arguments: &NetworkArguments) -> Result<NetworkSubject, Failure> {
        let Named { recipe: usual, dataset, is_study } = named(arguments)?;
        let file = arguments.weights.as_deref().map(weights_of).transpose()?;
        // Hidden layers that are asked for are compared with those of the file.
        let of_file = file.as_ref().filter(|_| arguments.hidden.is_none()).and_then(|file| file.sizes.clone());
        let sizes = arguments.sizes.clone().or(of_file);
        let mut loss = network_of(&dataset, usual.as_ref(), sizes, arguments)?;
        let decay = arguments.weight_decay.or(usual.as_ref().map(|usual| usual.weight_decay)).unwrap_or(0.0);
        if !decay.is_finite() || decay < 0.0 {
            return Err(Failure::Usage(format!("the weight decay is 0 or more, not {decay}")));
        }
        loss.weight_decay = decay;
        let asked = arguments.held_out.map(|share| HeldOut { share, seed: arguments.held_out_seed });
        let mut held_out = None;
        if let Some(asked) = asked.or(usual.as_ref().and_then(|usual| usual.held_out)) {
            let (kept, held) = asked.losses(&loss).map_err(Failure::Usage)?;
            (loss, held_out) = (kept, Some(held));
        }
        let initial = match &arguments.initial {
            Some(name) => Initial::named(name).unwrap_or_default(),
            None => usual.as_ref().map(|usual| usual.initial).unwrap_or_default(),
        };
        let seed = arguments.seed.or(usual.as_ref().map(|usual| usual.seed)).unwrap_or(0);
        let is_from_file = file.is_some();
        let layer_names = file.as_ref().map(|file| file.names.clone()).unwrap_or_default();
        if !layer_names.is_empty() {
            note(&format!("layers in the file, in the order of their names: {}", layer_names.join(", ")));
        }
        let start = match file {
            Some(file) => {
                fitting_weights(file, &loss.architecture).map_err(|error| Failure::Failed(error.to_string()))?
            }
            None => match usual.as_ref().and_then(|usual| usual.weights.as_ref()) {
                Some(given) => given_weights(given, &loss)?,
                None => initial_weights(&loss.architecture, initial, seed),
            },
        };
        Ok(NetworkSubject { usual, is_study, loss, held_out, initial, seed, start, layer_names, is_from_file })
    }

    /// The steps of its training, unless others are given.
    pub fn usual_steps(&self) -> usize {
        self.usual.as_ref().map_or(USUAL_STEPS, |usual| usual.training.steps)
    }

    /// How it is trained, for so many steps.
    pub fn recipe(&self, arguments: &TrainingArguments, steps: usize) -> Result<Recipe, Failure> {
        let usual = self.usual.as_ref().map(|usual| &usual.training);
        let batch_size = arguments.batch_size.or(usual.and_then(|usual| usual.batch_size));
        let examples = self.loss.examples.count();
        match batch_size {
            Some(0) => return Err(Failure::Usage("a minibatch has one example at least".to_owned())),
            Some(size) if size > examples => {
                return Err(Failure::Usage(format!("a minibatch has 1 to {examples} examples, not {size}")));
            }
            _ => {}
        }
        let name = arguments.optimizer.as_deref().or(usual.map(|usual| usual.optimizer.as_str()));
        let name = name.unwrap_or("gradient-descent");
        let optimizer = find(name).ok_or_else(|| Failure::Usage(format!("there is no optimizer '{name}'")))?;
        let schedule = arguments.schedule.or(usual.map(|usual| usual.schedule)).unwrap_or_default();
        let mut run = Run { seed: self.seed, steps, schedule, ..Run::new(name) };
        // The settings of a recipe are those of its optimizer.
        if let Some(usual) = usual.filter(|usual| usual.optimizer == name) {
            run.settings.clone_from(&usual.settings);
        }
        let usual_rate = usual.map_or(Some(0.1), |usual| usual.learning_rate);
        let suggested = usual_rate.filter(|_| optimizer.takes_the_landscapes_rate());
        let rate = arguments.learning_rate.or(suggested).map(|rate| ("learning_rate".to_owned(), rate));
        for (key, value) in rate.iter().chain(&arguments.settings) {
            run.set(key, *value).map_err(Failure::Usage)?;
        }
        run.leave_noise_to_batches();
        Ok(Recipe { run, batch_size })
    }

    /// The weights at a step of training, and those before, every few steps, where `keeps` says so.
    pub fn at_step(&self, arguments: &AtStep, keeps: bool) -> Result<(Vec<f64>, Vec<Checkpoint>), Failure> {
        let of_plane = self.usual.as_ref().filter(|_| self.is_study).and_then(|usual| usual.plane.step);
        let usual = if self.is_from_file { 0 } else { of_plane.unwrap_or(self.usual_steps()) };
        let steps = arguments.at_step.unwrap_or(usual);
        check_steps(steps)?;
        let recipe = self.recipe(&arguments.training, steps)?;
        // What cannot be begun was asked for wrongly; what diverges was not.
        Training::new(&self.loss, recipe.clone(), self.start.clone()).map_err(Failure::Usage)?;
        let most = if keeps { Trained::MOST_KEPT } else { 1 };
        let path = path_of(&self.loss, &recipe, &self.start, most, &mut |_| true).map_err(Failure::Failed)?;
        let weights = path.last().map_or_else(|| self.start.clone(), |last| last.weights.clone());
        Ok((weights, path))
    }
}

/// The weights that a study holds, if they are those of the network.
fn given_weights(given: &GivenWeights, loss: &NetworkLoss) -> Result<Vec<f64>, Failure> {
    let file = FileWeights { sizes: None, weights: given.as_slice().to_vec(), names: Vec::new() };
    fitting_weights(file, &loss.architecture)
        .map_err(|_| Failure::Usage("the weights of the study are for layers of other sizes".to_owned()))
}

/// L and ∇L at the weights. What follows from the Hessian means nothing where they are not finite.
pub fn finite_gradient(evaluation: &mut Evaluation<'_>, weights: &[f64]) -> Result<(f64, Vec<f64>), Failure> {
    let mut gradient = vec![0.0; weights.len()];
    let value = evaluation.gradient(weights, &mut gradient);
    if value.is_finite() && gradient.iter().all(|g| g.is_finite()) {
        return Ok((value, gradient));
    }
    Err(Failure::Failed("L or ∇L is not finite at these weights".to_owned()))
}

/// Refuses more steps than anybody waits for.
pub fn check_steps(steps: usize) -> Result<(), Failure> {
    const MOST: usize = 1_000_000;
    if steps > MOST { Err(Failure::Usage(format!("at most {MOST} steps are possible"))) } else { Ok(()) }
}

/// What the name, or the file of examples, stands for.
fn named(arguments: &NetworkArguments) -> Result<Named, Failure> {
    if let Some(path) = &arguments.data {
        let dataset = Dataset::read(path)
            .map_err(|error| Failure::Failed(format!("cannot read the data in {}: {error}", path.display())))?;
        return Ok(Named { recipe: None, dataset, is_study: false });
    }
    let name = arguments.name.as_deref().unwrap_or_default();
    if let Some(entry) = networks().iter().find(|entry| entry.name == name) {
        let recipe = entry.recipe().map_err(Failure::Usage)?;
        return Ok(Named { recipe: Some(recipe), dataset: dataset_named(&entry.data)?, is_study: false });
    }
    if let Some(found) = dataset::find(name) {
        return Ok(Named { recipe: None, dataset: found.dataset.clone(), is_study: false });
    }
    let source = match Path::new(name) {
        _ if is_link(name) => Source::Link(name.to_owned()),
        path if path.is_file() || path.extension().is_some_and(|extension| extension == "toml") => {
            Source::Study(path.to_owned())
        }
        _ => {
            return Err(Failure::Usage(format!(
                "there is no network '{name}', and no dataset or study of this name; networks are {}",
                names()
            )));
        }
    };
    let study = study_of(&source)?;
    match (study.network, study.data) {
        (Some(recipe), Some(data)) => Ok(Named { recipe: Some(recipe), dataset: data.dataset.clone(), is_study: true }),
        _ => Err(Failure::Usage(format!("the study in {name} has no network"))),
    }
}

fn dataset_named(name: &str) -> Result<Dataset, Failure> {
    let found = dataset::find(name).map(|found| found.dataset.clone());
    found.ok_or_else(|| Failure::Usage(format!("there is no dataset '{name}'")))
}

/// The network over these examples. What the arguments do not say is as usual.
fn network_of(
    table: &Dataset,
    usual: Option<&NetworkRecipe>,
    sizes: Option<Vec<usize>>,
    arguments: &NetworkArguments,
) -> Result<NetworkLoss, Failure> {
    let activation = arguments.activation.as_deref().and_then(Activation::named);
    let activation = activation.or(usual.map(|usual| usual.activation)).unwrap_or(Activation::Tanh);
    let loss = arguments.loss.as_deref().and_then(OutputLoss::named);
    let loss = loss.or(usual.map(|usual| usual.loss)).unwrap_or(OutputLoss::Squared);
    let Some(sizes) = sizes else {
        let usual = usual.map_or(&USUAL_HIDDEN[..], |usual| &usual.hidden);
        let hidden = arguments.hidden.as_deref().unwrap_or(usual);
        return network_over(table, hidden, activation, loss).map_err(Failure::Usage);
    };
    let architecture = Architecture::new(sizes, activation, loss).map_err(|error| Failure::Usage(error.to_string()))?;
    let rows = rows_of(table).map_err(Failure::Failed)?;
    let examples = Examples::new(&architecture, &rows).map_err(|error| Failure::Failed(error.to_string()))?;
    NetworkLoss::new(architecture, examples).map_err(|error| Failure::Failed(error.to_string()))
}

/// The weights or the vector in a file.
pub fn weights_of(path: &Path) -> Result<FileWeights, Failure> {
    let failed = |error: String| Failure::Failed(format!("cannot read {}: {error}", path.display()));
    let bytes = dataset::read_at_most(path, MOST_WEIGHTS_BYTES).map_err(|error| failed(dataset::reason(&error)))?;
    read_weights(&bytes).map_err(|error| failed(error.to_string()))
}

/// A vector of as many numbers as the network has weights.
pub fn vector_of(path: &Path, loss: &NetworkLoss) -> Result<Vec<f64>, Failure> {
    let file = weights_of(path)?;
    fitting_weights(file, &loss.architecture)
        .map_err(|error| Failure::Failed(format!("cannot read {}: {error}", path.display())))
}
