//! The ensemble of a study: many runs of one of its optimizers, and the share that escapes against a setting.

use super::trajectories::KEEP_IN_PLANE;
use super::{DENSITY_TAB, Display, ESCAPE_TAB, LossKey, SEEDS_TAB, Study};
use crate::critical::CriticalPoints;
use crate::ensemble::{Ensemble, Experiment, Plan, Scatter};
use crate::landscape::Loss;
use crate::number::{Vector, eigenpairs};
use crate::optimizer::{Run, find};
use serde::{Deserialize, Serialize};

/// The settings of an ensemble. Its run is the one of the details.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnsembleOptions {
    /// How many runs.
    pub runs: usize,
    /// The standard deviation of their starts around the start point, in each weight.
    pub spread: f64,
    /// A run has escaped when it is farther than this from the start.
    pub radius: f64,
    /// The setting against which the share that escapes is measured, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vary: Option<Vary>,
    /// The least and the greatest value of the setting; `None` for values that suit the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
}

impl Default for EnsembleOptions {
    fn default() -> EnsembleOptions {
        EnsembleOptions { runs: 200, spread: 0.0, radius: 0.5, vary: None, range: None }
    }
}

impl EnsembleOptions {
    /// Whether all is as it is for a new study.
    pub fn is_usual(&self) -> bool {
        *self == EnsembleOptions::default()
    }

    /// Whether its runs and steps are few enough to be computed while a person waits.
    pub(super) fn is_quick(&self, run: &Run) -> bool {
        const MOST_STEPS: f64 = 1e8;
        let values = if self.vary.is_some() { 1.0 + f64::from(VALUES) } else { 1.0 };
        values * self.runs as f64 * run.steps as f64 <= MOST_STEPS
    }

    fn plan(&self) -> Plan {
        let scatter = if self.spread > 0.0 { Scatter::Gaussian(self.spread) } else { Scatter::None };
        Plan { runs: self.runs, scatter }
    }
}

/// The varied setting of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vary {
    /// The size of Gaussian noise.
    Noise,
    /// The size of minibatches.
    BatchSize,
}

/// Values of the noise that are tried.
const VALUES: u32 = 9;

impl Vary {
    /// All of them.
    pub const ALL: [Vary; 2] = [Vary::Noise, Vary::BatchSize];

    /// The key of the setting.
    pub fn key(self) -> &'static str {
        match self {
            Vary::Noise => "noise",
            Vary::BatchSize => "batch_size",
        }
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Vary::Noise => "noise",
            Vary::BatchSize => "batch size",
        }
    }

    /// The range of values that suits a run; `None` for a run without the setting.
    ///
    /// Batch sizes range from one example to all. Noise ranges from 0 to twice that of the run. From a start where H is
    /// positive definite, little noise has no effect, so theory gives the range instead: with curvature λ the noise σ
    /// spreads a run over √(η/2λ)·σ, and escapes begin where that is about half the radius.
    pub fn usual_range(self, run: &Run, loss: &Loss, start: Vector, radius: f64) -> Option<[f64; 2]> {
        let optimizer = find(&run.optimizer)?;
        let value = run.setting(self.key()).filter(|_| optimizer.uses(run, self.key()))?;
        if self == Vary::BatchSize {
            let examples = loss.examples() as f64;
            return (examples > 0.0).then_some([1.0, examples]);
        }
        let curvature = eigenpairs(&loss.jet(start).hessian).map_or(f64::NAN, |eigen| eigen.values[0]);
        let rate = run.setting("learning_rate").unwrap_or(f64::NAN);
        let spread = radius * (2.0 * curvature / rate).sqrt();
        match spread > 0.0 && spread.is_finite() {
            true => Some([0.25, 2.0].map(|factor| two_digits(factor * spread))),
            false => Some([0.0, if value > 0.0 { 2.0 * value } else { 1.0 }]),
        }
    }

    /// The values within a range: evenly spaced noise, or batch sizes that double.
    pub fn values(self, [low, high]: [f64; 2]) -> Vec<f64> {
        match self {
            Vary::Noise => {
                let value = |k: u32| low + (high - low) * f64::from(k) / f64::from(VALUES - 1);
                (0..VALUES).map(value).collect()
            }
            Vary::BatchSize => {
                let (least, most) = (low.round().max(1.0), high.round().max(1.0));
                let doubled = std::iter::successors(Some(least), |size| Some(2.0 * size));
                doubled.take_while(|size| *size < most).chain([most.max(least)]).collect()
            }
        }
    }
}

