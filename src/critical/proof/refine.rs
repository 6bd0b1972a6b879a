//! Places a proved critical point to a few units in the last place, and encloses the eigenvalues of its Hessian.
//!
//! The proof by 64-bit intervals leaves a box that holds exactly one critical point. The box is wide if the point is
//! ill-conditioned or its terms cancel. Newton's method then goes on with hundreds of digits, and the Krawczyk test
//! with as many digits proves a tiny box. H over this box encloses the Hessian. A coordinate is called a short decimal,
//! or a multiple of π/12, only if exact arithmetic proves it.

use super::krawczyk::{Cell, Root, grown, inside};
use crate::critical::spectrum::{self, Spectrum};
use crate::formula::taylor::{ClosedForms, Taylor};
use crate::landscape::{Loss, View};
use crate::number::{ClosedForm, Decimal, Digits, Interval, Precise, Vector};
use std::cmp::Ordering;

/// A proved critical point, placed.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::critical) struct Placed {
    /// The f64 nearest to it, as far as is known.
    pub(in crate::critical) w: Vector,
    /// [low, high] of each coordinate.
    pub(in crate::critical) enclosure: [[f64; 2]; 2],
    /// L there.
    pub(in crate::critical) value: f64,
    pub(in crate::critical) spectrum: Spectrum,
    /// Whether the closed view contains it; `None` if it may lie on the border.
    pub(in crate::critical) is_in_view: Option<bool>,
}

/// The binary digits of successive attempts; each is made only if the one before does not suffice.
const BITS: [usize; 5] = [128, 256, 512, 1024, 1536];
/// The binary digits for a box that 64-bit intervals could not decide.
const CAREFUL_BITS: usize = 192;
/// For losses over more examples, exact arithmetic is not tried.
const MOST_EXAMPLES: usize = 500;
/// An enclosure is narrow when it is at most so many units in the last place wide.
const NARROW_ULPS: f64 = 16.0;

/// Places the point of a root. The result is sound for any view; the size of the view sets the scale for coordinates
/// near 0.
pub(in crate::critical) fn place(loss: &Loss, view: &View, root: &Root) -> Option<Placed> {
    match place_roughly(loss, view, root) {
        (placed, true) => placed,
        (placed, false) => precisely(loss, view, root).or(placed),
    }
}

/// Places the point of a root by 64-bit intervals, and returns whether that is precise enough.
pub(in crate::critical) fn place_roughly(loss: &Loss, view: &View, root: &Root) -> (Option<Placed>, bool) {
    let placed = in_intervals(loss, view, root);
    let is_good = placed.as_ref().is_some_and(|placed| {
        let sizes = [view.width(), view.height()];
        let is_placed = (0..2).all(|i| is_narrow(placed.enclosure[i], sizes[i]));
        is_placed && placed.spectrum.is_narrow() && placed.is_in_view.is_some()
    });
    (placed, is_good)
}

fn is_narrow([low, high]: [f64; 2], size: f64) -> bool {
    let magnitude = low.abs().max(high.abs()).max(1e-3 * size);
    high - low <= NARROW_ULPS * f64::EPSILON * magnitude
}

