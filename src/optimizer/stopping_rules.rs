//! A comparison of stopping rules: where each would have ended a run, and whether that would have been right.
//!
//! A small gradient, a small step and a small decrease all suggest a minimum, but none of them proves one: all three
//! also occur at a saddle and on a plateau. The Hessian distinguishes the saddle, but not the plateau.

use super::{Certificate, Step, Trajectory};
use crate::curvature::{Kind, ZERO_TOLERANCE, solve};
use crate::landscape::Loss;
use crate::number::Vector;

/// A rule that stops a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppingRule {
    /// ‖∇L‖ is at most the tolerance.
    Gradient,
    /// The last step was at most as long as the tolerance.
    Step,
    /// L changed by at most the tolerance in the last step.
    Decrease,
    /// ‖∇L‖ is at most the tolerance, and the Hessian positive definite.
    PositiveDefinite,
}

impl StoppingRule {
    /// All of them, in the order in which they are shown.
    pub const ALL: [StoppingRule; 4] =
        [StoppingRule::Gradient, StoppingRule::Step, StoppingRule::Decrease, StoppingRule::PositiveDefinite];

    /// The rule in mathematics, with ε for its tolerance.
    pub fn formula(self) -> &'static str {
        match self {
            StoppingRule::Gradient => "‖∇L‖ ≤ ε",
            StoppingRule::Step => "‖Δw‖ ≤ ε",
            StoppingRule::Decrease => "|ΔL| ≤ ε",
            StoppingRule::PositiveDefinite => "‖∇L‖ ≤ ε and λ₁ > 0",
        }
    }
}

/// The tolerance of each rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerances {
    /// The tolerance of [`StoppingRule::Gradient`] and [`StoppingRule::PositiveDefinite`].
    pub gradient: f64,
    /// Of [`StoppingRule::Step`].
    pub step: f64,
    /// Of [`StoppingRule::Decrease`].
    pub decrease: f64,
}

impl Default for Tolerances {
    fn default() -> Tolerances {
        Tolerances { gradient: 1e-8, step: 1e-8, decrease: 1e-12 }
    }
}

/// The verdict on the place where a rule stops a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The run has reached a proved critical point of this kind.
    At(Kind),
    /// The ground is flat, and Newton's method finds no critical point nearby.
    Plateau,
    /// The ground is not flat, and there is no critical point nearby.
    Slope,
    /// Newton's method converges to a nearby point that is not proved to be critical, usually a degenerate one.
    Undecided,
}

impl Verdict {
    /// Whether the stop is false: at a saddle, at a maximum, on a plateau, or on a slope. A stop at a degenerate point,
    /// whose kind the Hessian does not decide, does not count as false.
    pub fn is_false(self) -> bool {
        matches!(self, Verdict::At(Kind::Saddle | Kind::Maximum) | Verdict::Plateau | Verdict::Slope)
    }

    /// `a saddle`, `a plateau`.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::At(Kind::Minimum) => "a minimum",
            Verdict::At(Kind::Maximum) => "a maximum",
            Verdict::At(Kind::Saddle) => "a saddle",
            Verdict::At(Kind::Degenerate) => "a degenerate point",
            Verdict::Plateau => "a plateau",
            Verdict::Slope => "a slope",
            Verdict::Undecided => "no proved point",
        }
    }
}

/// The place where a rule would have stopped a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WouldStop {
    /// The rule.
    pub rule: StoppingRule,
    /// The first step at which it holds, and the verdict there; `None` if it never holds.
    pub at: Option<(usize, Verdict)>,
}

/// Where each rule would have stopped the run. For a fair comparison the run should not stop by a rule itself, so its
/// gradient tolerance should be 0.
pub fn would_stop(loss: &Loss, trajectory: &Trajectory, tolerances: &Tolerances) -> [WouldStop; 4] {
    StoppingRule::ALL.map(|rule| {
        let steps = &trajectory.steps;
        let index = (0..steps.len()).find(|&index| {
            let before = index.checked_sub(1).map(|before| &steps[before]);
            holds(rule, before, &steps[index], tolerances, || trajectory.eigenvalues()[index])
        });
        WouldStop {
            rule,
            at: index.map(|index| (index, verdict(loss, steps[0].w, steps[index].w, tolerances.gradient))),
        }
    })
}

fn holds(
    rule: StoppingRule,
    before: Option<&Step>,
    step: &Step,
    tolerances: &Tolerances,
    eigenvalues: impl Fn() -> [f64; 2],
) -> bool {
    match rule {
        StoppingRule::Gradient => step.gradient_norm <= tolerances.gradient,
        StoppingRule::Step => before.is_some_and(|before| (step.w - before.w).norm() <= tolerances.step),
        StoppingRule::Decrease => before.is_some_and(|before| (step.loss - before.loss).abs() <= tolerances.decrease),
        StoppingRule::PositiveDefinite => {
            step.gradient_norm <= tolerances.gradient && {
                let [least, greatest] = eigenvalues();
                least > ZERO_TOLERANCE * greatest.abs()
            }
        }
    }
}

/// A critical point counts as reached if its distance is at most this share of the distance from the start, or within
/// rounding.
const REACHED: f64 = 0.05;
/// The ground counts as flat if ‖∇L‖ is at most this share of its value at the start.
const FLAT: f64 = 0.01;

/// The verdict on w, which a run from `start` has reached. It names a critical point only if one is proved and the run
/// has reached it. A gradient of at most `flat` counts as small.
pub fn verdict(loss: &Loss, start: Vector, w: Vector, flat: f64) -> Verdict {
    if let Some(point) = Certificate::near(loss, w)
        && has_reached(start, w, point.w)
        && point.is_alone_up_to(loss, w)
    {
        return Verdict::At(point.kind);
    }
    if nearby_rest(loss, w).is_some_and(|point| has_reached(start, w, point)) {
        return Verdict::Undecided;
    }
    let [before, slope] = [start, w].map(|w| loss.value_and_gradient(w).1.norm());
    match () {
        () if slope <= (FLAT * before).max(flat) => Verdict::Plateau,
        () if slope.is_finite() => Verdict::Slope,
        () => Verdict::Undecided,
    }
}

/// Whether a run from `start` that is at w has reached the point.
pub fn has_reached(start: Vector, w: Vector, point: Vector) -> bool {
    let reach = (REACHED * (point - start).norm()).max(1e-6 * point.amax().max(1.0));
    (point - w).norm() <= reach
}

/// The limit of Newton's method from w. Near a degenerate point it converges only linearly, so many steps are allowed.
fn nearby_rest(loss: &Loss, w: Vector) -> Option<Vector> {
    let first_slope = loss.jet(w).gradient.norm();
    let mut point = w;
    for _ in 0..200 {
        let jet = loss.jet(point);
        let slope = jet.gradient.norm();
        let step = solve(&jet.hessian, jet.gradient);
        let has_arrived = step.is_some_and(|step| step.amax() <= 1e-12 * point.amax().max(1.0));
        if slope == 0.0 || has_arrived {
            return Some(point);
        }
        // If Newton's method moves away, there is no critical point nearby.
        if slope.is_nan() || slope > 100.0 * first_slope {
            return None;
        }
        point -= step?;
    }
    None
}
