//! Cells → numbers, by the marks that the writer used.
//!
//! A number has a decimal point or a decimal comma, and perhaps groups of three digits: `1,234.5`, `1.234,5`, `1
//! 234,5`, `1'234.5`. A single cell may have two readings: `1,234` is 1234 or 1.234. So the column as a whole decides,
//! then the other columns, and a column that still has two readings is refused.

use super::Trouble;
use crate::number::Decimal;
use std::borrow::Cow;

/// The decimal mark of a column. The other of the two groups digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Point,
    Comma,
}

/// The shape of a cell, with respect to the decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// There is no value: `NA`, `?`, nothing.
    Missing,
    /// A number without a mark.
    Plain,
    /// A number only with this decimal mark.
    Only(Mark),
    /// Digits, this mark and three digits: a fraction if it is the decimal mark, and else thousands.
    Either(Mark),
    /// No number.
    Text,
}

/// The texts that stand for a value that is not there, in small letters.
const MISSING: [&str; 10] = ["", "na", "nan", "?", "null", "n/a", "-", "–", "<na>", "none"];

/// What spreadsheets write in a cell whose formula has no value, if it does not end with `!` or `?`.
const NOT_AVAILABLE: [&str; 5] = ["#N/A", "#NV", "#N/D", "#N/B", "#N/DISP"];

/// Whether a cell is what spreadsheets write where a formula has no value, in any language: `#DIV/0!`, `#WERT!`,
/// `#¿NOMBRE?`, `#N/A`.
pub(super) fn is_spreadsheet_error(cell: &str) -> bool {
    let Some(word) = cell.strip_prefix('#') else { return false };
    let is_letter = |c: char| c.is_uppercase() || matches!(c, '/' | '0' | '¡' | '¿');
    let body = word.strip_suffix(['!', '?']);
    body.is_some_and(|body| body.chars().count() >= 3 && body.chars().all(is_letter))
        || NOT_AVAILABLE.iter().any(|error| cell.eq_ignore_ascii_case(error))
}

/// The shape of a cell.
pub(super) fn shape(text: &str) -> Shape {
    if is_missing(text) {
        return Shape::Missing;
    }
    let Some(text) = without_blank_groups(text) else { return Shape::Text };
    let has_groups = matches!(text, Cow::Owned(_));
    let (mantissa, exponent) = split_exponent(&text);
    if exponent.is_some_and(|digits| !is_integer(digits)) {
        return Shape::Text;
    }
    let digits = mantissa.strip_prefix(['+', '-', '−']).unwrap_or(mantissa);
    let has_digits = digits.bytes().any(|byte| byte.is_ascii_digit());
    if !has_digits || !digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
        return Shape::Text;
    }
    let count = |mark: char| digits.matches(mark).count();
    match (count('.'), count(',')) {
        (0, 0) => Shape::Plain,
        (1, 0) => one_mark(digits, Mark::Point, has_groups || exponent.is_some()),
        (0, 1) => one_mark(digits, Mark::Comma, has_groups || exponent.is_some()),
        (_, 0) if is_grouped(digits, '.') => Shape::Only(Mark::Comma),
        (0, _) if is_grouped(digits, ',') => Shape::Only(Mark::Point),
        (1, _) => both_marks(digits, '.', ',', Mark::Point),
        (_, 1) => both_marks(digits, ',', '.', Mark::Comma),
        _ => Shape::Text,
    }
}

/// Whether a cell has no value.
pub(super) fn is_missing(text: &str) -> bool {
    let text = text.trim();
    // The longest of them has four characters.
    (text.len() <= 6 && MISSING.contains(&text.to_ascii_lowercase().as_str())) || is_spreadsheet_error(text)
}

fn one_mark(digits: &str, mark: Mark, is_known: bool) -> Shape {
    let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let may_group = part.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    if may_group && !is_known { Shape::Either(mark) } else { Shape::Only(mark) }
}

