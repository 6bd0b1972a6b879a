//! Trajectories: a line a run with a dot each step, where all start, and how each ends.

use super::clip;
use super::cross::head;
use super::starts::starts;
use super::theme::{self, CASING, INK_DARK, INK_LIGHT};
use super::{Colour, Layout, PictureContext, Primitive, Stroke};
use crate::landscape::Loss;
use crate::number::Vector;
use crate::optimizer::{self, Optimizer, Run, Step, StopReason, Trajectory, trace};
use crate::study::{Findings, Study};

/// The radius of the start mark at scale 1: what the pointer grips.
pub const START_RADIUS: f64 = 7.5;
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

/// The shown runs in the order in which they are painted: first those that hide most, random runs, which spread over their
/// surroundings, and last the thin curves of reference.
fn shown<'a>(study: &'a Study, findings: &'a Findings) -> Vec<Shown<'a>> {
    let runs = study.runs.iter().zip(&findings.trajectories).enumerate();
    let shown = runs.filter_map(|(index, (run, trajectory))| match trajectory {
        Some(Ok(trajectory)) if !trajectory.steps.is_empty() => {
            let optimizer = optimizer::find(&run.optimizer)?;
            Some(Shown { index, run, optimizer, colour: theme::run(run.colour), trajectory })
        }
        _ => None,
    });
    let mut shown: Vec<Shown<'_>> = shown.collect();
    shown.sort_by_key(|run| (run.optimizer.is_continuous(), !run.optimizer.is_random()));
    shown
}

/// Lines and dots: what lies under the markers of critical points.
pub(super) fn lines(layout: &Layout, study: &Study, findings: &Findings, context: &PictureContext) -> Vec<Primitive> {
    let mut marks = Vec::new();
    for shown in shown(study, findings) {
        let Shown { colour, trajectory, .. } = shown;
        let last = context.last_step(shown.index, trajectory);
        let pixel = |step: &Step| layout.pixel_from_world(step.w);
        if last + 1 < trajectory.steps.len() {
            // What is still to come, when the run is played step by step.
            let stroke = Stroke { width: 1.2 * layout.scale, colour: colour.faded(0.55), dash: None };
            for points in clip::line(trajectory.steps[last..].iter().map(pixel), &layout.plot) {
                marks.push(Primitive::Polyline { points, stroke });
            }
        }
        let gone = &trajectory.steps[..=last];
        let (pieces, widths) = if shown.optimizer.is_continuous() {
            let curve = curve(layout, &findings.loss, shown.run, gone);
            (clip::line(curve, &layout.plot), [2.8, 1.3])
        } else {
            (clip::line(gone.iter().map(pixel), &layout.plot), [4.7, 2.5])
        };
        for (width, colour) in widths.into_iter().zip([CASING, colour]) {
            let stroke = Stroke { width: width * layout.scale, colour, dash: None };
            marks.extend(pieces.iter().map(|points| Primitive::Polyline { points: points.clone(), stroke }));
        }
        if !shown.optimizer.is_continuous() {
            dots(layout, gone.iter().map(pixel), colour, &mut marks);
        }
    }
    marks
}

/// A curve of which a run has recorded moments only is followed between them where chords would show.
const MOMENTS: usize = 8;

