//! Where things lie: nothing covers what is looked at, nothing is cut off, and nothing moves under the hand.

use super::*;
use crate::app::apply::apply;
use crate::app::command::Command;
use crate::app::state::{Large, PictureExport};
use crate::scene;
use egui::{Key, Modifiers};

fn give(harness: &mut Harness<'_, Window>, command: Command) {
    let effect = apply(&mut harness.state_mut().state, command, 1.0);
    assert!(effect.is_none(), "{effect:?}");
    harness.run();
}

/// How many critical points lie under legend and badge.
fn hidden_points(harness: &Harness<'_, Window>) -> usize {
    let window = harness.state();
    let layout = window.picture.layout().unwrap();
    let cards: Vec<scene::Rect> = window.picture.cards.into_iter().flatten().collect();
    assert!(!cards.is_empty());
    let points = window.computed.findings.points.points.iter().map(|point| layout.pixel_from_world(point.w));
    points.filter(|pixel| cards.iter().any(|card| card.contains(*pixel))).count()
}

/// Legend and badge have found their places over another landscape, or in the presentation: over this one they find new ones.
#[test]
fn cards_do_not_hide_the_points_of_the_next_landscape() {
    let mut harness = window(None);
    let entry = catalogue::find("himmelblau").unwrap();
    give(&mut harness, Command::ChooseLandscape(entry.name.clone()));
    harness.run_steps(3);
    assert_eq!(harness.state().computed.findings.points.points.len(), 9);
    assert_eq!(hidden_points(&harness), 0);
    let before = harness.state().picture.spots;
    press(&mut harness, Modifiers::NONE, Key::F5);
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.run_steps(3);
    assert_eq!(harness.state().picture.spots, before, "the window has its own places");
    assert_eq!(hidden_points(&harness), 0);
}

/// In a presentation with a column the runs and the claim are there, and nothing lies on the picture.
#[test]
fn a_presentation_has_its_cards_beside_the_picture() {
    for (size, has_column) in [(vec2(1280.0, 720.0), true), (vec2(640.0, 480.0), true), (vec2(600.0, 560.0), false)] {
        let mut harness = window_in(landscape("himmelblau"), None, size, Vec::new());
        press(&mut harness, Modifiers::NONE, Key::F5);
        harness.run_steps(3);
        let words = harness.query_all_by_label_contains("Runs and claim: ").count();
        assert_eq!(words, usize::from(has_column), "{size:?}");
        assert_eq!(harness.state().picture.cards == [None, None], has_column, "{size:?}");
    }
}

/// The slider keeps its length when the counter of the steps appears.
#[test]
fn the_slider_of_a_presentation_stays_as_long_as_it_is() {
    let mut harness = window(landscape("himmelblau"));
    press(&mut harness, Modifiers::NONE, Key::F5);
    let name = "Learning rate of Gradient descent";
    let before = harness.get_by_label(name).rect();
    press(&mut harness, Modifiers::NONE, Key::J);
    assert!(study(&harness).display.at.is_some());
    assert_eq!(harness.get_by_label(name).rect(), before);
}

#[test]
fn escape_closes_the_dialogs_of_exports() {
    let mut harness = window(landscape("himmelblau"));
    give(&mut harness, Command::SetPictureExport(PictureExport { is_open: true, ..PictureExport::default() }));
    assert!(harness.query_by_label("Export as SVG").is_some());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.run_steps(20);
    assert!(!harness.state().state.picture_export.is_open && harness.query_by_label("Export as SVG").is_none());
    let film = crate::app::film::FilmExport { is_open: true, ..harness.state().state.film.clone() };
    give(&mut harness, Command::SetFilm(film));
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(!harness.state().state.film.is_open);
}

/// Every key and what it does is within the window.
#[test]
fn the_list_of_keys_is_cut_off_nowhere() {
    for size in [vec2(1280.0, 720.0), vec2(1024.0, 640.0), vec2(640.0, 480.0), vec2(1920.0, 1080.0)] {
        let mut harness = window_in(landscape("himmelblau"), None, size, Vec::new());
        press(&mut harness, Modifiers::NONE, Key::F2);
        harness.run_steps(20);
        let words = crate::app::help::SHORTCUTS.iter().flat_map(|(_, lines)| lines.iter());
        for (keys, action) in words {
            for node in harness.query_all_by_label(keys).chain(harness.query_all_by_label(action)) {
                let rect = node.rect();
                assert!(rect.left() >= 0.0 && rect.right() <= size.x, "{keys}: {action} at {rect:?} in {size:?}");
            }
        }
    }
}

