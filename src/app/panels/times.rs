//! The chart of times of escape, with what is to be said of its formulas, and the exits of the minimum.

use super::{Panel, chart_view};
use crate::app::widgets::muted;
use crate::chart::{Chart, caution_of_times};
use crate::number::display::{point, short};
use crate::study::temperature_of;
use crate::thermal::Arrhenius;
use eframe::egui;
use egui::Ui;

/// The room of the words, as a share of the height.
const WORDS: f32 = 0.42;
/// In less than this height there is only the chart: the words are there when it is shown large.
const LEAST: f32 = 190.0;

/// Shows the chart in a height, and below it the words.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, chart: &'static dyn Chart, height: f32, scale: f64) {
    let Some(Ok(times)) = panel.computed.findings.arrhenius.clone() else {
        return chart_view::show(ui, panel, chart, height, scale);
    };
    if height < LEAST {
        return chart_view::show(ui, panel, chart, height, scale);
    }
    chart_view::show(ui, panel, chart, ((1.0 - WORDS) * height).max(60.0), scale);
    let area = egui::ScrollArea::vertical().id_salt("times").max_height(WORDS * height).auto_shrink([false, true]);
    area.show(ui, |ui| {
        let mut say = |text: String| {
            ui.add(egui::Label::new(muted(text).size(11.5)).wrap());
        };
        exits(panel, &times).into_iter().for_each(&mut say);
        if let Some(progress) = panel.computed.thermal.times.progress(panel.now) {
            say(format!("measuring, {:.0} %", (100.0 * progress).floor()));
        }
        caution_of_times(&times).into_iter().for_each(&mut say);
    });
}

/// The exits with their barriers, and the mean time at the temperature of the run.
fn exits(panel: &Panel<'_>, times: &Arrhenius) -> Vec<String> {
    let mut lines = vec![
        "Solid: Kramers' law. Dashed: the ridge formula. Dots: measured, with intervals of 95 %.".to_owned(),
        format!("Out of the minimum {}:", point(times.from())),
    ];
    lines.extend(times.exits.iter().map(|exit| {
        let to =
            exit.to.map_or("infinity, or where nothing is certain".to_owned(), |w| format!("the minimum {}", point(w)));
        format!("over {} to {to}, ΔL = {}", point(exit.saddle), short(exit.barrier))
    }));
    let run = panel.state.study.runs.get(panel.state.study.display.run_index());
    let temperature = run.and_then(temperature_of).filter(|temperature| *temperature > 0.0);
    lines.extend(temperature.and_then(|temperature| {
        let time = times.kramers_at(temperature)?;
        Some(format!("At T = {} by Kramers' law {} on average.", short(temperature), short(time)))
    }));
    lines
}
