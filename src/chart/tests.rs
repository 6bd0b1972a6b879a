//! Charts: what they show, where it is drawn, and what they leave out.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

use super::range::{Course, extent};
use super::*;
use crate::landscape::{View, catalogue};
use crate::number::Vector;
use crate::optimizer::Run;
use crate::scene::Canvas;
use crate::study::{BRANCHES_TAB, ESCAPE_TAB, Follow, Ordinate, RATES_TAB, RESIDUALS_TAB, Theme, Vary, answer};

const RECT: Rect = Rect { min: [10.0, 20.0], max: [510.0, 320.0] };

fn square(formula: &str) -> Study {
    Study::of_formula(formula, View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] })
}

/// What a chart shows of a study in which its tab is open.
fn plot_of(study: &Study, key: &str) -> Plot {
    let mut study = study.clone();
    study.display.tabs = vec![key.to_owned()];
    let findings = answer(&study, 8, 8).unwrap();
    match find(key).unwrap().content(&Subject { study: &study, findings: &findings, pointed: None }) {
        Content::Plot(plot) => *plot,
        Content::Drawing(_) => panic!("a drawing"),
        Content::Nothing(sentence) => panic!("{sentence}"),
    }
}

/// Gradient descent alone, with a learning rate.
fn descent(formula: &str, start: [f64; 2], rate: f64) -> Study {
    let mut study = square(formula);
    study.start = start;
    study.runs = vec![Run::new("gradient-descent")];
    study.runs[0].settings.insert("learning_rate".to_owned(), rate);
    study
}

fn course(positions: &[f64]) -> Course {
    Course { positions: positions.to_vec(), runs_off: false, is_logarithmic: false }
}

#[test]
fn keys_differ_and_find_their_chart() {
    for (index, chart) in CHARTS.iter().enumerate() {
        let info = chart.info();
        assert_eq!(find(info.key).unwrap().info(), info);
        assert!(CHARTS[..index].iter().all(|other| other.info().key != info.key));
    }
}

/// On w1² the step w ← (1 − 2η)·w multiplies L by (1 − 2η)²: a straight line of slope 2·log₁₀(1 − 2η) on a logarithmic
/// axis.
#[test]
fn linear_convergence_is_a_straight_line() {
    let plot = plot_of(&descent("w1^2 + w2^2", [1.0, 0.0], 0.1), "loss");
    assert_eq!(plot.axes[1].scale, Scale::Logarithmic { above: 0.0 });
    let drawn = draw(&Content::Plot(Box::new(plot.clone())), &RECT, 1.0, Palette::of(Theme::Dark));
    let layout = drawn.layout.unwrap();
    let pixels: Vec<[f64; 2]> = plot.series[0].points[..20].iter().map(|point| layout.pixel(*point)).collect();
    let height = layout.area.height() / (plot.axes[1].ends[1] - plot.axes[1].ends[0]);
    for pair in pixels.windows(2) {
        assert!((pair[1][1] - pair[0][1] + 2.0 * libm::log10(0.8) * height).abs() < 1e-9, "{pair:?}");
    }
    assert!(layout.area.contains(pixels[0]) && layout.area.contains(pixels[19]));
}

/// The height is measured above the minimum at which a run has arrived, whatever the view shows.
#[test]
fn heights_are_above_the_minimum_in_every_view() {
    let mut study = descent("w1^2 + w2^2 - 5", [1.0, 0.0], 0.1);
    let near = plot_of(&study, "loss");
    let Scale::Logarithmic { above } = near.axes[1].scale else { panic!("linear") };
    assert!((above + 5.0).abs() < 1e-12 && near.log_switch.as_ref().unwrap().is_on);
    assert_eq!(near.axes[1].plain_name(), "L − (−5)");
    study.view = View { w1: [0.9, 1.1], w2: [-0.1, 0.1] };
    assert_eq!(plot_of(&study, "loss"), near);
    study.view = View { w1: [-200.0, 200.0], w2: [-200.0, 200.0] };
    assert_eq!(plot_of(&study, "loss"), near);
}

