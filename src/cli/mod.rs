//! The command line: every answer of the window, for scripts and for machines without a display.
//!
//! [`run`] reads the arguments and does what they ask; only opening the window is left to the caller, because the
//! command line knows no window. The JSON is a contract ([`crate::export::answers`]): fields are added, never renamed. Answers go to
//! standard output or, whole or not at all, to a file; what is wrong goes to standard error in words.

mod args;
mod branches;
mod chart;
mod check;
mod command;
mod compute;
mod drawing;
mod ensemble;
mod film;
mod lesson;
mod link;
mod network;
mod output;
mod pages;
mod pdf_objects;
mod render;
mod saddles;
mod subject;
#[cfg(test)]
mod tests;
mod text;
mod thermal;

use crate::dataset::descriptor;
use crate::export::{Opened, opened_with, words};
use crate::formula::FormulaError;
use crate::landscape::grid::UNKNOWN_VIEW;
use crate::study::{Study, StudyError};
use args::Source;
use clap::{CommandFactory, Parser};
use command::{Arguments, Command};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Exit status when everything was answered.
pub const SUCCESS: u8 = 0;
/// Exit status when a computation or a file failed.
pub const FAILED: u8 = 1;
/// Exit status of wrong usage and of a formula that does not parse.
pub const USAGE: u8 = 2;

/// The answers as JSON, or the failure to write them.
mod answers {
    use super::Failure;
    use crate::export::answers as written;
    pub use crate::export::answers::*;
    use crate::landscape::Loss;
    use serde::Serialize;

    /// The answer as one line.
    pub fn json<T: Serialize>(answer: &T) -> Result<String, Failure> {
        written::json(answer).map_err(Failure::Failed)
    }

    /// The answer about a landscape as one line, with its `formula` and its `notes`.
    pub fn noted<T: Serialize>(loss: &Loss, answer: &T, notes: Vec<String>) -> Result<String, Failure> {
        written::noted(loss, answer, notes).map_err(Failure::Failed)
    }
}

/// What is left to do after the command line.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing: the program ends with this exit status.
    Exit(u8),
    /// To open the window. Boxed, because a study is large.
    Window(Box<Opening>),
}

/// What the window is opened on.
#[derive(Debug, Default)]
pub struct Opening {
    /// The study; without one the window begins as it likes.
    pub study: Option<Study>,
    /// The file that the study is from.
    pub path: Option<PathBuf>,
}

/// Why a command has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Failure {
    /// The arguments or the formula are wrong.
    Usage(String),
    /// A computation or a file failed.
    Failed(String),
    /// The question was answered, and the answer is no: it goes to standard output, and the exit status is that of a failure.
    Answered(String),
}

impl Failure {
    /// The failure of a formula, shown with a mark under the column.
    fn formula(formula: &str, error: &FormulaError) -> Failure {
        Failure::Usage(format!("the formula has an error at {error}\n\n{}", text::pointed_at(formula, error.column)))
    }

    /// The failure to open a study file.
    fn study(path: &Path, error: &StudyError) -> Failure {
        let shown = match error {
            StudyError::Formula { formula, error, .. } => format!("\n\n{}", text::pointed_at(formula, error.column)),
            _ => String::new(),
        };
        Failure::Failed(format!("cannot open {}: {error}{shown}", path.display()))
    }
}

/// Does what the arguments ask; the first is the program's name. `base` is asked for the address that links begin with where the
/// arguments have none.
pub fn run(arguments: impl IntoIterator<Item = OsString>, base: &dyn Fn() -> Option<String>) -> Outcome {
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        // Help and version are "errors" of clap's with exit status 0.
        Err(error) => {
            let printed = unless_nobody_reads(error.print());
            return Outcome::Exit(match printed {
                Err(failure) if !error.use_stderr() => report(&failure),
                _ => u8::try_from(error.exit_code()).unwrap_or(USAGE),
            });
        }
    };
    let done = match parsed.command {
        Some(Command::Open(arguments)) => window(Some(arguments.source)),
        None => window(parsed.source),
        Some(Command::Link(arguments)) => link::printed(&arguments, base).map(Done::Said),
        Some(command) => answer(command).map(Done::Said),
    };
    let done = match done {
        Ok(Done::Window(opening)) => return Outcome::Window(opening),
        Ok(Done::Said(text)) => Ok(text),
        Err(failure) => Err(failure),
    };
    let (done, status) = match done {
        Err(Failure::Answered(text)) => (Ok(text), FAILED),
        done => (done, SUCCESS),
    };
    match done.and_then(|text| print(&text)) {
        Ok(()) => Outcome::Exit(status),
        Err(failure) => Outcome::Exit(report(&failure)),
    }
}

