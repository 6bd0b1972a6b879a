//! Typing formulas, choosing landscapes, parameters and runs.

use super::*;
use egui::accesskit::Role;
use egui::{Key, Modifiers};

fn type_formula(harness: &mut Harness<'_, Window>, text: &str) {
    harness.get_by_label("Formula").focus();
    harness.run();
    press(harness, Modifiers::COMMAND, Key::A);
    harness.get_by_label("Formula").type_text(text);
    harness.run();
}

#[test]
fn an_error_is_said_under_the_formula_and_the_last_good_picture_stays() {
    let mut harness = window(landscape("himmelblau"));
    let before = study(&harness).clone();
    let version = harness.state().computed.version;
    type_formula(&mut harness, "w1^2 + * w2");
    assert_eq!(*study(&harness), before, "the study keeps the last whole formula");
    assert_eq!(harness.state().computed.version, version, "and so does the picture");
    let error = harness.state().state.formula_error.clone().unwrap();
    assert_eq!(error.column, 8, "the asterisk is the eighth character");
    assert!(harness.query_by_label_contains("Column 8: ").is_some());

    type_formula(&mut harness, "w1^2 + 3*w2^2");
    assert_eq!(harness.state().state.formula_error, None);
    assert_eq!(study(&harness).landscape.formula, "w1^2 + 3*w2^2");
    assert_eq!(study(&harness).landscape.name, None);
    // The Hessian of w1² + 3 w2² is diag(2, 6) everywhere, the minimum is the origin.
    let findings = &harness.state().computed.findings;
    assert_eq!(findings.loss.jet(Vector::new(0.3, 0.4)).hessian[(1, 1)], 6.0);
    assert_eq!(findings.points.points.len(), 1);
    assert!(findings.points.points[0].w.amax() < 1e-9);

    press(&mut harness, Modifiers::NONE, Key::Escape);
    click(&mut harness, "Undo");
    assert_eq!(study(&harness).landscape, before.landscape);
    assert_eq!(harness.state().state.formula_text, before.landscape.formula, "the field follows");
}

#[test]
fn any_other_name_is_a_parameter_with_a_slider() {
    let mut harness = window(None);
    type_formula(&mut harness, "k/2*w1^2 + w2^2/2");
    // Until it is given a value, the window says that it has none.
    assert!(study(&harness).landscape.parameters.is_empty());
    assert!(harness.query_by_label_contains("The name k is taken for a parameter").is_some());
    harness.get_by_role_and_label(Role::Slider, "k").set_value_accesskit(3.0);
    harness.run();
    assert_eq!(study(&harness).landscape.parameters["k"], 3.0);
    let jet = harness.state().computed.findings.loss.jet(Vector::new(0.0, 0.0));
    assert_eq!(jet.hessian[(0, 0)], 3.0, "the picture's loss has the new value");
    // A parameter that is typed away and back has kept its value.
    type_formula(&mut harness, "w1^2");
    assert!(study(&harness).landscape.parameters.is_empty());
    type_formula(&mut harness, "k*w1^2");
    assert_eq!(study(&harness).landscape.parameters["k"], 3.0);
}

#[test]
fn markers_follow_a_parameter_and_never_stand_where_nothing_is_critical() {
    let mut harness = window(None);
    type_formula(&mut harness, "(w1 - k)^2 + w2^2");
    for k in [0.5, 0.6, -1.0] {
        harness.get_by_role_and_label(Role::Slider, "k").set_value_accesskit(k);
        harness.run();
        let points = &harness.state().computed.findings.points.points;
        assert_eq!(points.len(), 1);
        assert!((points[0].w - Vector::new(k, 0.0)).amax() < 1e-9, "the minimum of (w1 − k)² + w2² is (k, 0)");
        assert!(is_marked(&harness, points[0].w));
    }
}

#[test]
fn a_landscape_is_searched_and_chosen() {
    let mut harness = window(None);
    click(&mut harness, "Landscape");
    harness.get_by_label("Search the catalogue").type_text("himmel");
    harness.run();
    click(&mut harness, "Himmelblau");
    assert_eq!(study(&harness).landscape.name.as_deref(), Some("himmelblau"));
    let entry = catalogue::find("himmelblau").unwrap();
    assert_eq!(study(&harness).view, entry.view);
    assert_eq!(study(&harness).start, entry.start);
    assert_eq!(study(&harness).runs[0].settings["learning_rate"], entry.learning_rate);
    assert!(harness.query_by_label("Search the catalogue").is_none(), "the list is closed");
    assert!(!harness.state().state.has_unsaved_changes(), "looking through the catalogue is no work to lose");
    click(&mut harness, "Undo");
    assert_eq!(study(&harness).landscape.name.as_deref(), catalogue::catalogue().first().map(|e| e.name.as_str()));
}

#[test]
fn runs_are_shown_hidden_added_copied_and_removed() {
    let mut harness = window_in(landscape("himmelblau"), None, vec2(1280.0, 900.0), Vec::new());
    let before = study(&harness).runs.clone();
    let sgd = before.iter().position(|run| run.optimizer == "sgd").unwrap();
    click(&mut harness, "Show SGD");
    assert!(study(&harness).runs[sgd].shown && harness.state().computed.findings.trajectories[sgd].is_some());
    click(&mut harness, "Settings of SGD");
    let seed = study(&harness).runs[sgd].seed;
    let ends = |harness: &Harness<'_, Window>| {
        let trajectory = harness.state().computed.findings.trajectories[sgd].clone();
        trajectory.unwrap().unwrap().end().w
    };
    let end = ends(&harness);
    click(&mut harness, "Next seed of SGD");
    assert_eq!(study(&harness).runs[sgd].seed, seed + 1);
    assert_ne!(ends(&harness), end, "another seed is another path");
    click(&mut harness, "SGD stops only where H is positive definite");
    assert!(study(&harness).runs[sgd].require_positive_definite);
    click(&mut harness, "Duplicate SGD");
    assert_eq!(study(&harness).runs.len(), before.len() + 1);
    assert_ne!(study(&harness).runs[sgd + 1].colour, study(&harness).runs[sgd].colour);
    click(&mut harness, "Remove SGD");
    assert_eq!(study(&harness).runs.len(), before.len());
    click(&mut harness, "Undo");
    assert_eq!(study(&harness).runs.len(), before.len() + 1);
    click(&mut harness, "Add a run");
    click(&mut harness, "Damped Newton");
    assert_eq!(study(&harness).runs.last().unwrap().optimizer, "damped-newton");
}

#[test]
fn layers_are_switched() {
    let mut harness = window(landscape("himmelblau"));
    click(&mut harness, "Heat map");
    assert!(!study(&harness).picture.shows(&crate::study::layers::HEAT_MAP));
    let image = |harness: &Harness<'_, Window>| {
        fn has_image(primitive: &Primitive) -> bool {
            match primitive {
                Primitive::Image { .. } => true,
                Primitive::Clipped { contents, .. } => contents.iter().any(has_image),
                _ => false,
            }
        }
        harness.state().picture.primitives().any(has_image)
    };
    assert!(!image(&harness));
    click(&mut harness, "Heat map");
    assert!(image(&harness));
    click(&mut harness, "Critical points");
    let points = &harness.state().computed.findings.points.points;
    let minimum = points.iter().find(|point| (point.w - Vector::new(3.0, 2.0)).amax() < 1e-6).unwrap().w;
    assert!(!is_marked(&harness, minimum));
}