/// w1³ − w2² falls without end: no logarithm is possible, and the switch does not pretend it.
#[test]
fn a_switch_is_only_on_where_it_is_true() {
    let study = Study::of_entry(catalogue::find("cubic").unwrap());
    let plot = plot_of(&study, "loss");
    let switch = plot.log_switch.unwrap();
    assert!(study.display.logarithmic && !switch.is_on && !switch.is_possible);
    let mut study = descent("w1^2 + w2^2", [1.0, 0.0], 0.1);
    study.display.logarithmic = false;
    let switch = plot_of(&study, "loss").log_switch.unwrap();
    assert!(!switch.is_on && switch.is_possible);
}

/// A run that starts in a minimum rests there, or moves in a valley where L = 0: it is drawn on a linear axis, with the value.
#[test]
fn a_loss_that_stays_at_its_minimum_is_drawn() {
    for (formula, start, loss) in [("w1^2 + w2^2", [0.0, 0.0], 0.0), ("w1^2 + w2^2 + 5", [0.0, 0.0], 5.0)] {
        let plot = plot_of(&descent(formula, start, 0.1), "loss");
        assert_eq!(plot.axes[1].scale, Scale::Linear);
        let switch = plot.log_switch.clone().unwrap();
        assert!(!switch.is_on && switch.words.contains(&format!("L is {loss} at every step")), "{}", switch.words);
        let drawn = draw(&Content::Plot(Box::new(plot.clone())), &RECT, 1.0, Palette::of(Theme::Dark));
        let layout = drawn.layout.unwrap();
        let place = layout.pixel([0.0, loss]);
        assert!(layout.area.contains(place));
        let is_drawn = circles(&drawn.primitives).contains(&place)
            || lines_of(&drawn.primitives, plot.series[0].colour).iter().any(|line| line.contains(&place));
        assert!(is_drawn, "{formula}");
    }
}

/// A single jump of a thousand times the height leaves the chart; what lies near is all there.
#[test]
fn one_excursion_does_not_ruin_the_scale() {
    let mut positions: Vec<f64> = (0..100).map(|step| 10.0 - 0.1 * f64::from(step)).collect();
    let calm = extent(&[course(&positions)]);
    positions[2] = 1e4;
    let jumped = extent(&[course(&positions)]);
    assert!(jumped.ends[1] < 12.0 && jumped.last == 99, "{jumped:?}");
    assert!((jumped.ends[0] - calm.ends[0]).abs() < 0.1);
    // A hump that is no higher than the rest is not an excursion.
    positions[2] = 13.0;
    assert!(extent(&[course(&positions)]).ends[1] >= 13.0);
}

/// A run that grows for ever is shown as it begins to grow, and does not flatten the others.
#[test]
fn a_run_that_diverges_leaves_the_chart() {
    let falling: Vec<f64> = (0..50).map(|step| 1.0 / f64::from(step + 1)).collect();
    let growing: Vec<f64> = (0..50).map(|step| libm::pow(3.0, f64::from(step))).collect();
    let growing = Course { positions: growing, runs_off: true, is_logarithmic: false };
    let shown = extent(&[course(&falling), growing]);
    assert!(shown.ends[1] > 27.0 && shown.ends[1] < 1e4, "{shown:?}");
    assert_eq!(shown.last, 49, "the other run is shown to its end");
}

/// On a logarithmic axis a run that diverges is shown up to twelve decades above its first height, also where it begins at 0.
#[test]
fn a_run_that_explodes_does_not_hide_the_others() {
    let falling: Vec<f64> = (0..50).map(|step| -0.2 * f64::from(step)).collect();
    let tower: Vec<f64> = (0..10).map(|step| libm::pow(2.5, f64::from(step))).collect();
    for positions in [tower.clone(), [vec![f64::NEG_INFINITY], tower].concat()] {
        let exploding = Course { positions, runs_off: true, is_logarithmic: true };
        let calm = Course { is_logarithmic: true, ..course(&falling) };
        let shown = extent(&[calm, exploding]);
        assert!(shown.ends[0] < -9.0 && (6.0..40.0).contains(&shown.ends[1]), "{shown:?}");
    }
}

