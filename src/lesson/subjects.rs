//! The subjects of claims: what is found of each.

use super::claims::{Claim, Subject, Verdict, is_count, number, numbers, within};
use super::file::RunSpec;
use super::physics_findings::Physics;
use super::situation::Situation;
use crate::basins::{Basins, End};
use crate::critical::{CriticalPoint, CriticalPoints, search};
use crate::ensemble::{Ensemble, Plan, Scatter, ensemble};
use crate::krylov::{CgExit, ConjugateGradients, Lanczos, rademacher};
use crate::landscape::{Loss, View};
use crate::network::catalogue::networks;
use crate::network::{
    Blocks, Hessian, Initial, NetworkLoss, Recipe, Training, blocks, dense, eigenvalues, initial_weights,
};
use crate::number::Vector;
use crate::optimizer::{OPTIMIZERS, Optimizer, Run, Schedule, StopReason, Trajectory, choice, trace};
use crate::study::{Reading, RunParts, end_of};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use toml::Value;

/// The relative tolerances of numbers and of the ends of runs.
pub(super) const TOLERANCE: f64 = 1e-6;
const TOLERANCE_OF_END: f64 = 1e-4;
/// The default number of runs in an ensemble.
const USUAL_SEEDS: usize = 200;
/// Starts along each side of a map of basins.
const STARTS: usize = 192;
/// A run of an ensemble that ends within this distance of a point counts as ending at it.
const NEAR: f64 = 0.05;

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
    points: Vec<(View, CriticalPoints)>,
    ensembles: BTreeMap<(String, usize), Ensemble>,
    basins: BTreeMap<String, Basins>,
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

