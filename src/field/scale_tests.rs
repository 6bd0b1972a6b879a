//! Scales of values whose distribution is known.

#![expect(clippy::disallowed_methods, reason = "what is compared here is not the last digit")]

use super::*;
use proptest::prelude::*;

const SCALES: [ColourScale; 4] =
    [ColourScale::Automatic, ColourScale::Linear, ColourScale::Logarithmic, ColourScale::Equalised];

/// f on an n × n grid of [a, b] × [c, d].
fn sampled([a, b, c, d]: [f64; 4], n: usize, f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let at = |low: f64, high: f64, k: usize| low + (high - low) * k as f64 / (n - 1) as f64;
    (0..n * n).map(|k| f(at(a, b, k % n), at(c, d, k / n))).collect()
}

fn scale_of(values: &[f64], wish: ColourScale) -> Scale {
    Scale::new(values, wish, ColourMap::Viridis).expect("a finite value")
}

fn automatic(view: [f64; 4], f: impl Fn(f64, f64) -> f64) -> ColourScale {
    scale_of(&sampled(view, 200, f), ColourScale::Automatic).kind()
}

#[test]
fn automatic_is_linear_where_that_is_readable() {
    let square = [-2.0, 2.0, -2.0, 2.0];
    assert_eq!(automatic(square, |x, y| x * x * x - y * y), ColourScale::Linear);
    assert_eq!(automatic(square, |x, y| 0.5 * (x * x + y * y)), ColourScale::Linear);
    assert_eq!(automatic([-3.2, 3.2, -2.0, 2.0], |x, y| 0.5 * (x * x + y * y)), ColourScale::Linear);
    for kappa in [10.0, 100.0, 1000.0] {
        assert_eq!(automatic(square, |x, y| 0.5 * (x * x + kappa * y * y)), ColourScale::Linear);
    }
    assert_eq!(automatic(square, |x, y| x * x - y * y), ColourScale::Linear);
    assert_eq!(automatic(square, |x, y| x * x * x - 3.0 * x * y * y), ColourScale::Linear);
    // A plain with one well in it must look like a plain.
    let easom = |x: f64, y: f64| -x.cos() * y.cos() * (-(x - 3.0).powi(2) - (y - 3.0).powi(2)).exp();
    for view in [[-4.0, 10.0, -4.0, 10.0], [-1.0, 7.0, -1.0, 7.0]] {
        assert_eq!(automatic(view, easom), ColourScale::Linear);
    }
}

#[test]
fn automatic_is_equalised_where_a_few_high_values_take_most_colours() {
    let rosenbrock = |x: f64, y: f64| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2);
    assert_eq!(automatic([-2.0, 2.0, -1.0, 3.0], rosenbrock), ColourScale::Equalised);
    let beale = |x: f64, y: f64| {
        (1.5 - x + x * y).powi(2) + (2.25 - x + x * y * y).powi(2) + (2.625 - x + x * y * y * y).powi(2)
    };
    assert_eq!(automatic([-4.5, 4.5, -4.5, 4.5], beale), ColourScale::Equalised);
    let goldstein_price = |x: f64, y: f64| {
        let first = 19.0 - 14.0 * x + 3.0 * x * x - 14.0 * y + 6.0 * x * y + 3.0 * y * y;
        let second = 18.0 - 32.0 * x + 12.0 * x * x + 48.0 * y - 36.0 * x * y + 27.0 * y * y;
        (1.0 + (x + y + 1.0).powi(2) * first) * (30.0 + (2.0 * x - 3.0 * y).powi(2) * second)
    };
    assert_eq!(automatic([-2.0, 2.0, -2.0, 2.0], goldstein_price), ColourScale::Equalised);
    let mueller_brown = |x: f64, y: f64| {
        -200.0 * (-(x - 1.0).powi(2) - 10.0 * y * y).exp()
            - 100.0 * (-x * x - 10.0 * (y - 0.5).powi(2)).exp()
            - 170.0 * (-6.5 * (x + 0.5).powi(2) + 11.0 * (x + 0.5) * (y - 1.5) - 6.5 * (y - 1.5).powi(2)).exp()
            + 15.0 * (0.7 * (x + 1.0).powi(2) + 0.6 * (x + 1.0) * (y - 1.0) + 0.7 * (y - 1.0).powi(2)).exp()
    };
    assert_eq!(automatic([-1.5, 1.2, -0.2, 2.0], mueller_brown), ColourScale::Equalised);
}

#[test]
fn poles_on_both_sides_are_equalised() {
    for n in [97, 200, 512] {
        let kind = |view, f: &dyn Fn(f64, f64) -> f64| scale_of(&sampled(view, n, f), ColourScale::Automatic).kind();
        let square = |half: f64| [-half, half, -half, half];
        assert_eq!(kind(square(2.0), &|x, y| 1.0 / x + 1.0 / y + x * y), ColourScale::Equalised);
        assert_eq!(kind(square(5.0), &|x, y| x * y + 1.0 / x + 8.0 / y), ColourScale::Equalised);
        assert_eq!(kind(square(2.0), &|x, y| x.tan() + y.tan()), ColourScale::Equalised);
        assert_eq!(kind(square(20.0), &|x, y| 0.07 * x * y + 10.0 / y + 30.0 / x), ColourScale::Equalised);
        // Bumps on both sides of a plain are not poles, however small they are, and neither are steep corners.
        for half in [3.0, 5.0, 20.0, 100.0] {
            assert_eq!(kind(square(half), &|x, y| x * (-x * x - y * y).exp()), ColourScale::Linear, "{half}");
        }
        assert_eq!(kind(square(2.0), &|x, y| x.powi(5) - y.powi(5)), ColourScale::Linear);
    }
}

