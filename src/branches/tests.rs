//! Branches and events against complete diagrams that were computed independently (`tests/data/physics`), and normal
//! forms.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::{Branches, Counts, EventKind, Family, branches, branches_unless, outline_unless};
use crate::landscape::{Loss, View};
use crate::number::{Decimal, Vector};
use serde_json::Value;
use std::collections::BTreeMap;

fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap()
}

fn of(formula: &str, parameters: &[(&str, &str)], name: &str, range: [f64; 2], view: [f64; 4]) -> Branches {
    let parameters: BTreeMap<String, Decimal> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), value.parse().unwrap())).collect();
    let loss = Loss::new(formula, &parameters).unwrap();
    branches(&Family::new(&loss, &parameters, name, range, View::try_from(view).unwrap()).unwrap())
}

fn counts(value: &Value) -> Counts {
    let count = |key: &str| value[key].as_u64().unwrap() as usize;
    Counts { minimum: count("minimum"), saddle: count("saddle"), maximum: count("maximum") }
}

/// The names and values of an entry's parameters.
fn parameters_of(entry: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    entry["params"].as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

#[test]
fn diagrams_are_those_of_the_reference() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/physics/diagrams.json");
    let reference: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for (name, entry) in reference.as_object().unwrap() {
        let parameters = parameters_of(entry);
        let parameters: Vec<(&str, &str)> = parameters.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let range = [number(&entry["interval"][0]), number(&entry["interval"][1])];
        let view = [0, 1, 2, 3].map(|k| number(&entry["view"][k]));
        let found = of(entry["formula"].as_str().unwrap(), &parameters, entry["vary"].as_str().unwrap(), range, view);
        assert_eq!(found.ends, [counts(&entry["first"]), counts(&entry["last"])], "{name}");
        assert!(found.accounted, "{name}: {:?}", found.notes);
        let wanted = entry["events"].as_array().unwrap();
        let changes: Vec<_> = found.events.iter().filter(|event| event.kind != EventKind::Transcritical).collect();
        assert_eq!(changes.len(), wanted.len(), "{name}: {:?}", found.events);
        for (event, wanted) in changes.iter().zip(wanted) {
            assert!((event.value - number(&wanted["value"])).abs() < 1e-8, "{name}: {event:?}, not {wanted}");
            let kind = wanted["kind"].as_str().unwrap();
            let is_kind = match event.kind {
                EventKind::Fold => kind.contains("fold"),
                EventKind::Pitchfork => kind.contains("pitchfork"),
                EventKind::Border => kind.contains("border"),
                EventKind::Transcritical | EventKind::Undecided => false,
            };
            assert!(is_kind, "{name}: {event:?}, not {wanted}");
            assert_eq!(
                (event.before, event.after),
                (counts(&wanted["before"]), counts(&wanted["after"])),
                "{name}: {event:?}"
            );
            let w = Vector::new(number(&wanted["w"][0]), number(&wanted["w"][1]));
            assert!(event.w.iter().any(|found| (found - w).norm() < 1e-5), "{name}: {event:?}, not {wanted}");
        }
    }
}

/// Each bifurcation of the reference's list, in a range of a tenth about it.
#[test]
fn single_bifurcations_are_those_of_the_reference() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/physics/bifurcations.json");
    let reference: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for (name, entry) in reference.as_object().unwrap() {
        for wanted in entry["bifurcations"].as_array().unwrap() {
            let parameters = parameters_of(wanted);
            let parameters: Vec<(&str, &str)> = parameters.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            let (value, w) = (number(&wanted["value"]), Vector::new(number(&wanted["w"][0]), number(&wanted["w"][1])));
            let view = [w.x - 0.7, w.x + 0.71, w.y - 0.7, w.y + 0.71];
            let range = [value - 0.031, value + 0.03];
            let found =
                of(entry["formula"].as_str().unwrap(), &parameters, wanted["vary"].as_str().unwrap(), range, view);
            let event = found.events.iter().find(|event| event.w.iter().any(|found| (found - w).norm() < 1e-4));
            let event = event.unwrap_or_else(|| panic!("{name} {wanted}: {:?}", found.events));
            assert!((event.value - value).abs() < 1e-8, "{name} {wanted}: {event:?}");
            let kind = format!("{:?}", event.kind).to_lowercase();
            assert_eq!(kind, wanted["kind"].as_str().unwrap(), "{name} {wanted}: {event:?}");
        }
    }
}

