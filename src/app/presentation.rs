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
        let size = 26.0 * growth(ui);
        math(ui, &runs, size, theme::colour(palette(ui).text), &spoken);
    });
    panels::lesson::large(ui, panel);
    let Some(control) = control(panel) else { return };
    let frame = frame.inner_margin(Margin::symmetric(24, 10));
    Side::bottom("presentation").resizable(false).frame(frame).show(ui, |ui| {
        let growth = growth(ui);
        enlarge(ui, 1.5 * growth);
        ui.spacing_mut().interact_size.y *= 1.4 * growth;
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

/// How far the runs have come, while they are not shown to their end. Its place is kept, so that the slider stays as long as it
/// is.
fn step(ui: &mut Ui, panel: &Panel<'_>) {
    let display = &panel.state.study.display;
    let end = length(&panel.computed.findings, display.clock);
    let font = egui::TextStyle::Body.resolve(ui.style());
    let widest = ui.painter().layout_no_wrap(format!("step {end} / {end}"), font, egui::Color32::WHITE).size();
    let size = egui::vec2(widest.x + 12.0, ui.available_height().max(widest.y));
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_width(size.x);
        ui.add_space(12.0);
        if let Some(at) = display.at {
            ui.label(format!("step {at} / {end}"));
        }
    });
}

/// Whether the window is wide enough for a column beside the picture.
pub(super) fn has_room_for_column(ctx: &egui::Context) -> bool {
    let window = ctx.content_rect();
    window.width() >= 1.25 * window.height()
}

/// The share of the column's height that a chart takes.
const CHART: f32 = 0.7;

/// Below this height of the window the claim comes before the read-out, which would leave it no room.
const LOW: f32 = 560.0;
/// The share of the column's height that runs and claim have there.
const CLAIM: f32 = 0.45;

/// Whether there is little height.
pub(super) fn is_low(ctx: &egui::Context) -> bool {
    ctx.content_rect().height() < LOW
}

/// What is known at the pointer, at the selected critical point or at the start, or the chart that is open large, and below it
/// the runs and the claim about critical points, so that they do not lie on the picture.
pub(super) fn column(ui: &mut Ui, panel: &mut Panel<'_>) {
    let window = ui.ctx().content_rect();
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin { left: 20, right: 20, top: 16, bottom: 8 });
    // Text that the last row can read takes as much room in a small window as in a large one.
    let usual = (0.3 * window.width()).clamp(268.0, 600.0);
    // A chart that is open large stays, in place of the read-out.
    let large = panel.state.large.clone();
    let width = if large.is_some() { (0.45 * window.width()).max(usual) } else { usual };
    Side::right("presentation read-out").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        let larger = (usual / 280.0).clamp(1.2, 2.0);
        enlarge(ui, larger);
        let bottom = ui.max_rect().bottom();
        let (height, is_low) = (ui.available_height(), is_low(ui.ctx()));
        egui::ScrollArea::vertical().show(ui, |ui| {
            if is_low {
                let room = egui::vec2(ui.available_width(), CLAIM * height);
                panels::cards::runs_and_claim(ui, panel, room, larger);
                ui.add_space(8.0);
            }
            match &large {
                Some(large) => panels::detail_tabs::presented(ui, panel, large, CHART * height),
                None => panels::readout::show(ui, panel),
            }
            if !is_low {
                ui.add_space(8.0);
                let room = egui::vec2(ui.available_width(), bottom - ui.cursor().top());
                panels::cards::runs_and_claim(ui, panel, room, larger);
            }
        });
    });
}

/// How much larger everything is in a window that is higher than usual.
fn growth(ui: &Ui) -> f32 {
    (ui.ctx().content_rect().height() / 720.0).clamp(1.0, 1.6)
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
