//! The chart of branches: which parameter is followed, over which range, and what stands against it.

use super::{Panel, chart_view};
use crate::app::command::Command;
use crate::app::theme;
use crate::app::widgets::{field, muted, palette};
use crate::chart::{Chart, proof_of_branches};
use crate::study::{Follow, Ordinate, usual_range};
use eframe::egui;
use egui::{RichText, Ui, Vec2, vec2};

/// Under the sliders of the parameters: follow the critical points over one of them.
pub fn offer(ui: &mut Ui, panel: &mut Panel<'_>) {
    let study = &panel.state.study;
    let loss = &panel.computed.findings.loss;
    let Some(names) = Follow::of(study, loss).and_then(|_| Some(loss.formula()?.parameters().to_vec())) else { return };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(9.0, 0.0);
        if !theme::is_for_fingers(ui) {
            ui.spacing_mut().interact_size.y = 17.0;
        }
        ui.label(muted("Follow over").size(11.5));
        for name in names {
            let text = RichText::new(&name).family(theme::serif_italic()).size(13.0);
            let button = egui::Button::new(text.color(theme::colour(palette(ui).accent))).frame(false);
            let button = ui.add(button.min_size(theme::touchable(ui, Vec2::ZERO)));
            let tooltip = format!(
                "Shows the critical points in view for every value of {name}: how they move, meet, appear and vanish."
            );
            if button.on_hover_text(tooltip).accessible_name(format!("Follow over {name}")).clicked() {
                let ordinate = telling(panel);
                panel.emit(Command::Follow(Some(Follow { ordinate, ..Follow::usual(&panel.state.study, &name) })));
            }
        }
    });
}

/// The weight in which the critical points differ: where they all have the same w₁, a chart of it is a flat line.
fn telling(panel: &Panel<'_>) -> Ordinate {
    let points = &panel.computed.findings.points.points;
    let spread = |axis: usize| {
        let places = points.iter().map(|point| point.w[axis]);
        let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        high - low
    };
    let [across, up] = [spread(0), spread(1)];
    if across < 1e-9 * up { Ordinate::W2 } else { Ordinate::default() }
}

/// The name of a quantity as the window writes it.
fn written(ordinate: Ordinate) -> String {
    ordinate.name().replace("w1", "w₁").replace("w2", "w₂")
}

/// The height of the line above the chart.
const LINE: f32 = 22.0;
/// In less than this height there is only the chart: what is asked of it is there when it is shown large.
const LEAST: f32 = 170.0;

/// Shows the chart of branches in a height, and above it what is asked of it.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, chart: &'static dyn Chart, height: f32, scale: f64) {
    let Some(follow) = Follow::of(&panel.state.study, &panel.computed.findings.loss) else {
        return chart_view::show(ui, panel, chart, height, scale);
    };
    if height < LEAST {
        return chart_view::show(ui, panel, chart, height, scale);
    }
    let top = ui.cursor().top();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(5.0, 2.0);
        for ordinate in Ordinate::ALL {
            let is_chosen = follow.ordinate == ordinate;
            let text = RichText::new(written(ordinate)).size(12.0);
            let button = ui.add_sized(vec2(34.0, LINE - 3.0), egui::Button::selectable(is_chosen, text));
            let tooltip = "The quantity of each critical point on the vertical axis.";
            let name = format!("{} against {}", ordinate.name(), follow.parameter);
            if button.on_hover_text(tooltip).accessible_name(name).clicked() {
                panel.emit(Command::Follow(Some(Follow { ordinate, ..follow.clone() })));
            }
        }
        range(ui, panel, &follow);
    });
    if let Some(Ok(followed)) = &panel.computed.findings.branches {
        ui.label(muted(proof_of_branches(followed)).size(11.0));
    }
    let used = ui.cursor().top() - top;
    chart_view::show(ui, panel, chart, (height - used).max(60.0), scale);
}

fn range(ui: &mut Ui, panel: &mut Panel<'_>, follow: &Follow) {
    let [low, high] = follow.range;
    let [usual_low, usual_high] = usual_range(&panel.state.study, &follow.parameter);
    ui.label(RichText::new(&follow.parameter).family(theme::serif_italic()).size(13.0));
    let tooltip = |what: &str, usual: f64| format!("The {what} value of {}. Usually {usual}.", follow.parameter);
    let least = field(ui, &format!("Least {}", follow.parameter), &tooltip("least", usual_low), low, [-1e12, 1e12]);
    ui.label(muted("to").size(11.5));
    let most =
        field(ui, &format!("Greatest {}", follow.parameter), &tooltip("greatest", usual_high), high, [-1e12, 1e12]);
    let range = [least.unwrap_or(low), most.unwrap_or(high)];
    if range != follow.range && range[0] < range[1] {
        panel.emit(Command::Follow(Some(Follow { range, ..follow.clone() })));
    }
}
