//! The largest eigenvalue of the whole Hessian along the study's runs, point by point.

use super::{Hessian, NetworkPlane, Trained, extreme_eigenvalues};
use crate::optimizer::{KeptWeights, Trajectory};
use std::sync::Arc;

/// Points of a run at which λmax is computed.
const MOST_POINTS: usize = 200;

/// λmax along the runs, as far as it is computed.
#[derive(Clone, Debug)]
pub struct RunSharpness {
    trained: Arc<Trained>,
    /// For each run its course; `None` if the run is not shown or could not run.
    pub courses: Vec<Option<RunCourse>>,
}

/// λmax along a run.
#[derive(Clone, Debug)]
pub struct RunCourse {
    /// The weights of the run.
    kept: Arc<Vec<KeptWeights>>,
    /// The places among them at which λmax is computed.
    places: Vec<usize>,
    /// Step and λmax, as far as they are computed; NaN if L is not finite there.
    pub points: Vec<(usize, f64)>,
}

impl RunSharpness {
    /// λmax along runs from a plane, not begun. Runs that stay in the plane have the weights of its points.
    pub fn new(plane: &NetworkPlane, trajectories: &[Option<Result<Trajectory, String>>]) -> RunSharpness {
        let course = |trajectory: &Option<Result<Trajectory, String>>| {
            let trajectory = trajectory.as_ref()?.as_ref().ok()?;
            let kept = match &trajectory.shadow {
                Some(shadow) => Arc::clone(&shadow.kept),
                None => {
                    let steps = evenly(trajectory.steps.len());
                    let at = |step: usize| plane.plane().at(trajectory.steps[step].w.into());
                    Arc::new(steps.into_iter().map(|step| KeptWeights { step, weights: at(step) }).collect())
                }
            };
            let places = evenly(kept.len());
            Some(RunCourse { kept, places, points: Vec::new() })
        };
        RunSharpness { trained: Arc::clone(plane.trained()), courses: trajectories.iter().map(course).collect() }
    }

    /// Computes λmax at the next point of the run that has come least far. Returns true when nothing is left to do.
    pub fn work(&mut self) -> bool {
        let open = self.courses.iter_mut().flatten().filter(|course| course.points.len() < course.places.len());
        let Some(course) = open.min_by_key(|course| course.points.len()) else { return true };
        let KeptWeights { step, weights } = &course.kept[course.places[course.points.len()]];
        let mut evaluation = self.trained.loss.evaluation();
        let mut gradient = vec![0.0; weights.len()];
        let value = evaluation.gradient(weights, &mut gradient);
        let is_finite = value.is_finite() && gradient.iter().all(|g| g.is_finite());
        let lambda_max = match is_finite {
            true => extreme_eigenvalues(&mut Hessian::new(&mut evaluation), 60, 1e-4)[1].0,
            false => f64::NAN,
        };
        course.points.push((*step, lambda_max));
        self.progress() >= 1.0
    }

    /// The share that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        let courses = || self.courses.iter().flatten();
        let done: usize = courses().map(|course| course.points.len()).sum();
        let all: usize = courses().map(|course| course.places.len()).sum();
        if done >= all { 1.0 } else { done as f64 / all as f64 }
    }
}

/// Places among `count`, about evenly, the first and the last among them.
fn evenly(count: usize) -> Vec<usize> {
    let Some(last) = count.checked_sub(1) else { return Vec::new() };
    let every = last.div_ceil(MOST_POINTS).max(1);
    (0..last).step_by(every).chain([last]).collect()
}
