//! Losses with poles, with an edge of their domain in view, or with zeros on the border of the view.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::tests::{decided, has_lines, of_kind};
use crate::critical::{Evidence, search};
use crate::curvature::Kind;
use crate::landscape::{Loss, View};
use crate::number::Vector;
use Kind::{Degenerate, Maximum, Minimum};
use std::collections::BTreeMap;
use std::f64::consts::{E, SQRT_2};

/// Derivatives by hand: (w·ln w)′ = ln w + 1, (w + 1/w)′ = (w² − 1)/w², and so on.
#[test]
fn functions_of_one_weight_with_poles_and_logarithms_have_lines() {
    for (formula, expected) in [
        ("w1*log(w1)", vec![(1.0 / E, Minimum)]),
        ("w1^2*log(w1)", vec![(libm::exp(-0.5), Minimum)]),
        ("log(w1)^2", vec![(1.0, Minimum)]),
        ("log(w1)^3", vec![(1.0, Degenerate)]),
        ("w1-log(w1)", vec![(1.0, Minimum)]),
        ("log(w1)+w1", vec![]),
        ("w1+1/w1", vec![(-1.0, Maximum), (1.0, Minimum)]),
        ("w1^2+1/w1^2", vec![(-1.0, Minimum), (1.0, Minimum)]),
        ("1/w1", vec![]),
        ("1/(w1^2-1)", vec![(0.0, Maximum)]),
        ("w1/(w1-1)^2", vec![(-1.0, Minimum)]),
        ("sqrt(w1)-w1", vec![(0.25, Maximum)]),
        // (w² + 2)/(w − 1) has the slope (w² − 2·w − 2)/(w − 1)².
        ("(w1^2+2)/(w1-1)", vec![(1.0 - 3.0_f64.sqrt(), Maximum)]),
        ("(w1^2-2)^3/w1^2", vec![(-SQRT_2, Degenerate), (SQRT_2, Degenerate)]),
    ] {
        has_lines(formula, 2.0, &expected);
    }
}

/// A zero of the derivative on the border of the view belongs to it.
#[test]
fn lines_on_the_border_are_found() {
    has_lines("w1^2*exp(-w1)", 2.0, &[(0.0, Minimum), (2.0, Maximum)]);
    has_lines("(w1+1)^3*exp(-(w1+1))", 2.0, &[(-1.0, Degenerate), (2.0, Maximum)]);
    has_lines("exp(w1)*(w1-3)", 2.0, &[(2.0, Minimum)]);
}

#[test]
fn large_powers_are_decided() {
    let found = decided("w1^20+w2^30", 2.0);
    assert!(found.complete, "{}", found.claim());
    let [point] = &found.points[..] else { panic!("{:?}", found.points) };
    assert_eq!((point.w, point.kind, point.index), (Vector::zeros(), Degenerate, Some(1)));
}

/// ∇ of a²·b²·exp(−a² − b²) is (2·a·(1 − a²)·b², …): the axes and (±1, ±1).
#[test]
fn an_exponential_function_of_a_sum_is_a_product() {
    let found = decided("w1^2*w2^2*exp(-w1^2-w2^2)", 2.0);
    assert!(found.accounted, "{}", found.claim());
    assert_eq!((found.points.len(), found.curves.len(), of_kind(&found, Minimum).len()), (4, 4, 4));
    assert!(found.points.iter().all(|point| point.kind == Maximum && point.w.abs() == Vector::new(1.0, 1.0)));
}

/// u = w1 − w2 times a positive root: the level u = 0 runs through two corners of the view.
#[test]
fn a_line_through_the_corners_is_traced() {
    for formula in [
        "(w1-w2)^2*exp(w1)",
        "(w1-w2)^2*exp(w1+w2)",
        "(w1-w2)^2/(1+w1^2)",
        "(exp(w1)-exp(w2))^2",
        "(tanh(w1)-tanh(w2))^2",
    ] {
        let found = decided(formula, 2.0);
        assert!(found.accounted, "{formula}: {}", found.claim());
        let [line] = of_kind(&found, Minimum)[..] else { panic!("{formula}: {:?}", found.curves.len()) };
        let mut ends = [line.polyline[0], line.polyline[line.polyline.len() - 1]];
        ends.sort_by(|a, b| a.x.total_cmp(&b.x));
        assert!((ends[0] - Vector::new(-2.0, -2.0)).amax() < 1e-8, "{formula}: {ends:?}");
        assert!((ends[1] - Vector::new(2.0, 2.0)).amax() < 1e-8, "{formula}: {ends:?}");
        assert!(line.polyline.iter().all(|w| (w.x - w.y).abs() < 1e-8 && w.amax() <= 2.0), "{formula}");
    }
    // This line has only a corner in common with the view. It must not be lost.
    let found = decided("(w1+w2-4)^2*exp(w1)", 2.0);
    assert!(!found.accounted || !found.curves.is_empty() || !found.points.is_empty(), "{}", found.claim());
}

