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

pub(super) fn message(harness: &Harness<'_, Window>) -> String {
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
    // It is among the recent ones now.
    harness.state_mut().state.study.start = [0.0, 0.0];
    harness.state_mut().state.saved.start = [0.0, 0.0];
    harness.run();
    click(&mut harness, "Open");
    click(&mut harness, "lecture.toml");
    assert_eq!(*study(&harness), moved);
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
    let mine = folder.path().join("mine.toml");
    let ring = landscape("himmelblau").unwrap();
    let mut harness = window_in(None, None, vec2(1280.0, 720.0), vec![Some(mine.clone())]);
    nudge(&mut harness);
    let changed = study(&harness).clone();
    let text = study::to_toml(&ring).unwrap();
    let open = |harness: &mut Harness<'_, Window>| super::open(harness, "other.toml", &text);
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
pub(super) struct Dropped(pub(super) PathBuf);

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

/// A page is chosen in a dialog; the picture carries its study, which is seen again when the picture is dropped on a window.
/// The picture is no file of the study: what is saved then asks for a path.
#[test]
fn a_picture_is_exported_on_a_page_and_opened_by_dropping_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    let mut harness = window_in(landscape("booth"), None, vec2(1280.0, 720.0), vec![Some(path.clone())]);
    click(&mut harness, "Export");
    click(&mut harness, "Picture…");
    click(&mut harness, "Light, for print");
    click(&mut harness, "Column, 85 mm");
    click(&mut harness, "1×");
    click(&mut harness, "Export as PNG");
    let picture = resvg::tiny_skia::Pixmap::load_png(&path).unwrap();
    // 85 mm at 300 pixels an inch.
    assert_eq!(picture.width(), 1004);
    let exported = study(&harness).clone();
    assert_eq!(exported.picture.theme, study::Theme::Dark, "the window keeps its theme");

    let mut harness = window(None);
    let mut drop = |path: &Path| {
        harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path.to_owned())));
        harness.run();
        (study(&harness).clone(), message(&harness), harness.state().state.path.clone())
    };
    let (opened, said, saved_to) = drop(&path);
    let mut light = exported.clone();
    light.picture.theme = study::Theme::Light;
    assert_eq!((opened, saved_to), (light.clone(), None));
    assert!(said.contains("a.png carries"), "{said}");
    // Without a study there is nothing to be opened.
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, crate::export::carried(&bytes).unwrap().unwrap().1).unwrap();
    let (opened, said, _) = drop(&path);
    assert_eq!(opened, light);
    assert!(said.contains("carries no study"), "{said}");
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
    click(&mut harness, "Share");
    click(&mut harness, "Copy the picture");
    assert!(message(&harness).contains("clipboard"));
}

/// The clipboard gets a link that opens the same study; its base address is that of the preferences.
#[test]
fn a_link_to_the_study_is_copied() {
    let mut harness = window_in(landscape("booth"), None, vec2(1280.0, 720.0), Vec::new());
    harness.state_mut().state.preferences.link_base = Some("https://example.org/".to_owned());
    harness.state_mut().state.study.start = [0.25, -0.5];
    click(&mut harness, "Share");
    harness.get_by_label("Copy link").click();
    harness.step();
    let copied = harness.output().platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    let link = copied.unwrap();
    assert!(link.starts_with("https://example.org/#1."), "{link}");
    assert_eq!(study::from_link(&link).as_ref(), Ok(study(&harness)));
    harness.run();
    assert!(message(&harness).contains("clipboard"), "{}", message(&harness));
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

fn type_path(harness: &mut Harness<'_, Window>, path: &Path) {
    harness.get_by_label("Path").focus();
    harness.run();
    press(harness, Modifiers::COMMAND, Key::A);
    harness.get_by_label("Path").type_text(&path.display().to_string());
    harness.run();
    press(harness, Modifiers::NONE, Key::Enter);
}

#[test]
fn a_typed_path_replaces_nothing_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lecture.toml");
    let old = study::to_toml(&landscape("rosenbrock").unwrap()).unwrap();
    std::fs::write(&path, &old).unwrap();
    let mut harness = window(landscape("himmelblau"));
    // A PDF over a study.
    press(&mut harness, Modifiers::COMMAND, Key::E);
    type_path(&mut harness, &path);
    assert!(harness.query_by_label_contains("there is a study already").is_some());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), old);
    click(&mut harness, "Keep the file");
    assert!(harness.query_by_label("Replace the file").is_none());
    assert!(harness.query_by_label("Path").is_some(), "the path can be mended");
    // Enter alone does not replace, nor does Enter twice.
    type_path(&mut harness, &path);
    harness.get_by_label("Path").focus();
    harness.run();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), old);
    // Another path is another question.
    type_path(&mut harness, &folder.path().join("other.pdf"));
    assert!(harness.query_by_label("Replace the file").is_none() && harness.query_by_label("Path").is_none());
    assert!(std::fs::read(folder.path().join("other.pdf")).unwrap().starts_with(b"%PDF"));
    press(&mut harness, Modifiers::COMMAND, Key::E);
    type_path(&mut harness, &path);
    click(&mut harness, "Replace the file");
    assert!(std::fs::read(&path).unwrap().starts_with(b"%PDF"));
    assert!(harness.query_by_label("Path").is_none());
}

