//! Layers: what the heat map shows and the regions of curvature, chosen in the window and seen in the picture.

use super::*;
use crate::app::apply::apply;
use crate::app::command::Command;
use crate::curvature::Quantity;
use egui::accesskit::Role;

/// All words of the picture.
fn words(harness: &Harness<'_, Window>) -> String {
    fn gather(primitive: &Primitive, into: &mut Vec<String>) {
        match primitive {
            Primitive::Text { runs, .. } => into.push(runs.iter().map(|run| run.text.as_str()).collect()),
            Primitive::Clipped { contents, .. } => contents.iter().for_each(|inner| gather(inner, into)),
            _ => {}
        }
    }
    let mut words = Vec::new();
    harness.state().picture.primitives().for_each(|primitive| gather(primitive, &mut words));
    words.join("\n")
}

fn choose(harness: &mut Harness<'_, Window>, from: &str, title: &str) {
    harness.get_by_label(from).scroll_to_me();
    harness.run();
    harness.get_by_label(from).click();
    harness.run();
    let entry = harness.get_by_role_and_label(Role::Button, title);
    entry.click();
    harness.run();
}

#[test]
fn the_heat_map_shows_what_is_chosen_and_says_so() {
    let mut harness = window(landscape("himmelblau"));
    assert!(!words(&harness).contains("contours"));
    choose(&mut harness, "Quantity of the heat map", "2/λmax");
    assert_eq!(study(&harness).picture.heat_map_of, Quantity::SpeedLimit);
    assert_eq!(harness.state().computed.findings.field.quantity, Quantity::SpeedLimit);
    let said = words(&harness);
    for part in ["2/λmax", "λmax ≤ 0: no rate is too large", "of L"] {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
    press(&mut harness, egui::Modifiers::COMMAND, egui::Key::Z);
    assert_eq!(study(&harness).picture.heat_map_of, Quantity::Loss);
    assert_eq!(harness.state().computed.findings.field.quantity, Quantity::Loss);
}

/// Levels are typed, drawn and undone; what is no list of levels stays in the field with the reason, and changes nothing.
#[test]
fn levels_of_ones_own_are_typed() {
    const FIELD: &str = "Levels of one's own";
    let mut harness = window(landscape("himmelblau"));
    let type_levels = |harness: &mut Harness<'_, Window>, text: &str| {
        harness.get_by_label(FIELD).focus();
        harness.run();
        press(harness, egui::Modifiers::COMMAND, egui::Key::A);
        harness.get_by_label(FIELD).type_text(text);
        harness.run();
        press(harness, egui::Modifiers::NONE, egui::Key::Enter);
    };
    type_levels(&mut harness, "50, 1e1");
    assert_eq!(study(&harness).picture.levels, [10.0, 50.0]);
    assert_eq!(harness.state().computed.findings.field.levels, [10.0, 50.0]);
    type_levels(&mut harness, "50, 50");
    assert!(harness.query_by_label_contains("the level 50 occurs twice").is_some());
    assert_eq!(study(&harness).picture.levels, [10.0, 50.0]);
    press(&mut harness, egui::Modifiers::COMMAND, egui::Key::Z);
    assert!(study(&harness).picture.levels.is_empty());
    assert!(harness.state().computed.findings.field.levels.len() > 10);
    assert!(harness.query_by_label_contains("is there twice").is_none());
}

/// Each layer of the table has its switch, and one that only the tests have is drawn and said when it is switched on.
#[test]
fn every_layer_has_a_switch() {
    use crate::study::{LAYERS, layers::tests::ADDED};
    // Tall enough for all switches: what is scrolled out of sight cannot be clicked.
    let mut harness = window_in(landscape("saddle"), None, vec2(1800.0, 1000.0), Vec::new());
    for layer in LAYERS {
        assert!(harness.query_by_label(layer.title).is_some(), "{}", layer.title);
    }
    assert!(!words(&harness).contains("of the view"));
    click(&mut harness, ADDED.title);
    assert!(study(&harness).picture.shows(&ADDED));
    assert!(words(&harness).contains("of the view"), "{}", words(&harness));
    assert!(harness.state().picture.description.contains("A border surrounds the view."));
}

