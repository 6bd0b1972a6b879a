//! Common factors of ∂₁L and ∂₂L: which of them are curves, and what they look like in a view.

use super::*;
use Across::{Crossing, Maximum, Minimum};

const VIEW: [f64; 4] = [-5.0, 5.0, -5.0, 5.0];

/// Formula, number of isolated real points, arcs in view (power of the factor, what L does across); all by hand.
#[test]
fn curves_are_recognised() {
    type Row = (&'static str, usize, &'static [(usize, Across)]);
    let table: &[Row] = &[
        // two branches
        ("(1-w1*w2)^2/2", 1, &[(1, Minimum), (1, Minimum)]),
        ("(w1^2+w2^2-1)^2/4", 1, &[(1, Minimum)]),
        ("-(w1^2+w2^2-1)^4", 1, &[(3, Maximum)]),
        ("(w1^2+w2^2-1)^3", 1, &[(2, Crossing)]),
        ("w1^2*w2^2", 0, &[(1, Minimum), (1, Minimum)]),
        // across w1 = 0 a minimum for w2 > 0 and a maximum for w2 < 0
        ("w1^2*w2^3", 0, &[(1, Maximum), (1, Minimum), (2, Crossing)]),
        // the kind changes at a line w1 + w2 = constant, which one of the projections cannot separate
        ("(w1-w2)^2*(w1+w2)", 0, &[(1, Maximum), (1, Minimum)]),
        ("(w1-w2)^2*(w1+w2)^3", 0, &[(1, Maximum), (1, Minimum), (2, Crossing)]),
        ("(w1+w2)^2*(w1-w2-0.3)^3", 0, &[(1, Maximum), (1, Minimum), (2, Crossing)]),
        ("(w2-w1^2)^2*(w1+w2-1)", 1, &[(1, Maximum), (1, Minimum), (1, Minimum)]),
        ("w1^2", 0, &[(1, Minimum)]),
        ("-w1^2", 0, &[(1, Maximum)]),
        ("(w1-3*w2+1)^3", 0, &[(2, Crossing)]),
        // no real zeros, or a single one
        ("(w1^2+w2^2+1)^3", 1, &[]),
        ("(w1^2+w2^2)^2", 1, &[]),
        ("((w1-1)^2+2*(w2-3)^2)^3", 1, &[]),
        ("(w1^4+w2^4+1)^2", 1, &[]),
        // w2² = w1²·(w1 − 1): a curve with an isolated point at the origin, and a saddle at (2/3, 0)
        ("(w2^2-w1^2*(w1-1))^2", 2, &[(1, Minimum)]),
        // w2² = w1²·(w1 + 1): a node, a loop around (−2/3, 0) where L has a maximum
        ("(w2^2-w1^2*(w1+1))^2", 1, &[(1, Minimum)]),
        // a cusp
        ("(w2^2-w1^3)^2", 0, &[(1, Minimum)]),
        // a line and an isolated point beside it; the saddle between them
        ("(w1^2+w2^2)^2*(w1-1)^2", 2, &[(1, Minimum)]),
        // three circles: minima, maxima between them, minima
        ("(w1^2+w2^2-1)^2*(w1^2+w2^2-4)^2", 1, &[(1, Maximum), (1, Minimum), (1, Minimum)]),
        // a lemniscate with a maximum in each loop, at w1 = ±1/√2
        ("((w1^2+w2^2)^2-w1^2+w2^2)^2", 2, &[(1, Minimum)]),
        // a circle that touches the view, just reaches into it, and just does not
        ("((w1-6)^2+w2^2-1)^2", 1, &[(1, Minimum)]),
        ("((w1-6)^2+w2^2-1.0000001)^2", 1, &[(1, Minimum)]),
        ("((w1-6)^2+w2^2-0.9999999)^2", 1, &[]),
        // a small circle inside, a large one around the view, a line along its edge
        ("((w1-1)^2+(w2-1)^2-0.0001)^2", 1, &[(1, Minimum)]),
        ("(w1^2+w2^2-1000)^2", 1, &[]),
        ("(w1-5)^2", 0, &[(1, Minimum)]),
        ("(w1-5.0000001)^2", 0, &[]),
        // an isolated point of the factor on the edge, while its curve is elsewhere: w2² = (w1 − 5)²·(w1 − 8)
        ("(w2^2-(w1-5)^2*(w1-8))^2", 2, &[]),
        // lines at a distance of 0.01 and one of maxima between them; a circle of radius 0.001 beside a parabola
        ("((w2-w1)*(w2-w1-0.01))^2", 0, &[(1, Maximum), (1, Minimum), (1, Minimum)]),
    ];
    for (formula, points, arcs) in table {
        let exact = decided(formula, VIEW).unwrap();
        assert!(!exact.finite, "{formula}");
        assert_eq!(exact.points.len(), *points, "{formula}: {:?}", exact.points);
        let arcs_of = |curve: &ExactCurve| {
            let power = curve.power;
            curve.arcs.iter().map(|arc| (power, arc.across)).collect::<Vec<_>>()
        };
        let mut found: Vec<_> = exact.curves.iter().flat_map(arcs_of).collect();
        found.sort_by_key(|(power, across)| (*power, *across as usize));
        let mut expected = arcs.to_vec();
        expected.sort_by_key(|(power, across)| (*power, *across as usize));
        assert_eq!(found, expected, "{formula}");
        assert_eq!(exact.complete(), arcs.is_empty(), "{formula}");
    }
}

/// A circle of radius 10⁻³ beside a parabola is drawn, and closes.
#[test]
fn a_small_oval_is_drawn() {
    let exact = decided("((w2-w1^2)*((w1-0.5)^2+(w2-0.26)^2-1e-6))^2", [-2.0, 2.0, -2.0, 2.0]).unwrap();
    let arcs: Vec<&Arc> = exact.curves.iter().flat_map(|curve| &curve.arcs).collect();
    let circle = arcs.iter().find(|arc| arc.polyline.first() == arc.polyline.last()).unwrap();
    assert!(circle.polyline.len() > 16);
    for point in &circle.polyline {
        let radius = (point - Vector::new(0.5, 0.26)).norm();
        assert!((radius - 1e-3).abs() < 1e-12, "{radius}");
    }
}

/// The vertices of each arc lie on the curve, and two arcs at a distance of 10⁻⁶ are two.
#[test]
fn arcs_lie_on_their_curves() {
    let exact = decided("((w2-w1^2)*(w2-w1^2-1e-6))^2", [-2.0, 2.0, -2.0, 2.0]).unwrap();
    let arcs: Vec<&Arc> = exact.curves.iter().flat_map(|curve| &curve.arcs).collect();
    assert_eq!(arcs.len(), 3);
    for arc in arcs {
        let offset = arc.polyline[arc.polyline.len() / 2];
        let offset = offset.y - offset.x * offset.x;
        assert!([0.0, 5e-7, 1e-6].iter().any(|known| (offset - known).abs() < 1e-12), "{offset}");
        assert!(arc.polyline.iter().all(|w| (w.y - w.x * w.x - offset).abs() < 1e-11));
    }
}

#[test]
fn an_isolated_point_of_a_curve_has_no_multiplicity() {
    let exact = decided("(w1^2+2*w2^2)^2", WIDE).unwrap();
    assert_eq!(exact.points[0].multiplicity, None);
    assert_eq!((exact.points[0].kind, exact.points[0].signs), (Kind::Degenerate, [0, 0]));
    assert!(exact.complete() && !exact.finite);
}
