//! The curves of steepest descent and ascent from every saddle. Those of ascent bound the basins of gradient flow.

use super::{Depth, Layer, LayerInput};
use crate::saddles::{Curve, SaddleGraph, Sense};
use crate::scene::clip;
use crate::scene::cross::head;
use crate::scene::layer::{Key, Swatch};
use crate::scene::theme::{INK_DARK, INK_LIGHT};
use crate::scene::{Primitive, Stroke};
use crate::study::layers;

pub(super) static LAYER: Layer = Layer {
    switch: Some(&layers::SEPARATRICES),
    parts: &[(Depth::Directions, curves)],
    legend: |_| {
        vec![
            Key::new(Swatch::Separatrix(Sense::Down), "from saddles", "steepest descent"),
            Key::new(Swatch::Separatrix(Sense::Up), "into saddles", "they bound the basins of gradient flow"),
        ]
    },
    words: |input| input.findings.saddles.as_deref().map(words).unwrap_or_default(),
};

/// The strokes of a curve, the casing first: solid for descent, dashed for ascent.
pub(in crate::scene) fn strokes(sense: Sense, scale: f64) -> [Stroke; 2] {
    let dash = match sense {
        Sense::Down => None,
        Sense::Up => Some([7.0 * scale, 4.0 * scale]),
    };
    let casing = Stroke { width: 3.4 * scale, colour: INK_DARK.faded(0.7), dash: None };
    [casing, Stroke { width: 1.6 * scale, colour: INK_LIGHT, dash }]
}

fn curves(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let Some(graph) = &input.findings.saddles else { return };
    for saddle in &graph.saddles {
        let all = [(Sense::Up, &saddle.stable), (Sense::Down, &saddle.unstable)];
        for (sense, curve) in all.into_iter().flat_map(|(sense, curves)| curves.iter().map(move |curve| (sense, curve)))
        {
            draw(input, sense, curve, marks);
        }
    }
}

/// A curve, with an arrow head along −∇L at the middle of its visible part.
fn draw(input: &LayerInput<'_>, sense: Sense, curve: &Curve, marks: &mut Vec<Primitive>) {
    let layout = input.layout;
    let pixels = curve.polyline.iter().map(|w| layout.pixel_from_world(*w));
    for piece in clip::line(pixels, &layout.plot) {
        for stroke in strokes(sense, layout.scale) {
            marks.push(Primitive::Polyline { points: piece.clone(), stroke });
        }
        let Some((at, [x, y])) = middle(&piece, 26.0 * layout.scale) else { continue };
        let downhill = if sense == Sense::Down { [x, y] } else { [-x, -y] };
        let size = 8.0 * layout.scale;
        let tip = [at[0] + 0.5 * size * downhill[0], at[1] + 0.5 * size * downhill[1]];
        let outline = Stroke { width: 0.9 * layout.scale, colour: INK_DARK.faded(0.8), dash: None };
        marks.push(head(tip, downhill, size, INK_LIGHT, Some(outline)));
    }
}

/// The point at half the length of a line, and the direction of the line there; `None` for lines that are too short.
fn middle(line: &[[f64; 2]], shortest: f64) -> Option<([f64; 2], [f64; 2])> {
    let lengths: Vec<f64> =
        line.windows(2).map(|pair| libm::hypot(pair[1][0] - pair[0][0], pair[1][1] - pair[0][1])).collect();
    let whole: f64 = lengths.iter().sum();
    let mut left = 0.5 * whole;
    for (pair, length) in line.windows(2).zip(&lengths) {
        if left <= *length && *length > 0.0 {
            let direction = [0, 1].map(|axis: usize| (pair[1][axis] - pair[0][axis]) / length);
            let at = [0, 1].map(|axis: usize| pair[0][axis] + left * direction[axis]);
            return (whole >= shortest).then_some((at, direction));
        }
        left -= length;
    }
    None
}

fn words(graph: &SaddleGraph) -> Vec<String> {
    let count = |curves: fn(&crate::saddles::Saddle) -> usize| graph.saddles.iter().map(curves).sum::<usize>();
    let (unstable, stable) = (count(|saddle| saddle.unstable.len()), count(|saddle| saddle.stable.len()));
    let mut sentences = vec![format!(
        "Curves of steepest descent and ascent from {}: {unstable} along −∇L and {stable} along +∇L.",
        match graph.saddles.len() {
            1 => "1 saddle".to_owned(),
            saddles => format!("{saddles} saddles"),
        }
    )];
    sentences.extend(graph.undrawn.iter().map(|undrawn| undrawn.reason.clone()));
    sentences.extend(graph.notes.iter().cloned());
    if !graph.complete {
        sentences.push("The critical points are not proved complete, and so the curves need not be all.".to_owned());
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arrow_head_stands_at_half_the_length() {
        let line = [[0.0, 0.0], [10.0, 0.0], [10.0, 30.0]];
        assert_eq!(middle(&line, 1.0), Some(([10.0, 10.0], [0.0, 1.0])));
        assert_eq!(middle(&line, 41.0), None);
        assert_eq!(middle(&[[1.0, 1.0]], 0.0), None);
    }
}
