//! What a person should know about a loss as it was read: sentences about the formula and the data.

use super::Loss;
use crate::dataset::{Dataset, listed};

impl Loss {
    /// Sentences about how the formula was read: weights that it does not contain, and names that were taken for
    /// parameters and have no value.
    pub fn notes_of_formula(&self) -> Vec<String> {
        let mut notes = self.formula().map(|formula| formula.notes()).unwrap_or_default();
        let default = Loss::DEFAULT_PARAMETER;
        match self.unset() {
            [] => {}
            [name] => notes
                .push(format!("the name {name} is taken for a parameter, and is {default} until it is given a value")),
            names => notes.push(format!(
                "the names {} are taken for parameters, and are {default} until they are given values",
                listed(names.iter())
            )),
        }
        for name in self.unset() {
            let is_alike = |column: &&String| column.to_lowercase() == name.to_lowercase();
            if let Some(column) = self.data().and_then(|data| data.names().iter().find(is_alike)) {
                notes.push(format!("the data have a column {column}: {name} differs from it by capitals"));
            }
        }
        notes
    }

    /// Sentences about the formula and the data that are not errors: [`Loss::notes_of_formula`], how the file was read,
    /// examples that are left out, columns that the formula does not name, columns that are the same in all examples,
    /// and that there is only one example.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.notes_of_formula();
        let (Some(data), Some(formula)) = (self.data(), self.formula()) else { return notes };
        let used = formula.columns();
        notes.extend(data.notes().iter().cloned());
        notes.extend(self.note_of_incomplete(data));
        let unused: Vec<&String> = data.names().iter().filter(|name| !used.contains(name)).collect();
        match unused.as_slice() {
            [] => {}
            [one] => notes.push(format!("the formula does not use the data's column {one}")),
            many => notes.push(format!("the formula does not use the data's columns {}", listed(many.iter()))),
        }
        if self.examples() == 1 {
            notes.push("the data have one example only".to_owned());
            return notes;
        }
        let complete = self.completeness();
        let is_complete = |row: usize| complete.as_ref().is_none_or(|complete| complete[row]);
        for name in used {
            let values = data.column(name).map_or(&[][..], |values| &values[..]);
            let mut values = values.iter().enumerate().filter(|(row, _)| is_complete(*row)).map(|(_, value)| value);
            if let Some(first) = values.next()
                && values.all(|value| value == first)
            {
                notes.push(format!("the data's column {name} is {first} in every example"));
            }
        }
        notes
    }

    /// How many examples of the data are left out, and why.
    fn note_of_incomplete(&self, data: &Dataset) -> Option<String> {
        let (complete, formula) = (self.completeness()?, self.formula()?);
        let rows: Vec<usize> = (0..data.rows()).filter(|row| !complete[*row]).collect();
        let left_out = rows.len();
        let lines: Vec<String> =
            rows.iter().filter_map(|row| data.line_of_incomplete(*row)).map(|line| line.to_string()).collect();
        let is_lacking =
            |name: &&String| data.column(name).is_some_and(|column| rows.iter().any(|row| column[*row].is_nan()));
        let columns: Vec<&String> = formula.columns().iter().filter(is_lacking).collect();
        let where_ = match lines.as_slice() {
            [] => String::new(),
            [line] => format!(" (line {line})"),
            lines => format!(" (lines {})", listed(lines.iter())),
        };
        let are = if left_out == 1 { "is" } else { "are" };
        Some(format!(
            "{left_out} of {} examples {are} left out, because a value is missing in {}{where_}",
            data.rows(),
            listed(columns.iter())
        ))
    }
}
