//! The noise of a minibatch gradient at a point, as an ellipse that can be compared with the Hessian's.
//!
//! The noise's semi-axes are the standard deviations √μ along the eigenvectors of the covariance C; the Hessian's are
//! √|λ| along its own. The longer axes of both have the same length, so that direction and shape can be compared: for a
//! well-fitted model C is nearly proportional to H. This length grows with the logarithm of the noise, like the arms of
//! crosses.

use super::cross::{Measure, arm_length};
use super::theme::{CASING, INK_DARK, INK_LIGHT, NOISE};
use super::{Anchor, Font, Layout, Primitive, Stroke, text};
use crate::number::{Matrix, Vector, eigenpairs};
use std::f64::consts::TAU;

/// Points of an outline.
const POINTS: usize = 72;
/// An ellipse narrower than twice this many pixels is drawn as a segment: the covariance of collinear columns is singular.
const THIN: f64 = 0.5;

/// The ellipses at w of the covariance (solid, filled) and of the Hessian (dashed); nothing if there is no noise.
pub fn noise(layout: &Layout, w: Vector, hessian: &Matrix, covariance: &Matrix, measure: &Measure) -> Vec<Primitive> {
    let centre = layout.pixel_from_world(w);
    let Some(deviation) = eigenpairs(covariance).map(|eigen| eigen.values[1].max(0.0).sqrt()) else {
        return Vec::new();
    };
    if !layout.plot.contains(centre) || deviation.is_nan() || deviation == 0.0 {
        return Vec::new();
    }
    let scale = layout.scale;
    let reach = arm_length(deviation, layout, measure) + 8.0 * scale;
    let mut marks = Vec::new();
    if let Some(points) = outline(layout, w, hessian, reach) {
        let dash = Some([5.0 * scale, 4.0 * scale]);
        for (width, colour, dash) in [(3.4, CASING, None), (1.5, INK_LIGHT, dash)] {
            let stroke = Stroke { width: width * scale, colour, dash };
            marks.push(Primitive::Polyline { points: points.clone(), stroke });
        }
    }
    let Some(points) = outline(layout, w, covariance, reach) else { return marks };
    if points.len() > 2 {
        marks.push(Primitive::Polygon { points: points.clone(), fill: NOISE.faded(0.3), stroke: None });
    }
    for (width, colour) in [(3.8, CASING), (2.0, NOISE)] {
        let stroke = Stroke { width: width * scale, colour, dash: None };
        marks.push(Primitive::Polyline { points: points.clone(), stroke });
    }
    let size = 12.0 * scale;
    let lowest = points.iter().map(|point| point[1]).fold(centre[1], f64::max);
    marks.push(Primitive::Text {
        at: [centre[0], lowest + 1.2 * size],
        anchor: Anchor::Middle,
        font: Font::Sans,
        size,
        runs: text::plain("C"),
        colour: NOISE,
        halo: Some((INK_DARK.faded(0.85), 3.0 * scale)),
    });
    marks
}