/// The first residual is ‖∇L‖ before any product, and the last one meets the tolerance or is the one at which negative curvature
/// was met.
#[test]
fn residuals_begin_with_the_gradient() {
    let study = Study::of_entry(crate::study::entry("xor").unwrap());
    let plot = plot_of(&study, RESIDUALS_TAB);
    let findings = answer(&study, 8, 8).unwrap();
    let plane = findings.network().unwrap();
    let weights = &plane.plane().centre;
    let mut gradient = vec![0.0; weights.len()];
    plane.trained().loss.evaluation().gradient(weights, &mut gradient);
    let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
    for series in plot.series.iter().filter(|series| series.line > 0.0) {
        let [first, .., last] = series.points.as_slice() else { panic!("{:?}", series.points) };
        assert!(first[0] == 0.0 && (first[1] - norm).abs() <= 1e-12 * norm, "{first:?}, {norm}");
        let is_met = plot.description.contains("meets negative curvature") && series.name == "without damping";
        assert!(is_met || last[1] <= 1e-7 * norm || last[0] >= 50.0, "{}: {last:?}", plot.description);
    }
}

#[test]
fn nothing_finite_makes_a_chart_all_the_same() {
    for positions in [&[][..], &[f64::NAN], &[f64::INFINITY, f64::NAN]] {
        let shown = extent(&[course(positions)]);
        assert!(shown.ends[0] < shown.ends[1] && shown.last >= 1);
    }
    let flat = extent(&[course(&[3.0, 3.0])]);
    assert!(flat.ends[0] < 3.0 && 3.0 < flat.ends[1]);
}

/// At η = 0.1 the limit is 2/0.1 = 20; λmax of w1² + 4·w2² is 8 everywhere.
#[test]
fn the_limit_is_a_line_of_its_own_with_its_name() {
    let plot = plot_of(&descent("w1^2 + 4*w2^2", [1.0, 1.0], 0.1), "sharpness");
    assert_eq!(plot.guides, [Guide { value: 20.0, label: "2/η = 20".to_owned() }]);
    assert!(plot.series[0].points.iter().all(|point| point[1] == 8.0));
    let palette = Palette::of(Theme::Light);
    assert_ne!(palette.error, plot.series[0].colour);
    let drawn = draw(&Content::Plot(Box::new(plot.clone())), &RECT, 1.0, palette);
    let [_, y] = drawn.layout.unwrap().pixel([0.0, 20.0]);
    let red = lines_of(&drawn.primitives, palette.error);
    assert!(red.iter().any(|points| points.iter().all(|point| (point[1] - y).abs() < 1e-9)), "no line at 2/η");
    assert!(texts(&drawn.primitives).contains(&"2/η = 20".to_owned()));
}

/// The cursor is at the step, and each run has a dot at its current point.
#[test]
fn the_cursor_is_at_the_moment() {
    let mut study = descent("w1^2 + 4*w2^2", [1.0, 1.0], 0.1);
    study.display.at = Some(7);
    for key in ["loss", "sharpness"] {
        let plot = plot_of(&study, key);
        assert_eq!((plot.cursor, plot.series[0].at_cursor), (Some(7.0), Some(7)));
        let drawn = draw(&Content::Plot(Box::new(plot.clone())), &RECT, 1.0, Palette::of(Theme::Dark));
        let layout = drawn.layout.unwrap();
        let at = layout.pixel(plot.series[0].points[7]);
        assert!(
            circles(&drawn.primitives).iter().any(|centre| libm::hypot(centre[0] - at[0], centre[1] - at[1]) < 1e-9)
        );
        assert!((layout.value_across(at[0]) - 7.0).abs() < 1e-9, "a click there goes to this step");
    }
    // By gradients each run is at its own step, so there is no common line.
    study.display.clock = Clock::Gradients;
    let plot = plot_of(&study, "loss");
    assert_eq!((plot.cursor, plot.series[0].at_cursor), (None, Some(7)), "a step costs one gradient");
}

