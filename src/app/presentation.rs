//! The presentation: the formula above the picture, the read-out beside it, the slider in use and the step below it, all in the
//! size for a projector.

use super::panels::{self, Panel};
use super::state::Control;
use super::theme;
use super::widgets::{math, muted, palette};
use crate::optimizer::find;
use crate::study::{length, run_name};
use eframe::egui;
use egui::{Align, Frame, Layout, Margin, Panel as Side, Ui};

/// Shows the formula, the slider in use and the step.
pub(super) fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(24, 6));
    Side::top("presentation formula").resizable(false).frame(frame).show(ui, |ui| {
        let loss = &panel.computed.findings.loss;
        let runs = crate::scene::title_runs(loss);
        let spoken: String = runs.iter().map(|run| run.text.as_str()).collect();
        math(ui, &runs, 26.0, theme::colour(palette(ui).text), &spoken);
    });
    panels::lesson::large(ui, panel);
    let Some(control) = control(panel) else { return };
    let frame = frame.inner_margin(Margin::symmetric(24, 10));
    Side::bottom("presentation").resizable(false).frame(frame).show(ui, |ui| {
        enlarge(ui, 1.5);
        ui.spacing_mut().interact_size.y *= 1.4;
        if matches!(&control, Control::Setting(_, key) if key == "learning_rate") {
            // The ticks of the slider have their names above it.
            ui.add_space(0.7 * egui::TextStyle::Body.resolve(ui.style()).size);
        }
        ui.horizontal(|ui| {
            if let Control::Setting(index, _) = &control {
                ui.label(muted(run_name(&panel.state.study.runs, *index)));
                ui.add_space(12.0);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                step(ui, panel);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| match &control {
                    Control::Setting(..) => panels::runs::knob(ui, panel, &control),
                    Control::Parameter(_) => panels::landscape::knob(ui, panel, &control),
                });
            });
        });
    });
}

/// How far the runs have come, while they are not shown to their end.
fn step(ui: &mut Ui, panel: &Panel<'_>) {
    let display = &panel.state.study.display;
    let Some(at) = display.at else { return };
    let end = length(&panel.computed.findings, display.clock);
    ui.label(format!("step {at} / {end}"));
    ui.add_space(12.0);
}

/// What is known at the pointer, at the selected critical point or at the start, large, where the window is wide.
pub(super) fn read_out(ui: &mut Ui, panel: &mut Panel<'_>) {
    let window = ui.ctx().content_rect();
    if window.width() < 1.25 * window.height() {
        return;
    }
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin { left: 20, right: 20, top: 16, bottom: 8 });
    // Text that the last row can read takes as much room in a small window as in a large one.
    let width = (0.3 * window.width()).clamp(268.0, 460.0);
    Side::right("presentation read-out").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        enlarge(ui, (width / 280.0).clamp(1.2, 1.5));
        egui::ScrollArea::vertical().show(ui, |ui| panels::readout::show(ui, panel));
    });
}

fn enlarge(ui: &mut Ui, factor: f32) {
    for font in ui.style_mut().text_styles.values_mut() {
        font.size *= factor;
    }
}

/// The slider that was used last, if the study still has it; else the learning rate of the first run that has one.
fn control(panel: &Panel<'_>) -> Option<Control> {
    let runs = &panel.state.study.runs;
    let has = |index: usize, key: &str| {
        let run = runs.get(index).filter(|run| run.shown);
        run.is_some_and(|run| {
            run.setting(key).is_some() && find(&run.optimizer).is_some_and(|optimizer| optimizer.uses(run, key))
        })
    };
    let exists = |control: &Control| match control {
        Control::Setting(index, key) => has(*index, key),
        Control::Parameter(name) => panel.computed.findings.loss.parameter_names().contains(name),
    };
    let first = (0..runs.len()).find(|index| has(*index, "learning_rate"));
    let usual = first.map(|index| Control::Setting(index, "learning_rate".to_owned()));
    panel.state.knob.clone().filter(exists).or(usual)
}
