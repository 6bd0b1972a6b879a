//! The heights of the surface over the plot.
//!
//! Heights are known at the nodes of a grid over the plot and linear on the two triangles of each of its cells. All
//! marks on the surface are lifted to these triangles, so that they lie exactly on it.

use super::super::{Layout, Rect};
use crate::field::{ColourMap, Grid, Scale};
use crate::landscape::Loss;
use crate::number::{Interval, Vector};
use crate::scene::within;
use crate::study::Study;
use std::collections::BTreeSet;

/// The height of the surface, as a share of the plot's shorter side.
const HEIGHT: f64 = 0.5;
/// Nodes next to a hole get a height from their neighbours, so that the edge can be cut within a cell.
const BESIDE_HOLES: usize = 2;

/// The heights.
#[derive(Clone, Debug)]
pub struct Relief {
    /// The plot in the map's pixels.
    pub plot: Rect,
    /// Nodes along w1 and w2.
    pub nodes: [usize; 2],
    /// Heights in pixels, row by row from the least w2; NaN far in a hole.
    pub heights: Vec<f32>,
    /// The greatest height in pixels.
    pub highest: f64,
    /// The scale from L to height; `None` if L has no finite value.
    pub scale: Option<Scale>,
    /// The values of L at the lowest and the greatest height, if values beyond them are cut off.
    pub cuts: [Option<f64>; 2],
    /// The samples of L.
    samples: Samples,
}

/// Samples of L as a function of places in the plot.
#[derive(Clone, Debug)]
struct Samples {
    /// The linear map from pixels of the map to column and row: offset and factor, along w1 and w2.
    places: [[f64; 2]; 2],
    size: [usize; 2],
    /// Positions on the scale; NaN where L is undefined or infinite.
    positions: Vec<f32>,
    has_holes: bool,
    /// The cells between samples on both sides of a pole or a jump, by their column and row.
    torn: BTreeSet<[usize; 2]>,
}

/// Neighbouring samples that are farther apart on the scale may lie on both sides of a pole.
const STEEP: f32 = 0.4;
/// How many operations on intervals the examination of such pairs may take: a few milliseconds.
const MOST_OPERATIONS: usize = 250_000;

impl Samples {
    fn new(grid: &Grid, scale: &Scale, layout: &Layout, loss: &Loss) -> Samples {
        let corner = layout.pixel_from_world(Vector::new(grid.view.w1[0], grid.view.w2[0]));
        let opposite = layout.pixel_from_world(Vector::new(grid.view.w1[1], grid.view.w2[1]));
        let size = [grid.columns, grid.rows];
        let place = |axis: usize| {
            let factor = (size[axis].max(2) - 1) as f64 / (opposite[axis] - corner[axis]);
            [corner[axis], factor]
        };
        let position = |value: &f64| if value.is_finite() { scale.position(*value) as f32 } else { f32::NAN };
        let positions: Vec<f32> = grid.values.iter().map(position).collect();
        let has_holes = positions.iter().any(|position| position.is_nan());
        let torn = torn(grid, &positions, loss);
        Samples { places: [place(0), place(1)], size, positions, has_holes, torn }
    }

    /// The four samples around a pixel with their weights; `None` beyond the samples.
    fn around(&self, pixel: [f64; 2]) -> Option<[(f32, f64); 4]> {
        let ((column, across), (row, up)) = (self.place(0, pixel)?, self.place(1, pixel)?);
        let corner = |i: usize, j: usize, weight: f64| (self.positions[(row + j) * self.size[0] + column + i], weight);
        Some([
            corner(0, 0, (1.0 - across) * (1.0 - up)),
            corner(1, 0, across * (1.0 - up)),
            corner(0, 1, (1.0 - across) * up),
            corner(1, 1, across * up),
        ])
    }

    /// The sample before a pixel along an axis, and the share of the way to the next.
    fn place(&self, axis: usize, pixel: [f64; 2]) -> Option<(usize, f64)> {
        let [offset, factor] = self.places[axis];
        let place = (pixel[axis] - offset) * factor;
        let last = self.size[axis].checked_sub(2)?;
        // Half a pixel of rounding on the border is none.
        (place >= -1e-6 && place <= (last + 1) as f64 + 1e-6).then(|| {
            let index = (place.max(0.0) as usize).min(last);
            (index, (place - index as f64).clamp(0.0, 1.0))
        })
    }

    /// Whether a pixel lies between samples on both sides of a pole.
    fn is_torn(&self, pixel: [f64; 2]) -> bool {
        let cell = || Some([self.place(0, pixel)?.0, self.place(1, pixel)?.0]);
        !self.torn.is_empty() && cell().is_some_and(|cell| self.torn.contains(&cell))
    }

