//! `losscape network spectrum`.

use super::super::Failure;
use super::super::answers::json;
use super::answers::{DensityAnswer, LayerAnswer, RitzAnswer, SpectrumAnswer};
use super::args::{Method, Spectrum};
use super::subject::{NetworkSubject, finite_gradient, vector_of};
use crate::export::Number;
use crate::krylov::{Lanczos, PowerIteration, spectral_density, uniform};
use crate::network::{Evaluation, Hessian, MAX_DENSE, blocks, count_negative, dense, eigenvalues, extreme_eigenvalues};
use crate::number::display::short;

fn numbers(values: &[f64]) -> Vec<Number> {
    values.iter().copied().map(Number::from).collect()
}

/// The most steps of an iteration.
const MOST_STEPS: usize = 2_000;

/// The Hessian's eigenvalues.
pub fn spectrum(arguments: &Spectrum) -> Result<String, Failure> {
    let subject = NetworkSubject::of(&arguments.at.network)?;
    let n = subject.loss.parameters();
    let method = arguments.method.unwrap_or(if n <= MAX_DENSE { Method::Dense } else { Method::Lanczos });
    if method == Method::Dense && n > MAX_DENSE {
        return Err(Failure::Usage(format!(
            "the whole Hessian of {n} weights is too large (at most {MAX_DENSE}): choose --method lanczos"
        )));
    }
    if arguments.steps == 0 || arguments.steps > MOST_STEPS || arguments.probes == 0 {
        return Err(Failure::Usage(format!("1 to {MOST_STEPS} steps and at least one probe are possible")));
    }
    let (weights, _) = subject.at_step(&arguments.at, false)?;
    let start = match &arguments.vector {
        Some(path) => vector_of(path, &subject.loss)?,
        None => uniform(n, subject.seed),
    };
    if start.iter().all(|entry| *entry == 0.0) {
        return Err(Failure::Usage("the first vector is 0".to_owned()));
    }
    let mut evaluation = subject.loss.evaluation();
    finite_gradient(&mut evaluation, &weights)?;
    let mut answer = match method {
        Method::Dense => of_dense(&mut evaluation),
        Method::Lanczos => of_lanczos(&mut evaluation, &start, arguments.steps, !arguments.no_reorthogonalise),
        Method::Power => of_power(&mut evaluation, &start, arguments.steps),
        Method::Density => of_density(&mut evaluation, arguments, subject.seed),
    };
    if method != Method::Dense && n <= MAX_DENSE {
        // The truth beside what an iteration shows.
        let whole = of_dense(&mut evaluation);
        answer.eigenvalues = whole.eigenvalues;
        answer.negative = whole.negative;
        answer.trace = whole.trace;
    }
    if arguments.json { json(&answer) } else { Ok(shown(&answer)) }
}

fn empty(method: &'static str, lambda_max: f64, lambda_min: Option<f64>) -> SpectrumAnswer {
    SpectrumAnswer {
        method,
        lambda_max: lambda_max.into(),
        lambda_min: lambda_min.map(Number::from),
        negative: None,
        trace: None,
        eigenvalues: None,
        steps: Vec::new(),
        copies_of_lambda_max: None,
        density: None,
        layers: None,
        block_norms: None,
    }
}

fn of_dense(evaluation: &mut Evaluation<'_>) -> SpectrumAnswer {
    let layers = evaluation.loss().architecture.layers();
    let hessian = dense(&mut Hessian::new(evaluation));
    let values = eigenvalues(&hessian);
    let blocks = blocks(&hessian, &layers);
    let of_layers = blocks.largest.iter().zip(&blocks.least).enumerate().map(|(layer, (largest, least))| LayerAnswer {
        layer: layer + 1,
        lambda_max: (*largest).into(),
        lambda_min: (*least).into(),
    });
    let [low, high] = [values.first(), values.last()].map(|value| value.copied().unwrap_or(f64::NAN));
    SpectrumAnswer {
        negative: Some(count_negative(&values)),
        trace: Some(hessian.trace().into()),
        eigenvalues: Some(numbers(&values)),
        layers: Some(of_layers.collect()),
        block_norms: Some(blocks.norms.iter().map(|row| numbers(row)).collect()),
        ..empty("dense", high, Some(low))
    }
}

