//! What is computed for the study, kept up to date frame by frame.
//!
//! Each frame only what changed is computed again. Trajectories always follow in the same frame. The heat map follows
//! in the same frame at a resolution that the machine manages, and is refined in the background once the hand rests.
//! A map of basins is computed in the background only, coarse at first; until it is there the last one is shown, marked.
//! Critical points are always searched in the background; until they are there, the known ones are followed by
//! Newton's method, so that no marker stands where there is no critical point, and the claim is marked as stale.

use super::background_job::{BackgroundJob, SaddlesJob};
use super::branches_job::BranchesWork;
use super::clock::Clock;
use super::kept_points::follow_point;
use super::lesson_claims::LessonClaims;
use super::network_analysis::NetworkAnalysis;
use super::network_training::NetworkTraining;
use super::thermal_job::ThermalWork;
use super::worker::{Finding, Task, Worker};
use crate::critical::CriticalPoints;
use crate::ensemble::{Ensemble, Experiment};
use crate::landscape::{LandscapeError, Loss, Model};
use crate::lesson::NO_CLAIM;
use crate::number::Vector;
use crate::optimizer::outlook::Outlook;
use crate::scene::words;
use crate::study::{
    BasinsKey, End, EnsembleKey, ExperimentKey, FieldKey, Findings, LossKey, Moment, PointsKey, ReportKey, RunMoment,
    SaddlesKey, Study, TrajectoriesKey, ends, loss_of, moments_of, moving_field_of, outlook_of, report, sides,
    trajectories_of,
};

/// How fine the heat map is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Nodes along the longer side while something changes, at most.
    pub moving: usize,
    /// Nodes along the longer side at rest.
    pub still: usize,
    /// A heat map within a frame should take no longer than this many milliseconds.
    pub budget_ms: f64,
}

impl Default for Quality {
    fn default() -> Self {
        Quality { moving: 384, still: 512, budget_ms: 6.0 }
    }
}

impl Quality {
    /// The same for a loss over so many examples, of which each point is a sum, or one that is as slow: no finer than a
    /// frame, or a pause, allows.
    fn over(self, examples: usize) -> Quality {
        /// Examples at points that a core adds up in a frame, and in a second or two.
        const IN_A_FRAME: f64 = 1e7;
        const AT_REST: f64 = 2e9;
        let side = |work: f64| (work / examples.max(1) as f64).sqrt() as usize;
        Quality {
            moving: self.moving.min(side(IN_A_FRAME).max(COARSEST)),
            still: self.still.min(side(AT_REST).max(COARSEST)),
            ..self
        }
    }
}

/// No picture is coarser than this for a loss over many examples.
const COARSEST: usize = 24;
/// A heat map that is slow to compute becomes no coarser than this for another loss.
const COARSE: usize = 96;

/// After so many seconds a search shows how far it has come, and can be stopped.
pub const PATIENCE_SECONDS: f64 = 0.2;

/// What is known about the search for critical points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SearchState {
    /// It has ended: the points are its answer.
    Finished,
    /// It goes on: the share that is done, and since when (seconds).
    Searching {
        /// 0 to 1.
        progress: f64,
        /// When it began.
        since: f64,
    },
    /// It was stopped: the points are what was found until then.
    Stopped,
}

/// What the findings of a study depend on.
#[derive(Clone, Debug, PartialEq)]
struct Keys {
    loss: LossKey,
    /// `None` while they are withheld.
    points: Option<PointsKey>,
    field: FieldKey,
    basins: BasinsKey,
    trajectories: TrajectoriesKey,
}

impl Keys {
    fn of(study: &Study, withholds_points: bool) -> Keys {
        Keys {
            loss: LossKey::of(study),
            points: (!withholds_points).then(|| PointsKey::of(study)),
            field: FieldKey::of(study),
            basins: BasinsKey::of(study),
            trajectories: TrajectoriesKey::of(study),
        }
    }
}

