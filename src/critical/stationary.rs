//! Whether ∇L vanishes at a given point: proved, refuted, or neither.
//!
//! The coordinates stand for the decimals that a person reads ([`Decimal`]), and ∇L is enclosed at them. A component
//! that cannot be 0 refutes the claim. Two components that are exactly 0 prove it if L is twice differentiable around
//! the point. At a kink the formula of ∇L is meaningless, and one-sided derivatives decide ([`OneSided`]).

use super::one_sided::OneSided;
use crate::formula::JetOf;
use crate::formula::taylor::ClosedForms;
use crate::landscape::{Enclosures, Jet, Loss};
use crate::number::{ClosedForm, Constant, Decimal, Digits, Interval, Number, Precise, Vector};

/// What is known about the claim that a point is critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// L is twice differentiable around the point, and ∇L = 0 there.
    Proved,
    /// It is not critical; with the reason.
    Refuted(Refutation),
    /// ∇L may be 0, or differ from 0 by less than the arithmetic resolves.
    NotProved,
}

/// The reason why a point is not critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refutation {
    /// L has no value there.
    Undefined,
    /// L has no derivative there.
    NotDifferentiable,
    /// L changes along some direction.
    Slope,
}

impl Claim {
    /// The answer in the JSON: true, false, or `None` if it is not decided.
    pub fn answer(self) -> Option<bool> {
        match self {
            Claim::Proved => Some(true),
            Claim::Refuted(_) => Some(false),
            Claim::NotProved => None,
        }
    }

    /// The answer in words, where ∇L was computed as `gradient`.
    pub fn words(self, gradient: Vector) -> &'static str {
        match self {
            Claim::Proved => "yes, proved",
            Claim::Refuted(Refutation::Undefined) => "no: L is undefined",
            Claim::Refuted(Refutation::NotDifferentiable) => "no: L is not differentiable here",
            Claim::Refuted(Refutation::Slope) => "no: ∇L is not zero",
            Claim::NotProved if gradient == Vector::zeros() => "not decided: ∇L = 0 to the last digit; not proved",
            Claim::NotProved if gradient.x.is_finite() && gradient.y.is_finite() => {
                "not decided: ∇L is too near to 0 for the digits that are known"
            }
            Claim::NotProved => "not decided: ∇L has no value here",
        }
    }
}

/// L, ∇L and H at the decimals that w stands for, enclosed, and exact where the arithmetic is; `None` for a loss without
/// enclosures. Where 64-bit intervals lose digits, or a number on the way is too large for them, many digits are computed with.
pub fn enclosed_jet(loss: &Loss, w: Vector) -> Option<JetOf<Constant>> {
    let jet = loss.enclosures()?.jet_of(Decimal::coordinates(w));
    let is_lost = [&jet.value].into_iter().chain(&jet.gradient).chain(&jet.hessian).any(is_wide);
    let precise = match is_lost && !jet.value.enclosure.is_empty() {
        true => loss.kept_jet(w, || precise_jet(loss, w)),
        false => None,
    };
    let Some(precise) = precise else { return Some(jet) };
    // After an overflow on the way no bound is worth much.
    let all = [&jet.value].into_iter().chain(&jet.gradient).chain(&jet.hessian);
    let overflows = all.clone().any(|number| !number.enclosure.width().is_finite());
    let better = |number: Constant, precise: Constant| if overflows || is_wide(&number) { precise } else { number };
    Some(JetOf {
        value: better(jet.value, precise.value),
        gradient: [0, 1].map(|i| better(jet.gradient[i], precise.gradient[i])),
        hessian: [0, 1, 2].map(|i| better(jet.hessian[i], precise.hessian[i])),
    })
}

