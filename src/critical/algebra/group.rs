//! Common zeros of the same multiplicity, by the roots of one polynomial.

use super::bivariate::Bivariate;
use super::roots::Root;
use super::univariate::Polynomial;
use std::cell::RefCell;

/// The common zeros of the same multiplicity: u runs through the roots of `roots_of`, w2 = numerator(u)/denominator(u)
/// and w1 = u − s·w2.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub multiplicity: usize,
    pub roots_of: Polynomial,
    pub numerator: Polynomial,
    pub denominator: Polynomial,
    /// The real ones, ascending in u.
    pub roots: Vec<Root>,
    /// A cache: polynomials that were tested, each with the divisor of `roots_of` at whose roots it vanishes.
    pub vanishing: RefCell<Vec<(Bivariate, Polynomial)>>,
}
