//! A lecture in the window: what a lecturer does with hand and keys, how many actions that takes, and what the class then sees.

use super::*;
use crate::curvature::Kind;
use crate::optimizer::{StopReason, Trajectory};
use egui::accesskit::Role;
use egui::{Key, Modifiers};

/// The window with a count of what a hand has done.
struct Lecture {
    harness: Harness<'static, Window>,
    actions: usize,
}

impl Lecture {
    fn new(answers: Vec<Option<PathBuf>>) -> Lecture {
        Lecture { harness: window_in(None, None, vec2(1280.0, 720.0), answers), actions: 0 }
    }

    /// The actions since the last question.
    fn taken(&mut self) -> usize {
        std::mem::take(&mut self.actions)
    }

    fn click(&mut self, label: &str) {
        self.actions += 1;
        click(&mut self.harness, label);
    }

    /// An entry of a list is one choice.
    fn choose(&mut self, list: &str, entry: &str) {
        self.actions += 1;
        click(&mut self.harness, list);
        click(&mut self.harness, entry);
    }

    fn choose_landscape(&mut self, title: &str) {
        self.actions += 1;
        click(&mut self.harness, "Landscape");
        self.harness.get_by_label("Search the catalogue").type_text(title);
        self.harness.run();
        click(&mut self.harness, title);
    }

    fn press(&mut self, key: Key) {
        self.actions += 1;
        press(&mut self.harness, Modifiers::NONE, key);
    }

