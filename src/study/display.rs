//! What the window shows besides the picture, and at which step of the runs. A reopened study shows what was saved.

use super::{Clock, FIRST_TAB, Follow, Moment};
use crate::number::Vector;
use serde::{Deserialize, Serialize};

/// What the window shows besides the picture, and at which step of the runs. Changes of it change no number and are not
/// steps of undo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Display {
    /// The step up to which runs are shown; `None` shows them to their end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<usize>,
    /// The unit of [`Display::at`].
    #[serde(skip_serializing_if = "is_usual")]
    pub clock: Clock,
    /// The selected critical point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected: Option<[f64; 2]>,
    /// The keys of the tabs that are open, one or two.
    #[serde(skip_serializing_if = "is_usual_tabs")]
    pub tabs: Vec<String>,
    /// The number of the run, from 1, of the details and the ensemble.
    #[serde(skip_serializing_if = "is_first")]
    pub run: usize,
    /// Whether losses have a logarithmic axis if that is possible.
    #[serde(skip_serializing_if = "is_true")]
    pub logarithmic: bool,
    /// The parameter whose branches of critical points are followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow: Option<Follow>,
}

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

    /// The moment of the runs that is shown; `None` shows them to their end.
    pub fn moment(&self) -> Option<Moment> {
        self.at.map(|at| Moment { clock: self.clock, at })
    }

    /// The index of the run of the details and the ensemble.
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
