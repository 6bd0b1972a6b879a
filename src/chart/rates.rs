//! The plane of two learning rates, one for each weight, with the pairs that are stable at the end of the run.

use super::plot::italic;
use super::{Axis, Chart, ChartInfo, Content, Dots, Plot, Scale, Series, Subject};
use crate::formula::{MathRun, Script};
use crate::number::display::{point, short};
use crate::optimizer::{Dynamics, Mode, Run, stable_rectangle, weight_limit, weight_modes};
use crate::scene::theme::Palette;
use crate::study::RATES_TAB;

/// The stable pairs of rates.
pub struct RatesChart;

/// The two rates of the run of the details; `None` for a run with one rate.
fn rates(run: &Run) -> Option<[f64; 2]> {
    match run.dynamics()? {
        Dynamics::WeightRates { rates } => Some(rates),
        _ => None,
    }
}

impl Chart for RatesChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: RATES_TAB,
            tab: "RATES",
            title: "Stable rates",
            action: "Show the stable rates",
            tooltip: "The plane of the rates η₁ and η₂: below the curve the run is stable at the critical point \
            where it \
                      ends. In the rectangle every pair is.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        subject.study.runs.iter().any(|run| run.shown && rates(run).is_some())
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let run = subject.study.runs.get(subject.study.display.run_index());
        let Some((run, pair)) = run.and_then(|run| Some((run, rates(run)?))) else {
            return Content::Nothing("Choose a run with a rate for each weight under RUN.".to_owned());
        };
        let nothing = "No critical point is known at which the rates could be stable.";
        let Some(w) = subject.findings.report.as_ref().and_then(|report| report.centre) else {
            return Content::Nothing(nothing.to_owned());
        };
        let hessian = subject.findings.loss.jet(w).hessian;
        let Some(corner) = stable_rectangle(&hessian) else { return Content::Nothing(nothing.to_owned()) };
        let furthest = [0, 1].map(|weight| 2.0 / hessian[(weight, weight)]);
        let edge = (0..=48).map(|k| furthest[0] * f64::from(k) / 48.0);
        let edge = edge.filter_map(|first| Some([first, weight_limit(&hessian, [first, 0.0], 1)?]));
        let edge: Vec<[f64; 2]> = edge.chain([[furthest[0], 0.0]]).collect();
        let palette = Palette::of(subject.study.picture.theme);
        let rectangle = vec![[0.0, corner[1]], corner, [corner[0], 0.0]];
        let axis = |weight: usize| Axis {
            name: name(weight),
            scale: Scale::Linear,
            ends: [0.0, 1.1 * furthest[weight].max(pair[weight])],
            is_whole: false,
        };
        let side = if weight_modes(&hessian, pair).iter().all(Mode::is_stable) { "within" } else { "outside" };
        Content::Plot(Box::new(Plot {
            axes: [axis(0), axis(1)],
            series: vec![
                Series { line: 1.6, ..Series::line("the limit", palette.error, edge) },
                Series {
                    line: 1.2,
                    dash: Some([6.0, 4.0]),
                    ..Series::line("the stable rectangle", palette.axis, rectangle)
                },
                Series {
                    line: 0.0,
                    dots: Dots::Discs,
                    ..Series::line("this run", palette.run(run.colour), vec![pair])
                },
            ],
            guides: Vec::new(),
            cursor: None,
            counts_steps: false,
            log_switch: None,
            description: format!(
                "At {} every pair with η₁ < {}, η₂ < {} is stable. The run's pair of rates lies {side} the stable \
                 region.",
                point(w),
                short(corner[0]),
                short(corner[1])
            ),
        }))
    }
}

fn name(weight: usize) -> Vec<MathRun> {
    let mut name = italic("η");
    name.push(MathRun { text: (weight + 1).to_string(), italic: false, script: Script::Subscript });
    name
}
