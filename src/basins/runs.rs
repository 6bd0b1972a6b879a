//! Runs from many starts, followed to their ends side by side without recording their points, and with a test for
//! cycles.

use super::lanes;
use super::run_end::{AWAY, RunEnd, RunEndKind, SAME, WATCHED, how};
use crate::formula::Planes;
use crate::landscape::{Jet, Loss, Sampler};
use crate::number::{Matrix, Vector};
use crate::optimizer::{Prepared, Proposal, Walk};

/// How many runs are followed side by side.
const LANES: usize = 2048;

/// Follows the run from each start. A random run is never in a cycle. `None` if `cancel` returned true.
///
/// The runs go side by side, one step each in turn, so that L, ∇L and H are evaluated for blocks of points. When a run
/// ends, the next start takes its place. Each run has the bits of the run that is computed alone.
pub(super) fn run_ends(
    loss: &Loss,
    prepared: &Prepared<'_>,
    starts: &[Vector],
    is_random: bool,
    cancel: &dyn Fn() -> bool,
) -> Option<Vec<RunEnd>> {
    if let Some(formula) = prepared.step_formula() {
        return lanes::run_ends(loss, prepared, formula, starts, cancel);
    }
    step_by_step(loss, prepared, starts, is_random, cancel)
}

/// Like [`run_ends`], for any rule; each lane makes its own step.
pub(super) fn step_by_step(
    loss: &Loss,
    prepared: &Prepared<'_>,
    starts: &[Vector],
    is_random: bool,
    cancel: &dyn Fn() -> bool,
) -> Option<Vec<RunEnd>> {
    let mut run_ends = vec![None; starts.len()];
    let mut waiting = starts.iter().copied().enumerate();
    let mut lanes: Vec<Lane<'_>> = waiting.by_ref().take(LANES).map(Lane::new).collect();
    let mut jets = Jets::new(loss);
    while !lanes.is_empty() {
        if cancel() {
            return None;
        }
        jets.evaluate(&lanes);
        // From the back, so that the last lane can replace a lane that ends.
        for position in (0..lanes.len()).rev() {
            let jet = jets.at(position);
            let lane = &mut lanes[position];
            let Some(how) = lane.go_on(prepared, jet, is_random) else { continue };
            run_ends[lane.index] = Some(lane.run_end(how));
            match waiting.next() {
                Some(start) => *lane = Lane::new(start),
                None => {
                    lanes.swap_remove(position);
                }
            }
        }
    }
    run_ends.into_iter().collect()
}

/// One of the runs that are followed side by side, on its way to `next`.
struct Lane<'a> {
    index: usize,
    /// The run; `None` before it has begun, at `next`.
    run: Option<(Walk<'a>, Watch)>,
    next: Vector,
}

impl<'a> Lane<'a> {
    fn new((index, start): (usize, Vector)) -> Lane<'a> {
        Lane { index, run: None, next: start }
    }

    /// Moves to `next`, where L, ∇L and H are `jet`, and computes the next proposal. Returns how the run has ended, if
    /// it has.
    fn go_on(&mut self, prepared: &Prepared<'a>, jet: Jet, is_random: bool) -> Option<RunEndKind> {
        let walk = match &mut self.run {
            Some((walk, watch)) => {
                if let Some(stop) = walk.arrive(self.next, jet) {
                    return Some(how(stop));
                }
                if !is_random && watch.has_come_round(walk.w, walk.has_memory()) {
                    return Some(RunEndKind::Cycle);
                }
                walk
            }
            begun => &mut begun.insert((prepared.begin_with(self.next, jet), Watch::new())).0,
        };
        match walk.propose() {
            Proposal::Goes(next) => {
                self.next = next;
                None
            }
            Proposal::Rests => Some(RunEndKind::Unfinished),
            Proposal::Ended(stop) => Some(how(stop)),
        }
    }

    fn run_end(&self, how: RunEndKind) -> RunEnd {
        match &self.run {
            Some((walk, _)) => RunEnd { end: walk.w, how, steps: walk.steps as u32 },
            None => RunEnd { end: self.next, how, steps: 0 },
        }
    }
}

/// L, ∇L and H where the lanes go next.
struct Jets<'a> {
    sampler: Sampler<'a>,
    w1: Vec<f64>,
    w2: Vec<f64>,
    planes: Planes,
}

impl<'a> Jets<'a> {
    fn new(loss: &'a Loss) -> Jets<'a> {
        let sampler = loss.sampler(0..6);
        Jets { sampler, w1: Vec::new(), w2: Vec::new(), planes: Planes::default() }
    }

    fn evaluate(&mut self, lanes: &[Lane<'_>]) {
        self.w1.clear();
        self.w2.clear();
        self.w1.extend(lanes.iter().map(|lane| lane.next.x));
        self.w2.extend(lanes.iter().map(|lane| lane.next.y));
        self.sampler.fill(&self.w1, &self.w2, &mut self.planes);
    }

    fn at(&self, position: usize) -> Jet {
        let [value, d1, d2, d11, d12, d22] = self.planes.each_ref().map(|plane| plane[position]);
        Jet { value, gradient: Vector::new(d1, d2), hessian: Matrix::new(d11, d12, d12, d22) }
    }
}

/// Recognises a cycle by comparing all later points with a kept one: the point after 32 steps, then after 64, 128, …
/// (R. P. Brent, An improved Monte Carlo factorization algorithm, 1980, §2).
struct Watch {
    steps: usize,
    /// The step after which the next point is kept.
    limit: usize,
    kept: Option<Kept>,
}

/// The point that later ones are compared with.
struct Kept {
    w: Vector,
    /// The point after it.
    next: Option<Vector>,
    scale: f64,
    has_been_away: bool,
    has_come_back: bool,
}

impl Watch {
    fn new() -> Watch {
        Watch { steps: 0, limit: WATCHED, kept: None }
    }

    /// Whether the run, now at w, has been here before. If the next step depends on more than w, the following point
    /// must be the same, too.
    fn has_come_round(&mut self, w: Vector, has_memory: bool) -> bool {
        self.steps += 1;
        if self.kept.as_mut().is_some_and(|kept| kept.comes_round(w, has_memory)) {
            return true;
        }
        if self.steps >= self.limit && self.kept.as_ref().is_none_or(|kept| !kept.has_come_back) {
            let scale = w.amax().max(1.0);
            self.kept = Some(Kept { w, next: None, scale, has_been_away: false, has_come_back: false });
            self.limit = 2 * self.steps;
        }
        false
    }
}

impl Kept {
    fn comes_round(&mut self, w: Vector, has_memory: bool) -> bool {
        let next = *self.next.get_or_insert(w);
        let is_same = |distance: f64| distance <= SAME * self.scale;
        if self.has_come_back && is_same((w - next).amax()) {
            return true;
        }
        let distance = (w - self.w).amax();
        self.has_come_back = self.has_been_away && is_same(distance);
        self.has_been_away |= distance >= AWAY * self.scale;
        self.has_come_back && !has_memory
    }
}
