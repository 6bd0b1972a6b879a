//! The bar that offers what a window was working on that came to no clean end.

use super::Panel;
use crate::app::command::Command;
use eframe::egui;
use egui::{Align, Frame, Layout, Margin, Ui};

/// Shows the bar, if there is something to offer.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    let Some(recoverable) = panel.state.recoverable.clone() else {
        return;
    };
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(14, 0));
    egui::Panel::top("recovery").exact_size(36.0).resizable(false).frame(frame).show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let discard = ui.button("Discard").accessible_name("Discard what can be recovered");
            if discard.on_hover_text("Removes what was kept of it, for good.").clicked() {
                panel.emit(Command::DiscardRecoverable);
            }
            let recover = ui.button("Recover").accessible_name("Recover the study");
            if recover.on_hover_text("Goes on where that window was.").clicked() {
                panel.emit(Command::Recover);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = format!("Recover what you were working on? “{}”, {}", recoverable.title, recoverable.when);
                ui.add(egui::Label::new(text.trim_end_matches(", ")).truncate());
            });
        });
    });
}
