//! Tests against four networks with forty-digit reference values (`tests/data/network`), and by properties.
#![expect(clippy::unwrap_used, reason = "a failed test should say where")]

use super::*;
use crate::krylov::{CgExit, ConjugateGradients, Lanczos, PowerIteration, SymmetricOperator, dot, norm};
use crate::number::lanes::InstructionSet;
use serde_json::Value;

const REFERENCES: [&str; 4] = [
    include_str!("../../tests/data/network/tanh-mse-moons.json"),
    include_str!("../../tests/data/network/relu-ce-spirals.json"),
    include_str!("../../tests/data/network/softplus-bce-circles.json"),
    include_str!("../../tests/data/network/gelu-mse-sine.json"),
];

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn network(reference: &Value) -> NetworkLoss {
    let sizes = numbers(&reference["sizes"]).iter().map(|size| *size as usize).collect();
    let loss = match reference["loss"].as_str().unwrap() {
        "mse" => OutputLoss::Squared,
        "bce" => OutputLoss::Logistic,
        _ => OutputLoss::Softmax,
    };
    let activation = Activation::named(reference["activation"].as_str().unwrap()).unwrap();
    let architecture = Architecture::new(sizes, activation, loss).unwrap();
    let rows = reference["x"].as_array().unwrap().iter().zip(reference["y"].as_array().unwrap());
    let row = |(x, y): (&Value, &Value)| {
        let label = if y.is_array() { numbers(y) } else { vec![y.as_f64().unwrap()] };
        [numbers(x), label].concat()
    };
    let rows: Vec<Vec<f64>> = rows.map(row).collect();
    let examples = Examples::new(&architecture, &rows).unwrap();
    NetworkLoss::new(architecture, examples).unwrap()
}

fn each(check: impl Fn(&str, &Value, &NetworkLoss)) {
    for text in REFERENCES {
        let reference: Value = serde_json::from_str(text).unwrap();
        let loss = network(&reference);
        assert_eq!(loss.parameters(), reference["parameters"].as_u64().unwrap() as usize);
        check(reference["name"].as_str().unwrap(), &reference, &loss);
    }
}

/// Whether vectors agree to a tolerance relative to the largest entry.
fn check_close(got: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    for (index, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert!((got - expected).abs() <= tolerance * scale, "{what}[{index}]: {got} and {expected} of {scale}");
    }
}

fn check_number(got: f64, expected: &Value, tolerance: f64, what: &str) {
    let expected = expected.as_f64().unwrap();
    assert!((got - expected).abs() <= tolerance * expected.abs(), "{what}: {got} and {expected}");
}

#[test]
fn values_gradients_and_products() {
    each(|name, reference, loss| {
        let mut evaluation = loss.evaluation();
        let mut gradient = vec![0.0; loss.parameters()];
        let weights = numbers(&reference["weights"]);
        let value = evaluation.gradient(&weights, &mut gradient);
        check_number(value, &reference["value"], 1e-12, name);
        check_close(&gradient, &numbers(&reference["gradient"]), 1e-11, name);
        let outputs = reference["outputs_of_first_three"].as_array().unwrap();
        for (e, expected) in outputs.iter().enumerate() {
            let stride = loss.examples.stride();
            let got: Vec<f64> =
                (0..loss.architecture.outputs()).map(|k| evaluation.outputs()[k * stride + e]).collect();
            check_close(&got, &numbers(expected), 1e-12, name);
        }
        for product in reference["hvp"].as_array().unwrap() {
            let v = numbers(&product["v"]);
            let mut got = vec![0.0; v.len()];
            evaluation.hessian_product(&v, &mut got);
            check_close(&got, &numbers(&product["hv"]), 1e-12, name);
            evaluation.gauss_newton_product(&v, &mut got);
            check_close(&got, &numbers(&product["gauss_newton_v"]), 1e-12, name);
        }
        assert_eq!(evaluation.value(&weights), value, "{name}: the same bits without the gradient");
        let start = &reference["at_start"];
        let value = evaluation.gradient(&numbers(&reference["start"]), &mut gradient);
        check_number(value, &start["value"], 1e-12, name);
        check_close(&gradient, &numbers(&start["gradient"]), 1e-11, name);
    });
}

