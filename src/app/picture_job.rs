//! A picture for a file or for the clipboard, drawn beside the window: what is asked of it, its stages, and how it ends.

use super::canvas;
use super::compute::{Computed, SearchState};
use super::state::{Export, State};
use super::worker::{Slices, Worker, beside_the_window};
use crate::critical::search;
use crate::export::{self, Carried, Page, PictureFormat};
use crate::scene::{PictureContext, Scene};
use crate::study::{Findings, Study, field_of, sharpen, to_toml};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

/// The study as it is exported, with the theme that was asked for.
pub fn exported_study(state: &State) -> Study {
    let mut study = state.asked().into_owned();
    study.picture.theme = state.picture_export.theme.unwrap_or(study.picture.theme);
    study
}

/// What a picture shows of the window beyond the study, in words.
fn beyond(computed: &Computed) -> Option<String> {
    let shown = [
        (computed.wants_basins(), "a map of basins that is not finished"),
        (computed.is_computing_ensemble() || computed.ensemble.is_stopped, "an ensemble that is not finished"),
    ];
    let shown: Vec<&str> = shown.into_iter().filter(|(is_shown, _)| *is_shown).map(|(_, words)| words).collect();
    (!shown.is_empty()).then(|| shown.join(", "))
}

/// What a file carries of its study; `None` if that is switched off.
pub fn record(
    state: &State,
    study: &Study,
    pixels: f64,
    chart: Option<&str>,
    beyond: Option<String>,
) -> Option<Carried> {
    // What cannot be saved cannot be carried either; the file is made all the same.
    let study = to_toml(study).ok().filter(|_| state.picture_export.carries_study)?;
    Some(Carried {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        page: state.picture_export.page(),
        pixels,
        name: None,
        beyond,
        chart: chart.map(str::to_owned),
        pages: Vec::new(),
        study,
    })
}

/// A file with what it carries.
pub fn carrying(bytes: Vec<u8>, record: Option<&Carried>) -> Vec<u8> {
    match record {
        Some(record) => export::carrying(bytes, record),
        None => bytes,
    }
}

/// Where a picture goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into a file, as what is exported.
    File(PathBuf, Export),
    /// Onto the clipboard.
    Clipboard,
}

/// A picture that is asked for: the study and what is known of it at that moment, apart from the window.
pub struct Drawing {
    study: Study,
    page: Page,
    /// Pixels of the heat map for each of the scene's.
    factor: f64,
    carries_fonts: bool,
    /// Whether the critical points are all known.
    is_searched: bool,
    findings: Findings,
    context: PictureContext,
}

impl Drawing {
    /// The picture of what the window shows, as `losscape render` draws it: with what is selected and the moment that is shown.
    pub fn of(state: &State, computed: &Computed, factor: f64, carries_fonts: bool) -> Drawing {
        let known = &computed.findings;
        let is_searched = computed.search == SearchState::Finished;
        let mut context: PictureContext = canvas::context(state, computed);
        if !is_searched {
            // The list will be another one than the window's.
            context.selected_point = None;
        }
        // A map of basins may take long: it is drawn as far as it is computed, and says so.
        let findings = Findings {
            basins: known.basins.clone(),
            ensemble: known.ensemble.clone(),
            report: known.report.clone(),
            ..Findings::new(known.loss.clone(), known.field.clone(), known.points.clone(), known.trajectories.clone())
        };
        let (study, page) = (exported_study(state), state.picture_export.page());
        Drawing { study, page, factor, carries_fonts, is_searched, findings, context }
    }

    /// The contours and the colours of values.
    fn sample(&mut self) {
        self.findings.field = field_of(&self.study, &self.findings.loss, 512, 512);
    }

    /// The critical points, where the window does not know them yet.
    fn find_points(&mut self) {
        if !self.is_searched {
            self.findings.points = search(&self.findings.loss, &self.study.view);
        }
    }

    /// A heat map that is as fine as the export.
    fn refine(&mut self) {
        if self.study.picture.basins_of.is_none() {
            // A map of basins is the window's, as far as it is there.
            let plot = self.page.plot(&self.study);
            let pixels = [plot.width(), plot.height()].map(|side| (side * self.factor).round() as usize);
            sharpen(&self.study, &mut self.findings, pixels);
        }
    }

