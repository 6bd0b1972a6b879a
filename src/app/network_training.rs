//! The training of a study's network, which a frame does not wait for.

use super::background_job::{BackgroundJob, Incremental};
use super::worker::Worker;
use crate::landscape::{Jet, LandscapeError, Loss, LossFunction};
use crate::number::{Matrix, Vector};
use crate::study::{NetworkKey, Study, known_plane, loss_of, plane_for};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The training that was asked for last.
#[derive(Default)]
pub struct NetworkTraining {
    job: BackgroundJob<NetworkKey, TrainingJob>,
    thousandths: Arc<AtomicU32>,
}

/// A training in one piece, which says how far it is.
#[derive(Clone)]
struct TrainingJob {
    key: NetworkKey,
    thousandths: Arc<AtomicU32>,
    /// Why there is no network, once that is known.
    end: Option<Result<(), String>>,
}

impl Incremental for TrainingJob {
    fn work(&mut self, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        let mut going = |share: f64| {
            self.thousandths.store((1e3 * share) as u32, Ordering::Relaxed);
            !cancel()
        };
        self.end = Some(plane_for(&self.key, &mut going).map(|_| ()));
        true
    }

    fn progress(&self) -> f64 {
        f64::from(self.thousandths.load(Ordering::Relaxed)) / 1e3
    }
}

/// The loss of a network that is not trained yet: undefined everywhere.
#[derive(Debug)]
struct NothingYet;

impl LossFunction for NothingYet {
    fn title(&self) -> String {
        "network, in training".to_owned()
    }

    fn jet(&self, _: Vector) -> Jet {
        let nan = f64::NAN;
        Jet { value: nan, gradient: Vector::new(nan, nan), hessian: Matrix::new(nan, nan, nan, nan) }
    }

    fn operations(&self) -> usize {
        1
    }
}

impl NetworkTraining {
    /// Whether the study's network has to be trained before there is a loss.
    pub fn is_needed(study: &Study) -> bool {
        NetworkKey::of(study).is_some_and(|key| known_plane(&key).is_none())
    }

    /// Whether the network of the study that is shown is the one that is asked for, with another training or another plane.
    pub fn is_repeated(shown: &Study, asked: &Study) -> bool {
        let network = |study: &Study| {
            let recipe = study.network.as_ref()?;
            Some((recipe.hidden.clone(), recipe.activation, recipe.loss, study.data.clone()?.dataset))
        };
        network(shown).is_some() && network(shown) == network(asked)
    }

    /// What stands for the loss until then.
    pub fn nothing_yet() -> Loss {
        Loss::from_function(Arc::new(NothingYet))
    }

    /// The loss of the study; `None` while its network is trained.
    pub fn loss_of(&mut self, study: &Study, worker: &Worker, now: f64) -> Option<Result<Loss, LandscapeError>> {
        let Some(key) = NetworkKey::of(study) else {
            self.job.forget();
            return Some(loss_of(study));
        };
        if known_plane(&key).is_none() {
            let thousandths = Arc::clone(&self.thousandths);
            let begin = |key: &NetworkKey| Ok(TrainingJob { key: key.clone(), thousandths, end: None });
            self.job.ask(Some(key.clone()), begin, worker, now);
            self.job.collect();
            let end = self.job.answer.as_ref().filter(|_| !self.job.is_working()).and_then(|job| job.end.clone());
            match end.or_else(|| self.job.refusal.clone().map(Err)) {
                None => return None,
                Some(Err(reason)) => return Some(Err(LandscapeError::Function(reason))),
                Some(Ok(())) => {}
            }
        }
        self.job.forget();
        Some(loss_of(study))
    }

    /// How far a training is that takes longer than people do not notice.
    pub fn progress(&self, now: f64) -> Option<f64> {
        self.job.progress(now).map(|_| f64::from(self.thousandths.load(Ordering::Relaxed)) / 1e3)
    }

    /// Whether a network is being trained.
    pub fn is_working(&self) -> bool {
        self.job.is_working()
    }
}
