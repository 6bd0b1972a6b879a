//! The runs of a study: what each is called.

use crate::optimizer::{Run, find};

/// The name of a run: its own, or its optimizer's title, with a number if several runs have that optimizer; empty if
/// there is no such run.
pub fn run_name(runs: &[Run], index: usize) -> String {
    let Some(run) = runs.get(index) else {
        return String::new();
    };
    if let Some(name) = &run.name {
        return name.clone();
    }
    let title = find(&run.optimizer).map_or(run.optimizer.as_str(), |optimizer| optimizer.title());
    let is_alike = |other: &&Run| other.name.is_none() && other.optimizer == run.optimizer;
    let before = runs[..index].iter().filter(is_alike).count();
    if before == 0 { title.to_owned() } else { format!("{title} {}", before + 1) }
}
