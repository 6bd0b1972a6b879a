//! A run in motion: one step at a time, from a start to the reason for its end.

use super::divergence::Growth;
use super::step_context::{Evaluations, InPlane, Ledger, Observation, StepContext, StepStart};
use super::{Optimizer, Run, StepFailure, StepFormula, StepRule, Steps, StopReason};
use crate::curvature::{Definiteness, definiteness};
use crate::landscape::{Evaluator, Jet, Loss};
use crate::number::{Matrix, Vector, eigenpairs};

/// If |w| exceeds this times the larger of 1 and |start|, the walk tests whether a theorem proves that the run diverges
/// ([`Growth`]). Otherwise the run goes on: Newton's method may jump that far and come back.
pub const USEFUL_RANGE: f64 = 1e12;

/// A checked run, which can be begun at any start.
pub struct Prepared<'a> {
    loss: &'a Loss,
    run: &'a Run,
    optimizer: &'static dyn Optimizer,
    growth: Option<Growth>,
}

impl<'a> Prepared<'a> {
    /// The run on the loss.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if [`Run::check`] does or if the run does not suit the loss.
    pub fn new(loss: &'a Loss, run: &'a Run) -> Result<Prepared<'a>, String> {
        let optimizer = run.check()?;
        optimizer.suits(run, loss.examples())?;
        Ok(Prepared { loss, run, optimizer, growth: Growth::of(loss, run) })
    }

    /// The run's optimizer.
    pub fn optimizer(&self) -> &'static dyn Optimizer {
        self.optimizer
    }

    /// The step as a formula of the point alone, if it is one. With a schedule it is not, because it depends on the
    /// number of the step.
    pub fn step_formula(&self) -> Option<StepFormula> {
        match self.steps(self.run.seed) {
            Steps::Formula(formula) if self.run.schedule.is_constant() => Some(formula),
            _ => None,
        }
    }

    /// The run.
    pub fn run(&self) -> &'a Run {
        self.run
    }

    fn steps(&self, seed: u64) -> Steps {
        self.optimizer.begin(&|key| self.run.value(self.optimizer, key), seed, self.loss.examples())
    }

    /// Whether the run needs the Hessian. If it does not, the caller may leave it undefined.
    pub fn needs_hessian(&self) -> bool {
        self.optimizer.needs_hessian() || self.run.require_positive_definite
    }

    /// The run at its start.
    pub fn begin(&self, start: Vector) -> Walk<'a> {
        self.begin_with(start, jet_for(&mut self.loss.evaluator(), start, self.needs_hessian()))
    }

    /// Like [`Prepared::begin`], with known L, ∇L and H at the start, for callers that evaluate many runs together.
    pub fn begin_with(&self, start: Vector, jet: Jet) -> Walk<'a> {
        self.begin_seeded(start, jet, self.run.seed)
    }

    /// Like [`Prepared::begin_with`], with another seed.
    pub fn begin_seeded(&self, start: Vector, jet: Jet, seed: u64) -> Walk<'a> {
        Walk {
            is_usable: is_usable(&jet),
            loss: self.loss,
            evaluator: self.loss.evaluator(),
            run: self.run,
            rule: self.steps(seed),
            needs_hessian: self.needs_hessian(),
            range: useful_range(start),
            growth: self.growth,
            w: start,
            jet,
            steps: 0,
            ledger: Ledger::default(),
        }
    }
}

/// A run on its way.
pub struct Walk<'a> {
    loss: &'a Loss,
    evaluator: Evaluator,
    run: &'a Run,
    rule: Steps,
    needs_hessian: bool,
    range: f64,
    growth: Option<Growth>,
    /// The current point.
    pub w: Vector,
    /// L and ∇L there, and H where [`Prepared::needs_hessian`].
    pub jet: Jet,
    /// Whether L and ∇L are finite there.
    is_usable: bool,
    /// How many steps it has made.
    pub steps: usize,
    ledger: Ledger,
}

/// The proposal of a run for its next point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Proposal {
    /// To this point.
    Goes(Vector),
    /// Nowhere: the run has ended.
    Ended(StopReason),
    /// The run stays here for good: see [`Advance::Rests`].
    Rests,
}

/// The result of an attempt to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// The run has made a step.
    Moved,
    /// The run has ended by making a step: it diverged, or L is undefined at its new point.
    MovedOut(StopReason),
    /// The run has ended and stays at its point.
    Ended(StopReason),
    /// The rule has no memory and does not move, so it would stay for good.
    Rests,
}

/// The continuation of a run beyond its stop.
#[derive(Clone, Debug, PartialEq)]
pub struct Further {
    /// The points after its last one.
    pub points: Vec<Vector>,
    /// And after these.
    pub after: After,
}

