//! Charts in their tabs, runs with a name and a start of their own, sliders, the search and ready moments; and that a study which
//! is opened again shows what was saved.

use super::*;
use crate::landscape::View;
use crate::optimizer::Run;
use crate::study::{Clock, from_toml, to_toml};
use egui::{Key, Modifiers};

fn square(formula: &str) -> Study {
    Study::of_formula(formula, View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] })
}

fn tabs(harness: &Harness<'_, Window>) -> Vec<String> {
    study(harness).display.tabs.clone()
}

#[test]
fn two_charts_stand_one_above_the_other_and_one_is_shown_large() {
    let mut harness = window(Some(square("w1^2 + 4*w2^2")));
    click(&mut harness, "Open a second tab");
    assert_eq!(tabs(&harness), ["loss", "sharpness"]);
    let above = harness.get_by_label("Loss against step").rect();
    let below = harness.get_by_label("Sharpness against step").rect();
    assert!(above.bottom() <= below.top() && above.height() > 50.0 && below.height() > 50.0);
    click(&mut harness, "Show large");
    let plot = harness.get_by_label("Plot of the loss").rect();
    assert!(plot.width() > 100.0, "the picture stays beside it");
    click(&mut harness, "Show the chart alone");
    assert!(harness.query_by_label("Plot of the loss").is_none());
    let large = harness.query_all_by_label("Loss against step").map(|node| node.rect().width()).fold(0.0, f32::max);
    assert!(large > 600.0, "{large}");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label("Plot of the loss").is_some());
    click(&mut harness, "Close the second tab");
    assert_eq!(tabs(&harness), ["loss"]);
}

#[test]
fn only_charts_that_suit_are_offered() {
    let mut harness = window(Some(square("w1^2 + 4*w2^2")));
    assert!(!offers_tab(&mut harness, "Show the stable rates"));
    harness.state_mut().state.study.runs.push(Run::new("coordinate-rates"));
    harness.run();
    assert!(offers_tab(&mut harness, "Show the stable rates"));
}

/// A click on the chart goes to the step under the pointer: here to the step in the middle.
#[test]
fn a_click_on_a_chart_goes_to_its_step() {
    let mut study = square("w1^2 + 4*w2^2");
    study.runs.truncate(1);
    study.runs[0].settings.insert("learning_rate".to_owned(), 0.01);
    study.runs[0].gradient_tolerance = 0.0;
    let mut harness = window(Some(study));
    let at = harness.get_by_label("Loss against step").rect().center();
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    let step = super::study(&harness).display.at.unwrap();
    assert!((60..140).contains(&step), "{step} of 200");
}

/// The step, the selection, the tabs, the run and the ensemble are in the file, and moving them is no change to be saved.
#[test]
fn a_reopened_study_shows_what_was_saved() {
    let mut harness = window(landscape("himmelblau"));
    let row = harness.get_by_label_contains("minimum at (3, 2), L = 0");
    row.click();
    harness.run();
    click(&mut harness, "Open a second tab");
    for _ in 0..3 {
        press(&mut harness, Modifiers::NONE, Key::J);
    }
    assert!(!harness.state().state.has_unsaved_changes());
    harness.state_mut().state.study.ensemble.runs = 17;
    let text = to_toml(study(&harness)).unwrap();
    let again = window(Some(from_toml(&text).unwrap()));
    assert_eq!(study(&again), study(&harness));
    assert_eq!(again.state().computed.moments, harness.state().computed.moments);
    assert!(again.query_by_label_contains("SELECTED: MINIMUM").is_some());
    assert!(again.query_by_label("L around the selected critical point").is_some());
    assert_eq!(study(&again).display.clock, Clock::Steps);
}

