//! The families from which cases are drawn, each aimed at a claim.

use super::compose::{self, Chart, Composed, Outer, compose};
use super::exact::{Range, Rational};
use super::formula::{Formula, apply, int, less, power, quotient, scaled, sum, weight};
use super::levels;
use super::numbers::{collinear_data, data, decimals};
use super::profile::{self, Profile, monomial};
use super::random::Random;
use super::truth::{Case, TrueCurve, TruePoint, Truth};
use losscape::critical::Extremum;
use losscape::curvature::Kind;

pub type Draw = fn(&mut Random) -> Case;

/// All families with their names, and how often each is drawn.
pub const FAMILIES: [(&str, u32, Draw); 14] = [
    ("polynomials", 12, polynomials),
    ("ill-conditioned", 12, ill_conditioned),
    ("far scales", 10, far_scales),
    ("degenerate with neighbours", 12, degenerate_polynomials),
    ("degenerate, transcendental", 6, degenerate_transcendental),
    ("borders", 14, borders),
    ("curves", 3, curves),
    ("parabola and circle", 1, parabola_and_circle),
    ("data", 10, data),
    ("collinear data", 4, collinear_data),
    ("decimals", 6, decimals),
    ("flat tails", 4, flat_tails),
    ("kinks", 3, kinks),
    ("rational and transcendental", 14, compositions),
];

/// The case of a seed.
pub fn draw(seed: u64) -> Case {
    let mut random = Random::new(seed);
    let total: u32 = FAMILIES.iter().map(|(_, weight, _)| weight).sum();
    let mut place = random.int(0, i64::from(total) - 1) as u32;
    for (name, weight, draw) in FAMILIES {
        if place < weight {
            return Case { family: name, ..draw(&mut random) };
        }
        place -= weight;
    }
    unreachable!("a place among the weights")
}

/// A case of one family.
pub fn draw_from(family: &str, random: &mut Random) -> Case {
    let (name, _, draw) = FAMILIES.iter().find(|(name, ..)| *name == family).expect("a family");
    Case { family: name, ..draw(random) }
}

/// A function in the usual view.
pub fn plain(composed: Composed) -> Case {
    let view = [-2.0, 2.0, -2.0, 2.0];
    case(composed.formula, view, isolated(composed.points), composed.is_rational, &mut Random::new(0))
}

pub fn case(formula: Formula, view: [f64; 4], truth: Truth, is_rational: bool, random: &mut Random) -> Case {
    Case {
        family: "",
        text: formula.text(),
        formula,
        parameters: Vec::new(),
        data: None,
        view,
        truth,
        is_rational,
        budget: random.pick(&[300, 600, 1_200, 3_000]),
    }
}

pub fn isolated(points: Vec<TruePoint>) -> Truth {
    Truth { points, ..Truth::default() }
}

/// A decimal with two digits after the point, at the given scale.
pub fn rounded(x: f64, scale: f64) -> f64 {
    format!("{:e}", (x / scale * 100.0).round() / 100.0 * scale).parse().unwrap_or(x)
}

/// A view of about this half width around one of the points, or around (0, 0).
pub fn view_of(random: &mut Random, points: &[TruePoint], half: f64) -> [f64; 4] {
    let centre = match points {
        [] => [0.0; 2],
        _ => random.pick(points).w.map(|range| range.middle().to_f64()),
    };
    let mut side = |middle: f64| {
        let [below, above] = [0, 1].map(|_| half * (0.3 + 0.07 * random.int(0, 10) as f64));
        [rounded(middle - below, half), rounded(middle + above, half)]
    };
    let [[a, b], [c, d]] = centre.map(&mut side);
    [a, b, c, d]
}

