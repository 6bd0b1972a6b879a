//! The loss against the step, for all shown runs.

use super::Panel;
use super::runs::name_of;
use crate::app::command::Command;
use crate::app::theme;
use crate::app::widgets::{heading, palette};
use crate::number::display::short;
use crate::optimizer::Trajectory;
use crate::scene::theme::run as run_colour;
use eframe::egui;
use egui::{Align, Layout, Ui};
use egui_plot::{GridMark, HoverPosition, Line, Plot, PlotPoint, PlotPoints};

/// A curve is drawn with at most this many points: more than there are pixels.
const MOST_POINTS: usize = 600;

/// Shows the chart in a height.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, height: f32) {
    let logarithmic = panel.state.preferences.logarithmic_loss;
    let shown: Vec<(usize, &Trajectory)> = (panel.computed.findings.trajectories.iter().enumerate())
        .filter_map(|(index, trajectory)| Some((index, trajectory.as_ref()?.as_ref().ok()?)))
        .collect();
    let floor = floor(&shown);
    ui.horizontal(|ui| {
        heading(ui, "Loss");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let mut on = logarithmic;
            let text = egui::RichText::new("log").size(12.0);
            let switch = ui.checkbox(&mut on, text).accessible_name("Logarithmic loss axis");
            let tooltip = match floor {
                Some(floor) if floor != 0.0 => {
                    format!("A logarithmic axis of L − {}, the least loss of the shown runs.", short(floor))
                }
                _ => "A logarithmic axis: a straight line is linear convergence.".to_owned(),
            };
            if switch.on_hover_text(tooltip).changed() {
                panel.commands.push(Command::LogarithmicLoss(on));
            }
        });
    });
    let base = floor.unwrap_or(0.0);
    let transform = move |loss: f64| if logarithmic { libm::log10(loss - base) } else { loss };
    let back = move |y: f64| if logarithmic { base + libm::pow(10.0, y) } else { y };
    let runs = &panel.state.study.runs;
    let lines: Vec<Line<'_>> = shown
        .iter()
        .map(|(index, trajectory)| {
            let colour = runs.get(*index).map_or(0, |run| run.colour);
            let points = PlotPoints::Owned(curve(trajectory, transform));
            Line::new(name_of(runs, *index), points).color(theme::colour(run_colour(colour))).width(2.0)
        })
        .collect();
    let axis_text = theme::colour(palette(ui).muted);
    ui.scope(|ui| {
        ui.visuals_mut().widgets.noninteractive.fg_stroke.color = axis_text;
        ui.style_mut().text_styles.insert(egui::TextStyle::Body, egui::FontId::proportional(10.5));
        ui.style_mut().override_font_id = Some(egui::FontId::proportional(10.5));
        let formatter = move |mark: GridMark, _: &std::ops::RangeInclusive<f64>| {
            if logarithmic { power_of_ten(mark.value) } else { short(mark.value) }
        };
        let response = Plot::new("loss")
            .height(height.max(60.0))
            .width(ui.available_width())
            .allow_drag(false)
            .allow_zoom(false)
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            .allow_axis_zoom_drag(false)
            .allow_double_click_reset(false)
            .show_background(false)
            .include_x(0.0)
            .include_x(1.0)
            .set_margin_fraction(egui::vec2(0.01, 0.06))
            .y_axis_min_width(34.0)
            .y_axis_formatter(formatter)
            .x_axis_formatter(|mark, _| whole(mark.value))
            .label_formatter(move |position: &HoverPosition<'_>| match position {
                HoverPosition::NearDataPoint { plot_name, position, .. } => {
                    Some(format!("{plot_name}\nstep {}\nL = {}", whole(position.x), short(back(position.y))))
                }
                HoverPosition::Elsewhere { .. } => None,
            })
            .show(ui, |plot| {
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
    });
}

/// What is subtracted on a logarithmic axis: nothing while all losses are positive, else the least of them.
fn floor(shown: &[(usize, &Trajectory)]) -> Option<f64> {
    let losses = shown.iter().flat_map(|(_, trajectory)| trajectory.steps.iter().map(|step| step.loss));
    let least = losses.filter(|loss| loss.is_finite()).fold(f64::INFINITY, f64::min);
    (least < 0.0 && least.is_finite()).then_some(least)
}

/// The points of a curve: every step while there are few, else the least and greatest of each group of steps, so
/// that no peak is lost.
fn curve(trajectory: &Trajectory, transform: impl Fn(f64) -> f64) -> Vec<PlotPoint> {
    let steps = &trajectory.steps;
    let point = |index: usize| {
        let y = transform(steps[index].loss);
        (y.is_finite() && y.abs() < 1e290).then(|| PlotPoint::new(index as f64, y))
    };
    if steps.len() <= MOST_POINTS {
        return (0..steps.len()).filter_map(point).collect();
    }
    let group = steps.len().div_ceil(MOST_POINTS / 2);
    let mut points = Vec::with_capacity(MOST_POINTS + 2);
    for begin in (0..steps.len()).step_by(group) {
        let members = (begin..(begin + group).min(steps.len())).filter_map(point);
        let (mut least, mut greatest): (Option<PlotPoint>, Option<PlotPoint>) = (None, None);
        for member in members {
            if least.is_none_or(|least| member.y < least.y) {
                least = Some(member);
            }
            if greatest.is_none_or(|greatest| member.y > greatest.y) {
                greatest = Some(member);
            }
        }
        let mut pair: Vec<PlotPoint> = least.into_iter().chain(greatest).collect();
        pair.sort_by(|a, b| a.x.total_cmp(&b.x));
        pair.dedup_by(|a, b| a.x == b.x);
        points.extend(pair);
    }
    points
}

fn whole(value: f64) -> String {
    if (value - value.round()).abs() < 1e-6 { format!("{}", value.round()) } else { String::new() }
}

/// 10 to a whole power as people write it; nothing between whole powers.
fn power_of_ten(exponent: f64) -> String {
    let whole = exponent.round();
    if (exponent - whole).abs() > 1e-6 {
        return String::new();
    }
    if (-2.0..=3.0).contains(&whole) {
        return short(libm::pow(10.0, whole));
    }
    let raised = |digit: char| match digit {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32(0x2070 + digit as u32 - '0' as u32).unwrap_or(digit),
    };
    let exponent: String = format!("{whole}").chars().map(raised).collect();
    format!("10{exponent}")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_are_set_as_powers() {
        for (exponent, text) in [(0.0, "1"), (3.0, "1000"), (-2.0, "0.01"), (-12.0, "10⁻¹²"), (4.0, "10⁴"), (0.5, "")]
        {
            assert_eq!(power_of_ten(exponent), text);
        }
    }
}
