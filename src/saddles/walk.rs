//! One curve, from its first point beside a saddle to its end.
//!
//! The curve is integrated by arc length with an error of [`TOLERANCE`] for each step, relative to the view's larger
//! side or, far away, to the distance. An estimate e of the distance from the exact curve is integrated, too: each step
//! adds its error, and between steps e grows by exp ∫ ±nᵀHn/‖∇L‖ ds, the rate at which neighbouring curves separate (n
//! is the normal).
//!
//! A curve ends
//! - at an extremum, when it has come into a rectangle that provably leads there (`targets.rs`);
//! - at another saddle or a degenerate point, when e is more than a tenth of the distance to it, so that the curve
//!   cannot be distinguished from one that runs into the point;
//! - at infinity, when it is farther than [`FAR`] sides of the view from its middle, and has moved away from it since a
//!   tenth of that distance; or when L overflows or ∇L underflows outside the view, at more than [`BEYOND`] times the
//!   distance of every known critical point, and the curve has moved away since half of that distance;
//! - without a certain end in all other cases.

use super::start::Start;
use super::targets::{Target, Targets, remaining_length};
use super::{Curve, End, Sense, dop853};
use crate::curvature::{Kind, solve};
use crate::formula::Jet;
use crate::landscape::{Evaluator, Loss, View};
use crate::number::Vector;
use crate::number::display::point as place;
use crate::optimizer::Certificate;
use crate::pause::pause;

/// The error of a step, relative to the larger side of the view.
pub const TOLERANCE: f64 = 1e-12;
/// Sides of the view beyond which a curve counts as going to infinity.
const FAR: f64 = 1e4;
/// How many times farther than every critical point L must overflow, or ∇L underflow, for the curve to count as going
/// to infinity.
const BEYOND: f64 = 3.0;
/// The most steps of a curve.
const MOST_STEPS: usize = 20_000;
/// A curve that has used up its steps goes to infinity if it goes outwards so many times the larger side from the view.
const FAR_ENOUGH: f64 = 1e3;
/// The shortest step, relative to the larger side of the view.
const SHORTEST: f64 = 1e-14;
/// Within this share of the smaller side from an extremum, the rest of the length is that of the quadratic model.
const CLOSE: f64 = 3e-5;
/// A critical point is looked for within this share of the larger side.
const NEAR: f64 = 0.05;
/// If the error estimate exceeds this share of the larger side, no end is certain.
const PARTED: f64 = 1e-3;

/// The curve from a first point.
pub(super) fn follow(loss: &Loss, view: &View, targets: &Targets, start: &Start, sense: Sense) -> Curve {
    let mut walk = Walk::new(loss, view, targets, start, sense);
    let end = loop {
        pause();
        if let Some(end) = walk.advance() {
            break end;
        }
    };
    walk.finish(end)
}

struct Walk<'a> {
    loss: &'a Loss,
    view: &'a View,
    targets: &'a Targets,
    sense: Sense,
    evaluator: Evaluator,
    saddle: Vector,
    /// The smaller and the larger side of the view.
    sides: [f64; 2],
    w: Vector,
    jet: Jet,
    /// dw/ds.
    direction: Vector,
    polyline: Vec<Vector>,
    length: f64,
    /// The next step's length.
    size: f64,
    steps: usize,
    /// An estimate of the distance of the curve from w.
    error: f64,
    /// The rate at which neighbouring curves part.
    parting: f64,
    /// The length of Newton's step: about the distance to a critical point.
    newton: f64,
    leaves_view_at: Option<Vector>,
    /// The largest distance from the middle of the view at which the curve moved towards it.
    turned_at: f64,
    /// The extremum that provably attracts the curve.
    captured: Option<Target>,
    /// The length of Newton's step when a critical point outside the region was last looked for.
    last_look: f64,
}

