//! The levels u = c of a smooth function of two weights, traced with proof.
//!
//! The view is divided into boxes until each satisfies one of two conditions: u is never c in it; or one of the partial
//! derivatives of u keeps its sign, and along each edge u is never c or strictly monotone. In the second case the level
//! is a graph in the box, has at most one point on each edge, and no closed part inside. Two points on the border are
//! then the ends of one arc, and without such points the box has no part of the level. The arcs meet at the edges.
//!
//! Levels often run through corners of the view, so the division begins with a slightly larger rectangle. A level that
//! has no point well inside of the view stays undecided.

use crate::critical::proof::krawczyk::Cell;
use crate::landscape::{Enclosures, Loss, View};
use crate::number::{Decimal, Digits, Interval, Number, Precise, Vector};

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
/// By how much the sides of the view are moved outwards, as shares of its size: all different, so that no level of a
/// simple function runs through two corners.
const OUTWARDS: [[f64; 2]; 2] = [[1.31e-9, 1.73e-9], [1.13e-9, 1.97e-9]];
/// A point is well inside of the view with this distance from its border, as a share of its size.
const WELL_INSIDE: f64 = 1e-7;
const BITS: usize = 192;

/// All parts of the levels in the view, each with the place of its level in the list; `None` where something stays
/// undecided.
pub(super) fn trace(
    inner: &Loss,
    view: &View,
    levels: &[Precise],
    cancel: &dyn Fn() -> bool,
) -> Option<Vec<(usize, Vec<Vector>)>> {
    let frame = frame(view)?;
    let mut tracer = Tracer {
        inner,
        enclosures: inner.enclosures()?,
        view: &frame,
        levels,
        digits: Digits::new(BITS)?,
        arcs: Vec::new(),
    };
    let mut open = vec![[frame.w1, frame.w2]];
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
    for (level, place) in levels.iter().enumerate() {
        let of_level = arcs.iter().filter(|(of, _)| *of == level).map(|(_, arc)| arc.clone()).collect();
        for line in joined(&frame, of_level)? {
            lines.push((level, within(inner, place.middle(), view, line)?));
        }
    }
    Some(lines)
}

/// The rectangle in which levels are traced.
pub(super) fn frame(view: &View) -> Option<View> {
    let moved = |[low, high]: [f64; 2], [below, above]: [f64; 2]| {
        let size = high - low;
        [low - below * size, high + above * size]
    };
    let ([a, b], [c, d]) = (moved(view.w1, OUTWARDS[0]), moved(view.w2, OUTWARDS[1]));
    View::new(a, b, c, d).ok()
}

/// A part of the level u = c with its ends moved to the border of the view; `None` if it has no point well inside.
fn within(inner: &Loss, c: f64, view: &View, line: Vec<Vector>) -> Option<Vec<Vector>> {
    let (sides, sizes) = ([view.w1, view.w2], [view.width(), view.height()]);
    let is_well_inside = |w: &Vector| {
        (0..2).all(|axis| {
            let margin = WELL_INSIDE * sizes[axis];
            sides[axis][0] + margin < w[axis] && w[axis] < sides[axis][1] - margin
        })
    };
    let is_inside = line.iter().any(is_well_inside);
    let moved = |w: Vector| {
        let outside = [0, 1].map(|axis| w[axis] < sides[axis][0] || w[axis] > sides[axis][1]);
        let mut moved = Vector::new(w.x.clamp(sides[0][0], sides[0][1]), w.y.clamp(sides[1][0], sides[1][1]));
        let along = match outside {
            [true, false] => 1,
            [false, true] => 0,
            _ => return moved,
        };
        // Newton's method along the border, from a point that is very near.
        for _ in 0..3 {
            let (value, slope) = inner.value_and_gradient(moved);
            let step = (value - c) / slope[along];
            if step.abs() <= WELL_INSIDE * sizes[along] {
                moved[along] = (moved[along] - step).clamp(sides[along][0], sides[along][1]);
            }
        }
        moved
    };
    is_inside.then(|| line.into_iter().map(moved).collect())
}

/// A box by its bounds. Bounds on the border of the view stand for their decimals.
type Bounds = [[f64; 2]; 2];

