//! Charts of a network: λmax along its training and along the runs, its spectrum, its Newton step by conjugate gradients, its
//! layers, a training with a rate for each layer, a curve between two trained networks, its loss as weights are removed, and
//! its function.

mod curve;
mod function;
mod layer_rates;
mod layers;
mod progress;
mod prune;
mod residuals;
mod run_sharpness;
mod spectrum;
mod training;

pub use curve::CurveChart;
pub use function::{FunctionChart, FunctionPlace, function_places};
pub use layer_rates::LayerRatesChart;
pub use layers::LayersChart;
pub use progress::ProgressChart;
pub use prune::PruneChart;
pub use residuals::ResidualsChart;
pub use run_sharpness::RunSharpnessChart;
pub use spectrum::SpectrumChart;
pub(super) use training::sharpness;

use super::{Content, Subject};
use crate::network::{Analysis, Part};

/// The message of a chart of a training without steps, such as that of weights from a file.
const NO_STEPS: &str = "The training has no steps: it begins, and ends, at the weights that are given.";

/// The message of a chart until its part of the analysis is computed.
const WAITING: &str = "The network is being analysed.";

/// The analysis, if the part is computed; otherwise the message of the chart.
fn analysed<'a>(subject: &Subject<'a>, part: Part) -> Result<&'a Analysis, Content<'a>> {
    match &subject.findings.analysis {
        Some(Ok(analysis)) if analysis.has(part) => Ok(analysis),
        Some(Err(reason)) => Err(Content::Nothing(format!("{reason}."))),
        _ => Err(Content::Nothing(WAITING.to_owned())),
    }
}

/// The ends of an axis that shows all of some numbers.
fn ends(numbers: impl Iterator<Item = f64>) -> [f64; 2] {
    let finite = numbers.filter(|x| x.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
    if low > high {
        return [0.0, 1.0];
    }
    let spare = if high > low { 0.06 * (high - low) } else { 0.5 * high.abs().max(1e-12) };
    [low - spare, high + spare]
}
