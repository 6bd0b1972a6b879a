//! Families in which it matters what a number stands for: data, parameters and the bounds of views.

use super::compose::{self, compose};
use super::exact::{Range, Rational};
use super::families::{case, drawn_with_view, isolated, line_of, onto_border, rounded, view_of};
use super::formula::{Formula, int, less, number, power, product, scaled, sum, weight};
use super::profile::{self, monomial};
use super::random::Random;
use super::truth::{Case, TruePoint, Truth};
use losscape::critical::Extremum;
use losscape::curvature::Kind;

/// The mean of (w1·x + w2·z − y)² over rows, as a formula and as sums of products.
struct Regression {
    formula: Formula,
    /// Means of x², x·z, z², x·y, z·y and y².
    means: [Rational; 6],
}

fn regression(rows: &[[Rational; 3]]) -> Regression {
    let share = Rational::ratio(1, rows.len() as i64);
    let mean = |f: &dyn Fn(&[Rational; 3]) -> Rational| {
        let total = rows.iter().fold(Rational::zero(), |total, row| &total + &f(row));
        &total * &share
    };
    let term = |[x, z, y]: &[Rational; 3]| {
        power(&sum([product([weight(0), number(x)]), product([weight(1), number(z)]), number(&-y)]), 2)
    };
    Regression {
        formula: scaled(&share, sum(rows.iter().map(term))),
        means: [
            mean(&|[x, _, _]| x.pow(2)),
            mean(&|[x, z, _]| x * z),
            mean(&|[_, z, _]| z.pow(2)),
            mean(&|[x, _, y]| x * y),
            mean(&|[_, z, y]| z * y),
            mean(&|[_, _, y]| y.pow(2)),
        ],
    }
}

impl Regression {
    /// The only minimum; `None` where the examples are collinear.
    fn minimum(&self) -> Option<TruePoint> {
        let [xx, xz, zz, xy, zy, yy] = &self.means;
        let determinant = &(xx * zz) - &xz.pow(2);
        if determinant.is_zero() {
            return None;
        }
        let w1 = &(&(xy * zz) - &(zy * xz)) / &determinant;
        let w2 = &(&(xx * zy) - &(xz * xy)) / &determinant;
        let value = yy - &(&(&w1 * xy) + &(&w2 * zy));
        let two = Rational::int(2);
        Some(TruePoint {
            w: [Range::point(w1), Range::point(w2)],
            kind: Kind::Minimum,
            index: 1,
            extremum: Some(Extremum::Minimum),
            value: Some(Range::point(value)),
            hessian: Some([xx, xz, zz].map(|mean| Range::point(&two * mean))),
        })
    }
}

fn csv(header: &str, rows: &[Vec<Rational>]) -> String {
    let line = |row: &Vec<Rational>| row.iter().map(Rational::text).collect::<Vec<_>>().join(",");
    let lines: Vec<String> = std::iter::once(header.to_owned()).chain(rows.iter().map(line)).collect();
    lines.join("\n") + "\n"
}

/// Lines through examples far from the origin, and planes through decimals.
pub fn data(random: &mut Random) -> Case {
    let count = random.int(3, 6);
    let with_offset = random.chance(70);
    let rows: Vec<[Rational; 3]> = if with_offset {
        let exponent = random.int(0, 16) as i32;
        let offset = Rational::ten_to(exponent);
        // Steps that an f64 of this size can hold.
        let step = if exponent == 16 {
            Rational::int(2)
        } else {
            Rational::ten_to(-random.int(0, i64::from((14 - exponent).clamp(0, 3))) as i32)
        };
        let x = |i: i64| &offset + &(&step * &Rational::int(i));
        (0..count).map(|i| [x(i), Rational::int(1), random.decimal(9, 2)]).collect()
    } else {
        (0..count).map(|_| [random.decimal(3, 1), random.decimal(3, 2), random.decimal(9, 2)]).collect()
    };
    let fit = regression(&rows);
    let Some(minimum) = fit.minimum() else { return collinear_data(random) };
    let middle = [0, 1].map(|i| minimum.w[i].middle().to_f64());
    let side = |x: f64| {
        let half = x.abs().max(1.0) * 2.0;
        [rounded(x - half, half), rounded(x + half, half)]
    };
    let [[a, b], [c, d]] = middle.map(side);
    let truth = isolated(vec![minimum]);
    let drawn = case(fit.formula, [a, b, c, d], truth, true, random);
    if with_offset {
        let table: Vec<Vec<Rational>> = rows.iter().map(|[x, _, y]| vec![x.clone(), y.clone()]).collect();
        Case { text: "(w1*x+w2-y)^2".to_owned(), data: Some(csv("x,y", &table)), ..drawn }
    } else {
        let table: Vec<Vec<Rational>> = rows.iter().map(|row| row.to_vec()).collect();
        Case { text: "(w1*x+w2*z-y)^2".to_owned(), data: Some(csv("x,z,y", &table)), ..drawn }
    }
}

