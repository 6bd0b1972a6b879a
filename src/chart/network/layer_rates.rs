//! L along a training with a rate for each layer, beside a training with one rate.

use super::ends;
use crate::chart::plot::italic;
use crate::chart::{Axis, Chart, ChartInfo, Content, Plot, Scale, Series, Subject};
use crate::network::{AdaptedDescent, RatesByLayer, RatesPoint};
use crate::number::display::short;
use crate::scene::theme::Palette;
use crate::study::LAYER_RATES_TAB;

/// L against the step of the two trainings.
pub struct LayerRatesChart;

impl Chart for LayerRatesChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: LAYER_RATES_TAB,
            tab: "LAYER η",
            title: "Training with a rate for each layer",
            action: "Show training with a rate for each layer",
            tooltip: "L along gradient descent from the initial weights, with the rate 1/(m·λₗ) for each of the m \
                      layers, where λₗ is the largest eigenvalue of the layer's own block, beside gradient descent with \
                      the rate 1/λmax for all weights. Both rates are computed anew every 20 steps. Rates by layer help \
                      where the layers' eigenvalues differ by orders of magnitude, and elsewhere need not.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        subject.study.network.is_some()
    }

    fn names_lines(&self) -> bool {
        true
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let rates = match &subject.findings.analysis {
            Some(Ok(analysis)) => analysis.rates.as_ref(),
            Some(Err(reason)) => return Content::Nothing(format!("{reason}.")),
            None => None,
        };
        let Some(rates) = rates else { return Content::Nothing(super::WAITING.to_owned()) };
        if rates.steps == 0 {
            return Content::Nothing(super::NO_STEPS.to_owned());
        }
        let palette = Palette::of(subject.study.picture.theme);
        let line = |descent: &AdaptedDescent| -> Vec<[f64; 2]> {
            let finite = descent.points.iter().filter(|point| point.loss.is_finite());
            finite.map(|point| [point.step as f64, point.loss]).collect()
        };
        let (by_layer, one_rate) = (line(&rates.by_layer), line(&rates.one_rate));
        let all = || by_layer.iter().chain(&one_rate).map(|point| point[1]);
        let is_positive = all().all(|loss| loss > 0.0) && subject.study.display.logarithmic;
        let scale = if is_positive { Scale::Logarithmic { above: 0.0 } } else { Scale::Linear };
        let vertical =
            Axis { name: italic("L"), scale, ends: ends(all().map(|loss| scale.position(loss))), is_whole: false };
        Content::Plot(Box::new(Plot {
            series: vec![
                Series { dash: Some([6.0, 4.0]), ..Series::line("one rate", palette.muted, one_rate) },
                Series::line("rates by layer", palette.accent, by_layer),
            ],
            axes: [Axis::steps(rates.steps.max(1)), vertical],
            guides: Vec::new(),
            cursor: None,
            counts_steps: false,
            log_switch: None,
            description: description(rates),
        }))
    }
}

fn description(rates: &RatesByLayer) -> String {
    let course = |name: &str, descent: &AdaptedDescent| match (descent.diverged_at, descent.end()) {
        (Some(step), _) => format!("With {name} the training diverges by step {step}."),
        (None, Some(end)) => format!("With {name} L is {} after {} steps.", short(end.loss), end.step),
        (None, None) => String::new(),
    };
    let listed = |point: &RatesPoint| point.rates.iter().map(|rate| short(*rate)).collect::<Vec<_>>().join(", ");
    let last = rates.by_layer.points.iter().rev().find(|point| !point.rates.is_empty());
    let last = last.map(|point| format!("From step {} on the layers' rates are {}.", point.step, listed(point)));
    let sentences = [
        course("a rate for each layer", &rates.by_layer),
        course("one rate", &rates.one_rate),
        last.unwrap_or_default(),
    ];
    sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect::<Vec<_>>().join(" ")
}
