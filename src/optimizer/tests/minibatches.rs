//! SGD over data: its noise, compared with mathematics.

use super::*;
use crate::dataset::{self, Dataset};
use crate::number::Matrix;

const REGRESSION: &str = "(w1*x + w2 - y)^2";

fn over(formula: &str, name: &str) -> Loss {
    Loss::with_data(formula, &BTreeMap::new(), &dataset::find(name).unwrap().dataset).unwrap()
}

fn sgd(settings: &[(&str, f64)], words: &[(&str, &str)], steps: usize) -> Run {
    let mut run = Run { steps, ..run("sgd", settings) };
    words.iter().for_each(|(key, word)| run.set(key, choice(key, word).unwrap()).unwrap());
    run
}

fn minibatch(rate: f64, size: usize, steps: usize) -> Run {
    sgd(&[("learning_rate", rate), ("batch_size", size as f64)], &[("noise_from", "minibatch")], steps)
}

/// The mean over all examples is ∇L to the last bit, and so is the path.
#[test]
fn a_full_batch_is_gradient_descent_bit_for_bit() {
    let loss = over(REGRESSION, "noisy-line");
    let start = Vector::new(3.0, 1.0);
    let descent =
        trace(&loss, start, &Run { steps: 300, ..run("gradient-descent", &[("learning_rate", 0.1)]) }).unwrap();
    for noise in ["minibatch", "matched"] {
        let mut run = minibatch(0.1, 17, 300);
        run.set("noise_from", choice("noise_from", noise).unwrap()).unwrap();
        let full = trace(&loss, start, &Run { seed: 3, ..run }).unwrap();
        assert_eq!(full, descent, "{noise}");
        assert_eq!(full.stop, StopReason::Converged);
    }
}

/// Where one line fits every example, each example's gradient vanishes at the minimum: the noise dies out, and SGD
/// converges to rounding with one example a step. With noisy labels it never rests.
#[test]
fn exact_labels_converge_to_rounding_with_one_example_a_step() {
    for sampling in ["epochs", "replacement"] {
        for seed in 0..5 {
            let mut run = Run { seed, ..minibatch(0.1, 1, 4000) };
            run.set("sampling", choice("sampling", sampling).unwrap()).unwrap();
            let end = trace(&over(REGRESSION, "line"), Vector::new(3.0, 1.0), &run).unwrap().end().w;
            assert!((end - Vector::new(1.5, -0.5)).norm() <= 1e-14, "{sampling}, seed {seed}: {end}");
            let noisy = trace(&over(REGRESSION, "noisy-line"), Vector::new(3.0, 1.0), &run).unwrap();
            assert!(noisy.stop == StopReason::StepLimit && noisy.end().gradient_norm > 1e-3);
        }
    }
}

/// Around the minimum the covariance of w settles where C = (I − ηH)C(I − ηH) + η²S, S that of the minibatch gradient,
/// which is about a B-th of one example's. The spread of 40,000 steps is within a quarter of it in each weight (their
/// correlation times are some 1/(ηλ) = 10 steps, so the standard error is some 2 %, and S changes with w by a few per
/// cent), it shrinks as B grows, and at B = n it is zero.
#[test]
fn the_stationary_spread_shrinks_with_the_batch() {
    let loss = over(REGRESSION, "noisy-line");
    let minimum = trace(&loss, Vector::zeros(), &minibatch(0.1, 17, 10_000)).unwrap().end().w;
    let rate = 0.05;
    let hessian = loss.jet(minimum).hessian;
    let one = loss.gradient_covariance(minimum).unwrap();
    let mut last = f64::INFINITY;
    for size in [1, 2, 4, 8] {
        let mut run = Run { seed: 11, ..minibatch(rate, size, 40_000) };
        run.set("sampling", choice("sampling", "replacement").unwrap()).unwrap();
        let path = trace(&loss, minimum, &run).unwrap();
        let settled = &path.steps[500..];
        let spread = settled.iter().map(|step| (step.w - minimum) * (step.w - minimum).transpose()).sum::<Matrix>()
            / settled.len() as f64;
        let keep = Matrix::identity() - rate * hessian;
        let mut theory = Matrix::zeros();
        for _ in 0..2000 {
            theory = keep * theory * keep + rate * rate / size as f64 * one;
        }
        for k in 0..2 {
            let ratio = spread[(k, k)] / theory[(k, k)];
            assert!((0.75..1.35).contains(&ratio), "B = {size}: weight {k} has {ratio} of the variance of theory");
        }
        assert!(spread.trace() < 0.7 * last, "B = {size}");
        last = spread.trace();
    }
    let whole = trace(&loss, minimum, &minibatch(rate, 17, 1000)).unwrap();
    assert!(whole.steps.iter().all(|step| (step.w - minimum).norm() <= 1e-8));
}

