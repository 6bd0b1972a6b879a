//! The whole picture: its contents, its limits on the canvas, and extreme inputs.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

use super::*;
use crate::critical::{CriticalCurve, CriticalPoint, CriticalPoints, Evidence};
use crate::curvature::{Kind, Quantity};
use crate::export;
use crate::field::{ColourScale, ContourLine, Field, Grid};
use crate::landscape::{Loss, View};
use crate::number::{Eigenpairs, Matrix, Vector, eigenpairs};
use crate::optimizer::{Observation, Run, Step, StopReason, Trajectory};
use crate::study::RunMoment;
use crate::study::layers::{self, tests::ADDED};
use crate::study::{Theme, answer};
use proptest::prelude::*;
use std::collections::BTreeMap;
use theme::Palette;

fn view(a: f64, b: f64, c: f64, d: f64) -> View {
    View::new(a, b, c, d).unwrap()
}

fn canvas(decorations: bool) -> Canvas {
    Canvas { size: [1280.0, 720.0], scale: 1.0, decorations }
}

/// A field made by hand: a small image, a contour and a hole, all within the view.
fn field(view: View) -> Field {
    let at = |x: f64, y: f64| Vector::new(view.w1[0] + x * view.width(), view.w2[0] + y * view.height());
    let square = |a: f64, b: f64| vec![at(a, a), at(b, a), at(b, b), at(a, b), at(a, a)];
    let raster = Raster { width: 3, height: 2, rgba: vec![120; 24] };
    Field {
        grid: Grid { view, columns: 3, rows: 2, values: vec![0.0; 6] },
        raster: Arc::new(raster),
        levels: vec![1.0],
        contours: vec![ContourLine { level: 1.0, points: square(0.1, 0.9) }],
        range: Some([0.0, 2.0]),
        quantity: Quantity::Loss,
        map_range: Some([0.0, 2.0]),
        without_value: Vec::new(),
        sign_regions: None,
        gradients: None,
        scale: None,
        colour_scale: ColourScale::Linear,
        ticks: vec![(0.0, 0.0), (0.5, 1.0), (1.0, 2.0)],
        undefined: vec![square(0.6, 0.8)],
    }
}

fn critical(w: [f64; 2], values: [f64; 2], kind: Kind) -> CriticalPoint {
    let vectors = [Vector::new(0.6, 0.8), Vector::new(0.8, -0.6)];
    let eigen = Eigenpairs { values, vectors };
    CriticalPoint::candidate(w.into(), 1.0, eigen, kind)
}

fn trajectory(points: &[[f64; 2]], stop: StopReason) -> Trajectory {
    let step = |w: &[f64; 2]| Step {
        w: Vector::new(w[0], w[1]),
        loss: w[0],
        gradient_norm: 1.0,
        evaluations: Default::default(),
    };
    let loss = Loss::new("w1^3 - w2^2", &BTreeMap::new()).expect("a formula");
    Trajectory::new(&loss, points.iter().map(step).collect(), stop)
}

fn study_of(view: View) -> Study {
    let mut study = Study::of_formula("w1^3 - w2^2", view);
    for run in &mut study.runs {
        run.shown = true;
    }
    study
}

/// Findings made by hand: one marker of each kind, three runs with different ends.
fn findings(study: &Study) -> Findings {
    let points = CriticalPoints {
        points: vec![
            critical([-1.0, -1.0], [1.0, 2.0], Kind::Minimum),
            critical([1.0, -1.0], [-2.0, 1.0], Kind::Saddle),
            critical([-1.0, 1.0], [-2.0, -1.0], Kind::Maximum),
            critical([0.0, 0.0], [-2.0, 0.0], Kind::Degenerate),
        ],
        ..CriticalPoints::default()
    };
    let runs = [
        trajectory(&[[1.5, 1.5], [0.0, 1.0], [-1.0, -1.0]], StopReason::StepLimit),
        trajectory(&[[1.5, 1.5], [1.0, 1.9], [-1e300, 1e300], [f64::NAN, 0.0]], StopReason::Diverged),
        trajectory(&[[1.5, 1.5], [1.0, 0.5]], StopReason::SingularHessian),
    ];
    let loss = Loss::new(&study.landscape.formula, &BTreeMap::new()).unwrap();
    Findings::new(loss, field(study.view), points, runs.into_iter().map(|run| Some(Ok(run))).collect())
}

