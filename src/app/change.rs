//! Changes of the study that several commands share. Each is one step of undo, unless it says otherwise.

use super::history::Gesture;
use super::state::State;
use crate::optimizer::Run;
use crate::study::{Display, FIRST_TAB, Study};

/// Changes the study; changes of one gesture in a row are one step of undo.
pub fn change(state: &mut State, gesture: Option<Gesture>, now: f64, edit: impl FnOnce(&mut Study)) {
    let mut study = state.study.clone();
    edit(&mut study);
    if study != state.study {
        state.history.record(&state.study, gesture, now);
        state.study = study;
    }
}

/// Changes the run with this index.
pub fn change_run(state: &mut State, index: usize, gesture: Option<&str>, now: f64, edit: impl FnOnce(&mut Run)) {
    let gesture = gesture.map(|key| Gesture::Setting(index, key.to_owned()));
    change(state, gesture, now, |study| {
        if let Some(run) = study.runs.get_mut(index) {
            edit(run);
        }
    });
}

/// Another landscape has other critical points, and its runs are shown to their end.
pub fn begin_display_anew(state: &mut State) {
    let display = &mut state.study.display;
    (display.selected, display.at) = (None, None);
    state.timeline.playing = None;
    if display.shows(LOCAL_TAB) {
        close_local(display);
    }
}

/// The key of the tab with the local picture.
pub const LOCAL_TAB: &str = "local";

/// Opens a tab in place of another one; a tab is open once.
pub fn open_tab(display: &mut Display, slot: usize, tab: &str) {
    let slot = slot.min(display.tabs.len().saturating_sub(1));
    match display.tabs.iter().position(|open| open == tab) {
        Some(other) => display.tabs.swap(slot, other),
        None if display.tabs.is_empty() => display.tabs.push(tab.to_owned()),
        None => tab.clone_into(&mut display.tabs[slot]),
    }
}

/// Closes the tab with the local picture, of which there is none.
pub fn close_local(display: &mut Display) {
    display.tabs.retain(|tab| tab != LOCAL_TAB);
    if display.tabs.is_empty() {
        display.tabs.push(FIRST_TAB.to_owned());
    }
}

/// The least colour of the palette that no run has, in the order of the palette.
pub fn free_colour(study: &Study) -> usize {
    (0..).find(|colour| study.runs.iter().all(|run| run.colour != *colour)).unwrap_or(0)
}

/// What is said when a grid of values was opened.
pub const GRID_NOTE: &str = "L is the interpolant of these values; an array without coordinates is taken to cover −1 to 1 in \
                             both weights.";
