//! The computation of findings, whole and in pieces.

use super::ensembles::{EnsembleKey, ExperimentKey, KEEP_IN_PLANE};
use super::networks::{AnalysisKey, plane_of_study};
use super::report::report;
use super::{
    ARRHENIUS_TAB, ArrheniusKey, BARRIERS_TAB, BranchesKey, Data, FlipKey, Followed, GridChoice, LandscapeChoice, Need,
    PictureOptions, Report, Study, Thermal, ThermalKey, shown_temperature,
};
use crate::basins::{Basins, Shares};
use crate::branches::branches;
use crate::critical::{CriticalPoints, search};
use crate::curvature::Quantity;
use crate::ensemble::{Ensemble, Experiment};
use crate::field::{ColourMap, ColourScale, Field, FieldOptions, Grid, Levels, Raster, StepScale, basin_raster, field};
use crate::formula::Planes;
use crate::landscape::{LandscapeError, Loss, View};
use crate::network::{Analysis, NetworkPlane, NetworkRecipe, trace_in_all_weights};
use crate::number::{Decimal, Vector};
use crate::optimizer::{Run, Trajectory, trace};
use crate::saddles::{SaddleGraph, saddle_graph_of};
use crate::thermal::{Arrhenius, Flip};
use std::collections::BTreeMap;
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
    /// The runs of the study's ensemble; `None` when it shows none, or nothing is known yet.
    pub ensemble: Option<Result<Arc<Ensemble>, String>>,
    /// The share of them that escapes against a setting; `None` when the study asks for none, or nothing is known yet.
    pub experiment: Option<Result<Arc<Experiment>, String>>,
    /// The curves from the saddles, and how saddles join minima; `None` when the study shows neither, or nothing is known yet.
    pub saddles: Option<Arc<SaddleGraph>>,
    /// What charts show of the study's network; `None` when none is shown, or nothing is known yet.
    pub analysis: Option<Result<Arc<Analysis>, String>>,
    /// The critical points as a parameter moves; `None` when the study does not show them, or nothing is known yet.
    pub branches: Option<Result<Arc<Followed>, String>>,
    /// The occupation of the basins at the temperature of the ensemble's run, or at the one that it had a moment ago.
    pub thermal: Option<Arc<Thermal>>,
    /// The temperature at which a flat well overtakes a deeper one, where there is one.
    pub flip: Option<Flip>,
    /// The mean time out of a minimum over 1/T; `None` when the study does not show it, or nothing is known yet.
    pub arrhenius: Option<Result<Arc<Arrhenius>, String>>,
    /// What is to be said of the run that the study's details are about; `None` when it shows none, or the run is not shown.
    pub report: Option<Report>,
}

impl Findings {
    /// Findings of which no basins, no ensemble and no report are known.
    pub fn new(
        loss: Loss,
        field: Field,
        points: CriticalPoints,
        trajectories: Vec<Option<Result<Trajectory, String>>>,
    ) -> Findings {
        Findings {
            loss,
            field,
            points,
            trajectories,
            basins: None,
            ensemble: None,
            experiment: None,
            saddles: None,
            analysis: None,
            branches: None,
            thermal: None,
            flip: None,
            arrhenius: None,
            report: None,
        }
    }

    /// The plane of a network that the landscape is, if it is one.
    pub fn network(&self) -> Option<&NetworkPlane> {
        self.loss.function()
    }

    /// The ensemble as far as it is known.
    pub fn known_ensemble(&self) -> Option<&Arc<Ensemble>> {
        self.ensemble.as_ref()?.as_ref().ok()
    }

    /// The experiment as far as it is known.
    pub fn known_experiment(&self) -> Option<&Arc<Experiment>> {
        self.experiment.as_ref()?.as_ref().ok()
    }

    /// The index of the critical point at w, if there is one.
    pub fn point_at(&self, view: &View, w: Vector) -> Option<usize> {
        let near = 1e-6 * view.width().max(view.height());
        let distance = |index: &usize| (self.points.points[*index].w - w).norm();
        (0..self.points.points.len())
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .filter(|index| distance(index) <= near)
    }

