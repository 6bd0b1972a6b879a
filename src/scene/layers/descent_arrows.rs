//! Arrows of −∇L on a coarse grid: the direction of steepest descent, with a length that grows with log‖∇L‖.

use super::{Depth, Layer, LayerInput};
use crate::scene::cross::head;
use crate::scene::layer::{Key, Swatch};
use crate::scene::theme::{INK_DARK, INK_LIGHT};
use crate::scene::{Primitive, Stroke};
use crate::study::layers;

pub(super) static LAYER: Layer = Layer {
    switch: Some(&layers::DESCENT_ARROWS),
    parts: &[(Depth::OverLines, arrows)],
    legend: |_| vec![Key::new(Swatch::DescentArrow, "−∇L", "steepest descent")],
    words: |input| {
        let count = input.findings.field.gradients.as_ref().map_or(0, |gradients| gradients.nodes.len());
        vec![format!("{count} arrows point along −∇L, the direction of steepest descent.")]
    },
};

/// The shortest and the longest arrow, as shares of the distance of neighbours on the grid.
const LENGTHS: [f64; 2] = [0.25, 0.8];
/// An arrow has the shortest length at this share of the greatest ‖∇L‖ or less.
const LEAST: f64 = 1e-3;

fn arrows(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let Some(gradients) = &input.findings.field.gradients else { return };
    let layout = input.layout;
    let [across, up] = gradients.spacing;
    let pixels = [across * layout.plot.width() / layout.view.width(), up * layout.plot.height() / layout.view.height()];
    let apart = pixels[0].min(pixels[1]);
    let greatest = gradients.nodes.iter().map(|(_, gradient)| gradient.norm()).filter(|norm| norm.is_finite());
    let greatest = greatest.fold(0.0, f64::max);
    for (w, gradient) in &gradients.nodes {
        let share = share(gradient.norm(), greatest);
        let centre = layout.pixel_from_world(*w);
        // There is no arrow if the direction is zero or undefined.
        if let Some(direction) = layout.pixel_direction(-*gradient).filter(|_| layout.plot.contains(centre)) {
            let length = apart * (LENGTHS[0] + share * (LENGTHS[1] - LENGTHS[0]));
            draw(centre, direction, length, layout.scale, marks);
        }
    }
}

/// The position of a norm between the least and the greatest on a logarithmic scale, from 0 to 1.
fn share(norm: f64, greatest: f64) -> f64 {
    let share = 1.0 - libm::log10(norm / greatest) / libm::log10(LEAST);
    if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
}

/// An arrow in pixels: light with a dark casing, so that it is visible on every colour of a map.
pub(in crate::scene) fn draw(centre: [f64; 2], [x, y]: [f64; 2], length: f64, scale: f64, marks: &mut Vec<Primitive>) {
    let half = 0.5 * length;
    let at = |t: f64| [centre[0] + t * x, centre[1] + t * y];
    let size = (6.5 * scale).min(0.55 * length);
    for (width, colour) in [(3.0, INK_DARK.faded(0.55)), (1.3, INK_LIGHT)] {
        let stroke = Stroke { width: width * scale, colour, dash: None };
        marks.push(Primitive::Polyline { points: vec![at(-half), at(half - 0.8 * size)], stroke });
    }
    let outline = Stroke { width: 0.9 * scale, colour: INK_DARK.faded(0.7), dash: None };
    marks.push(head(at(half), [x, y], size, INK_LIGHT, Some(outline)));
}
