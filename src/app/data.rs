//! The commands about examples: choosing, loading, pasting and changing them. Nothing is lost by a failure: the study
//! keeps the examples that it had, and undo brings back what was replaced.

use super::command::{Errand, change};
use super::files;
use super::history::Gesture;
use super::state::{Purpose, State};
use crate::dataset::Dataset;
use crate::formula::Formula;
use crate::landscape::{Loss, View, catalogue};
use crate::number::{Decimal, Decimals, Vector, eigenpairs};
use crate::optimizer;
use crate::study::{Data, MAX_INLINE_VALUES, Study, loss_of};
use std::path::{Path, PathBuf};

/// What a person asks of the examples.
#[derive(Clone, Debug, PartialEq)]
pub enum DataCommand {
    /// Takes the set of this name that comes with the program, or none.
    Choose(Option<String>),
    /// Asks for a file of CSV.
    Open,
    /// Takes the examples of this file.
    Read(PathBuf),
    /// Begins or ends pasting a table.
    Paste(bool),
    /// The table being pasted has changed.
    TypeTable(String),
    /// Takes the table that was pasted.
    UseTable,
    /// Sets values of an example, by column.
    Set(usize, Vec<(usize, f64)>),
    /// Adds an example.
    Add(Vec<f64>),
    /// Removes an example.
    Remove(usize),
    /// Selects an example, or none.
    Select(Option<usize>),
    /// Shows or hides the pane of the examples.
    Show(bool),
}

/// A table that is typed or pasted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The text so far.
    pub text: String,
    /// Why it could not be taken.
    pub error: Option<String>,
}

/// Does what is asked.
pub fn apply(state: &mut State, command: DataCommand, now: f64) -> Option<Errand> {
    match command {
        DataCommand::Choose(None) => set_data(state, None, now),
        DataCommand::Choose(Some(name)) => {
            if let Some(data) = Data::standard(&name) {
                set_data(state, Some(data), now);
            }
        }
        DataCommand::Open => return Some(Errand::Ask(Purpose::OpenData)),
        DataCommand::Read(path) => return Some(Errand::Use(Purpose::OpenData, path)),
        DataCommand::Paste(begins) => {
            let present = || state.study.data.as_ref().filter(|data| data.dataset.values() <= 400);
            let text = || present().map_or(String::new(), |data| data.dataset.to_csv());
            state.table = begins.then(|| Table { text: text(), error: None });
        }
        DataCommand::TypeTable(text) => {
            if let Some(table) = &mut state.table {
                table.text = text;
                table.error = None;
            }
        }
        DataCommand::UseTable => {
            let table = state.table.as_mut()?;
            match Dataset::from_csv(&table.text) {
                Ok(dataset) if dataset.values() > MAX_INLINE_VALUES => {
                    let message =
                        format!("more than {MAX_INLINE_VALUES} numbers are used from a file: save them as CSV");
                    table.error = Some(message);
                }
                Ok(dataset) => {
                    state.table = None;
                    set_data(state, Some(Data::rows(dataset, None)), now);
                }
                Err(error) => table.error = Some(error.to_string()),
            }
        }
        DataCommand::Set(row, values) => {
            let gesture = Gesture::Example(row);
            change_examples(state, Some(gesture), now, |columns| {
                for (column, value) in values {
                    if let Some(old) = columns.get_mut(column).and_then(|column| column.get_mut(row)) {
                        *old = value.into();
                    }
                }
            });
        }
        DataCommand::Add(values) => {
            let rows = state.study.data.as_ref().map_or(0, |data| data.dataset.rows());
            change_examples(state, None, now, |columns| {
                columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value.into()));
            });
            let has_grown = state.study.data.as_ref().is_some_and(|data| data.dataset.rows() > rows);
            state.example = has_grown.then_some(rows);
        }
        DataCommand::Remove(row) if state.study.data.as_ref().is_none_or(|data| row >= data.dataset.rows()) => {}
        DataCommand::Remove(row) => {
            if state.study.data.as_ref().is_some_and(|data| data.dataset.rows() < 2) {
                state.complain("The last example stays: a mean over none has no value.");
                return None;
            }
            change_examples(state, None, now, |columns| {
                for column in columns.iter_mut().filter(|column| row < column.len()) {
                    column.remove(row);
                }
            });
            state.example = None;
        }
        DataCommand::Select(row) => state.example = row,
        DataCommand::Show(shown) => state.preferences.examples_panel = shown,
    }
    None
}

/// Reads a file of examples.
///
/// # Errors
/// A sentence with the file and the reason; the study is as it was.
pub fn read(state: &mut State, path: &Path, now: f64) -> Result<(), String> {
    let data = files::ready(path)
        .and_then(|()| Data::read(path).map_err(|error| error.to_string()))
        .map_err(|reason| format!("cannot use {}: {reason}", path.display()))?;
    set_data(state, Some(data), now);
    Ok(())
}

fn change_examples(state: &mut State, gesture: Option<Gesture>, now: f64, edit: impl FnOnce(&mut [Vec<Decimal>])) {
    let Some(data) = &state.study.data else { return };
    if data.dataset.values() > MAX_INLINE_VALUES {
        state.complain(format!(
            "The examples stay as they are: more than {MAX_INLINE_VALUES} numbers are changed in their file, not here."
        ));
        return;
    }
    let mut columns: Vec<Vec<Decimal>> =
        data.dataset.columns().iter().map(|column| column.decimals().collect()).collect();
    edit(&mut columns);
    let columns = columns.into_iter().map(|column| column.into_iter().collect::<Decimals>());
    let named = data.dataset.names().iter().cloned().zip(columns).collect();
    match Dataset::new(named) {
        Ok(dataset) => {
            let (title, origin) = (data.title(), data.origin.clone());
            change(state, gesture, now, |study| {
                study.data = Some(Data { origin, ..Data::rows(dataset, title) });
                study.landscape.name = None;
            });
        }
        Err(error) => state.complain(format!("The example stays as it was: {error}.")),
    }
}

