//! The computation of findings, whole and in pieces.

use super::Study;
use crate::critical::{CriticalPoints, search};
use crate::field::{Field, FieldOptions, Grid, field};
use crate::landscape::{LandscapeError, Loss};
use crate::number::Vector;
use crate::optimizer::{Trajectory, trace};

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
}

/// Everything for a study, in line.
///
/// # Errors
/// When the landscape cannot be made.
pub fn answer(study: &Study, columns: usize, rows: usize) -> Result<Findings, LandscapeError> {
    let loss = loss_of(study)?;
    let field = field_of(study, &loss, columns, rows);
    let points = search(&loss, &study.view);
    let trajectories = trajectories_of(study, &loss);
    Ok(Findings { loss, field, points, trajectories })
}

/// The study's loss.
///
/// # Errors
/// When the formula or a parameter is wrong, or the formula names no column of the data.
pub fn loss_of(study: &Study) -> Result<Loss, LandscapeError> {
    let dataset = study.data.as_ref().map(|data| &data.dataset);
    Loss::over(&study.landscape.formula, &study.landscape.parameters, dataset)
}

/// Heat map and contours of the study at a resolution, the contours on their exact levels.
pub fn field_of(study: &Study, loss: &Loss, columns: usize, rows: usize) -> Field {
    field(loss, &study.view, columns, rows, &options(study))
}

/// The same for a picture that moves: the contours are where the samples say, which is quicker and looks alike.
pub fn moving_field_of(study: &Study, loss: &Loss, columns: usize, rows: usize) -> Field {
    let values = loss.sample(&study.view, columns, rows);
    Field::of_grid(Grid { view: study.view, columns, rows, values }, &options(study))
}

fn options(study: &Study) -> FieldOptions {
    let picture = &study.picture;
    FieldOptions { colour_map: picture.colour_map, colour_scale: picture.colour_scale, levels: picture.contour_levels }
}

/// The trajectories of the runs that are shown.
pub fn trajectories_of(study: &Study, loss: &Loss) -> Vec<Option<Result<Trajectory, String>>> {
    let start = Vector::new(study.start[0], study.start[1]);
    study.runs.iter().map(|run| run.shown.then(|| trace(loss, start, run))).collect()
}
