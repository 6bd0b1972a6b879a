//! Training: the steps of an optimizer on the weights of a network.

use super::{Evaluation, NetworkLoss};
use crate::optimizer::{
    Evaluations, Family, Ledger, OPTIMIZERS, Optimizer, Oracle, Run, StepContext, StepFailure, StepRule, StepStart,
    StopReason,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How a network is trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// The optimizer with its settings, its schedule and the seed of the minibatches.
    pub run: Run,
    /// The number of examples in a step, drawn without replacement until all were used: the last batch of an epoch has the
    /// examples that are left. `None` for all examples in every step.
    pub batch_size: Option<usize>,
}

/// The optimizers that train networks: those that work in any dimension.
pub fn trainers() -> impl Iterator<Item = &'static dyn Optimizer> {
    OPTIMIZERS.iter().copied().filter(|optimizer| rule_of(&Run::new(optimizer.name()), *optimizer, 1, 1).is_some())
}

fn rule_of(
    run: &Run,
    optimizer: &dyn Optimizer,
    examples: usize,
    weights: usize,
) -> Option<Box<dyn StepRule<Vec<f64>>>> {
    let value = |key: &str| run.setting(key).unwrap_or(f64::NAN);
    optimizer.begin_any(&value, run.seed, examples, vec![0.0; weights])
}

/// A training in progress: a point of weight space, with the state of the rule.
pub struct Training<'a> {
    recipe: Recipe,
    rule: Box<dyn StepRule<Vec<f64>>>,
    oracle: NetworkOracle<'a>,
    weights: Vec<f64>,
    gradient: Vec<f64>,
    ledger: Ledger<Vec<f64>>,
    steps: usize,
    random: ChaCha8Rng,
    order: Vec<u32>,
    used: usize,
}

impl<'a> Training<'a> {
    /// A training from these weights.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the run cannot be made, if its optimizer works for two weights only, or if
    /// minibatches are requested for an optimizer that compares values of L.
    ///
    /// # Panics
    /// Panics if the number of weights is not that of the network.
    pub fn new(loss: &'a NetworkLoss, recipe: Recipe, weights: Vec<f64>) -> Result<Training<'a>, String> {
        assert_eq!(weights.len(), loss.parameters(), "one number for each weight");
        let optimizer = recipe.run.check()?;
        let examples = loss.examples.count();
        optimizer.suits(&recipe.run, examples)?;
        let rule = rule_of(&recipe.run, optimizer, examples, weights.len())
            .ok_or_else(|| format!("{} with these settings is for two weights", optimizer.name()))?;
        let is_partial = recipe.batch_size.is_some_and(|size| size < examples);
        if is_partial && optimizer.info().family != Family::FirstOrder {
            return Err(format!("{} compares values of L, and is not made for minibatches", optimizer.name()));
        }
        let random = ChaCha8Rng::seed_from_u64(recipe.run.seed);
        let order: Vec<u32> = (0..examples as u32).collect();
        Ok(Training {
            rule,
            oracle: NetworkOracle::new(loss),
            gradient: vec![0.0; weights.len()],
            weights,
            ledger: Ledger::default(),
            steps: 0,
            random,
            used: order.len(),
            order,
            recipe,
        })
    }

    /// The weights.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Steps so far.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The evaluations of the rule so far.
    pub fn evaluations(&self) -> Evaluations {
        self.ledger.evaluations()
    }

    /// Whether a small gradient means that the training has converged. With noisy steps it may be a coincidence.
    pub fn rests_at_zero_gradient(&self) -> bool {
        self.rule.rests_at_zero_gradient()
    }

    /// L over all examples and ‖∇L‖ at the current weights. Products of `evaluation` are then those at these weights.
    pub fn look(&mut self) -> (f64, f64) {
        let value = self.oracle.evaluate(&self.weights, &mut self.gradient);
        (value, crate::krylov::norm(&self.gradient))
    }

    /// The evaluation at the weights of the last [`Training::look`], which may be used for products only.
    pub fn evaluation(&mut self) -> &mut Evaluation<'a> {
        &mut self.oracle.evaluation
    }

    /// Makes one step.
    ///
    /// # Errors
    /// Returns the reason if there is no step: a weight is no longer finite, or the rule has no step.
    pub fn step(&mut self) -> Result<(), StopReason> {
        let value = match self.recipe.batch_size.filter(|size| *size < self.order.len()) {
            None => self.oracle.evaluate(&self.weights, &mut self.gradient),
            Some(size) => self.gradient_of_batch(size),
        };
        let Run { schedule, steps: limit, .. } = &self.recipe.run;
        let start = StepStart {
            w: &self.weights,
            value,
            gradient: &self.gradient,
            share: schedule.share(self.steps, *limit),
            step: self.steps,
            limit: *limit,
        };
        let next = self.rule.step(&mut StepContext::new(start, &mut self.oracle, &mut self.ledger));
        let next = next.map_err(|failure| match failure {
            StepFailure::SingularHessian => StopReason::SingularHessian,
            StepFailure::Undefined => StopReason::Undefined,
            StepFailure::Stalled => StopReason::Stalled,
            StepFailure::Overflow => StopReason::Diverged,
        })?;
        if next == self.weights && !self.rule.has_memory() {
            let is_at_rest = self.gradient.iter().all(|component| *component == 0.0);
            return Err(if is_at_rest { StopReason::Converged } else { StopReason::Stalled });
        }
        self.steps += 1;
        self.weights = next;
        if self.weights.iter().all(|w| w.is_finite()) { Ok(()) } else { Err(StopReason::Diverged) }
    }

