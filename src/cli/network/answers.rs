//! The answers about networks as JSON.

use crate::export::Number;
use crate::network::catalogue::NetworkEntry;
use serde::Serialize;

fn numbers(values: &[f64]) -> Vec<Number> {
    values.iter().copied().map(Number::from).collect()
}

/// `losscape network probe`.
#[derive(Serialize)]
pub struct ProbeAnswer {
    /// The weights.
    parameters: Vec<Number>,
    value: Number,
    gradient: Vec<Number>,
    hessian_product: Option<Vec<Number>>,
    gauss_newton_product: Option<Vec<Number>>,
}

impl ProbeAnswer {
    /// What is known at the weights.
    pub fn new(weights: &[f64], value: f64, gradient: &[f64], products: Option<&[Vec<f64>; 2]>) -> ProbeAnswer {
        ProbeAnswer {
            parameters: numbers(weights),
            value: value.into(),
            gradient: numbers(gradient),
            hessian_product: products.map(|[of_hessian, _]| numbers(of_hessian)),
            gauss_newton_product: products.map(|[_, of_gauss_newton]| numbers(of_gauss_newton)),
        }
    }
}

/// A product of conjugate gradients.
#[derive(Serialize)]
pub struct ProductAnswer {
    pub product: usize,
    /// Before the step.
    pub residual: Number,
    pub curvature: Number,
}

/// `losscape network newton`.
#[derive(Serialize)]
pub struct NewtonAnswer {
    pub products: Vec<ProductAnswer>,
    /// After the last step.
    pub residual: Number,
    pub exit: &'static str,
    pub step: Vec<Number>,
    pub loss_before: Number,
    pub loss_after: Number,
}

/// `losscape network train`.
#[derive(Serialize)]
pub struct TrainAnswer {
    pub sizes: Vec<usize>,
    pub activation: &'static str,
    pub loss: &'static str,
    pub parameters: usize,
    pub steps: Vec<StepAnswer>,
    /// The names of the layers in a file of weights that says them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layer_names: Vec<String>,
    /// The λmax from which on the rule is not stable: 2/η for gradient descent; null where there is none, or η changes.
    pub limit: Number,
    /// The first step whose λmax, where it was computed, is above the limit.
    pub first_above_limit: Option<usize>,
    /// The last quarter of the steps.
    pub late: LateAnswer,
    pub stop: &'static str,
    pub end: EndAnswer,
}

/// A step of training.
#[derive(Serialize)]
pub struct StepAnswer {
    pub step: usize,
    pub loss: Number,
    pub gradient_norm: Number,
    /// Null where it was not computed.
    pub lambda_max: Option<Number>,
    /// L over the examples that are held out, where some are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_out_loss: Option<Number>,
}

/// The last quarter of the steps.
#[derive(Serialize)]
pub struct LateAnswer {
    /// The mean of λmax over the limit.
    pub mean_ratio: Option<Number>,
    /// The share of steps that raise L.
    pub share_raising: Option<Number>,
}

/// The end of training.
#[derive(Serialize)]
pub struct EndAnswer {
    pub loss: Number,
    pub gradient_norm: Number,
    pub lambda_max: Option<Number>,
    pub lambda_min: Option<Number>,
    /// Eigenvalues below −1e-9 and below what rounding makes of 0; null where the Hessian is too large for all of them.
    pub negative: Option<usize>,
}

/// `losscape network spectrum`.
#[derive(Serialize)]
pub struct SpectrumAnswer {
    pub method: &'static str,
    pub lambda_max: Number,
    pub lambda_min: Option<Number>,
    /// Eigenvalues below −1e-9 and below what rounding makes of 0.
    pub negative: Option<usize>,
    pub trace: Option<Number>,
    pub eigenvalues: Option<Vec<Number>>,
    pub steps: Vec<RitzAnswer>,
    /// Ritz values of the last step within 1e-6 of the largest.
    pub copies_of_lambda_max: Option<usize>,
    pub density: Option<DensityAnswer>,
    pub layers: Option<Vec<LayerAnswer>>,
    /// The Frobenius norm of the block of each pair of layers.
    pub block_norms: Option<Vec<Vec<Number>>>,
}

/// A step of Lanczos or power iteration.
#[derive(Serialize)]
pub struct RitzAnswer {
    pub step: usize,
    /// Ritz values, ascending, or the Rayleigh quotient.
    pub values: Vec<Number>,
    /// How far an eigenvalue may be from each; empty for power iteration.
    pub residuals: Vec<Number>,
    /// The weights of Gauss quadrature; empty for power iteration.
    pub weights: Vec<Number>,
}

/// A spectral density.
#[derive(Serialize)]
pub struct DensityAnswer {
    pub nodes: Vec<Number>,
    pub weights: Vec<Number>,
}

/// A layer's own block.
#[derive(Serialize)]
pub struct LayerAnswer {
    /// From 1, at the inputs.
    pub layer: usize,
    pub lambda_max: Number,
    pub lambda_min: Number,
}

