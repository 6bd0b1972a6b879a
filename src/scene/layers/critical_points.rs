//! Critical points: their markers, curves of them, regions that stayed undecided, and the sectors around a selected
//! degenerate point.

use super::{Depth, Layer, LayerInput};
use crate::curvature::Kind;
use crate::number::display::{point, short};
use crate::scene::{Lies, Primitive, points, sectors, within_plot, words};
use crate::study::{ShownPoint, layers};

pub(super) static LAYER: Layer = Layer {
    switch: Some(&layers::CRITICAL_POINTS),
    parts: &[
        (Depth::Directions, |input, marks| {
            marks.extend(within_plot(input.layout, points::beneath(input.layout, &input.findings.points)));
        }),
        (Depth::UnderMarkers, selected_sectors),
        (Depth::Markers, |input, marks| {
            marks.extend(points::markers(input.layout, &input.findings.points, input.context.selected_point));
        }),
    ],
    legend: |_| Vec::new(),
    words: sentences,
};

fn selected_sectors(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let selected = input.context.selected_point.and_then(|index| input.findings.points.points.get(index));
    if let Some(point) = selected.filter(|point| point.kind == Kind::Degenerate) {
        let contents = sectors::fan(input.layout, &input.findings.loss, point.w);
        let at = input.layout.pixel_from_world(point.w);
        marks.extend(within_plot(input.layout, vec![Primitive::Anchored { at, lies: Lies::Flat, contents }]));
    }
}

fn sentences(input: &LayerInput<'_>) -> Vec<String> {
    let points = &input.findings.points.points;
    let size = ShownPoint::size(points);
    let mut sentences = vec![format!("{}.", words::capitalised(&input.findings.points.claim()))];
    for (index, critical) in points.iter().take(ShownPoint::AT_ONCE).enumerate() {
        let shown = ShownPoint::of(&input.findings.loss, &input.layout.view, critical, size);
        let selected = if input.context.selected_point == Some(index) { ", selected" } else { "" };
        sentences.push(format!(
            "{} at {}, L = {}, eigenvalues {} and {}{selected}.",
            words::capitalised(words::kind_word(critical.kind)),
            point(shown.w),
            short(shown.value),
            short(shown.eigenvalues[0]),
            short(shown.eigenvalues[1])
        ));
    }
    if points.len() > ShownPoint::AT_ONCE {
        sentences.push(format!("And {} more.", points.len() - ShownPoint::AT_ONCE));
    }
    sentences
}
