//! The sentences of theory that are shown with runs, compared with runs: random quadratics and near-quadratics, starts
//! on and off the axes, rates on both sides of the limit.

use super::super::outlook::outlook;
use super::super::speed::directions;
use super::*;
use crate::number::{Matrix, eigenpairs};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn fixed(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(20_251), failure_persistence: None, ..ProptestConfig::default() }
}

/// ½(a·w1² + 2b·w1·w2 + d·w2²) + c·(w1³ + w1·w2²), which has a critical point at the origin.
fn formula([a, b, d]: [f64; 3], cubic: f64) -> String {
    format!("(({a})*w1^2 + 2*({b})*w1*w2 + ({d})*w2^2)/2 + ({cubic})*(w1^3 + w1*w2^2)")
}

fn entries() -> impl Strategy<Value = [f64; 3]> {
    let curvature = || prop_oneof![0.05..4.0f64, -2.0..2.0f64, Just(1.0)];
    (curvature(), prop_oneof![Just(0.0), -1.0..1.0f64], curvature()).prop_map(|(a, b, d)| [a, b, d])
}

fn start() -> impl Strategy<Value = [f64; 2]> {
    let weight = || prop_oneof![Just(0.0), -1.5..1.5f64, Just(1.0)];
    [weight(), weight()]
}

