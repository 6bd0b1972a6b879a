//! Ensembles in the window: asked for, counted, exported, measured.

use super::*;
use crate::ensemble::{Plan, Scatter, ensemble};
use crate::optimizer::Run;
use egui_kittest::kittest::NodeT;

/// SGD with a little noise in a double well, from the ridge between both minima.
fn double_well() -> Study {
    let mut study = landscape("double-well").unwrap();
    study.start = [0.0, 0.2];
    study.runs = vec![Run { steps: 300, ..Run::new("sgd") }];
    study.runs[0].settings.insert("noise".to_owned(), 0.5);
    study.runs[0].settings.insert("learning_rate".to_owned(), 0.02);
    study
}

#[test]
fn the_runs_are_drawn_and_counted_as_without_the_window() {
    let mut harness = window_in(Some(double_well()), None, vec2(1280.0, 1000.0), Vec::new());
    let before = circles(&harness).len();
    click(&mut harness, "Show the ensemble");
    let shown = harness.state().computed.findings.known_ensemble().cloned().unwrap();
    let findings = &harness.state().computed.findings;
    let plan = Plan { runs: 200, scatter: Scatter::None };
    let alone =
        ensemble(&findings.loss, start(&harness), &study(&harness).runs[0], plan, Some(&findings.points)).unwrap();
    assert_eq!(shown.counts(), alone.counts());
    assert_eq!(shown.members(), alone.members());
    let view = study(&harness).view;
    let mut ends = shown.members().iter().map(|member| member.end).filter(|end| view.contains(*end));
    assert!(ends.clone().count() > 150 && ends.all(|end| is_marked(&harness, end)), "the ends are in the picture");
    for (attractor, count) in shown.attractors().iter().zip(&shown.counts().ends).filter(|(_, count)| **count > 0) {
        let (kind, share) = (crate::scene::words::kind_word(attractor.kind), format!("{count} of 200"));
        let place = crate::number::display::point(attractor.w);
        assert!(
            harness.query_by_label_contains(&format!("in the basin of the {kind} {place}: {share}")).is_some(),
            "{kind} {place}: {share}"
        );
    }
    // Elsewhere the cloud is not shown.
    click(&mut harness, "Show the loss");
    assert!(harness.state().computed.findings.ensemble.is_none());
    assert_eq!(circles(&harness).len(), before);
}

#[test]
fn a_moved_start_gathers_anew_and_the_runs_are_exported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    let answers = vec![Some(path.clone())];
    let mut harness = window_in(Some(double_well()), None, vec2(1280.0, 1000.0), answers);
    click(&mut harness, "Show the ensemble");
    let first = harness.state().computed.findings.known_ensemble().cloned().unwrap();
    harness.state_mut().state.study.start = [0.5, 0.0];
    harness.run();
    let second = harness.state().computed.findings.known_ensemble().cloned().unwrap();
    assert!(first.start != second.start && second.start == start(&harness));
    click(&mut harness, "Export the runs");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 201, "a header and a line for each run");
    assert_eq!(text, crate::export::ensemble_csv(&second));
}

#[test]
fn escape_is_measured_against_the_noise() {
    let mut harness = window_in(Some(double_well()), None, vec2(1280.0, 1100.0), Vec::new());
    click(&mut harness, "Show the ensemble");
    harness.state_mut().state.study.ensemble.runs = 60;
    harness.run();
    click(&mut harness, "Escape against the noise");
    let experiment = harness.state().computed.findings.known_experiment().cloned().unwrap();
    assert_eq!(experiment.rows.len(), 9);
    let plot = harness.get_by_label("Share that escapes");
    let words = plot.accesskit_node().data().description().unwrap_or_default().to_owned();
    assert!(words.contains("of 60 at the end"), "{words}");
    // A run without noise has nothing to vary.
    harness.state_mut().state.study.runs = vec![Run::new("gradient-descent")];
    harness.run();
    assert!(harness.query_by_label("Escape against the noise").is_none());
}
