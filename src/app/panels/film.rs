//! The dialog in which a film is chosen, and in which its progress is seen.

use super::Panel;
use crate::app::command::Command;
use crate::app::film::{FilmExport, Subject};
use crate::app::state::{Export, parameters_of};
use crate::app::widgets::{field, muted};
use crate::export::{FilmFormat, HOLDS, RATES, Swept, video_program};
use eframe::egui;
use egui::{ComboBox, DragValue, ProgressBar, Ui};

/// Sizes of a film.
const SIZES: [([usize; 2], &str); 4] =
    [([640, 480], "640 × 480"), ([960, 720], "960 × 720"), ([1280, 720], "1280 × 720"), ([1920, 1080], "1920 × 1080")];

const FORMATS: [(FilmFormat, &str, &str); 4] = [
    (FilmFormat::Gif, "GIF", "256 colours; shown everywhere."),
    (FilmFormat::Apng, "APNG", "All colours; shown by browsers."),
    (FilmFormat::Mp4, "MP4", "Made by the program ffmpeg."),
    (FilmFormat::WebM, "WebM", "Made by the program ffmpeg."),
];

/// Shows the dialog while it is open.
pub fn show(ui: &Ui, panel: &mut Panel<'_>) {
    let before = &panel.state.film;
    if !before.is_open {
        return;
    }
    let (mut chosen, mut is_open) = (before.clone(), true);
    let (mut begins, mut cancels) = (false, false);
    let window = egui::Window::new("Export a film").open(&mut is_open).collapsible(false).resizable(false);
    let window = window.pivot(egui::Align2::CENTER_CENTER).default_pos(ui.ctx().content_rect().center());
    window.show(ui.ctx(), |ui| match before.progress {
        Some(progress) => cancels = working(ui, progress),
        None => {
            subject(ui, panel, &mut chosen);
            choices(ui, &mut chosen);
            ui.add_space(6.0);
            begins = ui.button("Export…").accessible_name("Export the film").clicked();
        }
    });
    chosen.is_open = is_open;
    if chosen != *before {
        panel.emit(Command::SetFilm(chosen.clone()));
    }
    if cancels {
        panel.emit(Command::CancelFilm);
    }
    if begins {
        panel.emit(Command::Export(Export::Film(chosen.format)));
    }
}

/// How far the film is; whether it is to be ended.
fn working(ui: &mut Ui, [made, of]: [usize; 2]) -> bool {
    let share = made as f32 / of.max(1) as f32;
    let words = if of == 0 { "Beginning …".to_owned() } else { format!("Frame {made} of {of}") };
    ui.add(ProgressBar::new(share).desired_width(260.0).text(words));
    ui.button("Cancel").accessible_name("Cancel the film").clicked()
}

fn subject(ui: &mut Ui, panel: &Panel<'_>, chosen: &mut FilmExport) {
    ui.label(muted("What happens").size(12.0));
    ui.radio_value(&mut chosen.subject, Subject::Runs, "The runs go their way")
        .on_hover_text("As the timeline plays them, by steps or by gradients.");
    ui.radio_value(&mut chosen.subject, Subject::Turn, "The camera goes around the surface");
    let mut swept = vec![(Swept::LearningRate, "the learning rate".to_owned())];
    let names = parameters_of(&panel.state.study).into_iter();
    swept.extend(names.map(|name| (Swept::Parameter(name.clone()), name)));
    ui.horizontal(|ui| {
        let now = swept.iter().find(|(swept, _)| chosen.subject == Subject::Sweep(swept.clone()));
        if ui.radio(now.is_some(), "A sweep of").clicked() && now.is_none() {
            chosen.subject = Subject::Sweep(swept[0].0.clone());
        }
        let title = now.map_or("…", |(_, name)| name);
        ComboBox::from_id_salt("what is swept")
            .selected_text(title)
            .show_ui(ui, |ui| {
                for (what, name) in &swept {
                    ui.selectable_value(&mut chosen.subject, Subject::Sweep(what.clone()), name);
                }
            })
            .response
            .accessible_name("What is swept");
        ui.add_enabled_ui(now.is_some(), |ui| {
            for (end, words) in chosen.ends.iter_mut().zip(["from", "to"]) {
                ui.label(words);
                let tooltip = "The value of the first frame, and that of the last one.";
                if let Some(value) = field(ui, &format!("Sweep {words}"), tooltip, *end, [-1e12, 1e12]) {
                    *end = value;
                }
            }
        });
    })
    .response
    .on_hover_text("Everything is computed for each frame.");
}

fn choices(ui: &mut Ui, chosen: &mut FilmExport) {
    ui.add_space(4.0);
    ui.label(muted("Format").size(12.0));
    let has_program = video_program().is_some();
    ui.horizontal(|ui| {
        for (format, title, tooltip) in FORMATS {
            let can = has_program || matches!(format, FilmFormat::Gif | FilmFormat::Apng);
            let radio = egui::RadioButton::new(chosen.format == format, title);
            let response = ui.add_enabled(can, radio).on_hover_text(tooltip);
            if response.on_disabled_hover_text("The program ffmpeg, which makes it, is not installed.").clicked() {
                chosen.format = format;
            }
        }
    });
    ui.horizontal(|ui| {
        let title = SIZES.iter().find(|(size, _)| *size == chosen.size).map_or("", |(_, title)| *title);
        ComboBox::from_id_salt("size of a film")
            .selected_text(title)
            .show_ui(ui, |ui| {
                for (size, title) in SIZES {
                    ui.selectable_value(&mut chosen.size, size, title);
                }
            })
            .response
            .accessible_name("Size of the film");
        let rate = DragValue::new(&mut chosen.rate).range(RATES[0]..=RATES[1]).suffix(" frames a second");
        ui.add(rate).accessible_name("Frames a second");
    });
    ui.horizontal(|ui| {
        ui.label(muted("Seconds for the first and the last frame").size(12.0));
        for (hold, name) in chosen.hold.iter_mut().zip(["Seconds for the first frame", "Seconds for the last frame"]) {
            ui.add(DragValue::new(hold).range(HOLDS[0]..=HOLDS[1]).speed(0.1)).accessible_name(name);
        }
    });
    if chosen.format == FilmFormat::Gif {
        ui.checkbox(&mut chosen.dither, "Mix colours that are missing (dither)")
            .on_hover_text("A GIF has 256 colours: others are mixed from neighbouring pixels.");
    }
}