/// The findings of the study, and how fresh they are.
pub struct Computed {
    /// What is drawn.
    pub findings: Findings,
    /// What the loss fits to its examples, where that is known.
    pub model: Option<Model>,
    /// What is to be said of the examples, a sentence each.
    pub notes: Vec<String>,
    /// For each run, where it ended, in terms of critical points.
    pub ends: Vec<Option<End>>,
    /// For each run, what theory promised of it and what it did.
    pub outlooks: Vec<Option<Outlook>>,
    /// The work on the curves from the saddles, of these critical points.
    pub saddles: BackgroundJob<(SaddlesKey, u64), SaddlesJob>,
    /// The work on the branches of critical points over a parameter.
    pub branches: BranchesWork,
    /// The work on noise as temperature.
    pub thermal: ThermalWork,
    /// The work on the ensemble, of these critical points.
    pub ensemble: BackgroundJob<(EnsembleKey, u64), Ensemble>,
    /// The work on the share that escapes against a setting.
    pub experiment: BackgroundJob<ExperimentKey, Experiment>,
    /// The work on what charts show of the study's network.
    pub analysis: NetworkAnalysis,
    /// The training of the study's network.
    pub training: NetworkTraining,
    /// What the claims of the lesson that is open come to.
    pub lesson: LessonClaims,
    /// Each run at the moment that is shown; `None` when they are shown to their end.
    pub moments: Option<Vec<Option<RunMoment>>>,
    /// How the search for critical points stands.
    pub search: SearchState,
    /// Counts the changes of the loss.
    pub loss_version: u64,
    /// Counts the changes of the heat map and contours.
    pub field_version: u64,
    /// Greater than before if the curves from the saddles have changed.
    pub saddles_version: u64,
    /// Counts the changes of the critical points.
    pub points_version: u64,
    /// Counts the changes of the map of basins.
    pub basins_version: u64,
    /// Whether the map of basins was stopped before it was finished.
    pub basins_stopped: bool,
    /// Counts the changes of everything.
    pub version: u64,
    /// Counts the changes of the runs, and of what is known of where they end.
    runs_version: u64,
    /// The version of the runs and the moment of which `moments` are.
    moments_of: (u64, Option<Moment>),
    /// The version of the runs and what was asked of the report.
    report_of: (u64, Option<ReportKey>),
    study: Study,
    /// Whether the critical points are withheld, as a lesson asks for them.
    withholds_points: bool,
    keys: Keys,
    last_claim: String,
    generation: u64,
    moving: usize,
    quality: Quality,
    clock: Clock,
}

impl Computed {
    /// The findings of a study; its critical points follow from the worker.
    ///
    /// # Errors
    /// Returns an error if the landscape cannot be made.
    pub fn new(study: &Study, quality: Quality, worker: &Worker, now: f64) -> Result<Computed, LandscapeError> {
        let asked = study;
        let (study, loss) = match NetworkTraining::is_needed(asked) {
            // A network is trained beside the window; until then there is nothing to draw.
            true => (&Study { network: None, data: None, ..asked.clone() }, NetworkTraining::nothing_yet()),
            false => (asked, loss_of(asked)?),
        };
        let moving = quality.over(loss.slowness()).moving.min(256);
        let [columns, rows] = sides(&study.view, moving);
        let field = moving_field_of(study, &loss, columns, rows);
        let trajectories = trajectories_of(study, &loss);
        let points = CriticalPoints::default();
        let findings = Findings::new(loss, field, points, trajectories);
        let mut computed = Computed {
            model: findings.loss.model(),
            notes: findings.loss.notes(),
            findings,
            ends: Vec::new(),
            outlooks: Vec::new(),
            saddles: BackgroundJob::default(),
            branches: BranchesWork::default(),
            thermal: ThermalWork::default(),
            ensemble: BackgroundJob::default(),
            experiment: BackgroundJob::default(),
            analysis: NetworkAnalysis::default(),
            training: NetworkTraining::default(),
            lesson: LessonClaims::default(),
            moments: None,
            moments_of: (0, None),
            report_of: (0, None),
            search: SearchState::Searching { progress: 0.0, since: now },
            loss_version: 1,
            field_version: 1,
            saddles_version: 1,
            points_version: 1,
            basins_version: 1,
            basins_stopped: false,
            version: 1,
            runs_version: 1,
            study: study.clone(),
            withholds_points: false,
            keys: Keys::of(study, false),
            last_claim: String::new(),
            generation: 0,
            moving,
            quality,
            clock: worker.clock(),
        };
        computed.ask(worker, true, now);
        computed.find_ends();
        computed.take_in(worker, now);
        computed.follow(asked, worker, now)?;
        Ok(computed)
    }

    /// Withholds the critical points from the next time that the study is followed, or no longer.
    pub fn withhold(&mut self, points: bool) {
        self.withholds_points = points;
    }

