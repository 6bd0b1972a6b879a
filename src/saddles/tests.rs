//! The network of saddles against an independent integration (`tests/data/physics`), and against landscapes whose
//! curves are known.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::{Curve, End, Role, Saddle, SaddleGraph, saddle_graph};
use crate::landscape::{Loss, View};
use crate::number::Vector;
use serde_json::Value;
use std::collections::BTreeMap;

fn graph(formula: &str, view: [f64; 4]) -> SaddleGraph {
    let loss = Loss::new(formula, &BTreeMap::new()).unwrap();
    saddle_graph(&loss, &View::try_from(view).unwrap())
}

fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap()
}

fn pair(value: &Value) -> Vector {
    Vector::new(number(&value[0]), number(&value[1]))
}

fn reference() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/physics/saddle_graphs.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A landscape of the reference with its graph.
fn of_reference(entry: &Value) -> SaddleGraph {
    let parameters = entry["params"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().parse().unwrap()));
    let loss = Loss::new(entry["formula"].as_str().unwrap(), &parameters.collect()).unwrap();
    let view: Vec<f64> = entry["view"].as_array().unwrap().iter().map(number).collect();
    saddle_graph(&loss, &View::new(view[0], view[1], view[2], view[3]).unwrap())
}

/// Where the reference's point with this name is.
fn place(entry: &Value, name: &str) -> Vector {
    let point = entry["points"].as_array().unwrap().iter().find(|point| point["id"] == name).unwrap();
    pair(&point["w"])
}

fn is_same(entry: &Value, curve: &Curve, wanted: &Value) -> bool {
    let ends = match (&curve.end, wanted["to"].as_str().unwrap()) {
        (End::Infinity, "infinity") => true,
        // Far out nothing may be certain any more: then the end is left open, and not called infinity.
        (End::Unknown(_), "infinity") => true,
        (End::Infinity | End::Unknown(_), _) | (_, "infinity") => false,
        (end, name) => (end.point().unwrap() - place(entry, name)).norm() < 1e-8,
    };
    let crossing = match (curve.leaves_view_at, wanted.get("leaves_view_at")) {
        (None, None) => true,
        (Some(w), Some(wanted)) => (w - pair(wanted)).norm() < 1e-6,
        _ => false,
    };
    let length = match (curve.length, wanted.get("length")) {
        (None, None) => true,
        (Some(length), Some(wanted)) => (length - number(wanted)).abs() < 1e-5,
        _ => false,
    };
    ends && crossing && length
}

/// The order of the two curves is arbitrary.
fn has_same_curves(entry: &Value, curves: &[Curve], wanted: &Value) -> bool {
    let wanted = wanted.as_array().unwrap();
    let in_order = |order: [usize; 2]| (0..2).all(|k| is_same(entry, &curves[k], &wanted[order[k]]));
    curves.len() == 2 && (in_order([0, 1]) || in_order([1, 0]))
}

#[test]
fn curves_and_merge_trees_are_those_of_the_reference() {
    let reference = reference();
    let (mut count, mut open) = (0, 0);
    for (name, entry) in reference.as_object().unwrap() {
        let graph = of_reference(entry);
        assert!(graph.complete, "{name}");
        let wanted = entry["saddles"].as_array().unwrap();
        assert_eq!(graph.saddles.len(), wanted.len(), "{name}");
        for wanted in wanted {
            let w = pair(&wanted["w"]);
            let found = graph.saddles.iter().find(|saddle| (saddle.w - w).norm() < 1e-9).unwrap();
            let curves = found.unstable.iter().chain(&found.stable);
            open += curves.filter(|curve| matches!(curve.end, End::Unknown(_))).count();
            for (sense, curves) in [("unstable", &found.unstable), ("stable", &found.stable)] {
                let ends: Vec<_> = curves.iter().map(|c| (&c.end, c.length, c.leaves_view_at)).collect();
                assert!(
                    has_same_curves(entry, curves, &wanted[sense]),
                    "{name} {w} {sense}: {ends:?}, not {}",
                    wanted[sense]
                );
                count += 2;
            }
        }
        merge_tree_is_that_of(name, entry, &graph);
    }
    assert_eq!(count, 4 * 28);
    assert_eq!(open, 0, "{open} ends are left open");
}

