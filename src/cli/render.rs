//! `losscape render`: the picture of a study as a file, without a display.

use super::Failure;
use super::args::{ChartArgument, FormulaArguments, Render, Source};
use super::colouring::{LevelsArgument, ScaleArgument};
use super::output::{Output, inputs};
use super::subject::{Subject, data, loss};
use crate::export::{self, Carried, FileFormat, Page, Width};
use crate::landscape::{Loss, View};
use crate::number::labels::{apart, ends};
use crate::optimizer::Run;
use crate::scene::{PictureContext, Scene};
use crate::study::{Clock, Findings, Fineness, Follow, Study, answer_for, layers, loss_of, moments_of, to_toml_in};
use std::path::Path;

/// The shortest and longest side of a picture in pixels.
pub const SIDES: [usize; 2] = [64, 10_000];

/// A format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Svg,
    Png,
    Pdf,
}

impl Format {
    /// The format that the file's extension names.
    pub(super) fn of(path: &Path) -> Result<Format, Failure> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("svg") => Ok(Format::Svg),
            Some("png") => Ok(Format::Png),
            Some("pdf") => Ok(Format::Pdf),
            _ => Err(Failure::Usage(format!(
                "the extension of '{}' names no picture format; there are .svg, .png and .pdf",
                path.display()
            ))),
        }
    }
}

impl From<Format> for FileFormat {
    fn from(format: Format) -> FileFormat {
        match format {
            Format::Svg => FileFormat::Svg,
            Format::Png => FileFormat::Png,
            Format::Pdf => FileFormat::Pdf,
        }
    }
}

/// Draws the picture and writes the file.
pub fn render(arguments: &Render) -> Result<String, Failure> {
    // Before any work: a wrong extension is known at once.
    let format = Format::of(&arguments.output)?;
    let study = study_of(arguments)?;
    let output = Output { path: &arguments.output, format: format.into(), force: arguments.force };
    let own = match &arguments.source {
        Some(Source::Study(path)) => Some(path.as_path()),
        _ => None,
    };
    if let Some(pages) = &arguments.pages {
        return super::pages::write(&study, arguments, pages, &output, &inputs(own, &study));
    }
    output.check(&inputs(own, &study))?;
    output.write(&draw(&study, arguments, format)?)?;
    Ok(String::new())
}

/// The study that a source and a formula name, in a view if one is asked for.
pub(super) fn study_in(
    source: Option<&Source>,
    formula: &FormulaArguments,
    view: Option<View>,
) -> Result<Study, Failure> {
    let mut study = match source {
        Some(source @ (Source::Study(_) | Source::Link(_))) => {
            let mut study = super::link::study_in(source, formula.covers.or(view))?;
            study.landscape.parameters.extend(formula.parameters.iter().cloned());
            if let Some(source) = &formula.data {
                study.data = Some(data(source)?);
            }
            study
        }
        Some(Source::Entry(entry)) => {
            let subject = Subject::new(Some(*entry), formula)?;
            let mut study = Study::of_entry(entry);
            study.landscape.parameters = subject.parameters;
            study.data = subject.data;
            study
        }
        None => {
            let subject = Subject::new(None, formula)?;
            let mut study = Study::of_formula(&subject.formula, subject.view(view));
            if let (None, Some(fitting)) = (view, subject.fitted()) {
                study.start = fitting.start;
            }
            study.landscape.parameters = subject.parameters;
            study.data = subject.data;
            study
        }
    };
    if let Some(view) = view {
        study.view = view;
    }
    Ok(study)
}

/// The study that the arguments name, with what they change in it.
fn study_of(arguments: &Render) -> Result<Study, Failure> {
    let mut study = study_in(arguments.source.as_ref(), &arguments.formula, arguments.view)?;
    if let Some(step) = arguments.at_step {
        study.display.at = Some(step);
        study.display.clock = Clock::Steps;
    }
    if let Some(start) = arguments.start {
        start.note().iter().for_each(|note| super::note(note));
        study.start = start.w;
    }
    if let Some(theme) = arguments.theme {
        study.picture.theme = theme.into();
    }
    if let Some(quantity) = arguments.heat_map {
        study.picture.show(&layers::HEAT_MAP, true);
        study.picture.heat_map_of = quantity;
    }
    if let Some((parameter, range)) = &arguments.vary {
        let ordinate = study.display.follow.as_ref().map(|follow| follow.ordinate).unwrap_or_default();
        study.display.follow = Some(Follow { parameter: parameter.clone(), range: *range, ordinate });
    }
    if arguments.sign_regions {
        study.picture.show(&layers::SIGN_REGIONS, true);
    }
    colour(&mut study, arguments);
    arguments.surface.apply(&mut study);
    arguments.show.iter().for_each(|layer| study.picture.show(layer, true));
    arguments.hide.iter().for_each(|layer| study.picture.show(layer, false));
    if let Some(optimizer) = arguments.basins {
        let name = optimizer.name();
        let known = study.runs.iter().position(|run| run.optimizer == name);
        let index = known.unwrap_or_else(|| {
            study.runs.push(Run { shown: false, ..Run::new(name) });
            study.runs.len() - 1
        });
        study.picture.basins_of = Some(index + 1);
    }
    Ok(study)
}

