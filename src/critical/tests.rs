//! The search from many starts, compared with mathematics: points of 36 functions that were proved by exact algebra or
//! interval arithmetic (tests/data/known.json), and small functions solved by hand.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::multistart::MultiStart;
use super::*;
use crate::dataset::Dataset;
use serde::Deserialize;
use std::collections::BTreeMap;

fn searched(formula: &str, view: [f64; 4]) -> CriticalPoints {
    let loss = Loss::new(formula, &BTreeMap::new()).unwrap();
    let mut search = MultiStart::new(&loss, &View::try_from(view).unwrap());
    while !search.refine(usize::MAX) {}
    search.answer()
}

#[derive(Deserialize)]
struct Reference {
    name: String,
    formula: String,
    #[serde(rename = "box")]
    view: [f64; 4],
    points: Vec<KnownPoint>,
    #[serde(default)]
    curves: Vec<KnownCurve>,
}

#[derive(Deserialize)]
struct KnownPoint {
    w: [f64; 2],
    value: f64,
    eigenvalues: [f64; 2],
    kind: Kind,
    index: i32,
}

#[derive(Deserialize)]
struct KnownCurve {
    /// The curve is where this formula is zero.
    implicit: String,
    kind: Kind,
}

/// All that is wrong with an answer.
fn faults(reference: &Reference, answer: &CriticalPoints) -> Vec<String> {
    let mut faults = Vec::new();
    let mut used = vec![false; reference.points.len()];
    let view = View::try_from(reference.view).unwrap();
    for point in &answer.points {
        if !view.contains(point.w) {
            faults.push(format!("{} is outside the view", point.w));
        }
        let scale = point.w.amax().max(1.0);
        let place = reference.points.iter().position(|known| {
            let tolerance = if known.kind == Kind::Degenerate { 1e-5 } else { 1e-8 };
            (Vector::from(known.w) - point.w).amax() <= tolerance * scale
        });
        let Some(place) = place else {
            faults.push(format!(
                "spurious: {} at {} {:?} {:?}",
                point.kind.word(),
                point.w.x,
                point.w.y,
                point.eigen.values
            ));
            continue;
        };
        if std::mem::replace(&mut used[place], true) {
            faults.push(format!("twice: {}", point.w));
        }
        let known = &reference.points[place];
        if point.kind != known.kind {
            faults.push(format!("{} is called a {}", known.kind.word(), point.kind.word()));
        }
        if point.index != Some(known.index) {
            faults.push(format!("index {:?} of {}", point.index, known.index));
        }
        if (point.value - known.value).abs() > 1e-8 * known.value.abs().max(1.0) {
            faults.push(format!("value {} of {}", point.value, known.value));
        }
        let largest = known.eigenvalues[0].abs().max(known.eigenvalues[1].abs());
        let tolerance = if known.kind == Kind::Degenerate { 1e-3 * largest.max(1.0) } else { 1e-6 * largest };
        for (found, known) in point.eigen.values.iter().zip(&known.eigenvalues) {
            if (found - known).abs() > tolerance {
                faults.push(format!("eigenvalue {found} of {known}"));
            }
        }
    }
    for (known, used) in reference.points.iter().zip(&used) {
        if !used {
            faults.push(format!("missing: {} at {:?}", known.kind.word(), known.w));
        }
    }
    // Every curve is one of the reference's and has its kind, and each of those that crosses the view is there.
    let none = BTreeMap::new();
    let implicit: Vec<Loss> = reference.curves.iter().map(|curve| Loss::new(&curve.implicit, &none).unwrap()).collect();
    let mut met = vec![false; implicit.len()];
    for curve in &answer.curves {
        let nearest = |w: Vector| {
            (0..implicit.len()).min_by(|&a, &b| {
                let far = |k: usize| {
                    let jet = implicit[k].jet(w);
                    jet.value.abs() / jet.gradient.norm().max(1e-3)
                };
                far(a).total_cmp(&far(b))
            })
        };
        let Some(which) = nearest(curve.polyline[curve.polyline.len() / 2]) else {
            faults.push(format!(
                "spurious curve from {} to {}",
                curve.polyline[0],
                curve.polyline[curve.polyline.len() - 1]
            ));
            continue;
        };
        met[which] = true;
        if curve.kind != reference.curves[which].kind {
            faults.push(format!("a curve of kind {:?}", curve.kind));
        }
        for w in &curve.polyline {
            let jet = implicit[which].jet(*w);
            if jet.value.abs() > 1e-4 * jet.gradient.norm().max(1e-3) {
                faults.push(format!("{w} is off its curve by {}", jet.value));
                break;
            }
        }
    }
    for (curve, met) in reference.curves.iter().zip(&met) {
        if !met {
            faults.push(format!("missing curve {}", curve.implicit));
        }
    }
    faults
}