/// In a presentation the claim is in sight at every size that has a column, and a chart that is open large stays, also when a point
/// is selected.
#[test]
fn a_presentation_shows_the_claim_and_the_large_chart() {
    for size in [vec2(640.0, 480.0), vec2(1024.0, 640.0), vec2(1280.0, 720.0), vec2(1920.0, 1080.0)] {
        let mut harness = window_in(landscape("saddle"), None, size, Vec::new());
        press(&mut harness, Modifiers::NONE, Key::F5);
        harness.run_steps(5);
        let claim = harness.get_by_label_contains("Runs and claim").rect();
        assert!(claim.top() >= 0.0 && claim.bottom() <= size.y + 1.0, "{claim:?} in {size:?}");
    }
    let mut harness = window(landscape("himmelblau"));
    let large = Large { tab: "loss".to_owned(), is_beside: true };
    give(&mut harness, Command::ShowLarge(Some(large)));
    give(&mut harness, Command::Select(Some(Vector::new(3.0, 2.0))));
    harness.run_steps(3);
    assert_eq!(study(&harness).display.tabs, ["loss"], "the chart is computed by its tab");
    press(&mut harness, Modifiers::NONE, Key::F5);
    harness.run_steps(5);
    assert!(harness.query_all_by_label("Loss against step").next().is_some());
}

/// A message lies over the lower part of the picture, not over the timeline.
#[test]
fn a_message_leaves_the_timeline_free() {
    let mut harness = window(landscape("himmelblau"));
    harness.state_mut().state.say("The picture is copied.");
    harness.run_steps(3);
    let message = harness.get_by_label("The picture is copied.").rect();
    for name in ["Moment of the runs", "Play the runs"] {
        assert!(!harness.get_by_label(name).rect().intersects(message), "{name}");
    }
    let plot = harness.get_by_label("Plot of the loss").rect();
    assert!(message.bottom() <= plot.bottom() && message.width() < 400.0, "{message:?}");
}

/// The title of a large tab is whole, in one line beside its buttons or in a line of its own below them.
#[test]
fn the_title_of_a_large_tab_does_not_touch_its_buttons() {
    for (size, tab, words) in [
        (vec2(1280.0, 720.0), "seeds", "Many runs, with other seeds or other starts"),
        (vec2(1920.0, 1080.0), "loss", "Loss against step"),
    ] {
        let mut harness = window_in(landscape("himmelblau"), None, size, Vec::new());
        give(&mut harness, Command::ShowLarge(Some(Large { tab: tab.to_owned(), is_beside: true })));
        harness.run_steps(3);
        // The chart has the name of its title, too.
        let title =
            harness.query_all_by_label(words).map(|node| node.rect()).min_by(|a, b| a.top().total_cmp(&b.top()));
        let (title, alone) = (title.unwrap(), harness.get_by_label("Show the chart alone").rect());
        let close = harness.get_by_label("Close the large chart").rect();
        assert!(!title.intersects(alone) && title.right() <= close.right(), "{title:?}, {alone:?}");
        // Letters of 13 pixels are on average six pixels wide; a text that is cut off, or broken, is narrower.
        assert!(title.width() > 5.5 * words.len() as f32 && title.height() < 26.0, "{title:?}");
    }
}

/// Where there are few critical points the chart has the room, and the tabs stay under the pointer when another is opened.
#[test]
fn a_short_table_leaves_its_room_to_the_chart() {
    let mut harness = window(landscape("cubic"));
    let chart = harness.get_by_label("Loss against step").rect();
    assert!(chart.height() >= 110.0, "{chart:?}");
    let tab = harness.get_by_label("Show the run").rect();
    click(&mut harness, "Show the run");
    harness.run_steps(3);
    assert_eq!(harness.get_by_label("Show the run").rect(), tab);
}

