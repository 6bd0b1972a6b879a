//! The region of the plane in which e^(−L/T) is not negligible, and a test by samples whether its integral is finite.

use crate::critical::search;
use crate::landscape::{Evaluator, Loss, View};
use crate::number::{Interval, Vector};
use crate::saddles::{SaddleGraph, saddle_graph_of};
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
/// Where L is so many temperatures above its least value, e^(−L/T) is negligible: below 1e-14 of its peak.
const NEGLIGIBLE: f64 = 32.0;
/// L may be so many temperatures above its least value in a sample that is checked for rounding.
const CHECKED: f64 = 700.0;
/// The border is sampled at this many points a side.
const POINTS: usize = 200;
/// The last rings show whether the masses decay.
const LAST: usize = 6;
/// A position is rounded by at most this share of its distance.
const ROUNDED: f64 = 1e-15;
/// How often a side may move.
const MOST_MOVES: usize = 400;
/// How often the region may grow by the minima that the graph of saddles reaches.
const MOST_GROWTHS: usize = 4;

/// Examines the masses of rings around the view. They decay to 0 if the integral is finite, and do not decay if it is
/// infinite.
pub fn region(loss: &Loss, view: &View, temperature: f64) -> Region {
    let rings = Rings::of(loss, view, temperature);
    let normalisable = is_finite(&rings.masses).filter(|is_finite| *is_finite || !rises_faster(&rings.lows));
    let view =
        if normalisable == Some(true) { enclosing(loss, &rings.around(view), rings.least, temperature) } else { *view };
    Region { view, normalisable }
}

/// The region with the graph of the saddles in it. It holds the minima to which the graph leads, also those that no
/// sample has found. With `limited` it is the view.
pub(super) fn region_with_graph(loss: &Loss, view: &View, temperature: f64, limited: bool) -> (Region, SaddleGraph) {
    let graph_of = |view: &View| saddle_graph_of(loss, view, &search(loss, view));
    if limited {
        return (Region { view: *view, normalisable: Some(true) }, graph_of(view));
    }
    let mut found = region(loss, view, temperature);
    let mut graph = graph_of(&found.view);
    for _ in 0..MOST_GROWTHS {
        let is_outside = |w: &Vector| {
            !(found.view.w1[0] < w.x && w.x < found.view.w1[1] && found.view.w2[0] < w.y && w.y < found.view.w2[1])
        };
        let outside: Vec<Vector> = graph.minima.iter().map(|(w, _)| *w).filter(is_outside).collect();
        if found.normalisable != Some(true) || outside.is_empty() {
            break;
        }
        let least = graph.minima.iter().fold(f64::INFINITY, |least, (_, value)| least.min(*value));
        found.view = enclosing(loss, &hull(&found.view, &outside), least, temperature);
        graph = graph_of(&found.view);
    }
    (found, graph)
}

/// The least of L in samples of the view.
fn least_value(loss: &Loss, view: &View) -> f64 {
    loss.sample(view, 101, 101).into_iter().filter(|value| !value.is_nan()).fold(f64::INFINITY, f64::min)
}

/// The view with a margin around points outside of it.
fn hull(view: &View, points: &[Vector]) -> View {
    let mut sides = [view.w1, view.w2];
    for point in points {
        for (axis, side) in sides.iter_mut().enumerate() {
            let margin = 0.05 * (side[1] - side[0]);
            side[0] = side[0].min(point[axis] - margin);
            side[1] = side[1].max(point[axis] + margin);
        }
    }
    View::new(sides[0][0], sides[0][1], sides[1][0], sides[1][1]).unwrap_or(*view)
}

/// Samples of rings of radii R·2^k to R·2^(k+1) around the view, where R is half of its diagonal.
struct Rings<'a> {
    loss: &'a Loss,
    evaluator: Evaluator,
    centre: Vector,
    temperature: f64,
    /// ln ∫e^(−L/T) over each ring; −∞ without mass. Rings in which only rounding speaks are left out.
    masses: Vec<f64>,
    /// A lower bound of L at the least values found in each of these rings.
    lows: Vec<f64>,
    /// The least of L in all samples.
    least: f64,
    /// Samples by their value.
    low: Vec<(f64, Vector)>,
}