/// Colours and levels that the arguments ask for.
fn colour(study: &mut Study, arguments: &Render) {
    let picture = &mut study.picture;
    if let Some(map) = arguments.colour_map {
        picture.colour_map = map.into();
    }
    for scale in &arguments.scale {
        if let ScaleArgument::Colours(scale) = scale {
            picture.colour_scale = *scale;
        }
    }
    match &arguments.levels {
        None => return,
        Some(LevelsArgument::Count(count)) => {
            picture.contour_levels = *count;
            picture.levels.clear();
        }
        Some(LevelsArgument::Own(levels)) => picture.levels.clone_from(levels),
    }
    // Who asks for levels asks for their lines.
    picture.show(&layers::CONTOURS, true);
}

/// The pixels of a PNG for each of the size's.
fn factor(arguments: &Render) -> f64 {
    let pixels = |scale: &ScaleArgument| match scale {
        ScaleArgument::Pixels(factor) => Some(*factor),
        ScaleArgument::Colours(_) => None,
    };
    arguments.scale.iter().rev().find_map(pixels).unwrap_or(1.0)
}

/// Levels of one's own that no sample reaches have no line: the picture is not what was asked for, and that is said.
fn missing_levels(study: &Study, findings: &Findings) -> Option<String> {
    let drawn = &findings.field.levels;
    let missing: Vec<f64> = study.picture.levels.iter().copied().filter(|level| !drawn.contains(level)).collect();
    let range = findings.field.range.filter(|_| study.picture.shows(&layers::CONTOURS) && !missing.is_empty())?;
    let ([low, high], levels) = (ends(range), apart(&missing, 4, |_| true).texts.join(", "));
    Some(format!("no contour of L = {levels} is drawn: the samples of L in view range from {low} to {high}"))
}

/// The page that the arguments ask for.
fn page(arguments: &Render) -> Page {
    let [width, height] = arguments.size.map(|side| side as f64);
    Page { width: arguments.width.unwrap_or(Width::Pixels([width, height])), examples: arguments.examples }
}

fn draw(study: &Study, arguments: &Render, format: Format) -> Result<Vec<u8>, Failure> {
    let loss = match study.network.is_some() || study.grid.is_some() {
        true => loss_of(study).map_err(|error| Failure::Failed(error.to_string()))?,
        false => {
            let dataset = study.data.as_ref().map(|data| &data.dataset);
            loss(&study.landscape.formula, &study.landscape.parameters, dataset)?
        }
    };
    check_varied(&loss, arguments)?;
    let drawing = Drawing::asked(arguments, format);
    if let Some(ChartArgument(chart)) = arguments.chart {
        let Encoded { bytes, note } = super::chart::drawn(study, chart, &drawing)?;
        note.iter().for_each(|note| super::note(note));
        return Ok(bytes);
    }
    let (findings, fineness) = drawing.findings(study)?;
    if let Some(Err(reason)) = &findings.basins {
        return Err(Failure::Failed(format!("there is no map of basins: {reason}")));
    }
    say_what_is_missing(study, &findings, fineness);
    let Encoded { bytes, note } = drawing
        .encoded(study, &findings)
        .map_err(|reason| Failure::Failed(format!("cannot draw {}: {reason}", arguments.output.display())))?;
    note.iter().for_each(|note| super::note(note));
    Ok(carried(study, arguments, &drawing, bytes))
}

/// Notes on contour lines and samples that the picture lacks.
pub(super) fn say_what_is_missing(study: &Study, findings: &Findings, fineness: Option<Fineness>) {
    missing_levels(study, findings).iter().for_each(|note| super::note(note));
    fineness.filter(Fineness::is_coarser).iter().for_each(|coarse| super::note(&coarser(study, coarse)));
}

