//! The curve of low loss between two trained networks, with its highest point, and the straight line between them.

use super::{Depth, Layer, LayerInput};
use crate::network::{Connection, CurvePoint};
use crate::number::Vector;
use crate::number::display::short;
use crate::scene::layer::{Key, Swatch};
use crate::scene::theme::{INK_DARK, INK_LIGHT, Palette};
use crate::scene::{Anchor, Font, Primitive, Stroke, clip, text, within_plot};

pub(super) static LAYER: Layer =
    Layer { parts: &[(Depth::Directions, curve)], legend: key, words: sentences, ..Layer::SILENT };

/// The strokes of the curve, the casing first.
pub(in crate::scene) fn strokes(palette: &Palette, scale: f64) -> [Stroke; 3] {
    let [outer, inner] = palette.casings;
    let stroke = |width: f64, colour| Stroke { width: width * scale, colour, dash: None };
    [stroke(5.4, outer), stroke(4.2, inner), stroke(2.2, palette.accent)]
}

fn known<'a>(input: &LayerInput<'a>) -> Option<&'a Connection> {
    input.findings.network()?.connection()
}

fn key(input: &LayerInput<'_>) -> Vec<Key> {
    let Some(highest) = known(input).and_then(Connection::highest) else { return Vec::new() };
    let more = format!("L at most {}, found by search", short(highest.loss));
    vec![Key::new(Swatch::Connection, "curve between two trainings", more)]
}

fn curve(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let Some(connection) = known(input) else { return };
    let layout = input.layout;
    let palette = Palette::of(input.study.picture.theme);
    let pixel = |point: &CurvePoint| layout.pixel_from_world(Vector::from(point.at));
    let mut lines = Vec::new();
    let dash = Some([3.0 * layout.scale, 4.0 * layout.scale]);
    let straight: Vec<[f64; 2]> = connection.straight.iter().map(pixel).collect();
    for stroke in strokes(palette, 0.6 * layout.scale) {
        let stroke = Stroke { dash, ..stroke };
        let pieces = clip::line(straight.iter().copied(), &layout.plot);
        lines.extend(pieces.into_iter().map(|points| Primitive::Polyline { points, stroke }));
    }
    let pixels: Vec<[f64; 2]> = connection.curve.iter().map(pixel).collect();
    for stroke in strokes(palette, layout.scale) {
        let pieces = clip::line(pixels.iter().copied(), &layout.plot);
        lines.extend(pieces.into_iter().map(|points| Primitive::Polyline { points, stroke }));
    }
    if let Some(highest) = connection.highest() {
        let centre = pixel(highest);
        let size = 11.5 * layout.scale;
        let outline = Some(Stroke { width: 1.4 * layout.scale, colour: palette.casings[1], dash: None });
        let fill = Some(palette.accent);
        lines.push(Primitive::Circle { centre, radius: 3.4 * layout.scale, fill, stroke: outline });
        lines.push(Primitive::Text {
            at: [centre[0], centre[1] - 0.7 * size],
            anchor: Anchor::Middle,
            font: Font::Sans,
            size,
            runs: text::plain(format!("highest, L = {}", short(highest.loss))),
            colour: INK_LIGHT,
            halo: Some((INK_DARK.faded(0.85), 3.0 * layout.scale)),
        });
    }
    marks.extend(within_plot(layout, lines));
}

fn sentences(input: &LayerInput<'_>) -> Vec<String> {
    let Some(connection) = known(input) else { return Vec::new() };
    let (Some(highest), Some(straight)) = (connection.highest(), connection.highest_straight()) else {
        return Vec::new();
    };
    let [a, b] = connection.ends().map(short);
    vec![format!(
        "A search found a curve between the two trainings on which L is at most {}; a lower curve may exist. At its ends L is \
         {a} and {b}, and on the straight line between them at most {}.",
        short(highest.loss),
        short(straight.loss)
    )]
}