#[test]
fn axes_have_names() {
    let study = descent("w1^2 + 4*w2^2", [1.0, 1.0], 0.1);
    for (key, names) in [("loss", ["step", "L"]), ("sharpness", ["step", "λmax"])] {
        let plot = plot_of(&study, key);
        assert_eq!(plot.axes.each_ref().map(Axis::plain_name), names);
    }
}

/// ½wᵀHw with H = diag(2, 8): the pair (0.4, 0.1) lies within η₁ < 1, η₂ < 1/4.
#[test]
fn rates_are_offered_where_a_run_has_two() {
    let mut study = descent("w1^2 + 4*w2^2", [1.0, 1.0], 0.1);
    let findings = answer(&study, 8, 8).unwrap();
    let rates = find(RATES_TAB).unwrap();
    assert!(!rates.suits(&Subject { study: &study, findings: &findings, pointed: None }));
    study.runs = vec![Run::new("coordinate-rates")];
    study.runs[0].settings.extend([("learning_rate_1".to_owned(), 0.4), ("learning_rate_2".to_owned(), 0.1)]);
    let plot = plot_of(&study, RATES_TAB);
    assert!(plot.description.ends_with("lies within the stable region."), "{}", plot.description);
    assert_eq!(plot.series[2].points, [[0.4, 0.1]]);
}

#[test]
fn escapes_are_charted_with_their_intervals() {
    let mut study = Study::of_entry(catalogue::find("double-well").unwrap());
    study.start = [0.0, 0.2];
    study.runs = vec![Run { steps: 50, ..Run::new("sgd") }];
    study.runs[0].settings.insert("noise".to_owned(), 0.5);
    study.ensemble.runs = 20;
    study.ensemble.vary = Some(Vary::Noise);
    study.ensemble.range = Some([0.0, 4.0]);
    let plot = plot_of(&study, ESCAPE_TAB);
    let values: Vec<f64> = plot.series[1].points.iter().map(|point| point[0]).collect();
    assert_eq!(values, [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]);
    for series in &plot.series {
        for (point, [low, high]) in series.points.iter().zip(&series.intervals) {
            assert!(*low <= point[1] && point[1] <= *high);
        }
    }
}

/// The cusp with a = 1: folds at c = ±2/(3√3), where w1 = ∓1/√3; at c = 0 minima at ±1 and a saddle at 0.
#[test]
fn branches_stand_against_their_parameter() {
    let mut study = Study::of_entry(catalogue::find("cusp").unwrap());
    study.display.follow = Some(Follow { parameter: "c".to_owned(), range: [-1.0, 1.0], ordinate: Ordinate::W1 });
    let plot = plot_of(&study, BRANCHES_TAB);
    assert_eq!(plot.axes.each_ref().map(Axis::plain_name), ["c", "w1"]);
    assert_eq!((plot.axes[0].ends, plot.cursor), ([-1.0, 1.0], Some(0.0)));
    let named = |name: &str| plot.series.iter().filter(|series| series.name == name).collect::<Vec<_>>();
    assert_eq!([named("minimum").len(), named("saddle").len(), named("maximum").len()], [2, 1, 0]);
    assert!(named("minimum").iter().all(|line| line.dash.is_none()) && named("saddle")[0].dash.is_some());
    // On every branch c = w1³ − w1.
    for series in plot.series.iter().filter(|series| series.line > 0.0) {
        for [c, w] in &series.points {
            assert!((w * w * w - w - c).abs() < 1e-9, "{c} {w}");
        }
    }
    let mut folds = named("fold")[0].points.clone();
    folds.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let at = 1.0 / 3f64.sqrt();
    for (found, wanted) in folds.iter().zip([[-2.0 / 3.0 * at, at], [2.0 / 3.0 * at, -at]]) {
        assert!((found[0] - wanted[0]).abs() < 1e-8 && (found[1] - wanted[1]).abs() < 1e-4, "{found:?}");
    }
    // The discs are the critical points of the picture.
    let mut here: Vec<f64> = named("").iter().flat_map(|series| series.points.iter().map(|point| point[1])).collect();
    here.sort_by(f64::total_cmp);
    assert!(here.iter().zip([-1.0, 0.0, 1.0]).all(|(found, wanted)| (found - wanted).abs() < 1e-9), "{here:?}");
    study.display.follow.as_mut().unwrap().ordinate = Ordinate::SmallestEigenvalue;
    let plot = plot_of(&study, BRANCHES_TAB);
    // At a fold the smaller eigenvalue is 0; of saddles it is negative, of minima positive.
    for series in plot.series.iter().filter(|series| series.line > 0.0) {
        let sign = if series.name == "minimum" { 1.0 } else { -1.0 };
        assert!(series.points.iter().all(|point| sign * point[1] > 0.0), "{}", series.name);
    }
    let folds = plot.series.iter().find(|series| series.name == "fold").unwrap();
    assert!(folds.points.iter().all(|point| point[1].abs() < 1e-3), "{:?}", folds.points);
}