    /// There are no critical points, and nobody looks for them. Whether there were some.
    fn forget_points(&mut self) -> bool {
        let had_some = self.findings.points != CriticalPoints::default() || self.search != SearchState::Finished;
        if had_some {
            self.findings.points = CriticalPoints::default();
            self.points_version += 1;
            self.version += 1;
            self.search = SearchState::Finished;
        }
        had_some
    }

    /// Follows the study.
    ///
    /// # Errors
    /// Returns an error if the landscape cannot be made; what was known before stays.
    pub fn follow(&mut self, study: &Study, worker: &Worker, now: f64) -> Result<(), LandscapeError> {
        let mut refused = None;
        if self.study != *study || self.withholds_points != self.keys.points.is_none() {
            let mut wanted = study.clone();
            if LossKey::of(study) != self.keys.loss {
                match self.training.loss_of(study, worker, now) {
                    Some(Ok(loss)) => self.take_loss(loss),
                    None if !NetworkTraining::is_repeated(&self.study, study) => {
                        // What is known is about another landscape, and nothing is known about this one.
                        (wanted.network, wanted.data) = (None, None);
                        if LossKey::of(&wanted) != self.keys.loss {
                            self.take_loss(NetworkTraining::nothing_yet());
                        }
                    }
                    unknown => {
                        wanted.landscape = self.study.landscape.clone();
                        wanted.data = self.study.data.clone();
                        wanted.network = self.study.network.clone();
                        wanted.grid = self.study.grid.clone();
                        match unknown {
                            Some(Err(error)) => refused = Some(error),
                            // Until the network is trained again, its former plane is shown as it was.
                            _ => (wanted.view, wanted.start) = (self.study.view, self.study.start),
                        }
                    }
                }
            }
            let before = std::mem::replace(&mut self.keys, Keys::of(&wanted, self.withholds_points));
            // The map turned into a surface, or seen from elsewhere, shows the same.
            self.study.picture.surface = wanted.picture.surface;
            let is_new = self.study != wanted;
            self.study = wanted;
            self.renew(&before, worker, now);
            self.version += u64::from(is_new);
        }
        self.take_in(worker, now);
        refused.map_or(Ok(()), Err)
    }

    fn take_loss(&mut self, loss: Loss) {
        self.model = loss.model();
        self.notes = loss.notes();
        self.findings.loss = loss;
        self.loss_version += 1;
    }

    /// Computes again what depends on something that has changed.
    fn renew(&mut self, before: &Keys, worker: &Worker, now: f64) {
        let is_new_loss = before.loss != self.keys.loss;
        let [points, field] = [before.points != self.keys.points, before.field != self.keys.field];
        let [basins, trajectories] = [before.basins != self.keys.basins, before.trajectories != self.keys.trajectories];
        if basins {
            self.outdate_basins();
        }
        if field {
            self.sample();
        }
        let has_forgotten = self.withholds_points && self.forget_points();
        if points && !self.withholds_points {
            self.keep_points(is_new_loss);
        }
        if trajectories {
            self.findings.trajectories = trajectories_of(&self.study, &self.findings.loss);
        }
        if points && !self.withholds_points {
            self.ask(worker, true, now);
        } else if field || has_forgotten || (basins && self.wants_basins()) {
            self.ask(worker, self.is_searching(), now);
        }
        if points || trajectories {
            self.find_ends();
        }
    }

    /// Takes in what the background has found, and brings what follows from it up to date.
    fn take_in(&mut self, worker: &Worker, now: f64) {
        self.collect(worker);
        self.look_at(self.study.display.moment());
        let wanted = (self.runs_version, ReportKey::of(&self.study));
        if self.report_of != wanted {
            self.report_of = wanted;
            self.findings.report = report(&self.study, &self.findings);
        }
        self.compute_saddles(worker, now);
        self.compute_branches(worker, now);
        if self.thermal.follow(&self.study, &mut self.findings, self.points_version, worker, now) {
            self.version += 1;
        }
        self.compute_ensemble(worker, now);
        if self.analysis.follow(&self.study, &mut self.findings, worker, now) {
            self.version += 1;
        }
    }

