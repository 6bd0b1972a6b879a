//! A run under scrutiny: predicted and measured factors, the stopping rules side by side.

use super::runs::name_of;
use super::{Panel, chart};
use crate::app::command::Command;
use crate::app::theme;
use crate::app::widgets::{muted, palette};
use crate::number::Matrix;
use crate::number::display::{point, short};
use crate::number::labels::on_grid;
use crate::optimizer::speed::Direction;
use crate::optimizer::{Dynamics, Mode, stable_rectangle, weight_limit, weight_modes};
use crate::study::{Report, Stop};
use eframe::egui;
use egui::accesskit::Role;
use egui::{RichText, Ui};
use egui_plot::{Line, LineStyle, PlotBounds, PlotPoint, PlotPoints, Points};

/// Shows the report in a height.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, height: f32) {
    let area = egui::ScrollArea::vertical().id_salt("run").max_height(height).auto_shrink([false, false]);
    area.show(ui, |ui| {
        ui.set_min_height(height);
        choose(ui, panel);
        let Some(report) = &panel.computed.report else {
            ui.add(egui::Label::new(muted("This run is not shown: switch it on at the left.").size(12.0)).wrap());
            return;
        };
        directions(ui, report);
        if let Some(outlook) = &report.outlook {
            ui.add_space(2.0);
            line(ui, outlook.words.clone(), !outlook.is_as_predicted);
        }
        let run = panel.state.study.runs.get(panel.state.scrutinised);
        let pair = run.and_then(|run| Some((run.colour, run.dynamics()?)));
        if let (Some((colour, Dynamics::WeightRates { rates: pair })), Some(w)) = (pair, report.centre) {
            rates(ui, &panel.computed.findings.loss.jet(w).hessian, pair, colour);
        }
        stops(ui, &report.stops);
    });
}

/// Which run is under scrutiny.
pub fn choose(ui: &mut Ui, panel: &mut Panel<'_>) {
    let runs = &panel.state.study.runs;
    let chosen = panel.state.scrutinised.min(runs.len().saturating_sub(1));
    let menu = egui::ComboBox::from_id_salt("run under scrutiny").width(ui.available_width() - 8.0);
    let menu = menu.selected_text(if runs.is_empty() { "no run".to_owned() } else { name_of(runs, chosen) });
    let mut asked = None;
    let shown = menu.show_ui(ui, |ui| {
        for index in 0..runs.len() {
            if ui.selectable_label(index == chosen, name_of(runs, index)).clicked() {
                asked = Some(index);
            }
        }
    });
    shown.response.accessible_name("Run under scrutiny");
    if let Some(index) = asked {
        panel.commands.push(Command::Scrutinise(index));
    }
}

/// One line of small words.
fn line(ui: &mut Ui, text: String, warns: bool) {
    let colours = palette(ui);
    let colour = theme::colour(if warns { colours.negative_text } else { colours.text });
    ui.add(egui::Label::new(RichText::new(text).size(11.5).color(colour)).wrap());
}

fn directions(ui: &mut Ui, report: &Report) {
    let (Some(centre), Some(directions)) = (report.centre, &report.directions) else {
        ui.label(muted("No critical point is known to measure by.").size(11.5));
        return;
    };
    let head = ui.label(muted(format!("a step's factor near {}", point(centre))).size(11.5));
    head.on_hover_text(
        "By how much a step multiplies the distance to the critical point along each eigenvector: what theory predicts for \
         the quadratic model, and what the later half of the run did. A negative factor jumps from side to side.",
    );
    for direction in directions {
        let (predicted, stable) = predicted(direction);
        let measured =
            direction.measured.map_or("not measured".to_owned(), |factor| format!("measured {}", short(factor)));
        line(ui, format!("λ = {}: predicted {predicted}, {measured}", short(direction.lambda)), !stable);
    }
}

/// The predicted factor in words, and whether it is stable.
fn predicted(direction: &Direction) -> (String, bool) {
    let Some(mode) = direction.predicted else { return ("no constant factor".to_owned(), true) };
    let text = match mode.factor() {
        Some(factor) => short(factor),
        None => format!("{} (swings)", short(mode.modulus)),
    };
    (text, mode.is_stable())
}

fn stops(ui: &mut Ui, stops: &[Stop]) {
    ui.add_space(4.0);
    ui.label(muted("other rules would have stopped it").size(11.5)).on_hover_text(
        "The run is made again without any rule, and each is asked at every step. A stop is false at a saddle, at a maximum \
         and on a plateau; only a positive definite Hessian tells a minimum.",
    );
    for stop in stops {
        let formula = stop.rule.rule.formula();
        let text = match stop.rule.at {
            Some((step, verdict)) => {
                let cross = if stop.is_false() { " ✕" } else { "" };
                format!("{formula}: step {step}, {}{cross}", verdict.words())
            }
            None => format!("{formula}: never"),
        };
        line(ui, text, stop.is_false());
    }
}

/// The plane of both rates: inside the curve every pair is stable, and the rectangle is the largest that lies within.
fn rates(ui: &mut Ui, hessian: &Matrix, rates: [f64; 2], colour: usize) {
    let Some(corner) = stable_rectangle(hessian) else { return };
    let furthest = [0, 1].map(|weight| 2.0 / hessian[(weight, weight)]);
    let edge = (0..=48).map(|k| furthest[0] * f64::from(k) / 48.0);
    let edge = edge.filter_map(|first| Some(PlotPoint::new(first, weight_limit(hessian, [first, 0.0], 1)?)));
    let edge: Vec<PlotPoint> = edge.chain([PlotPoint::new(furthest[0], 0.0)]).collect();
    let rectangle = vec![[0.0, corner[1]], corner, [corner[0], 0.0]];
    let reach = [0, 1].map(|weight| 1.1 * furthest[weight].max(rates[weight]));
    let colours = palette(ui);
    ui.add_space(4.0);
    ui.label(muted("stable pairs η₁ →, η₂ ↑").size(11.5)).on_hover_text(format!(
        "Below the curve the run is stable there. In the rectangle η₁ < {}, η₂ < {} every pair is; the point is this run's \
         pair.",
        short(corner[0]),
        short(corner[1])
    ));
    let stable = weight_modes(hessian, rates).iter().all(Mode::is_stable);
    chart::scope(ui, |ui| {
        let plot = chart::plot(ui, "stable rates", 110.0)
            .x_grid_spacer(|input| chart::marks(input.bounds, 4.0, 0.0))
            .custom_x_axes(vec![chart::horizontal_axis(on_grid)])
            .y_grid_spacer(|input| chart::marks(input.bounds, 3.0, 0.0))
            .custom_y_axes(vec![chart::vertical_axis(on_grid)]);
        let shown = plot.show(ui, |plot| {
            plot.set_plot_bounds(PlotBounds::from_min_max([0.0; 2], reach));
            let limit = theme::colour(colours.negative_text);
            plot.line(Line::new("the limit", PlotPoints::Owned(edge)).color(limit).width(1.6));
            let inner = Line::new("the stable rectangle", rectangle).color(theme::colour(colours.axis));
            plot.line(inner.width(1.2).style(LineStyle::dashed_loose()));
            let pair = Points::new("this run", vec![rates]).radius(4.5).color(theme::colour(colours.run(colour)));
            plot.points(pair);
        });
        ui.ctx().accesskit_node_builder(shown.response.id, |node| {
            node.set_role(Role::Canvas);
            node.set_label("Stable rates");
            let side = if stable { "within" } else { "outside" };
            node.set_description(format!("The run's pair of rates lies {side} the stable region."));
        });
    });
}
