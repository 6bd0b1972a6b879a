//! Power iteration.

use super::SymmetricOperator;
use super::vectors::{dot, norm, scale};

/// Power iteration from a vector: an iterator over Rayleigh quotients vᵀAv/vᵀv, one product a step. They approach the
/// eigenvalue of largest magnitude in whose eigenspace the vector has a component.
pub struct PowerIteration<A> {
    operator: A,
    v: Vec<f64>,
    product: Vec<f64>,
}

impl<A: SymmetricOperator> PowerIteration<A> {
    /// An iteration that begins with the direction of `start`, which is not 0.
    ///
    /// # Panics
    /// Panics if the length of `start` is not the dimension of the operator.
    pub fn new(operator: A, start: &[f64]) -> PowerIteration<A> {
        assert_eq!(start.len(), operator.dimension(), "one number for each row");
        let mut v = start.to_vec();
        let length = norm(&v);
        scale(&mut v, 1.0 / length);
        PowerIteration { product: vec![0.0; v.len()], operator, v }
    }

    /// The present direction, of length 1.
    pub fn direction(&self) -> &[f64] {
        &self.v
    }
}

impl<A: SymmetricOperator> Iterator for PowerIteration<A> {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        self.operator.apply(&self.v, &mut self.product);
        let quotient = dot(&self.v, &self.product);
        let length = norm(&self.product);
        if length == 0.0 || !length.is_finite() {
            // The vector is an eigenvector of 0, or the product is not finite.
            return length.is_finite().then_some(quotient);
        }
        std::mem::swap(&mut self.v, &mut self.product);
        scale(&mut self.v, 1.0 / length);
        Some(quotient)
    }
}
