//! The box around the surface: its floor, its edges, and the axes with their labels.

use super::super::layout::TICK_SIZE;
use super::super::placement::stroke_scale;
use super::super::theme::Palette;
use super::super::ticks::Tick;
use super::super::{Anchor, Font, Layout, Primitive, Rect, Stroke, text};
use super::projection::{Extent, Projection};
use super::relief::Relief;
use crate::field::{self, ColourScale};
use crate::formula::MathRun;
use crate::number::Vector;
use crate::number::display::fitting;
use crate::number::labels::apart;

/// An axis shorter than this on the screen, at scale 1, has no labels.
const SHORTEST: f64 = 60.0;
/// Labels of heights are so far apart at scale 1.
const APART: f64 = 26.0;
/// The room for a label beside the axis of heights at scale 1.
const HEIGHT_LABEL: f64 = 50.0;

/// An axis of the floor.
struct Axis<'a> {
    ticks: &'a [Tick],
    /// Maps a value to its point in space.
    place: &'a dyn Fn(f64) -> [f64; 3],
    name: Vec<MathRun>,
    ends: [f64; 2],
    /// Away from the surface, on the floor.
    outward: [f64; 2],
}

/// The room that a plain text takes.
pub(super) fn extent(label: &Primitive) -> Rect {
    let Primitive::Text { at, anchor, font, size, runs, .. } = label else {
        return Rect { min: [0.0; 2], max: [0.0; 2] };
    };
    let width = text::width(*font, *size, runs);
    let left = match anchor {
        Anchor::Start => at[0],
        Anchor::Middle => at[0] - 0.5 * width,
        Anchor::End => at[0] - width,
    };
    Rect { min: [left, at[1] - 0.75 * size], max: [left + width, at[1]] }
}

/// The box of a surface as it is seen.
pub struct Frame<'a> {
    /// The map's layout.
    pub layout: &'a Layout,
    /// The surface.
    pub relief: &'a Relief,
    /// How it is seen.
    pub projection: &'a Projection,
    /// The extent of the scene.
    pub extent: &'a Extent,
    /// The colours.
    pub palette: &'a Palette,
    /// The least known value of L in view, which may be below every sample.
    pub least: Option<f64>,
}

