//! Images as fine as an export: the heat map and the map of basins at the export's pixels.
//!
//! An image that would take longer than about ten seconds is made coarser. The time is estimated by counting operations
//! and not measured, so that a study has the same picture on every machine. [`Fineness`] has the resulting resolution.

use super::answer::complete;
use super::trajectories::KEEP_IN_PLANE;
use super::{BasinMap, Findings, Study, field_of, layers, loss_of, trajectories_of};
use crate::basins::Basins;
use crate::critical::{CriticalPoints, search};
use crate::curvature::Quantity;
use crate::field::{Grid, Raster};
use crate::formula::Planes;
use crate::landscape::{LandscapeError, Loss, nodes};
use rayon::prelude::*;

/// The number of operations that all cores of a small machine do in about ten seconds.
const OPERATIONS: f64 = 3e10;
/// The cost of an optimizer's step besides the operations of L and ∇L, for runs side by side and for runs alone.
const STEP: f64 = 20.0;
const LONE_STEP: f64 = 500.0;
/// Samples along each side of the grid from which contours and colours are taken.
const GRID: usize = 512;
/// Starts along a side of the map on which steps are counted.
const SKETCH: usize = 32;
/// An image has at least so many columns and rows.
const LEAST: usize = 32;
/// A finer image that is still coarser than the plot is computed only if it is finer by this factor.
const WORTH: f64 = 1.25;
/// The number of samples in a strip of the image, few enough that the memory for it is small compared with the image.
const STRIP: usize = 1 << 20;

/// How fine an image is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fineness {
    /// The columns and rows of pixels in the export.
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

/// Computes everything for a study, with images as fine as a plot of these pixels (columns and rows). Returns the
/// resolution of the map of basins if one is shown, otherwise that of the heat map; `None` if neither is shown.
///
/// # Errors
/// Returns an error if the landscape is invalid.
pub fn answer_for(study: &Study, pixels: [usize; 2]) -> Result<(Findings, Option<Fineness>), LandscapeError> {
    let loss = loss_of(study)?;
    let [columns, rows] = affordable([GRID; 2], heat_map_cost(study, &loss));
    let field = field_of(study, &loss, columns, rows);
    let points = search(&loss, &study.view);
    let trajectories = trajectories_of(study, &loss);
    let mut findings = Findings::new(loss, field, points, trajectories);
    findings.basins = basins_for(study, &findings.loss, &findings.points, pixels);
    complete(study, &mut findings);
    let fineness = match &findings.basins {
        Some(Ok(basins)) => Some(Fineness { pixels, image: [basins.map.columns, basins.map.rows] }),
        Some(Err(_)) => None,
        None => sharpen(study, &mut findings, pixels),
    };
    Ok((findings, fineness))
}

/// Makes the heat map as fine as a plot of these pixels (columns and rows); `None` if none is shown. Contour lines,
/// which are exact anyway, and the colours of values do not change.
pub fn sharpen(study: &Study, findings: &mut Findings, pixels: [usize; 2]) -> Option<Fineness> {
    if !study.picture.shows(&layers::HEAT_MAP) {
        return None;
    }
    let image = affordable(pixels, heat_map_cost(study, &findings.loss));
    let raster = &findings.field.raster;
    let is_finer = |wanted: usize, had: usize| wanted as f64 >= WORTH * had as f64;
    let [wide, high] = [is_finer(image[0], raster.width), is_finer(image[1], raster.height)];
    if image == pixels || (wide && high) {
        findings.field.raster = fine_raster(study, findings, image).into();
    }
    let raster = &findings.field.raster;
    Some(Fineness { pixels, image: [raster.width, raster.height] })
}

/// As many columns and rows as there are pixels, or proportionally fewer if they would take too many operations.
fn affordable(pixels: [usize; 2], cost: f64) -> [usize; 2] {
    let [columns, rows] = pixels.map(|side| side as f64);
    let share = libm::sqrt((OPERATIONS / (columns * rows * cost.max(1.0))).min(1.0));
    [columns, rows].map(|side| ((share * side) as usize).max(LEAST))
}

/// Operations for each point of the heat map.
fn heat_map_cost(study: &Study, loss: &Loss) -> f64 {
    let outputs = if study.picture.heat_map_of == Quantity::Loss { 1.0 } else { 6.0 };
    loss.operations() as f64 * outputs
}

fn fine_raster(study: &Study, findings: &Findings, [columns, rows]: [usize; 2]) -> Raster {
    let field = &findings.field;
    let (loss, view) = (&findings.loss, field.grid.view);
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
                loss.grid(&w1, w2, &mut values);
                values
            }
            quantity => {
                let mut planes = Planes::default();
                loss.jet_grid(&w1, w2, &mut planes);
                quantity.drawn_on(&planes, Some(greatest))
            }
        };
        let grid = Grid { view, columns, rows: count, values };
        pixels.copy_from_slice(&grid.raster(field.scale.as_ref(), study.picture.colour_map).rgba);
    });
    Raster { width: columns, height: rows, rgba }
}

