//! Claims: sentences with assertions about one subject.

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use toml::{Table, Value};

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

/// The subjects of claims with the assertions that each can have.
const SUBJECTS: [(&str, &[&str]); 9] = [
    (
        "at",
        &[
            "value",
            "gradient",
            "gradient_norm",
            "hessian",
            "eigenvalues",
            "curvature",
            "critical",
            "condition_number",
            "speed_limit",
            "angle_to",
        ],
    ),
    (
        "points",
        &[
            "count",
            "complete",
            "accounted",
            "curves",
            "index_sum",
            "contains",
            "nature",
            "index",
            "smallest_eigenvalue",
        ],
    ),
    (
        "run",
        &[
            "stop",
            "ends",
            "end",
            "steps",
            "loss",
            "monotone",
            "rate_times_sharpness",
            "rate_times_sharpness_at_start",
            "sign_changes",
            "fewer_steps_than",
            "same_end_as",
        ],
    ),
    ("ensemble", &["share_near", "escaped", "diverged", "variance"]),
    ("basins", &["attractors", "share_of"]),
    (
        "network",
        &[
            "parameters",
            "negative",
            "lambda_max",
            "lambda_min_ratio",
            "largest_layer_ratio",
            "least_layer_ratio",
            "lanczos_steps",
            "copies_without_reorthogonalisation",
            "cg_exit",
            "gauss_newton_min_ratio",
        ],
    ),
    (
        "saddle",
        &["value", "role", "leads_to", "goes_to_infinity", "shortest", "longest", "joins", "barrier", "critical_depth"],
    ),
    (
        "escape_from",
        &["exits", "barrier", "kramers", "ridge", "ridge_width", "kramers_over_ridge", "share", "harmonic"],
    ),
    ("vary", &["events", "accounted", "kind", "happens_at", "place", "certified", "before", "after"]),
];

const OPTIONS: &[&str] = &["seeds", "escape", "view", "at_step", "seed", "temperature", "over", "event"];

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
    /// assertion, or if the subject cannot have one of them.
    pub fn of(mut fields: Table) -> Result<Claim, String> {
        let Some(Value::String(says)) = fields.remove("says") else {
            return Err("a claim says a sentence (says = \"…\")".to_owned());
        };
        let named: Vec<&(&str, &[&str])> = SUBJECTS.iter().filter(|(name, _)| fields.contains_key(*name)).collect();
        let names: Vec<&str> = SUBJECTS.iter().map(|(name, _)| *name).collect();
        let [(name, possible)] = named.as_slice() else {
            let found = if named.is_empty() { "none" } else { "several" };
            return Err(format!(
                "“{says}”: a claim has exactly one subject ({}), but this one has {found}",
                names.join(", ")
            ));
        };
        let value = fields.remove(*name).unwrap_or(Value::Boolean(false));
        let subject = subject(name, value).map_err(|reason| format!("“{says}”: {reason}"))?;
        let mut options = Table::new();
        for option in OPTIONS {
            if let Some(value) = fields.remove(*option) {
                options.insert((*option).to_owned(), value);
            }
        }
        if fields.is_empty() {
            return Err(format!("“{says}”: nothing is asserted"));
        }
        for (key, value) in &fields {
            if !possible.contains(&key.as_str()) {
                let possible = possible.join(", ");
                return Err(format!("“{says}”: '{key}' cannot be asserted of {name}; possible are {possible}"));
            }
            if !is_finite(value) {
                return Err(format!("“{says}”: '{key}' has a number that is not finite"));
            }
        }
        Ok(Claim { says, subject, assertions: fields.into_iter().collect(), options })
    }

    /// Checks that everything the claim names exists in a step with these runs and parameters.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if a run or a network does not exist, or if an option is out of range.
    pub fn check(&self, has_run: impl Fn(&str) -> bool, parameters: &[String]) -> Result<(), String> {
        let has = |name: &str| match has_run(name) {
            true => Ok(()),
            false => Err(format!("there is no run '{name}'")),
        };
        match &self.subject {
            Subject::Run(name) | Subject::Ensemble(name) | Subject::Basins(name) => has(name)?,
            Subject::Network(name) => {
                let mut known = crate::network::catalogue::networks().iter();
                if !known.any(|entry| entry.name == *name) {
                    return Err(format!("there is no network '{name}'"));
                }
            }
            Subject::Vary(name) => {
                if !parameters.contains(name) {
                    return Err(format!("the formula has no parameter '{name}'"));
                }
                let over = self.options.get("over").and_then(numbers);
                if !over.is_some_and(|over| over.len() == 2 && over[0] < over[1]) {
                    return Err("the range of a parameter is two numbers: over = [0, 1]".to_owned());
                }
            }
            Subject::EscapeFrom(_) => {
                let temperature = self.options.get("temperature").and_then(number);
                if !temperature.is_some_and(|temperature| temperature > 0.0 && temperature.is_finite()) {
                    return Err("the temperature of an escape is a positive number".to_owned());
                }
            }
            Subject::At(_) | Subject::Points(_) | Subject::Saddle(_) => {}
        }
        for (key, value) in &self.assertions {
            let others: Vec<&str> = match (key.as_str(), value) {
                ("fewer_steps_than", Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
                ("same_end_as", Value::String(name)) => vec![name],
                _ => Vec::new(),
            };
            others.into_iter().try_for_each(has)?;
        }
        const MOST_SEEDS: i64 = 10_000;
        match self.options.get("seeds").map(Value::as_integer) {
            Some(Some(1..=MOST_SEEDS)) | None => Ok(()),
            _ => Err(format!("an ensemble has 1 to {MOST_SEEDS} seeds")),
        }
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
            if !["all", "minimum", "saddle", "maximum", "degenerate"].contains(&kind.as_str()) {
                return Err(format!("there are no points of the kind '{kind}'"));
            }
            Subject::Points(kind)
        }
        "run" => Subject::Run(text(value)?),
        "ensemble" => Subject::Ensemble(text(value)?),
        "basins" => Subject::Basins(text(value)?),
        _ => Subject::Network(text(value)?),
    })
}

fn place(value: &Value) -> Result<[f64; 2], String> {
    let pair = numbers(value).and_then(|numbers| <[f64; 2]>::try_from(numbers).ok());
    pair.ok_or_else(|| "a point is two numbers: [1, 0]".to_owned())
}

/// The numbers of an array; `None` if it is none.
pub fn numbers(value: &Value) -> Option<Vec<f64>> {
    value.as_array()?.iter().map(number).collect()
}

/// A number, whole or not.
pub fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

fn is_finite(value: &Value) -> bool {
    match value {
        Value::Float(number) => number.is_finite(),
        Value::Array(values) => values.iter().all(is_finite),
        Value::Table(table) => table.values().all(is_finite),
        _ => true,
    }
}

/// Whether a number is as expected: equal to a relative tolerance, or in a range.
pub fn within(found: f64, expected: &Value, tolerance: f64) -> Option<bool> {
    if let Some(range) = numbers(expected) {
        let [low, high] = range.as_slice() else { return None };
        return Some(*low <= found && found <= *high);
    }
    let expected = number(expected)?;
    Some((found - expected).abs() <= tolerance * expected.abs().max(1.0))
}

/// Whether a whole number is as expected: equal, or in a range.
pub fn is_count(found: usize, expected: &Value) -> Option<bool> {
    match expected.as_integer() {
        Some(whole) => Some(usize::try_from(whole) == Ok(found)),
        None => within(found as f64, expected, 0.0),
    }
}
