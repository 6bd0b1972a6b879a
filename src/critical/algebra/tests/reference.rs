//! The functions of the reference set: counts by a Gröbner basis and Hermite's trace form, coordinates to 20 digits.

use super::*;
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

#[test]
fn the_reference_set_is_decided() {
    let functions: Value = serde_json::from_str(include_str!("../../../../tests/data/known.json")).unwrap();
    let mut decided_ones = 0;
    for function in functions.as_array().unwrap() {
        let (name, formula) = (function["name"].as_str().unwrap(), function["formula"].as_str().unwrap());
        let view = numbers(&function["box"]);
        let exact = match decided(formula, [view[0], view[1], view[2], view[3]]) {
            Ok(exact) => exact,
            Err(reason) => {
                assert_eq!(reason, Undecided::NotPolynomial, "{name}");
                assert!(["exp", "sin", "cos", "tanh", "sqrt"].iter().any(|f| formula.contains(f)), "{name}");
                continue;
            }
        };
        decided_ones += 1;
        let notes = function["notes"].as_str().unwrap();
        if let Some(count) = notes.split("signature: ").nth(1) {
            let mut words = count.split_whitespace();
            assert_eq!(words.next().unwrap().parse::<usize>().unwrap(), exact.points.len(), "{name}");
            let complex = count.split('(').nth(1).unwrap().split_whitespace().next().unwrap();
            assert_eq!(complex.parse::<usize>().unwrap(), exact.complex[0], "{name}");
        }
        assert_eq!(exact.complete(), function["isolated"].as_bool().unwrap(), "{name}");
        assert_eq!(exact.curves.len(), function["curves"].as_array().map_or(0, Vec::len), "{name}");
        let points = function["points"].as_array().unwrap();
        let found: Vec<_> = exact.points.iter().filter(|p| p.in_view).collect();
        assert_eq!(points.len(), found.len(), "{name}");
        for point in points {
            let w = numbers(&point["w"]);
            let kind = match point["kind"].as_str().unwrap() {
                "minimum" => Kind::Minimum,
                "maximum" => Kind::Maximum,
                "saddle" => Kind::Saddle,
                _ => Kind::Degenerate,
            };
            let matching = found.iter().find(|p| agree(p.w.x, w[0]) && agree(p.w.y, w[1]));
            let matching = matching.unwrap_or_else(|| panic!("{name}: {w:?} is missing"));
            assert_eq!(matching.kind, kind, "{name} {w:?}");
            assert!(agree(matching.value, point["value"].as_f64().unwrap()), "{name} {w:?}");
            let eigenvalues = numbers(&point["eigenvalues"]);
            let size = eigenvalues.iter().fold(0.0f64, |size, value| size.max(value.abs()));
            for (found, eigenvalue) in matching.spectrum.eigen.values.iter().zip(&eigenvalues) {
                assert!((found - eigenvalue).abs() <= 1e-13 * size, "{name} {w:?}");
            }
        }
    }
    assert_eq!(decided_ones, 21);
}