/// Whether vectors agree, number by number.
fn are_within(found: &[f64], expected: &Value, tolerance: f64) -> Option<bool> {
    let expected = expected.as_array()?;
    if expected.len() != found.len() {
        return None;
    }
    let each: Option<Vec<bool>> = found.iter().zip(expected).map(|(x, want)| within(*x, want, tolerance)).collect();
    Some(each?.into_iter().all(|holds| holds))
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
        parts.run(loss)
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

    /// The run with this name, and where it starts.
    fn started(&self, name: &str) -> Result<(Run, Vector), String> {
        let run = self.situation.runs.get(name);
        run.cloned().unwrap_or_else(|| Err(format!("there is no run '{name}'")))
    }

    /// Evaluates assertions about a point.
    fn at(&mut self, w: [f64; 2], claim: &Claim) -> Result<Vec<Asserted>, String> {
        let reading = Reading::at(&self.loss()?, Vector::from(w));
        let assertion = |(key, want): &(String, Value)| at_point(&reading, w, key, want);
        claim.assertions.iter().map(assertion).collect()
    }

    fn found_points(&mut self, claim: &Claim) -> Result<CriticalPoints, String> {
        let view = match claim.options.get("view") {
            Some(value) => {
                let sides = numbers(value).and_then(|sides| <[f64; 4]>::try_from(sides).ok());
                let sides = sides.ok_or("a view is four numbers")?;
                View::try_from(sides).map_err(|error| error.to_string())?
            }
            None => self.situation.view,
        };
        if let Some((_, points)) = self.points.iter().find(|(known, _)| *known == view) {
            return Ok(points.clone());
        }
        let points = search(&self.loss()?, &view);
        self.points.push((view, points.clone()));
        Ok(points)
    }

    /// Evaluates assertions about critical points.
    fn points(&mut self, kind: &str, claim: &Claim) -> Result<Vec<Asserted>, String> {
        let found = self.found_points(claim)?;
        let is_meant = |point: &&CriticalPoint| kind == "all" || kind == point.kind.word();
        let points: Vec<&CriticalPoint> = found.points.iter().filter(is_meant).collect();
        let assertion = |(key, want): &(String, Value)| of_points(&found, &points, key, want);
        claim.assertions.iter().map(assertion).collect()
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
        let rate = run.setting("learning_rate").unwrap_or(f64::NAN);
        match key {
            "ends" => {
                let kind = end.kind.map_or("nowhere", |kind| kind.word());
                asserted(want.as_str().map(|want| want == kind), kind)
            }
            "end" => asserted(are_within(&[end.w.x, end.w.y], want, TOLERANCE_OF_END), pair(end.w)),
            "stop" => {
                let word = serde_json::to_value(trajectory.stop).unwrap_or_default();
                asserted(want.as_str().map(|want| word == want), word.clone())
            }
            "steps" => asserted(is_count(trajectory.len(), want), trajectory.len()),
            "loss" => asserted(within(trajectory.end().loss, want, TOLERANCE), trajectory.end().loss),
            "monotone" => {
                let falls = steps.windows(2).all(|pair| pair[1].loss <= pair[0].loss);
                asserted(want.as_bool().map(|want| want == falls), falls)
            }
            "rate_times_sharpness" | "rate_times_sharpness_at_start" => {
                let eigenvalues = trajectory.eigenvalues();
                let place = if key.ends_with("start") { eigenvalues.first() } else { eigenvalues.last() };
                let product = rate * place.map_or(f64::NAN, |[_, largest]| *largest);
                asserted(within(product, want, TOLERANCE), product)
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
                let is_same = (end.w - other.w).amax() <= TOLERANCE_OF_END * other.w.amax().max(1.0);
                asserted(Some(is_same), pair(end.w))
            }
            _ => Err(format!("'{key}' cannot be asserted of a run")),
        }
    }

    fn ensemble_of(&mut self, name: &str, seeds: usize) -> Result<Ensemble, String> {
        let key = (name.to_owned(), seeds);
        if let Some(known) = self.ensembles.get(&key) {
            return Ok(known.clone());
        }
        let (loss, (run, start)) = (self.loss()?, self.started(name)?);
        let plan = Plan { runs: seeds, scatter: Scatter::None };
        let points = search(&loss, &self.situation.view);
        let found = ensemble(&loss, start, &run, plan, Some(&points))?;
        self.ensembles.insert(key, found.clone());
        Ok(found)
    }

    /// Evaluates assertions about an ensemble.
    fn ensemble(&mut self, name: &str, claim: &Claim) -> Result<Vec<Asserted>, String> {
        let seeds = claim.options.get("seeds").and_then(Value::as_integer).map_or(USUAL_SEEDS, |seeds| seeds as usize);
        let found = self.ensemble_of(name, seeds)?;
        let assertion = |(key, want): &(String, Value)| match key.as_str() {
            "share_near" => {
                let point = want.get("point").and_then(numbers).and_then(|point| <[f64; 2]>::try_from(point).ok());
                let point = Vector::from(point.ok_or("a point is two numbers")?);
                let counts = found.counts();
                let near = found.attractors().iter().zip(&counts.ends).filter(|(end, _)| (end.w - point).norm() < NEAR);
                let interval = found.share(near.map(|(_, count)| *count).sum()).interval();
                of_share(interval, want.get("is"))
            }
            "escaped" => {
                let radius = claim.options.get("escape").and_then(number).ok_or("the radius of escape is missing")?;
                of_share(found.ever_escaped(radius).interval(), Some(want))
            }
            "diverged" => asserted(is_count(found.counts().diverged, want), found.counts().diverged),
            "variance" => {
                let (_, covariance) = found.cloud();
                let variances = [covariance[(0, 0)], covariance[(1, 1)]];
                // The relative standard error of a variance of n normal numbers is √(2/n).
                let error = 4.0 * (2.0 / found.members().len() as f64).sqrt();
                let expected = numbers(want).filter(|want| want.len() == 2);
                let holds = expected.map(|expected| {
                    variances.iter().zip(&expected).all(|(x, want)| (x - want).abs() <= error * want.abs())
                });
                asserted(holds, json!(variances))
            }
            _ => Err(format!("'{key}' cannot be asserted of an ensemble")),
        };
        claim.assertions.iter().map(assertion).collect()
    }

    fn basins_of(&mut self, name: &str) -> Result<Basins, String> {
        if let Some(known) = self.basins.get(name) {
            return Ok(known.clone());
        }
        let (loss, (run, _), view) = (self.loss()?, self.started(name)?, self.situation.view);
        let map = crate::basins::basins(&loss, &view, [STARTS; 2], &run, &search(&loss, &view))?;
        self.basins.insert(name.to_owned(), map.clone());
        Ok(map)
    }

    /// Evaluates assertions about basins.
    fn basins(&mut self, name: &str, claim: &Claim) -> Result<Vec<Asserted>, String> {
        let map = self.basins_of(name)?;
        let shares = map.shares();
        let reached = || map.attractors().iter().zip(&shares.ends).filter(|(_, share)| **share > 0.0);
        let assertion = |(key, want): &(String, Value)| match key.as_str() {
            "attractors" => asserted(is_count(reached().count(), want), reached().count()),
            "share_of" => {
                let kind = want.get("kind").and_then(Value::as_str).ok_or("a kind is named")?;
                let share: f64 = reached().filter(|(end, _)| end.kind.word() == kind).map(|(_, share)| *share).sum();
                asserted(want.get("is").and_then(|want| within(share, want, TOLERANCE)), share)
            }
            _ => Err(format!("'{key}' cannot be asserted of basins")),
        };
        claim.assertions.iter().map(assertion).collect()
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
                let negative = values.iter().filter(|value| **value < -1e-9).count();
                asserted(is_count(negative, want), negative)
            }
            "lambda_max" => asserted(within(high, want, TOLERANCE), high),
            "lambda_min_ratio" => asserted(within(low / high, want, TOLERANCE), low / high),
            "least_layer_ratio" => {
                let ratio = layers.least.iter().fold(f64::INFINITY, |least, value| least.min(*value)) / high;
                asserted(within(ratio, want, TOLERANCE), ratio)
            }
            "largest_layer_ratio" => {
                let ratio = layers.largest.iter().fold(0.0_f64, |most, value| most.max(*value)) / high;
                asserted(within(ratio, want, TOLERANCE), ratio)
            }
            "gauss_newton_min_ratio" => {
                let ratio = eigenvalues(&dense(&mut Hessian::gauss_newton(&mut evaluation)))[0] / high;
                asserted(within(ratio, want, TOLERANCE), ratio)
            }
            "lanczos_steps" => {
                let mut lanczos = Lanczos::new(Hessian::new(&mut evaluation), &rademacher(weights.len(), seed), true);
                let is_found = |lanczos: &mut Lanczos<_>| {
                    lanczos.step();
                    lanczos.ritz().values.last().is_some_and(|value| (value - high).abs() <= 1e-6 * high)
                };
                let count = (1..=100).find(|_| is_found(&mut lanczos)).unwrap_or(101);
                asserted(is_count(count, want), count)
            }
            "copies_without_reorthogonalisation" => {
                let mut lanczos = Lanczos::new(Hessian::new(&mut evaluation), &rademacher(weights.len(), seed), false);
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

fn at_point(reading: &Reading, w: [f64; 2], key: &str, want: &Value) -> Found {
    let jet = &reading.jet;
    let gradient = [jet.gradient.x, jet.gradient.y];
    let eigenvalues = reading.curvature.map_or([f64::NAN; 2], |curvature| curvature.eigen.values);
    match key {
        "value" => asserted(within(jet.value, want, TOLERANCE), jet.value),
        "gradient" => asserted(are_within(&gradient, want, TOLERANCE), json!(gradient)),
        "gradient_norm" => asserted(within(jet.gradient.norm(), want, TOLERANCE), jet.gradient.norm()),
        "hessian" => {
            let rows = [0, 1].map(|row| [jet.hessian[(row, 0)], jet.hessian[(row, 1)]]);
            let wanted = want.as_array().filter(|wanted| wanted.len() == 2);
            let each = wanted.and_then(|wanted| {
                let rows = rows.iter().zip(wanted).map(|(row, want)| are_within(row, want, TOLERANCE));
                rows.collect::<Option<Vec<bool>>>()
            });
            asserted(each.map(|each| each.into_iter().all(|holds| holds)), json!(rows))
        }
        "eigenvalues" => asserted(are_within(&eigenvalues, want, TOLERANCE), json!(eigenvalues)),
        "curvature" => {
            let found = serde_json::to_value(reading.definiteness).unwrap_or_default();
            asserted(want.as_str().map(|want| found == want), found.clone())
        }
        "critical" => {
            let wanted = want.as_bool().ok_or("critical is true or false")?;
            match reading.critical.and_then(|claim| claim.answer()) {
                Some(found) => asserted(Some(found == wanted), found),
                None => Ok(Asserted { verdict: Verdict::Undecided, found: Json::Null }),
            }
        }
        "condition_number" => {
            let ratio = eigenvalues[1] / eigenvalues[0];
            asserted(within(ratio, want, TOLERANCE), ratio)
        }
        "speed_limit" => {
            let limit = reading.curvature.and_then(|curvature| curvature.speed_limit).unwrap_or(f64::INFINITY);
            asserted(within(limit, want, TOLERANCE), limit)
        }
        "angle_to" => {
            let point = want.get("point").and_then(numbers).and_then(|point| <[f64; 2]>::try_from(point).ok());
            let towards = Vector::from(point.ok_or("a point is two numbers")?) - Vector::from(w);
            let cosine = -jet.gradient.dot(&towards) / (jet.gradient.norm() * towards.norm());
            let angle = libm::acos(cosine.clamp(-1.0, 1.0)).to_degrees();
            asserted(want.get("is").and_then(|want| within(angle, want, TOLERANCE)), angle)
        }
        _ => Err(format!("'{key}' cannot be asserted of a point")),
    }
}

fn of_points(found: &CriticalPoints, points: &[&CriticalPoint], key: &str, want: &Value) -> Found {
    match key {
        "count" => asserted(is_count(points.len(), want), points.len()),
        "complete" | "accounted" => {
            let claimed = if key == "complete" { found.complete } else { found.accounted };
            let wanted = want.as_bool().ok_or("it is true or false")?;
            let is_open = wanted && !claimed && !found.unresolved.is_empty();
            let verdict = if is_open { Verdict::Undecided } else { Verdict::of(claimed == wanted) };
            Ok(Asserted { verdict, found: claimed.into() })
        }
        "curves" => asserted(is_count(found.curves.len(), want), found.curves.len()),
        "index_sum" => {
            let sum = found.audit.and_then(|audit| audit.index_sum);
            match sum {
                Some(sum) => asserted(want.as_integer().map(|want| want == i64::from(sum)), sum),
                None => Ok(Asserted { verdict: Verdict::Undecided, found: Json::Null }),
            }
        }
        "contains" => {
            let point = numbers(want).and_then(|point| <[f64; 2]>::try_from(point).ok());
            let point = Vector::from(point.ok_or("a point is two numbers")?);
            let nearest = points.iter().map(|found| (found.w - point).norm()).fold(f64::INFINITY, f64::min);
            asserted(Some(nearest < 1e-5 * point.amax().max(1.0)), nearest)
        }
        "nature" => {
            let natures: Vec<Json> = points.iter().map(|point| json!(point.nature)).collect();
            let wanted = want.as_str().ok_or("a nature is a word")?;
            asserted(Some(!natures.is_empty() && natures.iter().all(|nature| nature == wanted)), natures)
        }
        "index" => {
            let indices: Vec<Json> = points.iter().map(|point| json!(point.index)).collect();
            let wanted = want.as_integer().ok_or("an index is a whole number")?;
            asserted(Some(!indices.is_empty() && indices.iter().all(|index| *index == wanted)), indices)
        }
        "smallest_eigenvalue" => {
            let least = points.iter().map(|point| point.eigen.values[0]).fold(f64::INFINITY, f64::min);
            asserted(within(least, want, TOLERANCE), least)
        }
        _ => Err(format!("'{key}' cannot be asserted of critical points")),
    }
}

/// Whether a share, given by its confidence interval, is in a range.
fn of_share([low, high]: [f64; 2], range: Option<&Value>) -> Found {
    let range = range.and_then(numbers).filter(|range| range.len() == 2).ok_or("a share is asserted as a range")?;
    let verdict = if range[0] <= low && high <= range[1] {
        Verdict::Holds
    } else if high < range[0] || low > range[1] {
        Verdict::Fails
    } else {
        Verdict::Undecided
    };
    Ok(Asserted { verdict, found: json!([low, high]) })
}
