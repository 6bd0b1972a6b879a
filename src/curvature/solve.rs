//! The solution of H·x = g for a symmetric 2 × 2 matrix.

use crate::number::{Matrix, Vector, difference_of_products};
use libm::scalbn;

/// H⁻¹g; `None` where H is undefined, singular, or so nearly singular that the solution overflows.
///
/// Singular means exactly singular: the determinant of the given entries is 0. An H that is only ill-conditioned has an
/// inverse; that of diag(2·10¹⁷, 2) is even exact.
///
/// The method is Cramer's rule, which for two equations is as stable as any (N. J. Higham, Accuracy and Stability of
/// Numerical Algorithms, 2nd ed., §1.10.1) and has two independent quotients. A diagonal H is solved by the quotients
/// of its entries. If the determinant nearly cancels, everything is computed in twice the precision, so that the
/// determinant has the correct sign and all its digits. If entries are far from 1 in size, the equations are scaled
/// first.
#[inline(always)]
pub fn solve(matrix: &Matrix, vector: Vector) -> Option<Vector> {
    let (entries, right) = ([matrix[(0, 0)], matrix[(0, 1)], matrix[(1, 1)]], [vector.x, vector.y]);
    let (solution, plain) = solve_plainly(entries, right);
    let solution = if plain { Some(solution) } else { solve_carefully(entries, right) };
    solution.map(|[x, y]| Vector::new(x, y))
}

/// Squares and products of numbers outside this range could overflow or underflow.
const SAFE: std::ops::Range<f64> = 1e-100..1e100;

/// If the determinant is above this share of `scale`², nothing can underflow, and the solution cannot overflow.
const PLAIN_SHARE: f64 = 2e-9;

/// [`solve`] for a matrix ((a, b), (b, d)), without branches, for use in work for an instruction set
/// ([`crate::number::lanes::Work`]). If the returned flag is true, the solution has the bits of [`solve`]. If it is
/// false, call [`solve`].
#[inline(always)]
pub fn solve_plainly([a, b, d]: [f64; 3], [gx, gy]: [f64; 2]) -> ([f64; 2], bool) {
    // Sums are NaN if an entry is; the larger of two numbers may not be.
    let scale = (a.abs() + d.abs()) + b.abs();
    let size = gx.abs() + gy.abs();
    let (left, right) = (a * d, b * b);
    let determinant = left - right;
    let rough = determinant.abs();
    let plain = SAFE.contains(&scale)
        & SAFE.contains(&size)
        & (rough > 1e-3 * (left.abs() + right))
        & (rough > PLAIN_SHARE * scale * scale);
    let is_diagonal = b == 0.0;
    let quotient = |of_entries: [f64; 2], otherwise: f64| {
        let (above, below) = if is_diagonal { (of_entries[0], of_entries[1]) } else { (otherwise, determinant) };
        above / below
    };
    ([quotient([gx, a], d * gx - b * gy), quotient([gy, d], a * gy - b * gx)], plain)
}

/// Like [`solve`], with more digits for intermediate results.
#[cold]
#[inline(never)]
fn solve_carefully([a, b, d]: [f64; 3], [gx, gy]: [f64; 2]) -> Option<[f64; 2]> {
    if ![a, b, d, gx, gy].iter().all(|entry| entry.is_finite()) {
        return None;
    }
    let solution = if b == 0.0 { [gx / a, gy / d] } else { solve_scaled([a, b, d], [gx, gy]) };
    // 0/0 is NaN: a direction without curvature and without slope has no step either.
    solution.iter().all(|x| x.is_finite()).then_some(solution)
}

