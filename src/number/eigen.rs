//! Eigenpairs of a symmetric 2 × 2 matrix, sorted, with unit eigenvectors.

use super::{Matrix, Vector};

/// Eigenvalues ascending, and unit eigenvectors in the same order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Eigenpairs {
    /// λ1 ≤ λ2.
    pub values: [f64; 2],
    /// `vectors[i]` is a unit eigenvector of `values[i]`; its first non-zero component is positive.
    pub vectors: [Vector; 2],
}

impl Eigenpairs {
    /// The larger of |λ1| and |λ2|: the matrix' spectral norm.
    pub fn magnitude(&self) -> f64 {
        self.values[0].abs().max(self.values[1].abs())
    }
}

/// Eigenpairs of the symmetric matrix ((a, b), (b, d)); `None` when an entry is NaN or infinite, or an eigenvalue
/// overflows.
///
/// One Jacobi rotation diagonalises the matrix (Golub & Van Loan, Matrix Computations, 4th ed., §8.5.2). The
/// eigenvalue of larger magnitude comes from it; the smaller one is the determinant divided by the larger, with a
/// determinant that is not rounded in between. Each eigenvalue is therefore right to a few units in its own last
/// place, also when the matrix is singular or nearly so.
pub fn eigenpairs(matrix: &Matrix) -> Option<Eigenpairs> {
    let (a, b, d) = (matrix[(0, 0)], matrix[(0, 1)], matrix[(1, 1)]);
    let scale = a.abs().max(b.abs()).max(d.abs());
    // `max` ignores NaN, so the entries are tested, too.
    if !scale.is_finite() || a.is_nan() || b.is_nan() || d.is_nan() {
        return None;
    }
    // Scaled by a power of two where squares could overflow or underflow; nothing that matters is rounded by it.
    let exponent = if (1e-100..1e100).contains(&scale) || scale == 0.0 { 0 } else { libm::ilogb(scale) };
    // Adding zero turns −0 into 0, which a reader would stumble over.
    let (a, b, d) = (a + 0.0, b + 0.0, d + 0.0);
    if exponent == 0 {
        return Some(of_scaled(a, b, d));
    }
    let shrink = |x: f64| libm::scalbn(x, -exponent);
    let mut pairs = of_scaled(shrink(a), shrink(b), shrink(d));
    pairs.values = pairs.values.map(|value| libm::scalbn(value, exponent));
    pairs.values.iter().all(|value| value.is_finite()).then_some(pairs)
}

fn of_scaled(a: f64, b: f64, d: f64) -> Eigenpairs {
    if b == 0.0 {
        let axes = [Vector::new(1.0, 0.0), Vector::new(0.0, 1.0)];
        return if a <= d {
            Eigenpairs { values: [a, d], vectors: axes }
        } else {
            Eigenpairs { values: [d, a], vectors: [axes[1], axes[0]] }
        };
    }
    // t = tan θ of the rotation is the root of smaller magnitude of t² + 2τt − 1 = 0.
    let tau = (d - a) / (2.0 * b);
    let root = if tau.abs() < 1e100 { (1.0 + tau * tau).sqrt() } else { tau.abs() };
    let t = 1.0 / if tau >= 0.0 { tau + root } else { tau - root };
    let (first, second) = (a - t * b, d + t * b);
    let cosine = 1.0 / (1.0 + t * t).sqrt();
    let sine = t * cosine;
    let determinant = difference_of_products(a, d, b, b);
    let (first, second) = if first.abs() < second.abs() {
        (determinant / second + 0.0, second)
    } else {
        (first, determinant / first + 0.0)
    };
    let pairs = [(first, Vector::new(cosine, -sine)), (second, Vector::new(sine, cosine))];
    let [low, high] = if first <= second { pairs } else { [pairs[1], pairs[0]] };
    Eigenpairs { values: [low.0, high.0], vectors: [orient(low.1), orient(high.1)] }
}

