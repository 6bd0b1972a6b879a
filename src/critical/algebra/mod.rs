//! The critical points of a polynomial loss, decided exactly.
//!
//! If L is a polynomial with decimal coefficients, rational arithmetic solves ∂₁L = ∂₂L = 0: how many points there are,
//! degenerate ones included, where they are to any precision, what the signs of the Hessian's eigenvalues are, and
//! which curves consist of critical points. Nothing is rounded: each claim is proved for the formula as it is written.
//!
//! 1. [`Bivariate`] expands the formula; h is the greatest common divisor of ∂₁L and ∂₂L, and its real zeros are the
//!    curves (`curve`). What remains has finitely many common zeros.
//! 2. They are projected to one variable u = w1 + s·w2 (`resultant`): a root of multiplicity m is a point of local
//!    multiplicity m, if u has different values at all points, which is proved (`fibre`).
//! 3. The real roots are isolated (`roots`); coordinates and signs follow at each (`locate`).
//!
//! Sources: Cox, Little and O'Shea, Using Algebraic Geometry, ch. 2–4; Basu, Pollack and Roy, Algorithms in Real
//! Algebraic Geometry, ch. 10–12; F. Rouillier, Solving zero-dimensional systems through the rational univariate
//! representation, AAECC 9 (1999).

mod arcs;
mod bivariate;
mod curve;
mod fibre;
mod fixed;
mod group;
mod locate;
mod neighbourhood;
mod prime;
mod resultant;
mod roots;
mod solve;
#[cfg(test)]
mod tests;
mod univariate;

pub use bivariate::Bivariate;

use super::Extremum;
use super::spectrum::{Spectrum, precisely};
use crate::curvature::Kind;
use crate::formula::expression::Expression;
use crate::landscape::View;
use crate::number::decimal::Rational;
use crate::number::{Decimal, Digits, Interval, Precise, Vector};
pub use arcs::Arc;
use curve::Bounds;
use fixed::Fixed;
use locate::LocatedRoot;
use num_bigint::BigInt;
use num_traits::One;

/// Polynomials of a higher total degree are left to other methods.
pub const MAX_DEGREE: u32 = 24;
/// Polynomials whose derivatives could have more common zeros than this (Bézout's number) are left to other methods,
/// too.
pub const MAX_BEZOUT: u32 = 400;

/// The reason why nothing was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// The formula is not a polynomial with rational coefficients.
    #[error("the loss is not a polynomial with decimal coefficients")]
    NotPolynomial,
    /// The polynomial is larger than this method is meant for.
    #[error("the polynomial is too large to be decided exactly")]
    TooLarge,
    /// The caller asked to stop.
    #[error("stopped before the exact decision")]
    Cancelled,
}

/// The caller asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cancelled;

impl From<Cancelled> for Undecided {
    fn from(_: Cancelled) -> Undecided {
        Undecided::Cancelled
    }
}

fn check(cancel: &dyn Fn() -> bool) -> Result<(), Cancelled> {
    if cancel() { Err(Cancelled) } else { Ok(()) }
}

/// An isolated critical point, proved.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactPoint {
    /// The f64 nearest to each coordinate.
    pub w: Vector,
    /// Proved bounds [low, high] of w1 and w2, at most two units in the last place wide.
    pub enclosure: [[f64; 2]; 2],
    /// Its multiplicity: 1 for a simple point, more if points have merged; `None` for an isolated real point of a
    /// complex curve, such as the origin of (w1² + w2²)².
    pub multiplicity: Option<usize>,
    /// The kind that follows from the signs of the Hessian.
    pub kind: Kind,
    /// The signs of the Hessian's eigenvalues, ascending.
    pub signs: [i32; 2],
    /// L there, to the last bit or the one before.
    pub value: f64,
    /// Bounds of L there, as two fractions. They are equal if L is known exactly.
    pub value_bounds: [Rational; 2],
    /// The Hessian's eigenvalues with enclosures.
    pub(super) spectrum: Spectrum,
    /// Whether the closed view holds it.
    pub in_view: bool,
    /// The index of ∇L around a point in view.
    pub index: Option<i32>,
    /// The extremum that a degenerate point in view is.
    pub extremum: Option<Extremum>,
}

/// The behaviour of L across a curve of critical points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Across {
    /// L is least on the curve.
    Minimum,
    /// L is greatest on the curve.
    Maximum,
    /// L passes through its value on the curve.
    Crossing,
}