/// Every chart of every landscape makes a figure within its page, in both themes.
#[test]
fn figures_stay_on_their_page() {
    for (name, theme) in [("cubic", Theme::Dark), ("rosenbrock", Theme::Light), ("noisy-regression", Theme::Light)] {
        let Some(entry) = catalogue::find(name) else { continue };
        let mut study = Study::of_entry(entry);
        study.picture.theme = theme;
        study.display.selected = entry.points.first().map(|point| point.w);
        let findings = answer(&study, 8, 8).unwrap();
        let subject = Subject { study: &study, findings: &findings, pointed: None };
        for chart in CHARTS.iter().filter(|chart| chart.suits(&subject)) {
            for size in [[960.0, 600.0], [320.0, 240.0], [64.0, 64.0]] {
                let canvas = Canvas { size, scale: (size[0] / 960.0f64).clamp(0.3, 1.0), decorations: true };
                let Ok(scene) = figure(*chart, &subject, &canvas) else { continue };
                assert!(scene.description.starts_with(chart.info().title));
                for centre in circles(&scene.primitives) {
                    assert!(centre.iter().all(|place| place.is_finite()));
                }
            }
        }
    }
}

#[test]
fn a_chart_with_nothing_to_show_says_what_to_do() {
    let mut study = descent("w1^2 + w2^2", [1.0, 1.0], 0.1);
    study.runs[0].shown = false;
    let findings = answer(&study, 8, 8).unwrap();
    let subject = Subject { study: &study, findings: &findings, pointed: None };
    let canvas = Canvas { size: [960.0, 600.0], scale: 1.0, decorations: true };
    for (key, words) in [("loss", "switch one on"), ("local", "Click a critical point")] {
        let sentence = figure(find(key).unwrap(), &subject, &canvas).unwrap_err();
        assert!(sentence.contains(words), "{sentence}");
    }
    study.display.selected = Some([0.0, 0.0]);
    let subject = Subject { study: &study, findings: &findings, pointed: None };
    assert_eq!(findings.point_at(&study.view, Vector::zeros()), Some(0));
    assert!(figure(find("local").unwrap(), &subject, &canvas).is_ok());
}

fn visit<'a>(primitives: &'a [Primitive], see: &mut impl FnMut(&'a Primitive)) {
    for primitive in primitives {
        match primitive {
            Primitive::Clipped { contents, .. } => visit(contents, see),
            other => see(other),
        }
    }
}

fn circles(primitives: &[Primitive]) -> Vec<[f64; 2]> {
    let mut centres = Vec::new();
    visit(primitives, &mut |primitive| {
        if let Primitive::Circle { centre, .. } = primitive {
            centres.push(*centre);
        }
    });
    centres
}

fn lines_of(primitives: &[Primitive], colour: Colour) -> Vec<Vec<[f64; 2]>> {
    let mut lines = Vec::new();
    visit(primitives, &mut |primitive| {
        if let Primitive::Polyline { points, stroke } = primitive
            && stroke.colour == colour
        {
            lines.push(points.clone());
        }
    });
    lines
}

fn texts(primitives: &[Primitive]) -> Vec<String> {
    let mut texts = Vec::new();
    visit(primitives, &mut |primitive| {
        if let Primitive::Text { runs, .. } = primitive {
            texts.push(runs.iter().map(|run| run.text.as_str()).collect());
        }
    });
    texts
}

