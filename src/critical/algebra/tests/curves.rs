//! Common factors of ∂₁L and ∂₂L: which of them are curves.

use super::*;
use Across::{Crossing, Maximum, Minimum, Mixed};

/// Formula, number of isolated real points, curves (power, across, in view), view; all by hand.
#[test]
fn curves_are_recognised() {
    type Row = (&'static str, usize, &'static [(usize, Across, bool)], [f64; 4]);
    const VIEW: [f64; 4] = [-5.0, 5.0, -5.0, 5.0];
    let table: &[Row] = &[
        ("(1-w1*w2)^2/2", 1, &[(1, Minimum, true)], VIEW),
        ("(w1^2+w2^2-1)^2/4", 1, &[(1, Minimum, true)], VIEW),
        ("-(w1^2+w2^2-1)^4", 1, &[(3, Maximum, true)], VIEW),
        ("(w1^2+w2^2-1)^3", 1, &[(2, Crossing, true)], VIEW),
        ("w1^2*w2^2", 0, &[(1, Minimum, true)], VIEW),
        ("w1^2*w2^3", 0, &[(1, Mixed, true), (2, Crossing, true)], VIEW),
        ("w1^2", 0, &[(1, Minimum, true)], VIEW),
        ("-w1^2", 0, &[(1, Maximum, true)], VIEW),
        ("(w1-3*w2+1)^3", 0, &[(2, Crossing, true)], VIEW),
        // no real zeros, or a single one
        ("(w1^2+w2^2+1)^3", 1, &[], VIEW),
        ("(w1^2+w2^2)^2", 1, &[], VIEW),
        ("((w1-1)^2+2*(w2-3)^2)^3", 1, &[], VIEW),
        ("(w1^4+w2^4+1)^2", 1, &[], VIEW),
        // w2² = w1²·(w1 − 1): a curve with an isolated point at the origin, and a saddle at (2/3, 0)
        ("(w2^2-w1^2*(w1-1))^2", 2, &[(1, Minimum, true)], VIEW),
        // w2² = w1²·(w1 + 1): a node, a loop around (−2/3, 0) where L has a maximum
        ("(w2^2-w1^2*(w1+1))^2", 1, &[(1, Minimum, true)], VIEW),
        // a cusp
        ("(w2^2-w1^3)^2", 0, &[(1, Minimum, true)], VIEW),
        // a line and an isolated point beside it; the saddle between them
        ("(w1^2+w2^2)^2*(w1-1)^2", 2, &[(1, Minimum, true)], VIEW),
        // three circles: minima, maxima between them, minima
        ("(w1^2+w2^2-1)^2*(w1^2+w2^2-4)^2", 1, &[(1, Mixed, true)], VIEW),
        // a lemniscate with a maximum in each loop, at w1 = ±1/√2
        ("((w1^2+w2^2)^2-w1^2+w2^2)^2", 2, &[(1, Minimum, true)], VIEW),
        // a circle that touches the view, just reaches into it, and just does not
        ("((w1-6)^2+w2^2-1)^2", 1, &[(1, Minimum, true)], VIEW),
        ("((w1-6)^2+w2^2-1.0000001)^2", 1, &[(1, Minimum, true)], VIEW),
        ("((w1-6)^2+w2^2-0.9999999)^2", 1, &[(1, Minimum, false)], VIEW),
        // a small circle inside, a large one around the view, a line along its edge
        ("((w1-1)^2+(w2-1)^2-0.0001)^2", 1, &[(1, Minimum, true)], VIEW),
        ("(w1^2+w2^2-1000)^2", 1, &[(1, Minimum, false)], VIEW),
        ("(w1-5)^2", 0, &[(1, Minimum, true)], VIEW),
        ("(w1-5.0000001)^2", 0, &[(1, Minimum, false)], VIEW),
        // an isolated point of the factor on the edge, while its curve is elsewhere: w2² = (w1 − 5)²·(w1 − 8)
        ("(w2^2-(w1-5)^2*(w1-8))^2", 2, &[(1, Minimum, false)], VIEW),
    ];
    for (formula, points, curves, view) in table {
        let exact = decided(formula, *view).unwrap();
        assert!(!exact.finite, "{formula}");
        assert_eq!(exact.points.len(), *points, "{formula}: {:?}", exact.points);
        let found: Vec<_> = exact.curves.iter().map(|c| (c.power, c.across, c.in_view)).collect();
        assert_eq!(found, *curves, "{formula}");
        assert_eq!(exact.complete(), !curves.iter().any(|c| c.2), "{formula}");
    }
}

/// w1²·w2³: across w1 = 0 the loss has a minimum for w2 > 0 and a maximum for w2 < 0.
#[test]
fn the_kind_changes_where_it_may() {
    let exact = decided("w1^2*w2^3", WIDE).unwrap();
    let curve = exact.curves.iter().find(|c| c.power == 1).unwrap();
    assert_eq!(curve.changes, [Vector::new(0.0, 0.0)]);
    assert!(curve.side.at(Vector::new(0.0, 1.0)).lo > 0.0);
    assert!(curve.side.at(Vector::new(0.0, -1.0)).hi < 0.0);
    // On the circles it never changes; on the folium's loop and branch only the double point is special.
    assert!(decided("(w1^2+w2^2-1)^2*(w1^2+w2^2-4)^2", WIDE).unwrap().curves[0].changes.is_empty());
    let folium = decided("(w1^3+w2^3-3*w1*w2)^2", WIDE).unwrap();
    assert_eq!(folium.curves[0].changes, [Vector::new(0.0, 0.0)]);
}

#[test]
fn an_isolated_point_of_a_curve_has_no_multiplicity() {
    let exact = decided("(w1^2+2*w2^2)^2", WIDE).unwrap();
    assert_eq!(exact.points[0].multiplicity, None);
    assert_eq!((exact.points[0].kind, exact.points[0].signs), (Kind::Degenerate, [0, 0]));
    assert!(exact.complete() && !exact.finite);
}