/// A view that moves one side onto a coordinate of a point, or just past it.
pub fn onto_border(random: &mut Random, mut view: [f64; 4], points: &[TruePoint]) -> [f64; 4] {
    // A view that is moved to a far point may reach beyond those that are known of a wave.
    let is_inside = |point: &TruePoint| {
        let [x, y] = [0, 1].map(|axis: usize| point.w[axis].middle().to_f64());
        (view[0]..=view[1]).contains(&x) && (view[2]..=view[3]).contains(&y)
    };
    let inside: Vec<TruePoint> = points.iter().filter(|point| is_inside(point)).cloned().collect();
    if inside.is_empty() {
        return view;
    }
    let point = random.pick(&inside);
    let axis = random.int(0, 1) as usize;
    let end = 2 * axis + random.int(0, 1) as usize;
    let coordinate = point.w[axis].middle();
    let offset = match random.int(0, 2) {
        0 => Rational::zero(),
        _ => &Rational::int(random.sign()) * &random.small(3, 15),
    };
    // The decimal of the bound, if it has no more digits than an f64 keeps.
    let bound = (&coordinate + &offset).to_f64();
    let bound = match random.int(0, 9) {
        0 => bound.next_up(),
        1 => bound.next_down(),
        _ => bound,
    };
    view[end] = bound;
    let size = (view[2 * axis + 1] - view[2 * axis]).abs().max(0.5);
    if view[2 * axis + 1] - view[2 * axis] < 0.1 * size {
        // The other side makes room.
        let other = 2 * axis + usize::from(end == 2 * axis);
        view[other] = if end == 2 * axis { rounded(bound + size, 1.0) } else { rounded(bound - size, 1.0) };
    }
    view
}

fn half_width(random: &mut Random) -> f64 {
    random.pick(&[0.5, 1.0, 1.0, 2.0, 3.0])
}

/// A quadratic ±k·v².
fn across(random: &mut Random) -> Profile {
    let lead = &Rational::int(random.sign()) * &random.pick(&["1", "0.5", "3", "100"].map(Rational::decimal));
    let at = if random.chance(60) { Rational::zero() } else { random.decimal(1, 2) };
    monomial(&lead, &at, 2)
}

fn polynomial_chart(random: &mut Random) -> Chart {
    match random.int(0, 3) {
        0 => compose::straight(random.chance(50)),
        1 => compose::mild(random),
        _ => compose::bent(random),
    }
}

pub fn drawn_with_view(random: &mut Random, composed: Composed, half: f64) -> Case {
    let view = view_of(random, &composed.points, half);
    case(composed.formula, view, isolated(composed.points), composed.is_rational, random)
}

fn small_outer(random: &mut Random, p: &Profile, q: &Profile) -> Outer {
    match random.int(0, 5) {
        0 if p.degree.max(q.degree) <= 3 => compose::cubic(),
        1 => compose::multiple(&Rational::ten_to(random.int(-6, 6) as i32)),
        _ => compose::identity(),
    }
}

fn polynomials(random: &mut Random) -> Case {
    let (p, q) = (profile::simple(random), profile::simple(random));
    let outer = small_outer(random, &p, &q);
    let chart = polynomial_chart(random);
    let composed = compose(&outer, &p, &q, &chart);
    let half = half_width(random);
    drawn_with_view(random, composed, half)
}

fn ill_conditioned(random: &mut Random) -> Case {
    let chart = compose::steep(random);
    let p = match random.chance(70) {
        true => monomial(&Rational::int(random.sign()), &Rational::zero(), 2),
        false => profile::simple(random),
    };
    let q = if random.chance(50) { across(random) } else { profile::simple(random) };
    let composed = compose(&compose::identity(), &p, &q, &chart);
    let half = half_width(random);
    drawn_with_view(random, composed, half)
}

/// Coefficients of 10^±300, Hessians that overflow or underflow, and views to match.
fn far_scales(random: &mut Random) -> Case {
    let exponent =
        |random: &mut Random| random.pick(&[-308, -300, -200, -155, -100, -16, 0, 0, 16, 100, 153, 200, 300, 307]);
    let signs = [0, 1].map(|_| Rational::int(random.sign()));
    match random.int(0, 3) {
        // 10^a·(w1 − p)² ± 10^b·(w2 − q)²
        0 => {
            let [a, b] = [exponent(random), if random.chance(50) { 0 } else { exponent(random) }];
            let at = [0, 1].map(|_| if random.chance(50) { Rational::zero() } else { random.decimal(1, 2) });
            let p = monomial(&(&signs[0] * &Rational::ten_to(a)), &at[0], 2);
            let q = monomial(&(&signs[1] * &Rational::ten_to(b)), &at[1], 2);
            let composed = compose(&compose::identity(), &p, &q, &compose::straight(false));
            drawn_with_view(random, composed, 2.0)
        }
        // (10^a·w1 − c)² ± w2²
        1 => {
            let a = random.pick(&[-200, -160, -100, -20, 20, 100, 152, 160, 200]);
            let scale = Rational::ten_to(a);
            let shift = if random.chance(50) { Rational::zero() } else { &scale * &random.decimal(1, 2) };
            let rows = [[1, 0], [0, 1]].map(|row| row.map(Rational::int));
            let Some(chart) = compose::affine(&scale, rows, [shift, Rational::zero()]) else {
                return polynomials(random);
            };
            let p = monomial(&signs[0], &Rational::zero(), 2);
            let q = monomial(&signs[1], &Rational::zero(), 2);
            let composed = compose(&compose::identity(), &p, &q, &chart);
            drawn_with_view(random, composed, 2.0)
        }
        // A function of moderate size times 10^a.
        2 => {
            let (p, q) = (profile::simple(random), across(random));
            let outer = compose::multiple(&Rational::ten_to(exponent(random)));
            let composed = compose(&outer, &p, &q, &compose::straight(false));
            drawn_with_view(random, composed, 1.0)
        }
        // A view far larger than the place where anything happens.
        _ => {
            let half = Rational::ten_to(random.pick(&[3, 10, 50, 150, 299, 300])).to_f64();
            let view = [-half, half, -half, half];
            let (formula, truth, is_rational) = in_huge_view(random);
            case(formula, view, truth, is_rational, random)
        }
    }
}

