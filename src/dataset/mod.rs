//! The examples of a loss over data: named columns of numbers, read from tables as spreadsheets, R and pandas write
//! them, and written as CSV with a header.
//!
//! A dataset does not depend on formulas and weights. It is rectangular by its type, and its values are finite or
//! missing; a missing value is NaN. It keeps the name of each column that does not hold numbers, with the reason, for
//! the error of a formula that names it.
//!
//! A file is read in steps: `decode` turns its bytes into text, `layout` (with `records`) detects the layout of the
//! table, `numbers` reads the cells, and `names` names the columns.

mod decode;
mod error;
#[cfg(test)]
mod file_tests;
mod layout;
mod names;
mod numbers;
mod open;
mod read;
#[cfg(test)]
mod reading_tests;
mod records;
mod remarks;
mod standard;
#[cfg(test)]
mod tests;

pub use error::{DatasetError, Trouble};
pub(crate) use names::listed;
pub(crate) use open::{MAX_LINKS, descriptor, open, read_at_most, reason, unfit};
pub use standard::{Standard, find, standard};

use crate::formula::{can_name_a_column, column_name};
use crate::number::Decimals;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Examples: one or more columns with equally many values, some of which may be missing. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Dataset {
    names: Arc<[String]>,
    /// The headers of the columns in the file.
    headers: Arc<[String]>,
    /// The values; NaN where one is missing.
    columns: Arc<[Decimals]>,
    others: Arc<[OtherColumn]>,
    /// The lines of the examples in which a value is missing, by row.
    incomplete: Arc<BTreeMap<usize, u64>>,
    /// Remarks on how the file was read.
    remarks: Arc<[String]>,
}

/// A column of a file that is not a column of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherColumn {
    /// The name that it would have in a formula.
    pub name: String,
    /// Its header in the file.
    pub header: String,
    /// The reason why it is not a column of numbers.
    pub trouble: Trouble,
    /// Whether most of its cells are numbers, or all are empty, so that it is probably meant as a column of numbers.
    pub is_meant_as_numbers: bool,
}

impl PartialEq for Dataset {
    /// Whether names and values are the same. Clones are recognised as equal without comparing their values.
    fn eq(&self, other: &Dataset) -> bool {
        let mut pairs = self.columns.iter().zip(other.columns.iter());
        self.names == other.names && (Arc::ptr_eq(&self.columns, &other.columns) || pairs.all(|(a, b)| is_same(a, b)))
    }
}

/// Whether two columns are the same, and miss the same values.
fn is_same(a: &Decimals, b: &Decimals) -> bool {
    let bits = |column: &Decimals| column.iter().map(|value| (value + 0.0).to_bits()).collect::<Vec<u64>>();
    a.is_same(b) || (a.len() == b.len() && a.longer().eq(b.longer()) && bits(a) == bits(b))
}

/// The most examples of a dataset. Ten million rows are refused.
pub const MAX_ROWS: usize = 1_000_000;
/// The most values of a dataset: rows times columns.
pub const MAX_VALUES: usize = 50_000_000;
/// The most columns of a dataset.
pub const MAX_COLUMNS: usize = 100_000;
/// The most bytes of a dataset's file.
pub const MAX_BYTES: usize = 256_000_000;

impl Dataset {
    /// A dataset of named columns of equal length with finite values.
    ///
    /// # Errors
    /// Returns an error if there is no column or no value, if a name is not valid, or if a value is not finite.
    pub fn new(columns: Vec<(String, impl Into<Decimals>)>) -> Result<Dataset, DatasetError> {
        let (names, columns): (Vec<String>, Vec<Decimals>) =
            columns.into_iter().map(|(name, values)| (name, values.into())).unzip();
        check_names(&names)?;
        check_columns(&names, &columns, f64::is_finite)?;
        let names: Arc<[String]> = names.into();
        Ok(Dataset { headers: Arc::clone(&names), names, columns: columns.into(), ..Dataset::default() })
    }

    /// The same columns with other values, of which NaN stands for a missing one.
    ///
    /// # Errors
    /// Returns an error if the number of columns differs, if they are empty or of different lengths, or if a value is
    /// infinite.
    pub fn with_values(&self, columns: Vec<Decimals>) -> Result<Dataset, DatasetError> {
        if columns.len() != self.columns.len() {
            return Err(DatasetError::Length { line: 1, wanted: self.columns.len(), found: columns.len() });
        }
        check_columns(&self.names, &columns, |value| !value.is_infinite())?;
        Ok(Dataset { columns: columns.into(), incomplete: Arc::default(), ..self.clone() })
    }

    /// Reads a table from text, in every format that [`Dataset::read`] understands, such as CSV with a header.
    ///
    /// # Errors
    /// Returns an error with line and column if the text is not a table of numbers.
    pub fn from_csv(text: &str) -> Result<Dataset, DatasetError> {
        read::dataset_of(text, None)
    }

    /// Reads a file with a table. Its separator, decimal mark, header and encoding are detected.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, is too large or is not text, and as [`Dataset::from_csv`] does.
    pub fn read(path: &Path) -> Result<Dataset, DatasetError> {
        let unreadable = |error: std::io::Error| DatasetError::Unreadable(reason(&error));
        let file = open(path).map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        Dataset::from_bytes(bytes)
    }

