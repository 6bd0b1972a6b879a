//! Contour lines on the exact level: vertices are moved onto it, and chords that leave it are split.
//!
//! At first a vertex lies where the linear interpolant of two samples equals the level. One evaluation of L there and
//! inverse quadratic interpolation through the three values reduce its error to a fraction of the former error cubed.
//! The vertex stays between its two samples, so that the topology of lines does not change. Between two vertices a line
//! is a chord of the level set. If the midpoint of the chord is visibly off the level, a vertex is inserted on the
//! level there.
//!
//! If L jumps past the level, as at a pole between −∞ and ∞, there is no such vertex, and the line ends.

use super::ContourLine;
use super::crossing::Crossing;
use crate::landscape::{Loss, Sampler, View};
use crate::number::Vector;
use crate::pause::pause;

/// Pixels along each side of the largest window, that on a screen of 3840 × 2160: a tenth of a pixel is not visible.
const PIXELS: f64 = 3840.0;
/// How far from the level the midpoint of a chord may be, in pixels.
const SAG: f64 = 0.1;
/// A vertex that moves by more than this many pixels is moved again.
const SETTLED: f64 = 0.01;
/// The most evaluations for a vertex.
const ROUNDS: usize = 3;
/// If the height of a vertex is still this share of that of the lower end, it has not approached its level, and L may
/// jump there.
const STUCK: f64 = 0.25;
/// How often an edge is halved to decide whether L jumps on it: to 10⁻¹² of its length, within which a continuous
/// function hardly changes.
const SEARCHES: usize = 40;
/// How often a chord is halved.
const HALVINGS: usize = 6;

/// Moves vertices onto their levels; those whose edge has no root of L − level within reach stay where they are. If L
/// jumps past the level, the vertex is invalid and its t is NaN.
///
/// `values_at` evaluates L, or the other quantity that has the levels, at many points.
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
        pause();
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
    let stuck = |index: &usize| states[*index].is_stuck(&crossings[*index]);
    let stuck: Vec<usize> = (0..crossings.len()).filter(stuck).collect();
    search(crossings, &mut states, stuck, &mut values_at);
}

/// Halves the edges of some vertices until these are on the level, or a jump is found.
fn search(
    crossings: &mut [Crossing],
    states: &mut [Bracket],
    stuck: Vec<usize>,
    values_at: &mut impl FnMut(&[f64], &[f64], &mut Vec<f64>),
) {
    let mut values = Vec::new();
    for _ in 0..if stuck.is_empty() { 0 } else { SEARCHES } {
        pause();
        for &index in &stuck {
            crossings[index].t = states[index].middle();
        }
        let places = stuck.iter().map(|&index| crossings[index].place());
        let (w1, w2): (Vec<f64>, Vec<f64>) = places.map(|w| (w.x, w.y)).unzip();
        values_at(&w1, &w2, &mut values);
        for (&index, &value) in stuck.iter().zip(&values) {
            states[index].halve(0.5 * value - 0.5 * crossings[index].level);
        }
    }
    for &index in &stuck {
        let (state, crossing) = (&states[index], &mut crossings[index]);
        crossing.t = if state.is_jump(crossing) { f64::NAN } else { state.middle() };
    }
}

/// Two places on an edge with L − level of opposite signs: (t, half of L − level).
struct Bracket {
    low: (f64, f64),
    high: (f64, f64),
    /// The last height between the two that was evaluated.
    last: f64,
}

/// Half of |L − level| at both ends of an edge.
fn ends_of(crossing: &Crossing) -> [f64; 2] {
    crossing.values.map(|value| (0.5 * value - 0.5 * crossing.level).abs())
}

impl Bracket {
    fn new(crossing: &Crossing) -> Bracket {
        let [a, b] = crossing.values.map(|value| 0.5 * value - 0.5 * crossing.level);
        Bracket { low: (0.0, a), high: (1.0, b), last: 0.0 }
    }

    /// Whether the vertex has not approached its level.
    fn is_stuck(&self, crossing: &Crossing) -> bool {
        let [a, b] = ends_of(crossing);
        self.last.is_infinite() || (self.last.abs() > STUCK * a.min(b) && a.min(b) > 0.0)
    }

    fn middle(&self) -> f64 {
        0.5 * self.low.0 + 0.5 * self.high.0
    }

    /// Takes the half in which the level is crossed; does nothing if L is undefined at the midpoint.
    fn halve(&mut self, height: f64) {
        let middle = (self.middle(), height);
        if height.is_nan() {
            return;
        }
        if (height > 0.0) == (self.low.1 > 0.0) {
            self.low = middle;
        } else {
            self.high = middle;
        }
    }

    /// Whether L still differs as much between both ends, which are almost equal, as between the ends of the edge.
    fn is_jump(&self, crossing: &Crossing) -> bool {
        let apart = self.high.0 - self.low.0;
        let [a, b] = ends_of(crossing);
        apart < 1e-9 && self.low.1.abs() + self.high.1.abs() > 0.5 * (a + b)
    }

