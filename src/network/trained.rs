//! A training with the points of its path, and the examples that were held out.

use super::{Initial, NetworkLoss, Recipe, Training, initial_weights};
use crate::optimizer::StopReason;

/// A point of the path of training.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Steps so far.
    pub step: usize,
    /// The weights.
    pub weights: Vec<f64>,
}

/// The initial weights of a training, and its settings.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingPlan {
    /// How initial weights are drawn.
    pub initial: Initial,
    /// Their seed.
    pub seed: u64,
    /// The steps.
    pub recipe: Recipe,
}

/// A trained network: its loss, and the weights at points of its path.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The loss over the examples of the training.
    pub loss: NetworkLoss,
    /// The same network over the examples that were held out.
    pub held_out: Option<NetworkLoss>,
    plan: TrainingPlan,
    start: Vec<f64>,
    path: Vec<Checkpoint>,
}

/// Called now and then with the progress, 0 to 1; returning false stops the work.
pub type Going<'a> = &'a mut dyn FnMut(f64) -> bool;

/// The message for a training that was stopped.
pub(super) const STOPPED: &str = "the training was stopped";

impl Trained {
    /// Points of a path that are kept.
    pub const MOST_KEPT: usize = 200;

    /// Trains a network as planned.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the training cannot be made, diverges, or is stopped by `going`.
    pub fn train(
        loss: NetworkLoss,
        held_out: Option<NetworkLoss>,
        plan: TrainingPlan,
        going: Going<'_>,
    ) -> Result<Trained, String> {
        let start = initial_weights(&loss.architecture, plan.initial, plan.seed);
        Trained::train_from(loss, held_out, plan, start, going)
    }

    /// Trains a network as planned, from other weights than those that the plan draws.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the training cannot be made, diverges, or is stopped by `going`.
    ///
    /// # Panics
    /// Panics if the number of weights is not that of the network.
    pub fn train_from(
        loss: NetworkLoss,
        held_out: Option<NetworkLoss>,
        plan: TrainingPlan,
        start: Vec<f64>,
        going: Going<'_>,
    ) -> Result<Trained, String> {
        let path = path_of(&loss, &plan.recipe, &start, Trained::MOST_KEPT, going)?;
        Ok(Trained { loss, held_out, plan, start, path })
    }

    /// Whether the training began at the weights that its plan draws, and not at given ones.
    pub fn has_drawn_start(&self) -> bool {
        self.start == initial_weights(&self.loss.architecture, self.plan.initial, self.plan.seed)
    }

    /// A training that was made elsewhere.
    pub fn from_path(loss: NetworkLoss, plan: TrainingPlan, start: Vec<f64>, path: Vec<Checkpoint>) -> Trained {
        Trained { loss, held_out: None, plan, start, path }
    }

    /// Its initial weights and its settings.
    pub fn plan(&self) -> &TrainingPlan {
        &self.plan
    }

    /// The weights at its beginning.
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// Points of its path, the first and the last among them.
    pub fn path(&self) -> &[Checkpoint] {
        &self.path
    }

    /// The weights after `step` steps, or at the end if it ended earlier.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the training cannot be recomputed up to there.
    pub fn weights_at(&self, step: usize) -> Result<Vec<f64>, String> {
        let last = self.path.last().ok_or("the training has no path")?;
        if let Some(known) = self.path.iter().find(|at| at.step == step).or((step > last.step).then_some(last)) {
            return Ok(known.weights.clone());
        }
        let mut training = Training::new(&self.loss, self.plan.recipe.clone(), self.start.clone())?;
        while training.steps() < step && training.step().is_ok() {}
        Ok(training.weights().to_vec())
    }

    /// The end of the same training from the initial weights of another seed.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the training has no steps, if that training diverges, or if `going` stops it.
    pub fn again_from(&self, seed: u64, going: Going<'_>) -> Result<Vec<f64>, String> {
        if self.plan.recipe.run.steps == 0 {
            return Err("this plane goes through other trainings, and this network is not trained".to_owned());
        }
        let start = initial_weights(&self.loss.architecture, self.plan.initial, seed);
        let path = path_of(&self.loss, &self.plan.recipe, &start, 1, going)?;
        path.into_iter().last().map(|at| at.weights).ok_or_else(|| "the training has no path".to_owned())
    }
}

/// Steps between two calls of [`Going`].
const BETWEEN_QUESTIONS: usize = 16;

/// The path of a training with about `most` of its points, the first and the last among them.
///
/// # Errors
/// Returns an error, as a sentence, if the training cannot be made, diverges, or is stopped by `going`.
pub fn path_of(
    loss: &NetworkLoss,
    recipe: &Recipe,
    start: &[f64],
    most: usize,
    going: Going<'_>,
) -> Result<Vec<Checkpoint>, String> {
    let steps = recipe.run.steps;
    let every = (steps / most.max(1)).max(1);
    let mut training = Training::new(loss, recipe.clone(), start.to_vec())?;
    let mut path = vec![Checkpoint { step: 0, weights: start.to_vec() }];
    while training.steps() < steps {
        if training.steps() % BETWEEN_QUESTIONS == 0 && !going(training.steps() as f64 / steps as f64) {
            return Err(STOPPED.to_owned());
        }
        let next = training.steps() + 1;
        match training.step() {
            Ok(()) => {}
            // The rule stays where it is.
            Err(StopReason::Converged | StopReason::Stalled) => break,
            Err(_) => return Err(format!("training diverges: a weight is not finite after step {next}")),
        }
        if training.steps() % every == 0 {
            path.push(Checkpoint { step: training.steps(), weights: training.weights().to_vec() });
        }
    }
    if path.last().is_some_and(|last| last.step != training.steps()) {
        path.push(Checkpoint { step: training.steps(), weights: training.weights().to_vec() });
    }
    Ok(path)
}