proptest! {
    #![proptest_config(fixed(1500))]

    /// Every statement of the outlook about a run is true.
    #[test]
    fn outlooks_are_true(
        matrix in entries(), start in start(), rate in 0.01..3.0f64, steps in prop_oneof![Just(0), 1..400usize],
        name in prop::sample::select(vec!["gradient-descent", "momentum", "nesterov", "damped-newton", "regularised-newton"]),
        cubic in prop_oneof![Just(0.0), -0.05..0.05f64, -1.0..1.0f64],
    ) {
        let text = formula(matrix, cubic);
        let key = match name { "damped-newton" => ("damping", (rate / 3.0).max(0.01)), "regularised-newton" => ("damping", rate), _ => ("learning_rate", rate) };
        let run = Run { steps, ..run(name, &[key]) };
        let trajectory = traced(&text, start, &run);
        let hessian = Matrix::new(matrix[0], matrix[1], matrix[1], matrix[2]);
        let Some(directions) = directions(&run, &trajectory, Vector::zeros(), &hessian) else { return Ok(()) };
        let (first, end) = (trajectory.steps[0].w, trajectory.end().w);
        let arrived = end.norm() < 1e-6;
        let Some(said) = outlook(&run, &trajectory, (Vector::zeros(), &hessian), &directions, arrived) else { return Ok(()) };
        let words = &said.words;
        let says = |part: &str| words.contains(part);
        let longer = |steps: usize| traced(&text, start, &Run { steps, gradient_tolerance: 0.0, ..run.clone() });
        // The direction that the sentence is about is the one of the larger factor.
        let modulus = |index: usize| directions[index].predicted.map_or(0.0, |mode| mode.modulus);
        let index = usize::from(modulus(1) >= modulus(0));
        let part = |w: Vector, index: usize| directions[index].vector.dot(&w).abs();
        if says("more steps would show it diverge") {
            prop_assert_eq!(longer(1_000_000).stop, StopReason::Diverged, "{}", words);
        }
        if says("the run diverges, as predicted") {
            prop_assert!(cubic == 0.0 && trajectory.stop == StopReason::Diverged, "{words}");
        }
        if says("no part along") || says("the other direction exactly") {
            let size = first.norm();
            prop_assert!(trajectory.steps.iter().all(|step| part(step.w, index) <= 1e-9 * size), "{words}");
        }
        if says("ends there, as predicted") {
            let on = longer(trajectory.len() + 300);
            prop_assert!(on.end().w.norm() < 1e-5 && on.stop != StopReason::Diverged, "{words}");
        }
        if says("nearer along the other direction") {
            prop_assert!(end.norm() < first.norm() && part(end, 1 - index) < part(first, 1 - index), "{words}");
        }
        if says("the run leaves, as predicted") {
            prop_assert!(part(end, index) > part(first, index), "{words}");
        }
        if says("no farther along it") {
            prop_assert!(part(end, index) <= part(first, index), "{words}");
        }
        if says("comes nearer; close") {
            prop_assert!(end.norm() < first.norm(), "{words}");
        }
        if says("far from quadratic") {
            let range: Vec<&str> = words.split(" goes from ").nth(1).unwrap().trim_end_matches('.').split(" to ").collect();
            prop_assert!(cubic != 0.0 && range[0] != range[1], "{words}");
        }
        if says("does not diverge") || says("does not come there") {
            prop_assert_ne!(trajectory.stop, StopReason::Diverged, "{}", words);
        }
    }

    /// 2/λmax separates what converges from what diverges where H is positive definite; where it is indefinite gradient
    /// descent leaves at any rate, and beyond 2/λmax it swings along λmax, too.
    #[test]
    fn the_speed_limit_says_what_it_is(matrix in entries(), factor in prop_oneof![0.05..0.9f64, 1.1..3.0f64]) {
        let hessian = Matrix::new(matrix[0], matrix[1], matrix[1], matrix[2]);
        let eigen = eigenpairs(&hessian).unwrap();
        let [least, greatest] = eigen.values;
        prop_assume!(least.abs() > 0.02 && greatest > 0.02);
        let rate = factor * 2.0 / greatest;
        prop_assume!(rate < 100.0);
        let run = Run { steps: 100_000, ..run("gradient-descent", &[("learning_rate", rate)]) };
        let start = eigen.vectors[0] + eigen.vectors[1];
        let trajectory = traced(&formula(matrix, 0.0), start.into(), &run);
        let expected = if least > 0.0 && factor < 1.0 { StopReason::Converged } else { StopReason::Diverged };
        prop_assert_eq!(trajectory.stop, expected);
        let swing = |index: usize| eigen.vectors[1].dot(&trajectory.steps[index].w).abs();
        prop_assert_eq!(swing(3) > swing(0), factor > 1.0);
    }

    /// On the ring gradient descent stays on the line through the centre, at any rate and from anywhere.
    #[test]
    fn on_the_ring_the_line_is_never_left(start in start(), rate in 0.01..2.0f64) {
        let trajectory = traced("(w1^2+w2^2-1)^2/4", start, &run("gradient-descent", &[("learning_rate", rate)]));
        let across = Vector::new(-start[1], start[0]);
        for step in &trajectory.steps {
            prop_assert!(across.dot(&step.w).abs() <= 1e-10 * across.norm() * step.w.norm());
        }
        if trajectory.stop == StopReason::Converged {
            let size = trajectory.end().w.norm();
            prop_assert!((size - 1.0).abs() < 1e-7 || size < 1e-7, "{size}");
        }
    }

    /// In the valley of minima of (w1 + 2w2)² gradient descent moves along (1, 2) alone, and ends at the nearest point.
    #[test]
    fn to_a_valley_of_minima_the_way_is_straight(start in start(), factor in 0.05..0.95f64) {
        let run = Run { steps: 100_000, ..run("gradient-descent", &[("learning_rate", factor * 0.2)]) };
        let trajectory = traced("(w1 + 2*w2)^2", start, &run);
        let along = Vector::new(2.0, -1.0);
        let start = Vector::from(start);
        for step in &trajectory.steps {
            prop_assert!(along.dot(&(step.w - start)).abs() < 1e-12);
        }
        let nearest = along * (along.dot(&start) / 5.0);
        prop_assert!((trajectory.end().w - nearest).norm() < 1e-7);
    }

    /// AdaGrad: no step is longer than η in a weight. Adam's first is η where the gradient is large beside ε, and
    /// shorter where it is not. RMSProp's first is η/√(1 − β₂).
    #[test]
    fn lengths_of_scaled_steps(matrix in entries(), start in start(), size in prop_oneof![Just(1.0), Just(1e-9)], eta in 0.001..0.5f64) {
        let text = format!("{size:e}*({})", formula(matrix, 0.1));
        let steps_of = |name: &str| {
            let run = Run { steps: 30, ..run(name, &[("learning_rate", eta), ("gradient_tolerance", 0.0)]) };
            traced(&text, start, &run).steps
        };
        for pair in steps_of("adagrad").windows(2) {
            prop_assert!((pair[1].w - pair[0].w).amax() <= eta * (1.0 + 1e-12));
        }
        let gradient = loss(&text).jet(Vector::from(start)).gradient;
        for (name, longest) in [("adam", 1.0), ("rmsprop", 10.0)] {
            let steps = steps_of(name);
            let Some(next) = steps.get(1) else { continue };
            for axis in 0..2 {
                let step = (next.w - steps[0].w)[axis].abs();
                let share = step / (eta * longest);
                prop_assert!(share <= 1.0 + 1e-9, "{name}: {share}");
                if gradient[axis].abs() >= 1e-5 {
                    prop_assert!(share > 0.98, "{name}: {share}");
                }
                if gradient[axis].abs() <= 1e-9 {
                    prop_assert!(share < 0.5, "{name}: {share}");
                }
            }
        }
    }

    /// With μ = 0 saddle-free Newton's step is Newton's in each eigen-direction, turned round where λ < 0.
    #[test]
    fn saddle_free_newton_is_newton_turned_round(matrix in entries(), start in start()) {
        let hessian = Matrix::new(matrix[0], matrix[1], matrix[1], matrix[2]);
        let eigen = eigenpairs(&hessian).unwrap();
        prop_assume!(eigen.values.iter().all(|lambda| lambda.abs() > 0.02));
        let step_of = |name: &str| {
            let run = Run { steps: 1, gradient_tolerance: 0.0, ..Run::new(name) };
            traced(&formula(matrix, 0.0), start, &run).end().w - Vector::from(start)
        };
        let [newton, free] = ["newton", "saddle-free-newton"].map(step_of);
        for (lambda, vector) in eigen.values.iter().zip(&eigen.vectors) {
            let [plain, turned] = [newton, free].map(|step| vector.dot(&step));
            prop_assert!((turned - lambda.signum() * plain).abs() < 1e-9, "{turned} and {plain} for λ = {lambda}");
        }
    }
}

