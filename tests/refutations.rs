//! Thirty commands whose answers were once wrong, each with the right one. What is right is known by construction, from
//! rational arithmetic, or to 50 digits; a claim that is not made is right, too.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;
use std::process::{Command, Stdio};

/// The JSON of a command that must succeed.
fn json(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_losscape")).args(arguments).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn points(formula: &str, view: &str) -> Value {
    json(&["points", "--formula", formula, &format!("--view={view}"), "--json"])
}

/// The critical points of a loss over a CSV file.
fn points_over(csv: &str, formula: &str, view: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.csv");
    std::fs::write(&path, csv).unwrap();
    let view = format!("--view={view}");
    json(&["points", "--formula", formula, "--data", path.to_str().unwrap(), &view, "--json"])
}

fn probe(formula: &str, at: &str) -> Value {
    json(&["probe", "--formula", formula, &format!("--at={at}"), "--json"])
}

fn trace(formula: &str, more: &str) -> Value {
    let mut arguments = vec!["trace", "--formula", formula, "--json"];
    arguments.extend(more.split_whitespace());
    json(&arguments)
}

fn list<'a>(answer: &'a Value, field: &str) -> &'a [Value] {
    answer[field].as_array().unwrap()
}

fn pair(value: &Value) -> [f64; 2] {
    [0, 1].map(|i| value[i].as_f64().unwrap())
}

/// Whether a number is right to so many parts of itself.
fn is_near(found: f64, right: f64, share: f64) -> bool {
    (found - right).abs() <= share * right.abs()
}

/// The only point of an answer that is complete.
fn the_point(answer: &Value) -> &Value {
    assert_eq!(answer["complete"], true, "{answer}");
    let [point] = list(answer, "points") else { panic!("not one point: {answer}") };
    point
}

/// A minimum at (0, 0), certified and alone, with the smaller eigenvalue 2 and the larger beyond f64.
fn is_minimum_with_overflow(answer: &Value) {
    let point = the_point(answer);
    assert_eq!((&point["kind"], &point["certified"], &point["index"]), (&"minimum".into(), &true.into(), &1.into()));
    assert_eq!(pair(&point["w"]), [0.0, 0.0]);
    assert_eq!(point["eigenvalues"][0], 2.0);
    assert!(point["eigenvalues"][1].as_f64().is_none_or(|value| value > 1.7e308), "{point}");
}

/// Each listed point says nothing of itself that is not true of an inflection: index 0, no extremum.
fn are_inflections(answer: &Value, among: impl Fn([f64; 2]) -> bool) {
    for point in list(answer, "points").iter().filter(|point| among(pair(&point["w"]))) {
        assert!(point["index"].is_null() || point["index"] == 0, "{point}");
        assert!(point["nature"].is_null() || point["nature"] == "neither", "{point}");
        assert!(point["contains"].is_null(), "{point}");
        assert_eq!(point["kind"], "degenerate", "{point}");
    }
}

