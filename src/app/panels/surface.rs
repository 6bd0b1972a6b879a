//! The switch between map and surface, and how the surface is seen.

use super::Panel;
use crate::app::command::Command;
use crate::app::widgets::{checkbox, heading, muted};
use crate::field::ColourScale;
use crate::number::Vector;
use crate::study::{Camera, Findings, PictureOptions, Study};
use eframe::egui;
use egui::{ComboBox, Ui};

/// The name of the part of the picture that a camera's change is, for undo.
pub const CAMERA: &str = "camera";

/// How heights may follow L.
const HEIGHTS: [(ColourScale, &str, &str); 4] = [
    (ColourScale::Automatic, "Automatic", "As the colours of L would be."),
    (ColourScale::Linear, "L", "As it is; the highest few are cut off where they would leave nothing to the others."),
    (ColourScale::Logarithmic, "log", "Logarithmic in L − min L."),
    (ColourScale::Equalised, "By rank", "Each height has as much of the view below it as its share says."),
];

/// The places from which the surface may be seen, with their keys.
pub const PLACES: [(&str, &str, &str); 4] = [
    ("Above", "1", "From straight above: the map."),
    ("Along w₁", "2", "Along w₁, with w₂ to the right."),
    ("Along w₂", "3", "Along w₂, with w₁ to the right."),
    ("Along v₁", "4", "Along the first eigenvector of the selected critical point, or of the first one."),
];

/// The camera of a place.
pub fn camera_at(place: usize, study: &Study, findings: &Findings) -> Option<Camera> {
    match place {
        0 => Some(Camera::ABOVE),
        1 => Some(Camera::ALONG_W1),
        2 => Some(Camera::ALONG_W2),
        _ => {
            let points = &findings.points.points;
            let point = findings.selected_point(study).and_then(|index| points.get(index)).or(points.first())?;
            Some(along(point.eigen.vectors[0]))
        }
    }
}

/// The camera that looks along a direction of the weight plane.
fn along(direction: Vector) -> Camera {
    // Turned so that the direction leads away from the eye.
    let yaw = 90.0 - libm::atan2(direction.y, direction.x).to_degrees();
    Camera { yaw, ..Camera::ALONG_W2 }.within_bounds()
}

/// The picture with a camera of its own.
pub fn seen_from(picture: &PictureOptions, camera: Camera) -> PictureOptions {
    let mut picture = picture.clone();
    let perspective = picture.surface.camera.perspective;
    picture.surface.camera = Camera { perspective, ..camera };
    picture
}

/// The picture as the other of map and surface.
pub fn switched(picture: &PictureOptions) -> PictureOptions {
    let mut picture = picture.clone();
    picture.surface.shown = !picture.surface.shown;
    picture
}

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
        let tooltip = "What is nearer is larger. From straight above there is no difference.";
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Along w1 the camera's yaw is 90° less than along w2, and a direction's sign is its own.
    #[test]
    fn a_direction_leads_away_from_the_eye() {
        assert_eq!(along(Vector::new(0.0, 1.0)).yaw, Camera::ALONG_W2.yaw);
        assert_eq!(along(Vector::new(1.0, 0.0)).yaw, 90.0);
        assert_eq!(along(Vector::new(-1.0, 0.0)).yaw, Camera::ALONG_W1.yaw);
    }
}
