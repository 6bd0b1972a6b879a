//! Functions with curves of critical points: L = P(t(w)), where the zeros of P′ are chosen and the level sets of t are
//! known. ∇L = P′(t)·∇t vanishes on the level sets at zeros of P′, and where ∇t does.

use super::compose::kind_of;
use super::exact::{Range, Rational};
use super::formula::{Formula, int, less, number, power, product, scaled, sum, weight};
use super::profile::{Profile, from_roots, monomial, two_factors};
use super::random::Random;
use super::truth::{TrueCurve, TruePoint, Truth};
use losscape::critical::Extremum;
use losscape::curvature::Kind;
use std::rc::Rc;

/// How many samples a curve has.
const SAMPLES: usize = 400;

/// A function's value and gradient at a point.
type Slope = Rc<dyn Fn([f64; 2]) -> (f64, [f64; 2])>;

/// t(w), its gradient in f64, and what is known of its level sets.
pub struct Level {
    pub formula: Formula,
    /// t and ∇t.
    slope: Slope,
    /// Points of the level set {t = r}; empty where it has none.
    samples: Box<dyn Fn(f64) -> Vec<[f64; 2]>>,
    /// Whether {t = r} is one closed curve.
    closed: bool,
    /// Where ∇t = 0: the point, t's Hessian there, and what t has there.
    centre: Option<Centre>,
    pub degree: u32,
}

#[derive(Clone)]
struct Centre {
    w: [Rational; 2],
    hessian: [Rational; 3],
    index: i32,
    /// t has a strict minimum there; otherwise no extremum.
    is_minimum: bool,
}

/// t = w2 − a − b·w1 − c·w1², or with the weights in the other order.
pub fn graph(random: &mut Random) -> Level {
    let swap = random.chance(30);
    let (x, y) = if swap { (1, 0) } else { (0, 1) };
    let bend = if random.chance(50) { Rational::zero() } else { random.nonzero(1, 1) };
    let q = [random.decimal(1, 1), random.decimal(1, 1), bend];
    let terms = (0..3).rev().filter(|k| !q[*k].is_zero()).map(|k| match k {
        0 => number(&-&q[0]),
        _ => scaled(&-&q[k], power(&weight(x), k as u32)),
    });
    let formula = sum(std::iter::once(weight(y)).chain(terms));
    let q = q.map(|c| c.to_f64());
    let height = move |x: f64| q[0] + x * (q[1] + x * q[2]);
    let ordered = move |a: f64, b: f64| if swap { [b, a] } else { [a, b] };
    Level {
        formula,
        slope: Rc::new(move |w| (w[y] - height(w[x]), ordered(-(q[1] + 2.0 * q[2] * w[x]), 1.0))),
        samples: Box::new(move |level| {
            let along = (0..=SAMPLES).map(|k| -4.0 + 8.0 * k as f64 / SAMPLES as f64);
            along.map(|x| ordered(x, height(x) + level)).collect()
        }),
        closed: false,
        centre: None,
        degree: 2,
    }
}

/// t = a·(w1 − p)^m + b·(w2 − q)^n with even m and n: ovals around (p, q).
pub fn oval(random: &mut Random) -> Level {
    let [m, n] = random.pick(&[[2u32, 2], [2, 2], [2, 4], [4, 2], [4, 4]]);
    let [a, b] = [0, 1].map(|_| Rational::int(random.pick(&[1, 1, 2, 5])));
    let [p, q] = [0, 1].map(|_| if random.chance(50) { Rational::zero() } else { random.decimal(1, 2) });
    let formula = sum([scaled(&a, power(&less(weight(0), &p), m)), scaled(&b, power(&less(weight(1), &q), n))]);
    let bend = |c: &Rational, power: u32| if power == 2 { c * &Rational::int(2) } else { Rational::zero() };
    let centre = Centre {
        w: [p.clone(), q.clone()],
        hessian: [bend(&a, m), Rational::zero(), bend(&b, n)],
        index: 1,
        is_minimum: true,
    };
    let [a, b, p, q] = [a, b, p, q].map(|c| c.to_f64());
    let [m, n] = [m, n].map(f64::from);
    Level {
        formula,
        slope: Rc::new(move |w| {
            let [x, y] = [w[0] - p, w[1] - q];
            let value = a * libm::pow(x, m) + b * libm::pow(y, n);
            (value, [a * m * libm::pow(x, m - 1.0), b * n * libm::pow(y, n - 1.0)])
        }),
        samples: Box::new(move |level| {
            if level <= 0.0 {
                return Vec::new();
            }
            let around = (0..=SAMPLES).map(|k| std::f64::consts::TAU * k as f64 / SAMPLES as f64);
            let side = |share: f64, c: f64, power: f64| {
                let size = libm::pow(level * share * share / c, 1.0 / power);
                if share < 0.0 { -size } else { size }
            };
            around.map(|angle| [p + side(libm::cos(angle), a, m), q + side(libm::sin(angle), b, n)]).collect()
        }),
        closed: true,
        centre: Some(centre),
        degree: m.max(n) as u32,
    }
}

