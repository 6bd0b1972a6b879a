//! Runs compared with mathematics.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

pub mod added;
mod any_length;
mod evaluations;
mod first_order;
mod langevin;
mod line_search;
mod minibatches;
mod second_order;
mod outlook;
mod schedules;
mod sentences;
mod speed;
mod stopping_rules;
mod torch;

use super::*;
use crate::landscape::Loss;
use std::collections::BTreeMap;

fn loss(formula: &str) -> Loss {
    Loss::new(formula, &BTreeMap::new()).unwrap()
}

fn run(optimizer: &str, settings: &[(&str, f64)]) -> Run {
    let mut run = Run::new(optimizer);
    for &(key, value) in settings {
        run.set(key, value).unwrap();
    }
    run
}

fn traced(formula: &str, start: [f64; 2], run: &Run) -> Trajectory {
    trace(&loss(formula), Vector::new(start[0], start[1]), run).unwrap()
}

/// On ½(λ1·w1² + λ2·w2²) a step of gradient descent multiplies wᵢ by 1 − ηλᵢ. With η and λ powers of two the factors
/// and all products are exact.
#[test]
fn gradient_descents_factor_is_exact() {
    let run = Run { steps: 40, ..run("gradient-descent", &[("learning_rate", 0.25), ("gradient_tolerance", 0.0)]) };
    let trajectory = traced("w1^2/2 + 2*w2^2/2", [1.0, -1.0], &run);
    assert_eq!(trajectory.len(), 40);
    assert_eq!(trajectory.eigenvalues(), [[1.0, 2.0]; 41]);
    for (k, step) in trajectory.steps.iter().take(25).enumerate() {
        let k = i32::try_from(k).unwrap();
        let expected = Vector::new(0.75f64.powi(k), -(0.5f64.powi(k)));
        assert_eq!(step.w, expected, "3^k is exact up to k = 33");
        assert!((step.gradient_norm - (expected.x * expected.x + 4.0 * expected.y * expected.y).sqrt()).abs() < 1e-15);
    }
}

/// With λmax = 100 the limit is η = 0.02: a little below it the run converges, a little above it provably diverges,
/// which is tested from |w| > 10¹² on.
#[test]
fn the_speed_limit_separates_convergence_from_divergence() {
    for (learning_rate, stop) in [(0.0199, StopReason::Converged), (0.0201, StopReason::Diverged)] {
        let run = Run { steps: 10_000, ..run("gradient-descent", &[("learning_rate", learning_rate)]) };
        let trajectory = traced("w1^2/2 + 100*w2^2/2", [1.0, 1.0], &run);
        assert_eq!(trajectory.stop, stop, "η = {learning_rate}");
        if stop == StopReason::Diverged {
            // |w2| grows by 1.01 a step: |w| > 1e12·√2 first at step ln(√2·1e12)/ln 1.01 rounded up.
            let steps = libm::ceil(libm::log(2f64.sqrt() * 1e12) / libm::log(1.01));
            assert_eq!(trajectory.len() as f64, steps);
            assert!(trajectory.end().w.norm() > USEFUL_RANGE);
            assert!(trajectory.steps[trajectory.len() - 1].w.norm() <= USEFUL_RANGE * 2f64.sqrt());
        } else {
            assert!(trajectory.end().gradient_norm <= 1e-8);
            assert!(trajectory.steps[trajectory.len() - 1].gradient_norm > 1e-8, "it stops at the first such step");
        }
    }
}

#[test]
fn newton_lands_on_the_saddle_in_one_step() {
    let trajectory = traced("w1^2 - w2^2", [1.25, 0.75], &Run::new("newton"));
    assert_eq!(trajectory.stop, StopReason::Converged);
    assert_eq!(trajectory.len(), 1);
    assert_eq!(trajectory.end().w, Vector::zeros());
    // A quadratic with axes that are not those of the coordinates, minimum at (1, 3).
    let trajectory = traced("(w1+2*w2-7)^2 + (2*w1+w2-5)^2", [-4.0, 9.0], &Run::new("newton"));
    assert_eq!(trajectory.stop, StopReason::Converged);
    assert!(trajectory.len() <= 2, "one step, and one for rounding");
    assert!((trajectory.end().w - Vector::new(1.0, 3.0)).norm() < 1e-13);
}

