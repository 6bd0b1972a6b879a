//! Ensembles: many runs of one optimizer that differ in their seeds or starts.
//!
//! Run k of an ensemble has the seed s + k, where s is the run's own, and has the bits of the run that
//! [`crate::optimizer::trace`] makes with that seed. The runs go side by side ([`lanes`]). Memory does not grow with
//! the number of runs times their steps: only the mean path, a sample of paths for drawing, the end of each run, and
//! its largest distance from the start are kept. [`Ensemble::refine`] computes some more runs, so that callers can show
//! progress and cancel. The answer depends neither on the slices nor on the number of threads.
//!
//! A run that stopped by itself counts for the critical point where it stopped. A noisy run, which never stops, counts
//! for the critical point to which gradient flow leads from its last point.

mod escape;
mod lanes;
mod share;
#[cfg(test)]
mod tests;

pub use escape::{Experiment, Row};
pub use share::{Share, student_quantile};

use crate::basins::{Arrival, Attractor, Destinations, Outcome};
use crate::critical::CriticalPoints;
use crate::landscape::Loss;
use crate::number::{Matrix, Vector};
use crate::optimizer::{Normals, Prepared, Run, StopReason};
use lanes::{Finished, Sums, follow};
use rayon::prelude::*;

/// The starts of an ensemble's runs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Scatter {
    /// All at the same point.
    #[default]
    None,
    /// Gaussian around the start, with this standard deviation in each weight.
    Gaussian(f64),
    /// Around it, uniform in the disc of this radius.
    Uniform(f64),
}

/// The settings of an ensemble.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// How many runs.
    pub runs: usize,
    /// The distribution of the starts.
    pub scatter: Scatter,
}

/// One run of an ensemble.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Its seed.
    pub seed: u64,
    /// Its start.
    pub start: Vector,
    /// Its last point.
    pub end: Vector,
    /// How many steps it made.
    pub steps: usize,
    /// Its stop reason.
    pub stop: StopReason,
    /// Its largest distance from the ensemble's start.
    pub farthest: f64,
    /// Its outcome; [`Outcome::Pending`] if the ends are not determined.
    pub outcome: Outcome,
}

/// A path for drawing: some of a run's points, first and last among them.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The number of the run, from 0.
    pub run: usize,
    /// Points that are [`Ensemble::stride`] steps apart, except the last.
    pub points: Vec<Vector>,
}

/// How many of the computed runs ended in each way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// The number at each of [`Ensemble::attractors`].
    pub ends: Vec<usize>,
    /// Diverged.
    pub diverged: usize,
    /// Stopped where no critical point is found.
    pub false_stops: usize,
    /// Broke off.
    pub broken: usize,
    /// Runs that did not stop and from which gradient flow leads to no critical point.
    pub unfinished: usize,
}

/// Many runs of one optimizer, computed in slices.
#[derive(Clone, Debug)]
pub struct Ensemble {
    loss: Loss,
    run: Run,
    plan: Plan,
    /// The start of the runs, or the centre of their starts.
    pub start: Vector,
    destinations: Option<Destinations>,
    is_random: bool,
    members: Vec<Member>,
    paths: Vec<Path>,
    sums: Sums,
}

/// How many runs one core follows side by side: enough for blocks of lanes, and few enough to use all cores.
const CHUNK: usize = 128;

impl Ensemble {
    /// The most runs.
    pub const MAX_RUNS: usize = 100_000;
    /// The most paths that are kept for drawing.
    pub const PATHS: usize = 200;
    /// The most points of such a path, without its end.
    pub const POINTS: usize = 500;

