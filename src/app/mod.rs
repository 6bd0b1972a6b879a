//! The window: the only module that knows egui.
//!
//! A frame goes one way: `logic` takes in what the background and dialogs have brought; `ui` shows the panels, which
//! emit commands, applies them, brings the findings up to date and paints the picture, so that what a hand does is seen
//! in the same frame. Nothing on that way waits for the background, and without a change nothing is drawn at all.

pub mod apply;
pub mod camera;
pub mod canvas;
pub mod change;
pub mod clock;
pub mod command;
pub mod compute;
pub mod data;
pub mod document;
pub mod effect;
mod effects;
mod entries;
pub mod film;
pub mod files;
pub mod background_job;
mod branches_job;
pub mod gesture;
pub mod interaction;
pub mod help;
pub mod history;
mod autosave;
mod kept_points;
mod lesson_claims;
pub mod lessons;
mod lettering;
mod moments;
mod network_analysis;
mod network_training;
pub mod open_lesson;
pub mod paint;
pub mod panels;
mod picture_job;
pub mod placement;
pub mod platform;
pub mod preferences;
mod presentation;
pub mod recovery;
pub mod rounding;
pub mod slider;
mod simplify;
mod start;
pub mod state;
mod surface;
pub mod task;
pub mod theme;
mod thermal_job;
mod weights;
pub mod widgets;
pub mod worker;

#[cfg(test)]
mod tests;

use crate::landscape::LandscapeError;
use crate::lesson::Withheld;
use crate::study::Theme;
use apply::apply;
use canvas::PictureCache;
use command::Command;
use compute::{Computed, Quality};
use effect::Effect;
use eframe::egui;
use egui::{Frame, Margin, Panel as Side, Ui, ViewportCommand};
use panels::Panel;
use placement::PicturePlacement;
use platform::Ask;
use preferences::Preferences;
use recovery::{Abandoned, Keeper};
use state::{Purpose, Sheet, State};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::Duration;
use worker::Worker;

/// What the window is given from outside; tests bring their own.
pub struct Surroundings {
    /// Where background work is done.
    pub worker: Worker,
    /// How a path is asked for.
    pub ask: Ask,
    /// Where preferences are kept; `None`: nowhere.
    pub preferences_file: Option<PathBuf>,
    /// Where what one is working on is kept; `None`: nowhere.
    pub recovery_folder: Option<PathBuf>,
    /// How fine the heat map is.
    pub quality: Quality,
}

/// The window.
pub struct Window {
    /// What is asked, and what surrounds it.
    pub state: State,
    /// What is known.
    pub computed: Computed,
    /// The picture as it was painted last.
    pub picture: PictureCache,
    surroundings: Surroundings,
    start: Option<start::Watch>,
    shown_theme: Option<Theme>,
    kept_preferences: Preferences,
    keeper: Option<Keeper>,
    abandoned: Vec<Abandoned>,
    has_complained_of_keeping: bool,
    /// What the study's own file had when it was read or written last.
    own_file: Option<Vec<u8>>,
    dialog: Option<(Purpose, Receiver<Option<PathBuf>>)>,
    screenshot: Option<(PathBuf, Receiver<std::sync::Arc<egui::ColorImage>>)>,
    /// A film that is being made.
    film: Option<film::FilmJob>,
    /// A picture that is being drawn for a file or for the clipboard.
    picture_job: Option<picture_job::PictureJob>,
    shown_title: String,
    shown_size: f32,
    letters: lettering::Letters,
}

impl Window {
    /// A window for a state.
    ///
    /// # Errors
    /// Returns a sentence if the study's landscape cannot be made.
    pub fn new(ctx: &egui::Context, state: State, surroundings: Surroundings) -> Result<Window, String> {
        theme::install_fonts(ctx, &[]);
        theme::apply(ctx, state.study.picture.theme);
        ctx.set_zoom_factor(state.preferences.text_size);
        let now = ctx.input(|input| input.time);
        let computed = Computed::new(&state.study, surroundings.quality, &surroundings.worker, now)
            .map_err(|error| error.to_string())?;
        let mut window = Window {
            keeper: None,
            abandoned: Vec::new(),
            has_complained_of_keeping: false,
            own_file: state.path.as_deref().and_then(platform::content),
            kept_preferences: state.preferences.clone(),
            shown_theme: Some(state.study.picture.theme),
            shown_size: state.preferences.text_size,
            state,
            computed,
            picture: PictureCache::default(),
            surroundings,
            start: None,
            dialog: None,
            screenshot: None,
            film: None,
            picture_job: None,
            shown_title: String::new(),
            letters: lettering::Letters::default(),
        };
        window.begin_keeping();
        Ok(window)
    }

