//! Losses whose critical sets follow from mathematics: each g below is a textbook function with known zeros of g′.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use crate::critical::{CriticalCurve, CriticalPoints, Evidence, Extremum, search};
use crate::curvature::Kind;
use crate::landscape::{Loss, View};
use crate::number::Vector;
use Kind::{Degenerate, Maximum, Minimum, Saddle};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::f64::consts::{PI, SQRT_2};

/// The real zero of t³ − t − 1.
const PLASTIC: f64 = 1.324_717_957_244_746;
/// arctan √½.
const ROOT_ATAN: f64 = 0.615_479_708_670_387_3;

pub(super) fn decided(formula: &str, half: f64) -> CriticalPoints {
    let loss = Loss::new(formula, &BTreeMap::new()).unwrap();
    search(&loss, &View::new(-half, half, -half, half).unwrap())
}

/// The curves of one kind, proved.
pub(super) fn of_kind(found: &CriticalPoints, kind: Kind) -> Vec<&CriticalCurve> {
    let is_proved = |curve: &&CriticalCurve| curve.evidence == Evidence::Certified && curve.kind == kind;
    found.curves.iter().filter(is_proved).collect()
}

/// The whole critical set is these lines w1 = a, each of one kind.
#[test]
fn functions_of_one_weight_have_lines() {
    let lines = |step: f64, kind: Kind, half: f64| -> Vec<(f64, Kind)> {
        let most = (half / step) as i32;
        (-most..=most).map(|k| (f64::from(k) * step, kind)).collect()
    };
    for (formula, half, expected) in [
        ("w1^3", 2.0, vec![(0.0, Degenerate)]),
        ("w1^4", 2.0, vec![(0.0, Minimum)]),
        ("(w1-1)^3", 2.0, vec![(1.0, Degenerate)]),
        ("w1-sin(w1)", 7.0, lines(2.0 * PI, Degenerate, 7.0)),
        ("w1-atan(w1)", 2.0, vec![(0.0, Degenerate)]),
        ("exp(w1)-w1-w1^2/2", 2.0, vec![(0.0, Degenerate)]),
        ("exp(w1)-1-w1-w1^2/2-w1^3/6", 2.0, vec![(0.0, Minimum)]),
        ("sigmoid(w1)-w1/4", 2.0, vec![(0.0, Degenerate)]),
        ("tanh(w1)-w1", 2.0, vec![(0.0, Degenerate)]),
        ("sin(w1)^3", 2.0, vec![(-PI / 2.0, Minimum), (0.0, Degenerate), (PI / 2.0, Maximum)]),
        ("1/(1+w1^2)", 2.0, vec![(0.0, Maximum)]),
        ("w1*exp(w1)", 2.0, vec![(-1.0, Minimum)]),
        // A zero of higher order without a closed form is a simple zero of the base.
        ("(exp(w1)-2)^3", 2.0, vec![(std::f64::consts::LN_2, Degenerate)]),
        ("-(exp(w1)-2)^4", 2.0, vec![(std::f64::consts::LN_2, Maximum)]),
        ("(exp(w1)-w1-2)^2", 1.0, vec![(0.0, Maximum)]),
        // The zeros are where w1 − 1 is π or −π, and on the border of the view where it is 2.
        ("sin(w1-1)+w1", 5.0, vec![(1.0 - PI, Degenerate), (1.0 + PI, Degenerate)]),
        ("(w1-2)*exp(w1-2)-exp(w1-2)", 2.0, vec![(2.0, Minimum)]),
        // Zeros of higher order at irrational numbers are simple ones of a factor. Of the first L′ is (w1² −
        // 2)²·eʷ·(w1² + 6·w1 − 2).
        (
            "(w1^2-2)^3*exp(w1)",
            2.0,
            vec![(-SQRT_2, Degenerate), (11.0_f64.sqrt() - 3.0, Minimum), (SQRT_2, Degenerate)],
        ),
        ("5-(w1^2-2)^3*exp(w1)", 1.0, vec![(11.0_f64.sqrt() - 3.0, Maximum)]),
        (
            "(w1^3-w1-1)^3/(1+exp(w1))+0.07",
            1.4,
            vec![(-0.555_319_001_693_775, Maximum), (0.488_720_907_836_835, Minimum), (PLASTIC, Degenerate)],
        ),
        // The poles of a tangent are not critical points.
        ("tan(w1)^3", 2.0, vec![(0.0, Degenerate)]),
        ("tan(1-2*w1)^3", 2.0, vec![(0.5 - PI / 2.0, Degenerate), (0.5, Degenerate)]),
        ("tan(w1)^2-tan(w1)^4", 1.0, vec![(-ROOT_ATAN, Maximum), (0.0, Minimum), (ROOT_ATAN, Maximum)]),
    ] {
        has_lines(formula, half, &expected);
    }
}