    /// An ensemble that has not begun. With the known critical points, in view or beyond, the ensemble determines where
    /// the runs end; with `None` it does not.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if [`Prepared::new`] does, or if the plan or the start is invalid.
    pub fn new(
        loss: &Loss,
        start: Vector,
        run: &Run,
        plan: Plan,
        points: Option<&CriticalPoints>,
    ) -> Result<Ensemble, String> {
        let optimizer = run.check()?;
        Prepared::new(loss, run)?;
        if !(1..=Ensemble::MAX_RUNS).contains(&plan.runs) {
            return Err(format!("an ensemble has 1 to {} runs, not {}", Ensemble::MAX_RUNS, plan.runs));
        }
        let radius = match plan.scatter {
            Scatter::None => 0.0,
            Scatter::Gaussian(radius) | Scatter::Uniform(radius) => radius,
        };
        if !(0.0..=1e300).contains(&radius) {
            return Err(format!("starts are scattered by a number from 0 upwards, not {radius}"));
        }
        if !(start.x.is_finite() && start.y.is_finite()) {
            return Err("an ensemble needs a start of two finite numbers".to_owned());
        }
        Ok(Ensemble {
            loss: loss.clone(),
            run: run.clone(),
            plan,
            start,
            destinations: points.map(|points| Destinations::new(loss, points)),
            is_random: optimizer.is_random(),
            members: Vec::new(),
            paths: Vec::new(),
            sums: Sums::default(),
        })
    }

    /// Works on for at least `budget` runs; returns true when nothing is left to do.
    pub fn refine(&mut self, budget: usize) -> bool {
        self.refine_unless(budget, &|| false)
    }

    /// Like [`Ensemble::refine`]; `cancel` is called in each round of steps and stops the work if it returns true.
    pub fn refine_unless(&mut self, budget: usize, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        let goal = self.members.len().saturating_add(budget.max(1)).min(self.plan.runs);
        while self.members.len() < goal && !cancel() {
            if !self.compute(goal, cancel) {
                break;
            }
        }
        self.members.len() == self.plan.runs
    }

    /// Computes a chunk on each core; returns false if the work was cancelled and discarded.
    fn compute(&mut self, goal: usize, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        // The run was checked when the ensemble was made.
        let Ok(prepared) = Prepared::new(&self.loss, &self.run) else { return false };
        let first = self.members.len();
        // A chunk always has the same runs, so that sums are added in the same order.
        let wanted = (goal - first).div_ceil(CHUNK).min(rayon::current_num_threads().max(1));
        let starts_of = |chunk: usize| first + chunk * CHUNK..(first + (chunk + 1) * CHUNK).min(self.plan.runs);
        let chunks: Vec<std::ops::Range<usize>> = (0..wanted).map(starts_of).collect();
        let found: Option<Vec<Chunk>> =
            chunks.into_par_iter().map(|runs| self.chunk(&prepared, runs, cancel)).collect();
        let Some(found) = found else { return false };
        for chunk in found {
            self.sums.add(&chunk.sums);
            self.paths.extend(chunk.paths);
            for (finished, arrival) in chunk.finished.into_iter().zip(chunk.arrivals) {
                let outcome = match (&mut self.destinations, arrival) {
                    (Some(destinations), Some(arrival)) => destinations.enter(&arrival),
                    _ => Outcome::Pending,
                };
                let Finished { seed, start, end, steps, stop, farthest } = finished;
                self.members.push(Member { seed, start, end, steps, stop, farthest, outcome });
            }
        }
        true
    }

    fn chunk(&self, prepared: &Prepared<'_>, runs: std::ops::Range<usize>, cancel: &dyn Fn() -> bool) -> Option<Chunk> {
        let starts: Vec<(u64, Vector)> = runs.clone().map(|k| self.begin(k)).collect();
        let sampled = Ensemble::PATHS.saturating_sub(runs.start).min(starts.len());
        let followed = follow(&self.loss, prepared, self, &starts, sampled, cancel)?;
        let lanes::Followed { finished, paths, sums } = followed;
        let paths = paths.into_iter().enumerate().map(|(k, points)| Path { run: runs.start + k, points });
        let arrivals = match &self.destinations {
            None => vec![None; finished.len()],
            Some(destinations) => self.arrivals(destinations, &finished, cancel)?,
        };
        Some(Chunk { finished, arrivals, paths: paths.collect(), sums })
    }

    /// The ends of the runs of a chunk: by gradient flow for noisy runs that only stopped at their step limit.
    fn arrivals(
        &self,
        destinations: &Destinations,
        finished: &[Finished],
        cancel: &dyn Fn() -> bool,
    ) -> Option<Vec<Option<Arrival>>> {
        let goes_on = |run: &&Finished| self.is_random && run.stop == StopReason::StepLimit;
        let points: Vec<Vector> = finished.iter().filter(goes_on).map(|run| run.end).collect();
        let mut led = destinations.flow(&points, cancel)?.into_iter();
        let arrival = |run: &Finished| match goes_on(&run) {
            true => led.next(),
            false => Some(destinations.stopped(run.start, run.end, run.stop)),
        };
        Some(finished.iter().map(arrival).collect())
    }

