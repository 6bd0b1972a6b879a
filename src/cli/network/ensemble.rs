//! `losscape ensemble NETWORK --vary batch-size=…`: where trainings with different minibatches end.

use super::super::Failure;
use super::super::answers::json;
use super::super::compute::Form;
use super::super::text::table;
use crate::ensemble::student_quantile;
use crate::export::Number;
use crate::network::{
    Hessian, NetworkLoss, NetworkPlane, Recipe, Trained, Training, TrainingPlan, extreme_eigenvalues, initial_weights,
};
use crate::number::display::short;
use crate::optimizer::Run;
use crate::scene::words::{count, run_caption};
use serde::Serialize;

/// The answer in JSON.
#[derive(Serialize)]
struct Answer {
    key: &'static str,
    runs: usize,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    value: Number,
    /// λmax at the end of the trainings.
    lambda_max: Mean,
    /// L over all examples of the training there.
    loss: Mean,
    /// L over the examples that are held out there; only where some are.
    #[serde(skip_serializing_if = "Option::is_none")]
    held_out_loss: Option<Mean>,
    /// Trainings that diverged, which no mean counts.
    diverged: usize,
}

#[derive(Serialize)]
struct Mean {
    mean: Number,
    /// With a confidence of 95 %, if the numbers are normally distributed (Student's t).
    interval: [Number; 2],
}

impl Mean {
    fn of(numbers: &[f64]) -> Mean {
        let count = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / count;
        // One number has no variance, and its interval is NaN.
        let variance = numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let reach = student_quantile(numbers.len().saturating_sub(1)) * (variance / count).sqrt();
        Mean { mean: mean.into(), interval: [(mean - reach).into(), (mean + reach).into()] }
    }

    fn words(&self) -> String {
        let [low, high] = &self.interval;
        if low.get().is_nan() {
            return short(self.mean.get());
        }
        format!("{} [{}, {}]", short(self.mean.get()), short(low.get()), short(high.get()))
    }
}

/// Trainings of the plane's network for each batch size, with so many seeds. A seed draws the minibatches, and the
/// weights at the start unless they are given.
pub fn vary_batch_size(
    plane: &NetworkPlane,
    run: &Run,
    values: &[f64],
    seeds: usize,
    form: Form,
) -> Result<String, Failure> {
    let examples = plane.trained().loss.examples.count();
    if let Some(value) = values.iter().find(|value| value.fract() != 0.0 || !(1.0..=examples as f64).contains(*value)) {
        return Err(Failure::Usage(format!("a batch size is a whole number from 1 to {examples}, not {value}")));
    }
    if !(1..=1_000).contains(&seeds) {
        return Err(Failure::Usage(format!("1 to 1000 trainings for each batch size are possible, not {seeds}")));
    }
    // The training draws the minibatches, and not the rule.
    let mut run = run.clone();
    run.take_noise_for(false);
    run.settings.remove("batch_size");
    run.leave_noise_to_batches();
    let rows = values.iter().map(|value| row(plane, &run, *value, seeds)).collect::<Result<Vec<_>, _>>()?;
    match form {
        Form::Json => json(&Answer { key: "batch_size", runs: seeds, rows }),
        Form::Csv => Ok(csv(&rows)),
        Form::Text => Ok(words(&run, seeds, &rows)),
    }
}

fn row(plane: &NetworkPlane, run: &Run, value: f64, seeds: usize) -> Result<Row, Failure> {
    let trained = plane.trained();
    let has_drawn_start = trained.has_drawn_start();
    let (mut sharpness, mut losses, mut held_out) = (Vec::new(), Vec::new(), Vec::new());
    let mut diverged = 0;
    for k in 0..seeds as u64 {
        let seed = run.seed.wrapping_add(k);
        let recipe = Recipe { run: Run { seed, ..run.clone() }, batch_size: Some(value as usize) };
        let plan = TrainingPlan { initial: trained.plan().initial, seed, recipe };
        // What cannot be begun was asked for wrongly; what diverges was not.
        let start = match has_drawn_start {
            true => initial_weights(&trained.loss.architecture, plan.initial, seed),
            false => trained.start().to_vec(),
        };
        Training::new(&trained.loss, plan.recipe.clone(), start.clone()).map_err(Failure::Usage)?;
        let Ok(ended) = Trained::train_from(trained.loss.clone(), None, plan, start, &mut |_| true) else {
            diverged += 1;
            continue;
        };
        let Some(end) = ended.path().last() else { continue };
        let (loss, lambda_max) = sharpness_at(&trained.loss, &end.weights);
        if !(loss.is_finite() && lambda_max.is_finite()) {
            diverged += 1;
            continue;
        }
        sharpness.push(lambda_max);
        losses.push(loss);
        held_out.extend(trained.held_out.as_ref().map(|held_out| held_out.evaluation().value(&end.weights)));
    }
    Ok(Row {
        value: value.into(),
        lambda_max: Mean::of(&sharpness),
        loss: Mean::of(&losses),
        held_out_loss: (!held_out.is_empty()).then(|| Mean::of(&held_out)),
        diverged,
    })
}

/// L and the largest eigenvalue of the Hessian.
fn sharpness_at(loss: &NetworkLoss, weights: &[f64]) -> (f64, f64) {
    let mut evaluation = loss.evaluation();
    let value = evaluation.gradient(weights, &mut vec![0.0; weights.len()]);
    if !value.is_finite() {
        return (value, f64::NAN);
    }
    let [_, (largest, _)] = extreme_eigenvalues(&mut Hessian::new(&mut evaluation), 120, 1e-6);
    (value, largest)
}

fn csv(rows: &[Row]) -> String {
    let mut text = "batch_size,lambda_max,lambda_max_low,lambda_max_high,loss,loss_low,loss_high,diverged\n".to_owned();
    for Row { value, lambda_max, loss, diverged, .. } in rows {
        let numbers = [value, &lambda_max.mean, &lambda_max.interval[0], &lambda_max.interval[1]];
        let more = [&loss.mean, &loss.interval[0], &loss.interval[1]];
        let cells: Vec<String> = numbers.into_iter().chain(more).map(|number| number.get().to_string()).collect();
        text += &format!("{},{diverged}\n", cells.join(","));
    }
    text
}

fn words(run: &Run, seeds: usize, rows: &[Row]) -> String {
    let mut lines = vec![["batch size", "λmax at the end", "L", "L held out", "diverged"].map(str::to_owned).to_vec()];
    lines.extend(rows.iter().map(|row| {
        let held_out = row.held_out_loss.as_ref().map_or("–".to_owned(), Mean::words);
        vec![short(row.value.get()), row.lambda_max.words(), row.loss.words(), held_out, row.diverged.to_string()]
    }));
    format!(
        "{}, {}, for each batch size {}\n\n{}",
        run_caption(run),
        count(run.steps, "step"),
        count(seeds, "training"),
        table(&lines)
    )
}