/// The system's dialog asks whether to replace the path that was chosen there; not so when an ending is added afterwards.
#[test]
fn what_a_dialog_has_asked_is_not_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("a.pdf"), "old").unwrap();
    let answers = vec![Some(path("a.pdf")), Some(path("a"))];
    let mut harness = window_in(None, None, vec2(1280.0, 720.0), answers);
    press(&mut harness, Modifiers::COMMAND, Key::E);
    assert!(std::fs::read(path("a.pdf")).unwrap().starts_with(b"%PDF"));
    std::fs::write(path("a.pdf"), "old").unwrap();
    press(&mut harness, Modifiers::COMMAND, Key::E);
    assert_eq!(std::fs::read(path("a.pdf")).unwrap(), b"old");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label("Replace the file").is_none());
    assert_eq!(std::fs::read(path("a.pdf")).unwrap(), b"old");
}

#[test]
fn the_study_and_its_examples_are_never_replaced_by_an_export() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let examples = "x,y\n1,2\n3,4.5\n-1,0\n";
    std::fs::write(path("d.csv"), examples).unwrap();
    let answers =
        ["d.csv", "d.csv", "d.csv", "s.toml", "s.toml"].iter().map(|name| Some(path(name))).collect::<Vec<_>>();
    let mut harness = window_in(None, None, vec2(1280.0, 720.0), Vec::new());
    harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path("d.csv"))));
    harness.run();
    let with_data = study(&harness).clone();
    drop(harness);
    let mut harness = window_in(Some(with_data), None, vec2(1280.0, 720.0), answers);
    for item in ["Trajectories as CSV…", "Save the study as…"] {
        click(&mut harness, "Export");
        click(&mut harness, item);
        assert!(message(&harness).contains("it is the file of the examples"), "{}", message(&harness));
    }
    // An example that is moved by hand is still from there.
    let move_it = super::super::data::DataCommand::Set(0, vec![(1, 7.0)]);
    super::super::apply::apply(&mut harness.state_mut().state, super::super::command::Command::Data(move_it), 0.0);
    click(&mut harness, "Export");
    click(&mut harness, "Trajectories as JSON…");
    assert!(message(&harness).contains("it is the file of the examples"), "{}", message(&harness));
    assert_eq!(std::fs::read_to_string(path("d.csv")).unwrap(), examples);
    click(&mut harness, "Save");
    click(&mut harness, "Export");
    click(&mut harness, "Picture as PDF…");
    assert!(message(&harness).contains("it is the file of the study"), "{}", message(&harness));
    assert_eq!(study::load(&path("s.toml")).unwrap(), *study(&harness));
}

/// Saved by another window meanwhile, or edited: that work is not lost either.
#[test]
fn a_study_that_has_changed_on_disk_is_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lecture.toml");
    let mut harness = window_in(landscape("himmelblau"), None, vec2(1280.0, 720.0), vec![Some(path.clone())]);
    click(&mut harness, "Save");
    let other = study::to_toml(&landscape("rosenbrock").unwrap()).unwrap();
    std::fs::write(&path, &other).unwrap();
    nudge(&mut harness);
    press(&mut harness, Modifiers::COMMAND, Key::S);
    assert!(harness.query_by_label_contains("has changed since").is_some());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), other);
    assert!(harness.state().state.has_unsaved_changes());
    click(&mut harness, "Replace the file");
    assert_eq!(study::load(&path).unwrap(), *study(&harness));
    // What it wrote itself it knows, and a file that is gone is made again.
    nudge(&mut harness);
    press(&mut harness, Modifiers::COMMAND, Key::S);
    std::fs::remove_file(&path).unwrap();
    nudge(&mut harness);
    press(&mut harness, Modifiers::COMMAND, Key::S);
    assert_eq!(study::load(&path).unwrap(), *study(&harness));
}

/// "Save" before closing waits for the answer, and "Keep the file" means not to close.
#[test]
fn a_question_about_a_file_comes_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lecture.toml");
    let mut harness = window_in(landscape("himmelblau"), None, vec2(1280.0, 720.0), vec![Some(path.clone())]);
    click(&mut harness, "Save");
    for (answer, closes) in [("Keep the file", false), ("Replace the file", true)] {
        std::fs::write(&path, "precious").unwrap();
        nudge(&mut harness);
        let root = harness.input_mut().viewports.get_mut(&egui::ViewportId::ROOT).unwrap();
        root.events.push(egui::ViewportEvent::Close);
        harness.step();
        harness.run();
        click(&mut harness, "Save the changes");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
        assert!(!harness.state().state.may_close);
        click(&mut harness, answer);
        assert_eq!(harness.state().state.may_close, closes);
        assert!(harness.query_by_label("Save the changes").is_none());
    }
    assert_eq!(study::load(&path).unwrap(), *study(&harness));
}

