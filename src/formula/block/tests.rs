//! Blocks against points: the strict order has the same bits, the free order the same values up to rounding.

use super::grid::{Order, Sampler};
use super::*;
use crate::formula::{Formula, PointSampler, Tape};
use crate::landscape::catalogue::catalogue;
use crate::landscape::nodes;
use crate::number::{Interval, Vector};

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

/// How far a value on the grid may be from L at the point, in widths of the enclosure of L around the point.
const WIDTHS: f64 = 2.0;

/// The point and its neighbours among the numbers of f64.
fn around(w: f64) -> Interval {
    Interval::new(w.next_down(), w.next_up())
}

/// Whether a value on a grid agrees with that of a point: equal where it is undefined or infinite, and otherwise as
/// near as rounding the point and each operation makes it, which the width of its enclosure around the point shows.
pub fn agrees(got: f64, expected: f64, enclosure: Interval) -> bool {
    if !expected.is_finite() {
        return same(got, expected);
    }
    (got - expected).abs() <= WIDTHS * enclosure.width() || enclosure.is_empty()
}

/// Formulas that regrouping changes, and some that it must not change.
const FORMULAS: &[&str] = &[
    "w1^3-w2^2",
    "3",
    "w1",
    "w2",
    "-w2",
    "w1*w2",
    "sin(w1)",
    "cos(w2)^3",
    "(w1^2+w2-11)^2+(w1+w2^2-7)^2",
    "20+w1^2-10*cos(2*pi*w1)+w2^2-10*cos(2*pi*w2)",
    "3*(1-w1)^2*exp(-w1^2-(w2+1)^2)-10*(w1/5-w1^3-w2^5)*exp(-w1^2-w2^2)-exp(-(w1+1)^2-w2^2)/3",
    "exp(-(w1^2+w2^2)/2)*(1+w1*w2)/(2+w1^2+w2^2)",
    "exp(-(w1^2+w2^2)/2)/(w1*w2)",
    "exp(300*w1-300*w2)",
    "exp(1000*w1-1000*w2)",
    "log(w1)*sqrt(w2)+w1^w2",
    "max(w1,w2)-abs(w1-w2)/(1+w1^2*w2^2)",
    "1e200*w1*1e200*w2*1e-300",
    "1e300*w1+1e300*w2+1e300*w1",
    "(w1+1e8)-1e8+w2",
    "1/w1+1/w2-1/w1",
    "tanh(w1*w2)+sigmoid(3*w1-w2)*softplus(w2-w1)",
    "(w1^2+w2^2)^0.3+cbrt(w1-w2)",
    "-(w1-w2)*-(w1+w2)*(w2/w1)/(w1/w2)",
    "2*(w1+w2)+3*(w1-w2)-(w1*w2-(w1-w2))",
    "w1^0*log(w2)^0*w1",
    "(w1-w2)^5/(w1+w2)^-3",
    "(w1-w2)/(1+w1^2*w2^2)+w1/(2+w2^2)",
    "(w1^2+w2-11)^2/(1+exp(w1*w2))",
    "(1+w1^2+w2^2)^1.5+(2+w1*w2)^2.3",
    "log(1+w1^2+w2^2)*sqrt(1+w1^2+w2^2)/(w1*w2)^2",
    "w1/(w1*w2-2)^3",
    "exp(-(w1-w2)^2)^4.3+log(exp(-(w1-w2)^2)^0.3)",
    "abs((2+w1*w2+w1)/(2+w1*w2+w2)-1)",
    "sqrt(w1^2+w2^2)*w1+sqrt(1+(w1-w2)^2)",
    "log(1+exp(w1-w2))-w1*w2/(1+exp(w1))",
    "tanh(w1-w2)^2*w1+tanh(200*w1*w2)",
    "(w1*w2)^11-(w1-w2)^-9+w1^12",
];

fn grid_of(tape: &Tape, xs: &[f64], ys: &[f64], set: InstructionSet, order: Order) -> Vec<Vec<f64>> {
    let mut planes = vec![vec![0.0; xs.len() * ys.len()]; 6];
    let mut slices: Vec<&mut [f64]> = planes.iter_mut().map(Vec::as_mut_slice).collect();
    let list = tape.instructions();
    Sampler::new(list, list.output_slots(), xs, ys, set, order).sample(0..ys.len(), &mut slices);
    planes
}

