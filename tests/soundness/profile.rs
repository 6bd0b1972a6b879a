//! Functions of one variable whose critical points are chosen first.

use super::exact::{Range, Rational, exp, pi};
use super::formula::{Formula, apply, int, less, number, power, product, quotient, scaled, sum};
use super::random::Random;

/// A zero of the derivative.
#[derive(Clone, Debug)]
pub struct Root {
    pub at: Range,
    /// The derivative's signs to the left and to the right.
    pub signs: [i32; 2],
    pub value: Range,
    /// The second derivative; exactly 0 at a multiple zero.
    pub bend: Range,
}

impl Root {
    /// +1 at a minimum, −1 at a maximum, 0 at an inflection.
    pub fn index(&self) -> i32 {
        (self.signs[1] - self.signs[0]) / 2
    }
}

/// P(x), and all zeros of P′ in and near the view.
pub struct Profile {
    pub formula: Box<dyn Fn(&Formula) -> Formula>,
    pub roots: Vec<Root>,
    pub is_rational: bool,
    /// The degree, for a polynomial.
    pub degree: u32,
}

/// A polynomial, constant term first.
#[derive(Clone, Debug)]
struct Polynomial(Vec<Rational>);

impl Polynomial {
    fn times(&self, other: &Polynomial) -> Polynomial {
        let mut result = vec![Rational::zero(); self.0.len() + other.0.len() - 1];
        for (i, a) in self.0.iter().enumerate() {
            for (j, b) in other.0.iter().enumerate() {
                result[i + j] = &result[i + j] + &(a * b);
            }
        }
        Polynomial(result)
    }

    fn at(&self, x: &Rational) -> Rational {
        self.0.iter().rev().fold(Rational::zero(), |value, c| &(&value * x) + c)
    }

    fn derivative(&self) -> Polynomial {
        Polynomial(self.0.iter().enumerate().skip(1).map(|(k, c)| &Rational::int(k as i64) * c).collect())
    }

    fn integral(&self) -> Polynomial {
        let terms = self.0.iter().enumerate().map(|(k, c)| c * &Rational::ratio(1, k as i64 + 1));
        Polynomial(std::iter::once(Rational::zero()).chain(terms).collect())
    }

    /// The value at a point that is known to a hundred digits, where the derivative is zero or of moderate size.
    fn over(&self, x: &Range) -> Range {
        if x.is_point() {
            return Range::point(self.at(&x.low));
        }
        let value = self.at(&x.middle());
        let slack = Rational::ten_to(-60);
        Range::between(&value - &slack, &value + &slack)
    }

    /// c₀ + c₁·x + …, highest power first.
    fn formula(&self, x: &Formula) -> Formula {
        let terms = self.0.iter().enumerate().rev().filter(|(_, c)| !c.is_zero());
        sum(terms.map(|(k, c)| if k == 0 { number(c) } else { scaled(c, power(x, k as u32)) }))
    }
}

/// P with P′ = lead·∏ (x − a)ᵐ·(x² − s)·(x² + c), expanded; s > 0 and c > 0 may be missing.
pub fn from_roots(
    lead: &Rational,
    real: &[(Rational, u32)],
    surd: Option<&Rational>,
    complex: Option<&Rational>,
) -> Profile {
    let mut slope = Polynomial(vec![lead.clone()]);
    for (root, multiplicity) in real {
        for _ in 0..*multiplicity {
            slope = slope.times(&Polynomial(vec![-root, Rational::int(1)]));
        }
    }
    let square_less = |value: Rational| Polynomial(vec![value, Rational::zero(), Rational::int(1)]);
    if let Some(surd) = surd {
        slope = slope.times(&square_less(-surd));
    }
    if let Some(complex) = complex {
        slope = slope.times(&square_less(complex.clone()));
    }
    let mut places: Vec<(Range, u32)> = real.iter().map(|(root, m)| (Range::point(root.clone()), *m)).collect();
    if let Some(surd) = surd {
        let root = Range::point(surd.clone()).sqrt();
        places.push((-&root, 1));
        places.push((root, 1));
    }
    let polynomial = slope.integral();
    let roots = roots_of(&polynomial, places, lead.signum());
    let degree = polynomial.0.len() as u32 - 1;
    Profile { formula: Box::new(move |x| polynomial.formula(x)), roots, is_rational: true, degree }
}

