//! Where many runs have ended, said alike for all of them: for runs that stopped by themselves, and, by gradient flow, for
//! noisy ones that did not.

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

/// Where a run has ended, before its destination has a number.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    run_end: RunEnd,
    place: EndsAt,
}

impl Destinations {
    /// Those that are known.
    pub fn new(loss: &Loss, points: &CriticalPoints) -> Destinations {
        let mut attractors = Attractors::new(points);
        // Not on all cores: an ensemble is begun in a frame, which would wait for what they are doing.
        attractors.measure(loss, false);
        Destinations { loss: loss.clone(), attractors }
    }

    /// What runs can end at: first what was known, then what runs have found.
    pub fn attractors(&self) -> &[Attractor] {
        self.attractors.list()
    }

    /// Where a run ended that stopped by itself.
    pub fn stopped(&self, start: Vector, end: Vector, stop: StopReason) -> Arrival {
        self.arrival(start, RunEnd { end, how: how(stop), steps: 0 })
    }

    /// Where gradient flow leads from each of some points; `None` when `cancel` has said that nobody wants to know.
    pub fn flow(&self, points: &[Vector], cancel: &dyn Fn() -> bool) -> Option<Vec<Arrival>> {
        let run_ends = flow(&self.loss, &self.attractors, points, cancel)?;
        Some(points.iter().zip(run_ends).map(|(point, run_end)| self.arrival(*point, run_end)).collect())
    }

    fn arrival(&self, start: Vector, run_end: RunEnd) -> Arrival {
        Arrival { run_end, place: self.attractors.place(&self.loss, start, &run_end) }
    }

    /// What the arrival counts for; a critical point that was not known is known from now on. To be called in the order of
    /// the runs, so that points are numbered alike on every machine.
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

/// What a run's end counts for: how it ended, and the attractor that it ended at.
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