/// t = w1³ − 3·w1·w2²: three arms around a monkey saddle.
pub fn monkey() -> Level {
    let formula = sum([power(&weight(0), 3), product([int(-3), weight(0), power(&weight(1), 2)])]);
    let zero = Rational::zero;
    Level {
        formula,
        slope: Rc::new(|[x, y]| (x * x * x - 3.0 * x * y * y, [3.0 * (x * x - y * y), -6.0 * x * y])),
        samples: Box::new(|level| {
            let around = (0..6 * SAMPLES).map(|k| std::f64::consts::TAU * (k as f64 + 0.5) / (6 * SAMPLES) as f64);
            let arm = |angle: f64| {
                let radius = libm::cbrt(level / libm::cos(3.0 * angle));
                (radius > 0.0).then(|| [radius * libm::cos(angle), radius * libm::sin(angle)])
            };
            around.filter_map(arm).collect()
        }),
        closed: false,
        centre: Some(Centre { w: [zero(), zero()], hessian: [zero(), zero(), zero()], index: -2, is_minimum: false }),
        degree: 3,
    }
}

/// t = w1·w2: hyperbolas around a saddle.
pub fn hyperbola() -> Level {
    let zero = Rational::zero;
    Level {
        formula: product([weight(0), weight(1)]),
        slope: Rc::new(|[x, y]| (x * y, [y, x])),
        samples: Box::new(|level| {
            let along = (0..=SAMPLES).map(|k| libm::exp2(-8.0 + 16.0 * k as f64 / SAMPLES as f64));
            along
                .flat_map(|share| {
                    let [x, y] = [share, 1.0 / share].map(|x| x * level.abs().sqrt());
                    [[x, y * level.signum()], [-x, -y * level.signum()]]
                })
                .collect()
        }),
        closed: false,
        centre: Some(Centre {
            w: [zero(), zero()],
            hessian: [zero(), Rational::int(1), zero()],
            index: -1,
            is_minimum: false,
        }),
        degree: 2,
    }
}

/// P with P′ zero at levels that are close to each other; `beside` keeps them away from 0.
fn levels(random: &mut Random, positive: bool, gap: &Rational, most: u32) -> Profile {
    let base = match positive {
        true => &random.pick(&["1", "0.25", "0.04", "1e-2", "1e-4"].map(Rational::decimal)) * &Rational::int(1),
        false => random.nonzero(1, 1),
    };
    let first = base.clone();
    let second = &base + &(&base.abs() * gap);
    match random.int(0, 3) {
        0 if most >= 4 => two_factors(&Rational::int(random.sign()), (first, 2), (second, 2)),
        1 if most > 4 => two_factors(&Rational::int(1), (first, 2), (second, 3)),
        1 if most >= 3 => two_factors(&Rational::int(1), (first, 2), (second, 1)),
        2 if most >= 3 => {
            let multiplicity = if most > 3 { random.int(1, 2) } else { 1 };
            let roots = [(first, multiplicity as u32), (second, 1)];
            from_roots(&Rational::int(12 * random.sign()), &roots, None, None)
        }
        _ => monomial(&Rational::int(random.sign()), &first, 2),
    }
}

/// L = P(t) with its truth; the gap of neighbouring levels is 10⁻¹ to 10⁻⁶ of their size.
pub fn draw(random: &mut Random) -> (Formula, Truth, u32, [f64; 2]) {
    let level = match random.int(0, 5) {
        0..=2 => graph(random),
        3 | 4 => oval(random),
        _ => {
            if random.chance(50) {
                monkey()
            } else {
                hyperbola()
            }
        }
    };
    let gap = random.small(1, 6);
    // The expanded polynomial has at most degree 9, so that a case takes a moment.
    let profile = levels(random, level.closed, &gap, (9 / level.degree).min(5));
    let formula = (profile.formula)(&level.formula);
    let truth = truth_of(&level, &profile);
    let degree = profile.degree * level.degree;
    let centre = level.centre.as_ref().map_or([0.0, 0.0], |centre| [0, 1].map(|i| centre.w[i].to_f64()));
    (formula, truth, degree, centre)
}

