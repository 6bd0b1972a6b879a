//! Facts about small networks: theorems exactly, and published measurements as averages.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::catalogue::network;
use super::network_over;
use super::*;
use crate::dataset;
use crate::krylov::{Lanczos, dot, norm, uniform};
use crate::number::{Matrix, eigenpairs as eigenpairs_of_two};
use crate::optimizer::Run;
use nalgebra::DMatrix;

/// A small network over a set of examples, with its initial weights.
fn small(data: &str, activation: Activation, loss: OutputLoss, seed: u64) -> (NetworkLoss, Vec<f64>) {
    let network = network_over(&dataset::find(data).unwrap().dataset, &[5, 4], activation, loss).unwrap();
    let weights = initial_weights(&network.architecture, Initial::FanIn, seed);
    (network, weights)
}

/// The Hessian and the Gauss–Newton matrix.
fn matrices(loss: &NetworkLoss, weights: &[f64]) -> (DMatrix<f64>, DMatrix<f64>) {
    let mut evaluation = loss.evaluation();
    evaluation.gradient(weights, &mut vec![0.0; weights.len()]);
    let hessian = dense(&mut Hessian::new(&mut evaluation));
    (hessian, dense(&mut Hessian::gauss_newton(&mut evaluation)))
}

fn trained(loss: &NetworkLoss, weights: Vec<f64>, rate: f64, steps: usize) -> Vec<f64> {
    let mut run = Run { steps, ..Run::new("gradient-descent") };
    run.settings.insert("learning_rate".to_owned(), rate);
    let path = path_of(loss, &Recipe { run, batch_size: None }, &weights, 1, &mut |_| true).unwrap();
    path.into_iter().last().unwrap().weights
}

/// The network is piecewise linear in the weights of one layer, so that only the loss, which is convex, bends along
/// them.
#[test]
fn every_layers_block_of_a_relu_or_linear_network_is_positive_semidefinite_and_the_hessian_is_not() {
    for (data, loss) in [("three-spirals", OutputLoss::Softmax), ("two-moons", OutputLoss::Squared)] {
        for activation in [Activation::Relu, Activation::Linear] {
            for seed in 0..3 {
                let (network, weights) = small(data, activation, loss, seed);
                let (hessian, _) = matrices(&network, &weights);
                let (values, blocks) = (eigenvalues(&hessian), blocks(&hessian, &network.architecture.layers()));
                let largest = values[values.len() - 1];
                for (layer, least) in blocks.least.iter().enumerate() {
                    assert!(*least > -1e-12 * largest, "{data} {activation:?} {seed}: layer {layer} has {least}");
                }
                assert!(values[0] < -1e-6 * largest, "{data} {activation:?} {seed}: λmin = {}", values[0]);
            }
        }
    }
}

/// The outputs are linear in the last layer, whatever the activation; a hidden layer's own block is indefinite for
/// tanh.
#[test]
fn the_last_layers_block_is_positive_semidefinite_for_every_activation() {
    let mut indefinite = 0;
    for (activation, name) in Activation::ALL {
        let (network, weights) = small("two-moons", activation, OutputLoss::Logistic, 1);
        let (hessian, _) = matrices(&network, &weights);
        let blocks = blocks(&hessian, &network.architecture.layers());
        let last = blocks.least.len() - 1;
        assert!(blocks.least[last] > -1e-12 * blocks.largest[last], "{name}: {}", blocks.least[last]);
        indefinite += usize::from(activation == Activation::Tanh && blocks.least[0] < -1e-6);
    }
    assert_eq!(indefinite, 1, "composition alone, without another layer, makes a tanh layer's block indefinite");
}

/// H = G + R with G ⪰ 0, and so λmin(H) ≥ λmin(R).
#[test]
fn what_is_negative_in_the_hessian_is_in_the_residuals_part() {
    for (activation, name) in Activation::ALL {
        let (network, weights) = small("two-moons", activation, OutputLoss::Squared, 2);
        let (hessian, gauss_newton) = matrices(&network, &weights);
        let (of_h, of_g) = (eigenvalues(&hessian), eigenvalues(&gauss_newton));
        let of_r = eigenvalues(&(&hessian - &gauss_newton));
        let size = of_h[of_h.len() - 1];
        assert!(of_g[0] > -1e-12 * size, "{name}: G has {}", of_g[0]);
        assert!(of_h[0] >= of_r[0] - 1e-12 * size, "{name}: {} and {}", of_h[0], of_r[0]);
    }
}