    /// Does what was asked, effect included, and brings the findings up to date.
    fn carry_out(&mut self, ctx: &egui::Context, commands: Vec<Command>, now: f64) {
        if commands.is_empty() {
            return;
        }
        for command in commands {
            if let Some(effect) = apply(&mut self.state, command, now) {
                self.run_effect(ctx, effect);
            }
        }
        self.follow(now);
        // The panels were shown before the commands were carried out: once more, with what is true now.
        ctx.request_repaint();
    }

    fn follow(&mut self, now: f64) {
        self.play(now);
        self.computed.lesson.follow(&self.state, &self.surroundings.worker, now);
        if let Err(error) = self.compute(now) {
            self.state.complain(format!("Cannot compute this landscape: {error}."));
        }
        self.fit_plane(now);
    }

    /// Brings the findings up to date with the study, without what a lesson's question withholds.
    fn compute(&mut self, now: f64) -> Result<(), LandscapeError> {
        let withheld = self.state.lessons.withholds();
        self.computed.withhold(withheld == Some(Withheld::Points));
        self.computed.follow(&self.state.asked(), &self.surroundings.worker, now)
    }

    /// Takes the view and the start that suit a new plane, once it is there.
    fn fit_plane(&mut self, now: f64) {
        if !self.state.fits_plane || self.computed.training.is_working() {
            return;
        }
        self.state.fits_plane = false;
        let Some(plane) = self.computed.findings.network() else { return };
        // The change that asked for the plane is undone together with its view.
        (self.state.study.view, self.state.study.start) = (plane.usual_view(), plane.usual_start());
        self.state.home = self.state.study.view;
        // What was looked at here is not looked at again in this frame.
        let _ = self.compute(now);
    }

    /// Moves a timeline that is played on to now; at the end it stops, and the runs are shown whole.
    fn play(&mut self, now: f64) {
        let Some(at) = self.state.timeline.played(now) else { return };
        let display = &mut self.state.study.display;
        let length = crate::study::length(&self.computed.findings, display.clock);
        if at >= length {
            self.state.timeline.playing = None;
        }
        display.at = (at < length).then_some(at);
    }

