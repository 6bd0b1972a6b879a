//! Films of a study: runs as the timeline plays them, a sweep of a number, one turn of the camera.
//!
//! A [`Film`] makes one frame after the other, so that no more than a few are in memory. The same study gives the same
//! frames, and the same bytes of a GIF, an APNG and numbered PNGs; `ffmpeg` makes MP4 and WebM, if it is installed.

mod apng;
mod gif;
mod lines;
mod numbered;
mod painter;
#[cfg(test)]
mod tests;
mod video;

pub use numbered::Numbered;
pub use video::video_program;

use super::page::{Page, Width};
use super::write::{ExportError, write_streamed};
use crate::number::Decimal;
use crate::optimizer::Run;
use crate::scene::surface::{Detail, Ground, Plane, Prepared};
use crate::scene::{Layout, PictureContext, Scene, surface};
use crate::study::{Clock, Findings, Moment, Study, answer_for, length, moments_of};
use painter::Painter;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Frames a second.
pub const RATES: [f64; 2] = [1.0, 50.0];
/// Seconds for which the first and the last frame are held.
pub const HOLDS: [f64; 2] = [0.0, 60.0];
/// A film of a run with more steps than fit into this many seconds leaves steps out.
const LONGEST_RUN: f64 = 10.0;
/// Seconds of any other film.
const USUAL: f64 = 6.0;
/// The most frames of a film.
const MOST_FRAMES: usize = 5_000;

/// The subject of a film.
#[derive(Clone, Debug, PartialEq)]
pub enum Script {
    /// The runs go from their start to their end.
    Runs(Clock),
    /// A number goes from one value to another, and everything is computed for each.
    Sweep(Swept, [f64; 2]),
    /// The camera goes once around the surface.
    Turn,
}

/// The swept number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Swept {
    /// A parameter of the formula.
    Parameter(String),
    /// The learning rate of every run that has one.
    LearningRate,
}

/// How a film is made.
#[derive(Clone, Debug, PartialEq)]
pub struct FilmOptions {
    /// Width and height in pixels.
    pub size: [usize; 2],
    /// Frames a second.
    pub rate: f64,
    /// The length in seconds, without the holds at both ends; `None` for the length of the script.
    pub seconds: Option<f64>,
    /// Seconds for which the first and the last frame are held.
    pub hold: [f64; 2],
    /// Whether a GIF is dithered.
    pub dither: bool,
    /// The study's name for the footer; `None` for the name of the landscape.
    pub name: Option<String>,
}

impl Default for FilmOptions {
    fn default() -> FilmOptions {
        FilmOptions { size: [960, 720], rate: 20.0, seconds: None, hold: [0.5, 1.5], dither: false, name: None }
    }
}

/// The format of a film's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilmFormat {
    /// 256 colours; shown everywhere.
    Gif,
    /// APNG with all colours, which browsers show.
    Apng,
    /// A numbered PNG for each frame.
    Frames,
    /// Made by `ffmpeg`.
    Mp4,
    /// Made by `ffmpeg`.
    WebM,
}

impl FilmFormat {
    /// How the name of its file ends.
    pub fn extension(self) -> &'static str {
        match self {
            FilmFormat::Gif => "gif",
            FilmFormat::Apng => "apng",
            FilmFormat::Frames => "png",
            FilmFormat::Mp4 => "mp4",
            FilmFormat::WebM => "webm",
        }
    }

    /// The format for the extension of a file's name; `None` if it has none of them.
    pub fn of(path: &Path) -> Option<FilmFormat> {
        match path.extension()?.to_str()?.to_lowercase().as_str() {
            "gif" => Some(FilmFormat::Gif),
            "apng" => Some(FilmFormat::Apng),
            "png" => Some(FilmFormat::Frames),
            "mp4" => Some(FilmFormat::Mp4),
            "webm" => Some(FilmFormat::WebM),
            _ => None,
        }
    }
}

/// Called with the number of finished frames and of all frames; returning false stops the work.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize) -> bool;

/// A film, frame by frame.
pub struct Film {
    study: Study,
    script: Script,
    options: FilmOptions,
    findings: Findings,
    frames: usize,
    /// How long the longest run takes.
    length: usize,
    prepared: Option<Prepared>,
    painter: Painter,
}

