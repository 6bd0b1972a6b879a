//! A plane through the weights of a network as a landscape: L, Dᵀ∇L and DᵀHD, exactly.

use super::evaluation::Resting;
use super::spectrum::{count_negative, extreme_eigenvalues};
use super::{Connection, Evaluation, FoundPlane, Hessian, MAX_DENSE, Plane, PlaneKind, Trained, dense, eigenvalues};
use crate::krylov::{dot, norm};
use crate::landscape::{Beyond, Jet, LossFunction, View};
use crate::number::{Matrix, Vector};
use crate::optimizer::differ;
use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A point of the path of training, and its projection onto the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathPoint {
    /// Steps so far.
    pub step: usize,
    /// The coordinates of the nearest point of the plane.
    pub at: [f64; 2],
    /// The distance of the weights from it.
    pub distance: f64,
    /// L at the weights.
    pub loss: f64,
    /// L at the nearest point of the plane.
    pub below: f64,
}

impl PathPoint {
    /// Whether L on the path differs from L at the projection by more than a tenth.
    pub fn misleads(&self) -> bool {
        differ(self.loss, self.below)
    }
}

/// A plane through the weights of a trained network.
pub struct NetworkPlane {
    trained: Arc<Trained>,
    kind: &'static dyn PlaneKind,
    step: usize,
    plane: Plane,
    explained: Option<[f64; 2]>,
    path: Vec<PathPoint>,
    connection: Option<Connection>,
    /// Buffers that wait for the next evaluation.
    resting: Mutex<Vec<Resting>>,
}

impl fmt::Debug for NetworkPlane {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("NetworkPlane").field("kind", &self.kind.name()).field("step", &self.step).finish()
    }
}

impl NetworkPlane {
    /// A plane of a kind, whose centre is the weights after `step` steps.
    pub fn new(trained: Arc<Trained>, kind: &'static dyn PlaneKind, step: usize, found: FoundPlane) -> NetworkPlane {
        let FoundPlane { plane, explained, control } = found;
        let mut evaluation = trained.loss.evaluation();
        let point = |checkpoint: &super::Checkpoint| {
            let (at, distance) = plane.project(&checkpoint.weights);
            let loss = evaluation.value(&checkpoint.weights);
            PathPoint { step: checkpoint.step, at, distance, loss, below: plane.value(&mut evaluation, at) }
        };
        let path = trained.path().iter().map(point).collect();
        let connection = control.map(|control| Connection::new(&plane, &mut evaluation, control));
        let resting = Mutex::new(vec![evaluation.rest()]);
        NetworkPlane { trained, kind, step, plane, explained, path, connection, resting }
    }

    /// The trained network.
    pub fn trained(&self) -> &Arc<Trained> {
        &self.trained
    }

    /// The plane itself.
    pub fn plane(&self) -> &Plane {
        &self.plane
    }

    /// The length in weight space of a unit along the first axis.
    pub fn unit(&self) -> f64 {
        norm(&self.plane.axes[0])
    }

