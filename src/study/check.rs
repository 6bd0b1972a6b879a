//! The limits of a valid study, within which the rest of the program can answer it.
//!
//! Types enforce some limits (a [`crate::landscape::View`] is finite and of positive size). The others are checked here
//! before a study is opened or saved.

use super::levels::own_levels;
use super::magnitude::{MAX_MAGNITUDE, within_magnitude};
use super::networks::NO_EXAMPLES;
use super::{Display, EnsembleOptions, GridChoice, MAX_TABS, PictureOptions, Study};
use crate::ensemble::Ensemble;
use crate::formula::FormulaError;
use crate::landscape::{View, formula_over, no_mean};
use crate::network::NetworkRecipe;
use crate::optimizer::Run;

/// The most runs that a study may have.
pub const MAX_RUNS: usize = 100;
/// The fewest and most contour levels.
pub const CONTOUR_LEVELS: [usize; 2] = [2, 60];
/// No run takes more steps, or evaluates more gradients.
const MAX_MOMENT: usize = 1_000_000_000;
/// The most letters of a run's name.
pub const MAX_RUN_NAME: usize = 100;
/// The greatest index of a colour; colours of a palette repeat.
const MAX_COLOUR: usize = 999;

/// The first invalid field of a study.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The formula does not parse.
    Formula {
        /// The formula.
        formula: String,
        /// The error.
        error: FormulaError,
    },
    /// A field is out of its range.
    Field {
        /// Keys and indices from the study's root.
        path: Vec<String>,
        /// The error in words.
        message: String,
    },
}

impl Fault {
    /// The path of the field: keys and indices from the root of the study.
    pub fn path(&self) -> &[String] {
        static FORMULA: std::sync::LazyLock<[String; 2]> =
            std::sync::LazyLock::new(|| ["landscape".to_owned(), "formula".to_owned()]);
        match self {
            Fault::Formula { .. } => FORMULA.as_slice(),
            Fault::Field { path, .. } => path,
        }
    }
}

pub(super) fn fault(path: &[&str], message: impl Into<String>) -> Fault {
    Fault::Field { path: path.iter().map(|step| (*step).to_owned()).collect(), message: message.into() }
}

/// The path as a person writes it: `runs[2].settings.learning_rate`, counted from 1.
pub fn field_name(path: &[String]) -> String {
    let mut name = String::new();
    for step in path {
        match step.parse::<usize>() {
            Ok(index) => name.push_str(&format!("[{}]", index + 1)),
            Err(_) if name.is_empty() => name.push_str(step),
            Err(_) => {
                name.push('.');
                name.push_str(step);
            }
        }
    }
    name
}

/// Checks that the study can be answered and saved.
///
/// # Errors
/// Returns the first fault.
pub fn study(study: &Study) -> Result<(), Fault> {
    if study.version != Study::VERSION {
        return Err(fault(&["version"], format!("this program writes version {}", Study::VERSION)));
    }
    match &study.network {
        Some(recipe) => network(study, recipe)?,
        None if study.grid.is_some() => grid(study)?,
        None => formula(study)?,
    }
    if let Some(data) = &study.data {
        data.check().map_err(|message| fault(&["data"], message))?;
    }
    for (name, value) in &study.landscape.parameters {
        within_magnitude(value.value()).map_err(|message| fault(&["landscape", "parameters", name], message))?;
    }
    let View { w1, w2 } = study.view;
    View::new(w1[0], w1[1], w2[0], w2[1]).map_err(|error| fault(&["view"], error.to_string()))?;
    for (index, value) in study.start.iter().enumerate() {
        within_magnitude(*value).map_err(|message| fault(&["start", &index.to_string()], message))?;
    }
    if study.runs.len() > MAX_RUNS {
        return Err(fault(&["runs"], format!("{} runs are more than the {MAX_RUNS} of a study", study.runs.len())));
    }
    for (index, run) in study.runs.iter().enumerate() {
        self::run(run).map_err(|fault| within(&["runs", &index.to_string()], fault))?;
    }
    if let Some(number) = study.picture.basins_of
        && !(1..=study.runs.len()).contains(&number)
    {
        let message = match study.runs.len() {
            0 => "the study has no run".to_owned(),
            1 => format!("{number} is not 1, the number of the study's run"),
            count => format!("{number} is not the number of a run, 1 to {count}"),
        };
        return Err(fault(&["picture", "basins_of"], message));
    }
    picture(&study.picture)?;
    ensemble(&study.ensemble)?;
    display(&study.display)
}

fn formula(study: &Study) -> Result<(), Fault> {
    let formula = &study.landscape.formula;
    let dataset = study.data.as_ref().map(|data| &data.dataset);
    let parsed = formula_over(formula, dataset, &study.landscape.parameters)
        .map_err(|error| Fault::Formula { formula: formula.clone(), error })?;
    match dataset.and_then(|dataset| no_mean(&parsed, dataset)) {
        Some(error) => Err(fault(&["landscape", "formula"], error.to_string())),
        None => Ok(()),
    }
}

fn grid(study: &Study) -> Result<(), Fault> {
    if !study.landscape.formula.is_empty() || study.data.is_some() {
        return Err(fault(&["grid"], "a study has either a grid or a formula with its data, not both"));
    }
    let known = study.grid.as_ref().map_or(Ok(()), GridChoice::check);
    known.map_err(|message| fault(&["grid"], message))
}

fn network(study: &Study, recipe: &NetworkRecipe) -> Result<(), Fault> {
    if !study.landscape.formula.is_empty() || study.grid.is_some() {
        let message = "a study is about a formula, a grid or a network, not about several of them";
        return Err(fault(&["network"], message));
    }
    let data = study.data.as_ref().ok_or_else(|| fault(&["network"], NO_EXAMPLES))?;
    recipe.check(&data.dataset).map_err(|(path, message)| within(&["network"], fault(&path, message)))
}

