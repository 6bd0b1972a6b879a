//! The levels u = c of a smooth function of two weights, traced with proof.
//!
//! The view is divided into boxes until each satisfies one of two conditions: u is never c in it; or one of the partial
//! derivatives of u keeps its sign, and along each edge u is never c or strictly monotone. In the second case the level
//! is a graph in the box, has at most one point on each edge, and no closed part inside. Two points on the border are
//! then the ends of one arc, and without such points the box has no part of the level. The arcs meet at the edges.

use super::zeros::Zero;
use crate::critical::proof::krawczyk::Cell;
use crate::formula::taylor::ClosedForms;
use crate::landscape::{Enclosures, Loss, View};
use crate::number::{ClosedForm, Decimal, Digits, Interval, Number, Vector};

/// The most boxes that are examined.
const MOST_BOXES: usize = 12_000;
/// Boxes smaller than this share of the view are not divided.
const LEAST: f64 = 1e-7;
/// Where a box is divided: not in the middle, because levels often pass through it.
const DIVIDED_AT: f64 = 0.4871;
/// Two points nearer than this share of the view are the same end.
const SAME: f64 = 1e-10;
/// The largest distance between neighbouring vertices, as a share of half the view.
const SPACING: f64 = 0.012;
const BITS: usize = 192;

/// All parts of the levels in the view, each with the place of its level in the list; `None` where something stays
/// undecided.
pub(super) fn trace(
    inner: &Loss,
    view: &View,
    levels: &[&Zero],
    cancel: &dyn Fn() -> bool,
) -> Option<Vec<(usize, Vec<Vector>)>> {
    let mut tracer =
        Tracer { inner, enclosures: inner.enclosures()?, view, levels, digits: Digits::new(BITS)?, arcs: Vec::new() };
    let mut open = vec![[view.w1, view.w2]];
    let mut boxes = 0;
    while let Some(cell) = open.pop() {
        boxes += 1;
        if boxes > MOST_BOXES || cancel() {
            return None;
        }
        if tracer.look(&cell).is_none() {
            open.extend(tracer.halves(&cell)?);
        }
    }
    let arcs = std::mem::take(&mut tracer.arcs);
    let mut lines = Vec::new();
    for level in 0..levels.len() {
        let of_level = arcs.iter().filter(|(of, _)| *of == level).map(|(_, arc)| arc.clone()).collect();
        lines.extend(joined(view, of_level)?.into_iter().map(|line| (level, line)));
    }
    Some(lines)
}

/// A box by its bounds. Bounds on the border of the view stand for their decimals.
type Bounds = [[f64; 2]; 2];

struct Tracer<'a> {
    inner: &'a Loss,
    enclosures: &'a Enclosures,
    view: &'a View,
    levels: &'a [&'a Zero],
    digits: Digits,
    arcs: Vec<(usize, Vec<Vector>)>,
}

fn excludes_zero(x: Interval) -> bool {
    x.lo > 0.0 || x.hi < 0.0
}