#[test]
fn the_known_functions() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/known.json")).unwrap();
    let references: Vec<Reference> = serde_json::from_str(&text).unwrap();
    assert_eq!(references.len(), 36);
    let mut wrong = Vec::new();
    for reference in &references {
        let answer = searched(&reference.formula, reference.view);
        for fault in faults(reference, &answer) {
            wrong.push(format!("{}: {fault}", reference.name));
        }
        assert!(!answer.complete && !answer.accounted, "a search proves nothing");
    }
    assert!(wrong.is_empty(), "{} faults\n{}", wrong.len(), wrong.join("\n"));
}

/// Every known critical point of the catalogue that is in view is found with its kind, or lies on a curve.
#[test]
fn the_catalogue() {
    for entry in crate::landscape::catalogue::catalogue() {
        let loss = entry.loss().unwrap();
        let answer = search(&loss, &entry.view);
        let tolerance = 1e-6 * entry.view.width().max(entry.view.height());
        for known in entry.points.iter().filter(|known| entry.view.contains(Vector::from(known.w))) {
            let w = Vector::from(known.w);
            let found = answer.points.iter().find(|point| (point.w - w).amax() <= tolerance);
            let on_curve = answer.curves.iter().any(|curve| {
                curve.polyline.windows(2).any(|pair| super::curve::near_segment(w, pair[0], pair[1]) <= tolerance)
            });
            let kind = found.map(|point| point.kind);
            assert!(kind == Some(known.kind) || (kind.is_none() && on_curve), "{}: {w} is {kind:?}", entry.name);
        }
    }
}

/// Expected points as (kind, index, w1, w2), to be found to 1e-8 of half the view, degenerate ones to 1e-6.
fn check(formula: &str, view: [f64; 4], expected: &[(Kind, i32, f64, f64)]) {
    let answer = searched(formula, view);
    let listing = || format!("{formula}: {:#?}", answer.points);
    assert_eq!(answer.points.len(), expected.len(), "{}", listing());
    for &(kind, index, x, y) in expected {
        let known = Vector::new(x, y);
        let tolerance = if kind == Kind::Degenerate { 1e-6 } else { 1e-8 } * 0.5 * (view[1] - view[0]);
        let found = answer.points.iter().find(|point| (point.w - known).amax() <= tolerance);
        let found = found.unwrap_or_else(|| panic!("no point at {x}, {y} in {}", listing()));
        assert_eq!((found.kind, found.index), (kind, Some(index)), "{}", listing());
        assert_eq!(found.evidence, Evidence::Candidate);
    }
    assert!(answer.curves.is_empty(), "{formula} has no curve");
}

use Kind::{Degenerate, Maximum, Minimum, Saddle};
const VIEW: [f64; 4] = [-2.0, 2.0, -2.0, 2.0];

/// Away from the origin rounding hides multiple zeros of the gradient: each is moved to a point that is not an f64.
#[test]
fn degenerate_points_off_the_origin() {
    for (formula, index, x, y) in [
        ("(w1-0.3)^3 - (w2+0.7)^2", 0, 0.3, -0.7),
        ("(w1+w2-0.3)^3 - (w1-w2)^2", 0, 0.15, 0.15),
        ("(w1-0.3)^4 - (w2-0.1)^2", -1, 0.3, 0.1),
        ("(w1-0.3)^5 + (w2-0.1)^2", 0, 0.3, 0.1),
        ("(w1-0.3)^6 + (w2-0.1)^2", 1, 0.3, 0.1),
        ("(w1-0.3)^4 + (w2-0.2)^4", 1, 0.3, 0.2),
        ("(w1-0.3)^3 + (w2-0.2)^4", 0, 0.3, 0.2),
        ("(w1-0.3)^3 - 3*(w1-0.3)*(w2-0.2)^2", -2, 0.3, 0.2),
        // Peano's surface: a minimum along every straight line through the point, and no minimum.
        ("(2*(w1-0.1)^2-(w2-0.2))*((w2-0.2)-(w1-0.1)^2)", -1, 0.1, 0.2),
        // Flatter than any part of a picture can resolve.
        ("w1^20 - w2^2", -1, 0.0, 0.0),
        // Twice differentiable, but no more.
        ("abs(w1)^3 + w2^2", 1, 0.0, 0.0),
    ] {
        check(formula, VIEW, &[(Degenerate, index, x, y)]);
    }
}

