//! Random numbers with the same bits on every machine, from the ChaCha8 stream of a seed.

use crate::number::Vector;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Pairs of independent standard normal numbers.
///
/// Marsaglia's polar method (G. Marsaglia and T. A. Bray, A convenient method for generating normal variables, 1964):
/// for (u, v) uniform in the unit disc and s = u² + v², (u, v)·√(−2 ln s / s) has two independent normal components.
/// The square root is rounded correctly by IEEE 754 and the logarithm is the libm crate's, so the bits are the same
/// everywhere; the samplers of rand_distr may call the platform's logarithm.
pub struct Normals {
    bits: ChaCha8Rng,
}

impl Normals {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Normals {
        Normals { bits: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// Another stream of the same seed, so that the starts of scattered runs are independent of their noise.
    pub fn apart(seed: u64) -> Normals {
        let mut bits = ChaCha8Rng::seed_from_u64(seed);
        bits.set_stream(1);
        Normals { bits }
    }

    /// The next two.
    pub fn pair(&mut self) -> Vector {
        loop {
            let (u, v) = (self.uniform(), self.uniform());
            let s = u * u + v * v;
            // π/4 of the square is in the disc; the centre itself, where ln s is infinite, has no odd multiple of
            // 2^-53.
            if s < 1.0 {
                return Vector::new(u, v) * (-2.0 * libm::log(s) / s).sqrt();
            }
        }
    }

    /// A point that is uniform in the unit disc.
    pub fn in_disc(&mut self) -> Vector {
        loop {
            let point = Vector::new(self.uniform(), self.uniform());
            if point.norm_squared() < 1.0 {
                return point;
            }
        }
    }

    /// Uniform on the odd multiples of 2^-53 in (−1, 1).
    fn uniform(&mut self) -> f64 {
        let integer = (self.bits.next_u64() >> 11) as f64;
        2.0 * ((integer + 0.5) / 9_007_199_254_740_992.0) - 1.0 // 2^53
    }
}

/// Minibatches: the examples over which the gradient of each step is the mean.
pub(super) struct Batches {
    bits: ChaCha8Rng,
    size: usize,
    sampling: Sampling,
    rows: Vec<u32>,
    /// How much of the present epoch is used up.
    used: usize,
}

/// How minibatches are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sampling {
    /// All examples in a random order, batch by batch, then in another order. The last batch of an epoch has the
    /// examples that are left.
    Epochs,
    /// Each example of each batch is drawn from all examples.
    Replacement,
}

impl Batches {
    /// Batches of `size` of `count` examples; `size` is 1 to `count`.
    pub fn new(seed: u64, size: usize, count: usize, sampling: Sampling) -> Batches {
        let rows = match sampling {
            Sampling::Epochs => (0..count as u32).collect(),
            Sampling::Replacement => vec![0; size],
        };
        // An epoch is begun by the first step.
        Batches { bits: ChaCha8Rng::seed_from_u64(seed), size, sampling, used: count, rows }
    }

    /// The next batch: at least one example.
    pub fn next(&mut self, count: usize) -> &[u32] {
        match self.sampling {
            Sampling::Replacement => {
                for row in &mut self.rows {
                    *row = below(&mut self.bits, count as u32);
                }
                &self.rows
            }
            Sampling::Epochs => {
                if self.used == count {
                    self.used = 0;
                    // R. A. Fisher and F. Yates 1938, in the form of R. Durstenfeld 1964.
                    for last in (1..count).rev() {
                        let other = below(&mut self.bits, last as u32 + 1);
                        self.rows.swap(last, other as usize);
                    }
                }
                let begin = self.used;
                self.used = (begin + self.size).min(count);
                &self.rows[begin..self.used]
            }
        }
    }
}

/// Uniform on 0 … n − 1, each exactly as likely (D. Lemire, Fast random integer generation in an interval, 2019).
fn below(bits: &mut ChaCha8Rng, n: u32) -> u32 {
    let n = u64::from(n);
    loop {
        let product = u64::from(bits.next_u32()) * n;
        if (product & 0xffff_ffff) >= (1 << 32) % n {
            return (product >> 32) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moments of 2·10⁵ normals: each estimate must lie within five of its own standard errors, which are
    /// 1/√n for the mean, √(2/n) for the variance, √(15/n) for the third and √(96/n) for the fourth moment.
    #[test]
    fn normals_are_standard_and_independent() {
        let mut normals = Normals::new(42);
        let pairs: Vec<Vector> = (0..100_000).map(|_| normals.pair()).collect();
        let n = 2.0 * pairs.len() as f64;
        let mean_of = |f: &dyn Fn(f64) -> f64| pairs.iter().map(|p| f(p.x) + f(p.y)).sum::<f64>() / n;
        assert!(mean_of(&|x| x).abs() < 5.0 / n.sqrt());
        assert!((mean_of(&|x| x * x) - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
        assert!(mean_of(&|x| x * x * x).abs() < 5.0 * (15.0 / n).sqrt());
        assert!((mean_of(&|x| x * x * x * x) - 3.0).abs() < 5.0 * (96.0 / n).sqrt());
        let covariance = pairs.iter().map(|p| p.x * p.y).sum::<f64>() / (0.5 * n);
        assert!(covariance.abs() < 5.0 / (0.5 * n).sqrt());
        // P(|x| > 1.96) = 0.05 to three digits.
        let tail = mean_of(&|x| if x.abs() > 1.959_963_985 { 1.0 } else { 0.0 });
        assert!((tail - 0.05).abs() < 5.0 * (0.05 * 0.95 / n).sqrt());
    }

    #[test]
    fn seeds_differ_and_repeat() {
        let first = |seed| Normals::new(seed).pair();
        assert_eq!(first(7), first(7));
        assert_ne!(first(7), first(8));
    }
}
