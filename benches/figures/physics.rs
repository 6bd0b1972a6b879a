//! The network of saddles, branches over a parameter, and Langevin dynamics.

use super::measure::Report;
use super::subject::Subject;
use losscape::branches::{Family, branches as branches_of};
use losscape::critical::search;
use losscape::ensemble::{Plan, Scatter, ensemble};
use losscape::optimizer::Run;
use losscape::saddles::saddle_graph_of;
use std::collections::BTreeMap;
use std::hint::black_box;

/// Runs of Langevin dynamics, and steps of each.
const RUNS: usize = 1000;
const STEPS: usize = 10_000;

/// All separatrices of a view whose critical points are known; goal on one core: 20 ms for peaks, 150 ms for Rastrigin's function.
pub fn separatrices(subject: &Subject, report: &Report) {
    let points = search(&subject.loss, &subject.view);
    report.milliseconds("separatrices", subject, points.points.len(), || {
        black_box(saddle_graph_of(&subject.loss, black_box(&subject.view), &points));
    });
}

/// The branches of the steep truss over its load from 0 to 20, with their proof; goal: 300 ms on one core. It is measured beside the first
/// subject only.
pub fn branches(subject: &Subject, report: &Report) {
    if subject.name != "cubic" {
        return;
    }
    let truss = Subject::of_catalogue("truss-steep", subject.size).expect("the truss is in the catalogue");
    let family =
        Family::new(&truss.loss, &truss.parameters, "p", [0.0, 20.0], truss.view).expect("the truss has a load");
    report.milliseconds("branches", &truss, 1, || {
        black_box(branches_of(black_box(&family)));
    });
}

/// A thousand runs of ten thousand steps in the double well; goal: a second on one core. It is measured beside the first subject only.
pub fn langevin(subject: &Subject, report: &Report) {
    if subject.name != "cubic" {
        return;
    }
    let well = Subject::of_catalogue("double-well", subject.size).expect("the double well is in the catalogue");
    let mut run = Run { steps: STEPS, ..Run::new("langevin") };
    run.settings = BTreeMap::from([("learning_rate".to_owned(), 0.01), ("temperature".to_owned(), 0.3)]);
    let plan = Plan { runs: RUNS, scatter: Scatter::None };
    report.milliseconds("langevin", &well, RUNS, || {
        black_box(ensemble(&well.loss, black_box(well.view.centre()), &run, plan, None).is_ok());
    });
}
