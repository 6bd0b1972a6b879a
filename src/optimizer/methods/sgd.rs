//! Stochastic gradient descent: w ← w − η(∇L(w) + σξ), where the components of ξ are independent standard normals.
//!
//! The noise stands for the sampling error of mini-batches. Its normals are made from the ChaCha8 stream of the seed
//! by [`Normals`], which uses no function of the platform: a seed gives the same bits on every machine.

use crate::number::Vector;
use crate::optimizer::settings::LEARNING_RATE;
use crate::optimizer::{Dynamics, Family, Here, Look, Optimizer, Setting, StepFailure, StepRule, Values};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The optimizer as it is offered.
pub struct Sgd;

impl Optimizer for Sgd {
    fn name(&self) -> &'static str {
        "sgd"
    }

    fn title(&self) -> &'static str {
        "SGD"
    }

    fn family(&self) -> Family {
        Family::FirstOrder
    }

    fn rule(&self) -> &'static str {
        "w ← w − η(∇L(w) + σξ), ξ ~ N(0, I)"
    }

    fn summary(&self) -> &'static str {
        "Gradient descent whose gradient carries Gaussian noise: it leaves saddles by itself and never quite rests, \
         so a run with σ > 0 goes on to its step limit."
    }

    fn source(&self) -> &'static str {
        "H. Robbins and S. Monro, A stochastic approximation method, 1951"
    }

    fn settings(&self) -> &'static [Setting] {
        const NOISE: Setting = Setting {
            key: "noise",
            symbol: "σ",
            title: "noise",
            default: 0.5,
            range: [0.0, 100.0],
            tooltip: "Standard deviation σ of the Gaussian noise on each component of the gradient.",
            ..Setting::PLAIN
        };
        &[LEARNING_RATE, NOISE]
    }

    fn is_random(&self) -> bool {
        true
    }

    fn takes_the_landscapes_rate(&self) -> bool {
        true
    }

    fn dynamics(&self, _values: Values<'_>) -> Option<Dynamics> {
        Some(Dynamics::Gradient)
    }

    fn begin(&self, values: Values<'_>, seed: u64) -> Box<dyn StepRule> {
        Box::new(Rule { learning_rate: values("learning_rate"), noise: values("noise"), normals: Normals::new(seed) })
    }
}

struct Rule {
    learning_rate: f64,
    noise: f64,
    normals: Normals,
}

impl StepRule for Rule {
    fn step(&mut self, here: &mut Here<'_>) -> Result<Vector, StepFailure> {
        let mut gradient = here.gradient();
        if self.noise > 0.0 {
            gradient += self.noise * self.normals.pair();
        }
        here.look(Look::Gradient(gradient));
        Ok(here.w - self.learning_rate * gradient)
    }

    fn has_memory(&self) -> bool {
        self.noise > 0.0
    }

    fn rests_at_zero_gradient(&self) -> bool {
        self.noise == 0.0
    }
}

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

    /// The next two.
    pub fn pair(&mut self) -> Vector {
        loop {
            let (u, v) = (self.uniform(), self.uniform());
            let s = u * u + v * v;
            // π/4 of the square is in the disc; the centre itself, where ln s is infinite, has no odd multiple of 2^-53.
            if s < 1.0 {
                return Vector::new(u, v) * (-2.0 * libm::log(s) / s).sqrt();
            }
        }
    }

    /// Uniform on the odd multiples of 2^-53 in (−1, 1).
    fn uniform(&mut self) -> f64 {
        let integer = (self.bits.next_u64() >> 11) as f64;
        2.0 * ((integer + 0.5) / 9_007_199_254_740_992.0) - 1.0 // 2^53
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
