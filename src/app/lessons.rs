//! The commands about lessons. A step's study is put into the
//! window as one change that undo takes back; what its claims come to is computed in [`super::lesson_claims`].

use super::change::{begin_display_anew, change};
use super::document::Document;
use super::effect::Effect;
use super::open_lesson::{OpenLesson, Question};
use super::state::State;
use crate::lesson::{Answer, Guess, Lesson, from_bytes, lessons};
use crate::optimizer::Run;
use crate::study::{LayerSwitch, PictureOptions, Study};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a person asks of the lessons.
#[derive(Clone, Debug, PartialEq)]
pub enum LessonCommand {
    /// Shows the list of lessons, or puts it away.
    List(bool),
    /// Opens the lesson with this index, where it was left.
    Open(usize),
    /// Goes to the step with this index.
    GoTo(usize),
    /// Shows the step as it was.
    Restore,
    /// Closes the lesson; the study stays.
    Leave,
    /// Unfolds or folds the table of contents.
    UnfoldContents(bool),
    /// Answers the question.
    Guess(Guess),
    /// Whether the question asks for the marks of a class.
    AskClass(bool),
    /// The initials of the next mark have changed.
    TypeInitials(String),
    /// Takes the last mark of the class back.
    TakeBack,
    /// Shows what is right, `None` where that cannot be computed, with the points of each mark.
    Reveal(Option<Answer>, Vec<u32>),
}

/// The most letters of a person's initials.
const MOST_INITIALS: usize = 4;

/// Does what is asked.
pub fn apply(state: &mut State, command: LessonCommand, now: f64) -> Option<Effect> {
    match command {
        LessonCommand::List(is_listed) => {
            state.lessons.is_listed = is_listed;
            state.preferences.has_seen_lessons = true;
            state.preferences.left_panel |= is_listed;
        }
        LessonCommand::Open(index) => {
            if let Some((_, lesson)) = lessons().get(index) {
                open(state, lesson.clone(), now);
            }
        }
        LessonCommand::GoTo(step) => go_to(state, step, now),
        LessonCommand::Restore => show_step(state, now),
        LessonCommand::Leave => {
            show_runs(state, now);
            let before = take_layers(state);
            change_quietly(state, now, |study| show_layers(study, before));
            state.lessons.open = None;
        }
        LessonCommand::UnfoldContents(contents) => {
            if let Some(open) = &mut state.lessons.open {
                open.contents = contents;
            }
        }
        LessonCommand::Guess(guess) => change_question(state, |question| match guess {
            Guess::Mark(w) if question.is_class => question.add(w),
            _ => question.guess = Some(guess),
        }),
        LessonCommand::AskClass(is_class) => change_question(state, |question| question.is_class = is_class),
        LessonCommand::TypeInitials(text) => {
            let initials = text.chars().filter(|c| !c.is_control()).take(MOST_INITIALS).collect();
            change_question(state, |question| question.initials = initials);
        }
        LessonCommand::TakeBack => change_question(state, |question| {
            question.marks.pop();
        }),
        LessonCommand::Reveal(answer, scores) => {
            change_question(state, |question| {
                (question.is_revealed, question.answer, question.scores) = (true, answer, scores);
            });
            show_runs(state, now);
        }
    }
    None
}

/// Shows the runs that a question has hidden.
fn show_runs(state: &mut State, now: f64) {
    let Some(step) = state.lessons.open.as_ref().and_then(OpenLesson::step).filter(|step| step.predict.is_some())
    else {
        return;
    };
    let names: Vec<String> = step.runs.keys().cloned().collect();
    change_quietly(state, now, |study| {
        let is_hidden = |run: &&mut Run| run.name.as_ref().is_some_and(|name| names.contains(name));
        study.runs.iter_mut().filter(is_hidden).for_each(|run| run.shown = true);
    });
}

/// Changes the study. As long as nothing was done that is worth saving, going through a lesson is not either.
fn change_quietly(state: &mut State, now: f64, edit: impl FnOnce(&mut Study)) {
    let is_pristine = state.path.is_none() && !state.has_unsaved_changes();
    change(state, None, now, edit);
    if is_pristine {
        state.saved = state.study.clone();
    }
}

