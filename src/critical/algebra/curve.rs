//! Curves of critical points: what a common factor of ∂₁L and ∂₂L looks like over the real numbers.
//!
//! With w1 = u − s·y and w2 = y, the points of h = 0 at which ∂h/∂y = 0 are finitely many. Between their u the curve
//! consists of arcs over u, so one line u = constant shows how many there are, and a small rectangle around each such
//! point shows how many arcs end in it: none if the point is isolated (Basu, Pollack and Roy, Algorithms in Real
//! Algebraic Geometry, ch. 11; for w1² + w2² the origin).

use super::bivariate::Bivariate;
use super::fixed::Fixed;
use super::locate::{LocatedRoot, value};
use super::resultant::Pair;
use super::roots::{Root, count_between, isolate};
use super::solve::{Zeros, directions, zeros_along};
use super::univariate::{Polynomial, derivative, gcd, product, quotient};
use super::{Cancelled, Undecided, check};
use crate::landscape::View;
use crate::number::decimal::Rational;
use crate::number::{Decimal, Vector};
use num_bigint::BigInt;
use num_traits::{One, Zero};
use std::cmp::Ordering;

/// The real zeros of a square-free polynomial.
pub(super) struct Locus {
    /// The points at which ∂h/∂y = 0, and for each (group, root) whether it is an isolated point of h = 0.
    pub zeros: Zeros,
    pub isolated: Vec<(usize, usize)>,
    /// Whether there is more than isolated points.
    pub has_curve: bool,
    /// Whether the curve meets the view.
    pub meets_view: bool,
    /// How arcs pass each of the points.
    pub turning: Vec<Turning>,
}

/// How the arcs of a curve pass a point with h = ∂h/∂y = 0, from lower to higher u.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// Arcs that pass below the point.
    pub below: usize,
    /// Arcs that come to the point from lower u.
    pub from_left: usize,
    /// Arcs that leave it to higher u.
    pub from_right: usize,
}

/// A point with h = ∂h/∂y = 0.
#[derive(Clone, Debug)]
pub(super) struct Turning {
    /// The polynomial of its u.
    pub polynomial: Polynomial,
    root: Root,
    turn: Turn,
    /// Its place.
    pub place: [Fixed; 2],
}

impl Turning {
    /// Whether no arc comes to it.
    pub fn is_isolated(&self) -> bool {
        self.turn.from_left + self.turn.from_right == 0
    }

    /// How arcs pass the point, and its place, if its u is root i of the events.
    pub fn at(&mut self, events: &mut Turns<'_>, i: usize) -> Option<(Turn, Vector)> {
        let event = &mut events.roots[i];
        let is_here = same(event, &events.polynomial, (&mut self.root, &self.polynomial));
        let [x, y] = [0, 1].map(|axis| self.place[axis].middle(TURNING_BITS));
        is_here.then(|| (self.turn, Vector::new(x, y)))
    }
}

/// Binary digits after the point to which turning points are placed.
pub(super) const TURNING_BITS: u64 = 192;

/// The square-free parts (k, hₖ) with h = ∏ hₖᵏ: D. R. Musser's algorithm, J. ACM 22 (1975). A resultant that does not
/// vanish, found in [`locus`], shows that they are square-free.
pub(super) fn square_free_parts(
    h: &Bivariate,
    cancel: &dyn Fn() -> bool,
) -> Result<Vec<(usize, Bivariate)>, Undecided> {
    let too_large = Undecided::TooLarge;
    let s = directions().find(|s| h.sheared(*s).len() == h.degree() as usize + 1).ok_or(too_large)?;
    let mut repeated = h.common_divisor(&h.along(s)).ok_or(too_large)?;
    let mut rest = h.quotient(&repeated).ok_or(too_large)?;
    let mut parts = Vec::new();
    let mut all = Bivariate::constant(BigInt::one());
    for k in 1.. {
        if rest.degree() == 0 {
            break;
        }
        check(cancel)?;
        let next = rest.common_divisor(&repeated).ok_or(too_large)?;
        let part = rest.quotient(&next).ok_or(too_large)?.primitive();
        repeated = repeated.quotient(&next).ok_or(too_large)?;
        if part.degree() > 0 {
            for _ in 0..k {
                all = all.product(&part);
            }
            parts.push((k, part));
        }
        rest = next;
    }
    if all.primitive() == h.primitive() { Ok(parts) } else { Err(too_large) }
}

