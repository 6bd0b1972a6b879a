//! A place that a lesson highlights: a ring that stands out from any background.

use super::theme::{CASING, Palette};
use super::{Layout, Primitive, Stroke};
use crate::number::Vector;

/// The radius of the ring at scale 1.
const RADIUS: f64 = 13.0;

/// The ring around a place; nothing outside the plot.
pub fn highlight(layout: &Layout, w: Vector) -> Vec<Primitive> {
    let centre = layout.pixel_from_world(w);
    if !layout.plot.contains(centre) {
        return Vec::new();
    }
    let scale = layout.scale;
    let ring = |width: f64, colour| {
        let stroke = Some(Stroke { width: width * scale, colour, dash: None });
        Primitive::Circle { centre, radius: RADIUS * scale, fill: None, stroke }
    };
    vec![ring(4.4, CASING), ring(2.2, Palette::of(crate::study::Theme::Dark).warning)]
}
