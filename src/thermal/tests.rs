//! Occupation and times of escape against an independent quadrature, jump process and simulation
//! (`tests/data/physics`).

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::{Arrhenius, Chain, Escape, escape, flip, measure, occupation};
use crate::landscape::{Loss, View};
use crate::number::Vector;
use crate::saddles::saddle_graph;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

fn reference(file: &str) -> Value {
    let path = format!("{}/tests/data/physics/{file}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap()
}

fn place(value: &Value) -> Vector {
    Vector::new(number(&value["w"][0]), number(&value["w"][1]))
}

fn loss(entry: &Value) -> Loss {
    let parameters = entry["params"].as_object().unwrap().iter();
    let parameters = parameters.map(|(name, value)| (name.clone(), value.as_str().unwrap().parse().unwrap()));
    Loss::new(entry["formula"].as_str().unwrap(), &parameters.collect()).unwrap()
}

fn of(formula: &str) -> Loss {
    Loss::new(formula, &BTreeMap::new()).unwrap()
}

fn view(a: f64, b: f64, c: f64, d: f64) -> View {
    View::new(a, b, c, d).unwrap()
}

#[test]
fn occupation_is_that_of_the_reference() {
    let reference = reference("occupation");
    for (name, entry) in reference.as_object().unwrap() {
        let loss = loss(entry);
        for wanted in entry["occupation"].as_array().unwrap() {
            let temperature = number(&wanted["T"]);
            let found = occupation(&loss, &view(-2.0, 2.0, -2.0, 2.0), temperature, false);
            assert_eq!(found.normalisable, Some(true), "{name} {temperature}");
            assert_eq!(found.minima.len(), entry["minima"].as_object().unwrap().len(), "{name}");
            for (id, minimum) in entry["minima"].as_object().unwrap() {
                let share = found.minima.iter().find(|share| (share.w - place(minimum)).norm() < 1e-8).unwrap();
                // The reference's sums err near the border of the basins: see the test of a finer sum below.
                let error = 2.0 * number(&wanted["error"]) + 1e-3;
                let [measured, harmonic] = [share.share, share.harmonic].map(Option::unwrap);
                assert!(
                    (measured - number(&wanted["share"][id])).abs() < error,
                    "{name} {temperature} {id}: {measured}, {found:?}"
                );
                assert!(
                    (harmonic - number(&wanted["harmonic"][id])).abs() < 1e-6,
                    "{name} {temperature} {id}: {harmonic}"
                );
                assert!((share.entropy.unwrap() - number(&minimum["entropy"])).abs() < 1e-9);
            }
            assert!((found.log_z.unwrap() - number(&wanted["log_Z"])).abs() < 3e-4, "{name} {temperature}: {found:?}");
        }
    }
}

/// Shares of the sharp minimum and log Z by a finer sum over a larger region
/// (`tests/data/physics/occupation_by_flow.py`), where the reference's are off.
#[test]
fn occupation_is_that_of_a_finer_sum() {
    let loss = loss(&reference("occupation")["sharp_deep"]);
    for (temperature, share, log_z) in
        [(0.15, 0.389502, -1.5728622), (0.2, 0.205661, -1.0439045), (0.25, 0.144282, -0.4461208)]
    {
        let found = occupation(&loss, &view(-2.0, 2.0, -2.0, 2.0), temperature, false);
        let measured = found.minima[0].share.unwrap();
        assert!((measured - share).abs() < 1.5e-4, "{temperature}: {measured}");
        assert!((found.log_z.unwrap() - log_z).abs() < 1e-6, "{temperature}: {found:?}");
    }
}

/// At the temperature of the flip both wells are equally occupied: the flat one wins above it.
#[test]
fn the_flat_well_wins_above_the_temperature_of_the_flip() {
    let entry = &reference("occupation")["sharp_deep"];
    let (loss, view) = (loss(entry), view(-2.0, 2.0, -2.0, 2.0));
    let temperature = number(&entry["flip"]["quadrature"]);
    let share = occupation(&loss, &view, temperature, false).minima[0].share.unwrap();
    assert!((share - 0.5).abs() < 1e-4, "{share}");
    let found = flip(&loss, &saddle_graph(&loss, &view)).unwrap();
    assert!((found.harmonic - number(&entry["flip"]["harmonic"])).abs() < 1e-5, "{found:?}");
    let exact = found.integrated(&loss, &view, &|| false).quadrature.unwrap();
    assert!((exact - temperature).abs() < 1e-4, "{exact}");
    // Equally flat wells have no flip, and equally deep ones none at a positive temperature.
    let wells = of("(w1^2-1)^2+w2^2/2");
    assert_eq!(flip(&wells, &saddle_graph(&wells, &view)), None);
    // Of the tilted double well the flip would be at T = 5.2, far above the barrier of 0.717.
    let tilted = of("(w1^2-1)^2+0.3*w1+w2^2/2");
    assert_eq!(flip(&tilted, &saddle_graph(&tilted, &view)), None);
}

/// The times over 1/T are those of `escape` at each temperature, and the measured ones are near the exact mean: for the
/// double well of barrier 1 Kramers' law is within a third of it for ΔL/T from 2 on.
#[test]
fn times_over_the_temperature_are_those_at_each() {
    let (loss, view) = (of("(w1^2-1)^2+w2^2/2"), view(-2.0, 2.0, -2.0, 2.0));
    let graph = Arc::new(saddle_graph(&loss, &view));
    let mut times = Arrhenius::new(&loss, &view, &graph, Vector::new(-0.8, 0.1)).unwrap();
    assert_eq!((times.from(), times.barrier()), (Vector::new(-1.0, 0.0), 1.0));
    // λ₊ = 1 at the saddle, which is at a distance of 1: √T exceeds three quarters from T = 9/16 on.
    assert!((times.widest.unwrap() - 0.5625).abs() < 1e-6, "{:?}", times.widest);
    while !times.refine_unless(&|| false) {}
    for [temperature, time] in [times.kramers[3], times.kramers[30]] {
        // τ = 2π/4·√(4·1/(8·1))·e^(1/T).
        let wanted = std::f64::consts::FRAC_PI_2 * 0.5f64.sqrt() * libm::exp(1.0 / temperature);
        assert!((time / wanted - 1.0).abs() < 1e-6, "{temperature} {time}");
        assert_eq!(times.kramers_at(temperature), Some(time));
    }
    let [temperature, ridge] = times.ridge[4];
    let alone = escape(&loss, &view, times.from(), &[], temperature, false).unwrap();
    assert!((ridge / alone.ridge.unwrap() - 1.0).abs() < 1e-12);
    assert_eq!(times.measured.len(), 5);
    for reading in &times.measured {
        let [low, high] = reading.measured.interval.unwrap();
        let kramers = times.kramers_at(reading.temperature).unwrap();
        assert!(0.6 * low < kramers && kramers < 1.1 * high, "{reading:?}, {kramers}");
    }
    let mut cancelled = Arrhenius::new(&loss, &view, &graph, Vector::new(-1.0, 0.0)).unwrap();
    assert!(!cancelled.refine_unless(&|| true) && cancelled.ridge.is_empty());
    let bowl = of("w1^2+w2^2");
    assert!(Arrhenius::new(&bowl, &view, &Arc::new(saddle_graph(&bowl, &view)), Vector::zeros()).is_err());
}

/// ∫e^(−L/T) is infinite where L is bounded above or falls without bound, and along a valley of constant depth; for
/// ln(1 + r²) it is finite exactly where T < 1. At a temperature above L in all samples it is finite for a polynomial that
/// grows in all directions, and nothing is said; but where L does not grow it is infinite at that temperature, too.
#[test]
fn what_cannot_be_normalised_is_told() {
    let view = view(-3.0, 3.0, -3.0, 3.0);
    let peaks = "3*(1-w1)^2*exp(-w1^2-(w2+1)^2)-10*(w1/5-w1^3-w2^5)*exp(-w1^2-w2^2)-exp(-(w1+1)^2-w2^2)/3";
    for (formula, temperature, wanted) in [
        ("w1^3-w2^2", 1.0, Some(false)),
        ("w1^2-w2^2", 1.0, Some(false)),
        (peaks, 1.0, Some(false)),
        ("w1^2", 1.0, Some(false)),
        ("log(1+w1^2+w2^2)", 2.0, Some(false)),
        ("log(1+w1^2+w2^2)", 0.5, Some(true)),
        ("w1^2+w2^2", 3.0, Some(true)),
        ("(w1^2-1)^2+w2^2/2", 1e15, None),
        ("1e-20*(w1^2+w2^2)", 1.0, None),
        ("(1-w1)^2+100*(w2-w1^2)^2", 1e17, None),
        (peaks, 1e15, Some(false)),
        ("w1^2", 1e15, Some(false)),
        ("(w1-w2)^2", 1e15, Some(false)),
        ("sin(w1)*sin(w2)", 1e15, Some(false)),
        ("log(1+w1^2+w2^2)", 1e15, Some(false)),
    ] {
        let found = occupation(&of(formula), &view, temperature, false);
        assert_eq!(found.normalisable, wanted, "{formula} {temperature}");
        // With a heavy tail the region is too large to compute a share.
        assert!(wanted == Some(true) || found.minima.iter().all(|share| share.share.is_none()), "{formula}");
    }
}

/// A convex function has one minimum and no saddle.
#[test]
fn a_minimum_without_exits_says_so() {
    for formula in ["(w1^2+w2^2)/2", "w1^4+exp(w2)+exp(-w2)+w1^2"] {
        let found = escape(&of(formula), &view(-2.0, 2.0, -2.0, 2.0), Vector::zeros(), &[], 1.0, false).unwrap();
        assert!(found.exits.is_empty() && found.kramers.is_none() && found.ridge.is_none(), "{found:?}");
        let is_said = |words: &str| found.notes.iter().any(|note| note.contains(words));
        assert!(is_said("no saddle is known to lead out of this minimum") && !is_said("Kramers"), "{:?}", found.notes);
    }
}

/// The escape from a reference's entry.
fn of_reference(entry: &Value, wanted: &Value) -> Escape {
    let minimum = |id: &Value| place(&entry["minima"][id.as_str().unwrap()]);
    let to: Vec<Vector> = wanted["to"].as_array().unwrap().iter().map(minimum).collect();
    let bounds: Vec<f64> = entry["view"].as_array().unwrap().iter().map(number).collect();
    let view = view(bounds[0], bounds[1], bounds[2], bounds[3]);
    escape(&loss(entry), &view, minimum(&wanted["from"]), &to, number(&wanted["T"]), false).unwrap()
}

#[test]
fn formulas_are_those_of_the_reference() {
    let reference = reference("escape_times");
    for (name, entry) in reference.as_object().unwrap() {
        for wanted in entry["escapes"].as_array().unwrap() {
            let found = of_reference(entry, wanted);
            let (kramers, ridge) = (number(&wanted["kramers"]), number(&wanted["ridge"]));
            // Six digits are given.
            assert!((found.kramers.unwrap() / kramers - 1.0).abs() < 1e-5, "{name} {wanted}: {found:?}");
            // Wide ridges, for which the formula is no approximation, depend on where its integrals are cut off.
            let tolerance = if number(&wanted["ridge_width"]) < 0.75 { 5e-3 } else { 0.1 };
            assert!((found.ridge.unwrap() / ridge - 1.0).abs() < tolerance, "{name} {wanted}: {found:?}");
            let width =
                found.exits.iter().any(|_| (found.ridge_width.unwrap() - number(&wanted["ridge_width"])).abs() < 1e-3);
            assert!(width, "{name} {wanted}: {:?}", found.ridge_width);
        }
        exits_are_those_of(name, entry);
    }
}

/// Barriers and the factor τ₀ of τ = τ₀·e^(ΔL/T), for each exit.
fn exits_are_those_of(name: &str, entry: &Value) {
    let temperature = number(&entry["escapes"][0]["T"]);
    for wanted in entry["rates"].as_array().unwrap() {
        let id = |key: &str| place(&entry["minima"][wanted[key].as_str().unwrap()]);
        let bounds: Vec<f64> = entry["view"].as_array().unwrap().iter().map(number).collect();
        let view = view(bounds[0], bounds[1], bounds[2], bounds[3]);
        let found = escape(&loss(entry), &view, id("from"), &[], temperature, false).unwrap();
        let is_wanted = |to: Option<Vector>| to.is_some_and(|to| (to - id("to")).norm() < 1e-8);
        let exit = found.exits.iter().find(|exit| is_wanted(exit.to)).unwrap();
        assert!((exit.barrier - number(&wanted["barrier"])).abs() < 1e-9 * exit.barrier.max(1.0), "{name}: {exit:?}");
        let factor = 1.0 / (exit.rate.unwrap() * libm::exp(exit.barrier / temperature));
        assert!((factor / number(&wanted["prefactor_tau"]) - 1.0).abs() < 1e-9, "{name}: {exit:?}");
    }
}

/// Against the mean that the exact equation gives: 10 % for the steps of the chain, and the interval.
#[test]
fn measured_times_are_those_of_the_exact_equation() {
    let reference = reference("escape_times");
    for (name, index) in [("double_well", 1), ("four_wells", 0), ("sharp_flat", 0)] {
        let (entry, wanted) = (&reference[name], &reference[name]["escapes"][index]);
        let found = of_reference(entry, wanted);
        let radius = number(&wanted["radius"]);
        let targets: Vec<(Vector, f64)> = found.targets.iter().map(|w| (*w, radius)).collect();
        let learning_rate = number(&wanted["simulation"]["eta"]);
        let chain = Chain { learning_rate, temperature: number(&wanted["T"]), steps: 1_000_000, runs: 300, seed: 1 };
        let measured = measure(&loss(entry), found.from, &targets, &chain);
        assert_eq!((measured.arrived, measured.censored, measured.lost), (300, 0, 0), "{name}");
        let ([low, high], exact) = (measured.interval.unwrap(), number(&wanted["pde"]));
        assert!(0.9 * low <= exact && exact <= 1.1 * high, "{name}: {measured:?}, not {exact}");
        assert_eq!(measure(&loss(entry), found.from, &targets, &chain), measured, "the same seeds");
    }
}

/// With too few steps no run arrives, and there is no mean.
#[test]
fn runs_that_do_not_arrive_are_censored() {
    let loss = of("(w1^2-1)^2+w2^2/2");
    let chain = Chain { learning_rate: 0.01, temperature: 0.01, steps: 10, runs: 5, seed: 0 };
    let measured = measure(&loss, Vector::new(-1.0, 0.0), &[(Vector::new(1.0, 0.0), 0.3)], &chain);
    assert_eq!((measured.arrived, measured.censored), (0, 5));
    assert_eq!((measured.mean, measured.interval), (None, None));
}

/// w2 is Gaussian, so shares are ratios of integrals over w1, here by Simpson's rule with a million panels.
#[test]
fn a_deeper_minimum_outside_of_the_view_counts() {
    for (formula, temperature, sides) in [
        ("w1^2*(w1-4)^2/4-0.3*w1+w2^2/2", 0.1, [-4.0, 8.0]),
        ("w1^2*(w1-4)^2/4-0.3*w1+w2^2/2", 0.02, [-4.0, 8.0]),
        ("(w1^2-16)^2/16-3*w1+w2^2/2", 0.1, [-9.0, 9.0]),
        ("(w1^2-16)^2/16-3*w1+w2^2/2", 0.02, [-9.0, 9.0]),
    ] {
        let loss = of(formula);
        let found = occupation(&loss, &view(-2.0, 2.0, -2.0, 2.0), temperature, false);
        assert_eq!(found.normalisable, Some(true), "{formula} {temperature}");
        let first = &found.minima[0];
        let least = loss.value(first.w);
        let integral = |low: f64, high: f64| {
            let n = 1_000_000;
            let at = |k: usize| low + (high - low) * k as f64 / n as f64;
            let density = |x: f64| libm::exp(-(loss.value(Vector::new(x, 0.0)) - least) / temperature);
            let weight = |k: usize| {
                if k == 0 || k == n {
                    1.0
                } else if k % 2 == 1 {
                    4.0
                } else {
                    2.0
                }
            };
            (0..=n).map(|k| weight(k) * density(at(k))).sum::<f64>() * (high - low) / (3.0 * n as f64)
        };
        let graph = saddle_graph(&loss, &found.region);
        let divide = graph.saddles[0].w.x;
        let parts = [integral(sides[0], divide), integral(divide, sides[1])];
        let of_first = if first.w.x < divide { parts[0] } else { parts[1] };
        let share = of_first / (parts[0] + parts[1]);
        assert!((first.share.unwrap() - share).abs() < 1e-6, "{formula} {temperature}: {first:?}, not {share}");
    }
}

/// Goldstein and Price's function is the product of 1 + … and 30 + …, and grows in every direction; far out the sums
/// that it is made of cancel.
#[test]
fn rounding_far_out_is_no_mass() {
    let entry = crate::study::entry("goldstein-price").unwrap();
    let loss = of(&entry.formula);
    let found = occupation(&loss, &entry.view, 20.0, false);
    assert_eq!(found.normalisable, Some(true), "{:?}", found.notes);
}