/// A network of linear layers computes W₃(W₂(W₁x + b₁) + b₂) + b₃: at the start, where the runs are, and at the pointer.
#[test]
fn the_function_of_a_network_is_shown_at_the_start_the_moment_and_the_pointer() {
    let mut study = Study::of_entry(crate::study::entry("linear").unwrap());
    study.runs = vec![Run { steps: 6, ..Run::new("gradient-descent") }];
    study.display.at = Some(4);
    let findings = answer(&study, 8, 8).unwrap();
    let plane = findings.network().unwrap();
    let pointed = Vector::new(0.3, -0.2);
    let subject = Subject { study: &study, findings: &findings, pointed: Some(pointed) };
    let Content::Plot(plot) = find("function").unwrap().content(&subject) else { panic!("no plot") };
    let output = |weights: &[f64], x: f64| {
        let layers = plane.trained().loss.architecture.layers();
        layers.iter().fold(vec![x], |inputs, layer| {
            let row = |row: usize| {
                let from = layer.weights.start + row * layer.inputs;
                let products = weights[from..].iter().zip(&inputs).map(|(w, input)| w * input);
                products.sum::<f64>() + weights[layer.bias.start + row]
            };
            (0..layer.outputs).map(row).collect()
        })[0]
    };
    let shadow = findings.trajectories[0].as_ref().unwrap().as_ref().unwrap().shadow.as_ref().unwrap();
    let expected = [
        ("start", plane.plane().at(study.start)),
        ("gradient descent, step 4", shadow.weights_at(4).unwrap().weights.clone()),
        ("pointer", plane.plane().at(pointed.into())),
    ];
    for (name, weights) in expected {
        let series = plot.series.iter().find(|series| series.name.eq_ignore_ascii_case(name));
        let series =
            series.unwrap_or_else(|| panic!("{name}: {:?}", plot.series.iter().map(|s| &s.name).collect::<Vec<_>>()));
        for [x, y] in &series.points {
            assert!((y - output(&weights, *x)).abs() < 1e-12, "{name} at {x}: {y}");
        }
    }
    // Step 1 of gradient descent is w − η·∇L, and no step but the first is the start.
    assert_ne!(shadow.weights_at(4), shadow.weights_at(0));
    let subject = Subject { pointed: None, ..subject };
    let Content::Plot(plot) = find("function").unwrap().content(&subject) else { panic!("no plot") };
    assert!(plot.series.iter().all(|series| series.name != "pointer"));
}

/// The chart of λmax along the runs has the runs' steps and their limits 2/η.
#[test]
fn the_sharpness_along_a_networks_runs_stands_beside_their_limits() {
    let mut study = Study::of_entry(crate::study::entry("xor").unwrap());
    study.runs = vec![Run { steps: 9, ..Run::new("gradient-descent") }];
    study.runs[0].settings.insert("learning_rate".to_owned(), 0.25);
    study.display.at = Some(5);
    let plot = plot_of(&study, "run-sharpness");
    assert_eq!(plot.guides.iter().map(|guide| guide.value).collect::<Vec<_>>(), [8.0]);
    assert_eq!(
        plot.series[0].points.iter().map(|point| point[0]).collect::<Vec<_>>(),
        (0..10).map(f64::from).collect::<Vec<_>>()
    );
    assert_eq!((plot.cursor, plot.series[0].at_cursor, plot.counts_steps), (Some(5.0), Some(5), true));
}

/// Every minimum of a merge tree has its place written below its leaf where there is room, and in a narrow chart none has.
#[test]
fn the_leaves_of_barriers_name_their_minima() {
    let mut study = Study::of_entry(catalogue::find("himmelblau").unwrap());
    study.display.tabs = vec![crate::study::BARRIERS_TAB.to_owned()];
    let plot = plot_of(&study, crate::study::BARRIERS_TAB);
    for (width, is_named) in [(700.0, true), (200.0, false)] {
        let rect = Rect { min: [0.0, 0.0], max: [width, 300.0] };
        let drawn = draw(&Content::Plot(Box::new(plot.clone())), &rect, 1.0, Palette::of(Theme::Dark));
        let words = texts(&drawn.primitives);
        for place in ["(3, 2)", "(−2.805, 3.131)", "(−3.779, −3.283)", "(3.584, −1.848)"] {
            assert_eq!(words.iter().any(|text| text == place), is_named, "{place} in {words:?}");
        }
    }
}

