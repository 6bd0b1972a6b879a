//! The subjects of claims: what is found of each.

use super::claims::{Claim, Subject, Verdict};
use super::file::RunSpec;
use super::physics_findings::Physics;
use super::situation::Situation;
use super::values::{is_count, is_place, number, within};
use crate::basins::{Basins, End};
use crate::critical::CriticalPoints;
use crate::ensemble::Ensemble;
use crate::krylov::{CgExit, ConjugateGradients, Lanczos, uniform};
use crate::landscape::{Loss, View, nodes};
use crate::network::catalogue::networks;
use crate::network::{
    Blocks, Hessian, Initial, NetworkLoss, Recipe, Training, blocks, count_negative, dense, eigenvalues,
    initial_weights,
};
use crate::number::Vector;
use crate::optimizer::{OPTIMIZERS, Optimizer, Run, Schedule, StopReason, Trajectory, choice, trace};
use crate::study::{RunParts, end_of};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use toml::Value;

/// The relative tolerances of numbers and of the ends of runs.
pub(super) const TOLERANCE: f64 = 1e-6;
const TOLERANCE_OF_END: f64 = 1e-4;
/// The computed value of an exact 0, as a share of the size of such numbers.
const ZERO: f64 = 1e-12;
/// Points along each side of the grid by which the size of a loss is estimated.
const SAMPLES: usize = 9;

/// An assertion with its verdict and the found value.
pub struct Asserted {
    /// Whether it holds.
    pub verdict: Verdict,
    /// The found value.
    pub found: Json,
}

/// The result of an assertion; an error is a sentence.
pub(super) type Found = Result<Asserted, String>;

/// A situation with what was computed for it.
pub struct StepEvaluation {
    pub(super) situation: Situation,
    pub(super) physics: Physics,
    runs: BTreeMap<String, Result<(Run, Trajectory, End), String>>,
    pub(super) points: Vec<(View, CriticalPoints)>,
    pub(super) ensembles: BTreeMap<(String, usize), Ensemble>,
    pub(super) basins: BTreeMap<String, Basins>,
    networks: BTreeMap<(String, usize, u64), Trained>,
}

/// A network at a step of its training, with its whole Hessian.
#[derive(Clone)]
struct Trained {
    loss: NetworkLoss,
    weights: Vec<f64>,
    /// Ascending.
    eigenvalues: Vec<f64>,
    layers: Blocks,
}

pub(super) fn asserted(holds: Option<bool>, found: impl Into<Json>) -> Found {
    let found = found.into();
    match holds {
        Some(holds) => Ok(Asserted { verdict: Verdict::of(holds), found }),
        None => Err("the value that is expected does not fit the assertion".to_owned()),
    }
}

pub(super) fn pair(w: Vector) -> Json {
    json!([w.x, w.y])
}

impl RunSpec {
    /// The optimizer.
    fn optimizer(&self) -> Result<&'static dyn Optimizer, String> {
        let mut known = OPTIMIZERS.iter();
        let found = known.find(|optimizer| optimizer.name() == self.optimizer);
        found.copied().ok_or_else(|| format!("there is no optimizer '{}'", self.optimizer))
    }

    /// The run on a loss.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if there is no such optimizer or setting.
    pub fn run(&self, loss: &Loss) -> Result<Run, String> {
        let optimizer = self.optimizer()?;
        if !self.start.iter().flatten().all(|place| place.is_finite()) {
            return Err("the start has a number that is not finite".to_owned());
        }
        let setting = |(key, value): (&String, &Value)| {
            let value = match value {
                Value::Boolean(truth) => f64::from(u8::from(*truth)),
                Value::String(word) => choice(key, word).ok_or_else(|| format!("'{word}' is no value of {key}"))?,
                other => number(other).ok_or_else(|| format!("{key} is a number, a truth value or a word"))?,
            };
            Ok((key.clone(), value))
        };
        let settings: Vec<(String, f64)> = self.settings.iter().map(setting).collect::<Result<_, String>>()?;
        let schedule = self.schedule.as_deref().map_or(Ok(Schedule::default()), str::parse)?;
        let parts = RunParts {
            optimizer,
            seed: self.seed,
            steps: self.steps.unwrap_or_else(|| Run::new(optimizer.name()).steps),
            schedule,
            learning_rate: self.learning_rate,
            batch_size: self.batch_size,
            settings: &settings,
            suggested_rate: None,
        };
        parts.run(loss.examples())
    }
}