/// Solves SHS·y = Sg, x = Sy by Cramer's rule, with a diagonal S of powers of two that scales the larger product of the
/// determinant to about 1. The result is not finite if H is singular. The scaling rounds nothing, except numbers that
/// underflow beside numbers of size 1.
fn solve_scaled([a, b, d]: [f64; 3], [gx, gy]: [f64; 2]) -> [f64; 2] {
    let [of_a, of_b, of_d] = [a, b, d].map(exponent);
    // Halved, so that sums do not overflow; a zero counts as far below everything.
    let [first, second] = match (of_a, of_d) {
        (Some(of_a), Some(of_d)) if of_b.is_none_or(|of_b| of_a + of_d >= 2 * of_b) => [-of_a / 2, -of_d / 2],
        (Some(of_a), _) => [-of_a / 2, of_a / 2 - of_b.unwrap_or(0)],
        (None, Some(of_d)) => [of_d / 2 - of_b.unwrap_or(0), -of_d / 2],
        (None, None) => [0, -of_b.unwrap_or(0)],
    };
    let (a, b, d) = (scalbn(a, 2 * first), scalbn(b, first + second), scalbn(d, 2 * second));
    let of_vector =
        [(gx, first), (gy, second)].iter().filter_map(|(g, by)| Some(exponent(*g)? + by)).max().unwrap_or(0);
    let (gx, gy) = (scalbn(gx, first - of_vector), scalbn(gy, second - of_vector));
    let determinant = difference_of_products(a, d, b, b);
    let above = [difference_of_products(d, gx, b, gy), difference_of_products(a, gy, b, gx)];
    let solution = above.map(|above| above / determinant);
    [scalbn(solution[0], first + of_vector), scalbn(solution[1], second + of_vector)]
}

/// The exponent of a number's leading digit in base two; `None` for 0.
fn exponent(x: f64) -> Option<i32> {
    (x != 0.0).then(|| libm::ilogb(x))
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
        let (nan, tiny) = (f64::NAN, scalbn(1.0, -990));
        for (a, b, d) in [
            (1.0, 1.0, 1.0),
            (0.0, 0.0, 0.0),
            (1.0, 0.0, 0.0),
            (tiny, 3.0 * tiny, 9.0 * tiny),
            (1.0 / tiny, 1.0, tiny),
            (nan, 0.0, 1.0),
            (1.0, nan, 1.0),
            // The inverse exists, and the solution is beyond the largest number.
            (1.0, 0.0, 1e-320),
        ] {
            assert_eq!(solve(&Matrix::new(a, b, b, d), Vector::new(1.0, 2.0)), None, "{a} {b} {d}");
        }
    }

    /// Matrices that are only ill-conditioned are solved: (1 + 2ε, 1; 1, 1) has the determinant 2ε exactly, and the
    /// inverse of diag(2·10¹⁷, 2) is diag(5·10⁻¹⁸, ½).
    #[test]
    fn ill_conditioned_matrices_are_not_singular() {
        let solved = |[a, b, d]: [f64; 3], g: [f64; 2]| solve(&Matrix::new(a, b, b, d), Vector::from(g));
        assert_eq!(solved([2e17, 0.0, 2.0], [2e17, -4.0]), Some(Vector::new(1.0, -2.0)));
        assert_eq!(solved([1.0, 0.0, 1e-16], [1.0, 1e-16]), Some(Vector::new(1.0, 1.0)));
        assert_eq!(solved([1e308, 0.0, 1e-308], [1e308, 1e-308]), Some(Vector::new(1.0, 1.0)));
        let above = 1.0 + 2.0 * f64::EPSILON;
        assert_eq!(solved([above, 1.0, 1.0], [1.0, 0.0]), Some(Vector::new(0.5, -0.5) / f64::EPSILON));
        // ((10²⁰⁰, 1), (1, 2·10⁻²⁰⁰)) has the determinant 1 and the inverse ((2·10⁻²⁰⁰, −1), (−1, 10²⁰⁰)).
        let steep = solved([1e200, 1.0, 2e-200], [1.0, 0.0]).unwrap();
        assert!((steep.x / 2e-200 - 1.0).abs() < 1e-15 && (steep.y + 1.0).abs() < 1e-15, "{steep}");
        let exchanged = solved([0.0, 1e-300, 1e-200], [1e-300, 1e-200]).unwrap();
        assert!((exchanged - Vector::new(0.0, 1.0)).amax() < 1e-15, "{exchanged}");
    }

    /// Diagonal, singular, undefined and ordinary matrices have the same bits, or a flag that says otherwise.
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

    /// Equations with entries far from 1 have the scaled solution of equations of moderate size.
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

        /// The residual is a few rounding units of the entries of H times those of x, multiplied by the factor, at most
        /// a thousand, by which the determinant is smaller than its products.
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