fn of_lanczos(evaluation: &mut Evaluation<'_>, start: &[f64], steps: usize, reorthogonalises: bool) -> SpectrumAnswer {
    let mut lanczos = Lanczos::new(Hessian::new(evaluation), start, reorthogonalises);
    let mut told = Vec::new();
    let (mut low, mut high, mut copies) = (f64::NAN, f64::NAN, 0);
    for step in 1..=steps {
        if !lanczos.step() {
            break;
        }
        let ritz = lanczos.ritz();
        (low, high) = (ritz.values[0], ritz.values[ritz.values.len() - 1]);
        copies = ritz.values.iter().filter(|value| (*value - high).abs() <= 1e-6 * high.abs()).count();
        told.push(RitzAnswer {
            step,
            values: numbers(&ritz.values),
            residuals: numbers(&ritz.residuals),
            weights: numbers(&ritz.weights),
        });
    }
    SpectrumAnswer { steps: told, copies_of_lambda_max: Some(copies), ..empty("lanczos", high, Some(low)) }
}

fn of_power(evaluation: &mut Evaluation<'_>, start: &[f64], steps: usize) -> SpectrumAnswer {
    let quotients: Vec<f64> = PowerIteration::new(Hessian::new(evaluation), start).take(steps).collect();
    let told = quotients.iter().enumerate().map(|(index, quotient)| RitzAnswer {
        step: index + 1,
        values: numbers(&[*quotient]),
        residuals: Vec::new(),
        weights: Vec::new(),
    });
    let last = quotients.last().copied().unwrap_or(f64::NAN);
    // The quotient tends to the eigenvalue of largest magnitude, which may be the least one.
    let lambda_max = if last < 0.0 { f64::NAN } else { last };
    SpectrumAnswer { steps: told.collect(), ..empty("power", lambda_max, None) }
}

fn of_density(evaluation: &mut Evaluation<'_>, arguments: &Spectrum, seed: u64) -> SpectrumAnswer {
    let density = spectral_density(&mut Hessian::new(evaluation), arguments.steps, arguments.probes, seed);
    let [low, high] = extreme_eigenvalues(&mut Hessian::new(evaluation), 120, 1e-6).map(|(value, _)| value);
    let density = DensityAnswer { nodes: numbers(&density.nodes), weights: numbers(&density.weights) };
    SpectrumAnswer { density: Some(density), ..empty("density", high, Some(low)) }
}

fn shown(answer: &SpectrumAnswer) -> String {
    let value = |name: &str, value: Option<Number>| {
        value.map(|value| format!("{name:22} {}\n", short(value.get()))).unwrap_or_default()
    };
    let mut shown = format!("by {}\n", answer.method);
    // What an iteration has found is named as what it is.
    match answer.method {
        "power" => {
            let last = answer.steps.last().and_then(|step| step.values.first().copied());
            shown += &value("Rayleigh quotient", last);
        }
        "lanczos" => {
            shown += &value("largest Ritz value", Some(answer.lambda_max));
            shown += &value("least Ritz value", answer.lambda_min);
        }
        _ => {
            shown += &value("λmax", Some(answer.lambda_max));
            shown += &value("λmin", answer.lambda_min);
        }
    }
    if let (true, Some([least, .., largest])) = (!answer.steps.is_empty(), answer.eigenvalues.as_deref()) {
        shown += &value("λmax", Some(*largest));
        shown += &value("λmin", Some(*least));
    }
    shown += &value("trace", answer.trace);
    if let Some(negative) = answer.negative {
        shown += &format!("{:22} {negative}\n", "negative eigenvalues");
    }
    for layer in answer.layers.iter().flatten() {
        let (low, high) = (short(layer.lambda_min.get()), short(layer.lambda_max.get()));
        shown += &format!("{:22} {low} … {high}\n", format!("layer {}", layer.layer));
    }
    if !answer.steps.is_empty() {
        shown += &format!("\n{:>6} {:>14} {:>14}\n", "step", "least", "largest");
    }
    for step in &answer.steps {
        let [low, high] = [step.values.first(), step.values.last()];
        let text = |value: Option<&Number>| value.map(|value| short(value.get())).unwrap_or_default();
        shown += &format!("{:>6} {:>14} {:>14}\n", step.step, text(low), text(high));
    }
    shown
}
