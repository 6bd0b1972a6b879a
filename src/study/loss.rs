//! The loss of a study, and the key of its critical points.

use super::networks::{NO_EXAMPLES, plane_of_study};
use super::{Data, GridChoice, LandscapeChoice, Study};
use crate::landscape::{LandscapeError, Loss, View};
use crate::network::NetworkRecipe;
use crate::number::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The parts of a study on which its loss depends.
#[derive(Clone, Debug, PartialEq)]
pub struct LossKey {
    formula: String,
    parameters: BTreeMap<String, Decimal>,
    data: Option<Data>,
    network: Option<NetworkRecipe>,
    grid: Option<GridChoice>,
}

impl LossKey {
    /// The key of the study's loss.
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
/// Returns an error if the formula or a parameter is invalid, if the formula names no column of the data, or if a
/// network cannot be trained.
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

/// Checks that the study has a loss, without training a network.
///
/// # Errors
/// Returns an error if the landscape is invalid.
pub fn has_loss(study: &Study) -> Result<(), LandscapeError> {
    let Some(recipe) = &study.network else { return loss_of(study).map(|_| ()) };
    let data = study.data.as_ref().ok_or_else(|| LandscapeError::Function(NO_EXAMPLES.to_owned()))?;
    recipe.check(&data.dataset).map_err(|(_, message)| LandscapeError::Function(message))
}

/// The parts of a study on which its critical points depend.
#[derive(Clone, Debug, PartialEq)]
pub struct PointsKey {
    loss: LossKey,
    view: View,
}

impl PointsKey {
    /// The key of the study's critical points.
    pub fn of(study: &Study) -> PointsKey {
        PointsKey { loss: LossKey::of(study), view: study.view }
    }
}