fn merge_tree_is_that_of(name: &str, entry: &Value, graph: &SaddleGraph) {
    let wanted = entry["merge_tree"].as_array().unwrap();
    assert_eq!(graph.merges.len(), wanted.len(), "{name}");
    for wanted in wanted {
        let w = place(entry, wanted["saddle"].as_str().unwrap());
        let merge = graph.merges.iter().find(|merge| (merge.saddle - w).norm() < 1e-8).unwrap();
        assert!((merge.barrier - number(&wanted["barrier"])).abs() < 1e-9, "{name}: {merge:?}");
        let values =
            [merge.dies, merge.survives].map(|w| graph.minima.iter().find(|minimum| minimum.0 == w).unwrap().1);
        assert!(values[0] >= values[1], "{name}: {merge:?}");
    }
    match entry["critical_depth"].as_f64() {
        Some(depth) => {
            assert!((graph.critical_depth.unwrap() - depth).abs() < 1e-9, "{name}: {:?}", graph.critical_depth)
        }
        None => assert_eq!(graph.critical_depth, None, "{name}"),
    }
    let named = |key: &str| -> Vec<Vector> {
        let list = entry[key].as_array().unwrap().iter();
        list.map(|item| place(entry, item.as_str().or(item["saddle"].as_str()).unwrap())).collect()
    };
    for (places, roles) in
        [(named("loop_saddles"), &[Role::Loop][..]), (named("open_saddles"), &[Role::Open, Role::Connection])]
    {
        let found = graph.saddles.iter().filter(|saddle| saddle.role.is_some_and(|role| roles.contains(&role)));
        assert_eq!(found.count(), places.len(), "{name}");
        for place in places {
            let saddle = graph.saddles.iter().find(|saddle| (saddle.w - place).norm() < 1e-8).unwrap();
            assert!(roles.contains(&saddle.role.unwrap()), "{name}: {place}");
        }
    }
}

/// The direction in degrees in which each curve leaves, from its first points.
fn directions(curves: &[Curve]) -> Vec<f64> {
    let mut angles: Vec<f64> = curves
        .iter()
        .map(|curve| {
            let along = curve.polyline[1] - curve.polyline[0];
            (libm::atan2(along.y, along.x).to_degrees() + 360.0) % 360.0
        })
        .collect();
    angles.sort_by(f64::total_cmp);
    angles
}

fn are(found: Vec<f64>, wanted: &[f64]) {
    // An angle a rounding below 360° is one of 0°.
    let apart = |a: f64, b: f64| ((a - b + 540.0) % 360.0 - 180.0).abs();
    assert_eq!(found.len(), wanted.len());
    for angle in wanted {
        assert!(found.iter().any(|found| apart(*found, *angle) < 1e-6), "{angle}° is not in {found:?}");
    }
}

/// Re(w1 + i·w2)³: L falls fastest at 60°, 180°, 300° and grows fastest at 0°, 120°, 240°, along straight lines.
#[test]
fn a_monkey_saddle_has_three_and_three_straight_curves() {
    let graph = graph("w1^3-3*w1*w2^2", [-2.0, 2.0, -2.0, 2.0]);
    let [saddle] = &graph.saddles[..] else { panic!("{:?}", graph.saddles.len()) };
    are(directions(&saddle.unstable), &[60.0, 180.0, 300.0]);
    are(directions(&saddle.stable), &[0.0, 120.0, 240.0]);
    for curve in saddle.unstable.iter().chain(&saddle.stable) {
        assert_eq!(curve.end, End::Infinity);
        let along = (curve.polyline[1] - curve.polyline[0]).normalize();
        for w in curve.polyline.iter().filter(|w| w.norm() < 3.0) {
            assert!((w.x * along.y - w.y * along.x).abs() < 1e-8, "{w} is off the line");
        }
    }
    assert_eq!(saddle.role, Some(Role::Open));
}

/// Along the w2 axis −w2⁴ falls, and along the w1 axis w1² grows: a topological saddle with a zero eigenvalue.
#[test]
fn a_flat_saddle_has_its_four_curves() {
    let graph = graph("w1^2-w2^4", [-2.0, 2.0, -2.0, 2.0]);
    let [saddle] = &graph.saddles[..] else { panic!() };
    are(directions(&saddle.unstable), &[90.0, 270.0]);
    are(directions(&saddle.stable), &[0.0, 180.0]);
}

/// From (0, 0) every curve inside the half plane w1 < 0 leads away: none is singled out.
#[test]
fn the_default_landscape_has_no_curves_and_says_why() {
    let graph = graph("w1^3-w2^2", [-2.0, 2.0, -2.0, 2.0]);
    assert!(graph.saddles.is_empty());
    let [point] = &graph.undrawn[..] else { panic!() };
    assert_eq!(point.w, Vector::zeros());
    assert!(point.reason.contains("more than one direction"), "{}", point.reason);
}

fn ends(saddle: &Saddle) -> Vec<End> {
    saddle.unstable.iter().map(|curve| curve.end.clone()).collect()
}

