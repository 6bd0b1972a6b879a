//! L-BFGS: the step of BFGS from the last few pairs (s, y) alone, without a matrix.

use super::bfgs::{first_trial, teaches};
use crate::optimizer::line_search::{Ray, Wolfe, strong_wolfe};
use crate::optimizer::settings::{CURVATURE_CONDITION, SUFFICIENT_DECREASE};
use crate::optimizer::{
    Family, Observation, Optimizer, OptimizerInfo, Run, Setting, StepContext, StepFailure, StepRule, Values, Weights,
};
use std::collections::VecDeque;

/// The optimizer as it is offered.
pub struct Lbfgs;

impl Optimizer for Lbfgs {
    fn info(&self) -> &'static OptimizerInfo {
        const MEMORY: Setting = Setting {
            key: "memory",
            symbol: "m",
            title: "pairs kept",
            default: 10.0,
            range: [1.0, 100.0],
            whole: true,
            tooltip: "How many pairs of a step and the gradient's change in it are kept.",
            ..Setting::PLAIN
        };
        &OptimizerInfo {
            name: "lbfgs",
            title: "L-BFGS",
            family: Family::SecondOrder,
            rule: "w ← w + s, s = −tB∇L(w), t by strong Wolfe conditions\nB of BFGS from the last m pairs (s, y), \
                   begun at (yᵀs/yᵀy)I",
            summary: "BFGS with a short memory, for many weights: it keeps m pairs of steps and gradient changes and \
                      no matrix.",
            source: "D. C. Liu and J. Nocedal, On the limited memory BFGS method for large scale optimization, 1989; \
                     J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., 2006, algorithms 7.4 and 7.5",
            settings: &[MEMORY, SUFFICIENT_DECREASE, CURVATURE_CONDITION],
        }
    }

    fn needs_hessian(&self) -> bool {
        false
    }

    fn suits(&self, run: &Run, _examples: usize) -> Result<(), String> {
        Wolfe::check(run)
    }

    begins_at_any_length!(|values, _seed, _examples, _zero| Rule::new(values));
}

struct Rule<V> {
    conditions: Wolfe,
    memory: usize,
    /// (s, y), the oldest first.
    pairs: VecDeque<(V, V)>,
}

impl<V: Weights> StepRule<V> for Rule<V> {
    fn step(&mut self, context: &mut StepContext<'_, V>) -> Result<V, StepFailure> {
        let gradient = context.gradient();
        context.observe(|| Observation::Gradient(gradient.clone()));
        if gradient.is_zero() {
            return Ok(context.w.clone());
        }
        let step = self.inverse_times(&gradient).negated();
        if context.is_watched()
            && let Some(curvature) =
                V::matrix_of(|unit| self.inverse_times(unit)).and_then(|inverse| inverse.try_inverse())
        {
            let goal = context.w.plus(1.0, &step);
            context.observe(|| Observation::Model { curvature, goal });
        }
        let ray = Ray::downhill(context, step, &gradient).ok_or(StepFailure::Stalled)?;
        let first = first_trial(!self.pairs.is_empty(), &gradient);
        let (next, gradient_there) = strong_wolfe(context, &ray, first, self.conditions)?;
        let (s, y) = (next.less(&context.w), gradient_there.less(&gradient));
        if teaches(&s, &y) {
            if self.pairs.len() == self.memory {
                self.pairs.pop_front();
            }
            self.pairs.push_back((s, y));
        }
        Ok(next)
    }
}

impl<V: Weights> Rule<V> {
    fn new(values: Values<'_>) -> Rule<V> {
        Rule { conditions: Wolfe::of(values), memory: values("memory") as usize, pairs: VecDeque::new() }
    }

    /// B·q by the two-loop recursion (Nocedal and Wright, algorithm 7.4 and eq. 7.20).
    fn inverse_times(&self, q: &V) -> V {
        let mut q = q.clone();
        let mut shares = Vec::with_capacity(self.pairs.len());
        for (s, y) in self.pairs.iter().rev() {
            let share = s.inner(&q) / y.inner(s);
            q = q.combined(y, |q, y| q - share * y);
            shares.push(share);
        }
        if let Some((s, y)) = self.pairs.back() {
            let size = s.inner(y) / y.size_squared();
            q = q.mapped(|q| q * size);
        }
        for ((s, y), share) in self.pairs.iter().zip(shares.iter().rev()) {
            let correction = y.inner(&q) / y.inner(s);
            q = q.plus(share - correction, s);
        }
        q
    }
}
