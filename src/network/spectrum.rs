//! The Hessian of a network: as an operator, and as a matrix if it is small.

use super::{Evaluation, Layer};
use crate::krylov::{Lanczos, SymmetricOperator, uniform};
use nalgebra::{DMatrix, SymmetricEigen};

/// The most weights for which the whole Hessian is computed.
pub const MAX_DENSE: usize = 512;

/// The Hessian at the weights at which the gradient was evaluated last.
pub struct Hessian<'e, 'a> {
    evaluation: &'e mut Evaluation<'a>,
    is_gauss_newton: bool,
}

impl<'e, 'a> Hessian<'e, 'a> {
    /// The Hessian at the weights at which the gradient was evaluated last.
    pub fn new(evaluation: &'e mut Evaluation<'a>) -> Hessian<'e, 'a> {
        Hessian { evaluation, is_gauss_newton: false }
    }

    /// The Gauss–Newton matrix there.
    pub fn gauss_newton(evaluation: &'e mut Evaluation<'a>) -> Hessian<'e, 'a> {
        Hessian { evaluation, is_gauss_newton: true }
    }
}

impl SymmetricOperator for Hessian<'_, '_> {
    fn dimension(&self) -> usize {
        self.evaluation.loss().parameters()
    }

    fn apply(&mut self, v: &[f64], product: &mut [f64]) {
        if self.is_gauss_newton {
            self.evaluation.gauss_newton_product(v, product);
        } else {
            self.evaluation.hessian_product(v, product);
        }
    }
}

/// The matrix of an operator, from one product for each row; symmetric to the last bit.
pub fn dense(operator: &mut impl SymmetricOperator) -> DMatrix<f64> {
    let n = operator.dimension();
    let mut matrix = DMatrix::zeros(n, n);
    let (mut unit, mut column) = (vec![0.0; n], vec![0.0; n]);
    for j in 0..n {
        unit[j] = 1.0;
        operator.apply(&unit, &mut column);
        unit[j] = 0.0;
        matrix.column_mut(j).copy_from_slice(&column);
    }
    for j in 0..n {
        for i in 0..j {
            let mean = 0.5 * (matrix[(i, j)] + matrix[(j, i)]);
            (matrix[(i, j)], matrix[(j, i)]) = (mean, mean);
        }
    }
    matrix
}

/// Eigenvalues of a symmetric matrix, ascending; NaN where an entry is not finite.
pub fn eigenvalues(matrix: &DMatrix<f64>) -> Vec<f64> {
    // The iteration would never end.
    if !matrix.iter().all(|entry| entry.is_finite()) {
        return vec![f64::NAN; matrix.nrows()];
    }
    let mut values: Vec<f64> = matrix.symmetric_eigenvalues().iter().copied().collect();
    values.sort_by(f64::total_cmp);
    values
}

/// How many of a Hessian's eigenvalues are negative beyond rounding: below −1e-9, and below −n·ε times the largest
/// magnitude, the size of what rounding makes of an eigenvalue of 0 (G. H. Golub and C. F. Van Loan, Matrix
/// Computations, 4th ed. 2013, section 8.3).
pub fn count_negative(eigenvalues: &[f64]) -> usize {
    let largest = eigenvalues.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    eigenvalues.iter().filter(|value| is_negative(**value, largest, eigenvalues.len())).count()
}

/// Whether an eigenvalue of a Hessian of n weights is negative beyond rounding, as [`count_negative`] has it.
pub fn is_negative(eigenvalue: f64, largest: f64, n: usize) -> bool {
    eigenvalue < -rounding(largest, n)
}

/// The size of what rounding makes of an eigenvalue of 0, beside the largest one of n.
pub fn rounding(largest: f64, n: usize) -> f64 {
    (n as f64 * f64::EPSILON * largest.abs()).max(1e-9)
}

