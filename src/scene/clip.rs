//! Clipping lines to a rectangle, thinning them, and hatching, in pixels.
//!
//! A trajectory may step to 1e300 or to NaN. Everything here works in f64 and returns only points within a margin
//! around the plot, so that no back end ever gets such a number.

use super::{Rect, within};

/// Points that are closer than this many pixels are drawn as one.
const MERGED: f64 = 0.3;
/// A line with more points than this is not drawn where it has already covered all pixels.
const MANY: usize = 4_000;

impl Rect {
    /// Whether the closed rectangle holds the point.
    pub fn contains(&self, point: [f64; 2]) -> bool {
        (0..2).all(|i| self.min[i] <= point[i] && point[i] <= self.max[i])
    }

    /// The rectangle grown on every side.
    pub fn grown(&self, by: f64) -> Rect {
        Rect { min: [self.min[0] - by, self.min[1] - by], max: [self.max[0] + by, self.max[1] + by] }
    }

    /// Whether the rectangles overlap.
    pub fn overlaps(&self, other: &Rect) -> bool {
        (0..2).all(|i| self.min[i] < other.max[i] && other.min[i] < self.max[i])
    }
}

/// The part of the segment from `a` to `b` that lies in the rectangle (Liang and Barsky 1984).
pub fn segment(a: [f64; 2], b: [f64; 2], rect: &Rect) -> Option<([f64; 2], [f64; 2])> {
    if rect.contains(a) && rect.contains(b) {
        return Some((a, b));
    }
    if !a.iter().chain(&b).all(|x| x.is_finite()) {
        return None;
    }
    let (mut from, mut to) = (0.0f64, 1.0f64);
    for i in 0..2 {
        // Halved, so that the difference of two huge numbers stays finite.
        let delta = 0.5 * b[i] - 0.5 * a[i];
        for (distance, direction) in [(0.5 * rect.min[i] - 0.5 * a[i], delta), (0.5 * a[i] - 0.5 * rect.max[i], -delta)]
        {
            if direction == 0.0 {
                if distance > 0.0 {
                    return None;
                }
            } else {
                let t = distance / direction;
                if direction > 0.0 { from = from.max(t) } else { to = to.min(t) }
            }
        }
    }
    if from > to {
        return None;
    }
    let at = |t: f64| {
        let point = |i: usize| {
            let value = if t == 0.0 {
                a[i]
            } else if t == 1.0 {
                b[i]
            } else {
                (1.0 - t) * a[i] + t * b[i]
            };
            within(value, rect.min[i], rect.max[i])
        };
        [point(0), point(1)]
    };
    Some((at(from), at(to)))
}

/// A line clipped to the rectangle, in pieces; points that coincide are merged.
pub fn line(points: impl IntoIterator<Item = [f64; 2]>, rect: &Rect) -> Vec<Vec<[f64; 2]>> {
    let mut pieces: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut ink: Option<Ink> = None;
    let mut drawn = 0;
    let mut before: Option<[f64; 2]> = None;
    let mut joined = false;
    for point in points {
        let Some(previous) = before else {
            before = Some(point).filter(|p| p[0].is_finite() && p[1].is_finite());
            continue;
        };
        if !(point[0].is_finite() && point[1].is_finite()) {
            (before, joined) = (None, false);
            continue;
        }
        if distance(previous, point) < MERGED {
            continue;
        }
        before = Some(point);
        let Some((a, b)) = segment(previous, point, rect) else {
            joined = false;
            continue;
        };
        if drawn > MANY {
            let ink = ink.get_or_insert_with(|| Ink::of(&pieces, rect));
            if !ink.mark(a, b) {
                joined = false;
                continue;
            }
        }
        match pieces.last_mut().filter(|piece| joined && piece.last() == Some(&a)) {
            Some(piece) => piece.push(b),
            None => pieces.push(vec![a, b]),
        }
        drawn += 1;
        joined = b == point;
    }
    pieces
}

/// The distance of two points.
pub fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    (x * x + y * y).sqrt()
}

/// The pixels that a line has touched. Once a million steps of noise have covered a spot, more of them change nothing.
struct Ink {
    origin: [f64; 2],
    width: usize,
    height: usize,
    touched: Vec<bool>,
}

impl Ink {
    fn of(pieces: &[Vec<[f64; 2]>], rect: &Rect) -> Ink {
        let side = |length: f64| (length.clamp(0.0, 8192.0) as usize) + 2;
        let (width, height) = (side(rect.width()), side(rect.height()));
        let mut ink = Ink { origin: rect.min, width, height, touched: vec![false; width * height] };
        for piece in pieces {
            for pair in piece.windows(2) {
                ink.mark(pair[0], pair[1]);
            }
        }
        ink
    }

    /// Marks the pixels of a segment; returns whether any of them was blank.
    fn mark(&mut self, a: [f64; 2], b: [f64; 2]) -> bool {
        let steps = (distance(a, b).ceil() as usize).clamp(1, 20_000);
        let mut fresh = false;
        for i in 0..=steps {
            let t = i as f64 / steps as f64;
            let x = (a[0] + t * (b[0] - a[0]) - self.origin[0]) as usize;
            let y = (a[1] + t * (b[1] - a[1]) - self.origin[1]) as usize;
            if x < self.width && y < self.height {
                fresh |= !std::mem::replace(&mut self.touched[y * self.width + x], true);
            }
        }
        fresh
    }
}