/// Every point at which something is drawn, what is clipped away left out.
fn extent(primitives: &[Primitive], scene: &Layout) -> Vec<[f64; 2]> {
    let mut all = Vec::new();
    for primitive in primitives {
        match primitive {
            Primitive::Image { .. } => {}
            Primitive::Polyline { points, .. } | Primitive::Polygon { points, .. } => all.extend(points),
            Primitive::Circle { centre, .. } => all.push(*centre),
            Primitive::Box { rect, .. } => all.extend([rect.min, rect.max]),
            Primitive::Text { at, anchor, font, size, runs, .. } => {
                let width = text::width(*font, *size, runs);
                let left = match anchor {
                    Anchor::Start => at[0],
                    Anchor::Middle => at[0] - 0.5 * width,
                    Anchor::End => at[0] - width,
                };
                all.extend([[left, at[1] - 0.8 * size], [left + width, at[1] + 0.25 * size]]);
            }
            Primitive::Anchored { .. } => panic!("a map has no anchors: {primitive:?}"),
            Primitive::Clipped { rect, contents } => {
                assert!(rect.width() <= scene.canvas.size[0] && rect.height() <= scene.canvas.size[1]);
                let _ = contents;
            }
        }
    }
    all
}

fn texts(primitives: &[Primitive]) -> Vec<String> {
    primitives
        .iter()
        .flat_map(|primitive| match primitive {
            Primitive::Text { runs, .. } => vec![runs.iter().map(|run| run.text.as_str()).collect()],
            Primitive::Clipped { contents, .. } => texts(contents),
            _ => Vec::new(),
        })
        .collect()
}