/// a·b − c·d, rounded as if the products were exact unless they are subnormal: each product is split into itself and
/// its rounding error (T. J. Dekker, A floating-point technique for extending the available precision, Numerische
/// Mathematik 18, 1971, §5). The factors must be below 1e150.
pub fn difference_of_products(a: f64, b: f64, c: f64, d: f64) -> f64 {
    let (left, left_error) = exact_product(a, b);
    let (right, right_error) = exact_product(c, d);
    // Knuth's two-sum of left and −right.
    let difference = left - right;
    let virtual_right = left - difference;
    let rounding = (left - (difference + virtual_right)) + (virtual_right - right);
    difference + (rounding + (left_error - right_error))
}

fn exact_product(x: f64, y: f64) -> (f64, f64) {
    let halves = |x: f64| {
        let big = 134_217_729.0 * x; // 2^27 + 1
        let high = big - (big - x);
        (high, x - high)
    };
    let (x_high, x_low) = halves(x);
    let (y_high, y_low) = halves(y);
    let product = x * y;
    (product, x_low * y_low - (((product - x_high * y_high) - x_low * y_high) - x_high * y_low))
}

fn orient(v: Vector) -> Vector {
    if v.x < 0.0 || (v.x == 0.0 && v.y < 0.0) { -v } else { v }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use proptest::prelude::*;

    fn symmetric(a: f64, b: f64, d: f64) -> Matrix {
        Matrix::new(a, b, b, d)
    }

    /// R(θ) diag(λ1, λ2) R(θ)ᵀ: a matrix whose eigenpairs are known.
    fn rotated(values: [f64; 2], angle: f64) -> Matrix {
        let (s, c) = (libm::sin(angle), libm::cos(angle));
        let [l, m] = values;
        symmetric(l * c * c + m * s * s, (l - m) * c * s, l * s * s + m * c * c)
    }

    /// H v = λ v, orthonormal, ascending, trace and determinant: the definition, whatever the matrix.
    fn check_definition(h: &Matrix) {
        let scale = h.amax().max(f64::MIN_POSITIVE);
        let pairs = eigenpairs(h).unwrap();
        let [l, m] = pairs.values;
        let [u, v] = pairs.vectors;
        assert!(l <= m, "{l} ≤ {m}");
        for (value, vector) in [(l, u), (m, v)] {
            assert!((vector.norm() - 1.0).abs() < 1e-15, "{vector} has length 1");
            let residual = (h / scale) * vector - vector * (value / scale);
            assert!(residual.norm() < 2e-15, "H v = λ v for {h}: residual {residual}");
            assert!(vector.x > 0.0 || (vector.x == 0.0 && vector.y > 0.0), "{vector} is oriented");
        }
        assert!(u.dot(&v).abs() < 1e-15);
        assert!(((l / scale + m / scale) - (h[(0, 0)] / scale + h[(1, 1)] / scale)).abs() < 2e-15, "trace of {h}");
    }

    #[test]
    fn known_matrices() {
        let half = 0.5f64.sqrt();
        // The trap: H of w1³ − w2² at (1, 0).
        let pairs = eigenpairs(&symmetric(6.0, 0.0, -2.0)).unwrap();
        assert_eq!(pairs.values, [-2.0, 6.0]);
        assert_eq!(pairs.vectors, [Vector::new(0.0, 1.0), Vector::new(1.0, 0.0)]);
        // ((2, 1), (1, 2)) has 1 on (1, −1) and 3 on (1, 1).
        let pairs = eigenpairs(&symmetric(2.0, 1.0, 2.0)).unwrap();
        assert_eq!(pairs.values, [1.0, 3.0]);
        assert!((pairs.vectors[0] - Vector::new(half, -half)).norm() < 1e-15);
        assert!((pairs.vectors[1] - Vector::new(half, half)).norm() < 1e-15);
        // Singular to the last bit.
        assert_eq!(eigenpairs(&symmetric(1.0, 1.0, 1.0)).unwrap().values, [0.0, 2.0]);
        assert_eq!(eigenpairs(&symmetric(-1.0, 2.0, -4.0)).unwrap().values, [-5.0, 0.0]);
        assert_eq!(eigenpairs(&symmetric(0.0, 0.0, 0.0)).unwrap().values, [0.0, 0.0]);
    }

    #[test]
    fn a_small_eigenvalue_has_its_own_digits() {
        // 1/3 rounds to (1 − 2^-54)/3, so that ((3, 1), (1, 1/3)) has the determinant −2^-54 and the trace 10/3.
        let pairs = eigenpairs(&symmetric(3.0, 1.0, 1.0 / 3.0)).unwrap();
        let determinant = -(2f64.powi(-54));
        let expected = determinant / (10.0 / 3.0);
        assert!((pairs.values[0] / expected - 1.0).abs() < 1e-14, "{} is {expected}", pairs.values[0]);
    }

    #[test]
    fn extremes_of_the_range() {
        for scale in [1e-300, 1e-160, 1e160, 1e300] {
            let pairs = eigenpairs(&symmetric(2.0 * scale, scale, 2.0 * scale)).unwrap();
            assert!((pairs.values[0] / scale - 1.0).abs() < 1e-15);
            assert!((pairs.values[1] / scale - 3.0).abs() < 3e-15);
        }
        for (a, b, d) in [
            (1e300, 1e-300, 1e300),
            (1e300, 1e-300, 1.0),
            (1e-300, 1.0, 1e300),
            (0.0, 5e-324, 0.0),
            (5e-324, 5e-324, 5e-324),
            (1.0, 1e-320, 2.0),
            (-1.0, 1e-200, -1.0),
            (1e155, 1e-155, -1e155),
        ] {
            check_definition(&symmetric(a, b, d));
        }
        assert_eq!(eigenpairs(&symmetric(1.7e308, 1.7e308, 1.7e308)), None, "2 · 1.7e308 overflows");
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for place in 0..3 {
                let mut entries = [1.0, 1.0, 1.0];
                entries[place] = bad;
                assert_eq!(eigenpairs(&symmetric(entries[0], entries[1], entries[2])), None);
            }
        }
    }

    #[test]
    fn a_difference_of_products_is_not_rounded_in_between() {
        // (1 + ε)(1 − ε) − 1·1 = −ε² exactly, where plain arithmetic says 0.
        let epsilon = 2f64.powi(-30);
        assert_eq!(difference_of_products(1.0 + epsilon, 1.0 - epsilon, 1.0, 1.0), -(epsilon * epsilon));
        assert_eq!(difference_of_products(3.0, 5.0, 7.0, 2.0), 1.0);
    }

    proptest! {
        #[test]
        fn definition(a in -10.0..10.0f64, b in -10.0..10.0f64, d in -10.0..10.0f64, exponent in -300..300i32) {
            let scale = libm::pow(10.0, f64::from(exponent));
            check_definition(&symmetric(a * scale, b * scale, d * scale));
        }

        #[test]
        fn definition_of_unequal_entries(a in -300..300i32, b in -300..300i32, d in -300..300i32) {
            let ten = |exponent: i32| libm::pow(10.0, f64::from(exponent));
            check_definition(&symmetric(ten(a), ten(b), -ten(d)));
            check_definition(&symmetric(ten(a), -ten(b), ten(d)));
        }

        #[test]
        fn eigenvalues_survive_rotation(l in -5.0..5.0f64, m in -5.0..5.0f64, angle in 0.0..7.0f64) {
            let pairs = eigenpairs(&rotated([l, m], angle)).unwrap();
            let scale = l.abs().max(m.abs()).max(1e-3);
            prop_assert!((pairs.values[0] - l.min(m)).abs() < 4e-15 * scale);
            prop_assert!((pairs.values[1] - l.max(m)).abs() < 4e-15 * scale);
        }

        #[test]
        fn a_power_of_two_scales_exactly(a in -10.0..10.0f64, b in -10.0..10.0f64, d in -10.0..10.0f64, k in -900..900i32) {
            let one = eigenpairs(&symmetric(a, b, d)).unwrap();
            let scale = 2f64.powi(k);
            let other = eigenpairs(&symmetric(a * scale, b * scale, d * scale)).unwrap();
            prop_assert_eq!(one.values.map(|value| value * scale), other.values);
            prop_assert_eq!(one.vectors, other.vectors);
        }
    }
}
