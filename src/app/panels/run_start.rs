//! In the card of a run: what it is called, and where it starts.

use super::Panel;
use crate::app::command::Command;
use crate::app::widgets::{checkbox, field, fitted, muted};
use crate::number::Vector;
use crate::optimizer::Run;
use eframe::egui;
use egui::{TextEdit, Ui};

/// Shows the name and the start of a run.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, run: &Run, name: &str) {
    ui.horizontal(|ui| {
        fitted(ui, muted("name").size(12.0), 42.0);
        let mut text = run.name.clone().unwrap_or_default();
        let edit = TextEdit::singleline(&mut text).hint_text(name).desired_width(f32::INFINITY);
        let response = ui.add(edit).accessible_name(format!("Name of {name}"));
        if response.on_hover_text("What the run is called in the legend, the charts and the exports.").changed() {
            panel.emit(Command::NameRun(index, text));
        }
    });
    ui.horizontal(|ui| {
        let mut own = run.start.is_some();
        let switch = checkbox(ui, &mut own, "own start", &format!("Own start of {name}"));
        let tooltip =
            "The run starts at a point of its own, whose ring can be dragged, too; else it shares the common one.";
        let start = panel.state.study.start_of(run);
        if switch.on_hover_text(tooltip).changed() {
            panel.emit(Command::SetRunStart(index, own.then(|| Vector::from(start))));
        }
        let fan = ui.button("Fan").accessible_name(format!("Fan of starts of {name}"));
        if fan.on_hover_text("Adds six copies of this run that start on a circle around it.").clicked() {
            panel.emit(Command::FanOfStarts(index));
        }
    });
    let Some([x, y]) = run.start else { return };
    ui.horizontal(|ui| {
        ui.label(muted("from").size(12.0));
        let range = [-1e300, 1e300];
        let first = field(ui, &format!("Start w1 of {name}"), "w₁ of the start.", x, range);
        let second = field(ui, &format!("Start w2 of {name}"), "w₂ of the start.", y, range);
        if first.is_some() || second.is_some() {
            let w = Vector::new(first.unwrap_or(x), second.unwrap_or(y));
            panel.emit(Command::SetRunStart(index, Some(w)));
        }
    });
}
