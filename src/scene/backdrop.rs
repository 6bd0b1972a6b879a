//! What changes with the landscape and the view only: heat map, basins, sign regions, hatching, contours, axes.
//!
//! Everything is placed by its world coordinates, so that a field that was computed for the last view is drawn where
//! it belongs until the new one is there.

use super::layout::TICK_SIZE;
use super::theme::{CONTOUR, CONTOUR_CASING, INK_DARK, INK_LIGHT, Palette};
use super::{Anchor, Font, Layout, Primitive, Rect, Stroke, clip, regions, text};
use crate::field::{ContourLine, Field};
use crate::landscape::View;
use crate::number::Vector;
use crate::number::display::short;
use crate::number::labels::apart;
use crate::study::{BasinMap, Findings, Study};

/// Heat map, basins, sign regions, hatching, contour lines with their labels, and axes.
pub fn backdrop(study: &Study, findings: &Findings, layout: &Layout) -> Vec<Primitive> {
    let field = &findings.field;
    let palette = Palette::of(study.picture.theme);
    let mut inside = Vec::new();
    inside.push(Primitive::Polygon { points: corners(&layout.plot), fill: palette.plot, stroke: None });
    if study.picture.heat_map {
        heat_map(field, layout, study.picture.heat_map_opacity, &mut inside);
    }
    if let Some(basins) = basins(study, findings)
        && let Some(rect) = rect_of_nodes(&basins.map.view, [basins.map.columns, basins.map.rows], layout)
    {
        inside.push(Primitive::Image { rect, raster: basins.raster.clone(), opacity: 1.0 });
    }
    let signs = field.sign_regions.as_ref().filter(|_| study.picture.sign_regions);
    if let Some(signs) = signs {
        regions::regions(field, signs, study, layout, &mut inside);
    }
    hatching(&field.undefined, false, layout, palette, &mut inside);
    if study.picture.heat_map && study.picture.heat_map_of == field.quantity {
        hatching(&field.without_value, true, layout, palette, &mut inside);
    }
    if study.picture.contours {
        contours(study, field, layout, palette, &mut inside);
    }
    if let Some(signs) = signs {
        regions::line(signs, layout, &mut inside);
    }
    let mut marks = vec![Primitive::Clipped { rect: layout.plot, contents: inside }];
    axes(layout, palette, &mut marks);
    marks
}

fn corners(rect: &Rect) -> Vec<[f64; 2]> {
    vec![rect.min, [rect.max[0], rect.min[1]], rect.max, [rect.min[0], rect.max[1]]]
}

fn heat_map(field: &Field, layout: &Layout, opacity: f64, marks: &mut Vec<Primitive>) {
    // An export may have a finer image than the grid.
    let size = [field.raster.width, field.raster.height];
    if let Some(rect) = rect_of_nodes(&field.grid.view, size, layout) {
        let opacity = if opacity.is_finite() { opacity.clamp(0.0, 1.0) } else { 1.0 };
        marks.push(Primitive::Image { rect, raster: field.raster.clone(), opacity });
    }
}

/// Where an image with a pixel for each node of the grid lies. Its pixels are centred on the grid's nodes, whose outermost lie on the border of the
/// grid's view: the image is half a pixel larger than that on every side. `None` where there is nothing to draw.
pub(super) fn image_rect(field: &Field, layout: &Layout) -> Option<Rect> {
    rect_of_nodes(&field.grid.view, [field.grid.columns, field.grid.rows], layout)
}

/// The same for any grid.
pub(super) fn rect_of_nodes(view: &View, [columns, rows]: [usize; 2], layout: &Layout) -> Option<Rect> {
    let a = layout.pixel_from_world(Vector::new(view.w1[0], view.w2[1]));
    let b = layout.pixel_from_world(Vector::new(view.w1[1], view.w2[0]));
    let pitch = |length: f64, nodes: usize| 0.5 * length / (nodes.max(2) - 1) as f64;
    let half = [pitch(b[0] - a[0], columns), pitch(b[1] - a[1], rows)];
    let rect = Rect { min: [a[0] - half[0], a[1] - half[1]], max: [b[0] + half[0], b[1] + half[1]] };
    // Zoomed far in, the last view's image would be larger than any back end can draw.
    let drawable = rect.min.iter().chain(&rect.max).all(|x| x.abs() < 1e6);
    (drawable && rect.overlaps(&layout.plot) && columns > 0 && rows > 0).then_some(rect)
}

