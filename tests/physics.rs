//! `losscape saddles`, `branches`, `occupation` and `escape` as a script sees them.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_losscape"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").args(arguments).output().unwrap()
}

fn text(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(&[arguments, &["--json"]].concat())).unwrap()
}

fn fields(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn has(value: &Value, wanted: &[&str]) {
    for field in wanted {
        assert!(fields(value).contains(field), "{field} is not in {value}");
    }
}

const DOUBLE_WELL: &str = "(w1^2-1)^2+w2^2/2";

/// Between the minima (±1, 0) of the double well stands the saddle (0, 0) of height 1, at a distance of 1 from each.
#[test]
fn saddles_of_the_double_well() {
    let answer = json(&["saddles", "--formula", DOUBLE_WELL]);
    has(&answer, &["saddles", "merge_tree", "critical_depth", "complete", "formula", "notes"]);
    let saddle = &answer["saddles"][0];
    assert_eq!((&saddle["w"], &saddle["role"]), (&serde_json::json!([0.0, 0.0]), &"joins".into()));
    for curve in saddle["unstable"].as_array().unwrap() {
        has(curve, &["to", "length", "leaves_view_at", "polyline", "reason"]);
        assert!((curve["length"].as_f64().unwrap() - 1.0).abs() < 1e-9);
        assert_eq!(curve["to"][0].as_f64().unwrap().abs(), 1.0);
        assert!(curve["leaves_view_at"].is_null());
    }
    for curve in saddle["stable"].as_array().unwrap() {
        assert_eq!((&curve["to"], &curve["length"]), (&"infinity".into(), &Value::Null));
        assert_eq!(curve["leaves_view_at"][1].as_f64().unwrap().abs(), 2.0);
    }
    let merge = &answer["merge_tree"][0];
    assert_eq!((&merge["saddle"], &merge["barrier"]), (&saddle["w"], &1.0.into()));
    // Both minima are global: no other has a barrier.
    assert_eq!(answer["critical_depth"], 0.0);
    assert!(text(&["saddles", "--formula", DOUBLE_WELL]).contains("joins"));
}

/// The default landscape's only critical point is degenerate, and no saddle.
#[test]
fn the_default_landscape_has_no_saddle() {
    let answer = json(&["saddles", "cubic"]);
    assert_eq!((&answer["saddles"], &answer["merge_tree"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert!(answer["critical_depth"].is_null());
    assert_eq!(answer["undrawn"][0]["w"], serde_json::json!([0.0, 0.0]));
    assert!(text(&["saddles", "cubic"]).contains("no curves from the degenerate point"));
}

#[test]
fn occupation_says_what_cannot_be_normalised() {
    for landscape in ["cubic", "saddle", "peaks"] {
        let answer = json(&["occupation", landscape, "--temperature", "1"]);
        assert_eq!(answer["normalisable"], false, "{landscape}");
        assert!(answer["minima"].as_array().unwrap().iter().all(|minimum| minimum["share"].is_null()));
    }
    let answer = json(&["occupation", "--formula", DOUBLE_WELL, "--temperature", "0.3"]);
    assert_eq!(answer["normalisable"], true);
    for minimum in answer["minima"].as_array().unwrap() {
        has(minimum, &["w", "share", "harmonic", "entropy"]);
        assert!((minimum["share"].as_f64().unwrap() - 0.5).abs() < 1e-6);
        // −½ ln det diag(8, 1).
        assert!((minimum["entropy"].as_f64().unwrap() + 0.5 * libm::log(8.0)).abs() < 1e-12);
    }
}

/// τ = 2π/4·√(4/8)·e^(1/T) for the double well.
#[test]
fn escape_answers_by_formulas_and_measures_when_asked() {
    let arguments = ["escape", "--formula", DOUBLE_WELL, "--from", "-1,0", "--temperature", "0.5"];
    let answer = json(&arguments);
    has(&answer, &["exits", "kramers", "ridge", "ridge_width", "measured"]);
    let kramers = std::f64::consts::TAU / 4.0 * 0.5f64.sqrt() * libm::exp(2.0);
    assert!((answer["kramers"].as_f64().unwrap() / kramers - 1.0).abs() < 1e-12);
    assert!(answer["measured"].is_null());
    has(&answer["exits"][0], &["to", "saddle", "barrier", "rate"]);
    assert_eq!(answer["exits"][0]["to"], serde_json::json!([1.0, 0.0]));
    let measured = &json(&[&arguments[..], &["--runs", "20", "--steps", "100000", "--seed", "4"]].concat())["measured"];
    has(measured, &["arrived", "censored", "mean", "interval"]);
    assert_eq!((measured["arrived"].as_u64(), measured["censored"].as_u64()), (Some(20), Some(0)));
    let refused = run(&["escape", "--formula", DOUBLE_WELL, "--from", "0.5,1", "--temperature", "0.5"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stdout.is_empty());
}

/// w1³/3 − a·w1 + w2² has two points for a > 0 and none for a < 0.
#[test]
fn branches_of_the_fold() {
    let arguments = ["branches", "--formula", "w1^3/3-a*w1+w2^2", "--vary", "a=-1:1.5"];
    let answer = json(&arguments);
    has(&answer, &["branches", "events", "accounted"]);
    assert_eq!(answer["accounted"], true);
    let event = &answer["events"][0];
    assert_eq!((&event["kind"], event["w"].as_array().unwrap().len()), (&"fold".into(), 1));
    assert!(event["value"].as_f64().unwrap().abs() < 1e-8);
    assert_eq!(event["before"], serde_json::json!({"minimum": 0, "saddle": 0, "maximum": 0}));
    assert_eq!(event["after"], serde_json::json!({"minimum": 1, "saddle": 1, "maximum": 0}));
    assert_eq!(event["certified"], true);
    for branch in answer["branches"].as_array().unwrap() {
        let sign = if branch["kind"] == "minimum" { 1.0 } else { -1.0 };
        for point in branch["points"].as_array().unwrap() {
            let wanted = sign * point["value"].as_f64().unwrap().sqrt();
            assert!((point["w"][0].as_f64().unwrap() - wanted).abs() < 1e-9, "{point}");
        }
    }
    let refused = run(&["branches", "--formula", "w1^3/3-a*w1+w2^2", "--vary", "b=-1:1"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&arguments).contains("fold"));
}
