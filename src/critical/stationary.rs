//! Whether ∇L vanishes at a given point, up to rounding.

use crate::landscape::Jet;
use crate::number::Vector;

/// A point is critical when its distance to a zero of the linearised gradient is a rounding of its coordinates.
const RELATIVE_DISTANCE: f64 = 1e-10;
/// A gradient this many units of rounding of L is rounding itself: terms of ∇L cancel no better than those of L.
const ROUNDINGS_OF_VALUE: f64 = 8.0;

/// Whether the gradient at w is zero up to rounding.
///
/// Each component is judged by its own row of H: |∂ᵢL| ≤ δ (|Hᵢ₁| + |Hᵢ₂|) with δ = 10⁻¹⁰ max(1, |w|). A point that
/// was typed with eleven digits is recognised, and beside a degenerate point, where a row of H is small as well, a
/// small gradient is not taken for none: w1³ − w2² is not critical at (10⁻⁷, 0).
pub fn is_critical(w: Vector, jet: &Jet) -> bool {
    let size = w.amax().max(1.0);
    let noise = ROUNDINGS_OF_VALUE * f64::EPSILON * jet.value.abs() / size;
    jet.value.is_finite()
        && (0..2).all(|i| {
            let row = jet.hessian[(i, 0)].abs() + jet.hessian[(i, 1)].abs();
            // With a Hessian that is undefined only an exact zero counts.
            let allowed = if row.is_finite() { RELATIVE_DISTANCE * size * row + noise } else { 0.0 };
            jet.gradient[i].abs() <= allowed
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Matrix;

    fn jet(value: f64, gradient: [f64; 2], [a, b, d]: [f64; 3]) -> Jet {
        Jet { value, gradient: Vector::from(gradient), hessian: Matrix::new(a, b, b, d) }
    }

    /// L = w1³ − w2²: ∇L = (3 w1², −2 w2), H = diag(6 w1, −2).
    fn cubic(w1: f64, w2: f64) -> bool {
        is_critical(Vector::new(w1, w2), &jet(w1.powi(3) - w2 * w2, [3.0 * w1 * w1, -2.0 * w2], [6.0 * w1, 0.0, -2.0]))
    }

    #[test]
    fn only_the_origin_of_the_cubic_is_critical() {
        assert!(cubic(0.0, 0.0));
        for (w1, w2) in [(1.0, 0.0), (1e-3, 0.0), (1e-7, 0.0), (0.0, 1e-7), (1e-5, 1e-5)] {
            assert!(!cubic(w1, w2), "({w1}, {w2})");
        }
    }

    #[test]
    fn a_rounded_critical_point_is_critical_at_any_scale() {
        // L = s/2 (w − c)² in each weight, c not a double: the gradient at the nearest double is s · ulp/2.
        for scale in [1e-30, 1.0, 1e30] {
            let c = 0.1f64;
            let off = c * f64::EPSILON;
            let w = Vector::new(c, c);
            assert!(is_critical(w, &jet(0.0, [scale * off, -scale * off], [scale, 0.0, scale])));
            assert!(!is_critical(w, &jet(0.0, [scale * 1e-6, 0.0], [scale, 0.0, scale])));
        }
    }

    #[test]
    fn undefined_is_not_critical() {
        let undefined = [f64::NAN; 3];
        assert!(!is_critical(Vector::zeros(), &jet(f64::NAN, [f64::NAN; 2], undefined)));
        assert!(is_critical(Vector::zeros(), &jet(0.0, [0.0; 2], undefined)));
        assert!(!is_critical(Vector::zeros(), &jet(0.0, [1e-20, 0.0], undefined)));
        assert!(!is_critical(Vector::zeros(), &jet(f64::INFINITY, [f64::NEG_INFINITY, 0.0], [1.0; 3])));
    }
}
