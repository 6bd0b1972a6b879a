//! Fingers, and the screen of a phone held upright.

use super::*;
use crate::app::theme::FINGER;
use egui::{Event, PointerButton, TouchDeviceId, TouchId, TouchPhase};
use egui_kittest::kittest::By;

/// What a browser sends of a finger; what several fingers do comes in one frame.
fn touch(harness: &mut Harness<'_, Window>, finger: u64, phase: TouchPhase, pos: Pos2) {
    harness.input_mut().events.push(Event::Touch {
        device_id: TouchDeviceId(0),
        id: TouchId(finger),
        phase,
        pos,
        force: None,
    });
}

/// The first finger is a pointer, too.
fn press_first(harness: &mut Harness<'_, Window>, pos: Pos2) {
    touch(harness, 1, TouchPhase::Start, pos);
    harness.input_mut().events.push(Event::PointerMoved(pos));
    harness.input_mut().events.push(Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed: true,
        modifiers: Default::default(),
    });
}

/// Two fingers that were put down at these places are where they are moved to, in ten steps.
fn move_two(harness: &mut Harness<'_, Window>, from: [Pos2; 2], to: [Pos2; 2]) {
    press_first(harness, from[0]);
    harness.step();
    touch(harness, 2, TouchPhase::Start, from[1]);
    harness.step();
    for step in 1..=10 {
        for finger in 0..2 {
            let pos = from[finger] + (to[finger] - from[finger]) * (step as f32 / 10.0);
            touch(harness, finger as u64 + 1, TouchPhase::Move, pos);
        }
        harness.input_mut().events.push(Event::PointerMoved(from[0] + (to[0] - from[0]) * (step as f32 / 10.0)));
        harness.step();
    }
    for (finger, pos) in to.into_iter().enumerate() {
        touch(harness, finger as u64 + 1, TouchPhase::End, pos);
    }
    let released = Event::PointerButton {
        pos: to[0],
        button: PointerButton::Primary,
        pressed: false,
        modifiers: Default::default(),
    };
    harness.input_mut().events.push(released);
    harness.input_mut().events.push(Event::PointerGone);
    harness.run();
}

/// The window after the screen was touched: its controls are larger from then on.
fn touched(study: Option<Study>) -> Harness<'static, Window> {
    let mut harness = window(study);
    let corner = pos2(2.0, 2.0);
    touch(&mut harness, 1, TouchPhase::Start, corner);
    touch(&mut harness, 1, TouchPhase::End, corner);
    harness.run();
    harness.run();
    harness
}

/// Fingers that go apart to twice the distance show half the width, and the place between them stays between them.
#[test]
fn two_fingers_zoom_about_what_is_between_them() {
    let mut harness = touched(landscape("himmelblau"));
    let (home, start) = (study(&harness).view, start(&harness));
    let about = Vector::new(2.0, 1.5);
    let at = screen(&harness, about);
    let apart = |half: f32| [at - vec2(half, 0.0), at + vec2(half, 0.0)];
    move_two(&mut harness, apart(40.0), apart(80.0));
    let near = study(&harness).view;
    assert!((near.width() / home.width() - 0.5).abs() < 0.02, "{near:?}");
    assert!((screen(&harness, about) - at).length() < 2.0);
    assert_eq!(super::start(&harness), start, "the start stays");
}

/// What is under two fingers goes with them.
#[test]
fn two_fingers_pan() {
    let mut harness = touched(landscape("himmelblau"));
    let home = study(&harness).view;
    let under = Vector::new(1.0, 1.0);
    let at = screen(&harness, under);
    let by = vec2(60.0, -30.0);
    let from = [at - vec2(30.0, 0.0), at + vec2(30.0, 0.0)];
    move_two(&mut harness, from, from.map(|pos| pos + by));
    assert!((study(&harness).view.width() / home.width() - 1.0).abs() < 1e-3);
    assert!((screen(&harness, under) - (at + by)).length() < 2.0);
}

/// On a phone held upright the picture has the width and most of the height; panels are sheets that open and close.
#[test]
fn a_phone_shows_the_picture_and_sheets() {
    let mut harness = window_in(landscape("himmelblau"), None, vec2(390.0, 844.0), Vec::new());
    let plot = harness.get_by_label("Plot of the loss").rect();
    assert!(plot.width() > 0.6 * 390.0, "{plot:?}");
    assert!(harness.query_by_label("Formula").is_none());
    click(&mut harness, "Study");
    assert!(harness.query_by_label("Formula").is_some());
    assert!(harness.get_by_label("Plot of the loss").rect().height() > 150.0);
    click(&mut harness, "Study");
    assert!(harness.query_by_label("Formula").is_none());
}

/// The first touch makes controls larger only once the finger is lifted: nothing moves under it.
#[test]
fn nothing_moves_under_a_finger() {
    let mut harness = window(landscape("himmelblau"));
    let plot = |harness: &Harness<'_, Window>| harness.get_by_label("Plot of the loss").rect();
    let before = plot(&harness);
    touch(&mut harness, 1, TouchPhase::Start, before.center());
    harness.run();
    assert_eq!(plot(&harness), before);
    touch(&mut harness, 1, TouchPhase::End, before.center());
    harness.run();
    assert!(harness.get_by_label("Help").rect().height() >= FINGER - 0.5);
}

/// Once the screen was touched, buttons are high enough for fingers.
#[test]
fn buttons_are_large_enough_for_fingers() {
    let mut harness = window(landscape("himmelblau"));
    assert!(harness.get_by_label("Help").rect().height() < FINGER);
    let corner = pos2(2.0, 2.0);
    touch(&mut harness, 1, TouchPhase::Start, corner);
    touch(&mut harness, 1, TouchPhase::End, corner);
    harness.run();
    harness.run();
    for name in ["Help", "Theme", "Save", "Present", "Step back", "Play the runs", "Step forward"] {
        let rect = harness.get_by_label(name).rect();
        assert!(rect.height() >= FINGER - 0.5 && rect.width() >= FINGER - 0.5, "{name}: {rect:?}");
    }
    click(&mut harness, "Settings of Gradient descent");
    let pressed = harness.query_all(By::new().predicate(|node| {
        use egui::accesskit::Role::*;
        matches!(node.role(), Button | CheckBox | ComboBox | Link | MenuItem | RadioButton | Slider | SpinButton | Tab)
    }));
    let mut count = 0;
    for node in pressed {
        let rect = node.rect();
        assert!(rect.height() >= FINGER - 0.5 && rect.width() >= FINGER - 0.5, "{rect:?}: {node:?}");
        count += 1;
    }
    assert!(count > 30, "{count}");
}
