//! Where L is above and below its value at a degenerate critical point: the sectors of a small circle around it.
//!
//! At a minimum the whole circle is above; at a saddle four sectors alternate, at a monkey saddle six, and at the
//! origin of the default landscape two. With 2m changes of sign the index is 1 − m, so the sectors can be compared with
//! the proved index.

use crate::landscape::Loss;
use crate::number::Vector;
use std::f64::consts::TAU;

/// A sector in which L keeps to one side of its value at the centre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sector {
    /// The angle in radians at which it begins, counted from the w1 axis towards the w2 axis.
    pub from: f64,
    /// The angle at which it ends, greater than `from`.
    pub to: f64,
    /// Whether L is greater there than at the centre.
    pub above: bool,
}

/// How many directions are evaluated. A sector narrower than 2π/720 may be overlooked.
const DIRECTIONS: usize = 720;

/// The sectors of the ellipse with these half axes around a point; a single one from 0 to 2π if the sign never changes.
/// `None` if L is undefined on the ellipse, or differs from its value at the centre only by rounding.
pub fn sectors(loss: &Loss, centre: Vector, half_axes: Vector) -> Option<Vec<Sector>> {
    let value = loss.value(centre);
    let difference = |angle: f64| {
        let offset = half_axes.component_mul(&Vector::new(libm::cos(angle), libm::sin(angle)));
        loss.value(centre + offset) - value
    };
    // Offset, so that no symmetry axis is hit exactly.
    let angle = |k: usize| TAU * (k as f64 + 0.31) / DIRECTIONS as f64;
    let differences: Vec<f64> = (0..DIRECTIONS).map(|k| difference(angle(k))).collect();
    let largest = differences.iter().fold(0.0f64, |largest, d| largest.max(d.abs()));
    if differences.iter().any(|d| !d.is_finite()) || largest <= 1e3 * f64::EPSILON * value.abs() {
        return None;
    }
    let above: Vec<bool> = differences.iter().map(|d| *d > 0.0).collect();
    let mut borders: Vec<(f64, bool)> = Vec::new();
    for k in 0..DIRECTIONS {
        let after = above[(k + 1) % DIRECTIONS];
        if above[k] != after {
            borders.push((border(&difference, angle(k), angle(k + 1), above[k]), after));
        }
    }
    let Some(&(first, _)) = borders.first() else {
        return Some(vec![Sector { from: 0.0, to: TAU, above: above[0] }]);
    };
    let ends = borders.iter().skip(1).map(|(angle, _)| *angle).chain([first + TAU]);
    Some(borders.iter().zip(ends).map(|(&(from, above), to)| Sector { from, to, above }).collect())
}

/// The angle at which the sign changes, by bisection.
fn border(difference: &dyn Fn(f64) -> f64, mut low: f64, mut high: f64, above_at_low: bool) -> f64 {
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if (difference(middle) > 0.0) == above_at_low {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test should say where")]

    use super::*;
    use std::f64::consts::FRAC_PI_2;

    fn of(formula: &str) -> Vec<Sector> {
        let loss = Loss::new(formula, &std::collections::BTreeMap::new()).unwrap();
        sectors(&loss, Vector::zeros(), Vector::new(1e-2, 1e-2)).unwrap()
    }

    #[test]
    fn signs_around_known_points() {
        for (formula, count) in [
            ("w1^4+w2^4", 1),
            ("-w1^4-w2^4", 1),
            ("w1^3-w2^2", 2),
            ("w1^2-w2^4", 4),
            ("w1^3-3*w1*w2^2", 6),
            ("w1^4-6*w1^2*w2^2+w2^4", 8),
        ] {
            let found = of(formula);
            assert_eq!(found.len(), count, "{formula}");
            let whole: f64 = found.iter().map(|sector| sector.to - sector.from).sum();
            assert!((whole - TAU).abs() < 1e-9, "{formula}: the sectors fill the circle");
        }
    }

    #[test]
    fn borders_are_exact() {
        // w1·w2 changes its sign on the axes.
        for sector in of("w1*w2") {
            let quarters = sector.from / FRAC_PI_2;
            assert!((quarters - quarters.round()).abs() < 1e-9);
        }
    }
}
