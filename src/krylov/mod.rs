//! Matrix-free linear algebra: methods that use only the products of a symmetric matrix with vectors.
//!
//! Each method is an iterator over steps, which can be shown. It needs only products, so the Hessian of a network need
//! not be stored.

mod conjugate_gradients;
mod density;
mod lanczos;
mod power;
#[cfg(test)]
mod tests;
mod vectors;

pub use conjugate_gradients::{CgExit, CgStep, ConjugateGradients};
pub use density::{SpectralDensity, spectral_density};
pub use lanczos::{Lanczos, RitzPairs};
pub use power::PowerIteration;
pub(crate) use vectors::{LANES, sum_of_lanes};
pub use vectors::{dot, norm, rademacher, uniform};

/// A symmetric matrix that is given by its products with vectors.
pub trait SymmetricOperator {
    /// The number of rows.
    fn dimension(&self) -> usize;

    /// The product with v, of [`SymmetricOperator::dimension`] numbers.
    fn apply(&mut self, v: &[f64], product: &mut [f64]);
}

/// A function as an operator.
pub struct FromFn<F> {
    dimension: usize,
    product: F,
}

impl<F: FnMut(&[f64], &mut [f64])> FromFn<F> {
    /// The operator whose products a function writes.
    pub fn new(dimension: usize, product: F) -> FromFn<F> {
        FromFn { dimension, product }
    }
}

impl<F: FnMut(&[f64], &mut [f64])> SymmetricOperator for FromFn<F> {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn apply(&mut self, v: &[f64], product: &mut [f64]) {
        (self.product)(v, product);
    }
}

impl<T: SymmetricOperator + ?Sized> SymmetricOperator for &mut T {
    fn dimension(&self) -> usize {
        (**self).dimension()
    }

    fn apply(&mut self, v: &[f64], product: &mut [f64]) {
        (**self).apply(v, product);
    }
}