#[test]
fn the_strict_order_has_the_bits_of_points() {
    let (xs, ys) = (nodes([-3.0, 3.0], 301), nodes([-2.0, 2.5], 17));
    let points: Vec<(f64, f64)> = ys.iter().flat_map(|y| xs.iter().map(move |x| (*x, *y))).collect();
    let (w1, w2): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    for text in FORMULAS {
        let tape = Formula::parse(text).expect("a formula").tape(&[]);
        let (mut values, mut jets) = (Vec::new(), Planes::default());
        PointSampler::new(&tape, 0..1).fill(&w1, &w2, std::slice::from_mut(&mut values));
        PointSampler::new(&tape, 0..6).fill(&w1, &w2, &mut jets);
        for &set in InstructionSet::available() {
            let grid = grid_of(&tape, &xs, &ys, set, Order::Strict);
            for (k, &(x, y)) in points.iter().enumerate() {
                let jet = tape.jet(Vector::new(x, y));
                let [d11, d12, d22] = [jet.hessian[(0, 0)], jet.hessian[(0, 1)], jet.hessian[(1, 1)]];
                let expected = [jet.value, jet.gradient.x, jet.gradient.y, d11, d12, d22];
                assert!(same(values[k], tape.value([x, y])), "{text} at ({x}, {y})");
                for (plane, expected) in expected.into_iter().enumerate() {
                    assert!(same(jets[plane][k], expected), "{text}: plane {plane} at ({x}, {y})");
                    assert!(same(grid[plane][k], expected), "{text}: plane {plane} of the grid at ({x}, {y})");
                }
            }
        }
    }
}

fn check_free_order(name: &str, tape: &Tape, xs: &[f64], ys: &[f64]) {
    let sets = InstructionSet::available();
    let grids: Vec<Vec<Vec<f64>>> = sets.iter().map(|&set| grid_of(tape, xs, ys, set, Order::Free)).collect();
    let mut values = Vec::new();
    tape.grid(xs, ys, &mut values);
    for (row, &y) in ys.iter().enumerate() {
        for (column, &x) in xs.iter().enumerate() {
            let k = row * xs.len() + column;
            let jet = tape.jet(Vector::new(x, y));
            let enclosed = tape.jet_of([x, y].map(around));
            let expected = [
                (jet.value, enclosed.value),
                (jet.gradient.x, enclosed.gradient[0]),
                (jet.gradient.y, enclosed.gradient[1]),
                (jet.hessian[(0, 0)], enclosed.hessian[0]),
                (jet.hessian[(0, 1)], enclosed.hessian[1]),
                (jet.hessian[(1, 1)], enclosed.hessian[2]),
            ];
            let (value, enclosure) = expected[0];
            assert!(agrees(values[k], value, enclosure), "{name} at ({x}, {y}): {} and {value}", values[k]);
            for (plane, (expected, enclosure)) in expected.into_iter().enumerate() {
                let got = grids[0][plane][k];
                assert!(
                    agrees(got, expected, enclosure),
                    "{name}: plane {plane} at ({x}, {y}): {got} and {expected}, in {enclosure:?}"
                );
                assert!(grids.iter().all(|grid| same(grid[plane][k], got)), "{name}: sets differ at ({x}, {y})");
            }
        }
    }
}

#[test]
fn the_free_order_has_the_values_of_points() {
    for text in FORMULAS {
        let tape = Formula::parse(text).expect("a formula").tape(&[]);
        for [low, high] in [[-3.0, 3.0], [-40.0, 40.0], [0.001, 2.0], [-6.65, 6.65]] {
            check_free_order(text, &tape, &nodes([low, high], 131), &nodes([low + 0.1, high], 13));
        }
    }
}

#[test]
fn the_catalogue_on_a_grid() {
    for entry in catalogue().iter().filter(|entry| entry.data.is_none()) {
        let loss = entry.loss().expect("a landscape");
        check_free_order(
            &entry.name,
            loss.tape().expect("a formula"),
            &nodes(entry.view.w1, 97),
            &nodes(entry.view.w2, 61),
        );
    }
}

#[test]
fn means_over_examples_on_a_grid() {
    for entry in catalogue().iter().filter(|entry| entry.data.is_some()) {
        let loss = entry.loss().expect("a landscape");
        let (xs, ys) = (nodes(entry.view.w1, 97), nodes(entry.view.w2, 61));
        let mut values = Vec::new();
        loss.grid(&xs, &ys, &mut values);
        for (k, got) in values.iter().enumerate() {
            let w = [xs[k % xs.len()], ys[k / xs.len()]];
            let (value, enclosure) =
                (loss.value(Vector::from(w)), loss.enclosures().expect("a formula").value(w.map(around)));
            assert!(agrees(*got, value, enclosure), "{} at {w:?}: {got} and {value}", entry.name);
        }
    }
}

