//! A film that is made beside the window: what is asked of it, how far it is, and how it ends.

use crate::export::{Film, FilmFormat, FilmOptions, Script, Swept, write_film};
use crate::study::{Study, Theme};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// What happens in a film, as it is chosen in the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The runs, as the timeline plays them.
    Runs,
    /// A number is swept.
    Sweep(Swept),
    /// The camera goes once around the surface.
    Turn,
}

/// What is asked of a film.
#[derive(Clone, Debug, PartialEq)]
pub struct FilmExport {
    /// Whether the dialog is shown.
    pub is_open: bool,
    /// What happens.
    pub subject: Subject,
    /// The ends of a sweep.
    pub ends: [f64; 2],
    /// The format of the file.
    pub format: FilmFormat,
    /// The theme; `None` is the study's.
    pub theme: Option<Theme>,
    /// Width and height in pixels.
    pub size: [usize; 2],
    /// Frames a second.
    pub rate: f64,
    /// Seconds for which the first and the last frame are held.
    pub hold: [f64; 2],
    /// Whether a GIF has its colours mixed from those of its palette.
    pub dither: bool,
    /// Frames that are there of how many, while a film is made.
    pub progress: Option<[usize; 2]>,
}

impl Default for FilmExport {
    fn default() -> FilmExport {
        let FilmOptions { size, rate, hold, dither, .. } = FilmOptions::default();
        FilmExport {
            is_open: false,
            subject: Subject::Runs,
            ends: [-1.0, 1.0],
            format: FilmFormat::Gif,
            theme: None,
            size,
            rate,
            hold,
            dither,
            progress: None,
        }
    }
}

impl FilmExport {
    fn script(&self, study: &Study) -> Script {
        match &self.subject {
            Subject::Runs => Script::Runs(study.display.clock),
            Subject::Sweep(swept) => Script::Sweep(swept.clone(), self.ends),
            Subject::Turn => Script::Turn,
        }
    }

    fn options(&self) -> FilmOptions {
        // A turn begins anew where it ends.
        let hold = if self.subject == Subject::Turn { [0.0; 2] } else { self.hold };
        FilmOptions { size: self.size, rate: self.rate, seconds: None, hold, dither: self.dither, name: None }
    }
}

/// A film that is being made.
pub struct FilmJob {
    path: PathBuf,
    cancel: Arc<AtomicBool>,
    progress: Arc<[AtomicUsize; 2]>,
    done: Receiver<Result<bool, String>>,
}

impl FilmJob {
    /// Begins to make a film; `wake` is called whenever there is something to be seen of it.
    ///
    /// # Errors
    /// Returns a sentence if the system has no thread for it.
    pub fn begin(
        asked: &FilmExport,
        study: &Study,
        path: &Path,
        wake: impl Fn() + Send + 'static,
    ) -> Result<FilmJob, String> {
        let (cancel, progress) =
            (Arc::new(AtomicBool::new(false)), Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]));
        let (sender, done) = channel();
        let (script, options, format) = (asked.script(study), asked.options(), asked.format);
        let mut study = study.clone();
        study.picture.theme = asked.theme.unwrap_or(study.picture.theme);
        let job = FilmJob { path: path.to_owned(), cancel: cancel.clone(), progress: progress.clone(), done };
        let target = path.to_owned();
        let make = move || {
            let mut report = |made: usize, of: usize| {
                progress[0].store(made, Ordering::Relaxed);
                progress[1].store(of, Ordering::Relaxed);
                wake();
                !cancel.load(Ordering::Relaxed)
            };
            let film = Film::new(&study, script, options).map_err(|reason| format!("there is no film: {reason}"));
            let written = film.and_then(|mut film| {
                write_film(&mut film, &target, format, &mut report).map_err(|error| error.to_string())
            });
            // A window that was closed meanwhile does not want to know.
            let _ = sender.send(written);
            wake();
        };
        std::thread::Builder::new()
            .name("losscape-film".to_owned())
            .spawn(make)
            .map_err(|error| format!("there is no film: {error}"))?;
        Ok(job)
    }

    /// Ends the work; nothing is written.
    pub fn cancel(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    /// Frames that are there, of how many; 0 of 0 before the first.
    pub fn progress(&self) -> [usize; 2] {
        [0, 1].map(|k: usize| self.progress[k].load(Ordering::Relaxed))
    }

    /// What became of it, once it has ended: a sentence, or the reason why there is no film; nothing where it was cancelled.
    pub fn ended(&self) -> Option<Result<Option<String>, String>> {
        match self.done.try_recv() {
            Ok(Ok(true)) => Some(Ok(Some(format!("Exported the film to {}", self.path.display())))),
            Ok(Ok(false)) => Some(Ok(None)),
            Ok(Err(reason)) => Some(Err(reason)),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err("the film broke off".to_owned())),
        }
    }
}

impl Drop for FilmJob {
    fn drop(&mut self) {
        self.cancel();
    }
}
