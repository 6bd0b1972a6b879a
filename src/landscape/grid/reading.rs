//! Grids as other programs write them: tables `w1,w2,L`, and two-dimensional arrays of NumPy.

use super::GridValues;
use crate::dataset::{Dataset, read_at_most, reason};
use crate::landscape::{View, nodes};
use std::path::Path;

/// The reason why a file has no landscape; a sentence to be put after "cannot read FILE: ".
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GridError {
    /// The file cannot be read, or is not a table.
    #[error("{0}")]
    File(String),
    /// The table has other columns.
    #[error("a landscape is a table with the columns w1, w2 and L, and this one has {0}")]
    Columns(String),
    /// A number is missing or not finite.
    #[error("L at ({w1}, {w2}) is missing or not finite, and an interpolant needs a number at every node")]
    NotFinite {
        /// w1 of the node.
        w1: f64,
        /// w2 of the node.
        w2: f64,
    },
    /// A coordinate is missing.
    #[error("row {0} of the table lacks w1 or w2")]
    NoPlace(usize),
    /// The grid has holes.
    #[error("the grid has holes: {columns} values of w1 and {rows} of w2 make {} nodes, and {known} have a value; \
             one without is at ({w1}, {w2})", columns * rows)]
    Holes {
        /// Values of w1.
        columns: usize,
        /// Values of w2.
        rows: usize,
        /// Nodes with a value.
        known: usize,
        /// w1 of a node without.
        w1: f64,
        /// w2 of that node.
        w2: f64,
    },
    /// The places do not look like a grid at all.
    #[error(
        "the points do not form a rectangular grid: {rows} rows of the table have {w1} different values of w1 and \
         {w2} of w2"
    )]
    NoGrid {
        /// Rows of the table.
        rows: usize,
        /// Different values of w1.
        w1: usize,
        /// Different values of w2.
        w2: usize,
    },
    /// A node stands twice.
    #[error("the node ({0}, {1}) is in the table twice")]
    Twice(f64, f64),
    /// A side is too short or too long.
    #[error("there are {count} values of {name}; a grid has {} to {} along each side", GridValues::SIDE[0], GridValues::SIDE[1])]
    Side {
        /// The weight.
        name: &'static str,
        /// How many values it has.
        count: usize,
    },
    /// A side does not ascend.
    #[error("the values of {0} do not ascend, or are not finite")]
    Order(&'static str),
    /// There are not as many values as nodes.
    #[error("{values} values are given for {nodes} nodes")]
    Count {
        /// Values.
        values: usize,
        /// Nodes.
        nodes: usize,
    },
    /// The array is none that can be read.
    #[error("{0}")]
    Array(String),
}

/// The longest file that is read.
const MOST_BYTES: u64 = 200 << 20;

impl GridValues {
    /// The grid in a file: a table `w1,w2,L`, or an array of NumPy, which has no coordinates and covers `view`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or does not hold a grid without holes.
    pub fn read(path: &Path, view: Option<View>) -> Result<GridValues, GridError> {
        let bytes = read_at_most(path, MOST_BYTES).map_err(|error| GridError::File(reason(&error)))?;
        GridValues::from_bytes(bytes, view)
    }

    /// The grid in the bytes of a file.
    ///
    /// # Errors
    /// Returns an error as [`GridValues::read`] does.
    pub fn from_bytes(bytes: Vec<u8>, view: Option<View>) -> Result<GridValues, GridError> {
        if is_npy(&bytes) {
            let view = view.ok_or_else(|| {
                let message = "an array has no coordinates: give the view that it covers, as --covers A,B,C,D";
                GridError::Array(message.to_owned())
            })?;
            return from_npy(&bytes, &view);
        }
        let dataset = Dataset::from_bytes(bytes).map_err(|error| GridError::File(error.to_string()))?;
        GridValues::from_table(&dataset)
    }

    /// The grid in a table `w1,w2,L`.
    ///
    /// # Errors
    /// Returns an error if the table does not hold a grid without holes.
    pub fn from_table(dataset: &Dataset) -> Result<GridValues, GridError> {
        from_table(dataset)
    }

    /// Whether a table has the columns of a landscape, by their names.
    pub fn is_table_of(dataset: &Dataset) -> bool {
        columns_of(dataset).is_some()
    }
}

/// The columns w1, w2 and L.
fn columns_of(dataset: &Dataset) -> Option<[&[f64]; 3]> {
    let column = |name: &str| {
        let place = dataset.headers().iter().position(|header| header.trim().eq_ignore_ascii_case(name))?;
        Some(&dataset.columns().get(place)?[..])
    };
    if dataset.columns().len() != 3 || !dataset.others().is_empty() {
        return None;
    }
    Some([column("w1")?, column("w2")?, column("L").or_else(|| column("loss"))?])
}