/// Whether an enclosure has no end, or is that of a number other than 0 and so wide that its middle may differ from the number by more
/// than a few units in the last place.
fn is_wide(number: &Constant) -> bool {
    const ULPS: f64 = 16.0;
    let Interval { lo, hi, .. } = number.enclosure;
    let width = hi - lo;
    !width.is_finite() || (excludes_zero(number.enclosure) && width > ULPS * f64::EPSILON * lo.abs().max(hi.abs()))
}

/// Whether det H is not 0 at w, proved by 64-bit intervals, or else with many digits.
pub fn is_regular(loss: &Loss, w: Vector) -> bool {
    let roughly = || {
        let jet = loss.enclosures()?.jet_of(Decimal::coordinates(w).map(|x| x.enclosure));
        let is_known = |x: &Interval| !x.partial && x.lo.is_finite() && x.hi.is_finite();
        let [a, b, d] = jet.hessian;
        let all = [&jet.value].into_iter().chain(&jet.gradient).chain(&jet.hessian);
        Some(all.into_iter().all(is_known) && excludes_zero(a.mul(d).sub(b.powi(2))))
    };
    let determinant = || {
        let mut digits = Digits::new(DIGITS)?;
        let [x, y] = [w.x, w.y].map(|x| digits.fraction(&Decimal::from(x).rational()));
        let zero = digits.sub(&x, &x);
        let [a, b, d] = loss.taylor(&mut digits, 2, &[x, y])?.hessian(&zero);
        Some(digits.sub(&digits.mul(&a, &d), &digits.square(&b)))
    };
    loss.examples() <= MOST_EXAMPLES
        && (roughly() == Some(true)
            || determinant().and_then(|determinant| determinant.sign()).is_some_and(|sign| sign != 0))
}

/// L, ∇L and H with many digits; `None` where something may be undefined or not differentiable, and over many examples.
fn precise_jet(loss: &Loss, w: Vector) -> Option<JetOf<Constant>> {
    if loss.examples() > MOST_EXAMPLES {
        return None;
    }
    let mut digits = Digits::new(DIGITS)?;
    let [x, y] = [w.x, w.y].map(|x| digits.fraction(&Decimal::from(x).rational()));
    let zero = digits.sub(&x, &x);
    let at = loss.taylor(&mut digits, 2, &[x, y])?;
    let constant = |number: &Precise| Constant { value: number.middle(), enclosure: number.to_interval() };
    Some(JetOf {
        value: constant(&at.value),
        gradient: at.gradient(&zero).each_ref().map(constant),
        hessian: at.hessian(&zero).each_ref().map(constant),
    })
}

/// Whether w is a critical point of the loss. For a loss without enclosures nothing is proved.
pub fn is_critical(loss: &Loss, w: Vector) -> Claim {
    enclosed_jet(loss, w).map_or(Claim::NotProved, |jet| is_critical_by(&jet, loss, w))
}

/// Like [`is_critical`], with a known [`enclosed_jet`].
pub fn is_critical_by(jet: &JetOf<Constant>, loss: &Loss, w: Vector) -> Claim {
    let Some(enclosures) = loss.enclosures() else { return Claim::NotProved };
    let at = Decimal::coordinates(w);
    if jet.value.enclosure.is_empty() {
        return Claim::Refuted(Refutation::Undefined);
    }
    let gradient = jet.gradient.map(|component| component.enclosure);
    if gradient.into_iter().any(excludes_zero) {
        return Claim::Refuted(Refutation::Slope);
    }
    if gradient.iter().all(|component| component.lo == 0.0 && component.hi == 0.0) && is_smooth_around(enclosures, at) {
        return Claim::Proved;
    }
    // Where a derivative might not exist, arithmetic with many digits says nothing.
    match precisely(loss, w) {
        Some(Claim::Proved) if !is_smooth_around(enclosures, at) => {}
        Some(claim) => return claim,
        None => {}
    }
    match slope_along_a_ray(enclosures, at) {
        Some(refutation) => Claim::Refuted(refutation),
        None => Claim::NotProved,
    }
}

