//! λmax of the whole Hessian along the runs, with the stability limit of each run.

use super::ends;
use crate::chart::limits::{guides, reached};
use crate::chart::{Axis, Chart, ChartInfo, Content, Plot, Scale, Series, ShownRun, Subject};
use crate::curvature::Quantity;
use crate::network::{RunCourse, RunSharpness};
use crate::number::display::short;
use crate::optimizer::speed::limit_of;
use crate::scene::quantity_runs;
use crate::study::RUN_SHARPNESS_TAB;

/// λmax against the step of the runs.
pub struct RunSharpnessChart;

impl Chart for RunSharpnessChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: RUN_SHARPNESS_TAB,
            tab: "λ RUNS",
            title: "Sharpness along the runs",
            action: "Show the sharpness along the runs",
            tooltip: "The largest eigenvalue of the Hessian over all weights along each run. The red line is the stability \
                      limit of a run, 2/η for gradient descent.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        subject.study.network.is_some()
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let runs = subject.runs();
        if runs.is_empty() {
            return Content::Nothing("No run is shown: switch one on at the left.".to_owned());
        }
        let sharpness = match &subject.findings.run_sharpness {
            Some(Ok(sharpness)) => sharpness,
            Some(Err(reason)) => return Content::Nothing(format!("{reason}.")),
            None => return Content::Nothing(super::WAITING.to_owned()),
        };
        let known = |run: &ShownRun<'_>| sharpness.courses.get(run.index).and_then(Option::as_ref);
        let values = || runs.iter().filter_map(known).flat_map(|course| &course.points).map(|(_, value)| *value);
        let guides = guides(subject, &runs);
        let mut shown = ends(values().chain([0.0]));
        for guide in &guides {
            shown = reached(shown, guide.value);
        }
        let series = runs.iter().filter_map(|run| {
            let course = known(run)?;
            let points = course.points.iter().map(|(step, value)| [*step as f64, *value]).collect();
            let at_cursor = subject.step_of(run.trajectory).and_then(|step| place_of(course, step));
            Some(Series { at_cursor, ..Series::line(&run.name, run.colour, points) })
        });
        let last = runs.iter().map(|run| run.trajectory.len()).max().unwrap_or(1).max(1);
        let vertical =
            Axis { name: quantity_runs(Quantity::LambdaMax), scale: Scale::Linear, ends: shown, is_whole: false };
        Content::Plot(Box::new(Plot {
            series: series.collect(),
            axes: [Axis::steps(last), vertical],
            guides,
            cursor: subject.cursor(),
            counts_steps: true,
            log_switch: None,
            description: description(subject, sharpness, &runs),
        }))
    }
}

/// The place of the last point up to a step.
fn place_of(course: &RunCourse, step: usize) -> Option<usize> {
    course.points.partition_point(|(at, _)| *at <= step).checked_sub(1)
}

fn description(subject: &Subject<'_>, sharpness: &RunSharpness, runs: &[ShownRun<'_>]) -> String {
    let line = |run: &ShownRun<'_>| {
        let course = sharpness.courses.get(run.index)?.as_ref()?;
        let (step, last) = course.points.iter().rev().find(|(_, value)| value.is_finite())?;
        let limit = subject.study.runs.get(run.index).and_then(limit_of);
        let limit = limit.map_or("no limit".to_owned(), |limit| format!("limit {}", short(limit)));
        Some(format!("{}: λmax of the network is {} at step {step}, {limit}.", run.name, short(*last)))
    };
    runs.iter().filter_map(line).collect::<Vec<_>>().join(" ")
}
