//! The commands about files and the window's end.

use super::landscape::type_formula;
use crate::app::change::GRID_NOTE;
use crate::app::command::Command;
use crate::app::document::{Document, has_ending};
use crate::app::effect::Effect;
use crate::app::open_lesson::Lessons;
use crate::app::platform;
use crate::app::recovery::Snapshot;
use crate::app::state::{Pending, Purpose, State, default_study};
use crate::study::Study;
use std::path::{Path, PathBuf};

/// The commands about files and the window's end.
pub fn apply_to_file(state: &mut State, command: Command) -> Option<Effect> {
    match command {
        Command::Open => begin(state, Pending::Open),
        Command::OpenRecent(index) => {
            let path = state.preferences.recent_files.get(index)?.clone();
            begin(state, Pending::OpenFile(path))
        }
        Command::OpenDocument(document) => open(state, document),
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

/// Puts a file in front of the recent ones, where there are files.
fn remember(state: &mut State, path: &Path) {
    if platform::HAS_FILES {
        state.preferences.remember_file(path);
    }
}

/// Opens a document. Examples, weights and lessons change the study in one step of undo; another study takes its place.
fn open(state: &mut State, document: Document) -> Option<Effect> {
    if has_ending(&document.name, &platform::TABLES) {
        Some(Effect::Open(Purpose::OpenData, document))
    } else if document.is_lesson() || document.has_weights() {
        Some(Effect::Open(Purpose::Open, document))
    } else {
        begin(state, Pending::OpenDocument(document))
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
        Pending::OpenFile(path) => Some(Effect::Use(Purpose::Open, path)),
        Pending::OpenDocument(document) => Some(Effect::Open(Purpose::Open, document)),
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
    remember(state, &path);
    state.say(format!("Saved {}", path.display()));
    state.path = Some(path);
    state.history.close();
    resume(state)
}

/// A study was read from this path.
pub fn opened(state: &mut State, study: Study, path: PathBuf) {
    remember(state, &path);
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
