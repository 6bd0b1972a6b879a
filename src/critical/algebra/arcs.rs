//! Curves of critical points, drawn from the algebra: every arc of h = 0 in a view, joined where arcs meet.
//!
//! With w1 = u − s·y and w2 = y there are finitely many u, the events, at which something can change: the curve turns
//! or crosses itself (h = ∂h/∂y = 0), it crosses the line of an edge of the view, or the behaviour of L across it may
//! change. Between two of them the curve consists of arcs over u that do not meet; the k-th root on one line u =
//! constant belongs to the same arc as the k-th root on the next. So no arc is missed, however small or close to
//! another it is (cylindrical algebraic decomposition: Basu, Pollack and Roy, Algorithms in Real Algebraic Geometry,
//! ch. 5 and 11).

use super::bivariate::Bivariate;
use super::curve::{Bounds, Turn, Turning, Turns, at, nearest, sign_at, square_free};
use super::resultant::Pair;
use super::roots::isolate;
use super::univariate::{Polynomial, primitive, product, quotient};
use super::{Across, Undecided, check};
use crate::number::decimal::{Rational, binary};
use crate::number::{Interval, Number, Vector};
use num_bigint::BigInt;
use num_traits::One;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// A connected piece of a curve in the closed view, on which L does the same across it everywhere but at its ends. It ends where the
/// cofactor of h vanishes, also where that does not change its sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Arc {
    /// Points along it, each on the curve up to rounding. If the arc is closed, the last point is the first.
    pub polyline: Vec<Vector>,
    /// The behaviour of L across it.
    pub across: Across,
}

/// About how many lines u = constant are placed through the view.
const LINES: usize = 400;
/// The least number of lines in a strip. Even a narrow strip needs many, because an arc that turns in it is much longer
/// than the strip is wide.
const LEAST_LINES: usize = 24;

/// A factor h of ∇L = hᵏ·(f, g). Its curve is h = 0.
pub(super) struct Factor<'a> {
    pub k: usize,
    pub h: &'a Bivariate,
    pub sides: [&'a Bivariate; 2],
}

impl Factor<'_> {
    /// g − s·f. If k is odd, its sign decides the behaviour of L across the curve.
    fn side(&self, s: i64) -> Bivariate {
        Bivariate::combination(&BigInt::from(-s), self.sides[0], &BigInt::one(), self.sides[1])
    }

    /// Whether the points at which the sign of [`Factor::side`] may change can be projected along a direction.
    pub fn can_be_followed(&self, s: i64) -> bool {
        let side = self.side(s);
        self.k.is_multiple_of(2) || side.degree() == 0 || Pair::new(self.h, &side, s).is_some()
    }
}

/// The arcs of a factor in the view.
pub(super) fn arcs(
    factor: &Factor<'_>,
    s: i64,
    turning: &[Turning],
    bounds: &Bounds,
    cancel: &dyn Fn() -> bool,
) -> Result<Vec<Arc>, Undecided> {
    let plan = Plan::new(factor, s, turning, bounds, cancel)?;
    let strips = plan.strips(cancel)?;
    let links = plan.links(&strips, &mut turning.to_vec());
    let mut arcs = joined(&strips, &links);
    touching(factor, bounds, &mut arcs, cancel)?;
    Ok(arcs)
}

/// Adds the points at which the curve touches the border from outside, each as an arc without length.
fn touching(
    factor: &Factor<'_>,
    bounds: &Bounds,
    arcs: &mut Vec<Arc>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Undecided> {
    let size = (nearest(bounds.end(1)) - nearest(bounds.end(0))).max(nearest(bounds.end(3)) - nearest(bounds.end(2)));
    for edge in 0..4 {
        let (held, end) = (edge / 2, bounds.end(edge));
        let line = square_free(&factor.h.on_line(held, (&end.0, &end.1)));
        let [low, high] = [0, 1].map(|side| bounds.end(2 * (1 - held) + side));
        for mut root in isolate(&line, cancel)? {
            if root.compare(&line, &low.0, &low.1) == Ordering::Less
                || root.compare(&line, &high.0, &high.1) == Ordering::Greater
            {
                continue;
            }
            root.refine_relative(&line, 60);
            let (fixed, free) = (nearest(end), root.nearest());
            let point = if held == 0 { Vector::new(fixed, free) } else { Vector::new(free, fixed) };
            let is_end = |arc: &Arc| arc.polyline.iter().any(|vertex| (vertex - point).amax() <= 1e-7 * size);
            if !arcs.iter().any(is_end) {
                // The sign of (f, g)·∇h decides the behaviour of L across the curve.
                let [f, g] = [0, 1].map(|axis| factor.sides[axis].at(point).mul(factor.h.partial(axis).at(point)));
                let across = match f.add(g) {
                    _ if factor.k.is_multiple_of(2) => Across::Crossing,
                    sum if sum.lo > 0.0 => Across::Minimum,
                    sum if sum.hi < 0.0 => Across::Maximum,
                    _ => Across::Crossing,
                };
                arcs.push(Arc { polyline: vec![point; 2], across });
            }
        }
    }
    Ok(())
}

/// The lines at which something may change, and the polynomials that are needed between them.
struct Plan<'a> {
    factor: &'a Factor<'a>,
    s: i64,
    bounds: &'a Bounds,
    /// h(u − s·y, y) by powers of y.
    sheared: Vec<Polynomial>,
    /// g − s·f and ∂h/∂y in the same coordinates: the sign of their product decides the behaviour of L across the
    /// curve.
    side: Vec<Polynomial>,
    slope: Vec<Polynomial>,
    events: Turns<'a>,
    /// The u over which the cofactor q of L = c + hᵏ⁺¹·q may vanish on the curve, where k is odd: there h² says nothing.
    flat: Polynomial,
    /// (f, g)·∇h, which on the curve is (k + 1)·q·|∇h|².
    across: Bivariate,
}

