//! The share of an ensemble's runs that escape from around their start, against the noise or the batch size.

use super::plot::upright;
use super::{Axis, Chart, ChartInfo, Content, Dots, Plot, Scale, Series, Subject};
use crate::ensemble::{Experiment, Row, Share};
use crate::number::display::short;
use crate::scene::theme::Palette;
use crate::study::ESCAPE_TAB;

/// Escape against noise.
pub struct EscapeChart;

impl Chart for EscapeChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: ESCAPE_TAB,
            tab: "ESCAPE",
            title: "Share that escapes",
            action: "Show the share that escapes",
            tooltip: "The share of the runs that are ever, and that are at their end, farther than the radius from the \
                      start, against the noise or the batch size, with intervals of 95 % (Wilson).",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        subject.study.ensemble.vary.is_some()
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let experiment = subject.findings.known_experiment().filter(|experiment| !experiment.rows.is_empty());
        let Some(experiment) = experiment else {
            return Content::Nothing("Measure the escape against the noise under SEEDS.".to_owned());
        };
        let run = subject.study.runs.get(subject.study.display.run_index());
        let palette = Palette::of(subject.study.picture.theme);
        let (colour, muted) = (palette.run(run.map_or(0, |run| run.colour)), palette.muted);
        let key = experiment.key.replace('_', " ");
        Content::Plot(Box::new(Plot {
            axes: [
                Axis { name: upright(key), scale: Scale::Linear, ends: ends(experiment), is_whole: false },
                Axis { name: upright("share"), scale: Scale::Linear, ends: [-0.05, 1.05], is_whole: false },
            ],
            series: vec![
                Series { dots: Dots::Circles, line: 0.8, ..series("ever", muted, experiment, |row| row.ever) },
                Series { dots: Dots::Discs, line: 1.2, ..series("at the end", colour, experiment, |row| row.at_end) },
            ],
            guides: Vec::new(),
            cursor: None,
            counts_steps: false,
            log_switch: None,
            description: description(experiment),
        }))
    }
}

fn series(name: &str, colour: crate::scene::Colour, experiment: &Experiment, share: fn(&Row) -> Share) -> Series {
    let rows = &experiment.rows;
    let points = rows.iter().map(|row| [row.value, share(row).value()]).collect();
    let intervals = rows.iter().map(|row| share(row).interval()).collect();
    Series { intervals, ..Series::line(name, colour, points) }
}

fn ends(experiment: &Experiment) -> [f64; 2] {
    let values = experiment.rows.iter().map(|row| row.value);
    let [low, high] =
        values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)]);
    let spare = if high > low { 0.05 * (high - low) } else { 0.5 };
    [low - spare, high + spare]
}

fn description(experiment: &Experiment) -> String {
    let key = experiment.key.replace('_', " ");
    let words = |row: &Row| format!("{key} {}: {} of {} at the end", short(row.value), row.at_end.count, row.at_end.of);
    experiment.rows.iter().map(words).collect::<Vec<_>>().join(". ")
}
