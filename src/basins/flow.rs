//! Gradient flow w′ = −∇L(w) from many points side by side, until its end is known.
//!
//! Each point is followed by the pair of orders 5 and 4 of J. R. Dormand and P. J. Prince (A family of embedded
//! Runge–Kutta formulae, 1980), with its own step size; the gradients of each stage are evaluated for all points
//! together. Within the reach of a minimum, where the Hessian stays positive definite, the flow can only come nearer,
//! so the integration ends there.

use super::attractors::Attractors;
use super::run_end::{RunEnd, RunEndKind};
use crate::curvature::Kind;
use crate::landscape::{Loss, Sampler};
use crate::number::Vector;

/// The error that a step may make, relative to the larger of 1 and |w|, and relative to its own length: towards a point
/// of rest the error becomes ever smaller.
const TOLERANCE: f64 = 1e-6;
const SHARE: f64 = 0.05;
/// The flow has converged if ‖∇L‖ is at most this, as for a run.
const REST: f64 = 1e-8;
/// The most steps: a valley of condition number κ takes about 6κ.
const MOST_STEPS: usize = 50_000;
/// The shortest step, relative to the larger of 1 and |w|: shorter ones are needed only where the flow ends, at the
/// border of L's domain or where numbers overflow.
const SHORTEST: f64 = 1e-30;
/// Where |w| or ‖∇L‖ is as large as this at the end of a flow, it ends by overflow.
const HUGE: f64 = 1e150;

/// The stages' points are w + h·Σ aᵢⱼkⱼ; the last row is the point of order 5.
const STAGES: [&[f64]; 6] = [
    &[1.0 / 5.0],
    &[3.0 / 40.0, 9.0 / 40.0],
    &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    &[19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
    &[9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
    &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
];
/// The difference to the point of order 4, over h.
const ERROR: [f64; 7] =
    [71.0 / 57600.0, 0.0, -71.0 / 16695.0, 71.0 / 1920.0, -17253.0 / 339200.0, 22.0 / 525.0, -1.0 / 40.0];

struct Lane {
    index: usize,
    w: Vector,
    /// The point at which the current stage is evaluated.
    at: Vector,
    /// The slopes −∇L of the stages.
    slopes: [Vector; 7],
    size: f64,
    steps: usize,
}

/// The end of the flow from each point; `None` if `cancel` returned true.
pub(super) fn flow(
    loss: &Loss,
    attractors: &Attractors,
    points: &[Vector],
    cancel: &dyn Fn() -> bool,
) -> Option<Vec<RunEnd>> {
    let mut gradients = Slopes::new(loss);
    let mut run_ends: Vec<Option<RunEnd>> = vec![None; points.len()];
    let begin = |(index, w): (usize, &Vector)| {
        let zero = Vector::zeros();
        Lane { index, w: *w, at: *w, slopes: [zero; 7], size: 0.0, steps: 0 }
    };
    let mut lanes: Vec<Lane> = points.iter().enumerate().map(begin).collect();
    gradients.evaluate(&mut lanes, 0);
    for lane in &mut lanes {
        // A first step that moves by a hundredth of the point's size; the error control takes over from there.
        lane.size = 0.01 * lane.w.amax().max(1.0) / lane.slopes[0].amax().max(1e-300);
    }
    while !lanes.is_empty() {
        if cancel() {
            return None;
        }
        lanes.retain(|lane| match lane.end(attractors) {
            Some((end, how)) => {
                run_ends[lane.index] = Some(RunEnd { end, how, steps: lane.steps as u32 });
                false
            }
            None => true,
        });
        for (stage, weights) in STAGES.iter().enumerate() {
            for lane in &mut lanes {
                let slope: Vector = lane.slopes.iter().zip(*weights).map(|(slope, weight)| *weight * slope).sum();
                lane.at = lane.w + lane.size * slope;
            }
            gradients.evaluate(&mut lanes, stage + 1);
        }
        lanes.iter_mut().for_each(Lane::decide);
    }
    run_ends.into_iter().collect()
}

impl Lane {
    /// The end of the flow, if it has ended.
    fn end(&self, attractors: &Attractors) -> Option<(Vector, RunEndKind)> {
        let slope = self.slopes[0];
        if !(slope.x.is_finite() && slope.y.is_finite()) {
            return Some((self.w, RunEndKind::Broken));
        }
        if let Some(minimum) = attractors.capturing(self.w) {
            return Some((minimum, RunEndKind::Converged));
        }
        if slope.norm() <= REST {
            return Some((self.w, RunEndKind::Converged));
        }
        if self.size * slope.amax() < SHORTEST * self.w.amax().max(1.0) {
            let overflows = self.w.amax().max(slope.amax()) > HUGE;
            return Some((self.w, if overflows { RunEndKind::Diverged } else { RunEndKind::Broken }));
        }
        (self.steps >= MOST_STEPS).then_some((self.w, RunEndKind::Unfinished))
    }

    /// Accepts the step if its error is small enough, and chooses the next size.
    fn decide(&mut self) {
        self.steps += 1;
        let error: Vector = self.slopes.iter().zip(ERROR).map(|(slope, weight)| weight * slope).sum();
        let scale = self.at.amax().max(1.0);
        let allowed = (SHARE * self.size * self.slopes[0].amax()).clamp(1e-6 * TOLERANCE * scale, TOLERANCE * scale);
        let error = self.size * error.amax() / allowed;
        let slope = self.slopes[6];
        let is_small = error <= 1.0 && slope.iter().chain(&self.at).all(|x| x.is_finite());
        if is_small {
            self.w = self.at;
            self.slopes[0] = slope;
        }
        let factor = if error.is_finite() { 0.9 * libm::pow(error, -0.2) } else { 0.0 };
        self.size *= factor.clamp(0.2, if is_small { 5.0 } else { 1.0 });
    }
}

/// Slopes for many lanes.
struct Slopes<'a> {
    sampler: Sampler<'a>,
    w1: Vec<f64>,
    w2: Vec<f64>,
    planes: [Vec<f64>; 3],
}

impl<'a> Slopes<'a> {
    fn new(loss: &'a Loss) -> Slopes<'a> {
        Slopes { sampler: loss.sampler(0..3), w1: Vec::new(), w2: Vec::new(), planes: Default::default() }
    }

    fn evaluate(&mut self, lanes: &mut [Lane], stage: usize) {
        self.w1.clear();
        self.w2.clear();
        self.w1.extend(lanes.iter().map(|lane| lane.at.x));
        self.w2.extend(lanes.iter().map(|lane| lane.at.y));
        self.sampler.fill(&self.w1, &self.w2, &mut self.planes);
        let [_, d1, d2] = &self.planes;
        for (lane, (d1, d2)) in lanes.iter_mut().zip(d1.iter().zip(d2)) {
            lane.slopes[stage] = -Vector::new(*d1, *d2);
        }
    }
}

impl Attractors {
    /// The minimum within whose reach the point lies.
    fn capturing(&self, w: Vector) -> Option<Vector> {
        let minima = self.list().iter().filter(|attractor| attractor.kind == Kind::Minimum);
        minima
            .map(|attractor| (attractor.w, attractor.reach()))
            .find(|(at, reach)| (at - w).norm() < *reach)
            .map(|(at, _)| at)
    }
}