impl ExactPoint {
    /// Turns the point of the polynomial p into the same point of φ(p), given φ(p) and an enclosure and the sign of
    /// φ′(p).
    pub(super) fn become_composed(&mut self, value: f64, slope: Interval, sign: i32) {
        self.value = value;
        self.spectrum = self.spectrum.scaled(slope);
        if sign < 0 {
            self.signs = [-self.signs[1], -self.signs[0]];
            self.kind = match self.kind {
                Kind::Minimum => Kind::Maximum,
                Kind::Maximum => Kind::Minimum,
                kind => kind,
            };
            self.extremum = self.extremum.map(Extremum::mirrored);
        }
    }
}

impl Across {
    /// The behaviour of −L.
    pub(super) fn mirrored(self) -> Across {
        match self {
            Across::Minimum => Across::Maximum,
            Across::Maximum => Across::Minimum,
            Across::Crossing => Across::Crossing,
        }
    }
}

/// A curve of critical points, proved.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactCurve {
    /// The curve is the zero set of this square-free polynomial. Isolated zeros of it are in [`Exact::points`].
    pub factor: Bivariate,
    /// ∇L vanishes to this order on the curve: its components have this power of the factor in common.
    pub power: usize,
    /// Whether the curve meets the closed view.
    pub in_view: bool,
    /// The parts of the curve that lie in the closed view.
    pub arcs: Vec<Arc>,
}

/// All real critical points of a polynomial.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// L is constant: every point is critical, and points and curves are not listed.
    pub everywhere: bool,
    /// The isolated ones in the whole plane.
    pub points: Vec<ExactPoint>,
    /// The curves, each of which has infinitely many real points.
    pub curves: Vec<ExactCurve>,
    /// The number of distinct complex critical points that lie on no common factor of ∂₁L and ∂₂L, and the number
    /// with multiplicities.
    pub complex: [usize; 2],
    /// Whether there are finitely many critical points over the complex numbers.
    pub finite: bool,
}

impl Exact {
    /// Proved: the critical set in view is finite, and the points in view are all of it.
    pub fn complete(&self) -> bool {
        !self.everywhere && !self.curves.iter().any(|curve| curve.in_view)
    }
}

/// Decides the critical points of a formula with these values of its parameters, exactly.
///
/// # Errors
/// Returns [`Undecided`] if it is not a polynomial or too large, or if `cancel` returned true.
pub fn decide(
    expression: &Expression,
    parameters: &[Decimal],
    view: &View,
    cancel: &dyn Fn() -> bool,
) -> Result<Exact, Undecided> {
    let (loss, denominator) = Bivariate::from_expression(expression, parameters, MAX_DEGREE, cancel)?;
    decide_polynomial(&loss, &denominator, view, cancel)
}

/// Decides the critical points of a polynomial over a positive integer.
///
/// # Errors
/// Returns [`Undecided`] if it is too large, or if `cancel` returned true.
pub fn decide_polynomial(
    loss: &Bivariate,
    denominator: &BigInt,
    view: &View,
    cancel: &dyn Fn() -> bool,
) -> Result<Exact, Undecided> {
    let surface = Surface::new(loss, denominator);
    let gradient = [loss.partial(0), loss.partial(1)];
    let mut exact = Exact { everywhere: false, points: Vec::new(), curves: Vec::new(), complex: [0; 2], finite: true };
    if gradient.iter().all(Bivariate::is_zero) {
        return Ok(Exact { everywhere: true, finite: false, ..exact });
    }
    if gradient[0].degree() * gradient[1].degree() > MAX_BEZOUT {
        return Err(Undecided::TooLarge);
    }
    let one = BigInt::one();
    let mut common = Bivariate::constant(one.clone());
    let zeros = match solve::zeros(&gradient[0], &gradient[1], cancel)? {
        Some(zeros) => zeros,
        None => {
            common = gradient[0].common_divisor(&gradient[1]).ok_or(Undecided::TooLarge)?;
            let [Some(f), Some(g)] = [&gradient[0], &gradient[1]].map(|a| a.quotient(&common)) else {
                return Err(Undecided::TooLarge);
            };
            exact.finite = common.degree() == 0;
            solve::zeros(&f, &g, cancel)?.ok_or(Undecided::TooLarge)?
        }
    };
    exact.complex = [zeros.complex(), zeros.groups.iter().map(|g| g.multiplicity * (g.roots_of.len() - 1)).sum()];
    let bounds = Bounds::new(view);
    let factors = if exact.finite { Vec::new() } else { factors(&mut exact, &gradient, &common, view, cancel)? };
    let mut places = Vec::new();
    for group in &zeros.groups {
        for root in &group.roots {
            let mut place = LocatedRoot::new(zeros.s, group, root, cancel);
            if exact.finite || place.sign(&common)? != 0 {
                places.push((place, Some(group.multiplicity)));
            }
        }
    }
    let isolated = factors.first();
    for (i, j) in isolated.iter().flat_map(|whole| &whole.locus.isolated) {
        let Some(locus) = isolated.map(|whole| &whole.locus) else { continue };
        let group = &locus.zeros.groups[*i];
        places.push((LocatedRoot::new(locus.zeros.s, group, &group.roots[*j], cancel), None));
    }
    add_points(&mut exact, &mut places, &surface, &gradient, &bounds, &factors, cancel)?;
    exact.points.sort_by(|a, b| a.w.x.total_cmp(&b.w.x).then(a.w.y.total_cmp(&b.w.y)));
    Ok(exact)
}