/// With reorthogonalisation no eigenvalue appears twice in 100 steps; without, rounding brings back the largest.
#[test]
fn ghosts_come_without_reorthogonalisation_only() {
    let loss = network("edge").unwrap().network().unwrap();
    let weights = initial_weights(&loss.architecture, Initial::FanIn, 0);
    let ritz = |reorthogonalises: bool| {
        let mut evaluation = loss.evaluation();
        evaluation.gradient(&weights, &mut vec![0.0; weights.len()]);
        let start = uniform(weights.len(), 3);
        let mut lanczos = Lanczos::new(Hessian::new(&mut evaluation), &start, reorthogonalises);
        (0..100).for_each(|_| assert!(lanczos.step()));
        lanczos.ritz().values
    };
    let (whole, ghosts) = (ritz(true), ritz(false));
    let largest = whole[99];
    let copies = |values: &[f64]| values.iter().filter(|value| largest - **value < 1e-6 * largest).count();
    assert_eq!(copies(&whole), 1);
    for pair in whole.windows(2).filter(|pair| pair[0].abs() > 1e-3 * largest) {
        assert!(pair[1] - pair[0] > 1e-9 * largest, "{pair:?} twice");
    }
    assert!(copies(&ghosts) >= 3, "{} copies", copies(&ghosts));
}

/// Gradient descent on the Chebyshev polynomial: λmax grows until it meets 2/η, and then stays near it on average. The
/// path beyond that moment is chaotic, so only averages are tested.
#[test]
fn sharpness_rises_to_the_limit_and_hovers_there() {
    let loss = network("edge").unwrap().network().unwrap();
    for rate in [0.1, 0.2] {
        let start = initial_weights(&loss.architecture, Initial::FanIn, 0);
        let sharpness = |weights: &[f64]| {
            let mut evaluation = loss.evaluation();
            evaluation.gradient(weights, &mut vec![0.0; weights.len()]);
            extreme_eigenvalues(&mut Hessian::new(&mut evaluation), 60, 1e-6)[1].0
        };
        assert!(sharpness(&start) < 0.7 * 2.0 / rate, "it begins below");
        let mut run = Run { steps: 4000, ..Run::new("gradient-descent") };
        run.settings.insert("learning_rate".to_owned(), rate);
        let path = path_of(&loss, &Recipe { run, batch_size: None }, &start, 80, &mut |_| true).unwrap();
        let late: Vec<f64> = path[60..].iter().map(|at| 0.5 * rate * sharpness(&at.weights)).collect();
        let mean = late.iter().sum::<f64>() / late.len() as f64;
        assert!((0.95..1.25).contains(&mean), "η = {rate}: {mean}");
    }
}

/// Nearly every random plane shows a bowl where a third of all eigenvalues is negative; and the curvature in a plane
/// lies between the least and the largest eigenvalue (Cauchy).
#[test]
fn random_planes_hide_negative_curvature() {
    let loss = network("spirals").unwrap().network().unwrap();
    let start = initial_weights(&loss.architecture, Initial::FanIn, 0);
    let weights = trained(&loss, start, 0.1, 200);
    let (hessian, _) = matrices(&loss, &weights);
    let values = eigenvalues(&hessian);
    let negative = values.iter().filter(|value| **value < -1e-9).count();
    assert!(negative > 60, "{negative} negative eigenvalues");
    let (least, largest) = (values[0], values[values.len() - 1]);
    let product = |v: &[f64]| (&hessian * nalgebra::DVector::from_column_slice(v)).as_slice().to_vec();
    let mut bowls = 0;
    for seed in 0..100 {
        let [mut first, mut second] = [0, 1].map(|index| filter_normalised(&loss, &weights, 2 * seed + index));
        let length = norm(&first);
        first.iter_mut().for_each(|x| *x /= length);
        let part = dot(&first, &second);
        second.iter_mut().zip(&first).for_each(|(x, f)| *x -= part * f);
        let length = norm(&second);
        second.iter_mut().for_each(|x| *x /= length);
        let (of_first, of_second) = (product(&first), product(&second));
        let (a, b, d) = (dot(&first, &of_first), dot(&first, &of_second), dot(&second, &of_second));
        let shown = eigenpairs_of_two(&Matrix::new(a, b, b, d)).unwrap().values;
        assert!(least <= shown[0] && shown[1] <= largest, "plane {seed}: {shown:?}");
        bowls += usize::from(shown[0] > 0.0);
    }
    assert!(bowls >= 95, "{bowls} of 100 planes show a bowl");
}

/// At a minimum ½·Hᵢᵢ·wᵢ² orders the rises of L as they are; where ∇L is not 0 it does not.
#[test]
fn optimal_brain_damage_predicts_at_a_minimum() {
    let data = &dataset::find("two-moons").unwrap().dataset;
    let network = network_over(data, &[4], Activation::Tanh, OutputLoss::Logistic).unwrap();
    let loss = NetworkLoss { weight_decay: 1e-2, ..network };
    let start = initial_weights(&loss.architecture, Initial::FanIn, 1);
    let run = Run { steps: 2000, ..Run::new("lbfgs") };
    let path = path_of(&loss, &Recipe { run, batch_size: None }, &start, 1, &mut |_| true).unwrap();
    let agreement = |weights: &[f64]| {
        let n = weights.len();
        let mut evaluation = loss.evaluation();
        let mut gradient = vec![0.0; n];
        let value = evaluation.gradient(weights, &mut gradient);
        let slope = norm(&gradient);
        let hessian = dense(&mut Hessian::new(&mut evaluation));
        let kept: Vec<usize> = (0..n).collect();
        let found = saliencies(Pruning::Obd, weights, &kept, &hessian, &DMatrix::zeros(0, 0));
        let rises: Vec<f64> = kept.iter().map(|index| rise(&mut evaluation, weights, *index, value)).collect();
        (slope, rank_correlation(&found, &rises))
    };
    let (slope, at_minimum) = agreement(&path.last().unwrap().weights);
    assert!(slope < 1e-6, "‖∇L‖ = {slope}");
    assert!(at_minimum > 0.9, "rank correlation {at_minimum}");
    let (_, on_the_way) = agreement(&trained(&loss, start, 0.5, 20));
    assert!(on_the_way < at_minimum, "{on_the_way} and {at_minimum}");
}

