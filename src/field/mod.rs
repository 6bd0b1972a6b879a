//! What is computed on a grid: samples of L, contour lines, colours.

use crate::landscape::{Loss, View};
use crate::number::Vector;
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
    /// Like viridis, and alike for all kinds of colour vision.
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
    /// Linear where that is readable, otherwise equalised by rank.
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

/// What a person asks of the heat map and the contours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FieldOptions {
    /// The colours.
    pub colour_map: ColourMap,
    /// How values are spread over them.
    pub colour_scale: ColourScale,
    /// About how many contour levels.
    pub levels: usize,
}

/// Everything drawn from the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The samples.
    pub grid: Grid,
    /// The heat map: pixel (i, j) is centred on node (i, rows − 1 − j). Undefined and infinite values are transparent.
    pub raster: Arc<Raster>,
    /// The contour levels, ascending.
    pub levels: Vec<f64>,
    /// Their lines.
    pub contours: Vec<ContourLine>,
    /// Least and greatest finite value; `None` when no value is finite.
    pub range: Option<[f64; 2]>,
    /// The scale that was used: never [`ColourScale::Automatic`].
    pub colour_scale: ColourScale,
    /// Colour-bar ticks: position along the bar from 0 to 1, and the value there.
    pub ticks: Vec<(f64, f64)>,
    /// Outlines of the parts of the view where L is undefined or infinite: closed rings in world coordinates, to be
    /// filled by the even-odd rule.
    pub undefined: Vec<Vec<Vector>>,
}

/// Samples, colours and contours of a view.
pub fn field(loss: &Loss, view: &View, columns: usize, rows: usize, options: &FieldOptions) -> Field {
    let _ = (loss, view, columns, rows, options);
    unimplemented!()
}

/// 256 colours (red, green, blue) of a map, for colour bars and legends.
pub fn colour_table(map: ColourMap) -> &'static [[u8; 3]; 256] {
    let _ = map;
    unimplemented!()
}