/// What a degenerate point looks like follows from mathematics: see the comments of `index::nature`.
#[test]
fn natures() {
    for (formula, nature) in [
        ("w1^3 - w2^2", Some("neither")),
        ("w1^4 + w2^4", Some("minimum-like")),
        ("-w1^4 - w2^2", Some("maximum-like")),
        ("w1^4 - w2^2", Some("saddle-like")),
        ("w1^3 - 3*w1*w2^2", Some("monkey")),
        // Re (w1 + i·w2)⁵
        ("w1^5 - 10*w1^3*w2^2 + 5*w1*w2^4", Some("saddle with 5 valleys")),
        ("w1^2 + w2^2", None),
    ] {
        let loss = Loss::new(formula, &BTreeMap::new()).unwrap();
        let answer = super::search(&loss, &View::try_from(VIEW).unwrap());
        assert_eq!(answer.points.len(), 1, "{formula}");
        assert_eq!(answer.points[0].nature.as_deref(), nature, "{formula}");
    }
}

/// φ = t²− ε has the zeros ±√ε, with eigenvalues ±2√ε; beyond the fold, with −ε, there are none.
#[test]
fn pairs_next_to_a_fold() {
    for (epsilon, apart) in [("1e-4", 1e-2), ("1e-6", 1e-3), ("1e-10", 1e-5), ("1e-12", 1e-6)] {
        let pair = format!("(w1-0.3)^3/3 - {epsilon}*(w1-0.3) + w2^2");
        check(&pair, VIEW, &[(Minimum, 1, 0.3 + apart, 0.0), (Saddle, -1, 0.3 - apart, 0.0)]);
        check(&format!("(w1-0.3)^3/3 + {epsilon}*(w1-0.3) + w2^2"), VIEW, &[]);
    }
    // A pitchfork: w1·(w1² − 1e-4).
    let pitchfork = "(w1-0.3)^4/4 - 1e-4*(w1-0.3)^2/2 + w2^2";
    check(pitchfork, VIEW, &[(Minimum, 1, 0.29, 0.0), (Minimum, 1, 0.31, 0.0), (Saddle, -1, 0.3, 0.0)]);
}

/// Whatever the unit of w and of L.
#[test]
fn units_do_not_matter() {
    for scale in [1e-70, 1e-6, 1.0, 1e6, 1e70] {
        let half = 0.5f64.sqrt() * scale;
        let formula = format!("(w1/{scale:e})^4 - (w1/{scale:e})^2 + (w2/{scale:e})^2");
        let view = VIEW.map(|bound| bound * scale);
        check(&formula, view, &[(Minimum, 1, half, 0.0), (Minimum, 1, -half, 0.0), (Saddle, -1, 0.0, 0.0)]);
    }
    for factor in ["1e-250", "1e250"] {
        check(&format!("{factor}*(w1^2 - w2^2)"), VIEW, &[(Saddle, -1, 0.0, 0.0)]);
    }
    // Far from the origin, and in a view a thousand times wider than high.
    let far = [99_998.0, 100_002.0, 99_998.0, 100_002.0];
    check("(w1-1e5)^2 - (w2-1e5)^2", far, &[(Saddle, -1, 1e5, 1e5)]);
    check(
        "cos(w1/100) + w2^2",
        [-100.0, 500.0, -0.3, 0.3],
        &[(Saddle, -1, 0.0, 0.0), (Minimum, 1, 100.0 * std::f64::consts::PI, 0.0)],
    );
}