impl Rings<'_> {
    fn of<'a>(loss: &'a Loss, view: &View, temperature: f64) -> Rings<'a> {
        let mut rings = Rings {
            loss,
            evaluator: loss.evaluator(),
            centre: view.centre(),
            temperature,
            masses: Vec::new(),
            lows: Vec::new(),
            least: least_value(loss, view),
            low: Vec::new(),
        };
        let half = 0.5 * libm::hypot(view.width(), view.height());
        let step = std::f64::consts::LN_2 / RADII as f64;
        for ring in 0..RINGS {
            let circle = |r: usize| half * libm::exp2(ring as f64) * libm::exp(step * (r as f64 + 0.5));
            rings.lows.push(f64::INFINITY);
            let masses: Option<Vec<f64>> = (0..RADII).map(|r| rings.circle(circle(r), step)).collect();
            match masses {
                Some(masses) => rings.masses.push(log_sum(&masses)),
                None => break,
            }
        }
        rings
    }

    /// ln of ∫e^(−L/T) over a circle times its share of the ring: from the sum over samples, or the result of Laplace's
    /// method at the least values between them if that is larger, because a channel may be narrower than the distance
    /// between samples. `None` if rounding alone decides whether there is mass.
    fn circle(&mut self, radius: f64, step: f64) -> Option<f64> {
        let outward = |angle: f64| Vector::new(libm::cos(angle), libm::sin(angle));
        let angle = |k: usize| TAU * (k as f64 + 0.31) / DIRECTIONS as f64;
        let spacing = TAU / DIRECTIONS as f64;
        let mut values = Vec::with_capacity(DIRECTIONS);
        for k in 0..DIRECTIONS {
            values.push(self.value(self.centre + radius * outward(angle(k)))?);
        }
        // Where L is undefined there is no mass.
        let density = |value: f64| if value.is_nan() { f64::NEG_INFINITY } else { -value / self.temperature };
        let sum =
            log_sum(&values.iter().map(|value| density(*value)).collect::<Vec<_>>()) + libm::log(radius * spacing);
        let mut channels = Vec::new();
        for k in 0..DIRECTIONS {
            let (before, after) = (values[(k + DIRECTIONS - 1) % DIRECTIONS], values[(k + 1) % DIRECTIONS]);
            if values[k] > before || values[k] > after || values[k].is_nan() {
                continue;
            }
            // Where L overflows there is no mass, and where it is level there is nothing to search for.
            let is_level = values[k] == before && values[k] == after;
            if is_level && values[k] == f64::INFINITY {
                continue;
            }
            let at = |angle: f64| self.centre + radius * outward(angle);
            let lowest = match is_level {
                true => angle(k),
                false => lowest_angle(angle(k) - spacing, angle(k) + spacing, |angle| self.evaluator.value(at(angle))),
            };
            let place = at(lowest);
            let value = self.value(place)?;
            let jet = self.evaluator.jet(place);
            let normal = outward(lowest);
            let tangent = Vector::new(-normal.y, normal.x);
            let curvature = tangent.dot(&(jet.hessian * tangent)) - jet.gradient.dot(&normal) / radius;
            // Next to a narrow valley L may be above its least value by what rounding the position adds.
            let rounding = curvature.max(0.0) * (ROUNDED * radius).powi(2);
            if let Some(low) = self.lows.last_mut() {
                *low = low.min(value - rounding);
            }
            let width = if curvature > 0.0 { (TAU * self.temperature / curvature).sqrt() } else { f64::INFINITY };
            let density = if value.is_nan() { f64::NEG_INFINITY } else { -value / self.temperature };
            channels.push(density + libm::log(width.min(radius * spacing)));
        }
        Some(sum.max(log_sum(&channels)) + libm::log(radius * step))
    }

    /// L at a sample. `None` if it would have mass and is lost in rounding.
    fn value(&mut self, w: Vector) -> Option<f64> {
        let value = self.evaluator.value(w);
        if value.is_nan() || value > self.least + CHECKED * self.temperature {
            return Some(value);
        }
        if let Some(enclosures) = self.loss.enclosures() {
            let bounds = enclosures.value([Interval::point(w.x), Interval::point(w.y)]);
            if bounds.hi - bounds.lo > self.temperature.max(1e-3 * value.abs()) {
                return None;
            }
        }
        self.least = self.least.min(value);
        self.low.push((value, w));
        Some(value)
    }

    /// The view with the samples at which e^(−L/T) is not negligible.
    fn around(&self, view: &View) -> View {
        let has_mass = |(value, _): &&(f64, Vector)| *value < self.least + NEGLIGIBLE * self.temperature;
        let points: Vec<Vector> = self.low.iter().filter(has_mass).map(|(_, w)| *w).collect();
        hull(view, &points)
    }
}

/// ln Σ eˣ.
fn log_sum(logarithms: &[f64]) -> f64 {
    let largest = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !largest.is_finite() {
        return largest;
    }
    largest + libm::log(logarithms.iter().map(|x| libm::exp(x - largest)).sum())
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

/// Whether Σ e^m over the rings' logarithms m is finite: true if the last masses are 0 or fall by a factor from ring to
/// ring; false if they do not fall at all.
fn is_finite(masses: &[f64]) -> Option<bool> {
    let falls = |pair: &[f64]| pair[1] == f64::NEG_INFINITY || pair[1] - pair[0] <= libm::log(0.7);
    let stays = |pair: &[f64]| pair[1] == f64::INFINITY || pair[1] - pair[0] >= -1e-9;
    let last = &masses[masses.len().checked_sub(LAST)?..];
    if last.windows(2).all(falls) {
        Some(true)
    } else if last.windows(2).all(stays) {
        Some(false)
    } else {
        None
    }
}

/// Whether the least values of the last rings rise, each time by more than before. Then they grow faster than a
/// logarithm of the radius, and e^(−L/T) decays in the end at every temperature, even if its masses still grow within the
/// samples because T is above them.
fn rises_faster(lows: &[f64]) -> bool {
    const MORE: f64 = 1.02;
    let rises: Vec<f64> = lows[lows.len().saturating_sub(LAST)..].windows(2).map(|pair| pair[1] - pair[0]).collect();
    rises.len() + 1 == LAST
        && rises.iter().all(|rise| *rise > 0.0)
        && rises.windows(2).all(|pair| pair[1] > MORE * pair[0])
}

/// The region, grown until e^(−L/T) is negligible on its border. `least` is the least known value of L.
fn enclosing(loss: &Loss, region: &View, mut least: f64, temperature: f64) -> View {
    let mut sides = [region.w1, region.w2];
    let mut evaluator = loss.evaluator();
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
            if lowest < least + NEGLIGIBLE * temperature {
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
    View::new(sides[0][0], sides[0][1], sides[1][0], sides[1][1]).unwrap_or(*region)
}