impl Tracer<'_> {
    /// A bound enclosed.
    fn thin(&self, axis: usize, bound: f64) -> Interval {
        let side = [self.view.w1, self.view.w2][axis];
        if side.contains(&bound) { Decimal::from(bound).constant().enclosure } else { Interval::point(bound) }
    }

    fn cell(&self, bounds: &Bounds) -> Cell {
        [0, 1].map(|axis| self.thin(axis, bounds[axis][0]).hull(self.thin(axis, bounds[axis][1])))
    }

    /// The box in two; `None` where it is too small.
    fn halves(&self, bounds: &Bounds) -> Option<[Bounds; 2]> {
        let sizes = [self.view.width(), self.view.height()];
        let share = |axis: usize| (bounds[axis][1] - bounds[axis][0]) / sizes[axis];
        let axis = usize::from(share(1) > share(0));
        let [low, high] = bounds[axis];
        let middle = low + DIVIDED_AT * (high - low);
        if share(axis) < LEAST || middle <= low || middle >= high {
            return None;
        }
        Some([[low, middle], [middle, high]].map(|half| {
            let mut piece = *bounds;
            piece[axis] = half;
            piece
        }))
    }

    /// Records the arcs in a box; `None` if the box has to be divided.
    fn look(&mut self, bounds: &Bounds) -> Option<()> {
        let cell = self.cell(bounds);
        let slopes = self.enclosures.gradient_of(cell);
        let values = self.values(&cell, slopes)?;
        let present: Vec<usize> = (0..self.levels.len())
            .filter(|level| !values.intersect(self.levels[*level].interval()).is_empty())
            .collect();
        if present.is_empty() {
            return Some(());
        }
        let graph_along = [1, 0].into_iter().find(|axis| excludes_zero(slopes[*axis]))?;
        let mut found = Vec::new();
        for level in present {
            if let Some(ends) = self.ends(bounds, level)? {
                found.push((level, ends));
            }
        }
        let both = slopes.iter().all(|slope| excludes_zero(*slope));
        for (level, ends) in found {
            let arc = self.arc(bounds, level, ends, if both { None } else { Some(graph_along) });
            self.arcs.push((level, arc));
        }
        Some(())
    }

    /// Bounds of u on a box, also by the mean value theorem; `None` if u is not defined everywhere in it.
    fn values(&self, cell: &Cell, slopes: [Interval; 2]) -> Option<Interval> {
        let whole = self.enclosures.value(*cell);
        let is_good = |x: &Interval| !x.partial && x.lo.is_finite() && x.hi.is_finite();
        if !is_good(&whole) || !slopes.iter().all(is_good) {
            return None;
        }
        let middle = cell.map(|side| Interval::point(side.middle()));
        let moved = (0..2).fold(self.enclosures.value(middle), |sum, i| sum.add(slopes[i].mul(cell[i].sub(middle[i]))));
        Some(if moved.partial { whole } else { whole.intersect(moved) })
    }

    /// The two points of a level on the border of a box, if there are any; `None` if that is not certain.
    fn ends(&mut self, bounds: &Bounds, level: usize) -> Option<Option<[Vector; 2]>> {
        let [[a, b], [c, d]] = *bounds;
        let edges = [([a, c], [b, c]), ([a, d], [b, d]), ([a, c], [a, d]), ([b, c], [b, d])];
        let mut ends = Vec::new();
        for (from, to) in edges {
            let axis = usize::from(from[0] == to[0]);
            let cell = [0, 1].map(|i| self.thin(i, from[i]).hull(self.thin(i, to[i])));
            let slopes = self.enclosures.gradient_of(cell);
            let values = self.values(&cell, slopes)?;
            if values.intersect(self.levels[level].interval()).is_empty() {
                continue;
            }
            if !excludes_zero(slopes[axis]) {
                return None;
            }
            let signs = [self.side(from, level)?, self.side(to, level)?];
            match signs {
                // u is strictly monotone along the edge, so the corner is the only point of the level on it.
                [0, _] | [_, 0] => {
                    let corner = Vector::from(if signs[0] == 0 { from } else { to });
                    if !ends.contains(&corner) {
                        ends.push(corner);
                    }
                }
                [before, after] if before != after => {
                    ends.push(self.crossing(level, axis, Vector::from(from), to[axis], before));
                }
                _ => {}
            }
        }
        let is_at_border = |w: &Vector| self.view.w1.contains(&w.x) || self.view.w2.contains(&w.y);
        match ends[..] {
            [] => Some(None),
            [first, second] => Some(Some([first, second])),
            // The level only touches the box at this corner, and goes on in others.
            [corner] if !is_at_border(&corner) => Some(None),
            _ => None,
        }
    }

    /// On which side of a level u is at a corner, 0 if it is exactly there; `None` if that is not certain.
    fn side(&mut self, corner: [f64; 2], level: usize) -> Option<i32> {
        let at = self.enclosures.value([0, 1].map(|axis| self.thin(axis, corner[axis])));
        let level = self.levels[level];
        let (low, high) = (level.interval().lo, level.interval().hi);
        if !at.partial && at.lo > high {
            return Some(1);
        }
        if !at.partial && at.hi < low {
            return Some(-1);
        }
        let corner = corner.map(|x| Decimal::from(x).rational());
        let x = corner.each_ref().map(|x| self.digits.fraction(x));
        let at = self.inner.taylor(&mut self.digits, 1, &x)?;
        if let Some(sign) = self.digits.sub(&at.value, &level.place).sign().filter(|sign| *sign != 0) {
            return Some(sign);
        }
        let exact = corner.each_ref().map(ClosedForm::fraction);
        let value = self.inner.taylor(&mut ClosedForms, 1, &exact)?.value;
        value.add(&level.closed.as_ref()?.neg()).is_zero().then_some(0)
    }

    /// The point of a level on a segment along an axis on which u is monotone, from a point on its side `sign` to one
    /// on the other.
    fn crossing(&self, level: usize, axis: usize, from: Vector, to: f64, sign: i32) -> Vector {
        let level = self.levels[level].place.middle();
        let (mut w, mut near, mut far) = (from, from[axis], to);
        loop {
            let middle = 0.5 * (near + far);
            w[axis] = middle;
            if middle == near || middle == far {
                return w;
            }
            let side = self.inner.value(w) - level;
            if side == 0.0 {
                return w;
            }
            if (side > 0.0) == (sign > 0) { near = middle } else { far = middle }
        }
    }

    /// Vertices of an arc, close enough to draw it; `along` is the axis along which u is monotone, if there is only
    /// one.
    fn arc(&self, bounds: &Bounds, level: usize, [from, to]: [Vector; 2], along: Option<usize>) -> Vec<Vector> {
        const DEEPEST: usize = 11;
        let half = [0.5 * self.view.width(), 0.5 * self.view.height()];
        let mut arc = vec![from];
        let mut open = vec![(from, to, 0)];
        while let Some((from, to, depth)) = open.pop() {
            let apart = [0, 1].map(|i| (to[i] - from[i]).abs() / half[i]);
            let solved = along.unwrap_or(usize::from(apart[1] < apart[0]));
            let free = 1 - solved;
            let middle = 0.5 * (from[free] + to[free]);
            if libm::hypot(apart[0], apart[1]) <= SPACING || depth == DEEPEST || apart[free] < 1e-12 {
                arc.push(to);
                continue;
            }
            let mut low = from;
            low[free] = middle;
            low[solved] = bounds[solved][0];
            let sign = if self.inner.value(low) > self.levels[level].place.middle() { 1 } else { -1 };
            let between = self.crossing(level, solved, low, bounds[solved][1], sign);
            open.push((between, to, depth + 1));
            open.push((from, between, depth + 1));
        }
        arc
    }
}

