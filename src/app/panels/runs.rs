//! One card for each run: on or off, colour, name, learning rate, how it ended; its other settings unfold.

use super::{Panel, run_start};
use crate::app::command::Command;
use crate::app::entries::changed_entry;
use crate::app::slider::{Mark, Number};
use crate::app::state::Control;
use crate::app::theme;
use crate::app::widgets::{capitalised, checkbox, field, fitted, heading, muted, palette, strong, whole};
use crate::lesson::Withheld;
use crate::network::NetworkRecipe;
use crate::number::display::{point, short};
use crate::optimizer::outlook::Outlook;
use crate::optimizer::speed::TickKind;
use crate::optimizer::{self, OPTIMIZERS, Optimizer, Run, Schedule, Setting, StopReason};
use crate::scene::words;
use crate::study::{RUN_TAB, run_name};
use eframe::egui;
use egui::accesskit::Role;
use egui::{Align, Layout, Popup, Sense, Stroke, Ui, WidgetInfo, vec2};

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

fn card(ui: &mut Ui, panel: &mut Panel<'_>, index: usize) {
    let Some(run) = panel.state.study.runs.get(index) else {
        return;
    };
    let name = run_name(&panel.state.study.runs, index);
    let Some(optimizer) = optimizer::find(&run.optimizer) else {
        ui.label(muted(format!("{name}: this version knows no such optimizer")));
        return;
    };
    let unfolded = panel.state.unfolded_runs.contains(&index);
    head(ui, panel, index, run, &name, optimizer);
    if (run.shown || unfolded)
        && let Some(first) = optimizer.settings().first()
    {
        // The names of the slider's ticks stand here, below how the run ended.
        ui.add_space(3.0);
        setting(ui, panel, index, run, &name, first);
    }
    if unfolded {
        details(ui, panel, index, run, &name, optimizer);
    }
}

/// Switch and name, the handle that unfolds, and beneath them how the run ended.
fn head(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, run: &Run, name: &str, optimizer: &dyn Optimizer) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        switch(ui, panel, index, run, name);
        let unfolded = panel.state.unfolded_runs.contains(&index);
        let title = if run.shown { strong(name) } else { muted(name) };
        let tooltip = format!("{}: {}  {}", optimizer.title(), optimizer.info().rule, optimizer.info().summary);
        let size = theme::touchable(ui, vec2(16.0, ui.spacing().interact_size.y));
        let width = ui.available_width() - size.x - 6.0;
        fitted(ui, title, width).on_hover_text(tooltip);
        let button = egui::Button::new(if unfolded { "▾" } else { "▸" }).frame(false).min_size(size);
        let more = ui.add(button).accessible_name(format!("Settings of {name}"));
        if more.on_hover_text("The run's other settings.").clicked() {
            panel.emit(Command::UnfoldRun(index, !unfolded));
        }
    });
    if run.shown {
        let ending = ending(panel, index);
        let height = 15.0;
        ui.allocate_ui_with_layout(vec2(ui.available_width(), height), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_height(height);
            ui.add_space(22.0);
            let outlook = panel.computed.outlooks.get(index).and_then(Option::as_ref);
            let surprise = outlook.filter(|outlook| !outlook.is_as_predicted);
            let room = if surprise.is_some() { WHY + ui.spacing().item_spacing.x } else { 0.0 };
            let width = ui.available_width() - room;
            let ending = if words_width(&ending, 11.5) > width { briefly(panel, index) } else { ending };
            fitted(ui, muted(&ending).size(11.5), width.min(words_width(&ending, 11.5) + 2.0))
                .on_hover_text(in_full(panel, index));
            if let Some(surprise) = surprise {
                why(ui, panel, index, name, surprise);
            }
        });
    }
}