fn truth_of(level: &Level, profile: &Profile) -> Truth {
    let heights: Vec<f64> = profile.roots.iter().map(|root| root.at.middle().to_f64()).collect();
    let mut truth = Truth::default();
    for (place, root) in profile.roots.iter().enumerate() {
        let height = heights[place];
        let samples = (level.samples)(height);
        if samples.is_empty() {
            continue;
        }
        let others = heights.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, other)| other - height);
        let apart = others.map(f64::abs).fold(f64::INFINITY, f64::min);
        let steepest = samples.iter().map(|w| norm((level.slope)(*w).1)).fold(0.0, f64::max);
        let slope = level.slope.clone();
        truth.curves.push(TrueCurve {
            kind: match root.index() {
                1 => Kind::Minimum,
                -1 => Kind::Maximum,
                _ => Kind::Degenerate,
            },
            distance: Box::new(move |w| {
                let (value, gradient) = slope(w);
                (value - height).abs() / norm(gradient)
            }),
            samples,
            pieces: level.closed.then_some(1),
            gap: apart / steepest,
        });
    }
    truth.points.extend(level.centre.as_ref().and_then(|centre| centre_of(centre, profile)));
    truth
}

fn norm([x, y]: [f64; 2]) -> f64 {
    libm::hypot(x, y)
}

/// The critical point at the centre, where t = 0: an extremum of L on its own account, whatever rings it has.
fn centre_of(centre: &Centre, profile: &Profile) -> Option<TruePoint> {
    let zero = Rational::zero();
    // The sign of P′ on both sides of 0, which may itself be a level.
    let here = profile.roots.iter().find(|root| root.at == Range::point(zero.clone()));
    let right = match profile.roots.iter().find(|root| root.at.low > zero) {
        Some(next) => next.signs[0],
        None => profile.roots.last()?.signs[1],
    };
    if here.is_some() && !centre.is_minimum {
        // The curve {t = 0} passes through the centre.
        return None;
    }
    // P′(0) from the jets of P at 0.
    let slope = (profile.formula)(&weight(0)).jet(&[zero.clone(), zero])?.gradient[0].clone();
    let hessian = [0, 1, 2].map(|k| Range::point(&slope * &centre.hessian[k]));
    let [a, b, d] = &centre.hessian;
    let determinant = (&(a * d) - &b.pow(2)).signum();
    let kind = match (here.is_some(), determinant) {
        (true, _) | (_, 0) => Kind::Degenerate,
        (_, -1) => Kind::Saddle,
        _ => kind_of([right, right]),
    };
    Some(TruePoint {
        w: [0, 1].map(|i| Range::point(centre.w[i].clone())),
        kind,
        index: centre.index,
        extremum: match (centre.is_minimum, right) {
            (true, 1) => Some(Extremum::Minimum),
            (true, -1) => Some(Extremum::Maximum),
            _ => None,
        },
        value: Some(Range::point(
            (profile.formula)(&number(&Rational::zero())).jet(&[Rational::zero(), Rational::zero()])?.value,
        )),
        hessian: Some(hessian),
    })
}

/// ((f)·(g))² for a parabola f and a small circle g that do not meet: two curves of minima, and points off them that are
/// not listed.
pub fn parabola_and_circle(random: &mut Random) -> (Formula, Truth, [f64; 2]) {
    // The parabola w2 = c·w1² and a circle around a point above it, at 10 to 1000 radii.
    let c = Rational::int(random.int(1, 2));
    let x = random.decimal(1, 1);
    let radius = Rational::ten_to(-random.int(1, 4) as i32);
    // Seen along the parabola's normal it is at least 10/√17 radii away.
    let away = Rational::int(1).min(&radius * &Rational::int(random.pick(&[10, 30, 100])));
    let away = &away * &Rational::int(random.sign());
    let y = &(&c * &x.pow(2)) + &away;
    let parabola = sum([weight(1), scaled(&-&c, power(&weight(0), 2))]);
    let [dx, dy] = [less(weight(0), &x), less(weight(1), &y)];
    let circle = sum([power(&dx, 2), power(&dy, 2), number(&-&radius.pow(2))]);
    let formula = power(&product([parabola, circle]), 2);
    let [c, x, y, r] = [c, x, y, radius].map(|value| value.to_f64());
    let along = (0..=SAMPLES).map(|k| -4.0 + 8.0 * k as f64 / SAMPLES as f64);
    let around = (0..=SAMPLES).map(|k| std::f64::consts::TAU * k as f64 / SAMPLES as f64);
    let curve = |samples: Vec<[f64; 2]>, pieces, distance: Box<dyn Fn([f64; 2]) -> f64>| TrueCurve {
        kind: Kind::Minimum,
        distance,
        samples,
        pieces,
        gap: r,
    };
    let parabola = curve(
        along.map(|w| [w, c * w * w]).collect(),
        None,
        Box::new(move |w| (w[1] - c * w[0] * w[0]).abs() / libm::hypot(1.0, 2.0 * c * w[0])),
    );
    let circle = curve(
        around.map(|t| [x + r * libm::cos(t), y + r * libm::sin(t)]).collect(),
        Some(1),
        Box::new(move |w| (libm::hypot(w[0] - x, w[1] - y) - r).abs()),
    );
    (formula, Truth { curves: vec![parabola, circle], more_points: true, ..Truth::default() }, [x, y])
}
