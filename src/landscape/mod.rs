//! A loss over two weights, the view of it, and the catalogue of known landscapes.

pub mod catalogue;
mod columns;
mod enclosures;
mod error;
mod function;
pub mod grid;
mod kept;
mod loss;
mod model;
mod moments;
mod notes;
mod sampling;
mod view;

pub use crate::formula::Jet;
pub use columns::{formula_over, no_mean};
pub use enclosures::Enclosures;
pub use error::LandscapeError;
pub use function::{Beyond, LossFunction};
pub use loss::{Loss, nodes};
pub use model::Model;
pub use moments::ReadyMoment;
pub use sampling::{Evaluator, Sampler};
pub use view::{View, ViewError};