/// The run's colour, filled while the run is shown: a click switches it.
fn switch(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, run: &Run, name: &str) {
    // A run that a question is about is shown with its answer.
    let withheld = panel.state.lessons.withholds().filter(|_| panel.state.lessons.withholds_run(run));
    let sense = if withheld.is_some() { Sense::hover() } else { Sense::click() };
    let (rect, _) = ui.allocate_exact_size(vec2(18.0, 20.0), Sense::hover());
    // A finger may miss the dot, and hit the margin beside it or the name.
    let around = egui::Rect::from_center_size(rect.center(), theme::touchable(ui, rect.size()));
    let response = ui.interact(around, ui.scope_id().with("switch"), sense);
    let label = format!("Show {name}");
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, withheld.is_none(), run.shown, &label));
    dot(ui, rect.center(), 6.0, run.colour, run.shown, response.hovered() || response.has_focus());
    let tooltip = withheld.map_or("Shows or hides this run.", Withheld::words);
    if response.on_hover_text(tooltip).clicked() {
        panel.emit(Command::ShowRun(index, !run.shown));
    }
}

/// The colours that a run can have.
fn colours(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, run: &Run, name: &str) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for colour in 0..palette(ui).runs.len() {
            let size = theme::touchable(ui, vec2(22.0, 22.0));
            let (rect, response) = ui.allocate_exact_size(size, Sense::click());
            let chosen = run.colour % palette(ui).runs.len() == colour;
            let label = format!("Colour {} for {name}", colour + 1);
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &label));
            if chosen {
                let ring = Stroke::new(1.5, theme::colour(palette(ui).text));
                ui.painter().circle_stroke(rect.center(), 9.0, ring);
            }
            dot(ui, rect.center(), 6.0, colour, true, response.hovered() || response.has_focus());
            if response.on_hover_text("The run's colour in picture and chart.").clicked() {
                panel.emit(Command::ColourRun(index, colour));
            }
        }
    });
}

fn dot(ui: &Ui, centre: egui::Pos2, radius: f32, colour: usize, filled: bool, marked: bool) {
    let palette = palette(ui);
    let colour = theme::colour(palette.run(colour));
    let painter = ui.painter();
    if filled {
        painter.circle(centre, radius, colour, Stroke::new(0.8, theme::colour(palette.axis)));
    } else {
        painter.circle_stroke(centre, radius - 1.0, Stroke::new(2.0, colour));
    }
    if marked {
        painter.circle_stroke(centre, radius + 2.0, Stroke::new(1.5, theme::colour(palette.accent)));
    }
}

/// How a run ended, in a line.
pub fn ending(panel: &Panel<'_>, index: usize) -> String {
    match panel.computed.findings.trajectories.get(index) {
        Some(Some(Ok(trajectory))) => match panel.computed.ends.get(index) {
            Some(Some(end)) => words::ending(trajectory, end, &panel.state.study.view),
            _ => String::new(),
        },
        Some(Some(Err(reason))) => format!("cannot run: {reason}"),
        _ => "switched off".to_owned(),
    }
}

/// The room for the question beside how a run ended.
const WHY: f32 = 44.0;

/// Where a run did what theory does not promise: the reason, in full under "Run".
fn why(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, name: &str, outlook: &Outlook) {
    let colour = theme::colour(palette(ui).accent);
    let size = theme::touchable(ui, vec2(WHY - 4.0, 15.0));
    let button = egui::Button::new(egui::RichText::new("why?").size(11.5).color(colour)).min_size(size);
    let response = ui.add(button).accessible_name(format!("Why did {name} end so?"));
    if response.on_hover_text(&outlook.words).clicked() {
        panel.emit(Command::Scrutinise(index));
        panel.emit(Command::ShowTab(0, RUN_TAB.to_owned()));
    }
}

fn words_width(text: &str, size: f64) -> f32 {
    crate::scene::text::plain_width(crate::scene::Font::Sans, size, text) as f32
}

