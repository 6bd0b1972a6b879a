//! A test by samples whether L → ∞ in all directions.

use crate::landscape::{Loss, View};
use crate::number::Vector;

/// The sizes of the rectangles on which L is sampled, relative to the region.
const FACTORS: [f64; 7] = [2.0, 3.0, 5.0, 10.0, 30.0, 100.0, 1000.0];
/// Points on each side of a rectangle.
const POINTS: usize = 64;

/// Whether on rectangles around the region L grows outward at every sample, and whether its least value keeps growing:
/// from the last but one to the last by at least half as much as before. The answer comes from samples and is not a
/// proof.
pub(super) fn grows(loss: &Loss, region: &View) -> bool {
    let mut least = Vec::new();
    for factor in FACTORS {
        let mut lowest = f64::INFINITY;
        for w in border(region, factor) {
            let (value, gradient) = loss.value_and_gradient(w);
            if value == f64::INFINITY {
                continue;
            }
            // NaN does not count as growth.
            let outward = (w - region.centre()).dot(&gradient);
            if outward.is_nan() || outward <= 0.0 {
                return false;
            }
            lowest = lowest.min(value);
        }
        least.push(lowest);
    }
    let [.., third, _, second, last] = least[..] else { return false };
    last == f64::INFINITY || last - second >= 0.5 * (second - third)
}

/// Points on the border of the region scaled about its middle.
fn border(region: &View, factor: f64) -> impl Iterator<Item = Vector> {
    let (centre, half) = (region.centre(), 0.5 * factor * Vector::new(region.width(), region.height()));
    (0..4 * POINTS).map(move |k| {
        let t = 2.0 * ((k % POINTS) as f64 + 0.5) / POINTS as f64 - 1.0;
        let corner = match k / POINTS {
            0 => Vector::new(t, -1.0),
            1 => Vector::new(1.0, t),
            2 => Vector::new(-t, 1.0),
            _ => Vector::new(-1.0, -t),
        };
        centre + half.component_mul(&corner)
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    /// Limits at infinity that are known: ∞ for the first, finite, −∞ or different by direction for the others.
    #[test]
    fn growth_is_told_from_its_absence() {
        let view = View::new(-2.0, 2.0, -2.0, 2.0).unwrap();
        let grows = |formula: &str| grows(&Loss::new(formula, &Default::default()).unwrap(), &view);
        for formula in
            ["w1^2+w2^2", "(w1^2-1)^2+w2^2/2+0.3*w1", "log(1+w1^2+w2^2)", "exp(w1^2+w2^2)", "sqrt(1+w1^2+w2^2)"]
        {
            assert!(grows(formula), "{formula}");
        }
        for formula in ["w1^2-w2^2", "w1^2/(1+w1^2+w2^2)", "1-exp(-w1^2-w2^2)", "(w1^2+w2^2)/(1+w1^2+w2^2)", "w1"] {
            assert!(!grows(formula), "{formula}");
        }
    }
}
