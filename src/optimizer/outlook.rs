//! What theory promises of a run near a critical point, held against what the run did.
//!
//! Theory speaks of a quadratic: where the loss is far from one, a run may well stay beyond the speed limit or leave
//! below it, and then it is said why.

use super::speed::{Direction, TickKind, limit_of, ticks};
use super::{Dynamics, Run, StopReason, Trajectory, find};
use crate::number::display::{point, short};
use crate::number::{Matrix, Vector};

/// Theory's promise and the run's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// Whether the run did what theory says.
    pub is_as_predicted: bool,
    /// Both, in one to three sentences.
    pub words: String,
}

/// A factor this near to ±1 says neither that the run comes nearer nor that it leaves, as along a valley of minima.
const NEUTRAL: f64 = 1e-6;

/// What theory says of the run near `centre`, where L has this Hessian and theory these factors, and whether the run did
/// it; `None` where theory has no factors for the optimizer, and for one whose steps are random. `arrived` tells whether the run ended at the centre.
pub fn outlook(
    run: &Run,
    trajectory: &Trajectory,
    (centre, hessian): (Vector, &Matrix),
    directions: &[Direction; 2],
    arrived: bool,
) -> Option<Outlook> {
    let dynamics = run.dynamics()?;
    // Theory's factors are those of the mean step: noise keeps a run at a distance, which they do not promise.
    if find(&run.optimizer).is_some_and(|optimizer| optimizer.is_random()) {
        return None;
    }
    let modes = directions.iter().filter_map(|direction| Some((direction.lambda, direction.predicted?)));
    let moving = modes.filter(|(_, mode)| (mode.modulus - 1.0).abs() > NEUTRAL);
    let (lambda, worst) = moving.max_by(|a, b| a.1.modulus.total_cmp(&b.1.modulus))?;
    let case = Case {
        run,
        trajectory,
        dynamics,
        centre,
        hessian,
        lambda,
        factor: worst.modulus,
        arrived: arrived && trajectory.stop == StopReason::Converged,
    };
    Some(match () {
        () if worst.is_stable() => case.stable(),
        () if lambda < 0.0 => case.repelled(),
        () => case.too_fast(),
    })
}

struct Case<'a> {
    run: &'a Run,
    trajectory: &'a Trajectory,
    dynamics: Dynamics,
    centre: Vector,
    hessian: &'a Matrix,
    /// The eigenvalue of the direction in which the distance grows most or shrinks least, and what a step multiplies
    /// the distance by there.
    lambda: f64,
    factor: f64,
    /// Whether the run came to rest at the centre.
    arrived: bool,
}

impl Case<'_> {
    fn answer(&self, is_as_predicted: bool, conclusion: &str) -> Outlook {
        Outlook { is_as_predicted, words: format!("{}{conclusion}", self.premise()) }
    }

    /// The rate beside its limit, or the factors where no rate has one.
    fn premise(&self) -> String {
        let centre = point(self.centre);
        let limit =
            ticks(self.run, "learning_rate", self.hessian).into_iter().find(|tick| tick.kind == TickKind::Limit);
        let rate = self.run.setting("learning_rate");
        match (self.dynamics, limit.zip(rate)) {
            (_, Some((limit, rate))) if self.lambda > 0.0 || self.factor < 1.0 => {
                let side = if self.factor < 1.0 { "below" } else { "beyond" };
                format!("η = {} is {side} {} = {} at {centre}", short(rate), limit.formula, short(limit.value))
            }
            (Dynamics::WeightRates { rates: [first, second] }, _) => {
                let side = if self.factor < 1.0 { "within" } else { "outside" };
                format!("η₁ = {} and η₂ = {} lie {side} the stable region at {centre}", short(first), short(second))
            }
            _ => {
                let (factor, lambda) = (short(self.factor), short(self.lambda));
                format!("Near {centre} a step multiplies the distance by {factor} at most, where λ = {lambda}")
            }
        }
    }

    /// Whether the run ended nearer to the centre than it began.
    fn comes_nearer(&self) -> bool {
        let distance = |w: Vector| (w - self.centre).norm();
        distance(self.trajectory.end().w) < distance(self.trajectory.steps[0].w)
    }

    fn stable(&self) -> Outlook {
        let ends = self.trajectory.stop;
        if self.arrived {
            return self
                .answer(true, &format!(": the run comes to rest there, as predicted.{}", self.beyond_on_the_way()));
        }
        if ends == StopReason::Diverged {
            return self.answer(false, &format!(", and yet the run diverges: {}", self.far_from_quadratic()));
        }
        if ends == StopReason::StepLimit && self.comes_nearer() {
            let digit = libm::ceil(libm::log(10.0) / -libm::log(self.factor)).max(1.0);
            let pace = format!(": the run is on its way, at about {} steps for each digit.", short(digit));
            return self.answer(true, &pace);
        }
        self.answer(false, &format!(", and yet the run does not come there: {}", self.far_from_quadratic()))
    }

    /// Near a saddle or a maximum.
    fn repelled(&self) -> Outlook {
        let premise = format!(
            "At {} λ = {} is negative, and a step multiplies the distance along it by {}",
            point(self.centre),
            short(self.lambda),
            short(self.factor)
        );
        let (is_as_predicted, conclusion) = match (self.arrived, self.comes_nearer()) {
            (true, _) => (false, ", and yet the run ends there: it came along the other direction exactly."),
            (false, true) => {
                (true, ": the run comes nearer along the other direction, and has not left within its steps.")
            }
            (false, false) => (true, ": the run leaves, as predicted."),
        };
        Outlook { is_as_predicted, words: premise + conclusion }
    }

    /// Beyond the limit.
    fn too_fast(&self) -> Outlook {
        match self.trajectory.stop {
            StopReason::Diverged => self.answer(true, ": the run diverges, as predicted."),
            _ if self.arrived => {
                self.answer(false, ", and yet the run ends there: it has no part along the steep direction.")
            }
            _ => {
                let factor = short(self.factor);
                let grows = format!(": its distance grows by the factor {factor} a step, as predicted");
                let [low, high] = self.sharpness_range();
                if high - low <= 1e-6 * high.abs() {
                    return self.answer(true, &format!("{grows}, and more steps would show it diverge."));
                }
                self.answer(
                    false,
                    &format!("{grows} near the point, but it does not diverge: {}", self.far_from_quadratic()),
                )
            }
        }
    }

    fn sharpness_range(&self) -> [f64; 2] {
        let finite =
            self.trajectory.eigenvalues().iter().map(|[_, greatest]| *greatest).filter(|value| value.is_finite());
        finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)])
    }

    fn far_from_quadratic(&self) -> String {
        let [low, high] = self.sharpness_range();
        if low > high {
            return "L is far from quadratic on its way.".to_owned();
        }
        format!("L is far from quadratic on its way, where λmax goes from {} to {}.", short(low), short(high))
    }

    /// A run that was beyond the limit on its way, and found flatter ground.
    fn beyond_on_the_way(&self) -> String {
        let [_, high] = self.sharpness_range();
        match limit_of(self.run) {
            Some(limit) if high > limit => format!(
                " On the way λmax was as large as {}, where it is stable up to {} only: it was driven on to flatter ground.",
                short(high),
                short(limit)
            ),
            _ => String::new(),
        }
    }
}
