//! The keys, listed under "?", and what they do.

use super::camera::switched;
use super::command::Command;
use super::compute::Computed;
use super::data::DataCommand;
use super::film::FilmExport;
use super::state::{PictureExport, Sheet, State};
use super::widgets::{muted, shortcut, strong};
use eframe::egui;
use egui::{Key, Modifiers, Ui};

/// Keys and what they do, in groups.
pub const SHORTCUTS: &[(&str, &[(&str, &str)])] = &[
    (
        "Picture",
        &[
            ("Drag the white dot", "move the start point"),
            ("Click", "move the start there, or select a marker"),
            ("Wheel, + −", "zoom"),
            ("Drag the background", "pan"),
            ("Double click, Home", "show the whole"),
            ("Arrows", "nudge the start, or pan the focused plot"),
            ("Shift + arrows", "nudge in finer steps"),
            ("N, Shift N", "select the next critical point, or the one before"),
            ("Tab", "go from part to part"),
        ],
    ),
    (
        "Surface",
        &[
            ("F10", "map or surface"),
            ("Drag the background", "turn it"),
            ("Wheel, + −", "zoom"),
            ("Double click, Home", "the usual place of the camera"),
            ("Arrows", "turn the focused plot"),
            ("1, 2, 3, 4", "from above, along w₁, along w₂, along an eigenvector"),
        ],
    ),
    (
        "Sliders",
        &[("Arrows", "by 2 %, with Shift by 0.2 %"), ("Double click", "reset"), ("Click the number", "type a value")],
    ),
    ("Charts", &[("Click, drag", "go to the step under the pointer")]),
    (
        "Runs",
        &[
            ("K", "play and pause"),
            ("J, L", "a step back and forward"),
            ("Shift J, Shift L", "to the start, to the end"),
            ("PgUp, PgDn", "a tenth of the runs back and forward"),
            ("[, ]", "play half, or twice, as fast"),
        ],
    ),
    (
        "Window",
        &[
            ("F1", "lessons"),
            ("F2, ?", "this list"),
            ("PgDn, PgUp", "in a lesson: the next step, and back"),
            ("F5, Esc", "present, and back"),
            ("F6", "fold the left panel"),
            ("F7", "fold the right panel"),
            ("F8", "light or dark"),
            ("F9", "show or hide the examples of a loss over data"),
            ("Ctrl L", "type a formula"),
            ("Esc", "close a dialog or a large chart"),
            ("Ctrl + and −, Ctrl 0", "larger and smaller text"),
        ],
    ),
    (
        "Study",
        &[
            ("Ctrl Z", "undo"),
            ("Ctrl Shift Z, Ctrl Y", "redo"),
            ("Ctrl O", "open"),
            ("Ctrl S", "save"),
            ("Ctrl Shift S", "save as"),
            ("Ctrl E", "export the picture as PDF"),
            ("Ctrl C", "copy the picture"),
        ],
    ),
];

