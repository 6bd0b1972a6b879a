//! The runs played, stepped through and scrubbed.

use super::*;
use crate::landscape::View;
use crate::optimizer::Run;
use crate::study::Clock;
use egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT;

fn at(harness: &Harness<'_, Window>) -> Option<usize> {
    harness.state().state.study.display.at
}

/// w1² − w2² from a point: Newton's method needs one step, gradient descent many.
fn saddle() -> Harness<'static, Window> {
    let mut study = landscape("saddle").unwrap();
    study.start = [1.0, 0.5];
    window(Some(study))
}

#[test]
fn runs_are_stepped_through() {
    let mut harness = saddle();
    assert_eq!(at(&harness), None, "at first the runs are shown whole");
    click(&mut harness, "To the start");
    assert_eq!(at(&harness), Some(0));
    click(&mut harness, "Step forward");
    click(&mut harness, "Step forward");
    assert_eq!(at(&harness), Some(2));
    let moments = harness.state().computed.moments.clone().unwrap();
    let indices: Vec<_> = moments.iter().map(|run| run.as_ref().map(|run| run.index)).collect();
    assert_eq!(indices, [Some(2), None, Some(1)], "Newton's method has arrived after one step");
    press(&mut harness, Modifiers::NONE, Key::J);
    assert_eq!(at(&harness), Some(1));
    press(&mut harness, Modifiers::SHIFT, Key::L);
    assert_eq!(at(&harness), None);
    assert!(harness.state().computed.moments.is_none());
    let speed = |harness: &Harness<'_, Window>| harness.state().state.timeline.speed;
    let before = speed(&harness);
    press(&mut harness, Modifiers::NONE, Key::CloseBracket);
    assert_eq!(speed(&harness), 2.0 * before);
    press(&mut harness, Modifiers::NONE, Key::OpenBracket);
    assert_eq!(speed(&harness), before);
    press(&mut harness, Modifiers::NONE, Key::PageUp);
    let end = crate::study::length(&harness.state().computed.findings, Clock::Steps);
    assert_eq!(at(&harness), Some(end - end.div_ceil(10)));
    press(&mut harness, Modifiers::NONE, Key::PageDown);
    assert_eq!(at(&harness), None);
    click(&mut harness, "Step back");
    let end = crate::study::length(&harness.state().computed.findings, Clock::Steps);
    assert_eq!(at(&harness), Some(end - 1));
}

#[test]
fn runs_are_played_by_the_clock_and_stop_at_the_end() {
    let mut harness = saddle();
    click(&mut harness, "To the start");
    harness.key_press(Key::K);
    // A frame takes 1/60 s and five steps a second are made: a second is five steps.
    for _ in 0..61 {
        harness.step();
    }
    assert_eq!(at(&harness), Some(5));
    click(&mut harness, "Pause the runs");
    let paused = at(&harness);
    for _ in 0..30 {
        harness.step();
    }
    assert_eq!(at(&harness), paused);
    harness.state_mut().state.timeline.speed = 1000.0;
    harness.key_press(Key::K);
    for _ in 0..60 {
        harness.step();
    }
    assert_eq!(at(&harness), None, "at the end the runs are shown whole");
    assert!(harness.state().state.timeline.playing.is_none());
}

#[test]
fn the_slider_of_the_timeline_is_dragged() {
    let mut harness = saddle();
    let rail = harness.get_by_label("Moment of the runs").rect();
    drag(&mut harness, rail.right_center() - vec2(8.0, 0.0), rail.center());
    let end = crate::study::length(&harness.state().computed.findings, Clock::Steps);
    let middle = at(&harness).unwrap();
    assert!(middle.abs_diff(end / 2) <= end / 20 + 1, "{middle} of {end}");
}

#[test]
fn a_run_under_scrutiny_stays_in_sight_when_the_start_is_put_elsewhere() {
    let mut harness = saddle();
    click(&mut harness, "Show the run");
    let at = screen(&harness, Vector::new(-1.0, 1.0));
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    assert!((start(&harness) - Vector::new(-1.0, 1.0)).amax() < 0.05, "the click moved the start");
    // w1² − w2² has the eigenvalues ±2 everywhere.
    assert!(harness.query_by_label_contains("λ = 2: predicted").is_some());
}

/// The description of the node with this name.
fn description(harness: &Harness<'_, Window>, name: &str) -> String {
    harness.get_by_label(name).accesskit_node().data().description().unwrap_or_default().to_owned()
}

#[test]
fn sharpness_is_charted_for_every_run_beside_its_limit() {
    let mut study = Study::of_formula("w1^2 + 4*w2^2", View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] });
    study.runs[0].settings.insert("learning_rate".to_owned(), 0.1);
    let mut harness = window(Some(study));
    open_tab(&mut harness, "Show the sharpness");
    let words = description(&harness, "Sharpness against step");
    assert_eq!(words, "Gradient descent: λmax ends at 8, limit 20. Newton: λmax ends at 8, no limit.");
}

#[test]
fn a_surprise_is_explained() {
    // 1 − cos(w1) has λ = 1 at its minimum and is bounded: beyond 2/λmax a run swings about it and does not diverge.
    let mut study = Study::of_formula("1 - cos(w1) + w2^2/200", View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] });
    study.runs[0].settings.insert("learning_rate".to_owned(), 2.5);
    let mut harness = window(Some(study));
    click(&mut harness, "Why did Gradient descent end so?");
    assert!(harness.query_by_label_contains("it does not diverge: L is far from quadratic").is_some());
    harness.state_mut().state.study.runs[0].settings.insert("learning_rate".to_owned(), 0.5);
    harness.run();
    assert!(
        harness.query_by_label("Why did Gradient descent end so?").is_none(),
        "below the limit all is as predicted"
    );
}

#[test]
fn the_stable_rates_are_drawn() {
    let mut study = Study::of_formula("w1^2 + w1*w2 + 4*w2^2", View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] });
    study.runs[0] = Run::new("coordinate-rates");
    let rates = |harness: &mut Harness<'_, Window>, first: f64| {
        harness.state_mut().state.study.runs[0].settings.insert("learning_rate_1".to_owned(), first);
        harness.run();
        description(harness, "Stable rates")
    };
    let mut harness = window(Some(study));
    click(&mut harness, "Show the run");
    assert!(rates(&mut harness, 0.4).ends_with("lies within the stable region."));
    assert!(rates(&mut harness, 1.5).ends_with("lies outside the stable region."));
}