    /// Reads the bytes of a file with a table, such as one dropped on the window.
    ///
    /// # Errors
    /// Returns an error as [`Dataset::read`] does.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Dataset, DatasetError> {
        if bytes.len() > MAX_BYTES {
            return Err(DatasetError::TooLarge);
        }
        let (text, encoding) = decode::text_of(bytes)?;
        read::dataset_of(&text, encoding)
    }

    /// The columns of numbers as CSV; [`Dataset::from_csv`] reads back an equal dataset. The headers are those of the
    /// file if they give the same names when read back; otherwise they are the names.
    pub fn to_csv(&self) -> String {
        let keeps_names = names::names_of(&self.headers)[..] == self.names[..];
        let headers = if keeps_names { &self.headers } else { &self.names };
        let mut text = headers.iter().map(|header| quoted(header)).collect::<Vec<_>>().join(",") + "\n";
        for row in 0..self.rows() {
            for (index, column) in self.columns.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                match column[row].is_nan() {
                    true => text += "NA",
                    false => text += &column.decimal(row).to_string(),
                }
            }
            text.push('\n');
        }
        text
    }

    /// How the file was read, one sentence for each remark: a separator other than a comma, a decimal mark other than a
    /// point, a missing header, names that differ in a formula, columns that are left out.
    pub fn notes(&self) -> &[String] {
        &self.remarks
    }

    /// The column of this name, or with this header.
    pub fn find(&self, name: &str) -> Option<usize> {
        let is_name = |known: &String| known == name;
        self.names.iter().position(is_name).or_else(|| self.headers.iter().position(is_name))
    }

    /// The name in a formula of the column with this header, which may be a column of text; the result of
    /// [`column_name`] if no column has the header.
    pub fn name_of(&self, header: &str) -> String {
        let header = header.trim();
        let known = self.headers.iter().position(|known| known == header).map(|index| &self.names[index]);
        let other = || self.others.iter().find(|other| other.header == header).map(|other| &other.name);
        known.or_else(other).cloned().unwrap_or_else(|| column_name(header))
    }

    /// The columns of the file that are not columns of numbers.
    pub fn others(&self) -> &[OtherColumn] {
        &self.others
    }

    /// The names of all columns of the file, those of numbers first.
    pub fn all_names(&self) -> Vec<String> {
        self.names.iter().chain(self.others.iter().map(|other| &other.name)).cloned().collect()
    }

    /// The headers of [`Dataset::all_names`].
    pub fn all_headers(&self) -> Vec<String> {
        self.headers.iter().chain(self.others.iter().map(|other| &other.header)).cloned().collect()
    }

    /// For each row whether none of these columns misses a value in it; `None` where none does in any row.
    pub fn completeness<S: AsRef<str>>(&self, names: &[S]) -> Option<Vec<bool>> {
        let mut complete = vec![true; self.rows()];
        for column in names.iter().filter_map(|name| self.column(name.as_ref())) {
            complete.iter_mut().zip(column.iter()).for_each(|(complete, value)| *complete &= !value.is_nan());
        }
        complete.contains(&false).then_some(complete)
    }

    /// The line of the file with this row, if a value is missing in the row.
    pub fn line_of_incomplete(&self, row: usize) -> Option<u64> {
        self.incomplete.get(&row).copied()
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The headers of the columns in the file, in the order of their names.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The columns, in the order of their names, with as many values each; NaN where one is missing.
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

    /// A checksum of 16 hexadecimal digits: FNV-1a (G. Fowler, L. C. Noll and K.-P. Vo) over the names and the bits of
    /// the values. It detects accidental changes, up to a chance of 1 in 2⁶⁴, but not deliberate forgery.
    pub fn checksum(&self) -> String {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut add = |bytes: &[u8]| {
            bytes.iter().for_each(|byte| hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
        };
        for (name, column) in self.names.iter().zip(self.columns.iter()) {
            add(name.as_bytes());
            add(&[0]);
            column.iter().for_each(|value| add(&value.to_bits().to_le_bytes()));
            column.longer().for_each(|text| add(text.as_bytes()));
        }
        format!("{hash:016x}")
    }
}

/// The checksum of numbers alone.
pub fn checksum_of(numbers: impl Iterator<Item = f64>) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in numbers.flat_map(|number| number.to_bits().to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{hash:016x}")
}

/// A header as a cell of CSV: in quotation marks unless it is a name that cannot be misread.
fn quoted(header: &str) -> String {
    let is_plain = column_name(header) == header && !numbers::is_missing(header);
    if is_plain { header.to_owned() } else { format!("\"{}\"", header.replace('"', "\"\"")) }
}

fn check_columns(names: &[String], columns: &[Decimals], is_fit: fn(f64) -> bool) -> Result<(), DatasetError> {
    let rows = columns.first().map_or(0, |column| column.len());
    if rows == 0 {
        return Err(DatasetError::NoExamples(listed(names.iter())));
    }
    if rows > MAX_ROWS {
        return Err(DatasetError::TooMany);
    }
    for (index, values) in columns.iter().enumerate() {
        if values.len() != rows {
            let line = 1 + rows.min(values.len()) as u64 + 1;
            return Err(DatasetError::Length { line, wanted: columns.len(), found: index });
        }
        if let Some(row) = values.iter().position(|value| !is_fit(*value)) {
            let (line, text) = (row as u64 + 2, values[row].to_string());
            return Err(DatasetError::Value { line, column: index + 1, text });
        }
    }
    Ok(())
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
