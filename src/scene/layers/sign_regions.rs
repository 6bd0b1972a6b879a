//! The sign regions of the Hessian: tinted and hatched, with the line det H = 0 between them.
//!
//! Colour and hatching both identify a region, so that colours are not needed: positive definite regions are blue with
//! vertical lines, negative definite ones orange with horizontal lines, indefinite ones grey without lines. A heat map
//! below shows through: its lightness is visible, but the hue is that of the region.

use super::{Depth, Layer, LayerInput};
use crate::curvature::Definiteness;
use crate::field::{Field, Raster, SignRegions};
use crate::scene::layer::{Key, Swatch};
use crate::scene::placement::image_rect;
use crate::scene::theme::{INDEFINITE, INK_DARK, INK_GREY, INK_LIGHT, NEGATIVE_DEFINITE, POSITIVE_DEFINITE, Palette};
use crate::scene::{Colour, Layout, Primitive, Rect, Stroke, clip};
use crate::study::{Study, layers};
use std::sync::Arc;

pub(super) static LAYER: Layer = Layer {
    switch: Some(&layers::SIGN_REGIONS),
    parts: &[(Depth::Map, tints), (Depth::OverLines, zero_line)],
    legend,
    words,
};

/// Pixels between two lines of the hatching.
const SPACING: f64 = 9.0;
/// How strongly a region is tinted over a heat map, and on the bare plot.
const TINT: [f64; 2] = [0.62, 0.62];
/// The width of the line det H = 0.
const LINE: f64 = 2.2;

/// A region's colour; `None` where det H = 0.
fn colour(region: Definiteness) -> Option<Colour> {
    match region {
        Definiteness::PositiveDefinite => Some(POSITIVE_DEFINITE),
        Definiteness::Indefinite => Some(INDEFINITE),
        Definiteness::NegativeDefinite => Some(NEGATIVE_DEFINITE),
        _ => None,
    }
}

/// The colour of a region's hatching: light or dark enough for the background.
fn hatch_colour(region: Definiteness, palette: &Palette, over_map: bool) -> Colour {
    let ground = if over_map { INK_DARK } else { palette.plot };
    let ink = if ground.luminance() < 0.2 { INK_LIGHT } else { INK_DARK };
    colour(region).map_or(ink, |colour| ink.faded(0.62).over(colour)).faded(0.85)
}

/// Whether the heat map under the regions is visible.
fn is_over_map(study: &Study) -> bool {
    study.picture.basins_of.is_some()
        || (study.picture.shows(&layers::HEAT_MAP) && study.picture.heat_map_opacity >= 0.35)
}

/// The tint of a region.
fn tint(region: Definiteness, over_map: bool) -> Option<Colour> {
    colour(region).map(|colour| colour.faded(TINT[usize::from(!over_map)]))
}

/// The tints and hatchings.
fn tints(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let (study, layout, field) = (input.study, input.layout, &input.findings.field);
    let Some(regions) = &field.sign_regions else { return };
    let over_map = is_over_map(study);
    let Some(rect) = image_rect(field, layout) else { return };
    // Over basins, whose hues have their own meaning, only hatching and line are drawn.
    if study.picture.basins_of.is_none() {
        let raster = Arc::new(raster(field, regions, over_map));
        marks.push(Primitive::Image { rect, raster, opacity: 1.0 });
    }
    let palette = Palette::of(study.picture.theme);
    for region in [Definiteness::PositiveDefinite, Definiteness::NegativeDefinite] {
        let colour = hatch_colour(region, palette, over_map);
        let stroke = Stroke { width: 1.1 * layout.scale, colour, dash: None };
        hatching(field, regions, region, layout, stroke, marks);
    }
}

/// The line det H = 0.
fn zero_line(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let layout = input.layout;
    let Some(regions) = &input.findings.field.sign_regions else { return };
    let pieces: Vec<Vec<[f64; 2]>> = regions
        .lines
        .iter()
        .flat_map(|line| clip::line(line.iter().map(|w| layout.pixel_from_world(*w)), &layout.plot))
        .collect();
    for stroke in line_strokes(layout.scale) {
        marks.extend(pieces.iter().map(|points| Primitive::Polyline { points: points.clone(), stroke }));
    }
}

/// A dashed light line on a dark one. It differs from all contours and is visible on every background.
pub(in crate::scene) fn line_strokes(scale: f64) -> [Stroke; 2] {
    [
        Stroke { width: (LINE + 1.6) * scale, colour: INK_DARK, dash: None },
        Stroke { width: LINE * scale, colour: INK_LIGHT, dash: Some([7.0 * scale, 3.5 * scale]) },
    ]
}

fn raster(field: &Field, regions: &SignRegions, over_map: bool) -> Raster {
    let (width, height) = (field.grid.columns, field.grid.rows);
    let colours = |node: &Option<Definiteness>| node.and_then(|region| tint(region, over_map)).map_or([0; 4], |c| c.0);
    let rgba = regions.nodes.chunks(width.max(1)).rev().flatten().flat_map(colours).collect();
    Raster { width, height, rgba }
}

