//! The Hessian's eigenvectors at each critical point, and the names of their eigenvalues.

use super::{Depth, Layer, LayerInput};
use crate::scene::cross::{Measure, cross, cross_labels};
use crate::scene::{Primitive, points, within_plot};
use crate::study::layers;

pub(super) static LAYER: Layer =
    Layer { switch: Some(&layers::EIGEN_DIRECTIONS), parts: &[(Depth::Directions, crosses)], ..Layer::SILENT };

/// λ₁ and λ₂ at the ends of the arms.
pub(super) static LABELS: Layer =
    Layer { switch: Some(&layers::EIGEN_LABELS), parts: &[(Depth::UnderMarkers, labels)], ..Layer::SILENT };

fn crosses(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    if !input.study.picture.shows(&layers::CRITICAL_POINTS) {
        return;
    }
    let (layout, found) = (input.layout, &input.findings.points);
    let measure = Measure::of(layout, found);
    let crosses = points::in_view(layout, found)
        .flat_map(|point| cross(layout, point.w, &point.eigen, Some(point.kind), &measure));
    marks.extend(within_plot(layout, crosses.collect()));
}

fn labels(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let picture = &input.study.picture;
    if !(picture.shows(&layers::CRITICAL_POINTS) && picture.shows(&layers::EIGEN_DIRECTIONS)) {
        return;
    }
    let (layout, found) = (input.layout, &input.findings.points);
    let measure = Measure::of(layout, found);
    for point in points::in_view(layout, found) {
        marks.extend(cross_labels(layout, point.w, &point.eigen, Some(point.kind), &measure));
    }
}
