//! The window: the only module that knows egui.
//!
//! A frame goes one way: `logic` takes in what the background and dialogs have brought; `ui` shows the panels, which
//! emit commands, applies them, brings the findings up to date and paints the picture, so that what a hand does is seen
//! in the same frame. Nothing on that way waits for the background, and without a change nothing is drawn at all.

pub mod canvas;
pub mod command;
pub mod compute;
pub mod data;
pub mod files;
pub mod gathering;
pub mod hand;
pub mod help;
pub mod history;
pub mod paint;
pub mod panels;
pub mod preferences;
pub mod recovery;
mod sparse;
mod start;
pub mod state;
pub mod theme;
pub mod widgets;
pub mod worker;

#[cfg(test)]
mod tests;

use crate::study::{Study, Theme};
use canvas::{PictureCache, Place};
use command::{Command, Errand, apply};
use compute::{Computed, Quality};
use data::DataCommand;
use eframe::egui;
use egui::{Frame, Margin, Panel as Side, Ui, ViewportCommand};
use files::{Ask, Reply};
use panels::Panel;
use preferences::{Loaded, Preferences};
use recovery::{Abandoned, Keeper};
use state::{Export, Knob, PathPrompt, Purpose, Recoverable, Replacing, State};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Instant, SystemTime};
use worker::Worker;

/// Opens the window and returns when it is closed. `begun` is when the program was started.
///
/// # Errors
/// A sentence, when there is no display or it cannot draw.
pub fn run(study: Option<Study>, path: Option<PathBuf>, begun: Instant) -> Result<(), String> {
    if cfg!(all(unix, not(target_os = "macos"))) && !has_display() {
        return Err("there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); \
                    `losscape render cubic -o picture.svg` draws the picture into a file"
            .to_owned());
    }
    // A window without its icon is better than none.
    let icon = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png")).unwrap_or_default();
    let viewport = egui::ViewportBuilder::default()
        .with_title("Losscape")
        .with_icon(icon)
        .with_app_id("losscape")
        .with_inner_size([1280.0, 720.0])
        .with_min_inner_size([480.0, 320.0])
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        centered: true,
        ..eframe::NativeOptions::default()
    };
    let create = |context: &eframe::CreationContext<'_>| {
        let start = start::Watch::new(begun);
        let ctx = context.egui_ctx.clone();
        let file = Preferences::default_path();
        let Loaded { preferences, complaint, may_be_replaced } =
            file.as_deref().map_or_else(Loaded::default, Preferences::load);
        let mut state = State::new(study, path, preferences);
        if let Some(complaint) = complaint {
            state.complain(complaint);
        }
        let (wake, wake_too) = (ctx.clone(), ctx.clone());
        let surroundings = Surroundings {
            worker: Worker::threaded(move || wake.request_repaint()),
            ask: files::native(move || wake_too.request_repaint()),
            preferences_file: file.filter(|_| may_be_replaced),
            recovery_folder: recovery::default_folder(),
            quality: Quality::default(),
        };
        let window = Window { start, ..Window::new(&ctx, state, surroundings)? };
        Ok(Box::new(window) as Box<dyn eframe::App>)
    };
    eframe::run_native("losscape", options, Box::new(create)).map_err(|error| {
        format!("the window cannot be opened ({error}); `losscape render` draws the picture into a file")
    })
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

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
    shown_title: String,
    shown_size: f32,
}

impl Window {
    /// A window for a state.
    ///
    /// # Errors
    /// A sentence, when the study's landscape cannot be made.
    pub fn new(ctx: &egui::Context, state: State, surroundings: Surroundings) -> Result<Window, String> {
        theme::install_fonts(ctx);
        theme::apply(ctx, state.study.picture.theme);
        ctx.set_zoom_factor(state.preferences.text_size);
        let now = ctx.input(|input| input.time);
        let computed = Computed::new(&state.study, surroundings.quality, &surroundings.worker, now)
            .map_err(|error| error.to_string())?;
        let mut window = Window {
            keeper: None,
            abandoned: Vec::new(),
            has_complained_of_keeping: false,
            own_file: state.path.as_deref().and_then(files::content),
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
            shown_title: String::new(),
        };
        window.begin_keeping();
        Ok(window)
    }

    /// Begins to keep what is worked on, and offers what windows have left.
    fn begin_keeping(&mut self) {
        let Some(folder) = self.surroundings.recovery_folder.clone() else { return };
        let (abandoned, complaints) = recovery::abandoned(&folder);
        self.abandoned = abandoned;
        complaints.into_iter().for_each(|complaint| self.state.complain(complaint));
        match Keeper::new(folder) {
            Ok(keeper) => self.keeper = Some(keeper),
            Err(error) => self.complain_of_keeping(&crate::export::words(&error)),
        }
        self.offer();
    }

