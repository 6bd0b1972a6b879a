//! Arrows and eigen-crosses: a direction of the weight plane as a mark of readable length.
//!
//! An arm lies along an eigenvector. Its heads point the way gradient descent goes on the quadratic model: inward
//! for λ > 0, outward for λ < 0; an arm of λ ≈ 0 is dashed and has none.

use super::theme::{CASING, INK_DARK, INK_LIGHT, NEGATIVE, POSITIVE, ZERO};
use super::{Anchor, Colour, Font, Layout, Primitive, Stroke, clip, text, within};
use crate::critical::CriticalPoints;
use crate::curvature::{Kind, ZERO_TOLERANCE};
use crate::formula::{MathRun, Script};
use crate::landscape::Jet;
use crate::number::{Eigenpairs, Vector, eigenpairs};

/// The least length of an arm in pixels at scale 1, from the centre to its tip: it clears the marker.
const SHORTEST: f64 = 20.0;
/// The greatest length at scale 1, if the picture is large enough.
const LONGEST: f64 = 52.0;
/// The range of |λ| over which an arm grows, as powers of ten.
const DECADES: [f64; 2] = [-3.0, 3.0];
/// The length of the arm of a zero eigenvalue at scale 1: long enough for two dashes beside the marker.
const ZERO_LENGTH: f64 = 25.0;
/// At a degenerate point, an eigenvalue below this counts as a zero with a rounding error of the search.
const DEGENERATE_ZERO: f64 = 1e-6;

/// The size of crosses and markers: smaller if critical points are close together, so that they do not overlap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// The greatest length of an arm in pixels.
    pub longest: f64,
    /// The scale of markers and arrow heads.
    pub scale: f64,
}

impl Measure {
    /// The measure of a picture, from the typical distance of neighbours in view.
    pub fn of(layout: &Layout, points: &CriticalPoints) -> Measure {
        let pixels = points.points.iter().map(|point| layout.pixel_from_world(point.w));
        let inside: Vec<[f64; 2]> = pixels.filter(|pixel| layout.plot.contains(*pixel)).collect();
        let nearest = |i: usize| {
            let others = inside.iter().enumerate().filter(|(j, _)| *j != i);
            others.map(|(_, b)| super::clip::distance(inside[i], *b)).fold(f64::INFINITY, f64::min)
        };
        // Some of them tell the typical distance.
        let stride = inside.len() / 64 + 1;
        let mut distances: Vec<f64> = (0..inside.len()).step_by(stride).map(nearest).collect();
        distances.sort_by(f64::total_cmp);
        let typical = distances.get(distances.len() / 2).copied().unwrap_or(f64::INFINITY) / layout.scale;
        let longest = (0.44 * typical).clamp(13.0, LONGEST) * layout.scale;
        Measure { longest, scale: (typical / 44.0).clamp(0.55, 1.0) * layout.scale }
    }
}

/// The length of an arm in pixels: it grows with log|λ|, never below 12 px and never above a fifth of the picture.
pub fn arm_length(eigenvalue: f64, layout: &Layout, measure: &Measure) -> f64 {
    let fifth = layout.plot.width().min(layout.plot.height()) / 5.0;
    let longest = measure.longest.min(fifth).max(12.0);
    let shortest = (SHORTEST * measure.scale).max(12.0).min(longest);
    let magnitude = libm::log10(eigenvalue.abs().clamp(1e-300, 1e300));
    let share = if eigenvalue.is_finite() {
        ((magnitude - DECADES[0]) / (DECADES[1] - DECADES[0])).clamp(0.0, 1.0)
    } else {
        1.0
    };
    shortest + share * (longest - shortest)
}

/// The signs of the eigenvalues as they are drawn: −1, 0 or 1.
fn signs(eigen: &Eigenpairs, kind: Option<Kind>) -> [i8; 2] {
    let largest = eigen.values[0].abs().max(eigen.values[1].abs());
    let degenerate = kind == Some(Kind::Degenerate);
    let mut zero = ZERO_TOLERANCE * largest;
    if degenerate {
        // One of them is zero by definition.
        let smaller = eigen.values[0].abs().min(eigen.values[1].abs());
        zero = zero.max(smaller).max(if largest <= DEGENERATE_ZERO { largest } else { 0.0 });
    }
    eigen.values.map(|value| {
        if value.is_nan() || value.abs() <= zero {
            0
        } else if value > 0.0 {
            1
        } else {
            -1
        }
    })
}

/// The eigen-directions at a point as a cross. `kind` is that of a critical point, `None` anywhere else.
pub fn cross(layout: &Layout, w: Vector, eigen: &Eigenpairs, kind: Option<Kind>, measure: &Measure) -> Vec<Primitive> {
    let centre = layout.pixel_from_world(w);
    let mut casings = Vec::new();
    let mut lines = Vec::new();
    for (_, direction, length, sign) in arms(layout, w, eigen, kind, measure) {
        arm(measure.scale, centre, direction, length, sign, &mut casings, &mut lines);
    }
    casings.append(&mut lines);
    casings
}

