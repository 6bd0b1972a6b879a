//! Losses over data: examples chosen, pasted, dropped, dragged, added and removed.

use super::*;
use crate::dataset::Dataset;
use egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT;

fn message(harness: &Harness<'_, Window>) -> String {
    harness.state().state.message.as_ref().map_or(String::new(), |message| message.text.clone())
}

fn dataset<'a>(harness: &'a Harness<'_, Window>) -> &'a Dataset {
    &study(harness).data.as_ref().unwrap().dataset
}

fn column(harness: &Harness<'_, Window>, name: &str) -> Vec<f64> {
    dataset(harness).column(name).unwrap().to_vec()
}

/// The loss at a point, by its definition, for linear regression.
fn mean_square(harness: &Harness<'_, Window>, w: Vector) -> f64 {
    let (x, y) = (column(harness, "x"), column(harness, "y"));
    let squares = x.iter().zip(&y).map(|(x, y)| (w.x * x + w.y - y) * (w.x * x + w.y - y));
    squares.sum::<f64>() / x.len() as f64
}

fn choose(harness: &mut Harness<'_, Window>, title: &str) {
    click(harness, "Examples from");
    click(harness, title);
}

fn agrees(harness: &Harness<'_, Window>) -> bool {
    let w = Vector::new(0.3, -0.7);
    let (value, expected) = (harness.state().computed.findings.loss.value(w), mean_square(harness, w));
    (value - expected).abs() <= 1e-12 * expected
}

/// Where an example is on the screen, by the plot's own frame: examples are drawn where their numbers are.
fn place(harness: &Harness<'_, Window>, row: usize) -> Pos2 {
    let bounds = |values: &[f64]| {
        let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
        (low - 0.12 * (high - low), high + 0.12 * (high - low))
    };
    let (x, y) = (column(harness, "x"), column(harness, "y"));
    let ((left, right), (bottom, top)) = (bounds(&x), bounds(&y));
    let plot = harness.get_by_label("Plot of the examples").rect();
    let across = ((x[row] - left) / (right - left)) as f32;
    let up = ((y[row] - bottom) / (top - bottom)) as f32;
    pos2(plot.left() + across * plot.width(), plot.bottom() - up * plot.height())
}

#[test]
fn chosen_examples_make_the_loss_a_regression_and_undo_brings_the_landscape_back() {
    let mut harness = window(landscape("himmelblau"));
    let before = study(&harness).clone();
    choose(&mut harness, "A line");
    assert_eq!(study(&harness).landscape.formula, "(w1*x + w2 - y)^2");
    assert!(message(&harness).contains("linear regression"), "{}", message(&harness));
    assert!(agrees(&harness));
    // The line is y = 1.5·x − 0.5, and in view.
    let points = &harness.state().computed.findings.points.points;
    assert!(points.len() == 1 && (points[0].w - Vector::new(1.5, -0.5)).amax() < 1e-12, "{points:?}");
    assert!(harness.query_by_label_contains("y ≈ w₁·x + w₂").is_some());
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(study(&harness).landscape, before.landscape);
    assert!(study(&harness).data.is_none() && harness.query_by_label("Plot of the examples").is_none());
}

#[test]
fn an_example_is_dragged_and_the_landscape_follows() {
    let mut harness = window_in(None, None, vec2(1600.0, 900.0), Vec::new());
    choose(&mut harness, "A noisy line");
    let before = column(&harness, "y");
    let from = place(&harness, 3);
    drag(&mut harness, from, from - vec2(0.0, 60.0));
    let after = column(&harness, "y");
    let moved: Vec<usize> = (0..before.len()).filter(|row| before[*row] != after[*row]).collect();
    assert!(moved == [3] && after[3] > before[3] + 0.5, "{moved:?}: {} from {}", after[3], before[3]);
    assert!(agrees(&harness));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(column(&harness, "y"), before, "the drag is one step of undo");
}

/// An example that is dragged leaves the entry what it is: its title, its sentence, its moments; and nothing below them moves.
#[test]
fn a_changed_entry_keeps_its_moments() {
    let mut harness = window_in(landscape("linear-regression"), None, vec2(1600.0, 900.0), Vec::new());
    harness.run_steps(3);
    let places = |harness: &Harness<'_, Window>| {
        let run = harness.get_by_label("Show Gradient descent").rect();
        (run, harness.query_all_by_label_contains("Try ").map(|moment| moment.rect()).collect::<Vec<_>>())
    };
    let before = places(&harness);
    assert!(!before.1.is_empty());
    let from = place(&harness, 3);
    drag(&mut harness, from, from - vec2(0.0, 60.0));
    assert_eq!(study(&harness).landscape.name, None);
    let title = crate::app::entries::title_of(study(&harness));
    assert_eq!(title.as_deref(), Some("Linear regression, changed"));
    assert_eq!(places(&harness), before);
    assert!(harness.query_by_label_contains("so the loss is a bowl with one minimum").is_some());
    // Another formula over the same examples is not the entry.
    let mut other = study(&harness).clone();
    other.landscape.formula = "(w1*x + w2 - y)^4".to_owned();
    assert_eq!(crate::app::entries::title_of(&other), None);
}

