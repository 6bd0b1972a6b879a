//! Contour lines on the exact level: their vertices moved there, and chords that leave it split.
//!
//! A vertex lies where the linear interpolant of two samples has the level. One evaluation of L there and inverse
//! quadratic interpolation through the three values put it within a fraction of the former error cubed; the vertex
//! stays between its two samples, so that no line changes its course. Between two vertices a line is a chord of the
//! level set; where its middle is farther from it than anyone could see, a vertex is put on the level there.

use crate::landscape::{Loss, View};
use crate::number::Vector;

/// Pixels along each side of a window: what is smaller than a tenth of one is not seen.
const PIXELS: f64 = 1280.0;
/// How far from the level the middle of a chord may be, in pixels.
const SAG: f64 = 0.1;
/// A vertex that moves by more than this many pixels is moved again.
const SETTLED: f64 = 0.01;
/// The most evaluations for a vertex.
const ROUNDS: usize = 3;
/// How often a chord is halved.
const HALVINGS: usize = 6;

/// A vertex on the edge between two samples, `from` and `to`, at the share t of the way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crossing {
    pub from: Vector,
    pub to: Vector,
    /// L at both ends.
    pub values: [f64; 2],
    pub level: f64,
    pub t: f64,
}

impl Crossing {
    /// Where the share t of the way is: exactly an end at 0 and 1.
    pub fn place(&self) -> Vector {
        self.from.zip_map(&self.to, |from, to| super::contour::between([from, to], self.t))
    }
}

/// Moves vertices onto their levels; those whose edge has no root of L − level within reach stay where they are.
///
/// `values_at` evaluates L, or whatever else the levels are of, at many points.
pub(super) fn polish(
    crossings: &mut [Crossing],
    view: &View,
    mut values_at: impl FnMut(&[f64], &[f64], &mut Vec<f64>),
) {
    let pixel = Vector::new(view.width(), view.height()) / PIXELS;
    let mut states: Vec<Bracket> = crossings.iter().map(Bracket::new).collect();
    let mut active: Vec<usize> = (0..crossings.len()).collect();
    let mut values = Vec::new();
    for _ in 0..ROUNDS {
        let (w1, w2): (Vec<f64>, Vec<f64>) =
            active.iter().map(|&index| crossings[index].place()).map(|w| (w.x, w.y)).unzip();
        values_at(&w1, &w2, &mut values);
        let mut still = Vec::new();
        for (&index, &value) in active.iter().zip(&values) {
            let crossing = &mut crossings[index];
            // Halves, because the difference of two finite values may overflow.
            let height = 0.5 * value - 0.5 * crossing.level;
            let Some(t) = states[index].narrowed(crossing.t, height) else { continue };
            let moved = (crossing.to - crossing.from).component_div(&pixel) * (t - crossing.t);
            crossing.t = t;
            if moved.amax() > SETTLED {
                still.push(index);
            }
        }
        if still.is_empty() {
            break;
        }
        active = still;
    }
}

/// Two places on an edge with L − level of opposite signs: (t, half of L − level).
struct Bracket {
    low: (f64, f64),
    high: (f64, f64),
}

impl Bracket {
    fn new(crossing: &Crossing) -> Bracket {
        let [a, b] = crossing.values.map(|value| 0.5 * value - 0.5 * crossing.level);
        Bracket { low: (0.0, a), high: (1.0, b) }
    }

    /// The next place from one between the two and what is there, which becomes an end; `None` when it is as good as it
    /// gets, or nothing is known there.
    fn narrowed(&mut self, t: f64, height: f64) -> Option<f64> {
        if height == 0.0 || !height.is_finite() || !(self.low.0 < t && t < self.high.0) {
            return None;
        }
        let (a, b) = (self.low, self.high);
        let is_low_side = (height > 0.0) == (a.1 > 0.0);
        if is_low_side {
            self.low = (t, height);
        } else {
            self.high = (t, height);
        }
        // Scaled, so that no product overflows.
        let scale = a.1.abs().max(b.1.abs()).max(height.abs());
        let [p, q, r] = [a.1, height, b.1].map(|height| height / scale);
        // The inverse function's parabola through three points, at height 0.
        let root = a.0 * (q * r) / ((p - q) * (p - r))
            + t * (p * r) / ((q - p) * (q - r))
            + b.0 * (p * q) / ((r - p) * (r - q));
        let (low, high) = (self.low, self.high);
        let is_between = |root: f64| low.0 < root && root < high.0;
        if is_between(root) {
            return Some(root);
        }
        let [from, to] = [low.1 / scale, high.1 / scale];
        let secant = low.0 + (high.0 - low.0) * (from / (from - to));
        is_between(secant).then_some(secant)
    }
}

/// Splits chords whose middle is off the level by more than a tenth of a pixel, and puts new vertices on it.
pub(super) fn split(points: &[Vector], level: f64, loss: &Loss, view: &View) -> Option<Vec<Vector>> {
    let pixel = Vector::new(view.width(), view.height()) / PIXELS;
    let in_pixels: Vec<Vector> = points.windows(2).map(|pair| (pair[1] - pair[0]).component_div(&pixel)).collect();
    let lengths: Vec<f64> = in_pixels.iter().map(|chord| chord.norm()).collect();
    // The sag of a chord on an arc that turns by an angle from one chord to the next is about angle·length/8.
    let bends = |k: usize, other: usize| {
        let (a, b) = (in_pixels[k], in_pixels[other]);
        let turn = (a.x * b.y - a.y * b.x).abs() / (lengths[k] * lengths[other]);
        a.dot(&b) < 0.0 || turn * lengths[k] * lengths[k] > SAG * 2.0 * (lengths[k] + lengths[other])
    };
    let is_suspect = |k: usize| (k > 0 && bends(k, k - 1)) || (k + 1 < in_pixels.len() && bends(k, k + 1));
    if !(0..in_pixels.len()).any(is_suspect) {
        return None;
    }
    let mut split = vec![points[0]];
    for k in 0..in_pixels.len() {
        if is_suspect(k) {
            let chords = Chords { level, loss, view, pixel };
            chords.halve(points[k], points[k + 1], HALVINGS, &mut split);
        }
        split.push(points[k + 1]);
    }
    Some(split)
}

struct Chords<'a> {
    level: f64,
    loss: &'a Loss,
    view: &'a View,
    pixel: Vector,
}

impl Chords<'_> {
    /// Adds the vertices between two others, where they are needed.
    fn halve(&self, from: Vector, to: Vector, halvings: usize, points: &mut Vec<Vector>) {
        if halvings == 0 {
            return;
        }
        let middle = 0.5 * from + 0.5 * to;
        let Some((vertex, off)) = self.projected(middle) else { return };
        let reach = 0.5 * (to - from).component_div(&self.pixel).norm();
        if off <= SAG || off > reach || !self.view.contains(vertex) {
            return;
        }
        // Once more, for a gradient that has changed on the way.
        let vertex = self.projected(vertex).filter(|(again, more)| *more < 0.5 * off && self.view.contains(*again));
        let Some((vertex, _)) = vertex else { return };
        self.halve(from, vertex, halvings - 1, points);
        points.push(vertex);
        self.halve(vertex, to, halvings - 1, points);
    }

    /// The point on the level nearest to one beside it, to first order, and how many pixels away it is.
    fn projected(&self, w: Vector) -> Option<(Vector, f64)> {
        let jet = self.loss.jet(w);
        let slope = jet.gradient.norm_squared();
        let step = jet.gradient * ((self.level - jet.value) / slope);
        let off = step.component_div(&self.pixel).norm();
        (off.is_finite()).then_some((w + step, off))
    }
}
