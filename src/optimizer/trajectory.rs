//! Trajectories: the steps of a run, and the reason for its end.

use super::step_context::{Evaluations, Observation};
use super::walk::{Advance, After, Further, Prepared, Walk, is_finite, length};
use super::{Growth, Run, StopReason};
use crate::landscape::Loss;
use crate::number::{Matrix, Vector, eigenpairs};
use std::sync::{Arc, OnceLock};

/// One recorded point of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The point.
    pub w: Vector,
    /// L there.
    pub loss: f64,
    /// ‖∇L‖ there.
    pub gradient_norm: f64,
    /// All evaluations of the optimizer up to this point. Evaluations that only show or stop the run are not counted.
    pub evaluations: Evaluations,
}

/// Data of a run that moves in more than two weights. Its recorded points are projections onto a plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Shadow {
    /// How far the run is from the plane, at each recorded point.
    pub distances: Vec<f64>,
    /// L at the projections; [`Step::loss`] is L at the points of the run itself.
    pub below: Vec<f64>,
    /// The length in weight space of a unit of w1.
    pub unit: f64,
    /// The weights of the run at some of its steps, the first among them, by step.
    pub kept: Arc<Vec<KeptWeights>>,
}

/// The weights of a run at one of its steps.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptWeights {
    /// The step.
    pub step: usize,
    /// The weights.
    pub weights: Vec<f64>,
}

impl Shadow {
    /// The weights at a step, or at the last step before it at which they were kept.
    pub fn weights_at(&self, step: usize) -> Option<&KeptWeights> {
        let after = self.kept.partition_point(|kept| kept.step <= step);
        self.kept.get(after.checked_sub(1)?)
    }

    /// Whether L at the run differs from L at the projection by more than a tenth, so that the drawn landscape is
    /// misleading there.
    pub fn misleads(&self, step: usize, loss: f64) -> bool {
        self.below.get(step).is_some_and(|below| differ(loss, *below))
    }
}

/// Whether two losses differ by more than a tenth of the smaller one.
pub fn differ(a: f64, b: f64) -> bool {
    (a - b).abs() > 0.1 * a.abs().min(b.abs())
}

/// The points of a run: step 0 is the start.
#[derive(Clone, Debug)]
pub struct Trajectory {
    /// The recorded points, at least one.
    pub steps: Vec<Step>,
    /// The reason for its end.
    pub stop: StopReason,
    /// The run of these points; `None` for points from elsewhere.
    pub run: Option<Run>,
    /// The continuation of the run after its end, if it is known: after a run converged, and if it stays for good.
    pub further: Option<Further>,
    /// Data of a run that moves in all weights of a network; `None` for a run in two weights.
    pub shadow: Option<Shadow>,
    /// The period of a cycle: the number of steps after which the run returns to its last point, to the last bit.
    /// `None` if there is no cycle, or if the next step depends on more than the point.
    pub cycle: Option<usize>,
    loss: Loss,
    eigenvalues: OnceLock<Vec<[f64; 2]>>,
}

impl PartialEq for Trajectory {
    fn eq(&self, other: &Trajectory) -> bool {
        self.steps == other.steps && self.stop == other.stop
    }
}

/// How many steps beyond the end of a converged run are computed: the greatest number, and the least if many examples
/// make them slow.
const FURTHER_STEPS: [usize; 2] = [200, 32];

/// The longest period of a cycle that is looked for, in steps.
const LONGEST_CYCLE: usize = 64;

/// Points at which the Hessian is evaluated together.
const TOGETHER: usize = 1024;

impl Trajectory {
    /// A trajectory on a loss through these points, of which there must be at least one.
    pub fn new(loss: &Loss, steps: Vec<Step>, stop: StopReason) -> Trajectory {
        Trajectory {
            steps,
            stop,
            run: None,
            further: None,
            cycle: None,
            shadow: None,
            loss: loss.clone(),
            eigenvalues: OnceLock::new(),
        }
    }

    /// λ1 ≤ λ2 of the Hessian at each recorded point; NaN where it is undefined.
    ///
    /// Most rules do not need the Hessian, and neither do most uses of a trajectory, so the eigenvalues are computed on
    /// first use.
    pub fn eigenvalues(&self) -> &[[f64; 2]] {
        self.eigenvalues.get_or_init(|| {
            let end = self.end().w;
            // A run that rests repeats its last point up to its step limit, so only distinct points are evaluated.
            let distinct =
                self.steps.iter().rposition(|step| step.w != end).map_or(1, |last| (last + 2).min(self.steps.len()));
            let mut eigenvalues = eigenvalues(&self.loss, &self.steps[..distinct]);
            if let Some(&last) = eigenvalues.last() {
                eigenvalues.resize(self.steps.len(), last);
            }
            eigenvalues
        })
    }

    /// Whether L is written as a polynomial of degree at most two.
    pub fn is_quadratic(&self) -> bool {
        self.loss.is_quadratic()
    }

    /// Whether a theorem proves that the run would grow without bound if it went on: see [`Growth`].
    pub fn grows_for_good(&self) -> bool {
        let [.., before, end] = &self.steps[..] else { return false };
        let growth = self.run.as_ref().and_then(|run| Growth::of(&self.loss, run));
        let [earlier, here] = [before.w, end.w].map(|w| self.loss.value_and_gradient(w).1);
        growth.is_some_and(|growth| growth.holds(end.w, earlier, here))
    }

