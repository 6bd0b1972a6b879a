//! What `losscape probe` says of a point: whether it is critical, the signs of its Hessian, and L.

use super::checks::Fault;
use super::exact::{Range, Rational, eigenvalues};
use super::families;
use super::formula::{Formula, apply, int, less, number, power, scaled, sum, weight};
use super::process::Question;
use super::random::Random;
use super::truth::{Case, Truth};
use serde_json::Value;

/// A point and what is true there.
struct Probe {
    case: Case,
    at: [f64; 2],
    /// Whether ∇L = 0 there; `None` where that is not known, and at a kink, where it does not exist.
    critical: Option<bool>,
    /// The signs of the Hessian's eigenvalues, ascending, where they are known.
    signs: Option<[i32; 2]>,
    value: Option<Rational>,
    is_kink: bool,
}

/// The question of a seed, and what is false of its answer.
pub fn ask(seed: u64) -> (String, Vec<Fault>) {
    let mut random = Random::new(seed);
    let probe = match random.int(0, 9) {
        0..=6 => near_points(&mut random),
        7 => far_away(&mut random),
        8 => tails(&mut random),
        _ => kinks(&mut random),
    };
    let [x, y] = probe.at;
    let question = Question::new("probe", &probe.case).with(format!("--at={x:?},{y:?}"));
    let faults = match question.json() {
        Ok(answer) => check(&probe, &answer),
        Err(error) => vec![Fault { sort: "no answer", what: error }],
    };
    (question.typed(), faults)
}

fn check(probe: &Probe, answer: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |sort: &'static str, what: String| faults.push(Fault { sort, what });
    let critical = answer["critical"].as_bool();
    match (critical, probe.critical) {
        (Some(said), Some(truth)) if said != truth => {
            let sort = if said { "called critical where it is not" } else { "called not critical where it is" };
            fault(sort, answer.to_string());
        }
        (Some(true), _) if probe.is_kink => fault("a kink is called critical", answer.to_string()),
        _ => {}
    }
    let curvature = answer["curvature"].as_str();
    let signs = match curvature {
        Some("positive definite") => Some([1, 1]),
        Some("negative definite") => Some([-1, -1]),
        Some("indefinite") => Some([-1, 1]),
        Some("positive semidefinite") => Some([0, 1]),
        Some("negative semidefinite") => Some([-1, 0]),
        Some("zero") => Some([0, 0]),
        _ => None,
    };
    if let (Some(said), Some(truth)) = (signs, probe.signs)
        && said != truth
    {
        fault("wrong definiteness", format!("truly {truth:?}: {answer}"));
    }
    // An eigenvalue below the least number is 0, whatever its sign.
    let sign = |value: f64| if value > 0.0 { 1 } else { -i32::from(value < 0.0) };
    let shown = [0, 1].map(|i| answer["eigenvalues"][i].as_f64());
    for (said, shown) in signs.into_iter().flatten().zip(shown) {
        if let Some(shown) = shown
            && sign(shown) * said < 0
        {
            fault("definiteness contradicts the eigenvalues", answer.to_string());
        }
    }
    if let Some(truth) = &probe.value {
        let (evaluated, rounding) = probe.case.formula.rounded(probe.at);
        let right = truth.to_f64();
        let can_be_shown = evaluated.is_finite() && right.abs() < 1e307;
        match answer["value"].as_f64() {
            None if can_be_shown => fault("a value is lost", format!("truly {right:e}: {answer}")),
            Some(said) if can_be_shown && (said - right).abs() > 8.0 * rounding + 1e-13 * right.abs() + 1e-300 => {
                fault("wrong value", format!("truly {right:e}: {answer}"));
            }
            _ => {}
        }
    }
    faults
}

/// At a critical point, next to one, or anywhere.
fn near_points(random: &mut Random) -> Probe {
    let case = loop {
        let case = families::draw(random.int(0, i64::MAX - 1) as u64);
        if case.data.is_none() && case.view.iter().all(|side| side.abs() < 1e200) {
            break case;
        }
    };
    let [a, b, c, d] = case.view;
    let anywhere = [a + 0.01 * random.int(0, 100) as f64 * (b - a), c + 0.01 * random.int(0, 100) as f64 * (d - c)];
    let at = match (case.truth.points.is_empty(), random.int(0, 5)) {
        (true, _) | (_, 0) => anywhere,
        (_, choice) => {
            let point = random.pick(&case.truth.points);
            let mut at = point.w.each_ref().map(|range| range.middle().to_f64());
            if choice > 3 {
                let axis = random.int(0, 1) as usize;
                let off = &point.w[axis].middle() + &(&Rational::int(random.sign()) * &random.small(1, 17));
                at[axis] = off.to_f64();
            }
            at
        }
    };
    let w = at.map(Rational::shortest);
    let jet = case.formula.jet(&w);
    let (critical, signs, value) = match &jet {
        Some(jet) => {
            let critical = jet.gradient.iter().all(Rational::is_zero);
            let hessian = jet.hessian.clone().map(Range::point);
            let signs = eigenvalues(&hessian).map(|value| value.sign());
            let signs = exact_signs(&jet.hessian).or(signs[0].zip(signs[1]).map(|(a, b)| [a, b]));
            (Some(critical), signs, Some(jet.value.clone()))
        }
        None => (is_among(&case, &w), None, None),
    };
    Probe { at, critical, signs, value, is_kink: !case.truth.kinks.is_empty(), case }
}

