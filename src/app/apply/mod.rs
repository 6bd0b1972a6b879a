//! The one place where commands are done.
//!
//! [`apply`] changes the [`State`]. What reaches beyond it (files, the clipboard, the window itself) is handed back as an
//! [`Effect`].

mod files;
mod landscape;
mod runs;

pub use files::{opened, opened_from_link, opened_from_picture, recovered, resume, saved};

use super::change::{LOCAL_TAB, change, change_run, close_local, open_tab};
use super::command::Command;
use super::effect::Effect;
use super::history::Gesture;
use super::state::{Playing, Purpose, Sheet, State, Timeline};
use super::{data, lessons, moments};
use crate::landscape::View;
use crate::number::Vector;
use crate::optimizer::Run;
use crate::scene::within;
use crate::study::{BARRIERS_TAB, BRANCHES_TAB, Display, FIRST_TAB, MAX_RUN_NAME, MAX_TABS, SEEDS_TAB, Study, Theme};
use files::apply_to_file;
use landscape::{choose_landscape, set_network, set_parameter, travel_to, type_formula};
use runs::{add_run, duplicate_run, fan_of_starts, remove_run, set_setting};

/// Does what is asked, at `now` (seconds).
pub fn apply(state: &mut State, command: Command, now: f64) -> Option<Effect> {
    match command {
        Command::ChooseLandscape(name) => choose_landscape(state, &name, now),
        Command::TryMoment(index) => moments::try_moment(state, index, now),
        Command::TypeFormula(text) => type_formula(state, text, now),
        Command::SetNetwork(recipe, fits) => set_network(state, *recipe, fits, now),
        Command::Data(command) => return data::apply(state, command, now),
        Command::Lesson(command) => return lessons::apply(state, command, now),
        Command::SetParameter(name, value) => set_parameter(state, name, value, now),
        Command::MoveStart(w) => {
            if is_place(w) {
                change(state, Some(Gesture::Start), now, |study| study.start = [w.x, w.y]);
            }
        }
        Command::SetRunStart(index, w) => {
            if w.is_none_or(is_place) {
                // Its own start is given or taken in a step of its own; then it moves.
                let had = state.study.runs.get(index).is_some_and(|run| run.start.is_some());
                let gesture = (had && w.is_some()).then_some("start");
                change_run(state, index, gesture, now, |run| run.start = w.map(|w| [w.x, w.y]));
            }
        }
        Command::NameRun(index, name) => {
            let name: String = name.chars().filter(|c| !c.is_control()).take(MAX_RUN_NAME).collect();
            let name = (!name.trim().is_empty()).then_some(name);
            change_run(state, index, Some("name"), now, |run| run.name = name);
        }
        Command::FanOfStarts(index) => fan_of_starts(state, index, now),
        Command::SetView(view) => change(state, Some(Gesture::View), now, |study| study.view = view),
        Command::GoHome => {
            let home = state.home;
            change(state, None, now, |study| study.view = home);
        }
        Command::CentreOn(w) => centre_on(state, w, now),
        Command::ShowRun(index, shown) => change_run(state, index, None, now, |run| run.shown = shown),
        Command::ColourRun(index, colour) => change_run(state, index, None, now, |run| run.colour = colour),
        Command::SetSetting(index, key, value) => set_setting(state, index, &key, value, now),
        Command::SetSchedule(index, schedule) => {
            if schedule.check().is_ok() {
                change_run(state, index, Some("schedule"), now, |run| run.schedule = schedule);
            }
        }
        Command::SetSeed(index, seed) => change_run(state, index, Some("seed"), now, |run| run.seed = seed),
        Command::SetSteps(index, steps) => {
            change_run(state, index, Some("steps"), now, |run| run.steps = steps.clamp(1, Run::MAX_STEPS));
        }
        Command::SetGradientTolerance(index, tolerance) => {
            if tolerance.is_finite() && tolerance >= 0.0 {
                change_run(state, index, Some("tolerance"), now, |run| run.gradient_tolerance = tolerance);
            }
        }
        Command::RequirePositiveDefinite(index, required) => {
            change_run(state, index, None, now, |run| run.require_positive_definite = required);
        }
        Command::UnfoldRun(index, unfolded) => {
            if unfolded {
                state.unfolded_runs.insert(index);
            } else {
                state.unfolded_runs.remove(&index);
            }
        }
        Command::AddRun(name) => add_run(state, &name, now),
        Command::DuplicateRun(index) => duplicate_run(state, index, now),
        Command::RemoveRun(index) => remove_run(state, index, now),
        Command::SetPicture(options, part) => {
            change(state, Some(Gesture::Picture(part)), now, |study| study.picture = options);
        }
        Command::Select(w) => {
            // What was chosen to be seen stays, unless there is something else to see or nothing left of it.
            let display = &mut state.study.display;
            match w {
                // A chart that is open large keeps its tab, by which it is computed.
                Some(_) if state.large.is_some() => {}
                Some(_) if ![LOCAL_TAB, BARRIERS_TAB].iter().any(|tab| display.shows(tab)) => {
                    open_tab(display, 0, LOCAL_TAB);
                }
                None if display.selected.is_some() && display.shows(LOCAL_TAB) => close_local(display),
                _ => {}
            }
            display.selected = w.map(|w| [w.x, w.y]);
            if let Some(w) = w.filter(|w| !state.study.view.contains(*w)) {
                centre_on(state, w, now);
            }
        }
        Command::ShowTab(slot, tab) => {
            if tab == SEEDS_TAB && !state.study.display.shows(SEEDS_TAB) {
                choose_noisy_run(&mut state.study);
            }
            // Where there is room for one panel only, it is the one with the tabs.
            state.sheet = Some(Sheet::Findings);
            let before = state.study.display.tabs.get(slot).cloned();
            open_tab(&mut state.study.display, slot, &tab);
            // What is large follows the tab that it was, and stays if it is the other one.
            let display = &state.study.display;
            if let Some(large) = state.large.as_mut()
                && (before.as_ref() == Some(&large.tab) || !display.shows(&large.tab))
            {
                large.tab = tab;
            }
        }
        Command::ShowSecondTab(is_open) => second_tab(&mut state.study.display, is_open),
        Command::ShowLarge(large) => state.large = large,
        Command::ShowSheet(sheet) => state.sheet = sheet,
        Command::Follow(follow) => {
            let display = &mut state.study.display;
            if !display.shows(BRANCHES_TAB) {
                open_tab(display, 0, BRANCHES_TAB);
            }
            display.follow = follow;
        }
        Command::Scrutinise(index) => state.study.display.run = index + 1,
        Command::SetEnsemble(options) => {
            change(state, Some(Gesture::Ensemble), now, |study| study.ensemble = options);
        }
        Command::StopEnsemble => return Some(Effect::StopEnsemble),
        Command::GoTo(at) => {
            state.study.display.at = at;
            state.timeline.playing = None;
        }
        Command::Play(from) => {
            state.study.display.at = Some(from);
            state.timeline.playing = Some(Playing { since: now, from });
        }
        Command::SetSpeed(speed) => {
            let [slowest, fastest] = Timeline::SPEEDS;
            let from = state.timeline.played(now);
            state.timeline.speed = within(speed, slowest, fastest);
            state.timeline.playing = from.map(|from| Playing { since: now, from });
        }
        Command::KeepStepBy(clock) => {
            let display = &mut state.study.display;
            (display.clock, display.at) = (clock, display.at.map(|_| 0));
            state.timeline.playing = None;
        }
        Command::PointAt(pointed) => state.pointed = pointed,
        Command::SearchCatalogue(text) => state.catalogue_search = text,
        Command::UnfoldDerivatives(unfolded) => state.derivatives_unfolded = unfolded,
        Command::LogarithmicLoss(logarithmic) => {
            state.study.display.logarithmic = logarithmic;
            state.preferences.logarithmic_loss = logarithmic;
        }
        Command::SmoothTurns(smooth) => state.preferences.smooth_turns = smooth,
        Command::Undo => {
            if let Some(study) = state.history.undo(&state.study) {
                travel_to(state, study);
            }
        }
        Command::Redo => {
            if let Some(study) = state.history.redo(&state.study) {
                travel_to(state, study);
            }
        }
        Command::SwitchTheme => {
            let theme = match state.study.picture.theme {
                Theme::Light => Theme::Dark,
                Theme::Dark => Theme::Light,
            };
            // Not a step of undo: the room got darker or brighter, the study did not change.
            state.study.picture.theme = theme;
            state.preferences.theme = theme;
        }
        Command::ToggleLeftPanel => state.preferences.left_panel = !state.preferences.left_panel,
        Command::ToggleRightPanel => state.preferences.right_panel = !state.preferences.right_panel,
        Command::Present(presenting) => state.presenting = presenting,
        Command::ShowHelp(help) => state.help = help,
        Command::Dismiss => state.message = None,
        Command::StopSearch => return Some(Effect::StopSearch),
        Command::CopyPicture => return Some(Effect::CopyPicture),
        Command::CopyLink => return Some(Effect::CopyLink),
        Command::SetPictureExport(options) => state.picture_export = options,
        Command::SetFilm(film) => state.film = film,
        Command::CancelFilm => return Some(Effect::CancelFilm),
        Command::CancelExport => return Some(Effect::CancelExport),
        Command::Export(export) => return Some(Effect::Ask(Purpose::Export(export))),
        Command::Open
        | Command::OpenRecent(_)
        | Command::OpenDocument(_)
        | Command::Save
        | Command::SaveAs
        | Command::SaveFirst
        | Command::Discard
        | Command::CancelPending
        | Command::TypePath(_)
        | Command::AcceptPath
        | Command::CancelPath
        | Command::Replace
        | Command::KeepFile
        | Command::Recover
        | Command::DiscardRecoverable
        | Command::Close => return apply_to_file(state, command),
    }
    None
}

