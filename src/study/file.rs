//! A study as a TOML file, written so that it reads back exactly, and read with validation.
//!
//! A file may come from a colleague, another version or a damaged disk. [`from_toml`] accepts only studies that the
//! rest of the program can work with; every other file is an error with a line and a field. [`to_toml`] refuses
//! everything that [`from_toml`] would refuse, so every saved study can be opened.

use super::check::{self, Fault};
use super::data::{Fields, Source};
use super::grids::GridFields;
use super::{Display, EnsembleOptions, LandscapeChoice, PictureOptions, Study};
use crate::dataset::{open, reason};
use crate::formula::FormulaError;
use crate::landscape::View;
use crate::landscape::catalogue::Entry;
use crate::network::NetworkRecipe;
use crate::optimizer::Run;
use serde::Deserialize;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The first line of a study file.
pub(super) const HEADER: &str =
    "# A Losscape study: open it with `losscape FILE`, draw it with `losscape render FILE -o picture.svg`.\n";

/// The most bytes that a study file may have. The longest useful one has a few thousand.
pub const MAX_BYTES: usize = 1_000_000;

/// The reason why a file is not a study, or why a study cannot be saved; a sentence to be put after "cannot open FILE:
/// ".
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StudyError {
    /// The operating system refused.
    #[error("{0}")]
    Unreadable(String),
    /// There are more than [`MAX_BYTES`].
    #[error("the file is larger than {} MB, which is too large for a study", MAX_BYTES / 1_000_000)]
    TooLarge,
    /// It is not UTF-8 text.
    #[error("line {line}: the file is not UTF-8 text, so it is no study")]
    NotText {
        /// The line of the first byte that is wrong, from 1.
        line: usize,
    },
    /// A later program wrote it.
    #[error("the file is from a newer version of Losscape (format {0}; this one reads up to {max})", max = Study::VERSION)]
    Newer(i64),
    /// The formula does not parse.
    #[error("{}landscape.formula: {error}", at(*line))]
    Formula {
        /// The line of the field, from 1; `None` for a study in memory.
        line: Option<usize>,
        /// The formula.
        formula: String,
        /// The error of the formula, with its column.
        error: FormulaError,
    },
    /// It is not TOML, or a field is wrong.
    #[error("{}{}{message}", at(*line), field.as_ref().map(|field| format!("{field}: ")).unwrap_or_default())]
    Content {
        /// The line, from 1, where there is one.
        line: Option<usize>,
        /// The field, as a path: `runs[2].settings.learning_rate`.
        field: Option<String>,
        /// The error in words.
        message: String,
    },
}

fn at(line: Option<usize>) -> String {
    line.map(|line| format!("line {line}: ")).unwrap_or_default()
}

/// The study as the text of a file. [`from_toml`] reads back an equal study.
///
/// # Errors
/// Returns an error if the study has something that [`from_toml`] would refuse, such as a formula that does not parse.
pub fn to_toml(study: &Study) -> Result<String, StudyError> {
    to_toml_in(study, Path::new(""))
}

/// The study as the text of a file in this folder. The path of a file of examples in the folder is relative to it.
/// [`from_toml_in`] reads back an equal study.
///
/// # Errors
/// Returns an error if the study has something that [`from_toml`] would refuse, such as a formula that does not parse.
pub fn to_toml_in(study: &Study, folder: &Path) -> Result<String, StudyError> {
    check::study(study).map_err(|fault| error_of(fault, None))?;
    let mut written = study.clone();
    let of_data = written.data.as_mut().and_then(|data| match &mut data.source {
        Source::File(path) => Some(path),
        _ => None,
    });
    let of_grid = written.grid.as_mut().and_then(|grid| grid.file.as_mut());
    for path in of_data.into_iter().chain(of_grid) {
        if let Ok(folder) = std::path::absolute(folder)
            && let Ok(inside) = path.strip_prefix(&folder)
        {
            *path = inside.to_owned();
        }
    }
    let body = toml::to_string(&written).map_err(|error| StudyError::Content {
        line: None,
        field: None,
        message: format!("the study cannot be written as TOML: {error}"),
    })?;
    let text = format!("{HEADER}{body}");
    // A study that could not be opened is not saved: headers and decimals may be long.
    if text.len() > MAX_BYTES { Err(StudyError::TooLarge) } else { Ok(text) }
}

/// A study as it is in a file, before its examples are loaded.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    landscape: LandscapeChoice,
    #[serde(default)]
    data: Option<Fields>,
    #[serde(default)]
    network: Option<NetworkRecipe>,
    #[serde(default)]
    grid: Option<GridFields>,
    view: View,
    start: [f64; 2],
    runs: Vec<Run>,
    picture: PictureOptions,
    #[serde(default)]
    ensemble: EnsembleOptions,
    #[serde(default)]
    display: Display,
}

