//! Functions of two variables from profiles: L = G(P(u) + Q(v)) with a change of variables (u, v) that is one to one, and
//! G with a slope of one sign. Both keep critical points with their indices; by the chain rule the Hessian there is
//! G′·(P″·∇u∇uᵀ + Q″·∇v∇vᵀ).

use super::exact::{Range, Rational, cos, exp, sin};
use super::formula::{Formula, apply, int, less, number, power, quotient, scaled, sum, weight};
use super::profile::{Profile, Root};
use super::random::Random;
use super::truth::TruePoint;
use losscape::critical::Extremum;
use losscape::curvature::Kind;

type Pair = [Range; 2];
/// A function of a point with a gradient for u and one for v.
type Gradients = Box<dyn Fn(&Pair) -> [Pair; 2]>;
/// A function with its derivative.
type WithSlope = Box<dyn Fn(&Range) -> [Range; 2]>;

/// Coordinates (u, v) of the plane.
pub struct Chart {
    pub u: Formula,
    pub v: Formula,
    /// w from (u, v).
    pub back: Box<dyn Fn(&Pair) -> Pair>,
    /// ∇u and ∇v at w.
    pub gradients: Gradients,
    pub is_rational: bool,
}

fn point(value: &Rational) -> Range {
    Range::point(value.clone())
}

/// u = w1, v = w2, or the other way round.
pub fn straight(swap: bool) -> Chart {
    let (first, second) = if swap { (1, 0) } else { (0, 1) };
    let one = |axis: usize| [0, 1].map(|i| Range::int(i64::from(i == axis)));
    Chart {
        u: weight(first),
        v: weight(second),
        back: Box::new(move |[u, v]| if swap { [v.clone(), u.clone()] } else { [u.clone(), v.clone()] }),
        gradients: Box::new(move |_| [one(first), one(second)]),
        is_rational: true,
    }
}

/// u = s·(a·w1 + b·w2) − e, v = c·w1 + d·w2 − f.
pub fn affine(scale: &Rational, rows: [[Rational; 2]; 2], shift: [Rational; 2]) -> Option<Chart> {
    let [[a, b], [c, d]] = rows.clone();
    let determinant = &(&(&a * &d) - &(&b * &c)) * scale;
    if determinant.is_zero() {
        return None;
    }
    let line = |x: &Rational, y: &Rational| {
        let terms = [(x, 0), (y, 1)].into_iter().filter(|(c, _)| !c.is_zero());
        sum(terms.map(|(c, axis)| scaled(c, weight(axis))))
    };
    let u = less(scaled(scale, line(&a, &b)), &shift[0]);
    let v = less(line(&c, &d), &shift[1]);
    let first = [scale * &a, scale * &b].map(Range::point);
    let second = [c, d].map(Range::point);
    let inverse = Range::point(determinant).recip();
    let gradients = [first.clone(), second.clone()];
    let back = move |[u, v]: &Pair| {
        let [u, v] = [u + &point(&shift[0]), v + &point(&shift[1])];
        let w1 = &(&(&second[1] * &u) - &(&first[1] * &v)) * &inverse;
        let w2 = &(&(&first[0] * &v) - &(&second[0] * &u)) * &inverse;
        [w1, w2]
    };
    Some(Chart { u, v, back: Box::new(back), gradients: Box::new(move |_| gradients.clone()), is_rational: true })
}

/// An affine chart of moderate condition.
pub fn mild(random: &mut Random) -> Chart {
    loop {
        let rows = [0, 1].map(|_| [random.decimal(2, 1), random.decimal(2, 1)]);
        let determinant = &(&rows[0][0] * &rows[1][1]) - &(&rows[0][1] * &rows[1][0]);
        if determinant.abs() > Rational::ratio(1, 5) {
            let shift = [random.decimal(1, 2), random.decimal(1, 2)];
            if let Some(chart) = affine(&Rational::int(1), rows, shift) {
                return chart;
            }
        }
    }
}

/// One coordinate is steep, or both are nearly parallel.
pub fn steep(random: &mut Random) -> Chart {
    let scale = Rational::ten_to(random.int(2, 9) as i32);
    // The shift of a steep coordinate has many digits, and the point stays within about ±1.
    let shift = &(&random.decimal(1, 8) * &scale) + &random.decimal(1, 3);
    let rows = match random.int(0, 2) {
        0 => [[1, 1], [1, -1]].map(|row| row.map(Rational::int)),
        1 => [[1, -1], [1, 2]].map(|row| row.map(Rational::int)),
        _ => [[random.nonzero(2, 1), random.nonzero(2, 1)], [Rational::int(1), Rational::zero()]],
    };
    affine(&scale, rows, [shift, random.decimal(1, 2)]).unwrap_or_else(|| straight(false))
}

