//! The reasons why a file is not a dataset, and why a column is not a column of numbers.

use super::{MAX_BYTES, MAX_COLUMNS, MAX_ROWS, MAX_VALUES};

/// The reason why a text is not a dataset; a sentence to be put after "cannot read FILE: ".
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DatasetError {
    /// There is nothing at all.
    #[error("there are no columns: write their names in the first line, such as x,y")]
    Empty,
    /// There is a header and nothing below it.
    #[error("there are column names ({0}) and no examples below them")]
    NoExamples(String),
    /// There are more than [`MAX_ROWS`].
    #[error("there are more than {MAX_ROWS} examples, which is the most that a dataset may have")]
    TooMany,
    /// There are more than [`MAX_COLUMNS`].
    #[error("{0} columns are more than the {MAX_COLUMNS} that a dataset may have")]
    TooWide(usize),
    /// There are more than [`MAX_VALUES`].
    #[error("there are more than {MAX_VALUES} values, which is the most that a dataset may have; leave out columns")]
    TooManyValues,
    /// The formula language cannot name a column so.
    #[error(
        "line 1, column {column}: '{name}' cannot be named in a formula; a name is one word of letters, digits and _, \
         not w1, w2 or a function"
    )]
    Name {
        /// The number of the column, from 1.
        column: usize,
        /// Its name.
        name: String,
    },
    /// Two columns have the same name.
    #[error("line 1, column {column}: there are two columns '{name}'")]
    Twice {
        /// The number of the column, from 1.
        column: usize,
        /// Its name.
        name: String,
    },
    /// A value is not a finite number.
    #[error("line {line}, column {column}: '{text}' is not a finite number")]
    Value {
        /// The line, from 1; the header is the first.
        line: u64,
        /// The number of the column, from 1.
        column: usize,
        /// The text of the cell.
        text: String,
    },
    /// No column is a column of numbers. This is the reason for the column that comes nearest to one.
    #[error("no column has only numbers: {0}")]
    Column(Trouble),
    /// A line has too few or too many values.
    #[error(
        "line {line} has {} instead of {wanted}; every line has as many cells as the first. Leave a cell \
        empty if \
         its value is missing, and put a text with separators in quotation marks{}",
        cells(*found),
        if *line <= 3 && wanted < found { "; remove what stands above the header, and write decimals with a point" } else { "" }
    )]
    Length {
        /// The line, from 1.
        line: u64,
        /// The number of columns.
        wanted: usize,
        /// The number of cells in the line.
        found: usize,
    },
    /// A quotation mark has no partner.
    #[error("line {line}, column {column}: a quotation mark opens here, and none closes it; write it twice in a text")]
    Unclosed {
        /// The line, from 1.
        line: u64,
        /// The number of the column, from 1.
        column: usize,
    },
    /// The line `sep=` names no separator.
    #[error("line 1: '{0}' is not a separator; `sep=` is followed by one character, such as ;")]
    SeparatorLine(String),
    /// The operating system refused.
    #[error("{0}")]
    Unreadable(String),
    /// There are more than [`MAX_BYTES`].
    #[error("the file is larger than {} MB, which is the most that a dataset may have", MAX_BYTES / 1_000_000)]
    TooLarge,
    /// It is a file of another kind.
    #[error("this is {0}, not a table as text; save the table as CSV")]
    OtherFile(&'static str),
    /// It seems to be UTF-16 without a byte order mark.
    #[error("this seems to be UTF-16 text without a byte order mark; save the file as UTF-8")]
    Utf16,
    /// It begins as UTF-16 but is not valid.
    #[error("this begins as UTF-16 text but is not valid, as if a part were missing; save the file as UTF-8")]
    BrokenUtf16,
    /// It is not text.
    #[error("line {line}: the file is no text (there is a control character, code {code}); save the table as CSV")]
    NotText {
        /// The line of the first byte that is wrong, from 1.
        line: u64,
        /// The byte.
        code: u8,
    },
}

/// A cell of a file: its line and text.
pub type FileCell = (u64, String);

/// The reason why a column is not a column of numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// A cell is neither a finite number nor missing.
    #[error("line {line}, column {column}: '{text}' is not a finite number; {}", remedy(text))]
    Text {
        /// The line, from 1.
        line: u64,
        /// The number of the column, from 1.
        column: usize,
        /// The text of the cell.
        text: String,
    },
    /// Every value is missing.
    #[error("column {column}: it has no numbers: every value is missing")]
    Empty {
        /// The number of the column, from 1.
        column: usize,
    },
    /// Some numbers have a decimal point and others a decimal comma.
    #[error(
        "column {column}: '{}' in line {} has a decimal point and '{}' in line {} a decimal comma; write all numbers \
         alike",
        point.1, point.0, comma.1, comma.0
    )]
    TwoMarks {
        /// The number of the column, from 1.
        column: usize,
        /// A number with a decimal point.
        point: FileCell,
        /// A number with a decimal comma.
        comma: FileCell,
    },
    /// A number may be meant in two ways.
    #[error(
        "line {line}, column {column}: '{text}' may be a number with thousands or one with three decimals; write {} \
         or {}",
        text.replace([',', '.'], ""), text.replace(',', ".")
    )]
    Ambiguous {
        /// The line, from 1.
        line: u64,
        /// The number of the column, from 1.
        column: usize,
        /// The text of the cell.
        text: String,
    },
}

fn cells(count: usize) -> String {
    if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") }
}

/// What to do about a cell that is no number.
fn remedy(text: &str) -> &'static str {
    let text = text.trim();
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    match text.to_ascii_lowercase().as_str() {
        "true" | "false" | "yes" | "no" => "write 1 and 0",
        _ if has_digit && text.ends_with('%') => "write the number without %",
        _ if has_digit && text.starts_with(['$', '€', '£', '¥']) => "write the number without the currency",
        lower
            if has_digit
                && lower.bytes().all(|byte| byte.is_ascii_digit() || b"+-.d".contains(&byte))
                && lower.contains('d') =>
        {
            "write the exponent of a number with e"
        }
        _ => "leave it empty or write NA where a value is missing",
    }
}
