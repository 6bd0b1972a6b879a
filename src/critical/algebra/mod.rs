//! The critical points of a polynomial loss, decided exactly.
//!
//! Where L is a polynomial with decimal coefficients, ∂₁L = ∂₂L = 0 is a question that rational arithmetic answers:
//! how many points there are, degenerate ones included, where they are to any precision, what the Hessian's signs
//! are, and which curves consist of critical points. Nothing is rounded on the way: each claim is proved for the
//! formula as it is written.
//!
//! 1. [`Bivariate`] expands the formula; h is the greatest common divisor of ∂₁L and ∂₂L, and its real zeros are the
//!    curves (`curve`). What remains has finitely many common zeros.
//! 2. They are projected to one variable u = w1 + s·w2 (`resultant`): a root of multiplicity m is a point of local
//!    multiplicity m, if u tells all points apart, which is proved (`fibre`).
//! 3. The real roots are isolated (`roots`); coordinates and signs follow at each (`locate`).
//!
//! Sources: Cox, Little and O'Shea, Using Algebraic Geometry, ch. 2–4; Basu, Pollack and Roy, Algorithms in Real
//! Algebraic Geometry, ch. 10–12; F. Rouillier, Solving zero-dimensional systems through the rational univariate
//! representation, AAECC 9 (1999).

mod bivariate;
mod curve;
mod fibre;
mod fixed;
mod locate;
mod prime;
mod resultant;
mod roots;
mod solve;
#[cfg(test)]
mod tests;
mod univariate;

pub use bivariate::Bivariate;

use crate::curvature::Kind;
use crate::formula::expression::Expression;
use crate::landscape::View;
use crate::number::Vector;
use curve::Bounds;
use locate::Place;
use num_bigint::BigInt;
use num_traits::One;

/// Formulas of a higher total degree are left to other methods.
pub const MAX_DEGREE: u32 = 24;
/// And those whose derivatives could have more common zeros than this (Bézout's number).
pub const MAX_BEZOUT: u32 = 400;

/// Why nothing was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// The formula is no polynomial with rational coefficients.
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
    /// Proved bounds [low, high] of w1 and w2: the neighbours of those f64, or exactly 0.
    pub bounds: [[f64; 2]; 2],
    /// Its multiplicity: 1 for a simple one, more where points have merged; `None` for an isolated real point of a
    /// complex curve, such as the origin of (w1² + w2²)².
    pub multiplicity: Option<usize>,
    /// What the Hessian's signs say.
    pub kind: Kind,
    /// The signs of the Hessian's eigenvalues, ascending.
    pub signs: [i32; 2],
    /// L there, to the last bit or the one before; 0 where its terms cancel to less than 2⁻¹⁶⁰ of them.
    pub value: f64,
    /// ∂₁₁, ∂₁₂, ∂₂₂ there, in the same way.
    pub hessian: [f64; 3],
    /// Whether the closed view holds it or the f64 nearest to it: 1/10 counts as in view where the view begins at 0.1.
    pub in_view: bool,
}

/// What L does across a curve of critical points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Across {
    /// It is least there.
    Minimum,
    /// It is greatest there.
    Maximum,
    /// It passes through its value.
    Crossing,
    /// It differs from arc to arc.
    Mixed,
}

/// A curve of critical points, proved.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactCurve {
    /// The curve is where this square-free polynomial is 0; it may have isolated points too, which are in
    /// [`Exact::points`].
    pub factor: Bivariate,
    /// ∇L vanishes to this order there: its components have the factor's power in common.
    pub power: usize,
    /// What L does across it.
    pub across: Across,
    /// Its sign on the curve tells whether L is least (1) or greatest (−1) there; for odd powers only. On a connected
    /// piece of the curve without any of the points [`ExactCurve::changes`] it does not change.
    pub side: Bivariate,
    /// The points of the curve, and isolated ones of the factor, where `side` is 0.
    pub changes: Vec<Vector>,
    /// Whether the curve meets the closed view.
    pub in_view: bool,
}

/// All real critical points of a polynomial.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// L is constant: every point is critical, and nothing else is listed.
    pub everywhere: bool,
    /// The isolated ones in the whole plane.
    pub points: Vec<ExactPoint>,
    /// The curves, each of which has infinitely many real points.
    pub curves: Vec<ExactCurve>,
    /// The number of distinct complex critical points that lie on no common factor of ∂₁L and ∂₂L, and the number
    /// with multiplicities.
    pub complex: [usize; 2],
    /// Whether there are finitely many over the complex numbers.
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
/// [`Undecided`]: when it is no polynomial, too large, or `cancel` said so.
pub fn decide(
    expression: &Expression,
    parameters: &[f64],
    view: &View,
    cancel: &dyn Fn() -> bool,
) -> Result<Exact, Undecided> {
    let (loss, denominator) = Bivariate::from_expression(expression, parameters, MAX_DEGREE)?;
    decide_polynomial(&loss, &denominator, view, cancel)
}

