//! Where runs start: a ring for the start that they share, and one in a run's colour for a start of its own.

use super::theme::{INK_DARK, INK_LIGHT, Palette};
use super::trajectories::{START_RADIUS, start};
use super::{Layout, Primitive};
use crate::number::Vector;
use crate::study::Study;

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
