//! `losscape probe` as a process: what it claims of a point holds, and what it does not know it says.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::{Value, json};
use std::process::{Command, Stdio};

fn run(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_losscape"));
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    let output = command.args(arguments).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn probe(formula: &str, at: &str) -> Value {
    serde_json::from_str(&run(&["probe", "--formula", formula, &format!("--at={at}"), "--json"])).unwrap()
}

fn in_words(formula: &str, at: &str) -> String {
    run(&["probe", "--formula", formula, &format!("--at={at}")])
}

#[test]
fn critical_is_a_claim_with_three_answers() {
    for (formula, at, expected) in [
        ("w1^3-w2^2", "0,0", json!(true)),
        ("100*(w2-w1^2)^2+(1-w1)^2", "1,1", json!(true)),
        ("1e308*w1^2+w2^2", "0,0", json!(true)),
        ("1e16+w1+w2", "0,0", json!(false)),
        ("(w1-1e10)^2+w2^2", "10000000000.9,0", json!(false)),
        ("tanh(w1)", "20,0", json!(false)),
        ("abs(w1)", "0,0", json!(false)),
        ("max(w1,w2)", "1,1", json!(false)),
        ("log(w1)", "-1,0", json!(false)),
        // 0.1 is no f64, and f64 intervals around it do not tell.
        ("(w1-0.1)^2+w2^2", "0.1,0", Value::Null),
        // w1² in disguise: it is critical, and its formula has a kink.
        ("abs(w1)^2+w2^2", "0,0", Value::Null),
    ] {
        let found = probe(formula, at);
        let is_open_to_proof = expected.is_null() && found["critical"] == true;
        assert!(found["critical"] == expected || is_open_to_proof, "{formula} at {at}: {found}");
    }
}

#[test]
fn each_answer_has_its_words() {
    for (formula, at, expected) in [
        ("w1^2+w2^2", "0,0", "yes, proved: minimum"),
        ("w1^3-w2^2", "0,0", "yes, proved: degenerate"),
        ("w1+w2", "0,0", "no: ∇L is not zero"),
        ("abs(w1)", "0,0", "no: L is not differentiable here"),
        ("log(w1)", "-1,0", "no: L is undefined"),
        ("abs(w1)^2+w2^2", "0,0", "not decided: ∇L = 0 to the last digit; not proved"),
    ] {
        let words = in_words(formula, at);
        assert!(words.contains(expected), "{formula} at {at}: {words}");
    }
}

/// The digits of tanh' are 4·e⁻⁴⁰ at 20, and those of the others are known by hand.
#[test]
fn values_that_can_be_represented_are_not_lost() {
    let half = 0.5f64.sqrt();
    let e = libm::exp(-40.0);
    for (formula, at, value, gradient) in [
        ("sqrt(w1^2+w2^2)", "1e200,1e200", 1e200 * 2f64.sqrt(), [half, half]),
        ("log(1+exp(w1))", "800,0", 800.0, [1.0, 0.0]),
        ("ln(exp(w1)+1)", "-40,0", e, [e, 0.0]),
        ("tanh(w1)", "20,0", 1.0, [4.0 * e, 0.0]),
    ] {
        let found = probe(formula, at);
        let got =
            [&found["value"], &found["gradient"][0], &found["gradient"][1]].map(|number| number.as_f64().unwrap());
        for (got, expected) in got.into_iter().zip([value, gradient[0], gradient[1]]) {
            assert!((got - expected).abs() <= 1e-15 * expected.abs(), "{formula} at {at}: {found}");
        }
    }
}

#[test]
fn definiteness_is_what_is_proved() {
    for (formula, at, expected) in [
        ("w1^2+1e10*w2^2", "1,1", json!("positive definite")),
        ("w1^2+1e300*w2^2", "1,1", json!("positive definite")),
        ("1e308*w1^2+w2^2", "0,0", json!("positive definite")),
        ("-w1^2+1e10*w2^2", "1,1", json!("indefinite")),
        ("(w1+w2)^2", "0.5,3", json!("positive semidefinite")),
        ("w1+w2", "0,0", json!("zero")),
        ("abs(w1)", "0,0", Value::Null),
        ("exp(-1e-300*w1^2)+0*w2", "0,0", json!("negative semidefinite")),
        // The second derivatives of a square of decimals: whether det H is 0, f64 intervals do not tell.
        ("(0.1*w1+0.3*w2)^2", "0,0", json!("undecided")),
    ] {
        let found = probe(formula, at);
        let is_open_to_proof = expected == "undecided" && found["curvature"] == "positive semidefinite";
        assert!(found["curvature"] == expected || is_open_to_proof, "{formula} at {at}: {found}");
    }
    // Never "semidefinite" beside eigenvalues of both signs.
    let found = probe("w1^2-1e-10*w2^2", "0,0");
    assert_eq!((&found["curvature"], &found["critical"]), (&json!("indefinite"), &json!(true)), "{found}");
}

/// H = diag(2, 2e10) is positive definite, and Newton's method is at the minimum after one step.
#[test]
fn newtons_method_knows_that_a_ravine_is_positive_definite() {
    let arguments = "trace --formula w1^2+1e10*w2^2 --optimizer newton --start 1,1 --set require_positive_definite=true \
                     --steps 50 --json";
    let found: Value = serde_json::from_str(&run(&arguments.split_whitespace().collect::<Vec<_>>())).unwrap();
    assert_eq!(found["stop"], "converged", "{found}");
    assert_eq!(found["steps"].as_array().unwrap().len(), 2, "{found}");
}

#[test]
fn a_pole_is_undefined_in_words_and_in_json() {
    for formula in ["1/w1+w2^2", "1/w1^2+w2^2", "log(w1)+w2^2"] {
        let found = probe(formula, "0,1");
        let nothing = json!([null, null]);
        assert_eq!([&found["value"], &found["curvature"]], [&Value::Null, &Value::Null], "{formula}");
        assert_eq!([&found["gradient"], &found["eigenvalues"]], [&nothing, &nothing], "{formula}");
        assert_eq!(found["critical"], false, "{formula}");
        let words = in_words(formula, "0,1");
        assert!(words.contains("undefined") && !words.contains('∞'), "{formula}: {words}");
    }
}

#[test]
fn digits_that_are_lost_are_mentioned() {
    let notes = |at: &str| probe("w1^2+w2^2", at)["notes"].clone();
    assert_eq!(notes("0.1,1e-5"), json!([]));
    let lost = notes("0.12345678901234567890123,0");
    assert!(lost[0].as_str().is_some_and(|note| note.contains("0.12345678901234568")), "{lost}");
}

#[test]
fn a_slope_below_the_smallest_number_is_not_shown_as_nothing() {
    let words = in_words("exp(w1)", "-800,0");
    assert!(words.contains("not zero, at most") && !words.contains("(0, 0)"), "{words}");
}
