//! The examples of a loss over data: named columns of numbers, read from and written as CSV with a header.
//!
//! A dataset knows nothing of formulas and weights. What it holds is finite and rectangular by its type.

mod open;
mod standard;
#[cfg(test)]
mod tests;

pub(crate) use open::{MAX_LINKS, descriptor, open, reason, unfit};
pub use standard::{Standard, find, standard};

use crate::formula::can_name_a_column;
use crate::number::{Decimal, Decimals};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Examples: as many values in each of one column or more. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Dataset {
    names: Arc<[String]>,
    columns: Vec<Decimals>,
}

impl PartialEq for Dataset {
    /// Clones are known to be equal without a look at their values.
    fn eq(&self, other: &Dataset) -> bool {
        let mut pairs = self.columns.iter().zip(&other.columns);
        self.names == other.names && pairs.all(|(a, b)| a.is_same(b))
    }
}

/// Why a text is no dataset; a sentence to be put after "cannot read FILE: ".
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DatasetError {
    /// There is nothing at all.
    #[error("there are no columns: a first line with their names is wanted, such as x,y")]
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
    /// The formula language cannot name a column so.
    #[error(
        "line 1, column {column}: '{name}' cannot be named in a formula; a name is one word of letters, digits and _, \
         not w1, w2 or a function"
    )]
    Name {
        /// Which column, from 1.
        column: usize,
        /// Its name.
        name: String,
    },
    /// Two columns have the same name.
    #[error("line 1, column {column}: there are two columns '{name}'")]
    Twice {
        /// Which column, from 1.
        column: usize,
        /// Its name.
        name: String,
    },
    /// A value is no finite number.
    #[error("line {line}, column {column}: '{text}' is not a finite number")]
    Value {
        /// The line, from 1; the header is the first.
        line: u64,
        /// Which column, from 1.
        column: usize,
        /// What stands there.
        text: String,
    },
    /// A line has too few or too many values.
    #[error("line {line}: {wanted} values are wanted, and there are {found}")]
    Length {
        /// The line, from 1.
        line: u64,
        /// As many as there are columns.
        wanted: usize,
        /// As many as stand there.
        found: usize,
    },
    /// It is no CSV.
    #[error("{0}")]
    Csv(String),
    /// The operating system refused.
    #[error("{0}")]
    Unreadable(String),
    /// There are more than [`MAX_BYTES`].
    #[error("the file is larger than {} MB, which is the most that a dataset may have", MAX_BYTES / 1_000_000)]
    TooLarge,
    /// It is no UTF-8 text.
    #[error("line {line}: the file is not UTF-8 text")]
    NotText {
        /// The line of the first byte that is wrong, from 1.
        line: usize,
    },
}

/// The most examples of a dataset. Ten million rows are refused.
pub const MAX_ROWS: usize = 1_000_000;
/// The most columns of a dataset.
pub const MAX_COLUMNS: usize = 64;
/// The most bytes of a dataset's file.
pub const MAX_BYTES: usize = 256_000_000;

impl Dataset {
    /// Columns with their names, of as many finite values each.
    ///
    /// # Errors
    /// When there is no column or no value, a name cannot be one, or a value is not finite.
    pub fn new(columns: Vec<(String, impl Into<Decimals>)>) -> Result<Dataset, DatasetError> {
        let (names, columns): (Vec<String>, Vec<Decimals>) =
            columns.into_iter().map(|(name, values)| (name, values.into())).unzip();
        check_names(&names)?;
        let rows = columns[0].len();
        if rows == 0 {
            return Err(DatasetError::NoExamples(names.join(", ")));
        }
        if rows > MAX_ROWS {
            return Err(DatasetError::TooMany);
        }
        for (index, values) in columns.iter().enumerate() {
            if values.len() != rows {
                let line = 1 + rows.min(values.len()) as u64 + 1;
                return Err(DatasetError::Length { line, wanted: columns.len(), found: index });
            }
            if let Some(row) = values.iter().position(|value| !value.is_finite()) {
                let (line, text) = (row as u64 + 2, values[row].to_string());
                return Err(DatasetError::Value { line, column: index + 1, text });
            }
        }
        Ok(Dataset { names: names.into(), columns })
    }

