//! Claims: sentences with assertions about one subject.

use super::values::numbers;
use super::vocabulary::{KINDS, SUBJECTS, Vocabulary, take_options};
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use toml::{Table, Value};

/// The default number of runs in an ensemble.
const USUAL_SEEDS: usize = 200;
/// With fewer runs the fourth moment, which the error of a variance depends on, is hardly known.
const LEAST_SEEDS_OF_VARIANCE: usize = 100;

/// A sentence, and its assertions about one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The sentence.
    pub says: String,
    /// Its subject.
    pub subject: Subject,
    /// The assertions, by the name of the asserted quantity; not empty.
    pub assertions: Vec<(String, Value)>,
    /// The options of the computation: `seeds`, `escape`, `view`, `at_step`, `seed`, `temperature`, `over`, `event`.
    pub options: Table,
}

/// The subject of a claim.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// A point.
    At([f64; 2]),
    /// The critical points of a kind, or `all`.
    Points(String),
    /// A run, by its name.
    Run(String),
    /// An ensemble of a run, by its name.
    Ensemble(String),
    /// The basins of a run, by its name.
    Basins(String),
    /// A network of the catalogue, by its name.
    Network(String),
    /// The curves of a saddle.
    Saddle([f64; 2]),
    /// The way out of a minimum.
    EscapeFrom([f64; 2]),
    /// The branches of critical points over a parameter, by its name.
    Vary(String),
}

/// The verdict on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// Neither was proved.
    Undecided,
}

impl Verdict {
    /// The verdict on a truth value.
    pub fn of(holds: bool) -> Verdict {
        if holds { Verdict::Holds } else { Verdict::Fails }
    }

    /// The verdict on both of two statements.
    pub fn and(self, other: Verdict) -> Verdict {
        match (self, other) {
            (Verdict::Fails, _) | (_, Verdict::Fails) => Verdict::Fails,
            (Verdict::Undecided, _) | (_, Verdict::Undecided) => Verdict::Undecided,
            _ => Verdict::Holds,
        }
    }
}

/// A claim with its verdict.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ClaimResult {
    /// The sentence.
    pub says: String,
    /// Whether it holds.
    pub verdict: Verdict,
    /// The asserted values.
    pub expected: serde_json::Map<String, serde_json::Value>,
    /// The found values, by the same names.
    pub found: serde_json::Map<String, serde_json::Value>,
    /// The names of the assertions that do not hold, or are undecided.
    #[serde(skip)]
    pub unmet: Vec<String>,
}

