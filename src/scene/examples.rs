//! The examples of a loss over data with the model's curves, for an export that shows them beside the picture.

use super::layout::TICK_SIZE;
use super::placement::stroke_scale;
use super::theme::Palette;
use super::{Anchor, Colour, Font, Primitive, Rect, Stroke, clip, text, ticks};
use crate::formula::{MathRun, Script};
use crate::landscape::Model;
use crate::number::Vector;
use crate::study::{Findings, Study};

/// Points of a curve.
const CURVE: usize = 160;
/// More examples than this are thinned out.
const MOST_EXAMPLES: usize = 2_000;
/// With more examples, residuals from the curve of the start are not drawn.
const MOST_RESIDUALS: usize = 60;

/// The examples with the curves of the start point and of each run's end, within a rectangle; `None` if the loss has no
/// model of one input, because only such a model has a curve.
pub fn examples(study: &Study, findings: &Findings, rect: Rect, scale: f64) -> Option<Vec<Primitive>> {
    let model = findings.loss.model()?;
    let [input] = model.inputs.as_slice() else { return None };
    let dataset = &study.data.as_ref()?.dataset;
    let column = |name: &str| dataset.column(name).map(|column| column.iter().copied().collect::<Vec<f64>>());
    let places: Vec<[f64; 2]> = column(input)?.into_iter().zip(column(&model.label)?).map(|(x, y)| [x, y]).collect();
    let chart = Chart { plot: inside(rect, scale), ranges: [range(&places, 0), range(&places, 1)], scale };
    let palette = Palette::of(study.picture.theme);
    let mut marks = Vec::new();
    chart.axes(palette, [input, &model.label], &mut marks);
    let mut contents = Vec::new();
    let start = Vector::from(study.start);
    if places.len() <= MOST_RESIDUALS {
        chart.residuals(&places, &model.predictions(start), palette, &mut contents);
    }
    chart.curve(&model, start, [palette.casings[1], palette.ink], &mut contents);
    for (run, trajectory) in study.runs.iter().zip(&findings.trajectories) {
        if let Some(Ok(trajectory)) = trajectory {
            chart.curve(&model, trajectory.end().w, [palette.casings[1], palette.run(run.colour)], &mut contents);
        }
    }
    let stride = places.len().div_ceil(MOST_EXAMPLES).max(1);
    let radius = if places.len() > 400 { 1.6 } else { 3.4 } * scale;
    let outline = Some(Stroke { width: 0.8 * scale, colour: palette.casings[1], dash: None });
    for place in places.iter().step_by(stride).filter(|place| place.iter().all(|value| value.is_finite())) {
        contents.push(Primitive::Circle {
            centre: chart.pixel(*place),
            radius,
            fill: Some(palette.accent),
            stroke: outline,
        });
    }
    marks.push(Primitive::Clipped { rect: chart.plot, contents });
    Some(marks)
}

/// The rectangle of the plot, within its labels.
fn inside(rect: Rect, scale: f64) -> Rect {
    let min = [rect.min[0] + 46.0 * scale, rect.min[1] + 22.0 * scale];
    let max = [rect.max[0] - 14.0 * scale, rect.max[1] - 26.0 * scale];
    Rect { min, max: [max[0].max(min[0] + 1.0), max[1].max(min[1] + 1.0)] }
}

/// The shown range of a coordinate: all its finite values and a margin.
fn range(places: &[[f64; 2]], axis: usize) -> [f64; 2] {
    let values = places.iter().map(|place| place[axis]).filter(|value| value.is_finite());
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
    if low > high {
        return [-1.0, 1.0];
    }
    let spare = if high > low { 0.12 * (high - low) } else { 0.5 * low.abs().max(1.0) };
    [low - spare, high + spare]
}

struct Chart {
    plot: Rect,
    ranges: [[f64; 2]; 2],
    scale: f64,
}

impl Chart {
    fn pixel(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let share = |value: f64, [low, high]: [f64; 2]| (value - low) / (high - low);
        [
            self.plot.min[0] + share(x, self.ranges[0]) * self.plot.width(),
            self.plot.max[1] - share(y, self.ranges[1]) * self.plot.height(),
        ]
    }

