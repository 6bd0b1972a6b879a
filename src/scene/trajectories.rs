//! Trajectories: a line for each run with a dot at each step, the starts, and the ends.

use super::casing::{WIDTHS, cased};
use super::clip;
use super::coincidence::Coverage;
use super::cross::head;
use super::give_way;
use super::layer::LayerInput;
use super::pixel_grid::PixelGrid;
use super::shadows::{self, ShadowPoint};
use super::starts::starts;
use super::theme::Palette;
use super::{Anchor, Colour, Font, Layout, Lies, PictureContext, Primitive, Rect, Stroke, text, within};
use crate::landscape::Loss;
use crate::number::Vector;
use crate::optimizer::{self, Optimizer, Run, Step, StopReason, Trajectory, trace};
use crate::study::{Findings, Study};

const DOT_RADIUS: f64 = 2.9;
const END_RADIUS: f64 = 4.2;

/// A run that is shown and went somewhere.
struct Shown<'a> {
    index: usize,
    run: &'a Run,
    optimizer: &'static dyn Optimizer,
    colour: Colour,
    trajectory: &'a Trajectory,
}

/// The shown runs in painting order: first random runs, which spread over their surroundings and hide the most, and
/// last the thin reference curves.
fn shown<'a>(study: &'a Study, findings: &'a Findings) -> Vec<Shown<'a>> {
    let runs = study.runs.iter().zip(&findings.trajectories).enumerate();
    let palette = Palette::of(study.picture.theme);
    let shown = runs.filter_map(|(index, (run, trajectory))| match trajectory {
        Some(Ok(trajectory)) if !trajectory.steps.is_empty() => {
            let optimizer = optimizer::find(&run.optimizer)?;
            Some(Shown { index, run, optimizer, colour: palette.run(run.colour), trajectory })
        }
        _ => None,
    });
    let mut shown: Vec<Shown<'_>> = shown.collect();
    shown.sort_by_key(|run| (run.optimizer.is_continuous(), !run.optimizer.is_random()));
    shown
}

/// The thin widths of curves.
const CURVE_WIDTHS: [f64; 3] = [3.9, 2.9, 1.3];
/// How many times a run that leaves for good is drawn to the border. More would only fill the plot.
const MOST_EXITS: usize = 3;
/// The dash of a run that lies on another one.
const DASH: f64 = 9.0;

/// Lines and dots, which lie under the markers of critical points.
pub(super) fn lines(layout: &Layout, study: &Study, findings: &Findings, context: &PictureContext) -> Vec<Primitive> {
    let mut marks = Vec::new();
    let palette = Palette::of(study.picture.theme);
    let mut coverage = Coverage::new(layout);
    for shown in shown(study, findings) {
        let Shown { colour, trajectory, .. } = shown;
        let last = context.last_step(shown.index, trajectory);
        let pixel = |step: &Step| layout.pixel_from_world(step.w);
        if last + 1 < trajectory.steps.len() {
            // The remaining part, while the run is played step by step; what leaves for good is not drawn further.
            let end = Exits::of(layout, &trajectory.steps).last_drawn.max(last);
            let stroke = Stroke { width: 1.2 * layout.scale, colour: colour.faded(0.55), dash: None };
            for points in clip::line(trajectory.steps[last..=end].iter().map(pixel), &layout.plot) {
                marks.push(Primitive::Polyline { points, stroke });
            }
        }
        let gone = &trajectory.steps[..=Exits::of(layout, &trajectory.steps[..=last]).last_drawn];
        if let Some(shadow) = &trajectory.shadow {
            let at = gone.iter().zip(&shadow.distances).enumerate().map(|(step, (at, distance))| ShadowPoint {
                pixel: pixel(at),
                distance: distance / shadow.unit,
                misleads: shadow.misleads(step, at.loss),
            });
            shadows::draw(layout, &at.collect::<Vec<_>>(), colour, palette, &mut marks);
            dots(layout, gone.iter().map(pixel), [colour, palette.casings[1]], &mut marks);
        } else if shown.optimizer.is_continuous() {
            let pieces = clip::line(curve(layout, &findings.loss, shown.run, gone), &layout.plot);
            cased(&pieces, CURVE_WIDTHS, colour, palette, layout.scale, &mut marks);
        } else {
            let pieces = clip::line(gone.iter().map(pixel), &layout.plot);
            told_apart(&pieces, &mut coverage, colour, palette, layout.scale, &mut marks);
            dots(layout, gone.iter().map(pixel), [colour, palette.casings[1]], &mut marks);
        }
    }
    marks
}

