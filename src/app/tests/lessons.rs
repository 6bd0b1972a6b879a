//! The lessons, as a student goes through them.

use super::files::{Dropped, message};
use super::*;
use crate::app::lessons::LessonCommand;
use crate::lesson::{Lesson, TEMPLATE, lessons};
use egui::{Key, Modifiers};

/// Lets the hand rest for as long as claims wait for it.
fn rest(harness: &mut Harness<'_, Window>) {
    for _ in 0..12 {
        harness.step();
    }
}

/// The window with a lesson open at a step, counted from 0.
fn at_step(title: &str, step: usize) -> Harness<'static, Window> {
    let mut harness = window(None);
    click(&mut harness, "Lessons");
    click(&mut harness, title);
    for _ in 0..step {
        click(&mut harness, "Next");
    }
    rest(&mut harness);
    harness
}

fn lesson(name: &str) -> &'static Lesson {
    &lessons().iter().find(|(known, _)| *known == name).unwrap().1
}

fn says(harness: &Harness<'_, Window>, words: &str) -> bool {
    harness.query_all_by_label_contains(words).next().is_some()
}

fn set_rate(harness: &mut Harness<'_, Window>, rate: f64) {
    let run = &mut harness.state_mut().state.study.runs[0];
    run.settings.insert("learning_rate".to_owned(), rate);
    rest(harness);
}

#[test]
fn every_claim_holds_in_the_window() {
    // The last two lessons have thousands of runs, which take minutes in line: the tests of lessons evaluate those on
    // all cores.
    let quick = || lessons().iter().take(8);
    let mut harness = window(None);
    for (_, lesson) in quick() {
        click(&mut harness, "Lessons");
        // As a screen reader does it: the last ones of the list are out of sight.
        harness.get_by_label(&lesson.title).click_accesskit();
        harness.run();
        for (index, step) in lesson.steps.iter().enumerate() {
            rest(&mut harness);
            let name = format!("{}, {}", lesson.title, step.title);
            assert!(says(&harness, &step.title), "{name}");
            if step.predict.is_some() {
                harness.get_by_label("Reveal").click_accesskit();
                rest(&mut harness);
                assert!(says(&harness, "The answer:"), "{name}");
            }
            for claim in &step.claims {
                let label = format!("Holds: {}", claim.says);
                assert!(harness.query_by_label(&label).is_some(), "{name}: {label}");
            }
            assert_eq!(says(&harness, "Exercise: not solved yet"), step.task.is_some(), "{name}");
            if index + 1 < lesson.steps.len() {
                click(&mut harness, "Next");
            }
        }
    }
    let seen = &harness.state().state.lessons.seen;
    assert!(quick().all(|(_, lesson)| seen[&lesson.title].len() == lesson.steps.len()));
}

#[test]
fn a_claim_that_no_longer_holds_says_why() {
    let mut harness = at_step(&lesson("fog").title, 0);
    let claim = "Gradient descent is there after 54 steps, downhill all the way.";
    assert!(harness.query_by_label(&format!("Holds: {claim}")).is_some());
    // On ½‖w‖² a step multiplies w by 1 − η, and ‖∇L‖ begins at √3.25: 0.9^k·√3.25 ≤ 1e-8 from k = 181.
    set_rate(&mut harness, 0.1);
    assert!(harness.query_by_label(&format!("Does not hold: {claim}")).is_some());
    assert!(harness.query_by_label("No longer holds: steps: 181 instead of 54.").is_some());
    // Beyond η = 2 it diverges.
    set_rate(&mut harness, 2.5);
    assert!(harness.query_by_label("No longer holds: the run's end: diverged instead of converged.").is_some());
    click(&mut harness, "Restore this step");
    rest(&mut harness);
    assert!(harness.query_by_label(&format!("Holds: {claim}")).is_some());
    assert_eq!(study(&harness).runs[0].setting("learning_rate"), Some(0.3));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(
        study(&harness).runs[0].setting("learning_rate"),
        Some(2.5),
        "restoring is one change, which undo takes back"
    );
}

#[test]
fn a_run_that_is_gone_is_missed() {
    let mut harness = at_step(&lesson("fog").title, 0);
    harness.state_mut().state.study.runs.clear();
    rest(&mut harness);
    assert!(says(&harness, "No longer holds: it cannot be evaluated: there is no run 'gradient descent' any more."));
}