#[test]
fn a_run_has_a_start_of_its_own_that_is_dragged_and_undone() {
    let mut harness = window_in(Some(square("w1^2 + 4*w2^2")), None, vec2(1280.0, 1000.0), Vec::new());
    click(&mut harness, "Settings of Gradient descent");
    click(&mut harness, "Own start of Gradient descent");
    let common = study(&harness).start;
    assert_eq!(study(&harness).runs[0].start, Some(common), "it begins where it was");
    let (from, to) = (screen(&harness, Vector::new(-1.0, -1.0)), screen(&harness, Vector::new(-1.5, 0.5)));
    harness.state_mut().state.study.runs[0].start = Some([-1.0, -1.0]);
    harness.run();
    drag(&mut harness, from, to);
    let own = Vector::from(study(&harness).runs[0].start.unwrap());
    assert!((own - Vector::new(-1.5, 0.5)).amax() < 5.0 * unit(&harness), "{own}");
    assert_eq!(study(&harness).start, common, "the others stay");
    let first = |harness: &Harness<'_, Window>, run: usize| {
        harness.state().computed.findings.trajectories[run].clone().unwrap().unwrap().steps[0].w
    };
    assert_eq!((first(&harness, 0), first(&harness, 2)), (own, Vector::from(common)));
    assert!(is_marked(&harness, own));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(study(&harness).runs[0].start, Some([-1.0, -1.0]));
}

#[test]
fn a_fan_of_starts_is_one_step_of_undo() {
    let mut harness = window_in(Some(square("w1^2 - w2^2")), None, vec2(1280.0, 1000.0), Vec::new());
    let before = study(&harness).clone();
    click(&mut harness, "Settings of Gradient descent");
    click(&mut harness, "Fan of starts of Gradient descent");
    let runs = &study(&harness).runs;
    assert_eq!(runs.len(), before.runs.len() + 6);
    let centre = Vector::from(before.start);
    for run in &runs[1..7] {
        let away = (Vector::from(run.start.unwrap()) - centre).norm();
        assert!((away - 0.08 * 4.0).abs() < 0.002, "{away}");
    }
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(study(&harness).runs, before.runs);
}

#[test]
fn a_run_is_called_by_its_name() {
    let mut harness = window_in(Some(square("w1^2 + 4*w2^2")), None, vec2(1280.0, 1000.0), Vec::new());
    click(&mut harness, "Settings of Gradient descent");
    harness.get_by_label("Name of Gradient descent").focus();
    harness.run();
    harness.get_by_label("Name of Gradient descent").type_text("slow");
    harness.run();
    assert_eq!(study(&harness).runs[0].name.as_deref(), Some("slow"));
    assert!(harness.query_by_label("Show slow").is_some());
    let text = crate::scene::words::run_caption(&study(&harness).runs[0]);
    assert!(text.starts_with("slow, η = "), "{text}");
}

/// An arrow key moves a rate by 2 %, with Shift by 0.2 %.
#[test]
fn arrow_keys_move_a_rate_by_two_percent() {
    let mut study = square("w1^2 + 4*w2^2");
    study.runs[0].settings.insert("learning_rate".to_owned(), 0.05);
    let mut harness = window(Some(study));
    harness.get_by_label("Learning rate of Gradient descent").focus();
    harness.run();
    let rate = |harness: &Harness<'_, Window>| super::study(harness).runs[0].settings["learning_rate"];
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert_eq!(rate(&harness), 0.051);
    press(&mut harness, Modifiers::SHIFT, Key::ArrowRight);
    assert_eq!(rate(&harness), 0.0511);
}

/// The steps of Adam are about as long as its rate: on a view of 4 by 4 it is 0.04, on one of 4000 by 4000 it is 40.
#[test]
fn a_new_card_of_a_scaled_method_has_a_rate_for_the_view() {
    for (side, rate) in [(2.0, 0.04), (2000.0, 40.0)] {
        let mut harness = window(Some(Study::of_formula("w1^2 + w2^2", View { w1: [-side, side], w2: [-side, side] })));
        click(&mut harness, "Add a run");
        click(&mut harness, "Adam");
        assert_eq!(study(&harness).runs.last().unwrap().settings["learning_rate"], rate);
    }
    assert_eq!(Run::new("adam").setting("learning_rate"), Some(0.001), "the usual rate elsewhere is the textbook's");
}

#[test]
fn a_minibatch_has_no_more_examples_than_there_are() {
    let mut harness = window_in(landscape("linear-regression"), None, vec2(1280.0, 1200.0), Vec::new());
    let examples = harness.state().computed.findings.loss.examples() as f64;
    click(&mut harness, "Settings of SGD");
    harness.get_by_label("Batch size of SGD").set_value_accesskit(1e6);
    harness.run();
    let run = study(&harness).runs.iter().find(|run| run.optimizer == "sgd").unwrap();
    assert_eq!(run.setting("batch_size"), Some(examples));
}

