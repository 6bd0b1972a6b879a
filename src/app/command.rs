//! Everything that a person can do, and the one place where it is done.
//!
//! Panels, keys and menus emit [`Command`]s; [`apply`] changes the [`State`]. What reaches beyond the state (files,
//! the clipboard, the window itself) is handed back as an [`Effect`].

use super::data::{self, DataCommand};
use super::film::FilmExport;
use super::history::Gesture;
use super::interaction::tidy;
use super::lessons::{self, LessonCommand, Lessons};
use super::moments;
use super::panels::ensemble::has_noise;
use super::recovery::Snapshot;
use super::state::{
    Control, Export, Large, Pending, PictureExport, Playing, Pointed, Purpose, State, Timeline, default_study,
    parameters_of,
};
use super::widgets::{capitalised, rounded};
use crate::formula::FormulaError;
use crate::landscape::{View, catalogue, formula_over, no_mean};
use crate::network::NetworkRecipe;
use crate::number::Vector;
use crate::optimizer::{self, Family, Optimizer, Run, Schedule};
use crate::scene::within;
use crate::study::{
    BARRIERS_TAB, BRANCHES_TAB, Clock, Display, EnsembleOptions, FIRST_TAB, Follow, MAX_RUN_NAME, MAX_RUNS, MAX_TABS,
    PictureOptions, SEEDS_TAB, Study, Theme,
};
use std::path::{Path, PathBuf};

/// What a person asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Explores a landscape of the catalogue.
    ChooseLandscape(String),
    /// Shows a ready moment of the landscape, by its index.
    TryMoment(usize),
    /// The formula field's text has changed.
    TypeFormula(String),
    /// Changes the network, its training or its plane; with the view that suits the plane, if so.
    SetNetwork(Box<NetworkRecipe>, bool),
    /// Does something with the examples.
    Data(DataCommand),
    /// Does something with the lessons.
    Lesson(LessonCommand),
    /// Sets a parameter of the formula.
    SetParameter(String, f64),
    /// Puts the start point somewhere.
    MoveStart(Vector),
    /// Gives a run a start of its own there, or lets it share the common one.
    SetRunStart(usize, Option<Vector>),
    /// Calls a run by a name, or by its optimizer's where that is empty.
    NameRun(usize, String),
    /// Adds copies of a run that start around it.
    FanOfStarts(usize),
    /// Looks at another rectangle.
    SetView(View),
    /// Looks at the whole again.
    GoHome,
    /// Moves the view so that a point is in its middle.
    CentreOn(Vector),
    /// Shows or hides a run.
    ShowRun(usize, bool),
    /// Gives a run another colour of the palette.
    ColourRun(usize, usize),
    /// Sets a number of a run.
    SetSetting(usize, String, f64),
    /// Sets how a run's learning rate falls.
    SetSchedule(usize, Schedule),
    /// Sets a run's seed.
    SetSeed(usize, u64),
    /// Sets a run's largest number of steps.
    SetSteps(usize, usize),
    /// Sets the gradient norm at which a run has converged.
    SetGradientTolerance(usize, f64),
    /// Whether a run goes on where the Hessian is not positive definite.
    RequirePositiveDefinite(usize, bool),
    /// Unfolds or folds a run's further settings.
    UnfoldRun(usize, bool),
    /// Adds a run of an optimizer.
    AddRun(String),
    /// Adds a copy of a run.
    DuplicateRun(usize),
    /// Removes a run.
    RemoveRun(usize),
    /// Changes what is drawn; the name says which part, for undo.
    SetPicture(PictureOptions, &'static str),
    /// Selects the critical point there, or none.
    Select(Option<Vector>),
    /// Opens a tab in place of the first or the second one that is open.
    ShowTab(usize, String),
    /// Whether a second tab is open below the first.
    ShowSecondTab(bool),
    /// Shows a tab large, or none.
    ShowLarge(Option<Large>),
    /// Follows the critical points over a parameter, and shows their branches; `None` for the first parameter.
    Follow(Option<Follow>),
    /// Scrutinises a run.
    Scrutinise(usize),
    /// Asks something else of the ensemble.
    SetEnsemble(EnsembleOptions),
    /// Stops the ensemble and the experiment.
    StopEnsemble,
    /// Shows the runs at a moment, or to their end, and pauses.
    GoTo(Option<usize>),
    /// Plays the runs from a moment on.
    Play(usize),
    /// Steps, or gradients, a second.
    SetSpeed(f64),
    /// By what runs keep step.
    KeepStepBy(Clock),
    /// The pointer means something else now.
    PointAt(Pointed),
    /// Changes the catalogue's search text.
    SearchCatalogue(String),
    /// Unfolds or folds the derivatives.
    UnfoldDerivatives(bool),
    /// Switches the loss chart's axis.
    LogarithmicLoss(bool),
    /// Whether the camera of a surface takes its time from one place to another.
    SmoothTurns(bool),
    /// Takes the last change back.
    Undo,
    /// Makes it again.
    Redo,
    /// Switches between light and dark.
    SwitchTheme,
    /// Folds or unfolds the left panel.
    ToggleLeftPanel,
    /// Folds or unfolds the right panel.
    ToggleRightPanel,
    /// Begins or ends the presentation.
    Present(bool),
    /// Shows or hides the list of shortcuts.
    ShowHelp(bool),
    /// Dismisses the message.
    Dismiss,
    /// Opens a study that is chosen.
    Open,
    /// Opens this study.
    OpenPath(PathBuf),
    /// Saves the study.
    Save,
    /// Saves the study under another name.
    SaveAs,
    /// Exports.
    Export(Export),
    /// Changes what is asked of exported pictures.
    SetPictureExport(PictureExport),
    /// Changes what is asked of films.
    SetFilm(FilmExport),
    /// Ends the film that is being made.
    CancelFilm,
    /// Copies the picture to the clipboard.
    CopyPicture,
    /// Copies a link to the study to the clipboard.
    CopyLink,
    /// Stops the search for critical points.
    StopSearch,
    /// The answer to "save the changes?": save first.
    SaveFirst,
    /// The answer to "save the changes?": lose them.
    Discard,
    /// The answer to "save the changes?": go on working.
    CancelPending,
    /// The path being typed has changed.
    TypePath(String),
    /// The path is typed.
    AcceptPath,
    /// No path after all.
    CancelPath,
    /// The answer to "replace the file?": do it.
    Replace,
    /// The answer to "replace the file?": it stays.
    KeepFile,
    /// Goes on with what a window was working on that came to no clean end.
    Recover,
    /// Removes it.
    DiscardRecoverable,
    /// The window is asked to close.
    Close,
}

