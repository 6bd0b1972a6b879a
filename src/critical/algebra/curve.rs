//! Curves of critical points: what a common factor of ∂₁L and ∂₂L looks like over the real numbers.
//!
//! With w1 = u − s·y and w2 = y, the points of h = 0 at which ∂h/∂y = 0 are finitely many. Between their u the curve
//! consists of arcs over u, so that one line u = constant tells how many there are, and a small rectangle around each
//! such point tells how many arcs end in it: none where the point is isolated (Basu, Pollack and Roy, Algorithms in
//! Real Algebraic Geometry, ch. 11; for w1² + w2² the origin).

use super::bivariate::{Bivariate, fraction};
use super::fixed::Fixed;
use super::locate::{Place, value};
use super::resultant::Pair;
use super::roots::{Root, count_between, isolate};
use super::solve::{Zeros, directions, zeros_along};
use super::univariate::{Polynomial, derivative, gcd, product, quotient};
use super::{Across, Cancelled, Undecided, check};
use crate::landscape::View;
use crate::number::Vector;
use num_bigint::BigInt;
use num_traits::{One, Zero};
use std::cmp::Ordering;

/// A fraction with positive denominator.
type Rational = (BigInt, BigInt);

/// The real zeros of a square-free polynomial.
pub(super) struct Locus {
    /// The points at which ∂h/∂y = 0, and for each (group, root) whether it is an isolated point of h = 0.
    pub zeros: Zeros,
    pub isolated: Vec<(usize, usize)>,
    /// Whether there is more than isolated points.
    pub has_curve: bool,
    /// Whether the curve meets the view.
    pub meets_view: bool,
}

/// The square-free parts (k, hₖ) with h = ∏ hₖᵏ: D. R. Musser's algorithm, J. ACM 22 (1975). That they are
/// square-free is seen when [`locus`] finds a resultant that does not vanish.
pub(super) fn square_free_parts(h: &Bivariate) -> Option<Vec<(usize, Bivariate)>> {
    let s = directions().find(|s| h.sheared(*s).len() == h.degree() as usize + 1)?;
    let mut repeated = h.common_divisor(&h.along(s))?;
    let mut rest = h.quotient(&repeated)?;
    let mut parts = Vec::new();
    let mut all = Bivariate::constant(BigInt::one());
    for k in 1.. {
        if rest.degree() == 0 {
            break;
        }
        let next = rest.common_divisor(&repeated)?;
        let part = rest.quotient(&next)?.primitive();
        repeated = repeated.quotient(&next)?;
        if part.degree() > 0 {
            for _ in 0..k {
                all = all.product(&part);
            }
            parts.push((k, part));
        }
        rest = next;
    }
    (all.primitive() == h.primitive()).then_some(parts)
}