/// w1³/3 − a·w1²/2 + w2²/2: the branches w1 = 0 and w1 = a cross at a = 0 and exchange their kinds.
#[test]
fn an_exchange_is_found_though_no_number_changes() {
    let found = of("w1^3/3-a*w1^2/2+w2^2/2", &[], "a", [-1.0, 1.1], [-2.0, 2.0, -2.0, 2.0]);
    let [event] = &found.events[..] else { panic!("{:?}", found.events) };
    assert_eq!(event.kind, EventKind::Transcritical);
    assert!(event.value.abs() < 1e-8 && event.w[0].norm() < 1e-7 && !event.certified, "{event:?}");
    assert_eq!(event.before, event.after);
}

/// (w1 − p)² + w2² on [−2, 2]²: the minimum leaves at p = 2. w1⁴/4 − w1²·(1 − 16(p − 0.3)²)/2·… has an isola: for |p −
/// 0.3| < 1/4 there are three points, and the outer branches are connected to nothing else.
#[test]
fn borders_and_isolas() {
    let found = of("(w1-p)^2+w2^2", &[], "p", [1.0, 3.0], [-2.0, 2.0, -2.0, 2.0]);
    let [event] = &found.events[..] else { panic!("{:?}", found.events) };
    assert_eq!(event.kind, EventKind::Border);
    assert!((event.value - 2.0).abs() < 1e-8 && event.certified && found.accounted, "{event:?}");
    // Critical points where w1² = 0.01 − (p − 0.3)²: a circle of radius 0.1.
    let isola = of("w1^3/3-(0.01-(p-0.3)^2)*w1+w2^2", &[], "p", [-1.0, 1.0], [-2.0, 2.0, -2.0, 2.0]);
    let values: Vec<f64> = isola.events.iter().map(|event| event.value).collect();
    assert_eq!(values.len(), 2, "{:?}", isola.events);
    assert!((values[0] - 0.2).abs() < 1e-8 && (values[1] - 0.4).abs() < 1e-8, "{values:?}");
    assert!(isola.events.iter().all(|event| event.kind == EventKind::Fold && event.certified));
    assert_eq!(isola.branches.len(), 2);
}

/// An outline has the same points at both ends as the whole, no branch of another kind, and nothing that it has not
/// proved.
#[test]
fn an_outline_has_the_branches_of_the_whole() {
    let parameters: BTreeMap<String, Decimal> = [("a".to_owned(), 1.0.into()), ("c".to_owned(), 0.0.into())].into();
    let loss = Loss::new("w1^4/4-a*w1^2/2-c*w1+w2^2/2", &parameters).unwrap();
    let view = View::new(-2.0, 2.0, -2.0, 2.0).unwrap();
    let family = Family::new(&loss, &parameters, "c", [-1.0, 1.0], view).unwrap();
    let (outline, whole) = (outline_unless(&family, &|| false).unwrap(), branches(&family));
    assert_eq!(outline.ends, whole.ends);
    assert_eq!(outline.branches.len(), whole.branches.len(), "two minima and a saddle: 27c² < 4");
    assert!(outline.events.is_empty() && !outline.accounted && whole.accounted);
    // Folds at c = ±2/(3√3); the points of an outline come to within two spans of it.
    let fold = 2.0 / (3.0 * 3f64.sqrt());
    let saddle = outline.branches.iter().find(|branch| branch.kind == crate::curvature::Kind::Saddle).unwrap();
    let values = [saddle.points[0].value, saddle.points[saddle.points.len() - 1].value];
    assert!((values[0] + fold).abs() < 0.01 && (values[1] - fold).abs() < 0.01, "{values:?}");
    assert_eq!([branches_unless(&family, &|| true), outline_unless(&family, &|| true)], [None, None]);
}

/// w1⁴/4 − a·w1²/2 − c·w1: folds where 4·a³ = 27·c², at w1 = −(c/2)^(1/3), beside the third point.
#[test]
fn a_fold_beside_another_point_is_a_fold() {
    for c in ["1e-4", "1e-5", "1e-7"] {
        let found = of("w1^4/4-a*w1^2/2-c*w1+w2^2/2", &[("c", c)], "a", [-1.0, 1.03], [-2.0, 2.0, -2.0, 2.0]);
        let c: f64 = c.parse().unwrap();
        let [event] = &found.events[..] else { panic!("{c}: {:?}", found.events) };
        assert_eq!(event.kind, EventKind::Fold, "{c}: {event:?}");
        assert!((event.value - 3.0 * libm::pow(c / 2.0, 2.0 / 3.0)).abs() < 1e-10, "{c}: {event:?}");
        assert!((event.w[0].x + libm::cbrt(c / 2.0)).abs() < 1e-7, "{c}: {event:?}");
    }
}

