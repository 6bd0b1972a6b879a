//! Layers: what the heat map shows and the regions of curvature, chosen in the window and seen in the picture.

use super::*;
use crate::curvature::Quantity;
use egui::accesskit::Role;

/// All words of the picture.
fn words(harness: &Harness<'_, Window>) -> String {
    fn gather(primitive: &Primitive, into: &mut Vec<String>) {
        match primitive {
            Primitive::Text { runs, .. } => into.push(runs.iter().map(|run| run.text.as_str()).collect()),
            Primitive::Clipped { contents, .. } => contents.iter().for_each(|inner| gather(inner, into)),
            _ => {}
        }
    }
    let mut words = Vec::new();
    harness.state().picture.primitives().for_each(|primitive| gather(primitive, &mut words));
    words.join("\n")
}

fn choose(harness: &mut Harness<'_, Window>, from: &str, title: &str) {
    harness.get_by_label(from).click();
    harness.run();
    let entry = harness.get_by_role_and_label(Role::Button, title);
    entry.click();
    harness.run();
}

#[test]
fn the_heat_map_shows_what_is_chosen_and_says_so() {
    let mut harness = window(landscape("himmelblau"));
    assert!(!words(&harness).contains("contours"));
    choose(&mut harness, "Quantity of the heat map", "2/λmax");
    assert_eq!(study(&harness).picture.heat_map_of, Quantity::SpeedLimit);
    assert_eq!(harness.state().computed.findings.field.quantity, Quantity::SpeedLimit);
    let said = words(&harness);
    for part in ["2/λmax", "λmax ≤ 0: no rate is too large", "of L"] {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
    press(&mut harness, egui::Modifiers::COMMAND, egui::Key::Z);
    assert_eq!(study(&harness).picture.heat_map_of, Quantity::Loss);
    assert_eq!(harness.state().computed.findings.field.quantity, Quantity::Loss);
}

/// The regions follow a parameter in the frame in which it is moved: −k/2·w1² + w2²/2 is positive definite for k < 0.
#[test]
fn the_regions_follow_a_parameter() {
    use crate::curvature::Definiteness;
    let view = crate::landscape::View::new(-1.0, 1.0, -1.0, 1.0).unwrap();
    let mut study = Study::of_formula("-k/2*w1^2 + w2^2/2", view);
    study.landscape.parameters.insert("k".to_owned(), 1.0);
    let mut harness = window(Some(study));
    click(&mut harness, "Signs of curvature");
    assert!(words(&harness).contains("H positive definite"));
    let regions = |harness: &Harness<'_, Window>| {
        let regions = harness.state().computed.findings.field.sign_regions.clone().unwrap();
        assert!(regions.nodes.iter().all(|node| *node == regions.nodes[0]));
        regions.nodes[0]
    };
    assert_eq!(regions(&harness), Some(Definiteness::Indefinite));
    harness.get_by_role_and_label(Role::Slider, "k").set_value_accesskit(-2.0);
    harness.run();
    assert_eq!(regions(&harness), Some(Definiteness::PositiveDefinite));
}