    fn axes(&self, palette: &Palette, names: [&str; 2], marks: &mut Vec<Primitive>) {
        let (plot, scale) = (&self.plot, self.scale);
        let stroke = Stroke { width: stroke_scale(scale).min(2.0), colour: palette.axis, dash: None };
        marks.push(Primitive::Box { rect: *plot, radius: 0.0, fill: palette.plot, stroke: Some(stroke) });
        let size = TICK_SIZE * scale;
        let label = |at: [f64; 2], anchor: Anchor, words: String, font: Font, colour: Colour| Primitive::Text {
            at,
            anchor,
            font,
            size,
            runs: match font {
                Font::SerifItalic => vec![MathRun { text: words, italic: true, script: Script::Normal }],
                _ => text::plain(words),
            },
            colour,
            halo: None,
        };
        let [[left, right], [low, high]] = self.ranges;
        for tick in ticks(left, right, plot.width(), 64.0 * scale) {
            let [x, _] = self.pixel([tick.value, low]);
            let points = vec![[x, plot.max[1]], [x, plot.max[1] + 4.0 * scale]];
            marks.push(Primitive::Polyline { points, stroke });
            marks.push(label([x, plot.max[1] + 16.0 * scale], Anchor::Middle, tick.label, Font::Sans, palette.muted));
        }
        for tick in ticks(low, high, plot.height(), 48.0 * scale) {
            let [_, y] = self.pixel([left, tick.value]);
            let points = vec![[plot.min[0] - 4.0 * scale, y], [plot.min[0], y]];
            marks.push(Primitive::Polyline { points, stroke });
            let at = [plot.min[0] - 7.0 * scale, y + 0.36 * size];
            marks.push(label(at, Anchor::End, tick.label, Font::Sans, palette.muted));
        }
        let [x, y] = names.map(|name| text::shortened(name, Font::SerifItalic, size, plot.width()));
        let is_long = |name: &str| text::plain_width(Font::SerifItalic, size, name) > 1.2 * size;
        // Beside the axes there is room for a letter; a longer name stands inside, and above.
        let (below, anchor) = match is_long(&x) {
            false => ([plot.max[0], plot.max[1] + 16.0 * scale], Anchor::Start),
            true => ([plot.max[0] - 4.0 * scale, plot.max[1] - 5.0 * scale], Anchor::End),
        };
        marks.push(label(below, anchor, x, Font::SerifItalic, palette.text));
        let (left, anchor) = if is_long(&y) { (0.0, Anchor::Start) } else { (4.0 * scale, Anchor::End) };
        let above = [plot.min[0] - left, plot.min[1] - 8.0 * scale];
        marks.push(label(above, anchor, y, Font::SerifItalic, palette.text));
    }

    /// The residuals: lines from each example to the curve of the start point.
    fn residuals(&self, places: &[[f64; 2]], fitted: &[f64], palette: &Palette, marks: &mut Vec<Primitive>) {
        let stroke = Stroke { width: 0.9 * self.scale, colour: palette.axis, dash: None };
        for (place, fitted) in places.iter().zip(fitted) {
            let points = [*place, [place[0], *fitted]].map(|place| self.pixel(place));
            marks.extend(
                clip::line(points, &self.plot).into_iter().map(|points| Primitive::Polyline { points, stroke }),
            );
        }
    }

    fn curve(&self, model: &Model, w: Vector, colours: [Colour; 2], marks: &mut Vec<Primitive>) {
        let [low, high] = self.ranges[0];
        let inputs: Vec<f64> = (0..CURVE).map(|k| low + (high - low) * k as f64 / (CURVE - 1) as f64).collect();
        let values = model.curve(w, &inputs).unwrap_or_default();
        let points = inputs.iter().zip(values).map(|(x, y)| self.pixel([*x, y]));
        let pieces = clip::line(points, &self.plot);
        for (width, colour) in [4.2, 2.2].into_iter().zip(colours) {
            let stroke = Stroke { width: width * self.scale, colour, dash: None };
            marks.extend(pieces.iter().map(|points| Primitive::Polyline { points: points.clone(), stroke }));
        }
    }
}
