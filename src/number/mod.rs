//! The kinds of number that a formula is evaluated over, and the small linear algebra of two weights.

mod eigen;

pub use eigen::{Eigenpairs, eigenpairs};

/// A point, step or gradient: (w1, w2) or (∂L/∂w1, ∂L/∂w2).
pub type Vector = nalgebra::Vector2<f64>;
/// A 2 × 2 matrix; Hessians are symmetric to the last bit.
pub type Matrix = nalgebra::Matrix2<f64>;
