//! Networks: the work on 337 weights and 200 examples (`spirals`), on one core.

use super::measure::Report;
use super::subject::Subject;
use losscape::krylov::{Lanczos, rademacher};
use losscape::landscape::{Loss, View};
use losscape::network::{Hessian, NetworkPlane, Training, dense, eigenvalues, trace_in_all_weights};
use losscape::optimizer::Run;
use losscape::study::{Study, entry, loss_of, plane_of_study};
use std::hint::black_box;
use std::sync::Arc;

/// Steps of the training that is measured.
const STEPS: usize = 1000;
/// Points along each side of the slice.
const SIDE: usize = 64;
/// Steps of a run that is dragged.
const DRAGGED: usize = 50;

/// A gradient, a product, Lanczos, the dense spectrum, a training, a slice, and the run that a drag shows. They have a
/// network of their own, and are measured beside the first subject only.
pub fn network(subject: &Subject, report: &Report) {
    if subject.name != "cubic" {
        return;
    }
    let Some(study) = entry("spirals").map(Study::of_entry) else { return };
    let Some(Ok(plane)) = plane_of_study(&study) else { return };
    let named = Subject { name: "spirals".to_owned(), ..subject.clone() };
    passes(&plane, &named, report);
    training(&plane, &named, report);
    in_the_plane(&study, &plane, &named, report);
}

fn passes(plane: &Arc<NetworkPlane>, subject: &Subject, report: &Report) {
    let loss = &plane.trained().loss;
    let (n, weights) = (loss.parameters(), plane.plane().centre.clone());
    let mut evaluation = loss.evaluation();
    let (mut gradient, mut product) = (vec![0.0; n], vec![0.0; n]);
    report.microseconds("network value", subject, n, || {
        black_box(evaluation.value(black_box(&weights)));
    });
    report.microseconds("network gradient", subject, n, || {
        black_box(evaluation.gradient(black_box(&weights), &mut gradient));
    });
    let v = rademacher(n, 0);
    report.microseconds("network product", subject, n, || {
        evaluation.hessian_product(black_box(&v), &mut product);
    });
    report.milliseconds("network lanczos 10", subject, n, || {
        let mut lanczos = Lanczos::new(Hessian::new(&mut evaluation), &v, true);
        (0..10).for_each(|_| {
            black_box(lanczos.step());
        });
    });
    report.milliseconds("network dense spectrum", subject, n, || {
        black_box(eigenvalues(&dense(&mut Hessian::new(&mut evaluation))));
    });
}

fn training(plane: &Arc<NetworkPlane>, subject: &Subject, report: &Report) {
    let (loss, plan) = (&plane.trained().loss, plane.trained().plan());
    report.milliseconds("network training", subject, STEPS, || {
        let begun = Training::new(loss, plan.recipe.clone(), plane.trained().start().to_vec());
        let Ok(mut training) = begun else { return };
        (0..STEPS).for_each(|_| {
            black_box(training.step().is_ok());
        });
    });
}

fn in_the_plane(study: &Study, plane: &Arc<NetworkPlane>, subject: &Subject, report: &Report) {
    let Ok(loss) = loss_of(study) else { return };
    let values = |loss: &Loss, view: &View| black_box(loss.sample(view, SIDE, SIDE));
    report.milliseconds("network slice", subject, SIDE, || {
        values(&loss, &study.view);
    });
    report.milliseconds("network slice with derivatives", subject, SIDE, || {
        black_box(loss.sample_jets(&study.view, SIDE, SIDE));
    });
    let mut run = Run { steps: DRAGGED, ..Run::new("gradient-descent") };
    run.settings.insert("learning_rate".to_owned(), 0.1);
    report.milliseconds("network run", subject, DRAGGED, || {
        black_box(trace_in_all_weights(plane, &loss, black_box(study.start), &run).is_ok());
    });
}
