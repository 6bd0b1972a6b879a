//! Gradient flow: the solution of dw/dt = −∇L(w), the path of gradient descent in the limit of small steps.
//!
//! Each step follows the flow for the time η, so that step k of gradient descent with learning rate η and step k of the
//! flow belong to the same time kη. The equation is integrated by the embedded Runge–Kutta pair of orders 5 and 4 of
//! J. R. Dormand and P. J. Prince, A family of embedded Runge–Kutta formulae, 1980, with error control and step sizes
//! as in E. Hairer, S. P. Nørsett and G. Wanner, Solving Ordinary Differential Equations I, 2nd ed., §II.4.

use crate::number::Vector;
use crate::optimizer::settings::LEARNING_RATE;
use crate::optimizer::{
    Dynamics, Family, Observation, Optimizer, OptimizerInfo, Setting, StepContext, StepFailure, StepRule, Steps,
    USEFUL_RANGE, Values,
};

/// The optimizer as it is offered.
pub struct GradientFlow;

impl Optimizer for GradientFlow {
    fn info(&self) -> &'static OptimizerInfo {
        const TIME: Setting = Setting {
            title: "time of a step",
            tooltip: "The time η that each recorded step takes: gradient descent with the learning rate η belongs beside it.",
            ..LEARNING_RATE
        };
        const TOLERANCE: Setting = Setting {
            key: "tolerance",
            symbol: "tol",
            title: "tolerance",
            default: 1e-10,
            range: [1e-14, 1e-2],
            logarithmic: true,
            tooltip: "The error that one step of the integration may make, relative to the larger of 1 and |w|.",
            ..Setting::PLAIN
        };
        &OptimizerInfo {
            name: "gradient-flow",
            title: "Gradient flow",
            family: Family::FirstOrder,
            rule: "dw/dt = −∇L(w)\nw ← w(t + η)",
            summary: "The limit of gradient descent for small steps, integrated accurately: it crosses every contour \
                      at a right angle, never overshoots, and is where gradient descent would be at the same time kη.",
            source: "J. R. Dormand and P. J. Prince, A family of embedded Runge–Kutta formulae, 1980; E. Hairer, S. P. \
                     Nørsett and G. Wanner, Solving Ordinary Differential Equations I, 2nd ed., 1993, §II.4",
            settings: &[TIME, TOLERANCE],
        }
    }

    fn is_continuous(&self) -> bool {
        true
    }

    fn takes_the_landscapes_rate(&self) -> bool {
        true
    }

    fn dynamics(&self, _values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::Flow)
    }

    fn begin(&self, values: Values<'_>, _seed: u64, _examples: usize) -> Steps {
        let time = values("learning_rate");
        Steps::by(Rule { time, tolerance: values("tolerance"), size: time })
    }
}

struct Rule {
    time: f64,
    tolerance: f64,
    /// The size of the next step of the integration, from the error of the last one.
    size: f64,
}

/// The most steps of the integration in a step of the run: an explicit method needs about λmax·η/3 of them.
const MOST_STEPS: usize = 100_000;
/// The shortest step of the integration, relative to the larger of 1 and |w|: shorter steps are needed only where the
/// flow ends: at the border of L's domain, or where numbers overflow.
const SHORTEST_STEP: f64 = 1e-40;
/// If |w| or ‖∇L‖ is at least this at the end of a flow, the flow ends by overflow.
const HUGE: f64 = 1e150;

impl StepRule for Rule {
    fn step(&mut self, context: &mut StepContext<'_>) -> Result<Vector, StepFailure> {
        let mut w = context.w;
        let mut slope = -context.gradient();
        context.observe(|| Observation::Gradient(-slope));
        let mut left = context.scheduled(self.time);
        for _ in 0..MOST_STEPS {
            let size = self.size.min(left);
            let (next, next_slope, error) = dormand_prince(w, slope, size, &mut |w| -context.gradient_at(&w).1);
            let error = error.amax() / (self.tolerance * next.amax().max(1.0));
            // A stage that overflows or is undefined counts as an infinite error.
            let is_small = error <= 1.0 && next_slope.iter().chain(&next).all(|x| x.is_finite());
            if is_small {
                (w, slope) = (next, next_slope);
                left -= size;
                // A flow that grows without bound within the step is recorded each time that it has grown by this
                // factor.
                if left <= 0.0 || w.amax() > USEFUL_RANGE * context.w.amax().max(1.0) {
                    return Ok(w);
                }
            } else if size * slope.amax() < SHORTEST_STEP * w.amax().max(1.0) {
                let overflows = w.amax().max(slope.amax()) > HUGE;
                return Err(if overflows { StepFailure::Overflow } else { StepFailure::Stalled });
            }
            let factor = if error.is_finite() { 0.9 * libm::pow(error, -0.2) } else { 0.0 };
            let largest = if is_small { 5.0 } else { 1.0 };
            // A last step that was cut short does not determine the size of the next.
            if !is_small || size == self.size || factor < 1.0 {
                self.size = size * factor.clamp(0.2, largest);
            }
        }
        Err(StepFailure::Stalled)
    }

    /// The size of the next integration step is remembered, but a state at rest stays at rest.
    fn has_memory(&self) -> bool {
        false
    }
}

/// One step of size h from w, where the slope is k1: the point of order 5, the slope there (the first of the next
/// step), and the difference to the point of order 4.
fn dormand_prince(w: Vector, k1: Vector, h: f64, slope: &mut impl FnMut(Vector) -> Vector) -> (Vector, Vector, Vector) {
    let k2 = slope(w + h * (k1 / 5.0));
    let k3 = slope(w + h * (3.0 / 40.0 * k1 + 9.0 / 40.0 * k2));
    let k4 = slope(w + h * (44.0 / 45.0 * k1 - 56.0 / 15.0 * k2 + 32.0 / 9.0 * k3));
    let k5 =
        slope(w + h * (19372.0 / 6561.0 * k1 - 25360.0 / 2187.0 * k2 + 64448.0 / 6561.0 * k3 - 212.0 / 729.0 * k4));
    let k6 = slope(
        w + h
            * (9017.0 / 3168.0 * k1 - 355.0 / 33.0 * k2 + 46732.0 / 5247.0 * k3 + 49.0 / 176.0 * k4
                - 5103.0 / 18656.0 * k5),
    );
    let next = w + h
        * (35.0 / 384.0 * k1 + 500.0 / 1113.0 * k3 + 125.0 / 192.0 * k4 - 2187.0 / 6784.0 * k5 + 11.0 / 84.0 * k6);
    let k7 = slope(next);
    let error = h
        * (71.0 / 57600.0 * k1 - 71.0 / 16695.0 * k3 + 71.0 / 1920.0 * k4 - 17253.0 / 339200.0 * k5
            + 22.0 / 525.0 * k6
            - 1.0 / 40.0 * k7);
    (next, k7, error)
}