proptest! {
    #![proptest_config(fixed(12))]

    /// After each trial the trust region's radius is ‖d‖/4, twice as large up to the largest, or what it was.
    #[test]
    fn the_trust_region_follows_its_rule(matrix in entries(), start in start(), cubic in -1.0..1.0f64, radius in 0.01..10.0f64) {
        let run = Run { steps: 20, ..run("trust-region", &[("radius", radius), ("largest_radius", 5.0)]) };
        let (loss, w) = (loss(&formula(matrix, cubic)), Vector::from(start));
        let trajectory = trace(&loss, w, &run).unwrap();
        let mut last: Option<(f64, f64)> = None;
        for (index, step) in trajectory.steps.iter().enumerate().take(trajectory.len()) {
            let mut radius = 0.0;
            for look in observations(&loss, w, &run, index).unwrap() {
                match look {
                    Observation::Radius(now) => {
                        radius = now;
                        if let Some((before, length)) = last {
                            let choices = [before, (2.0 * before).min(5.0), length / 4.0];
                            prop_assert!(choices.iter().any(|choice| (choice - now).abs() < 1e-9 * now), "{now}: {choices:?}");
                        }
                    }
                    Observation::Trial { w, .. } => last = Some((radius, (w - step.w).norm())),
                    _ => {}
                }
            }
        }
    }
}

/// The strong Wolfe search goes on beyond its first trial where the slope is still steep: on w²/2000 from w = 1 with c₂
/// = 0.1 it needs t ≥ 900, and Armijo's never goes beyond the first.
#[test]
fn a_wolfe_search_may_be_longer_than_its_first_trial() {
    let length = |name: &str| {
        let steps = traced("w1^2/2000 + w2^2/2000", [1.0, 0.0], &Run { steps: 1, ..Run::new(name) }).steps;
        (steps[1].w - steps[0].w).norm() / steps[0].gradient_norm
    };
    assert!(length("gradient-descent-wolfe") >= 900.0);
    assert_eq!(length("gradient-descent-armijo").round(), 1.0);
}

/// B of BFGS is I at first, and (yᵀs/yᵀy)I when it is updated for the first time.
#[test]
fn bfgs_begins_as_its_rule_says() {
    let (loss, start, run) = (loss("(w1^2 + 30*w2^2)/2 + w1*w2"), Vector::new(3.0, -1.0), Run::new("bfgs"));
    let trajectory = trace(&loss, start, &run).unwrap();
    let inverse = |index: usize| {
        let models = observations(&loss, start, &run, index).unwrap().into_iter().find_map(|look| match look {
            Observation::Model { curvature, .. } => curvature.try_inverse(),
            _ => None,
        });
        models.unwrap()
    };
    assert!((inverse(0) - Matrix::identity()).amax() < 1e-15);
    let s = trajectory.steps[1].w - trajectory.steps[0].w;
    let y = loss.jet(trajectory.steps[1].w).gradient - loss.jet(start).gradient;
    let left = Matrix::identity() - s * y.transpose() / y.dot(&s);
    let expected = left * left.transpose() * (y.dot(&s) / y.norm_squared()) + s * s.transpose() / y.dot(&s);
    assert!((inverse(1) - expected).amax() < 1e-12 * expected.amax(), "{} and {expected}", inverse(1));
}