/// An end of an arc.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct End {
    strip: usize,
    arc: usize,
    /// Whether it is the one at the event above.
    is_upper: bool,
}

impl End {
    fn opposite(self) -> End {
        End { is_upper: !self.is_upper, ..self }
    }
}

/// The arcs between two neighbouring events.
struct Strip {
    /// Lines from the lower event to the upper one, with the points of the arcs on each.
    lines: Vec<Vec<Vector>>,
    /// For each arc, from the least y upwards, whether it lies in the view, and the behaviour of L across it.
    arcs: Vec<(bool, Across)>,
}

impl<'a> Plan<'a> {
    fn new(
        factor: &'a Factor<'a>,
        s: i64,
        turning: &[Turning],
        bounds: &'a Bounds,
        cancel: &'a dyn Fn() -> bool,
    ) -> Result<Plan<'a>, Undecided> {
        let h = factor.h;
        let sheared = h.sheared(s);
        let side = factor.side(s);
        let mut all: Polynomial = vec![BigInt::one()];
        let mut include = |part: &[BigInt]| {
            if part.len() > 1 {
                all = square_free(&product(&all, &square_free(part)));
            }
        };
        turning.iter().for_each(|turn| include(&turn.polynomial));
        for edge in 0..4 {
            include(&crossings(h, s, edge / 2, bounds.end(edge)));
        }
        let mut flat = Polynomial::new();
        if factor.k % 2 == 1 && side.degree() > 0 {
            let pair = Pair::new(h, &side, s).ok_or(Undecided::TooLarge)?;
            let resultant = pair.lift_or_constant(cancel)?;
            if resultant.is_empty() {
                return Err(Undecided::TooLarge);
            }
            include(&resultant);
            flat = without_turns(h, s, &resultant, cancel)?;
        }
        let (side, slope) = (side.sheared(s), h.along(s).sheared(s));
        let across = [0, 1].map(|axis| factor.sides[axis].product(&h.partial(axis)));
        let across = Bivariate::combination(&BigInt::one(), &across[0], &BigInt::one(), &across[1]);
        Ok(Plan { factor, s, bounds, sheared, side, slope, events: Turns::new(all, cancel)?, flat, across })
    }

    /// Whether the cofactor may vanish where an arc ends at an event.
    fn is_flat_at(&self, strips: &[Strip], end: End) -> bool {
        let lines = &strips[end.strip].lines;
        let line = if end.is_upper { lines.last() } else { lines.first() };
        let Some(point) = line.and_then(|line| line.get(end.arc)) else { return true };
        let size = [0, 1].map(|axis| nearest(self.bounds.end(2 * axis + 1)) - nearest(self.bounds.end(2 * axis)));
        let margin = 1e-6 * size[0].max(size[1]);
        let around = [point.x, point.y].map(|x| Interval::new(x - margin, x + margin));
        let value = self.across.over(around);
        !(value.lo > 0.0 || value.hi < 0.0)
    }

    /// The strips between neighbouring events; those beyond the first and the last have no arc in the view.
    fn strips(&self, cancel: &dyn Fn() -> bool) -> Result<Vec<Strip>, Undecided> {
        let mut events = self.events.clone();
        let count = events.roots.len();
        if count == 0 {
            return Ok(vec![Strip { lines: Vec::new(), arcs: Vec::new() }]);
        }
        let inner = events.between()?;
        let ends: Vec<[Rational; 2]> = (0..count).map(|i| events.around(i, 60)).collect::<Result<_, _>>()?;
        let side = |axis: usize| nearest(self.bounds.end(2 * axis + 1)) - nearest(self.bounds.end(2 * axis));
        // Nothing is drawn outside the view or beyond the events.
        let view = side(0) + self.s.unsigned_abs() as f64 * side(1);
        let drawn = view.min(nearest(&ends[count - 1][0]) - nearest(&ends[0][1]));
        let mut strips = vec![Strip { lines: Vec::new(), arcs: Vec::new() }];
        for i in 1..count {
            check(cancel)?;
            let (low, high) = (&ends[i - 1][1], &ends[i][0]);
            let arcs = self.arcs_at(&inner[i], cancel)?;
            let mut lines = Vec::new();
            if arcs.iter().any(|(is_inside, _)| *is_inside) {
                let share = (nearest(high) - nearest(low)) / drawn;
                let between = ((share * LINES as f64) as usize).clamp(LEAST_LINES, LINES);
                for u in spread(low, high, between) {
                    check(cancel)?;
                    let points = self.points_at(&u)?;
                    if points.len() == arcs.len() {
                        lines.push(points);
                    }
                }
            }
            strips.push(Strip { lines, arcs });
        }
        strips.push(Strip { lines: Vec::new(), arcs: Vec::new() });
        Ok(strips)
    }

    /// The arcs over a line between events.
    fn arcs_at(&self, u: &Rational, cancel: &dyn Fn() -> bool) -> Result<Vec<(bool, Across)>, Undecided> {
        let line = at(&self.sheared, u);
        let mut arcs = Vec::new();
        for mut root in isolate(&line, cancel)? {
            let is_inside = self.bounds.hold_on_line(&mut root, &line, u, self.s);
            let across = if self.factor.k.is_multiple_of(2) {
                Across::Crossing
            } else {
                let [q, slope] = [&self.side, &self.slope].map(|a| sign_at(&at(a, u), &line, &mut root, cancel));
                match q? * slope? {
                    1 => Across::Minimum,
                    _ => Across::Maximum,
                }
            };
            arcs.push((is_inside, across));
        }
        Ok(arcs)
    }

    /// The points of the curve on a line, from the least y upwards. They only serve drawing, so the caller tests for
    /// cancellation once for each line, and this work does not count towards the limit of decisions.
    fn points_at(&self, u: &Rational) -> Result<Vec<Vector>, Undecided> {
        let line = at(&self.sheared, u);
        let middle = nearest(u);
        let mut points = Vec::new();
        for mut root in isolate(&line, &|| false)? {
            root.refine_relative(&line, 60);
            let y = root.nearest();
            points.push(Vector::new(middle - self.s as f64 * y, y));
        }
        Ok(points)
    }

    /// Links the ends of arcs that belong together.
    fn links(&self, strips: &[Strip], turning: &mut [Turning]) -> BTreeMap<End, End> {
        let mut links = BTreeMap::new();
        let mut events = self.events.clone();
        for i in 0..events.roots.len() {
            let (left, right) = (&strips[i].arcs, &strips[i + 1].arcs);
            let turn = turning.iter_mut().find_map(|turn| turn.at(&mut events, i));
            let (Turn { below, from_left, from_right }, meeting) = turn
                .unwrap_or((Turn { below: left.len().min(right.len()), from_left: 0, from_right: 0 }, Vector::zeros()));
            // Where the cofactor vanishes L need not do the same as on both sides, even where these agree.
            let may_be_flat = self.flat.len() > 1 && events.roots[i].is_root_of(&self.flat);
            let mut link = |a: End, b: End| {
                let of = |end: End| strips[end.strip].arcs.get(end.arc).copied();
                if let (Some((true, first)), Some((true, second))) = (of(a), of(b))
                    && first == second
                    && !(may_be_flat && [a, b].into_iter().any(|end| self.is_flat_at(strips, end)))
                {
                    links.insert(a, b);
                    links.insert(b, a);
                }
            };
            let upper = |arc: usize| End { strip: i, arc, is_upper: true };
            let lower = |arc: usize| End { strip: i + 1, arc, is_upper: false };
            (0..below).for_each(|arc| link(upper(arc), lower(arc)));
            let ends: Vec<End> =
                (0..from_left).map(|k| upper(below + k)).chain((0..from_right).map(|k| lower(below + k))).collect();
            for [a, b] in straight_on(strips, ends, meeting) {
                link(a, b);
            }
            let above = left.len().saturating_sub(below + from_left);
            (0..above).for_each(|arc| link(upper(below + from_left + arc), lower(below + from_right + arc)));
        }
        links
    }
}

