//! Contour lines: marching squares for all levels in one pass over the grid.
//!
//! Each sample is quantised to the number of levels that it reaches. |q − q′| lines pass between two neighbouring
//! samples with q and q′ levels. The grid edge between them creates their vertices once, in the order of the levels, so
//! that the number of the edge's first vertex identifies all of them, without hashing or search. In a cell the segment
//! of each level leads from the vertex on one edge to that on another, with the higher ground on its left. So each
//! vertex is the end of a segment in one cell and the beginning of one in the other cell, and a line follows the links.
//!
//! In a cell with two opposite corners above a level and two below it, the value at the saddle of the bilinear
//! interpolant decides (the asymptotic decider of Nielson & Hamann, Proc. Visualization '91). Cells with a corner where
//! L is undefined or infinite have no lines. A sample that equals a level counts as above it.

use super::ContourLine;
use super::active::ActiveCells;
use super::crossing::{Crossing, between};
use super::quantise::Quantiser;
use crate::number::Vector;
use crate::number::lanes::{InstructionSet, Work};
use crate::pause::pause;
use std::cell::Cell;

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
/// Vertices lie on grid edges, where the linear interpolant between the edge's two samples equals the level. A closed
/// line repeats its first vertex at the end; other lines end at the border or at skipped cells.
pub(super) fn contour_lines(samples: Samples<'_>, levels: &[f64]) -> Vec<ContourLine> {
    lines_of(samples, levels, |_| {})
}

/// Like [`contour_lines`], with all vertices of a pass moved along their edges, a batch at a time, before they are
/// joined.
pub(super) fn moved_lines(
    samples: Samples<'_>,
    levels: &[f64],
    mut place: impl FnMut(&mut [Crossing]),
) -> Vec<ContourLine> {
    broken(lines_of(samples, levels, |links| links.move_along(samples, &mut place)))
}

/// The lines, broken at invalid vertices.
fn broken(lines: Vec<ContourLine>) -> Vec<ContourLine> {
    let is_vertex = |w: &Vector| w.x.is_finite() && w.y.is_finite();
    let mut whole = Vec::with_capacity(lines.len());
    for line in lines {
        if line.points.iter().all(is_vertex) {
            whole.push(line);
            continue;
        }
        let ContourLine { level, points } = line;
        // A closed line is one piece across its first vertex.
        let is_closed = points.first() == points.last();
        let mut pieces: Vec<Vec<Vector>> = points.split(|w| !is_vertex(w)).map(<[Vector]>::to_vec).collect();
        if is_closed && let Some(mut last) = pieces.pop() {
            last.extend(pieces[0].iter().skip(1));
            pieces[0] = last;
        }
        let pieces = pieces.into_iter().filter(|piece| piece.len() > 1);
        whole.extend(pieces.map(|points| ContourLine { level, points }));
    }
    whole
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

/// All vertices of a pass, where grid edges cross levels, with the segments between them.
struct Links<'a> {
    levels: &'a [f64],
    /// The number of vertices; the tables have more capacity.
    count: usize,
    /// The spare capacity that is always kept: the most vertices that the simple cells of a row create.
    spare: usize,
    tables: Tables,
}

/// The data of the vertices, in tables of equal length. The links have a small table of their own, because a walk along
/// them waits for each link before it knows the next.
#[derive(Default)]
struct Tables {
    /// The places of the vertices.
    places: Vec<Vector>,
    /// The vertex to which a segment leads from each.
    next: Vec<u32>,
    origins: Vec<Origin>,
}

thread_local! {
    /// The tables of the last pass, to be reused. While a view moves, each frame has about as many vertices, and newly
    /// allocated memory, which the system clears, would take as long as all the rest.
    static TABLES: Cell<Tables> = const { Cell::new(Tables { places: Vec::new(), next: Vec::new(), origins: Vec::new() }) };
}

/// How many vertices are moved together, so that their data stay in the nearer caches.
const TOGETHER: usize = 1024;

/// Tables with a larger capacity are not kept.
const MOST_KEPT: usize = 1 << 19;

/// The origin of a vertex.
#[derive(Clone, Copy, Debug)]
struct Origin {
    /// The node where its edge begins.
    node: u32,
    level: u8,
    /// Whether its edge goes up; otherwise it goes to the right.
    upward: bool,
}

