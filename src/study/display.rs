//! What is shown beside the picture, and of which moment: a study that is opened again shows what was saved.

use super::{Clock, FIRST_TAB, Follow, Moment};
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