/// At the saddle the gradient is zero, so Newton stays for good; the criterion makes that a run to the step limit.
#[test]
fn a_required_positive_definite_hessian_keeps_the_run_going() {
    let required = |optimizer| Run { require_positive_definite: true, steps: 1_000_000, ..Run::new(optimizer) };
    let trajectory = traced("w1^2 - w2^2", [1.25, 0.75], &required("newton"));
    assert_eq!(trajectory.stop, StopReason::StepLimit);
    assert_eq!(trajectory.len(), 1_000_000);
    assert!(trajectory.steps[1..].iter().all(|step| step.w == Vector::zeros()));
    // Gradient descent started on the saddle's stable axis comes to rest there too ...
    let axis = Run { steps: 20_000, ..required("gradient-descent") };
    assert_eq!(traced("w1^2 - w2^2", [1.0, 0.0], &axis).stop, StopReason::StepLimit);
    // ... and at a minimum the criterion is fulfilled.
    for optimizer in ["newton", "gradient-descent"] {
        assert_eq!(traced("w1^2 + w2^2", [1.0, 0.5], &required(optimizer)).stop, StopReason::Converged);
    }
}

/// The distance to a quadratic's stationary point shrinks by 1 − α a step, exactly where α is a power of two.
#[test]
fn damped_newtons_factor() {
    for (damping, factor) in [(0.5, 0.5), (0.25, 0.75)] {
        let run = Run { steps: 20, ..run("damped-newton", &[("damping", damping)]) };
        let trajectory = traced("2*w1^2 - w2^2", [1.0, -2.0], &run);
        for (k, step) in trajectory.steps.iter().enumerate() {
            assert_eq!(step.w, Vector::new(1.0, -2.0) * libm::pow(factor, k as f64), "α = {damping}, step {k}");
        }
    }
    assert_eq!(Run::new("damped-newton").setting("damping"), Some(0.5));
}

#[test]
fn a_singular_hessian_ends_newton() {
    // H of w1³ − w2² is diag(6·w1, −2): singular on w1 = 0.
    let trajectory = traced("w1^3 - w2^2", [0.0, 1.0], &Run::new("newton"));
    assert_eq!(trajectory.stop, StopReason::SingularHessian);
    assert_eq!(trajectory.len(), 0);
    // From (1, 1) the first step solves w2 exactly and halves w1: w1 = 2^-k until 3·w1² ≤ 1e-8, first at k = 15.
    let trajectory = traced("w1^3 - w2^2", [1.0, 1.0], &Run::new("newton"));
    assert_eq!(trajectory.stop, StopReason::Converged);
    assert_eq!(trajectory.len(), 15);
    for (k, step) in trajectory.steps.iter().enumerate().skip(1) {
        assert_eq!(step.w, Vector::new(libm::pow(0.5, k as f64), 0.0));
    }
}

#[test]
fn undefined_and_overflowing_losses_are_told_apart() {
    let descent = |learning_rate| run("gradient-descent", &[("learning_rate", learning_rate)]);
    for (formula, start, learning_rate, stop) in [
        ("ln(w1)", [-1.0, 0.0], 0.1, StopReason::Undefined),
        // Downhill, out of the domain.
        ("ln(w1)", [1.0, 0.0], 0.3, StopReason::Undefined),
        ("sqrt(w1) + w2^2", [0.01, 0.0], 0.3, StopReason::Undefined),
        // e^{w1²} overflows long before w1 does; as a difference it is ∞ − ∞.
        ("-exp(w1^2) + w2^2", [1.0, 0.0], 1.0, StopReason::Diverged),
        ("exp(w2^2) - exp(w1^2)", [1.5, 1.5], 3.0, StopReason::Diverged),
        // A cubic falls without bound.
        ("w1^3", [-1.0, 0.0], 0.5, StopReason::Diverged),
        ("w1^4 + w2^4", [5.0, 5.0], 0.5, StopReason::Diverged),
    ] {
        let trajectory = traced(formula, start, &descent(learning_rate));
        assert_eq!(trajectory.stop, stop, "{formula} from {start:?}");
    }
    let trajectory = traced("ln(w1)", [-1.0, 0.0], &descent(0.1));
    assert_eq!(trajectory.len(), 0);
    assert!(trajectory.end().loss.is_nan() && trajectory.eigenvalues()[trajectory.len()][0].is_nan());
}

#[test]
fn limits_of_the_number_of_steps() {
    for steps in [0, 1, 7] {
        let trajectory = traced("w1^2 + w2^2", [1.0, 1.0], &Run { steps, ..Run::new("gradient-descent") });
        assert_eq!((trajectory.stop, trajectory.len()), (StopReason::StepLimit, steps));
    }
    // A start at the goal has converged without a step, whatever the limit.
    let trajectory = traced("w1^2 + w2^2", [0.0, 0.0], &Run { steps: 0, ..Run::new("newton") });
    assert_eq!((trajectory.stop, trajectory.len()), (StopReason::Converged, 0));
}