/// The cells between two neighbouring rows of nodes: the row below and the row above.
#[derive(Clone, Copy)]
struct Strip<'a> {
    /// The first node of what is below.
    first: usize,
    y: [f64; 2],
    values: [&'a [f64]; 2],
    counts: [&'a [u8]; 2],
}

/// The value of a node, and how many levels it reaches.
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

/// The edges of a cell.
const SOUTH: usize = 0;
const EAST: usize = 1;
const NORTH: usize = 2;
const WEST: usize = 3;

/// For each set of corners above a level (bit 0 is the lower left one, then anticlockwise) the edges where a segment
/// begins and ends, with these corners on its left. Sets of opposite corners, and sets without a segment, have none.
const SEGMENTS: [[usize; 2]; 16] = [
    [SOUTH, SOUTH],
    [SOUTH, WEST],
    [EAST, SOUTH],
    [EAST, WEST],
    [NORTH, EAST],
    [SOUTH, SOUTH],
    [NORTH, SOUTH],
    [NORTH, WEST],
    [WEST, NORTH],
    [SOUTH, NORTH],
    [SOUTH, SOUTH],
    [EAST, NORTH],
    [WEST, EAST],
    [SOUTH, EAST],
    [WEST, SOUTH],
    [SOUTH, SOUTH],
];

/// The set of a cell's corners that are above a level, anticlockwise from the lower left one.
#[inline(always)]
fn case(counts: [u8; 4], level: u8) -> usize {
    let [a, b, c, d] = counts.map(|count| usize::from(count > level));
    a | b << 1 | c << 2 | d << 3
}

/// Whether two opposite corners are above a level and two below it.
#[inline(always)]
fn is_saddle(case: usize) -> bool {
    case == 0b0101 || case == 0b1010
}

/// The two segments of such a cell.
#[cold]
fn saddle(case: usize, level: f64, [a, b, c, d]: [f64; 4]) -> [[usize; 2]; 2] {
    let (above, below) = if case == 0b0101 { ([a, c], [b, d]) } else { ([b, d], [a, c]) };
    match (case, are_connected(level, above, below)) {
        (0b0101, true) => [[SOUTH, EAST], [NORTH, WEST]],
        (0b0101, false) => [[SOUTH, WEST], [NORTH, EAST]],
        (_, true) => [[WEST, SOUTH], [EAST, NORTH]],
        (_, false) => [[EAST, SOUTH], [WEST, NORTH]],
    }
}

/// Whether the two corners above a level are connected across the cell.
fn are_connected(level: f64, above: [f64; 2], below: [f64; 2]) -> bool {
    let [p, q] = above.map(|value| 0.5 * value - 0.5 * level);
    let [r, s] = below.map(|value| 0.5 * level - 0.5 * value);
    // The saddle's height above the level is (pq − rs)/(p + q + r + s), a sum of positive numbers. Scaled, so that the
    // products do not overflow.
    let scale = p.max(q).max(r).max(s);
    (p / scale) * (q / scale) >= (r / scale) * (s / scale)
}

/// The fraction of the way between two values, from 0 to 1, at which the linear interpolant has a level that one of
/// them reaches.
#[inline(always)]
fn share(level: f64, from: f64, to: f64) -> f64 {
    // Halves, because the difference of two finite values may overflow.
    let half_rise = 0.5 * to - 0.5 * from;
    let half_height = 0.5 * level - 0.5 * from;
    let t = half_height / half_rise;
    // Not `clamp`: halves of subnormal numbers may give 0/0, and NaN must not remain.
    let t = if t > 0.0 { t } else { 0.0 };
    if t < 1.0 { t } else { 1.0 }
}

/// Does the work of [`Links::cell`] for simple cells: those that one level passes through and that have a row below and
/// a column before them, which are nearly all. Returns how many such cells there are before the first other one.
struct SimpleCells<'a, 'b> {
    links: &'a mut Links<'b>,
    columns: &'a [f64],
    strip: Strip<'a>,
    active: &'a [u32],
    horizontal: &'a mut [Edge],
    left: &'a mut Edge,
}

impl Work for SimpleCells<'_, '_> {
    type Output = usize;

    #[inline(always)]
    fn run(self) -> usize {
        let SimpleCells { links, columns, strip, active, horizontal, left } = self;
        // Local variables, because fields of the owner of the tables would be read again after every write.
        let (levels, mut count) = (links.levels, links.count);
        let Tables { places, next, origins } = &mut links.tables;
        let (places, next, origins) = (&mut places[..], &mut next[..], &mut origins[..]);
        let ([lower_counts, upper_counts], [lower_values, upper_values]) = (strip.counts, strip.values);
        let mut west = *left;
        let mut done = 0;
        for &column in active {
            let column = column as usize;
            let counts =
                [lower_counts[column], lower_counts[column + 1], upper_counts[column + 1], upper_counts[column]];
            let [a, b, c, d] = counts;
            let (low, high) = (a.min(b).min(c.min(d)), a.max(b).max(c.max(d)));
            if high - low != 1 || high == UNDEFINED || column == 0 {
                break;
            }
            let level = levels[usize::from(low)];
            let values =
                || [lower_values[column], lower_values[column + 1], upper_values[column + 1], upper_values[column]];
            let [_, value_b, value_c, value_d] = values();
            let (x, y) = ([columns[column], columns[column + 1]], strip.y);
            // There is no branch, because a processor cannot predict which edges are crossed: both vertices are
            // computed and written, and kept if they exist.
            let mut edge = |w: Vector, node: usize, upward: bool, exists: bool| {
                let edge = Edge { first: count as u32, lowest: low };
                places[count] = w;
                next[count] = NONE;
                origins[count] = Origin { node: node as u32, level: low, upward };
                count += usize::from(exists);
                edge
            };
            let here = strip.first + column;
            let north = Vector::new(between(x, share(level, value_d, value_c)), y[1]);
            let north = edge(north, here + columns.len(), false, d != c);
            let east = Vector::new(x[1], between(y, share(level, value_b, value_c)));
            let east = edge(east, here + 1, true, b != c);
            let edges = [horizontal[column], east, north, west];
            let mut link = |[from, to]: [usize; 2]| next[edges[from].vertex(low) as usize] = edges[to].vertex(low);
            let case = case(counts, low);
            if is_saddle(case) {
                saddle(case, level, values()).into_iter().for_each(link);
            } else {
                link(SEGMENTS[case]);
            }
            horizontal[column] = north;
            west = east;
            done += 1;
        }
        links.count = count;
        *left = west;
        done
    }
}

impl<'a> Links<'a> {
    fn new(samples: Samples<'_>, levels: &'a [f64]) -> Links<'a> {
        let width = samples.columns.len();
        let set = InstructionSet::fastest();
        let quantiser = Quantiser::new(levels);
        let mut links = Links { levels, count: 0, spare: 2 * width, tables: TABLES.take() };
        // The upper edges of the cells of one row are the lower edges of the next. A skipped cell has no crossing on
        // any of its edges, so the old entry in its place is never read.
        let mut horizontal = vec![Edge::EMPTY; width - 1];
        let mut active = ActiveCells::of_width(width);
        // Two rows of counts are reused, so that they stay in the cache.
        let [mut lower, mut upper] = [vec![0; width], vec![0; width]];
        quantiser.count_finite(&samples.values[..width], &mut upper, UNDEFINED);
        for row in 0..samples.rows.len() - 1 {
            pause();
            std::mem::swap(&mut lower, &mut upper);
            quantiser.count_finite(&samples.values[(row + 1) * width..][..width], &mut upper, UNDEFINED);
            let strip = Strip {
                first: row * width,
                y: [samples.rows[row], samples.rows[row + 1]],
                values: [row, row + 1].map(|row| &samples.values[row * width..][..width]),
                counts: [&lower, &upper],
            };
            let active = active.find(strip.counts);
            links.make_room();
            let mut left = Edge::EMPTY;
            let mut rest = active;
            while !rest.is_empty() {
                if row > 0 {
                    let (columns, horizontal, left) = (samples.columns, &mut horizontal[..], &mut left);
                    let simple = SimpleCells { links: &mut links, columns, strip, active: rest, horizontal, left };
                    rest = &rest[set.run(simple)..];
                }
                if let Some((&column, after)) = rest.split_first() {
                    let column = column as usize;
                    links.cell(samples.columns, &strip, row == 0, column, &mut horizontal[column], &mut left);
                    rest = after;
                }
            }
        }
        links
    }

    /// Creates the vertices on the edges that no earlier cell has handled, and the segments of the cell.
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
        let (a, b, c, d) = (node(0, 0), node(0, 1), node(1, 1), node(1, 0));
        let low = a.count.min(b.count).min(c.count.min(d.count));
        let high = a.count.max(b.count).max(c.count.max(d.count));
        let here = strip.first + column;
        let upper = here + columns.len();
        let place_south = |t| Vector::new(between(x, t), y[0]);
        let south = if is_lowest { self.edge(a, b, (here, false), place_south) } else { *horizontal };
        let place_west = |t| Vector::new(x[0], between(y, t));
        let west = if column == 0 { self.edge(a, d, (here, true), place_west) } else { *left };
        let north = self.edge(d, c, (upper, false), |t| Vector::new(between(x, t), y[1]));
        let east = self.edge(b, c, (here + 1, true), |t| Vector::new(x[1], between(y, t)));
        let edges = [south, east, north, west];
        *horizontal = edges[NORTH];
        *left = edges[EAST];
        if high == UNDEFINED {
            return;
        }
        let corners = [a, b, c, d];
        for level in low..high {
            let case = case(corners.map(|node| node.count), level);
            let mut link = |[from, to]: [usize; 2]| {
                self.tables.next[edges[from].vertex(level) as usize] = edges[to].vertex(level);
            };
            if is_saddle(case) {
                let segments = saddle(case, self.levels[usize::from(level)], corners.map(|node| node.value));
                segments.into_iter().for_each(link);
            } else {
                link(SEGMENTS[case]);
            }
        }
    }

    /// Makes sure that there is capacity for one more vertex, besides the spare capacity.
    fn make_room(&mut self) {
        let wanted = self.count + 1 + self.spare;
        let Tables { places, next, origins } = &mut self.tables;
        if wanted > next.len() {
            let room = wanted.max(2 * next.len());
            places.resize(room, Vector::zeros());
            next.resize(room, NONE);
            origins.resize(room, Origin { node: 0, level: 0, upward: false });
        }
    }

    fn push(&mut self, w: Vector, origin: Origin) {
        self.make_room();
        self.tables.places[self.count] = w;
        self.tables.next[self.count] = NONE;
        self.tables.origins[self.count] = origin;
        self.count += 1;
    }

    /// Creates the vertices between two neighbouring nodes, in the order of the levels; `place` maps a fraction of the
    /// way between them to a point.
    #[inline]
    fn edge(&mut self, from: Node, to: Node, (node, upward): (usize, bool), place: impl Fn(f64) -> Vector) -> Edge {
        let [low, high] = [from.count.min(to.count), from.count.max(to.count)];
        let edge = Edge { first: self.count as u32, lowest: low };
        if high == UNDEFINED {
            return edge;
        }
        for level in low..high {
            let w = place(share(self.levels[usize::from(level)], from.value, to.value));
            self.push(w, Origin { node: node as u32, level, upward });
        }
        edge
    }

    /// Lets the vertices be moved along their edges.
    fn move_along(&mut self, samples: Samples<'_>, place: &mut impl FnMut(&mut [Crossing])) {
        let width = samples.columns.len();
        // Divisions of short numbers take half the time.
        let short_width = width as u32;
        let at = |node: usize| {
            let (column, row) = (node as u32 % short_width, node as u32 / short_width);
            Vector::new(samples.columns[column as usize], samples.rows[row as usize])
        };
        let crossing = |(origin, w): (&Origin, &Vector)| {
            let node = origin.node as usize;
            let other = if origin.upward { node + width } else { node + 1 };
            let (from, to) = (at(node), at(other));
            let [low, here, high] = [from, *w, to].map(|w| if origin.upward { w.y } else { w.x });
            let t = (0.5 * here - 0.5 * low) / (0.5 * high - 0.5 * low);
            let level = self.levels[usize::from(origin.level)];
            Crossing { from, to, values: [samples.values[node], samples.values[other]], level, t }
        };
        let Tables { places, origins, .. } = &mut self.tables;
        let (mut crossings, mut before) = (Vec::with_capacity(TOGETHER), Vec::with_capacity(TOGETHER));
        for (places, origins) in places[..self.count].chunks_mut(TOGETHER).zip(origins.chunks(TOGETHER)) {
            crossings.clear();
            crossings.extend(origins.iter().zip(&*places).map(crossing));
            before.clear();
            before.extend(crossings.iter().map(|crossing| crossing.t));
            place(&mut crossings);
            for ((w, before), after) in places.iter_mut().zip(&before).zip(&crossings) {
                if after.t != *before {
                    *w = after.place();
                }
            }
        }
    }

    /// Walks along the links: first the lines that begin somewhere, then the closed ones.
    fn join(mut self, lines: &mut Vec<ContourLine>) {
        let first_line = lines.len();
        let Tables { places, next, origins } = &mut self.tables;
        let (places, next) = (&places[..self.count], &mut next[..self.count]);
        let mut is_entered = vec![false; self.count];
        for next in next.iter().filter(|next| **next != NONE) {
            is_entered[*next as usize] = true;
        }
        let mut points = Vec::new();
        for closed in [false, true] {
            for (start, is_entered) in is_entered.iter().enumerate() {
                if next[start] != NONE && (closed || !is_entered) {
                    walk(start, places, next, &mut points);
                    // A line through a sample that equals the level may shrink to that point.
                    if points.len() > 1 {
                        let level = self.levels[usize::from(origins[start].level)];
                        lines.push(ContourLine { level, points: points.clone() });
                    }
                }
            }
        }
        lines[first_line..].sort_by(|a, b| a.level.total_cmp(&b.level));
        if self.tables.next.len() <= MOST_KEPT {
            TABLES.set(self.tables);
        }
    }
}

/// The points from a vertex on, without consecutive duplicates. Removes the links.
fn walk(start: usize, places: &[Vector], links: &mut [u32], points: &mut Vec<Vector>) {
    let mut last = places[start];
    points.clear();
    points.push(last);
    let mut next = std::mem::replace(&mut links[start], NONE);
    while next != NONE {
        let w = places[next as usize];
        next = std::mem::replace(&mut links[next as usize], NONE);
        if w != last {
            points.push(w);
            last = w;
        }
    }
}

#[cfg(test)]
#[path = "contour_tests.rs"]
mod tests;