/// The zeros of P′, given with their multiplicities; P′ has this sign far to the right.
fn roots_of(polynomial: &Polynomial, mut places: Vec<(Range, u32)>, sign: i32) -> Vec<Root> {
    places.sort_by(|a, b| a.0.low.cmp(&b.0.low));
    let bend = polynomial.derivative().derivative();
    let mut after = sign;
    let mut roots = Vec::new();
    for (at, multiplicity) in places.into_iter().rev() {
        let before = if multiplicity % 2 == 1 { -after } else { after };
        let bend = if multiplicity > 1 { Range::int(0) } else { bend.over(&at) };
        assert!(multiplicity > 1 || bend.sign() == Some(after), "a simple zero has a slope");
        roots.push(Root { value: polynomial.over(&at), signs: [before, after], bend, at });
        after = before;
    }
    roots.reverse();
    roots
}

/// k·(x − a)ᵖ·(x − b)^q as a product: zeros a, b and (p·b + q·a)/(p + q) of the derivative.
pub fn two_factors(lead: &Rational, (a, p): (Rational, u32), (b, q): (Rational, u32)) -> Profile {
    let linear = |root: &Rational| Polynomial(vec![-root, Rational::int(1)]);
    let powers = std::iter::repeat_n(linear(&a), p as usize).chain(std::iter::repeat_n(linear(&b), q as usize));
    let polynomial = powers.fold(Polynomial(vec![lead.clone()]), |product, factor| product.times(&factor));
    let between = {
        let weighted = &(&Rational::int(i64::from(p)) * &b) + &(&Rational::int(i64::from(q)) * &a);
        &weighted * &Rational::ratio(1, i64::from(p + q))
    };
    let places = [(a.clone(), p - 1), (b.clone(), q - 1), (between, 1)];
    let places = places.into_iter().filter(|(_, m)| *m > 0).map(|(root, m)| (Range::point(root), m)).collect();
    let roots = roots_of(&polynomial, places, lead.signum());
    let lead = lead.clone();
    let formula =
        move |x: &Formula| scaled(&lead, product([power(&less(x.clone(), &a), p), power(&less(x.clone(), &b), q)]));
    Profile { formula: Box::new(formula), roots, is_rational: true, degree: p + q }
}

/// c·(x − a)^m.
pub fn monomial(lead: &Rational, at: &Rational, exponent: u32) -> Profile {
    let after = lead.signum();
    let before = if exponent.is_multiple_of(2) { -after } else { after };
    let bend = if exponent == 2 { &Rational::int(2) * lead } else { Rational::zero() };
    let root =
        Root { at: Range::point(at.clone()), signs: [before, after], value: Range::int(0), bend: Range::point(bend) };
    let (lead, at) = (lead.clone(), at.clone());
    let formula = move |x: &Formula| scaled(&lead, power(&less(x.clone(), &at), exponent));
    Profile { formula: Box::new(formula), roots: vec![root], is_rational: true, degree: exponent }
}

/// A profile of one to three simple zeros.
pub fn simple(random: &mut Random) -> Profile {
    let lead = &Rational::int(random.sign()) * &random.pick(&[1, 2, 3, 12, 60].map(Rational::int));
    match random.int(0, 5) {
        0 | 1 => monomial(&lead, &random.decimal(1, 3), 2),
        2 => {
            let surd = &Rational::int(random.int(1, 90)) * &Rational::ten_to(-2);
            from_roots(&lead, &[], Some(&surd), None)
        }
        3 => {
            let complex = &Rational::int(random.int(1, 90)) * &Rational::ten_to(-2);
            from_roots(&lead, &[(random.decimal(1, 2), 1)], None, Some(&complex))
        }
        _ => {
            let mut roots: Vec<(Rational, u32)> = Vec::new();
            for _ in 0..random.int(2, 3) {
                let root = random.decimal(1, 2);
                if roots.iter().all(|(known, _)| *known != root) {
                    roots.push((root, 1));
                }
            }
            from_roots(&lead, &roots, None, None)
        }
    }
}

