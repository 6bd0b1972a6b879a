//! The ends of many runs, numbered consistently: of runs that stopped by themselves, and of noisy runs, which do not
//! stop, by gradient flow.

use super::Outcome;
use super::attractors::{Attractor, Attractors, EndsAt};
use super::flow::flow;
use super::run_end::{RunEnd, RunEndKind, how};
use crate::critical::CriticalPoints;
use crate::landscape::Loss;
use crate::number::Vector;
use crate::optimizer::StopReason;

/// The critical points and curves at which runs end.
#[derive(Clone, Debug)]
pub struct Destinations {
    loss: Loss,
    attractors: Attractors,
}

/// The end of a run, before its destination has a number.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    run_end: RunEnd,
    place: EndsAt,
}

impl Destinations {
    /// The known critical points and curves.
    pub fn new(loss: &Loss, points: &CriticalPoints) -> Destinations {
        let mut attractors = Attractors::new(points);
        // Not on all cores: an ensemble begins within a frame, which would wait for the other cores' work.
        attractors.measure(loss, false);
        Destinations { loss: loss.clone(), attractors }
    }

    /// All attractors: first those known from the beginning, then those that runs have found.
    pub fn attractors(&self) -> &[Attractor] {
        self.attractors.list()
    }

    /// The arrival of a run that stopped by itself.
    pub fn stopped(&self, start: Vector, end: Vector, stop: StopReason) -> Arrival {
        self.arrival(start, RunEnd { end, how: how(stop), steps: 0 })
    }

    /// The end of gradient flow from each point; `None` if `cancel` returned true.
    pub fn flow(&self, points: &[Vector], cancel: &dyn Fn() -> bool) -> Option<Vec<Arrival>> {
        let run_ends = flow(&self.loss, &self.attractors, points, cancel)?;
        Some(points.iter().zip(run_ends).map(|(point, run_end)| self.arrival(*point, run_end)).collect())
    }

    fn arrival(&self, start: Vector, run_end: RunEnd) -> Arrival {
        Arrival { run_end, place: self.attractors.place(&self.loss, start, &run_end) }
    }

    /// The outcome of an arrival. A new critical point is added to the list. Call this in the order of the runs, so
    /// that points have the same numbers on every machine.
    pub fn enter(&mut self, arrival: &Arrival) -> Outcome {
        let place = match arrival.place {
            EndsAt::Known(index) => Some(index),
            EndsAt::New(w, kind) => {
                let index = self.attractors.enter(&self.loss, w, kind);
                self.attractors.measure(&self.loss, false);
                Some(index)
            }
            EndsAt::Nowhere => None,
        };
        outcome(arrival.run_end.how, place)
    }
}

/// The outcome of a run: how it ended, and the attractor at which it ended.
pub(super) fn outcome(how: RunEndKind, place: Option<usize>) -> Outcome {
    match (place, how) {
        (Some(index), RunEndKind::Converged | RunEndKind::Unfinished | RunEndKind::Broken) => Outcome::At(index as u32),
        (None, RunEndKind::Converged) => Outcome::FalseStop,
        (_, RunEndKind::Cycle) => Outcome::Cycle,
        (_, RunEndKind::Diverged) => Outcome::Diverged,
        (None, RunEndKind::Broken) => Outcome::Broken,
        (None, RunEndKind::Unfinished) => Outcome::Unfinished,
    }
}
