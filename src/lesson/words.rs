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

/// A choice, or a word that is asserted, as it is read.
pub fn choice_in_words(word: &str) -> String {
    match word {
        "step_limit" => "still on the way".to_owned(),
        "nowhere" => "no critical point".to_owned(),
        word => word.replace('_', " "),
    }
}

fn in_words(key: &str, expected: &Json, found: &Json) -> String {
    match key {
        "fewer_steps_than" => format!("not fewer steps than {}", steps_of(found)),
        "same_end_as" => {
            format!("it ends at {}, {} away from the expected point", value(key, found), value(key, expected))
        }
        "contains" if found.is_null() => "there is no such point".to_owned(),
        "contains" => format!("no such point at {}: the nearest is {} away", value(key, expected), value(key, found)),
        "critical" | "complete" | "accounted" | "monotone" | "certified" if found.is_boolean() => {
            truth(key, found == &Json::Bool(true)).to_owned()
        }
        _ => {
            let expected = expected.get("is").unwrap_or(expected);
            format!("{}: {} instead of {}", name(key), value(key, found), value(key, expected))
        }
    }
}

/// A fact in words.
fn truth(key: &str, holds: bool) -> &'static str {
    match (key, holds) {
        ("critical", true) => "it is a critical point",
        ("critical", false) => "it is not a critical point",
        ("complete", true) => "the list is proved complete",
        ("complete", false) => "the list is not proved complete",
        ("accounted", true) => "everything in view is proved",
        ("accounted", false) => "not everything in view is proved",
        ("monotone", true) => "L falls in every step",
        ("monotone", false) => "L rises in some step",
        (_, true) => "it is certified",
        (_, false) => "it is not certified",
    }
}

/// A quantity in words, where its key is none.
fn name(key: &str) -> String {
    let name = match key {
        "value" => "L",
        "gradient" => "∇L",
        "gradient_norm" => "‖∇L‖",
        "hessian" => "H",
        "speed_limit" => "2/λmax",
        "angle_to" => "angle in degrees",
        "count" => "number of points",
        "curves" => "curves of critical points",
        "index_sum" => "sum of the indices",
        "stop" => "the run's end",
        "ends" => "the run ends at",
        "end" => "the run's last point",
        "loss" => "L at the end",
        "rate_times_sharpness" => "ηλmax at the end",
        "rate_times_sharpness_at_start" => "ηλmax at the start",
        "sign_changes" => "changes of sign",
        "share_near" => "share near the point",
        "escaped" => "share that escapes",
        "diverged" => "runs that diverge",
        "attractors" => "places where runs end",
        "share_of" => "share of the view",
        "negative" => "negative eigenvalues",
        "lambda_max" => "λmax",
        "lambda_min_ratio" => "λmin/λmax",
        "place" => "the place",
        key => return key.replace('_', " "),
    };
    name.to_owned()
}

fn steps_of(found: &Json) -> String {
    let runs = found.as_object().into_iter().flatten();
    let runs: Vec<String> = runs.map(|(name, steps)| format!("{name} ({})", value("steps", steps))).collect();
    runs.join(", ")
}

/// How many brackets a quantity is written in: 1 for a vector, 2 for a matrix or several points. Two numbers within them are a range.
fn brackets(key: &str) -> usize {
    match key {
        "hessian" | "leads_to" | "joins" => 2,
        "end" | "same_end_as" | "gradient" | "eigenvalues" | "contains" | "variance" | "place" | "before" | "after" => {
            1
        }
        _ => 0,
    }
}

fn value(key: &str, value_of: &Json) -> String {
    match value_of {
        Json::String(word) if key == "ends" && word == "degenerate" => "a degenerate point".to_owned(),
        Json::String(word) if key == "ends" && word != "nowhere" => format!("a {word}"),
        value_of => in_brackets(brackets(key), value_of),
    }
}

fn in_brackets(depth: usize, value: &Json) -> String {
    match value {
        Json::Null => "no value".to_owned(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Number(number) => number.as_f64().map_or_else(|| number.to_string(), short),
        Json::String(word) => choice_in_words(word),
        Json::Array(values) => match (depth, values.as_slice()) {
            (_, []) => "none".to_owned(),
            (0, [low, high]) => range(low, high),
            (depth, values) => {
                let values: Vec<String> =
                    values.iter().map(|inner| in_brackets(depth.saturating_sub(1), inner)).collect();
                format!("({})", values.join(", "))
            }
        },
        Json::Object(_) => value.to_string(),
    }
}

/// A bound beyond this is none.
const NO_BOUND: f64 = 1e300;

fn range(low: &Json, high: &Json) -> String {
    let is_bound = |value: &Json| value.as_f64().is_none_or(|bound| bound.abs() < NO_BOUND);
    match (is_bound(low), is_bound(high)) {
        (false, false) => "any number".to_owned(),
        (false, true) => format!("at most {}", in_brackets(0, high)),
        (true, false) => format!("at least {}", in_brackets(0, low)),
        (true, true) => format!("{} to {}", in_brackets(0, low), in_brackets(0, high)),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;
    use serde_json::json;

    #[test]
    fn reasons_are_read_as_sentences() {
        for (key, expected, found, words) in [
            ("ends", json!("minimum"), json!("nowhere"), "the run ends at: no critical point instead of a minimum"),
            ("ends", json!("minimum"), json!("degenerate"), "the run ends at: a degenerate point instead of a minimum"),
            ("monotone", json!(true), json!(false), "L rises in some step"),
            ("critical", json!(false), json!(true), "it is a critical point"),
            ("count", json!(2), json!(1), "number of points: 1 instead of 2"),
            ("stop", json!("converged"), json!("step_limit"), "the run's end: still on the way instead of converged"),
            ("contains", json!([1, 0]), json!(null), "there is no such point"),
            ("leads_to", json!([[1, 0]]), json!([]), "leads to: none instead of ((1, 0))"),
            (
                "variance",
                json!([0.05, 0.01]),
                json!([[0.07, 0.09], [0.02, 0.03]]),
                "variance: (0.07 to 0.09, 0.02 to 0.03) instead of (0.05, 0.01)",
            ),
            (
                "hessian",
                json!([[2, [-1e300, 1e300]], [[-1e300, 1e300], 2]]),
                json!([[3, 1], [1, 2]]),
                "H: ((3, 1), (1, 2)) instead of ((2, any number), (any number, 2))",
            ),
            ("loss", json!([-1e300, -1e60]), json!(1), "L at the end: 1 instead of at most −1e60"),
        ] {
            assert_eq!(in_words(key, &expected, &found), words, "{key}");
        }
    }
}