/// The number with two significant digits.
fn two_digits(value: f64) -> f64 {
    format!("{value:.1e}").parse().unwrap_or(value)
}

/// The parts of a study on which an ensemble depends, besides the critical points at which its runs end.
#[derive(Clone, Debug, PartialEq)]
pub struct EnsembleKey {
    loss: LossKey,
    start: [f64; 2],
    run: Run,
    plan: Plan,
    in_all_weights: bool,
}

impl EnsembleKey {
    /// The key of the study's ensemble; `None` if it is not shown, or has no run.
    pub fn of(study: &Study) -> Option<EnsembleKey> {
        let Study {
            version: _,
            landscape: _,
            data: _,
            network: _,
            grid: _,
            view: _,
            start: _,
            runs,
            picture: _,
            ensemble,
            display,
        } = study;
        let Display { at: _, clock: _, selected: _, tabs: _, run: _, logarithmic: _, follow: _ } = display;
        let EnsembleOptions { runs: _, spread: _, radius: _, vary: _, range: _ } = ensemble;
        let is_shown = [SEEDS_TAB, ESCAPE_TAB, DENSITY_TAB].iter().any(|tab| display.shows(tab));
        let run = runs.get(display.run_index()).filter(|_| is_shown)?;
        let start = study.start_of(run);
        Some(EnsembleKey {
            loss: LossKey::of(study),
            start,
            run: run.as_computed(),
            plan: ensemble.plan(),
            in_all_weights: study.runs_in_all_weights(),
        })
    }

    /// The ensemble, not begun.
    ///
    /// # Errors
    /// Returns an error as [`Ensemble::new`] does, and if the runs do not stay in the plane.
    pub fn begin(&self, loss: &Loss, points: &CriticalPoints) -> Result<Ensemble, String> {
        if self.in_all_weights {
            return Err(KEEP_IN_PLANE.to_owned());
        }
        Ensemble::new(loss, Vector::from(self.start), &self.run, self.plan, Some(points))
    }
}

/// The parts of a study on which an experiment depends.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentKey {
    ensemble: EnsembleKey,
    vary: Vary,
    range: Option<[f64; 2]>,
    radius: f64,
}

impl ExperimentKey {
    /// The key of the study's experiment; `None` if it has none.
    pub fn of(study: &Study) -> Option<ExperimentKey> {
        let EnsembleOptions { runs: _, spread: _, radius, vary, range } = study.ensemble;
        Some(ExperimentKey { ensemble: EnsembleKey::of(study)?, vary: vary?, range, radius })
    }

    /// The experiment, not begun.
    ///
    /// # Errors
    /// Returns an error as [`Experiment::new`] does, and if the run does not have the setting.
    pub fn begin(&self, loss: &Loss) -> Result<Experiment, String> {
        let EnsembleKey { loss: _, start, run, plan, in_all_weights } = &self.ensemble;
        if *in_all_weights {
            return Err(KEEP_IN_PLANE.to_owned());
        }
        let usual = self.vary.usual_range(run, loss, Vector::from(*start), self.radius);
        let usual = usual.ok_or("this run has no such setting")?;
        let values = self.vary.values(self.range.unwrap_or(usual));
        Experiment::new(loss, Vector::from(*start), run, *plan, (self.vary.key(), &values), self.radius)
    }
}
