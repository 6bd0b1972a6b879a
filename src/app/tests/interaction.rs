//! Mouse and keys over the picture, sliders, and undo.

use super::*;
use egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT;

#[test]
fn the_start_point_is_dragged_and_all_runs_follow_in_the_same_frame() {
    let mut harness = window(landscape("himmelblau"));
    let before = start(&harness);
    let from = harness.get_by_label("Start point").rect().center();
    assert!((from - screen(&harness, before)).length() < 1.0, "the start point is where the study says");
    let target = Vector::new(-1.0, 1.5);
    let to = screen(&harness, target);
    harness.hover_at(from);
    harness.drag_at(from);
    harness.hover_at(to);
    // One frame for each of the three events: after the last one everything has followed already.
    harness.step();
    let moved = start(&harness);
    assert!((moved - target).amax() <= 1.5 * unit(&harness), "{moved}");
    for trajectory in harness.state().computed.findings.trajectories.iter().flatten() {
        assert_eq!(trajectory.as_ref().unwrap().steps[0].w, moved);
    }
    assert!(is_marked(&harness, moved), "the picture shows the start where it is now");
    harness.drop_at(to);
    harness.run();
    assert_eq!(start(&harness), moved);
}

#[test]
fn a_hand_quicker_than_the_frames_still_drags_the_start() {
    let mut harness = window(landscape("himmelblau"));
    let from = harness.get_by_label("Start point").rect().center();
    let (view, before) = (study(&harness).view, start(&harness));
    let to = from + vec2(90.0, 60.0);
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    // The press and the first part of the way come in one frame.
    let events = &mut harness.input_mut().events;
    events.extend([egui::Event::PointerMoved(from), button(from, true), egui::Event::PointerMoved(to)]);
    harness.step();
    harness.hover_at(to + vec2(1.0, 0.0));
    harness.step();
    harness.drop_at(to + vec2(1.0, 0.0));
    harness.run();
    assert_eq!(study(&harness).view, view, "nothing is panned");
    let moved = start(&harness) - before;
    assert!((moved.x - 91.0 * unit(&harness)).abs() < 3.0 * unit(&harness), "{moved}");
}

/// The pointer moves in the frame in which it is let go: the start ends where the hand ends, and undo takes all of it back.
#[test]
fn a_drag_that_is_let_go_in_the_frame_of_its_last_move_ends_at_the_pointer() {
    let mut harness = window(landscape("himmelblau"));
    let before = start(&harness);
    let from = harness.get_by_label("Start point").rect().center();
    let target = Vector::new(-1.0, 1.5);
    let to = screen(&harness, target);
    harness.hover_at(from);
    harness.drag_at(from);
    harness.step();
    harness.hover_at(from + 0.5 * (to - from));
    harness.step();
    let released = egui::Event::PointerButton {
        pos: to,
        button: egui::PointerButton::Primary,
        pressed: false,
        modifiers: Modifiers::NONE,
    };
    harness.input_mut().events.extend([egui::Event::PointerMoved(to), released]);
    harness.step();
    harness.run();
    assert!((start(&harness) - target).amax() <= 1.5 * unit(&harness), "{}", start(&harness));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(start(&harness), before, "the whole drag is one step");
}

/// The same for a slider: its thumb ends under the pointer.
#[test]
fn a_slider_that_is_let_go_in_the_frame_of_its_last_move_ends_at_the_pointer() {
    let rate = |harness: &Harness<'_, Window>| study(harness).runs[0].settings["learning_rate"];
    let end = |in_one_frame: bool| {
        let mut harness = window(landscape("himmelblau"));
        let name = "Learning rate of Gradient descent";
        let slider = harness.get_by_label(name).rect();
        let (from, to) = (slider.center(), slider.center() + vec2(0.37 * slider.width(), 0.0));
        harness.hover_at(from);
        harness.drag_at(from);
        harness.step();
        harness.hover_at(from + 0.5 * (to - from));
        harness.step();
        let released = egui::Event::PointerButton {
            pos: to,
            button: egui::PointerButton::Primary,
            pressed: false,
            modifiers: Modifiers::NONE,
        };
        harness.input_mut().events.push(egui::Event::PointerMoved(to));
        if !in_one_frame {
            harness.step();
        }
        harness.input_mut().events.push(released);
        harness.step();
        harness.run();
        rate(&harness)
    };
    assert_eq!(end(true), end(false));
}

