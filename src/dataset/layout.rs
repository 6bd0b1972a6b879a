//! The layout of a table, detected from its first records: the separator of its columns, whether it has a header, and
//! where its examples begin.

use super::DatasetError;
use super::numbers::{Shape, shape};
use super::records::{Cell, Records, Separator};
use std::collections::BTreeSet;

/// How a table is written.
#[derive(Clone, Debug)]
pub(super) struct Layout<'a> {
    /// The records after the header.
    pub body: Records<'a>,
    /// The separator of the columns.
    pub separator: Separator,
    /// The headers; `None` for a file without.
    pub headers: Option<Vec<String>>,
    /// Whether the headers stand in a comment.
    pub has_header_in_comment: bool,
    /// Whether the first cell of every line is the name of the row, for which there is no header.
    pub has_row_names: bool,
    /// How many cells a record has, without those that are empty at its end.
    pub width: usize,
}

/// Records that are looked at.
const SAMPLE: usize = 200;
/// The possible separators of columns. If two fit equally well, the first in this list is taken: commas may be decimal
/// commas, and blanks may be part of names.
const SEPARATORS: [Separator; 5] =
    [Separator::Mark(b'\t'), Separator::Mark(b';'), Separator::Mark(b'|'), Separator::Mark(b','), Separator::Blanks];

/// Detects the layout of a text.
///
/// # Errors
/// Returns an error if there is no record, or a quotation mark is opened and not closed.
pub(super) fn layout(text: &str) -> Result<Layout<'_>, DatasetError> {
    let (start, said) = separator_line(text)?;
    let skips = has_comments(text, start);
    let records = |separator| Records::new(text, start, if start == 0 { 1 } else { 2 }, separator, skips);
    let samples: Vec<Result<Sample<'_>, DatasetError>> = match said {
        Some(separator) => vec![Sample::of(separator, records(separator))],
        None => SEPARATORS.map(|separator| Sample::of(separator, records(separator))).into(),
    };
    let mut best: Option<Sample<'_>> = None;
    let mut refused = None;
    for sample in samples {
        match sample {
            Ok(sample) if best.as_ref().is_none_or(|best| sample.fitness() > best.fitness()) => best = Some(sample),
            Ok(_) => {}
            Err(error) => refused = Some(error),
        }
    }
    let Some(best) = best else { return Err(refused.unwrap_or(DatasetError::Empty)) };
    // Without a separator there is one column, and a comma in a line would make a second one.
    let separates = best.separates() || said.is_some();
    let best = if separates { best } else { Sample::of(Separator::Mark(b','), records(Separator::Mark(b',')))? };
    if best.records.is_empty() {
        return Err(DatasetError::Empty);
    }
    best.layout(text, start)
}

/// Where the records begin, and the separator that a first line such as `sep=;` names.
fn separator_line(text: &str) -> Result<(usize, Option<Separator>), DatasetError> {
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let line = text[..end].trim_matches([' ', '"']);
    let Some(mark) = line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and_then(|_| line.get(4..))
    else {
        return Ok((0, None));
    };
    let length = if text[end..].starts_with("\r\n") { 2 } else { usize::from(end < text.len()) };
    match mark.as_bytes() {
        // A separator that is a blank was trimmed from the end of the line.
        [] => Ok((end + length, Some(Separator::Blanks))),
        [mark] if mark.is_ascii_punctuation() || *mark == b'\t' => Ok((end + length, Some(Separator::Mark(*mark)))),
        _ => Err(DatasetError::SeparatorLine(mark.to_owned())),
    }
}

/// Whether lines that begin with # are comments: unless all lines but the first do, which are then data.
fn has_comments(text: &str, start: usize) -> bool {
    let mut lines = Records::new(text, start, 1, Separator::Mark(b','), false);
    if lines.is_at_comment() == Some(true) {
        return true;
    }
    lines.raw_line();
    while let Some(is_comment) = lines.is_at_comment() {
        if !is_comment {
            return true;
        }
        lines.raw_line();
    }
    false
}

/// The first records with one separator.
struct Sample<'a> {
    separator: Separator,
    records: Vec<Vec<Cell<'a>>>,
    /// The records before the first one, and before the second.
    begin: [Records<'a>; 2],
}

