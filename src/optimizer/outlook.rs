//! A comparison of what theory predicts for a run near a critical point with what the run did.
//!
//! Theory is about a quadratic. If the loss is far from one, a run may stay near the point beyond the speed limit, or
//! leave it below the limit; the outlook then says why.

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

/// A factor this near to ±1, as along a valley of minima, predicts neither that the run approaches nor that it leaves.
const NEUTRAL: f64 = 1e-6;

/// The prediction of theory for the run near `centre`, where L has this Hessian, and whether the run agreed with it.
/// `None` if theory has no factors for the optimizer, or if its steps are random. `arrived` says whether the run ended
/// at the centre.
pub fn outlook(
    run: &Run,
    trajectory: &Trajectory,
    (centre, hessian): (Vector, &Matrix),
    directions: &[Direction; 2],
    arrived: bool,
) -> Option<Outlook> {
    let dynamics = run.dynamics()?;
    // The factors of theory describe the mean step. They do not describe the distance at which noise keeps a run.
    if find(&run.optimizer).is_some_and(|optimizer| optimizer.is_random()) {
        return None;
    }
    let [first, second] = directions;
    let modes = [(first.lambda, first.predicted?), (second.lambda, second.predicted?)].into_iter();
    let moving = modes.enumerate().filter(|(_, (_, mode))| (mode.modulus - 1.0).abs() > NEUTRAL);
    let (index, (lambda, worst)) = moving.max_by(|(_, a), (_, b)| a.1.modulus.total_cmp(&b.1.modulus))?;
    let case = Case {
        run,
        trajectory,
        dynamics,
        centre,
        hessian,
        lambda,
        factor: worst.modulus,
        across: [index, 1 - index].map(|index: usize| across(dynamics, directions[index].vector)),
        arrived: arrived && trajectory.stop == StopReason::Converged,
    };
    Some(match () {
        () if worst.is_stable() => case.stable(),
        () if lambda < 0.0 => case.repelled(),
        () => case.too_fast(),
    })
}

/// The vector whose scalar product with a distance is the distance's component along a direction. With a rate for each
/// weight the directions are not orthogonal; those of D^½HD^½ are, in the coordinates w/√D.
fn across(dynamics: Dynamics, along: Vector) -> Vector {
    match dynamics {
        Dynamics::WeightRates { rates } => along.component_div(&Vector::from(rates)).normalize(),
        _ => along,
    }
}

struct Case<'a> {
    run: &'a Run,
    trajectory: &'a Trajectory,
    dynamics: Dynamics,
    centre: Vector,
    hessian: &'a Matrix,
    /// The eigenvalue of the direction in which the distance grows most or shrinks least, and the factor of a step
    /// there.
    lambda: f64,
    factor: f64,
    /// The vectors that give the component of a distance along that direction, and along the other.
    across: [Vector; 2],
    /// Whether the run came to rest at the centre.
    arrived: bool,
}

/// A component of the distance below this share of the run's size is a rounding error.
const ROUNDING: f64 = 1e-12;
/// L is called far from quadratic if an eigenvalue of its Hessian changes by this share along the run.
const FAR: f64 = 0.05;

