//! The examples of a study, and their source.
//!
//! If possible, a study file contains them, so that one file is enough to see the same again: as the name of a set that
//! comes with the program, or as rows of CSV. More than [`MAX_INLINE_VALUES`] numbers stay in a file of their own. The
//! study then has a checksum and the path of that file (relative to the study's folder if the file is in it). If the
//! file has changed, the study is refused instead of showing something else.

use crate::dataset::{self, Dataset, DatasetError};
use serde::{Deserialize, Serialize, Serializer};
use std::path::{Path, PathBuf};

/// The most numbers that a study file has itself.
pub const MAX_INLINE_VALUES: usize = 20_000;

/// The examples of a study. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Data {
    /// Their source.
    pub source: Source,
    /// The examples.
    pub dataset: Dataset,
    /// The file from which they were read; no output may replace it. It is neither saved nor compared, so studies with
    /// the same examples are equal.
    pub origin: Option<PathBuf>,
}

impl PartialEq for Data {
    fn eq(&self, other: &Data) -> bool {
        self.source == other.source && self.dataset == other.dataset
    }
}

/// The source of examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The set of this name that comes with the program.
    Standard(String),
    /// Rows that were typed, pasted, changed by hand, or read from a small file, with an optional title, such as the
    /// file's name.
    Rows(Option<String>),
    /// A CSV file that is too large for a study.
    File(PathBuf),
}

impl Data {
    /// The set of this name that comes with the program.
    pub fn standard(name: &str) -> Option<Data> {
        let found = dataset::find(name)?;
        Some(Data { source: Source::Standard(found.name.to_owned()), dataset: found.dataset.clone(), origin: None })
    }

    /// Examples that were typed or changed.
    pub fn rows(dataset: Dataset, title: Option<String>) -> Data {
        Data { source: Source::Rows(title), dataset, origin: None }
    }

    /// The examples in a file of CSV.
    ///
    /// # Errors
    /// Returns an error as [`Dataset::read`] does.
    pub fn read(path: &Path) -> Result<Data, DatasetError> {
        Ok(Data::from_file(Dataset::read(path)?, path))
    }

    /// The examples in the bytes of a file of this name, such as one that a browser has read.
    ///
    /// # Errors
    /// Returns an error as [`Dataset::from_bytes`] does.
    pub fn of_bytes(bytes: Vec<u8>, path: &Path) -> Result<Data, DatasetError> {
        Ok(Data::from_file(Dataset::from_bytes(bytes)?, path))
    }

    fn from_file(dataset: Dataset, path: &Path) -> Data {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        // Made absolute, because the working folder may differ later.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let is_small = dataset.values() <= MAX_INLINE_VALUES;
        let source = if is_small { Source::Rows(name) } else { Source::File(path.clone()) };
        Data { source, dataset, origin: Some(path) }
    }

    /// The title of the examples: that of a standard set, or the name of a file; `None` for examples without a name.
    pub fn title(&self) -> Option<String> {
        match &self.source {
            Source::Standard(name) => dataset::find(name).map(|found| found.title.to_owned()),
            Source::Rows(title) => title.clone(),
            Source::File(path) => path.file_name().map(|name| name.to_string_lossy().into_owned()),
        }
    }

    /// The title after an example was changed: `A noisy line, changed`.
    pub fn changed_title(&self) -> Option<String> {
        const CHANGED: &str = ", changed";
        let title = self.title()?;
        Some(if title.ends_with(CHANGED) { title } else { format!("{title}{CHANGED}") })
    }

    /// Checks that a study file can have them.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if it cannot.
    pub(super) fn check(&self) -> Result<(), String> {
        match &self.source {
            Source::Rows(_) if self.dataset.values() > MAX_INLINE_VALUES => Err(format!(
                "{} numbers are more than the {MAX_INLINE_VALUES} that a study file keeps; save them as a CSV file and \
                 load that",
                self.dataset.values()
            )),
            Source::File(path) if path.to_str().is_none() => {
                Err(format!("the path '{}' is no UTF-8 text, so that a study file cannot have it", path.display()))
            }
            _ => Ok(()),
        }
    }

