//! The ready moments of a landscape: one click, and one step of undo.

use super::change::{change, free_colour, open_tab};
use super::entries::entry_of;
use super::state::State;
use crate::landscape::ReadyMoment;
use crate::landscape::catalogue::Entry;
use crate::network::NetworkRecipe;
use crate::network::catalogue::entries as network_entries;
use crate::optimizer::{Optimizer, Run, find};
use crate::study::Study;

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