/// The picture with its study, unless it is to be without.
pub(super) fn carried(study: &Study, arguments: &Render, drawing: &Drawing, bytes: Vec<u8>) -> Vec<u8> {
    if arguments.no_study {
        return bytes;
    }
    let folder = arguments.output.parent().unwrap_or(Path::new(""));
    match to_toml_in(study, folder) {
        Ok(text) => export::carrying(bytes, &drawing.record(text)),
        Err(error) => {
            super::note(&format!("the picture does not carry its study: {error}"));
            bytes
        }
    }
}

/// Whether the loss has the parameter that is to vary, and the range is one.
fn check_varied(loss: &Loss, arguments: &Render) -> Result<(), Failure> {
    match &arguments.vary {
        Some((name, _)) if !loss.parameter_names().contains(name) => {
            Err(Failure::Usage(format!("the formula has no parameter '{name}'")))
        }
        Some((name, [from, to])) if from >= to => Err(Failure::Usage(format!("the range of {name} is empty"))),
        _ => Ok(()),
    }
}

/// Pixels of a file for each of the page's: a vector format has its own.
fn pixels_of(page: &Page, scale: f64, format: Format) -> f64 {
    if format == Format::Png { page.pixels(scale) } else { 1.0 }
}

/// That an image is coarser than the picture, because it would take too long.
fn coarser(study: &Study, fineness: &Fineness) -> String {
    let Fineness { pixels: [width, height], image: [columns, rows] } = fineness;
    match study.picture.basins_of {
        Some(_) => format!("the map of basins has {columns} × {rows} starts on {width} × {height} pixels"),
        None => format!("the heat map has {columns} × {rows} samples on {width} × {height} pixels"),
    }
}

/// A picture as a file.
pub struct Encoded {
    /// Its content.
    pub bytes: Vec<u8>,
    /// What is to be said of its letters, if anything.
    pub note: Option<String>,
}

/// How a picture is drawn.
pub struct Drawing {
    /// The page.
    pub page: Page,
    /// Pixels of a PNG for each of the page's.
    pub pixels: f64,
    /// The format of the file.
    pub format: Format,
}

impl Drawing {
    /// The picture that the arguments ask for.
    pub(super) fn asked(arguments: &Render, format: Format) -> Drawing {
        let page = page(arguments);
        Drawing { page, pixels: pixels_of(&page, factor(arguments), format), format }
    }

    /// A picture of so many pixels, `scale` times as many of a PNG.
    pub fn of_size(size: [usize; 2], scale: f64, format: Format) -> Drawing {
        let page = Page { width: Width::Pixels(size.map(|side| side as f64)), examples: false };
        Drawing { page, pixels: scale, format }
    }

    /// What is computed for a study, as fine as the page.
    pub fn findings(&self, study: &Study) -> Result<(Findings, Option<Fineness>), Failure> {
        let plot = self.page.plot(study);
        let pixels = [plot.width(), plot.height()].map(|side| (side * self.pixels).round() as usize);
        answer_for(study, pixels).map_err(|error| Failure::Failed(error.to_string()))
    }

    /// The picture of findings.
    pub fn encoded(&self, study: &Study, findings: &Findings) -> Result<Encoded, String> {
        self.encoded_as(study, findings, None)
    }

    /// The same with a name of the study in its footer.
    pub fn encoded_as(&self, study: &Study, findings: &Findings, name: Option<String>) -> Result<Encoded, String> {
        let (scene, note) = self.scene(study, findings, name);
        Ok(Encoded { bytes: self.bytes(&scene)?, note })
    }

    /// The picture of findings before it is encoded, and what is to be said of its letters.
    pub(super) fn scene(&self, study: &Study, findings: &Findings, name: Option<String>) -> (Scene, Option<String>) {
        let carries_fonts = self.format != Format::Svg;
        let moments = study.display.moment().map(|moment| moments_of(study, findings, &moment));
        let surface_pixels = (self.format == Format::Png).then_some(self.pixels);
        let context =
            PictureContext { study_name: name, surface_pixels, ..PictureContext::of(study, findings, moments) };
        let (scene, lettering) = self.page.draw(study, findings, context, carries_fonts);
        (scene, lettering.note(carries_fonts))
    }

    /// A scene in the format.
    pub(super) fn bytes(&self, scene: &Scene) -> Result<Vec<u8>, String> {
        match self.format {
            Format::Svg => Ok(export::svg_of_width(scene, self.page.millimetres()).into_bytes()),
            Format::Png => export::png(scene, self.pixels),
            Format::Pdf => export::pdf(scene),
        }
    }

    /// What the picture carries.
    fn record(&self, study: String) -> Carried {
        let program = env!("CARGO_PKG_VERSION").to_owned();
        Carried { program, page: self.page, pixels: self.pixels, name: None, beyond: None, study }
    }
}