#[test]
fn narrow_ravines_are_no_curves() {
    check("w1^2 + 1e8*w2^2", VIEW, &[(Minimum, 1, 0.0, 0.0)]);
    check("(1-w1)^2 + 1e6*(w2-w1^2)^2", VIEW, &[(Minimum, 1, 1.0, 1.0)]);
    // By the stated tolerance an eigenvalue 1e-10 times the other is zero.
    check("w1^2 + 1e10*w2^2", VIEW, &[(Degenerate, 1, 0.0, 0.0)]);
}

#[test]
fn narrow_peaks_in_a_wide_view_and_their_tails() {
    let wide = [-40.0, 40.0, -40.0, 40.0];
    check("exp(-w1^2-w2^2)", wide, &[(Maximum, 1, 0.0, 0.0)]);
    check("exp(-50*(w1^2+w2^2))", [-3.0, 3.0, -3.0, 3.0], &[(Maximum, 1, 0.0, 0.0)]);
    check("exp(-1000*w1^2) + w2^2", [-3.0, 3.0, -3.0, 3.0], &[(Saddle, -1, 0.0, 0.0)]);
    // e^{−r²} underflows beyond r = 27: nothing can be decided there, and the answer says so.
    let answer = searched("exp(-w1^2-w2^2)", wide);
    let undecided = |w: Vector| answer.unresolved.iter().any(|region| region.view.contains(w));
    assert!(undecided(Vector::new(38.0, 38.0)) && undecided(Vector::new(-30.0, 0.0)));
    assert!(!undecided(Vector::new(0.0, 0.0)) && !undecided(Vector::new(5.0, 5.0)));
}

#[test]
fn kinks_and_poles_are_no_critical_points() {
    for formula in [
        "abs(w1) + w2^2",
        "abs(w1) + abs(w2)",
        "log(w1^2+w2^2)",
        "1/(w1^2+w2^2)",
        "sqrt(w1^2+w2^2)",
        "max(w1, -w1) + w2^2",
        "w1 + w2",
        "exp(w1) + w2",
    ] {
        check(formula, VIEW, &[]);
    }
    // Only the parts that are not smooth are left of the view.
    let answer = searched("1/(w1*w2-1)+w1^-0.5", [-1.0, 3.0, -1.0, 3.0]);
    assert!(answer.points.is_empty(), "{:?}", answer.points);
    // Critical points beside a pole: 1 − 1/w1² = 0 at ±1.
    check("1/w1 + w1 + w2^2", VIEW, &[(Minimum, 1, 1.0, 0.0), (Saddle, -1, -1.0, 0.0)]);
}

#[test]
fn points_outside_are_left_out_and_points_on_the_border_are_not() {
    check("(w1-2)^2 + (w2+2)^2", VIEW, &[(Minimum, 1, 2.0, -2.0)]);
    check("(w1-2.0001)^2 + w2^2", VIEW, &[]);
    check("(w1-0.1)^2 + w2^2", [0.1, 2.0, -1.0, 1.0], &[(Minimum, 1, 0.1, 0.0)]);
    check("(w1-0.1)^3 + w2^2", [0.1, 2.0, -1.0, 1.0], &[(Degenerate, 0, 0.1, 0.0)]);
}

/// Curves as (kind, number of pieces in view), and a formula that is zero on them.
/// L = h²·q has minima on h = 0 where q > 0. Where q is 0 there, and touches 0 from above only, L takes both signs near the point in
/// most cases: an arc of minima ends there, and does not pass through.
#[test]
fn arcs_end_where_the_cofactor_vanishes() {
    for (formula, place) in [
        ("w1^2*w2^2+w1^5", [0.0, 0.0]),
        ("w1^2*(w2^2+w1)", [0.0, 0.0]),
        ("-w1^2*(w2^2+w1)", [0.0, 0.0]),
        ("w1^2*w2^2-w1^4", [0.0, 0.0]),
        ("(w2-w1^2)^2*w2", [0.0, 0.0]),
        ("(w1-w2)^2*((w1+w2)^2+w1-w2)", [0.0, 0.0]),
        ("w1^2*(w2-1)^2+w1^5", [0.0, 1.0]),
        ("(w1*w2)^2*((w1-1)^2+w2)", [1.0, 0.0]),
        ("(w1^2+w2^2-1)^2*((w1-1)^2+w2^2+(w1^2+w2^2-1))", [1.0, 0.0]),
    ] {
        let loss = Loss::new(formula, &BTreeMap::new()).unwrap();
        let answer = search(&loss, &View::try_from(VIEW).unwrap());
        let place = Vector::from(place);
        let mut ends = 0;
        for curve in answer.curves.iter().filter(|curve| curve.evidence == Evidence::Certified) {
            let count = curve.polyline.len();
            for (i, w) in curve.polyline.iter().enumerate().filter(|(_, w)| (*w - place).norm() < 1e-3) {
                let from_end = [curve.polyline[0], curve.polyline[count - 1]].map(|end| (end - place).norm());
                assert!(from_end[0].min(from_end[1]) < 1e-6, "{formula}: an arc passes {w} at {i} of {count}");
                ends += 1;
            }
        }
        assert!(answer.curves.is_empty() || ends >= 2, "{formula}");
    }
}

