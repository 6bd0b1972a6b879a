//! `losscape network train`.

use super::super::Failure;
use super::super::answers::json;
use super::super::output::Output;
use super::answers::{EndAnswer, LateAnswer, StepAnswer, TrainAnswer};
use super::args::Train;
use super::subject::{NetworkSubject, check_steps};
use crate::export::{FileFormat, Number};
use crate::network::{
    Evaluation, Hessian, MAX_DENSE, NetworkLoss, Training, count_negative, dense, eigenvalues, extreme_eigenvalues,
};
use crate::number::display::short;
use crate::optimizer::speed::limit_of;
use crate::optimizer::{Dynamics, StopReason};

/// Steps of Lanczos for λmax, and the relative residual that is enough.
const STEPS: usize = 120;
const TOLERANCE: f64 = 1e-6;

/// Trains a network.
pub fn train(arguments: &Train) -> Result<String, Failure> {
    let subject = NetworkSubject::of(&arguments.network)?;
    let steps = arguments.steps.unwrap_or(subject.usual_steps());
    check_steps(steps)?;
    let recipe = subject.recipe(&arguments.training, steps)?;
    let limit = limit_of(&recipe.run).filter(|_| recipe.run.schedule.is_constant());
    let is_gradient = recipe.run.dynamics() == Some(Dynamics::Gradient);
    if arguments.sharpness_every == 0 {
        return Err(Failure::Usage("λmax is computed in every step (1) or more seldom".to_owned()));
    }
    let output = arguments.save_weights.as_deref().map(|path| Output {
        path,
        format: FileFormat::Weights,
        force: arguments.force,
    });
    let inputs: Vec<_> = [&arguments.network.data, &arguments.network.weights].into_iter().flatten().cloned().collect();
    if let Some(output) = &output {
        output.check(&inputs)?;
    }
    let mut training = Training::new(&subject.loss, recipe, subject.start.clone()).map_err(Failure::Usage)?;
    let mut held_out = subject.held_out.as_ref().map(NetworkLoss::evaluation);
    let mut told = Vec::with_capacity(steps + 1);
    let mut stop = StopReason::StepLimit;
    for step in 0..=steps {
        let (loss, gradient_norm) = training.look();
        let is_measured = step % arguments.sharpness_every == 0 || step == steps;
        let lambda_max = (is_measured && loss.is_finite()).then(|| largest(training.evaluation()));
        told.push(StepAnswer {
            step,
            loss: loss.into(),
            gradient_norm: gradient_norm.into(),
            lambda_max: lambda_max.map(Number::from),
            held_out_loss: held_out.as_mut().map(|held_out| held_out.value(training.weights()).into()),
        });
        if !loss.is_finite() {
            stop = StopReason::Diverged;
            break;
        }
        if step < steps
            && let Err(reason) = training.step()
        {
            stop = reason;
            break;
        }
    }
    let weights = training.weights().to_vec();
    if let Some(output) = output {
        let lines: String = weights.iter().map(|w| format!("{w}\n")).collect();
        output.write(lines.as_bytes())?;
    }
    let end = end(&mut training);
    if let Some(last) = told.last_mut() {
        last.lambda_max = last.lambda_max.or(end.lambda_max);
    }
    let answer = TrainAnswer {
        sizes: subject.loss.architecture.sizes().to_vec(),
        activation: subject.loss.architecture.activation().name(),
        loss: subject.loss.architecture.loss().name(),
        parameters: subject.loss.parameters(),
        layer_names: subject.layer_names.clone(),
        limit: limit.unwrap_or(f64::NAN).into(),
        first_above_limit: limit.and_then(|limit| first_above(&told, limit)),
        late: late(&told, limit),
        stop: stop.word(),
        end,
        steps: told,
    };
    if arguments.json {
        return json(&answer);
    }
    Ok(shown(&answer, arguments.sharpness_every, is_gradient) + &early_end(stop, answer.steps.len().saturating_sub(1)))
}

/// The largest eigenvalue of the Hessian at the weights at which the gradient was evaluated last.
fn largest(evaluation: &mut Evaluation<'_>) -> f64 {
    // A residual r moves a simple eigenvalue by r² over the gap: 1e-6 is enough for twelve digits.
    extreme_eigenvalues(&mut Hessian::new(evaluation), STEPS, TOLERANCE)[1].0
}

