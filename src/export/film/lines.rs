//! Lines and polygons drawn over pixels without SVG in between.
//!
//! A frame of a surface has hundreds of lines. To write them as SVG and read them again takes longer than to draw them.
//! Here they are drawn as the renderer of the SVG draws them: from the same rounded numbers, with the same caps and
//! joins.

use crate::scene::{Colour, Primitive, Stroke};
use resvg::tiny_skia::{
    FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke as Line, StrokeDash, Transform,
};

/// Whether a mark is drawn here.
pub fn is_line(mark: &Primitive) -> bool {
    matches!(mark, Primitive::Polyline { .. } | Primitive::Polygon { .. })
}

/// Draws a mark over pixels, if it is a line or a polygon.
pub fn draw(frame: &mut Pixmap, mark: &Primitive) {
    match mark {
        Primitive::Polyline { points, stroke } => {
            if let Some(path) = path(points, false) {
                draw_stroke(frame, &path, stroke);
            }
        }
        Primitive::Polygon { points, fill, stroke } => {
            let Some(path) = path(points, true) else { return };
            let is_flat = path.bounds().width() == 0.0 || path.bounds().height() == 0.0;
            if fill.0[3] > 0 && !is_flat {
                frame.fill_path(&path, &paint(*fill), FillRule::Winding, Transform::identity(), None);
            }
            if let Some(stroke) = stroke {
                draw_stroke(frame, &path, stroke);
            }
        }
        _ => {}
    }
}

fn draw_stroke(frame: &mut Pixmap, path: &Path, stroke: &Stroke) {
    if !(stroke.width > 0.0 && stroke.colour.0[3] > 0) {
        return;
    }
    let line = Line {
        width: rounded(stroke.width.max(0.01)),
        line_join: LineJoin::Round,
        line_cap: if stroke.dash.is_some() { LineCap::Butt } else { LineCap::Round },
        dash: stroke.dash.and_then(|dash| StrokeDash::new(dash.map(|length| rounded(length.max(0.01))).to_vec(), 0.0)),
        ..Line::default()
    };
    frame.stroke_path(path, &paint(stroke.colour), &line, Transform::identity(), None);
}

/// A number as an SVG has it: with two decimals.
fn rounded(value: f64) -> f32 {
    ((value.clamp(-1e7, 1e7) * 100.0).round() / 100.0) as f32
}

fn paint(Colour([red, green, blue, alpha]): Colour) -> Paint<'static> {
    let opacity = 255.0 * rounded(f64::from(alpha) / 255.0) + 0.5;
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, opacity as u8);
    paint.anti_alias = true;
    paint
}

/// `None` if fewer than two points can be drawn. A line that ends where it begins is closed.
fn path(points: &[[f64; 2]], is_polygon: bool) -> Option<Path> {
    let ends_at_begin = points.len() > 2 && points.first() == points.last();
    let points = if ends_at_begin { &points[..points.len() - 1] } else { points };
    let mut builder = PathBuilder::with_capacity(points.len() + 2, points.len() + 1);
    let mut count = 0;
    for [x, y] in points.iter().filter(|point| point.iter().all(|x| x.is_finite())) {
        let (x, y) = (rounded(*x), rounded(*y));
        if count == 0 {
            builder.move_to(x, y)
        } else {
            builder.line_to(x, y)
        }
        count += 1;
    }
    if ends_at_begin || is_polygon {
        builder.close();
    }
    if count > 1 { builder.finish() } else { None }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]
    use super::*;
    use crate::export::render::draw_over;
    use crate::landscape::View;
    use crate::scene::{Canvas, Layout, Scene};
    use crate::study::Study;

    /// Lines, closed lines and polygons, with dashes and translucent colours, have the pixels that the SVG gives them.
    #[test]
    fn the_pixels_are_those_of_the_svg() {
        let round: Vec<[f64; 2]> = (0..=40)
            .map(|k| f64::from(k) * std::f64::consts::TAU / 40.0)
            .map(|angle| [60.333 + 40.0 * libm::cos(angle), 50.127 + 30.0 * libm::sin(3.0 * angle)])
            .collect();
        let mut closed = round.clone();
        closed[40] = closed[0];
        let stroke = |width: f64, alpha: u8, dash| Stroke { width, colour: Colour([200, 90, 30, alpha]), dash };
        let shifted = |by: f64| round.iter().map(|[x, y]| [x + by, y + 0.5 * by]).collect::<Vec<_>>();
        let marks = vec![
            Primitive::Polygon { points: shifted(11.0), fill: Colour([10, 200, 120, 133]), stroke: None },
            Primitive::Polyline { points: closed, stroke: stroke(2.345, 255, None) },
            Primitive::Polyline { points: shifted(20.0), stroke: stroke(0.7, 77, Some([3.0, 2.0])) },
            Primitive::Polyline {
                points: vec![[10.0, 10.0], [f64::NAN, 3.0], [150.0, 90.0]],
                stroke: stroke(3.0, 200, None),
            },
            Primitive::Polygon { points: shifted(30.0), fill: Colour([0; 4]), stroke: Some(stroke(1.5, 128, None)) },
            Primitive::Polyline { points: vec![[5.0, 5.0]], stroke: stroke(3.0, 255, None) },
        ];
        let study = Study::of_formula("w1", View::new(-1.0, 1.0, -1.0, 1.0).unwrap());
        let canvas = Canvas { size: [160.0, 120.0], scale: 1.0, decorations: false };
        let layout = Layout::new(&study, &canvas);
        let fresh = || {
            let mut frame = Pixmap::new(160, 120).unwrap();
            frame.data_mut().fill(255);
            frame
        };
        let (mut here, mut svg) = (fresh(), fresh());
        marks.iter().for_each(|mark| draw(&mut here, mark));
        let scene = Scene { primitives: marks, background: Colour([0; 4]), description: String::new(), layout };
        draw_over(&scene, &mut svg).unwrap();
        assert!(here.data().iter().any(|channel| *channel < 200));
        assert!(here.data() == svg.data());
    }
}