/// What follows after the computed points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The run would go on.
    GoesOn,
    /// The rule stays at the last point for good.
    Stays,
    /// The run diverges, or leaves the domain of L.
    Leaves,
}

/// For a run from `start`, divergence is tested if |w| exceeds this.
#[inline]
pub fn useful_range(start: Vector) -> f64 {
    USEFUL_RANGE * length(start).max(1.0)
}

impl Walk<'_> {
    /// Moves the run to w, where L, ∇L and H are `jet`, after `steps` steps, with the range that [`useful_range`] gives
    /// for its start. For a rule without memory, the state is then that of a run that has reached w by itself.
    pub fn put(&mut self, w: Vector, jet: Jet, steps: usize, range: f64) {
        (self.w, self.jet, self.steps, self.range) = (w, jet, steps, range);
        self.is_usable = is_usable(&self.jet);
    }

    /// Goes on by one step, unless the run has ended.
    ///
    /// The tests are made in this order: a run ends if L or ∇L is undefined; a run that fulfils its criteria has
    /// converged; a run that has used up its steps ends; a run whose step overflowed has diverged, and so has a run
    /// beyond the [`USEFUL_RANGE`] that provably diverges.
    #[inline(always)]
    pub fn advance(&mut self) -> Advance {
        match self.propose() {
            Proposal::Ended(stop) => Advance::Ended(stop),
            Proposal::Rests => Advance::Rests,
            Proposal::Goes(next) => {
                let jet = jet_for(&mut self.evaluator, next, self.needs_hessian);
                match self.arrive(next, jet) {
                    None => Advance::Moved,
                    Some(stop) => Advance::MovedOut(stop),
                }
            }
        }
    }

    /// The first half of [`Walk::advance`]: the proposed next point.
    #[inline(always)]
    pub fn propose(&mut self) -> Proposal {
        if !self.is_usable {
            return Proposal::Ended(StopReason::Undefined);
        }
        if self.has_converged() {
            return Proposal::Ended(StopReason::Converged);
        }
        if self.steps >= self.run.steps {
            return Proposal::Ended(StopReason::StepLimit);
        }
        self.step()
    }

    /// The proposal of the rule, without the criteria of the run.
    #[inline(always)]
    fn step(&mut self) -> Proposal {
        let share = self.run.schedule.share(self.steps, self.run.steps);
        let start = StepStart {
            w: &self.w,
            value: self.jet.value,
            gradient: &self.jet.gradient,
            share,
            step: self.steps,
            limit: self.run.steps,
        };
        let mut oracle = InPlane { loss: self.loss, jet: &self.jet, evaluator: &mut self.evaluator };
        let mut context = StepContext::in_plane(start, (&self.jet, self.loss), &mut oracle, &mut self.ledger);
        let next = match self.rule.step(&mut context) {
            Ok(next) => next,
            Err(StepFailure::SingularHessian) => return Proposal::Ended(StopReason::SingularHessian),
            Err(StepFailure::Undefined) => return Proposal::Ended(StopReason::Undefined),
            Err(StepFailure::Stalled) => return Proposal::Ended(StopReason::Stalled),
            Err(StepFailure::Overflow) => return Proposal::Ended(StopReason::Diverged),
        };
        if next == self.w && !self.rule.has_memory() {
            return Proposal::Rests;
        }
        if !is_finite(next) {
            return Proposal::Ended(StopReason::Diverged);
        }
        Proposal::Goes(next)
    }

    /// The second half of [`Walk::advance`]: the step to the proposed point, where L, ∇L and H are `jet`. Returns the
    /// reason if the run has ended by it.
    #[inline(always)]
    pub fn arrive(&mut self, next: Vector, jet: Jet) -> Option<StopReason> {
        let before = self.w;
        self.w = next;
        self.jet = jet;
        self.is_usable = is_usable(&self.jet);
        self.steps += 1;
        // Of two components the norm is at most twice the larger: most points need no root.
        let half_range = 0.5 * self.range;
        let is_far = (next.x.abs() > half_range || next.y.abs() > half_range) && length(next) > self.range;
        if is_far && self.is_growing_from(before) {
            return Some(StopReason::Diverged);
        }
        if !self.is_usable {
            let overflows = overflows_between(&mut self.evaluator, before, next);
            return Some(if overflows { StopReason::Diverged } else { StopReason::Undefined });
        }
        None
    }

    /// Whether a theorem proves that the run, which was at `before`, diverges.
    #[cold]
    #[inline(never)]
    fn is_growing_from(&mut self, before: Vector) -> bool {
        let Some(growth) = &self.growth else { return false };
        let [earlier, here] = [before, self.w].map(|w| self.evaluator.value_and_gradient(w).1);
        growth.holds(self.w, earlier, here)
    }

    /// The continuation by the rule for up to `most` more steps, without any criterion to stop; fewer if a schedule
    /// ends before.
    pub(super) fn go_on(&mut self, most: usize) -> Further {
        let mut points = Vec::with_capacity(most);
        let falls = !self.run.schedule.is_constant();
        while points.len() < most && !(falls && self.steps >= self.run.steps) {
            let next = match self.step() {
                Proposal::Goes(next) => next,
                Proposal::Rests => return Further { points, after: After::Stays },
                Proposal::Ended(StopReason::Diverged | StopReason::Undefined) => {
                    return Further { points, after: After::Leaves };
                }
                // The rule has no other point to offer.
                Proposal::Ended(_) => return Further { points, after: After::Stays },
            };
            points.push(next);
            let jet = jet_for(&mut self.evaluator, next, self.needs_hessian);
            if self.arrive(next, jet).is_some() {
                return Further { points, after: After::Leaves };
            }
        }
        Further { points, after: After::GoesOn }
    }

    /// Goes on by one step, and returns its observations.
    pub(super) fn advance_watched(&mut self) -> (Advance, Vec<Observation>) {
        self.ledger.observations = Some(Vec::new());
        let advance = self.advance();
        (advance, self.ledger.observations.take().unwrap_or_default())
    }

    /// The evaluations of the run so far.
    pub fn evaluations(&self) -> Evaluations {
        self.ledger.evaluations
    }

    /// Whether the next step depends on more than [`Walk::w`].
    pub fn has_memory(&self) -> bool {
        self.rule.has_memory()
    }

    /// Whether the next step is a function of [`Walk::w`], the same in every step.
    pub fn depends_on_the_point_alone(&self) -> bool {
        !self.has_memory() && self.run.schedule.is_constant()
    }

    fn has_converged(&self) -> bool {
        let tolerance = self.run.gradient_tolerance;
        self.jet.gradient.x.abs() <= tolerance
            && self.jet.gradient.y.abs() <= tolerance
            && self.rule.rests_at_zero_gradient()
            && length(self.jet.gradient) <= tolerance
            && (!self.run.require_positive_definite
                || eigenpairs(&self.jet.hessian)
                    .is_some_and(|eigen| definiteness(&eigen) == Definiteness::PositiveDefinite))
    }
}

