//! Noise as temperature, as a study shows it: the occupation of the basins, the temperature at which a flat well
//! overtakes a deeper one, and the mean time out of a minimum over 1/T.

use super::{ARRHENIUS_TAB, DENSITY_TAB, PointsKey, SEEDS_TAB, Study};
use crate::landscape::Loss;
use crate::number::Vector;
use crate::optimizer::{Run, find};
use crate::saddles::SaddleGraph;
use crate::thermal::{Arrhenius, Flip, Occupation, flip, occupation};
use std::sync::Arc;

/// The temperature of a run whose noise is that of Langevin dynamics; `None` for every other run.
pub fn temperature_of(run: &Run) -> Option<f64> {
    find(&run.optimizer)?.temperature(run)
}

/// The temperature of the ensemble's run, if it is shown and positive.
pub fn shown_temperature(study: &Study) -> Option<f64> {
    let run = study.runs.get(study.display.run_index())?;
    let is_shown = [SEEDS_TAB, DENSITY_TAB].iter().any(|tab| study.display.shows(tab));
    temperature_of(run).filter(|temperature| is_shown && *temperature > 0.0)
}

/// The occupation of the basins at a temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct Thermal {
    /// T.
    pub temperature: f64,
    /// How much of e^(−L/T) each basin holds.
    pub occupation: Occupation,
}

impl Thermal {
    /// The occupation at a temperature, by quadrature.
    pub fn of(study: &Study, loss: &Loss, temperature: f64) -> Thermal {
        Thermal { temperature, occupation: occupation(loss, &study.view, temperature, false) }
    }
}

/// The parts of a study on which the occupation depends.
#[derive(Clone, Debug, PartialEq)]
pub struct ThermalKey {
    points: PointsKey,
    /// T.
    pub temperature: f64,
}

impl ThermalKey {
    /// What the study asks for; `None` when it shows no temperature.
    pub fn of(study: &Study) -> Option<ThermalKey> {
        let temperature = shown_temperature(study)?;
        Some(ThermalKey { points: PointsKey::of(study), temperature })
    }
}

/// The parts of a study on which the temperature of the flip depends, besides the network of saddles.
#[derive(Clone, Debug, PartialEq)]
pub struct FlipKey(PointsKey);

impl FlipKey {
    /// What the study asks for; `None` when it shows no temperature.
    pub fn of(study: &Study) -> Option<FlipKey> {
        shown_temperature(study).map(|_| FlipKey(PointsKey::of(study)))
    }

    /// The flip with L quadratic at both minima; `None` if there is none.
    pub fn begin(loss: &Loss, graph: &SaddleGraph) -> Option<Flip> {
        flip(loss, graph)
    }
}

/// The parts of a study on which the mean time out of a minimum depends, besides the network of saddles.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrheniusKey {
    points: PointsKey,
    from: Vector,
}

impl ArrheniusKey {
    /// The key: for the selected minimum, or the one nearest to the start. `None` if the study does not show the time,
    /// or if there is no minimum.
    pub fn of(study: &Study, graph: &SaddleGraph) -> Option<ArrheniusKey> {
        let run = study.runs.get(study.display.run_index());
        let start = Vector::from(run.map_or(study.start, |run| study.start_of(run)));
        let near = study.display.shows(ARRHENIUS_TAB).then(|| study.display.selected_point().unwrap_or(start))?;
        let distance = |w: &Vector| (w - near).norm();
        let minima = graph.minima.iter().map(|(w, _)| *w);
        let from = minima.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        Some(ArrheniusKey { points: PointsKey::of(study), from })
    }

    /// The times, with only Kramers' law computed.
    ///
    /// # Errors
    /// Returns an error as [`Arrhenius::new`] does.
    pub fn begin(&self, study: &Study, loss: &Loss, graph: &Arc<SaddleGraph>) -> Result<Arrhenius, String> {
        Arrhenius::new(loss, &study.view, graph, self.from)
    }
}
