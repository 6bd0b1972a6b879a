//! A layer that only the tests have: this file, its line in [`super::LAYERS`], and its switch. The tests check that the
//! window, the command line, the study file, the legend and the text summary have it.

use super::{Depth, Layer};
use crate::scene::layer::{Key, Swatch};
use crate::scene::theme::INK_LIGHT;
use crate::scene::{Primitive, Stroke};
use crate::study::layers::tests::ADDED;

pub(super) static LAYER: Layer = Layer {
    switch: Some(&ADDED),
    parts: &[(Depth::OverLines, |input, marks| {
        let [a, b] = [input.layout.plot.min, input.layout.plot.max];
        let points = vec![a, [b[0], a[1]], b, [a[0], b[1]], a];
        marks.push(Primitive::Polyline { points, stroke: STROKE });
    })],
    legend: |_| vec![Key::new(Swatch::Contour, "border", "of the view")],
    words: |_| vec!["A border surrounds the view.".to_owned()],
};

/// The border's line, which no other mark has.
pub(in crate::scene) const STROKE: Stroke = Stroke { width: 7.25, colour: INK_LIGHT, dash: None };