fn ensemble(options: &EnsembleOptions) -> Result<(), Fault> {
    let EnsembleOptions { runs, spread, radius, vary: _, range } = options;
    if !(1..=Ensemble::MAX_RUNS).contains(runs) {
        return Err(fault(&["ensemble", "runs"], format!("{runs} is not within 1 to {}", Ensemble::MAX_RUNS)));
    }
    if !(0.0..=MAX_MAGNITUDE).contains(spread) {
        return Err(fault(&["ensemble", "spread"], format!("{spread} is no number from 0 upwards")));
    }
    if !(*radius > 0.0 && *radius <= MAX_MAGNITUDE) {
        return Err(fault(&["ensemble", "radius"], format!("{radius} is no positive number")));
    }
    match range {
        Some([low, high]) if !(0.0 <= *low && low < high && *high <= MAX_MAGNITUDE) => {
            Err(fault(&["ensemble", "range"], format!("[{low}, {high}] is not a range of numbers from 0 upwards")))
        }
        _ => Ok(()),
    }
}

fn display(display: &Display) -> Result<(), Fault> {
    let Display { at, clock: _, selected, tabs, run, logarithmic: _, follow } = display;
    if at.is_some_and(|at| at > MAX_MOMENT) {
        return Err(fault(&["display", "at"], format!("no run is longer than {MAX_MOMENT}")));
    }
    for (index, value) in selected.iter().flatten().enumerate() {
        within_magnitude(*value).map_err(|message| fault(&["display", "selected", &index.to_string()], message))?;
    }
    if !(1..=MAX_TABS).contains(&tabs.len()) {
        return Err(fault(&["display", "tabs"], format!("1 to {MAX_TABS} tabs are open, not {}", tabs.len())));
    }
    let is_key = |tab: &String| tab.len() <= 40 && tab.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    if let Some(tab) = tabs.iter().find(|tab| !is_key(tab)) {
        return Err(fault(&["display", "tabs"], format!("there is no tab '{tab}'")));
    }
    if !(1..=MAX_RUNS).contains(run) {
        return Err(fault(&["display", "run"], format!("{run} is not within 1 to {MAX_RUNS}")));
    }
    match follow.as_ref().map(|follow| follow.range) {
        Some([low, high]) if !(low < high && low.abs() <= MAX_MAGNITUDE && high.abs() <= MAX_MAGNITUDE) => {
            Err(fault(&["display", "follow", "range"], format!("[{low}, {high}] is not a range of numbers")))
        }
        _ => Ok(()),
    }
}

/// Checks that the run can be made ([`Run::check`]) and saved, field by field, so that the fault has a field.
fn run(run: &Run) -> Result<(), Fault> {
    let usual = Run::new(&run.optimizer);
    usual.check().map_err(|message| fault(&["optimizer"], message))?;
    for (key, value) in &run.settings {
        let alone = Run { settings: [(key.clone(), *value)].into(), ..usual.clone() };
        alone.check().map_err(|message| fault(&["settings", key], message))?;
    }
    let alone = Run { steps: run.steps, ..usual.clone() };
    alone.check().map_err(|message| fault(&["steps"], message))?;
    let alone = Run { schedule: run.schedule, ..usual.clone() };
    alone.check().map_err(|message| fault(&["schedule"], message))?;
    let alone = Run { gradient_tolerance: run.gradient_tolerance, ..usual };
    alone.check().map_err(|message| fault(&["gradient_tolerance"], message))?;
    // TOML's integers are signed.
    if i64::try_from(run.seed).is_err() {
        return Err(fault(&["seed"], format!("{} is more than {}", run.seed, i64::MAX)));
    }
    for (index, value) in run.start.iter().flatten().enumerate() {
        within_magnitude(*value).map_err(|message| fault(&["start", &index.to_string()], message))?;
    }
    if let Some(name) = &run.name
        && (name.trim().is_empty() || name.chars().count() > MAX_RUN_NAME || name.chars().any(char::is_control))
    {
        return Err(fault(&["name"], format!("a name has 1 to {MAX_RUN_NAME} letters in one line")));
    }
    if run.colour > MAX_COLOUR {
        return Err(fault(&["colour"], format!("{} is more than {MAX_COLOUR}", run.colour)));
    }
    Ok(())
}

fn picture(picture: &PictureOptions) -> Result<(), Fault> {
    let opacities = [("heat_map_opacity", picture.heat_map_opacity), ("contour_opacity", picture.contour_opacity)];
    for (key, value) in opacities {
        if !(0.0..=1.0).contains(&value) {
            return Err(fault(&["picture", key], format!("{value} is not within 0 to 1")));
        }
    }
    let [least, greatest] = CONTOUR_LEVELS;
    if !(least..=greatest).contains(&picture.contour_levels) {
        let message = format!("{} is not within {least} to {greatest}", picture.contour_levels);
        return Err(fault(&["picture", "contour_levels"], message));
    }
    picture.surface.check()?;
    match own_levels(&picture.levels) {
        Ok(levels) if levels == picture.levels => Ok(()),
        Ok(_) => Err(fault(&["picture", "levels"], "levels ascend")),
        Err(message) => Err(fault(&["picture", "levels"], message)),
    }
}

fn within(outer: &[&str], inner: Fault) -> Fault {
    match inner {
        Fault::Field { path, message } => {
            let outer = outer.iter().map(|step| (*step).to_owned());
            Fault::Field { path: outer.chain(path).collect(), message }
        }
        formula @ Fault::Formula { .. } => formula,
    }
}