/// By 64-bit intervals alone.
fn in_intervals(loss: &Loss, view: &View, root: &Root) -> Option<Placed> {
    let mut cell = root.tight;
    let coordinates = if is_narrow_cell(&cell, view) { closed_form(loss, &cell) } else { [None, None] };
    let known = coordinates.iter().flatten().count();
    // One coordinate is known: somewhere on that line within the box the other component of ∇L must vanish, too.
    let lies_in_box = (0..2).all(|i| {
        let of = |known: &Coordinate| root.unique[i].lo <= known.interval.lo && known.interval.hi <= root.unique[i].hi;
        coordinates[i].as_ref().is_none_or(of)
    });
    let proved = lies_in_box && (known == 2 || (known == 1 && changes_sign(loss, root, &coordinates)));
    let coordinates = if proved { coordinates } else { [None, None] };
    for (side, coordinate) in cell.iter_mut().zip(&coordinates) {
        if let Some(coordinate) = coordinate {
            *side = coordinate.interval;
        }
    }
    let at = loss.enclosures()?.jet_of(cell);
    let spectrum = spectrum::in_intervals(at.hessian)?;
    let w = Vector::new(middle(cell[0]), middle(cell[1]));
    let value = exact_value(loss, &coordinates).unwrap_or_else(|| clamped(loss.value(w), at.value));
    let is_in_view = both(coordinates.iter().zip(cell).zip([view.w1, view.w2]).map(|((known, side), bounds)| {
        let bounds = bounds.map(|bound| (bound, Decimal::from(bound)));
        between(bounds.map(|(_, decimal)| {
            let place = known.as_ref().and_then(|known| order(&known.number, &decimal));
            place.or_else(|| apart(side, decimal.constant().enclosure))
        }))
    }));
    Some(Placed { w, enclosure: cell.map(|x| [x.lo, x.hi]), value, spectrum, is_in_view })
}

/// Whether all answers are true; `None` if that is not known.
fn both(mut answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    answers
        .try_fold(true, |all, answer| match answer {
            Some(false) => Err(Some(false)),
            Some(true) => Ok(all),
            None => Ok(false),
        })
        .map_or_else(|no| no, |all| all.then_some(true))
}

/// Whether a number lies between two bounds, from its order relative to each.
fn between([low, high]: [Option<Ordering>; 2]) -> Option<bool> {
    match (low, high) {
        (Some(Ordering::Less), _) | (_, Some(Ordering::Greater)) => Some(false),
        (Some(_), Some(_)) => Some(true),
        _ => None,
    }
}

/// How a number in closed form lies to a decimal.
fn order(number: &ClosedForm, bound: &Decimal) -> Option<Ordering> {
    let difference = number.add(&ClosedForm::fraction(&bound.rational()).neg());
    Some(difference.sign()?.cmp(&0))
}

/// The order of two intervals, if they are disjoint.
fn apart(x: Interval, bound: Interval) -> Option<Ordering> {
    match () {
        () if x.hi < bound.lo => Some(Ordering::Less),
        () if x.lo > bound.hi => Some(Ordering::Greater),
        () => None,
    }
}

fn is_narrow_cell(cell: &Cell, view: &View) -> bool {
    is_narrow([cell[0].lo, cell[0].hi], view.width()) && is_narrow([cell[1].lo, cell[1].hi], view.height())
}

fn middle(x: Interval) -> f64 {
    // The midpoint of two neighbouring numbers is one of them, but the sum of their halves may round to a number
    // outside.
    x.middle().max(x.lo).min(x.hi) + 0.0
}

fn clamped(value: f64, enclosure: Interval) -> f64 {
    if enclosure.contains(value) || enclosure.is_empty() || enclosure.partial { value } else { enclosure.middle() }
}

/// A coordinate in closed form.
#[derive(Clone, Debug)]
struct Coordinate {
    number: ClosedForm,
    interval: Interval,
}

/// The coordinates that exact arithmetic proves, each alone or both together. A coordinate is proved alone if, with it
/// fixed, a component of ∇L is exactly 0 for all values of the other.
fn closed_form(loss: &Loss, cell: &Cell) -> [Option<Coordinate>; 2] {
    if loss.examples() > MOST_EXAMPLES {
        return [None, None];
    }
    let candidates: [Vec<Coordinate>; 2] = [candidates(cell[0]), candidates(cell[1])];
    for first in &candidates[0] {
        for second in &candidates[1] {
            if zero_components(loss, [&first.number, &second.number]) == [true, true] {
                return [Some(first.clone()), Some(second.clone())];
            }
        }
    }
    for axis in 0..2 {
        for candidate in &candidates[axis] {
            let mut at = [&ClosedForm::Unknown, &ClosedForm::Unknown];
            at[axis] = &candidate.number;
            if zero_components(loss, at) != [false, false] {
                let mut found = [None, None];
                found[axis] = Some(candidate.clone());
                return found;
            }
        }
    }
    [None, None]
}