/// Decides the critical points of a polynomial over a positive integer.
///
/// # Errors
/// [`Undecided`]: when it is too large, or `cancel` said so.
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
    for group in &zeros.groups {
        for root in &group.roots {
            let mut place = Place::new(zeros.s, group, root, cancel);
            if exact.finite || place.sign(&common)? != 0 {
                exact.points.push(point(&mut place, &surface, &bounds, Some(group.multiplicity))?);
            }
        }
    }
    if !exact.finite {
        add_curves(&mut exact, &surface, &gradient, &common, view, cancel)?;
    }
    exact.points.sort_by(|a, b| a.w.x.total_cmp(&b.w.x).then(a.w.y.total_cmp(&b.w.y)));
    Ok(exact)
}

/// The curves of the common factor, and its isolated points.
fn add_curves(
    exact: &mut Exact,
    surface: &Surface<'_>,
    gradient: &[Bivariate; 2],
    common: &Bivariate,
    view: &View,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Undecided> {
    let parts = curve::square_free_parts(common).ok_or(Undecided::TooLarge)?;
    let whole = parts.iter().fold(Bivariate::constant(BigInt::one()), |whole, (_, part)| whole.product(part));
    let locus = curve::locus(&whole, view, cancel)?;
    let bounds = Bounds::new(view);
    for (i, j) in &locus.isolated {
        let group = &locus.zeros.groups[*i];
        let mut place = Place::new(locus.zeros.s, group, &group.roots[*j], cancel);
        exact.points.push(point(&mut place, surface, &bounds, None)?);
    }
    if !locus.has_curve {
        return Ok(());
    }
    for (k, part) in &parts {
        let locus = if parts.len() > 1 { &curve::locus(part, view, cancel)? } else { &locus };
        if !locus.has_curve {
            continue;
        }
        let mut sides = gradient.clone();
        for _ in 0..*k {
            for side in &mut sides {
                *side = side.quotient(part).ok_or(Undecided::TooLarge)?;
            }
        }
        let sides = [&sides[0], &sides[1]];
        let one = BigInt::one();
        let [across_w1, across_w2] = [0, 1].map(|axis| sides[axis].product(&part.partial(axis)));
        let side = Bivariate::combination(&one, &across_w1, &one, &across_w2);
        exact.curves.push(ExactCurve {
            factor: part.clone(),
            power: *k,
            across: curve::kind_across((*k, part), sides, cancel)?,
            changes: curve::changes(part, sides, &side, cancel)?,
            side,
            in_view: locus.meets_view,
        });
    }
    Ok(())
}

/// What is asked at each point: L and its Hessian, times the same positive integer.
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
    place: &mut Place<'_>,
    surface: &Surface<'_>,
    bounds: &Bounds,
    multiplicity: Option<usize>,
) -> Result<ExactPoint, Undecided> {
    // A zero is simple where the Hessian is regular, and only there.
    let determinant = if multiplicity == Some(1) { place.sign(&surface.determinant)? } else { 0 };
    let trace = if determinant < 0 { 0 } else { place.sign(&surface.trace)? };
    let (kind, signs) = match (determinant, trace) {
        (-1, _) => (Kind::Saddle, [-1, 1]),
        (1, 1) => (Kind::Minimum, [1, 1]),
        (1, _) => (Kind::Maximum, [-1, -1]),
        (_, trace) => (Kind::Degenerate, [trace.min(0), trace.max(0)]),
    };
    let located = place.locate(PRECISION)?;
    let w = [0, 1].map(|axis| located.x[axis].middle(located.p));
    // The middle is within half an ulp of the coordinate.
    let outward =
        [0, 1].map(
            |axis| {
                if located.x[axis].sign() == Some(0) { [0.0; 2] } else { [w[axis].next_down(), w[axis].next_up()] }
            },
        );
    let w = Vector::new(w[0], w[1]);
    let mut hessian = [0.0; 3];
    for (entry, second) in hessian.iter_mut().zip(&surface.second) {
        *entry = place.number(second, surface.denominator)?;
    }
    Ok(ExactPoint {
        w,
        bounds: outward,
        multiplicity,
        kind,
        signs,
        value: place.number(surface.loss, surface.denominator)?,
        hessian,
        in_view: bounds.view.contains(w) || bounds.contain(place)?,
    })
}
