//! L along the training of a network, and L over the held-out examples.

use super::{analysed, ends};
use crate::chart::plot::italic;
use crate::chart::{Axis, Chart, ChartInfo, Content, Plot, Scale, Series, Subject};
use crate::network::{Part, SharpnessPoint};
use crate::number::display::short;
use crate::scene::theme::Palette;
use crate::study::TRAINING_TAB;

/// L against the step of the training.
pub struct ProgressChart;

impl Chart for ProgressChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: TRAINING_TAB,
            tab: "TRAINING",
            title: "Loss along the training",
            action: "Show the training",
            tooltip: "L along the training, and over the held-out examples if there are any. Only held-out examples \
                      show whether a minimum generalises.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        subject.study.network.is_some()
    }

    fn names_lines(&self) -> bool {
        true
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let analysis = match analysed(subject, Part::Sharpness) {
            Ok(analysis) => analysis,
            Err(content) => return content,
        };
        if analysis.trained().plan().recipe.run.steps == 0 {
            return Content::Nothing(super::NO_STEPS.to_owned());
        }
        let palette = Palette::of(subject.study.picture.theme);
        let points = &analysis.sharpness;
        let line = |value: &dyn Fn(&SharpnessPoint) -> Option<f64>| -> Vec<[f64; 2]> {
            points.iter().filter_map(|point| Some([point.step as f64, value(point)?])).collect()
        };
        let (training, held_out) = (line(&|point| Some(point.loss)), line(&|point| point.held_out));
        let all = || training.iter().chain(&held_out).map(|point| point[1]);
        let is_positive = all().all(|loss| loss > 0.0) && subject.study.display.logarithmic;
        let scale = if is_positive { Scale::Logarithmic { above: 0.0 } } else { Scale::Linear };
        let last = points.last().map_or(1, |point| point.step);
        let vertical =
            Axis { name: italic("L"), scale, ends: ends(all().map(|loss| scale.position(loss))), is_whole: false };
        let described = |name: &str, points: &[[f64; 2]]| {
            points.last().map_or(String::new(), |point| format!("{name} ends at {}. ", short(point[1])))
        };
        let description =
            described("L over the training's examples", &training) + &described("L over those held out", &held_out);
        let mut series = vec![Series::line("training", palette.accent, training)];
        if !held_out.is_empty() {
            series.push(Series { dash: Some([6.0, 4.0]), ..Series::line("held out", palette.warning, held_out) });
        }
        Content::Plot(Box::new(Plot {
            series,
            axes: [Axis::steps(last), vertical],
            guides: Vec::new(),
            cursor: None,
            counts_steps: false,
            log_switch: None,
            description: description.trim_end().to_owned(),
        }))
    }
}
