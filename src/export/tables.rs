//! Trajectories as CSV and JSON, the same for the window and the command line.
//!
//! Numbers read back to the same f64, and −0 is written as 0. In JSON NaN and ±∞ are null, in CSV `NaN`, `inf`, `-inf`.

use crate::basins::{Attractor, Basins, Outcome};
use crate::curvature::Kind;
use crate::ensemble::{Ensemble, Experiment};
use crate::number::Vector;
use crate::optimizer::{Evaluations, Run, Step, StopReason, Trajectory};
use crate::study::{End, Findings, Study, ends};
use serde::Serialize;
use serde_json::{Value, json};

/// The columns of a trajectory's table.
const COLUMNS: [&str; 7] = ["step", "w1", "w2", "loss", "gradient_norm", "lambda_min", "lambda_max"];

/// One trajectory as CSV, a line for each step.
pub fn trajectory_csv(trajectory: &Trajectory) -> String {
    let rows = numbered(trajectory).map(|(number, step, eigenvalues)| cells(number, step, eigenvalues).to_vec());
    table(COLUMNS.to_vec(), rows)
}

/// All shown runs as CSV, a line for each step: run (counted from 1 in the study), optimizer, and the columns of
/// [`trajectory_csv`].
pub fn trajectories_csv(study: &Study, findings: &Findings) -> String {
    let columns = [&["run", "optimizer"][..], &COLUMNS].concat();
    let rows = shown(study, findings).flat_map(|(index, run, trajectory)| {
        numbered(trajectory).map(move |(number, step, eigenvalues)| {
            let mut record = vec![(index + 1).to_string(), run.optimizer.clone()];
            record.extend(cells(number, step, eigenvalues));
            record
        })
    });
    table(columns, rows)
}

/// The recorded points with their numbers and the Hessian's eigenvalues there.
fn numbered(trajectory: &Trajectory) -> impl Iterator<Item = (usize, &Step, [f64; 2])> {
    let steps = trajectory.steps.iter().zip(trajectory.eigenvalues()).enumerate();
    steps.map(|(number, (step, eigenvalues))| (number, step, *eigenvalues))
}

fn cells(number: usize, step: &Step, [least, greatest]: [f64; 2]) -> [String; 7] {
    let [w1, w2, loss, slope, least, greatest] =
        [step.w.x, step.w.y, step.loss, step.gradient_norm, least, greatest].map(|value| format!("{:?}", value + 0.0));
    [number.to_string(), w1, w2, loss, slope, least, greatest]
}