/// The lines of a run. Where it coincides with runs that were drawn before, it is dashed, so that all of them are
/// visible: on one run every other dash is its own, on two runs every fourth.
fn told_apart(
    pieces: &[Vec<[f64; 2]>],
    coverage: &mut Coverage,
    colour: Colour,
    palette: &Palette,
    scale: f64,
    marks: &mut Vec<Primitive>,
) {
    let stretches: Vec<_> = pieces.iter().flat_map(|piece| coverage.split(piece)).collect();
    pieces.iter().for_each(|piece| coverage.add(piece));
    let (apart, on_others): (Vec<_>, Vec<_>) = stretches.into_iter().partition(|stretch| stretch.lines_below == 0);
    let apart: Vec<_> = apart.into_iter().map(|stretch| stretch.points).collect();
    cased(&apart, WIDTHS, colour, palette, scale, marks);
    for stretch in on_others {
        let period = 2.0 * DASH * f64::from(1u32 << (stretch.lines_below - 1).min(4));
        let dash = Some([DASH * scale, (period - DASH) * scale]);
        let stroke = Stroke { width: WIDTHS[2] * scale, colour, dash };
        marks.push(Primitive::Polyline { points: stretch.points, stroke });
    }
}

/// A continuous curve that a run has only sampled is subdivided between the samples where chords would be visible.
const MOMENTS: usize = 8;

fn curve(layout: &Layout, loss: &Loss, run: &Run, gone: &[Step]) -> Vec<[f64; 2]> {
    let pixel = |w: Vector| layout.pixel_from_world(w);
    let mut points = Vec::with_capacity(gone.len());
    points.extend(gone.first().map(|step| pixel(step.w)));
    for pair in gone.windows(2) {
        let ([from, to], slope) = ([pair[0].w, pair[1].w], loss.jet(pair[0].w).gradient);
        let [a, b] = [pixel(from), pixel(to)];
        // Subdivided if the curve's tangent deviates from the chord by more than half a pixel.
        let tangent = pixel(from - slope * ((to - from).norm() / slope.norm()));
        let sag = clip::distance(tangent, b);
        if sag > 2.0 && (layout.plot.contains(a) || layout.plot.contains(b)) {
            let rate = run.setting("learning_rate").unwrap_or(f64::NAN) / MOMENTS as f64;
            let mut fine = Run { steps: MOMENTS - 1, gradient_tolerance: 0.0, ..run.clone() };
            fine.settings.insert("learning_rate".to_owned(), rate);
            let between = trace(loss, from, &fine).map(|between| between.steps).unwrap_or_default();
            points.extend(between.iter().skip(1).map(|step| pixel(step.w)));
        }
        points.push(b);
    }
    points
}

/// A dot at each step, if it does not touch another dot of its run.
fn dots(
    layout: &Layout,
    points: impl Iterator<Item = [f64; 2]>,
    [colour, rim]: [Colour; 2],
    marks: &mut Vec<Primitive>,
) {
    let radius = DOT_RADIUS * layout.scale;
    let apart = 2.0 * radius + 1.2 * layout.scale;
    let mut dots = PixelGrid::new(layout, apart);
    let mut before: Option<[f64; 2]> = None;
    let outline = Some(Stroke { width: 0.9 * layout.scale, colour: rim, dash: None });
    for centre in points {
        let near = before.is_some_and(|before| clip::distance(before, centre) < apart);
        before = Some(centre);
        if !near && layout.plot.contains(centre) && dots.claim(centre) {
            marks.push(Primitive::Circle { centre, radius, fill: Some(colour), stroke: outline });
        }
    }
}

/// How a run leaves the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Exits {
    /// The step up to which the run is drawn: its last one, or one with which it leaves.
    last_drawn: usize,
    /// The first step after which the run is never in view again; `None` if its last step is in view.
    left_at: Option<usize>,
}

impl Exits {
    fn of(layout: &Layout, steps: &[Step]) -> Exits {
        let is_inside = |step: &Step| layout.plot.contains(layout.pixel_from_world(step.w));
        let last = steps.len().saturating_sub(1);
        if steps.last().is_none_or(is_inside) {
            return Exits { last_drawn: last, left_at: None };
        }
        let left_at = steps.iter().rposition(is_inside).map_or(0, |inside| inside + 1);
        let leaves = |pair: &[Step]| is_inside(&pair[0]) && !is_inside(&pair[1]);
        let exits =
            steps[..=left_at].windows(2).enumerate().filter(|(_, pair)| leaves(pair)).map(|(index, _)| index + 1);
        let last_drawn = exits.take(MOST_EXITS).last().unwrap_or(last);
        Exits { last_drawn, left_at: Some(left_at) }
    }
}