impl StepEvaluation {
    /// A situation of which nothing is computed.
    pub fn new(situation: Situation) -> StepEvaluation {
        StepEvaluation {
            situation,
            physics: Physics::default(),
            runs: BTreeMap::new(),
            points: Vec::new(),
            ensembles: BTreeMap::new(),
            basins: BTreeMap::new(),
            networks: BTreeMap::new(),
        }
    }

    /// Takes over what was computed of runs and critical points in another situation with the same loss, as far as it is the same in
    /// this one.
    pub fn keep(&mut self, known: &StepEvaluation) {
        if self.situation.usual_view == known.situation.usual_view {
            let is_same = |name: &&String| self.situation.runs.get(*name) == known.situation.runs.get(*name);
            let names = self.situation.runs.keys().filter(is_same);
            let kept = names.filter_map(|name| Some((name.clone(), known.runs.get(name)?.clone())));
            self.runs = kept.collect();
        }
        self.points.clone_from(&known.points);
    }

    /// Evaluates the assertions of a claim about any subject.
    pub(super) fn asserted(&mut self, claim: &Claim) -> Result<Vec<Asserted>, String> {
        match &claim.subject {
            Subject::At(w) => self.at(*w, claim),
            Subject::Points(kind) => self.points(kind, claim),
            Subject::Run(name) => self.run(name, claim),
            Subject::Ensemble(name) => self.ensemble(name, claim),
            Subject::Basins(name) => self.basins(name, claim),
            Subject::Network(name) => self.network(name, claim),
            Subject::Saddle(w) => self.saddle(*w, claim),
            Subject::EscapeFrom(w) => self.escape_from(*w, claim),
            Subject::Vary(name) => self.branches(name, claim),
        }
    }

    /// The found value of the first assertion, without regard to its expected value.
    pub(super) fn found_of(&mut self, claim: &Claim) -> Result<Json, String> {
        let mut all = self.asserted(claim)?.into_iter();
        all.next().map(|asserted| asserted.found).ok_or_else(|| "nothing is asserted".to_owned())
    }

    pub(super) fn loss(&self) -> Result<Loss, String> {
        self.situation.loss.clone()
    }

    /// What rounding leaves of a loss of 0, a difference of losses among them: a share of how much the loss usually differs
    /// from that in the middle of the view.
    pub(super) fn zero_loss(&self) -> Result<f64, String> {
        let (loss, view) = (self.loss()?, self.situation.view);
        let (columns, rows) = (nodes(view.w1, SAMPLES), nodes(view.w2, SAMPLES));
        let middle = loss.value(view.centre());
        let places = columns.iter().flat_map(|x| rows.iter().map(|y| Vector::new(*x, *y)));
        let mut differences: Vec<f64> =
            places.map(|w| (loss.value(w) - middle).abs()).filter(|difference| difference.is_finite()).collect();
        differences.sort_by(f64::total_cmp);
        Ok(ZERO * differences.get(differences.len() / 2).copied().unwrap_or(0.0))
    }

    /// Places differ by their share of their largest number, or of this.
    fn unit(&self) -> f64 {
        self.situation.view.width().max(self.situation.view.height()).min(1.0)
    }

    /// The run with this name, and where it starts.
    pub(super) fn started(&self, name: &str) -> Result<(Run, Vector), String> {
        let run = self.situation.runs.get(name);
        run.cloned().unwrap_or_else(|| Err(format!("there is no run '{name}'")))
    }

    fn traced(&mut self, name: &str) -> Result<(Run, Trajectory, End), String> {
        if let Some(known) = self.runs.get(name) {
            return known.clone();
        }
        let traced = (|| {
            let (loss, (run, start)) = (self.loss()?, self.started(name)?);
            let trajectory = trace(&loss, start, &run)?;
            let end = end_of(&loss, &self.situation.usual_view, &trajectory);
            Ok((run, trajectory, end))
        })();
        self.runs.insert(name.to_owned(), traced.clone());
        traced
    }

