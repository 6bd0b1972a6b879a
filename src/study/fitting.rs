//! A view around the minimum of a loss over data, and a start point in it.
//!
//! If the loss is written as a polynomial of degree at most two (linear regression), the minimum solves the normal
//! equations H·w = −∇L(0). For other losses a bounded number of evaluations searches a ladder of squares |w1|, |w2| ≤
//! 10ᵏ, k = 0 … 6, and damped Newton steps start from the best places. Nothing here is a proof; a search for critical
//! points in the view provides that.

use crate::critical::minimum_of_quadratic;
use crate::landscape::{Loss, View};
use crate::number::display::point;
use crate::number::{Matrix, Vector, eigenpairs};

/// A view with a start point in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitting {
    /// The view.
    pub view: View,
    /// The start of runs.
    pub start: [f64; 2],
    /// The minimum to which the view was fitted.
    pub minimum: Vector,
    /// Whether it solves the normal equations; otherwise it was found by search.
    pub is_solved: bool,
}

/// Steps of the ladder of squares: 1, 10, …, 1e6.
const LADDER: i32 = 7;
/// The most evaluations of single examples in a search: about a second.
const MOST_EXAMPLES: usize = 40_000_000;
/// Views whose sides differ by at most this factor become squares.
const SQUARE_UP_TO: f64 = 6.0;

/// The view around the minimum of a loss; `None` if no minimum was found.
pub fn fitting(loss: &Loss) -> Option<Fitting> {
    let is_quadratic = loss.is_quadratic();
    let minimum = if is_quadratic { minimum_of_quadratic(loss).or_else(|| solved(loss)) } else { searched(loss) }?;
    let half = half_sides(loss, minimum);
    let centre = [0, 1].map(|axis| rounded(minimum[axis], half[axis]));
    let ends = |axis: usize| [centre[axis] - half[axis], centre[axis] + half[axis]].map(|end| rounded(end, half[axis]));
    let [w1, w2] = [0, 1].map(ends);
    let view = View::new(w1[0], w1[1], w2[0], w2[1]).ok()?;
    let corners = [[0.6, 0.6], [-0.6, 0.6], [-0.6, -0.6], [0.6, -0.6]];
    let places = corners.map(|[x, y]| [centre[0] + x * half[0], centre[1] + y * half[1]]);
    let start = places.into_iter().find(|w| loss.value(Vector::from(*w)).is_finite()).unwrap_or(centre);
    view.contains(minimum).then_some(Fitting { view, start, minimum, is_solved: is_quadratic })
}

impl Fitting {
    /// Whether the minimum is well within this view, and no smaller or larger view would show it much better.
    pub fn is_well_in(&self, view: &View) -> bool {
        let centre = view.centre();
        let sides = [view.width(), view.height()];
        let own = [self.view.width(), self.view.height()];
        (0..2).all(|axis| {
            let is_inside = (self.minimum[axis] - centre[axis]).abs() <= 0.4 * sides[axis];
            is_inside && (0.02..=50.0).contains(&(own[axis] / sides[axis]))
        })
    }

    /// A sentence.
    pub fn note(&self) -> String {
        let View { w1, w2 } = self.view;
        let found = if self.is_solved { "the minimum" } else { "a minimum that a search found" };
        format!(
            "the view [{}, {}] × [{}, {}] was fitted to {found} near {}",
            w1[0],
            w1[1],
            w2[0],
            w2[1],
            point(self.minimum)
        )
    }
}

/// The minimum of a loss of degree two: the shortest w if there is a line of minima; `None` if there is none.
fn solved(loss: &Loss) -> Option<Vector> {
    let mut w = Vector::zeros();
    // The second step corrects the rounding errors of the first one.
    for _ in 0..2 {
        let jet = loss.jet(w);
        w -= least_solution(&jet.hessian, jet.gradient)?;
    }
    w.iter().all(|x| x.is_finite()).then_some(w)
}