/// The whole critical set of a function of w1 on [−half, half]² is these lines w1 = a.
pub(super) fn has_lines(formula: &str, half: f64, expected: &[(f64, Kind)]) {
    let found = decided(formula, half);
    let is_decided = found.accounted && found.points.is_empty() && found.complete == expected.is_empty();
    assert!(is_decided, "{formula}: {}", found.claim());
    let mut lines: Vec<(f64, Kind)> = Vec::new();
    for curve in &found.curves {
        assert_eq!(curve.evidence, Evidence::Certified);
        assert!(curve.polyline.iter().all(|w| (w.x - curve.polyline[0].x).abs() < 1e-14), "{formula}");
        let [first, last] = [curve.polyline[0].y, curve.polyline[curve.polyline.len() - 1].y];
        assert_eq!((first.min(last), first.max(last)), (-half, half), "{formula}");
        lines.push((curve.polyline[0].x, curve.kind));
    }
    lines.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(lines.len(), expected.len(), "{formula}: {lines:?}");
    for ((x, kind), (expected_x, expected_kind)) in lines.iter().zip(expected) {
        assert!((x - expected_x).abs() <= 4e-15 && kind == expected_kind, "{formula}: {lines:?}");
    }
}

/// The line w1 = c of f(w1)³·h(w2) with a simple zero c of f that is not a fraction.
#[test]
fn lines_at_irrational_numbers_are_decided() {
    let found = decided("(w1^3-w1-1)^3*exp(w2)", 2.0);
    assert!(found.accounted && found.points.is_empty(), "{}", found.claim());
    let [line] = of_kind(&found, Degenerate)[..] else { panic!("{:?}", found.curves.len()) };
    assert!(line.polyline.iter().all(|w| (w.x - PLASTIC).abs() < 1e-15));
    // (w1² − 2)⁴·cos(w2): least where cos is positive; at the origin both factors are greatest.
    let found = decided("(w1^2-2)^4*cos(w2)", 2.0);
    assert!(found.accounted, "{}", found.claim());
    assert_eq!((of_kind(&found, Minimum).len(), of_kind(&found, Maximum).len(), found.curves.len()), (2, 4, 6));
    let [origin] = &found.points[..] else { panic!("{:?}", found.points) };
    assert_eq!((origin.w, origin.kind, origin.value), (Vector::zeros(), Maximum, 16.0));
    let found = decided("(w1^2-2)^3*exp(w1)+w2^2", 2.0);
    assert!(found.complete, "{}", found.claim());
    let indices: Vec<(Kind, Option<i32>)> = found.points.iter().map(|point| (point.kind, point.index)).collect();
    assert_eq!(indices, [(Minimum, Some(1)), (Degenerate, Some(0)), (Degenerate, Some(0))]);
}

