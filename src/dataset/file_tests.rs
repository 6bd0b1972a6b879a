//! One table as different programs write it (`tests/data/csv`, written by `tests/data/make_csv.py`).

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::reading_tests::columns;
use super::*;
use std::path::PathBuf;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/csv").join(name)
}

const MASS: &str = "mass_kg: 1.5 -0.25 NA";
const HEIGHT: &str = "height: 1234.5 2 3.125";

#[test]
fn tables_of_other_programs_are_read() {
    for (name, first) in [
        ("python-default.csv", None),
        ("python-quote-all.csv", None),
        ("python-pipe.csv", None),
        ("python-tab.tsv", None),
        ("pandas-default.csv", Some("column_1: 0 1 2")),
        ("pandas-no-index.csv", None),
        ("pandas-german.csv", None),
        ("pandas-tab-comma.tsv", None),
        ("pandas-latin-1.csv", None),
        ("pandas-utf-16.csv", None),
        ("pandas-utf-8-sig.csv", None),
        ("numpy-default.txt", None),
        ("numpy-comma.csv", None),
        ("r-write-csv.csv", Some("column_1: 1 2 3")),
        ("r-write-csv2.csv", Some("column_1: 1 2 3")),
        ("r-write-table.txt", Some("column_1: 1 2 3")),
        ("r-latin-1.csv", Some("column_1: 1 2 3")),
        ("libreoffice-default.csv", None),
        ("libreoffice-german.csv", None),
        ("excel-semicolon.csv", None),
        ("excel-sep-line.csv", None),
        ("excel-thousands.csv", None),
        ("excel-mac.csv", None),
        ("excel-unicode-text.txt", None),
    ] {
        let dataset = Dataset::read(&file(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected: Vec<&str> = first.into_iter().chain([MASS, HEIGHT]).collect();
        assert_eq!(columns(&dataset), expected, "{name}");
        for other in dataset.others() {
            assert_eq!((other.name.as_str(), other.is_meant_as_numbers), ("name", false), "{name}");
            assert!(matches!(&other.trouble, Trouble::Text { text, .. } if text == "Ångström"), "{name}: {other:?}");
        }
        assert_eq!(Dataset::from_csv(&dataset.to_csv()).as_ref(), Ok(&dataset), "{name}");
    }
    let dataset = Dataset::read(&file("pandas-no-header.csv")).unwrap();
    assert_eq!(columns(&dataset), [MASS.replace("mass_kg", "x1"), HEIGHT.replace("height", "x2")]);
}

#[test]
fn what_is_guessed_is_said() {
    for (name, parts) in [
        ("pandas-german.csv", &["separated by semicolons, and the numbers have a decimal comma"][..]),
        ("pandas-latin-1.csv", &["Windows-1252", "mass_kg is the column 'mass (kg)'"]),
        (
            "excel-semicolon.csv",
            &["Windows-1252", "semicolons", "the column name (line 2: 'Ångström') holds text and is left out"],
        ),
        ("r-write-table.txt", &["separated by blanks", "column_1 is the column without a name"]),
        ("pandas-no-header.csv", &["the file has no header: its columns are x1 to x2"]),
        ("python-pipe.csv", &["vertical bars"]),
        ("pandas-tab-comma.tsv", &["the numbers have a decimal comma"]),
    ] {
        let notes = Dataset::read(&file(name)).unwrap().notes().join("; ");
        assert!(parts.iter().all(|part| notes.contains(part)), "{name}: {notes}");
    }
}

#[test]
fn files_without_a_table_are_refused() {
    for (name, message) in [
        ("refused-utf-16-without-mark.csv", "UTF-16 text without a byte order mark; save the file as UTF-8"),
        ("refused-nul.csv", "line 3: the file is no text"),
        ("refused-binary.csv", "line 1: the file is no text"),
        ("refused-ragged.csv", "line 3 has 1 cell instead of 2"),
        ("refused-open-quote.csv", "line 2, column 2: a quotation mark opens here"),
        ("refused-header-only.csv", "no examples below them"),
        ("refused-blanks.csv", "there are no columns"),
        ("refused-spreadsheet.xlsx", "a spreadsheet or another archive"),
    ] {
        let error = Dataset::read(&file(name)).unwrap_err().to_string();
        assert!(error.contains(message), "{name}: {error}");
    }
}