/// What reaches beyond the state.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Asks for a path.
    Ask(Purpose),
    /// A path was given for a purpose.
    Use(Purpose, PathBuf),
    /// A path was given for a purpose, and the file there is to be replaced.
    Replace(Purpose, PathBuf),
    /// Goes on with what another window was working on.
    Recover,
    /// Removes it.
    DiscardRecoverable,
    /// Saves to the study's own path.
    Save,
    /// Opens the lesson in this file.
    OpenLesson(PathBuf),
    /// Copies the picture.
    CopyPicture,
    /// Ends the film that is being made.
    CancelFilm,
    /// Copies a link to the study.
    CopyLink,
    /// Stops background work.
    StopSearch,
    /// Stops the ensemble and the experiment.
    StopEnsemble,
    /// Closes the window.
    Close,
}

/// Does what is asked, at `now` (seconds).
pub fn apply(state: &mut State, command: Command, now: f64) -> Option<Effect> {
    match command {
        Command::ChooseLandscape(name) => choose_landscape(state, &name, now),
        Command::TryMoment(index) => moments::try_moment(state, index, now),
        Command::TypeFormula(text) => type_formula(state, text, now),
        Command::SetNetwork(recipe, fits) => {
            let recipe = *recipe;
            let checked = state.study.data.as_ref().map(|data| recipe.check(&data.dataset));
            if let Some(Err((_, message))) = checked {
                state.complain(format!("{}.", capitalised(&message)));
                return None;
            }
            state.fits_plane |= fits;
            change(state, Some(Gesture::Network), now, |study| {
                study.landscape.name = None;
                study.network = Some(recipe);
            });
            name_network(state);
        }
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
            open_tab(&mut state.study.display, slot, &tab);
        }
        Command::ShowSecondTab(is_open) => second_tab(&mut state.study.display, is_open),
        Command::ShowLarge(large) => state.large = large,
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
        Command::Export(export) => return Some(Effect::Ask(Purpose::Export(export))),
        Command::Open
        | Command::OpenPath(_)
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

/// The commands about files and the window's end.
fn apply_to_file(state: &mut State, command: Command) -> Option<Effect> {
    match command {
        Command::Open => begin(state, Pending::Open),
        Command::OpenPath(path) => begin(state, Pending::OpenPath(path)),
        Command::Close => begin(state, Pending::Close),
        Command::Save if state.path.is_some() => Some(Effect::Save),
        Command::Save | Command::SaveAs => Some(Effect::Ask(Purpose::SaveAs)),
        // What is pending goes on once the file is written: see `saved`.
        Command::SaveFirst if state.path.is_some() => Some(Effect::Save),
        Command::SaveFirst => Some(Effect::Ask(Purpose::SaveAs)),
        Command::Discard => resume(state),
        Command::CancelPending => {
            state.pending = None;
            None
        }
        Command::TypePath(text) => {
            if let Some(prompt) = &mut state.prompt {
                prompt.text = text;
                prompt.error = None;
                state.replacing = None;
            }
            None
        }
        Command::AcceptPath => {
            let prompt = state.prompt.as_ref()?;
            let text = prompt.text.trim();
            (!text.is_empty()).then(|| Effect::Use(prompt.purpose, prompt.folder.join(text)))
        }
        Command::CancelPath => {
            (state.prompt, state.replacing, state.pending) = (None, None, None);
            None
        }
        Command::Replace => state.replacing.take().map(|asked| Effect::Replace(asked.purpose, asked.path)),
        Command::KeepFile => {
            state.replacing = None;
            // A path that is being typed can be mended; otherwise nothing is written at all.
            if state.prompt.is_none() {
                state.pending = None;
            }
            None
        }
        Command::Recover => begin(state, Pending::Recover),
        Command::DiscardRecoverable => Some(Effect::DiscardRecoverable),
        _ => None,
    }
}

/// Does it at once, or asks first when changes would be lost.
fn begin(state: &mut State, pending: Pending) -> Option<Effect> {
    state.pending = Some(pending);
    if state.has_unsaved_changes() { None } else { resume(state) }
}

/// Goes on with what waited for "save the changes?".
pub fn resume(state: &mut State) -> Option<Effect> {
    match state.pending.take()? {
        Pending::Open => Some(Effect::Ask(Purpose::Open)),
        Pending::OpenPath(path) => Some(Effect::Use(Purpose::Open, path)),
        Pending::Recover => Some(Effect::Recover),
        Pending::Close => {
            state.may_close = true;
            Some(Effect::Close)
        }
    }
}

/// The study was written to this path.
pub fn saved(state: &mut State, path: PathBuf) -> Option<Effect> {
    state.saved = state.study.clone();
    state.preferences.remember_file(&path);
    state.say(format!("Saved {}", path.display()));
    state.path = Some(path);
    state.history.close();
    resume(state)
}

/// A study was read from this path.
pub fn opened(state: &mut State, study: Study, path: PathBuf) {
    state.preferences.remember_file(&path);
    begin_anew(state, study, Some(path));
}

/// Shows a study that was in a picture: it has no file of its own to be saved to.
pub fn opened_from_picture(state: &mut State, study: Study, picture: &Path) {
    begin_anew(state, study, None);
    match state.study.grid {
        None => state.say(format!("Opened the study that {} carries.", picture.display())),
        Some(_) => state.say(GRID_NOTE),
    }
}

/// What is said when a grid of values was opened.
pub const GRID_NOTE: &str = "L is the interpolant of these values; an array without coordinates is taken to cover −1 to 1 in \
                             both weights.";

/// Shows the study of a link that came to an open window. What was there before can be had back by undo.
pub fn opened_from_link(state: &mut State, study: Study) {
    let before = std::mem::take(&mut state.history);
    let last = state.study.clone();
    begin_anew(state, study, None);
    state.history = before;
    state.history.record(&last, None, 0.0);
    state.say("Opened the study of the link.");
}

/// Goes on with what another window was working on. `saved` is the study as it is in its file.
pub fn recovered(state: &mut State, snapshot: Snapshot, saved: Option<Study>, now: f64) {
    let Snapshot { study, path, formula_text } = snapshot;
    begin_anew(state, study, path);
    // What is in no file differs from what the window begins with, or there is nothing to lose.
    state.saved = saved.unwrap_or_else(default_study);
    state.say(format!("Recovered “{}”.", state.title()));
    if formula_text != state.formula_text {
        type_formula(state, formula_text, now);
    }
}

fn begin_anew(state: &mut State, study: Study, path: Option<PathBuf>) {
    let (presenting, held, recoverable) = (state.presenting, state.history.clone(), state.recoverable.clone());
    let seen = std::mem::take(&mut state.lessons.seen);
    *state = State::new(Some(study), path, state.preferences.clone());
    state.presenting = presenting;
    state.recoverable = recoverable;
    state.lessons = Lessons { seen, ..Lessons::default() };
    state.history = held;
    state.history.clear();
}

pub(super) fn change(state: &mut State, gesture: Option<Gesture>, now: f64, edit: impl FnOnce(&mut Study)) {
    let mut study = state.study.clone();
    edit(&mut study);
    if study != state.study {
        state.history.record(&state.study, gesture, now);
        state.study = study;
    }
}

fn change_run(state: &mut State, index: usize, gesture: Option<&str>, now: f64, edit: impl FnOnce(&mut Run)) {
    let gesture = gesture.map(|key| Gesture::Setting(index, key.to_owned()));
    change(state, gesture, now, |study| {
        if let Some(run) = study.runs.get_mut(index) {
            edit(run);
        }
    });
}

/// Takes a study of the history; the formula field follows. The theme stays, and what is shown beside the picture.
fn travel_to(state: &mut State, mut study: Study) {
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

fn choose_landscape(state: &mut State, name: &str, now: f64) {
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

fn type_formula(state: &mut State, text: String, now: f64) {
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

/// A network that is again one of the catalogue has its name.
fn name_network(state: &mut State) {
    let study = &state.study;
    let dataset = study.data.as_ref().map(|data| &data.dataset);
    let recipe = study.network.as_ref().map(NetworkRecipe::as_computed);
    let is_same = |entry: &&crate::landscape::catalogue::Entry| {
        entry.dataset() == dataset && Study::of_entry(entry).network.map(|recipe| recipe.as_computed()) == recipe
    };
    let known = crate::network::catalogue::entries().iter().find(is_same);
    state.study.landscape.name = known.map(|entry| entry.name.clone());
}

/// A start beyond this is outside every useful range, and not every f64 is a place.
fn is_place(w: Vector) -> bool {
    w.x.abs() <= 1e300 && w.y.abs() <= 1e300
}

/// Copies of a run in a fan.
const FAN: usize = 6;
/// The radius of a fan, as a share of the view's shorter side.
const FAN_RADIUS: f64 = 0.08;

/// Adds copies of a run, whose starts lie evenly on a circle around its own.
fn fan_of_starts(state: &mut State, index: usize, now: f64) {
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

/// Another landscape has other critical points, and its runs are shown to their end.
pub(super) fn begin_display_anew(state: &mut State) {
    let display = &mut state.study.display;
    (display.selected, display.at) = (None, None);
    state.timeline.playing = None;
    if display.shows(LOCAL_TAB) {
        close_local(display);
    }
}

/// The key of the tab with the local picture.
const LOCAL_TAB: &str = "local";

/// Opens a tab in place of another one; a tab is open once.
pub(super) fn open_tab(display: &mut Display, slot: usize, tab: &str) {
    let slot = slot.min(display.tabs.len().saturating_sub(1));
    match display.tabs.iter().position(|open| open == tab) {
        Some(other) => display.tabs.swap(slot, other),
        None if display.tabs.is_empty() => display.tabs.push(tab.to_owned()),
        None => tab.clone_into(&mut display.tabs[slot]),
    }
}

/// Many runs of one without noise are all the same: the first that has some is chosen, unless the present one has.
fn choose_noisy_run(study: &mut Study) {
    let examples = study.data.as_ref().map_or(0, |data| data.dataset.rows());
    let is_noisy = |run: &Run| has_noise(run, examples);
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

/// Closes the tab with the local picture, of which there is none.
fn close_local(display: &mut Display) {
    display.tabs.retain(|tab| tab != LOCAL_TAB);
    if display.tabs.is_empty() {
        display.tabs.push(FIRST_TAB.to_owned());
    }
}

fn set_parameter(state: &mut State, name: String, value: f64, now: f64) {
    if !value.is_finite() || !parameters_of(&state.study).contains(&name) {
        return;
    }
    state.knob = Some(Control::Parameter(name.clone()));
    let gesture = Gesture::Parameter(name.clone());
    change(state, Some(gesture), now, |study| {
        study.landscape.parameters.insert(name, value.into());
    });
}

fn set_setting(state: &mut State, index: usize, key: &str, value: f64, now: f64) {
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

fn centre_on(state: &mut State, w: Vector, now: f64) {
    let (half_width, half_height) = (0.5 * state.study.view.width(), 0.5 * state.study.view.height());
    if let Ok(view) = View::new(w.x - half_width, w.x + half_width, w.y - half_height, w.y + half_height) {
        change(state, None, now, |study| study.view = view);
    }
}

/// Whether a catalogue entry's learning rate is meant for it.
fn takes_the_landscapes_rate(run: &Run) -> bool {
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

/// The least colour of the palette that no run has, in the order of the palette.
pub(super) fn free_colour(study: &Study) -> usize {
    (0..).find(|colour| study.runs.iter().all(|run| run.colour != *colour)).unwrap_or(0)
}

fn add_run(state: &mut State, name: &str, now: f64) {
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

fn duplicate_run(state: &mut State, index: usize, now: f64) {
    let Some(run) = state.study.runs.get(index) else { return };
    let copy = Run { colour: free_colour(&state.study), name: None, ..run.clone() };
    insert_runs(state, index + 1, vec![copy], now);
}

fn remove_run(state: &mut State, index: usize, now: f64) {
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
