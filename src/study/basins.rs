//! The map of basins for the run that the study names.

use super::trajectories::KEEP_IN_PLANE;
use super::{PointsKey, Study};
use crate::basins::{Basins, Shares};
use crate::critical::CriticalPoints;
use crate::field::{Raster, StepScale, basin_raster};
use crate::landscape::{Loss, View};
use crate::optimizer::Run;
use std::sync::Arc;

/// A map of basins, as far as it is computed, and its image. Cheap to clone.
#[derive(Clone, Debug)]
pub struct BasinMap {
    /// The map.
    pub map: Arc<Basins>,
    /// Its image, with a pixel for each start.
    pub raster: Arc<Raster>,
    /// How the starts that are known are shared out.
    pub shares: Shares,
    /// How steps are shaded.
    pub steps: StepScale,
    /// Whether the study has changed since; an outdated map is shown until the new one is computed.
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

/// The parts of a study on which a map of basins depends, besides the critical points.
#[derive(Clone, Debug, PartialEq)]
pub struct BasinsKey {
    points: PointsKey,
    run: Option<Run>,
    in_all_weights: bool,
}

impl BasinsKey {
    /// The key of the study's map of basins.
    pub fn of(study: &Study) -> BasinsKey {
        let in_all_weights = study.runs_in_all_weights();
        BasinsKey { points: PointsKey::of(study), run: study.basins_run().map(Run::as_computed), in_all_weights }
    }
}

/// The complete map of basins that the study shows, with 512 starts along the view's longer side; `None` if it shows
/// none.
pub fn basins_of(study: &Study, loss: &Loss, points: &CriticalPoints) -> Option<Result<BasinMap, String>> {
    let whole = |mut map: Basins| {
        while !map.refine(usize::MAX) {}
        BasinMap::new(map)
    };
    Some(basins_begun(study, loss, points, BASINS_SIDE)?.map(whole))
}

/// Like [`basins_of`], not begun, with `longer` starts along the longer side.
pub fn basins_begun(
    study: &Study,
    loss: &Loss,
    points: &CriticalPoints,
    longer: usize,
) -> Option<Result<Basins, String>> {
    let run = BasinsKey::of(study).run?;
    if study.runs_in_all_weights() {
        return Some(Err(KEEP_IN_PLANE.to_owned()));
    }
    Some(Basins::new(loss, &study.view, sides(&study.view, longer), &run, points))
}

/// Columns and rows for a view: `longer` nodes along its longer side, in proportion along the other, but at least a
/// quarter of `longer`.
pub fn sides(view: &View, longer: usize) -> [usize; 2] {
    let ratio = (view.height() / view.width()).clamp(1e-3, 1e3);
    let shorter = |ratio: f64| ((longer as f64 * ratio).round() as usize).max(longer / 4).max(2);
    if ratio <= 1.0 { [longer, shorter(ratio)] } else { [shorter(1.0 / ratio), longer] }
}