/// The shortest d with H·d = g for a positive semidefinite H; `None` if H is not positive semidefinite, or if there is
/// no such d.
fn least_solution(hessian: &Matrix, gradient: Vector) -> Option<Vector> {
    let eigen = eigenpairs(hessian)?;
    let largest = eigen.values[1];
    if largest <= 0.0 || !largest.is_finite() || eigen.values[0] < -1e-12 * largest {
        return None;
    }
    let mut solution = Vector::zeros();
    for (value, vector) in eigen.values.iter().zip(&eigen.vectors) {
        let part = vector.dot(&gradient);
        if *value > 1e-13 * largest {
            solution += vector * (part / value);
        } else if part.abs() > 1e-6 * gradient.norm() {
            return None;
        }
    }
    Some(solution)
}

/// Half the sides of the view around a minimum: the view includes the origin, and reaches as far as L rises to its
/// value at the origin.
fn half_sides(loss: &Loss, minimum: Vector) -> [f64; 2] {
    let jet = loss.jet(minimum);
    let rise = loss.value(Vector::zeros()) - jet.value;
    let half = [0, 1].map(|axis| {
        let curvature = 0.5 * jet.hessian[(axis, axis)];
        let scale = (rise / curvature).sqrt();
        let reach = (1.5 * minimum[axis].abs()).max(if scale.is_finite() { 0.75 * scale } else { 0.0 });
        round_up(if reach > 0.0 && reach.is_finite() { reach } else { 2.0 })
    });
    let longer = half[0].max(half[1]);
    if longer <= SQUARE_UP_TO * half[0].min(half[1]) { [longer; 2] } else { half }
}

/// The next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten.
fn round_up(x: f64) -> f64 {
    let power = power_of_ten(x);
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    power * steps.into_iter().find(|step| step * power >= x).unwrap_or(10.0)
}

fn power_of_ten(x: f64) -> f64 {
    libm::pow(10.0, libm::floor(libm::log10(x)))
}

/// A number rounded to a fiftieth of the half side or less.
fn rounded(x: f64, half: f64) -> f64 {
    let unit = power_of_ten(half / 5.0);
    // Division by a power of ten that is exact gives the nearest f64 to the decimal.
    if unit < 1.0 {
        let parts = libm::round(1.0 / unit);
        libm::round(x * parts) / parts
    } else {
        libm::round(x / unit) * unit
    }
}