fn in_huge_view(random: &mut Random) -> (Formula, Truth, bool) {
    let square = |axis: usize| power(&weight(axis), 2);
    let centre = |kind: Kind, index: i32, extremum: Option<Extremum>| {
        let w = [Range::int(0), Range::int(0)];
        isolated(vec![TruePoint { w, kind, index, extremum, value: None, hessian: None }])
    };
    match random.int(0, 4) {
        0 => {
            let inner = scaled(&Rational::int(-1), sum([square(0), square(1)]));
            (apply("exp", inner), centre(Kind::Maximum, 1, Some(Extremum::Maximum)), false)
        }
        1 => {
            let formula = quotient(int(1), sum([int(1), square(0), square(1)]));
            (formula, centre(Kind::Maximum, 1, Some(Extremum::Maximum)), true)
        }
        2 => {
            let [p, q] = [0, 1].map(|_| monomial(&Rational::int(random.sign()), &random.decimal(1, 2), 2));
            let composed = compose(&compose::identity(), &p, &q, &compose::straight(false));
            (composed.formula, isolated(composed.points), true)
        }
        3 => {
            let (a, b) = (Rational::int(1), Rational::int(random.pick(&[1, -1, 2])));
            let line = sum([weight(0), scaled(&b, weight(1))]);
            (
                power(&line, 2),
                Truth { curves: vec![line_of([&a, &b], &Rational::zero(), 1e300)], ..Truth::default() },
                true,
            )
        }
        _ => {
            let formula = sum([power(&weight(0), 3), scaled(&Rational::int(-1), square(1))]);
            (formula, centre(Kind::Degenerate, 0, None), true)
        }
    }
}

/// The line a·w1 + b·w2 = c as a curve of minima.
pub fn line_of([a, b]: [&Rational; 2], c: &Rational, reach: f64) -> TrueCurve {
    let [a, b, c] = [a, b, c].map(Rational::to_f64);
    let size = libm::hypot(a, b);
    // The point nearest to the origin, and from there along the line.
    let [x, y] = [a, b].map(|along| along * c / (size * size));
    let along = (-200..=200).map(|k| reach * 4.0 * f64::from(k) / 200.0);
    TrueCurve {
        kind: Kind::Minimum,
        distance: Box::new(move |w| (a * w[0] + b * w[1] - c).abs() / size),
        samples: along.map(|t| [x - t * b / size, y + t * a / size]).collect(),
        pieces: None,
        gap: f64::INFINITY,
    }
}

fn degenerate_polynomials(random: &mut Random) -> Case {
    let p = profile::clustered(random, 1, 12);
    let q = match random.int(0, 9) {
        0 => profile::clustered(random, 1, 6),
        1 => profile::simple(random),
        2 => monomial(&Rational::int(random.sign()), &Rational::zero(), random.pick(&[3, 4])),
        _ => across(random),
    };
    let chart = match random.int(0, 3) {
        0 if p.degree.max(q.degree) <= 4 => compose::bent(random),
        1 if p.degree.max(q.degree) <= 4 => compose::mild(random),
        _ => compose::straight(random.chance(50)),
    };
    let composed = compose(&compose::identity(), &p, &q, &chart);
    let half = half_width(random);
    drawn_with_view(random, composed, half)
}