    fn scene(&self) -> Scene {
        self.page.draw(&self.study, &self.findings, self.context.clone(), self.carries_fonts).0
    }

    /// The whole picture at once.
    pub fn drawn(mut self) -> Scene {
        self.sample();
        self.find_points();
        self.refine();
        self.scene()
    }
}

/// What is done next.
enum Stage {
    Sample,
    FindPoints,
    Refine,
    Draw,
    Encode(Box<Scene>),
}

/// A picture in a format, with what it carries: drawn and encoded stage by stage.
pub struct Picture {
    drawing: Drawing,
    format: PictureFormat,
    record: Option<Carried>,
    stage: Stage,
}

impl Picture {
    /// The picture of what the window shows in a format; a PNG has so many pixels for each of the scene's.
    pub fn of(state: &State, computed: &Computed, scale: u8, format: PictureFormat) -> Picture {
        let page = state.picture_export.page();
        let pixels = if format == PictureFormat::Png { page.pixels(scale.into()) } else { 1.0 };
        let drawing = Drawing::of(state, computed, pixels, format != PictureFormat::Svg);
        let record = record(state, &drawing.study, pixels, None, beyond(computed));
        Picture { drawing, format, record, stage: Stage::Sample }
    }

    /// The next stage; the bytes of the file after the last one.
    fn step(&mut self) -> Option<Result<Vec<u8>, String>> {
        self.stage = match &self.stage {
            Stage::Sample => {
                self.drawing.sample();
                Stage::FindPoints
            }
            Stage::FindPoints => {
                self.drawing.find_points();
                Stage::Refine
            }
            Stage::Refine => {
                self.drawing.refine();
                Stage::Draw
            }
            Stage::Draw => Stage::Encode(Box::new(self.drawing.scene())),
            Stage::Encode(scene) => return Some(self.encoded(scene)),
        };
        None
    }

    fn encoded(&self, scene: &Scene) -> Result<Vec<u8>, String> {
        let bytes = match self.format {
            PictureFormat::Svg => export::svg_of_width(scene, self.drawing.page.millimetres()).into_bytes(),
            PictureFormat::Png => export::png(scene, self.drawing.factor)?,
            PictureFormat::Pdf => export::pdf(scene)?,
        };
        Ok(carrying(bytes, self.record.as_ref()))
    }

    /// The bytes of the file, at once.
    ///
    /// # Errors
    /// Returns a sentence if the file cannot be made.
    pub fn bytes(mut self) -> Result<Vec<u8>, String> {
        loop {
            if let Some(bytes) = self.step() {
                return bytes;
            }
        }
    }
}

/// The work on a picture.
struct Work {
    picture: Picture,
    cancel: Arc<AtomicBool>,
    sender: Sender<Result<Vec<u8>, String>>,
}

impl Slices for Work {
    fn work(&mut self, wake: &dyn Fn()) -> bool {
        if self.cancel.load(Ordering::Relaxed) {
            return false;
        }
        let picture = &mut self.picture;
        let Some(bytes) = beside_the_window(|| picture.step()) else { return true };
        // A window that was closed meanwhile does not want to know.
        let _ = self.sender.send(bytes);
        wake();
        false
    }
}

/// A picture that is being drawn.
pub struct PictureJob {
    /// Where it goes.
    pub target: Target,
    /// When it was asked for.
    pub since: f64,
    cancel: Arc<AtomicBool>,
    done: Receiver<Result<Vec<u8>, String>>,
}

impl PictureJob {
    /// Begins to draw a picture.
    pub fn begin(picture: Picture, target: Target, worker: &Worker, now: f64) -> PictureJob {
        let cancel = Arc::new(AtomicBool::new(false));
        let (sender, done) = channel();
        worker.aside(Work { picture, cancel: Arc::clone(&cancel), sender });
        PictureJob { target, since: now, cancel, done }
    }

    /// Its bytes, once they are there, or the reason why there are none.
    pub fn ended(&self) -> Option<Result<Vec<u8>, String>> {
        match self.done.try_recv() {
            Ok(bytes) => Some(bytes),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err("the work broke off".to_owned())),
        }
    }
}

impl Drop for PictureJob {
    /// Nobody waits for the bytes any more.
    fn drop(&mut self) {
        self.cancel.store(true, Ordering::Relaxed);
    }
}
