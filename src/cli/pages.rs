//! `losscape render --pages`: a page for each of some steps, in one PDF or in numbered files, so that a talk can step through a run.

use super::Failure;
use super::args::Render;
use super::args::pages::{MOST_PAGES, PagesArgument};
use super::drawing::{Drawing, Format, carried, carried_as, say_what_is_missing};
use super::output::Output;
use crate::export::{Carried, ExportError, Numbered, pdf_pages};
use crate::study::{Clock, Findings, Study, length};
use std::path::{Path, PathBuf};

/// Writes the pages: all of them or none.
pub(super) fn write(
    study: &Study,
    arguments: &Render,
    pages: &PagesArgument,
    output: &Output<'_>,
    inputs: &[PathBuf],
) -> Result<String, Failure> {
    let format = Format::of(&arguments.output)?;
    let numbered = Numbered::of(&arguments.output);
    if numbered.is_none() && format != Format::Pdf {
        return Err(Failure::Usage(
            "pages are one .pdf, or files with a place for their number: page-%03d.svg".to_owned(),
        ));
    }
    let drawing = Drawing::asked(arguments, format);
    let (findings, fineness) = drawing.findings(study)?;
    let steps = steps(pages, &findings)?;
    match &numbered {
        None => output.check(inputs)?,
        Some(numbered) => {
            for number in 1..=steps.len() {
                Output { path: &numbered.path(number), ..*output }.check(inputs)?;
            }
        }
    }
    say_what_is_missing(study, &findings, fineness);
    let failed = |error: ExportError| Failure::Failed(error.to_string());
    match numbered {
        Some(numbered) => {
            let page = |index: usize| {
                let study = at(study, *steps.get(index)?);
                let encoded = drawing.encoded(&study, &findings).map_err(std::io::Error::other);
                Some(encoded.map(|encoded| carried(&study, arguments, &drawing, encoded.bytes)))
            };
            numbered.write(&mut { page }).map_err(failed)?;
        }
        None => {
            let document = document(&drawing, study, &findings, &steps);
            let document = document.map_err(|reason| cannot_draw(&arguments.output, &reason))?;
            let record = Carried { pages: steps, ..drawing.record() };
            output.write(&carried_as(study, arguments, record, document))?;
        }
    }
    Ok(String::new())
}

/// The study with the timeline at a step.
fn at(study: &Study, step: usize) -> Study {
    let mut study = study.clone();
    (study.display.at, study.display.clock) = (Some(step), Clock::Steps);
    study
}

/// A PDF with a page for each of the steps.
///
/// # Errors
/// Returns an error, as a sentence, if it cannot be made.
pub(super) fn document(
    drawing: &Drawing,
    study: &Study,
    findings: &Findings,
    steps: &[usize],
) -> Result<Vec<u8>, String> {
    pdf_pages(steps.iter().map(|step| Ok(drawing.scene(&at(study, *step), findings, None).0)))
}

fn cannot_draw(path: &Path, reason: &str) -> Failure {
    Failure::Failed(format!("cannot draw {}: {reason}", path.display()))
}

/// The steps that have a page. One beyond the end of every run would repeat the last page.
fn steps(pages: &PagesArgument, findings: &Findings) -> Result<Vec<usize>, Failure> {
    let last = length(findings, Clock::Steps);
    match pages {
        PagesArgument::All if last >= MOST_PAGES => Err(Failure::Failed(format!(
            "the runs take {last} steps, and there are at most {MOST_PAGES} pages; --pages 0,10,100 chooses some"
        ))),
        PagesArgument::All => Ok((0..=last).collect()),
        PagesArgument::Steps(steps) => match steps.iter().find(|step| **step > last) {
            Some(step) => Err(Failure::Failed(format!("there is no step {step}: the longest run takes {last}"))),
            None => Ok(steps.clone()),
        },
    }
}