    /// Its kind.
    pub fn kind(&self) -> &'static dyn PlaneKind {
        self.kind
    }

    /// The step of training at its centre.
    pub fn step(&self) -> usize {
        self.step
    }

    /// The shares of the path's variance along its axes, if it is computed from the path.
    pub fn explained(&self) -> Option<[f64; 2]> {
        self.explained
    }

    /// The path of training and its shadow.
    pub fn path(&self) -> &[PathPoint] {
        &self.path
    }

    /// The curve between two ends, if the plane has one.
    pub fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    /// The view that shows what the plane is for.
    pub fn usual_view(&self) -> View {
        let curve = self.connection.iter().flat_map(|connection| &connection.curve).map(|point| point.at);
        self.kind.view(&self.path.iter().map(|point| point.at).chain(curve).collect::<Vec<_>>())
    }

    /// The default start of runs: the projection of the beginning of the training, if there is a training and it is in the view.
    pub fn usual_start(&self) -> [f64; 2] {
        let view = self.usual_view();
        let first = self.path.first().filter(|_| self.path.len() > 1).map(|point| point.at);
        let is_inside = |at: &[f64; 2]| view.contains(Vector::from(*at));
        first.filter(is_inside).unwrap_or([view.w1[0] + 0.8 * view.width(), view.w2[0] + 0.7 * view.height()])
    }

    /// `1-16-16-1 tanh`.
    pub fn architecture(&self) -> String {
        let architecture = &self.trained.loss.architecture;
        let sizes: Vec<String> = architecture.sizes().iter().map(usize::to_string).collect();
        format!("{} {}", sizes.join("-"), architecture.activation().name())
    }

    /// Evaluates with buffers that may have been used before.
    pub fn with<T>(&self, work: impl FnOnce(&mut Evaluation<'_>) -> T) -> T {
        let known = self.resting.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut evaluation = match known {
            Some(resting) => resting.resume(&self.trained.loss),
            None => self.trained.loss.evaluation(),
        };
        let result = work(&mut evaluation);
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).push(evaluation.rest());
        result
    }

    /// The part of a vector over all weights that is orthogonal to the plane.
    fn outside(&self, vector: &[f64]) -> Vec<f64> {
        let flat = Plane { centre: vec![0.0; vector.len()], axes: self.plane.axes.clone() };
        let (at, _) = flat.project(vector);
        vector.iter().zip(flat.at(at)).map(|(v, inside)| v - inside).collect()
    }

    /// The part of ‖∇L‖ orthogonal to the plane at a point of it, and the largest eigenvalue of the whole Hessian, by
    /// Lanczos to four digits; `None` if that takes longer than a frame.
    pub fn glance(&self, w: Vector) -> Option<(f64, f64)> {
        /// Operations on numbers in a few milliseconds.
        const IN_A_FRAME: usize = 60_000_000;
        const PRODUCTS: usize = 40;
        if self.operations().saturating_mul(2 * PRODUCTS) > IN_A_FRAME {
            return None;
        }
        let weights = self.plane.at([w.x, w.y]);
        self.with(|evaluation| {
            let mut gradient = vec![0.0; weights.len()];
            let value = evaluation.gradient(&weights, &mut gradient);
            if !value.is_finite() || !norm(&gradient).is_finite() {
                return None;
            }
            let outside = norm(&self.outside(&gradient));
            Some((outside, extreme_eigenvalues(&mut Hessian::new(evaluation), PRODUCTS, 1e-4)[1].0))
        })
    }

    /// Facts about the whole network at some weights.
    pub fn beyond_at(&self, weights: &[f64]) -> Beyond {
        self.with(|evaluation| {
            let mut gradient = vec![0.0; weights.len()];
            evaluation.gradient(weights, &mut gradient);
            let is_small = weights.len() <= MAX_DENSE && norm(&gradient).is_finite();
            let values = is_small.then(|| eigenvalues(&dense(&mut Hessian::new(evaluation))));
            let lambda_max = match &values {
                Some(values) => values.last().copied().unwrap_or(f64::NAN),
                None => extreme_eigenvalues(&mut Hessian::new(evaluation), 80, 1e-6)[1].0,
            };
            Beyond {
                weights: weights.len(),
                gradient_norm: norm(&gradient),
                outside: norm(&self.outside(&gradient)),
                negative: values.map(|values| count_negative(&values)),
                lambda_max,
            }
        })
    }
}

impl LossFunction for NetworkPlane {
    fn title(&self) -> String {
        format!("{}, {}", self.architecture(), self.kind.title())
    }

    fn jet(&self, w: Vector) -> Jet {
        let jet = self.with(|evaluation| self.plane.jet(evaluation, [w.x, w.y]));
        let [a, b, d] = jet.hessian;
        Jet { value: jet.value, gradient: Vector::from(jet.gradient), hessian: Matrix::new(a, b, b, d) }
    }

    fn value_and_gradient(&self, w: Vector) -> (f64, Vector) {
        self.with(|evaluation| {
            let weights = self.plane.at([w.x, w.y]);
            let mut gradient = vec![0.0; weights.len()];
            let value = evaluation.gradient(&weights, &mut gradient);
            let [first, second] = &self.plane.axes;
            (value, Vector::new(dot(first, &gradient), dot(second, &gradient)))
        })
    }

    fn value(&self, w: Vector) -> f64 {
        self.with(|evaluation| self.plane.value(evaluation, [w.x, w.y]))
    }

    fn operations(&self) -> usize {
        // Two operations for each weight and example, and about 20 for each unit's activation.
        let (loss, layers) = (&self.trained.loss, self.trained.loss.architecture.layers());
        let units: usize = layers.iter().map(|layer| layer.outputs).sum();
        loss.examples.stride() * (2 * loss.parameters() + 20 * units)
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }

    fn scope(&self) -> Option<String> {
        Some("of this plane, not of the network".to_owned())
    }

    fn beyond(&self, w: Vector) -> Option<Beyond> {
        Some(self.beyond_at(&self.plane.at([w.x, w.y])))
    }
}
