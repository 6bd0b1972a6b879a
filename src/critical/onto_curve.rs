//! Tests with many digits whether a curve that the search has followed consists of critical points.
//!
//! The search accepts a curve if ∇L is small on it in 64-bit numbers. Here Newton's method with 192 binary digits moves
//! each vertex across the curve to a zero of the slope across it. At the new place, intervals of as many digits must
//! not exclude 0 for either component of ∇L. On the floor of a valley they exclude 0 for the component along it,
//! however small it is.
//!
//! Several curves may run side by side, nearer than 64-bit numbers tell apart, and vertices that go to the nearest one
//! would jump between them. So the steps begin a little to the left of the curve. For a function with only real zeros,
//! Newton steps from there never pass the leftmost zero, which is the same curve for all vertices. Steps from farther away on both
//! sides show whether there are neighbours and how wide they are spread, and thereby where to begin. If the spread is too wide for
//! that, the curve cannot be told from its neighbours.
//!
//! The test can refute a curve, but proves nothing. A curve that passes stays marked as found by search.

use super::curve::STEP;
use super::stationary::gradient_underflows;
use crate::formula::taylor::Taylor;
use crate::landscape::{Loss, View};
use crate::number::{Digits, Precise, Vector};

/// The digits with which vertices are looked at.
const BITS: usize = 192;
/// How many vertices are tested first. Only if one of them is not in place, all are tested.
const SAMPLES: usize = 24;
/// A vertex is in place when it moves by less than this share of half the view.
const IN_PLACE: f64 = 1e-10;
/// A vertex that moves by more was on no curve.
const FARTHEST: f64 = 0.1 * STEP;
/// How far to the left and to the right the steps begin; one of the larger distances if neighbours are spread more widely.
const BESIDE: [f64; 3] = [1e-5, 1e-4, 5e-4];
/// The steps begin at this many times the spread at least.
const BEYOND_SPREAD: f64 = 1.1;
/// How often the leftmost curve is looked for again from where the last walk came to.
const MOST_WALKS: usize = 4;
/// Zeros that are nearer to each other are one.
const SAME: f64 = 1e-15;
/// Steps to a zero across the curve.
const MOST_STEPS: usize = 200;
/// Towards an m-fold zero, steps shrink by (m − 1)/m. Steps shorter than this are made m times as long (E. Schröder,
/// Math. Annalen 2, 1870). Longer steps are not, because several zeros may look like a multiple one.
const MULTIPLE: f64 = 1e-13;
/// A polyline with more vertices is tested only at some of them.
const MOST_VERTICES: usize = 300;
/// One in this many vertices may fail, because at crossings and cusps there is no direction across.
const FAILING: usize = 10;

/// The result of the test of a curve.
pub(super) enum Checked {
    /// It does not consist of critical points.
    Refuted,
    /// Neighbours are so near, and spread so widely, that vertices may lie on different curves.
    NotSeparated,
    /// L has no derivatives in this arithmetic, or the work was cancelled.
    Unknown,
    /// Its vertices, if they pass the test.
    OnCurve(Vec<Vector>),
}

/// The place to which a vertex moves.
enum Place {
    On(Vector),
    Off,
    Undefined,
}

/// Looks at a curve.
pub(super) fn checked(loss: &Loss, view: &View, polyline: &[Vector], cancel: &dyn Fn() -> bool) -> Checked {
    let Some(digits) = Digits::new(BITS) else { return Checked::Unknown };
    let half = Vector::new(0.5 * view.width(), 0.5 * view.height());
    let mut look = Look { loss, half, digits, beside: BESIDE[0], has_neighbours: false };
    // The ends lie where chords meet the border, and are not as near to the curve as the other vertices.
    let Some(inner) = polyline.get(1..polyline.len().saturating_sub(1)).filter(|inner| !inner.is_empty()) else {
        return Checked::Unknown;
    };
    let every = inner.len().div_ceil(SAMPLES);
    if inner.iter().step_by(every).all(|w| gradient_underflows(loss, *w)) {
        return Checked::Refuted;
    }
    let Some(sample) = look.vertices(polyline, every, cancel) else { return Checked::Unknown };
    if is_refuted(&sample) {
        return Checked::Refuted;
    }
    let Some(spread) = look.spread(polyline, every, cancel) else { return Checked::Unknown };
    if spread > 0.0 {
        look.has_neighbours = true;
        let Some(beside) = BESIDE.into_iter().find(|beside| BEYOND_SPREAD * spread <= *beside) else {
            return Checked::NotSeparated;
        };
        look.beside = beside;
    }
    let is_in_place = |(place, moved): &(usize, Option<Vector>)| {
        moved.is_some_and(|w| (w - polyline[*place]).component_div(&look.half).norm() <= IN_PLACE)
    };
    if !look.has_neighbours && sample.iter().all(is_in_place) {
        return Checked::OnCurve(polyline.to_vec());
    }
    let every = inner.len().div_ceil(MOST_VERTICES);
    let Some(all) = look.vertices(polyline, every, cancel) else { return Checked::Unknown };
    if is_refuted(&all) {
        return Checked::Refuted;
    }
    let ends = [polyline[0], polyline[polyline.len() - 1]];
    let inner: Vec<Vector> = all.into_iter().filter_map(|(_, moved)| moved).collect();
    let closes = ends[0] == ends[1];
    let mut line = Vec::with_capacity(inner.len() + 2);
    if !closes {
        line.push(ends[0]);
    }
    line.extend(inner);
    line.push(if closes { line[0] } else { ends[1] });
    Checked::OnCurve(line)
}

