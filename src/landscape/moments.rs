//! Ready moments of a landscape: scenes that one click shows, such as Newton's basins or a learning rate beyond the
//! limit.

use serde::Deserialize;
use std::collections::BTreeMap;

/// A ready moment: a run with its settings, and what the window shows of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadyMoment {
    /// Its title: `Newton's basins`.
    pub title: String,
    /// The name of the optimizer whose run it is about.
    pub optimizer: String,
    /// Values of the run's settings.
    #[serde(default)]
    pub settings: BTreeMap<String, f64>,
    /// The learning rate as a multiple of 2/λmax at the first known minimum.
    #[serde(default)]
    pub of_limit: Option<f64>,
    /// The start of the runs.
    #[serde(default)]
    pub start: Option<[f64; 2]>,
    /// The most steps of the run.
    #[serde(default)]
    pub steps: Option<usize>,
    /// Whether the run's basins are shown.
    #[serde(default)]
    pub basins: bool,
    /// The key of the tab that is opened.
    #[serde(default)]
    pub tab: Option<String>,
    /// For a network: the kind of the plane that is shown.
    #[serde(default)]
    pub plane: Option<String>,
    /// For a network: the learning rate of its training.
    #[serde(default)]
    pub training_rate: Option<f64>,
    /// For a network: the optimizer of its training, with the usual settings, and the steps.
    #[serde(default)]
    pub training: Option<(String, usize)>,
}
