//! Numbers as text: significant digits are shown, and digits of a rounding error are not.

use super::*;
use proptest::prelude::*;

/// The number that a text shows.
fn read(text: &str) -> f64 {
    text.replace('−', "-").parse().unwrap_or(f64::NAN)
}

#[test]
fn digits_before_the_point_stay() {
    let table = [
        (12_345.0, "12345"),
        (-12_346.5, "−12346.5"),
        (1_234_567.0, "1234567"),
        (9_999_999.97, "10000000"),
        (12_345_678.0, "1.235e7"),
        (1234.56, "1234.6"),
        (-0.04, "−0.04"),
        (0.000_1, "0.0001"),
        (-1e-300, "−1e−300"),
    ];
    for (value, expected) in table {
        assert_eq!(short(value), expected);
    }
    assert_eq!(point(Vector::new(12_346.5, 0.0)), "(12346.5, 0)");
}

#[test]
fn what_does_not_fit_goes_scientific() {
    let within = |most: usize| move |text: &str| text.chars().count() <= most;
    let table = [
        (12_345.67, 8, "12345.7"),
        (12_345.67, 6, "12346"),
        (12_345.67, 4, "1e4"),
        (-1_234_567.0, 7, "−1.23e6"),
        (-0.001_234, 6, "−0.001"),
        (f64::NEG_INFINITY, 1, "−∞"),
    ];
    for (value, most, expected) in table {
        assert_eq!(fitting(value, 4, within(most)), expected);
    }
}

#[test]
fn an_infinite_component_leaves_the_other_alone() {
    assert_eq!(point(Vector::new(f64::INFINITY, 2.0)), "(∞, 2)");
    assert_eq!(point(Vector::new(f64::NAN, 1e-9)), "(undefined, 1e−9)");
    assert_eq!(beside(2.0, f64::INFINITY), "2");
    assert_eq!(beside(2.0, f64::NAN), "2");
}

/// 1 beside 10¹² is a number; 1 beside 10¹⁶ is a rounding error, unless its enclosure excludes 0.
#[test]
fn only_rounding_is_shown_as_nothing() {
    assert_eq!(beside(1.0, 1e12), "1");
    assert_eq!(beside(1.0, 1e16), "0");
    assert_eq!(within_bounds(1.0, [1.0, 1.0], 1e16), 1.0);
    assert_eq!(within_bounds(1.578e-30, [-2e-16, 2e-16], 1.0), 0.0);
    // Wide bounds show nothing, and neither do bounds beside an infinite number.
    assert_eq!(within_bounds(1e-5, [-1e-3, 1e-3], 1.0), 1e-5);
    assert_eq!(within_bounds(1e-30, [-1e-20, 1e-20], f64::INFINITY), 1e-30);
    assert_eq!(pair(Vector::new(1.0, 2e-20)), "(1, 2e−20)");
}

proptest! {
    /// With up to seven digits before the point, the error is at most half a tenth, and always at most half a unit of
    /// the fourth digit.
    #[test]
    fn a_number_is_read_back_nearly(value in prop_oneof![-1e7..1e7f64, -1.0..1.0f64, -1e300..1e300f64]) {
        let off = (read(&short(value)) - value).abs();
        prop_assert!(off <= 0.5001e-3 * value.abs(), "{} is {}", value, short(value));
        prop_assert!(value.abs() >= 1e7 || off <= 0.0501, "{} is {}", value, short(value));
    }

    #[test]
    fn what_fits_is_as_short_as_asked(value in prop_oneof![-1e9..1e9f64, -1.0..1.0f64], most in 7usize..12) {
        let text = fitting(value, 4, |text| text.chars().count() <= most);
        prop_assert!(text.chars().count() <= most, "{}", text);
        prop_assert!((read(&text) - value).abs() <= 0.5001 * value.abs());
    }
}
