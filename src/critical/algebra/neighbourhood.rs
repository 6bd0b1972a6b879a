//! The nature of a degenerate point of a polynomial, proved on a rectangle around it that holds no other critical
//! point.
//!
//! On each edge ∂₁L, ∂₂L and L are polynomials in one variable, whose real roots are isolated: between two of them the
//! signs are constant. So the turns of ∇L along the border are counted exactly. If L on the whole border lies on one
//! side of its value at the point, the point is an extremum: the least value on the closed rectangle is taken inside,
//! and only the point itself is critical there.

use super::bivariate::Bivariate;
use super::curve::{Turns, square_free};
use super::fixed::Fixed;
use super::locate::{LocatedRoot, value};
use super::roots::count_between;
use super::univariate::{Polynomial, product, sign};
use super::{Cancelled, check};
use crate::critical::Extremum;
use crate::number::decimal::Rational;
use num_bigint::BigInt;
use num_traits::{One, Zero};

/// The proved nature of a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Nature {
    /// The index of ∇L around it.
    pub index: Option<i32>,
    /// The extremum that it is.
    pub extremum: Option<Extremum>,
}

/// How many smaller rectangles are tried until the extremum is proved.
const TRIES: usize = 4;

/// The nature of a point. `others` has all other isolated critical points, located; `curves` the polynomials whose
/// zeros are curves of critical points, with the points at which they turn.
pub(super) fn nature(
    place: &mut LocatedRoot<'_>,
    loss: &Bivariate,
    gradient: &[Bivariate; 2],
    others: &[[Fixed; 2]],
    curves: &[(Bivariate, Vec<[Fixed; 2]>)],
    cancel: &dyn Fn() -> bool,
) -> Result<Nature, Cancelled> {
    const BITS: u64 = 192;
    let mut nature = Nature::default();
    let here = place.locate_to(BITS)?;
    let Some(mut exponent) = separation(&here, others, curves, BITS) else { return Ok(nature) };
    for _ in 0..TRIES {
        check(cancel)?;
        let rectangle = around(&here, exponent, BITS);
        if curves.iter().any(|(h, _)| meets_border(h, &rectangle, cancel).unwrap_or(true)) {
            exponent -= 4;
            continue;
        }
        if nature.index.is_none() {
            nature.index = index(gradient, &rectangle, cancel)?;
        }
        if nature.index.is_some_and(|index| index != 1) {
            break;
        }
        nature.extremum = extremum(place, loss, &rectangle, cancel)?;
        if nature.extremum.is_some() {
            break;
        }
        exponent -= 4;
    }
    Ok(nature)
}

/// w1 minimum, w1 maximum, w2 minimum, w2 maximum.
type Rectangle = [Rational; 4];

/// The largest e for which no other point is within 2ᵉ⁺² of this one in a coordinate; `None` if another point cannot be
/// separated from it.
fn separation(
    here: &[Fixed; 2],
    others: &[[Fixed; 2]],
    curves: &[(Bivariate, Vec<[Fixed; 2]>)],
    bits: u64,
) -> Option<i64> {
    const LARGEST: i64 = 0;
    let mut exponent = LARGEST;
    let turning = curves.iter().flat_map(|(_, turning)| turning);
    for other in others.iter().chain(turning) {
        let distance = (0..2)
            .map(|axis| {
                let gap = (&other[axis].low - &here[axis].high).max(&here[axis].low - &other[axis].high);
                gap.max(BigInt::zero())
            })
            .max()?;
        if distance.is_zero() {
            return None;
        }
        exponent = exponent.min(distance.bits() as i64 - 1 - bits as i64);
    }
    // The point's own box must be much smaller.
    (exponent > 24 - bits as i64).then_some(exponent - 2)
}

/// The rectangle within 2ᵉ of the point in each coordinate.
fn around(here: &[Fixed; 2], exponent: i64, bits: u64) -> Rectangle {
    let one = BigInt::one() << bits;
    let margin = BigInt::one() << (bits as i64 + exponent).max(0) as u64;
    let [low, high]: [[BigInt; 2]; 2] =
        [[&here[0].low - &margin, &here[1].low - &margin], [&here[0].high + &margin, &here[1].high + &margin]];
    let [[a, c], [b, d]] = [low, high];
    [a, b, c, d].map(|end| (end, one.clone()))
}

/// The edges counter-clockwise: the axis that is held, the index of its value, and whether the other axis ascends.
const EDGES: [(usize, usize, bool); 4] = [(1, 2, true), (0, 1, true), (1, 3, false), (0, 0, false)];

fn span(rectangle: &Rectangle, held: usize) -> [&Rational; 2] {
    let free = 1 - held;
    [&rectangle[2 * free], &rectangle[2 * free + 1]]
}

fn on_edge(a: &Bivariate, rectangle: &Rectangle, (held, index, _): (usize, usize, bool)) -> Polynomial {
    let (n, d) = &rectangle[index];
    a.on_line(held, (n, d))
}

