//! Contour lines: marching squares for all levels in one pass over the grid.
//!
//! Each sample is quantised to the number of levels that it reaches. Between two neighbouring samples with q and q′
//! levels pass |q − q′| lines, and the grid edge between them creates their vertices once, in the order of the
//! levels, so that a vertex is found again by its edge's first number: no hashing, no search. In a cell each level's
//! segment runs from one edge's vertex to another's, with the higher ground on its left; a vertex is therefore left
//! by one cell and entered by the other, and a line is a walk along the links.
//!
//! A cell that has two opposite corners above a level and two below it is decided by the value at the saddle of the
//! bilinear interpolant (the asymptotic decider of Nielson & Hamann, Proc. Visualization '91). Cells with a corner
//! where L is undefined or infinite have no lines. A sample that equals a level counts as above it.

use super::ContourLine;
use super::polish::Crossing;
use super::quantise::Quantiser;
use crate::number::Vector;
use crate::number::lanes::{InstructionSet, are_within};

/// Stands for "L is undefined or infinite here" among the counts of levels.
const UNDEFINED: u8 = u8::MAX;
/// The most levels of one pass: their count must differ from [`UNDEFINED`].
const LEVELS_OF_A_PASS: usize = 254;
/// No vertex.
const NONE: u32 = u32::MAX;

/// Samples on a rectilinear grid: `values[row * columns.len() + column]` at (`columns[column]`, `rows[row]`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Samples<'a> {
    pub columns: &'a [f64],
    pub rows: &'a [f64],
    pub values: &'a [f64],
}

/// The lines of all levels (ascending, finite), sorted by level.
///
/// Vertices lie on grid edges, where the linear interpolant between the edge's two samples has the level. A closed
/// line repeats its first vertex at the end; the others end at the border or at cells that are skipped.
pub(super) fn contour_lines(samples: Samples<'_>, levels: &[f64]) -> Vec<ContourLine> {
    lines_of(samples, levels, |_| {})
}

/// The same, with all vertices of a pass moved along their edges before they are joined.
pub(super) fn moved_lines(
    samples: Samples<'_>,
    levels: &[f64],
    mut place: impl FnMut(&mut [Crossing]),
) -> Vec<ContourLine> {
    lines_of(samples, levels, |links| links.move_along(samples, &mut place))
}

fn lines_of(samples: Samples<'_>, levels: &[f64], mut finish: impl FnMut(&mut Links<'_>)) -> Vec<ContourLine> {
    let (width, height) = (samples.columns.len(), samples.rows.len());
    if width < 2 || height < 2 || samples.values.len() != width * height {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for levels in levels.chunks(LEVELS_OF_A_PASS) {
        let mut links = Links::new(samples, levels);
        finish(&mut links);
        links.join(&mut lines);
    }
    lines
}

/// A point where a grid edge crosses a level.
#[derive(Clone, Copy, Debug)]
struct Vertex {
    w: Vector,
    /// The vertex to which a segment leads from here.
    next: u32,
    level: u8,
    /// Whether a segment leads here.
    entered: bool,
    /// The node where its edge begins, and whether it goes up or to the right.
    node: u32,
    upward: bool,
}

/// All vertices of a pass with the segments between them.
struct Links<'a> {
    levels: &'a [f64],
    vertices: Vec<Vertex>,
}

