//! Multilayer perceptrons over a table of examples: value, gradient, Hessian-vector and Gauss–Newton products of the
//! training loss, computed exactly by forward and backward passes.
//!
//! The weights are one vector: layer by layer, first W row by row (`W[output][input]`), then b. The loss is the mean
//! over the examples plus (decay/2)·‖w‖². All sums are computed in an order that does not depend on the machine.

mod activation;
mod analysis;
mod architecture;
mod bend;
pub mod catalogue;
mod evaluation;
mod examples;
#[cfg(test)]
mod facts_tests;
mod function;
mod initial;
mod kernels;
mod layer_rates;
mod output_derivatives;
mod output_loss;
mod plane;
mod plane_landscape;
mod planes;
mod prune;
mod recipe;
mod regions;
mod run_sharpness;
mod runs;
mod spectrum;
mod table;
#[cfg(test)]
mod tests;
mod trained;
mod training;
mod weights;

pub use activation::Activation;
pub use analysis::{Analysis, PRUNED_UNTIL, Part, PruningCurve, SharpnessPoint, SpectrumSteps};
pub use architecture::{Architecture, ArchitectureError, Layer, MAX_EXAMPLES, MAX_PARAMETERS};
pub use bend::{Connection, CurvePoint};
pub use catalogue::NetworkEntry;
pub use evaluation::Evaluation;
pub use examples::{Examples, ExamplesError};
pub use function::outputs;
pub use initial::{Initial, initial_weights};
pub use layer_rates::{AdaptedDescent, RATES_EVERY, RatesByLayer, RatesPoint, layer_rates, one_rate};
pub use output_loss::OutputLoss;
pub use plane::{Plane, PlaneJet, filter_normalised, normalise_filters};
pub use plane_landscape::{NetworkPlane, PathPoint};
pub use planes::{Axes, FoundPlane, PLANES, Place, PlaneKind, plane_kind, plane_of, through};
pub use prune::{Pruning, Removal, damped_inverse, rank_correlation, rise, saliencies, surgeon_step};
pub use recipe::{GivenWeights, HeldOut, NetworkRecipe, PlaneRecipe, RecipeFault, TrainingRecipe};
pub use regions::{Regions, class_of_label};
pub use run_sharpness::{RunCourse, RunSharpness};
pub use runs::trace_in_all_weights;
pub use spectrum::{
    Blocks, Hessian, MAX_DENSE, blocks, count_negative, dense, eigenpairs, eigenvalues, extreme_eigenvalues, rounding,
};
pub use table::{network_over, rows_of};
pub use trained::{Checkpoint, Going, Trained, TrainingPlan, path_of};
pub use training::{Recipe, Training, trainers};
pub use weights::{FileWeights, MOST_WEIGHTS_BYTES, WeightsError, fitting_weights, read_weights};

/// The loss of a network over examples, as a function of its weights.
#[derive(Clone, Debug)]
pub struct NetworkLoss {
    /// The layers and functions of the network.
    pub architecture: Architecture,
    /// The examples of the mean.
    pub examples: Examples,
    /// The factor of ½‖w‖².
    pub weight_decay: f64,
}

impl NetworkLoss {
    /// The loss without weight decay.
    ///
    /// # Errors
    /// Returns an error if the number of inputs or labels of the examples is not that of the network.
    pub fn new(architecture: Architecture, examples: Examples) -> Result<NetworkLoss, ExamplesError> {
        examples.check(&architecture)?;
        Ok(NetworkLoss { architecture, examples, weight_decay: 0.0 })
    }

    /// How many weights there are.
    pub fn parameters(&self) -> usize {
        self.architecture.parameters()
    }

    /// Buffers for evaluating it.
    pub fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::new(self)
    }
}