/// Numbers in the interval that are likely to be meant: 0, a decimal with few digits, a multiple of π/12.
fn candidates(x: Interval) -> Vec<Coordinate> {
    const DIGITS: usize = 13;
    let decimal = |value: f64| {
        let number = Decimal::from(value);
        Coordinate { number: ClosedForm::fraction(&number.rational()), interval: number.constant().enclosure }
    };
    if x.contains(0.0) {
        return vec![decimal(0.0)];
    }
    let middle = x.middle();
    let mut found = Vec::new();
    let short = (0..DIGITS).find_map(|digits| {
        let rounded: f64 = format!("{middle:.digits$e}").parse().ok()?;
        x.contains(rounded).then_some(rounded)
    });
    found.extend(short.map(decimal));
    let twelfths = (middle * (12.0 / std::f64::consts::PI)).round();
    if twelfths.abs() < 1e6 && twelfths != 0.0 {
        let value = twelfths * std::f64::consts::PI / 12.0;
        let margin = 4.0 * f64::EPSILON * value.abs();
        let interval = Interval::new(value - margin, value + margin);
        if !interval.intersect(x).is_empty() {
            found.push(Coordinate { number: ClosedForm::multiple_of_pi(twelfths as i64, 12), interval });
        }
    }
    found
}

/// Which components of ∇L are known to be exactly 0.
fn zero_components(loss: &Loss, w: [&ClosedForm; 2]) -> [bool; 2] {
    let at = loss.taylor(&mut ClosedForms, 1, &w.map(Clone::clone));
    at.map_or([false; 2], |at| at.gradient(&ClosedForm::integer(0)).map(|component| component.is_zero()))
}

/// L, if both coordinates are known and exact arithmetic gives the value.
fn exact_value(loss: &Loss, coordinates: &[Option<Coordinate>; 2]) -> Option<f64> {
    let [Some(first), Some(second)] = coordinates else { return None };
    let at: Taylor<ClosedForm> = loss.taylor(&mut ClosedForms, 1, &[first.number.clone(), second.number.clone()])?;
    let value = at.value.as_rational()?;
    let digits = Digits::new(128)?;
    Some(digits.fraction(&(value.numer().clone(), value.denom().clone())).middle() + 0.0)
}

/// Whether, on the line with the known coordinate, the component of ∇L that is not identically 0 changes its sign
/// within the box of uniqueness. Then the critical point of that box lies on the line.
fn changes_sign(loss: &Loss, root: &Root, coordinates: &[Option<Coordinate>; 2]) -> bool {
    let Some((axis, known)) = (0..2).find_map(|axis| Some((axis, coordinates[axis].as_ref()?))) else { return false };
    let around = grown(&root.tight, 2.0);
    if !inside(&root.unique, &around) {
        return false;
    }
    let Some(enclosures) = loss.enclosures() else { return false };
    let gradient = |end: f64| {
        let mut at = [Interval::point(end); 2];
        at[axis] = known.interval;
        enclosures.gradient_of(at)
    };
    let free = around[1 - axis];
    let (low, high) = (gradient(free.lo), gradient(free.hi));
    let is_opposite = |a: Interval, b: Interval| (a.lo > 0.0 && b.hi < 0.0) || (a.hi < 0.0 && b.lo > 0.0);
    (0..2).any(|i| is_opposite(low[i], high[i]))
}

/// Whether a small box around w provably holds no critical point. A search may mistake a gradient that underflows in
/// 64-bit numbers for zero.
pub(in crate::critical) fn is_refuted(loss: &Loss, view: &View, w: Vector) -> bool {
    let is_empty = |share: f64| {
        let around = [0, 1].map(|i| {
            let radius = share * [view.width(), view.height()][i];
            Interval::new(w[i] - radius, w[i] + radius)
        });
        matches!(settle(loss, &around), Some(Settled::Empty))
    };
    // If L itself underflows, it changes by orders of magnitude within a larger box.
    is_empty(1e-7) || (loss.value_and_gradient(w).1.amax() < f64::MIN_POSITIVE && is_empty(1e-9))
}