/// The study in a file's text.
///
/// # Errors
/// Returns an error if the text is not a study of a version that this program knows, or if it asks for something that
/// cannot be computed.
pub fn from_toml(text: &str) -> Result<Study, StudyError> {
    from_toml_in(text, Path::new(""))
}

/// The study in the text of a file in this folder, where a file of examples is looked for.
///
/// # Errors
/// Returns an error if the text is not a study of a version that this program knows, if it asks for something that
/// cannot be computed, or if its examples cannot be loaded.
pub fn from_toml_in(text: &str, folder: &Path) -> Result<Study, StudyError> {
    read(text, Some(folder))
}

/// The study in a text from anywhere, which may not name a file of examples.
///
/// # Errors
/// Returns an error as [`from_toml`] does, and if the text names a file.
pub(super) fn from_toml_alone(text: &str) -> Result<Study, StudyError> {
    read(text, None)
}

fn read(text: &str, folder: Option<&Path>) -> Result<Study, StudyError> {
    if text.len() > MAX_BYTES {
        return Err(StudyError::TooLarge);
    }
    let document = Document::parse(text)?;
    document.check_version()?;
    document.check_lengths()?;
    let Written { version, landscape, data, network, grid, view, start, runs, picture, ensemble, display } =
        toml::from_str(text).map_err(|error| document.error(&error))?;
    document.check_formula(network.is_some() || grid.is_some())?;
    let wrong = |section: &str, field: Option<&'static str>, message: String| {
        let path = std::iter::once(section).chain(field).map(str::to_owned).collect();
        error_of(Fault::Field { path, message }, Some(&document))
    };
    let data = data.map(|fields| fields.fetch(folder)).transpose();
    let data = data.map_err(|(field, message)| wrong("data", field, message))?;
    let grid = grid.map(|fields| fields.fetch(folder)).transpose();
    let grid = grid.map_err(|(field, message)| wrong("grid", field, message))?;
    let mut study = Study { version, landscape, data, network, grid, view, start, runs, picture, ensemble, display };
    check::study(&study).map_err(|fault| error_of(fault, Some(&document)))?;
    // The study keeps the catalogue's name only if formula and data are those of the catalogue, so that a picture never
    // has the wrong title.
    let dataset = study.data.as_ref().map(|data| &data.dataset);
    study.landscape.name = study.landscape.name.filter(|name| {
        let network = |entry: &Entry| Study::of_entry(entry).network.map(|recipe| recipe.as_computed());
        let is_same = |entry: &Entry| entry.formula == study.landscape.formula && entry.dataset() == dataset;
        let recipe = study.network.as_ref().map(NetworkRecipe::as_computed);
        super::entry(name).is_some_and(|entry| is_same(entry) && network(entry) == recipe)
    });
    Ok(study)
}

/// The study in a file.
///
/// # Errors
/// Returns an error if the file cannot be read, and as [`from_toml`] does.
pub fn load(path: &Path) -> Result<Study, StudyError> {
    let unreadable = |error: std::io::Error| StudyError::Unreadable(reason(&error));
    let file = open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    from_bytes_in(bytes, path.parent().unwrap_or(Path::new("")))
}

/// The study in a file's bytes, such as those of a file dropped on the window.
///
/// # Errors
/// Returns an error if the bytes are not UTF-8 text, and as [`from_toml`] does.
pub fn from_bytes(bytes: Vec<u8>) -> Result<Study, StudyError> {
    from_bytes_in(bytes, Path::new(""))
}

/// The study in the bytes of a file in this folder.
///
/// # Errors
/// Returns an error if the bytes are not UTF-8 text, and as [`from_toml_in`] does.
pub fn from_bytes_in(bytes: Vec<u8>, folder: &Path) -> Result<Study, StudyError> {
    if bytes.len() > MAX_BYTES {
        return Err(StudyError::TooLarge);
    }
    // Some editors put a byte order mark before UTF-8 text.
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        StudyError::NotText { line: 1 + good.iter().filter(|byte| **byte == b'\n').count() }
    })?;
    from_toml_in(text.strip_prefix('\u{feff}').unwrap_or(&text), folder)
}

/// The text with the positions of its fields, so that an error can name a line.
struct Document<'a> {
    text: &'a str,
    root: DeTable<'a>,
}

