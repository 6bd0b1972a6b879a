//! The textbook first-order rules compared with PyTorch's, step by step: see `tests/data/torch_paths.py`.

use super::*;
use serde_json::Value;

const PATHS: &str = include_str!("../../../tests/data/torch_paths.json");

fn pair(value: &Value) -> [f64; 2] {
    [0, 1].map(|index| value[index].as_f64().unwrap())
}

#[test]
fn paths_are_pytorchs_to_twelve_digits() {
    let file: Value = serde_json::from_str(PATHS).unwrap();
    let steps: Vec<usize> = file["steps"].as_array().unwrap().iter().map(|s| s.as_u64().unwrap() as usize).collect();
    assert_eq!(steps.last(), Some(&200));
    let mut compared = BTreeMap::<&str, usize>::new();
    for case in file["cases"].as_array().unwrap() {
        let name = case["optimizer"].as_str().unwrap();
        let mut run = Run { gradient_tolerance: 0.0, ..Run::new(name) };
        for (key, value) in case["settings"].as_object().unwrap() {
            run.set(key, value.as_f64().unwrap()).unwrap();
        }
        let formula = case["formula"].as_str().unwrap();
        let trajectory = traced(formula, pair(&case["start"]), &run);
        assert_eq!(trajectory.len(), 200, "{name} on {formula}");
        let points = case["points"].as_array().unwrap();
        assert_eq!(points.len(), steps.len());
        for (&step, point) in steps.iter().zip(points) {
            let off = (trajectory.steps[step].w - Vector::from(pair(point))).amax();
            assert!(off <= 1e-12, "{name} {:?} on {formula} is {off:e} off after {step} steps", run.settings);
        }
        *compared.entry(name).or_default() += 1;
    }
    let expected = ["adagrad", "adam", "adamw", "gradient-descent", "momentum", "nesterov", "rmsprop"];
    assert_eq!(compared.keys().copied().collect::<Vec<_>>(), expected);
}
