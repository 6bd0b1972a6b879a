//! `losscape check`: whether a picture is what the study that it carries gives.

use super::Failure;
use super::args::Check;
use super::args::pages::MOST_PAGES;
use super::drawing::{Drawing, Format};
use super::pdf_objects;
use crate::chart;
use crate::export::{Carried, NOTHING, PictureFormat, carried};
use crate::study::{Clock, Study, length};
use resvg::tiny_skia::Pixmap;
use std::path::Path;

/// What was found.
enum Verdict {
    /// Drawn again it is the same.
    Same,
    /// Drawn again it is another one.
    Other,
    /// It cannot be drawn again, and why.
    Unknown(String),
}

impl Verdict {
    fn name(&self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Other => "different",
            Verdict::Unknown(_) => "unknown",
        }
    }
}

/// Draws the picture again and compares.
pub fn check(arguments: &Check) -> Result<String, Failure> {
    let path = arguments.picture.as_path();
    let failed = |reason: &str| Failure::Failed(format!("cannot check {}: {reason}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| failed(&crate::export::words(&error)))?;
    let format = PictureFormat::of(&bytes).ok_or_else(|| failed("it is no SVG, PNG or PDF"))?;
    let found = carried(&bytes).map_err(|reason| failed(&reason))?;
    let (record, rest) = found.ok_or_else(|| failed(NOTHING))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let study = record.study(folder).map_err(|error| failed(&format!("the study in it is wrong: {error}")))?;
    let verdict = verdict(&record, &study, format, &rest)?;
    let text = match arguments.json {
        true => json(&record, &study, &verdict),
        false => words(path, &record, &study, &verdict),
    };
    match verdict {
        Verdict::Same => Ok(text),
        Verdict::Other | Verdict::Unknown(_) => Err(Failure::Answered(text)),
    }
}

fn verdict(record: &Carried, study: &Study, format: PictureFormat, picture: &[u8]) -> Result<Verdict, Failure> {
    if let Some(beyond) = &record.beyond {
        return Ok(Verdict::Unknown(format!("it shows {beyond}, which a study does not have")));
    }
    let program = env!("CARGO_PKG_VERSION");
    if record.program != program {
        let words = format!("it was drawn by version {} of Losscape, and this is {program}", record.program);
        return Ok(Verdict::Unknown(words));
    }
    if !is_drawable(record) {
        return Ok(Verdict::Unknown("its page has a size that Losscape does not draw".to_owned()));
    }
    let format = match format {
        PictureFormat::Svg => Format::Svg,
        PictureFormat::Png => Format::Png,
        PictureFormat::Pdf => Format::Pdf,
    };
    let drawing = Drawing { page: record.page, pixels: record.pixels, format };
    let again = match drawn_again(record, study, &drawing)? {
        Ok(again) => again,
        Err(reason) => return Ok(Verdict::Unknown(reason)),
    };
    let same = match format {
        Format::Png => are_same_pixels(&again, picture),
        // A line break at the end may come and go.
        Format::Svg => again.trim_ascii_end() == picture.trim_ascii_end(),
        Format::Pdf => {
            let [again, picture] = [&again, picture].map(pdf_objects::shown);
            again.is_some() && again == picture
        }
    };
    Ok(if same { Verdict::Same } else { Verdict::Other })
}

/// What the study gives: the picture, one of its charts, or a page for each of some steps. The inner error says why it cannot be drawn.
fn drawn_again(record: &Carried, study: &Study, drawing: &Drawing) -> Result<Result<Vec<u8>, String>, Failure> {
    if let Some(key) = &record.chart {
        return match chart::find(key) {
            Some(chart) => Ok(Ok(super::chart::drawn(study, chart, drawing)?.bytes)),
            None => Ok(Err("it shows a chart that Losscape does not have".to_owned())),
        };
    }
    let (findings, _) = drawing.findings(study)?;
    if record.pages.is_empty() {
        let again = drawing.encoded_as(study, &findings, record.name.clone()).map_err(Failure::Failed)?;
        return Ok(Ok(again.bytes));
    }
    let last = length(&findings, Clock::Steps);
    if drawing.format != Format::Pdf || record.pages.len() > MOST_PAGES || record.pages.iter().any(|step| *step > last)
    {
        return Ok(Err("it has pages that Losscape does not draw".to_owned()));
    }
    super::pages::document(drawing, study, &findings, &record.pages).map(Ok).map_err(Failure::Failed)
}

/// Whether a page has a size that the command line would draw: a record may say anything.
fn is_drawable(record: &Carried) -> bool {
    let [width, height] = record.page.canvas().size;
    let sides = [width, height].map(|side| side * record.pixels);
    let [least, most] = super::args::SIDES.map(|side| side as f64);
    record.pixels >= 1.0
        && [width, height].iter().chain(&sides).all(|side| (least..=4.0 * most).contains(side))
        && sides[0] * sides[1] <= 134_217_728.0
}

/// Whether two PNG files show the same: a program that only packs them better changes nothing.
fn are_same_pixels(a: &[u8], b: &[u8]) -> bool {
    if !has_plain_chunks(b) {
        return false;
    }
    match [a, b].map(Pixmap::decode_png) {
        [Ok(a), Ok(b)] => (a.width(), a.height(), a.data()) == (b.width(), b.height(), b.data()),
        _ => false,
    }
}

/// Whether a PNG has only chunks that do not change its colours or its size, and nothing behind the last: no second
/// frame, no profile of colours.
fn has_plain_chunks(png: &[u8]) -> bool {
    const PLAIN: [&[u8]; 10] =
        [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"pHYs", b"sBIT"];
    let mut rest = png.get(8..).unwrap_or_default();
    while let Some((length, chunk)) = rest.split_first_chunk::<4>() {
        let kind = chunk.get(..4).unwrap_or_default();
        let end = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX).saturating_add(8);
        match chunk.get(end..) {
            Some(behind) if kind == b"IEND" => return behind.is_empty(),
            Some(behind) if PLAIN.contains(&kind) => rest = behind,
            _ => return false,
        }
    }
    false
}

fn json(record: &Carried, study: &Study, verdict: &Verdict) -> String {
    let reason = if let Verdict::Unknown(reason) = verdict { Some(reason) } else { None };
    let answer = serde_json::json!({
        "verdict": verdict.name(),
        "reason": reason,
        "program": record.program,
        "landscape": study.landscape.name,
        "formula": study.landscape.formula,
    });
    format!("{answer}\n")
}

fn words(path: &Path, record: &Carried, study: &Study, verdict: &Verdict) -> String {
    let shown = path.display();
    let unnamed = || match (&study.network, &study.grid) {
        (Some(_), _) => "a plane of a network".to_owned(),
        (None, Some(grid)) => format!("the interpolant of {}", grid.title),
        (None, None) => format!("L = {}", study.landscape.formula),
    };
    let subject = study.landscape.name.clone().unwrap_or_else(unnamed);
    match verdict {
        Verdict::Same => format!("{shown} is what its study gives ({subject}, Losscape {}).\n", record.program),
        Verdict::Other => {
            format!("{shown} is not what its study gives ({subject}): the picture was changed, or the study in it.\n")
        }
        Verdict::Unknown(reason) => format!("{shown} cannot be checked: {reason}.\n"),
    }
}
