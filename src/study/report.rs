//! A run under scrutiny: what it did along the eigen-directions beside what theory says, its sharpness, and where other
//! stopping rules would have stopped it.

use super::{Findings, Study};
use crate::number::Vector;
use crate::optimizer::speed::{Direction, Sharpness, directions, sharpness};
use crate::optimizer::stopping::{Tolerances, Verdict, WouldStop, would_stop};
use crate::optimizer::{Run, Trajectory, trace};

/// What is to be said of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The critical point that the directions belong to: the one where the run ended, or the one nearest to its start;
    /// `None` where none is known.
    pub centre: Option<Vector>,
    /// Predicted and measured factors along the eigenvectors there.
    pub directions: Option<[Direction; 2]>,
    /// λmax along the run beside what it can bear.
    pub sharpness: Sharpness,
    /// The stopping rules side by side.
    pub stops: Vec<Stop>,
}

/// Where a stopping rule would have stopped a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// The rule, the step and what lies there.
    pub rule: WouldStop,
    /// The point of the step; `None` where the rule never holds.
    pub w: Option<Vector>,
}

impl Stop {
    /// Whether the rule would have stopped the run where there is no minimum.
    pub fn is_false(&self) -> bool {
        self.rule.at.is_some_and(|(_, verdict): (usize, Verdict)| verdict.is_false())
    }
}

/// The report of the study's run with this index; `None` when it is not shown or cannot run.
pub fn report(study: &Study, findings: &Findings, index: usize) -> Option<Report> {
    let run = study.runs.get(index)?;
    let trajectory = findings.trajectories.get(index)?.as_ref()?.as_ref().ok()?;
    let centre = centre(findings, trajectory);
    let loss = &findings.loss;
    // The rules are compared on a run that heeds none of them.
    let heedless = Run { gradient_tolerance: 0.0, require_positive_definite: false, ..run.clone() };
    let stops = trace(loss, Vector::new(study.start[0], study.start[1]), &heedless).map_or_else(
        |_| Vec::new(),
        |whole| {
            let stops =
                would_stop(loss, &whole, &Tolerances { gradient: run.gradient_tolerance, ..Tolerances::default() });
            let stop = |rule: WouldStop| Stop { rule, w: rule.at.map(|(step, _)| whole.steps[step].w) };
            stops.into_iter().map(stop).collect()
        },
    );
    Some(Report {
        centre,
        directions: centre.and_then(|w| directions(run, trajectory, w, &loss.jet(w).hessian)),
        sharpness: sharpness(run, trajectory),
        stops,
    })
}

fn centre(findings: &Findings, trajectory: &Trajectory) -> Option<Vector> {
    let (start, end) = (trajectory.steps.first()?.w, trajectory.end().w);
    let nearest = |w: Vector| {
        let points = findings.points.points.iter().map(|point| point.w);
        points.min_by(|a, b| (a - w).norm().total_cmp(&(b - w).norm()))
    };
    let arrived = nearest(end).filter(|point| (point - end).norm() <= 0.1 * (point - start).norm());
    arrived.or_else(|| nearest(start))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test should say where")]

    use super::*;
    use crate::curvature::Kind;
    use crate::landscape::View;
    use crate::optimizer::stopping::StoppingRule;
    use crate::study::answer;

    fn study(formula: &str, start: [f64; 2], learning_rate: f64) -> Study {
        let mut study = Study::of_formula(formula, View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] });
        study.start = start;
        study.runs[0].settings.insert("learning_rate".to_owned(), learning_rate);
        study
    }

    /// On ½(w1² + 10·w2²) with η = 0.15 gradient descent has the factors 1 − 0.15 and 1 − 1.5.
    #[test]
    fn measured_factors_are_the_predicted_ones() {
        let study = study("w1^2/2 + 5*w2^2", [1.0, 1.0], 0.15);
        let findings = answer(&study, 8, 8).unwrap();
        let report = report(&study, &findings, 0).unwrap();
        assert_eq!(report.centre, Some(Vector::zeros()));
        for (direction, (lambda, factor)) in report.directions.unwrap().iter().zip([(1.0, 0.85), (10.0, -0.5)]) {
            assert_eq!(direction.lambda, lambda);
            assert!((direction.predicted.unwrap().factor().unwrap() - factor).abs() < 1e-12);
            assert!((direction.measured.unwrap() - f64::abs(factor)).abs() < 1e-3, "{direction:?}");
        }
        assert_eq!(report.sharpness.limit, Some(2.0 / 0.15));
        assert!(report.sharpness.along.iter().all(|sharpness| *sharpness == 10.0));
    }

    /// From a point on the ridge of w1² − w2² + w2⁴ gradient descent creeps to the saddle: a small gradient, step and
    /// decrease stop it there, and only the test of the Hessian does not.
    #[test]
    fn a_stop_at_a_saddle_is_false() {
        let study = study("w1^2 - w2^2 + w2^4", [1.0, 0.0], 0.2);
        let findings = answer(&study, 8, 8).unwrap();
        let report = report(&study, &findings, 0).unwrap();
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
