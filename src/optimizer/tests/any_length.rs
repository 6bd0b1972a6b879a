//! A rule that works in any dimension has, over a vector of two weights, the same bits as in the plane.

use super::*;
use crate::landscape::Loss;

/// Himmelblau's function over two numbers in a vector.
struct InVector {
    loss: Loss,
}

fn plane(w: &[f64]) -> Vector {
    Vector::new(w[0], w[1])
}

impl Oracle<Vec<f64>> for InVector {
    fn value_at(&mut self, w: &Vec<f64>) -> f64 {
        self.loss.value(plane(w))
    }

    fn gradient_at(&mut self, w: &Vec<f64>) -> (f64, Vec<f64>) {
        let (value, gradient) = self.loss.value_and_gradient(plane(w));
        (value, gradient.iter().copied().collect())
    }

    fn hessian_product(&mut self, w: &Vec<f64>, v: &Vec<f64>) -> Vec<f64> {
        (self.loss.jet(plane(w)).hessian * plane(v)).iter().copied().collect()
    }

    fn examples(&self) -> usize {
        self.loss.examples()
    }

    fn minibatch_gradient(&mut self, w: &Vec<f64>, rows: &[u32]) -> Vec<f64> {
        self.loss.minibatch_gradient(plane(w), rows).unwrap().iter().copied().collect()
    }
}

fn is_the_same(run: &Run, loss: &Loss, start: [f64; 2]) {
    let optimizer = run.check().unwrap();
    let values = |key: &str| run.setting(key).unwrap();
    let mut rule = optimizer.begin_any(&values, run.seed, loss.examples(), vec![0.0; 2]).unwrap();
    let (mut oracle, mut ledger) = (InVector { loss: loss.clone() }, Ledger::default());
    let trajectory = trace(loss, Vector::from(start), run).unwrap();
    let mut w = start.to_vec();
    for (step, expected) in trajectory.steps.iter().enumerate() {
        assert_eq!(plane(&w).map(f64::to_bits), expected.w.map(f64::to_bits), "{}, step {step}", optimizer.name());
        assert_eq!(ledger.evaluations(), expected.evaluations, "{}, step {step}", optimizer.name());
        let (value, gradient) = oracle.gradient_at(&w);
        let share = run.schedule.share(step, run.steps);
        let begin = StepStart { w: &w, value, gradient: &gradient, share, step, limit: run.steps };
        match rule.step(&mut StepContext::new(begin, &mut oracle, &mut ledger)) {
            Ok(next) => w = next,
            Err(_) => break,
        }
    }
}

#[test]
fn two_weights_in_a_vector_have_the_bits_of_the_plane() {
    let himmelblau = Loss::new("(w1^2+w2-11)^2+(w1+w2^2-7)^2", &BTreeMap::new()).unwrap();
    let regression = crate::landscape::catalogue::find("linear-regression").unwrap().loss().unwrap();
    let mut count = 0;
    for optimizer in OPTIMIZERS {
        let run = Run { steps: 40, seed: 7, ..Run::new(optimizer.name()) };
        let values = |key: &str| run.setting(key).unwrap();
        if optimizer.begin_any(&values, 0, 0, vec![0.0; 2]).is_none() {
            continue;
        }
        count += 1;
        is_the_same(&run, &himmelblau, [2.0, 1.0]);
        is_the_same(&run, &regression, [0.3, -0.2]);
        let cosine = Run { schedule: Schedule::Cosine, ..run.clone() };
        if cosine.check().is_ok() {
            is_the_same(&cosine, &himmelblau, [-1.0, 0.5]);
        }
    }
    assert!(count >= 13, "{count} rules are not about two weights");
    let mut minibatches = Run { steps: 40, ..Run::new("sgd") };
    minibatches.take_noise_for(true);
    minibatches.set("batch_size", 4.0).unwrap();
    minibatches.set("learning_rate", 0.05).unwrap();
    is_the_same(&minibatches, &regression, [0.3, -0.2]);
    let mut noisy = Run { steps: 40, ..Run::new("sgd") };
    noisy.set("noise", 0.3).unwrap();
    is_the_same(&noisy, &himmelblau, [2.0, 1.0]);
}

/// On ½ Σ k·wₖ² with n weights, n rounds of conjugate gradients solve the system, and BFGS and L-BFGS come to the
/// minimum.
#[test]
fn second_order_rules_solve_quadratics_of_many_weights() {
    struct Quadratic;
    impl Oracle<Vec<f64>> for Quadratic {
        fn value_at(&mut self, w: &Vec<f64>) -> f64 {
            self.gradient_at(w).0
        }
        fn gradient_at(&mut self, w: &Vec<f64>) -> (f64, Vec<f64>) {
            let gradient = w.iter().enumerate().map(|(k, w)| (k + 1) as f64 * w).collect::<Vec<_>>();
            (0.5 * gradient.iter().zip(w).map(|(g, w)| g * w).sum::<f64>(), gradient)
        }
        fn hessian_product(&mut self, _w: &Vec<f64>, v: &Vec<f64>) -> Vec<f64> {
            v.iter().enumerate().map(|(k, v)| (k + 1) as f64 * v).collect()
        }
        fn examples(&self) -> usize {
            0
        }
        fn minibatch_gradient(&mut self, w: &Vec<f64>, _rows: &[u32]) -> Vec<f64> {
            vec![f64::NAN; w.len()]
        }
    }
    for (name, steps) in [("newton-cg", 12), ("bfgs", 60), ("lbfgs", 60)] {
        let run = Run::new(name);
        let values = |key: &str| run.setting(key).unwrap();
        let mut rule = find(name).unwrap().begin_any(&values, 0, 0, vec![0.0; 20]).unwrap();
        let (mut w, mut ledger) = ((1..=20).map(|k| 1.0 / f64::from(k)).collect::<Vec<_>>(), Ledger::default());
        let mut last = f64::INFINITY;
        for step in 0..steps {
            let (value, gradient) = Quadratic.gradient_at(&w);
            assert!(value <= last, "{name}: a line search never goes uphill");
            last = value;
            let begin = StepStart { w: &w, value, gradient: &gradient, share: 1.0, step, limit: steps };
            match rule.step(&mut StepContext::new(begin, &mut Quadratic, &mut ledger)) {
                Ok(next) => w = next,
                Err(_) => break,
            }
        }
        assert!(w.iter().all(|w| w.abs() < 1e-6), "{name}: {w:?}");
    }
}