/// A factor of ∇L with its real zeros; the first is the product of all of them.
struct Located {
    h: Bivariate,
    locus: curve::Locus,
}

/// The square-free parts of the common factor with their real zeros, and the curves among them. If the common factor
/// has only isolated real zeros, there are no curves, and the first part is the product of all parts.
fn factors(
    exact: &mut Exact,
    gradient: &[Bivariate; 2],
    common: &Bivariate,
    view: &View,
    cancel: &dyn Fn() -> bool,
) -> Result<Vec<Located>, Undecided> {
    let parts = curve::square_free_parts(common, cancel)?;
    let whole = parts.iter().fold(Bivariate::constant(BigInt::one()), |whole, (_, part)| whole.product(part));
    let locus = curve::locus(&whole, view, &|_| true, cancel)?;
    let has_curve = locus.has_curve;
    let mut found = vec![Located { h: whole, locus }];
    if !has_curve {
        return Ok(found);
    }
    let bounds = Bounds::new(view);
    for (k, part) in &parts {
        let mut sides = gradient.clone();
        for _ in 0..*k {
            for side in &mut sides {
                *side = side.quotient(part).ok_or(Undecided::TooLarge)?;
            }
        }
        let factor = arcs::Factor { k: *k, h: part, sides: [&sides[0], &sides[1]] };
        let locus = curve::locus(part, view, &|s| factor.can_be_followed(s), cancel)?;
        if !locus.has_curve {
            continue;
        }
        let arcs = match locus.meets_view {
            true => arcs::arcs(&factor, locus.zeros.s, &locus.turning, &bounds, cancel)?,
            false => Vec::new(),
        };
        exact.curves.push(ExactCurve { factor: part.clone(), power: *k, in_view: locus.meets_view, arcs });
        found.push(Located { h: part.clone(), locus });
    }
    Ok(found)
}

/// The points, with what is proved of the degenerate ones in view.
fn add_points(
    exact: &mut Exact,
    places: &mut [(LocatedRoot<'_>, Option<usize>)],
    surface: &Surface<'_>,
    gradient: &[Bivariate; 2],
    bounds: &Bounds,
    factors: &[Located],
    cancel: &dyn Fn() -> bool,
) -> Result<(), Undecided> {
    for (place, multiplicity) in places.iter_mut() {
        exact.points.push(point(place, surface, bounds, *multiplicity)?);
    }
    let is_asked = |point: &ExactPoint| point.in_view && point.kind == Kind::Degenerate;
    if !exact.points.iter().any(is_asked) {
        return Ok(());
    }
    let located: Vec<[Fixed; 2]> =
        places.iter_mut().map(|(place, _)| place.locate_to(curve::TURNING_BITS)).collect::<Result<_, _>>()?;
    let curves: Vec<(Bivariate, Vec<[Fixed; 2]>)> = factors
        .iter()
        .skip(1)
        .map(|factor| {
            let turns = factor.locus.turning.iter().filter(|turning| !turning.is_isolated());
            (factor.h.clone(), turns.map(|turning| turning.place.clone()).collect())
        })
        .collect();
    for (i, (place, _)) in places.iter_mut().enumerate() {
        if is_asked(&exact.points[i]) {
            let others: Vec<[Fixed; 2]> =
                located.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, other)| other.clone()).collect();
            let nature = neighbourhood::nature(place, surface.loss, gradient, &others, &curves, cancel)?;
            (exact.points[i].index, exact.points[i].extremum) = (nature.index, nature.extremum);
        }
    }
    Ok(())
}