#[test]
fn opening_a_step_is_one_change() {
    let mut harness = window(landscape("himmelblau"));
    let before = study(&harness).clone();
    click(&mut harness, "Lessons");
    click(&mut harness, &lesson("fog").title);
    assert_eq!(study(&harness).landscape.name.as_deref(), Some("bowl"));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    let mut after = study(&harness).clone();
    after.display.clone_from(&before.display);
    assert_eq!(after, before);
    click(&mut harness, "Leave the lesson");
    assert!(harness.query_by_label("Next").is_none());
}

#[test]
fn keys_and_contents_go_through_a_lesson() {
    let fog = lesson("fog");
    let mut harness = at_step(&fog.title, 0);
    press(&mut harness, Modifiers::NONE, Key::PageDown);
    assert!(says(&harness, "A canyon"));
    press(&mut harness, Modifiers::NONE, Key::F5);
    // In front of a class the key first shows the answer of the question.
    harness.run_steps(90);
    assert!(says(&harness, "PgDn shows the answer."));
    press(&mut harness, Modifiers::NONE, Key::PageDown);
    assert!(says(&harness, "The answer: ") && harness.state().state.lessons.open.as_ref().unwrap().step == 1);
    press(&mut harness, Modifiers::NONE, Key::PageDown);
    assert!(says(&harness, "A plateau that is no floor  3 / 4"), "the text is shown in presentation, too");
    press(&mut harness, Modifiers::NONE, Key::F5);
    press(&mut harness, Modifiers::NONE, Key::PageUp);
    click(&mut harness, "Contents");
    assert!(harness.query_by_label(&format!("Step 4: {} (not seen yet)", fog.steps[3].title)).is_some());
    click(&mut harness, &format!("Step 3: {} (seen)", fog.steps[2].title));
    assert_eq!(harness.state().state.lessons.open.as_ref().unwrap().step, 2);
}

#[test]
fn a_question_is_answered_before_its_runs_are_shown() {
    let mut harness = at_step(&lesson("curvature").title, 1);
    assert!(study(&harness).runs.iter().all(|run| !run.shown), "the runs would tell");
    assert!(!says(&harness, "Holds:"), "the claims would tell");
    // As a screen reader does it: where the text is long they are out of sight.
    for button in ["no critical point", "Reveal"] {
        harness.get_by_label(button).click_accesskit();
        harness.run();
    }
    assert!(says(&harness, "Right ✓. You expected no critical point; the answer: no critical point."));
    assert!(study(&harness).runs.iter().all(|run| run.shown));
    assert!(!harness.state().state.has_unsaved_changes(), "to go through a lesson is nothing to be saved");
    assert!(says(&harness, "Holds: The origin is the only critical point"));
}

#[test]
fn a_place_is_marked_in_the_picture() {
    let mut harness = at_step(&lesson("fog").title, 1);
    let before = start(&harness);
    // The ravine has its minimum at the origin, where the run ends.
    let at = screen(&harness, Vector::new(0.05, 0.05));
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    assert_eq!(start(&harness), before, "a mark moves no start");
    click(&mut harness, "Reveal");
    assert!(says(&harness, "Right ✓. You expected"));
}

#[test]
fn an_exercise_tells_when_it_is_solved() {
    let mut harness = at_step(&lesson("fog").title, 3);
    assert!(says(&harness, "Exercise: not solved yet"));
    set_rate(&mut harness, 0.01);
    assert!(says(&harness, "Exercise: solved ✓"));
}

#[test]
fn a_lesson_of_ones_own_is_dropped_on_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let mut harness = window(None);
    for (text, reason) in [
        (TEMPLATE.replace("ends = \"minimum\"", "beauty = 1"), "'beauty' cannot be asserted"),
        (TEMPLATE.replace("landscape = \"bowl\"", "landscape = \"nowhere\""), "there is no landscape 'nowhere'"),
        (TEMPLATE.split_at(TEMPLATE.find("says = \"").unwrap() + 8).0.to_owned(), "string"),
    ] {
        std::fs::write(&path, text).unwrap();
        harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path.clone())));
        harness.run();
        let said = message(&harness);
        assert!(said.starts_with("Cannot open the lesson") && said.contains(reason), "{said}");
        assert!(harness.state().state.lessons.open.is_none());
    }
    std::fs::write(&path, TEMPLATE).unwrap();
    harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path)));
    harness.run();
    rest(&mut harness);
    click(&mut harness, "Reveal");
    assert!(harness.query_by_label("Holds: Gradient descent ends at the minimum.").is_some());
}

