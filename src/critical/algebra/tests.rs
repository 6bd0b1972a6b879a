#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::*;
use crate::formula::Formula;

mod constructed;
mod curves;
mod reference;
mod tools;

/// The decision on a formula without parameters.
fn decided(formula: &str, [a, b, c, d]: [f64; 4]) -> Result<Exact, Undecided> {
    let formula = Formula::parse(formula).unwrap();
    decide(formula.expression(), &[], &View::new(a, b, c, d).unwrap(), &|| false)
}

const WIDE: [f64; 4] = [-100.0, 100.0, -100.0, 100.0];

/// Whether two numbers agree to a few units in the last place.
fn agree(a: f64, b: f64) -> bool {
    (a - b).abs() <= 4.0 * f64::EPSILON * b.abs()
}

/// Formula, points (w1, w2, multiplicity, signs of the eigenvalues) and number of complex points, all from algebra by
/// hand.
#[test]
fn degenerate_points_are_decided() {
    type Row = (&'static str, &'static [(f64, f64, usize, [i32; 2])], usize);
    let table: &[Row] = &[
        ("w1^3-w2^2", &[(0.0, 0.0, 2, [-1, 0])], 1),
        ("w1^3-3*w1*w2^2", &[(0.0, 0.0, 4, [0, 0])], 1),
        ("w1^4+w2^4", &[(0.0, 0.0, 9, [0, 0])], 1),
        ("(w2-w1^2)*(w2-3*w1^2)", &[(0.0, 0.0, 3, [0, 1])], 1),
        ("w1^20+w2^2", &[(0.0, 0.0, 19, [0, 1])], 1),
        ("-(w1^20)-w2^2", &[(0.0, 0.0, 19, [-1, 0])], 1),
        ("w1^20+w2^20", &[(0.0, 0.0, 361, [0, 0])], 1),
        // u = w1 − w2, v = w2: 20·u¹⁹ and 3·v²
        ("(w1-w2)^20+w2^3", &[(0.0, 0.0, 38, [0, 0])], 1),
        // (x − 1)²·(x + 2) integrated, and a minimum in w2
        ("w1^4/4-3*w1^2/2+2*w1+(w2-3)^2", &[(-2.0, 3.0, 1, [1, 1]), (1.0, 3.0, 2, [0, 1])], 2),
        // a fold pair 2e-3, 2e-9 and 2e-20 apart, the last closer than f64 can tell, and the pair that has gone
        ("w1^3/3-0.000001*w1+w2^2", &[(-0.001, 0.0, 1, [-1, 1]), (0.001, 0.0, 1, [1, 1])], 2),
        ("w1^3/3-1e-18*w1+w2^2", &[(-1e-9, 0.0, 1, [-1, 1]), (1e-9, 0.0, 1, [1, 1])], 2),
        ("(w1-1)^3/3-1e-40*w1+w2^2", &[(1.0, 0.0, 1, [-1, 1]), (1.0, 0.0, 1, [1, 1])], 2),
        ("w1^3/3+1e-30*w1+w2^2", &[], 2),
        ("w1+w2", &[], 0),
        ("w1*w2^2+w1", &[], 2),
    ];
    for (formula, points, complex) in table {
        let exact = decided(formula, WIDE).unwrap();
        assert!(exact.finite && exact.complete(), "{formula}");
        assert_eq!(exact.complex[0], *complex, "{formula}");
        let found: Vec<_> = exact.points.iter().map(|p| (p.w.x, p.w.y, p.multiplicity.unwrap(), p.signs)).collect();
        assert_eq!(found, *points, "{formula}");
    }
}

#[test]
fn a_point_on_the_border_is_in_view() {
    let counts = |formula: &str, view| decided(formula, view).unwrap().points.iter().filter(|p| p.in_view).count();
    let formula = "(w1-1)^2+2*(w2+0.5)^2";
    assert_eq!(counts(formula, [1.0, 3.0, -2.0, 2.0]), 1);
    assert_eq!(counts(formula, [-1.0, 1.0, -0.5, 2.0]), 1);
    assert_eq!(counts(formula, [1.0f64.next_up(), 3.0, -2.0, 2.0]), 0);
    // ±√2: the f64 next to it is a rounded bound, below or above it
    let root = 2f64.sqrt(); // 1.4142135623730951 > √2 = 1.41421356237309504…
    assert_eq!(counts("(w1^2-2)^2+w2^2", [0.1, root, -1.0, 1.0]), 1);
    assert_eq!(counts("(w1^2-2)^2+w2^2", [0.1, root.next_down(), -1.0, 1.0]), 0);
    // A decimal bound is meant as it is written.
    assert_eq!(counts("(w1-0.1)^2+(w2-0.3)^2", [0.1, 1.0, -1.0, 0.3]), 1);
}

