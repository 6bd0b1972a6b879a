//! `losscape ensemble`: many runs and where they end, and the share that escapes against a setting.

use super::answers::{Pair, noted};
use super::args::{self, SpreadShape};
use super::compute::{Form, put, run_of};
use super::network::ensemble::vary_batch_size;
use super::subject::Subject;
use super::{Failure, text};
use crate::critical::search;
use crate::curvature::Kind;
use crate::ensemble::{Ensemble, Experiment, Plan, Scatter, Share, ensemble as ensemble_of};
use crate::export::{self, Number};
use crate::landscape::Loss;
use crate::network::NetworkPlane;
use crate::number::Matrix;
use crate::thermal::stationary;
use serde::Serialize;

/// The network whose trainings with several batch sizes are asked for.
fn trained_plane<'a>(arguments: &args::Ensemble, subject: &'a Subject) -> Option<&'a NetworkPlane> {
    let is_asked = arguments.vary.as_ref().is_some_and(|(key, _)| key == "batch_size");
    subject.loss.function().filter(|_| is_asked)
}

/// Many runs, or many runs for each of several values of a setting.
pub fn ensemble(arguments: &args::Ensemble) -> Result<String, Failure> {
    let mut subject = Subject::of(&arguments.landscape)?;
    let of_training = trained_plane(arguments, &subject).map(|plane| plane.trained().loss.examples.count());
    let examples = of_training.unwrap_or(subject.loss.examples());
    let run = run_of(&arguments.run, &subject, examples)?;
    let start = subject.start(arguments.start);
    let scatter = match (arguments.spread, arguments.spread_shape) {
        (None, _) => Scatter::None,
        (Some(spread), SpreadShape::Gaussian) => Scatter::Gaussian(spread),
        (Some(spread), SpreadShape::Uniform) => Scatter::Uniform(spread),
    };
    let plan = Plan { runs: arguments.seeds, scatter };
    let format = Form::of(arguments.json, arguments.csv, arguments.output.as_deref());
    let output = format.output(arguments.output.as_deref(), arguments.force, &subject)?;
    if let Some(radius) = arguments.escape.filter(|radius| *radius <= 0.0) {
        return Err(Failure::Usage(format!("the radius of escape is a positive number, not {radius}")));
    }
    let answer = match (&arguments.vary, trained_plane(arguments, &subject), arguments.escape) {
        (Some((_, values)), Some(plane), _) => vary_batch_size(plane, &run, values, arguments.seeds, format)?,
        (Some(_), None, None) => {
            let message = "--vary counts the runs that escape: give --escape RADIUS; only for networks, with \
                           batch-size=…, it reports where trainings end";
            return Err(Failure::Usage(message.to_owned()));
        }
        (Some((key, values)), None, Some(radius)) => {
            let mut experiment =
                Experiment::new(&subject.loss, start, &run, plan, (key, values), radius).map_err(Failure::Usage)?;
            while !experiment.refine(usize::MAX) {}
            match format {
                Form::Json => noted(&subject.loss, &ExperimentAnswer::new(&experiment, plan.runs), subject.notes())?,
                Form::Csv => export::experiment_csv(&experiment),
                Form::Text => text::experiment(&subject, &run, &experiment),
            }
        }
        _ => {
            let points = search(&subject.loss, &subject.view(arguments.view));
            let found = ensemble_of(&subject.loss, start, &run, plan, Some(&points)).map_err(Failure::Usage)?;
            match format {
                Form::Json => noted(
                    &subject.loss,
                    &EnsembleAnswer::new(&subject.loss, &found, arguments.escape),
                    subject.notes(),
                )?,
                Form::Csv => export::ensemble_csv(&found),
                Form::Text => text::ensemble(&subject, &found, arguments.escape),
            }
        }
    };
    put(answer, output)
}

/// The answer in JSON. `ends` and the counts after it add up to `runs`.
#[derive(Serialize)]
struct EnsembleAnswer {
    runs: usize,
    ends: Vec<EndAnswer>,
    diverged: usize,
    unfinished: usize,
    false_stops: usize,
    broken: usize,
    /// The runs that were farther than the radius from the start, where a radius was given.
    escaped: Option<EscapedAnswer>,
    /// Mean and covariance of the last points of the runs that did not diverge or break off.
    mean: Pair,
    covariance: [Pair; 2],
    /// The exact law in the long run of SGD on linear regression.
    #[serde(skip_serializing_if = "Option::is_none")]
    stationary: Option<StationaryAnswer>,
    /// The seed of the first run; the next ones have the next.
    first_seed: u64,
}

#[derive(Serialize)]
struct StationaryAnswer {
    /// The mean.
    minimum: Pair,
    covariance: [Pair; 2],
}

#[derive(Serialize)]
struct EndAnswer {
    w: Pair,
    kind: Kind,
    count: usize,
    /// Wilson's interval of 95 % for the share.
    interval: Pair,
}

#[derive(Serialize)]
struct EscapedAnswer {
    radius: Number,
    ever: ShareAnswer,
    at_end: ShareAnswer,
}

#[derive(Serialize)]
struct ShareAnswer {
    count: usize,
    share: Number,
    /// Wilson's interval of 95 %.
    interval: Pair,
}

impl From<Share> for ShareAnswer {
    fn from(share: Share) -> ShareAnswer {
        ShareAnswer { count: share.count, share: share.value().into(), interval: share.interval().map(Number::from) }
    }
}

impl EnsembleAnswer {
    fn new(loss: &Loss, found: &Ensemble, radius: Option<f64>) -> EnsembleAnswer {
        let counts = found.counts();
        let reached = found.attractors().iter().zip(&counts.ends).filter(|(_, count)| **count > 0);
        let ends = reached.map(|(end, &count)| EndAnswer {
            w: Number::pair(end.w),
            kind: end.kind,
            count,
            interval: found.share(count).interval().map(Number::from),
        });
        let (mean, covariance) = found.cloud();
        EnsembleAnswer {
            runs: found.members().len(),
            ends: ends.collect(),
            diverged: counts.diverged,
            unfinished: counts.unfinished,
            false_stops: counts.false_stops,
            broken: counts.broken,
            escaped: radius.map(|radius| EscapedAnswer {
                radius: radius.into(),
                ever: found.ever_escaped(radius).into(),
                at_end: found.escaped_at_end(radius).into(),
            }),
            mean: Number::pair(mean),
            covariance: matrix(&covariance),
            stationary: stationary(loss, found.run()).map(|law| StationaryAnswer {
                minimum: Number::pair(law.minimum),
                covariance: matrix(&law.covariance),
            }),
            first_seed: found.run().seed,
        }
    }
}

fn matrix(of: &Matrix) -> [Pair; 2] {
    [0, 1].map(|row| [0, 1].map(|column| Number::from(of[(row, column)])))
}

/// The answer in JSON to `--vary`.
#[derive(Serialize)]
struct ExperimentAnswer {
    key: String,
    radius: Number,
    runs: usize,
    rows: Vec<RowAnswer>,
}

#[derive(Serialize)]
struct RowAnswer {
    value: Number,
    ever: ShareAnswer,
    at_end: ShareAnswer,
}

impl ExperimentAnswer {
    fn new(experiment: &Experiment, runs: usize) -> ExperimentAnswer {
        let rows = experiment.rows.iter();
        let rows =
            rows.map(|row| RowAnswer { value: row.value.into(), ever: row.ever.into(), at_end: row.at_end.into() });
        ExperimentAnswer { key: experiment.key.clone(), radius: experiment.radius.into(), runs, rows: rows.collect() }
    }
}