/// How a run ended, without the place: "→ minimum, 27 steps".
fn briefly(panel: &Panel<'_>, index: usize) -> String {
    let ended = (panel.computed.findings.trajectories.get(index), panel.computed.ends.get(index));
    let (Some(Some(Ok(trajectory))), Some(Some(end))) = ended else {
        return ending(panel, index);
    };
    let steps = words::count(trajectory.len(), "step");
    match (trajectory.stop, end.kind, end.beside) {
        (StopReason::Converged, Some(kind), _) => format!("→ {}, {steps}", words::kind_word(kind)),
        (StopReason::Converged, None, Some((kind, _))) => format!("beside a {}, {steps}", words::kind_word(kind)),
        (StopReason::Converged, None, None) if trajectory.shadow.is_some() => format!("small ∇L, {steps}"),
        (StopReason::Converged, None, None) => format!("no proved point near, {steps}"),
        _ => ending(panel, index),
    }
}

/// How a run ended, with all that is known of its last point.
fn in_full(panel: &Panel<'_>, index: usize) -> String {
    let ending = ending(panel, index);
    let Some(Some(Ok(trajectory))) = panel.computed.findings.trajectories.get(index) else {
        return ending;
    };
    let end = trajectory.end();
    format!("{ending}. At {}: L = {}, ‖∇L‖ = {}.", point(end.w), short(end.loss), short(end.gradient_norm))
}

/// The learning rates that matter: strongly for the critical point where the run ends, weakly for the point where it is.
fn ticks(panel: &Panel<'_>, index: usize, run: &Run, setting: &Setting) -> Vec<Mark> {
    let computed = panel.computed;
    let Some(Some(Ok(trajectory))) = computed.findings.trajectories.get(index) else { return Vec::new() };
    if trajectory.shadow.is_some() {
        // The curvature in the plane is not what limits a run in all weights.
        return Vec::new();
    }
    let moment = computed.moments.as_ref().and_then(|moments| moments.get(index)?.as_ref());
    let here = trajectory.steps.get(moment.map_or(0, |moment| moment.index)).map(|step| step.w);
    let ended = computed.ends.get(index).copied().flatten().filter(|end| end.kind.is_some());
    let ended = ended.map(|end| end.point.unwrap_or(end.w));
    let loss = &computed.findings.loss;
    let mut marks = Vec::new();
    for (w, place, is_minor) in [(ended, "where the run ends", false), (here, "where the run is", true)] {
        let Some(w) = w else { continue };
        for tick in optimizer::speed::ticks(run, setting.key, &loss.jet(w).hessian) {
            let words = format!("{} = {} {place}", tick.formula, short(tick.value));
            // One limit makes the slider red: that of the end, where there is one.
            let is_limit = tick.kind == TickKind::Limit && (!is_minor || ended.is_none());
            marks.push(Mark { value: tick.value, name: tick.formula, words, is_limit, is_minor });
        }
    }
    marks
}

fn setting(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, run: &Run, name: &str, setting: &Setting) {
    let value = run.settings.get(setting.key).copied().unwrap_or(setting.default);
    if !setting.choices.is_empty() {
        return choose(ui, panel, index, name, setting, value);
    }
    let reset = reset_of(panel, run, setting);
    let accessible = format!("{} of {name}", capitalised(setting.title));
    let range = accepted(panel, setting);
    let number = Number {
        name: &accessible,
        symbol: setting.symbol,
        tooltip: setting.tooltip,
        value,
        reset,
        slider: if setting.key == BATCH_SIZE { range } else { slider_range(setting, value, reset) },
        range,
        logarithmic: setting.logarithmic,
        ticks: &ticks(panel, index, run, setting),
        names_ticks: panel.state.presenting,
    };
    if let Some(value) = number.show(ui) {
        panel.emit(Command::SetSetting(index, setting.key.to_owned(), value));
    }
}

/// The key of the size of minibatches.
const BATCH_SIZE: &str = "batch_size";

/// What a setting accepts: a minibatch has no more examples than there are.
fn accepted(panel: &Panel<'_>, setting: &Setting) -> [f64; 2] {
    let [least, greatest] = setting.range;
    let examples = panel.computed.findings.loss.examples();
    if setting.key == BATCH_SIZE && examples > 0 { [least, greatest.min(examples as f64)] } else { [least, greatest] }
}

