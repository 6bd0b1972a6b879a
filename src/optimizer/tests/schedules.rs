//! Learning rates that fall in the course of a run.

use super::*;

fn schedule(text: &str) -> Schedule {
    text.parse().unwrap()
}

/// On L = w1 + 2·w2 the gradient is (1, 2) everywhere, so that each step of gradient descent shows its learning rate.
#[test]
fn each_step_has_the_rate_of_the_formula() {
    let limit = 12;
    for (text, rate) in [
        ("constant", (|_| 0.5) as fn(f64) -> f64),
        ("1/t:4", |k| 0.5 / (1.0 + k / 4.0)),
        ("cosine", |k| 0.25 * (1.0 + libm::cos(std::f64::consts::PI * k / 12.0))),
        ("steps:5:0.1", |k| {
            if k < 5.0 {
                0.5
            } else if k < 10.0 {
                0.05
            } else {
                0.005
            }
        }),
    ] {
        let run = Run { steps: limit, schedule: schedule(text), ..run("gradient-descent", &[("learning_rate", 0.5)]) };
        let path = traced("w1 + 2*w2", [0.0, 0.0], &run);
        for (k, pair) in path.steps.windows(2).enumerate() {
            let step = pair[0].w - pair[1].w;
            let expected = rate(k as f64);
            assert!((step - Vector::new(expected, 2.0 * expected)).norm() <= 1e-14, "{text}, step {k}: {step}");
        }
    }
}

/// Robbins and Monro: rates whose sum diverges and whose squares' sum does not bring noisy steps to rest. On ½w² with
/// ηₖ = 1/(1 + k) SGD is the running mean of its noise, whose standard deviation after K steps is σ/√K.
#[test]
fn one_over_t_averages_the_noise_away() {
    let steps = 10_000;
    let run = Run { steps, schedule: schedule("1/t:1"), ..run("sgd", &[("learning_rate", 1.0), ("noise", 1.0)]) };
    for seed in 0..20 {
        let end = traced("0.5*(w1^2 + w2^2)", [1.0, 1.0], &Run { seed, ..run.clone() }).end().w;
        assert!(end.amax() <= 5.0 / (steps as f64).sqrt(), "{end}");
    }
}

/// Every optimizer with a learning rate follows the schedule, and the others refuse one.
#[test]
fn every_optimizer_with_a_rate_has_schedules() {
    for optimizer in OPTIMIZERS {
        let plain = Run { steps: 30, gradient_tolerance: 0.0, ..Run::new(optimizer.name()) };
        let falling = Run { schedule: schedule("steps:1:0.3"), ..plain.clone() };
        let has_rate = optimizer.settings().iter().any(|setting| setting.key.starts_with("learning_rate"));
        if has_rate {
            let [constant, falling] = [&plain, &falling].map(|run| traced("w1^2 + 3*w2^2 + w1^4", [1.0, 0.5], run));
            assert_eq!(
                constant.steps[1].w,
                falling.steps[1].w,
                "{}: the first step has the whole rate",
                optimizer.name()
            );
            assert_ne!(constant.steps[2].w, falling.steps[2].w, "{}", optimizer.name());
        } else {
            let refused = falling.check().err().unwrap();
            assert!(refused.contains("has no learning rate that a schedule could change"), "{refused}");
        }
    }
}

#[test]
fn schedules_read_back_and_others_are_refused() {
    for text in ["constant", "1/t:50", "1/t:0.25", "cosine", "steps:50:0.5", "steps:7:0.1"] {
        assert_eq!(schedule(text).to_string(), text);
    }
    assert_eq!(schedule("1/t"), schedule("1/t:50"));
    assert_eq!(schedule("steps:20"), schedule("steps:20:0.5"));
    for text in
        ["", "1/t:0", "1/t:-3", "1/t:nan", "steps:0", "steps:5:0", "steps:5:1.5", "steps:1.5", "cosine:3", "linear"]
    {
        assert!(text.parse::<Schedule>().is_err(), "{text}");
    }
}