impl<'a> Sample<'a> {
    fn of(separator: Separator, mut records: Records<'a>) -> Result<Sample<'a>, DatasetError> {
        let mut begin = [records.clone(), records.clone()];
        let mut found = Vec::new();
        let mut cells = Vec::new();
        while found.len() <= SAMPLE && records.read(&mut cells)?.is_some() {
            if found.is_empty() {
                begin[1] = records.clone();
            }
            found.push(std::mem::take(&mut cells));
        }
        Ok(Sample { separator, records: found, begin })
    }

    fn first(&self) -> &[Cell<'a>] {
        self.records.first().map_or(&[], Vec::as_slice)
    }

    fn body(&self) -> &[Vec<Cell<'a>>] {
        if self.records.len() > 1 { &self.records[1..] } else { &self.records }
    }

    /// How well the separator fits: whether it separates at all, whether all records have as many cells as the first,
    /// and the shares of records that do and of cells that are numbers.
    fn fitness(&self) -> [f64; 4] {
        let wanted = self.first().len();
        let fitting = self.body().iter().filter(|record| fits(record, wanted)).count();
        let fitting = if self.has_row_names() { self.body().len() } else { fitting };
        let is_whole = fitting == self.body().len();
        let cells = self.body().iter().flatten();
        let (all, numbers) = cells.fold((0_usize, 0_usize), |(all, numbers), cell| {
            (all + 1, numbers + usize::from(!matches!(shape(&cell.text), Shape::Text)))
        });
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        let [separates, is_whole] = [self.separates(), is_whole].map(|holds| f64::from(u8::from(holds)));
        [separates, is_whole, share(fitting, self.body().len()), share(numbers, all)]
    }

    /// Whether there is more than one column. Blanks in the header alone are part of a name.
    fn separates(&self) -> bool {
        let is_separated = |record: &Vec<Cell<'_>>| record.len() >= 2;
        let has_more = self.separator != Separator::Blanks || self.body().iter().any(is_separated);
        (self.first().len() >= 2 && has_more) || self.has_row_names()
    }

    /// Whether every record has one cell more than the header, with something in it, as in R's tables with row names.
    fn has_row_names(&self) -> bool {
        let wanted = self.first().len();
        let has_more = |record: &Vec<Cell<'_>>| filled(record) == wanted + 1;
        let is_header = self.first().iter().all(|cell| matches!(shape(&cell.text), Shape::Text));
        wanted >= 1 && self.records.len() > 1 && is_header && self.has_named_rows() && self.body().iter().all(has_more)
    }

    /// With only one header, the second cell may also be a surplus value. So the table counts as having row names only
    /// if these are in quotation marks.
    fn has_named_rows(&self) -> bool {
        self.first().len() >= 2 || self.body().iter().all(|record| record.first().is_some_and(|cell| cell.is_quoted))
    }

    fn layout(self, text: &str, start: usize) -> Result<Layout<'a>, DatasetError> {
        let Sample { separator, .. } = self;
        let mut headers: Option<Vec<String>> =
            self.has_header().then(|| self.first().iter().map(|cell| cell.text.trim().to_owned()).collect());
        let has_row_names = headers.is_some() && self.has_row_names();
        if let Some(headers) = &mut headers
            && has_row_names
        {
            headers.insert(0, String::new());
        }
        let has_header = headers.is_some();
        let headers = headers.or_else(|| self.header_in_comment(text, start));
        let mut width = headers.as_ref().map_or(self.first().len(), Vec::len);
        // Cells that are empty at the end of every line are not columns.
        let is_empty = |records: &[Vec<Cell<'_>>], width: usize| {
            records.iter().all(|record| record.get(width - 1).is_none_or(is_nothing))
        };
        let examples = if has_header { self.body() } else { &self.records };
        while width > 1
            && is_empty(examples, width)
            && headers.as_ref().is_none_or(|headers| headers[width - 1].is_empty())
        {
            width -= 1;
        }
        let headers = headers.map(|mut headers| {
            headers.truncate(width);
            headers
        });
        let [first, second] = self.begin;
        let has_header_in_comment = !has_header && headers.is_some();
        let body = if has_header { second } else { first };
        Ok(Layout { body, separator, headers, has_header_in_comment, has_row_names, width })
    }