/// With as many digits as necessary.
fn precisely(loss: &Loss, view: &View, root: &Root) -> Option<Placed> {
    let mut best: Option<Placed> = None;
    for bits in BITS {
        let mut digits = Digits::new(bits)?;
        let Some(placed) = with_digits(loss, view, root, &mut digits) else { continue };
        let sizes = [view.width(), view.height()];
        // Near 0 no width is a few units in the last place, so 2⁻¹⁰⁰ of the view is enough.
        let is_placed = |i: usize| {
            let [low, high] = placed.enclosure[i];
            is_narrow([low, high], 0.0) || high - low <= 1e-30 * sizes[i]
        };
        let is_enough = is_placed(0) && is_placed(1) && placed.spectrum.is_narrow() && placed.is_in_view.is_some();
        best = Some(placed);
        if is_enough {
            break;
        }
    }
    best
}

type Pair = [Precise; 2];

/// The verdict of many digits on a box that 64-bit intervals could not decide.
pub(in crate::critical) enum Settled {
    /// It holds no critical point.
    Empty,
    /// It holds exactly one.
    One(Root),
}

/// Examines a box with many digits; `None` if they do not decide it.
pub(in crate::critical) fn settle(loss: &Loss, cell: &Cell) -> Option<Settled> {
    let mut digits = Digits::new(CAREFUL_BITS)?;
    let whole: Pair = [digits.interval(cell[0])?, digits.interval(cell[1])?];
    let centre = [0, 1].map(|i| digits.centre(&whole[i]));
    if excludes_zero(loss, &mut digits, &centre, &whole)? || is_far(loss, &mut digits, &centre, &whole) {
        return Some(Settled::Empty);
    }
    let (image, _) = krawczyk(loss, &mut digits, &centre, &whole)?;
    Some(Settled::One(Root { tight: image.map(|x| x.to_interval()), unique: *cell }))
}

/// Whether ∇L(X), or ∇L(m) + H(X)·(X − m), each of which contains every gradient on X, excludes 0.
fn excludes_zero(loss: &Loss, digits: &mut Digits, centre: &Pair, whole: &Pair) -> Option<bool> {
    let zero = digits.sub(&centre[0], &centre[0]);
    let over = loss.taylor(digits, 2, whole)?;
    if over.gradient(&zero).iter().any(|component| matches!(component.sign(), Some(1 | -1))) {
        return Some(true);
    }
    let at_centre = loss.taylor(digits, 1, centre)?.gradient(&zero);
    let [a, b, d] = over.hessian(&zero);
    let offset = [0, 1].map(|i| digits.sub(&whole[i], &centre[i]));
    let rows = [[&a, &b], [&b, &d]];
    Some((0..2).any(|i| {
        let along = digits.add(&digits.mul(rows[i][0], &offset[0]), &digits.mul(rows[i][1], &offset[1]));
        matches!(digits.add(&at_centre[i], &along).sign(), Some(1 | -1))
    }))
}

/// Whether Y·∇L(m) + Y·H(X)·(X − m), Y about the inverse of H(m), excludes 0, so that Newton's step would leave the
/// box. In a valley this decides even if the components of ∇L alone do not.
fn is_far(loss: &Loss, digits: &mut Digits, centre: &Pair, whole: &Pair) -> bool {
    let Some((step, inverse)) = newton(loss, digits, centre) else { return false };
    let Some(at) = loss.taylor(digits, 2, whole) else { return false };
    let zero = digits.sub(&centre[0], &centre[0]);
    let [a, b, d] = at.hessian(&zero);
    let rows = [[&a, &b], [&b, &d]];
    let offset = [0, 1].map(|i| digits.sub(&whole[i], &centre[i]));
    (0..2).any(|i| {
        let mut sum = step[i].clone();
        for j in 0..2 {
            let entry = digits.add(&digits.mul(&inverse[i][0], rows[0][j]), &digits.mul(&inverse[i][1], rows[1][j]));
            sum = digits.add(&sum, &digits.mul(&entry, &offset[j]));
        }
        matches!(sum.sign(), Some(1 | -1))
    })
}