impl<'a> Walk<'a> {
    fn new(loss: &'a Loss, view: &'a View, targets: &'a Targets, start: &Start, sense: Sense) -> Walk<'a> {
        let sides = [view.width().min(view.height()), view.width().max(view.height())];
        let mut evaluator = loss.evaluator();
        let jet = evaluator.jet(start.w);
        let mut walk = Walk {
            loss,
            view,
            targets,
            sense,
            evaluator,
            saddle: start.saddle,
            sides,
            w: start.w,
            jet,
            direction: direction(jet.gradient, sense),
            polyline: vec![start.saddle, start.w],
            length: start.length,
            size: start.length,
            steps: 0,
            error: start.error,
            parting: 0.0,
            newton: f64::INFINITY,
            leaves_view_at: None,
            turned_at: 0.0,
            captured: None,
            last_look: f64::INFINITY,
        };
        walk.measure();
        walk
    }

    /// Updates the values that depend on the jet.
    fn measure(&mut self) {
        let normal = Vector::new(-self.direction.y, self.direction.x);
        let along = self.jet.hessian * normal;
        self.parting = self.sense.sign() * normal.dot(&along) / self.jet.gradient.norm();
        self.newton = solve(&self.jet.hessian, self.jet.gradient).map_or(f64::INFINITY, |step| step.norm());
    }

    fn distance(&self, w: Vector) -> f64 {
        (w - self.view.centre()).norm()
    }

    /// The scale of errors: the larger side of the view, or farther away the distance.
    fn scale(&self) -> f64 {
        self.sides[1].max(self.distance(self.w)).max(0.2 * self.w.amax())
    }

    /// The longest step: within the view short enough for a drawing, and near a critical point at most the distance to
    /// it.
    fn longest(&self) -> f64 {
        let within = self.sides[0] / 64.0;
        let away = (self.distance(self.w) - self.sides[1]).max(0.0);
        (within + 0.1 * away).min(0.5 * self.newton)
    }

    /// Makes one step; returns the end, if the curve has one here.
    fn advance(&mut self) -> Option<End> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            let is_far = self.goes_outwards() && self.distance(self.w) >= FAR_ENOUGH * self.sides[1];
            return Some(if is_far { End::Infinity } else { self.given_up() });
        }
        let (h, sense) = (self.size.min(self.longest()), self.sense);
        let scale = self.scale();
        let step =
            dop853::step(self.w, self.direction, h, &mut |w| direction(self.evaluator.value_and_gradient(w).1, sense));
        let ratio = step.error / (TOLERANCE * scale);
        let is_small = ratio <= 1.0 && step.w.iter().all(|x| x.is_finite());
        let factor = if ratio.is_finite() { 0.9 * libm::pow(ratio.max(1e-30), -0.125) } else { 0.1 };
        self.size = h * factor.clamp(0.1, if is_small { 6.0 } else { 0.9 });
        if !is_small {
            return (self.size < SHORTEST * scale).then(|| self.given_up());
        }
        self.cross_border(h, step.w);
        self.move_to(step.w, h, step.error);
        self.end()
    }

    fn move_to(&mut self, w: Vector, h: f64, error: f64) {
        let (before, parting) = (self.distance(self.w), self.parting);
        self.jet = self.evaluator.jet(w);
        self.w = w;
        self.direction = direction(self.jet.gradient, self.sense);
        self.measure();
        let rate = 0.5 * (parting + self.parting);
        // If the rate is undefined (NaN), the error counts as infinite.
        let grown = if rate.is_nan() { f64::NAN } else { libm::exp((h * rate).min(100.0)) };
        let rounding = 1e-16 * self.scale();
        self.error = if grown.is_nan() { f64::INFINITY } else { self.error * grown + error + rounding };
        self.length += h;
        self.polyline.push(w);
        if self.distance(w) <= before {
            self.turned_at = self.turned_at.max(before);
        }
    }

    /// The first crossing of the view's border, by the secant method on the length of the step.
    fn cross_border(&mut self, h: f64, next: Vector) {
        let (was_inside, is_inside) = (self.view.contains(self.w), self.view.contains(next));
        if self.leaves_view_at.is_some() || was_inside == is_inside {
            return;
        }
        let sides = [self.view.w1, self.view.w2];
        let outside = if was_inside { next } else { self.w };
        let mut crossings: Vec<(f64, Vector)> = Vec::new();
        for (axis, bounds) in sides.into_iter().enumerate() {
            for (bound, is_beyond) in [(bounds[0], outside[axis] < bounds[0]), (bounds[1], outside[axis] > bounds[1])] {
                if is_beyond {
                    crossings.push(self.crossing(h, next, axis, bound));
                }
            }
        }
        // The curve leaves the view at the first side that it crosses, and enters it at the last one.
        crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
        let found = if was_inside { crossings.first() } else { crossings.last() };
        self.leaves_view_at = found.map(|(_, w)| *w);
    }

    /// The step length at which a coordinate takes a value, and the point.
    fn crossing(&mut self, h: f64, next: Vector, axis: usize, bound: f64) -> (f64, Vector) {
        let sense = self.sense;
        let (mut low, mut high) = ((0.0, self.w[axis] - bound), (h, next[axis] - bound));
        let mut best = if low.1.abs() < high.1.abs() { (0.0, self.w) } else { (h, next) };
        for _ in 0..40 {
            let secant = high.0 - high.1 * (high.0 - low.0) / (high.1 - low.1);
            let length = if secant.is_finite() { secant.clamp(0.0, h) } else { 0.5 * (low.0 + high.0) };
            let step = dop853::step(self.w, self.direction, length, &mut |w| {
                direction(self.evaluator.value_and_gradient(w).1, sense)
            });
            let value = step.w[axis] - bound;
            best = (length, step.w);
            if value.abs() <= 1e-14 * self.sides[1].max(bound.abs()) {
                break;
            }
            // The Illinois variant of false position: the value at the retained end is halved.
            if (value > 0.0) == (high.1 > 0.0) {
                (high, low) = ((length, value), (low.0, 0.5 * low.1));
            } else {
                (low, high) = ((length, value), (high.0, 0.5 * high.1));
            }
        }
        best.1[axis] = bound;
        best
    }

    /// The end, if the curve has one at the current point.
    fn end(&mut self) -> Option<End> {
        let w = self.w;
        if !self.jet.value.is_finite() || !self.direction.x.is_finite() {
            return Some(self.given_up());
        }
        let distance = self.distance(w);
        if distance >= FAR * self.sides[1] && distance >= 10.0 * self.turned_at {
            return Some(End::Infinity);
        }
        if let Some(target) = &self.captured {
            let reach = (w - target.w).norm();
            let close = if target.kind == Kind::Degenerate { 1e-2 * CLOSE } else { CLOSE };
            return (reach <= close * self.sides[0]).then_some(End::Point(target.w));
        }
        if self.newton <= NEAR * self.sides[1] {
            let found = self.look_around();
            if found.is_some() {
                return found;
            }
        }
        (self.error > PARTED * self.scale()).then(|| {
            // Far outside, neighbouring curves that go outwards all continue outwards.
            if self.goes_outwards() {
                return End::Infinity;
            }
            End::Unknown(format!(
                "neighbouring curves separate so fast that its place is uncertain from {} on",
                place(w)
            ))
        })
    }

    /// Looks for a critical point nearby: captured by an extremum, or running into a saddle.
    fn look_around(&mut self) -> Option<End> {
        let w = self.w;
        let known = self.targets.nearest(w).filter(|(_, distance)| *distance <= NEAR * self.sides[1]);
        let mut candidates: Vec<Target> =
            known.map(|(index, _)| self.targets.points[index].clone()).into_iter().collect();
        let is_searched = self.targets.complete && self.targets.region.contains(w);
        if !is_searched && self.newton < 0.5 * self.last_look {
            self.last_look = self.newton;
            candidates.extend(self.discovered());
        }
        for target in candidates {
            let distance = (target.w - w).norm();
            if target.w == self.saddle || !target.certified {
                continue;
            }
            if target.extremum.is_none() && distance <= NEAR * self.sides[1] && 10.0 * self.error >= distance {
                return Some(End::Saddle(target.w));
            }
            if self.targets.captures(self.loss, &target, w, self.sense) {
                self.captured = Some(target);
                return None;
            }
        }
        None
    }

    /// A critical point outside the region of the search, proved to be there.
    fn discovered(&self) -> Option<Target> {
        let certificate = Certificate::near(self.loss, self.w - solve(&self.jet.hessian, self.jet.gradient)?)?;
        let is_near = (certificate.w - self.w).norm() <= 3.0 * self.newton;
        is_near.then(|| Target::discovered(self.loss, &certificate))
    }

    /// Whether the curve is far outside the view, several times farther than every known critical point, and has moved
    /// outwards since it was half as far.
    fn goes_outwards(&self) -> bool {
        let distance = self.distance(self.w);
        let outermost = self.targets.points.iter().map(|target| self.distance(target.w)).fold(0.0, f64::max);
        let is_outside = !self.view.contains(self.w) && distance >= BEYOND * outermost.max(0.25 * self.sides[1]);
        is_outside && distance >= 2.0 * self.turned_at
    }

    /// The end of a curve that cannot be followed further.
    fn given_up(&self) -> End {
        if let Some(target) = &self.captured {
            return End::Point(target.w);
        }
        let gradient = self.jet.gradient.norm();
        let overflows = !self.jet.value.is_finite() || !gradient.is_finite() || gradient > 1e150;
        let underflows = gradient < 1e-150;
        if (overflows || underflows) && self.goes_outwards() {
            return End::Infinity;
        }
        let at = place(self.w);
        End::Unknown(if self.targets.has_curve_near(self.w, 1e-2 * self.sides[1]) {
            format!("it comes to a curve of critical points near {at}")
        } else if self.steps > MOST_STEPS {
            format!("it has been followed for {MOST_STEPS} steps, to {at}")
        } else if overflows || underflows {
            format!("numbers overflow or underflow at {at}")
        } else {
            format!("it cannot be followed beyond {at}, where L or ∇L has no value or ∇L is lost in rounding")
        })
    }

    fn finish(mut self, end: End) -> Curve {
        let mut length = None;
        if let Some(w) = end.point() {
            let offset = self.w - w;
            let rest = match (&self.captured, &end) {
                (Some(target), End::Point(_)) if target.kind != Kind::Degenerate => {
                    remaining_length(&target.eigen, offset)
                }
                _ => offset.norm(),
            };
            length = Some(self.length + rest);
            self.polyline.push(w);
        }
        Curve { polyline: self.polyline, end, length, leaves_view_at: self.leaves_view_at }
    }
}

/// dw/ds; NaN where ∇L vanishes or is undefined.
#[inline]
fn direction(gradient: Vector, sense: Sense) -> Vector {
    // Scaled first, because squares of very large or very small gradients overflow or underflow.
    let scaled = gradient / gradient.amax();
    sense.sign() * scaled / scaled.norm()
}