/// Whether the values at the critical points are small enough for an exponential.
fn is_moderate(p: &Profile, q: &Profile) -> bool {
    let largest =
        |profile: &Profile| profile.roots.iter().map(|root| root.value.middle().to_f64().abs()).fold(0.0, f64::max);
    largest(p) + largest(q) <= 10.0
}

fn outer_for(random: &mut Random, p: &Profile, q: &Profile) -> Outer {
    if is_moderate(p, q) { compose::curved(random) } else { compose::identity() }
}

fn degenerate_transcendental(random: &mut Random) -> Case {
    let p = profile::clustered(random, 1, 8);
    let q = across(random);
    let outer = outer_for(random, &p, &q);
    let chart = if random.chance(25) { compose::wavy(random) } else { compose::straight(random.chance(50)) };
    let composed = compose(&outer, &p, &q, &chart);
    drawn_with_view(random, composed, 1.0)
}

fn borders(random: &mut Random) -> Case {
    let mut base = match random.int(0, 5) {
        0 => polynomials(random),
        1 => ill_conditioned(random),
        2 | 3 => degenerate_polynomials(random),
        4 => degenerate_transcendental(random),
        _ => compositions(random),
    };
    base.view = onto_border(random, base.view, &base.truth.points);
    base
}

fn curves(random: &mut Random) -> Case {
    let (formula, truth, _, centre) = levels::draw(random);
    let half = random.pick(&[0.7, 1.0, 2.0]);
    let mut side = |middle: f64| {
        let [below, above] = [0, 1].map(|_| half * (0.6 + 0.04 * random.int(0, 10) as f64));
        [rounded(middle - below, 1.0), rounded(middle + above, 1.0)]
    };
    let [[a, b], [c, d]] = centre.map(&mut side);
    case(formula, [a, b, c, d], truth, true, random)
}

fn parabola_and_circle(random: &mut Random) -> Case {
    let (formula, truth, [x, y]) = levels::parabola_and_circle(random);
    let [a, b, c, d] = [x - 1.0, x + 0.9, y - 0.95, y + 1.05].map(|side| rounded(side, 1.0));
    case(formula, [a, b, c, d], truth, true, random)
}

/// Slopes that f64 has as 0 and that are not.
fn flat_tails(random: &mut Random) -> Case {
    let at = [0, 1].map(|_| if random.chance(50) { Rational::zero() } else { random.decimal(1, 1) });
    let [x, y] = [less(weight(0), &at[0]), less(weight(1), &at[1])];
    let square = sum([power(&x, 2), power(&y, 2)]);
    let single = |bend: i64| TruePoint {
        w: at.clone().map(Range::point),
        kind: if bend > 0 { Kind::Minimum } else { Kind::Maximum },
        index: 1,
        extremum: Some(if bend > 0 { Extremum::Minimum } else { Extremum::Maximum }),
        value: None,
        hessian: Some([Range::int(bend), Range::int(0), Range::int(bend)]),
    };
    let near = view_of(random, &[single(1)], 1.0);
    match random.int(0, 5) {
        // No critical point where it is defined
        0 => {
            let formula = apply("exp", quotient(int(-1), square));
            case(formula, near, Truth { has_pole: true, ..Truth::default() }, false, random)
        }
        // A Gaussian, around its centre or far away
        1 | 2 => {
            let negative = apply("exp", scaled(&Rational::int(-1), square));
            let (formula, point) = match random.chance(50) {
                true => (negative, single(-2)),
                false => (sum([int(1), scaled(&Rational::int(-1), negative)]), single(2)),
            };
            let half = random.pick(&[1.0, 10.0, 40.0]);
            let mut view = view_of(random, &[single(1)], half);
            if random.chance(50) {
                let away = half * random.int(2, 30) as f64;
                view = [view[0] + away, view[1] + away, view[2], view[3]];
            }
            case(formula, view, isolated(vec![point]), false, random)
        }
        // Rises everywhere
        3 => {
            let function = random.pick(&["tanh", "exp", "atan", "softplus"]);
            let formula = sum([apply(function, x), apply(function, y)]);
            let half = random.pick(&[1.0, 10.0, 50.0, 800.0]);
            let view = view_of(random, &[single(1)], half);
            case(formula, view, Truth::default(), false, random)
        }
        // Saturated away from its minimum
        4 => {
            let formula = sum([power(&apply("tanh", x), 2), power(&apply("tanh", y), 2)]);
            let half = random.pick(&[1.0, 5.0, 30.0]);
            let view = view_of(random, &[single(1)], half);
            case(formula, view, isolated(vec![single(2)]), false, random)
        }
        // A very flat minimum of a polynomial
        _ => {
            let exponent = random.pick(&[2u32, 4, 8]);
            let formula = power(&square, exponent);
            let point = TruePoint { kind: Kind::Degenerate, value: Some(Range::int(0)), hessian: None, ..single(1) };
            case(formula, near, isolated(vec![point]), true, random)
        }
    }
}

