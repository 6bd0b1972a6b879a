//! Many runs that differ in their seeds or starts: where they end, counted, and the share that escapes against the noise.

use super::{Panel, chart_view, points, run_details, temperature};
use crate::app::command::Command;
use crate::app::state::{Export, Large};
use crate::app::theme;
use crate::app::widgets::{field, muted, palette, whole};
use crate::chart;
use crate::ensemble::{Ensemble, Share};
use crate::number::Vector;
use crate::number::display::point;
use crate::optimizer::{Run, find};
use crate::scene::words;
use crate::study::{ESCAPE_TAB, EnsembleOptions, SEEDS_TAB, Vary};
use eframe::egui;
use egui::accesskit::Role;
use egui::{FontId, RichText, Sense, Ui, WidgetInfo, pos2, vec2};

/// The height of the chart of escapes.
const CHART: f32 = 140.0;
/// What stands above that chart, about.
const ABOVE_CHART: f32 = 220.0;
/// The size of the letters.
const SMALL: f32 = 11.5;

/// Shows the ensemble in a height.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, height: f32) {
    let area = egui::ScrollArea::vertical().id_salt("ensemble").max_height(height).auto_shrink([false, false]);
    area.show(ui, |ui| {
        ui.set_min_height(height);
        head(ui, panel);
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
                experiment(ui, panel, run, height);
            }
        }
    });
}

/// Which run it is, and how far the work is. Both stand in one line, so that in a low tab there is room for what comes out.
fn head(ui: &mut Ui, panel: &mut Panel<'_>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        run_details::choose(ui, panel, PROGRESS);
        progress(ui, panel);
    });
}

/// Where the runs end.
fn outcome(ui: &mut Ui, panel: &mut Panel<'_>) {
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

/// The width for how far the work is, beside the choice of the run. It is kept, so that nothing moves when the work takes longer.
const PROGRESS: f32 = 84.0;

fn progress(ui: &mut Ui, panel: &mut Panel<'_>) {
    let ensemble = panel.computed.ensemble.progress(panel.now);
    let experiment = panel.computed.experiment.progress(panel.now);
    if let Some(progress) = experiment.or(ensemble) {
        let bar = egui::ProgressBar::new(progress as f32).desired_width(PROGRESS - 56.0);
        ui.add(bar.desired_height(8.0));
        if ui.button("Stop").accessible_name("Stop the ensemble").clicked() {
            panel.emit(Command::StopEnsemble);
        }
    } else if panel.computed.ensemble.is_stopped || panel.computed.experiment.is_stopped {
        ui.label(muted("stopped").size(11.5)).on_hover_text("These are the runs until it was stopped.");
    }
}

fn small(ui: &mut Ui, text: String, warns: bool) {
    let colours = palette(ui);
    let colour = theme::colour(if warns { colours.negative_text } else { colours.text });
    ui.add(egui::Label::new(RichText::new(text).size(11.5).color(colour)).wrap());
}

/// What the counts mean.
const WHERE: &str = "Where the runs ended. A noisy run does not arrive: it is in the basin of the critical point to which gradient flow \
                     leads from its last point. In brackets the interval of 95 % for the probability behind the share (Wilson).";

/// The height of the line of a count.
const ROW: f32 = 15.0;

/// A count, and the interval for the probability behind it, in one line: `… the minimum (3, 2): 183 of 200, 92 % (87–95 %)`, or in short
/// where there is no room for all of it.
fn counted(ui: &mut Ui, what: &str, brief: &str, share: Share) {
    let percent = |x: f64| format!("{:.0}", 100.0 * x);
    let ([low, high], Share { count, of }) = (share.interval().map(percent), share);
    let part = format!("{} % ({low}–{high} %)", percent(share.value()));
    let whole = format!("{what}: {count} of {of}, {part}");
    let colour = theme::colour(palette(ui).text);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &whole));
    let painter = ui.painter().with_clip_rect(ui.clip_rect().intersect(rect));
    let galley = painter.layout_no_wrap(whole.clone(), FontId::proportional(SMALL), colour);
    if galley.size().x <= rect.width() {
        painter.galley(pos2(rect.left(), rect.center().y - 0.5 * galley.size().y), galley, colour);
    } else {
        let short = format!("{count}, {} % ({low}–{high})", percent(share.value()));
        points::side_by_side(&painter, [rect.left_center(), rect.right_center()], [brief, &short], SMALL, colour);
    }
    response.on_hover_text(format!("{whole}.\n{WHERE}"));
}

/// Where the runs ended, with Wilson's intervals.
fn table(ui: &mut Ui, panel: &Panel<'_>, ensemble: &Ensemble) {
    let counts = ensemble.counts();
    // A noisy run never stops by itself.
    let has_arrived = find(&ensemble.run().optimizer).is_some_and(|optimizer| !optimizer.is_random());
    let law = temperature::Law::of(panel, ensemble);
    let mut ends: Vec<(usize, String, String, Option<Vector>)> = Vec::new();
    for (attractor, count) in ensemble.attractors().iter().zip(&counts.ends) {
        let place = point(attractor.w);
        let end = format!("{} {place}", words::kind_word(attractor.kind));
        let brief = format!("{} {place}", points::sign(attractor.kind));
        let (what, brief) = match has_arrived {
            true => (end, brief),
            false => (format!("in the basin of the {end}"), brief),
        };
        ends.push((*count, what, brief, Some(attractor.w)));
    }
    for (count, what) in [
        (counts.diverged, "diverged"),
        (counts.false_stops, "stopped where no critical point is found"),
        (counts.broken, "broke off"),
        (counts.unfinished, "in no basin that is known"),
    ] {
        ends.push((count, what.to_owned(), what.to_owned(), None));
    }
    ends.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for (count, what, brief, w) in ends.into_iter().filter(|(count, ..)| *count > 0) {
            counted(ui, &what, &brief, ensemble.share(count));
            if let Some((law, w)) = law.as_ref().zip(w) {
                temperature::law_line(ui, law, w);
            }
        }
    });
}

/// The share of runs that escape from around their start, against the noise or the batch size.
fn experiment(ui: &mut Ui, panel: &mut Panel<'_>, run: &Run, height: f32) {
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
                if !chosen && height < CHART + ABOVE_CHART {
                    // Its chart would be out of sight.
                    let large = Large { tab: SEEDS_TAB.to_owned(), is_beside: true };
                    panel.emit(Command::ShowLarge(Some(large)));
                }
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
