//! The runs at a moment: by steps, or by evaluations, which compares a Newton step and a line search fairly.

use super::{Findings, Study};
use crate::number::Vector;
use crate::optimizer::{Observation, Trajectory, observations};
use serde::{Deserialize, Serialize};

/// The unit by which runs keep pace with each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// Each has made as many steps.
    #[default]
    Steps,
    /// All runs have done the same number of evaluations, in units of one gradient.
    Gradients,
}

/// A moment of the runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The unit.
    pub clock: Clock,
    /// How much of it has passed.
    pub at: usize,
}

/// One run at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct RunMoment {
    /// The step that it has come to.
    pub index: usize,
    /// The observations of its step from there; empty at its end.
    pub observations: Vec<Observation>,
}

impl Clock {
    /// How long a run takes.
    pub fn length(self, trajectory: &Trajectory) -> usize {
        match self {
            Clock::Steps => trajectory.len(),
            Clock::Gradients => trajectory.end().evaluations.in_gradients().ceil() as usize,
        }
    }
}

impl Moment {
    /// The step of a run at this moment.
    pub fn index(&self, trajectory: &Trajectory) -> usize {
        match self.clock {
            Clock::Steps => self.at.min(trajectory.len()),
            Clock::Gradients => {
                let done = |step: &crate::optimizer::Step| step.evaluations.in_gradients() <= self.at as f64 + 1e-9;
                // Step 0 has cost nothing.
                trajectory.steps.partition_point(done).saturating_sub(1)
            }
        }
    }
}

/// How long the longest of the runs takes.
pub fn length(findings: &Findings, clock: Clock) -> usize {
    let runs = findings.trajectories.iter().filter_map(|run| run.as_ref()?.as_ref().ok());
    runs.map(|trajectory| clock.length(trajectory)).max().unwrap_or(0)
}

/// Each shown run at a moment.
pub fn moments_of(study: &Study, findings: &Findings, moment: &Moment) -> Vec<Option<RunMoment>> {
    let run = |(run, trajectory): (&crate::optimizer::Run, &Option<Result<Trajectory, String>>)| {
        let trajectory = trajectory.as_ref()?.as_ref().ok()?;
        let (index, start) = (moment.index(trajectory), Vector::from(study.start_of(run)));
        // Observations of a run in all weights of a network have no place in the plane.
        let observations = match trajectory.shadow {
            Some(_) => Vec::new(),
            None => observations(&findings.loss, start, run, index).unwrap_or_default(),
        };
        Some(RunMoment { index, observations })
    };
    study.runs.iter().zip(&findings.trajectories).map(run).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test should say where")]

    use super::*;
    use crate::landscape::View;
    use crate::study::answer;

    /// On w1² + 4·w2² with η = 0.1 gradient descent multiplies the weights by 0.8 and 0.2 in each step, and Newton's
    /// method needs one step, which costs a gradient and a Hessian: three gradients.
    #[test]
    fn runs_keep_step_by_steps_and_by_gradients() {
        let mut study = Study::of_formula("w1^2 + 4*w2^2", View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] });
        for run in &mut study.runs {
            run.shown = run.optimizer != "sgd";
            if run.optimizer == "gradient-descent" {
                run.settings.insert("learning_rate".to_owned(), 0.1);
            }
        }
        let findings = answer(&study, 8, 8).unwrap();
        let indices = |clock: Clock, at: usize| -> Vec<Option<usize>> {
            let moments = moments_of(&study, &findings, &Moment { clock, at });
            moments.iter().map(|run| run.as_ref().map(|run| run.index)).collect()
        };
        assert_eq!(indices(Clock::Steps, 0), [Some(0), None, Some(0)]);
        assert_eq!(indices(Clock::Steps, 3), [Some(3), None, Some(1)]);
        assert_eq!(indices(Clock::Gradients, 2), [Some(2), None, Some(0)]);
        assert_eq!(indices(Clock::Gradients, 3), [Some(3), None, Some(1)]);
        assert_eq!(length(&findings, Clock::Steps), findings.trajectories[0].as_ref().unwrap().as_ref().unwrap().len());
        let moments = moments_of(&study, &findings, &Moment { clock: Clock::Steps, at: 0 });
        let goal = moments[2].as_ref().unwrap().observations.iter().find_map(|look| match look {
            Observation::Model { goal, .. } => Some(*goal),
            _ => None,
        });
        assert!(goal.unwrap().norm() < 1e-12, "Newton's model is the loss itself, whose minimiser is the origin");
    }
}
