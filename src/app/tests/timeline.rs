//! The runs played, stepped through and scrubbed.

use super::*;
use crate::study::Clock;
use egui::{Key, Modifiers};

fn at(harness: &Harness<'_, Window>) -> Option<usize> {
    harness.state().state.timeline.at
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