    fn complain_of_keeping(&mut self, reason: &str) {
        if !std::mem::replace(&mut self.has_complained_of_keeping, true) {
            self.state.complain(format!("What you are working on is not kept for recovery: {reason}."));
        }
    }

    /// Offers what was left last.
    fn offer(&mut self) {
        self.state.recoverable = self.abandoned.last().map(|abandoned| Recoverable {
            title: State::new(
                Some(abandoned.snapshot.study.clone()),
                abandoned.snapshot.path.clone(),
                Preferences::default(),
            )
            .title(),
            when: abandoned.kept.map_or(String::new(), words_since),
        });
    }

    fn recover(&mut self, now: f64) {
        let Some(Abandoned { slot, snapshot, .. }) = self.abandoned.pop() else { return };
        if let Err(error) = crate::study::loss_of(&snapshot.study) {
            self.state.complain(format!("Cannot recover this landscape: {error}."));
            return self.offer();
        }
        self.own_file = snapshot.path.as_deref().and_then(files::content);
        let saved = snapshot.path.as_deref().and_then(|path| files::load(path).ok());
        if let Some(keeper) = &mut self.keeper {
            keeper.adopt(slot, snapshot.clone());
        }
        command::recovered(&mut self.state, snapshot, saved, now);
        self.offer();
    }

    /// Hands over what is to be kept.
    fn keep(&mut self) {
        let is_unsaved = self.state.has_unsaved_changes();
        let Some(keeper) = &mut self.keeper else { return };
        match is_unsaved {
            true => keeper.keep(&self.state.study, self.state.path.as_deref(), &self.state.formula_text),
            false => keeper.forget(),
        }
        if let Some(reason) = keeper.problem() {
            self.complain_of_keeping(&reason);
        }
    }

    /// Does what was asked, errands included, and brings the findings up to date.
    fn carry_out(&mut self, ctx: &egui::Context, commands: Vec<Command>, now: f64) {
        if commands.is_empty() {
            return;
        }
        for command in commands {
            if let Some(errand) = apply(&mut self.state, command, now) {
                self.run_errand(ctx, errand);
            }
        }
        self.follow(now);
        // The panels were shown before the commands were carried out: once more, with what is true now.
        ctx.request_repaint();
    }

    fn follow(&mut self, now: f64) {
        if let Err(error) = self.computed.follow(&self.state.study, &self.surroundings.worker, now) {
            self.state.complain(format!("Cannot compute this landscape: {error}."));
        }
        self.play(now);
        self.computed.look_at(self.state.timeline.moment());
        let scrutinised = (self.state.lower == state::Lower::Run).then_some(self.state.scrutinised);
        self.computed.scrutinise(scrutinised);
        let crowd = (self.state.lower == state::Lower::Ensemble).then_some((self.state.scrutinised, &self.state.crowd));
        self.computed.gather(crowd, &self.surroundings.worker, now);
    }

    /// Moves a timeline that is played on to now; at the end it stops, and the runs are shown whole.
    fn play(&mut self, now: f64) {
        let timeline = &mut self.state.timeline;
        let Some(at) = timeline.played(now) else { return };
        let length = crate::study::length(&self.computed.findings, timeline.clock);
        if at >= length {
            timeline.playing = None;
        }
        timeline.at = (at < length).then_some(at);
    }

