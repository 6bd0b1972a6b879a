//! One run as a person specifies it: an optimizer, its settings, and when to stop.

use super::{Dynamics, OPTIMIZERS, Optimizer, Schedule, find};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One run as a person specifies it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The name of the optimizer.
    pub optimizer: String,
    /// Whether the run is shown.
    #[serde(default = "yes")]
    pub shown: bool,
    /// The index of its colour in the palette of runs.
    #[serde(default)]
    pub colour: usize,
    /// Values of the optimizer's settings; an absent setting has its default.
    #[serde(default, with = "in_words")]
    pub settings: BTreeMap<String, f64>,
    /// The seed of its random numbers.
    #[serde(default)]
    pub seed: u64,
    /// The largest number of steps.
    #[serde(default = "default_steps")]
    pub steps: usize,
    /// The run has converged when ‖∇L‖ is at most this. With 0 it goes on until the gradient is exactly zero. A noisy
    /// run ignores it and goes on to its step limit, because a small gradient may be a coincidence.
    #[serde(default = "default_gradient_tolerance")]
    pub gradient_tolerance: f64,
    /// Whether the Hessian must be positive definite, besides a small gradient, for the run to stop. A run then does
    /// not stop at a saddle or a maximum, although gradient descent and Newton's method may stay there until the step
    /// limit.
    #[serde(default)]
    pub require_positive_definite: bool,
    /// How the learning rate falls in the course of the run.
    #[serde(default, skip_serializing_if = "Schedule::is_constant")]
    pub schedule: Schedule,
    /// The name that a person gave it; `None` for the optimizer's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its start; `None` for the start of the study.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<[f64; 2]>,
}

/// The values of settings as a file has them, with choices as words.
mod in_words {
    use super::{choice, word};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::collections::BTreeMap;

    #[derive(Serialize, Deserialize)]
    #[serde(untagged, expecting = "expected a number, or the word of a choice")]
    enum Value {
        Number(f64),
        Word(String),
    }

    pub fn serialize<S: Serializer>(settings: &BTreeMap<String, f64>, serializer: S) -> Result<S::Ok, S::Error> {
        let in_words = settings.iter().map(|(key, value)| match word(key, *value) {
            Some(word) => (key, Value::Word(word.to_owned())),
            None => (key, Value::Number(*value)),
        });
        serializer.collect_map(in_words)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, f64>, D::Error> {
        let settings = BTreeMap::<String, Value>::deserialize(deserializer)?;
        let number = |(key, value): (String, Value)| match value {
            Value::Number(number) => Ok((key, number)),
            Value::Word(word) => match choice(&key, &word) {
                Some(number) => Ok((key, number)),
                None => Err(serde::de::Error::custom(format!("'{word}' is no value of {key}"))),
            },
        };
        settings.into_iter().map(number).collect()
    }
}

fn yes() -> bool {
    true
}

fn default_steps() -> usize {
    200
}

fn default_gradient_tolerance() -> f64 {
    1e-8
}

impl Run {
    /// Whether the run depends on its seed, on a loss over this many examples.
    pub fn has_noise(&self, examples: usize) -> bool {
        let Some(optimizer) = find(&self.optimizer).filter(|optimizer| optimizer.is_random()) else { return false };
        let is_silent =
            |key: &str, none: f64| optimizer.uses(self, key) && self.setting(key).is_some_and(|value| value == none);
        let has_all = examples > 0 && is_silent("batch_size", examples as f64);
        !(has_all || is_silent("noise", 0.0) || is_silent("temperature", 0.0))
    }

    /// The most steps that a run may have.
    pub const MAX_STEPS: usize = 1_000_000;

    /// A run of the optimizer with default settings.
    pub fn new(optimizer: &str) -> Run {
        Run {
            optimizer: optimizer.to_owned(),
            shown: true,
            colour: 0,
            settings: BTreeMap::new(),
            seed: 0,
            steps: default_steps(),
            gradient_tolerance: default_gradient_tolerance(),
            require_positive_definite: false,
            schedule: Schedule::Constant,
            name: None,
            start: None,
        }
    }

    /// The run without its appearance and start, which do not affect the steps.
    pub fn as_computed(&self) -> Run {
        Run { shown: true, colour: 0, name: None, start: None, ..self.clone() }
    }

    /// The value of one of the optimizer's settings: as set, or its default; `None` for a key that the optimizer does
    /// not have.
    pub fn setting(&self, key: &str) -> Option<f64> {
        let setting = find(&self.optimizer)?.settings().iter().find(|setting| setting.key == key)?;
        Some(self.settings.get(key).copied().unwrap_or(setting.default))
    }

    /// Gives a run with noise the suitable kind: minibatches if there are data, and Gaussian noise otherwise.
    pub fn take_noise_for(&mut self, has_data: bool) {
        if let (Some(now), Some(minibatch)) = (self.setting("noise_from"), choice("noise_from", "minibatch")) {
            match has_data {
                true if now != minibatch => self.settings.insert("noise_from".to_owned(), minibatch),
                true => None,
                false => self.settings.remove("noise_from"),
            };
        }
    }

