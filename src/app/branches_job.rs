//! The branches of critical points over a parameter: an outline at once, and then the whole with its events and proof.

use super::background_job::{BackgroundJob, Incremental};
use super::worker::Worker;
use crate::branches::{Family, branches_unless, outline_unless};
use crate::landscape::Loss;
use crate::study::{BranchesKey, Followed, Study};
use std::sync::Arc;

/// The work on branches, which are computed in one piece: either the outline or the whole.
#[derive(Clone)]
pub struct BranchesJob {
    key: BranchesKey,
    family: Family,
    is_whole: bool,
    found: Option<Arc<Followed>>,
}

impl Incremental for BranchesJob {
    fn work(&mut self, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        let found = match self.is_whole {
            true => branches_unless(&self.family, cancel),
            false => outline_unless(&self.family, cancel),
        };
        let (family, is_whole) = (self.family.clone(), self.is_whole);
        self.found = found.map(|branches| Arc::new(Followed { family, branches, is_whole }));
        self.found.is_some()
    }

    fn progress(&self) -> f64 {
        if self.found.is_some() { 1.0 } else { 0.0 }
    }
}

/// The branches that the study shows, as far as they are known.
#[derive(Default)]
pub struct BranchesWork {
    outline: BackgroundJob<BranchesKey, BranchesJob>,
    whole: BackgroundJob<BranchesKey, BranchesJob>,
}

impl BranchesWork {
    /// Follows the study; whether something new is known.
    pub fn follow(&mut self, study: &Study, loss: &Loss, worker: &Worker, now: f64) -> bool {
        let key = BranchesKey::of(study, loss);
        let begin = |is_whole: bool| {
            move |key: &BranchesKey| {
                Ok(BranchesJob { key: key.clone(), family: key.family(study, loss)?, is_whole, found: None })
            }
        };
        let is_forgotten = key.is_none() && self.outline.key().is_some();
        self.outline.ask(key.clone(), begin(false), worker, now);
        let is_new = self.outline.collect();
        // The whole waits for the outline, which is there sooner.
        let ready = key.filter(|_| self.outline.answer.is_some() && !self.outline.is_working());
        match ready {
            Some(key) => self.whole.ask(Some(key), begin(true), worker, now),
            None => self.whole.forget(),
        }
        self.whole.collect() | is_new | is_forgotten
    }

    /// Whether the work goes on.
    pub fn is_working(&self) -> bool {
        self.outline.is_working() || self.whole.is_working()
    }

    /// What is known: the whole, or an outline until then.
    pub fn known(&self) -> Option<Result<Arc<Followed>, String>> {
        if let Some(reason) = &self.outline.refusal {
            return Some(Err(reason.clone()));
        }
        let whole = self.whole.answer.as_ref().filter(|job| Some(&job.key) == self.outline.key());
        let found = whole.or(self.outline.answer.as_ref()).and_then(|job| job.found.clone());
        found.map(Ok)
    }
}