    /// Evaluates assertions about a run.
    fn run(&mut self, name: &str, claim: &Claim) -> Result<Vec<Asserted>, String> {
        let (run, trajectory, end) = self.traced(name)?;
        claim.assertions.iter().map(|(key, want)| self.of_run(&run, &trajectory, &end, key, want)).collect()
    }

    fn of_run(&mut self, run: &Run, trajectory: &Trajectory, end: &End, key: &str, want: &Value) -> Found {
        let steps = &trajectory.steps;
        match key {
            "ends" => {
                let kind = end.kind.map_or("nowhere", |kind| kind.word());
                asserted(want.as_str().map(|want| want == kind), kind)
            }
            "end" => asserted(is_place([end.w.x, end.w.y], want, TOLERANCE_OF_END, self.unit()), pair(end.w)),
            "stop" => {
                let word = serde_json::to_value(trajectory.stop).unwrap_or_default();
                asserted(want.as_str().map(|want| word == want), word.clone())
            }
            "steps" => asserted(is_count(trajectory.len(), want), trajectory.len()),
            "loss" => {
                let found = trajectory.end().loss;
                asserted(within(found, want, TOLERANCE, self.zero_loss()?), found)
            }
            "monotone" => {
                let falls = steps.windows(2).all(|pair| pair[1].loss <= pair[0].loss);
                asserted(want.as_bool().map(|want| want == falls), falls)
            }
            "rate_times_sharpness" | "rate_times_sharpness_at_start" => {
                let k = if key.ends_with("start") { 0 } else { trajectory.len() };
                let product = rate_times_sharpness(run, trajectory, k);
                asserted(within(product, want, TOLERANCE, ZERO), product)
            }
            "sign_changes" => {
                let axis = match want.get("of").and_then(Value::as_str) {
                    Some("w1") => 0,
                    Some("w2") => 1,
                    _ => return Err("sign changes are those of w1 or w2".to_owned()),
                };
                let values: Vec<f64> = steps.iter().map(|step| step.w[axis]).filter(|value| *value != 0.0).collect();
                let changes = values.windows(2).filter(|pair| pair[0] * pair[1] < 0.0).count();
                asserted(want.get("is").and_then(|want| is_count(changes, want)), changes)
            }
            "fewer_steps_than" => {
                let names: Vec<&str> =
                    want.as_array().map(|all| all.iter().filter_map(Value::as_str).collect()).unwrap_or_default();
                let mut found = serde_json::Map::new();
                let mut holds = !names.is_empty();
                for name in names {
                    let (_, other, _) = self.traced(name)?;
                    let both = [trajectory.stop, other.stop] == [StopReason::Converged; 2];
                    holds &= both && trajectory.len() < other.len();
                    found.insert(name.to_owned(), other.len().into());
                }
                asserted(Some(holds), found)
            }
            "same_end_as" => {
                let name = want.as_str().ok_or("another run is named")?;
                let (_, _, other) = self.traced(name)?;
                let is_same = (end.w - other.w).amax() <= TOLERANCE_OF_END * other.w.amax().max(self.unit());
                asserted(Some(is_same), pair(end.w))
            }
            _ => Err(format!("'{key}' cannot be asserted of a run")),
        }
    }

    fn trained(&mut self, name: &str, steps: usize, seed: u64) -> Result<Trained, String> {
        let key = (name.to_owned(), steps, seed);
        if let Some(known) = self.networks.get(&key) {
            return Ok(known.clone());
        }
        let entry = networks().iter().find(|entry| entry.name == name).ok_or("there is no such network")?;
        let loss = entry.network()?;
        let mut run = Run { seed, ..Run::new("gradient-descent") };
        run.set("learning_rate", entry.learning_rate)?;
        let recipe = Recipe { run, batch_size: None };
        let start = initial_weights(&loss.architecture, Initial::FanIn, seed);
        let mut training = Training::new(&loss, recipe, start)?;
        for _ in 0..steps.min(entry.steps) {
            training.step().map_err(|reason| format!("training ends: {}", reason.word()))?;
        }
        let weights = training.weights().to_vec();
        let mut evaluation = loss.evaluation();
        evaluation.gradient(&weights, &mut vec![0.0; weights.len()]);
        let hessian = dense(&mut Hessian::new(&mut evaluation));
        let layers = blocks(&hessian, &loss.architecture.layers());
        let trained = Trained { eigenvalues: eigenvalues(&hessian), layers, weights, loss: loss.clone() };
        self.networks.insert(key, trained.clone());
        Ok(trained)
    }