    /// Works on the curves from the saddles, once the critical points are known.
    fn compute_saddles(&mut self, worker: &Worker, now: f64) {
        let asked = SaddlesKey::of(&self.study);
        if self.is_searching() && asked.is_some() {
            if self.saddles.key().map(|(key, _)| key) != asked.as_ref() {
                self.saddles.forget();
            }
        } else {
            let (Findings { loss, points, .. }, view) = (&self.findings, &self.study.view);
            let key = asked.map(|key| (key, self.points_version));
            self.saddles.ask(key, |_| Ok(SaddlesJob::new(loss, view, points)), worker, now);
        }
        let is_new = self.saddles.collect();
        let known = self.saddles.answer.as_ref().and_then(|job| job.graph.clone());
        if is_new || known.is_some() != self.findings.saddles.is_some() {
            self.findings.saddles = known;
            self.saddles_version += 1;
            self.version += 1;
        }
    }

    /// Works on the branches that the study shows.
    fn compute_branches(&mut self, worker: &Worker, now: f64) {
        if self.branches.follow(&self.study, &self.findings.loss, worker, now) {
            self.findings.branches = self.branches.known();
            self.version += 1;
        }
    }

    /// Looks at the runs at a moment, or to their end.
    fn look_at(&mut self, moment: Option<Moment>) {
        let wanted = (self.runs_version, moment);
        if self.moments_of != wanted {
            self.moments_of = wanted;
            self.moments = moment.map(|moment| moments_of(&self.study, &self.findings, &moment));
        }
    }

    /// Works on the ensemble and the experiment that the study shows; forgets those that it does not show.
    fn compute_ensemble(&mut self, worker: &Worker, now: f64) {
        let asked = EnsembleKey::of(&self.study);
        // Where runs end is told by the critical points: those are awaited, and what was computed for others is no answer.
        if self.is_searching() && asked.is_some() {
            if self.ensemble.key().map(|(key, _)| key) != asked.as_ref() {
                self.ensemble.forget();
                self.experiment.forget();
            }
        } else {
            let Findings { loss, points, .. } = &self.findings;
            let key = asked.map(|key| (key, self.points_version));
            self.ensemble.ask(key, |(key, _)| key.begin(loss, points), worker, now);
            self.experiment.ask(ExperimentKey::of(&self.study), |key| key.begin(loss), worker, now);
        }
        let news = [self.ensemble.collect(), self.experiment.collect()];
        self.version += u64::from(news.contains(&true));
        self.findings.ensemble = self.ensemble.known();
        self.findings.experiment = self.experiment.known();
    }

    /// Stops the ensemble and the experiment; what is there stays.
    pub fn stop_ensembles(&mut self) {
        self.ensemble.stop();
        self.experiment.stop();
    }

    /// Whether an ensemble or an experiment goes on.
    pub fn is_computing_ensemble(&self) -> bool {
        self.ensemble.is_working() || self.experiment.is_working()
    }

    /// Whether everything that the study asks for is there, as fine as it gets.
    pub fn is_complete(&self) -> bool {
        let [columns, rows] = sides(&self.study.view, self.quality().still);
        let grid = &self.findings.field.grid;
        !self.is_searching() && !self.wants_basins() && [grid.columns, grid.rows] == [columns, rows]
    }

    /// Whether a search goes on.
    pub fn is_searching(&self) -> bool {
        matches!(self.search, SearchState::Searching { .. })
    }

    /// What to say in place of the claim while it is being worked on: for a moment the last claim, which is then likely
    /// to be the next one too, and after that how far the search has come.
    pub fn pending_claim(&self, now: f64) -> Option<String> {
        if self.withholds_points {
            return Some(NO_CLAIM.to_owned());
        }
        let SearchState::Searching { progress, since } = self.search else {
            let stopped = self.search == SearchState::Stopped;
            return stopped.then(|| format!("search stopped, {} found", self.findings.points.points.len()));
        };
        if now - since < PATIENCE_SECONDS && !self.last_claim.is_empty() {
            return Some(self.last_claim.clone());
        }
        let percent = (100.0 * progress).floor();
        Some(format!("searching, {percent} %: {} found so far", self.findings.points.points.len()))
    }

    /// Stops the search; what was found stays.
    pub fn stop(&mut self, worker: &Worker) {
        worker.cancel();
        self.basins_stopped = self.wants_basins();
        if self.is_searching() {
            self.search = SearchState::Stopped;
            self.version += 1;
        }
    }

    /// The index of the critical point at w, if there is one.
    pub fn point_at(&self, w: Vector) -> Option<usize> {
        self.findings.point_at(&self.study.view, w)
    }

    /// How fine the heat map of the present loss is.
    fn quality(&self) -> Quality {
        self.quality.over(self.findings.loss.slowness())
    }