/// 20,000 steps that begin at one point, by 20,000 seeds: their noise has mean 0 and the covariance of theory. Of n
/// draws, a covariance entry has the standard error √((SᵢᵢSⱼⱼ + Sᵢⱼ²)/n) where the noise is Gaussian, and that times
/// √((κ − 1)/2) for a kurtosis κ; five of them, with κ ≤ 9 for one example, are exceeded with a probability below 1e-6.
#[test]
fn matched_noise_has_the_covariance_of_the_minibatch() {
    let loss = over("(w2*tanh(w1*x) - y)^2", "tanh-samples");
    let w = Vector::new(0.7, -0.4);
    let jet = loss.jet(w);
    let one = loss.gradient_covariance(w).unwrap();
    let n = 17.0;
    for (size, sampling) in [(1, "epochs"), (5, "epochs"), (5, "replacement"), (17, "replacement"), (16, "epochs")] {
        let b = f64::from(size);
        // Sampling without replacement: the finite population's correction.
        let share = if sampling == "epochs" { (n - b) / (n - 1.0) / b } else { 1.0 / b };
        let expected = share * one;
        for (noise, kurtosis) in [("minibatch", 9.0f64), ("matched", 3.0)] {
            let run =
                sgd(&[("learning_rate", 1.0), ("batch_size", b)], &[("noise_from", noise), ("sampling", sampling)], 1);
            let draws = 20_000;
            let prepared = Prepared::new(&loss, &run).unwrap();
            let (mut sum, mut squares) = (Vector::zeros(), Matrix::zeros());
            for seed in 0..draws {
                let mut walk = prepared.begin_seeded(w, jet, seed);
                let Proposal::Goes(next) = walk.propose() else { panic!("no step") };
                let noise = (w - next) - jet.gradient;
                sum += noise;
                squares += noise * noise.transpose();
            }
            let draws = draws as f64;
            let (mean, covariance) = (sum / draws, squares / draws);
            for i in 0..2 {
                assert!(mean[i].abs() <= 5.0 * (expected[(i, i)] / draws).sqrt(), "{noise} {size} {sampling}: {mean}");
                for j in 0..2 {
                    let variance = expected[(i, i)] * expected[(j, j)] + expected[(i, j)] * expected[(i, j)];
                    let error = (variance / draws * (kurtosis - 1.0) / 2.0).sqrt();
                    let off = (covariance[(i, j)] - expected[(i, j)]).abs();
                    assert!(off <= 5.0 * error, "{noise} {size} {sampling}: {covariance} and {expected}");
                }
            }
        }
    }
}

/// In an epoch every example is used once: with η so small that w stays, the sum of the steps, each weighted by its
/// batch's size, is n times the full gradient.
#[test]
fn an_epoch_uses_every_example_once() {
    let loss = over(REGRESSION, "noisy-line");
    let w = Vector::new(0.3, 0.9);
    let jet = loss.jet(w);
    for size in [1usize, 3, 4, 8, 16, 17] {
        let run = Run { seed: 5, ..minibatch(1.0, size, 1000) };
        let prepared = Prepared::new(&loss, &run).unwrap();
        let mut walk = prepared.begin(w);
        for _ in 0..3 {
            let mut sum = Vector::zeros();
            let mut left = 17;
            while left > 0 {
                let Proposal::Goes(next) = walk.propose() else { panic!("no step") };
                let used = size.min(left);
                sum += used as f64 * (w - next);
                left -= used;
            }
            assert!((sum / 17.0 - jet.gradient).norm() <= 1e-14, "batches of {size}");
        }
    }
}

#[test]
fn what_does_not_suit_the_loss_is_refused_in_words() {
    let bowl = loss("w1^2 + w2^2");
    for noise in ["minibatch", "matched"] {
        let run = sgd(&[("batch_size", 4.0)], &[("noise_from", noise)], 10);
        let refused = trace(&bowl, Vector::new(1.0, 1.0), &run).unwrap_err();
        assert!(refused.contains("this loss has no data"), "{refused}");
        let run = sgd(&[("batch_size", 18.0)], &[("noise_from", noise)], 10);
        let refused = trace(&over(REGRESSION, "line"), Vector::new(1.0, 1.0), &run).unwrap_err();
        assert_eq!(refused, "a minibatch of 18 is more than the 17 examples of the data");
    }
    // Gaussian noise is there with data and without.
    let run = sgd(&[("noise", 0.5)], &[], 10);
    assert_eq!(trace(&over(REGRESSION, "line"), Vector::new(1.0, 1.0), &run).unwrap().len(), 10);
    let one = Dataset::from_csv("x,y\n1,2\n").unwrap();
    let one = Loss::with_data(REGRESSION, &BTreeMap::new(), &one).unwrap();
    assert_eq!(trace(&one, Vector::new(2.0, 1.0), &minibatch(0.1, 1, 10)).unwrap().len(), 10);
}

/// A minibatch is charged as its share of all examples.
#[test]
fn minibatches_are_charged_by_their_share() {
    let path = trace(&over(REGRESSION, "noisy-line"), Vector::new(3.0, 1.0), &minibatch(0.01, 4, 10)).unwrap();
    let evaluations = path.end().evaluations;
    // Two epochs of batches of 4, 4, 4, 4 and 1.
    assert_eq!((evaluations.examples, evaluations.gradients), (34, 0));
    assert_eq!(evaluations.in_gradients(), 2.0);
}