/// Branches that cross at a value, none of them along a line: w1 = ±(a − b), and w1 = a, −2·a.
#[test]
fn crossing_branches_exchange_their_kinds() {
    for (formula, value) in [
        ("w1^3/3-a^2*w1+w2^2/2", 0.0),
        ("w1^3/3-(a-0.1234)^2*w1+w2^2/2", 0.1234),
        ("w1^3/3+a*w1^2/2-2*a^2*w1+w2^2/2", 0.0),
    ] {
        let found = of(formula, &[], "a", [-1.0, 1.03], [-3.0, 3.0, -3.0, 3.0]);
        let [event] = &found.events[..] else { panic!("{formula}: {:?}", found.events) };
        assert_eq!(event.kind, EventKind::Transcritical, "{formula}");
        assert!((event.value - value).abs() < 1e-8 && event.w[0].norm() < 1e-6, "{formula}: {event:?}");
    }
}

/// w1³/3 − a·w1²/2 + q·w1: for q > 0 two folds at a = ±2√q and no points between; for q < 0 no event. An imperfect
/// crossing is no crossing, and what is not decided is not accounted for.
#[test]
fn an_imperfect_crossing_is_no_crossing() {
    for q in [1e-10_f64, 1e-12] {
        let found =
            of("w1^3/3-a*w1^2/2+q*w1+w2^2/2", &[("q", &q.to_string())], "a", [-1.0, 1.03], [-3.0, 3.0, -3.0, 3.0]);
        let folds: Vec<f64> = found.events.iter().map(|event| event.value).collect();
        let are_folds = found.events.iter().all(|event| event.kind == EventKind::Fold);
        let wanted = 2.0 * q.sqrt();
        let are_right =
            are_folds && folds.len() == 2 && (folds[0] + wanted).abs() < 1e-9 && (folds[1] - wanted).abs() < 1e-9;
        assert!(are_right || !found.accounted, "{q}: {:?}", found.events);
        assert!(found.events.iter().all(|event| event.kind != EventKind::Transcritical), "{q}: {:?}", found.events);
    }
    let found = of("w1^3/3-a*w1^2/2-1e-10*w1+w2^2/2", &[], "a", [-1.0, 1.03], [-3.0, 3.0, -3.0, 3.0]);
    assert!(found.events.iter().all(|event| event.kind != EventKind::Transcritical), "{:?}", found.events);
}

/// What happens inside one narrow bracket is never passed over: a tiny isola, a point that touches and vanishes, three
/// branches that meet, and an event at the end of the range.
#[test]
fn nothing_in_a_bracket_is_passed_over() {
    for formula in ["w1^3/3+((a-0.1234)^2-1e-13)*w1+w2^2/2", "w1^3/3+a^2*w1+w2^2/2", "w1^4/4-a^2*w1^2/2+w2^2/2"] {
        let found = of(formula, &[], "a", [-1.0, 1.0], [-2.0, 2.0, -2.0, 2.0]);
        assert!(!found.accounted, "{formula}: {:?}", found.events);
        assert!(found.events.iter().any(|event| event.kind == EventKind::Undecided), "{formula}");
    }
    let found = of("w1^4/4-a*w1^2/2+w2^2/2", &[], "a", [0.0, 1.0], [-2.0, 2.0, -2.0, 2.0]);
    assert!(found.notes.iter().any(|note| note.contains("a = 0")), "{:?}", found.notes);
}

/// At c = 0 a whole circle is critical. Near that value no span is proved, and the work ends all the same. The folds at
/// c = ±2/√27, where r³ − r = ±c has a double root, are found.
#[test]
fn a_curve_of_critical_points_does_not_hold_up_the_work() {
    let found = of("(w1^2+w2^2-1)^2/4+c*w1", &[], "c", [-0.5, 0.5], [-2.0, 2.0, -2.0, 2.0]);
    let folds: Vec<f64> =
        found.events.iter().filter(|event| event.kind == EventKind::Fold).map(|event| event.value).collect();
    let wanted = 2.0 / 27.0_f64.sqrt();
    assert!(folds.len() == 2 && (folds[0] + wanted).abs() < 1e-8 && (folds[1] - wanted).abs() < 1e-8, "{folds:?}");
    assert!(!found.accounted);
}