/// The roots of a resultant of h and g − s·f that do not come from ∂h/∂y = 0. On the curve g − s·f is (k + 1)·q·∂h/∂y, and the
/// resultant of a product is the product of the resultants.
fn without_turns(
    h: &Bivariate,
    s: i64,
    resultant: &Polynomial,
    cancel: &dyn Fn() -> bool,
) -> Result<Polynomial, Undecided> {
    let slope = h.along(s);
    let rest = match slope.degree() {
        0 => Some(resultant.clone()),
        _ => match Pair::new(h, &slope, s) {
            Some(pair) => quotient(&primitive(resultant), &primitive(&pair.lift_or_constant(cancel)?)),
            None => None,
        },
    };
    Ok(square_free(&rest.unwrap_or_else(|| resultant.clone())))
}

/// Ends of arcs that meet in a point, in pairs: two belong together; of more those that go straight on.
fn straight_on(strips: &[Strip], mut ends: Vec<End>, meeting: Vector) -> Vec<[End; 2]> {
    if let [a, b] = ends[..] {
        return vec![[a, b]];
    }
    let direction = |end: &End| {
        let lines = &strips[end.strip].lines;
        let place = if end.is_upper { lines.len().checked_sub(3) } else { Some(2) };
        let point = place.and_then(|place| lines.get(place)?.get(end.arc));
        point.map_or(Vector::zeros(), |point| (point - meeting).try_normalize(0.0).unwrap_or_default())
    };
    let mut pairs = Vec::new();
    while ends.len() > 1 {
        let mut best = (f64::INFINITY, 0, 1);
        for i in 0..ends.len() {
            for j in i + 1..ends.len() {
                let bend = direction(&ends[i]).dot(&direction(&ends[j]));
                if bend < best.0 {
                    best = (bend, i, j);
                }
            }
        }
        let (_, i, j) = best;
        let second = ends.swap_remove(j);
        pairs.push([ends.swap_remove(i), second]);
    }
    pairs
}

