//! The outlook of runs near the speed limit, for which the answer is known.

use super::super::outlook::{Outlook, outlook};
use super::super::speed::directions;
use super::*;

/// The outlook of gradient descent with a rate, near the origin.
fn said(formula: &str, start: [f64; 2], rate: f64, steps: usize) -> Outlook {
    let run = Run { steps, ..run("gradient-descent", &[("learning_rate", rate)]) };
    near(formula, start, &run, Vector::zeros())
}

fn near(formula: &str, start: [f64; 2], run: &Run, centre: Vector) -> Outlook {
    let trajectory = traced(formula, start, run);
    let hessian = loss(formula).jet(centre).hessian;
    let directions = directions(run, &trajectory, centre, &hessian).unwrap();
    let arrived = (trajectory.end().w - centre).norm() < 1e-3;
    outlook(run, &trajectory, (centre, &hessian), &directions, arrived).unwrap()
}

/// On ½(100·w1² + w2²) the limit is 0.02, and theory holds exactly.
#[test]
fn a_quadratic_does_as_predicted() {
    const BOWL: &str = "(100*w1^2 + w2^2)/2";
    for (rate, steps, conclusion) in [
        (
            0.0199,
            200,
            "is below 2/λmax = 0.02 at (0, 0): the run approaches; close to the point each further digit takes about 230 steps.",
        ),
        (0.0199, 5000, "is below 2/λmax = 0.02 at (0, 0): the run ends there, as predicted."),
        (0.0201, 200, "grows by the factor 1.01 a step, as predicted, and more steps would show it diverge."),
        (0.0201, 100_000, "is beyond 2/λmax = 0.02 at (0, 0): the run diverges, as predicted."),
    ] {
        let Outlook { is_as_predicted, words } = said(BOWL, [1.0, 1.0], rate, steps);
        assert!(is_as_predicted && words.ends_with(conclusion), "η = {rate}, {steps} steps: {words}");
    }
}

/// If L is not quadratic, a run may leave below the limit and stay beyond it.
#[test]
fn what_is_not_quadratic_is_said_to_be_so() {
    for (formula, start, rate, beginning, conclusion) in [
        (
            "w1^4/4 + w2^2/2",
            [3.0, 0.0],
            1.0,
            "η = 1 is below 2/λmax = 2",
            "yet the run diverges: L is far from quadratic on its way",
        ),
        ("1 - cos(w1) + w2^2/200", [1.0, 1.0], 2.5, "η = 2.5 is beyond 2/λmax = 2", "does not diverge: L is far from"),
    ] {
        let Outlook { is_as_predicted, words } = said(formula, start, rate, 300);
        assert!(!is_as_predicted && words.starts_with(beginning) && words.contains(conclusion), "{words}");
    }
}

/// At the edge of stability the run is driven to where its rate is within the limit.
#[test]
fn flatter_ground_is_named() {
    let run = Run { steps: 2000, ..run("gradient-descent", &[("learning_rate", 0.1)]) };
    let end = traced("(w1*w2 - 1)^2/2", [5.0, 0.22], &run).end().w;
    let Outlook { is_as_predicted, words } = near("(w1*w2 - 1)^2/2", [5.0, 0.22], &run, end);
    assert!(is_as_predicted && words.contains("up to 20 only; it ended on flatter ground"), "{words}");
}

/// A saddle is left, except along the one direction that leads in.
#[test]
fn a_saddle_repels() {
    let leaves = said("w1^2 - w2^2", [1.0, 0.1], 0.1, 500);
    assert!(leaves.is_as_predicted && leaves.words.contains("by 1.2: the run leaves"), "{}", leaves.words);
    let stays = said("w1^2 - w2^2", [1.0, 0.0], 0.1, 500);
    assert!(!stays.is_as_predicted && stays.words.contains("the other direction exactly"), "{}", stays.words);
    // Newton's factor is 0 along every eigenvector: it comes to a saddle as to a minimum.
    let newton = near("w1^2 - w2^2", [1.0, 0.1], &Run::new("newton"), Vector::zeros());
    assert!(newton.is_as_predicted && newton.words.contains("the run ends there, as predicted"), "{}", newton.words);
    // A rule without constant factors has no prediction.
    let adam = Run::new("adam");
    let trajectory = traced("w1^2 + w2^2", [1.0, 1.0], &adam);
    let hessian = loss("w1^2 + w2^2").jet(Vector::zeros()).hessian;
    let directions = directions(&adam, &trajectory, Vector::zeros(), &hessian).unwrap();
    assert_eq!(outlook(&adam, &trajectory, (Vector::zeros(), &hessian), &directions, true), None);
}

/// Noise keeps a run at a distance that the factors do not describe; and the outlook does not say that a run has left a
/// saddle before it has.
#[test]
fn what_theory_does_not_promise_is_not_said() {
    let sgd = Run::new("sgd");
    let trajectory = traced("w1^2 + w2^2", [0.0, 0.0], &sgd);
    let hessian = loss("w1^2 + w2^2").jet(Vector::zeros()).hessian;
    let factors = directions(&sgd, &trajectory, Vector::zeros(), &hessian).unwrap();
    assert_eq!(outlook(&sgd, &trajectory, (Vector::zeros(), &hessian), &factors, false), None);
    let creeps = said("w1^2 - w2^2", [1.0, 0.0], 0.1, 10);
    assert!(creeps.words.ends_with("has not left within its steps."), "{}", creeps.words);
}
