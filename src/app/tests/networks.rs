//! Networks and grids of values in the window.

use super::*;
use crate::app::apply::apply;
use crate::app::command::Command;
use crate::app::data::DataCommand;
use crate::network::{NetworkRecipe, Part, PlaneRecipe};

/// Exclusive or: 13 weights, trained within a frame.
fn xor() -> Option<Study> {
    crate::study::entry("xor").map(Study::of_entry)
}

fn recipe(harness: &Harness<'_, Window>) -> NetworkRecipe {
    study(harness).network.clone().unwrap()
}

fn ask(harness: &mut Harness<'_, Window>, command: Command) {
    let effect = apply(&mut harness.state_mut().state, command, 1.0);
    assert!(effect.is_none(), "{effect:?}");
    harness.run();
}

#[test]
fn runs_move_in_all_weights_until_they_are_kept_in_the_plane() {
    let mut harness = window(xor());
    let has_shadow = |harness: &Harness<'_, Window>| {
        let trajectory = harness.state().computed.findings.trajectories[0].as_ref().unwrap().as_ref().unwrap();
        trajectory.shadow.is_some()
    };
    assert!(has_shadow(&harness));
    assert!(harness.query_all_by_label_contains("2-3-1 tanh").next().is_some(), "the layers are named");
    click(&mut harness, "Keep the runs in the plane");
    assert!(recipe(&harness).keep_runs_in_plane && !has_shadow(&harness));
    assert_eq!(study(&harness).landscape.name.as_deref(), Some("xor"), "it is the catalogue's network all the same");
    ask(&mut harness, Command::Undo);
    assert!(has_shadow(&harness));
}

/// A new plane has coordinates of its own, and so a view and a start; undo takes all of them back.
#[test]
fn another_plane_comes_with_its_view() {
    let mut harness = window(xor());
    let before = study(&harness).clone();
    let plane = PlaneRecipe { kind: "points".to_owned(), step: None, seed: 0 };
    let asked = NetworkRecipe { plane, ..recipe(&harness) };
    ask(&mut harness, Command::SetNetwork(Box::new(asked), true));
    harness.run();
    let plane = harness.state().computed.findings.network().unwrap();
    assert_eq!(plane.kind().name(), "points");
    assert_eq!((study(&harness).view, study(&harness).start), (plane.usual_view(), plane.usual_start()));
    assert_eq!(study(&harness).landscape.name, None);
    ask(&mut harness, Command::Undo);
    assert_eq!(*study(&harness), before);
    assert_eq!(harness.state().computed.findings.network().unwrap().kind().name(), "path");
}

#[test]
fn what_cannot_be_trained_is_said_and_changes_nothing() {
    let mut harness = window(xor());
    let before = study(&harness).clone();
    let asked = NetworkRecipe { hidden: vec![4000], ..recipe(&harness) };
    ask(&mut harness, Command::SetNetwork(Box::new(asked), false));
    assert_eq!(*study(&harness), before);
    let message = harness.state().state.message.clone().unwrap();
    assert!(message.is_error && message.text.contains("at most 5000"), "{}", message.text);
}

#[test]
fn charts_of_a_network_are_worked_out_when_their_tab_is_open() {
    let mut harness = window_in(xor(), None, vec2(1280.0, 1000.0), Vec::new());
    assert!(harness.state().computed.findings.analysis.is_none());
    for (label, part) in [
        ("Show the spectrum", Part::Spectrum),
        ("Show the layers", Part::Layers),
        ("Show training with a rate for each layer", Part::Rates),
        ("Show pruning", Part::Pruning),
    ] {
        open_tab(&mut harness, label);
        let analysis = harness.state().computed.findings.analysis.clone().unwrap().unwrap();
        assert!(analysis.has(part), "{label}");
    }
    open_tab(&mut harness, "Show the network's function");
    assert!(harness.state().computed.findings.analysis.is_none());
}

/// A table `w1,w2,L` is a landscape, and no examples; a formula that is typed then leaves it.
#[test]
fn a_table_of_values_is_shown_as_its_interpolant() {
    let mut text = "w1,w2,L\n".to_owned();
    for k in 0..25 {
        let (x, y) = (f64::from(k % 5) - 2.0, f64::from(k / 5) - 2.0);
        text += &format!("{x},{y},{}\n", x * x + 2.0 * y * y);
    }
    let mut harness = window(None);
    open(&mut harness, "plane.csv", &text);
    assert!(study(&harness).grid.is_some() && study(&harness).data.is_none());
    let claim = harness.state().computed.findings.points.claim();
    assert!(claim.contains("1 critical point found by search of the interpolant"), "{claim}");
    ask(&mut harness, Command::TypeFormula("w1^2 - w2^2".to_owned()));
    assert!(study(&harness).grid.is_none());
    assert_eq!(harness.state().computed.findings.points.claim(), "1 of 1 critical point in view, proved");
}