#[test]
fn a_drag_is_one_step_of_undo() {
    let mut harness = window(landscape("himmelblau"));
    let before = start(&harness);
    let from = screen(&harness, before);
    drag(&mut harness, from, from + vec2(60.0, 40.0));
    let once = start(&harness);
    let from = screen(&harness, once);
    drag(&mut harness, from, from + vec2(-30.0, 10.0));
    let twice = start(&harness);
    assert!(before != once && once != twice);
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(start(&harness), once);
    click(&mut harness, "Undo");
    assert_eq!(start(&harness), before);
    click(&mut harness, "Redo");
    assert_eq!(start(&harness), once);
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(start(&harness), twice);
    assert_eq!(harness.state().computed.findings.trajectories[0].as_ref().unwrap().as_ref().unwrap().steps[0].w, twice);
}

#[test]
fn a_click_puts_the_start_there_and_a_double_click_does_not() {
    let mut harness = window(landscape("himmelblau"));
    let target = Vector::new(2.0, -4.0);
    let at = screen(&harness, target);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    // Two is a round number: the click snaps to it exactly.
    assert_eq!(start(&harness), target);
    // It has the keyboard then.
    press(&mut harness, Modifiers::NONE, Key::ArrowUp);
    assert!(start(&harness).y > target.y && start(&harness).x == target.x);
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(start(&harness), target);
    let home = study(&harness).view;
    harness.state_mut().state.study.view = super::super::interaction::zoomed(home, target, 2.0);
    // Long enough for the click before not to be the first of three.
    harness.run_steps(60);
    let elsewhere = screen(&harness, Vector::new(1.0, -3.0));
    harness.hover_at(elsewhere);
    for _ in 0..2 {
        harness.drag_at(elsewhere);
        harness.event(egui::Event::PointerButton {
            pos: elsewhere,
            button: egui::PointerButton::Primary,
            pressed: false,
            modifiers: Modifiers::NONE,
        });
        // Between two clicks of a hand there is time for a frame.
        harness.run();
    }
    assert_eq!(start(&harness), target, "the double click's first click is taken back");
    assert_eq!(study(&harness).view, home);
}