/// The arms of a cross as lines from tip to tip.
pub(super) fn arm_lines(
    layout: &Layout,
    w: Vector,
    eigen: &Eigenpairs,
    kind: Option<Kind>,
    measure: &Measure,
) -> Vec<[[f64; 2]; 2]> {
    let centre = layout.pixel_from_world(w);
    let ends = |direction: [f64; 2], length: f64| [along(centre, direction, -length), along(centre, direction, length)];
    arms(layout, w, eigen, kind, measure).into_iter().map(|(_, direction, length, _)| ends(direction, length)).collect()
}

/// λ₁ and λ₂ at the ends of the arms; none if there are many crosses, because the labels would overlap.
pub fn cross_labels(
    layout: &Layout,
    w: Vector,
    eigen: &Eigenpairs,
    kind: Option<Kind>,
    measure: &Measure,
) -> Vec<Primitive> {
    if measure.longest < 24.0 * layout.scale {
        return Vec::new();
    }
    let centre = layout.pixel_from_world(w);
    let label = |(i, direction, length, sign)| arm_label(layout, centre, direction, length, i, sign);
    arms(layout, w, eigen, kind, measure).into_iter().map(label).collect()
}

/// The arms of a cross in view: which eigenvalue, its direction in pixels, the length and the sign.
fn arms(
    layout: &Layout,
    w: Vector,
    eigen: &Eigenpairs,
    kind: Option<Kind>,
    measure: &Measure,
) -> Vec<(usize, [f64; 2], f64, i8)> {
    if !layout.plot.contains(layout.pixel_from_world(w)) {
        return Vec::new();
    }
    let signs = signs(eigen, kind);
    let arm = |i: usize| {
        let length = if signs[i] == 0 {
            (ZERO_LENGTH * layout.scale).min(measure.longest)
        } else {
            arm_length(eigen.values[i], layout, measure)
        };
        Some((i, layout.pixel_direction(eigen.vectors[i])?, length, signs[i]))
    };
    (0..2).filter_map(arm).collect()
}

fn sign_colour(sign: i8) -> Colour {
    match sign {
        1 => POSITIVE,
        -1 => NEGATIVE,
        _ => ZERO,
    }
}

fn along(from: [f64; 2], direction: [f64; 2], length: f64) -> [f64; 2] {
    [from[0] + length * direction[0], from[1] + length * direction[1]]
}

fn arm(
    scale: f64,
    centre: [f64; 2],
    direction: [f64; 2],
    length: f64,
    sign: i8,
    casings: &mut Vec<Primitive>,
    lines: &mut Vec<Primitive>,
) {
    let colour = sign_colour(sign);
    let ends = [along(centre, direction, -length), along(centre, direction, length)];
    let line = |width: f64, colour: Colour, dash: Option<[f64; 2]>| Primitive::Polyline {
        points: ends.to_vec(),
        stroke: Stroke { width: width * scale, colour, dash },
    };
    casings.push(line(4.2, CASING, None));
    lines.push(line(2.0, colour, (sign == 0).then_some([4.0 * scale, 3.0 * scale])));
    if sign == 0 {
        return;
    }
    for side in [-1.0, 1.0] {
        let outward = [side * direction[0], side * direction[1]];
        let size = 7.5 * scale;
        // Outward heads are at the tips, and inward ones just outside the marker at the centre.
        let (tip, pointing) = if sign < 0 {
            (along(centre, outward, length + 2.0 * scale), outward)
        } else {
            let inner = (0.6 * length - 0.5 * size).max(11.0 * scale).min(length - size);
            (along(centre, outward, inner), [-outward[0], -outward[1]])
        };
        lines.push(head(tip, pointing, size, colour, Some(Stroke { width: scale, colour: INK_DARK, dash: None })));
    }
}

/// A filled arrow head with its tip at a point.
pub(super) fn head(tip: [f64; 2], pointing: [f64; 2], size: f64, colour: Colour, stroke: Option<Stroke>) -> Primitive {
    let back = along(tip, pointing, -size);
    let across = [-pointing[1], pointing[0]];
    let corners = vec![tip, along(back, across, 0.45 * size), along(back, across, -0.45 * size)];
    Primitive::Polygon { points: corners, fill: colour, stroke }
}

fn arm_label(layout: &Layout, centre: [f64; 2], direction: [f64; 2], length: f64, index: usize, sign: i8) -> Primitive {
    let size = 12.0 * layout.scale;
    // Of the two ends, the one that points up, or to the right if the arm is horizontal.
    let up = if direction[1] < -1e-9 || (direction[1].abs() <= 1e-9 && direction[0] > 0.0) { 1.0 } else { -1.0 };
    let at = along(centre, [up * direction[0], up * direction[1]], length + 11.0 * layout.scale);
    let run = |text: &str, script| MathRun { text: text.to_owned(), italic: script == Script::Normal, script };
    Primitive::Text {
        at: [at[0], at[1] + 0.35 * size],
        anchor: Anchor::Middle,
        font: Font::Sans,
        size,
        runs: vec![run("λ", Script::Normal), run(if index == 0 { "1" } else { "2" }, Script::Subscript)],
        colour: sign_colour(sign),
        halo: Some((INK_DARK.faded(0.85), 3.0 * layout.scale)),
    }
}