    fn run_errand(&mut self, ctx: &egui::Context, errand: Errand) {
        match errand {
            Errand::Ask(purpose) => self.ask(ctx, purpose),
            Errand::Use(purpose, path) => self.use_path(ctx, purpose, path, None),
            Errand::Replace(purpose, path) => self.use_path(ctx, purpose, path.clone(), Some(&path)),
            Errand::Recover => self.recover(ctx.input(|input| input.time)),
            Errand::DiscardRecoverable => {
                if let Some(abandoned) = self.abandoned.pop() {
                    abandoned.slot.release();
                }
                self.offer();
            }
            Errand::Save => {
                if let Some(path) = self.state.path.clone() {
                    self.use_path(ctx, Purpose::SaveAs, path, None);
                }
            }
            Errand::CopyPicture => {
                let drawn = files::bytes(Export::Png(2), &self.state, &self.computed);
                match drawn.and_then(|png| files::image_of(&png.unwrap_or_default())) {
                    Ok(image) => {
                        ctx.copy_image(image);
                        self.state.say("Copied the picture to the clipboard.");
                    }
                    Err(reason) => self.state.complain(format!("Cannot copy the picture: {reason}.")),
                }
            }
            Errand::StopCrowd => self.computed.stop_crowd(),
            Errand::StopSearch => self.computed.stop(&self.surroundings.worker),
            Errand::Close => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
    }

    fn ask(&mut self, ctx: &egui::Context, purpose: Purpose) {
        let request = files::request(&self.state, purpose);
        match (self.surroundings.ask)(&request) {
            Reply::Now(Some(path)) => self.chosen(purpose, path),
            Reply::Now(None) => self.state.pending = None,
            Reply::Later(receiver) => self.dialog = Some((purpose, receiver)),
            Reply::Nowhere => {
                let folder = request.folder.or_else(|| std::env::current_dir().ok()).unwrap_or_default();
                // A folder whose name is no text cannot be typed, but files in it can.
                let whole = folder.join(&request.file_name);
                let text = whole.to_str().map_or(request.file_name, str::to_owned);
                self.state.replacing = None;
                self.state.prompt = Some(PathPrompt { purpose, folder, text, error: None });
                ctx.memory_mut(|memory| memory.request_focus(panels::bottom::path_id()));
            }
        }
    }

    /// A path came from a dialog: it is used in the next frame, where there is a context.
    fn chosen(&mut self, purpose: Purpose, path: PathBuf) {
        let (sender, receiver) = channel();
        // The receiver is right here: sending cannot fail.
        let _ = sender.send(Some(path));
        self.dialog = Some((purpose, receiver));
    }

    /// Does with a path what it is for. `agreed` is the path that the person has agreed to replace, in a dialog or in the window.
    fn use_path(&mut self, ctx: &egui::Context, purpose: Purpose, path: PathBuf, agreed: Option<&Path>) {
        let path = files::with_extension(path, purpose);
        self.state.replacing = None;
        let done = match purpose {
            Purpose::Open => files::load(&path).and_then(|study| self.open(study, path)),
            Purpose::OpenData => data::read(&mut self.state, &path, ctx.input(|input| input.time)),
            Purpose::SaveAs | Purpose::Export(_) => {
                let has_agreed = agreed.is_some_and(|agreed| agreed == path);
                if let Some(reason) = files::is_needed(&self.state, purpose, &path) {
                    Err(format!("cannot write {}: {reason}", path.display()))
                } else if let Some(there) = files::loss(&self.state, purpose, &path, self.own_file.as_deref())
                    && !has_agreed
                {
                    // Nothing is written before the answer, and what waits for it goes on waiting.
                    self.state.replacing = Some(Replacing { purpose, path, there });
                    return;
                } else if let Purpose::Export(export) = purpose {
                    self.export(ctx, export, path)
                } else {
                    self.save(ctx, path)
                }
            }
        };
        match done {
            Ok(()) => self.state.prompt = None,
            Err(reason) => {
                let reason = format!("{}.", widgets::capitalised(&reason));
                match &mut self.state.prompt {
                    // The reason stands under the path, which can be mended there.
                    Some(prompt) => prompt.error = Some(reason),
                    None => {
                        self.state.pending = None;
                        self.state.complain(reason);
                    }
                }
            }
        }
    }

    fn save(&mut self, ctx: &egui::Context, path: PathBuf) -> Result<(), String> {
        files::save(&self.state.study, &path)?;
        self.own_file = files::content(&path);
        if let Some(errand) = command::saved(&mut self.state, path) {
            self.run_errand(ctx, errand);
        }
        Ok(())
    }

    fn open(&mut self, study: Study, path: PathBuf) -> Result<(), String> {
        crate::study::loss_of(&study).map_err(|error| format!("cannot open {}: {error}", path.display()))?;
        self.own_file = files::content(&path);
        command::opened(&mut self.state, study, path);
        Ok(())
    }

    fn export(&mut self, ctx: &egui::Context, export: Export, path: PathBuf) -> Result<(), String> {
        let failed = |reason: String| format!("cannot export to {}: {reason}", path.display());
        match files::bytes(export, &self.state, &self.computed).map_err(failed)? {
            Some(bytes) => {
                crate::export::write_whole(&path, &bytes).map_err(|error| error.to_string())?;
                self.state.say(format!("Exported {} to {}", export.title(), path.display()));
            }
            None => {
                let (sender, receiver) = channel();
                let wake = ctx.clone();
                ctx.request_screenshot(move |image| {
                    // The window may be gone by now: then nobody waits for the image.
                    let _ = sender.send(image);
                    wake.request_repaint();
                });
                self.state.message = None;
                self.screenshot = Some((path, receiver));
            }
        }
        Ok(())
    }

    /// What dialogs and the graphics card have brought since the last frame.
    fn take_in(&mut self, ctx: &egui::Context) {
        if let Some((purpose, receiver)) = &self.dialog {
            let purpose = *purpose;
            match receiver.try_recv() {
                Ok(path) => {
                    self.dialog = None;
                    match path {
                        // The system's dialog has asked whether to replace this very path.
                        Some(path) => self.use_path(ctx, purpose, path.clone(), Some(&path)),
                        None => self.state.pending = None,
                    }
                }
                Err(TryRecvError::Disconnected) => self.dialog = None,
                Err(TryRecvError::Empty) => {}
            }
        }
        if let Some((path, receiver)) = &self.screenshot {
            let path = path.clone();
            match receiver.try_recv() {
                Ok(image) => {
                    self.screenshot = None;
                    let written = files::png_of(&image)
                        .and_then(|png| crate::export::write_whole(&path, &png).map_err(|error| error.to_string()));
                    match written {
                        Ok(()) => self.state.say(format!("Exported a screenshot of the window to {}", path.display())),
                        Err(reason) => self.state.complain(format!("{}.", widgets::capitalised(&reason))),
                    }
                }
                Err(TryRecvError::Disconnected) => self.screenshot = None,
                Err(TryRecvError::Empty) => {}
            }
        }
    }

    /// Files that were dropped on the window.
    fn dropped(&mut self, ctx: &egui::Context, commands: &mut Vec<Command>) {
        let files = ctx.input(|input| input.raw.dropped_files.clone());
        let Some(file) = files.first() else {
            return;
        };
        let path = file.path();
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
            commands.push(Command::OpenPath(path.to_owned()));
        } else if path
            .extension()
            .is_some_and(|extension| ["csv", "tsv", "txt"].iter().any(|known| extension.eq_ignore_ascii_case(known)))
        {
            commands.push(Command::Data(DataCommand::Read(path.to_owned())));
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            self.state.complain(format!(
                "{name} is neither a study (a .toml file that Losscape has saved) nor a table (a .csv file)."
            ));
        }
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
        // The keys for the text size are egui's own: what they set is remembered.
        let size = ctx.zoom_factor();
        if (size - self.shown_size).abs() > 1e-4 {
            self.shown_size = size;
            self.state.preferences.text_size = size;
        }
        self.keep();
        if self.state.preferences != self.kept_preferences {
            self.kept_preferences = self.state.preferences.clone();
            if let Some(file) = &self.surroundings.preferences_file
                && let Err(reason) = self.state.preferences.save(file)
            {
                self.state.complain(format!("The preferences are not remembered: {reason}."));
            }
        }
    }