/// `losscape network slice`.
#[derive(Serialize)]
pub struct SliceAnswer {
    pub view: [Number; 4],
    /// Rows from the least b upwards, each from the least a.
    pub values: Vec<Vec<Number>>,
    pub axes_norms: [Number; 2],
    /// The cosine of the angle between the axes.
    pub cosine: Number,
    /// The share of the path's variance along each axis; null for planes that are not made of the path.
    pub explained: Option<[Number; 2]>,
    pub lambda_max_in_plane: Number,
    pub lambda_max: Number,
    pub path: Vec<PathAnswer>,
    pub minimum: Option<MinimumAnswer>,
    pub probes: Vec<PlaneProbeAnswer>,
    /// The curve between two ends, if the plane has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curve: Option<CurveAnswer>,
}

/// A curve between two ends that a search found.
#[derive(Serialize)]
pub struct CurveAnswer {
    /// The control point of the quadratic Bézier curve from (0, 0) to (1, 0).
    pub control: [Number; 2],
    /// L at the ends.
    pub ends: [Number; 2],
    pub highest: Option<CurvePointAnswer>,
    /// The highest point of the straight line between the ends.
    pub highest_straight: Option<CurvePointAnswer>,
    pub points: Vec<CurvePointAnswer>,
}

/// A point of a curve.
#[derive(Serialize)]
pub struct CurvePointAnswer {
    pub t: Number,
    pub at: [Number; 2],
    pub loss: Number,
}

/// A point of the path of training.
#[derive(Serialize)]
pub struct PathAnswer {
    pub step: usize,
    pub at: [Number; 2],
    pub distance: Number,
    pub loss: Number,
    pub loss_in_plane: Number,
}

/// A minimum of the plane, not of the network.
#[derive(Serialize)]
pub struct MinimumAnswer {
    pub at: [Number; 2],
    pub value: Number,
    pub gradient_norm_in_plane: Number,
    pub gradient_norm: Number,
    /// Negative eigenvalues of the whole Hessian there; null where it is too large.
    pub negative: Option<usize>,
}

/// L and its derivatives by the coordinates of the plane.
#[derive(Serialize)]
pub struct PlaneProbeAnswer {
    pub at: [Number; 2],
    pub value: Number,
    pub gradient: [Number; 2],
    pub hessian: [[Number; 2]; 2],
    pub gradient_norm: Number,
}

/// `losscape network prune`.
#[derive(Serialize)]
pub struct PruneAnswer {
    pub by: &'static str,
    pub damping: Number,
    pub loss: Number,
    pub gradient_norm: Number,
    pub weights: Vec<WeightAnswer>,
    /// Spearman's, of the predicted and the true rises.
    pub rank_correlation: Number,
    pub curve: Vec<RemovedAnswer>,
    /// Weights that can be removed before L has grown by the factor.
    pub removed_until: usize,
}

/// A weight and what its removal costs.
#[derive(Serialize)]
pub struct WeightAnswer {
    pub index: usize,
    /// From 1, at the inputs.
    pub layer: usize,
    pub value: Number,
    pub predicted: Number,
    #[serde(rename = "true")]
    pub actual: Number,
}

/// L when so many weights are gone.
#[derive(Serialize)]
pub struct RemovedAnswer {
    pub removed: usize,
    pub loss: Number,
}

/// A network of the catalogue.
#[derive(Serialize)]
pub struct EntryAnswer<'a> {
    name: &'a str,
    title: &'a str,
    data: &'a str,
    hidden: &'a [usize],
    activation: &'a str,
    loss: &'a str,
    weight_decay: Number,
    learning_rate: Number,
    steps: usize,
    teaches: &'a str,
    source: &'a str,
}

impl<'a> From<&'a NetworkEntry> for EntryAnswer<'a> {
    fn from(entry: &'a NetworkEntry) -> EntryAnswer<'a> {
        EntryAnswer {
            name: &entry.name,
            title: &entry.title,
            data: &entry.data,
            hidden: &entry.hidden,
            activation: &entry.activation,
            loss: &entry.loss,
            weight_decay: entry.weight_decay.into(),
            learning_rate: entry.learning_rate.into(),
            steps: entry.steps,
            teaches: &entry.teaches,
            source: &entry.source,
        }
    }
}

/// `losscape network rates`.
#[derive(Serialize)]
pub struct RatesAnswer {
    pub layers: usize,
    /// The rates are computed anew after so many steps.
    pub every: usize,
    /// Gradient descent with the rate 1/(m·λₗ) for each of the m layers.
    pub by_layer: DescentAnswer,
    /// Gradient descent with the rate 1/λmax.
    pub one_rate: DescentAnswer,
}

/// A gradient descent whose rates follow the curvature.
#[derive(Serialize)]
pub struct DescentAnswer {
    /// Where the rates were computed, and the end.
    pub steps: Vec<RatesStepAnswer>,
    /// Null if it did not diverge.
    pub diverged_at: Option<usize>,
}

/// A step at which the rates were computed.
#[derive(Serialize)]
pub struct RatesStepAnswer {
    pub step: usize,
    pub loss: Number,
    /// The rates from here on: one for each layer, or one; none at the end.
    pub rates: Vec<Number>,
}
