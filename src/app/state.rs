//! The window's state: the study, what surrounds it (file, history, selection), and what the panels remember.
//!
//! Nothing here is computed and nothing here knows egui: [`super::apply::apply`] changes it, panels read it.

use super::document::Document;
use super::entries::changed_entry;
use super::film::FilmExport;
use super::history::History;
use super::open_lesson::Lessons;
use super::preferences::Preferences;
use crate::export::{FilmFormat, Page, Width};
use crate::formula::FormulaError;
use crate::landscape::{View, catalogue, formula_over};
use crate::number::{Decimal, Vector};
use crate::study::layers::LEGEND;
use crate::study::{PictureOptions, Study, Theme};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A number with a slider: the one in use is the one that stays in presentation.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    /// A run's setting, by the run's index and the setting's key.
    Setting(usize, String),
    /// A parameter of the formula.
    Parameter(String),
}

/// What the pointer means over the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pointed {
    /// It is not over the picture.
    Nowhere,
    /// A point of the weight plane.
    At(Vector),
    /// The start point.
    Start,
    /// The own start of the run with this index.
    RunStart(usize),
}

impl Pointed {
    /// The point of the plane, when one is meant that is not the start.
    pub fn place(self) -> Option<Vector> {
        match self {
            Pointed::At(w) => Some(w),
            Pointed::Nowhere | Pointed::Start | Pointed::RunStart(_) => None,
        }
    }
}

/// How the runs are played; how far they have come is in the study.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timeline {
    /// Whether they are being played.
    pub playing: Option<Playing>,
    /// Steps, or gradients, a second.
    pub speed: f64,
}

/// Since when, and from where, the runs are being played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Playing {
    /// Seconds since the start of the program.
    pub since: f64,
    /// Where they were then.
    pub from: usize,
}

impl Timeline {
    /// The slowest and the fastest speed.
    pub const SPEEDS: [f64; 2] = [0.5, 1_000.0];

    /// Where playing has come to now.
    pub fn played(&self, now: f64) -> Option<usize> {
        self.playing.map(|playing| playing.from + (self.speed * (now - playing.since)).max(0.0) as usize)
    }
}

impl Default for Timeline {
    fn default() -> Timeline {
        Timeline { playing: None, speed: 5.0 }
    }
}

/// A tab that is shown large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Large {
    /// Its key.
    pub tab: String,
    /// Whether the picture stays beside it.
    pub is_beside: bool,
}

/// What a narrow screen that is held upright shows below the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// The landscape, the runs and the layers.
    Study,
    /// The read-out, the critical points and the tabs.
    Findings,
}

/// Something said to the person, until it is dismissed or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// One or two sentences.
    pub text: String,
    /// Whether something went wrong; other messages give way to the next.
    pub is_error: bool,
}

/// What waits for the answer to "save the changes?".
#[derive(Clone, Debug, PartialEq)]
pub enum Pending {
    /// The window closes.
    Close,
    /// A file is to be chosen and opened.
    Open,
    /// This file is to be opened.
    OpenFile(PathBuf),
    /// This document is to be opened.
    OpenDocument(Document),
    /// What another window was working on is to be recovered.
    Recover,
}

/// What a path is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A study to open.
    Open,
    /// A file of examples to use.
    OpenData,
    /// Where to save the study.
    SaveAs,
    /// Where to export.
    Export(Export),
}

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// The picture as PNG, so many pixels for each of the scene's.
    Png(u8),
    /// The picture as SVG.
    Svg,
    /// The picture as PDF.
    Pdf,
    /// The whole window as PNG.
    Screenshot,
    /// The trajectories as CSV.
    Csv,
    /// A film.
    Film(FilmFormat),
    /// The trajectories as JSON.
    Json,
    /// The runs of the ensemble as CSV.
    Ensemble,
    /// The shares of the experiment as CSV.
    Experiment,
    /// The map of basins as CSV.
    Basins,
    /// The chart with this key as a figure of its own.
    Chart(&'static str, Figure),
}

/// The format of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Vectors, text as text.
    Pdf,
    /// Vectors that can be edited further.
    Svg,
    /// Pixels, twice the figure's.
    Png,
}

impl Export {
    /// Whether it is the picture.
    pub fn is_picture(self) -> bool {
        matches!(self, Export::Png(_) | Export::Svg | Export::Pdf)
    }

