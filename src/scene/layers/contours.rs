//! Contour lines of L, and their labels.

use super::{Depth, Layer, LayerInput, is_over_map};
use crate::curvature::Quantity;
use crate::field::ContourLine;
use crate::number::display::short;
use crate::number::labels::apart;
use crate::scene::layer::{Key, Swatch};
use crate::scene::placement::stroke_scale;
use crate::scene::theme::{CONTOUR_DARK, CONTOUR_LIGHT, INK_DARK, INK_LIGHT, Palette};
use crate::scene::{Anchor, Font, Layout, Primitive, Rect, Stroke, clip, text};
use crate::study::{Study, Theme, layers};

pub(super) static LAYER: Layer =
    Layer { switch: Some(&layers::CONTOURS), parts: &[(Depth::Lines, contours)], legend, words };

/// The values on the lines.
pub(super) static LABELS: Layer =
    Layer { switch: Some(&layers::CONTOUR_LABELS), parts: &[(Depth::Lines, contour_labels)], ..Layer::SILENT };

type Pieces<'a> = Vec<(&'a ContourLine, Vec<Vec<[f64; 2]>>)>;

/// The lines in view, in pixels.
fn in_view<'a>(input: &LayerInput<'a>) -> Pieces<'a> {
    let layout = input.layout;
    let cut = |line: &ContourLine| clip::line(line.points.iter().map(|w| layout.pixel_from_world(*w)), &layout.plot);
    input.findings.field.contours.iter().map(|line| (line, cut(line))).collect()
}

fn contours(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let lines = in_view(input);
    for stroke in strokes(input.study, input.layout.scale) {
        for piece in lines.iter().flat_map(|(_, pieces)| pieces) {
            marks.push(Primitive::Polyline { points: piece.clone(), stroke });
        }
    }
}

fn contour_labels(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    if input.study.picture.shows(&layers::CONTOURS) {
        let palette = Palette::of(input.study.picture.theme);
        labels(&in_view(input), input.layout, palette, is_over_map(input.study), marks);
    }
}

/// The strokes of a contour line: a thin neutral line, over a faint line of the opposite colour if it lies on a map.
pub(in crate::scene) fn strokes(study: &Study, scale: f64) -> Vec<Stroke> {
    let picture = &study.picture;
    let [line, under] = match picture.theme {
        Theme::Dark => [CONTOUR_LIGHT, CONTOUR_DARK],
        Theme::Light => [CONTOUR_DARK, CONTOUR_LIGHT],
    };
    let strokes = if is_over_map(study) {
        vec![(2.4, under.faded(0.35 * picture.contour_opacity)), (1.0, line.faded(picture.contour_opacity))]
    } else {
        vec![(1.0, Palette::of(picture.theme).bare_contour.faded(picture.contour_opacity))]
    };
    let stroke = |(width, colour)| Stroke { width: width * stroke_scale(scale), colour, dash: None };
    strokes.into_iter().map(stroke).collect()
}

/// One horizontal label for each line, where it is most nearly horizontal; none on short lines, near the border or on
/// other labels.
fn labels(
    lines: &[(&ContourLine, Vec<Vec<[f64; 2]>>)],
    layout: &Layout,
    palette: &Palette,
    over_map: bool,
    marks: &mut Vec<Primitive>,
) {
    let size = 11.0 * layout.scale;
    let length = |piece: &[[f64; 2]]| piece.windows(2).map(|pair| clip::distance(pair[0], pair[1])).sum::<f64>();
    let mut pieces: Vec<(f64, &[[f64; 2]], f64)> = lines
        .iter()
        .flat_map(|(line, pieces)| pieces.iter().map(|piece| (length(piece), piece.as_slice(), line.level)))
        .collect();
    pieces.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut taken: Vec<Rect> = Vec::new();
    let mut levels: Vec<f64> = Vec::new();
    let mut names: Vec<f64> = pieces.iter().map(|(_, _, level)| *level).collect();
    names.sort_by(f64::total_cmp);
    names.dedup();
    // As many digits as distinguish any two levels.
    let labels = apart(&names, 4, |_| true).texts;
    for (length, piece, level) in pieces {
        let known = names.binary_search_by(|name| name.total_cmp(&level));
        let label = known.ok().and_then(|index| labels.get(index)).cloned().unwrap_or_else(|| short(level));
        let width = text::plain_width(Font::Sans, size, &label);
        // A level that is labelled twice needs no third.
        let again = levels.iter().filter(|other| **other == level).count();
        if length < 3.0 * width + 30.0 * layout.scale || again >= 2 {
            continue;
        }
        let reach = (piece.len() / 24).max(1);
        let inner = layout.plot.grown(-8.0 * layout.scale);
        let place = (reach..piece.len().saturating_sub(reach))
            .step_by((reach / 2).max(1))
            .filter_map(|i| {
                let (a, b) = (piece[i - reach], piece[i + reach]);
                let chord = clip::distance(a, b);
                let slope = if chord > 0.0 { (a[1] - b[1]).abs() / chord } else { 1.0 };
                let [x, y] = piece[i];
                let half = [0.5 * width, 0.5 * size];
                let rect = Rect { min: [x - half[0], y - half[1]], max: [x + half[0], y + half[1]] };
                let roomy = rect.grown(22.0 * layout.scale);
                let free = inner.contains(rect.min) && inner.contains(rect.max);
                (free && taken.iter().all(|other| !other.overlaps(&roomy))).then_some((slope, rect))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, rect)) = place else { continue };
        taken.push(rect);
        levels.push(level);
        let (colour, halo) = if over_map { (INK_LIGHT, INK_DARK.faded(0.85)) } else { (palette.text, palette.plot) };
        marks.push(Primitive::Text {
            at: [0.5 * (rect.min[0] + rect.max[0]), rect.max[1] - 0.14 * size],
            anchor: Anchor::Middle,
            font: Font::Sans,
            size,
            runs: text::plain(label),
            colour,
            halo: Some((halo, 3.2 * layout.scale)),
        });
    }
}

/// The quantity of the lines, if the heat map shows another one.
fn legend(input: &LayerInput<'_>) -> Vec<Key> {
    let picture = &input.study.picture;
    let is_other = picture.shows(&layers::HEAT_MAP) && input.findings.field.quantity != Quantity::Loss;
    if is_other && picture.basins_of.is_none() {
        vec![Key::new(Swatch::Contour, "contours", "of L")]
    } else {
        Vec::new()
    }
}

/// Which contour lines are drawn: `Contours are at L = 0.1, 1, 2.`
fn words(input: &LayerInput<'_>) -> Vec<String> {
    let levels = &input.findings.field.levels;
    match apart(levels, 4, |_| true).texts.as_slice() {
        [] => Vec::new(),
        few if few.len() <= 12 => vec![format!("Contours are at L = {}.", few.join(", "))],
        [first, .., last] => vec![format!("{} contour levels go from L = {first} to {last}.", levels.len())],
        [only] => vec![format!("Contours are at L = {only}.")],
    }
}
