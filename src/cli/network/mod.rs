//! `losscape network`: networks on the command line.

mod answers;
pub mod args;
pub mod ensemble;
mod prune;
mod rates;
mod slice;
mod spectrum;
mod subject;
mod train;

use super::answers::json;
use super::{Failure, args::Listing};
use crate::export::Number;
use crate::krylov::{CgExit, ConjugateGradients, norm};
use crate::network::Hessian;
use crate::network::catalogue::networks;
use crate::number::display::short;
use answers::{EntryAnswer, NewtonAnswer, ProbeAnswer, ProductAnswer};
use args::NetworkCommand;
use subject::{NetworkSubject, finite_gradient, vector_of};

/// Answers a question about a network.
pub fn network(command: &NetworkCommand) -> Result<String, Failure> {
    match command {
        NetworkCommand::Probe(arguments) => probe(arguments),
        NetworkCommand::Train(arguments) => train::train(arguments),
        NetworkCommand::Spectrum(arguments) => spectrum::spectrum(arguments),
        NetworkCommand::Newton(arguments) => newton(arguments),
        NetworkCommand::Slice(arguments) => slice::slice(arguments),
        NetworkCommand::Prune(arguments) => prune::prune(arguments),
        NetworkCommand::Rates(arguments) => rates::rates(arguments),
        NetworkCommand::List(arguments) => list(arguments),
    }
}

fn list(arguments: &Listing) -> Result<String, Failure> {
    if arguments.json {
        return json(&networks().iter().map(EntryAnswer::from).collect::<Vec<_>>());
    }
    let mut text = String::new();
    for entry in networks() {
        text += &format!("{:14} {}\n{:14} {}\n", entry.name, entry.title, "", entry.teaches);
    }
    Ok(text)
}

/// L, ∇L, and products with a vector.
fn probe(arguments: &args::ProbeNetwork) -> Result<String, Failure> {
    let subject = NetworkSubject::of(&arguments.at.network)?;
    let (weights, _) = subject.at_step(&arguments.at, false)?;
    let mut evaluation = subject.loss.evaluation();
    let mut gradient = vec![0.0; weights.len()];
    let value = evaluation.gradient(&weights, &mut gradient);
    let vector = arguments.vector.as_deref().map(|path| vector_of(path, &subject.loss)).transpose()?;
    let products = vector.map(|v| {
        let (mut of_hessian, mut of_gauss_newton) = (vec![0.0; v.len()], vec![0.0; v.len()]);
        evaluation.hessian_product(&v, &mut of_hessian);
        evaluation.gauss_newton_product(&v, &mut of_gauss_newton);
        [of_hessian, of_gauss_newton]
    });
    if arguments.json {
        return json(&ProbeAnswer::new(&weights, value, &gradient, products.as_ref()));
    }
    let mut rows =
        vec![row("weights", weights.len().to_string()), row("L", short(value)), row("‖∇L‖", short(norm(&gradient)))];
    if let Some([of_hessian, of_gauss_newton]) = &products {
        rows.push(row("‖Hv‖", short(norm(of_hessian))));
        rows.push(row("‖Gv‖", short(norm(of_gauss_newton))));
    }
    Ok(rows.concat())
}

fn row(name: &str, value: String) -> String {
    format!("{name:22} {value}\n")
}

/// A Newton step by conjugate gradients.
fn newton(arguments: &args::Newton) -> Result<String, Failure> {
    if !(arguments.damping >= 0.0 && arguments.damping.is_finite()) {
        return Err(Failure::Usage(format!("the damping is 0 or more, not {}", arguments.damping)));
    }
    if !(arguments.tolerance >= 0.0 && arguments.tolerance.is_finite()) {
        return Err(Failure::Usage(format!("the tolerance is 0 or more, not {}", arguments.tolerance)));
    }
    let subject = NetworkSubject::of(&arguments.at.network)?;
    let (weights, _) = subject.at_step(&arguments.at, false)?;
    let mut evaluation = subject.loss.evaluation();
    let (before, gradient) = finite_gradient(&mut evaluation, &weights)?;
    let downhill: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut cg =
        ConjugateGradients::new(Hessian::new(&mut evaluation), &downhill, arguments.damping, arguments.tolerance);
    let steps: Vec<_> = cg.by_ref().take(arguments.limit).collect();
    let exit = match cg.exit() {
        Some(CgExit::Tolerance) => "tolerance",
        Some(CgExit::NegativeCurvature) => "negative_curvature",
        None => "limit",
    };
    let moved: Vec<f64> = weights.iter().zip(cg.x()).map(|(w, d)| w + d).collect();
    let (residual, step) = (cg.residual_norm(), cg.x().to_vec());
    let after = evaluation.value(&moved);
    if arguments.json {
        let products = steps.iter().enumerate().map(|(k, step)| ProductAnswer {
            product: k + 1,
            residual: Number::from(step.residual),
            curvature: Number::from(step.curvature),
        });
        return json(&NewtonAnswer {
            products: products.collect(),
            residual: residual.into(),
            exit,
            step: step.into_iter().map(Number::from).collect(),
            loss_before: before.into(),
            loss_after: after.into(),
        });
    }
    let mut text = format!("{:8} {:>14} {:>14}\n", "product", "residual", "curvature");
    for (k, step) in steps.iter().enumerate() {
        text += &format!("{:8} {:>14} {:>14}\n", k + 1, short(step.residual), short(step.curvature));
    }
    let why = match exit {
        "tolerance" => "the residual is below the tolerance",
        "negative_curvature" => "the Hessian is not positive definite along the last direction",
        _ => "the limit of products is reached",
    };
    Ok(format!("{text}\n{why}\nL before the step {}, after it {}\n", short(before), short(after)))
}
