//! One card for each run: on or off, colour, name, learning rate, how it ended; its other settings unfold.

use super::Panel;
use crate::app::command::Command;
use crate::app::compute::Computed;
use crate::app::state::Knob;
use crate::app::theme;
use crate::app::widgets::{Number, field, fitted, heading, muted, palette, strong, whole};
use crate::curvature::Kind;
use crate::optimizer::{self, OPTIMIZERS, Optimizer, Run, Setting, StopReason};
use crate::scene::theme::{RUNS, run as run_colour};
use eframe::egui;
use egui::accesskit::Role;
use egui::{Popup, Sense, Stroke, Ui, WidgetInfo, vec2};

/// Shows the cards, and the menu that adds one.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    heading(ui, "Runs");
    for index in 0..panel.state.study.runs.len() {
        ui.push_id(index, |ui| card(ui, panel, index));
        let hairline = ui.visuals().widgets.noninteractive.bg_stroke;
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 5.0), Sense::hover());
        ui.painter().hline(rect.x_range(), rect.center().y, hairline);
    }
    if panel.state.study.runs.is_empty() {
        ui.label(muted("No run yet: add one to see where it goes."));
    }
    add(ui, panel);
}

/// The name of a run, told apart from others of its optimizer by a number.
pub fn name_of(runs: &[Run], index: usize) -> String {
    let Some(run) = runs.get(index) else {
        return String::new();
    };
    let title = optimizer::find(&run.optimizer).map_or(run.optimizer.as_str(), |optimizer| optimizer.title());
    let before = runs[..index].iter().filter(|other| other.optimizer == run.optimizer).count();
    if before == 0 { title.to_owned() } else { format!("{title} {}", before + 1) }
}

fn card(ui: &mut Ui, panel: &mut Panel<'_>, index: usize) {
    let Some(run) = panel.state.study.runs.get(index) else {
        return;
    };
    let name = name_of(&panel.state.study.runs, index);
    let Some(optimizer) = optimizer::find(&run.optimizer) else {
        ui.label(muted(format!("{name}: this version knows no such optimizer")));
        return;
    };
    let unfolded = panel.state.unfolded_runs.contains(&index);
    head(ui, panel, index, run, &name, optimizer);
    if (run.shown || unfolded)
        && let Some(first) = optimizer.settings().first()
    {
        setting(ui, panel, index, run, &name, first);
    }
    if unfolded {
        details(ui, panel, index, run, &name, optimizer);
    }
}

/// Switch, colour, name, and on the right how it ended and the handle that unfolds.
fn head(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, run: &Run, name: &str, optimizer: &dyn Optimizer) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        let mut shown = run.shown;
        let switch = ui.add(egui::Checkbox::without_text(&mut shown));
        let switch = switch.accessible_name(format!("Show {name}"));
        if switch.on_hover_text("Whether this run is computed and drawn.").changed() {
            panel.emit(Command::ShowRun(index, shown));
        }
        swatch(ui, panel, index, run, name);
        let unfolded = panel.state.unfolded_runs.contains(&index);
        let spare = 24.0;
        let whole_width = ui.available_width() - spare - 6.0;
        let ended = if run.shown { ended(panel.computed, index) } else { String::new() };
        let end_width = 78.0_f32.min(0.5 * whole_width);
        let title = if run.shown { strong(name) } else { muted(name) };
        let tooltip = format!("{}: {}  {}", optimizer.title(), optimizer.rule(), optimizer.summary());
        fitted(ui, title, whole_width - end_width).on_hover_text(tooltip);
        let layout = egui::Layout::right_to_left(egui::Align::Center);
        let height = ui.spacing().interact_size.y;
        ui.allocate_ui_with_layout(vec2(end_width, height), layout, |ui| {
            ui.add(egui::Label::new(muted(ended).size(11.5)).truncate()).on_hover_text(in_full(panel, index));
        });
        let button = egui::Button::new(if unfolded { "▾" } else { "▸" }).frame(false).min_size(vec2(16.0, height));
        let more = ui.add(button).accessible_name(format!("Settings of {name}"));
        if more.on_hover_text("The run's other settings.").clicked() {
            panel.emit(Command::UnfoldRun(index, !unfolded));
        }
    });
}

fn swatch(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, run: &Run, name: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(16.0, 18.0), Sense::click());
    let label = format!("Colour of {name}");
    response.widget_info(|| WidgetInfo::labeled(Role::ColorWell, true, &label));
    dot(ui, rect.center(), 5.5, run.colour, response.hovered() || response.has_focus());
    let response = response.on_hover_text("The colour of the run in picture and chart; click to choose another.");
    Popup::menu(&response).show(|ui| {
        ui.horizontal(|ui| {
            for colour in 0..RUNS.len() {
                let (rect, response) = ui.allocate_exact_size(vec2(22.0, 22.0), Sense::click());
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Colour {}", colour + 1)));
                dot(ui, rect.center(), 8.0, colour, response.hovered() || response.has_focus());
                if response.clicked() {
                    panel.emit(Command::ColourRun(index, colour));
                    ui.close();
                }
            }
        });
    });
}