/// u = w1, v = w2 − q(w1): q a parabola or a cubic with decimals, or with weights in the other order.
pub fn bent(random: &mut Random) -> Chart {
    let swap = random.chance(30);
    let (first, second) = if swap { (1, 0) } else { (0, 1) };
    let q = [random.decimal(1, 2), random.decimal(2, 1), random.nonzero(2, 1)];
    let x = weight(first);
    let bend = sum((0..3).rev().filter(|k| !q[*k].is_zero()).map(|k| match k {
        0 => number(&-&q[0]),
        _ => scaled(&-&q[k], power(&x, k as u32)),
    }));
    let value = {
        let q = q.clone();
        move |x: &Range| &point(&q[0]) + &(x * &(&point(&q[1]) + &(x * &point(&q[2]))))
    };
    let slope = move |x: &Range| -&(&point(&q[1]) + &(&Range::int(2) * &(x * &point(&q[2]))));
    let ordered = move |a: Range, b: Range| if swap { [b, a] } else { [a, b] };
    Chart {
        u: x,
        v: sum([weight(second), bend]),
        back: Box::new(move |[u, v]| ordered(u.clone(), v + &value(u))),
        gradients: Box::new(move |w| [ordered(Range::int(1), Range::int(0)), ordered(slope(&w[first]), Range::int(1))]),
        is_rational: true,
    }
}

/// u = w1, v = w2 − c·sin(w1).
pub fn wavy(random: &mut Random) -> Chart {
    let c = random.nonzero(1, 1);
    let over = |x: &Range, f: fn(&Rational) -> Range| {
        let slack = &x.high - &x.low;
        let value = f(&x.middle());
        Range::between(&value.low - &slack, &value.high + &slack)
    };
    let (amount, negative) = (point(&c), -&point(&c));
    Chart {
        u: weight(0),
        v: sum([weight(1), scaled(&-&c, apply("sin", weight(0)))]),
        back: Box::new(move |[u, v]| [u.clone(), v + &(&amount * &over(u, sin))]),
        gradients: Box::new(move |w| [[Range::int(1), Range::int(0)], [&negative * &over(&w[0], cos), Range::int(1)]]),
        is_rational: false,
    }
}

/// u = w1/(k + w1), whose pole is left of −2; v = w2.
pub fn projective(random: &mut Random) -> Chart {
    let k = &Rational::int(4) + &random.decimal(1, 1);
    let (pole, under) = (point(&k), point(&k));
    Chart {
        u: quotient(weight(0), sum([weight(0), number(&k)])),
        v: weight(1),
        // u = w/(k + w) is w = k·u/(1 − u).
        back: Box::new(move |[u, v]| [&(&pole * u) / &(&Range::int(1) - u), v.clone()]),
        gradients: Box::new(move |w| {
            let slope = &under / &(&under + &w[0]).pow(2);
            [[slope, Range::int(0)], [Range::int(0), Range::int(1)]]
        }),
        is_rational: true,
    }
}

/// A function G of one variable with a slope of one sign.
pub struct Outer {
    pub formula: Box<dyn Fn(Formula) -> Formula>,
    /// G and G′ at a value.
    pub at: WithSlope,
    pub is_rational: bool,
}

pub fn identity() -> Outer {
    multiple(&Rational::int(1))
}

/// G = c·x.
pub fn multiple(factor: &Rational) -> Outer {
    let (c, range) = (factor.clone(), point(factor));
    Outer {
        formula: Box::new(move |inner| scaled(&c, inner)),
        at: Box::new(move |x| [x * &range, range.clone()]),
        is_rational: true,
    }
}

/// G = x + x³.
pub fn cubic() -> Outer {
    Outer {
        formula: Box::new(|inner| sum([inner.clone(), power(&inner, 3)])),
        at: Box::new(|x| [x + &x.pow(3), &Range::int(1) + &(&Range::int(3) * &x.pow(2))]),
        is_rational: true,
    }
}

/// eˣ for a range, which is short or a point.
fn exp_of(x: &Range) -> Range {
    let value = exp(&x.middle());
    if x.is_point() {
        return value;
    }
    // The mean value theorem, with twice the slope.
    let slack = &(&x.high - &x.low) * &(&value.high * &Rational::int(2));
    Range::between(&value.low - &slack, &value.high + &slack)
}

