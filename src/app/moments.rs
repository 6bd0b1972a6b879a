//! The ready moments of a landscape: one click, and one step of undo.

use super::change::{change, free_colour, open_tab};
use super::state::State;
use crate::landscape::catalogue::Entry;
use crate::landscape::{ReadyMoment, catalogue};
use crate::network::NetworkRecipe;
use crate::network::catalogue::{NetworkEntry, entries as network_entries, networks};
use crate::optimizer::{Optimizer, Run, find};
use crate::study::{Data, Study};

/// The entry whose moments suit a study: the one that it is named after, the network of the catalogue that it trains otherwise or shows
/// on another plane, or the one whose examples were changed by hand.
pub fn entry_of(study: &Study) -> Option<&'static Entry> {
    if let Some(named) = study.landscape.name.as_deref().and_then(crate::study::entry) {
        return Some(named);
    }
    let data = study.data.as_ref()?;
    let is_over = |usual: &str| Data::standard(usual).is_some_and(|usual| is_of(data, &usual));
    if let Some(recipe) = &study.network {
        let is_same = |entry: &&NetworkEntry| {
            let usual = [entry.activation.as_str(), &entry.loss];
            entry.hidden == recipe.hidden
                && usual == [recipe.activation.name(), recipe.loss.name()]
                && is_over(&entry.data)
        };
        return networks().iter().find(is_same).and_then(|entry| crate::study::entry(&entry.name));
    }
    let is_same = |entry: &&Entry| {
        entry.network.is_none()
            && entry.formula == study.landscape.formula
            && entry.data.as_deref().is_some_and(is_over)
    };
    catalogue::catalogue().iter().filter(|_| study.grid.is_none()).find(is_same)
}

/// Whether examples are the usual ones, or were changed by hand from them.
fn is_of(data: &Data, usual: &Data) -> bool {
    data.dataset == usual.dataset || has_changed(data, usual)
}

fn has_changed(data: &Data, usual: &Data) -> bool {
    data.dataset.names() == usual.dataset.names() && data.title() == usual.changed_title()
}

/// The entry that a study shows with examples that were changed by hand.
pub fn changed_entry(study: &Study) -> Option<&'static Entry> {
    let data = study.data.as_ref()?;
    let entry = entry_of(study).filter(|_| study.landscape.name.is_none())?;
    let usual = Study::of_entry(entry).data?;
    has_changed(data, &usual).then_some(entry)
}

/// The title of the entry that a study shows, and what a hand has done to it: `Linear regression, changed`.
pub fn title_of(study: &Study) -> Option<String> {
    let changed = changed_entry(study).map(|entry| format!("{}, changed", entry.title));
    changed.or_else(|| entry_of(study).map(|entry| entry.title.clone()))
}

/// A network that is again one of the catalogue has its name.
pub fn name_network(state: &mut State) {
    let study = &state.study;
    let dataset = study.data.as_ref().map(|data| &data.dataset);
    let recipe = study.network.as_ref().map(NetworkRecipe::as_computed);
    let is_same = |entry: &&Entry| {
        entry.dataset() == dataset && Study::of_entry(entry).network.map(|recipe| recipe.as_computed()) == recipe
    };
    let known = network_entries().iter().find(is_same);
    state.study.landscape.name = known.map(|entry| entry.name.clone());
}

/// Shows the moment with this index of the landscape that is explored.
pub(super) fn try_moment(state: &mut State, index: usize, now: f64) {
    let Some(entry) = entry_of(&state.study) else { return };
    let Some(moment) = entry.ready_moments().get(index).copied() else { return };
    let mut run = 0;
    let network = state.study.network.clone();
    change(state, None, now, |study| run = arrange(study, moment, entry.limit()));
    if state.study.network != network {
        state.fits_plane = true;
        name_network(state);
    }
    let display = &mut state.study.display;
    (display.run, display.at) = (run + 1, None);
    state.timeline.playing = None;
    if let Some(tab) = &moment.tab {
        open_tab(display, 0, tab);
    }
}

/// Changes the study to the moment; the index of its run.
fn arrange(study: &mut Study, moment: &ReadyMoment, limit: Option<f64>) -> usize {
    let known = study.runs.iter().position(|run| run.optimizer == moment.optimizer);
    let index = known.unwrap_or_else(|| {
        let mut run = Run { colour: free_colour(study), ..Run::new(&moment.optimizer) };
        run.take_noise_for(study.data.is_some());
        study.runs.push(run);
        study.runs.len() - 1
    });
    study.picture.basins_of = moment.basins.then_some(index + 1);
    study.start = moment.start.unwrap_or(study.start);
    if let Some(network) = &mut study.network {
        if let Some(kind) = &moment.plane {
            network.plane.kind.clone_from(kind);
        }
        if let Some((optimizer, steps)) = &moment.training {
            network.training.settings.clear();
            (network.training.optimizer, network.training.steps) = (optimizer.clone(), *steps);
            let has_rate =
                |optimizer: &&dyn Optimizer| optimizer.settings().iter().any(|setting| setting.key == "learning_rate");
            if find(optimizer).filter(has_rate).is_none() {
                network.training.learning_rate = None;
            }
        }
        network.training.learning_rate = moment.training_rate.or(network.training.learning_rate);
    }
    let Some(run) = study.runs.get_mut(index) else { return index };
    run.shown = true;
    run.steps = moment.steps.unwrap_or(run.steps);
    let rate = limit.zip(moment.of_limit).map(|(limit, factor)| ("learning_rate".to_owned(), factor * limit));
    for (key, value) in moment.settings.clone().into_iter().chain(rate) {
        let optimizer = find(&run.optimizer);
        let setting = optimizer.and_then(|found| found.settings().iter().find(|setting| setting.key == key));
        if setting.is_some_and(|setting| setting.accepts(value).is_ok()) {
            run.settings.insert(key, value);
        }
    }
    index
}
