//! The solution of H·x = g for a symmetric 2 × 2 matrix.

use super::{SINGULAR_TOLERANCE, newton_step};
use crate::number::{Matrix, Vector, difference_of_products, eigenpairs};

/// H⁻¹g; `None` where H is undefined, or singular by [`SINGULAR_TOLERANCE`].
///
/// Gaussian elimination with the larger diagonal entry or, where that is larger, with the off-diagonal one as pivot
/// (Golub & Van Loan, Matrix Computations, 4th ed., §3.4.1): exact for a diagonal H where the quotients are. A matrix
/// that is nearly singular is solved by its eigenpairs.
#[inline]
pub fn solve(matrix: &Matrix, vector: Vector) -> Option<Vector> {
    let (a, b, d) = (matrix[(0, 0)], matrix[(0, 1)], matrix[(1, 1)]);
    let scale = a.abs().max(b.abs()).max(d.abs());
    // |det| is the product of both eigenvalues' magnitudes, of which the larger is at most 2·scale. Squares of what
    // lies outside this range could overflow or underflow, and NaN fails every comparison.
    let floor = 1e6 * SINGULAR_TOLERANCE * scale * scale;
    let plain = (1e-100..1e100).contains(&scale) && {
        // Where little cancels, two products are enough to see it.
        let (left, right) = (a * d, b * b);
        let rough = (left - right).abs();
        (rough > 1e-3 * (left.abs() + right) && rough > 2.0 * floor) || difference_of_products(a, d, b, b).abs() > floor
    };
    if !plain {
        return newton_step(&eigenpairs(matrix)?, vector).map(|step| -step);
    }
    Some(if a.abs() >= d.abs() && a.abs() >= b.abs() {
        let factor = b / a;
        let y = (vector.y - factor * vector.x) / (d - factor * b);
        Vector::new((vector.x - b * y) / a, y)
    } else if d.abs() >= b.abs() {
        let factor = b / d;
        let x = (vector.x - factor * vector.y) / (a - factor * b);
        Vector::new(x, (vector.y - b * x) / d)
    } else {
        // The rows change places: b·x + d·y = g2 comes first.
        let factor = a / b;
        let y = (vector.x - factor * vector.y) / (b - factor * d);
        Vector::new((vector.y - d * y) / b, y)
    })
}

/// [`solve`] for many matrices ((a, b), (b, d)) at once, with the same bits where `plain` then is true; where it is
/// false a matrix is nearly singular, or beyond the range of its squares, and [`solve`] has to be asked. To be compiled into
/// work for an instruction set ([`crate::number::lanes::Work`]): it has no branches.
#[inline(always)]
pub fn solve_plainly([a, b, d]: [f64; 3], [gx, gy]: [f64; 2]) -> ([f64; 2], bool) {
    let [size_a, size_b, size_d] = [a.abs(), b.abs(), d.abs()];
    let larger = |x: f64, y: f64| if x > y { x } else { y };
    let scale = larger(larger(size_a, size_b), size_d);
    let floor = 1e6 * SINGULAR_TOLERANCE * scale * scale;
    let (left, right) = (a * d, b * b);
    let rough = (left - right).abs();
    let plain = (1e-100..1e100).contains(&scale) & (rough > 1e-3 * (left.abs() + right)) & (rough > 2.0 * floor);
    // The pivot is a, d or b, as in `solve`.
    let by_a = (size_a >= size_d) & (size_a >= size_b);
    let by_d = !by_a & (size_d >= size_b);
    let pick = |of_a: f64, of_d: f64, of_b: f64| {
        let rest = if by_d { of_d } else { of_b };
        if by_a { of_a } else { rest }
    };
    let pivot = pick(a, d, b);
    let factor = pick(b, b, a) / pivot;
    // The right-hand side of the pivot's row, and the other one.
    let (with, without) = if by_a { (gx, gy) } else { (gy, gx) };
    let (coupling, rest) = (pick(b, b, d), pick(d, a, b));
    let second = (without - factor * with) / (rest - factor * coupling);
    let first = (with - coupling * second) / pivot;
    let solution = if by_d { [second, first] } else { [first, second] };
    (solution, plain)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn diagonal_matrices_are_solved_by_two_quotients() {
        for (a, d) in [(3.0, 7.0), (-3.0, 0.1), (1e-5, 1e5), (1e200, -1e190)] {
            let solution = solve(&Matrix::new(a, 0.0, 0.0, d), Vector::new(0.7, -1.3));
            assert_eq!(solution, Some(Vector::new(0.7 / a, -1.3 / d)));
        }
        // The exchange ((0, 1), (1, 0)) has no diagonal to begin with.
        assert_eq!(solve(&Matrix::new(0.0, 1.0, 1.0, 0.0), Vector::new(2.0, 3.0)), Some(Vector::new(3.0, 2.0)));
    }

    #[test]
    fn singular_and_undefined_matrices_have_no_solution() {
        let nan = f64::NAN;
        for (a, b, d) in [(1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (1.0, 0.0, 1e-16), (nan, 0.0, 1.0), (1.0, nan, 1.0)] {
            assert_eq!(solve(&Matrix::new(a, b, b, d), Vector::new(1.0, 2.0)), None, "{a} {b} {d}");
        }
    }

    /// All three pivots, singular and undefined matrices, and ordinary ones: the same bits, or a word that it is not plain.
    #[test]
    fn many_are_solved_with_the_same_bits() {
        let entries = [0.0, -0.0, 1.0, -2.5, 3.25, 1e-9, 0.1, 7.0, -1e-160, 1e160, f64::NAN, f64::INFINITY];
        let mut plain_ones = 0;
        for a in entries {
            for b in entries {
                for d in entries {
                    let (solution, plain) = solve_plainly([a, b, d], [0.7, -1.3]);
                    if plain {
                        let expected = solve(&Matrix::new(a, b, b, d), Vector::new(0.7, -1.3)).unwrap_or_default();
                        assert_eq!(
                            solution.map(f64::to_bits),
                            [expected.x.to_bits(), expected.y.to_bits()],
                            "{a} {b} {d}"
                        );
                        plain_ones += 1;
                    }
                }
            }
        }
        assert!(plain_ones > 200, "{plain_ones}");
    }

    proptest! {
        #[test]
        fn random_ones_are_solved_with_the_same_bits(entries in prop::array::uniform5(-10.0..10.0f64)) {
            let [a, b, d, x, y] = entries;
            let (solution, plain) = solve_plainly([a, b, d], [x, y]);
            if plain {
                let expected = solve(&Matrix::new(a, b, b, d), Vector::new(x, y)).unwrap_or_default();
                prop_assert_eq!(solution.map(f64::to_bits), [expected.x.to_bits(), expected.y.to_bits()]);
            }
        }

        /// The residual is what rounding leaves: a few units of H's entries times x's.
        #[test]
        fn the_solution_solves(
            entries in prop::array::uniform3(-10.0..10.0f64), small in 0.0..12.0f64,
            vector in prop::array::uniform2(-10.0..10.0f64),
        ) {
            let [a, b, d] = entries;
            let matrix = Matrix::new(a, b, b, b * b / a + d * libm::pow(10.0, -small));
            prop_assume!(a.abs() > 1e-3);
            let vector = Vector::from(vector);
            prop_assume!(solve(&matrix, vector).is_some());
            let solution = solve(&matrix, vector).unwrap();
            let residual = (matrix * solution - vector).amax();
            prop_assert!(residual <= 64.0 * f64::EPSILON * matrix.amax() * solution.amax(), "{residual}");
        }
    }
}
