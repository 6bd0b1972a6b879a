//! The synchronous computation of all findings.

use super::report::report;
use super::{
    AnalysisKey, ArrheniusKey, BranchesKey, EnsembleKey, ExperimentKey, Findings, FlipKey, Followed, RunSharpnessKey,
    SaddlesKey, Study, Thermal, ThermalKey, basins_of, field_of, loss_of, trajectories_of,
};
use crate::branches::branches;
use crate::critical::search;
use crate::ensemble::{Ensemble, Experiment};
use crate::landscape::{LandscapeError, Loss};
use crate::network::{Analysis, RunSharpness};
use crate::saddles::saddle_graph_of;
use crate::thermal::{Arrhenius, Flip};
use std::sync::Arc;

/// Computes everything for a study synchronously.
///
/// # Errors
/// Returns an error if the landscape is invalid.
pub fn answer(study: &Study, columns: usize, rows: usize) -> Result<Findings, LandscapeError> {
    Ok(answer_over(study, loss_of(study)?, columns, rows))
}

/// Computes everything for a study with a given loss, which need not be a formula.
pub fn answer_over(study: &Study, loss: Loss, columns: usize, rows: usize) -> Findings {
    let field = field_of(study, &loss, columns, rows);
    let points = search(&loss, &study.view);
    let trajectories = trajectories_of(study, &loss);
    let mut findings = Findings::new(loss, field, points, trajectories);
    findings.basins = basins_of(study, &findings.loss, &findings.points);
    complete(study, &mut findings);
    findings
}

/// Adds the findings that follow from the others: the ensemble, the experiment and the report that the study shows.
pub(super) fn complete(study: &Study, findings: &mut Findings) {
    let whole = |mut ensemble: Ensemble| {
        while !ensemble.refine(usize::MAX) {}
        Arc::new(ensemble)
    };
    let run = study.runs.get(study.display.run_index());
    let slow = run.filter(|run| !study.ensemble.is_quick(run)).map(|run| {
        format!("{} runs of {} steps take too long here: open the study in the window", study.ensemble.runs, run.steps)
    });
    let refused = || slow.clone().map_or(Ok(()), Err);
    let ensemble =
        EnsembleKey::of(study).map(|key| refused().and_then(|()| key.begin(&findings.loss, &findings.points)));
    findings.ensemble = ensemble.map(|ensemble| ensemble.map(whole));
    let whole = |mut experiment: Experiment| {
        while !experiment.refine(usize::MAX) {}
        Arc::new(experiment)
    };
    let experiment = ExperimentKey::of(study).map(|key| refused().and_then(|()| key.begin(&findings.loss)));
    findings.experiment = experiment.map(|experiment| experiment.map(whole));
    let saddles = || saddle_graph_of(&findings.loss, &study.view, &findings.points);
    findings.saddles = SaddlesKey::of(study).map(|_| Arc::new(saddles()));
    let analysed = |mut analysis: Analysis| {
        while !analysis.work() {}
        Arc::new(analysis)
    };
    let measured = |mut sharpness: RunSharpness| {
        while !sharpness.work() {}
        Arc::new(sharpness)
    };
    let analysis = AnalysisKey::of(study).map(|key| key.begin(&findings.loss));
    findings.analysis = analysis.map(|analysis| analysis.map(analysed));
    let sharpness = RunSharpnessKey::of(study).map(|key| key.begin(findings));
    findings.run_sharpness = sharpness.map(|sharpness| sharpness.map(measured));
    let followed = |key: BranchesKey| {
        let family = key.family(study, &findings.loss)?;
        Ok(Arc::new(Followed { branches: branches(&family), family, is_whole: true }))
    };
    findings.branches = BranchesKey::of(study, &findings.loss).map(followed);
    complete_thermal(study, findings);
    findings.report = report(study, findings);
}

/// Adds the findings about noise as temperature that the study shows.
fn complete_thermal(study: &Study, findings: &mut Findings) {
    let Findings { loss, saddles, .. } = &*findings;
    let thermal = ThermalKey::of(study).map(|key| Arc::new(Thermal::of(study, loss, key.temperature)));
    let (mut flip, mut arrhenius) = (None, None);
    if let Some(graph) = saddles {
        flip = FlipKey::of(study).and_then(|_| FlipKey::begin(loss, graph));
        flip = flip.map(|flip: Flip| flip.integrated(loss, &study.view, &|| false));
        let whole = |mut times: Arrhenius| {
            while !times.refine_unless(&|| false) {}
            Arc::new(times)
        };
        arrhenius = ArrheniusKey::of(study, graph).map(|key| key.begin(study, loss, graph).map(whole));
    }
    (findings.thermal, findings.flip, findings.arrhenius) = (thermal, flip, arrhenius);
}