/// Proves a critical point near w, to which Newton's method converged, with many digits; `scale` is the size of the
/// view.
pub(in crate::critical) fn certify_near(loss: &Loss, w: [f64; 2], scale: [f64; 2]) -> Option<Root> {
    let mut digits = Digits::new(CAREFUL_BITS)?;
    let start = [digits.number(w[0])?, digits.number(w[1])?];
    let x = converged(loss, &mut digits, start)?;
    for share in [1e-3, 1e-5, 1e-7, 1e-9, 1e-11, 1e-13] {
        let unique = [0, 1].map(|i| {
            let (middle, radius) = (x[i].middle(), share * scale[i]);
            Interval::new(middle - radius, middle + radius)
        });
        let cell: Pair = [digits.interval(unique[0])?, digits.interval(unique[1])?];
        if let Some((image, _)) = krawczyk(loss, &mut digits, &x, &cell) {
            return Some(Root { tight: image.map(|x| x.to_interval()), unique });
        }
    }
    None
}

fn with_digits(loss: &Loss, view: &View, root: &Root, digits: &mut Digits) -> Option<Placed> {
    let start = [digits.number(root.tight[0].middle())?, digits.number(root.tight[1].middle())?];
    let x = converged(loss, digits, start)?;
    // Tries a box of the size of the rounding error, and larger ones if that is too small.
    let scale = x.iter().filter_map(Precise::exponent).max().unwrap_or(0);
    for slack in [32, 64, 96] {
        let radius = digits.scaled(&digits.number(1.0)?, scale - digits.bits() as i32 + slack);
        let cell: Pair = [0, 1].map(|i| digits.inflated(&x[i], &radius));
        if let Some((image, at)) = krawczyk(loss, digits, &x, &cell) {
            let enclosure = [0, 1].map(|i| image[i].to_interval());
            if !inside(&root.unique, &enclosure) {
                return None;
            }
            return placed(loss, view, digits, root, (&image, &at));
        }
    }
    None
}

/// The limit of Newton's method from x, to the available digits.
fn converged(loss: &Loss, digits: &mut Digits, mut x: Pair) -> Option<Pair> {
    const MOST_STEPS: usize = 14;
    let mut last = f64::INFINITY;
    for _ in 0..MOST_STEPS {
        let (step, _) = newton(loss, digits, &x)?;
        x = [0, 1].map(|i| digits.centre(&digits.sub(&x[i], &step[i])));
        let Some(largest) = step.iter().filter_map(Precise::exponent).max() else { break };
        let length = libm::exp2(f64::from(largest.max(-1070)));
        let scale = x.iter().filter_map(Precise::exponent).max().unwrap_or(0);
        let resolution = scale - digits.bits() as i32 + 24;
        // Each step squares the distance relative to the size of the point. Steps that no longer shrink are rounding
        // errors.
        if 2 * largest - scale <= resolution || (length >= 0.5 * last && length < 1e-60) {
            break;
        }
        last = length;
    }
    Some(x)
}

