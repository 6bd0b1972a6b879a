//! Numbers with no more digits than a screen can tell apart.

/// The number 1, 2 or 5 times a power of ten that is nearest to `about` from above.
pub fn round_step(about: f64) -> f64 {
    if !(about.is_finite() && about > 0.0) {
        return 1.0;
    }
    let power = libm::pow(10.0, libm::floor(libm::log10(about)));
    [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power).into_iter().find(|step| *step >= 0.999 * about).unwrap_or(about)
}

/// The number with no more digits than a screen can tell apart whose points are `unit` wide.
pub fn tidy(x: f64, unit: f64) -> f64 {
    if !(x.is_finite() && unit.is_finite() && unit > 0.0) {
        return x;
    }
    let exponent = libm::floor(libm::log10(unit)) as i32;
    if (-12..=0).contains(&exponent) {
        // A decimal fraction is nearest to its f64 when it is divided, not multiplied.
        let power = libm::pow(10.0, f64::from(-exponent));
        let rounded = (x * power).round() / power;
        if rounded == 0.0 { 0.0 } else { rounded }
    } else if (1..=12).contains(&exponent) {
        let power = libm::pow(10.0, f64::from(exponent));
        (x / power).round() * power
    } else {
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1, 2, 5 are the digits of round steps.
    #[test]
    fn steps_are_round() {
        for (about, step) in [(0.9, 1.0), (1.0, 1.0), (1.1, 2.0), (0.033, 0.05), (70.0, 100.0), (4.9e-5, 5e-5)] {
            assert!((round_step(about) / step - 1.0).abs() < 1e-12, "{about}: {}", round_step(about));
        }
    }

    #[test]
    fn a_place_has_the_digits_of_the_screen() {
        assert_eq!(tidy(0.123_456_789, 0.0067), 0.123);
        assert_eq!(tidy(0.1 + 0.2, 1e-6), 0.3);
        assert_eq!(tidy(-1e-9, 0.0067).to_bits(), 0.0f64.to_bits());
        assert_eq!(tidy(123_456.0, 250.0), 123_500.0);
        assert_eq!(tidy(1e300, 1e298), 1e300);
    }
}