/// The cells between two neighbouring rows of nodes: what is below and what is above.
#[derive(Clone, Copy)]
struct Strip<'a> {
    /// The first node of what is below.
    first: usize,
    y: [f64; 2],
    values: [&'a [f64]; 2],
    counts: [&'a [u8]; 2],
}

/// A node's value, and how many levels that reaches.
#[derive(Clone, Copy)]
struct Node {
    value: f64,
    count: u8,
}

/// The vertices on a grid edge: that of level k is `first + k − lowest`.
#[derive(Clone, Copy)]
struct Edge {
    first: u32,
    lowest: u8,
}

impl Edge {
    const EMPTY: Edge = Edge { first: 0, lowest: 0 };

    fn vertex(self, level: u8) -> u32 {
        self.first + u32::from(level - self.lowest)
    }
}

impl<'a> Links<'a> {
    fn new(samples: Samples<'_>, levels: &'a [f64]) -> Links<'a> {
        let width = samples.columns.len();
        let quantiser = Quantiser::new(levels);
        let mut counts = vec![0; samples.values.len()];
        quantiser.count_all(samples.values, &mut counts);
        for (counts, values) in counts.chunks_mut(width).zip(samples.values.chunks(width)) {
            if !are_within(InstructionSet::fastest(), values, f64::MAX) {
                let undefined = counts.iter_mut().zip(values).filter(|(_, value)| !value.is_finite());
                undefined.for_each(|(count, _)| *count = UNDEFINED);
            }
        }
        let mut links = Links { levels, vertices: Vec::new() };
        // The upper edges of the cells of one row are the lower edges of the next. A cell that is passed over has no
        // crossing on any of its edges, so what is left in its place is never read.
        let mut horizontal = vec![Edge::EMPTY; width - 1];
        for row in 0..samples.rows.len() - 1 {
            let strip = Strip {
                first: row * width,
                y: [samples.rows[row], samples.rows[row + 1]],
                values: [row, row + 1].map(|row| &samples.values[row * width..][..width]),
                counts: [row, row + 1].map(|row| &counts[row * width..][..width]),
            };
            let mut left = Edge::EMPTY;
            let mut column = 0;
            while let Some(active) = next_active(strip.counts, column) {
                links.cell(samples.columns, &strip, row == 0, active, &mut horizontal[active], &mut left);
                column = active + 1;
            }
        }
        links
    }

    /// Creates the vertices on the edges that this cell is the first to see, and its segments.
    fn cell(
        &mut self,
        columns: &[f64],
        strip: &Strip<'_>,
        is_lowest: bool,
        column: usize,
        horizontal: &mut Edge,
        left: &mut Edge,
    ) {
        let x = [columns[column], columns[column + 1]];
        let y = strip.y;
        let node = |up: usize, right: usize| Node {
            value: strip.values[up][column + right],
            count: strip.counts[up][column + right],
        };
        let [a, b, c, d] = [node(0, 0), node(0, 1), node(1, 1), node(1, 0)];
        let here = strip.first + column;
        let south =
            if is_lowest { self.edge(a, b, (here, false), |t| Vector::new(between(x, t), y[0])) } else { *horizontal };
        let west =
            if column == 0 { self.edge(a, d, (here, true), |t| Vector::new(x[0], between(y, t))) } else { *left };
        let north = self.edge(d, c, (here + columns.len(), false), |t| Vector::new(between(x, t), y[1]));
        let east = self.edge(b, c, (here + 1, true), |t| Vector::new(x[1], between(y, t)));
        *horizontal = north;
        *left = east;
        let low = a.count.min(b.count).min(c.count.min(d.count));
        let high = a.count.max(b.count).max(c.count.max(d.count));
        if high == UNDEFINED {
            return;
        }
        for level in low..high {
            let above = |node: Node| u8::from(node.count > level);
            // Each segment leads from one edge to another with the corners above the level on its left.
            let [s, e, n, w] = [south, east, north, west];
            match above(a) | above(b) << 1 | above(c) << 2 | above(d) << 3 {
                0b0001 => self.segment(level, s, w),
                0b0010 => self.segment(level, e, s),
                0b0100 => self.segment(level, n, e),
                0b1000 => self.segment(level, w, n),
                0b0011 => self.segment(level, e, w),
                0b0110 => self.segment(level, n, s),
                0b1100 => self.segment(level, w, e),
                0b1001 => self.segment(level, s, n),
                0b1110 => self.segment(level, w, s),
                0b1101 => self.segment(level, s, e),
                0b1011 => self.segment(level, e, n),
                0b0111 => self.segment(level, n, w),
                0b0101 if self.connected(level, [a, c], [b, d]) => {
                    self.segment(level, s, e);
                    self.segment(level, n, w);
                }
                0b0101 => {
                    self.segment(level, s, w);
                    self.segment(level, n, e);
                }
                0b1010 if self.connected(level, [b, d], [a, c]) => {
                    self.segment(level, w, s);
                    self.segment(level, e, n);
                }
                0b1010 => {
                    self.segment(level, e, s);
                    self.segment(level, w, n);
                }
                _ => {}
            }
        }
    }

    /// Creates the vertices between two neighbouring nodes, in the order of the levels; `place` says where the point
    /// at a share of the way between them is.
    #[inline]
    fn edge(&mut self, from: Node, to: Node, (node, upward): (usize, bool), place: impl Fn(f64) -> Vector) -> Edge {
        let [low, high] = [from.count.min(to.count), from.count.max(to.count)];
        let edge = Edge { first: self.vertices.len() as u32, lowest: low };
        if high == UNDEFINED {
            return edge;
        }
        // Halves, because the difference of two finite values may overflow.
        let half_rise = 0.5 * to.value - 0.5 * from.value;
        for level in low..high {
            let half_height = 0.5 * self.levels[usize::from(level)] - 0.5 * from.value;
            let t = half_height / half_rise;
            // Not `clamp`: halves of subnormal numbers may be 0/0, which must not remain.
            let t = if t > 0.0 { t } else { 0.0 };
            let t = if t < 1.0 { t } else { 1.0 };
            let node = node as u32;
            self.vertices.push(Vertex { w: place(t), next: NONE, level, entered: false, node, upward });
        }
        edge
    }

    /// Lets the vertices be moved along their edges.
    fn move_along(&mut self, samples: Samples<'_>, place: &mut impl FnMut(&mut [Crossing])) {
        let width = samples.columns.len();
        let at = |node: usize| Vector::new(samples.columns[node % width], samples.rows[node / width]);
        let crossing = |vertex: &Vertex| {
            let node = vertex.node as usize;
            let other = if vertex.upward { node + width } else { node + 1 };
            let (from, to) = (at(node), at(other));
            let [low, here, high] = [from, vertex.w, to].map(|w| if vertex.upward { w.y } else { w.x });
            let t = (0.5 * here - 0.5 * low) / (0.5 * high - 0.5 * low);
            let level = self.levels[usize::from(vertex.level)];
            Crossing { from, to, values: [samples.values[node], samples.values[other]], level, t }
        };
        let before: Vec<Crossing> = self.vertices.iter().map(crossing).collect();
        let mut after = before.clone();
        place(&mut after);
        for ((vertex, before), after) in self.vertices.iter_mut().zip(&before).zip(&after) {
            if after.t != before.t {
                vertex.w = after.place();
            }
        }
    }

    fn segment(&mut self, level: u8, from: Edge, to: Edge) {
        let (from, to) = (from.vertex(level), to.vertex(level));
        self.vertices[from as usize].next = to;
        self.vertices[to as usize].entered = true;
    }

    /// Whether the two corners above a level belong together across the cell.
    fn connected(&self, level: u8, above: [Node; 2], below: [Node; 2]) -> bool {
        let level = 0.5 * self.levels[usize::from(level)];
        let [p, q] = above.map(|node| 0.5 * node.value - level);
        let [r, s] = below.map(|node| level - 0.5 * node.value);
        // The saddle's height above the level is (pq − rs)/(p + q + r + s), a sum of positive numbers. Scaled, so
        // that the products do not overflow.
        let scale = p.max(q).max(r).max(s);
        (p / scale) * (q / scale) >= (r / scale) * (s / scale)
    }

    /// Walks along the links: first the lines that begin somewhere, then the closed ones.
    fn join(mut self, lines: &mut Vec<ContourLine>) {
        let first_line = lines.len();
        let mut points = Vec::new();
        for closed in [false, true] {
            for start in 0..self.vertices.len() {
                let Vertex { next, level, entered, .. } = self.vertices[start];
                if next != NONE && (closed || !entered) {
                    self.walk(start, &mut points);
                    // A line through a sample that equals the level may shrink to that point.
                    if points.len() > 1 {
                        lines.push(ContourLine { level: self.levels[usize::from(level)], points: points.clone() });
                    }
                }
            }
        }
        lines[first_line..].sort_by(|a, b| a.level.total_cmp(&b.level));
    }

    /// The points from a vertex on, each once where several coincide; takes the links away.
    fn walk(&mut self, start: usize, points: &mut Vec<Vector>) {
        let mut at = self.vertices[start].w;
        points.clear();
        points.push(at);
        let mut next = std::mem::replace(&mut self.vertices[start].next, NONE);
        while next != NONE {
            let vertex = &mut self.vertices[next as usize];
            next = std::mem::replace(&mut vertex.next, NONE);
            if vertex.w != at {
                at = vertex.w;
                points.push(at);
            }
        }
    }
}

