//! Line searches: they never go uphill, and their steps fulfil the conditions that they claim.

use super::*;
use proptest::prelude::*;

/// The rules that search for a lower loss in each step.
const DESCENDING: [&str; 7] = [
    "gradient-descent-armijo",
    "gradient-descent-wolfe",
    "newton-line-search",
    "newton-cg",
    "trust-region",
    "bfgs",
    "lbfgs",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Quartics, waves, exponentials and walls, from anywhere.
    #[test]
    fn the_loss_never_rises(
        a in prop::array::uniform6(-3.0..3.0f64), start in prop::array::uniform2(-3.0..3.0f64), shape in 0..5,
    ) {
        let formula = match shape {
            0 => format!("w1^4 + w2^4 + ({})*w1^3 + ({})*w1*w2^2 + ({})*w1*w2 + ({})*w1 + ({})*w2", a[0], a[1], a[2], a[3], a[4]),
            1 => format!("sin(({})*w1 + w2) + cos(w1*w2) + ({})*w1^2 + ({})*w2^2", a[0], a[1], a[2]),
            2 => format!("exp(({})*w1) + exp(({})*w2) + ({})*w1*w2", a[0], a[1], a[2]),
            3 => format!("log(w1 + 3.5) + ({})*w2^2 + sqrt(w2 + 3.2) + ({})*w1*w2", a[0], a[1]),
            _ => format!("({})*w1^2 + ({})*w1*w2 + ({})*w2^2", a[0], a[1], a[2]),
        };
        for name in DESCENDING {
            let trajectory = traced(&formula, start, &Run::new(name));
            for pair in trajectory.steps.windows(2) {
                prop_assert!(
                    pair[1].loss <= pair[0].loss || pair[1].loss.is_nan(),
                    "{name} on {formula}: {} after {}", pair[1].loss, pair[0].loss
                );
            }
        }
    }
}

/// On a line, φ(t) = L along −∇L, each step of the two rules fulfils its conditions as they are written.
#[test]
fn steps_fulfil_their_conditions() {
    let formula = "(1-w1)^2 + 100*(w2-w1^2)^2";
    let loss = loss(formula);
    let (c1, c2) = (0.1, 0.4);
    for name in ["gradient-descent-armijo", "gradient-descent-wolfe"] {
        let mut run = run(name, &[("c1", c1)]);
        let is_wolfe = name.ends_with("wolfe");
        if is_wolfe {
            run.set("c2", c2).unwrap();
        }
        let trajectory = traced(formula, [-1.2, 1.0], &run);
        assert_eq!(trajectory.len(), 200);
        for pair in trajectory.steps.windows(2) {
            let gradient = loss.jet(pair[0].w).gradient;
            let way = pair[1].w - pair[0].w;
            let slope = way.dot(&gradient);
            assert!(pair[1].loss <= pair[0].loss + c1 * slope * (1.0 - 1e-9), "{name} falls enough");
            assert!(slope < 0.0 && (way.dot(&gradient) / (way.norm() * gradient.norm()) + 1.0).abs() < 1e-9);
            if is_wolfe {
                let flatter = way.dot(&loss.jet(pair[1].w).gradient).abs();
                assert!(flatter <= c2 * slope.abs() * (1.0 + 1e-9), "{name} goes on until it is flat enough");
            } else {
                // The step is a half of a half … of 1, and the one twice as long does not fall enough.
                let t = way.norm() / gradient.norm();
                let halvings = libm::round(-libm::log2(t));
                assert!((t * libm::pow(2.0, halvings) - 1.0).abs() < 1e-6, "t = {t}");
                let longer = loss.value(pair[0].w + 2.0 * way);
                assert!(halvings == 0.0 || longer > pair[0].loss + 2.0 * c1 * slope * (1.0 + 1e-9));
            }
        }
    }
}

/// Steepest descent with exact searches on a quadratic loses at least 1 − ((κ − 1)/(κ + 1))² of L a step (Nocedal and
/// Wright, theorem 3.3), and no more from the worst start, (κ, 1) in the eigen-directions.
#[test]
fn steepest_descent_on_a_quadratic_has_kantorovichs_rate() {
    let kappa = 20.0;
    let run = run("gradient-descent-wolfe", &[("c1", 1e-6), ("c2", 0.001), ("gradient_tolerance", 0.0)]);
    let trajectory = traced(&format!("(w1^2 + {kappa}*w2^2)/2"), [kappa, 1.0], &Run { steps: 40, ..run });
    let worst = libm::pow((kappa - 1.0) / (kappa + 1.0), 2.0);
    for pair in trajectory.steps.windows(2) {
        assert!((pair[1].loss / pair[0].loss - worst).abs() < 1e-3, "{} of {worst}", pair[1].loss / pair[0].loss);
    }
}

/// If L falls without bound along the line, there is no minimum: the search takes its last acceptable point, and the
/// run goes on until its step limit, far away. At the border of a domain the search stays inside.
#[test]
fn slopes_without_end_and_walls() {
    for name in ["gradient-descent-wolfe", "bfgs", "lbfgs"] {
        let trajectory = traced("w1 - w2", [0.0, 0.0], &Run::new(name));
        assert_eq!(trajectory.stop, StopReason::StepLimit, "{name}");
        assert!(trajectory.end().w.norm() > 1e15, "{name}");
    }
    for name in DESCENDING {
        // L = w1·log(w1) has its minimum at 1/e, L = 0 at the border, and is undefined beyond.
        let trajectory = traced("w1*log(w1) + w2^2", [3.0, 1.0], &Run { steps: 2000, ..Run::new(name) });
        assert_eq!(trajectory.stop, StopReason::Converged, "{name}");
        assert!((trajectory.end().w - Vector::new(libm::exp(-1.0), 0.0)).norm() < 1e-7, "{name}");
    }
}

/// The trials are observed: halved until the last one, at which the step ends.
#[test]
fn trials_can_be_watched() {
    let loss = loss("(1-w1)^2 + 100*(w2-w1^2)^2");
    let start = Vector::new(-1.2, 1.0);
    for name in DESCENDING {
        let run = Run::new(name);
        let trajectory = trace(&loss, start, &run).unwrap();
        for (index, step) in trajectory.steps.iter().enumerate().skip(1) {
            let observations = observations(&loss, start, &run, index - 1).unwrap();
            let accepted = observations.iter().filter_map(|observation| match observation {
                Observation::Trial { w, accepted: true, .. } => Some(*w),
                _ => None,
            });
            assert_eq!(accepted.collect::<Vec<_>>(), [step.w], "{name}, step {index}");
            assert!(observations.iter().any(|observation| matches!(observation, Observation::Gradient(_))));
        }
        assert_eq!(observations(&loss, start, &run, trajectory.len()).unwrap(), [], "{name} has converged");
    }
}

/// With c₂ < c₁ there may be no step that both conditions accept.
#[test]
fn the_conditions_of_wolfe_must_leave_room() {
    for (name, c1, c2) in [("gradient-descent-wolfe", 0.4, 0.3), ("bfgs", 0.5, 0.2)] {
        let run = Run { settings: [("c1".to_owned(), c1), ("c2".to_owned(), c2)].into(), ..Run::new(name) };
        let refused = trace(&loss("w1^2 + w2^2"), Vector::new(1.0, 1.0), &run);
        assert!(refused.is_err_and(|reason| reason.contains("c2 ≥ c1")), "{name}");
    }
}
