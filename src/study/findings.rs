//! Everything that is computed for a study.

use super::{BasinMap, Followed, Study, Thermal};
use crate::critical::CriticalPoints;
use crate::ensemble::{Ensemble, Experiment};
use crate::field::Field;
use crate::landscape::{Loss, View};
use crate::network::{Analysis, NetworkPlane, RunSharpness};
use crate::number::Vector;
use crate::optimizer::Trajectory;
use crate::optimizer::outlook::Outlook;
use crate::optimizer::speed::Direction;
use crate::optimizer::stopping_rules::{Verdict, WouldStop};
use crate::saddles::SaddleGraph;
use crate::thermal::{Arrhenius, Flip};
use std::sync::Arc;

/// Everything that is computed for a study.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The loss.
    pub loss: Loss,
    /// Heat map and contours.
    pub field: Field,
    /// Critical points in view.
    pub points: CriticalPoints,
    /// For each of the study's runs its trajectory; `None` if it is not shown, an error if it cannot run.
    pub trajectories: Vec<Option<Result<Trajectory, String>>>,
    /// The map of basins for the run that the study names; `None` if it names none, or before the first results, and a
    /// sentence if it cannot run.
    pub basins: Option<Result<BasinMap, String>>,
    /// The runs of the study's ensemble; `None` when it shows none, or nothing is known yet.
    pub ensemble: Option<Result<Arc<Ensemble>, String>>,
    /// The share of them that escapes against a setting; `None` when the study asks for none, or nothing is known yet.
    pub experiment: Option<Result<Arc<Experiment>, String>>,
    /// The curves from the saddles, and how saddles join minima; `None` when the study shows neither, or nothing is
    /// known yet.
    pub saddles: Option<Arc<SaddleGraph>>,
    /// The data of the charts about the study's network; `None` if none is shown, or before the first results.
    pub analysis: Option<Result<Arc<Analysis>, String>>,
    /// λmax of the whole Hessian along the runs of a study about a network; `None` if it is not shown, or before the first
    /// results.
    pub run_sharpness: Option<Result<Arc<RunSharpness>, String>>,
    /// The critical points as a parameter moves; `None` when the study does not show them, or nothing is known yet.
    pub branches: Option<Result<Arc<Followed>, String>>,
    /// The occupation of the basins at the temperature of the ensemble's run, or at its previous temperature until the
    /// new result is computed.
    pub thermal: Option<Arc<Thermal>>,
    /// The temperature at which a flat well overtakes a deeper one, if there is one.
    pub flip: Option<Flip>,
    /// The mean time out of a minimum over 1/T; `None` when the study does not show it, or nothing is known yet.
    pub arrhenius: Option<Result<Arc<Arrhenius>, String>>,
    /// The report on the run of the study's details; `None` if it shows none, or if the run is not shown.
    pub report: Option<Report>,
}

impl Findings {
    /// Findings without basins, ensemble and report.
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
            run_sharpness: None,
            branches: None,
            thermal: None,
            flip: None,
            arrhenius: None,
            report: None,
        }
    }

    /// The network plane of the landscape, if it is one.
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

    /// The index of the selected critical point, if one is selected.
    pub fn selected_point(&self, study: &Study) -> Option<usize> {
        self.point_at(&study.view, study.display.selected_point()?)
    }
}

/// The report on one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The critical point of the directions: the one where the run ended, or the one nearest to its start; `None` if
    /// none is known.
    pub centre: Option<Vector>,
    /// Predicted and measured factors along the eigenvectors there.
    pub directions: Option<[Direction; 2]>,
    /// The prediction of theory compared with the run; `None` if no critical point is known, or if there is no theory.
    pub outlook: Option<Outlook>,
    /// The stopping rules side by side.
    pub stops: Vec<Stop>,
}

/// Where a stopping rule would have stopped a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// The rule, the step and what lies there.
    pub rule: WouldStop,
    /// The point of the step; `None` if the rule never holds.
    pub w: Option<Vector>,
}

impl Stop {
    /// Whether the rule would have stopped the run at a point that is not a minimum.
    pub fn is_false(&self) -> bool {
        self.rule.at.is_some_and(|(_, verdict): (usize, Verdict)| verdict.is_false())
    }
}