/// The Euclidean norm, also where the squares of the components would overflow or underflow.
#[inline]
pub(super) fn length(v: Vector) -> f64 {
    if (1e-140..1e140).contains(&v.amax()) { v.norm() } else { libm::hypot(v.x, v.y) }
}

#[inline]
pub(super) fn is_finite(w: Vector) -> bool {
    w.x.is_finite() && w.y.is_finite()
}

#[inline(always)]
fn is_usable(jet: &Jet) -> bool {
    jet.value.is_finite() && is_finite(jet.gradient)
}

/// L and ∇L at w, and H if a run needs it; otherwise H is not evaluated and is NaN.
#[inline(always)]
fn jet_for(evaluator: &mut Evaluator, w: Vector, needs_hessian: bool) -> Jet {
    if needs_hessian {
        return evaluator.jet(w);
    }
    let (value, gradient) = evaluator.value_and_gradient(w);
    Jet { value, gradient, hessian: Matrix::from_element(f64::NAN) }
}

/// L or ∇L is finite at `inside` and not at `outside`. Returns whether they overflow on the way; otherwise the way
/// leaves the domain of L. An overflow often gives NaN (∞ − ∞), as does a logarithm of a negative number. But before an
/// overflow values exceed 1e150, whereas a logarithm, a root or a pole has smaller values even at 1e-18 of the way
/// before the border of a domain.
fn overflows_between(evaluator: &mut Evaluator, inside: Vector, outside: Vector) -> bool {
    let mut last = jet_for(evaluator, inside, false);
    // The difference of both points is not used, because it may overflow.
    let mut is_usable_at = |share: f64| {
        let jet = jet_for(evaluator, (1.0 - share) * inside + share * outside, false);
        let is_usable = is_usable(&jet);
        if is_usable {
            last = jet;
        }
        is_usable
    };
    // The usable part may be shorter than the way by many orders of magnitude, so its power of two is found first.
    let (mut near, mut far) = (1100, 0);
    while near - far > 1 {
        let middle = (near + far) / 2;
        if is_usable_at(libm::scalbn(1.0, -middle)) {
            near = middle;
        } else {
            far = middle;
        }
    }
    let (mut usable, mut unusable) = (libm::scalbn(1.0, -near), libm::scalbn(1.0, -far));
    for _ in 0..60 {
        let middle = 0.5 * (usable + unusable);
        if is_usable_at(middle) {
            usable = middle;
        } else {
            unusable = middle;
        }
    }
    last.value.abs().max(last.gradient.amax()) > 1e150
}