    /// Tells window and disk what has changed: title, theme, text size, preferences.
    fn tell(&mut self, ctx: &egui::Context) {
        let mark = if self.state.has_unsaved_changes() { "• " } else { "" };
        let title = format!("{mark}{} – Losscape", self.state.title());
        if title != self.shown_title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.shown_title = title;
        }
        let theme = self.state.study.picture.theme;
        if self.shown_theme != Some(theme) {
            theme::apply(ctx, theme);
            self.shown_theme = Some(theme);
        }
        // Nothing moves under a finger that is down.
        if ctx.input(|input| input.has_touch_screen() && !input.any_touches()) {
            theme::for_fingers(ctx);
        }
        // The keys for the text size are egui's own: what they set is remembered.
        let size = ctx.zoom_factor();
        if (size - self.shown_size).abs() > 1e-4 {
            self.shown_size = size;
            self.state.preferences.text_size = size;
        }
        self.keep();
        if !ctx.input(|input| input.pointer.any_down()) {
            platform::publish(ctx, &self.shown_title, &self.state.study);
        }
        if self.state.preferences != self.kept_preferences {
            self.kept_preferences = self.state.preferences.clone();
            if let Some(file) = &self.surroundings.preferences_file
                && let Err(reason) = platform::save_preferences(file, &self.state.preferences)
            {
                self.state.complain(format!("The preferences are not remembered: {reason}."));
            }
        }
    }

    fn show(&mut self, ui: &mut Ui) -> Vec<Command> {
        let now = ui.input(|input| input.time);
        let mut commands = Vec::new();
        help::keys(ui, &self.state, &self.computed, &mut commands);
        let mut panel = Panel { state: &self.state, computed: &self.computed, now, commands: &mut commands };
        panels::lesson::keys(ui, &mut panel);
        panels::timeline::keys(ui, &mut panel);
        if self.state.presenting {
            presentation::show(ui, &mut panel);
            if self.state.has_column {
                presentation::column(ui, &mut panel);
            } else {
                beside(ui, &mut panel);
            }
        } else {
            around(ui, &mut panel);
            if is_narrow(ui) && shows_examples(&panel) {
                below(ui, &mut panel);
                examples_strip(ui, &mut panel);
            } else {
                beside(ui, &mut panel);
                below(ui, &mut panel);
            }
            large(ui, &mut panel);
        }
        panels::examples::table(ui, &mut panel);
        panels::export::show(ui, &mut panel);
        panels::film::show(ui, &mut panel);
        panels::bottom::show(ui, &mut panel);
        panels::bottom::question(ui, &mut panel);
        help::show(ui, &self.state, &mut commands);
        commands
    }

    /// What comes before a frame is shown: takes in what the background and dialogs have brought.
    pub fn prepare(&mut self, ctx: &egui::Context) {
        self.take_in(ctx);
        let now = ctx.input(|input| input.time);
        if let Some(rest) = self.surroundings.worker.work_for(FRAME_BUDGET) {
            ctx.request_repaint_after(rest);
        }
        self.follow(now);
        if let Some(sentence) = self.letters.follow(ctx, &self.state) {
            self.state.complain(sentence);
        }
        // What the frame brings in which a button is let go still belongs to the gesture.
        let (held, begins) = ctx.input(|input| {
            let pointer = &input.pointer;
            (pointer.any_down() || pointer.any_released(), pointer.any_pressed())
        });
        if begins {
            self.state.history.close();
        }
        self.state.history.hold(held);
        if ctx.input(|input| input.viewport().close_requested()) && !self.state.may_close {
            if let Some(effect) = apply(&mut self.state, Command::Close, now) {
                // Nothing would be lost: the request stands.
                debug_assert_eq!(effect, Effect::Close);
            } else {
                ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            }
        }
        if self.computed.is_searching() {
            // Progress is shown from 0.2 s on; the worker's own reports wake the window from then.
            ctx.request_repaint_after_secs(0.25);
        }
        if let Some(seconds) = self.computed.lesson.begins_in(now) {
            ctx.request_repaint_after_secs(seconds as f32);
        }
        if self.computed.training.is_working() || self.computed.analysis.is_working() {
            ctx.request_repaint_after_secs(0.05);
        }
        if self.state.exporting.is_some() {
            ctx.request_repaint_after_secs(0.1);
        }
        if self.computed.is_computing_ensemble() {
            ctx.request_repaint_after_secs(0.1);
        }
        if self.state.timeline.playing.is_some() {
            // A frame for each step, or each frame a step.
            ctx.request_repaint_after_secs((0.5 / self.state.timeline.speed) as f32);
        }
    }

    /// Shows a frame: panels, then what they asked for, then the picture.
    pub fn frame(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let now = ui.input(|input| input.time);
        let examples = self.state.study.data.is_some() && self.state.preferences.examples_panel;
        self.state.was_presenting = self.state.presenting;
        let presenting = self.state.presenting;
        self.state.has_column = presenting && !examples && presentation::has_room_for_column(&ctx);
        self.state.has_cards_with_examples = presenting && examples && presentation::is_low(&ctx);
        let mut commands = self.show(ui);
        self.dropped(&ctx, &mut commands);
        if ui.input(|input| input.events.contains(&egui::Event::Copy)) && !ctx.text_edit_focused() {
            commands.push(Command::CopyPicture);
        }
        egui::CentralPanel::no_frame().show(ui, |ui| {
            let place = PicturePlacement::available(ui);
            self.state.picture_export.window = place.canvas.size.map(|side| side.max(64.0).round());
            interaction::interact(ui, &place, &self.state, &self.computed, &mut self.picture, &mut commands);
            self.carry_out(&ctx, commands, now);
            canvas::paint(ui, &place, &self.state, &self.computed, &mut self.picture);
            panels::lesson_marks::mark(ui, &place, &self.state, &self.picture);
        });
        self.tell(&ctx);
    }
}

