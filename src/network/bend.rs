//! A curve of low loss between two points of weight space (T. Garipov et al., Loss surfaces, mode connectivity, and fast
//! ensembling of DNNs, 2018).
//!
//! c(t) = (1−t)²·a + 2t(1−t)·θ + t²·b is the quadratic Bézier curve from a to b with the control point θ. It lies in the
//! plane through a, θ and b. Adam moves θ from the middle of a and b, so that the mean of L over 16 points of the curve
//! falls. This is a search: it shows that L need not rise as on the straight line, and no more. There may be lower
//! curves.

use super::trained::STOPPED;
use super::{Evaluation, Going, NetworkLoss, Plane};
use crate::optimizer::{Ledger, Oracle, Run, StepContext, StepStart, find};

/// Points at which L is averaged.
const POINTS: usize = 16;
/// Steps of Adam, and its learning rate.
const STEPS: usize = 3_000;
const RATE: f64 = 0.01;
/// The greatest product steps × points × weights × examples.
const MOST_WORK: f64 = 4e11;
/// Intervals of a curve at whose ends L is told.
const INTERVALS: usize = 64;

/// The factors of a, θ and b at a point of the curve.
fn factors(t: f64) -> [f64; 3] {
    [(1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t]
}

/// The mean of L over points of the curve, as a function of the control point.
struct MeanOnCurve<'a> {
    evaluation: Evaluation<'a>,
    ends: [&'a [f64]; 2],
}

impl MeanOnCurve<'_> {
    /// The points of the curve, with their factors of θ: the middles of equal parts, because the ends are fixed.
    fn points(&self, control: &[f64]) -> Vec<(Vec<f64>, f64)> {
        let point = |k: usize| {
            let [of_a, of_control, of_b] = factors((k as f64 + 0.5) / POINTS as f64);
            let ends = self.ends[0].iter().zip(self.ends[1]);
            let at = ends.zip(control).map(|((a, b), control)| of_a * a + of_control * control + of_b * b);
            (at.collect(), of_control)
        };
        (0..POINTS).map(point).collect()
    }
}

fn add(sum: &mut [f64], factor: f64, vector: &[f64]) {
    sum.iter_mut().zip(vector).for_each(|(sum, v)| *sum += factor / POINTS as f64 * v);
}

impl Oracle<Vec<f64>> for MeanOnCurve<'_> {
    fn value_at(&mut self, control: &Vec<f64>) -> f64 {
        self.points(control).iter().map(|(w, _)| self.evaluation.value(w)).sum::<f64>() / POINTS as f64
    }

    fn gradient_at(&mut self, control: &Vec<f64>) -> (f64, Vec<f64>) {
        let (mut value, mut sum, mut gradient) = (0.0, vec![0.0; control.len()], vec![0.0; control.len()]);
        for (w, factor) in self.points(control) {
            value += self.evaluation.gradient(&w, &mut gradient) / POINTS as f64;
            add(&mut sum, factor, &gradient);
        }
        (value, sum)
    }

    fn hessian_product(&mut self, control: &Vec<f64>, v: &Vec<f64>) -> Vec<f64> {
        let (mut sum, mut part) = (vec![0.0; control.len()], vec![0.0; control.len()]);
        for (w, factor) in self.points(control) {
            self.evaluation.gradient(&w, &mut part);
            self.evaluation.hessian_product(v, &mut part);
            add(&mut sum, factor * factor, &part);
        }
        sum
    }

    fn examples(&self) -> usize {
        0
    }

    fn minibatch_gradient(&mut self, control: &Vec<f64>, _: &[u32]) -> Vec<f64> {
        vec![f64::NAN; control.len()]
    }
}

/// The control point of a curve of low loss between two ends: of those that the search met, the one with the lowest mean
/// of L along the curve.
///
/// # Errors
/// Returns an error, as a sentence, if L is not finite along the way, or `going` stops the search.
pub fn bend(loss: &NetworkLoss, ends: [&[f64]; 2], going: Going<'_>) -> Result<Vec<f64>, String> {
    let of_step = (POINTS * loss.parameters() * loss.examples.count()).max(1) as f64;
    let steps = STEPS.min((MOST_WORK / of_step) as usize);
    let mut run = Run { steps, ..Run::new("adam") };
    run.settings.insert("learning_rate".to_owned(), RATE);
    let value_of = |key: &str| run.setting(key).unwrap_or(f64::NAN);
    let zero = vec![0.0; loss.parameters()];
    let mut rule =
        find("adam").and_then(|adam| adam.begin_any(&value_of, 0, 0, zero)).ok_or("Adam is not available")?;
    let mut curve = MeanOnCurve { evaluation: loss.evaluation(), ends };
    let mut ledger = Ledger::default();
    let mut control: Vec<f64> = ends[0].iter().zip(ends[1]).map(|(a, b)| 0.5 * (a + b)).collect();
    let mut best = (f64::INFINITY, control.clone());
    for step in 0..=steps {
        if !going(step as f64 / steps.max(1) as f64) {
            return Err(STOPPED.to_owned());
        }
        let (value, gradient) = curve.gradient_at(&control);
        if !value.is_finite() || !gradient.iter().all(|g| g.is_finite()) {
            return Err("L is not finite along the curve that is searched".to_owned());
        }
        if value < best.0 {
            best = (value, control.clone());
        }
        let start = StepStart { w: &control, value, gradient: &gradient, share: 1.0, step, limit: steps };
        let next = rule.step(&mut StepContext::new(start, &mut curve, &mut ledger));
        control = next.map_err(|_| "the search of a curve came to no further step".to_owned())?;
    }
    Ok(best.1)
}

