//! The panels around the picture. Each reads the state and what is computed, and emits commands.

pub mod bottom;
pub mod branches;
pub mod chart_view;
pub mod examples_plot;
pub mod ensemble;
pub mod examples;
pub mod export;
pub mod film;
pub mod readout;
pub mod landscape;
pub mod layers;
pub mod lesson;
pub mod lesson_marks;
pub mod detail_tabs;
pub mod network;
pub mod points;
pub mod recovery;
pub mod runs;
pub mod surface;
pub mod run_details;
pub mod run_start;
pub mod temperature;
pub mod timeline;
pub mod times;
pub mod top;

use super::command::Command;
use super::compute::Computed;
use super::state::State;
use crate::chart::Subject;

/// What a panel is given.
pub struct Panel<'a> {
    /// What is asked.
    pub state: &'a State,
    /// What is known.
    pub computed: &'a Computed,
    /// Seconds since the start.
    pub now: f64,
    /// What the person asks for.
    pub commands: &'a mut Vec<Command>,
}

impl<'a> Panel<'a> {
    /// What a chart looks at.
    pub fn subject(&self) -> Subject<'a> {
        Subject { study: &self.state.study, findings: &self.computed.findings }
    }

    /// Emits a command.
    pub fn emit(&mut self, command: Command) {
        self.commands.push(command);
    }
}
