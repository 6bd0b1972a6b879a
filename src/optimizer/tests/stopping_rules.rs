//! Where stopping rules end a run, and which of these ends are false.

use super::super::stopping_rules::{StoppingRule, Tolerances, Verdict, WouldStop, verdict, would_stop};
use super::*;
use crate::curvature::Kind;

/// Where each rule would have stopped a run that goes on regardless.
fn stops(formula: &str, start: [f64; 2], run: &Run, tolerances: &Tolerances) -> [Option<(usize, Verdict)>; 4] {
    let loss = loss(formula);
    let trajectory = trace(&loss, Vector::from(start), &Run { gradient_tolerance: 0.0, ..run.clone() }).unwrap();
    let found = would_stop(&loss, &trajectory, tolerances);
    assert_eq!(found.map(|WouldStop { rule, .. }| rule), StoppingRule::ALL);
    found.map(|stop| stop.at)
}

/// On w1²/2 with η = ½ the k-th distance is 2^−k: ‖∇L‖ = 2^−k, the last step was 2^−k long, and L fell from ½·4^−(k−1)
/// to ½·4^−k, by 1.5·4^−k.
#[test]
fn rules_hold_where_they_say() {
    let tolerances = Tolerances { gradient: 1e-3, step: 1e-2, decrease: 1e-4 };
    let descent = run("gradient-descent", &[("learning_rate", 0.5)]);
    let minimum = Verdict::At(Kind::Minimum);
    // 2^−10 ≤ 1e-3; 2^−7 ≤ 1e-2; 1.5·4^−7 ≤ 1e-4.
    let expected = [Some((10, minimum)), Some((7, minimum)), Some((7, minimum)), Some((10, minimum))];
    assert_eq!(stops("(w1^2 + w2^2)/2", [1.0, 0.0], &descent, &tolerances), expected);
    assert!(!minimum.is_false());
}

/// Past the saddle of w1² + (w2² − 1)² gradient descent slows down; every rule but the Hessian's stops there.
#[test]
fn a_saddle_deceives_all_but_the_hessian() {
    let descent = Run { steps: 2000, ..run("gradient-descent", &[("learning_rate", 0.1)]) };
    let tolerances = Tolerances { gradient: 1e-4, step: 1e-5, decrease: 1e-9 };
    let [gradient, step, decrease, definite] = stops("w1^2 + (w2^2 - 1)^2", [1.0, 1e-12], &descent, &tolerances);
    for stop in [gradient, step, decrease] {
        let (_, verdict) = stop.unwrap();
        assert_eq!(verdict, Verdict::At(Kind::Saddle));
        assert!(verdict.is_false());
    }
    let (at, verdict) = definite.unwrap();
    assert!(at > gradient.unwrap().0 && verdict == Verdict::At(Kind::Minimum));
}

/// The tail of e^(−w1) is flat and goes on; there is no critical point.
#[test]
fn a_plateau_deceives_all() {
    let descent = Run { steps: 5000, ..run("gradient-descent", &[("learning_rate", 1.0)]) };
    let tolerances = Tolerances { gradient: 1e-3, step: 1e-3, decrease: 1e-6 };
    for stop in stops("exp(-w1) + w2^2/4", [1.0, 0.5], &descent, &tolerances) {
        let (_, verdict) = stop.unwrap();
        assert_eq!(verdict, Verdict::Plateau);
        assert!(verdict.is_false());
    }
}

#[test]
fn verdicts() {
    let of = |formula: &str, start: [f64; 2], w: [f64; 2]| {
        verdict(&loss(formula), Vector::from(start), Vector::from(w), 1e-8)
    };
    assert_eq!(of("-w1^2 - w2^2", [1.0, 1.0], [1e-9, 0.0]), Verdict::At(Kind::Maximum));
    // Descending w1⁴ a run stops long before the point, which is degenerate: nothing is proved of it from there.
    assert_eq!(of("w1^4 + w2^4", [1.0, 1.0], [1e-3, 1e-3]), Verdict::Undecided);
    assert_eq!(of("w1^3 - w2^2", [1.0, 0.0], [1e-4, 0.0]), Verdict::Undecided);
    // A point halfway to the minimum is neither at the minimum nor on a plateau: ‖∇L‖ is √2 there, and 2·√2 at the
    // start.
    assert_eq!(of("w1^2 + w2^2", [1.0, 1.0], [0.5, 0.5]), Verdict::Slope);
    assert_eq!(of("w1 + 0*w2", [1.0, 1.0], [0.5, 0.5]), Verdict::Slope);
    assert_eq!(of("log(w1)", [1.0, 1.0], [-1.0, 0.0]), Verdict::Undecided);
    // A short step where ‖∇L‖ = 2 does not make a plateau.
    assert_eq!(of("2*w1", [1.0, 0.0], [1.0 - 2e-9, 0.0]), Verdict::Slope);
    assert_eq!(of("exp(-w1)", [0.0, 0.0], [30.0, 0.0]), Verdict::Plateau);
}

/// A rule that never holds stops nowhere.
#[test]
fn no_rule_no_stop() {
    let diverging = run("gradient-descent", &[("learning_rate", 3.0)]);
    assert_eq!(stops("w1^2 + w2^2", [1.0, 1.0], &diverging, &Tolerances::default()), [None; 4]);
}
