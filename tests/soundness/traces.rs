//! How runs end: the kind of critical point that an ending names, "diverged", and "singular Hessian", each held against
//! the same recursion carried on.

use super::answer::kind;
use super::checks::Fault;
use super::compose::{self, compose};
use super::exact::{Range, Rational};
use super::families;
use super::formula::{Formula, power, scaled, sum};
use super::process::Question;
use super::profile::{self, Profile, Root, monomial};
use super::random::Random;
use super::truth::{Case, TruePoint, Truth};
use losscape::landscape::Loss;
use losscape::number::Vector;
use serde_json::Value;
use std::collections::BTreeMap;

/// A rule that is carried on here.
#[derive(Clone, Copy, Debug)]
enum Rule {
    Descent { rate: f64 },
    Momentum { rate: f64, momentum: f64 },
    Newton,
}

/// How many steps a run may take, and how many it is carried on.
const STEPS: usize = 200;
const FURTHER: usize = 20_000;
/// How many steps Newton's method is carried on with rational numbers, and to how many bits each is rounded.
const EXACT_STEPS: usize = 100;
const EXACT_BITS: i64 = 256;

impl Rule {
    fn arguments(self, question: Question) -> Question {
        match self {
            Rule::Descent { rate } => {
                question.with("--optimizer=gradient-descent").with(format!("--learning-rate={rate:?}"))
            }
            Rule::Momentum { rate, momentum } => question
                .with("--optimizer=momentum")
                .with(format!("--learning-rate={rate:?}"))
                .with(format!("--set=momentum={momentum:?}")),
            Rule::Newton => question.with("--optimizer=newton"),
        }
    }

    /// The points of the run at these steps; later ones stay where a number overflows.
    fn points(self, loss: &Loss, start: [f64; 2], at: [usize; 2]) -> [Vector; 2] {
        let mut w = Vector::from(start);
        let mut velocity = Vector::zeros();
        let mut found = [w; 2];
        for step in 0..=at[1] {
            if step == at[0] {
                found[0] = w;
            }
            let next = match self {
                Rule::Descent { rate } => w - rate * loss.value_and_gradient(w).1,
                Rule::Momentum { rate, momentum } => {
                    velocity = momentum * velocity + loss.value_and_gradient(w).1;
                    w - rate * velocity
                }
                Rule::Newton => {
                    let jet = loss.jet(w);
                    let [a, b, d] = [jet.hessian[(0, 0)], jet.hessian[(0, 1)], jet.hessian[(1, 1)]];
                    let determinant = a * d - b * b;
                    let [x, y] = [jet.gradient.x, jet.gradient.y];
                    w - Vector::new(d * x - b * y, a * y - b * x) / determinant
                }
            };
            if !(next.x.is_finite() && next.y.is_finite()) {
                break;
            }
            if next == w && velocity == Vector::zeros() && step >= at[0] {
                break;
            }
            w = next;
        }
        found[1] = w;
        found
    }
}

/// Newton's method carried on from here with 256 bits; `None` where a derivative is no rational number.
///
/// Where the Hessian is nearly singular, the rounding of 64-bit numbers moves a run that is at its limit.
fn newton_exactly(formula: &Formula, from: [f64; 2]) -> Option<Vector> {
    let mut w = from.map(Rational::binary);
    for _ in 0..EXACT_STEPS {
        let jet = formula.jet(&w)?;
        let [a, b, d] = &jet.hessian;
        let [x, y] = &jet.gradient;
        let determinant = &(a * d) - &(b * b);
        if determinant.is_zero() || (x.is_zero() && y.is_zero()) {
            break;
        }
        let step = [&(d * x) - &(b * y), &(a * y) - &(b * x)];
        w = [0, 1].map(|i| (&w[i] - &(&step[i] * &determinant.recip())).rounded_down(EXACT_BITS));
    }
    let [x, y] = w.map(|x| x.to_f64());
    Some(Vector::new(x, y))
}

/// The question of a seed, and what is false of its answer.
pub fn ask(seed: u64) -> (String, Vec<Fault>) {
    let mut random = Random::new(seed);
    let (case, start, rule) = draw(&mut random);
    let [x, y] = start;
    let question = Question::new("trace", &case).with(format!("--start={x:?},{y:?}")).with(format!("--steps={STEPS}"));
    let question = rule.arguments(question);
    let faults = match question.json() {
        Ok(answer) => check(&case, start, rule, &answer),
        Err(error) => vec![Fault { sort: "no answer", what: error }],
    };
    (question.typed(), faults)
}

