//! First-order rules on quadratics and straight slopes, where their steps are known in closed form.

use super::*;

/// On λw²/2 the heavy ball follows w(k+1) = (1 + β − ηλ)w(k) − βw(k−1), and so z² − (1 + β − ηλ)z + β = 0. At Polyak's
/// optimal parameters η = 4/(√λmax + √λmin)², β = ((√κ − 1)/(√κ + 1))² both directions have the double root r = ±√β,
/// and from rest w(k) = w(0)·(1 + k(1 − r))·rᵏ: the rate is √β.
#[test]
fn the_heavy_ball_converges_with_the_root_of_beta() {
    let (least, greatest) = (1.0, 100.0f64);
    let (rate, beta) = (4.0 / 121.0, 81.0 / 121.0);
    let run = run("momentum", &[("learning_rate", rate), ("momentum", beta), ("gradient_tolerance", 0.0)]);
    let trajectory = traced(&format!("({least}*w1^2 + {greatest}*w2^2)/2"), [1.0, 1.0], &run);
    assert_eq!(trajectory.len(), 200);
    for (index, root) in [(0, 9.0 / 11.0), (1, -9.0 / 11.0)] {
        for (k, step) in trajectory.steps.iter().enumerate().take(80) {
            let (k, envelope) = (k as f64, libm::pow(9.0 / 11.0, k as f64));
            let expected = (1.0 + k * (1.0 - root)) * libm::pow(root, k);
            let off = (step.w[index] - expected).abs() / (envelope * (1.0 + k));
            assert!(off < 1e-10, "w{} after {k} steps is {off:e} off", index + 1);
        }
    }
    // Gradient descent at its own best rate, 2/(λmin + λmax), has the factor (κ − 1)/(κ + 1) instead.
    let best = super::run("gradient-descent", &[("learning_rate", 2.0 / 101.0), ("gradient_tolerance", 0.0)]);
    let plain = traced(&format!("({least}*w1^2 + {greatest}*w2^2)/2"), [1.0, 1.0], &best);
    for index in [0, 1] {
        let factor = plain.steps[150].w[index].abs() / plain.steps[149].w[index].abs();
        assert!((factor - 99.0 / 101.0).abs() < 1e-12, "{factor}");
    }
}

/// With λ = 100 and β = 0.9 the limits are (2 + 2β)/λ = 0.038 for the heavy ball and
/// (2 + 2β)/((1 + 2β)λ) = 0.013571… for Nesterov.
#[test]
fn momentum_has_its_own_speed_limits() {
    for (name, rate, stop) in [
        ("momentum", 0.0379, StopReason::Converged),
        ("momentum", 0.0381, StopReason::Diverged),
        ("nesterov", 0.0135, StopReason::Converged),
        ("nesterov", 0.0137, StopReason::Diverged),
    ] {
        let run = Run { steps: 100_000, ..run(name, &[("learning_rate", rate), ("momentum", 0.9)]) };
        assert_eq!(traced("100*w1^2/2 + w2^2/2", [1.0, 1.0], &run).stop, stop, "{name}, η = {rate}");
    }
}

/// Nesterov's rule on λw²/2 is w(k+1) = (1 + β)s·w(k) − βs·w(k−1) with s = 1 − ηλ: gradient descent from the point
/// ahead, w(k) + β(w(k) − w(k−1)), up to the change of variables, which for a linear recurrence is none.
#[test]
fn nesterov_follows_its_recurrence() {
    let (rate, beta, lambda) = (0.05, 0.8, 3.0);
    let run = run("nesterov", &[("learning_rate", rate), ("momentum", beta), ("gradient_tolerance", 0.0)]);
    let trajectory = traced("3*w1^2/2", [2.0, 0.0], &run);
    let s = 1.0 - rate * lambda;
    for triple in trajectory.steps.windows(3).take(60) {
        let [before, here, next] = [triple[0].w.x, triple[1].w.x, triple[2].w.x];
        assert!((next - (1.0 + beta) * s * here + beta * s * before).abs() < 1e-14);
    }
}

