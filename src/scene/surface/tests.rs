#![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

use super::super::contrast_tests::{VISIONS, difference, grounds, lab};
use super::super::layers::flat;
use super::super::{Canvas, Colour, Lies, overlay, paths, picture};
use super::mesh::{LIGHT, lit};
use super::*;
use crate::field::ColourScale;
use crate::landscape::{View, catalogue};
use crate::study::{LAYERS, Theme, answer};
use proptest::prelude::*;
use std::sync::LazyLock;

/// The detail of a window without smoothing.
const DETAIL: Detail = Detail { pitch: 4.5, pixels: 1.0, across: 1, is_moving: false, has_tracks: false };
const CANVAS: Canvas = Canvas { size: [960.0, 720.0], scale: 1.0, decorations: true };

fn study_of(formula: &str, [a, b, c, d]: [f64; 4]) -> Study {
    let mut study = Study::of_formula(formula, View::new(a, b, c, d).unwrap());
    study.picture.surface.shown = true;
    study
}

pub(super) fn of_catalogue(name: &str) -> Study {
    let entry = catalogue::catalogue().iter().find(|entry| entry.name == name).unwrap();
    let mut study = Study::of_entry(entry);
    study.picture.surface.shown = true;
    study
}

/// A study with its findings and its ground.
pub(super) struct Case {
    pub study: Study,
    pub findings: Findings,
    pub layout: Layout,
    pub ground: Ground,
}

impl Case {
    pub fn new(study: Study) -> Case {
        let findings = answer(&study, 96, 96).unwrap();
        let layout = Layout::new(&study, &CANVAS);
        let ground = Ground::new(&study, &findings, &layout, &DETAIL);
        Case { study, findings, layout, ground }
    }

    pub fn surface(&self, camera: Camera) -> Surface<'_> {
        Surface::new(&self.study.picture, &self.layout, &self.ground, &camera)
    }

    fn primitives(&self, camera: Camera, context: &PictureContext) -> Vec<Primitive> {
        self.surface(camera).primitives(&self.plane(context), &DETAIL)
    }

    pub fn plane(&self, context: &PictureContext) -> Plane {
        Plane::new(&self.study, &self.findings, &self.layout, context, &self.ground)
    }
}

/// The positions of a mark that are not those of a line.
fn anchors(mark: &Primitive) -> Vec<[f64; 2]> {
    match mark {
        Primitive::Circle { centre, .. } => vec![*centre],
        Primitive::Text { at, .. } => vec![*at],
        Primitive::Polygon { points, .. } => points.clone(),
        _ => Vec::new(),
    }
}

fn close(a: [f64; 2], b: [f64; 2]) -> bool {
    (a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6
}

/// From straight above, for any heights, each mark is where the map has it: lines pass through the vertices of the
/// map's lines in their order, and everything else is the same primitive at the same place.
#[test]
fn from_above_the_marks_are_those_of_the_map() {
    for name in ["cubic", "himmelblau", "rosenbrock"] {
        for perspective in [false, true] {
            let mut study = of_catalogue(name);
            LAYERS.iter().for_each(|layer| study.picture.show(layer, true));
            let case = Case::new(study);
            let context = PictureContext { selected_point: Some(0), ..PictureContext::default() };
            let input =
                LayerInput { study: &case.study, findings: &case.findings, layout: &case.layout, context: &context };
            let map = anchored(&input, Depth::Lines..=Depth::Steps);
            let surface = case.surface(Camera { perspective, ..Camera::ABOVE });
            let lifted = surface.lifted(&map);
            let of_map = unclipped(flat(map));
            assert_eq!(lifted.len(), of_map.len(), "{name}");
            for (lifted, of_map) in lifted.iter().zip(&of_map) {
                if let (Primitive::Polyline { points: line, stroke }, Primitive::Polyline { points, stroke: other }) =
                    (lifted, of_map)
                {
                    assert_eq!(stroke, other);
                    for point in points {
                        let near = line.iter().map(|vertex| distance(*vertex, *point)).fold(f64::INFINITY, f64::min);
                        assert!(near <= 0.51, "{name}: {near} pixels beside the vertex {point:?}");
                    }
                    assert!(close(line[0], points[0]) && close(line[line.len() - 1], points[points.len() - 1]));
                } else {
                    let (at, other) = (anchors(lifted), anchors(of_map));
                    assert_eq!(std::mem::discriminant(lifted), std::mem::discriminant(of_map));
                    assert!(at.len() == other.len() && at.iter().zip(&other).all(|(a, b)| close(*a, *b)), "{name}");
                }
            }
        }
    }
}

pub(super) fn unclipped(marks: Vec<Primitive>) -> Vec<Primitive> {
    let one = |mark| match mark {
        Primitive::Clipped { contents, .. } => unclipped(contents),
        mark => vec![mark],
    };
    marks.into_iter().flat_map(one).collect()
}

pub(super) fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    libm::hypot(a[0] - b[0], a[1] - b[1])
}

