//! Line searches: how far to go along a direction p that leads downhill.
//!
//! With φ(t) = L(w + tp), Armijo's condition φ(t) ≤ φ(0) + c₁tφ'(0) requires a decrease in proportion to the step, and
//! the strong Wolfe condition |φ'(t)| ≤ c₂|φ'(0)| a flatter slope (J. Nocedal and S. J. Wright, Numerical Optimization,
//! 2nd ed., 2006, §3.1). The loss at an accepted point is never above φ(0).

use super::{Observation, Run, StepContext, StepFailure, Values, Weights};

/// The ray of a search: from `context.w` along `direction`, along which L has the slope `slope` < 0.
#[derive(Clone, Debug)]
pub(super) struct Ray<V> {
    direction: V,
    value: f64,
    slope: f64,
}

impl<V: Weights> Ray<V> {
    /// The ray along a direction; `None` if it does not lead downhill.
    pub(super) fn downhill(context: &mut StepContext<'_, V>, direction: V, gradient: &V) -> Option<Ray<V>> {
        let slope = direction.inner(gradient);
        if !(slope < 0.0 && direction.is_finite()) {
            return None;
        }
        context.observe(|| Observation::Direction(direction.clone()));
        Some(Ray { direction, value: context.value(), slope })
    }

    fn falls_enough(&self, t: f64, value: f64, sufficient_decrease: f64) -> bool {
        value <= self.value + sufficient_decrease * t * self.slope
    }
}

/// Backtracking: the first of `first`, ½·`first`, ¼·`first`, … that fulfils Armijo's condition (Nocedal and Wright,
/// algorithm 3.1 with contraction ½).
///
/// # Errors
/// Returns [`StepFailure::Stalled`] if none fulfils it before w + tp equals w in 64-bit numbers.
pub(super) fn backtrack<V: Weights>(
    context: &mut StepContext<'_, V>,
    ray: &Ray<V>,
    first: f64,
    sufficient_decrease: f64,
) -> Result<V, StepFailure> {
    let mut t = first;
    loop {
        let w = context.w.plus(t, &ray.direction);
        if w == context.w {
            return Err(StepFailure::Stalled);
        }
        let loss = context.value_at(&w);
        let accepted = ray.falls_enough(t, loss, sufficient_decrease);
        context.observe(|| Observation::Trial { w: w.clone(), loss, accepted });
        if accepted {
            return Ok(w);
        }
        t *= 0.5;
    }
}

/// The constants c₁ < c₂ of the Wolfe conditions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wolfe {
    sufficient_decrease: f64,
    curvature: f64,
}

impl Wolfe {
    /// The constants of an optimizer with the settings [`super::settings::SUFFICIENT_DECREASE`] and
    /// [`super::settings::CURVATURE_CONDITION`].
    pub(super) fn of(values: Values<'_>) -> Wolfe {
        Wolfe { sufficient_decrease: values("c1"), curvature: values("c2") }
    }

    /// Whether the conditions of a run can be met together.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if c₂ is below c₁.
    pub(super) fn check(run: &Run) -> Result<(), String> {
        match (run.setting("c1"), run.setting("c2")) {
            (Some(c1), Some(c2)) if c2 < c1 => {
                Err(format!("a line search needs c2 ≥ c1, or no step may satisfy both: {c2} is below {c1}"))
            }
            _ => Ok(()),
        }
    }
}

/// A point on the ray with value and slope φ'(t).
#[derive(Clone, Debug)]
struct Trial<V> {
    t: f64,
    w: V,
    gradient: V,
    value: f64,
    slope: f64,
}

/// The most trials of a search.
const MOST_TRIALS: usize = 60;

/// A point that fulfils the strong Wolfe conditions, and the gradient there (Nocedal and Wright, algorithms 3.5 and 3.6
/// with cubic interpolation, safeguarded by the middle tenths of the interval).
///
/// If the trials are used up, for example because L is unbounded below, the last point that fulfils Armijo's condition
/// is taken.
///
/// # Errors
/// Returns [`StepFailure::Stalled`] if no trial fulfils Armijo's condition.
pub(super) fn strong_wolfe<V: Weights>(
    context: &mut StepContext<'_, V>,
    ray: &Ray<V>,
    first: f64,
    conditions: Wolfe,
) -> Result<(V, V), StepFailure> {
    let mut search = Search { ray, conditions, trials: 0 };
    let found = search.bracket(context, first).ok_or(StepFailure::Stalled)?;
    context.accept(&found.w);
    Ok((found.w, found.gradient))
}