/// Joins the arcs that meet on the edges of boxes; `None` if that is not unique.
fn joined(view: &View, mut arcs: Vec<Vec<Vector>>) -> Option<Vec<Vec<Vector>>> {
    let sizes = [view.width(), view.height()];
    let is_same = |a: &Vector, b: &Vector| (0..2).all(|i| (a[i] - b[i]).abs() <= SAME * sizes[i]);
    let is_at_border = |w: &Vector| view.w1.contains(&w.x) || view.w2.contains(&w.y);
    let mut lines = Vec::new();
    while let Some(mut line) = arcs.pop() {
        for _ in 0..2 {
            loop {
                let end = *line.last()?;
                if is_at_border(&end) || (line.len() > 2 && is_same(&end, &line[0])) {
                    break;
                }
                let meets = |arc: &Vec<Vector>| [arc.first(), arc.last()].map(|w| w.is_some_and(|w| is_same(w, &end)));
                let next: Vec<usize> = (0..arcs.len()).filter(|k| meets(&arcs[*k]) != [false, false]).collect();
                let [next] = next[..] else { return None };
                let mut arc = arcs.swap_remove(next);
                match meets(&arc) {
                    [true, false] => {}
                    [false, true] => arc.reverse(),
                    _ => return None,
                }
                line.extend(arc.into_iter().skip(1));
            }
            line.reverse();
        }
        // The last vertex of a closed line has the bits of the first.
        let (first, count) = (line[0], line.len());
        if !is_at_border(&first) {
            line[count - 1] = first;
        }
        lines.push(line);
    }
    Some(lines)
}