#[test]
fn the_first_start_says_that_there_are_lessons() {
    let mut harness = window(None);
    click(&mut harness, "Begin with a lesson");
    for (_, lesson) in lessons() {
        assert!(harness.query_by_label(&lesson.title).is_some(), "{}", lesson.title);
    }
    click(&mut harness, "Close the list of lessons");
    assert!(harness.query_by_label("Begin with a lesson").is_none(), "it is said once");
}

/// In presentation a text has at most four lines at the width of a small projector.
#[test]
fn texts_have_four_lines_in_presentation() {
    for (name, lesson) in lessons() {
        for step in &lesson.steps {
            let asks = step.predict.iter().map(|predict| predict.ask.as_str());
            for text in asks.chain([step.text.as_str()]) {
                let text = crate::lesson::without_links(text);
                let width = crate::scene::text::plain_width(crate::scene::Font::Sans, 20.0, &text);
                assert!(width <= 3.8 * (1280.0 - 2.0 * 24.0), "{name}, {}: {} lines", step.title, width / 1232.0);
            }
        }
    }
}

/// A class marks where gradient descent ends in the ravine; the end is the origin, and the view is 4 wide.
#[test]
fn a_class_marks_and_is_scored() {
    let mut harness = at_step(&lesson("fog").title, 1);
    click(&mut harness, "Ask a class");
    for (initials, w) in [("AB", [0.05, 0.05]), ("CD", [1.0, 0.8]), ("", [-0.1, 0.0])] {
        let command = LessonCommand::TypeInitials(initials.to_owned());
        let _ = crate::app::apply::apply(
            &mut harness.state_mut().state,
            crate::app::command::Command::Lesson(command),
            0.0,
        );
        let at = screen(&harness, Vector::from(w));
        harness.hover_at(at);
        harness.drag_at(at);
        harness.drop_at(at);
        harness.run();
    }
    assert!(says(&harness, "3 of 40 marks"));
    click(&mut harness, "Reveal");
    let question = harness.state().state.lessons.open.as_ref().unwrap().question();
    let initials: Vec<&str> = question.marks.iter().map(|mark| mark.initials.as_str()).collect();
    assert_eq!(initials, ["AB", "CD", "3"]);
    // A ravine has one basin: whoever is not near has the basin at least.
    assert_eq!(question.scores, [2, 1, 2]);
    assert!(says(&harness, "2 within a twentieth of the view, 2 points: AB, 3"));
    assert!(says(&harness, "1 in the right basin, 1 point: CD"));
    let (mean, spread) = question.spread().unwrap();
    assert!((mean - Vector::new(0.95 / 3.0, 0.85 / 3.0)).norm() < 0.03 && spread > 0.3, "{mean} {spread}");
    assert!(says(&harness, "3 marks, on average at"));
    // More than forty are not taken, and nothing of it is in the study.
    assert!(!crate::study::to_toml(study(&harness)).unwrap().contains("AB"));
}

/// To reveal shows the runs, and evaluates nothing again.
#[test]
fn a_reveal_evaluates_nothing_again() {
    let mut harness = at_step(&lesson("curvature").title, 1);
    let verdicts = |harness: &Harness<'_, Window>| {
        let window = harness.state();
        window.computed.lesson.known(window.state.lessons.open.as_ref().unwrap()).unwrap()
    };
    let before = verdicts(&harness);
    harness.get_by_label("Reveal").click_accesskit();
    rest(&mut harness);
    assert!(std::sync::Arc::ptr_eq(&before, &verdicts(&harness)));
    assert!(study(&harness).runs.iter().all(|run| run.shown));
}

#[test]
fn a_link_shows_its_landscape() {
    let number = lessons().iter().position(|(name, _)| *name == "neighbours").unwrap();
    let mut harness = window(None);
    for command in [LessonCommand::Open(number), LessonCommand::GoTo(1)] {
        let command = crate::app::command::Command::Lesson(command);
        let _ = crate::app::apply::apply(&mut harness.state_mut().state, command, 0.0);
    }
    rest(&mut harness);
    harness.get_by_label("See two springs in a row").click_accesskit();
    harness.run();
    assert_eq!(study(&harness).landscape.name.as_deref(), Some("springs"));
}

