//! How a picture is drawn, and as which file.

use super::Failure;
use super::args::Render;
use super::args::colouring::ScaleArgument;
use crate::export::{self, Carried, FileFormat, Page, Width};
use crate::number::labels::{apart, ends};
use crate::scene::{PictureContext, Scene};
use crate::study::{Findings, Fineness, Study, answer_for, layers, moments_of, to_toml_in};
use std::path::Path;

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

/// Notes on contour lines and samples that the picture lacks.
pub(super) fn say_what_is_missing(study: &Study, findings: &Findings, fineness: Option<Fineness>) {
    missing_levels(study, findings).iter().for_each(|note| super::note(note));
    fineness.filter(Fineness::is_coarser).iter().for_each(|coarse| super::note(&coarser(study, coarse)));
}

/// The picture with its study, unless it is to be without.
pub(super) fn carried(study: &Study, arguments: &Render, drawing: &Drawing, bytes: Vec<u8>) -> Vec<u8> {
    carried_as(study, arguments, drawing.record(), bytes)
}

/// A file with this record, and the study in it, unless it is to be without.
pub(super) fn carried_as(study: &Study, arguments: &Render, record: Carried, bytes: Vec<u8>) -> Vec<u8> {
    if arguments.no_study {
        return bytes;
    }
    let folder = arguments.output.parent().unwrap_or(Path::new(""));
    match to_toml_in(study, folder) {
        Ok(study) => export::carrying(bytes, &Carried { study, ..record }),
        Err(error) => {
            super::note(&format!("the picture does not carry its study: {error}"));
            bytes
        }
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

    /// What the picture carries, still without its study.
    pub(super) fn record(&self) -> Carried {
        Carried {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            page: self.page,
            pixels: self.pixels,
            name: None,
            beyond: None,
            chart: None,
            pages: Vec::new(),
            study: String::new(),
        }
    }
}
