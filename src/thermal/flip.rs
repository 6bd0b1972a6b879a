//! The temperature at which a flat well holds as much probability as a deeper sharp one.
//!
//! A basin holds about e^(−L/T)/√det H: below the temperature of the flip the deeper well holds more, above it the
//! flatter one. With L quadratic at both minima it is T = (L₂ − L₁)/(S₂ − S₁), where S = −½ ln det H; the integrals
//! over the basins give a corrected value.

use super::occupation::{log_determinant, occupation};
use crate::landscape::{Loss, View};
use crate::number::Vector;
use crate::saddles::SaddleGraph;

/// Two wells that change places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    /// The lowest minimum.
    pub deep: Vector,
    /// The flatter minimum, which holds more above the temperature.
    pub flat: Vector,
    /// The temperature with L quadratic at both minima; 0 if they are equally deep.
    pub harmonic: f64,
    /// The temperature at which quadrature finds equal shares, once it is computed.
    pub quadrature: Option<f64>,
}

/// The most temperatures to try, and the relative distance of the last two.
const MOST_TRIES: usize = 24;
const NEAR: f64 = 1e-5;

/// The lowest temperature at which another well overtakes the lowest one; `None` if none is flatter, or if the
/// temperature is above the well's barrier.
pub fn flip(loss: &Loss, graph: &SaddleGraph) -> Option<Flip> {
    let entropy = |w: Vector| Some(-0.5 * log_determinant(loss, w)?);
    let &(deep, least) = graph.minima.first()?;
    let deepest = entropy(deep)?;
    let candidates = graph.minima[1..].iter().filter_map(|&(flat, value)| {
        let gain = entropy(flat)? - deepest;
        // Mirror images are equally flat up to rounding.
        let harmonic = (value - least).max(0.0) / gain;
        let barrier = graph.merges.iter().find(|merge| merge.dies == flat).map_or(f64::INFINITY, |merge| merge.barrier);
        (gain > 1e-9 && harmonic < barrier).then_some(Flip { deep, flat, harmonic, quadrature: None })
    });
    candidates.min_by(|a, b| a.harmonic.total_cmp(&b.harmonic))
}

impl Flip {
    /// The flip with the temperature by quadrature, if that is found within a factor of four of the harmonic one.
    pub fn integrated(self, loss: &Loss, view: &View, cancel: &dyn Fn() -> bool) -> Flip {
        // ln(share of the flat well/share of the deep one), which rises with T.
        let excess = |temperature: f64| -> Option<f64> {
            let found = occupation(loss, view, temperature, false);
            let near = 1e-6 * view.width().max(view.height());
            let share = |w: Vector| found.minima.iter().find(|share| (share.w - w).norm() <= near)?.share;
            Some(libm::log(share(self.flat)? / share(self.deep)?)).filter(|excess| excess.is_finite())
        };
        let find = || -> Option<f64> {
            let [mut low, mut high] = [0.25 * self.harmonic, 4.0 * self.harmonic];
            let [mut below, mut above] = [excess(low)?, excess(high)?];
            if self.harmonic <= 0.0 || below >= 0.0 || above <= 0.0 {
                return None;
            }
            // The Illinois variant of false position, which halves the value at a retained end.
            for _ in 0..MOST_TRIES {
                let middle = (low * above - high * below) / (above - below);
                if high - low <= NEAR * middle || cancel() {
                    return (!cancel()).then_some(middle);
                }
                let found = excess(middle)?;
                if found.abs() < NEAR {
                    return Some(middle);
                }
                if found < 0.0 {
                    (low, below, above) = (middle, found, 0.5 * above);
                } else {
                    (high, above, below) = (middle, found, 0.5 * below);
                }
            }
            None
        };
        Flip { quadrature: find(), ..self }
    }
}
