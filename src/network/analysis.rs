//! The data of the charts about a network, computed piece by piece: λmax along its training, its spectrum, its layers,
//! and its loss as weights are removed.

use super::prune::Removal;
use super::spectrum::is_negative;
use super::{
    Blocks, Hessian, MAX_DENSE, Pruning, RATES_EVERY, RatesByLayer, Trained, blocks, dense, eigenvalues,
    extreme_eigenvalues, rank_correlation, rise, saliencies,
};
use crate::krylov::{CgExit, ConjugateGradients, Lanczos, PowerIteration, uniform};
use std::sync::Arc;

/// A part of the analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// λmax along the training.
    Sharpness,
    /// The eigenvalues at a point, and their approximations by Lanczos and power iteration.
    Spectrum,
    /// The Hessian's blocks.
    Layers,
    /// L as weights go.
    Pruning,
    /// L along a training with a rate for each layer, and along one with one rate.
    Rates,
}

/// λmax at a point of the training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharpnessPoint {
    /// Steps so far.
    pub step: usize,
    /// The largest eigenvalue of the Hessian.
    pub lambda_max: f64,
    /// L.
    pub loss: f64,
    /// L over the examples that are held out, if there are any.
    pub held_out: Option<f64>,
}

/// Approximations of a spectrum from one random vector, step by step.
#[derive(Clone, Debug, PartialEq)]
pub struct SpectrumSteps {
    /// All eigenvalues, ascending; empty if there are too many weights.
    pub eigenvalues: Vec<f64>,
    /// The Ritz values after each step of Lanczos.
    pub lanczos: Vec<Vec<f64>>,
    /// The Ritz values without reorthogonalisation, where rounding errors bring back copies of eigenvalues.
    pub ghosts: Vec<Vec<f64>>,
    /// The Rayleigh quotients of power iteration.
    pub power: Vec<f64>,
    /// ‖r‖ of conjugate gradients for the Newton step, before the first product and after each one.
    pub residuals: Vec<f64>,
    /// The number of the product at which conjugate gradients found negative curvature.
    pub negative_at: Option<usize>,
    /// The damping of a second solution: a multiple of −λmin; 0 if no eigenvalue is negative.
    pub damping: f64,
    /// ‖r‖ with this damping, before the first product and after each one; empty without damping.
    pub damped_residuals: Vec<f64>,
}

/// L as weights go by a rule.
#[derive(Clone, Debug)]
pub struct PruningCurve {
    /// The rule.
    pub rule: Pruning,
    /// L after each removal, that of none first.
    pub losses: Vec<f64>,
    /// For each single weight the predicted and the true rise of L; empty for the rule by magnitude, which predicts
    /// nothing.
    pub predictions: Vec<[f64; 2]>,
    /// The rank correlation between the order of the rule and the true rises.
    pub rank_correlation: f64,
    /// Whether the rule can be used here: the surgeon needs a positive definite Hessian, as at a minimum.
    pub is_usable: bool,
    removal: Option<Removal>,
}

/// The data of the charts about a network, as far as they are computed.
#[derive(Clone, Debug)]
pub struct Analysis {
    trained: Arc<Trained>,
    weights: Vec<f64>,
    parts: Vec<Part>,
    /// λmax along the training.
    pub sharpness: Vec<SharpnessPoint>,
    /// The spectrum at the weights.
    pub spectrum: Option<Arc<SpectrumSteps>>,
    /// The blocks of the Hessian there; `None` if there are too many weights.
    pub layers: Option<Arc<Blocks>>,
    /// L as weights go, by each rule.
    pub pruning: Vec<PruningCurve>,
    /// The training with a rate for each layer, and the one with one rate, as far as they are computed.
    pub rates: Option<RatesByLayer>,
    left: Vec<Part>,
}

/// Points of the training at which λmax is computed.
const SHARPNESS_POINTS: usize = 100;
/// How many points are computed together.
const TOGETHER: usize = 4;
/// Steps of Lanczos and of power iteration.
const STEPS: usize = 40;
/// Products of conjugate gradients.
const PRODUCTS: usize = 60;
/// What the brain surgeon adds to each eigenvalue before it inverts the Hessian, as a share of λmax.
const SURGEONS_DAMPING: f64 = 1e-4;
/// The damping of conjugate gradients, as a multiple of −λmin.
const DAMPED: f64 = 1.5;
/// Weights are removed until L is this many times as large.
pub const PRUNED_UNTIL: f64 = 2.0;

impl Analysis {
    /// A new analysis of a training at some weights.
    pub fn new(trained: Arc<Trained>, weights: Vec<f64>, parts: Vec<Part>) -> Analysis {
        let left = parts.clone();
        Analysis {
            trained,
            weights,
            parts,
            sharpness: Vec::new(),
            spectrum: None,
            layers: None,
            pruning: Vec::new(),
            rates: None,
            left,
        }
    }

