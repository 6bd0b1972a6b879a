//! Many runs that differ in their seeds or starts: where they end, counted, and the share that escapes against the noise.

use super::chart;
use super::run_details;
use super::{Panel, runs::name_of};
use crate::app::command::Command;
use crate::app::state::{Export, Vary};
use crate::app::theme;
use crate::app::widgets::{field, muted, palette, whole};
use crate::ensemble::{Ensemble, Experiment, Share};
use crate::number::display::{point, short};
use crate::number::labels::on_grid;
use crate::scene::words;
use eframe::egui;
use egui::accesskit::Role;
use egui::{RichText, Ui};
use egui_plot::{HoverPosition, Line, PlotBounds, PlotPoints, Points};

/// Shows the ensemble in a height.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, height: f32) {
    let area = egui::ScrollArea::vertical().id_salt("ensemble").max_height(height).auto_shrink([false, false]);
    area.show(ui, |ui| {
        ui.set_min_height(height);
        run_details::choose(ui, panel);
        plan(ui, panel);
        progress(ui, panel);
        let ensemble = &panel.computed.ensemble;
        if let Some(reason) = &ensemble.refusal {
            small(ui, format!("Cannot run: {reason}."), true);
        }
        if let Some(ensemble) = ensemble.answer.clone() {
            table(ui, &ensemble);
            if ui.button("Export the runs").on_hover_text("A line for each run, as CSV.").clicked() {
                panel.emit(Command::Export(Export::Ensemble));
            }
            experiment(ui, panel);
        }
    });
}

fn plan(ui: &mut Ui, panel: &mut Panel<'_>) {
    let asked = panel.state.ensemble.clone();
    ui.horizontal(|ui| {
        ui.label(muted("runs").size(11.5));
        let tooltip = "How many runs: run k has the seed s + k, where s is the run's own.";
        if let Some(runs) =
            whole(ui, "Runs of the ensemble", tooltip, asked.runs as u64, [1, Ensemble::MAX_RUNS as u64])
        {
            panel.emit(Command::SetEnsemble(crate::app::state::EnsembleOptions {
                runs: runs as usize,
                ..asked.clone()
            }));
        }
        ui.label(muted("spread").size(11.5));
        let tooltip =
            "The standard deviation of the starts around the start point, in each weight; 0: all start there.";
        if let Some(spread) = field(ui, "Spread of the starts", tooltip, asked.spread, [0.0, 1e12]) {
            panel.emit(Command::SetEnsemble(crate::app::state::EnsembleOptions { spread, ..asked.clone() }));
        }
    });
}