impl eframe::App for Window {
    fn raw_input_hook(&mut self, _ctx: &egui::Context, input: &mut egui::RawInput) {
        // Said once, when the window is there.
        if let Some(most) = &mut input.max_texture_side {
            *most = (*most).min(theme::GLYPH_TEXTURE_SIDE);
        }
    }

    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if self.start.as_mut().is_some_and(|start| start.frame(ctx)) {
            self.start = None;
        }
        self.prepare(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.frame(ui);
        if let Some(start) = &mut self.start {
            start.shown(self.computed.is_complete());
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(file) = &self.surroundings.preferences_file {
            // There is no window any more to say it in.
            let _ = platform::save_preferences(file, &self.state.preferences);
        }
        if let Some(keeper) = self.keeper.take() {
            // A window that the system closes without a question leaves its work to be recovered.
            keeper.end(self.state.may_close || !self.state.has_unsaved_changes());
        }
    }
}

/// How long a frame works in the background, where nobody else does.
const FRAME_BUDGET: Duration = Duration::from_millis(8);

/// The width that a scroll bar takes: it is kept free, so that nothing moves when one appears.
const SCROLL_BAR: f32 = 10.0;

/// The panels around the picture.
fn around(ui: &mut Ui, panel: &mut Panel<'_>) {
    let frame = Frame::side_top_panel(ui.style());
    Side::top("top").exact_size(40.0).resizable(false).frame(frame.inner_margin(Margin::symmetric(14, 0))).show(
        ui,
        |ui| {
            panels::top::show(ui, panel);
        },
    );
    panels::recovery::show(ui, panel);
    if panels::sheets::is_upright(ui.ctx()) {
        panels::sheets::show(ui, panel, |ui, panel, sheet| match sheet {
            Sheet::Study => study_side(ui, panel),
            Sheet::Findings => findings_side(ui, panel),
        });
        return;
    }
    // The picture is the page, the panels are its margin: it keeps half of the width at least.
    let width = ui.ctx().content_rect().width();
    let [left, right] = [(0.196 * width).clamp(236.0, 320.0), (0.204 * width).clamp(246.0, 330.0)];
    let frame = frame.inner_margin(Margin { left: 14, right: 4, top: 10, bottom: 8 });
    let Preferences { left_panel, right_panel, .. } = panel.state.preferences;
    if left_panel && right_panel && left + right > 0.5 * width {
        Side::left("one of both").exact_size(right).resizable(false).frame(frame).show(ui, |ui| {
            match panels::sheets::switch(ui, panel) {
                Sheet::Study => study_side(ui, panel),
                Sheet::Findings => findings_side(ui, panel),
            }
        });
        return;
    }
    if left_panel {
        Side::left("left").exact_size(left).resizable(false).frame(frame).show(ui, |ui| {
            study_side(ui, panel);
        });
    }
    if right_panel {
        Side::right("right").exact_size(right).resizable(false).frame(frame).show(ui, |ui| {
            findings_side(ui, panel);
        });
    }
}

/// What is asked: the lesson that is open, or landscape, runs and layers.
fn study_side(ui: &mut Ui, panel: &mut Panel<'_>) {
    if panels::lesson::show(ui, panel) {
        return;
    }
    let width = ui.available_width() - SCROLL_BAR;
    egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        ui.set_max_width(width);
        // In a lesson it is the runs that are changed most.
        let parts: [fn(&mut Ui, &mut Panel<'_>); 3] = match panel.state.lessons.open {
            None => [panels::landscape::show, panels::runs::show, panels::layers::show],
            Some(_) => [panels::runs::show, panels::landscape::show, panels::layers::show],
        };
        for part in parts {
            part(ui, panel);
            ui.add_space(6.0);
        }
    });
}

/// What is found: the read-out, the critical points and the tabs.
fn findings_side(ui: &mut Ui, panel: &mut Panel<'_>) {
    let (width, height) = (ui.available_width() - SCROLL_BAR, ui.available_height());
    egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        ui.set_max_width(width);
        let top = ui.cursor().top();
        panels::readout::show(ui, panel);
        ui.add_space(4.0);
        let left = height - (ui.cursor().top() - top);
        let Shared { table, tabs, is_low } = Shared::of(left, panel);
        panels::points::show(ui, panel, table, is_low);
        ui.add_space(4.0);
        panels::detail_tabs::show(ui, panel, tabs);
    });
}