#[test]
fn spectra_of_whole_hessians() {
    each(|name, reference, loss| {
        let mut evaluation = loss.evaluation();
        let mut gradient = vec![0.0; loss.parameters()];
        evaluation.gradient(&numbers(&reference["weights"]), &mut gradient);
        let hessian = dense(&mut Hessian::new(&mut evaluation));
        let expected = &reference["hessian"];
        let values = numbers(&expected["eigenvalues"]);
        let largest = values[values.len() - 1];
        let diagonal: Vec<f64> = hessian.diagonal().iter().copied().collect();
        let check = |got: &[f64], expected: &[f64], what: &str| {
            assert_eq!(got.len(), expected.len(), "{name} {what}");
            for (got, expected) in got.iter().zip(expected) {
                assert!((got - expected).abs() <= 1e-12 * largest, "{name} {what}: {got} and {expected}");
            }
        };
        check(&diagonal, &numbers(&expected["diagonal"]), "diagonal");
        check(
            &[hessian.trace() / loss.parameters() as f64],
            &[expected["trace"].as_f64().unwrap() / loss.parameters() as f64],
            "trace",
        );
        check_number(hessian.norm(), &expected["frobenius"], 1e-12, name);
        let (got, vectors) = eigenpairs(hessian.clone());
        check(&got, &values, "eigenvalues");
        let top: Vec<f64> = vectors.column(got.len() - 1).iter().copied().collect();
        let difference: Vec<f64> = top.iter().zip(numbers(&expected["top_eigenvector"])).map(|(a, b)| a - b).collect();
        assert!(norm(&difference) <= 1e-12 * largest / expected["gap"].as_f64().unwrap(), "{name}");
        let blocks = blocks(&hessian, &loss.architecture.layers());
        for (got, expected) in blocks.norms.iter().zip(expected["block_frobenius"].as_array().unwrap()) {
            check(got, &numbers(expected), "block norms");
        }
        check(&blocks.largest, &numbers(&expected["layer_lambda_max"]), "layers");
        check(&blocks.least, &numbers(&expected["layer_lambda_min"]), "layers");
        let gauss_newton = eigenvalues(&dense(&mut Hessian::gauss_newton(&mut evaluation)));
        let top: Vec<f64> = gauss_newton.iter().rev().take(5).copied().collect();
        let mut expected_top = numbers(&expected["gauss_newton_eigenvalues_top5"]);
        expected_top.sort_by(|a, b| b.total_cmp(a));
        check(&top, &expected_top, "Gauss–Newton");
        let start = &reference["at_start"];
        evaluation.gradient(&numbers(&reference["start"]), &mut gradient);
        let values = eigenvalues(&dense(&mut Hessian::new(&mut evaluation)));
        let end = values[values.len() - 1];
        check(&[end], &[start["lambda_max"].as_f64().unwrap()], "λmax at the start");
        check(&values[..1], &[start["lambda_min"].as_f64().unwrap()], "λmin at the start");
        let negative = values.iter().filter(|value| **value < -1e-9).count() as u64;
        assert_eq!(negative, start["negative_eigenvalues_below_minus_1e_9"].as_u64().unwrap(), "{name}");
    });
}