    /// The index of the critical point that is selected, if it is one.
    pub fn selected_point(&self, study: &Study) -> Option<usize> {
        self.point_at(&study.view, study.display.selected_point()?)
    }
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
/// Returns an error if the landscape cannot be made.
pub fn answer(study: &Study, columns: usize, rows: usize) -> Result<Findings, LandscapeError> {
    Ok(answer_over(study, loss_of(study)?, columns, rows))
}

/// Everything for a study whose loss is given, which need not be a formula.
pub fn answer_over(study: &Study, loss: Loss, columns: usize, rows: usize) -> Findings {
    let field = field_of(study, &loss, columns, rows);
    let points = search(&loss, &study.view);
    let trajectories = trajectories_of(study, &loss);
    let mut findings = Findings::new(loss, field, points, trajectories);
    findings.basins = basins_of(study, &findings.loss, &findings.points);
    complete(study, &mut findings);
    findings
}

/// Adds what follows from the other findings: the ensemble, the experiment and the report that the study shows.
pub(super) fn complete(study: &Study, findings: &mut Findings) {
    let whole = |mut ensemble: Ensemble| {
        while !ensemble.refine(usize::MAX) {}
        Arc::new(ensemble)
    };
    let run = study.runs.get(study.display.run_index());
    let slow = run.filter(|run| !study.ensemble.is_quick(run)).map(|run| {
        format!("{} runs of {} steps take too long here: open the study in the window", study.ensemble.runs, run.steps)
    });
    let refused = || slow.clone().map_or(Ok(()), Err);
    let ensemble =
        EnsembleKey::of(study).map(|key| refused().and_then(|()| key.begin(&findings.loss, &findings.points)));
    findings.ensemble = ensemble.map(|ensemble| ensemble.map(whole));
    let whole = |mut experiment: Experiment| {
        while !experiment.refine(usize::MAX) {}
        Arc::new(experiment)
    };
    let experiment = ExperimentKey::of(study).map(|key| refused().and_then(|()| key.begin(&findings.loss)));
    findings.experiment = experiment.map(|experiment| experiment.map(whole));
    let saddles = || saddle_graph_of(&findings.loss, &study.view, &findings.points);
    findings.saddles = SaddlesKey::of(study).map(|_| Arc::new(saddles()));
    let analysed = |mut analysis: Analysis| {
        while !analysis.work() {}
        Arc::new(analysis)
    };
    let analysis = AnalysisKey::of(study).map(|key| key.begin(&findings.loss));
    findings.analysis = analysis.map(|analysis| analysis.map(analysed));
    let followed = |key: BranchesKey| {
        let family = key.family(study, &findings.loss)?;
        Ok(Arc::new(Followed { branches: branches(&family), family, is_whole: true }))
    };
    findings.branches = BranchesKey::of(study, &findings.loss).map(followed);
    complete_thermal(study, findings);
    findings.report = report(study, findings);
}

/// Adds what the study shows of noise as temperature.
fn complete_thermal(study: &Study, findings: &mut Findings) {
    let Findings { loss, saddles, .. } = &*findings;
    let thermal = ThermalKey::of(study).map(|key| Arc::new(Thermal::of(study, loss, key.temperature)));
    let (mut flip, mut arrhenius) = (None, None);
    if let Some(graph) = saddles {
        flip = FlipKey::of(study).and_then(|_| FlipKey::begin(loss, graph));
        flip = flip.map(|flip: Flip| flip.integrated(loss, &study.view, &|| false));
        let whole = |mut times: Arrhenius| {
            while !times.refine_unless(&|| false) {}
            Arc::new(times)
        };
        arrhenius = ArrheniusKey::of(study, graph).map(|key| key.begin(study, loss, graph).map(whole));
    }
    (findings.thermal, findings.flip, findings.arrhenius) = (thermal, flip, arrhenius);
}

/// What a loss depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct LossKey {
    formula: String,
    parameters: BTreeMap<String, Decimal>,
    data: Option<Data>,
    network: Option<NetworkRecipe>,
    grid: Option<GridChoice>,
}

impl LossKey {
    /// What the study asks for.
    pub fn of(study: &Study) -> LossKey {
        let Study {
            version: _,
            landscape,
            data,
            network,
            grid,
            view: _,
            start: _,
            runs: _,
            picture: _,
            ensemble: _,
            display: _,
        } = study;
        let LandscapeChoice { name: _, formula, parameters } = landscape;
        LossKey {
            formula: formula.clone(),
            parameters: parameters.clone(),
            data: data.clone(),
            network: network.as_ref().map(NetworkRecipe::as_computed),
            grid: grid.clone(),
        }
    }
}

/// The study's loss.
///
/// # Errors
/// Returns an error if the formula or a parameter is wrong, the formula names no column of the data, or a network cannot be
/// trained.
pub fn loss_of(study: &Study) -> Result<Loss, LandscapeError> {
    if let Some(plane) = plane_of_study(study) {
        return plane.map(|plane| Loss::from_function(plane)).map_err(LandscapeError::Function);
    }
    if let Some(grid) = &study.grid {
        return Ok(Loss::from_function(Arc::new(grid.interpolant())));
    }
    let LossKey { formula, parameters, data, network: _, grid: _ } = LossKey::of(study);
    Loss::over(&formula, &parameters, data.as_ref().map(|data| &data.dataset))
}

