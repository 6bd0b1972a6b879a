//! Trajectories as CSV and JSON.
//!
//! Numbers read back to the same f64. In JSON NaN and ±∞ are null, in CSV `NaN`, `inf`, `-inf`.

use crate::optimizer::{Run, Trajectory};
use crate::study::{End, Findings, Study, ends};
use serde_json::{Value, json};

/// All shown runs as CSV, a line a step: run, optimizer, step, w1, w2, loss, gradient_norm, lambda_min, lambda_max.
/// `run` counts the study's runs from 1.
pub fn trajectories_csv(study: &Study, findings: &Findings) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header =
        ["run", "optimizer", "step", "w1", "w2", "loss", "gradient_norm", "lambda_min", "lambda_max"].map(String::from);
    let mut written = writer.write_record(&header);
    for (index, run, trajectory) in shown(study, findings) {
        for (number, step) in trajectory.steps.iter().enumerate() {
            let numbers = [step.w.x, step.w.y, step.loss, step.gradient_norm, step.eigenvalues[0], step.eigenvalues[1]];
            let mut record = vec![(index + 1).to_string(), run.optimizer.clone(), number.to_string()];
            record.extend(numbers.iter().map(|number| format!("{number:?}")));
            written = written.and_then(|()| writer.write_record(&record));
        }
    }
    // Memory takes every record, and all have the header's length.
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// All shown runs as JSON, with what is needed to compute them again.
pub fn trajectories_json(study: &Study, findings: &Findings) -> Value {
    let runs: Vec<Value> = shown(study, findings)
        .map(|(index, run, trajectory)| {
            let end = ends(&findings.loss, trajectory, &findings.points);
            let mut value = trajectory_json(trajectory, &end);
            value["run"] = json!(index + 1);
            value["optimizer"] = json!(run.optimizer);
            value["settings"] = json!(run.settings);
            value["seed"] = json!(run.seed);
            value["step_limit"] = json!(run.steps);
            value["gradient_tolerance"] = json!(run.gradient_tolerance);
            value["require_positive_definite"] = json!(run.require_positive_definite);
            value
        })
        .collect();
    json!({
        "program": format!("losscape {}", env!("CARGO_PKG_VERSION")),
        "landscape": study.landscape.name,
        "formula": study.landscape.formula,
        "parameters": study.landscape.parameters,
        "start": study.start,
        "runs": runs,
    })
}

/// One trajectory as `losscape trace --json` writes it: its steps, why it stopped, where it ended.
pub fn trajectory_json(trajectory: &Trajectory, end: &End) -> Value {
    let steps: Vec<Value> = trajectory
        .steps
        .iter()
        .enumerate()
        .map(|(number, step)| {
            json!({
                "step": number,
                "w": [step.w.x, step.w.y],
                "loss": step.loss,
                "gradient_norm": step.gradient_norm,
                "lambda_min": step.eigenvalues[0],
                "lambda_max": step.eigenvalues[1],
            })
        })
        .collect();
    json!({
        "steps": steps,
        "stop": trajectory.stop,
        "end": { "w": [end.w.x, end.w.y], "kind": end.kind },
    })
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