#[test]
fn arrow_keys_nudge_the_focused_start_point() {
    let mut harness = window(landscape("himmelblau"));
    let before = start(&harness);
    harness.get_by_label("Start point").focus();
    harness.run();
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    let coarse = start(&harness) - before;
    assert!(coarse.x > 0.0 && coarse.y == 0.0, "{coarse}");
    press(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(start(&harness), before, "there and back is the same place");
    press(&mut harness, Modifiers::SHIFT, Key::ArrowUp);
    let fine = start(&harness) - before;
    assert!(fine.x == 0.0 && (fine.y / coarse.x - 0.1).abs() < 1e-6, "{fine}");
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(start(&harness), before, "a burst of arrow keys is one step");
}

#[test]
fn the_wheel_zooms_at_the_pointer_and_home_returns() {
    let mut harness = window(landscape("himmelblau"));
    let home = study(&harness).view;
    let about = Vector::new(3.0, 2.0);
    let at = screen(&harness, about);
    harness.hover_at(at);
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, 120.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(60);
    let near = study(&harness).view;
    assert!(near.width() < 0.9 * home.width(), "{near:?}");
    assert!((screen(&harness, about) - at).length() < 1.5, "the point under the pointer stays");
    harness.remove_cursor();
    press(&mut harness, Modifiers::NONE, Key::Home);
    assert_eq!(study(&harness).view, home);
    press(&mut harness, Modifiers::NONE, Key::Plus);
    assert!((study(&harness).view.width() / home.width() - 0.8).abs() < 1e-9);
    press(&mut harness, Modifiers::NONE, Key::Minus);
    assert!((study(&harness).view.width() / home.width() - 1.0).abs() < 1e-9);
}

#[test]
fn dragging_the_background_pans_and_the_focused_plot_is_moved_by_arrows() {
    let mut harness = window(landscape("himmelblau"));
    let home = study(&harness).view;
    let from = screen(&harness, Vector::new(-1.0, -4.0));
    drag(&mut harness, from, from + vec2(50.0, 0.0));
    let view = study(&harness).view;
    let by = 50.0 * unit(&harness);
    assert!((home.w1[0] - view.w1[0] - by).abs() < 0.2 * by && view.w2 == home.w2, "{view:?}");
    let begun = start(&harness);
    harness.get_by_label("Plot of the loss").focus();
    harness.run();
    press(&mut harness, Modifiers::NONE, Key::ArrowUp);
    assert!(study(&harness).view.w2[0] > home.w2[0]);
    assert_eq!(start(&harness), begun);
}

#[test]
fn the_learning_rate_is_set_by_slider_arrows_and_typing() {
    let mut harness = window(landscape("himmelblau"));
    let name = "Learning rate of Gradient descent";
    let rate = |harness: &Harness<'_, Window>| study(harness).runs[0].settings["learning_rate"];
    let first = rate(&harness);
    harness.get_by_label(name).set_value_accesskit(0.02);
    harness.run();
    assert_eq!(rate(&harness), 0.02);
    harness.get_by_label(name).focus();
    harness.run();
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert!(rate(&harness) > 0.02);
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(rate(&harness), first, "one slider is one step");
    let typed = format!("{name}, typed");
    harness.get_by_label(&typed).click();
    harness.run();
    harness.get_by_label(&typed).type_text("0.0125");
    harness.run();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(rate(&harness), 0.0125);
    let slider = harness.get_by_label(name).rect();
    drag(&mut harness, slider.center(), slider.right_center() - vec2(8.0, 0.0));
    assert!(rate(&harness) > 0.0125);
    assert_eq!(harness.state().computed.findings.trajectories.len(), study(&harness).runs.len());
}

#[test]
fn looking_at_a_number_does_not_round_it() {
    let mut study = landscape("himmelblau").unwrap();
    study.runs[0].settings.insert("learning_rate".to_owned(), 0.010_123_456_789);
    let mut harness = window(Some(study.clone()));
    harness.get_by_label("Learning rate of Gradient descent, typed").focus();
    harness.run();
    harness.get_by_label("Start point").focus();
    harness.run();
    assert_eq!(*super::study(&harness), study);
}

#[test]
fn a_critical_point_is_selected_in_the_table_and_in_the_picture() {
    let mut harness = window(landscape("himmelblau"));
    let count = harness.state().computed.findings.points.points.len();
    assert_eq!(count, 9, "Himmelblau's function has four minima, four saddles and a maximum");
    // The exact minimum (3, 2) of (w1² + w2 − 11)² + (w1 + w2² − 7)².
    let row = harness.get_by_label_contains("minimum at (3, 2), L = 0");
    row.click();
    harness.run();
    let selected = harness.state().state.study.display.selected_point().unwrap();
    assert!((selected - Vector::new(3.0, 2.0)).amax() < 1e-9);
    assert!(harness.query_by_label_contains("SELECTED: MINIMUM").is_some());
    // In the picture: the maximum near (−0.270845, −0.923039).
    let maximum = Vector::new(-0.270_845, -0.923_039);
    let at = screen(&harness, maximum);
    let begun = start(&harness);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    assert!((harness.state().state.study.display.selected_point().unwrap() - maximum).amax() < 1e-5);
    assert_eq!(start(&harness), begun, "a click on a marker moves nothing");
}

#[test]
fn a_row_says_all_of_its_point_and_the_audit_is_under_the_table() {
    let harness = window(landscape("saddle"));
    // w1² − w2²: the eigenvalues are ±2, the index is −1, and the gradient turns once, backwards.
    let row = "saddle at (0, 0), L = 0, index −1, eigenvalues −2 and 2, certified";
    assert!(harness.query_by_label(row).is_some());
    assert!(
        harness.query_by_label("The indices add up to −1, and ∇L turns −1 times along the border.").is_some(),
        "the theorem of Poincaré and Hopf"
    );
}

#[test]
fn selecting_a_point_shows_its_surroundings_and_a_degenerate_one_its_sectors() {
    let mut harness = window(None);
    assert!(harness.query_by_label("Loss against step").is_some());
    let polygons = |harness: &Harness<'_, Window>| {
        fn count(primitive: &Primitive) -> usize {
            match primitive {
                Primitive::Polygon { .. } => 1,
                Primitive::Clipped { contents, .. } => contents.iter().map(count).sum(),
                _ => 0,
            }
        }
        harness.state().picture.primitives().map(count).sum::<usize>()
    };
    let before = polygons(&harness);
    harness.get_by_label_contains("degenerate point at (0, 0)").click();
    harness.run();
    assert!(harness.query_by_label("L around the selected critical point").is_some());
    assert!(harness.query_by_label("Loss against step").is_none());
    assert_eq!(polygons(&harness), before + 2, "w1³ − w2² is above its value in one sector and below it in another");
    click(&mut harness, "Show the loss");
    assert!(harness.query_by_label("Loss against step").is_some());
    open_tab(&mut harness, "Show the local picture");
    click(&mut harness, "Deselect");
    assert!(harness.query_by_label("Loss against step").is_some());
    assert_eq!(polygons(&harness), before);
    open_tab(&mut harness, "Show the local picture");
    let chart = harness.get_by_label("L around the selected critical point");
    let words = chart.accesskit_node().data().description().unwrap_or_default().to_owned();
    assert!(words.starts_with("Click a critical point"), "{words}");
}

