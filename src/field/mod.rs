//! Computations on a grid: samples of L, contour lines, colours.
//!
//! [`field`] samples L and hands the grid to [`Field::of_grid`], which needs no formula: it finds the range of the
//! finite values, chooses how they are spread over the colours ([`Scale`]), fills the image, chooses matching levels
//! and traces their lines. It works for all values: NaN or infinite everywhere, constant, ±1e308.

mod active;
mod basins;
mod colour;
mod contour;
mod crossing;
mod curvature;
mod gradients;
mod levels;
mod poles;
mod polish;
mod quantise;
mod scale;
mod undefined;

pub use basins::{StepScale, basin_colours, basin_raster, colours_of_ends, pattern, shaded};
pub use colour::colour_table;
pub use curvature::SignRegions;
pub use gradients::Gradients;
pub use levels::ticks;
pub use scale::Scale;

use crate::curvature::Quantity;
use crate::landscape::{Loss, View, nodes};
use crate::number::Vector;
use contour::Samples;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// L on a grid whose outermost nodes lie on the view's border.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The rectangle that is sampled.
    pub view: View,
    /// Nodes along w1.
    pub columns: usize,
    /// Nodes along w2.
    pub rows: usize,
    /// `rows × columns` values, row by row from the least w2; NaN where L is undefined.
    pub values: Vec<f64>,
}

/// A table of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColourMap {
    /// Perceptually uniform from dark violet to yellow.
    #[default]
    Viridis,
    /// Like viridis, and nearly the same for all kinds of colour vision.
    Cividis,
    /// Blue over white to red: for losses where the sign of L − reference matters.
    Diverging,
    /// Black to white.
    Grey,
}

/// How values are spread over the colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColourScale {
    /// Linear if that is readable, otherwise equalised by rank.
    #[default]
    Automatic,
    /// Linear in L.
    Linear,
    /// Logarithmic in L − min L.
    Logarithmic,
    /// Equalised by rank: each colour covers an equal area.
    Equalised,
}

/// An image, `height` rows from the greatest w2 downwards, 4 bytes a pixel: red, green, blue, alpha (straight).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `4 × width × height` bytes.
    pub rgba: Vec<u8>,
}

/// A connected piece of a level set.
#[derive(Clone, Debug, PartialEq)]
pub struct ContourLine {
    /// The level.
    pub level: f64,
    /// Its vertices; a closed line repeats its first vertex at the end.
    pub points: Vec<Vector>,
}

impl ContourLine {
    /// Whether the line is closed.
    pub fn is_closed(&self) -> bool {
        self.points.len() > 2 && self.points.first() == self.points.last()
    }
}

/// The contour levels that are drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Levels {
    /// About this many round numbers that match the colour scale.
    About(usize),
    /// These: finite, ascending, at most [`Levels::MOST`].
    These(Vec<f64>),
}

impl Levels {
    /// The most levels. More would blur into an area.
    pub const MOST: usize = levels::MOST_LEVELS;
}

/// The settings of the heat map and the contours.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldOptions {
    /// The colours.
    pub colour_map: ColourMap,
    /// How values are spread over them.
    pub colour_scale: ColourScale,
    /// The contour levels.
    pub levels: Levels,
}

/// Everything drawn from the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The samples.
    pub grid: Grid,
    /// The quantity of the heat map.
    pub quantity: Quantity,
    /// The heat map: pixel (i, j) is centred on node (i, rows − 1 − j). Undefined and infinite values are transparent.
    pub raster: Arc<Raster>,
    /// The least and greatest finite value of the heat map; `None` if no value is finite.
    pub map_range: Option<[f64; 2]>,
    /// The contour levels, ascending, within the range of the samples.
    pub levels: Vec<f64>,
    /// Their lines.
    pub contours: Vec<ContourLine>,
    /// The least and greatest finite value of L; `None` if no value is finite.
    pub range: Option<[f64; 2]>,
    /// The heat map's scale: never [`ColourScale::Automatic`].
    pub colour_scale: ColourScale,
    /// Colour-bar ticks: position along the bar from 0 to 1, and the value there.
    pub ticks: Vec<(f64, f64)>,
    /// How the heat map's values are spread over the colours; `None` when no value is finite.
    pub scale: Option<Scale>,
    /// Outlines of the parts of the view where L is undefined or infinite: closed rings in world coordinates, to be
    /// filled by the even-odd rule.
    pub undefined: Vec<Vec<Vector>>,
    /// The same for the parts where L is finite but the quantity of the heat map is not.
    pub without_value: Vec<Vec<Vector>>,
    /// The sign regions of the Hessian, if they are needed.
    pub sign_regions: Option<Arc<SignRegions>>,
    /// The gradient on a coarse grid, if it is needed.
    pub gradients: Option<Arc<Gradients>>,
}