/// What became of a command.
enum Done {
    /// A text for standard output.
    Said(String),
    /// The window is to be opened.
    Window(Box<Opening>),
}

fn window(source: Option<Source>) -> Result<Done, Failure> {
    open(source).map(|opening| Done::Window(Box::new(opening)))
}

/// The text that the command puts out on standard output.
fn answer(command: Command) -> Result<String, Failure> {
    match command {
        Command::Probe(arguments) => compute::probe(&arguments),
        Command::Points(arguments) => compute::points(&arguments),
        Command::Trace(arguments) => compute::trace(&arguments),
        Command::Basins(arguments) => compute::basins(&arguments),
        Command::Ensemble(arguments) => ensemble::ensemble(&arguments),
        Command::Saddles(arguments) => saddles::saddles(&arguments),
        Command::Branches(arguments) => branches::branches(&arguments),
        Command::Occupation(arguments) => thermal::occupation(&arguments),
        Command::Escape(arguments) => thermal::escape(&arguments),
        Command::Render(arguments) => render::render(&arguments),
        Command::Film(arguments) => film::film(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Link(arguments) => link::printed(&arguments, &|| None),
        // The window is opened by the caller.
        Command::Open(_) => Ok(String::new()),
        Command::Network(command) => network::network(&command),
        Command::Lesson(command) => lesson::lesson(&command),
        Command::Lessons(arguments) => lesson::lessons_listed(&arguments),
        Command::Landscapes(arguments) => compute::landscapes(&arguments),
        Command::Optimizers(arguments) => compute::optimizers(&arguments),
        Command::Datasets(arguments) => compute::datasets(&arguments),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "losscape", &mut script);
            String::from_utf8(script).map_err(|error| Failure::Failed(error.to_string()))
        }
    }
}

/// What the window is to be opened on.
fn open(source: Option<Source>) -> Result<Opening, Failure> {
    Ok(match source {
        None => Opening::default(),
        Some(source @ (Source::Entry(_) | Source::Link(_))) => {
            Opening { study: Some(link::study_of(&source)?), path: None }
        }
        Some(Source::Study(path)) => {
            let opened = opened_with(&path, Some(UNKNOWN_VIEW)).map_err(|error| Failure::study(&path, &error))?;
            let Opened { study, is_elsewhere } = opened;
            // What was read from a pipe has no file to be saved to, and a picture is no file of a study.
            let path = Some(path).filter(|path| !is_elsewhere && path.is_file() && descriptor(path).is_none());
            Opening { study: Some(study), path }
        }
    })
}

/// Writes to standard output.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    unless_nobody_reads(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// What became of writing to standard output; a reader that has seen enough (`| head`) is no failure.
fn unless_nobody_reads(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Failed(format!("cannot write to standard output: {}", words(&error))))
        }
        _ => Ok(()),
    }
}

/// Says something that is worth knowing and is no failure.
fn note(text: &str) {
    // If standard error is closed, there is nowhere to report that.
    let _ = writeln!(std::io::stderr().lock(), "note: {text}");
}

/// Says what is wrong, and returns the exit status for it.
fn report(failure: &Failure) -> u8 {
    let (message, status) = match failure {
        Failure::Usage(message) => (message, USAGE),
        Failure::Failed(message) | Failure::Answered(message) => (message, FAILED),
    };
    // If standard error is closed, there is nowhere to report that.
    let _ = writeln!(std::io::stderr().lock(), "error: {message}");
    status
}