/// The camera that looks straight down shows the map itself.
#[test]
fn from_above_the_picture_is_the_map() {
    let mut study = of_catalogue("himmelblau");
    study.picture.surface.camera = Camera::ABOVE;
    let findings = answer(&study, 64, 64).unwrap();
    let above = picture(&study, &findings, &CANVAS, &PictureContext::default());
    study.picture.surface.shown = false;
    let map = picture(&study, &findings, &CANVAS, &PictureContext::default());
    assert_eq!(above.primitives, map.primitives);
}

static PICKED: LazyLock<[Case; 3]> = LazyLock::new(|| {
    let mut rosenbrock = of_catalogue("rosenbrock");
    rosenbrock.picture.surface.height = ColourScale::Logarithmic;
    [of_catalogue("cubic"), of_catalogue("peaks"), rosenbrock].map(Case::new)
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// At twenty camera angles: the point that is seen at the pixel of a point is the point, to within a pixel of the
    /// map, unless another part of the surface hides it.
    #[test]
    fn what_is_picked_is_what_was_projected(which in 0usize..3, angle in 0u32..20, perspective: bool, x in 0.0..1.0f64, y in 0.0..1.0f64) {
        let case = &PICKED[which];
        let camera = Camera {
            yaw: -180.0 + 37.0 * f64::from(angle),
            pitch: 12.0 + 78.0 * f64::from(angle % 5) / 4.0,
            zoom: 1.0 + 0.2 * f64::from(angle % 3),
            perspective,
        }
        .within_bounds();
        let surface = case.surface(camera);
        let plot = case.layout.plot;
        let on_map = [plot.min[0] + x * plot.width(), plot.min[1] + y * plot.height()];
        let w = case.layout.world_from_pixel(on_map);
        let pixel = surface.pixel_from_world(w).unwrap();
        let picked = surface.world_from_pixel(pixel);
        prop_assert!(picked.is_some(), "nothing is seen at the pixel of {w:?} under {camera:?}");
        let picked = picked.unwrap();
        // Dragged there, it stays under the pointer.
        prop_assert!(distance(surface.pixel_from_world(picked).unwrap(), pixel) <= 0.01);
        let lift = surface.lift(Level::Surface, None);
        let nearness = |w: Vector| surface.projection.spot(lift.space(case.layout.pixel_from_world(w)).unwrap()).nearness;
        let is_hidden = nearness(picked) > nearness(w) + 1e-3;
        prop_assert!(is_hidden || distance(case.layout.pixel_from_world(picked), on_map) <= 1.0, "{picked:?}, not {w:?}");
        prop_assert!(nearness(picked) >= nearness(w) - 1e-3, "what is behind {w:?} was picked");
        // Nothing hides anything from straight above.
        prop_assert!(camera.pitch < 90.0 || !is_hidden);
    }

    /// For every camera and canvas, all marks are finite and on the canvas's scale.
    #[test]
    fn any_camera_draws_something_finite(
        which in 0usize..3, yaw in -180.0..180.0f64, pitch in 5.0..90.0f64, zoom in 0.25..8.0f64, perspective: bool,
    ) {
        let case = &PICKED[which];
        let context = PictureContext { selected_point: Some(0), ..PictureContext::default() };
        let marks = unclipped(case.primitives(Camera { yaw, pitch, zoom, perspective }, &context));
        for mark in &marks {
            let points = match mark {
                Primitive::Polyline { points, .. } => points.clone(),
                mark => anchors(mark),
            };
            prop_assert!(points.iter().flatten().all(|x| x.is_finite() && x.abs() < 1e6));
        }
        let has_image = marks.iter().any(|mark| matches!(mark, Primitive::Image { .. }));
        prop_assert!(has_image);
    }
}

/// A difference of 1 in CIEDE2000 is what can just be noticed. Every colour that the map can have, in both themes,
/// keeps within it in the strongest light and in the deepest shade.
#[test]
fn light_changes_colours_by_no_more_than_can_be_noticed() {
    let normal = &VISIONS[0].1;
    let mut most: f64 = 0.0;
    for theme in [Theme::Light, Theme::Dark] {
        for (name, colour) in grounds(theme) {
            for light in [LIGHT, -LIGHT] {
                let seen = Colour(lit(colour.0, light));
                let step = difference(lab(colour, normal), lab(seen, normal));
                assert!(step <= 1.0, "{name}: {colour:?} becomes {seen:?}, which differs by {step}");
                most = most.max(step);
            }
        }
    }
    // Without light this test would say nothing.
    assert!(most > 0.5, "{most}");
}

/// A peak at the origin hides the middle of a line behind it, and no part of a line before it.
#[test]
fn a_peak_hides_what_is_behind_it() {
    let mut study = study_of("exp(-6*(w1^2+w2^2))", [-2.0, 2.0, -2.0, 2.0]);
    study.picture.surface.height = ColourScale::Linear;
    let case = Case::new(study);
    let surface = case.surface(Camera::ALONG_W2);
    let mut mesh = Mesh::new(surface.area(), 1.0);
    mesh.paint(&case.ground.relief, &case.ground.texture, &surface.projection, 1);
    let lift = surface.lift(Level::Surface, Some(&mesh));
    let line = |w2: f64| {
        let pixel = |w1: f64| case.layout.pixel_from_world(Vector::new(w1, w2));
        lift.line(&[pixel(-1.9), pixel(1.9)])
    };
    let (before, behind) = (line(-1.5), line(1.5));
    assert_eq!(before.len(), 1, "{before:?}");
    assert_eq!(behind.len(), 2, "{behind:?}");
    // The gap is where the peak stands: around the middle.
    let middle = surface.pixel_from_world(Vector::new(0.0, 1.5)).unwrap()[0];
    let gap = [behind[0][behind[0].len() - 1][0], behind[1][0][0]];
    assert!(gap[0] < middle - 5.0 && gap[1] > middle + 5.0, "{gap:?} around {middle}");
}

/// Of log(w1) the left half plane has no surface, and its right half has one.
#[test]
fn nothing_is_drawn_across_a_pole() {
    // tan(w1)·w2 goes from +∞ to −∞ at w1 = ±π/2. No cell joins the top to the bottom.
    let case = Case::new(study_of("tan(w1)*w2", [-3.0, 3.0, -2.0, 2.0]));
    let relief = &case.ground.relief;
    let [columns, rows] = relief.nodes;
    let mut torn = 0;
    for row in 0..rows - 1 {
        for column in 0..columns - 1 {
            let low = row * columns + column;
            let is_torn = relief.is_torn_between([low, low + 1, low + columns + 1]);
            torn += usize::from(is_torn);
            let share = |node: usize| f64::from(relief.heights[node]) / relief.highest;
            assert!(is_torn || (share(low) - share(low + 1)).abs() < 0.9, "the cell at {column}, {row}");
        }
    }
    assert!(torn > rows, "{torn} of {} cells", columns * rows);
    // A steep slope without a pole is whole.
    let whole = Case::new(study_of("1/(1+exp(-200*w1))", [-3.0, 3.0, -2.0, 2.0]));
    let relief = &whole.ground.relief;
    let [columns, rows] = relief.nodes;
    assert!((0..columns * (rows - 1) - 1).all(|low| !relief.is_torn_between([low, low + 1, low + columns + 1])));
}

#[test]
fn undefined_parts_are_holes() {
    let case = Case::new(study_of("log(w1) + w2^2", [-1.0, 1.0, -1.0, 1.0]));
    let surface = case.surface(Camera::default());
    assert!(surface.pixel_from_world(Vector::new(-0.5, 0.2)).is_none());
    assert!(surface.pixel_from_world(Vector::new(0.5, 0.2)).is_some());
    let opaque = case.ground.texture.texels.iter().filter(|texel| texel[3] > 0).count() as f64;
    let share = opaque / case.ground.texture.texels.len() as f64;
    assert!((share - 0.5).abs() < 0.02, "{share}");
}

/// What lies beyond the drawn heights is cut off flat: near the pole of 1/|w|² the surface is level, and elsewhere it
/// is not.
#[test]
fn heights_beyond_the_range_are_cut() {
    let mut study = study_of("1/(w1^2+w2^2+0.0001)", [-2.0, 2.0, -2.0, 2.0]);
    study.picture.surface.height = ColourScale::Linear;
    let case = Case::new(study);
    let [low, high] = case.ground.relief.cuts;
    assert!(low.is_none() && high.is_some());
    let at = |w1: f64| case.layout.pixel_from_world(Vector::new(w1, 0.01));
    let relief = &case.ground.relief;
    assert!(relief.is_cut(at(0.005)) && !relief.is_cut(at(1.5)));
    assert!((relief.height(at(0.005)).unwrap() - relief.highest).abs() < 1e-3 * relief.highest);
    assert!(relief.height(at(1.5)).unwrap() < 0.5 * relief.highest);
}

/// The text summary says that the picture is a surface, from where it is seen, and how high it is; that of a map does
/// not.
#[test]
fn the_summary_knows_the_surface() {
    let mut study = of_catalogue("himmelblau");
    study.picture.surface.height = ColourScale::Logarithmic;
    let findings = answer(&study, 32, 32).unwrap();
    let summary = |study: &Study| picture(study, &findings, &CANVAS, &PictureContext::default()).description;
    let text = summary(&study);
    assert!(text.contains("surface") && text.contains("30 degrees") && text.contains("logarithmic"), "{text}");
    study.picture.surface.shown = false;
    assert!(!summary(&study).contains("surface"));
}

/// A quadratic function is its own quadratic model: the sheet lies on the surface.
#[test]
fn the_model_of_a_quadratic_is_the_surface() {
    let case = Case::new(study_of("w1^2 - 2*w2^2 + w1*w2", [-2.0, 2.0, -2.0, 2.0]));
    let point = &case.findings.points.points[0];
    let sheet = Sheet::new(point, &case.ground.relief, &case.layout).unwrap();
    let plot = case.layout.plot;
    let middle = [0.5 * (plot.min[0] + plot.max[0]), 0.5 * (plot.min[1] + plot.max[1])];
    let mut seen = 0;
    for [x, y, z] in sheet.points().iter().flatten() {
        let height = case.ground.relief.height([middle[0] + x, middle[1] - y]).unwrap();
        assert!((height - z).abs() < 0.5, "{height} pixels, and {z} of the model");
        seen += 1;
    }
    assert!(seen > 1000, "{seen}");
}

/// A run of the legend's colour has a shadow of that colour on the floor, and none without a floor.
#[test]
fn runs_have_shadows_on_the_floor() {
    let mut case = Case::new(of_catalogue("cubic"));
    let colour = Palette::of(case.study.picture.theme).run(0).faded(SHADOW);
    let shadows = |case: &Case| {
        let marks = unclipped(case.primitives(Camera::default(), &PictureContext::default()));
        marks
            .iter()
            .filter(|mark| matches!(mark, Primitive::Polyline { stroke, .. } if stroke.colour == colour))
            .count()
    };
    assert!(shadows(&case) > 0);
    case.study.picture.surface.floor = false;
    assert_eq!(shadows(&case), 0);
}

/// The minima of (w1² + w2² − 1)² are the unit circle, which is the lowest edge of the ring's trough. L is 0 there, so the
/// axis of heights begins with 0.
#[test]
fn the_axis_of_heights_begins_at_a_proved_curve_of_minima() {
    let case = Case::new(of_catalogue("ring"));
    assert!(case.findings.points.curves.iter().any(|curve| curve.nature() == Some("minima")));
    assert!(case.findings.field.range.unwrap()[0] > 0.0);
    let words: Vec<String> = texts(&case.primitives(Camera::default(), &PictureContext::default()));
    assert!(words.contains(&"0".to_owned()), "{words:?}");
    assert!(!words.iter().any(|word| word.contains("e−")), "{words:?}");
}

fn texts(marks: &[Primitive]) -> Vec<String> {
    let text = |mark: &Primitive| match mark {
        Primitive::Text { runs, .. } => vec![runs.iter().map(|run| run.text.as_str()).collect()],
        Primitive::Clipped { contents, .. } | Primitive::Anchored { contents, .. } => texts(contents),
        _ => Vec::new(),
    };
    marks.iter().flat_map(text).collect()
}

/// A surface that is seen larger is cut off at its window; only the captions are drawn outside it.
#[test]
fn a_larger_surface_stays_in_its_window() {
    let case = Case::new(of_catalogue("peaks"));
    for zoom in [1.0, 2.0, 8.0] {
        let mut study = case.study.clone();
        study.picture.surface.camera = Camera { yaw: 315.0, pitch: 10.0, zoom, perspective: false };
        let scene = picture(&study, &case.findings, &CANVAS, &PictureContext::default());
        let images = |marks: &[Primitive]| marks.iter().filter(|mark| matches!(mark, Primitive::Image { .. })).count();
        let clipped = scene.primitives.iter().find_map(|mark| match mark {
            Primitive::Clipped { rect, contents } if images(contents) > 0 => Some(*rect),
            _ => None,
        });
        let plot = scene.layout.plot;
        match clipped {
            Some(rect) => {
                assert!(
                    zoom > 1.0 && rect.min[1] >= plot.min[1] - 5.0 && rect.max[0] <= plot.max[0] + 20.0,
                    "{rect:?}"
                );
                assert!(rect.max[1] <= plot.max[1] + 35.0, "{rect:?}");
            }
            None => assert_eq!(zoom, 1.0),
        }
    }
}

/// Marks in the tangent plane keep their size when the surface is seen larger.
#[test]
fn marks_keep_their_size() {
    let case = Case::new(of_catalogue("peaks"));
    let mark = |zoom: f64| {
        let surface = case.surface(Camera { zoom, ..Camera::default() });
        let centre = case.layout.pixel_from_world(Vector::new(1.0, 0.5));
        let arm = vec![centre, [centre[0] + 10.0, centre[1]]];
        let stroke = Stroke { width: 1.0, colour: Colour([0; 4]), dash: None };
        let line = Primitive::Polyline { points: arm, stroke };
        let anchored = Primitive::Anchored { at: centre, lies: Lies::Flat, contents: vec![line] };
        let lifted = surface.lifted(&[anchored]);
        let [Primitive::Polyline { points, .. }] = lifted.as_slice() else { panic!("{lifted:?}") };
        distance(points[0], points[1])
    };
    let (once, eight) = (mark(1.0), mark(8.0));
    assert!((once - eight).abs() < 1e-6 * once, "{once} {eight}");
}

/// A start point that the camera sees has its dot, also on the coarse surface of a drag, and on slopes.
#[test]
fn a_start_that_is_seen_is_drawn() {
    let mut case = Case::new(of_catalogue("himmelblau"));
    let mut seen = 0;
    for k in 0..24 {
        let angle = f64::from(k) * 0.7;
        let w = Vector::new(0.2 * f64::from(k) * libm::cos(angle), 0.2 * f64::from(k) * libm::sin(angle));
        case.study.start = [w.x, w.y];
        let surface = case.surface(Camera::default());
        let pixel = surface.pixel_from_world(w).unwrap();
        let picked = surface.world_from_pixel(pixel).unwrap();
        if distance(surface.pixel_from_world(picked).unwrap(), pixel) > 0.01 || (picked - w).norm() > 1e-2 {
            continue;
        }
        let marks = unclipped(case.primitives(Camera::default(), &PictureContext::default()));
        let is_dot =
            |mark: &Primitive| matches!(mark, Primitive::Circle { centre, .. } if distance(*centre, pixel) < 1.0);
        assert!(marks.iter().any(is_dot), "{w}");
        seen += 1;
    }
    assert!(seen >= 8, "{seen}");
}

/// The labels of a run that has left lie on none of the runs, on the map and from several sides on the surface.
#[test]
fn labels_lie_beside_the_runs() {
    let mut study = of_catalogue("cubic");
    study.picture.surface.shown = true;
    let case = Case::new(study);
    let context = PictureContext::default();
    let on_map = paths(&case.study, &case.findings, &case.layout, &context);
    let labels = overlay(&case.study, &case.findings, &case.layout, &context);
    assert!(check_labels(&unclipped(labels), &lines_of(&on_map)) > 0);
    // From some sides the place of a label is hidden, and there is none.
    for yaw in [0.0, 30.0, 120.0, 225.0, 315.0] {
        let marks = case.primitives(Camera { yaw, ..Camera::default() }, &PictureContext::default());
        let colour = Palette::of(case.study.picture.theme).run(case.study.runs[0].colour);
        let lines = lines_of(&marks).into_iter().filter(|(_, stroke)| stroke.colour == colour).collect::<Vec<_>>();
        check_labels(&marks, &lines);
    }
}

/// Checks that no line is under the labels of runs that have left, and counts the labels.
fn check_labels(marks: &[Primitive], lines: &[(&[[f64; 2]], Stroke)]) -> usize {
    let segments: Vec<[[f64; 2]; 2]> =
        lines.iter().flat_map(|(points, _)| points.windows(2).map(|pair| [pair[0], pair[1]])).collect();
    assert!(!segments.is_empty());
    let is_label =
        |mark: &&Primitive| texts(std::slice::from_ref(*mark)).iter().any(|text| text.starts_with("left at"));
    let labels: Vec<&Primitive> = marks.iter().filter(is_label).collect();
    for label in &labels {
        assert_eq!(give_way::length_under(&frame::extent(label), &segments), 0.0, "{label:?}");
    }
    labels.len()
}

/// However the floor is turned, long labels of its axes end before the colour bar, and begin on the canvas.
#[test]
fn long_labels_have_room() {
    let case = Case::new(study_of("(w1/1e5)^2+(w2/1e5)^3", [-1.2e6, 1.2e6, -1.2e6, 1.2e6]));
    let bar = case.layout.plot.max[0] + 20.0;
    let mut labels = 0;
    for yaw in (0..360).step_by(20) {
        for pitch in [8.0, 25.0, 50.0] {
            let camera = Camera { yaw: f64::from(yaw), pitch, zoom: 1.0, perspective: yaw % 40 == 0 };
            for mark in case.primitives(camera, &PictureContext::default()) {
                let Primitive::Text { runs, .. } = &mark else { continue };
                labels += usize::from(runs.len() == 1 && runs[0].text.contains("00000"));
                let Rect { min, max } = frame::extent(&mark);
                assert!(min[0] >= 0.0 && max[0] <= bar, "{camera:?}: {runs:?} from {} to {}", min[0], max[0]);
            }
        }
    }
    assert!(labels > 50, "{labels}");
}
