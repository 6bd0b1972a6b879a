//! What a study that was handed in may not change.

use super::claims::Subject;
use super::file::{Step, Task};
use super::situation::Situation;
use crate::landscape::Loss;
use crate::number::display::{point, short};
use crate::study::Study;
use std::collections::BTreeSet;

/// What differs from the step in a study, although the solution of the exercise leaves it as it is: the landscape, and the
/// optimizers, starts and stopping rules of the runs that the exercise is about. A stopping rule may be stricter.
pub fn strays(step: &Step, task: &Task, study: &Study) -> Vec<String> {
    let (own, handed) = (Situation::of_step(step), Situation::of_study(study, step));
    let mut found = Vec::new();
    if let (Ok(own), Ok(handed), None) = (&own.loss, &handed.loss, &task.solution.formula)
        && differ(own, handed, &|name| task.solution.parameters.contains_key(name))
    {
        found.push(format!("the landscape is not that of the step: L = {}", handed.to_unicode()));
    }
    let solved = Situation::of_step(&step.solved(&task.solution));
    for name in names(task) {
        let runs = [&own, &handed, &solved].map(|place| place.runs.get(name));
        let [Some(Ok((run, start))), Some(Ok((given, from))), Some(Ok((right, right_start)))] = runs else { continue };
        if right.optimizer == run.optimizer && given.optimizer != run.optimizer {
            found.push(format!("run {name} is {}, not {}", given.optimizer, run.optimizer));
        }
        if right_start == start && from != start {
            found.push(format!("run {name} starts at {}, not at {}", point(*from), point(*start)));
        }
        let tolerance = run.gradient_tolerance;
        if right.gradient_tolerance == tolerance && given.gradient_tolerance > tolerance {
            let [given, own] = [given.gradient_tolerance, tolerance].map(short);
            found.push(format!("run {name} stops where ‖∇L‖ is below {given}, not below {own}"));
        }
        if right.require_positive_definite && run.require_positive_definite && !given.require_positive_definite {
            found.push(format!("run {name} does not ask for a positive definite Hessian any more"));
        }
    }
    found
}

/// The runs that an exercise is about.
fn names(task: &Task) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for claim in &task.claims {
        if let Subject::Run(name) | Subject::Ensemble(name) = &claim.subject {
            names.insert(name.as_str());
        }
        names.extend(claim.compared_runs());
    }
    names
}

/// Whether two losses differ in more than the parameters that may be changed.
fn differ(own: &Loss, handed: &Loss, may_change: &dyn Fn(&str) -> bool) -> bool {
    let values = |loss: &Loss| {
        let names = loss.parameter_names().to_vec();
        let values = names.into_iter().zip(loss.parameters().to_vec());
        values.filter(|(name, _)| !may_change(name)).collect::<Vec<_>>()
    };
    own.to_unicode() != handed.to_unicode() || values(own) != values(handed)
}
