//! The stability limits of the runs as labelled lines.

use super::{Guide, ShownRun, Subject};
use crate::number::display::short;
use crate::optimizer::Run;
use crate::optimizer::speed::limit_of;

/// The ends of the axis, extended to a limit that is not far outside.
pub(super) fn reached([low, high]: [f64; 2], limit: f64) -> [f64; 2] {
    let spare = 0.08 * (high - low);
    match limit {
        limit if high < limit && limit <= 3.0 * high.max(0.0) => [low, limit + spare],
        limit if limit < low && low - limit <= high - low => [limit - spare, high],
        _ => [low, high],
    }
}

/// The limits of the shown runs, each said once.
pub(super) fn guides(subject: &Subject<'_>, runs: &[ShownRun<'_>]) -> Vec<Guide> {
    let limits: Vec<(&Run, f64, &str)> = runs
        .iter()
        .filter_map(|run| {
            let asked = subject.study.runs.get(run.index)?;
            Some((asked, limit_of(asked)?, run.name.as_str()))
        })
        .collect();
    let mut guides: Vec<Guide> = Vec::new();
    for (run, limit, name) in &limits {
        if guides.iter().any(|guide| guide.value == *limit) {
            continue;
        }
        let is_plain = run.setting("learning_rate").is_some_and(|rate| *limit == 2.0 / rate);
        let formula = if is_plain { "2/η" } else { "limit" };
        let is_alone = limits.iter().all(|(_, other, _)| other == limit);
        let whose = if is_alone { String::new() } else { format!(", {name}") };
        guides.push(Guide { value: *limit, label: format!("{formula} = {}{whose}", short(*limit)) });
    }
    guides
}