/// The regions follow a parameter in the frame in which it is moved: −k/2·w1² + w2²/2 is positive definite for k < 0.
#[test]
fn the_regions_follow_a_parameter() {
    use crate::curvature::Definiteness;
    let view = crate::landscape::View::new(-1.0, 1.0, -1.0, 1.0).unwrap();
    let mut study = Study::of_formula("-k/2*w1^2 + w2^2/2", view);
    study.landscape.parameters.insert("k".to_owned(), 1.0.into());
    let mut harness = window_in(Some(study), None, vec2(1280.0, 1000.0), Vec::new());
    click(&mut harness, "Signs of H");
    assert!(words(&harness).contains("H positive definite"));
    let regions = |harness: &Harness<'_, Window>| {
        let regions = harness.state().computed.findings.field.sign_regions.clone().unwrap();
        assert!(regions.nodes.iter().all(|node| *node == regions.nodes[0]));
        regions.nodes[0]
    };
    assert_eq!(regions(&harness), Some(Definiteness::Indefinite));
    harness.get_by_role_and_label(Role::Slider, "k").set_value_accesskit(-2.0);
    harness.run();
    assert_eq!(regions(&harness), Some(Definiteness::PositiveDefinite));
}

/// Newton's fractal in the window: asked for by name, drawn, described in the legend and at the pointer, exported, undone.
#[test]
fn basins_are_shown_and_said_in_words() {
    let mut harness = window(landscape("himmelblau"));
    harness.get_by_label("Run whose basins are shown").scroll_to_me();
    harness.run();
    harness.get_by_label("Run whose basins are shown").click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Newton").click();
    harness.run();
    assert_eq!(study(&harness).picture.basins_of, Some(3));
    let basins = harness.state().computed.findings.basins.clone().unwrap().unwrap();
    assert_eq!((basins.map.attractors().len(), basins.map.progress()), (9, 1.0));
    let drawn = |harness: &Harness<'_, Window>| {
        let mut images = Vec::new();
        fn gather(primitive: &Primitive, into: &mut Vec<std::sync::Arc<crate::field::Raster>>) {
            match primitive {
                Primitive::Image { raster, .. } => into.push(raster.clone()),
                Primitive::Clipped { contents, .. } => contents.iter().for_each(|inner| gather(inner, into)),
                _ => {}
            }
        }
        harness.state().picture.primitives().for_each(|primitive| gather(primitive, &mut images));
        images
    };
    assert!(drawn(&harness).iter().any(|image| std::sync::Arc::ptr_eq(image, &basins.raster)));
    let said = words(&harness);
    for part in ["Basins of Newton", "4 minima", "4 saddles", "1 maximum", " %"] {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
    // From near a minimum Newton's method goes there.
    let at = screen(&harness, Vector::new(3.1, 2.1));
    harness.hover_at(at);
    harness.run();
    assert!(harness.query_by_label_contains("Newton from here → minimum (3, 2)").is_some());
    let csv =
        crate::app::files::bytes(crate::app::state::Export::Basins, &harness.state().state, &harness.state().computed);
    let csv = String::from_utf8(csv.unwrap().unwrap()).unwrap();
    assert_eq!(csv.lines().count(), basins.map.cells.len() + 1);
    // Its picture is the exported one, too.
    let scene = crate::app::files::exported_scene(&harness.state().state, &harness.state().computed, 1.0, false);
    assert!(scene.description.contains("where every start ends under Newton"), "{}", scene.description);
    press(&mut harness, egui::Modifiers::COMMAND, egui::Key::Z);
    assert!(harness.state().computed.findings.basins.is_none());
    assert!(!words(&harness).contains("Basins"));
}

/// The number of the run follows it when runs before it come and go, and with the run its basins go.
#[test]
fn basins_keep_to_their_run() {
    let mut study_with_basins = landscape("himmelblau").unwrap();
    study_with_basins.picture.basins_of = Some(3);
    let mut harness = window(Some(study_with_basins));
    let named = |harness: &Harness<'_, Window>| study(harness).basins_run().map(|run| run.optimizer.clone());
    let mut state = harness.state().state.clone();
    for (command, number) in [
        (Command::DuplicateRun(0), Some(4)),
        (Command::DuplicateRun(3), Some(4)),
        (Command::RemoveRun(0), Some(3)),
        (Command::RemoveRun(3), Some(3)),
    ] {
        apply(&mut state, command, 0.0);
        assert_eq!(state.study.picture.basins_of, number);
        assert_eq!(state.study.basins_run().unwrap().optimizer, "newton");
    }
    assert_eq!(named(&harness).as_deref(), Some("newton"));
    apply(&mut state, Command::RemoveRun(2), 0.0);
    assert_eq!(state.study.picture.basins_of, None);
    harness.state_mut().state = state;
    harness.run();
    assert!(harness.state().computed.findings.basins.is_none());
}

