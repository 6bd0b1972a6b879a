//! The panels around the picture. Each reads the state and what is computed, and emits commands.

pub mod bottom;
pub mod branches;
pub mod cards;
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
pub mod network_function;
pub mod points;
pub mod recovery;
pub mod runs;
pub mod surface;
pub mod run_details;
pub mod run_start;
pub mod sheets;
pub mod temperature;
pub mod timeline;
pub mod times;
pub mod top;

use super::command::Command;
use super::compute::Computed;
use super::state::State;
use super::theme;
use super::widgets::muted;
use crate::chart::Subject;
use eframe::egui;

/// A button for a PDF where the program writes none, which says so.
pub fn no_pdf(ui: &mut egui::Ui, title: &str) {
    let why = "A browser's edition writes no PDF. SVG has the same vectors, and the desktop program makes a PDF of this study.";
    ui.add_enabled(false, egui::Button::new(title)).on_disabled_hover_text(why);
    // A finger hovers over nothing.
    if theme::is_for_fingers(ui) {
        ui.add(egui::Label::new(muted(why).size(11.0)).wrap());
    }
}

/// The side of the mark of a button in the corner of a tab.
const CORNER: f32 = 18.0;

/// The side of such a button.
fn corner(ui: &egui::Ui) -> f32 {
    theme::touchable(ui, egui::Vec2::splat(CORNER)).x
}

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
        let pointed = self.state.pointed.place();
        Subject { study: &self.state.study, findings: &self.computed.findings, pointed }
    }

    /// Emits a command.
    pub fn emit(&mut self, command: Command) {
        self.commands.push(command);
    }
}
