//! The ridge formula, an approximation of the mean time over a saddle that takes the shape of the path and of the ridge
//! into account: τ = Z·∫e^(L/T)ds over the unstable curve / (T·∫e^(−(L − Ls)/T)ds over the stable curve), with Z =
//! ∫e^(−L/T) over the basin. With L quadratic at the minimum and at the saddle it is Kramers' law.

use super::paths::integral;
use crate::landscape::Loss;
use crate::saddles::{Curve, Saddle};

/// The rate over a saddle by the ridge formula, where `mass` = ∫e^(−(L − L_min)/T) over the basin of the minimum.
pub(super) fn rate(loss: &Loss, saddle: &Saddle, mass: f64, barrier: f64, temperature: f64) -> Option<f64> {
    let mut evaluator = loss.evaluator();
    let mut along = |curves: &[Curve], sign: f64| -> f64 {
        let f = |value: f64| libm::exp(sign * (value - saddle.value) / temperature);
        curves.iter().map(|curve| integral(&mut evaluator, &curve.polyline, f)).sum()
    };
    let (way, ridge) = (along(&saddle.unstable, 1.0), along(&saddle.stable, -1.0));
    let rate = temperature * ridge / (mass * way) * libm::exp(-barrier / temperature);
    rate.is_finite().then_some(rate)
}

/// √(T/λ₊) as a share of the length of the unstable curves from the saddle to the nearer end, where λ₊ is the saddle's
/// positive eigenvalue: above three quarters the ridge is too wide for either formula. `None` if a curve does not end
/// at a point.
pub(super) fn width(saddle: &Saddle, positive: f64, temperature: f64) -> Option<f64> {
    let lengths: Option<Vec<f64>> = saddle.unstable.iter().map(|curve| curve.length).collect();
    let nearer = lengths?.into_iter().min_by(f64::total_cmp)?;
    Some((temperature / positive).sqrt() / nearer)
}
