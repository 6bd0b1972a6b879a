//! Many runs that differ in their seeds or starts: where they end, counted, and the share that escapes against the noise.

use super::{Panel, chart_view, run_details, temperature};
use crate::app::command::Command;
use crate::app::state::Export;
use crate::app::theme;
use crate::app::widgets::{field, muted, palette, whole};
use crate::chart;
use crate::ensemble::{Ensemble, Share};
use crate::number::Vector;
use crate::number::display::point;
use crate::optimizer::{Run, find};
use crate::scene::words;
use crate::study::{ESCAPE_TAB, EnsembleOptions, Vary};
use eframe::egui;
use egui::{RichText, Ui};

/// The height of the chart of escapes.
const CHART: f32 = 140.0;

/// Shows the ensemble in a height.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, height: f32) {
    let area = egui::ScrollArea::vertical().id_salt("ensemble").max_height(height).auto_shrink([false, false]);
    area.show(ui, |ui| {
        ui.set_min_height(height);
        run_details::choose(ui, panel);
        let run = panel.state.study.runs.get(panel.state.study.display.run_index()).cloned();
        // What comes out is seen first, where there is little room.
        outcome(ui, panel);
        if let Some(run) = &run {
            all_alike(ui, panel, run);
            temperature::show(ui, panel, run);
        }
        plan(ui, panel);
        if let Some(Ok(ensemble)) = panel.computed.findings.ensemble.clone() {
            temperature::covariance(ui, panel, &ensemble);
            if ui.button("Export the runs").on_hover_text("A line for each run, as CSV.").clicked() {
                panel.emit(Command::Export(Export::Ensemble));
            }
            if let Some(run) = &run {
                experiment(ui, panel, run);
            }
        }
    });
}

/// Where the runs end, beside how far they are.
fn outcome(ui: &mut Ui, panel: &mut Panel<'_>) {
    progress(ui, panel);
    match panel.computed.findings.ensemble.clone() {
        None => {}
        Some(Err(reason)) => small(ui, format!("Cannot run: {reason}."), true),
        Some(Ok(ensemble)) => table(ui, panel, &ensemble),
    }
}

/// Says why all runs are the same, where they are.
fn all_alike(ui: &mut Ui, panel: &Panel<'_>, run: &Run) {
    let examples = panel.computed.findings.loss.examples();
    if panel.state.study.ensemble.spread > 0.0 || run.has_noise(examples) {
        return;
    }
    let is_random = find(&run.optimizer).is_some_and(|optimizer| optimizer.is_random());
    let why = match is_random {
        true if examples > 0 => "its batches have all examples, so nothing is random",
        true => "its noise σ is 0",
        false => "it has no noise",
    };
    small(ui, format!("All runs are the same: {why}. Give the starts a spread, or choose a run with noise."), true);
}

fn plan(ui: &mut Ui, panel: &mut Panel<'_>) {
    let asked = panel.state.study.ensemble.clone();
    ui.horizontal(|ui| {
        ui.label(muted("runs").size(11.5));
        let tooltip = "How many runs: run k has the seed s + k, where s is the run's own.";
        let most = Ensemble::MAX_RUNS as u64;
        if let Some(runs) = whole(ui, "Runs of the ensemble", tooltip, asked.runs as u64, [1, most]) {
            panel.emit(Command::SetEnsemble(EnsembleOptions { runs: runs as usize, ..asked.clone() }));
        }
        ui.label(muted("spread").size(11.5));
        let tooltip =
            "The standard deviation of the starts around the start point, in each weight; 0: all start there.";
        if let Some(spread) = field(ui, "Spread of the starts", tooltip, asked.spread, [0.0, 1e12]) {
            panel.emit(Command::SetEnsemble(EnsembleOptions { spread, ..asked.clone() }));
        }
    });
}

fn progress(ui: &mut Ui, panel: &mut Panel<'_>) {
    let ensemble = panel.computed.ensemble.progress(panel.now);
    let experiment = panel.computed.experiment.progress(panel.now);
    // The line is there in any case, so that nothing moves when the work takes longer.
    ui.horizontal(|ui| {
        ui.set_min_height(18.0);
        let tooltip = "Where the runs ended. A noisy run does not arrive: it is in the basin of the critical point to \
                       which gradient flow leads from its last point. In brackets the interval of 95 % for the \
                       probability behind the share (Wilson).";
        ui.label(muted("where they end").size(11.5)).on_hover_text(tooltip);
        if let Some(progress) = experiment.or(ensemble) {
            let bar = egui::ProgressBar::new(progress as f32).desired_width(ui.available_width() - 60.0);
            ui.add(bar.desired_height(8.0));
            if ui.button("Stop").accessible_name("Stop the ensemble").clicked() {
                panel.emit(Command::StopEnsemble);
            }
        } else if panel.computed.ensemble.is_stopped || panel.computed.experiment.is_stopped {
            ui.label(muted("stopped: these are the runs until then").size(11.5));
        }
    });
}

fn small(ui: &mut Ui, text: String, warns: bool) {
    let colours = palette(ui);
    let colour = theme::colour(if warns { colours.negative_text } else { colours.text });
    ui.add(egui::Label::new(RichText::new(text).size(11.5).color(colour)).wrap());
}

