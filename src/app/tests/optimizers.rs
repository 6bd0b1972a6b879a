//! Optimizers in the window: whatever is listed is offered, and its settings stand in its card.

use super::*;
use crate::optimizer::OPTIMIZERS;
use crate::optimizer::tests::added;
use egui::accesskit::Role;

#[test]
fn an_added_optimizer_is_in_the_window() {
    let mut harness = window(landscape("himmelblau"));
    click(&mut harness, "Add a run");
    click(&mut harness, "Fixed length");
    let run = study(&harness).runs.last().unwrap().clone();
    assert_eq!(run.optimizer, added::NAME);
    harness.get_by_role_and_label(Role::Slider, "Length of Fixed length").set_value_accesskit(0.5);
    harness.run();
    assert_eq!(study(&harness).runs.last().unwrap().setting("length"), Some(0.5));
    let trajectory = harness.state().computed.findings.trajectories.last().unwrap().clone().unwrap().unwrap();
    assert!(((trajectory.steps[1].w - trajectory.steps[0].w).norm() - 0.5).abs() < 1e-12);
}

/// Every optimizer can be added; its card has its rule, and no glyph of it is missing.
#[test]
fn every_optimizer_has_a_card() {
    for optimizer in OPTIMIZERS {
        let mut study = landscape("himmelblau").unwrap();
        study.runs.clear();
        let mut harness = window(Some(study));
        click(&mut harness, "Add a run");
        click(&mut harness, optimizer.title());
        click(&mut harness, &format!("Settings of {}", optimizer.title()));
        assert!(harness.query_by_label(optimizer.info().rule).is_some(), "{} shows its rule", optimizer.name());
        let run = harness.state().state.study.runs[0].clone();
        for setting in optimizer.settings().iter().filter(|setting| optimizer.uses(&run, setting.key)) {
            let mut name = setting.title.to_owned();
            name[..1].make_ascii_uppercase();
            let label = format!("{name} of {}", optimizer.title());
            assert!(harness.query_all_by_label(&label).next().is_some(), "{label}");
        }
    }
}
