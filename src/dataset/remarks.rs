//! Remarks on a table that was read: one sentence for each choice that the reader made.

use super::layout::Layout;
use super::names::listed;
use super::numbers::Mark;
use super::records::Separator;
use super::{Dataset, Trouble};

/// A column of numbers: its name, its decimal mark, a cell of it with thousands, and whether it has a decimal comma or
/// point.
pub(super) type ReadColumn = (String, Mark, Option<(u64, String)>, bool);

/// The sentences.
pub(super) fn of(
    dataset: &Dataset,
    layout: &Layout<'_>,
    comments: u64,
    columns: &[ReadColumn],
    encoding: Option<String>,
) -> Vec<String> {
    let mut remarks: Vec<String> = encoding.into_iter().collect();
    remarks.extend(separators(layout, columns));
    if layout.headers.is_none() {
        let names = match layout.width {
            1 => "its column is x1".to_owned(),
            width => format!("its columns are x1 to x{width}"),
        };
        remarks.push(format!("the file has no header: {names}"));
    }
    if layout.has_row_names {
        let sentence = "every line has one value more than the header: the first is taken for the name of the row";
        remarks.push(sentence.to_owned());
    }
    remarks.extend(thousands(columns));
    match comments {
        0 => {}
        1 => remarks.push("one line that begins with # is taken for a comment".to_owned()),
        many => remarks.push(format!("{many} lines that begin with # are taken for comments")),
    }
    remarks.extend(renamed(dataset));
    remarks.extend(left_out(dataset));
    remarks
}

fn separators(layout: &Layout<'_>, columns: &[ReadColumn]) -> Option<String> {
    let separator = match layout.separator {
        Separator::Mark(b';') => "semicolons",
        Separator::Mark(b'|') => "vertical bars",
        Separator::Blanks => "blanks",
        Separator::Mark(b',' | b'\t') => "",
        Separator::Mark(_) => "the character of its first line",
    };
    let comma = decimal_commas(columns);
    match (layout.width, separator, comma) {
        (1, _, comma) | (_, "", comma) => comma,
        (_, separator, None) => Some(format!("the columns are separated by {separator}")),
        (_, separator, Some(comma)) => Some(format!("the columns are separated by {separator}, and {comma}")),
    }
}

/// A sentence that says which numbers have a decimal comma: all that have a mark, or those of some columns.
fn decimal_commas(columns: &[ReadColumn]) -> Option<String> {
    let with = |wanted: Mark| -> Vec<&str> {
        let marked = columns.iter().filter(|(_, mark, _, has_mark)| *mark == wanted && *has_mark);
        marked.map(|(name, ..)| name.as_str()).collect()
    };
    let names = with(Mark::Comma);
    match (names.as_slice(), with(Mark::Point).is_empty()) {
        ([], _) => None,
        (_, true) => Some("the numbers have a decimal comma".to_owned()),
        ([one], false) => Some(format!("the numbers of the column {one} have a decimal comma")),
        (many, false) => Some(format!("the numbers of the columns {} have a decimal comma", listed(many.iter()))),
    }
}

fn thousands(columns: &[ReadColumn]) -> Option<String> {
    let (name, mark, (line, text)) =
        columns.iter().find_map(|(name, mark, grouped, _)| Some((name, mark, grouped.as_ref()?)))?;
    let value = super::numbers::number(text, *mark)?;
    Some(format!("'{text}' in line {line} of the column {name} is read as {value}, and the others alike"))
}

fn renamed(dataset: &Dataset) -> Option<String> {
    let others = dataset.others.iter().map(|other| (&other.header, &other.name));
    let all: Vec<(&String, &String)> = dataset.headers.iter().zip(dataset.names.iter()).chain(others).collect();
    let renamed: Vec<String> = all
        .iter()
        .filter(|(header, name)| header != name)
        .map(|(header, name)| match header.as_str() {
            "" => format!("{name} is the column without a name"),
            header => format!("{name} is the column '{}'", super::numbers::shortened(header)),
        })
        .collect();
    (!renamed.is_empty()).then(|| format!("in a formula {}", listed(renamed.iter())))
}

fn left_out(dataset: &Dataset) -> Vec<String> {
    let others = |is_wanted: fn(&Trouble) -> bool| -> Vec<&str> {
        let found = dataset.others.iter().filter(|other| is_wanted(&other.trouble));
        found.map(|other| other.name.as_str()).collect()
    };
    let mut remarks = Vec::new();
    match others(|trouble| matches!(trouble, Trouble::Empty { .. })).as_slice() {
        [] => {}
        [one] => remarks.push(format!("the column {one} has no values and is left out")),
        many => remarks.push(format!("the columns {} have no values and are left out", listed(many.iter()))),
    }
    let texts = dataset.others.iter().filter_map(|other| match &other.trouble {
        Trouble::Text { line, text, .. } => Some(format!("{} (line {line}: '{text}')", other.name)),
        _ => None,
    });
    match texts.collect::<Vec<String>>().as_slice() {
        [] => {}
        [one] => remarks.push(format!("the column {one} holds text and is left out")),
        many => remarks.push(format!("the columns {} hold text and are left out", listed(many.iter()))),
    }
    let has_two_readings = |trouble: &Trouble| matches!(trouble, Trouble::TwoMarks { .. } | Trouble::Ambiguous { .. });
    for other in dataset.others.iter().filter(|other| has_two_readings(&other.trouble)).take(3) {
        remarks.push(format!("the column {} is left out: {}", other.name, other.trouble));
    }
    remarks
}
