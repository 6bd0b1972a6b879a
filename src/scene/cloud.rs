//! An ensemble: its faint paths, the mean path, and the cloud of ends.

use super::clip;
use super::theme::{INK_DARK, Palette};
use super::{Layout, Primitive, Stroke};
use crate::ensemble::Ensemble;
use crate::number::Vector;
use crate::optimizer::StopReason;
use std::sync::Arc;

/// An ensemble as it is drawn.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// The runs.
    pub ensemble: Arc<Ensemble>,
    /// The index of the colour.
    pub colour: usize,
}

impl PartialEq for Cloud {
    fn eq(&self, other: &Cloud) -> bool {
        Arc::ptr_eq(&self.ensemble, &other.ensemble) && self.colour == other.colour
    }
}

/// The most ends that are drawn.
const MOST_ENDS: usize = 2_000;
/// Points of a path that are nearer than this are merged, in pixels at scale 1.
const NEAR: f64 = 2.0;

/// The paths, and over them the mean path and the ends.
pub(super) fn marks(layout: &Layout, cloud: &Cloud, palette: &Palette) -> Vec<Primitive> {
    let colour = palette.run(cloud.colour);
    let ensemble = &cloud.ensemble;
    let scale = layout.scale;
    let mut marks = Vec::new();
    let drawn = ensemble.paths().len().max(1) as f64;
    let faint = colour.faded((8.0 / drawn).clamp(0.10, 0.5));
    for path in ensemble.paths() {
        line(layout, &path.points, Stroke { width: 1.0 * scale, colour: faint, dash: None }, &mut marks);
    }
    let stride = ensemble.members().len().div_ceil(MOST_ENDS).max(1);
    let outline = Some(Stroke { width: 0.6 * scale, colour: INK_DARK.faded(0.7), dash: None });
    let stays = |stop: StopReason| !matches!(stop, StopReason::Diverged | StopReason::Undefined);
    for member in ensemble.members().iter().step_by(stride).filter(|member| stays(member.stop)) {
        let centre = layout.pixel_from_world(member.end);
        if layout.plot.contains(centre) {
            let fill = Some(colour.faded(0.75));
            marks.push(Primitive::Circle { centre, radius: 2.3 * scale, fill, stroke: outline });
        }
    }
    let mean = ensemble.mean_path();
    let [outer, inner] = palette.casings;
    // An inner line in the colour of the casing distinguishes the mean path from a run.
    for (width, colour) in [(6.1, outer), (4.7, inner), (2.5, colour), (0.9, inner)] {
        line(layout, &mean, Stroke { width: width * scale, colour, dash: None }, &mut marks);
    }
    marks
}

/// A line through the points, without indistinguishable ones.
fn line(layout: &Layout, points: &[Vector], stroke: Stroke, marks: &mut Vec<Primitive>) {
    let near = NEAR * layout.scale;
    let mut kept: Vec<[f64; 2]> = Vec::new();
    let last = points.len().saturating_sub(1);
    for (index, point) in points.iter().enumerate() {
        let pixel = layout.pixel_from_world(*point);
        if index == last || kept.last().is_none_or(|before| clip::distance(*before, pixel) >= near) {
            kept.push(pixel);
        }
    }
    for points in clip::line(kept, &layout.plot) {
        marks.push(Primitive::Polyline { points, stroke });
    }
}