/// A multiple zero with one or two neighbours at 10⁻¹ to 10⁻¹².
pub fn clustered(random: &mut Random, least: i32, most: i32) -> Profile {
    let at = if random.chance(60) { Rational::zero() } else { random.decimal(1, 2) };
    let near = &Rational::int(random.sign()) * &random.small(least, most);
    let neighbour = &at + &near;
    let lead =
        &Rational::int(random.sign()) * &random.pick(&[Rational::int(1), Rational::int(4), Rational::ratio(1, 2)]);
    if random.chance(50) {
        let (p, q) = (random.int(2, 4) as u32, random.int(1, 2) as u32);
        return two_factors(&lead, (at, p), (neighbour, q));
    }
    let mut roots = vec![(at.clone(), random.int(1, 3) as u32), (neighbour, random.int(1, 2) as u32)];
    if random.chance(30) {
        let third = &at - &(&near * &Rational::int(random.int(2, 30)));
        roots.push((third, random.int(1, 2) as u32));
    }
    let lead = &lead * &Rational::int(random.pick(&[1, 12, 60]));
    from_roots(&lead, &roots, None, None)
}

/// A function with one or a few critical points that is no polynomial.
pub fn other(random: &mut Random) -> Profile {
    let at = random.decimal(1, 2);
    let sign = random.sign();
    let lead = &Rational::int(sign) * &random.pick(&[Rational::int(1), Rational::int(3), Rational::ratio(1, 2)]);
    // f has a minimum of this value and second derivative at 0, and no other critical point.
    let single = |rational: bool, value: i64, bend: Rational, f: Box<dyn Fn(Formula) -> Formula>| {
        let root = Root {
            at: Range::point(at.clone()),
            signs: [-(sign as i32), sign as i32],
            value: Range::point(&lead * &Rational::int(value)),
            bend: Range::point(&lead * &bend),
        };
        let (at, lead) = (at.clone(), lead.clone());
        let formula = move |x: &Formula| scaled(&lead, f(less(x.clone(), &at)));
        Profile { formula: Box::new(formula), roots: vec![root], is_rational: rational, degree: 2 }
    };
    let square = |x: &Formula| power(x, 2);
    match random.int(0, 7) {
        0 => single(true, -1, Rational::int(2), Box::new(move |x| quotient(int(-1), sum([int(1), square(&x)])))),
        1 => single(true, 0, Rational::int(2), Box::new(move |x| quotient(square(&x), sum([int(1), square(&x)])))),
        2 => single(
            false,
            -1,
            Rational::int(2),
            Box::new(move |x| scaled(&Rational::int(-1), apply("exp", scaled(&Rational::int(-1), square(&x))))),
        ),
        3 => single(false, 0, Rational::int(2), Box::new(move |x| apply("log", sum([int(1), square(&x)])))),
        4 => single(false, 1, Rational::int(1), Box::new(move |x| apply("sqrt", sum([int(1), square(&x)])))),
        5 => single(false, 0, Rational::int(2), Box::new(move |x| power(&apply("tanh", x), 2))),
        6 => {
            // −x·exp(−x): zero of the slope at 1, value −1/e, second derivative 1/e.
            let inverse = exp(&Rational::int(-1));
            let lead_range = Range::point(lead.clone());
            let root = Root {
                at: Range::point(&at + &Rational::int(1)),
                signs: [-(sign as i32), sign as i32],
                value: -&(&lead_range * &inverse),
                bend: &lead_range * &inverse,
            };
            let formula = move |x: &Formula| {
                let x = less(x.clone(), &at);
                scaled(&-&lead, product([x.clone(), apply("exp", scaled(&Rational::int(-1), x))]))
            };
            Profile { formula: Box::new(formula), roots: vec![root], is_rational: false, degree: 2 }
        }
        _ => wave(random),
    }
}

/// c·cos(k·x) over [−3, 3].
pub fn wave(random: &mut Random) -> Profile {
    let k = random.int(1, 4);
    let lead = random.nonzero(2, 1);
    let step = &pi() / &Range::int(k);
    // Two periods to either side: views reach beyond one.
    let roots = (-4 * k..=4 * k).map(|j| {
        let up = j % 2 != 0;
        // cos is −1 at odd multiples of π, and has a minimum there.
        let after = if up { lead.signum() } else { -lead.signum() };
        let value = if up { -&lead } else { lead.clone() };
        Root {
            at: if j == 0 { Range::int(0) } else { &Range::int(j) * &step },
            signs: [-after, after],
            bend: Range::point(&-&value * &Rational::int(k * k)),
            value: Range::point(value),
        }
    });
    let roots = roots.collect();
    let formula = move |x: &Formula| scaled(&lead, apply("cos", scaled(&Rational::int(k), x.clone())));
    Profile { formula: Box::new(formula), roots, is_rational: false, degree: 2 }
}