/// With η = 2/λ gradient descent jumps from w to −w and back; with half of it, it is at rest after a step. A run with
/// memory or with a falling rate is never in a cycle, even if it returns to a point.
#[test]
fn a_cycle_is_recognised() {
    let at_the_limit = |optimizer: &str, rate: f64| Run { steps: 50, ..run(optimizer, &[("learning_rate", rate)]) };
    let cycle = |run: &Run| traced("w1^2/2 + 2*w2^2", [0.0, 1.0], run).cycle;
    let descent = at_the_limit("gradient-descent", 0.5);
    assert_eq!(cycle(&descent), Some(2));
    let [here, further] = [50, 51].map(|steps| {
        traced("w1^2/2 + 2*w2^2", [0.0, 1.0], &Run { steps, ..descent.clone() }).steps[steps - 2..].to_vec()
    });
    assert_eq!([here[0].w, here[1].w, here[2].w], [further[1].w, further[0].w, further[1].w]);
    assert_eq!(cycle(&at_the_limit("gradient-descent", 0.25)), None);
    assert_eq!(cycle(&at_the_limit("gradient-descent", 0.49)), None);
    assert_eq!(cycle(&at_the_limit("momentum", 0.5)), None);
    assert_eq!(cycle(&Run { schedule: Schedule::OverTime { tau: 1e9 }, ..descent }), None);
}

/// On a flat loss w moves by −ησξ, so that the steps are the noise itself: 2·10⁵ numbers, whose mean and variance must
/// be within five standard errors.
#[test]
fn noise_has_the_stated_standard_deviation() {
    let run = Run { steps: 100_000, ..run("sgd", &[("learning_rate", 0.5), ("noise", 2.0)]) };
    let trajectory = traced("0*w1", [0.0, 0.0], &run);
    assert_eq!((trajectory.stop, trajectory.len()), (StopReason::StepLimit, 100_000));
    let moves: Vec<f64> =
        trajectory.steps.windows(2).flat_map(|pair| [pair[1].w.x - pair[0].w.x, pair[1].w.y - pair[0].w.y]).collect();
    let n = moves.len() as f64;
    let mean = moves.iter().sum::<f64>() / n;
    let variance = moves.iter().map(|x| x * x).sum::<f64>() / n;
    assert!(mean.abs() < 5.0 / n.sqrt(), "mean {mean} of 0");
    assert!((variance - 1.0).abs() < 5.0 * (2.0 / n).sqrt(), "variance {variance} of (ησ)² = 1");
}

/// Around a minimum with curvature λ the noise leaves a spread of variance ησ²/(λ(2 − ηλ)) a component: the fixed
/// point of v = (1 − ηλ)²v + η²σ².
#[test]
fn sgd_spreads_around_a_minimum() {
    let (learning_rate, noise) = (0.1, 0.5);
    let run = Run { steps: 200_000, ..run("sgd", &[("learning_rate", learning_rate), ("noise", noise)]) };
    let trajectory = traced("(w1^2 + w2^2)/2", [0.0, 0.0], &run);
    assert_eq!(trajectory.stop, StopReason::StepLimit, "a start at the very minimum is no reason to stop");
    let n = 2.0 * trajectory.steps.len() as f64;
    let variance = trajectory.steps.iter().map(|step| step.w.norm_squared()).sum::<f64>() / n;
    let expected = learning_rate * noise * noise / (2.0 - learning_rate);
    // Neighbours are correlated by 0.9, so about one in twenty numbers counts: standard error √(2·19/n) of the value.
    assert!((variance / expected - 1.0).abs() < 5.0 * (38.0 / n).sqrt(), "{variance} of {expected}");
}

#[test]
fn reruns_are_bit_identical() {
    for optimizer in OPTIMIZERS {
        let run = Run { seed: 7, steps: 300, ..Run::new(optimizer.name()) };
        let once = traced("w1^4 - w1^2 + w2^2", [0.3, 1.0], &run);
        assert_eq!(once, traced("w1^4 - w1^2 + w2^2", [0.3, 1.0], &run), "{}", run.optimizer);
        let other = traced("w1^4 - w1^2 + w2^2", [0.3, 1.0], &Run { seed: 8, ..run });
        assert_eq!(once != other, optimizer.is_random(), "only a random optimizer heeds its seed");
    }
    // Without noise SGD is gradient descent.
    let quiet = run("sgd", &[("noise", 0.0)]);
    let descent = Run::new("gradient-descent");
    assert_eq!(traced("w1^2 + w2^4", [1.0, 1.0], &quiet), traced("w1^2 + w2^4", [1.0, 1.0], &descent));
}