    /// Reads CSV: a header with the columns' names, and a line for each example. Empty lines do not count.
    ///
    /// # Errors
    /// What is wrong, with line and column.
    pub fn from_csv(text: &str) -> Result<Dataset, DatasetError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(DatasetError::Empty);
        }
        // What is copied from a spreadsheet has tabs.
        let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let delimiter = if header.contains('\t') && !header.contains(',') { b'\t' } else { b',' };
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(delimiter).trim(csv::Trim::All).flexible(true);
        let mut reader = builder.from_reader(text.as_bytes());
        let failed = |error: csv::Error| DatasetError::Csv(error.to_string());
        let names: Vec<String> = reader.headers().map_err(failed)?.iter().map(str::to_owned).collect();
        check_names(&names)?;
        let mut columns: Vec<Vec<Decimal>> = vec![Vec::new(); names.len()];
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(failed)? {
            let line = record.position().map_or(0, |position| line_of(text, position));
            if record.len() != names.len() {
                return Err(DatasetError::Length { line, wanted: names.len(), found: record.len() });
            }
            if columns[0].len() == MAX_ROWS {
                return Err(DatasetError::TooMany);
            }
            for (index, (column, field)) in columns.iter_mut().zip(&record).enumerate() {
                let wrong = |_| DatasetError::Value { line, column: index + 1, text: field.to_owned() };
                column.push(field.parse().map_err(wrong)?);
            }
        }
        let columns = columns.into_iter().map(|column| column.into_iter().collect::<Decimals>());
        Dataset::new(names.into_iter().zip(columns).collect())
    }

    /// Reads a file of CSV.
    ///
    /// # Errors
    /// When the file cannot be read, is too large or no text, and as [`Dataset::from_csv`].
    pub fn read(path: &Path) -> Result<Dataset, DatasetError> {
        let unreadable = |error: std::io::Error| DatasetError::Unreadable(reason(&error));
        let file = open(path).map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        Dataset::from_bytes(bytes)
    }

    /// Reads the bytes of a file of CSV, such as one dropped on the window.
    ///
    /// # Errors
    /// As [`Dataset::read`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Dataset, DatasetError> {
        if bytes.len() > MAX_BYTES {
            return Err(DatasetError::TooLarge);
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            DatasetError::NotText { line: 1 + good.iter().filter(|byte| **byte == b'\n').count() }
        })?;
        Dataset::from_csv(&text)
    }

    /// The dataset as CSV; [`Dataset::from_csv`] reads back an equal one.
    pub fn to_csv(&self) -> String {
        let mut text = self.names.join(",") + "\n";
        for row in 0..self.rows() {
            let values: Vec<String> = self.columns.iter().map(|column| column.decimal(row).to_string()).collect();
            text += &values.join(",");
            text.push('\n');
        }
        text
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The columns, in the order of their names, with as many values each.
    pub fn columns(&self) -> &[Decimals] {
        &self.columns
    }

    /// The values of a column; `None` when there is none of this name.
    pub fn column(&self, name: &str) -> Option<&Decimals> {
        let index = self.names.iter().position(|known| known == name)?;
        self.columns.get(index)
    }

    /// How many examples there are, at least one.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.len())
    }

    /// How many numbers there are.
    pub fn values(&self) -> usize {
        self.names.len() * self.rows()
    }

    /// 16 hexadecimal digits that are others when a name or a value is another, but for a chance of 1 in 2⁶⁴: FNV-1a
    /// (G. Fowler, L. C. Noll and K.-P. Vo) over the names and the bits of the values. It guards against change, not
    /// against malice.
    pub fn checksum(&self) -> String {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut add = |bytes: &[u8]| {
            bytes.iter().for_each(|byte| hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
        };
        for (name, column) in self.names.iter().zip(&self.columns) {
            add(name.as_bytes());
            add(&[0]);
            column.iter().for_each(|value| add(&value.to_bits().to_le_bytes()));
            column.longer().for_each(|text| add(text.as_bytes()));
        }
        format!("{hash:016x}")
    }
}

/// The line of the record that follows a position: the reader counts from the empty lines that it skips before it.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let rest = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
    let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n');
    position.line() + skipped.count() as u64
}

fn check_names(names: &[String]) -> Result<(), DatasetError> {
    if names.is_empty() {
        return Err(DatasetError::Empty);
    }
    if names.len() > MAX_COLUMNS {
        return Err(DatasetError::TooWide(names.len()));
    }
    let mut seen = BTreeSet::new();
    for (index, name) in names.iter().enumerate() {
        let column = index + 1;
        if !can_name_a_column(name) {
            return Err(DatasetError::Name { column, name: name.clone() });
        }
        if !seen.insert(name) {
            return Err(DatasetError::Twice { column, name: name.clone() });
        }
    }
    Ok(())
}
