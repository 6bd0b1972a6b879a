//! The blocks of a network's Hessian, a square for each pair of layers, with the ends of each layer's own spectrum.

use super::analysed;
use crate::chart::{Chart, ChartInfo, Content, Drawing, Subject};
use crate::network::{Blocks, Part, rounding};
use crate::number::display::{digits, short};
use crate::scene::theme::{INK_DARK, INK_LIGHT, Palette};
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
                      layers, and the least and the largest eigenvalue of each layer's own block and of the whole Hessian.",
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
            let spectra = blocks.least.iter().chain(&blocks.largest).chain(&blocks.whole);
            blocks.norms.iter().flatten().chain(spectra).for_each(|number| number.to_bits().hash(&mut hasher));
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

/// The ends of a spectrum; what is rounding beside the largest of so many eigenvalues is 0.
fn cleaned([least, largest]: [f64; 2], count: usize) -> [f64; 2] {
    let size = rounding(least.abs().max(largest.abs()), count);
    [least, largest].map(|value| if value.abs() <= size { 0.0 } else { value })
}

/// The ends of the spectrum of each layer's own block, and those of the whole Hessian.
fn spectra(blocks: &Blocks) -> (Vec<[f64; 2]>, [f64; 2]) {
    let ends = blocks.least.iter().zip(&blocks.largest);
    let layers = ends.map(|(least, largest)| cleaned([*least, *largest], blocks.weights)).collect();
    (layers, cleaned(blocks.whole, blocks.weights))
}

fn description(blocks: &Blocks) -> String {
    let (layers, [least, largest]) = spectra(blocks);
    let layers: Vec<String> = layers
        .iter()
        .enumerate()
        .map(|(k, [least, largest])| {
            format!("Layer {}: eigenvalues from {} to {}.", k + 1, short(*least), short(*largest))
        })
        .collect();
    let sum: f64 = blocks.largest.iter().sum();
    format!(
        "{} The largest eigenvalues of the layers add up to {}. The whole Hessian: eigenvalues from {} to {}, {} of them negative.",
        layers.join(" "),
        short(sum),
        short(least),
        short(largest),
        blocks.negative
    )
}

fn picture(blocks: &Blocks, rect: &Rect, scale: f64, palette: &Palette) -> Vec<Primitive> {
    let count = blocks.norms.len().max(1);
    let size = 11.0 * scale;
    // Beside the squares: for each layer and for the whole Hessian a name, and below it the ends of the spectrum.
    let ends = |[least, largest]: [f64; 2]| format!("λ from {} to {}", digits(least, 3), digits(largest, 3));
    let (layers, whole) = spectra(blocks);
    let least: Vec<f64> = layers.iter().chain([&whole]).map(|[least, _]| *least).collect();
    let names = (1..=layers.len()).map(|layer| format!("layer {layer}"));
    let names = names.chain([format!("whole H, {} λ < 0", blocks.negative)]);
    let labels = names.zip(layers.into_iter().chain([whole]).map(ends));
    // Two lines each, or one where there is no room for two.
    let has_room = (rect.height() - 18.0 * scale - 1.2 * size) / least.len() as f64 >= 2.5 * size;
    let labels: Vec<Vec<String>> =
        labels.map(|(name, ends)| if has_room { vec![name, ends] } else { vec![format!("{name}: {ends}")] }).collect();
    let wide = labels.iter().flatten().map(|label| text::plain_width(Font::Sans, size, label)).fold(0.0, f64::max);
    let room = Rect { min: [rect.min[0] + 18.0 * scale, rect.min[1] + 18.0 * scale], max: rect.max };
    let beside = room.width() - wide - 14.0 * scale;
    let side = (room.height().min(beside.max(0.3 * room.width())) / count as f64).max(1.0);
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
                marks.push(words(at, Anchor::Middle, short(*norm), ink_on(fill.over(palette.panel))));
            }
        }
        let middle = side * (row as f64 + 0.5);
        let name = (row + 1).to_string();
        let at = [room.min[0] - 6.0 * scale, room.min[1] + middle + 0.35 * size];
        marks.push(words(at, Anchor::End, name.clone(), palette.muted));
        marks.push(words([room.min[0] + middle, room.min[1] - 5.0 * scale], Anchor::Middle, name, palette.muted));
    }
    let x = room.min[0] + side * count as f64 + 12.0 * scale;
    // As far apart as the rows of squares, and nearer where the whole Hessian would have no room.
    let most = (room.height() - 1.2 * size) / labels.len().max(1) as f64;
    let apart = side.min(4.0 * size).max(2.5 * size).min(most);
    for (row, (label, least)) in labels.into_iter().zip(least).enumerate() {
        let colour = if least < 0.0 { palette.negative_text } else { palette.text };
        for (line, label) in label.into_iter().enumerate() {
            let y = room.min[1] + apart * row as f64 + 1.25 * size * line as f64 + size;
            marks.push(words([x, y], Anchor::Start, label, colour));
        }
    }
    marks
}

/// The ink, dark or light, that has more contrast with a colour: white and black have the same contrast with a relative luminance of
/// 0.179 (Web Content Accessibility Guidelines 2.2, contrast ratio).
fn ink_on(ground: Colour) -> Colour {
    let [red, green, blue] = [0, 1, 2].map(|channel: usize| libm::pow(f64::from(ground.0[channel]) / 255.0, 2.2));
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    if luminance > 0.179 { INK_DARK } else { INK_LIGHT }
}