    /// The gradient over the next minibatch, in `gradient`, and L over it.
    fn gradient_of_batch(&mut self, size: usize) -> f64 {
        if self.used == self.order.len() {
            // Fisher & Yates 1938.
            for place in (1..self.order.len()).rev() {
                self.order.swap(place, self.random.random_range(0..=place));
            }
            self.used = 0;
        }
        let rows = self.used..(self.used + size).min(self.order.len());
        self.used = rows.end;
        self.oracle.over(&self.order[rows], &self.weights, &mut self.gradient)
    }
}

/// The evaluations of a network for a rule.
struct NetworkOracle<'a> {
    loss: &'a NetworkLoss,
    evaluation: Evaluation<'a>,
    /// The weights at which `evaluation` was evaluated last, with L and its gradient there.
    at: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

impl<'a> NetworkOracle<'a> {
    fn new(loss: &'a NetworkLoss) -> NetworkOracle<'a> {
        NetworkOracle { loss, evaluation: loss.evaluation(), at: Vec::new(), value: f64::NAN, gradient: Vec::new() }
    }

    fn evaluate(&mut self, w: &[f64], gradient: &mut [f64]) -> f64 {
        if self.at != w {
            self.at.clear();
            self.at.extend_from_slice(w);
            self.gradient.resize(w.len(), 0.0);
            self.value = self.evaluation.gradient(w, &mut self.gradient);
        }
        gradient.copy_from_slice(&self.gradient);
        self.value
    }

    /// The gradient over some of the examples, and L over them.
    fn over(&self, rows: &[u32], w: &[f64], gradient: &mut [f64]) -> f64 {
        let batch = NetworkLoss {
            architecture: self.loss.architecture.clone(),
            examples: self.loss.examples.select(rows),
            weight_decay: self.loss.weight_decay,
        };
        batch.evaluation().gradient(w, gradient)
    }
}

impl Oracle<Vec<f64>> for NetworkOracle<'_> {
    fn value_at(&mut self, w: &Vec<f64>) -> f64 {
        self.gradient_at(w).0
    }

    fn gradient_at(&mut self, w: &Vec<f64>) -> (f64, Vec<f64>) {
        let mut gradient = vec![0.0; w.len()];
        let value = self.evaluate(w, &mut gradient);
        (value, gradient)
    }

    fn hessian_product(&mut self, w: &Vec<f64>, v: &Vec<f64>) -> Vec<f64> {
        let mut product = vec![0.0; w.len()];
        if self.at != *w {
            self.evaluate(w, &mut product);
        }
        self.evaluation.hessian_product(v, &mut product);
        product
    }

    fn examples(&self) -> usize {
        self.loss.examples.count()
    }

    fn minibatch_gradient(&mut self, w: &Vec<f64>, rows: &[u32]) -> Vec<f64> {
        let mut gradient = vec![0.0; w.len()];
        self.over(rows, w, &mut gradient);
        gradient
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

    use super::*;
    use crate::network::catalogue::network;

    /// In each epoch every example is in one batch, the last of which is smaller where the size does not divide their number: without
    /// weight decay the batches' gradients, weighted by their sizes, add up to the gradient of the sum over all examples.
    #[test]
    fn an_epoch_has_every_example_once() {
        let loss = NetworkLoss { weight_decay: 0.0, ..network("edge").unwrap().network().unwrap() };
        let examples = loss.examples.count();
        assert_eq!(examples, 20);
        let weights: Vec<f64> = (0..loss.parameters()).map(|k| libm::sin(k as f64)).collect();
        let mut whole = vec![0.0; weights.len()];
        let value = loss.evaluation().gradient(&weights, &mut whole);
        for size in [1, 3, 8, 10, 19] {
            let recipe = Recipe { run: Run::new("gradient-descent"), batch_size: Some(size) };
            let mut training = Training::new(&loss, recipe, weights.clone()).unwrap();
            for epoch in 0..3 {
                let (mut sum, mut of_values, mut left) = (vec![0.0; weights.len()], 0.0, examples);
                while left > 0 {
                    let count = size.min(left);
                    of_values += count as f64 * training.gradient_of_batch(size);
                    sum.iter_mut().zip(&training.gradient).for_each(|(sum, g)| *sum += count as f64 * g);
                    left -= count;
                }
                let scale = whole.iter().fold(0.0f64, |most, g| most.max(g.abs()));
                let far = whole.iter().zip(&sum).map(|(g, sum)| (g - sum / examples as f64).abs()).fold(0.0, f64::max);
                assert!(far < 1e-12 * scale, "{size}, epoch {epoch}: {far}");
                assert!((of_values / examples as f64 - value).abs() < 1e-12 * value, "{size}, epoch {epoch}");
            }
        }
    }
}