/// The commands of the keys that were pressed, wherever the focus is.
pub fn keys(ui: &Ui, state: &State, computed: &Computed, commands: &mut Vec<Command>) {
    const COMMAND: Modifiers = Modifiers::COMMAND;
    let shifted = Modifiers::COMMAND.plus(Modifiers::SHIFT);
    let typing = ui.ctx().text_edit_focused();
    // Keys with more modifiers come first: Ctrl Z is a part of Ctrl Shift Z.
    if shortcut(ui, shifted, Key::S) {
        commands.push(Command::SaveAs);
    }
    if shortcut(ui, shifted, Key::C) {
        commands.push(Command::CopyPicture);
    }
    // In a text field Ctrl Z is the field's own.
    if !typing {
        if shortcut(ui, shifted, Key::Z) || shortcut(ui, COMMAND, Key::Y) {
            commands.push(Command::Redo);
        }
        if shortcut(ui, COMMAND, Key::Z) {
            commands.push(Command::Undo);
        }
    }
    let plain = [
        (COMMAND, Key::O, Command::Open),
        (COMMAND, Key::S, Command::Save),
        (COMMAND, Key::E, Command::Export(super::state::Export::Pdf)),
        (Modifiers::NONE, Key::F1, super::panels::lesson::toggled(state)),
        (Modifiers::NONE, Key::F2, Command::ShowHelp(!state.help)),
        (Modifiers::NONE, Key::F5, Command::Present(!state.presenting)),
        (Modifiers::NONE, Key::F6, Command::ToggleLeftPanel),
        (Modifiers::NONE, Key::F7, Command::ToggleRightPanel),
        (Modifiers::NONE, Key::F8, Command::SwitchTheme),
        (Modifiers::NONE, Key::F10, Command::SetPicture(switched(&state.study.picture), "surface")),
        (Modifiers::NONE, Key::F9, Command::Data(DataCommand::Show(!state.preferences.examples_panel))),
    ];
    for (modifiers, key, command) in plain {
        if shortcut(ui, modifiers, key) {
            commands.push(command);
        }
    }
    if shortcut(ui, COMMAND, Key::L) {
        if !state.preferences.left_panel {
            commands.push(Command::ToggleLeftPanel);
        }
        if state.presenting {
            commands.push(Command::Present(false));
        }
        // On a narrow screen the formula is on one of two sheets.
        commands.push(Command::ShowSheet(Some(Sheet::Study)));
        ui.memory_mut(|memory| memory.request_focus(super::panels::landscape::formula_id()));
        ui.data_mut(|data| data.insert_temp(super::panels::landscape::select_id(), true));
    }
    if !typing {
        if shortcut(ui, Modifiers::SHIFT, Key::Questionmark) || shortcut(ui, Modifiers::NONE, Key::Questionmark) {
            commands.push(Command::ShowHelp(!state.help));
        }
        // Shift N is N, too, where modifiers are not asked for.
        if shortcut(ui, Modifiers::SHIFT, Key::N) {
            commands.extend(neighbouring_point(state, computed, false));
        } else if shortcut(ui, Modifiers::NONE, Key::N) {
            commands.extend(neighbouring_point(state, computed, true));
        }
        super::interaction::keyboard(ui, state, computed, commands);
    }
    if escapes(state) && shortcut(ui, Modifiers::NONE, Key::Escape) {
        commands.push(if state.pending.is_some() && state.replacing.is_none() {
            Command::CancelPending
        } else if state.replacing.is_some() {
            Command::KeepFile
        } else if state.prompt.is_some() {
            Command::CancelPath
        } else if state.help {
            Command::ShowHelp(false)
        } else if state.picture_export.is_open {
            Command::SetPictureExport(PictureExport { is_open: false, ..state.picture_export.clone() })
        } else if state.film.is_open {
            Command::SetFilm(FilmExport { is_open: false, ..state.film.clone() })
        } else if state.large.is_some() && !state.presenting {
            Command::ShowLarge(None)
        } else {
            Command::Present(false)
        });
    }
}

/// Selects the critical point after the selected one in the table, or before it; the first or the last where none is selected.
fn neighbouring_point(state: &State, computed: &Computed, forward: bool) -> Option<Command> {
    let findings = &computed.findings;
    let points = &findings.points.points;
    let last = points.len().checked_sub(1)?;
    let index = match (findings.selected_point(&state.study), forward) {
        (Some(selected), true) => {
            if selected == last {
                0
            } else {
                selected + 1
            }
        }
        (Some(selected), false) => selected.checked_sub(1).unwrap_or(last),
        (None, true) => 0,
        (None, false) => last,
    };
    points.get(index).map(|point| Command::Select(Some(point.w)))
}

fn escapes(state: &State) -> bool {
    let is_asking = state.pending.is_some() || state.prompt.is_some() || state.replacing.is_some();
    let is_exporting = state.picture_export.is_open || state.film.is_open;
    is_asking || is_exporting || state.help || state.presenting || state.large.is_some()
}

/// The width of a column of the list: the longest line of [`SHORTCUTS`] fits.
const COLUMN: f32 = 480.0;

/// The list of shortcuts, over the picture.
pub fn show(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    let mut open = state.help;
    if !open {
        return;
    }
    egui::Window::new("Keys and gestures")
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .anchor(egui::Align2::CENTER_CENTER, egui::Vec2::ZERO)
        .show(ui, |ui| {
            let room = ui.ctx().content_rect();
            // As many columns as there is room for, now: the window may have been smaller before.
            let columns = ((room.width() - 60.0) / COLUMN).floor().clamp(1.0, 3.0) as usize;
            ui.set_max_width((room.width() - 40.0).max(0.0));
            // As high as the window, and not only as high as a window of the toolkit usually is.
            let height = (room.height() - 90.0).max(60.0);
            egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
                ui.spacing_mut().interact_size.y = 0.0;
                ui.horizontal_top(|ui| {
                    for groups in SHORTCUTS.chunks(SHORTCUTS.len().div_ceil(columns)) {
                        ui.vertical(|ui| groups.iter().for_each(|group| list(ui, group)));
                        ui.add_space(16.0);
                    }
                });
                ui.add_space(8.0);
                ui.label(muted(format!("Losscape {}", env!("CARGO_PKG_VERSION"))));
            });
        });
    if !open {
        commands.push(Command::ShowHelp(false));
    }
}

fn list(ui: &mut Ui, (title, lines): &(&str, &[(&str, &str)])) {
    ui.add_space(6.0);
    ui.label(strong(*title));
    egui::Grid::new(title).num_columns(2).min_col_width(140.0).spacing([12.0, 6.0]).show(ui, |ui| {
        for (key, action) in *lines {
            ui.label(*key);
            ui.label(muted(*action));
            ui.end_row();
        }
    });
}
