//! The ready moments of a landscape: one click, and one step of undo.

use super::change::{change, free_colour, open_tab};
use super::state::State;
use crate::landscape::ReadyMoment;
use crate::optimizer::{Run, find};
use crate::study::Study;

/// Shows the moment with this index of the landscape that is explored.
pub(super) fn try_moment(state: &mut State, index: usize, now: f64) {
    let entry = state.study.landscape.name.as_deref().and_then(crate::study::entry);
    let Some(entry) = entry else { return };
    let Some(moment) = entry.ready_moments().get(index).copied() else { return };
    let mut run = 0;
    change(state, None, now, |study| run = arrange(study, moment, entry.limit()));
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
