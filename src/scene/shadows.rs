//! The projection of a path through all weights onto a plane: dashed where L in the plane differs from L on the path,
//! with rings whose size shows the distance from the plane.

use super::casing::{WIDTHS, cased};
use super::theme::Palette;
use super::{Anchor, Colour, Font, Layout, Primitive, Stroke, clip, text};
use crate::number::display::short;

/// A point of the path.
#[derive(Clone, Copy)]
pub(super) struct ShadowPoint {
    /// The pixel of the projection.
    pub pixel: [f64; 2],
    /// Its distance from the plane, in units of w1.
    pub distance: f64,
    /// Whether L on the path differs from L at the projection by more than a tenth.
    pub misleads: bool,
}

/// The dash where the drawn landscape is not that of the path.
const DASH: [f64; 2] = [7.0, 5.0];
/// Rings of a path, at most.
const MOST_RINGS: usize = 5;
/// The largest ring, as a share of the plot's shorter side: a larger one would cross the whole picture.
const LARGEST: f64 = 0.3;
/// The size of the distance that is written instead.
const SIZE: f64 = 11.0;

/// The line and its rings.
pub(super) fn draw(
    layout: &Layout,
    points: &[ShadowPoint],
    colour: Colour,
    palette: &Palette,
    marks: &mut Vec<Primitive>,
) {
    let mut from = 0;
    while from + 1 < points.len() {
        let misleads = |index: usize| points[index].misleads || points[index + 1].misleads;
        let is_dashed = misleads(from);
        let length = (from..points.len() - 1).take_while(|index| misleads(*index) == is_dashed).count();
        let stretch = &points[from..=from + length];
        let pieces = clip::line(stretch.iter().map(|point| point.pixel), &layout.plot);
        if is_dashed {
            let stroke = Stroke { width: WIDTHS[2] * layout.scale, colour, dash: Some(DASH.map(|x| x * layout.scale)) };
            marks.extend(pieces.into_iter().map(|points| Primitive::Polyline { points, stroke }));
        } else {
            cased(&pieces, WIDTHS, colour, palette, layout.scale, marks);
        }
        from += length;
    }
    rings(layout, points, colour, palette, marks);
}

/// Rings at evenly spaced points, the last among them. A distance that is too large for a ring is written beside the last point.
fn rings(layout: &Layout, points: &[ShadowPoint], colour: Colour, palette: &Palette, marks: &mut Vec<Primitive>) {
    let last = points.len().saturating_sub(1);
    let every = last.div_ceil(MOST_RINGS).max(1);
    let view = &layout.view;
    let pixels = layout.plot.width() / view.width();
    let stroke = Some(Stroke { width: 1.2 * layout.scale, colour: colour.faded(0.7), dash: None });
    let largest = LARGEST * layout.plot.width().min(layout.plot.height());
    for (index, point) in points.iter().rev().enumerate().step_by(every) {
        let radius = point.distance * pixels;
        if !(radius.is_finite() && radius > 1.0 && layout.plot.contains(point.pixel)) {
            continue;
        }
        if radius <= largest {
            marks.push(Primitive::Circle { centre: point.pixel, radius, fill: None, stroke });
        } else if index == 0 {
            let is_right = point.pixel[0] > 0.5 * (layout.plot.min[0] + layout.plot.max[0]);
            let (side, anchor) = if is_right { (-8.0, Anchor::End) } else { (8.0, Anchor::Start) };
            let at = [point.pixel[0] + side * layout.scale, point.pixel[1] - 5.0 * layout.scale];
            marks.push(Primitive::Text {
                at,
                anchor,
                font: Font::Sans,
                size: SIZE * layout.scale,
                runs: text::plain(format!("{} off the plane", short(point.distance))),
                colour: palette.text,
                halo: Some((palette.panel, 3.0 * layout.scale)),
            });
        }
    }
}
