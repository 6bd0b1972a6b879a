//! The sectors around a degenerate critical point in which L is above and below its value there, as a fan with signs.

use super::theme::{CASING, INK_DARK, INK_LIGHT, NEGATIVE, POSITIVE};
use super::{Anchor, Font, Layout, Primitive, Stroke, text};
use crate::critical::sectors;
use crate::landscape::Loss;
use crate::number::Vector;

/// The radius of the fan at scale 1, if the plot is large enough.
const RADIUS: f64 = 46.0;
/// The distances from the point at which L is compared if not on the fan's rim, as shares of the plot's shorter side.
/// The first one with differences beyond rounding is used.
const CLOSER: [f64; 4] = [0.003, 0.01, 0.03, 0.1];
/// A sector narrower than this has no room for a sign.
const LEAST_FOR_SIGN: f64 = 0.3;

/// The fan around a point; nothing if L cannot be compared. L is compared on the fan's rim, where the contour through
/// the point visibly crosses it, if there are as many sectors on the rim as close to the point.
pub(super) fn fan(layout: &Layout, loss: &Loss, w: Vector) -> Vec<Primitive> {
    let shorter = layout.plot.width().min(layout.plot.height());
    let pixel = Vector::new(layout.view.width() / layout.plot.width(), layout.view.height() / layout.plot.height());
    let radius = (RADIUS * layout.scale).min(0.4 * shorter);
    let Some(close) = CLOSER.iter().find_map(|share| sectors(loss, w, share * shorter * pixel)) else {
        return Vec::new();
    };
    let on_rim = sectors(loss, w, radius * pixel).filter(|found| found.len() == close.len());
    let found = on_rim.unwrap_or(close);
    let scale = layout.scale;
    let centre = layout.pixel_from_world(w);
    let at = |angle: f64, radius: f64| [centre[0] + radius * libm::cos(angle), centre[1] - radius * libm::sin(angle)];
    let mut marks = Vec::new();
    let mut signs = Vec::new();
    for sector in &found {
        let steps = ((sector.to - sector.from) / 0.1).ceil().max(1.0) as usize;
        let along = |k: usize| sector.from + (sector.to - sector.from) * k as f64 / steps as f64;
        let rim = (0..=steps).map(|k| at(along(k), radius));
        let colour = if sector.above { POSITIVE } else { NEGATIVE };
        let whole = found.len() == 1;
        let points = if whole { rim.collect() } else { std::iter::once(centre).chain(rim).collect() };
        let outline = Stroke { width: 1.2 * scale, colour: CASING, dash: None };
        marks.push(Primitive::Polygon { points, fill: colour.faded(0.42), stroke: Some(outline) });
        if sector.to - sector.from > LEAST_FOR_SIGN {
            let size = (0.33 * radius).min(15.0 * scale);
            let [x, y] = at(0.5 * (sector.from + sector.to), 0.74 * radius);
            signs.push(Primitive::Text {
                at: [x, y + 0.36 * size],
                anchor: Anchor::Middle,
                font: Font::SansBold,
                size,
                runs: text::plain(if sector.above { "+" } else { "−" }),
                colour: INK_LIGHT,
                halo: Some((INK_DARK.faded(0.9), 3.0 * scale)),
            });
        }
    }
    marks.append(&mut signs);
    marks
}