/// Groups before a decimal mark: `1,234.5`. Where both marks occur once, the later one is the decimal mark.
fn both_marks(digits: &str, decimal: char, group: char, mark: Mark) -> Shape {
    let fits = |decimal: char, group: char| {
        digits.split_once(decimal).is_some_and(|(whole, part)| is_grouped(whole, group) && !part.contains(group))
    };
    let (other, reversed) = (if mark == Mark::Point { Mark::Comma } else { Mark::Point }, fits(group, decimal));
    match (fits(decimal, group), reversed) {
        (true, _) => Shape::Only(mark),
        (false, true) => Shape::Only(other),
        (false, false) => Shape::Text,
    }
}

/// Whether the digits are one to three, and then groups of three after this mark.
fn is_grouped(digits: &str, mark: char) -> bool {
    let mut groups = digits.split(mark);
    let is_number = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && is_number(first));
    first && groups.all(|group| group.len() == 3 && is_number(group))
}

fn split_exponent(text: &str) -> (&str, Option<&str>) {
    match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-', '−']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text without the blanks or apostrophes that group its digits by three; `None` if they are in other places.
fn without_blank_groups(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    let is_group = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’');
    let Some(mark) = text.chars().find(|c| is_group(*c)) else { return Some(Cow::Borrowed(text)) };
    let digits = text.strip_prefix(['+', '-', '−']).unwrap_or(text);
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != mark).unwrap_or(digits.len());
    let is_number = is_grouped(&digits[..end], mark) && !digits[end..].contains(is_group);
    is_number.then(|| Cow::Owned(text.replace(mark, "")))
}

/// Whether a number is beyond the range of an f64, whatever its decimal mark.
fn is_too_large(text: &str) -> bool {
    let may_be = text.len() > 300 || text.contains(['e', 'E']);
    let parsed = || text.replace(',', ".").trim().parse::<f64>();
    may_be && parsed().is_ok_and(|value| !value.is_finite()) && !is_missing(text)
}

/// The number in a cell that has a [`Shape`] of a number, read with this decimal mark; `None` if it is not a number or
/// not finite.
pub(super) fn number(text: &str, mark: Mark) -> Option<Decimal> {
    let text = without_blank_groups(text)?;
    let plain = match mark {
        Mark::Point if text.contains(',') => text.replace(',', "").into(),
        Mark::Point => text,
        Mark::Comma if text.contains(['.', ',']) => text.replace('.', "").replace(',', ".").into(),
        Mark::Comma => text,
    };
    plain.parse().ok()
}

/// The first cell of a kind: its line and text.
pub(super) type Found = Option<(u64, String)>;

/// The shapes of the cells in one column.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    /// The numbers, and the cells that are neither numbers nor missing.
    pub numbers: usize,
    pub texts: usize,
    first_text: Found,
    only: [Found; 2],
    either: [Found; 2],
}

impl Evidence {
    /// Takes another cell.
    pub fn add(&mut self, line: u64, text: &str) {
        let shape = if is_too_large(text) { Shape::Text } else { shape(text) };
        let found = match shape {
            Shape::Missing => return,
            Shape::Text => {
                self.texts += 1;
                &mut self.first_text
            }
            Shape::Plain => {
                self.numbers += 1;
                return;
            }
            Shape::Only(mark) => {
                self.numbers += 1;
                &mut self.only[mark as usize]
            }
            Shape::Either(mark) => {
                self.numbers += 1;
                &mut self.either[mark as usize]
            }
        };
        found.get_or_insert_with(|| (line, text.to_owned()));
    }

    /// Whether most of its non-empty cells are numbers, or all cells are empty. A single other cell is then taken for a
    /// slip.
    pub fn is_meant_as_numbers(&self) -> bool {
        self.numbers >= self.texts
    }

    /// Whether its numbers can only have this decimal mark.
    pub fn has_only(&self, mark: Mark) -> bool {
        self.texts == 0 && self.only[mark as usize].is_some()
    }