/// At the last step “Next” goes on to the next lesson of the list; a lesson that is not in the list has none.
#[test]
fn a_lesson_leads_to_the_next_one() {
    let lessons = lessons();
    let [first, second] = [&lessons[0].1, &lessons[1].1];
    let is_open = |harness: &Harness<'_, Window>, lesson: &Lesson| {
        let open = harness.state().state.lessons.open.as_ref().unwrap();
        open.lesson.title == lesson.title
    };
    let mut harness = at_step(&first.title, first.steps.len() - 1);
    assert!(is_open(&harness, first) && harness.query_by_label("Next").is_none());
    click(&mut harness, "Next lesson");
    assert!(is_open(&harness, second));
    assert_eq!(harness.state().state.lessons.open.as_ref().unwrap().step, 0);
    let mut harness = at_step(&first.title, first.steps.len() - 1);
    press(&mut harness, Modifiers::NONE, Key::PageDown);
    assert!(is_open(&harness, second));
    let last = &lessons[lessons.len() - 1].1;
    let mut harness = window(None);
    click(&mut harness, "Lessons");
    harness.get_by_label(&last.title).click_accesskit();
    harness.run();
    for _ in 1..last.steps.len() {
        press(&mut harness, Modifiers::NONE, Key::PageDown);
    }
    assert!(harness.query_by_label("Next lesson").is_none());
}

/// As long as a question is open no chart asks for runs to be switched on, and the answer names the critical point.
#[test]
fn a_question_hides_its_runs_and_its_answer_names_the_point() {
    let mut harness = at_step(&lesson("fog").title, 1);
    let said = |harness: &Harness<'_, Window>| {
        let chart = harness.get_by_label("Loss against step");
        egui_kittest::kittest::NodeT::accesskit_node(&chart).description().unwrap_or_default()
    };
    assert!(said(&harness).contains("shown with the answer"), "{}", said(&harness));
    harness.get_by_label("Reveal").click_accesskit();
    rest(&mut harness);
    assert!(says(&harness, "The answer: minimum (0, 0)."));
    assert!(!said(&harness).contains("shown with the answer"));
}

/// The picture of “Where a saddle leads” has the curves of the saddles; before and after that step they are as they were.
#[test]
fn a_step_shows_its_layers_and_leaves_the_others() {
    use crate::study::layers::{DESCENT_ARROWS, SEPARATRICES};
    let kinds = lesson("kinds");
    let mut harness = at_step(&kinds.title, 0);
    harness.state_mut().state.study.picture.show(&DESCENT_ARROWS, true);
    let shows = |harness: &Harness<'_, Window>| {
        let picture = &study(harness).picture;
        [picture.shows(&SEPARATRICES), picture.shows(&DESCENT_ARROWS)]
    };
    assert_eq!(shows(&harness), [false, true]);
    click(&mut harness, "Next");
    rest(&mut harness);
    assert_eq!(kinds.steps[1].title, "Where a saddle leads");
    assert_eq!(shows(&harness), [true, true]);
    // Himmelblau's function has four saddles.
    assert_eq!(harness.state().computed.findings.saddles.as_ref().map(|graph| graph.saddles.len()), Some(4));
    click(&mut harness, "Next");
    rest(&mut harness);
    assert_eq!(shows(&harness), [false, true]);
    click(&mut harness, "Back");
    rest(&mut harness);
    click(&mut harness, "Leave the lesson");
    rest(&mut harness);
    assert_eq!(shows(&harness), [false, true]);
}

/// The words that the picture says of itself.
fn description(harness: &Harness<'_, Window>) -> String {
    let plot = harness.get_by_label("Plot of the loss");
    egui_kittest::kittest::NodeT::accesskit_node(&plot).description().unwrap_or_default()
}