fn first_above(steps: &[StepAnswer], limit: f64) -> Option<usize> {
    steps.iter().find(|step| step.lambda_max.is_some_and(|value| value.get() > limit)).map(|step| step.step)
}

fn late(steps: &[StepAnswer], limit: Option<f64>) -> LateAnswer {
    let from = steps.len() - steps.len() / 4;
    let ratios: Vec<f64> = steps[from..].iter().filter_map(|step| Some(step.lambda_max?.get() / limit?)).collect();
    let pairs: Vec<bool> = steps[from..].windows(2).map(|pair| pair[1].loss.get() > pair[0].loss.get()).collect();
    let mean = |sum: f64, count: usize| (count > 0).then(|| Number::from(sum / count as f64));
    LateAnswer {
        mean_ratio: mean(ratios.iter().sum(), ratios.len()),
        share_raising: mean(pairs.iter().filter(|raises| **raises).count() as f64, pairs.len()),
    }
}

fn end(training: &mut Training<'_>) -> EndAnswer {
    let (loss, gradient_norm) = training.look();
    let evaluation = training.evaluation();
    let n = evaluation.loss().parameters();
    let is_finite = loss.is_finite() && gradient_norm.is_finite();
    let (mut ends, mut negative) = (None, None);
    if is_finite && n <= MAX_DENSE {
        let values = eigenvalues(&dense(&mut Hessian::new(evaluation)));
        negative = Some(count_negative(&values));
        ends = values.first().zip(values.last()).map(|(low, high)| [*low, *high]);
    } else if is_finite {
        ends = Some(extreme_eigenvalues(&mut Hessian::new(evaluation), STEPS, TOLERANCE).map(|(value, _)| value));
    }
    EndAnswer {
        loss: loss.into(),
        gradient_norm: gradient_norm.into(),
        lambda_max: ends.map(|[_, high]| high.into()),
        lambda_min: ends.map(|[low, _]| low.into()),
        negative,
    }
}

/// Why a training ended before its last step, as a sentence; empty if it did not.
fn early_end(stop: StopReason, step: usize) -> String {
    match stop {
        StopReason::StepLimit => String::new(),
        StopReason::Diverged => format!("the training diverges at step {step}\n"),
        StopReason::Converged => format!("the training ends at step {step}: the weights do not change any more\n"),
        StopReason::SingularHessian => format!("the training ends at step {step}: the Hessian is singular\n"),
        StopReason::Undefined => format!("the training ends at step {step}: a derivative is undefined\n"),
        StopReason::Stalled => format!("the training ends at step {step}: no acceptable step is found\n"),
    }
}

fn shown(answer: &TrainAnswer, every: usize, is_gradient: bool) -> String {
    let sizes: Vec<String> = answer.sizes.iter().map(usize::to_string).collect();
    let mut text =
        format!("{} {} {}, {} weights\n", sizes.join("-"), answer.activation, answer.loss, answer.parameters);
    let limit = if is_gradient { "2/η" } else { "the rule's stability limit" };
    if answer.limit.get().is_finite() {
        text += &format!("{limit} = {}\n", short(answer.limit.get()));
    }
    text += &format!("\n{:>8} {:>14} {:>14} {:>14}\n", "step", "L", "‖∇L‖", "λmax");
    let last = answer.steps.len().saturating_sub(1);
    let stride = (answer.steps.len() / 20).next_multiple_of(every).max(1);
    for (_, step) in answer.steps.iter().enumerate().filter(|(index, _)| index % stride == 0 || *index == last) {
        let lambda = step.lambda_max.map(|value| short(value.get())).unwrap_or_default();
        let (loss, norm) = (short(step.loss.get()), short(step.gradient_norm.get()));
        text += &format!("{:>8} {loss:>14} {norm:>14} {lambda:>14}\n", step.step);
    }
    if let Some(step) = answer.first_above_limit {
        let measured = if every > 1 { format!("; it is computed every {every} steps") } else { String::new() };
        text += &format!("\nλmax is above {limit} at step {step} for the first time{measured}\n");
    }
    if let Some(ratio) = answer.late.mean_ratio {
        text += &format!("in the last quarter λmax is {} of {limit} on average\n", short(ratio.get()));
    }
    if let Some(negative) = answer.end.negative {
        text += &format!("at the end {negative} of {} eigenvalues are negative\n", answer.parameters);
    }
    text
}