/// The connection between (−1, 0) and (1, 0) along the w1 axis, turned by an angle that no f64 has exactly.
#[test]
fn a_connection_is_found_in_every_direction() {
    let (c, s) = (libm::cos(0.3), libm::sin(0.3));
    let [x, y] = [format!("({c}*w1+{s}*w2)"), format!("({c}*w2-({s})*w1)")];
    let graph = graph(&format!("{x}^3/3-{x}*{y}^2-{x}"), [-2.0, 2.0, -2.0, 2.0]);
    let [low, high] = &graph.saddles[..] else { panic!() };
    assert_eq!((low.role, high.role), (Some(Role::Open), Some(Role::Connection)));
    let connection = ends(high).into_iter().find_map(|end| end.point()).unwrap();
    assert!((connection - Vector::new(c, s)).norm() < 1e-9);
    let length = high.unstable.iter().find_map(|curve| curve.length).unwrap();
    assert!((length - 2.0).abs() < 1e-6, "{length}");
    // A hundred-millionth of a slope breaks it, and the curve then misses the saddle by much more than an error of
    // 1e-12.
    let broken = self::graph(&format!("{x}^3/3-{x}*{y}^2-{x}+1e-8*{y}"), [-2.0, 2.0, -2.0, 2.0]);
    assert!(broken.saddles.iter().all(|saddle| saddle.role == Some(Role::Open)), "{:?}", broken.saddles[1].role);
}

/// w1⁴ + w2⁴ has no saddle; with −w1² the minima are at ±√½ and the saddle between them is at the origin. The curves
/// lie on the axis: each has the length √½, and leaves a view that ends at 0.5 there.
#[test]
fn degenerate_minima_and_borders_are_no_walls() {
    let graph = graph("w1^4-w1^2+w2^2", [-0.5, 0.5, -0.5, 0.5]);
    assert_eq!(graph.saddles.len(), 1);
    for curve in &graph.saddles[0].unstable {
        let end = curve.end.point().unwrap();
        assert!((end.x.abs() - 0.5f64.sqrt()).abs() < 1e-12 && end.y == 0.0, "{end}");
        assert!((curve.length.unwrap() - 0.5f64.sqrt()).abs() < 1e-9);
        let crossing = curve.leaves_view_at.unwrap();
        assert!((crossing.x.abs() - 0.5).abs() < 1e-12 && crossing.y.abs() < 1e-12, "{crossing}");
    }
    assert_eq!(graph.saddles[0].role, Some(Role::Joins));
    // (w1² − 1)⁴ + w2²: the minima are degenerate, and each is 1 away from the saddle.
    let flat = self::graph("(w1^2-1)^4+w2^2", [-2.0, 2.0, -2.0, 2.0]);
    for curve in &flat.saddles[0].unstable {
        assert!((curve.length.unwrap() - 1.0).abs() < 1e-6, "{:?}", curve.end);
    }
}

/// L = −w1² + w2² has no other end than infinity; log has no value beyond w1 = −1, where nothing is certain.
#[test]
fn what_is_not_certain_is_not_claimed() {
    let saddle = graph("w2^2-w1^2", [-2.0, 2.0, -2.0, 2.0]);
    assert_eq!(ends(&saddle.saddles[0]), [End::Infinity, End::Infinity]);
    let bounded = graph("log(1+w1)-w1+w2^2", [-0.9, 2.0, -2.0, 2.0]);
    let unknown = ends(&bounded.saddles[0]).into_iter().filter(|end| matches!(end, End::Unknown(_))).count();
    assert_eq!(unknown, 1, "{:?}", ends(&bounded.saddles[0]));
    assert_eq!(bounded.saddles[0].role, None);
}

/// Along a diagonal of the eigenvectors the length of a straight way and the sum of its coordinates differ by rounding.
#[test]
fn lengths_along_an_eigenvector_are_straight() {
    for formula in ["(w1*w2-1)^2+0.3*(w1^2+w2^2)", "(w1+w2)^2+((w1-w2)^2-1)^2", "(w1*w2-1)^2+0.1*(w1^2+w2^2)"] {
        let graph = graph(formula, [-2.0, 2.0, -2.0, 2.0]);
        assert!(!graph.saddles.is_empty(), "{formula}");
        for saddle in &graph.saddles {
            for curve in &saddle.unstable {
                let end = curve.end.point().unwrap();
                let straight = (end - saddle.w).norm();
                assert!(curve.length.unwrap() >= straight - 1e-9, "{formula}");
            }
        }
    }
}

/// A ridge between two bent valleys goes to infinity, as the curve upwards along it does, and the landscape grows in
/// all directions: the depth of the shallower minimum is the critical depth.
#[test]
fn bent_valleys_end_at_infinity() {
    let graph = graph("(w1^2-1)^2+8*(w2-2*w1^2)^2+0.2*w1", [-2.0, 2.0, -1.0, 3.0]);
    let [saddle] = &graph.saddles[..] else { panic!("{:?}", graph.saddles.len()) };
    assert!(saddle.stable.iter().all(|curve| curve.end == End::Infinity), "{:?}", ends(saddle));
    // The way between the minima is the parabola w2 = 2·w1², on which L = (w1² − 1)² + 0.2·w1.
    assert!((graph.critical_depth.unwrap() - 0.807_572_128_628_269_4).abs() < 1e-9, "{:?}", graph.critical_depth);
}
