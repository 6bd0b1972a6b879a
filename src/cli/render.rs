//! `losscape render`: the picture of a study as a file, without a display.

use super::Failure;
use super::args::{Render, Source};
use super::output::{Output, inputs};
use super::subject::{Subject, data, loss};
use crate::export::{self, FileFormat};
use crate::optimizer::Run;
use crate::scene::{Canvas, Emphasis, picture};
use crate::study::{Findings, Study, answer, load};
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

fn draw(study: &Study, arguments: &Render, format: Format) -> Result<Vec<u8>, Failure> {
    let dataset = study.data.as_ref().map(|data| &data.dataset);
    loss(&study.landscape.formula, &study.landscape.parameters, dataset)?;
    let findings = answer(study, 512, 512).map_err(|error| Failure::Failed(error.to_string()))?;
    if let Some(Err(reason)) = &findings.basins {
        return Err(Failure::Failed(format!("there is no map of basins: {reason}")));
    }
    encoded(study, &findings, arguments.size, arguments.scale, format)
        .map_err(|reason| Failure::Failed(format!("cannot draw {}: {reason}", arguments.output.display())))
}

/// The picture of findings in a format, `scale` pixels of a PNG for each of the size's.
pub fn encoded(
    study: &Study,
    findings: &Findings,
    size: [usize; 2],
    scale: f64,
    format: Format,
) -> Result<Vec<u8>, String> {
    let [width, height] = size.map(|side| side as f64);
    // Text has the size of a page of 1280 × 720, or of 960 × 720 where the picture is less wide than that.
    let canvas = Canvas { size: [width, height], scale: (width / 960.0).min(height / 720.0), furniture: true };
    let scene = picture(study, findings, &canvas, &Emphasis::default());
    match format {
        Format::Svg => Ok(export::svg(&scene).into_bytes()),
        Format::Png => export::png(&scene, scale),
        Format::Pdf => export::pdf(&scene),
    }
}