/// A change of the run's settings makes another map; one of the start or the colours does not.
#[test]
fn basins_follow_what_they_depend_on() {
    let mut asked = landscape("himmelblau").unwrap();
    asked.picture.basins_of = Some(1);
    let mut harness = window(Some(asked));
    harness.run();
    let map = |harness: &Harness<'_, Window>| {
        let basins = harness.state().computed.findings.basins.clone().unwrap().unwrap();
        assert!(!basins.is_stale && basins.map.progress() == 1.0);
        basins.map
    };
    let first = map(&harness);
    harness.state_mut().state.study.start = [1.0, 1.0];
    harness.state_mut().state.study.picture.contour_levels = 7;
    harness.state_mut().state.study.runs[0].colour = 4;
    harness.run();
    assert!(std::sync::Arc::ptr_eq(&first, &map(&harness)));
    harness.get_by_label("Learning rate of Gradient descent").set_value_accesskit(0.02);
    harness.run();
    assert!(!std::sync::Arc::ptr_eq(&first, &map(&harness)));
    assert_eq!(map(&harness).run().settings["learning_rate"], 0.02);
}

/// The worker shows a coarse image before the whole, drops what nobody wants any more, and can be stopped. Frames drive it here,
/// with a clock that goes on by a millisecond whenever it is looked at.
#[test]
fn a_worker_maps_basins_coarse_first_and_stops_when_told() {
    use crate::app::clock::Clock;
    use crate::app::worker::{Finding, Task};
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;
    let mut asked = landscape("himmelblau").unwrap();
    asked.runs[0].steps = 100_000;
    asked.runs[0].settings.insert("learning_rate".to_owned(), 1e-5);
    asked.picture.basins_of = Some(3);
    let loss = crate::study::loss_of(&asked).unwrap();
    let task = |generation: u64, study: &Study| Task {
        generation,
        study: study.clone(),
        loss: loss.clone(),
        field: None,
        search: true,
        basins: Some(300),
        points: Default::default(),
    };
    let milliseconds = AtomicU64::new(0);
    let worker =
        Worker::in_frames(Clock::of(move || Duration::from_millis(milliseconds.fetch_add(1, Ordering::Relaxed))));
    let progress = |finding: &Finding| match finding {
        Finding::Basins { basins: Ok(basins), .. } => Some(basins.map.progress()),
        _ => None,
    };
    let frame = |worker: &Worker| {
        let rest = worker.work_for(Duration::from_millis(8));
        (worker.collect(), rest)
    };
    worker.submit(task(1, &asked));
    let (mut found, mut frames) = (Vec::new(), 0);
    loop {
        let (new, rest) = frame(&worker);
        found.extend(new);
        frames += 1;
        if rest.is_none() {
            break;
        }
    }
    assert!(frames > 2, "the work is spread over frames: {frames}");
    let shares: Vec<f64> = found.iter().filter_map(progress).collect();
    assert!(shares.len() >= 2 && shares[0] < 0.1 && shares.last() == Some(&1.0), "coarse first: {shares:?}");
    // What is asked meanwhile takes the place of what has begun.
    worker.submit(task(2, &asked));
    frame(&worker);
    worker.submit(task(3, &asked));
    let mut later = Vec::new();
    while later.iter().filter_map(progress).next().is_none() {
        later.extend(frame(&worker).0);
    }
    assert!(later.iter().all(|finding| finding.generation() == 3));
    // Gradient descent that takes minutes is begun, and stopped.
    asked.picture.basins_of = Some(1);
    worker.submit(task(4, &asked));
    frame(&worker);
    worker.cancel();
    worker.collect();
    let (nothing, rest) = frame(&worker);
    assert!(nothing.is_empty() && rest.is_none());
}

/// Frames find, in slices, what the worker of the tests finds at once.
#[test]
fn frames_find_what_is_found_at_once() {
    use crate::app::clock::Clock;
    use crate::app::compute::{Computed, Quality};
    use std::time::Duration;
    let mut asked = landscape("styblinski-tang").unwrap();
    asked.picture.basins_of = Some(1);
    let quality = Quality { moving: 40, still: 60, budget_ms: 1e9 };
    let at_once = Worker::in_line();
    let known = Computed::new(&asked, quality, &at_once, 0.0).unwrap();
    let worker = Worker::in_frames(Clock::system());
    let mut computed = Computed::new(&asked, quality, &worker, 0.0).unwrap();
    while worker.work_for(Duration::from_millis(2)).is_some() {
        computed.follow(&asked, &worker, 0.0).unwrap();
    }
    computed.follow(&asked, &worker, 0.0).unwrap();
    assert!(known.is_complete() && computed.is_complete());
    assert_eq!(computed.findings.points, known.findings.points);
    assert_eq!(computed.findings.field, known.findings.field);
    let map = |computed: &Computed| computed.findings.basins.clone().unwrap().unwrap();
    assert_eq!(map(&computed).map.shares(), map(&known).map.shares());
}

