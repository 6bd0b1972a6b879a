//! The grid of a study whose landscape another program computed, and its source.
//!
//! As with examples, a study file contains the values if possible; more than [`MAX_INLINE_VALUES`] values stay in their
//! own file.

use super::{MAX_INLINE_VALUES, Study};
use crate::dataset::{Dataset, checksum_of};
use crate::landscape::View;
use crate::landscape::grid::{GridError, GridValues, Interpolant};
use serde::{Deserialize, Serialize, Serializer};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The grid of a study. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct GridChoice {
    /// The name of its file, or another title.
    pub title: String,
    /// The file in which it stays, if it is too large for a study.
    pub file: Option<PathBuf>,
    /// The values.
    pub grid: Arc<GridValues>,
}

impl GridChoice {
    /// The grid in a file; an array of NumPy covers `view`.
    ///
    /// # Errors
    /// Returns an error as [`GridValues::read`] does.
    pub fn read(path: &Path, view: Option<View>) -> Result<GridChoice, GridError> {
        GridChoice::of_values(GridValues::read(path, view)?, path)
    }

    /// The grid in the bytes of a file of this name.
    ///
    /// # Errors
    /// Returns an error if the bytes have no grid, or if there are too many values and no such file.
    pub fn of_bytes(bytes: Vec<u8>, name: &Path, view: Option<View>) -> Result<GridChoice, GridError> {
        GridChoice::of_values(GridValues::from_bytes(bytes, view)?, name)
    }

    /// The grid in a table that was already read from the file of this name.
    ///
    /// # Errors
    /// Returns an error if the table is not a grid, or if there are too many values and no such file.
    pub fn of_table(dataset: &Dataset, name: &Path) -> Result<GridChoice, GridError> {
        GridChoice::of_values(GridValues::from_table(dataset)?, name)
    }

    /// A large grid stays in its file.
    fn of_values(grid: GridValues, name: &Path) -> Result<GridChoice, GridError> {
        let title = name.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let is_large = grid.values.len() > MAX_INLINE_VALUES;
        if is_large && !name.is_file() {
            return Err(GridError::File(format!("more than {MAX_INLINE_VALUES} values are used from a file")));
        }
        // Made absolute, because the working folder may differ later.
        let file = is_large.then(|| std::path::absolute(name).unwrap_or_else(|_| name.to_owned()));
        Ok(GridChoice { title, file, grid: Arc::new(grid) })
    }

    /// The interpolant.
    pub fn interpolant(&self) -> Interpolant {
        Interpolant::new((*self.grid).clone(), self.title.clone())
    }

    /// Checks that a study file can have it.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if it cannot.
    pub(super) fn check(&self) -> Result<(), String> {
        match &self.file {
            None if self.grid.values.len() > MAX_INLINE_VALUES => Err(format!(
                "{} values are more than the {MAX_INLINE_VALUES} that a study file keeps",
                self.grid.values.len()
            )),
            Some(path) if path.to_str().is_none() => {
                Err(format!("the path '{}' is no UTF-8 text, so that a study file cannot have it", path.display()))
            }
            _ => Ok(()),
        }
    }

    fn checksum(&self) -> String {
        let GridValues { w1, w2, values } = &*self.grid;
        checksum_of(w1.iter().chain(w2).chain(values).copied())
    }
}

impl Study {
    /// The study of a landscape that another program computed: a view of its whole grid, and runs from its upper right.
    pub fn of_grid(grid: GridChoice) -> Study {
        let view = grid.grid.view();
        let mut study = Study::of_formula("", view);
        study.grid = Some(grid);
        study
    }
}

impl Serialize for GridChoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let GridValues { w1, w2, values } = &*self.grid;
        let view = self.grid.view();
        let fields = match &self.file {
            None => GridFields {
                title: Some(self.title.clone()),
                w1: Some(w1.clone()),
                w2: Some(w2.clone()),
                values: Some(values.chunks(w1.len()).map(<[f64]>::to_vec).collect()),
                ..GridFields::default()
            },
            Some(path) => GridFields {
                title: Some(self.title.clone()),
                file: path.to_str().map(str::to_owned),
                covers: Some(view),
                checksum: Some(self.checksum()),
                ..GridFields::default()
            },
        };
        fields.serialize(serializer)
    }
}

/// The fields of a study file for a grid.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GridFields {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    covers: Option<View>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    w1: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    w2: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Vec<f64>>>,
}