fn meets_border(h: &Bivariate, rectangle: &Rectangle, cancel: &dyn Fn() -> bool) -> Result<bool, Cancelled> {
    for edge in EDGES {
        let a = on_edge(h, rectangle, edge);
        let [low, high] = span(rectangle, edge.0);
        if a.is_empty() || count_between(&square_free(&a), (&low.0, &low.1), (&high.0, &high.1), cancel)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The sign of a at n/d, d > 0.
fn sign_at(a: &[BigInt], (n, d): &Rational) -> i32 {
    let (mut sum, mut power) = (BigInt::zero(), BigInt::one());
    for c in a.iter().rev() {
        sum = sum * n + c * &power;
        power *= d;
    }
    sign(&sum)
}

/// Numbers at which signs are evaluated: both ends, and one between each two neighbouring roots inside.
fn samples(a: &[BigInt], [low, high]: [&Rational; 2], cancel: &dyn Fn() -> bool) -> Result<Vec<Rational>, Cancelled> {
    let mut samples = vec![low.clone()];
    if a.len() > 1 {
        let is_between = |x: &Rational| {
            let less = |a: &Rational, b: &Rational| &a.0 * &b.1 < &b.0 * &a.1;
            less(low, x) && less(x, high)
        };
        samples.extend(Turns::new(a.to_vec(), cancel)?.between()?.into_iter().filter(is_between));
    }
    samples.push(high.clone());
    Ok(samples)
}

/// The turns of the gradient along the border, counted by octants; `None` where a critical point lies on it.
fn index(
    gradient: &[Bivariate; 2],
    rectangle: &Rectangle,
    cancel: &dyn Fn() -> bool,
) -> Result<Option<i32>, Cancelled> {
    let octant = |signs: [i32; 2]| match signs {
        [1, 0] => Some(0),
        [1, 1] => Some(1),
        [0, 1] => Some(2),
        [-1, 1] => Some(3),
        [-1, 0] => Some(4),
        [-1, -1] => Some(5),
        [0, -1] => Some(6),
        [1, -1] => Some(7),
        _ => None,
    };
    let mut octants: Vec<i32> = Vec::new();
    for edge in EDGES {
        check(cancel)?;
        let [f, g] = [0, 1].map(|i| on_edge(&gradient[i], rectangle, edge));
        let both = match (f.is_empty(), g.is_empty()) {
            (true, true) => return Ok(None),
            (true, false) => square_free(&g),
            (false, true) => square_free(&f),
            (false, false) => square_free(&product(&f, &g)),
        };
        let mut places = samples(&both, span(rectangle, edge.0), cancel)?;
        if !edge.2 {
            places.reverse();
        }
        for place in places {
            let Some(octant) = octant([sign_at(&f, &place), sign_at(&g, &place)]) else { return Ok(None) };
            octants.push(octant);
        }
    }
    let mut turn = 0;
    for (k, octant) in octants.iter().enumerate() {
        // Between neighbouring samples each component has at most one root, and the two components have no common root.
        turn += match (octants[(k + 1) % octants.len()] - octant).rem_euclid(8) {
            step @ 0..=2 => step,
            step @ 6..=7 => step - 8,
            _ => return Ok(None),
        };
    }
    Ok((turn % 8 == 0).then_some(turn / 8))
}

/// The extremum, if L on the whole border lies on one side of its value at the point.
fn extremum(
    place: &mut LocatedRoot<'_>,
    loss: &Bivariate,
    rectangle: &Rectangle,
    cancel: &dyn Fn() -> bool,
) -> Result<Option<Extremum>, Cancelled> {
    const BITS: u64 = 2048;
    let here = place.locate_to(BITS)?;
    let centre = value(loss, &here, BITS);
    let one = BigInt::one() << BITS;
    let mut found = None;
    for edge in EDGES {
        let (n, d) = &rectangle[edge.1];
        let a = loss.on_line(edge.0, (n, d));
        // `on_line` multiplies by a power of d, so the value at the centre is multiplied by the same power.
        let top = loss.terms.keys().map(|k| if edge.0 == 0 { k.0 } else { k.1 }).max().unwrap_or(0);
        let factor = num_traits::pow(d.clone(), top as usize);
        let [low, high] = span(rectangle, edge.0);
        let side = [(&centre.high, Extremum::Minimum, 1), (&centre.low, Extremum::Maximum, -1)].into_iter().find_map(
            |(bound, extremum, wanted)| {
                let mut difference: Polynomial = a.iter().map(|c| c * &one).collect();
                if difference.is_empty() {
                    difference.push(BigInt::zero());
                }
                difference[0] -= bound * &factor;
                let difference = super::univariate::trimmed(difference);
                let is_on_side = sign_at(&difference, low) == wanted
                    && sign_at(&difference, high) == wanted
                    && count_between(&square_free(&difference), (&low.0, &low.1), (&high.0, &high.1), cancel) == Ok(0);
                is_on_side.then_some(extremum)
            },
        );
        match (side, found) {
            (None, _) => return Ok(None),
            (Some(side), Some(before)) if side != before => return Ok(None),
            (side, _) => found = side,
        }
    }
    Ok(found)
}
