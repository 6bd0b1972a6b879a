//! What the claims of a lesson's step come to on what the window now shows. They are evaluated in the background, the quick ones
//! first, once the hand rests; what another subject than the study says of a network is evaluated once.

use super::background_job::{BackgroundJob, Incremental};
use super::open_lesson::OpenLesson;
use super::state::State;
use super::worker::Worker;
use crate::lesson::{Answer, Claim, ClaimResult, Lesson, Situation, Step, StepEvaluation, Subject, evaluate_claim};
use crate::optimizer::Run;
use crate::study::{Display, EnsembleOptions, LossKey, PictureOptions, Study};
use std::sync::{Arc, Mutex, PoisonError};

/// The hand rests when nothing has changed for so many seconds.
const REST_SECONDS: f64 = 0.08;

/// What is evaluated: a step of a lesson, and what the study has that claims can be about.
#[derive(Clone)]
struct Key {
    lesson: Arc<Lesson>,
    step: usize,
    study: Study,
}

impl Key {
    fn of(open: &OpenLesson, study: &Study) -> Key {
        let asked = Study {
            version: study.version,
            landscape: study.landscape.clone(),
            data: study.data.clone(),
            network: study.network.clone(),
            grid: study.grid.clone(),
            view: study.view,
            start: study.start,
            runs: computed(&study.runs),
            picture: PictureOptions::default(),
            ensemble: EnsembleOptions::default(),
            display: Display::default(),
        };
        Key { lesson: Arc::clone(&open.lesson), step: open.step, study: asked }
    }

    fn is_of_step(&self, open: &OpenLesson) -> bool {
        Arc::ptr_eq(&self.lesson, &open.lesson) && self.step == open.step
    }

    fn is_of(&self, open: &OpenLesson, study: &Study) -> bool {
        let own = &self.study;
        self.is_of_step(open)
            && (own.view, own.start) == (study.view, study.start)
            && (&own.landscape, &own.data) == (&study.landscape, &study.data)
            && own.runs == computed(&study.runs)
            && (&own.network, &own.grid) == (&study.network, &study.grid)
    }
}

/// The runs as claims see them: a named one counts whether it is shown or hidden until a question is answered, so that to show it changes
/// nothing.
fn computed(runs: &[Run]) -> Vec<Run> {
    runs.iter().map(|run| Run { shown: run.shown || run.name.is_some(), ..run.clone() }).collect()
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        Arc::ptr_eq(&self.lesson, &other.lesson) && self.step == other.step && self.study == other.study
    }
}

/// The verdicts of a step, as far as they are known.
#[derive(Clone)]
pub struct Verdicts {
    lesson: Arc<Lesson>,
    step: usize,
    place: Arc<Mutex<StepEvaluation>>,
    /// The loss of which it is.
    loss: LossKey,
    /// What is right where the step asks a question; an error is a reason.
    pub answer: Option<Result<Answer, String>>,
    /// The claims.
    pub claims: Vec<Option<ClaimResult>>,
    /// The claims of the exercise.
    pub task: Vec<Option<ClaimResult>>,
    /// Whether the quick claims are all known now, and were not a moment ago.
    has_quick: bool,
}

impl Verdicts {
    fn begin(key: &Key, known: Option<&Verdicts>) -> Result<Verdicts, String> {
        let step = key.lesson.steps.get(key.step).ok_or("there is no such step")?;
        // A network of the catalogue does not depend on the study.
        let kept = known.filter(|known| Arc::ptr_eq(&known.lesson, &key.lesson) && known.step == key.step);
        let keep = |(index, claim): (usize, &Claim)| match claim.subject {
            Subject::Network(_) => kept.and_then(|known| known.claims.get(index)?.clone()),
            _ => None,
        };
        let loss = LossKey::of(&key.study);
        let mut place = StepEvaluation::new(Situation::of_study(&key.study, step));
        // A place in which something is computed is not waited for.
        if let Some(known) = kept.filter(|known| known.loss == loss)
            && let Ok(known) = known.place.try_lock()
        {
            place.keep(&known);
        }
        Ok(Verdicts {
            lesson: Arc::clone(&key.lesson),
            step: key.step,
            place: Arc::new(Mutex::new(place)),
            loss,
            answer: None,
            claims: step.claims.iter().enumerate().map(keep).collect(),
            task: vec![None; step.task.as_ref().map_or(0, |task| task.claims.len())],
            has_quick: false,
        })
    }