    /// The position on the scale; NaN in holes. Between samples on both sides of a pole it is that of the nearest.
    fn position(&self, pixel: [f64; 2]) -> f64 {
        let Some(around) = self.around(pixel) else { return f64::NAN };
        if self.is_torn(pixel) {
            let nearest = around.iter().max_by(|(_, a), (_, b)| a.total_cmp(b));
            return nearest.map_or(f64::NAN, |(position, _)| f64::from(*position));
        }
        let (mut sum, mut weights) = (0.0, 0.0);
        for (position, weight) in around {
            if weight > 0.0 && !position.is_nan() {
                sum += weight * f64::from(position);
                weights += weight;
            }
        }
        if weights >= 0.5 { sum / weights } else { f64::NAN }
    }
}

impl Relief {
    /// The heights over a plot, with a node about every `pitch` pixels.
    pub fn new(study: &Study, loss: &Loss, grid: &Grid, layout: &Layout, pitch: f64) -> Relief {
        let plot = layout.plot;
        let scale = Scale::new(&grid.values, study.picture.surface.height, ColourMap::Viridis);
        let highest = HEIGHT * plot.width().min(plot.height());
        let empty = Samples {
            places: [[0.0, 1.0]; 2],
            size: [0; 2],
            positions: Vec::new(),
            has_holes: true,
            torn: BTreeSet::new(),
        };
        let samples = match &scale {
            Some(scale) if grid.columns > 1 && grid.rows > 1 => Samples::new(grid, scale, layout, loss),
            _ => empty,
        };
        let nodes = |length: f64, most: usize| within((length / pitch) as usize, 8, most.max(9)) + 1;
        let nodes = [nodes(plot.width(), grid.columns), nodes(plot.height(), grid.rows)];
        let cuts = scale.as_ref().map_or([None; 2], cuts);
        let mut relief = Relief { plot, nodes, heights: Vec::new(), highest, scale, cuts, samples };
        relief.heights = (0..nodes[0] * nodes[1])
            .map(|k| (relief.samples.position(relief.node_at([k % nodes[0], k / nodes[0]])) * highest) as f32)
            .collect();
        for _ in 0..if relief.samples.has_holes { BESIDE_HOLES } else { 0 } {
            relief.grow();
        }
        relief
    }

    /// Whether the corners of a triangle lie on both sides of a pole, so that nothing is drawn between them.
    pub fn is_torn_between(&self, nodes: [usize; 3]) -> bool {
        if self.samples.torn.is_empty() {
            return false;
        }
        let heights = nodes.map(|node| self.heights[node] / self.highest as f32);
        let least = heights.into_iter().fold(f32::INFINITY, f32::min);
        if heights.into_iter().fold(f32::NEG_INFINITY, f32::max) - least < STEEP {
            return false;
        }
        // A cell of the mesh is about as wide as one between samples, or a few times as wide.
        const STEPS: usize = 4;
        let pixels = nodes.map(|node| self.node_at([node % self.nodes[0], node / self.nodes[0]]));
        (0..3).any(|k| {
            let (from, to) = (pixels[k], pixels[(k + 1) % 3]);
            (0..=STEPS).any(|step| {
                let share = step as f64 / STEPS as f64;
                self.samples.is_torn([0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis])))
            })
        })
    }

    /// The map's pixel of a node.
    pub fn node_at(&self, [column, row]: [usize; 2]) -> [f64; 2] {
        let share = |index: usize, count: usize| index as f64 / (count - 1) as f64;
        let Rect { min, max } = self.plot;
        [
            min[0] + share(column, self.nodes[0]) * (max[0] - min[0]),
            max[1] - share(row, self.nodes[1]) * (max[1] - min[1]),
        ]
    }

    /// Gives nodes without a height the mean of their neighbours' heights.
    fn grow(&mut self) {
        let [columns, rows] = self.nodes;
        let before = self.heights.clone();
        for k in (0..before.len()).filter(|k| before[*k].is_nan()) {
            let (column, row) = (k % columns, k / columns);
            let (mut sum, mut count) = (0.0, 0.0);
            for j in row.saturating_sub(1)..=(row + 1).min(rows - 1) {
                for i in column.saturating_sub(1)..=(column + 1).min(columns - 1) {
                    let height = before[j * columns + i];
                    if !height.is_nan() {
                        sum += height;
                        count += 1.0;
                    }
                }
            }
            if count > 0.0 {
                self.heights[k] = sum / count;
            }
        }
    }

    /// Whether L is finite at a pixel of the map, according to the samples.
    pub fn is_defined(&self, pixel: [f64; 2]) -> bool {
        if !self.samples.has_holes {
            return true;
        }
        let defined = |around: [(f32, f64); 4]| {
            around.iter().filter(|(position, _)| !position.is_nan()).map(|(_, weight)| weight).sum::<f64>() >= 0.5
        };
        self.samples.around(pixel).is_some_and(defined)
    }

    /// Whether there is a surface at a pixel of the map: L is finite there, and no pole is near.
    pub fn is_solid(&self, pixel: [f64; 2]) -> bool {
        self.is_defined(pixel) && !self.samples.is_torn(pixel)
    }

    /// The height over a pixel of the map; `None` in holes and beyond the plot.
    pub fn height(&self, pixel: [f64; 2]) -> Option<f64> {
        if !self.is_defined(pixel) {
            return None;
        }
        let height = self.drawn_height(pixel)?;
        (!height.is_nan()).then_some(height)
    }

    /// The height of the triangle over a pixel of the map; NaN where it has none, `None` beyond the plot.
    pub fn drawn_height(&self, pixel: [f64; 2]) -> Option<f64> {
        let Rect { min, max } = self.plot;
        let [columns, rows] = self.nodes;
        let across = (pixel[0] - min[0]) / (max[0] - min[0]) * (columns - 1) as f64;
        let up = (max[1] - pixel[1]) / (max[1] - min[1]) * (rows - 1) as f64;
        let inside = |place: f64, count: usize| place >= -1e-9 && place <= (count - 1) as f64 + 1e-9;
        if !(inside(across, columns) && inside(up, rows)) {
            return None;
        }
        let column = (across.max(0.0) as usize).min(columns - 2);
        let row = (up.max(0.0) as usize).min(rows - 2);
        let (s, t) = (across - column as f64, up - row as f64);
        let corner = |i: usize, j: usize| f64::from(self.heights[(row + j) * columns + column + i]);
        let (low, high) = (corner(0, 0), corner(1, 1));
        // The diagonal of a cell rises to the right.
        Some(if s >= t {
            let right = corner(1, 0);
            low + s * (right - low) + t * (high - right)
        } else {
            let left = corner(0, 1);
            low + t * (left - low) + s * (high - left)
        })
    }

    /// The slope of the surface at a pixel of the map: pixels of height for each pixel to the right and upwards.
    pub fn slope(&self, pixel: [f64; 2]) -> [f64; 2] {
        let step = |axis: usize| {
            let cells = (self.nodes[axis] - 1) as f64;
            [self.plot.width(), self.plot.height()][axis] / cells
        };
        let along = |axis: usize, sign: f64| {
            let at = |by: f64| {
                let mut place = pixel;
                place[axis] += by;
                self.drawn_height(place).filter(|height| !height.is_nan())
            };
            let step = step(axis);
            match (at(-sign * step), at(0.0), at(sign * step)) {
                (Some(before), _, Some(after)) => (after - before) / (2.0 * step),
                (None, Some(here), Some(after)) => (after - here) / step,
                (Some(before), Some(here), None) => (here - before) / step,
                _ => 0.0,
            }
        };
        [along(0, 1.0), along(1, -1.0)]
    }

    /// Whether the surface is cut off at a pixel of the map, because L is outside the range of heights.
    pub fn is_cut(&self, pixel: [f64; 2]) -> bool {
        let position = self.samples.position(pixel);
        let [low, high] = self.cuts.map(|cut| cut.is_some());
        (low && position <= 1e-7) || (high && position >= 1.0 - 1e-7)
    }
}