#[test]
fn the_search_knows_topics_and_enter_takes_what_is_marked() {
    let mut harness = window(None);
    click(&mut harness, "Landscape");
    harness.get_by_label("Search the catalogue").type_text("nothing like it");
    harness.run();
    press(&mut harness, Modifiers::NONE, Key::Escape);
    click(&mut harness, "Landscape");
    assert!(harness.query_by_label("Himmelblau").is_some(), "a failed search is gone at the next opening");
    harness.get_by_label("Search the catalogue").type_text("edge of stability");
    harness.run();
    assert!(harness.query_by_label("Deep linear network").is_some() && harness.query_by_label("Beale").is_none());
    // First the one with this title, and then those with this topic.
    for _ in 0..2 {
        press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    }
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(study(&harness).landscape.name.as_deref(), Some("deep-linear"));
}

#[test]
fn a_new_landscape_starts_plainly() {
    let mut harness = window(landscape("himmelblau"));
    harness.state_mut().state.study.runs[0].require_positive_definite = true;
    harness.state_mut().state.study.runs[0].start = Some([1.0, 1.0]);
    harness.run();
    click(&mut harness, "To the start");
    click(&mut harness, "Landscape");
    harness.get_by_label("Search the catalogue").type_text("saddle");
    harness.run();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    let study = study(&harness);
    assert_ne!(study.landscape.name.as_deref(), Some("himmelblau"));
    assert!(study.runs.iter().all(|run| !run.require_positive_definite && run.start.is_none()));
    assert_eq!(study.display.at, None, "the runs are shown to their end");
}

#[test]
fn ctrl_l_selects_the_formula() {
    let mut harness = window(landscape("himmelblau"));
    press(&mut harness, Modifiers::COMMAND, Key::L);
    harness.get_by_label("Formula").type_text("w1^2");
    harness.run();
    assert_eq!(study(&harness).landscape.formula, "w1^2", "what was there is replaced");
}

/// Himmelblau's steepest minimum has λmax = 2/limit; every ready moment can be shown, and undone.
#[test]
fn ready_moments_take_one_click() {
    let mut harness = window(landscape("himmelblau"));
    let before = study(&harness).clone();
    click(&mut harness, "Try Newton's basins");
    let newton = study(&harness).basins_run().unwrap();
    assert!(newton.optimizer == "newton" && newton.shown);
    assert!(harness.state().computed.findings.basins.is_some());
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(study(&harness).picture, before.picture);
    click(&mut harness, "Try 200 seeds");
    assert_eq!(tabs(&harness), ["seeds"]);
    assert_eq!(study(&harness).runs[study(&harness).display.run_index()].optimizer, "sgd");
}

#[test]
fn a_point_beyond_the_view_is_brought_into_it() {
    let mut harness = window(landscape("himmelblau"));
    let at = Vector::new(100.0, 0.0);
    super::super::apply::apply(&mut harness.state_mut().state, super::super::command::Command::Select(Some(at)), 0.0);
    assert!(study(&harness).view.contains(at));
    assert!((study(&harness).view.centre() - at).amax() < 1e-9);
}

/// All critical points of Himmelblau's function are in the table at once at 1280 by 720.
#[test]
fn nine_points_show_nine_rows() {
    let harness = window(landscape("himmelblau"));
    let rows: Vec<egui::Rect> = harness.query_all_by_label_contains(", eigenvalues ").map(|row| row.rect()).collect();
    assert_eq!(rows.len(), 9);
    let heights: f32 = rows.iter().map(|row| row.height()).sum();
    let (top, bottom) = rows.iter().fold((f32::MAX, 0.0f32), |(a, b), row| (a.min(row.top()), b.max(row.bottom())));
    assert!(bottom < 720.0 && bottom - top < 1.2 * heights, "{top} to {bottom}");
}

#[test]
fn seeds_say_why_all_runs_are_the_same() {
    let mut harness = window_in(Some(square("w1^2 + 4*w2^2")), None, vec2(1280.0, 1000.0), Vec::new());
    click(&mut harness, "Show the ensemble");
    let chosen = study(&harness).display.run_index();
    assert_eq!(study(&harness).runs[chosen].optimizer, "sgd", "a run that has noise is chosen");
    assert!(harness.query_by_label_contains("All runs are the same").is_none());
    harness.state_mut().state.study.display.run = 1;
    harness.run();
    assert!(harness.query_by_label_contains("All runs are the same: it has no noise.").is_some());
}
