//! The bar at the top: the formula as mathematics, undo, files, theme, presentation, help.

use super::{Panel, sheets};
use crate::app::command::Command;
use crate::app::film::FilmExport;
use crate::app::state::{Export, PictureExport};
use crate::app::theme;
use crate::app::widgets::{bar_button, math, muted, palette, strong};
use crate::export::WRITES_PDF;
use crate::scene::title_runs;
use crate::study::Theme;
use eframe::egui;
use egui::{Align, Layout, Ui};

/// Shows the bar's contents.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    if sheets::is_upright(ui.ctx()) {
        // There is room for the buttons only; what does not fit is scrolled to.
        egui::ScrollArea::horizontal().show(ui, |ui| ui.horizontal_centered(|ui| buttons(ui, panel)));
        return;
    }
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            buttons_from_the_right(ui, panel);
            ui.add_space(10.0);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| title(ui, panel));
        });
    });
}

/// The least width of a formula of which something can be read, and of words after it.
const LEAST_FORMULA: f32 = 80.0;
const LEAST_WORDS: f32 = 60.0;
/// The width of the program's name, and of the space after it.
const NAME: f32 = 90.0;

/// The program's name and the formula. Where there is little room the name gives way to the formula, and the formula to the buttons.
fn title(ui: &mut Ui, panel: &Panel<'_>) {
    if ui.available_width() >= NAME + 2.0 * LEAST_FORMULA {
        ui.label(strong("Losscape")).on_hover_text(concat!("Losscape ", env!("CARGO_PKG_VERSION")));
        ui.add_space(14.0);
    }
    if ui.available_width() >= LEAST_FORMULA {
        formula(ui, panel);
    }
}

fn formula(ui: &mut Ui, panel: &Panel<'_>) {
    let loss = &panel.computed.findings.loss;
    let runs = title_runs(loss);
    let whole = format!("L = {}", loss.to_unicode());
    let colour = theme::colour(palette(ui).text);
    let response = math(ui, &runs, 17.0, colour, &whole);
    response.on_hover_text(match panel.state.study.landscape.parameters.is_empty() {
        true => whole,
        false => {
            let values = panel.state.study.landscape.parameters.iter();
            let values: Vec<String> = values
                .map(|(name, value)| format!("{name} = {}", crate::number::display::short(value.value())))
                .collect();
            format!("{whole}, {}", values.join(", "))
        }
    });
    // The formula is that of one example.
    if let Some(mean) = crate::scene::words::mean_over(&panel.state.study, &panel.computed.findings.loss)
        && ui.available_width() >= LEAST_WORDS
    {
        ui.add_space(8.0);
        ui.add(egui::Label::new(muted(mean).size(12.0)).truncate());
    }
}

/// A button, which does what it is for.
type Button = fn(&mut Ui, &mut Panel<'_>);

/// The buttons in their groups, from left to right.
const BUTTONS: [&[Button]; 3] = [&[undo, redo], &[open, save, export, share], &[theme_switch, lessons, present, help]];

/// Between two groups.
const BETWEEN: f32 = 8.0;

/// The buttons from left to right.
fn buttons(ui: &mut Ui, panel: &mut Panel<'_>) {
    for (place, group) in BUTTONS.iter().enumerate() {
        if place > 0 {
            ui.add_space(BETWEEN);
        }
        group.iter().for_each(|button| button(ui, panel));
    }
}

/// The buttons from the right end of the bar to the left.
fn buttons_from_the_right(ui: &mut Ui, panel: &mut Panel<'_>) {
    for (place, group) in BUTTONS.iter().rev().enumerate() {
        if place > 0 {
            ui.add_space(BETWEEN);
        }
        group.iter().rev().for_each(|button| button(ui, panel));
    }
}

fn help(ui: &mut Ui, panel: &mut Panel<'_>) {
    if bar_button(ui, "?", "Help", "Lists keys and gestures (F2).").clicked() {
        let help = !panel.state.help;
        panel.emit(Command::ShowHelp(help));
    }
}

fn present(ui: &mut Ui, panel: &mut Panel<'_>) {
    let present = "Shows the picture, its legend and the slider in use, in projector size (F5; Esc leaves).";
    if bar_button(ui, "Present", "Present", present).clicked() {
        panel.emit(Command::Present(true));
    }
}

fn lessons(ui: &mut Ui, panel: &mut Panel<'_>) {
    let tooltip = "Lessons of about ten minutes. Every claim is checked on what you see (F1).";
    // A narrow bar that is not scrolled has no room for it; the key is there.
    let has_room = ui.ctx().content_rect().width() >= 560.0 || sheets::is_upright(ui.ctx());
    if has_room && bar_button(ui, "Lessons", "Lessons", tooltip).clicked() {
        panel.emit(super::lesson::toggled(panel.state));
    }
}

fn theme_switch(ui: &mut Ui, panel: &mut Panel<'_>) {
    let (sign, other) = match panel.state.study.picture.theme {
        Theme::Dark => ("☾", "Switches to the light theme, for print and bright rooms (F8)."),
        Theme::Light => ("☀", "Switches to the dark theme, for dark rooms (F8)."),
    };
    if bar_button(ui, sign, "Theme", other).clicked() {
        panel.emit(Command::SwitchTheme);
    }
}

fn save(ui: &mut Ui, panel: &mut Panel<'_>) {
    let unsaved = panel.state.has_unsaved_changes();
    let save = match &panel.state.path {
        Some(path) => format!("Saves the study to {} (Ctrl S).", path.display()),
        None => "Saves the study. Anyone who opens it sees exactly this (Ctrl S).".to_owned(),
    };
    let text = if unsaved { "Save •" } else { "Save" };
    let size = egui::vec2(54.0, ui.spacing().interact_size.y);
    let button = egui::Button::new(text).frame_when_inactive(false).min_size(size);
    let response = ui.add(button).accessible_name("Save").on_hover_text(save);
    if response.clicked() {
        panel.emit(Command::Save);
    }
}

fn redo(ui: &mut Ui, panel: &mut Panel<'_>) {
    ui.add_enabled_ui(panel.state.history.can_redo(), |ui| {
        if bar_button(ui, "↷", "Redo", "Makes the change again (Ctrl Shift Z).").clicked() {
            panel.emit(Command::Redo);
        }
    });
}

fn undo(ui: &mut Ui, panel: &mut Panel<'_>) {
    ui.add_enabled_ui(panel.state.history.can_undo(), |ui| {
        if bar_button(ui, "↶", "Undo", "Takes the last change back (Ctrl Z).").clicked() {
            panel.emit(Command::Undo);
        }
    });
}

fn menu_button(text: &str) -> egui::containers::menu::MenuButton<'_> {
    egui::containers::menu::MenuButton::from_button(egui::Button::new(text).frame_when_inactive(false))
}

