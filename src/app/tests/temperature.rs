//! Noise as temperature in the window.

use super::*;
use crate::optimizer::Run;
use crate::study::temperature_of;
use egui_kittest::kittest::NodeT;

/// Langevin dynamics at T in a landscape, from its start.
fn bath(name: &str, temperature: f64) -> Study {
    let mut study = landscape(name).unwrap();
    study.runs = vec![Run { steps: 400, ..Run::new("langevin") }];
    study.runs[0].settings.insert("temperature".to_owned(), temperature);
    study.runs[0].settings.insert("learning_rate".to_owned(), 0.01);
    study.ensemble.runs = 100;
    study
}

fn tall(study: Study) -> Harness<'static, Window> {
    window_in(Some(study), None, vec2(1280.0, 1300.0), Vec::new())
}

#[test]
fn the_slider_sets_the_temperature_of_the_run() {
    let mut harness = tall(bath("double-well-tilted", 0.3));
    click(&mut harness, "Show the ensemble");
    let slider = harness.get_by_label("Temperature");
    assert_eq!(slider.accesskit_node().numeric_value(), Some(0.3));
    let findings = &harness.state().computed.findings;
    let thermal = findings.thermal.clone().unwrap();
    assert_eq!(thermal.temperature, 0.3);
    // Each count has the share of its basin beneath it.
    for share in &thermal.occupation.minima {
        let words = format!("e^(−L/T): {} %", crate::number::display::short(100.0 * share.share.unwrap()));
        assert!(harness.query_by_label_contains(&words).is_some(), "{words}");
    }
    let rect = harness.get_by_label("Temperature").rect();
    let at = |x: f32| pos2(x, rect.center().y);
    drag(&mut harness, at(rect.center().x), at(rect.right() - 5.0));
    let temperature = temperature_of(&study(&harness).runs[0]).unwrap();
    assert!(temperature > 0.3, "{temperature}");
    assert_eq!(harness.state().computed.findings.thermal.as_ref().unwrap().temperature, temperature);
}

#[test]
fn what_cannot_be_normalised_is_said() {
    let mut harness = tall(bath("peaks", 0.5));
    click(&mut harness, "Show the ensemble");
    assert!(harness.query_by_label_contains("cannot be normalised").is_some());
    assert!(harness.query_by_label_contains("e^(−L/T): ").is_none());
}

/// T = ησ²/2: at η = 0.02 the noise σ = 0.5 has T = 0.0025, and its card says so.
#[test]
fn gaussian_noise_has_a_temperature() {
    let mut study = landscape("double-well").unwrap();
    study.runs = vec![Run { steps: 50, ..Run::new("sgd") }];
    study.runs[0].settings.extend([("noise".to_owned(), 0.5), ("learning_rate".to_owned(), 0.02)]);
    let mut harness = tall(study);
    harness.state_mut().state.unfolded_runs.insert(0);
    harness.run();
    assert!(harness.query_by_label("T = ησ²/2").is_some() && harness.query_by_label("0.0025").is_some());
    click(&mut harness, "Show the ensemble");
    let rect = harness.get_by_label("Temperature").rect();
    let at = |x: f32| pos2(x, rect.center().y);
    drag(&mut harness, at(rect.center().x), at(rect.right() - 5.0));
    let run = &super::study(&harness).runs[0];
    let (temperature, noise) = (temperature_of(run).unwrap(), run.settings["noise"]);
    assert!((temperature - 0.01 * noise * noise).abs() < 1e-12 && noise > 0.5, "{temperature} {noise}");
}

#[test]
fn density_and_times_are_shown_below() {
    let mut harness = tall(bath("double-well", 0.4));
    click(&mut harness, "Show the ensemble");
    click(&mut harness, "Density");
    let words = harness.get_by_label("Density of the runs").accesskit_node().data().description().map(str::to_owned);
    assert!(words.unwrap().contains("100 runs, beside e^(−L/T) for T = 0.4"));
    click(&mut harness, "Times of escape");
    let times = harness.state().computed.findings.arrhenius.clone().unwrap().unwrap();
    assert!(times.measured.len() == 5 && times.kramers.len() == 40);
    assert!(harness.query_by_label_contains("5 to 33 % too short").is_some());
    assert!(harness.query_by_label_contains("by Kramers' law").is_some());
}
