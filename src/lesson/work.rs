//! How much the steps of a lesson compute.

use super::claims::{Claim, Subject};
use super::file::Step;
use super::limits::{MOST_KEPT, of_basins, of_ensemble, within_limit};
use std::collections::BTreeSet;

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