fn draw(random: &mut Random) -> (Case, [f64; 2], Rule) {
    let coordinate = |random: &mut Random| match random.int(0, 4) {
        0 => 0.0,
        1 | 2 => random.small(1, 12).to_f64() * random.sign() as f64,
        _ => random.decimal(2, 2).to_f64(),
    };
    let start = [coordinate(random), coordinate(random)];
    let case = match random.int(0, 9) {
        0 | 1 => quadratic(random),
        2 | 3 => single_power(random),
        4 => families::draw_from("degenerate with neighbours", random),
        5 => families::draw_from("flat tails", random),
        6 => shallow_wave(random),
        7 | 8 => tilted_power(random),
        _ => families::draw_from("rational and transcendental", random),
    };
    let steepest = case.truth.points.iter().filter_map(|point| point.hessian.as_ref());
    let steepest = steepest.flatten().map(|entry| entry.middle().to_f64().abs()).fold(0.0, f64::max);
    let limit = if steepest > 0.0 { 2.0 / steepest } else { 1.0 };
    // Rates near the limit of stability, far below it and far above.
    let share = random.pick(&[0.01, 0.3, 0.9, 0.999_999, 1.0, 1.000_001, 1.1, 30.0]);
    // The program takes no other rates.
    let rate = (limit * share).clamp(1e-6, 100.0);
    let rule = match random.int(0, 2) {
        0 => Rule::Descent { rate },
        1 => Rule::Momentum { rate: rate * 0.9, momentum: random.pick(&[0.5, 0.9]) },
        _ => Rule::Newton,
    };
    (case, start, rule)
}

fn quadratic(random: &mut Random) -> Case {
    let lead = |random: &mut Random| {
        &Rational::int(random.pick(&[1, 1, 1, -1])) * &Rational::ten_to(random.pick(&[-9, -3, 0, 0, 1, 4, 9]))
    };
    let (p, q) = (monomial(&lead(random), &Rational::zero(), 2), monomial(&lead(random), &Rational::zero(), 2));
    let chart = if random.chance(50) { compose::straight(false) } else { compose::mild(random) };
    families::plain(compose(&compose::identity(), &p, &q, &chart))
}

/// ±w1ᵖ ± w2^q, with extrema and points that are none.
fn single_power(random: &mut Random) -> Case {
    let [p, q] =
        [0, 1].map(|_| monomial(&Rational::int(random.sign()), &Rational::zero(), random.pick(&[2, 2, 3, 4, 6])));
    families::plain(compose(&compose::identity(), &p, &q, &compose::straight(false)))
}

/// wⁿ/n − rⁿ⁻¹·w beside ±w2², with its critical point at r: Newton's steps are long where w is small, and come back.
fn tilted_power(random: &mut Random) -> Case {
    let n = random.pick(&[4u32, 6]);
    let r = random.pick(&["1", "0.5", "2", "-1"].map(Rational::decimal));
    let slope = r.pow(n - 1);
    let share = Rational::ratio(1, i64::from(n));
    let root = Root {
        at: Range::point(r.clone()),
        signs: [-1, 1],
        value: Range::point(&(&share * &r.pow(n)) - &(&slope * &r)),
        bend: Range::point(&Rational::int(i64::from(n) - 1) * &r.pow(n - 2)),
    };
    let formula = move |x: &Formula| sum([scaled(&share, power(x, n)), scaled(&-&slope, x.clone())]);
    let p = Profile { formula: Box::new(formula), roots: vec![root], is_rational: true, degree: n };
    let q = monomial(&Rational::int(random.sign()), &Rational::zero(), 2);
    families::plain(compose(&compose::identity(), &p, &q, &compose::straight(false)))
}

/// A wave so shallow that its slope is below every tolerance, beside a parabola.
fn shallow_wave(random: &mut Random) -> Case {
    let mut wave = profile::wave(random);
    let shallow = Rational::ten_to(-random.int(0, 12) as i32);
    let inner = wave.formula;
    let factor = shallow.clone();
    wave.formula = Box::new(move |x| scaled(&factor, inner(x)));
    for root in &mut wave.roots {
        root.value = &root.value * &Range::point(shallow.clone());
        root.bend = &root.bend * &Range::point(shallow.clone());
    }
    let q = monomial(&Rational::int(1), &Rational::zero(), 2);
    families::plain(compose(&compose::identity(), &wave, &q, &compose::straight(false)))
}