    /// Evaluates assertions about a network after some steps of its training.
    fn network(&mut self, name: &str, claim: &Claim) -> Result<Vec<Asserted>, String> {
        let whole = |key: &str| claim.options.get(key).and_then(Value::as_integer).unwrap_or(0).max(0);
        let (steps, seed) = (whole("at_step") as usize, whole("seed") as u64);
        let Trained { loss, weights, eigenvalues: values, layers } = self.trained(name, steps, seed)?;
        let mut evaluation = loss.evaluation();
        let mut gradient = vec![0.0; weights.len()];
        evaluation.gradient(&weights, &mut gradient);
        let (low, high) = (values[0], values[values.len() - 1]);
        let mut assertion = |(key, want): &(String, Value)| match key.as_str() {
            "parameters" => asserted(is_count(weights.len(), want), weights.len()),
            "negative" => {
                let negative = count_negative(&values);
                asserted(is_count(negative, want), negative)
            }
            "lambda_max" => asserted(within(high, want, TOLERANCE, 0.0), high),
            "lambda_min_ratio" => asserted(within(low / high, want, TOLERANCE, ZERO), low / high),
            "least_layer_ratio" => {
                let ratio = layers.least.iter().fold(f64::INFINITY, |least, value| least.min(*value)) / high;
                asserted(within(ratio, want, TOLERANCE, ZERO), ratio)
            }
            "largest_layer_ratio" => {
                let ratio = layers.largest.iter().fold(0.0_f64, |most, value| most.max(*value)) / high;
                asserted(within(ratio, want, TOLERANCE, ZERO), ratio)
            }
            "gauss_newton_min_ratio" => {
                let ratio = eigenvalues(&dense(&mut Hessian::gauss_newton(&mut evaluation)))[0] / high;
                asserted(within(ratio, want, TOLERANCE, ZERO), ratio)
            }
            "lanczos_steps" => {
                let mut lanczos = Lanczos::new(Hessian::new(&mut evaluation), &uniform(weights.len(), seed), true);
                let is_found = |lanczos: &mut Lanczos<_>| {
                    lanczos.step();
                    lanczos.ritz().values.last().is_some_and(|value| (value - high).abs() <= 1e-6 * high)
                };
                let count = (1..=100).find(|_| is_found(&mut lanczos)).unwrap_or(101);
                asserted(is_count(count, want), count)
            }
            "copies_without_reorthogonalisation" => {
                let mut lanczos = Lanczos::new(Hessian::new(&mut evaluation), &uniform(weights.len(), seed), false);
                (0..100).for_each(|_| {
                    lanczos.step();
                });
                let ritz = lanczos.ritz();
                let copies = ritz.values.iter().filter(|value| (*value - high).abs() <= 1e-6 * high).count();
                asserted(is_count(copies, want), copies)
            }
            "cg_exit" => {
                evaluation.gradient(&weights, &mut gradient);
                let downhill: Vec<f64> = gradient.iter().map(|g| -g).collect();
                let mut cg = ConjugateGradients::new(Hessian::new(&mut evaluation), &downhill, 0.0, 1e-6);
                cg.by_ref().take(500).for_each(drop);
                let exit = match cg.exit() {
                    Some(CgExit::Tolerance) => "tolerance",
                    Some(CgExit::NegativeCurvature) => "negative_curvature",
                    None => "limit",
                };
                asserted(want.as_str().map(|want| want == exit), exit)
            }
            _ => Err(format!("'{key}' cannot be asserted of a network")),
        };
        claim.assertions.iter().map(&mut assertion).collect()
    }
}

/// ηₖ·λmax(wₖ) of a run, with its schedule.
fn rate_times_sharpness(run: &Run, trajectory: &Trajectory, k: usize) -> f64 {
    let rate = run.setting("learning_rate").map_or(f64::NAN, |rate| rate * run.schedule.share(k, run.steps));
    trajectory.eigenvalues().get(k).map_or(f64::NAN, |[_, largest]| rate * largest)
}
