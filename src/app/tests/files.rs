//! Saving, opening, exporting, dropping; and that nothing is lost.

use super::*;
use crate::study;
use egui::{Key, Modifiers};
use std::path::Path;

fn nudge(harness: &mut Harness<'_, Window>) {
    harness.get_by_label("Start point").focus();
    harness.run();
    press(harness, Modifiers::NONE, Key::ArrowRight);
}

fn message(harness: &Harness<'_, Window>) -> String {
    harness.state().state.message.as_ref().map_or(String::new(), |message| message.text.clone())
}

#[test]
fn a_study_is_saved_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lecture.toml");
    let answers = vec![Some(path.clone()), Some(path.clone())];
    let mut harness = window_in(landscape("himmelblau"), None, vec2(1280.0, 720.0), answers);
    nudge(&mut harness);
    assert!(harness.state().state.has_unsaved_changes());
    click(&mut harness, "Save");
    assert!(!harness.state().state.has_unsaved_changes(), "{}", message(&harness));
    let saved = study(&harness).clone();
    assert_eq!(study::load(&path).unwrap(), saved);
    // Saving again needs no dialog.
    nudge(&mut harness);
    press(&mut harness, Modifiers::COMMAND, Key::S);
    assert_eq!(study::load(&path).unwrap(), *study(&harness));
    // Another study, then this one again.
    let moved = study(&harness).clone();
    harness.state_mut().state.study.start = [0.0, 0.0];
    harness.state_mut().state.saved.start = [0.0, 0.0];
    harness.run();
    press(&mut harness, Modifiers::COMMAND, Key::O);
    assert_eq!(*study(&harness), moved);
    assert_eq!(harness.state().state.path.as_deref(), Some(path.as_path()));
    assert!(!harness.state().state.history.can_undo());
}

#[test]
fn without_a_dialog_the_path_is_typed_in_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("typed");
    let mut harness = window(landscape("himmelblau"));
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    assert!(harness.get_by_label("Path").is_focused());
    press(&mut harness, Modifiers::COMMAND, Key::A);
    harness.get_by_label("Path").type_text("/no/such/folder/study.toml");
    harness.run();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!(harness.query_by_label_contains("/no/such/folder").is_some(), "the reason stands under the path");
    harness.get_by_label("Path").focus();
    harness.run();
    press(&mut harness, Modifiers::COMMAND, Key::A);
    harness.get_by_label("Path").type_text(&path.display().to_string());
    harness.run();
    click(&mut harness, "Accept the path");
    assert!(harness.query_by_label("Path").is_none());
    assert_eq!(study::load(&path.with_extension("toml")).unwrap(), *study(&harness), "the ending is added");
}

#[test]
fn changes_are_asked_about_before_they_are_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (mine, other) = (folder.path().join("mine.toml"), folder.path().join("other.toml"));
    let ring = landscape("himmelblau").unwrap();
    std::fs::write(&other, study::to_toml(&ring).unwrap()).unwrap();
    let mut harness = window_in(None, None, vec2(1280.0, 720.0), vec![Some(mine.clone())]);
    nudge(&mut harness);
    let changed = study(&harness).clone();
    let open = |harness: &mut Harness<'_, Window>| {
        super::super::command::apply(
            &mut harness.state_mut().state,
            super::super::command::Command::OpenPath(other.clone()),
            0.0,
        );
        harness.run();
    };
    open(&mut harness);
    assert_eq!(*study(&harness), changed, "nothing is opened before the answer");
    click(&mut harness, "Go on working");
    assert_eq!(*study(&harness), changed);
    assert!(harness.query_by_label("Save the changes").is_none());
    open(&mut harness);
    click(&mut harness, "Save the changes");
    assert_eq!(study::load(&mine).unwrap(), changed);
    assert_eq!(study(&harness).landscape.formula, ring.landscape.formula, "then the other study is opened");
    nudge(&mut harness);
    open(&mut harness);
    click(&mut harness, "Discard the changes");
    assert_eq!(study(&harness).start, ring.start);
}