    /// Those of a step as it is, of which nothing is evaluated yet.
    #[cfg(test)]
    pub fn of_step(lesson: Arc<Lesson>, step: usize) -> Result<Verdicts, String> {
        let study = lesson.steps.get(step).ok_or("there is no such step")?.study()?;
        Verdicts::begin(&Key { lesson, step, study }, None)
    }

    /// The claims of the step and of its exercise, in this order.
    fn results(&mut self) -> impl Iterator<Item = &mut Option<ClaimResult>> {
        self.claims.iter_mut().chain(&mut self.task)
    }
}

fn claims_of(step: &Step) -> impl Iterator<Item = &Claim> {
    step.claims.iter().chain(step.task.iter().flat_map(|task| &task.claims))
}

/// Claims that cost at most so much are shown as soon as all of them are known.
const QUICK: usize = 2;

/// How long claims about a subject take, compared with others.
fn cost(claim: &Claim) -> usize {
    match claim.subject {
        Subject::At(_) => 0,
        Subject::Run(_) => 1,
        Subject::Points(_) => 2,
        Subject::Ensemble(_) => 3,
        Subject::Saddle(_) => 3,
        Subject::Vary(_) | Subject::EscapeFrom(_) | Subject::Basins(_) => 4,
        Subject::Network(_) => 5,
    }
}

impl Incremental for Verdicts {
    fn work(&mut self, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        let lesson = Arc::clone(&self.lesson);
        let Some(step) = lesson.steps.get(self.step) else { return true };
        if cancel() {
            return false;
        }
        let place = Arc::clone(&self.place);
        // What was computed so far is whole between any two statements.
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(predict) = step.predict.as_ref().filter(|_| self.answer.is_none()) {
            self.answer = Some(predict.answer(&mut place));
            return false;
        }
        let open = self.results().zip(claims_of(step)).filter(|(result, _)| result.is_none());
        let Some((result, claim)) = open.min_by_key(|(_, claim)| cost(claim)) else { return true };
        let was_quick = cost(claim) <= QUICK;
        *result = Some(evaluate_claim(claim, &mut place));
        let is_open = |(result, claim): (&mut Option<ClaimResult>, &Claim)| result.is_none() && cost(claim) <= QUICK;
        self.has_quick = was_quick && !self.results().zip(claims_of(step)).any(is_open);
        false
    }

    fn is_news(&self) -> bool {
        self.has_quick
    }

    fn progress(&self) -> f64 {
        let all = self.claims.iter().chain(&self.task);
        let known = all.clone().filter(|result| result.is_some()).count();
        known as f64 / all.count().max(1) as f64
    }
}

/// The verdicts of the step that is open, kept up to date.
#[derive(Default)]
pub struct LessonClaims {
    job: BackgroundJob<Key, Verdicts>,
    wanted: Option<Key>,
    due: f64,
}

impl LessonClaims {
    /// Follows the state: what has changed is evaluated once the hand rests.
    pub fn follow(&mut self, state: &State, worker: &Worker, now: f64) {
        let Some(open) = &state.lessons.open else {
            if self.wanted.take().is_some() {
                self.job.forget();
            }
            return;
        };
        if !self.wanted.as_ref().is_some_and(|wanted| wanted.is_of(open, &state.study)) {
            let is_same_step = self.wanted.as_ref().is_some_and(|wanted| wanted.is_of_step(open));
            self.due = if is_same_step { now + REST_SECONDS } else { now };
            self.wanted = Some(Key::of(open, &state.study));
        }
        if self.is_waiting() && now >= self.due {
            let known = self.job.known().and_then(Result::ok);
            self.job.ask(self.wanted.clone(), |key| Verdicts::begin(key, known.as_deref()), worker, now);
        }
        self.job.collect();
    }

    fn is_waiting(&self) -> bool {
        self.job.key() != self.wanted.as_ref()
    }

    /// In how many seconds the evaluation begins, if it waits for the hand to rest.
    pub fn begins_in(&self, now: f64) -> Option<f64> {
        self.is_waiting().then(|| (self.due - now).max(0.0))
    }

    /// Whether the verdicts are those of what the window now shows, or are becoming so.
    pub fn is_current(&self) -> bool {
        !self.is_waiting()
    }

    /// The verdicts of the step that is open, or of what it was a moment ago.
    pub fn known(&self, open: &OpenLesson) -> Option<Arc<Verdicts>> {
        let known = self.job.known()?.ok()?;
        (Arc::ptr_eq(&known.lesson, &open.lesson) && known.step == open.step).then_some(known)
    }
}
