//! Ensembles, and losses over data.

use super::measure::Report;
use super::subject::Subject;
use losscape::dataset::Dataset;
use losscape::ensemble::{Plan, Scatter, ensemble as ensemble_of};
use losscape::landscape::View;
use losscape::number::Vector;
use losscape::optimizer::{Normals, Run};
use std::collections::BTreeMap;
use std::hint::black_box;

/// Runs of an ensemble, and steps of each.
const RUNS: usize = 1000;
const STEPS: usize = 1000;
/// Examples of an epoch.
const ROWS: usize = 10_000;

/// A thousand runs of a thousand steps of SGD with Gaussian noise; goal: 300 ms on one core.
pub fn ensemble(subject: &Subject, report: &Report) {
    let start = subject.view.centre() + Vector::new(0.3, 0.4);
    let mut run = Run { steps: STEPS, ..Run::new("sgd") };
    run.settings = BTreeMap::from([("learning_rate".to_owned(), 1e-3), ("noise".to_owned(), 1.0)]);
    let plan = Plan { runs: RUNS, scatter: Scatter::None };
    report.milliseconds("ensemble", subject, RUNS, || {
        black_box(ensemble_of(&subject.loss, black_box(start), &run, plan, None).is_ok());
    });
}

/// L and ∇L of linear regression over all examples, and the same sum written by hand; goal: at most three times it. It has
/// a formula of its own, and is measured beside the first subject only.
pub fn epoch(subject: &Subject, report: &Report) {
    if subject.name != "cubic" {
        return;
    }
    let mut normals = Normals::new(1);
    let pairs: Vec<Vector> = (0..ROWS).map(|_| normals.pair()).collect();
    let x: Vec<f64> = pairs.iter().map(|pair| pair.x).collect();
    let y: Vec<f64> = pairs.iter().map(|pair| 1.5 * pair.x - 0.5 + 0.5 * pair.y).collect();
    let data = Dataset::new(vec![("x".to_owned(), x.clone()), ("y".to_owned(), y.clone())]).expect("a dataset");
    let view = View { w1: [-1.0, 4.0], w2: [-3.0, 2.0] };
    let regression =
        Subject::new("linear regression", "(w1*x + w2 - y)^2", &BTreeMap::new(), Some(data), view, subject.size);
    let regression = regression.expect("linear regression");
    let w = Vector::new(0.3, 0.7);
    report.microseconds("epoch", &regression, ROWS, || {
        black_box(regression.loss.value_and_gradient(black_box(w)));
    });
    report.microseconds("epoch by hand", &regression, ROWS, || {
        black_box(by_hand(black_box(&x), black_box(&y), black_box([0.3, 0.7])));
    });
}

/// The means of r², 2·r·x and 2·r for the residuals r, as one writes them.
fn by_hand(x: &[f64], y: &[f64], [w1, w2]: [f64; 2]) -> [f64; 3] {
    let mut sums = [0.0; 3];
    for (x, y) in x.iter().zip(y) {
        let residual = w1 * x + w2 - y;
        sums[0] += residual * residual;
        sums[1] += 2.0 * residual * x;
        sums[2] += 2.0 * residual;
    }
    sums.map(|sum| sum / x.len() as f64)
}
