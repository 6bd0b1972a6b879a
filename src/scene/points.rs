//! Critical points: markers told apart by shape, curves, and regions that stayed undecided.
//!
//! Minimum ●, maximum ▲, saddle ✕, degenerate ⬡ (hollow). Around the shape runs its outline: solid where the point
//! is certified, dashed where it is a candidate.

use super::clip;
use super::cross::cross;
use super::theme::{CASING, INK_DARK, INK_LIGHT, MAXIMUM, MINIMUM};
use super::{Colour, Emphasis, Layout, Primitive, Rect, Stroke};
use crate::critical::{CriticalPoint, CriticalPoints, Evidence};
use crate::curvature::Kind;
use crate::study::PictureOptions;
use std::f64::consts::TAU;

/// The radius of a marker's outline at scale 1.
pub const MARKER_RADIUS: f64 = 8.0;

/// Curves, regions and eigen-crosses: what lies under the trajectories.
pub(super) fn beneath(layout: &Layout, points: &CriticalPoints, options: &PictureOptions) -> Vec<Primitive> {
    let mut marks = Vec::new();
    if !options.critical_points {
        return marks;
    }
    regions(layout, points, &mut marks);
    curves(layout, points, &mut marks);
    if options.eigen_directions {
        for point in in_view(layout, points) {
            marks.extend(cross(layout, point.w, &point.eigen, Some(point.kind), options.eigen_labels));
        }
    }
    marks
}

/// The markers themselves.
pub(super) fn markers(
    layout: &Layout,
    points: &CriticalPoints,
    options: &PictureOptions,
    emphasis: &Emphasis,
) -> Vec<Primitive> {
    let mut marks = Vec::new();
    if !options.critical_points {
        return marks;
    }
    for (index, point) in points.points.iter().enumerate() {
        let centre = layout.pixel_from_world(point.w);
        if layout.plot.contains(centre) {
            if emphasis.selected_point == Some(index) {
                ring(centre, 14.0 * layout.scale, layout.scale, &mut marks);
            }
            marker(centre, point.kind, point.evidence, layout.scale, &mut marks);
        }
    }
    marks
}

fn in_view<'a>(layout: &'a Layout, points: &'a CriticalPoints) -> impl Iterator<Item = &'a CriticalPoint> {
    points.points.iter().filter(|point| layout.plot.contains(layout.pixel_from_world(point.w)))
}

/// The ring around what is selected.
fn ring(centre: [f64; 2], radius: f64, scale: f64, marks: &mut Vec<Primitive>) {
    for (width, colour) in [(4.6, CASING), (2.2, INK_LIGHT)] {
        let stroke = Some(Stroke { width: width * scale, colour, dash: None });
        marks.push(Primitive::Circle { centre, radius, fill: None, stroke });
    }
}

/// The marker of a critical point: also drawn by tables and legends of the window.
pub fn marker(centre: [f64; 2], kind: Kind, evidence: Evidence, scale: f64, marks: &mut Vec<Primitive>) {
    let at = |shape: Vec<[f64; 2]>| -> Vec<[f64; 2]> {
        shape.into_iter().map(|[x, y]| [centre[0] + x * scale, centre[1] + y * scale]).collect()
    };
    let (outline, core, fill) = match kind {
        Kind::Minimum => (polygon(40, MARKER_RADIUS - 0.4, 0.0), Some(polygon(24, 4.6, 0.0)), MINIMUM),
        Kind::Maximum => (polygon(3, 11.4, 0.0), Some(polygon(3, 6.4, 0.0)), MAXIMUM),
        Kind::Saddle => (saltire(9.2, 4.3), Some(saltire(7.3, 1.75)), INK_LIGHT),
        Kind::Degenerate => (polygon(6, 9.0, 0.0), None, INK_LIGHT),
    };
    let closed = |mut points: Vec<[f64; 2]>| {
        points.extend(points.first().copied());
        points
    };
    let outline = at(closed(outline));
    let inside = if core.is_some() { INK_DARK.faded(0.72) } else { INK_DARK.faded(0.25) };
    let casing = Some(Stroke { width: 3.6 * scale, colour: CASING, dash: None });
    marks.push(Primitive::Polygon { points: outline.clone(), fill: inside, stroke: casing });
    let dash = (evidence == Evidence::Candidate).then(|| dashes(&outline, 3.0 * scale, 2.4 * scale));
    let width = if core.is_some() { 1.3 } else { 2.2 } * scale;
    marks.push(Primitive::Polyline { points: outline, stroke: Stroke { width, colour: INK_LIGHT, dash } });
    if let Some(core) = core {
        marks.push(Primitive::Polygon { points: at(core), fill, stroke: None });
    }
}