/// The current or last point of each run, and the starts.
pub(super) fn ends(layout: &Layout, study: &Study, findings: &Findings, context: &PictureContext) -> Vec<Primitive> {
    let mut marks = Vec::new();
    let palette = Palette::of(study.picture.theme);
    let leaves = |trajectory: &Trajectory| {
        trajectory.steps.iter().any(|step| !layout.plot.contains(layout.pixel_from_world(step.w)))
    };
    let has_labels = shown(study, findings).iter().any(|shown| leaves(shown.trajectory));
    let lines = if has_labels { pieces_of_runs(layout, study, findings) } else { Vec::new() };
    let mut labels = Labels { taken: Vec::new(), lines };
    for Shown { index, colour, trajectory, .. } in shown(study, findings) {
        let last = context.last_step(index, trajectory);
        let finished = last + 1 == trajectory.steps.len();
        let end = layout.pixel_from_world(trajectory.steps[last].w);
        if !layout.plot.contains(end) {
            exit(layout, &trajectory.steps[..=last], colour, palette, &mut labels, &mut marks);
        } else if finished && matches!(trajectory.stop, StopReason::Diverged | StopReason::Undefined) {
            crossed(end, 6.0 * layout.scale, layout.scale, [palette.casings[1], colour], &mut marks);
        } else {
            let stroke = Some(Stroke { width: 1.4 * layout.scale, colour: palette.casings[1], dash: None });
            let radius = END_RADIUS * layout.scale;
            marks.push(Primitive::Circle { centre: end, radius, fill: Some(colour), stroke });
        }
    }
    starts(layout, study, &mut marks);
    marks
}

/// The labels of runs that have left the view, and what they give way to.
struct Labels {
    taken: Vec<Rect>,
    lines: Vec<[[f64; 2]; 2]>,
}

/// The arrow head where a run is drawn to leave the view, with the step at which it left for good.
fn exit(
    layout: &Layout,
    steps: &[Step],
    colour: Colour,
    palette: &Palette,
    labels: &mut Labels,
    marks: &mut Vec<Primitive>,
) {
    let exits = Exits::of(layout, steps);
    let pixel = |index: usize| steps.get(index).map(|step| layout.pixel_from_world(step.w));
    // The last drawn segment that touches the view; a step that crosses the view from one side to the other counts,
    // too.
    let found = (0..exits.last_drawn).rev().find_map(|index| {
        let (a, b) = (pixel(index)?, pixel(index + 1)?);
        if layout.plot.contains(a) && !(b[0].is_finite() && b[1].is_finite()) {
            return Some((pixel(index.checked_sub(1)?)?, a));
        }
        clip::segment(a, b, &layout.plot)
    });
    let Some((from, border)) = found else { return };
    let length = clip::distance(from, border);
    if length < 1e-6 {
        return;
    }
    let direction = [(border[0] - from[0]) / length, (border[1] - from[1]) / length];
    let outline = Some(Stroke { width: 1.2 * layout.scale, colour: palette.casings[1], dash: None });
    marks.push(head(border, direction, 13.0 * layout.scale, colour, outline));
    if let Some(step) = exits.left_at.filter(|step| *step > 0) {
        let Labels { taken, lines } = labels;
        marks.extend(step_label(layout, border, step, palette, taken, lines));
    }
}

/// `left at step 12`, inside the plot beside a point of its border and off the runs; nothing if other such labels are there.
fn step_label(
    layout: &Layout,
    border: [f64; 2],
    step: usize,
    palette: &Palette,
    labels: &mut Vec<Rect>,
    lines: &[[[f64; 2]; 2]],
) -> Option<Primitive> {
    let size = 11.5 * layout.scale;
    let words = format!("left at step {step}");
    let half = [0.5 * text::plain_width(Font::Sans, size, &words), 0.5 * size];
    let inner = layout.plot.grown(-4.0 * layout.scale);
    // Beside the arrow head, on the side with more room.
    let middle = 0.5 * (layout.plot.min[0] + layout.plot.max[0]);
    let side = if border[0] < middle { 1.0 } else { -1.0 };
    let x = within(border[0] + side * (half[0] + 13.0 * layout.scale), inner.min[0] + half[0], inner.max[0] - half[0]);
    let y = within(border[1], inner.min[1] + half[1], inner.max[1] - half[1]);
    let first = Rect { min: [x - half[0], y - half[1]], max: [x + half[0], y + half[1]] };
    let rect = give_way::place(first, &inner.grown(0.5), labels, lines, layout.scale)?;
    labels.push(rect);
    let at = [0.5 * (rect.min[0] + rect.max[0]), 0.5 * (rect.min[1] + rect.max[1]) + 0.36 * size];
    Some(Primitive::Text {
        at,
        anchor: Anchor::Middle,
        font: Font::Sans,
        size,
        runs: text::plain(words),
        colour: palette.text,
        halo: Some((palette.plot, 3.2 * layout.scale)),
    })
}