struct Search<'a, V> {
    ray: &'a Ray<V>,
    conditions: Wolfe,
    trials: usize,
}

impl<V: Weights> Search<'_, V> {
    fn at(&mut self, context: &mut StepContext<'_, V>, t: f64) -> Trial<V> {
        self.trials += 1;
        let w = context.w.plus(t, &self.ray.direction);
        let (value, gradient) = context.gradient_at(&w);
        let slope = gradient.inner(&self.ray.direction);
        context.observe(|| Observation::Trial { w: w.clone(), loss: value, accepted: false });
        // Outside the domain of L the ray is a wall.
        let value = if value.is_finite() && slope.is_finite() { value } else { f64::INFINITY };
        Trial { t, w, gradient, value, slope }
    }

    fn falls_enough(&self, trial: &Trial<V>) -> bool {
        self.ray.falls_enough(trial.t, trial.value, self.conditions.sufficient_decrease)
    }

    fn is_flat_enough(&self, trial: &Trial<V>) -> bool {
        trial.slope.abs() <= self.conditions.curvature * self.ray.slope.abs()
    }

    /// Algorithm 3.5: longer and longer trials, until a point fulfils the conditions or an interval must hold one.
    fn bracket(&mut self, context: &mut StepContext<'_, V>, first: f64) -> Option<Trial<V>> {
        let (value, slope) = (self.ray.value, self.ray.slope);
        let mut before = Trial { t: 0.0, w: context.w.clone(), gradient: context.w.zero(), value, slope };
        let mut t = first;
        while self.trials < MOST_TRIALS {
            let trial = self.at(context, t);
            if !self.falls_enough(&trial) || (before.t > 0.0 && trial.value >= before.value) {
                return self.zoom(context, before, trial);
            }
            if self.is_flat_enough(&trial) {
                return Some(trial);
            }
            if trial.slope >= 0.0 {
                return self.zoom(context, trial, before);
            }
            before = trial;
            t *= 2.0;
        }
        (before.t > 0.0).then_some(before)
    }

    /// Algorithm 3.6: between `low`, the best point so far that falls enough, and `high` there is one that fulfils both
    /// conditions.
    fn zoom(&mut self, context: &mut StepContext<'_, V>, mut low: Trial<V>, mut high: Trial<V>) -> Option<Trial<V>> {
        while self.trials < MOST_TRIALS {
            let t = between(&low, &high);
            let trial = self.at(context, t);
            if trial.w == low.w || trial.w == context.w {
                break;
            }
            if !self.falls_enough(&trial) || trial.value >= low.value {
                high = trial;
                continue;
            }
            if self.is_flat_enough(&trial) {
                return Some(trial);
            }
            if trial.slope * (high.t - low.t) >= 0.0 {
                high = low;
            }
            low = trial;
        }
        (low.t > 0.0).then_some(low)
    }
}

/// The minimiser of the cubic with the values and slopes of both ends (Nocedal and Wright, eq. 3.59), kept away from
/// the ends; the midpoint if a value is infinite.
fn between<V>(low: &Trial<V>, high: &Trial<V>) -> f64 {
    let width = high.t - low.t;
    let middle = low.t + 0.5 * width;
    let d1 = low.slope + high.slope - 3.0 * (low.value - high.value) / (low.t - high.t);
    let square = d1 * d1 - low.slope * high.slope;
    if !(square >= 0.0 && square.is_finite() && high.value.is_finite()) {
        return middle;
    }
    let d2 = square.sqrt().copysign(width);
    let t = high.t - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2.0 * d2);
    let share = (t - low.t) / width;
    if share.is_finite() { low.t + width * share.clamp(0.1, 0.9) } else { middle }
}
