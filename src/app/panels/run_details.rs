//! A run under scrutiny: predicted and measured factors, the stopping rules side by side.

use super::corner;
use super::{Panel, chart_view};
use crate::app::command::Command;
use crate::app::theme;
use crate::app::widgets::{muted, palette};
use crate::chart;
use crate::number::display::{point, short};
use crate::optimizer::speed::Direction;
use crate::study::{RATES_TAB, Report, Stop, run_name};
use eframe::egui;
use egui::{RichText, Ui};

/// Shows the report in a height.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, height: f32) {
    let area = egui::ScrollArea::vertical().id_salt("run").max_height(height).auto_shrink([false, false]);
    area.show(ui, |ui| {
        ui.set_min_height(height);
        choose(ui, panel, 0.0);
        let Some(report) = panel.computed.findings.report.clone() else {
            ui.add(egui::Label::new(muted("This run is not shown: switch it on at the left.").size(12.0)).wrap());
            return;
        };
        directions(ui, &report);
        if let Some(outlook) = &report.outlook {
            ui.add_space(2.0);
            line(ui, outlook.words.clone(), !outlook.is_as_predicted);
        }
        if let Some(chart) = chart::find(RATES_TAB).filter(|chart| chart.suits(&panel.subject())) {
            chart_view::show(ui, panel, chart, 130.0, 1.0);
        }
        stops(ui, &report.stops);
    });
}

/// Which run is under scrutiny, with some width spared for what stands beside it.
pub fn choose(ui: &mut Ui, panel: &mut Panel<'_>, spare: f32) {
    let runs = &panel.state.study.runs;
    let chosen = panel.state.study.display.run_index().min(runs.len().saturating_sub(1));
    // The corner belongs to the tab's own buttons.
    let width = (ui.available_width() - 12.0 - 2.0 * corner(ui) - spare).max(60.0);
    let menu = egui::ComboBox::from_id_salt("run under scrutiny").width(width).truncate();
    let menu = menu.selected_text(if runs.is_empty() { "no run".to_owned() } else { run_name(runs, chosen) });
    let mut asked = None;
    let shown = menu.show_ui(ui, |ui| {
        for index in 0..runs.len() {
            if ui.selectable_label(index == chosen, run_name(runs, index)).clicked() {
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
        ui.label(muted("No critical point is known to which distances could be measured.").size(11.5));
        return;
    };
    let head = ui.label(muted(format!("size of a step's factor near {}", point(centre))).size(11.5));
    head.on_hover_text(
        "By how much a step multiplies the distance to the critical point along each eigenvector: what theory \
         predicts for the quadratic model, and what the later half of the run did. A negative factor jumps from side \
         to side.",
    );
    for direction in directions {
        let (predicted, stable) = predicted(direction);
        // Distances have no sign: what is measured, and so what is compared, is the factor's magnitude.
        let measured =
            direction.measured.map_or("not measured".to_owned(), |factor| format!("measured {}", short(factor)));
        line(ui, format!("λ = {}: predicted {predicted}, {measured}", short(direction.lambda)), !stable);
    }
}

/// The size of the predicted factor in words, and whether it is stable.
fn predicted(direction: &Direction) -> (String, bool) {
    let Some(mode) = direction.predicted else { return ("no constant factor".to_owned(), true) };
    let text = match mode.factor() {
        Some(factor) if factor < 0.0 => format!("{} (from side to side)", short(-factor)),
        Some(factor) => short(factor),
        None => format!("{} (swings)", short(mode.modulus)),
    };
    (text, mode.is_stable())
}

fn stops(ui: &mut Ui, stops: &[Stop]) {
    ui.add_space(4.0);
    ui.label(muted("other rules would have stopped it").size(11.5)).on_hover_text(
        "The run is made again without any rule, and each is asked at every step. A stop is false at a saddle, at a \
        maximum \
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