fn table(columns: Vec<&str>, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut written = writer.write_record(columns);
    for row in rows {
        written = written.and_then(|()| writer.write_record(row));
    }
    // Writing to memory cannot fail, and all records have the header's length.
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A map of basins as CSV, a line for each start, row by row from the least w2: the start, the outcome, the end and the
/// number of steps.
pub fn basins_csv(map: &Basins) -> String {
    let rows = (0..map.rows).flat_map(|row| (0..map.columns).map(move |column| (column, row)));
    let rows = rows.map(|(column, row)| {
        let (start, cell) = (map.start_at(column, row), map.cells[row * map.columns + column]);
        let [word, end1, end2] = outcome_cells(cell.outcome, map.attractors());
        vec![number(start.x), number(start.y), word, end1, end2, cell.steps.to_string()]
    });
    table(vec!["w1", "w2", "end", "end_w1", "end_w2", "steps"], rows)
}

fn number(value: f64) -> String {
    format!("{:?}", value + 0.0)
}

/// The outcome of a run in a word, and the point where it ends; empty cells if there is none.
fn outcome_cells(outcome: Outcome, attractors: &[Attractor]) -> [String; 3] {
    let end = match outcome {
        Outcome::At(index) => attractors.get(index as usize),
        _ => None,
    };
    let word = match (outcome, end) {
        (_, Some(end)) => end.kind.word(),
        (Outcome::Cycle, _) => "cycle",
        (Outcome::Diverged, _) => "diverged",
        (Outcome::FalseStop, _) => "false_stop",
        (Outcome::Broken, _) => "broken",
        (Outcome::Unfinished | Outcome::At(_), _) => "unfinished",
        (Outcome::Pending, _) => "pending",
    };
    let place = end.map_or([String::new(), String::new()], |end| [number(end.w.x), number(end.w.y)]);
    let [end1, end2] = place;
    [word.to_owned(), end1, end2]
}

/// An ensemble as CSV, a line for each run: its seed, start, last point, number of steps, stop reason, largest distance
/// from the ensemble's start, and outcome.
pub fn ensemble_csv(ensemble: &Ensemble) -> String {
    let rows = ensemble.members().iter().enumerate().map(|(run, member)| {
        let [word, end1, end2] = outcome_cells(member.outcome, ensemble.attractors());
        let [start, last] = [member.start, member.end];
        vec![
            (run + 1).to_string(),
            member.seed.to_string(),
            number(start.x),
            number(start.y),
            number(last.x),
            number(last.y),
            member.steps.to_string(),
            member.stop.word().to_owned(),
            number(member.farthest),
            word,
            end1,
            end2,
        ]
    });
    let columns =
        ["run", "seed", "start_w1", "start_w2", "w1", "w2", "steps", "stop", "farthest", "end", "end_w1", "end_w2"];
    table(columns.to_vec(), rows)
}

/// An experiment as CSV, a line for each value: how many runs were ever beyond the radius, and how many at the end,
/// each with Wilson's 95 % interval for the share.
pub fn experiment_csv(experiment: &Experiment) -> String {
    let rows = experiment.rows.iter().map(|row| {
        let mut cells = vec![number(row.value), row.ever.of.to_string()];
        for share in [row.ever, row.at_end] {
            let [low, high] = share.interval();
            cells.extend([share.count.to_string(), number(share.value()), number(low), number(high)]);
        }
        cells
    });
    let mut columns = vec![experiment.key.as_str(), "runs"];
    columns.extend([
        "ever",
        "ever_share",
        "ever_low",
        "ever_high",
        "at_end",
        "at_end_share",
        "at_end_low",
        "at_end_high",
    ]);
    table(columns, rows)
}

/// All shown runs as JSON, with everything that is needed to recompute them.
pub fn trajectories_json(study: &Study, findings: &Findings) -> Value {
    let runs: Vec<Value> = shown(study, findings)
        .map(|(index, run, trajectory)| {
            let end = ends(&findings.loss, trajectory, &findings.points);
            let mut value = json!(TrajectoryJson::new(trajectory, &end));
            value["run"] = json!(index + 1);
            value["optimizer"] = json!(run.optimizer);
            value["settings"] = json!(run.settings);
            value["seed"] = json!(run.seed);
            value["step_limit"] = json!(run.steps);
            value["gradient_tolerance"] = json!(run.gradient_tolerance);
            value["schedule"] = json!(run.schedule);
            value["require_positive_definite"] = json!(run.require_positive_definite);
            value
        })
        .collect();
    json!({
        "program": format!("losscape {}", env!("CARGO_PKG_VERSION")),
        "landscape": study.landscape.name,
        "formula": study.landscape.formula,
        "parameters": study.landscape.parameters,
        "data": study.data,
        "start": study.start,
        "runs": runs,
    })
}

/// A number in JSON: serde_json writes the shortest text that reads back, and null for NaN and ±∞.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Number(f64);

impl From<f64> for Number {
    fn from(value: f64) -> Number {
        // −0 + 0 is 0, and every other sum with 0 is the number itself.
        Number(value + 0.0)
    }
}

impl Number {
    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }

    /// A point, step or gradient.
    pub fn pair(w: Vector) -> [Number; 2] {
        [w.x.into(), w.y.into()]
    }
}

/// One trajectory as `losscape trace --json` writes it: its steps, stop reason and end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrajectoryJson {
    steps: Vec<StepJson>,
    stop: StopReason,
    end: EndJson,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct StepJson {
    step: usize,
    w: [Number; 2],
    loss: Number,
    gradient_norm: Number,
    lambda_min: Number,
    lambda_max: Number,
    evaluations: EvaluationsJson,
}

/// The evaluations of the optimizer up to this point.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct EvaluationsJson {
    losses: u32,
    gradients: u32,
    hessians: u32,
    hessian_products: u32,
    /// Gradients of single examples, of minibatches; only for a loss over data.
    #[serde(skip_serializing_if = "Option::is_none")]
    examples: Option<u32>,
}

impl From<Evaluations> for EvaluationsJson {
    fn from(evaluations: Evaluations) -> EvaluationsJson {
        let Evaluations { losses, gradients, hessians, products, examples, examples_in_gradient } = evaluations;
        let examples = (examples_in_gradient > 0).then_some(examples);
        EvaluationsJson { losses, gradients, hessians, hessian_products: products, examples }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct EndJson {
    w: [Number; 2],
    /// The kind of the critical point where the run ended, or null.
    kind: Option<Kind>,
}

impl TrajectoryJson {
    /// A trajectory and where it ended.
    pub fn new(trajectory: &Trajectory, end: &End) -> TrajectoryJson {
        let steps = numbered(trajectory).map(|(number, step, [least, greatest])| StepJson {
            step: number,
            w: Number::pair(step.w),
            loss: step.loss.into(),
            gradient_norm: step.gradient_norm.into(),
            lambda_min: least.into(),
            lambda_max: greatest.into(),
            evaluations: step.evaluations.into(),
        });
        TrajectoryJson {
            steps: steps.collect(),
            stop: trajectory.stop,
            end: EndJson { w: Number::pair(end.w), kind: end.kind },
        }
    }
}

/// The runs that have a trajectory, with their index.
fn shown<'a>(study: &'a Study, findings: &'a Findings) -> impl Iterator<Item = (usize, &'a Run, &'a Trajectory)> {
    study.runs.iter().zip(&findings.trajectories).enumerate().filter_map(
        |(index, (run, trajectory))| match trajectory {
            Some(Ok(trajectory)) => Some((index, run, trajectory)),
            _ => None,
        },
    )
}
