//! Where many runs have ended, said alike for all of them: for runs that stopped by themselves, and, by gradient flow, for
//! noisy ones that did not.

use super::Outcome;
use super::attractors::{Attractor, Attractors, Place};
use super::fate::{Fate, How, how};
use super::flow::flow;
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
    fate: Fate,
    place: Place,
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
        self.arrival(start, Fate { end, how: how(stop), steps: 0 })
    }

    /// Where gradient flow leads from each of some points; `None` when `cancel` has said that nobody wants to know.
    pub fn flow(&self, points: &[Vector], cancel: &dyn Fn() -> bool) -> Option<Vec<Arrival>> {
        let fates = flow(&self.loss, &self.attractors, points, cancel)?;
        Some(points.iter().zip(fates).map(|(point, fate)| self.arrival(*point, fate)).collect())
    }

    fn arrival(&self, start: Vector, fate: Fate) -> Arrival {
        Arrival { fate, place: self.attractors.place(&self.loss, start, &fate) }
    }

    /// What the arrival counts for; a critical point that was not known is known from now on. To be called in the order of
    /// the runs, so that points are numbered alike on every machine.
    pub fn enter(&mut self, arrival: &Arrival) -> Outcome {
        let place = match arrival.place {
            Place::Known(index) => Some(index),
            Place::New(w, kind) => {
                let index = self.attractors.enter(&self.loss, w, kind);
                self.attractors.measure(&self.loss, false);
                Some(index)
            }
            Place::Nowhere => None,
        };
        outcome(arrival.fate.how, place)
    }
}

/// What a run's end counts for: how it ended, and the attractor that it ended at.
pub(super) fn outcome(how: How, place: Option<usize>) -> Outcome {
    match (place, how) {
        (Some(index), How::Converged | How::Unfinished | How::Broken) => Outcome::At(index as u32),
        (None, How::Converged) => Outcome::FalseStop,
        (_, How::Cycle) => Outcome::Cycle,
        (_, How::Diverged) => Outcome::Diverged,
        (None, How::Broken) => Outcome::Broken,
        (None, How::Unfinished) => Outcome::Unfinished,
    }
}