#[test]
fn gradients_beyond_the_range_of_squares_keep_their_norm() {
    for scale in [1e-200, 1e200] {
        let run = Run { steps: 1, gradient_tolerance: 0.0, ..Run::new("newton") };
        let trajectory = traced(&format!("{scale:e}*(3*w1 + 4*w2 + w1^2 + w2^2)"), [0.0, 0.0], &run);
        assert!((trajectory.steps[0].gradient_norm / (5.0 * scale) - 1.0).abs() < 1e-15);
        assert_eq!(trajectory.end().w, Vector::new(-1.5, -2.0));
    }
}

#[test]
fn a_kink_stops_newton_and_not_gradient_descent() {
    // Where abs has its kink the gradient is the mean of both sides' and the Hessian undefined.
    let trajectory = traced("abs(w1) + w2^2", [0.0, 1.0], &Run::new("newton"));
    assert_eq!((trajectory.stop, trajectory.len()), (StopReason::Undefined, 0));
    let trajectory = traced("abs(w1) + w2^2", [0.0, 1.0], &Run::new("gradient-descent"));
    assert_eq!(trajectory.stop, StopReason::Converged);
}

#[test]
fn every_optimizer_is_described() {
    for optimizer in OPTIMIZERS {
        assert!(std::ptr::eq(find(optimizer.name()).unwrap(), *optimizer));
        assert!(
            !optimizer.title().is_empty() && optimizer.info().rule.contains('←') && !optimizer.info().source.is_empty()
        );
        assert!(optimizer.info().summary.ends_with('.'));
        for (place, setting) in optimizer.settings().iter().enumerate() {
            assert!(setting.range[0] <= setting.default && setting.default <= setting.range[1]);
            assert!(!setting.logarithmic || setting.range[0] > 0.0);
            assert!(setting.key != "learning_rate" || place == 0);
            assert!(setting.tooltip.ends_with('.'));
        }
    }
}

#[test]
fn what_cannot_be_done_is_said_in_a_sentence() {
    let loss = loss("w1^2 + w2^2");
    let start = Vector::new(1.0, 1.0);
    let message = |run: &Run| trace(&loss, start, run).unwrap_err();
    let unknown = message(&Run::new("adagard"));
    assert!(unknown.starts_with("there is no optimizer 'adagard'; there are gradient-descent, sgd,"), "{unknown}");
    assert!(OPTIMIZERS.iter().all(|optimizer| unknown.contains(optimizer.name())), "{unknown}");
    let mut wrong = Run::new("gradient-descent");
    wrong.settings.insert("momentum".to_owned(), 0.9);
    assert_eq!(message(&wrong), "gradient-descent has no setting 'momentum'; it has learning_rate");
    for value in [0.0, -0.1, 1e3, f64::NAN, f64::INFINITY] {
        let mut wrong = Run::new("gradient-descent");
        wrong.settings.insert("learning_rate".to_owned(), value);
        assert!(message(&wrong).starts_with("learning_rate of gradient-descent must lie between"), "{value}");
    }
    for value in [-1e-8, f64::NAN, f64::INFINITY] {
        assert!(message(&Run { gradient_tolerance: value, ..Run::new("newton") }).starts_with("gradient_tolerance"));
    }
    assert!(message(&Run { steps: 1_000_001, ..Run::new("newton") }).contains("at most 1000000 steps"));
    let infinite = trace(&loss, Vector::new(f64::INFINITY, 0.0), &Run::new("newton"));
    assert!(infinite.unwrap_err().contains("finite"));

    let mut run = Run::new("newton");
    assert!(run.set("learning_rate", 0.1).unwrap_err().contains("has no setting 'learning_rate'; it has no settings"));
    assert!(run.set("require_positive_definite", 0.5).is_err());
    assert_eq!(run, Run::new("newton"), "a refused value changes nothing");
    run.set("require_positive_definite", 1.0).unwrap();
    run.set("gradient_tolerance", 1e-3).unwrap();
    assert_eq!((run.require_positive_definite, run.gradient_tolerance), (true, 1e-3));
}

#[test]
fn words_of_the_stop_reasons() {
    for stop in StopReason::ALL {
        assert_eq!(serde_json::to_value(stop).unwrap(), stop.word());
    }
}
