//! A formula over the columns of a dataset: which columns it names, and whether they are columns of numbers.

use super::LandscapeError;
use crate::dataset::{Dataset, listed};
use crate::formula::{Formula, FormulaError, Scope};
use crate::number::Decimal;
use std::collections::BTreeMap;

/// Parses a formula that may name columns of a dataset: by their names, or by the file's headers in backquotes.
/// `parameters` are the names that were given a value; the formula need not contain them.
///
/// # Errors
/// Returns an error if the text is not a formula, if it names a column that does not hold numbers, or if the text in
/// backquotes is not the header of a column.
pub fn formula_over(
    text: &str,
    data: Option<&Dataset>,
    parameters: &BTreeMap<String, Decimal>,
) -> Result<Formula, FormulaError> {
    let given: Vec<String> = parameters.keys().cloned().collect();
    let Some(data) = data else {
        return Formula::parse_in(text, &Scope { parameters: &given, ..Scope::default() });
    };
    let (columns, headers) = (data.all_names(), data.all_headers());
    let formula = Formula::parse_in(text, &Scope { columns: &columns, headers: &headers, parameters: &given })?;
    check_backquotes(text, data)?;
    for name in formula.columns() {
        if let Some(other) = data.others().iter().find(|other| other.name == *name) {
            let message = format!("the column {name} is no column of numbers: {}", other.trouble);
            return Err(FormulaError { column: column_of(text, name), message });
        }
    }
    Ok(formula)
}

/// The reason why a formula has no mean over the examples of a dataset: it names no column, or every example misses a
/// value in a column that it names. `None` if the mean exists.
pub fn no_mean(formula: &Formula, data: &Dataset) -> Option<LandscapeError> {
    let used = formula.columns();
    if used.is_empty() {
        return Some(LandscapeError::NoColumn(listed(data.names().iter())));
    }
    let has_example = data.completeness(used).is_none_or(|complete| complete.contains(&true));
    (!has_example).then(|| LandscapeError::NoCompleteExample(listed(used.iter())))
}

/// In backquotes stands the header or the name of a column.
fn check_backquotes(text: &str, data: &Dataset) -> Result<(), FormulaError> {
    let mut column = 1;
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 && !data.all_names().contains(&data.name_of(part)) {
            let names = listed(data.names().iter());
            let message = format!("there is no column '{}' in the data, which have {names}", part.trim());
            return Err(FormulaError { column: column - 1, message });
        }
        column += part.chars().count() + 1;
    }
    Ok(())
}

/// The column of a name in the text, in characters from 1; 1 if the text has it in another form.
fn column_of(text: &str, name: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let is_alone = |place: usize| {
        let before = text[..place].chars().next_back();
        let after = text[place + name.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    };
    let place = text.match_indices(name).map(|(place, _)| place).find(|place| is_alone(*place));
    place.map_or(1, |place| text[..place].chars().count() + 1)
}