/// The signs of the eigenvalues of a rational matrix, from trace and determinant.
fn exact_signs([a, b, d]: &[Rational; 3]) -> Option<[i32; 2]> {
    let determinant = (&(a * d) - &b.pow(2)).signum();
    let trace = (a + d).signum();
    Some(match (determinant, trace) {
        (-1, _) => [-1, 1],
        (1, sign) => [sign, sign],
        (_, 1) => [0, 1],
        (_, -1) => [-1, 0],
        _ => [0, 0],
    })
}

/// Whether w is a critical point of the list; `None` where a point of the list is not known well enough.
fn is_among(case: &Case, w: &[Rational; 2]) -> Option<bool> {
    let Truth { points, curves, more_points, kinks, has_pole } = &case.truth;
    if *more_points || *has_pole || !curves.is_empty() || !kinks.is_empty() {
        return None;
    }
    let may_be = |range: &Range, x: &Rational| range.low <= *x && *x <= range.high;
    let near: Vec<_> = points.iter().filter(|point| (0..2).all(|i| may_be(&point.w[i], &w[i]))).collect();
    match near.as_slice() {
        [] => Some(false),
        points if points.iter().any(|point| point.w.iter().all(Range::is_point)) => Some(true),
        _ => None,
    }
}

fn plain(formula: Formula) -> Case {
    Case {
        family: "",
        text: formula.text(),
        formula,
        parameters: Vec::new(),
        data: None,
        view: [-2.0, 2.0, -2.0, 2.0],
        truth: Truth::default(),
        is_rational: true,
        budget: 0,
    }
}

/// Slopes and distances that are small beside |L| or |w|.
fn far_away(random: &mut Random) -> Probe {
    let large = Rational::ten_to(random.int(6, 18) as i32);
    let slopes = [random.nonzero(3, 1), random.nonzero(3, 1)];
    let at = [random.decimal(2, 2), random.decimal(2, 2)];
    let (formula, at) = match random.int(0, 2) {
        0 => {
            let terms = [number(&large), scaled(&slopes[0], weight(0)), scaled(&slopes[1], weight(1))];
            (sum(terms), at)
        }
        1 => {
            let squares = sum([power(&less(weight(0), &large), 2), power(&weight(1), 2)]);
            let off = if random.chance(30) { Rational::zero() } else { random.small(0, 3) };
            (squares, [&large + &off, Rational::zero()])
        }
        _ => {
            let shallow = scaled(&large.recip(), sum([power(&weight(0), 2), weight(1)]));
            (sum([shallow, power(&weight(1), 2)]), [Rational::zero(), at[1].clone()])
        }
    };
    let at = at.map(|x| x.to_f64());
    let w = at.map(Rational::shortest);
    let jet = formula.jet(&w);
    let case = plain(formula);
    Probe {
        at,
        critical: jet.as_ref().map(|jet| jet.gradient.iter().all(Rational::is_zero)),
        signs: jet.as_ref().and_then(|jet| exact_signs(&jet.hessian)),
        value: jet.map(|jet| jet.value),
        is_kink: false,
        case,
    }
}

/// Functions that rise everywhere, where f64 has their slope as 0 or their value as infinite on the way.
fn tails(random: &mut Random) -> Probe {
    let far = &Rational::int(random.int(15, 900)) * &Rational::int(random.sign());
    let (formula, at, value) = match random.int(0, 4) {
        0 => {
            let function = random.pick(&["tanh", "exp", "atan", "softplus"]);
            (apply(function, weight(0)), [far, Rational::zero()], None)
        }
        1 => (sum([apply("tanh", weight(0)), apply("tanh", weight(1))]), [far.clone(), far], None),
        2 => {
            // √(x² + y²) with y = 0 is |x|.
            let x = &Rational::int(random.sign()) * &Rational::ten_to(random.int(-300, 300) as i32);
            let formula = apply("sqrt", sum([power(&weight(0), 2), power(&weight(1), 2)]));
            let value = x.abs();
            (formula, [x, Rational::zero()], Some(value))
        }
        3 => {
            // log(1 + eˣ) is x + e⁻ˣ/…, for x ≥ 40 equal to x in every digit.
            let x = Rational::int(random.int(40, 3000));
            (apply("log", sum([int(1), apply("exp", weight(0))])), [x.clone(), Rational::zero()], Some(x))
        }
        _ => {
            let formula = apply("exp", scaled(&Rational::int(-1), sum([power(&weight(0), 2), power(&weight(1), 2)])));
            (formula, [far.clone(), far], None)
        }
    };
    let at = at.map(|x| x.to_f64());
    let case = plain(formula);
    // The value is known apart from the formula, whose evaluation in f64 may overflow.
    let case = match &value {
        Some(value) => Case { formula: number(value), ..case },
        None => case,
    };
    Probe { at, critical: Some(false), signs: None, value, is_kink: false, case }
}

fn kinks(random: &mut Random) -> Probe {
    let at = [random.decimal(1, 1), random.decimal(1, 1)];
    let [x, y] = [less(weight(0), &at[0]), less(weight(1), &at[1])];
    let formula = match random.int(0, 3) {
        0 => apply("abs", x),
        1 => sum([apply("abs", x), power(&y, 2)]),
        2 => apply("sqrt", sum([power(&x, 2), power(&y, 2)])),
        _ => sum([apply("abs", x), apply("abs", y)]),
    };
    let at = at.map(|x| x.to_f64());
    Probe { at, critical: None, signs: None, value: None, is_kink: true, case: plain(formula) }
}