/// A point of a curve on a plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// From 0 at the one end to 1 at the other.
    pub t: f64,
    /// The coordinates in the plane.
    pub at: [f64; 2],
    /// L there.
    pub loss: f64,
}

/// L along a curve on a plane from (0, 0) to (1, 0), and along the straight line.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// The coordinates of the control point.
    pub control: [f64; 2],
    /// The curve.
    pub curve: Vec<CurvePoint>,
    /// The straight line.
    pub straight: Vec<CurvePoint>,
}

impl Connection {
    /// L along the quadratic Bézier curve with a control point of the plane.
    pub fn new(plane: &Plane, evaluation: &mut Evaluation<'_>, control: [f64; 2]) -> Connection {
        let mut told = |place: &dyn Fn(f64) -> [f64; 2]| -> Vec<CurvePoint> {
            let mut point = |k: usize| {
                let t = k as f64 / INTERVALS as f64;
                CurvePoint { t, at: place(t), loss: plane.value(evaluation, place(t)) }
            };
            (0..=INTERVALS).map(&mut point).collect()
        };
        let curve = told(&|t| {
            let [_, of_control, of_end] = factors(t);
            [of_control * control[0] + of_end, of_control * control[1]]
        });
        Connection { control, curve, straight: told(&|t| [t, 0.0]) }
    }

    /// L at the two ends.
    pub fn ends(&self) -> [f64; 2] {
        let end = |point: Option<&CurvePoint>| point.map_or(f64::NAN, |point| point.loss);
        [end(self.curve.first()), end(self.curve.last())]
    }

    /// The point with the greatest L on the curve.
    pub fn highest(&self) -> Option<&CurvePoint> {
        greatest(&self.curve)
    }

    /// The point with the greatest L on the straight line.
    pub fn highest_straight(&self) -> Option<&CurvePoint> {
        greatest(&self.straight)
    }
}

fn greatest(points: &[CurvePoint]) -> Option<&CurvePoint> {
    points.iter().max_by(|a, b| a.loss.total_cmp(&b.loss))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::dataset;
    use crate::network::{Activation, Initial, OutputLoss, initial_weights, network_over};

    fn small() -> (NetworkLoss, [Vec<f64>; 3]) {
        let data = &dataset::find("two-moons").unwrap().dataset;
        let loss = network_over(data, &[4], Activation::Tanh, OutputLoss::Squared).unwrap();
        let points = [1, 2, 3].map(|seed| initial_weights(&loss.architecture, Initial::FanIn, seed));
        (loss, points)
    }

    /// The gradient and the product are those of the mean of L along the curve.
    #[test]
    fn derivatives_by_the_control_point_are_differences() {
        let (loss, [a, control, b]) = small();
        let mut curve = MeanOnCurve { evaluation: loss.evaluation(), ends: [&a, &b] };
        let (value, gradient) = curve.gradient_at(&control);
        assert_eq!(value, curve.value_at(&control));
        for index in 0..control.len() {
            let mut unit = vec![0.0; control.len()];
            unit[index] = 1.0;
            let product = curve.hessian_product(&control, &unit);
            let h = 1e-5;
            let [(after, up), (before, down)] = [h, -h].map(|h| {
                let mut moved = control.clone();
                moved[index] += h;
                curve.gradient_at(&moved)
            });
            assert!(((after - before) / (2.0 * h) - gradient[index]).abs() < 1e-8);
            for ((up, down), product) in up.iter().zip(&down).zip(&product) {
                assert!(((up - down) / (2.0 * h) - product).abs() < 1e-8);
            }
        }
    }

    /// A curve through the ends with all its points in the plane of its three points, and L of the plane along it.
    #[test]
    fn the_curve_is_a_bezier_curve_of_the_plane() {
        let (loss, [a, control, b]) = small();
        let axes = [&b, &control].map(|end| end.iter().zip(&a).map(|(w, a)| w - a).collect());
        let plane = Plane { centre: a.clone(), axes };
        let mut evaluation = loss.evaluation();
        let connection = Connection::new(&plane, &mut evaluation, [0.0, 1.0]);
        for point in &connection.curve {
            let t = point.t;
            let bezier: Vec<f64> = (0..a.len())
                .map(|i| (1.0 - t) * (1.0 - t) * a[i] + 2.0 * t * (1.0 - t) * control[i] + t * t * b[i])
                .collect();
            assert!(plane.at(point.at).iter().zip(&bezier).all(|(x, y)| (x - y).abs() < 1e-14));
            assert!((point.loss - evaluation.value(&bezier)).abs() < 1e-13);
        }
        let [first, last] = [&a, &b].map(|end| evaluation.value(end));
        let ends = connection.ends();
        assert!((ends[0] - first).abs() < 1e-14 && (ends[1] - last).abs() < 1e-13);
        let highest = connection.highest().unwrap();
        assert!(connection.curve.iter().all(|point| point.loss <= highest.loss));
        assert_eq!(connection.straight[32].at, [0.5, 0.0]);
    }

    #[test]
    fn a_search_that_is_stopped_says_so() {
        let (loss, [a, _, b]) = small();
        assert_eq!(bend(&loss, [&a, &b], &mut |share| share < 0.01), Err(STOPPED.to_owned()));
    }
}
