//! A narrow screen that is held upright: the picture first, and what else there is as a sheet below it.

use super::Panel;
use crate::app::command::Command;
use crate::app::state::Sheet;
use crate::app::theme::FINGER;
use eframe::egui;
use egui::{Frame, Margin, Panel as Side, Ui, vec2};

const SHEETS: [(Sheet, &str, &str); 2] = [
    (Sheet::Study, "Study", "Landscape, runs and layers."),
    (Sheet::Findings, "Findings", "The read-out, the critical points and the charts."),
];

/// The least width that the row of buttons and a sheet need.
const LEAST: f32 = 240.0;

/// Whether the screen is narrow and higher than wide, as that of a phone.
pub fn is_upright(ctx: &egui::Context) -> bool {
    let screen = ctx.content_rect();
    (LEAST..560.0).contains(&screen.width()) && screen.height() > screen.width()
}

/// Which of both is in the one panel that a narrow window has room for, and above it what chooses it.
pub fn switch(ui: &mut Ui, panel: &mut Panel<'_>) -> Sheet {
    // The lessons are listed beside the picture, too.
    let chosen = panel.state.sheet.filter(|_| !panel.state.lessons.is_listed).unwrap_or(Sheet::Study);
    ui.horizontal(|ui| {
        for (sheet, title, tooltip) in SHEETS {
            if ui.selectable_label(chosen == sheet, title).on_hover_text(tooltip).clicked() {
                panel.emit(Command::ShowSheet(Some(sheet)));
            }
        }
    });
    ui.add_space(4.0);
    chosen
}

/// The sheet that is open, above the row of buttons that open and close them. What a sheet has is shown by `contents`.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, contents: impl FnOnce(&mut Ui, &mut Panel<'_>, Sheet)) {
    let frame = Frame::side_top_panel(ui.style());
    let row = frame.inner_margin(Margin::symmetric(12, 4));
    Side::bottom("sheets").exact_size(FINGER + 8.0).resizable(false).frame(row).show(ui, |ui| {
        let width = (ui.available_width() - ui.spacing().item_spacing.x) / SHEETS.len() as f32;
        ui.horizontal(|ui| {
            for (sheet, title, tooltip) in SHEETS {
                let is_open = panel.state.sheet == Some(sheet);
                let button = egui::Button::new(title).selected(is_open).min_size(vec2(width, FINGER));
                if ui.add(button).on_hover_text(tooltip).clicked() {
                    panel.emit(Command::ShowSheet((!is_open).then_some(sheet)));
                }
            }
        });
    });
    if let Some(sheet) = panel.state.sheet {
        let height = 0.45 * ui.available_height();
        let frame = frame.inner_margin(Margin { left: 14, right: 4, top: 8, bottom: 4 });
        Side::bottom("sheet").exact_size(height).resizable(false).frame(frame).show(ui, |ui| {
            contents(ui, panel, sheet);
        });
    }
}
