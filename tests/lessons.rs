//! `losscape lesson` and `losscape lessons` as processes.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_losscape")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn lessons_are_listed_and_checked() {
    let listed: Value = serde_json::from_slice(&run(&["lessons", "--json"]).stdout).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 10);
    let output = run(&["lesson", "check", "fog", "kinds", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let claim = &found["steps"][0]["claims"][0];
    assert_eq!(claim["verdict"], "holds");
    assert!(claim["says"].is_string() && claim["expected"].is_object() && claim["found"].is_object());
    let text = run(&["lesson", "check", "fog"]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("exercise  solved"));
}

#[test]
fn a_claim_that_fails_is_shown_and_the_status_is_1() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let file = path.to_str().unwrap();
    assert_eq!(run(&["lesson", "new", file]).status.code(), Some(0));
    assert_eq!(run(&["lesson", "check", file]).status.code(), Some(0), "the template holds");
    assert_eq!(run(&["lesson", "new", file]).status.code(), Some(1), "nothing is replaced unasked");
    let text = std::fs::read_to_string(&path).unwrap().replace("ends = \"minimum\"", "ends = \"saddle\"");
    std::fs::write(&path, text).unwrap();
    let output = run(&["lesson", "check", file, "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let claim = &found["steps"][0]["claims"][0];
    assert_eq!((&claim["verdict"], &claim["found"]["ends"]), (&"fails".into(), &"minimum".into()));
    assert!(said(&output).is_empty());
    std::fs::write(&path, "title = \"x\"\n[[step]]\ntitle = \"first\"\nlandscape = \"nowhere\"\n").unwrap();
    let output = run(&["lesson", "check", file]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("mine.toml") && said(&output).contains("first"), "{}", said(&output));
}

#[test]
fn what_was_handed_in_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let study = folder.path().join("hand-in.toml");
    let write_from = |start: &str, rate: f64| {
        let text = format!(
            "version = 1\nview = [-2, 2, -2, 2]\nstart = {start}\n\n[landscape]\nname = \"ravine\"\nformula = \"{}\"\n\n\
             [[runs]]\noptimizer = \"momentum\"\nsteps = 5000\nsettings = {{ learning_rate = {rate} }}\n\n[picture]\n",
            formula("ravine")
        );
        std::fs::write(&study, text).unwrap();
    };
    let write = |rate: f64| write_from("[1, 1.5]", rate);
    let check = || run(&["lesson", "check", "fog", "--study", study.to_str().unwrap(), "--json"]);
    write(0.01);
    let output = check();
    assert_eq!(output.status.code(), Some(0), "{}{}", said(&output), String::from_utf8_lossy(&output.stdout));
    // The same study in a picture, and as a link.
    let picture = folder.path().join("hand-in.svg");
    let [study_name, picture_name] = [&study, &picture].map(|path| path.to_str().unwrap().to_owned());
    assert_eq!(run(&["render", &study_name, "-o", &picture_name]).status.code(), Some(0));
    let link = String::from_utf8(run(&["link", &study_name]).stdout).unwrap();
    for handed in [picture_name.as_str(), link.trim()] {
        let output = run(&["lesson", "check", "fog", "--study", handed]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
    write(0.0001);
    assert_eq!(check().status.code(), Some(1));
    // From a start beside the minimum a few steps suffice, but the exercise does not move the start.
    write_from("[0.001, 0]", 0.01);
    let output = check();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("starts at (0.001, 0), not at (1, 1.5)"));
    // So do they with a stopping rule that stops early.
    write(0.0001);
    let text = std::fs::read_to_string(&study).unwrap();
    std::fs::write(&study, text.replace("steps = 5000", "steps = 5000\ngradient_tolerance = 1")).unwrap();
    let output = check();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("stops where ‖∇L‖ is below 1, not below 1e−8"));
}

/// A quadratic with the diagonal 2 and −2 is indefinite, and not what is asked for: the diagonal 2 and 2.
#[test]
fn a_quadratic_with_another_diagonal_is_no_solution() {
    let folder = tempfile::tempdir().unwrap();
    let study = folder.path().join("hand-in.toml");
    for (formula, status) in [("w1^2 - w2^2", 1), ("w1^2 + w2^2", 1), ("w1^2 - 4*w1*w2 + w2^2", 0)] {
        let text = format!(
            "version = 1\nview = [-2, 2, -2, 2]\nstart = [1, 1]\nruns = []\n\n[landscape]\nformula = \"{formula}\"\n\n[picture]\n"
        );
        std::fs::write(&study, text).unwrap();
        let output = run(&["lesson", "check", "curvature", "--study", study.to_str().unwrap()]);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{formula}: {}{}",
            said(&output),
            String::from_utf8_lossy(&output.stdout)
        );
    }
}

fn formula(name: &str) -> String {
    let listed: Value = serde_json::from_slice(&run(&["landscapes", "--json"]).stdout).unwrap();
    let entry = listed.as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap();
    entry["formula"].as_str().unwrap().to_owned()
}

#[test]
fn a_lesson_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let output = run(&["lesson", "print", "fog", "-o", &path("handout.pdf")]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(run(&["lesson", "print", "fog", "-o", &path("answers.pdf"), "--answers"]).status.code(), Some(0));
    for name in ["handout.pdf", "answers.pdf"] {
        assert!(std::fs::read(path(name)).unwrap().starts_with(b"%PDF-"));
    }
    for arguments in [
        ["lesson", "print", "fog", "-o", &path("handout.png")],
        ["lesson", "print", "nowhere", "-o", &path("nowhere.pdf")],
    ] {
        assert_ne!(run(&arguments).status.code(), Some(0));
    }
}
