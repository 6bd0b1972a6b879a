//! Text → records of cells, for any separator and any line ending.
//!
//! A cell in quotation marks may contain separators and line breaks. Two quotation marks in it stand for one (RFC
//! 4180), and so does a quotation mark after a backslash, as R writes it. The crate csv does not tell whether a cell
//! was quoted, but this distinguishes a header from numbers, and thousands from columns.

use super::DatasetError;
use super::numbers::is_spreadsheet_error;
use std::borrow::Cow;

/// The separator of two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// This ASCII character.
    Mark(u8),
    /// One blank or tab, or several.
    Blanks,
}

/// The text between two separators.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell<'a> {
    /// The text without quotation marks and blanks around it.
    pub text: Cow<'a, str>,
    /// Whether it stood in quotation marks.
    pub is_quoted: bool,
}

/// The records of a text. Empty lines are none.
#[derive(Clone, Debug)]
pub(super) struct Records<'a> {
    text: &'a str,
    at: usize,
    line: u64,
    separator: Separator,
    /// Whether lines that begin with # are left out.
    skips_comments: bool,
    /// How many were.
    pub comments: u64,
}

impl<'a> Records<'a> {
    /// The records from this byte on, which must be the first of a line.
    pub fn new(text: &'a str, at: usize, line: u64, separator: Separator, skips_comments: bool) -> Records<'a> {
        Records { text, at, line, separator, skips_comments, comments: 0 }
    }

    /// Reads the next record into `cells`, and returns its line; `None` after the last one.
    ///
    /// # Errors
    /// Returns an error if a quotation mark is opened and not closed.
    pub fn read(&mut self, cells: &mut Vec<Cell<'a>>) -> Result<Option<u64>, DatasetError> {
        cells.clear();
        if !self.go_to_record() {
            return Ok(None);
        }
        let line = self.line;
        loop {
            let column = cells.len() + 1;
            cells.push(self.cell(column)?);
            if !self.pass_separator() {
                break;
            }
        }
        self.end_line();
        Ok(Some(line))
    }

    /// Whether the next record begins with # and no error value of a spreadsheet, which is a matter of the whole text and not of the separator.
    pub fn is_at_comment(&mut self) -> Option<bool> {
        self.go_to_record().then(|| is_comment(self.text[self.at..].trim_ascii_start()))
    }

    /// Reads the rest of the line as it is.
    pub fn raw_line(&mut self) -> &'a str {
        let start = self.at;
        self.skip_while(|byte| !is_line_end(byte));
        let line = &self.text[start..self.at];
        self.end_line();
        line
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_while(&mut self, is_passed: impl Fn(u8) -> bool) {
        while self.byte().is_some_and(&is_passed) {
            self.at += 1;
        }
    }

    /// Whether this byte is white space within a line and not the separator.
    fn is_blank(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t' | 0x0c) && self.separator != Separator::Mark(byte)
    }

    fn skip_blanks(&mut self) {
        while self.byte().is_some_and(|byte| self.is_blank(byte)) {
            self.at += 1;
        }
    }

    /// Skips empty lines and comments; returns false at the end of the text.
    fn go_to_record(&mut self) -> bool {
        loop {
            let start = self.at;
            self.skip_blanks();
            match self.byte() {
                None => return false,
                Some(b'\n' | b'\r') => self.end_line(),
                Some(b'#') if self.skips_comments && is_comment(&self.text[self.at..]) => {
                    self.comments += 1;
                    self.raw_line();
                }
                Some(_) => {
                    self.at = start;
                    return true;
                }
            }
        }
    }

    fn end_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let length = if rest.starts_with(b"\r\n") { 2 } else { usize::from(!rest.is_empty()) };
        self.at += length;
        self.line += u64::from(length > 0);
    }

    /// Whether a cell follows in the line.
    fn pass_separator(&mut self) -> bool {
        match self.separator {
            Separator::Mark(mark) => {
                let follows = self.byte() == Some(mark);
                self.at += usize::from(follows);
                follows
            }
            Separator::Blanks => {
                self.skip_blanks();
                self.byte().is_some_and(|byte| !is_line_end(byte))
            }
        }
    }

    fn ends_cell(&self, byte: u8) -> bool {
        let separates = match self.separator {
            Separator::Mark(mark) => byte == mark,
            Separator::Blanks => matches!(byte, b' ' | b'\t'),
        };
        separates || is_line_end(byte)
    }