/// The real zeros of h, which is square-free and not constant, projected along one of the usable directions.
pub(super) fn locus(
    h: &Bivariate,
    view: &View,
    serves: &dyn Fn(i64) -> bool,
    cancel: &dyn Fn() -> bool,
) -> Result<Locus, Undecided> {
    let Some(zeros) = turning_points(h, serves, cancel)? else { return Err(Undecided::TooLarge) };
    let sheared = h.sheared(zeros.s);
    let all = zeros.groups.iter().fold(vec![BigInt::one()], |all, group| product(&all, &group.roots_of));
    let mut turns = Turns::new(all, cancel)?;
    let mut has_curve = false;
    for u in turns.between()? {
        has_curve = has_curve || !isolate(&at(&sheared, &u), cancel)?.is_empty();
    }
    let mut locus = Locus { zeros, isolated: Vec::new(), has_curve, meets_view: false, turning: Vec::new() };
    let bounds = Bounds::new(view);
    let mut on_edges = [0; 4];
    for (i, group) in locus.zeros.groups.iter().enumerate() {
        for (j, root) in group.roots.iter().enumerate() {
            check(cancel)?;
            let mut place = LocatedRoot::new(locus.zeros.s, group, root, cancel);
            let turn = match has_curve {
                true => turn(&sheared, &mut place, &mut turns, cancel)?,
                false => Turn { below: 0, from_left: 0, from_right: 0 },
            };
            locus.turning.push(Turning {
                polynomial: group.roots_of.clone(),
                root: root.clone(),
                turn,
                place: place.locate_to(TURNING_BITS)?,
            });
            if turn.from_left + turn.from_right == 0 {
                locus.isolated.push((i, j));
                for (edge, count) in on_edges.iter_mut().enumerate() {
                    *count += usize::from(bounds.on_edge(&mut place, edge)?);
                }
            } else {
                locus.meets_view = locus.meets_view || bounds.contain(&mut place)?;
            }
        }
    }
    for (edge, isolated) in on_edges.into_iter().enumerate() {
        if has_curve && !locus.meets_view {
            let a = h.on_line(edge / 2, bounds.edge(edge));
            let [low, high] = bounds.span(1 - edge / 2);
            locus.meets_view = a.is_empty() || count_between(&square_free(&a), low, high, cancel)? > isolated;
        }
    }
    Ok(locus)
}

/// The points with h = ∂h/∂y = 0, along a direction that separates them.
fn turning_points(
    h: &Bivariate,
    serves: &dyn Fn(i64) -> bool,
    cancel: &dyn Fn() -> bool,
) -> Result<Option<Zeros>, Cancelled> {
    let mut tries = 0;
    for s in directions().filter(|s| serves(*s)) {
        check(cancel)?;
        let slope = h.along(s);
        let Some(pair) = Pair::new(h, &slope, s) else { continue };
        if slope.degree() == 0 && h.degree() == 1 {
            return Ok(Some(Zeros { s, groups: Vec::new() }));
        }
        tries += 1;
        if super::prime::primes().take(2).all(|prime| pair.modulo(&prime).is_none()) {
            continue;
        }
        if let Some(zeros) = zeros_along(&pair, s, cancel)? {
            return Ok(Some(zeros));
        }
        if tries > 6 {
            break;
        }
    }
    Ok(None)
}

/// The sides of a view as fractions.
pub(super) struct Bounds {
    /// Minimum and maximum of w1, then of w2.
    ends: [Rational; 4],
}

