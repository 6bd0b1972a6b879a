//! The blocks of a network's Hessian, a square for each pair of layers, with the ends of each layer's own spectrum.

use super::analysed;
use crate::chart::{Chart, ChartInfo, Content, Drawing, Subject};
use crate::network::{Blocks, Part};
use crate::number::display::short;
use crate::scene::theme::Palette;
use crate::scene::{Anchor, Colour, Font, Primitive, Rect, Stroke, text};
use crate::study::LAYERS_TAB;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The Hessian's blocks.
pub struct LayersChart;

impl Chart for LayersChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: LAYERS_TAB,
            tab: "LAYERS",
            title: "The Hessian's blocks",
            action: "Show the layers",
            tooltip: "The Frobenius norm of each block of the network's Hessian at the centre of the plane, a square \
            for each pair of \
                      layers, and the least and the largest eigenvalue of each layer's own block.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        subject.study.network.is_some()
    }

    /// The blocks change with the training and the plane.
    fn version(&self, subject: &Subject<'_>) -> u64 {
        let mut hasher = DefaultHasher::new();
        let blocks = subject.findings.analysis.as_ref().and_then(|analysis| analysis.as_ref().ok()?.layers.clone());
        if let Some(blocks) = blocks {
            blocks.norms.iter().flatten().chain(&blocks.least).for_each(|norm| norm.to_bits().hash(&mut hasher));
        }
        hasher.finish()
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let analysis = match analysed(subject, Part::Layers) {
            Ok(analysis) => analysis,
            Err(content) => return content,
        };
        let Some(blocks) = analysis.layers.as_deref() else {
            return Content::Nothing("The network has too many weights for the whole Hessian.".to_owned());
        };
        let description = description(blocks);
        let marks = move |rect: &Rect, scale: f64, palette: &Palette| picture(blocks, rect, scale, palette);
        Content::Drawing(Drawing { marks: Box::new(marks), description })
    }
}

fn description(blocks: &Blocks) -> String {
    let layer = |k: usize| {
        format!("Layer {}: eigenvalues from {} to {}.", k + 1, short(blocks.least[k]), short(blocks.largest[k]))
    };
    let sum: f64 = blocks.largest.iter().sum();
    let layers: Vec<String> = (0..blocks.largest.len()).map(layer).collect();
    format!("{} The largest eigenvalues of the layers add up to {}.", layers.join(" "), short(sum))
}

fn picture(blocks: &Blocks, rect: &Rect, scale: f64, palette: &Palette) -> Vec<Primitive> {
    let count = blocks.norms.len().max(1);
    let size = 11.0 * scale;
    let room = Rect { min: [rect.min[0] + 18.0 * scale, rect.min[1] + 18.0 * scale], max: rect.max };
    let side = (room.height().min(0.55 * room.width()) / count as f64).max(1.0);
    let greatest = blocks.norms.iter().flatten().fold(0.0_f64, |most, norm| most.max(*norm));
    let mut marks = Vec::new();
    let words = |at: [f64; 2], anchor: Anchor, words: String, colour: Colour| Primitive::Text {
        at,
        anchor,
        font: Font::Sans,
        size,
        runs: text::plain(words),
        colour,
        halo: None,
    };
    let border = Some(Stroke { width: scale, colour: palette.separator, dash: None });
    for (row, norms) in blocks.norms.iter().enumerate() {
        for (column, norm) in norms.iter().enumerate() {
            let min = [room.min[0] + side * column as f64, room.min[1] + side * row as f64];
            let square = Rect { min, max: [min[0] + side, min[1] + side] };
            // Norms vary over orders of magnitude: the colour goes from nothing to full over four of them.
            let strength =
                if greatest > 0.0 { (1.0 + libm::log10(norm / greatest) / 4.0).clamp(0.0, 1.0) } else { 0.0 };
            let fill = palette.accent.faded(0.9 * strength);
            marks.push(Primitive::Box { rect: square, radius: 0.0, fill, stroke: border });
            if side > 40.0 * scale {
                let at = [min[0] + 0.5 * side, min[1] + 0.5 * side + 0.35 * size];
                marks.push(words(at, Anchor::Middle, short(*norm), palette.text));
            }
        }
        let middle = side * (row as f64 + 0.5);
        let name = (row + 1).to_string();
        let beside = [room.min[0] - 6.0 * scale, room.min[1] + middle + 0.35 * size];
        marks.push(words(beside, Anchor::End, name.clone(), palette.muted));
        marks.push(words([room.min[0] + middle, room.min[1] - 5.0 * scale], Anchor::Middle, name, palette.muted));
        let x = room.min[0] + side * count as f64 + 12.0 * scale;
        let (least, largest) = (blocks.least[row], blocks.largest[row]);
        let ends = format!("layer {}: λ from {} to {}", row + 1, short(least), short(largest));
        let colour = if least < -1e-9 * largest.abs() { palette.negative_text } else { palette.text };
        marks.push(words([x, room.min[1] + middle + 0.35 * size], Anchor::Start, ends, colour));
    }
    marks
}
