//! A run under scrutiny: predicted and measured factors, the stopping rules side by side, and sharpness along the way.

use super::Panel;
use super::runs::name_of;
use crate::app::command::Command;
use crate::app::theme;
use crate::app::widgets::{muted, palette};
use crate::number::display::{point, short};
use crate::optimizer::speed::{Direction, Sharpness};
use crate::scene::theme::run as run_colour;
use crate::study::{Report, Stop};
use eframe::egui;
use egui::accesskit::Role;
use egui::{RichText, Ui};
use egui_plot::{HLine, Line, Plot, PlotPoint, PlotPoints};

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
        stops(ui, &report.stops);
        let colour = panel.state.study.runs.get(panel.state.scrutinised).map_or(0, |run| run.colour);
        sharpness(ui, &report.sharpness, colour);
    });
}

fn choose(ui: &mut Ui, panel: &mut Panel<'_>) {
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
    let Some(mode) = direction.predicted else { return ("nothing".to_owned(), true) };
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

/// A curve is drawn with at most this many points.
const MOST_POINTS: usize = 400;

fn sharpness(ui: &mut Ui, sharpness: &Sharpness, colour: usize) {
    ui.add_space(4.0);
    let limit = sharpness.limit.map_or("no limit".to_owned(), |limit| format!("limit {}", short(limit)));
    ui.label(muted(format!("sharpness λmax along the run, {limit}")).size(11.5)).on_hover_text(
        "The greatest eigenvalue at each step. Beyond the limit (2/η for gradient descent) the quadratic model is unstable: \
         runs either leave, or come to hover about it, the edge of stability.",
    );
    let stride = sharpness.along.len() / MOST_POINTS + 1;
    let values = sharpness.along.iter().enumerate().step_by(stride).filter(|(_, value)| value.is_finite());
    let points: Vec<PlotPoint> = values.map(|(step, value)| PlotPoint::new(step as f64, *value)).collect();
    let last = sharpness.along.last().copied().unwrap_or(f64::NAN);
    let colours = palette(ui);
    ui.scope(|ui| {
        ui.style_mut().override_font_id = Some(egui::FontId::proportional(10.5));
        let plot = Plot::new("sharpness").height(90.0).width(ui.available_width()).allow_drag(false).allow_zoom(false);
        let plot = plot.allow_scroll(false).allow_boxed_zoom(false).show_background(false).show_crosshair(false);
        let shown = plot.show(ui, |plot| {
            if let Some(limit) = sharpness.limit {
                plot.hline(HLine::new("limit", limit).color(theme::colour(colours.negative_text)).width(1.2));
            }
            let line = Line::new("λmax", PlotPoints::Owned(points)).color(theme::colour(run_colour(colour)));
            plot.line(line.width(2.0));
        });
        ui.ctx().accesskit_node_builder(shown.response.id, |node| {
            node.set_role(Role::Canvas);
            node.set_label("Sharpness against step");
            node.set_description(format!("λmax ends at {}, {limit}.", short(last)));
        });
    });
}