/// The polynomials to be evaluated at each point: L and its Hessian, times the same positive integer.
struct Surface<'a> {
    loss: &'a Bivariate,
    denominator: &'a BigInt,
    /// ∂₁₁, ∂₁₂, ∂₂₂.
    second: [Bivariate; 3],
    determinant: Bivariate,
    trace: Bivariate,
}

impl Surface<'_> {
    fn new<'a>(loss: &'a Bivariate, denominator: &'a BigInt) -> Surface<'a> {
        let [d1, d2] = [loss.partial(0), loss.partial(1)];
        let second = [d1.partial(0), d1.partial(1), d2.partial(1)];
        let (one, minus_one) = (BigInt::one(), -BigInt::one());
        let [d11, d12, d22] = &second;
        Surface {
            loss,
            denominator,
            determinant: Bivariate::combination(&one, &d11.product(d22), &minus_one, &d12.product(d12)),
            trace: Bivariate::combination(&one, d11, &one, d22),
            second,
        }
    }
}

/// The relative precision of located points, in bits: 11 more than f64 has.
const PRECISION: u64 = 64;

fn point(
    place: &mut LocatedRoot<'_>,
    surface: &Surface<'_>,
    bounds: &Bounds,
    multiplicity: Option<usize>,
) -> Result<ExactPoint, Undecided> {
    // A zero is simple if and only if the Hessian is regular.
    let determinant = if multiplicity == Some(1) { place.sign(&surface.determinant)? } else { 0 };
    let trace = if determinant < 0 { 0 } else { place.sign(&surface.trace)? };
    let (kind, signs) = match (determinant, trace) {
        (-1, _) => (Kind::Saddle, [-1, 1]),
        (1, 1) => (Kind::Minimum, [1, 1]),
        (1, _) => (Kind::Maximum, [-1, -1]),
        (_, trace) => (Kind::Degenerate, [trace.min(0), trace.max(0)]),
    };
    let located = place.locate(PRECISION)?;
    let w = [0, 1].map(|axis| located.x[axis].middle(located.p) + 0.0);
    let mut enclosure = [[0.0; 2]; 2];
    for axis in 0..2 {
        // The midpoint is within half an ulp of the coordinate, and often equal to it.
        let is_exact = located.x[axis].sign() == Some(0) || is_short(w[axis]) && place.is_at(axis, w[axis])?;
        enclosure[axis] = if is_exact { [w[axis]; 2] } else { [w[axis].next_down(), w[axis].next_up()] };
    }
    let digits = Digits::new(DIGITS).ok_or(Undecided::TooLarge)?;
    let mut number = |a: &Bivariate, denominator: &BigInt| -> Result<Precise, Cancelled> {
        let (x, p) = place.enclosure(a, denominator)?;
        Ok(digits.fixed(&x.low, &x.high, p))
    };
    let [a, b, d] = [0, 1, 2].map(|i| number(&surface.second[i], surface.denominator));
    let (a, b, d) = (a?, b?, d?);
    let exact_determinant = number(&surface.determinant, &(surface.denominator * surface.denominator))?;
    let value = number(surface.loss, surface.denominator)?.middle() + 0.0;
    let (bounds_of_value, p) = place.enclosure(surface.loss, surface.denominator)?;
    let value_bounds = [bounds_of_value.low, bounds_of_value.high].map(|end| (end, BigInt::one() << p));
    let mut spectrum = precisely(&digits, [&a, &b, &d], Some(&exact_determinant)).ok_or(Undecided::TooLarge)?;
    spectrum.know_signs(signs);
    Ok(ExactPoint {
        w: Vector::new(w[0], w[1]),
        enclosure,
        multiplicity,
        kind,
        signs,
        value,
        value_bounds,
        spectrum,
        in_view: bounds.contain(place)?,
        index: match kind {
            Kind::Minimum | Kind::Maximum => Some(1),
            Kind::Saddle => Some(-1),
            Kind::Degenerate => None,
        },
        extremum: None,
    })
}

/// Binary digits of eigenvalues.
const DIGITS: usize = 128;

/// Whether a number has so few digits that it is likely to be meant exactly.
fn is_short(x: f64) -> bool {
    x.to_bits().trailing_zeros() >= 20
}
