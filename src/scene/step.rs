//! The evaluations of each run in its step, while the runs are played.
//!
//! The gradient, the direction or velocity, and the step itself are arrows. The quadratic model has level lines, and a
//! diamond at its goal. The trial points of a line search are small rings, and the accepted one is filled. Each mark is
//! labelled if there is room, and none is much longer than a quarter of the picture.

use super::clip;
use super::cross::head;
use super::theme::Palette;
use super::{Anchor, Colour, Font, Layout, PictureContext, Primitive, Rect, Stroke, text, within};
use crate::field::Grid;
use crate::number::{Matrix, Vector};
use crate::optimizer::{Observation, Run};
use crate::study::{Findings, Study};
use std::f64::consts::TAU;

/// Nodes along each side of the grid on which a model's level lines are found.
const NODES: usize = 48;
/// The greatest length of the gradient's arrow in pixels at scale 1.
const LONGEST: f64 = 64.0;
/// The greatest length of another mark that is not a step, as a share of the plot's shorter side.
const LONGEST_SHARE: f64 = 0.28;
/// Level lines of a model between the point and its goal.
const LEVELS: i32 = 3;
/// The size of labels at scale 1.
const LABEL: f64 = 11.5;

/// The marks of all runs that are not at their end, with their labels on top.
pub(super) fn marks(layout: &Layout, study: &Study, findings: &Findings, context: &PictureContext) -> Vec<Primitive> {
    let mut marks = Vec::new();
    let mut labels = Labels::default();
    let Some(moments) = &context.moments else { return marks };
    let palette = Palette::of(study.picture.theme);
    for ((run, moment), trajectory) in study.runs.iter().zip(moments).zip(&findings.trajectories) {
        let (Some(moment), Some(Ok(trajectory))) = (moment, trajectory) else { continue };
        let Some(here) = trajectory.steps.get(moment.index) else { continue };
        let next = trajectory.steps.get(moment.index + 1).map(|step| step.w);
        let step = StepMarks { layout, run, w: here.w, next, colour: palette.run(run.colour), palette };
        // Models lie below arrows, arrows below points.
        for rank in 0..3 {
            for observation in &moment.observations {
                step.observation(observation, rank, &mut marks, &mut labels);
            }
            if rank == 1 {
                step.step(&mut marks);
            }
        }
    }
    marks.extend(labels.placed(layout, palette));
    marks
}

/// The labels of marks, with their places.
#[derive(Default)]
struct Labels {
    wanted: Vec<([f64; 2], &'static str)>,
}

impl Labels {
    fn add(&mut self, at: [f64; 2], words: &'static str) {
        self.wanted.push((at, words));
    }

    /// The labels beside their marks, without those that would overlap another one or repeat the same text nearby.
    fn placed(self, layout: &Layout, palette: &Palette) -> Vec<Primitive> {
        let size = LABEL * layout.scale;
        let mut taken: Vec<(Rect, &str)> = Vec::new();
        let mut texts = Vec::new();
        for (at, words) in self.wanted {
            let width = text::plain_width(Font::Sans, size, words);
            let to_right = at[0] + width + 10.0 * layout.scale < layout.plot.max[0];
            let left = if to_right { at[0] + 8.0 * layout.scale } else { at[0] - 8.0 * layout.scale - width };
            let rect = Rect { min: [left, at[1] - 0.6 * size], max: [left + width, at[1] + 0.6 * size] };
            let is_said = |(_, other): &(Rect, &str)| *other == words;
            let is_free = layout.plot.contains(rect.min) && layout.plot.contains(rect.max);
            if !is_free || taken.iter().any(|other| other.0.overlaps(&rect) || is_said(other)) {
                continue;
            }
            taken.push((rect, words));
            texts.push(Primitive::Text {
                at: [left, at[1] + 0.36 * size],
                anchor: Anchor::Start,
                font: Font::Sans,
                size,
                runs: text::plain(words),
                colour: palette.text,
                halo: Some((palette.plot, 3.2 * layout.scale)),
            });
        }
        texts
    }
}

struct StepMarks<'a> {
    layout: &'a Layout,
    run: &'a Run,
    w: Vector,
    next: Option<Vector>,
    colour: Colour,
    palette: &'a Palette,
}