/// A start beyond this is outside every useful range, and not every f64 is a place.
fn is_place(w: Vector) -> bool {
    w.x.abs() <= 1e300 && w.y.abs() <= 1e300
}

/// Many runs of one without noise are all the same: the first that has some is chosen, unless the present one has.
fn choose_noisy_run(study: &mut Study) {
    let examples = study.data.as_ref().map_or(0, |data| data.dataset.rows());
    let is_noisy = |run: &Run| run.has_noise(examples);
    if study.ensemble.spread > 0.0 || study.runs.get(study.display.run_index()).is_some_and(is_noisy) {
        return;
    }
    if let Some(index) = study.runs.iter().position(is_noisy) {
        study.display.run = index + 1;
    }
}

fn second_tab(display: &mut Display, is_open: bool) {
    display.tabs.truncate(if is_open { MAX_TABS } else { 1 });
    if is_open && display.tabs.len() < MAX_TABS {
        let usual = [FIRST_TAB, "sharpness"].into_iter().find(|tab| !display.shows(tab)).unwrap_or(FIRST_TAB);
        display.tabs.push(usual.to_owned());
    }
}

fn centre_on(state: &mut State, w: Vector, now: f64) {
    let (half_width, half_height) = (0.5 * state.study.view.width(), 0.5 * state.study.view.height());
    if let Ok(view) = View::new(w.x - half_width, w.x + half_width, w.y - half_height, w.y + half_height) {
        change(state, None, now, |study| study.view = view);
    }
}
