//! What a step may ask, and the record of what it asked.
//!
//! A [`StepRule`](super::StepRule) sees the loss only through [`StepContext`]: what it asks for is counted, so that a
//! Newton step and a line search can be charged fairly, and what it looks at can be noted, so that a timeline can
//! show why the step is what it is. A rule that does not ask for the Hessian is not charged for one.

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
    /// How many of them make a gradient: as many as the data have examples; 0 without data.
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
pub enum Observation {
    /// The gradient that the step follows; with noise it is not ∇L.
    Gradient(Vector),
    /// The velocity with which the step is made, in units of a gradient: the step is −η times it.
    Velocity(Vector),
    /// The gradient divided by its running size, component by component: the step is −η times it.
    ScaledGradient(Vector),
    /// The quadratic model L + gᵀd + ½dᵀBd around the point. B is the Hessian or what stands for it (|H|, H + μI, an
    /// estimate from gradients), and the goal is where the rule goes on it, before any line search shortens the way.
    Model {
        /// B.
        curvature: Matrix,
        /// The goal.
        goal: Vector,
    },
    /// The direction along which a line search looks.
    Direction(Vector),
    /// A point that was tried.
    Trial {
        /// Where.
        w: Vector,
        /// L there.
        loss: f64,
        /// Whether the step ends there.
        accepted: bool,
    },
    /// The radius within which the model is trusted.
    Radius(f64),
}

/// The counters and notes of a run, from step to step.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    pub(super) evaluations: Evaluations,
    /// Notes of the present step; `None` when nobody wants them.
    pub(super) observations: Option<Vec<Observation>>,
    /// Where the last value was asked for: it is not charged again when the next step begins there.
    value_at: Option<Vector>,
    /// Where the last gradient was asked for.
    gradient_at: Option<Vector>,
}

/// The point where a step begins, and what can be asked about the loss.
pub struct StepContext<'a> {
    /// Where the step begins. L and ∇L are finite there; H need not be.
    pub w: Vector,
    jet: &'a Jet,
    loss: &'a Loss,
    evaluator: &'a mut Evaluator,
    ledger: &'a mut Ledger,
    has_hessian: bool,
    /// The share of the learning rate that the schedule leaves for this step.
    share: f64,
    /// The number of the step, from 0.
    pub step: usize,
    /// The most steps of the run.
    pub limit: usize,
}

impl<'a> StepContext<'a> {
    pub(super) fn new(
        w: Vector,
        jet: &'a Jet,
        loss: &'a Loss,
        evaluator: &'a mut Evaluator,
        ledger: &'a mut Ledger,
        (share, step, limit): (f64, usize, usize),
    ) -> StepContext<'a> {
        StepContext { w, jet, loss, evaluator, ledger, has_hessian: false, share, step, limit }
    }

    /// A learning rate as the run's schedule has it for this step.
    pub fn scheduled(&self, learning_rate: f64) -> f64 {
        learning_rate * self.share
    }

    /// How many examples the loss is a mean over; 0 without data.
    pub fn examples(&self) -> usize {
        self.loss.examples()
    }

    /// The mean gradient at w over some of the examples; not finite for a loss without data.
    pub fn minibatch_gradient(&mut self, rows: &[u32]) -> Vector {
        self.charge_examples(rows.len());
        self.loss.minibatch_gradient(self.w, rows).unwrap_or(Vector::repeat(f64::NAN))
    }

    /// The covariance at w of the gradient of one example drawn at random; not finite for a loss without data.
    pub fn gradient_covariance(&mut self) -> Matrix {
        self.charge_examples(self.examples());
        self.loss.gradient_covariance(self.w).unwrap_or(Matrix::repeat(f64::NAN))
    }

    fn charge_examples(&mut self, count: usize) {
        let evaluations = &mut self.ledger.evaluations;
        evaluations.examples = evaluations.examples.saturating_add(count as u32);
        evaluations.examples_in_gradient = self.loss.examples() as u32;
    }

    /// L(w).
    pub fn value(&mut self) -> f64 {
        if self.ledger.value_at != Some(self.w) && self.ledger.gradient_at != Some(self.w) {
            self.ledger.evaluations.losses += 1;
            self.ledger.value_at = Some(self.w);
        }
        self.jet.value
    }

    /// ∇L(w).
    pub fn gradient(&mut self) -> Vector {
        if self.ledger.gradient_at != Some(self.w) {
            self.ledger.evaluations.gradients += 1;
            self.ledger.gradient_at = Some(self.w);
        }
        self.jet.gradient
    }

    /// H(w).
    pub fn hessian(&mut self) -> Matrix {
        if !self.has_hessian {
            self.ledger.evaluations.hessians += 1;
            self.has_hessian = true;
        }
        self.jet.hessian
    }

    /// H(w)·v, by a rule that needs the Hessian for nothing else.
    pub fn hessian_product(&mut self, v: Vector) -> Vector {
        self.ledger.evaluations.products += 1;
        self.jet.hessian * v
    }

    /// L at another point; not finite where it is undefined.
    pub fn value_at(&mut self, w: Vector) -> f64 {
        self.ledger.evaluations.losses += 1;
        self.ledger.value_at = Some(w);
        self.evaluator.value(w)
    }

    /// L and ∇L at another point; not finite where they are undefined.
    pub fn gradient_at(&mut self, w: Vector) -> (f64, Vector) {
        self.ledger.evaluations.gradients += 1;
        self.ledger.gradient_at = Some(w);
        self.evaluator.value_and_gradient(w)
    }

    /// Whether somebody wants to know what the step looks at: what only they need is computed only then.
    pub fn is_watched(&self) -> bool {
        self.ledger.observations.is_some()
    }

    /// Notes what the step looks at.
    pub fn observe(&mut self, look: Observation) {
        if let Some(observations) = &mut self.ledger.observations {
            observations.push(look);
        }
    }

    /// Marks the trial at w as the one where the step ends.
    pub(super) fn accept(&mut self, w: Vector) {
        let observations = self.ledger.observations.iter_mut().flatten();
        let trials = observations.filter_map(|look| match look {
            Observation::Trial { w, accepted, .. } => Some((*w, accepted)),
            _ => None,
        });
        if let Some((_, accepted)) = trials.filter(|(trial, _)| *trial == w).last() {
            *accepted = true;
        }
    }
}
