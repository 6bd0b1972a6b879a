//! The loss against the step, for all shown runs.

use super::plot::{italic, upright};
use super::range::{Course, extent};
use super::{Axis, Chart, ChartInfo, Content, LogSwitch, Plot, Scale, Series, ShownRun, Subject};
use crate::landscape::Loss;
use crate::number::display::short;
use crate::number::{Vector, eigenpairs};
use crate::optimizer::StopReason;
use crate::study::FIRST_TAB;

/// The loss against the step.
pub struct LossChart;

impl Chart for LossChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: FIRST_TAB,
            tab: "LOSS",
            title: "Loss against step",
            action: "Show the loss",
            tooltip: "The loss against the step, for all runs.",
        }
    }

    fn suits(&self, _subject: &Subject<'_>) -> bool {
        true
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let runs = subject.runs();
        if runs.is_empty() {
            return Content::Nothing("No run is shown: switch one on at the left.".to_owned());
        }
        let logarithmic = logarithmic_scale(&subject.findings.loss, &runs).filter(|scale| has_heights(*scale, &runs));
        let scale = logarithmic.filter(|_| subject.study.display.logarithmic).unwrap_or(Scale::Linear);
        let mut courses: Vec<Course> = runs
            .iter()
            .map(|run| {
                let position = |step: usize| scale.position(run.trajectory.steps[step].loss);
                Course::of(run.trajectory, scale.is_logarithmic(), position)
            })
            .collect();
        if scale.is_logarithmic() {
            leave_out_rounding(&mut courses);
        }
        let shown = extent(&courses);
        let series = runs.iter().map(|run| {
            let steps = run.trajectory.steps.iter().enumerate();
            let points = steps.map(|(step, at)| [step as f64, at.loss]).collect();
            Series { at_cursor: subject.step_of(run.trajectory), ..Series::line(&run.name, run.colour, points) }
        });
        Content::Plot(Box::new(Plot {
            series: series.collect(),
            axes: [Axis::steps(shown.last), Axis { name: name(scale), scale, ends: shown.ends, is_whole: false }],
            guides: Vec::new(),
            cursor: subject.cursor(),
            counts_steps: true,
            log_switch: Some(switch(scale, logarithmic.is_some(), all_same(&runs))),
            description: description(&runs),
        }))
    }
}