/// λmax along the runs follows the start, and is forgotten with its tab.
#[test]
fn the_sharpness_along_the_runs_follows_them() {
    let mut harness = window_in(xor(), None, vec2(1280.0, 1000.0), Vec::new());
    open_tab(&mut harness, "Show the sharpness along the runs");
    let first = |harness: &Harness<'_, Window>| {
        let findings = &harness.state().computed.findings;
        let sharpness = findings.run_sharpness.clone().unwrap().unwrap();
        let trajectory = findings.trajectories[0].as_ref().unwrap().as_ref().unwrap().clone();
        let course = sharpness.courses[0].clone().unwrap();
        assert_eq!(course.points.last().unwrap().0, trajectory.len(), "it reaches the end of the run");
        course.points[0].1
    };
    let before = first(&harness);
    ask(&mut harness, Command::MoveStart([1.0, 0.3].into()));
    harness.run();
    assert_ne!(first(&harness), before);
    open_tab(&mut harness, "Show the spectrum");
    assert!(harness.state().computed.findings.run_sharpness.is_none());
}

/// The pane of the examples has the regions of the run, and at the pointer those of the pointer.
#[test]
fn the_pane_of_the_examples_shows_the_function_at_the_pointer() {
    use crate::app::state::Pointed;
    let mut harness = window_in(xor(), None, vec2(1280.0, 1000.0), Vec::new());
    let shows = |harness: &Harness<'_, Window>, text: &str| harness.query_all_by_label_contains(text).next().is_some();
    if !shows(&harness, "Regions of the network") {
        ask(&mut harness, Command::Data(DataCommand::Show(true)));
    }
    assert!(shows(&harness, "Regions of the network: Gradient descent, step"), "the run of the details");
    harness.state_mut().state.pointed = Pointed::At(crate::number::Vector::new(0.5, 0.5));
    let subject = crate::chart::Subject {
        study: study(&harness),
        findings: &harness.state().computed.findings,
        pointed: harness.state().state.pointed.place(),
    };
    let plane = subject.findings.network().unwrap();
    let places = crate::chart::function_places(&subject, plane);
    let pointer = places.iter().max_by_key(|place| place.rank).unwrap();
    assert_eq!((pointer.name.as_str(), &pointer.weights), ("pointer", &plane.plane().at([0.5, 0.5])));
}

/// A file of safetensors with layers of these sizes and numbers of type F64, byte by byte: the length of the header, the header, and
/// the numbers, which count up from a half in steps of 1/64.
fn weights_file(sizes: &[usize]) -> (Vec<u8>, Vec<f64>) {
    let (mut tensors, mut count) = (Vec::new(), 0);
    let mut add = |name: String, shape: String, numbers: usize| {
        let (from, to) = (8 * count, 8 * (count + numbers));
        tensors.push(format!("\"{name}\":{{\"dtype\":\"F64\",\"shape\":{shape},\"data_offsets\":[{from},{to}]}}"));
        count += numbers;
    };
    for (layer, pair) in sizes.windows(2).enumerate() {
        add(format!("{layer}.weight"), format!("[{},{}]", pair[1], pair[0]), pair[0] * pair[1]);
        add(format!("{layer}.bias"), format!("[{}]", pair[1]), pair[1]);
    }
    let weights: Vec<f64> = (0..count).map(|k| 0.5 + k as f64 / 64.0).collect();
    let header = format!("{{{}}}", tensors.join(","));
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    weights.iter().for_each(|weight| bytes.extend(weight.to_le_bytes()));
    (bytes, weights)
}