/// The first cell from `column` on whose corners do not all reach equally many levels.
fn next_active([lower, upper]: [&[u8]; 2], mut column: usize) -> Option<usize> {
    let eight =
        |row: &[u8], from: usize| row.get(from..).and_then(|row| row.first_chunk()).copied().map(u64::from_le_bytes);
    // Eight cells at a time.
    while let (Some(a), Some(b), Some(c), Some(d)) =
        (eight(lower, column), eight(lower, column + 1), eight(upper, column), eight(upper, column + 1))
    {
        // A byte differs from zero where a cell's corners differ; the lowest byte is the first cell.
        let differences = (a ^ b) | (a ^ c) | (a ^ d);
        if differences != 0 {
            return Some(column + differences.trailing_zeros() as usize / 8);
        }
        column += 8;
    }
    (column..lower.len() - 1).find(|&k| [lower[k + 1], upper[k], upper[k + 1]] != [lower[k]; 3])
}

/// The point at the share t of the way between two ascending numbers: exactly those at 0 and 1.
pub(super) fn between([from, to]: [f64; 2], t: f64) -> f64 {
    // A view may be so large that to − from overflows.
    let half_step = 0.5 * to - 0.5 * from;
    if t < 0.5 { from + 2.0 * t * half_step } else { to - 2.0 * (1.0 - t) * half_step }
}

#[cfg(test)]
#[path = "contour_tests.rs"]
mod tests;