#[test]
fn a_double_click_in_the_table_centres_the_point() {
    let mut harness = window(landscape("himmelblau"));
    let at = harness.get_by_label_contains("minimum at (3, 2), L = 0").rect().center();
    harness.hover_at(at);
    for _ in 0..2 {
        harness.drag_at(at);
        harness.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed: false,
            modifiers: Modifiers::NONE,
        });
    }
    harness.run();
    assert!((study(&harness).view.centre() - Vector::new(3.0, 2.0)).amax() < 1e-9);
}

/// The trap of the default landscape: at (1, 0) the Hessian diag(6, −2) is indefinite and the gradient (3, 0).
#[test]
fn the_pointer_tells_indefinite_curvature_from_a_saddle() {
    let mut harness = window(None);
    let at = screen(&harness, Vector::new(1.0, 0.0));
    harness.hover_at(at + vec2(1.0, -1.0));
    harness.run();
    assert!(harness.query_by_label("Indefinite here, not critical: ∇L\u{a0}=\u{a0}(3,\u{a0}0).").is_some());
    assert!(harness.query_by_label("H = ((6, 0), (0, −2))").is_some());
    // At the origin the critical point is degenerate, and neither word is used.
    let origin = screen(&harness, Vector::new(0.0, 0.0));
    harness.hover_at(origin);
    harness.run();
    assert!(harness.query_by_label_contains("HERE: DEGENERATE").is_some());
    harness.remove_cursor();
    harness.run();
    assert_eq!(harness.state().state.pointed, super::super::state::Pointed::Nowhere);
}

#[test]
fn nothing_is_repainted_when_nothing_changes() {
    let mut harness = window(landscape("himmelblau"));
    harness.run();
    let version = harness.state().computed.version;
    for _ in 0..3 {
        assert_eq!(harness.run(), 1, "one frame settles a window at rest");
    }
    assert_eq!(harness.state().computed.version, version);
}
