//! Conjugate gradients (Hestenes & Stiefel 1952) with damping and an exit on negative curvature.

use super::SymmetricOperator;
use super::vectors::{add_scaled, dot, norm};

/// The reason why conjugate gradients ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CgExit {
    /// The residual is below the tolerance.
    Tolerance,
    /// A direction has pᵀAp ≤ 0: the matrix is not positive definite.
    NegativeCurvature,
}

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CgStep {
    /// ‖b − Ax‖ before the step.
    pub residual: f64,
    /// pᵀAp/pᵀp of the direction.
    pub curvature: f64,
}

/// Conjugate gradients for (A + damping·I)x = b from x = 0: an iterator over steps, one product each.
pub struct ConjugateGradients<A> {
    operator: A,
    damping: f64,
    tolerance: f64,
    x: Vec<f64>,
    residual: Vec<f64>,
    direction: Vec<f64>,
    product: Vec<f64>,
    square: f64,
    exit: Option<CgExit>,
}

impl<A: SymmetricOperator> ConjugateGradients<A> {
    /// Conjugate gradients that end when the norm of the residual is at most `tolerance` times that of `b`.
    ///
    /// # Panics
    /// Panics if the length of `b` is not the dimension of the operator.
    pub fn new(operator: A, b: &[f64], damping: f64, tolerance: f64) -> ConjugateGradients<A> {
        assert_eq!(b.len(), operator.dimension(), "one number for each row");
        let square = dot(b, b);
        ConjugateGradients {
            operator,
            damping,
            tolerance: tolerance * square.sqrt(),
            x: vec![0.0; b.len()],
            residual: b.to_vec(),
            direction: b.to_vec(),
            product: vec![0.0; b.len()],
            square,
            exit: None,
        }
    }

    /// The solution so far.
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// The direction of the next step, or the direction in which the curvature is not positive.
    pub fn direction(&self) -> &[f64] {
        &self.direction
    }

    /// ‖b − Ax‖ of the solution so far.
    pub fn residual_norm(&self) -> f64 {
        norm(&self.residual)
    }

    /// The reason for its end; `None` while it goes on.
    pub fn exit(&self) -> Option<CgExit> {
        self.exit
    }
}

impl<A: SymmetricOperator> Iterator for ConjugateGradients<A> {
    type Item = CgStep;

    fn next(&mut self) -> Option<CgStep> {
        if self.exit.is_some() {
            return None;
        }
        let residual = self.square.sqrt();
        if residual <= self.tolerance {
            self.exit = Some(CgExit::Tolerance);
            return None;
        }
        self.operator.apply(&self.direction, &mut self.product);
        add_scaled(&mut self.product, self.damping, &self.direction);
        let bent = dot(&self.direction, &self.product);
        let step = CgStep { residual, curvature: bent / dot(&self.direction, &self.direction) };
        // Also where it is NaN.
        if bent.is_nan() || bent <= 0.0 {
            self.exit = Some(CgExit::NegativeCurvature);
            return Some(step);
        }
        let length = self.square / bent;
        add_scaled(&mut self.x, length, &self.direction);
        add_scaled(&mut self.residual, -length, &self.product);
        let square = dot(&self.residual, &self.residual);
        let ratio = square / self.square;
        self.square = square;
        for (direction, residual) in self.direction.iter_mut().zip(&self.residual) {
            *direction = residual + ratio * *direction;
        }
        if square.sqrt() <= self.tolerance {
            self.exit = Some(CgExit::Tolerance);
        }
        Some(step)
    }
}