    /// Whether the rule would stay at the last point.
    pub fn stays(&self) -> bool {
        self.further.as_ref().is_some_and(|further| further.after == After::Stays && further.points.is_empty())
    }

    /// The number of steps made.
    pub fn len(&self) -> usize {
        self.steps.len().saturating_sub(1)
    }

    /// Whether no step was made.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The last recorded point.
    pub fn end(&self) -> &Step {
        self.steps.last().unwrap_or_else(|| unreachable!("a trajectory has its start"))
    }
}

/// Runs an optimizer from `start`. Equal arguments give equal bits.
///
/// [`Walk::advance`] documents the order in which the reasons to end are tested. A rule without memory that does not
/// move repeats its last point until the step limit, and the trajectory records these points.
///
/// # Errors
/// Returns an error, as a sentence, if [`Run::check`] does or if the start is not finite.
pub fn trace(loss: &Loss, start: Vector, run: &Run) -> Result<Trajectory, String> {
    let prepared = Prepared::new(loss, run)?;
    let mut walk = begin(&prepared, start)?;
    // Most runs end early or have a few hundred steps: a long limit must not cost its memory in advance.
    let mut steps = Vec::with_capacity(run.steps.min(4096) + 1);
    steps.push(record(&walk));
    let stays = || Some(Further { points: Vec::new(), after: After::Stays });
    let (stop, further) = loop {
        match walk.advance() {
            Advance::Moved => steps.push(record(&walk)),
            Advance::MovedOut(stop) => {
                steps.push(record(&walk));
                break (stop, None);
            }
            Advance::Ended(StopReason::Converged) => {
                let [most, least] = FURTHER_STEPS;
                let further = walk.go_on((most * 64 / (64 + loss.examples())).max(least));
                break (StopReason::Converged, Some(further));
            }
            Advance::Ended(stop @ (StopReason::SingularHessian | StopReason::Stalled)) => break (stop, stays()),
            Advance::Ended(stop) => break (stop, None),
            Advance::Rests => {
                steps.resize(run.steps + 1, record(&walk));
                break (StopReason::StepLimit, stays());
            }
        }
    };
    let is_open = stop == StopReason::StepLimit && further.is_none();
    let cycle = if is_open && walk.depends_on_the_point_alone() { cycle(&steps) } else { None };
    Ok(Trajectory { run: Some(run.clone()), further, cycle, ..Trajectory::new(loss, steps, stop) })
}

/// How many steps ago the run was at the last point before, to the last bit.
fn cycle(steps: &[Step]) -> Option<usize> {
    let bits = |step: &Step| [step.w.x.to_bits(), step.w.y.to_bits()];
    let (end, before) = steps.split_last()?;
    before.iter().rev().take(LONGEST_CYCLE).position(|step| bits(step) == bits(end)).map(|position| position + 1)
}

/// The observations of the run in its step from point `index` to the next, as [`trace`] numbers them, including a step
/// that fails. Empty if the run has ended before.
///
/// The run is recomputed up to there, so that a trajectory of a million steps need not store all observations.
///
/// # Errors
/// Returns an error as [`trace`] does.
pub fn observations(loss: &Loss, start: Vector, run: &Run, index: usize) -> Result<Vec<Observation>, String> {
    let prepared = Prepared::new(loss, run)?;
    let mut walk = begin(&prepared, start)?;
    for _ in 0..index {
        match walk.advance() {
            Advance::Moved => {}
            Advance::Rests => break,
            Advance::MovedOut(_) | Advance::Ended(_) => return Ok(Vec::new()),
        }
    }
    Ok(walk.advance_watched().1)
}

fn begin<'a>(prepared: &Prepared<'a>, start: Vector) -> Result<Walk<'a>, String> {
    if !is_finite(start) {
        return Err("a run needs a start of two finite numbers".to_owned());
    }
    Ok(prepared.begin(start))
}

#[inline]
fn record(walk: &Walk<'_>) -> Step {
    Step { w: walk.w, loss: walk.jet.value, gradient_norm: length(walk.jet.gradient), evaluations: walk.evaluations() }
}

fn eigenvalues(loss: &Loss, steps: &[Step]) -> Vec<[f64; 2]> {
    let mut sampler = loss.sampler(0..6);
    let mut planes: [Vec<f64>; 6] = Default::default();
    let mut eigenvalues = Vec::with_capacity(steps.len());
    for steps in steps.chunks(TOGETHER) {
        let [w1, w2]: [Vec<f64>; 2] = [0, 1].map(|axis| steps.iter().map(|step| step.w[axis]).collect());
        sampler.fill(&w1, &w2, &mut planes);
        let [.., d11, d12, d22] = &planes;
        let hessians = d11.iter().zip(d12).zip(d22).map(|((a, b), d)| Matrix::new(*a, *b, *b, *d));
        eigenvalues.extend(hessians.map(|hessian| eigenpairs(&hessian).map_or([f64::NAN; 2], |eigen| eigen.values)));
    }
    eigenvalues
}
