//! Second-order rules: exact steps on quadratics, and what they do at a saddle.

use super::*;

/// The rules that are Newton's method on a convex quadratic land on its minimum at once.
#[test]
fn a_convex_quadratic_takes_one_step() {
    for name in ["newton", "newton-line-search", "saddle-free-newton", "trust-region"] {
        let mut run = Run::new(name);
        if name == "trust-region" {
            run.set("radius", 10.0).unwrap();
        }
        let trajectory = traced("2*w1^2 + w1*w2 + w2^2 - 3*w1", [-2.0, 1.5], &run);
        assert_eq!(trajectory.stop, StopReason::Converged, "{name}");
        assert_eq!(trajectory.len(), 1, "{name}");
        // ∇L = (4w1 + w2 − 3, w1 + 2w2) = 0 at (6/7, −3/7).
        assert!((trajectory.end().w - Vector::new(6.0 / 7.0, -3.0 / 7.0)).norm() < 1e-14, "{name}");
    }
}

/// (H + μI)⁻¹ leaves the share μ/(λ + μ) of the distance along the eigenvector of λ.
#[test]
fn regularised_newtons_factor() {
    let run = Run { steps: 10, ..run("regularised-newton", &[("damping", 2.0), ("gradient_tolerance", 0.0)]) };
    let trajectory = traced("w1^2 + 3*w2^2", [1.0, 1.0], &run);
    for (k, step) in trajectory.steps.iter().enumerate() {
        let expected = Vector::new(libm::pow(0.5, k as f64), libm::pow(0.25, k as f64));
        assert!((step.w - expected).amax() < 1e-15, "{} and {expected}", step.w);
    }
}

/// With H = I and δ = 1 the step is half of Newton's. With H = diag(1, −1) and δ = 3 it is (0, ½) at (0, 1), where without damping
/// the curvature along −∇L is negative and the step is −∇L = (0, 1).
#[test]
fn damping_of_newtons_method_by_conjugate_gradients() {
    let damped = |damping| Run { steps: 3, ..run("newton-cg", &[("damping", damping)]) };
    let trajectory = traced("(w1^2 + w2^2)/2", [1.0, 0.0], &damped(1.0));
    let places: Vec<f64> = trajectory.steps.iter().map(|step| step.w.x).collect();
    assert_eq!(places, [1.0, 0.5, 0.25, 0.125]);
    for (damping, second) in [(3.0, 1.5), (0.0, 2.0)] {
        let trajectory = traced("(w1^2 - w2^2)/2", [0.0, 1.0], &damped(damping));
        assert_eq!(trajectory.steps[1].w, Vector::new(0.0, second), "δ = {damping}");
    }
}

/// On w1² − w2² Newton's method goes to the saddle in one step, and all rules that use the sign of the curvature leave
/// it: saddle-free Newton doubles w2 in each step, because −|H|⁻¹∇L = (−w1, w2).
#[test]
fn who_leaves_the_saddle() {
    let start = [1.25, 0.75];
    let newton = traced("w1^2 - w2^2", start, &Run::new("newton"));
    assert_eq!((newton.stop, newton.len(), newton.end().w), (StopReason::Converged, 1, Vector::zeros()));
    let free = traced("w1^2 - w2^2", start, &Run::new("saddle-free-newton"));
    assert_eq!(free.stop, StopReason::Diverged);
    for (k, step) in free.steps.iter().enumerate().skip(1) {
        assert_eq!(step.w, Vector::new(0.0, 0.75 * libm::pow(2.0, k as f64)));
    }
    for name in ["newton-cg", "trust-region", "bfgs", "lbfgs", "gradient-descent-armijo"] {
        let trajectory = traced("w1^2 - w2^2", start, &Run { steps: 100_000, ..Run::new(name) });
        assert!(trajectory.end().loss < -1e3, "{name} ends at {}, L = {}", trajectory.end().w, trajectory.end().loss);
    }
    // A line search along Newton's direction goes to the saddle where that is lower, and turns away where it is higher.
    let search = |start| traced("w1^2 - w2^2", start, &Run { steps: 100, ..Run::new("newton-line-search") });
    let found = search(start);
    assert_eq!((found.len(), found.stop), (1, StopReason::Converged));
    assert!(search([0.75, 1.25]).end().loss < -1e3);
    // If L is bounded below, they end in a minimum, at (0, ±1).
    for name in ["saddle-free-newton", "newton-cg", "trust-region", "bfgs", "lbfgs"] {
        let trajectory = traced("w1^2 + (w2^2 - 1)^2", [0.7, 1e-3], &Run::new(name));
        assert_eq!(trajectory.stop, StopReason::Converged, "{name}");
        assert!((trajectory.end().w - Vector::new(0.0, 1.0)).norm() < 1e-7, "{name} ends at {}", trajectory.end().w);
    }
}

