//! The symbols before the lines of the legend.

use super::Swatch;
use crate::curvature::Kind;
use crate::field::{Raster, basin_colours, pattern, shaded};
use crate::scene::layers::{
    connection_strokes, contour_strokes, descent_arrow, region_sample, separatrix_strokes, zero_line_strokes,
};
use crate::scene::theme::{CASING, INK_GREY, NEGATIVE, POSITIVE, Palette};
use crate::scene::{Colour, Primitive, Rect, Stroke, decorations};
use crate::study::Study;
use std::sync::Arc;

pub(super) fn draw_swatch(at: [f64; 2], swatch: &Swatch, study: &Study, scale: f64, marks: &mut Vec<Primitive>) {
    let palette = Palette::of(study.picture.theme);
    let half = 5.5 * scale;
    let rect = Rect { min: [at[0], at[1] - half], max: [at[0] + 20.0 * scale, at[1] + half] };
    let outline = Stroke { width: 1.0, colour: palette.axis, dash: None };
    let line = |strokes: &[Stroke], marks: &mut Vec<Primitive>| {
        let points = vec![at, [rect.max[0], at[1]]];
        marks.extend(strokes.iter().map(|&stroke| Primitive::Polyline { points: points.clone(), stroke }));
    };
    match swatch {
        Swatch::Run(run) => {
            run_line(at, [palette.casings[1], palette.run(*run)], [3.9, 2.5], scale, marks);
            let centre = [at[0] + 10.0 * scale, at[1]];
            let stroke = Some(Stroke { width: 0.9 * scale, colour: palette.casings[1], dash: None });
            marks.push(Primitive::Circle { centre, radius: 3.4 * scale, fill: Some(palette.run(*run)), stroke });
        }
        Swatch::Curve(run) => {
            run_line(at, [palette.casings[1], palette.run(*run)], [2.8, 1.3], scale, marks);
        }
        Swatch::Colours => {
            let raster = Arc::new(decorations::strip(study, decorations::Direction::Right));
            marks.push(Primitive::Image { rect, raster, opacity: 1.0 });
            marks.push(Primitive::Box { rect, radius: 0.0, fill: Colour([0; 4]), stroke: Some(outline) });
        }
        Swatch::Training => {
            let y = 0.5 * (rect.min[1] + rect.max[1]);
            let points = vec![[rect.min[0], y], [rect.max[0], y]];
            let stroke = Stroke { width: 2.0 * scale, colour: palette.text, dash: Some([5.0 * scale, 3.5 * scale]) };
            marks.push(Primitive::Polyline { points, stroke });
        }
        Swatch::Connection => {
            marks.push(Primitive::Box { rect, radius: 0.0, fill: INK_GREY, stroke: None });
            line(&connection_strokes(palette, scale), marks);
        }
        Swatch::Separatrix(sense) => {
            marks.push(Primitive::Box { rect, radius: 0.0, fill: INK_GREY, stroke: None });
            line(&separatrix_strokes(*sense, scale), marks);
        }
        Swatch::Contour => {
            marks.push(Primitive::Box { rect, radius: 0.0, fill: INK_GREY, stroke: None });
            line(&contour_strokes(study, scale), marks);
        }
        Swatch::WithoutValue => {
            marks.push(Primitive::Box { rect, radius: 0.0, fill: palette.plot, stroke: Some(outline) });
            let stroke = Stroke { width: 1.1 * scale, colour: palette.hatch, dash: None };
            for k in 0..2 {
                let x = rect.min[0] + f64::from(k) * 9.0 * scale;
                let points = vec![[x, rect.min[1]], [x + rect.height(), rect.max[1]]];
                marks.push(Primitive::Polyline { points, stroke });
            }
        }
        Swatch::Cross => {
            let [x, y] = [at[0] + 10.0 * scale, at[1]];
            let arms = [(POSITIVE, [7.0, 0.0]), (NEGATIVE, [0.0, 5.5])];
            for (width, is_casing) in [(4.0, true), (2.0, false)] {
                for (colour, [dx, dy]) in arms {
                    let points = vec![[x - dx * scale, y - dy * scale], [x + dx * scale, y + dy * scale]];
                    let colour = if is_casing { CASING } else { colour };
                    let stroke = Stroke { width: width * scale, colour, dash: None };
                    marks.push(Primitive::Polyline { points, stroke });
                }
            }
        }
        Swatch::DescentArrow => {
            marks.push(Primitive::Box { rect, radius: 0.0, fill: INK_GREY, stroke: None });
            descent_arrow([at[0] + 10.0 * scale, at[1]], [1.0, 0.0], 15.0 * scale, scale, marks);
        }
        Swatch::Region(region) => region_sample(*region, rect, study, scale, marks),
        Swatch::ZeroLine => line(&zero_line_strokes(scale), marks),
        Swatch::Shades => {
            let shades = (0..64).map(|k| shaded(basin_colours(Kind::Minimum)[0], f64::from(k) / 63.0));
            let row: Vec<u8> = shades.flat_map(|[r, g, b]| [r, g, b, 255]).collect();
            let raster = Raster { width: 64, height: 4, rgba: row.repeat(4) };
            marks.push(Primitive::Image { rect, raster: Arc::new(raster), opacity: 1.0 });
            marks.push(Primitive::Box { rect, radius: 0.0, fill: Colour([0; 4]), stroke: Some(outline) });
        }
        Swatch::Basins(colours) => {
            let most = colours.len().clamp(1, 6);
            let width = rect.width() / most as f64;
            for (k, [r, g, b]) in colours.iter().take(most).enumerate() {
                let left = rect.min[0] + width * k as f64;
                let rect = Rect { min: [left, rect.min[1]], max: [left + width, rect.max[1]] };
                marks.push(Primitive::Box { rect, radius: 0.0, fill: Colour([*r, *g, *b, 255]), stroke: None });
            }
            marks.push(Primitive::Box { rect, radius: 0.0, fill: Colour([0; 4]), stroke: Some(outline) });
        }
        Swatch::Pattern(outcome) => {
            let [width, height] = [20, 11];
            let pixels = (0..height).flat_map(|row| (0..width).map(move |column| pattern(*outcome, column, row)));
            let raster = Raster { width, height, rgba: pixels.flatten().collect() };
            marks.push(Primitive::Image { rect, raster: Arc::new(raster), opacity: 1.0 });
            marks.push(Primitive::Box { rect, radius: 0.0, fill: Colour([0; 4]), stroke: Some(outline) });
        }
    }
}

/// A run's line, cased as in the picture.
fn run_line(at: [f64; 2], colours: [Colour; 2], widths: [f64; 2], scale: f64, marks: &mut Vec<Primitive>) {
    let points = vec![at, [at[0] + 20.0 * scale, at[1]]];
    for (width, colour) in widths.into_iter().zip(colours) {
        let stroke = Stroke { width: width * scale, colour, dash: None };
        marks.push(Primitive::Polyline { points: points.clone(), stroke });
    }
}