/// The map of basins, as fine as its steps allow. The number of steps for each start is first estimated on a coarse
/// map.
fn basins_for(
    study: &Study,
    loss: &Loss,
    points: &CriticalPoints,
    pixels: [usize; 2],
) -> Option<Result<BasinMap, String>> {
    let run = study.basins_run()?;
    if study.runs_in_all_weights() {
        return Some(Err(KEEP_IN_PLANE.to_owned()));
    }
    let mapped = |size: [usize; 2]| {
        let mut map = Basins::new(loss, &study.view, size, run, points)?;
        while !map.refine(usize::MAX) {}
        Ok(map)
    };
    Some(mapped(pixels.map(|side| side.min(SKETCH))).and_then(|sketch| {
        let made: f64 = sketch.cells.iter().map(|cell| f64::from(cell.steps)).sum();
        let steps = 1.0 + made / sketch.cells.len().max(1) as f64;
        let size = affordable(pixels, steps * step_cost(loss, &sketch)).map(|side| side.min(Basins::MAX_SIDE));
        let is_enough = size[0] <= sketch.columns && size[1] <= sketch.rows;
        let map = if is_enough { sketch } else { mapped(size)? };
        Ok(BasinMap::new(map))
    }))
}

/// Operations for each step of a run.
fn step_cost(loss: &Loss, map: &Basins) -> f64 {
    let gradient = loss.operations() as f64;
    if map.is_in_lanes() { STEP + gradient } else { LONE_STEP + 2.0 * gradient }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]
    use super::*;
    use crate::field::colour_table;
    use crate::landscape::View;

    fn study() -> Study {
        Study::of_formula("w1 + w2^2", View::new(0.0, 1.0, -1.0, 1.0).unwrap())
    }

    /// Each pixel of the fine image has the colour of its value on the scale of the coarse one, whose colours do not
    /// change.
    #[test]
    fn a_fine_image_has_the_colours_of_its_values() {
        let (findings, fineness) = answer_for(&study(), [700, 1100]).unwrap();
        let raster = &findings.field.raster;
        assert_eq!(fineness, Some(Fineness { pixels: [700, 1100], image: [700, 1100] }));
        assert_eq!((raster.width, raster.height), (700, 1100));
        let (scale, table) = (findings.field.scale.clone().unwrap(), colour_table(study().picture.colour_map));
        for (column, row) in [(0, 0), (350, 10), (699, 550), (123, 1099), (600, 800)] {
            let w1 = column as f64 / 699.0;
            let w2 = 1.0 - 2.0 * row as f64 / 1099.0;
            let place = (256.0 * scale.position(w1 + w2 * w2)) as i32;
            let pixel = &raster.rgba[4 * (row * 700 + column)..][..3];
            let near = [-1, 0, 1].map(|off| table[usize::try_from((place + off).clamp(0, 255)).unwrap()]);
            assert!(near.iter().any(|colour| colour == pixel), "pixel {column}, {row}");
        }
    }

    /// An image that costs too much becomes proportionally coarser, but never empty.
    #[test]
    fn what_costs_too_much_is_coarser() {
        assert_eq!(affordable([1000, 500], 10.0), [1000, 500]);
        let [columns, rows] = affordable([4000, 2000], OPERATIONS / 2_000_000.0);
        assert_eq!([columns, rows], [2000, 1000]);
        assert_eq!(affordable([1000, 1000], 1e30), [LEAST; 2]);
    }

    #[test]
    fn a_map_of_basins_has_a_start_for_each_pixel() {
        let mut study = Study::of_formula("w1^2 + w2^2", View::new(-1.0, 1.0, -1.0, 1.0).unwrap());
        study.picture.basins_of = Some(1);
        let (findings, fineness) = answer_for(&study, [300, 200]).unwrap();
        let map = findings.basins.unwrap().unwrap().map;
        assert_eq!(([map.columns, map.rows], fineness.unwrap().image), ([300, 200], [300, 200]));
        assert!(!fineness.unwrap().is_coarser());
        // Each start takes 20,000 steps: far fewer starts can be followed.
        study.runs[0].steps = 20_000;
        study.runs[0].settings.insert("learning_rate".to_owned(), 1e-6);
        let (findings, fineness) = answer_for(&study, [3000, 3000]).unwrap();
        let map = findings.basins.unwrap().unwrap().map;
        assert!(map.columns < 1000 && fineness.unwrap().is_coarser(), "{} starts", map.columns);
    }
}
