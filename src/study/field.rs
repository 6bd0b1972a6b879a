//! Heat map, contours and sign regions of a study.

use super::{Need, PictureOptions, PointsKey, Study};
use crate::curvature::Quantity;
use crate::field::{ColourMap, ColourScale, Field, FieldOptions, Grid, Levels, field};
use crate::formula::Planes;
use crate::landscape::Loss;

/// The parts of a study on which heat map, contours and sign regions depend.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldKey {
    points: PointsKey,
    heat_map_of: Quantity,
    colour_map: ColourMap,
    colour_scale: ColourScale,
    contour_levels: usize,
    levels: Vec<f64>,
    needs: [bool; Need::OF_FIELD.len()],
}

impl FieldKey {
    /// The key of the study's field.
    pub fn of(study: &Study) -> FieldKey {
        let PictureOptions {
            layers,
            heat_map_of,
            colour_map,
            colour_scale,
            contour_levels,
            levels,
            theme: _,
            heat_map_opacity: _,
            contour_opacity: _,
            basins_of: _,
            equal_axes: _,
            projector: _,
            surface: _,
        } = &study.picture;
        FieldKey {
            points: PointsKey::of(study),
            heat_map_of: *heat_map_of,
            colour_map: *colour_map,
            colour_scale: *colour_scale,
            contour_levels: *contour_levels,
            levels: levels.clone(),
            needs: Need::OF_FIELD.map(|need| layers.need(need)),
        }
    }
}

/// Heat map, contours and everything else that the study's layers need of the grid, at a resolution, with lines on
/// their exact levels.
pub fn field_of(study: &Study, loss: &Loss, columns: usize, rows: usize) -> Field {
    let field = field(loss, &study.view, columns, rows, &options(study));
    let planes = needs_jets(study).then(|| loss.sample_jets(&study.view, columns, rows));
    with_needs(study, field, planes.as_ref(), loss, Some(loss))
}

/// Like [`field_of`] for a moving picture: lines are interpolated from the samples, which is faster and looks nearly
/// the same.
pub fn moving_field_of(study: &Study, loss: &Loss, columns: usize, rows: usize) -> Field {
    let planes = needs_jets(study).then(|| loss.sample_jets(&study.view, columns, rows));
    let values = planes.as_ref().map_or_else(|| loss.sample(&study.view, columns, rows), |planes| planes[0].clone());
    let field = Field::of_grid(Grid { view: study.view, columns, rows, values }, &options(study));
    with_needs(study, field, planes.as_ref(), loss, None)
}

/// Whether the picture needs derivatives on the grid.
fn needs_jets(study: &Study) -> bool {
    study.picture.heat_map_of != Quantity::Loss || study.picture.layers.need(Need::SignRegions)
}

/// The field with everything that the shown layers need. If the loss is given as `exactly`, curves lie on its exact
/// levels.
fn with_needs(study: &Study, field: Field, planes: Option<&Planes>, loss: &Loss, exactly: Option<&Loss>) -> Field {
    let (quantity, layers) = (study.picture.heat_map_of, &study.picture.layers);
    let mut field = field;
    if let Some(planes) = planes {
        if quantity != Quantity::Loss {
            field = field.coloured_by(quantity, planes, &options(study));
        }
        if layers.need(Need::SignRegions) {
            field = field.with_sign_regions(planes, exactly);
        }
    }
    if layers.need(Need::Gradients) { field.with_gradients(loss) } else { field }
}

fn options(study: &Study) -> FieldOptions {
    let picture = &study.picture;
    let levels = match picture.levels.is_empty() {
        true => Levels::About(picture.contour_levels),
        false => Levels::These(picture.levels.clone()),
    };
    FieldOptions { colour_map: picture.colour_map, colour_scale: picture.colour_scale, levels }
}
