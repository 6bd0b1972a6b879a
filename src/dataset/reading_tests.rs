//! Tables as programs write them, and malformed tables.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::*;
use crate::landscape::{Loss, formula_over};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The columns of numbers as `name: value value`, with NA for a missing one.
fn read(text: &str) -> Vec<String> {
    let dataset = Dataset::from_csv(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    columns(&dataset)
}

pub(super) fn columns(dataset: &Dataset) -> Vec<String> {
    let named = dataset.names().iter().zip(dataset.columns());
    let value = |value: &f64| if value.is_nan() { "NA".to_owned() } else { value.to_string() };
    named.map(|(name, column)| format!("{name}: {}", column.iter().map(value).collect::<Vec<_>>().join(" "))).collect()
}

fn notes(text: &str) -> String {
    Dataset::from_csv(text).unwrap().notes().join("; ")
}

#[test]
fn separators_and_decimal_marks_are_found() {
    let expected = ["x: 1.5 2", "y: -2.5 3"];
    for text in [
        "x,y\n1.5,-2.5\n2,3\n",
        "x;y\n1.5;-2.5\n2;3\n",
        "x;y\n1,5;-2,5\n2;3\n",
        "x\ty\n1.5\t-2.5\n2\t3\n",
        "x\ty\n1,5\t-2,5\n2\t3\n",
        "x|y\n1.5|-2.5\n2|3\n",
        "x y\n1.5 -2.5\n2 3\n",
        "  x    y\n  1.5 -2.5  \n  2    3\n",
        "\"x\",\"y\"\n\"1.5\",\"-2.5\"\n\"2\",\"3\"\n",
        "\"x\",\"y\"\n\"1,5\",\"-2,5\"\n\"2\",\"3\"\n",
        "x,y,\n1.5,-2.5,\n2,3,\n",
        "x,y\n1.5,-2.5,\n2,3,\n",
        "x,y,,\n1.5,-2.5,,\n2,3,,\n,,,\n,,,\n",
        "x,y,\n1.5,-2.5\n2,3\n",
        "sep=;\nx;y\n1,5;-2,5\n2;3\n",
        "\"sep=;\"\r\nx;y\r\n1,5;-2,5\r\n2;3\r\n",
        "SEP=\t\nx\ty\n1.5\t-2.5\n2\t3\n",
        "sep=!\nx!y\n1.5!-2.5\n2!3\n",
        "x,y\r1.5,-2.5\r2,3\r",
        "x,y\r\n1.5,-2.5\r\n\r\n2,3",
        "\u{feff}x,y\n1.5,-2.5\n2,3\n\u{1a}",
        "# made by hand\nx,y\n1.5,-2.5\n# the last one\n2,3\n",
        "# x y\n1.5 -2.5\n2 3\n",
        "#x,y\n1.5,-2.5\n2,3\n",
        "x, y\n1.5, -2.5\n2, 3\n",
        "x,y\n1.5,-2.5\n#,\n2,3\n",
        "x;\ty\n1.5;\t-2.5\n2;\t3\n",
    ] {
        assert_eq!(read(text), expected, "{text:?}");
    }
}

#[test]
fn a_file_may_have_no_header() {
    assert_eq!(read("1,2\n3,4\n"), ["x1: 1 3", "x2: 2 4"]);
    assert_eq!(read("1.5\n2\n"), ["x1: 1.5 2"]);
    assert_eq!(read("7,8\n"), ["x1: 7", "x2: 8"]);
    assert_eq!(read("5.1,3.5,setosa\n4.9,?,setosa\n"), ["x1: 5.1 4.9", "x2: 3.5 NA"]);
    assert_eq!(read("# by hand, with care\n1,2\n3,4\n"), ["x1: 1 3", "x2: 2 4"]);
    assert_eq!(read("#made by a pen\n1,2\n3,4\n"), ["x1: 1 3", "x2: 2 4"]);
    assert!(notes("1,2\n3,4\n").contains("the file has no header: its columns are x1 to x2"));
    // Numbers may be headers: in quotation marks over numbers without them, and beside a word over numbers.
    assert_eq!(read("\"2019\",\"2020\"\n1,2\n"), ["_2019: 1", "_2020: 2"]);
    assert_eq!(read("id,2019,2020\n1,5,6\n2,7,8\n"), ["id: 1 2", "_2019: 5 7", "_2020: 6 8"]);
    assert_eq!(read("\"1\",\"2\"\n\"3\",\"4\"\n"), ["x1: 1 3", "x2: 2 4"]);
    // Above an index nothing stands, and years are headers beside a word.
    assert_eq!(read(",0,1\n0,1,2\n1,2,3.5\n"), ["column_1: 0 1", "_0: 1 2", "_1: 2 3.5"]);
    assert_eq!(read(",2019,2020\nA,1,2\nB,2,3.5\n"), ["_2019: 1 2", "_2020: 2 3.5"]);
    assert_eq!(read("Country,2019,2020\nA,1,2\nB,2,3.5\n"), ["_2019: 1 2", "_2020: 2 3.5"]);
    assert_eq!(read(",2,3\n5,1,2\n7,2,3.5\n"), ["x1: NA 5 7", "x2: 2 1 2", "x3: 3 2 3.5"]);
    assert_eq!(read("A,2019,2021\nB,1,2\nA,2,3\n"), ["x2: 2019 1 2", "x3: 2021 2 3"]);
}

#[test]
fn headers_get_names() {
    let text = "fixed acidity,2nd,,x,x,w1,größe,gro\u{308}ße,x²\n1,2,3,4,5,6,7,8,9\n";
    let expected =
        ["fixed_acidity: 1", "_2nd: 2", "column_3: 3", "x: 4", "x_2: 5", "w1_: 6", "größe: 7", "größe_2: 8", "x2: 9"];
    assert_eq!(read(text), expected);
    let said = notes(text);
    assert!(said.contains("fixed_acidity is the column 'fixed acidity'"), "{said}");
    assert!(said.contains("column_3 is the column without a name"), "{said}");
    assert_eq!(read("\"a\nb\",\"say \"\"hi\"\"\"\n1,2\n"), ["a_b: 1", "say_hi: 2"]);
    assert_eq!(read("#,Name,Attack\n1,Bulbasaur,49\n2,Ivysaur,62\n"), ["column_1: 1 2", "Attack: 49 62"]);
    // Names of rows, as R writes them: a column more than there are headers.
    assert_eq!(read("\"x\" \"y\"\n\"1\" 1.5 -2.5\n\"2\" 2 3\n"), ["column_1: 1 2", "x: 1.5 2", "y: -2.5 3"]);
    assert_eq!(read("\"x\"\n\"a\",1.5\n\"b\",2\n"), ["x: 1.5 2"]);
    let dataset = Dataset::from_csv("fixed acidity,y\n1,2\n").unwrap();
    assert_eq!(
        (dataset.find("fixed acidity"), dataset.find("fixed_acidity"), dataset.find("z")),
        (Some(0), Some(0), None)
    );
    assert_eq!(dataset.name_of("fixed acidity"), "fixed_acidity");
}

#[test]
fn columns_are_named_in_backquotes() {
    let data = Dataset::from_csv("fixed acidity,quality,a b,a_b,kind\n2,3,5,7,red\n4,5,5,7,white\n").unwrap();
    let value =
        |formula: &str| Loss::with_data(formula, &BTreeMap::new(), &data).map(|loss| loss.jet([0.5, 1.0].into()).value);
    assert_eq!(value("(w1*`fixed acidity` + w2 - quality)^2"), value("(w1*fixed_acidity + w2 - quality)^2"));
    assert_eq!(value("(w1*`fixed acidity` + w2 - `quality`)^2").unwrap(), (1.0 + 4.0) / 2.0);
    let refused = |formula: &str| formula_over(formula, Some(&data), &BTreeMap::new()).unwrap_err();
    // A header stands for its own column, and a name for the column of that name.
    assert_eq!(value("w1 + `a b`*w2").unwrap(), 5.5);
    assert_eq!(value("w1 + `a_b`*w2").unwrap(), 7.5);
    let error = refused("(w1*`volatile acidity` - quality)^2");
    assert!(error.column == 5 && error.message.contains("no column 'volatile acidity'"), "{error}");
    let error = refused("(w1 - `kind`)^2 + quality");
    assert!(error.message.contains("line 2, column 5: 'red' is not a finite number"), "{error}");
    assert!(refused("w1 + `fixed acidity").message.contains("backquote"));
    assert!(refused("w1 + ``").message.contains("backquotes"));
}

/// Spreadsheets write #N/A where a formula has no value; a line that begins with it is no comment.
#[test]
fn errors_of_a_spreadsheet_are_missing_values() {
    let data = Dataset::from_csv("a,x,y\n1,1,2\n#N/A,2,3\n3,3,#VALUE!\n#DIV/0!,4,6\n# a note\n").unwrap();
    assert_eq!(columns(&data), ["a: 1 NA 3 NA", "x: 1 2 3 4", "y: 2 3 NA 6"]);
    let loss = Loss::with_data("(w1*x + w2 - y)^2", &BTreeMap::new(), &data).unwrap();
    assert_eq!(loss.examples(), 3);
    assert!(loss.notes().join("; ").contains("one line that begins with # is taken for a comment"));
}

/// What is refused is refused with its remedy.
#[test]
fn a_refusal_names_the_remedy() {
    for (text, part) in [
        ("x\n10%\n", "without %"),
        ("x\n$12\n", "without the currency"),
        ("x\nTRUE\n", "write 1 and 0"),
        ("x\n1D+05\n", "with e"),
        ("My measurements\nx,y\n1,2\n", "remove what stands above the header"),
        ("[{\"x\": 1, \"y\": 2}]\n", "a JSON file"),
    ] {
        let error = match Dataset::from_csv(text) {
            Err(error) => error.to_string(),
            Ok(data) => data.notes().join("; "),
        };
        assert!(error.contains(part), "{text}: {error}");
    }
    let said = Dataset::from_csv("x,y\n1,5,2\n2,5,3\n").unwrap().notes().join("; ");
    assert!(said.contains("the first is taken for the name of the row"), "{said}");
}

#[test]
fn missing_values_leave_their_examples_out() {
    let text = "a,b,y,note\n1,,2,x\n2,NA,4,\n?,7,6,y\n4,8,N/A,z\n5,9,10,-\n6,1,12,null\n";
    let data = Dataset::from_csv(text).unwrap();
    assert_eq!(columns(&data), ["a: 1 2 NA 4 5 6", "b: NA NA 7 8 9 1", "y: 2 4 6 NA 10 12"]);
    let over = |formula: &str| Loss::with_data(formula, &BTreeMap::new(), &data).unwrap();
    let loss = over("(w1*a + w2 - y)^2");
    assert_eq!((loss.examples(), loss.value([2.0, 0.0].into())), (4, 0.0));
    let said = loss.notes().join("; ");
    assert!(said.contains("2 of 6 examples are left out, because a value is missing in a, y (lines 4, 5)"), "{said}");
    assert!(said.contains("note"), "{said}");
    assert_eq!(over("(w1*b + w2 - y)^2").examples(), 3);
    assert_eq!(over("(w1 - b)^2 + 0*w2").examples(), 4);
    // Every example misses one of the two.
    let data = Dataset::from_csv("a,b\n1,\n,2\n").unwrap();
    let error = Loss::with_data("(w1*a - b)^2", &BTreeMap::new(), &data).unwrap_err().to_string();
    assert_eq!(error, "no example has a value in each of the columns a, b");
    // The predictions of a model keep their places.
    let data = Dataset::from_csv("x,y\n1,1\n,5\n3,3\n").unwrap();
    let loss = Loss::with_data("(w1*x + w2 - y)^2", &BTreeMap::new(), &data).unwrap();
    let predictions = loss.model().unwrap().predictions([2.0, 1.0].into());
    assert!(predictions[0] == 3.0 && predictions[1].is_nan() && predictions[2] == 7.0, "{predictions:?}");
}

#[test]
fn thousands_are_read_or_refused() {
    assert_eq!(read("x,y\n\"1,000\",2\n\"12,500\",3\n"), ["x: 1000 12500", "y: 2 3"]);
    assert!(notes("x,y\n\"1,000\",2\n").contains("'1,000' in line 2 of the column x is read as 1000"));
    assert_eq!(read("x;y\n1.234,5;2\n"), ["x: 1234.5", "y: 2"]);
    assert_eq!(read("x;y\n1 234;2\n1'000;3\n"), ["x: 1234 1000", "y: 2 3"]);
    let refused = Dataset::from_csv("x;y\n1,000;2\n").unwrap();
    assert_eq!(columns(&refused), ["y: 2"]);
    let error = formula_over("(w1*x - y)^2", Some(&refused), &BTreeMap::new()).unwrap_err().message;
    // Programs write three decimals with a point; semicolons stand where the comma is the decimal mark.
    assert_eq!(read("x\ty\n1.234\t2\n"), ["x: 1.234", "y: 2"]);
    assert_eq!(columns(&Dataset::from_csv("x;y\n1;39.343\n2;46.205\n").unwrap()), ["x: 1 2"]);
    assert_eq!(read("x;y\n1.5;39.343\n2;46.205\n"), ["x: 1.5 2", "y: 39.343 46.205"]);
    assert!(error.contains("line 2, column 1: '1,000' may be") && error.contains("write 1000 or 1.000"), "{error}");
    let mixed = Dataset::from_csv("x;y\n1,5;2\n1.5;2\n").unwrap();
    assert!(
        formula_over("(w1*x - y)^2", Some(&mixed), &BTreeMap::new()).unwrap_err().message.contains("decimal point")
    );
}

#[test]
fn columns_with_the_names_of_functions_have_aliases() {
    let data = Dataset::from_csv("min,y\n1,2\n3,4\n").unwrap();
    let value =
        |formula: &str| Loss::with_data(formula, &BTreeMap::new(), &data).map(|loss| loss.value([1.0, 0.0].into()));
    assert_eq!(value("(w1*min_ + w2 - y)^2").unwrap(), 1.0);
    assert_eq!(value("(w1*`min` + w2 - y)^2").unwrap(), 1.0);
    assert_eq!(value("(min(w1, 5)*min_ + w2 - y)^2").unwrap(), 1.0);
    let error = value("(w1*min + w2 - y)^2").unwrap_err().to_string();
    assert!(error.contains("min is a function: write min_ for the column 'min'"), "{error}");
}

#[test]
fn error_values_of_spreadsheets_are_missing_in_any_language() {
    let text = "x;y\n1,5;2\n#NV;3\n#WERT!;4\n#¡DIV/0!;5\n# a note\n2,5;#NOMBRE!\n";
    assert_eq!(read(text), ["x: 1.5 NA NA NA 2.5", "y: 2 3 4 5 NA"]);
}

#[test]
fn long_decimals_keep_their_digits() {
    let data = Dataset::from_csv("x;y\n0,1000000000000000055511151231257827;1\n").unwrap();
    assert_eq!(data.column("x").unwrap().decimal(0).to_string(), "0.1000000000000000055511151231257827");
    assert_eq!(Dataset::from_csv(&data.to_csv()), Ok(data));
}

#[test]
fn wide_tables_are_read_or_refused() {
    let wide = |columns: usize| {
        let header: Vec<String> = (0..columns).map(|column| format!("c{column}")).collect();
        header.join(",") + "\n" + &vec!["1"; columns].join(",") + "\n"
    };
    let dataset = Dataset::from_csv(&wide(5_000)).unwrap();
    assert_eq!((dataset.names().len(), dataset.rows()), (5_000, 1));
    assert_eq!(Dataset::from_csv(&wide(1_000_000)), Err(DatasetError::TooWide(1_000_000)));
}

proptest! {
    /// What is written reads back equal, whatever the headers and values.
    #[test]
    fn written_tables_read_back(
        headers in proptest::collection::vec("[a-z0-9 ,;|\t\"'#=.\nNA²é-]{0,6}", 1..5),
        values in proptest::collection::vec(proptest::option::of(any::<f64>()), 1..8),
    ) {
        let cells = headers.iter().map(|header| format!("\"{}\"", header.replace('"', "\"\"")));
        let header = cells.collect::<Vec<_>>().join(",");
        let value = |value: &Option<f64>| value.filter(|x| x.is_finite()).map_or("NA".to_owned(), |x| x.to_string());
        let rows = values.iter().map(|cell| vec![value(cell); headers.len()].join(","));
        let text = header + "\n" + &rows.collect::<Vec<_>>().join("\n") + "\n";
        let Ok(dataset) = Dataset::from_csv(&text) else {
            prop_assert!(values.iter().all(|value| value.is_none_or(|x| !x.is_finite())), "{text:?}");
            return Ok(());
        };
        prop_assert_eq!(dataset.names().len(), headers.len());
        prop_assert_eq!(dataset.rows(), values.len());
        let written = dataset.to_csv();
        prop_assert_eq!(Dataset::from_csv(&written), Ok(dataset), "{}", written);
    }

    #[test]
    fn no_bytes_are_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let _ = Dataset::from_bytes(bytes);
    }

    #[test]
    fn no_text_is_a_panic(text in "[ \t\r\n\",;|#=.0-9a-eNA?-]{0,60}") {
        if let Ok(dataset) = Dataset::from_csv(&text) {
            prop_assert!(dataset.columns().iter().all(|column| column.len() == dataset.rows() && !column.is_empty()));
            prop_assert_eq!(Dataset::from_csv(&dataset.to_csv()), Ok(dataset));
        }
    }
}