/// The curves of an answer that lie on a·w1 + b·w2 = c, with their kinds.
fn lines(answer: &Value, [a, b]: [f64; 2], c: f64, tolerance: f64) -> Vec<String> {
    let on_it = |w: &Value| {
        let [x, y] = pair(w);
        (a * x + b * y - c).abs() <= tolerance
    };
    let curves = list(answer, "curves").iter().filter(|curve| list(curve, "polyline").iter().all(on_it));
    curves.map(|curve| curve["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn overflow_hessian_1() {
    is_minimum_with_overflow(&points("1e308*w1^2+w2^2", "-2,2,-2,2"));
}

#[test]
fn overflow_hessian_2() {
    is_minimum_with_overflow(&points("(1e200*w1)^2+w2^2", "-2,2,-2,2"));
}

#[test]
fn overflow_hessian_4() {
    is_minimum_with_overflow(&points("(w1/1e-155)^2+w2^2", "-2,2,-2,2"));
}

/// There are about 10⁶⁰⁰ points in view.
#[test]
fn view_1e300_1() {
    let answer = points("cos(w1)+cos(w2)", "-1e300,1e300,-1e300,1e300");
    assert_eq!((&answer["complete"], &answer["accounted"]), (&false.into(), &false.into()), "{answer}");
}

/// The maximum at (0, 0) is listed or lies in a region that is undecided.
#[test]
fn view_1e300_2() {
    let answer = points("exp(-w1^2-w2^2)", "-1e300,1e300,-1e300,1e300");
    let at_origin = |point: &&Value| pair(&point["w"]) == [0.0, 0.0] && point["kind"] == "maximum";
    let listed = list(&answer, "points").iter().filter(at_origin).count();
    let covers = |region: &&Value| {
        let bound = |i: usize| region[i].as_f64().unwrap();
        bound(0) <= 0.0 && bound(1) >= 0.0 && bound(2) <= 0.0 && bound(3) >= 0.0
    };
    assert!(listed == 1 || list(&answer, "unresolved").iter().any(|region| covers(&region)), "{answer}");
    assert!(listed == 1 || answer["complete"] == false, "{answer}");
}

/// A line of minima.
#[test]
fn view_1e300_4() {
    let answer = points("(w1+w2)^2", "-1e300,1e300,-1e300,1e300");
    assert_eq!(answer["complete"], false, "{answer}");
    if answer["accounted"] == true {
        assert_eq!(lines(&answer, [1.0, 1.0], 0.0, 1e286), ["minimum"]);
    }
}

#[test]
fn certified_place_1() {
    let answer = points("(1e6*(w1+w2)-123456.7)^2+(w1-w2-0.3)^2", "-1,1,-1,1");
    let point = the_point(&answer);
    let [x, y] = pair(&point["w"]);
    assert!(is_near(x, 0.21172835, 1e-15) && is_near(y, -0.08827165, 1e-15), "{point}");
    assert!(point["value"].as_f64().unwrap().abs() < 1e-15, "{point}");
    for (axis, right) in [(0, 0.21172835), (1, -0.08827165)] {
        let [low, high] = pair(&point["enclosure"][axis]);
        assert!(low <= right && right <= high && high - low < 1e-15, "{point}");
    }
}

/// w1 = 0.21172835 is outside.
#[test]
fn certified_place_3() {
    let answer = points("(1e6*(w1+w2)-123456.7)^2+(w1-w2-0.3)^2", "0.21173,1,-1,1");
    assert_eq!((&answer["complete"], list(&answer, "points").len()), (&true.into(), 0), "{answer}");
}

/// x = 1000000, …, 1000019; the least squares in rational numbers.
#[test]
fn certified_place_data() {
    let heights = "0.82 0.46 2.43 0.74 -0.55 3.13 0.88 1.32 2.78 3.96 3.19 4.26 2.56 6.54 5.11 5.67 6.51 6.46 6.86 6.1";
    let rows = heights.split(' ').enumerate().map(|(i, y)| format!("{},{y}\n", 1_000_000 + i));
    let answer = points_over(&format!("x,y\n{}", rows.collect::<String>()), "(w1*x+w2-y)^2", "-2,2,-722271,1");
    let point = the_point(&answer);
    let [x, y] = pair(&point["w"]);
    assert!(is_near(x, 0.36113533834586464, 1e-15) && is_near(y, -361135.30763157894, 1e-15), "{point}");
    assert!(is_near(point["value"].as_f64().unwrap(), 1.0642898909774436, 1e-8), "{point}");
}

/// z = 3x in every row, so that the line w1 + 3·w2 = Σxy/Σx² = 335/63 is one of minima.
#[test]
fn binary_data() {
    let csv = "x,z,y\n0.1,0.3,1\n0.2,0.6,2\n0.3,0.9,2.5\n0.7,2.1,3\n";
    let answer = points_over(csv, "(w1*x+w2*z-y)^2", "-40,40,-40,40");
    assert_eq!((&answer["complete"], list(&answer, "points").len()), (&false.into(), 0), "{answer}");
    assert_eq!(lines(&answer, [1.0, 3.0], 335.0 / 63.0, 1e-8), ["minimum"]);
}

/// With a = 0.1 it is (w1 − 1/10)⁴ + w2².
#[test]
fn binary_parameter() {
    let formula = ["--formula", "(w1-a)^2*(w1-0.1)^2+w2^2", "--param", "a=0.1"];
    let answer = json(&[&["points"], &formula[..], &["--view=-1,1,-1,1", "--json"]].concat());
    let point = the_point(&answer);
    assert_eq!(pair(&point["w"]), [0.1, 0.0]);
    assert_eq!((&point["kind"], &point["index"]), (&"degenerate".into(), &1.into()), "{point}");
    assert_eq!((&point["nature"], &point["contains"]), (&"minimum-like".into(), &"minimum".into()), "{point}");
}

/// Three lines, w2 − w1 = 0 and 0.01 of minima and 0.005 of maxima; closer, too.
#[test]
fn accounted_lines() {
    for gap in ["0.01", "0.001", "1e-5"] {
        let answer = points(&format!("((w2-w1)*(w2-w1-{gap}))^2"), "-2,2,-2,2");
        assert_eq!(answer["complete"], false, "{answer}");
        if answer["accounted"] == true {
            let apart: f64 = gap.parse().unwrap();
            for (share, kind) in [(0.0, "minimum"), (0.5, "maximum"), (1.0, "minimum")] {
                assert_eq!(lines(&answer, [-1.0, 1.0], share * apart, 0.1 * apart), [kind], "{gap}, {share}");
            }
            assert_eq!(list(&answer, "curves").len(), 3, "{gap}");
        }
    }
}

/// A strict local maximum within a ring of minima of radius 0.05.
#[test]
fn contains_ring() {
    let answer = points("((w1^4+w2^4)-6.25e-6)^2", "-2,2,-2,2");
    let centre = list(&answer, "points").iter().find(|point| pair(&point["w"]) == [0.0, 0.0]);
    let centre = centre.unwrap_or_else(|| panic!("the centre is missing: {answer}"));
    assert_eq!(centre["kind"], "degenerate");
    assert!(centre["contains"].is_null() || centre["contains"] == "maximum", "{centre}");
    assert!(centre["nature"].is_null() || centre["nature"] == "maximum-like", "{centre}");
    assert!(centre["index"].is_null() || centre["index"] == 1, "{centre}");
}

/// (1, 0) is an inflection on the border; the minimum (1.004, 0) is outside.
#[test]
fn contains_border() {
    are_inflections(&points("exp((w1-1)^4/4-0.004*(w1-1)^3/3+w2^2)-1", "-1,1,-1,1"), |_| true);
}

/// (1, 0) is an inflection on the border; the minimum (1.00225, 0) is outside.
#[test]
fn index_border() {
    are_inflections(&points("sin((w1-1)^3*(w1-1.003)+w2^2)", "-1,1,-1,1"), |_| true);
}

/// An inflection at (0, 0), and a minimum at (7.5e-5, 0).
#[test]
fn nature_inside() {
    are_inflections(&points("exp(w1^3*(w1-1e-4)+w2^2)", "-1,1,-1,1"), |[x, _]| x.abs() < 1e-6);
}

/// No critical point where L is defined; the gradient underflows.
#[test]
fn spurious_flat() {
    let answer = points("exp(-1/(w1^2+w2^2))", "-1,1,-1,1");
    assert_eq!(list(&answer, "points").len(), 0, "{answer}");
}

/// A minimum with eigenvalues 1.28 and 3.1e10.
#[test]
fn kind_candidate() {
    let answer = points("(0.723456789-w1)^2+1e10*(w2-sin(w1))^2", "-1,1,-1,1");
    let [point] = list(&answer, "points") else { panic!("not one point: {answer}") };
    assert_eq!(point["kind"], "minimum", "{point}");
}

/// λmin = det H/λmax = 4·var(x)/2e32 with var(x) = 35/3.
#[test]
fn eigen_sign() {
    let row = |i: i64| format!("{},{}\n", 10_000_000_000_000_000 + 2 * i, 2 * i);
    let csv = format!("x,y\n{}", (0..6).map(row).collect::<String>());
    let answer = points_over(&csv, "(w1*x+w2-y)^2", "-4,4,-4e16,4e16");
    let point = the_point(&answer);
    assert_eq!(point["kind"], "minimum", "{point}");
    let right = [4.0 * 35.0 / 3.0 / 2e32, 2e32];
    for (place, right) in right.into_iter().enumerate() {
        assert!(is_near(point["eigenvalues"][place].as_f64().unwrap(), right, 1e-6), "{point}");
        let [low, high] = pair(&point["eigenvalue_enclosures"][place]);
        assert!(low <= right * (1.0 + 1e-15) && right * (1.0 - 1e-15) <= high, "{point}");
    }
}

#[test]
fn eigen_zero() {
    for (sign, kind, right) in [("+", "minimum", [4.0, 4e18]), ("-", "saddle", [-4.0, 4e18])] {
        let answer = points(&format!("(1e9*(w1+w2)-1)^2{sign}(w1-w2-0.3)^2"), "-1,1,-1,1");
        let point = the_point(&answer);
        assert_eq!(point["kind"], kind, "{point}");
        let found = pair(&point["eigenvalues"]);
        assert!(is_near(found[0], right[0], 1e-6) && is_near(found[1], right[1], 1e-6), "{point}");
    }
}

#[test]
fn probe_critical_1() {
    assert_eq!(probe("1e16+w1+w2", "0,0")["critical"], false);
}

/// The critical point is (1e10, 0).
#[test]
fn probe_critical_3() {
    assert_eq!(probe("(w1-1e10)^2+w2^2", "10000000000.9,0")["critical"], false);
    assert_eq!(probe("(w1-1e10)^2+w2^2", "10000000000,0")["critical"], true);
}

/// The slope is 1/cosh²(20) = 1.6993417021166e-17.
#[test]
fn probe_critical_4() {
    let found = probe("tanh(w1)", "20,0");
    assert_eq!(found["critical"], false, "{found}");
    assert!(is_near(found["gradient"][0].as_f64().unwrap(), 1.699_341_702_116_6e-17, 1e-12), "{found}");
}

/// Neither is differentiable there.
#[test]
fn probe_kink() {
    assert_ne!(probe("abs(w1)", "0,0")["critical"], true);
    assert_ne!(probe("max(w1,w2)", "1,1")["critical"], true);
}

#[test]
fn probe_overflow_1() {
    let found = probe("sqrt(w1^2+w2^2)", "1e200,1e200");
    let root = 0.5f64.sqrt();
    assert!(is_near(found["value"].as_f64().unwrap(), 2.0 * root * 1e200, 1e-15), "{found}");
    let [x, y] = pair(&found["gradient"]);
    assert!(is_near(x, root, 1e-15) && is_near(y, root, 1e-15), "{found}");
}

/// The first step leads to w1 ≈ 3.3e13, from where w1 shrinks by a third each step, down to the minimum at (1, 0).
#[test]
fn diverged_newton() {
    let run = trace("w1^4/4-w1+w2^2", "--optimizer newton --start 1e-7,0");
    assert_eq!((&run["stop"], &run["end"]["kind"]), (&"converged".into(), &"minimum".into()), "{}", run["end"]);
    let [x, y] = pair(&run["end"]["w"]);
    assert!(is_near(x, 1.0, 1e-8) && y.abs() < 1e-8, "{}", run["end"]);
}

/// The minimum is (0, 0); ‖∇L‖ is small at (0.3, 0), too.
#[test]
fn end_minimum() {
    let run = trace("1e-9*(1-cos(w1))+w2^2", "--optimizer gradient-descent --learning-rate 0.5 --start 0.3,100");
    assert_eq!(run["end"]["kind"], Value::Null, "{}", run["end"]);
}

/// The only critical point is (0, 0).
#[test]
fn end_degenerate_underflow() {
    let run = trace("1-exp(-w1^2-w2^2)", "--optimizer momentum --learning-rate 100 --start 0.5,0.5");
    assert_eq!(run["end"]["kind"], Value::Null, "{}", run["end"]);
}

/// The run moves away from (0, 0) along w2.
#[test]
fn end_degenerate() {
    let run = trace("w1^2-w2^4", "--optimizer gradient-descent --learning-rate 0.1 --start 0.5,0.001 --steps 1000");
    assert_eq!(run["end"]["kind"], Value::Null, "{}", run["end"]);
}

/// H = diag(2, 2e10) is positive definite, and one step leads to the minimum.
#[test]
fn positive_definite_test() {
    let run = trace("w1^2+1e10*w2^2", "--optimizer newton --start 1,1 --set require_positive_definite=true --steps 50");
    assert_eq!((&run["stop"], &run["end"]["kind"]), (&"converged".into(), &"minimum".into()), "{}", run["end"]);
    assert_eq!(pair(&run["end"]["w"]), [0.0, 0.0]);
}