/// At the saddle itself ∇L = 0, so the trust region follows the negative curvature.
#[test]
fn a_trust_region_leaves_the_very_saddle() {
    let run = Run { require_positive_definite: true, ..Run::new("trust-region") };
    let trajectory = traced("w1^2 + (w2^2 - 1)^2", [0.0, 0.0], &run);
    assert_eq!(trajectory.stop, StopReason::Converged);
    assert!((trajectory.end().w.y.abs() - 1.0).abs() < 1e-8);
}

/// Newton's method doubles the right digits in each step near a simple minimum; Newton-CG and BFGS are superlinear:
/// the ratio of successive distances tends to 0.
#[test]
fn rates_near_a_minimum() {
    let formula = "(1-w1)^2 + 100*(w2-w1^2)^2";
    let minimum = Vector::new(1.0, 1.0);
    for name in ["newton", "newton-line-search", "trust-region", "saddle-free-newton"] {
        let run = run(name, &[("gradient_tolerance", 1e-14)]);
        let steps = traced(formula, [1.1, 1.15], &run).steps;
        let distances: Vec<f64> = steps.iter().map(|step| (step.w - minimum).norm()).filter(|d| *d > 1e-12).collect();
        let last = distances.windows(2).last().unwrap();
        assert!(last[1] < 100.0 * last[0] * last[0], "{name}: {distances:?}");
    }
    for name in ["newton-cg", "bfgs", "lbfgs"] {
        let steps = traced(formula, [1.1, 1.15], &Run::new(name)).steps;
        let distances: Vec<f64> = steps.iter().map(|step| (step.w - minimum).norm()).collect();
        let last = distances[distances.len() - 2..].to_vec();
        assert!(last[1] < 0.02 * last[0], "{name}: {distances:?}");
    }
}

/// With exact line searches BFGS ends on a quadratic of n weights after n steps (Nocedal and Wright, theorem 6.4); a
/// cubic through two values and slopes of a parabola is the parabola, so that with a small c₂ the searches are exact.
#[test]
fn bfgs_ends_on_a_quadratic() {
    for name in ["bfgs", "lbfgs"] {
        let run = run(name, &[("c2", 0.001), ("c1", 1e-6), ("gradient_tolerance", 1e-9)]);
        let trajectory = traced("(w1^2 + 30*w2^2)/2 + w1*w2", [3.0, -1.0], &run);
        assert_eq!((trajectory.stop, trajectory.len()), (StopReason::Converged, 2), "{name}");
    }
}

#[test]
fn lbfgs_needs_few_gradients_on_rosenbrock() {
    let trajectory = traced("(1-w1)^2 + 100*(w2-w1^2)^2", [-1.2, 1.0], &Run::new("lbfgs"));
    assert_eq!(trajectory.stop, StopReason::Converged);
    assert!((trajectory.end().w - Vector::new(1.0, 1.0)).norm() < 1e-7);
    let evaluations = trajectory.end().evaluations;
    assert!(evaluations.gradients <= 60 && evaluations.losses == 0, "{evaluations:?}");
}

/// A flat direction with a slope has no Newton step, and none with |H|; a trust region and damping have one.
#[test]
fn flat_directions() {
    for (name, stop) in [
        ("newton", StopReason::SingularHessian),
        ("saddle-free-newton", StopReason::SingularHessian),
        ("regularised-newton", StopReason::StepLimit),
        ("trust-region", StopReason::StepLimit),
        ("newton-line-search", StopReason::StepLimit),
    ] {
        let trajectory = traced("w1 + w2^2", [1.0, 1.0], &Run { steps: 20, ..Run::new(name) });
        assert_eq!(trajectory.stop, stop, "{name}");
        assert!(stop == StopReason::SingularHessian || trajectory.end().w.x < -5.0, "{name}");
    }
}

#[test]
fn a_kink_has_no_second_order() {
    for name in ["newton-line-search", "saddle-free-newton", "regularised-newton", "trust-region", "newton-cg"] {
        let trajectory = traced("abs(w1) + w2^2", [0.0, 1.0], &Run::new(name));
        assert_eq!((trajectory.stop, trajectory.len()), (StopReason::Undefined, 0), "{name}");
    }
}