    /// A slider is dragged through values in one movement.
    fn slide(&mut self, name: &str, values: &[f64], mut see: impl FnMut(f64, &Harness<'_, Window>)) {
        self.actions += 1;
        for value in values {
            self.harness.get_by_role_and_label(Role::Slider, name).set_value_accesskit(*value);
            self.harness.run();
            see(*value, &self.harness);
        }
    }

    fn sees(&self, words: &str) -> bool {
        self.harness.query_all_by_label_contains(words).next().is_some()
    }
}

fn run(harness: &Harness<'_, Window>, name: &str) -> Trajectory {
    let index = study(harness).runs.iter().position(|run| run.optimizer == name).unwrap();
    harness.state().computed.findings.trajectories[index].clone().unwrap().unwrap()
}

fn kind_of_end(harness: &Harness<'_, Window>, name: &str) -> Option<Kind> {
    let index = study(harness).runs.iter().position(|run| run.optimizer == name).unwrap();
    harness.state().computed.ends[index].and_then(|end| end.kind)
}

/// The fate of a path flips as the start crosses w2 = 0; the Hessian's signs away from a critical point are curvature alone.
#[test]
fn the_cubic() {
    let mut lecture = Lecture::new(Vec::new());
    let end = |lecture: &Lecture| run(&lecture.harness, "gradient-descent").end().w;
    let above = end(&lecture);
    let [from, to] = [Vector::new(1.0, 1.0), Vector::new(1.0, -1.0)].map(|w| screen(&lecture.harness, w));
    lecture.actions += 1;
    drag(&mut lecture.harness, from, to);
    assert!(above.y > 1.0 && end(&lecture).y < -1.0, "{above} {}", end(&lecture));
    assert_eq!(lecture.taken(), 1);

    // The pointer is no action.
    let place = screen(&lecture.harness, Vector::new(1.0, 0.0));
    lecture.harness.hover_at(place);
    lecture.harness.run();
    assert!(lecture.sees("Indefinite here, not critical"));
    lecture.actions += 1;
    let origin = screen(&lecture.harness, Vector::zeros());
    lecture.harness.hover_at(origin);
    lecture.harness.drag_at(origin);
    lecture.harness.drop_at(origin);
    lecture.harness.run();
    assert!(lecture.sees("SELECTED: DEGENERATE"));
    assert_eq!(lecture.harness.state().computed.findings.points.points[0].index, Some(0));
    assert_eq!(lecture.taken(), 1);
}

/// On the ridge of a saddle gradient descent comes to rest; a nudge lets it leave. Newton's method lands on the saddle unless its
/// stopping rule asks for a positive definite Hessian.
#[test]
fn the_saddle() {
    let mut lecture = Lecture::new(Vec::new());
    lecture.choose_landscape("Saddle");
    assert_eq!(kind_of_end(&lecture.harness, "gradient-descent"), Some(Kind::Saddle));
    lecture.harness.get_by_label("Start point").focus();
    lecture.press(Key::ArrowUp);
    assert_ne!(kind_of_end(&lecture.harness, "gradient-descent"), Some(Kind::Saddle));
    let newton = run(&lecture.harness, "newton");
    assert_eq!((newton.len(), newton.stop, newton.end().w), (1, StopReason::Converged, Vector::zeros()));
    // The settings of a card are folded at first.
    lecture.click("Settings of Newton");
    lecture.click("Newton stops only where H is positive definite");
    assert_ne!(run(&lecture.harness, "newton").stop, StopReason::Converged);
    assert_eq!(lecture.taken(), 4);
}

/// Convergence, zigzag, bouncing and divergence as the learning rate passes 2/λmax.
#[test]
fn the_speed_limit() {
    let mut lecture = Lecture::new(Vec::new());
    lecture.choose_landscape("Ravine, κ = 100");
    let start = Vector::from(study(&lecture.harness).start);
    let curvature = lecture.harness.state().computed.findings.loss.jet(start).hessian.diagonal();
    let across = usize::from(curvature.y > curvature.x);
    let limit = 2.0 / curvature[across];
    let (mut signs, mut stops) = (Vec::new(), Vec::new());
    lecture.slide("Learning rate of Gradient descent", &[0.4 * limit, 0.9 * limit, 1.1 * limit], |_, harness| {
        let descent = run(harness, "gradient-descent");
        signs.push(descent.steps[1].w[across] * start[across] > 0.0);
        stops.push(descent.stop == StopReason::Diverged);
    });
    assert_eq!((signs, stops), (vec![true, false, false], vec![false, false, true]));
    assert_eq!(lecture.taken(), 2);
}

/// A formula with a parameter has a slider, and everything follows it.
#[test]
fn a_formula_of_ones_own() {
    let mut lecture = Lecture::new(Vec::new());
    lecture.actions += 1;
    lecture.harness.get_by_label("Formula").focus();
    lecture.harness.run();
    press(&mut lecture.harness, Modifiers::COMMAND, Key::A);
    lecture.harness.get_by_label("Formula").type_text("k/2*w1^2 + w2^2/2");
    lecture.harness.run();
    let mut seen = Vec::new();
    lecture.slide("k", &[2.0, 5.0], |k, harness| {
        let findings = &harness.state().computed.findings;
        assert_eq!(findings.loss.jet(Vector::zeros()).hessian[(0, 0)], k);
        seen.push((findings.field.levels.clone(), run(harness, "gradient-descent").end().w));
    });
    assert_ne!(seen[0], seen[1]);
    assert_eq!(lecture.taken(), 2);
}

/// Nine critical points, proved; the one that is chosen in the table is explained.
#[test]
fn himmelblau() {
    let mut lecture = Lecture::new(Vec::new());
    lecture.choose_landscape("Himmelblau");
    assert!(lecture.sees("9 of 9 critical points in view, proved"));
    lecture.actions += 1;
    lecture.harness.get_by_label_contains("minimum at (3, 2), L = 0").click();
    lecture.harness.run();
    assert!(lecture.sees("SELECTED: MINIMUM"));
    assert_eq!(study(&lecture.harness).display.selected, Some([3.0, 2.0]));
    assert_eq!(lecture.taken(), 2);
}

/// Four rules from one start, played and stepped back.
#[test]
fn rules_side_by_side() {
    let mut lecture = Lecture::new(Vec::new());
    lecture.choose("Add a run", "Momentum");
    lecture.choose("Add a run", "Adam");
    let start = study(&lecture.harness).start;
    for name in ["gradient-descent", "momentum", "adam", "newton"] {
        assert_eq!(run(&lecture.harness, name).steps[0].w, Vector::from(start), "{name}");
    }
    lecture.click("Play the runs");
    for _ in 0..90 {
        lecture.harness.step();
    }
    lecture.click("Pause the runs");
    let at = study(&lecture.harness).display.at.unwrap();
    lecture.click("Step back");
    assert!(at > 1 && study(&lecture.harness).display.at == Some(at - 1));
    assert_eq!(lecture.taken(), 5);
}

/// The picture for the notes and the study for the students, who see exactly that.
#[test]
fn what_is_handed_out() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["notes.pdf", "lecture.toml"].map(|name| folder.path().join(name));
    let mut lecture = Lecture::new(paths.iter().cloned().map(Some).collect());
    lecture.choose_landscape("Himmelblau");
    lecture.taken();
    lecture.click("Export");
    lecture.click("Picture as PDF…");
    lecture.click("Save");
    assert!(std::fs::read(&paths[0]).unwrap().starts_with(b"%PDF"));
    let mut student = Lecture {
        harness: window_in(None, None, vec2(1280.0, 720.0), vec![Some(paths[1].clone())]),
        actions: lecture.taken(),
    };
    student.click("Open");
    assert_eq!(study(&student.harness), study(&lecture.harness));
    assert_eq!(student.taken(), 4);
}

/// In the presentation the critical points are stepped through by a key, in the order of the table.
#[test]
fn the_critical_points_are_presented_by_keys() {
    let mut harness = window(landscape("himmelblau"));
    press(&mut harness, Modifiers::NONE, Key::F5);
    let points = harness.state().computed.findings.points.points.clone();
    let selected = |harness: &Harness<'_, Window>| harness.state().computed.findings.selected_point(study(harness));
    for expected in (0..points.len()).chain([0]) {
        press(&mut harness, Modifiers::NONE, Key::N);
        assert_eq!(selected(&harness), Some(expected));
        assert!(harness.query_all_by_label_contains("SELECTED").next().is_some());
    }
    press(&mut harness, Modifiers::SHIFT, Key::N);
    assert_eq!(selected(&harness), Some(points.len() - 1));
}
