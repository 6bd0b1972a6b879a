//! The Hessian's eigenvectors at each critical point, and the names of their eigenvalues.

use super::{Depth, Layer, LayerInput};
use crate::critical::CriticalPoint;
use crate::scene::cross::{Measure, arm_lines, cross, cross_labels};
use crate::scene::layer::{Key, Swatch};
use crate::scene::pixel_grid::PixelGrid;
use crate::scene::{Lies, Primitive, clip, points, within_plot};
use crate::study::layers;

pub(super) static LAYER: Layer =
    Layer { switch: Some(&layers::EIGEN_DIRECTIONS), parts: &[(Depth::Directions, crosses)], legend, words };

/// λ₁ and λ₂ at the ends of the arms.
pub(super) static LABELS: Layer =
    Layer { switch: Some(&layers::EIGEN_LABELS), parts: &[(Depth::UnderMarkers, labels)], ..Layer::SILENT };

/// Up to this many points in view all have a cross.
const MOST_CROSSES: usize = 60;
/// With more points, crosses are at least this many pixels apart at scale 1.
const APART: f64 = 46.0;

/// The points with a cross, and how many are in view. If there are many, a point too close to one with a cross has
/// none.
fn with_cross<'a>(input: &LayerInput<'a>) -> (Vec<&'a CriticalPoint>, usize) {
    let picture = &input.study.picture;
    if !(picture.shows(&layers::CRITICAL_POINTS) && picture.shows(&layers::EIGEN_DIRECTIONS)) {
        return (Vec::new(), 0);
    }
    let layout = input.layout;
    let mut taken = PixelGrid::new(layout, APART * layout.scale);
    let all: Vec<&CriticalPoint> = points::in_view(layout, &input.findings.points).collect();
    let count = all.len();
    if count <= MOST_CROSSES {
        return (all, count);
    }
    let kept = all.into_iter().filter(|point| taken.claim(layout.pixel_from_world(point.w))).collect();
    (kept, count)
}

/// The arms of all crosses, from tip to tip.
pub(in crate::scene) fn arms(input: &LayerInput<'_>) -> Vec<[[f64; 2]; 2]> {
    let measure = Measure::of(input.layout, &input.findings.points);
    let arms = |point: &CriticalPoint| arm_lines(input.layout, point.w, &point.eigen, Some(point.kind), &measure);
    with_cross(input).0.into_iter().flat_map(arms).collect()
}

fn crosses(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let (kept, _) = with_cross(input);
    let measure = Measure::of(input.layout, &input.findings.points);
    let crosses = kept.iter().map(|point| Primitive::Anchored {
        at: input.layout.pixel_from_world(point.w),
        lies: Lies::Flat,
        contents: cross(input.layout, point.w, &point.eigen, Some(point.kind), &measure),
    });
    marks.extend(within_plot(input.layout, crosses.collect()));
}

fn labels(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let (kept, _) = with_cross(input);
    let measure = Measure::of(input.layout, &input.findings.points);
    let size = 16.0 * input.layout.scale;
    let mut taken: Vec<[f64; 2]> = Vec::new();
    for point in kept {
        for label in cross_labels(input.layout, point.w, &point.eigen, Some(point.kind), &measure) {
            let Primitive::Text { at, .. } = label else { continue };
            // A label is left out if it would overlap an earlier one.
            if taken.iter().all(|other| clip::distance(*other, at) >= size) {
                taken.push(at);
                let centre = input.layout.pixel_from_world(point.w);
                marks.push(Primitive::Anchored { at: centre, lies: Lies::Flat, contents: vec![label] });
            }
        }
    }
}

/// How many of the points have a cross, if not all have one.
fn thinned(input: &LayerInput<'_>) -> Option<(usize, usize)> {
    let (kept, count) = with_cross(input);
    (kept.len() < count).then_some((kept.len(), count))
}

fn legend(input: &LayerInput<'_>) -> Vec<Key> {
    let key = |(kept, count)| Key::new(Swatch::Cross, "eigenvectors", format!("at {kept} of {count} points"));
    thinned(input).map(key).into_iter().collect()
}

fn words(input: &LayerInput<'_>) -> Vec<String> {
    let sentence = |(kept, count)| {
        format!(
            "Eigenvectors are drawn at {kept} of the {count} points in view; the others are too close to one of these."
        )
    };
    thinned(input).map(sentence).into_iter().collect()
}
