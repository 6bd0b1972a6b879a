//! Lesson files.

use super::claims::{Claim, Subject, check_kind};
use super::limits::within_limit;
use super::links::links;
use super::vocabulary::{ENDS, STOPS};
use crate::dataset;
use crate::landscape::{Loss, View, catalogue};
use crate::network::catalogue::{network, networks};
use crate::network::plane_kind;
use crate::number::Decimal;
use crate::study::{Data, LayerSwitch, in_words, layers};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The most claims of a lesson, with those of its exercises.
const MOST_CLAIMS: usize = 200;
const MOST_STEPS: usize = 60;
/// The most places that a step highlights.
const MOST_HIGHLIGHTS: usize = 20;

/// The reason why a file is not a lesson.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LessonError {
    /// The text is not TOML, or has fields that a lesson does not have.
    #[error("{0}")]
    Toml(String),
    /// A step is wrong.
    #[error("step {step} ({title}): {reason}")]
    Step {
        /// The number of the step, from 1.
        step: usize,
        /// Its title.
        title: String,
        /// The reason.
        reason: String,
    },
}

/// A lesson.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a lesson with a title and steps")]
pub struct Lesson {
    /// The title.
    pub title: String,
    /// The audience.
    #[serde(default)]
    pub audience: String,
    /// About how long it takes.
    #[serde(default)]
    pub minutes: u32,
    /// The steps.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// A step of a lesson: a landscape with runs, and claims about them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a step: a table with a title")]
pub struct Step {
    /// The title.
    pub title: String,
    /// A short text.
    #[serde(default)]
    pub text: String,
    /// Places that are highlighted in the picture.
    #[serde(default)]
    pub highlight: Vec<[f64; 2]>,
    /// A landscape of the catalogue.
    #[serde(default)]
    pub landscape: Option<String>,
    /// A formula in its place.
    #[serde(default)]
    pub formula: Option<String>,
    /// A network in its place, on a plane through its weights.
    #[serde(default)]
    pub network: Option<ShownNetwork>,
    /// Values of parameters.
    #[serde(default)]
    pub parameters: BTreeMap<String, Decimal>,
    /// The name of a dataset.
    #[serde(default)]
    pub data: Option<String>,
    /// Layers that are shown or hidden, by their keys, as in a study file.
    #[serde(default)]
    pub picture: BTreeMap<String, bool>,
    /// The view; if absent, that of the catalogue, or [−2, 2]².
    #[serde(default)]
    pub view: Option<View>,
    /// Runs by name.
    #[serde(default, rename = "run")]
    pub runs: BTreeMap<String, RunSpec>,
    /// The claims.
    #[serde(default, rename = "claim")]
    pub claims: Vec<Claim>,
    /// A question that is answered before the runs are shown.
    #[serde(default)]
    pub predict: Option<Predict>,
    /// An exercise.
    #[serde(default)]
    pub task: Option<Task>,
}

/// A network of the catalogue, as a step shows it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a network: a table with name, steps and plane")]
pub struct ShownNetwork {
    /// Its name.
    pub name: String,
    /// The steps of its training.
    pub steps: usize,
    /// The kind of the plane.
    pub plane: String,
}

/// A run of a step.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a run: a table with an optimizer")]
pub struct RunSpec {
    /// The name of the optimizer.
    pub optimizer: String,
    /// The start; if absent, that of the catalogue, or (1, 1).
    #[serde(default)]
    pub start: Option<[f64; 2]>,
    /// η.
    #[serde(default)]
    pub learning_rate: Option<f64>,
    /// The largest number of steps.
    #[serde(default)]
    pub steps: Option<usize>,
    /// The seed.
    #[serde(default)]
    pub seed: u64,
    /// Examples of a minibatch.
    #[serde(default)]
    pub batch_size: Option<f64>,
    /// How the learning rate falls, such as `1/t:50`.
    #[serde(default)]
    pub schedule: Option<String>,
    /// Other settings: numbers, truth values, or the words of choices.
    #[serde(default, rename = "set")]
    pub settings: BTreeMap<String, toml::Value>,
}

/// A question that a class answers before it sees the runs. The answer is computed from the step and never stored.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a question: a table with what it asks")]
pub struct Predict {
    /// The question.
    pub ask: String,
    /// A place in the picture: where a run ends.
    #[serde(default)]
    pub mark: Option<Source>,
    /// Some words, of which one is right.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The right choice, computed from a run.
    #[serde(default)]
    pub answer: Option<Source>,
    /// A number.
    #[serde(default)]
    pub number: Option<Source>,
}

/// The source of a question's answer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a source: a table")]
pub struct Source {
    /// A run.
    #[serde(default)]
    pub run: Option<String>,
    /// Critical points of a kind, or all.
    #[serde(default)]
    pub points: Option<String>,
    /// The quantity: an assertion's name.
    #[serde(default)]
    pub of: Option<String>,
}

/// An exercise: assertions that fail on the step and hold on its solution.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an exercise: a table with what it asks")]
pub struct Task {
    /// The text of the exercise.
    pub ask: String,
    /// The claims that must hold on the solution.
    #[serde(rename = "claim")]
    pub claims: Vec<Claim>,
    /// The solution: the changes to the step.
    pub solution: Solution,
}

/// The changed fields of a step.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a solution: a table with what is changed")]
pub struct Solution {
    /// Another formula.
    pub formula: Option<String>,
    /// Values of parameters.
    pub parameters: BTreeMap<String, Decimal>,
    /// Other runs, by name.
    #[serde(rename = "run")]
    pub runs: BTreeMap<String, RunSpec>,
}

/// The longest lesson file.
const MOST_BYTES: u64 = 1 << 20;

/// Whether a file is meant to be a lesson, that is, has steps.
pub fn is_lesson(path: &Path) -> bool {
    text_of(path).is_ok_and(|text| has_steps(&text))
}

/// Whether the bytes of a file are meant to be a lesson.
pub fn is_lesson_text(bytes: &[u8]) -> bool {
    bytes.len() as u64 <= MOST_BYTES && std::str::from_utf8(bytes).is_ok_and(has_steps)
}

fn has_steps(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("[[step]]"))
}