/// The cells of a grid across which intervals do not show that L is finite, and whose samples are far apart on the scale.
fn torn(grid: &Grid, positions: &[f32], loss: &Loss) -> BTreeSet<[usize; 2]> {
    let mut torn = BTreeSet::new();
    let Some(enclosures) = loss.enclosures() else { return torn };
    let [columns, rows] = [grid.columns, grid.rows];
    let node = |axis: usize, index: usize| {
        let [low, high] = [grid.view.w1, grid.view.w2][axis];
        low + (high - low) * (index as f64 / ([columns, rows][axis] - 1) as f64)
    };
    let pairs = (0..columns * rows).flat_map(|k| {
        let (column, row) = (k % columns, k / columns);
        let right = (column + 1 < columns).then_some((k, k + 1, 0));
        let above = (row + 1 < rows).then_some((k, k + columns, 1));
        right.into_iter().chain(above)
    });
    let steep = pairs.filter(|(a, b, _)| (positions[*a] - positions[*b]).abs() > STEEP);
    for (first, second, axis) in steep.take(MOST_OPERATIONS / loss.operations()) {
        let side = |axis: usize| {
            let index = |k: usize| if axis == 0 { k % columns } else { k / columns };
            Interval::new(node(axis, index(first)), node(axis, index(second)))
        };
        let value = enclosures.value([side(0), side(1)]);
        if value.partial || !value.lo.is_finite() || !value.hi.is_finite() {
            let (column, row) = (first % columns, first / columns);
            let across = if axis == 0 { row } else { column };
            // The cells on both sides of the segment between the samples.
            for beside in [across.checked_sub(1), Some(across)].into_iter().flatten() {
                torn.insert(if axis == 0 { [column, beside] } else { [beside, row] });
            }
        }
    }
    torn
}

/// The values at both ends of a scale, if there are values beyond them.
fn cuts(scale: &Scale) -> [Option<f64>; 2] {
    let ([low, high], [least, greatest]) = (scale.visible_range(), scale.range);
    [(least < low).then_some(low), (greatest > high).then_some(high)]
}