impl<'a> Document<'a> {
    fn parse(text: &'a str) -> Result<Document<'a>, StudyError> {
        match DeTable::parse(text) {
            Ok(root) => Ok(Document { text, root: root.into_inner() }),
            Err(error) => {
                let line = error.span().map(|span| line_of(text, span.start));
                // For a file that does not look like a study at all the error says so; for a damaged study it has the
                // place.
                let looks_like_study = text.lines().any(|line| line.trim_start().starts_with("version"));
                let message = match looks_like_study {
                    true if error.message().contains("duplicate key") => twice(text, error.span()),
                    true => error.message().to_owned(),
                    false => format!("this is no study file ({})", error.message()),
                };
                Err(StudyError::Content { line, field: None, message })
            }
        }
    }

    /// Checks the version before anything else, because a newer file may have unknown fields.
    fn check_version(&self) -> Result<(), StudyError> {
        #[derive(Deserialize)]
        struct Version {
            version: Option<toml::Value>,
        }
        // What is no TOML is refused where it is read as a whole, which knows the line.
        let Ok(Version { version }) = toml::from_str(self.text) else { return Ok(()) };
        let refused = |message: &str| {
            let line = self.line(&["version".to_owned()]);
            Err(StudyError::Content { line, field: Some("version".to_owned()), message: message.to_owned() })
        };
        match version {
            Some(toml::Value::Integer(version)) if version > i64::from(Study::VERSION) => {
                Err(StudyError::Newer(version))
            }
            Some(toml::Value::Integer(version)) if version >= 1 => Ok(()),
            Some(_) => refused("the format of a study is a whole number from 1"),
            None => refused("missing, so this is no study file"),
        }
    }

    /// A study without a network or a grid must have a formula.
    fn check_formula(&self, has_other: bool) -> Result<(), StudyError> {
        let path = ["landscape".to_owned(), "formula".to_owned()];
        if has_other || self.value(&path).is_some() {
            return Ok(());
        }
        Err(StudyError::Content {
            line: self.line(&path[..1]),
            field: Some(check::field_name(&path)),
            message: "missing: a study needs this field".to_owned(),
        })
    }

    /// Checks the lengths of arrays, because deserialising an array ignores surplus numbers.
    fn check_lengths(&self) -> Result<(), StudyError> {
        let owned = |path: &[&str]| path.iter().map(|step| (*step).to_owned()).collect::<Vec<String>>();
        let mut arrays = vec![
            (owned(&["view"]), 4),
            (owned(&["start"]), 2),
            (owned(&["display", "selected"]), 2),
            (owned(&["ensemble", "range"]), 2),
            (owned(&["display", "follow", "range"]), 2),
        ];
        if let Some(DeValue::Array(runs)) = self.root.get("runs").map(|runs| runs.get_ref()) {
            arrays.extend((0..runs.len()).map(|run| (owned(&["runs", &run.to_string(), "start"]), 2)));
        }
        for (path, wanted) in arrays {
            let Some(DeValue::Array(array)) = self.value(&path) else { continue };
            if array.len() != wanted {
                let message = format!("{wanted} numbers are wanted, and there are {}", array.len());
                let field = Some(check::field_name(&path));
                return Err(StudyError::Content { line: self.line(&path), field, message });
            }
        }
        Ok(())
    }

    /// The value of the field with this path.
    fn value(&self, path: &[String]) -> Option<&DeValue<'a>> {
        let (first, rest) = path.split_first()?;
        let mut value = self.root.get(first.as_str())?.get_ref();
        for step in rest {
            value = match value {
                DeValue::Array(array) => array.get(step.parse::<usize>().ok()?)?.get_ref(),
                DeValue::Table(table) => table.get(step.as_str())?.get_ref(),
                _ => return None,
            };
        }
        Some(value)
    }

    /// The line and field that a deserialisation error is about.
    fn error(&self, error: &toml::de::Error) -> StudyError {
        if let Some(path) = self.missing(error.message()) {
            let line = self.line(&path[..path.len() - 1]);
            let message = "missing: a study needs this field".to_owned();
            return StudyError::Content { line, field: Some(check::field_name(&path)), message };
        }
        let mut path = error.span().and_then(|span| path_in_table(&self.root, &span)).unwrap_or_default();
        let mut line = error.span().map(|span| line_of(self.text, span.start));
        // For a setting the message has its name, and serde has the position of the table around it.
        if let Some((_, key)) = error.message().trim().rsplit_once(" is no value of ") {
            path.push(key.to_owned());
            line = self.line(&path).or(line);
        }
        let mut message = in_words(error.message());
        if let Some(header) = path.last().filter(|_| message.starts_with("unknown field")).and_then(|name| home(name)) {
            message += &format!("; it belongs under {header}: is this header missing?");
        }
        // A setting of a run with the name of a field of the picture.
        if let [.., settings, name] = &path[..]
            && settings == "settings"
            && home(name) == Some("[picture]")
        {
            message += ": is a header [picture] missing above it?";
        }
        StudyError::Content { line, field: (!path.is_empty()).then(|| check::field_name(&path)), message }
    }