/// Whichever tab is open: the other tabs, the table above them and the chart stay where they are, and a chart has its least height.
#[test]
fn nothing_moves_when_another_tab_is_opened() {
    for (name, size) in
        [("xor", vec2(1280.0, 720.0)), ("himmelblau", vec2(1280.0, 720.0)), ("xor", vec2(1024.0, 640.0))]
    {
        let study = Study::of_entry(crate::study::entry(name).unwrap());
        let mut harness = window_in(Some(study), None, size, Vec::new());
        harness.run_steps(3);
        let places = |harness: &Harness<'_, Window>| {
            let row = harness.query_all_by_label_contains(", eigenvalues ").next().unwrap().rect();
            let menu = harness.get_by_label("More charts").rect().left_top();
            let tabs =
                ["Show the loss", "Show the run", "Show the ensemble"].map(|tab| harness.get_by_label(tab).rect());
            (row, menu, tabs)
        };
        let before = places(&harness);
        let chart = harness.get_by_label("Loss against step").rect();
        assert!(chart.height() >= 110.0, "{name}: {chart:?}");
        assert_eq!(before.2.map(|tab| tab.center().y), [before.2[0].center().y; 3], "{name}: one line");
        for tab in ["Show the sharpness", "Show the run", "Show the ensemble", "Show the loss"] {
            open_tab(&mut harness, tab);
            harness.run_steps(3);
            assert_eq!(places(&harness), before, "{name}: {tab}");
        }
        assert_eq!(harness.get_by_label("Loss against step").rect(), chart, "{name}");
        open_tab(&mut harness, "Show the sharpness");
        harness.run_steps(3);
        assert_eq!(harness.get_by_label("Sharpness against step").rect(), chart, "{name}");
    }
}

/// Where the runs of an ensemble end is seen without scrolling.
#[test]
fn the_outcome_of_an_ensemble_is_in_sight() {
    let mut harness = window(landscape("himmelblau"));
    open_tab(&mut harness, "Show the ensemble");
    harness.run_steps(6);
    let (tab, place) =
        (harness.get_by_label("Show the ensemble").rect(), "in the basin of the minimum (−3.779, −3.283)");
    let outcome = harness.query_all_by_label_contains(place).next().unwrap().rect();
    assert!(outcome.top() > tab.bottom() && outcome.bottom() <= 712.0, "{outcome:?}");
    // The share that escapes has a chart, for which there is no room here.
    harness.get_by_label_contains("Escape against the noise").click_accesskit();
    harness.run_steps(6);
    assert_eq!(harness.state().state.large.as_ref().map(|large| large.tab.as_str()), Some("seeds"));
    let charts: Vec<egui::Rect> = harness.query_all_by_label("Share that escapes").map(|chart| chart.rect()).collect();
    assert!(charts.iter().any(|chart| chart.bottom() <= 712.0 && chart.height() >= 100.0), "{charts:?}");
}

/// Each of the ends of scattered runs has a line, and all of them are in sight beside nine rows of points.
#[test]
fn all_ends_of_scattered_runs_are_in_sight() {
    let mut scattered = landscape("himmelblau").unwrap();
    scattered.ensemble.spread = 3.0;
    let mut harness = window(Some(scattered));
    open_tab(&mut harness, "Show the ensemble");
    harness.run_steps(6);
    let lines: Vec<egui::Rect> = harness.query_all_by_label_contains(" of 200, ").map(|line| line.rect()).collect();
    let counts = harness.state().computed.findings.known_ensemble().unwrap().counts();
    let ends = counts.ends.iter().filter(|count| **count > 0).count();
    assert!(ends >= 3 && lines.len() >= ends, "{ends} ends, {lines:?}");
    assert!(lines.iter().all(|line| line.height() < 17.0 && line.bottom() <= 712.0), "{lines:?}");
}

/// What is predicted and what is measured are both sizes.
#[test]
fn factors_are_compared_in_size() {
    let mut harness = window(landscape("ravine"));
    click(&mut harness, "Show the run");
    harness.run_steps(3);
    let rows = harness.query_all_by_label_contains(": predicted ").count();
    assert_eq!(rows, 2);
    for row in harness.query_all_by_label_contains(": predicted ") {
        let node = egui_kittest::kittest::NodeT::accesskit_node(&row);
        let mut texts = [node.label(), node.value()].into_iter().flatten();
        let words = texts.find_map(|text| Some(text.split_once(": ")?.1.to_owned())).unwrap();
        assert!(!words.contains(['|', '−', '-']), "{words}");
    }
}

