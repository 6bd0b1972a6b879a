//! How runs end, as a process says it: a critical point is named only where one is proved and the run goes there, and a run
//! diverges only where numbers overflow or a theorem says so.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;
use std::process::{Command, Stdio};

/// The output of `losscape trace`, in words or as JSON. The formula is one argument; the other arguments are separated
/// by spaces.
fn trace(formula: &str, arguments: &str, json: bool) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_losscape"));
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    command.args(["trace", "--formula", formula]).args(arguments.split_whitespace()).args(json.then_some("--json"));
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{formula}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Why a run stopped, the kind of its end, and the sentence.
fn ended(formula: &str, arguments: &str) -> (String, Option<String>, String) {
    let answer: Value = serde_json::from_str(&trace(formula, arguments, true)).unwrap();
    let kind = answer["end"]["kind"].as_str().map(str::to_owned);
    let words = trace(formula, arguments, false).trim_end().lines().last().unwrap().to_owned();
    (answer["stop"].as_str().unwrap().to_owned(), kind, words)
}

/// From 10⁻⁷ Newton's method for w³ = 1 jumps to 3·10¹³, comes back by a third of the way in each step, and converges.
#[test]
fn a_jump_is_no_divergence() {
    let (stop, kind, words) = ended("w1^4/4-w1+w2^2", "--optimizer newton --start 1e-7,0");
    assert_eq!((stop.as_str(), kind.as_deref()), ("converged", Some("minimum")));
    assert!(words.starts_with("→ minimum (1, 0), 8"), "{words}");
}

/// A small gradient far from the minimum, in an underflowing tail, beside a saddle and just past a fold.
#[test]
fn no_point_is_named_where_none_is_proved() {
    for (formula, arguments) in [
        ("1e-9*(1-cos(w1))+w2^2", "--optimizer gradient-descent --learning-rate 0.5 --start 0.3,100"),
        ("1-exp(-w1^2-w2^2)", "--optimizer momentum --learning-rate 100 --start 0.5,0.5"),
        ("w1^3/3+1e-9*w1+w2^2", "--optimizer gradient-descent --learning-rate 0.9 --start 1,0.5 --steps 100000"),
        ("-exp(-50*(w1^2+w2^2))", "--optimizer gradient-descent --learning-rate 0.1 --start 2,0.1"),
    ] {
        let (stop, kind, words) = ended(formula, arguments);
        assert_eq!((stop.as_str(), kind), ("converged", None), "{formula}");
        assert!(words.starts_with("‖∇L‖ below 1e−8 at ("), "{formula}: {words}");
        assert!(words.contains("no critical point is proved near"), "{formula}: {words}");
    }
    // A point that is proved and near is named as that, and not as where the run goes.
    let (stop, kind, words) =
        ended("w1^2-w2^4", "--optimizer gradient-descent --learning-rate 0.1 --start 0.5,0.001 --steps 1000");
    assert_eq!((stop.as_str(), kind), ("converged", None));
    assert!(words.contains("at (0, 0.001), beside the degenerate point (0, 0)"), "{words}");
    let (_, _, words) =
        ended("1e-9*(1-cos(w1))+w2^2", "--optimizer gradient-descent --learning-rate 0.5 --start 0.3,100");
    assert!(words.contains("below 1e−8 at (0.3, 0); no critical point is proved near"), "{words}");
}

/// Near the axis of w1² − w2² gradient descent comes close to the saddle, where ‖∇L‖ is small for a while, and leaves
/// it; on the axis it comes to rest there. Newton's method goes there from anywhere.
#[test]
fn a_saddle_is_an_end_only_of_runs_that_stay() {
    let descent = "--optimizer gradient-descent --learning-rate 0.1 --steps 1000 --start";
    let (stop, kind, words) = ended("w1^2-w2^2", &format!("{descent} 1,1e-20"));
    assert_eq!((stop.as_str(), kind), ("converged", None));
    assert!(words.contains("from the saddle (0, 0)"), "{words}");
    for arguments in [&format!("{descent} 1,0"), "--optimizer newton --start 1,0.5"] {
        let (stop, kind, words) = ended("w1^2-w2^2", arguments);
        assert_eq!((stop.as_str(), kind.as_deref()), ("converged", Some("saddle")), "{arguments}");
        assert!(words.starts_with("→ saddle (0, 0)"), "{words}");
    }
}