thread_local! {
    /// What this thread does when work pauses on it.
    static TURN: std::cell::RefCell<Option<Box<dyn FnMut()>>> = const { std::cell::RefCell::new(None) };
}

/// Work on this thread gives way to `turn` whenever it pauses; to nothing from then on where there is none.
fn give_turns(turn: Option<Box<dyn FnMut()>>) {
    crate::pause::pause_by(|| {
        // A turn is no work that pauses.
        if let Some(mut turn) = TURN.take() {
            turn();
            TURN.set(Some(turn));
        }
    });
    TURN.set(turn);
}

/// Work between the frames pauses often enough for frames to be shown, whatever it is at; what is asked in such a pause takes the
/// place of what is being worked on, and what it finds is what is found at once.
#[test]
fn work_between_frames_pauses_and_gives_way_to_what_is_asked_meanwhile() {
    use crate::app::clock::Clock;
    use crate::app::worker::{Finding, Task};
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::time::Duration;
    let task = |generation: u64, name: &str| {
        let study = landscape(name).unwrap();
        let loss = crate::study::loss_of(&study).unwrap();
        let field = Some([200, 200]);
        Task { generation, study, loss, field, search: true, basins: None, points: Default::default() }
    };
    let calls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&calls);
    let (worker, queue) = Worker::between_frames(Clock::system(), move || counted.set(counted.get() + 1), || {});
    let worker = Rc::new(worker);
    let until_nothing_is_left = || {
        while let Some(rest) = queue.work_for(Duration::MAX) {
            std::thread::sleep(rest);
        }
    };
    worker.submit(task(1, "rastrigin"));
    assert_eq!(worker.work_for(Duration::from_secs(1)), None, "frames leave this work to others");
    let turns = Rc::new(RefCell::new(Vec::new()));
    let (theirs, asking) = (Rc::clone(&turns), Rc::clone(&worker));
    let newer = task(2, "himmelblau");
    give_turns(Some(Box::new(move || {
        theirs.borrow_mut().push(());
        if theirs.borrow().len() == 500 {
            asking.submit(newer.clone());
        }
    })));
    until_nothing_is_left();
    give_turns(None);
    assert!(turns.borrow().len() > 1_000, "{} pauses", turns.borrow().len());
    assert_eq!(calls.get(), 2, "whoever works is called for each task");
    let found = worker.collect();
    let at_once = Worker::in_line();
    at_once.submit(task(2, "himmelblau"));
    let last = |findings: &[Finding]| {
        let points = findings.iter().rev().find_map(|finding| match finding {
            Finding::Points { points, finished: true, generation: 2, .. } => Some(points.clone()),
            _ => None,
        });
        let field = findings.iter().find_map(|finding| match finding {
            Finding::Field { field, generation: 2 } => Some(field.clone()),
            _ => None,
        });
        (points.unwrap(), field.unwrap())
    };
    assert_eq!(last(&found), last(&at_once.collect()));
    let is_old = |finding: &Finding| matches!(finding, Finding::Points { generation: 1, finished: true, .. });
    assert!(!found.iter().any(is_old), "what was given up was not finished");
}

/// The curves from the saddles are computed after the points that they begin at, and are drawn when they come: the
/// picture is the same whether the work is done at once or in later frames.
#[test]
fn separatrices_that_come_later_are_drawn() {
    use crate::app::clock::Clock;
    let lines = |harness: &Harness<'_, Window>| {
        harness.state().picture.primitives().filter(|mark| matches!(mark, Primitive::Polyline { .. })).count()
    };
    let shown = |worker: Option<Worker>| {
        let mut harness = window(landscape("himmelblau"));
        harness.run_steps(4);
        let before = lines(&harness);
        if let Some(worker) = worker {
            harness.state_mut().surroundings.worker = worker;
        }
        click(&mut harness, "Separatrices");
        harness.run_steps(40);
        assert!(harness.state().computed.findings.saddles.is_some());
        (before, lines(&harness))
    };
    let at_once = shown(None);
    assert!(at_once.1 > at_once.0, "the curves are drawn: {at_once:?}");
    assert_eq!(shown(Some(Worker::in_frames(Clock::system()))), at_once);
}
