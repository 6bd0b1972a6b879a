//! Lines with casings, so that they stand out from any background.

use super::theme::Palette;
use super::{Colour, Primitive, Stroke};

/// Widths of a run's line and its casings in pixels at scale 1, from outside.
pub(super) const WIDTHS: [f64; 3] = [6.1, 4.7, 2.5];

/// Lines with their casings, one of which stands out from any background.
pub(super) fn cased(
    pieces: &[Vec<[f64; 2]>],
    widths: [f64; 3],
    colour: Colour,
    palette: &Palette,
    scale: f64,
    marks: &mut Vec<Primitive>,
) {
    let [outer, inner] = palette.casings;
    for (width, colour) in widths.into_iter().zip([outer, inner, colour]) {
        let stroke = Stroke { width: width * scale, colour, dash: None };
        marks.extend(pieces.iter().map(|points| Primitive::Polyline { points: points.clone(), stroke }));
    }
}