/// L = pⁿ·q with q > 0 is the n-th power of p·q^(1/n): critical where p = 0, and where n·q·∇p + p·∇q = 0.
#[test]
fn powers_of_polynomials_times_positive_functions_have_curves() {
    let found = decided("(w1*w2-1)^3*exp(w1)", 2.0);
    assert!(found.accounted, "{}", found.claim());
    assert_eq!((found.curves.len(), of_kind(&found, Degenerate).len()), (2, 2));
    assert!(found.curves.iter().flat_map(|curve| &curve.polyline).all(|w| (w.x * w.y - 1.0).abs() < 1e-4));
    // 3·w2 + w1·w2 − 1 = 0 and 3·w1 = 0.
    let [point] = &found.points[..] else { panic!("{:?}", found.points) };
    assert!((point.w - Vector::new(0.0, 1.0 / 3.0)).amax() < 1e-15 && point.kind == Saddle);
    // 4·w1 + w1² + w2² − 2 = 0 and 4·w2 = 0.
    let found = decided("7-(w1^2+w2^2-2)^2*exp(w1)", 2.0);
    assert!(found.accounted, "{}", found.claim());
    assert_eq!((found.curves.len(), of_kind(&found, Maximum).len()), (1, 1));
    let [point] = &found.points[..] else { panic!("{:?}", found.points) };
    assert!((point.w - Vector::new(6.0_f64.sqrt() - 2.0, 0.0)).amax() < 1e-15 && point.kind == Minimum);
    // If q changes its sign, nothing of this kind is claimed.
    assert!(!decided("(w1*w2-1)^3*sin(w1+w2)", 2.0).accounted);
}

/// ∂L of f(w1)·h(w2) at a zero a that f has with f′: L has the sign of h·(w1 − a)².
#[test]
fn lines_are_split_where_the_kind_changes() {
    for formula in ["(1-cos(w1))*w2", "w2*log(1+w1^2)", "sin(w1)^2*w2", "log(w1^2+1)*sin(w2)", "w2*(exp(w1^2)-cos(w1))"]
    {
        let found = decided(formula, 2.0);
        assert!(found.accounted && found.points.is_empty() && found.curves.len() == 2, "{formula}: {}", found.claim());
        for (kind, sign) in [(Minimum, 1.0), (Maximum, -1.0)] {
            let [arc] = of_kind(&found, kind)[..] else { panic!("{formula}: one arc of {kind:?}") };
            assert!(arc.polyline.iter().all(|w| w.x == 0.0 && sign * w.y >= 0.0), "{formula}");
            let reach = arc.polyline.iter().map(|w| w.y.abs());
            assert_eq!((reach.clone().fold(2.0, f64::min), reach.fold(0.0, f64::max)), (0.0, 2.0), "{formula}");
        }
    }
    // The line w1 = ln 2, where (eʷ − 2)² is 0.
    let found = decided("(exp(w1)-2)^2*(w2-1)", 2.0);
    assert_eq!((found.accounted, of_kind(&found, Minimum).len(), of_kind(&found, Maximum).len()), (true, 1, 1));
    assert!(found.curves.iter().flat_map(|curve| &curve.polyline).all(|w| (libm::exp(w.x) - 2.0).abs() < 1e-15));
    // Of third order the line keeps its kind.
    let found = decided("sin(w1)^3*w2", 1.0);
    assert_eq!((found.curves.len(), of_kind(&found, Degenerate).len(), found.points.len()), (1, 1, 0));
}

#[test]
fn isolated_points_of_sums_have_their_index() {
    for (formula, index, contains, eigenvalues) in [
        ("w1-sin(w1)+w2^2", 0, None, [0.0, 2.0]),
        ("w1-atan(w1)+w2^2", 0, None, [0.0, 2.0]),
        ("w1^3/3-w1+sin(w1)+w2^2", 0, None, [0.0, 2.0]),
        ("w1^4+cos(w2)", -1, None, [-1.0, 0.0]),
        ("cosh(w1)-w1^2/2+w2^2*exp(w2)", 1, Some(Extremum::Minimum), [0.0, 2.0]),
        ("exp(sin(w1)-w1-w2^2)", 0, None, [-2.0, 0.0]),
    ] {
        let found = decided(formula, 1.5);
        assert!(found.complete, "{formula}: {}", found.claim());
        let [point] = &found.points[..] else { panic!("{formula}: {:?}", found.points) };
        assert_eq!((point.w, point.kind, point.index), (Vector::zeros(), Degenerate, Some(index)), "{formula}");
        assert_eq!((point.contains, point.evidence), (contains, Evidence::Certified), "{formula}");
        assert_eq!(point.eigen.values, eigenvalues, "{formula}");
    }
}