/// A transcendental G for values of moderate size: exp, tanh, softplus, sinh, atan, a root, a fraction.
pub fn curved(random: &mut Random) -> Outer {
    let one = || Range::int(1);
    let transcendental =
        |formula: Box<dyn Fn(Formula) -> Formula>, at: WithSlope| Outer { formula, at, is_rational: false };
    match random.int(0, 5) {
        0 => transcendental(
            Box::new(|x| apply("exp", x)),
            Box::new(|x| {
                let value = exp_of(x);
                [value.clone(), value]
            }),
        ),
        1 => transcendental(
            Box::new(|x| sum([apply("exp", x), int(-1)])),
            Box::new(move |x| {
                let value = exp_of(x);
                [&value - &one(), value]
            }),
        ),
        2 => transcendental(
            Box::new(|x| apply("tanh", x)),
            Box::new(move |x| {
                let square = exp_of(&(&Range::int(2) * x));
                let value = &(&square - &one()) / &(&square + &one());
                let slope = &(&Range::int(4) * &square) / &(&square + &one()).pow(2);
                [value, slope]
            }),
        ),
        3 => transcendental(
            Box::new(|x| apply("sinh", x)),
            Box::new(|x| {
                let [up, down] = [exp_of(x), exp_of(&-x)];
                let half = Range::point(Rational::ratio(1, 2));
                [&half * &(&up - &down), &half * &(&up + &down)]
            }),
        ),
        4 => transcendental(
            Box::new(|x| sum([x.clone(), apply("sin", scaled(&Rational::ratio(1, 2), x))])),
            Box::new(|x| {
                let half = Range::point(Rational::ratio(1, 2));
                let inner = &half * x;
                let slack = &inner.high - &inner.low;
                let widen = |value: Range| Range::between(&value.low - &slack, &value.high + &slack);
                let [value, slope] = [widen(sin(&inner.middle())), widen(cos(&inner.middle()))];
                [x + &value, &Range::int(1) + &(&half * &slope)]
            }),
        ),
        _ => transcendental(
            // √(x² + 1) + x·5/4 rises everywhere.
            Box::new(|x| sum([apply("sqrt", sum([power(&x, 2), int(1)])), scaled(&Rational::decimal("1.25"), x)])),
            Box::new(move |x| {
                let root = (&x.pow(2) + &one()).sqrt();
                let slope = Range::point(Rational::decimal("1.25"));
                [&root + &(&slope * x), &(x / &root) + &slope]
            }),
        ),
    }
}

/// −1/(c + x) for x ≥ 0: a quotient of polynomials that rises.
pub fn fraction(random: &mut Random) -> Outer {
    let c = &Rational::int(1) + &Rational::ratio(random.int(0, 9), 10);
    let range = point(&c);
    Outer {
        formula: Box::new(move |x| quotient(int(-1), sum([x, number(&c)]))),
        at: Box::new(move |x| {
            let inverse = (x + &range).recip();
            [-&inverse, inverse.pow(2)]
        }),
        is_rational: true,
    }
}

/// The kind of a critical point whose Hessian has these signs in some basis.
pub fn kind_of(signs: [i32; 2]) -> Kind {
    match signs {
        [1, 1] => Kind::Minimum,
        [-1, -1] => Kind::Maximum,
        [0, _] | [_, 0] => Kind::Degenerate,
        _ => Kind::Saddle,
    }
}

/// L = G(P(u) + Q(v)).
pub struct Composed {
    pub formula: Formula,
    pub points: Vec<TruePoint>,
    pub is_rational: bool,
}

pub fn compose(outer: &Outer, p: &Profile, q: &Profile, chart: &Chart) -> Composed {
    let inner = sum([(p.formula)(&chart.u), (q.formula)(&chart.v)]);
    let mut points = Vec::new();
    for a in &p.roots {
        for b in &q.roots {
            points.push(point_of(outer, chart, a, b));
        }
    }
    Composed {
        formula: (outer.formula)(inner),
        points,
        is_rational: outer.is_rational && p.is_rational && q.is_rational && chart.is_rational,
    }
}

fn point_of(outer: &Outer, chart: &Chart, a: &Root, b: &Root) -> TruePoint {
    let w = (chart.back)(&[a.at.clone(), b.at.clone()]);
    let [du, dv] = (chart.gradients)(&w);
    let [value, slope] = (outer.at)(&(&a.value + &b.value));
    let rising = slope.sign().expect("a slope of one sign");
    let entry = |i: usize, j: usize| {
        let along = &a.bend * &(&du[i] * &du[j]);
        let across = &b.bend * &(&dv[i] * &dv[j]);
        &slope * &(&along + &across)
    };
    let hessian = [entry(0, 0), entry(0, 1), entry(1, 1)];
    let sign = |bend: &Range| bend.sign().expect("a second derivative of known sign") * rising;
    let extremum = match (a.index() * rising, b.index() * rising) {
        (1, 1) => Some(Extremum::Minimum),
        (-1, -1) => Some(Extremum::Maximum),
        _ => None,
    };
    TruePoint {
        w,
        kind: kind_of([sign(&a.bend), sign(&b.bend)]),
        index: a.index() * b.index(),
        extremum,
        value: Some(value),
        hessian: Some(hessian),
    }
}