/// z is a multiple of x, to the last decimal or but for the last.
pub fn collinear_data(random: &mut Random) -> Case {
    let factor = random.nonzero(3, 1);
    let mut rows: Vec<[Rational; 3]> = Vec::new();
    for _ in 0..random.int(3, 6) {
        let x = random.nonzero(2, 1);
        rows.push([x.clone(), &factor * &x, random.decimal(3, 1)]);
    }
    if random.chance(40) {
        rows[0][1] = &rows[0][1] + &random.small(6, 13);
    }
    let fit = regression(&rows);
    let (truth, view) = match fit.minimum() {
        // One minimum, far away or in view.
        Some(minimum) => {
            let truth = isolated(vec![minimum]);
            let near = truth.points[0].w.iter().all(|range| range.middle().abs() < Rational::int(1000));
            let view = if near { view_of(random, &truth.points, 20.0) } else { [-40.0, 40.0, -40.0, 40.0] };
            (truth, view)
        }
        // (x, z) = x·(1, k): the mean of (x·(w1 + k·w2) − y)² is least on w1 + k·w2 = mean(xy)/mean(x²).
        None => {
            let level = &fit.means[3] / &fit.means[0];
            let curve = line_of([&Rational::int(1), &factor], &level, 20.0);
            (Truth { curves: vec![curve], ..Truth::default() }, [-20.0, 20.0, -18.0, 22.0])
        }
    };
    let table: Vec<Vec<Rational>> = rows.iter().map(|row| row.to_vec()).collect();
    let drawn = case(fit.formula, view, truth, true, random);
    Case { text: "(w1*x+w2*z-y)^2".to_owned(), data: Some(csv("x,z,y", &table)), ..drawn }
}

/// Numbers that are the same as decimals and differ in binary, in the text and in parameters.
pub fn decimals(random: &mut Random) -> Case {
    let places = random.pick(&[1, 1, 2, 3, 7]);
    let c = random.nonzero(1, places);
    match random.int(0, 2) {
        // (w1 − a)²·(w1 − c)² with a = c, or a little beside it
        0 => {
            let a = if random.chance(60) { c.clone() } else { &c + &random.small(3, 12) };
            let p = match a == c {
                true => monomial(&Rational::int(1), &c, 4),
                false => profile::two_factors(&Rational::int(1), (a.clone(), 2), (c.clone(), 2)),
            };
            let q = monomial(&Rational::int(random.sign()), &Rational::zero(), 2);
            let chart = compose::straight(false);
            let composed = compose(&compose::identity(), &p, &q, &chart);
            let named = Formula::Named("a", a.clone());
            let x = weight(0);
            let shown = sum([
                product([power(&sum([x.clone(), product([int(-1), named])]), 2), power(&less(x, &c), 2)]),
                (q.formula)(&weight(1)),
            ]);
            let drawn = drawn_with_view(random, composed, 1.0);
            Case { text: shown.text(), formula: shown, parameters: vec![("a".to_owned(), a.text())], ..drawn }
        }
        // (s·w1 + t·w2 − u)² + (a·w1 + b·w2 − v)² with (a, b) a multiple of (s, t): a line of minima
        1 => {
            let (s, t) = (random.nonzero(1, 1), random.nonzero(1, 1));
            let factor = random.nonzero(3, 1);
            let (a, b) = (&factor * &s, &factor * &t);
            let [u, v] = [random.decimal(1, 1), random.decimal(1, 1)];
            let line = |a: Formula, b: Formula, c: &Rational| {
                power(&less(sum([product([a, weight(0)]), product([b, weight(1)])]), c), 2)
            };
            let shown = sum([
                line(number(&s), number(&t), &u),
                line(Formula::Named("a", a.clone()), Formula::Named("b", b.clone()), &v),
            ]);
            // With τ = s·w1 + t·w2 it is (τ − u)² + (f·τ − v)², least at τ = (u + f·v)/(1 + f²).
            let level = &(&u + &(&factor * &v)) / &(&Rational::int(1) + &factor.pow(2));
            let truth = Truth { curves: vec![line_of([&s, &t], &level, 4.0)], ..Truth::default() };
            let drawn = case(shown, [-2.0, 2.0, -1.9, 2.1], truth, true, random);
            let parameters = vec![("a".to_owned(), a.text()), ("b".to_owned(), b.text())];
            Case { parameters, ..drawn }
        }
        // A minimum at (a, b), with a side of the view there
        _ => {
            let d = random.nonzero(1, 1);
            let shown = sum([
                power(&sum([weight(0), product([int(-1), Formula::Named("a", c.clone())])]), 2),
                power(&sum([weight(1), product([int(-1), Formula::Named("b", d.clone())])]), 2),
            ]);
            let (p, q) = (monomial(&Rational::int(1), &c, 2), monomial(&Rational::int(1), &d, 2));
            let composed = compose(&compose::identity(), &p, &q, &compose::straight(false));
            let drawn = drawn_with_view(random, composed, 1.0);
            let view = onto_border(random, drawn.view, &drawn.truth.points);
            let parameters = vec![("a".to_owned(), c.text()), ("b".to_owned(), d.text())];
            Case { text: shown.text(), formula: shown, parameters, view, ..drawn }
        }
    }
}
