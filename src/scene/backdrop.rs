//! The part of the picture that changes only with the landscape and the view: the background of the plot, the layers up
//! to the contours, and the axes.
//!
//! Everything is placed by its world coordinates, so that a field that was computed for the last view is drawn at the
//! correct place until the new one is computed.

use super::layer::{Depth, LayerInput};
use super::layers::draw;
use super::layout::TICK_SIZE;
use super::placement::stroke_scale;
use super::theme::Palette;
use super::{Anchor, Font, Layout, PictureContext, Primitive, Rect, Stroke, text};
use crate::number::Vector;
use crate::study::{Findings, Study};

/// The background of the plot, the layers up to the contours and their labels, and the axes.
pub fn backdrop(study: &Study, findings: &Findings, layout: &Layout) -> Vec<Primitive> {
    let palette = Palette::of(study.picture.theme);
    let input = LayerInput { study, findings, layout, context: &PictureContext::default() };
    let mut inside = vec![Primitive::Polygon { points: corners(&layout.plot), fill: palette.plot, stroke: None }];
    inside.extend(draw(&input, Depth::Map..=Depth::OverLines));
    let mut marks = vec![Primitive::Clipped { rect: layout.plot, contents: inside }];
    axes(layout, palette, &mut marks);
    marks
}

fn corners(rect: &Rect) -> Vec<[f64; 2]> {
    vec![rect.min, [rect.max[0], rect.min[1]], rect.max, [rect.min[0], rect.max[1]]]
}

fn axes(layout: &Layout, palette: &Palette, marks: &mut Vec<Primitive>) {
    let scale = layout.scale;
    let plot = &layout.plot;
    let stroke = Stroke { width: stroke_scale(scale).min(2.0), colour: palette.axis, dash: None };
    let mut frame = corners(plot);
    frame.push(frame[0]);
    marks.push(Primitive::Polyline { points: frame, stroke });
    let size = TICK_SIZE * scale;
    let label = |at: [f64; 2], anchor: Anchor, label: String| Primitive::Text {
        at,
        anchor,
        font: Font::Sans,
        size,
        runs: text::plain(label),
        colour: palette.muted,
        halo: None,
    };
    let below = plot.max[1] + 18.5 * scale;
    let name_size = 15.0 * scale;
    let name_width = text::width(Font::SerifItalic, name_size, &text::weight_name(1));
    // The name of w1 is beyond the last label, if the canvas has room for it.
    let name_left = layout.canvas.size[0] - name_width - 3.0 * scale;
    let mut right = plot.max[0];
    for tick in layout.ticks_w1() {
        let x = layout.pixel_from_world(Vector::new(tick.value, layout.view.w2[0]))[0];
        let points = vec![[x, plot.max[1]], [x, plot.max[1] + 5.0 * scale]];
        marks.push(Primitive::Polyline { points, stroke });
        let end = x + 0.5 * text::plain_width(Font::Sans, size, &tick.label);
        if end + 4.0 * scale <= name_left {
            right = right.max(end);
            marks.push(label([x, below], Anchor::Middle, tick.label));
        }
    }
    for tick in layout.ticks_w2() {
        let y = layout.pixel_from_world(Vector::new(layout.view.w1[0], tick.value))[1];
        let points = vec![[plot.min[0] - 5.0 * scale, y], [plot.min[0], y]];
        marks.push(Primitive::Polyline { points, stroke });
        marks.push(label([plot.min[0] - 9.0 * scale, y + 0.36 * size], Anchor::End, tick.label));
    }
    // The names of the axes are at their ends, as in a textbook.
    let name = |at: [f64; 2], anchor: Anchor, index: usize| Primitive::Text {
        at,
        anchor,
        font: Font::SerifItalic,
        size: name_size,
        runs: text::weight_name(index),
        colour: palette.text,
        halo: None,
    };
    marks.push(name([(right + 7.0 * scale).min(name_left), below], Anchor::Start, 1));
    marks.push(name([plot.min[0] - 7.0 * scale, plot.min[1] - 14.0 * scale], Anchor::End, 2));
}