/// Losses over more examples are not evaluated with many digits, because that would take longer than a frame.
const MOST_EXAMPLES: usize = 50;
/// Binary digits to be used if 64-bit intervals cannot separate ∇L from 0.
const DIGITS: usize = 256;

/// The claim from exact arithmetic and many digits, if L is twice differentiable.
fn precisely(loss: &Loss, w: Vector) -> Option<Claim> {
    if loss.examples() > MOST_EXAMPLES {
        return None;
    }
    let fractions = [w.x, w.y].map(|x| Decimal::from(x).rational());
    let known = [0, 1].map(|axis| ClosedForm::fraction(&fractions[axis]));
    let exact = loss.taylor(&mut ClosedForms, 1, &known);
    if exact.is_some_and(|at| at.gradient(&ClosedForm::integer(0)).iter().all(ClosedForm::is_zero)) {
        return Some(Claim::Proved);
    }
    let mut digits = Digits::new(DIGITS)?;
    let [x, y] = [0, 1].map(|axis| digits.fraction(&fractions[axis]));
    let zero = digits.sub(&x, &x);
    let gradient = loss.taylor(&mut digits, 1, &[x, y])?.gradient(&zero);
    let is_slope = gradient.iter().any(|component| matches!(component.sign(), Some(1 | -1)));
    is_slope.then_some(Claim::Refuted(Refutation::Slope))
}

fn excludes_zero(x: Interval) -> bool {
    !x.partial && (x.lo > 0.0 || x.hi < 0.0)
}

/// Whether L and its derivatives up to the second are defined on a rectangle around the point. Infinite bounds are
/// allowed: they stand for numbers too large for f64, and poles are marked as partial.
fn is_smooth_around(loss: &Enclosures, at: [Constant; 2]) -> bool {
    let around = at.map(|w| Interval::new(w.enclosure.lo.next_down(), w.enclosure.hi.next_up()));
    let JetOf { value, gradient, hessian } = loss.jet_of(around);
    [value].into_iter().chain(gradient).chain(hessian).all(|number| !number.partial && !number.is_empty())
}

/// Directions, each standing for its opposite, too: along the weights, and between them.
const DIRECTIONS: [[f64; 2]; 4] = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, -1.0]];

/// Refutes by a one-sided derivative that is not 0, or by two of opposite directions that are not each other's
/// negatives.
fn slope_along_a_ray(loss: &Enclosures, at: [Constant; 2]) -> Option<Refutation> {
    let slope = |direction: [f64; 2]| {
        let w = [0, 1].map(|axis: usize| OneSided { value: at[axis], slope: Interval::point(direction[axis]) });
        let OneSided { value, slope } = loss.value(w);
        Interval { partial: slope.partial || value.enclosure.partial, ..slope }
    };
    let slopes = DIRECTIONS.map(|direction| [slope(direction), slope(direction.map(|component| -component))]);
    if slopes.iter().any(|[onward, backward]| excludes_zero(onward.add(*backward))) {
        return Some(Refutation::NotDifferentiable);
    }
    slopes.into_iter().flatten().any(excludes_zero).then_some(Refutation::Slope)
}

/// Whether a component of ∇L is 0 in 64-bit numbers only because it underflows. False for a loss without enclosures.
pub fn gradient_underflows(loss: &Loss, w: Vector) -> bool {
    const SMALLEST: f64 = 1e-290;
    let Some(enclosures) = loss.enclosures() else { return false };
    let gradient = enclosures.gradient_of([Interval::point(w.x), Interval::point(w.y)]);
    gradient.iter().any(|part| part.hi > part.lo && part.lo > -SMALLEST && part.hi < SMALLEST)
}

/// A point is critical when its distance to a zero of the linearised gradient is a rounding of its coordinates.
const RELATIVE_DISTANCE: f64 = 1e-10;
/// A gradient of up to this many rounding units of L is itself a rounding error, because the terms of ∇L cancel no
/// better than those of L.
const ROUNDINGS_OF_VALUE: f64 = 8.0;