/// Vertical lines in positive definite regions and horizontal ones in negative definite regions, each from node to
/// node.
fn hatching(
    field: &Field,
    regions: &SignRegions,
    region: Definiteness,
    layout: &Layout,
    stroke: Stroke,
    marks: &mut Vec<Primitive>,
) {
    let is_upright = region == Definiteness::PositiveDefinite;
    let place = |across: f64, along: f64| if is_upright { [across, along] } else { [along, across] };
    let axis = usize::from(is_upright);
    let (plot, spacing) = (&layout.plot, SPACING * layout.scale);
    let view = &field.grid.view;
    let index = |share: f64, nodes: usize| {
        let place = share * (nodes.max(1) - 1) as f64;
        (place > -0.5 && place < nodes as f64 - 0.5).then(|| place.round().max(0.0) as usize)
    };
    let is_inside = |pixel: [f64; 2]| {
        let w = layout.world_from_pixel(pixel);
        let column = index((w.x - view.w1[0]) / view.width(), field.grid.columns);
        let row = index((w.y - view.w2[0]) / view.height(), field.grid.rows);
        column
            .zip(row)
            .is_some_and(|(column, row)| regions.nodes.get(row * field.grid.columns + column) == Some(&Some(region)))
    };
    let mut across = plot.min[1 - axis] + 0.5 * spacing;
    while across < plot.max[1 - axis] {
        let (from, to) = (plot.min[axis], plot.max[axis]);
        let steps = (to - from).ceil().max(1.0) as usize;
        let at = |step: usize| from + (to - from) * step as f64 / steps as f64;
        let mut begun = None;
        for step in 0..=steps {
            let inside = is_inside(place(across, at(step)));
            match begun {
                None if inside => begun = Some(step),
                Some(first) if !inside || step == steps => {
                    let last = if inside { step } else { step - 1 };
                    if last > first {
                        let points = vec![place(across, at(first)), place(across, at(last))];
                        marks.push(Primitive::Polyline { points, stroke });
                    }
                    begun = None;
                }
                _ => {}
            }
        }
        across += spacing;
    }
}

/// A region as it looks in the picture, for the legend.
pub(in crate::scene) fn sample(
    region: Definiteness,
    rect: Rect,
    study: &Study,
    scale: f64,
    marks: &mut Vec<Primitive>,
) {
    let palette = Palette::of(study.picture.theme);
    let over_map = is_over_map(study);
    let tinted = colour(region).map_or(palette.plot, |colour| colour.faded(0.75).over(palette.plot));
    // Over basins a region is hatched only.
    let tint = if study.picture.basins_of.is_some() { INK_GREY } else { tinted };
    let outline = Some(Stroke { width: 1.0, colour: palette.axis, dash: None });
    marks.push(Primitive::Box { rect, radius: 0.0, fill: tint, stroke: outline });
    if region == Definiteness::Indefinite {
        return;
    }
    let stroke = Stroke { width: 1.1 * scale, colour: hatch_colour(region, palette, over_map), dash: None };
    let is_upright = region == Definiteness::PositiveDefinite;
    let axis = usize::from(!is_upright);
    let parts = if is_upright { 4 } else { 3 };
    for k in 1..parts {
        let across = rect.min[axis] + (rect.max[axis] - rect.min[axis]) * f64::from(k) / f64::from(parts);
        let ends = [rect.min[1 - axis], rect.max[1 - axis]];
        let points = ends.map(|along| if is_upright { [across, along] } else { [along, across] }).to_vec();
        marks.push(Primitive::Polyline { points, stroke });
    }
}

fn legend(input: &LayerInput<'_>) -> Vec<Key> {
    let Some(regions) = &input.findings.field.sign_regions else { return Vec::new() };
    let all = [Definiteness::PositiveDefinite, Definiteness::Indefinite, Definiteness::NegativeDefinite];
    let key = |region: Definiteness| Key::new(Swatch::Region(region), format!("H {}", region.words()), "");
    let more = if regions.has_singular_part { "; on the whole of the untinted region" } else { "" };
    all.into_iter().map(key).chain([Key::new(Swatch::ZeroLine, "det H = 0", more)]).collect()
}

fn words(input: &LayerInput<'_>) -> Vec<String> {
    let Some(regions) = &input.findings.field.sign_regions else { return Vec::new() };
    let share = |region: Definiteness| {
        let count = regions.nodes.iter().filter(|node| **node == Some(region)).count();
        (100.0 * count as f64 / regions.nodes.len().max(1) as f64).round()
    };
    vec![format!(
        "The Hessian is positive definite on {} % of the view, indefinite on {} %, negative definite on {} %; lines of \
         det H = 0 separate these regions.",
        share(Definiteness::PositiveDefinite),
        share(Definiteness::Indefinite),
        share(Definiteness::NegativeDefinite)
    )]
}
