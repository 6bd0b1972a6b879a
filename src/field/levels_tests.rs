//! Levels and ticks: round, evenly spaced in the scale's own coordinate, about as many as wished for.

use super::*;
use crate::field::ColourMap;
use proptest::prelude::*;

fn scale_of(values: &[f64], wish: ColourScale) -> Scale {
    Scale::new(values, wish, ColourMap::Viridis).expect("a finite value")
}

/// A thousand values of which the share u is below f(u).
fn distributed(f: impl Fn(f64) -> f64) -> Vec<f64> {
    (0..=1000).map(|k| f(f64::from(k) / 1000.0)).collect()
}

#[test]
fn linear_levels_are_round_numbers() {
    let scale = scale_of(&distributed(|u| -12.0 + 20.0 * u), ColourScale::Linear);
    let expected: Vec<f64> = (-11..=7).map(f64::from).collect();
    assert_eq!(levels(&scale, 20), expected);
    assert_eq!(levels(&scale, 4), [-10.0, -5.0, 0.0, 5.0]);
    assert_eq!(ticks(&scale).iter().map(|tick| tick.1).collect::<Vec<f64>>(), [-10.0, -5.0, 0.0, 5.0]);
    // The nearest doubles to 0.1, 0.2, 0.3: not 0.30000000000000004.
    let tenths = levels(&scale_of(&distributed(|u| 1.03 * u), ColourScale::Linear), 10);
    assert_eq!(tenths, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
}

#[test]
fn logarithmic_levels_are_round_heights() {
    let scale = scale_of(
        &distributed(|u| if u > 0.0 { libm::pow(10.0, 6.0 * u - 3.0) } else { 0.0 }),
        ColourScale::Logarithmic,
    );
    let found = levels(&scale, 18);
    let ratios: Vec<f64> = found.windows(2).map(|pair| pair[1] / pair[0]).collect();
    assert!(found.contains(&0.01) && found.contains(&0.02) && found.contains(&50.0), "{found:?}");
    assert!(ratios.iter().all(|ratio| (1.9..=2.6).contains(ratio)), "1, 2, 5, 10, …: {found:?}");
    let ticks: Vec<f64> = ticks(&scale).iter().map(|tick| tick.1).collect();
    assert!(ticks.contains(&0.1) && ticks.contains(&10.0), "{ticks:?}");
}

#[test]
fn equalised_levels_divide_the_area() {
    let values = distributed(|u| 2500.0 * libm::pow(u, 6.0));
    let scale = scale_of(&values, ColourScale::Equalised);
    let found = levels(&scale, 20);
    assert_eq!(found.len(), 20);
    for (k, level) in found.iter().enumerate() {
        let share = values.iter().filter(|value| *value < level).count() as f64 / values.len() as f64;
        assert!((share - (k + 1) as f64 / 21.0).abs() < 0.02, "{level} at {share}");
    }
    assert!(found.iter().all(|level| format!("{level:e}").len() <= 7), "few digits: {found:?}");
    let positions: Vec<f64> = ticks(&scale).iter().map(|tick| tick.0).collect();
    assert_eq!([positions[0], positions[positions.len() - 1]], [0.0, 1.0]);
}

#[test]
fn zero_has_no_sign() {
    for wish in [ColourScale::Linear, ColourScale::Equalised] {
        let found = levels(&scale_of(&distributed(|u| u - 0.500_001), wish), 19);
        assert!(found.iter().all(|level| *level != 0.0 || level.is_sign_positive()), "{found:?}");
    }
}

#[test]
fn nothing_to_draw() {
    let constant = scale_of(&[3.0; 9], ColourScale::Automatic);
    assert!(levels(&constant, 20).is_empty());
    assert_eq!(ticks(&constant), [(0.5, 3.0)]);
    assert!(levels(&scale_of(&[0.0, 1.0], ColourScale::Linear), 0).is_empty());
}

#[test]
fn extreme_ranges() {
    let sets: [&[f64]; 6] = [
        &[f64::MIN, 0.0, f64::MAX],
        &[-1e308, 1e308],
        &[0.0, 5e-324],
        &[1e-310, 3e-310, 9e-310],
        &[1e300, 1.000001e300],
        &[1e15, 1e15 + 1.0],
    ];
    for values in sets {
        for wish in [ColourScale::Linear, ColourScale::Logarithmic, ColourScale::Equalised] {
            let scale = scale_of(values, wish);
            let found = levels(&scale, 20);
            assert!(found.iter().all(|level| level.is_finite()) && found.len() <= 200);
            assert!(found.is_sorted_by(|a, b| a < b), "{found:?}");
            assert!(ticks(&scale).iter().all(|(u, value)| (0.0..=1.0).contains(u) && value.is_finite()));
        }
    }
    let huge = levels(&scale_of(&[-1e308, 1e308], ColourScale::Linear), 20);
    assert!((10..=40).contains(&huge.len()), "{huge:?}");
}

proptest! {
    #[test]
    fn levels_ascend_between_the_extremes(
        values in prop::collection::vec(prop_oneof![-10.0..10.0f64, -1e6..1e6f64, -1e-6..1e-6f64], 5..80),
        wish in prop::sample::select(vec![ColourScale::Linear, ColourScale::Logarithmic, ColourScale::Equalised]),
        count in 1..60usize,
    ) {
        let scale = scale_of(&values, wish);
        let found = levels(&scale, count);
        prop_assert!(found.iter().all(|level| scale.range[0] < *level && *level < scale.range[1]));
        prop_assert!(found.is_sorted_by(|a, b| a < b), "{:?}", found);
        prop_assert!(found.len() <= 2 * count + 2, "{} levels instead of {}", found.len(), count);
        let ticks = ticks(&scale);
        prop_assert!(ticks.is_sorted_by(|a, b| a.0 <= b.0 && a.1 < b.1), "{:?}", ticks);
        prop_assert!(ticks.len() <= 12);
    }
}

/// Samples miss a minimum of 0 by a little: the heights above it are still L, to what can be seen.
#[test]
fn ticks_above_a_minimum_that_is_next_to_nothing_are_round() {
    let values: Vec<f64> = (0..4000).map(|k| 1e-3 * libm::pow(10.0, f64::from(k) / 500.0)).collect();
    let scale = scale_of(&values, ColourScale::Logarithmic);
    let round = |value: f64| {
        let decade = libm::floor(libm::log10(value) + 1e-9);
        let mantissa = value / libm::pow(10.0, decade);
        (mantissa - mantissa.round()).abs() < 1e-9
    };
    let large: Vec<f64> = ticks(&scale).into_iter().map(|(_, value)| value).filter(|value| *value >= 0.1).collect();
    assert!(large.len() > 2 && large.iter().all(|value| round(*value)), "{large:?}");
}
