//! The layers of the picture: one file for each, and its line in [`LAYERS`].
//!
//! A layer has its marks for each depth, its entry in the legend, and its words for the text summary of the picture.
//! Its switch, with key, title, tooltip and the findings that it needs, is in [`crate::study::layers`].

mod basins;
mod connection;
mod contours;
mod critical_points;
mod descent_arrows;
mod eigen_directions;
mod heat_map;
mod runs;
mod separatrices;
mod sign_regions;
mod training;
mod undefined;
#[cfg(test)]
mod added;

pub(super) use basins::basins;
pub(super) use connection::strokes as connection_strokes;
pub(super) use contours::strokes as contour_strokes;
pub(super) use descent_arrows::draw as descent_arrow;
pub(super) use eigen_directions::arms;
pub(super) use heat_map::{is_over_map, strength};
pub(super) use separatrices::strokes as separatrix_strokes;
pub(super) use sign_regions::{line_strokes as zero_line_strokes, sample as region_sample};

use super::Primitive;
use super::layer::{Depth, Draw, Key, Layer, LayerInput};
use super::legend;
use std::ops::RangeInclusive;

/// All layers. At the same depth a later one is drawn over an earlier one. The legend and the text summary have the
/// same order.
pub(super) static LAYERS: &[&Layer] = &[
    &heat_map::LAYER,
    &basins::LAYER,
    &sign_regions::LAYER,
    &undefined::LAYER,
    &contours::LAYER,
    &contours::LABELS,
    &descent_arrows::LAYER,
    &separatrices::LAYER,
    &critical_points::LAYER,
    &eigen_directions::LAYER,
    &eigen_directions::LABELS,
    &training::LAYER,
    &connection::LAYER,
    &runs::LAYER,
    &legend::LAYER,
    #[cfg(test)]
    &added::LAYER,
];

fn shown<'a>(input: &LayerInput<'a>) -> impl Iterator<Item = &'static Layer> + use<'a> {
    let study = input.study;
    LAYERS.iter().copied().filter(|layer| layer.is_shown(study))
}

/// The marks of the shown layers at these depths, on a map.
pub(super) fn draw(input: &LayerInput<'_>, depths: RangeInclusive<Depth>) -> Vec<Primitive> {
    flat(anchored(input, depths))
}

/// The same marks without their anchors.
pub(super) fn flat(marks: Vec<Primitive>) -> Vec<Primitive> {
    let one = |mark| match mark {
        Primitive::Anchored { contents, .. } => flat(contents),
        Primitive::Clipped { rect, contents } => vec![Primitive::Clipped { rect, contents: flat(contents) }],
        mark => vec![mark],
    };
    marks.into_iter().flat_map(one).collect()
}

/// The marks of the shown layers at these depths, those about a point with their anchors.
pub(super) fn anchored(input: &LayerInput<'_>, depths: RangeInclusive<Depth>) -> Vec<Primitive> {
    let mut parts: Vec<(Depth, Draw)> =
        shown(input).flat_map(|layer| layer.parts).filter(|(depth, _)| depths.contains(depth)).copied().collect();
    parts.sort_by_key(|(depth, _)| *depth);
    let mut marks = Vec::new();
    parts.iter().for_each(|(_, draw)| draw(input, &mut marks));
    marks
}

/// The entries of the shown layers in the legend.
pub(super) fn keys(input: &LayerInput<'_>) -> Vec<Key> {
    shown(input).flat_map(|layer| (layer.legend)(input)).collect()
}

/// The sentences of the shown layers in the text summary.
pub(super) fn words(input: &LayerInput<'_>) -> Vec<String> {
    shown(input).flat_map(|layer| (layer.words)(input)).collect()
}
