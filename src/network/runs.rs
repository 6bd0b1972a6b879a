//! The study's runs in all weights of a network, and their projection onto a plane.

use super::{NetworkPlane, Recipe, Training};
use crate::landscape::Loss;
use crate::number::Vector;
use crate::optimizer::{KeptWeights, Run, Shadow, Step, StopReason, Trajectory};
use std::sync::Arc;

/// Runs an optimizer in all weights from a point of the plane. `loss` is the plane's. Equal arguments give equal bits.
///
/// # Errors
/// Returns an error, as a sentence, if the run cannot be made, or if its optimizer works for two weights only.
pub fn trace_in_all_weights(
    plane: &NetworkPlane,
    loss: &Loss,
    start: [f64; 2],
    run: &Run,
) -> Result<Trajectory, String> {
    if !start.iter().all(|x| x.is_finite()) {
        return Err("a run needs a start of two finite numbers".to_owned());
    }
    let weights = plane.plane().at(start);
    let every = steps_between_kept(run.steps, weights.len());
    let recipe = Recipe { run: run.clone(), batch_size: None };
    let training = Training::new(&plane.trained().loss, recipe, weights)
        .map_err(|reason| format!("{reason}; runs that stay in the plane can use it"))?;
    let mut recording = Recording {
        plane,
        training,
        steps: Vec::new(),
        distances: Vec::new(),
        below: Vec::new(),
        kept: Vec::new(),
        every,
    };
    let stop = recording.go(run);
    let Recording { steps, distances, below, kept, .. } = recording;
    let shadow = Shadow { distances, below, unit: plane.unit(), kept: Arc::new(kept) };
    let mut trajectory = Trajectory::new(loss, steps, stop);
    trajectory.shadow = Some(shadow);
    Ok(trajectory)
}

/// Steps between two at which the weights are kept: 1, unless a run has so many that they take more than 8 MB.
fn steps_between_kept(steps: usize, weights: usize) -> usize {
    /// Numbers.
    const MOST_KEPT: usize = 1 << 20;
    steps.saturating_mul(weights).div_ceil(MOST_KEPT).max(1)
}

struct Recording<'a> {
    plane: &'a NetworkPlane,
    training: Training<'a>,
    steps: Vec<Step>,
    distances: Vec<f64>,
    below: Vec<f64>,
    kept: Vec<KeptWeights>,
    /// Steps between two at which the weights are kept.
    every: usize,
}

impl Recording<'_> {
    fn go(&mut self, run: &Run) -> StopReason {
        loop {
            let (value, slope) = self.record();
            if !value.is_finite() || !slope.is_finite() {
                return if self.steps.len() == 1 { StopReason::Undefined } else { StopReason::Diverged };
            }
            if self.training.rests_at_zero_gradient() && slope <= run.gradient_tolerance {
                return StopReason::Converged;
            }
            if self.training.steps() >= run.steps {
                return StopReason::StepLimit;
            }
            if let Err(reason) = self.training.step() {
                return reason;
            }
        }
    }

    /// Notes where the run is; L and ‖∇L‖ there.
    fn record(&mut self) -> (f64, f64) {
        let (value, slope) = self.training.look();
        let (at, distance) = self.plane.plane().project(self.training.weights());
        self.distances.push(distance);
        self.below.push(self.plane.with(|evaluation| self.plane.plane().value(evaluation, at)));
        if self.steps.len().is_multiple_of(self.every) {
            let weights = self.training.weights().to_vec();
            self.kept.push(KeptWeights { step: self.steps.len(), weights });
        }
        let evaluations = self.training.evaluations();
        self.steps.push(Step { w: Vector::from(at), loss: value, gradient_norm: slope, evaluations });
        (value, slope)
    }
}