#[test]
fn a_window_with_changes_asks_before_it_closes() {
    let mut harness = window(None);
    nudge(&mut harness);
    let close = |harness: &mut Harness<'_, Window>| {
        let root = harness.input_mut().viewports.get_mut(&egui::ViewportId::ROOT).unwrap();
        root.events.push(egui::ViewportEvent::Close);
        harness.step();
    };
    close(&mut harness);
    harness.run();
    assert!(harness.query_by_label("Save the changes").is_some());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label("Save the changes").is_none());
    assert!(!harness.state().state.may_close);
    close(&mut harness);
    harness.run();
    click(&mut harness, "Discard the changes");
    assert!(harness.state().state.may_close);
}

#[test]
fn a_file_that_is_no_study_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.toml");
    std::fs::write(&path, "version = 1\n[landscape]\nformula = \"w1^^2\"").unwrap();
    let mut harness = window_in(None, None, vec2(1280.0, 720.0), vec![Some(path.clone())]);
    let before = study(&harness).clone();
    press(&mut harness, Modifiers::COMMAND, Key::O);
    assert_eq!(*study(&harness), before);
    assert!(message(&harness).contains("broken.toml"), "{}", message(&harness));
    click(&mut harness, "Dismiss the message");
    assert_eq!(message(&harness), "");
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_study_is_opened_by_dropping_it_and_others_are_told_what_they_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dropped.toml");
    let himmelblau = landscape("himmelblau").unwrap();
    std::fs::write(&path, study::to_toml(&himmelblau).unwrap()).unwrap();
    let mut harness = window(None);
    let mut drop = |path: &Path| {
        harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path.to_owned())));
        harness.run();
        (study(&harness).clone(), message(&harness))
    };
    let (before, said) = drop(&folder.path().join("picture.jpeg"));
    assert!(said.contains("picture.jpeg") && before.landscape.formula != himmelblau.landscape.formula);
    let (after, _) = drop(&path);
    assert_eq!(after, himmelblau);
}

#[test]
fn pictures_and_tables_are_exported() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["a.pdf", "a.svg", "a.png", "a.csv", "a.json"];
    let items =
        ["Picture as PDF…", "Picture as SVG…", "Picture as PNG…", "Trajectories as CSV…", "Trajectories as JSON…"];
    let answers = names.iter().map(|name| Some(folder.path().join(name))).collect();
    let mut harness = window_in(None, None, vec2(1280.0, 720.0), answers);
    for (name, item) in names.iter().zip(items) {
        click(&mut harness, "Export");
        click(&mut harness, item);
        let bytes = std::fs::read(folder.path().join(name)).unwrap();
        let magic: &[u8] = match *name {
            "a.pdf" => b"%PDF",
            "a.svg" => b"<svg",
            "a.png" => b"\x89PNG",
            "a.csv" => b"run,optimizer,step",
            _ => b"{",
        };
        assert!(bytes.starts_with(magic) || bytes.starts_with(b"<?xml"), "{name}");
        assert!(message(&harness).contains(name), "{}", message(&harness));
    }
    click(&mut harness, "Export");
    click(&mut harness, "Copy the picture");
    assert!(message(&harness).contains("clipboard"));
}

#[test]
fn an_export_that_fails_says_which_file_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("a.svg");
    let mut harness = window_in(None, None, vec2(1280.0, 720.0), vec![Some(path.clone())]);
    click(&mut harness, "Export");
    click(&mut harness, "Picture as SVG…");
    assert!(message(&harness).contains(&path.display().to_string()), "{}", message(&harness));
    assert!(harness.state().state.message.as_ref().unwrap().is_error);
}

#[test]
fn preferences_survive_a_restart_and_damaged_ones_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config").join("preferences.toml");
    let size = vec2(1280.0, 720.0);
    let mut harness = window_in(None, Some(file.clone()), size, Vec::new());
    click(&mut harness, "Theme");
    press(&mut harness, Modifiers::NONE, Key::F7);
    let kept = harness.state().state.preferences.clone();
    drop(harness);
    let harness = window_in(None, Some(file.clone()), size, Vec::new());
    assert_eq!(harness.state().state.preferences, kept);
    assert_eq!(study(&harness).picture.theme, study::Theme::Light);
    assert!(!harness.state().state.preferences.right_panel);
    drop(harness);
    std::fs::write(&file, "theme = 7 [").unwrap();
    let harness = window_in(None, Some(file.clone()), size, Vec::new());
    assert!(message(&harness).contains("preferences"), "{}", message(&harness));
    assert_eq!(std::fs::read_to_string(file.with_extension("toml.bak")).unwrap(), "theme = 7 [");
    assert!(harness.state().state.preferences.right_panel);
}
