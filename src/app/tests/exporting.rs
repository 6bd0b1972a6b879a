//! Pictures that are exported while the window goes on.

use super::*;
use crate::app::clock::Clock;
use crate::app::command::Command;
use crate::app::files::bytes;
use crate::app::state::{Export, PictureExport};
use crate::app::worker::Queue;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// The window with a worker that works only when it is told to, and the queue that tells it.
fn waiting_window(answers: Vec<Option<PathBuf>>) -> (Harness<'static, Window>, Queue) {
    let (worker, queue) = Worker::between_frames(Clock::stopped(), || {}, || {});
    let given = Rc::new(RefCell::new(Some(worker)));
    let mut answers = answers.into_iter();
    let ask = move |_: &crate::app::files::Request| answers.next().map_or(Reply::Nowhere, Reply::Now);
    let harness =
        Harness::builder().with_size(vec2(1280.0, 720.0)).with_max_steps(8).with_step_dt(1.0 / 60.0).build_eframe(
            move |context| {
                let state = State::new(landscape("himmelblau"), None, Preferences::default());
                let surroundings = Surroundings {
                    worker: given.borrow_mut().take().unwrap(),
                    ask: Box::new(ask),
                    preferences_file: None,
                    recovery_folder: None,
                    quality: Quality { moving: 40, still: 60, budget_ms: 1e9 },
                };
                Window::new(&context.egui_ctx, state, surroundings).unwrap()
            },
        );
    (harness, queue)
}

fn work(queue: &Queue) {
    while queue.work_for(Duration::MAX).is_some_and(|rest| rest.is_zero()) {}
}

fn give(harness: &mut Harness<'_, Window>, command: Command) {
    let effect = crate::app::apply::apply(&mut harness.state_mut().state, command, 1.0);
    let ctx = harness.ctx.clone();
    if let Some(effect) = effect {
        harness.state_mut().run_effect(&ctx, effect);
    }
    harness.run_steps(3);
}

/// While a picture is drawn the window takes what a hand does; the file has the picture as it was asked for.
#[test]
fn a_picture_is_exported_beside_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.png");
    let (mut harness, queue) = waiting_window(vec![Some(path.clone())]);
    harness.run_steps(3);
    work(&queue);
    harness.run_steps(3);
    let expected = bytes(Export::Png(2), &harness.state().state, &harness.state().computed).unwrap().unwrap();
    give(&mut harness, Command::Export(Export::Png(2)));
    assert!(!path.exists() && harness.query_by_label("Stop the export").is_none(), "it has only just begun");
    harness.run_steps(20);
    assert!(harness.query_by_label("Stop the export").is_some() && harness.query_by_label("Exporting…").is_some());
    let before = start(&harness);
    let (from, to) = (screen(&harness, before), screen(&harness, before + Vector::new(1.0, 1.0)));
    drag(&mut harness, from, to);
    assert!((start(&harness) - before).norm() > 0.5, "the hand is not held up");
    // A second one has to wait.
    give(&mut harness, Command::CopyPicture);
    assert!(harness.state().state.message.as_ref().unwrap().is_error);
    assert!(!path.exists());
    work(&queue);
    harness.run_steps(3);
    assert!(harness.query_by_label("Stop the export").is_none());
    assert!(harness.query_by_label_contains("Exported").is_some());
    assert_eq!(std::fs::read(&path).unwrap(), expected, "the start is where it was when the picture was asked for");
}

/// An export that is stopped writes nothing, and says so.
#[test]
fn an_export_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.svg");
    let (mut harness, queue) = waiting_window(vec![Some(path.clone()), Some(path.clone())]);
    harness.run_steps(3);
    give(&mut harness, Command::SetPictureExport(PictureExport::default()));
    give(&mut harness, Command::Export(Export::Svg));
    harness.run_steps(20);
    click(&mut harness, "Stop the export");
    assert!(harness.query_by_label_contains("nothing was written").is_some());
    work(&queue);
    harness.run_steps(20);
    assert!(!path.exists() && harness.query_by_label("Stop the export").is_none());
    // The next one is not in its way.
    give(&mut harness, Command::Export(Export::Svg));
    work(&queue);
    harness.run_steps(3);
    assert!(path.exists());
}
