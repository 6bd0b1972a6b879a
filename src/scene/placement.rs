//! The places of images of the map, and the width of thin lines.

use super::{Layout, Rect};
use crate::field::Field;
use crate::landscape::View;
use crate::number::Vector;

/// The rectangle of an image with a pixel for each node of the grid. Its pixels are centred on the nodes, the outermost
/// of which lie on the border of the grid's view, so the image is half a pixel larger on every side. `None` if there is
/// nothing to draw.
pub(super) fn image_rect(field: &Field, layout: &Layout) -> Option<Rect> {
    rect_of_nodes(&field.grid.view, [field.grid.columns, field.grid.rows], layout)
}

/// Like [`image_rect`], for any grid.
pub(super) fn rect_of_nodes(view: &View, [columns, rows]: [usize; 2], layout: &Layout) -> Option<Rect> {
    let a = layout.pixel_from_world(Vector::new(view.w1[0], view.w2[1]));
    let b = layout.pixel_from_world(Vector::new(view.w1[1], view.w2[0]));
    let pitch = |length: f64, nodes: usize| 0.5 * length / (nodes.max(2) - 1) as f64;
    let half = [pitch(b[0] - a[0], columns), pitch(b[1] - a[1], rows)];
    let rect = Rect { min: [a[0] - half[0], a[1] - half[1]], max: [b[0] + half[0], b[1] + half[1]] };
    // After zooming far in, the image of the last view would be larger than any back end can draw.
    let drawable = rect.min.iter().chain(&rect.max).all(|x| x.abs() < 1e6);
    (drawable && rect.overlaps(&layout.plot) && columns > 0 && rows > 0).then_some(rect)
}

/// The magnification of thin lines relative to scale 1: on a screen they are never thinner than a pixel, and on a
/// printed page they match the letters.
pub(super) fn stroke_scale(scale: f64) -> f64 {
    if scale < 0.8 { scale.max(0.5) } else { scale.max(1.0) }
}
