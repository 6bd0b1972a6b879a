//! The sharpness along the runs against the step, with the stability limit of each run.

use super::limits::{guides, reached};
use super::range::{Course, extent};
use super::{Axis, Chart, ChartInfo, Content, Plot, Scale, Series, ShownRun, Subject};
use crate::curvature::Quantity;
use crate::number::display::short;
use crate::optimizer::speed::limit_of;
use crate::scene::quantity_runs;
use crate::study::SHARPNESS_TAB;

/// λmax against the step.
///
/// A run that trains at the edge of stability hovers about its limit (J. M. Cohen et al., Gradient descent on neural
/// networks typically occurs at the edge of stability, 2021).
pub struct SharpnessChart;

impl Chart for SharpnessChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: SHARPNESS_TAB,
            tab: "λmax",
            title: "Sharpness against step",
            action: "Show the sharpness",
            tooltip: "The greatest eigenvalue of H at each step. The red line is the stability limit of a run, 2/η \
            for gradient descent: beyond it the quadratic model is unstable, and runs leave for flatter ground or \
            hover \
                      about the line, at the edge of stability.",
        }
    }

    fn suits(&self, _subject: &Subject<'_>) -> bool {
        true
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        if subject.study.network.is_some() {
            return super::network::sharpness(subject);
        }
        let runs = subject.runs();
        if runs.is_empty() {
            return Content::Nothing("No run is shown: switch one on at the left.".to_owned());
        }
        let sharpness = |run: &ShownRun<'_>, step: usize| run.trajectory.eigenvalues()[step][1];
        let courses: Vec<Course> =
            runs.iter().map(|run| Course::of(run.trajectory, false, |step| sharpness(run, step))).collect();
        let mut shown = extent(&courses);
        let guides = guides(subject, &runs);
        for guide in &guides {
            shown.ends = reached(shown.ends, guide.value);
        }
        let series = runs.iter().map(|run| {
            let points = (0..run.trajectory.steps.len()).map(|step| [step as f64, sharpness(run, step)]).collect();
            Series { at_cursor: subject.step_of(run.trajectory), ..Series::line(&run.name, run.colour, points) }
        });
        let name = quantity_runs(Quantity::LambdaMax);
        Content::Plot(Box::new(Plot {
            series: series.collect(),
            axes: [Axis::steps(shown.last), Axis { name, scale: Scale::Linear, ends: shown.ends, is_whole: false }],
            guides,
            cursor: subject.cursor(),
            counts_steps: true,
            log_switch: None,
            description: description(subject, &runs),
        }))
    }
}

fn description(subject: &Subject<'_>, runs: &[ShownRun<'_>]) -> String {
    let line = |run: &ShownRun<'_>| {
        let limit = subject.study.runs.get(run.index).and_then(limit_of);
        let limit = limit.map_or("no limit".to_owned(), |limit| format!("limit {}", short(limit)));
        let sharpness = run.trajectory.eigenvalues().last().map_or(f64::NAN, |[_, greatest]| *greatest);
        format!("{}: λmax ends at {}, {limit}.", run.name, short(sharpness))
    };
    runs.iter().map(line).collect::<Vec<_>>().join(" ")
}
