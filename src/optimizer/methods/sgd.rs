//! Stochastic gradient descent: w ← w − η·g, where g is the gradient of a minibatch, or ∇L with Gaussian noise.
//!
//! For a loss L = (1/n) Σ lᵢ over n examples, the gradient of a minibatch of b examples is their mean gradient. Its
//! mean is ∇L, and with Σ = (1/n) Σ (∇lᵢ − ∇L)(∇lᵢ − ∇L)ᵀ its covariance is Σ/b when the examples are drawn with
//! replacement, and Σ/b·(n − b)/(n − 1) when they are part of a reshuffled epoch (W. G. Cochran, Sampling Techniques,
//! 1977, §2.6). "Matched" noise is Gaussian with that covariance at each point. Gaussian noise of a given size σ is the
//! same everywhere, and the only one for a loss without data.

use crate::optimizer::random::{Batches, Normals, Sampling};
use crate::optimizer::settings::LEARNING_RATE;
use crate::optimizer::steps::along_gradient;
use crate::optimizer::{
    Dynamics, Family, Optimizer, OptimizerInfo, Run, Schedule, Setting, StepContext, StepFailure, StepRule, Steps,
    Values, Weights,
};

/// The optimizer as it is offered.
pub struct Sgd;

/// The choices of `noise_from`, by index.
const GAUSSIAN: f64 = 0.0;
const MINIBATCH: f64 = 1.0;
const MATCHED: f64 = 2.0;

impl Optimizer for Sgd {
    fn info(&self) -> &'static OptimizerInfo {
        const NOISE: Setting = Setting {
            key: "noise",
            always_named: true,
            symbol: "σ",
            title: "noise",
            default: 0.5,
            range: [0.0, 100.0],
            tooltip: "Standard deviation σ of Gaussian noise on each component of the gradient.",
            ..Setting::PLAIN
        };
        const NOISE_FROM: Setting = Setting {
            key: "noise_from",
            symbol: "noise from",
            title: "source of the noise",
            default: GAUSSIAN,
            range: [GAUSSIAN, MATCHED],
            whole: true,
            choices: &["gaussian", "minibatch", "matched"],
            tooltip: "gaussian: of size σ; minibatch: the gradient is that of B examples; matched: Gaussian with the \
                      covariance that the minibatch gradient has at each point.",
            ..Setting::PLAIN
        };
        const BATCH_SIZE: Setting = Setting {
            key: "batch_size",
            always_named: true,
            symbol: "B",
            title: "batch size",
            default: 1.0,
            range: [1.0, 1e6],
            logarithmic: true,
            whole: true,
            tooltip: "How many examples the gradient of a step is the mean over; with all of them it is ∇L.",
            ..Setting::PLAIN
        };
        const SAMPLING: Setting = Setting {
            key: "sampling",
            symbol: "sampling",
            title: "sampling",
            range: [0.0, 1.0],
            whole: true,
            choices: &["epochs", "replacement"],
            tooltip: "epochs: all examples in a random order, batch by batch, then in another order; the last batch \
                      has the examples that are left. replacement: each example of each batch is drawn anew from all.",
            ..Setting::PLAIN
        };
        &OptimizerInfo {
            name: "sgd",
            title: "SGD",
            family: Family::FirstOrder,
            rule: "w ← w − ηg, g = mean of ∇lᵢ(w) over a minibatch\nor g = ∇L(w) + σξ, ξ ~ N(0, I)",
            summary: "Gradient descent with a noisy gradient: with data that of a minibatch, without data ∇L with \
                      Gaussian noise. It leaves saddles by itself and rests only where its noise vanishes, so it goes \
                      on to its step limit.",
            source: "H. Robbins and S. Monro, A stochastic approximation method, 1951",
            settings: &[LEARNING_RATE, NOISE, NOISE_FROM, BATCH_SIZE, SAMPLING],
        }
    }

    fn is_random(&self) -> bool {
        true
    }

    fn takes_the_landscapes_rate(&self) -> bool {
        true
    }

    fn uses(&self, run: &Run, key: &str) -> bool {
        let is_gaussian = run.setting("noise_from") == Some(GAUSSIAN);
        match key {
            "noise" => is_gaussian,
            "batch_size" | "sampling" => !is_gaussian,
            _ => true,
        }
    }

    fn suits(&self, run: &Run, examples: usize) -> Result<(), String> {
        if run.setting("noise_from") == Some(GAUSSIAN) {
            return Ok(());
        }
        if examples == 0 {
            let message = "minibatches are drawn from examples, and this loss has no data; without data SGD has \
            Gaussian \
                           noise (noise_from=gaussian)";
            return Err(message.to_owned());
        }
        match run.setting("batch_size") {
            Some(size) if size > examples as f64 => {
                Err(format!("a minibatch of {size} is more than the {examples} examples of the data"))
            }
            _ => Ok(()),
        }
    }

    /// ησξ = √(2ηT)·ξ where T = ησ²/2.
    fn temperature(&self, run: &Run) -> Option<f64> {
        let is_constant = run.setting("noise_from") == Some(GAUSSIAN) && run.schedule == Schedule::Constant;
        let (rate, noise) = (run.setting("learning_rate")?, run.setting("noise")?);
        is_constant.then_some(0.5 * rate * noise * noise)
    }

    fn setting_of_temperature(&self, run: &Run, temperature: f64) -> Option<(&'static str, f64)> {
        self.temperature(run)?;
        Some(("noise", (2.0 * temperature / run.setting("learning_rate")?).sqrt()))
    }

    fn dynamics(&self, _values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::Gradient)
    }

    fn begin(&self, values: Values<'_>, seed: u64, examples: usize) -> Steps {
        Steps::by(Rule { learning_rate: values("learning_rate"), noise: Noise::of(values, seed, examples) })
    }

    fn begin_any(
        &self,
        values: Values<'_>,
        seed: u64,
        examples: usize,
        _zero: Vec<f64>,
    ) -> Option<Box<dyn StepRule<Vec<f64>>>> {
        // Noise with the covariance of minibatches is drawn for two weights only.
        let noise = Some(Noise::of(values, seed, examples)).filter(|noise| !matches!(noise, Noise::Matched { .. }))?;
        Some(Box::new(Rule { learning_rate: values("learning_rate"), noise }))
    }
}

