//! The line at the bottom, where messages stand that have no place of their own, and a path is typed where no native
//! dialog is at hand; and the one question that is asked before work is lost.

use super::Panel;
use crate::app::command::Command;
use crate::app::compute::PATIENCE_SECONDS;
use crate::app::state::{Pending, Purpose};
use crate::app::theme;
use crate::app::widgets::{palette, strong};
use eframe::egui;
use egui::{Align, Id, Key, Layout, Modal, RichText, TextEdit, Ui};

/// From the picture's lower edge to the message: the names below the plot stay free.
const ABOVE_NAMES: f32 = 38.0;
/// A picture that is narrower has no room for a message.
const NARROW: f32 = 260.0;

/// Shows the message over the lower part of the picture, or the field for a path over the window's lower edge: nothing moves aside
/// for it.
pub fn show(ui: &Ui, panel: &mut Panel<'_>) {
    let state = panel.state;
    let exports = is_exporting(panel);
    if !exports && state.message.is_none() && state.prompt.is_none() && state.replacing.is_none() {
        return;
    }
    let window = ui.ctx().content_rect();
    // What the panels have left is the picture's.
    let picture = ui.available_rect_before_wrap();
    let is_message_alone = state.prompt.is_none() && state.replacing.is_none();
    let (at, width) = match is_message_alone && picture.width() >= NARROW {
        true => (
            picture.center_bottom() - egui::vec2(0.0, ABOVE_NAMES),
            width_of_message(ui, panel).max(if exports { EXPORTING } else { 0.0 }).min(picture.width() - 16.0),
        ),
        false => (window.center_bottom() - egui::vec2(0.0, 8.0), (window.width() - 24.0).clamp(60.0, 900.0)),
    };
    let area = egui::Area::new(Id::unique("bottom")).pivot(egui::Align2::CENTER_BOTTOM).fixed_pos(at);
    area.order(egui::Order::Foreground).show(ui, |ui| {
        egui::Frame::popup(ui.style()).inner_margin(egui::Margin::symmetric(12, 6)).show(ui, |ui| {
            ui.set_width(width - 24.0);
            prompt(ui, panel);
            replacing(ui, panel);
            if exports {
                exporting(ui, panel);
            }
            message(ui, panel);
        });
    });
}

/// The width of the line that says that a picture is being exported.
const EXPORTING: f32 = 190.0;

/// Whether a picture has been drawn for longer than people do not notice.
fn is_exporting(panel: &Panel<'_>) -> bool {
    panel.state.exporting.is_some_and(|since| panel.now - since > PATIENCE_SECONDS)
}

fn exporting(ui: &mut Ui, panel: &mut Panel<'_>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let stop = ui.button("Stop").accessible_name("Stop the export");
            if stop.on_hover_text("Ends the export; nothing is written.").clicked() {
                panel.commands.push(Command::CancelExport);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.label("Exporting…"));
        });
    });
}

/// The width of the message with its button, where it needs one line.
fn width_of_message(ui: &Ui, panel: &Panel<'_>) -> f32 {
    let text = panel.state.message.as_ref().map_or("", |message| &message.text);
    let font = egui::TextStyle::Body.resolve(ui.style());
    ui.painter().layout_no_wrap(text.to_owned(), font, egui::Color32::WHITE).size().x + 84.0
}

fn message(ui: &mut Ui, panel: &mut Panel<'_>) {
    let Some(message) = &panel.state.message else {
        return;
    };
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = egui::Button::new("✕").frame_when_inactive(false);
            if ui.add(close).accessible_name("Dismiss the message").on_hover_text("Dismisses the message.").clicked() {
                panel.commands.push(Command::Dismiss);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let colours = palette(ui);
                let colour = theme::colour(if message.is_error { colours.error } else { colours.text });
                let text = RichText::new(&message.text).color(colour);
                ui.add(egui::Label::new(text).wrap().selectable(true));
            });
        });
    });
}