#[test]
fn constants_are_critical_everywhere() {
    for formula in [
        "3",
        "w1-w1",
        "sin(w1)-sin(w1)",
        "(w1+1)^2-w1^2-2*w1-1",
        "sin(w1)^2+cos(w1)^2",
        "cosh(w1*w2)^2-sinh(w1*w2)^2",
        "(cos(w1)^2+sin(w1)^2)*3",
        "cos(w1)^4-sin(w1)^4-cos(w1)^2+sin(w1)^2",
    ] {
        let found = decided(formula, 2.0);
        assert!(found.everywhere && found.accounted && !found.complete, "{formula}: {}", found.claim());
        assert!(found.points.is_empty() && found.curves.is_empty());
    }
    // Not where L has no value.
    for formula in ["log(w1)-log(w1)", "0/w1", "w1/w1"] {
        assert!(!decided(formula, 2.0).everywhere, "{formula}");
    }
}

/// Where L is undefined, no point is critical, even if a rearranged formula is defined there.
#[test]
fn nothing_is_listed_where_nothing_is_defined() {
    for formula in ["exp(-1/(w1^2+w2^2))", "log(w1^2*w2^2)", "log(w1^2+w2^2)", "1/(w1*w2)", "exp(-1/w1^2)"] {
        let found = decided(formula, 2.0);
        assert!(found.complete && found.points.is_empty(), "{formula}: {}", found.claim());
    }
    for formula in ["w1^3+log(w1)-log(w1)", "w1^3+0*log(w2)", "w1^4/w1", "sqrt(w1^2)", "abs(w1)", "abs(w1)^3"] {
        let found = decided(formula, 2.0);
        assert!(found.curves.iter().all(|curve| curve.evidence == Evidence::Candidate), "{formula}: {}", found.claim());
    }
}

/// cos u on the quarter: u = w1² + w2² has circles of radius √(kπ); the origin is a maximum of cos, flat to fourth
/// order.
#[test]
fn circles_and_their_centre() {
    let found = decided("cos(w1^2+w2^2)", 1.9);
    assert!(found.accounted);
    let [point] = &found.points[..] else { panic!("{:?}", found.points) };
    assert_eq!((point.w, point.kind, point.index, point.value), (Vector::zeros(), Degenerate, Some(1), 1.0));
    assert_eq!((point.contains, point.eigen.values), (Some(Extremum::Maximum), [0.0; 2]));
    for (kind, level) in [(Minimum, PI), (Maximum, 2.0 * PI)] {
        let curves = of_kind(&found, kind);
        // The circle of radius √π is whole; of the one of radius √2π the corners of the view hold four arcs.
        assert_eq!(curves.len(), if kind == Minimum { 1 } else { 4 });
        assert!(curves.iter().flat_map(|curve| &curve.polyline).all(|w| (w.norm_squared() - level).abs() < 1e-12));
    }
    // exp(u) − u has its minimum at u = 0: the axes for w1·w2, with the saddle of w1·w2 on them.
    let found = decided("exp(w1*w2)-w1*w2", 2.0);
    assert_eq!((found.accounted, found.points.len(), of_kind(&found, Minimum).len()), (true, 0, 2));
    // u·exp(u): a curve at u = −1, and the saddle of u beside it, with g′(0) = 1.
    let found = decided("w1*w2*exp(w1*w2)", 2.0);
    assert_eq!((found.points[0].kind, found.points[0].eigen.values), (Saddle, [-1.0, 1.0]));
    assert_eq!((found.points.len(), of_kind(&found, Minimum).len()), (1, 2));
}

