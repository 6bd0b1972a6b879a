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

/// Eigenpairs of the symmetric matrix ((a, b), (b, d)); `None` when an entry is NaN or infinite.
///
/// The eigenvalues are (a + d)/2 ± √(((a − d)/2)² + b²), the one of smaller magnitude from the determinant so that it
/// does not suffer cancellation (Golub & Van Loan, Matrix Computations, 4th ed., §8.5.2 gives the rotation).
pub fn eigenpairs(matrix: &Matrix) -> Option<Eigenpairs> {
    let (a, b, d) = (matrix[(0, 0)], matrix[(0, 1)], matrix[(1, 1)]);
    let scale = a.abs().max(b.abs()).max(d.abs());
    if !scale.is_finite() || a.is_nan() || b.is_nan() || d.is_nan() {
        return None;
    }
    if b == 0.0 {
        let axes = [Vector::new(1.0, 0.0), Vector::new(0.0, 1.0)];
        return Some(if a <= d {
            Eigenpairs { values: [a, d], vectors: axes }
        } else {
            Eigenpairs { values: [d, a], vectors: [axes[1], axes[0]] }
        });
    }
    // Scaled by a power of two, so that squares neither overflow nor underflow and nothing is rounded.
    let exponent = -libm::ilogb(scale);
    let (a, b, d) = (libm::scalbn(a, exponent), libm::scalbn(b, exponent), libm::scalbn(d, exponent));
    // One Jacobi rotation diagonalises a 2 × 2 matrix: t = tan θ is the smaller root of t² + 2τt − 1 = 0.
    let tau = (d - a) / (2.0 * b);
    let t = if tau >= 0.0 { 1.0 / (tau + libm::hypot(1.0, tau)) } else { -1.0 / (-tau + libm::hypot(1.0, tau)) };
    let (first, second) = (a - t * b, d + t * b);
    let cosine = 1.0 / libm::hypot(1.0, t);
    let sine = t * cosine;
    let (u, v) = (Vector::new(cosine, -sine), Vector::new(sine, cosine));
    // The larger eigenvalue is accurate; the smaller one follows from the determinant without cancellation there.
    let determinant = a * d - b * b;
    let (mut first, mut second) = (first, second);
    if first.abs() < second.abs() {
        first = refined(first, determinant / second);
    } else {
        second = refined(second, determinant / first);
    }
    let pairs = [(first, u), (second, v)];
    let [low, high] = if first <= second { pairs } else { [pairs[1], pairs[0]] };
    let unscale = |value: f64| libm::scalbn(value, -exponent);
    Some(Eigenpairs { values: [unscale(low.0), unscale(high.0)], vectors: [orient(low.1), orient(high.1)] })
}

fn refined(direct: f64, from_determinant: f64) -> f64 {
    if from_determinant.is_finite() { from_determinant } else { direct }
}

fn orient(v: Vector) -> Vector {
    if v.x < 0.0 || (v.x == 0.0 && v.y < 0.0) { -v } else { v }
}
