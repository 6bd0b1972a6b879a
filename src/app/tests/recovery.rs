//! What is worked on is kept, offered after a crash, and gone after a clean end.

use super::*;
use crate::study;
use egui::{Key, Modifiers};
use std::path::Path;

fn opened(folder: &Path, study: Option<Study>, answers: Vec<Option<PathBuf>>) -> Harness<'static, Window> {
    window_with(study, None, Some(folder.to_owned()), vec2(1280.0, 720.0), answers)
}

fn nudge(harness: &mut Harness<'_, Window>) {
    harness.get_by_label("Start point").focus();
    harness.run();
    press(harness, Modifiers::NONE, Key::ArrowRight);
}

/// The window dies without a word, as by a panic.
fn crash(harness: Harness<'_, Window>) {
    drop(harness);
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[test]
fn what_was_worked_on_is_offered_and_recovered() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = opened(folder.path(), landscape("himmelblau"), Vec::new());
    assert_eq!(files(folder.path()), 0, "nothing is kept before there is something to lose");
    nudge(&mut harness);
    harness.get_by_label("Formula").focus();
    harness.run();
    press(&mut harness, Modifiers::COMMAND, Key::A);
    harness.get_by_label("Formula").type_text("w1^4 + k*w2^2 +");
    harness.run();
    let worked_on = study(&harness).clone();
    crash(harness);
    let mut harness = opened(folder.path(), None, Vec::new());
    assert_ne!(*study(&harness), worked_on, "nothing is recovered unasked");
    // A second window, meanwhile, offers nothing: the first one is asking.
    assert!(opened(folder.path(), None, Vec::new()).query_by_label("Recover the study").is_none());
    click(&mut harness, "Recover the study");
    assert_eq!(*study(&harness), worked_on);
    assert_eq!(harness.state().state.formula_text, "w1^4 + k*w2^2 +");
    assert!(harness.state().state.formula_error.is_some());
    assert!(harness.state().state.has_unsaved_changes());
    assert!(harness.query_by_label("Recover the study").is_none());
    // It is kept without a gap.
    crash(harness);
    let harness = opened(folder.path(), None, Vec::new());
    assert!(harness.query_by_label("Recover the study").is_some());
}

#[test]
fn what_is_saved_or_discarded_is_not_offered() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = other.path().join("mine.toml");
    let mut harness = opened(folder.path(), None, vec![Some(path.clone())]);
    nudge(&mut harness);
    click(&mut harness, "Save");
    crash(harness);
    let mut harness = opened(folder.path(), Some(study::load(&path).unwrap()), Vec::new());
    assert!(harness.query_by_label("Recover the study").is_none());
    nudge(&mut harness);
    crash(harness);
    let mut harness = opened(folder.path(), None, Vec::new());
    click(&mut harness, "Discard what can be recovered");
    crash(harness);
    let harness = opened(folder.path(), None, Vec::new());
    assert!(harness.query_by_label("Recover the study").is_none());
    assert_eq!(files(folder.path()), 0);
}

#[test]
fn a_clean_exit_leaves_nothing_and_one_without_a_question_leaves_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = opened(folder.path(), None, Vec::new());
    nudge(&mut harness);
    eframe::App::on_exit(harness.state_mut(), None);
    crash(harness);
    let mut harness = opened(folder.path(), None, Vec::new());
    click(&mut harness, "Recover the study");
    harness.state_mut().state.may_close = true;
    eframe::App::on_exit(harness.state_mut(), None);
    crash(harness);
    assert_eq!(files(folder.path()), 0);
}

/// What is worked on now is asked about before something else is recovered.
#[test]
fn nothing_is_lost_by_recovering() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = opened(folder.path(), landscape("himmelblau"), Vec::new());
    nudge(&mut harness);
    let first = study(&harness).clone();
    crash(harness);
    let mut harness = opened(folder.path(), landscape("rosenbrock"), Vec::new());
    nudge(&mut harness);
    let second = study(&harness).clone();
    click(&mut harness, "Recover the study");
    assert_eq!(*study(&harness), second);
    click(&mut harness, "Go on working");
    click(&mut harness, "Recover the study");
    click(&mut harness, "Discard the changes");
    assert_eq!(*study(&harness), first);
}

/// A study that is recovered still belongs to its file, and a file that has changed meanwhile is asked about.
#[test]
fn a_recovered_study_knows_its_file() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = other.path().join("mine.toml");
    let mut harness = opened(folder.path(), None, vec![Some(path.clone())]);
    click(&mut harness, "Save");
    nudge(&mut harness);
    let worked_on = study(&harness).clone();
    crash(harness);
    let mut harness = opened(folder.path(), None, Vec::new());
    click(&mut harness, "Recover the study");
    assert_eq!(harness.state().state.path.as_deref(), Some(path.as_path()));
    press(&mut harness, Modifiers::COMMAND, Key::S);
    assert_eq!(study::load(&path).unwrap(), worked_on);
}