/// The least value that a search on the ladder finds within its largest square.
fn searched(loss: &Loss) -> Option<Vector> {
    let examples = loss.examples().max(1);
    let side =
        [13, 9, 7, 5].into_iter().find(|side| LADDER as usize * side * side * examples <= MOST_EXAMPLES).unwrap_or(5);
    let mut best: Vec<(f64, Vector, f64)> =
        (0..LADDER).filter_map(|step| best_of_square(loss, libm::pow(10.0, f64::from(step)), side)).collect();
    best.sort_by(|a, b| a.0.total_cmp(&b.0));
    let followed = if examples > 100_000 { 2 } else { best.len() };
    let ends =
        best.into_iter().take(followed).filter_map(|(_, w, half)| descended(loss, w).or_else(|| zoomed(loss, w, half)));
    let lowest = ends.map(|w| (loss.value(w), w)).filter(|(value, _)| value.is_finite());
    lowest
        .min_by(|(a, v), (b, w)| {
            // If minima are equally low, the one nearer to the origin is taken.
            let alike = (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
            if alike { v.norm().total_cmp(&w.norm()) } else { a.total_cmp(b) }
        })
        .map(|(_, w)| w)
}

/// The least value on a grid over |w1|, |w2| ≤ half, with its place and the half.
fn best_of_square(loss: &Loss, half: f64, side: usize) -> Option<(f64, Vector, f64)> {
    best_around(loss, Vector::zeros(), half, side).map(|(value, w)| (value, w, half))
}

fn best_around(loss: &Loss, centre: Vector, half: f64, side: usize) -> Option<(f64, Vector)> {
    let middle = (side - 1) as f64 / 2.0;
    let node = |index: usize| half * (index as f64 - middle) / middle;
    let places = (0..side).flat_map(|row| (0..side).map(move |column| (column, row)));
    let values = places.map(|(column, row)| centre + Vector::new(node(column), node(row))).map(|w| (loss.value(w), w));
    values.filter(|(value, _)| value.is_finite()).min_by(|(a, _), (b, _)| a.total_cmp(b))
}

/// Damped Newton steps (K. Levenberg 1944, D. Marquardt 1963) with damping in each weight's own scale; `None` if they
/// do not end at a point where H is positive definite.
fn descended(loss: &Loss, from: Vector) -> Option<Vector> {
    const MOST_STEPS: usize = 60;
    let (mut w, mut damping) = (from, 1e-3);
    let mut jet = loss.jet(w);
    for _ in 0..MOST_STEPS {
        let diagonal = Matrix::from_diagonal(&jet.hessian.diagonal().map(|x| x.abs().max(1e-300)));
        let eigen = eigenpairs(&jet.hessian)?;
        let step = (jet.hessian + diagonal * damping).try_inverse().map(|inverse| -(inverse * jet.gradient));
        let Some(step) = step.filter(|step| step.dot(&jet.gradient) <= 0.0) else {
            damping *= 10.0;
            continue;
        };
        let is_small = (0..2).all(|axis| step[axis].abs() <= 1e-9 * w[axis].abs().max(1e-12));
        if is_small && damping <= 1.0 {
            let is_minimum = eigen.values[0] > 1e-13 * eigen.values[1];
            return (is_minimum && w.amax() <= 2e6).then_some(w);
        }
        let there = loss.jet(w + step);
        if there.value <= jet.value {
            (w, jet, damping) = (w + step, there, (damping / 10.0).max(1e-12));
        } else {
            damping *= 10.0;
        }
    }
    None
}

/// The least value on finer and finer grids, for losses with kinks; `None` if it lies at the border of the square.
fn zoomed(loss: &Loss, from: Vector, half: f64) -> Option<Vector> {
    const ROUNDS: usize = 24;
    let (mut w, mut reach) = (from, 0.5 * half);
    for _ in 0..if loss.examples() > 10_000 { ROUNDS / 3 } else { ROUNDS } {
        (_, w) = best_around(loss, w, reach, 5)?;
        reach *= 0.6;
    }
    // If L is flat or keeps falling, there is no minimum; nor is there one at the edge of where L is defined.
    let (here, away, beside) = (loss.value(w), 0.3 * half, 2.0 * reach);
    let sides = |away: f64| {
        [[away, 0.0], [-away, 0.0], [0.0, away], [0.0, -away]].map(|side| loss.value(w + Vector::from(side)))
    };
    let rises = sides(away).iter().all(|value| value.is_nan() || value - here > 1e-9 * here.abs());
    let is_inside = sides(beside).iter().all(|value| *value >= here);
    (w.amax() < 0.9 * half && rises && is_inside).then_some(w)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::dataset::Dataset;
    use std::collections::BTreeMap;

    fn over(formula: &str, x: &[f64], y: &[f64]) -> Loss {
        let columns = vec![("x".to_owned(), x.to_vec()), ("y".to_owned(), y.to_vec())];
        Loss::with_data(formula, &BTreeMap::new(), &Dataset::new(columns).unwrap()).unwrap()
    }

    fn checked(loss: &Loss, minimum: [f64; 2]) -> Fitting {
        let found = fitting(loss).unwrap();
        for axis in 0..2 {
            let scale = minimum[axis].abs().max(1e-9);
            assert!((found.minimum[axis] - minimum[axis]).abs() <= 1e-5 * scale, "{} and {minimum:?}", found.minimum);
        }
        assert!(found.view.contains(found.minimum) && found.view.contains(Vector::from(found.start)), "{found:?}");
        assert!(loss.value(Vector::from(found.start)).is_finite());
        found
    }

    /// ln w2 + (3 − w1)²/(2·w2²) falls without bound as w2 goes to 0 with w1 = 3.
    #[test]
    fn an_edge_of_the_domain_is_no_minimum() {
        assert_eq!(fitting(&over("log(w2)+(y-w1)^2/(2*w2^2)", &[2.0], &[3.0])), None);
    }

    /// A line through points on it has its coefficients as minimum, whatever their size.
    #[test]
    fn linear_regression_is_solved() {
        let x = [1.1, 2.0, 3.7, 5.3, 10.5];
        for [slope, intercept] in
            [[9_449.96, 25_792.2], [1.5, -0.5], [1e-5, 3.0], [-2e5, 1e-3], [0.0, 7.0], [3e8, -1e9]]
        {
            let y: Vec<f64> = x.iter().map(|x| slope * x + intercept).collect();
            let loss = over("(w1*x + w2 - y)^2", &x, &y);
            let found = fitting(&loss).unwrap();
            assert!(found.is_solved && found.view.contains(Vector::new(slope, intercept)), "{found:?}");
            let error = (found.minimum - Vector::new(slope, intercept)).amax();
            assert!(error <= 1e-9 * slope.abs().max(intercept.abs()), "{found:?}");
            assert!(found.view.contains(Vector::from(found.start)), "{found:?}");
        }
    }

    /// Years vary by a thousandth of their size, so 64-bit normal equations lose all their digits.
    #[test]
    fn columns_with_an_offset_are_solved() {
        let years = [2001.0, 2002.0, 2003.0];
        let found = checked(&over("(w1*x + w2 - y)^2", &years, &[3.0, 5.0, 7.0]), [2.0, -3999.0]);
        assert!(found.is_solved);
        let far = years.map(|year| year + 1e6);
        checked(&over("(w1*x + w2 - y)^2", &far, &[3.0, 5.0, 7.0]), [2.0, -2_003_999.0]);
    }

    #[test]
    fn other_losses_are_searched() {
        let x = [0.0, 1.0, 2.0, 3.0, 4.0];
        let decay: Vec<f64> = x.iter().map(|x| 300.0 * libm::exp(-0.5 * x)).collect();
        checked(&over("(w1*exp(-w2*x) - y)^2", &x, &decay), [300.0, 0.5]);
        let line: Vec<f64> = x.iter().map(|x| 1200.0 * x - 500.0).collect();
        checked(&over("log(1 + (w1*x + w2 - y)^2/1000000)", &x, &line), [1200.0, -500.0]);
        let kink = fitting(&over("abs(w1*x + w2 - y)", &x, &line)).unwrap();
        assert!(kink.view.contains(Vector::new(1200.0, -500.0)), "{kink:?}");
    }

    /// A loss that falls for ever, a flat loss, and a loss without a value have no minimum.
    #[test]
    fn no_minimum_is_made_up() {
        let (x, labels) = ([-2.0, -1.0, 1.0, 2.0], [0.0, 0.0, 1.0, 1.0]);
        for formula in
            ["softplus(w1*x + w2) - y*(w1*x + w2)", "w1*x + w2", "0*x + 1", "-(w1*x + w2 - y)^2", "sqrt(-1 - x^2)"]
        {
            assert_eq!(fitting(&over(formula, &x, &labels)), None, "{formula}");
        }
        // On a line of minima the point nearest to the origin is taken.
        let valley = fitting(&over("((w1 + w2)*x - 4*x)^2 + 0*y", &x, &labels)).unwrap();
        assert!((valley.minimum - Vector::new(2.0, 2.0)).amax() < 1e-9, "{valley:?}");
    }

    #[test]
    fn round_numbers() {
        for (x, up) in [(0.9, 1.0), (1.0, 1.0), (1.2, 1.5), (38_689.0, 40_000.0), (9.0, 10.0), (0.0012, 0.0015)] {
            assert!((round_up(x) - up).abs() <= 1e-12 * up, "{x}");
        }
        assert_eq!((rounded(25_792.2, 40_000.0), rounded(-0.5, 3.0), rounded(0.1234, 0.3)), (26_000.0, -0.5, 0.12));
    }
}