    /// The file name's ending.
    pub fn extension(self) -> &'static str {
        match self {
            Export::Png(_) | Export::Screenshot => "png",
            Export::Svg | Export::Chart(_, Figure::Svg) => "svg",
            Export::Pdf | Export::Chart(_, Figure::Pdf) => "pdf",
            Export::Chart(_, Figure::Png) => "png",
            Export::Csv | Export::Basins | Export::Ensemble | Export::Experiment => "csv",
            Export::Json => "json",
            Export::Film(format) => format.extension(),
        }
    }

    /// What is exported, in words.
    pub fn title(self) -> &'static str {
        match self {
            Export::Png(_) => "the picture as PNG",
            Export::Svg => "the picture as SVG",
            Export::Pdf => "the picture as PDF",
            Export::Screenshot => "a screenshot of the window",
            Export::Csv => "the trajectories as CSV",
            Export::Json => "the trajectories as JSON",
            Export::Film(_) => "a film",
            Export::Ensemble => "the runs of the ensemble as CSV",
            Export::Experiment => "the shares that escape as CSV",
            Export::Basins => "the map of basins as CSV",
            Export::Chart(_, Figure::Pdf) => "the chart as PDF",
            Export::Chart(_, Figure::Svg) => "the chart as SVG",
            Export::Chart(_, Figure::Png) => "the chart as PNG",
        }
    }
}

/// How wide an exported picture is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageWidth {
    /// 1280 × 720 pixels.
    #[default]
    Screen,
    /// A column of a journal.
    Column,
    /// The text of a page.
    Text,
    /// A slide.
    Slide,
    /// As the picture in the window.
    Window,
}

/// What is asked of exported pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureExport {
    /// Whether the dialog is shown.
    pub is_open: bool,
    /// The theme; `None` is the study's.
    pub theme: Option<Theme>,
    /// The page's width.
    pub width: PageWidth,
    /// Pixels of a PNG, times so many.
    pub scale: u8,
    /// Whether the examples stand beside the picture.
    pub examples: bool,
    /// Whether the study is in the file's metadata.
    pub carries_study: bool,
    /// The size of the picture in the window, in points.
    pub window: [f64; 2],
}

impl Default for PictureExport {
    fn default() -> Self {
        PictureExport {
            is_open: false,
            theme: None,
            width: PageWidth::default(),
            scale: 2,
            examples: false,
            carries_study: true,
            window: [1280.0, 720.0],
        }
    }
}

impl PictureExport {
    /// The page that is asked for.
    pub fn page(&self) -> Page {
        let width = match self.width {
            PageWidth::Screen => Width::Pixels([1280.0, 720.0]),
            PageWidth::Column => Width::COLUMN,
            PageWidth::Text => Width::TEXT,
            PageWidth::Slide => Width::Slide,
            PageWidth::Window => Width::Pixels(self.window),
        };
        Page { width, examples: self.examples }
    }
}

/// A path that is typed in the window, where no native dialog is at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPrompt {
    /// What for.
    pub purpose: Purpose,
    /// The folder that what is typed is looked for from.
    pub folder: PathBuf,
    /// What is typed so far.
    pub text: String,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

/// A file that would be replaced, which is asked about first.
#[derive(Clone, Debug, PartialEq)]
pub struct Replacing {
    /// What would be written.
    pub purpose: Purpose,
    /// Where.
    pub path: PathBuf,
    /// What is there, in words.
    pub there: String,
}

/// What a window that came to no clean end was working on.
#[derive(Clone, Debug, PartialEq)]
pub struct Recoverable {
    /// Its file's name, or its formula.
    pub title: String,
    /// How long ago it was kept, in words.
    pub when: String,
}

/// A table that is typed or pasted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The text so far.
    pub text: String,
    /// Why it could not be taken.
    pub error: Option<String>,
}

/// The state of the window.
#[derive(Clone, Debug)]
pub struct State {
    /// What is asked. Its formula always parses: what is typed and does not stands in `formula_text` only.
    pub study: Study,
    /// The file that it was opened from or saved to.
    pub path: Option<PathBuf>,
    /// The study as it is on disk, or as it was before anything was worth saving.
    pub saved: Study,
    /// Undo and redo.
    pub history: History,
    /// The view that "home" returns to.
    pub home: View,
    /// The formula field's text.
    pub formula_text: String,
    /// What is wrong with it.
    pub formula_error: Option<FormulaError>,
    /// Whether view and start are to be those of the plane of a network, once it is there.
    pub fits_plane: bool,
    /// Values of parameters that the formula had before: they come back with their names.
    pub remembered_parameters: BTreeMap<String, Decimal>,
    /// The selected example.
    pub example: Option<usize>,
    /// A table that is typed or pasted.
    pub table: Option<Table>,
    /// A tab that is shown large.
    pub large: Option<Large>,
    /// The sheet that a narrow screen shows.
    pub sheet: Option<Sheet>,
    /// Since when a picture is being drawn for a file or for the clipboard.
    pub exporting: Option<f64>,
    /// The lessons.
    pub lessons: Lessons,
    /// The runs as they are played.
    pub timeline: Timeline,
    /// What the pointer is over.
    pub pointed: Pointed,
    /// The text in the catalogue's search field.
    pub catalogue_search: String,
    /// The runs whose further settings are unfolded.
    pub unfolded_runs: BTreeSet<usize>,
    /// Whether ∇L and H are shown as formulas.
    pub derivatives_unfolded: bool,
    /// The slider that was moved last.
    pub knob: Option<Control>,
    /// Whether only the picture is shown, in projector size.
    pub presenting: bool,
    /// Whether the panels of this frame were those of the presentation; what they asked for may have ended or begun it.
    pub was_presenting: bool,
    /// Whether the presentation has its column beside the picture, with the legend and the claim.
    pub has_column: bool,
    /// Whether a presentation has legend and badge above the examples, where the picture has no room for them.
    pub has_cards_with_examples: bool,
    /// Whether the shortcuts are listed.
    pub help: bool,
    /// What is said in the bottom line.
    pub message: Option<Message>,
    /// What waits for "save the changes?".
    pub pending: Option<Pending>,
    /// A path being typed.
    pub prompt: Option<PathPrompt>,
    /// A file that is to be replaced, if the person agrees.
    pub replacing: Option<Replacing>,
    /// What is asked of exported pictures.
    pub picture_export: PictureExport,
    /// What is asked of films, and how far one is.
    pub film: FilmExport,
    /// What can be recovered.
    pub recoverable: Option<Recoverable>,
    /// Set once the person agreed to lose or save the changes: the window may close.
    pub may_close: bool,
    /// What is remembered from one start to the next.
    pub preferences: Preferences,
}