    /// The seed and the start of run k.
    fn begin(&self, k: usize) -> (u64, Vector) {
        let seed = self.run.seed.wrapping_add(k as u64);
        let mut numbers = Normals::apart(seed);
        let offset = match self.plan.scatter {
            Scatter::None => Vector::zeros(),
            Scatter::Gaussian(deviation) => deviation * numbers.pair(),
            Scatter::Uniform(radius) => radius * numbers.in_disc(),
        };
        (seed, self.start + offset)
    }

    /// The share of the runs that is known, 0 to 1.
    pub fn progress(&self) -> f64 {
        self.members.len() as f64 / self.plan.runs as f64
    }

    /// The common run of all members, which differ in their seeds.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The settings of the ensemble.
    pub fn plan(&self) -> Plan {
        self.plan
    }

    /// The computed runs, in the order of their seeds.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Paths of the first runs, at most [`Ensemble::PATHS`].
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// How many steps lie between the points of [`Ensemble::paths`].
    pub fn stride(&self) -> usize {
        self.run.steps.div_ceil(Ensemble::POINTS).max(1)
    }

    /// The mean of the runs' points after 0, 1, 2, … steps, as far as any run went. A run that has ended counts with
    /// its last point. A run that has diverged or left the domain of L is left out from there on.
    pub fn mean_path(&self) -> Vec<Vector> {
        self.sums.means()
    }

    /// All attractors: first those known from the beginning, then those that runs have found. Empty if the ends are not
    /// determined.
    pub fn attractors(&self) -> &[Attractor] {
        self.destinations.as_ref().map_or(&[], Destinations::attractors)
    }

    /// How the runs that are known have ended.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { ends: vec![0; self.attractors().len()], ..Counts::default() };
        for member in &self.members {
            match member.outcome {
                Outcome::At(index) => counts.ends[index as usize] += 1,
                Outcome::Diverged => counts.diverged += 1,
                Outcome::FalseStop => counts.false_stops += 1,
                Outcome::Broken => counts.broken += 1,
                Outcome::Unfinished | Outcome::Cycle => counts.unfinished += 1,
                Outcome::Pending => {}
            }
        }
        counts
    }

    /// Mean and covariance, over their number, of the last points of the runs that did not diverge or leave the domain
    /// of L; NaN when there are none.
    pub fn cloud(&self) -> (Vector, Matrix) {
        let is_in = |member: &&Member| !matches!(member.stop, StopReason::Diverged | StopReason::Undefined);
        let ends: Vec<Vector> = self.members.iter().filter(is_in).map(|member| member.end).collect();
        let count = ends.len() as f64;
        let mean = ends.iter().sum::<Vector>() / count;
        let covariance = ends.iter().map(|end| (end - mean) * (end - mean).transpose()).sum::<Matrix>() / count;
        (mean, covariance)
    }

    /// A number of the known runs as a share of them.
    pub fn share(&self, count: usize) -> Share {
        Share { count, of: self.members.len() }
    }

    /// The runs that were ever farther than `radius` from the start.
    pub fn ever_escaped(&self, radius: f64) -> Share {
        self.share(self.members.iter().filter(|member| member.farthest > radius).count())
    }

    /// The runs that are farther than `radius` from the start at their end.
    pub fn escaped_at_end(&self, radius: f64) -> Share {
        self.share(self.members.iter().filter(|member| (member.end - self.start).norm() > radius).count())
    }
}

struct Chunk {
    finished: Vec<Finished>,
    arrivals: Vec<Option<Arrival>>,
    paths: Vec<Path>,
    sums: Sums,
}

/// The whole ensemble in one call.
///
/// # Errors
/// Returns an error as [`Ensemble::new`] does.
pub fn ensemble(
    loss: &Loss,
    start: Vector,
    run: &Run,
    plan: Plan,
    points: Option<&CriticalPoints>,
) -> Result<Ensemble, String> {
    let mut ensemble = Ensemble::new(loss, start, run, plan, points)?;
    while !ensemble.refine(usize::MAX) {}
    Ok(ensemble)
}