fn placed(
    loss: &Loss,
    view: &View,
    digits: &mut Digits,
    root: &Root,
    (image, at): (&Pair, &Taylor<Precise>),
) -> Option<Placed> {
    let zero = digits.sub(&image[0], &image[0]);
    let hessian = at.hessian(&zero);
    let spectrum = spectrum::precisely(digits, [&hessian[0], &hessian[1], &hessian[2]], None)?;
    let cell = [0, 1].map(|i| image[i].to_interval());
    let coordinates = closed_form(loss, &cell);
    let w = [0, 1].map(|i| middle(Interval::new(cell[i].lo, cell[i].hi)).max(cell[i].lo).min(cell[i].hi));
    let nearest = [0, 1].map(|i| {
        let value = image[i].middle();
        if cell[i].contains(value) { value + 0.0 } else { w[i] }
    });
    let known = match &coordinates {
        [Some(first), Some(second)] if inside(&root.unique, &[first.interval, second.interval]) => {
            Some((first, second))
        }
        _ => None,
    };
    let (w, enclosure) = match known {
        Some((first, second)) => (
            [middle(first.interval), middle(second.interval)],
            [first, second].map(|known| [known.interval.lo, known.interval.hi]),
        ),
        _ => (nearest, cell.map(|x| [x.lo, x.hi])),
    };
    let value = known.and_then(|_| exact_value(loss, &coordinates));
    let value = value.unwrap_or_else(|| at.value.middle() + 0.0);
    let known = known.map(|(first, second)| [&first.number, &second.number]);
    let is_in_view = both([view.w1, view.w2].into_iter().enumerate().map(|(i, bounds)| {
        between(bounds.map(|bound| {
            let decimal = Decimal::from(bound);
            let place = known.and_then(|known| order(known[i], &decimal));
            let difference = digits.sub(&image[i], &digits.fraction(&decimal.rational()));
            place.or_else(|| difference.sign().map(|sign| sign.cmp(&0)))
        }))
    }));
    Some(Placed { w: Vector::new(w[0], w[1]), enclosure, value, spectrum, is_in_view })
}

/// H⁻¹∇L at a point, and an approximate H⁻¹.
fn newton(loss: &Loss, digits: &mut Digits, x: &Pair) -> Option<(Pair, [[Precise; 2]; 2])> {
    let at = loss.taylor(digits, 2, x)?;
    let zero = digits.sub(&x[0], &x[0]);
    let (gradient, [a, b, d]) = (at.gradient(&zero), at.hessian(&zero).map(|entry| digits.centre(&entry)));
    let determinant = digits.centre(&digits.sub(&digits.mul(&a, &d), &digits.square(&b)));
    let entry = |digits: &Digits, x: &Precise| digits.div(x, &determinant).map(|x| digits.centre(&x));
    let minus_b = digits.neg(&b);
    let inverse = [[entry(digits, &d)?, entry(digits, &minus_b)?], [entry(digits, &minus_b)?, entry(digits, &a)?]];
    let step = [0, 1]
        .map(|i| digits.add(&digits.mul(&inverse[i][0], &gradient[0]), &digits.mul(&inverse[i][1], &gradient[1])));
    Some((step, inverse))
}

/// K(X) = x − Y·∇L(x) + (I − Y·H(X))·(X − x), with L and its derivatives over X, if K(X) lies in the interior of X and
/// so proves that X holds exactly one critical point.
fn krawczyk(loss: &Loss, digits: &mut Digits, x: &Pair, cell: &Pair) -> Option<(Pair, Taylor<Precise>)> {
    let (step, inverse) = newton(loss, digits, x)?;
    let at = loss.taylor(digits, 2, cell)?;
    let zero = digits.sub(&x[0], &x[0]);
    let [a, b, d] = at.hessian(&zero);
    let rows = [[&a, &b], [&b, &d]];
    let one = digits.number(1.0)?;
    let offset = [0, 1].map(|i| digits.sub(&cell[i], &x[i]));
    let image = [0, 1].map(|i| {
        let mut sum = digits.sub(&x[i], &step[i]);
        for j in 0..2 {
            let product = digits.add(&digits.mul(&inverse[i][0], rows[0][j]), &digits.mul(&inverse[i][1], rows[1][j]));
            let identity = if i == j { &one } else { &zero };
            let rest = digits.sub(identity, &product);
            sum = digits.add(&sum, &digits.mul(&rest, &offset[j]));
        }
        sum
    });
    (0..2).all(|i| cell[i].holds_inside(&image[i])).then_some((image, at))
}