    /// Whether the first record is a header. It is not a header if one of its cells is a number like those below it and
    /// no cell is a word above numbers.
    fn has_header(&self) -> bool {
        let [first, body @ ..] = self.records.as_slice() else { return true };
        if body.is_empty() {
            return first.iter().any(|cell| matches!(shape(&cell.text), Shape::Text) || cell.text.is_empty());
        }
        if self.is_under_names(first, body) {
            return true;
        }
        let offset = usize::from(self.has_row_names());
        let mut looks_like_data = false;
        for (index, cell) in first.iter().enumerate() {
            let below = body.iter().filter_map(|record| record.get(index + offset));
            let (mut numbers, mut texts, mut quoted) = (0_usize, 0_usize, 0_usize);
            for other in below {
                match shape(&other.text) {
                    Shape::Missing => {}
                    Shape::Text => texts += 1,
                    _ => {
                        numbers += 1;
                        quoted += usize::from(other.is_quoted);
                    }
                }
            }
            let is_over_numbers = numbers > 0 && numbers >= texts;
            match shape(&cell.text) {
                Shape::Text if is_over_numbers => return true,
                _ if is_over_numbers && cell.is_quoted && quoted == 0 => return true,
                Shape::Text | Shape::Missing => {}
                _ if is_over_numbers => looks_like_data = true,
                _ => {}
            }
        }
        !looks_like_data
    }

    /// Whether the first record names columns by numbers: nothing stands above an index, as pandas writes it, or a word
    /// that does not occur again stands above words, and the others are years.
    fn is_under_names(&self, first: &[Cell<'a>], body: &[Vec<Cell<'a>>]) -> bool {
        let [corner, others @ ..] = first else { return false };
        if others.is_empty() || others.iter().any(|cell| cell.text.trim().is_empty()) {
            return false;
        }
        let below: Vec<&str> = body.iter().map(|record| record.first().map_or("", |cell| cell.text.trim())).collect();
        let words = below.iter().all(|text| shape(text) == Shape::Text);
        if corner.text.is_empty() {
            let counts_up = below.iter().enumerate().all(|(row, text)| text.parse() == Ok(row));
            let is_apart = below.iter().collect::<BTreeSet<_>>().len() == below.len();
            return counts_up || (words && is_apart);
        }
        let years: Vec<i32> = others.iter().filter_map(|cell| cell.text.trim().parse().ok()).collect();
        let are_years = years.len() == others.len()
            && years.len() > 1
            && years.iter().all(|year| (1800..2200).contains(year))
            && years.windows(2).all(|pair| pair[1] == pair[0] + 1);
        are_years && words && shape(&corner.text) == Shape::Text && !below.contains(&corner.text.trim())
    }

    /// The header in the last comment before the records, as NumPy and others write it. The comment has as many words
    /// as there are columns, or the `#` takes the place of the first word.
    fn header_in_comment(&self, text: &str, start: usize) -> Option<Vec<String>> {
        let mut lines = Records::new(text, start, 1, self.separator, false);
        let mut last = None;
        while lines.is_at_comment() == Some(true) {
            last = Some(lines.raw_line());
        }
        let line = last?.trim_start().trim_start_matches('#');
        let mut cells = Vec::new();
        Records::new(line, 0, 1, self.separator, false).read(&mut cells).ok()??;
        let has_index = matches!(self.separator, Separator::Mark(mark) if line.as_bytes().first() == Some(&mark));
        let is_word = |cell: &Cell<'_>| cell.is_quoted || !cell.text.contains(char::is_whitespace);
        let is_header = cells.len() == self.first().len()
            && (has_index || cells.iter().all(|cell| is_word(cell) && !cell.text.is_empty()))
            && cells.iter().any(|cell| matches!(shape(&cell.text), Shape::Text));
        is_header.then(|| cells.iter().map(|cell| cell.text.trim().to_owned()).collect())
    }
}

/// How many cells a record has, without empty cells at its end.
pub(super) fn filled(record: &[Cell<'_>]) -> usize {
    record.iter().rposition(|cell| !is_nothing(cell)).map_or(0, |last| last + 1)
}

fn is_nothing(cell: &Cell<'_>) -> bool {
    cell.text.is_empty() && !cell.is_quoted
}

/// Whether a record has the wanted number of cells, apart from empty cells at its end.
fn fits(record: &[Cell<'_>], wanted: usize) -> bool {
    record.len() >= wanted && filled(record) <= wanted
}