fn dot(ui: &Ui, centre: egui::Pos2, radius: f32, colour: usize, marked: bool) {
    let palette = palette(ui);
    let edge = if marked { palette.accent } else { palette.muted };
    let stroke = Stroke::new(if marked { 2.0 } else { 0.8 }, theme::colour(edge));
    ui.painter().circle(centre, radius, theme::colour(run_colour(colour)), stroke);
}

/// How a run ended, in a few characters: "→ minimum, 18".
pub fn ended(computed: &Computed, index: usize) -> String {
    let trajectory = match computed.findings.trajectories.get(index) {
        Some(Some(Ok(trajectory))) => trajectory,
        Some(Some(Err(_))) => return "cannot run".to_owned(),
        _ => return String::new(),
    };
    let steps = trajectory.len();
    match trajectory.stop {
        StopReason::Converged => {
            let kind = computed.ends.get(index).copied().flatten().and_then(|end| end.kind);
            format!("→ {}, {steps}", kind.map_or("flat", kind_word))
        }
        StopReason::StepLimit => format!("{steps} steps"),
        StopReason::Diverged => format!("diverged, {steps}"),
        StopReason::SingularHessian => format!("H singular, {steps}"),
        StopReason::Undefined => format!("undefined, {steps}"),
    }
}

/// The kind of a critical point as a word.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Minimum => "minimum",
        Kind::Maximum => "maximum",
        Kind::Saddle => "saddle",
        Kind::Degenerate => "degenerate",
    }
}

/// How a run ended, as a sentence.
pub fn in_full(panel: &Panel<'_>, index: usize) -> String {
    use crate::number::display::{point, short};
    let trajectory = match panel.computed.findings.trajectories.get(index) {
        Some(Some(Ok(trajectory))) => trajectory,
        Some(Some(Err(reason))) => return format!("It cannot run: {reason}."),
        _ => return "The run is switched off.".to_owned(),
    };
    let steps = trajectory.len();
    let end = trajectory.end();
    let place = format!("at {}, L = {}, ‖∇L‖ = {}", point(end.w), short(end.loss), short(end.gradient_norm));
    let kind = panel.computed.ends.get(index).copied().flatten().and_then(|end| end.kind);
    match (trajectory.stop, kind) {
        (StopReason::Converged, Some(kind)) => {
            format!("Converged to a critical point of kind {} after {steps} steps, {place}.", kind_word(kind))
        }
        (StopReason::Converged, None) => {
            format!("The gradient became small after {steps} steps, {place}, but no critical point is listed there.")
        }
        (StopReason::StepLimit, _) => format!("Still moving after all {steps} steps, {place}."),
        (StopReason::Diverged, _) => format!("Diverged: it left every useful range at step {steps}, {place}."),
        (StopReason::SingularHessian, _) => {
            format!("Stopped at step {steps}, {place}: H is singular there, so that Newton's step does not exist.")
        }
        (StopReason::Undefined, _) => {
            format!("Stopped at step {steps}, {place}: L or a derivative is undefined there.")
        }
    }
}

fn setting(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, run: &Run, name: &str, setting: &Setting) {
    let value = run.settings.get(setting.key).copied().unwrap_or(setting.default);
    let reset = reset_of(panel, run, setting);
    let accessible = format!("{} of {name}", capital(setting.title));
    let number = Number {
        name: &accessible,
        symbol: setting.symbol,
        tooltip: setting.tooltip,
        value,
        reset,
        slider: slider_range(setting, value, reset),
        range: setting.range,
        logarithmic: setting.logarithmic,
    };
    if let Some(value) = number.show(ui) {
        panel.emit(Command::SetSetting(index, setting.key.to_owned(), value));
    }
}

/// What a double click returns to: the landscape's rate for a learning rate, otherwise the textbook's default.
fn reset_of(panel: &Panel<'_>, run: &Run, setting: &Setting) -> f64 {
    let name = panel.state.study.landscape.name.as_deref();
    let entry = name.and_then(crate::landscape::catalogue::find);
    match entry {
        Some(entry) if setting.key == "learning_rate" && !run.optimizer.contains("newton") => entry.learning_rate,
        _ => setting.default,
    }
}