fn is_refuted(vertices: &[(usize, Option<Vector>)]) -> bool {
    let off = vertices.iter().filter(|(_, moved)| moved.is_none()).count();
    off > 1 + vertices.len() / FAILING || off == vertices.len()
}

struct Look<'a> {
    loss: &'a Loss,
    half: Vector,
    digits: Digits,
    /// How far to the left and to the right the steps begin.
    beside: f64,
    /// Whether another curve was met besides the one that is tested.
    has_neighbours: bool,
}

impl Look<'_> {
    /// Moves every `every`-th inner vertex onto the curve; `None` if L has no derivatives, or if the work was
    /// cancelled.
    fn vertices(
        &mut self,
        polyline: &[Vector],
        every: usize,
        cancel: &dyn Fn() -> bool,
    ) -> Option<Vec<(usize, Option<Vector>)>> {
        let mut found = Vec::new();
        for place in (1..polyline.len() - 1).step_by(every) {
            if cancel() {
                return None;
            }
            match self.moved(polyline[place], self.rightwards(polyline, place)) {
                Place::On(w) => found.push((place, Some(w))),
                Place::Off => found.push((place, None)),
                Place::Undefined => return None,
            }
        }
        Some(found)
    }

    /// The direction to the right of an inner vertex, of the length of half the view.
    fn rightwards(&self, polyline: &[Vector], place: usize) -> Vector {
        let along = (polyline[place + 1] - polyline[place - 1]).component_div(&self.half);
        Vector::new(along.y, -along.x).component_mul(&self.half) / along.norm()
    }

    /// How widely curves are spread beside every `every`-th inner vertex; 0 if at nine of ten of them there is one only. `None` if L
    /// has no derivatives, or if the work was cancelled.
    fn spread(&mut self, polyline: &[Vector], every: usize, cancel: &dyn Fn() -> bool) -> Option<f64> {
        let mut spreads = Vec::new();
        for place in (1..polyline.len() - 1).step_by(every) {
            if cancel() {
                return None;
            }
            let (w, across) = (polyline[place], self.rightwards(polyline, place));
            let mut range: Option<[f64; 2]> = None;
            for from in BESIDE.into_iter().flat_map(|beside| [-beside, beside]) {
                match self.walked(w, across, from)? {
                    Place::On(on) => {
                        let offset = (on - w).component_div(&self.half).dot(&across.component_div(&self.half));
                        let [low, high] = range.unwrap_or([offset; 2]);
                        range = Some([low.min(offset), high.max(offset)]);
                    }
                    Place::Off => {}
                    Place::Undefined => return None,
                }
            }
            let [low, high] = range.unwrap_or_default();
            spreads.push(if high - low > self.rounding(w) { high - low } else { 0.0 });
        }
        // At a few vertices another curve may pass by.
        spreads.sort_by(f64::total_cmp);
        let most = spreads.len() - 1 - spreads.len() / FAILING;
        Some(spreads[most])
    }

    /// Places that are nearer to each other, in half views, are the same.
    fn rounding(&self, w: Vector) -> f64 {
        SAME.max(4.0 * w.component_div(&self.half).amax() * f64::EPSILON)
    }

    /// Where walks from the left of a place end, and then from the left of where they have ended, and so on.
    fn leftmost(&mut self, w: Vector, across: Vector) -> Option<Place> {
        let mut last = w;
        for _ in 0..MOST_WALKS {
            let Place::On(next) = self.walked(last, across, -self.beside)? else { return Some(Place::Off) };
            if (next - last).component_div(&self.half).norm() <= self.rounding(w) {
                return Some(Place::On(next));
            }
            last = next;
        }
        Some(Place::Off)
    }

    /// The vertex moved along a direction to the right onto the leftmost curve near it.
    fn moved(&mut self, w: Vector, across: Vector) -> Place {
        let found = |place: Option<Place>| place.unwrap_or(Place::Undefined);
        if self.has_neighbours {
            return match found(self.leftmost(w, across)) {
                Place::Off => found(self.walked(w, across, 0.0)),
                place => place,
            };
        }
        let left = found(self.walked(w, across, -self.beside));
        let right = found(self.walked(w, across, self.beside));
        match (left, right) {
            (Place::Undefined, _) | (_, Place::Undefined) => Place::Undefined,
            (Place::On(left), Place::On(right)) => {
                let apart = (left - right).component_div(&self.half).norm();
                self.has_neighbours |= apart > self.rounding(w);
                Place::On(left)
            }
            (Place::On(w), Place::Off) | (Place::Off, Place::On(w)) => Place::On(w),
            (Place::Off, Place::Off) => found(self.walked(w, across, 0.0)),
        }
    }

    fn walked(&mut self, w: Vector, across: Vector, from: f64) -> Option<Place> {
        let direction = [self.digits.number(across.x)?, self.digits.number(across.y)?];
        let start = [self.digits.number(w.x)?, self.digits.number(w.y)?];
        let zero = self.digits.number(0.0)?;
        let (mut t, mut last, mut steady) = (self.digits.number(from)?, f64::NAN, 0);
        for _ in 0..MOST_STEPS {
            let at = [0, 1].map(|i| self.digits.add(&start[i], &self.digits.mul(&t, &direction[i])));
            let at = at.map(|x| self.digits.centre(&x));
            let here = self.loss.taylor(&mut self.digits, 2, &at)?;
            let (slope, bend) = self.across(&here, &direction, &zero);
            let is_still = slope.sign().is_none_or(|sign| sign == 0);
            let step = if is_still { None } else { self.digits.div(&slope, &bend) };
            let Some(step) = step else {
                let gradient = here.gradient(&zero);
                let is_critical = gradient.iter().all(|part| part.sign().is_none_or(|sign| sign == 0));
                return Some(if is_still && is_critical { Place::On(self.place(w, &t, across)) } else { Place::Off });
            };
            let length = step.middle().abs();
            let ratio = length / last;
            let is_shrinking = length < MULTIPLE && (0.3..0.98).contains(&ratio);
            steady = if is_shrinking { steady + 1 } else { 0 };
            let fold = if steady >= 2 { (1.0 / (1.0 - ratio)).round() } else { 1.0 };
            (last, steady) = if fold > 1.0 { (f64::NAN, 0) } else { (length, steady) };
            let step = self.digits.mul(&self.digits.number(fold)?, &step);
            t = self.digits.centre(&self.digits.sub(&t, &step));
            if t.middle().abs() > FARTHEST {
                return Some(Place::Off);
            }
            // Below this size the digits of the place itself end.
            if step.middle().abs() < 1e-50 {
                return Some(self.judged(w, across, &t, &step, &zero).unwrap_or(Place::Undefined));
            }
        }
        Some(Place::Off)
    }

    /// Whether both components of ∇L may be 0 within about the length of the last step. Towards an m-fold zero, m − 1
    /// such steps are left.
    fn judged(&mut self, w: Vector, across: Vector, t: &Precise, step: &Precise, zero: &Precise) -> Option<Place> {
        let reach = self.digits.scaled(&self.digits.abs(step), 6);
        let around = self.digits.inflated(t, &reach);
        let at = [0, 1].map(|i| Some(self.digits.mul(&around, &self.digits.number(across[i])?)));
        let [Some(x), Some(y)] = at else { return None };
        let at = [self.digits.add(&self.digits.number(w.x)?, &x), self.digits.add(&self.digits.number(w.y)?, &y)];
        let here = self.loss.taylor(&mut self.digits, 1, &at)?;
        let is_critical = here.gradient(zero).iter().all(|part| part.sign().is_none_or(|sign| sign == 0));
        Some(if is_critical { Place::On(self.place(w, t, across)) } else { Place::Off })
    }

    /// The derivatives of L along a direction, of first and second order.
    fn across(&self, here: &Taylor<Precise>, d: &[Precise; 2], zero: &Precise) -> (Precise, Precise) {
        let digits = &self.digits;
        let ([p, q], [a, b, c]) = (here.gradient(zero), here.hessian(zero));
        let dot = |x: &Precise, y: &Precise| digits.add(&digits.mul(x, &d[0]), &digits.mul(y, &d[1]));
        let slope = dot(&p, &q);
        let bend = dot(&dot(&a, &b), &dot(&b, &c));
        (slope, bend)
    }

    fn place(&self, w: Vector, t: &Precise, across: Vector) -> Vector {
        w + t.middle() * across
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use std::collections::BTreeMap;

    const VIEW: View = View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] };

    /// The result for the parabola w2 = w1² + `off`.
    fn of_parabola(formula: &str, off: f64) -> Checked {
        let line: Vec<Vector> =
            (0..=180).map(|k| f64::from(k) / 100.0 - 0.9).map(|x| Vector::new(x, x * x + off)).collect();
        checked(&Loss::new(formula, &BTreeMap::new()).unwrap(), &VIEW, &line, &|| false)
    }

    #[test]
    fn vertices_move_onto_the_curve() {
        for (formula, off, levels) in [
            ("(w2-w1^2)^2*exp(w1)", 1e-6, vec![0.0]),
            // H vanishes along the curve.
            ("(w2-w1^2)^4", 1e-5, vec![0.0]),
            ("sin(w2-w1^2)^7", 1e-6, vec![0.0]),
            // Three curves, u = 0, u = 5e-8 and u = 1e-7, which are one in 64-bit numbers unless the terms are written
            // so.
            ("((w2-w1^2)*(w2-w1^2-1e-7))^2", 2e-8, vec![0.0, 5e-8, 1e-7]),
            ("w1*0+(w2-w1^2)^2*(w2-w1^2-1e-9)", 4e-10, vec![0.0, 2e-9 / 3.0]),
        ] {
            let Checked::OnCurve(line) = of_parabola(formula, off) else { panic!("{formula}") };
            assert!(line.len() > 150, "{formula}");
            // All vertices lie on one of the curves, not some on each.
            let level = |w: &Vector| w.y - w.x * w.x;
            let is_on = |known: &f64| line[1..line.len() - 1].iter().all(|w| (level(w) - known).abs() < 1e-15);
            assert!(levels.iter().any(is_on), "{formula}: {:e}", level(&line[3]));
        }
    }

    /// A line that the search has drawn partly along one curve and partly along its neighbour is moved onto one of them, or is no
    /// drawing: L is critical on w2 = w1², on w2 = w1² + gap and in between.
    #[test]
    fn no_line_lies_on_two_curves() {
        for gap in [1e-7, 1.2e-5, 2e-4, 7e-4] {
            let formula = format!("(w2-w1^2)^2*(w2-w1^2-{gap})^2");
            for [most, few] in [[0.0, 0.5], [0.5, 1.0], [1.0, 0.0]] {
                for turned in [false, true] {
                    let level = |k: usize| if k % 17 == 5 { few } else { most } * gap;
                    let at = |k: usize| (k as f64 / 40.0 - 0.9, level(k));
                    let mut line: Vec<Vector> =
                        (0..=72).map(at).map(|(x, level)| Vector::new(x, x * x + level)).collect();
                    if turned {
                        line.reverse();
                    }
                    let loss = Loss::new(&formula, &BTreeMap::new()).unwrap();
                    let line = match checked(&loss, &VIEW, &line, &|| false) {
                        Checked::OnCurve(line) => line,
                        Checked::NotSeparated if gap > 3e-4 => continue,
                        _ => panic!("{formula} from {most} and {few} is no curve"),
                    };
                    let levels: Vec<f64> = line[1..line.len() - 1].iter().map(|w| w.y - w.x * w.x).collect();
                    let is_on = |known: f64| levels.iter().all(|level| (level - known).abs() < 1e-3 * gap + 1e-15);
                    assert!(levels.len() > 60 && [0.0, gap / 2.0, gap].into_iter().any(is_on), "{formula}: {levels:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_curve_is_refuted() {
        // The floor of a valley that falls by 1e-20 of its walls.
        assert!(matches!(of_parabola("(w2-w1^2)^2+1e-20*w1", 0.0), Checked::Refuted));
        assert!(matches!(of_parabola("(w2-w1^2)^2+1e-12*w1", 1e-7), Checked::Refuted));
        assert!(matches!(of_parabola("(w2-w1^2)^2+1e-12*w1*w2", 0.0), Checked::Refuted));
        assert!(matches!(of_parabola("w1+w2", 0.0), Checked::Refuted));
        // In the tail of an exponential ∂₁L is too small for 64-bit numbers.
        let loss = Loss::new("exp(w1)+w2^2", &BTreeMap::new()).unwrap();
        let view = View { w1: [-1e300, 1.0], w2: [-1.0, 1.0] };
        let line: Vec<Vector> = (1..100).map(|k| Vector::new(-1e298 * f64::from(k), 0.0)).collect();
        assert!(matches!(checked(&loss, &view, &line, &|| false), Checked::Refuted));
        // Without derivatives there is no result.
        assert!(matches!(of_parabola("abs(w2-w1^2)", 0.0), Checked::Unknown));
    }
}