#[test]
fn examples_are_added_and_removed() {
    let mut harness = window_in(None, None, vec2(1600.0, 900.0), Vec::new());
    choose(&mut harness, "A noisy line");
    let rows = dataset(&harness).rows();
    let plot = harness.get_by_label("Plot of the examples").rect();
    // Long enough for the click before not to be the first of three.
    harness.run_steps(60);
    let empty = plot.right_bottom() + vec2(-0.1 * plot.width(), -0.1 * plot.height());
    harness.hover_at(empty);
    for _ in 0..2 {
        harness.drag_at(empty);
        harness.event(egui::Event::PointerButton {
            pos: empty,
            button: egui::PointerButton::Primary,
            pressed: false,
            modifiers: Modifiers::NONE,
        });
        harness.run();
    }
    harness.run();
    assert_eq!(dataset(&harness).rows(), rows + 1);
    assert!(agrees(&harness));
    press(&mut harness, Modifiers::NONE, Key::Delete);
    assert_eq!(dataset(&harness).rows(), rows);
    for _ in 0..rows + 2 {
        let last = dataset(&harness).rows() - 1;
        let remove = super::super::data::DataCommand::Remove(last);
        super::super::data::apply(&mut harness.state_mut().state, remove, 0.0);
        harness.run();
    }
    assert_eq!(dataset(&harness).rows(), 1, "the last one stays");
    assert!(message(&harness).contains("last example cannot be removed"));
    assert!(agrees(&harness));
}

#[test]
fn a_table_is_pasted_and_a_wrong_one_is_mended() {
    let mut harness = window(landscape("himmelblau"));
    let before = study(&harness).clone();
    choose(&mut harness, "Type or paste…");
    let field = harness.get_by_label("Table of examples");
    field.focus();
    field.type_text("x\ty\n0\t1\n1\tmany");
    harness.run();
    click(&mut harness, "Use the table");
    assert!(harness.query_by_label_contains("line 3, column 2: 'many' is not a finite number").is_some());
    assert_eq!(*study(&harness), before, "nothing is lost");
    super::super::data::apply(
        &mut harness.state_mut().state,
        super::super::data::DataCommand::TypeTable("x\ty\n0\t1\n1\t3\n".to_owned()),
        0.0,
    );
    harness.run();
    click(&mut harness, "Use the table");
    assert_eq!((column(&harness, "x"), column(&harness, "y")), (vec![0.0, 1.0], vec![1.0, 3.0]));
    assert!(agrees(&harness) && harness.query_by_label("Table of examples").is_none());
}

#[test]
fn files_are_loaded_or_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let good = write("measured.csv", "t,height\n0,1\n1,2\n2,2.5\n");
    let answers = [write("empty.csv", ""), write("nan.csv", "x,y\n1,NaN\n"), good];
    let mut harness = window_in(None, None, vec2(1280.0, 720.0), answers.map(Some).to_vec());
    let before = study(&harness).clone();
    for (name, reason) in [("empty.csv", "empty"), ("nan.csv", "column 2: it has no numbers: every value is missing")] {
        choose(&mut harness, "From a file…");
        let said = message(&harness);
        assert!(said.contains(name) && said.contains(reason), "{said}");
        assert_eq!(*study(&harness), before, "nothing is lost");
    }
    choose(&mut harness, "From a file…");
    assert_eq!(study(&harness).landscape.formula, "(w1*t + w2 - height)^2");
    // A formula may name other columns, and what is no column is a parameter.
    click(&mut harness, "Examples from");
    click(&mut harness, "A line");
    assert_eq!(study(&harness).landscape.formula, "(w1*x + w2 - y)^2", "no column of the old formula is left");
}