#[test]
fn curves_of_critical_points() {
    for (formula, implicit, kind, pieces) in [
        ("w1^2", "w1", Minimum, 1),
        ("-(w1+w2-0.1)^2", "w1+w2-0.1", Maximum, 1),
        ("(w2-w1^2)^2", "w2-w1^2", Minimum, 1),
        ("(w1^2-w2^2)^2", "w1^2-w2^2", Minimum, 2),
        // The curve crosses from minimal to maximal points of its cross-section.
        ("w1^2*w2", "w1", Degenerate, 1),
        // A cusp, where two branches end against each other.
        ("(w2^2-w1^3)^2", "w2^2-w1^3", Minimum, 2),
        // A rectifier is exactly flat on one side.
        ("max(w1,0)^2 + w2^2", "w2", Minimum, 1),
    ] {
        let answer = searched(formula, VIEW);
        assert!(answer.points.is_empty(), "{formula}: {:?}", answer.points);
        assert_eq!(answer.curves.len(), pieces, "{formula}");
        let implicit = Loss::new(implicit, &BTreeMap::new()).unwrap();
        for curve in &answer.curves {
            assert_eq!(curve.kind, kind, "{formula}");
            // A point of the polyline may lie between two of the curve, where it is cut by the border.
            let farthest = curve.polyline.iter().map(|&w| implicit.value(w).abs()).fold(0.0, f64::max);
            assert!(farthest < 1e-3, "{formula}: {farthest}");
            let length: f64 = curve.polyline.windows(2).map(|pair| (pair[1] - pair[0]).norm()).sum();
            assert!(length > 1.9, "{formula}: {length}");
        }
    }
    // Two circles and the three maxima that they enclose.
    let answer = searched("(w1^2+w2^2-1)^2*((w1-1)^2+w2^2-1)^2", [-3.0, 3.0, -3.0, 3.0]);
    assert_eq!(answer.claim(), "3 critical points and 2 curves found by search, not proved complete");
    for curve in &answer.curves {
        assert_eq!(curve.polyline[0], curve.polyline[curve.polyline.len() - 1], "a circle closes");
        let length: f64 = curve.polyline.windows(2).map(|pair| (pair[1] - pair[0]).norm()).sum();
        assert!((length - std::f64::consts::TAU).abs() < 1e-3);
    }
}

#[test]
fn flat_regions_are_undecided() {
    // Where both rectifiers are off, everything is critical.
    let answer = searched("relu(w1) + relu(w2)", VIEW);
    assert!(answer.points.is_empty() && answer.curves.is_empty());
    assert!(answer.unresolved.iter().any(|region| region.view.contains(Vector::new(-1.0, -1.0))));
    assert_eq!(
        answer.claim(),
        "no critical point found by search, not proved complete; undecided: flat below 64-bit numbers"
    );
    let answer = searched("0*w1", VIEW);
    assert_eq!(answer.unresolved, vec![Region { view: View::try_from(VIEW).unwrap(), reason: Reason::Flat }]);
}