#[test]
fn krylov_methods() {
    each(|name, reference, loss| {
        let mut evaluation = loss.evaluation();
        let mut gradient = vec![0.0; loss.parameters()];
        evaluation.gradient(&numbers(&reference["weights"]), &mut gradient);
        let largest = numbers(&reference["hessian"]["eigenvalues"]).last().copied().unwrap();
        let expected = &reference["lanczos"];
        let start = numbers(&expected["start"]);
        let mut lanczos = Lanczos::new(Hessian::new(&mut evaluation), &start, true);
        for step in 1..=20 {
            assert!(lanczos.step());
            if let Some(ritz) = expected["ritz"].get(step.to_string()) {
                let got = lanczos.ritz();
                for (got, key) in [(&got.values, "values"), (&got.residuals, "residual_bounds")] {
                    let tolerance = 1e-11 * largest;
                    for (got, expected) in got.iter().zip(numbers(&ritz[key])) {
                        assert!((got - expected).abs() <= tolerance, "{name} {key} {step}: {got} and {expected}");
                    }
                }
                for (got, expected) in got.weights.iter().zip(numbers(&ritz["weights"])) {
                    assert!((got - expected).abs() <= 1e-9, "{name}: {got} and {expected}");
                }
            }
        }
        for (got, key) in [(lanczos.alpha(), "alpha"), (lanczos.beta(), "beta")] {
            for (got, expected) in got.iter().zip(numbers(&expected[key])) {
                assert!((got - expected).abs() <= 1e-11 * largest, "{name} {key}: {got} and {expected}");
            }
        }
        let quotients = numbers(&reference["power_iteration"]["rayleigh_quotients"]);
        let power = PowerIteration::new(Hessian::new(&mut evaluation), &start);
        for (got, expected) in power.zip(quotients) {
            assert!((got - expected).abs() <= 1e-12 * largest, "{name}: {got} and {expected}");
        }
    });
}

#[test]
fn newton_steps_by_conjugate_gradients() {
    each(|name, reference, loss| {
        let mut evaluation = loss.evaluation();
        let mut gradient = vec![0.0; loss.parameters()];
        let expected = &reference["cg_damped"];
        let weights = numbers(&reference["weights"]);
        evaluation.gradient(&weights, &mut gradient);
        let downhill: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let damping = expected["damping"].as_f64().unwrap();
        let mut cg = ConjugateGradients::new(Hessian::new(&mut evaluation), &downhill, damping, 0.0);
        let residuals = numbers(&expected["residual_norms"]);
        let differs = numbers(&expected["double_differs_by"]);
        let curvatures = numbers(&expected["curvatures"]);
        for (k, curvature) in curvatures.iter().enumerate() {
            let step = cg.next().unwrap();
            let tolerance = (100.0 * differs[k]).max(1e-10);
            assert!((step.residual - residuals[k]).abs() <= tolerance * residuals[k], "{name} {k}");
            assert!(
                (step.curvature - curvature).abs() <= (100.0 * differs[k + 1]).max(1e-10) * curvature.abs(),
                "{name} {k}"
            );
        }
        // The full step is the solution of the linear equations.
        let mut cg = ConjugateGradients::new(Hessian::new(&mut evaluation), &downhill, damping, 1e-13);
        while cg.next().is_some() {}
        let solution = cg.x().to_vec();
        check_number(norm(&solution), &expected["solution_norm"], 1e-9, name);
        let moved: Vec<f64> = weights.iter().zip(&solution).map(|(w, d)| w + d).collect();
        check_number(evaluation.value(&moved), &expected["value_after_the_full_step"], 1e-10, name);

        let expected = &reference["cg_undamped"];
        let start = numbers(&reference["start"]);
        evaluation.gradient(&start, &mut gradient);
        let downhill: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut cg = ConjugateGradients::new(Hessian::new(&mut evaluation), &downhill, 0.0, 1e-9);
        let products = cg.by_ref().count() as u64;
        assert_eq!(cg.exit(), Some(CgExit::NegativeCurvature), "{name}");
        assert_eq!(products, expected["products"].as_u64().unwrap(), "{name}");
        check_close(cg.x(), &numbers(&expected["step"]), 1e-10, name);
        let moved: Vec<f64> = start.iter().zip(cg.x()).map(|(w, d)| w + d).collect();
        check_number(evaluation.value(&moved), &expected["value_after_the_step"], 1e-10, name);
    });
}

