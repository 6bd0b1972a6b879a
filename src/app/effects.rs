//! What the window does beyond its state: asking for paths, reading and writing files, the clipboard.

use super::command::Command;
use super::data;
use super::document::{Document, has_ending};
use super::effect::Effect;
use super::files::{self, Reply};
use super::film::FilmJob;
use super::lessons;
use super::picture_job::{PictureJob, Target};
use super::platform;
use super::state::{Export, PathPrompt, Purpose, Replacing};
use super::{Window, apply, panels, weights, widgets};
use crate::export::Opened;
use crate::study::{from_link, has_loss, link};
use eframe::egui::{self, ViewportCommand};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{TryRecvError, channel};

impl Window {
    pub(super) fn run_effect(&mut self, ctx: &egui::Context, effect: Effect) {
        match effect {
            Effect::Ask(purpose) => self.ask(ctx, purpose),
            Effect::Use(purpose, path) => self.use_path(ctx, purpose, path, None),
            Effect::Replace(purpose, path) => self.use_path(ctx, purpose, path.clone(), Some(&path)),
            Effect::Recover => self.recover(ctx.input(|input| input.time)),
            Effect::DiscardRecoverable => {
                if let Some(abandoned) = self.abandoned.pop() {
                    abandoned.slot.release();
                }
                self.offer();
            }
            Effect::Save => {
                if let Some(path) = self.state.path.clone() {
                    self.use_path(ctx, Purpose::SaveAs, path, None);
                }
            }
            Effect::Open(purpose, document) => {
                let opened = self.open(purpose, document, ctx.input(|input| input.time));
                self.finish(opened);
            }
            Effect::CopyPicture => {
                if let Err(reason) = self.draw(ctx, Export::Png(2), Target::Clipboard) {
                    self.state.complain(format!("Cannot copy the picture: {reason}."));
                }
            }
            Effect::CancelExport if self.picture_job.take().is_some() => {
                self.state.exporting = None;
                self.state.say("The export was stopped; nothing was written.");
            }
            Effect::CancelExport => {}
            Effect::CancelFilm => self.film.iter().for_each(FilmJob::cancel),
            Effect::CopyLink => self.copy_link(ctx),
            Effect::StopEnsemble => self.computed.stop_ensembles(),
            Effect::StopSearch => self.computed.stop(&self.surroundings.worker),
            Effect::Close => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
    }

    /// Opens the study in a link, in one step of undo.
    fn open_link(&mut self, link: &str) {
        let opened = from_link(link).map_err(|error| error.to_string());
        match opened.and_then(|study| has_loss(&study).map(|()| study).map_err(|error| error.to_string())) {
            Ok(study) => apply::opened_from_link(&mut self.state, study),
            Err(reason) => self.state.complain(format!("Cannot open the link: {reason}.")),
        }
    }

    fn copy_link(&mut self, ctx: &egui::Context) {
        let base = platform::link_base(&self.state.preferences);
        match link(&self.state.study, &base) {
            Ok(link) => {
                self.state.say(format!("Copied a link to this study to the clipboard; it leads to {base}"));
                ctx.copy_text(link);
            }
            Err(error) => self.state.complain(format!("There is no link to this study: {error}.")),
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
            Purpose::Open | Purpose::OpenData => platform::document(&path)
                .map_err(|reason| format!("cannot open {}: {reason}", path.display()))
                .and_then(|document| self.open(purpose, document, ctx.input(|input| input.time))),
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
        self.finish(done);
    }

    /// Says what has become of a document.
    fn finish(&mut self, done: Result<(), String>) {
        match done {
            Ok(()) => self.state.prompt = None,
            Err(reason) => {
                let reason = format!("{}.", widgets::capitalised(reason.trim_end().trim_end_matches('.')));
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
        self.own_file = platform::content(&path);
        if let Some(effect) = apply::saved(&mut self.state, path) {
            self.run_effect(ctx, effect);
        }
        Ok(())
    }

    /// Opens a document for a purpose.
    fn open(&mut self, purpose: Purpose, document: Document, now: f64) -> Result<(), String> {
        if document.has_weights() {
            weights::read(&mut self.state, &document, now)
        } else if purpose == Purpose::OpenData {
            data::read(&mut self.state, document, now)
        } else if document.is_lesson() {
            lessons::read(&mut self.state, document, now)
        } else {
            self.open_study(document)
        }
    }

    fn open_study(&mut self, document: Document) -> Result<(), String> {
        let name = document.name.clone();
        let Opened { study, is_elsewhere } = files::opened(document)?;
        has_loss(&study).map_err(|error| format!("cannot open {}: {error}", name.display()))?;
        if is_elsewhere {
            self.own_file = None;
            apply::opened_from_picture(&mut self.state, study, &name);
            return Ok(());
        }
        self.own_file = platform::content(&name);
        apply::opened(&mut self.state, study, name);
        Ok(())
    }

    fn export(&mut self, ctx: &egui::Context, export: Export, path: PathBuf) -> Result<(), String> {
        let failed = |reason: String| format!("cannot export to {}: {reason}", path.display());
        if let Export::Film(_) = export {
            let wake = ctx.clone();
            let study = &self.state.study;
            self.film = Some(FilmJob::begin(&self.state.film, study, &path, move || wake.request_repaint())?);
            self.state.film.progress = Some([0; 2]);
            return Ok(());
        }
        if export.is_picture() {
            return self.draw(ctx, export, Target::File(path.clone(), export)).map_err(failed);
        }
        match files::bytes(export, &self.state, &self.computed).map_err(failed)? {
            Some(bytes) => {
                platform::write(&path, &bytes)?;
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

    /// Begins to draw a picture beside the window.
    fn draw(&mut self, ctx: &egui::Context, export: Export, target: Target) -> Result<(), String> {
        if self.picture_job.is_some() {
            return Err("another picture is being drawn: wait for it, or stop it".to_owned());
        }
        let picture = files::picture(export, &self.state, &self.computed).ok_or("it is no picture")?;
        let now = ctx.input(|input| input.time);
        self.picture_job = Some(PictureJob::begin(picture, target, &self.surroundings.worker, now));
        self.state.message = None;
        // Where there is nobody to work beside the window it is done already.
        self.follow_picture(ctx);
        Ok(())
    }

    /// What has become of the picture that is being drawn.
    fn follow_picture(&mut self, ctx: &egui::Context) {
        let ended = self.picture_job.as_ref().and_then(PictureJob::ended);
        let job = if ended.is_some() { self.picture_job.take() } else { None };
        self.state.exporting = self.picture_job.as_ref().map(|job| job.since);
        let Some((ended, job)) = ended.zip(job) else { return };
        match &job.target {
            Target::Clipboard => match ended.and_then(|png| files::image_of(&png)) {
                Ok(image) => {
                    ctx.copy_image(image);
                    self.state.say("Copied the picture to the clipboard.");
                }
                Err(reason) => self.state.complain(format!("Cannot copy the picture: {reason}.")),
            },
            Target::File(path, export) => {
                let failed = |reason: String| format!("cannot export to {}: {reason}", path.display());
                match ended.map_err(failed).and_then(|bytes| platform::write(path, &bytes)) {
                    Ok(()) => self.state.say(format!("Exported {} to {}", export.title(), path.display())),
                    Err(reason) => self.state.complain(format!("{}.", widgets::capitalised(&reason))),
                }
            }
        }
    }

    /// What dialogs, the graphics card and the address bar have brought since the last frame.
    pub(super) fn take_in(&mut self, ctx: &egui::Context) {
        self.follow_film();
        self.follow_picture(ctx);
        if let Some(link) = platform::arrived_link() {
            self.open_link(&link);
        }
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
                    let written = files::png_of(&image).and_then(|png| platform::write(&path, &png));
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

    /// What has become of the film that is being made.
    pub(super) fn follow_film(&mut self) {
        let Some(job) = &self.film else { return };
        let ended = job.ended();
        self.state.film.progress = ended.is_none().then(|| job.progress());
        let Some(ended) = ended else { return };
        self.film = None;
        self.state.film.is_open = false;
        match ended {
            Ok(Some(sentence)) => self.state.say(sentence),
            Ok(None) => self.state.say("The film was cancelled; nothing was written."),
            Err(reason) => self.state.complain(format!("{}.", widgets::capitalised(&reason))),
        }
    }

    /// Files that were dropped on the window.
    pub(super) fn dropped(&mut self, ctx: &egui::Context, commands: &mut Vec<Command>) {
        let files = platform::dropped(ctx);
        let Some(path) = files.first() else {
            return;
        };
        if has_ending(path, &["toml", "svg", "png", "pdf", "npy", "safetensors"]) || has_ending(path, &platform::TABLES)
        {
            match platform::document(path) {
                Ok(document) => commands.push(Command::OpenDocument(document)),
                Err(reason) => self.state.complain(format!("Cannot open {}: {reason}.", path.display())),
            }
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            self.state.complain(format!(
                "{name} is neither a study (a .toml file that Losscape has saved) or a lesson, nor a picture that carries one (.svg, .png, \
                 .pdf), nor a table (a .csv file), nor an array (.npy), nor weights of a network (.safetensors)."
            ));
        }
    }
}
