//! The starts of runs: a ring for the shared start, and one in a run's colour for a start of its own.

use super::theme::{INK_DARK, INK_LIGHT, Palette};
use super::{Colour, Layout, Primitive};
use crate::number::Vector;
use crate::study::Study;

/// The radius of the start mark at scale 1, which the pointer can drag.
pub const START_RADIUS: f64 = 7.5;

/// A ring for each start, the common one on top.
pub(super) fn starts(layout: &Layout, study: &Study, marks: &mut Vec<Primitive>) {
    let palette = Palette::of(study.picture.theme);
    for run in study.runs.iter().filter(|run| run.shown) {
        let Some(own) = run.start else { continue };
        let centre = layout.pixel_from_world(Vector::from(own));
        if !layout.plot.contains(centre) {
            continue;
        }
        let rings = [
            (START_RADIUS + 0.3, INK_LIGHT.faded(0.9)),
            (START_RADIUS - 1.0, INK_DARK),
            (START_RADIUS - 3.2, palette.run(run.colour)),
        ];
        marks.extend(rings.map(|(radius, fill)| {
            let radius = radius * layout.scale;
            Primitive::Circle { centre, radius, fill: Some(fill), stroke: None }
        }));
    }
    start(layout, Vector::from(study.start), marks);
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
