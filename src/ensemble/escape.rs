//! The experiment "noise leaves the sharp minimum": the share of runs that escape from where they start, against a
//! setting such as the noise or the batch size.

use super::{Ensemble, Plan, Share};
use crate::landscape::Loss;
use crate::number::Vector;
use crate::optimizer::Run;

/// The share that escaped, for each value of a setting; computed value by value.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// The setting that is varied.
    pub key: String,
    /// A run has escaped when it is farther than this from the start.
    pub radius: f64,
    /// The values that are done.
    pub rows: Vec<Row>,
    /// The remaining ensembles, the next one last.
    left: Vec<(f64, Ensemble)>,
    count: usize,
}

/// The result for one value of the setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// The value.
    pub value: f64,
    /// The runs that were ever beyond the radius.
    pub ever: Share,
    /// Runs that were beyond the radius at their end.
    pub at_end: Share,
}

impl Experiment {
    /// The most values.
    pub const MAX_VALUES: usize = 1000;

    /// An experiment that has not begun: an ensemble for each value of the setting `key`.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the setting cannot have a value, if [`Ensemble::new`] fails, or if the
    /// radius is not positive.
    pub fn new(
        loss: &Loss,
        start: Vector,
        run: &Run,
        plan: Plan,
        (key, values): (&str, &[f64]),
        radius: f64,
    ) -> Result<Experiment, String> {
        if !(radius > 0.0 && radius.is_finite()) {
            return Err(format!("the radius of escape is a positive number, not {radius}"));
        }
        if !(1..=Experiment::MAX_VALUES).contains(&values.len()) {
            return Err(format!("an experiment has 1 to {} values, not {}", Experiment::MAX_VALUES, values.len()));
        }
        let one = |&value: &f64| {
            let mut run = run.clone();
            run.set(key, value)?;
            Ok((value, Ensemble::new(loss, start, &run, plan, None)?))
        };
        let left: Vec<(f64, Ensemble)> = values.iter().rev().map(one).collect::<Result<_, String>>()?;
        Ok(Experiment { key: key.to_owned(), radius, rows: Vec::new(), count: left.len(), left })
    }

    /// Works on for at least `budget` runs; returns true when nothing is left to do.
    pub fn refine(&mut self, budget: usize) -> bool {
        self.refine_unless(budget, &|| false)
    }

    /// Like [`Experiment::refine`]; `cancel` is called in each round of steps and stops the work if it returns true.
    pub fn refine_unless(&mut self, budget: usize, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        let mut left = budget.max(1);
        while let Some((value, ensemble)) = self.left.last_mut() {
            if left == 0 || cancel() {
                return false;
            }
            let before = ensemble.members().len();
            if ensemble.refine_unless(left, cancel) {
                let (ever, at_end) = (ensemble.ever_escaped(self.radius), ensemble.escaped_at_end(self.radius));
                self.rows.push(Row { value: *value, ever, at_end });
                left = left.saturating_sub(ensemble.members().len() - before);
                self.left.pop();
            } else {
                left = left.saturating_sub(ensemble.members().len() - before);
            }
        }
        true
    }

    /// The share of the runs that is known, 0 to 1.
    pub fn progress(&self) -> f64 {
        let running: f64 = self.left.last().map_or(0.0, |(_, ensemble)| ensemble.progress());
        (self.rows.len() as f64 + running) / self.count as f64
    }
}
