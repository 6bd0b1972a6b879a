//! The evaluations that a step may request, and the record of them.
//!
//! A [`StepRule`](super::StepRule) sees the loss only through [`StepContext`]: its evaluations are counted, so that the
//! cost of a Newton step and a line search can be compared fairly, and its observations can be recorded, so that a
//! timeline can explain the step. A rule that does not use the Hessian is not charged for one.

use super::Weights;
use crate::landscape::{Evaluator, Jet, Loss};
use crate::number::{Matrix, Vector};

/// How often a run has evaluated the loss and its derivatives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evaluations {
    /// Values of L alone.
    pub losses: u32,
    /// Gradients, each with the value of L that comes with it.
    pub gradients: u32,
    /// Hessians.
    pub hessians: u32,
    /// Products of the Hessian with a vector.
    pub products: u32,
    /// Gradients of single examples, of minibatches.
    pub examples: u32,
    /// How many example gradients make up a full gradient: the number of examples; 0 without data.
    pub examples_in_gradient: u32,
}

impl Evaluations {
    /// The work in units of one gradient.
    ///
    /// A product of the Hessian with a vector costs about as much as a gradient (B. A. Pearlmutter, Fast exact
    /// multiplication by the Hessian, 1994), a Hessian of two weights is two of them, and a value without its
    /// gradient is the forward third of a forward and backward pass. A minibatch is its share of all examples.
    pub fn in_gradients(&self) -> f64 {
        let [losses, gradients, hessians, products] =
            [self.losses, self.gradients, self.hessians, self.products].map(f64::from);
        let minibatches = f64::from(self.examples) / f64::from(self.examples_in_gradient.max(1));
        gradients + products + 2.0 * hessians + losses / 3.0 + minibatches
    }
}

/// Something that a step looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Observation<V = Vector> {
    /// The gradient that the step follows; with noise it is not ∇L.
    Gradient(V),
    /// The velocity with which the step is made, in units of a gradient: the step is −η times it.
    Velocity(V),
    /// The gradient divided by its running size, component by component: the step is −η times it.
    ScaledGradient(V),
    /// The quadratic model L + gᵀd + ½dᵀBd around the point. B is the Hessian or its replacement (|H|, H + μI, an
    /// estimate from gradients). The goal is the target of the rule on the model, before any line search shortens the
    /// step.
    Model {
        /// B.
        curvature: Matrix,
        /// The goal.
        goal: V,
    },
    /// The direction along which a line search looks.
    Direction(V),
    /// A point that was tried.
    Trial {
        /// The point.
        w: V,
        /// L there.
        loss: f64,
        /// Whether the step ends there.
        accepted: bool,
    },
    /// The radius within which the model is trusted.
    Radius(f64),
}

/// The counters and observations of a run, from step to step.
#[derive(Clone, Debug)]
pub struct Ledger<V = Vector> {
    pub(super) evaluations: Evaluations,
    /// The observations of the current step; `None` if they are not recorded.
    pub(super) observations: Option<Vec<Observation<V>>>,
    /// The point of the last value. It is not charged again if the next step begins there.
    value_at: Option<V>,
    /// The point of the last gradient.
    gradient_at: Option<V>,
}

impl<V> Default for Ledger<V> {
    fn default() -> Self {
        Ledger { evaluations: Evaluations::default(), observations: None, value_at: None, gradient_at: None }
    }
}

impl<V> Ledger<V> {
    /// The evaluations so far.
    pub fn evaluations(&self) -> Evaluations {
        self.evaluations
    }
}

/// The source of a step's evaluations: a loss over two weights, or a network.
pub trait Oracle<V> {
    /// L at a point; not finite where it is undefined.
    fn value_at(&mut self, w: &V) -> f64;
    /// L and ∇L at a point; not finite where they are undefined.
    fn gradient_at(&mut self, w: &V) -> (f64, V);
    /// The product of H at the point where the step begins with a vector.
    fn hessian_product(&mut self, w: &V, v: &V) -> V;
    /// The number of examples of the mean; 0 without data.
    fn examples(&self) -> usize;
    /// The mean gradient over some of the examples; not finite for a loss without data.
    fn minibatch_gradient(&mut self, w: &V, rows: &[u32]) -> V;
}

/// Where a step begins, and how far the run has come.
#[derive(Clone, Copy, Debug)]
pub struct StepStart<'a, V> {
    /// The point. L and ∇L are finite there.
    pub w: &'a V,
    /// L there.
    pub value: f64,
    /// ∇L there.
    pub gradient: &'a V,
    /// The share of the learning rate that the schedule leaves for this step.
    pub share: f64,
    /// The number of the step, from 0.
    pub step: usize,
    /// The most steps of the run.
    pub limit: usize,
}

/// The point where a step begins, and what can be asked about the loss.
pub struct StepContext<'a, V: Weights = Vector> {
    /// Where the step begins. L and ∇L are finite there; H need not be.
    pub w: V,
    /// The number of the step, from 0.
    pub step: usize,
    /// The most steps of the run.
    pub limit: usize,
    value: f64,
    gradient: &'a V,
    share: f64,
    oracle: &'a mut dyn Oracle<V>,
    ledger: &'a mut Ledger<V>,
    /// The data of a loss over two weights.
    plane: Option<(&'a Jet, &'a Loss)>,
    has_hessian: bool,
}