/// The covariance of the gradient of a minibatch, as a share of that of one example drawn at random.
fn share_of_covariance(size: usize, examples: usize, sampling: Sampling) -> f64 {
    let (b, n) = (size as f64, examples as f64);
    match sampling {
        Sampling::Replacement => 1.0 / b,
        Sampling::Epochs if examples < 2 => 0.0,
        Sampling::Epochs => (n - b) / (n - 1.0) / b,
    }
}

enum Noise {
    None,
    Gaussian { size: f64, normals: Normals },
    Minibatch(Batches),
    Matched { share: f64, normals: Normals },
}

impl Noise {
    fn of(values: Values<'_>, seed: u64, examples: usize) -> Noise {
        let size = (values("batch_size") as usize).clamp(1, examples.max(1));
        let sampling = if values("sampling") == 0.0 { Sampling::Epochs } else { Sampling::Replacement };
        // The mean over all examples is ∇L, to the last bit: nothing is random then.
        let is_whole = size == examples && sampling == Sampling::Epochs;
        match values("noise_from") {
            GAUSSIAN if values("noise") == 0.0 => Noise::None,
            GAUSSIAN => Noise::Gaussian { size: values("noise"), normals: Normals::new(seed) },
            _ if is_whole => Noise::None,
            MINIBATCH => Noise::Minibatch(Batches::new(seed, size, examples, sampling)),
            _ => Noise::Matched { share: share_of_covariance(size, examples, sampling), normals: Normals::new(seed) },
        }
    }
}

struct Rule {
    learning_rate: f64,
    noise: Noise,
}

impl<V: Weights> StepRule<V> for Rule {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let gradient = match &mut self.noise {
            Noise::None => context.gradient(),
            Noise::Gaussian { size, normals } => {
                let gradient = context.gradient();
                gradient.plus(*size, &gradient.normal(normals))
            }
            Noise::Minibatch(batches) => {
                let count = context.examples();
                context.minibatch_gradient(batches.next(count))
            }
            Noise::Matched { share, normals } => {
                let covariance = *share * context.gradient_covariance();
                // Cholesky's factor; the covariance may be singular.
                let first = covariance[(0, 0)].sqrt();
                let across = if first > 0.0 { covariance[(0, 1)] / first } else { 0.0 };
                let second = (covariance[(1, 1)] - across * across).max(0.0).sqrt();
                let normal = normals.pair();
                let noise = [first * normal.x, across * normal.x + second * normal.y];
                let gradient = context.gradient();
                gradient.with(|index| gradient.get(index) + noise.get(index).copied().unwrap_or(f64::NAN))
            }
        };
        Ok(along_gradient(context, self.learning_rate, &gradient))
    }

    fn has_memory(&self) -> bool {
        !matches!(self.noise, Noise::None)
    }

    fn rests_at_zero_gradient(&self) -> bool {
        matches!(self.noise, Noise::None)
    }
}