#[test]
fn nothing_is_cut_off_at_any_size() {
    for theme in [Theme::Light, Theme::Dark] {
        for size in [[1280.0, 720.0], [1920.0, 1080.0], [600.0, 600.0], [420.0, 300.0], [900.0, 240.0]] {
            for decorations in [false, true] {
                for projector in [false, true] {
                    let mut study = study_of(view(-2.0, 2.0, -2.0, 2.0));
                    study.picture.theme = theme;
                    study.picture.projector = projector && size[0] > 600.0;
                    if decorations == projector {
                        // Long labels on the axes.
                        study.view = view(-20_000.0, 20_000.0, -20_000.0, 20_000.0);
                    }
                    let findings = findings(&study);
                    let scene = picture(
                        &study,
                        &findings,
                        &Canvas { size, scale: 1.0, decorations },
                        &PictureContext::default(),
                    );
                    for [x, y] in extent(&scene.primitives, &scene.layout) {
                        let inside = (-0.5..=size[0] + 0.5).contains(&x) && (-0.5..=size[1] + 0.5).contains(&y);
                        assert!(inside, "({x}, {y}) on {size:?}, decorations {decorations}, projector {projector}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_legend_tells_each_run_and_the_badge_the_claim() {
    let study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    let findings = findings(&study);
    for decorations in [false, true] {
        let scene = picture(&study, &findings, &canvas(decorations), &PictureContext::default());
        let all = texts(&scene.primitives).join(" ");
        for words in
            ["2 steps, not converged", "diverged at step 3", "H is lost in rounding at step 1", "4 critical points"]
        {
            assert!(all.contains(words), "{words} is missing in {all}");
        }
        assert_eq!(all.contains("Losscape"), decorations);
    }
}

/// Another quantity has its name over the colour bar, its range, its scale and its gaps in the legend, and is told from
/// the contours, which stay those of L; sign regions have a key each. Both themes, all sizes: nothing is cut off.
#[test]
fn what_the_map_shows_is_said() {
    for theme in [Theme::Light, Theme::Dark] {
        for (size, projector) in [([1280.0, 720.0], false), ([1280.0, 720.0], true), ([700.0, 700.0], false)] {
            let mut study = study_of(view(-2.0, 2.0, -2.0, 2.0));
            study.picture.theme = theme;
            study.picture.projector = projector;
            study.picture.heat_map_of = Quantity::SpeedLimit;
            study.picture.show(&layers::SIGN_REGIONS, true);
            let findings = answer(&study, 64, 64).unwrap();
            let canvas = Canvas { size, ..canvas(true) };
            let scene = picture(&study, &findings, &canvas, &PictureContext::default());
            let said = texts(&scene.primitives);
            for key in ["2/λmax", "H positive definite", "H indefinite", "H negative definite", "det H = 0"] {
                assert!(said.iter().any(|text| text.contains(key)), "{key} is not in {said:?}");
            }
            assert!(said.iter().any(|text| text.contains("colours by rank of 2/λmax · 64 × 64 samples")), "{said:?}");
            assert!(scene.description.contains("indefinite on 50 %"), "{}", scene.description);
            for [x, y] in extent(&scene.primitives, &scene.layout) {
                assert!((0.0..=size[0]).contains(&x) && (0.0..=size[1]).contains(&y), "{size:?}: {x}, {y}");
            }
        }
    }
}

#[test]
fn many_runs_are_counted_rather_than_cut_off() {
    let mut study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    let mut findings = findings(&study);
    study.runs = (0..40).map(|i| crate::optimizer::Run { colour: i, ..study.runs[0].clone() }).collect();
    findings.trajectories = vec![findings.trajectories[0].clone(); 40];
    let scene = picture(&study, &findings, &canvas(false), &PictureContext::default());
    assert!(texts(&scene.primitives).iter().any(|text| text.ends_with("more")));
}

#[test]
fn arms_grow_with_the_eigenvalue_and_keep_their_bounds() {
    let study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    let layout = Layout::new(&study, &canvas(false));
    let fifth = layout.plot.width().min(layout.plot.height()) / 5.0;
    let measure = Measure::of(&layout, &CriticalPoints::default());
    let mut before = 0.0;
    for exponent in -300..=300 {
        let length = arm_length(libm::exp10(f64::from(exponent)), &layout, &measure);
        assert!((12.0..=fifth).contains(&length), "1e{exponent} has {length}");
        assert!(length >= before);
        if (-2..=3).contains(&exponent) {
            assert!(length >= before + 4.0, "a decade at 1e{exponent} cannot be told");
        }
        before = length;
    }
    for odd in [0.0, -1.0, f64::INFINITY, f64::NAN, f64::MIN_POSITIVE] {
        assert!((12.0..=fifth).contains(&arm_length(odd, &layout, &measure)));
    }
}

/// Points on a lattice of 30 px: neighbours' arms and markers do not reach each other.
#[test]
fn crosses_do_not_grow_into_a_net() {
    let study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    let layout = Layout::new(&study, &canvas(false));
    let spacing = 30.0 / layout.plot.width() * 4.0;
    let lattice = (-8..8).flat_map(|i| (-8..8).map(move |j| [f64::from(i) * spacing, f64::from(j) * spacing]));
    let points = lattice.map(|w| critical(w, [-1e3, 1e3], Kind::Saddle)).collect();
    let measure = Measure::of(&layout, &CriticalPoints { points, ..CriticalPoints::default() });
    assert!(2.0 * arm_length(1e3, &layout, &measure) < 30.0);
    assert!(2.0 * MARKER_RADIUS * measure.scale < 30.0);
    assert!(arm_length(1e-300, &layout, &measure) >= 12.0);
}

/// H = diag(2, −2): the arm along w1 is level and has inward heads, the one along w2 upright with outward heads.
#[test]
fn heads_point_the_way_gradient_descent_goes() {
    let study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    let layout = Layout::new(&study, &canvas(false));
    let eigen = eigenpairs(&Matrix::new(2.0, 0.0, 0.0, -2.0)).unwrap();
    let w = Vector::new(0.0, 0.0);
    let centre = layout.pixel_from_world(w);
    let mut seen = [0, 0];
    for mark in cross(&layout, w, &eigen, Some(Kind::Saddle), &Measure { longest: 50.0, scale: 1.0 }) {
        if let Primitive::Polygon { points, fill, .. } = mark {
            let from_centre = |p: [f64; 2]| libm::hypot(p[0] - centre[0], p[1] - centre[1]);
            let (tip, back) = (from_centre(points[0]), from_centre(points[1]));
            let level = (points[0][1] - centre[1]).abs() < 1e-6;
            if level {
                assert!(tip < back && fill == theme::POSITIVE, "λ > 0 points inward");
            } else {
                assert!(tip > back && fill == theme::NEGATIVE, "λ < 0 points outward");
            }
            seen[usize::from(level)] += 1;
        }
    }
    assert_eq!(seen, [2, 2]);
    // A zero eigenvalue has no heads.
    let flat = eigenpairs(&Matrix::new(0.0, 0.0, 0.0, -2.0)).unwrap();
    let heads = cross(&layout, w, &flat, Some(Kind::Degenerate), &Measure { longest: 50.0, scale: 1.0 })
        .into_iter()
        .filter(|mark| matches!(mark, Primitive::Polygon { .. }))
        .count();
    assert_eq!(heads, 2);
}

/// Node (0, 0) of the grid lies on the view's corner, and the image's pixel (0, last) is centred on it.
#[test]
fn the_image_is_centred_on_the_grid() {
    let study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    let layout = Layout::new(&study, &canvas(false));
    let marks = backdrop(&study, &findings(&study), &layout);
    let Primitive::Clipped { contents, .. } = &marks[0] else { panic!("the backdrop is clipped") };
    let image = contents.iter().find_map(|mark| match mark {
        Primitive::Image { rect, .. } => Some(*rect),
        _ => None,
    });
    let rect = image.unwrap();
    let pixel = [rect.width() / 3.0, rect.height() / 2.0];
    assert!((rect.min[0] + 0.5 * pixel[0] - layout.plot.min[0]).abs() < 1e-9);
    assert!((rect.max[1] - 0.5 * pixel[1] - layout.plot.max[1]).abs() < 1e-9);
}

/// A layer that only the tests have is drawn, and stands in the legend and in the text summary, while it is switched
/// on.
#[test]
fn an_added_layer_is_drawn_and_said() {
    let mut study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    let findings = findings(&study);
    for on in [false, true] {
        study.picture.show(&ADDED, on);
        let scene = picture(&study, &findings, &canvas(true), &PictureContext::default());
        let document = export::svg(&scene);
        assert_eq!(document.contains("stroke-width=\"7.25\""), on, "the border's line");
        assert_eq!(texts(&scene.primitives).iter().any(|text| text == "border"), on, "the legend");
        assert_eq!(scene.description.contains("A border surrounds the view."), on, "the text summary");
    }
}

/// On w1 + 0·w2 every arrow of −∇L points to the left, and all have one length.
#[test]
fn arrows_point_the_way_of_steepest_descent() {
    let mut study = Study::of_formula("w1", view(-2.0, 2.0, -2.0, 2.0));
    study.picture.show(&layers::DESCENT_ARROWS, true);
    let findings = answer(&study, 16, 16).unwrap();
    let layout = Layout::new(&study, &canvas(false));
    let marks = backdrop(&study, &findings, &layout);
    let [Primitive::Clipped { contents, .. }, ..] = marks.as_slice() else { panic!("{marks:?}") };
    let heads: Vec<&Vec<[f64; 2]>> = contents
        .iter()
        .filter_map(|mark| match mark {
            Primitive::Polygon { points, .. } if points.len() == 3 => Some(points),
            _ => None,
        })
        .collect();
    assert_eq!(heads.len(), 400);
    assert!(heads.iter().all(|head| head[0][0] < head[1][0] && (head[1][0] - head[2][0]).abs() < 1e-9));
}

/// The picture of one run on a canvas without room beside the plot.
fn overlaid(points: &[[f64; 2]], stop: StopReason) -> (Study, Findings, Layout) {
    let mut study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    study.runs.truncate(1);
    study.start = points[0];
    let mut findings = findings(&study);
    findings.points.points.clear();
    findings.trajectories = vec![Some(Ok(trajectory(points, stop)))];
    let layout = Layout::new(&study, &Canvas { size: [700.0, 680.0], ..canvas(false) });
    assert!(layout.side.is_none());
    (study, findings, layout)
}

/// Whether a segment of the run lies under a card.
fn hides(card: &Rect, points: &[[f64; 2]], layout: &Layout) -> bool {
    let pixels: Vec<[f64; 2]> = points.iter().map(|w| layout.pixel_from_world(Vector::new(w[0], w[1]))).collect();
    pixels.windows(2).any(|pair| clip::segment(pair[0], pair[1], card).is_some())
}

/// A card lies on no path, though the path has no vertex under it; it stays where it is while that holds, gives way
/// when a path comes to lie under it, and stays where the user has put it.
#[test]
fn cards_lie_on_no_path_and_stay() {
    let context = PictureContext::default();
    // Through both upper corners, with vertices at the border only.
    let top = [[-2.0, 1.0], [-1.9, 1.85], [1.9, 1.85], [2.0, 1.0]];
    let (study, findings, layout) = overlaid(&top, StopReason::StepLimit);
    let spots = card_spots(&study, &findings, &layout, &context, None);
    let shown = |spots| cards(&study, &findings, &layout, &PictureContext { spots: Some(spots), ..context.clone() });
    for card in shown(spots).iter().flatten() {
        assert!(!hides(card, &top, &layout), "{card:?}");
    }
    // The same again changes nothing; nor does a path that lies under no card.
    assert_eq!(card_spots(&study, &findings, &layout, &context, Some(spots)), spots);
    let (study, findings, _) = overlaid(&[[-1.2, 0.3], [-1.0, 0.3]], StopReason::StepLimit);
    assert_eq!(card_spots(&study, &findings, &layout, &context, Some(spots)), spots);
    // Now the run comes to lie under the legend.
    let card = shown(spots)[0].unwrap();
    let middle = layout.world_from_pixel([0.5 * (card.min[0] + card.max[0]), 0.5 * (card.min[1] + card.max[1])]);
    let under = [[middle.x - 0.1, middle.y], [middle.x + 0.1, middle.y]];
    let (study, findings, _) = overlaid(&under, StopReason::StepLimit);
    let moved = card_spots(&study, &findings, &layout, &context, Some(spots));
    assert_ne!(moved.legend, spots.legend);
    let placed = CardSpots { placed: [true, true], ..spots };
    assert_eq!(card_spots(&study, &findings, &layout, &context, Some(placed)), placed);
    // A spot is where its card is.
    assert_eq!(spot_at(&layout, &card, card.min).map(|x| (x * 1e6).round() / 1e6), spots.legend);
}

/// A run that swings across the view ever wider is drawn to its third exit, and then an arrow says when it left for
/// good.
#[test]
fn divergence_is_an_arrow_and_no_slab() {
    let swings: Vec<[f64; 2]> = (0..40).map(|k| [0.01 * f64::from(k), 1.5 * libm::pow(-1.2, f64::from(k))]).collect();
    let (study, findings, layout) = overlaid(&swings, StopReason::Diverged);
    // 1.5·1.2^k passes 2 at k = 2: step 1 is the last in view, and step 2 the first of those that are not.
    let marks = overlay(&study, &findings, &layout, &PictureContext::default());
    assert!(texts(&marks).contains(&"left at step 2".to_owned()), "{:?}", texts(&marks));
    let lines = paths(&study, &findings, &layout, &PictureContext::default());
    let [Primitive::Clipped { contents, .. }] = lines.as_slice() else { panic!("{lines:?}") };
    let run = Palette::of(study.picture.theme).run(study.runs[0].colour);
    let drawn: usize = contents
        .iter()
        .map(|mark| match mark {
            Primitive::Polyline { points, stroke } if stroke.colour == run => points.len() - 1,
            _ => 0,
        })
        .sum();
    assert_eq!(drawn, 2, "from the start to step 1, and to the border");
}

/// Two runs on one path are both seen: the second is dashed there.
#[test]
fn runs_that_coincide_are_told_apart() {
    let path = [[1.5, 1.5], [0.0, 1.0], [-1.0, -1.0]];
    let (mut study, mut findings, layout) = overlaid(&path, StopReason::StepLimit);
    study.runs.push(Run { colour: 4, ..study.runs[0].clone() });
    findings.trajectories.push(findings.trajectories[0].clone());
    let lines = paths(&study, &findings, &layout, &PictureContext::default());
    let [Primitive::Clipped { contents, .. }] = lines.as_slice() else { panic!("{lines:?}") };
    let palette = Palette::of(study.picture.theme);
    let dashes = |colour: usize| {
        let of = |mark: &Primitive| match mark {
            Primitive::Polyline { stroke, .. } if stroke.colour == palette.run(colour) => Some(stroke.dash.is_some()),
            _ => None,
        };
        contents.iter().filter_map(of).collect::<Vec<bool>>()
    };
    assert_eq!((dashes(study.runs[0].colour), dashes(4)), (vec![false], vec![true]));
}

/// Rastrigin's function has 441 critical points in its view: crosses stand apart, and it is said that not all have one.
#[test]
fn crosses_that_would_touch_are_left_out_and_counted() {
    let entry = crate::landscape::catalogue::find("rastrigin").unwrap();
    let study = Study::of_entry(entry);
    let findings = answer(&study, 32, 32).unwrap();
    assert_eq!(findings.points.points.len(), 441);
    let scene = picture(&study, &findings, &canvas(true), &PictureContext::default());
    let said = texts(&scene.primitives).into_iter().find(|text| text.contains("of 441 points")).unwrap();
    let count: usize = said.trim().split(' ').nth(1).unwrap().parse().unwrap();
    assert!((40..250).contains(&count), "{said}");
    assert!(scene.description.contains(&format!("Eigenvectors are drawn at {count} of the 441 points")));
}

/// The four minima of Himmelblau's function are exactly 0, which no sample is.
#[test]
fn the_colour_bar_begins_at_the_proved_minimum() {
    let study = Study::of_entry(crate::landscape::catalogue::find("himmelblau").unwrap());
    let findings = answer(&study, 64, 64).unwrap();
    assert!(findings.field.range.unwrap()[0] > 0.0);
    let scene = picture(&study, &findings, &canvas(true), &PictureContext::default());
    let bar = scene.layout.plot.max[0] + 30.0;
    let lowest = scene.primitives.iter().find_map(|mark| match mark {
        Primitive::Text { at, runs, .. } if at[0] > bar && (at[1] - scene.layout.plot.max[1]).abs() < 8.0 => {
            Some(runs[0].text.clone())
        }
        _ => None,
    });
    assert_eq!(lowest.as_deref(), Some("0"));
    assert!(scene.description.contains("L ranges from 0 to "), "{}", scene.description);
}

/// Over data the title is a mean over examples; a long formula is broken, and nothing of it is left out.
#[test]
fn titles_are_whole() {
    let entry = |name: &str| Study::of_entry(crate::landscape::catalogue::find(name).unwrap());
    let title = |study: &Study, size: [f64; 2]| {
        let findings = answer(study, 8, 8).unwrap();
        let scene = picture(study, &findings, &Canvas { size, ..canvas(true) }, &PictureContext::default());
        texts(&scene.primitives).join(" ")
    };
    let regression = title(&entry("linear-regression"), [1280.0, 720.0]);
    assert!(regression.contains("L = (1/n) Σi (w1 xi + w2 − yi)2"), "{regression}");
    for name in ["goldstein-price", "mueller-brown", "six-hump-camel", "rastrigin"] {
        for size in [[1280.0, 720.0], [700.0, 700.0]] {
            let words = title(&entry(name), size);
            assert!(!words.contains('…'), "{name}: {words}");
        }
    }
}

#[test]
fn the_svg_is_read_by_a_renderer_and_is_the_same_each_time() {
    let study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    let findings = findings(&study);
    let scene = picture(
        &study,
        &findings,
        &canvas(true),
        &PictureContext { selected_point: Some(1), ..PictureContext::default() },
    );
    let document = export::svg(&scene);
    assert_eq!(
        document,
        export::svg(&picture(
            &study,
            &findings,
            &canvas(true),
            &PictureContext { selected_point: Some(1), ..PictureContext::default() }
        ))
    );
    assert!(document.contains("<desc") && document.contains("Saddle at (1, −1)"), "no description");
    assert!(!document.contains("NaN") && !document.contains("inf\""));
    let png = export::png(&scene, 1.0).unwrap();
    assert!(png.starts_with(b"\x89PNG") && png.len() > 5_000);
    let pdf = export::pdf(&scene).unwrap();
    assert!(pdf.starts_with(b"%PDF"));
}

/// On ½(w1² + 10·w2²) the flow from (1, 1) lies on w2 = w1¹⁰: it is drawn like this between its samples, too, where
/// chords would be far off, as a thin line without dots.
#[test]
fn gradient_flow_is_drawn_as_the_curve_that_it_is() {
    let mut study = Study::of_formula("w1^2/2 + 5*w2^2", view(-1.2, 1.2, -1.2, 1.2));
    study.start = [1.0, 1.0];
    study.runs = vec![Run::new("gradient-flow")];
    study.runs[0].settings.insert("learning_rate".to_owned(), 0.3);
    let findings = answer(&study, 16, 16).unwrap();
    let layout = Layout::new(&study, &canvas(false));
    let marks = paths(&study, &findings, &layout, &PictureContext::default());
    let [Primitive::Clipped { contents, .. }] = marks.as_slice() else { panic!("{marks:?}") };
    let pixel = layout.world_from_pixel([0.0, 0.0]).y - layout.world_from_pixel([0.0, 1.0]).y;
    let mut middles = 0;
    for mark in contents {
        let Primitive::Polyline { points, .. } = mark else { panic!("a dot: {mark:?}") };
        for pair in points.windows(2) {
            let middle = [0.5 * (pair[0][0] + pair[1][0]), 0.5 * (pair[0][1] + pair[1][1])];
            let w = layout.world_from_pixel(middle);
            // To first order the distance from the curve w2 − w1¹⁰ = 0.
            let slope = libm::hypot(1.0, 10.0 * libm::pow(w.x, 9.0));
            let distance = (w.y - libm::pow(w.x, 10.0)).abs() / slope / pixel;
            assert!(distance < 1.0, "{distance} pixels at {w:?}");
            middles += 1;
        }
    }
    assert!(middles > 20);
}

/// The end of a converged run has the coordinates of the listed critical point, not the run's own last digits. A
/// critical point is named if the end has one; otherwise the words say what is known.
#[test]
fn an_end_is_told_by_what_is_known_of_it() {
    let near = trajectory(&[[1.0, 1.0], [-1.0 + 3e-7, -1.0 - 4e-9]], StopReason::Converged);
    let nowhere = crate::study::End { w: near.end().w, kind: None, point: None, beside: None, is_lost: false };
    let minimum = crate::study::End { kind: Some(Kind::Minimum), point: Some(Vector::new(-1.0, -1.0)), ..nowhere };
    let saddle = crate::study::End { beside: Some((Kind::Saddle, Vector::new(-1.0, -1.0))), ..nowhere };
    let seen = view(-2.0, 2.0, -2.0, 2.0);
    let words = |end: &crate::study::End| words::ending(&near, end, &seen);
    assert_eq!(words(&minimum), "→ minimum (−1, −1), 1 step");
    assert!(words(&nowhere).contains("at (−1, −1); no critical point is proved near, 1 step"), "{}", words(&nowhere));
    // The end and the saddle have the same digits: the distance tells them apart.
    assert!(words(&saddle).contains(", 3e−7 from the saddle (−1, −1), 1 step"), "{}", words(&saddle));
    let minimum = crate::study::End { beside: Some((Kind::Minimum, Vector::new(-1.01, -1.0))), ..nowhere };
    assert!(words(&minimum).contains("at (−1, −1), beside the minimum (−1.01, −1), 1 step"), "{}", words(&minimum));
    let far = trajectory(&[[1.0, 1.0], [1e13, 0.0]], StopReason::StepLimit);
    let end = crate::study::End { w: far.end().w, ..nowhere };
    assert!(words::ending(&far, &end, &seen).starts_with("left the view, L = "));
}

#[test]
fn a_picture_too_large_is_refused_in_words() {
    let study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    let findings = findings(&study);
    let scene =
        picture(&study, &findings, &Canvas { size: [9000.0, 500.0], ..canvas(true) }, &PictureContext::default());
    assert!(export::png(&scene, 2.0).unwrap_err().contains("too large"));
    assert!(export::png(&scene, f64::NAN).is_err());
}

#[test]
fn tables_hold_every_step_to_the_last_bit() {
    let study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    let findings = findings(&study);
    let table = export::trajectories_csv(&study, &findings);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3 + 4 + 2);
    assert_eq!(rows[5][3].parse::<f64>().unwrap(), -1e300);
    let value = export::trajectories_json(&study, &findings);
    assert_eq!(value["runs"][1]["stop"], "diverged");
    assert!(value["runs"][1]["steps"][3]["w"][0].is_null());
    assert_eq!(value["runs"][0]["steps"][0]["w"][0], 1.5);
}

fn anything() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), -3.0..3.0f64, Just(f64::NAN), Just(f64::INFINITY), Just(-1e300), Just(0.0)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Runs, points, curves and rings of any numbers whatever, on a canvas of any size: no panic, and SVG that reads.
    #[test]
    fn any_findings_make_a_picture(
        numbers in prop::collection::vec([anything(), anything()], 4..40),
        size in [0.0..900.0f64, 0.0..900.0f64],
        decorations: bool,
        step in prop::option::of(0usize..50),
    ) {
        let mut study = study_of(view(-2.0, 2.0, -2.0, 2.0));
        study.start = numbers[0];
        study.picture.show(&layers::CONTOUR_LABELS, true);
        study.picture.show(&layers::EIGEN_LABELS, true);
        study.picture.show(&layers::DESCENT_ARROWS, true);
        let mut findings = findings(&study);
        let points: Vec<Vector> = numbers.iter().map(|n| Vector::new(n[0], n[1])).collect();
        for (index, stop) in [StopReason::Diverged, StopReason::Converged, StopReason::Undefined].into_iter().enumerate() {
            findings.trajectories[index] = Some(Ok(trajectory(&numbers[index..], stop)));
        }
        let mut found = critical(numbers[1], numbers[2], Kind::Degenerate);
        found.eigen.vectors = [points[0], points[3]];
        findings.points.points.push(found);
        findings.points.curves.push(CriticalCurve {
            polyline: points.clone(),
            kind: Kind::Minimum,
            evidence: Evidence::Candidate,
        });
        findings.field.undefined.push(points.clone());
        findings.field.contours.push(ContourLine { level: numbers[0][0], points });
        findings.field.ticks.push((numbers[0][0], numbers[0][1]));
        let observations = |w: Vector| {
            let curvature = Matrix::new(w.x, w.y, w.y, -w.x);
            let trial = Observation::Trial { w, loss: w.y, accepted: true };
            vec![Observation::Model { curvature, goal: w }, Observation::Gradient(w), Observation::Velocity(-w), Observation::Direction(w), trial, Observation::Radius(w.x)]
        };
        let moments = step.map(|index| {
            let start = Vector::new(numbers[0][0], numbers[0][1]);
            study.runs.iter().map(|_| Some(RunMoment { index, observations: observations(start) })).collect()
        });
        let context = PictureContext { selected_point: Some(4), moments, ..PictureContext::default() };
        let scene = picture(&study, &findings, &Canvas { size, scale: 1.0, decorations }, &context);
        let document = export::svg(&scene);
        prop_assert!(export::png(&scene, 0.2).is_ok(), "{document}");
    }
}

/// A formula over data is that of one example, and the picture says of how many L is the mean.
#[test]
fn a_picture_says_that_its_loss_is_a_mean() {
    let entry = crate::landscape::catalogue::find("linear-regression").unwrap();
    let study = Study::of_entry(entry);
    let rows = study.data.as_ref().unwrap().dataset.rows();
    let findings = answer(&study, 16, 16).unwrap();
    let scene = picture(&study, &findings, &canvas(true), &PictureContext::default());
    let wanted = format!("mean over {rows} examples, A noisy line");
    assert!(texts(&scene.primitives).iter().any(|text| text.contains(&wanted)), "{:?}", texts(&scene.primitives));
    assert!(scene.description.contains(&wanted));
}

/// Over a bowl the quadratic model of a Newton step has ellipses as its levels: they are named beside them, as its goal is.
#[test]
fn the_levels_of_a_quadratic_model_have_a_name() {
    let mut study = study_of(view(-2.0, 2.0, -2.0, 2.0));
    study.runs = vec![Run::new("newton")];
    let mut findings = findings(&study);
    findings.trajectories = vec![Some(Ok(trajectory(&[[1.2, 0.8], [-0.5, -0.4]], StopReason::StepLimit)))];
    let model = Observation::Model { curvature: Matrix::new(2.0, 0.0, 0.0, 5.0), goal: Vector::new(-0.5, -0.4) };
    let moments = Some(vec![Some(RunMoment { index: 0, observations: vec![model] })]);
    let context = PictureContext { moments, ..PictureContext::default() };
    let scene = picture(&study, &findings, &canvas(false), &context);
    let words = texts(&scene.primitives);
    for name in ["levels of the quadratic model", "goal of the quadratic model"] {
        assert!(words.iter().any(|text| text == name), "{name}: {words:?}");
    }
}