/// Reads the lesson in the bytes of a file.
///
/// # Errors
/// Returns the reason if they are not a lesson.
pub fn from_bytes(bytes: Vec<u8>) -> Result<Lesson, String> {
    from_toml(&text_of_bytes(bytes)?).map_err(|error| error.to_string())
}

/// Reads the lesson in a file.
///
/// # Errors
/// Returns the reason if the file cannot be read or is not a lesson.
pub fn load(path: &Path) -> Result<Lesson, String> {
    from_toml(&text_of(path)?).map_err(|error| error.to_string())
}

fn text_of(path: &Path) -> Result<String, String> {
    let bytes = dataset::read_at_most(path, MOST_BYTES).map_err(|error| dataset::reason(&error))?;
    text_of_bytes(bytes)
}

fn text_of_bytes(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "it is no UTF-8 text".to_owned())
}

/// Reads a lesson.
///
/// # Errors
/// Returns an error if the text is not a lesson. It has the place in the text, or the step and the reason.
pub fn from_toml(text: &str) -> Result<Lesson, LessonError> {
    let lesson: Lesson = toml::from_str(text).map_err(|error| LessonError::Toml(shortened(&explained(&error))))?;
    if lesson.steps.is_empty() || lesson.steps.len() > MOST_STEPS {
        return Err(LessonError::Toml(format!("a lesson has 1 to {MOST_STEPS} steps")));
    }
    let in_task = |step: &Step| step.task.as_ref().map_or(0, |task| task.claims.len());
    let claims: usize = lesson.steps.iter().map(|step| step.claims.len() + in_task(step)).sum();
    if claims > MOST_CLAIMS {
        return Err(LessonError::Toml(format!("a lesson has at most {MOST_CLAIMS} claims")));
    }
    let mut work = 0_u64;
    for (index, step) in lesson.steps.iter().enumerate() {
        let fail = |reason: String| LessonError::Step { step: index + 1, title: step.title.clone(), reason };
        let own = step.check().and_then(|()| step.work());
        work = work.saturating_add(own.map_err(fail)?);
        within_limit(work).map_err(fail)?;
    }
    Ok(lesson)
}

/// What is wrong with a text, with the place in it, in the words of study files.
fn explained(error: &toml::de::Error) -> String {
    let (whole, message) = (error.to_string(), error.message());
    match whole.rfind(message).filter(|_| !message.is_empty()) {
        Some(at) => format!("{}{}{}", &whole[..at], in_words(message), &whole[at + message.len()..]),
        None => whole,
    }
}

