//! Images as fine as an export: the heat map at the export's pixels, and so the map of basins.
//!
//! What takes longer than about ten seconds is made coarser instead. How long it takes is counted in operations and not
//! measured, so that a study has the same picture on every machine; [`Fineness`] says what came of it.

use super::{BasinMap, Findings, Study};
use crate::basins::Basins;
use crate::curvature::Quantity;
use crate::field::{Grid, Raster};
use crate::formula::Planes;
use crate::landscape::nodes;
use rayon::prelude::*;

/// Operations on numbers that all cores of a small machine make in about ten seconds.
const OPERATIONS: f64 = 2e10;
/// What a step of an optimizer costs beside the operations of L and ∇L.
const STEP: f64 = 20.0;
/// Samples of a strip of the image: few enough that what is computed for it is small beside the image.
const STRIP: usize = 1 << 20;

/// How fine an image is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fineness {
    /// Columns and rows that the export has pixels for.
    pub pixels: [usize; 2],
    /// Columns and rows of the image.
    pub image: [usize; 2],
}

impl Fineness {
    /// Whether the image has fewer columns or rows than the export.
    pub fn is_coarser(&self) -> bool {
        self.image[0] < self.pixels[0] || self.image[1] < self.pixels[1]
    }
}

/// Makes what fills the plot as fine as its pixels, columns and rows: the map of basins where one is shown, otherwise the heat
/// map. Contour lines, which are exact anyway, stay as they are, and so do the colours of values. `None` where neither is shown.
pub fn sharpen(study: &Study, findings: &mut Findings, pixels: [usize; 2]) -> Option<Fineness> {
    if study.picture.basins_of.is_some() {
        return sharpen_basins(study, findings, pixels);
    }
    if !study.picture.heat_map {
        return None;
    }
    let image = affordable(pixels, heat_map_cost(study, findings));
    let raster = &findings.field.raster;
    if image[0] > raster.width || image[1] > raster.height {
        findings.field.raster = fine_raster(study, findings, image).into();
    }
    let raster = &findings.field.raster;
    Some(Fineness { pixels, image: [raster.width, raster.height] })
}

/// As many columns and rows as there are pixels, or fewer in proportion, whose points cost no more than can be paid.
fn affordable(pixels: [usize; 2], cost: f64) -> [usize; 2] {
    let [columns, rows] = pixels.map(|side| side as f64);
    let share = libm::sqrt((OPERATIONS / (columns * rows * cost.max(1.0))).min(1.0));
    [columns, rows].map(|side| (share * side) as usize)
}

/// Operations for each point of the heat map.
fn heat_map_cost(study: &Study, findings: &Findings) -> f64 {
    let loss = &findings.loss;
    let outputs = if study.picture.heat_map_of == Quantity::Loss { 1.0 } else { 6.0 };
    loss.tape().len() as f64 * loss.examples().max(1) as f64 * outputs
}

fn fine_raster(study: &Study, findings: &Findings, [columns, rows]: [usize; 2]) -> Raster {
    let field = &findings.field;
    let (tape, view) = (findings.loss.tape(), field.grid.view);
    let (w1, w2) = (nodes(view.w1, columns), nodes(view.w2, rows));
    let strip = (STRIP / columns.max(1)).max(1);
    let greatest = field.map_range.map_or(f64::NAN, |range| range[1]);
    let mut rgba = vec![0; 4 * columns * rows];
    rgba.par_chunks_mut(4 * columns * strip).enumerate().for_each(|(index, pixels)| {
        // The image begins at the greatest w2.
        let count = pixels.len() / (4 * columns);
        let above = index * strip;
        let w2 = &w2[rows - above - count..rows - above];
        let values = match field.quantity {
            Quantity::Loss => {
                let mut values = Vec::new();
                tape.grid(&w1, w2, &mut values);
                values
            }
            quantity => {
                let mut planes = Planes::default();
                tape.jet_grid(&w1, w2, &mut planes);
                quantity.drawn_on(&planes, Some(greatest))
            }
        };
        let grid = Grid { view, columns, rows: count, values };
        pixels.copy_from_slice(&grid.raster(field.scale.as_ref(), study.picture.colour_map).rgba);
    });
    Raster { width: columns, height: rows, rgba }
}

/// The map as fine as its steps allow: how many a start takes is known from the map that is there.
fn sharpen_basins(study: &Study, findings: &mut Findings, pixels: [usize; 2]) -> Option<Fineness> {
    let known = findings.basins.as_ref()?.as_ref().ok()?;
    let map = &known.map;
    let made: f64 = map.cells.iter().map(|cell| f64::from(cell.steps)).sum();
    let steps = 1.0 + made / map.cells.len().max(1) as f64;
    let loss = &findings.loss;
    let cost = steps * (STEP + loss.tape().len() as f64 * loss.examples().max(1) as f64);
    let image = affordable(pixels, cost).map(|side| side.min(Basins::MAX_SIDE));
    let coarse = [map.columns, map.rows];
    let is_finer = map.progress() == 1.0 && !known.is_stale && image[0] >= coarse[0] && image[1] >= coarse[1];
    if is_finer && image != coarse {
        let mut map = Basins::new(loss, &study.view, image, study.basins_run()?, &findings.points).ok()?;
        while !map.refine(usize::MAX) {}
        findings.basins = Some(Ok(BasinMap::new(map)));
        return Some(Fineness { pixels, image });
    }
    Some(Fineness { pixels, image: coarse })
}
