//! What a command is about: the landscape that its arguments name, ready to be evaluated.

use super::Failure;
use super::args::{DataSource, FormulaArguments, LandscapeArguments, Place, Source};
use crate::dataset::Dataset;
use crate::landscape::catalogue::Entry;
use crate::landscape::{LandscapeError, Loss, View};
use crate::network::{NetworkPlane, NetworkRecipe};
use crate::number::{Decimal, Vector};
use crate::optimizer::{self, Run, Trajectory};
use crate::study::{Data, Fitting, GridChoice, LandscapeChoice, Study, fitting, loss_of, trajectories_of};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// The view of a typed formula without data.
const USUAL_VIEW: View = View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] };

/// A landscape with the formula's text and its parameters.
#[derive(Debug)]
pub struct Subject {
    /// The catalogue's entry, unless a formula was typed.
    pub entry: Option<&'static Entry>,
    /// The formula's text.
    pub formula: String,
    /// The parameters' values, as the catalogue and the arguments give them.
    pub parameters: BTreeMap<String, Decimal>,
    /// The network of which the landscape is a plane.
    pub network: Option<NetworkRecipe>,
    /// The grid that the landscape is an interpolant of.
    pub grid: Option<GridChoice>,
    /// The name, the view, the start and the learning rate of the catalogue or the study.
    usual: Option<Usual>,
    /// The examples: those of the arguments, or the catalogue's.
    pub data: Option<Data>,
    /// The loss.
    pub loss: Loss,
    /// What is to be said of the loss, beside the answer.
    notes: Vec<String>,
    /// The view that fits the data, once it was asked for; `None` where the usual one does.
    fitted: OnceCell<Option<Fitting>>,
}

/// What the catalogue or a study says beside the loss.
#[derive(Clone, Copy, Debug)]
struct Usual {
    view: View,
    start: [f64; 2],
    /// The learning rate of the first run that follows the gradient.
    rate: Option<f64>,
}

impl Usual {
    fn of(study: &Study) -> Usual {
        let takes = |run: &&Run| optimizer::find(&run.optimizer).is_some_and(|rule| rule.takes_the_landscapes_rate());
        let rate = study.runs.iter().find(takes).and_then(|run| run.setting("learning_rate"));
        Usual { view: study.view, start: study.start, rate }
    }
}

impl Subject {
    /// The learning rate that suits the landscape, where one is known.
    pub fn suggested_rate(&self) -> Option<f64> {
        self.entry.map(|entry| entry.learning_rate).or_else(|| self.usual?.rate)
    }

    /// The landscape of the arguments.
    pub fn of(arguments: &LandscapeArguments) -> Result<Subject, Failure> {
        Subject::in_view(arguments, None)
    }

    /// The same; an array without coordinates covers the view, unless it is said what it covers.
    pub fn in_view(arguments: &LandscapeArguments, view: Option<View>) -> Result<Subject, Failure> {
        let subject = Subject::quiet(arguments.landscape.as_ref(), &arguments.formula, view)?;
        subject.notes.iter().for_each(|note| super::note(note));
        Ok(subject)
    }

    /// The landscape of the arguments with a parameter that varies, which needs no value. Whether the formula has such a
    /// parameter is for the caller to check.
    pub fn varying(arguments: &LandscapeArguments, name: &str, first: f64) -> Result<Subject, Failure> {
        let subject = Subject::quiet(arguments.landscape.as_ref(), &arguments.formula, None)?;
        let is_known = subject.loss.parameter_names().iter().any(|known| known == name);
        let mut formula = arguments.formula.clone();
        if is_known && !subject.parameters.contains_key(name) {
            formula.parameters.push((name.to_owned(), first.into()));
        }
        Subject::in_view(&LandscapeArguments { landscape: arguments.landscape.clone(), formula }, None)
    }

    /// A landscape of the catalogue or a typed formula, with the parameters of the arguments.
    pub fn new(entry: Option<&'static Entry>, arguments: &FormulaArguments) -> Result<Subject, Failure> {
        let source = entry.map(Source::Entry);
        let subject = Subject::quiet(source.as_ref(), arguments, None)?;
        subject.notes.iter().for_each(|note| super::note(note));
        Ok(subject)
    }

