//! The commands about examples: choosing, loading, pasting and changing them. Nothing is lost by a failure: the study
//! keeps the examples that it had, and undo brings back what was replaced.

use super::change::{GRID_NOTE, begin_display_anew, change};
use super::document::Document;
use super::effect::Effect;
use super::history::Gesture;
use super::state::{Purpose, State, Table};
use super::widgets::capitalised;
use crate::dataset::{Dataset, OtherColumn, Trouble, listed};
use crate::formula::{Formula, Scope};
use crate::landscape::grid::GridValues;
use crate::landscape::{Loss, catalogue, formula_over, no_mean};
use crate::number::{Decimal, Decimals, eigenpairs};
use crate::optimizer;
use crate::study::{Data, GridChoice, LandscapeChoice, MAX_INLINE_VALUES, NO_EXAMPLES, Study, fitting, loss_of};
use std::path::Path;

/// What a person asks of the examples.
#[derive(Clone, Debug, PartialEq)]
pub enum DataCommand {
    /// Takes the set of this name that comes with the program, or none.
    Choose(Option<String>),
    /// Asks for a file of CSV.
    Open,
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

/// Does what is asked.
pub fn apply(state: &mut State, command: DataCommand, now: f64) -> Option<Effect> {
    match command {
        DataCommand::Choose(None) => without_data(state, now),
        DataCommand::Choose(Some(name)) => {
            if let Some(data) = Data::standard(&name)
                && let Err(reason) = set_data(state, data, now)
            {
                state.complain(format!("{}.", capitalised(&reason)));
            }
        }
        DataCommand::Open => return Some(Effect::Ask(Purpose::OpenData)),
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
            let text = state.table.as_ref()?.text.clone();
            let taken = table_of(&text).and_then(|dataset| set_data(state, Data::rows(dataset, None), now));
            match (taken, &mut state.table) {
                (Err(reason), Some(table)) => table.error = Some(reason),
                _ => state.table = None,
            }
        }
        DataCommand::Set(_, values) if values.iter().any(|(_, value)| !value.is_finite()) => {
            state.complain("The example stays as it was: a value is a finite number.");
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
                state.complain("The last example cannot be removed: a mean over no examples has no value.");
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

/// Takes the examples of a document, or the landscape whose values it has on a grid.
///
/// # Errors
/// Returns a sentence with the document's name and the reason; the study is as it was.
pub fn read(state: &mut State, document: Document, now: f64) -> Result<(), String> {
    let Document { name, bytes } = document;
    Data::of_bytes(bytes, &name)
        .map_err(|error| error.to_string())
        .and_then(|data| match GridValues::is_table_of(&data.dataset) {
            true => set_grid(state, &data.dataset, &name, now),
            false => set_data(state, data, now),
        })
        .map_err(|reason| format!("cannot use {}: {reason}", name.display()))
}

/// Takes the landscape whose values are in a table `w1,w2,L`.
fn set_grid(state: &mut State, dataset: &Dataset, path: &Path, now: f64) -> Result<(), String> {
    let grid = GridChoice::of_table(dataset, path).map_err(|error| error.to_string())?;
    let fresh = Study::of_grid(grid);
    state.home = fresh.view;
    change(state, None, now, |study| {
        (study.landscape, study.grid, study.data, study.network) = (fresh.landscape, fresh.grid, None, None);
        (study.view, study.start, study.runs) = (fresh.view, fresh.start, fresh.runs);
    });
    state.formula_text.clear();
    state.formula_error = None;
    begin_display_anew(state);
    state.say(GRID_NOTE);
    Ok(())
}

/// The table that was typed.
fn table_of(text: &str) -> Result<Dataset, String> {
    let dataset = Dataset::from_csv(text).map_err(|error| error.to_string())?;
    if dataset.values() > MAX_INLINE_VALUES {
        return Err(format!("more than {MAX_INLINE_VALUES} numbers are used from a file: save them as CSV"));
    }
    Ok(dataset)
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
    let changed = data.dataset.with_values(columns.collect()).map_err(|error| error.to_string());
    match changed.and_then(|dataset| still_a_loss(&state.study, dataset)) {
        Ok(dataset) => {
            let (title, origin) = (data.changed_title(), data.origin.clone());
            change(state, gesture, now, |study| {
                study.data = Some(Data { origin, ..Data::rows(dataset, title) });
                study.landscape.name = None;
            });
        }
        Err(error) => state.complain(format!("The example stays as it was: {error}.")),
    }
}

/// The examples, if the study's formula has a mean over them.
fn still_a_loss(study: &Study, dataset: Dataset) -> Result<Dataset, String> {
    if study.grid.is_some() {
        return Err("a grid of values has no examples".to_owned());
    }
    if let Some(network) = &study.network {
        return network.check(&dataset).map(|()| dataset).map_err(|(_, message)| message);
    }
    let formula = formula_over(&study.landscape.formula, Some(&dataset), &study.landscape.parameters)
        .map_err(|error| error.message)?;
    no_mean(&formula, &dataset).map_or(Ok(dataset), |error| Err(error.to_string()))
}

/// Takes other examples. A formula that names one of their columns stays; for another one linear regression is taken,
/// for a loss over examples that names no column of theirs would be no loss over them.
///
/// # Errors
/// Returns a sentence if a column that the formula needs is no column of numbers, or no example has a value in all of
/// them; the study is as it was.
fn set_data(state: &mut State, data: Data, now: f64) -> Result<(), String> {
    if let Some(network) = &state.study.network {
        network.check(&data.dataset).map_err(|(_, message)| message)?;
        change(state, None, now, |study| {
            study.data = Some(data);
            study.landscape.name = None;
        });
        state.example = None;
        begin_display_anew(state);
        return Ok(());
    }
    let dataset = &data.dataset;
    let kept = kept_formula(&state.study.landscape, dataset)?;
    let formula = match &kept {
        Some(_) => state.study.landscape.formula.clone(),
        None => regression(dataset)?,
    };
    let parsed =
        formula_over(&formula, Some(dataset), &state.study.landscape.parameters).map_err(|error| error.message)?;
    if let Some(error) = no_mean(&parsed, dataset) {
        return Err(error.to_string());
    }
    let mut message = match &kept {
        Some(formula) => message_of_kept(state, formula, dataset),
        None => format!(
            "{} examples with the columns {}: L is linear regression now, and may be any formula that names a column.",
            dataset.rows(),
            listed(dataset.names().iter())
        ),
    };
    dataset.notes().iter().for_each(|note| message += &format!(" {}.", capitalised(note)));
    let old = state.study.clone();
    let value = |name: &String| {
        let known = old.landscape.parameters.get(name).cloned();
        (name.clone(), known.unwrap_or(Loss::DEFAULT_PARAMETER.into()))
    };
    change(state, None, now, |study| {
        study.landscape.parameters = parsed.parameters().iter().map(value).collect();
        study.landscape.formula = formula;
        study.grid = None;
        study.data = Some(data);
        if old.data.is_none() {
            study.runs.iter_mut().for_each(|run| run.take_noise_for(true));
        }
        study.landscape.name = name_of(study);
        look_at_minimum(study, study.landscape.formula != old.landscape.formula);
    });
    state.home = state.study.view;
    state.formula_text.clone_from(&state.study.landscape.formula);
    state.formula_error = None;
    begin_display_anew(state);
    state.example = None;
    state.say(message);
    Ok(())
}

/// The formula, where it names columns of the dataset.
///
/// # Errors
/// Returns a sentence if one of them is meant as a column of numbers, and is none.
fn kept_formula(landscape: &LandscapeChoice, dataset: &Dataset) -> Result<Option<Formula>, String> {
    let LandscapeChoice { formula: text, parameters, .. } = landscape;
    let given: Vec<String> = parameters.keys().cloned().collect();
    let (columns, headers) = (dataset.all_names(), dataset.all_headers());
    let scope = Scope { columns: &columns, headers: &headers, parameters: &given };
    let Ok(named) = Formula::parse_in(text, &scope) else { return Ok(None) };
    let is_slip = |other: &&OtherColumn| other.is_meant_as_numbers && named.columns().contains(&other.name);
    if let Some(other) = dataset.others().iter().find(is_slip) {
        return Err(other.trouble.to_string());
    }
    let formula = formula_over(text, Some(dataset), parameters).ok();
    Ok(formula.filter(|formula| !formula.columns().is_empty()))
}

/// What is said of examples over which the formula stays.
fn message_of_kept(state: &State, formula: &Formula, dataset: &Dataset) -> String {
    let unused: Vec<&String> = dataset.names().iter().filter(|name| !formula.columns().contains(name)).collect();
    let before = state.study.data.as_ref().map_or(&[][..], |data| data.dataset.names());
    let lost: Vec<&String> = formula.parameters().iter().filter(|name| before.contains(name)).collect();
    let mut message = format!("{} examples.", dataset.rows());
    if !unused.is_empty() {
        message += &format!(" The formula does not use {}.", listed(unused.iter()));
    }
    if !lost.is_empty() {
        message += &format!(" There is no column {} any more: it is a parameter now.", listed(lost.iter()));
    }
    message
}

/// Without examples what were columns are parameters.
fn without_data(state: &mut State, now: f64) {
    let Some(data) = &state.study.data else { return };
    if state.study.network.is_some() {
        return state.complain(format!("The examples stay: {NO_EXAMPLES}."));
    }
    let landscape = &state.study.landscape;
    let used = formula_over(&landscape.formula, Some(&data.dataset), &landscape.parameters);
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
    begin_display_anew(state);
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
///
/// # Errors
/// Returns a sentence if one of these is meant as a column of numbers, and is none.
fn regression(dataset: &Dataset) -> Result<String, String> {
    let slips = dataset.others().iter().filter(|other| other.is_meant_as_numbers);
    let slip = |name: &str| slips.clone().find(|other| other.name == name);
    for name in ["y", "x"] {
        if let Some(other) = slip(name) {
            return Err(other.trouble.to_string());
        }
    }
    // A column without any value is no slip: many tables have one.
    if let Some(last) = slips.clone().find(|other| !matches!(other.trouble, Trouble::Empty { .. }))
        && dataset.names().len() < 2
    {
        return Err(last.trouble.to_string());
    }
    let names = dataset.names();
    let find = |name: &str| names.iter().position(|known| known == name);
    let label = find("y").unwrap_or(names.len() - 1);
    let others = || (0..names.len()).filter(|index| *index != label);
    // A column without a header has the numbers of the rows.
    let named = || others().find(|index| !dataset.headers()[*index].is_empty());
    let input = find("x").filter(|index| *index != label).or_else(named).or_else(|| others().next());
    Ok(match input {
        Some(input) => format!("(w1*{} + w2 - {})^2", names[input], names[label]),
        None => format!("(w1 + w2^2 - {})^2", names[label]),
    })
}

/// A view about the minimum of the loss, a start in it, and a learning rate that suits it. The view of a formula that stays
/// stays too, if the minimum is in it.
fn look_at_minimum(study: &mut Study, is_new: bool) {
    let Ok(loss) = loss_of(study) else { return };
    let Some(fitting) = fitting(&loss) else { return };
    if !is_new && fitting.is_well_in(&study.view) {
        return;
    }
    study.view = fitting.view;
    study.start = fitting.start;
    let Some(eigen) = eigenpairs(&loss.jet(fitting.minimum).hessian).filter(|eigen| eigen.values[1] > 0.0) else {
        return;
    };
    let rate = 1.0 / eigen.values[1];
    let power = libm::pow(10.0, libm::floor(libm::log10(rate)));
    let rate = (rate / power).floor() * power;
    for run in &mut study.runs {
        if optimizer::find(&run.optimizer).is_some_and(|optimizer| optimizer.takes_the_landscapes_rate()) {
            run.settings.insert("learning_rate".to_owned(), rate);
        }
    }
}
