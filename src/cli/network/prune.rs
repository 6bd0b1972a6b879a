//! `losscape network prune`.

use super::super::Failure;
use super::super::answers::json;
use super::super::note;
use super::answers::{PruneAnswer, RemovedAnswer, WeightAnswer};
use super::args::Prune;
use super::subject::{NetworkSubject, finite_gradient};
use crate::export::Number;
use crate::krylov::norm;
use crate::network::{
    Evaluation, Hessian, MAX_DENSE, Pruning, Removal, damped_inverse, dense, eigenvalues, rank_correlation, rise,
    saliencies, surgeon_step,
};
use crate::number::display::short;

/// Which weights can go.
pub fn prune(arguments: &Prune) -> Result<String, Failure> {
    let rule = Pruning::named(&arguments.by).unwrap_or(Pruning::Obd);
    if !arguments.until.is_finite() || arguments.until <= 1.0 {
        return Err(Failure::Usage(format!(
            "weights are removed until L has grown by a factor above 1, not {}",
            arguments.until
        )));
    }
    if let Some(damping) = arguments.damping.filter(|damping| !(*damping >= 0.0 && damping.is_finite())) {
        return Err(Failure::Usage(format!("the damping is 0 or more, not {damping}")));
    }
    let subject = NetworkSubject::of(&arguments.at.network)?;
    let n = subject.loss.parameters();
    if n > MAX_DENSE {
        return Err(Failure::Usage(format!(
            "pruning needs the whole Hessian, and {n} weights are too many (at most {MAX_DENSE})"
        )));
    }
    let (weights, _) = subject.at_step(&arguments.at, false)?;
    let mut evaluation = subject.loss.evaluation();
    let (value, gradient) = finite_gradient(&mut evaluation, &weights)?;
    let hessian = dense(&mut Hessian::new(&mut evaluation));
    let spectrum = eigenvalues(&hessian);
    let [least, largest] = [spectrum.first(), spectrum.last()].map(|value| value.copied().unwrap_or(0.0));
    let damping = arguments.damping.unwrap_or(1e-4 * largest);
    if rule == Pruning::Obs && least + damping <= 0.0 {
        note("the damped Hessian is not positive definite: the predictions of optimal brain surgeon need a minimum");
    }
    let kept: Vec<usize> = (0..n).collect();
    let Some(inverse) = damped_inverse(&hessian, &kept, damping) else {
        return Err(Failure::Failed("the damped Hessian is singular: give another --damping".to_owned()));
    };
    let predicted = saliencies(rule, &weights, &kept, &hessian, &inverse);
    let actual: Vec<f64> = kept
        .iter()
        .map(|index| match rule {
            Pruning::Obs => {
                let mut moved = weights.clone();
                surgeon_step(&mut moved, &kept, *index, &inverse);
                evaluation.value(&moved) - value
            }
            _ => rise(&mut evaluation, &weights, *index, value),
        })
        .collect();
    let layers = subject.loss.architecture.layers();
    let layer_of = |index: usize| layers.iter().position(|layer| layer.range().contains(&index)).unwrap_or(0);
    let curve = removals(rule, &mut evaluation, &weights, damping, value * arguments.until)?;
    let removed_until =
        curve.iter().take_while(|point| point.loss.get() <= value * arguments.until).count().saturating_sub(1);
    let answer = PruneAnswer {
        by: rule.name(),
        damping: damping.into(),
        loss: value.into(),
        gradient_norm: norm(&gradient).into(),
        weights: kept
            .iter()
            .map(|&index| WeightAnswer {
                index,
                layer: layer_of(index) + 1,
                value: weights[index].into(),
                predicted: predicted[index].into(),
                actual: actual[index].into(),
            })
            .collect(),
        rank_correlation: Number::from(rank_correlation(&predicted, &actual)),
        curve,
        removed_until,
    };
    if arguments.json { json(&answer) } else { Ok(shown(&answer, arguments.until)) }
}

/// L as weights go one by one, each time the one of least saliency at the weights that are left, until L is above a bound or
/// no weight is left.
fn removals(
    rule: Pruning,
    evaluation: &mut Evaluation<'_>,
    weights: &[f64],
    damping: f64,
    bound: f64,
) -> Result<Vec<RemovedAnswer>, Failure> {
    let mut removal = Removal::new(rule, weights.to_vec(), damping);
    let mut loss = evaluation.value(weights);
    let mut curve = Vec::new();
    loop {
        curve.push(RemovedAnswer { removed: weights.len() - removal.left(), loss: loss.into() });
        if loss.is_nan() || loss > bound || removal.left() == 0 {
            return Ok(curve);
        }
        loss = removal
            .step(evaluation)
            .ok_or_else(|| Failure::Failed("the damped Hessian is singular: give another --damping".to_owned()))?;
    }
}

fn shown(answer: &PruneAnswer, until: f64) -> String {
    format!(
        "by {}\nL                      {}\n‖∇L‖                   {}\nrank correlation of predicted and true rises: {}\n{} of {} weights can go before L is {} times as large\n",
        answer.by,
        short(answer.loss.get()),
        short(answer.gradient_norm.get()),
        short(answer.rank_correlation.get()),
        answer.removed_until,
        answer.weights.len(),
        short(until)
    )
}