    fn fields(&self) -> Fields {
        match &self.source {
            Source::Standard(name) => Fields { name: Some(name.clone()), ..Fields::default() },
            Source::Rows(title) => {
                Fields { title: title.clone(), csv: Some(self.dataset.to_csv()), ..Fields::default() }
            }
            Source::File(path) => Fields {
                file: path.to_str().map(str::to_owned),
                checksum: Some(self.dataset.checksum()),
                ..Fields::default()
            },
        }
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields().serialize(serializer)
    }
}

/// The fields of a study file for the examples.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fields {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    csv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum: Option<String>,
}

impl Fields {
    /// Loads the examples. The path of a file is relative to the folder; without a folder a file is refused.
    ///
    /// # Errors
    /// Returns an error with the wrong field and a sentence.
    pub(super) fn fetch(self, folder: Option<&Path>) -> Result<Data, (Option<&'static str>, String)> {
        match (self.name, self.csv, self.file) {
            (Some(name), None, None) => Data::standard(&name).ok_or_else(|| {
                let known: Vec<&str> = dataset::standard().iter().map(|known| known.name).collect();
                (Some("name"), format!("there is no dataset '{name}'; there are {}", known.join(", ")))
            }),
            (None, Some(csv), None) => match Dataset::from_csv(&csv) {
                Ok(dataset) => Ok(Data::rows(dataset, self.title)),
                Err(error) => Err((Some("csv"), error.to_string())),
            },
            (None, None, Some(file)) => {
                let folder =
                    folder.ok_or_else(|| (Some("file"), "a link may not name a file of examples".to_owned()))?;
                let path = folder.join(file);
                let data = Data::read(&path).map_err(|error| (Some("file"), format!("{}: {error}", path.display())))?;
                match self.checksum {
                    Some(checksum) if checksum != data.dataset.checksum() => {
                        let message = "has changed since the study was saved; remove the line `checksum` to use the \
                                       file as it is now";
                        Err((Some("file"), format!("{} {message}", path.display())))
                    }
                    _ => Ok(data),
                }
            }
            _ => Err((
                None,
                "one of name (a dataset that comes with the program), csv (the rows) and file is wanted".to_owned(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::landscape::View;
    use crate::study::{Study, from_toml, from_toml_in, load, loss_of, to_toml, to_toml_in};

    fn regression(data: Data) -> Study {
        let view = View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] };
        Study { data: Some(data), ..Study::of_formula("(w1*x + w2 - y)^2", view) }
    }

    fn long(rows: usize) -> Dataset {
        let column = |factor: f64| (0..rows).map(|row| factor * row as f64 / 3.0).collect::<Vec<f64>>();
        Dataset::new(vec![("x".to_owned(), column(1.0)), ("y".to_owned(), column(-0.1))]).unwrap()
    }

    /// Numbers without a short decimal, subnormal ones and names of any script are read back to the last bit.
    #[test]
    fn examples_are_in_the_study_and_read_back_equal() {
        let values = vec![0.1 + 0.2, -1.0 / 3.0, 5e-324, 1.7976931348623157e308, 0.0];
        let columns =
            vec![("x".to_owned(), values.clone()), ("y".to_owned(), values), ("größe".to_owned(), vec![1.0; 5])];
        let dataset = Dataset::new(columns).unwrap();
        for title in [None, Some("a \"title\"\n".to_owned())] {
            let study = regression(Data::rows(dataset.clone(), title));
            let text = to_toml(&study).unwrap();
            assert_eq!(from_toml(&text), Ok(study), "{text}");
        }
        let study = regression(Data::standard("noisy-line").unwrap());
        let text = to_toml(&study).unwrap();
        assert!(text.contains("[data]\nname = \"noisy-line\"\n"), "{text}");
        assert_eq!(from_toml(&text), Ok(study));
    }

    #[test]
    fn a_small_file_is_taken_into_the_study() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("points.csv"), "x,y\n1,2\n3,4.5\n").unwrap();
        let text = to_toml(&regression(Data::standard("line").unwrap())).unwrap();
        let text = text.replace("name = \"line\"", "file = \"points.csv\"");
        std::fs::write(folder.path().join("study.toml"), &text).unwrap();
        let study = load(&folder.path().join("study.toml")).unwrap();
        assert_eq!(study.data.as_ref().unwrap().source, Source::Rows(Some("points.csv".to_owned())));
        assert_eq!(loss_of(&study).unwrap().examples(), 2);
        let alone = to_toml(&study).unwrap();
        std::fs::remove_file(folder.path().join("points.csv")).unwrap();
        assert_eq!(from_toml(&alone), Ok(study));
        let refused = from_toml_in(&text, folder.path()).unwrap_err().to_string();
        assert!(refused.contains("data.file") && refused.contains("points.csv: no such file"), "{refused}");
    }

    #[test]
    fn a_large_file_stays_where_it_is_and_may_not_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("many.csv");
        let dataset = long(MAX_INLINE_VALUES / 2 + 1);
        std::fs::write(&path, dataset.to_csv()).unwrap();
        let study = regression(Data::read(&path).unwrap());
        assert_eq!(study.data.as_ref().unwrap().source, Source::File(path.clone()));
        let text = to_toml_in(&study, folder.path()).unwrap();
        assert!(text.contains("file = \"many.csv\"") && text.len() < 5000, "{text}");
        assert_eq!(from_toml_in(&text, folder.path()), Ok(study.clone()));
        // The same numbers in another notation are equal.
        std::fs::write(&path, dataset.to_csv().replace('\n', "\r\n\r\n")).unwrap();
        assert_eq!(from_toml_in(&text, folder.path()), Ok(study.clone()));
        std::fs::write(&path, dataset.to_csv().replacen("-0.1", "-0.2", 1)).unwrap();
        let refused = from_toml_in(&text, folder.path()).unwrap_err().to_string();
        assert!(refused.contains("has changed since the study was saved"), "{refused}");
        // A study that cannot be opened is not saved.
        let typed = regression(Data::rows(dataset, None));
        let refused = to_toml(&typed).unwrap_err().to_string();
        assert!(refused.contains("data: 20002 numbers are more than the 20000"), "{refused}");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_field() {
        let text = to_toml(&regression(Data::standard("line").unwrap())).unwrap();
        for (data, parts) in [
            ("name = \"lnie\"", ["data.name", "there is no dataset 'lnie'; there are line, noisy-line"]),
            ("csv = \"x,y\\n1,2\\n1,two\\n\"", ["landscape.formula", "line 3, column 2: 'two' is not a finite number"]),
            ("csv = \"x,y\\n1,2\\n1\\n\"", ["data.csv", "line 3 has 1 cell instead of 2"]),
            ("csv = \"x,y\\n1,\\n,2\\n\"", ["landscape.formula", "no example has a value in each of the columns x, y"]),
            ("csv = \"x,y\\n\"", ["data.csv", "no examples below them"]),
            ("csv = \"\"", ["data.csv", "there are no columns"]),
            ("csv = \"x,z\\n1,2\\n\"", ["landscape.formula", "`y` is no column of the data, which have x, z"]),
            ("name = \"line\"\ncsv = \"x,y\\n1,2\\n\"", ["data", "one of name"]),
            ("title = \"nothing\"", ["data", "one of name"]),
            ("nmae = \"line\"", ["nmae", "name"]),
        ] {
            let refused = from_toml(&text.replace("name = \"line\"", data)).unwrap_err().to_string();
            assert!(parts.iter().all(|part| refused.contains(part)), "{data}: {refused}");
        }
        let mut without = regression(Data::standard("line").unwrap());
        without.landscape.formula = "w1^2 + w2^2".to_owned();
        let refused = to_toml(&without).unwrap_err().to_string();
        assert!(refused.contains("the formula names no column of the data, which have x, y"), "{refused}");
    }
}