/// Whether a point that a run reached is critical up to rounding. This is a rule of thumb, not a claim.
///
/// Each component is judged by its own row of H: |∂ᵢL| ≤ δ (|Hᵢ₁| + |Hᵢ₂|) with δ = 10⁻¹⁰ max(1, |w|). Near a
/// degenerate point, where a row of H is small as well, a small gradient does not count as zero: w1³ − w2² is not
/// critical at (10⁻⁷, 0).
pub fn is_nearly_critical(w: Vector, jet: &Jet) -> bool {
    let size = w.amax().max(1.0);
    let noise = ROUNDINGS_OF_VALUE * f64::EPSILON * jet.value.abs() / size;
    jet.value.is_finite()
        && (0..2).all(|i| {
            let row = jet.hessian[(i, 0)].abs() + jet.hessian[(i, 1)].abs();
            // With a Hessian that is undefined only an exact zero counts.
            let allowed = if row.is_finite() { RELATIVE_DISTANCE * size * row + noise } else { 0.0 };
            jet.gradient[i].abs() <= allowed
        })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::number::Matrix;
    use std::collections::BTreeMap;

    const SLOPE: Claim = Claim::Refuted(Refutation::Slope);
    const KINK: Claim = Claim::Refuted(Refutation::NotDifferentiable);

    fn claim(formula: &str, w: [f64; 2]) -> Claim {
        is_critical(&Loss::new(formula, &BTreeMap::new()).unwrap(), Vector::from(w))
    }

    #[test]
    fn zeros_of_the_gradient_are_proved() {
        for (formula, w) in [
            ("w1^3-w2^2", [0.0, 0.0]),
            ("100*(w2-w1^2)^2+(1-w1)^2", [1.0, 1.0]),
            ("(w1^2+w2-11)^2+(w1+w2^2-7)^2", [3.0, 2.0]),
            ("cos(w1)+cosh(w2)+exp(w1^2)", [0.0, 0.0]),
            ("sqrt(1+w1^2)+log(1+exp(w2))-w2/2", [0.0, 0.0]),
            ("1e308*w1^2+w2^2", [0.0, 0.0]),
            ("tanh(w1)^2+w2^2", [0.0, 0.0]),
            ("abs(w1-2)*w2^2", [0.0, 0.0]),
            ("3", [0.1, 0.2]),
        ] {
            assert_eq!(claim(formula, w), Claim::Proved, "{formula} at {w:?}");
        }
    }

    #[test]
    fn slopes_refute() {
        for (formula, w) in [
            ("w1^3-w2^2", [1e-7, 0.0]),
            ("w1^3-w2^2", [1e-150, 0.0]),
            ("1e16+w1+w2", [0.0, 0.0]),
            ("tanh(w1)", [20.0, 0.0]),
            ("(w1-1e10)^2+w2^2", [10_000_000_000.9, 0.0]),
            ("(w1-0.1)^2+w2^2", [0.100_000_000_000_01, 0.0]),
            ("sigmoid(w1)+w2^2", [700.0, 0.0]),
            ("exp(w1)", [-700.0, 0.0]),
            ("exp(w1)", [1000.0, 0.0]),
            // A kink that is none, and a slope along the other weight.
            ("w2+abs(w1)^2", [0.0, 0.0]),
        ] {
            assert_eq!(claim(formula, w), SLOPE, "{formula} at {w:?}");
        }
    }

    #[test]
    fn kinks_are_not_critical() {
        for (formula, w) in [
            ("abs(w1)", [0.0, 0.0]),
            ("abs(w1)+w2^2", [0.0, 0.0]),
            ("max(w1,w2)", [1.0, 1.0]),
            ("min(w1,w2)", [1.0, 1.0]),
            ("relu(w1)", [0.0, 3.0]),
            ("sqrt(w1^2+w2^2)", [0.0, 0.0]),
            ("sqrt(w1^2)", [0.0, 0.0]),
            ("abs(w1+w2)-abs(w1-w2)", [0.0, 0.0]),
            ("min(abs(w1),abs(w2))", [0.0, 0.0]),
            ("max(w1^2,abs(w2))", [0.0, 0.0]),
        ] {
            assert_eq!(claim(formula, w), KINK, "{formula} at {w:?}");
        }
    }

    /// Cases that the arithmetic cannot decide: L is differentiable in spite of |u|, or ∇L is zero only at numbers that
    /// are not f64.
    #[test]
    fn what_is_neither_proved_nor_refuted() {
        for (formula, w) in
            [("abs(w1)^2+w2^2", [0.0, 0.0]), ("w1*abs(w1)+w2^2", [0.0, 0.0]), ("max(w1^2,w2^2)", [0.0, 0.0])]
        {
            assert_eq!(claim(formula, w), Claim::NotProved, "{formula} at {w:?}");
        }
    }

    /// Where 64-bit intervals cannot tell ∇L from 0, rational arithmetic and many digits can.
    #[test]
    fn many_digits_decide_where_64_bits_do_not() {
        assert_eq!(claim("(w1-0.1)^2+w2^2", [0.1, 0.0]), Claim::Proved);
        // The decimal 1.5707963267948966 is not π/2, and eˣ is nowhere 0.
        for (formula, w) in [("sin(w1)+w2^2", [std::f64::consts::FRAC_PI_2, 0.0]), ("exp(w1)", [-800.0, 0.0])] {
            assert_eq!(claim(formula, w), Claim::Refuted(Refutation::Slope), "{formula} at {w:?}");
        }
    }

    #[test]
    fn nothing_is_critical_where_nothing_is_defined() {
        for (formula, w) in [("log(w1)", [-1.0, 0.0]), ("1/w1^2", [0.0, 0.0]), ("w1^3/w1", [0.0, 0.0])] {
            assert_eq!(claim(formula, w), Claim::Refuted(Refutation::Undefined), "{formula} at {w:?}");
        }
        assert_ne!(claim("sqrt(w1)", [0.0, 0.0]), Claim::Proved, "the border of the domain");
    }

    fn jet(value: f64, gradient: [f64; 2], [a, b, d]: [f64; 3]) -> Jet {
        Jet { value, gradient: Vector::from(gradient), hessian: Matrix::new(a, b, b, d) }
    }

    /// L = w1³ − w2²: ∇L = (3 w1², −2 w2), H = diag(6 w1, −2).
    fn cubic(w1: f64, w2: f64) -> bool {
        let value = w1.powi(3) - w2 * w2;
        is_nearly_critical(Vector::new(w1, w2), &jet(value, [3.0 * w1 * w1, -2.0 * w2], [6.0 * w1, 0.0, -2.0]))
    }

    #[test]
    fn only_the_origin_of_the_cubic_is_nearly_critical() {
        assert!(cubic(0.0, 0.0));
        for (w1, w2) in [(1.0, 0.0), (1e-3, 0.0), (1e-7, 0.0), (0.0, 1e-7), (1e-5, 1e-5)] {
            assert!(!cubic(w1, w2), "({w1}, {w2})");
        }
    }

    #[test]
    fn a_rounded_critical_point_is_nearly_critical_at_any_scale() {
        // L = s/2 (w − c)² in each weight, c not a double: the gradient at the nearest double is s · ulp/2.
        for scale in [1e-30, 1.0, 1e30] {
            let c = 0.1f64;
            let off = c * f64::EPSILON;
            let w = Vector::new(c, c);
            assert!(is_nearly_critical(w, &jet(0.0, [scale * off, -scale * off], [scale, 0.0, scale])));
            assert!(!is_nearly_critical(w, &jet(0.0, [scale * 1e-6, 0.0], [scale, 0.0, scale])));
        }
    }
}