fn prompt(ui: &mut Ui, panel: &mut Panel<'_>) {
    let Some(prompt) = &panel.state.prompt else {
        return;
    };
    let (label, action) = match prompt.purpose {
        Purpose::Open => ("Open the study".to_owned(), "Open"),
        Purpose::OpenData => ("Use the examples in".to_owned(), "Use"),
        Purpose::SaveAs => ("Save the study as".to_owned(), "Save"),
        Purpose::Export(export) => (format!("Export {} to", export.title()), "Export"),
    };
    ui.horizontal(|ui| {
        ui.label(label);
        let mut text = prompt.text.clone();
        let width = (ui.available_width() - 170.0).max(80.0);
        let field = TextEdit::singleline(&mut text).id(path_id()).desired_width(width).hint_text("a file's path");
        let response = ui.add(field).accessible_name("Path");
        // A path that is asked for is typed next, unless the hand went elsewhere on purpose.
        if ui.memory(|memory| memory.focused().is_none()) && !response.lost_focus() {
            response.request_focus();
        }
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if response.changed() {
            panel.commands.push(Command::TypePath(text));
        }
        if ui.button(action).accessible_name("Accept the path").clicked() || entered {
            panel.commands.push(Command::AcceptPath);
        }
        if ui.button("Cancel").accessible_name("Cancel the path").clicked() {
            panel.commands.push(Command::CancelPath);
        }
    });
    if let Some(error) = &prompt.error {
        ui.label(RichText::new(error).color(theme::colour(palette(ui).error)));
    }
}

/// Asks before a file is replaced.
fn replacing(ui: &mut Ui, panel: &mut Panel<'_>) {
    let Some(asked) = &panel.state.replacing else {
        return;
    };
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("Keep it").accessible_name("Keep the file").clicked() {
                panel.commands.push(Command::KeepFile);
            }
            if ui.button("Replace it").accessible_name("Replace the file").clicked() {
                panel.commands.push(Command::Replace);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let colour = theme::colour(palette(ui).error);
                let text = format!("{}: {}.", asked.path.display(), asked.there);
                ui.add(egui::Label::new(RichText::new(&text).color(colour)).truncate()).on_hover_text(&text);
            });
        });
    });
}

/// The id of the field for a path, so that the focus can be put there.
pub fn path_id() -> Id {
    Id::unique("path")
}

/// Asks whether to save the changes, the only modal dialog there is.
pub fn question(ui: &Ui, panel: &mut Panel<'_>) {
    let Some(pending) = &panel.state.pending else {
        return;
    };
    // While a path is asked for, the question has been answered by "save".
    let is_answered = panel.state.prompt.is_some() || panel.state.replacing.is_some();
    if is_answered || !panel.state.has_unsaved_changes() {
        return;
    }
    let action = match pending {
        Pending::Close => "closing",
        Pending::Open | Pending::OpenFile(_) | Pending::OpenDocument(_) => "opening another study",
        Pending::Recover => "recovering another study",
    };
    let response = Modal::new(Id::unique("unsaved changes")).show(ui, |ui| {
        ui.set_width(340.0);
        ui.label(strong(format!("Save “{}” before {action}?", panel.state.title())));
        ui.add_space(4.0);
        ui.label("It has unsaved changes.");
        ui.add_space(10.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let save = ui.button("Save").accessible_name("Save the changes");
            if ui.memory(|memory| memory.focused().is_none()) {
                save.request_focus();
            }
            if save.clicked() {
                panel.commands.push(Command::SaveFirst);
            }
            if ui.button("Discard").accessible_name("Discard the changes").clicked() {
                panel.commands.push(Command::Discard);
            }
            if ui.button("Cancel").accessible_name("Go on working").clicked() {
                panel.commands.push(Command::CancelPending);
            }
        });
    });
    if response.should_close() {
        panel.commands.push(Command::CancelPending);
    }
}
