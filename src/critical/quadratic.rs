//! The minimum of a loss of degree two, such as that of linear regression.

use crate::landscape::Loss;
use crate::number::{Digits, Vector};

/// Columns such as years, whose spread is small relative to their size, lose half of the digits of the normal
/// equations.
const BITS: usize = 256;
/// For more examples the work would take noticeably long.
const MOST_EXAMPLES: usize = 20_000;

/// The point where the gradient of a loss of degree two vanishes, computed with many digits; `None` if the loss has no
/// formula, too many examples, or a Hessian that is not proved to be positive definite.
pub fn minimum_of_quadratic(loss: &Loss) -> Option<Vector> {
    if loss.examples() > MOST_EXAMPLES {
        return None;
    }
    let mut digits = Digits::new(BITS)?;
    let zero = digits.number(0.0)?;
    let at = loss.taylor(&mut digits, 2, &[zero.clone(), zero.clone()])?;
    let ([p, q], [a, b, d]) = (at.gradient(&zero), at.hessian(&zero));
    let determinant = digits.sub(&digits.mul(&a, &d), &digits.square(&b));
    if (a.sign(), determinant.sign()) != (Some(1), Some(1)) {
        return None;
    }
    // −H⁻¹·∇L(0).
    let first = digits.sub(&digits.mul(&b, &q), &digits.mul(&d, &p));
    let second = digits.sub(&digits.mul(&b, &p), &digits.mul(&a, &q));
    let w = Vector::new(digits.div(&first, &determinant)?.middle(), digits.div(&second, &determinant)?.middle());
    w.iter().all(|x| x.is_finite()).then_some(w)
}