/// Lines at 45° in the parts within rings, rising to the right or falling.
fn hatching(rings: &[Vec<Vector>], falling: bool, layout: &Layout, palette: &Palette, marks: &mut Vec<Primitive>) {
    if rings.is_empty() {
        return;
    }
    let rings: Vec<Vec<[f64; 2]>> =
        rings.iter().map(|ring| ring.iter().map(|w| layout.pixel_from_world(*w)).collect()).collect();
    let stroke = Stroke { width: 1.1 * layout.scale, colour: palette.hatch, dash: None };
    for piece in rings.iter().flat_map(|ring| clip::line(ring.iter().copied(), &layout.plot)) {
        marks.push(Primitive::Polyline { points: piece, stroke });
    }
    // What falls rises in a mirror.
    let sum = layout.plot.min[0] + layout.plot.max[0];
    let mirrored = |[x, y]: [f64; 2]| if falling { [sum - x, y] } else { [x, y] };
    let seen: Vec<Vec<[f64; 2]>> = rings.into_iter().map(|ring| ring.into_iter().map(mirrored).collect()).collect();
    for hatch in clip::hatching(&seen, 9.0 * layout.scale, &layout.plot) {
        marks.push(Primitive::Polyline { points: hatch.map(mirrored).to_vec(), stroke });
    }
}

fn contours(study: &Study, field: &Field, layout: &Layout, palette: &Palette, marks: &mut Vec<Primitive>) {
    let options = &study.picture;
    let lines: Vec<(&ContourLine, Vec<Vec<[f64; 2]>>)> = field
        .contours
        .iter()
        .map(|line| (line, clip::line(line.points.iter().map(|w| layout.pixel_from_world(*w)), &layout.plot)))
        .collect();
    for stroke in contour_strokes(study, palette, layout.scale) {
        for piece in lines.iter().flat_map(|(_, pieces)| pieces) {
            marks.push(Primitive::Polyline { points: piece.clone(), stroke });
        }
    }
    if options.contour_labels {
        labels(&lines, layout, palette, is_over_map(study), marks);
    }
}

/// The map of basins, when it is shown.
pub(super) fn basins<'a>(study: &Study, findings: &'a Findings) -> Option<&'a BasinMap> {
    study.basins_run()?;
    findings.basins.as_ref()?.as_ref().ok()
}

/// Whether contours lie on a heat map, or another coloured ground.
pub(super) fn is_over_map(study: &Study) -> bool {
    let options = &study.picture;
    options.sign_regions || options.basins_of.is_some() || (options.heat_map && options.heat_map_opacity >= 0.35)
}

/// How a contour line is drawn. A white core alone would vanish on the map's bright end, a dark one on its dark end.
pub(super) fn contour_strokes(study: &Study, palette: &Palette, scale: f64) -> Vec<Stroke> {
    let opacity = study.picture.contour_opacity;
    let strokes = if is_over_map(study) {
        vec![(2.4, CONTOUR_CASING.faded(0.42 * opacity)), (1.0, CONTOUR.faded(opacity))]
    } else {
        vec![(1.0, palette.bare_contour.faded(opacity))]
    };
    let stroke = |(width, colour)| Stroke { width: width * scale.max(1.0), colour, dash: None };
    strokes.into_iter().map(stroke).collect()
}

/// One horizontal label a line, where the line is flattest; none on short lines, near the border or on each other.
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
    // As many digits as tell any two levels apart.
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

fn axes(layout: &Layout, palette: &Palette, marks: &mut Vec<Primitive>) {
    let scale = layout.scale;
    let plot = &layout.plot;
    let stroke = Stroke { width: scale.clamp(1.0, 2.0), colour: palette.axis, dash: None };
    let mut frame = corners(plot);
    frame.push(frame[0]);
    marks.push(Primitive::Polyline { points: frame, stroke });
    let size = TICK_SIZE * scale;
    let label = |at: [f64; 2], anchor: Anchor, label: String| Primitive::Text {
        at,
        anchor,
        font: Font::Sans,
        size,
        runs: text::plain(label),
        colour: palette.muted,
        halo: None,
    };
    let below = plot.max[1] + 18.5 * scale;
    let mut right = plot.max[0];
    for tick in layout.ticks_w1() {
        let x = layout.pixel_from_world(Vector::new(tick.value, layout.view.w2[0]))[0];
        let points = vec![[x, plot.max[1]], [x, plot.max[1] + 5.0 * scale]];
        marks.push(Primitive::Polyline { points, stroke });
        right = right.max(x + 0.5 * text::plain_width(Font::Sans, size, &tick.label));
        marks.push(label([x, below], Anchor::Middle, tick.label));
    }
    for tick in layout.ticks_w2() {
        let y = layout.pixel_from_world(Vector::new(layout.view.w1[0], tick.value))[1];
        let points = vec![[plot.min[0] - 5.0 * scale, y], [plot.min[0], y]];
        marks.push(Primitive::Polyline { points, stroke });
        marks.push(label([plot.min[0] - 9.0 * scale, y + 0.36 * size], Anchor::End, tick.label));
    }
    // The axes' names stand at their ends, as in a textbook.
    let name = |at: [f64; 2], anchor: Anchor, index: usize| Primitive::Text {
        at,
        anchor,
        font: Font::SerifItalic,
        size: 15.0 * scale,
        runs: text::weight_name(index),
        colour: palette.text,
        halo: None,
    };
    marks.push(name([right + 7.0 * scale, below], Anchor::Start, 1));
    marks.push(name([plot.min[0] - 7.0 * scale, plot.min[1] - 14.0 * scale], Anchor::End, 2));
}
