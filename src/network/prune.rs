//! Removing weights: by magnitude, by Optimal Brain Damage (LeCun, Denker & Solla 1990), by Optimal Brain Surgeon
//! (Hassibi & Stork 1993).

use super::{Evaluation, Hessian, dense};
use nalgebra::DMatrix;

/// How weights are chosen for removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pruning {
    /// The least |w| first.
    Magnitude,
    /// The least ½·Hᵢᵢ·wᵢ² first: the rise of L if H is diagonal and ∇L is 0.
    Obd,
    /// The least wᵢ²/(2·[H⁻¹]ᵢᵢ) first: the rise if the other weights are adjusted.
    Obs,
}

impl Pruning {
    /// All of them, with their names.
    pub const ALL: [(Pruning, &'static str); 3] =
        [(Pruning::Magnitude, "magnitude"), (Pruning::Obd, "obd"), (Pruning::Obs, "obs")];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        Pruning::ALL.iter().find(|(pruning, _)| *pruning == self).map_or("", |(_, name)| name)
    }

    /// The rule with this name.
    pub fn named(name: &str) -> Option<Pruning> {
        Pruning::ALL.iter().find(|(_, known)| *known == name).map(|(pruning, _)| *pruning)
    }
}

/// The saliencies of the remaining weights by a rule; infinite for removed weights. `inverse` is the inverse of the
/// damped Hessian of the remaining weights.
pub fn saliencies(
    rule: Pruning,
    weights: &[f64],
    kept: &[usize],
    hessian: &DMatrix<f64>,
    inverse: &DMatrix<f64>,
) -> Vec<f64> {
    let mut found = vec![f64::INFINITY; weights.len()];
    for (place, &index) in kept.iter().enumerate() {
        let w = weights[index];
        found[index] = match rule {
            Pruning::Magnitude => w.abs(),
            Pruning::Obd => 0.5 * hessian[(index, index)] * w * w,
            Pruning::Obs => 0.5 * w * w / inverse[(place, place)],
        };
    }
    found
}

/// The inverse of the damped Hessian of some of the weights; `None` if it is singular.
pub fn damped_inverse(hessian: &DMatrix<f64>, kept: &[usize], damping: f64) -> Option<DMatrix<f64>> {
    let n = kept.len();
    let mut matrix = DMatrix::from_fn(n, n, |i, j| hessian[(kept[i], kept[j])]);
    (0..n).for_each(|i| matrix[(i, i)] += damping);
    matrix.try_inverse()
}

/// The change of the weights with which Optimal Brain Surgeon removes one: −wᵢ/[H⁻¹]ᵢᵢ·H⁻¹eᵢ. The entry of the removed
/// weight is set to 0 exactly.
pub fn surgeon_step(weights: &mut [f64], kept: &[usize], place: usize, inverse: &DMatrix<f64>) {
    let factor = weights[kept[place]] / inverse[(place, place)];
    for (row, &index) in kept.iter().enumerate() {
        weights[index] -= factor * inverse[(row, place)];
    }
    weights[kept[place]] = 0.0;
}

/// The rise of L if one weight is set to 0.
pub fn rise(evaluation: &mut Evaluation<'_>, weights: &[f64], index: usize, value: f64) -> f64 {
    let mut without = weights.to_vec();
    without[index] = 0.0;
    evaluation.value(&without) - value
}

/// Spearman's rank correlation of two lists.
pub fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let mean = (a.len() as f64 - 1.0) / 2.0;
    let product = |x: &[f64], y: &[f64]| -> f64 { x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum() };
    product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt()
}

/// The ranks of numbers from 0; equal numbers get the mean of their ranks.
fn ranks(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|i, j| numbers[*i].total_cmp(&numbers[*j]));
    let mut ranks = vec![0.0; numbers.len()];
    let mut from = 0;
    while from < order.len() {
        let mut to = from;
        while to + 1 < order.len() && numbers[order[to + 1]] == numbers[order[from]] {
            to += 1;
        }
        let shared = (from + to) as f64 / 2.0;
        order[from..=to].iter().for_each(|index| ranks[*index] = shared);
        from = to + 1;
    }
    ranks
}

/// Removes weights one by one, each time the one with the least saliency at the remaining weights.
#[derive(Clone, Debug)]
pub struct Removal {
    rule: Pruning,
    weights: Vec<f64>,
    kept: Vec<usize>,
    damping: f64,
}

impl Removal {
    /// Begins with all weights. `damping` is added to the Hessian of the surgeon.
    pub fn new(rule: Pruning, weights: Vec<f64>, damping: f64) -> Removal {
        let kept = (0..weights.len()).collect();
        Removal { rule, weights, kept, damping }
    }

    /// The weights, 0 where they have gone.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// How many are left.
    pub fn left(&self) -> usize {
        self.kept.len()
    }

    /// Removes one more weight, and returns L after that; `None` if none is left, or if the damped Hessian is singular.
    pub fn step(&mut self, evaluation: &mut Evaluation<'_>) -> Option<f64> {
        if self.rule != Pruning::Magnitude {
            evaluation.gradient(&self.weights, &mut vec![0.0; self.weights.len()]);
        }
        let none = || DMatrix::zeros(0, 0);
        let hessian = if self.rule == Pruning::Magnitude { none() } else { dense(&mut Hessian::new(evaluation)) };
        let inverse = match self.rule {
            Pruning::Obs => damped_inverse(&hessian, &self.kept, self.damping)?,
            _ => none(),
        };
        let found = saliencies(self.rule, &self.weights, &self.kept, &hessian, &inverse);
        let place = (0..self.kept.len()).min_by(|i, j| found[self.kept[*i]].total_cmp(&found[self.kept[*j]]))?;
        if self.rule == Pruning::Obs {
            surgeon_step(&mut self.weights, &self.kept, place, &inverse);
        } else {
            self.weights[self.kept[place]] = 0.0;
        }
        self.kept.remove(place);
        Some(evaluation.value(&self.weights))
    }
}
