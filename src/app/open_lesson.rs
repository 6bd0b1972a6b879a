//! The lessons in the window: which one is open, at which step, and what has become of its questions.

use crate::lesson::{Answer, Guess, Lesson, Predict, Step, Withheld};
use crate::number::Vector;
use crate::optimizer::Run;
use crate::study::LayerSwitch;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The lessons in the window.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    /// Whether they are listed.
    pub is_listed: bool,
    /// The one that is open.
    pub open: Option<OpenLesson>,
    /// The steps that were seen, by the titles of their lessons.
    pub seen: BTreeMap<String, BTreeSet<usize>>,
}

/// A lesson that is open.
#[derive(Clone, Debug)]
pub struct OpenLesson {
    /// The lesson.
    pub lesson: Arc<Lesson>,
    /// The index of its step.
    pub step: usize,
    /// Whether the table of contents is unfolded.
    pub contents: bool,
    /// The questions of the steps, as far as they are answered.
    pub questions: BTreeMap<usize, Question>,
    /// The layers that the step shows or hides, as they were before.
    pub layers_before: Vec<(&'static LayerSwitch, bool)>,
}

/// A question, as far as it is answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// What the person expects.
    pub guess: Option<Guess>,
    /// Whether what is right is shown.
    pub is_revealed: bool,
    /// What is right, as it was when it was revealed.
    pub answer: Option<Answer>,
    /// Whether a class answers.
    pub is_class: bool,
    /// The marks of the class.
    pub marks: Vec<ClassMark>,
    /// The initials of the next mark.
    pub initials: String,
    /// The points of each mark, or of the guess, once they are revealed.
    pub scores: Vec<u32>,
}

/// The mark of somebody in a class.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassMark {
    /// Who.
    pub initials: String,
    /// Where.
    pub w: Vector,
}

/// The most marks of a class.
pub const MOST_MARKS: usize = 40;

impl Question {
    /// The places that were marked: by the class, or by the person.
    pub fn places(&self) -> Vec<Vector> {
        match (self.is_class, self.guess) {
            (true, _) => self.marks.iter().map(|mark| mark.w).collect(),
            (false, Some(Guess::Mark(w))) => vec![w],
            (false, _) => Vec::new(),
        }
    }

    /// The mean of the places, and the root of their mean squared distance from it; `None` without a place.
    pub fn spread(&self) -> Option<(Vector, f64)> {
        let places = self.places();
        let count = places.len() as f64;
        let mean = places.iter().sum::<Vector>() / count;
        let square = places.iter().map(|w| (w - mean).norm_squared()).sum::<f64>() / count;
        (count > 0.0).then_some((mean, square.sqrt()))
    }

    /// Adds a mark of the class under the initials that were typed, or its number.
    pub fn add(&mut self, w: Vector) {
        if self.marks.len() < MOST_MARKS {
            let initials = std::mem::take(&mut self.initials).trim().to_owned();
            let initials = if initials.is_empty() { (self.marks.len() + 1).to_string() } else { initials };
            self.marks.push(ClassMark { initials, w });
        }
    }
}

impl OpenLesson {
    /// The step that is shown.
    pub fn step(&self) -> Option<&Step> {
        self.lesson.steps.get(self.step)
    }

    /// What has become of the step's question.
    pub fn question(&self) -> Question {
        self.questions.get(&self.step).cloned().unwrap_or_default()
    }

    /// The step's question, as long as what is right is not shown.
    pub fn open_question(&self) -> Option<&Predict> {
        self.step()?.predict.as_ref().filter(|_| !self.question().is_revealed)
    }
}

impl Lessons {
    /// What the question that is open withholds.
    pub fn withholds(&self) -> Option<Withheld> {
        self.open.as_ref().and_then(OpenLesson::open_question).map(Predict::withholds)
    }

    /// Whether a run belongs to the question that is open.
    pub fn withholds_run(&self, run: &Run) -> bool {
        let step = self.open.as_ref().filter(|open| open.open_question().is_some()).and_then(OpenLesson::step);
        step.is_some_and(|step| run.name.as_ref().is_some_and(|name| step.runs.contains_key(name)))
    }

    /// Whether a click in the picture answers a question.
    pub fn asks_for_mark(&self) -> bool {
        let question = self.open.as_ref().and_then(OpenLesson::open_question);
        question.is_some_and(|question| question.mark.is_some())
    }
}