#[test]
fn gradient_descent_and_lines() {
    each(|name, reference, loss| {
        let mut evaluation = loss.evaluation();
        let mut gradient = vec![0.0; loss.parameters()];
        let expected = &reference["gradient_descent"];
        let rate = expected["learning_rate"].as_f64().unwrap();
        let mut weights = numbers(&reference["start"]);
        let losses = numbers(&expected["losses"]);
        for (step, expected) in losses.iter().enumerate() {
            let value = evaluation.gradient(&weights, &mut gradient);
            assert!((value - expected).abs() <= 1e-12 * expected, "{name} {step}");
            if step + 1 < losses.len() {
                weights.iter_mut().zip(&gradient).for_each(|(w, g)| *w -= rate * g);
            }
        }
        check_close(&weights, &numbers(&expected["end"]), 1e-12, name);
        let (from, to) = (numbers(&reference["start"]), numbers(&reference["weights"]));
        for (t, expected) in numbers(&reference["line"]["t"]).iter().zip(numbers(&reference["line"]["values"])) {
            let at: Vec<f64> = from.iter().zip(&to).map(|(a, b)| (1.0 - t) * a + t * b).collect();
            assert!((evaluation.value(&at) - expected).abs() <= 1e-12 * expected, "{name}");
        }
    });
}

#[test]
fn planes() {
    each(|name, reference, loss| {
        let mut evaluation = loss.evaluation();
        let slice = &reference["slice"];
        let weights = numbers(&reference["weights"]);
        let axes = [0, 1].map(|index| {
            let mut axis = numbers(&slice["raw"][index]);
            normalise_filters(&loss.architecture.layers(), &weights, &mut axis);
            check_close(&axis, &numbers(&slice["filter_normalised"][index]), 1e-13, name);
            axis
        });
        let plane = Plane { centre: weights.clone(), axes };
        for point in slice["points"].as_array().unwrap() {
            let at = numbers(&point["at"]);
            let jet = plane.jet(&mut evaluation, [at[0], at[1]]);
            check_number(jet.value, &point["value"], 1e-11, name);
            check_close(&jet.gradient, &numbers(&point["gradient"]), 1e-11, name);
            let hessian = &point["hessian"];
            let [a, b, d] = jet.hessian;
            let expected: Vec<f64> = hessian
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|row| if row.is_array() { numbers(row) } else { vec![row.as_f64().unwrap()] })
                .collect();
            let got = if expected.len() == 4 { vec![a, b, b, d] } else { vec![a, b, d] };
            check_close(&got, &expected, 1e-11, name);
        }
        let projected = &slice["start_projected"];
        let (at, distance) = plane.project(&numbers(&reference["start"]));
        check_close(&at, &numbers(&projected["at"]), 1e-11, name);
        check_number(distance, &projected["distance_from_the_plane"], 1e-11, name);
    });
}