impl Bounds {
    /// The bounds of a view.
    pub fn new(view: &View) -> Bounds {
        let end = |x: f64| Decimal::from(x).rational();
        Bounds { ends: [end(view.w1[0]), end(view.w1[1]), end(view.w2[0]), end(view.w2[1])] }
    }

    /// w1 minimum, w1 maximum, w2 minimum, w2 maximum.
    pub fn end(&self, edge: usize) -> &Rational {
        &self.ends[edge]
    }

    /// Whether the closed view holds the point with w2 = y and w1 = u − s·y, y a root of `line`.
    pub fn hold_on_line(&self, root: &mut Root, line: &[BigInt], u: &Rational, s: i64) -> bool {
        // u − s·y ≥ a says s·y ≤ u − a.
        let limit = |a: &Rational| -> Rational {
            let (n, d) = (&u.0 * &a.1 - &a.0 * &u.1, &u.1 * &a.1 * s.abs());
            (if s < 0 { -n } else { n }, d)
        };
        let [first, second] = [limit(&self.ends[0]), limit(&self.ends[1])];
        let [low, high] = if s > 0 { [&second, &first] } else { [&first, &second] };
        [
            (low, Ordering::Less),
            (&self.ends[2], Ordering::Less),
            (high, Ordering::Greater),
            (&self.ends[3], Ordering::Greater),
        ]
        .into_iter()
        .all(|(end, outside)| root.compare(line, &end.0, &end.1) != outside)
    }

    fn edge(&self, edge: usize) -> (&BigInt, &BigInt) {
        (&self.ends[edge].0, &self.ends[edge].1)
    }

    fn span(&self, axis: usize) -> [(&BigInt, &BigInt); 2] {
        [self.edge(2 * axis), self.edge(2 * axis + 1)]
    }

    /// Whether the closed view holds the point.
    pub fn contain(&self, place: &mut LocatedRoot<'_>) -> Result<bool, Cancelled> {
        for axis in 0..2 {
            let [low, high] = self.span(axis);
            if place.compare(axis, low)? == Ordering::Less || place.compare(axis, high)? == Ordering::Greater {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the point lies on an edge: w1 minimum, w1 maximum, w2 minimum, w2 maximum.
    fn on_edge(&self, place: &mut LocatedRoot<'_>, edge: usize) -> Result<bool, Cancelled> {
        Ok(place.compare(edge / 2, self.edge(edge))? == Ordering::Equal && self.contain(place)?)
    }
}

/// a without repeated factors.
pub(super) fn square_free(a: &[BigInt]) -> Polynomial {
    quotient(&super::univariate::primitive(a), &gcd(a, &derivative(a))).unwrap_or_default()
}

/// The polynomial in y on the line u = n/d, times a positive power of d.
pub(super) fn at(sheared: &[Polynomial], (n, d): &Rational) -> Polynomial {
    let top = sheared.iter().map(Vec::len).max().unwrap_or(1);
    let coefficients = sheared.iter().map(|c| {
        let (mut sum, mut power) = (BigInt::zero(), BigInt::one());
        for i in (0..top).rev() {
            sum = sum * n + c.get(i).map_or_else(BigInt::zero, |c| c * &power);
            power *= d;
        }
        sum
    });
    super::univariate::trimmed(coefficients.collect())
}

/// The polynomial in u on the line y = n/d, times a positive power of d.
fn across(sheared: &[Polynomial], y: &Rational) -> Polynomial {
    let top = sheared.iter().map(Vec::len).max().unwrap_or(0);
    let columns: Vec<Polynomial> =
        (0..top).map(|i| sheared.iter().map(|c| c.get(i).cloned().unwrap_or_default()).collect()).collect();
    at(&columns, y)
}

/// The numbers u at which arcs may begin or end, with rational numbers between them.
#[derive(Clone)]
pub(super) struct Turns<'a> {
    pub polynomial: Polynomial,
    pub roots: Vec<Root>,
    cancel: &'a dyn Fn() -> bool,
}

impl Turns<'_> {
    pub fn new(polynomial: Polynomial, cancel: &dyn Fn() -> bool) -> Result<Turns<'_>, Cancelled> {
        let roots = isolate(&polynomial, cancel)?;
        Ok(Turns { polynomial, roots, cancel })
    }

