//! Panels, presentation, help, themes and sizes: everything can be shown, everything has a name.

use super::*;
use egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT;

#[test]
fn panels_fold_and_the_picture_takes_their_room() {
    let mut harness = window(landscape("himmelblau"));
    let room = |harness: &Harness<'_, Window>| harness.state().picture.layout().unwrap().canvas.size[0];
    let narrow = room(&harness);
    assert!(narrow >= 0.6 * 1280.0 - 1.0, "the picture has three fifths of the width: {narrow}");
    press(&mut harness, Modifiers::NONE, Key::F6);
    assert!(harness.query_by_label("Formula").is_none());
    let wider = room(&harness);
    press(&mut harness, Modifiers::NONE, Key::F7);
    assert!(harness.query_by_label("Loss against step").is_none());
    assert!(narrow < wider && wider < room(&harness));
    press(&mut harness, Modifiers::COMMAND, Key::L);
    assert!(harness.get_by_label("Formula").is_focused(), "the key for the formula unfolds its panel");
}

#[test]
fn a_presentation_leaves_the_picture_and_the_slider_in_use() {
    let mut harness = window(landscape("himmelblau"));
    let scale = |harness: &Harness<'_, Window>| harness.state().picture.layout().unwrap().scale;
    let small = scale(&harness);
    harness.get_by_label("Learning rate of Gradient descent").set_value_accesskit(0.003);
    harness.run();
    press(&mut harness, Modifiers::NONE, Key::F5);
    assert!(harness.query_by_label("Formula").is_none() && harness.query_by_label("Open").is_none());
    assert!(scale(&harness) > 1.3 * small, "in projector size");
    harness.get_by_label("Learning rate of Gradient descent").set_value_accesskit(0.004);
    harness.run();
    assert_eq!(study(&harness).runs[0].settings["learning_rate"], 0.004);
    assert!(harness.query_by_label("Start point").is_some());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label("Formula").is_some());
}

#[test]
fn everything_unfolded_has_names_and_glyphs_in_both_themes() {
    let mut harness = window_in(landscape("himmelblau"), None, vec2(1280.0, 2400.0), Vec::new());
    for name in ["Derivatives", "Settings of Gradient descent", "Settings of SGD", "Settings of Newton"] {
        click(&mut harness, name);
    }
    click(&mut harness, "Colours and contours");
    click(&mut harness, "Level labels");
    click(&mut harness, "λ labels");
    press(&mut harness, Modifiers::NONE, Key::F2);
    assert!(harness.query_by_label("move the start point").is_some());
    press(&mut harness, Modifiers::NONE, Key::F8);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    for name in ["Open", "Export", "Landscape", "Colour map", "Colour scale", "Quantity of the heat map", "Add a run"] {
        harness.get_by_label(name).click();
        harness.run();
        press(&mut harness, Modifiers::NONE, Key::Escape);
    }
}

/// With another theme glyphs are drawn anew and lie elsewhere: text that is kept from frame to frame must not point to
/// where they were.
#[test]
fn text_points_to_the_glyphs_of_its_theme() {
    let mut harness = window(landscape("himmelblau"));
    press(&mut harness, Modifiers::NONE, Key::F8);
    harness.run_steps(3);
    let ctx = harness.ctx.clone();
    let mut texts = 0;
    for clipped in &harness.output().shapes {
        let egui::Shape::Text(text) = &clipped.shape else { continue };
        let fresh = ctx.fonts_mut(|fonts| fonts.layout_job((*text.galley.job).clone()));
        let places = |galley: &egui::Galley| -> Vec<_> {
            galley.rows.iter().flat_map(|row| row.glyphs.iter().map(|glyph| glyph.uv_rect)).collect()
        };
        assert_eq!(places(&text.galley), places(&fresh), "{}", text.galley.text());
        texts += 1;
    }
    assert!(texts > 20, "{texts} texts");
}

#[test]
fn the_plot_is_described_in_words() {
    let harness = window(landscape("himmelblau"));
    let plot = harness.get_by_label("Plot of the loss");
    let description = plot.accesskit_node().data().description().unwrap_or_default().to_owned();
    assert!(description.contains("Himmelblau"), "{description}");
    assert_eq!(harness.get_by_label("Start point").value().unwrap(), crate::number::display::point(start(&harness)));
}

#[test]
fn no_size_is_too_small() {
    for size in [vec2(0.0, 0.0), vec2(1.0, 1.0), vec2(60.0, 40.0), vec2(300.0, 5.0), vec2(480.0, 320.0)] {
        let mut harness = window_in(landscape("himmelblau"), None, size, Vec::new());
        harness.run_steps(3);
        harness.set_size(vec2(900.0, 600.0));
        harness.run_steps(3);
        harness.set_size(size);
        harness.run_steps(3);
    }
}

#[test]
fn landscapes_of_every_sort_are_shown() {
    for entry in catalogue::catalogue().iter().step_by(4) {
        let mut harness = window(Some(Study::of_entry(entry)));
        harness.run();
        assert!(harness.query_by_label("Plot of the loss").is_some(), "{}", entry.name);
    }
}

#[test]
fn a_study_without_runs_says_what_to_do() {
    let mut study = landscape("himmelblau").unwrap();
    study.runs.clear();
    let mut harness = window(Some(study));
    assert!(harness.query_by_label_contains("No run yet").is_some());
    press(&mut harness, Modifiers::NONE, Key::F5);
    press(&mut harness, Modifiers::NONE, Key::F5);
}