#[test]
fn without_momentum_both_are_gradient_descent() {
    let plain = traced("w1^4 + 3*w2^2", [1.0, -1.0], &run("gradient-descent", &[("learning_rate", 0.05)]));
    for name in ["momentum", "nesterov"] {
        let run = run(name, &[("learning_rate", 0.05), ("momentum", 0.0)]);
        assert_eq!(traced("w1^4 + 3*w2^2", [1.0, -1.0], &run), plain, "{name}");
    }
}

/// On the slope L = 3w1 − 0.01w2 the gradient is constant, and the scaled rules know only its signs: Adam's steps are η
/// each, RMSProp's η/√(1 − β₂ᵏ), AdaGrad's η/√k. With ε = 1e-16 there is no other visible effect.
#[test]
fn scaled_rules_on_a_slope_know_only_signs() {
    let steps_of = |name: &str, settings: &[(&str, f64)]| {
        let run = Run { steps: 50, ..run(name, &[&[("learning_rate", 0.1), ("epsilon", 1e-16)], settings].concat()) };
        let steps = traced("3*w1 - w2/100", [0.0, 0.0], &run).steps;
        steps.windows(2).map(|pair| pair[1].w - pair[0].w).collect::<Vec<_>>()
    };
    type Case<'a> = (&'a str, &'a [(&'a str, f64)], fn(f64) -> f64);
    let cases: [Case<'_>; 3] = [
        ("adam", &[("beta1", 0.7), ("beta2", 0.9)], |_| 0.1),
        ("rmsprop", &[("beta2", 0.9)], |k| 0.1 / (1.0 - libm::pow(0.9, k)).sqrt()),
        ("adagrad", &[], |k| 0.1 / k.sqrt()),
    ];
    for (name, settings, size) in cases {
        let steps = steps_of(name, settings);
        assert_eq!(steps.len(), 50);
        for (index, step) in steps.iter().enumerate() {
            let size = size(index as f64 + 1.0);
            assert!((step - Vector::new(-size, size)).amax() < 1e-12, "{name}, step {}: {step}", index + 1);
        }
    }
}

/// With ω the minimum of AdamW is where the scaled gradient balances ωw, not where ∇L = 0; with ω = 0 it is Adam.
#[test]
fn weight_decay_is_what_tells_adamw_from_adam() {
    let settings = [("learning_rate", 0.01), ("weight_decay", 0.0)];
    let adam = traced("(w1-3)^2 + w2^4", [1.0, -1.0], &run("adam", &settings[..1]));
    assert_eq!(traced("(w1-3)^2 + w2^4", [1.0, -1.0], &run("adamw", &settings)), adam);
    // On a flat loss the weights shrink by 1 − ηω a step.
    let run = Run {
        steps: 10,
        ..run("adamw", &[("learning_rate", 0.5), ("weight_decay", 0.5), ("gradient_tolerance", 0.0)])
    };
    let flat = traced("0*w1 + w2*1e-300", [1.0, 0.0], &Run { steps: 3, ..run });
    assert_eq!(flat.end().w.x, 0.75f64.powi(3));
}

/// Each weight has its factor 1 − ηᵢλᵢ, exact in powers of two; each has its own limit 2/λᵢ.
#[test]
fn each_weight_has_its_rate() {
    let rates = |first, second| {
        let settings = [("learning_rate_1", first), ("learning_rate_2", second), ("gradient_tolerance", 0.0)];
        run("coordinate-rates", &settings)
    };
    let trajectory = traced("w1^2/2 + 64*w2^2/2", [1.0, 1.0], &Run { steps: 20, ..rates(0.5, 1.0 / 256.0) });
    for (k, step) in trajectory.steps.iter().enumerate() {
        assert_eq!(step.w, Vector::new(libm::pow(0.5, k as f64), libm::pow(0.75, k as f64)));
    }
    for (first, second, stop) in
        [(1.99, 0.031, StopReason::Converged), (2.01, 0.031, StopReason::Diverged), (1.99, 0.032, StopReason::Diverged)]
    {
        let run = Run { steps: 100_000, gradient_tolerance: 1e-8, ..rates(first, second) };
        assert_eq!(traced("w1^2/2 + 64*w2^2/2", [1.0, 1.0], &run).stop, stop, "η = ({first}, {second})");
    }
}

