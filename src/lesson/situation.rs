//! The data on which claims are evaluated: a loss with a view and runs by name, from a step or from a study.

use super::claims::Subject;
use super::file::{RunSpec, ShownNetwork, Step};
use crate::landscape::{Loss, View, catalogue};
use crate::network::PlaneRecipe;
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
        if step.network.is_some() {
            return Situation::of_step(step);
        }
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

    /// The runs in the order in which they are shown: the one that the question is about, and then by name.
    fn shown_runs(&self) -> Vec<(&String, &RunSpec)> {
        let sources = self.predict.iter().flat_map(|predict| [&predict.mark, &predict.answer, &predict.number]);
        let asked = sources.flatten().find_map(|source| source.run.as_ref());
        let mut runs: Vec<_> = self.runs.iter().collect();
        runs.sort_by_key(|(name, _)| Some(*name) != asked);
        runs
    }

    /// The study that shows the step: its landscape and view, and its runs by their names. Runs with the same start as
    /// the first one share the study's start point. A map of basins is shown if a claim is about one, and the layers that the
    /// step names.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if there is no such landscape, dataset or optimizer.
    pub fn study(&self) -> Result<Study, String> {
        if let Some(shown) = &self.network {
            return self.study_of_network(shown);
        }
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
        let runs = self.shown_runs();
        study.start = runs.first().map_or(self.usual_start(), |(_, spec)| self.start_of(spec).into());
        let run = |(colour, (name, spec)): (usize, (&String, &RunSpec))| {
            let start: [f64; 2] = self.start_of(spec).into();
            let start = (start != study.start).then_some(start);
            Ok(Run { colour, start, name: Some(name.clone()), ..spec.run(&loss)? })
        };
        study.runs = runs.iter().copied().enumerate().map(run).collect::<Result<_, String>>()?;
        let mapped = self.claims.iter().find_map(|claim| match &claim.subject {
            Subject::Basins(name) => runs.iter().position(|(known, _)| *known == name),
            _ => None,
        });
        study.picture.basins_of = mapped.map(|index| index + 1);
        self.layers().for_each(|(layer, shown)| study.picture.show(layer, shown));
        Ok(study)
    }
    /// The study of a network, without runs.
    fn study_of_network(&self, shown: &ShownNetwork) -> Result<Study, String> {
        let entry = crate::study::entry(&shown.name).ok_or_else(|| format!("there is no network '{}'", shown.name))?;
        let mut study = Study::of_entry(entry);
        let network = study.network.as_mut().ok_or_else(|| format!("'{}' is not a network", shown.name))?;
        network.training.steps = shown.steps;
        network.plane = PlaneRecipe { kind: shown.plane.clone(), step: None, seed: network.plane.seed };
        // It is not the catalogue's any more.
        study.landscape.name = None;
        study.view = self.view();
        let [w1, w2] = [study.view.w1, study.view.w2];
        study.start = [w1[0] + 0.8 * (w1[1] - w1[0]), w2[0] + 0.7 * (w2[1] - w2[0])];
        study.runs.clear();
        self.layers().for_each(|(layer, is_shown)| study.picture.show(layer, is_shown));
        Ok(study)
    }
}