impl<'de> Deserialize<'de> for Claim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Claim, D::Error> {
        Claim::of(Table::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Claim {
    /// A claim from the fields of a file.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the sentence is missing, if there is not exactly one subject, if there is no
    /// assertion, if the subject cannot have an assertion or an option, or if a value does not fit.
    pub fn of(mut fields: Table) -> Result<Claim, String> {
        let says = match fields.remove("says") {
            Some(Value::String(says)) if !says.trim().is_empty() => says,
            _ => return Err("a claim says a sentence (says = \"…\")".to_owned()),
        };
        Claim::saying(&says, fields).map_err(|reason| format!("“{says}”: {reason}"))
    }

    fn saying(says: &str, mut fields: Table) -> Result<Claim, String> {
        let named: Vec<&Vocabulary> = SUBJECTS.iter().filter(|known| fields.contains_key(known.subject)).collect();
        let [vocabulary] = named.as_slice() else {
            let names: Vec<&str> = SUBJECTS.iter().map(|known| known.subject).collect();
            let found = if named.is_empty() { "none" } else { "several" };
            return Err(format!("a claim has exactly one subject ({}), but this one has {found}", names.join(", ")));
        };
        let value = fields.remove(vocabulary.subject).unwrap_or(Value::Boolean(false));
        let subject = subject(vocabulary.subject, value)?;
        let options = take_options(vocabulary, &mut fields)?;
        if fields.is_empty() {
            return Err("nothing is asserted".to_owned());
        }
        fields.iter().try_for_each(|(key, value)| vocabulary.check_assertion(key, value))?;
        let claim = Claim { says: says.to_owned(), subject, assertions: fields.into_iter().collect(), options };
        claim.check_options().map(|()| claim)
    }

    /// Checks that the options which the assertions need are there.
    fn check_options(&self) -> Result<(), String> {
        let asserts = |key: &str| self.assertions.iter().any(|(name, _)| name == key);
        let has = |key: &str| self.options.contains_key(key);
        match &self.subject {
            Subject::Vary(_) if !has("over") => Err("the range of a parameter is missing: over = [0, 1]".to_owned()),
            Subject::EscapeFrom(_) if !has("temperature") => {
                Err("the temperature of an escape is missing: temperature = 0.1".to_owned())
            }
            Subject::Ensemble(_) if asserts("escaped") && !has("escape") => {
                Err("the distance of an escape is missing: escape = 0.5".to_owned())
            }
            Subject::Ensemble(_) if asserts("variance") && self.seeds() < LEAST_SEEDS_OF_VARIANCE => {
                Err(format!("a variance needs {LEAST_SEEDS_OF_VARIANCE} seeds at least"))
            }
            _ => Ok(()),
        }
    }

    /// The number of runs of an ensemble.
    pub fn seeds(&self) -> usize {
        let seeds = self.options.get("seeds").and_then(Value::as_integer);
        seeds.and_then(|seeds| usize::try_from(seeds).ok()).unwrap_or(USUAL_SEEDS)
    }

    /// Checks that everything the claim names exists in a step with these runs and parameters.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if a run, a network, a step of its training or a parameter does not exist.
    pub fn check(&self, has_run: impl Fn(&str) -> bool, parameters: &[String]) -> Result<(), String> {
        let has = |name: &str| match has_run(name) {
            true => Ok(()),
            false => Err(format!("there is no run '{name}'")),
        };
        match &self.subject {
            Subject::Run(name) | Subject::Ensemble(name) | Subject::Basins(name) => has(name)?,
            Subject::Network(name) => {
                let mut known = crate::network::catalogue::networks().iter();
                let entry = known.find(|entry| entry.name == *name);
                let entry = entry.ok_or_else(|| format!("there is no network '{name}'"))?;
                let step = self.options.get("at_step").and_then(Value::as_integer).unwrap_or(0);
                if usize::try_from(step).map_or(true, |step| step > entry.steps) {
                    return Err(format!("the training of '{name}' has {} steps", entry.steps));
                }
            }
            Subject::Vary(name) if !parameters.contains(name) => {
                return Err(format!("the formula has no parameter '{name}'"));
            }
            _ => {}
        }
        self.compared_runs().try_for_each(has)
    }

    /// The other runs that the claim compares its subject with.
    pub fn compared_runs(&self) -> impl Iterator<Item = &str> {
        self.assertions.iter().flat_map(|(key, value)| runs_named(key, value))
    }
}

fn runs_named<'a>(key: &str, value: &'a Value) -> Vec<&'a str> {
    match (key, value) {
        ("fewer_steps_than", Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        ("same_end_as", Value::String(name)) => vec![name],
        _ => Vec::new(),
    }
}

fn subject(name: &str, value: Value) -> Result<Subject, String> {
    let text = |value: Value| match value {
        Value::String(text) => Ok(text),
        _ => Err(format!("'{name}' is a name in quotation marks")),
    };
    Ok(match name {
        "at" => Subject::At(place(&value)?),
        "saddle" => Subject::Saddle(place(&value)?),
        "escape_from" => Subject::EscapeFrom(place(&value)?),
        "vary" => Subject::Vary(text(value)?),
        "points" => {
            let kind = text(value)?;
            check_kind(&kind)?;
            Subject::Points(kind)
        }
        "run" => Subject::Run(text(value)?),
        "ensemble" => Subject::Ensemble(text(value)?),
        "basins" => Subject::Basins(text(value)?),
        _ => Subject::Network(text(value)?),
    })
}

/// Checks that there are points of a kind, or that all are meant.
///
/// # Errors
/// Returns an error, as a sentence, if there is no such kind.
pub(super) fn check_kind(kind: &str) -> Result<(), String> {
    match kind == "all" || KINDS.contains(&kind) {
        true => Ok(()),
        false => Err(format!("there are no points of the kind '{kind}'; there are all, {}", KINDS.join(", "))),
    }
}

fn place(value: &Value) -> Result<[f64; 2], String> {
    let pair = numbers(value).and_then(|numbers| <[f64; 2]>::try_from(numbers).ok());
    let pair = pair.ok_or_else(|| "a point is two numbers: [1, 0]".to_owned())?;
    match pair.iter().all(|place| place.is_finite()) {
        true => Ok(pair),
        false => Err("a point has a number that is not finite".to_owned()),
    }
}
