//! The switch between map and surface, and how the surface is seen.

use super::Panel;
use crate::app::camera::{CAMERA, PLACES, camera_at, seen_from};
use crate::app::command::Command;
use crate::app::widgets::{checkbox, heading, muted};
use crate::field::ColourScale;
use crate::study::PictureOptions;
use eframe::egui;
use egui::{ComboBox, Ui};

/// How heights may follow L.
const HEIGHTS: [(ColourScale, &str, &str); 4] = [
    (ColourScale::Automatic, "Automatic", "As the colours of L would be."),
    (ColourScale::Linear, "L", "Linear; the highest few values are cut off if they would flatten the rest."),
    (ColourScale::Logarithmic, "log", "Logarithmic in L − min L."),
    (ColourScale::Equalised, "By rank", "By rank: the height is the share of the view with a lower L."),
];

/// Shows the heading of the layers with the switch, and under it what can be chosen for a surface; the name of the part that was
/// changed.
pub fn choices(ui: &mut Ui, panel: &mut Panel<'_>, options: &mut PictureOptions) -> Option<&'static str> {
    let mut part = None;
    ui.horizontal(|ui| {
        heading(ui, "Layers");
        for (shown, title, tooltip) in [
            (false, "Map", "The weight plane from above (F10)."),
            (true, "Surface", "L as a height over the weight plane (F10)."),
        ] {
            if ui.selectable_value(&mut options.surface.shown, shown, title).on_hover_text(tooltip).changed() {
                part = Some("surface");
            }
        }
    });
    if !options.surface.shown {
        return part;
    }
    ui.horizontal_wrapped(|ui| {
        for (index, (title, key, tooltip)) in PLACES.iter().enumerate() {
            let camera = camera_at(index, &panel.state.study, &panel.computed.findings);
            let button = egui::Button::new(*title).small();
            let response = ui.add_enabled(camera.is_some(), button).on_hover_text(format!("{tooltip} Key {key}."));
            if let Some(camera) = camera.filter(|_| response.clicked()) {
                *options = seen_from(options, camera);
                part = Some(CAMERA);
            }
        }
    });
    part = heights(ui, options).or(part);
    ui.horizontal_wrapped(|ui| {
        let surface = &mut options.surface;
        let tooltip = "Nearer parts look larger. From straight above there is no difference.";
        if checkbox(ui, &mut surface.camera.perspective, "Perspective", "Perspective").on_hover_text(tooltip).changed()
        {
            part = Some("perspective");
        }
        let tooltip = "A floor below the surface with the contour lines and the shadows of the runs.";
        if checkbox(ui, &mut surface.floor, "Floor", "Floor").on_hover_text(tooltip).changed() {
            part = Some("floor");
        }
        let mut smooth = panel.state.preferences.smooth_turns;
        let tooltip = "The camera takes half a second from one place to another.";
        if checkbox(ui, &mut smooth, "Smooth turns", "Smooth turns").on_hover_text(tooltip).changed() {
            panel.emit(Command::SmoothTurns(smooth));
        }
    });
    part
}

fn heights(ui: &mut Ui, options: &mut PictureOptions) -> Option<&'static str> {
    let before = options.surface.height;
    ui.horizontal(|ui| {
        ui.label(muted("Height").size(12.0));
        let title = HEIGHTS.iter().find(|(scale, ..)| *scale == before).map_or("", |(_, title, _)| *title);
        ComboBox::from_id_salt("surface height")
            .selected_text(title)
            .show_ui(ui, |ui| {
                for (scale, title, tooltip) in HEIGHTS {
                    ui.selectable_value(&mut options.surface.height, scale, title).on_hover_text(tooltip);
                }
            })
            .response
            .accessible_name("Height of the surface");
    });
    (options.surface.height != before).then_some("height")
}
