//! The loss against the step, for all shown runs.

use super::Panel;
use super::chart::{self, curve, marks, power_of_ten, shown, whole};
use super::runs::name_of;
use crate::app::command::Command;
use crate::app::compute::Computed;
use crate::app::theme;
use crate::app::widgets;
use crate::number::display::short;
use crate::number::labels::on_grid;
use crate::optimizer::Trajectory;
use eframe::egui;
use egui::{Ui, vec2};
use egui_plot::{HoverPosition, Line, PlotBounds, PlotPoints};

/// Shows the chart in a height.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, height: f32) {
    let asked = panel.state.preferences.logarithmic_loss;
    let shown = shown(panel.computed);
    let frame = ChartFrame::of(&shown, panel.computed, asked);
    let runs = &panel.state.study.runs;
    let axis = frame.axis;
    let colours = crate::app::widgets::palette(ui);
    let lines: Vec<Line<'_>> = shown
        .iter()
        .map(|(index, trajectory)| {
            let colour = runs.get(*index).map_or(0, |run| run.colour);
            let points =
                PlotPoints::Owned(curve(trajectory, frame.steps, |index| axis.place(trajectory.steps[index].loss)));
            Line::new(name_of(runs, *index), points).color(theme::colour(colours.run(colour))).width(2.0)
        })
        .collect();
    let [bottom, top] = frame.places;
    let bounds = PlotBounds::from_min_max([-0.01 * frame.steps as f64, bottom], [1.02 * frame.steps as f64, top]);
    chart::scope(ui, |ui| {
        let response = chart::plot(ui, "loss", height)
            .y_grid_spacer(move |input| marks(input.bounds, 4.0, if axis.is_logarithmic() { 1.0 } else { 0.0 }))
            .custom_y_axes(vec![chart::vertical_axis(move |place, step| axis.label(place, step))])
            .label_formatter(move |position: &HoverPosition<'_>| match position {
                HoverPosition::NearDataPoint { plot_name, position, .. } => {
                    let loss = short(axis.loss(position.y));
                    Some(format!("{plot_name}\nstep {}\nL = {loss}", whole(position.x)))
                }
                HoverPosition::Elsewhere { .. } => None,
            })
            .show(ui, |plot| {
                plot.set_plot_bounds(bounds);
                for line in lines {
                    plot.line(line);
                }
            });
        let summary = summary(panel, &shown);
        ui.ctx().accesskit_node_builder(response.response.id, |node| {
            node.set_role(egui::accesskit::Role::Canvas);
            node.set_label("Loss against step");
            node.set_description(summary);
        });
        let corner = response.response.rect.right_top() + vec2(-46.0, 2.0);
        let mut on = asked;
        let place = egui::UiBuilder::new().max_rect(egui::Rect::from_min_size(corner, vec2(46.0, 20.0)));
        let switch = ui.scope_builder(place, |ui| widgets::checkbox(ui, &mut on, "log", "Logarithmic loss axis")).inner;
        if switch.on_hover_text(axis.explained()).changed() {
            panel.commands.push(Command::LogarithmicLoss(on));
        }
    });
}

/// The last step that is worth showing.
pub fn steps(shown: &[(usize, &Trajectory)], computed: &Computed) -> usize {
    ChartFrame::of(shown, computed, false).steps
}

/// How a loss is placed on the vertical axis.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Axis {
    /// As it is; because it was asked for, or because no least loss is known to take a logarithm above.
    Linear { asked: bool },
    /// log₁₀(L − base).
    Logarithmic { base: f64 },
}

impl Axis {
    fn is_logarithmic(self) -> bool {
        matches!(self, Axis::Logarithmic { .. })
    }

    fn place(self, loss: f64) -> f64 {
        match self {
            Axis::Linear { .. } => loss,
            Axis::Logarithmic { base } => libm::log10(loss - base),
        }
    }

    fn loss(self, place: f64) -> f64 {
        match self {
            Axis::Linear { .. } => place,
            Axis::Logarithmic { base } => base + libm::pow(10.0, place),
        }
    }

    fn label(self, place: f64, step: f64) -> String {
        if self.is_logarithmic() { power_of_ten(place) } else { on_grid(place, step) }
    }

