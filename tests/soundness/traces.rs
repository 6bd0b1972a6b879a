//! How runs end: the kind of critical point that an ending names, "diverged", and "singular Hessian", each held against
//! the same recursion carried on.

use super::answer::kind;
use super::checks::Fault;
use super::compose::{self, compose};
use super::exact::{Range, Rational};
use super::families;
use super::process::Question;
use super::profile::{self, monomial};
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
                Rule::Descent { rate } => w - rate * loss.slope(w).1,
                Rule::Momentum { rate, momentum } => {
                    velocity = momentum * velocity + loss.slope(w).1;
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
    let small = |random: &mut Random| match random.int(0, 3) {
        0 => 0.0,
        1 => random.small(2, 12).to_f64() * random.sign() as f64,
        _ => random.decimal(2, 2).to_f64(),
    };
    let start = [small(random), small(random)];
    // Quadratics, polynomials with degenerate points, tails and waves.
    let case = match random.int(0, 6) {
        0 | 1 => quadratic(random),
        2 => single_power(random),
        3 => families::draw_from("degenerate with neighbours", random),
        4 => families::draw_from("flat tails", random),
        5 => shallow_wave(random),
        _ => families::draw_from("rational and transcendental", random),
    };
    let steepest = case.truth.points.iter().filter_map(|point| point.hessian.as_ref());
    let steepest = steepest.flatten().map(|entry| entry.middle().to_f64().abs()).fold(0.0, f64::max);
    let limit = if steepest > 0.0 { 2.0 / steepest } else { 1.0 };
    // Rates near the limit of stability, far below it and far above.
    let share = random.pick(&[0.01, 0.3, 0.9, 0.999_999, 1.0, 1.000_001, 1.1, 30.0]);
    let rate = limit * share;
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

/// A wave so shallow that its slope is below every tolerance, beside a parabola.
fn shallow_wave(random: &mut Random) -> Case {
    let mut wave = profile::wave(random);
    let shallow = Rational::ten_to(-random.int(0, 12) as i32);
    let inner = wave.formula;
    let factor = shallow.clone();
    wave.formula = Box::new(move |x| super::formula::scaled(&factor, inner(x)));
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
    let [now, later] = rule.points(&loss, start, [steps, steps + FURTHER]);
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
    if stop == "diverged" && same_path {
        let came_back = libm::hypot(later.x, later.y) < 1e6_f64.max(10.0 * libm::hypot(start[0], start[1]));
        if came_back && loss.slope(later).1.norm() < 1e-6 {
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

/// The true point of a kind that is nearest, and how far away it is.
fn nearest(truth: &Truth, named: losscape::curvature::Kind, place: [f64; 2]) -> Option<(&TruePoint, f64)> {
    let far = |point: &TruePoint| {
        let [x, y] = [0, 1].map(|i| point.w[i].middle().to_f64() - place[i]);
        libm::hypot(x, y)
    };
    let all = truth.points.iter().filter(|point| point.kind == named).map(|point| (point, far(point)));
    all.min_by(|a, b| a.1.total_cmp(&b.1))
}