    fn show(&mut self, ui: &mut Ui) -> Vec<Command> {
        let now = ui.input(|input| input.time);
        let mut commands = Vec::new();
        help::keys(ui, &self.state, &mut commands);
        let mut panel = Panel { state: &self.state, computed: &self.computed, now, commands: &mut commands };
        panels::timeline::keys(ui, &mut panel);
        if self.state.presenting {
            presenting(ui, &mut panel);
            beside(ui, &mut panel);
        } else {
            around(ui, &mut panel);
            beside(ui, &mut panel);
            below(ui, &mut panel);
        }
        panels::examples::table(ui, &mut panel);
        panels::bottom::show(ui, &mut panel);
        panels::bottom::question(ui, &mut panel);
        help::show(ui, &self.state, &mut commands);
        commands
    }

    /// What comes before a frame is shown: takes in what the background and dialogs have brought.
    pub fn prepare(&mut self, ctx: &egui::Context) {
        self.take_in(ctx);
        let now = ctx.input(|input| input.time);
        self.follow(now);
        self.state.history.hold(ctx.input(|input| input.pointer.any_down()));
        if ctx.input(|input| input.viewport().close_requested()) && !self.state.may_close {
            if let Some(errand) = apply(&mut self.state, Command::Close, now) {
                // Nothing would be lost: the request stands.
                debug_assert_eq!(errand, Errand::Close);
            } else {
                ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            }
        }
        if self.computed.is_searching() {
            // Progress is shown from 0.2 s on; the worker's own reports wake the window from then.
            ctx.request_repaint_after_secs(0.25);
        }
        if self.computed.is_gathering() {
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
        let mut commands = self.show(ui);
        self.dropped(&ctx, &mut commands);
        if ui.input(|input| input.events.contains(&egui::Event::Copy)) && !ctx.text_edit_focused() {
            commands.push(Command::CopyPicture);
        }
        egui::CentralPanel::no_frame().show(ui, |ui| {
            let place = Place::available(ui);
            hand::interact(ui, &place, &self.state, &self.computed, &mut self.picture, &mut commands);
            self.carry_out(&ctx, commands, now);
            canvas::paint(ui, &place, &self.state, &self.computed, &mut self.picture);
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
            let _ = self.state.preferences.save(file);
        }
        if let Some(keeper) = self.keeper.take() {
            // A window that the system closes without a question leaves its work to be recovered.
            keeper.end(self.state.may_close || !self.state.has_unsaved_changes());
        }
    }
}

/// How long ago something was, as people say it.
fn words_since(then: SystemTime) -> String {
    let minutes = then.elapsed().map_or(0, |since| since.as_secs() / 60);
    let words = |count: u64, unit: &str| format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" });
    match minutes {
        0 => "a moment ago".to_owned(),
        1..60 => words(minutes, "minute"),
        60..1440 => words(minutes / 60, "hour"),
        _ => words(minutes / 1440, "day"),
    }
}

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
    // The picture is the page, the panels are its margin: it keeps three fifths of the width.
    let width = ui.ctx().content_rect().width();
    let frame = frame.inner_margin(Margin { left: 14, right: 4, top: 10, bottom: 8 });
    if panel.state.preferences.left_panel {
        let left = (0.196 * width).clamp(236.0, 320.0);
        Side::left("left").exact_size(left).resizable(false).frame(frame).show(ui, |ui| {
            let width = ui.available_width() - SCROLL_BAR;
            egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                ui.set_max_width(width);
                panels::landscape::show(ui, panel);
                ui.add_space(6.0);
                panels::runs::show(ui, panel);
                ui.add_space(6.0);
                panels::layers::show(ui, panel);
            });
        });
    }
    if panel.state.preferences.right_panel {
        let right = (0.204 * width).clamp(246.0, 330.0);
        Side::right("right").exact_size(right).resizable(false).frame(frame).show(ui, |ui| {
            let (width, height) = (ui.available_width() - SCROLL_BAR, ui.available_height());
            egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                ui.set_max_width(width);
                panels::here::show(ui, panel);
                ui.add_space(4.0);
                // What a higher window has to spare goes to the table and the chart.
                let spare = (height - 660.0).max(0.0);
                let rows = (0.3 * spare / panels::points::ROW_HEIGHT).floor() * panels::points::ROW_HEIGHT;
                panels::points::show(ui, panel, rows);
                ui.add_space(4.0);
                panels::lower::show(ui, panel, 134.0 + spare - rows);
            });
        });
    }
}