fn curve(layout: &Layout, loss: &Loss, run: &Run, gone: &[Step]) -> Vec<[f64; 2]> {
    let pixel = |w: Vector| layout.pixel_from_world(w);
    let mut points = Vec::with_capacity(gone.len());
    points.extend(gone.first().map(|step| pixel(step.w)));
    for pair in gone.windows(2) {
        let ([from, to], slope) = ([pair[0].w, pair[1].w], loss.jet(pair[0].w).gradient);
        let [a, b] = [pixel(from), pixel(to)];
        // Where the curve's tangent leaves the chord by more than half a pixel.
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

/// A dot each step, where it does not touch another dot of its run.
fn dots(layout: &Layout, points: impl Iterator<Item = [f64; 2]>, colour: Colour, marks: &mut Vec<Primitive>) {
    let radius = DOT_RADIUS * layout.scale;
    let apart = 2.0 * radius + 1.2 * layout.scale;
    let mut dots = DotGrid::new(layout, apart);
    let mut before: Option<[f64; 2]> = None;
    let outline = Some(Stroke { width: 0.9 * layout.scale, colour: INK_DARK, dash: None });
    for centre in points {
        let near = before.is_some_and(|before| clip::distance(before, centre) < apart);
        before = Some(centre);
        if !near && layout.plot.contains(centre) && dots.claim(centre) {
            marks.push(Primitive::Circle { centre, radius, fill: Some(colour), stroke: outline });
        }
    }
}

/// Squares of the plot with the dot that lies in each, to find those nearby; NaN where there is none.
struct DotGrid {
    origin: [f64; 2],
    apart: f64,
    columns: usize,
    squares: Vec<[f32; 2]>,
}

impl DotGrid {
    fn new(layout: &Layout, apart: f64) -> DotGrid {
        let side = |length: f64| (length / apart) as usize + 3;
        let (columns, rows) = (side(layout.plot.width()), side(layout.plot.height()));
        DotGrid { origin: layout.plot.min, apart, columns, squares: vec![[f32::NAN; 2]; columns * rows] }
    }

    /// Takes the place of a dot in the plot; false where another dot is too near.
    fn claim(&mut self, point: [f64; 2]) -> bool {
        let cell = |i: usize| ((point[i] - self.origin[i]) / self.apart) as usize + 1;
        let (column, row) = (cell(0), cell(1));
        let near = |square: &[f32; 2]| clip::distance(square.map(f64::from), point) < self.apart;
        for row in row - 1..=row + 1 {
            let from = row * self.columns + column - 1;
            if self.squares.get(from..from + 3).is_some_and(|squares| squares.iter().any(near)) {
                return false;
            }
        }
        if let Some(square) = self.squares.get_mut(row * self.columns + column) {
            *square = point.map(|x| x as f32);
        }
        true
    }
}

/// Where each run is or ended, and where all start.
pub(super) fn ends(layout: &Layout, study: &Study, findings: &Findings, context: &PictureContext) -> Vec<Primitive> {
    let mut marks = Vec::new();
    for Shown { index, colour, trajectory, .. } in shown(study, findings) {
        let last = context.last_step(index, trajectory);
        let finished = last + 1 == trajectory.steps.len();
        let end = layout.pixel_from_world(trajectory.steps[last].w);
        if !layout.plot.contains(end) {
            marks.extend(exit(layout, trajectory, last, colour));
        } else if finished && matches!(trajectory.stop, StopReason::Diverged | StopReason::Undefined) {
            crossed(end, 6.0 * layout.scale, layout.scale, colour, &mut marks);
        } else {
            let stroke = Some(Stroke { width: 1.4 * layout.scale, colour: INK_DARK, dash: None });
            let radius = END_RADIUS * layout.scale;
            marks.push(Primitive::Circle { centre: end, radius, fill: Some(colour), stroke });
        }
    }
    starts(layout, study, &mut marks);
    marks
}

/// The arrow head where a run left the view for good.
fn exit(layout: &Layout, trajectory: &Trajectory, last: usize, colour: Colour) -> Option<Primitive> {
    let steps = &trajectory.steps[..=last];
    let pixel = |index: usize| steps.get(index).map(|step| layout.pixel_from_world(step.w));
    // The last segment that touches the view; a step from one side over the view to beyond the other counts too.
    let (from, border) = (0..last).rev().find_map(|index| {
        let (a, b) = (pixel(index)?, pixel(index + 1)?);
        if layout.plot.contains(a) && !(b[0].is_finite() && b[1].is_finite()) {
            return Some((pixel(index.checked_sub(1)?)?, a));
        }
        clip::segment(a, b, &layout.plot)
    })?;
    let length = clip::distance(from, border);
    if length < 1e-6 {
        return None;
    }
    let direction = [(border[0] - from[0]) / length, (border[1] - from[1]) / length];
    let outline = Some(Stroke { width: 1.2 * layout.scale, colour: INK_DARK, dash: None });
    Some(head(border, direction, 12.0 * layout.scale, colour, outline))
}

/// A cross where a run diverged or met the undefined.
fn crossed(centre: [f64; 2], arm: f64, scale: f64, colour: Colour, marks: &mut Vec<Primitive>) {
    for (width, colour) in [(5.2, CASING), (2.8, colour)] {
        for slope in [-1.0, 1.0] {
            let points = vec![[centre[0] - arm, centre[1] - slope * arm], [centre[0] + arm, centre[1] + slope * arm]];
            marks.push(Primitive::Polyline { points, stroke: Stroke { width: width * scale, colour, dash: None } });
        }
    }
}

/// The start: a dark ring with a white middle and a white rim, the same for all runs.
pub fn start(layout: &Layout, w: Vector, marks: &mut Vec<Primitive>) {
    let centre = layout.pixel_from_world(w);
    if !layout.plot.contains(centre) {
        return;
    }
    let scale = layout.scale;
    let mut disc = |radius: f64, fill: Colour| {
        marks.push(Primitive::Circle { centre, radius: radius * scale, fill: Some(fill), stroke: None });
    };
    disc(START_RADIUS + 1.3, INK_LIGHT.faded(0.9));
    disc(START_RADIUS, INK_DARK);
    disc(START_RADIUS - 3.2, INK_LIGHT);
}

/// The pixels of everything of a run that a card should not lie on: a sample of its points, and its end.
pub(super) fn sample(layout: &Layout, study: &Study, findings: &Findings) -> Vec<[f64; 2]> {
    let own = study.runs.iter().filter(|run| run.shown).filter_map(|run| run.start);
    let starts = own.chain([study.start]);
    let mut points: Vec<[f64; 2]> = starts.map(|start| layout.pixel_from_world(Vector::from(start))).collect();
    for Shown { trajectory, .. } in shown(study, findings) {
        let stride = trajectory.steps.len() / 64 + 1;
        points.extend(trajectory.steps.iter().step_by(stride).map(|step| layout.pixel_from_world(step.w)));
        points.push(layout.pixel_from_world(trajectory.end().w));
    }
    points.retain(|point| layout.plot.contains(*point));
    points
}
