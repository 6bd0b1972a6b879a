//! The solution of H·x = g for a symmetric 2 × 2 matrix.

use super::{SINGULAR_TOLERANCE, newton_step};
use crate::number::{Matrix, Vector, difference_of_products, eigenpairs, larger};

/// H⁻¹g; `None` where H is undefined, or singular by [`SINGULAR_TOLERANCE`].
///
/// By Cramer's rule, which for two equations is as good as any (N. J. Higham, Accuracy and Stability of Numerical
/// Algorithms, 2nd ed., §1.10.1), with two quotients that do not wait for each other. A diagonal H is solved by the
/// quotients of its entries. Where less than a thousandth of its products is left of the determinant, everything is computed
/// twice as precisely; an H that is nearly singular, or far from 1 in size, is solved by its eigenpairs.
#[inline(always)]
pub fn solve(matrix: &Matrix, vector: Vector) -> Option<Vector> {
    let (entries, right) = ([matrix[(0, 0)], matrix[(0, 1)], matrix[(1, 1)]], [vector.x, vector.y]);
    let (solution, plain) = solve_plainly(entries, right);
    let solution = if plain { Some(solution) } else { solve_carefully(entries, right) };
    solution.map(|[x, y]| Vector::new(x, y))
}

/// Squares and products of what lies outside this range could overflow or underflow.
const SAFE: std::ops::Range<f64> = 1e-100..1e100;

/// Below this |det| is too small to trust its sign; it is the product of both eigenvalues' magnitudes, of which the larger
/// is at most twice `scale`.
#[inline(always)]
fn floor(scale: f64) -> f64 {
    1e6 * SINGULAR_TOLERANCE * scale * scale
}

/// [`solve`] for a matrix ((a, b), (b, d)), with the same bits where `plain` then is true; where it is false [`solve`] has
/// to be asked. To be compiled into work for an instruction set ([`crate::number::lanes::Work`]): it has no branches.
#[inline(always)]
pub fn solve_plainly([a, b, d]: [f64; 3], [gx, gy]: [f64; 2]) -> ([f64; 2], bool) {
    // Sums, for they are NaN where an entry is; the larger of two may not be.
    let scale = (a.abs() + d.abs()) + b.abs();
    let size = gx.abs() + gy.abs();
    let (left, right) = (a * d, b * b);
    let determinant = left - right;
    let rough = determinant.abs();
    let plain = SAFE.contains(&scale)
        & SAFE.contains(&size)
        & (rough > 1e-3 * (left.abs() + right))
        & (rough > 2.0 * floor(scale));
    let is_diagonal = b == 0.0;
    let quotient = |of_entries: [f64; 2], otherwise: f64| {
        let (above, below) = if is_diagonal { (of_entries[0], of_entries[1]) } else { (otherwise, determinant) };
        above / below
    };
    ([quotient([gx, a], d * gx - b * gy), quotient([gy, d], a * gy - b * gx)], plain)
}

/// The same, with more digits between.
#[cold]
#[inline(never)]
fn solve_carefully([a, b, d]: [f64; 3], [gx, gy]: [f64; 2]) -> Option<[f64; 2]> {
    let scale = larger(larger(a.abs(), b.abs()), d.abs());
    if SAFE.contains(&scale) && SAFE.contains(&larger(gx.abs(), gy.abs())) && b != 0.0 {
        let determinant = difference_of_products(a, d, b, b);
        if determinant.abs() > floor(scale) {
            let above = [difference_of_products(d, gx, b, gy), difference_of_products(a, gy, b, gx)];
            return Some(above.map(|above| above / determinant));
        }
    }
    let step = newton_step(&eigenpairs(&Matrix::new(a, b, b, d))?, Vector::new(gx, gy))?;
    Some([-step.x, -step.y])
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

    /// Diagonal, singular and undefined matrices, and ordinary ones: the same bits, or a word that it is not plain.
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

    /// The step on a quadratic of small whole numbers is exact: all products are.
    #[test]
    fn small_whole_numbers_are_solved_exactly() {
        let whole = || (-4..=4).map(f64::from);
        for (a, b, d) in whole().flat_map(|a| whole().flat_map(move |b| whole().map(move |d| (a, b, d)))) {
            let (matrix, expected) = (Matrix::new(a, b, b, d), Vector::new(-3.0, 5.0));
            let solution = solve(&matrix, matrix * expected);
            assert_eq!(solution, (a * d != b * b).then_some(expected), "{a} {b} {d}");
        }
    }

    /// What is far from 1 in size has the solution of what is not, with their sizes.
    #[test]
    fn sizes_beyond_the_range_of_squares() {
        let (matrix, vector) = (Matrix::new(3.0, -1.0, -1.0, 0.5), Vector::new(0.7, -1.3));
        let expected = solve(&matrix, vector).unwrap();
        for (size, of_vector) in [(1.0, 1e-200), (1.0, 1e200), (1e-150, 1e-200), (1e150, 1e200), (1e150, 1.0)] {
            let solution = solve(&(size * matrix), of_vector * vector).unwrap();
            let close = (solution * (size / of_vector) - expected).amax() <= 1e-13 * expected.amax();
            assert!(close, "{size} {of_vector}: {solution} for {expected}");
        }
        assert_eq!(solve(&matrix, Vector::zeros()), Some(Vector::zeros()));
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

        /// The residual is what rounding leaves: a few units of H's entries times x's, and as many times more as the
        /// determinant is smaller than its products, up to a thousand.
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
            let (left, right) = (a * matrix[(1, 1)], b * b);
            let cancels = ((left.abs() + right) / (left - right).abs()).min(1e3);
            prop_assert!(residual <= 32.0 * cancels * f64::EPSILON * matrix.amax() * solution.amax(), "{residual}");
        }
    }
}