/// Correct endings are still named: minima reached by all kinds of rules, degenerate points that algebra proves, curves
/// of minima.
#[test]
fn what_is_proved_is_named() {
    for optimizer in
        ["gradient-descent --learning-rate 0.01", "momentum --learning-rate 0.002", "newton", "bfgs", "trust-region"]
    {
        let arguments = format!("--optimizer {optimizer} --start 3.2,1.8 --steps 5000");
        let (stop, kind, words) = ended("(w1^2+w2-11)^2+(w1+w2^2-7)^2", &arguments);
        assert_eq!((stop.as_str(), kind.as_deref()), ("converged", Some("minimum")), "{optimizer}");
        assert!(words.starts_with("→ minimum (3, 2)"), "{optimizer}: {words}");
    }
    let slow =
        "--optimizer gradient-descent --learning-rate 0.05 --steps 1000000 --set gradient_tolerance=1e-5 --start";
    for (formula, start, kind) in [
        ("w1^3-w2^2", "1,0", "degenerate"),
        ("w1^4+w2^4", "1,0.5", "degenerate"),
        ("(w1^2+w2^2-1)^2", "1,1.5", "minimum"),
        ("w1^2+1000*w2^2", "1,0", "minimum"),
    ] {
        let (_, found, words) = ended(formula, &format!("{slow} {start}"));
        assert_eq!(found.as_deref(), Some(kind), "{formula}: {words}");
    }
}

/// diag(2·10¹⁷, 2) is regular, and Newton's method is at the minimum after a step; diag(2, 0) is singular.
#[test]
fn singular_means_singular() {
    let newton = "--optimizer newton --start 1,1";
    let (stop, kind, _) = ended("1e17*w1^2+w2^2", newton);
    assert_eq!((stop.as_str(), kind.as_deref()), ("converged", Some("minimum")));
    assert_eq!(ended("w1^2", newton).0, "singular_hessian");
}

/// On a quadratic algebra says that a run diverges; a slope that goes on for ever only leads out of the view, and a cubic
/// overflows.
#[test]
fn divergence_is_overflow_or_a_theorem() {
    let descent = "--optimizer gradient-descent --start 1,1 --learning-rate";
    assert_eq!(ended("w1^2+w2^2", &format!("{descent} 2 --steps 5000")).0, "diverged");
    assert_eq!(ended("-w1^3+w2^2", &format!("{descent} 0.5 --steps 5000")).0, "diverged");
    let (stop, kind, words) = ended("w1+w2^2", &format!("{descent} 50 --steps 300"));
    // w₂ is multiplied by 1 − 2·50 in each step.
    assert_eq!((stop.as_str(), kind), ("diverged", None), "{words}");
    let (stop, kind, words) = ended("w1+w2^2", &format!("{descent} 0.5 --steps 300"));
    assert_eq!((stop.as_str(), kind), ("step_limit", None));
    assert_eq!(words, "left the view, L = −149");
    let (stop, _, words) = ended("w1^2+w2^2", &format!("{descent} 0.001 --steps 3"));
    assert_eq!((stop.as_str(), words.as_str()), ("step_limit", "3 steps, not converged"));
    // At the limit 2/λ the run jumps from w to −w and back.
    let (stop, _, words) = ended("w1^2+w2^2", &format!("{descent} 1 --steps 30"));
    assert_eq!((stop.as_str(), words.as_str()), ("step_limit", "30 steps, in a cycle of 2 points"));
}

/// H = diag(2, 2·10¹⁰) is positive definite, and Newton's method is at the minimum after one step.
#[test]
fn the_test_of_definiteness_lets_an_exact_minimum_pass() {
    let arguments = "--optimizer newton --start 1,1 --set require_positive_definite=true --steps 50";
    let (stop, kind, words) = ended("w1^2+1e10*w2^2", arguments);
    assert_eq!((stop.as_str(), kind.as_deref()), ("converged", Some("minimum")), "{words}");
}

/// Where L is flat across a curve, a run stops far from it: the ending names a point of the curve. On |w1| = t gradient
/// descent on w1 − sin(w1) stops where 1 − cos(t) = 10⁻⁸, at t = 1.4·10⁻⁴.
#[test]
fn ends_in_flat_places_name_the_point_of_the_curve() {
    let run = "--optimizer gradient-descent --learning-rate 0.3 --start 1,0.7 --steps 1000000";
    for (formula, kind, beginning) in [
        ("w1-sin(w1)", "degenerate", "→ degenerate point (0, 0.7), "),
        ("w1^4", "minimum", "→ minimum (0, 0.7), "),
        ("3", "degenerate", "→ degenerate point (1, 0.7), 0 steps"),
    ] {
        let (stop, found, words) = ended(formula, run);
        assert_eq!((stop.as_str(), found.as_deref()), ("converged", Some(kind)), "{formula}: {words}");
        assert!(words.starts_with(beginning), "{formula}: {words}");
    }
}
