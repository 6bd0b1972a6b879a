//! The data on which claims are evaluated: a loss with a view and runs by name, from a step or from a study.

use super::claims::Subject;
use super::file::{RunSpec, Step};
use crate::landscape::{Loss, View, catalogue};
use crate::number::Vector;
use crate::optimizer::Run;
use crate::study::{Data, Study, loss_of};
use std::collections::BTreeMap;

/// The view of a landscape that is not in the catalogue.
const USUAL_VIEW: View = View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] };

/// A loss with a view, and runs by name.
#[derive(Clone)]
pub struct Situation {
    /// The loss, or why there is none.
    pub loss: Result<Loss, String>,
    /// The view.
    pub view: View,
    /// The view that the landscape has of its own.
    pub usual_view: View,
    /// The runs with their starts.
    pub runs: BTreeMap<String, Result<(Run, Vector), String>>,
}

impl Situation {
    /// That of a step.
    pub fn of_step(step: &Step) -> Situation {
        let loss = step.loss();
        let run = |spec: &RunSpec| Ok((spec.run(loss.as_ref().map_err(String::clone)?)?, step.start_of(spec)));
        let runs = step.runs.iter().map(|(name, spec)| (name.clone(), run(spec))).collect();
        Situation { usual_view: usual_view(step.entry()), view: step.view(), runs, loss }
    }

    /// The situation of a study, in which the runs of a step have changed. A run is found by its name. If no run has
    /// the name, it is the first shown run of the same optimizer that does not belong to another run of the step.
    pub fn of_study(study: &Study, step: &Step) -> Situation {
        let is_named = |run: &Run| run.name.as_ref().is_some_and(|name| step.runs.contains_key(name));
        let found = |name: &String, spec: &RunSpec| {
            let named = study.runs.iter().find(|run| run.name.as_ref() == Some(name));
            let alike = |run: &&Run| run.shown && run.optimizer == spec.optimizer && !is_named(run);
            let run = named.or_else(|| study.runs.iter().find(alike));
            let run = run.ok_or_else(|| format!("there is no run '{name}' any more"))?;
            Ok((run.clone(), Vector::from(study.start_of(run))))
        };
        Situation {
            loss: loss_of(study).map_err(|error| error.to_string()),
            view: study.view,
            usual_view: usual_view(study.landscape.name.as_deref().and_then(crate::study::entry)),
            runs: step.runs.iter().map(|(name, spec)| (name.clone(), found(name, spec))).collect(),
        }
    }
}

fn usual_view(entry: Option<&catalogue::Entry>) -> View {
    entry.map_or(USUAL_VIEW, |entry| entry.view)
}

impl Step {
    fn usual_start(&self) -> [f64; 2] {
        self.entry().map_or([1.0, 1.0], |entry| entry.start)
    }

    fn start_of(&self, spec: &RunSpec) -> Vector {
        Vector::from(spec.start.unwrap_or(self.usual_start()))
    }

    /// The study that shows the step: its landscape and view, and its runs by their names. Runs with the same start as
    /// the first one share the study's start point. A map of basins is shown if a claim is about one, and the layers that the
    /// step names.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if there is no such landscape, dataset or optimizer.
    pub fn study(&self) -> Result<Study, String> {
        let loss = self.loss()?;
        let mut study = match (self.entry(), &self.formula) {
            (Some(entry), _) => Study::of_entry(entry),
            (None, formula) => Study::of_formula(formula.as_deref().unwrap_or_default(), self.view()),
        };
        study.view = self.view();
        study.landscape.parameters.extend(self.parameters.clone());
        if let Some(name) = &self.data {
            study.landscape.name = None;
            study.data = Data::standard(name);
        }
        study.start = self.runs.values().next().map_or(self.usual_start(), |spec| self.start_of(spec).into());
        let run = |(colour, (name, spec)): (usize, (&String, &RunSpec))| {
            let start: [f64; 2] = self.start_of(spec).into();
            let start = (start != study.start).then_some(start);
            Ok(Run { colour, start, name: Some(name.clone()), ..spec.run(&loss)? })
        };
        study.runs = self.runs.iter().enumerate().map(run).collect::<Result<_, String>>()?;
        let mapped = self.claims.iter().find_map(|claim| match &claim.subject {
            Subject::Basins(name) => self.runs.keys().position(|known| known == name),
            _ => None,
        });
        study.picture.basins_of = mapped.map(|index| index + 1);
        self.layers().for_each(|(layer, shown)| study.picture.show(layer, shown));
        Ok(study)
    }
}
