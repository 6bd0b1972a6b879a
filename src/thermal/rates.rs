//! Kramers' law: the rate from a minimum over a saddle to the next minimum, k = |λs|/(2π)·√(det H_min/|det
//! Hs|)·e^(−ΔL/T), as T → 0 (H. A. Kramers 1940; A. Bovier, M. Eckhoff, V. Gayrard and M. Klein, Metastability in
//! reversible diffusion processes I, 2004).

use crate::curvature::Kind;
use crate::landscape::Loss;
use crate::number::{Eigenpairs, Vector, eigenpairs};
use crate::saddles::{Saddle, SaddleGraph};
use std::f64::consts::TAU;

/// A way out of a minimum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exit {
    /// The saddle on the way.
    pub saddle: Vector,
    /// The saddle's place in the graph.
    pub index: usize,
    /// The critical point on the other side; `None` if the other curve goes to infinity or its end is not certain.
    pub to: Option<Vector>,
    /// L(saddle) − L(minimum).
    pub barrier: f64,
    /// The rate by Kramers' law, per unit of time t = ηk; `None` if a Hessian is singular.
    pub rate: Option<f64>,
}

/// The exits of a minimum, the lowest first. A saddle whose two unstable curves both end at the minimum is not an exit.
pub fn exits(loss: &Loss, graph: &SaddleGraph, from: Vector, temperature: f64) -> Vec<Exit> {
    let value = loss.value(from);
    let well = eigenpairs(&loss.jet(from).hessian);
    let mut found = Vec::new();
    for (index, saddle) in graph.saddles.iter().enumerate() {
        let ends: Vec<Option<Vector>> = saddle.unstable.iter().map(|curve| curve.end.point()).collect();
        if !ends.contains(&Some(from)) {
            continue;
        }
        let barrier = saddle.value - value;
        let rate = well.and_then(|well| rate(loss, saddle, &well, barrier, temperature));
        for to in ends.into_iter().filter(|end| *end != Some(from)) {
            found.push(Exit { saddle: saddle.w, index, to, barrier, rate });
        }
    }
    found
}

fn rate(loss: &Loss, saddle: &Saddle, well: &Eigenpairs, barrier: f64, temperature: f64) -> Option<f64> {
    let top = eigenpairs(&loss.jet(saddle.w).hessian).filter(|_| saddle.kind == Kind::Saddle)?;
    let [low, high] = top.values;
    let [first, second] = well.values;
    if first <= 0.0 || low >= 0.0 || high <= 0.0 {
        return None;
    }
    let roots = (first / -low).sqrt() * (second / high).sqrt();
    Some(-low / TAU * roots * libm::exp(-barrier / temperature))
}

/// The mean time of a jump process from state `from` until it reaches one of the `targets`. `rates` has (a, b, rate)
/// for each jump from a to b; several rates of the same jump are added. `None` if the targets are never reached, or if
/// a number overflows.
///
/// The states between are eliminated one after the other without a subtraction (W. K. Grassmann, M. I. Taksar and D. P.
/// Heyman, 1985), so that rates of any ratio keep their digits.
pub fn hitting_time(states: usize, rates: &[(usize, usize, f64)], from: usize, targets: &[usize]) -> Option<f64> {
    let mut jumps = vec![vec![0.0; states]; states];
    for &(a, b, rate) in rates.iter().filter(|(a, b, _)| a != b) {
        jumps[a][b] += rate;
    }
    // The mean time of each visit to a state, including eliminated states, times the rate of leaving the state.
    let mut reward = vec![1.0; states];
    let reached = reachable(&jumps, from, targets);
    for middle in (0..states).filter(|state| *state != from && !targets.contains(state) && reached[*state]) {
        let row = jumps[middle].clone();
        let total: f64 = row.iter().sum();
        if total == 0.0 {
            return None;
        }
        for a in (0..states).filter(|a| *a != middle) {
            let share = jumps[a][middle] / total;
            reward[a] += share * reward[middle];
            for b in (0..states).filter(|b| *b != a) {
                jumps[a][b] += share * row[b];
            }
            jumps[a][middle] = 0.0;
        }
        jumps[middle] = vec![0.0; states];
    }
    let total: f64 = targets.iter().map(|target| jumps[from][*target]).sum();
    Some(reward[from] / total).filter(|time| time.is_finite())
}

/// The states that are visited before a target.
fn reachable(jumps: &[Vec<f64>], from: usize, targets: &[usize]) -> Vec<bool> {
    let mut reached = vec![false; jumps.len()];
    let mut open = vec![from];
    while let Some(state) = open.pop() {
        if !std::mem::replace(&mut reached[state], true) && !targets.contains(&state) {
            open.extend((0..jumps.len()).filter(|next| jumps[state][*next] > 0.0));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    /// From 0 by way of 1 to 2: τ₀ = 1/k₀₁ + τ₁ and τ₁ = (1 + k₁₀τ₀)/(k₁₀ + k₁₂), solved by hand.
    #[test]
    fn mean_times_of_small_chains() {
        let near = |time: Option<f64>, wanted: f64| assert!((time.unwrap() / wanted - 1.0).abs() < 1e-14, "{time:?}");
        near(hitting_time(2, &[(0, 1, 0.25)], 0, &[1]), 4.0);
        // Several ways to the same state add up.
        near(hitting_time(2, &[(0, 1, 0.25), (0, 1, 0.75)], 0, &[1]), 1.0);
        let (k01, k10, k12) = (2.0, 3.0, 0.5);
        let chain = [(0, 1, k01), (1, 0, k10), (1, 2, k12)];
        near(hitting_time(3, &chain, 0, &[2]), (1.0 / k01) * (1.0 + k10 / k12) + 1.0 / k12);
        near(hitting_time(3, &chain, 0, &[1, 2]), 1.0 / k01);
        // Rates of very different sizes, which a subtraction would cancel.
        let steep = [(0, 1, 1.0), (1, 0, 1.0), (1, 2, 1e-200)];
        near(hitting_time(3, &steep, 0, &[2]), 2e200);
        assert_eq!(hitting_time(3, &[(0, 1, 1.0), (1, 0, 1.0)], 0, &[2]), None);
    }
}