/// Eigenvalues of a symmetric matrix, ascending, and their eigenvectors as columns, each with its largest entry
/// positive; NaN where an entry is not finite.
pub fn eigenpairs(matrix: DMatrix<f64>) -> (Vec<f64>, DMatrix<f64>) {
    let n = matrix.nrows();
    if !matrix.iter().all(|entry| entry.is_finite()) {
        return (vec![f64::NAN; n], DMatrix::from_element(n, n, f64::NAN));
    }
    let eigen = SymmetricEigen::new(matrix);
    let mut order: Vec<usize> = (0..eigen.eigenvalues.len()).collect();
    order.sort_by(|i, j| eigen.eigenvalues[*i].total_cmp(&eigen.eigenvalues[*j]));
    let values = order.iter().map(|i| eigen.eigenvalues[*i]).collect();
    let mut vectors = DMatrix::zeros(order.len(), order.len());
    for (to, from) in order.iter().enumerate() {
        let column = eigen.eigenvectors.column(*from);
        let largest = column.iter().fold(0.0_f64, |most, entry| if entry.abs() > most.abs() { *entry } else { most });
        vectors.column_mut(to).copy_from(&(column * if largest < 0.0 { -1.0 } else { 1.0 }));
    }
    (values, vectors)
}

/// Properties of the blocks of a Hessian, each of which belongs to a pair of layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks {
    /// The Frobenius norm of each block.
    pub norms: Vec<Vec<f64>>,
    /// The largest eigenvalue of each layer's own block.
    pub largest: Vec<f64>,
    /// The least eigenvalue of each layer's own block.
    pub least: Vec<f64>,
    /// The least and the largest eigenvalue of the whole Hessian.
    pub whole: [f64; 2],
    /// How many of its eigenvalues are negative.
    pub negative: usize,
    /// How many rows it has.
    pub weights: usize,
}

/// The blocks of a Hessian; a layer is its W and b together.
pub fn blocks(hessian: &DMatrix<f64>, layers: &[Layer]) -> Blocks {
    let block = |a: &Layer, b: &Layer| {
        let (rows, columns) = (a.range(), b.range());
        hessian.view((rows.start, columns.start), (rows.len(), columns.len())).into_owned()
    };
    let norms = layers.iter().map(|a| layers.iter().map(|b| block(a, b).norm()).collect()).collect();
    let own: Vec<Vec<f64>> = layers.iter().map(|layer| eigenvalues(&block(layer, layer))).collect();
    let ends = |values: &[f64]| [values.first(), values.last()].map(|value| value.copied().unwrap_or(f64::NAN));
    let whole = eigenvalues(hessian);
    Blocks {
        norms,
        largest: own.iter().map(|values| ends(values)[1]).collect(),
        least: own.iter().map(|values| ends(values)[0]).collect(),
        whole: ends(&whole),
        negative: count_negative(&whole),
        weights: whole.len(),
    }
}

/// The least and the largest eigenvalue of an operator by Lanczos, until both residuals are below `tolerance` times the
/// largest magnitude, or for at most `steps` steps; and a bound of their errors.
pub fn extreme_eigenvalues(operator: &mut impl SymmetricOperator, steps: usize, tolerance: f64) -> [(f64, f64); 2] {
    let start = uniform(operator.dimension(), 0);
    let mut lanczos = Lanczos::new(operator, &start, true);
    let mut found = [(f64::NAN, f64::INFINITY); 2];
    for step in 1..=steps {
        let goes_on = lanczos.step();
        if goes_on && step < steps && step % 5 != 0 {
            continue;
        }
        let ritz = lanczos.ritz();
        if let (Some(&low), Some(&high)) = (ritz.values.first(), ritz.values.last()) {
            let last = ritz.residuals.len() - 1;
            found = [(low, ritz.residuals[0]), (high, ritz.residuals[last])];
            let size = low.abs().max(high.abs());
            if ritz.residuals[0].max(ritz.residuals[last]) <= tolerance * size {
                break;
            }
        }
        if !goes_on {
            break;
        }
    }
    found
}
