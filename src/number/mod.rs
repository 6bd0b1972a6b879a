//! The kinds of number that a formula is evaluated over, and the small linear algebra of two weights.
//!
//! Every operator of the formula language is declared once, in [`operator`]: its name, its domain and its meaning on
//! f64. [`Number`] is what an evaluator may do with a value; f64, [`Interval`] (outward rounded) and [`Constant`]
//! (both at once) are the kinds of number, and [`lanes`] runs an operator over a block of f64 at once.

mod closed_form;
pub mod decimal;
pub mod display;
mod eigen;
mod elementary;
mod exact;
mod interval;
pub mod labels;
pub mod lanes;
mod operator;
pub mod precise;
#[cfg(test)]
mod tests;

pub use closed_form::ClosedForm;
pub use decimal::{Decimal, Decimals};
pub use eigen::{Eigenpairs, difference_of_products, eigenpairs};
#[cfg(test)]
pub use elementary::tests as power_tests;
pub use elementary::{normal, sin_cos, tanh_and_derivative};
pub use interval::Interval;
pub use operator::{Binary, Number, SMALL_EXPONENTS, Unary};
pub use precise::{Digits, Precise};

/// A point, step or gradient: (w1, w2) or (∂L/∂w1, ∂L/∂w2).
pub type Vector = nalgebra::Vector2<f64>;
/// A 2 × 2 matrix; Hessians are symmetric to the last bit.
pub type Matrix = nalgebra::Matrix2<f64>;

/// The larger of two numbers, the second where one is NaN: one instruction, which `f64::max` is not.
#[inline(always)]
pub fn larger(x: f64, y: f64) -> f64 {
    if x > y { x } else { y }
}

/// A constant of a formula: the f64 nearest to it, and an interval that provably encloses the constant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    /// The value used for points and grids.
    pub value: f64,
    /// The value used for proofs: the decimal literal 0.1 is enclosed, because it is not an f64.
    pub enclosure: Interval,
}

impl Constant {
    /// An f64 as it is.
    pub fn exact(value: f64) -> Constant {
        Constant { value, enclosure: Interval::point(value) }
    }

    /// The value, when the constant is exactly an f64.
    pub fn as_exact(&self) -> Option<f64> {
        (self.enclosure.lo == self.value && self.enclosure.hi == self.value).then_some(self.value)
    }

    /// A real number of which only the nearest f64 is known.
    pub fn rounded(value: f64) -> Constant {
        Constant { value, enclosure: Interval::new(value.next_down(), value.next_up()) }
    }
}