struct Tracer<'a> {
    inner: &'a Loss,
    enclosures: &'a Enclosures,
    view: &'a View,
    levels: &'a [Precise],
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
            .filter(|level| !values.intersect(self.levels[*level].to_interval()).is_empty())
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
            if values.intersect(self.levels[level].to_interval()).is_empty() {
                continue;
            }
            if !excludes_zero(slopes[axis]) {
                return None;
            }
            let signs = [self.side(from, level)?, self.side(to, level)?];
            if signs[0] != signs[1] {
                ends.push(self.crossing(level, axis, Vector::from(from), to[axis], signs[0]));
            }
        }
        match ends[..] {
            [] => Some(None),
            [first, second] => Some(Some([first, second])),
            _ => None,
        }
    }

    /// On which side of a level u is at a corner; `None` if that is not certain.
    fn side(&mut self, corner: [f64; 2], level: usize) -> Option<i32> {
        let at = self.enclosures.value([0, 1].map(|axis| self.thin(axis, corner[axis])));
        let level = &self.levels[level];
        let (low, high) = (level.to_interval().lo, level.to_interval().hi);
        if !at.partial && at.lo > high {
            return Some(1);
        }
        if !at.partial && at.hi < low {
            return Some(-1);
        }
        let x = corner.map(|x| self.digits.fraction(&Decimal::from(x).rational()));
        let at = self.inner.taylor(&mut self.digits, 1, &x)?;
        self.digits.sub(&at.value, level).sign().filter(|sign| *sign != 0)
    }

    /// The point of a level on a segment along an axis on which u is monotone, from a point on its side `sign` to one
    /// on the other.
    fn crossing(&self, level: usize, axis: usize, from: Vector, to: f64, sign: i32) -> Vector {
        let level = self.levels[level].middle();
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
    /// one. An arc from border to border has a vertex between them.
    fn arc(&self, bounds: &Bounds, level: usize, [from, to]: [Vector; 2], along: Option<usize>) -> Vec<Vector> {
        const DEEPEST: usize = 11;
        let half = [0.5 * self.view.width(), 0.5 * self.view.height()];
        let cuts_a_corner = [&from, &to].into_iter().all(|w| is_at_border(self.view, w));
        let mut arc = vec![from];
        let mut open = vec![(from, to, 0)];
        while let Some((from, to, depth)) = open.pop() {
            let apart = [0, 1].map(|i| (to[i] - from[i]).abs() / half[i]);
            let solved = along.unwrap_or(usize::from(apart[1] < apart[0]));
            let free = 1 - solved;
            let middle = 0.5 * (from[free] + to[free]);
            let is_close = libm::hypot(apart[0], apart[1]) <= SPACING && (depth > 0 || !cuts_a_corner);
            if is_close || depth == DEEPEST || apart[free] < 1e-12 {
                arc.push(to);
                continue;
            }
            let mut low = from;
            low[free] = middle;
            low[solved] = bounds[solved][0];
            let sign = if self.inner.value(low) > self.levels[level].middle() { 1 } else { -1 };
            let between = self.crossing(level, solved, low, bounds[solved][1], sign);
            open.push((between, to, depth + 1));
            open.push((from, between, depth + 1));
        }
        arc
    }
}

/// Whether a point lies on the border of a rectangle.
fn is_at_border(view: &View, w: &Vector) -> bool {
    view.w1.contains(&w.x) || view.w2.contains(&w.y)
}

/// Joins the arcs that meet on the edges of boxes; `None` if that is not unique.
fn joined(view: &View, mut arcs: Vec<Vec<Vector>>) -> Option<Vec<Vec<Vector>>> {
    let sizes = [view.width(), view.height()];
    let is_same = |a: &Vector, b: &Vector| (0..2).all(|i| (a[i] - b[i]).abs() <= SAME * sizes[i]);
    let mut lines = Vec::new();
    while let Some(mut line) = arcs.pop() {
        for _ in 0..2 {
            loop {
                let end = *line.last()?;
                if is_at_border(view, &end) || (line.len() > 2 && is_same(&end, &line[0])) {
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
        if !is_at_border(view, &first) {
            line[count - 1] = first;
        }
        lines.push(line);
    }
    Some(lines)
}
