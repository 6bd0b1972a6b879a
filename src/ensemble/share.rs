//! Shares and means of runs, and how sure they are.

/// A number of runs out of all runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub count: usize,
    /// The number of all runs.
    pub of: usize,
}

impl Share {
    /// The share, 0 to 1; NaN of none.
    pub fn value(self) -> f64 {
        self.count as f64 / self.of as f64
    }

    /// Wilson's interval for the probability behind the share, with a confidence of 95 %; 0 to 1 when there are no
    /// runs.
    ///
    /// (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²))/(1 + z²/n) with z = 1.959964 (E. B. Wilson, Probable inference, the law
    /// of succession, and statistical inference, 1927). Unlike p ± z·√(p(1 − p)/n), it has a positive width if p is 0
    /// or 1.
    pub fn interval(self) -> [f64; 2] {
        const Z: f64 = 1.959_963_984_540_054;
        if self.of == 0 {
            return [0.0, 1.0];
        }
        let (p, n) = (self.value(), self.of as f64);
        let centre = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let end = |value: f64| (value / (1.0 + Z * Z / n)).clamp(0.0, 1.0);
        // For shares of 0 and 1 the ends are exact, which rounding would miss.
        let low = if self.count == 0 { 0.0 } else { end(centre - half) };
        let high = if self.count == self.of { 1.0 } else { end(centre + half) };
        [low, high]
    }
}

/// The 97.5 % quantile of Student's t with `freedom` degrees of freedom: the mean of `freedom + 1` independent normal numbers is
/// within so many of its estimated standard errors in 95 % of all cases. NaN for 0.
///
/// From 10 degrees on, its expansion in powers of 1/`freedom`, to 0.001 (R. A. Fisher and E. A. Cornish, The percentile points of
/// distributions having known cumulants, 1960).
pub fn student_quantile(freedom: usize) -> f64 {
    const FEW: [f64; 10] =
        [f64::NAN, 12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004, 2.262_157];
    if let Some(quantile) = FEW.get(freedom) {
        return *quantile;
    }
    let (z, n) = (1.959_963_984_540_054_f64, freedom as f64);
    let (z2, z3) = (z * z, z * z * z);
    let first = (z3 + z) / 4.0;
    let second = (5.0 * z2 * z3 + 16.0 * z3 + 3.0 * z) / 96.0;
    let third = (3.0 * z2 * z2 * z3 + 19.0 * z2 * z3 + 17.0 * z3 - 15.0 * z) / 384.0;
    z + first / n + second / (n * n) + third / (n * n * n)
}

#[cfg(test)]
mod tests {
    use super::student_quantile;

    /// The density of Student's t, integrated by Simpson's rule from 0 to the quantile, is 0.475. Its factor is the integral over
    /// the whole line, which is taken after u = t/√(n + t²), where it is (1 − u²)^(n/2 − 1).
    #[test]
    fn the_quantile_leaves_a_fortieth_above_it() {
        for freedom in [2, 3, 5, 9, 10, 11, 15, 30, 120] {
            let n = freedom as f64;
            let quantile = student_quantile(freedom);
            let end = quantile / (n + quantile * quantile).sqrt();
            let density = |u: f64| libm::pow((1.0 - u * u).max(0.0), 0.5 * n - 1.0);
            let integral = |end: f64| {
                let cells = 20_000;
                let at = |k: u32| density(end * f64::from(k) / f64::from(cells));
                let sum: f64 = (0..cells).step_by(2).map(|k| at(k) + 4.0 * at(k + 1) + at(k + 2)).sum();
                sum * end / f64::from(cells) / 3.0
            };
            let share = 0.5 * integral(end) / integral(1.0);
            assert!((share - 0.475).abs() < 3e-5, "{freedom}: {share}");
        }
        // Cauchy's distribution: tan(0.475 π).
        assert!((student_quantile(1) - libm::tan(0.475 * std::f64::consts::PI)).abs() < 1e-3);
        assert!(student_quantile(0).is_nan());
    }
}