/// sin(10·w1)·sin(10·w2) has its extrema where both are ±1 and its saddles where both are 0: k·π/10 with k from −9 to 9
/// and (k + ½)·π/10 with k from −10 to 9 in view.
#[test]
fn hundreds_of_points() {
    let answer = searched("sin(10*w1)*sin(10*w2)", [-3.0, 3.0, -3.0, 3.0]);
    let count = |kind: Kind| answer.points.iter().filter(|point| point.kind == kind).count();
    assert_eq!((count(Saddle), count(Minimum) + count(Maximum), count(Degenerate)), (19 * 19, 20 * 20, 0));
}

#[test]
fn the_answer_does_not_depend_on_the_slices() {
    let loss = Loss::new("(w1^2+w2-11)^2+(w1+w2^2-7)^2", &BTreeMap::new()).unwrap();
    let view = View::try_from([-5.0, 5.0, -5.0, 5.0]).unwrap();
    let whole = searched("(w1^2+w2-11)^2+(w1+w2^2-7)^2", [-5.0, 5.0, -5.0, 5.0]);
    let mut search = MultiStart::new(&loss, &view);
    let mut progress = search.progress();
    assert!(progress < 0.05);
    let mut slices = 0;
    while !search.refine(100) {
        assert!(search.progress() >= progress, "progress does not go back");
        progress = search.progress();
        assert!(search.answer().points.iter().all(|point| whole.points.contains(point)), "sound at any time");
        slices += 1;
    }
    assert!(slices > 10);
    assert_eq!(search.progress(), 1.0);
    assert_eq!(search.answer(), whole);
    assert_eq!(whole.claim(), "9 critical points found by search, not proved complete");
    // Minima first, then saddles, then the maximum.
    let kinds: Vec<Kind> = whole.points.iter().map(|point| point.kind).collect();
    assert_eq!(kinds, [vec![Minimum; 4], vec![Saddle; 4], vec![Maximum]].concat());
}

/// Over many examples, and among many points, the first proved point appears after a few of the 400 starts of the
/// preview, each of some thirty evaluations. It is placed to more digits at the end.
#[test]
fn the_first_points_come_early() {
    let noisy = |k: usize| 0.1 * libm::sin(7.1 * (k * k) as f64);
    let over = |formula: &str, rows: usize, f: fn(f64) -> f64| {
        let x: Vec<f64> = (0..rows).map(|k| 6.0 * k as f64 / rows as f64 - 3.0).collect();
        let y = x.iter().enumerate().map(|(k, x)| f(*x) + noisy(k)).collect();
        let data = Dataset::new(vec![("x".to_owned(), x), ("y".to_owned(), y)]).unwrap();
        Loss::with_data(formula, &BTreeMap::new(), &data).unwrap()
    };
    let square = |half: f64| View::new(-half, half, -half, half).unwrap();
    for (loss, view, most) in [
        (over("(tanh(w1*x+w2)-y)^2", 2_000, |x| libm::tanh(1.5 * x + 0.5)), square(2.0), 60),
        (over("(sin(w1*x+w2)-y)^2", 300, |x| libm::sin(1.5 * x + 0.5)), square(2.0), 20),
        (Loss::new("sin(30*w1)*cos(30*w2)+0.1*w1", &BTreeMap::new()).unwrap(), square(20.0), 5),
    ] {
        let mut search = Search::with_limit(&loss, &view, 300);
        let steps = (1..=most).find(|_| {
            assert!(!search.refine(1));
            search.has_proved()
        });
        assert!(steps.is_some(), "nothing after {most} starts");
        let early = search.answer();
        let point = early.points.iter().find(|point| point.evidence == Evidence::Certified).unwrap();
        let [low, high] = point.enclosure.unwrap()[0];
        assert!(low <= point.w.x && point.w.x <= high && high - low < 1e-9);
        assert!(search.progress() < 0.9);
    }
}