impl StepMarks<'_> {
    fn observation(&self, observation: &Observation, rank: usize, marks: &mut Vec<Primitive>, labels: &mut Labels) {
        let scale = self.layout.scale;
        match (rank, observation) {
            (0, Observation::Model { curvature, goal }) => self.model(curvature, *goal, marks, labels),
            (0, Observation::Radius(radius)) => self.trust_region(*radius, marks, labels),
            (1, Observation::Gradient(gradient)) => {
                let arrow = self.shortened(-self.rated(*gradient), LONGEST * scale);
                self.arrow(arrow, self.palette.ink, Some("−∇L"), marks, labels);
            }
            (1, Observation::Velocity(velocity)) => {
                let arrow = self.shortened(-self.rated(*velocity), self.longest());
                self.arrow(arrow, self.colour, Some("velocity"), marks, labels);
            }
            (1, Observation::ScaledGradient(velocity)) => {
                let arrow = self.shortened(-self.rated(*velocity), self.longest());
                self.arrow(arrow, self.colour, Some("scaled gradient"), marks, labels);
            }
            (1, Observation::Direction(direction)) => {
                let ends = [self.w, self.w + self.shortened(*direction, self.longest())];
                let [from, to] = ends.map(|w| self.layout.pixel_from_world(w));
                self.cased_line([from, to], [6.0, 4.0], 1.3, marks);
                labels.add(to, "search direction");
            }
            (2, Observation::Trial { w, accepted, .. }) => {
                let centre = self.layout.pixel_from_world(*w);
                if self.layout.plot.contains(centre) {
                    let fill = Some(if *accepted { self.colour } else { self.palette.casings[1].faded(0.6) });
                    let stroke = Some(Stroke { width: 1.4 * scale, colour: self.palette.ink, dash: None });
                    marks.push(Primitive::Circle { centre, radius: 3.4 * scale, fill, stroke });
                    labels.add(centre, if *accepted { "accepted" } else { "trial" });
                }
            }
            (2, Observation::Model { goal, .. }) => {
                let [x, y] = self.layout.pixel_from_world(*goal);
                let r = 5.5 * scale;
                let points = vec![[x, y - r], [x + r, y], [x, y + r], [x - r, y]];
                if self.layout.plot.contains([x, y]) {
                    let stroke = Some(Stroke { width: 1.6 * scale, colour: self.palette.ink, dash: None });
                    marks.push(Primitive::Polygon { points, fill: self.colour, stroke });
                    labels.add([x, y], "goal of the quadratic model");
                }
            }
            _ => {}
        }
    }

    /// The circle within which the model is trusted; none if it surrounds most of the picture.
    fn trust_region(&self, radius: f64, marks: &mut Vec<Primitive>, labels: &mut Labels) {
        let at = |angle: f64| {
            self.layout.pixel_from_world(self.w + radius * Vector::new(libm::cos(angle), libm::sin(angle)))
        };
        let centre = self.layout.pixel_from_world(self.w);
        if clip::distance(centre, at(0.0)).max(clip::distance(centre, at(0.25 * TAU))) > 2.0 * self.longest() {
            return;
        }
        self.cased_line((0..=64).map(|k| at(TAU * f64::from(k) / 64.0)), [2.0, 4.0], 1.4, marks);
        labels.add(at(0.125 * TAU), "trust region");
    }

    /// The greatest length of a mark that is not a step, in pixels.
    fn longest(&self) -> f64 {
        LONGEST_SHARE * self.layout.plot.width().min(self.layout.plot.height())
    }

    /// A direction times the learning rates: the corresponding displacement in weights.
    fn rated(&self, direction: Vector) -> Vector {
        let rate = |key: &str| self.run.setting(key);
        match (rate("learning_rate"), rate("learning_rate_1"), rate("learning_rate_2")) {
            (Some(rate), ..) => rate * direction,
            (None, Some(first), Some(second)) => Vector::new(first * direction.x, second * direction.y),
            _ => direction,
        }
    }

    /// A direction that is not a step, shortened to at most `longest` pixels.
    fn shortened(&self, direction: Vector, longest: f64) -> Vector {
        let [from, to] = [self.w, self.w + direction].map(|w| self.layout.pixel_from_world(w));
        let length = clip::distance(from, to);
        if length > longest { direction * (longest / length) } else { direction }
    }

    /// The step itself.
    fn step(&self, marks: &mut Vec<Primitive>) {
        if let Some(next) = self.next {
            self.arrow(next - self.w, self.colour, None, marks, &mut Labels::default());
        }
    }

    fn arrow(
        &self,
        step: Vector,
        colour: Colour,
        words: Option<&'static str>,
        marks: &mut Vec<Primitive>,
        labels: &mut Labels,
    ) {
        let [from, to] = [self.w, self.w + step].map(|w| self.layout.pixel_from_world(w));
        let length = clip::distance(from, to);
        let scale = self.layout.scale;
        if !(length.is_finite() && length > 6.0 * scale) {
            return;
        }
        let casing = self.palette.casings[1];
        let direction = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
        let size = (9.0 * scale).min(0.6 * length);
        let neck = [to[0] - 0.8 * size * direction[0], to[1] - 0.8 * size * direction[1]];
        for (width, colour) in [(4.4, casing), (2.0, colour)] {
            self.line([from, neck], Stroke { width: width * scale, colour, dash: None }, marks);
        }
        if self.layout.plot.contains(to) {
            marks.push(head(to, direction, size, colour, Some(Stroke { width: scale, colour: casing, dash: None })));
            if let Some(words) = words {
                labels.add(to, words);
            }
        }
    }

    /// The level lines of the quadratic model through the point and towards its goal.
    fn model(&self, curvature: &Matrix, goal: Vector, marks: &mut Vec<Primitive>, labels: &mut Labels) {
        let reach = goal - self.w;
        // The goal is where the model's gradient vanishes, so about it the model is ½(w − goal)ᵀB(w − goal).
        let model = |w: Vector| 0.5 * (w - goal).dot(&(curvature * (w - goal)));
        let own = model(self.w);
        if !(own.is_finite() && own != 0.0 && reach.norm() > 0.0) {
            return;
        }
        let view = self.layout.view;
        let node = |[low, high]: [f64; 2], k: usize| low + (high - low) * k as f64 / (NODES - 1) as f64;
        let values = (0..NODES * NODES)
            .map(|k| model(Vector::new(node(view.w1, k % NODES), node(view.w2, k / NODES))))
            .collect();
        let grid = Grid { view, columns: NODES, rows: NODES, values };
        let mut levels: Vec<f64> = (1..=LEVELS).map(|k| own * f64::from(k * k) / f64::from(LEVELS * LEVELS)).collect();
        levels.sort_by(f64::total_cmp);
        let scale = self.layout.scale;
        // Only around the point and the goal, because the model is not meaningful far from both.
        let ends = [self.w, goal].map(|w| self.layout.pixel_from_world(w));
        let around =
            Rect { min: [0, 1].map(|i| ends[0][i].min(ends[1][i])), max: [0, 1].map(|i| ends[0][i].max(ends[1][i])) };
        let reach = within(0.6 * clip::distance(ends[0], ends[1]), 30.0 * scale, 0.5 * self.longest());
        let near = around.grown(reach);
        let mut drawn: Vec<Vec<[f64; 2]>> = Vec::new();
        for line in grid.contours(&levels) {
            let pixels: Vec<[f64; 2]> = line.points.iter().map(|w| self.layout.pixel_from_world(*w)).collect();
            for points in clip::line(pixels, &near) {
                self.cased(&points, [5.0, 4.0], 1.5, self.colour, marks);
                drawn.push(points);
            }
        }
        // At the end of a line that is farthest from the point and the goal, which have labels of their own.
        let distance = |at: &[f64; 2]| ends.iter().map(|end| clip::distance(*end, *at)).fold(f64::INFINITY, f64::min);
        let tips = drawn.iter().filter_map(|line| Some([*line.first()?, *line.last()?])).flatten();
        let tips = tips.filter(|tip| self.layout.plot.contains(*tip));
        if let Some(at) = tips.max_by(|a, b| distance(a).total_cmp(&distance(b))) {
            labels.add(at, "levels of the quadratic model");
        }
    }

    /// A dashed line in the ink of the theme, with a casing.
    fn cased_line(
        &self,
        points: impl IntoIterator<Item = [f64; 2]>,
        dash: [f64; 2],
        width: f64,
        marks: &mut Vec<Primitive>,
    ) {
        let points: Vec<[f64; 2]> = points.into_iter().collect();
        self.cased(&points, dash, width, self.palette.ink, marks);
    }

    fn cased(&self, points: &[[f64; 2]], dash: [f64; 2], width: f64, colour: Colour, marks: &mut Vec<Primitive>) {
        let scale = self.layout.scale;
        let casing = self.palette.casings[1].faded(0.7);
        for (width, colour, dash) in [(width + 1.8, casing, None), (width, colour, Some(dash.map(|x| x * scale)))] {
            self.line(points.iter().copied(), Stroke { width: width * scale, colour, dash }, marks);
        }
    }

    fn line(&self, points: impl IntoIterator<Item = [f64; 2]>, stroke: Stroke, marks: &mut Vec<Primitive>) {
        for points in clip::line(points, &self.layout.plot) {
            marks.push(Primitive::Polyline { points, stroke });
        }
    }
}