#[cfg(unix)]
#[test]
fn the_window_waits_for_no_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["pipe.toml", "pipe.csv", "pipe.pdf"] {
        assert!(std::process::Command::new("mkfifo").arg(path(name)).status().unwrap().success());
    }
    let answers = vec![Some(path("pipe.toml")), Some("/dev/stdin".into()), Some(path("pipe.pdf"))];
    let mut harness = window_in(None, None, vec2(1280.0, 720.0), answers);
    for _ in 0..2 {
        press(&mut harness, Modifiers::COMMAND, Key::O);
        assert!(message(&harness).contains("it is a pipe or a device"), "{}", message(&harness));
    }
    press(&mut harness, Modifiers::COMMAND, Key::E);
    assert!(message(&harness).contains("it is a named pipe"), "{}", message(&harness));
    harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path("pipe.csv"))));
    harness.run();
    assert!(message(&harness).contains("it is a pipe or a device"), "{}", message(&harness));
}

/// A folder whose name is no text cannot be typed; what is typed is still looked for there.
#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_no_loss() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let strange = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff"));
    std::fs::create_dir(&strange).unwrap();
    let (path, preferences) = (strange.join("lecture.toml"), folder.path().join("preferences.toml"));
    let mut harness =
        window_in(landscape("himmelblau"), Some(preferences.clone()), vec2(1280.0, 720.0), vec![Some(path.clone())]);
    click(&mut harness, "Save");
    nudge(&mut harness);
    press(&mut harness, Modifiers::COMMAND, Key::S);
    assert_eq!(study::load(&path).unwrap(), *study(&harness));
    press(&mut harness, Modifiers::COMMAND, Key::E);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!(std::fs::read(strange.join("lecture.pdf")).unwrap().starts_with(b"%PDF"));
    // Such a file is not remembered; everything else is.
    click(&mut harness, "Theme");
    let Loaded { preferences: remembered, complaint, .. } = super::super::platform::load_preferences(&preferences);
    assert_eq!((complaint, remembered.theme), (None, study::Theme::Light));
    assert_eq!(remembered.recent_files, Vec::<PathBuf>::new());
}

#[test]
fn a_damaged_file_of_preferences_is_kept_beside_older_ones() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("preferences.toml");
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("preferences.toml.bak")).unwrap();
    std::fs::write(path("preferences.toml.bak2"), "older").unwrap();
    std::fs::write(&file, b"theme = \xff").unwrap();
    let mut harness = window_in(None, Some(file.clone()), vec2(1280.0, 720.0), Vec::new());
    assert!(message(&harness).contains("preferences.toml.bak3"), "{}", message(&harness));
    click(&mut harness, "Theme");
    assert_eq!(std::fs::read(path("preferences.toml.bak3")).unwrap(), b"theme = \xff");
    assert_eq!(std::fs::read(path("preferences.toml.bak2")).unwrap(), b"older");
    assert!(path("preferences.toml.bak").is_dir() && file.is_file());
}

/// What can neither be read nor renamed is not replaced by defaults.
#[cfg(unix)]
#[test]
fn preferences_that_cannot_be_read_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("preferences.toml");
    assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
    let mut harness = window_in(None, Some(file.clone()), vec2(1280.0, 720.0), Vec::new());
    assert!(message(&harness).contains("not remembered"), "{}", message(&harness));
    click(&mut harness, "Theme");
    assert!(!std::fs::metadata(&file).unwrap().is_file());
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

/// A chart that is exported carries its study with the chart's tab, and what is computed for that study gives the same file.
#[test]
fn an_exported_chart_carries_its_study() {
    use crate::app::state::{Export, Figure};
    use crate::chart::{Subject, figure, find};
    use crate::study::answer;
    let network = study::entry("xor").map(Study::of_entry);
    for (opened, key, tab) in [
        (landscape("himmelblau"), "loss", "Show the loss"),
        (landscape("himmelblau"), "barriers", "Show the barriers"),
        (network.clone(), "spectrum", "Show the spectrum"),
        (network, "layer-rates", "Show training with a rate for each layer"),
    ] {
        let mut harness = window(opened);
        open_tab(&mut harness, tab);
        harness.run_steps(4);
        let window = harness.state();
        let svg = crate::app::files::bytes(Export::Chart(key, Figure::Svg), &window.state, &window.computed);
        let svg = svg.unwrap().unwrap();
        let (record, rest) = crate::export::carried(&svg).unwrap().unwrap();
        assert_eq!((record.chart.as_deref(), &record.beyond), (Some(key), &None));
        let carried = record.study(Path::new("")).unwrap();
        assert_eq!(carried.display.tabs, [key]);
        assert_eq!(carried.landscape, study(&harness).landscape);
        let findings = answer(&carried, 16, 16).unwrap();
        let subject = Subject { study: &carried, findings: &findings, pointed: None };
        let again = figure(find(key).unwrap(), &subject, &record.page.chart_canvas()).unwrap();
        let again = crate::export::svg_of_width(&again, record.page.millimetres());
        assert_eq!(again.trim_end(), String::from_utf8(rest).unwrap().trim_end(), "{key}");
    }
}
