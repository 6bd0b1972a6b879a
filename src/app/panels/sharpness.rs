//! The sharpness along the runs, against the step, beside what each can bear.

use super::chart::{self, curve, marks, shown, whole};
use super::runs::name_of;
use super::{Panel, loss_chart};
use crate::app::theme;
use crate::number::display::short;
use crate::number::labels::on_grid;
use crate::optimizer::Trajectory;
use crate::optimizer::speed::limit_of;
use eframe::egui;
use egui::Ui;
use egui_plot::{HLine, HoverPosition, Line, LineStyle, PlotBounds, PlotPoints};

/// Shows the chart in a height.
///
/// A run that trains at the edge of stability hovers about its limit (J. M. Cohen et al., Gradient descent on neural
/// networks typically occurs at the edge of stability, 2021).
pub fn show(ui: &mut Ui, panel: &Panel<'_>, height: f32) {
    let shown = shown(panel.computed);
    let runs = &panel.state.study.runs;
    let steps = loss_chart::steps(&shown, panel.computed);
    let limit = |index: usize| runs.get(index).and_then(limit_of);
    let [bottom, top] = range(&shown, steps, &|index| limit(index));
    let bounds = PlotBounds::from_min_max([-0.01 * steps as f64, bottom], [1.02 * steps as f64, top]);
    let mut lines = Vec::new();
    let mut limits = Vec::new();
    let colours = crate::app::widgets::palette(ui);
    for (index, trajectory) in &shown {
        let colour = theme::colour(colours.run(runs.get(*index).map_or(0, |run| run.colour)));
        let points = PlotPoints::Owned(curve(trajectory, steps, |index| trajectory.eigenvalues()[index][1]));
        lines.push(Line::new(name_of(runs, *index), points).color(colour).width(2.0));
        if let Some(limit) = limit(*index) {
            let name = format!("the limit of {}", name_of(runs, *index));
            limits.push(HLine::new(name, limit).color(colour).width(1.2).style(LineStyle::dashed_loose()));
        }
    }
    let words = words(panel, &shown, &|index| limit(index));
    chart::scope(ui, |ui| {
        let response = chart::plot(ui, "sharpness", height)
            .y_grid_spacer(|input| marks(input.bounds, 4.0, 0.0))
            .custom_y_axes(vec![chart::vertical_axis(on_grid)])
            .label_formatter(|position: &HoverPosition<'_>| match position {
                HoverPosition::NearDataPoint { plot_name, position, .. } => {
                    Some(format!("{plot_name}\nstep {}\nλmax = {}", whole(position.x), short(position.y)))
                }
                HoverPosition::Elsewhere { .. } => None,
            })
            .show(ui, |plot| {
                plot.set_plot_bounds(bounds);
                limits.into_iter().for_each(|limit| plot.hline(limit));
                lines.into_iter().for_each(|line| plot.line(line));
            });
        ui.ctx().accesskit_node_builder(response.response.id, |node| {
            node.set_role(egui::accesskit::Role::Canvas);
            node.set_label("Sharpness against step");
            node.set_description(words);
        });
    });
}

/// From the least to the greatest sharpness of what is shown; a limit is in sight unless it is far beyond.
fn range(shown: &[(usize, &Trajectory)], steps: usize, limit: &dyn Fn(usize) -> Option<f64>) -> [f64; 2] {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for &[_, sharpness] in shown.iter().flat_map(|(_, trajectory)| trajectory.eigenvalues().iter().take(steps + 1)) {
        if sharpness.is_finite() {
            (low, high) = (low.min(sharpness), high.max(sharpness));
        }
    }
    if low > high {
        return [0.0, 1.0];
    }
    for limit in shown.iter().filter_map(|(index, _)| limit(*index)) {
        if limit <= 3.0 * high.max(0.0) {
            (low, high) = (low.min(limit), high.max(limit));
        }
    }
    let spare = if high > low { 0.08 * (high - low) } else { 0.5 * high.abs().max(1e-12) };
    [low - spare, high + spare]
}

fn words(panel: &Panel<'_>, shown: &[(usize, &Trajectory)], limit: &dyn Fn(usize) -> Option<f64>) -> String {
    let runs = &panel.state.study.runs;
    let line = |(index, trajectory): &(usize, &Trajectory)| {
        let limit = limit(*index).map_or("no limit".to_owned(), |limit| format!("limit {}", short(limit)));
        let sharpness = trajectory.eigenvalues().last().map_or(f64::NAN, |[_, greatest]| *greatest);
        format!("{}: λmax ends at {}, {limit}.", name_of(runs, *index), short(sharpness))
    };
    shown.iter().map(line).collect::<Vec<_>>().join(" ")
}
