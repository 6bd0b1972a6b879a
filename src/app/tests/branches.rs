//! Branches in the window: followed, dragged, looked at otherwise.

use super::*;
use crate::study::{BRANCHES_TAB, Ordinate};

#[test]
fn a_parameter_is_followed_and_dragged() {
    let mut harness = window_in(landscape("cusp"), None, vec2(1280.0, 900.0), Vec::new());
    click(&mut harness, "Follow over c");
    let follow = study(&harness).display.follow.clone().unwrap();
    assert_eq!((follow.parameter.as_str(), follow.range), ("c", [-1.0, 1.0]));
    assert!(study(&harness).display.shows(BRANCHES_TAB));
    let followed = harness.state().computed.findings.branches.clone().unwrap().unwrap();
    assert!(followed.is_whole && followed.branches.accounted);
    assert_eq!(followed.branches.events.len(), 2, "two folds");
    // The cursor is the slider: a drag to the right moves c, and with it the critical points.
    let chart = harness.get_by_label("Branches").rect();
    let at = |share: f32| pos2(chart.left() + share * chart.width(), chart.center().y);
    drag(&mut harness, at(0.6), at(0.95));
    let c = study(&harness).landscape.parameters["c"].value();
    assert!(c > 0.5 && c <= 1.0, "{c}");
    let findings = &harness.state().computed.findings;
    assert_eq!(findings.points.points.len(), 1, "beyond the fold there is one minimum");
    let again = findings.branches.clone().unwrap().unwrap();
    assert!(std::sync::Arc::ptr_eq(&again, &followed), "the branches do not depend on the value of c");
    click(&mut harness, "λmin against c");
    assert_eq!(study(&harness).display.follow.as_ref().unwrap().ordinate, Ordinate::SmallestEigenvalue);
    // Another parameter changes the branches, of which the folds move apart.
    harness.state_mut().state.study.landscape.parameters.insert("a".to_owned(), 1.5.into());
    harness.run();
    let wider = harness.state().computed.findings.branches.clone().unwrap().unwrap();
    assert!(wider.branches.events[1].value > followed.branches.events[1].value + 0.1);
    click(&mut harness, "Show the loss");
    assert!(harness.state().computed.findings.branches.is_none());
}

#[test]
fn a_click_on_a_joint_selects_its_saddle() {
    let mut harness = window_in(landscape("himmelblau"), None, vec2(1280.0, 900.0), Vec::new());
    open_tab(&mut harness, "Show the barriers");
    let (asked, findings) = (study(&harness).clone(), harness.state().computed.findings.clone());
    let subject = crate::chart::Subject { study: &asked, findings: &findings, pointed: None };
    let chart = crate::chart::find(crate::study::BARRIERS_TAB).unwrap();
    let content = chart.content(&subject);
    let place = harness.get_by_label(chart.info().title).rect();
    let inside = crate::scene::Rect { min: [0.0, 0.0], max: [f64::from(place.width()), f64::from(place.height())] };
    let palette = crate::scene::theme::Palette::of(crate::study::Theme::Dark);
    let layout = crate::chart::draw(&content, &inside, 1.0, palette).layout.unwrap();
    let crate::chart::Content::Plot(plot) = content else { panic!("no plot") };
    let joint = plot.series.iter().find(|series| series.name.starts_with("saddle")).unwrap().points[0];
    let saddle = chart.critical_point(&subject, joint).unwrap();
    let pixel = layout.pixel(joint);
    let at = place.min + vec2(pixel[0] as f32, pixel[1] as f32);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.step();
    harness.drop_at(at);
    harness.run();
    assert_eq!(study(&harness).display.selected, Some([saddle.x, saddle.y]));
    assert!(study(&harness).display.shows(crate::study::BARRIERS_TAB), "the chart stays");
}