/// Different numbers, ascending.
fn different(numbers: &[f64]) -> Vec<f64> {
    // −0 and 0 are the same place.
    let mut sorted: Vec<f64> = numbers.iter().map(|x| x + 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    sorted
}

fn from_table(dataset: &Dataset) -> Result<GridValues, GridError> {
    let Some([at_1, at_2, values]) = columns_of(dataset) else {
        // A column with a word in it, such as inf, is not one of numbers.
        let is_named =
            |name: &str| ["w1", "w2", "L", "loss"].iter().any(|known| known.eq_ignore_ascii_case(name.trim()));
        if let Some(other) = dataset.others().iter().find(|other| is_named(&other.header)) {
            return Err(GridError::File(other.trouble.to_string()));
        }
        return Err(GridError::Columns(dataset.all_headers().join(", ")));
    };
    if let Some(row) = (0..values.len()).find(|row| !(at_1[*row].is_finite() && at_2[*row].is_finite())) {
        return Err(GridError::NoPlace(row + 1));
    }
    let (w1, w2) = (different(at_1), different(at_2));
    let nodes = w1.len().saturating_mul(w2.len());
    // A grid with holes has more than half of its nodes. Scattered points would make a far larger grid.
    if nodes > values.len().saturating_mul(2) {
        return Err(GridError::NoGrid { rows: values.len(), w1: w1.len(), w2: w2.len() });
    }
    let mut grid = vec![f64::NAN; nodes];
    let mut is_known = vec![false; nodes];
    let place = |side: &[f64], x: f64| side.partition_point(|node| *node < x);
    for ((x, y), value) in at_1.iter().zip(at_2).zip(values) {
        let node = place(&w2, *y) * w1.len() + place(&w1, *x);
        if std::mem::replace(&mut is_known[node], true) {
            return Err(GridError::Twice(*x, *y));
        }
        grid[node] = *value;
    }
    if let Some(hole) = is_known.iter().position(|known| !known) {
        let (columns, rows) = (w1.len(), w2.len());
        let known = is_known.iter().filter(|known| **known).count();
        return Err(GridError::Holes { columns, rows, known, w1: w1[hole % columns], w2: w2[hole / columns] });
    }
    GridValues::new(w1, w2, grid)
}

const MAGIC: &[u8] = b"\x93NUMPY";

/// Whether the bytes are an array of NumPy.
pub fn is_npy(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// A two-dimensional array of floating-point numbers, which has L at `(w1[j], w2[i])` in row i and column j.
fn from_npy(bytes: &[u8], view: &View) -> Result<GridValues, GridError> {
    let wrong = |message: &str| GridError::Array(message.to_owned());
    let cut = || wrong("the file of the array is cut off");
    let version = *bytes.get(6).ok_or_else(cut)?;
    let (length, from): (usize, usize) = if version == 1 {
        let raw = bytes.get(8..10).ok_or_else(cut)?;
        (usize::from(u16::from_le_bytes([raw[0], raw[1]])), 10)
    } else {
        let raw = bytes.get(8..12).ok_or_else(cut)?;
        (u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]) as usize, 12)
    };
    let header = bytes.get(from..from.saturating_add(length)).ok_or_else(cut)?;
    let header = String::from_utf8_lossy(header);
    let body = &bytes[from + length..];
    let [rows, columns] = shape(&header)?;
    let kind = quoted(&header, "descr").ok_or_else(|| wrong("the array does not say what its numbers are"))?;
    let number = number_of(&kind).ok_or_else(|| {
        GridError::Array(format!("the array has numbers of the kind '{kind}'; '<f4' and '<f8' can be read"))
    })?;
    let size = if kind.ends_with('4') { 4 } else { 8 };
    let count = rows.checked_mul(columns).filter(|count| *count <= MOST_BYTES as usize / 4);
    let count = count.ok_or_else(|| wrong("the array is too large"))?;
    if body.len() < count * size {
        return Err(cut());
    }
    let raw: Vec<f64> = body.chunks_exact(size).take(count).map(number).collect();
    let values = match header.contains("'fortran_order': True") {
        false => raw,
        true => (0..count).map(|place| raw[place % columns * rows + place / columns]).collect(),
    };
    for (name, side) in [("w1", columns), ("w2", rows)] {
        if !(GridValues::SIDE[0]..=GridValues::SIDE[1]).contains(&side) {
            return Err(GridError::Side { name, count: side });
        }
    }
    GridValues::new(nodes(view.w1, columns), nodes(view.w2, rows), values)
}

/// How numbers of a kind are read.
fn number_of(kind: &str) -> Option<fn(&[u8]) -> f64> {
    Some(match kind {
        "<f8" => |raw| f64::from_le_bytes(raw.try_into().unwrap_or_default()),
        ">f8" => |raw| f64::from_be_bytes(raw.try_into().unwrap_or_default()),
        "<f4" => |raw| f64::from(f32::from_le_bytes(raw.try_into().unwrap_or_default())),
        ">f4" => |raw| f64::from(f32::from_be_bytes(raw.try_into().unwrap_or_default())),
        _ => return None,
    })
}

/// The text in quotes after a key of the header.
fn quoted(header: &str, key: &str) -> Option<String> {
    let rest = header.split_once(&format!("'{key}':"))?.1;
    rest.split('\'').nth(1).map(str::to_owned)
}

fn shape(header: &str) -> Result<[usize; 2], GridError> {
    let inside = || Some(header.split_once("'shape':")?.1.split_once('(')?.1.split_once(')')?.0);
    let sides: Option<Vec<usize>> = inside().and_then(|inside| {
        inside.split(',').map(str::trim).filter(|x| !x.is_empty()).map(|x| x.parse().ok()).collect()
    });
    match sides.as_deref() {
        Some([rows, columns]) => Ok([*rows, *columns]),
        Some(sides) => Err(GridError::Array(format!(
            "a landscape is an array of two dimensions, and this one has {}",
            sides.len()
        ))),
        None => Err(GridError::Array("the array has no shape that can be read".to_owned())),
    }
}