/// Takes other examples. A formula that names one of their columns stays; for another one linear regression is taken,
/// for a loss over examples that names no column of theirs would be no loss over them.
fn set_data(state: &mut State, data: Option<Data>, now: f64) {
    let Some(data) = data else {
        return without_data(state, now);
    };
    let names = data.dataset.names();
    let kept = Formula::parse_with(&state.study.landscape.formula, names).ok().filter(|f| !f.columns().is_empty());
    let rows = data.dataset.rows();
    let message = match &kept {
        Some(formula) => {
            let unused: Vec<&str> =
                names.iter().filter(|name| !formula.columns().contains(name)).map(String::as_str).collect();
            let before = state.study.data.as_ref().map_or(&[][..], |data| data.dataset.names());
            let lost: Vec<&str> =
                formula.parameters().iter().filter(|name| before.contains(name)).map(String::as_str).collect();
            let mut message = format!("{rows} examples.");
            if !unused.is_empty() {
                message += &format!(" The formula does not use {}.", unused.join(", "));
            }
            if !lost.is_empty() {
                message += &format!(" There is no column {} any more: it is a parameter now.", lost.join(", "));
            }
            message
        }
        None => format!(
            "{rows} examples with the columns {}: L is linear regression now, and may be any formula that names a column.",
            names.join(", ")
        ),
    };
    let old = state.study.clone();
    change(state, None, now, |study| {
        match kept {
            Some(formula) => {
                let value = |name: &String| {
                    let known = study.landscape.parameters.get(name).cloned();
                    (name.clone(), known.unwrap_or(Loss::DEFAULT_PARAMETER.into()))
                };
                study.landscape.parameters = formula.parameters().iter().map(value).collect();
            }
            None => {
                study.landscape.formula = regression(data.dataset.names());
                study.landscape.parameters.clear();
            }
        }
        study.data = Some(data);
        if old.data.is_none() {
            study.runs.iter_mut().for_each(|run| run.take_noise_for(true));
        }
        study.landscape.name = name_of(study);
        if study.landscape.formula != old.landscape.formula {
            look_at_minimum(study);
        }
    });
    state.home = state.study.view;
    state.formula_text.clone_from(&state.study.landscape.formula);
    state.formula_error = None;
    (state.selected, state.example) = (None, None);
    state.say(message);
}

/// Without examples what were columns are parameters.
fn without_data(state: &mut State, now: f64) {
    let Some(data) = &state.study.data else { return };
    let used = Formula::parse_with(&state.study.landscape.formula, data.dataset.names());
    let used = used.map(|formula| formula.columns().to_vec()).unwrap_or_default();
    change(state, None, now, |study| {
        study.data = None;
        study.runs.iter_mut().for_each(|run| run.take_noise_for(false));
        study.landscape.name = name_of(study);
        for name in &used {
            study.landscape.parameters.insert(name.clone(), Loss::DEFAULT_PARAMETER.into());
        }
    });
    state.example = None;
    state.selected = None;
    if !used.is_empty() {
        state.say(format!("Without examples {} are parameters of the formula.", used.join(", ")));
    }
}

/// The catalogue's name of a landscape, when it is one of it.
fn name_of(study: &Study) -> Option<String> {
    let dataset = study.data.as_ref().map(|data| &data.dataset);
    let mut entries = catalogue::catalogue().iter();
    let known = entries.find(|entry| entry.formula == study.landscape.formula && entry.dataset() == dataset);
    known.map(|entry| entry.name.clone())
}

/// Linear regression of y, or of the last column, on x, or on the first other one.
fn regression(names: &[String]) -> String {
    let find = |name: &str| names.iter().position(|known| known == name);
    let label = find("y").unwrap_or(names.len() - 1);
    let input = find("x").filter(|index| *index != label).or_else(|| (0..names.len()).find(|index| *index != label));
    match input {
        Some(input) => format!("(w1*{} + w2 - {})^2", names[input], names[label]),
        None => format!("(w1 + w2^2 - {})^2", names[label]),
    }
}

/// A view about the minimum of a quadratic loss, a start in it, and a learning rate that suits it.
fn look_at_minimum(study: &mut Study) {
    let Ok(loss) = loss_of(study) else { return };
    let jet = loss.jet(Vector::zeros());
    let (Some(inverse), Some(eigen)) = (jet.hessian.try_inverse(), eigenpairs(&jet.hessian)) else { return };
    let w = -(inverse * jet.gradient);
    let half = 2.0_f64.max((1.5 * w.amax()).ceil());
    let [x, y] = [w.x, w.y].map(|x| (2.0 * x).round() / 2.0);
    let Ok(view) = View::new(x - half, x + half, y - half, y + half) else { return };
    if eigen.values[0] <= 0.0 {
        return;
    }
    study.view = view;
    study.start = [x + 0.6 * half, y + 0.6 * half];
    let rate = 1.0 / eigen.values[1];
    let power = libm::pow(10.0, libm::floor(libm::log10(rate)));
    for run in &mut study.runs {
        if optimizer::find(&run.optimizer).is_some_and(|optimizer| optimizer.takes_the_landscapes_rate()) {
            run.settings.insert("learning_rate".to_owned(), (rate / power).floor() * power);
        }
    }
}
