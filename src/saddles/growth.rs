//! A test by samples whether L → ∞ in all directions.

use crate::landscape::{Loss, View};
use crate::number::Vector;

/// The sizes of the rectangles on which L is sampled, relative to the region.
const FACTORS: [f64; 7] = [2.0, 3.0, 5.0, 10.0, 30.0, 100.0, 1000.0];
/// Points on each side of a rectangle.
const POINTS: usize = 64;
/// Differences below this share of those on the first rectangle count as 0.
const NOISE: f64 = 1e-9;

/// Whether the least value of L on rectangles around the region grows with each, and does not level off: from the last
/// but one to the last by at least half as much as before. Between samples the least values are searched for, because a
/// valley may be narrower than their distance. The answer comes from samples and is not a proof.
pub(super) fn grows(loss: &Loss, region: &View) -> bool {
    let mut least = Vec::new();
    for factor in FACTORS {
        let Some([lowest, highest]) = extremes_on(loss, region, factor) else { return false };
        least.push((lowest, highest));
    }
    // Along a flat valley the least values differ by the errors of their search only.
    let noise = NOISE * (least[0].1 - least[0].0);
    let least: Vec<f64> = least.into_iter().map(|(lowest, _)| lowest).collect();
    let is_larger = |pair: &[f64]| pair[1] == f64::INFINITY || pair[1] - pair[0] > noise.max(0.0);
    let [.., third, _, second, last] = least[..] else { return false };
    let levels_off = last != f64::INFINITY && last - second < 0.5 * (second - third);
    least.windows(2).all(is_larger) && !levels_off
}

/// The least value and the greatest finite sample on the border of the region scaled about its middle; `None` where L
/// is undefined or −∞ on it.
fn extremes_on(loss: &Loss, region: &View, factor: f64) -> Option<[f64; 2]> {
    let value = |t: f64| loss.value(on_border(region, factor, t));
    let count = 4 * POINTS;
    let at = |k: usize| (k as f64 + 0.5) / count as f64;
    let values: Vec<f64> = (0..count).map(|k| value(at(k))).collect();
    if values.iter().any(|value| value.is_nan() || *value == f64::NEG_INFINITY) {
        return None;
    }
    let mut lowest = f64::INFINITY;
    for k in 0..count {
        let (before, after) = (values[(k + count - 1) % count], values[(k + 1) % count]);
        if values[k] <= before && values[k] <= after {
            let (mut low, mut high) = (at(k) - 1.0 / count as f64, at(k) + 1.0 / count as f64);
            for _ in 0..60 {
                let third = (high - low) / 3.0;
                if value(low + third) <= value(high - third) { high -= third } else { low += third }
            }
            lowest = lowest.min(values[k]).min(value(0.5 * (low + high)));
        }
    }
    let highest = values.into_iter().filter(|value| value.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    Some([lowest, highest])
}

/// The point at the share t of the way around the border of the region scaled about its middle.
fn on_border(region: &View, factor: f64, t: f64) -> Vector {
    let (centre, half) = (region.centre(), 0.5 * factor * Vector::new(region.width(), region.height()));
    let t = 4.0 * (t - t.floor());
    let side = 2.0 * (t - t.floor()) - 1.0;
    let corner = match t as usize {
        0 => Vector::new(side, -1.0),
        1 => Vector::new(1.0, side),
        2 => Vector::new(-side, 1.0),
        _ => Vector::new(-1.0, -side),
    };
    centre + half.component_mul(&corner)
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
        for formula in [
            "w1^2+w2^2",
            "(w1^2-1)^2+w2^2/2+0.3*w1",
            "log(1+w1^2+w2^2)",
            "exp(w1^2+w2^2)",
            "sqrt(1+w1^2+w2^2)",
            // Valleys that bend away from the straight line outwards.
            "(1-w1)^2+100*(w2-w1^2)^2",
            "(w1^2-1)^2+8*(w2-2*w1^2)^2+0.2*w1",
        ] {
            assert!(grows(formula), "{formula}");
        }
        for formula in [
            "w1^2-w2^2",
            "w1^2/(1+w1^2+w2^2)",
            "1-exp(-w1^2-w2^2)",
            "(w1^2+w2^2)/(1+w1^2+w2^2)",
            "w1",
            "w1^2",
            "(w2-w1^2)^2",
        ] {
            assert!(!grows(formula), "{formula}");
        }
    }
}