    /// Fractions just below and above root i, closer than 2^−bits, with no other root between them.
    pub fn around(&mut self, i: usize, bits: i64) -> Result<[Rational; 2], Cancelled> {
        let mut w = -bits;
        loop {
            check(self.cancel)?;
            self.roots[i].refine(&self.polynomial, w);
            let root = &self.roots[i];
            let (m, upper, scale) = if root.exact {
                let scale = root.w.min(w);
                let m = &root.m << (root.w - scale) as u64;
                (&m - 1, m + 1, scale)
            } else {
                (root.m.clone(), root.upper(), root.w)
            };
            let rational = |m: BigInt| {
                let power = BigInt::one() << scale.unsigned_abs();
                if scale >= 0 { (m * power, BigInt::one()) } else { (m, power) }
            };
            let [low, high] = [rational(m), rational(upper)];
            let below = i == 0 || self.roots[i - 1].compare(&self.polynomial, &low.0, &low.1) == Ordering::Less;
            let above = i + 1 == self.roots.len()
                || self.roots[i + 1].compare(&self.polynomial, &high.0, &high.1) == Ordering::Greater;
            if below && above {
                return Ok([low, high]);
            }
            w = w.min(self.roots[i].w) - 1;
        }
    }

    /// A number below all roots, one between each two neighbours, and one above all.
    pub fn between(&mut self) -> Result<Vec<Rational>, Cancelled> {
        let mut numbers = Vec::new();
        for i in 0..self.roots.len() {
            let [low, high] = self.around(i, 0)?;
            if i == 0 {
                numbers.push(low);
            }
            numbers.push(high);
        }
        if numbers.is_empty() {
            numbers.push((BigInt::zero(), BigInt::one()));
        }
        Ok(numbers)
    }
}

