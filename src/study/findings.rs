//! The computation of findings, whole and in pieces.

use super::{Need, Study};
use crate::basins::{Basins, Shares};
use crate::critical::{CriticalPoints, search};
use crate::curvature::Quantity;
use crate::field::{Field, FieldOptions, Grid, Levels, Raster, StepScale, basin_raster, field};
use crate::formula::Planes;
use crate::landscape::{LandscapeError, Loss, View};
use crate::number::Vector;
use crate::optimizer::{Trajectory, trace};
use std::sync::Arc;

/// All that is computed for a study.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The loss.
    pub loss: Loss,
    /// Heat map and contours.
    pub field: Field,
    /// Critical points in view.
    pub points: CriticalPoints,
    /// For each of the study's runs its trajectory; `None` when it is not shown, an error when it cannot run.
    pub trajectories: Vec<Option<Result<Trajectory, String>>>,
    /// Where every start of the view ends under the run that the study names; `None` when it names none, or nothing is
    /// known yet, and a sentence when it cannot run.
    pub basins: Option<Result<BasinMap, String>>,
}

/// A map of basins, as far as it is computed, and its image. Cheap to clone.
#[derive(Clone, Debug)]
pub struct BasinMap {
    /// The map.
    pub map: Arc<Basins>,
    /// Its image, a pixel a start.
    pub raster: Arc<Raster>,
    /// How the starts that are known are shared out.
    pub shares: Shares,
    /// How steps are shaded.
    pub steps: StepScale,
    /// Whether it is of a study that has changed since, and is shown until the new one is there.
    pub is_stale: bool,
}

impl BasinMap {
    /// The map with its image.
    pub fn new(map: Basins) -> BasinMap {
        let (raster, shares, steps) = (basin_raster(&map).into(), map.shares(), StepScale::of(&map));
        BasinMap { map: map.into(), raster, shares, steps, is_stale: false }
    }
}

/// Starts along the longer side of a map of basins.
const BASINS_SIDE: usize = 512;

/// Everything for a study, in line.
///
/// # Errors
/// When the landscape cannot be made.
pub fn answer(study: &Study, columns: usize, rows: usize) -> Result<Findings, LandscapeError> {
    Ok(answer_over(study, loss_of(study)?, columns, rows))
}

/// Everything for a study whose loss is given, which need not be a formula.
pub fn answer_over(study: &Study, loss: Loss, columns: usize, rows: usize) -> Findings {
    let field = field_of(study, &loss, columns, rows);
    let points = search(&loss, &study.view);
    let trajectories = trajectories_of(study, &loss);
    let basins = basins_of(study, &loss, &points);
    Findings { loss, field, points, trajectories, basins }
}

/// The study's loss.
///
/// # Errors
/// When the formula or a parameter is wrong, or the formula names no column of the data.
pub fn loss_of(study: &Study) -> Result<Loss, LandscapeError> {
    let dataset = study.data.as_ref().map(|data| &data.dataset);
    Loss::over(&study.landscape.formula, &study.landscape.parameters, dataset)
}

/// Heat map, contours and what else the study's layers need of the grid at a resolution, the lines on their exact levels.
pub fn field_of(study: &Study, loss: &Loss, columns: usize, rows: usize) -> Field {
    let field = field(loss, &study.view, columns, rows, &options(study));
    let planes = needs_jets(study).then(|| loss.sample_jets(&study.view, columns, rows));
    with_needs(study, field, planes.as_ref(), loss, Some(loss))
}

/// The same for a picture that moves: the lines are where the samples say, which is quicker and looks alike.
pub fn moving_field_of(study: &Study, loss: &Loss, columns: usize, rows: usize) -> Field {
    let planes = needs_jets(study).then(|| loss.sample_jets(&study.view, columns, rows));
    let values = planes.as_ref().map_or_else(|| loss.sample(&study.view, columns, rows), |planes| planes[0].clone());
    let field = Field::of_grid(Grid { view: study.view, columns, rows, values }, &options(study));
    with_needs(study, field, planes.as_ref(), loss, None)
}

/// Whether the picture shows what takes derivatives on the grid.
fn needs_jets(study: &Study) -> bool {
    study.picture.heat_map_of != Quantity::Loss || study.picture.layers.need(Need::SignRegions)
}

/// The field with what the shown layers need; curves lie on the loss where it is given as `exactly`.
fn with_needs(study: &Study, field: Field, planes: Option<&Planes>, loss: &Loss, exactly: Option<&Loss>) -> Field {
    let (quantity, layers) = (study.picture.heat_map_of, &study.picture.layers);
    let mut field = field;
    if let Some(planes) = planes {
        if quantity != Quantity::Loss {
            field = field.coloured_by(quantity, planes, &options(study));
        }
        if layers.need(Need::SignRegions) {
            field = field.with_sign_regions(planes, exactly);
        }
    }
    if layers.need(Need::Gradients) { field.with_gradients(loss) } else { field }
}

fn options(study: &Study) -> FieldOptions {
    let picture = &study.picture;
    let levels = match picture.levels.is_empty() {
        true => Levels::About(picture.contour_levels),
        false => Levels::These(picture.levels.clone()),
    };
    FieldOptions { colour_map: picture.colour_map, colour_scale: picture.colour_scale, levels }
}

/// The whole map of basins that the study asks for, 512 starts along the view's longer side; `None` when it asks for none.
pub fn basins_of(study: &Study, loss: &Loss, points: &CriticalPoints) -> Option<Result<BasinMap, String>> {
    let whole = |mut map: Basins| {
        while !map.refine(usize::MAX) {}
        BasinMap::new(map)
    };
    Some(basins_begun(study, loss, points, BASINS_SIDE)?.map(whole))
}

/// The same map, not begun, with so many starts along the longer side.
pub fn basins_begun(
    study: &Study,
    loss: &Loss,
    points: &CriticalPoints,
    longer: usize,
) -> Option<Result<Basins, String>> {
    Some(Basins::new(loss, &study.view, sides(&study.view, longer), study.basins_run()?, points))
}

/// Columns and rows for a view: `longer` nodes along its longer side, in proportion along the other, but at least a
/// quarter of them.
pub fn sides(view: &View, longer: usize) -> [usize; 2] {
    let ratio = (view.height() / view.width()).clamp(1e-3, 1e3);
    let shorter = |ratio: f64| ((longer as f64 * ratio).round() as usize).max(longer / 4).max(2);
    if ratio <= 1.0 { [longer, shorter(ratio)] } else { [shorter(1.0 / ratio), longer] }
}

/// The trajectories of the runs that are shown.
pub fn trajectories_of(study: &Study, loss: &Loss) -> Vec<Option<Result<Trajectory, String>>> {
    let start = Vector::new(study.start[0], study.start[1]);
    study.runs.iter().map(|run| run.shown.then(|| trace(loss, start, run))).collect()
}