impl GridFields {
    /// Loads the grid. The path of a file is relative to the folder.
    ///
    /// # Errors
    /// Returns an error with the wrong field and a sentence.
    pub(super) fn fetch(self, folder: Option<&Path>) -> Result<GridChoice, (Option<&'static str>, String)> {
        match (self.file, self.w1, self.w2, self.values) {
            (None, Some(w1), Some(w2), Some(rows)) => {
                if let Some(row) = rows.iter().position(|row| row.len() != w1.len()) {
                    let message = format!("row {} has {} values, and w1 has {}", row + 1, rows[row].len(), w1.len());
                    return Err((Some("values"), message));
                }
                let grid = GridValues::new(w1, w2, rows.concat()).map_err(|error| (None, error.to_string()))?;
                let title = self.title.unwrap_or_else(|| "a grid".to_owned());
                Ok(GridChoice { title, file: None, grid: Arc::new(grid) })
            }
            (Some(file), None, None, None) => {
                let folder = folder.ok_or_else(|| (Some("file"), "a link may not name a file".to_owned()))?;
                let path = folder.join(file);
                let covers = self.covers;
                let read = GridChoice::read(&path, covers);
                let mut grid = read.map_err(|error| (Some("file"), format!("{}: {error}", path.display())))?;
                if let Some(title) = self.title {
                    grid.title = title;
                }
                match self.checksum {
                    Some(checksum) if checksum != grid.checksum() => {
                        let message = "has changed since the study was saved; remove the line `checksum` to use the \
                                       file as it is now";
                        Err((Some("file"), format!("{} {message}", path.display())))
                    }
                    _ => Ok(grid),
                }
            }
            _ => Err((None, "either a file, or w1, w2 and values are wanted".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::study::{answer, from_toml, from_toml_in, to_toml, to_toml_in};

    /// The table of (w1 − ½)² + 2·w2² on a grid of 9 × 7 nodes.
    fn table(count: usize) -> String {
        let mut text = "w1,w2,L\n".to_owned();
        for row in 0..count {
            for column in 0..count {
                let at = |k: usize| -1.0 + 2.0 * k as f64 / (count - 1) as f64;
                let (x, y) = (at(column), at(row));
                text += &format!("{x},{y},{}\n", (x - 0.5).powi(2) + 2.0 * y * y);
            }
        }
        text
    }

    #[test]
    fn a_small_grid_is_in_the_study_and_is_answered_as_the_interpolant() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plane.csv");
        std::fs::write(&path, table(9)).unwrap();
        let study = Study::of_grid(GridChoice::read(&path, None).unwrap());
        assert_eq!(from_toml(&to_toml(&study).unwrap()), Ok(study.clone()));
        let findings = answer(&study, 24, 24).unwrap();
        let [point] = findings.points.points.as_slice() else { panic!("{}", findings.points.claim()) };
        assert!((point.w.x - 0.5).abs() < 1e-9 && point.w.y.abs() < 1e-9, "{:?}", point.w);
        assert!((point.eigen.values[0] - 2.0).abs() < 1e-9 && (point.eigen.values[1] - 4.0).abs() < 1e-9);
        assert!(
            findings
                .points
                .claim()
                .contains("1 critical point found by search of the interpolant, not proved complete")
        );
    }

    #[test]
    fn a_large_grid_stays_in_its_file_and_may_not_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plane.csv");
        std::fs::write(&path, table(150)).unwrap();
        let study = Study::of_grid(GridChoice::read(&path, None).unwrap());
        let text = to_toml_in(&study, folder.path()).unwrap();
        assert_eq!(crate::study::fragment(&study), Err(crate::study::LinkError::GridInFile));
        assert!(text.len() < 5000 && text.contains("file = \"plane.csv\""), "{}", &text[..400]);
        assert_eq!(from_toml_in(&text, folder.path()), Ok(study));
        std::fs::write(&path, table(151)).unwrap();
        let refused = from_toml_in(&text, folder.path()).unwrap_err().to_string();
        assert!(refused.contains("has changed since the study was saved"), "{refused}");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_field() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plane.csv");
        std::fs::write(&path, table(4)).unwrap();
        let text = to_toml(&Study::of_grid(GridChoice::read(&path, None).unwrap())).unwrap();
        let from = text.find("[grid]").unwrap();
        let to = from + text[from..].find("[[runs]]").unwrap();
        for (grid, parts) in [
            ("[grid]\nfile = \"nothing.csv\"\n", ["grid.file", "nothing.csv: no such file"]),
            ("[grid]\nw1 = [1, 2]\n", ["grid", "either a file, or w1, w2 and values"]),
            ("[grid]\nw1 = [1, 2, 3, 4]\nw2 = [1, 2, 3, 4]\nvalues = [[1]]\n", ["grid.values", "row 1 has 1 values"]),
            ("[grid]\nw1 = [1, 2, 3, 3]\nw2 = [1, 2, 3, 4]\nvalues = []\n", ["grid", "do not ascend"]),
        ] {
            let bad = format!("{}{grid}\n{}", &text[..from], &text[to..]);
            let refused = from_toml(&bad).unwrap_err().to_string();
            assert!(parts.iter().all(|part| refused.contains(part)), "{refused}");
        }
    }
}