/// The kinds of planes fit into their column, together with the button for another plane.
#[test]
fn the_planes_of_a_network_keep_to_the_width_of_their_panel() {
    let mut study = Study::of_entry(crate::study::entry("xor").unwrap());
    study.network.as_mut().unwrap().plane.kind = "random".to_owned();
    let mut harness = window(Some(study));
    harness.run_steps(3);
    let picture = harness.get_by_label("Plot of the loss").rect();
    let landscape = harness.get_by_label("Landscape").rect();
    let button = harness.get_by_label("Another plane").rect();
    let choice = harness.get_by_label("Plane through weight space").rect();
    assert!(choice.right() <= button.left() && choice.left() >= landscape.left());
    assert!(
        button.right() <= landscape.right() + 0.5 && landscape.right() < picture.left(),
        "{button:?}, {landscape:?}"
    );
}

/// Another training has another plane, and the view is that of the new one.
#[test]
fn another_training_comes_with_the_view_of_its_plane() {
    let mut harness = window(Some(Study::of_entry(crate::study::entry("xor").unwrap())));
    give(&mut harness, Command::SetView(crate::landscape::View { w1: [-0.1, 0.1], w2: [-0.1, 0.1] }));
    let steps = harness.get_by_label("Steps of the training");
    steps.focus();
    harness.run();
    harness.get_by_label("Learning rate of the training").set_value_accesskit(0.21);
    harness.run_steps(10);
    let plane = harness.state().computed.findings.network().unwrap();
    assert_eq!(study(&harness).network.as_ref().unwrap().training.learning_rate, Some(0.21));
    assert_eq!((study(&harness).view, study(&harness).start), (plane.usual_view(), plane.usual_start()));
}

/// The gradient of a point that is proved is 0, whatever it is at the doubles nearest to it.
#[test]
fn the_gradient_of_a_proved_point_is_zero() {
    let mut harness = window(landscape("himmelblau"));
    let points = harness.state().computed.findings.points.points.clone();
    for point in points {
        give(&mut harness, Command::Select(Some(point.w)));
        assert_eq!(harness.query_all_by_label_contains("≠ 0").count(), 0, "{}", point.w);
    }
}

/// A chart that is shown large follows the tab that it was, and stays where another one is chosen.
#[test]
fn a_large_chart_follows_its_tab() {
    let mut harness = window(landscape("himmelblau"));
    let large = |harness: &Harness<'_, Window>| harness.state().state.large.as_ref().map(|large| large.tab.clone());
    click(&mut harness, "Show large");
    assert_eq!(large(&harness).as_deref(), Some("loss"));
    click(&mut harness, "Show the run");
    assert_eq!(large(&harness).as_deref(), Some("run"));
    click(&mut harness, "Open a second tab");
    let below = study(&harness).display.tabs[1].clone();
    give(&mut harness, Command::ShowTab(1, "barriers".to_owned()));
    assert_eq!(large(&harness).as_deref(), Some("run"), "{below} is not what is large");
    give(&mut harness, Command::ShowTab(0, "sharpness".to_owned()));
    assert_eq!(large(&harness).as_deref(), Some("sharpness"));
}

/// Nine critical points have nine rows, whole and above the tabs; in a low window, where a chart keeps its least height, seven at least
/// are to be seen without scrolling.
#[test]
fn nine_points_have_nine_rows() {
    for (size, least) in [(vec2(1024.0, 640.0), 7), (vec2(1280.0, 720.0), 9), (vec2(1920.0, 1080.0), 9)] {
        let mut harness = window_in(landscape("himmelblau"), None, size, Vec::new());
        harness.run_steps(3);
        let tabs = harness.get_by_label("Show the run").rect();
        let rows: Vec<egui::Rect> = harness.query_all_by_label_contains(", index ").map(|row| row.rect()).collect();
        let whole = rows.iter().filter(|row| row.bottom() <= tabs.top() && row.height() > 12.0).count();
        assert!(whole >= least, "{size:?}: {rows:?} {tabs:?}");
        assert!(tabs.bottom() < size.y - 60.0, "{size:?}: the chart is there, too");
    }
}