    /// The next place, from a place between the two and its height, which becomes an end; `None` if no improvement is
    /// possible, or if the height is undefined.
    fn narrowed(&mut self, t: f64, height: f64) -> Option<f64> {
        self.last = height;
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

/// Splits chords whose midpoint is off the level by more than a tenth of a pixel, and inserts vertices on the level.
pub(super) fn split(lines: &mut [ContourLine], loss: &Loss, view: &View) {
    let pixel = Vector::new(view.width(), view.height()) / PIXELS;
    let sampler = loss.sampler(0..3);
    let mut projector = Projector { sampler, pixel, planes: Default::default() };
    let mut chords = Vec::new();
    for index in 0..lines.len() {
        pause();
        let ContourLine { level, points } = &lines[index];
        chords.extend(suspects(points, pixel).map(|k| Chord {
            line: index,
            ends: [points[k], points[k + 1]],
            level: *level,
            place: [k << HALVINGS, (k + 1) << HALVINGS],
        }));
        if chords.len() >= TOGETHER || index + 1 == lines.len() {
            let mut found = projector.halved(std::mem::take(&mut chords), view);
            found.sort_unstable_by_key(|(line, place, _)| (*line, *place));
            found.chunk_by(|a, b| a.0 == b.0).for_each(|found| insert(&mut lines[found[0].0].points, found));
        }
    }
}

/// The least number of chords that are split together, if there are as many: L is evaluated in blocks, and the data of
/// the chords stay in the nearer caches.
const TOGETHER: usize = 1024;

/// A new vertex: its line, its place along the line as in [`Chord`], and its point.
type Found = (usize, usize, Vector);

/// Inserts new vertices of one line, in the order of their places, among its points.
fn insert(points: &mut Vec<Vector>, found: &[Found]) {
    let mut all = Vec::with_capacity(points.len() + found.len());
    let mut done = 0;
    for (_, place, vertex) in found {
        let next = (place >> HALVINGS) + 1;
        all.extend_from_slice(&points[done..next]);
        all.push(*vertex);
        done = next;
    }
    all.extend_from_slice(&points[done..]);
    *points = all;
}

/// The chords of a line that may be off the level: chord k leads from point k to the next.
fn suspects(points: &[Vector], pixel: Vector) -> impl Iterator<Item = usize> {
    let chords: Vec<Vector> = points.windows(2).map(|pair| (pair[1] - pair[0]).component_div(&pixel)).collect();
    let lengths: Vec<f64> = chords.iter().map(|chord| chord.norm()).collect();
    // The sag of a chord on an arc that turns by an angle from one chord to the next is about angle·length/8.
    let bends = move |k: usize, other: usize| {
        let (a, b) = (chords[k], chords[other]);
        let turn = (a.x * b.y - a.y * b.x).abs() / (lengths[k] * lengths[other]);
        a.dot(&b) < 0.0 || turn * lengths[k] * lengths[k] > SAG * 2.0 * (lengths[k] + lengths[other])
    };
    let count = points.len() - 1;
    (0..count).filter(move |&k| (k > 0 && bends(k, k - 1)) || (k + 1 < count && bends(k, k + 1)))
}

/// A piece of a line that may be off the level.
#[derive(Clone, Copy)]
struct Chord {
    line: usize,
    ends: [Vector; 2],
    level: f64,
    /// Where it begins and ends along the line, in units of the shortest piece of a chord.
    place: [usize; 2],
}

/// A point, and the level where it is to go.
type Target = (Vector, f64);

struct Projector<'a> {
    sampler: Sampler<'a>,
    pixel: Vector,
    /// L, ∂₁ and ∂₂.
    planes: [Vec<f64>; 3],
}

impl Projector<'_> {
    /// The vertices that chords need.
    fn halved(&mut self, mut chords: Vec<Chord>, view: &View) -> Vec<Found> {
        let mut found = Vec::new();
        // Chords of equal length are handled together, so that L is evaluated in blocks.
        for _ in 0..HALVINGS {
            let middles: Vec<Target> =
                chords.iter().map(|chord| (0.5 * chord.ends[0] + 0.5 * chord.ends[1], chord.level)).collect();
            let mut halved: Vec<(Chord, Vector, f64)> = Vec::new();
            let pixel = self.pixel;
            for (chord, (vertex, off)) in chords.into_iter().zip(self.projected(&middles)) {
                let reach = 0.5 * (chord.ends[1] - chord.ends[0]).component_div(&pixel).norm();
                if off > SAG && off <= reach && view.contains(vertex) {
                    halved.push((chord, vertex, off));
                }
            }
            // Projected once more, because the gradient has changed on the way.
            let vertices: Vec<Target> = halved.iter().map(|(chord, vertex, _)| (*vertex, chord.level)).collect();
            chords = Vec::new();
            for ((chord, _, off), (vertex, more)) in halved.into_iter().zip(self.projected(&vertices)) {
                if more < 0.5 * off && view.contains(vertex) {
                    let [begin, end] = chord.place;
                    let middle = begin.midpoint(end);
                    found.push((chord.line, middle, vertex));
                    chords.push(Chord { ends: [chord.ends[0], vertex], place: [begin, middle], ..chord });
                    chords.push(Chord { ends: [vertex, chord.ends[1]], place: [middle, end], ..chord });
                }
            }
            if chords.is_empty() {
                break;
            }
        }
        found
    }

    /// The points of the level that are nearest to the given points, to first order, and their distances in pixels; NaN
    /// where there is none.
    fn projected(&mut self, targets: &[Target]) -> impl Iterator<Item = (Vector, f64)> {
        let (w1, w2): (Vec<f64>, Vec<f64>) = targets.iter().map(|(w, _)| (w.x, w.y)).unzip();
        self.sampler.fill(&w1, &w2, &mut self.planes);
        let [values, d1, d2] = &self.planes;
        let pixel = self.pixel;
        targets.iter().zip(values).zip(d1.iter().zip(d2)).map(move |(((w, level), value), (d1, d2))| {
            let gradient = Vector::new(*d1, *d2);
            let step = gradient * ((level - value) / gradient.norm_squared());
            (w + step, step.component_div(&pixel).norm())
        })
    }
}