/// Nonlinear least squares of one example, and other functions of a u that is not a polynomial: the level of u is the
/// curve.
#[test]
fn levels_of_smooth_functions_are_curves() {
    type Level = fn(Vector) -> f64;
    let exponential: Level = |w| libm::exp(w.x) - w.y;
    let cases: [(&str, Kind, Level); 9] = [
        ("(exp(w1)-w2)^2", Minimum, exponential),
        ("3-0.5*(exp(w1)-w2)^2", Maximum, exponential),
        ("(exp(w1)-w2)^3", Degenerate, exponential),
        ("log(1+(exp(w1)-w2)^2)", Minimum, exponential),
        ("(sin(w1)-w2)^2", Minimum, |w| libm::sin(w.x) - w.y),
        ("(w2-exp(-w1^2))^2", Minimum, |w| w.y - libm::exp(-w.x * w.x)),
        ("exp(-(w2-sin(3*w1))^2)", Maximum, |w| w.y - libm::sin(3.0 * w.x)),
        ("(w2*exp(w1)-1)^2", Minimum, |w| w.y * libm::exp(w.x) - 1.0),
        ("1-cos(w1+exp(w2)-1)", Minimum, |w| w.x + libm::exp(w.y) - 1.0),
    ];
    for (formula, kind, level) in cases {
        let found = decided(formula, 1.5);
        assert!(found.accounted && !found.complete && found.points.is_empty(), "{formula}: {}", found.claim());
        let curves = of_kind(&found, kind);
        assert!(
            curves.len() == 1 && found.curves.iter().all(|curve| curve.evidence == Evidence::Certified),
            "{formula}"
        );
        let line = &curves[0].polyline;
        assert!(line.iter().all(|w| level(*w).abs() < 1e-14), "{formula}");
        assert!(line.windows(2).all(|pair| (pair[1] - pair[0]).norm() < 0.03), "{formula}");
        // It comes from the border and goes there.
        assert!([line[0], line[line.len() - 1]].iter().all(|w| w.amax() == 1.5), "{formula}");
    }
    // Each level of cos has its kind.
    let found = decided("cos(w2+exp(w1))", 2.0);
    for (kind, levels) in [(Minimum, vec![PI]), (Maximum, vec![0.0, 2.0 * PI])] {
        let values = of_kind(&found, kind).into_iter().flat_map(|curve| &curve.polyline).map(|w| w.y + libm::exp(w.x));
        let off = |value: f64| levels.iter().map(|level| (value - level).abs()).fold(f64::INFINITY, f64::min);
        assert!(found.accounted && values.clone().count() > 100 && values.map(off).fold(0.0, f64::max) < 1e-13);
    }
}

/// The mean over one example is the formula with the example's numbers.
#[test]
fn one_example_is_a_formula() {
    let data = crate::dataset::Dataset::from_csv("x,y\n0.5,0.2\n").unwrap();
    let loss = Loss::with_data("(tanh(w1*x+w2)-y)^2", &BTreeMap::new(), &data).unwrap();
    let found = search(&loss, &View::new(-2.0, 2.0, -2.0, 2.0).unwrap());
    let [line] = of_kind(&found, Minimum)[..] else { panic!("{}", found.claim()) };
    assert!(found.accounted && found.curves.len() == 1 && found.points.is_empty());
    assert!(line.polyline.iter().all(|w| (libm::tanh(0.5 * w.x + w.y) - 0.2).abs() < 1e-14));
    // The level of w1·eˣʷ² is not a line.
    let loss = Loss::with_data("(w1*exp(x*w2)-y)^2", &BTreeMap::new(), &data).unwrap();
    let found = search(&loss, &View::new(-2.0, 2.0, -2.0, 2.0).unwrap());
    let [curve] = of_kind(&found, Minimum)[..] else { panic!("{}", found.claim()) };
    assert!(found.accounted && curve.polyline.iter().all(|w| (w.x * libm::exp(0.5 * w.y) - 0.2).abs() < 1e-14));
}

/// u = eʷ¹ − w1 + w2² has its only critical point at the origin, a minimum with u = 1 and H(u) = diag(1, 2); the level
/// u = 2 is an oval around it. H of (u − 2)² there is 2·(1 − 2)·H(u).
#[test]
fn a_level_may_go_around_a_point() {
    let found = decided("(exp(w1)-w1+w2^2-2)^2", 2.5);
    assert!(found.accounted, "{}", found.claim());
    let [point] = &found.points[..] else { panic!("{:?}", found.points) };
    assert_eq!((point.kind, point.index, point.evidence), (Maximum, Some(1), Evidence::Certified));
    assert!(point.w.norm() < 1e-15 && (point.value - 1.0).abs() < 1e-15);
    assert!((point.eigen.values[0] + 4.0).abs() < 1e-12 && (point.eigen.values[1] + 2.0).abs() < 1e-12);
    let [oval] = of_kind(&found, Minimum)[..] else { panic!("{:?}", found.curves.len()) };
    assert_eq!(oval.polyline[0], oval.polyline[oval.polyline.len() - 1]);
    let turns: f64 = oval
        .polyline
        .windows(2)
        .map(|pair| libm::atan2(pair[0].x * pair[1].y - pair[0].y * pair[1].x, pair[0].dot(&pair[1])))
        .sum();
    assert!((turns.abs() - 2.0 * PI).abs() < 1e-9, "once around the origin: {turns}");
    // If the level passes through a critical point of u, nothing is claimed.
    let found = decided("(exp(w1)-w1+w2^2-1)^2", 2.5);
    assert!(!found.accounted || found.curves.is_empty(), "{}", found.claim());
}

