//! The dialog in which the page of an exported picture is chosen.

use super::Panel;
use crate::app::command::Command;
use crate::app::state::{Export, PageWidth, PictureExport};
use crate::app::widgets::muted;
use crate::export::WRITES_PDF;
use crate::study::Theme;
use eframe::egui;
use egui::Ui;

const THEMES: [(Option<Theme>, &str); 3] =
    [(None, "As shown"), (Some(Theme::Light), "Light, for print"), (Some(Theme::Dark), "Dark")];

const WIDTHS: [(PageWidth, &str, &str); 5] = [
    (PageWidth::Screen, "Screen", "1280 × 720 pixels."),
    (PageWidth::Column, "Column, 85 mm", "A column of a journal; the page ends where the picture ends."),
    (PageWidth::Text, "Text, 170 mm", "The width of a page's text; the page ends where the picture ends."),
    (PageWidth::Slide, "Slide, 16:9", "Large letters on the whole of a slide."),
    (PageWidth::Window, "As the window", "As large as the picture in the window is now."),
];

/// Shows the dialog while it is open.
pub fn show(ui: &Ui, panel: &mut Panel<'_>) {
    if !panel.state.picture_export.is_open {
        return;
    }
    let before = panel.state.picture_export.clone();
    let mut options = before.clone();
    let mut export = None;
    let window = egui::Window::new("Export the picture").open(&mut options.is_open).collapsible(false).resizable(false);
    let window = window.pivot(egui::Align2::CENTER_CENTER).default_pos(ui.ctx().content_rect().center());
    let mut chosen = before.clone();
    window.show(ui.ctx(), |ui| {
        choices(ui, &mut chosen, panel.state.study.data.is_some());
        ui.add_space(6.0);
        export = buttons(ui, &mut chosen);
    });
    let options = PictureExport { is_open: options.is_open && export.is_none(), ..chosen };
    if options != before {
        panel.emit(Command::SetPictureExport(options));
    }
    if let Some(export) = export {
        panel.emit(Command::Export(export));
    }
}

fn choices(ui: &mut Ui, options: &mut PictureExport, has_data: bool) {
    ui.label(muted("Theme").size(12.0));
    ui.horizontal(|ui| {
        for (theme, title) in THEMES {
            ui.radio_value(&mut options.theme, theme, title);
        }
    });
    ui.add_space(4.0);
    ui.label(muted("Width").size(12.0));
    for (width, title, tooltip) in WIDTHS {
        ui.radio_value(&mut options.width, width, title).on_hover_text(tooltip);
    }
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.label(muted("Scale of a PNG").size(12.0));
        for scale in 1..=4 {
            ui.radio_value(&mut options.scale, scale, format!("{scale}×"));
        }
    })
    .response
    .on_hover_text("Pixels of a PNG, times so many; a page in millimetres has 300 pixels an inch at 1×.");
    if has_data {
        ui.checkbox(&mut options.examples, "Examples beside the picture")
            .on_hover_text("The examples with the curves of the start and of each run's end.");
    }
    ui.checkbox(&mut options.carries_study, "The picture carries its study").on_hover_text(
        "Whoever drops the picture on Losscape sees exactly what it shows, and `losscape check` tells whether it is unchanged.",
    );
}

/// The formats, each a button.
fn buttons(ui: &mut Ui, options: &mut PictureExport) -> Option<Export> {
    ui.horizontal(|ui| {
        let formats = [(Export::Pdf, "PDF…"), (Export::Svg, "SVG…"), (Export::Png(options.scale), "PNG…")];
        let mut chosen = None;
        for (export, title) in formats {
            if export == Export::Pdf && !WRITES_PDF {
                super::no_pdf(ui, title);
                continue;
            }
            if ui.button(title).accessible_name(format!("Export as {}", title.trim_end_matches('…'))).clicked() {
                chosen = Some(export);
            }
        }
        chosen
    })
    .inner
}