impl<'a, V: Weights> StepContext<'a, V> {
    /// The step that begins there.
    pub fn new(start: StepStart<'a, V>, oracle: &'a mut dyn Oracle<V>, ledger: &'a mut Ledger<V>) -> Self {
        let StepStart { w, value, gradient, share, step, limit } = start;
        let (w, plane, has_hessian) = (w.clone(), None, false);
        StepContext { w, step, limit, value, gradient, share, oracle, ledger, plane, has_hessian }
    }

    /// A learning rate as the run's schedule has it for this step.
    pub fn scheduled(&self, learning_rate: f64) -> f64 {
        learning_rate * self.share
    }

    /// The number of examples of the mean; 0 without data.
    pub fn examples(&self) -> usize {
        self.oracle.examples()
    }

    /// The mean gradient at w over some of the examples; not finite for a loss without data.
    pub fn minibatch_gradient(&mut self, rows: &[u32]) -> V {
        self.charge_examples(rows.len());
        self.oracle.minibatch_gradient(&self.w, rows)
    }

    fn charge_examples(&mut self, count: usize) {
        let evaluations = &mut self.ledger.evaluations;
        evaluations.examples = evaluations.examples.saturating_add(count as u32);
        evaluations.examples_in_gradient = self.oracle.examples() as u32;
    }

    /// L(w).
    pub fn value(&mut self) -> f64 {
        let is_here = |at: &Option<V>| at.as_ref() == Some(&self.w);
        if !is_here(&self.ledger.value_at) && !is_here(&self.ledger.gradient_at) {
            self.ledger.evaluations.losses += 1;
            self.ledger.value_at = Some(self.w.clone());
        }
        self.value
    }

    /// ∇L(w).
    pub fn gradient(&mut self) -> V {
        if self.ledger.gradient_at.as_ref() != Some(&self.w) {
            self.ledger.evaluations.gradients += 1;
            self.ledger.gradient_at = Some(self.w.clone());
        }
        self.gradient.clone()
    }

    /// H(w), for a loss over two weights; not finite for any other.
    pub fn hessian(&mut self) -> Matrix {
        if !self.has_hessian {
            self.ledger.evaluations.hessians += 1;
            self.has_hessian = true;
        }
        self.plane.map_or(Matrix::repeat(f64::NAN), |(jet, _)| jet.hessian)
    }

    /// The covariance at w of the gradient of one example drawn at random; not finite for a loss without data.
    pub fn gradient_covariance(&mut self) -> Matrix {
        self.charge_examples(self.examples());
        let covariance =
            self.plane.and_then(|(_, loss)| loss.gradient_covariance(Vector::new(self.w.get(0), self.w.get(1))));
        covariance.unwrap_or(Matrix::repeat(f64::NAN))
    }

    /// H(w)·v, for a rule that does not need the whole Hessian.
    pub fn hessian_product(&mut self, v: &V) -> V {
        self.ledger.evaluations.products += 1;
        self.oracle.hessian_product(&self.w, v)
    }

    /// L at another point; not finite where it is undefined.
    pub fn value_at(&mut self, w: &V) -> f64 {
        self.ledger.evaluations.losses += 1;
        self.ledger.value_at = Some(w.clone());
        self.oracle.value_at(w)
    }

    /// L and ∇L at another point; not finite where they are undefined.
    pub fn gradient_at(&mut self, w: &V) -> (f64, V) {
        self.ledger.evaluations.gradients += 1;
        self.ledger.gradient_at = Some(w.clone());
        self.oracle.gradient_at(w)
    }

    /// Whether the observations of the step are recorded.
    pub fn is_watched(&self) -> bool {
        self.ledger.observations.is_some()
    }

    /// Records an observation. It is computed only if observations are recorded.
    pub fn observe(&mut self, observation: impl FnOnce() -> Observation<V>) {
        if let Some(observations) = &mut self.ledger.observations {
            observations.push(observation());
        }
    }

    /// Marks the trial at w as the one where the step ends.
    pub(super) fn accept(&mut self, w: &V) {
        let trials = self.ledger.observations.iter_mut().flatten().filter_map(|observation| match observation {
            Observation::Trial { w, accepted, .. } => Some((w, accepted)),
            _ => None,
        });
        if let Some((_, accepted)) = trials.filter(|(trial, _)| *trial == w).last() {
            *accepted = true;
        }
    }
}

impl<'a> StepContext<'a> {
    /// The step of a run over two weights.
    pub(super) fn in_plane(
        start: StepStart<'a, Vector>,
        (jet, loss): (&'a Jet, &'a Loss),
        oracle: &'a mut InPlane<'a>,
        ledger: &'a mut Ledger,
    ) -> StepContext<'a> {
        StepContext { plane: Some((jet, loss)), ..StepContext::new(start, oracle, ledger) }
    }
}

/// A loss over two weights, with the known values at the point where the step begins.
pub(super) struct InPlane<'a> {
    pub(super) loss: &'a Loss,
    pub(super) jet: &'a Jet,
    pub(super) evaluator: &'a mut Evaluator,
}

impl Oracle<Vector> for InPlane<'_> {
    fn value_at(&mut self, w: &Vector) -> f64 {
        self.evaluator.value(*w)
    }

    fn gradient_at(&mut self, w: &Vector) -> (f64, Vector) {
        self.evaluator.value_and_gradient(*w)
    }

    fn hessian_product(&mut self, _w: &Vector, v: &Vector) -> Vector {
        self.jet.hessian * v
    }

    fn examples(&self) -> usize {
        self.loss.examples()
    }

    fn minibatch_gradient(&mut self, w: &Vector, rows: &[u32]) -> Vector {
        self.loss.minibatch_gradient(*w, rows).unwrap_or(Vector::repeat(f64::NAN))
    }
}