#[test]
fn pruning() {
    each(|name, reference, loss| {
        let mut evaluation = loss.evaluation();
        let mut gradient = vec![0.0; loss.parameters()];
        let weights = numbers(&reference["weights"]);
        let value = evaluation.gradient(&weights, &mut gradient);
        let hessian = dense(&mut Hessian::new(&mut evaluation));
        let expected = &reference["pruning"];
        let kept: Vec<usize> = (0..weights.len()).collect();
        let inverse = damped_inverse(&hessian, &kept, expected["damping"].as_f64().unwrap()).unwrap();
        for (rule, key) in [(Pruning::Obd, "obd"), (Pruning::Obs, "obs")] {
            let got = saliencies(rule, &weights, &kept, &hessian, &inverse);
            for (got, expected) in got.iter().zip(numbers(&expected[key])) {
                assert!(
                    (got - expected).abs() <= 1e-10 * expected.abs().max(1e-300) + 1e-15,
                    "{name} {key}: {got} and {expected}"
                );
            }
        }
        let magnitudes = saliencies(Pruning::Magnitude, &weights, &kept, &hessian, &inverse);
        let mut order = kept.clone();
        order.sort_by(|i, j| magnitudes[*i].total_cmp(&magnitudes[*j]));
        let first: Vec<f64> = order.iter().take(10).map(|i| *i as f64).collect();
        assert_eq!(first, numbers(&expected["magnitude_order_first10"]), "{name}");
        for removed in expected["removed"].as_array().unwrap() {
            let index = removed["index"].as_u64().unwrap() as usize;
            let got = rise(&mut evaluation, &weights, index, value);
            assert!((got - removed["rise"].as_f64().unwrap()).abs() <= 1e-10 * value, "{name}");
            let mut moved = weights.clone();
            surgeon_step(&mut moved, &kept, index, &inverse);
            let got = evaluation.value(&moved) - value;
            assert!((got - removed["obs_rise"].as_f64().unwrap()).abs() <= 1e-10 * value, "{name}");
        }
    });
}

#[test]
fn the_bits_do_not_depend_on_instructions() {
    each(|name, reference, loss| {
        let weights = numbers(&reference["weights"]);
        let v = numbers(&reference["lanczos"]["start"]);
        let mut answers = Vec::new();
        for set in InstructionSet::available() {
            let mut evaluation = Evaluation::with_instructions(loss, *set);
            let (mut gradient, mut product) = (vec![0.0; weights.len()], vec![0.0; weights.len()]);
            let value = evaluation.gradient(&weights, &mut gradient);
            evaluation.hessian_product(&v, &mut product);
            answers.push((value, gradient, product));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{name}");
    });
}

#[test]
fn products_are_symmetric_and_the_derivatives_of_gradients() {
    each(|name, reference, loss| {
        let n = loss.parameters();
        let weights = numbers(&reference["weights"]);
        let u = numbers(&reference["lanczos"]["start"]);
        let v = numbers(&reference["hvp"][0]["v"]);
        let mut evaluation = loss.evaluation();
        let mut gradient = vec![0.0; n];
        evaluation.gradient(&weights, &mut gradient);
        let (mut hu, mut hv) = (vec![0.0; n], vec![0.0; n]);
        let mut hessian = Hessian::new(&mut evaluation);
        hessian.apply(&u, &mut hu);
        hessian.apply(&v, &mut hv);
        let (left, right) = (dot(&u, &hv), dot(&v, &hu));
        assert!((left - right).abs() <= 1e-12 * norm(&hu) * norm(&v), "{name}: {left} and {right}");
        // The central difference of gradients, whose error is of second order in h.
        let h = 1e-5 / norm(&v);
        let ends = [1.0, -1.0].map(|sign| {
            let at: Vec<f64> = weights.iter().zip(&v).map(|(w, v)| w + sign * h * v).collect();
            let mut gradient = vec![0.0; n];
            evaluation.gradient(&at, &mut gradient);
            gradient
        });
        let scale = norm(&hv);
        for ((plus, minus), hv) in ends[0].iter().zip(&ends[1]).zip(&hv) {
            assert!(((plus - minus) / (2.0 * h) - hv).abs() <= 1e-5 * scale, "{name}");
        }
    });
}

#[test]
fn a_full_batch_has_the_bits_of_all_examples() {
    each(|name, reference, loss| {
        let all: Vec<u32> = (0..loss.examples.count() as u32).collect();
        let batch = NetworkLoss { examples: loss.examples.select(&all), ..loss.clone() };
        let weights = numbers(&reference["weights"]);
        let gradient = |loss: &NetworkLoss| {
            let mut gradient = vec![0.0; weights.len()];
            (loss.evaluation().gradient(&weights, &mut gradient), gradient)
        };
        assert_eq!(gradient(loss), gradient(&batch), "{name}");
    });
}

#[test]
fn rescaling_a_relu_network_changes_curvature_and_no_value() {
    let reference: Value = serde_json::from_str(REFERENCES[1]).unwrap();
    let loss = network(&reference);
    let weights = numbers(&reference["weights"]);
    let layers = loss.architecture.layers();
    let mut scaled = weights.clone();
    scaled[layers[0].range()].iter_mut().for_each(|w| *w *= 8.0);
    scaled[layers[1].weights.clone()].iter_mut().for_each(|w| *w /= 8.0);
    let largest = |weights: &[f64]| {
        let mut evaluation = loss.evaluation();
        let mut gradient = vec![0.0; weights.len()];
        let value = evaluation.gradient(weights, &mut gradient);
        (value, extreme_eigenvalues(&mut Hessian::new(&mut evaluation), 60, 1e-10)[1].0)
    };
    let ((before, sharpness), (after, other)) = (largest(&weights), largest(&scaled));
    assert!((before - after).abs() <= 1e-12 * before && other > 1.5 * sharpness, "{sharpness} and {other}");
}

/// Linear regression on two standardised columns with correlation ρ: H = 2·[[1, ρ, 0], [ρ, 1, 0], [0, 0, 1]] has the
/// eigenvalues 2(1 ± ρ) and 2, with the eigenvectors (1, ±1, 0) and (0, 0, 1). A start of ±1 is orthogonal to one of
/// them.
#[test]
fn the_ends_of_a_spectrum_are_found_where_eigenvectors_are_sums_and_differences() {
    let columns = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]];
    for times in [[1, 4, 4, 1], [4, 1, 1, 4], [1, 2, 2, 1], [9, 1, 1, 9]] {
        let rows = columns.iter().zip(times).flat_map(|([a, b], n)| std::iter::repeat_n(vec![*a, *b, a - 0.5 * b], n));
        let rows: Vec<Vec<f64>> = rows.collect();
        let correlation = rows.iter().map(|row| row[0] * row[1]).sum::<f64>() / rows.len() as f64;
        let architecture = Architecture::new(vec![2, 1], Activation::Linear, OutputLoss::Squared).unwrap();
        let examples = Examples::new(&architecture, &rows).unwrap();
        let loss = NetworkLoss::new(architecture, examples).unwrap();
        let mut evaluation = loss.evaluation();
        evaluation.gradient(&[0.0; 3], &mut [0.0; 3]);
        let [(low, _), (high, _)] = extreme_eigenvalues(&mut Hessian::new(&mut evaluation), 60, 1e-10);
        let expected = [2.0 * (1.0 - correlation.abs()), 2.0 * (1.0 + correlation.abs())];
        check_close(&[low, high], &expected, 1e-12, &format!("correlation {correlation}"));
    }
}

