//! What is shown beside the picture, and of which moment: a study that is opened again shows what was saved.

use super::{Clock, Follow, Moment};
use crate::number::Vector;
use serde::{Deserialize, Serialize};

/// What is shown beside the picture, and of which moment. It changes no number, and is no step of undo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Display {
    /// How far the runs have come; `None` shows them to their end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<usize>,
    /// What [`Display::at`] counts.
    #[serde(skip_serializing_if = "is_usual")]
    pub clock: Clock,
    /// The selected critical point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected: Option<[f64; 2]>,
    /// The keys of the tabs that are open, one or two.
    #[serde(skip_serializing_if = "is_usual_tabs")]
    pub tabs: Vec<String>,
    /// The number of the run, from 1, that the details and the ensemble are of.
    #[serde(skip_serializing_if = "is_first")]
    pub run: usize,
    /// Whether losses have a logarithmic axis where there can be one.
    #[serde(skip_serializing_if = "is_true")]
    pub logarithmic: bool,
    /// The parameter whose branches of critical points are followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow: Option<Follow>,
}

/// The key of the tab with the details of a run.
pub const RUN_TAB: &str = "run";
/// The key of the tab with the ensemble.
pub const SEEDS_TAB: &str = "seeds";
/// The key of the tab with the stable rates of a run.
pub const RATES_TAB: &str = "rates";
/// The key of the tab with the share of an ensemble that escapes.
pub const ESCAPE_TAB: &str = "escape";
/// The key of the tab with the barriers between minima.
pub const BARRIERS_TAB: &str = "barriers";
/// The key of the tab with λmax along the runs, or along the training of a network.
pub const SHARPNESS_TAB: &str = "sharpness";
/// The key of the tab with the spectrum of a network.
pub const SPECTRUM_TAB: &str = "spectrum";
/// The key of the tab with the blocks of a network's Hessian.
pub const LAYERS_TAB: &str = "layers";
/// The key of the tab with the loss of a network as weights go.
pub const PRUNE_TAB: &str = "prune";
/// The key of the tab with what a network computes.
pub const FUNCTION_TAB: &str = "function";
/// The key of the tab with the branches of critical points over a parameter.
pub const BRANCHES_TAB: &str = "branches";
/// The key of the tab with the density of an ensemble beside e^(−L/T).
pub const DENSITY_TAB: &str = "density";
/// The key of the tab with the mean time out of a minimum over 1/T.
pub const ARRHENIUS_TAB: &str = "arrhenius";
/// The key of the tab that is open at first.
pub const FIRST_TAB: &str = "loss";
/// The most tabs that are open side by side.
pub const MAX_TABS: usize = 2;

fn is_usual(clock: &Clock) -> bool {
    *clock == Clock::default()
}

fn is_usual_tabs(tabs: &[String]) -> bool {
    tabs == [FIRST_TAB]
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_first(run: &usize) -> bool {
    *run == 1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_true(value: &bool) -> bool {
    *value
}

impl Default for Display {
    fn default() -> Display {
        Display {
            at: None,
            clock: Clock::Steps,
            selected: None,
            tabs: vec![FIRST_TAB.to_owned()],
            run: 1,
            logarithmic: true,
            follow: None,
        }
    }
}

impl Display {
    /// Whether all is as it is for a new study.
    pub fn is_usual(&self) -> bool {
        *self == Display::default()
    }

    /// The moment of the runs that is shown; `None` is to their end.
    pub fn moment(&self) -> Option<Moment> {
        self.at.map(|at| Moment { clock: self.clock, at })
    }

    /// The index of the run that the details and the ensemble are of.
    pub fn run_index(&self) -> usize {
        self.run.saturating_sub(1)
    }

    /// Whether a tab is open.
    pub fn shows(&self, tab: &str) -> bool {
        self.tabs.iter().any(|open| open == tab)
    }

    /// The selected critical point.
    pub fn selected_point(&self) -> Option<Vector> {
        self.selected.map(Vector::from)
    }
}