/// Leaves out heights below 10⁻¹⁷ of the greatest one, which are rounding errors. To what height a run grows that diverges
/// says nothing about that.
fn leave_out_rounding(courses: &mut [Course]) {
    let known = |course: &Course| if course.runs_off { 1 } else { course.positions.len() };
    let all = courses.iter().flat_map(|course| course.positions.iter().copied().take(known(course)));
    let greatest = all.filter(|position| position.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    for course in courses {
        course.positions.iter_mut().filter(|position| **position < greatest - 17.0).for_each(|low| *low = f64::NAN);
    }
}

/// A logarithmic axis needs positive heights: above the least loss of a minimum that a run has reached, or above 0 if
/// all losses are positive; `None` if neither holds.
fn logarithmic_scale(loss: &Loss, runs: &[ShownRun<'_>]) -> Option<Scale> {
    let losses = || runs.iter().flat_map(|run| run.trajectory.steps.iter().map(|step| step.loss));
    let finite = || losses().filter(|loss| loss.is_finite());
    let (least, greatest) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let arrived = runs.iter().filter(|run| run.trajectory.stop == StopReason::Converged);
    let minima = arrived.filter_map(|run| minimum_near(loss, run.trajectory.end().w));
    let minimum = minima.fold(f64::INFINITY, f64::min);
    // A loss a rounding error below a minimum counts as the minimum, and a minimum that is a rounding error counts
    // as 0.
    let slack = 1e-9 * minimum.abs().max(1e-9);
    let is_least = minimum.is_finite() && minimum <= least + slack;
    if is_least && minimum.abs() > 1e-12 * greatest.abs().max(f64::MIN_POSITIVE) {
        Some(Scale::Logarithmic { above: minimum.min(least) })
    } else {
        (least >= 0.0 || (is_least && minimum.abs() <= slack)).then_some(Scale::Logarithmic { above: 0.0 })
    }
}

/// Whether any loss has a place on a scale: none has on a logarithmic one if all runs rest at a minimum from their start.
fn has_heights(scale: Scale, runs: &[ShownRun<'_>]) -> bool {
    let mut losses = runs.iter().flat_map(|run| run.trajectory.steps.iter().map(|step| step.loss));
    losses.any(|loss| scale.position(loss).is_finite())
}

/// L at the minimum near the end of a run; `None` if the Hessian is not positive definite.
fn minimum_near(loss: &Loss, end: Vector) -> Option<f64> {
    let mut w = end;
    for _ in 0..3 {
        let jet = loss.jet(w);
        let convex = eigenpairs(&jet.hessian).is_some_and(|eigen| eigen.values[0] > 0.0);
        w -= jet.hessian.try_inverse().filter(|_| convex)? * jet.gradient;
    }
    let value = loss.value(w);
    value.is_finite().then(|| value.min(loss.value(end)))
}

fn name(scale: Scale) -> Vec<crate::formula::MathRun> {
    let mut name = italic("L");
    match scale {
        Scale::Logarithmic { above } if above > 0.0 => name.extend(upright(format!(" − {}", short(above)))),
        Scale::Logarithmic { above } if above < 0.0 => name.extend(upright(format!(" − ({})", short(above)))),
        _ => {}
    }
    name
}

/// The loss that all steps of all runs have.
fn all_same(runs: &[ShownRun<'_>]) -> Option<f64> {
    let mut losses = runs.iter().flat_map(|run| run.trajectory.steps.iter().map(|step| step.loss));
    let first = losses.next()?;
    losses.all(|loss| loss == first).then_some(first)
}

fn switch(scale: Scale, is_possible: bool, constant: Option<f64>) -> LogSwitch {
    let words = match scale {
        Scale::Logarithmic { above: 0.0 } => {
            "L on a logarithmic axis: a straight line is linear convergence.".to_owned()
        }
        Scale::Logarithmic { above } => format!(
            "L − ({}), the height above the least loss that a run has reached, on a logarithmic axis: a straight \
            line is \
             linear convergence.",
            short(above)
        ),
        Scale::Linear if is_possible => "L on a linear axis; switch on for a logarithmic one.".to_owned(),
        Scale::Linear if let Some(loss) = constant => {
            format!("L is {} at every step: on a logarithmic axis there is no height above it.", short(loss))
        }
        Scale::Linear => {
            "A logarithmic axis needs positive heights: the losses reach below 0, and no run has reached a minimum."
                .to_owned()
        }
    };
    LogSwitch { is_on: scale.is_logarithmic(), is_possible, words }
}

fn description(runs: &[ShownRun<'_>]) -> String {
    let line = |run: &ShownRun<'_>| {
        let first = run.trajectory.steps.first().map_or(f64::NAN, |step| step.loss);
        let last = run.trajectory.end().loss;
        format!("{}: from {} to {} in {} steps.", run.name, short(first), short(last), run.trajectory.len())
    };
    runs.iter().map(line).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Along λw²/2 a rate of 3/λ makes the loss four times as great with every step, up to 10³⁰⁰; Newton's loss is 0 after a
    /// step. The first steps of both are shown all the same.
    #[test]
    fn a_run_that_diverges_leaves_the_others_their_room() {
        let grows: Vec<f64> = (0..500).map(|step| libm::log10(4.0) * f64::from(step)).collect();
        let newton = vec![0.0, f64::NEG_INFINITY];
        let mut courses = vec![
            Course { positions: grows, runs_off: true, is_logarithmic: true },
            Course { positions: newton, runs_off: false, is_logarithmic: true },
        ];
        leave_out_rounding(&mut courses);
        assert!(courses[0].positions[..8].iter().all(|position| position.is_finite()));
        assert_eq!(courses[1].positions[0], 0.0);
        let shown = extent(&courses);
        assert!(shown.last >= 7 && shown.ends[0] <= 0.0 && shown.ends[1] >= 7.0 * libm::log10(4.0), "{shown:?}");
    }

    #[test]
    fn what_rounding_leaves_is_not_shown() {
        let mut courses =
            vec![Course { positions: vec![2.0, -3.0, -14.9, -15.1], runs_off: false, is_logarithmic: true }];
        leave_out_rounding(&mut courses);
        let is_shown: Vec<bool> = courses[0].positions.iter().map(|position| position.is_finite()).collect();
        assert_eq!(is_shown, [true, true, true, false]);
    }
}