/// The slider's range: six orders of magnitude about the usual value where it is logarithmic, else what is accepted.
fn slider_range(setting: &Setting, value: f64, reset: f64) -> [f64; 2] {
    let [least, greatest] = setting.range;
    let usual = if reset > 0.0 { reset } else { setting.default.abs().max(1e-3) };
    let range = if setting.logarithmic {
        let decade = libm::pow(10.0, libm::floor(libm::log10(usual)));
        [(1e-3 * decade).max(least.max(1e-12)), (1e2 * decade).min(greatest)]
    } else if greatest - least <= 1e4 {
        [least, greatest]
    } else {
        [least.max(-10.0 * usual), greatest.min(10.0 * usual)]
    };
    if setting.logarithmic && value <= 0.0 { range } else { [range[0].min(value), range[1].max(value)] }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn details(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, run: &Run, name: &str, optimizer: &dyn Optimizer) {
    ui.label(muted(optimizer.rule()).size(12.0)).on_hover_text(format!(
        "{} {}",
        optimizer.summary(),
        optimizer.source()
    ));
    for later in optimizer.settings().iter().skip(1) {
        setting(ui, panel, index, run, name, later);
    }
    if optimizer.is_random() {
        let tooltip = "The seed of the random numbers: the same seed gives the same run, bit by bit.";
        line(ui, "seed", |ui| {
            if let Some(seed) = whole(ui, &format!("Seed of {name}"), tooltip, run.seed, [0, i64::MAX as u64]) {
                panel.emit(Command::SetSeed(index, seed));
            }
            let next = ui.button("next").accessible_name(format!("Next seed of {name}"));
            if next.on_hover_text("Takes the next seed: another draw of the same noise.").clicked() {
                panel.emit(Command::SetSeed(index, run.seed.saturating_add(1).min(i64::MAX as u64)));
            }
        });
    }
    line(ui, "steps", |ui| {
        let tooltip = "The largest number of steps; a run that has not stopped by then is cut off.";
        let steps = whole(ui, &format!("Steps of {name}"), tooltip, run.steps as u64, [1, Run::MAX_STEPS as u64]);
        if let Some(steps) = steps {
            panel.emit(Command::SetSteps(index, steps as usize));
        }
    });
    line(ui, "stop when ‖∇L‖ ≤", |ui| {
        let tooltip = "The run has converged when the gradient's length is at most this.";
        let accessible = format!("Gradient tolerance of {name}");
        if let Some(tolerance) = field(ui, &accessible, tooltip, run.gradient_tolerance, [0.0, 1e12]) {
            panel.emit(Command::SetGradientTolerance(index, tolerance));
        }
    });
    let mut required = run.require_positive_definite;
    let tooltip = "A small gradient alone does not stop the run: λ₁ > 0 is needed too, so it goes on at a saddle.";
    let switch = ui.checkbox(&mut required, "stop only where H ≻ 0");
    let switch = switch.accessible_name(format!("{name} stops only where H is positive definite"));
    if switch.on_hover_text(tooltip).changed() {
        panel.emit(Command::RequirePositiveDefinite(index, required));
    }
    ui.horizontal(|ui| {
        let duplicate = ui.button("Duplicate").accessible_name(format!("Duplicate {name}"));
        if duplicate.on_hover_text("Adds a copy of this run, to change one thing and compare.").clicked() {
            panel.emit(Command::DuplicateRun(index));
        }
        let remove = ui.button("Remove").accessible_name(format!("Remove {name}"));
        if remove.on_hover_text("Removes this run (undo brings it back).").clicked() {
            panel.emit(Command::RemoveRun(index));
        }
    });
}

fn line(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let width = 122.0_f32.min(0.6 * ui.available_width());
        fitted(ui, muted(name), width);
        contents(ui);
    });
}

fn add(ui: &mut Ui, panel: &mut Panel<'_>) {
    let colour = theme::colour(palette(ui).accent);
    let button = egui::Button::new(egui::RichText::new("+ Add a run").color(colour)).frame(false);
    let response = ui.add(button).accessible_name("Add a run");
    let response = response.on_hover_text("Adds a run of another optimizer, or of the same with other settings.");
    Popup::menu(&response).show(|ui| {
        ui.set_min_width(180.0);
        for optimizer in OPTIMIZERS {
            let button = ui.button(optimizer.title());
            if button.on_hover_text(format!("{}  {}", optimizer.rule(), optimizer.summary())).clicked() {
                panel.emit(Command::AddRun(optimizer.name().to_owned()));
            }
        }
    });
}

/// The slider of the knob that is in use, if it is a run's setting.
pub fn knob(ui: &mut Ui, panel: &mut Panel<'_>, knob: &Knob) {
    let Knob::Setting(index, key) = knob else {
        return;
    };
    let Some(run) = panel.state.study.runs.get(*index) else {
        return;
    };
    let name = name_of(&panel.state.study.runs, *index);
    let found = optimizer::find(&run.optimizer)
        .and_then(|optimizer| optimizer.settings().iter().find(|setting| setting.key == key));
    if let Some(found) = found {
        setting(ui, panel, *index, run, &name, found);
    }
}