/// How arcs pass a point with h = ∂h/∂y = 0.
fn turn(
    sheared: &[Polynomial],
    place: &mut LocatedRoot<'_>,
    turns: &mut Turns<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<Turn, Undecided> {
    // The order of the zero in y: at this u, h has no other zero where the derivative of this order has a certain sign.
    let order = place.order(sheared);
    let steep = nth_derivative(sheared, order);
    let mut index = None;
    for (i, root) in turns.roots.iter_mut().enumerate() {
        if same(root, &turns.polynomial, (&mut place.root, &place.group.roots_of)) {
            index = Some(i);
        }
    }
    let index = index.ok_or(Undecided::TooLarge)?;
    let mut bits = 4;
    loop {
        check(cancel)?;
        let [low, high] = turns.around(index, 2 * bits)?;
        let Located { y1, y2, p } = bracket(place, bits)?;
        let u = Fixed { low: floor(&low, p), high: floor(&high, p) + 1 };
        let y = Fixed { low: floor(&y1, p), high: floor(&y2, p) + 1 };
        if matches!(value(&steep, &[u, y], p).sign(), Some(1 | -1)) {
            // The box is narrowed in u until the curve does not meet its upper and lower edge.
            let mut bits_u = 2 * bits;
            loop {
                check(cancel)?;
                let [low, high] = turns.around(index, bits_u)?;
                let ends = [(&low.0, &low.1), (&high.0, &high.1)];
                let mut free = true;
                for y in [&y1, &y2] {
                    let edge = across(sheared, y);
                    free =
                        free && !edge.is_empty() && count_between(&square_free(&edge), ends[0], ends[1], cancel)? == 0;
                }
                if free {
                    // On each side of the point: arcs below the box, and arcs in it.
                    let mut counts = [[0; 2]; 2];
                    for (u, count) in [&low, &high].into_iter().zip(&mut counts) {
                        let side = square_free(&at(sheared, u));
                        for mut arc in isolate(&side, cancel)? {
                            match (arc.compare(&side, &y1.0, &y1.1), arc.compare(&side, &y2.0, &y2.1)) {
                                (Ordering::Less, _) => count[0] += 1,
                                (_, Ordering::Greater) => {}
                                _ => count[1] += 1,
                            }
                        }
                    }
                    return Ok(Turn { below: counts[0][0], from_left: counts[0][1], from_right: counts[1][1] });
                }
                bits_u += 4;
            }
        }
        bits *= 2;
    }
}

/// ∂ⁿ/∂yⁿ of a polynomial given by its coefficients in y, as one in u (as w1) and y (as w2).
fn nth_derivative(sheared: &[Polynomial], n: usize) -> Bivariate {
    let mut result = Bivariate::default();
    for (j, c) in sheared.iter().enumerate() {
        for (i, c) in c.iter().enumerate().filter(|(_, c)| !c.is_zero()) {
            result.terms.insert((i as u32, j as u32), c.clone());
        }
    }
    (0..n).fold(result, |a, _| a.partial(1))
}

/// Whether two roots, each isolated for its own polynomial, the second's dividing the first's, are the same.
fn same(root: &mut Root, polynomial: &[BigInt], (other, divisor): (&mut Root, &[BigInt])) -> bool {
    if divisor.len() < 2 || !root.is_root_of(divisor) {
        return false;
    }
    // Both isolate roots of the divisor. They are narrowed until they are disjoint, or agree to their widths.
    let mut w = 0;
    loop {
        root.refine(polynomial, w);
        other.refine(divisor, w);
        let scale = root.w.min(other.w);
        let ends = |r: &Root| [&r.m << (r.w - scale) as u64, r.upper() << (r.w - scale) as u64];
        let ([a, b], [c, d]) = (ends(root), ends(other));
        if b < c || d < a {
            return false;
        }
        // If one interval lies inside the other and each holds only one root of the divisor, the roots are the same.
        let inside = match (root.exact, other.exact) {
            (false, false) | (true, true) => (a <= c && d <= b) || (c <= a && b <= d),
            (true, false) => c < a && a < d,
            (false, true) => a < c && c < b,
        };
        if inside {
            return true;
        }
        w = root.w.min(other.w) - 1;
    }
}

struct Located {
    y1: Rational,
    y2: Rational,
    p: u64,
}

/// Fractions below and above w2 at about 2^−bits.
fn bracket(place: &mut LocatedRoot<'_>, bits: i64) -> Result<Located, Cancelled> {
    let located = place.locate(bits.unsigned_abs() + 16)?;
    let p = located.p;
    let margin: BigInt = BigInt::one() << p.saturating_sub(bits.unsigned_abs());
    let one = BigInt::one() << p;
    Ok(Located { y1: (&located.x[1].low - &margin, one.clone()), y2: (&located.x[1].high + &margin, one), p })
}

/// The f64 nearest to a fraction.
pub(super) fn nearest((n, d): &Rational) -> f64 {
    let p = 1200 + d.bits();
    Fixed { low: floor(&(n.clone(), d.clone()), p), high: floor(&(n.clone(), d.clone()), p) }.middle(p)
}

/// ⌊x·2ᵖ⌋.
fn floor((n, d): &Rational, p: u64) -> BigInt {
    num_integer::Integer::div_floor(&(n << p), d)
}

/// The sign at a root of `line` of a polynomial that does not vanish there.
pub(super) fn sign_at(
    a: &[BigInt],
    line: &[BigInt],
    root: &mut Root,
    cancel: &dyn Fn() -> bool,
) -> Result<i32, Cancelled> {
    let mut p = 64;
    loop {
        check(cancel)?;
        root.refine(line, -(p as i64));
        match Fixed::polynomial(a, &root.fixed(p), p).sign() {
            Some(sign) => return Ok(sign),
            None => p *= 2,
        }
    }
}
