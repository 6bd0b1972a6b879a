//! Losses over data on the command line, as a process.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_losscape")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// The answer, and what was noted beside it.
fn answered(arguments: &[&str]) -> (String, String) {
    let output = run(arguments);
    let [out, error] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
    (out, error)
}

fn json(arguments: &[&str]) -> Value {
    let (out, error) = answered(arguments);
    assert_eq!(error, "", "{arguments:?}");
    serde_json::from_str(&out).unwrap()
}

fn refused(arguments: &[&str]) -> (i32, String) {
    let output = run(arguments);
    assert!(output.stdout.is_empty(), "{arguments:?}");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

const REGRESSION: &str = "(w1*x + w2 - y)^2";

/// At (1, 0) on the examples (1, 2) and (3, 4): residuals −1 and −1, so L = 1, ∇L = (−4, −2), H = 2·[5 2; 2 1]; the
/// examples' gradients are (−2, −2) and (−6, −2), of covariance [4 0; 0 0].
#[test]
fn probe_is_the_mean_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points.csv");
    std::fs::write(&path, "x,y\n1,2\n3,4\n").unwrap();
    let path = path.to_str().unwrap();
    let found = json(&["probe", "--formula", REGRESSION, "--data", path, "--at", "1,0", "--json"]);
    assert_eq!(found["value"], 1.0);
    assert_eq!(found["gradient"], serde_json::json!([-4.0, -2.0]));
    assert_eq!(found["hessian"], serde_json::json!([[10.0, 4.0], [4.0, 2.0]]));
    assert_eq!(found["gradient_covariance"], serde_json::json!([[4.0, 0.0], [0.0, 0.0]]));
    let (text, note) = answered(&["probe", "--formula", "(w1 - y)^2", "--data", path, "--at", "1,0"]);
    assert!(text.contains("over the 2 examples of points.csv"), "{text}");
    assert_eq!(note, "note: the formula does not use the data's column x\n");
    assert!(json(&["probe", "cubic", "--at", "1,0", "--json"]).get("gradient_covariance").is_none());
}

#[test]
fn bad_data_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points.csv");
    let file = path.to_str().unwrap();
    for (text, status, message) in [
        ("", 1, "there are no columns"),
        ("x,y\n", 1, "no examples below them"),
        ("x,y\n1,2\n1,NaN\n", 1, "line 3, column 2: 'NaN' is not a finite number"),
        ("x,t\n1,2\n", 2, "`y` is no column of the data, which have x, t"),
    ] {
        std::fs::write(&path, text).unwrap();
        let (found, said) = refused(&["probe", "--formula", REGRESSION, "--data", file, "--at", "1,0"]);
        assert!(found == status && said.contains(message), "{text:?}: {found} {said}");
    }
    let (status, said) = refused(&["probe", "--formula", "w1^2", "--data", "line", "--at", "1,0"]);
    assert!(status == 2 && said.contains("the formula names no column of the data, which have x, y"), "{said}");
    let (status, said) = refused(&["probe", "--formula", REGRESSION, "--data", "lnie", "--at", "1,0"]);
    assert!(status == 2 && said.contains("losscape datasets"), "{said}");
    let (status, said) = refused(&["probe", "--formula", REGRESSION, "--data", "none.csv", "--at", "1,0"]);
    assert!(status == 1 && said.contains("none.csv: no such file"), "{said}");
}

#[test]
fn datasets_are_listed() {
    let list = json(&["datasets", "--json"]);
    let line = list.as_array().unwrap().iter().find(|known| known["name"] == "line").unwrap();
    assert_eq!((&line["rows"], &line["columns"]), (&17.into(), &serde_json::json!(["x", "y"])));
    assert!(answered(&["datasets"]).0.contains("noisy-line"));
}

#[test]
fn a_study_with_data_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("picture.svg");
    let out = picture.to_str().unwrap();
    answered(&["render", "--formula", REGRESSION, "--data", "noisy-line", "-o", out, "--size", "300x200"]);
    assert!(std::fs::read_to_string(&picture).unwrap().contains("<svg"));
}