/// The question asks for the number of minima: as long as it is open no critical point is known to the window.
#[test]
fn a_question_about_points_withholds_them() {
    let mut harness = at_step(&lesson("kinds").title, 0);
    let count = |harness: &Harness<'_, Window>| harness.state().computed.findings.points.points.len();
    let tells = |harness: &Harness<'_, Window>| {
        [says(harness, "Four minima"), says(harness, "minimum at (3, 2)"), description(harness).contains("Minimum")]
    };
    assert_eq!((count(&harness), tells(&harness)), (0, [false; 3]));
    assert!(says(&harness, crate::lesson::NO_CLAIM));
    // Nor does another view, a chart or a presentation bring them.
    harness.state_mut().state.study.view = crate::landscape::View { w1: [-5.0, 5.0], w2: [-5.0, 5.0] };
    harness.state_mut().state.study.display.tabs = vec!["barriers".to_owned(), "seeds".to_owned()];
    rest(&mut harness);
    assert_eq!((count(&harness), tells(&harness)), (0, [false; 3]));
    assert!(
        harness.state().computed.findings.saddles.is_none() && harness.state().computed.findings.ensemble.is_none()
    );
    let window = harness.state();
    let exported = crate::app::files::exported_scene(&window.state, &window.computed, 1.0, false).description;
    assert!(!exported.contains("Minimum"), "{exported}");
    press(&mut harness, Modifiers::NONE, Key::F5);
    rest(&mut harness);
    assert_eq!(tells(&harness), [false; 3]);
    assert!(says(&harness, crate::lesson::NO_CLAIM));
    press(&mut harness, Modifiers::NONE, Key::F5);
    harness.get_by_label("Reveal").click_accesskit();
    rest(&mut harness);
    assert_eq!(count(&harness), 9);
    assert!(tells(&harness)[1] && tells(&harness)[2], "{}", description(&harness));
}

/// No question of any lesson is answered by what the window shows of runs: neither by the runs themselves, nor by many of them, nor by
/// a map of basins.
#[test]
fn questions_about_runs_withhold_runs_ensembles_and_basins() {
    let mut asked = 0;
    for (number, (_, lesson)) in lessons().iter().enumerate() {
        for (index, _) in lesson.steps.iter().enumerate().filter(|(_, step)| step.predict.is_some()) {
            let mut harness = window(None);
            let state = &mut harness.state_mut().state;
            for command in [LessonCommand::Open(number), LessonCommand::GoTo(index)] {
                let _ = crate::app::apply::apply(state, crate::app::command::Command::Lesson(command), 0.0);
            }
            state.study.display.tabs = vec!["seeds".to_owned(), "run".to_owned()];
            state.study.picture.basins_of = Some(1);
            rest(&mut harness);
            let (state, findings) = (&harness.state().state, &harness.state().computed.findings);
            let name = format!("{}, {}", lesson.title, lesson.steps[index].title);
            assert!(state.lessons.withholds().is_some(), "{name}");
            assert!(findings.trajectories.iter().all(Option::is_none), "{name}");
            assert!(findings.ensemble.is_none() && findings.basins.is_none() && findings.report.is_none(), "{name}");
            assert!(says(&harness, "shown with the answer to the question."), "{name}");
            assert!(!description(&harness).contains("steps"), "{name}: {}", description(&harness));
            // Its runs are not switched on by hand either.
            for run in state.study.runs.clone() {
                let label = format!("Show {}", run.name.unwrap());
                harness.get_by_label(&label).click_accesskit();
                harness.step();
            }
            assert!(study(&harness).runs.iter().all(|run| !run.shown), "{name}");
            asked += 1;
        }
    }
    assert_eq!(asked, 10);
}

/// After a drag the claims are evaluated one a slice, so that no slice is longer than its longest claim, and the quick ones first.
#[test]
fn claims_are_evaluated_in_slices() {
    use crate::app::background_job::Incremental;
    use crate::app::lesson_claims::Verdicts;
    for (name, lesson) in lessons().iter().take(3) {
        for index in 0..lesson.steps.len() {
            let mut verdicts = Verdicts::of_step(std::sync::Arc::new(lesson.clone()), index).unwrap();
            let known = |verdicts: &Verdicts| {
                usize::from(verdicts.answer.is_some()) + verdicts.claims.iter().chain(&verdicts.task).flatten().count()
            };
            loop {
                let before = known(&verdicts);
                let is_done = verdicts.work(&|| false);
                assert!(known(&verdicts) <= before + 1, "{name}, step {index}: a slice has one claim");
                if is_done {
                    break;
                }
            }
            assert!(verdicts.claims.iter().chain(&verdicts.task).all(Option::is_some), "{name}, step {index}");
        }
    }
}