#[test]
fn what_is_regrouped_and_what_is_not() {
    let order = |text: &str, reach: f64| {
        let tape = Formula::parse(text).expect("a formula").tape(&[]);
        let axis = nodes([-reach, reach], 50);
        Sampler::new(
            tape.instructions(),
            &tape.instructions().output_slots()[..1],
            &axis,
            &axis,
            InstructionSet::fastest(),
            Order::Free,
        )
        .order()
    };
    assert_eq!(order("exp(-w1^2-w2^2)", 3.0), Order::Free);
    assert_eq!(order("exp(-w1^2-w2^2)", 30.0), Order::Strict, "exp(−900) is no normal number");
    assert_eq!(order("1e-200*w1*(1e-200*w2)", 3.0), Order::Free);
    assert_eq!(order("w1*w2*1e-200*1e-200*1e300", 3.0), Order::Strict, "1e-400 is 0");
}

/// Some rows of points at once, for some of the planes: only the method differs.
#[test]
fn rows_have_the_bits_of_points() {
    // More than one block.
    const N: usize = 17 * CHUNK;
    let entries = catalogue().iter().filter_map(|entry| entry.loss().expect("a landscape").tape().cloned());
    let formulas = FORMULAS.iter().map(|text| Formula::parse(text).expect("a formula").tape(&[]));
    for tape in entries.chain(formulas) {
        let at = |k: usize| [0.01 * k as f64 - 3.0, 3.0 * libm::sin(k as f64)];
        let w = [0, 1].map(|axis: usize| std::array::from_fn::<f64, N, _>(|k| at(k)[axis]));
        for (planes, count) in [(0..6, N), (0..6, 70), (1..6, 70), (1..3, 9), (3..6, N), (0..1, 17)] {
            let mut rows = [[0.0; N]; 6];
            let mut into = rows.each_mut();
            PointSampler::new(&tape, planes.clone()).sample_rows(&w, count, &mut into[..planes.len()]);
            for k in 0..count {
                let jet = tape.jet(Vector::from(at(k)));
                let [d11, d12, _, d22] = jet.hessian.as_slice() else { unreachable!("a Hessian has four entries") };
                let expected = [jet.value, jet.gradient.x, jet.gradient.y, *d11, *d12, *d22];
                for (row, plane) in rows.iter().zip(planes.clone()) {
                    // Without L nobody knows that it is undefined.
                    let is_known = planes.start == 0 || !jet.value.is_nan();
                    assert!(!is_known || same(row[k], expected[plane]), "plane {plane} at {:?}", at(k));
                }
            }
        }
    }
}

#[test]
fn what_is_bounded() {
    let is_bounded = |text: &str| Formula::parse(text).expect("a formula").tape(&[]).is_bounded_within(1e12);
    for text in ["w1^3-w2^2", "sin(w1*w2)", "exp(-w1^2)*w2", "1/(1+w1^2)", "w1^20", "tanh(w1)/(2+cos(w2))"] {
        assert!(is_bounded(text), "{text}");
    }
    // Infinite, undefined, undefined only in a derivative, and overflowing in between.
    for text in ["exp(w1)", "1/w1", "log(w1)", "sqrt(w1^2)", "w1^30", "exp(-exp(w1))", "w2*w1^24*w2^2"] {
        assert!(!is_bounded(text), "{text}");
    }
}

mod random {
    //! Random sums, products and exponentials, where regrouping has most to do.

    use super::*;
    use proptest::prelude::*;

    fn formula() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            4 => Just("w1".to_owned()),
            4 => Just("w2".to_owned()),
            2 => (-40..40i32).prop_map(|n| format!("({})", f64::from(n) / 8.0)),
        ];
        leaf.prop_recursive(6, 60, 2, |inner| {
            prop_oneof![
                8 => (proptest::sample::select(&['+', '-', '*'][..]), inner.clone(), inner.clone())
                    .prop_map(|(op, a, b)| format!("({a} {op} {b})")),
                1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} / {b})")),
                1 => (inner.clone(), 2..5i32).prop_map(|(a, n)| format!("({a})^{n}")),
                2 => inner.clone().prop_map(|a| format!("(-{a})")),
                1 => (proptest::sample::select(&["exp", "sin", "cos", "tanh", "sqrt", "abs"][..]), inner)
                    .prop_map(|(name, a)| format!("{name}({a})")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn the_free_order_has_the_values_of_points(text in formula()) {
            let tape = Formula::parse(&text).expect("a formula").tape(&[]);
            check_free_order(&text, &tape, &nodes([-2.0, 2.1], 7), &nodes([-1.9, 2.0], 5));
        }
    }
}