/// Lines from low to high, denser towards both, where an arc may be steep.
fn spread(low: &Rational, high: &Rational, count: usize) -> Vec<Rational> {
    let mut lines = vec![low.clone()];
    for k in 1..count {
        let angle = std::f64::consts::FRAC_PI_2 * k as f64 / count as f64;
        let share = libm::sin(angle) * libm::sin(angle);
        let Some((n, d)) = binary(share) else { continue };
        // low + share·(high − low)
        let (a, b) = (&low.0 * &high.1, &high.0 * &low.1);
        lines.push((&a * &d + &n * (&b - &a), &low.1 * &high.1 * &d));
    }
    lines.push(high.clone());
    lines
}

/// The u at which h = 0 crosses the line on which a weight has the value n/d; none where the line belongs to the curve.
fn crossings(h: &Bivariate, s: i64, axis: usize, (n, d): &Rational) -> Polynomial {
    let on_line = h.on_line(axis, (n, d));
    // w2 = n/d: u = w1 + s·n/d, and w1 = (d·u − s·n)/d. w1 = n/d: u = n/d + s·w2, and w2 = (d·u − n)/(d·s).
    let (numerator, denominator): ([BigInt; 2], BigInt) =
        if axis == 1 { ([-n * s, d.clone()], d.clone()) } else { ([-n, d.clone()], d * s) };
    let top = on_line.len().saturating_sub(1);
    let mut sum = Polynomial::new();
    let mut power: Polynomial = vec![BigInt::one()];
    for (i, c) in on_line.iter().enumerate() {
        let factor = c * num_traits::pow(denominator.clone(), top - i);
        sum = super::univariate::combination(&BigInt::one(), &sum, &factor, &power);
        power = product(&power, &numerator);
    }
    sum
}

/// Arcs joined by their links.
fn joined(strips: &[Strip], links: &BTreeMap<End, End>) -> Vec<Arc> {
    let mut is_used = BTreeSet::new();
    let mut arcs = Vec::new();
    for (strip, found) in strips.iter().enumerate() {
        for (arc, (is_inside, across)) in found.arcs.iter().enumerate() {
            if !is_inside || is_used.contains(&(strip, arc)) {
                continue;
            }
            // Back to where the chain begins, or once around.
            let mut entry = End { strip, arc, is_upper: false };
            let mut closed = false;
            while let Some(before) = links.get(&entry) {
                if (before.strip, before.arc) == (strip, arc) {
                    closed = true;
                    break;
                }
                entry = before.opposite();
            }
            let mut polyline: Vec<Vector> = Vec::new();
            if closed {
                entry = End { strip, arc, is_upper: false };
            }
            while is_used.insert((entry.strip, entry.arc)) {
                let points = strips[entry.strip].lines.iter().map(|line| line[entry.arc]);
                if entry.is_upper {
                    polyline.extend(points.rev())
                } else {
                    polyline.extend(points)
                }
                match links.get(&entry.opposite()) {
                    Some(next) => entry = *next,
                    None => break,
                }
            }
            if closed && let Some(first) = polyline.first().copied() {
                polyline.push(first);
            }
            polyline.dedup();
            arcs.push(Arc { polyline, across: *across });
        }
    }
    arcs
}
