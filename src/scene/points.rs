//! Critical points: markers with a shape for each kind, curves, and undecided regions.
//!
//! Minimum ●, maximum ▲, saddle ✕, degenerate ⬡ (hollow). The outline of the shape is solid for a certified point and
//! dashed for a candidate.

use super::clip;
use super::cross::Measure;
use super::theme::{CASING, INK_DARK, INK_LIGHT, MAXIMUM, MINIMUM};
use super::{Colour, Layout, Lies, Primitive, Rect, Stroke};
use crate::critical::{CriticalPoint, CriticalPoints, Evidence};
use crate::curvature::Kind;
use std::f64::consts::TAU;

/// The radius of a marker's outline at scale 1.
pub const MARKER_RADIUS: f64 = 8.0;

/// Curves and undecided regions, which lie under the trajectories.
pub(super) fn beneath(layout: &Layout, points: &CriticalPoints) -> Vec<Primitive> {
    let mut marks = Vec::new();
    regions(layout, points, &mut marks);
    curves(layout, points, &mut marks);
    marks
}

/// The markers themselves; a ring is around the selected one.
pub(super) fn markers(layout: &Layout, points: &CriticalPoints, selected: Option<usize>) -> Vec<Primitive> {
    let mut marks = Vec::new();
    let scale = Measure::of(layout, points).scale;
    for (index, point) in points.points.iter().enumerate() {
        let centre = layout.pixel_from_world(point.w);
        if layout.plot.contains(centre) {
            let mut contents = Vec::new();
            if selected == Some(index) {
                ring(centre, 14.0 * scale, layout.scale, &mut contents);
            }
            marker(centre, point.kind, point.evidence, scale, &mut contents);
            marks.push(Primitive::Anchored { at: centre, lies: Lies::Upright, contents });
        }
    }
    marks
}

/// The points in view.
pub(super) fn in_view<'a>(layout: &'a Layout, points: &'a CriticalPoints) -> impl Iterator<Item = &'a CriticalPoint> {
    points.points.iter().filter(|point| layout.plot.contains(layout.pixel_from_world(point.w)))
}

/// The ring around what is selected.
fn ring(centre: [f64; 2], radius: f64, scale: f64, marks: &mut Vec<Primitive>) {
    for (width, colour) in [(4.6, CASING), (2.2, INK_LIGHT)] {
        let stroke = Some(Stroke { width: width * scale, colour, dash: None });
        marks.push(Primitive::Circle { centre, radius, fill: None, stroke });
    }
}

/// The marker of a critical point, also used in tables and legends of the window.
pub fn marker(centre: [f64; 2], kind: Kind, evidence: Evidence, scale: f64, marks: &mut Vec<Primitive>) {
    let at = |shape: &[[f64; 2]]| -> Vec<[f64; 2]> {
        shape.iter().map(|[x, y]| [centre[0] + x * scale, centre[1] + y * scale]).collect()
    };
    let (outline, core, fill) = match kind {
        Kind::Minimum => (polygon(48, MARKER_RADIUS), Some(polygon(32, 4.7)), MINIMUM),
        Kind::Maximum => (polygon(3, 11.8), Some(polygon(3, 6.6)), MAXIMUM),
        Kind::Saddle => (saltire(9.4, 4.6), Some(saltire(7.4, 1.8)), INK_LIGHT),
        Kind::Degenerate => (polygon(6, 9.4), None, INK_LIGHT),
    };
    let inside = if core.is_some() { INK_DARK.faded(0.8) } else { INK_DARK.faded(0.25) };
    let casing = Some(Stroke { width: 3.4 * scale, colour: CASING, dash: None });
    marks.push(Primitive::Polygon { points: at(&outline), fill: inside, stroke: casing });
    let pieces = match evidence {
        Evidence::Certified => vec![outline.iter().chain(outline.first()).copied().collect()],
        Evidence::Candidate => dashes(&outline, kind),
    };
    let width = if core.is_some() { 1.2 } else { 2.2 } * scale;
    let stroke = Stroke { width, colour: INK_LIGHT, dash: None };
    marks.extend(pieces.iter().map(|piece| Primitive::Polyline { points: at(piece), stroke }));
    if let Some(core) = core {
        marks.push(Primitive::Polygon { points: at(&core), fill, stroke: None });
    }
}

/// The outline of a candidate, in dashes that keep the shape's symmetry: around its corners or along its arc.
fn dashes(outline: &[[f64; 2]], kind: Kind) -> Vec<Vec<[f64; 2]>> {
    let corners = outline.len();
    let corner = |i: usize| outline[i % corners];
    let between = |a: [f64; 2], b: [f64; 2], t: f64| [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
    match kind {
        // Eight dashes, each along four of the six sides of an eighth of the outline.
        Kind::Minimum => (0..8).map(|k| (0..5).map(|i| corner(6 * k + i + 1)).collect()).collect(),
        Kind::Maximum | Kind::Degenerate => (corners..2 * corners)
            .map(|i| {
                let (before, here, after) = (corner(i - 1), corner(i), corner(i + 1));
                vec![between(here, before, 0.33), here, between(here, after, 0.33)]
            })
            .collect(),
        // Dashes around the end of each arm, with gaps in the notches; an arm's first corner is a notch.
        Kind::Saddle => (0..4)
            .map(|arm| {
                let [notch, a, b, next] = [0, 1, 2, 3].map(|i| corner(3 * arm + i));
                vec![between(a, notch, 0.5), a, b, between(b, next, 0.5)]
            })
            .collect(),
    }
}

/// A regular polygon with a corner at the top.
fn polygon(corners: usize, radius: f64) -> Vec<[f64; 2]> {
    (0..corners)
        .map(|i| {
            let angle = TAU * i as f64 / corners as f64;
            [radius * libm::sin(angle), -radius * libm::cos(angle)]
        })
        .collect()
}

/// The outline of a diagonal cross ✕ with the given length and half width of its arms. Each arm has three corners, the
/// first of which is the notch before it.
fn saltire(length: f64, half: f64) -> Vec<[f64; 2]> {
    let turn = std::f64::consts::FRAC_1_SQRT_2;
    let arm = [[half, half], [length, half], [length, -half]];
    (0..4)
        .flat_map(|quarter| {
            arm.map(|[x, y]| {
                let [x, y] = match quarter {
                    0 => [x, y],
                    1 => [y, -x],
                    2 => [-x, -y],
                    _ => [-y, x],
                };
                [turn * (x - y), turn * (x + y)]
            })
        })
        .collect()
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
        let a = layout.pixel_from_world(crate::number::Vector::new(region.view.w1[0], region.view.w2[1]));
        let b = layout.pixel_from_world(crate::number::Vector::new(region.view.w1[1], region.view.w2[0]));
        let corners = [a, [b[0], a[1]], b, [a[0], b[1]], a];
        let rect = Rect { min: a, max: b };
        if !rect.overlaps(&layout.plot) {
            continue;
        }
        let stroke = Stroke { width: layout.scale, colour: INK_LIGHT.faded(0.55), dash: None };
        for hatch in clip::hatching(&[corners.to_vec()], 6.0 * layout.scale, &layout.plot) {
            marks.push(Primitive::Polyline { points: hatch.to_vec(), stroke });
        }
        for piece in clip::line(corners, &layout.plot) {
            marks.push(Primitive::Polyline { points: piece, stroke });
        }
    }
}
