//! The mean time from one minimum to another, measured by runs of the chain w ← w − η∇L + √(2ηT)·ξ.

use super::chi_squared::quantile;
use crate::landscape::Loss;
use crate::number::Vector;
use crate::optimizer::Normals;
use rayon::prelude::*;

/// The runs of a measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chain {
    /// η.
    pub learning_rate: f64,
    /// T.
    pub temperature: f64,
    /// The most steps of a run.
    pub steps: usize,
    /// How many runs.
    pub runs: usize,
    /// Run k has the random numbers of the seed `seed` + k.
    pub seed: u64,
}

/// The measured times. Times are ηk after k steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Runs that came to a target.
    pub arrived: usize,
    /// Runs that did not within their steps.
    pub censored: usize,
    /// Runs that overflowed, or left the domain of L.
    pub lost: usize,
    /// The total time of all runs divided by the number of arrivals; `None` without arrivals.
    pub mean: Option<f64>,
    /// The interval of 95 % for the mean of an exponential law.
    pub interval: Option<[f64; 2]>,
}

/// A run farther than this from its start counts as lost.
const LOST: f64 = 1e8;
/// How many steps are made between two calls of `cancel`.
const ASK_EVERY: usize = 256;
/// Runs side by side.
const LANES: usize = 64;

/// Follows runs from `from` until each is in a disc, given by centre and radius, around one of the targets.
pub fn measure(loss: &Loss, from: Vector, targets: &[(Vector, f64)], chain: &Chain) -> Measured {
    measure_unless(loss, from, targets, chain, &|| false)
}

/// Like [`measure`]; the result is invalid if `cancel` returned true.
pub fn measure_unless(
    loss: &Loss,
    from: Vector,
    targets: &[(Vector, f64)],
    chain: &Chain,
    cancel: &(dyn Fn() -> bool + Sync),
) -> Measured {
    let first: Vec<usize> = (0..chain.runs).step_by(LANES).collect();
    let parts = first.into_par_iter().map(|first| {
        let last = (first + LANES).min(chain.runs);
        follow(loss, from, targets, chain, first..last, cancel)
    });
    let ends: Vec<(usize, Outcome)> = parts.collect::<Vec<_>>().concat();
    let count = |wanted: Outcome| ends.iter().filter(|(_, outcome)| *outcome == wanted).count();
    let arrived = count(Outcome::Arrived);
    let total = chain.learning_rate * ends.iter().map(|(steps, _)| *steps as f64).sum::<f64>();
    Measured {
        arrived,
        censored: count(Outcome::Censored),
        lost: count(Outcome::Lost),
        mean: (arrived > 0).then(|| total / arrived as f64),
        interval: (arrived > 0).then(|| [0.975, 0.025].map(|p| 2.0 * total / quantile(arrived, p))),
    }
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Arrived,
    Censored,
    Lost,
}

struct Lane {
    place: usize,
    w: Vector,
    normals: Normals,
}

fn follow(
    loss: &Loss,
    from: Vector,
    targets: &[(Vector, f64)],
    chain: &Chain,
    runs: std::ops::Range<usize>,
    cancel: &(dyn Fn() -> bool + Sync),
) -> Vec<(usize, Outcome)> {
    let mut ends = vec![(chain.steps, Outcome::Censored); runs.len()];
    let begin = |(place, run): (usize, usize)| Lane {
        place,
        w: from,
        normals: Normals::new(chain.seed.wrapping_add(run as u64)),
    };
    let mut lanes: Vec<Lane> = runs.enumerate().map(begin).collect();
    let mut sampler = loss.sampler(0..3);
    let mut planes = [Vec::new(), Vec::new(), Vec::new()];
    let (mut w1, mut w2) = (Vec::new(), Vec::new());
    let noise = (2.0 * chain.learning_rate * chain.temperature).sqrt();
    let discs: Vec<(Vector, f64)> = targets.iter().map(|(w, radius)| (*w, radius * radius)).collect();
    for step in 1..=chain.steps {
        w1.clear();
        w2.clear();
        w1.extend(lanes.iter().map(|lane| lane.w.x));
        w2.extend(lanes.iter().map(|lane| lane.w.y));
        sampler.fill(&w1, &w2, &mut planes);
        let mut position = 0;
        lanes.retain_mut(|lane| {
            let gradient = Vector::new(planes[1][position], planes[2][position]);
            position += 1;
            lane.w += noise * lane.normals.pair() - chain.learning_rate * gradient;
            let outcome = if discs.iter().any(|(w, squared)| (lane.w - w).norm_squared() <= *squared) {
                Outcome::Arrived
            } else if (lane.w - from).amax() < LOST {
                return true;
            } else {
                Outcome::Lost
            };
            ends[lane.place] = (step, outcome);
            false
        });
        if lanes.is_empty() || (step % ASK_EVERY == 0 && cancel()) {
            break;
        }
    }
    ends
}