/// A count, and the interval for the probability behind it: `183 of 200, 92 % (87–95 %)`.
fn counted(what: &str, share: Share) -> String {
    let percent = |x: f64| format!("{:.0}", 100.0 * x);
    let ([low, high], Share { count, of }) = (share.interval().map(percent), share);
    format!("{what}: {count} of {of}, {} % ({low}–{high} %)", percent(share.value()))
}

/// Where the runs ended, with Wilson's intervals.
fn table(ui: &mut Ui, panel: &Panel<'_>, ensemble: &Ensemble) {
    let counts = ensemble.counts();
    // A noisy run never stops by itself.
    let has_arrived = find(&ensemble.run().optimizer).is_some_and(|optimizer| !optimizer.is_random());
    let law = temperature::Law::of(panel, ensemble);
    let mut ends: Vec<(usize, String, Option<Vector>)> = Vec::new();
    for (attractor, count) in ensemble.attractors().iter().zip(&counts.ends) {
        let end = format!("{} {}", words::kind_word(attractor.kind), point(attractor.w));
        let what = if has_arrived { end } else { format!("in the basin of the {end}") };
        ends.push((*count, what, Some(attractor.w)));
    }
    for (count, what) in [
        (counts.diverged, "diverged"),
        (counts.false_stops, "stopped where no critical point is found"),
        (counts.broken, "broke off"),
        (counts.unfinished, "in no basin that is known"),
    ] {
        ends.push((count, what.to_owned(), None));
    }
    ends.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
    for (count, what, w) in ends.into_iter().filter(|(count, ..)| *count > 0) {
        small(ui, counted(&what, ensemble.share(count)), false);
        if let Some((law, w)) = law.as_ref().zip(w) {
            temperature::law_line(ui, law, w);
        }
    }
}

/// The share of runs that escape from around their start, against the noise or the batch size.
fn experiment(ui: &mut Ui, panel: &mut Panel<'_>, run: &Run) {
    let asked = panel.state.study.ensemble.clone();
    let start = Vector::from(panel.state.study.start_of(run));
    let loss = &panel.computed.findings.loss;
    let usual = |vary: Vary| Some((vary, vary.usual_range(run, loss, start, asked.radius)?));
    let varied: Vec<(Vary, [f64; 2])> = Vary::ALL.into_iter().filter_map(usual).collect();
    if varied.is_empty() {
        return;
    }
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        for (vary, _) in &varied {
            let chosen = asked.vary == Some(*vary);
            let text = format!("Escape against {}", vary.title());
            let response = ui.add(egui::Button::selectable(chosen, text).frame_when_inactive(true));
            let response = response.accessible_name(format!("Escape against the {}", vary.title()));
            let tooltip = "Measures the share of the runs that are ever, and that are at their end, farther than the \
            radius \
                           from the start. It may take a while.";
            if response.on_hover_text(tooltip).clicked() {
                let vary = (!chosen).then_some(*vary);
                panel.emit(Command::SetEnsemble(EnsembleOptions { vary, range: None, ..asked.clone() }));
            }
        }
    });
    let Some((vary, usual)) = varied.into_iter().find(|(vary, _)| asked.vary == Some(*vary)) else { return };
    ranges(ui, panel, &asked, vary, usual);
    if let Some(Err(reason)) = &panel.computed.findings.experiment {
        small(ui, format!("Cannot measure: {reason}."), true);
    }
    if panel.computed.findings.known_experiment().is_none_or(|experiment| experiment.rows.is_empty()) {
        return;
    }
    if let Some(chart) = chart::find(ESCAPE_TAB) {
        chart_view::show(ui, panel, chart, CHART, 1.0);
    }
    if ui.button("Export the shares").on_hover_text("A line for each value, with intervals, as CSV.").clicked() {
        panel.emit(Command::Export(Export::Experiment));
    }
}

/// The range of what is varied, and the radius of escape.
fn ranges(ui: &mut Ui, panel: &mut Panel<'_>, asked: &EnsembleOptions, vary: Vary, usual: [f64; 2]) {
    let [low, high] = asked.range.unwrap_or(usual);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.label(muted(vary.title()).size(11.5));
        let tooltip = "The least value that is tried.";
        let least = field(ui, &format!("Least {}", vary.title()), tooltip, low, [0.0, 1e12]);
        ui.label(muted("to").size(11.5));
        let tooltip = "The greatest value that is tried.";
        let most = field(ui, &format!("Greatest {}", vary.title()), tooltip, high, [0.0, 1e12]);
        if least.is_some() || most.is_some() {
            let range = [least.unwrap_or(low), most.unwrap_or(high)];
            if range[0] < range[1] {
                panel.emit(Command::SetEnsemble(EnsembleOptions { range: Some(range), ..asked.clone() }));
            }
        }
    });
    ui.horizontal(|ui| {
        ui.label(muted("radius").size(11.5));
        let tooltip = "A run farther from the start than this has escaped.";
        if let Some(radius) = field(ui, "Radius of escape", tooltip, asked.radius, [1e-9, 1e12]) {
            panel.emit(Command::SetEnsemble(EnsembleOptions { radius, ..asked.clone() }));
        }
    });
}
