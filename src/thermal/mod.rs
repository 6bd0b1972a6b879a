//! Noise as temperature: Langevin dynamics dw = −∇L dt + √(2T) dB, whose stationary density is e^(−L/T)/Z if Z is
//! finite.
//!
//! `occupation.rs` integrates the density over each basin of gradient flow. The mean time from one minimum to another
//! is given by two approximations, Kramers' law (`rates.rs`) and the ridge formula (`ridge.rs`), and measured by runs
//! of the discrete chain w ← w − η∇L + √(2ηT)·ξ (`measured.rs`); `arrhenius.rs` has all three over 1/T. `flip.rs`
//! computes the temperature above which a flat well holds more than a deeper sharp one. The noise of SGD has no
//! temperature in general; for it, `stationary.rs` computes the stationary covariance on linear regression.

mod arrhenius;
mod chi_squared;
mod escape;
mod flip;
mod measured;
mod occupation;
mod paths;
mod rates;
mod region;
mod ridge;
mod stationary;
#[cfg(test)]
mod tests;

pub use arrhenius::{Arrhenius, Reading};
pub use escape::{Escape, WIDE, escape};
pub use flip::{Flip, flip};
pub use measured::{Chain, Measured, measure, measure_unless};
pub use occupation::{Occupation, Share, harmonic_shares, occupation};
pub use rates::{Exit, exits, hitting_time};
pub use region::{Region, region};
pub use stationary::{Stationary, stationary};