/// A frame: its pixels in rows from above, red, green and blue.
pub struct Pixels {
    /// Width and height.
    pub size: [usize; 2],
    /// `3 × width × height` bytes.
    pub rgb: Vec<u8>,
}

impl Film {
    /// A film of a study.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if there is nothing to show, or if the swept number does not exist.
    pub fn new(study: &Study, script: Script, options: FilmOptions) -> Result<Film, String> {
        let mut study = study.clone();
        study.picture.surface.shown |= script == Script::Turn;
        check_sweep(&study, &script)?;
        let first = at(&study, &script, 0.0);
        let findings = findings(&first, &options)?;
        let clock = match &script {
            Script::Runs(clock) => *clock,
            _ => Clock::Steps,
        };
        let length = length(&findings, clock);
        if script == Script::Runs(clock) && length == 0 {
            return Err("there is nothing to show: no run of the study makes a step".to_owned());
        }
        let of_seconds = |seconds: f64| ((seconds * options.rate).round() as usize).clamp(2, MOST_FRAMES);
        let frames = match (options.seconds, &script) {
            (Some(seconds), _) => of_seconds(seconds),
            (None, Script::Runs(_)) => (length + 1).min(of_seconds(LONGEST_RUN)),
            (None, _) => of_seconds(USUAL),
        };
        let mut film =
            Film { study, script, options, findings, frames, length, prepared: None, painter: Painter::default() };
        film.prepare();
        Ok(film)
    }

    /// The number of frames of the film; the first and the last are shown for longer.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Makes what all frames have in common.
    fn prepare(&mut self) {
        if self.study.picture.surface.shown && !matches!(self.script, Script::Sweep(..)) {
            let layout = Layout::new(&self.study, &self.page().canvas());
            let ground = Arc::new(Ground::new(&self.study, &self.findings, &layout, &Detail::frame(1.0)));
            // A turn changes no mark.
            let plane = (self.script == Script::Turn).then(|| {
                let context = self.context(&self.study, self.study.display.moment());
                Plane::new(&self.study, &self.findings, &layout, &context, &ground).into()
            });
            self.prepared = Some(Prepared { ground, plane });
        }
    }

    /// The context of a frame that shows a moment of the runs.
    fn context(&self, study: &Study, moment: Option<Moment>) -> PictureContext {
        let moments = moment.map(|moment| moments_of(study, &self.findings, &moment));
        PictureContext {
            study_name: self.options.name.clone(),
            surface_pixels: Some(1.0),
            prepared: self.prepared.clone().filter(|_| surface::is_shown(study)),
            is_frame: true,
            ..PictureContext::of(study, &self.findings, moments)
        }
    }

    fn page(&self) -> Page {
        page(&self.options)
    }

    /// The position of a frame between the first (0) and the last (1).
    fn share(&self, frame: usize) -> f64 {
        match self.script {
            // When the film repeats, the first frame follows the last one.
            Script::Turn => frame as f64 / self.frames as f64,
            _ => frame as f64 / (self.frames - 1).max(1) as f64,
        }
    }

    /// The picture of a frame.
    pub fn scene(&mut self, frame: usize) -> Result<Scene, String> {
        let share = self.share(frame);
        let study = at(&self.study, &self.script, share);
        let moment = match &self.script {
            Script::Runs(clock) => Some(Moment { clock: *clock, at: (share * self.length as f64).round() as usize }),
            _ => study.display.moment(),
        };
        if matches!(self.script, Script::Sweep(..)) {
            self.findings = findings(&study, &self.options)?;
        }
        let context = self.context(&study, moment);
        Ok(self.page().draw(&study, &self.findings, context, true).0)
    }

    /// The pixels of a frame.
    pub fn pixels(&mut self, frame: usize) -> Result<Pixels, String> {
        let scene = self.scene(frame)?;
        self.painter.paint(&scene)
    }

    /// The time in seconds at which a frame ends, including the holds at both ends.
    fn ends_at(&self, frame: usize) -> f64 {
        let [first, last] = self.options.hold;
        let held = if frame + 1 == self.frames { first + last } else { first };
        (frame + 1) as f64 / self.options.rate + held
    }

    /// How long a frame is shown, in units of 1/`parts` s. Rounding errors do not accumulate.
    fn shown(&self, frame: usize, parts: f64) -> u16 {
        let ticks = |seconds: f64| (seconds * parts).round();
        let before = if frame == 0 { 0.0 } else { ticks(self.ends_at(frame - 1)) };
        (ticks(self.ends_at(frame)) - before).clamp(1.0, 65_535.0) as u16
    }