    /// The same, without a word about it on standard error.
    fn quiet(source: Option<&Source>, arguments: &FormulaArguments, view: Option<View>) -> Result<Subject, Failure> {
        let study = match (source, &arguments.formula) {
            (Some(source), _) => super::link::study_in(source, arguments.covers.or(view))?,
            (None, Some(formula)) => Study::of_formula(formula, USUAL_VIEW),
            (None, None) => return Err(Failure::Usage("give a landscape or --formula".to_owned())),
        };
        let usual = source.map(|_| Usual::of(&study));
        let entry = match source {
            Some(Source::Entry(entry)) => Some(*entry),
            _ => None,
        };
        let Study { landscape: LandscapeChoice { formula, mut parameters, .. }, data: own, network, grid, .. } = study;
        parameters.extend(arguments.parameters.iter().cloned());
        let data = match &arguments.data {
            Some(source) => Some(data(source)?),
            None => own,
        };
        let loss = match network.is_some() || grid.is_some() {
            false => loss(&formula, &parameters, data.as_ref().map(|data| &data.dataset))?,
            true => {
                let (data, network, grid) = (data.clone(), network.clone(), grid.clone());
                let asked = Study { data, network, grid, ..Study::of_formula("", USUAL_VIEW) };
                loss_of(&asked).map_err(|error| Failure::Failed(error.to_string()))?
            }
        };
        // A parameter that the formula does not have is a slip of the pen, and its default would go unnoticed.
        let known = loss.parameter_names();
        if let Some((name, _)) = arguments.parameters.iter().find(|(name, _)| !known.contains(name)) {
            let has = if known.is_empty() { "no parameters".to_owned() } else { known.join(", ") };
            return Err(Failure::Usage(format!("the formula has no parameter '{name}'; it has {has}")));
        }
        let notes = loss.notes();
        Ok(Subject { entry, usual, formula, parameters, network, grid, data, loss, notes, fitted: OnceCell::new() })
    }

    /// The view of the catalogue, or [−2, 2]² for a typed formula.
    pub fn usual_view(&self) -> View {
        self.usual.map_or(USUAL_VIEW, |usual| usual.view)
    }

    /// The start of the catalogue or the study.
    pub fn usual_start(&self) -> Option<[f64; 2]> {
        self.usual.map(|usual| usual.start)
    }

    /// The view that was asked for, or the catalogue's, or that for a typed formula: the one that fits the data, where
    /// [−2, 2]² does not show the minimum.
    pub fn view(&self, asked: Option<View>) -> View {
        let known = asked.or(self.usual.map(|usual| usual.view));
        known.unwrap_or_else(|| self.fitted().map_or(USUAL_VIEW, |fitting| fitting.view))
    }

    /// The view that fits the data, with a start point; `None` for a landscape without data, and where [−2, 2]² shows the
    /// minimum, or none is found.
    pub fn fitted(&self) -> Option<&Fitting> {
        let fit = || {
            self.data.as_ref().filter(|_| self.network.is_none())?;
            let fitting = fitting(&self.loss).filter(|fitting| !fitting.is_well_in(&USUAL_VIEW))?;
            super::note(&fitting.note());
            Some(fitting)
        };
        self.fitted.get_or_init(fit).as_ref()
    }

    /// The point that was asked for, with a note where it could not be taken as it was written.
    pub fn point(&mut self, place: Place) -> Vector {
        if let Some(note) = place.note() {
            super::note(&note);
            self.notes.push(note);
        }
        Vector::from(place.w)
    }

    /// Where runs start: at the point that was asked for, at the catalogue's, or at (1, 1).
    pub fn start(&mut self, asked: Option<Place>) -> Vector {
        match asked {
            Some(place) => self.point(place),
            None => Vector::from(self.usual.map_or([1.0, 1.0], |usual| usual.start)),
        }
    }

    /// How many examples a run draws minibatches from: those of the network if the run moves in all weights.
    pub fn examples_of_run(&self) -> usize {
        let in_all_weights = self.network.as_ref().is_some_and(|network| !network.keep_runs_in_plane);
        let plane = self.loss.function::<NetworkPlane>().filter(|_| in_all_weights);
        plane.map_or(self.loss.examples(), |plane| plane.trained().loss.examples.count())
    }

    /// The run from a start: in all weights where the landscape is a plane of a network.
    pub fn trace(&self, start: Vector, run: &Run) -> Result<Trajectory, String> {
        let Some(network) = &self.network else { return optimizer::trace(&self.loss, start, run) };
        let asked = Study {
            data: self.data.clone(),
            network: Some(network.clone()),
            start: [start.x, start.y],
            runs: vec![Run { shown: true, ..run.clone() }],
            ..Study::of_formula("", USUAL_VIEW)
        };
        let traced = trajectories_of(&asked, &self.loss).into_iter().next().flatten();
        traced.unwrap_or_else(|| Err("the run is not shown".to_owned()))
    }

    /// What is to be said beside the answer, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let fitted = self.fitted.get().and_then(Option::as_ref).map(Fitting::note);
        self.notes.iter().cloned().chain(fitted).collect()
    }
}

/// The examples that the arguments name.
pub fn data(source: &DataSource) -> Result<Data, Failure> {
    match source {
        DataSource::Standard(name) => {
            Data::standard(name).ok_or_else(|| Failure::Usage(format!("there is no dataset '{name}'")))
        }
        DataSource::File(path) => Data::read(path)
            .map_err(|error| Failure::Failed(format!("cannot read the data in {}: {error}", path.display()))),
    }
}

/// The loss, or the failure shown with a mark under the formula's column.
pub fn loss(formula: &str, parameters: &BTreeMap<String, Decimal>, data: Option<&Dataset>) -> Result<Loss, Failure> {
    Loss::over(formula, parameters, data).map_err(|error| match error {
        LandscapeError::Formula(error) => Failure::formula(formula, &error),
        other => Failure::Usage(other.to_string()),
    })
}