fn check(case: &Case, start: [f64; 2], rule: Rule, answer: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let Ok(loss) = Loss::new(&case.text, &BTreeMap::new()) else {
        return vec![Fault { sort: "no answer", what: "the formula does not parse".to_owned() }];
    };
    let steps = answer["steps"].as_array().map_or(0, Vec::len).saturating_sub(1);
    let stop = answer["stop"].as_str().unwrap_or_default();
    let end = &answer["end"];
    let [now, mut later] = rule.points(&loss, start, [steps, steps + FURTHER]);
    if let Rule::Newton = rule
        && now.iter().all(|x| x.is_finite())
        && let Some(exact) = newton_exactly(&case.formula, [now.x, now.y])
    {
        later = exact;
    }
    let mut fault = |sort: &'static str, what: String| faults.push(Fault { sort, what });
    let place = [0, 1].map(|i| end["w"][i].as_f64().unwrap_or(f64::NAN));
    let moved = libm::hypot(now.x - place[0], now.y - place[1]);
    let scale = libm::hypot(place[0], place[1]).max(1.0);
    // Newton's steps are computed in another way here, so that paths may part; then nothing is compared.
    let same_path = moved <= 1e-6 * scale;
    if let Some(named) = kind(&end["kind"]) {
        match nearest(&case.truth, named, place) {
            // Waves are known near the origin only.
            _ if place.iter().any(|x| x.abs() > 2.9) && !case.is_rational => {}
            None if case.truth.curves.is_empty() => {
                fault("an ending names a point of a kind that does not exist", end.to_string());
            }
            None => {}
            Some((point, away)) => {
                let at = [0, 1].map(|i| point.w[i].middle().to_f64());
                let finally = libm::hypot(later.x - at[0], later.y - at[1]);
                if away > 0.3 * libm::hypot(start[0] - at[0], start[1] - at[1]) + 1e-6 {
                    fault("an ending names a point that is not near", format!("{end}, truly {at:?}"));
                } else if same_path && finally > 1.01 * away + 1e-7 * scale {
                    fault("an ending names a point from which the run goes away", format!("{end}, later {later:?}"));
                }
            }
        }
    }
    if stop == "converged" && same_path && loss.value_and_gradient(Vector::from(place)).1.norm() > 1.000_001e-8 {
        fault("converged, but the gradient is above the tolerance", end.to_string());
    }
    if stop == "diverged" && has_no_growing_mode(case, start, rule) {
        fault("diverged, but no mode of the quadratic grows", end.to_string());
    }
    if stop == "diverged" && same_path {
        let came_back = libm::hypot(later.x, later.y) < 1e6_f64.max(10.0 * libm::hypot(start[0], start[1]));
        if came_back && loss.value_and_gradient(later).1.norm() < 1e-6 {
            fault("diverged, but comes back and converges", format!("{end}, later {later:?}"));
        }
    }
    if stop == "singular_hessian" {
        let exact = place.iter().all(|x| x.is_finite()).then(|| case.formula.jet(&place.map(Rational::shortest)));
        if let Some(Some(jet)) = exact {
            let [a, b, d] = jet.hessian.each_ref().map(Rational::to_f64);
            let regular = b == 0.0 && a.abs() > 1e-12 && d.abs() > 1e-12 && a.abs() < 1e300 && d.abs() < 1e300;
            if regular {
                fault("a diagonal Hessian that is invertible is called singular", format!("diag({a:e}, {d:e}): {end}"));
            }
        }
    }
    faults
}

/// Whether the Hessian of a polynomial is the same at three points in no special place.
fn is_quadratic(case: &Case) -> bool {
    let hessian =
        |x: i64, y: i64| case.formula.jet(&[Rational::ratio(x, 7), Rational::ratio(y, 11)]).map(|jet| jet.hessian);
    let first = hessian(1, 2);
    first.is_some() && first == hessian(-3, 5) && first == hessian(8, -9)
}

/// Whether L = a·w1² + b·w2² + c, and the rule lets no component of the start grow: by |1 − ηλ| for gradient descent,
/// by 0 ≤ ηλ ≤ 2 + 2β for momentum, and Newton's method is at the critical point after a step.
fn has_no_growing_mode(case: &Case, start: [f64; 2], rule: Rule) -> bool {
    let [point] = case.truth.points.as_slice() else { return false };
    let (true, Some([a, b, d])) = (is_quadratic(case), &point.hessian) else { return false };
    if b.sign() != Some(0) {
        return false;
    }
    let shrinks = |axis: usize, lambda: &Range| {
        let is_there = Range::point(Rational::shortest(start[axis])) == point.w[axis];
        let within = |rate: f64, limit: &Rational| {
            let product = &Rational::shortest(rate) * &lambda.low;
            product.signum() >= 0 && product <= *limit
        };
        is_there
            || match rule {
                Rule::Descent { rate } => within(rate, &Rational::int(2)),
                Rule::Momentum { rate, momentum } => {
                    within(rate, &(&Rational::int(2) * &(&Rational::int(1) + &Rational::shortest(momentum))))
                }
                Rule::Newton => true,
            }
    };
    shrinks(0, a) && shrinks(1, d)
}

/// The true point of a kind that is nearest, and how far away it is.
fn nearest(truth: &Truth, named: losscape::curvature::Kind, place: [f64; 2]) -> Option<(&TruePoint, f64)> {
    let far = |point: &TruePoint| {
        let [x, y] = [0, 1].map(|i| point.w[i].middle().to_f64() - place[i]);
        libm::hypot(x, y)
    };
    let all = truth.points.iter().filter(|point| point.kind == named).map(|point| (point, far(point)));
    all.min_by(|a, b| a.1.total_cmp(&b.1))
}