/// u is a polynomial below a polynomial: its roots are found, however the formula is multiplied out.
#[test]
fn functions_below_powers_are_found() {
    // 1/(1 + (u − 1)⁴) is greatest on u = 1.
    for (formula, level, points) in [
        ("1/(1+(w1*w2-1)^4)", (|w| w.x * w.y - 1.0) as fn(Vector) -> f64, 1),
        ("1/(1+(w1^2+w2^2-1)^4)", |w| w.norm_squared() - 1.0, 1),
        ("1/(2+(w1^2-w2)^4)", |w| w.x * w.x - w.y, 0),
        ("exp(-(w1-2*w2)^4)", |w| w.x - 2.0 * w.y, 0),
    ] {
        let found = decided(formula, 1.7);
        assert!(found.accounted && found.points.len() == points, "{formula}: {}", found.claim());
        let curves = of_kind(&found, Maximum);
        assert!(!curves.is_empty() && curves.len() == found.curves.len(), "{formula}");
        assert!(curves.iter().flat_map(|curve| &curve.polyline).all(|w| level(*w).abs() < 1e-12), "{formula}");
    }
}

#[test]
fn many_lines_are_as_good_as_few() {
    // sin³: lines at k·π/80, of which half are flat.
    let found = decided("sin(40*w1)^3", 2.0);
    let expected = (-50..=50).filter(|k| (f64::from(*k) * PI / 80.0).abs() <= 2.0).count();
    assert_eq!((found.accounted, found.curves.len()), (true, expected));
    assert_eq!(of_kind(&found, Degenerate).len(), (-25..=25).count());
}

#[test]
fn short_arcs_across_a_corner_are_found() {
    // u = sin(4·w1) + w2/2 − 0.237 is −0.0036 at the corner (−1.3, −1.3): its level 0 cuts off 0.002 × 0.007 there.
    let found = decided("(sin(4*w1)+0.5*w2-0.237)^2", 1.3);
    assert!(found.accounted && found.curves.len() == 4, "{}", found.claim());
    let in_corner = |curve: &&CriticalCurve| curve.polyline.iter().all(|w| w.x < -1.298 && w.y < -1.29);
    assert_eq!(found.curves.iter().filter(in_corner).count(), 1);
}

/// An outer function: its text with U for u, and the zeros of g′ as (first, step, kind), all first + k·step.
type Outer = (&'static str, &'static [(f64, f64, Kind)]);

const NEVER: f64 = 1e9;
const OUTER: [Outer; 9] = [
    ("U-sin(U)", &[(0.0, 2.0 * PI, Degenerate)]),
    ("cos(U)", &[(0.0, 2.0 * PI, Maximum), (PI, 2.0 * PI, Minimum)]),
    ("exp(U)-U", &[(0.0, NEVER, Minimum)]),
    ("tanh(U)-U", &[(0.0, NEVER, Degenerate)]),
    ("atan(U)^3", &[(0.0, NEVER, Degenerate)]),
    ("-cosh(U)", &[(0.0, NEVER, Maximum)]),
    ("U*exp(U)", &[(-1.0, NEVER, Minimum)]),
    ("exp(U)-U-U^2/2", &[(0.0, NEVER, Degenerate)]),
    ("sin(U)^3", &[(0.0, PI, Degenerate), (PI / 2.0, 2.0 * PI, Maximum), (-PI / 2.0, 2.0 * PI, Minimum)]),
];

