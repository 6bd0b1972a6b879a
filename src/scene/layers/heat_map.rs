//! The heat map: L, or another quantity, as colours.

use super::{Depth, Layer, LayerInput};
use crate::curvature::Quantity;
use crate::field::Raster;
use crate::scene::layer::{Key, Swatch};
use crate::scene::placement::rect_of_nodes;
use crate::scene::{Primitive, words};
use crate::study::{Study, Theme, layers};

pub(super) static LAYER: Layer =
    Layer { switch: Some(&layers::HEAT_MAP), parts: &[(Depth::Map, heat_map)], legend, words: sentences };

/// The strength of a heat map of full opacity over the background of the plot. It is dimmed in the dark theme and
/// lightened in the light theme, so that the colours of runs stand out from all its colours.
pub(in crate::scene) fn strength(study: &Study) -> f64 {
    let full = match study.picture.theme {
        Theme::Dark => 0.6,
        Theme::Light => 0.55,
    };
    let opacity = study.picture.heat_map_opacity;
    full * if opacity.is_finite() { opacity.clamp(0.0, 1.0) } else { 1.0 }
}

/// Whether contours lie on a heat map, or another coloured background.
pub(in crate::scene) fn is_over_map(study: &Study) -> bool {
    let options = &study.picture;
    let has_heat_map = options.shows(&layers::HEAT_MAP) && options.heat_map_opacity >= 0.35;
    options.shows(&layers::SIGN_REGIONS) || options.basins_of.is_some() || has_heat_map
}

fn heat_map(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let field = &input.findings.field;
    // An export may have a finer image than the grid.
    let size = [field.raster.width, field.raster.height];
    if let Some(rect) = rect_of_nodes(&field.grid.view, size, input.layout) {
        marks.push(Primitive::Image { rect, raster: field.raster.clone(), opacity: strength(input.study) });
    }
}

/// The meaning of the colours, if they are not those of L.
fn legend(input: &LayerInput<'_>) -> Vec<Key> {
    let field = &input.findings.field;
    if input.study.picture.basins_of.is_some() || field.quantity == Quantity::Loss {
        return Vec::new();
    }
    let range = words::heat_map(field).unwrap_or_else(|| "no finite value in view".to_owned());
    vec![Key::new(Swatch::Colours, field.quantity.symbol(), range)]
}

fn sentences(input: &LayerInput<'_>) -> Vec<String> {
    let field = &input.findings.field;
    if input.study.picture.basins_of.is_some() {
        return Vec::new();
    }
    let Raster { width, height, .. } = *field.raster;
    let mut sentences = vec![format!("The heat map has {width} × {height} samples.")];
    if field.quantity != Quantity::Loss {
        let (symbol, meaning) = (field.quantity.symbol(), field.quantity.words());
        sentences.push(match words::heat_map(field) {
            Some(range) => format!("The heat map shows {symbol}, {meaning}, {range}; contours are of L."),
            None => format!("The heat map would show {symbol}, {meaning}, which has no finite value in view."),
        });
    }
    sentences
}
