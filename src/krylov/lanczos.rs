//! The Lanczos iteration (Lanczos 1950), with and without reorthogonalisation.

use super::SymmetricOperator;
use super::vectors::{add_scaled, dot, norm, scale};
use nalgebra::{DMatrix, Dyn, SymmetricEigen};

/// The Lanczos iteration from a vector: after k steps the eigenvalues of a tridiagonal matrix of k rows, the Ritz
/// values, approach eigenvalues of the operator, the outermost first.
pub struct Lanczos<A> {
    operator: A,
    /// The basis, of vectors of length 1.
    basis: Vec<Vec<f64>>,
    /// The vector whose direction is the next vector of the basis.
    rest: Vec<f64>,
    alpha: Vec<f64>,
    beta: Vec<f64>,
    reorthogonalises: bool,
    product: Vec<f64>,
}

/// Eigenvalues of the tridiagonal matrix, ascending, with a weight and a residual for each.
#[derive(Clone, Debug, PartialEq)]
pub struct RitzPairs {
    /// Ritz values, ascending.
    pub values: Vec<f64>,
    /// The squared first components of the eigenvectors: the weights of Gauss quadrature over the start vector's
    /// spectral measure. Their sum is 1.
    pub weights: Vec<f64>,
    /// ‖A·y − θ·y‖ of each Ritz pair: some eigenvalue lies within it.
    pub residuals: Vec<f64>,
}

impl<A: SymmetricOperator> Lanczos<A> {
    /// An iteration that begins with the direction of `start`, which is not 0. With reorthogonalisation each new vector
    /// is made orthogonal to all before it, twice; without it, rounding errors bring back directions already found, and
    /// copies of eigenvalues ("ghosts") appear.
    ///
    /// # Panics
    /// Panics if the length of `start` is not the dimension of the operator.
    pub fn new(operator: A, start: &[f64], reorthogonalises: bool) -> Lanczos<A> {
        assert_eq!(start.len(), operator.dimension(), "one number for each row");
        Lanczos {
            operator,
            basis: Vec::new(),
            rest: start.to_vec(),
            alpha: Vec::new(),
            beta: Vec::new(),
            reorthogonalises,
            product: vec![0.0; start.len()],
        }
    }

    /// The diagonal of the tridiagonal matrix.
    pub fn alpha(&self) -> &[f64] {
        &self.alpha
    }

    /// The off-diagonal, and last the norm of the rest after the last step.
    pub fn beta(&self) -> &[f64] {
        &self.beta
    }

    /// The basis, as many vectors as steps.
    pub fn basis(&self) -> &[Vec<f64>] {
        &self.basis
    }

    /// Makes one step, with one product. Returns false if the Krylov space of the start vector is exhausted, or if a
    /// product is not finite.
    pub fn step(&mut self) -> bool {
        let length = norm(&self.rest);
        let scale_of_operator = self.alpha.iter().chain(&self.beta).fold(0.0, |most: f64, x| most.max(x.abs()));
        let is_first = self.basis.is_empty();
        if !length.is_finite() || length == 0.0 || (!is_first && length <= f64::EPSILON * scale_of_operator) {
            return false;
        }
        if self.basis.len() >= self.rest.len() && self.reorthogonalises {
            return false;
        }
        let mut v = std::mem::take(&mut self.rest);
        scale(&mut v, 1.0 / length);
        self.operator.apply(&v, &mut self.product);
        let mut rest = self.product.clone();
        if let (Some(before), Some(beta)) = (self.basis.last(), self.beta.last()) {
            add_scaled(&mut rest, -beta, before);
        }
        let alpha = dot(&rest, &v);
        if !alpha.is_finite() {
            return false;
        }
        add_scaled(&mut rest, -alpha, &v);
        self.basis.push(v);
        if self.reorthogonalises {
            for _ in 0..2 {
                for before in &self.basis {
                    let part = dot(&rest, before);
                    add_scaled(&mut rest, -part, before);
                }
            }
        }
        self.alpha.push(alpha);
        self.beta.push(norm(&rest));
        self.rest = rest;
        true
    }

    /// The eigenvalues and eigenvectors of the tridiagonal matrix.
    fn tridiagonal_eigen(&self) -> SymmetricEigen<f64, Dyn> {
        let count = self.alpha.len();
        SymmetricEigen::new(DMatrix::from_fn(count, count, |i, j| match i.abs_diff(j) {
            0 => self.alpha[i],
            1 => self.beta[i.min(j)],
            _ => 0.0,
        }))
    }

    /// The Ritz values after the steps so far.
    pub fn ritz(&self) -> RitzPairs {
        let count = self.alpha.len();
        if count == 0 {
            return RitzPairs { values: Vec::new(), weights: Vec::new(), residuals: Vec::new() };
        }
        let eigen = self.tridiagonal_eigen();
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by(|i, j| eigen.eigenvalues[*i].total_cmp(&eigen.eigenvalues[*j]));
        let last = self.beta.last().copied().unwrap_or(0.0);
        RitzPairs {
            values: order.iter().map(|i| eigen.eigenvalues[*i]).collect(),
            weights: order.iter().map(|i| eigen.eigenvectors[(0, *i)].powi(2)).collect(),
            residuals: order.iter().map(|i| last * eigen.eigenvectors[(count - 1, *i)].abs()).collect(),
        }
    }

    /// The Ritz vector of the largest or the least Ritz value, of length 1; NaN before the first step.
    pub fn ritz_vector(&self, largest: bool) -> Vec<f64> {
        let count = self.alpha.len();
        if count == 0 {
            return vec![f64::NAN; self.product.len()];
        }
        let eigen = self.tridiagonal_eigen();
        let of = |index: &usize| eigen.eigenvalues[*index];
        let by_value = |i: &usize, j: &usize| of(i).total_cmp(&of(j));
        let chosen = if largest { (0..count).max_by(by_value) } else { (0..count).min_by(by_value) };
        let mut vector = vec![0.0; self.product.len()];
        if let Some(chosen) = chosen {
            for (row, basis) in self.basis.iter().enumerate() {
                add_scaled(&mut vector, eigen.eigenvectors[(row, chosen)], basis);
            }
        }
        let length = norm(&vector);
        scale(&mut vector, 1.0 / length);
        vector
    }
}