/// A setting that is one of a few words.
fn choose(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, name: &str, setting: &Setting, value: f64) {
    let word = |choice: usize| setting.choices.get(choice).copied().unwrap_or_default();
    let chosen = value as usize;
    line(ui, setting.symbol, |ui| {
        let menu =
            egui::ComboBox::from_id_salt(setting.key).selected_text(word(chosen)).width(ui.available_width() - 8.0);
        let menu = menu.show_ui(ui, |ui| {
            (0..setting.choices.len()).find(|choice| ui.selectable_label(*choice == chosen, word(*choice)).clicked())
        });
        let accessible = format!("{} of {name}", capitalised(setting.title));
        menu.response.accessible_name(accessible).on_hover_text(setting.tooltip);
        if let Some(choice) = menu.inner.flatten() {
            panel.emit(Command::SetSetting(index, setting.key.to_owned(), choice as f64));
        }
    });
}

/// How the learning rate falls in the course of the run.
fn schedule(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, run: &Run, name: &str) {
    let (every, factor) = Schedule::USUAL_STEPS;
    let kinds = [
        Schedule::Constant,
        Schedule::OverTime { tau: Schedule::USUAL_TAU },
        Schedule::Cosine,
        Schedule::Steps { every, factor },
    ];
    let kind = |schedule: &Schedule| match schedule {
        Schedule::Constant => "constant",
        Schedule::OverTime { .. } => "1/t",
        Schedule::Cosine => "cosine",
        Schedule::Steps { .. } => "steps",
    };
    line(ui, "schedule of η", |ui| {
        let text = kind(&run.schedule);
        let menu = egui::ComboBox::from_id_salt("schedule").selected_text(text).width(ui.available_width() - 8.0);
        let menu = menu.show_ui(ui, |ui| {
            kinds.into_iter().find(|known| ui.selectable_label(kind(known) == text, kind(known)).clicked())
        });
        let tooltip = "How η falls, with k the number of the step: constant; 1/t: η/(1 + k/τ); cosine: along half a cosine \
                       to 0 at the step limit; steps: times γ every s steps.";
        menu.response.accessible_name(format!("Schedule of {name}")).on_hover_text(tooltip);
        if let Some(schedule) = menu.inner.flatten() {
            panel.emit(Command::SetSchedule(index, schedule));
        }
    });
    match run.schedule {
        Schedule::Constant | Schedule::Cosine => {}
        Schedule::OverTime { tau } => line(ui, "τ", |ui| {
            let tooltip = "After τ steps the rate is half of η.";
            if let Some(tau) = field(ui, &format!("τ of {name}"), tooltip, tau, [1e-3, 1e9]) {
                panel.emit(Command::SetSchedule(index, Schedule::OverTime { tau }));
            }
        }),
        Schedule::Steps { every, factor } => line(ui, "every s, times γ", |ui| {
            let steps =
                whole(ui, &format!("Steps between falls of {name}"), "s", every as u64, [1, Run::MAX_STEPS as u64]);
            if let Some(steps) = steps {
                panel.emit(Command::SetSchedule(index, Schedule::Steps { every: steps as usize, factor }));
            }
            if let Some(factor) = field(ui, &format!("Factor of falls of {name}"), "γ", factor, [1e-6, 1.0]) {
                panel.emit(Command::SetSchedule(index, Schedule::Steps { every, factor }));
            }
        }),
    }
}

/// What a double click returns to: the landscape's rate for a learning rate, otherwise the textbook's default.
fn reset_of(panel: &Panel<'_>, run: &Run, setting: &Setting) -> f64 {
    let named = panel.state.study.landscape.name.as_deref().and_then(crate::study::entry);
    let entry = named.or_else(|| changed_entry(&panel.state.study));
    let follows_gradient =
        optimizer::find(&run.optimizer).is_some_and(|optimizer| optimizer.takes_the_landscapes_rate());
    match entry {
        Some(entry) if setting.key == "learning_rate" && follows_gradient => entry.learning_rate,
        _ => setting.default,
    }
}