/// A cross where a run diverged or became undefined.
fn crossed(centre: [f64; 2], arm: f64, scale: f64, colours: [Colour; 2], marks: &mut Vec<Primitive>) {
    let mut contents = Vec::new();
    for (width, colour) in [5.2, 2.8].into_iter().zip(colours) {
        for slope in [-1.0, 1.0] {
            let points = vec![[centre[0] - arm, centre[1] - slope * arm], [centre[0] + arm, centre[1] + slope * arm]];
            contents.push(Primitive::Polyline { points, stroke: Stroke { width: width * scale, colour, dash: None } });
        }
    }
    marks.push(Primitive::Anchored { at: centre, lies: Lies::Upright, contents });
}

/// The most vertices that are tested for the placement of a card.
const MOST_SEGMENTS: usize = 2_000;

/// The pieces of all runs in the plot, in pixels.
pub(super) fn segments(input: &LayerInput<'_>) -> Vec<[[f64; 2]; 2]> {
    pieces_of_runs(input.layout, input.study, input.findings)
}

fn pieces_of_runs(layout: &Layout, study: &Study, findings: &Findings) -> Vec<[[f64; 2]; 2]> {
    let mut segments = Vec::new();
    for Shown { trajectory, .. } in shown(study, findings) {
        let pixels: Vec<[f64; 2]> = trajectory.steps.iter().map(|step| layout.pixel_from_world(step.w)).collect();
        for piece in clip::line(fewer(pixels, MOST_SEGMENTS), &layout.plot) {
            segments.extend(piece.windows(2).map(|pair| [pair[0], pair[1]]));
        }
    }
    segments
}

/// At most about so many of the points of a path, with those farthest to each side in every stretch of it: every second point of
/// a zigzag would be on one side of it.
fn fewer(points: Vec<[f64; 2]>, most: usize) -> Vec<[f64; 2]> {
    if points.len() <= most {
        return points;
    }
    let outermost = |stretch: &[[f64; 2]]| {
        let along = |axis: usize, sign: f64| {
            let finite = stretch.iter().enumerate().filter(|(_, point)| point[axis].is_finite());
            finite.max_by(|(_, a), (_, b)| (sign * a[axis]).total_cmp(&(sign * b[axis]))).map(|(index, _)| index)
        };
        let mut indices: Vec<usize> =
            [along(0, 1.0), along(0, -1.0), along(1, 1.0), along(1, -1.0)].into_iter().flatten().collect();
        indices.sort_unstable();
        indices.dedup();
        indices.into_iter().map(|index| stretch[index]).collect::<Vec<_>>()
    };
    let length = 4 * points.len().div_ceil(most.max(1));
    let ends = [points.first().copied(), points.last().copied()];
    let between = points.chunks(length).flat_map(outermost);
    ends[0].into_iter().chain(between).chain(ends[1]).collect()
}

/// The start point in pixels.
pub(super) fn start_pixel(input: &LayerInput<'_>) -> [f64; 2] {
    let [w1, w2] = input.study.start;
    input.layout.pixel_from_world(Vector::new(w1, w2))
}

#[cfg(test)]
mod tests {
    use super::fewer;

    /// A zigzag keeps both of its sides, and an excursion of one step is not lost.
    #[test]
    fn fewer_points_reach_as_far() {
        let mut path: Vec<[f64; 2]> = (0..9_001).map(|k| [f64::from(k), if k % 2 == 0 { -1.0 } else { 1.0 }]).collect();
        path[4_321][1] = 50.0;
        let kept = fewer(path.clone(), 2_000);
        assert!(kept.len() <= 2_100, "{}", kept.len());
        let heights =
            |at: &[[f64; 2]]| at.iter().map(|point| point[1]).fold([0.0_f64; 2], |[a, b], y| [a.min(y), b.max(y)]);
        for stretch in kept.chunks(100) {
            assert!(heights(stretch)[0] == -1.0 && heights(stretch)[1] >= 1.0);
        }
        assert_eq!((kept[0], kept[kept.len() - 1], heights(&kept)), (path[0], path[9_000], [-1.0, 50.0]));
        assert_eq!(fewer(path[..100].to_vec(), 2_000), path[..100]);
    }
}