    /// The heat map at the resolution that fits into a frame.
    fn sample(&mut self) {
        let quality = self.quality();
        self.moving = self.moving.min(quality.moving);
        let [columns, rows] = sides(&self.study.view, self.moving);
        let begun = self.clock.now();
        self.findings.field = moving_field_of(&self.study, &self.findings.loss, columns, rows);
        self.field_version += 1;
        let took_ms = self.clock.since(begun).as_secs_f64() * 1e3;
        // The time goes with the square of the resolution; small corrections, so that one slow frame does little.
        if took_ms > quality.budget_ms {
            self.moving = (self.moving * 4 / 5).max(COARSE.min(quality.moving));
        } else if took_ms < 0.4 * quality.budget_ms {
            self.moving = (self.moving * 9 / 8).min(quality.moving);
        }
    }

    fn ask(&mut self, worker: &Worker, search: bool, now: f64) {
        self.generation += 1;
        if search {
            let since = match self.search {
                SearchState::Searching { since, .. } => since,
                _ => now,
            };
            self.search = SearchState::Searching { progress: 0.0, since };
        }
        let still = sides(&self.study.view, self.quality().still);
        let has = [self.findings.field.grid.columns, self.findings.field.grid.rows];
        worker.submit(Task {
            generation: self.generation,
            study: self.study.clone(),
            loss: self.findings.loss.clone(),
            field: (has != still).then_some(still),
            search,
            basins: (self.wants_basins() && !self.basins_stopped).then_some(self.quality().still),
            points: self.findings.points.clone(),
        });
    }

    /// Whether the study asks for a map of basins that is not there, or not finished.
    pub fn wants_basins(&self) -> bool {
        let is_there = match &self.findings.basins {
            Some(Ok(basins)) => !basins.is_stale && basins.map.progress() == 1.0,
            Some(Err(_)) => true,
            None => false,
        };
        self.study.basins_run().is_some() && !is_there
    }

    /// The map of basins is another study's now: it stays, marked, until the new one is there.
    fn outdate_basins(&mut self) {
        self.basins_stopped = false;
        self.basins_version += 1;
        match (&mut self.findings.basins, self.study.basins_run()) {
            (Some(Ok(basins)), Some(_)) => basins.is_stale = true,
            (basins, _) => *basins = None,
        }
    }

    /// Takes in what the worker has found.
    fn collect(&mut self, worker: &Worker) {
        for finding in worker.collect() {
            if finding.generation() != self.generation {
                continue;
            }
            self.version += 1;
            match finding {
                Finding::Points { points, progress, finished, .. } => {
                    // While a search goes on, its list is short; the points that were followed are the better ones.
                    if finished || points.points.len() >= self.findings.points.points.len() {
                        self.findings.points = points;
                        self.points_version += 1;
                    }
                    self.search = match self.search {
                        SearchState::Searching { since, .. } if !finished => SearchState::Searching { progress, since },
                        _ => SearchState::Finished,
                    };
                    if self.search == SearchState::Finished {
                        self.last_claim = words::badge(&self.findings.points);
                    }
                    self.find_ends();
                }
                Finding::Field { field, .. } => {
                    self.findings.field = *field;
                    self.field_version += 1;
                }
                Finding::Basins { basins, .. } => {
                    self.findings.basins = Some(basins);
                    self.basins_version += 1;
                }
            }
        }
    }

    fn find_ends(&mut self) {
        self.runs_version += 1;
        let Findings { loss, points, trajectories, .. } = &self.findings;
        let end = |trajectory: &Option<Result<_, String>>| {
            let trajectory = trajectory.as_ref()?.as_ref().ok()?;
            Some(ends(loss, trajectory, points))
        };
        self.ends = trajectories.iter().map(end).collect();
        self.outlooks = (0..trajectories.len()).map(|index| outlook_of(&self.study, &self.findings, index)).collect();
    }

    /// Until the search answers: the known points that are still critical and in view.
    fn keep_points(&mut self, new_landscape: bool) {
        self.points_version += 1;
        let view = self.study.view;
        let loss = &self.findings.loss;
        let points = &mut self.findings.points;
        points.complete = false;
        points.accounted = false;
        points.audit = None;
        points.unresolved.clear();
        points.clusters.clear();
        if new_landscape {
            points.curves.clear();
            let reach = 0.05 * view.width().max(view.height());
            points.points.retain_mut(|point| follow_point(loss, point, reach));
        }
        points.points.retain(|point| view.contains(point.w));
    }
}
