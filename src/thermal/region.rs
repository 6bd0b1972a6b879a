//! The region of the plane in which e^(−L/T) is not negligible, and a test by samples whether its integral is finite.

use crate::landscape::{Evaluator, Loss, View};
use crate::number::Vector;
use std::f64::consts::TAU;

/// The results of sampling e^(−L/T).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// A rectangle outside of which e^(−L/T) is negligible, if the integral is finite.
    pub view: View,
    /// Whether the integral over the plane is finite; `None` if the samples do not decide.
    pub normalisable: Option<bool>,
}

/// Rings around the view: the radii grow by a factor of two.
const RINGS: usize = 24;
/// Directions and radii of the samples of a ring.
const DIRECTIONS: usize = 512;
const RADII: usize = 8;
/// The density at the border, as a share of its peak, below which the rest is negligible.
const NEGLIGIBLE: f64 = 1e-14;
/// The border is sampled at this many points a side.
const POINTS: usize = 200;
/// How often a side may move.
const MOST_MOVES: usize = 400;

/// Examines the masses of rings around the view. They decay to 0 if the integral is finite, and do not decay if it is
/// infinite.
pub fn region(loss: &Loss, view: &View, temperature: f64) -> Region {
    let least = least_value(loss, view);
    let masses: Vec<f64> = (0..RINGS).map(|ring| ring_mass(loss, view, ring, least, temperature)).collect();
    let normalisable = is_finite(&masses);
    let view = if normalisable == Some(true) { enclosing(loss, view, temperature) } else { *view };
    Region { view, normalisable }
}

/// The least of L in samples of the view.
fn least_value(loss: &Loss, view: &View) -> f64 {
    loss.sample(view, 101, 101).into_iter().filter(|value| !value.is_nan()).fold(f64::INFINITY, f64::min)
}

/// ∫e^(−(L − least)/T) over the ring of radii R·2^k to R·2^(k+1), where R is half of the view's diagonal; ∞ where it
/// overflows.
fn ring_mass(loss: &Loss, view: &View, ring: usize, least: f64, temperature: f64) -> f64 {
    let half = 0.5 * libm::hypot(view.width(), view.height());
    let step = std::f64::consts::LN_2 / RADII as f64;
    let mut evaluator = loss.evaluator();
    let circle = |r: usize| {
        let radius = half * libm::exp2(ring as f64) * libm::exp(step * (r as f64 + 0.5));
        radius * step * circle_mass(&mut evaluator, view.centre(), radius, least, temperature)
    };
    (0..RADII).map(circle).sum()
}

/// ∫e^(−(L − least)/T) over a circle: the sum over samples, or the result of Laplace's method at the least values
/// between them if that is larger, because a channel may be narrower than the distance between samples.
fn circle_mass(evaluator: &mut Evaluator, centre: Vector, radius: f64, least: f64, temperature: f64) -> f64 {
    let outward = |angle: f64| Vector::new(libm::cos(angle), libm::sin(angle));
    let angle = |k: usize| TAU * (k as f64 + 0.31) / DIRECTIONS as f64;
    let density = |value: f64| libm::exp(-(value - least) / temperature);
    let values: Vec<f64> = (0..DIRECTIONS).map(|k| evaluator.value(centre + radius * outward(angle(k)))).collect();
    // Where L is undefined there is no mass.
    let sum: f64 = values.iter().filter(|value| !value.is_nan()).map(|value| density(*value)).sum();
    let mut channels = 0.0;
    for k in 0..DIRECTIONS {
        let (before, after) = (values[(k + DIRECTIONS - 1) % DIRECTIONS], values[(k + 1) % DIRECTIONS]);
        if values[k] > before || values[k] > after || values[k].is_nan() {
            continue;
        }
        let spacing = TAU / DIRECTIONS as f64;
        let lowest = lowest_angle(angle(k) - spacing, angle(k) + spacing, |angle| {
            evaluator.value(centre + radius * outward(angle))
        });
        let jet = evaluator.jet(centre + radius * outward(lowest));
        let normal = outward(lowest);
        let tangent = Vector::new(-normal.y, normal.x);
        let curvature = tangent.dot(&(jet.hessian * tangent)) - jet.gradient.dot(&normal) / radius;
        let width = if curvature > 0.0 { (TAU * temperature / curvature).sqrt() } else { f64::INFINITY };
        channels += density(jet.value) * width.min(radius * spacing);
    }
    (sum * radius * TAU / DIRECTIONS as f64).max(channels)
}

/// The angle of the least value between two angles, by ternary search.
fn lowest_angle(mut low: f64, mut high: f64, mut value: impl FnMut(f64) -> f64) -> f64 {
    for _ in 0..90 {
        let third = (high - low) / 3.0;
        if value(low + third) <= value(high - third) {
            high -= third;
        } else {
            low += third;
        }
    }
    0.5 * (low + high)
}

/// Whether Σ masses is finite: true if they have become negligible or fall by a factor in each of the last rings; false
/// if the last ones do not fall at all.
fn is_finite(masses: &[f64]) -> Option<bool> {
    if masses.iter().any(|mass| !mass.is_finite()) {
        return Some(false);
    }
    let last = &masses[masses.len() - 6..];
    if last.iter().all(|mass| *mass == 0.0) {
        return Some(true);
    }
    let ratios: Vec<f64> = last.windows(2).map(|pair| pair[1] / pair[0]).collect();
    if ratios.iter().all(|ratio| *ratio <= 0.7) {
        Some(true)
    } else if ratios.iter().all(|ratio| *ratio >= 1.0 - 1e-9) {
        Some(false)
    } else {
        None
    }
}

/// The view, grown until e^(−L/T) is negligible on its border.
fn enclosing(loss: &Loss, view: &View, temperature: f64) -> View {
    let mut sides = [view.w1, view.w2];
    let mut evaluator = loss.evaluator();
    let mut least = least_value(loss, view);
    for _ in 0..MOST_MOVES {
        let mut moved = false;
        for (axis, end) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let across = sides[1 - axis];
            let lowest = (0..=POINTS).map(|k| {
                let t = across[0] + (across[1] - across[0]) * k as f64 / POINTS as f64;
                let fixed = sides[axis][end];
                evaluator.value(if axis == 0 { Vector::new(fixed, t) } else { Vector::new(t, fixed) })
            });
            let lowest = lowest.filter(|value| !value.is_nan()).fold(f64::INFINITY, f64::min);
            if libm::exp(-(lowest - least) / temperature) > NEGLIGIBLE {
                let outward = 0.1 * (sides[axis][1] - sides[axis][0]);
                sides[axis][end] += if end == 0 { -outward } else { outward };
                moved = true;
            }
        }
        if !moved {
            break;
        }
        least = least.min(
            View::new(sides[0][0], sides[0][1], sides[1][0], sides[1][1]).map_or(least, |v| least_value(loss, &v)),
        );
    }
    View::new(sides[0][0], sides[0][1], sides[1][0], sides[1][1]).unwrap_or(*view)
}
