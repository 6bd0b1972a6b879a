//! Questions: the right answer is computed, and a guess is compared with it.

use super::claims::{Claim, Subject};
use super::file::{Predict, Source};
use super::subjects::StepEvaluation;
use crate::basins::{Destinations, Outcome};
use crate::critical::CriticalPoints;
use crate::landscape::{Loss, View};
use crate::number::Vector;
use serde_json::Value as Json;
use toml::{Table, Value};

/// A guess.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Guess {
    /// A place in the picture.
    Mark(Vector),
    /// One of the choices, by its index.
    Choice(usize),
    /// A number.
    Number(f64),
}

/// The right answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A place.
    Place(Vector),
    /// A word.
    Word(String),
    /// A number.
    Number(f64),
}

/// A guess is right within these shares: of the answer for a number, and of the longer side of the view for a mark.
const NUMBER_WITHIN: f64 = 0.1;
const MARK_WITHIN: f64 = 0.05;

impl Predict {
    /// The right answer on the step that is evaluated.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if it cannot be computed.
    pub fn answer(&self, place: &mut StepEvaluation) -> Result<Answer, String> {
        let (source, key) = match (&self.mark, &self.answer, &self.number) {
            (Some(source), ..) => (source, "end"),
            (None, Some(source), _) | (None, None, Some(source)) => (source, source.of.as_deref().unwrap_or("ends")),
            (None, None, None) => return Err("the question has no answer".to_owned()),
        };
        let found = place.found_of(&source.asked_for(key)?)?;
        let number = |value: Option<&Json>| value.and_then(Json::as_f64);
        match &found {
            Json::String(word) => Ok(Answer::Word(word.clone())),
            Json::Array(pair) => match (number(pair.first()), number(pair.get(1))) {
                (Some(x), Some(y)) => Ok(Answer::Place(Vector::new(x, y))),
                _ => Err("the run diverges".to_owned()),
            },
            other => number(Some(other)).map(Answer::Number).ok_or_else(|| "there is no such number".to_owned()),
        }
    }

    /// Checks that there is a right answer, and that it is among the choices.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if it is not.
    pub fn fault(&self, place: &mut StepEvaluation) -> Result<(), String> {
        match self.answer(place).map_err(|reason| format!("the answer cannot be computed: {reason}"))? {
            Answer::Word(word) if !self.choices.contains(&word) => {
                Err(format!("the answer is “{word}”, which is none of the choices"))
            }
            _ => Ok(()),
        }
    }

    /// The points of each mark: 2 within a twentieth of the view, 1 in the basin of gradient flow that leads to the
    /// right place, and otherwise 0.
    pub fn scores(
        &self,
        marks: &[Vector],
        right: Vector,
        view: &View,
        loss: &Loss,
        points: &CriticalPoints,
    ) -> Vec<u32> {
        let mut destinations = Destinations::new(loss, points);
        let all: Vec<Vector> = marks.iter().copied().chain([right]).collect();
        let arrivals = destinations.flow(&all, &|| false).unwrap_or_default();
        let mut outcomes: Vec<Outcome> = arrivals.iter().map(|arrival| destinations.enter(arrival)).collect();
        let home = outcomes.pop().filter(|outcome| matches!(outcome, Outcome::At(_)));
        let outcomes = outcomes.into_iter().map(Some).chain(std::iter::repeat(None));
        let score = |(mark, outcome): (&Vector, Option<Outcome>)| match self.is_right(
            Guess::Mark(*mark),
            &Answer::Place(right),
            view,
        ) {
            true => 2,
            false => u32::from(home.is_some() && outcome == home),
        };
        marks.iter().zip(outcomes).map(score).collect()
    }

    /// Whether the answer is a number of critical points or curves, or a sum of indices.
    fn counts(&self) -> bool {
        let quantity = self.number.as_ref().and_then(|source| source.of.as_deref());
        matches!(quantity, Some("count" | "curves" | "index_sum"))
    }

    /// Whether a guess is right: a number within a tenth of it, and a count only exactly; a mark within a twentieth of the view.
    pub fn is_right(&self, guess: Guess, answer: &Answer, view: &View) -> bool {
        match (guess, answer) {
            (Guess::Mark(w), Answer::Place(place)) => {
                (w - place).norm() <= MARK_WITHIN * view.width().max(view.height())
            }
            (Guess::Choice(index), Answer::Word(word)) => self.choices.get(index) == Some(word),
            (Guess::Number(guess), Answer::Number(number)) if self.counts() => guess == *number,
            (Guess::Number(guess), Answer::Number(number)) => (guess - number).abs() <= NUMBER_WITHIN * number.abs(),
            _ => false,
        }
    }
}

impl Source {
    /// A claim about the quantity of the question. Its expected value has the right type and is not used.
    fn asked_for(&self, key: &str) -> Result<Claim, String> {
        let subject = match (&self.run, &self.points) {
            (Some(run), None) => Subject::Run(run.clone()),
            (None, Some(kind)) => Subject::Points(kind.clone()),
            _ => return Err("an answer is that of one run, or of critical points".to_owned()),
        };
        let expected = match key {
            "end" => Value::Array(vec![Value::Float(0.0); 2]),
            "ends" | "stop" | "nature" => Value::String(String::new()),
            _ => Value::Integer(0),
        };
        let assertions = vec![(key.to_owned(), expected)];
        Ok(Claim { says: String::new(), subject, assertions, options: Table::new() })
    }
}