impl Case<'_> {
    fn answer(&self, is_as_predicted: bool, conclusion: &str) -> Outlook {
        Outlook { is_as_predicted, words: format!("{}{conclusion}", self.premise()) }
    }

    /// How far the run was along the direction (0), or the other (1), at its start and at its end.
    fn parts(&self, direction: usize) -> [f64; 2] {
        let part = |w: Vector| self.across[direction].dot(&(w - self.centre)).abs();
        [part(self.trajectory.steps[0].w), part(self.trajectory.end().w)]
    }

    /// Whether the distance of the run never had a component along the direction.
    fn has_no_part(&self) -> bool {
        let steps = || self.trajectory.steps.iter().map(|step| step.w - self.centre);
        let size = steps().map(|distance| distance.amax()).fold(self.centre.amax(), f64::max);
        steps().all(|distance| self.across[0].dot(&distance).abs() <= ROUNDING * size)
    }

    /// The rate and its limit as text, or the factors if the rate has no limit.
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
        if self.arrived && self.trajectory.is_empty() {
            return self.answer(true, ": the run starts there.");
        }
        if self.arrived {
            return self.answer(true, &format!(": the run ends there, as predicted.{}", self.beyond_on_the_way()));
        }
        if ends == StopReason::Diverged {
            return self.answer(false, &format!(", and yet the run diverges{}", self.because()));
        }
        if ends == StopReason::StepLimit && self.comes_nearer() {
            let digit = libm::ceil(libm::log(10.0) / -libm::log(self.factor)).max(1.0);
            let pace = format!(
                ": the run approaches; close to the point each further digit takes about {} steps.",
                short(digit)
            );
            return self.answer(true, &pace);
        }
        self.answer(false, &format!(", but the run does not go there{}", self.because()))
    }

    /// Near a saddle or a maximum.
    fn repelled(&self) -> Outlook {
        let premise = format!(
            "At {} λ = {} is negative, and a step multiplies the distance along it by {}",
            point(self.centre),
            short(self.lambda),
            short(self.factor)
        );
        let ([before, after], [other_before, other_after]) = (self.parts(0), self.parts(1));
        let (is_as_predicted, conclusion) = match () {
            () if self.arrived && self.has_no_part() => {
                (false, ", and yet the run ends there: it came along the other direction exactly.".to_owned())
            }
            () if self.arrived => (false, format!(", and yet the run ends there{}", self.because())),
            () if self.has_no_part() => {
                (true, ": the run has no component along it, and has not left within its steps.".to_owned())
            }
            () if after <= before => {
                (false, format!(", and yet the run is no farther along it than it began{}", self.because()))
            }
            () if self.comes_nearer() && other_after < other_before => (
                true,
                ": the run comes nearer along the other direction, and has not left within its steps.".to_owned(),
            ),
            () => (true, ": the run leaves, as predicted.".to_owned()),
        };
        Outlook { is_as_predicted, words: premise + &conclusion }
    }

    /// The outlook of a run beyond the limit.
    fn too_fast(&self) -> Outlook {
        let factor = short(self.factor);
        match self.trajectory.stop {
            StopReason::Diverged if self.trajectory.is_quadratic() => {
                self.answer(true, ": the run diverges, as predicted.")
            }
            StopReason::Diverged => self.answer(true, ": the run diverges."),
            _ if self.arrived && self.has_no_part() => {
                self.answer(false, ", and yet the run ends there: it has no part along the steep direction.")
            }
            _ if self.arrived => self.answer(false, &format!(", and yet the run ends there{}", self.because())),
            _ if self.trajectory.grows_for_good() => self.answer(
                true,
                &format!(
                    ": its distance along the steep direction grows by the factor {factor} a step, as predicted, and \
                    more \
                     steps would show it diverge."
                ),
            ),
            _ if self.has_no_part() => {
                self.answer(true, ", but the run has no part along the steep direction, which alone would grow.")
            }
            _ => self.answer(
                false,
                &format!(
                    ": near the point a step multiplies the distance by {factor}, but it does not diverge{}",
                    self.because()
                ),
            ),
        }
    }

    /// The range of the Hessian's smaller (0) or larger (1) eigenvalue along the run.
    fn range_of(&self, index: usize) -> [f64; 2] {
        let values = self.trajectory.eigenvalues().iter().map(|values| values[index]);
        let finite = values.filter(|value| value.is_finite());
        finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)])
    }

    /// The reason why the run did not do as predicted, as the end of a sentence: how far L is from quadratic, if it is.
    fn because(&self) -> String {
        for (index, name) in [(1, "λmax"), (0, "λmin")] {
            let [low, high] = self.range_of(index);
            if high - low > FAR * low.abs().max(high.abs()) {
                let (low, high) = (short(low), short(high));
                return format!(": L is far from quadratic on its way, where {name} goes from {low} to {high}.");
            }
        }
        " within its steps.".to_owned()
    }

    /// The sentence for a run that was beyond the limit and then reached flatter ground.
    fn beyond_on_the_way(&self) -> String {
        let [_, high] = self.range_of(1);
        let at_end = self.trajectory.eigenvalues().last().map_or(f64::NAN, |[_, greatest]| *greatest);
        match limit_of(self.run) {
            Some(limit) if high > limit && at_end < high => format!(
                " On the way λmax was as large as {}, where it is stable up to {} only; it ended on flatter ground.",
                short(high),
                short(limit)
            ),
            _ => String::new(),
        }
    }
}