/// A text with its long lines cut.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 160;
    let cut = |line: &str| match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    };
    text.lines().map(cut).collect::<Vec<_>>().join("\n")
}

impl ShownNetwork {
    fn check(&self, step: &Step) -> Result<(), String> {
        if network(&self.name).is_none() {
            return Err(format!("there is no network '{}' in the catalogue", self.name));
        }
        if plane_kind(&self.plane).is_none() {
            return Err(format!("there is no plane '{}'", self.plane));
        }
        if !(1..=LONGEST_TRAINING).contains(&self.steps) {
            return Err(format!(
                "the training of a lesson's network has 1 to {LONGEST_TRAINING} steps, not {}",
                self.steps
            ));
        }
        let has_more = step.landscape.is_some() || step.formula.is_some() || step.data.is_some();
        if has_more || !(step.runs.is_empty() && step.parameters.is_empty()) {
            return Err("a step with a network has no landscape, formula, parameters, data or runs".to_owned());
        }
        // Its loss is not evaluated: the window trains it beside the lesson.
        let is_about_networks = |claim: &Claim| matches!(claim.subject, Subject::Network(_));
        match step.predict.is_none() && step.task.is_none() && step.claims.iter().all(is_about_networks) {
            true => Ok(()),
            false => {
                Err("a step with a network has claims about networks only, no question and no exercise".to_owned())
            }
        }
    }
}

/// The most steps of the training of a lesson's network: a fraction of a second.
const LONGEST_TRAINING: usize = 2_000;

impl Step {
    /// Checks that the step can be evaluated.
    ///
    /// # Errors
    /// Returns an error, as a sentence, about the first fault.
    fn check(&self) -> Result<(), String> {
        if let Some(link) = links(&self.text).into_iter().find(|link| catalogue::find(link.landscape).is_none()) {
            return Err(format!("the text links to '{}', and there is no such landscape", link.landscape));
        }
        if self.highlight.len() > MOST_HIGHLIGHTS || !self.highlight.iter().flatten().all(|place| place.is_finite()) {
            return Err(format!("a step highlights at most {MOST_HIGHLIGHTS} finite places"));
        }
        if let Some(key) = self.picture.keys().find(|key| layers::layer(key).is_none()) {
            let known: Vec<&str> = layers::LAYERS.iter().map(|layer| layer.key).collect();
            return Err(format!("the picture has no layer '{key}'; there are {}", known.join(", ")));
        }
        if let Some(shown) = &self.network {
            shown.check(self)?;
        }
        let loss = self.loss()?;
        for (name, spec) in &self.runs {
            spec.run(&loss).map_err(|reason| format!("run {name}: {reason}"))?;
        }
        let in_task = self.task.iter().flat_map(|task| &task.claims);
        for claim in self.claims.iter().chain(in_task) {
            let checked = claim.check(|name| self.runs.contains_key(name), loss.parameter_names());
            checked.map_err(|reason| format!("“{}”: {reason}", claim.says))?;
        }
        if let Some(task) = &self.task {
            if task.claims.is_empty() {
                return Err("an exercise has one claim at least".to_owned());
            }
            self.solved(&task.solution).check_runs()?;
        }
        self.predict.as_ref().map_or(Ok(()), |predict| predict.check(self))
    }

    fn check_runs(&self) -> Result<(), String> {
        let loss = self.loss()?;
        self.runs.iter().try_for_each(|(name, spec)| {
            spec.run(&loss).map(|_| ()).map_err(|reason| format!("run {name} of the solution: {reason}"))
        })
    }