/// Dash and gap of about these lengths, of which a whole number goes around the closed line.
fn dashes(outline: &[[f64; 2]], dash: f64, gap: f64) -> [f64; 2] {
    let around: f64 = outline.windows(2).map(|pair| clip::distance(pair[0], pair[1])).sum();
    let periods = (around / (dash + gap)).round().max(1.0);
    let period = around / periods;
    [period * dash / (dash + gap), period * gap / (dash + gap)]
}

/// A regular polygon with a corner at the top, turned by an angle.
fn polygon(corners: usize, radius: f64, turned: f64) -> Vec<[f64; 2]> {
    (0..corners)
        .map(|i| {
            let angle = turned + TAU * i as f64 / corners as f64;
            [radius * libm::sin(angle), -radius * libm::cos(angle)]
        })
        .collect()
}

/// The outline of a lying cross ✕: arms of a length and half a width.
fn saltire(length: f64, half: f64) -> Vec<[f64; 2]> {
    let upright = [
        [half, half],
        [length, half],
        [length, -half],
        [half, -half],
        [half, -length],
        [-half, -length],
        [-half, -half],
        [-length, -half],
        [-length, half],
        [-half, half],
        [-half, length],
        [half, length],
    ];
    let turn = std::f64::consts::FRAC_1_SQRT_2;
    upright.iter().map(|[x, y]| [turn * (x - y), turn * (x + y)]).collect()
}

fn curves(layout: &Layout, points: &CriticalPoints, marks: &mut Vec<Primitive>) {
    for curve in &points.curves {
        let dash = (curve.evidence == Evidence::Candidate).then_some([7.0 * layout.scale, 4.0 * layout.scale]);
        let pixels = curve.polyline.iter().map(|w| layout.pixel_from_world(*w));
        for piece in clip::line(pixels, &layout.plot) {
            for (width, colour, dash) in [(5.0, CASING, None), (2.6, curve_colour(curve.kind), dash)] {
                let stroke = Stroke { width: width * layout.scale, colour, dash };
                marks.push(Primitive::Polyline { points: piece.clone(), stroke });
            }
        }
    }
}

fn curve_colour(kind: Kind) -> Colour {
    match kind {
        Kind::Minimum => MINIMUM,
        Kind::Maximum => MAXIMUM,
        Kind::Saddle | Kind::Degenerate => INK_LIGHT,
    }
}

fn regions(layout: &Layout, points: &CriticalPoints, marks: &mut Vec<Primitive>) {
    for region in points.unresolved.iter().take(2_000) {
        let a = layout.pixel_from_world(crate::number::Vector::new(region.w1[0], region.w2[1]));
        let b = layout.pixel_from_world(crate::number::Vector::new(region.w1[1], region.w2[0]));
        let corners = [a, [b[0], a[1]], b, [a[0], b[1]], a];
        let rect = Rect { min: a, max: b };
        if !rect.overlaps(&layout.plot) {
            continue;
        }
        let stroke = Stroke { width: layout.scale, colour: INK_LIGHT.faded(0.9), dash: None };
        for hatch in clip::hatching(&[corners.to_vec()], 6.0 * layout.scale, &layout.plot) {
            marks.push(Primitive::Polyline { points: hatch.to_vec(), stroke });
        }
        for piece in clip::line(corners, &layout.plot) {
            marks.push(Primitive::Polyline { points: piece, stroke });
        }
    }
}