/// The closed outline of w + s·√|A|·u over all unit vectors u, with s such that its farthest point is `reach` pixels
/// away; both ends of a segment if the outline is too thin.
fn outline(layout: &Layout, w: Vector, a: &Matrix, reach: f64) -> Option<Vec<[f64; 2]>> {
    let eigen = eigenpairs(a)?;
    let axes = [0, 1].map(|i| eigen.vectors[i] * eigen.values[i].abs().sqrt());
    let centre = layout.pixel_from_world(w);
    let longest = axes[0].norm().max(axes[1].norm());
    if !(longest > 0.0 && longest.is_finite()) {
        return None;
    }
    // A small step, so that the map to pixels does not overflow for any size of the weights.
    let unit = 0.1 * (layout.view.width() + layout.view.height()) / longest;
    let offset = |k: usize| {
        let angle = TAU * k as f64 / POINTS as f64;
        let there = layout.pixel_from_world(w + (axes[0] * libm::cos(angle) + axes[1] * libm::sin(angle)) * unit);
        [there[0] - centre[0], there[1] - centre[1]]
    };
    let offsets: Vec<[f64; 2]> = (0..=POINTS).map(offset).collect();
    let length = |offset: &[f64; 2]| libm::hypot(offset[0], offset[1]);
    let tip = offsets.iter().copied().max_by(|a, b| length(a).total_cmp(&length(b)))?;
    let nearest = offsets.iter().map(length).fold(f64::INFINITY, f64::min);
    let factor = reach / length(&tip);
    let moved = |[x, y]: [f64; 2]| [centre[0] + factor * x, centre[1] + factor * y];
    if !factor.is_finite() {
        None
    } else if factor * nearest < THIN {
        Some(vec![moved(tip), moved([-tip[0], -tip[1]])])
    } else {
        Some(offsets.into_iter().map(moved).collect())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test should say where")]

    use super::*;
    use crate::landscape::View;
    use crate::scene::Canvas;
    use crate::study::Study;

    fn layout() -> Layout {
        let study = Study::of_formula("w1^2 + w2^2", View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] });
        Layout::new(&study, &Canvas { size: [600.0, 600.0], scale: 1.0, decorations: false })
    }

    /// Of a matrix with eigenvalues 9 and 1 along the diagonals the outline is three times as long as wide, along them.
    #[test]
    fn an_outline_has_the_roots_of_the_eigenvalues_as_axes() {
        let layout = layout();
        let centre = layout.pixel_from_world(Vector::zeros());
        let points = outline(&layout, Vector::zeros(), &Matrix::new(5.0, 4.0, 4.0, 5.0), 30.0).unwrap();
        let lengths: Vec<f64> = points.iter().map(|p| libm::hypot(p[0] - centre[0], p[1] - centre[1])).collect();
        let longest = lengths.iter().copied().fold(0.0, f64::max);
        let shortest = lengths.iter().copied().fold(f64::INFINITY, f64::min);
        assert!((longest - 30.0).abs() < 1e-9 && (shortest - 10.0).abs() < 0.05, "{longest}, {shortest}");
        let tip = points[lengths.iter().position(|length| *length == longest).unwrap()];
        let direction = [tip[0] - centre[0], centre[1] - tip[1]];
        assert!((direction[0] - direction[1]).abs() < 1e-6, "along (1, 1): {direction:?}");
    }

    /// A singular covariance has a segment along its eigenvector, as long as the ellipse would be; nothing lies beside it.
    #[test]
    fn a_singular_covariance_is_a_segment() {
        let layout = layout();
        let centre = layout.pixel_from_world(Vector::zeros());
        for small in [0.0, 1e-12, 1e-5] {
            let a = Matrix::new(1.0 + small, 1.0 - small, 1.0 - small, 1.0 + small);
            let points = outline(&layout, Vector::zeros(), &a, 30.0).unwrap();
            assert_eq!(points.len(), 2, "{small}");
            for point in &points {
                let [x, y] = [point[0] - centre[0], centre[1] - point[1]];
                assert!((libm::hypot(x, y) - 30.0).abs() < 1e-6 && (x - y).abs() < 2.0, "{point:?}");
            }
        }
        let wide = Matrix::new(1.1, 0.9, 0.9, 1.1);
        assert_eq!(outline(&layout, Vector::zeros(), &wide, 30.0).unwrap().len(), POINTS + 1);
    }

    #[test]
    fn no_noise_is_no_ellipse() {
        let (layout, zero) = (layout(), Matrix::zeros());
        let measure = Measure { longest: 50.0, scale: 1.0 };
        assert!(noise(&layout, Vector::zeros(), &Matrix::identity(), &zero, &measure).is_empty());
        assert!(!noise(&layout, Vector::zeros(), &Matrix::zeros(), &Matrix::identity(), &measure).is_empty());
    }
}
