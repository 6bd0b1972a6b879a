//! The details of a run: its behaviour along the eigen-directions compared with theory, and where other stopping rules
//! would have stopped it.

use super::{Display, Findings, PointsKey, RATES_TAB, RUN_TAB, Report, Stop, Study, TrajectoriesKey};
use crate::basins::{End, curve_beside, ends};
use crate::critical::Evidence;
use crate::curvature::ZERO_TOLERANCE;
use crate::number::Vector;
use crate::optimizer::outlook::{Outlook, outlook};
use crate::optimizer::speed::{Direction, directions};
use crate::optimizer::stopping_rules::{Tolerances, Verdict, WouldStop, has_reached, would_stop};
use crate::optimizer::{Run, Trajectory, trace};

/// The parts of a study on which a report depends.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportKey {
    trajectories: TrajectoriesKey,
    points: PointsKey,
    run: usize,
}

impl ReportKey {
    /// The key of the study's report; `None` if it shows none.
    pub fn of(study: &Study) -> Option<ReportKey> {
        let Display { at: _, clock: _, selected: _, tabs: _, run: _, logarithmic: _, follow: _ } = &study.display;
        let is_shown = study.display.shows(RUN_TAB) || study.display.shows(RATES_TAB);
        is_shown.then(|| ReportKey {
            trajectories: TrajectoriesKey::of(study),
            points: PointsKey::of(study),
            run: study.display.run_index(),
        })
    }
}

/// The report on the run of the study's details; `None` if none is shown, or if the run is not shown or cannot run.
pub fn report(study: &Study, findings: &Findings) -> Option<Report> {
    let ReportKey { trajectories: _, points: _, run: index } = ReportKey::of(study)?;
    let run = study.runs.get(index)?;
    let trajectory = findings.trajectories.get(index)?.as_ref()?.as_ref().ok()?;
    if trajectory.shadow.is_some() {
        return None;
    }
    let (centre, directions, outlook) = match near_end(run, trajectory, findings) {
        Some((centre, directions, outlook)) => (Some(centre), Some(directions), outlook),
        None => (None, None, None),
    };
    Some(Report { centre, directions, outlook, stops: stops(study, run, findings) })
}

/// The prediction of theory for the study's run with this index, compared with the run.
pub fn outlook_of(study: &Study, findings: &Findings, index: usize) -> Option<Outlook> {
    let trajectory = findings.trajectories.get(index)?.as_ref()?.as_ref().ok()?;
    if trajectory.shadow.is_some() {
        return None;
    }
    near_end(study.runs.get(index)?, trajectory, findings)?.2
}

fn near_end(
    run: &Run,
    trajectory: &Trajectory,
    findings: &Findings,
) -> Option<(Vector, [Direction; 2], Option<Outlook>)> {
    let end = ends(&findings.loss, trajectory, &findings.points);
    let centre = centre(findings, trajectory, &end)?;
    let arrived = end.kind.is_some();
    let hessian = findings.loss.jet(centre).hessian;
    let mut directions = directions(run, trajectory, centre, &hessian)?;
    let largest = directions.iter().map(|direction| direction.lambda.abs()).fold(0.0, f64::max);
    for direction in &mut directions {
        // Along a valley of critical points, nothing attracts the run to the point where it ended.
        if direction.lambda.abs() <= ZERO_TOLERANCE * largest {
            direction.measured = None;
        }
    }
    Some((centre, directions, outlook(run, trajectory, (centre, &hessian), &directions, arrived)))
}

/// The rules are compared on a run that uses none of them.
fn stops(study: &Study, run: &Run, findings: &Findings) -> Vec<Stop> {
    let heedless = Run { gradient_tolerance: 0.0, require_positive_definite: false, ..run.clone() };
    let Ok(whole) = trace(&findings.loss, Vector::from(study.start_of(run)), &heedless) else { return Vec::new() };
    let tolerances = Tolerances { gradient: run.gradient_tolerance, ..Tolerances::default() };
    let stop = |rule: WouldStop| {
        let w = rule.at.map(|(step, _)| whole.steps[step].w);
        let at = rule.at.zip(w).map(|((step, verdict), w)| (step, decided(findings, verdict, whole.steps[0].w, w)));
        Stop { rule: WouldStop { at, ..rule }, w }
    };
    would_stop(&findings.loss, &whole, &tolerances).into_iter().map(stop).collect()
}

