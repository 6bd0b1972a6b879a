//! How much a lesson may compute, in steps of runs.

use super::claims::{Claim, Subject};
use super::file::Step;
use std::collections::BTreeSet;

/// Starts along each side of a map of basins.
pub(super) const STARTS: usize = 192;
/// The most steps of a lesson: minutes on a slow machine.
const MOST_STEPS: u64 = 500_000_000;
/// The most steps of the runs of one step of a lesson, which are all kept.
const MOST_KEPT: u64 = 2_000_000;

/// The steps of an ensemble.
pub(super) fn of_ensemble(seeds: usize, steps: usize) -> u64 {
    (seeds as u64).saturating_mul(steps as u64)
}

/// The most steps of a map of basins.
pub(super) fn of_basins(steps: usize) -> u64 {
    ((STARTS * STARTS) as u64).saturating_mul(steps as u64)
}

/// Checks that a number of steps can be computed.
///
/// # Errors
/// Returns an error, as a sentence, if they are too many.
pub(super) fn within_limit(steps: u64) -> Result<(), String> {
    match steps <= MOST_STEPS {
        true => Ok(()),
        false => Err(format!("it may take {steps} steps of runs, and a lesson has at most {MOST_STEPS}")),
    }
}

impl Step {
    /// At most how many steps of runs the step needs, with its exercise.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if there is no such run, or if the paths of the runs would need too much memory.
    pub(super) fn work(&self) -> Result<u64, String> {
        let own = self.work_of(&self.claims)?;
        let Some(task) = &self.task else { return Ok(own) };
        let solved = self.solved(&task.solution).work_of(&task.claims)?;
        Ok(own.saturating_add(self.work_of(&task.claims)?).saturating_add(solved))
    }

    fn work_of(&self, claims: &[Claim]) -> Result<u64, String> {
        let loss = self.loss()?;
        let steps_of = |name: &String| match self.runs.get(name) {
            Some(spec) => spec.run(&loss).map(|run| run.steps).map_err(|reason| format!("run {name}: {reason}")),
            None => Err(format!("there is no run '{name}'")),
        };
        let mut kept: u64 = 0;
        for name in self.runs.keys() {
            kept = kept.saturating_add(steps_of(name)? as u64);
        }
        if kept > MOST_KEPT {
            return Err(format!(
                "the runs have {kept} steps, and those of one step of a lesson have at most {MOST_KEPT}"
            ));
        }
        // What several claims are about is computed once.
        let mut known = BTreeSet::new();
        let mut work = kept;
        for claim in claims {
            let one = match &claim.subject {
                Subject::Ensemble(name) if known.insert((name, claim.seeds())) => {
                    of_ensemble(claim.seeds(), steps_of(name)?)
                }
                Subject::Basins(name) if known.insert((name, 0)) => of_basins(steps_of(name)?),
                _ => 0,
            };
            within_limit(one).map_err(|reason| format!("“{}”: {reason}", claim.says))?;
            work = work.saturating_add(one);
        }
        Ok(work)
    }
}
