//! Legend and badge beside the picture, where they cannot lie on it.

use super::Panel;
use crate::app::canvas;
use crate::app::paint::{self, Textures};
use crate::scene::{self, PictureContext};
use eframe::egui::{self, Sense, Ui, WidgetInfo};
use egui::accesskit::Role;

/// Legend and badge.
pub fn runs_and_claim(ui: &mut Ui, panel: &Panel<'_>, room: egui::Vec2, scale: f32) {
    let (state, computed) = (panel.state, panel.computed);
    let pending_claim = computed.pending_claim(panel.now);
    let context = PictureContext { pending_claim, ..canvas::context(state, computed) };
    let size = [room.x, room.y].map(f64::from);
    let (marks, height) = scene::cards_in_column(&state.study, &computed.findings, &context, size, f64::from(scale));
    let (rect, response) = ui.allocate_exact_size(egui::vec2(room.x, height as f32), Sense::hover());
    let claim = computed.pending_claim(panel.now).unwrap_or_else(|| scene::words::badge(&computed.findings.points));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Runs and claim: {claim}")));
    let clip = ui.clip_rect();
    for shape in paint::shapes(ui.ctx(), &mut Textures::default(), &marks, rect.min.to_vec2(), clip) {
        ui.painter().with_clip_rect(shape.clip_rect).add(shape.shape);
    }
}