/// Samples, colours and contours of a view.
pub fn field(loss: &Loss, view: &View, columns: usize, rows: usize, options: &FieldOptions) -> Field {
    let values = loss.sample(view, columns, rows);
    let grid = Grid { view: *view, columns, rows, values };
    Field::new(grid, options, |grid, levels| grid.exact_contours(levels, loss))
}

impl Field {
    /// Colours and contours of samples.
    pub fn of_grid(grid: Grid, options: &FieldOptions) -> Field {
        Field::new(grid, options, Grid::contours)
    }

    fn new(grid: Grid, options: &FieldOptions, contours: impl FnOnce(&Grid, &[f64]) -> Vec<ContourLine>) -> Field {
        let scale = Scale::of_grid(&grid, options.colour_scale, options.colour_map);
        let raster = grid.raster(scale.as_ref(), options.colour_map);
        let levels = scale.as_ref().map_or_else(Vec::new, |scale| levels::chosen(scale, &options.levels));
        let contours = contours(&grid, &levels);
        let undefined = grid.undefined();
        let range = scale.as_ref().map(|scale| scale.range);
        Field {
            quantity: Quantity::Loss,
            raster: Arc::new(raster),
            map_range: range,
            levels,
            contours,
            range,
            colour_scale: scale.as_ref().map_or(ColourScale::Linear, Scale::kind),
            ticks: scale.as_ref().map_or_else(Vec::new, levels::ticks),
            undefined,
            without_value: Vec::new(),
            sign_regions: None,
            gradients: None,
            scale,
            grid,
        }
    }
}

impl Grid {
    /// The nodes' w1 and w2, ascending; the first and last are the view's bounds.
    pub fn axes(&self) -> [Vec<f64>; 2] {
        [nodes(self.view.w1, self.columns), nodes(self.view.w2, self.rows)]
    }

    /// The contour lines of some levels (ascending, finite), sorted by level, the higher ground on their left.
    pub fn contours(&self, levels: &[f64]) -> Vec<ContourLine> {
        let [columns, rows] = &self.axes();
        contour::contour_lines(Samples { columns, rows, values: &self.values }, levels)
    }

    /// The same lines on the loss itself: vertices are moved along their edges onto the exact level, and chords whose
    /// midpoint is visibly off the level are split.
    pub fn exact_contours(&self, levels: &[f64], loss: &Loss) -> Vec<ContourLine> {
        let [columns, rows] = &self.axes();
        let samples = Samples { columns, rows, values: &self.values };
        let mut sampler = loss.sampler(0..1);
        let mut values_at =
            |w1: &[f64], w2: &[f64], out: &mut Vec<f64>| sampler.fill(w1, w2, std::slice::from_mut(out));
        let mut lines = contour::moved_lines(samples, levels, |crossings| {
            polish::polish(crossings, &self.view, &mut values_at);
        });
        polish::split(&mut lines, loss, &self.view);
        lines
    }

    /// The heat map. Undefined and infinite values are transparent, and so is everything without a scale.
    pub fn raster(&self, scale: Option<&Scale>, map: ColourMap) -> Raster {
        colour::raster(self, scale, map)
    }

    /// Outlines of the parts where L is undefined or infinite: closed rings, to be filled by the even-odd rule.
    pub fn undefined(&self) -> Vec<Vec<Vector>> {
        let [columns, rows] = &self.axes();
        undefined::outline(Samples { columns, rows, values: &self.values })
    }
}

#[cfg(test)]
mod polish_tests;
#[cfg(test)]
mod tests;