/// What is below 0 by less than rounding adds to an eigenvalue of 0 is not counted as negative curvature.
#[test]
fn rounding_is_no_negative_curvature() {
    assert_eq!(count_negative(&[-5.6e-6, 1.0, 2.0, 3.0, 1.5e11]), 0);
    assert_eq!(count_negative(&[-1e-3, -5.6e-6, 1.0, 2.0, 1.5e11]), 1);
    assert_eq!(count_negative(&[-1e-8, -1e-10, 0.0, 1.0]), 1);
    // H = 2XᵀX/n with collinear columns of a large size is semidefinite, with the eigenvalue 0.
    let rows = (0..40).map(|k| {
        let [a, b] = [1e5 + f64::from(k * 37 % 41) * 1e4, 2e5 - f64::from(k * 17 % 23) * 1e4];
        vec![a, b, 0.3 * a + 0.7 * b, 1.0]
    });
    let rows: Vec<Vec<f64>> = rows.collect();
    let architecture = Architecture::new(vec![3, 1], Activation::Linear, OutputLoss::Squared).unwrap();
    let loss = NetworkLoss::new(architecture.clone(), Examples::new(&architecture, &rows).unwrap()).unwrap();
    let mut evaluation = loss.evaluation();
    evaluation.gradient(&[0.0; 4], &mut [0.0; 4]);
    assert_eq!(count_negative(&eigenvalues(&dense(&mut Hessian::new(&mut evaluation)))), 0);
}

