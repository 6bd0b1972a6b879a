//! Langevin dynamics: w ← w − η∇L(w) + √(2ηT)·ξ, a chain whose stationary density tends to e^(−L/T)/Z as η → 0 (W. T.
//! Coffey, Yu. P. Kalmykov and J. T. Waldron, The Langevin Equation, 2nd ed., 2004).
//!
//! With Metropolis' correction the step is a proposal that is accepted with the probability min(1, e^(−(L(w′) −
//! L(w))/T)·q(w|w′)/q(w′|w)), where q(w′|w) ∝ e^(−|w′ − w + η∇L(w)|²/(4ηT)): then the stationary density is e^(−L/T)/Z
//! exactly, for every η (G. O. Roberts and R. L. Tweedie, Exponential convergence of Langevin distributions and their
//! discrete approximations, 1996).
//!
//! The temperature of step k of at most K is T, T(1 − k/K), T·e^(−5k/K), or T/ln(e + ηk).

use crate::optimizer::settings::LEARNING_RATE;
use crate::optimizer::{
    Family, Normals, Observation, Optimizer, OptimizerInfo, Run, Schedule, Setting, StepContext, StepFailure, StepRule,
    Values, Weights,
};

/// The optimizer as it is offered.
pub struct Langevin;

/// The values of `cooling`.
const CONSTANT: f64 = 0.0;
const LINEAR: f64 = 1.0;
const GEOMETRIC: f64 = 2.0;
const LOGARITHMIC: f64 = 3.0;
/// The natural logarithm of the factor by which a geometric schedule falls.
const FALL: f64 = 5.0;

impl Optimizer for Langevin {
    fn info(&self) -> &'static OptimizerInfo {
        const RATE: Setting = Setting { default: 0.01, ..LEARNING_RATE };
        const TEMPERATURE: Setting = Setting {
            key: "temperature",
            symbol: "T",
            title: "temperature",
            default: 0.2,
            range: [0.0, 1e6],
            tooltip: "The temperature T: the noise of a step has the variance 2ηT in each weight. With logarithmic \
                      cooling it is c of c/ln(e + ηk).",
            ..Setting::PLAIN
        };
        const CORRECTION: Setting = Setting {
            key: "correction",
            symbol: "correction",
            title: "correction",
            range: [0.0, 1.0],
            whole: true,
            choices: &["none", "metropolis"],
            tooltip: "none: every step is made; metropolis: a step is refused with the probability that makes \
                      e^(−L/T) exact for every η.",
            ..Setting::PLAIN
        };
        const COOLING: Setting = Setting {
            key: "cooling",
            symbol: "cooling",
            title: "cooling",
            range: [0.0, LOGARITHMIC],
            whole: true,
            choices: &["constant", "linear", "geometric", "logarithmic"],
            tooltip: "How T falls: not at all, as T(1 − k/K), as T·e^(−5k/K) over the K steps of the run, or as \
                      T/ln(e + ηk).",
            ..Setting::PLAIN
        };
        &OptimizerInfo {
            name: "langevin",
            title: "Langevin dynamics",
            family: Family::FirstOrder,
            rule: "w ← w − η∇L(w) + √(2ηT)·ξ, ξ ~ N(0, I)",
            summary: "Gradient descent with noise of temperature T: in the long run it leaves every minimum, and \
            spends time in each in proportion to e^(−L/T), up to an error of the order η, or exactly with \
            Metropolis' correction. \
                      Cooled slowly, it anneals.",
            source: "P. Langevin, Sur la théorie du mouvement brownien, 1908; G. O. Roberts and R. L. Tweedie, 1996; \
                     B. Hajek, Cooling schedules for optimal annealing, 1988",
            settings: &[RATE, TEMPERATURE, CORRECTION, COOLING],
        }
    }

    fn is_random(&self) -> bool {
        true
    }

    fn takes_the_landscapes_rate(&self) -> bool {
        true
    }

    fn temperature(&self, run: &Run) -> Option<f64> {
        let is_constant = run.setting("cooling") == Some(CONSTANT) && run.schedule == Schedule::Constant;
        run.setting("temperature").filter(|_| is_constant)
    }

    fn setting_of_temperature(&self, run: &Run, temperature: f64) -> Option<(&'static str, f64)> {
        self.temperature(run).map(|_| ("temperature", temperature))
    }

    begins_at_any_length!(|values, seed, _examples, _zero| Rule::new(values, seed));
}

struct Rule {
    learning_rate: f64,
    temperature: f64,
    is_corrected: bool,
    cooling: f64,
    normals: Normals,
}

impl Rule {
    fn new(values: Values<'_>, seed: u64) -> Rule {
        Rule {
            learning_rate: values("learning_rate"),
            temperature: values("temperature"),
            is_corrected: values("correction") == 1.0,
            cooling: values("cooling"),
            normals: Normals::new(seed),
        }
    }

    fn temperature_at(&self, step: usize, limit: usize) -> f64 {
        let share = step as f64 / limit.max(1) as f64;
        self.temperature
            * match self.cooling {
                LINEAR => 1.0 - share,
                GEOMETRIC => libm::exp(-FALL * share),
                LOGARITHMIC => 1.0 / libm::log(std::f64::consts::E + self.learning_rate * step as f64),
                _ => 1.0,
            }
    }
}

impl<V: Weights> StepRule<V> for Rule {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let rate = context.scheduled(self.learning_rate);
        let temperature = self.temperature_at(context.step, context.limit);
        let gradient = context.gradient();
        let noise = gradient.normal(&mut self.normals).scaled((2.0 * rate * temperature).sqrt());
        let drift = gradient.scaled(rate);
        let next = context.w.less(&drift).plus(1.0, &noise);
        // The gradient that the step follows is the noisy one.
        context.observe(|| Observation::Gradient(gradient.combined(&noise, |gradient, noise| gradient - noise / rate)));
        // Without noise every step is that of gradient descent.
        if !self.is_corrected || temperature == 0.0 {
            return Ok(next);
        }
        let (value, slope) = context.gradient_at(&next);
        let there = next.less(&context.w).plus(1.0, &drift).size_squared();
        let back = context.w.less(&next).plus(rate, &slope).size_squared();
        let logarithm = -(value - context.value()) / temperature + (there - back) / (4.0 * rate * temperature);
        // The squared distance of a point that is uniform in the unit disc is uniform between 0 and 1. NaN, where L is
        // undefined, is rejected.
        let accepted = libm::log(self.normals.in_disc().norm_squared()) < logarithm;
        context.observe(|| Observation::Trial { w: next.clone(), loss: value, accepted });
        Ok(if accepted { next } else { context.w.clone() })
    }

    fn rests_at_zero_gradient(&self) -> bool {
        false
    }
}
