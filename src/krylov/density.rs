//! The spectral density by stochastic Lanczos quadrature (Ubaru, Chen & Saad 2017).

use super::{Lanczos, SymmetricOperator, rademacher};

/// An estimate of the distribution of an operator's eigenvalues: nodes with weights whose sum is 1.
#[derive(Clone, Debug, PartialEq)]
pub struct SpectralDensity {
    /// Ritz values of all probes, ascending.
    pub nodes: Vec<f64>,
    /// The share of the spectrum that each stands for.
    pub weights: Vec<f64>,
}

/// The density from `probes` random vectors of ±1 with `steps` steps of the Lanczos iteration each. Ghosts would do no
/// harm, because copies of an eigenvalue share its weight, but the basis is reorthogonalised anyway.
pub fn spectral_density(
    operator: &mut impl SymmetricOperator,
    steps: usize,
    probes: usize,
    seed: u64,
) -> SpectralDensity {
    let mut found: Vec<(f64, f64)> = Vec::new();
    for probe in 0..probes {
        let start = rademacher(operator.dimension(), seed.wrapping_add(probe as u64));
        let mut lanczos = Lanczos::new(&mut *operator, &start, true);
        for _ in 0..steps {
            if !lanczos.step() {
                break;
            }
        }
        let ritz = lanczos.ritz();
        found.extend(ritz.values.into_iter().zip(ritz.weights.iter().map(|weight| weight / probes as f64)));
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (nodes, weights) = found.into_iter().unzip();
    SpectralDensity { nodes, weights }
}
