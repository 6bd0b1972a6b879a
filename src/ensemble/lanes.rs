//! Runs side by side, one step each in turn, so that gradients are evaluated for blocks of points.

use super::Ensemble;
use crate::landscape::{Jet, Loss, Sampler};
use crate::number::{Matrix, Vector};
use crate::optimizer::{Prepared, Proposal, StopReason, Walk};

/// A run that has ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finished {
    pub(super) seed: u64,
    pub(super) start: Vector,
    pub(super) end: Vector,
    pub(super) steps: usize,
    pub(super) stop: StopReason,
    pub(super) farthest: f64,
}

/// The data of some runs that are kept.
pub(super) struct Followed {
    pub(super) finished: Vec<Finished>,
    pub(super) paths: Vec<Vec<Vector>>,
    pub(super) sums: Sums,
}

/// Sums of the runs' points after 0, 1, 2, … steps, each with the number of runs in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    steps: Vec<Sum>,
    /// The sum for all later steps: the ends of the runs that ended regularly.
    rest: Sum,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    w: Vector,
    count: u32,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.w += other.w;
        self.count += other.count;
    }
}

impl Sums {
    /// Adds those of other runs.
    pub(super) fn add(&mut self, other: &Sums) {
        if self.steps.len() < other.steps.len() {
            self.steps.resize(other.steps.len(), self.rest);
        }
        for (k, sum) in self.steps.iter_mut().enumerate() {
            sum.add(other.steps.get(k).copied().unwrap_or(other.rest));
        }
        self.rest.add(other.rest);
    }

    pub(super) fn means(&self) -> Vec<Vector> {
        self.steps.iter().filter(|sum| sum.count > 0).map(|sum| sum.w / f64::from(sum.count)).collect()
    }
}

struct Lane<'a> {
    index: usize,
    walk: Walk<'a>,
    next: Vector,
    farthest_squared: f64,
}

/// Follows runs, each with a seed and a start, to their ends; `None` if `cancel` returned true. The paths of the first
/// `sampled` runs are kept.
pub(super) fn follow(
    loss: &Loss,
    prepared: &Prepared<'_>,
    ensemble: &Ensemble,
    starts: &[(u64, Vector)],
    sampled: usize,
    cancel: &dyn Fn() -> bool,
) -> Option<Followed> {
    let stride = ensemble.stride();
    let mut jets = Jets::new(loss, prepared.needs_hessian());
    let mut finished: Vec<Option<Finished>> = vec![None; starts.len()];
    let mut paths: Vec<Vec<Vector>> = starts[..sampled].iter().map(|(_, start)| vec![*start]).collect();
    let mut sums = Sums::default();
    jets.evaluate(starts.iter().map(|(_, start)| *start));
    let begin = |(index, &(seed, start)): (usize, &(u64, Vector))| {
        let walk = prepared.begin_seeded(start, jets.at(index), seed);
        Lane { index, walk, next: start, farthest_squared: (start - ensemble.start).norm_squared() }
    };
    let mut lanes: Vec<Lane<'_>> = starts.iter().enumerate().map(begin).collect();
    for step in 0.. {
        if cancel() {
            return None;
        }
        let mut sum = sums.rest;
        for lane in &lanes {
            sum.add(Sum { w: lane.walk.w, count: 1 });
        }
        sums.steps.push(sum);
        // In the order of the lanes, so that the sums are reproducible.
        lanes.retain_mut(|lane| {
            let ended = match lane.walk.propose() {
                Proposal::Goes(next) => {
                    lane.next = next;
                    return true;
                }
                // It would stay at its point until its step limit.
                Proposal::Rests => StopReason::StepLimit,
                Proposal::Ended(stop) => stop,
            };
            if !is_out(ended) {
                sums.rest.add(Sum { w: lane.walk.w, count: 1 });
            }
            finished[lane.index] = Some(lane.finish(&starts[lane.index], ended, &mut paths));
            false
        });
        if lanes.is_empty() {
            break;
        }
        jets.evaluate(lanes.iter().map(|lane| lane.next));
        let mut position = 0;
        lanes.retain_mut(|lane| {
            let jet = jets.at(position);
            position += 1;
            let stop = lane.walk.arrive(lane.next, jet);
            let distance_squared = (lane.next - ensemble.start).norm_squared();
            lane.farthest_squared = lane.farthest_squared.max(distance_squared);
            let path = paths.get_mut(lane.index).filter(|_| (step + 1) % stride == 0);
            if let Some(path) = path {
                path.push(lane.next);
            }
            // Only a run that diverges or leaves the domain of L ends by its step.
            let Some(stop) = stop else { return true };
            finished[lane.index] = Some(lane.finish(&starts[lane.index], stop, &mut paths));
            false
        });
        if lanes.is_empty() {
            break;
        }
    }
    Some(Followed { finished: finished.into_iter().collect::<Option<Vec<_>>>()?, paths, sums })
}

fn is_out(stop: StopReason) -> bool {
    matches!(stop, StopReason::Diverged | StopReason::Undefined)
}

impl Lane<'_> {
    fn finish(&self, (seed, start): &(u64, Vector), stop: StopReason, paths: &mut [Vec<Vector>]) -> Finished {
        let end = self.walk.w;
        if let Some(path) = paths.get_mut(self.index)
            && path.last() != Some(&end)
        {
            path.push(end);
        }
        let farthest = self.farthest_squared.sqrt();
        Finished { seed: *seed, start: *start, end, steps: self.walk.steps, stop, farthest }
    }
}

/// L, ∇L and, if it is needed, H, for all lanes.
struct Jets<'a> {
    sampler: Sampler<'a>,
    w1: Vec<f64>,
    w2: Vec<f64>,
    /// L, ∂₁, ∂₂ and perhaps ∂₁₁, ∂₁₂, ∂₂₂.
    planes: Vec<Vec<f64>>,
}

impl<'a> Jets<'a> {
    fn new(loss: &'a Loss, needs_hessian: bool) -> Jets<'a> {
        let count = if needs_hessian { 6 } else { 3 };
        let sampler = loss.sampler(0..count);
        Jets { sampler, w1: Vec::new(), w2: Vec::new(), planes: vec![Vec::new(); count] }
    }

    fn evaluate(&mut self, points: impl Iterator<Item = Vector>) {
        self.w1.clear();
        self.w2.clear();
        for w in points {
            self.w1.push(w.x);
            self.w2.push(w.y);
        }
        self.sampler.fill(&self.w1, &self.w2, &mut self.planes);
    }

    /// The jet at a place; without a Hessian if none is needed.
    fn at(&self, place: usize) -> Jet {
        let entry = |plane: usize| self.planes.get(plane).map_or(f64::NAN, |plane| plane[place]);
        Jet {
            value: entry(0),
            gradient: Vector::new(entry(1), entry(2)),
            hessian: Matrix::new(entry(3), entry(4), entry(4), entry(5)),
        }
    }
}