/// Where L has a pole, ∂L has a numerator that is not 0.
#[test]
fn poles_leave_nothing_undecided() {
    for (formula, expected) in [
        ("1/w1+1/w2+w1*w2", vec![([1.0, 1.0], Kind::Minimum)]),
        ("w1+1/w1+w2^2", vec![([-1.0, 0.0], Kind::Saddle), ([1.0, 0.0], Kind::Minimum)]),
        ("w1-log(w1)+w2-log(w2)", vec![([1.0, 1.0], Kind::Minimum)]),
        ("(w1-w2)^2+1/w1", vec![]),
        ("w2/w1", vec![]),
        ("w1*log(w1)+w2^2", vec![([1.0 / E, 0.0], Kind::Minimum)]),
    ] {
        let found = decided(formula, 2.0);
        assert!(found.complete, "{formula}: {}", found.claim());
        let mut points: Vec<([f64; 2], Kind)> =
            found.points.iter().map(|point| ([point.w.x, point.w.y], point.kind)).collect();
        points.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]));
        assert_eq!(points.len(), expected.len(), "{formula}: {points:?}");
        for ((w, kind), (at, expected_kind)) in points.iter().zip(&expected) {
            assert!((0..2).all(|i| (w[i] - at[i]).abs() < 1e-15) && kind == expected_kind, "{formula}: {points:?}");
        }
    }
}

/// u·ln u with u = w1² + w2² is least on the circle u = 1/e and is not defined at the origin.
#[test]
fn a_circle_around_an_undefined_point_is_found() {
    let found = decided("(w1^2+w2^2)*log(w1^2+w2^2)", 2.0);
    assert!(found.accounted && found.points.is_empty(), "{}", found.claim());
    let [circle] = of_kind(&found, Minimum)[..] else { panic!("{:?}", found.curves.len()) };
    assert!(circle.polyline.iter().all(|w| (w.norm_squared() - 1.0 / E).abs() < 1e-3));
}

/// w1²·ln w2 is critical on w1 = 0 for w2 > 0 only.
#[test]
fn a_line_ends_where_the_loss_is_not_defined() {
    let loss = Loss::new("w1^2*log(w2)", &BTreeMap::new()).unwrap();
    for low in [-2.0, -0.5] {
        let found = search(&loss, &View::new(-2.0, 2.0, low, 2.0).unwrap());
        let proved = found.curves.iter().filter(|curve| curve.evidence == Evidence::Certified);
        assert!(proved.flat_map(|curve| &curve.polyline).all(|w| w.y >= 0.0), "{low}: {}", found.claim());
    }
}

/// A mean over examples is a function of one weight, too: convex ones have one line of minima. The slope of logistic
/// regression without a bias is Σ x·(σ(x·w) − y); with x = 1 it is 0 where σ(w) is the mean of y.
#[test]
fn means_over_a_few_examples_are_functions_of_one_weight() {
    let over = |formula: &str, x: &[f64], y: &[f64]| {
        let columns = vec![("x".to_owned(), x.to_vec()), ("y".to_owned(), y.to_vec())];
        let data = crate::dataset::Dataset::new(columns).unwrap();
        let loss = Loss::with_data(formula, &BTreeMap::new(), &data).unwrap();
        search(&loss, &View::new(-2.0, 2.0, -2.0, 2.0).unwrap())
    };
    let line = |found: &crate::critical::CriticalPoints, at: f64, name: &str| {
        assert!(found.accounted, "{name}: {}", found.claim());
        let [line] = of_kind(found, Minimum)[..] else { panic!("{name}: {:?}", found.curves.len()) };
        assert!(line.polyline.iter().all(|w| (w.x - at).abs() < 1e-14), "{name}: {}", line.polyline[0].x);
    };
    let found = over("log(1+exp(w1*x))-y*w1*x", &[1.0, 1.0], &[1.0, 0.5]);
    line(&found, libm::log(3.0), "logistic");
    // Σ x·tanh(x·w − y) with y = x is 0 at w = 1.
    line(&over("log(cosh(w1*x-y))", &[0.5, -1.0, 2.0], &[0.5, -1.0, 2.0]), 1.0, "log cosh");
    line(&over("(exp(w1*x)-y)^2", &[1.0, 2.0], &[2.0, 4.0]), std::f64::consts::LN_2, "exponential");
}
