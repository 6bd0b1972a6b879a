//! The reasons why a claim does not hold, in words and numbers.

use super::claims::{ClaimResult, Verdict};
use super::file::{RunSpec, Solution};
use crate::number::display::short;
use serde_json::Value as Json;

impl ClaimResult {
    /// For each assertion that does not hold, the found value and the asserted one. Empty if the claim holds.
    pub fn reasons(&self) -> Vec<String> {
        if self.verdict == Verdict::Holds {
            return Vec::new();
        }
        if let Some(error) = self.found.get("error").and_then(Json::as_str) {
            return vec![format!("it cannot be evaluated: {error}")];
        }
        let reason = |key: &String| {
            let (expected, found) = (self.expected.get(key)?, self.found.get(key)?);
            Some(in_words(key, expected, found))
        };
        self.unmet.iter().filter_map(reason).collect()
    }
}

impl Solution {
    /// The changes, in words.
    pub fn words(&self) -> String {
        let mut parts: Vec<String> = self.formula.iter().map(|formula| format!("L = {formula}")).collect();
        parts.extend(self.parameters.iter().map(|(name, value)| format!("{name} = {value}")));
        parts.extend(self.runs.iter().map(|(name, run)| format!("“{name}”: {}", run.words())));
        parts.join("; ")
    }
}

impl RunSpec {
    /// The changed settings, in words.
    fn words(&self) -> String {
        let mut parts = vec![self.optimizer.replace('-', " ")];
        parts.extend(self.start.map(|[x, y]| format!("from ({}, {})", short(x), short(y))));
        parts.extend(self.learning_rate.map(|rate| format!("η = {}", short(rate))));
        parts.extend(self.batch_size.map(|size| format!("batches of {}", short(size))));
        parts.extend(self.settings.iter().map(|(key, value)| format!("{} = {value}", key.replace('_', " "))));
        parts.join(", ")
    }
}

fn in_words(key: &str, expected: &Json, found: &Json) -> String {
    match key {
        "fewer_steps_than" => format!("not fewer steps than {}", steps_of(found)),
        "same_end_as" => {
            format!("it ends at {}, {} away from the expected point", value(key, found), value(key, expected))
        }
        "contains" => format!("no such point at {}: the nearest is {} away", value(key, expected), value(key, found)),
        _ => {
            let expected = expected.get("is").unwrap_or(expected);
            format!("{}: {} instead of {}", key.replace('_', " "), value(key, found), value(key, expected))
        }
    }
}

fn steps_of(found: &Json) -> String {
    let runs = found.as_object().into_iter().flatten();
    let runs: Vec<String> = runs.map(|(name, steps)| format!("{name} ({})", value("steps", steps))).collect();
    runs.join(", ")
}

/// Whether two numbers are the bounds of a range, and not a vector.
fn is_range(key: &str) -> bool {
    !matches!(
        key,
        "end"
            | "same_end_as"
            | "gradient"
            | "eigenvalues"
            | "hessian"
            | "contains"
            | "variance"
            | "leads_to"
            | "joins"
            | "place"
    )
}

fn value(key: &str, value_of: &Json) -> String {
    match value_of {
        Json::Null => "no value".to_owned(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Number(number) => number.as_f64().map_or_else(|| number.to_string(), short),
        Json::String(word) => word.replace('_', " "),
        Json::Array(values) => match values.as_slice() {
            [low, high] if is_range(key) && low.is_number() => {
                format!("{} to {}", value(key, low), value(key, high))
            }
            values => {
                let values: Vec<String> = values.iter().map(|inner| value(key, inner)).collect();
                format!("({})", values.join(", "))
            }
        },
        Json::Object(_) => value_of.to_string(),
    }
}