/// λmax(D^½GD^½) ≤ 1 for the positive semidefinite G and the diagonal matrix D of the rates 1/(m·λₗ), and the rates are
/// those of the eigenvalues of the dense blocks.
#[test]
fn rates_by_layer_are_stable_where_the_matrix_is_positive_semidefinite() {
    for (activation, name) in Activation::ALL {
        let (network, weights) = small("two-moons", activation, OutputLoss::Squared, 4);
        let layers = network.architecture.layers();
        let mut evaluation = network.evaluation();
        evaluation.gradient(&weights, &mut vec![0.0; weights.len()]);
        let rates = layer_rates(&mut Hessian::gauss_newton(&mut evaluation), &layers).unwrap();
        let (_, gauss_newton) = matrices(&network, &weights);
        let own = blocks(&gauss_newton, &layers).largest;
        for (rate, largest) in rates.iter().zip(&own) {
            assert!((rate * 3.0 * largest - 1.0).abs() < 1e-3, "{name}: {rate} and 1/(3·{largest})");
        }
        let root = |index: usize| rates[layers.iter().position(|layer| layer.range().contains(&index)).unwrap()].sqrt();
        let scaled = DMatrix::from_fn(weights.len(), weights.len(), |i, j| root(i) * gauss_newton[(i, j)] * root(j));
        let largest = *eigenvalues(&scaled).last().unwrap();
        assert!(largest < 1.0 + 1e-3, "{name}: λmax(D^½GD^½) = {largest}");
        // One layer at least has the third of the bound to itself.
        assert!(largest > (1.0 - 1e-3) / 3.0, "{name}: {largest}");
    }
}

/// Without hidden layers the two trainings are one.
#[test]
fn one_layer_has_one_rate() {
    let data = &dataset::find("two-moons").unwrap().dataset;
    let network = network_over(data, &[], Activation::Tanh, OutputLoss::Logistic).unwrap();
    let start = initial_weights(&network.architecture, Initial::FanIn, 0);
    let mut rates = RatesByLayer::new(&start, 90, 20);
    while !rates.work(&mut network.evaluation()) {}
    assert_eq!(rates.by_layer.points, rates.one_rate.points);
    let steps: Vec<usize> = rates.by_layer.points.iter().map(|point| point.step).collect();
    assert_eq!(steps, [0, 20, 40, 60, 80, 90]);
    // The logistic loss is convex here, and steps of 1/λmax go down.
    assert!(rates.by_layer.points.windows(2).all(|pair| pair[1].loss < pair[0].loss));
}

/// Between two moments at which the rates are computed, each layer takes the steps w − ηₗ·∇L.
#[test]
fn each_layer_descends_with_its_own_rate() {
    let (network, start) = small("two-moons", Activation::Tanh, OutputLoss::Logistic, 1);
    let mut rates = RatesByLayer::new(&start, 3, 20);
    let mut evaluation = network.evaluation();
    rates.work(&mut evaluation);
    let of_layers = rates.by_layer.points[0].rates.clone();
    let (mut weights, mut gradient) = (start.clone(), vec![0.0; start.len()]);
    for _ in 0..3 {
        evaluation.gradient(&weights, &mut gradient);
        for (layer, rate) in network.architecture.layers().iter().zip(&of_layers) {
            layer.range().for_each(|index| weights[index] -= rate * gradient[index]);
        }
    }
    assert_eq!(rates.by_layer.weights(), weights);
    assert!(rates.work(&mut evaluation), "the ends are noted, and all is done");
    assert_eq!(rates.by_layer.end().unwrap().loss, evaluation.value(&weights));
}

/// Rates by layer help where the layers' eigenvalues differ by orders of magnitude, as with softplus on the sine.
#[test]
fn rates_by_layer_help_where_layers_differ_much() {
    let loss = network("sine").unwrap().network().unwrap();
    let start = initial_weights(&loss.architecture, Initial::FanIn, 0);
    let mut rates = RatesByLayer::new(&start, 2000, RATES_EVERY);
    let mut evaluation = loss.evaluation();
    while !rates.work(&mut evaluation) {}
    let of_layers = &rates.by_layer.points[10].rates;
    let (least, largest) = (of_layers[2].min(of_layers[1]), of_layers[0]);
    assert!(largest > 30.0 * least, "{of_layers:?}");
    let [by_layer, one_rate] = [&rates.by_layer, &rates.one_rate].map(|descent| descent.end().unwrap().loss);
    assert!(by_layer < 0.2 * one_rate, "{by_layer} and {one_rate}");
}
