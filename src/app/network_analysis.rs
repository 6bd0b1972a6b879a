//! The work on the charts of a study's network, beside the window.

use super::background_job::{BackgroundJob, Incremental};
use super::worker::Worker;
use crate::network::{Analysis, RunSharpness};
use crate::study::{AnalysisKey, Findings, RunSharpnessKey, Study};

/// The work on the charts of a network.
#[derive(Default)]
pub struct NetworkAnalysis {
    /// The training, the spectrum, the layers, and pruning.
    analysis: BackgroundJob<AnalysisKey, Analysis>,
    /// λmax along the runs.
    sharpness: BackgroundJob<RunSharpnessKey, RunSharpness>,
}

impl Incremental for Analysis {
    fn work(&mut self, _cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        Analysis::work(self)
    }

    fn progress(&self) -> f64 {
        Analysis::progress(self)
    }
}

impl Incremental for RunSharpness {
    fn work(&mut self, _cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        RunSharpness::work(self)
    }

    fn progress(&self) -> f64 {
        RunSharpness::progress(self)
    }
}

impl NetworkAnalysis {
    /// Works on what the study shows, and puts what is known into the findings. Returns whether there is something new.
    pub fn follow(&mut self, study: &Study, findings: &mut Findings, worker: &Worker, now: f64) -> bool {
        self.analysis.ask(AnalysisKey::of(study), |key| key.begin(&findings.loss), worker, now);
        let mut is_new = self.analysis.collect() || self.analysis.known().is_some() != findings.analysis.is_some();
        findings.analysis = self.analysis.known();
        self.sharpness.ask(RunSharpnessKey::of(study), |key| key.begin(findings), worker, now);
        is_new |= self.sharpness.collect() || self.sharpness.known().is_some() != findings.run_sharpness.is_some();
        findings.run_sharpness = self.sharpness.known();
        is_new
    }

    /// Whether the work goes on.
    pub fn is_working(&self) -> bool {
        self.analysis.is_working() || self.sharpness.is_working()
    }
}