/// Lines at 45° inside rings (filled by the even-odd rule), `spacing` pixels apart, cut to the rectangle.
pub fn hatching(rings: &[Vec<[f64; 2]>], spacing: f64, rect: &Rect) -> Vec<[[f64; 2]; 2]> {
    // A hatch line has x + y constant; along it x − y grows. Both are turned coordinates, up to a factor √2.
    let edges: Vec<[[f64; 2]; 2]> = rings
        .iter()
        .flat_map(|ring| {
            let closing = ring.last().copied().zip(ring.first().copied());
            ring.windows(2).map(|pair| (pair[0], pair[1])).chain(closing)
        })
        .filter(|(a, b)| a.iter().chain(b).all(|x| x.is_finite()))
        .map(|(a, b)| [[a[0] + a[1], a[0] - a[1]], [b[0] + b[1], b[0] - b[1]]])
        .collect();
    let (low, high) = (rect.min[0] + rect.min[1], rect.max[0] + rect.max[1]);
    let step = (spacing * std::f64::consts::SQRT_2).max(1.0);
    // Each edge is entered into the hatch lines that it crosses, so that the cost is proportional to the crossings.
    let first = (low / step).floor() as i64;
    let lines = ((high - low) / step) as i64 + 2;
    let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); lines.clamp(0, 100_000) as usize];
    for [a, b] in edges {
        let (a, b) = if a[0] <= b[0] { (a, b) } else { (b, a) };
        // Half-open [a, b): a vertex is counted once.
        let from = ((a[0] / step).ceil().max(first as f64)) as i64;
        let to = ((b[0] / step).ceil().min((first + lines) as f64)) as i64;
        for k in from..to {
            let s = k as f64 * step;
            let t = (s - a[0]) / (b[0] - a[0]);
            if let Some(row) = crossings.get_mut((k - first) as usize) {
                row.push(a[1] + t * (b[1] - a[1]));
            }
        }
    }
    let mut hatches = Vec::new();
    for (row, mut along) in crossings.into_iter().enumerate() {
        let s = (first + row as i64) as f64 * step;
        along.sort_by(f64::total_cmp);
        for pair in along.chunks_exact(2) {
            let end = |t: f64| [0.5 * (s + t), 0.5 * (s - t)];
            if let Some((a, b)) = segment(end(pair[0]), end(pair[1]), rect)
                && distance(a, b) > MERGED
            {
                hatches.push([a, b]);
            }
        }
    }
    hatches
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RECT: Rect = Rect { min: [0.0, 0.0], max: [100.0, 50.0] };

    #[test]
    fn a_segment_is_cut_at_the_border() {
        assert_eq!(segment([-50.0, 25.0], [150.0, 25.0], &RECT), Some(([0.0, 25.0], [100.0, 25.0])));
        assert_eq!(segment([10.0, 10.0], [20.0, 20.0], &RECT), Some(([10.0, 10.0], [20.0, 20.0])));
        assert_eq!(segment([-10.0, -10.0], [-5.0, 60.0], &RECT), None);
        assert_eq!(segment([f64::NAN, 0.0], [1.0, 1.0], &RECT), None);
        let (a, b) = segment([50.0, 25.0], [1.5e308, 25.0], &RECT).unwrap_or_default();
        assert_eq!((a, b), ([50.0, 25.0], [100.0, 25.0]));
    }

    #[test]
    fn a_line_that_leaves_and_returns_has_two_pieces() {
        let pieces = line([[10.0, 10.0], [10.0, 200.0], [50.0, 200.0], [50.0, 10.0]], &RECT);
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[1], [[50.0, 50.0], [50.0, 10.0]]);
    }

    #[test]
    fn a_million_steps_on_a_spot_stay_few() {
        let spot = (0..1_000_000).map(|i| [50.0 + 20.0 * f64::from(i % 7), 10.0 + 5.0 * f64::from(i % 5)]);
        let points: usize = line(spot, &RECT).iter().map(Vec::len).sum();
        assert!(points < 20_000, "{points}");
        let still = (0..1_000_000).map(|i| [50.0 + 1e-8 * f64::from(i), 10.0]);
        assert_eq!(line(still, &RECT).iter().map(Vec::len).sum::<usize>(), 0);
    }

    /// A square with a hole: the midpoint of every hatch line lies in the square and not in the hole.
    #[test]
    fn hatching_keeps_to_the_even_odd_rule() {
        let square = |low: f64, high: f64| vec![[low, low], [high, low], [high, high], [low, high], [low, low]];
        let rect = Rect { min: [0.0, 0.0], max: [100.0, 100.0] };
        let hatches = hatching(&[square(10.0, 90.0), square(40.0, 60.0)], 5.0, &rect);
        assert!(hatches.len() > 20);
        let total: f64 = hatches.iter().map(|[a, b]| distance(*a, *b)).sum();
        // Area / spacing is the length of hatching, up to the border.
        assert!((total - (6400.0 - 400.0) / 5.0).abs() < 60.0, "{total}");
        for [a, b] in hatches {
            let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
            let inside = |low: f64, high: f64| middle.iter().all(|&x| low < x && x < high);
            assert!(inside(10.0, 90.0) && !inside(40.0, 60.0), "{a:?} {b:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_outside_is_ever_drawn(points in prop::collection::vec((any::<f64>(), any::<f64>()), 0..40)) {
            let points: Vec<[f64; 2]> = points.into_iter().map(|(x, y)| [x, y]).collect();
            for piece in line(points.iter().copied(), &RECT) {
                prop_assert!(piece.len() >= 2 && piece.iter().all(|&p| RECT.contains(p)));
            }
            for [a, b] in hatching(&[points], 7.0, &RECT) {
                prop_assert!(RECT.contains(a) && RECT.contains(b));
            }
        }
    }
}