fn progress(ui: &mut Ui, panel: &mut Panel<'_>) {
    let ensemble = panel.computed.ensemble.progress(panel.now);
    let experiment = panel.computed.experiment.progress(panel.now);
    // Room is kept, so that nothing moves when the work takes longer.
    ui.horizontal(|ui| {
        ui.set_min_height(18.0);
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

/// Where the runs ended, with Wilson's intervals.
fn table(ui: &mut Ui, ensemble: &Ensemble) {
    let counts = ensemble.counts();
    let percent = |x: f64| format!("{:.0}", 100.0 * x);
    let line = |what: String, share: Share| {
        let [low, high] = share.interval();
        format!(
            "{what}: {} of {}, {} % ({}–{} %)",
            share.count,
            share.of,
            percent(share.value()),
            percent(low),
            percent(high)
        )
    };
    let tooltip = "Where the runs ended: a noisy run counts for the critical point to which gradient flow leads from its last \
                   point. In brackets the interval of 95 % for the probability behind the share (Wilson).";
    ui.label(muted("where they end").size(11.5)).on_hover_text(tooltip);
    let mut ends: Vec<(usize, String)> = Vec::new();
    for (attractor, count) in ensemble.attractors().iter().zip(&counts.ends) {
        ends.push((*count, format!("{} {}", words::kind_word(attractor.kind), point(attractor.w))));
    }
    for (count, what) in [
        (counts.diverged, "diverged"),
        (counts.false_stops, "stopped where no critical point is found"),
        (counts.broken, "broke off"),
        (counts.unfinished, "led nowhere"),
    ] {
        ends.push((count, what.to_owned()));
    }
    ends.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    for (count, what) in ends.into_iter().filter(|(count, _)| *count > 0) {
        small(ui, line(what, ensemble.share(count)), false);
    }
}

/// The share of runs that escape from around their start, against the noise or the batch size.
fn experiment(ui: &mut Ui, panel: &mut Panel<'_>) {
    let Some(run) = panel.state.study.runs.get(panel.state.scrutinised) else { return };
    let asked = panel.state.ensemble.clone();
    let varied = Vary::ALL.into_iter().filter(|vary| vary.values(run, &panel.computed.findings.loss).is_some());
    let varied: Vec<Vary> = varied.collect();
    if varied.is_empty() {
        return;
    }
    ui.add_space(4.0);
    ui.label(muted("does noise leave the start?").size(11.5)).on_hover_text(
        "The share of the runs that are ever, and that are at their end, farther than the radius from the start, against the \
         noise or the batch size.",
    );
    ui.horizontal(|ui| {
        ui.label(muted("radius").size(11.5));
        if let Some(radius) =
            field(ui, "Radius of escape", "Farther from the start than this is escaped.", asked.radius, [1e-9, 1e12])
        {
            panel.emit(Command::SetEnsemble(crate::app::state::EnsembleOptions { radius, ..asked.clone() }));
        }
        for vary in varied {
            let chosen = asked.vary == Some(vary);
            let button = egui::Button::selectable(chosen, vary.title());
            let response = ui.add(button).accessible_name(format!("Escape against the {}", vary.title()));
            if response.on_hover_text("Measures the shares; it may take a while.").clicked() {
                let vary = (!chosen).then_some(vary);
                panel.emit(Command::SetEnsemble(crate::app::state::EnsembleOptions { vary, ..asked.clone() }));
            }
        }
    });
    if let Some(reason) = &panel.computed.experiment.refusal {
        small(ui, format!("Cannot measure: {reason}."), true);
    }
    let Some(experiment) = panel.computed.experiment.answer.clone().filter(|experiment| !experiment.rows.is_empty())
    else {
        return;
    };
    let colour = theme::colour(palette(ui).run(run.colour));
    let name = name_of(&panel.state.study.runs, panel.state.scrutinised);
    plot(ui, &experiment, colour, &name);
    if ui.button("Export the shares").on_hover_text("A line for each value, with intervals, as CSV.").clicked() {
        panel.emit(Command::Export(Export::Experiment));
    }
}

fn plot(ui: &mut Ui, experiment: &Experiment, colour: egui::Color32, name: &str) {
    let colours = palette(ui);
    let values = experiment.rows.iter().map(|row| row.value);
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
    let spare = if high > low { 0.05 * (high - low) } else { 0.5 };
    let bounds = PlotBounds::from_min_max([low - spare, -0.05], [high + spare, 1.05]);
    let key = experiment.key.replace('_', " ");
    let hover = key.clone();
    let words: Vec<String> = experiment
        .rows
        .iter()
        .map(|row| format!("{key} {}: {} of {} at the end", short(row.value), row.at_end.count, row.at_end.of))
        .collect();
    ui.label(muted(format!("share ↑ against {key} →: ● at the end, ○ ever")).size(11.0));
    chart::scope(ui, |ui| {
        let plot = chart::plot(ui, "escape", 120.0)
            .x_grid_spacer(|input| chart::marks(input.bounds, 5.0, 0.0))
            .custom_x_axes(vec![chart::horizontal_axis(on_grid)])
            .y_grid_spacer(|input| chart::marks(input.bounds, 4.0, 0.0))
            .custom_y_axes(vec![chart::vertical_axis(on_grid)])
            .label_formatter(move |position: &HoverPosition<'_>| match position {
                HoverPosition::NearDataPoint { position, .. } => {
                    Some(format!("{hover} {}\nshare {}", short(position.x), short(position.y)))
                }
                HoverPosition::Elsewhere { .. } => None,
            });
        let shown = plot.show(ui, |plot| {
            plot.set_plot_bounds(bounds);
            for (filled, share) in
                [(false, (|row: &crate::ensemble::Row| row.ever) as fn(&_) -> Share), (true, |row| row.at_end)]
            {
                let colour = if filled { colour } else { theme::colour(colours.muted) };
                for row in &experiment.rows {
                    let [low, high] = share(row).interval();
                    let bar = Line::new("interval of 95 %", vec![[row.value, low], [row.value, high]]).color(colour);
                    plot.line(bar.width(if filled { 2.0 } else { 1.0 }).allow_hover(false));
                }
                let points: Vec<[f64; 2]> = experiment.rows.iter().map(|row| [row.value, share(row).value()]).collect();
                let line = Line::new(name, PlotPoints::from(points.clone())).color(colour.gamma_multiply(0.6));
                plot.line(line.width(1.0).allow_hover(false));
                plot.points(Points::new(name, points).radius(3.5).filled(filled).color(colour));
            }
        });
        ui.ctx().accesskit_node_builder(shown.response.id, |node| {
            node.set_role(Role::Canvas);
            node.set_label("Share that escapes");
            node.set_description(words.join(". "));
        });
    });
}
