//! Quantiles of the χ² distribution with an even number of degrees of freedom, 2k.
//!
//! P(χ²₂ₖ > x) is the probability of fewer than k events of a Poisson process of mean x/2, Σᵢ₌₀^(k−1) e^(−x/2)(x/2)ⁱ/i!
//! (N. L. Johnson, S. Kotz and N. Balakrishnan, Continuous Univariate Distributions 1, 2nd ed., §18.2).

/// The x with P(χ²₂ₖ ≤ x) = p, for 0 < p < 1 and k > 0.
pub(super) fn quantile(k: usize, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 4.0 * k as f64 + 100.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if 1.0 - upper_tail(k, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// P(χ²₂ₖ > x), each term from logarithms: e^(−x/2) alone would underflow.
fn upper_tail(k: usize, x: f64) -> f64 {
    let mean = 0.5 * x;
    if mean == 0.0 {
        return 1.0;
    }
    let mut logarithm = -mean;
    let mut sum = libm::exp(logarithm);
    for i in 1..k {
        logarithm += libm::log(mean / i as f64);
        sum += libm::exp(logarithm);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables of the χ² distribution (M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, table 26.8),
    /// and −2 ln(1 − p) for two degrees of freedom.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (k, p, x) in [
            (1, 0.95, 5.991_46),
            (2, 0.975, 11.143_3),
            (5, 0.025, 3.246_97),
            (10, 0.975, 34.169_6),
            (50, 0.5, 99.334_1),
        ] {
            assert!((quantile(k, p) - x).abs() < 1e-4 * x, "{k} {p}: {}", quantile(k, p));
        }
        assert!((quantile(1, 0.3) + 2.0 * libm::log(0.7)).abs() < 1e-12);
    }
}