#[test]
fn values_and_hessians_are_exact() {
    let exact = decided("(w1^2-2)^2*1e10+(w2-0.1)^2/3+1e-9", WIDE).unwrap();
    assert_eq!(exact.points.len(), 3);
    for (point, w1) in exact.points.iter().zip([-2f64.sqrt(), 0.0, 2f64.sqrt()]) {
        assert_eq!((point.w.x, point.w.y), (w1, 0.1));
        let (value, curvature) = if w1 == 0.0 { (4e10 + 1e-9, -8e10) } else { (1e-9, 16e10) };
        assert!(agree(point.value, value), "{}", point.value);
        let mut expected = [curvature, 2.0 / 3.0];
        expected.sort_by(f64::total_cmp);
        for ((found, enclosure), value) in
            point.spectrum.eigen.values.iter().zip(point.spectrum.enclosures).zip(expected)
        {
            assert!(agree(*found, value) && enclosure[0] <= *found && *found <= enclosure[1]);
        }
    }
}

#[test]
fn parameters_are_the_numbers_that_they_are() {
    let formula = Formula::parse("(w1-a)^2/b+k*w2^2").unwrap();
    let view = View::new(-1.0, 1.0, -1.0, 1.0).unwrap();
    let exact = decide(formula.expression(), &[0.1, -3.0, 2.5].map(Decimal::from), &view, &|| false).unwrap();
    assert_eq!(exact.points[0].w, Vector::new(0.1, 0.0));
    assert_eq!(exact.points[0].kind, Kind::Saddle);
    // 1/0 is not a polynomial, and neither is a constant that is not rational.
    assert_eq!(
        decide(formula.expression(), &[0.1, 0.0, 2.5].map(Decimal::from), &view, &|| false),
        Err(Undecided::NotPolynomial)
    );
}

#[test]
fn what_is_not_a_polynomial_is_refused() {
    for formula in ["exp(w1)+w2", "pi*w1^2+w2^2", "w1^0.5+w2", "w1/w2", "abs(w1)+w2^2", "w1^w2", "e*w1+w2^2", "2^w1"] {
        assert_eq!(decided(formula, WIDE), Err(Undecided::NotPolynomial), "{formula}");
    }
    for formula in ["w1^200+w2", "(w1+w2)^25", "(1e300*w1)^20", "w1^1e9"] {
        assert_eq!(decided(formula, WIDE), Err(Undecided::TooLarge), "{formula}");
    }
    for formula in ["2^-3*w1^2+w2^2/4", "-(-w1)^2-w2^2", "w1^2*2^(1+1)-w2^(3-1)", "w1^0+w1^1+w2"] {
        assert!(decided(formula, WIDE).is_ok(), "{formula}");
    }
}

#[test]
fn it_stops_when_told() {
    let formula = Formula::parse("(w1^2+w2-11)^2+(w1+w2^2-7)^2").unwrap();
    let view = View::new(-5.0, 5.0, -5.0, 5.0).unwrap();
    for calls in 0..20 {
        let count = std::cell::Cell::new(0);
        let cancel = || {
            count.set(count.get() + 1);
            count.get() > calls
        };
        assert_eq!(decide(formula.expression(), &[], &view, &cancel), Err(Undecided::Cancelled));
    }
}

#[test]
fn a_constant_is_critical_everywhere() {
    let exact = decided("3", WIDE).unwrap();
    assert!(exact.everywhere && !exact.complete());
}

/// Wherever the curve turns or crosses lines of the edges outside of the view: each of its points in view has a vertex
/// within 3 % of the view.
#[test]
fn curves_in_view_are_drawn_finely() {
    let parabola = "(w1-0.5*w2^2+0.8*w2-0.1+0.3)^2";
    for (formula, view) in [
        (parabola, [-0.45, 0.64, -0.62, 0.67]),
        (parabola, [-2.0, 2.0, -2.0, 2.0]),
        ("(w1^2+w2^2-100)^2", [7.0, 7.2, 7.0, 7.2]),
    ] {
        let exact = decided(formula, view).unwrap();
        let size = view[1] - view[0];
        let mut vertices = 0;
        for polyline in exact.curves.iter().flat_map(|curve| &curve.arcs).map(|arc| &arc.polyline) {
            vertices += polyline.len();
            for pair in polyline.windows(2) {
                assert!((pair[1] - pair[0]).norm() < 0.06 * size, "{formula} on {view:?}: {pair:?}");
            }
        }
        assert!(vertices > 40, "{formula} on {view:?}");
    }
}