/// Where ∇L does not exist.
fn kinks(random: &mut Random) -> Case {
    let at = [0, 1].map(|_| if random.chance(50) { Rational::zero() } else { random.decimal(1, 1) });
    let [x, y] = [less(weight(0), &at[0]), less(weight(1), &at[1])];
    let square = |x: &Formula| power(x, 2);
    let formula = match random.int(0, 4) {
        0 => sum([apply("abs", x.clone()), square(&y)]),
        1 => sum([apply("abs", x.clone()), apply("abs", y.clone())]),
        2 => apply("sqrt", sum([square(&x), square(&y)])),
        3 => sum([scaled(&Rational::decimal("-0.5"), apply("abs", x.clone())), scaled(&Rational::int(-1), square(&y))]),
        _ => sum([apply("abs", sum([x.clone(), y.clone()])), scaled(&Rational::decimal("0.3"), x.clone()), square(&y)]),
    };
    let place = at.map(|c| c.to_f64());
    let point = TruePoint {
        w: place.map(|x| Range::point(Rational::shortest(x))),
        kind: Kind::Degenerate,
        index: 0,
        extremum: None,
        value: None,
        hessian: None,
    };
    let view = view_of(random, &[point], 1.0);
    case(formula, view, Truth { kinks: vec![place], ..Truth::default() }, false, random)
}

/// Quotients of polynomials, and functions that are neither.
fn compositions(random: &mut Random) -> Case {
    match random.int(0, 5) {
        // A rational change of variables
        0 => {
            let chart = compose::projective(random);
            let (p, q) = (profile::simple(random), across(random));
            // To the right of the pole u < 1 everywhere.
            if p.roots.iter().any(|root| root.at.high >= Rational::decimal("0.45")) {
                return polynomials(random);
            }
            let composed = compose(&compose::identity(), &p, &q, &chart);
            drawn_with_view(random, composed, 1.0)
        }
        // −1/(c + x) of something that is not negative
        1 => {
            let [p, q] = [0, 1].map(|_| {
                let exponent = random.pick(&[2, 2, 4]);
                monomial(&random.pick(&[1, 2, 50].map(Rational::int)), &random.decimal(1, 2), exponent)
            });
            let chart = polynomial_chart(random);
            let outer = compose::fraction(random);
            let composed = compose(&outer, &p, &q, &chart);
            let half = half_width(random);
            drawn_with_view(random, composed, half)
        }
        // Sums of single wells and waves
        2 | 3 => {
            let (p, q) =
                (profile::other(random), if random.chance(50) { across(random) } else { profile::other(random) });
            let composed = compose(&compose::identity(), &p, &q, &compose::straight(random.chance(50)));
            drawn_with_limit(random, composed)
        }
        // A function of a polynomial
        4 => {
            let (p, q) = (profile::simple(random), across(random));
            let outer = outer_for(random, &p, &q);
            let chart = polynomial_chart(random);
            let composed = compose(&outer, &p, &q, &chart);
            drawn_with_view(random, composed, 1.0)
        }
        _ => {
            let (p, q) = (profile::simple(random), across(random));
            let steep = Rational::ten_to(random.int(0, 10) as i32);
            let q = if random.chance(50) { q } else { monomial(&steep, &Rational::zero(), 2) };
            let chart = compose::wavy(random);
            let composed = compose(&compose::identity(), &p, &q, &chart);
            drawn_with_view(random, composed, 1.0)
        }
    }
}

/// Waves are known on [−3, 3] only.
fn drawn_with_limit(random: &mut Random, composed: Composed) -> Case {
    let view = [-2.9, 2.8, -2.95, 2.9];
    case(composed.formula, view, isolated(composed.points), composed.is_rational, random)
}