    /// The path of a missing field. The position that serde reports for it is that of another field, or none.
    fn missing(&self, message: &str) -> Option<Vec<String>> {
        let name = message.trim().strip_prefix("missing field `")?.split('`').next()?;
        let lacks = |value: &DeValue<'_>| matches!(value, DeValue::Table(table) if table.get(name).is_none());
        let path = |steps: &[&str]| Some(steps.iter().chain([&name]).map(|step| (*step).to_owned()).collect());
        match name {
            "formula" => path(&["landscape"]),
            "optimizer" => {
                let DeValue::Array(runs) = self.root.get("runs")?.get_ref() else { return None };
                let run = runs.iter().position(|run| lacks(run.get_ref()))?;
                path(&["runs", &run.to_string()])
            }
            _ if self.root.get(name).is_none() => path(&[]),
            _ => None,
        }
    }

    /// The line of the field with this path, or of the nearest field around it.
    fn line(&self, path: &[String]) -> Option<usize> {
        let (first, rest) = path.split_first()?;
        let (key, value) = self.root.get_key_value(first.as_str())?;
        let mut place = key.span();
        let mut value = value.get_ref();
        for step in rest {
            let next = match value {
                DeValue::Array(array) => step.parse().ok().and_then(|index: usize| array.get(index)),
                DeValue::Table(table) => table.get(step.as_str()),
                _ => None,
            };
            let Some(next) = next else { break };
            place = next.span();
            value = next.get_ref();
        }
        Some(line_of(self.text, place.start))
    }
}

/// The path of the innermost field whose key or value holds the span. Every branch is searched, because the span of a
/// table with its own header is that of the header.
fn path_in_table(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<String>> {
    table.iter().find_map(|(key, value)| {
        let inner = if holds(&key.span(), span) { Some(Vec::new()) } else { path_in_value(value, span) };
        inner.map(|inner| step_into(key.get_ref().to_string(), inner))
    })
}

fn path_in_value(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<Vec<String>> {
    let inner = match value.get_ref() {
        DeValue::Table(table) => path_in_table(table, span),
        DeValue::Array(array) => array
            .iter()
            .enumerate()
            .find_map(|(index, item)| path_in_value(item, span).map(|inner| step_into(index.to_string(), inner))),
        _ => None,
    };
    inner.or_else(|| holds(&value.span(), span).then(Vec::new))
}

/// The header of the section to which a field belongs, if it is not a field of the whole study.
fn home(name: &str) -> Option<&'static str> {
    let is_of_picture =
        || toml::Table::try_from(PictureOptions::default()).is_ok_and(|picture| picture.contains_key(name));
    match name {
        "formula" | "parameters" => Some("[landscape]"),
        "optimizer" | "settings" | "steps" | "schedule" | "seed" => Some("[[runs]]"),
        _ if is_of_picture() => Some("[picture]"),
        _ => None,
    }
}

/// The message for a key that occurs twice in one section.
fn twice(text: &str, span: Option<Range<usize>>) -> String {
    let name = span.and_then(|span| text.get(span)).unwrap_or_default().trim();
    // [runs.settings] above the first [[runs]] turns the runs into a table.
    let home = if name == "runs" { Some("[[runs]]") } else { home(name) };
    let header = home.map(|header| format!(": is a header {header} missing above it?"));
    format!("{name} is here for the second time in its section{}", header.unwrap_or_default())
}

fn step_into(step: String, inner: Vec<String>) -> Vec<String> {
    std::iter::once(step).chain(inner).collect()
}

/// The message of serde, without the names of Rust types.
pub(crate) fn in_words(message: &str) -> String {
    let words = [
        ("usize", "a whole number from 0"),
        ("u64", "a whole number from 0"),
        ("u32", "a whole number from 0"),
        ("f64", "a number"),
        ("an array of length", "a list of as many numbers as"),
        ("a boolean", "true or false"),
    ];
    let line = message.trim().replace('\n', " ");
    words.iter().fold(line, |line, (name, word)| line.replace(&format!("expected {name}"), &format!("expected {word}")))
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

fn error_of(fault: Fault, document: Option<&Document<'_>>) -> StudyError {
    let line = document.and_then(|document| document.line(fault.path()));
    match fault {
        Fault::Formula { formula, error } => StudyError::Formula { line, formula, error },
        Fault::Field { path, message } => StudyError::Content { line, field: Some(check::field_name(&path)), message },
    }
}

#[cfg(test)]
mod tests;