/// The verdict from the certified points and curves of the study, for a degenerate point or a point on a curve, which
/// its neighbourhood alone does not decide.
fn decided(findings: &Findings, verdict: Verdict, start: Vector, w: Vector) -> Verdict {
    if !matches!(verdict, Verdict::Undecided | Verdict::Plateau) {
        return verdict;
    }
    if let Some(curve) = curve_beside(&findings.loss, &findings.points.curves, w) {
        return Verdict::At(curve.kind);
    }
    let points = findings.points.points.iter().filter(|point| point.evidence == Evidence::Certified);
    let reached = points.into_iter().find(|point| has_reached(start, w, point.w));
    reached.map_or(verdict, |point| Verdict::At(point.kind))
}

/// The critical point where the run ended, or its end on a critical curve; otherwise a critical point near its end, or
/// the listed one nearest to its start.
fn centre(findings: &Findings, trajectory: &Trajectory, end: &End) -> Option<Vector> {
    let nearest = |w: Vector| {
        let points = findings.points.points.iter().map(|point| point.w);
        points.min_by(|a, b| (a - w).norm().total_cmp(&(b - w).norm()))
    };
    let ended = end.point.or(end.kind.map(|_| end.w)).or(end.beside.map(|(_, at)| at));
    ended.or_else(|| nearest(trajectory.steps.first()?.w))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test should say where")]

    use super::*;
    use crate::curvature::Kind;
    use crate::landscape::View;
    use crate::optimizer::stopping_rules::StoppingRule;
    use crate::study::answer;

    fn study(formula: &str, start: [f64; 2], learning_rate: f64) -> Study {
        let mut study = Study::of_formula(formula, View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] });
        study.start = start;
        study.display.tabs = vec![RUN_TAB.to_owned()];
        study.runs[0].settings.insert("learning_rate".to_owned(), learning_rate);
        study
    }

    /// On ½(w1² + 10·w2²) with η = 0.15 gradient descent has the factors 1 − 0.15 and 1 − 1.5.
    #[test]
    fn measured_factors_are_the_predicted_ones() {
        let study = study("w1^2/2 + 5*w2^2", [1.0, 1.0], 0.15);
        let findings = answer(&study, 8, 8).unwrap();
        let report = findings.report.unwrap();
        assert_eq!(report.centre, Some(Vector::zeros()));
        for (direction, (lambda, factor)) in report.directions.unwrap().iter().zip([(1.0, 0.85), (10.0, -0.5)]) {
            assert_eq!(direction.lambda, lambda);
            assert!((direction.predicted.unwrap().factor().unwrap() - factor).abs() < 1e-12);
            assert!((direction.measured.unwrap() - f64::abs(factor)).abs() < 1e-3, "{direction:?}");
        }
    }

    /// From a point on the ridge of w1² − w2² + w2⁴ gradient descent converges to the saddle: a small gradient, step
    /// and decrease stop it there; only the rule with the Hessian does not.
    #[test]
    fn a_stop_at_a_saddle_is_false() {
        let study = study("w1^2 - w2^2 + w2^4", [1.0, 0.0], 0.2);
        let findings = answer(&study, 8, 8).unwrap();
        let report = findings.report.unwrap();
        for stop in &report.stops {
            let expected = match stop.rule.rule {
                StoppingRule::PositiveDefinite => None,
                _ => Some(Verdict::At(Kind::Saddle)),
            };
            assert_eq!(stop.rule.at.map(|(_, verdict)| verdict), expected, "{stop:?}");
            assert_eq!(stop.is_false(), expected.is_some());
        }
    }
}
