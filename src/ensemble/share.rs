//! Shares of runs, and how sure they are.

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