/// The examples of a loss over data, beside the picture.
fn beside(ui: &mut Ui, panel: &mut Panel<'_>) {
    if panel.state.study.data.is_none() || !panel.state.preferences.examples_panel {
        return;
    }
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin { left: 12, right: 8, top: 10, bottom: 8 });
    let share = if panel.state.presenting { 0.3 } else { 0.2 };
    let width = (share * ui.ctx().content_rect().width()).clamp(220.0, 640.0);
    Side::right("examples").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        panels::examples::show(ui, panel);
    });
}

/// The timeline, under the picture only.
fn below(ui: &mut Ui, panel: &mut Panel<'_>) {
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(12, 0));
    Side::bottom("timeline").exact_size(34.0).resizable(false).frame(frame).show(ui, |ui| {
        panels::timeline::show(ui, panel);
    });
}

/// In presentation: only the slider that is in use, large.
fn presenting(ui: &mut Ui, panel: &mut Panel<'_>) {
    let first = panel.state.study.runs.iter().position(|run| run.shown);
    let fallback = first.map(|index| Knob::Setting(index, "learning_rate".to_owned()));
    let Some(knob) = panel.state.knob.clone().or(fallback) else {
        return;
    };
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(24, 10));
    Side::bottom("presentation").resizable(false).frame(frame).show(ui, |ui| {
        let text = &mut ui.style_mut().text_styles;
        for font in text.values_mut() {
            font.size *= 1.5;
        }
        ui.spacing_mut().interact_size.y *= 1.4;
        ui.horizontal(|ui| match &knob {
            Knob::Setting(index, _) => {
                ui.label(widgets::muted(panels::runs::name_of(&panel.state.study.runs, *index)));
                ui.add_space(12.0);
                panels::runs::knob(ui, panel, &knob);
            }
            Knob::Parameter(_) => panels::landscape::knob(ui, panel, &knob),
        });
    });
}
