//! What README, the guide, the optimizers' summaries and the tooltips state holds where it can be computed; the summary of an optimizer
//! has a source in any case.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use losscape::chart::CHARTS;
use losscape::lesson::{Verdict, evaluate_lesson, load};
use losscape::optimizer::OPTIMIZERS;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A text with its lines joined: a line of code that ends in a backslash goes on where the next one begins.
fn joined(text: &str) -> String {
    let lines: String = text.lines().map(|line| format!("{} ", line.trim().trim_end_matches('\\'))).collect();
    lines.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text at a place.
fn text_of(place: &str) -> String {
    if let Some(name) = place.strip_prefix("optimizer ") {
        let optimizer = OPTIMIZERS.iter().find(|optimizer| optimizer.name() == name).unwrap();
        return optimizer.info().summary.to_owned();
    }
    if let Some(key) = place.strip_prefix("chart ") {
        return CHARTS.iter().find(|chart| chart.info().key == key).unwrap().info().tooltip.to_owned();
    }
    std::fs::read_to_string(root().join(place)).unwrap_or_else(|error| panic!("{place}: {error}"))
}

#[test]
fn what_is_stated_holds() {
    let lesson = load(&root().join("tests/data/stated-claims.toml")).unwrap_or_else(|error| panic!("{error}"));
    let mut count = 0;
    for result in evaluate_lesson(&lesson) {
        let text = joined(&text_of(&result.title));
        for claim in &result.claims {
            assert!(text.contains(&claim.says), "“{}” is not stated in {}", claim.says, result.title);
            assert_eq!(claim.verdict, Verdict::Holds, "{}: {claim:?}", result.title);
            count += 1;
        }
    }
    assert!(count >= 60, "{count}");
}

/// What cannot be computed has a source, with a year.
#[test]
fn every_method_has_a_source() {
    for optimizer in OPTIMIZERS {
        let (name, source) = (optimizer.name(), optimizer.info().source);
        let years = source.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 4);
        assert!(years.count() >= 1, "{name}: {source}");
    }
}