impl Frame<'_> {
    fn at(&self, point: [f64; 3]) -> [f64; 2] {
        self.projection.spot(point).at
    }

    fn stroke(&self) -> Stroke {
        Stroke { width: stroke_scale(self.layout.scale).min(2.0), colour: self.palette.axis, dash: None }
    }

    /// The corners, those of the floor first.
    fn corners(&self) -> [[f64; 3]; 8] {
        self.extent.corners()
    }

    /// The corner of the floor that is nearest to the eye.
    fn nearest(&self) -> usize {
        let nearness = |corner: &usize| self.projection.spot(self.corners()[*corner]).nearness;
        (0..4).max_by(|a, b| nearness(a).total_cmp(&nearness(b))).unwrap_or(0)
    }

    /// The floor and the edges behind the surface.
    pub fn behind(&self, marks: &mut Vec<Primitive>) {
        let corners = self.corners();
        let floor: Vec<[f64; 2]> = corners[..4].iter().map(|corner| self.at(*corner)).collect();
        marks.push(Primitive::Polygon { points: floor, fill: self.palette.plot, stroke: Some(self.stroke()) });
        let faint = Stroke { colour: self.palette.axis.faded(0.45), ..self.stroke() };
        let nearest = self.nearest();
        for corner in (0..4).filter(|corner| *corner != nearest) {
            let points = vec![self.at(corners[corner]), self.at(corners[corner + 4])];
            marks.push(Primitive::Polyline { points, stroke: faint });
            // The upper edges that are not in front of the surface.
            let next = (corner + 1) % 4;
            if next != nearest {
                let points = vec![self.at(corners[corner + 4]), self.at(corners[next + 4])];
                marks.push(Primitive::Polyline { points, stroke: faint });
            }
        }
    }

    /// The axes along the edges of the floor that face the eye, and the axis of heights.
    pub fn axes(&self, marks: &mut Vec<Primitive>) {
        let view = self.layout.view;
        let nearness = |point: [f64; 3]| self.projection.spot(point).nearness;
        let ([a, b], floor) = (self.extent.half, self.extent.heights[0]);
        let front = if nearness([0.0, -b, floor]) >= nearness([0.0, b, floor]) { -b } else { b };
        let side = if nearness([-a, 0.0, floor]) >= nearness([a, 0.0, floor]) { -a } else { a };
        // Straight from above all edges are equally near, and the axes are below and to the left, as on the map.
        let side = if (nearness([-a, 0.0, floor]) - nearness([a, 0.0, floor])).abs() < 1e-6 { -a } else { side };
        let place = |value: f64, axis: usize| {
            let w = if axis == 0 { Vector::new(value, view.w2[0]) } else { Vector::new(view.w1[0], value) };
            super::lift::at_height(self.relief, self.layout.pixel_from_world(w), floor)[axis]
        };
        let w1 = |value: f64| [place(value, 0), front, floor];
        let w2 = |value: f64| [side, place(value, 1), floor];
        // Where both axes meet there is room for one label only.
        let mut taken = Vec::new();
        let mut axis = |axis: Axis<'_>, marks: &mut Vec<Primitive>| self.axis(&axis, &mut taken, marks);
        let names = [1, 2].map(text::weight_name);
        let [first, second] = names;
        let (ticks1, ticks2) = (self.layout.ticks_w1(), self.layout.ticks_w2());
        axis(Axis { ticks: &ticks1, place: &w1, name: first, ends: view.w1, outward: [0.0, front] }, marks);
        axis(Axis { ticks: &ticks2, place: &w2, name: second, ends: view.w2, outward: [side, 0.0] }, marks);
        self.heights(marks);
    }

    /// One axis of the floor, without the labels that have no room.
    fn axis(&self, axis: &Axis<'_>, taken: &mut Vec<Rect>, marks: &mut Vec<Primitive>) {
        let Axis { ticks, place, name, ends: [low, high], outward } = axis;
        let scale = self.layout.scale;
        let (from, to) = (self.at(place(*low)), self.at(place(*high)));
        let along = [to[0] - from[0], to[1] - from[1]];
        let length = libm::hypot(along[0], along[1]);
        // Perpendicular to the axis on the screen, away from the surface.
        let out = {
            let seen = self.projection.direction([outward[0], outward[1], 0.0]);
            let [x, y] = [along[1] / length, -along[0] / length];
            if x * seen[0] - y * seen[1] >= 0.0 { [x, y] } else { [-x, -y] }
        };
        if length.is_nan() || length < SHORTEST * scale {
            return;
        }
        let size = TICK_SIZE * scale;
        let step = |at: [f64; 2], by: f64| [at[0] + by * out[0], at[1] + by * out[1]];
        for tick in *ticks {
            let at = self.at(place(tick.value));
            marks.push(Primitive::Polyline { points: vec![at, step(at, 5.0 * scale)], stroke: self.stroke() });
            let label = self.label(step(at, 11.0 * scale), out, text::plain(tick.label.clone()), Font::Sans, size);
            let rect = extent(&label).grown(2.5 * scale);
            if taken.iter().all(|other: &Rect| !other.overlaps(&rect)) {
                taken.push(rect);
                marks.push(label);
            }
        }
        // The name of the axis is beyond its labels, at its middle.
        let middle = [0.5 * (from[0] + to[0]), 0.5 * (from[1] + to[1])];
        let beyond = 36.0 * scale;
        marks.push(self.label(step(middle, beyond), out, name.clone(), Font::SerifItalic, 15.0 * scale));
    }

    /// Words beside a point, on the side of a direction.
    fn label(&self, at: [f64; 2], out: [f64; 2], runs: Vec<MathRun>, font: Font, size: f64) -> Primitive {
        let anchor = match out[0] {
            x if x > 0.38 => Anchor::Start,
            x if x < -0.38 => Anchor::End,
            _ => Anchor::Middle,
        };
        let colour = if font == Font::Sans { self.palette.muted } else { self.palette.text };
        let at = [at[0], at[1] + (0.36 + 0.42 * out[1]) * size];
        let halo = Some((self.palette.background, 3.0 * self.layout.scale));
        Primitive::Text { at, anchor, font, size, runs, colour, halo }
    }

    /// The axis of heights, at the corner that is leftmost on the screen, with the scale of heights.
    fn heights(&self, marks: &mut Vec<Primitive>) {
        let (layout, corners) = (self.layout, self.corners());
        let Some(scale) = &self.relief.scale else { return };
        let left = |corner: &usize| self.at(corners[*corner])[0];
        let corner = (0..4).min_by(|a, b| left(a).total_cmp(&left(b))).unwrap_or(0);
        let place = |height: f64| self.at([corners[corner][0], corners[corner][1], height]);
        let (foot, top) = (place(0.0), place(self.relief.highest));
        if foot[1] - top[1] < SHORTEST * layout.scale {
            return;
        }
        marks.push(Primitive::Polyline { points: vec![foot, top], stroke: self.stroke() });
        let size = TICK_SIZE * layout.scale;
        let mut ticks: Vec<([f64; 2], f64)> = Vec::new();
        for (position, value) in field::ticks(scale) {
            // The least sample is not the least value.
            let value = self.least.filter(|least| value == scale.range[0] && *least < value).unwrap_or(value);
            let at = place(position * self.relief.highest);
            if ticks.iter().all(|(other, _)| (other[1] - at[1]).abs() >= APART * layout.scale) {
                ticks.push((at, value));
            }
        }
        let values: Vec<f64> = ticks.iter().map(|(_, value)| *value).collect();
        let fits = |label: &str| text::plain_width(Font::Sans, size, label) <= HEIGHT_LABEL * layout.scale;
        let labels = apart(&values, 4, |_| true).texts;
        for ((at, value), label) in ticks.iter().zip(labels) {
            let label = if fits(&label) { label } else { fitting(*value, 4, fits) };
            let end = [at[0] - 5.0 * layout.scale, at[1]];
            marks.push(Primitive::Polyline { points: vec![*at, end], stroke: self.stroke() });
            let beside = [at[0] - 9.0 * layout.scale, at[1]];
            marks.push(self.label(beside, [-1.0, 0.0], text::plain(label), Font::Sans, size));
        }
        let at = [top[0], top[1] - 12.0 * layout.scale];
        let mut name = text::weight_name(1);
        name.truncate(1);
        name.iter_mut().for_each(|run| run.text = "L".to_owned());
        marks.push(self.label(at, [0.0; 2], name, Font::SerifItalic, 15.0 * layout.scale));
        if let Some(words) = height_words(scale.kind()) {
            let at = [at[0] + 9.0 * layout.scale, at[1]];
            let mut words = self.label(at, [1.0, 0.0], text::plain(words.to_owned()), Font::Sans, size);
            if let Primitive::Text { anchor, .. } = &mut words {
                *anchor = Anchor::Start;
            }
            marks.push(words);
        }
    }
}

/// The words for the scale of heights, if it is not linear.
pub fn height_words(scale: ColourScale) -> Option<&'static str> {
    match scale {
        ColourScale::Linear | ColourScale::Automatic => None,
        ColourScale::Logarithmic => Some("logarithmic in L − min L"),
        ColourScale::Equalised => Some("by rank"),
    }
}
