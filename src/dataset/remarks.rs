//! What is said of a table that was read: a sentence for each choice that the reader made.

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
    let has_comma = columns.iter().any(|(_, mark, _, has_mark)| *mark == Mark::Comma && *has_mark);
    match (layout.width, separator, has_comma) {
        (1, _, false) | (_, "", false) => None,
        (1, _, true) | (_, "", true) => Some("the numbers have a decimal comma".to_owned()),
        (_, separator, false) => Some(format!("the columns are separated by {separator}")),
        (_, separator, true) => {
            Some(format!("the columns are separated by {separator}, and the numbers have a decimal comma"))
        }
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
    let texts: Vec<String> = dataset
        .others
        .iter()
        .filter(|other| !matches!(other.trouble, Trouble::Empty { .. }))
        .map(|other| match &other.trouble {
            Trouble::Text { line, text, .. } => format!("{} (line {line}: '{text}')", other.name),
            _ => other.name.clone(),
        })
        .collect();
    match texts.as_slice() {
        [] => {}
        [one] => remarks.push(format!("the column {one} is no column of numbers and is left out")),
        many => remarks.push(format!("the columns {} are no columns of numbers and are left out", listed(many.iter()))),
    }
    remarks
}
