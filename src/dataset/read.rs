//! Text of a table → dataset: the columns of numbers, and for each other column the reason why it is not one.

use super::decode::check;
use super::layout::{Layout, filled, layout};
use super::names::names_of;
use super::numbers::{Evidence, FileMarks, Mark, is_missing, number};
use super::records::{Cell, Separator};
use super::{Dataset, DatasetError, MAX_COLUMNS, MAX_ROWS, MAX_VALUES, OtherColumn, remarks};
use crate::number::{Decimal, Decimals};
use std::collections::BTreeMap;

/// Reads a table; `encoding` is a remark on how its bytes were read.
///
/// # Errors
/// Returns an error with line and column if the text is not a table of numbers.
pub(super) fn dataset_of(text: &str, encoding: Option<String>) -> Result<Dataset, DatasetError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Some old programs end a file with Ctrl-Z.
    let text = text.strip_suffix('\u{1a}').unwrap_or(text);
    check(text)?;
    if text.trim().is_empty() {
        return Err(DatasetError::Empty);
    }
    if text.trim_start().starts_with(['{', '[']) && text.trim_end().ends_with(['}', ']']) {
        return Err(DatasetError::OtherFile("a JSON file"));
    }
    let layout = layout(text)?;
    if layout.width > MAX_COLUMNS {
        return Err(DatasetError::TooWide(layout.width));
    }
    let survey = Survey::of(&layout)?;
    let headers: Vec<String> = match &layout.headers {
        Some(headers) => headers.clone(),
        None => (1..=layout.width).map(|column| format!("x{column}")).collect(),
    };
    if survey.rows == 0 {
        return Err(DatasetError::NoExamples(super::names::listed(headers.iter())));
    }
    let names = names_of(&headers);
    let marks = survey.marks(layout.separator);
    let mut columns: Vec<Option<Vec<Decimal>>> =
        marks.iter().map(|mark| mark.is_ok().then(|| Vec::with_capacity(survey.rows))).collect();
    let incomplete = values(&layout, &survey, &marks, &mut columns)?;
    let mut dataset = Dataset { incomplete: incomplete.into(), ..Dataset::default() };
    let (mut kept_names, mut kept_headers, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    let mut others = Vec::new();
    let mut read_marks = Vec::new();
    for (index, (name, header)) in names.into_iter().zip(headers).enumerate() {
        let evidence = &survey.columns[index];
        match (&marks[index], columns[index].take()) {
            (Ok(mark), Some(column)) => {
                read_marks.push((name.clone(), *mark, evidence.grouped(*mark).cloned(), evidence.has_only(*mark)));
                kept_names.push(name);
                kept_headers.push(header);
                kept.push(column.into_iter().collect::<Decimals>());
            }
            (Err(trouble), _) => others.push(OtherColumn {
                name,
                header,
                trouble: trouble.clone(),
                is_meant_as_numbers: evidence.is_meant_as_numbers(),
            }),
            (Ok(_), None) => {}
        }
    }
    if kept.is_empty() {
        let meant = others.iter().find(|other| other.is_meant_as_numbers).or(others.first());
        return Err(meant.map_or(DatasetError::Empty, |other| DatasetError::Column(other.trouble.clone())));
    }
    dataset.names = kept_names.into();
    dataset.headers = kept_headers.into();
    dataset.columns = kept.into();
    dataset.others = others.into();
    let comments = survey.comments - u64::from(survey.comments > 0 && layout.has_header_in_comment);
    dataset.remarks = remarks::of(&dataset, &layout, comments, &read_marks, encoding).into();
    Ok(dataset)
}

/// A survey of all records.
struct Survey {
    columns: Vec<Evidence>,
    /// How many examples there are, without rows at the end in which every cell is empty.
    rows: usize,
    comments: u64,
}

impl Survey {
    fn of(layout: &Layout<'_>) -> Result<Survey, DatasetError> {
        let width = layout.width;
        let mut columns = vec![Evidence::default(); width];
        let (mut rows, mut seen) = (0, 0);
        let mut records = layout.body.clone();
        let mut cells = Vec::new();
        while let Some(line) = records.read(&mut cells)? {
            let found = filled(&cells);
            if cells.len() < width && found > 0 || found > width {
                let found = if found > width { found } else { cells.len() };
                return Err(DatasetError::Length { line, wanted: width, found });
            }
            seen += 1;
            if found > 0 {
                rows = seen;
            }
            if rows > MAX_ROWS {
                return Err(DatasetError::TooMany);
            }
            if rows.saturating_mul(width) > MAX_VALUES {
                return Err(DatasetError::TooManyValues);
            }
            for (column, cell) in columns.iter_mut().zip(&cells) {
                column.add(line, &cell.text);
            }
        }
        Ok(Survey { columns, rows, comments: records.comments })
    }

    fn marks(&self, separator: Separator) -> Vec<Result<Mark, super::Trouble>> {
        let known = [Mark::Point, Mark::Comma].map(|mark| self.columns.iter().any(|column| column.has_only(mark)));
        let file = FileMarks {
            known,
            commas_separate: separator == Separator::Mark(b','),
            semicolons_separate: separator == Separator::Mark(b';'),
        };
        self.columns.iter().enumerate().map(|(index, column)| column.mark(index + 1, &file)).collect()
    }
}

/// Reads the numbers into their columns, and returns the lines of the examples in which one is missing.
fn values(
    layout: &Layout<'_>,
    survey: &Survey,
    marks: &[Result<Mark, super::Trouble>],
    columns: &mut [Option<Vec<Decimal>>],
) -> Result<BTreeMap<usize, u64>, DatasetError> {
    let mut incomplete = BTreeMap::new();
    let mut records = layout.body.clone();
    let mut cells: Vec<Cell<'_>> = Vec::new();
    for row in 0..survey.rows {
        let Some(line) = records.read(&mut cells)? else { break };
        for (index, (column, mark)) in columns.iter_mut().zip(marks).enumerate() {
            let (Some(column), Ok(mark)) = (column, mark) else { continue };
            let text = cells.get(index).map_or("", |cell| cell.text.as_ref());
            if is_missing(text) {
                incomplete.insert(row, line);
                column.push(f64::NAN.into());
                continue;
            }
            let wrong = || DatasetError::Value { line, column: index + 1, text: super::numbers::shortened(text) };
            column.push(number(text, *mark).ok_or_else(wrong)?);
        }
    }
    Ok(incomplete)
}