/// By the theorem of Poincaré and Hopf the gradient turns along the border as often as the indices inside add up to. On
/// random functions this holds only if no point with an index is missed (they come in pairs of opposite indices, so it
/// is not a proof) and none is invented.
#[test]
fn indices_add_up_to_the_winding_number_of_the_border() {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};
    let mut bits = ChaCha8Rng::seed_from_u64(20_260);
    let mut uniform = move |low: f64, high: f64| low + (high - low) * (bits.next_u64() >> 11) as f64 / 2f64.powi(53);
    let view = View::try_from(VIEW).unwrap();
    let mut points = 0;
    for round in 0..24 {
        let mut terms = Vec::new();
        for place in 0..8 {
            let [a, b, c, d] = [(); 4].map(|()| format!("({:.4})", uniform(-2.0, 2.0)));
            terms.push(match round % 4 {
                0 => format!("{a}*w1^{}*w2^{}", place % 4 + 1, place / 2),
                1 => format!("{a}*exp(-{b}^2*(w1-{c})^2-3*(w2-{d})^2)"),
                2 => format!("{a}*sin({b}*w1+{c}*w2+{d})"),
                _ => format!("({a}*tanh({b}*w1+{c}*w2)-{d})^2"),
            });
        }
        let formula = terms.join("+");
        let loss = Loss::new(&formula, &BTreeMap::new()).unwrap();
        let answer = search(&loss, &view);
        points += answer.points.len();
        let corners =
            [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)].map(|(x, y)| Vector::new(x, y));
        let sides = corners.windows(2);
        let border: Vec<Vector> =
            sides.flat_map(|side| (0..100).map(|k| side[0] + (side[1] - side[0]) * (f64::from(k) / 100.0))).collect();
        let plane = super::plane::Plane::new(&loss, &view);
        let sum: i32 = answer.points.iter().filter_map(|point| point.index).sum();
        assert_eq!(super::index::winding(&plane, &border), Some(sum), "{formula}");
    }
    assert!(points > 80, "{points} points are enough to speak of a test");
}

fn all_of(formula: &str) -> CriticalPoints {
    let loss = Loss::new(formula, &BTreeMap::new()).unwrap();
    let mut search = Search::with_limit(&loss, &View::try_from([-2.0, 2.0, -2.0, 2.0]).unwrap(), 20_000);
    while !search.refine(usize::MAX) {}
    search.answer()
}

#[test]
fn nothing_is_claimed_of_a_jump() {
    // L = r² − 1 on one side of the jump and r² + 1 on the other: there is no minimum, and none is claimed.
    for formula in [
        "w1^2+w2^2-sign(w1)",
        "w1^2+w2^2-step(w1)",
        "w1^2+w2^2-ceil(w1)",
        "-w1^2-w2^2+sign(w1)",
        "w1^2+w2^2+floor(w1)",
        "w1^2+w2^2+1e-20*sign(w1)",
        "floor(w1)+w2^2",
        "w1^2+w2^2+0.01*atan2(w2, w1-1)",
    ] {
        let found = all_of(formula);
        assert!(!found.complete && found.clusters.iter().all(|cluster| cluster.contains.is_none()), "{formula}");
        let is_at_jump = |w: Vector| w.x.abs() < 1e-6;
        assert!(!found.points.iter().any(|point| is_at_jump(point.w) && !formula.contains("atan2")), "{formula}");
        assert!(found.curves.is_empty(), "{formula}");
    }
    // Away from its jump, a function that jumps is like any other.
    let found = all_of("(w1-1)^2+w2^2+sign(w1)");
    assert!(found.points.iter().any(|point| point.evidence == Evidence::Certified && (point.w.x - 1.0).abs() < 1e-9));
}

/// Beside a degenerate point just outside the view, 64-bit numbers give λ a sign: it is not decided, and no saddle.
#[test]
fn a_sign_that_is_not_known_makes_no_saddle() {
    let inner = "(-0.125*w2^4+(133/300)*w2^3-0.589625*w2^2+0.348524*w2-1*(w1-0.86)^2)";
    let loss = Loss::new(&format!("sqrt({inner}^2+1)+1.25*{inner}"), &BTreeMap::new()).unwrap();
    let view = View::new(0.42, 1.65, -0.05, 0.889_999_999_999_97).unwrap();
    let mut search = Search::with_limit(&loss, &view, 3_000);
    while !search.refine(usize::MAX) {}
    let beside = |point: &CriticalPoint| (point.w - Vector::new(0.86, 0.89)).norm() < 1e-3;
    let answer = search.answer();
    let near: Vec<_> = answer.points.iter().filter(|point| beside(point)).collect();
    assert!(near.iter().all(|point| point.kind == Degenerate), "{near:?}");
    let is_open = answer.unresolved.iter().any(|region| region.view.w2[1] > 0.8899);
    assert!(is_open || !near.is_empty());
}
