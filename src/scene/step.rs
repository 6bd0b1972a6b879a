//! A step under the glass: what each run looks at where it is, while the runs are played.
//!
//! The gradient, the direction or velocity and the step itself are arrows; the quadratic model is drawn by its level lines
//! with its goal as a diamond; the trial points of a line search are small rings, the accepted one filled.

use super::clip;
use super::cross::head;
use super::theme::{self, CASING, INK_DARK, INK_LIGHT};
use super::{Colour, Layout, PictureContext, Primitive, Stroke};
use crate::field::Grid;
use crate::number::{Matrix, Vector};
use crate::optimizer::{Observation, Run};
use crate::study::{Findings, Study};
use std::f64::consts::TAU;

/// Nodes along each side of the grid on which a model's level lines are found.
const NODES: usize = 48;
/// The greatest length of the gradient's arrow in pixels at scale 1.
const LONGEST: f64 = 64.0;
/// Level lines of a model between the point and its goal.
const LEVELS: i32 = 3;

/// The marks of all runs that are not at their end.
pub(super) fn marks(layout: &Layout, study: &Study, findings: &Findings, context: &PictureContext) -> Vec<Primitive> {
    let mut marks = Vec::new();
    let Some(moments) = &context.moments else { return marks };
    for ((run, moment), trajectory) in study.runs.iter().zip(moments).zip(&findings.trajectories) {
        let (Some(moment), Some(Ok(trajectory))) = (moment, trajectory) else { continue };
        let Some(here) = trajectory.steps.get(moment.index) else { continue };
        let next = trajectory.steps.get(moment.index + 1).map(|step| step.w);
        let glass = Glass { layout, run, w: here.w, next, colour: theme::run(run.colour) };
        // Models lie below arrows, arrows below points.
        for rank in 0..3 {
            moment.observations.iter().for_each(|observation| glass.observation(observation, rank, &mut marks));
            if rank == 1 {
                glass.step(&mut marks);
            }
        }
    }
    marks
}

struct Glass<'a> {
    layout: &'a Layout,
    run: &'a Run,
    w: Vector,
    next: Option<Vector>,
    colour: Colour,
}

impl Glass<'_> {
    fn observation(&self, observation: &Observation, rank: usize, marks: &mut Vec<Primitive>) {
        let scale = self.layout.scale;
        match (rank, observation) {
            (0, Observation::Model { curvature, goal }) => self.model(curvature, *goal, marks),
            (0, Observation::Radius(radius)) => {
                let around = |k: usize| {
                    let angle = TAU * k as f64 / 64.0;
                    self.layout.pixel_from_world(self.w + *radius * Vector::new(libm::cos(angle), libm::sin(angle)))
                };
                let stroke = Stroke { width: 1.4 * scale, colour: INK_LIGHT, dash: Some([2.0 * scale, 4.0 * scale]) };
                self.line((0..=64).map(around), stroke, marks);
            }
            (1, Observation::Gradient(gradient)) => {
                self.arrow(self.shortened(-self.rated(*gradient)), INK_LIGHT, marks)
            }
            (1, Observation::Velocity(velocity) | Observation::ScaledGradient(velocity)) => {
                self.arrow(-self.rated(*velocity), self.colour, marks);
            }
            (1, Observation::Direction(direction)) => {
                let stroke = Stroke { width: 1.2 * scale, colour: INK_LIGHT, dash: Some([6.0 * scale, 4.0 * scale]) };
                let ends = [self.w, self.w + *direction].map(|w| self.layout.pixel_from_world(w));
                self.line(ends, stroke, marks);
            }
            (2, Observation::Trial { w, accepted, .. }) => {
                let centre = self.layout.pixel_from_world(*w);
                if self.layout.plot.contains(centre) {
                    let fill = Some(if *accepted { self.colour } else { INK_DARK.faded(0.6) });
                    let stroke = Some(Stroke { width: 1.4 * scale, colour: INK_LIGHT, dash: None });
                    marks.push(Primitive::Circle { centre, radius: 3.4 * scale, fill, stroke });
                }
            }
            (2, Observation::Model { goal, .. }) => {
                let [x, y] = self.layout.pixel_from_world(*goal);
                let r = 5.5 * scale;
                let points = vec![[x, y - r], [x + r, y], [x, y + r], [x - r, y]];
                if self.layout.plot.contains([x, y]) {
                    let stroke = Some(Stroke { width: 1.6 * scale, colour: INK_LIGHT, dash: None });
                    marks.push(Primitive::Polygon { points, fill: self.colour, stroke });
                }
            }
            _ => {}
        }
    }

    /// What is followed, times the learning rates: the length in weights that it stands for.
    fn rated(&self, direction: Vector) -> Vector {
        let rate = |key: &str| self.run.setting(key);
        match (rate("learning_rate"), rate("learning_rate_1"), rate("learning_rate_2")) {
            (Some(rate), ..) => rate * direction,
            (None, Some(first), Some(second)) => Vector::new(first * direction.x, second * direction.y),
            _ => direction,
        }
    }

    /// A direction that is no step: no longer than can be read.
    fn shortened(&self, direction: Vector) -> Vector {
        let [from, to] = [self.w, self.w + direction].map(|w| self.layout.pixel_from_world(w));
        let length = clip::distance(from, to);
        if length > LONGEST * self.layout.scale {
            direction * (LONGEST * self.layout.scale / length)
        } else {
            direction
        }
    }

    /// The step itself.
    fn step(&self, marks: &mut Vec<Primitive>) {
        if let Some(next) = self.next {
            self.arrow(next - self.w, self.colour, marks);
        }
    }

    fn arrow(&self, step: Vector, colour: Colour, marks: &mut Vec<Primitive>) {
        let [from, to] = [self.w, self.w + step].map(|w| self.layout.pixel_from_world(w));
        let length = clip::distance(from, to);
        let scale = self.layout.scale;
        if !(length.is_finite() && length > 6.0 * scale) {
            return;
        }
        let direction = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
        let size = (9.0 * scale).min(0.6 * length);
        let neck = [to[0] - 0.8 * size * direction[0], to[1] - 0.8 * size * direction[1]];
        for (width, colour) in [(4.4, CASING), (2.0, colour)] {
            self.line([from, neck], Stroke { width: width * scale, colour, dash: None }, marks);
        }
        if self.layout.plot.contains(to) {
            marks.push(head(to, direction, size, colour, Some(Stroke { width: scale, colour: INK_DARK, dash: None })));
        }
    }

    /// The level lines of the quadratic model through the point and towards its goal.
    fn model(&self, curvature: &Matrix, goal: Vector, marks: &mut Vec<Primitive>) {
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
        let stroke = Stroke { width: 1.5 * scale, colour: self.colour, dash: Some([5.0 * scale, 4.0 * scale]) };
        for line in grid.contours(&levels) {
            self.line(line.points.iter().map(|w| self.layout.pixel_from_world(*w)), stroke, marks);
        }
    }

    fn line(&self, points: impl IntoIterator<Item = [f64; 2]>, stroke: Stroke, marks: &mut Vec<Primitive>) {
        for points in clip::line(points, &self.layout.plot) {
            marks.push(Primitive::Polyline { points, stroke });
        }
    }
}
