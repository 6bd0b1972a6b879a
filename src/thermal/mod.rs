//! Noise as temperature: Langevin dynamics dw = −∇L dt + √(2T) dB, whose stationary density is e^(−L/T)/Z where Z is finite.
//!
//! How much of it lies in each basin of gradient flow is integrated (`occupation.rs`). How long it takes from one minimum to another is
//! given by two formulas, Kramers' law (`rates.rs`) and the ridge formula (`ridge.rs`), both approximations, and is measured by runs of the
//! discrete chain w ← w − η∇L + √(2ηT)·ξ (`measured.rs`).

mod chi_squared;
mod escape;
mod measured;
mod occupation;
mod paths;
mod rates;
mod region;
mod ridge;
#[cfg(test)]
mod tests;

pub use escape::{Escape, WIDE, escape};
pub use measured::{Chain, Measured, measure};
pub use occupation::{Occupation, Share, occupation};
pub use rates::{Exit, exits, hitting_time};
pub use region::{Region, region};
