//! The trajectories of a study's runs.

use super::{LossKey, Study};
use crate::landscape::Loss;
use crate::network::{NetworkPlane, trace_in_all_weights};
use crate::number::Vector;
use crate::optimizer::{Run, Trajectory, trace};

/// The message for a request about two weights while runs move in all weights of a network.
pub const KEEP_IN_PLANE: &str = "this works for runs in two weights only: keep the runs in the plane";

/// The parts of a study on which the trajectories depend.
#[derive(Clone, Debug, PartialEq)]
pub struct TrajectoriesKey {
    loss: LossKey,
    runs: Vec<Option<(Run, [f64; 2])>>,
    in_all_weights: bool,
}

impl TrajectoriesKey {
    /// The key of the study's trajectories.
    pub fn of(study: &Study) -> TrajectoriesKey {
        let asked = |run: &Run| run.shown.then(|| (run.as_computed(), study.start_of(run)));
        TrajectoriesKey {
            loss: LossKey::of(study),
            runs: study.runs.iter().map(asked).collect(),
            in_all_weights: study.runs_in_all_weights(),
        }
    }
}

/// The trajectories of the runs that are shown.
pub fn trajectories_of(study: &Study, loss: &Loss) -> Vec<Option<Result<Trajectory, String>>> {
    let TrajectoriesKey { loss: _, runs, in_all_weights } = TrajectoriesKey::of(study);
    let plane = loss.function::<NetworkPlane>().filter(|_| in_all_weights);
    let trajectory = |(run, start): (Run, [f64; 2])| match plane {
        None => trace(loss, Vector::from(start), &run),
        Some(plane) => trace_in_all_weights(plane, loss, start, &run),
    };
    runs.into_iter().map(|run| run.map(trajectory)).collect()
}