fn change_question(state: &mut State, edit: impl FnOnce(&mut Question)) {
    if let Some(open) = state.lessons.open.as_mut().filter(|open| open.open_question().is_some()) {
        edit(open.questions.entry(open.step).or_default());
    }
}

/// Opens the lesson in a document.
///
/// # Errors
/// Returns a sentence with the document's name and the reason.
pub fn read(state: &mut State, document: Document, now: f64) -> Result<(), String> {
    let Document { name, bytes } = document;
    let lesson = from_bytes(bytes).map_err(|reason| format!("cannot open the lesson {}: {reason}", name.display()))?;
    open(state, lesson, now);
    Ok(())
}

/// Opens a lesson after the last step that was seen, or from its beginning when all were.
fn open(state: &mut State, lesson: Lesson, now: f64) {
    let seen = state.lessons.seen.get(&lesson.title);
    let first = (0..lesson.steps.len()).find(|step| seen.is_none_or(|seen| !seen.contains(step)));
    state.preferences.has_seen_lessons = true;
    state.preferences.left_panel = true;
    state.lessons.is_listed = false;
    let layers_before = take_layers(state);
    state.lessons.open = Some(OpenLesson {
        lesson: Arc::new(lesson),
        step: 0,
        contents: false,
        questions: BTreeMap::new(),
        layers_before,
    });
    go_to(state, first.unwrap_or(0), now);
}

fn go_to(state: &mut State, step: usize, now: f64) {
    let Some(open) = state.lessons.open.as_mut().filter(|open| step < open.lesson.steps.len()) else { return };
    open.step = step;
    open.contents = false;
    state.lessons.seen.entry(open.lesson.title.clone()).or_default().insert(step);
    show_step(state, now);
}

/// The layers that the step has changed, as they were before.
fn take_layers(state: &mut State) -> Vec<(&'static LayerSwitch, bool)> {
    state.lessons.open.as_mut().map(|open| std::mem::take(&mut open.layers_before)).unwrap_or_default()
}

fn show_layers(study: &mut Study, layers: Vec<(&'static LayerSwitch, bool)>) {
    layers.into_iter().for_each(|(layer, shown)| study.picture.show(layer, shown));
}

/// Puts the step's study into the window. Theme, layers that the step does not name, and what is shown beside the picture stay as
/// they are. As long as the step's question is open the runs are hidden.
fn show_step(state: &mut State, now: f64) {
    let before = take_layers(state);
    let Some(open) = &state.lessons.open else { return };
    let is_asking = open.open_question().is_some();
    let Some(step) = open.step() else { return };
    let mut fresh = match step.study() {
        Ok(study) => study,
        Err(reason) => return state.complain(format!("Cannot show this step: {reason}.")),
    };
    fresh.runs.iter_mut().for_each(|run| run.shown = !is_asking);
    state.home = fresh.view;
    state.formula_text.clone_from(&fresh.landscape.formula);
    state.formula_error = None;
    state.remembered_parameters.clone_from(&fresh.landscape.parameters);
    let named: Vec<_> = step.layers().collect();
    let mut picture = state.study.picture.clone();
    before.into_iter().for_each(|(layer, shown)| picture.show(layer, shown));
    let layers_before = named.iter().map(|(layer, _)| (*layer, picture.shows(layer))).collect();
    named.into_iter().for_each(|(layer, shown)| picture.show(layer, shown));
    if let Some(open) = &mut state.lessons.open {
        open.layers_before = layers_before;
    }
    change_quietly(state, now, |study| {
        study.picture = PictureOptions { basins_of: fresh.picture.basins_of, ..picture };
        (study.landscape, study.data) = (fresh.landscape, fresh.data);
        (study.network, study.grid) = (fresh.network, fresh.grid);
        (study.view, study.start, study.runs) = (fresh.view, fresh.start, fresh.runs);
    });
    begin_display_anew(state);
    state.study.display.run = 1;
    state.unfolded_runs.clear();
    (state.knob, state.example) = (None, None);
}
