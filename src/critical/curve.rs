//! Curves of critical points: followed step by step from a point on them.
//!
//! The critical set of an analytic function has no loose ends: a curve of it closes, leaves the view, or comes to a
//! point where H vanishes altogether, a crossing or a cusp. A curve that ends elsewhere is a very flat isolated point
//! and is rejected, unless the gradient is exactly zero all along it, as on the flat side of a rectifier.

use super::plane::FLAT;
use super::plane::Plane;
use crate::curvature::Kind;
use crate::number::Vector;

/// A curve in the coordinates of the square.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    pub(super) points: Vec<Vector>,
    /// The kind of its points across it.
    pub(super) kind: Kind,
}

/// The distance between neighbouring points: half a hundredth of the view, five pixels of a large picture.
pub(super) const STEP: f64 = 0.01;
/// The most points in each direction. A longer curve is given up.
const LONGEST: usize = 6000;
/// A curve with a loose end is at least this long.
const LEAST_LOOSE: f64 = 0.1;

/// Follows the curve of critical points through z to both sides; `None` if there is no curve.
pub(super) fn follow(plane: &Plane, z: Vector) -> Option<Curve> {
    let here = plane.at(z)?;
    let [(strength, _), (_, tangent)] = here.strong_and_weak();
    if strength == 0.0 {
        return None;
    }
    let mut walker = Walker { plane, start: z, strength: strength.abs(), signs: [0; 2], largest_slope: 0.0 };
    let (forward, end) = walker.walk(tangent);
    let mut loose = end == End::Loose;
    let points = if end == End::Closed {
        forward
    } else {
        let (mut backward, end) = walker.walk(-tangent);
        loose |= end == End::Loose;
        backward.reverse();
        backward.pop();
        backward.extend(forward);
        backward
    };
    let length: f64 = points.windows(2).map(|pair| (pair[1] - pair[0]).norm()).sum();
    if loose && (walker.largest_slope > FLAT || length < LEAST_LOOSE) {
        return None;
    }
    let kind = match walker.signs {
        [0, 0] => Kind::Degenerate,
        [_, 0] => Kind::Minimum,
        [0, _] => Kind::Maximum,
        _ => Kind::Degenerate,
    };
    (points.len() > 2).then_some(Curve { points, kind })
}

/// How a walk along a curve ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// Back at the start.
    Closed,
    /// At the border of the view, or where H vanishes.
    Proper,
    /// Nowhere.
    Loose,
}

struct Walker<'a> {
    plane: &'a Plane,
    start: Vector,
    /// |λ| across the curve at the start.
    strength: f64,
    /// At how many points L curves up and down across the curve.
    signs: [usize; 2],
    /// The largest |∇L| along the curve that was met.
    largest_slope: f64,
}

impl Walker<'_> {
    /// Walks from the start along the tangent; returns the points, and how the walk ended.
    fn walk(&mut self, tangent: Vector) -> (Vec<Vector>, End) {
        let mut points = vec![self.start];
        let (mut z, mut tangent) = (self.start, tangent);
        let mut travelled = 0.0;
        let mut weakest = self.strength;
        for _ in 0..LONGEST {
            let step = (0..6).find_map(|halvings| self.advance(z, tangent, STEP / f64::from(1 << halvings)));
            let Some((next, next_tangent, strong)) = step else {
                return (points, if weakest < 1e-3 * self.strength { End::Proper } else { End::Loose });
            };
            weakest = strong.abs();
            if next.amax() > 1.0 {
                points.push(z + leaving(z, next) * (next - z));
                return (points, End::Proper);
            }
            if strong > 1e-6 * self.strength {
                self.signs[0] += 1;
            } else if strong < -1e-6 * self.strength {
                self.signs[1] += 1;
            }
            let length = (next - z).norm();
            travelled += length;
            if travelled > 3.0 * length && near_segment(self.start, z, next) < 0.2 * length {
                points.push(self.start);
                return (points, End::Closed);
            }
            points.push(next);
            (z, tangent) = (next, next_tangent);
        }
        (points, End::Loose)
    }

    /// One step along the tangent and back onto the curve: the point, the tangent and λ across there.
    fn advance(&mut self, z: Vector, tangent: Vector, step: f64) -> Option<(Vector, Vector, f64)> {
        let predicted = z + step * tangent;
        let mut here = self.plane.at(predicted)?;
        for _ in 0..8 {
            let [(strong, across), _] = here.strong_and_weak();
            // At a crossing H vanishes, so no correction is possible or necessary.
            if strong.abs() <= 1e-9 * self.strength {
                break;
            }
            let correction = -across * (across.dot(&here.gradient) / strong);
            here = self.plane.at(here.z + correction)?;
            if (here.z - predicted).norm() > 0.5 * step {
                return None;
            }
            if correction.norm() <= 4.0 * self.plane.resolution {
                break;
            }
        }
        if here.gradient.norm() > 1e-12 * self.strength {
            return None;
        }
        let [(strong, _), (weak, along)] = here.strong_and_weak();
        if weak.abs() > 1e-7 * self.strength {
            return None;
        }
        let turned = if along.dot(&tangent) < 0.0 { -along } else { along };
        // Near a crossing the null direction is undetermined, so the walk continues straight.
        let new_tangent = if turned.dot(&tangent) > 0.7 { turned } else { tangent };
        self.largest_slope = self.largest_slope.max(new_tangent.dot(&here.gradient).abs());
        Some((here.z, new_tangent, strong))
    }
}

/// The fraction of the segment from inside to outside at which it crosses the border of the square.
fn leaving(inside: Vector, outside: Vector) -> f64 {
    let crossing = |from: f64, to: f64| if to.abs() > 1.0 { (to.signum() - from) / (to - from) } else { 1.0 };
    crossing(inside.x, outside.x).min(crossing(inside.y, outside.y)).clamp(0.0, 1.0)
}

/// The distance of a point from a segment.
pub(super) fn near_segment(point: Vector, from: Vector, to: Vector) -> f64 {
    let along = to - from;
    let squared = along.norm_squared();
    let share = if squared > 0.0 { ((point - from).dot(&along) / squared).clamp(0.0, 1.0) } else { 0.0 };
    (point - from - share * along).norm()
}

/// The distance of a point from a curve.
pub(super) fn distance(curve: &Curve, point: Vector) -> f64 {
    curve.points.windows(2).map(|pair| near_segment(point, pair[0], pair[1])).fold(f64::INFINITY, f64::min)
}