    /// How often a frame is repeated in a format in which all frames have the same duration.
    fn times(&self, frame: usize) -> usize {
        usize::from(self.shown(frame, self.options.rate))
    }
}

fn page(options: &FilmOptions) -> Page {
    Page { width: Width::Pixels(options.size.map(|side| side as f64)), examples: false }
}

fn findings(study: &Study, options: &FilmOptions) -> Result<Findings, String> {
    let plot = page(options).plot(study);
    let pixels = [plot.width(), plot.height()].map(|side| side.round() as usize);
    answer_for(study, pixels).map(|(findings, _)| findings).map_err(|error| error.to_string())
}

/// The study that a frame shows.
fn at(study: &Study, script: &Script, share: f64) -> Study {
    let mut study = study.clone();
    match script {
        // A frame has a moment of its own.
        Script::Runs(_) => study.display.at = None,
        Script::Turn => study.picture.surface.camera = study.picture.surface.camera.turned(360.0 * share, 0.0),
        Script::Sweep(swept, [from, to]) => {
            let value = round_value(from + share * (to - from), to - from);
            match swept {
                Swept::Parameter(name) => {
                    study.landscape.parameters.insert(name.clone(), Decimal::from(value));
                }
                Swept::LearningRate => {
                    for run in study.runs.iter_mut().filter(|run| has_rate(run)) {
                        run.settings.insert("learning_rate".to_owned(), value);
                    }
                }
            }
        }
    }
    study
}

fn has_rate(run: &Run) -> bool {
    run.setting("learning_rate").is_some()
}

/// A value with as many digits as a sweep over a range can show.
fn round_value(value: f64, range: f64) -> f64 {
    let digits = (4.0 - libm::floor(libm::log10(range.abs().clamp(1e-12, 1e12)))).clamp(0.0, 17.0) as usize;
    format!("{value:.digits$}").parse().unwrap_or(value)
}

/// Whether what is to be swept is there.
fn check_sweep(study: &Study, script: &Script) -> Result<(), String> {
    let Script::Sweep(swept, [from, to]) = script else { return Ok(()) };
    if !(from.is_finite() && to.is_finite() && from != to) {
        return Err("a sweep goes from one number to another".to_owned());
    }
    match swept {
        Swept::LearningRate => {
            if from.min(*to) <= 0.0 {
                return Err("a learning rate is positive".to_owned());
            }
            let has_one = study.runs.iter().any(|run| run.shown && has_rate(run));
            has_one.then_some(()).ok_or_else(|| "no run that is shown has a learning rate".to_owned())
        }
        Swept::Parameter(name) => {
            let loss = crate::study::loss_of(study).map_err(|error| error.to_string())?;
            let known = loss.parameter_names();
            if known.iter().any(|parameter| parameter == name) {
                return Ok(());
            }
            let has = if known.is_empty() { "no parameters".to_owned() } else { known.join(", ") };
            Err(format!("the formula has no parameter '{name}'; it has {has}"))
        }
    }
}

/// Writes a film whole or not at all; returns false if `progress` stopped it.
///
/// # Errors
/// Returns an error if a frame cannot be drawn, or if the system refuses. An existing file is then unchanged.
pub fn write_film(
    film: &mut Film,
    path: &Path,
    format: FilmFormat,
    progress: Progress<'_>,
) -> Result<bool, ExportError> {
    let mut ended = false;
    let mut watched = |done: usize, of: usize| {
        let goes_on = progress(done, of);
        ended |= !goes_on;
        goes_on
    };
    let written = match format {
        FilmFormat::Gif => write_streamed(path, &mut |out| gif::write(film, out, &mut watched)),
        FilmFormat::Apng => write_streamed(path, &mut |out| apng::write(film, out, &mut watched)),
        FilmFormat::Frames => numbered::write_frames(film, path, &mut watched),
        FilmFormat::Mp4 | FilmFormat::WebM => video::write(film, path, format, &mut watched),
    };
    match written {
        Err(_) if ended => Ok(false),
        written => written.map(|()| true),
    }
}

/// A failure to draw a frame, for a writer.
fn failed(reason: String) -> io::Error {
    io::Error::other(reason)
}

/// The failure of a writer that is told to end.
fn ended() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "the film was ended")
}