/// What the critical points depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct PointsKey {
    loss: LossKey,
    view: View,
}

impl PointsKey {
    /// What the study asks for.
    pub fn of(study: &Study) -> PointsKey {
        PointsKey { loss: LossKey::of(study), view: study.view }
    }
}

/// What the curves from the saddles depend on, beside the critical points.
#[derive(Clone, Debug, PartialEq)]
pub struct SaddlesKey(PointsKey);

impl SaddlesKey {
    /// What the study asks for; `None` when it shows neither the curves, nor the barriers, nor noise as temperature.
    pub fn of(study: &Study) -> Option<SaddlesKey> {
        let is_shown = study.picture.layers.need(Need::Saddles)
            || [BARRIERS_TAB, ARRHENIUS_TAB].iter().any(|tab| study.display.shows(tab))
            || shown_temperature(study).is_some();
        is_shown.then(|| SaddlesKey(PointsKey::of(study)))
    }
}

/// What heat map, contours and sign regions depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldKey {
    points: PointsKey,
    heat_map_of: Quantity,
    colour_map: ColourMap,
    colour_scale: ColourScale,
    contour_levels: usize,
    levels: Vec<f64>,
    needs: [bool; Need::OF_FIELD.len()],
}

impl FieldKey {
    /// What the study asks for.
    pub fn of(study: &Study) -> FieldKey {
        let PictureOptions {
            layers,
            heat_map_of,
            colour_map,
            colour_scale,
            contour_levels,
            levels,
            theme: _,
            heat_map_opacity: _,
            contour_opacity: _,
            basins_of: _,
            equal_axes: _,
            projector: _,
            surface: _,
        } = &study.picture;
        FieldKey {
            points: PointsKey::of(study),
            heat_map_of: *heat_map_of,
            colour_map: *colour_map,
            colour_scale: *colour_scale,
            contour_levels: *contour_levels,
            levels: levels.clone(),
            needs: Need::OF_FIELD.map(|need| layers.need(need)),
        }
    }
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

/// What a map of basins depends on, beside the critical points.
#[derive(Clone, Debug, PartialEq)]
pub struct BasinsKey {
    points: PointsKey,
    run: Option<Run>,
    in_all_weights: bool,
}

impl BasinsKey {
    /// What the study asks for.
    pub fn of(study: &Study) -> BasinsKey {
        let in_all_weights = study.runs_in_all_weights();
        BasinsKey { points: PointsKey::of(study), run: study.basins_run().map(Run::as_computed), in_all_weights }
    }
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
    let run = BasinsKey::of(study).run?;
    if study.runs_in_all_weights() {
        return Some(Err(KEEP_IN_PLANE.to_owned()));
    }
    Some(Basins::new(loss, &study.view, sides(&study.view, longer), &run, points))
}

/// Columns and rows for a view: `longer` nodes along its longer side, in proportion along the other, but at least a
/// quarter of them.
pub fn sides(view: &View, longer: usize) -> [usize; 2] {
    let ratio = (view.height() / view.width()).clamp(1e-3, 1e3);
    let shorter = |ratio: f64| ((longer as f64 * ratio).round() as usize).max(longer / 4).max(2);
    if ratio <= 1.0 { [longer, shorter(ratio)] } else { [shorter(1.0 / ratio), longer] }
}

/// What the trajectories depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct TrajectoriesKey {
    loss: LossKey,
    runs: Vec<Option<(Run, [f64; 2])>>,
    in_all_weights: bool,
}

impl TrajectoriesKey {
    /// What the study asks for.
    pub fn of(study: &Study) -> TrajectoriesKey {
        let asked = |run: &Run| run.shown.then(|| (run.as_computed(), study.start_of(run)));
        TrajectoriesKey {
            loss: LossKey::of(study),
            runs: study.runs.iter().map(asked).collect(),
            in_all_weights: study.runs_in_all_weights(),
        }
    }
}

/// The trajectories of the runs that are shown.
pub fn trajectories_of(study: &Study, loss: &Loss) -> Vec<Option<Result<Trajectory, String>>> {
    let TrajectoriesKey { loss: _, runs, in_all_weights } = TrajectoriesKey::of(study);
    let plane = loss.function::<NetworkPlane>().filter(|_| in_all_weights);
    let trajectory = |(run, start): (Run, [f64; 2])| match plane {
        None => trace(loss, Vector::from(start), &run),
        Some(plane) => trace_in_all_weights(plane, loss, start, &run),
    };
    runs.into_iter().map(|run| run.map(trajectory)).collect()
}
