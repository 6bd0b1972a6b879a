//! Functions of the distance from a point.

use super::tests::{decided, of_kind};
use crate::critical::{CriticalPoints, Evidence, Extremum, Reason};
use crate::curvature::Kind::{self, Degenerate, Maximum, Minimum};
use crate::number::Vector;
use proptest::prelude::*;
use std::f64::consts::PI;

/// The radii of the circles of a kind around the origin, ascending.
fn radii(found: &CriticalPoints, kind: Kind) -> Vec<f64> {
    let mut radii: Vec<f64> = Vec::new();
    for w in of_kind(found, kind).iter().flat_map(|curve| &curve.polyline) {
        if !radii.iter().any(|r| (r - w.norm()).abs() < 1e-12) {
            radii.push(w.norm());
        }
    }
    radii.sort_by(f64::total_cmp);
    radii
}

fn assert_near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
}

#[test]
fn waves_around_the_origin() {
    let found = decided("cos(sqrt(w1^2+w2^2))", 4.0);
    let [origin] = &found.points[..] else { panic!("{}", found.claim()) };
    assert_eq!((origin.w, origin.kind, origin.index, origin.value), (Vector::zeros(), Maximum, Some(1), 1.0));
    let bounds = origin.eigenvalue_enclosures.unwrap_or_default();
    assert!(
        bounds.iter().all(|[low, high]| (-1.0 - 1e-15..=-1.0).contains(low) && (-1.0..-1.0 + 1e-15).contains(high))
    );
    assert!(found.accounted && !found.complete);
    assert_near(&radii(&found, Minimum), &[PI]);
    assert_near(&radii(&found, Maximum), &[]);
    // Small views hold the origin alone.
    let found = decided("cos(sqrt(w1^2+w2^2))", 1.0);
    assert_eq!((found.complete, found.points.len()), (true, 1));
}

#[test]
fn a_removable_singularity_is_no_critical_point() {
    // tan(r) = r at 4.4934…, 7.7252… and 10.9041…; L is 0/0 at the origin.
    let found = decided("sin(sqrt(w1^2+w2^2))/sqrt(w1^2+w2^2)", 8.0);
    assert!(found.accounted && found.points.is_empty(), "{}", found.claim());
    assert_near(&radii(&found, Minimum), &[4.493_409_457_909_064, 10.904_121_659_428_9]);
    assert_near(&radii(&found, Maximum), &[7.725_251_836_937_707]);
    assert_eq!(of_kind(&found, Minimum).len(), 1 + 4);
}

#[test]
fn cones_have_a_kink() {
    for (formula, circles) in [
        ("sqrt(w1^2+w2^2)", &[][..]),
        ("exp(-sqrt(w1^2+w2^2))", &[]),
        ("(sqrt(w1^2+w2^2)-1)^2", &[1.0]),
        ("hypot(w1,w2)-hypot(w1,w2)^2/2-1", &[]),
    ] {
        let found = decided(formula, 1.5);
        assert!(!found.accounted && !found.complete && found.exhaustive, "{formula}");
        assert_eq!(found.unresolved.iter().map(|region| region.reason).collect::<Vec<_>>(), [Reason::NotSmooth]);
        let view = &found.unresolved[0].view;
        assert!(view.w1[0] < 0.0 && 0.0 < view.w1[1] && view.w1[1] - view.w1[0] < 1e-10, "{formula}");
        assert!(found.clusters.is_empty(), "{formula}: a cluster speaks of critical points");
        assert!(found.points.is_empty(), "{formula}");
        if formula.starts_with('h') {
            assert_near(&radii(&found, Maximum), &[1.0]);
        } else {
            assert_near(&radii(&found, Minimum), circles);
        }
    }
    assert_eq!(
        decided("(sqrt(w1^2+w2^2)-1)^2", 1.5).claim(),
        "1 curve of critical points and no other outside of 1 region where L is not smooth, proved"
    );
    assert_eq!(
        decided("sqrt(w1^2+w2^2)", 1.5).claim(),
        "no critical point in view outside of 1 region where L is not smooth, proved"
    );
}

#[test]
fn known_waves() {
    // −(1 + cos(12·r))/(r²/2 + 2) has its least value −1 at the origin, where L = −1 + 36.25·r² + ….
    let found = decided("-(1+cos(12*sqrt(w1^2+w2^2)))/(0.5*(w1^2+w2^2)+2)", 1.0);
    assert!(found.accounted, "{}", found.claim());
    let [origin] = &found.points[..] else { panic!("{}", found.claim()) };
    assert_eq!((origin.kind, origin.value), (Minimum, -1.0));
    let bounds = origin.eigenvalue_enclosures.unwrap_or_default();
    assert!(bounds.iter().all(|[low, high]| *low <= 72.5 && 72.5 <= *high && high - low < 1e-12), "{bounds:?}");
    // A factor in r² beside a wave in r.
    let found = decided("exp(-w1^2-w2^2)*cos(3*sqrt(w1^2+w2^2))", 1.5);
    assert!(found.accounted && found.points.len() == 1, "{}", found.claim());
    assert_eq!(found.points[0].kind, Maximum);
}