/// The slider's range: five orders of magnitude about the usual value where it is logarithmic, else ten times the usual
/// value; no further than what is accepted.
fn slider_range(setting: &Setting, value: f64, reset: f64) -> [f64; 2] {
    let [least, greatest] = setting.range;
    // A setting that is usually off has a slider up to 10.
    let usual = if reset > 0.0 {
        reset
    } else if setting.default != 0.0 {
        setting.default.abs()
    } else {
        1.0
    };
    let range = if setting.logarithmic {
        let decade = libm::pow(10.0, libm::floor(libm::log10(usual)));
        [(1e-3 * decade).max(least.max(1e-12)), (1e2 * decade).min(greatest)]
    } else {
        [least.max(-10.0 * usual), greatest.min(10.0 * usual)]
    };
    if setting.logarithmic && value <= 0.0 { range } else { [range[0].min(value), range[1].max(value)] }
}

fn details(ui: &mut Ui, panel: &mut Panel<'_>, index: usize, run: &Run, name: &str, optimizer: &dyn Optimizer) {
    ui.label(muted(optimizer.info().rule).size(12.0)).on_hover_text(format!(
        "{} {}",
        optimizer.info().summary,
        optimizer.info().source
    ));
    colours(ui, panel, index, run, name);
    run_start::show(ui, panel, index, run, name);
    for later in optimizer.settings().iter().skip(1).filter(|setting| optimizer.uses(run, setting.key)) {
        setting(ui, panel, index, run, name, later);
    }
    if optimizer.settings().iter().all(|setting| setting.key != "temperature")
        && let Some(temperature) = optimizer.temperature(run)
    {
        let tooltip = "Gaussian noise of size σ is that of Langevin dynamics at this temperature. For minibatches T = ηS/(2B) holds \
                       only where their noise is S·I, the same everywhere.";
        line(ui, "T = ησ²/2", |ui| {
            ui.label(short(temperature)).on_hover_text(tooltip);
        });
    }
    if run.setting("learning_rate").is_some() {
        schedule(ui, panel, index, run, name);
    }
    if optimizer.is_random() {
        let tooltip = "The seed of the random numbers: the same seed gives the same run, bit by bit.";
        line(ui, "seed", |ui| {
            if let Some(seed) = whole(ui, &format!("Seed of {name}"), tooltip, run.seed, [0, i64::MAX as u64]) {
                panel.emit(Command::SetSeed(index, seed));
            }
            let next = ui.button("↻").accessible_name(format!("Next seed of {name}"));
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
    let accessible = format!("{name} stops only where H is positive definite");
    let switch = checkbox(ui, &mut required, "stop only where λ₁ > 0", &accessible);
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
        let width = 112.0_f32.min(0.6 * ui.available_width());
        fitted(ui, muted(name).size(12.0), width);
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
        let mut family = None;
        let in_all_weights = panel.state.study.runs_in_all_weights();
        let is_offered = |name: &str| !in_all_weights || NetworkRecipe::can_run(&Run::new(name));
        for optimizer in OPTIMIZERS.iter().filter(|optimizer| is_offered(optimizer.name())) {
            if family != Some(optimizer.info().family) {
                family = Some(optimizer.info().family);
                ui.label(muted(optimizer.info().family.title()).size(11.5));
            }
            let button = ui.button(optimizer.title());
            if button.on_hover_text(format!("{}  {}", optimizer.info().rule, optimizer.info().summary)).clicked() {
                panel.emit(Command::AddRun(optimizer.name().to_owned()));
            }
        }
    });
}

/// The slider of the knob that is in use, if it is a run's setting.
pub fn knob(ui: &mut Ui, panel: &mut Panel<'_>, knob: &Control) {
    let Control::Setting(index, key) = knob else {
        return;
    };
    let Some(run) = panel.state.study.runs.get(*index) else {
        return;
    };
    let name = run_name(&panel.state.study.runs, *index);
    let found = optimizer::find(&run.optimizer)
        .and_then(|optimizer| optimizer.settings().iter().find(|setting| setting.key == key));
    if let Some(found) = found {
        setting(ui, panel, *index, run, &name, found);
    }
}