/// The marks at the pointer: the gradient (uphill) as an arrow, its length growing with log‖∇L‖, and the eigen-cross of
/// the Hessian there, with the same measure as those of the critical points.
pub fn hover(layout: &Layout, w: Vector, jet: &Jet, points: &CriticalPoints) -> Vec<Primitive> {
    let centre = layout.pixel_from_world(w);
    if !layout.plot.contains(centre) {
        return Vec::new();
    }
    let scale = layout.scale;
    let measure = Measure::of(layout, points);
    let mut marks = match eigenpairs(&jet.hessian) {
        Some(eigen) => cross(layout, w, &eigen, None, &measure),
        None => Vec::new(),
    };
    let norm = libm::hypot(jet.gradient.x, jet.gradient.y);
    if let Some(direction) = layout.pixel_direction(jet.gradient) {
        let length = arm_length(norm, layout, &measure) + 10.0 * scale;
        // It ends in the picture, however near the border the pointer is, unless nothing would be left of it.
        let inside = clip::segment(centre, along(centre, direction, length), &layout.plot);
        let length = inside.map_or(length, |(from, to)| clip::distance(from, to)).max(18.0 * scale).min(length);
        let tip = along(centre, direction, length);
        let neck = along(tip, direction, -8.0 * scale);
        for (width, colour) in [(4.6, CASING), (2.2, INK_LIGHT)] {
            let stroke = Stroke { width: width * scale, colour, dash: None };
            marks.push(Primitive::Polyline { points: vec![centre, neck], stroke });
        }
        let outline = Stroke { width: scale, colour: INK_DARK, dash: None };
        marks.push(head(tip, direction, 10.0 * scale, INK_LIGHT, Some(outline)));
        let size = 12.0 * scale;
        let beyond = along(tip, direction, 12.0 * scale);
        let half = [0.5 * text::plain_width(Font::Sans, size, "∇L") + 2.0 * scale, 0.7 * size];
        let at = [0, 1].map(|i| within(beyond[i], layout.plot.min[i] + half[i], layout.plot.max[i] - half[i]));
        marks.push(Primitive::Text {
            at: [at[0], at[1] + 0.35 * size],
            anchor: Anchor::Middle,
            font: Font::Sans,
            size,
            runs: text::plain("∇L"),
            colour: INK_LIGHT,
            halo: Some((INK_DARK.faded(0.85), 3.0 * scale)),
        });
    }
    let outline = Some(Stroke { width: 1.2 * scale, colour: INK_DARK, dash: None });
    marks.push(Primitive::Circle { centre, radius: 3.0 * scale, fill: Some(INK_LIGHT), stroke: outline });
    marks
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

    use super::*;
    use crate::landscape::catalogue;
    use crate::scene::Canvas;
    use crate::study::Study;

    /// Near the border the gradient's arrow and its name stay in the picture, or reach over it by the length of a head.
    #[test]
    fn the_gradient_at_the_border_stays_in_the_picture() {
        let study = Study::of_entry(catalogue::find("himmelblau").unwrap());
        let loss = catalogue::find("himmelblau").unwrap().loss().unwrap();
        let layout = Layout::new(&study, &Canvas { size: [700.0, 600.0], scale: 1.0, decorations: false });
        let plot = layout.plot;
        for [x, y] in [[2.0, 300.0], [640.0, 3.0], [300.0, 1.0], [1.0, 1.0], [300.0, 500.0]] {
            let corners = plot.grown(-1.0);
            let pixel =
                [within(x, corners.min[0], corners.max[0]), within(plot.min[1] + y, corners.min[1], corners.max[1])];
            let w = layout.world_from_pixel(pixel);
            let marks = hover(&layout, w, &loss.jet(w), &CriticalPoints::default());
            let names: Vec<[f64; 2]> = marks
                .iter()
                .filter_map(|mark| match mark {
                    Primitive::Text { at, runs, .. } if runs.iter().any(|run| run.text == "∇L") => Some(*at),
                    _ => None,
                })
                .collect();
            assert!(names.len() == 1 && plot.contains(names[0]), "{names:?} in {plot:?}");
            let arrow = marks.iter().rev().find_map(|mark| match mark {
                Primitive::Polyline { points, stroke } if stroke.colour == INK_LIGHT => points.last().copied(),
                _ => None,
            });
            assert!(plot.grown(18.0).contains(arrow.unwrap()));
        }
    }
}
