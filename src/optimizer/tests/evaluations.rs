//! The counted evaluations of steps, and their observations.

use super::*;

fn evaluations_of(name: &str, formula: &str, steps: usize) -> Evaluations {
    let run = Run { steps, gradient_tolerance: 0.0, ..Run::new(name) };
    let trajectory = traced(formula, [1.0, 0.5], &run);
    assert_eq!(trajectory.len(), steps, "{name}");
    assert_eq!(trajectory.steps[0].evaluations, Evaluations::default(), "a start costs nothing");
    trajectory.end().evaluations
}

#[test]
fn a_step_is_charged_for_what_it_asks() {
    let formula = "w1^4 + w2^4 + w1*w2";
    let gradients = |gradients| Evaluations { gradients, ..Evaluations::default() };
    for name in ["gradient-descent", "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"] {
        assert_eq!(evaluations_of(name, formula, 7), gradients(7), "{name}");
    }
    for name in ["newton", "damped-newton", "saddle-free-newton", "regularised-newton"] {
        assert_eq!(evaluations_of(name, formula, 4), Evaluations { hessians: 4, ..gradients(4) }, "{name}");
    }
    // On a parabola 1 − ηλ = −1 at η = 1 leaves L as it is, and η = ½ is the first that falls: two values a step.
    let armijo = evaluations_of("gradient-descent-armijo", "w1^2 + 1e-30*w2", 1);
    assert_eq!(armijo, Evaluations { losses: 2, ..gradients(1) });
    // Seven slopes a step of Dormand and Prince's, of which the last is the next one's first.
    let flow = evaluations_of("gradient-flow", "w1 + w2", 1);
    assert_eq!(flow.gradients % 6, 1, "{flow:?}");
}

/// Only optimizers that declare that they need the Hessian get it, and exactly these use it.
#[test]
fn who_says_so_asks_for_the_hessian() {
    for optimizer in OPTIMIZERS {
        let run = Run { steps: 3, gradient_tolerance: 0.0, ..Run::new(optimizer.name()) };
        let Evaluations { hessians, products, .. } = traced("w1^4 + w2^4 + w1*w2", [1.0, 0.5], &run).end().evaluations;
        assert_eq!(hessians + products > 0, optimizer.needs_hessian(), "{}", optimizer.name());
    }
}

/// A gradient that the search has evaluated where the step ends is not charged again when the next step begins there.
#[test]
fn what_is_known_is_not_charged_twice() {
    let run = Run::new("lbfgs");
    let start = Vector::new(-1.2, 1.0);
    let loss = loss("(1-w1)^2 + 100*(w2-w1^2)^2");
    let trajectory = trace(&loss, start, &run).unwrap();
    let mut trials = 0;
    for index in 0..trajectory.len() {
        let observations = observations(&loss, start, &run, index).unwrap();
        trials += observations.iter().filter(|observation| matches!(observation, Observation::Trial { .. })).count();
    }
    assert_eq!(trajectory.end().evaluations.gradients as usize, trials + 1);
}

#[test]
fn work_in_gradients() {
    let work = Evaluations { losses: 3, gradients: 2, hessians: 1, products: 4, ..Evaluations::default() };
    assert_eq!(work.in_gradients(), 1.0 + 2.0 + 2.0 + 4.0);
}

/// The observations of a step explain it: the step is −η times the velocity, or the scaled gradient, or leads to the
/// model's goal.
#[test]
fn looks_explain_the_step() {
    let formula = "(w1^2 + w2 - 11)^2/20 + (w1 + w2^2 - 7)^2/20";
    let loss = loss(formula);
    let start = Vector::new(0.5, 1.0);
    for optimizer in OPTIMIZERS {
        let run = Run { steps: 10, ..Run::new(optimizer.name()) };
        let rate = run.setting("learning_rate").unwrap_or(f64::NAN);
        let trajectory = trace(&loss, start, &run).unwrap();
        for (index, pair) in trajectory.steps.windows(2).enumerate() {
            let observations = observations(&loss, start, &run, index).unwrap();
            let step = pair[1].w - pair[0].w;
            let is_step = |v: Vector| (step + rate * v).amax() < 1e-14;
            let name = optimizer.name();
            for observation in observations {
                match (name, observation) {
                    ("gradient-descent" | "sgd", Observation::Gradient(v)) => assert!(is_step(v), "{name}"),
                    ("momentum" | "nesterov", Observation::Velocity(v)) => assert!(is_step(v), "{name}"),
                    ("adam" | "rmsprop" | "adagrad", Observation::ScaledGradient(v)) => assert!(is_step(v), "{name}"),
                    (
                        "newton" | "saddle-free-newton" | "regularised-newton",
                        Observation::Model { curvature, goal },
                    ) => {
                        assert_eq!(goal, pair[1].w, "{name}");
                        let slope = loss.jet(pair[0].w).gradient + curvature * step;
                        assert!(slope.amax() < 1e-12, "{name}: the goal is where the model is stationary");
                    }
                    _ => {}
                }
            }
        }
    }
}