    /// Leaves the noise to the minibatches that the training draws: the rule adds none, unless it is set.
    pub fn leave_noise_to_batches(&mut self) {
        let is_set = |key: &str| self.settings.contains_key(key);
        if self.setting("noise_from").is_some() && !is_set("noise") && !is_set("noise_from") {
            self.settings.insert("noise".to_owned(), 0.0);
        }
    }

    /// Like [`Run::setting`], for a given optimizer; NaN for a key that it does not have.
    pub(super) fn value(&self, optimizer: &dyn Optimizer, key: &str) -> f64 {
        let usual = || optimizer.settings().iter().find(|setting| setting.key == key).map(|setting| setting.default);
        self.settings.get(key).copied().or_else(usual).unwrap_or(f64::NAN)
    }

    /// The dynamics of the run near a critical point; `None` if theory has no factors for its optimizer, or if the
    /// learning rate is not constant.
    pub fn dynamics(&self) -> Option<Dynamics> {
        let optimizer = find(&self.optimizer).filter(|_| self.schedule.is_constant())?;
        optimizer.dynamics(&|key| self.value(optimizer, key))
    }

    /// Sets a value by its key: one of the optimizer's settings, or `gradient_tolerance`, or
    /// `require_positive_definite` (0 or 1).
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the optimizer has no such setting or the value is out of range. The run is
    /// then unchanged.
    pub fn set(&mut self, key: &str, value: f64) -> Result<(), String> {
        let mut changed = self.clone();
        match key {
            "gradient_tolerance" => changed.gradient_tolerance = value,
            "require_positive_definite" if value == 0.0 || value == 1.0 => {
                changed.require_positive_definite = value == 1.0;
            }
            "require_positive_definite" => return Err(format!("{key} is 0 (no) or 1 (yes), not {value}")),
            _ => {
                changed.settings.insert(key.to_owned(), value);
            }
        }
        changed.check()?;
        *self = changed;
        Ok(())
    }

    /// The run's optimizer, if the run is valid.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the run names no optimizer, or a setting that the optimizer does not have,
    /// or if a value is out of range.
    pub fn check(&self) -> Result<&'static dyn Optimizer, String> {
        let optimizer = find(&self.optimizer).ok_or_else(|| {
            let names: Vec<&str> = OPTIMIZERS.iter().map(|optimizer| optimizer.name()).collect();
            format!("there is no optimizer '{}'; there are {}", self.optimizer, names.join(", "))
        })?;
        let name = optimizer.name();
        for (key, &value) in &self.settings {
            let Some(setting) = optimizer.settings().iter().find(|setting| setting.key == key.as_str()) else {
                let keys: Vec<&str> = optimizer.settings().iter().map(|setting| setting.key).collect();
                let has = if keys.is_empty() { "no settings".to_owned() } else { keys.join(", ") };
                return Err(format!("{name} has no setting '{key}'; it has {has}"));
            };
            setting.accepts(value).map_err(|reason| format!("{key} of {name} {reason}"))?;
        }
        let has_rate = optimizer.settings().iter().any(|setting| setting.key.starts_with("learning_rate"));
        if !self.schedule.is_constant() && !has_rate {
            return Err(format!("{name} has no learning rate that a schedule could change"));
        }
        self.schedule.check()?;
        if self.steps > Run::MAX_STEPS {
            return Err(format!("a run has at most {} steps, not {}", Run::MAX_STEPS, self.steps));
        }
        if !(self.gradient_tolerance >= 0.0 && self.gradient_tolerance.is_finite()) {
            return Err(format!("gradient_tolerance must be a number from 0 upwards, not {}", self.gradient_tolerance));
        }
        Ok(optimizer)
    }
}

/// The value of a choice's word, such as `minibatch` for the key `noise_from`; `None` for a key that is not a choice of
/// any optimizer, and for an unknown word.
pub fn choice(key: &str, word: &str) -> Option<f64> {
    let settings = OPTIMIZERS.iter().flat_map(|optimizer| optimizer.settings());
    let mut choices =
        settings.filter(|setting| setting.key == key).flat_map(|setting| setting.choices.iter().enumerate());
    choices.find(|(_, known)| **known == word).map(|(index, _)| index as f64)
}

/// The words of a choice, such as `minibatch` for the key `noise_from`; none for a key that is not a choice of any
/// optimizer.
pub fn choices(key: &str) -> &'static [&'static str] {
    let mut settings = OPTIMIZERS.iter().flat_map(|optimizer| optimizer.settings());
    settings.find(|setting| setting.key == key && !setting.choices.is_empty()).map_or(&[], |setting| setting.choices)
}

/// The word of a choice's value; `None` for a setting that is not a choice.
fn word(key: &str, value: f64) -> Option<&'static str> {
    let mut settings = OPTIMIZERS.iter().flat_map(|optimizer| optimizer.settings());
    let setting = settings.find(|setting| setting.key == key && !setting.choices.is_empty())?;
    if value.fract() == 0.0 && value >= 0.0 { setting.choices.get(value as usize).copied() } else { None }
}