    fn explained(self) -> String {
        match self {
            Axis::Logarithmic { base: 0.0 } => {
                "L on a logarithmic axis: a straight line is linear convergence.".to_owned()
            }
            Axis::Logarithmic { base } => format!(
                "L − ({}), the height above the least loss known, on a logarithmic axis: a straight line is linear \
                 convergence.",
                short(base)
            ),
            Axis::Linear { asked: true } => {
                "The losses reach below 0 and no least one is known: the axis stays linear.".to_owned()
            }
            Axis::Linear { asked: false } => "L on a linear axis; switch on for a logarithmic one.".to_owned(),
        }
    }
}

/// What part of the runs the chart shows: all of it, except where a run leaves the losses of the picture for good.
struct ChartFrame {
    axis: Axis,
    /// The last step that is shown.
    steps: usize,
    /// The least and greatest place on the vertical axis.
    places: [f64; 2],
}

impl ChartFrame {
    fn of(shown: &[(usize, &Trajectory)], computed: &Computed, logarithmic: bool) -> ChartFrame {
        let starts = shown.iter().filter_map(|(_, trajectory)| trajectory.steps.first().map(|step| step.loss));
        let [mut low, mut high] = computed.findings.field.range.unwrap_or([0.0, 1.0]);
        for start in starts.filter(|loss| loss.is_finite()) {
            (low, high) = (low.min(start), high.max(start));
        }
        // A run that diverges would flatten all others: it is shown until it has left the heights of the picture by
        // far.
        let margin = 0.5 * (high - low);
        let within = |loss: f64| low - margin <= loss && loss <= high + margin;
        let last = |trajectory: &Trajectory| trajectory.steps.iter().rposition(|step| within(step.loss)).unwrap_or(0);
        let steps = shown.iter().map(|(_, trajectory)| last(trajectory)).max().unwrap_or(0).max(1);
        let losses = || {
            shown
                .iter()
                .flat_map(|(_, trajectory)| trajectory.steps.iter().take(steps + 1))
                .map(|step| step.loss)
                .filter(|loss| within(*loss))
        };
        let least = losses().fold(f64::INFINITY, f64::min);
        let axis = if logarithmic { logarithmic_axis(least, computed) } else { Axis::Linear { asked: false } };
        let places = || losses().map(|loss| axis.place(loss)).filter(|place| place.is_finite());
        let (bottom, top) = (places().fold(f64::INFINITY, f64::min), places().fold(f64::NEG_INFINITY, f64::max));
        let (bottom, top) = if bottom <= top { (bottom, top) } else { (0.0, 1.0) };
        // Below 10⁻¹⁶ of the greatest height there is nothing but rounding.
        let bottom = if axis.is_logarithmic() { bottom.max(top - 17.0) } else { bottom };
        let spare = if top > bottom { 0.06 * (top - bottom) } else { 0.5 * top.abs().max(1e-12) };
        ChartFrame { axis, steps, places: [bottom - spare, top + spare] }
    }
}

/// A logarithm needs a positive height: above 0 while all losses are positive, else above the least loss that a
/// critical point is known to have, unless a run goes even lower.
fn logarithmic_axis(least: f64, computed: &Computed) -> Axis {
    let bottoms = computed.findings.points.points.iter().map(|point| point.value);
    let bottom = bottoms.fold(f64::INFINITY, f64::min);
    // What lies a rounding error below a minimum is that minimum.
    let slack = 1e-9 * bottom.abs().max(1e-9);
    if least >= 0.0 && !(bottom.is_finite() && bottom > 0.0 && bottom <= least + slack) {
        Axis::Logarithmic { base: 0.0 }
    } else if bottom.is_finite() && bottom <= least + slack {
        Axis::Logarithmic { base: bottom }
    } else {
        Axis::Linear { asked: true }
    }
}

fn summary(panel: &Panel<'_>, shown: &[(usize, &Trajectory)]) -> String {
    let runs = &panel.state.study.runs;
    let line = |(index, trajectory): &(usize, &Trajectory)| {
        let first = trajectory.steps.first().map_or(f64::NAN, |step| step.loss);
        let name = name_of(runs, *index);
        format!("{name}: from {} to {} in {} steps.", short(first), short(trajectory.end().loss), trajectory.len())
    };
    shown.iter().map(line).collect::<Vec<_>>().join(" ")
}