/// What h = 0, h square-free and not constant, consists of.
pub(super) fn locus(h: &Bivariate, view: &View, cancel: &dyn Fn() -> bool) -> Result<Locus, Undecided> {
    let Some(zeros) = turning_points(h, cancel)? else { return Err(Undecided::TooLarge) };
    let sheared = h.sheared(zeros.s);
    let all = zeros.groups.iter().fold(vec![BigInt::one()], |all, group| product(&all, &group.roots_of));
    let mut turns = Turns::new(all, cancel)?;
    let mut has_curve = false;
    for u in turns.between()? {
        has_curve = has_curve || !isolate(&at(&sheared, &u), cancel)?.is_empty();
    }
    let mut locus = Locus { zeros, isolated: Vec::new(), has_curve, meets_view: false };
    let bounds = Bounds::new(view);
    let mut on_edges = [0; 4];
    for (i, group) in locus.zeros.groups.iter().enumerate() {
        for (j, root) in group.roots.iter().enumerate() {
            check(cancel)?;
            let mut place = Place::new(locus.zeros.s, group, root, cancel);
            let isolated = !has_curve || is_isolated(&sheared, &mut place, &mut turns, cancel)?;
            if isolated {
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

/// The points with h = ∂h/∂y = 0 along a direction that tells them apart.
fn turning_points(h: &Bivariate, cancel: &dyn Fn() -> bool) -> Result<Option<Zeros>, Cancelled> {
    let mut tries = 0;
    for s in directions() {
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
    /// The view.
    pub view: View,
    /// Minimum and maximum of w1, then of w2.
    ends: [Rational; 4],
}

impl Bounds {
    /// Those of a view.
    pub fn new(view: &View) -> Bounds {
        let end = |x: f64| fraction(x).unwrap_or_else(|| (BigInt::zero(), BigInt::one()));
        Bounds { view: *view, ends: [end(view.w1[0]), end(view.w1[1]), end(view.w2[0]), end(view.w2[1])] }
    }

    fn edge(&self, edge: usize) -> (&BigInt, &BigInt) {
        (&self.ends[edge].0, &self.ends[edge].1)
    }

    fn span(&self, axis: usize) -> [(&BigInt, &BigInt); 2] {
        [self.edge(2 * axis), self.edge(2 * axis + 1)]
    }

    /// Whether the closed view holds the point.
    pub fn contain(&self, place: &mut Place<'_>) -> Result<bool, Cancelled> {
        for axis in 0..2 {
            let [low, high] = self.span(axis);
            if place.compare(axis, low)? == Ordering::Less || place.compare(axis, high)? == Ordering::Greater {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the point lies on an edge: w1 minimum, w1 maximum, w2 minimum, w2 maximum.
    fn on_edge(&self, place: &mut Place<'_>, edge: usize) -> Result<bool, Cancelled> {
        Ok(place.compare(edge / 2, self.edge(edge))? == Ordering::Equal && self.contain(place)?)
    }
}

/// a without repeated factors.
fn square_free(a: &[BigInt]) -> Polynomial {
    quotient(&super::univariate::primitive(a), &gcd(a, &derivative(a))).unwrap_or_default()
}

/// The polynomial in y on the line u = n/d, times a positive power of d.
fn at(sheared: &[Polynomial], (n, d): &Rational) -> Polynomial {
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
struct Turns<'a> {
    polynomial: Polynomial,
    roots: Vec<Root>,
    cancel: &'a dyn Fn() -> bool,
}

impl Turns<'_> {
    fn new(polynomial: Polynomial, cancel: &dyn Fn() -> bool) -> Result<Turns<'_>, Cancelled> {
        let roots = isolate(&polynomial, cancel)?;
        Ok(Turns { polynomial, roots, cancel })
    }

    /// Fractions just below and above root i, closer than 2^−bits, with no other root between them.
    fn around(&mut self, i: usize, bits: i64) -> Result<[Rational; 2], Cancelled> {
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
    fn between(&mut self) -> Result<Vec<Rational>, Cancelled> {
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

/// Whether no arc ends in a point with h = ∂h/∂y = 0.
fn is_isolated(
    sheared: &[Polynomial],
    place: &mut Place<'_>,
    turns: &mut Turns<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<bool, Cancelled> {
    // The order of the zero in y: over this u no other zero of h lies where that derivative has a certain sign.
    let order = place.order(sheared);
    let steep = nth_derivative(sheared, order);
    let mut index = None;
    for (i, root) in turns.roots.iter_mut().enumerate() {
        let same = place.group.roots_of.len() > 1 && overlap(root, &turns.polynomial, place);
        if same {
            index = Some(i);
        }
    }
    let Some(index) = index else { return Ok(false) };
    let mut bits = 4;
    loop {
        check(cancel)?;
        let [low, high] = turns.around(index, 2 * bits)?;
        let Located { y1, y2, p } = bracket(place, bits)?;
        let u = Fixed { low: floor(&low, p), high: floor(&high, p) + 1 };
        let y = Fixed { low: floor(&y1, p), high: floor(&y2, p) + 1 };
        if matches!(value(&steep, &[u, y], p).sign(), Some(1 | -1)) {
            // Narrower in u until the upper and lower edge are free of the curve.
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
                    for u in [&low, &high] {
                        let side = at(sheared, u);
                        if count_between(&square_free(&side), (&y1.0, &y1.1), (&y2.0, &y2.1), cancel)? > 0 {
                            return Ok(false);
                        }
                    }
                    return Ok(true);
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
fn overlap(root: &mut Root, polynomial: &[BigInt], place: &mut Place<'_>) -> bool {
    if !root.is_root_of(&place.group.roots_of) {
        return false;
    }
    // Both isolate roots of the group's polynomial: narrow until one lies beside the other, or agree to their widths.
    let mut w = 0;
    loop {
        root.refine(polynomial, w);
        place.root.refine(&place.group.roots_of, w);
        let scale = root.w.min(place.root.w);
        let ends = |r: &Root| [&r.m << (r.w - scale) as u64, r.upper() << (r.w - scale) as u64];
        let ([a, b], [c, d]) = (ends(root), ends(&place.root));
        if b < c || d < a {
            return false;
        }
        // One inside the other, and only one root of the group in either: the same.
        let inside = match (root.exact, place.root.exact) {
            (false, false) | (true, true) => (a <= c && d <= b) || (c <= a && b <= d),
            (true, false) => c < a && a < d,
            (false, true) => a < c && c < b,
        };
        if inside {
            return true;
        }
        w = root.w.min(place.root.w) - 1;
    }
}

struct Located {
    y1: Rational,
    y2: Rational,
    p: u64,
}

/// Fractions below and above w2 at about 2^−bits.
fn bracket(place: &mut Place<'_>, bits: i64) -> Result<Located, Cancelled> {
    let located = place.locate(bits.unsigned_abs() + 16)?;
    let p = located.p;
    let margin: BigInt = BigInt::one() << p.saturating_sub(bits.unsigned_abs());
    let one = BigInt::one() << p;
    Ok(Located { y1: (&located.x[1].low - &margin, one.clone()), y2: (&located.x[1].high + &margin, one), p })
}

/// ⌊x·2ᵖ⌋.
fn floor((n, d): &Rational, p: u64) -> BigInt {
    num_integer::Integer::div_floor(&(n << p), d)
}

/// The points of hₖ = 0 at which what L does across the curve may change: those at which (f, g)·∇hₖ vanishes. They are
/// sought among the zeros of g − s·f, see [`kind_across`].
pub(super) fn changes(
    h: &Bivariate,
    [f, g]: [&Bivariate; 2],
    side: &Bivariate,
    cancel: &dyn Fn() -> bool,
) -> Result<Vec<Vector>, Undecided> {
    for s in directions().take(4) {
        let along = Bivariate::combination(&BigInt::from(-s), f, &BigInt::one(), g);
        let Some(zeros) = super::solve::zeros(h, &along, cancel)? else { continue };
        let mut points = Vec::new();
        for group in &zeros.groups {
            for root in &group.roots {
                let mut place = Place::new(zeros.s, group, root, cancel);
                if place.sign(side)? == 0 {
                    let located = place.locate(super::PRECISION)?;
                    let [x, y] = [0, 1].map(|axis| located.x[axis].middle(located.p));
                    points.push(Vector::new(x, y));
                }
            }
        }
        return Ok(points);
    }
    Err(Undecided::TooLarge)
}

/// What L does across the curve hₖ = 0, ∇L = hₖᵏ·(f, g): there L − L₀ = q·hₖᵏ⁺¹ and (f, g) = (k + 1)·q·∇hₖ. By y that
/// reads g − s·f = (k + 1)·q·∂hₖ/∂y, which gives the sign of q on each arc between the zeros of both sides.
pub(super) fn kind_across(
    (k, h): (usize, &Bivariate),
    [f, g]: [&Bivariate; 2],
    cancel: &dyn Fn() -> bool,
) -> Result<Across, Undecided> {
    if k % 2 == 0 {
        return Ok(Across::Crossing);
    }
    let one = BigInt::one();
    for s in directions() {
        check(cancel)?;
        let Some(pair) = Pair::new(h, &h.along(s), s) else { continue };
        let mut all = square_free(&pair.lift_or_constant(cancel)?);
        let side = Bivariate::combination(&BigInt::from(-s), f, &one, g);
        if side.degree() > 0 {
            let Some(pair) = Pair::new(h, &side, s) else { continue };
            all = square_free(&product(&all, &pair.lift_or_constant(cancel)?));
        }
        if all.is_empty() {
            return Err(Undecided::TooLarge);
        }
        let (sheared, side, slope) = (h.sheared(s), side.sheared(s), h.along(s).sheared(s));
        let (mut up, mut down) = (false, false);
        for u in Turns::new(all, cancel)?.between()? {
            let line = at(&sheared, &u);
            for mut root in isolate(&line, cancel)? {
                let [q, slope] = [&side, &slope].map(|a| sign_at(&at(a, &u), &line, &mut root, cancel));
                let sign = q? * slope?;
                up = up || sign > 0;
                down = down || sign < 0;
            }
        }
        return Ok(match (up, down) {
            (true, false) => Across::Minimum,
            (false, true) => Across::Maximum,
            _ => Across::Mixed,
        });
    }
    Err(Undecided::TooLarge)
}

/// The sign at a root of `line` of a polynomial that does not vanish there.
fn sign_at(a: &[BigInt], line: &[BigInt], root: &mut Root, cancel: &dyn Fn() -> bool) -> Result<i32, Cancelled> {
    let mut p = 64;
    loop {
        check(cancel)?;
        root.refine(line, -(p as i64));
        match Fixed::polynomial(a, &Fixed::root(root, p), p).sign() {
            Some(sign) => return Ok(sign),
            None => p *= 2,
        }
    }
}
