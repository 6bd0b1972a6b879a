//! `losscape render`: the picture of a study as a file, without a display.

use super::Failure;
use super::args::{ChartArgument, Render, Source};
use super::colouring::{LevelsArgument, ScaleArgument};
use super::output::{Output, inputs};
use super::subject::{Subject, data, loss};
use crate::export::{self, FileFormat, lettered};
use crate::number::labels::{apart, ends};
use crate::optimizer::Run;
use crate::scene::{Canvas, Layout, PictureContext, Scene};
use crate::study::{Findings, Fineness, Study, answer_for, load, moments_of};
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
    output.check(&inputs(own, &study))?;
    output.write(&draw(&study, arguments, format)?)?;
    Ok(String::new())
}

/// The study that the arguments name, with what they change in it.
fn study_of(arguments: &Render) -> Result<Study, Failure> {
    let mut study = match &arguments.source {
        Some(Source::Study(path)) => {
            let mut study = load(path).map_err(|error| Failure::study(path, &error))?;
            study.landscape.parameters.extend(arguments.formula.parameters.iter().cloned());
            if let Some(source) = &arguments.formula.data {
                study.data = Some(data(source)?);
            }
            study
        }
        Some(Source::Entry(entry)) => {
            let subject = Subject::new(Some(*entry), &arguments.formula)?;
            let mut study = Study::of_entry(entry);
            study.landscape.parameters = subject.parameters;
            study.data = subject.data;
            study
        }
        None => {
            let subject = Subject::new(None, &arguments.formula)?;
            let mut study = Study::of_formula(&subject.formula, subject.view(arguments.view));
            if let (None, Some(fitting)) = (arguments.view, subject.fitted()) {
                study.start = fitting.start;
            }
            study.landscape.parameters = subject.parameters;
            study.data = subject.data;
            study
        }
    };
    if let Some(view) = arguments.view {
        study.view = view;
    }
    if let Some(start) = arguments.start {
        study.start = start;
    }
    if let Some(theme) = arguments.theme {
        study.picture.theme = theme.into();
    }
    if let Some(quantity) = arguments.heat_map {
        study.picture.heat_map = true;
        study.picture.heat_map_of = quantity;
    }
    study.picture.sign_regions |= arguments.sign_regions;
    colour(&mut study, arguments);
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
    picture.contours = true;
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
    let range = findings.field.range.filter(|_| study.picture.contours && !missing.is_empty())?;
    let ([low, high], levels) = (ends(range), apart(&missing, 4, |_| true).texts.join(", "));
    Some(format!("no contour of L = {levels} is drawn: the samples of L in view range from {low} to {high}"))
}

fn draw(study: &Study, arguments: &Render, format: Format) -> Result<Vec<u8>, Failure> {
    let dataset = study.data.as_ref().map(|data| &data.dataset);
    loss(&study.landscape.formula, &study.landscape.parameters, dataset)?;
    let factor = if format == Format::Png { factor(arguments) } else { 1.0 };
    if let Some(ChartArgument(chart)) = arguments.chart {
        let Encoded { bytes, note } = super::chart::drawn(study, chart, arguments.size, factor, format)?;
        note.iter().for_each(|note| super::note(note));
        return Ok(bytes);
    }
    let plot = Layout::new(study, &canvas_of(arguments.size)).plot;
    let pixels = [plot.width(), plot.height()].map(|side| (side * factor).round() as usize);
    let (findings, fineness) = answer_for(study, pixels).map_err(|error| Failure::Failed(error.to_string()))?;
    if let Some(Err(reason)) = &findings.basins {
        return Err(Failure::Failed(format!("there is no map of basins: {reason}")));
    }
    missing_levels(study, &findings).iter().for_each(|note| super::note(note));
    fineness.filter(Fineness::is_coarser).iter().for_each(|coarse| super::note(&coarser(study, coarse)));
    let Encoded { bytes, note } = encoded(study, &findings, arguments.size, factor, format)
        .map_err(|reason| Failure::Failed(format!("cannot draw {}: {reason}", arguments.output.display())))?;
    note.iter().for_each(|note| super::note(note));
    Ok(bytes)
}

/// That an image is coarser than the picture, because it would take too long.
fn coarser(study: &Study, fineness: &Fineness) -> String {
    let Fineness { pixels: [width, height], image: [columns, rows] } = fineness;
    match study.picture.basins_of {
        Some(_) => format!("the map of basins has {columns} × {rows} starts on {width} × {height} pixels"),
        None => format!("the heat map has {columns} × {rows} samples on {width} × {height} pixels"),
    }
}

/// The paper of a size in pixels: text has the size of a page of 1280 × 720, or of 960 × 720 where the picture is less wide.
pub(super) fn canvas_of(size: [usize; 2]) -> Canvas {
    let [width, height] = size.map(|side| side as f64);
    Canvas { size: [width, height], scale: (width / 960.0).min(height / 720.0), decorations: true }
}

/// A picture as a file.
pub struct Encoded {
    /// Its content.
    pub bytes: Vec<u8>,
    /// What is to be said of its letters, if anything.
    pub note: Option<String>,
}

/// The picture of findings in a format, `scale` pixels of a PNG for each of the size's.
pub fn encoded(
    study: &Study,
    findings: &Findings,
    size: [usize; 2],
    scale: f64,
    format: Format,
) -> Result<Encoded, String> {
    let carries_fonts = format != Format::Svg;
    let (scene, lettering) = lettered(study, findings, &canvas_of(size), context_of(study, findings), carries_fonts);
    Ok(Encoded { bytes: encoded_scene(&scene, scale, format)?, note: lettering.note(carries_fonts) })
}

/// What a study shows beyond its picture's options.
fn context_of(study: &Study, findings: &Findings) -> PictureContext {
    let moments = study.display.moment().map(|moment| moments_of(study, findings, &moment));
    PictureContext::of(study, findings, moments)
}

/// A scene in a format, `scale` pixels of a PNG for each of its own.
pub(super) fn encoded_scene(scene: &Scene, scale: f64, format: Format) -> Result<Vec<u8>, String> {
    match format {
        Format::Svg => Ok(export::svg(scene).into_bytes()),
        Format::Png => export::png(scene, scale),
        Format::Pdf => export::pdf(scene),
    }
}
