//! The key of λmax along the runs of a study about a network: when it is computed, and on what it depends.

use super::{Findings, NetworkKey, RUN_SHARPNESS_TAB, Study, TrajectoriesKey};
use crate::network::RunSharpness;

/// The parts of a study on which λmax along its runs depends.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSharpnessKey(TrajectoriesKey);

impl RunSharpnessKey {
    /// The key of the study's λmax along its runs; `None` if it has no network, or does not show the chart.
    pub fn of(study: &Study) -> Option<RunSharpnessKey> {
        NetworkKey::of(study)?;
        study.display.shows(RUN_SHARPNESS_TAB).then(|| RunSharpnessKey(TrajectoriesKey::of(study)))
    }

    /// λmax along the runs of these findings, not begun.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the loss is not a plane of a network.
    pub fn begin(&self, findings: &Findings) -> Result<RunSharpness, String> {
        let plane = findings.network().ok_or("the network is still being trained")?;
        Ok(RunSharpness::new(plane, &findings.trajectories))
    }
}