    /// The decimal mark of the column, `place` (from 1) in a file with these other marks.
    ///
    /// # Errors
    /// Returns an error if the column is not a column of numbers, or if its numbers have two readings.
    pub fn mark(&self, place: usize, file: &FileMarks) -> Result<Mark, Trouble> {
        if let Some((line, text)) = &self.first_text {
            return Err(Trouble::Text { line: *line, column: place, text: shortened(text) });
        }
        if self.numbers == 0 {
            return Err(Trouble::Empty { column: place });
        }
        let [point, comma] = &self.only;
        match (point, comma) {
            (Some(a), Some(b)) => Err(Trouble::TwoMarks { column: place, point: a.clone(), comma: b.clone() }),
            (Some(_), None) => Ok(Mark::Point),
            (None, Some(_)) => Ok(Mark::Comma),
            (None, None) => self.mark_by_file(place, file),
        }
    }

    /// The decimal mark if no cell of the column decides it: the mark of the other columns.
    fn mark_by_file(&self, place: usize, file: &FileMarks) -> Result<Mark, Trouble> {
        let ambiguous =
            |(line, text): &(u64, String)| Err(Trouble::Ambiguous { line: *line, column: place, text: text.clone() });
        match (&self.either, file.known) {
            ([None, None], _) => Ok(Mark::Point),
            ([Some(_), Some(comma)], _) => ambiguous(comma),
            ([Some(point), None], [true, true]) => ambiguous(point),
            // Semicolons separate columns where the comma is the decimal mark.
            ([Some(point), None], [false, false]) if file.semicolons_separate => ambiguous(point),
            // A decimal point is what programs write, unless the file has decimal commas elsewhere.
            ([Some(_), None], [_, comma]) => Ok(if comma { Mark::Comma } else { Mark::Point }),
            ([None, Some(comma)], [true, true]) => ambiguous(comma),
            ([None, Some(_)], [true, false]) => Ok(Mark::Point),
            ([None, Some(_)], [false, true]) => Ok(Mark::Comma),
            // Where commas separate columns, a program that wrote decimal commas would have to quote every fraction.
            ([None, Some(_)], [false, false]) if file.commas_separate => Ok(Mark::Point),
            ([None, Some(comma)], [false, false]) => ambiguous(comma),
        }
    }

    /// A cell whose digits count as grouped by thousands if the decimal mark is this one.
    pub fn grouped(&self, mark: Mark) -> Option<&(u64, String)> {
        let other = if mark == Mark::Point { Mark::Comma } else { Mark::Point };
        self.either[other as usize].as_ref()
    }
}

/// The decimal marks that are certain for some columns of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileMarks {
    /// Whether there is a column with a decimal point, and one with a decimal comma.
    pub known: [bool; 2],
    /// Whether commas stand between the columns, and whether semicolons do.
    pub commas_separate: bool,
    pub semicolons_separate: bool,
}

