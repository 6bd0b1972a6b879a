//! The commands about the landscape: which one it is, its formula, its network, its parameters.

use super::runs::takes_the_landscapes_rate;
use crate::app::change::{begin_display_anew, change};
use crate::app::history::Gesture;
use crate::app::moments::name_network;
use crate::app::state::{Control, State, parameters_of};
use crate::app::widgets::capitalised;
use crate::formula::FormulaError;
use crate::landscape::{catalogue, formula_over, no_mean};
use crate::network::NetworkRecipe;
use crate::study::Study;

/// Takes a study of the history; the formula field follows. The theme stays, and what is shown beside the picture.
pub fn travel_to(state: &mut State, mut study: Study) {
    study.picture.theme = state.study.picture.theme;
    study.display = state.study.display.clone();
    if study.landscape.formula != state.study.landscape.formula || state.formula_error.is_some() {
        state.formula_text.clone_from(&study.landscape.formula);
        state.formula_error = None;
    }
    if study.landscape != state.study.landscape || study.data != state.study.data {
        study.display.selected = None;
        state.example = None;
        if let Some(entry) = study.landscape.name.as_deref().and_then(crate::study::entry) {
            state.home = entry.view;
        }
    }
    state.study = study;
}

/// Shows a landscape of the catalogue.
pub fn choose_landscape(state: &mut State, name: &str, now: f64) {
    let Some(entry) = crate::study::entry(name) else {
        return;
    };
    // As long as nothing was done that is worth saving, looking through the catalogue is not either.
    let pristine = state.path.is_none() && !state.has_unsaved_changes();
    let fresh = Study::of_entry(entry);
    change(state, None, now, |study| {
        let rate = entry.learning_rate;
        let had_data = study.data.is_some();
        study.landscape = fresh.landscape;
        study.data = fresh.data;
        let changes_weights = study.network.is_some() != fresh.network.is_some();
        study.network = fresh.network;
        study.grid = None;
        if changes_weights {
            // Rules for two weights and rules for many are not the same.
            study.runs = fresh.runs;
        }
        study.view = fresh.view;
        study.start = fresh.start;
        for run in &mut study.runs {
            if run.settings.contains_key("learning_rate") && takes_the_landscapes_rate(run) {
                run.settings.insert("learning_rate".to_owned(), rate);
            }
            if study.data.is_some() != had_data {
                run.take_noise_for(study.data.is_some());
            }
            // These belong to the landscape that they were set for.
            run.require_positive_definite = false;
            run.start = None;
        }
    });
    state.home = entry.view;
    state.formula_text.clone_from(&entry.formula);
    state.formula_error = None;
    begin_display_anew(state);
    state.remembered_parameters = entry.parameters.clone();
    if pristine {
        state.saved = state.study.clone();
    }
}

/// Takes the text of the formula field: as the landscape where it can be read, and with what is wrong in it otherwise.
pub fn type_formula(state: &mut State, text: String, now: f64) {
    let leaves_network = state.study.network.is_some() || state.study.grid.is_some();
    let dataset = state.study.data.as_ref().filter(|_| !leaves_network).map(|data| &data.dataset);
    let parsed = formula_over(&text, dataset, &state.study.landscape.parameters);
    let refused = parsed.as_ref().ok().zip(dataset).and_then(|(formula, dataset)| no_mean(formula, dataset));
    let refused = refused.map(|error| FormulaError { column: 1, message: error.to_string() });
    state.formula_text = text;
    match parsed {
        Err(error) => state.formula_error = Some(error),
        Ok(_) if refused.is_some() => state.formula_error = refused,
        Ok(formula) => {
            state.formula_error = None;
            let mut parameters = state.study.landscape.parameters.clone();
            state.remembered_parameters.append(&mut parameters);
            let remembered = |name: &String| Some((name.clone(), state.remembered_parameters.get(name)?.clone()));
            let parameters = formula.parameters().iter().filter_map(remembered).collect();
            let formula = state.formula_text.clone();
            let dataset = state.study.data.as_ref().filter(|_| !leaves_network).map(|data| &data.dataset);
            let mut entries = catalogue::catalogue().iter();
            let known = entries.find(|entry| entry.formula == formula && entry.dataset() == dataset);
            let name = known.map(|entry| entry.name.clone());
            change(state, Some(Gesture::Formula), now, |study| {
                study.landscape.name = name;
                study.landscape.formula = formula;
                study.landscape.parameters = parameters;
                if leaves_network {
                    (study.network, study.grid, study.data) = (None, None, None);
                }
            });
            begin_display_anew(state);
        }
    }
}

/// Takes the recipe of a network; with `fits` the view goes to where its plane is.
pub fn set_network(state: &mut State, recipe: NetworkRecipe, fits: bool, now: f64) {
    let checked = state.study.data.as_ref().map(|data| recipe.check(&data.dataset));
    if let Some(Err((_, message))) = checked {
        state.complain(format!("{}.", capitalised(&message)));
        return;
    }
    state.fits_plane |= fits;
    change(state, Some(Gesture::Network), now, |study| {
        study.landscape.name = None;
        study.network = Some(recipe);
    });
    name_network(state);
}

/// Sets a parameter of the formula.
pub fn set_parameter(state: &mut State, name: String, value: f64, now: f64) {
    if !value.is_finite() || !parameters_of(&state.study).contains(&name) {
        return;
    }
    state.knob = Some(Control::Parameter(name.clone()));
    let gesture = Gesture::Parameter(name.clone());
    change(state, Some(gesture), now, |study| {
        study.landscape.parameters.insert(name, value.into());
    });
}
