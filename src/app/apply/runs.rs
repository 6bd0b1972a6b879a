//! The commands about runs: adding, copying and removing them, and their settings.

use crate::app::change::{change, change_run, free_colour};
use crate::app::rounding::tidy;
use crate::app::state::{Control, State};
use crate::app::widgets::rounded;
use crate::landscape::View;
use crate::number::Vector;
use crate::optimizer::{self, Family, Optimizer, Run};
use crate::scene::within;
use crate::study::MAX_RUNS;

/// Copies of a run in a fan.
const FAN: usize = 6;
/// The radius of a fan, as a share of the view's shorter side.
const FAN_RADIUS: f64 = 0.08;

/// Adds copies of a run, whose starts lie evenly on a circle around its own.
pub fn fan_of_starts(state: &mut State, index: usize, now: f64) {
    let Some(run) = state.study.runs.get(index).cloned() else { return };
    let centre = Vector::from(state.study.start_of(&run));
    let radius = FAN_RADIUS * state.study.view.width().min(state.study.view.height());
    let copy = |k: usize| {
        let angle = std::f64::consts::TAU * (k as f64 + 0.5) / FAN as f64;
        let w = centre + radius * Vector::new(libm::cos(angle), libm::sin(angle));
        Run { start: Some([w.x, w.y].map(|x| tidy(x, 1e-3 * radius))), name: None, shown: true, ..run.clone() }
    };
    let room = MAX_RUNS.saturating_sub(state.study.runs.len());
    let copies: Vec<Run> = (0..FAN.min(room)).map(copy).collect();
    insert_runs(state, index + 1, copies, now);
}

/// Inserts runs before the one with this index, in one step of undo.
fn insert_runs(state: &mut State, at: usize, runs: Vec<Run>, now: f64) {
    let count = runs.len();
    change(state, None, now, |study| {
        let at = at.min(study.runs.len());
        study.runs.splice(at..at, runs);
        // The number counts from 1: it is greater than the index of the first run that moves.
        let moved = |number: usize| if number > at { number + count } else { number };
        study.picture.basins_of = study.picture.basins_of.map(moved);
    });
    state.unfolded_runs = state.unfolded_runs.iter().map(|i| if *i >= at { i + count } else { *i }).collect();
    state.knob = None;
    let run = &mut state.study.display.run;
    *run = if *run > at { *run + count } else { *run };
}

/// Sets a setting of the run with this index.
pub fn set_setting(state: &mut State, index: usize, key: &str, value: f64, now: f64) {
    let Some(run) = state.study.runs.get(index) else {
        return;
    };
    let setting = optimizer::find(&run.optimizer)
        .and_then(|optimizer| optimizer.settings().iter().find(|setting| setting.key == key));
    let Some(setting) = setting else {
        return;
    };
    if !value.is_finite() {
        return;
    }
    let value = within(value, setting.range[0], setting.range[1]);
    let value = if setting.whole { value.round() } else { value };
    state.knob = Some(Control::Setting(index, key.to_owned()));
    change_run(state, index, Some(key), now, |run| {
        run.settings.insert(key.to_owned(), value);
    });
}

/// Whether a catalogue entry's learning rate is meant for it.
pub fn takes_the_landscapes_rate(run: &Run) -> bool {
    optimizer::find(&run.optimizer).is_some_and(|optimizer| optimizer.takes_the_landscapes_rate())
}

/// A learning rate with which a method that scales its gradient crosses the view in about a hundred steps, for its steps are
/// about as long as the rate; `None` for other methods.
fn scaled_rate(optimizer: &dyn Optimizer, view: &View) -> Option<f64> {
    let has_rate = optimizer.settings().iter().any(|setting| setting.key == "learning_rate");
    let is_scaled = has_rate && optimizer.info().family == Family::FirstOrder && !optimizer.takes_the_landscapes_rate();
    let rate = 0.01 * view.width().min(view.height());
    is_scaled.then(|| within(rounded(rate, 1), 1e-7, 100.0))
}

/// Adds a run of an optimizer.
pub fn add_run(state: &mut State, name: &str, now: f64) {
    let Some(optimizer) = optimizer::find(name) else {
        return;
    };
    // A sensible rate for this landscape is the one that gradient descent has here.
    let mut first_order = state.study.runs.iter().filter(|run| takes_the_landscapes_rate(run));
    let rate = first_order.find_map(|run| run.settings.get("learning_rate").copied());
    change(state, None, now, |study| {
        let mut run = Run { colour: free_colour(study), ..Run::new(name) };
        run.take_noise_for(study.data.is_some());
        if let Some(rate) = rate.filter(|_| optimizer.takes_the_landscapes_rate()) {
            run.settings.insert("learning_rate".to_owned(), rate);
        } else if let Some(rate) = scaled_rate(optimizer, &study.view) {
            run.settings.insert("learning_rate".to_owned(), rate);
        }
        study.runs.push(run);
    });
}

/// Copies the run with this index, without its name.
pub fn duplicate_run(state: &mut State, index: usize, now: f64) {
    let Some(run) = state.study.runs.get(index) else { return };
    let copy = Run { colour: free_colour(&state.study), name: None, ..run.clone() };
    insert_runs(state, index + 1, vec![copy], now);
}

/// Removes the run with this index.
pub fn remove_run(state: &mut State, index: usize, now: f64) {
    change(state, None, now, |study| {
        if index < study.runs.len() {
            study.runs.remove(index);
            let kept = study.picture.basins_of.filter(|number| *number != index + 1);
            study.picture.basins_of = kept.map(|number| if number > index + 1 { number - 1 } else { number });
        }
    });
    let run = &mut state.study.display.run;
    *run = if *run > index + 1 { *run - 1 } else { *run };
    let kept = state.unfolded_runs.iter().filter(|i| **i != index);
    state.unfolded_runs = kept.map(|i| if *i > index { i - 1 } else { *i }).collect();
    state.knob = None;
}