/// How the height below the read-out is shared by the table of critical points and the tabs below it, whichever is open.
struct Shared {
    table: f32,
    tabs: f32,
    /// Whether there is little room: then less stands around the table.
    is_low: bool,
}

impl Shared {
    /// The table has room for its points in low rows, for nine of them at most; a chart has a least height.
    fn of(height: f32, panel: &Panel<'_>) -> Shared {
        let (row, low) = (panels::points::ROW_HEIGHT, panels::points::LOW_ROW_HEIGHT);
        let points = &panel.computed.findings.points;
        let count = points.points.len() + points.curves.len();
        let is_network = panel.computed.findings.network().is_some();
        // A few heights only: the charts stay where they are while points come and go.
        let most = 9.0 * low;
        let usual = match count {
            // The points of a network's plane come one by one, over some seconds.
            _ if is_network => 6.0 * low,
            0..=3 => 1.5 * row,
            4..=5 => 5.0 * low,
            _ => most,
        };
        let charts = (panels::detail_tabs::HEADINGS + panels::detail_tabs::LEAST)
            * panel.state.study.display.tabs.len().max(1) as f32;
        let left = |around: f32| height - around - 8.0;
        let is_low = left(panels::points::AROUND_TABLE) < most + charts;
        let more = if is_network { panels::points::THIRD_LINE } else { 0.0 };
        let room = left(if is_low { panels::points::AROUND_TABLE_IF_LOW + more } else { panels::points::AROUND_TABLE });
        let spare = (room - usual - charts).max(0.0);
        // More than nine points have a part of what is left.
        let more = if count > 9 { 0.3 * spare } else { 0.0 };
        let table = usual.min(room - charts).max(row) + more;
        Shared { table, tabs: (room - table).max(charts), is_low }
    }
}

/// Whether the picture would keep less than half of the width if the examples stood beside it.
fn is_narrow(ui: &Ui) -> bool {
    let window = ui.ctx().content_rect().width();
    ui.available_width() - (0.2 * window).max(220.0) < 0.5 * window
}

/// The examples of a loss over data in a strip below the picture.
fn examples_strip(ui: &mut Ui, panel: &mut Panel<'_>) {
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin { left: 12, right: 8, top: 6, bottom: 4 });
    let height = (0.3 * ui.available_height()).clamp(120.0, 260.0);
    Side::bottom("examples strip").exact_size(height).resizable(false).frame(frame).show(ui, |ui| {
        panels::examples::show(ui, panel);
    });
}

/// The examples of a loss over data, beside the picture.
fn beside(ui: &mut Ui, panel: &mut Panel<'_>) {
    if !shows_examples(panel) {
        return;
    }
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin { left: 12, right: 8, top: 10, bottom: 8 });
    let share = if panel.state.presenting { 0.3 } else { 0.2 };
    let width = (share * ui.ctx().content_rect().width()).clamp(220.0, 640.0);
    Side::right("examples").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        panels::examples::show(ui, panel);
    });
}

/// Beside a large chart the picture has no room for the examples.
fn shows_examples(panel: &Panel<'_>) -> bool {
    let is_crowded = panel.state.large.is_some() && !panel.state.presenting;
    panel.state.study.data.is_some() && panel.state.preferences.examples_panel && !is_crowded
}

/// A tab that is shown large, beside the picture or in its place.
fn large(ui: &mut Ui, panel: &mut Panel<'_>) {
    let Some(large) = panel.state.large.clone() else { return };
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin { left: 12, right: 12, top: 10, bottom: 6 });
    let width = ui.available_width() * if large.is_beside { 0.5 } else { 1.0 };
    Side::right("large tab").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        panels::detail_tabs::large(ui, panel, &large);
    });
}

/// The timeline, under the picture only.
fn below(ui: &mut Ui, panel: &mut Panel<'_>) {
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(12, 0));
    let height = panels::timeline::height(ui);
    Side::bottom("timeline").exact_size(height).resizable(false).frame(frame).show(ui, |ui| {
        panels::timeline::show(ui, panel);
    });
}