/// The distance of a value from the nearest zero of g′ of this kind.
fn distance_from_level(value: f64, zeros: &[(f64, f64, Kind)], kind: Kind) -> f64 {
    let of = |(first, step, _): &(f64, f64, Kind)| {
        let t = (value - first) / step;
        (t - t.round()).abs() * step
    };
    zeros.iter().filter(|(_, _, known)| *known == kind).map(of).fold(f64::INFINITY, f64::min)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// L = g(f(w1) + b·w2 + c) with g of one level and f of any shape: the level is the graph of w2 = (c₀ − c −
    /// f(w1))/b, each part of it that crosses the view is found, and each vertex lies on it.
    #[test]
    fn graphs_are_traced_whole(g in 0..4usize, f in 0..5usize, b in 1..5i32, c in -6..7i32, is_swapped: bool) {
        type Shape = (&'static str, fn(f64) -> f64);
        let (outer, zero, kind) = [
            ("(U)^2", 0.0, Minimum),
            ("-cosh(U)", 0.0, Maximum),
            ("atan(U)^3", 0.0, Degenerate),
            ("(U)*exp(U)", -1.0, Minimum),
        ][g];
        let shapes: [Shape; 5] = [
            ("exp(X)", libm::exp),
            ("sin(4*X)", |x| libm::sin(4.0 * x)),
            ("1/(1+X^2)", |x| 1.0 / (1.0 + x * x)),
            ("tanh(3*X)", |x| libm::tanh(3.0 * x)),
            ("X*exp(-X^2)", |x| x * libm::exp(-x * x)),
        ];
        let (text, shape) = shapes[f];
        let (b, c) = (f64::from(b) / 2.0, f64::from(c) / 4.0 + 0.013);
        let (x, y) = if is_swapped { ("w2", "w1") } else { ("w1", "w2") };
        let formula = outer.replace('U', &format!("{}+{b}*{y}+({c})", text.replace('X', x)));
        let half = 1.3;
        let found = decided(&formula, half);
        prop_assert!(found.accounted && found.points.is_empty(), "{formula}: {}", found.claim());
        prop_assert!(found.curves.iter().all(|curve| curve.kind == kind && curve.evidence == Evidence::Certified));
        let ordered = |w: &Vector| if is_swapped { Vector::new(w.y, w.x) } else { *w };
        let vertices: Vec<Vector> = found.curves.iter().flat_map(|curve| &curve.polyline).map(ordered).collect();
        let graph = |x: f64| (zero - c - shape(x)) / b;
        prop_assert!(vertices.iter().all(|w| (graph(w.x) - w.y).abs() < 1e-13), "{formula}");
        for k in -400..=400 {
            let x = half * f64::from(k) / 400.0;
            let is_in_view = graph(x).abs() < half - 1e-3;
            let near = |pair: &&[Vector]| (ordered(&pair[0]).x - x) * (ordered(&pair[1]).x - x) <= 0.0;
            let covered = found.curves.iter().any(|curve| curve.polyline.windows(2).any(|pair| near(&pair)));
            prop_assert!(!is_in_view || covered, "{formula}: the part at {x}");
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// g(u) for linear, bilinear and quadratic u with short coefficients: each vertex of a curve lies on a level of its
    /// kind, and every crossing of a level on lines through the view lies on a curve of its kind.
    #[test]
    fn compositions_have_the_levels_of_their_outer_function(
        outer in 0..OUTER.len(), form in 0..3, a in 1..4i32, b in -3..4i32, c in -4..5i32,
    ) {
        prop_assume!(form != 2 || b != 0);
        let (text, zeros) = OUTER[outer];
        let (a, c) = (f64::from(a) / 2.0, f64::from(c) / 4.0);
        let b = f64::from(b) / 2.0;
        let (inner, u): (String, Box<dyn Fn(Vector) -> f64>) = match form {
            0 => (format!("({a}*w1+({b})*w2+({c}))"), Box::new(move |w| a * w.x + b * w.y + c)),
            1 => (format!("({a}*w1*w2+({c}))"), Box::new(move |w| a * w.x * w.y + c)),
            _ => (format!("({a}*w1^2+({b})*w2^2+({c}))"), Box::new(move |w| a * w.x * w.x + b * w.y * w.y + c)),
        };
        let formula = text.replace('U', &inner);
        let half = 1.7;
        let found = decided(&formula, half);
        let at_origin = u(Vector::zeros());
        for kind in [Minimum, Maximum, Degenerate] {
            let curves = of_kind(&found, kind);
            for w in curves.iter().flat_map(|curve| &curve.polyline) {
                prop_assert!(distance_from_level(u(*w), zeros, kind) < 1e-9, "{formula}: {w} of {kind:?}");
            }
            // Walk along lines and look where a level is crossed, away from where u is flat.
            const STEPS: i32 = 400;
            for line in -8..9 {
                let fixed = half * f64::from(line) / 8.3;
                for axis in 0..2 {
                    let at = |step: i32| {
                        let free = half * f64::from(step) / f64::from(STEPS);
                        if axis == 0 { Vector::new(fixed, free) } else { Vector::new(free, fixed) }
                    };
                    for step in -STEPS..STEPS {
                        let (from, to) = (u(at(step)), u(at(step + 1)));
                        let crosses = zeros.iter().filter(|zero| zero.2 == kind).any(|(first, spacing, _)| {
                            let index = |value: f64| ((value - first) / spacing).floor();
                            index(from) != index(to)
                        });
                        if crosses {
                            let middle = 0.5 * (at(step) + at(step + 1));
                            let near = curves.iter().flat_map(|curve| curve.polyline.windows(2)).any(|pair| {
                                let (along, off) = (pair[1] - pair[0], middle - pair[0]);
                                let share = (off.dot(&along) / along.norm_squared().max(1e-300)).clamp(0.0, 1.0);
                                (off - share * along).norm() < 0.03
                            });
                            prop_assert!(near, "{formula}: the level of {kind:?} at {middle}");
                        }
                    }
                }
            }
        }
        // The only critical point of u is the origin, unless u is linear.
        let slope_vanishes = [Minimum, Maximum, Degenerate].iter().any(|kind| {
            distance_from_level(at_origin, zeros, *kind) < 1e-12
        });
        if form == 0 {
            prop_assert!(found.points.is_empty(), "{formula}: {:?}", found.points);
        } else if !slope_vanishes {
            prop_assert_eq!(found.points.len(), 1, "{}", formula);
            let is_saddle = form == 1 || b < 0.0;
            prop_assert_eq!(found.points[0].kind == Saddle, is_saddle, "{}", formula);
            prop_assert_eq!(found.points[0].index, Some(if is_saddle { -1 } else { 1 }), "{}", formula);
        } else if form == 1 || b < 0.0 {
            prop_assert!(found.points.is_empty(), "{formula}: the origin lies on a curve");
        } else {
            prop_assert_eq!((found.points.len(), found.points[0].kind), (1, Degenerate), "{}", formula);
        }
        prop_assert!(found.accounted, "{formula}: {}", found.claim());
    }

    /// f(w1)·h(w2) with a double zero of f at 0: the line w1 = 0 has as many arcs as h has signs, and the kind of each
    /// is that of f″(0)·h.
    #[test]
    fn products_have_arcs_between_the_zeros_of_the_other_factor(
        f in 0..5usize, h in 0..4usize, shift in -3..4i32, is_negative: bool,
    ) {
        let f = ["(1-cos(w1))", "log(1+w1^2)", "tanh(w1)^2", "(cosh(w1)-1)", "(exp(w1)-1-w1)"][f];
        let shift = f64::from(shift) / 4.0;
        let (h, zero): (&str, f64) = [("sin(w2-C)", shift), ("(exp(w2-C)-1)", shift), ("(w2-C)", shift), ("atan(w2-C)", shift)][h];
        let sign = if is_negative { "-" } else { "" };
        let formula = format!("{sign}{f}*{}", h.replace('C', &format!("({shift})")));
        let found = decided(&formula, 1.5);
        prop_assert!(found.accounted && found.points.is_empty(), "{formula}: {} {:?}", found.claim(), found.points);
        prop_assert_eq!(found.curves.len(), 2, "{}", formula);
        for curve in &found.curves {
            let middle = 0.5 * (curve.polyline[0] + curve.polyline[curve.polyline.len() - 1]);
            prop_assert!(middle.x == 0.0 && curve.evidence == Evidence::Certified);
            let above = (middle.y > zero) != is_negative;
            prop_assert_eq!(curve.kind, if above { Minimum } else { Maximum }, "{}", formula);
        }
    }
}
