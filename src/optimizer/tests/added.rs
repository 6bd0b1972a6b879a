//! An optimizer that only the tests have: this file, its line in [`OPTIMIZERS`], and nothing else. The tests of the
//! window, the command line and the study file check that they find it.

use super::*;

/// w ← w − η∇L(w)/‖∇L(w)‖.
pub struct FixedLength;

/// Its name.
pub const NAME: &str = "fixed-length";

impl Optimizer for FixedLength {
    fn info(&self) -> &'static OptimizerInfo {
        const LENGTH: Setting = Setting {
            key: "length",
            symbol: "ℓ",
            title: "length",
            default: 0.25,
            range: [1e-3, 10.0],
            tooltip: "The length of each step.",
            ..Setting::PLAIN
        };
        &OptimizerInfo {
            name: NAME,
            title: "Fixed length",
            family: Family::FirstOrder,
            rule: "w ← w − η∇L(w)/‖∇L(w)‖",
            summary: "Steps of one length downhill.",
            source: "N. Z. Shor, Minimization Methods for Non-Differentiable Functions, 1985",
            settings: &[LENGTH],
        }
    }

    fn begin(&self, values: Values<'_>, _seed: u64, _examples: usize) -> Steps {
        Steps::by(Rule { length: values("length") })
    }
}

struct Rule {
    length: f64,
}

impl StepRule for Rule {
    fn step(&mut self, context: &mut StepContext<'_>) -> Result<Vector, StepFailure> {
        Ok(context.w - self.length * context.gradient().normalize())
    }
}

#[test]
fn an_added_optimizer_is_found_and_run() {
    assert!(OPTIMIZERS.iter().any(|optimizer| optimizer.name() == NAME));
    let run = Run { steps: 4, ..run(NAME, &[("length", 0.5)]) };
    let trajectory = traced("w1", [1.0, 2.0], &run);
    assert_eq!((trajectory.len(), trajectory.end().w), (4, Vector::new(-1.0, 2.0)));
}