#[test]
fn flat_tips() {
    for (formula, kind, extremum) in [
        ("(w1^2+w2^2)^1.5", Degenerate, Extremum::Minimum),
        ("cos(w1^2+w2^2)-sqrt(w1^2+w2^2)^5", Degenerate, Extremum::Maximum),
    ] {
        let found = decided(formula, 0.9);
        let [origin] = &found.points[..] else { panic!("{formula}: {}", found.claim()) };
        assert_eq!((origin.kind, origin.contains, origin.index), (kind, Some(extremum), Some(1)), "{formula}");
        assert!(found.complete, "{formula}");
    }
}

#[test]
fn nothing_is_critical_beside_other_kinks() {
    for formula in ["abs(w1)+abs(w2)", "-abs(w1-0.5)-2*hypot(w1-0.5,w2)", "w1^2-exp(-hypot(w1,w2))"] {
        let found = decided(formula, 2.0);
        assert_eq!(
            found.claim(),
            "no critical point in view outside of 1 region where L is not smooth, proved",
            "{formula}"
        );
    }
}

/// What L is at the apex.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Apex {
    Kink,
    Point(Kind),
}

/// h(R): its text, the positive zeros of h′ as (first, step, kind), and the apex.
type Profile = (&'static str, &'static [(f64, f64, Kind)], Apex);

const NEVER: f64 = 1e9;
const PROFILES: [Profile; 8] = [
    ("cos(2*R)", &[(PI / 2.0, PI, Minimum), (PI, PI, Maximum)], Apex::Point(Maximum)),
    ("(R-0.7)^2", &[(0.7, NEVER, Minimum)], Apex::Kink),
    ("(R-0.7)^3", &[(0.7, NEVER, Degenerate)], Apex::Kink),
    ("R*exp(-R)", &[(1.0, NEVER, Maximum)], Apex::Kink),
    ("R^3-R^2", &[(2.0 / 3.0, NEVER, Minimum)], Apex::Point(Maximum)),
    ("R^2*exp(-R)", &[(2.0, NEVER, Maximum)], Apex::Point(Minimum)),
    ("R^3", &[], Apex::Point(Degenerate)),
    (
        "sin(R)^3",
        &[(PI / 2.0, 2.0 * PI, Maximum), (1.5 * PI, 2.0 * PI, Minimum), (PI, PI, Degenerate)],
        Apex::Point(Degenerate),
    ),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Profiles along ellipses around a point: every vertex lies on a level of its kind, every level in view is there, and
    /// the apex is what it is.
    #[test]
    fn profiles_around_a_point(
        k in 0..PROFILES.len(), p in -8..9i32, q in -8..9i32, a in 1..4i32, b in -1..2i32, c in 1..4i32,
    ) {
        let (text, zeros, apex) = PROFILES[k];
        let (p, q) = (f64::from(p) / 4.0, f64::from(q) / 4.0);
        let (a, b, c) = (f64::from(a), f64::from(b), f64::from(c));
        let (x, y) = (format!("(w1-({p}))"), format!("(w2-({q}))"));
        let formula = text.replace('R', &format!("sqrt({a}*{x}^2+({b})*{x}*{y}+{c}*{y}^2)"));
        let half = 1.6;
        let found = decided(&formula, half);
        let r = |w: &Vector| {
            let (x, y) = (w.x - p, w.y - q);
            (a * x * x + b * x * y + c * y * y).sqrt()
        };
        let is_in_view = p.abs() <= half && q.abs() <= half;
        let has_kink = is_in_view && apex == Apex::Kink;
        prop_assert!(found.exhaustive && found.accounted != has_kink, "{formula}: {}", found.claim());
        let kinds: Vec<Kind> = found.points.iter().map(|point| point.kind).collect();
        match apex {
            Apex::Point(kind) if is_in_view => prop_assert_eq!(kinds, vec![kind], "{}", formula),
            _ => prop_assert_eq!(kinds, vec![], "{}", formula),
        }
        let levels = |kind: Kind| {
            let of_kind = zeros.iter().filter(move |(_, _, known)| *known == kind);
            of_kind.flat_map(|(first, step, _)| (0..20).map(move |k| first + f64::from(k) * step))
        };
        for curve in &found.curves {
            prop_assert_eq!(curve.evidence, Evidence::Certified);
            for w in &curve.polyline {
                prop_assert!(levels(curve.kind).any(|level| (r(w) - level).abs() < 1e-12), "{formula} at {w}");
            }
        }
        for kind in [Minimum, Maximum, Degenerate] {
            let vertices: Vec<Vector> = of_kind(&found, kind).iter().flat_map(|curve| curve.polyline.clone()).collect();
            for level in levels(kind).filter(|level| *level < 20.0) {
                for step in 0..180 {
                    let direction = Vector::new(libm::cos(f64::from(step) / 90.0 * PI), libm::sin(f64::from(step) / 90.0 * PI));
                    let size = (a * direction.x * direction.x + b * direction.x * direction.y + c * direction.y * direction.y).sqrt();
                    let w = Vector::new(p, q) + direction * (level / size);
                    let is_inside = w.amax() < half - 1e-3;
                    let is_near = vertices.iter().any(|vertex| (vertex - w).norm() < 0.05);
                    prop_assert!(!is_inside || is_near, "{formula}: the level {level} at {w}");
                }
            }
        }
    }
}