/// A text that fits into a sentence.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST + 1).collect();
    if line.chars().count() > MOST { line.chars().take(MOST - 1).chain(['…']).collect() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Shape::{Either, Missing, Only, Plain, Text};

    #[test]
    fn shapes_of_cells() {
        for (text, expected) in [
            ("", Missing),
            ("NaN", Missing),
            (" N/A ", Missing),
            ("#DIV/0!", Missing),
            ("#n/a", Missing),
            ("#NV", Missing),
            ("#WERT!", Missing),
            ("#¿NOMBRE?", Missing),
            ("#1!", Text),
            ("# what?", Text),
            ("-", Missing),
            ("12", Plain),
            ("-12e3", Plain),
            ("+1E-5", Plain),
            ("−3", Plain),
            ("1 000", Plain),
            ("1\u{a0}000\u{a0}000", Plain),
            ("1'000", Plain),
            ("1.5", Only(Mark::Point)),
            (".5", Only(Mark::Point)),
            ("5.", Only(Mark::Point)),
            ("0.125", Only(Mark::Point)),
            ("1234.567", Only(Mark::Point)),
            ("1.234e2", Only(Mark::Point)),
            ("1,234,567", Only(Mark::Point)),
            ("1,234.5", Only(Mark::Point)),
            ("1 234.567", Only(Mark::Point)),
            ("1,5", Only(Mark::Comma)),
            ("1,5e-3", Only(Mark::Comma)),
            (",5", Only(Mark::Comma)),
            ("0,125", Only(Mark::Comma)),
            ("1.234,5", Only(Mark::Comma)),
            ("1.234.567", Only(Mark::Comma)),
            ("1.234.567,8", Only(Mark::Comma)),
            ("1,234,567.8", Only(Mark::Point)),
            ("1 234,567", Only(Mark::Comma)),
            ("1,234", Either(Mark::Comma)),
            ("-12.345", Either(Mark::Point)),
            ("1,2,3", Text),
            ("1.2.3", Text),
            ("1,23.4,5", Text),
            ("12,34.5", Text),
            ("1 00", Text),
            ("1 000'000", Text),
            ("1e", Text),
            ("e5", Text),
            ("1e1.5", Text),
            ("inf", Text),
            ("$5", Text),
            ("5%", Text),
            ("0x10", Text),
            ("1_000", Text),
            (".", Text),
            (",", Text),
            ("+", Text),
            ("١", Text),
            ("--5", Text),
            ("2020-01-02", Text),
        ] {
            assert_eq!(shape(text), expected, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_read_with_their_mark() {
        for (text, mark, value) in [
            ("1,234.5", Mark::Point, 1234.5),
            ("1,234", Mark::Point, 1234.0),
            ("1,234", Mark::Comma, 1.234),
            ("1.234,5", Mark::Comma, 1234.5),
            ("-1\u{202f}234,5", Mark::Comma, -1234.5),
            ("1.234", Mark::Comma, 1234.0),
            ("1,5e3", Mark::Comma, 1500.0),
            ("−2", Mark::Point, -2.0),
            ("5.", Mark::Point, 5.0),
        ] {
            assert_eq!(number(text, mark), Some(Decimal::from(value)), "{text}");
        }
        assert_eq!(number("1e999", Mark::Point), None);
    }

    fn mark_of(cells: &[&str], known: [bool; 2], commas_separate: bool) -> Result<Mark, Trouble> {
        let mut evidence = Evidence::default();
        cells.iter().for_each(|cell| evidence.add(2, cell));
        evidence.mark(1, &FileMarks { known, commas_separate, semicolons_separate: false })
    }

    #[test]
    fn the_decimal_mark_of_a_column() {
        let none = [false, false];
        assert_eq!(mark_of(&["1", "2"], none, true), Ok(Mark::Point));
        assert_eq!(mark_of(&["1.234", "2"], none, false), Ok(Mark::Point));
        assert_eq!(mark_of(&["1,5", "2.000"], none, false), Ok(Mark::Comma));
        assert_eq!(mark_of(&["1,000", "2.5"], none, true), Ok(Mark::Point));
        assert_eq!(mark_of(&["1,000"], none, true), Ok(Mark::Point));
        assert_eq!(mark_of(&["1,000"], [false, true], true), Ok(Mark::Comma));
        assert_eq!(mark_of(&["1,000"], [true, false], false), Ok(Mark::Point));
        assert_eq!(mark_of(&["1.000"], [false, true], false), Ok(Mark::Comma));
        for (cells, known) in
            [(&["1,000"][..], none), (&["1,000"], [true; 2]), (&["1.000"], [true; 2]), (&["1,000", "1.000"], none)]
        {
            assert!(matches!(mark_of(cells, known, false), Err(Trouble::Ambiguous { .. })), "{cells:?}");
        }
        assert!(matches!(mark_of(&["1,5", "1.5"], none, false), Err(Trouble::TwoMarks { .. })));
        let mut evidence = Evidence::default();
        evidence.add(2, "39.343");
        let file = |known| FileMarks { known, commas_separate: false, semicolons_separate: true };
        assert!(matches!(evidence.mark(1, &file(none)), Err(Trouble::Ambiguous { .. })));
        assert_eq!(evidence.mark(1, &file([true, false])), Ok(Mark::Point));
        assert_eq!(evidence.mark(1, &file([false, true])), Ok(Mark::Comma));
        assert!(matches!(mark_of(&["", "NA"], none, false), Err(Trouble::Empty { .. })));
        assert!(matches!(mark_of(&["1", "1e999"], none, false), Err(Trouble::Text { line: 2, .. })));
        assert!(matches!(mark_of(&["1", "1.5e999"], none, false), Err(Trouble::Text { line: 2, .. })));
    }
}