    /// The trained network.
    pub fn trained(&self) -> &Trained {
        &self.trained
    }

    /// Whether the whole Hessian can be made.
    pub fn has_dense(&self) -> bool {
        self.weights.len() <= MAX_DENSE
    }

    /// Whether a part is worked out.
    pub fn has(&self, part: Part) -> bool {
        self.parts.contains(&part) && !self.left.contains(&part)
    }

    /// The share that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        let of_next = match self.left.first() {
            Some(Part::Sharpness) => self.sharpness.len() as f64 / self.sharpness_steps().len().max(1) as f64,
            Some(Part::Pruning) => {
                let done: usize = self.pruning.iter().map(|curve| curve.losses.len()).sum();
                done as f64 / (3 * self.weights.len()).max(1) as f64
            }
            Some(Part::Rates) => self.rates.as_ref().map_or(0.0, RatesByLayer::progress),
            _ => 0.0,
        };
        let done = (self.parts.len() - self.left.len()) as f64 + of_next.min(1.0);
        done / self.parts.len().max(1) as f64
    }

    /// Does a small part of the work. Returns true when nothing is left to do.
    pub fn work(&mut self) -> bool {
        let Some(part) = self.left.first().copied() else { return true };
        let is_done = match part {
            Part::Sharpness => self.work_on_sharpness(),
            Part::Spectrum => {
                self.spectrum = Some(Arc::new(self.spectrum_steps()));
                true
            }
            Part::Layers => {
                self.layers = self.has_dense().then(|| Arc::new(self.blocks()));
                true
            }
            Part::Pruning => self.work_on_pruning(),
            Part::Rates => self.work_on_rates(),
        };
        if is_done {
            self.left.remove(0);
        }
        self.left.is_empty()
    }

    /// The indices of the points of the path at which λmax is computed, the last among them.
    fn sharpness_steps(&self) -> Vec<usize> {
        let last = self.trained.path().len().saturating_sub(1);
        let every = last.div_ceil(SHARPNESS_POINTS).max(1);
        (0..last).step_by(every).chain([last]).collect()
    }

    fn work_on_sharpness(&mut self) -> bool {
        let steps = self.sharpness_steps();
        let trained = Arc::clone(&self.trained);
        let mut evaluation = trained.loss.evaluation();
        let mut gradient = vec![0.0; trained.loss.parameters()];
        for index in steps.iter().skip(self.sharpness.len()).take(TOGETHER) {
            let checkpoint = &trained.path()[*index];
            let loss = evaluation.gradient(&checkpoint.weights, &mut gradient);
            let [_, (lambda_max, _)] = extreme_eigenvalues(&mut Hessian::new(&mut evaluation), 60, 1e-4);
            let held_out = trained.held_out.as_ref().map(|held_out| held_out.evaluation().value(&checkpoint.weights));
            self.sharpness.push(SharpnessPoint { step: checkpoint.step, lambda_max, loss, held_out });
        }
        self.sharpness.len() >= steps.len()
    }

    fn work_on_rates(&mut self) -> bool {
        let trained = Arc::clone(&self.trained);
        let steps = RatesByLayer::shown_steps(&trained.loss, trained.plan().recipe.run.steps);
        let rates = self.rates.get_or_insert_with(|| RatesByLayer::new(trained.start(), steps, RATES_EVERY));
        rates.work(&mut trained.loss.evaluation())
    }

    fn spectrum_steps(&self) -> SpectrumSteps {
        let n = self.weights.len();
        let mut evaluation = self.trained.loss.evaluation();
        let mut gradient = vec![0.0; n];
        evaluation.gradient(&self.weights, &mut gradient);
        let eigenvalues =
            if self.has_dense() { eigenvalues(&dense(&mut Hessian::new(&mut evaluation))) } else { Vec::new() };
        let start = uniform(n, 0);
        let mut ritz = |reorthogonalises: bool| {
            let mut lanczos = Lanczos::new(Hessian::new(&mut evaluation), &start, reorthogonalises);
            let mut steps = Vec::new();
            while steps.len() < STEPS && lanczos.step() {
                steps.push(lanczos.ritz().values);
            }
            steps
        };
        let (lanczos, ghosts): (Vec<Vec<f64>>, Vec<Vec<f64>>) = (ritz(true), ritz(false));
        let power = PowerIteration::new(Hessian::new(&mut evaluation), &start).take(STEPS).collect();
        let downhill: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut solve = |damping: f64| {
            let mut cg = ConjugateGradients::new(Hessian::new(&mut evaluation), &downhill, damping, 1e-8);
            let mut residuals: Vec<f64> = cg.by_ref().take(PRODUCTS).map(|step| step.residual).collect();
            let products = residuals.len();
            let met = (cg.exit() == Some(CgExit::NegativeCurvature)).then_some(products);
            // A product that meets negative curvature changes nothing.
            if met.is_none() {
                residuals.push(cg.residual_norm());
            }
            (residuals, met)
        };
        let (residuals, negative_at) = solve(0.0);
        // A Ritz value is never below the least eigenvalue, and the last one is near it.
        let ritz = lanczos.last().and_then(|values| values.first());
        let least = eigenvalues.first().or(ritz).copied().unwrap_or(0.0);
        let largest = eigenvalues.last().or(lanczos.last().and_then(|values| values.last())).copied().unwrap_or(0.0);
        let damping = if is_negative(least, largest, n) { -DAMPED * least } else { 0.0 };
        let (damped_residuals, _) = if damping > 0.0 { solve(damping) } else { (Vec::new(), None) };
        SpectrumSteps { eigenvalues, lanczos, ghosts, power, residuals, negative_at, damping, damped_residuals }
    }

    fn blocks(&self) -> Blocks {
        let mut evaluation = self.trained.loss.evaluation();
        evaluation.gradient(&self.weights, &mut vec![0.0; self.weights.len()]);
        blocks(&dense(&mut Hessian::new(&mut evaluation)), &self.trained.loss.architecture.layers())
    }

    fn work_on_pruning(&mut self) -> bool {
        if !self.has_dense() {
            return true;
        }
        let trained = Arc::clone(&self.trained);
        let mut evaluation = trained.loss.evaluation();
        if self.pruning.last().is_none_or(|curve| curve.removal.is_none()) {
            let Some((rule, _)) = Pruning::ALL.get(self.pruning.len()) else { return true };
            self.pruning.push(PruningCurve::begin(*rule, &mut evaluation, &self.weights));
            return false;
        }
        if let Some(curve) = self.pruning.last_mut() {
            let bound = PRUNED_UNTIL * curve.losses.first().copied().unwrap_or(f64::NAN);
            let removal = curve.removal.take();
            curve.removal = removal.and_then(|mut removal| {
                let loss = removal.step(&mut evaluation)?;
                curve.losses.push(loss);
                (loss <= bound).then_some(removal)
            });
        }
        false
    }
}

