//! The tables of the document about the formula language, row by row, and the notes about how a formula was read.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use losscape::formula::Formula;
use serde_json::Value;
use std::process::{Command, Output};

fn losscape(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_losscape")).args(arguments).output().unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let output = losscape(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The two cells of each row of the tables of the document, without backquotes, with the heading of their section.
fn rows() -> Vec<(String, String, String)> {
    let document = include_str!("../docs/formula-language.md");
    let mut section = String::new();
    let mut found = Vec::new();
    for line in document.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.to_owned();
        }
        let line = line.replace("\\|", "\u{1}");
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let ["", typed, meant, ""] = cells.as_slice()
            && let Some(typed) = typed.strip_prefix('`').and_then(|typed| typed.strip_suffix('`'))
        {
            let plain = |text: &str| text.replace('\u{1}', "|");
            found.push((section.clone(), plain(typed), plain(meant)));
        }
    }
    found
}

#[test]
fn every_row_of_the_document_holds() {
    let rows = rows();
    assert!(rows.len() > 50, "{}", rows.len());
    for (section, typed, meant) in rows {
        match (section.as_str(), Formula::parse(&typed)) {
            ("Refused", Ok(formula)) => panic!("{typed} is read as {}", formula.to_unicode()),
            ("Refused", Err(error)) => {
                let part = if meant.starts_with('`') { meant.trim_matches('`') } else { &meant };
                let words: Vec<&str> = part.split(" or ").collect();
                assert!(words.iter().all(|word| error.message.contains(word)), "{typed}: {error}");
            }
            (_, Ok(formula)) => assert_eq!(format!("`{}`", formula.to_unicode()), meant, "{typed}"),
            (_, Err(error)) => panic!("{typed}: {error}"),
        }
    }
}

#[test]
fn every_answer_has_the_formula_as_it_was_understood() {
    for arguments in [
        &["probe", "--formula", "kx^2 + y^2", "--at", "1,0"][..],
        &["points", "--formula", "kx^2 + y^2"],
        &["trace", "--formula", "kx^2 + y^2", "--optimizer", "newton", "--start", "1,1"],
        &["basins", "--formula", "kx^2 + y^2", "--optimizer", "newton"],
        &["ensemble", "--formula", "kx^2 + y^2", "--optimizer", "sgd", "--seeds", "2", "--steps", "3"],
    ] {
        let answer = json(&[arguments, &["--json"]].concat());
        assert_eq!(answer["formula"], "k·w₁² + w₂²", "{arguments:?}");
        let notes = answer["notes"].to_string();
        assert!(notes.contains("k is taken for a parameter"), "{arguments:?}: {notes}");
        let text = losscape(arguments);
        assert!(String::from_utf8_lossy(&text.stdout).contains("k·w₁² + w₂²"), "{arguments:?}");
        assert!(String::from_utf8_lossy(&text.stderr).contains("k is taken for a parameter"), "{arguments:?}");
    }
}

#[test]
fn notes_name_the_weight_or_the_parameter() {
    let notes = |formula: &str, more: &[&str]| {
        let arguments = [&["probe", "--at", "1,1", "--json", "--formula", formula], more].concat();
        json(&arguments)["notes"].to_string()
    };
    assert!(notes("x^2", &[]).contains("w2"));
    assert!(notes("key*x + y", &[]).contains("key"));
    assert_eq!(notes("key*x + y", &["--param", "key=1"]), "[]");
    assert_eq!(notes("kx^2 + y", &["--param", "k=3"]), "[]");
    assert_eq!(notes("λ₁x^2 + λ_2y", &["--param", "λ₁=3", "--param", "λ_2=2"]), "[]");
    // A parameter with a value is a whole name.
    let answer = json(&["probe", "--at", "2,0", "--json", "--formula", "kx + y", "--param", "kx=5"]);
    assert_eq!((&answer["formula"], &answer["value"]), (&"kx + w₂".into(), &5.0.into()));
}

#[test]
fn what_is_refused_is_shown_at_its_column() {
    let output = losscape(&["probe", "--formula", "1 + sin 2x", "--at", "0,0"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("column 5") && said.contains("sin(2*x)") && said.contains("sin(2)*x"), "{said}");
}