/// With letters 1.7 times as large at 1024 × 640 runs and claim are beside the picture, in the window and in the presentation, and the
/// title is a formula or nothing.
#[test]
fn large_letters_leave_the_legend_its_room() {
    let mut harness = window_in(landscape("linear-regression"), None, vec2(602.0, 376.0), Vec::new());
    harness.run_steps(3);
    let words = |harness: &Harness<'_, Window>| {
        let texts = harness.state().picture.primitives().filter_map(|mark| match mark {
            Primitive::Text { runs, .. } => Some(runs.iter().map(|run| run.text.as_str()).collect::<String>()),
            _ => None,
        });
        texts.collect::<Vec<_>>().join(" ")
    };
    let texts = words(&harness);
    assert!(texts.contains("Gradient descent") && texts.contains("proved"), "{texts}");
    let undo = harness.get_by_label("Undo").rect();
    for node in harness.query_all_by_label_contains("L = ").filter(|node| node.rect().top() < 40.0) {
        assert!(node.rect().right() < undo.left() && node.rect().width() >= 40.0, "{:?}", node.rect());
    }
    press(&mut harness, Modifiers::NONE, Key::F5);
    harness.run_steps(5);
    let claim = harness.get_by_label_contains("Runs and claim").rect();
    assert!(claim.top() >= 0.0 && claim.bottom() <= 376.0, "{claim:?}");
    assert!(harness.get_by_label("Plot of the examples").rect().height() > 60.0);
    assert_eq!(harness.state().picture.cards, [None, None]);
}

/// At the smallest usual window a network shows five rows of points, and the chart below them with its axis, without scrolling.
#[test]
fn a_network_has_its_points_and_its_chart_in_a_low_window() {
    let study = Study::of_entry(crate::study::entry("moons").unwrap());
    let mut harness = window_in(Some(study), None, vec2(1024.0, 640.0), Vec::new());
    harness.run_steps(3);
    let tabs = harness.get_by_label("Show the run").rect();
    let rows: Vec<egui::Rect> = harness.query_all_by_label_contains(", eigenvalues ").map(|row| row.rect()).collect();
    let whole = rows.iter().filter(|row| row.bottom() <= tabs.top() && row.height() > 12.0).count();
    assert!(whole >= 5, "{rows:?} {tabs:?}");
    let chart = harness.get_by_label("Loss against step").rect();
    assert!(chart.height() >= 109.0 && chart.bottom() <= 634.0, "{chart:?}");
}

/// Where both panels would take more than half of the width there is one of them, and what chooses which; the list of keys is as high
/// as the window.
#[test]
fn a_narrow_window_has_one_panel() {
    // That is 1024 × 640 with letters 1.7 times as large.
    let mut harness = window_in(landscape("himmelblau"), None, vec2(602.0, 376.0), Vec::new());
    harness.run_steps(3);
    let share = |harness: &Harness<'_, Window>| harness.state().picture.layout().unwrap().canvas.size[0] / 602.0;
    assert!(share(&harness) > 0.5, "{}", share(&harness));
    assert!(harness.query_by_label("Formula").is_some() && harness.query_by_label("Show the run").is_none());
    click(&mut harness, "Findings");
    assert!(harness.query_by_label("Formula").is_none() && harness.query_by_label("Show the run").is_some());
    assert!(share(&harness) > 0.5);
    click(&mut harness, "Study");
    assert!(harness.query_by_label("Formula").is_some());
    let mut harness = window_in(None, None, vec2(1024.0, 640.0), Vec::new());
    harness.run_steps(3);
    assert!(harness.query_by_label("Formula").is_some() && harness.query_by_label("Show the run").is_some());
    give(&mut harness, Command::ShowHelp(true));
    harness.run_steps(3);
    let last = harness.get_by_label("this list").rect();
    assert!(last.bottom() < 640.0 && last.height() > 8.0, "{last:?}");
}
