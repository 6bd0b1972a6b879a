//! Noise as temperature: what takes longer than a frame. Shares by quadrature, the temperature of the flip, and times of escape.

use super::background_job::{BackgroundJob, Incremental};
use super::worker::Worker;
use crate::landscape::Loss;
use crate::study::{ArrheniusKey, Findings, FlipKey, Study, Thermal, ThermalKey};
use crate::thermal::{Arrhenius, Flip};
use std::sync::Arc;

/// The occupation of the basins, which is computed in one piece.
#[derive(Clone)]
pub struct OccupationJob {
    study: Arc<Study>,
    loss: Loss,
    temperature: f64,
    found: Option<Arc<Thermal>>,
}

impl Incremental for OccupationJob {
    fn work(&mut self, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        // It may have waited for others while the hand moved on.
        if cancel() {
            return false;
        }
        self.found = Some(Arc::new(Thermal::of(&self.study, &self.loss, self.temperature)));
        true
    }

    fn progress(&self) -> f64 {
        if self.found.is_some() { 1.0 } else { 0.0 }
    }
}

/// The temperature of the flip by quadrature.
#[derive(Clone)]
pub struct FlipJob {
    study: Arc<Study>,
    loss: Loss,
    flip: Flip,
    is_done: bool,
}

impl Incremental for FlipJob {
    fn work(&mut self, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        self.flip = self.flip.integrated(&self.loss, &self.study.view, &|| cancel());
        self.is_done = true;
        true
    }

    fn progress(&self) -> f64 {
        if self.is_done { 1.0 } else { 0.0 }
    }
}

impl Incremental for Arrhenius {
    fn work(&mut self, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        self.refine_unless(cancel)
    }

    fn progress(&self) -> f64 {
        self.progress()
    }
}

/// What the study shows of noise as temperature, as far as it is known.
#[derive(Default)]
pub struct ThermalWork {
    occupation: BackgroundJob<(ThermalKey, u64), OccupationJob>,
    flip: BackgroundJob<(FlipKey, u64), FlipJob>,
    /// The times of escape.
    pub times: BackgroundJob<(ArrheniusKey, u64), Arrhenius>,
}

impl ThermalWork {
    /// Whether the work goes on.
    pub fn is_working(&self) -> bool {
        self.occupation.is_working() || self.flip.is_working() || self.times.is_working()
    }

    /// Follows the study once its critical points and their network are known; whether something new is.
    pub fn follow(&mut self, study: &Study, findings: &mut Findings, version: u64, worker: &Worker, now: f64) -> bool {
        let loss = &findings.loss;
        let graph = findings.saddles.clone();
        let shared = || Arc::new(study.clone());
        let begin = |(key, _): &(ThermalKey, u64)| {
            Ok(OccupationJob { study: shared(), loss: loss.clone(), temperature: key.temperature, found: None })
        };
        // Shares wait for the network: what is formula is told first.
        let key = graph.as_ref().and_then(|_| ThermalKey::of(study));
        self.occupation.ask(key.map(|key| (key, version)), begin, worker, now);
        let first = graph.as_ref().and_then(|graph| Some((FlipKey::of(study)?, FlipKey::begin(loss, graph)?)));
        let (key, harmonic) = first.map_or((None, None), |(key, flip)| (Some((key, version)), Some(flip)));
        let begin = |_: &(FlipKey, u64)| {
            let flip = harmonic.ok_or("there is no flip")?;
            Ok(FlipJob { study: shared(), loss: loss.clone(), flip, is_done: false })
        };
        self.flip.ask(key, begin, worker, now);
        let key = graph.as_ref().and_then(|graph| Some((ArrheniusKey::of(study, graph)?, version)));
        let begin = |(key, _): &(ArrheniusKey, u64)| match &graph {
            Some(graph) => key.begin(study, loss, graph),
            None => Err("the network of saddles is not known".to_owned()),
        };
        self.times.ask(key, begin, worker, now);
        let news = [self.occupation.collect(), self.flip.collect(), self.times.collect()];
        let thermal = self.occupation.answer.as_ref().and_then(|job| job.found.clone());
        let known = self.flip.answer.as_ref().filter(|_| !self.flip.is_working()).map(|job| job.flip);
        let flip = harmonic.map(|harmonic| known.unwrap_or(harmonic));
        let times = self.times.known();
        let is_changed = news.contains(&true)
            || (thermal.is_some(), times.is_some()) != (findings.thermal.is_some(), findings.arrhenius.is_some())
            || flip != findings.flip;
        (findings.thermal, findings.flip, findings.arrhenius) = (thermal, flip, times);
        is_changed
    }
}
