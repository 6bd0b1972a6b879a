//! Hatching where L, or the quantity of the heat map, has no value.

use super::{Depth, Layer, LayerInput};
use crate::number::Vector;
use crate::scene::layer::{Key, Swatch};
use crate::scene::theme::Palette;
use crate::scene::{Layout, Primitive, Stroke, clip};
use crate::study::layers;

pub(super) static LAYER: Layer = Layer { parts: &[(Depth::Map, hatchings)], legend, words, ..Layer::SILENT };

/// The quantity without values in the heat map, and the reason; `None` if all values exist or no heat map is shown.
fn lack(input: &LayerInput<'_>) -> Option<&'static str> {
    let (field, picture) = (&input.findings.field, &input.study.picture);
    let is_shown = picture.shows(&layers::HEAT_MAP) && picture.basins_of.is_none();
    field.quantity.without_value().filter(|_| is_shown && !field.without_value.is_empty())
}

fn hatchings(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let (field, picture) = (&input.findings.field, &input.study.picture);
    let palette = Palette::of(picture.theme);
    hatching(&field.undefined, false, input.layout, palette, marks);
    if picture.shows(&layers::HEAT_MAP) && picture.heat_map_of == field.quantity {
        hatching(&field.without_value, true, input.layout, palette, marks);
    }
}

/// Lines at 45° in the parts within rings, rising to the right or falling.
fn hatching(rings: &[Vec<Vector>], falling: bool, layout: &Layout, palette: &Palette, marks: &mut Vec<Primitive>) {
    if rings.is_empty() {
        return;
    }
    let rings: Vec<Vec<[f64; 2]>> =
        rings.iter().map(|ring| ring.iter().map(|w| layout.pixel_from_world(*w)).collect()).collect();
    let stroke = Stroke { width: 1.1 * layout.scale, colour: palette.hatch, dash: None };
    for piece in rings.iter().flat_map(|ring| clip::line(ring.iter().copied(), &layout.plot)) {
        marks.push(Primitive::Polyline { points: piece, stroke });
    }
    // Falling lines are the mirror image of rising ones.
    let sum = layout.plot.min[0] + layout.plot.max[0];
    let mirrored = |[x, y]: [f64; 2]| if falling { [sum - x, y] } else { [x, y] };
    let seen: Vec<Vec<[f64; 2]>> = rings.into_iter().map(|ring| ring.into_iter().map(mirrored).collect()).collect();
    for hatch in clip::hatching(&seen, 9.0 * layout.scale, &layout.plot) {
        marks.push(Primitive::Polyline { points: hatch.map(mirrored).to_vec(), stroke });
    }
}

fn legend(input: &LayerInput<'_>) -> Vec<Key> {
    lack(input).map(|lack| Key::new(Swatch::WithoutValue, "no value", lack)).into_iter().collect()
}

fn words(input: &LayerInput<'_>) -> Vec<String> {
    let field = &input.findings.field;
    let lack =
        lack(input).map(|lack| format!("Where {} has no value the map is hatched: {lack}.", field.quantity.symbol()));
    let is_hatched = !field.undefined.is_empty() && field.range.is_some();
    let hatched = is_hatched.then(|| "In the hatched parts L is undefined or infinite.".to_owned());
    lack.into_iter().chain(hatched).collect()
}