    /// The entry of the catalogue.
    pub fn entry(&self) -> Option<&'static catalogue::Entry> {
        self.landscape.as_deref().and_then(catalogue::find)
    }

    /// The loss; 0 if the step shows a network.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if there is no such landscape, or if the formula does not parse.
    pub fn loss(&self) -> Result<Loss, String> {
        let (formula, mut parameters, data) = match (&self.landscape, &self.formula) {
            (Some(name), None) => {
                let entry = self.entry().ok_or_else(|| no_landscape(name))?;
                (entry.formula.clone(), entry.parameters.clone(), entry.data.clone())
            }
            (None, Some(formula)) => (formula.clone(), BTreeMap::new(), None),
            // Claims about a network name it; there is nothing to claim about its plane.
            (None, None) if self.network.is_some() => ("0".to_owned(), BTreeMap::new(), None),
            _ => return Err("a step has a landscape, a formula or a network, and only one of them".to_owned()),
        };
        parameters.extend(self.parameters.clone());
        let data = match self.data.clone().or(data) {
            None => None,
            Some(name) => Some(Data::standard(&name).ok_or_else(|| format!("there is no dataset '{name}'"))?),
        };
        Loss::over(&formula, &parameters, data.as_ref().map(|data| &data.dataset)).map_err(|error| error.to_string())
    }

    /// The view.
    pub fn view(&self) -> View {
        let usual = View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] };
        self.view.unwrap_or_else(|| self.entry().map_or(usual, |entry| entry.view))
    }

    /// The layers that the step shows or hides.
    pub fn layers(&self) -> impl Iterator<Item = (&'static LayerSwitch, bool)> + '_ {
        self.picture.iter().filter_map(|(key, shown)| Some((layers::layer(key)?, *shown)))
    }

    /// The step with what a solution changes.
    pub fn solved(&self, solution: &Solution) -> Step {
        let mut step = self.clone();
        if let Some(formula) = &solution.formula {
            (step.formula, step.landscape) = (Some(formula.clone()), None);
        }
        step.parameters.extend(solution.parameters.clone());
        step.runs.extend(solution.runs.clone());
        step
    }
}

fn no_landscape(name: &str) -> String {
    match networks().iter().any(|entry| entry.name == name) {
        true => {
            format!("'{name}' is a network; write network = {{ name = \"{name}\", steps = 200, plane = \"ends\" }}")
        }
        false => format!("there is no landscape '{name}'"),
    }
}

/// The quantities that a question can ask for as a number.
const NUMBERS_OF_RUN: &[&str] = &["steps", "loss", "rate_times_sharpness", "rate_times_sharpness_at_start"];
const NUMBERS_OF_POINTS: &[&str] = &["count", "curves", "index_sum", "smallest_eigenvalue"];

impl Predict {
    fn check(&self, step: &Step) -> Result<(), String> {
        let kinds = [self.mark.is_some(), self.answer.is_some(), self.number.is_some()];
        if kinds.iter().filter(|kind| **kind).count() != 1 {
            return Err("a question asks for a mark, for one of several choices, or for a number".to_owned());
        }
        for source in [&self.mark, &self.answer, &self.number].into_iter().flatten() {
            match (&source.run, &source.points) {
                (Some(run), None) if step.runs.contains_key(run) => {}
                (Some(run), None) => return Err(format!("there is no run '{run}' for the answer")),
                (None, Some(kind)) if self.number.is_some() => check_kind(kind)?,
                (None, Some(_)) => return Err("a mark or a choice is that of a run".to_owned()),
                _ => return Err("an answer is that of one run, or of critical points".to_owned()),
            }
        }
        self.check_quantity()
    }

    /// Checks that the quantity is one of the kind that is asked for.
    fn check_quantity(&self) -> Result<(), String> {
        let quantity = |source: &Source, usual: Option<&str>, possible: &[&str]| {
            let of = source.of.as_deref().or(usual).unwrap_or_default();
            let words = format!("the quantity of the question (of = \"…\") is one of {}", possible.join(", "));
            if possible.contains(&of) { Ok(of.to_owned()) } else { Err(words) }
        };
        if let Some(source) = &self.mark {
            quantity(source, Some("end"), &["end"])?;
        }
        if let Some(source) = &self.number {
            let possible = if source.run.is_some() { NUMBERS_OF_RUN } else { NUMBERS_OF_POINTS };
            quantity(source, None, possible)?;
        }
        if let Some(source) = &self.answer {
            let of = quantity(source, Some("ends"), &["ends", "stop"])?;
            let words = if of == "stop" { STOPS } else { ENDS };
            if self.choices.len() < 2 {
                return Err("a question has two choices at least".to_owned());
            }
            if let Some(choice) = self.choices.iter().find(|choice| !words.contains(&choice.as_str())) {
                return Err(format!("'{choice}' is never the answer; possible are {}", words.join(", ")));
            }
        }
        Ok(())
    }
}