#[test]
fn bad_networks_are_refused() {
    let architecture = |sizes: &[usize], loss| Architecture::new(sizes.to_vec(), Activation::Tanh, loss);
    assert_eq!(architecture(&[2], OutputLoss::Squared), Err(ArchitectureError::NoLayer));
    assert_eq!(architecture(&[2, 0, 1], OutputLoss::Squared), Err(ArchitectureError::EmptyLayer));
    assert!(matches!(architecture(&[2, 1_000, 1_000, 1], OutputLoss::Squared), Err(ArchitectureError::TooLarge(_))));
    assert!(architecture(&[usize::MAX, usize::MAX], OutputLoss::Squared).is_err());
    assert_eq!(architecture(&[2, 3], OutputLoss::Logistic), Err(ArchitectureError::LogisticOutputs(3)));
    assert_eq!(architecture(&[2, 1], OutputLoss::Softmax), Err(ArchitectureError::SoftmaxOutputs));
    let classes = architecture(&[1, 3], OutputLoss::Softmax).unwrap();
    assert!(Examples::new(&classes, &[vec![0.5, 2.0]]).is_ok());
    for bad in [vec![0.5, 3.0], vec![0.5, 0.5], vec![0.5, -1.0], vec![0.5], vec![f64::NAN, 1.0]] {
        assert!(Examples::new(&classes, &[bad]).is_err());
    }
    assert_eq!(Examples::new(&classes, &[]), Err(ExamplesError::Count(0)));
}

/// Without hidden layers and with one input x = 1 the outputs are the weights and biases that are given.
#[test]
fn fitted_examples_keep_their_digits() {
    // ln(1 + e⁻ᶻ) of a class that is fitted with the margin z is e⁻ᶻ − e⁻²ᶻ/2 + ….
    let small = |z: f64| libm::log1p(libm::exp(-z));
    let with = |outputs: usize, loss, label: f64| {
        let architecture = Architecture::new(vec![1, outputs], Activation::Tanh, loss).unwrap();
        let examples = Examples::new(&architecture, &[vec![1.0, label]]).unwrap();
        NetworkLoss::new(architecture, examples).unwrap()
    };
    for z in [1.0, 16.0, 24.0, 36.0, 50.0, 300.0] {
        for (label, sign) in [(1.0, 1.0), (0.0, -1.0)] {
            let network = with(1, OutputLoss::Logistic, label);
            let value = network.evaluation().value(&[sign * z, 0.0]);
            assert!((value / small(z) - 1.0).abs() < 1e-14, "{z}: {value}");
        }
        // Two of three classes; the third is e⁻⁹ times as likely as the second.
        let network = with(3, OutputLoss::Softmax, 2.0);
        let weights = [-9.0, 0.0, z, 0.0, 0.0, 0.0];
        let others = libm::exp(-z) * (1.0 + libm::exp(-9.0));
        let (mut gradient, mut product) = (vec![0.0; 6], vec![0.0; 6]);
        let mut evaluation = network.evaluation();
        let value = evaluation.gradient(&weights, &mut gradient);
        assert!((value / libm::log1p(others) - 1.0).abs() < 1e-14, "{z}: {value}");
        let probability = 1.0 / (1.0 + others);
        assert!((gradient[2] / (-others * probability) - 1.0).abs() < 1e-14, "{z}: {gradient:?}");
        // H·(0, 0, 1) is p₃ times the difference from p.
        evaluation.hessian_product(&[0.0, 0.0, 1.0, 0.0, 0.0, 0.0], &mut product);
        assert!((product[2] / (probability * others * probability) - 1.0).abs() < 1e-14, "{z}: {product:?}");
    }
}