/// Weights that are dropped on a network are those at the centre of its plane, and L there is the loss of the network at them; the
/// study holds them, and undo brings back what was there.
#[test]
fn weights_that_are_dropped_are_put_into_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let (bytes, weights) = weights_file(&[2, 4, 1]);
    std::fs::write(&path, bytes).unwrap();
    let mut harness = window_in(xor(), None, vec2(1280.0, 1000.0), Vec::new());
    let before = study(&harness).clone();
    harness.input_mut().dropped_files.push(std::sync::Arc::new(super::files::Dropped(path.clone())));
    harness.run();
    harness.run_steps(4);
    let said = super::files::message(&harness);
    assert!(said.contains("model.safetensors") && said.contains("tanh") && said.contains("squared loss"), "{said}");
    let plane = harness.state().computed.findings.network().unwrap();
    assert_eq!((plane.plane().centre.as_slice(), plane.kind().name()), (weights.as_slice(), "ends"));
    let loss = plane.trained().loss.clone();
    assert_eq!(loss.architecture.sizes(), [2, 4, 1]);
    let at_centre = harness.state().computed.findings.loss.jet(crate::number::Vector::zeros()).value;
    assert_eq!(at_centre, loss.evaluation().value(&weights));
    assert_eq!((study(&harness).view, study(&harness).start), (plane.usual_view(), plane.usual_start()));
    let shows = |harness: &Harness<'_, Window>, text: &str| harness.query_all_by_label_contains(text).next().is_some();
    assert!(shows(&harness, "2-4-1 tanh") && shows(&harness, "The weights are from a file."));
    let again = crate::study::from_toml(&crate::study::to_toml(study(&harness)).unwrap()).unwrap();
    assert_eq!(again, *study(&harness), "the study needs the file no longer");
    // There is no training, and its charts have nothing to stumble over.
    for tab in
        ["Show the sharpness", "Show the training", "Show the spectrum", "Show training with a rate for each layer"]
    {
        open_tab(&mut harness, tab);
        harness.run_steps(2);
    }
    ask(&mut harness, Command::Undo);
    assert_eq!((&study(&harness).network, study(&harness).view), (&before.network, before.view));
}

/// Where the network cannot take the weights the study stays, and a sentence says what is missing and which command needs no window.
#[test]
fn weights_that_do_not_fit_are_refused_with_the_command_that_takes_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let command = format!("losscape network spectrum --data DATA.csv --weights {}", path.display());
    for (sizes, study_before, words) in [
        (
            &[3, 4, 1][..],
            xor(),
            "it has layers 3,4,1, and over the examples that are open the network has layers 2,4,1",
        ),
        (&[2, 3, 2], xor(), "it has layers 2,3,2, and over"),
        (&[2, 4, 1], landscape("himmelblau"), "says neither their activation nor the loss nor the examples"),
        (&[2, 4, 1], landscape("linear-regression"), "says neither their activation"),
    ] {
        std::fs::write(&path, weights_file(sizes).0).unwrap();
        let mut harness = window(study_before);
        let before = study(&harness).clone();
        harness.input_mut().dropped_files.push(std::sync::Arc::new(super::files::Dropped(path.clone())));
        harness.run();
        let said = super::files::message(&harness);
        assert!(said.contains(words) && said.contains(&command), "{said}");
        assert_eq!(*study(&harness), before);
    }
    // A weight that is not finite, and a file that is cut off.
    let (mut bytes, _) = weights_file(&[2, 3, 1]);
    let whole = bytes.len();
    bytes[whole - 8..].copy_from_slice(&f64::NAN.to_le_bytes());
    for (bytes, words) in [(bytes.clone(), "is not finite"), (bytes[..whole - 3].to_vec(), "damaged")] {
        std::fs::write(&path, bytes).unwrap();
        let mut harness = window(xor());
        let before = study(&harness).clone();
        harness.input_mut().dropped_files.push(std::sync::Arc::new(super::files::Dropped(path.clone())));
        harness.run();
        let said = super::files::message(&harness);
        assert!(said.contains(words), "{said}");
        assert_eq!(*study(&harness), before);
    }
}

/// A ready moment changes plane and view with one click, is still offered beside the others, and is undone at once.
#[test]
fn a_moment_of_a_network_shows_another_plane() {
    let mut harness = window(xor());
    let before = study(&harness).clone();
    click(&mut harness, "Try Random plane");
    harness.run();
    assert_eq!((recipe(&harness).plane.kind.as_str(), &study(&harness).landscape.name), ("random", &None));
    assert_eq!(harness.state().computed.findings.network().unwrap().kind().name(), "random");
    assert!(harness.query_by_label("Try Random plane").is_some());
    ask(&mut harness, Command::Undo);
    assert_eq!(*study(&harness), before);
}

/// Another training of a network leaves its former plane in view; another network does not.
#[test]
fn a_training_is_repeated_or_new() {
    use crate::app::network_training::NetworkTraining;
    let study = |name: &str| Study::of_entry(crate::study::entry(name).unwrap());
    let (xor, edge, bowl) = (study("xor"), study("edge"), study("bowl"));
    let mut slower = xor.clone();
    slower.network.as_mut().unwrap().training.learning_rate = Some(0.01);
    assert!(NetworkTraining::is_repeated(&xor, &slower));
    for (shown, asked) in [(&bowl, &xor), (&edge, &xor), (&xor, &bowl), (&bowl, &bowl)] {
        assert!(!NetworkTraining::is_repeated(shown, asked), "{:?}", asked.landscape.name);
    }
}