/// dw/dt = −λw has the solution w(0)·e^(−λt), and dw/dt = −4w³ has w(0)/√(1 + 8w(0)²t).
#[test]
fn the_flow_is_the_exact_solution() {
    let run = run("gradient-flow", &[("learning_rate", 0.3), ("gradient_tolerance", 0.0)]);
    let trajectory = traced("5*w1^2/2 - w2^2/2", [2.0, 1e-3], &Run { steps: 20, ..run.clone() });
    for (k, step) in trajectory.steps.iter().enumerate() {
        let time = 0.3 * k as f64;
        let expected = Vector::new(2.0 * libm::exp(-5.0 * time), 1e-3 * libm::exp(time));
        assert!((step.w - expected).amax() < 1e-8, "{} and {expected} at {time}", step.w);
    }
    for (k, step) in traced("w1^4", [3.0, 0.0], &run).steps.iter().enumerate() {
        let expected = 3.0 / (1.0 + 72.0 * 0.3 * k as f64).sqrt();
        assert!((step.w.x - expected).abs() < 1e-8, "{} and {expected} at step {k}", step.w.x);
    }
}

/// The flow of −w⁴ reaches infinity at t = 1/(8w(0)²); that of √w ends where the domain does.
#[test]
fn a_flow_that_ends_says_so() {
    let flow = run("gradient-flow", &[("learning_rate", 0.1)]);
    assert_eq!(traced("-w1^4", [1.0, 0.0], &flow).stop, StopReason::Diverged);
    let ended = traced("sqrt(w1)", [0.01, 0.0], &flow);
    assert_eq!(ended.stop, StopReason::Stalled);
    // A stiff ravine costs integration steps, not accuracy.
    let stiff = traced("w1^2/2 + 1e4*w2^2/2", [1.0, 1.0], &Run { steps: 10, ..flow });
    assert!((stiff.end().w - Vector::new(libm::exp(-1.0), 0.0)).amax() < 1e-7);
}

/// Gradient descent with small steps is near the flow at the same time, and twice as near with half the step.
#[test]
fn gradient_descent_tends_to_the_flow() {
    let formula = "(w1^2 + w2 - 11)^2/50 + (w1 + w2^2 - 7)^2/50";
    let at_time_one = |name: &str, steps: usize| {
        let run = run(name, &[("learning_rate", 1.0 / steps as f64), ("gradient_tolerance", 0.0)]);
        traced(formula, [0.5, 1.0], &Run { steps, ..run }).end().w
    };
    let flow = at_time_one("gradient-flow", 50);
    let off = [100, 200].map(|steps| (at_time_one("gradient-descent", steps) - flow).norm());
    assert!(off[0] < 0.02 && (off[0] / off[1] - 2.0).abs() < 0.1, "{off:?}");
}

/// On ½(w1·w2 − 1)² the sharpness at the minimum (a, 1/a) is a² + 1/a². From (5, 0.22) it is about 25.0, where η = 0.07
/// < 2/25 stays, while with η = 0.1 > 2/25 the run goes to a flatter minimum, near 12.8 < 2/0.1.
#[test]
fn gradient_descent_finds_a_minimum_as_flat_as_its_rate_demands() {
    let sharpness = |rate: f64| {
        let run = Run { steps: 20_000, ..run("gradient-descent", &[("learning_rate", rate)]) };
        let trajectory = traced("(w1*w2 - 1)^2/2", [5.0, 0.22], &run);
        assert_eq!(trajectory.stop, StopReason::Converged);
        trajectory.eigenvalues()[trajectory.len()][1]
    };
    assert!((sharpness(0.07) - 25.0).abs() < 0.1, "{}", sharpness(0.07));
    assert!((sharpness(0.1) - 12.8).abs() < 0.1, "{}", sharpness(0.1));
}
