//! Vectors of any length. Sums are computed in the same order on every machine.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How many partial sums run side by side.
pub const LANES: usize = 8;

/// The scalar product of two vectors of equal length.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    a_rest.iter().zip(b_rest).zip(&mut sums).for_each(|((a, b), sum)| *sum += a * b);
    sum_of_lanes(&sums)
}

/// The sum of partial sums, pair by pair.
#[inline(always)]
pub fn sum_of_lanes(sums: &[f64; LANES]) -> f64 {
    ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]))
}

/// The Euclidean norm.
pub fn norm(v: &[f64]) -> f64 {
    dot(v, v).sqrt()
}

/// y ← y + factor·x.
pub fn add_scaled(y: &mut [f64], factor: f64, x: &[f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += factor * x);
}

/// v ← factor·v.
pub fn scale(v: &mut [f64], factor: f64) {
    v.iter_mut().for_each(|v| *v *= factor);
}

/// A random vector with entries uniform in [−1, 1), by seed: the start of an iteration that looks for eigenvalues.
///
/// It has a part along every eigenvector with probability 1. A vector of ±1 may have none: for two standardised columns
/// of data the eigenvectors are (1, 1) and (1, −1).
pub fn uniform(dimension: usize, seed: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..dimension).map(|_| 2.0 * random.random::<f64>() - 1.0).collect()
}

/// A random vector of ±1, by seed: for such v the mean of vᵀAv is the trace of A.
pub fn rademacher(dimension: usize, seed: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..dimension).map(|_| if random.random::<bool>() { 1.0 } else { -1.0 }).collect()
}