impl SpectrumSteps {
    /// The first step without reorthogonalisation after which an eigenvalue occurs twice, and how many copies of the
    /// largest there are at the end; `None` if none occurs twice.
    pub fn first_ghost(&self) -> Option<(usize, usize)> {
        let size = |values: &[f64]| values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let is_double = |values: &Vec<f64>| values.windows(2).any(|pair| pair[1] - pair[0] < 1e-8 * size(values));
        let first = self.ghosts.iter().position(is_double)?;
        let last = self.ghosts.last()?;
        let largest = last.last()?;
        let copies = last.iter().filter(|value| largest - **value < 1e-6 * size(last)).count();
        Some((first + 1, copies))
    }
}

impl PruningCurve {
    /// The curve of a rule, with the predictions for single weights.
    fn begin(rule: Pruning, evaluation: &mut super::Evaluation<'_>, weights: &[f64]) -> PruningCurve {
        let n = weights.len();
        let value = evaluation.gradient(weights, &mut vec![0.0; n]);
        let hessian = dense(&mut Hessian::new(evaluation));
        let spectrum = eigenvalues(&hessian);
        let [least, largest] = [spectrum.first(), spectrum.last()].map(|value| value.copied().unwrap_or(0.0));
        let damping = SURGEONS_DAMPING * largest;
        let is_usable = rule != Pruning::Obs || least + damping > 0.0;
        let removal = is_usable.then(|| Removal::new(rule, weights.to_vec(), damping));
        let kept: Vec<usize> = (0..n).collect();
        let (mut predictions, mut correlation) = (Vec::new(), f64::NAN);
        if rule != Pruning::Obs {
            let found = saliencies(rule, weights, &kept, &hessian, &nalgebra::DMatrix::zeros(0, 0));
            let rises: Vec<f64> = kept.iter().map(|index| rise(evaluation, weights, *index, value)).collect();
            correlation = rank_correlation(&found, &rises);
            if rule == Pruning::Obd {
                predictions = found.iter().zip(&rises).map(|(found, rise)| [*found, *rise]).collect();
            }
        }
        PruningCurve { rule, losses: vec![value], predictions, rank_correlation: correlation, is_usable, removal }
    }

    /// How many weights can be removed before L is [`PRUNED_UNTIL`] times as large.
    pub fn removable(&self) -> usize {
        let bound = PRUNED_UNTIL * self.losses.first().copied().unwrap_or(f64::NAN);
        self.losses.iter().take_while(|loss| **loss <= bound).count().saturating_sub(1)
    }

    /// Whether it goes on.
    pub fn is_open(&self) -> bool {
        self.removal.is_some()
    }
}
