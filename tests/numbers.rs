//! Numbers as the command line shows them to people.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::process::Command;

/// What a command says on standard output.
fn said(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_losscape")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The rest of the line that begins with a word.
fn line<'a>(text: &'a str, word: &str) -> &'a str {
    let line = text.lines().find_map(|line| line.strip_prefix(word)).unwrap_or_else(|| panic!("no {word} in {text}"));
    line.trim()
}

#[test]
fn digits_before_the_point_are_never_rounded_away() {
    let text = said(&["probe", "--formula", "w1*w2 + w1", "--at", "12346.5,0"]);
    assert!(text.contains("at (12346.5, 0)"), "{text}");
    assert_eq!([line(&text, "L  "), line(&text, "∇L")], ["12346.5", "(1, 12346.5)"]);
    let text = said(&["probe", "--formula", "w1", "--at", "12345,0"]);
    assert_eq!(line(&text, "L  "), "12345");
}

/// d√w/dw is infinite at 0; the other component is 2·1.
#[test]
fn an_infinite_component_leaves_the_other_alone() {
    let text = said(&["probe", "--formula", "sqrt(w1) + w2^2", "--at", "0,1"]);
    assert_eq!(line(&text, "∇L"), "(∞, 2)");
}

/// H = diag(k, 1): 1 is not nothing beside 10¹⁶.
#[test]
fn a_small_entry_is_an_entry() {
    for k in ["1e12", "1e16", "1e300"] {
        let parameter = format!("k={k}");
        let text = said(&["probe", "--formula", "k/2*w1^2 + w2^2/2", "--param", &parameter, "--at", "1,1"]);
        let entries: Vec<&str> = line(&text, "H ").split_whitespace().collect();
        assert_eq!(entries, [k, "0"]);
        assert!(line(&text, "λ₁").starts_with("1 along (0, 1)"), "{text}");
        assert_eq!(line(&text, "∇L"), format!("({k}, 1)"));
    }
}

/// At w1 = 0 the loss |w1| + w2² and, one-sided, its slope have values, and the Hessian has none.
#[test]
fn what_is_undefined_is_named() {
    let trace = |formula: &str, optimizer: &str, start: &str| {
        said(&["trace", "--formula", formula, "--optimizer", optimizer, "--start", start])
    };
    let text = trace("abs(w1) + w2^2", "newton", "0,1");
    assert!(text.contains("H undefined at step 0") && !text.contains("L undefined"), "{text}");
    assert!(trace("ln(w1) + w2^2", "newton", "-1,1").contains("L undefined at step 0"));
    assert!(trace("sqrt(w1) + w2^2", "gradient-descent", "0,1").contains("∇L infinite at step 0"));
}

/// All four minima of Himmelblau's function have L = 0; three of them no f64 hits, and what is computed there is rounding.
#[test]
fn zero_is_shown_as_zero() {
    let text = said(&["points", "himmelblau"]);
    let minima: Vec<&str> = text.lines().filter(|line| line.starts_with("minimum")).collect();
    assert_eq!(minima.len(), 4);
    for line in minima {
        let value = line.split(')').nth(1).unwrap().split_whitespace().next();
        assert_eq!(value, Some("0"), "{line}");
    }
    // A minimum of 10⁻¹³ is none of 0.
    let text = said(&["points", "--formula", "w1^2 + w2^2 + 1e-13"]);
    assert!(text.lines().any(|line| line.starts_with("minimum  (0, 0)  1e−13")), "{text}");
}

/// The sides of a small view are told apart.
#[test]
fn a_small_view_has_two_ends() {
    let text = said(&["points", "--formula", "w1^2 + w2^2", "--view", "1,1.00001,-1e-9,1e-9"]);
    assert!(text.contains("on [1, 1.00001] × [−1e−9, 1e−9]"), "{text}");
}
