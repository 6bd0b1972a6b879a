//! The heights of the surface over the plot.
//!
//! Heights are known at the nodes of a grid over the plot and linear on the two triangles of each of its cells. All
//! marks on the surface are lifted to these triangles, so that they lie exactly on it.

use super::super::{Layout, Rect};
use crate::field::{ColourMap, Grid, Scale};
use crate::number::Vector;
use crate::scene::within;
use crate::study::Study;

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
    /// Whether L goes beyond both ends of the scale, as at a pole at which it changes its sign.
    may_tear: bool,
}

/// Positions on the scale that are so near to 0 or 1 are at its ends.
const AT_END: f32 = 1e-6;

/// Whether positions lie at both ends of the scale.
fn are_at_both_ends(positions: impl Iterator<Item = f32> + Clone) -> bool {
    positions.clone().any(|position| position <= AT_END) && positions.clone().any(|position| position >= 1.0 - AT_END)
}

impl Samples {
    fn new(grid: &Grid, scale: &Scale, layout: &Layout) -> Samples {
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
        let may_tear = cuts(scale).iter().all(Option::is_some);
        Samples { places: [place(0), place(1)], size, positions, has_holes, may_tear }
    }

    /// The four samples around a pixel with their weights; `None` beyond the samples.
    fn around(&self, pixel: [f64; 2]) -> Option<[(f32, f64); 4]> {
        let at = |axis: usize| {
            let [offset, factor] = self.places[axis];
            let place = (pixel[axis] - offset) * factor;
            let last = self.size[axis].checked_sub(2)?;
            // Half a pixel of rounding on the border is none.
            (place >= -1e-6 && place <= (last + 1) as f64 + 1e-6).then(|| {
                let index = (place.max(0.0) as usize).min(last);
                (index, (place - index as f64).clamp(0.0, 1.0))
            })
        };
        let ((column, across), (row, up)) = (at(0)?, at(1)?);
        let corner = |i: usize, j: usize, weight: f64| (self.positions[(row + j) * self.size[0] + column + i], weight);
        Some([
            corner(0, 0, (1.0 - across) * (1.0 - up)),
            corner(1, 0, across * (1.0 - up)),
            corner(0, 1, (1.0 - across) * up),
            corner(1, 1, across * up),
        ])
    }

    /// The position on the scale; NaN in holes. Between samples on both sides of a pole it is that of the nearest.
    fn position(&self, pixel: [f64; 2]) -> f64 {
        let Some(around) = self.around(pixel) else { return f64::NAN };
        if self.may_tear && are_at_both_ends(around.iter().map(|(position, _)| *position)) {
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
    pub fn new(study: &Study, grid: &Grid, layout: &Layout, pitch: f64) -> Relief {
        let plot = layout.plot;
        let scale = Scale::new(&grid.values, study.picture.surface.height, ColourMap::Viridis);
        let highest = HEIGHT * plot.width().min(plot.height());
        let empty =
            Samples { places: [[0.0, 1.0]; 2], size: [0; 2], positions: Vec::new(), has_holes: true, may_tear: false };
        let samples = match &scale {
            Some(scale) if grid.columns > 1 && grid.rows > 1 => Samples::new(grid, scale, layout),
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

    /// Whether nodes lie on both sides of a pole at which L changes its sign, so that nothing is drawn between them.
    pub fn is_torn_between(&self, nodes: [usize; 3]) -> bool {
        let share = |node: usize| self.heights[node] / self.highest as f32;
        self.samples.may_tear && are_at_both_ends(nodes.into_iter().map(share))
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

/// The values at both ends of a scale, if there are values beyond them.
fn cuts(scale: &Scale) -> [Option<f64>; 2] {
    let ([low, high], [least, greatest]) = (scale.visible_range(), scale.range);
    [(least < low).then_some(low), (greatest > high).then_some(high)]
}