impl State {
    /// The state for a study, from a file if it has a path; the catalogue's first landscape without one.
    pub fn new(study: Option<Study>, path: Option<PathBuf>, preferences: Preferences) -> State {
        let study = study.unwrap_or_else(|| {
            let mut study = default_study();
            study.picture.theme = preferences.theme;
            study
        });
        State {
            home: study.view,
            formula_text: study.landscape.formula.clone(),
            saved: study.clone(),
            study,
            path,
            history: History::default(),
            formula_error: None,
            fits_plane: false,
            remembered_parameters: BTreeMap::new(),
            example: None,
            table: None,
            large: None,
            exporting: None,
            sheet: None,
            lessons: Lessons::default(),
            timeline: Timeline::default(),
            pointed: Pointed::Nowhere,
            catalogue_search: String::new(),
            unfolded_runs: BTreeSet::new(),
            derivatives_unfolded: false,
            knob: None,
            presenting: false,
            was_presenting: false,
            has_column: false,
            has_cards_with_examples: false,
            help: false,
            message: None,
            pending: None,
            prompt: None,
            replacing: None,
            picture_export: PictureExport::default(),
            film: FilmExport::default(),
            recoverable: None,
            may_close: false,
            preferences,
        }
    }

    /// Whether the study differs from what is on disk in more than the theme, which is the room's, and what is shown beside
    /// the picture.
    pub fn has_unsaved_changes(&self) -> bool {
        let mut study = self.study.clone();
        study.picture.theme = self.saved.picture.theme;
        study.picture.projector = self.saved.picture.projector;
        study.display = self.saved.display.clone();
        study != self.saved
    }

    /// The name of the study: its file's, or its landscape's.
    pub fn title(&self) -> String {
        if let Some(stem) = self.path.as_ref().and_then(|path| path.file_stem()) {
            return stem.to_string_lossy().into_owned();
        }
        let named = self.study.landscape.name.as_deref().and_then(crate::study::entry);
        let entry = named.or_else(|| changed_entry(&self.study));
        entry.map_or_else(|| "untitled".to_owned(), |entry| entry.title.clone())
    }

    /// Says something in the bottom line.
    pub fn say(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), is_error: false });
    }

    /// Says in the bottom line that something went wrong.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), is_error: true });
    }

    /// Whether legend and badge are beside the picture and not on it.
    pub fn has_cards_elsewhere(&self) -> bool {
        self.presenting && (self.has_column || self.has_cards_with_examples)
    }

    /// The study without what a lesson's question withholds.
    pub fn asked(&self) -> Cow<'_, Study> {
        let Some(withheld) = self.lessons.withholds() else { return Cow::Borrowed(&self.study) };
        let mut study = self.study.clone();
        withheld.take_from(&mut study);
        Cow::Owned(study)
    }

    /// The picture's options as they are drawn: in presentation everything has the size for a projector.
    pub fn picture_options(&self) -> PictureOptions {
        let projector = self.study.picture.projector || self.presenting;
        let mut options = PictureOptions { projector, ..self.asked().picture.clone() };
        if self.has_cards_elsewhere() {
            options.show(&LEGEND, false);
        }
        options
    }
}

/// The study that the window starts with: the catalogue's first landscape.
pub fn default_study() -> Study {
    if let Some(entry) = catalogue::catalogue().first() {
        return Study::of_entry(entry);
    }
    // The catalogue is compiled in and tested; should it be empty all the same, the default landscape is not lost.
    let view = View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] };
    let mut study = Study::of_formula("w1^3 - w2^2", view);
    study.start = [1.0, 1.0];
    study
}

/// The parameters of a study's formula; none when it does not parse.
pub fn parameters_of(study: &Study) -> Vec<String> {
    let dataset = study.data.as_ref().map(|data| &data.dataset);
    let formula = formula_over(&study.landscape.formula, dataset, &study.landscape.parameters);
    formula.map(|formula| formula.parameters().to_vec()).unwrap_or_default()
}