/// The name of a line stands at its left end where the curve runs along its right end.
#[test]
fn the_name_of_a_line_gives_way_to_a_curve() {
    let plateau: Vec<[f64; 2]> = (0..100).map(|k| [f64::from(k), (0.2 * f64::from(k)).min(10.3)]).collect();
    let axis = |ends| Axis { name: Vec::new(), scale: Scale::Linear, ends, is_whole: false };
    let place = |points: Vec<[f64; 2]>| {
        let plot = Plot {
            axes: [axis([0.0, 100.0]), axis([0.0, 12.0])],
            series: vec![Series::line("λmax", Palette::of(Theme::Dark).text, points)],
            guides: vec![Guide { value: 10.0, label: "2/η = 10".to_owned() }],
            cursor: None,
            counts_steps: false,
            log_switch: None,
            description: String::new(),
        };
        let drawn = draw(&Content::Plot(Box::new(plot)), &RECT, 1.0, Palette::of(Theme::Dark));
        label_at(&drawn.primitives, "2/η = 10").unwrap()[0]
    };
    let middle = 0.5 * (RECT.min[0] + RECT.max[0]);
    assert!(place(plateau) < middle && place(vec![[0.0, 1.0], [99.0, 1.0]]) > middle);
}

fn label_at(primitives: &[Primitive], words: &str) -> Option<[f64; 2]> {
    primitives.iter().find_map(|primitive| match primitive {
        Primitive::Text { at, runs, .. } if runs.iter().map(|run| run.text.as_str()).collect::<String>() == words => {
            Some(*at)
        }
        Primitive::Clipped { contents, .. } => label_at(contents, words),
        _ => None,
    })
}

/// The names of the lines stand above the plot, within its width and beside what is kept free; a plot that is too low has none.
#[test]
fn lines_are_named_above_the_plot() {
    let palette = Palette::of(Theme::Dark);
    let axis = |name: &str| Axis { name: plot::italic(name), scale: Scale::Linear, ends: [0.0, 1.0], is_whole: false };
    let line = |name: &str| Series::line(name, palette.text, vec![[0.0, 0.0], [1.0, 1.0]]);
    let plot = Plot {
        axes: [axis("t"), axis("L")],
        series: vec![line("rates by layer"), line("one rate"), line("one rate"), line("")],
        guides: Vec::new(),
        cursor: None,
        counts_steps: false,
        log_switch: None,
        description: String::new(),
    };
    let content = Content::Plot(Box::new(plot));
    for (width, height, is_named) in [(233.0, 110.0, true), (600.0, 400.0, true), (233.0, 60.0, false)] {
        let rect = Rect { min: [5.0, 7.0], max: [5.0 + width, 7.0 + height] };
        let drawn = draw_named(&content, &rect, 42.0, 1.0, palette);
        let words = texts(&drawn.primitives);
        for name in ["rates by layer", "one rate"] {
            let count = words.iter().filter(|text| *text == name).count();
            assert_eq!(count, usize::from(is_named), "{name} in {words:?}, {width}");
            let Some([x, y]) = label_at(&drawn.primitives, name) else { continue };
            let right = x + crate::scene::text::plain_width(crate::scene::Font::Sans, 10.5, name);
            assert!(right <= rect.max[0] - 42.0 && y > rect.min[1], "{name} at {x}, {y} in {width}");
            assert!(y < drawn.layout.unwrap().area.min[1], "{name} is above the plot");
        }
    }
}

/// A training without a step has an axis all the same.
#[test]
fn an_axis_of_no_steps_has_a_length() {
    let [low, high] = Axis::steps(0).ends;
    assert!(low < 0.0 && high > 0.0);
}