fn open(ui: &mut Ui, panel: &mut Panel<'_>) {
    let recent = &panel.state.preferences.recent_files;
    let tooltip = "Opens a saved study; a file can also be dropped on the window (Ctrl O).";
    if recent.is_empty() {
        if bar_button(ui, "Open", "Open", tooltip).clicked() {
            panel.emit(Command::Open);
        }
        return;
    }
    let (response, _) = menu_button("Open ▾").ui(ui, |ui| {
        ui.set_min_width(220.0);
        if ui.button("Open a study…").on_hover_text(tooltip).clicked() {
            panel.commands.push(Command::Open);
        }
        ui.separator();
        ui.label(muted("Recent"));
        for (index, path) in recent.iter().enumerate() {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            if ui.button(name).on_hover_text(path.display().to_string()).clicked() {
                panel.commands.push(Command::OpenRecent(index));
            }
        }
    });
    response.accessible_name("Open").on_hover_text(tooltip);
}

fn export(ui: &mut Ui, panel: &mut Panel<'_>) {
    let (response, _) = menu_button("Export ▾").ui(ui, |ui| {
        ui.set_min_width(220.0);
        let mut item = |ui: &mut Ui, text: &str, tooltip: &str, command: Command| {
            if ui.button(text).on_hover_text(tooltip).clicked() {
                panel.commands.push(command);
            }
        };
        let options = PictureExport { is_open: true, ..panel.state.picture_export.clone() };
        let tooltip = "Theme, width and scale of the picture, and whether its examples stand beside it.";
        item(ui, "Picture…", tooltip, Command::SetPictureExport(options));
        ui.separator();
        if WRITES_PDF {
            item(ui, "Picture as PDF…", "Vectors, text as text: for notes and slides.", Command::Export(Export::Pdf));
        } else {
            super::no_pdf(ui, "Picture as PDF…");
        }
        item(ui, "Picture as SVG…", "Vectors that can be edited further.", Command::Export(Export::Svg));
        for (factor, text) in [(1, "Picture as PNG…"), (2, "Picture as PNG, 2×…"), (3, "Picture as PNG, 3×…")] {
            item(ui, text, "Pixels, at this many times the size.", Command::Export(Export::Png(factor)));
        }
        item(ui, "Picture as PNG, 4×…", "Pixels, for posters.", Command::Export(Export::Png(4)));
        let film = FilmExport { is_open: true, ..panel.state.film.clone() };
        item(ui, "Film…", "The runs, a sweep or a turn of the camera, as GIF, APNG or video.", Command::SetFilm(film));
        ui.separator();
        item(ui, "Trajectories as CSV…", "Every step of every run as a table.", Command::Export(Export::Csv));
        item(ui, "Trajectories as JSON…", "Every step of every run, all digits.", Command::Export(Export::Json));
        if panel.state.study.basins_run().is_some() {
            let tooltip = "Where each start of the map ends, and after how many steps.";
            item(ui, "Basins as CSV…", tooltip, Command::Export(Export::Basins));
        }
        ui.separator();
        item(ui, "Screenshot of the window…", "The window as it is, as PNG.", Command::Export(Export::Screenshot));
        ui.separator();
        item(ui, "Save the study as…", "Saves it under another name (Ctrl Shift S).", Command::SaveAs);
    });
    response.accessible_name("Export").on_hover_text("Writes the picture or the trajectories to a file.");
}

fn share(ui: &mut Ui, panel: &mut Panel<'_>) {
    let (response, _) = menu_button("Share ▾").ui(ui, |ui| {
        ui.set_min_width(160.0);
        let tooltip =
            "A link that holds the whole study: whoever opens it, in a browser or with Losscape, sees exactly this.";
        if ui.button("Copy link").on_hover_text(tooltip).clicked() {
            panel.commands.push(Command::CopyLink);
        }
        if ui.button("Copy the picture").on_hover_text("Puts the picture on the clipboard (Ctrl C).").clicked() {
            panel.commands.push(Command::CopyPicture);
        }
    });
    response.accessible_name("Share").on_hover_text("Puts a link to the study, or the picture, on the clipboard.");
}