    fn cell(&mut self, column: usize) -> Result<Cell<'a>, DatasetError> {
        self.skip_blanks();
        let start = self.at;
        if self.byte() == Some(b'"')
            && let Some(text) = self.quoted(column)?
        {
            return Ok(Cell { text, is_quoted: true });
        }
        while self.byte().is_some_and(|byte| !self.ends_cell(byte)) {
            self.at += 1;
        }
        Ok(Cell { text: Cow::Borrowed(self.text[start..self.at].trim()), is_quoted: false })
    }

    /// The text in quotation marks from here on; `None` if more text follows in the cell, which then is not quoted but
    /// contains quotation marks.
    fn quoted(&mut self, column: usize) -> Result<Option<Cow<'a, str>>, DatasetError> {
        let (line, start) = (self.line, self.at + 1);
        let mut text = String::new();
        let mut copied = start;
        self.at = start;
        loop {
            match self.byte() {
                None => return Err(DatasetError::Unclosed { line, column }),
                Some(b'\n' | b'\r') => self.end_line(),
                Some(b'\\') if self.is_escaped_quote() => {
                    text += &self.text[copied..self.at];
                    copied = self.at + 1;
                    self.at += 2;
                }
                Some(b'"') if self.text.as_bytes().get(self.at + 1) == Some(&b'"') => {
                    text += &self.text[copied..=self.at];
                    self.at += 2;
                    copied = self.at;
                }
                Some(b'"') => break,
                Some(_) => self.at += 1,
            }
        }
        let whole = &self.text[copied..self.at];
        self.at += 1;
        self.skip_blanks();
        let is_whole = self.byte().is_none_or(|byte| self.ends_cell(byte))
            || (self.separator == Separator::Blanks && self.text.as_bytes()[self.at - 1] != b'"');
        Ok(is_whole.then(|| if copied == start { Cow::Borrowed(whole) } else { Cow::Owned(text + whole) }))
    }

    /// Whether the backslash here escapes the quotation mark after it, and is not the last character of the cell.
    fn is_escaped_quote(&self) -> bool {
        let rest = &self.text.as_bytes()[self.at + 1..];
        rest.first() == Some(&b'"') && rest.get(1).is_some_and(|byte| !self.ends_cell(*byte) && *byte != b'"')
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Whether a line is a comment: it begins with #, and not with an error value of a spreadsheet such as #N/A.
fn is_comment(line: &str) -> bool {
    let end = line.find([',', ';', '\t', '|', ' ', '\r', '\n']).unwrap_or(line.len());
    line.starts_with('#') && !is_spreadsheet_error(&line[..end])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use proptest::prelude::*;

    /// The records as lines of cells: `line|cell|cell`, a quoted cell with ' before it.
    fn records(text: &str, separator: Separator) -> Vec<String> {
        let mut records = Records::new(text, 0, 1, separator, true);
        let (mut cells, mut found) = (Vec::new(), Vec::new());
        while let Some(line) = records.read(&mut cells).unwrap() {
            let cells = cells.iter().map(|cell| format!("|{}{}", if cell.is_quoted { "'" } else { "" }, cell.text));
            found.push(line.to_string() + &cells.collect::<String>());
        }
        found
    }

    #[test]
    fn records_of_texts() {
        let comma = Separator::Mark(b',');
        for (text, separator, expected) in [
            ("x,y\n1,2", comma, vec!["1|x|y", "2|1|2"]),
            ("x,y\r\n\r\n1,2\r\n", comma, vec!["1|x|y", "3|1|2"]),
            ("x,y\r1,2\r", comma, vec!["1|x|y", "2|1|2"]),
            (" x , y \n\n  \n1,", comma, vec!["1|x|y", "4|1|"]),
            ("\"a,\"\"b\"\"\",c\n", comma, vec!["1|'a,\"b\"|c"]),
            ("\"a\r\nb\",c\n1,2", comma, vec!["1|'a\r\nb|c", "3|1|2"]),
            ("\"a\" ,b", comma, vec!["1|'a|b"]),
            ("\"a\"b,c", comma, vec!["1|\"a\"b|c"]),
            ("5\",\"\",x", comma, vec!["1|5\"|'|x"]),
            ("\"say \\\"hi\\\" now\",2", comma, vec!["1|'say \"hi\" now|2"]),
            ("\"C:\\\",2", comma, vec!["1|'C:\\|2"]),
            ("# a\nx,y\n #b\n1,2", comma, vec!["2|x|y", "4|1|2"]),
            ("\t\n1\t\t2", Separator::Mark(b'\t'), vec!["1||", "2|1||2"]),
            ("  1  2\t3 \n\"a b\" c", Separator::Blanks, vec!["1|1|2|3", "2|'a b|c"]),
            ("", comma, vec![]),
            ("\n\r\n\r", comma, vec![]),
        ] {
            assert_eq!(records(text, separator), expected, "{text:?}");
        }
        let mut open = Records::new("x,y\n1,\"2\n3,4\n", 0, 1, comma, true);
        assert_eq!(open.read(&mut Vec::new()), Ok(Some(1)));
        assert_eq!(open.read(&mut Vec::new()), Err(DatasetError::Unclosed { line: 2, column: 2 }));
    }

    proptest! {
        /// On texts without blanks around cells and backslashes, records are those of the crate csv.
        #[test]
        fn records_are_those_of_another_reader(
            rows in proptest::collection::vec(proptest::collection::vec("[a-z0-9,;\"\n.é]{1,6}", 3), 1..6),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let mut records = Records::new(&text, 0, 1, Separator::Mark(b','), false);
            let mut cells = Vec::new();
            for row in &rows {
                records.read(&mut cells).unwrap().unwrap();
                let quoted = |cell: &Cell<'_>| if cell.is_quoted { cell.text.to_string() } else { cell.text.trim().to_owned() };
                prop_assert_eq!(&cells.iter().map(quoted).collect::<Vec<_>>(), row);
            }
            prop_assert_eq!(records.read(&mut cells), Ok(None));
        }

        #[test]
        fn no_text_is_a_panic(text in "[ \t\r\n\",;|#\\\\a1é]{0,40}") {
            for separator in [Separator::Mark(b','), Separator::Mark(b'\t'), Separator::Blanks] {
                let mut records = Records::new(&text, 0, 1, separator, true);
                let mut cells = Vec::new();
                let mut last = 0;
                while let Ok(Some(line)) = records.read(&mut cells) {
                    prop_assert!(line > last && !cells.is_empty());
                    last = line;
                }
            }
        }
    }
}