#[test]
fn a_pole_does_not_eat_the_linear_range() {
    let values = sampled([-1.0, 1.0, -1.0, 1.0], 301, |x, y| 1.0 / (x * x + y * y + 1e-9));
    let scale = scale_of(&values, ColourScale::Linear);
    // Beyond radius 0.1, that is on 99 % of the view, 1/r² is below 100.
    assert!(scale.range[1] > 1e4 && scale.value(1.0) < 1000.0 && scale.value(0.0) == scale.range[0]);
    assert_eq!(scale.position(1e8), 1.0);
    // A needle in a plain is not a pole.
    let needle = sampled([-100.0, 100.0, -100.0, 100.0], 301, |x, y| -(-x * x - y * y).exp());
    assert_eq!(scale_of(&needle, ColourScale::Linear).value(0.0), -1.0);
}

#[test]
fn equalised_colours_cover_equal_areas() {
    let values = sampled([-2.0, 2.0, -1.0, 3.0], 512, |x, y| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2));
    let scale = scale_of(&values, ColourScale::Equalised);
    let boundaries = scale.boundaries();
    for k in (15..255).step_by(16) {
        let share = values.iter().filter(|&&value| value < boundaries[k]).count() as f64 / values.len() as f64;
        assert!((share - (k + 1) as f64 / 256.0).abs() < 0.01, "{share} below boundary {k}");
    }
}

#[test]
fn a_plateau_is_one_colour() {
    // relu: half the view is at its minimum, and still the other half has all the colours.
    let scale = scale_of(&sampled([-1.0, 1.0, -1.0, 1.0], 101, |x, _| x.max(0.0)), ColourScale::Equalised);
    assert!(scale.position(0.0) < 0.02 && (scale.position(0.5) - 0.5).abs() < 0.02);
}

#[test]
fn logarithmic_positions_are_logarithms() {
    let scale = scale_of(&sampled([-2.0, 2.0, -2.0, 2.0], 201, |x, y| x * x + y * y - 3.0), ColourScale::Logarithmic);
    let positions: Vec<f64> = [0.03, 0.3, 3.0].iter().map(|height| scale.position(height - 3.0)).collect();
    let steps = [positions[1] - positions[0], positions[2] - positions[1]];
    assert!(steps[0] > 0.1 && (steps[0] - steps[1]).abs() < 1e-12, "{positions:?}");
    assert_eq!([scale.position(-3.0), scale.position(5.0)], [0.0, 1.0]);
}

#[test]
fn zero_is_white_on_the_diverging_map() {
    let values = sampled([-1.0, 1.0, -1.0, 1.0], 21, |x, y| 3.0 * x + y - 1.0);
    let scale = Scale::new(&values, ColourScale::Linear, ColourMap::Diverging).expect("a scale");
    assert_eq!([scale.value(0.0), scale.value(0.5), scale.value(1.0)], [-5.0, 0.0, 5.0]);
    assert_eq!(scale.visible_range(), [-5.0, 3.0]);
}

#[test]
fn awkward_values() {
    let sets: [&[f64]; 9] = [
        &[0.0; 4],
        &[-1e308, 1e308, 0.0, 1.0],
        &[f64::MIN, f64::MAX, f64::NAN, f64::INFINITY],
        &[f64::MAX; 4],
        &[5e-324, 0.0, 1e-323, 0.0],
        &[f64::NAN, f64::NEG_INFINITY, 7.0, f64::INFINITY],
        &[1.0, 1.0 + f64::EPSILON, 1.0, 1.0],
        &[-0.0, 0.0, 0.0, -0.0],
        &[1e-300, 1e300, 1.0, 2.0],
    ];
    for values in sets {
        for wish in SCALES {
            for map in [ColourMap::Viridis, ColourMap::Diverging] {
                let scale = Scale::new(values, wish, map).expect("a finite value");
                assert_ne!(scale.kind(), ColourScale::Automatic);
                let boundaries = scale.boundaries();
                assert_eq!(boundaries.len(), 255);
                assert!(boundaries.iter().all(|b| b.is_finite()), "{values:?} {wish:?}");
                assert!(boundaries.is_sorted());
                for value in values.iter().filter(|value| value.is_finite()) {
                    assert!((0.0..=1.0).contains(&scale.position(*value)), "{value:e} in {values:?} {wish:?}");
                }
            }
        }
    }
    assert!(scale_of(&[1.0, 1.0 + f64::EPSILON], ColourScale::Automatic).is_constant());
    for wish in SCALES {
        assert!(Scale::new(&[f64::NAN, f64::INFINITY], wish, ColourMap::Viridis).is_none());
        assert!(Scale::new(&[], wish, ColourMap::Viridis).is_none());
    }
}

proptest! {
    /// On every scale a greater value is never farther down the bar, and `value` undoes `position`.
    #[test]
    fn scales_are_monotone_and_invertible(
        values in prop::collection::vec(prop_oneof![-10.0..10.0f64, -1e6..1e6f64, Just(0.0)], 2..80),
        wish in prop::sample::select(SCALES.to_vec()),
    ) {
        let scale = scale_of(&values, wish);
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let positions: Vec<f64> = sorted.iter().map(|&value| scale.position(value)).collect();
        prop_assert!(positions.is_sorted(), "{:?} at {:?}", sorted, positions);
        for (value, position) in sorted.iter().zip(positions) {
            let [low, high] = scale.visible_range();
            if !scale.is_constant() && (low..=high).contains(value) {
                let back = scale.value(position);
                prop_assert!((back - value).abs() <= 1e-9 * (high - low), "{} came back as {}", value, back);
            }
        }
    }
}