/// A spreadsheet's table with names, decimal commas and an empty cell: the view is fitted, and what was left out is said.
#[test]
fn a_spreadsheets_table_is_taken_and_its_minimum_is_in_view() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("salaries.csv");
    let text = "Name;Years of work;Salary\r\nA;1,1;39343\r\nB;2;43525\r\nC;;50000\r\nD;3,2;64445\r\nE;6,8;91738\r\n";
    std::fs::write(&path, text).unwrap();
    let mut harness = window_in(None, None, vec2(1280.0, 720.0), vec![Some(path)]);
    choose(&mut harness, "From a file…");
    assert_eq!(study(&harness).landscape.formula, "(w1*Years_of_work + w2 - Salary)^2");
    let said = message(&harness);
    assert!(said.contains("decimal comma") && said.contains("Name"), "{said}");
    // In the message, and beside the examples.
    assert_eq!(harness.query_all_by_label_contains("separated by semicolons").count(), 2);
    assert!(harness.query_by_label_contains("4 of 4").is_none() && harness.query_by_label("4 of 5").is_some());
    let view = study(&harness).view;
    let points = &harness.state().computed.findings.points.points;
    assert!(points.len() == 1 && view.contains(points[0].w) && points[0].w.x > 5_000.0, "{points:?}");
    assert!(view.contains(Vector::from(study(&harness).start)));
    // A column of text is no column of the loss, and the study stays.
    let before = study(&harness).clone();
    super::super::apply::apply(
        &mut harness.state_mut().state,
        super::super::command::Command::TypeFormula("(w1*Name + w2 - Salary)^2".to_owned()),
        0.0,
    );
    harness.run();
    let error = harness.state().state.formula_error.clone().unwrap();
    assert!(error.column == 5 && error.message.contains("line 2, column 1: 'A'"), "{error}");
    assert_eq!(*study(&harness), before);
}

#[test]
fn curves_follow_the_start_and_classes_have_probabilities() {
    let mut harness = window(landscape("logistic-regression"));
    assert!(harness.query_by_label_contains("sigmoid").is_some(), "the model is P(y = 1)");
    let words = |harness: &Harness<'_, Window>| {
        let plot = harness.get_by_label("Plot of the examples");
        plot.accesskit_node().data().description().unwrap_or_default().to_owned()
    };
    let first = words(&harness);
    harness.state_mut().state.study.start = [2.0, -1.0];
    harness.run();
    assert_ne!(words(&harness), first, "the mean at the start point is another");
    click(&mut harness, "Hide the examples");
    assert!(harness.query_by_label("Plot of the examples").is_none());
    press(&mut harness, Modifiers::NONE, Key::F9);
    assert!(harness.query_by_label("Plot of the examples").is_some());
}

/// With exact labels the noise vanishes where the line fits, and only there.
#[test]
fn the_noise_is_shown_in_numbers_and_as_an_ellipse() {
    let mut harness = window(landscape("exact-regression"));
    let marks = |harness: &mut Harness<'_, Window>, w: Vector| {
        let at = screen(harness, w);
        harness.hover_at(at);
        harness.run();
        let label = harness.query_by_label_contains("C = ((").is_some();
        let zero = harness.query_by_label("C = ((0, 0), (0, 0))").is_some();
        (label, zero)
    };
    let away = Vector::new(0.0, 1.0);
    assert_eq!(marks(&mut harness, away), (true, false));
    assert_eq!(marks(&mut harness, Vector::new(1.5, -0.5)), (true, true));
    let mut plain = window(landscape("himmelblau"));
    assert_eq!(marks(&mut plain, away), (false, false), "without data there is no such noise");
}

#[test]
fn noise_and_schedule_are_chosen_in_the_card() {
    let mut harness = window_in(landscape("linear-regression"), None, vec2(1600.0, 1000.0), Vec::new());
    click(&mut harness, "Show SGD");
    click(&mut harness, "Settings of SGD");
    let sgd = |harness: &Harness<'_, Window>| study(harness).runs[1].clone();
    let word = |harness: &Harness<'_, Window>| sgd(harness).setting("noise_from").unwrap();
    assert_eq!(word(&harness), 1.0, "with data the noise is that of minibatches");
    assert!(harness.query_by_label("Batch size of SGD").is_some() && harness.query_by_label("Noise of SGD").is_none());
    click(&mut harness, "Source of the noise of SGD");
    click(&mut harness, "gaussian");
    assert_eq!(word(&harness), 0.0);
    assert!(harness.query_by_label("Batch size of SGD").is_none() && harness.query_by_label("Noise of SGD").is_some());
    click(&mut harness, "Schedule of SGD");
    click(&mut harness, "cosine");
    assert_eq!(sgd(&harness).schedule, crate::optimizer::Schedule::Cosine);
    // Without data there are no minibatches to draw.
    click(&mut harness, "Source of the noise of SGD");
    click(&mut harness, "minibatch");
    click(&mut harness, "Examples from");
    click(&mut harness, "none");
    assert_eq!(word(&harness), 0.0);
}

/// However long the names of landscape and data, nothing is pushed out of the panel.
#[test]
fn long_names_push_nothing_out_of_the_panel() {
    for entry in catalogue::catalogue().iter().filter(|entry| entry.data.is_some()) {
        let harness = window(landscape(&entry.name));
        let edge = harness.get_by_label("Plot of the loss").rect().left();
        for label in ["Derivatives", "Settings of Gradient descent", "Equal axes"] {
            let right = harness.get_by_label(label).rect().right();
            assert!(right < edge && right <= 251.0, "{label} of {} ends at {right}", entry.name);
        }
    }
}
